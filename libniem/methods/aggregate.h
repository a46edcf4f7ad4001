/* What aggregation shares with the scores of a tree: the check of its options, and the value of one row in
 * double-double, by the formulas of niem/methods.h. */
#ifndef NI_METHODS_AGGREGATE_H
#define NI_METHODS_AGGREGATE_H

#include "base/platform.h"
#include "base/dd.h"
#include "niem/methods.h"

/* All that can be said of options without a matrix: the method, options that have no part in it, ranges. */
niem_status ni_aggregate_check(const niem_aggregate_options *options, niem_error *err);

/* Are the weights those of places? Are all values to be positive (or 0, for a power above 0)? Does each row count by
 * itself? */
static inline int ni_aggregate_is_ordered(int32_t method) {
  return method == NIEM_AGGREGATE_OWA || method == NIEM_AGGREGATE_OGWA;
}
static inline int ni_aggregate_is_of_positive(int32_t method) {
  return (method >= NIEM_AGGREGATE_GEOMETRIC && method <= NIEM_AGGREGATE_POWER) || method == NIEM_AGGREGATE_OGWA;
}
static inline int ni_aggregate_is_by_row(int32_t method) {
  return method < NIEM_AGGREGATE_COPELAND || method == NIEM_AGGREGATE_OGWA;
}

/* What keeps a method from having a value. */
enum { NI_ROW_DONE = 0, NI_ROW_NOT_POSITIVE = 1, NI_ROW_MEAN_NOT_POSITIVE = 2, NI_ROW_TOO_MANY = 3 };

/* The value of n > 0 numbers by a method that takes each row by itself, none of whose weights is 0. `order` is room for
 * n places. What it comes to: NI_ROW_DONE; NI_ROW_NOT_POSITIVE with `*at`, the number that a mean of positive values
 * has no room for; NI_ROW_MEAN_NOT_POSITIVE for MPI; NI_ROW_TOO_MANY for an OWA of more numbers than it has places. */
int ni_aggregate_row(ni_dd *out, int64_t *at, const ni_dd *x, const double *weights, int64_t n,
                     const niem_aggregate_options *options, int64_t *order);

#endif
