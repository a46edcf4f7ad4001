/* Correlations of all columns with one another, or with those of a second matrix: the public function. */
#include "base/platform.h"

#include "niem/statistics.h"

#include <string.h>

#include "base/fail.h"
#include "base/fpenv.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/options.h"
#include "base/threads.h"
#include "statistics/correlation.h"
#include "statistics/matrix.h"

static niem_status read_options(niem_correlate_options *o, const niem_correlate_options *options, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_correlate_options_init(o);
  NIEM_TRY(ni_options_read(o, sizeof *o, options, "options", err));
  NIEM_TRY(ni_check_choice(o->method, NIEM_CORRELATION_END, "method", err));
  NIEM_TRY(ni_check_choice(o->rows, NIEM_ROWS_PAIRWISE + 1, "rows", err));
  NIEM_TRY(ni_check_choice(o->test, NIEM_TEST_END, "test", err));
  NIEM_TRY(ni_check_number(o->tolerance, 0, NI_MATRIX_GREATEST, "tolerance", err));
  if (o->method == NIEM_CORRELATION_PEARSON && o->tolerance > 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "tolerance", "is of ties, which Pearson's correlation knows nothing of");
  }
  if (o->method == NIEM_CORRELATION_PEARSON && o->test == NIEM_TEST_EXACT) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "test",
                   "by all permutations are those of Spearman's and Kendall's correlations; Pearson's are by Student's "
                   "t: leave it out");
  }
cleanup:
  return status;
}

/* Two matrices with the same rows as columns one after another; `b` is `a` where there is no second one. */
typedef struct {
  double *a, *b;
  int64_t n_rows, cols_a, cols_b;
} pair_of_matrices;

static niem_status take(pair_of_matrices *m, const niem_matrix *x, const niem_matrix *y, int64_t limit,
                        niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_matrix_check(x, err));
  m->n_rows = x->n_rows;
  m->cols_a = x->n_cols;
  m->cols_b = y != NULL ? y->n_cols : x->n_cols;
  if (y != NULL && ni_matrix_check(y, NULL) == NIEM_OK && y->n_rows != x->n_rows) {
    return ni_fail(err, NIEM_ERROR_MISMATCH, "y", "has %lld rows; x has %lld, and row by row they are the same units",
                   (long long)y->n_rows, (long long)x->n_rows);
  }
  if (limit > 0 && x->n_rows > limit) {
    return ni_fail(err, NIEM_ERROR_LIMIT, "x", "has %lld rows; correlations of ranks take %lld of them",
                   (long long)x->n_rows, (long long)limit);
  }
  NIEM_TRY(ni_matrix_by_columns(&m->a, x, err));
  m->b = m->a;
  if (y != NULL) {
    m->b = NULL;
    NIEM_TRY(ni_named(ni_matrix_by_columns(&m->b, y, err), "y", err));
  }
cleanup:
  return status;
}

static void release(pair_of_matrices *m) {
  if (m->b != m->a) {
    ni_free(m->b);
  }
  ni_free(m->a);
}

static int has_gap(const double *columns, int64_t n_rows, int64_t n_cols, int64_t row) {
  int gap = 0;
  for (int64_t j = 0; j < n_cols; j++) {
    gap |= ni_is_nan(columns[j * n_rows + row]);
  }
  return gap;
}

/* Column by column the rows that are kept, `kept` apart. */
static void keep_rows(double *columns, int64_t n_rows, int64_t n_cols, const int64_t *rows, int64_t kept) {
  for (int64_t j = 0; j < n_cols; j++) {
    for (int64_t i = 0; i < kept; i++) {
      columns[j * kept + i] = columns[j * n_rows + rows[i]];
    }
  }
}

static niem_status keep_complete(pair_of_matrices *m, niem_error *err) {
  int64_t *rows = ni_alloc((size_t)m->n_rows, sizeof *rows);
  int64_t kept = 0;
  if (rows == NULL) {
    return ni_fail_memory(err);
  }
  for (int64_t i = 0; i < m->n_rows; i++) {
    rows[kept] = i;
    kept += !has_gap(m->a, m->n_rows, m->cols_a, i) && !has_gap(m->b, m->n_rows, m->cols_b, i);
  }
  if (m->b != m->a) {
    keep_rows(m->b, m->n_rows, m->cols_b, rows, kept);
  }
  keep_rows(m->a, m->n_rows, m->cols_a, rows, kept);
  m->n_rows = kept;
  ni_free(rows);
  return NIEM_OK;
}

/* The least number of rows that any two columns share. */
static int64_t least_pairs(const ni_ready *a, const ni_ready *b) {
  int64_t least = a->n_rows;
  for (int64_t j = 0; j < a->n_cols; j++) {
    for (int64_t k = 0; k < (a == b ? j + 1 : b->n_cols); k++) {
      if (a->there[j] + b->there[k] == 2 * a->n_rows) {
        continue;
      }
      int64_t n = 0;
      for (int64_t i = 0; i < a->n_rows; i++) {
        n += !ni_is_nan(a->columns[j * a->n_rows + i]) && !ni_is_nan(b->columns[k * a->n_rows + i]);
      }
      least = n < least ? n : least;
    }
  }
  return least;
}

typedef struct {
  const ni_ready *a, *b;
  const ni_tests *tests; /* NULL: no p-values */
  char *rooms;
  size_t room;
  double *r, *p;
  int64_t *n;
} run;

static niem_status fail_exact(const run *s, int64_t j, int64_t k, int64_t n, niem_error *err) {
  const int64_t limit = s->a->method == NIEM_CORRELATION_KENDALL ? NI_EXACT_KENDALL : NI_EXACT_SPEARMAN;
  if (n > limit) {
    return ni_fail_at(err, NIEM_ERROR_UNSUPPORTED, 0, j + 1, "test",
                      "columns %lld and %lld have %lld pairs; exact p-values are there for up to %lld",
                      (long long)(j + 1), (long long)(k + 1), (long long)n, (long long)limit);
  }
  return ni_fail_at(err, NIEM_ERROR_UNSUPPORTED, 0, j + 1, "test",
                    "columns %lld and %lld have ties, for which there are no exact p-values; take the default",
                    (long long)(j + 1), (long long)(k + 1));
}

/* Of one column of a: with those of b, or with itself and those before it. */
static niem_status correlate_columns(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  const run *s = context;
  const int64_t m = s->b->n_cols;
  for (int64_t j = begin; j < end; j++) {
    for (int64_t k = 0; k < (s->a == s->b ? j + 1 : m); k++) {
      ni_correlation c;
      if (!ni_correlate_pair(&c, s->a, j, s->b, k, s->tests, s->rooms + (size_t)worker * s->room)) {
        return fail_exact(s, j, k, c.n, err);
      }
      s->r[j * m + k] = c.r;
      s->p[j * m + k] = c.p;
      s->n[j * m + k] = c.n;
      if (s->a == s->b) {
        s->r[k * m + j] = c.r;
        s->p[k * m + j] = c.p;
        s->n[k * m + j] = c.n;
      }
    }
  }
  return NIEM_OK;
}

static niem_status allocate(run *s, size_t cells, int64_t n_rows, int32_t workers, niem_error *err) {
  s->room = (ni_pair_room(n_rows) + 63) / 64 * 64;
  s->rooms = ni_alloc((size_t)workers, s->room);
  s->r = ni_alloc(cells, 2 * sizeof *s->r);
  s->n = ni_alloc(cells, sizeof *s->n);
  if (s->rooms == NULL || s->r == NULL || s->n == NULL) {
    return ni_fail_memory(err);
  }
  s->p = s->r + cells;
  return NIEM_OK;
}

static void hand_over(double *r, double *p, int64_t *n, const run *s, size_t cells) {
  memcpy(r, s->r, cells * sizeof *r);
  if (p != NULL) {
    memcpy(p, s->p, cells * sizeof *p);
  }
  if (n != NULL) {
    memcpy(n, s->n, cells * sizeof *n);
  }
}

/* ---- public */

void niem_correlate_options_init(niem_correlate_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
  }
}

niem_status niem_correlate(double *r, double *p, int64_t *n, const niem_matrix *x, const niem_matrix *y,
                           const niem_correlate_options *options, const niem_exec *exec, niem_error *err) {
  niem_correlate_options o;
  niem_exec own;
  pair_of_matrices m = {NULL, NULL, 0, 0, 0};
  ni_ready ready[2];
  ni_tests tests;
  run s;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  memset(ready, 0, sizeof ready);
  memset(&tests, 0, sizeof tests);
  memset(&s, 0, sizeof s);
  ni_fpenv_enter(&saved);
  NIEM_TRY(ni_check_out(r, "r", err));
  NIEM_TRY(read_options(&o, options, err));
  NIEM_TRY(ni_exec_read(&own, exec, err));
  NIEM_TRY(take(&m, x, y, o.method == NIEM_CORRELATION_PEARSON ? 0 : NIEM_MAX_RANKED, err));
  if (o.rows == NIEM_ROWS_COMPLETE) {
    NIEM_TRY(keep_complete(&m, err));
  }
  NIEM_TRY(ni_ready_make(&ready[0], m.a, m.n_rows, m.cols_a, &o, err));
  s.a = s.b = &ready[0];
  if (y != NULL) {
    NIEM_TRY(ni_ready_make(&ready[1], m.b, m.n_rows, m.cols_b, &o, err));
    s.b = &ready[1];
  }
  if (p != NULL) {
    NIEM_TRY(ni_tests_make(&tests, least_pairs(s.a, s.b), m.n_rows, &o, err));
    s.tests = &tests;
  }
  const size_t cells = (size_t)(m.cols_a * m.cols_b);
  NIEM_TRY(allocate(&s, cells, m.n_rows, ni_workers(m.cols_a, 1, &own), err));
  NIEM_TRY(ni_parallel_for(m.cols_a, 1, &own, correlate_columns, &s, err));
  hand_over(r, p, n, &s, cells);
cleanup:
  ni_free(s.n);
  ni_free(s.r);
  ni_free(s.rooms);
  ni_tests_free(&tests);
  ni_ready_free(&ready[1]);
  ni_ready_free(&ready[0]);
  release(&m);
  ni_fpenv_leave(&saved);
  return status;
}
