/* Weights for rank correlations, by a search: as functions of the weights they are flat but for jumps. */
#ifndef NI_METHODS_WEIGHT_SEARCH_H
#define NI_METHODS_WEIGHT_SEARCH_H

#include "base/platform.h"
#include "niem/base.h"

typedef struct ni_weight_search {
  /* given */
  const double *columns; /* standardised, one after another, n_rows apart, without gaps */
  int64_t n_rows, n_cols;
  int32_t correlation;   /* NIEM_CORRELATION_SPEARMAN, _KENDALL */
  const double *targets; /* shares that the correlations are to have; NULL: their mean is to be greatest */
  int64_t most_evaluations;
  /* found */
  double *u;            /* of the standardised columns, positive; begins with where the search does */
  double *correlations; /* of the columns with the mean by u */
  int64_t evaluations;
  int32_t converged; /* 0: most_evaluations were made */
} ni_weight_search;

/* What is made least: the sum of squared distances of the shares from the targets, or less the mean correlation. A
 * compass search on the logarithms of u: each is moved up and down by a factor; what helps is kept, and when nothing
 * does the factor is brought nearer to 1, until it is below 1.0001. NIEM_ERROR_MEMORY only. */
niem_status ni_weight_search_run(ni_weight_search *search, niem_error *err);
/* That sum, or less the mean: of what was found. */
double ni_weight_search_objective(const ni_weight_search *search);

#endif
