/* Benefit of the doubt: every unit under the weights that favour it most.
 *
 * Source: L. Cherchye, W. Moesen, N. Rogge & T. Van Puyenbroeck, "An introduction to 'benefit of the doubt' composite
 * indicators", Social Indicators Research 82 (2007), with its proportion constraints on an indicator's share in the
 * score. One linear programme for each unit. */
#include "base/platform.h"

#include "niem/methods.h"

#include <math.h>
#include <string.h>

#include "base/exact.h"
#include "base/fail.h"
#include "base/fpenv.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/options.h"
#include "statistics/columns.h"
#include "statistics/matrix.h"
#include "methods/simplex.h"

/* A score this near to 1 is 1: the unit is on the frontier, but for the rounding of pivots. */
#define ON_FRONTIER 1e-12

typedef struct {
  const double *rows;  /* in units of each column's greatest value */
  const double *scale; /* those values */
  int64_t n_rows, n_cols;
  const int32_t *complete;
  const double *least, *most; /* NULL: no restriction */
  double *tableau, *weights;
  int64_t *basis;
} programme;

static niem_status check_shares(const niem_benefit_options *o, int64_t n_cols, niem_error *err) {
  const double *both[] = {o->least_shares, o->most_shares};
  const char *names[] = {"least_shares", "most_shares"};
  niem_status status = NIEM_OK;
  for (int k = 0; k < 2; k++) {
    if (both[k] == NULL) {
      continue;
    }
    NIEM_TRY(ni_check_array(both[k], o->n_shares, n_cols, "columns", names[k], err));
    for (int64_t j = 0; j < n_cols; j++) {
      if (!(both[k][j] >= 0 && both[k][j] <= 1) ||
          (k == 1 && o->least_shares != NULL && o->least_shares[j] > both[k][j])) {
        return ni_fail_at(err, NIEM_ERROR_VALUE, 0, j + 1, names[k],
                          "of column %lld: shares are within 0 and 1, the least not above the most",
                          (long long)(j + 1));
      }
    }
    const double sum = ni_exact_sum(both[k], n_cols, 1);
    if (k == 0 ? sum > 1 + 1e-12 : sum < 1 - 1e-12) {
      return ni_fail(err, NIEM_ERROR_VALUE, names[k], "add up to %s 1, so no weights can keep them",
                     k == 0 ? "more than" : "less than");
    }
  }
cleanup:
  return status;
}

/* Scale the columns of the complete rows; a negative value is refused. */
static niem_status prepare(double *rows, double *scale, int32_t *complete, int64_t n_rows, int64_t n_cols,
                           niem_error *err) {
  for (int64_t i = 0; i < n_rows; i++) {
    complete[i] = 1;
    for (int64_t j = 0; j < n_cols; j++) {
      const double value = rows[i * n_cols + j];
      complete[i] &= !ni_is_nan(value);
      if (value < 0) {
        return ni_fail_cell(err, NIEM_ERROR_VALUE, i, j, value,
                            "benefit of the doubt needs values that are not negative; normalise first");
      }
    }
  }
  for (int64_t j = 0; j < n_cols; j++) {
    scale[j] = 0;
    for (int64_t i = 0; i < n_rows; i++) {
      const double value = rows[i * n_cols + j];
      scale[j] = complete[i] && value > scale[j] ? value : scale[j];
    }
    for (int64_t i = 0; scale[j] > 0 && i < n_rows; i++) {
      rows[i * n_cols + j] /= scale[j];
    }
  }
  return NIEM_OK;
}

/* One row for each complete unit (its score is at most 1), two for each restricted share. */
static int64_t set_tableau(const programme *p, int64_t unit) {
  const int64_t n = p->n_cols;
  const double *own = p->rows + unit * n;
  int64_t m = 0;
  for (int64_t i = 0; i < p->n_rows; i++) {
    if (p->complete[i]) {
      memcpy(p->tableau + m * (n + 1), p->rows + i * n, (size_t)n * sizeof *own);
      p->tableau[m++ * (n + 1) + n] = 1;
    }
  }
  for (int k = 0; k < 2; k++) {
    const double *shares = k == 0 ? p->least : p->most;
    for (int64_t j = 0; shares != NULL && j < n; j++) {
      double *row = p->tableau + m * (n + 1);
      if (k == 0 ? shares[j] == 0 : shares[j] == 1) {
        continue;
      }
      for (int64_t i = 0; i < n; i++) {
        row[i] = (k == 0 ? 1 : -1) * (shares[j] - (i == j)) * own[i];
      }
      row[n] = 0;
      m++;
    }
  }
  for (int64_t j = 0; j < n; j++) {
    p->tableau[m * (n + 1) + j] = -own[j];
  }
  p->tableau[m * (n + 1) + n] = 0;
  return m;
}

static niem_status score_unit(double *score, double *weights, const programme *p, int64_t unit, niem_error *err) {
  const int64_t n = p->n_cols;
  const double *own = p->rows + unit * n;
  const int64_t m = set_tableau(p, unit);
  ni_exact sum;
  if (ni_simplex(p->weights, p->tableau, m, n, p->basis) != NI_SIMPLEX_DONE) {
    return ni_fail_at(err, NIEM_ERROR_LIMIT, unit + 1, 0, "x",
                      "row %lld: the linear programme was not solved within its limit of steps", (long long)(unit + 1));
  }
  ni_exact_init(&sum);
  for (int64_t j = 0; j < n; j++) {
    ni_exact_add_product(&sum, p->weights[j], own[j]);
    if (weights != NULL) {
      weights[j] = p->scale[j] > 0 ? p->weights[j] / p->scale[j] : 0;
    }
  }
  const double found = ni_exact_round(&sum);
  *score = found > 1 - ON_FRONTIER ? 1 : found > 0 ? found : 0;
  return NIEM_OK;
}

static niem_status score_all(double *scores, double *weights, const programme *p, niem_error *err) {
  niem_status status = NIEM_OK;
  for (int64_t i = 0; status == NIEM_OK && i < p->n_rows; i++) {
    double *own = weights != NULL ? weights + i * p->n_cols : NULL;
    scores[i] = ni_nan();
    for (int64_t j = 0; own != NULL && j < p->n_cols; j++) {
      own[j] = ni_nan();
    }
    if (p->complete[i]) {
      status = score_unit(&scores[i], own, p, i, err);
    }
  }
  return status;
}

/* ---- public */

void niem_benefit_options_init(niem_benefit_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
  }
}

niem_status niem_benefit_of_doubt(double *scores, double *weights, const niem_matrix *x,
                                  const niem_benefit_options *options, niem_error *err) {
  niem_benefit_options o;
  double *rows = NULL;
  double *reals = NULL;
  double *results = NULL;
  int32_t *complete = NULL;
  int64_t *basis = NULL;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  niem_benefit_options_init(&o);
  NIEM_TRY(ni_check_out(scores, "scores", err));
  NIEM_TRY(ni_options_read(&o, sizeof o, options, "options", err));
  NIEM_TRY(ni_matrix_by_rows(&rows, x, err));
  NIEM_TRY(check_shares(&o, x->n_cols, err));
  const size_t n = (size_t)x->n_cols;
  const size_t r = (size_t)x->n_rows;
  const size_t m = r + 2 * n;
  complete = ni_alloc(r, sizeof *complete);
  reals = ni_alloc((m + 1) * (n + 1) + 2 * n, sizeof *reals);
  results = ni_alloc(r + (weights != NULL ? r * n : 0), sizeof *results);
  basis = ni_alloc(n + m, sizeof *basis);
  NIEM_TRY(complete && reals && results && basis ? NIEM_OK : ni_fail_memory(err));
  double *scale = reals + (m + 1) * (n + 1);
  const programme p = {rows,           scale,         x->n_rows, x->n_cols, complete,
                       o.least_shares, o.most_shares, reals,     scale + n, basis};
  NIEM_TRY(prepare(rows, scale, complete, x->n_rows, x->n_cols, err));
  NIEM_TRY(score_all(results, weights != NULL ? results + r : NULL, &p, err));
  memcpy(scores, results, r * sizeof *scores);
  if (weights != NULL) {
    memcpy(weights, results + r, r * n * sizeof *weights);
  }
cleanup:
  ni_free(basis);
  ni_free(results);
  ni_free(reals);
  ni_free(complete);
  ni_free(rows);
  ni_fpenv_leave(&saved);
  return status;
}
