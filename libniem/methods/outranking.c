/* Pairwise comparison of units over criteria.
 *
 * Sources: A. H. Copeland, "A reasonable social welfare function" (1951); G. Munda & M. Nardo,
 * "Noncompensatory/nonlinear composite indicators for ranking countries", Applied Economics 41 (2009), for the
 * outranking matrix. */
#include "base/platform.h"

#include "methods/outranking.h"

/* A comparison with NaN is false, so a criterion that one of two units lacks counts for neither. */
static int64_t net_preference(const double *a, const double *b, const int64_t *weights, int64_t n, double tolerance) {
  int64_t net = 0;
  for (int64_t j = 0; j < n; j++) {
    const double d = a[j] - b[j];
    net += weights[j] & -(int64_t)(d > tolerance);
    net -= weights[j] & -(int64_t)(d < -tolerance);
  }
  return net;
}

void ni_integer_weights(int64_t *out, const double *weights, int64_t n) {
  double greatest = 0;
  int bits = 50;
  for (int64_t room = n; room > 2048; room = (room + 1) / 2) {
    bits--;
  }
  for (int64_t j = 0; j < n; j++) {
    greatest = weights[j] > greatest ? weights[j] : greatest;
  }
  for (int64_t j = 0; j < n; j++) {
    out[j] = (int64_t)(weights[j] / greatest * (double)((int64_t)1 << bits) + 0.5);
  }
}

int64_t ni_preference(int64_t *common, const double *a, const double *b, const int64_t *weights, int64_t n,
                      double tolerance) {
  *common = 0;
  for (int64_t j = 0; j < n; j++) {
    const double d = a[j] - b[j];
    *common += weights[j] & -(int64_t)(d == d);
  }
  return net_preference(a, b, weights, n, tolerance);
}

void ni_copeland(double *out, const double *rows, const int64_t *weights, int64_t n_rows, int64_t n_cols,
                 double tolerance) {
  for (int64_t i = 0; i < n_rows; i++) {
    out[i] = 0;
  }
  for (int64_t i = 0; i < n_rows; i++) {
    for (int64_t k = i + 1; k < n_rows; k++) {
      const int64_t net = net_preference(rows + i * n_cols, rows + k * n_cols, weights, n_cols, tolerance);
      const double sign = (double)((net > n_cols) - (net < -n_cols));
      out[i] += sign;
      out[k] -= sign;
    }
  }
}
