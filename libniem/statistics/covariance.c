/* Covariances and correlations of all columns of a block. */
#include "base/platform.h"

#include "statistics/covariance.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/number.h"
#include "statistics/columns.h"
#include "statistics/lanes.h"

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
