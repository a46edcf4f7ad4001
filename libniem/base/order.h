/* Order: sorting, ranks and quantiles, deterministic to the last tie.
 * The order of doubles: -inf to +inf, NaN last whichever the direction, -0 and +0 equal (a stable sort keeps their
 * order). */
#ifndef NI_ORDER_H
#define NI_ORDER_H

#include "base/platform.h"

/* Sort in place, ascending, NaN last. Depends on the multiset of bits only, not on the order in which they arrive: -0
 * stands before +0, NaNs among themselves by their bits. Never fails, O(n log n). */
void ni_sort_doubles(double *x, int64_t n);

/* Negative, 0 or positive as item a goes before, with or after item b. */
typedef int (*ni_compare_indices)(int64_t a, int64_t b, const void *context);
/* Stable merge sort of whatever `indices` holds. 1, or 0 where memory is short (indices then untouched). */
int ni_sort_indices(int64_t *indices, int64_t n, ni_compare_indices compare, const void *context);

/* The permutation that sorts x[0], x[stride], ...: position k goes to element permutation[k]. Stable in both
 * directions. 1, or 0 where memory is short. */
int ni_order(int64_t *permutation, const double *x, int64_t n, int64_t stride, int descending);

/* What rank tied values get. */
enum { NI_TIES_MIN = 0, NI_TIES_MAX = 1, NI_TIES_AVERAGE = 2, NI_TIES_DENSE = 3, NI_TIES_FIRST = 4 };
/* Ranks from 1; `descending`: the largest has rank 1. Neighbours in sorted order tie when they differ by at most
 * `tolerance`, so a chain of such neighbours is one tie. NaN has rank NaN and counts for nobody. With NI_TIES_FIRST
 * tied values are ranked in the order in which they stand in x. 1, or 0 where memory is short. */
int ni_rank(double *ranks, const double *x, int64_t n, int64_t stride, int descending, int32_t ties, double tolerance);

/* The k-th least (from 0) of n finite values within [low, high], and the one after it (NaN for the last); x is put in
 * another order. -0 and +0 are the same value. */
void ni_select_pair(double *kth, double *next, double *x, int64_t n, int64_t k, double low, double high);

/* Quantile of type 7 (Hyndman & Fan 1996) of n sorted values that are not NaN: at h = (n - 1) p, linear between the
 * order statistics on either side, the interpolation exact and rounded once: monotone in p, and an order statistic
 * where h is an integer but for the rounding of p. NaN for n = 0 and p outside [0, 1]. */
double ni_quantile_sorted(const double *sorted, int64_t n, double p);
/* The same of the values of x that are not NaN. 1, or 0 where memory is short. */
int ni_quantile(double *out, const double *x, int64_t n, int64_t stride, double p);

#endif
