/* Parts that add up: doubles whose exact sum, rounded once, is a published number (Python's math.fsum finds the same in
 * any order). */
#ifndef NI_ADD_UP_H
#define NI_ADD_UP_H

#include "base/platform.h"
#include "base/dd.h"
#include "niem/base.h"

/* `out`: the doubles nearest to `parts`, of which the largest in magnitude that can take it gets the leftover ulps, so
 * that their exact sum rounds to `total`. `*leftover` is what no part could take: 0 unless all of them are larger than
 * the total and their last places too coarse for it. n may be 0; a total of NaN leaves the parts as they are.
 * NIEM_ERROR_MEMORY only. */
niem_status ni_add_up(double *out, double *leftover, const ni_dd *parts, int64_t n, double total, niem_error *err);

#endif
