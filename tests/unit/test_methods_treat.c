/* niem/methods.h, treatment of outliers, screening and denomination. Expected skewness, kurtosis and lambdas are those
 * of SciPy 1.17 (scipy.stats.skew and kurtosis with bias=False, boxcox, yeojohnson). */
#include "base/platform.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fail_allocation.h"
#include "methods_matrix.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static niem_treat_options defaults(void) {
  niem_treat_options o;
  niem_treat_options_init(&o);
  return o;
}

enum { N = 12 };
static const double outliers[N] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100};

static void treat(double *out, niem_treatment *report, int32_t *marks, const double *x, int64_t n,
                  const niem_treat_options *o) {
  niem_error err;
  const niem_matrix m = view(x, n, 1);
  const niem_status status = niem_treat(out, report, marks, &m, o, &err);
  if (status != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
  }
  assert_int_equal(status, NIEM_OK);
}

static void winsorised_until_it_passes(void **state) {
  (void)state;
  const double expected[N] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 30};
  double out[N];
  int32_t marks[N];
  niem_treatment r;
  const niem_treat_options o = defaults();
  treat(out, &r, marks, outliers, N, &o);
  assert_values(out, expected, N, 0);
  assert_true(r.treated == NIEM_TREATED_WINSORISED && r.passes == 1 && r.n_high == 1 && r.n_low == 0);
  assert_true(marks[10] == 0 && marks[11] == NIEM_MARK_HIGH);
  assert_close(r.skewness_before, 3.0632410342394993, 1e-14);
  assert_close(r.kurtosis_before, 9.741390834569144, 1e-14);
  assert_close(r.skewness, 1.7120380600890506, 1e-14);
  assert_close(r.kurtosis, 1.8157805377242031, 1e-14);
}

static void low_outliers(void **state) {
  (void)state;
  double x[N + 1], out[N + 1];
  int32_t marks[N + 1];
  niem_treatment r;
  const niem_treat_options o = defaults();
  for (int i = 0; i < N; i++) {
    x[i] = -outliers[i];
  }
  x[N] = GAP;
  treat(out, &r, marks, x, N + 1, &o);
  assert_true(out[11] == -30 && out[10] == -30 && ni_is_nan(out[N]) && r.n_low == 1 && marks[11] == NIEM_MARK_LOW);
}

static void falls_back_to_the_logarithm(void **state) {
  (void)state;
  double out[N];
  int32_t marks[N];
  niem_treatment r;
  niem_treat_options o = defaults();
  o.max_points = 0;
  treat(out, &r, marks, outliers, N, &o);
  assert_true(r.treated == NIEM_TREATED_TRANSFORMED && r.passes == 1 && r.n_high == 0);
  for (int i = 0; i < N; i++) {
    assert_close(out[i], log(outliers[i] - 1 + 0.99), 1e-14);
    assert_true(marks[i] == NIEM_MARK_TRANSFORMED);
  }
  o.combine = 1;
  o.max_points = 1;
  o.skewness = 1.5;
  o.kurtosis = 1;
  treat(out, &r, marks, outliers, N, &o);
  assert_true(r.treated == (NIEM_TREATED_WINSORISED | NIEM_TREATED_TRANSFORMED) && r.n_high == 1);
  assert_true(marks[11] == (NIEM_MARK_HIGH | NIEM_MARK_TRANSFORMED));
  assert_close(out[11], log(29 + 0.29), 1e-14);
}

/* Points that are tied move together; the cap is a promise. */
static void ties_do_not_break_the_cap(void **state) {
  (void)state;
  const double x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 90, 90, 90, 95, 96};
  double out[30];
  niem_treatment r;
  niem_treat_options o = defaults();
  o.transform = NIEM_TRANSFORM_NONE;
  o.force = 1;
  o.max_points = 4;
  treat(out, &r, NULL, x, 30, &o);
  assert_true(r.n_high == 2 && out[28] == 90 && out[29] == 90 && out[25] == 90);
  o.max_points = 5;
  treat(out, &r, NULL, x, 30, &o);
  assert_true(r.n_high == 5 && out[25] == 9 && out[29] == 9);
}

/* Most units have none of it and a few have some: to move these would leave nothing to compare. */
static void the_last_two_values_stay_apart(void **state) {
  (void)state;
  double x[16] = {0}, out[16];
  int32_t marks[16];
  niem_treatment r;
  niem_treat_options o = defaults();
  o.transform = NIEM_TRANSFORM_NONE;
  x[3] = 5;
  treat(out, &r, marks, x, 16, &o);
  assert_values(out, x, 16, 0);
  assert_true(r.treated == 0 && r.passes == 0 && r.n_high == 0 && marks[3] == 0);
  o.force = 1;
  treat(out, &r, NULL, x, 16, &o);
  assert_values(out, x, 16, 0);
  x[9] = 7;
  treat(out, &r, marks, x, 16, &o);
  assert_true(out[3] == 5 && out[9] == 5 && out[0] == 0 && r.n_high == 1 && marks[9] == NIEM_MARK_HIGH);
  o = defaults();
  treat(out, &r, marks, x, 16, &o);
  assert_true(r.treated == NIEM_TREATED_TRANSFORMED && out[0] < out[3] && out[3] < out[9]);
  for (int i = 0; i < 16; i++) {
    x[i] = -x[i];
  }
  treat(out, &r, NULL, x, 16, &o);
  assert_true(r.treated == NIEM_TREATED_TRANSFORMED && out[0] > out[3] && out[3] > out[9]);
}

/* COINr's log_GII returns its input. */
static void logarithms(void **state) {
  (void)state;
  double out[N], x[N];
  niem_error err;
  niem_treat_options o = defaults();
  o.winsorise = 0;
  o.force = 1;
  o.transform = NIEM_TRANSFORM_LOG_GII;
  treat(out, NULL, NULL, outliers, N, &o);
  for (int i = 0; i < N; i++) {
    assert_close(out[i], log(outliers[i] - 1 + 1), 1e-14);
    x[i] = 101 - outliers[i];
  }
  treat(out, NULL, NULL, x, N, &o);
  for (int i = 1; i < N; i++) {
    assert_true(out[i] < out[i - 1]); /* mirrored, and the order kept */
    assert_close(out[i], -log(outliers[i]), 1e-13);
  }
  o.transform = NIEM_TRANSFORM_LOG_CT_SIGNED;
  treat(out, NULL, NULL, x, N, &o);
  assert_close(out[3], -log(100.0 - 97 + 0.99), 1e-13);
  o.transform = NIEM_TRANSFORM_LOG_CT_SHIFT;
  treat(out, NULL, NULL, outliers, N, &o);
  assert_close(out[3], log(4.0), 1e-15);
  o.transform = NIEM_TRANSFORM_LOG;
  treat(out, NULL, NULL, outliers, N, &o);
  assert_close(out[3], log(4.0), 1e-15);
  x[4] = 0;
  const niem_matrix m = view(x, N, 1);
  assert_refused(niem_treat(out, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_VALUE, "x", 5, 1);
  for (int i = 0; i < N; i++) {
    x[i] = outliers[i] / 1000;
  }
  o.transform = NIEM_TRANSFORM_LOG_GII;
  assert_refused(niem_treat(out, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_VALUE, "factor", 0, 1);
}

static void power_families(void **state) {
  (void)state;
  double out[N], x[N];
  niem_treatment r;
  niem_treat_options o = defaults();
  o.winsorise = 0;
  o.force = 1;
  o.transform = NIEM_TRANSFORM_BOX_COX;
  treat(out, &r, NULL, outliers, N, &o);
  assert_close(r.lambda, -0.20069293810681907, 1e-6);
  o.lambda = 0.5;
  treat(out, &r, NULL, outliers, N, &o);
  assert_close(out[3], 2.0, 1e-15);
  o.lambda = 0;
  treat(out, &r, NULL, outliers, N, &o);
  assert_close(out[3], log(4.0), 1e-15);
  o.lambda = 2;
  o.make_positive = 1;
  treat(out, &r, NULL, outliers, N, &o);
  assert_close(out[3], 7.5, 1e-15);
  o = defaults();
  o.winsorise = 0;
  o.force = 1;
  o.transform = NIEM_TRANSFORM_YEO_JOHNSON;
  for (int i = 0; i < N; i++) {
    x[i] = outliers[i] - 5;
  }
  treat(out, &r, NULL, x, N, &o);
  assert_close(r.lambda, 0.30799838083455844, 1e-6);
  o.lambda = 2;
  treat(out, &r, NULL, x, N, &o);
  assert_close(out[0], -log(5.0), 1e-15);
  assert_close(out[6], 4.0, 1e-15);
}

static void left_as_it_is(void **state) {
  (void)state;
  const double x[] = {7, 1, GAP, 7, 2, 5, 7, 900, 5, 7, 3, GAP};
  const int32_t none[] = {0, 0, 0};
  double out[12];
  niem_treatment r[3];
  const niem_matrix m = view(x, 4, 3);
  niem_treat_options o = defaults();
  assert_int_equal(niem_treat(out, r, NULL, &m, &o, NULL), NIEM_OK);
  assert_true(r[0].passes == -1 && r[0].treated == 0 && ni_is_nan(r[0].skewness));
  assert_true(r[2].passes == -1);
  o.skewness = 0;
  o.kurtosis = -10;
  o.columns = none;
  o.n_columns = 3;
  assert_int_equal(niem_treat(out, r, NULL, &m, &o, NULL), NIEM_OK);
  assert_values(out, x, 12, 0);
}

static void bad_treatment(void **state) {
  (void)state;
  const int32_t columns[] = {1, 1};
  double out[N];
  niem_error err;
  const niem_matrix m = view(outliers, N, 1);
  niem_treat_options o = defaults();
  o.columns = columns;
  o.n_columns = 2;
  assert_refused(niem_treat(out, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "columns", 0, 0);
  o = defaults();
  o.lambda = 1;
  assert_refused(niem_treat(out, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "lambda", 0, 0);
  o.transform = NIEM_TRANSFORM_BOX_COX;
  o.lambda = 6;
  assert_refused(niem_treat(out, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_VALUE, "lambda", 0, 0);
  o = defaults();
  o.make_positive = 1;
  assert_refused(niem_treat(out, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "make_positive", 0, 0);
  o = defaults();
  o.max_points = -1;
  assert_refused(niem_treat(out, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "max_points", 0, 0);
}

/* ---- screening and denomination */

static void screening(void **state) {
  (void)state;
  const double x[] = {1, 2, 3, 1, GAP, GAP, 0, 0, 0, GAP, GAP, GAP, 5, 0, GAP};
  const int32_t forced[] = {0, 1, 0, 0, -1};
  const int32_t missing[] = {1, 0, 1, 0, 1};
  const int32_t zeros[] = {1, 1, 0, 0, 1};
  const int32_t both[] = {1, 1, 0, 0, 0};
  int32_t keep[5];
  double available[5], nonzero[5];
  const niem_matrix m = view(x, 5, 3);
  niem_screen_options o;
  niem_screen_options_init(&o);
  assert_int_equal(niem_screen(keep, available, nonzero, &m, &o, NULL), NIEM_OK);
  assert_memory_equal(keep, missing, sizeof keep);
  assert_true(available[4] == 2.0 / 3 && nonzero[4] == 0.5 && nonzero[2] == 0 && ni_is_nan(nonzero[3]));
  o.method = NIEM_SCREEN_ZEROS;
  assert_int_equal(niem_screen(keep, NULL, NULL, &m, &o, NULL), NIEM_OK);
  assert_memory_equal(keep, zeros, sizeof keep);
  o.method = NIEM_SCREEN_BOTH;
  o.forced = forced;
  o.n_forced = 5;
  assert_int_equal(niem_screen(keep, NULL, NULL, &m, &o, NULL), NIEM_OK);
  assert_memory_equal(keep, both, sizeof keep);
  niem_error err;
  o.n_forced = 4;
  assert_refused(niem_screen(keep, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "forced", 0, 0);
  o.forced = NULL;
  o.min_available = 1.5;
  assert_refused(niem_screen(keep, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_VALUE, "min_available", 0, 0);
}

static void denomination(void **state) {
  (void)state;
  const double x[] = {10, 20, 30, 40, 50, GAP};
  const double below[] = {2, 5, GAP, 4, 1, 0};
  const int32_t which[] = {0, -1};
  const int32_t second[] = {1, 1};
  const int32_t wrong[] = {2, 0};
  const double scales[] = {1000, 1};
  const double expected[] = {5000, 20, GAP, 40, 50000, GAP};
  double out[6];
  niem_error err;
  const niem_matrix m = view(x, 3, 2);
  const niem_matrix d = view(below, 3, 2);
  const niem_matrix short_one = view(below, 2, 2);
  assert_int_equal(niem_denominate(out, &m, &d, which, scales, 2, NULL), NIEM_OK);
  assert_values(out, expected, 6, 0);
  assert_refused(niem_denominate(out, &m, &d, second, NULL, 2, &err), &err, NIEM_ERROR_VALUE, "denominators", 3, 1);
  assert_refused(niem_denominate(out, &m, &d, wrong, NULL, 2, &err), &err, NIEM_ERROR_ARGUMENT, "which", 0, 1);
  assert_refused(niem_denominate(out, &m, &d, which, NULL, 1, &err), &err, NIEM_ERROR_ARGUMENT, "which", 0, 0);
  assert_refused(niem_denominate(out, &m, &short_one, which, NULL, 2, &err), &err, NIEM_ERROR_MISMATCH, "denominators",
                 0, 0);
}

/* ---- bits and memory */

static niem_treat_options on_sample(int32_t transform) {
  niem_treat_options o = defaults();
  o.skewness = 0.5;
  o.kurtosis = -1;
  o.max_points = 2;
  o.transform = transform;
  o.factor = transform == NIEM_TRANSFORM_LOG_GII ? 100 : 1;
  return o;
}

static void the_same_bits(void **state) {
  (void)state;
  double x[SAMPLE], out[SAMPLE];
  niem_treatment r[SAMPLE_COLS];
  uint64_t digest = DIGEST_START;
  make_sample(x);
  const niem_matrix m = view(x, SAMPLE_ROWS, SAMPLE_COLS);
  for (int32_t transform = 0; transform < NIEM_TRANSFORM_END; transform++) {
    const niem_treat_options o = on_sample(transform);
    assert_int_equal(niem_treat(out, r, NULL, &m, &o, NULL), NIEM_OK);
    digest = digest_doubles(digest, out, SAMPLE);
    for (int j = 0; j < SAMPLE_COLS; j++) {
      digest = digest_double(digest_double(digest, r[j].skewness), r[j].lambda);
    }
  }
  assert_digest("treatment", digest, 0x8ee9762e649ea96fu);
}

static int treat_and_screen(void) {
  double x[SAMPLE], out[SAMPLE];
  int32_t keep[SAMPLE_ROWS];
  const int32_t which[SAMPLE_COLS] = {0, 1, 2, -1, -1, -1};
  make_sample(x);
  const niem_matrix m = view(x, SAMPLE_ROWS, SAMPLE_COLS);
  const niem_treat_options o = on_sample(NIEM_TRANSFORM_YEO_JOHNSON);
  niem_status status = niem_treat(out, NULL, NULL, &m, &o, NULL);
  if (status == NIEM_OK) {
    status = niem_screen(keep, NULL, NULL, &m, NULL, NULL);
  }
  if (status == NIEM_OK) {
    status = niem_denominate(out, &m, &m, which, NULL, SAMPLE_COLS, NULL);
  }
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  return status != NIEM_OK;
}

static void memory_runs_out(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(treat_and_screen());
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(winsorised_until_it_passes),
      cmocka_unit_test(low_outliers),
      cmocka_unit_test(falls_back_to_the_logarithm),
      cmocka_unit_test(ties_do_not_break_the_cap),
      cmocka_unit_test(the_last_two_values_stay_apart),
      cmocka_unit_test(logarithms),
      cmocka_unit_test(power_families),
      cmocka_unit_test(left_as_it_is),
      cmocka_unit_test(bad_treatment),
      cmocka_unit_test(screening),
      cmocka_unit_test(denomination),
      cmocka_unit_test(the_same_bits),
      cmocka_unit_test(memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
