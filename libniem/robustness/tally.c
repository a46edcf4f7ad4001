/* Counts and sums over replicates. Sums are of whole numbers of a step that is fixed beforehand, so that they are exact
 * and merge in any order; quantiles come from the counts of equal cells about the values that the first replicates had.
 */
#include "base/platform.h"

#include "robustness/tally.h"

#include "base/dd.h"
#include "base/exact.h"
#include "base/fail.h"
#include "base/number.h"
#include "base/order.h"

#include <math.h>
#include <string.h>

enum { INSERTED = 256 }; /* units that are sorted by insertion: from one replicate to the next few change places */
#define MOST_STEPS 2147483648.0

/* ---- figures */

static int64_t count_changes(const ni_trials *t, ni_change_of *changes) {
  const int32_t n_rounds = t->selection.n_rounds;
  int64_t n = 0;
  for (int32_t first = 0; first < t->n_contests; first += n_rounds) { /* the rounds of a node and group */
    for (int32_t i = 0; i < n_rounds; i++) {
      for (int32_t j = i + 1; j < n_rounds; j++) {
        const ni_contest *a = &t->contests[first + i], *b = &t->contests[first + j];
        for (int32_t u = 0, v = 0; u < a->n; u++) {
          while (v < b->n && t->units[b->first + v] < t->units[a->first + u]) {
            v++;
          }
          if (v < b->n && t->units[b->first + v] == t->units[a->first + u]) {
            const ni_change_of change = {a->first + u, b->first + v, a->round, b->round, a->node, a->group};
            if (changes != NULL) {
              changes[n] = change;
            }
            n++;
          }
        }
      }
    }
  }
  return n;
}

niem_status ni_figures_make(ni_figures *f, const ni_trials *t, ni_arena *arena, niem_error *err) {
  enum { MOST = 1 << 25 };
  memset(f, 0, sizeof *f);
  f->trials = t;
  f->tolerance = t->tolerance;
  f->n_changes = count_changes(t, NULL);
  f->n = t->n_values + f->n_changes;
  f->changes = ni_arena_alloc(arena, (size_t)f->n_changes, sizeof *f->changes);
  f->square = ni_arena_alloc(arena, (size_t)t->n_contests, sizeof *f->square);
  if (f->changes == NULL || f->square == NULL) {
    return ni_fail_memory(err);
  }
  (void)count_changes(t, f->changes);
  for (int32_t k = 0; k < t->n_contests; k++) {
    f->square[k] = f->n_squares;
    f->n_squares += (int64_t)t->contests[k].n * t->contests[k].n;
  }
  if (f->n > MOST / NI_TALLY_BINS || f->n_squares > MOST / 3) {
    return ni_fail(err, NIEM_ERROR_LIMIT, "query",
                   "%lld scores and changes, and %lld pairs of units, are more than can be counted; ask for fewer "
                   "nodes, groups, rounds or units",
                   (long long)f->n, (long long)f->n_squares);
  }
  return NIEM_OK;
}

static double value_of(const ni_figures *f, const double *values, int64_t figure) {
  if (figure < f->trials->n_values) {
    return values[figure];
  }
  const ni_change_of *change = &f->changes[figure - f->trials->n_values];
  return values[change->to] - values[change->from];
}

/* The least power of two that is not below x > 0. */
static double power_above(double x) {
  int exponent;
  const double fraction = frexp(x, &exponent);
  return ldexp(1, fraction == 0.5 ? exponent - 1 : exponent);
}

static ni_grid grid_of(double low, double high) {
  ni_grid grid = {0, 0x1p-20, 0, 1};
  if (low <= high) {
    const double range = high - low;
    const double size = fabs(low) > fabs(high) ? fabs(low) : fabs(high);
    const double unit = power_above(size / 256 > range ? size / 256 : range > 0 ? range : 0x1p-8);
    const double spread = range > 0 ? range : unit;
    grid.centre = low + range / 2;
    grid.step = unit * 0x1p-20;
    grid.left = low - spread;
    grid.width = 3 * spread / NI_TALLY_CELLS;
  }
  return grid;
}

niem_status ni_figures_grids(ni_figures *f, const double *values, int64_t n, ni_arena *arena, niem_error *err) {
  f->grids = ni_arena_alloc(arena, (size_t)f->n, sizeof *f->grids);
  if (f->grids == NULL) {
    return ni_fail_memory(err);
  }
  for (int64_t figure = 0; figure < f->n; figure++) {
    double low = INFINITY, high = -INFINITY;
    for (int64_t k = 0; k < n; k++) {
      const double x = value_of(f, values + k * f->trials->n_values, figure);
      low = x < low ? x : low;
      high = x > high ? x : high;
    }
    f->grids[figure] = grid_of(low, high);
  }
  return NIEM_OK;
}

/* ---- a tally */

niem_status ni_tally_make(ni_tally *y, const ni_figures *f, niem_error *err) {
  const size_t n = (size_t)f->n;
  int32_t most = 1;
  for (int32_t k = 0; k < f->trials->n_contests; k++) {
    most = f->trials->contests[k].n > most ? f->trials->contests[k].n : most;
  }
  ni_dictionary_init(&y->messages);
  y->first_failed = -1;
  y->n = ni_alloc_zero(4 * n, sizeof *y->n);
  y->least = ni_alloc(2 * n, sizeof *y->least);
  y->bins = ni_alloc_zero(n * NI_TALLY_BINS, sizeof *y->bins);
  y->only = ni_alloc(n * NI_TALLY_BINS, sizeof *y->only);
  y->ranks = ni_alloc_zero(3 * (size_t)f->n_squares, sizeof *y->ranks);
  y->directions = ni_alloc_zero(3 * (size_t)f->n_changes, sizeof *y->directions);
  y->message_counts = ni_alloc_zero(NI_TALLY_MESSAGES, sizeof *y->message_counts);
  y->places = ni_alloc((size_t)most, sizeof *y->places);
  y->order = ni_alloc_zero((size_t)f->trials->n_values, sizeof *y->order);
  y->reals = ni_alloc((size_t)most, sizeof *y->reals);
  if (y->n == NULL || y->least == NULL || y->bins == NULL || y->only == NULL || y->ranks == NULL ||
      y->directions == NULL || y->message_counts == NULL || y->places == NULL || y->order == NULL || y->reals == NULL) {
    return ni_fail_memory(err);
  }
  y->sum = y->n + n;
  y->squares_high = y->sum + n;
  y->squares_low = y->squares_high + n;
  y->most = y->least + n;
  y->above = y->ranks + f->n_squares;
  y->tied = y->above + f->n_squares;
  for (size_t i = 0; i < n; i++) {
    y->least[i] = INFINITY;
    y->most[i] = -INFINITY;
  }
  for (int32_t k = 0; k < f->trials->n_contests; k++) {
    for (int32_t i = 0; i < f->trials->contests[k].n; i++) {
      y->order[f->trials->contests[k].first + i] = i;
    }
  }
  return NIEM_OK;
}

void ni_tally_free(ni_tally *y) {
  ni_free(y->n);
  ni_free(y->least);
  ni_free(y->bins);
  ni_free(y->only);
  ni_free(y->ranks);
  ni_free(y->directions);
  ni_free(y->message_counts);
  ni_free(y->places);
  ni_free(y->order);
  ni_free(y->reals);
  ni_dictionary_free(&y->messages);
}

/* ---- adding */

/* The value that all n and m values of a cell have; NaN where they differ. */
static double only_value(uint32_t n, double own, uint32_t m, double other) {
  return n == 0 ? other : m == 0 || own == other ? own : ni_nan();
}

static void add_figure(ni_tally *y, const ni_figures *f, int64_t figure, double x) {
  const ni_grid *grid = &f->grids[figure];
  double steps = (x - grid->centre) / grid->step;
  if (!(fabs(steps) < MOST_STEPS)) {
    steps = steps > 0 ? MOST_STEPS : -MOST_STEPS;
    y->beyond++;
  }
  const int64_t whole = (int64_t)(steps + (steps < 0 ? -0.5 : 0.5));
  const uint64_t square = (uint64_t)(whole * whole);
  const double at = (x - grid->left) / grid->width;
  const int32_t bin = !(at >= 0) ? 0 : at >= NI_TALLY_CELLS ? NI_TALLY_CELLS + 1 : 1 + (int32_t)at;
  y->n[figure]++;
  y->sum[figure] += whole;
  y->squares_high[figure] += (int64_t)(square >> 32);
  y->squares_low[figure] += (int64_t)(square & 0xFFFFFFFFu);
  y->least[figure] = x < y->least[figure] ? x : y->least[figure];
  y->most[figure] = x > y->most[figure] ? x : y->most[figure];
  const int64_t place = figure * NI_TALLY_BINS + bin;
  y->only[place] = only_value(y->bins[place], y->only[place], 1, x);
  y->bins[place]++;
}

/* The units with a value first, from the best down; equal ones in any order. */
static int32_t sort_units(int32_t *order, const double *values, int32_t n) {
  int32_t n_valued = 0;
  for (int32_t i = 1; i < n; i++) {
    const int32_t unit = order[i];
    const double x = values[unit];
    int32_t k = i;
    /* a NaN goes behind everything */
    while (k > 0 && (values[order[k - 1]] < x || (ni_is_nan(values[order[k - 1]]) && !ni_is_nan(x)))) {
      order[k] = order[k - 1];
      k--;
    }
    order[k] = unit;
  }
  while (n_valued < n && !ni_is_nan(values[order[n_valued]])) {
    n_valued++;
  }
  return n_valued;
}

niem_status ni_rank_units(int32_t *ranks, const double *values, int32_t n, double tolerance, int32_t *order,
                          double *room, niem_error *err) {
  if (n > INSERTED) {
    if (!ni_rank(room, values, n, 1, 1, NI_TIES_MIN, tolerance)) {
      return ni_fail_memory(err);
    }
    for (int32_t i = 0; i < n; i++) {
      ranks[i] = ni_is_nan(room[i]) ? 0 : (int32_t)room[i];
    }
    return NIEM_OK;
  }
  const int32_t n_valued = sort_units(order, values, n);
  for (int32_t k = 0, rank = 1; k < n; k++) {
    rank = k > 0 && k < n_valued && values[order[k - 1]] - values[order[k]] > tolerance ? k + 1 : rank;
    ranks[order[k]] = k < n_valued ? rank : 0;
  }
  return NIEM_OK;
}

NI_WIDE static void count_pairs(uint32_t *restrict above, uint32_t *restrict tied, const int32_t *restrict ranks,
                                int32_t n) {
  for (int32_t a = 0; a < n; a++) {
    const int32_t own = ranks[a];
    uint32_t *restrict above_row = above + (int64_t)a * n;
    uint32_t *restrict tied_row = tied + (int64_t)a * n;
    if (own == 0) {
      continue;
    }
    for (int32_t b = 0; b < n; b++) { /* rank 0, of none, is below no other */
      above_row[b] += (uint32_t)(own < ranks[b]);
      tied_row[b] += (uint32_t)(own == ranks[b]);
    }
  }
}

static niem_status add_contest(ni_tally *y, const ni_figures *f, int32_t k, const double *values, niem_error *err) {
  const ni_contest *contest = &f->trials->contests[k];
  const int64_t at = f->square[k];
  const niem_status status = ni_rank_units(y->places, values + contest->first, contest->n, f->tolerance,
                                           y->order + contest->first, y->reals, err);
  if (status != NIEM_OK) {
    return status;
  }
  for (int32_t i = 0; i < contest->n; i++) {
    if (y->places[i] > 0) {
      y->ranks[at + (int64_t)i * contest->n + y->places[i] - 1]++;
    }
  }
  count_pairs(y->above + at, y->tied + at, y->places, contest->n);
  return NIEM_OK;
}

niem_status ni_tally_add(ni_tally *y, const ni_figures *f, const double *values, niem_error *err) {
  niem_status status = NIEM_OK;
  y->n_done++;
  for (int64_t figure = 0; figure < f->n; figure++) {
    const double x = value_of(f, values, figure);
    if (!ni_is_nan(x)) {
      add_figure(y, f, figure, x);
    }
    if (figure >= f->trials->n_values && !ni_is_nan(x)) {
      const int direction = x > f->tolerance ? 0 : x < -f->tolerance ? 2 : 1;
      y->directions[3 * (figure - f->trials->n_values) + direction]++;
    }
  }
  for (int32_t k = 0; k < f->trials->n_contests && status == NIEM_OK; k++) {
    status = add_contest(y, f, k, values, err);
  }
  return status;
}

/* More different messages than are kept are told apart by their statuses only: whether there are more does not depend
 * on who met them first. */
static niem_status count_message(ni_tally *y, const char *message, int64_t n, niem_error *err) {
  const size_t length = strlen(message);
  int32_t place = ni_dictionary_find(&y->messages, message, length);
  if (place < 0 && ni_dictionary_count(&y->messages) == NI_TALLY_MESSAGES) {
    y->too_many = 1;
    return NIEM_OK;
  }
  if (place < 0) {
    place = ni_dictionary_add(&y->messages, message, length);
  }
  if (place < 0) {
    return ni_fail_memory(err);
  }
  y->message_counts[place] += n;
  return NIEM_OK;
}

niem_status ni_tally_fail(ni_tally *y, int64_t run, const niem_error *failed, niem_error *err) {
  y->n_failed++;
  y->statuses[failed->status]++;
  if (y->first_failed < 0 || run < y->first_failed) {
    y->first_failed = run;
    y->first_error = *failed;
  }
  return count_message(y, failed->message, 1, err);
}

static void merge_counts(ni_tally *into, const ni_tally *from, const ni_figures *f) {
  for (int64_t i = 0; i < 4 * f->n; i++) { /* n, sum, squares */
    into->n[i] += from->n[i];
  }
  for (int64_t i = 0; i < f->n; i++) {
    into->least[i] = from->least[i] < into->least[i] ? from->least[i] : into->least[i];
    into->most[i] = from->most[i] > into->most[i] ? from->most[i] : into->most[i];
  }
  for (int64_t i = 0; i < f->n * NI_TALLY_BINS; i++) {
    into->only[i] = only_value(into->bins[i], into->only[i], from->bins[i], from->only[i]);
    into->bins[i] += from->bins[i];
  }
  for (int64_t i = 0; i < 3 * f->n_squares; i++) { /* ranks, above, tied */
    into->ranks[i] += from->ranks[i];
  }
  for (int64_t i = 0; i < 3 * f->n_changes; i++) {
    into->directions[i] += from->directions[i];
  }
}

niem_status ni_tally_merge(ni_tally *into, const ni_tally *from, const ni_figures *f, niem_error *err) {
  niem_status status = NIEM_OK;
  merge_counts(into, from, f);
  into->beyond += from->beyond;
  into->n_done += from->n_done;
  into->n_failed += from->n_failed;
  into->too_many |= from->too_many;
  for (int32_t s = 0; s < NIEM_STATUS_END; s++) {
    into->statuses[s] += from->statuses[s];
  }
  if (from->first_failed >= 0 && (into->first_failed < 0 || from->first_failed < into->first_failed)) {
    into->first_failed = from->first_failed;
    into->first_error = from->first_error;
  }
  for (int32_t k = 0; k < ni_dictionary_count(&from->messages) && status == NIEM_OK; k++) {
    status = count_message(into, ni_dictionary_text(&from->messages, k), from->message_counts[k], err);
  }
  return status;
}

/* ---- what comes of it */

/* The value at place h (from 0) in the order of all. */
static double value_at(const ni_tally *y, const ni_grid *grid, int64_t figure, double h) {
  const uint32_t *bins = y->bins + figure * NI_TALLY_BINS;
  double before = 0;
  int32_t bin = 0;
  while (bin < NI_TALLY_BINS - 1 && before + bins[bin] <= h) {
    before += bins[bin++];
  }
  const double only = y->only[figure * NI_TALLY_BINS + bin];
  if (!ni_is_nan(only)) {
    return only;
  }
  const double least = y->least[figure], most = y->most[figure];
  const double end = grid->left + NI_TALLY_CELLS * grid->width;
  const double from = bin == 0 ? least : bin == NI_TALLY_BINS - 1 ? end : grid->left + (bin - 1) * grid->width;
  const double to = bin == 0 ? grid->left : bin == NI_TALLY_BINS - 1 ? most : from + grid->width;
  const double x = from + (to - from) * ((h - before + 0.5) / bins[bin]);
  return x < least ? least : x > most ? most : x;
}

static ni_dd dd_of(int64_t x) {
  return ni_dd_two_sum((double)(x / 4294967296) * 4294967296.0, (double)(x % 4294967296));
}

static void summarise_counts(ni_summary *out, const ni_tally *y, const ni_grid *grid, int64_t figure, double tail) {
  const double n = (double)out->n;
  const ni_dd sum = dd_of(y->sum[figure]);
  ni_dd squares = ni_dd_add(ni_dd_mul_d(dd_of(y->squares_high[figure]), 4294967296.0), dd_of(y->squares_low[figure]));
  const ni_dd mean = ni_dd_div(sum, ni_dd_from(n));
  squares = ni_dd_sub(squares, ni_dd_mul(sum, mean));
  const double about = ni_dd_value(squares);
  out->mean = grid->centre + ni_dd_value(mean) * grid->step;
  out->sd = out->n > 1 ? sqrt(about > 0 ? about / (n - 1) : 0) * grid->step : ni_nan();
  out->low = value_at(y, grid, figure, (n - 1) * tail);
  out->median = value_at(y, grid, figure, (n - 1) * 0.5);
  out->high = value_at(y, grid, figure, (n - 1) * (1 - tail));
}

static void summarise_values(ni_summary *out, double *x, int64_t n, double tail) {
  ni_exact squares;
  ni_exact_init(&squares);
  ni_sort_doubles(x, n);
  out->mean = ni_exact_mean(x, n, 1);
  for (int64_t i = 0; i < n; i++) {
    ni_exact_add_product(&squares, x[i] - out->mean, x[i] - out->mean);
  }
  out->sd = n > 1 ? sqrt(ni_exact_round(&squares) / (double)(n - 1)) : ni_nan();
  out->low = ni_quantile_sorted(x, n, tail);
  out->median = ni_quantile_sorted(x, n, 0.5);
  out->high = ni_quantile_sorted(x, n, 1 - tail);
}

niem_status ni_tally_summary(ni_summary *out, const ni_tally *y, const ni_figures *f, int64_t figure, double interval,
                             const double *exact, int64_t n_runs, niem_error *err) {
  const double tail = (1 - interval) / 2;
  double *x;
  out->n = y->n[figure];
  out->mean = out->sd = out->low = out->median = out->high = ni_nan();
  if (out->n == 0) {
    return NIEM_OK;
  }
  if (exact == NULL) {
    summarise_counts(out, y, &f->grids[figure], figure, tail);
    return NIEM_OK;
  }
  x = ni_alloc((size_t)n_runs, sizeof *x);
  if (x == NULL) {
    return ni_fail_memory(err);
  }
  int64_t n = 0;
  for (int64_t k = 0; k < n_runs; k++) {
    const double own = value_of(f, exact + k * f->trials->n_values, figure);
    if (!ni_is_nan(own)) {
      x[n++] = own;
    }
  }
  summarise_values(out, x, n, tail);
  ni_free(x);
  return NIEM_OK;
}
