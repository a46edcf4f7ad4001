/* What the tests of niem/methods.h share: matrices, and how a refusal is checked. Include after the fail_allocation and
 * cmocka headers. */
#ifndef METHODS_MATRIX_H
#define METHODS_MATRIX_H

#include <math.h>
#include <string.h>

#include "assert_close.h"
#include "base/number.h"
#include "niem.h"

#define GAP ((double)NAN)

static inline niem_matrix view(const double *data, int64_t n_rows, int64_t n_cols) {
  const niem_matrix x = {data, n_rows, n_cols, n_cols, 1};
  return x;
}

enum { SAMPLE_ROWS = 23, SAMPLE_COLS = 6, SAMPLE = SAMPLE_ROWS * SAMPLE_COLS };

/* Positive values of several sizes, skewed, with gaps in the last three columns. */
static inline void make_sample(double *x) {
  uint64_t random = 17;
  for (int64_t i = 0; i < SAMPLE; i++) {
    const double u = next_uniform(&random, 0.01, 1);
    const int64_t j = i % SAMPLE_COLS;
    x[i] = (j == 1 ? 1000 / u : j == 4 ? u * u * u : 1 + 50 * u) + (j == 5 ? x[i - 5] : 0);
    x[i] = j >= 3 && next_uniform(&random, 0, 1) < 0.15 ? GAP : x[i];
  }
}

static inline void assert_values(const double *found, const double *expected, int64_t n, double relative) {
  for (int64_t i = 0; i < n; i++) {
    assert_close(found[i], expected[i], relative);
  }
}

static inline uint64_t digest_doubles(uint64_t digest, const double *x, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    digest = digest_double(digest, x[i]);
  }
  return digest;
}

/* The status, the place and a message of one line. */
static inline void check_refused(niem_status status, const niem_error *err, niem_status expected, const char *where,
                                 int64_t row, int64_t column, const char *file, int line) {
  if (status != expected || err->status != expected || strcmp(err->where, where) != 0 || err->row != row ||
      err->column != column || strlen(err->message) < 10 || strchr(err->message, '\n') != NULL) {
    print_error("%d, \"%s\", row %d, column %d: %s\n", (int)status, err->where, (int)err->row, (int)err->column,
                err->message);
    _fail(file, line);
  }
}

#define assert_refused(status, err, expected, where, row, column) \
  check_refused((status), (err), (expected), (where), (row), (column), __FILE__, __LINE__)

#endif
