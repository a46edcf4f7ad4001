/* Filling gaps by the multivariate normal distribution and by least squares. Columns after columns, `n_rows` apart. */
#ifndef NI_METHODS_NORMAL_H
#define NI_METHODS_NORMAL_H

#include "base/platform.h"

enum { NI_EM_DONE = 0, NI_EM_SINGULAR = 1, NI_EM_LIMIT = 2, NI_EM_MEMORY = 3 };

/* Maximum likelihood of means and covariances from the rows with gaps, then the conditional expectation of each gap,
 * into `out`. Every column has at least two different values. Rows without a value keep their gaps. */
int ni_em(double *out, const double *columns, int64_t n_rows, int64_t n_cols, double tolerance, int64_t most,
          int64_t *iterations);

/* The value of column `j` in row `i` by least squares on the columns in `places` (which the row has), from the rows
 * that have all of them and j; NaN where they do not tell. `room`: (n + 1) * (n + 3) elements. */
double ni_regress(const double *columns, int64_t n_rows, int64_t i, int64_t j, const int64_t *places, int64_t n,
                  double *room);

#endif
