/* A linear programme whose origin is feasible: the greatest c'w over A w <= b, w >= 0, b >= 0. */
#ifndef NI_METHODS_SIMPLEX_H
#define NI_METHODS_SIMPLEX_H

#include "base/platform.h"

enum { NI_SIMPLEX_DONE = 1, NI_SIMPLEX_UNBOUNDED = 2, NI_SIMPLEX_STUCK = 3 };

/* `tableau`: (m + 1) * (n + 1) elements, row after row: the rows of A with b behind, then -c with 0 behind; destroyed.
 * `basis` has n + m elements. `w` gets the n variables. */
int ni_simplex(double *w, double *tableau, int64_t m, int64_t n, int64_t *basis);

#endif
