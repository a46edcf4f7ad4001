/* Sorting, ranks and quantiles: properties on random columns with ties and gaps, ranks counted out, quantiles by R. */
#include "base/platform.h"

#include <stdlib.h>

#include "base/order.h"
#include "base/number.h"
#include "assert_close.h"

/* A NaN that is not the canonical one. */
static double gap(void) {
  return from_bits(0xfff8000000000123u);
}

/* A column of few different values, so with many ties, and NaN now and then. */
static void fill(double *x, int64_t n, uint64_t *random, int distinct) {
  for (int64_t i = 0; i < n; i++) {
    const uint64_t pick = next_bits(random) % (uint64_t)(distinct + 1);
    x[i] = pick == 0 ? gap() : (double)pick - distinct / 2;
    if (x[i] == 0 && (next_bits(random) & 1)) {
      x[i] = -0.0;
    }
  }
}

static void assert_sorted(const double *x, int64_t n) {
  for (int64_t i = 1; i < n; i++) {
    assert_true(x[i - 1] <= x[i] || ni_is_nan(x[i]));
    assert_false(ni_is_nan(x[i - 1]) && !ni_is_nan(x[i]));
  }
}

static void shuffle(double *x, int64_t n, uint64_t *random) {
  for (int64_t i = n - 1; i > 0; i--) {
    const int64_t k = (int64_t)(next_bits(random) % (uint64_t)(i + 1));
    const double t = x[i];
    x[i] = x[k];
    x[k] = t;
  }
}

static void test_sorting_depends_on_the_multiset_only(void **state) {
  (void)state;
  enum { N = 3000 };
  static double x[N], y[N];
  uint64_t random = 31;
  for (int64_t n = 0; n < N; n = n * 3 / 2 + 1) {
    fill(x, n, &random, n % 2 ? 5 : 1000000);
    memcpy(y, x, sizeof x);
    shuffle(y, n, &random);
    ni_sort_doubles(x, n);
    ni_sort_doubles(y, n);
    assert_sorted(x, n);
    assert_memory_equal(x, y, sizeof x);
  }
}

/* Inputs that are the worst for quicksorts: sorted, reversed, organ pipe, equal, and Musser's median-of-three killer.
 */
static void test_sorting_worst_cases(void **state) {
  (void)state;
  enum { N = 200000 };
  double *x = malloc(N * sizeof *x);
  assert_non_null(x);
  for (int shape = 0; shape < 5; shape++) {
    for (int i = 0; i < N; i++) {
      const int half = N / 2;
      const int killer = i < half ? (i % 2 ? half + i : i + 1) : 2 * (i - half + 1);
      const int values[] = {i, N - i, i < half ? i : N - i, 7, killer};
      x[i] = values[shape];
    }
    ni_sort_doubles(x, N);
    assert_sorted(x, N);
  }
  free(x);
}

static void test_sorting_places_zeros_and_nans(void **state) {
  (void)state;
  double x[] = {from_bits(0xfff8000000000000u), 0.0, -0.0, 1.0, from_bits(0x7ff8000000000000u), -1.0};
  ni_sort_doubles(x, 6);
  assert_same_bits(x[0], -1.0);
  assert_same_bits(x[1], -0.0);
  assert_same_bits(x[2], 0.0);
  assert_same_bits(x[3], 1.0);
  assert_true(ni_is_nan(x[4]) && ni_is_nan(x[5]));
}

static void check_order(const double *x, int64_t n, int64_t stride, int descending) {
  int64_t *order = malloc(((size_t)n + 1) * sizeof *order);
  assert_non_null(order);
  assert_int_equal(ni_order(order, x, n, stride, descending), 1);
  for (int64_t k = 1; k < n; k++) {
    const double a = x[order[k - 1] * stride];
    const double b = x[order[k] * stride];
    const int in_order = descending ? a > b : a < b;
    const int tied = a == b || (ni_is_nan(a) && ni_is_nan(b));
    assert_true(in_order || (tied && order[k - 1] < order[k]) || (ni_is_nan(b) && !ni_is_nan(a)));
  }
  free(order);
}

static void test_order_is_stable_in_both_directions(void **state) {
  (void)state;
  enum { N = 4000 };
  static double x[2 * N];
  uint64_t random = 32;
  for (int64_t n = 0; n < N; n = n * 3 / 2 + 1) {
    fill(x, 2 * n, &random, 20);
    check_order(x, n, 1, 0);
    check_order(x, n, 2, 1);
  }
}

static int compare_digits(int64_t a, int64_t b, const void *context) {
  const int64_t base = *(const int64_t *)context;
  return (int)(a % base - b % base);
}

static void test_indices_are_sorted_by_any_order(void **state) {
  (void)state;
  enum { N = 1000 };
  int64_t indices[N];
  const int64_t base = 10;
  for (int64_t i = 0; i < N; i++) {
    indices[i] = i;
  }
  assert_int_equal(ni_sort_indices(indices, N, compare_digits, &base), 1);
  for (int64_t i = 0; i < N; i++) {
    assert_true(indices[i] == i / 100 + i % 100 * 10);
  }
}

/* Ranks by counting: 1 + how many are before, and how many are equal. */
static void test_ranks_are_counts(void **state) {
  (void)state;
  enum { N = 300 };
  double x[N], least[N], most[N], average[N];
  uint64_t random = 33;
  fill(x, N, &random, 40);
  assert_int_equal(ni_rank(least, x, N, 1, 1, NI_TIES_MIN, 0.0), 1);
  assert_int_equal(ni_rank(most, x, N, 1, 1, NI_TIES_MAX, 0.0), 1);
  assert_int_equal(ni_rank(average, x, N, 1, 1, NI_TIES_AVERAGE, 0.0), 1);
  for (int i = 0; i < N; i++) {
    int before = 0, equal = 0;
    for (int k = 0; k < N; k++) {
      before += x[k] > x[i];
      equal += x[k] == x[i];
    }
    assert_same_bits(least[i], ni_is_nan(x[i]) ? ni_nan() : before + 1);
    assert_same_bits(most[i], ni_is_nan(x[i]) ? ni_nan() : before + equal);
    assert_same_bits(average[i], ni_is_nan(x[i]) ? ni_nan() : before + (1 + equal) / 2.0);
  }
}

static void assert_ranks(const double *x, int64_t n, int descending, int32_t ties, double tolerance,
                         const double *expected) {
  double ranks[16];
  assert_int_equal(ni_rank(ranks, x, n, 1, descending, ties, tolerance), 1);
  for (int64_t i = 0; i < n; i++) {
    assert_same_bits(ranks[i], expected[i]);
  }
}

static void test_ties(void **state) {
  (void)state;
  const double x[] = {50, 75, 50, gap(), 100, 75, 75};
  const double min_up[] = {1, 3, 1, ni_nan(), 6, 3, 3};
  const double min_down[] = {5, 2, 5, ni_nan(), 1, 2, 2};
  const double dense_down[] = {3, 2, 3, ni_nan(), 1, 2, 2};
  const double first_up[] = {1, 3, 2, ni_nan(), 6, 4, 5};
  const double average_up[] = {1.5, 4, 1.5, ni_nan(), 6, 4, 4};
  assert_ranks(x, 7, 0, NI_TIES_MIN, 0.0, min_up);
  assert_ranks(x, 7, 1, NI_TIES_MIN, 0.0, min_down);
  assert_ranks(x, 7, 1, NI_TIES_DENSE, 0.0, dense_down);
  assert_ranks(x, 7, 0, NI_TIES_FIRST, 0.0, first_up);
  assert_ranks(x, 7, 0, NI_TIES_AVERAGE, 0.0, average_up);
}

static void test_tolerance_chains_from_neighbour_to_neighbour(void **state) {
  (void)state;
  const double infinity = from_bits(0x7ff0000000000000u);
  const double x[] = {10.0, 10.0 + 0.8e-9, 10.0 + 1.6e-9, 10.0 + 3.2e-9, infinity, infinity};
  const double down[] = {4, 4, 4, 3, 1, 1};
  const double first[] = {1, 2, 3, 4, 5, 6};
  const double backwards[] = {10.0 + 1.6e-9, 10.0 + 0.8e-9, 10.0};
  assert_ranks(x, 6, 1, NI_TIES_MIN, 1e-9, down);
  assert_ranks(x, 6, 0, NI_TIES_FIRST, 1e-9, first);
  assert_ranks(backwards, 3, 0, NI_TIES_FIRST, 1e-9, first);
}

static void test_nothing_to_rank(void **state) {
  (void)state;
  const double x[] = {gap(), gap()};
  const double none[] = {ni_nan(), ni_nan()};
  assert_ranks(x, 0, 1, NI_TIES_MIN, 0.0, none);
  assert_ranks(x, 2, 1, NI_TIES_MIN, 0.0, none);
}

/* An array that cannot be: the multiplication is checked, nothing is touched. */
static void test_memory_that_cannot_be_had(void **state) {
  (void)state;
  const double x = 1;
  double out = 7;
  assert_int_equal(ni_rank(&out, &x, INT64_MAX / 2, 0, 0, NI_TIES_MIN, 0.0), 0);
  assert_int_equal(ni_quantile(&out, &x, INT64_MAX / 2, 0, 0.5), 0);
  assert_same_bits(out, 7.0);
}

/* quantile(x, p) of R 4.2 (type 7). */
static void test_quantiles_of_r(void **state) {
  (void)state;
  const double x[] = {50, gap(), 15, 40, 20, 35};
  const double p[] = {0, 0.05, 0.25, 0.4, 0.5, 0.75, 0.9, 1};
  const double expected[] = {15, 16, 20, 29, 35, 40, 46, 50};
  for (int i = 0; i < 8; i++) {
    double q = 0;
    assert_int_equal(ni_quantile(&q, x, 6, 1, p[i]), 1);
    assert_close(q, expected[i], 1e-15);
  }
}

static void test_quantiles_meet_order_statistics(void **state) {
  (void)state;
  double x[101];
  for (int i = 0; i <= 100; i++) {
    x[i] = i * 1.1;
  }
  for (int n = 2; n <= 101; n++) {
    for (int k = 0; k < n; k++) {
      assert_same_bits(ni_quantile_sorted(x, n, (double)k / (n - 1)), x[k]);
    }
  }
  assert_same_bits(ni_quantile_sorted(x, 41, 0.35), x[14]);
}

static void test_quantiles_are_monotone(void **state) {
  (void)state;
  const double x[] = {-1e308, 1e-320, 0.1, 0.1 + 0x1p-56, 0.3, 1e308};
  double last = -1e308;
  uint64_t digest = DIGEST_START;
  for (int i = 0; i <= 100000; i++) {
    const double q = ni_quantile_sorted(x, 6, i / 100000.0);
    assert_true(q >= last);
    last = q;
    digest = digest_double(digest, q);
  }
  assert_digest("order", digest, 0x02d02e262e36acccu);
}

static void test_quantiles_without_answer(void **state) {
  (void)state;
  const double infinity = from_bits(0x7ff0000000000000u);
  const double x[] = {-infinity, 1.0, infinity};
  const double ends[] = {-infinity, infinity};
  double q = 0;
  assert_same_bits(ni_quantile_sorted(x, 0, 0.5), ni_nan());
  assert_same_bits(ni_quantile_sorted(x, 3, -0.1), ni_nan());
  assert_same_bits(ni_quantile_sorted(x, 3, 1.1), ni_nan());
  assert_same_bits(ni_quantile_sorted(x, 3, gap()), ni_nan());
  assert_same_bits(ni_quantile_sorted(x, 3, 0.5), 1.0);
  assert_same_bits(ni_quantile_sorted(x, 3, 0.25), -infinity);
  assert_same_bits(ni_quantile_sorted(x, 3, 0.75), infinity);
  assert_same_bits(ni_quantile_sorted(ends, 2, 0.5), ni_nan());
  assert_same_bits(ni_quantile_sorted(x + 1, 1, 0.3), 1.0);
  assert_int_equal(ni_quantile(&q, x, 0, 1, 0.5), 1);
  assert_same_bits(q, ni_nan());
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sorting_depends_on_the_multiset_only),
      cmocka_unit_test(test_sorting_worst_cases),
      cmocka_unit_test(test_sorting_places_zeros_and_nans),
      cmocka_unit_test(test_order_is_stable_in_both_directions),
      cmocka_unit_test(test_indices_are_sorted_by_any_order),
      cmocka_unit_test(test_ranks_are_counts),
      cmocka_unit_test(test_ties),
      cmocka_unit_test(test_tolerance_chains_from_neighbour_to_neighbour),
      cmocka_unit_test(test_nothing_to_rank),
      cmocka_unit_test(test_memory_that_cannot_be_had),
      cmocka_unit_test(test_quantiles_of_r),
      cmocka_unit_test(test_quantiles_meet_order_statistics),
      cmocka_unit_test(test_quantiles_are_monotone),
      cmocka_unit_test(test_quantiles_without_answer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
