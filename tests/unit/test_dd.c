/* Double-double arithmetic: exact where it says so, within its published bounds elsewhere, measured by exact sums. */
#include "base/platform.h"

#include "base/dd.h"
#include "base/exact.h"
#include "base/number.h"
#include "assert_close.h"

static const double u = 0x1p-53;

static ni_dd random_dd(uint64_t *state) {
  const double hi = next_double(state, 60);
  return ni_dd_quick_two_sum(hi, hi * next_uniform(state, -0x1p-53, 0x1p-53));
}

static void add_dd_product(ni_exact *acc, ni_dd a, ni_dd b) {
  ni_exact_add_product(acc, a.hi, b.hi);
  ni_exact_add_product(acc, a.hi, b.lo);
  ni_exact_add_product(acc, a.lo, b.hi);
  ni_exact_add_product(acc, a.lo, b.lo);
}

static void add_dd(ni_exact *acc, ni_dd a) {
  ni_exact_add(acc, a.hi);
  ni_exact_add(acc, a.lo);
}

static double magnitude(double x) {
  return x < 0 ? -x : x;
}

/* |exact - computed| / |exact|, where `exact` holds the true value. */
static double relative_error(const ni_exact *exact, ni_dd computed) {
  ni_exact difference = *exact;
  add_dd(&difference, ni_dd_neg(computed));
  const double wrong = magnitude(ni_exact_round(&difference));
  return wrong == 0 ? 0 : wrong / magnitude(ni_exact_round(exact));
}

static void assert_normal(ni_dd a) {
  assert_same_bits(a.hi + a.lo, a.hi);
}

static void test_sum_and_product_of_doubles_are_exact(void **state) {
  (void)state;
  uint64_t random = 1;
  for (int i = 0; i < 20000; i++) {
    const double a = next_double(&random, 60);
    const double b = next_double(&random, 60);
    ni_exact acc;
    ni_exact_init(&acc);
    add_dd(&acc, ni_dd_two_sum(a, b));
    ni_exact_add(&acc, -a);
    ni_exact_add(&acc, -b);
    add_dd(&acc, ni_dd_two_product(a, b));
    ni_exact_add_product(&acc, -a, b);
    assert_same_bits(ni_exact_round(&acc), 0.0);
  }
}

static void test_product_is_exact_at_the_ends_of_its_range(void **state) {
  (void)state;
  const double ends[] = {1e150, -0x1.fffffffffffffp498, 1e-145, 0x1.0000000000001p-480, 3.0, 0.0};
  for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
    for (size_t k = 0; k < sizeof ends / sizeof ends[0]; k++) {
      ni_exact acc;
      ni_exact_init(&acc);
      add_dd(&acc, ni_dd_two_product(ends[i], ends[k]));
      ni_exact_add_product(&acc, -ends[i], ends[k]);
      assert_same_bits(ni_exact_round(&acc), 0.0);
    }
  }
}

static void test_sums_keep_their_bounds(void **state) {
  (void)state;
  uint64_t random = 2;
  for (int i = 0; i < 20000; i++) {
    const ni_dd a = random_dd(&random);
    ni_dd b = random_dd(&random);
    if (i % 3 == 0) { /* near cancellation */
      b = ni_dd_make(-a.hi * (1 + (double)(i % 7) * 0x1p-52), a.lo * 0.7);
    }
    ni_exact sum;
    ni_exact_init(&sum);
    add_dd(&sum, a);
    add_dd(&sum, b);
    assert_true(relative_error(&sum, ni_dd_add(a, b)) <= 3.01 * u * u);
    assert_true(relative_error(&sum, ni_dd_sub(a, ni_dd_neg(b))) <= 3.01 * u * u);
    assert_normal(ni_dd_add(a, b));
    ni_exact_add(&sum, -b.lo);
    assert_true(relative_error(&sum, ni_dd_add_d(a, b.hi)) <= 2.01 * u * u);
  }
}

static void test_products_keep_their_bounds(void **state) {
  (void)state;
  uint64_t random = 3;
  for (int i = 0; i < 20000; i++) {
    const ni_dd a = random_dd(&random);
    const ni_dd b = random_dd(&random);
    ni_exact product;
    ni_exact_init(&product);
    add_dd_product(&product, a, b);
    assert_true(relative_error(&product, ni_dd_mul(a, b)) <= 5.01 * u * u);
    assert_normal(ni_dd_mul(a, b));
    ni_exact_init(&product);
    add_dd_product(&product, a, ni_dd_from(b.hi));
    assert_true(relative_error(&product, ni_dd_mul_d(a, b.hi)) <= 1.51 * u * u);
  }
}

/* q = a / b (1 + e) exactly when q b = a (1 + e). */
static void test_quotients_keep_their_bounds(void **state) {
  (void)state;
  uint64_t random = 4;
  for (int i = 0; i < 20000; i++) {
    const ni_dd a = random_dd(&random);
    const ni_dd b = random_dd(&random);
    ni_exact back;
    ni_exact_init(&back);
    add_dd_product(&back, ni_dd_div(a, b), b);
    assert_true(relative_error(&back, a) <= 15.01 * u * u);
    ni_exact_init(&back);
    add_dd_product(&back, ni_dd_div_d(a, b.hi), ni_dd_from(b.hi));
    assert_true(relative_error(&back, a) <= 3.01 * u * u);
    assert_normal(ni_dd_div(a, b));
  }
}

static void test_known_values(void **state) {
  (void)state;
  const ni_dd third = ni_dd_div_d(ni_dd_from(1.0), 3.0);
  assert_same_bits(third.hi, 0x1.5555555555555p-2);
  assert_same_bits(third.lo, 0x1.5555555555555p-56);
  assert_same_bits(ni_dd_value(ni_dd_mul_d(third, 3.0)), 1.0);
  /* ten times a tenth, added up, is 1; in doubles it is not */
  ni_dd sum = ni_dd_from(0.0);
  for (int i = 0; i < 10; i++) {
    ni_dd_accumulate(&sum.hi, &sum.lo, ni_dd_div_d(ni_dd_from(1.0), 10.0));
  }
  assert_same_bits(ni_dd_value(sum), 1.0);
}

static void test_comparison(void **state) {
  (void)state;
  const ni_dd one = ni_dd_from(1.0);
  const ni_dd more = ni_dd_make(1.0, 0x1p-80);
  const ni_dd none = ni_dd_from(ni_nan());
  assert_int_equal(ni_dd_compare(one, more), -1);
  assert_int_equal(ni_dd_compare(more, one), 1);
  assert_int_equal(ni_dd_compare(more, more), 0);
  assert_int_equal(ni_dd_compare(ni_dd_from(2.0), more), 1);
  assert_int_equal(ni_dd_compare(ni_dd_neg(more), one), -1);
  assert_int_equal(ni_dd_compare(none, one), 0);
  assert_true(ni_dd_is_nan(none));
  assert_false(ni_dd_is_nan(one));
}

enum { LANES = 64 };

/* A loop over lanes, which the compiler turns into vectors, against one lane at a time. */
static void test_lanes_have_the_bits_of_scalars(void **state) {
  (void)state;
  double hi[LANES] = {0}, lo[LANES] = {0}, x[LANES], w[LANES];
  uint64_t random = 5;
  uint64_t digest = DIGEST_START;
  for (int i = 0; i < LANES; i++) {
    x[i] = next_uniform(&random, 0, 100);
    w[i] = next_uniform(&random, 0, 1);
  }
  for (int step = 0; step < 10; step++) {
    for (int i = 0; i < LANES; i++) {
      ni_dd_accumulate_product(&hi[i], &lo[i], w[i], x[i]);
    }
  }
  for (int i = 0; i < LANES; i++) {
    volatile double one_hi = 0, one_lo = 0;
    for (int step = 0; step < 10; step++) {
      const ni_dd s = ni_dd_add(ni_dd_make(one_hi, one_lo), ni_dd_two_product(w[i], x[i]));
      one_hi = s.hi;
      one_lo = s.lo;
    }
    assert_same_bits(hi[i], one_hi);
    assert_same_bits(lo[i], one_lo);
    digest = digest_double(digest_double(digest, hi[i]), lo[i]);
  }
  assert_digest("dd", digest, 0x5d69616b0b749959u);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sum_and_product_of_doubles_are_exact),
      cmocka_unit_test(test_product_is_exact_at_the_ends_of_its_range),
      cmocka_unit_test(test_sums_keep_their_bounds),
      cmocka_unit_test(test_products_keep_their_bounds),
      cmocka_unit_test(test_quotients_keep_their_bounds),
      cmocka_unit_test(test_known_values),
      cmocka_unit_test(test_comparison),
      cmocka_unit_test(test_lanes_have_the_bits_of_scalars),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
