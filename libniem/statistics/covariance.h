/* Covariances and correlations of all columns of a block, for what is worked out from them. */
#ifndef NI_STATISTICS_COVARIANCE_H
#define NI_STATISTICS_COVARIANCE_H

#include "base/platform.h"
#include "niem/base.h"

/* Keep the rows without a gap, in place: columns then stand n_rows apart as before and have as many values as this
 * returns. */
int64_t ni_keep_complete(double *columns, int64_t n_rows, int64_t n_cols);

/* Correlations of columns that stand `stride` apart, n_cols * n_cols, row after row: 1 in the diagonal; NaN where one
 * does not vary, in the diagonal too. `deviations` (n - 1) and `means`: n_cols each, or NULL. NIEM_ERROR_MEMORY only.
 */
niem_status ni_correlations(double *r, double *deviations, double *means, const double *columns, int64_t stride,
                            int64_t n, int64_t n_cols, niem_error *err);
/* Covariances (n - 1) of the same. */
niem_status ni_covariances(double *c, const double *columns, int64_t stride, int64_t n, int64_t n_cols,
                           niem_error *err);
/* Covariances of what each pair of columns has (n - 1); the least number of pairs comes to `*least`. */
niem_status ni_pair_covariances(double *c, int64_t *least, const double *columns, int64_t stride, int64_t n,
                                int64_t n_cols, niem_error *err);
/* Covariances by a rule for rows (complete ones, or NIEM_ROWS_PAIRWISE; columns are then changed, or not), with the
 * directions of the columns in them (NULL: all 1), and the correlations that follow from them. `*n`: rows that count.
 */
niem_status ni_item_covariances(double *c, double *r, int64_t *n, double *columns, int64_t n_rows, int64_t n_cols,
                                int32_t rows, const double *directions, niem_error *err);
/* Fewer than `least` rows count: says so. */
niem_status ni_check_rows(int64_t n, int64_t least, int32_t rows, niem_error *err);
/* Directions are 1 or -1. */
niem_status ni_check_directions(const double *directions, int64_t n, int64_t n_cols, niem_error *err);

#endif
