/* McDonald's omega of one factor.
 *
 * Sources: R. P. McDonald, Test Theory (1999), ch. 6; the factor is fitted by minimum residuals: H. H. Harman & W. H.
 * Jones, "Factor analysis by minimizing residuals (minres)", Psychometrika 31 (1966), with loadings of at most 1 by H.
 * H. Harman & Y. Fukuda, Psychometrika 31 (1966). Each loading in turn becomes the best one given the others, until
 * none moves. */
#include "base/platform.h"

#include "statistics/reliability.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/fpenv.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/options.h"
#include "statistics/covariance.h"
#include "statistics/linear.h"
#include "statistics/matrix.h"

enum { MOST_STEPS = 10000 };
#define STILL 1e-12
/* A loading above this is 1 but for the last steps that were not taken. */
#define NO_OWN 0.999999

/* The loadings on the first principal component. */
static int begin_loadings(double *loadings, const double *r, double *copy, double *values, int64_t n) {
  double *vectors = copy + n * n;
  memcpy(copy, r, (size_t)(n * n) * sizeof *copy);
  if (!ni_eigen(copy, n, values, vectors, values + n)) {
    return 0;
  }
  for (int64_t j = 0; j < n; j++) {
    loadings[j] = vectors[j] * sqrt(values[0]);
    loadings[j] = loadings[j] > 1 ? 1 : loadings[j] < -1 ? -1 : loadings[j];
  }
  return 1;
}

/* The loading that leaves the least of item j's correlations, given the others; what it was where they are all 0. */
static double best_loading(const double *loadings, const double *r, int64_t j, int64_t n) {
  double above = 0, below = 0;
  for (int64_t k = 0; k < n; k++) {
    above += k == j ? 0 : r[j * n + k] * loadings[k];
    below += k == j ? 0 : loadings[k] * loadings[k];
  }
  const double best = below > 0 ? above / below : loadings[j];
  return best > 1 ? 1 : best < -1 ? -1 : best;
}

static void fit(niem_omega *out, double *loadings, const double *r, int64_t n) {
  double moved = 1;
  while (moved > STILL && out->steps < MOST_STEPS) {
    moved = 0;
    for (int64_t j = 0; j < n; j++) {
      const double next = best_loading(loadings, r, j, n);
      moved = fabs(next - loadings[j]) > moved ? fabs(next - loadings[j]) : moved;
      loadings[j] = next;
    }
    out->steps++;
  }
  out->converged = moved <= STILL;
}

static void turn_up(double *loadings, int64_t n) {
  double sum = 0;
  for (int64_t j = 0; j < n; j++) {
    sum += loadings[j];
  }
  for (int64_t j = 0; sum < 0 && j < n; j++) {
    loadings[j] = -loadings[j];
  }
}

/* (sum of l s)^2 over that and the sum of (1 - l^2) s^2; `c` NULL: s = 1. */
static double omega_of(const double *loadings, const double *c, int64_t n) {
  double common = 0, own = 0;
  for (int64_t j = 0; j < n; j++) {
    const double variance = c != NULL ? c[j * n + j] : 1;
    common += loadings[j] * sqrt(variance);
    own += (1 - loadings[j] * loadings[j]) * variance;
  }
  const double all = common * common + own;
  return all > 0 ? common * common / all : ni_nan();
}

static void summarise(niem_omega *out, const double *loadings, const double *c, const double *r, int64_t n) {
  double own = 0, all = 0, left = 0, squares = 0;
  for (int64_t j = 0; j < n; j++) {
    for (int64_t k = 0; k < n; k++) {
      const double rest = r[j * n + k] - loadings[j] * loadings[k];
      left += k == j ? 0 : rest * rest;
      all += r[j * n + k];
    }
    squares += loadings[j] * loadings[j];
    own += 1 - loadings[j] * loadings[j];
    out->n_heywood += fabs(loadings[j]) > NO_OWN;
  }
  out->n_items = n;
  out->omega = omega_of(loadings, c, n);
  out->standardised = omega_of(loadings, NULL, n);
  out->observed = all > 1e-12 * (double)n ? 1 - own / all : ni_nan();
  out->explained = squares / (double)n;
  out->residual = sqrt(left / (double)(n * (n - 1)));
}

static niem_status check_spread(const double *r, int64_t n, niem_error *err) {
  for (int64_t j = 0; j < n; j++) {
    if (ni_is_nan(r[j * n + j])) {
      return ni_fail_at(err, NIEM_ERROR_VALUE, 0, j + 1, "x",
                        "column %lld: all its values in the rows that count are the same, so it has no correlations; "
                        "leave it out",
                        (long long)(j + 1));
    }
  }
  return NIEM_OK;
}

niem_status ni_omega_columns(niem_omega *out, double *loadings, double *columns, int64_t n_rows, int64_t n_cols,
                             const niem_omega_options *options, niem_error *err) {
  const size_t cells = (size_t)(n_cols * n_cols);
  niem_omega found;
  niem_status status = NIEM_OK;
  double *c = ni_alloc(cells, 4 * sizeof *c);
  double *own = ni_alloc((size_t)n_cols, 6 * sizeof *own);
  memset(&found, 0, sizeof found);
  if (c == NULL || own == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  double *r = c + cells;
  NIEM_TRY(ni_item_covariances(c, r, &found.n, columns, n_rows, n_cols, options->rows, options->directions, err));
  NIEM_TRY(ni_check_rows(found.n, 2, options->rows, err));
  NIEM_TRY(check_spread(r, n_cols, err));
  if (!begin_loadings(own, r, r + cells, own + n_cols, n_cols)) {
    status = ni_fail(err, NIEM_ERROR_LIMIT, "x", "its principal components were not found in 100 steps each");
    goto cleanup;
  }
  fit(&found, own, r, n_cols);
  turn_up(own, n_cols);
  summarise(&found, own, c, r, n_cols);
  if (loadings != NULL) {
    memcpy(loadings, own, (size_t)n_cols * sizeof *loadings);
  }
  *out = found;
cleanup:
  ni_free(own);
  ni_free(c);
  return status;
}

/* ---- public */

void niem_omega_options_init(niem_omega_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
  }
}

niem_status niem_mcdonald_omega(niem_omega *out, double *loadings, const niem_matrix *x,
                                const niem_omega_options *options, niem_error *err) {
  niem_omega_options o;
  double *columns = NULL;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  niem_omega_options_init(&o);
  NIEM_TRY(ni_check_out(out, "out", err));
  NIEM_TRY(ni_options_read(&o, sizeof o, options, "options", err));
  NIEM_TRY(ni_matrix_by_columns(&columns, x, err));
  NIEM_TRY(ni_check_choice(o.rows, NIEM_ROWS_PAIRWISE + 1, "rows", err));
  NIEM_TRY(ni_check_directions(o.directions, o.n_directions, x->n_cols, err));
  if (x->n_cols < 3) {
    status = ni_fail(err, NIEM_ERROR_VALUE, "x", "has %lld columns; one factor can be told from three on",
                     (long long)x->n_cols);
    goto cleanup;
  }
  NIEM_TRY(ni_omega_columns(out, loadings, columns, x->n_rows, x->n_cols, &o, err));
cleanup:
  ni_free(columns);
  ni_fpenv_leave(&saved);
  return status;
}
