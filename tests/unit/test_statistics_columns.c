/* niem/statistics.h, describing columns and their reliability. Expected values are those of R 4.2 and of its package
 * psych 2.2.9 (alpha) for the data of S. Chatterjee & B. Price, Regression Analysis by Example (1977), which R ships as
 * `attitude`. */
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

/* ---- describe */

static niem_description describe(const double *x, int64_t n) {
  niem_description d;
  niem_error err;
  const niem_matrix m = view(x, n, 1);
  const niem_status status = niem_describe(&d, &m, NULL, &err);
  if (status != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
  }
  assert_int_equal(status, NIEM_OK);
  return d;
}

static void one_column(void **state) {
  (void)state;
  const double x[] = {3, GAP, 0, 1, 4, 1, 5, 0, 100, -20, -0.0, GAP};
  const niem_description d = describe(x, 12);
  assert_true(d.n == 10 && d.n_missing == 2 && d.n_unique == 7 && d.n_nonzero == 7 && d.n_commonest == 3);
  assert_true(d.n_low == 1 && d.n_high == 1 && d.minimum == -20 && d.maximum == 100);
  assert_close(d.available, 10.0 / 12, 1e-15);
  assert_true(d.unique == 0.7 && d.nonzero == 0.7 && d.commonest == 0.3);
  assert_close(d.mean, 9.4, 1e-15);
  assert_true(d.median == 1 && d.q25 == 0 && d.q75 == 3.75 && d.iqr == 3.75);
  assert_close(d.q05, -11, 1e-15);
  assert_close(d.q95, 57.249999999999901, 1e-15);
  assert_close(d.deviation, 32.606066238593634, 1e-15);
  assert_close(d.variation, 32.606066238593634 / 9.4, 1e-15);
  assert_close(d.skewness, 2.8610216781218036, 1e-14);
  assert_close(d.kurtosis, 8.82210455313162, 1e-14);
  assert_int_equal(d.flags, NIEM_FLAG_OUTLIERS);
}

static void flags(void **state) {
  (void)state;
  const double empty[] = {GAP, GAP}, one[] = {2}, same[] = {0.1, 0.1, 0.1}, zeros[] = {0, 0, 0, 0, 1};
  niem_description d = describe(empty, 2);
  assert_true(d.n == 0 && d.n_missing == 2 && d.available == 0 && d.n_unique == 0);
  assert_int_equal(d.flags, NIEM_FLAG_AVAILABLE | NIEM_FLAG_CONSTANT);
  const double *first = &d.unique;
  for (int i = 0; i < 16; i++) {
    assert_same_bits(first[i], ni_nan());
  }
  d = describe(one, 1);
  assert_true(d.mean == 2 && d.median == 2 && d.q95 == 2 && d.iqr == 0 && d.unique == 1);
  assert_same_bits(d.deviation, ni_nan());
  assert_int_equal(d.flags, NIEM_FLAG_CONSTANT);
  d = describe(same, 3);
  assert_true(d.deviation == 0 && d.variation == 0 && d.n_commonest == 3);
  assert_same_bits(d.skewness, ni_nan());
  assert_int_equal(d.flags, NIEM_FLAG_UNIQUE | NIEM_FLAG_CONSTANT);
  d = describe(zeros, 5);
  assert_int_equal(d.flags, NIEM_FLAG_NONZERO | NIEM_FLAG_UNIQUE | NIEM_FLAG_OUTLIERS);
  const double balanced[] = {-1, 1};
  assert_same_bits(describe(balanced, 2).variation, ni_nan());
}

static void thresholds(void **state) {
  (void)state;
  const double x[] = {0, 1, 2, 2, GAP};
  const niem_matrix m = view(x, 5, 1);
  niem_description d[1];
  niem_describe_options o;
  niem_error err;
  niem_describe_options_init(&o);
  o.min_available = 0.8;
  o.min_nonzero = 0.75;
  o.min_unique = 0.75;
  assert_int_equal(niem_describe(d, &m, &o, NULL), NIEM_OK);
  assert_int_equal(d[0].flags, 0);
  o.min_available = 0.81;
  o.min_nonzero = o.min_unique = 0.76;
  o.fence = 0;
  assert_int_equal(niem_describe(d, &m, &o, NULL), NIEM_OK);
  assert_int_equal(d[0].flags, NIEM_FLAG_AVAILABLE | NIEM_FLAG_NONZERO | NIEM_FLAG_UNIQUE);
  assert_true(d[0].n_low == 1 && d[0].n_high == 0);
  d[0].n = -7;
  double *const fields[] = {&o.min_available, &o.min_nonzero, &o.min_unique, &o.skewness, &o.kurtosis, &o.fence};
  const char *const names[] = {"min_available", "min_nonzero", "min_unique", "skewness", "kurtosis", "fence"};
  for (int i = 0; i < 6; i++) {
    niem_describe_options_init(&o);
    *fields[i] = -3;
    assert_refused(niem_describe(d, &m, &o, &err), &err, NIEM_ERROR_VALUE, names[i], 0, 0);
  }
  niem_describe_options_init(&o);
  o.struct_size = 1;
  assert_refused(niem_describe(d, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "options", 0, 0);
  assert_refused(niem_describe(NULL, &m, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out", 0, 0);
  assert_refused(niem_describe(d, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "x", 0, 0);
  assert_true(d[0].n == -7);
  niem_describe_options_init(NULL);
}

/* ---- reliability */

enum { PEOPLE = 30, QUESTIONS = 7 };
static const double attitude[PEOPLE * QUESTIONS] = {
    43, 51, 30, 39, 61, 92, 45, 63, 64, 51, 54, 63, 73, 47, 71, 70, 68, 69, 76, 86, 48, 61, 63, 45, 47, 54, 84,
    35, 81, 78, 56, 66, 71, 83, 47, 43, 55, 49, 44, 54, 49, 34, 58, 67, 42, 56, 66, 68, 35, 71, 75, 50, 55, 70,
    66, 41, 72, 82, 72, 67, 71, 83, 31, 67, 61, 45, 47, 62, 80, 41, 64, 53, 53, 58, 58, 67, 34, 67, 60, 47, 39,
    59, 74, 41, 69, 62, 57, 42, 55, 63, 25, 68, 83, 83, 45, 59, 77, 35, 77, 77, 54, 72, 79, 77, 46, 81, 90, 50,
    72, 60, 54, 36, 74, 85, 64, 69, 79, 79, 63, 65, 60, 65, 75, 55, 80, 60, 65, 70, 46, 57, 75, 85, 46, 50, 58,
    68, 54, 64, 78, 52, 50, 40, 33, 34, 43, 64, 33, 64, 61, 52, 62, 66, 80, 41, 53, 66, 52, 50, 63, 80, 37, 40,
    37, 42, 58, 50, 57, 49, 63, 54, 42, 48, 66, 75, 33, 66, 77, 66, 63, 88, 76, 72, 78, 75, 58, 74, 80, 78, 49,
    48, 57, 44, 45, 51, 83, 38, 85, 85, 71, 71, 77, 74, 55, 82, 82, 39, 59, 64, 78, 39};

static void published_alpha(void **state) {
  (void)state;
  niem_alpha a;
  niem_alpha_item items[QUESTIONS];
  const niem_matrix m = view(attitude, PEOPLE, QUESTIONS);
  assert_int_equal(niem_cronbach_alpha(&a, items, &m, NULL, NULL), NIEM_OK);
  assert_true(a.n == 30 && a.n_items == 7 && a.n_negative == 0 && a.n_constant == 0);
  assert_close(a.alpha, 0.84314276956475986, 1e-15);
  assert_close(a.standardised, 0.83908380302951058, 1e-15);
  assert_close(a.lambda_6, 0.87521513736034862, 1e-14);
  assert_close(a.average_r, 0.42690664264971706, 1e-15);
  assert_close(a.deviation, 7 * 8.249789056082399, 1e-15);
  assert_close(items[0].alpha_without, 0.80976020630892143, 1e-15);
  assert_close(items[1].alpha_without, 0.79691745727413965, 1e-15);
  assert_close(items[0].r_total, 0.7788257018601698, 1e-15);
  assert_close(items[0].r_rest, 0.6712620572236645, 1e-15);
  assert_close(items[0].deviation, 12.172561947585894, 1e-15);
  assert_close(items[0].mean, 64.63333333333334, 1e-15);
}

/* Three columns whose statistics can be worked out by hand. */
static void by_hand(void **state) {
  (void)state;
  const double x[] = {1, 2, 5, 2, 4, 4, 3, 3, 3, 4, 7, 2, 5, 9, 1};
  const double directions[] = {1, 1, -1};
  niem_alpha a;
  niem_alpha_item items[3];
  const niem_matrix m = view(x, 5, 3);
  niem_alpha_options o;
  niem_alpha_options_init(&o);
  o.directions = directions;
  o.n_directions = 3;
  assert_int_equal(niem_cronbach_alpha(&a, items, &m, &o, NULL), NIEM_OK);
  /* covariances 2.5, 4.25, 2.5; 8.5, 4.25; 2.5 */
  assert_close(a.alpha, 1.5 * (1 - 13.5 / 35.5), 1e-15);
  assert_close(a.deviation, sqrt(35.5), 1e-15);
  assert_close(a.error, sqrt(35.5) * sqrt(1 - 1.5 * (1 - 13.5 / 35.5)), 1e-14);
  assert_close(a.average_r, (1 + 2 * 4.25 / sqrt(2.5 * 8.5)) / 3, 1e-15);
  assert_same_bits(a.lambda_6, ni_nan()); /* the third is the first reversed */
  assert_same_bits(items[1].smc, ni_nan());
  assert_close(items[0].r_total, 9.25 / sqrt(2.5 * 35.5), 1e-15);
  assert_close(items[0].r_rest, 6.75 / sqrt(2.5 * (8.5 + 2.5 + 8.5)), 1e-15);
  assert_close(items[1].alpha_without, 1, 1e-15);
  assert_close(items[0].alpha_without, 2 * (1 - 11 / 19.5), 1e-15);
  assert_close(items[1].mean, 5, 1e-15);
  assert_true(items[2].mean == 3 && items[2].n == 5);
  o.directions = NULL;
  o.n_directions = 0;
  assert_int_equal(niem_cronbach_alpha(&a, items, &m, &o, NULL), NIEM_OK);
  assert_true(a.n_negative == 1 && a.alpha < 0.4 && items[2].r_rest < 0);
}

/* A column twice has an alpha of 1; the interval of Feldt as R's qf gives it. */
static void interval(void **state) {
  (void)state;
  double x[20];
  niem_alpha a;
  for (int i = 0; i < 10; i++) {
    x[2 * i] = x[2 * i + 1] = i * i;
  }
  niem_matrix m = view(x, 10, 2);
  assert_int_equal(niem_cronbach_alpha(&a, NULL, &m, NULL, NULL), NIEM_OK);
  assert_close(a.alpha, 1, 1e-15);
  assert_close(a.high, 1, 1e-15);
  niem_alpha_options o;
  niem_alpha_options_init(&o);
  m = view(attitude, PEOPLE, QUESTIONS);
  assert_int_equal(niem_cronbach_alpha(&a, NULL, &m, &o, NULL), NIEM_OK);
  assert_close(a.low, 0.73937568564310729, 1e-13);
  assert_close(a.high, 0.9157730721599816, 1e-13);
  o.level = 0.9;
  assert_int_equal(niem_cronbach_alpha(&a, NULL, &m, &o, NULL), NIEM_OK);
  assert_close(a.low, 0.75956980064239077, 1e-13);
  assert_close(a.high, 0.9066286217502536, 1e-13);
}

static void missing_and_constant(void **state) {
  (void)state;
  const double x[] = {1, 2, 5, 2, GAP, 4, 3, 3, 3, 4, 7, 1, 5, 9, GAP, 6, 8, 1};
  const double flat[] = {1, 2, 7, 2, 4, 7, 3, 3, 7, 4, 5, 7};
  niem_alpha a;
  niem_alpha_item items[3];
  niem_error err;
  niem_alpha_options o;
  niem_alpha_options_init(&o);
  niem_matrix m = view(x, 6, 3);
  assert_int_equal(niem_cronbach_alpha(&a, items, &m, &o, NULL), NIEM_OK);
  assert_true(a.n == 4 && items[0].n == 4);
  o.rows = NIEM_ROWS_PAIRWISE;
  assert_int_equal(niem_cronbach_alpha(&a, items, &m, &o, NULL), NIEM_OK);
  assert_true(a.n == 4 && items[0].n == 6 && items[1].n == 5);
  m = view(flat, 4, 3);
  assert_int_equal(niem_cronbach_alpha(&a, items, &m, NULL, NULL), NIEM_OK);
  assert_true(a.n_constant == 1 && a.alpha > 0 && items[2].deviation == 0);
  assert_same_bits(a.standardised, ni_nan());
  assert_same_bits(a.average_r, ni_nan());
  assert_same_bits(items[2].r_total, ni_nan());
  const double opposite[] = {1, 4, 2, 3, 3, 2, 4, 1};
  m = view(opposite, 4, 2);
  assert_int_equal(niem_cronbach_alpha(&a, items, &m, NULL, NULL), NIEM_OK);
  assert_same_bits(a.alpha, ni_nan());
  assert_same_bits(a.low, ni_nan());
  assert_same_bits(a.error, ni_nan());
  const double apart[] = {1, GAP, 2, GAP, GAP, 3, GAP, 4, 5, 6};
  m = view(apart, 5, 2);
  a.n = -7;
  assert_refused(niem_cronbach_alpha(&a, items, &m, NULL, &err), &err, NIEM_ERROR_VALUE, "x", 0, 0);
  assert_refused(niem_cronbach_alpha(&a, items, &m, &o, &err), &err, NIEM_ERROR_VALUE, "x", 0, 0);
  assert_true(a.n == -7);
}

static void reliability_refused(void **state) {
  (void)state;
  const double wrong[] = {1, 0.5, 1};
  niem_alpha a;
  niem_error err;
  niem_alpha_options o;
  niem_alpha_options_init(&o);
  const niem_matrix m = view(attitude, 10, 3), one = view(attitude, 10, 1);
  o.level = 1;
  assert_refused(niem_cronbach_alpha(&a, NULL, &m, &o, &err), &err, NIEM_ERROR_VALUE, "level", 0, 0);
  niem_alpha_options_init(&o);
  o.rows = 3;
  assert_refused(niem_cronbach_alpha(&a, NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "rows", 0, 0);
  niem_alpha_options_init(&o);
  o.directions = wrong;
  o.n_directions = 2;
  assert_refused(niem_cronbach_alpha(&a, NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "directions", 0, 0);
  o.n_directions = 3;
  assert_refused(niem_cronbach_alpha(&a, NULL, &m, &o, &err), &err, NIEM_ERROR_VALUE, "directions", 0, 2);
  assert_refused(niem_cronbach_alpha(&a, NULL, &one, NULL, &err), &err, NIEM_ERROR_VALUE, "x", 0, 0);
  assert_refused(niem_cronbach_alpha(NULL, NULL, &m, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out", 0, 0);
  assert_refused(niem_cronbach_alpha(&a, NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "x", 0, 0);
  niem_alpha_options_init(NULL);
}

static void the_same_bits(void **state) {
  (void)state;
  double x[SAMPLE];
  niem_description d[SAMPLE_COLS];
  niem_alpha a;
  niem_alpha_item items[SAMPLE_COLS];
  niem_alpha_options o;
  niem_alpha_options_init(&o);
  o.rows = NIEM_ROWS_PAIRWISE;
  make_sample(x);
  const niem_matrix m = view(x, SAMPLE_ROWS, SAMPLE_COLS);
  uint64_t digest = DIGEST_START;
  assert_int_equal(niem_describe(d, &m, NULL, NULL), NIEM_OK);
  assert_int_equal(niem_cronbach_alpha(&a, items, &m, &o, NULL), NIEM_OK);
  for (int j = 0; j < SAMPLE_COLS; j++) {
    digest = digest_doubles(digest, &d[j].available, 17);
    digest = digest_doubles(digest, &items[j].mean, 7);
  }
  assert_digest("descriptions", digest_doubles(digest, &a.alpha, 8), 0x554a500838ee205du);
}

static int all_once(void) {
  niem_description d[3];
  niem_alpha a;
  niem_alpha_options o;
  niem_alpha_options_init(&o);
  const niem_matrix m = view(attitude, 9, 3);
  niem_status status = niem_describe(d, &m, NULL, NULL);
  status = status == NIEM_OK ? niem_cronbach_alpha(&a, NULL, &m, &o, NULL) : status;
  o.rows = NIEM_ROWS_PAIRWISE;
  status = status == NIEM_OK ? niem_cronbach_alpha(&a, NULL, &m, &o, NULL) : status;
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  return status != NIEM_OK;
}

static void memory_runs_out(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(all_once());
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_column),
      cmocka_unit_test(flags),
      cmocka_unit_test(thresholds),
      cmocka_unit_test(published_alpha),
      cmocka_unit_test(by_hand),
      cmocka_unit_test(interval),
      cmocka_unit_test(missing_and_constant),
      cmocka_unit_test(reliability_refused),
      cmocka_unit_test(the_same_bits),
      cmocka_unit_test(memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
