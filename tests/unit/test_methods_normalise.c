/* niem/methods.h, normalisation: worked values, the defects of the peers, refusals, and the same bits everywhere. */
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

static niem_normalise_options by(int32_t method) {
  niem_normalise_options o;
  niem_normalise_options_init(&o);
  o.method = method;
  return o;
}

/* One column in, one column out. */
static void assert_column(const double *x, const double *expected, int64_t n, const niem_normalise_options *o) {
  double out[16];
  niem_error err;
  const niem_matrix m = view(x, n, 1);
  const niem_status status = niem_normalise(out, &m, o, &err);
  if (status != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
  }
  assert_int_equal(status, NIEM_OK);
  assert_values(out, expected, n, 1e-14);
}

static void linear_methods(void **state) {
  (void)state;
  const double x[] = {10, GAP, 30, 20, 50};
  const double minmax[] = {0, GAP, 50, 25, 100};
  const double share[] = {0.2, GAP, 0.6, 0.4, 1};
  const double from_least[] = {0, GAP, 0.5, 0.25, 1};
  const double onto[] = {1, GAP, 4, 2.5, 7};
  niem_normalise_options o = by(NIEM_NORMALISE_MINMAX);
  assert_column(x, minmax, 5, &o);
  o.lower = 1;
  o.upper = 7;
  assert_column(x, onto, 5, &o);
  o = by(NIEM_NORMALISE_FRACTION_MAXIMUM);
  assert_column(x, share, 5, &o);
  o = by(NIEM_NORMALISE_DISTANCE_MAXIMUM);
  assert_column(x, from_least, 5, &o);
}

static void distances(void **state) {
  (void)state;
  const double x[] = {10, GAP, 30, 20, 50};
  const double target = 40;
  const double down = -1;
  const double low_target = 20;
  const double capped[] = {0, GAP, 2.0 / 3, 1.0 / 3, 1};
  const double beyond[] = {0, GAP, 2.0 / 3, 1.0 / 3, 4.0 / 3};
  const double turned[] = {4.0 / 3, GAP, 2.0 / 3, 1, 0};
  const double to_reference[] = {0, GAP, 1, 0.5, 2};
  niem_normalise_options o = by(NIEM_NORMALISE_DISTANCE_TARGET);
  o.targets = &target;
  o.n_columns = 1;
  assert_column(x, beyond, 5, &o);
  o.truncate = NIEM_TRUNCATE_YES;
  assert_column(x, capped, 5, &o);
  o.truncate = NIEM_TRUNCATE_NO;
  o.directions = &down;
  o.targets = &low_target;
  assert_column(x, turned, 5, &o);
  o = by(NIEM_NORMALISE_DISTANCE_REFERENCE);
  o.reference_row = 2;
  assert_column(x, to_reference, 5, &o);
}

/* COINr with direction -1 returns 0 0 0 for what is 100 75 0. */
static void goalposts_turn_with_the_direction(void **state) {
  (void)state;
  const double x[] = {0, 25, 100, -5, 130, GAP};
  const double low = 0;
  const double high = 100;
  const double down = -1;
  const double turned[] = {100, 75, 0, 100, 0, GAP};
  const double open[] = {0, 25, 100, -5, 130, GAP};
  niem_normalise_options o = by(NIEM_NORMALISE_GOALPOSTS);
  o.low = &low;
  o.high = &high;
  o.directions = &down;
  o.n_columns = 1;
  assert_column(x, turned, 6, &o);
  o.method = NIEM_NORMALISE_SCALED;
  o.directions = NULL;
  assert_column(x, open, 6, &o);
}

/* Human Development Report 2019: Norway 2018, published index 0.954 (three dimensions from four indicators, goalposts
 * of the technical notes). */
static void human_development_index(void **state) {
  (void)state;
  const double norway[] = {82.3, 18.1, 12.6, 68059};
  const double low[] = {20, 0, 0, 100};
  const double high[] = {85, 18, 15, 75000};
  double out[4], income[4], dimensions[3], index;
  niem_matrix x = view(norway, 1, 4);
  niem_normalise_options o = by(NIEM_NORMALISE_GOALPOSTS);
  niem_aggregate_options mean;
  o.low = low;
  o.high = high;
  o.n_columns = 4;
  o.upper = 1;
  assert_int_equal(niem_normalise(out, &x, &o, NULL), NIEM_OK);
  o.low = low + 3;
  o.high = high + 3;
  o.n_columns = 1;
  o.logarithmic = 1;
  x = view(norway + 3, 1, 1);
  assert_int_equal(niem_normalise(income, &x, &o, NULL), NIEM_OK);
  dimensions[0] = out[0];
  dimensions[1] = (out[1] + out[2]) / 2;
  dimensions[2] = income[0];
  x = view(dimensions, 1, 3);
  niem_aggregate_options_init(&mean);
  mean.method = NIEM_AGGREGATE_GEOMETRIC;
  assert_int_equal(niem_aggregate(&index, &x, &mean, NULL), NIEM_OK);
  assert_true(fabs(index - 0.954) < 0.0005);
}

static void logarithmic_posts(void **state) {
  (void)state;
  const double x[] = {100, 75000, 0, -3, 1e6, 1000};
  const double low = 100;
  const double high = 75000;
  const double down = -1;
  const double third = 34.781867528634973; /* 100 ln(10) / ln(750) by mpmath */
  const double up[] = {0, 100, 0, 0, 100, third};
  const double turned[] = {100, 0, 100, 100, 0, 100 - third};
  double out[6];
  niem_error err;
  const niem_matrix m = view(x, 6, 1);
  niem_normalise_options o = by(NIEM_NORMALISE_GOALPOSTS);
  o.low = &low;
  o.high = &high;
  o.n_columns = 1;
  o.logarithmic = 1;
  assert_column(x, up, 6, &o);
  o.directions = &down;
  assert_column(x, turned, 6, &o);
  o.truncate = NIEM_TRUNCATE_NO;
  assert_refused(niem_normalise(out, &m, &o, &err), &err, NIEM_ERROR_VALUE, "x", 3, 1);
}

/* Compind refuses z-scores of negative data. */
static void z_scores(void **state) {
  (void)state;
  const double x[] = {-2, -1, GAP, 0, 1, 2};
  const double s = 1.5811388300841898; /* sqrt(2.5) */
  const double sample[] = {-2 / s, -1 / s, GAP, 0, 1 / s, 2 / s};
  const double r = 1.4142135623730951;
  const double population[] = {100 - 20 / r, 100 - 10 / r, GAP, 100, 100 + 10 / r, 100 + 20 / r};
  niem_normalise_options o = by(NIEM_NORMALISE_ZSCORE);
  assert_column(x, sample, 6, &o);
  o.mean = 100;
  o.sd = 10;
  o.deviation = NIEM_DEVIATION_POPULATION;
  assert_column(x, population, 6, &o);
}

static void ranks_by_ties(void **state) {
  (void)state;
  const double x[] = {70, 50, GAP, 70, 90};
  const double down = -1;
  const double expected[][5] = {
      {2, 1, GAP, 2, 4}, {3, 1, GAP, 3, 4}, {2.5, 1, GAP, 2.5, 4}, {2, 1, GAP, 2, 3}, {2, 1, GAP, 3, 4}};
  const double turned[] = {2, 4, GAP, 2, 1};
  const double percentile[] = {1.0 / 3, 0, GAP, 1.0 / 3, 1};
  const double borda[] = {1, 0, GAP, 1, 3};
  niem_normalise_options o = by(NIEM_NORMALISE_RANK);
  for (o.ties = NIEM_TIES_MIN; o.ties <= NIEM_TIES_FIRST; o.ties++) {
    assert_column(x, expected[o.ties], 5, &o);
  }
  o.ties = NIEM_TIES_MIN;
  o.directions = &down;
  o.n_columns = 1;
  assert_column(x, turned, 5, &o);
  o = by(NIEM_NORMALISE_PERCENTILE_RANK);
  assert_column(x, percentile, 5, &o);
  o = by(NIEM_NORMALISE_BORDA);
  assert_column(x, borda, 5, &o);
}

static void classes(void **state) {
  (void)state;
  const double x[] = {1, 2, 3, 4, 5, GAP, 100};
  const double thirds[] = {1.0 / 3, 2.0 / 3};
  const double scores[] = {0, 7, 10};
  const double bands[] = {0, 0, 7, 7, 10, GAP, 10};
  const double about[] = {-1, -1, -1, -1, -1, GAP, 1};
  niem_normalise_options o = by(NIEM_NORMALISE_BANDS);
  o.cuts = thirds;
  o.n_cuts = 2;
  o.scores = scores;
  o.n_scores = 3;
  assert_column(x, bands, 7, &o);
  o = by(NIEM_NORMALISE_ABOUT_MEAN);
  assert_column(x, about, 7, &o);
}

/* Percentiles of 1..101 are the values themselves. */
static void handbook_bands(void **state) {
  (void)state;
  double x[101] = {0};
  double out[101];
  const niem_matrix m = view(x, 101, 1);
  const niem_normalise_options o = by(NIEM_NORMALISE_BANDS);
  for (int i = 0; i < 101; i++) {
    x[i] = i;
  }
  assert_int_equal(niem_normalise(out, &m, &o, NULL), NIEM_OK);
  assert_true(out[14] == 0 && out[15] == 20 && out[24] == 20 && out[25] == 40 && out[64] == 40 && out[65] == 60);
  assert_true(out[84] == 60 && out[85] == 80 && out[94] == 80 && out[95] == 100 && out[100] == 100);
}

static void ampi_scale(void **state) {
  (void)state;
  const double x[] = {0, 10, 5, 2.5};
  const double reference = 2.5;
  const double expected[] = {85, 145, 115, 100};
  const double down = -1;
  const double turned[] = {115, 55, 85, 100};
  niem_normalise_options o = by(NIEM_NORMALISE_AMPI);
  o.targets = &reference;
  o.n_columns = 1;
  assert_column(x, expected, 4, &o);
  o.directions = &down;
  assert_column(x, turned, 4, &o);
}

/* COINr makes NaN of a constant column, which then vanishes from the means. */
static void constant_columns(void **state) {
  (void)state;
  const double x[] = {1, 7, 2, 7, GAP, 7};
  const double expected[] = {0, 50, 100, 50, GAP, 50};
  const int32_t methods[] = {NIEM_NORMALISE_MINMAX, NIEM_NORMALISE_ZSCORE, NIEM_NORMALISE_DISTANCE_MAXIMUM,
                             NIEM_NORMALISE_BANDS, NIEM_NORMALISE_AMPI};
  double out[6];
  niem_error err;
  const niem_matrix m = view(x, 3, 2);
  for (size_t k = 0; k < sizeof methods / sizeof *methods; k++) {
    const niem_normalise_options o = by(methods[k]);
    assert_refused(niem_normalise(out, &m, &o, &err), &err, NIEM_ERROR_VALUE, "x", 0, 2);
  }
  niem_normalise_options o = by(NIEM_NORMALISE_MINMAX);
  o.constant = 50;
  assert_int_equal(niem_normalise(out, &m, &o, NULL), NIEM_OK);
  assert_values(out, expected, 6, 0);
  const niem_matrix one = view(x, 1, 2);
  assert_int_equal(niem_normalise(out, &one, &o, NULL), NIEM_OK);
  assert_true(out[0] == 50 && out[1] == 50);
  const niem_matrix gap = view(x + 4, 1, 1);
  assert_int_equal(niem_normalise(out, &gap, &o, NULL), NIEM_OK);
  assert_true(ni_is_nan(out[0]));
}

static void bad_arguments(void **state) {
  (void)state;
  const double x[] = {1, 2, INFINITY, 4};
  const double fine[] = {1, 2, 3, 5};
  const double three[] = {1, 1, 1};
  double out[4] = {-7, -7, -7, -7};
  niem_error err;
  niem_matrix m = view(x, 2, 2);
  niem_normalise_options o = by(NIEM_NORMALISE_MINMAX);
  assert_refused(niem_normalise(out, &m, &o, &err), &err, NIEM_ERROR_VALUE, "x", 2, 1);
  m = view(fine, 2, 2);
  assert_refused(niem_normalise(NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "out", 0, 0);
  assert_refused(niem_normalise(out, NULL, &o, &err), &err, NIEM_ERROR_ARGUMENT, "x", 0, 0);
  o.directions = three;
  o.n_columns = 3;
  assert_refused(niem_normalise(out, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "directions", 0, 0);
  o.directions = fine;
  o.n_columns = 2;
  assert_refused(niem_normalise(out, &m, &o, &err), &err, NIEM_ERROR_VALUE, "directions", 0, 2);
  o = by(NIEM_NORMALISE_MINMAX);
  o.targets = fine;
  o.n_columns = 2;
  assert_refused(niem_normalise(out, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "targets", 0, 0);
  o = by(NIEM_NORMALISE_END);
  assert_refused(niem_normalise(out, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "method", 0, 0);
  o = by(NIEM_NORMALISE_MINMAX);
  o.lower = 3;
  o.upper = 3;
  assert_refused(niem_normalise(out, &m, &o, &err), &err, NIEM_ERROR_VALUE, "lower", 0, 0);
  o = by(NIEM_NORMALISE_DISTANCE_REFERENCE);
  o.reference_row = 2;
  assert_refused(niem_normalise(out, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "reference_row", 0, 0);
  o.reference_row = 0;
  assert_refused(niem_normalise(out, &m, &o, &err), &err, NIEM_ERROR_VALUE, "x", 0, 1);
  m.n_rows = 0;
  assert_refused(niem_normalise(out, &m, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "x", 0, 0);
  m = view(fine, 2, 2);
  m.row_stride = INT64_MAX;
  assert_refused(niem_normalise(out, &m, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "x", 0, 0);
  for (int k = 0; k < 4; k++) {
    assert_true(out[k] == -7);
  }
}

/* ---- fit and apply */

static void fitted_on_one_round(void **state) {
  (void)state;
  const double first[] = {10, 30, 20};
  const double second[] = {40, GAP, 15, 10};
  const double minmax[] = {150, GAP, 25, 0};
  const double ranks[] = {3, GAP, 2, 1};
  double out[4];
  niem_normaliser *n = NULL;
  niem_error err;
  const niem_matrix a = view(first, 3, 1);
  const niem_matrix b = view(second, 4, 1);
  const niem_matrix wide = view(second, 2, 2);
  assert_int_equal(niem_normaliser_fit(&n, &a, NULL, NULL), NIEM_OK);
  assert_int_equal(niem_normaliser_apply(out, n, &b, NULL), NIEM_OK);
  assert_values(out, minmax, 4, 0);
  assert_refused(niem_normaliser_apply(out, n, &wide, &err), &err, NIEM_ERROR_MISMATCH, "x", 0, 0);
  niem_normaliser_free(n);
  niem_normalise_options o = by(NIEM_NORMALISE_RANK);
  assert_int_equal(niem_normaliser_fit(&n, &a, &o, NULL), NIEM_OK);
  assert_int_equal(niem_normaliser_apply(out, n, &b, NULL), NIEM_OK);
  assert_values(out, ranks, 4, 0);
  niem_normaliser_free(n);
  o.ties = NIEM_TIES_FIRST;
  assert_refused(niem_normaliser_fit(&n, &a, &o, &err), &err, NIEM_ERROR_UNSUPPORTED, "ties", 0, 0);
  assert_null(n);
  niem_normaliser_free(NULL);
}

static void empty_when_fitted(void **state) {
  (void)state;
  const double first[] = {GAP, 1, GAP, 2};
  const double second[] = {GAP, 1, 5, 2};
  double out[4];
  niem_normaliser *n = NULL;
  niem_error err;
  const niem_matrix a = view(first, 2, 2);
  const niem_matrix b = view(second, 2, 2);
  assert_int_equal(niem_normaliser_fit(&n, &a, NULL, NULL), NIEM_OK);
  assert_int_equal(niem_normaliser_apply(out, n, &a, NULL), NIEM_OK);
  assert_true(ni_is_nan(out[0]) && out[3] == 100);
  assert_refused(niem_normaliser_apply(out, n, &b, &err), &err, NIEM_ERROR_VALUE, "x", 2, 1);
  niem_normaliser_free(n);
}

/* Every method that can be run on the sample with nothing but its defaults. */
static const int32_t plain_methods[] = {
    NIEM_NORMALISE_MINMAX, NIEM_NORMALISE_ZSCORE,           NIEM_NORMALISE_RANK,
    NIEM_NORMALISE_BORDA,  NIEM_NORMALISE_PERCENTILE_RANK,  NIEM_NORMALISE_DISTANCE_MAXIMUM,
    NIEM_NORMALISE_BANDS,  NIEM_NORMALISE_FRACTION_MAXIMUM, NIEM_NORMALISE_ABOUT_MEAN,
    NIEM_NORMALISE_AMPI};
enum { PLAIN_METHODS = (int)(sizeof plain_methods / sizeof *plain_methods) };

static void applied_to_its_own_matrix(void **state) {
  (void)state;
  double x[SAMPLE], once[SAMPLE], twice[SAMPLE];
  make_sample(x);
  const niem_matrix m = view(x, SAMPLE_ROWS, SAMPLE_COLS);
  for (int k = 0; k < PLAIN_METHODS; k++) {
    niem_normalise_options o = by(plain_methods[k]);
    niem_normaliser *n = NULL;
    for (int32_t ties = 0; ties <= (k >= 2 && k <= 4 ? NIEM_TIES_DENSE : 0); ties++) {
      o.ties = ties;
      assert_int_equal(niem_normalise(once, &m, &o, NULL), NIEM_OK);
      assert_int_equal(niem_normaliser_fit(&n, &m, &o, NULL), NIEM_OK);
      assert_int_equal(niem_normaliser_apply(twice, n, &m, NULL), NIEM_OK);
      for (int i = 0; i < SAMPLE; i++) {
        assert_same_bits(once[i], twice[i]);
      }
      niem_normaliser_free(n);
    }
  }
}

/* Rows in another order, and the matrix read by columns, give the same bits. */
static void neither_order_nor_layout_matters(void **state) {
  (void)state;
  double x[SAMPLE], turned[SAMPLE], a[SAMPLE], b[SAMPLE];
  make_sample(x);
  const niem_matrix rows = view(x, SAMPLE_ROWS, SAMPLE_COLS);
  const niem_matrix backwards = {x + (SAMPLE_ROWS - 1) * SAMPLE_COLS, SAMPLE_ROWS, SAMPLE_COLS, -SAMPLE_COLS, 1};
  const niem_matrix columns = {turned, SAMPLE_ROWS, SAMPLE_COLS, 1, SAMPLE_ROWS};
  for (int i = 0; i < SAMPLE; i++) {
    turned[i % SAMPLE_COLS * SAMPLE_ROWS + i / SAMPLE_COLS] = x[i];
  }
  for (int k = 0; k < PLAIN_METHODS; k++) {
    const niem_normalise_options o = by(plain_methods[k]);
    assert_int_equal(niem_normalise(a, &rows, &o, NULL), NIEM_OK);
    assert_int_equal(niem_normalise(b, &columns, &o, NULL), NIEM_OK);
    assert_memory_equal(a, b, sizeof a);
    assert_int_equal(niem_normalise(b, &backwards, &o, NULL), NIEM_OK);
    for (int i = 0; i < SAMPLE; i++) {
      assert_same_bits(a[i], b[(SAMPLE_ROWS - 1 - i / SAMPLE_COLS) * SAMPLE_COLS + i % SAMPLE_COLS]);
    }
  }
}

static void the_same_bits(void **state) {
  (void)state;
  double x[SAMPLE], out[SAMPLE];
  uint64_t digest = DIGEST_START;
  make_sample(x);
  const niem_matrix m = view(x, SAMPLE_ROWS, SAMPLE_COLS);
  for (int k = 0; k < PLAIN_METHODS; k++) {
    const niem_normalise_options o = by(plain_methods[k]);
    assert_int_equal(niem_normalise(out, &m, &o, NULL), NIEM_OK);
    digest = digest_doubles(digest, out, SAMPLE);
  }
  assert_digest("normalisation", digest, 0x19325393dd898033u);
}

/* ---- memory */

static int fit_and_apply(int32_t method) {
  double x[SAMPLE], out[SAMPLE];
  niem_normaliser *n = NULL;
  make_sample(x);
  const niem_matrix m = view(x, SAMPLE_ROWS, SAMPLE_COLS);
  const niem_normalise_options o = by(method);
  niem_status status = niem_normalise(out, &m, &o, NULL);
  if (status == NIEM_OK) {
    status = niem_normaliser_fit(&n, &m, &o, NULL);
  }
  if (status == NIEM_OK) {
    status = niem_normaliser_apply(out, n, &m, NULL);
  }
  niem_normaliser_free(n);
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  return status != NIEM_OK;
}

static void memory_runs_out(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(fit_and_apply(NIEM_NORMALISE_RANK));
  EACH_ALLOCATION_FAILS(fit_and_apply(NIEM_NORMALISE_BANDS));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(linear_methods),
      cmocka_unit_test(distances),
      cmocka_unit_test(goalposts_turn_with_the_direction),
      cmocka_unit_test(human_development_index),
      cmocka_unit_test(logarithmic_posts),
      cmocka_unit_test(z_scores),
      cmocka_unit_test(ranks_by_ties),
      cmocka_unit_test(classes),
      cmocka_unit_test(handbook_bands),
      cmocka_unit_test(ampi_scale),
      cmocka_unit_test(constant_columns),
      cmocka_unit_test(bad_arguments),
      cmocka_unit_test(fitted_on_one_round),
      cmocka_unit_test(empty_when_fitted),
      cmocka_unit_test(applied_to_its_own_matrix),
      cmocka_unit_test(neither_order_nor_layout_matters),
      cmocka_unit_test(the_same_bits),
      cmocka_unit_test(memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
