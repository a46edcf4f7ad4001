/* Transformations of one column against skewness.
 *
 * Sources: W. Becker et al., COIN Tool User's Guide (EUR 29899, 2019); Cornell, INSEAD & WIPO, Global Innovation Index
 * 2020, appendix on methodology; G. E. P. Box & D. R. Cox, "An analysis of transformations", JRSS B 26 (1964); I.-K.
 * Yeo & R. A. Johnson, "A new family of power transformations to improve normality or symmetry", Biometrika 87 (2000).
 */
#include "base/platform.h"

#include "methods/transform.h"

#include <math.h>

#include "base/exact.h"
#include "base/math.h"
#include "base/number.h"
#include "statistics/columns.h"

/* A lambda nearer to 0 differs from the logarithm by less than its rounding. */
#define NEGLIGIBLE_LAMBDA 1e-15

enum { GRID = 40, NARROWINGS = 60 };

void ni_log_from_least(double *x, int64_t n, double shift, int mirrored) {
  double low, high;
  ni_extent(&low, &high, x, n);
  for (int64_t i = 0; i < n; i++) {
    if (!ni_is_nan(x[i])) {
      x[i] = mirrored ? 0 - ni_log(high - x[i] + shift) : ni_log(x[i] - low + shift);
    }
  }
}

int ni_log_gii(double *x, int64_t n, double factor, int mirrored) {
  double low, high;
  ni_extent(&low, &high, x, n);
  const double stretch = high * factor - 1;
  if (!(stretch > 0)) {
    return 0;
  }
  for (int64_t i = 0; i < n; i++) {
    if (!ni_is_nan(x[i])) {
      const double share = (mirrored ? high - x[i] : x[i] - low) / (high - low);
      x[i] = mirrored ? 0 - ni_log(stretch * share + 1) : ni_log(stretch * share + 1);
    }
  }
  return 1;
}

/* (y^lambda - 1) / lambda with nothing lost where lambda is small. */
static double power_minus_one(ni_dd y, double lambda) {
  const ni_dd log = ni_dd_log_dd(y);
  if (fabs(lambda) < NEGLIGIBLE_LAMBDA) {
    return ni_dd_value(log);
  }
  const ni_dd power = ni_dd_exp(ni_dd_mul_d(log, lambda));
  return ni_dd_value(ni_dd_div_d(ni_dd_add_d(power, -1), lambda));
}

double ni_box_cox(double x, double lambda) {
  return power_minus_one(ni_dd_from(x), lambda);
}

double ni_yeo_johnson(double x, double lambda) {
  return x >= 0 ? power_minus_one(ni_dd_two_sum(1, x), lambda) : 0 - power_minus_one(ni_dd_two_sum(1, -x), 2 - lambda);
}

/* The logarithm of the Jacobian for lambda = 2, which is linear in lambda - 1. */
static double jacobian(const double *x, int64_t n, int yeo_johnson) {
  ni_exact sum;
  ni_exact_init(&sum);
  for (int64_t i = 0; i < n; i++) {
    if (!ni_is_nan(x[i])) {
      const double log = yeo_johnson ? ni_log1p(fabs(x[i])) : ni_log(x[i]);
      ni_exact_add(&sum, yeo_johnson && x[i] < 0 ? -log : log);
    }
  }
  return ni_exact_round(&sum);
}

static double likelihood(const double *x, int64_t n, double (*transform)(double, double), double lambda,
                         double log_jacobian, double *room) {
  for (int64_t i = 0; i < n; i++) {
    room[i] = ni_is_nan(x[i]) ? ni_nan() : transform(x[i], lambda);
    if (!ni_is_nan(room[i]) && !ni_is_finite(room[i])) {
      return -INFINITY;
    }
  }
  const double spread = ni_deviation(room, n, 0);
  return spread > 0 ? (lambda - 1) * log_jacobian - (double)ni_count(x, n) * ni_log(spread) : -INFINITY;
}

double ni_lambda(const double *x, int64_t n, double (*transform)(double, double), double *room) {
  const double golden = 0.6180339887498949;
  const double log_jacobian = jacobian(x, n, transform == ni_yeo_johnson);
  double best = -INFINITY;
  int at = GRID / 2;
  for (int k = 0; k <= GRID; k++) {
    const double value = likelihood(x, n, transform, -5 + 10.0 * k / GRID, log_jacobian, room);
    if (value > best) {
      best = value;
      at = k;
    }
  }
  double low = -5 + 10.0 * (at > 0 ? at - 1 : 0) / GRID;
  double high = -5 + 10.0 * (at < GRID ? at + 1 : GRID) / GRID;
  for (int k = 0; k < NARROWINGS; k++) {
    const double a = high - golden * (high - low);
    const double b = low + golden * (high - low);
    const double at_a = likelihood(x, n, transform, a, log_jacobian, room);
    const double at_b = likelihood(x, n, transform, b, log_jacobian, room);
    low = at_a < at_b ? a : low;
    high = at_a < at_b ? high : b;
  }
  return low + (high - low) / 2;
}
