/* Means of a few values with their weights: kernels of the aggregation. Computed in double-double, rounded once. The
 * loops over whole rows are in lanes.h; the same means of double-double, for trees, in aggregate_row.c. */
#ifndef NI_METHODS_MEANS_H
#define NI_METHODS_MEANS_H

#include "base/platform.h"
#include "base/dd.h"

/* Orders nearer to 0 than this differ from the geometric mean by less than its rounding. */
#define NI_NEGLIGIBLE_ORDER 1e-18

ni_dd ni_total_weight(const double *weights, int64_t n);

/* The values of one row that are there, n > 0, with weights of which one is positive. */

/* x + offset > 0 */
double ni_geometric(const double *x, const double *weights, int64_t n, double offset);
double ni_harmonic(const double *x, const double *weights, int64_t n, double offset);
/* x + offset > 0, or = 0 for power > 0; the order 0 is the geometric mean. */
double ni_power_mean(const double *x, const double *weights, int64_t n, double offset, double power);
/* Sorted ascending. */
double ni_weighted_median(const double *sorted, const double *weights, int64_t n);
/* Where that is: at the place that is returned, or half way between it and `*next`, which is the same place where it is
 * at one. `order` says which weight belongs to each value in rising order; NULL: they stand in that order. */
int64_t ni_median_place(int64_t *next, const double *weights, const int64_t *order, int64_t n);

/* The weight of each of n places in turn, the greatest value's first, where there are weights of `n_weights` places, n
 * <= n_weights: Yager's quantifier, linear between the places that there are weights for. */
typedef struct ni_quantifier {
  const double *weights;
  int64_t n_weights, n;
  int64_t place;  /* that was asked for last */
  int64_t summed; /* weights in `sum` */
  ni_dd sum;
  ni_dd before; /* the weight of all places so far */
} ni_quantifier;
ni_quantifier ni_quantifier_of(const double *weights, int64_t n_weights, int64_t n);
ni_dd ni_quantifier_next(ni_quantifier *q);

/* The ordered average of one row after another. The weights are borrowed; NULL, or 0, where memory is short. `sorted`
 * has room for ni_lanes_up(n) values. */
typedef struct ni_places ni_places;
ni_places *ni_places_new(const double *weights, int64_t n_weights);
int ni_places_average(double *out, ni_places *places, double *sorted, int64_t n);
/* The same of n pairs, such as the logarithms of the values. */
int ni_places_average_pairs(ni_dd *out, ni_places *places, const double *hi, const double *lo, int64_t n);
void ni_places_free(ni_places *places);

#endif
