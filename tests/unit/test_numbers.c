/* niem/numbers.h: the arithmetic for bare vectors. Expected values are worked by hand, or are those of exact rational
 * arithmetic rounded once. */
#include "base/platform.h"

#include <fenv.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/number.h"
#include "fail_allocation.h"
#include "niem.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

#define LENGTH(array) ((int64_t)(sizeof(array) / sizeof *(array)))

static void assert_bits(double found, double expected) {
  if (ni_double_bits(found) != ni_double_bits(expected)) {
    print_error("%.17g is not %.17g\n", found, expected);
  }
  assert_true(ni_double_bits(found) == ni_double_bits(expected));
}

static void assert_all_bits(const double *found, const double *expected, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    assert_bits(found[i], expected[i]);
  }
}

static void assert_failed(niem_status status, const niem_error *err, niem_status expected, const char *where,
                          int64_t row) {
  assert_int_equal(status, expected);
  assert_int_equal(err->status, expected);
  assert_string_equal(err->where, where);
  assert_int_equal(err->row, row);
  assert_true(strlen(err->message) > 10);
  assert_null(strchr(err->message, '\n'));
}

/* ---- sums and means */

static double sum_of(const double *x, int64_t n, int64_t stride) {
  double out = -1;
  assert_int_equal(niem_exact_sum(&out, x, n, stride, NULL), NIEM_OK);
  return out;
}

static void sums_are_exact(void **state) {
  (void)state;
  const double tenths[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
  const double cancelling[] = {1e308, 1, -1e308, 1e-300, 1e308, -1e308};
  const double gaps[] = {NAN, 1, NAN, 2, -NAN};
  assert_bits(sum_of(tenths, 10, 1), 1.0);
  assert_bits(sum_of(cancelling, 6, 1), 1.0);
  assert_bits(sum_of(gaps, LENGTH(gaps), 1), 3.0);
  assert_bits(sum_of(gaps, 1, 1), 0.0);
  assert_bits(sum_of(NULL, 0, 1), 0.0);
}

static void sums_of_infinities(void **state) {
  (void)state;
  const double both[] = {INFINITY, 1, -INFINITY};
  const double huge[] = {1.7e308, 1.7e308};
  assert_bits(sum_of(both, 3, 1), ni_nan());
  assert_bits(sum_of(both, 2, 1), INFINITY);
  assert_bits(sum_of(both + 1, 2, 1), -INFINITY);
  assert_bits(sum_of(huge, 2, 1), INFINITY);
}

static void strides_walk(void **state) {
  (void)state;
  const double x[] = {1, 10, 2, 20, 3, 30};
  assert_bits(sum_of(x, 3, 2), 6.0);
  assert_bits(sum_of(x + 1, 3, 2), 60.0);
  assert_bits(sum_of(x + 4, 3, -2), 6.0);
  assert_bits(sum_of(x, 1, 0), 1.0);
  double out[3];
  const double reversed[] = {1, 2, 3};
  assert_int_equal(niem_rank_values(out, x + 5, 3, -2, 1, NIEM_TIES_MIN, 0, NULL), NIEM_OK);
  assert_all_bits(out, reversed, 3);
}

static double mean_of(const double *x, int64_t n, const double *w, int64_t w_stride) {
  double out = -1;
  assert_int_equal(niem_exact_mean(&out, x, n, 1, w, w_stride, NULL), NIEM_OK);
  return out;
}

static void means_are_exact(void **state) {
  (void)state;
  const double x[] = {0.1, 0.2, NAN, 0.3};
  const double weights[] = {1, 9, 2, 9, 7, 9, 3, 9};
  const double zero[] = {0, 0, 1, 0};
  const double huge[] = {1.7e308, 1.7e308, 1.7e308};
  assert_bits(mean_of(x, 4, NULL, 0), 0.2);
  /* (0.1 + 0.4 + 0.9) / 6 of the doubles themselves, rounded once. */
  assert_bits(mean_of(x, 4, weights, 2), 0.23333333333333334);
  assert_bits(mean_of(x, 4, zero, 1), ni_nan());
  assert_bits(mean_of(x + 2, 1, NULL, 1), ni_nan());
  assert_bits(mean_of(NULL, 0, NULL, 1), ni_nan());
  assert_bits(mean_of(NULL, 0, zero, 1), ni_nan());
  assert_bits(mean_of(huge, 3, NULL, 1), 1.7e308);
}

/* ---- quantiles */

static void quantiles_of_type_7(void **state) {
  (void)state;
  const double x[] = {40, NAN, 10, 30, 20};
  const double p[] = {0, 0.25, 0.5, 1, 0.9};
  const double expected[] = {10, 17.5, 25, 40, 37};
  double out[5] = {0};
  assert_int_equal(niem_quantile(out, x, 5, 1, p, 5, NULL), NIEM_OK);
  assert_all_bits(out, expected, 5);
  assert_int_equal(niem_quantile(out, x + 1, 1, 1, p, 2, NULL), NIEM_OK);
  assert_bits(out[0], ni_nan());
  assert_bits(out[1], ni_nan());
  assert_int_equal(niem_quantile(NULL, x, 5, 1, NULL, 0, NULL), NIEM_OK);
}

/* ---- ranks */

static void ranks_of(double *out, int32_t ties, double tolerance, int32_t descending) {
  const double x[] = {70, 50, NAN, 70, 70 - 1e-10, 90};
  assert_int_equal(niem_rank_values(out, x, 6, 1, descending, ties, tolerance, NULL), NIEM_OK);
}

static void ranks_by_ties(void **state) {
  (void)state;
  const double nan = ni_nan();
  const double expected[][6] = {
      {2, 5, nan, 2, 2, 1}, {4, 5, nan, 4, 4, 1}, {3, 5, nan, 3, 3, 1}, {2, 3, nan, 2, 2, 1}, {2, 5, nan, 3, 4, 1}};
  double out[6];
  for (int32_t ties = NIEM_TIES_MIN; ties <= NIEM_TIES_FIRST; ties++) {
    ranks_of(out, ties, 1e-9, 1);
    assert_all_bits(out, expected[ties], 6);
  }
  const double exactly[] = {2, 5, nan, 2, 4, 1};
  const double ascending[] = {3, 1, nan, 3, 2, 5};
  ranks_of(out, NIEM_TIES_MIN, 0, 1);
  assert_all_bits(out, exactly, 6);
  ranks_of(out, NIEM_TIES_MIN, 0, 0);
  assert_all_bits(out, ascending, 6);
}

static void ranks_in_place(void **state) {
  (void)state;
  double x[] = {3, 1, 2, 2};
  const double expected[] = {4, 1, 2, 2};
  assert_int_equal(niem_rank_values(x, x, 4, 1, 0, NIEM_TIES_MIN, 0, NULL), NIEM_OK);
  assert_all_bits(x, expected, 4);
  assert_int_equal(niem_rank_values(NULL, NULL, 0, 1, 0, NIEM_TIES_MIN, 0, NULL), NIEM_OK);
}

/* ---- elementwise */

static void logarithms_and_exponentials(void **state) {
  (void)state;
  const double x[] = {1, 0, -1, NAN, 10, INFINITY};
  const double logs[] = {0, -INFINITY, ni_nan(), ni_nan(), 2.302585092994046, INFINITY};
  const double exps[] = {2.718281828459045, 1, 0.36787944117144233, ni_nan(), 22026.465794806718, INFINITY};
  double out[6];
  assert_int_equal(niem_log(out, x, 6, 1, NULL), NIEM_OK);
  assert_all_bits(out, logs, 6);
  assert_int_equal(niem_exp(out, x, 6, 1, NULL), NIEM_OK);
  assert_all_bits(out, exps, 6);
  assert_int_equal(niem_exp(out, x + 5, 3, -2, NULL), NIEM_OK);
  assert_bits(out[1], ni_nan());
  assert_bits(out[2], 1.0);
}

static void rounds_half_away_from_zero(void **state) {
  (void)state;
  double x[] = {0.285, -0.285, 72.25, NAN, INFINITY, 59.449999999999996, -0.001};
  const double two[] = {0.29, -0.29, 72.25, ni_nan(), INFINITY, 59.45, 0};
  const double one[] = {0.3, -0.3, 72.3, ni_nan(), INFINITY, 59.4, 0};
  double out[7];
  assert_int_equal(niem_round(out, x, 7, 1, 2, NULL), NIEM_OK);
  assert_all_bits(out, two, 7);
  assert_int_equal(niem_round(x, x, 7, 1, 1, NULL), NIEM_OK);
  assert_all_bits(x, one, 7);
}

/* A caller's rounding mode changes nothing, and is the caller's again afterwards. */
static void rounding_modes_do_not_matter(void **state) {
  (void)state;
  const double x[] = {0.1, 0.2, 0.7, 3};
  double expected[6], out[6];
  for (int pass = 0; pass < 2; pass++) {
    double *to = pass == 0 ? expected : out;
    fesetround(pass == 0 ? FE_TONEAREST : FE_UPWARD);
    niem_exact_mean(&to[0], x, 3, 1, NULL, 1, NULL);
    niem_exp(&to[1], x, 3, 1, NULL);
    niem_log(&to[4], x + 2, 2, 1, NULL);
    assert_int_equal(fegetround(), pass == 0 ? FE_TONEAREST : FE_UPWARD);
  }
  fesetround(FE_TONEAREST);
  assert_all_bits(out, expected, 6);
}

/* ---- arguments */

static void vectors_are_checked(void **state) {
  (void)state;
  const double x[] = {1, 2};
  double out = 7;
  niem_error err;
  assert_failed(niem_exact_sum(NULL, x, 2, 1, &err), &err, NIEM_ERROR_ARGUMENT, "out", 0);
  assert_failed(niem_exact_sum(&out, x, -1, 1, &err), &err, NIEM_ERROR_ARGUMENT, "n", 0);
  assert_failed(niem_exact_sum(&out, NULL, 2, 1, &err), &err, NIEM_ERROR_ARGUMENT, "x", 0);
  assert_failed(niem_exact_sum(&out, x, 2, 0, &err), &err, NIEM_ERROR_ARGUMENT, "stride", 0);
  assert_failed(niem_exact_sum(&out, x, 2, INT64_MIN, &err), &err, NIEM_ERROR_ARGUMENT, "stride", 0);
  assert_failed(niem_exact_sum(&out, x, INT64_MAX, 2, &err), &err, NIEM_ERROR_ARGUMENT, "stride", 0);
  assert_failed(niem_exact_mean(NULL, x, 2, 1, NULL, 1, &err), &err, NIEM_ERROR_ARGUMENT, "out", 0);
  assert_failed(niem_exact_mean(&out, NULL, 2, 1, NULL, 1, &err), &err, NIEM_ERROR_ARGUMENT, "x", 0);
  assert_failed(niem_log(NULL, x, 2, 1, &err), &err, NIEM_ERROR_ARGUMENT, "out", 0);
  assert_failed(niem_exp(&out, x, 2, 0, &err), &err, NIEM_ERROR_ARGUMENT, "stride", 0);
  assert_failed(niem_rank_values(NULL, x, 2, 1, 1, 0, 0, &err), &err, NIEM_ERROR_ARGUMENT, "out", 0);
  assert_failed(niem_rank_values(&out, NULL, 2, 1, 1, 0, 0, &err), &err, NIEM_ERROR_ARGUMENT, "x", 0);
  assert_failed(niem_quantile(&out, x, -5, 1, x, 1, &err), &err, NIEM_ERROR_ARGUMENT, "n", 0);
  assert_int_equal(niem_exact_sum(&out, x, -1, 1, NULL), NIEM_ERROR_ARGUMENT);
  assert_bits(out, 7);
}

static void weights_are_checked(void **state) {
  (void)state;
  const double x[] = {1, 2, NAN};
  const double negative[] = {1, -0.5, 1}, missing[] = {1, 1, NAN}, infinite[] = {INFINITY, 1, 1};
  double out = 7;
  niem_error err;
  assert_failed(niem_exact_mean(&out, x, 3, 1, negative, 1, &err), &err, NIEM_ERROR_VALUE, "weights", 2);
  assert_string_equal(err.message, "element 2 is -0.5; weights are finite and not negative");
  assert_failed(niem_exact_mean(&out, x, 3, 1, missing, 1, &err), &err, NIEM_ERROR_VALUE, "weights", 3);
  assert_failed(niem_exact_mean(&out, x, 3, 1, infinite, 1, &err), &err, NIEM_ERROR_VALUE, "weights", 1);
  assert_failed(niem_exact_mean(&out, x, 3, 1, x, 0, &err), &err, NIEM_ERROR_ARGUMENT, "weights_stride", 0);
  assert_bits(out, 7);
}

static void probabilities_are_checked(void **state) {
  (void)state;
  const double x[] = {1, 2};
  const double above[] = {0.5, 1.01}, below[] = {-0.1}, missing[] = {0, 1, NAN};
  double out[3] = {7, 7, 7};
  niem_error err;
  assert_failed(niem_quantile(out, x, 2, 1, above, 2, &err), &err, NIEM_ERROR_VALUE, "probabilities", 2);
  assert_failed(niem_quantile(out, x, 2, 1, below, 1, &err), &err, NIEM_ERROR_VALUE, "probabilities", 1);
  assert_failed(niem_quantile(out, x, 2, 1, missing, 3, &err), &err, NIEM_ERROR_VALUE, "probabilities", 3);
  assert_failed(niem_quantile(out, x, 2, 1, NULL, 3, &err), &err, NIEM_ERROR_ARGUMENT, "probabilities", 0);
  assert_failed(niem_quantile(out, x, 2, 1, x, -1, &err), &err, NIEM_ERROR_ARGUMENT, "n_probabilities", 0);
  assert_failed(niem_quantile(NULL, x, 2, 1, x, 1, &err), &err, NIEM_ERROR_ARGUMENT, "out", 0);
  assert_bits(out[0], 7);
}

static void ranking_is_checked(void **state) {
  (void)state;
  const double x[] = {1, 2};
  double out[2] = {7, 7};
  niem_error err;
  assert_failed(niem_rank_values(out, x, 2, 1, 2, 0, 0, &err), &err, NIEM_ERROR_ARGUMENT, "descending", 0);
  assert_failed(niem_rank_values(out, x, 2, 1, 1, 5, 0, &err), &err, NIEM_ERROR_ARGUMENT, "ties", 0);
  assert_failed(niem_rank_values(out, x, 2, 1, 1, -1, 0, &err), &err, NIEM_ERROR_ARGUMENT, "ties", 0);
  assert_failed(niem_rank_values(out, x, 2, 1, 1, 0, -1e-9, &err), &err, NIEM_ERROR_VALUE, "tolerance", 0);
  assert_failed(niem_rank_values(out, x, 2, 1, 1, 0, NAN, &err), &err, NIEM_ERROR_VALUE, "tolerance", 0);
  assert_failed(niem_rank_values(out, x, 2, 1, 1, 0, INFINITY, &err), &err, NIEM_ERROR_VALUE, "tolerance", 0);
  assert_failed(niem_round(out, x, 2, 1, 16, &err), &err, NIEM_ERROR_ARGUMENT, "digits", 0);
  assert_failed(niem_round(out, x, 2, 1, -1, &err), &err, NIEM_ERROR_ARGUMENT, "digits", 0);
  assert_failed(niem_round_significant(out, x, 2, 1, 0, &err), &err, NIEM_ERROR_ARGUMENT, "digits", 0);
  assert_failed(niem_round_significant(out, x, 2, 1, 18, &err), &err, NIEM_ERROR_ARGUMENT, "digits", 0);
  assert_bits(out[0], 7);
}

static int runs_short(int64_t n) {
  double x[100], out[100];
  const double p = 0.5;
  niem_error err;
  for (int64_t i = 0; i < n; i++) {
    x[i] = (double)(i * 37 % 101);
    out[i] = -1;
  }
  const niem_status ranked = niem_rank_values(out, x, n, 1, 1, NIEM_TIES_FIRST, 1e-9, &err);
  assert_true(ranked == NIEM_OK || (ranked == NIEM_ERROR_MEMORY && out[0] == -1));
  const niem_status median = ranked == NIEM_OK ? niem_quantile(out, x, n, 1, &p, 1, &err) : ranked;
  assert_true(median == NIEM_OK || median == NIEM_ERROR_MEMORY);
  return median != NIEM_OK;
}

static void memory_runs_out(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(runs_short(100));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sums_are_exact),
      cmocka_unit_test(sums_of_infinities),
      cmocka_unit_test(strides_walk),
      cmocka_unit_test(means_are_exact),
      cmocka_unit_test(quantiles_of_type_7),
      cmocka_unit_test(ranks_by_ties),
      cmocka_unit_test(ranks_in_place),
      cmocka_unit_test(logarithms_and_exponentials),
      cmocka_unit_test(rounds_half_away_from_zero),
      cmocka_unit_test(rounding_modes_do_not_matter),
      cmocka_unit_test(vectors_are_checked),
      cmocka_unit_test(weights_are_checked),
      cmocka_unit_test(probabilities_are_checked),
      cmocka_unit_test(ranking_is_checked),
      cmocka_unit_test(memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
