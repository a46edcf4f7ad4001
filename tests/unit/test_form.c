/* niem_form: what it asks and shows, what it fills in, and that it reads back as answers without a word of warning. */
#include "base/platform.h"

#include "assessment.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static niem_framework *small;

static const char PREVIOUS[] =
    "PL,2019,refugee,RES-1,b,,Act 12,anna,as before\n"
    "PL,2019,refugee,RES-2,,not_accessible,,anna,\n"
    "PL,2019,refugee,HOU-1,a|c,,,anna,\nPL,2019,refugee,HOU-1,a|c,,,jan,\n"
    "PL,2019,refugee,HOU-2,12,,,anna,\nPL,2019,refugee,HOU-2,6.5,,,jan,\n"
    "SE,2021,refugee,RES-1,a,,,anna,\n";

static niem_table *form_of(const char *unit, const char *round, const niem_answers *previous,
                           const niem_form_options *options) {
  niem_table *table = NULL;
  niem_error err = {0};
  assert_ok(niem_form(&table, small, unit, round, previous, options, &err), &err);
  return table;
}

/* ---- what is asked */

static void test_columns(void **state) {
  (void)state;
  static const char *const columns[] = {"unit",  "round",    "group",    "dimension", "step",       "indicator",
                                        "label", "question", "guidance", "options",   "applies_if", "answer",
                                        "state", "evidence", "source",   "coder",     "note",       "previous_answer"};
  niem_table *form = form_of("POL", "second", NULL, NULL);
  assert_int_equal(niem_table_columns(form), 18);
  for (int32_t j = 0; j < 18; j++) {
    assert_string_equal(niem_table_column_name(form, j), columns[j]);
  }
  assert_int_equal(niem_table_rows(form), 17); /* 9 questions for refugees, 8 for the others; the composite is none */
  assert_int_equal(count_rows(form, "unit=PL;round=2021"), 17);
  assert_int_equal(count_rows(form, "indicator=COM"), 0);
  assert_int_equal(count_rows(form, "group=subsidiary;indicator=HOU-4"), 0);
  assert_int_equal(count_rows(form, "answer=;state=;evidence=;source=;coder=;note=;previous_answer="), 17);
  niem_table_free(form);
}

static void test_words(void **state) {
  (void)state;
  niem_table *form = form_of("PL", "2021", NULL, NULL);
  int64_t i = row_of(form, "group=refugee;indicator=RES-1");
  assert_string_equal(text_at(form, i, "label"), "Permit");
  assert_string_equal(text_at(form, i, "question"), "How long?");
  assert_string_equal(text_at(form, i, "guidance"), "Read the law.\nThen <count>.");
  assert_string_equal(text_at(form, i, "options"), "a = 5 years; b = 3 years; c");
  assert_string_equal(text_at(form, i, "dimension"), "residency");
  assert_string_equal(text_at(form, i, "step"), "law");
  assert_string_equal(text_at(form, i, "applies_if"), "");
  i = row_of(form, "group=refugee;indicator=HOU-1");
  assert_string_equal(text_at(form, i, "options"),
                      "all that apply, joined by | (a|b), or none: a = Social housing; b; c; d");
  i = row_of(form, "group=refugee;indicator=HOU-2");
  assert_string_equal(text_at(form, i, "options"), "a number (months), at least 0");
  assert_string_equal(text_at(form, row_of(form, "indicator=HOU-4"), "options"), "a number (EUR)");
  i = row_of(form, "group=refugee;indicator=RES-2");
  assert_string_equal(text_at(form, i, "applies_if"), "RES-1 is a or b");
  i = row_of(form, "group=subsidiary;indicator=RES-2");
  assert_string_equal(text_at(form, i, "applies_if"), "GATE is yes and RES-1 is a or b");
  i = row_of(form, "group=subsidiary;indicator=GATE");
  assert_string_equal(text_at(form, i, "applies_if"), "");
  niem_table_free(form);
}

static void test_conditions(void **state) {
  (void)state;
  niem_framework *framework = framework_of(
      "{\"format\": \"niem-framework/1\", \"id\": \"f\", \"version\": \"1\", \"facets\": [{\"id\": \"theme\", "
      "\"values\": [{\"id\": \"t\"}]}, {\"id\": \"coder\", \"values\": [{\"id\": \"t\"}]}],"
      " \"indicators\": [{\"id\": \"A\", \"theme\": \"t\", \"scale\": {\"kind\": \"numeric\", \"minimum\": 1, "
      "\"maximum\": 2.5}},"
      " {\"id\": \"B\", \"scale\": {\"kind\": \"checklist\", \"items\": [{\"id\": \"x\"}, {\"id\": \"y\"}]}},"
      " {\"id\": \"C\", \"applies_if\": {\"any\": [{\"all\": [{\"indicator\": \"A\", \"at_least\": 1.5}, "
      "{\"indicator\": \"A\", \"at_most\": 2}]}, {\"not\": {\"indicator\": \"B\", \"in\": [\"x\", \"y\"]}}]},"
      "  \"scale\": {\"kind\": \"checklist\", \"items\": [{\"id\": \"z\"}]}}]}");
  niem_table *form = NULL;
  niem_error err = {0};
  assert_ok(niem_form(&form, framework, "a new unit", "round 7", NULL, NULL, &err), &err);
  const int64_t i = row_of(form, "indicator=C");
  assert_string_equal(text_at(form, i, "applies_if"), "(A is at least 1.5 and A is at most 2) or not (B has x or y)");
  assert_string_equal(text_at(form, i, "options"), "all that apply, joined by | (z), or none: z");
  assert_string_equal(text_at(form, row_of(form, "indicator=A"), "options"), "a number from 1 to 2.5");
  assert_string_equal(text_at(form, row_of(form, "indicator=A"), "theme"), "t");
  assert_string_equal(text_at(form, i, "unit"), "a new unit");
  assert_string_equal(text_at(form, i, "group"), "all");
  niem_table_free(form);
  niem_framework_free(framework);
}

static void test_language_and_groups(void **state) {
  (void)state;
  static const char *const one[] = {"refugee"};
  static const char *const merge[] = {"both"};
  niem_form_options options;
  niem_form_options_init(&options);
  options.language = "pl";
  options.groups = one;
  options.n_groups = 1;
  niem_table *form = form_of("PL", "2021", NULL, &options);
  assert_int_equal(niem_table_rows(form), 9);
  const int64_t i = row_of(form, "indicator=RES-1");
  assert_string_equal(text_at(form, i, "label"), "Zezwolenie");
  assert_string_equal(text_at(form, i, "options"), "a = 5 years; b = 3 lata; c");
  niem_table_free(form);
  options.groups = merge;
  form = form_of("PL", "2021", NULL, &options);
  assert_int_equal(niem_table_rows(form), 17);
  niem_table_free(form);
}

/* ---- looking back */

static void test_previous(void **state) {
  (void)state;
  niem_answers *previous = answers_of(small, PREVIOUS);
  niem_table *form = form_of("PL", "2021", previous, NULL);
  assert_string_equal(text_at(form, row_of(form, "group=refugee;indicator=RES-1"), "previous_answer"), "b");
  assert_string_equal(text_at(form, row_of(form, "group=refugee;indicator=RES-2"), "previous_answer"),
                      "not_accessible");
  assert_string_equal(text_at(form, row_of(form, "group=refugee;indicator=HOU-2"), "previous_answer"),
                      "anna: 12; jan: 6.5");
  assert_string_equal(text_at(form, row_of(form, "group=refugee;indicator=P-1"), "previous_answer"), "");
  assert_int_equal(count_rows(form, "answer="), 17);
  niem_table_free(form);
  form = form_of("PL", "2019", previous, NULL); /* nothing is before the first round */
  assert_int_equal(count_rows(form, "previous_answer="), 17);
  niem_table_free(form);
  niem_form_options options;
  niem_form_options_init(&options);
  options.previous_round = "2019"; /* unless it is asked for: a form to correct that round */
  form = form_of("PL", "2019", previous, &options);
  assert_int_equal(count_rows(form, "previous_answer=b"), 1);
  niem_table_free(form);
  form = form_of("DE", "2021", previous, NULL);
  assert_int_equal(count_rows(form, "previous_answer="), 17);
  niem_table_free(form);
  niem_answers_free(previous);
}

static void test_prefill(void **state) {
  (void)state;
  niem_answers *previous = answers_of(small, PREVIOUS);
  niem_form_options options;
  niem_form_options_init(&options);
  options.prefill = 1;
  niem_table *form = form_of("PL", "2021", previous, &options);
  int64_t i = row_of(form, "group=refugee;indicator=RES-1");
  assert_true(has_key(form, i, "answer=b;state=;source=Act 12;coder=;note=as before"));
  i = row_of(form, "group=refugee;indicator=RES-2");
  assert_true(has_key(form, i, "answer=;state=not_accessible"));
  i = row_of(form, "group=refugee;indicator=HOU-1"); /* coders who agree */
  assert_string_equal(text_at(form, i, "answer"), "a|c");
  assert_string_equal(text_at(form, i, "previous_answer"), "anna: a|c; jan: a|c");
  i = row_of(form, "group=refugee;indicator=HOU-2"); /* and who do not */
  assert_true(has_key(form, i, "answer=;state="));
  niem_table_free(form);
  niem_answers_free(previous);
}

/* ---- reading it back */

static void test_round_trip(void **state) {
  (void)state;
  niem_answers *previous = answers_of(small, PREVIOUS);
  niem_answers *read = NULL;
  niem_problems *problems = NULL;
  niem_buffer *csv = NULL;
  niem_table *table = NULL;
  niem_error err = {0};
  niem_form_options options;
  niem_form_options_init(&options);
  options.prefill = 1;
  niem_table *form = form_of("PL", "2021", previous, &options);
  for (int32_t separator = 0; separator < 2; separator++) {
    niem_text_options text;
    niem_text_options_init(&text);
    text.separator = separator ? ';' : ',';
    assert_ok(niem_table_print(&csv, form, &text, &err), &err);
    assert_ok(
        niem_answers_parse(&read, &problems, small, niem_buffer_data(csv), niem_buffer_size(csv), NULL, NULL, &err),
        &err);
    assert_int_equal(niem_problems_total(problems, NIEM_WARNING), 0);
    assert_int_equal(niem_answers_count(read), 17);
    assert_ok(niem_answers_table(&table, read, &err), &err);
    assert_int_equal(count_rows(table, "state=answered"), 2);
    assert_int_equal(count_rows(table, "state=missing"), 14);
    assert_int_equal(count_rows(table, "indicator=RES-1;answer=b;source=Act 12;note=as before"), 1);
    niem_table_free(table);
    niem_problems_free(problems);
    niem_answers_free(read);
    niem_buffer_free(csv);
  }
  niem_table_free(form);
  niem_answers_free(previous);
}

/* Columns of a data frame, and a column that is nobody's. */
static void test_other_columns(void **state) {
  (void)state;
  static const char csv[] = "unit,round,group,indicator,answer,area,weather\nPL,2021,refugee,RES-1,a,legal,rain\n";
  niem_answers *answers = NULL;
  niem_problems *problems = NULL;
  niem_error err = {0};
  assert_ok(niem_answers_parse(&answers, &problems, small, csv, (int64_t)strlen(csv), NULL, NULL, &err), &err);
  assert_int_equal(niem_problems_total(problems, NIEM_WARNING), 1);
  niem_problems_free(problems);
  niem_answers_free(answers);
  static const char *const names[] = {"unit", "round", "group", "indicator", "answer", "guidance", "step", "weather"};
  static const char *const texts[] = {"PL", "2021", "refugee", "RES-1", "a", "Read.", "law", "rain"};
  static const int32_t first = 0;
  niem_column columns[8];
  memset(columns, 0, sizeof columns);
  for (int k = 0; k < 8; k++) {
    columns[k].name = names[k];
    columns[k].n_rows = 1;
    columns[k].codes = &first;
    columns[k].levels = &texts[k];
    columns[k].n_levels = 1;
  }
  assert_ok(niem_answers_columns(&answers, &problems, small, columns, 8, NULL, NULL, &err), &err);
  assert_int_equal(niem_problems_total(problems, NIEM_WARNING), 1);
  niem_problems_free(problems);
  niem_answers_free(answers);
}

/* ---- errors */

static void test_errors(void **state) {
  (void)state;
  niem_table *form = NULL;
  niem_error err = {0};
  niem_form_options options;
  static const char *const unknown[] = {"tourists"};
  niem_framework *bare = framework_of(BARE);
  niem_answers *others = answers_of(bare, "PL,1,all,Q,yes,,,,\n");
  niem_answers *previous = answers_of(small, PREVIOUS);
  assert_failed(niem_form(NULL, small, "PL", "2021", NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out");
  assert_failed(niem_form(&form, NULL, "PL", "2021", NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "framework");
  assert_failed(niem_form(&form, small, NULL, "2021", NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "unit");
  assert_failed(niem_form(&form, small, "PL", NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "round");
  assert_failed(niem_form(&form, small, "PL", "", NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "round");
  assert_failed(niem_form(&form, small, "PL", "2021", others, NULL, &err), &err, NIEM_ERROR_MISMATCH, "previous");
  niem_form_options_init(&options);
  options.groups = unknown;
  options.n_groups = 1;
  assert_failed(niem_form(&form, small, "PL", "2021", NULL, &options, &err), &err, NIEM_ERROR_REFERENCE, "groups");
  options.n_groups = 0;
  assert_failed(niem_form(&form, small, "PL", "2021", NULL, &options, &err), &err, NIEM_ERROR_ARGUMENT, "groups");
  niem_form_options_init(&options);
  options.prefill = 1;
  assert_failed(niem_form(&form, small, "PL", "2021", NULL, &options, &err), &err, NIEM_ERROR_ARGUMENT, "prefill");
  options.prefill = 2;
  assert_failed(niem_form(&form, small, "PL", "2021", previous, &options, &err), &err, NIEM_ERROR_ARGUMENT, "prefill");
  niem_form_options_init(&options);
  options.previous_round = "2017";
  assert_failed(niem_form(&form, small, "PL", "2021", NULL, &options, &err), &err, NIEM_ERROR_ARGUMENT,
                "previous_round");
  assert_failed(niem_form(&form, small, "PL", "2021", previous, &options, &err), &err, NIEM_ERROR_REFERENCE,
                "previous_round");
  options.struct_size = 1;
  assert_failed(niem_form(&form, small, "PL", "2021", NULL, &options, &err), &err, NIEM_ERROR_ARGUMENT, "options");
  assert_null(form);
  niem_form_options_init(NULL);
  niem_answers_free(others);
  niem_answers_free(previous);
  niem_framework_free(bare);
}

static void test_closed(void **state) {
  (void)state;
  niem_framework *closed = framework_of(
      "{\"format\": \"niem-framework/1\", \"id\": \"c\", \"version\": \"1\", \"closed\": true, \"units\": [{\"id\": "
      "\"PL\"}], \"indicators\": [{\"id\": \"Q\", \"scale\": {\"kind\": \"binary\"}}]}");
  niem_table *form = NULL;
  niem_error err = {0};
  assert_failed(niem_form(&form, closed, "DE", "2021", NULL, NULL, &err), &err, NIEM_ERROR_REFERENCE, "unit");
  assert_ok(niem_form(&form, closed, "PL", "2021", NULL, NULL, &err), &err); /* rounds are not listed */
  niem_table_free(form);
  niem_framework_free(closed);
}

static int form_or_fail(const niem_answers *previous) {
  niem_table *form = NULL;
  niem_error err = {0};
  niem_form_options options;
  niem_form_options_init(&options);
  options.prefill = 1;
  const niem_status status = niem_form(&form, small, "PL", "2021", previous, &options, &err);
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  niem_table_free(form);
  return status != NIEM_OK;
}

static void test_memory(void **state) {
  (void)state;
  niem_answers *previous = answers_of(small, PREVIOUS);
  EACH_ALLOCATION_FAILS_OR_IS_SPARED(0, form_or_fail(previous));
  niem_answers_free(previous);
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
      cmocka_unit_test(test_columns),    cmocka_unit_test(test_words),
      cmocka_unit_test(test_conditions), cmocka_unit_test(test_language_and_groups),
      cmocka_unit_test(test_previous),   cmocka_unit_test(test_prefill),
      cmocka_unit_test(test_round_trip), cmocka_unit_test(test_other_columns),
      cmocka_unit_test(test_errors),     cmocka_unit_test(test_closed),
      cmocka_unit_test(test_memory),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
