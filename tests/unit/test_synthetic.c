/* niem_synthetic: the panel, the labels that nothing real can have, conditions, gaps, coders, the same bits everywhere.
 */
#include "base/platform.h"

#include "assessment.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static niem_framework *niem; /* the shipped one */
static niem_framework *small;

static niem_answers *make(const niem_framework *framework, const niem_synthetic_options *options) {
  niem_answers *answers = NULL;
  niem_error err = {0};
  assert_ok(niem_synthetic(&answers, framework, options, &err), &err);
  return answers;
}

static niem_table *table_of(const niem_answers *answers) {
  niem_table *table = NULL;
  niem_error err = {0};
  assert_ok(niem_answers_table(&table, answers, &err), &err);
  return table;
}

static void assert_digest_of(const niem_answers *answers, const char *expected, int same) {
  niem_buffer *digest = NULL;
  niem_error err = {0};
  assert_ok(niem_answers_digest(&digest, answers, &err), &err);
  if (same) {
    assert_string_equal(niem_buffer_data(digest), expected);
  } else {
    assert_string_not_equal(niem_buffer_data(digest), expected);
  }
  niem_buffer_free(digest);
}

/* ---- NIEM's own framework */

static void test_panel(void **state) {
  (void)state;
  niem_answers *answers = make(niem, NULL);
  niem_table *table = table_of(answers);
  assert_true(niem_table_rows(table) > 10000);
  assert_true(count_rows(table, "unit=PT;round=2017") > 0);
  assert_int_equal(count_rows(table, "unit=PT;round=2019") + count_rows(table, "unit=PT;round=2021"), 0);
  assert_int_equal(count_rows(table, "unit=BG;round=2017"), 0);
  assert_true(count_rows(table, "unit=BG;round=2019") > 0 && count_rows(table, "unit=BG;round=2021") > 0);
  assert_true(count_rows(table, "unit=SE;round=2017") > 0 && count_rows(table, "unit=SE;round=2021") > 0);
  /* every refugee row of the gate says yes; the humanitarian status exists in 10 countries, in each of their rounds */
  assert_int_equal(count_rows(table, "indicator=STA-01;group=refugee;answer=no"), 0);
  assert_int_equal(count_rows(table, "indicator=STA-01;group=asylum_seeker;answer=no"), 0);
  int exist = 0;
  const int32_t unit = niem_table_column(table, "unit");
  for (int32_t k = 0; k < niem_table_levels(table, unit); k++) {
    char key[128];
    snprintf(key, sizeof key, "unit=%s;indicator=STA-01;group=humanitarian;answer=yes",
             niem_table_level(table, unit, k));
    exist += count_rows(table, key) > 0;
    snprintf(key, sizeof key, "unit=%s;group=humanitarian", niem_table_level(table, unit, k));
    assert_true(count_rows(table, key) > 0);
  }
  assert_int_equal(niem_table_levels(table, unit), 15);
  assert_int_equal(exist, 10);
  assert_true(count_rows(table, "indicator=STA-01;group=resettled;answer=no") > 20);
  niem_table_free(table);
  niem_answers_free(answers);
}

static void test_labels(void **state) {
  (void)state;
  niem_synthetic_options options;
  niem_synthetic_options_init(&options);
  options.seed = -12;
  niem_answers *answers = make(niem, &options);
  niem_table *table = table_of(answers);
  for (int64_t i = 0; i < niem_table_rows(table); i++) {
    assert_string_equal(text_at(table, i, "source"), "synthetic (libniem generator, seed -12)");
    assert_non_null(strstr(text_at(table, i, "evidence"), "synthetic"));
    assert_string_equal(text_at(table, i, "coder"), "synthetic-1");
  }
  niem_table_free(table);
  niem_answers_free(answers);
}

/* Law above policy above implementation, in every round; and all of it can be scored as it is. */
static void test_scores(void **state) {
  (void)state;
  niem_answers *answers = make(niem, NULL);
  niem_scores *scores = NULL;
  niem_table *table = NULL;
  niem_error err = {0};
  niem_query query;
  niem_query_init(&query);
  query.index = "step";
  assert_ok(niem_score(&scores, niem, answers, NULL, NULL, NULL, &err), &err);
  assert_ok(niem_average(&table, scores, &query, NULL, &err), &err);
  static const char *const rounds[] = {"2017", "2019", "2021"};
  static const char *const nodes[] = {"step=law", "step=policy", "step=implementation"};
  for (int r = 0; r < 3; r++) {
    double values[3] = {0, 0, 0};
    for (int64_t i = 0; i < niem_table_rows(table); i++) {
      for (int k = 0; k < 3; k++) {
        if (strcmp(text_at(table, i, "round"), rounds[r]) == 0 && strcmp(text_at(table, i, "node"), nodes[k]) == 0) {
          values[k] = real_at(table, i, "average");
          assert_int_equal(integer_at(table, i, "n"), 14);
        }
      }
    }
    assert_true(values[0] > values[1] + 3 && values[1] > values[2] + 3);
    assert_true(values[0] < 90 && values[2] > 20);
  }
  niem_table_free(table);
  niem_scores_free(scores);
  niem_answers_free(answers);
}

/* Nothing is answered that does not apply, and nothing hangs in the air. */
static void test_conditions(void **state) {
  (void)state;
  for (int64_t seed = 0; seed < 3; seed++) {
    niem_synthetic_options options;
    niem_table *table = NULL;
    niem_error err = {0};
    niem_synthetic_options_init(&options);
    options.seed = seed;
    options.missing = 0.3;
    niem_answers *answers = make(niem, &options);
    assert_ok(niem_check(&table, answers, NULL, NULL, NULL, &err), &err);
    assert_int_equal(count_rows(table, "severity=error"), 0);
    assert_int_equal(count_rows(table, "kind=not_asked") + count_rows(table, "kind=condition_unknown"), 0);
    assert_int_equal(count_rows(table, "kind=group_unknown") + count_rows(table, "kind=not_applicable"), 0);
    niem_table_free(table);
    niem_answers_free(answers);
  }
}

/* Gaps of all kinds, most of them among financial and outcome indicators. */
static void test_gaps(void **state) {
  (void)state;
  niem_answers *answers = make(niem, NULL);
  niem_table *table = NULL;
  niem_error err = {0};
  assert_ok(niem_completeness(&table, answers, NULL, &err), &err);
  const double policy = real_at(table, row_of(table, "unit=*;round=2021;facet=type;value=policy"), "share");
  const double financial = real_at(table, row_of(table, "unit=*;round=2021;facet=type;value=financial_input"), "share");
  const double outcome = real_at(table, row_of(table, "unit=*;round=2021;facet=type;value=outcome"), "share");
  assert_true(policy > 0.92 && policy < 0.99);
  assert_true(financial > 0.55 && financial < 0.9);
  assert_true(outcome > 0.6 && outcome < 0.92);
  const int64_t all = row_of(table, "unit=*;round=2021;facet=all");
  static const char *const states[] = {"missing", "not_collected", "not_accessible", "not_disaggregated",
                                       "not_applicable"};
  for (int k = 0; k < 5; k++) {
    assert_true(integer_at(table, all, states[k]) > 0);
  }
  niem_table_free(table);
  niem_answers_free(answers);
  niem_synthetic_options options;
  niem_synthetic_options_init(&options);
  options.missing = 0;
  answers = make(niem, &options);
  table = table_of(answers);
  assert_int_equal(count_rows(table, "state=missing") + count_rows(table, "state=not_collected"), 0);
  niem_table_free(table);
  niem_answers_free(answers);
}

static void test_second_coder(void **state) {
  (void)state;
  niem_synthetic_options options;
  niem_table *table = NULL;
  niem_error err = {0};
  niem_synthetic_options_init(&options);
  options.second_coder = 0.5;
  niem_answers *answers = make(niem, &options);
  assert_ok(niem_agreement(&table, answers, &err), &err);
  const int64_t all = row_of(table, "unit=*");
  const double several = (double)integer_at(table, all, "several") / (double)integer_at(table, all, "cells");
  assert_true(several > 0.4 && several < 0.5);
  assert_true(real_at(table, all, "share") > 0.75 && real_at(table, all, "share") < 0.95);
  niem_table_free(table);
  niem_answers_free(answers);
}

/* A unit's answers do not depend on which others are asked for, nor on the name by which it is called. */
static void test_subset(void **state) {
  (void)state;
  static const char *const units[] = {"Greece", "PT"};
  static const char *const rounds[] = {"2021"};
  niem_synthetic_options options;
  niem_synthetic_options_init(&options);
  niem_answers *all = make(niem, &options);
  options.units = units;
  options.n_units = 2;
  options.rounds = rounds;
  options.n_rounds = 1;
  niem_answers *some = make(niem, &options);
  niem_table *a = table_of(all);
  niem_table *b = table_of(some);
  assert_int_equal(count_rows(b, "unit=PT;round=2021"), niem_table_rows(b) - count_rows(b, "unit=GR;round=2021"));
  assert_true(count_rows(b, "unit=PT") > 0);
  int64_t k = 0;
  for (int64_t i = 0; i < niem_table_rows(a); i++) {
    if (!has_key(a, i, "unit=GR;round=2021")) {
      continue;
    }
    while (!has_key(b, k, "unit=GR;round=2021")) {
      k++;
    }
    assert_string_equal(text_at(a, i, "indicator"), text_at(b, k, "indicator"));
    assert_string_equal(text_at(a, i, "answer"), text_at(b, k, "answer"));
    assert_string_equal(text_at(a, i, "state"), text_at(b, k, "state"));
    k++;
  }
  niem_table_free(a);
  niem_table_free(b);
  niem_answers_free(all);
  niem_answers_free(some);
}

/* ---- other frameworks */

static void test_same_everywhere(void **state) {
  (void)state;
  niem_synthetic_options options;
  niem_synthetic_options_init(&options);
  options.seed = 9007199254740993;
  options.second_coder = 0.25;
  niem_answers *answers = make(small, &options);
  assert_digest_of(answers, "a2c41e95d18346e08ee9da5c3ff355932e868961587f4ca80386b6dd4c5733a5", 1);
  niem_answers_free(answers);
  options.seed++;
  answers = make(small, &options);
  assert_digest_of(answers, "a2c41e95d18346e08ee9da5c3ff355932e868961587f4ca80386b6dd4c5733a5", 0);
  niem_answers_free(answers);
}

/* The condition of `subsidiary`, the second group, holds everywhere; checklists and numbers are answered as they
 * should. */
static void test_small(void **state) {
  (void)state;
  niem_answers *answers = make(small, NULL);
  niem_table *table = table_of(answers);
  assert_int_equal(count_rows(table, "indicator=GATE;answer=yes"), count_rows(table, "indicator=GATE"));
  assert_int_equal(count_rows(table, "indicator=COM"), 0);
  assert_int_equal(count_rows(table, "indicator=HOU-4;group=subsidiary"), 0);
  assert_int_equal(count_rows(table, "indicator=HOU-1"), 8); /* 2 units x 2 rounds x 2 groups */
  niem_table_free(table);
  niem_answers_free(answers);
}

static void test_bare(void **state) {
  (void)state;
  niem_framework *bare = framework_of(BARE);
  niem_answers *answers = make(bare, NULL);
  niem_table *table = table_of(answers);
  assert_int_equal(niem_table_rows(table), 15);
  assert_string_equal(text_at(table, 0, "unit"), "synthetic-01");
  assert_string_equal(text_at(table, 14, "unit"), "synthetic-15");
  assert_string_equal(text_at(table, 0, "round"), "1");
  niem_table_free(table);
  niem_answers_free(answers);
  niem_framework_free(bare);
}

/* Scales of every kind, and every third group that a condition rules out somewhere. */
static void test_scales(void **state) {
  (void)state;
  niem_framework *framework = framework_of(
      "{\"format\": \"niem-framework/1\", \"id\": \"scales\", \"version\": \"1\","
      " \"groups\": [{\"id\": \"g1\"}, {\"id\": \"g2\"}, {\"id\": \"g3\", \"applies_if\": {\"indicator\": \"S\", "
      "\"in\": [\"no\"]}},"
      "  {\"id\": \"g4\", \"applies_if\": {\"not\": {\"indicator\": \"T\", \"at_least\": 50}}}],"
      " \"indicators\": [{\"id\": \"S\", \"scored\": false, \"scale\": {\"kind\": \"binary\"}},"
      "  {\"id\": \"T\", \"scored\": false, \"scale\": {\"kind\": \"numeric\", \"minimum\": 0, \"maximum\": 100}},"
      "  {\"id\": \"L\", \"scale\": {\"kind\": \"numeric\", \"worst\": 180, \"best\": 7, \"transform\": \"log\", "
      "\"clamp\": false}},"
      "  {\"id\": \"F\", \"scale\": {\"kind\": \"numeric\", \"worst\": 0.25, \"best\": 0.75, \"clamp\": false}},"
      "  {\"id\": \"C\", \"scale\": {\"kind\": \"checklist\", \"items\": [{\"id\": \"x\"}]}},"
      "  {\"id\": \"N\", \"scored\": false, \"scale\": {\"kind\": \"numeric\"}}], \"indexes\": [{\"id\": \"all\"}]}");
  niem_answers *answers = make(framework, NULL);
  niem_table *table = table_of(answers);
  assert_int_equal(count_rows(table, "group=g3;indicator=S;answer=no"), 10);
  assert_int_equal(count_rows(table, "group=g3;indicator=S;answer=yes"), 5);
  assert_int_equal(count_rows(table, "group=g3;indicator=L"), 10);
  assert_true(count_rows(table, "indicator=C;answer=x") > 0 && count_rows(table, "indicator=C;answer=none") > 0);
  assert_true(count_rows(table, "group=g4;indicator=L") > 0 && count_rows(table, "group=g4;indicator=L") < 15);
  niem_table_free(table);
  niem_answers_free(answers);
  niem_framework_free(framework);
}

static void test_errors(void **state) {
  (void)state;
  niem_answers *answers = NULL;
  niem_error err = {0};
  niem_synthetic_options options;
  static const char *const twice[] = {"PL", "POL"};
  static const char *const none[] = {"PL", NULL};
  static const char *const empty[] = {""};
  assert_failed(niem_synthetic(NULL, small, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out");
  assert_failed(niem_synthetic(&answers, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "framework");
  niem_synthetic_options_init(&options);
  options.missing = 1.5;
  assert_failed(niem_synthetic(&answers, small, &options, &err), &err, NIEM_ERROR_VALUE, "missing");
  options.missing = ni_nan();
  assert_failed(niem_synthetic(&answers, small, &options, &err), &err, NIEM_ERROR_VALUE, "missing");
  niem_synthetic_options_init(&options);
  options.second_coder = -0.1;
  assert_failed(niem_synthetic(&answers, small, &options, &err), &err, NIEM_ERROR_VALUE, "second_coder");
  niem_synthetic_options_init(&options);
  options.n_units = 1;
  assert_failed(niem_synthetic(&answers, small, &options, &err), &err, NIEM_ERROR_ARGUMENT, "units");
  options.units = twice;
  options.n_units = 2;
  assert_failed(niem_synthetic(&answers, small, &options, &err), &err, NIEM_ERROR_DUPLICATE, "units");
  options.units = none;
  assert_failed(niem_synthetic(&answers, small, &options, &err), &err, NIEM_ERROR_ARGUMENT, "units");
  options.n_units = 0;
  assert_failed(niem_synthetic(&answers, small, &options, &err), &err, NIEM_ERROR_ARGUMENT, "units");
  niem_synthetic_options_init(&options);
  options.n_rounds = 3;
  assert_failed(niem_synthetic(&answers, small, &options, &err), &err, NIEM_ERROR_ARGUMENT, "rounds");
  options.rounds = empty;
  options.n_rounds = 1;
  assert_failed(niem_synthetic(&answers, small, &options, &err), &err, NIEM_ERROR_ARGUMENT, "rounds");
  options.struct_size = 3;
  assert_failed(niem_synthetic(&answers, small, &options, &err), &err, NIEM_ERROR_ARGUMENT, "options");
  assert_null(answers);
  niem_synthetic_options_init(NULL);
}

static int make_or_fail(void) {
  niem_answers *answers = NULL;
  niem_error err = {0};
  const niem_status status = niem_synthetic(&answers, small, NULL, &err);
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  niem_answers_free(answers);
  return status != NIEM_OK;
}

static void test_memory(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(make_or_fail());
}

static int set_up(void **state) {
  (void)state;
  niem_error err = {0};
  small = framework_of(FRAMEWORK);
  return niem_framework_shipped(&niem, "niem", &err) != NIEM_OK;
}

static int tear_down(void **state) {
  (void)state;
  niem_framework_free(small);
  niem_framework_free(niem);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_panel),  cmocka_unit_test(test_labels),
      cmocka_unit_test(test_scores), cmocka_unit_test(test_conditions),
      cmocka_unit_test(test_gaps),   cmocka_unit_test(test_second_coder),
      cmocka_unit_test(test_subset), cmocka_unit_test(test_same_everywhere),
      cmocka_unit_test(test_small),  cmocka_unit_test(test_bare),
      cmocka_unit_test(test_scales), cmocka_unit_test(test_errors),
      cmocka_unit_test(test_memory),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
