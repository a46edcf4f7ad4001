/* Tails and quantiles of the distributions that tests rest on. Kernels: arguments are within their range, NaN for the
 * callers to keep out. */
#ifndef NI_STATISTICS_DISTRIBUTION_H
#define NI_STATISTICS_DISTRIBUTION_H

#include "base/platform.h"
#include "base/dd.h"

/* The logarithms of the gamma function for x in [1e-4, 1e10] and of the beta function, within 1e-18 absolute. */
ni_dd ni_log_gamma(double x);
ni_dd ni_log_beta(double a, double b);

/* Both tails of a distribution, each with a small relative error. */
typedef struct ni_tails {
  double lower, upper;
} ni_tails;
/* The regularised incomplete gamma function, P and Q, for x >= 0; log_gamma is that of a. */
ni_tails ni_gamma_tails(double a, ni_dd x, ni_dd log_gamma);
/* The regularised incomplete beta function I_x(a, b) and 1 - that; `rest` is 1 - x, known as well as x. */
ni_tails ni_beta_tails(double a, double b, ni_dd x, ni_dd rest, ni_dd log_beta);

/* One distribution with what all of its probabilities share; `family` is a NIEM_DISTRIBUTION_... */
typedef struct ni_distribution {
  int32_t family;
  double df1, df2;
  ni_dd log_constant;
} ni_distribution;
void ni_distribution_init(ni_distribution *d, int32_t family, double df1, double df2);
/* Of |x| <= 1e100. */
ni_tails ni_distribution_tails(const ni_distribution *d, double x);
/* The x with P(X <= x) = p, or P(X > x) = p where `upper`; 0 < p < 1. Beyond 1e100: infinite. */
double ni_distribution_quantile(const ni_distribution *d, double p, int upper);

/* The two-sided p-value of a correlation r of n >= 3 pairs; d is Student's t with n - 2 degrees of freedom. */
double ni_correlation_p(const ni_distribution *d, double r);

#endif
