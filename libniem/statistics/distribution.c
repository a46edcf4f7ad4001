/* Normal, Student's t, chi-squared and F: probabilities by the incomplete gamma and beta functions, quantiles by
 * bisection of the doubles.
 *
 * Sources: M. Abramowitz & I. Stegun, Handbook of Mathematical Functions (1964), 6.1.40 (Stirling's series), 6.5.29
 * and 6.5.31 (incomplete gamma: series and continued fraction), 26.2, 26.4, 26.5.27, 26.6; A. R.
 * DiDonato & A. H. Morris, "Significant digit computation of the incomplete beta function ratios", ACM TOMS 18 (1992),
 * for the continued fraction of it; W. J. Lentz, "Generating Bessel functions in Mie scattering calculations using
 * continued fractions", Applied Optics 15 (1976), in the form of I. J. Thompson & A. R. Barnett, J. Comput. Phys. 64
 * (1986).
 *
 * What stands before the series, like x^a e^-x / Gamma(a), is computed in double-double and rounded once: its
 * exponents are large in the tails, and their errors would be multiplied. The series and fractions themselves have
 * about the square root of a terms. */
#include "base/platform.h"

#include "statistics/distribution.h"

#include <math.h>

#include "base/math.h"
#include "base/number.h"
#include "niem/statistics.h"

enum { STIRLING_TERMS = 12, MOST_TERMS = 4000000 };
#define STIRLING_FROM 32.0 /* terms left out are below 1e-34 */
#define FARTHEST 1e100

static const ni_dd half_log_two_pi = {0x1.d67f1c864beb5p-1, -0x1.65b5a1b7ff5dfp-55};

/* B_2k / (2k (2k - 1)) */
static const double stirling_above[STIRLING_TERMS] = {1, -1,    1,     -1,      1,     -691,
                                                      1, -3617, 43867, -174611, 77683, -236364091};
static const double stirling_below[STIRLING_TERMS] = {12,  360,    1260,   1680,   1188, 360360,
                                                      156, 122400, 244188, 125400, 5796, 1506960};

static ni_dd stirling(ni_dd x) {
  const ni_dd inverse = ni_dd_div(ni_dd_from(1), x);
  const ni_dd square = ni_dd_mul(inverse, inverse);
  ni_dd sum = ni_dd_from(0);
  for (int k = STIRLING_TERMS - 1; k >= 0; k--) {
    const ni_dd term = ni_dd_div_d(ni_dd_from(stirling_above[k]), stirling_below[k]);
    sum = ni_dd_add(ni_dd_mul(sum, square), term);
  }
  const ni_dd main = ni_dd_sub(ni_dd_mul(ni_dd_add_d(x, -0.5), ni_dd_log_dd(x)), x);
  return ni_dd_add(ni_dd_add(main, half_log_two_pi), ni_dd_mul(sum, inverse));
}

ni_dd ni_log_gamma(double x) {
  ni_dd at = ni_dd_from(x);
  ni_dd product = ni_dd_from(1);
  for (; at.hi < STIRLING_FROM; at = ni_dd_add_d(at, 1)) {
    product = ni_dd_mul(product, at);
  }
  return ni_dd_sub(stirling(at), ni_dd_log_dd(product));
}

ni_dd ni_log_beta(double a, double b) {
  const ni_dd sum = ni_dd_two_sum(a, b);
  /* a + b is not always a double: the derivative of the logarithm, about log(a + b), takes the rest. */
  const ni_dd of_sum = ni_dd_add_d(ni_log_gamma(sum.hi), sum.lo * ni_log(sum.hi));
  return ni_dd_sub(ni_dd_add(ni_log_gamma(a), ni_log_gamma(b)), of_sum);
}

/* ---- incomplete gamma */

static double gamma_series(double a, double x) {
  double term = 1;
  double sum = 1;
  for (int k = 1; k < MOST_TERMS && term > sum * 0x1p-55; k++) {
    term *= x / (a + k);
    sum += term;
  }
  return sum / a;
}

/* Of modified Lentz: nothing is divided by 0. */
static double not_zero(double x) {
  return x == 0 ? 0x1p-1000 : x;
}

static double gamma_fraction(double a, double x) {
  double b = x + 1 - a;
  double c = 0x1p1000;
  double d = 1 / not_zero(b);
  double value = d;
  for (int k = 1; k < MOST_TERMS; k++) {
    const double above = -k * (k - a);
    b += 2;
    d = 1 / not_zero(above * d + b);
    c = not_zero(b + above / c);
    const double step = c * d;
    value *= step;
    if (fabs(step - 1) <= 0x1p-52) {
      break;
    }
  }
  return value;
}

ni_tails ni_gamma_tails(double a, ni_dd x, ni_dd log_gamma) {
  ni_tails tails = {0, 1};
  if (!(x.hi > 0)) {
    return tails;
  }
  const ni_dd exponent = ni_dd_sub(ni_dd_sub(ni_dd_mul_d(ni_dd_log_dd(x), a), x), log_gamma);
  const double front = ni_dd_value(ni_dd_exp(exponent));
  if (x.hi < a + 1) {
    tails.lower = front * gamma_series(a, x.hi);
    tails.upper = 1 - tails.lower;
  } else {
    tails.upper = front > 0 ? front * gamma_fraction(a, x.hi) : 0;
    tails.lower = 1 - tails.upper;
  }
  return tails;
}

/* ---- incomplete beta */

/* For x < (a + 1) / (a + b + 2): every second step of the fraction, in which x stands where 1 - x would cancel it. */
static double beta_fraction(double a, double b, ni_dd x, ni_dd rest) {
  const double beyond = ni_dd_value(ni_dd_sub(ni_dd_from(a), ni_dd_mul(x, ni_dd_two_sum(a, b))));
  double c = not_zero(a / (a + 1) * (beyond + 1));
  double d = 0;
  double value = c;
  for (int k = 1; k < MOST_TERMS; k++) {
    const double at = a + 2.0 * k - 1;
    const double share = k * (b - k) * x.hi / at;
    const double above = (a + k - 1) * (a + b + k - 1) / at * x.hi * share;
    const double below = k + share + (a + k) / (at + 2) * (beyond + 1 + k * (1 + rest.hi));
    d = 1 / not_zero(below + above * d);
    c = not_zero(below + above / c);
    const double step = c * d;
    value *= step;
    if (fabs(step - 1) <= 0x1p-52) {
      break;
    }
  }
  return 1 / value;
}

ni_tails ni_beta_tails(double a, double b, ni_dd x, ni_dd rest, ni_dd log_beta) {
  ni_tails tails = {0, 1};
  if (!(x.hi > 0)) {
    return tails;
  }
  if (!(rest.hi > 0)) {
    tails.lower = 1;
    tails.upper = 0;
    return tails;
  }
  const ni_dd powers = ni_dd_add(ni_dd_mul_d(ni_dd_log_dd(x), a), ni_dd_mul_d(ni_dd_log_dd(rest), b));
  const double front = ni_dd_value(ni_dd_exp(ni_dd_sub(powers, log_beta)));
  if (x.hi * (a + b + 2) < a + 1) {
    tails.lower = front > 0 ? front * beta_fraction(a, b, x, rest) : 0;
    tails.upper = 1 - tails.lower;
  } else {
    tails.upper = front > 0 ? front * beta_fraction(b, a, rest, x) : 0;
    tails.lower = 1 - tails.upper;
  }
  return tails;
}

/* ---- the distributions */

void ni_distribution_init(ni_distribution *d, int32_t family, double df1, double df2) {
  d->family = family;
  d->df1 = df1;
  d->df2 = df2;
  switch (family) {
    case NIEM_DISTRIBUTION_T:
      d->log_constant = ni_log_beta(df1 / 2, 0.5);
      break;
    case NIEM_DISTRIBUTION_CHI_SQUARED:
      d->log_constant = ni_log_gamma(df1 / 2);
      break;
    case NIEM_DISTRIBUTION_F:
      d->log_constant = ni_log_beta(df2 / 2, df1 / 2);
      break;
    default:
      d->log_constant = ni_log_gamma(0.5);
      break;
  }
}

/* Of a distribution about 0, for |x|: `lower` is the share within -+x, `upper` what is beyond. */
static ni_tails about_zero(const ni_distribution *d, double x) {
  const ni_dd square = ni_dd_two_product(x, x);
  if (d->family == NIEM_DISTRIBUTION_NORMAL) {
    return ni_gamma_tails(0.5, ni_dd_make(square.hi / 2, square.lo / 2), d->log_constant);
  }
  const ni_dd sum = ni_dd_add_d(square, d->df1);
  const ni_tails t =
      ni_beta_tails(d->df1 / 2, 0.5, ni_dd_div(ni_dd_from(d->df1), sum), ni_dd_div(square, sum), d->log_constant);
  const ni_tails turned = {t.upper, t.lower};
  return turned;
}

/* Of a distribution from 0 upwards. */
static ni_tails from_zero(const ni_distribution *d, double x) {
  if (d->family == NIEM_DISTRIBUTION_CHI_SQUARED) {
    return ni_gamma_tails(d->df1 / 2, ni_dd_from(x / 2), d->log_constant);
  }
  const ni_dd above = ni_dd_two_product(d->df1, x);
  const ni_dd sum = ni_dd_add_d(above, d->df2);
  const ni_tails t =
      ni_beta_tails(d->df2 / 2, d->df1 / 2, ni_dd_div(ni_dd_from(d->df2), sum), ni_dd_div(above, sum), d->log_constant);
  const ni_tails turned = {t.upper, t.lower};
  return turned;
}

static int is_symmetric(const ni_distribution *d) {
  return d->family == NIEM_DISTRIBUTION_NORMAL || d->family == NIEM_DISTRIBUTION_T;
}

ni_tails ni_distribution_tails(const ni_distribution *d, double x) {
  ni_tails tails = {0, 1};
  if (!is_symmetric(d)) {
    return x > 0 ? from_zero(d, x) : tails;
  }
  const ni_tails both = about_zero(d, fabs(x));
  const double far = both.upper / 2, near = 0.5 + both.lower / 2;
  tails.lower = x < 0 ? far : near;
  tails.upper = x < 0 ? near : far;
  return tails;
}

/* The positive x whose lower tail (or upper one) is p: the doubles between 0 and 1e100 are halved, not their values, so
 * that 62 steps find it wherever it is. */
static double bisect(const ni_distribution *d, double p, int upper) {
  uint64_t low = 0, high = ni_double_bits(FARTHEST);
  while (high - low > 1) {
    const uint64_t middle = low + (high - low) / 2;
    const double x = ni_double_from_bits(middle);
    const ni_tails t = is_symmetric(d) ? about_zero(d, x) : from_zero(d, x);
    if (upper ? t.upper > p : t.lower < p) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return high == ni_double_bits(FARTHEST) ? (double)INFINITY : ni_double_from_bits(high);
}

double ni_distribution_quantile(const ni_distribution *d, double p, int upper) {
  const int turned = p > 0.5; /* 1 - p is then exact, and the tail that is smaller is what is known best */
  const double q = turned ? 1 - p : p;
  const int in_upper = (upper != 0) != turned;
  if (!is_symmetric(d)) {
    return bisect(d, q, in_upper);
  }
  if (q == 0.5) {
    return 0;
  }
  const double x = q > 0.25 ? bisect(d, 2 * (0.5 - q), 0) : bisect(d, 2 * q, 1);
  return in_upper ? x : -x;
}

double ni_correlation_p(const ni_distribution *d, double r) {
  const ni_dd unexplained = ni_dd_mul(ni_dd_two_sum(1, r), ni_dd_two_sum(1, -r));
  return ni_beta_tails(d->df1 / 2, 0.5, unexplained, ni_dd_two_product(r, r), d->log_constant).lower;
}
