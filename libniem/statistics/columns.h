/* What one column (a contiguous vector, NaN missing) is described by. Kernels: they know no options and no errors. */
#ifndef NI_STATISTICS_COLUMNS_H
#define NI_STATISTICS_COLUMNS_H

#include "base/platform.h"

/* Values that are not NaN. */
int64_t ni_count(const double *x, int64_t n);
/* Least and greatest value; NaN for none. */
void ni_extent(double *low, double *high, const double *x, int64_t n);
/* The mean, within 0.5000001 ulp; NaN for no value. */
double ni_mean(const double *x, int64_t n);
/* Standard deviation with the divisor n - less (1: sample, 0: population); NaN where that is not positive, exactly 0
 * for values that are all the same. No intermediate over- or underflow. */
double ni_deviation(const double *x, int64_t n, int less);
/* Both at once. */
void ni_mean_deviation(double *mean, double *deviation, const double *x, int64_t n, int less);
/* Skewness and excess kurtosis of type 2 (G1 and G2: D. N. Joanes & C. A. Gill, The Statistician 47, 1998; what SAS,
 * SPSS and Excel compute). NaN for fewer than 3, or 4, values and for values that are all the same. */
void ni_skewness_kurtosis(double *skewness, double *kurtosis, const double *x, int64_t n);
/* Pearson's correlation in steps, since a column has many partners. The deviations from the mean as shares of the
 * greatest one, 0 for a gap and behind the end (ni_lanes_up(n) elements); the root of the sum of their squares, 0 where
 * x does not vary. */
double ni_column_shares(double *shares, const double *x, int64_t n);
/* Of two columns without gaps, from their shares and roots: within [-1, 1], NaN where one does not vary. */
double ni_shares_correlation(const double *a, double root_a, const double *b, double root_b, int64_t n);
/* Of the pairs that are complete; `room` has 2 * ni_lanes_up(n) elements. */
double ni_pair_correlation(const double *x, const double *y, int64_t n, double *room);
/* The sum of ni_lanes_up(n) numbers within [-1, 1], in any order the same: what is dropped is below n^3 2^-104. */
double ni_sum_of_shares(const double *x, int64_t n);

#endif
