/* Pairwise comparison of units over criteria, decided in integers. Rows after rows, NaN missing. */
#ifndef NI_METHODS_OUTRANKING_H
#define NI_METHODS_OUTRANKING_H

#include "base/platform.h"

/* Weights as integers in units of 2^-50 of the greatest (coarser beyond 2048 of them, so that all add up without
 * overflow). Decimals that add up to the same differ after rounding by less than a unit for each, so a difference of at
 * most n units is a tie. */
enum { NI_OUTRANKING_MOST = 4194304 };
/* `weights` NULL: equal. */
void ni_integer_weights(int64_t *out, const double *weights, int64_t n);

/* The weight of criteria on which a is better less that on which b is, and all that on which both have a value. */
int64_t ni_preference(int64_t *common, const double *a, const double *b, const int64_t *weights, int64_t n,
                      double tolerance);

/* Units outranked less units that outrank, for each row. */
void ni_copeland(double *out, const double *rows, const int64_t *weights, int64_t n_rows, int64_t n_cols,
                 double tolerance);
/* The same with equal weights and without a tolerance, by the ranks within columns: 0, and nothing done, where there
 * are too many rows for that, so few that it is not worth it, or too little memory. */
int ni_copeland_by_ranks(double *out, const double *rows, int64_t n_rows, int64_t n_cols);

#endif
