/* The aggregation of one row in double-double, which trees are made of, beside niem_aggregate on the same numbers: two
 * ways to one mean. */
#include "base/platform.h"

#include "made.h"

#include <string.h>

#include "base/dd.h"
#include "base/number.h"
#include "methods/aggregate.h"

enum { ROWS = 400, MOST = 7 };

/* SplitMix64. */
static uint64_t draw(uint64_t *state, uint64_t n) {
  uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return (z ^ z >> 31) % n;
}

/* Positive numbers, few of which tie; some weights of 0, but never all. */
static int64_t draw_row(double *x, double *weights, uint64_t *state) {
  const int64_t n = 1 + (int64_t)draw(state, MOST);
  for (int64_t k = 0; k < n; k++) {
    x[k] = (double)(1 + draw(state, draw(state, 3) == 0 ? 4 : 100000)) / 7;
    weights[k] = k == 0 ? 1 : (double)draw(state, 6) / 3;
  }
  return n;
}

/* Only values with a weight are handed to the row's aggregation: as node.c does. */
static int row_value(double *out, const double *x, const double *weights, int64_t n, const niem_aggregate_options *o,
                     int uses_weights) {
  ni_dd values[MOST];
  double own[MOST];
  int64_t order[MOST];
  int64_t at = -1;
  int64_t m = 0;
  ni_dd value;
  for (int64_t k = 0; k < n; k++) {
    if (!uses_weights || weights[k] > 0) {
      values[m] = ni_dd_from(x[k]);
      own[m++] = uses_weights ? weights[k] : 1;
    }
  }
  const int came = ni_aggregate_row(&value, &at, values, own, m, o, order);
  *out = came == NI_ROW_DONE ? ni_dd_value(value) : 0;
  return came;
}

static void check_method(niem_aggregate_options o, int uses_weights, double tolerance) {
  uint64_t state = (uint64_t)o.method + 1;
  for (int i = 0; i < ROWS; i++) {
    double x[MOST], weights[MOST], row, matrix;
    const int64_t n = draw_row(x, weights, &state);
    const int64_t n_cols = o.n_order_weights > 0 ? MOST : n; /* places beyond the row's are gaps */
    for (int64_t k = n; k < MOST; k++) {
      x[k] = ni_nan();
    }
    const niem_matrix view = {x, 1, n_cols, n_cols, 1};
    niem_aggregate_options own = o;
    niem_error err;
    if (uses_weights) {
      own.weights = weights;
      own.n_weights = n;
    }
    assert_int_equal(row_value(&row, x, weights, n, &o, uses_weights), NI_ROW_DONE);
    if (niem_aggregate(&matrix, &view, &own, &err) != NIEM_OK) {
      show(&err);
      fail();
    }
    assert_close(row, matrix, tolerance);
  }
}

static niem_aggregate_options of(int32_t method) {
  niem_aggregate_options o;
  niem_aggregate_options_init(&o);
  o.method = method;
  return o;
}

static void test_as_on_a_matrix(void **state) {
  (void)state;
  static const double order_weights[] = {4, 0, 1, 2, 2, 0.5, 1};
  check_method(of(NIEM_AGGREGATE_ARITHMETIC), 1, 0); /* both are rounded once: the same bits */
  check_method(of(NIEM_AGGREGATE_GEOMETRIC), 1, 0);
  check_method(of(NIEM_AGGREGATE_HARMONIC), 1, 0);
  check_method(of(NIEM_AGGREGATE_MEDIAN), 1, 0);
  check_method(of(NIEM_AGGREGATE_MINIMUM), 1, 0);
  check_method(of(NIEM_AGGREGATE_MAXIMUM), 1, 0);
  check_method(of(NIEM_AGGREGATE_MPI), 0, 1e-12);
  niem_aggregate_options o = of(NIEM_AGGREGATE_AMPI);
  o.penalty = 1;
  check_method(o, 0, 1e-12);
  o = of(NIEM_AGGREGATE_OWA);
  o.order_weights = order_weights;
  o.n_order_weights = MOST;
  check_method(o, 0, 1e-12);
  for (int k = 0; k < 2; k++) {
    o = of(NIEM_AGGREGATE_OGWA);
    o.order_weights = order_weights;
    o.n_order_weights = MOST;
    o.offset = k * 2.5;
    check_method(o, 0, 1e-14);
  }
  o = of(NIEM_AGGREGATE_MEAN_MIN);
  o.alpha = 0.25;
  o.beta = 3;
  check_method(o, 1, 1e-14);
  static const double powers[] = {2, -1, 0, 1, 0.5, -3, 1e-20, 40, -40};
  for (size_t i = 0; i < sizeof powers / sizeof powers[0]; i++) {
    o = of(NIEM_AGGREGATE_POWER);
    o.power = powers[i];
    o.offset = i % 2 == 0 ? 0 : 1.5;
    check_method(o, 1, 1e-14);
  }
}

/* Where a value has no room, or there are more values than places. */
static void test_refused_rows(void **state) {
  (void)state;
  static const double order_weights[] = {1, 1};
  const double weights[] = {1, 1, 1};
  double value;
  const int32_t positive[] = {NIEM_AGGREGATE_GEOMETRIC, NIEM_AGGREGATE_HARMONIC, NIEM_AGGREGATE_POWER,
                              NIEM_AGGREGATE_OGWA};
  static const double places[] = {1, 1, 1};
  for (int i = 0; i < 4; i++) {
    niem_aggregate_options o = of(positive[i]);
    o.order_weights = i == 3 ? places : NULL;
    o.n_order_weights = i == 3 ? 3 : 0;
    o.power = -2;
    const double with_zero[] = {3, 0, 1};
    const double negative[] = {3, -1, 1};
    assert_int_equal(row_value(&value, with_zero, weights, 3, &o, 1), NI_ROW_NOT_POSITIVE);
    assert_int_equal(row_value(&value, negative, weights, 3, &o, 1), NI_ROW_NOT_POSITIVE);
    o.offset = 2;
    assert_int_equal(row_value(&value, negative, weights, 3, &o, 1), NI_ROW_DONE);
  }
  niem_aggregate_options o = of(NIEM_AGGREGATE_POWER);
  o.power = 2;
  const double zeros[] = {0, 0, 0};
  assert_int_equal(row_value(&value, zeros, weights, 3, &o, 1), NI_ROW_DONE);
  assert_true(value == 0);
  o = of(NIEM_AGGREGATE_OWA);
  o.order_weights = order_weights;
  o.n_order_weights = 2;
  const double three[] = {1, 2, 3};
  assert_int_equal(row_value(&value, three, weights, 3, &o, 0), NI_ROW_TOO_MANY);
  o = of(NIEM_AGGREGATE_MPI);
  const double low[] = {-3, 1, 1};
  assert_int_equal(row_value(&value, low, weights, 3, &o, 0), NI_ROW_MEAN_NOT_POSITIVE);
}

/* The order of the values has no part in it beyond the last digit; that of ties none at all. */
static void test_order_has_no_part(void **state) {
  (void)state;
  const double x[] = {2, 5, 2, 5, 3};
  const double weights[] = {1, 2, 3, 4, 5};
  const double turned[] = {3, 5, 2, 5, 2};
  const double turned_weights[] = {5, 4, 3, 2, 1};
  for (int32_t method = NIEM_AGGREGATE_ARITHMETIC; method <= NIEM_AGGREGATE_MAXIMUM; method++) {
    const niem_aggregate_options o = of(method);
    double one, other;
    assert_int_equal(row_value(&one, x, weights, 5, &o, 1), NI_ROW_DONE);
    assert_int_equal(row_value(&other, turned, turned_weights, 5, &o, 1), NI_ROW_DONE);
    assert_true(one == other);
  }
}

/* Aggregations as a framework has them: a word, or an object with parameters. */
static void test_in_frameworks(void **state) {
  (void)state;
#define WITH(aggregation)                                                                                      \
  "{\"format\":\"niem-framework/1\",\"id\":\"a\",\"version\":\"1\",\"indicators\":[{\"id\":\"Q\",\"scale\":{"  \
  "\"kind\":\"numeric\",\"worst\":0,\"best\":100}},{\"id\":\"R\",\"scale\":{\"kind\":\"numeric\",\"worst\":0," \
  "\"best\":100}}],\"rounds\":[{\"id\":\"r\"}],\"indexes\":[{\"id\":\"x\",\"aggregation\":" aggregation "}]}"
  static const char rows[] = "unit,round,indicator,answer\nA,r,Q,4\nA,r,R,16\n";
  static const struct {
    const char *framework;
    double value;
  } right[] = {{WITH("\"arithmetic\""), 10},
               {WITH("\"geometric\""), 8},
               {WITH("\"harmonic\""), 6.4},
               {WITH("\"minimum\""), 4},
               {WITH("\"maximum\""), 16},
               {WITH("\"median\""), 10},
               {WITH("{\"method\":\"geometric\",\"offset\":5}"), 8.74772708486752}, /* sqrt(189) - 5 */
               {WITH("{\"method\":\"mean_min\",\"alpha\":0.5}"), 7},
               {WITH("{\"method\":\"power\",\"power\":-1}"), 6.4},
               {WITH("{\"method\":\"owa\",\"order_weights\":[3,1]}"), 13}};
  for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
    niem_scores *scores = scores_of(right[i].framework, rows, NULL);
    assert_close(value_of(scores, "A", "r", "all", "x"), right[i].value, 1e-13);
    niem_scores_free(scores);
  }
  refuse_framework(WITH("\"mode\""), NIEM_ERROR_VALUE, "/indexes/0/aggregation", "benefit_of_doubt");
  refuse_framework(WITH("{\"method\":\"owa\"}"), NIEM_ERROR_ARGUMENT, "/indexes/0/aggregation", "order_weights");
  refuse_framework(WITH("{\"method\":\"geometric\",\"power\":2}"), NIEM_ERROR_ARGUMENT, "/indexes/0/aggregation",
                   "power");
  refuse_framework(WITH("{\"method\":\"mpi\",\"penalty\":0.5}"), NIEM_ERROR_VALUE, "/indexes/0/aggregation/penalty",
                   "-1 where");
  refuse_framework(WITH("{\"method\":\"geometric\",\"weights\":[1]}"), NIEM_ERROR_FORMAT,
                   "/indexes/0/aggregation/weights", "unknown");
  refuse_framework(WITH("7"), NIEM_ERROR_VALUE, "/indexes/0/aggregation", "one of");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_as_on_a_matrix),
      cmocka_unit_test(test_refused_rows),
      cmocka_unit_test(test_order_has_no_part),
      cmocka_unit_test(test_in_frameworks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
