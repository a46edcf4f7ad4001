/* Screening of units by how much data they have, and denomination of indicators by others (per head, per area).
 *
 * Source: OECD & JRC, Handbook on Constructing Composite Indicators (2008), steps 2 and 3; the thresholds of 2/3 and
 * 0.05 are those of the JRC's practice. */
#include "base/platform.h"

#include "niem/methods.h"

#include <string.h>

#include "base/fail.h"
#include "base/fpenv.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/options.h"
#include "statistics/matrix.h"

static niem_status check_screen(const niem_screen_options *o, int64_t n_rows, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_check_choice(o->method, NIEM_SCREEN_END, "method", err));
  NIEM_TRY(ni_check_number(o->min_available, 0, 1, "min_available", err));
  NIEM_TRY(ni_check_number(o->min_nonzero, 0, 1, "min_nonzero", err));
  if (o->forced != NULL && o->n_forced != n_rows) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "forced", "has %lld elements; the matrix has %lld rows",
                   (long long)o->n_forced, (long long)n_rows);
  }
  for (int64_t i = 0; o->forced != NULL && i < n_rows; i++) {
    if (o->forced[i] < -1 || o->forced[i] > 1) {
      return ni_fail_at(err, NIEM_ERROR_ARGUMENT, i + 1, 0, "forced", "of row %lld is %d; it is 1 (in), -1 (out) or 0",
                        (long long)(i + 1), (int)o->forced[i]);
    }
  }
cleanup:
  return status;
}

/* One row: its shares, and whether it passes. */
static int32_t screen_row(double *available, double *nonzero, const double *row, int64_t n,
                          const niem_screen_options *o) {
  int64_t there = 0;
  int64_t zeros = 0;
  for (int64_t j = 0; j < n; j++) {
    there += !ni_is_nan(row[j]);
    zeros += row[j] == 0;
  }
  *available = (double)there / (double)n;
  *nonzero = there > 0 ? (double)(there - zeros) / (double)there : ni_nan();
  /* A share like 0.55 of 20 is 11, however 0.55 is represented. */
  const int enough = (double)there >= o->min_available * (double)n * (1 - 1e-12);
  const int varied = there > 0 && (double)(there - zeros) >= o->min_nonzero * (double)there * (1 - 1e-12);
  return (enough || o->method == NIEM_SCREEN_ZEROS) && (varied || o->method == NIEM_SCREEN_MISSING);
}

static niem_status check_which(const int32_t *which, const double *scales, int64_t n_columns, const niem_matrix *x,
                               const niem_matrix *denominators, niem_error *err) {
  if (which == NULL || n_columns != x->n_cols) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "which", "has %lld elements; the matrix has %lld columns",
                   which == NULL ? 0LL : (long long)n_columns, (long long)x->n_cols);
  }
  if (denominators->n_rows != x->n_rows) {
    return ni_fail(err, NIEM_ERROR_MISMATCH, "denominators", "has %lld rows; x has %lld",
                   (long long)denominators->n_rows, (long long)x->n_rows);
  }
  for (int64_t j = 0; j < n_columns; j++) {
    if (which[j] < -1 || which[j] >= denominators->n_cols) {
      return ni_fail_at(err, NIEM_ERROR_ARGUMENT, 0, j + 1, "which",
                        "of column %lld is %d; it is the place of a denominator, 0 to %lld, or -1", (long long)(j + 1),
                        (int)which[j], (long long)(denominators->n_cols - 1));
    }
  }
  return scales == NULL ? NIEM_OK : ni_check_array(scales, n_columns, x->n_cols, "columns", "scales", err);
}

static niem_status divide(double *rows, const double *below, const int32_t *which, const double *scales, int64_t n_rows,
                          int64_t n_cols, int64_t n_below, niem_error *err) {
  for (int64_t i = 0; i < n_rows; i++) {
    for (int64_t j = 0; j < n_cols; j++) {
      double *value = &rows[i * n_cols + j];
      if (which[j] < 0 || ni_is_nan(*value)) {
        continue;
      }
      const double denominator = below[i * n_below + which[j]];
      if (denominator <= 0) {
        return ni_fail_at(err, NIEM_ERROR_VALUE, i + 1, j + 1, "denominators",
                          "row %lld, column %lld: its denominator, column %d, is not positive; mend it, or make it "
                          "missing",
                          (long long)(i + 1), (long long)(j + 1), (int)which[j] + 1);
      }
      *value = ni_is_nan(denominator) ? ni_nan() : *value * (scales != NULL ? scales[j] : 1) / denominator;
    }
  }
  return NIEM_OK;
}

/* ---- public */

void niem_screen_options_init(niem_screen_options *options) {
  if (options == NULL) {
    return;
  }
  memset(options, 0, sizeof *options);
  options->struct_size = (int64_t)sizeof *options;
  options->min_available = 2.0 / 3.0;
  options->min_nonzero = 0.05;
}

niem_status niem_screen(int32_t *keep, double *available, double *nonzero, const niem_matrix *x,
                        const niem_screen_options *options, niem_error *err) {
  niem_screen_options o;
  double *rows = NULL;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  niem_screen_options_init(&o);
  NIEM_TRY(ni_check_out(keep, "keep", err));
  NIEM_TRY(ni_options_read(&o, sizeof o, options, "options", err));
  NIEM_TRY(ni_matrix_by_rows(&rows, x, err));
  NIEM_TRY(check_screen(&o, x->n_rows, err));
  for (int64_t i = 0; i < x->n_rows; i++) {
    double shares[2];
    const int32_t passes = screen_row(&shares[0], &shares[1], rows + i * x->n_cols, x->n_cols, &o);
    const int32_t forced = o.forced != NULL ? o.forced[i] : 0;
    keep[i] = forced == 0 ? passes : forced > 0;
    if (available != NULL) {
      available[i] = shares[0];
    }
    if (nonzero != NULL) {
      nonzero[i] = shares[1];
    }
  }
cleanup:
  ni_free(rows);
  ni_fpenv_leave(&saved);
  return status;
}

niem_status niem_denominate(double *out, const niem_matrix *x, const niem_matrix *denominators, const int32_t *which,
                            const double *scales, int64_t n_columns, niem_error *err) {
  double *rows = NULL;
  double *below = NULL;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  NIEM_TRY(ni_check_out(out, "out", err));
  NIEM_TRY(ni_matrix_by_rows(&rows, x, err));
  NIEM_TRY(ni_named(ni_matrix_by_rows(&below, denominators, err), "denominators", err));
  NIEM_TRY(check_which(which, scales, n_columns, x, denominators, err));
  NIEM_TRY(divide(rows, below, which, scales, x->n_rows, x->n_cols, denominators->n_cols, err));
  memcpy(out, rows, (size_t)(x->n_rows * x->n_cols) * sizeof *out);
cleanup:
  ni_free(below);
  ni_free(rows);
  ni_fpenv_leave(&saved);
  return status;
}
