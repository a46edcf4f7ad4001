/* Reliability of a block of columns, for niem_cronbach_alpha and whoever has columns of his own. */
#ifndef NI_STATISTICS_RELIABILITY_H
#define NI_STATISTICS_RELIABILITY_H

#include "base/platform.h"
#include "niem/statistics.h"

niem_status ni_alpha_check(const niem_alpha_options *options, int64_t n_cols, niem_error *err);
/* Of n_cols >= 2 columns that stand n_rows apart; they are changed where only complete rows count. `items`: n_cols, or
 * NULL. Options are checked. NIEM_ERROR_VALUE where fewer than two rows count. */
niem_status ni_alpha_columns(niem_alpha *out, niem_alpha_item *items, double *columns, int64_t n_rows, int64_t n_cols,
                             const niem_alpha_options *options, niem_error *err);
/* The same of one factor, n_cols >= 3; `loadings`: n_cols, or NULL. */
niem_status ni_omega_columns(niem_omega *out, double *loadings, double *columns, int64_t n_rows, int64_t n_cols,
                             const niem_omega_options *options, niem_error *err);

#endif
