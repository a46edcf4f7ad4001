/* Weights by which the correlations with the weighted mean are as wanted. */
#ifndef NI_METHODS_INFLUENCE_H
#define NI_METHODS_INFLUENCE_H

#include "base/platform.h"

/* In standardised columns with correlations R the correlations with the mean of weights u are proportional to R u, so
 * equal influence is the linear system R u = t. Solved under u >= 0: (R u)_j = t_j where u_j > 0, (R u)_j >= t_j where
 * u_j = 0. `room` has n * n + 3 n elements, `set` 2 n. 1, or 0 where no such u was found. */
int ni_influence(double *u, const double *correlations, const double *targets, int64_t n, double *room, int64_t *set);

#endif
