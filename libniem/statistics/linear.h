/* Small dense linear algebra: symmetric matrices, row after row. Fixed order of operations, hence the same bits
 * everywhere. */
#ifndef NI_STATISTICS_LINEAR_H
#define NI_STATISTICS_LINEAR_H

#include "base/platform.h"

/* Eigenvalues, falling, and the orthonormal vectors that belong to them as rows of `vectors`, each with a sum that is
 * not negative (or else a first element that is not). Householder's tridiagonal matrix and QL; errors are of the size
 * of the greatest eigenvalue's rounding. `a` is destroyed, `room` has 4 n elements. 1, or 0 when 100 steps were not
 * enough for one of them, which no finite matrix needs. */
int ni_eigen(double *a, int64_t n, double *values, double *vectors, double *room);

/* Replace the lower triangle by its Cholesky factor. 1, or 0 where a pivot is not above `least` times its diagonal. */
int ni_cholesky(double *a, int64_t n, double least);
/* Solve L L' x = b in place. */
void ni_cholesky_solve(const double *factor, int64_t n, double *b);
/* From the factor to the inverse of the matrix, the whole of it and symmetric to the last bit. */
void ni_cholesky_inverse(double *inverse, const double *factor, int64_t n);

#endif
