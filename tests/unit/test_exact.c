/* Exact sums: the hard cases of Python's math.fsum, any order and any merging, and means whose exact value is known. */
#include "base/platform.h"

#include "base/exact.h"
#include "base/number.h"
#include "assert_close.h"

#define COUNT(array) ((int64_t)(sizeof(array) / sizeof(array)[0]))

static const double infinity = 1e308 * 10;

/* Cases of test_math.testFsum in CPython, values by math.fsum. */
static void test_cases_of_fsum(void **state) {
  (void)state;
  const double a[] = {0x1p53, -0.5, -0x1p-54};
  const double b[] = {0x1p53, 1.0, 0x1p-100};
  const double c[] = {0x1p53 + 10.0, 1.0, 0x1p-100};
  const double d[] = {0x1p53 - 4.0, 0.5, 0x1p-54};
  const double e[] = {1e16, 1.0, 1e-16};
  const double f[] = {1e16 - 2.0, 1.0 - 0x1p-53, -(1e16 - 2.0), -(1.0 - 0x1p-53)};
  const double g[] = {1e308, 1e308, -1e308};
  assert_same_bits(ni_exact_sum(a, COUNT(a), 1), 0x1p53 - 1.0);
  assert_same_bits(ni_exact_sum(b, COUNT(b), 1), 0x1p53 + 2.0);
  assert_same_bits(ni_exact_sum(c, COUNT(c), 1), 0x1p53 + 12.0);
  assert_same_bits(ni_exact_sum(d, COUNT(d), 1), 0x1p53 - 3.0);
  assert_same_bits(ni_exact_sum(e, COUNT(e), 1), 10000000000000002.0);
  assert_same_bits(ni_exact_sum(f, COUNT(f), 1), 0.0);
  assert_same_bits(ni_exact_sum(g, COUNT(g), 1), 1e308);
  assert_same_bits(ni_exact_sum(g, 0, 1), 0.0);
}

static void test_series_of_fsum(void **state) {
  (void)state;
  double harmonic[1000], alternating[1000], powers[1024];
  int64_t n = 0;
  for (int i = 1; i <= 1000; i++) {
    harmonic[i - 1] = 1.0 / i;
    alternating[i - 1] = (i % 2 ? -1.0 : 1.0) / i;
  }
  for (int k = -1074; k < 972; k += 2) {
    const double low = k < -1022 ? from_bits((uint64_t)1 << (k + 1074)) : from_bits((uint64_t)(k + 1023) << 52);
    powers[n++] = low - low * 0x1p50 + low * 0x1p52;
  }
  powers[n++] = -0x1p1022;
  assert_same_bits(ni_exact_sum(harmonic, 1000, 1), 0x1.df11f45f4e61ap+2);
  assert_same_bits(ni_exact_sum(alternating, 1000, 1), -0x1.62a2af1bd3624p-1);
  assert_same_bits(ni_exact_sum(powers, n, 1), 0x1.5555555555555p+970);
}

static void test_ends_of_the_range(void **state) {
  (void)state;
  const double largest = DBL_MAX;
  const double tiny = 0x1p-1074;
  const double over[] = {largest, 0x1p970};
  const double not_over[] = {largest, 0x1p970, -tiny};
  const double subnormals[] = {tiny, tiny, tiny};
  const double to_normal[] = {0x1p-1022 - tiny, tiny};
  assert_same_bits(ni_exact_sum(over, 2, 1), infinity);
  assert_same_bits(ni_exact_sum(not_over, 3, 1), largest);
  assert_same_bits(ni_exact_sum(subnormals, 3, 1), 3 * tiny);
  assert_same_bits(ni_exact_sum(to_normal, 2, 1), 0x1p-1022);
}

static void test_special_values(void **state) {
  (void)state;
  const double nan_in[] = {1.0, from_bits(0xfff8000000000001u)};
  const double both[] = {infinity, 1.0, -infinity};
  const double minus[] = {1.0, -infinity};
  const double zeros[] = {-0.0, -0.0};
  ni_exact acc;
  assert_same_bits(ni_exact_sum(nan_in, 2, 1), ni_nan());
  assert_same_bits(ni_exact_sum(both, 3, 1), ni_nan());
  assert_same_bits(ni_exact_sum(both, 2, 1), infinity);
  assert_same_bits(ni_exact_sum(minus, 2, 1), -infinity);
  assert_same_bits(ni_exact_sum(zeros, 2, 1), 0.0);
  ni_exact_init(&acc);
  ni_exact_add_product(&acc, 0.0, infinity);
  assert_same_bits(ni_exact_round(&acc), ni_nan());
  assert_true(ni_dd_is_nan(ni_exact_round_dd(&acc)));
}

static void test_products_neither_overflow_nor_underflow(void **state) {
  (void)state;
  ni_exact acc;
  ni_exact_init(&acc);
  ni_exact_add_product(&acc, DBL_MAX, DBL_MAX);
  ni_exact_add_product(&acc, 0x1p-1074, 0x1p-1074);
  ni_exact_add_product(&acc, -DBL_MAX, DBL_MAX);
  assert_same_bits(ni_exact_round(&acc), 0.0); /* 2^-2148, rounded */
  ni_exact_add_product(&acc, 0x1p-1000, 0x1p-74);
  assert_same_bits(ni_exact_round(&acc), 0x1p-1074);
  ni_exact_add_product(&acc, 0x1p-1000, 0x1p-75);
  assert_same_bits(ni_exact_round(&acc), 0x1p-1073); /* a half and 2^-2148 more: up */
  ni_exact_add_product(&acc, DBL_MAX, 2.0);
  assert_same_bits(ni_exact_round(&acc), infinity);
}

static void test_merging_is_associative_and_counts_without_limit(void **state) {
  (void)state;
  uint64_t random = 11;
  ni_exact all, left, right;
  ni_exact_init(&all);
  ni_exact_init(&left);
  ni_exact_init(&right);
  for (int i = 0; i < 3000; i++) {
    const double x = next_double(&random, 1000);
    const double y = next_double(&random, 1000);
    ni_exact_add_product(&all, x, y);
    ni_exact_add_product(i % 3 ? &left : &right, x, y);
  }
  ni_exact other = right;
  ni_exact_merge(&other, &left);
  ni_exact_merge(&left, &right);
  assert_same_bits(ni_exact_round(&left), ni_exact_round(&all));
  assert_same_bits(ni_exact_round(&other), ni_exact_round(&all));
  ni_exact_init(&all);
  ni_exact_add(&all, -0.1);
  for (int i = 0; i < 40; i++) {
    ni_exact twice = all;
    ni_exact_merge(&all, &twice);
  }
  assert_same_bits(ni_exact_round(&all), -0.1 * 0x1p40);
}

/* As many additions as make carries move by themselves, all of the largest chunk. */
static void test_many_additions(void **state) {
  (void)state;
  ni_exact acc;
  ni_exact_init(&acc);
  acc.pending = ((int64_t)1 << 30) - 1000;
  for (int i = 0; i < 4096; i++) {
    ni_exact_add(&acc, -0x1.fffffffffffffp0);
  }
  assert_same_bits(ni_exact_round(&acc), -0x1.fffffffffffffp12);
  assert_true(acc.pending < 4096);
}

static void test_order_does_not_matter(void **state) {
  (void)state;
  enum { N = 2000 };
  double x[N];
  uint64_t random = 12;
  uint64_t digest = DIGEST_START;
  for (int i = 0; i < N; i++) {
    x[i] = next_double(&random, 300);
  }
  const double sum = ni_exact_sum(x, N, 1);
  for (int round = 0; round < 20; round++) {
    for (int i = N - 1; i > 0; i--) {
      const int k = (int)(next_bits(&random) % (uint64_t)(i + 1));
      const double t = x[i];
      x[i] = x[k];
      x[k] = t;
    }
    assert_same_bits(ni_exact_sum(x, N, 1), sum);
    digest = digest_double(digest, ni_exact_mean(x, 100 + round, 1));
  }
  assert_digest("exact", digest_double(digest, sum), 0x5d528d8963786c43u);
}

static void test_pair_holds_the_remainder(void **state) {
  (void)state;
  ni_exact acc;
  ni_exact_init(&acc);
  ni_exact_add(&acc, 1.0);
  ni_exact_add(&acc, 0x1p-60);
  ni_exact_add(&acc, 0x1p-1074);
  const ni_dd pair = ni_exact_round_dd(&acc);
  assert_same_bits(pair.hi, 1.0);
  assert_same_bits(pair.lo, 0x1p-60);
  ni_exact_add(&acc, infinity);
  assert_same_bits(ni_exact_round_dd(&acc).hi, infinity);
  assert_same_bits(ni_exact_round_dd(&acc).lo, 0.0);
}

static void test_means(void **state) {
  (void)state;
  const double scores[] = {100, 0, 50, from_bits(0x7ff0000000000001u), 50, 100, 100};
  const double tenths[] = {0.1, 0.1, 0.1};
  const double large[] = {DBL_MAX, DBL_MAX, DBL_MAX};
  const double small[] = {0x1p-1074, 0x1p-1074, 0x1p-1074};
  const double tie[] = {1.0, 1.0 + 0x1p-52};
  const double strided[] = {1, -9, 2, -9, 6, -9};
  assert_same_bits(ni_exact_mean(scores, COUNT(scores), 1), 0x1.0aaaaaaaaaaabp+6); /* 400 / 6 */
  assert_same_bits(ni_exact_mean(tenths, 3, 1), 0.1);
  assert_same_bits(ni_exact_mean(large, 3, 1), DBL_MAX);
  assert_same_bits(ni_exact_mean(small, 3, 1), 0x1p-1074);
  assert_same_bits(ni_exact_mean(tie, 2, 1), 1.0);
  assert_same_bits(ni_exact_mean(strided, 3, 2), 3.0);
  assert_same_bits(ni_exact_mean(scores, 0, 1), ni_nan());
  assert_same_bits(ni_exact_mean(scores + 3, 1, 1), ni_nan());
}

static void test_weighted_means(void **state) {
  (void)state;
  const double x[] = {10, from_bits(0x7ff8000000000000u), 30, infinity};
  const double w[] = {1, 7, 3, 0.5};
  const double opposite[] = {1, 1, -1, 0};
  const double tiny[] = {0x1p-1074, 0, 0x1p-1074, 0};
  const double huge[] = {DBL_MAX, 0, DBL_MAX, 0};
  const double far[] = {0x1p-1074, 0, 0, 0};
  assert_same_bits(ni_exact_weighted_mean(x, w, 3, 1, 1), 25.0);
  assert_same_bits(ni_exact_weighted_mean(x, w, 4, 1, 1), infinity);
  assert_same_bits(ni_exact_weighted_mean(x, opposite, 3, 1, 1), ni_nan());
  assert_same_bits(ni_exact_weighted_mean(x, tiny, 3, 1, 1), 20.0);
  assert_same_bits(ni_exact_weighted_mean(x, huge, 3, 1, 1), 20.0);
  assert_same_bits(ni_exact_weighted_mean(far, w, 3, 1, 1), 0.0);
  const double nan_weight[] = {1, 1, from_bits(0x7ff8000000000000u)};
  assert_same_bits(ni_exact_weighted_mean(x, nan_weight, 3, 1, 1), ni_nan());
}

static void test_quotients_out_of_range(void **state) {
  (void)state;
  ni_exact large, small;
  ni_exact_init(&large);
  ni_exact_init(&small);
  ni_exact_add_product(&large, -DBL_MAX, 4.0);
  ni_exact_add(&small, 0x1p-1074);
  assert_same_bits(ni_exact_quotient(&large, &small), -infinity);
  assert_same_bits(ni_exact_quotient(&small, &large), 0.0);
  ni_exact_init(&large);
  ni_exact_add(&large, DBL_MAX);
  assert_same_bits(ni_exact_quotient(&large, &large), 1.0);
  ni_exact_add(&small, 0x1p-1074);
  ni_exact_init(&large);
  ni_exact_add(&large, 4.0);
  assert_same_bits(ni_exact_quotient(&small, &large), 0.0); /* 2^-1075: a tie, to even */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cases_of_fsum),
      cmocka_unit_test(test_series_of_fsum),
      cmocka_unit_test(test_ends_of_the_range),
      cmocka_unit_test(test_special_values),
      cmocka_unit_test(test_products_neither_overflow_nor_underflow),
      cmocka_unit_test(test_merging_is_associative_and_counts_without_limit),
      cmocka_unit_test(test_many_additions),
      cmocka_unit_test(test_order_does_not_matter),
      cmocka_unit_test(test_pair_holds_the_remainder),
      cmocka_unit_test(test_means),
      cmocka_unit_test(test_weighted_means),
      cmocka_unit_test(test_quotients_out_of_range),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
