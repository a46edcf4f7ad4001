/* Rank correlations of all permutations: what Kendall's and Spearman's are under independence, without ties. */
#ifndef NI_STATISTICS_PERMUTATIONS_H
#define NI_STATISTICS_PERMUTATIONS_H

#include "base/platform.h"

/* The most pairs for which the distributions are known. */
enum { NI_EXACT_SPEARMAN = 10, NI_EXACT_KENDALL = 49 };

/* Lower tails for each number of pairs up to `most`: P(statistic <= k) for k up to the middle, the other half being
 * their mirror. */
typedef struct ni_null_table {
  int64_t most;
  int64_t *begin; /* of each n in `lower` */
  double *lower;
} ni_null_table;
void ni_null_free(ni_null_table *table);
/* Of the number of discordant pairs; most <= NI_EXACT_KENDALL. 1, or 0 where memory is short. */
int ni_null_kendall(ni_null_table *table, int64_t most);
/* Of half the sum of the squared differences of ranks; most <= NI_EXACT_SPEARMAN. */
int ni_null_spearman(ni_null_table *table, int64_t most);
/* The two-sided p-value of a statistic within [0, greatest]: twice the tail that it is in, at most 1. */
double ni_null_p(const ni_null_table *table, int64_t n, int64_t statistic, int64_t greatest);

#endif
