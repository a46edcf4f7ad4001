/* Exact null distributions of rank correlations.
 *
 * Kendall: of n values there are as many orders with k inversions as of n - 1 values with k - n + 1 to k of them (M. G.
 * Kendall, Rank Correlation Methods, 1948, ch. 5), so that a difference of two lower tails gives the next. Spearman:
 * the ranks are given out one after another, counted for each set of ranks that is gone; the set of the first n ranks
 * is then the distribution for n. */
#include "base/platform.h"

#include "statistics/permutations.h"

#include "base/dd.h"
#include "base/memory.h"

/* The middle of what the statistic can be, where the lower half ends. */
static int64_t kendall_middle(int64_t n) {
  return n * (n - 1) / 4;
}

static int64_t spearman_middle(int64_t n) {
  return (n * n * n - n) / 12;
}

static int make(ni_null_table *table, int64_t most, int64_t (*middle)(int64_t)) {
  int64_t total = 0;
  table->most = most;
  table->lower = NULL;
  table->begin = ni_alloc((size_t)most + 1, sizeof *table->begin);
  for (int64_t n = 0; table->begin != NULL && n <= most; n++) {
    table->begin[n] = total;
    total += middle(n) + 1;
  }
  table->lower = ni_alloc((size_t)total, sizeof *table->lower);
  if (table->begin == NULL || table->lower == NULL) {
    ni_null_free(table);
    return 0;
  }
  return 1;
}

void ni_null_free(ni_null_table *table) {
  ni_free(table->begin);
  ni_free(table->lower);
  table->begin = NULL;
  table->lower = NULL;
}

/* From shares of orders with k inversions for n - 1 values to those for n, in place; `tail` is room for their sums. */
static void add_value(ni_dd *share, ni_dd *tail, int64_t n, int64_t size) {
  ni_dd sum = ni_dd_from(0);
  for (int64_t k = 0; k < size; k++) {
    sum = ni_dd_add(sum, share[k]);
    tail[k] = sum;
  }
  for (int64_t k = 0; k < size; k++) {
    const ni_dd window = k < n ? tail[k] : ni_dd_sub(tail[k], tail[k - n]);
    share[k] = ni_dd_div_d(window, (double)n);
  }
}

int ni_null_kendall(ni_null_table *table, int64_t most) {
  const int64_t size = kendall_middle(most) + 1;
  ni_dd *room = ni_alloc((size_t)size, 2 * sizeof *room);
  if (room == NULL || !make(table, most, kendall_middle)) {
    ni_free(room);
    return 0;
  }
  for (int64_t k = 0; k < size; k++) {
    room[k] = ni_dd_from(k == 0);
  }
  for (int64_t n = 0; n <= most; n++) {
    ni_dd sum = ni_dd_from(0);
    if (n > 0) {
      add_value(room, room + size, n, size);
    }
    for (int64_t k = 0; k <= kendall_middle(n); k++) {
      sum = ni_dd_add(sum, room[k]);
      table->lower[table->begin[n] + k] = ni_dd_value(sum);
    }
  }
  ni_free(room);
  return 1;
}

/* Give the next rank to every set: `counts` has `size` sums of squares for each of them. */
static void give_out(uint32_t *counts, int64_t most, int64_t size) {
  for (uint32_t set = 0; set + 1 < (uint32_t)1 << most; set++) {
    int64_t given = 0;
    for (int64_t k = 0; k < most; k++) {
      given += set >> k & 1;
    }
    for (int64_t k = 0; k < most; k++) {
      const int64_t square = (given - k) * (given - k);
      const uint32_t next = set | (uint32_t)1 << k;
      for (int64_t d = 0; next != set && d + square < size; d++) {
        counts[next * (size_t)size + (size_t)(d + square)] += counts[set * (size_t)size + (size_t)d];
      }
    }
  }
}

int ni_null_spearman(ni_null_table *table, int64_t most) {
  const int64_t size = 2 * spearman_middle(most) + 1; /* of whole sums of squares, which are even in the end */
  uint32_t *counts = ni_alloc_zero((size_t)size << most, sizeof *counts);
  if (counts == NULL || !make(table, most, spearman_middle)) {
    ni_free(counts);
    return 0;
  }
  double orders = 1;
  counts[0] = 1;
  give_out(counts, most, size);
  for (int64_t n = 0; n <= most; n++) {
    const uint32_t *own = counts + ((((size_t)1 << n) - 1) * (size_t)size);
    double sum = 0;
    orders *= n > 0 ? (double)n : 1;
    for (int64_t k = 0; k <= spearman_middle(n); k++) {
      sum += own[2 * k];
      table->lower[table->begin[n] + k] = sum / orders;
    }
  }
  ni_free(counts);
  return 1;
}

double ni_null_p(const ni_null_table *table, int64_t n, int64_t statistic, int64_t greatest) {
  const int64_t tail = statistic < greatest - statistic ? statistic : greatest - statistic;
  const double p = 2 * table->lower[table->begin[n] + tail];
  return p < 1 ? p : 1;
}
