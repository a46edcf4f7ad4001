/* niem/methods.h, imputation. The expected values of EM are those of an independent NumPy 2.4 program run to 1e-13; of
 * regression, those of numpy.linalg.lstsq. */
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

static niem_impute_options by(int32_t method) {
  niem_impute_options o;
  niem_impute_options_init(&o);
  o.method = method;
  return o;
}

/* Impute, and hold what holds always: observed values stay, marks are on what was made, the counts are right. */
static niem_impute_report impute(double *out, int32_t *marks, int64_t *sources, const niem_matrix *m,
                                 const niem_impute_options *o) {
  niem_impute_report r;
  niem_error err;
  int64_t made = 0;
  int64_t left = 0;
  const niem_status status = niem_impute(out, marks, sources, &r, m, o, &err);
  if (status != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
  }
  assert_int_equal(status, NIEM_OK);
  for (int64_t c = 0; c < m->n_rows * m->n_cols; c++) {
    const double x = m->data[c / m->n_cols * m->row_stride + c % m->n_cols * m->col_stride];
    assert_true(ni_is_nan(x) || bits_of(x) == bits_of(out[c]));
    assert_true((marks[c] != NIEM_IMPUTED_NOT) == (ni_is_nan(x) && !ni_is_nan(out[c])));
    made += marks[c] != NIEM_IMPUTED_NOT;
    left += ni_is_nan(out[c]);
  }
  assert_true(r.n_imputed == made && r.n_left == left && r.n_missing == made + left);
  return r;
}

static void by_column_and_group(void **state) {
  (void)state;
  const double x[] = {1, GAP, 2, 10, 6, 20, GAP, 30, GAP, GAP, GAP, GAP};
  const int32_t groups[] = {0, 0, 1, 0, 2, -1};
  const double mean[] = {1, 20, 2, 10, 6, 20, 3, 30, 3, 20, 3, 20};
  const double median[] = {1, 20, 2, 10, 6, 20, 2, 30, 2, 20, 2, 20};
  const double grouped[] = {1, 20, 2, 10, 6, 20, 1.5, 30, GAP, GAP, GAP, GAP};
  const double fallen_back[] = {1, 20, 2, 10, 6, 20, 1.5, 30, 3, 20, 3, 20};
  double out[12];
  int32_t marks[12];
  const niem_matrix m = view(x, 6, 2);
  niem_impute_options o = by(NIEM_IMPUTE_MEAN);
  impute(out, marks, NULL, &m, &o);
  assert_values(out, mean, 12, 1e-15);
  o.method = NIEM_IMPUTE_MEDIAN;
  impute(out, marks, NULL, &m, &o);
  assert_values(out, median, 12, 0);
  o.method = NIEM_IMPUTE_MEAN;
  o.groups = groups;
  o.n_groups = 6;
  impute(out, marks, NULL, &m, &o);
  assert_values(out, grouped, 12, 1e-15);
  o.fallback = 1;
  impute(out, marks, NULL, &m, &o);
  assert_values(out, fallen_back, 12, 1e-15);
  assert_true(marks[6] == NIEM_IMPUTED && marks[8] == NIEM_IMPUTED_FALLBACK);
}

static void by_row(void **state) {
  (void)state;
  const double x[] = {1, GAP, 2, 6, GAP, GAP, GAP, GAP};
  const double mean[] = {1, 3, 2, 6, GAP, GAP, GAP, GAP};
  const double median[] = {1, 2, 2, 6, GAP, GAP, GAP, GAP};
  double out[8];
  int32_t marks[8];
  const niem_matrix m = view(x, 2, 4);
  niem_impute_options o = by(NIEM_IMPUTE_ROW_MEAN);
  impute(out, marks, NULL, &m, &o);
  assert_values(out, mean, 8, 1e-15);
  o.method = NIEM_IMPUTE_ROW_MEDIAN;
  impute(out, marks, NULL, &m, &o);
  assert_values(out, median, 8, 0);
}

/* COINr's linear imputation fails on one observation (unit 1 here). Rows are in no order. */
static void over_time(void **state) {
  (void)state;
  const double x[] = {30, GAP, GAP, 5, 10, GAP, GAP};
  const int32_t units[] = {0, 0, 1, 1, 0, 0, 2};
  const double times[] = {2021, 2018, 2017, 2019, 2017, 2023, 2017};
  const double latest[] = {30, 10, GAP, 5, 10, 30, GAP};
  const double linear[] = {30, 15, GAP, 5, 10, GAP, GAP};
  const double constant[] = {30, 15, 5, 5, 10, 30, GAP};
  const double recent[] = {30, 10, GAP, 5, 10, GAP, GAP};
  const int64_t from[] = {-1, 4, -1, -1, -1, 0, -1};
  const double step[] = {30, 10, 5, 5, 10, 30, GAP};
  const int64_t step_from[] = {-1, 4, 3, -1, -1, 0, -1};
  double out[7];
  int32_t marks[7];
  int64_t sources[7];
  niem_error err;
  const niem_matrix m = view(x, 7, 1);
  niem_impute_options o = by(NIEM_IMPUTE_LATEST);
  o.units = units;
  o.times = times;
  o.n_times = 7;
  impute(out, marks, sources, &m, &o);
  assert_values(out, latest, 7, 0);
  assert_memory_equal(sources, from, sizeof from);
  o.max_age = 1;
  impute(out, marks, sources, &m, &o);
  assert_values(out, recent, 7, 0);
  o.max_age = ni_nan();
  o.method = NIEM_IMPUTE_LINEAR;
  impute(out, marks, NULL, &m, &o);
  assert_values(out, linear, 7, 1e-15);
  o.method = NIEM_IMPUTE_LINEAR_CONSTANT;
  impute(out, marks, NULL, &m, &o);
  assert_values(out, constant, 7, 1e-15);
  o.method = NIEM_IMPUTE_CONSTANT;
  impute(out, marks, sources, &m, &o);
  assert_values(out, step, 7, 0);
  assert_memory_equal(sources, step_from, sizeof step_from);
  o.max_age = 1;
  assert_refused(niem_impute(out, NULL, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "max_age", 0, 0);
  o.max_age = ni_nan();
  const double twice[] = {2021, 2018, 2017, 2019, 2021, 2023, 2017};
  o.times = twice;
  assert_refused(niem_impute(out, NULL, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_DUPLICATE, "times", 5, 0);
}

static void nearest_neighbours(void **state) {
  (void)state;
  const double x[] = {0, 0, GAP, 1, 1, 10, 2, 2, 20, 2, 2, 40, 10, 10, 70, GAP, GAP, GAP};
  const double one[] = {10, 70.0 / 3};
  double out[18];
  int32_t marks[18];
  const niem_matrix m = view(x, 6, 3);
  niem_impute_options o = by(NIEM_IMPUTE_NEIGHBOURS);
  for (int64_t k = 1; k <= 2; k++) {
    o.neighbours = k; /* two rows tie for the second place: both count */
    const niem_impute_report r = impute(out, marks, NULL, &m, &o);
    assert_close(out[2], one[k - 1], 1e-15);
    assert_true(r.n_left == 3);
  }
}

enum { ROWS = 8 };
static const double gappy[ROWS * 3] = {1, 2.5, GAP, 2, 3,  7,   3, GAP, 9,  4,   7,  12,
                                       5, 8,   13,  6, 12, GAP, 7, 13,  22, GAP, 15, 24};

static void regression(void **state) {
  (void)state;
  const int32_t first[] = {1, 0, 0};
  double out[ROWS * 3];
  int32_t marks[ROWS * 3];
  const niem_matrix m = view(gappy, ROWS, 3);
  niem_impute_options o = by(NIEM_IMPUTE_REGRESSION);
  o.predictors = first;
  o.n_predictors = 3;
  niem_impute_report r = impute(out, marks, NULL, &m, &o);
  assert_close(out[2], 3.2162162162162087, 1e-13);
  assert_close(out[7], 5.41304347826087, 1e-13);
  assert_true(r.n_left == 1 && ni_is_nan(out[21]));
  o.predictors = NULL;
  o.n_predictors = 0;
  r = impute(out, marks, NULL, &m, &o);
  assert_close(out[2], 7.605263157894726, 1e-12);
  assert_true(r.n_left == 0);
}

static void expectation_maximisation(void **state) {
  (void)state;
  const double expected[] = {7.20664776407666, 4.7990626445287266, 21.00054316243311, 8.254801453427227};
  double out[ROWS * 3];
  int32_t marks[ROWS * 3];
  niem_error err;
  const niem_matrix m = view(gappy, ROWS, 3);
  niem_impute_options o = by(NIEM_IMPUTE_EM);
  o.tolerance = 1e-13;
  o.max_iterations = 10000;
  const niem_impute_report r = impute(out, marks, NULL, &m, &o);
  assert_true(r.iterations > 10 && r.n_imputed == 4);
  assert_close(out[2], expected[0], 1e-9);
  assert_close(out[7], expected[1], 1e-9);
  assert_close(out[17], expected[2], 1e-9);
  assert_close(out[21], expected[3], 1e-9);
  o.max_iterations = 3;
  assert_refused(niem_impute(out, NULL, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_LIMIT, "max_iterations", 0, 0);
  const double same[] = {1, 2, 2, 4, 3, 6, 4, GAP};
  const niem_matrix n = view(same, 4, 2);
  o.max_iterations = 1000;
  o.tolerance = 1e-8;
  const double flat[] = {1, 2, 1, 3, GAP, 4};
  const niem_matrix f = view(flat, 3, 2);
  assert_refused(niem_impute(out, NULL, NULL, NULL, &f, &o, &err), &err, NIEM_ERROR_VALUE, "x", 0, 1);
  const double wide[] = {1, 2, 5, GAP, 2, 7, 4, 1};
  const niem_matrix w = view(wide, 2, 4);
  assert_refused(niem_impute(out, NULL, NULL, NULL, &w, &o, &err), &err, NIEM_ERROR_VALUE, "x", 0, 4);
  const niem_status status = niem_impute(out, NULL, NULL, NULL, &n, &o, &err);
  assert_true(status == NIEM_OK || status == NIEM_ERROR_VALUE || status == NIEM_ERROR_LIMIT);
}

static void em_leaves_empty_rows(void **state) {
  (void)state;
  double x[ROWS * 3 + 3], out[ROWS * 3 + 3];
  int32_t marks[ROWS * 3 + 3];
  memcpy(x, gappy, sizeof gappy);
  x[24] = x[25] = x[26] = GAP;
  const niem_matrix m = view(x, ROWS + 1, 3);
  const niem_impute_options o = by(NIEM_IMPUTE_EM);
  const niem_impute_report r = impute(out, marks, NULL, &m, &o);
  assert_true(r.n_left == 3 && r.n_imputed == 4);
}

static void bad_arguments(void **state) {
  (void)state;
  const int32_t groups[] = {0, 0};
  double out[ROWS * 3];
  niem_error err;
  const niem_matrix m = view(gappy, ROWS, 3);
  niem_impute_options o = by(NIEM_IMPUTE_MEAN);
  o.groups = groups;
  o.n_groups = 2;
  assert_refused(niem_impute(out, NULL, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "groups", 0, 0);
  o = by(NIEM_IMPUTE_LINEAR);
  assert_refused(niem_impute(out, NULL, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "units", 0, 0);
  o = by(NIEM_IMPUTE_MEAN);
  o.neighbours = 3;
  assert_refused(niem_impute(out, NULL, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "neighbours", 0, 0);
  o = by(NIEM_IMPUTE_NEIGHBOURS);
  o.neighbours = 0;
  assert_refused(niem_impute(out, NULL, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "neighbours", 0, 0);
  o = by(NIEM_IMPUTE_EM);
  o.tolerance = 0;
  assert_refused(niem_impute(out, NULL, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_VALUE, "tolerance", 0, 0);
  o = by(NIEM_IMPUTE_END);
  assert_refused(niem_impute(out, NULL, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "method", 0, 0);
}

static niem_impute_options on_sample(int32_t method, int32_t *units, double *times) {
  niem_impute_options o = by(method);
  for (int i = 0; i < SAMPLE_ROWS; i++) {
    units[i] = i % 5;
    times[i] = i;
  }
  if ((method >= NIEM_IMPUTE_LATEST && method <= NIEM_IMPUTE_LINEAR_CONSTANT) || method == NIEM_IMPUTE_CONSTANT) {
    o.units = units;
    o.times = times;
    o.n_times = SAMPLE_ROWS;
  }
  return o;
}

static void the_same_bits(void **state) {
  (void)state;
  double x[SAMPLE], out[SAMPLE], times[SAMPLE_ROWS];
  int32_t marks[SAMPLE], units[SAMPLE_ROWS];
  uint64_t digest = DIGEST_START;
  make_sample(x);
  const niem_matrix m = view(x, SAMPLE_ROWS, SAMPLE_COLS);
  for (int32_t method = 0; method < NIEM_IMPUTE_END; method++) {
    const niem_impute_options o = on_sample(method, units, times);
    const niem_impute_report r = impute(out, marks, NULL, &m, &o);
    assert_true(r.n_missing > 3);
    digest = digest_doubles(digest, out, SAMPLE);
    if (method == NIEM_IMPUTE_EM) {
      assert_digest("imputation", digest, 0x0dd02b0566e8b589u);
    }
  }
  assert_digest("imputation, and by steps", digest, 0x3795cd9dc751c2beu);
}

static int impute_sample(int32_t method) {
  double x[SAMPLE], out[SAMPLE], times[SAMPLE_ROWS];
  int32_t units[SAMPLE_ROWS];
  make_sample(x);
  const niem_matrix m = view(x, SAMPLE_ROWS, SAMPLE_COLS);
  const niem_impute_options o = on_sample(method, units, times);
  const niem_status status = niem_impute(out, NULL, NULL, NULL, &m, &o, NULL);
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  return status != NIEM_OK;
}

static void memory_runs_out(void **state) {
  (void)state;
  for (int32_t method = 0; method < NIEM_IMPUTE_END; method++) {
    EACH_ALLOCATION_FAILS(impute_sample(method));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(by_column_and_group),
      cmocka_unit_test(by_row),
      cmocka_unit_test(over_time),
      cmocka_unit_test(nearest_neighbours),
      cmocka_unit_test(regression),
      cmocka_unit_test(expectation_maximisation),
      cmocka_unit_test(em_leaves_empty_rows),
      cmocka_unit_test(bad_arguments),
      cmocka_unit_test(the_same_bits),
      cmocka_unit_test(memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
