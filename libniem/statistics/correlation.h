/* Correlations of columns with their p-values: a column is made ready once for its many partners. */
#ifndef NI_STATISTICS_CORRELATION_H
#define NI_STATISTICS_CORRELATION_H

#include "base/platform.h"
#include "niem/statistics.h"
#include "statistics/distribution.h"
#include "statistics/permutations.h"

/* The ties of a column: pairs of values that are tied, and the sums over groups of t tied values that Kendall's
 * variance takes. */
typedef struct ni_tied {
  int64_t pairs;
  double fives;   /* t (t - 1) (2 t + 5) */
  double triples; /* t (t - 1) (t - 2) */
} ni_tied;

/* Columns one after another, n_rows apart, NaN missing, with what their correlations need: the deviations of those
 * without gaps (Pearson), or the order of the rows and the ranks (Spearman, Kendall). */
typedef struct ni_ready {
  const double *columns; /* the caller's, to live as long */
  int64_t n_rows, n_cols;
  int32_t method;
  double tolerance;
  int64_t *there; /* values of each column */
  double *shares, *roots;
  int64_t *order; /* rows by rising value, those without one last */
  int32_t *ranks; /* of columns without gaps: twice the mean rank less n + 1 (Spearman), or the place among the
                     different values (Kendall) */
  ni_tied *tied;
} ni_ready;
/* NIEM_ERROR_MEMORY only. Free it whatever comes. */
niem_status ni_ready_make(ni_ready *ready, const double *columns, int64_t n_rows, int64_t n_cols,
                          const niem_correlate_options *options, niem_error *err);
void ni_ready_free(ni_ready *ready);

/* What p-values of all pairs share: distributions by number of pairs. */
typedef struct ni_tests {
  int32_t test; /* NIEM_TEST_... */
  int64_t n_rows;
  ni_distribution normal; /* Kendall */
  ni_distribution *by_n;  /* Student's t for `from` to n_rows pairs */
  int64_t from;
  ni_null_table exact; /* Spearman, Kendall: up to as many pairs as are wanted */
} ni_tests;
/* For `least` to n_rows pairs. Free it whatever comes. */
niem_status ni_tests_make(ni_tests *tests, int64_t least, int64_t n_rows, const niem_correlate_options *options,
                          niem_error *err);
void ni_tests_free(ni_tests *tests);

typedef struct ni_correlation {
  double r, p;
  int64_t n;
} ni_correlation;
/* Bytes of room that a pair needs. */
size_t ni_pair_room(int64_t n_rows);
/* Of column j of `a` with column k of `b`, which have the same rows, method and tolerance. `tests` NULL: p is NaN. 0
 * where an exact p-value is asked for that there is not (p is NaN then). */
int ni_correlate_pair(ni_correlation *out, const ni_ready *a, int64_t j, const ni_ready *b, int64_t k,
                      const ni_tests *tests, void *room);

#endif
