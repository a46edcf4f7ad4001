/* What one column is described by, for niem_describe and whoever has columns of his own. */
#ifndef NI_STATISTICS_DESCRIBE_H
#define NI_STATISTICS_DESCRIBE_H

#include "base/platform.h"
#include "niem/statistics.h"

niem_status ni_describe_check(const niem_describe_options *options, niem_error *err);
/* x: n values one after another, NaN missing. `room`: n doubles. */
void ni_describe_column(niem_description *out, const double *x, int64_t n, const niem_describe_options *options,
                        double *room);

#endif
