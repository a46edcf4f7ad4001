/* niem/methods.h, aggregation: worked values, the defects of the peers, refusals, and the same bits everywhere. */
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

static int is_ordered(int32_t method) {
  return method == NIEM_AGGREGATE_OWA || method == NIEM_AGGREGATE_OGWA;
}

static niem_aggregate_options by(int32_t method) {
  niem_aggregate_options o;
  niem_aggregate_options_init(&o);
  o.method = method;
  return o;
}

static double of_row(const double *x, int64_t n, const niem_aggregate_options *o) {
  double out = -1;
  niem_error err;
  const niem_matrix m = view(x, 1, n);
  const niem_status status = niem_aggregate(&out, &m, o, &err);
  if (status != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
  }
  assert_int_equal(status, NIEM_OK);
  return out;
}

static void means(void **state) {
  (void)state;
  const double x[] = {2, GAP, 8};
  const double weights[] = {1, 5, 3};
  niem_aggregate_options o = by(NIEM_AGGREGATE_ARITHMETIC);
  assert_same_bits(of_row(x, 3, &o), 5.0);
  o.method = NIEM_AGGREGATE_GEOMETRIC;
  assert_same_bits(of_row(x, 3, &o), 4.0);
  o.method = NIEM_AGGREGATE_HARMONIC;
  assert_same_bits(of_row(x, 3, &o), 3.2);
  o.weights = weights;
  o.n_weights = 3;
  assert_close(of_row(x, 3, &o), 4 / (0.5 + 3.0 / 8), 1e-15);
  o.method = NIEM_AGGREGATE_ARITHMETIC;
  assert_same_bits(of_row(x, 3, &o), 6.5);
  o.method = NIEM_AGGREGATE_GEOMETRIC;
  assert_close(of_row(x, 3, &o), sqrt(sqrt(2.0 * 512)), 1e-15);
}

/* COINr: NA as soon as one value is; Compind: 1 by default, and (sum)^1/p otherwise. */
static void power_means(void **state) {
  (void)state;
  const double x[] = {1, GAP, 2, 4};
  niem_aggregate_options o = by(NIEM_AGGREGATE_POWER);
  assert_close(of_row(x, 4, &o), 7.0 / 3, 1e-15);
  o.power = 2;
  assert_close(of_row(x, 4, &o), sqrt(7.0), 1e-15);
  o.power = -1;
  assert_close(of_row(x, 4, &o), 12.0 / 7, 1e-15);
  o.power = 0;
  assert_same_bits(of_row(x, 4, &o), 2.0);
  o.power = 1e-13;
  assert_close(of_row(x, 4, &o), 2.0, 1e-12);
  o.power = 0.5;
  const double root = (1 + sqrt(2.0) + 2) / 3;
  assert_close(of_row(x, 4, &o), root * root, 1e-15);
  o.power = 1000;
  assert_close(of_row(x, 4, &o), 4 * 0.99890199, 1e-8);
  o.power = -16;
  const double far[] = {1e-50, 1e50};
  assert_close(of_row(far, 2, &o), 1e-50 * 1.0442737824274138, 1e-14); /* 2^(1/16) */
}

static void zeros_are_refused_or_offset(void **state) {
  (void)state;
  const double x[] = {4, 9, 5, 0};
  double out[2] = {-7, -7};
  niem_error err;
  const niem_matrix m = view(x, 2, 2);
  niem_aggregate_options o = by(NIEM_AGGREGATE_GEOMETRIC);
  assert_refused(niem_aggregate(out, &m, &o, &err), &err, NIEM_ERROR_VALUE, "x", 2, 2);
  assert_true(out[0] == -7);
  o.offset = 1;
  assert_int_equal(niem_aggregate(out, &m, &o, NULL), NIEM_OK);
  assert_close(out[0], sqrt(50.0) - 1, 1e-15);
  assert_close(out[1], sqrt(6.0) - 1, 1e-15);
  o = by(NIEM_AGGREGATE_POWER);
  o.power = 0.5;
  assert_int_equal(niem_aggregate(out, &m, &o, NULL), NIEM_OK);
  assert_close(out[1], 1.25, 1e-15);
  o.power = -0.5;
  assert_refused(niem_aggregate(out, &m, &o, &err), &err, NIEM_ERROR_VALUE, "x", 2, 2);
}

/* An infinity is told before what one method has no room for, wherever it stands, and under a weight of 0 too. */
static void infinities_come_first(void **state) {
  (void)state;
  const double infinite = (double)INFINITY;
  const double x[] = {4, 9, -5, 1, 3, infinite};
  const double columns[] = {4, -5, 3, 9, 1, infinite};
  const double weights[] = {1, 0};
  double out[3] = {-7, -7, -7};
  niem_error err;
  const niem_matrix m = view(x, 3, 2);
  const niem_matrix turned = {columns, 3, 2, 1, 3};
  for (int32_t method = 0; method < NIEM_AGGREGATE_END; method++) {
    niem_aggregate_options o = by(method);
    o.order_weights = is_ordered(method) ? weights : NULL;
    o.n_order_weights = is_ordered(method) ? 2 : 0;
    assert_refused(niem_aggregate(out, &m, &o, &err), &err, NIEM_ERROR_VALUE, "x", 3, 2);
    assert_refused(niem_aggregate(out, &turned, &o, &err), &err, NIEM_ERROR_VALUE, "x", 3, 2);
    if (!is_ordered(method) && method != NIEM_AGGREGATE_MPI && method != NIEM_AGGREGATE_AMPI) {
      o.weights = weights;
      o.n_weights = 2;
      assert_refused(niem_aggregate(out, &m, &o, &err), &err, NIEM_ERROR_VALUE, "x", 3, 2);
    }
    assert_true(out[0] == -7 && out[1] == -7 && out[2] == -7);
  }
}

/* Values for which the quick ways have no room. */
static void very_small_values(void **state) {
  (void)state;
  const double small[] = {1e-220, 4e-220, GAP};
  const double least[] = {5e-324, 5e-324, 5e-324};
  niem_aggregate_options o = by(NIEM_AGGREGATE_HARMONIC);
  assert_close(of_row(small, 3, &o), 1.6e-220, 1e-15);
  o = by(NIEM_AGGREGATE_GEOMETRIC);
  assert_close(of_row(small, 3, &o), 2e-220, 1e-15);
  assert_close(of_row(least, 3, &o), 5e-324, 1e-15);
  o = by(NIEM_AGGREGATE_POWER);
  o.power = 2;
  assert_close(of_row(small, 3, &o), 1e-220 * sqrt(8.5), 1e-15);
  o.power = -2;
  assert_close(of_row(small, 3, &o), 1e-220 * sqrt(32.0 / 17), 1e-15);
}

static void medians(void **state) {
  (void)state;
  const double x[] = {3, 1, GAP, 4, 2};
  const double weights[] = {3, 1, 9, 1, 1};
  const double even[] = {0.1, 0.2, 1, 0.3, 0};
  niem_aggregate_options o = by(NIEM_AGGREGATE_MEDIAN);
  assert_same_bits(of_row(x, 5, &o), 2.5);
  assert_same_bits(of_row(x, 3, &o), 2.0);
  o.n_weights = 5;
  o.weights = weights;
  assert_same_bits(of_row(x, 5, &o), 3.0);
  o.weights = even; /* 1 and 3 weigh 0.1 + 0.2, 4 weighs 0.3: half each, though not as doubles */
  assert_same_bits(of_row(x, 5, &o), 3.5);
}

static void extremes_and_order(void **state) {
  (void)state;
  const double x[] = {3, GAP, 9, 6};
  const double no_nine[] = {1, 1, 0, 1};
  const double places[] = {4, 3, 2, 1};
  const double all[] = {3, 12, 9, 6};
  niem_aggregate_options o = by(NIEM_AGGREGATE_MINIMUM);
  assert_same_bits(of_row(x, 4, &o), 3.0);
  o.method = NIEM_AGGREGATE_MAXIMUM;
  assert_same_bits(of_row(x, 4, &o), 9.0);
  o.weights = no_nine;
  o.n_weights = 4;
  assert_same_bits(of_row(x, 4, &o), 6.0);
  o = by(NIEM_AGGREGATE_OWA);
  o.order_weights = places;
  o.n_order_weights = 4;
  assert_same_bits(of_row(all, 4, &o), (48 + 27 + 12 + 3) / 10.0);
  /* Three places: 4 + 1, 2 + 4/3 and 2/3 + 1 of ten. */
  assert_close(of_row(x, 4, &o), (9 * 5 + 6 * (10.0 / 3) + 3 * (5.0 / 3)) / 10, 1e-15);
}

/* Compind's mean-min recycles means down rows: here every row has its own. */
static void mean_min(void **state) {
  (void)state;
  const double x[] = {2, 4, 6, 10, 10, 10};
  const double expected[] = {4 - 0.5 * (sqrt(4.0 + 9) - 3), 10};
  double out[2];
  const niem_matrix m = view(x, 2, 3);
  niem_aggregate_options o = by(NIEM_AGGREGATE_MEAN_MIN);
  o.beta = 3;
  assert_int_equal(niem_aggregate(out, &m, &o, NULL), NIEM_OK);
  assert_values(out, expected, 2, 1e-15);
  o.alpha = 1;
  o.beta = 0;
  assert_int_equal(niem_aggregate(out, &m, &o, NULL), NIEM_OK);
  assert_true(out[0] == 2 && out[1] == 10);
}

/* Compind's AMPI ignores the sign of its penalty and rounds to three decimals. */
static void mazziotta_pareto(void **state) {
  (void)state;
  const double x[] = {90, 100, 110, GAP};
  niem_aggregate_options o = by(NIEM_AGGREGATE_MPI);
  assert_close(of_row(x, 4, &o), 99.0, 1e-15);
  o.penalty = 1;
  assert_close(of_row(x, 4, &o), 101.0, 1e-15);
  o.deviation = NIEM_DEVIATION_POPULATION;
  assert_close(of_row(x, 4, &o), 100 + 2.0 / 3, 1e-15);
  o = by(NIEM_AGGREGATE_AMPI);
  assert_close(of_row(x, 4, &o), 100 - 2.0 / 3, 1e-15);
  assert_close(of_row(x, 1, &o), 90.0, 0);
  double out;
  niem_error err;
  const double negative[] = {-1, 1};
  const niem_matrix m = view(negative, 1, 2);
  assert_refused(niem_aggregate(&out, &m, &o, &err), &err, NIEM_ERROR_VALUE, "x", 1, 0);
}

/* COINr compares floats with 0.5: ties of 0.1 + 0.2 and 0.3 are lost; scores then do not add up to 0. */
static void copeland_ties_are_exact(void **state) {
  (void)state;
  const double x[] = {1, 1, 0, 0, 0, 1};
  const double weights[] = {0.1, 0.2, 0.3};
  const double expected[] = {0, 0};
  double out[4];
  const niem_matrix m = view(x, 2, 3);
  niem_aggregate_options o = by(NIEM_AGGREGATE_COPELAND);
  o.weights = weights;
  o.n_weights = 3;
  assert_int_equal(niem_aggregate(out, &m, &o, NULL), NIEM_OK);
  assert_values(out, expected, 2, 0);
  assert_int_equal(niem_outranking(out, &m, weights, 3, 0, NULL), NIEM_OK);
  assert_close(out[1], 0.5, 1e-15);
  assert_true(out[0] == 1 && out[3] == 1);
}

/* COINr fills the lower triangle by 1 - upper, so that with a gap the unit listed later wins. */
static void outranking_with_a_gap(void **state) {
  (void)state;
  const double x[] = {1, GAP, 2, 1, 1, 5, 2, 1};
  double out[4], turned[4], scores[2];
  const niem_matrix m = view(x, 2, 4);
  const niem_matrix backwards = {x + 4, 2, 4, -4, 1};
  const niem_aggregate_options o = by(NIEM_AGGREGATE_COPELAND);
  assert_int_equal(niem_outranking(out, &m, NULL, 0, 0, NULL), NIEM_OK);
  assert_int_equal(niem_outranking(turned, &backwards, NULL, 0, 0, NULL), NIEM_OK);
  assert_true(out[1] == 0.5 && out[2] == 0.5 && turned[1] == 0.5 && turned[2] == 0.5);
  assert_int_equal(niem_aggregate(scores, &m, &o, NULL), NIEM_OK);
  assert_true(scores[0] == 0 && scores[1] == 0);
}

static void nothing_in_common(void **state) {
  (void)state;
  const double x[] = {1, GAP, GAP, 2, GAP, GAP};
  double out[9], scores[3];
  const niem_matrix m = view(x, 3, 2);
  const niem_aggregate_options o = by(NIEM_AGGREGATE_COPELAND);
  assert_int_equal(niem_outranking(out, &m, NULL, 0, 0, NULL), NIEM_OK);
  assert_true(ni_is_nan(out[1]) && ni_is_nan(out[3]) && out[4] == 1);
  assert_int_equal(niem_aggregate(scores, &m, &o, NULL), NIEM_OK);
  assert_true(scores[0] == 0 && scores[1] == 0 && ni_is_nan(scores[2]));
}

static void borda_count(void **state) {
  (void)state;
  const double x[] = {1, 5, 2, 5, 3, 4, GAP, 9};
  const double expected[] = {0 + 1.5, 1 + 1.5, 2 + 0, 3 * 2};
  double out[4];
  const niem_matrix m = view(x, 4, 2);
  const niem_aggregate_options o = by(NIEM_AGGREGATE_BORDA);
  assert_int_equal(niem_aggregate(out, &m, &o, NULL), NIEM_OK);
  assert_values(out, expected, 4, 1e-15);
}

static void wroclaw_distance(void **state) {
  (void)state;
  const double x[] = {3, 4, 0, 4, 3, 0, 0, 0};
  double out[4];
  const niem_matrix m = view(x, 4, 2);
  const niem_aggregate_options o = by(NIEM_AGGREGATE_WROCLAW);
  const double unit = 3 + 2 * sqrt((9.0 + 0 + 1 + 4) / 3); /* distances 0 3 4 5 */
  const double expected[] = {0, 3 / unit, 4 / unit, 5 / unit};
  assert_int_equal(niem_aggregate(out, &m, &o, NULL), NIEM_OK);
  assert_values(out, expected, 4, 1e-15);
  const niem_matrix one = view(x, 1, 2);
  assert_int_equal(niem_aggregate(out, &one, &o, NULL), NIEM_OK);
  assert_true(out[0] == 0);
}

/* A row without a value, or with too few, has no result by any method; one value is its own mean. */
static void rows_with_gaps(void **state) {
  (void)state;
  const double x[] = {GAP, GAP, 100, 5, GAP, 100, 1, 2, 100};
  const double places[] = {1, 1, 1};
  const double last_only[] = {0, 0, 1};
  double out[3];
  niem_matrix m = {x, 3, 2, 3, 1};
  for (int32_t method = 0; method < NIEM_AGGREGATE_END; method++) {
    niem_aggregate_options o = by(method);
    o.order_weights = is_ordered(method) ? places : NULL;
    o.n_order_weights = is_ordered(method) ? 2 : 0;
    assert_int_equal(niem_aggregate(out, &m, &o, NULL), NIEM_OK);
    assert_true(bits_of(out[0]) == bits_of(ni_nan()));
    assert_true((method >= NIEM_AGGREGATE_COPELAND && method <= NIEM_AGGREGATE_WROCLAW) || out[1] == 5);
    o.min_available = 0.51;
    assert_int_equal(niem_aggregate(out, &m, &o, NULL), NIEM_OK);
    assert_true(ni_is_nan(out[1]) && !ni_is_nan(out[2]));
  }
  niem_aggregate_options o = by(NIEM_AGGREGATE_ARITHMETIC);
  const double first[] = {0, 1};
  o.weights = first;
  o.n_weights = 2;
  assert_int_equal(niem_aggregate(out, &m, &o, NULL), NIEM_OK);
  assert_true(ni_is_nan(out[1]) && out[2] == 2);
  m = view(x, 3, 3);
  o.weights = last_only;
  o.n_weights = 3;
  assert_int_equal(niem_aggregate(out, &m, &o, NULL), NIEM_OK);
  assert_true(out[0] == 100);
}

static void bad_arguments(void **state) {
  (void)state;
  const double x[] = {1, 2, 3, 4};
  const double weights[] = {1, -1};
  const double zero[] = {0, 0};
  double out[2];
  niem_error err;
  const niem_matrix m = view(x, 2, 2);
  niem_aggregate_options o = by(NIEM_AGGREGATE_ARITHMETIC);
  o.weights = weights;
  o.n_weights = 3;
  assert_refused(niem_aggregate(out, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "weights", 0, 0);
  o.n_weights = 2;
  assert_refused(niem_aggregate(out, &m, &o, &err), &err, NIEM_ERROR_VALUE, "weights", 0, 2);
  o.weights = zero;
  assert_refused(niem_aggregate(out, &m, &o, &err), &err, NIEM_ERROR_VALUE, "weights", 0, 0);
  o.method = NIEM_AGGREGATE_MPI;
  assert_refused(niem_aggregate(out, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "weights", 0, 0);
  o = by(NIEM_AGGREGATE_OWA);
  assert_refused(niem_aggregate(out, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "order_weights", 0, 0);
  o = by(NIEM_AGGREGATE_POWER);
  o.power = NAN;
  assert_refused(niem_aggregate(out, &m, &o, &err), &err, NIEM_ERROR_VALUE, "power", 0, 0);
  o = by(NIEM_AGGREGATE_MEAN_MIN);
  o.alpha = 1.5;
  assert_refused(niem_aggregate(out, &m, &o, &err), &err, NIEM_ERROR_VALUE, "alpha", 0, 0);
  o = by(NIEM_AGGREGATE_MPI);
  o.penalty = 0;
  assert_refused(niem_aggregate(out, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "penalty", 0, 0);
  o = by(-1);
  assert_refused(niem_aggregate(out, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "method", 0, 0);
  assert_refused(niem_outranking(out, &m, NULL, 0, -1, &err), &err, NIEM_ERROR_VALUE, "tolerance", 0, 0);
}

static niem_aggregate_options on_sample(int32_t method) {
  static const double places[SAMPLE_COLS] = {6, 5, 4, 3, 2, 1};
  niem_aggregate_options o = by(method);
  if (is_ordered(method)) {
    o.order_weights = places;
    o.n_order_weights = SAMPLE_COLS;
  }
  o.power = method == NIEM_AGGREGATE_POWER ? 0.3 : 1;
  return o;
}

static void the_same_bits(void **state) {
  (void)state;
  double x[SAMPLE], out[SAMPLE_ROWS], again[SAMPLE_ROWS], square[SAMPLE_ROWS * SAMPLE_ROWS];
  uint64_t digest = DIGEST_START;
  make_sample(x);
  const niem_matrix m = view(x, SAMPLE_ROWS, SAMPLE_COLS);
  const niem_matrix backwards = {x + (SAMPLE_ROWS - 1) * SAMPLE_COLS, SAMPLE_ROWS, SAMPLE_COLS, -SAMPLE_COLS, 1};
  for (int32_t method = 0; method < NIEM_AGGREGATE_END; method++) {
    const niem_aggregate_options o = on_sample(method);
    assert_int_equal(niem_aggregate(out, &m, &o, NULL), NIEM_OK);
    assert_int_equal(niem_aggregate(again, &backwards, &o, NULL), NIEM_OK);
    for (int i = 0; i < SAMPLE_ROWS; i++) {
      assert_same_bits(out[i], again[SAMPLE_ROWS - 1 - i]);
    }
    if (method == NIEM_AGGREGATE_OGWA) {
      assert_digest("OGWA", digest_doubles(DIGEST_START, out, SAMPLE_ROWS), 0x9ce15bebceccef60u);
    } else {
      digest = digest_doubles(digest, out, SAMPLE_ROWS);
    }
  }
  assert_int_equal(niem_outranking(square, &m, NULL, 0, 0, NULL), NIEM_OK);
  digest = digest_doubles(digest, square, SAMPLE_ROWS * SAMPLE_ROWS);
  assert_digest("aggregation", digest, 0x8ee08777f0a2b406u);
}

static int aggregate_all(int32_t method) {
  double x[SAMPLE], out[SAMPLE_ROWS], square[SAMPLE_ROWS * SAMPLE_ROWS];
  make_sample(x);
  const niem_matrix m = view(x, SAMPLE_ROWS, SAMPLE_COLS);
  const niem_aggregate_options o = on_sample(method);
  niem_status status = niem_aggregate(out, &m, &o, NULL);
  if (status == NIEM_OK) {
    status = niem_outranking(square, &m, NULL, 0, 0, NULL);
  }
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  return status != NIEM_OK;
}

static void memory_runs_out(void **state) {
  (void)state;
  for (int32_t method = 0; method < NIEM_AGGREGATE_END; method++) {
    EACH_ALLOCATION_FAILS(aggregate_all(method));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(means),
      cmocka_unit_test(power_means),
      cmocka_unit_test(zeros_are_refused_or_offset),
      cmocka_unit_test(infinities_come_first),
      cmocka_unit_test(very_small_values),
      cmocka_unit_test(medians),
      cmocka_unit_test(extremes_and_order),
      cmocka_unit_test(mean_min),
      cmocka_unit_test(mazziotta_pareto),
      cmocka_unit_test(copeland_ties_are_exact),
      cmocka_unit_test(outranking_with_a_gap),
      cmocka_unit_test(nothing_in_common),
      cmocka_unit_test(borda_count),
      cmocka_unit_test(wroclaw_distance),
      cmocka_unit_test(rows_with_gaps),
      cmocka_unit_test(bad_arguments),
      cmocka_unit_test(the_same_bits),
      cmocka_unit_test(memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
