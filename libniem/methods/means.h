/* Means of a few values with their weights: kernels of the aggregation. Computed in double-double, rounded once. Those
 * of whole rows are in lanes.h. */
#ifndef NI_METHODS_MEANS_H
#define NI_METHODS_MEANS_H

#include "base/platform.h"

/* Arithmetic means of all rows at once: a lane is a row, so that lanes never share a sum. `columns` is column after
 * column, `weights` has n_cols elements; NaN where the values that are there have no weight. 1, or 0 where memory is
 * short. */
int ni_arithmetic_rows(double *out, const double *columns, const double *weights, int64_t n_rows, int64_t n_cols);

/* The values of one row that are there, n > 0, with weights of which one is positive. */
double ni_arithmetic(const double *x, const double *weights, int64_t n);
/* x + offset > 0 */
double ni_geometric(const double *x, const double *weights, int64_t n, double offset);
double ni_harmonic(const double *x, const double *weights, int64_t n, double offset);
/* x + offset > 0, or = 0 for power > 0; the order 0 is the geometric mean. */
double ni_power_mean(const double *x, const double *weights, int64_t n, double offset, double power);
/* Sorted ascending. */
double ni_weighted_median(const double *sorted, const double *weights, int64_t n);
/* Sorted descending; weights of `n_weights` places, n <= n_weights. */
double ni_ordered_average(const double *sorted, int64_t n, const double *weights, int64_t n_weights);

/* The ordered average of one row after another. The weights are borrowed; NULL, or 0, where memory is short. `sorted`
 * has room for ni_lanes_up(n) values. */
typedef struct ni_places ni_places;
ni_places *ni_places_new(const double *weights, int64_t n_weights);
int ni_places_average(double *out, ni_places *places, double *sorted, int64_t n);
void ni_places_free(ni_places *places);

#endif
