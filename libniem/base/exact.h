/* Exact sums of doubles and of products of doubles, rounded once: the same bits for any order of the terms, any number
 * of threads and any way of merging. */
#ifndef NI_EXACT_H
#define NI_EXACT_H

#include "base/platform.h"
#include "base/dd.h"

/* Limb k holds a signed multiple of 2^(32 k - 2148): from the last bit of the least product (2^-1074 squared) to
 * 2^2140, room for 2^90 products of the largest doubles. */
enum { NI_EXACT_LIMBS = 134, NI_EXACT_LOWEST = -2148 };

typedef struct ni_exact {
  int64_t limb[NI_EXACT_LIMBS];
  int64_t pending;      /* bound on limb magnitudes: |limb| < (pending + 1) * 2^32 */
  int32_t saw_nan;      /* a NaN was added, or an infinity times zero */
  int32_t saw_infinity; /* +inf */
  int32_t saw_minus_infinity;
  int32_t reserved;
} ni_exact;

void ni_exact_init(ni_exact *acc);
void ni_exact_add(ni_exact *acc, double x);
/* The exact product, whatever its exponent: nothing overflows or underflows before the sum is rounded. */
void ni_exact_add_product(ni_exact *acc, double a, double b);
/* acc += other. Associative and commutative in every observable result. */
void ni_exact_merge(ni_exact *acc, const ni_exact *other);

/* The sum correctly rounded (nearest even), infinite where it exceeds the range; canonical NaN where a NaN or both
 * infinities were added. A sum of zero is +0. */
double ni_exact_round(const ni_exact *acc);
/* The same with the remainder rounded into lo: relative error 2^-106, while lo is not subnormal. */
ni_dd ni_exact_round_dd(const ni_exact *acc);
/* Numerator over denominator within 0.5000001 ulp, with no intermediate over- or underflow; NaN where the denominator
 * is 0. */
double ni_exact_quotient(const ni_exact *numerator, const ni_exact *denominator);

/* The sum of x[0], x[stride], ... correctly rounded. A NaN in x makes it NaN. */
double ni_exact_sum(const double *x, int64_t n, int64_t stride);
/* The mean of the values that are not NaN; canonical NaN where there is none. */
double ni_exact_mean(const double *x, int64_t n, int64_t stride);
/* The weighted mean of the values that are not NaN; canonical NaN where there is none or their weights sum to 0. The
 * weight of a NaN is not read into the sum; a NaN weight of a value makes the result NaN. */
double ni_exact_weighted_mean(const double *x, const double *w, int64_t n, int64_t x_stride, int64_t w_stride);

#endif
