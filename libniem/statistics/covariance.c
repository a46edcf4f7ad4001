/* Covariances and correlations of all columns of a block. */
#include "base/platform.h"

#include "statistics/covariance.h"

#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/number.h"
#include "statistics/columns.h"
#include "niem/statistics.h"
#include "statistics/lanes.h"
#include "statistics/matrix.h"

int64_t ni_keep_complete(double *columns, int64_t n_rows, int64_t n_cols) {
  int64_t kept = 0;
  for (int64_t i = 0; i < n_rows; i++) {
    int complete = 1;
    for (int64_t j = 0; j < n_cols; j++) {
      complete &= !ni_is_nan(columns[j * n_rows + i]);
    }
    for (int64_t j = 0; complete && j < n_cols; j++) {
      columns[j * n_rows + kept] = columns[j * n_rows + i];
    }
    kept += complete;
  }
  return kept;
}

niem_status ni_correlations(double *r, double *deviations, double *means, const double *columns, int64_t stride,
                            int64_t n, int64_t n_cols, niem_error *err) {
  const int64_t up = ni_lanes_up(n);
  double *shares = ni_alloc((size_t)up, (size_t)n_cols * sizeof *shares);
  double *roots = ni_alloc((size_t)n_cols, sizeof *roots);
  const int good = shares != NULL && roots != NULL;
  for (int64_t j = 0; good && j < n_cols; j++) {
    double mean, deviation;
    ni_mean_deviation(&mean, &deviation, columns + j * stride, n, 1);
    if (means != NULL) {
      means[j] = mean;
    }
    if (deviations != NULL) {
      deviations[j] = deviation;
    }
    roots[j] = ni_column_shares(shares + j * up, columns + j * stride, n);
    r[j * n_cols + j] = roots[j] > 0 ? 1 : ni_nan();
    for (int64_t k = 0; k < j; k++) {
      r[j * n_cols + k] = ni_shares_correlation(shares + j * up, roots[j], shares + k * up, roots[k], n);
      r[k * n_cols + j] = r[j * n_cols + k];
    }
  }
  ni_free(roots);
  ni_free(shares);
  return good ? NIEM_OK : ni_fail_memory(err);
}

niem_status ni_covariances(double *c, const double *columns, int64_t stride, int64_t n, int64_t n_cols,
                           niem_error *err) {
  double *deviations = ni_alloc((size_t)n_cols, sizeof *deviations);
  niem_status status = deviations != NULL ? NIEM_OK : ni_fail_memory(err);
  NIEM_TRY(status);
  NIEM_TRY(ni_correlations(c, deviations, NULL, columns, stride, n, n_cols, err));
  for (int64_t j = 0; j < n_cols; j++) {
    for (int64_t k = 0; k < n_cols; k++) {
      const double spread = deviations[j] * deviations[k];
      c[j * n_cols + k] = spread == 0 ? 0 : c[j * n_cols + k] * spread;
    }
  }
cleanup:
  ni_free(deviations);
  return status;
}

/* The values that two columns both have, one after another; how many there are. */
static int64_t take_pairs(double *a, double *b, const double *x, const double *y, int64_t n) {
  int64_t both = 0;
  for (int64_t i = 0; i < n; i++) {
    a[both] = x[i];
    b[both] = y[i];
    both += (x[i] == x[i]) & (y[i] == y[i]);
  }
  return both;
}

static double pair_covariance(const double *a, const double *b, int64_t n, double *room) {
  const double spread = ni_deviation(a, n, 1) * ni_deviation(b, n, 1);
  return spread > 0 ? ni_pair_correlation(a, b, n, room) * spread : spread;
}

niem_status ni_pair_covariances(double *c, int64_t *least, const double *columns, int64_t stride, int64_t n,
                                int64_t n_cols, niem_error *err) {
  const int64_t up = ni_lanes_up(n);
  double *room = ni_alloc((size_t)up + 1, 4 * sizeof *room);
  if (room == NULL) {
    return ni_fail_memory(err);
  }
  *least = n;
  for (int64_t j = 0; j < n_cols; j++) {
    for (int64_t k = 0; k <= j; k++) {
      const int64_t both = take_pairs(room, room + up, columns + j * stride, columns + k * stride, n);
      const double deviation = ni_deviation(room, both, 1);
      c[j * n_cols + k] = j == k ? deviation * deviation : pair_covariance(room, room + up, both, room + 2 * up);
      c[k * n_cols + j] = c[j * n_cols + k];
      *least = both < *least ? both : *least;
    }
  }
  ni_free(room);
  return NIEM_OK;
}

static void turn(double *c, double *r, int64_t n_cols, const double *directions) {
  for (int64_t j = 0; j < n_cols; j++) {
    for (int64_t k = 0; k < j; k++) {
      const double sign = directions == NULL ? 1 : directions[j] * directions[k];
      const double spread = sqrt(c[j * n_cols + j]) * sqrt(c[k * n_cols + k]);
      const double value = sign * c[j * n_cols + k];
      const double share = spread > 0 ? value / spread : ni_nan();
      c[j * n_cols + k] = c[k * n_cols + j] = value;
      r[j * n_cols + k] = r[k * n_cols + j] = share > 1 ? 1 : share < -1 ? -1 : share;
    }
    r[j * n_cols + j] = c[j * n_cols + j] > 0 ? 1 : ni_nan();
  }
}

niem_status ni_item_covariances(double *c, double *r, int64_t *n, double *columns, int64_t n_rows, int64_t n_cols,
                                int32_t rows, const double *directions, niem_error *err) {
  niem_status status = NIEM_OK;
  if (rows == NIEM_ROWS_PAIRWISE) {
    NIEM_TRY(ni_pair_covariances(c, n, columns, n_rows, n_rows, n_cols, err));
  } else {
    *n = ni_keep_complete(columns, n_rows, n_cols);
    NIEM_TRY(ni_covariances(c, columns, n_rows, *n, n_cols, err));
  }
  turn(c, r, n_cols, directions);
cleanup:
  return status;
}

niem_status ni_check_rows(int64_t n, int64_t least, int32_t rows, niem_error *err) {
  if (n >= least) {
    return NIEM_OK;
  }
  return ni_fail(err, NIEM_ERROR_VALUE, "x",
                 rows == NIEM_ROWS_PAIRWISE
                     ? "has two columns with %lld rows in common; this takes %lld at least: leave one of them out"
                     : "has %lld rows without a missing value; this takes %lld at least: impute first",
                 (long long)n, (long long)least);
}

niem_status ni_check_directions(const double *directions, int64_t n, int64_t n_cols, niem_error *err) {
  niem_status status = NIEM_OK;
  if (directions == NULL) {
    return NIEM_OK;
  }
  NIEM_TRY(ni_check_array(directions, n, n_cols, "columns", "directions", err));
  for (int64_t j = 0; j < n_cols; j++) {
    if (directions[j] != 1 && directions[j] != -1) {
      return ni_fail_at(err, NIEM_ERROR_VALUE, 0, j + 1, "directions",
                        "of column %lld is neither 1 nor -1 (an item that is reversed)", (long long)(j + 1));
    }
  }
cleanup:
  return status;
}
