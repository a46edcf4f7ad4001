/* Asking scores: what a query means, what is refused with which choices, the tables that come out. */
#include "base/platform.h"

#include "made.h"

static niem_scores *scores;

static const char ROWS[] =
    "unit,round,group,indicator,answer,state\n"
    "PL,r1,ref,RES-1,a,\nPL,r2,ref,RES-1,b,\nPL,r2,sub,RES-1,c,\nEL,r2,ref,HOU-1,6,\nEL,r2,ref,HOU-2,p,\n"
    "HU,r2,ref,RES-1,a,\nHU,r2,ref,HOU-3,,not_collected\n";

static int open_scores(void **state) {
  (void)state;
  scores = scores_of(BASE, ROWS, "{\"format\":\"niem-method/1\",\"bands\":\"thirds\"}");
  return 0;
}

static int close_scores(void **state) {
  (void)state;
  niem_scores_free(scores);
  return 0;
}

static niem_table *ask(const niem_query *query) {
  niem_table *table = NULL;
  niem_error err;
  if (niem_scores_table(&table, scores, query, &err) != NIEM_OK) {
    show(&err);
  }
  assert_non_null(table);
  return table;
}

static void refuse(const niem_query *query, niem_status status, const char *where, const char *part) {
  niem_table *table = (niem_table *)(uintptr_t)1;
  niem_error err;
  assert_int_equal(niem_scores_table(&table, scores, query, &err), status);
  assert_null(table);
  check_error(&err, status, where[0] == '/' ? 1 : 0, where, part); /* in JSON it is the line */
}

static void test_all(void **state) {
  (void)state;
  niem_table *t = ask(NULL);
  assert_int_equal(niem_table_rows(t), 4 * 5); /* four pairs; the top, two areas, two dimensions; group "both" */
  assert_string_equal(text_at(t, "unit", 0), "PL");
  assert_string_equal(text_at(t, "round", 0), "r1");
  assert_string_equal(text_at(t, "group", 0), "both");
  assert_string_equal(text_at(t, "index", 0), "overall");
  assert_string_equal(text_at(t, "node", 0), "overall");
  assert_string_equal(text_at(t, "unit", 19), "HU"); /* listed units first */
  assert_string_equal(text_at(t, "band", 0), "upper third");
  assert_string_equal(text_at(t, "band", 3), "");
  niem_table_free(t);
}

static void test_parts(void **state) {
  (void)state;
  niem_query q;
  niem_query_init(&q);
  static const struct {
    const char *index, *group, *round, *node, *level;
    int rows;
  } cases[] = {{NULL, NULL, "r1", NULL, NULL, 5},
               {NULL, "*", "first", NULL, NULL, 20},
               {NULL, "refugee", NULL, "overall", NULL, 4},
               {NULL, NULL, NULL, "homes", NULL, 4},
               {NULL, NULL, NULL, "plain", NULL, 4},
               {"plain", NULL, NULL, NULL, NULL, 8},
               {"plain", NULL, NULL, NULL, "indicator", 12},
               {"plain", NULL, NULL, "homing", NULL, 4},
               {NULL, NULL, NULL, NULL, "dimension", 8},
               {NULL, NULL, NULL, NULL, "index", 4},
               {NULL, NULL, NULL, NULL, "indicator", 20},
               {NULL, NULL, NULL, "HOU-2", NULL, 4}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    q.index = cases[i].index;
    q.group = cases[i].group;
    q.round = cases[i].round;
    q.node = cases[i].node;
    q.level = cases[i].level;
    niem_table *t = ask(&q);
    if (niem_table_rows(t) != cases[i].rows) {
      print_error("case %zu: %lld rows\n", i, (long long)niem_table_rows(t));
    }
    assert_int_equal(niem_table_rows(t), cases[i].rows);
    niem_table_free(t);
  }
}

static void test_units(void **state) {
  (void)state;
  niem_query q;
  niem_query_init(&q);
  static const char *const units[] = {"HU", "GR"}; /* an alias; the order is that of the scores */
  q.units = units;
  q.n_units = 2;
  q.node = "overall";
  niem_table *t = ask(&q);
  assert_int_equal(niem_table_rows(t), 2);
  assert_string_equal(text_at(t, "unit", 0), "EL");
  niem_table_free(t);
  q.units = NULL;
  q.n_units = 0;
  q.peers = "v4";
  t = ask(&q);
  assert_int_equal(niem_table_rows(t), 3);
  niem_table_free(t);
}

static void test_refused(void **state) {
  (void)state;
  niem_query q;
  niem_query_init(&q);
  q.index = "best";
  refuse(&q, NIEM_ERROR_REFERENCE, "index", "there are: overall, plain");
  niem_query_init(&q);
  q.group = "kids";
  refuse(&q, NIEM_ERROR_REFERENCE, "group", "there are: ref, sub, both, shared");
  niem_query_init(&q);
  q.round = "r3";
  refuse(&q, NIEM_ERROR_REFERENCE, "round", "there are: r1, r2");
  niem_query_init(&q);
  q.node = "cellar";
  refuse(&q, NIEM_ERROR_REFERENCE, "node", "\"cellar\"");
  niem_query_init(&q);
  q.level = "floor";
  refuse(&q, NIEM_ERROR_REFERENCE, "level", "there are: index, area, dimension, indicator");
  q.node = "overall";
  refuse(&q, NIEM_ERROR_ARGUMENT, "level", "not both");
  niem_query_init(&q);
  static const char *const twice[] = {"PL", "POL"};
  q.units = twice;
  q.n_units = 2;
  refuse(&q, NIEM_ERROR_DUPLICATE, "units", "named twice");
  static const char *const unknown[] = {"XX", NULL};
  q.units = unknown;
  q.n_units = 1;
  refuse(&q, NIEM_ERROR_REFERENCE, "units", "\"XX\"");
  q.units = unknown + 1;
  refuse(&q, NIEM_ERROR_ARGUMENT, "units", "NULL");
  q.n_units = 0;
  refuse(&q, NIEM_ERROR_ARGUMENT, "units", "at least one");
  q.units = NULL;
  q.n_units = 2;
  refuse(&q, NIEM_ERROR_ARGUMENT, "units", "at least one");
  niem_query_init(&q);
  q.peers = "baltic";
  refuse(&q, NIEM_ERROR_REFERENCE, "peers", "there are: v4");
  q.units = twice;
  q.n_units = 1;
  refuse(&q, NIEM_ERROR_ARGUMENT, "peers", "not both");
  niem_query_init(&q);
  q.bands = "quarters";
  refuse(&q, NIEM_ERROR_REFERENCE, "bands", "mipex, thirds, quintiles");
  niem_query_init(&q);
  q.struct_size = 0;
  refuse(&q, NIEM_ERROR_ARGUMENT, "query", "struct_size");
}

static void test_query_sizes(void **state) {
  (void)state;
  struct {
    niem_query query;
    int64_t news[2];
  } longer;
  memset(&longer, 0, sizeof longer);
  niem_query_init(&longer.query);
  longer.query.struct_size = (int64_t)sizeof longer;
  niem_table_free(ask(&longer.query));
  longer.news[1] = 1;
  refuse(&longer.query, NIEM_ERROR_STRUCT_SIZE, "query", "leave the field zero");
  longer.query.struct_size = (int64_t)offsetof(niem_query, group);
  longer.query.group = "nobody"; /* beyond the size: not read */
  niem_table_free(ask(&longer.query));
}

/* Without a default an open choice is an error that lists the choices. */
static void test_ambiguous(void **state) {
  (void)state;
  char *no_index = edited(BASE, "\"default_index\":\"overall\",", "");
  char *none = edited(no_index, ",\"default_group\":\"both\"", "");
  niem_scores *open = scores_of(none, ROWS, NULL);
  niem_table *table = NULL;
  niem_error err;
  assert_int_equal(niem_scores_table(&table, open, NULL, &err), NIEM_ERROR_AMBIGUOUS);
  check_error(&err, NIEM_ERROR_AMBIGUOUS, 0, "index", "overall, plain");
  niem_query q;
  niem_query_init(&q);
  q.index = "plain";
  assert_int_equal(niem_scores_table(&table, open, &q, &err), NIEM_ERROR_AMBIGUOUS);
  check_error(&err, NIEM_ERROR_AMBIGUOUS, 0, "group", "ref, sub, both, shared, or *");
  double value = -5;
  assert_int_equal(niem_scores_value(&value, open, "PL", NULL, "ref", "plain", &err), NIEM_ERROR_AMBIGUOUS);
  check_error(&err, NIEM_ERROR_AMBIGUOUS, 0, "round", "r1, r2");
  assert_true(value == -5);
  niem_scores_free(open);
  free(none);
  free(no_index);
}

/* One index alone, where only it was scored. */
static void test_only_index(void **state) {
  (void)state;
  niem_framework *framework = framework_of(BASE);
  niem_answers *answers = answers_of(framework, ROWS);
  niem_score_options options;
  niem_scores *one = NULL;
  niem_score_options_init(&options);
  options.index = "plain";
  assert_int_equal(niem_score(&one, framework, answers, NULL, &options, NULL, NULL), NIEM_OK);
  niem_table *t = NULL;
  assert_int_equal(niem_scores_table(&t, one, NULL, NULL), NIEM_OK);
  assert_string_equal(text_at(t, "index", 0), "plain"); /* the default was not scored */
  niem_table_free(t);
  niem_query q;
  niem_error err;
  niem_query_init(&q);
  q.index = "overall";
  assert_int_equal(niem_scores_table(&t, one, &q, &err), NIEM_ERROR_REFERENCE);
  check_error(&err, NIEM_ERROR_REFERENCE, 0, "index", "there are: plain");
  niem_scores_free(one);
  niem_answers_free(answers);
  niem_framework_free(framework);
}

static void test_value(void **state) {
  (void)state;
  double value = -5;
  niem_error err;
  assert_true(value_of(scores, "PL", "r2", "ref", "RES-1") == 50);
  assert_true(value_of(scores, "PL", "r2", NULL, "residency") == 25);
  assert_true(value_of(scores, "GR", "r2", "ref", "HOU-1") == 75);
  assert_same_bits(value_of(scores, "EL", "r2", "ref", "residency"), from_bits(0x7ff8000000000000u));
  assert_int_equal(niem_scores_value(&value, scores, "EL", "r1", NULL, NULL, &err), NIEM_ERROR_REFERENCE);
  check_error(&err, NIEM_ERROR_REFERENCE, 0, "unit", "no answers in round");
  assert_int_equal(niem_scores_value(&value, scores, "EL", "r2", "*", NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_scores_value(&value, scores, NULL, "r2", NULL, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_scores_value(NULL, scores, "EL", "r2", NULL, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_true(value == -5);
}

static void test_members(void **state) {
  (void)state;
  niem_query q;
  niem_table *t = NULL;
  niem_query_init(&q);
  q.round = "r2";
  q.group = "ref";
  q.node = "housing";
  assert_int_equal(niem_scores_members(&t, scores, &q, NULL), NIEM_OK);
  assert_int_equal(niem_table_rows(t), 9); /* three units, three indicators */
  assert_string_equal(text_at(t, "state", 3), "answered");
  assert_true(real_at(t, "value", 3) == 75);
  assert_string_equal(text_at(t, "state", 5), "missing"); /* HOU-3 hangs on RES-1, which EL has not */
  assert_string_equal(text_at(t, "state", 8), "not_collected");
  niem_table_free(t);
  q.group = "both";
  assert_int_equal(niem_scores_members(&t, scores, &q, NULL), NIEM_OK);
  assert_int_equal(niem_table_rows(t), 18);
  niem_table_free(t);
  assert_int_equal(niem_scores_members(&t, NULL, &q, NULL), NIEM_ERROR_ARGUMENT);
}

static void test_bands_of_query(void **state) {
  (void)state;
  niem_query q;
  niem_query_init(&q);
  q.node = "overall";
  q.round = "r1";
  q.bands = "{\"bands\":[{\"from\":100,\"label\":\"full\"},{\"from\":0,\"label\":\"less\"}]}";
  niem_table *t = ask(&q);
  assert_string_equal(text_at(t, "band", 0), "full");
  niem_table_free(t);
  q.bands = "{\"bands\":[{\"label\":\"full\"},{\"from\":0,\"label\":\"less\"}]}";
  refuse(&q, NIEM_ERROR_FORMAT, "/bands/0", "needs \"from\"");
  q.bands = "{\"bands\":[";
  niem_table *none = NULL;
  assert_int_equal(niem_scores_table(&none, scores, &q, NULL), NIEM_ERROR_SYNTAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_all),         cmocka_unit_test(test_parts),
                                     cmocka_unit_test(test_units),       cmocka_unit_test(test_refused),
                                     cmocka_unit_test(test_query_sizes), cmocka_unit_test(test_ambiguous),
                                     cmocka_unit_test(test_only_index),  cmocka_unit_test(test_value),
                                     cmocka_unit_test(test_members),     cmocka_unit_test(test_bands_of_query)};
  return cmocka_run_group_tests(tests, open_scores, close_scores);
}
