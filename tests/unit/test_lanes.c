/* The loops of statistics/lanes.h and what is built on them, against sums and ranks worked out one by one. */
#include "base/platform.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/exact.h"
#include "base/math.h"
#include "base/memory.h"
#include "base/order.h"
#include "statistics/columns.h"
#include "statistics/lanes.h"
#include "statistics/matrix.h"
#include "methods/means.h"
#include "methods/outranking.h"
#include "methods_matrix.h"

enum { MOST = 600 };

/* Of lengths around whole lanes and of every sign and size, with gaps. */
static void fill(double *x, int64_t n, uint64_t *random, double gaps) {
  for (int64_t i = 0; i < n; i++) {
    const double size = next_uniform(random, 0, 1) < 0.1 ? 1e9 : 1;
    x[i] = next_uniform(random, 0, 1) < gaps ? GAP : size * next_uniform(random, -1, 1);
  }
}

static void sums_are_those_of_the_superaccumulator(void **state) {
  (void)state;
  static double x[MOST], w[MOST], values[MOST + NI_LANES], shares[MOST + NI_LANES];
  uint64_t random = 41;
  for (int64_t n = 1; n <= MOST; n = n < 70 ? n + 1 : n * 2 - 3) {
    ni_exact sum, dot, quotients;
    ni_present there;
    double low = INFINITY, high = -INFINITY;
    int64_t count = 0;
    fill(x, n, &random, 0.2);
    ni_exact_init(&sum);
    ni_exact_init(&dot);
    ni_exact_init(&quotients);
    for (int64_t i = 0; i < n; i++) {
      w[i] = next_uniform(&random, 0, 3);
      if (!ni_is_nan(x[i])) {
        ni_exact_add(&sum, x[i]);
        ni_exact_add_product(&dot, w[i], x[i]);
        const ni_dd q = ni_dd_div(ni_dd_from(w[i]), ni_dd_from(x[i]));
        ni_exact_add(&quotients, q.hi);
        ni_exact_add(&quotients, q.lo);
        low = x[i] < low ? x[i] : low;
        high = x[i] > high ? x[i] : high;
        count++;
      }
    }
    ni_lanes_extent(&there, x, n);
    assert_true(there.n == count && there.low == low && there.high == high);
    assert_close(ni_dd_value(ni_lanes_sum(x, n)), ni_exact_round(&sum), 1e-15);
    ni_lanes_split(values, shares, x, w, n, 0);
    assert_close(ni_dd_value(ni_lanes_dot(values, shares, n)), ni_exact_round(&dot), 1e-15);
    ni_lanes_split(values, shares, x, w, n, 1);
    assert_close(ni_dd_value(ni_lanes_reciprocals(values, shares, n)), ni_exact_round(&quotients), 1e-15);
  }
}

/* 2^k times numbers near 1, whose product is worked out in pairs. */
static void products_keep_their_exponents(void **state) {
  (void)state;
  static double x[40000], values[40000 + NI_LANES];
  uint64_t random = 43;
  ni_dd expected = ni_dd_from(1);
  int64_t exponents = 0;
  int64_t exponent;
  for (int64_t i = 0; i < 40000; i++) {
    const int k = (int)(next_bits(&random) % 600) - 300;
    const double near = 1 + next_uniform(&random, 0, 1e-5);
    x[i] = ldexp(near, k);
    expected = ni_dd_mul(expected, ni_dd_from(near));
    exponents += k;
  }
  memcpy(values, x, sizeof x);
  const ni_dd product = ni_lanes_product(&exponent, values, 40000);
  assert_close(ldexp(ni_dd_value(product), (int)(exponent - exponents)), ni_dd_value(expected), 1e-15);
}

/* The logarithms and exponentials for sums, against those for 96 bits. */
static void near_functions_keep_their_promise(void **state) {
  (void)state;
  uint64_t random = 47;
  double worst_log = 0, worst_exp = 0;
  for (int i = 0; i < 200000; i++) {
    const double u = next_uniform(&random, -640, 640);
    const double x = i % 3 == 0 ? 1 + next_uniform(&random, -0.02, 0.02) : ni_exp(u);
    ni_dd log, power = {u, u * 0x1p-56};
    ni_log_near_each(&log.hi, &log.lo, &x, 1);
    const double off = fabs(ni_dd_value(ni_dd_sub(log, ni_dd_log(x))));
    worst_log = off > worst_log ? off : worst_log;
    const ni_dd exact = ni_dd_exp(power);
    ni_exp_near_each(&power.hi, &power.lo, 1, 1);
    const double relative = fabs(ni_dd_value(ni_dd_sub(power, exact))) / exact.hi;
    worst_exp = relative > worst_exp ? relative : worst_exp;
  }
  assert_true(worst_log < 0x1p-65);
  assert_true(worst_exp < 0x1p-66);
}

/* Values of many kinds: even, all in one piece, and each a thousand times the one before. */
static void selection_is_sorting(void **state) {
  (void)state;
  static double x[MOST], sorted[MOST], y[MOST];
  uint64_t random = 53;
  for (int kind = 0; kind < 4; kind++) {
    for (int64_t n = 1; n <= MOST; n = n * 3 / 2 + 1) {
      for (int64_t i = 0; i < n; i++) {
        const double u = next_uniform(&random, 0, 1);
        x[i] = kind == 0 ? u : kind == 1 ? (i == 0 ? 1e9 : u) : kind == 2 ? ldexp(u, -(int)(i % 1000)) : floor(4 * u);
      }
      memcpy(sorted, x, sizeof x);
      ni_sort_doubles(sorted, n);
      for (int64_t k = 0; k < n; k += 1 + n / 7) {
        double kth, next;
        memcpy(y, x, sizeof x);
        ni_select_pair(&kth, &next, y, n, k, sorted[0], sorted[n - 1]);
        assert_true(kth == sorted[k]);
        assert_true(k + 1 < n ? next == sorted[k + 1] : ni_is_nan(next));
      }
    }
  }
}

/* Ranks in 16 bits against differences in 64. */
static void both_ways_of_copeland(void **state) {
  (void)state;
  enum { ROWS = 60, COLS = 37 };
  static double x[ROWS * COLS], by_ranks[ROWS], by_differences[ROWS];
  int64_t weights[COLS];
  uint64_t random = 59;
  for (int i = 0; i < ROWS * COLS; i++) {
    x[i] = next_bits(&random) % 11 == 0 ? GAP : (double)(next_bits(&random) % 20);
  }
  ni_integer_weights(weights, NULL, COLS);
  ni_copeland(by_differences, x, weights, ROWS, COLS, 0);
  assert_int_equal(ni_copeland_by_ranks(by_ranks, x, ROWS, COLS), 1);
  for (int i = 0; i < ROWS; i++) {
    assert_same_bits(by_ranks[i], by_differences[i]);
  }
  assert_int_equal(ni_copeland_by_ranks(by_ranks, x, 3, COLS), 0);
}

/* The mean of x over the rows where y too has a value. */
static double mean_of_pairs(const double *x, const double *y, int64_t n) {
  ni_exact sum;
  int64_t count = 0;
  ni_exact_init(&sum);
  for (int64_t i = 0; i < n; i++) {
    if (!ni_is_nan(x[i]) && !ni_is_nan(y[i])) {
      ni_exact_add(&sum, x[i]);
      count++;
    }
  }
  return count > 0 ? ni_exact_round(&sum) / (double)count : ni_nan();
}

static double correlation(const double *x, const double *y, int64_t n) {
  const double mean_x = mean_of_pairs(x, y, n);
  const double mean_y = mean_of_pairs(y, x, n);
  double low[2] = {INFINITY, INFINITY};
  double high[2] = {-INFINITY, -INFINITY};
  ni_exact xx, yy, xy;
  ni_exact_init(&xx);
  ni_exact_init(&yy);
  ni_exact_init(&xy);
  for (int64_t i = 0; i < n; i++) {
    if (!ni_is_nan(x[i]) && !ni_is_nan(y[i])) {
      const double d[2] = {x[i] - mean_x, y[i] - mean_y};
      ni_exact_add_product(&xx, d[0], d[0]);
      ni_exact_add_product(&yy, d[1], d[1]);
      ni_exact_add_product(&xy, d[0], d[1]);
      for (int k = 0; k < 2; k++) {
        low[k] = d[k] < low[k] ? d[k] : low[k];
        high[k] = d[k] > high[k] ? d[k] : high[k];
      }
    }
  }
  if (!(low[0] < high[0]) || !(low[1] < high[1])) {
    return ni_nan();
  }
  const double r = ni_exact_round(&xy) / (sqrt(ni_exact_round(&xx)) * sqrt(ni_exact_round(&yy)));
  return r > 1 ? 1 : r < -1 ? -1 : r;
}

static void pairs_of_columns(void **state) {
  (void)state;
  static double x[MOST], y[MOST], a[MOST + NI_LANES], b[MOST + NI_LANES], room[2 * (MOST + NI_LANES)];
  uint64_t random = 61;
  for (int64_t n = 3; n <= MOST; n = n * 2 + 1) {
    fill(x, n, &random, 0);
    fill(y, n, &random, 0);
    const double root_x = ni_column_shares(a, x, n), root_y = ni_column_shares(b, y, n);
    const double r = ni_shares_correlation(a, root_x, b, root_y, n);
    assert_true(fabs(r - correlation(x, y, n)) < 1e-14);
    assert_same_bits(r, ni_pair_correlation(x, y, n, room));
    x[1] = GAP;
    assert_true(fabs(ni_pair_correlation(x, y, n, room) - correlation(x, y, n)) < 1e-14);
    fill(y, n, &random, 1);
    assert_true(ni_is_nan(ni_pair_correlation(x, y, n, room)));
  }
}

/* Value by value, by the weights of n places that the weights of more places stand for. */
static double ordered_average(const double *sorted, int64_t n, const double *weights, int64_t n_weights) {
  ni_dd sum = ni_dd_from(0), total = ni_dd_from(0), before = ni_dd_from(0);
  for (int64_t k = 0; k < n_weights; k++) {
    total = ni_dd_add_d(total, weights[k]);
  }
  for (int64_t k = 0; k < n; k++) {
    ni_dd upto = ni_dd_from(0);
    const int64_t whole = (k + 1) * n_weights / n, rest = (k + 1) * n_weights % n;
    for (int64_t i = 0; i < whole; i++) {
      upto = ni_dd_add_d(upto, weights[i]);
    }
    if (rest > 0) {
      upto = ni_dd_add(upto, ni_dd_div_d(ni_dd_two_product(weights[whole], (double)rest), (double)n));
    }
    sum = ni_dd_add(sum, ni_dd_mul_d(ni_dd_sub(upto, before), sorted[k]));
    before = upto;
  }
  return ni_dd_value(ni_dd_div(sum, total));
}

/* One row after another, lengths in turn, so that what was kept is found again and replaced. */
static void places_are_kept(void **state) {
  (void)state;
  enum { PLACES = 150 };
  static double weights[PLACES], sorted[PLACES + NI_LANES], kept[PLACES];
  uint64_t random = 67;
  for (int k = 0; k < PLACES; k++) {
    weights[k] = next_uniform(&random, 0, 1);
    kept[k] = PLACES - k + next_uniform(&random, 0, 1);
  }
  ni_places *places = ni_places_new(weights, PLACES);
  assert_non_null(places);
  for (int i = 0; i < 300; i++) {
    const int64_t n = 1 + (i * 64 + i / 2) % PLACES;
    double found;
    memcpy(sorted, kept, sizeof kept);
    assert_int_equal(ni_places_average(&found, places, sorted, n), 1);
    assert_close(found, ordered_average(kept, n, weights, PLACES), 1e-15);
  }
  ni_places_free(places);
}

/* The values that are there, one by one in double-double. */
static double arithmetic(const double *x, const double *weights, int64_t n) {
  ni_dd sum = ni_dd_from(0), weight = ni_dd_from(0);
  for (int64_t k = 0; k < n; k++) {
    sum = ni_dd_add(sum, ni_dd_two_product(weights[k], x[k]));
    weight = ni_dd_add_d(weight, weights[k]);
  }
  return ni_dd_value(ni_dd_div(sum, weight));
}

/* Rows in lanes round to the same double as sums one by one. */
static void means_of_rows(void **state) {
  (void)state;
  enum { ROWS = 300, COLS = 41 };
  static double rows[ROWS * COLS], out[ROWS], one[COLS], own[COLS];
  double weights[COLS];
  uint64_t random = 73;
  niem_aggregate_options o;
  niem_aggregate_options_init(&o);
  o.weights = weights;
  o.n_weights = COLS;
  for (int j = 0; j < COLS; j++) {
    weights[j] = next_uniform(&random, 0.1, 2);
  }
  fill(rows, ROWS * COLS, &random, 0.1);
  const niem_matrix x = view(rows, ROWS, COLS);
  assert_int_equal(niem_aggregate(out, &x, &o, NULL), NIEM_OK);
  for (int i = 0; i < ROWS; i++) {
    int64_t n = 0;
    for (int j = 0; j < COLS; j++) {
      one[n] = rows[i * COLS + j];
      own[n] = weights[j];
      n += !ni_is_nan(rows[i * COLS + j]);
    }
    assert_same_bits(out[i], arithmetic(one, own, n));
  }
}

/* More cuts than are looked at one by one. */
static void many_bands(void **state) {
  (void)state;
  enum { ROWS = 90, CUTS = 20 };
  double x[ROWS], out[ROWS], cuts[CUTS];
  niem_normalise_options o;
  niem_normalise_options_init(&o);
  o.method = NIEM_NORMALISE_BANDS;
  o.upper = CUTS;
  o.cuts = cuts;
  o.n_cuts = CUTS;
  for (int i = 0; i < ROWS; i++) {
    x[i] = (i * 37) % ROWS == 5 ? GAP : (i * 37) % ROWS;
  }
  for (int k = 0; k < CUTS; k++) {
    cuts[k] = (k + 1.0) / (CUTS + 1);
  }
  const niem_matrix m = view(x, ROWS, 1);
  assert_int_equal(niem_normalise(out, &m, &o, NULL), NIEM_OK);
  double sorted[ROWS];
  int64_t n = 0;
  for (int i = 0; i < ROWS; i++) {
    sorted[n] = x[i];
    n += !ni_is_nan(x[i]);
  }
  ni_sort_doubles(sorted, n);
  for (int i = 0; i < ROWS; i++) {
    int bands = 0;
    for (int k = 0; k < CUTS; k++) {
      bands += x[i] >= ni_quantile_sorted(sorted, n, cuts[k]);
    }
    assert_same_bits(out[i], ni_is_nan(x[i]) ? ni_nan() : (double)bands);
  }
}

/* Row after row, column after column, backwards; and results that go where the matrix is. */
static void views_and_overlaps(void **state) {
  (void)state;
  enum { ROWS = 37, COLS = 19 };
  static double x[ROWS * COLS], turned[ROWS * COLS], expected[ROWS * COLS], out[ROWS * COLS];
  static const int32_t methods[] = {NIEM_NORMALISE_MINMAX, NIEM_NORMALISE_ZSCORE, NIEM_NORMALISE_RANK,
                                    NIEM_NORMALISE_ABOUT_MEAN};
  uint64_t random = 71;
  niem_normalise_options o;
  niem_normalise_options_init(&o);
  for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
    o.method = methods[m];
    fill(x, ROWS * COLS, &random, 0.1);
    ni_matrix_transpose(turned, x, COLS, ROWS); /* x's columns one after another */
    const niem_matrix rows = view(x, ROWS, COLS), columns = {turned, ROWS, COLS, 1, ROWS};
    assert_int_equal(niem_normalise(expected, &rows, &o, NULL), NIEM_OK);
    assert_int_equal(niem_normalise(out, &columns, &o, NULL), NIEM_OK);
    assert_memory_equal(out, expected, sizeof out);
    assert_int_equal(niem_normalise(x, &rows, &o, NULL), NIEM_OK);
    assert_memory_equal(x, expected, sizeof out);
    assert_int_equal(niem_normalise(turned, &columns, &o, NULL), NIEM_OK);
    assert_memory_equal(turned, expected, sizeof out);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sums_are_those_of_the_superaccumulator),
      cmocka_unit_test(products_keep_their_exponents),
      cmocka_unit_test(near_functions_keep_their_promise),
      cmocka_unit_test(selection_is_sorting),
      cmocka_unit_test(both_ways_of_copeland),
      cmocka_unit_test(pairs_of_columns),
      cmocka_unit_test(places_are_kept),
      cmocka_unit_test(means_of_rows),
      cmocka_unit_test(many_bands),
      cmocka_unit_test(views_and_overlaps),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
