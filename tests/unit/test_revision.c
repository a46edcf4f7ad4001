/* niem_revision and niem_revision_effects: which rows belong together, what differs, and scores worked by hand. */
#include "base/platform.h"

#include "assessment.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static niem_framework *small;

static const char OLDER[] =
    "PL,2019,refugee,RES-1,a,,law,anna,\nPL,2019,refugee,RES-2,yes,,law,anna,\nPL,2019,refugee,HOU-1,a|b,,law,anna,\n"
    "PL,2019,refugee,HOU-2,12,,law,anna,\nPL,2019,refugee,P-1,yes,,law,anna,\nPL,2019,refugee,P-1,yes,,law,jan,\n"
    "PL,2019,refugee,HOU-3,5,,law,anna,sure\nSE,2019,refugee,RES-1,c,,,,\n";
static const char NEWER[] =
    "PL,2019,refugee,RES-1,b,,law,anna,\nPL,2019,refugee,RES-2,,missing,law,anna,\nPL,2019,refugee,HOU-1,b|a,,law,jan,"
    "\n"
    "PL,2019,refugee,HOU-2,12.0,,decree,anna,\nPL,2019,refugee,P-1,no,,law,jan,\nPL,2019,refugee,P-1,yes,,law,zoe,\n"
    "PL,2019,refugee,HOU-3,5,,law,anna,not sure\nPL,2019,refugee,P-2,no,,law,jan,\nDE,2021,refugee,RES-1,a,,,,\n";

static niem_table *revise(const char *older, const char *newer) {
  niem_answers *a = answers_of(small, older);
  niem_answers *b = answers_of(small, newer);
  niem_table *table = NULL;
  niem_error err = {0};
  assert_ok(niem_revision(&table, a, b, &err), &err);
  niem_answers_free(a);
  niem_answers_free(b);
  return table;
}

static void test_changes(void **state) {
  (void)state;
  niem_table *table = revise(OLDER, NEWER);
  assert_int_equal(niem_table_columns(table), 13);
  assert_int_equal(niem_table_rows(table), 11);
  assert_true(has_key(table, row_of(table, "unit=PL;indicator=RES-1"),
                      "round=2019;group=refugee;coder=anna;kind=changed;columns=answer;old_answer=a;new_answer=b;"
                      "old_state=answered;new_state=answered;old_source=law;new_source=law"));
  assert_true(has_key(table, row_of(table, "indicator=RES-2"),
                      "kind=changed;columns=answer,state;old_answer=yes;new_answer=;new_state=missing"));
  assert_true(has_key(table, row_of(table, "indicator=HOU-1"), "kind=changed;columns=coder;coder=jan"));
  assert_true(has_key(table, row_of(table, "indicator=HOU-2"), "kind=changed;columns=source;new_source=decree"));
  assert_true(has_key(table, row_of(table, "indicator=HOU-3"), "kind=changed;columns=note"));
  assert_true(has_key(table, row_of(table, "indicator=P-1;coder=anna"), "kind=removed;new_answer=;old_answer=yes"));
  assert_true(has_key(table, row_of(table, "indicator=P-1;coder=jan"), "kind=changed;columns=answer"));
  assert_true(has_key(table, row_of(table, "indicator=P-1;coder=zoe"), "kind=added;old_answer=;old_state="));
  assert_true(has_key(table, row_of(table, "indicator=P-2"), "kind=added;new_answer=no;columns="));
  assert_true(has_key(table, row_of(table, "unit=SE"), "kind=removed;coder="));
  assert_true(has_key(table, row_of(table, "unit=DE"), "kind=added;round=2021"));
  /* in the order of the framework, new units at the end, what was removed in its place */
  assert_int_equal(row_of(table, "unit=PL;indicator=RES-1"), 0);
  assert_int_equal(row_of(table, "unit=SE"), 9);
  assert_int_equal(row_of(table, "unit=DE"), 10);
  niem_table_free(table);
}

static void test_nothing(void **state) {
  (void)state;
  niem_table *table = revise(OLDER, OLDER);
  assert_int_equal(niem_table_rows(table), 0);
  niem_table_free(table);
}

/* In 2019: PL has residency 100 and housing 50 before (75), residency 50 after (50); SE 62.5 in both, unchanged. */
static void test_effects(void **state) {
  (void)state;
  niem_answers *older = answers_of(small,
                                   "PL,2019,refugee,RES-1,a,,,,\nPL,2019,refugee,HOU-2,12,,,,\n"
                                   "SE,2019,refugee,RES-1,b,,,,\nSE,2019,refugee,HOU-2,6,,,,\n"
                                   "SE,2021,refugee,RES-1,b,,,,\n");
  niem_answers *newer = answers_of(small,
                                   "PL,2019,refugee,RES-1,b,,,,\nPL,2019,refugee,HOU-2,12,,,,\n"
                                   "SE,2019,refugee,RES-1,b,,,,\nSE,2019,refugee,HOU-2,6,,,,\n"
                                   "DE,2021,refugee,RES-1,a,,,,\n");
  niem_table *table = NULL;
  niem_error err = {0};
  assert_ok(niem_revision_effects(&table, older, newer, NULL, NULL, &err), &err);
  assert_int_equal(niem_table_rows(table), 4);
  int64_t i = row_of(table, "unit=PL;round=2019;group=refugee;node=overall");
  assert_real(real_at(table, i, "old"), 75);
  assert_real(real_at(table, i, "new"), 50);
  assert_real(real_at(table, i, "difference"), -25);
  assert_real(real_at(table, i, "old_rank"), 1);
  assert_real(real_at(table, i, "new_rank"), 2);
  i = row_of(table, "unit=SE;round=2019");
  assert_real(real_at(table, i, "difference"), 0);
  assert_real(real_at(table, i, "old_rank"), 2);
  assert_real(real_at(table, i, "new_rank"), 1);
  i = row_of(table, "unit=SE;round=2021"); /* no longer there */
  assert_real(real_at(table, i, "old"), 50);
  assert_true(ni_is_nan(real_at(table, i, "new")) && ni_is_nan(real_at(table, i, "difference")));
  assert_true(ni_is_nan(real_at(table, i, "new_rank")));
  i = row_of(table, "unit=DE;round=2021");
  assert_true(ni_is_nan(real_at(table, i, "old")));
  assert_real(real_at(table, i, "new"), 100);
  niem_table_free(table);
  niem_query query;
  niem_query_init(&query);
  query.level = "dimension";
  query.group = "*";
  assert_ok(niem_revision_effects(&table, older, newer, NULL, &query, &err), &err);
  assert_int_equal(niem_table_rows(table), 4 * 2 * 3);
  i = row_of(table, "unit=PL;group=refugee;node=dimension=residency");
  assert_real(real_at(table, i, "difference"), -50);
  niem_table_free(table);
  niem_answers_free(older);
  niem_answers_free(newer);
}

static void test_consensus(void **state) {
  (void)state;
  niem_answers *older = answers_of(small, OLDER);
  niem_answers *newer = answers_of(small, NEWER);
  niem_method *median = method_of("\"median\"");
  niem_table *table = NULL;
  niem_error err = {0};
  assert_int_equal(niem_revision_effects(&table, older, newer, NULL, NULL, &err), NIEM_ERROR_CONSENSUS);
  assert_null(table);
  assert_ok(niem_revision_effects(&table, older, newer, median, NULL, &err), &err);
  assert_int_equal(niem_table_rows(table), 3);
  niem_table_free(table);
  niem_method_free(median);
  niem_answers_free(older);
  niem_answers_free(newer);
}

static void test_errors(void **state) {
  (void)state;
  niem_table *table = NULL;
  niem_error err = {0};
  niem_query query;
  static const char *const units[] = {"PL"};
  niem_framework *bare = framework_of(BARE);
  niem_answers *others = answers_of(bare, "PL,1,all,Q,yes,,,,\n");
  niem_answers *answers = answers_of(small, "PL,2019,refugee,RES-1,a,,,,\n");
  assert_failed(niem_revision(NULL, answers, answers, &err), &err, NIEM_ERROR_ARGUMENT, "out");
  assert_failed(niem_revision(&table, NULL, answers, &err), &err, NIEM_ERROR_ARGUMENT, "older");
  assert_failed(niem_revision(&table, answers, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "newer");
  assert_failed(niem_revision(&table, others, answers, &err), &err, NIEM_ERROR_MISMATCH, "older");
  assert_failed(niem_revision_effects(NULL, answers, answers, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out");
  assert_failed(niem_revision_effects(&table, others, answers, NULL, NULL, &err), &err, NIEM_ERROR_MISMATCH, "older");
  niem_query_init(&query);
  query.round = "2019";
  assert_failed(niem_revision_effects(&table, answers, answers, NULL, &query, &err), &err, NIEM_ERROR_ARGUMENT,
                "round");
  niem_query_init(&query);
  query.units = units;
  query.n_units = 1;
  assert_failed(niem_revision_effects(&table, answers, answers, NULL, &query, &err), &err, NIEM_ERROR_ARGUMENT,
                "units");
  niem_query_init(&query);
  query.peers = "all";
  assert_failed(niem_revision_effects(&table, answers, answers, NULL, &query, &err), &err, NIEM_ERROR_ARGUMENT,
                "peers");
  niem_query_init(&query);
  query.bands = "mipex";
  assert_failed(niem_revision_effects(&table, answers, answers, NULL, &query, &err), &err, NIEM_ERROR_ARGUMENT,
                "bands");
  niem_query_init(&query);
  query.node = "weather";
  assert_int_equal(niem_revision_effects(&table, answers, answers, NULL, &query, &err), NIEM_ERROR_REFERENCE);
  query.struct_size = 9;
  assert_failed(niem_revision_effects(&table, answers, answers, NULL, &query, &err), &err, NIEM_ERROR_ARGUMENT,
                "query");
  assert_null(table);
  niem_answers_free(others);
  niem_answers_free(answers);
  niem_framework_free(bare);
}

static int revise_or_fail(const niem_answers *older, const niem_answers *newer, const niem_method *method,
                          int effects) {
  niem_table *table = NULL;
  const niem_status status = effects ? niem_revision_effects(&table, older, newer, method, NULL, NULL)
                                     : niem_revision(&table, older, newer, NULL);
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  niem_table_free(table);
  return status != NIEM_OK;
}

static void test_memory(void **state) {
  (void)state;
  niem_answers *older = answers_of(small, OLDER);
  niem_answers *newer = answers_of(small, NEWER);
  niem_method *median = method_of("\"median\"");
  EACH_ALLOCATION_FAILS_OR_IS_SPARED(0, revise_or_fail(older, newer, median, 0));
  EACH_ALLOCATION_FAILS_OR_IS_SPARED(0, revise_or_fail(older, newer, median, 1));
  niem_method_free(median);
  niem_answers_free(older);
  niem_answers_free(newer);
}

static int set_up(void **state) {
  (void)state;
  small = framework_of(FRAMEWORK);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  niem_framework_free(small);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_changes),   cmocka_unit_test(test_nothing), cmocka_unit_test(test_effects),
      cmocka_unit_test(test_consensus), cmocka_unit_test(test_errors),  cmocka_unit_test(test_memory),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
