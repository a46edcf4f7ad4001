/* Principal components of a block of columns, for niem_principal_components and whoever has columns of his own. */
#ifndef NI_STATISTICS_COMPONENTS_H
#define NI_STATISTICS_COMPONENTS_H

#include "base/platform.h"
#include "niem/statistics.h"

niem_status ni_components_check(const niem_components_options *options, int64_t n_cols, niem_error *err);
/* Of n_cols columns that stand n_rows apart, and are not changed. Options are checked; arrays that are not NULL have
 * the size that the header says, for k = n_cols where k is left to the data. On failure they are untouched. */
niem_status ni_components_columns(niem_components *out, const niem_components_arrays *arrays, const double *columns,
                                  int64_t n_rows, int64_t n_cols, const niem_components_options *options,
                                  niem_error *err);

#endif
