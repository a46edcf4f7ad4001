/* Rotation of loadings to simple structure. */
#ifndef NI_STATISTICS_VARIMAX_H
#define NI_STATISTICS_VARIMAX_H

#include "base/platform.h"

/* Rotate n_rows * k loadings (row after row) in place: columns by falling sum of squares, the sum of each not negative.
 * `rotation`, k * k: the loadings that came times this are those that go. `room`: n_rows + 2 k doubles. 1, or 0 when
 * 1000 rounds were not enough. */
int ni_varimax(double *loadings, double *rotation, int64_t n_rows, int64_t k, double *room);

#endif
