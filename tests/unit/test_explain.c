/* Explanations: their parts add up to the published score, exactly; they show what was scored. */
#include "base/platform.h"

#include "made.h"

#define HOLD(truth, what)        \
  do {                           \
    if (!(truth)) {              \
      print_error("%s\n", what); \
      fail();                    \
    }                            \
  } while (0)
#include "random_model.h"

static niem_table *explained(const niem_scores *scores, const char *unit, const char *round, const char *group,
                             const char *node) {
  niem_query query;
  niem_table *table = NULL;
  niem_error err;
  niem_query_init(&query);
  query.group = group;
  query.node = node;
  if (niem_explain(&table, scores, unit, round, &query, &err) != NIEM_OK) {
    show(&err);
  }
  assert_non_null(table);
  return table;
}

static double sum_of(const niem_table *table, const char *column) {
  return ni_exact_sum(niem_table_reals(table, niem_table_column(table, column)), niem_table_rows(table), 1);
}

static const char THREE[] =
    "{\"format\":\"niem-framework/1\",\"id\":\"x\",\"version\":\"1\",\"groups\":[{\"id\":\"p\"},{\"id\":\"q\"},"
    "{\"id\":\"m\",\"merge\":[\"p\",\"q\"],\"weights\":{\"p\":2}}],\"default_group\":\"p\",\"indicators\":["
    "{\"id\":\"A\",\"label\":\"First\",\"scale\":{\"kind\":\"numeric\",\"worst\":0,\"best\":3}},"
    "{\"id\":\"B\",\"scale\":{\"kind\":\"checklist\",\"items\":[{\"id\":\"p\"},{\"id\":\"q\"},{\"id\":\"r\"}]}},"
    "{\"id\":\"C\",\"scale\":{\"kind\":\"binary\"}}],"
    "\"indexes\":[{\"id\":\"i\",\"nodes\":[{\"id\":\"t\",\"children\":[\"A\",\"n\"],\"weights\":{\"A\":0.1},"
    "\"missing\":\"zero\"},{\"id\":\"n\",\"children\":[\"B\",\"C\"],\"missing\":\"strict\"}]}]}";

static void test_table(void **state) {
  (void)state;
  niem_scores *scores =
      scores_of(THREE, "unit,round,group,indicator,answer\nPL,1,p,A,1\nPL,1,p,B,p|r\nPL,1,p,C,yes\nPL,1,q,A,2\n", NULL);
  niem_table *t = explained(scores, "PL", "1", NULL, NULL);
  assert_int_equal(niem_table_rows(t), 3);
  assert_string_equal(text_at(t, "label", 0), "First");
  assert_string_equal(text_at(t, "answer", 0), "1");
  assert_string_equal(text_at(t, "answer", 1), "p|r");
  assert_string_equal(text_at(t, "state", 2), "answered");
  assert_same_bits(real_at(t, "value", 0), 100.0 / 3);
  assert_close(real_at(t, "weight", 0), 0.1 / 1.1, 1e-15);
  assert_close(real_at(t, "weight", 2), 0.5 / 1.1, 1e-15);
  assert_same_bits(sum_of(t, "contribution"), value_of(scores, "PL", "1", "p", NULL));
  niem_table_free(t);
  t = explained(scores, "PL", "1", "p", "n");
  assert_int_equal(niem_table_rows(t), 2);
  assert_same_bits(sum_of(t, "contribution"), value_of(scores, "PL", "1", "p", "n"));
  niem_table_free(t);
  t = explained(scores, "PL", "1", "p", "A");
  assert_int_equal(niem_table_rows(t), 1);
  assert_true(real_at(t, "weight", 0) == 1);
  niem_table_free(t);
  /* under the rule "zero" what is missing has its weight and gives nothing */
  t = explained(scores, "PL", "1", "q", NULL);
  assert_close(real_at(t, "weight", 1), 0.5 / 1.1, 1e-15);
  assert_true(real_at(t, "contribution", 1) == 0);
  assert_true(real_at(t, "value", 1) != real_at(t, "value", 1));
  assert_string_equal(text_at(t, "state", 1), "missing");
  assert_same_bits(sum_of(t, "contribution"), value_of(scores, "PL", "1", "q", NULL));
  niem_table_free(t);
  t = explained(scores, "PL", "1", "m", NULL);
  assert_int_equal(niem_table_rows(t), 6);
  assert_string_equal(text_at(t, "group", 3), "q");
  assert_same_bits(sum_of(t, "contribution"), value_of(scores, "PL", "1", "m", NULL));
  niem_table_free(t);
  niem_scores_free(scores);
}

/* Where coders were settled, the answer shown is the one that was scored, which perhaps no coder gave. */
static void test_settled(void **state) {
  (void)state;
  niem_scores *scores = scores_of(THREE,
                                  "unit,round,group,indicator,answer,coder\nPL,1,p,A,1,x\nPL,1,p,A,2,y\n"
                                  "PL,1,p,B,p|q,x\nPL,1,p,B,p,y\nPL,1,p,B,q,z\nPL,1,p,C,yes,x\n",
                                  "{\"format\":\"niem-method/1\",\"consensus\":\"median\"}");
  niem_table *t = explained(scores, "PL", "1", "p", NULL);
  assert_string_equal(text_at(t, "answer", 0), "1.5");
  assert_true(real_at(t, "value", 0) == 50);
  assert_string_equal(text_at(t, "answer", 1), "p|q");
  assert_same_bits(sum_of(t, "contribution"), value_of(scores, "PL", "1", "p", NULL));
  niem_table_free(t);
  niem_scores_free(scores);
}

static void test_refused(void **state) {
  (void)state;
  niem_scores *scores = scores_of(THREE, "unit,round,group,indicator,answer\nPL,1,p,A,1\nEL,2,p,A,1\n", NULL);
  niem_table *table = (niem_table *)(uintptr_t)1;
  niem_query query;
  niem_error err;
  niem_query_init(&query);
  assert_int_equal(niem_explain(&table, scores, "XX", "1", &query, &err), NIEM_ERROR_REFERENCE);
  assert_null(table);
  check_error(&err, NIEM_ERROR_REFERENCE, 0, NULL, "\"XX\"");
  assert_int_equal(niem_explain(&table, scores, "PL", "3", &query, &err), NIEM_ERROR_REFERENCE);
  check_error(&err, NIEM_ERROR_REFERENCE, 0, "round", "there are: 1, 2");
  assert_int_equal(niem_explain(&table, scores, "PL", "2", &query, &err), NIEM_ERROR_REFERENCE);
  check_error(&err, NIEM_ERROR_REFERENCE, 0, "unit", "no answers in round");
  query.group = "*";
  assert_int_equal(niem_explain(&table, scores, "PL", "1", &query, &err), NIEM_ERROR_ARGUMENT);
  query.group = NULL;
  query.level = "indicator";
  assert_int_equal(niem_explain(&table, scores, "PL", "1", &query, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_explain(&table, scores, NULL, "1", NULL, &err), NIEM_ERROR_ARGUMENT);
  check_error(&err, NIEM_ERROR_ARGUMENT, 0, "unit", "NULL");
  assert_int_equal(niem_explain(&table, NULL, "PL", "1", NULL, &err), NIEM_ERROR_ARGUMENT);
  niem_scores_free(scores);
}

/* Wide and uneven: many parts, weights over eighteen decades, three levels. */
static void test_adds_up_wide(void **state) {
  (void)state;
  uint64_t random = 11;
  for (int turn = 0; turn < 30; turn++) {
    niem_buffer *text = NULL;
    niem_buffer *rows = NULL;
    assert_int_equal(ni_buffer_new(&text, NULL), NIEM_OK);
    assert_int_equal(ni_buffer_new(&rows, NULL), NIEM_OK);
    ni_buffer_text(text,
                   "{\"format\":\"niem-framework/1\",\"id\":\"x\",\"version\":\"1\",\"facets\":[{\"id\":\"f\","
                   "\"values\":[{\"id\":\"v0\"},{\"id\":\"v1\"},{\"id\":\"v2\"}]}],\"indicators\":[");
    ni_buffer_text(rows, "unit,round,indicator,answer\n");
    niem_buffer *weights = NULL;
    assert_int_equal(ni_buffer_new(&weights, NULL), NIEM_OK);
    for (int i = 0; i < 200; i++) {
      ni_buffer_text(text, i == 0 ? "{\"id\":\"i" : ",{\"id\":\"i");
      ni_buffer_int(text, i);
      ni_buffer_text(text, "\",\"f\":\"v");
      ni_buffer_int(text, (int64_t)(next_bits(&random) % 3));
      ni_buffer_text(text, "\",\"scale\":{\"kind\":\"numeric\",\"worst\":0,\"best\":");
      ni_buffer_double(text, next_uniform(&random, 0.5, 3));
      ni_buffer_text(text, "}}");
      ni_buffer_text(weights, i == 0 ? "\"i" : ",\"i");
      ni_buffer_int(weights, i);
      ni_buffer_text(weights, "\":");
      ni_buffer_double(weights, next_uniform(&random, 1, 9) * (i % 4 == 0 ? 1e-8 : i % 4 == 1 ? 1e7 : 1));
      if (next_bits(&random) % 8 != 0) {
        ni_buffer_text(rows, "PL,1,i");
        ni_buffer_int(rows, i);
        ni_buffer_char(rows, ',');
        ni_buffer_double(rows, next_uniform(&random, 0, 2));
        ni_buffer_char(rows, '\n');
      }
    }
    ni_buffer_text(text, "],\"indexes\":[{\"id\":\"x\",\"levels\":[\"f\"],\"weights\":{");
    ni_buffer_text(text, niem_buffer_data(weights));
    ni_buffer_text(text, "}}]}");
    niem_scores *scores = scores_of(niem_buffer_data(text), niem_buffer_data(rows), NULL);
    niem_table *t = explained(scores, "PL", "1", NULL, NULL);
    assert_same_bits(sum_of(t, "contribution"), value_of(scores, "PL", "1", NULL, NULL));
    niem_table_free(t);
    niem_scores_free(scores);
    niem_buffer_free(text);
    niem_buffer_free(rows);
    niem_buffer_free(weights);
  }
}

static void test_random(void **state) {
  (void)state;
  for (uint64_t seed = 1001; seed <= 1200; seed++) {
    chooser c = {NULL, 0, seed * 104729};
    niem_scores *scores = random_scores(&c, 2);
    if (scores != NULL) {
      check_scores(scores);
    }
    niem_scores_free(scores);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_settled),
                                     cmocka_unit_test(test_refused), cmocka_unit_test(test_adds_up_wide),
                                     cmocka_unit_test(test_random)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
