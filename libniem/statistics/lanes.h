/* Loops of which a processor does several steps at once: over the values of one row, and over columns side by side.
 *
 * The bits never depend on how many steps that are: sums over a row go to 32 virtual lanes (value i to lane i % 32),
 * each of them compensated (Sum2 and Dot2 of T. Ogita, S. M. Rump & S. Oishi, "Accurate sum and dot product", SIAM J.
 * Sci. Comput. 26, 2005), which are then added by halves: lane k and k + 16, k + 8, and so on. The error of a sum is
 * below (n / 16 + 16)^2 2^-106 of the sum of magnitudes. A gap is NaN in `x`, and 0 in arrays that say so. */
#ifndef NI_STATISTICS_LANES_H
#define NI_STATISTICS_LANES_H

#include "base/platform.h"
#include "base/dd.h"

enum { NI_LANES = 32 };

/* How long arrays of n values are that end in whole lanes. */
static inline int64_t ni_lanes_up(int64_t n) {
  return (n + NI_LANES - 1) / NI_LANES * NI_LANES;
}

/* ---- one row */

/* The values that are there: how many, the least and the greatest (infinities for none). */
typedef struct ni_present {
  int64_t n;
  double low, high;
} ni_present;
void ni_lanes_extent(ni_present *out, const double *x, int64_t n);
/* The sum of the values that are there. */
ni_dd ni_lanes_sum(const double *x, int64_t n);
/* The sum of ((x - centre) * scale)^2, each term rounded. */
ni_dd ni_lanes_squares(const double *x, int64_t n, double centre, double scale);

/* Every NaN becomes `nan`. */
void ni_lanes_settle(double *x, int64_t n, double nan);

/* `values`: x with `gap` for a gap and behind the end; `shares`: the weight of a value (NULL: 1), 0 for a gap and
 * behind the end. Both have ni_lanes_up(n) elements, as have those below. */
void ni_lanes_split(double *values, double *shares, const double *x, const double *weights, int64_t n, double gap);
/* Sum of shares * values. */
ni_dd ni_lanes_dot(const double *values, const double *shares, int64_t n);
/* Sum of shares / values; values within [1e-200, 1e200]. */
ni_dd ni_lanes_reciprocals(const double *values, const double *shares, int64_t n);
/* The product of positive, normal values is (the product of `hi, lo`) * 2^exponent. */
ni_dd ni_lanes_product(int64_t *exponent, const double *values, int64_t n);

/* The values times a power of two, and one over them where `reciprocal`, as pairs. */
void ni_lanes_pairs(double *hi, double *lo, const double *values, int64_t n, double scale, int reciprocal);
/* Pairs by pairs, in place. */
void ni_lanes_multiply(double *hi, double *lo, const double *by_hi, const double *by_lo, int64_t n);
/* Sum of shares * pairs. */
ni_dd ni_lanes_dot_pairs(const double *hi, const double *lo, const double *shares, int64_t n);

/* ---- columns side by side; x is one row of n columns */

/* low[j] and high[j] become the extremes of what they were and x[j]. */
void ni_lanes_widen(double *low, double *high, const double *x, int64_t n);
/* (x[j] - shift[j]) / span[j] * scale + base, cut to [base, top] where `cut`; exactly `top` for x[j] = shift[j] +
 * span[j] and nothing below that above it. out may be x. */
typedef struct ni_line {
  const double *shift, *span;
  double scale, base, top;
  int cut;
} ni_line;
void ni_lanes_line(double *out, const double *x, const ni_line *line, int64_t n);

#endif
