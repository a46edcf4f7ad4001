/* niem_standards: each article as the mean of the indicators that cite it, worked by hand; instruments in force and
 * not; merges, composites, ranks from the furthest from met. */
#include "base/platform.h"

#include "assessment.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static niem_framework *small;

/* 2019, PL: RES-1 100, RES-2 100, COM 50, HOU-1 50, HOU-2 50; the other group is not there. SE: RES-1 0, RES-2 not
 * applicable. 2021, PL: RES-1 50, P-1 100, HOU-2 75, the rest is missing. */
static const char ANSWERS[] =
    "PL,2019,subsidiary,GATE,no,,,,\nPL,2019,refugee,RES-1,a,,,,\nPL,2019,refugee,RES-2,yes,,,,\n"
    "PL,2019,refugee,HOU-1,a|b,,,,\nPL,2019,refugee,HOU-2,12,,,,\nPL,2019,refugee,P-1,yes,,,,\n"
    "PL,2019,refugee,P-2,no,,,,\nSE,2019,refugee,RES-1,c,,,,\n"
    "PL,2021,subsidiary,GATE,yes,,,,\nPL,2021,subsidiary,RES-1,c,,,,\n"
    "PL,2021,refugee,RES-1,b,,,,\nPL,2021,refugee,HOU-2,6,,,,\nPL,2021,refugee,P-1,yes,,,,\n";

static niem_scores *scores;

static niem_scores *score(const niem_framework *framework, const char *rows) {
  niem_answers *answers = answers_of(framework, rows);
  niem_scores *made = NULL;
  niem_error err = {0};
  assert_ok(niem_score(&made, framework, answers, NULL, NULL, NULL, &err), &err);
  niem_answers_free(answers);
  return made;
}

static niem_table *standards(const char *round, const char *group, const char *by) {
  niem_table *table = NULL;
  niem_error err = {0};
  niem_query query;
  niem_standards_options options;
  niem_query_init(&query);
  niem_standards_options_init(&options);
  query.round = round;
  query.group = group;
  options.by = by;
  assert_ok(niem_standards(&table, scores, &query, &options, &err), &err);
  return table;
}

static void assert_row(const niem_table *table, const char *key, double value, double coverage, int64_t n,
                       int64_t n_applicable, double rank) {
  const int64_t i = row_of(table, key);
  assert_real(real_at(table, i, "value"), value);
  assert_real(real_at(table, i, "coverage"), coverage);
  assert_int_equal(integer_at(table, i, "n"), n);
  assert_int_equal(integer_at(table, i, "n_applicable"), n_applicable);
  assert_real(real_at(table, i, "rank"), rank);
}

static void test_articles(void **state) {
  (void)state;
  niem_table *table = standards("2019", NULL, NULL);
  assert_int_equal(niem_table_rows(table), 4 * 3); /* NEW is not in force yet; two units and their mean */
  assert_int_equal(count_rows(table, "ref=NEW Art. 2"), 0);
  assert_row(table, "unit=PL;group=refugee;instrument=QD;ref=QD Art. 24", 100, 1, 2, 2, 4);
  assert_row(table, "unit=PL;instrument=OLD;ref=OLD Art. 1", 50, 1, 1, 1, 1);
  assert_row(table, "unit=PL;instrument=;ref=A principle", 50, 1, 1, 1, 1);
  assert_row(table, "unit=PL;ref=QD Art. 30", 50, 1, 2, 2, 1); /* a composite of two answers */
  assert_row(table, "unit=SE;ref=QD Art. 24", 0, 1, 1, 1, 1);  /* RES-2 does not apply */
  assert_row(table, "unit=SE;ref=OLD Art. 1", ni_nan(), 0, 0, 1, ni_nan());
  assert_row(table, "unit=*;ref=QD Art. 24", 50, ni_nan(), 2, 2, 1);
  assert_row(table, "unit=*;ref=QD Art. 30", 50, ni_nan(), 1, 2, 1);
  niem_table_free(table);
  table = standards("2021", NULL, "ref");
  assert_int_equal(count_rows(table, "ref=OLD Art. 1"), 0);    /* no longer in force */
  assert_row(table, "unit=PL;ref=NEW Art. 2", 75, 1, 1, 1, 2); /* from that very day */
  assert_row(table, "unit=PL;ref=QD Art. 24", 50, 0.5, 1, 2, 1);
  assert_row(table, "unit=PL;ref=QD Art. 30", 100, 0.5, 1, 2, 3);
  assert_row(table, "unit=PL;ref=A principle", ni_nan(), 0, 0, 1, ni_nan());
  niem_table_free(table);
}

static void test_instruments(void **state) {
  (void)state;
  niem_table *table = standards("2019", NULL, "instrument");
  assert_int_equal(niem_table_rows(table), 2 * 3); /* what cites no instrument is left out */
  assert_row(table, "unit=PL;instrument=QD;ref=", 250.0 / 3, 1, 4, 4, 2);
  assert_row(table, "unit=PL;instrument=OLD;ref=", 50, 1, 1, 1, 1);
  niem_table_free(table);
}

/* A merge is the mean of its groups: 50 for refugees (one of two answered), 0 for the others (all that applies). */
static void test_merge(void **state) {
  (void)state;
  niem_table *table = standards("2021", "both", NULL);
  assert_row(table, "unit=PL;group=both;ref=QD Art. 24", 25, 0.75, 2, 3, 1);
  niem_table_free(table);
  table = standards("2019", "both", NULL); /* the second group is not there */
  assert_row(table, "unit=PL;group=both;ref=QD Art. 24", 100, 1, 2, 2, 4);
  niem_table_free(table);
  table = standards(NULL, "*", NULL);
  assert_row(table, "unit=PL;round=2019;group=subsidiary;ref=QD Art. 24", ni_nan(), ni_nan(), 0, 0, ni_nan());
  assert_int_equal(count_rows(table, "round=2021;group=both;unit=*"), 4);
  niem_table_free(table);
}

/* Rounds without a date, a merge over common answers, numbers without goalposts, and a composite in a composite. */
static void test_other_framework(void **state) {
  (void)state;
  niem_framework *framework = framework_of(
      "{\"format\": \"niem-framework/1\", \"id\": \"f\", \"version\": \"1\","
      " \"groups\": [{\"id\": \"g\"}, {\"id\": \"h\"}, {\"id\": \"m\", \"merge\": [\"g\", \"h\"], \"over\": "
      "\"common\"}],"
      " \"instruments\": [{\"id\": \"I\", \"valid_from\": \"2050-01-01\"}],"
      " \"indicators\": ["
      "  {\"id\": \"A\", \"standards\": [{\"ref\": \"r\", \"instrument\": \"I\"}], \"scale\": {\"kind\": \"binary\"}},"
      "  {\"id\": \"B\", \"standards\": [{\"ref\": \"r\"}], \"scale\": {\"kind\": \"binary\"}},"
      "  {\"id\": \"N\", \"standards\": [{\"ref\": \"only of numbers\"}], \"scale\": {\"kind\": \"numeric\"}},"
      "  {\"id\": \"U\", \"scored\": false, \"standards\": [{\"ref\": \"r\"}], \"scale\": {\"kind\": \"binary\"}},"
      "  {\"id\": \"C\", \"standards\": [{\"ref\": \"c\"}], \"scale\": {\"kind\": \"composite\", \"of\": [\"D\", "
      "\"X\"], \"weights\": {\"X\": 3}}},"
      "  {\"id\": \"D\", \"scale\": {\"kind\": \"composite\", \"of\": [\"Y\", \"Z\"]}},"
      "  {\"id\": \"X\", \"scale\": {\"kind\": \"binary\"}}, {\"id\": \"Y\", \"scale\": {\"kind\": \"binary\"}},"
      "  {\"id\": \"Z\", \"scale\": {\"kind\": \"binary\"}}],"
      " \"indexes\": [{\"id\": \"one\", \"nodes\": [{\"id\": \"one\", \"children\": [\"A\", \"B\"]}]},"
      "  {\"id\": \"two\", \"nodes\": [{\"id\": \"two\", \"children\": [\"A\"]}]}]}");
  niem_scores *made = score(framework,
                            "PL,1,g,A,yes,,,,\nPL,1,g,B,no,,,,\nPL,1,h,A,no,,,,\n"
                            "PL,1,g,X,yes,,,,\nPL,1,g,Y,yes,,,,\nPL,1,g,Z,no,,,,\n");
  niem_table *table = NULL;
  niem_error err = {0};
  niem_query query;
  niem_query_init(&query);
  query.group = "*";
  assert_ok(niem_standards(&table, made, &query, NULL, &err), &err);
  assert_int_equal(count_rows(table, "ref=only of numbers"), 0);
  assert_row(table, "unit=PL;group=g;instrument=I;ref=r", 50, 1, 2, 2, 1);
  assert_row(table, "unit=PL;group=m;ref=r", 50, 1, 2, 2, 1);   /* A in both: 100 and 0 */
  assert_row(table, "unit=PL;group=g;ref=c", 87.5, 1, 3, 3, 2); /* (50 + 3 x 100) / 4 */
  niem_table_free(table);
  niem_scores_free(made);
  niem_framework_free(framework);
}

static void test_errors(void **state) {
  (void)state;
  niem_table *table = NULL;
  niem_error err = {0};
  niem_query query;
  niem_standards_options options;
  assert_failed(niem_standards(NULL, scores, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out");
  assert_failed(niem_standards(&table, NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "scores");
  niem_standards_options_init(&options);
  options.by = "weather";
  assert_failed(niem_standards(&table, scores, NULL, &options, &err), &err, NIEM_ERROR_ARGUMENT, "by");
  options.struct_size = 4;
  assert_failed(niem_standards(&table, scores, NULL, &options, &err), &err, NIEM_ERROR_ARGUMENT, "options");
  const char *const names[] = {"index", "node", "level", "bands"};
  for (int k = 0; k < 4; k++) {
    niem_query_init(&query);
    const char **fields[] = {&query.index, &query.node, &query.level, &query.bands};
    *fields[k] = "overall";
    assert_failed(niem_standards(&table, scores, &query, NULL, &err), &err, NIEM_ERROR_ARGUMENT, names[k]);
  }
  niem_query_init(&query);
  query.round = "1999";
  assert_failed(niem_standards(&table, scores, &query, NULL, &err), &err, NIEM_ERROR_REFERENCE, "round");
  query.struct_size = 0;
  assert_failed(niem_standards(&table, scores, &query, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "query");
  niem_framework *bare = framework_of(BARE);
  niem_scores *others = score(bare, "PL,1,all,Q,yes,,,,\n");
  assert_failed(niem_standards(&table, others, NULL, NULL, &err), &err, NIEM_ERROR_UNSUPPORTED, "scores");
  assert_null(table);
  niem_standards_options_init(NULL);
  niem_scores_free(others);
  niem_framework_free(bare);
}

static int view_or_fail(void) {
  niem_table *table = NULL;
  const niem_status status = niem_standards(&table, scores, NULL, NULL, NULL);
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  niem_table_free(table);
  return status != NIEM_OK;
}

static void test_memory(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS_OR_IS_SPARED(0, view_or_fail());
}

static int set_up(void **state) {
  (void)state;
  small = framework_of(FRAMEWORK);
  scores = score(small, ANSWERS);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  niem_scores_free(scores);
  niem_framework_free(small);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_articles),        cmocka_unit_test(test_instruments), cmocka_unit_test(test_merge),
      cmocka_unit_test(test_other_framework), cmocka_unit_test(test_errors),      cmocka_unit_test(test_memory),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
