/* The library's own elementary functions: basic operations on doubles only, hence the same bits on every machine.
 * Computed in double-double and rounded once: the error is below 0.5000001 ulp, subnormal results included. Special
 * values as in C99, Annex F; a NaN result is the canonical one. No errno, no flags promised. */
#ifndef NI_MATH_H
#define NI_MATH_H

#include "base/platform.h"
#include "base/dd.h"

double ni_exp(double x);
double ni_log(double x);
double ni_log1p(double x);
double ni_log2(double x);
double ni_log10(double x);
double ni_pow(double x, double y);

/* The same before rounding, relative error below 2^-96, for results that go on into a double-double computation. Zero
 * has the logarithm -inf, negative numbers NaN; where exp overflows hi is inf and lo 0; where it is below 2^-960 lo is
 * 0. */
ni_dd ni_dd_log(double x);
ni_dd ni_dd_log_dd(ni_dd x);
ni_dd ni_dd_exp(ni_dd x);
/* x^y for x >= 0, NaN for x < 0; 0^y is 0, 1 or inf as y is positive, 0 or negative. The relative error is below
 * 2^-96 (1 + |y log x|). */
ni_dd ni_dd_pow(ni_dd x, ni_dd y);

/* For sums of many, in a fraction of the time. The logarithms of positive normal numbers, as pairs, with an absolute
 * error below 2^-65; and pairs to exp(factor * pair), |factor * pair| < 650, with a relative error below 2^-66 where
 * the pair is exact. */
void ni_log_near_each(double *hi, double *lo, const double *x, int64_t n);
void ni_exp_near_each(double *hi, double *lo, double factor, int64_t n);

#endif
