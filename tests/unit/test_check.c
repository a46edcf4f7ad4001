/* niem_check, niem_completeness, niem_data_gaps, niem_agreement and niem_disagreements on answers made by hand: each
 * kind of finding, effects and counts worked out beside them. */
#include "base/platform.h"

#include "assessment.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static niem_framework *small;

/* All that is asked of refugees in 2019, and that there are no others:
 *   residency (RES-1 100 + RES-2 100 + COM 50) / 3, housing (HOU-1 50 + HOU-2 50) / 2: the top is 66 2/3. */
#define FULL_2019                                                                                   \
  "PL,2019,subsidiary,GATE,no,,s,,\nPL,2019,refugee,GATE,yes,,s,,\nPL,2019,refugee,RES-1,a,,s,,\n"  \
  "PL,2019,refugee,RES-2,yes,,s,,\nPL,2019,refugee,HOU-1,a|b,,s,,\nPL,2019,refugee,HOU-2,12,,s,,\n" \
  "PL,2019,refugee,HOU-3,100,,s,,\nPL,2019,refugee,HOU-4,5,,s,,\nPL,2019,refugee,P-1,yes,,s,,\n"    \
  "PL,2019,refugee,P-2,no,,s,,\n"
#define REST_2021                                                                                    \
  "PL,2021,subsidiary,GATE,no,,s,,\nPL,2021,refugee,GATE,yes,,s,,\nPL,2021,refugee,HOU-1,a|b,,s,,\n" \
  "PL,2021,refugee,HOU-3,90,,s,,\nPL,2021,refugee,HOU-4,6,,s,,\nPL,2021,refugee,P-1,yes,,s,,\n"      \
  "PL,2021,refugee,P-2,no,,s,,\n"

static niem_table *check_with(const niem_answers *answers, const niem_answers *previous, const niem_method *method,
                              const niem_check_options *options) {
  niem_table *table = NULL;
  niem_error err = {0};
  assert_ok(niem_check(&table, answers, previous, method, options, &err), &err);
  return table;
}

static niem_table *check(const char *rows) {
  niem_answers *answers = answers_of(small, rows);
  niem_table *table = check_with(answers, NULL, NULL, NULL);
  niem_answers_free(answers);
  return table;
}

/* ---- what skip logic sees */

static void test_nothing(void **state) {
  (void)state;
  niem_table *table = check(FULL_2019);
  assert_int_equal(niem_table_rows(table), 0);
  assert_int_equal(niem_table_columns(table), 9);
  niem_table_free(table);
}

static void test_does_not_apply(void **state) {
  (void)state;
  niem_table *table = check("PL,2021,refugee,RES-1,c,,s,anna,\nPL,2021,refugee,RES-2,yes,,s,anna,\n");
  const int64_t i = row_of(table, "kind=does_not_apply");
  assert_true(has_key(table, i, "severity=error;unit=PL;round=2021;group=refugee;indicator=RES-2;coder=anna"));
  assert_string_equal(text_at(table, i, "message"),
                      "answered yes, but the question applies only where RES-1 is a or b; correct one of the answers");
  assert_true(ni_is_nan(real_at(table, i, "effect")));
  assert_int_equal(i, 0); /* errors come first */
  niem_table_free(table);
}

static void test_not_applicable(void **state) {
  (void)state;
  niem_table *table = check(
      "PL,2021,refugee,RES-1,a,,s,,\nPL,2021,refugee,RES-2,,not_applicable,,,\n"
      "PL,2021,refugee,HOU-1,,not_applicable,,,\n");
  assert_true(has_key(table, row_of(table, "kind=wrongly_not_applicable"), "severity=error;indicator=RES-2"));
  assert_true(has_key(table, row_of(table, "kind=not_applicable"), "severity=warning;indicator=HOU-1"));
  niem_table_free(table);
  table = check("PL,2021,refugee,RES-1,c,,s,,\nPL,2021,refugee,RES-2,,not_applicable,,,\n");
  assert_int_equal(count_rows(table, "indicator=RES-2"), 0);
  niem_table_free(table);
}

static void test_groups(void **state) {
  (void)state;
  niem_table *table = check(
      "PL,2021,subsidiary,GATE,no,,s,,\nPL,2021,subsidiary,RES-1,a,,s,,\n"
      "PL,2021,subsidiary,RES-2,yes,,s,,\n");
  int64_t i = row_of(table, "kind=group_does_not_apply");
  assert_true(has_key(table, i, "severity=error;group=subsidiary;indicator=GATE;coder="));
  assert_string_equal(text_at(table, i, "message"),
                      "the group applies only where GATE is yes, but 2 of its questions are answered; correct this "
                      "answer, or take those out");
  assert_int_equal(count_rows(table, "kind=does_not_apply"), 0); /* told once, not for each */
  niem_table_free(table);
  table = check("PL,2021,subsidiary,RES-1,a,,s,,\n");
  i = row_of(table, "kind=group_unknown");
  assert_true(has_key(table, i, "severity=warning;group=subsidiary;indicator=GATE"));
  assert_int_equal(count_rows(table, "kind=condition_unknown"), 1); /* RES-2 of refugees */
  niem_table_free(table);
  table = check("PL,2021,subsidiary,GATE,yes,,s,,\nPL,2021,subsidiary,HOU-4,1,,s,,\n");
  i = row_of(table, "kind=not_asked");
  assert_true(has_key(table, i, "severity=warning;group=subsidiary;indicator=HOU-4"));
  niem_table_free(table);
}

/* A group whose condition has parts, one of which hangs on a question with a condition of its own. */
static void test_compound_group(void **state) {
  (void)state;
  niem_framework *framework = framework_of(
      "{\"format\": \"niem-framework/1\", \"id\": \"f\", \"version\": \"1\", \"groups\": [{\"id\": \"g\", "
      "\"applies_if\": {\"all\": [{\"indicator\": \"A\", \"in\": [\"yes\"]}, {\"indicator\": \"B\", \"in\": "
      "[\"yes\"]}]}}],"
      " \"indicators\": [{\"id\": \"C\", \"scale\": {\"kind\": \"binary\"}},"
      " {\"id\": \"A\", \"scored\": false, \"scale\": {\"kind\": \"binary\"}},"
      " {\"id\": \"B\", \"scored\": false, \"applies_if\": {\"indicator\": \"A\", \"in\": [\"yes\"]},"
      "  \"scale\": {\"kind\": \"binary\"}}], \"indexes\": [{\"id\": \"all\"}]}");
  niem_answers *answers = answers_of(framework,
                                     "PL,1,g,A,yes,,,,\nPL,1,g,B,no,,,,\nPL,1,g,C,yes,,,,\n"
                                     "SE,1,g,A,no,,,,\nSE,1,g,B,yes,,,,\n");
  niem_table *table = check_with(answers, NULL, NULL, NULL);
  assert_int_equal(niem_table_rows(table), 2);
  int64_t i = row_of(table, "unit=PL;kind=group_does_not_apply;indicator=A");
  assert_string_equal(
      text_at(table, i, "message"),
      "the group applies only where A is yes and B is yes, but 1 of its questions are answered; correct "
      "this answer, or take those out");
  i = row_of(table, "unit=SE;kind=does_not_apply;indicator=B");
  niem_table_free(table);
  niem_answers_free(answers);
  niem_framework_free(framework);
}

static void test_unknown_condition(void **state) {
  (void)state;
  niem_table *table = check(
      "PL,2021,subsidiary,GATE,no,,s,,\nPL,2021,refugee,RES-1,,missing,,,\n"
      "PL,2021,refugee,RES-2,yes,,s,,\n");
  const int64_t i = row_of(table, "kind=condition_unknown");
  assert_true(has_key(table, i, "severity=warning;indicator=RES-2;group=refugee;coder="));
  assert_string_equal(
      text_at(table, i, "message"),
      "it is not known whether RES-1 is a or b, so the question counts as a gap; answer what it hangs on");
  niem_table_free(table);
}

static void test_sources(void **state) {
  (void)state;
  niem_table *table = check(
      "PL,2021,subsidiary,GATE,no,,,,\nPL,2021,refugee,RES-1,a,,,anna,\n"
      "PL,2021,refugee,RES-2,yes,,,,\nSE,2021,refugee,RES-1,,missing,,,\n");
  const int64_t i = row_of(table, "kind=no_source");
  assert_true(has_key(table, i, "severity=warning;unit=PL;indicator=RES-1;coder=anna"));
  assert_string_equal(text_at(table, i, "message"), "answered without a source; the question asks for law, decree");
  niem_table_free(table);
}

/* ---- what changed */

static void test_changes(void **state) {
  (void)state;
  /* RES-1 50: residency (50 + 100 + 50) / 3, the top 58 1/3: 8 1/3 less than with 100 */
  niem_table *table = check(FULL_2019 REST_2021
                            "PL,2021,refugee,RES-1,b,,s,anna,\nPL,2021,refugee,RES-2,yes,,s,,\n"
                            "PL,2021,refugee,HOU-2,12,,s,,\n");
  assert_int_equal(niem_table_rows(table), 1); /* that HOU-3 and HOU-4 are other numbers is no finding */
  int64_t i = row_of(table, "kind=changed_without_note");
  assert_true(has_key(table, i, "severity=warning;unit=PL;round=2021;group=refugee;indicator=RES-1;coder=anna"));
  assert_string_equal(text_at(table, i, "message"), "answered b, but in round 2019 a; say in a note why");
  assert_real(real_at(table, i, "effect"), -25.0 / 3);
  niem_table_free(table);
  table = check(FULL_2019 REST_2021
                "PL,2021,refugee,RES-1,b,,s,,the law changed\nPL,2021,refugee,RES-2,yes,,s,,\n"
                "PL,2021,refugee,HOU-2,12,,s,,\n");
  assert_int_equal(niem_table_rows(table), 0);
  niem_table_free(table);
  /* RES-1 0, and with it RES-2 does not apply: residency 25; put back (100 + 50) / 2, since RES-2 says not applicable.
   * HOU-2 is lost: housing 50 without it, 50 with it. The larger effect stands first. */
  table = check(FULL_2019 REST_2021
                "PL,2021,refugee,RES-1,c,,s,,\nPL,2021,refugee,RES-2,,not_applicable,,,\n"
                "PL,2021,refugee,HOU-2,,not_collected,,,\n");
  assert_int_equal(niem_table_rows(table), 2);
  assert_true(has_key(table, 0, "kind=changed_without_note;indicator=RES-1"));
  assert_real(real_at(table, 0, "effect"), -25);
  i = row_of(table, "kind=lost_without_note");
  assert_true(has_key(table, i, "severity=warning;indicator=HOU-2"));
  assert_string_equal(text_at(table, i, "message"),
                      "no answer (not_collected), but in round 2019 12; say in a note why");
  assert_real(real_at(table, i, "effect"), 0);
  niem_table_free(table);
}

/* The previous answers in a file of their own, compared with by name or not. */
static void test_previous(void **state) {
  (void)state;
  niem_answers *previous = answers_of(small, FULL_2019 "SE,2019,refugee,RES-1,a,,s,,\nPL,2021,refugee,RES-1,c,,s,,\n");
  niem_answers *answers = answers_of(small,
                                     "PL,2021,refugee,RES-1,b,,s,,\nSE,2019,refugee,RES-1,b,,s,,\n"
                                     "SE,2021,refugee,RES-1,a,,s,,\n");
  niem_table *table = check_with(answers, previous, NULL, NULL);
  assert_int_equal(count_rows(table, "kind=changed_without_note"), 1);
  assert_int_equal(count_rows(table, "kind=changed_without_note;unit=PL"), 1);
  niem_table_free(table);
  niem_check_options options;
  niem_check_options_init(&options);
  options.previous_round = "second"; /* an earlier version of the same round */
  table = check_with(answers, previous, NULL, &options);
  const int64_t i = row_of(table, "kind=changed_without_note");
  assert_string_equal(text_at(table, i, "message"), "answered b, but in round 2021 c; say in a note why");
  niem_table_free(table);
  niem_check_options_init(&options);
  options.round = "2019";
  table = check_with(answers, NULL, NULL, &options);
  assert_int_equal(count_rows(table, "round=2019"), niem_table_rows(table));
  assert_true(niem_table_rows(table) > 0);
  niem_table_free(table);
  options.round = "second";
  table = check_with(answers, NULL, NULL, &options); /* SE changed within these answers */
  assert_int_equal(count_rows(table, "kind=changed_without_note;unit=SE"), 1);
  niem_table_free(table);
  niem_answers_free(previous);
  niem_answers_free(answers);
}

/* Without an index that can be scored there are no effects. */
static void test_no_effect(void **state) {
  (void)state;
  niem_framework *framework = framework_of(
      "{\"format\": \"niem-framework/1\", \"id\": \"f\", \"version\": \"1\", \"indicators\": [{\"id\": \"N\", "
      "\"scale\": {\"kind\": \"numeric\"}}], \"indexes\": [{\"id\": \"all\"}]}");
  niem_answers *answers = answers_of(framework, "PL,1,all,N,1,,,,\nPL,2,all,N,2,,,,\n");
  niem_table *table = check_with(answers, NULL, NULL, NULL);
  assert_int_equal(niem_table_rows(table), 1);
  assert_true(ni_is_nan(real_at(table, row_of(table, "kind=changed_without_note"), "effect")));
  niem_table_free(table);
  niem_answers_free(answers);
  niem_framework_free(framework);
}

/* ---- coders */

#define TWO_CODERS                                                                                           \
  "PL,2019,subsidiary,GATE,no,,s,,\n"                                                                        \
  "PL,2019,refugee,RES-1,a,,s,anna,\nPL,2019,refugee,RES-1,b,,s,jan,\nPL,2019,refugee,RES-1,b,,s,zoe,\n"     \
  "PL,2019,refugee,RES-2,yes,,s,anna,\nPL,2019,refugee,RES-2,,missing,,jan,\n"                               \
  "PL,2019,refugee,HOU-1,a|b,,s,anna,\nPL,2019,refugee,HOU-1,a,,s,jan,\nPL,2019,refugee,HOU-1,a|c,,s,zoe,\n" \
  "PL,2019,refugee,HOU-2,12,,s,anna,\nPL,2019,refugee,HOU-2,6,,s,jan,\n"                                     \
  "PL,2019,refugee,P-1,yes,,s,anna,\nPL,2019,refugee,P-1,yes,,s,jan,\n"                                      \
  "SE,2021,refugee,P-1,yes,,s,anna,\n"

static void test_coders(void **state) {
  (void)state;
  niem_answers *answers = answers_of(small, TWO_CODERS);
  niem_method *median = method_of("\"median\"");
  niem_table *table = check_with(answers, NULL, NULL, NULL);
  assert_int_equal(count_rows(table, "kind=coders_disagree;severity=error"), 4);
  int64_t i = row_of(table, "kind=coders_disagree;indicator=RES-1");
  assert_string_equal(text_at(table, i, "message"),
                      "coders say a (anna), b (jan), b (zoe); the method does not settle it: agree on one answer, or "
                      "name another consensus rule");
  assert_string_equal(text_at(table, i, "coder"), "");
  niem_table_free(table);
  table = check_with(answers, NULL, median, NULL);
  assert_int_equal(count_rows(table, "kind=coders_disagree;severity=note"), 4);
  i = row_of(table, "kind=coders_disagree;indicator=HOU-2");
  assert_string_equal(text_at(table, i, "message"), "coders say 12 (anna), 6 (jan); the method settles on 9");
  niem_table_free(table);
  niem_method_free(median);
  niem_answers_free(answers);
}

static void test_agreement(void **state) {
  (void)state;
  niem_answers *answers = answers_of(small, TWO_CODERS);
  niem_table *table = NULL;
  niem_error err = {0};
  assert_ok(niem_agreement(&table, answers, &err), &err);
  assert_int_equal(niem_table_rows(table), 4);
  int64_t i = row_of(table, "unit=PL;group=refugee");
  assert_int_equal(integer_at(table, i, "cells"), 5);
  assert_int_equal(integer_at(table, i, "several"), 5);
  assert_int_equal(integer_at(table, i, "agreed"), 1);
  assert_real(real_at(table, i, "share"), 0.2);
  i = row_of(table, "unit=SE");
  assert_int_equal(integer_at(table, i, "several"), 0);
  assert_true(ni_is_nan(real_at(table, i, "share")));
  i = row_of(table, "unit=*;round=*;group=*");
  assert_int_equal(i, 3);
  assert_int_equal(integer_at(table, i, "cells"), 7);
  assert_int_equal(integer_at(table, i, "agreed"), 1);
  niem_table_free(table);
  niem_answers_free(answers);
}

static void test_disagreements(void **state) {
  (void)state;
  niem_answers *answers = answers_of(small, TWO_CODERS);
  niem_table *table = NULL;
  niem_error err = {0};
  assert_ok(niem_disagreements(&table, answers, "anna", &err), &err);
  assert_int_equal(niem_table_rows(table), 4);
  int64_t i = row_of(table, "indicator=RES-1");
  assert_string_equal(text_at(table, i, "answers"), "a (anna); b (jan); b (zoe)");
  assert_int_equal(integer_at(table, i, "coders"), 3);
  assert_real(real_at(table, i, "range"), 50);
  assert_true(has_key(table, i, "unanimous=;majority=b;median=b;adjudicator=a"));
  i = row_of(table, "indicator=RES-2"); /* an answer and a gap */
  assert_true(ni_is_nan(real_at(table, i, "range")));
  assert_true(has_key(table, i, "unanimous=;majority=;median=yes;adjudicator=yes"));
  i = row_of(table, "indicator=HOU-1"); /* the items that more than half name */
  assert_real(real_at(table, i, "range"), 25);
  assert_true(has_key(table, i, "majority=;median=a;adjudicator=a|b"));
  i = row_of(table, "indicator=HOU-2"); /* 12 months are 50 points, 6 are 75 */
  assert_real(real_at(table, i, "range"), 25);
  assert_true(has_key(table, i, "majority=;median=9;adjudicator=12"));
  niem_table_free(table);
  assert_ok(niem_disagreements(&table, answers, NULL, &err), &err);
  assert_int_equal(count_rows(table, "adjudicator="), 4);
  niem_table_free(table);
  assert_ok(niem_disagreements(&table, answers, "zoe", &err), &err);
  assert_true(has_key(table, row_of(table, "indicator=HOU-2"), "adjudicator="));
  niem_table_free(table);
  niem_answers_free(answers);
}

/* ---- completeness and data gaps */

#define GAPS                                                                                               \
  "PL,2021,refugee,GATE,yes,,s,,\nPL,2021,refugee,RES-1,a,,s,,\nPL,2021,refugee,RES-2,,not_collected,,,\n" \
  "PL,2021,refugee,HOU-2,12,,s,,\nPL,2021,refugee,HOU-3,,not_accessible,,,\n"                              \
  "PL,2021,refugee,HOU-4,,not_disaggregated,,,\nPL,2021,refugee,P-1,yes,,s,,\n"                            \
  "PL,2021,subsidiary,GATE,no,,s,,\nSE,2021,refugee,HOU-3,7,,s,,\n"

static void assert_counts(const niem_table *table, const char *key, const int64_t *expected, const char *const *columns,
                          int n) {
  const int64_t i = row_of(table, key);
  for (int k = 0; k < n; k++) {
    if (integer_at(table, i, columns[k]) != expected[k]) {
      print_error("%s: %s is %lld\n", key, columns[k], (long long)integer_at(table, i, columns[k]));
    }
    assert_int_equal(integer_at(table, i, columns[k]), expected[k]);
  }
}

static void test_completeness(void **state) {
  (void)state;
  static const char *const columns[] = {"asked",         "answered",       "not_applicable",   "missing",
                                        "not_collected", "not_accessible", "not_disaggregated"};
  niem_answers *answers = answers_of(small, GAPS);
  niem_table *table = NULL;
  niem_error err = {0};
  assert_ok(niem_completeness(&table, answers, NULL, &err), &err);
  const int64_t all[] = {17, 5, 7, 2, 1, 1, 1};
  assert_counts(table, "unit=PL;facet=all;value=*", all, columns, 7);
  assert_real(real_at(table, row_of(table, "unit=PL;facet=all"), "share"), 0.5);
  const int64_t refugee[] = {9, 4, 0, 2, 1, 1, 1};
  assert_counts(table, "unit=PL;facet=group;value=refugee", refugee, columns, 7);
  const int64_t subsidiary[] = {8, 1, 7, 0, 0, 0, 0};
  assert_counts(table, "unit=PL;facet=group;value=subsidiary", subsidiary, columns, 7);
  const int64_t housing[] = {7, 1, 3, 1, 0, 1, 1};
  assert_counts(table, "unit=PL;facet=dimension;value=housing", housing, columns, 7);
  assert_counts(table, "unit=PL;facet=area;value=social", housing, columns, 7);
  const int64_t law[] = {2, 1, 1, 0, 0, 0, 0};
  assert_counts(table, "unit=PL;facet=step;value=law", law, columns, 7);
  const int64_t outcome[] = {2, 0, 1, 0, 0, 1, 0};
  assert_counts(table, "unit=PL;facet=type;value=outcome", outcome, columns, 7);
  assert_real(real_at(table, row_of(table, "unit=PL;facet=type;value=outcome"), "share"), 0);
  const int64_t both[] = {34, 6, 7, 18, 1, 1, 1}; /* in SE the other 8 of refugees and the 8 of the unknown group */
  assert_counts(table, "unit=*;round=2021;facet=all", both, columns, 7);
  niem_table_free(table);
  niem_answers_free(answers);
}

/* An answer whose condition is unknown counts as scoring counts it: missing. */
static void test_completeness_of_unknown(void **state) {
  (void)state;
  static const char *const columns[] = {"asked", "answered", "missing"};
  niem_answers *answers = answers_of(small, "PL,2021,refugee,RES-1,,missing,,,\nPL,2021,refugee,RES-2,yes,,,,\n");
  niem_table *table = NULL;
  niem_error err = {0};
  assert_ok(niem_completeness(&table, answers, NULL, &err), &err);
  const int64_t residency[] = {8, 0, 8}; /* four questions, two groups, of which one is unknown */
  assert_counts(table, "unit=PL;facet=dimension;value=residency", residency, columns, 3);
  niem_table_free(table);
  niem_answers_free(answers);
}

static void test_data_gaps(void **state) {
  (void)state;
  static const char *const columns[] = {"n",      "available", "not_collected", "not_accessible", "not_disaggregated",
                                        "missing"};
  niem_answers *answers = answers_of(small, GAPS);
  niem_table *table = NULL;
  niem_error err = {0};
  assert_ok(niem_data_gaps(&table, answers, NULL, &err), &err);
  const int64_t all[] = {2, 0, 0, 1, 1, 0};
  assert_counts(table, "unit=PL;facet=all", all, columns, 6);
  const int64_t i = row_of(table, "unit=PL;facet=all");
  assert_real(real_at(table, i, "share_available"), 0);
  assert_real(real_at(table, i, "share_not_accessible"), 0.5);
  assert_real(real_at(table, i, "share_not_disaggregated"), 0.5);
  const int64_t outcome[] = {1, 0, 0, 1, 0, 0};
  assert_counts(table, "unit=PL;facet=type;value=outcome", outcome, columns, 6);
  const int64_t sweden[] = {3, 1, 0, 0, 0, 2};
  assert_counts(table, "unit=SE;facet=all", sweden, columns, 6);
  assert_real(real_at(table, row_of(table, "unit=SE;facet=all"), "share_missing"), 2.0 / 3);
  const int64_t both[] = {5, 1, 0, 1, 1, 2};
  assert_counts(table, "unit=*;facet=all", both, columns, 6);
  assert_int_equal(count_rows(table, "value=residency"), 0); /* no statistics there: the gate is none */
  assert_true(ni_is_nan(real_at(table, row_of(table, "unit=PL;value=subsidiary"), "share_missing")));
  niem_table_free(table);
  niem_answers_free(answers);
}

/* ---- errors */

static void test_errors(void **state) {
  (void)state;
  niem_table *table = NULL;
  niem_error err = {0};
  niem_framework *bare = framework_of(BARE);
  niem_answers *others = answers_of(bare, "PL,1,all,Q,yes,,,,\n");
  niem_answers *answers = answers_of(small, GAPS);
  niem_check_options options;
  assert_failed(niem_check(NULL, answers, NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out");
  assert_failed(niem_check(&table, NULL, NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "answers");
  assert_failed(niem_check(&table, answers, others, NULL, NULL, &err), &err, NIEM_ERROR_MISMATCH, "previous");
  niem_check_options_init(&options);
  options.round = "1999";
  assert_failed(niem_check(&table, answers, NULL, NULL, &options, &err), &err, NIEM_ERROR_REFERENCE, "round");
  niem_check_options_init(&options);
  options.previous_round = "2019"; /* these answers have none */
  assert_failed(niem_check(&table, answers, NULL, NULL, &options, &err), &err, NIEM_ERROR_REFERENCE, "previous_round");
  options.struct_size = -1;
  assert_failed(niem_check(&table, answers, NULL, NULL, &options, &err), &err, NIEM_ERROR_ARGUMENT, "options");
  assert_failed(niem_completeness(NULL, answers, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out");
  assert_failed(niem_completeness(&table, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "answers");
  assert_failed(niem_data_gaps(&table, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "answers");
  assert_failed(niem_data_gaps(&table, others, NULL, &err), &err, NIEM_ERROR_UNSUPPORTED, "answers");
  assert_failed(niem_agreement(NULL, answers, &err), &err, NIEM_ERROR_ARGUMENT, "out");
  assert_failed(niem_agreement(&table, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "answers");
  assert_failed(niem_disagreements(NULL, answers, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out");
  assert_failed(niem_disagreements(&table, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "answers");
  assert_failed(niem_disagreements(&table, answers, "nobody", &err), &err, NIEM_ERROR_REFERENCE, "adjudicator");
  assert_null(table);
  niem_check_options_init(NULL);
  niem_answers_free(others);
  niem_answers_free(answers);
  niem_framework_free(bare);
}

static int outcome_of(niem_status status, niem_table *table) {
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  niem_table_free(table);
  return status != NIEM_OK;
}

static int check_or_fail(const niem_answers *answers, const niem_answers *previous) {
  niem_table *table = NULL;
  const niem_status status = niem_check(&table, answers, previous, NULL, NULL, NULL);
  return outcome_of(status, table);
}

static int count_or_fail(const niem_answers *answers, int gaps) {
  niem_table *table = NULL;
  const niem_status status =
      gaps ? niem_data_gaps(&table, answers, NULL, NULL) : niem_completeness(&table, answers, NULL, NULL);
  return outcome_of(status, table);
}

static int agree_or_fail(const niem_answers *answers, int list) {
  niem_table *table = NULL;
  const niem_status status =
      list ? niem_disagreements(&table, answers, "anna", NULL) : niem_agreement(&table, answers, NULL);
  return outcome_of(status, table);
}

static void test_memory(void **state) {
  (void)state;
  niem_answers *answers = answers_of(small, GAPS);
  niem_answers *previous = answers_of(small, TWO_CODERS);
  EACH_ALLOCATION_FAILS_OR_IS_SPARED(0, check_or_fail(answers, previous));
  EACH_ALLOCATION_FAILS_OR_IS_SPARED(0, check_or_fail(previous, NULL));
  EACH_ALLOCATION_FAILS_OR_IS_SPARED(0, count_or_fail(answers, 0));
  EACH_ALLOCATION_FAILS_OR_IS_SPARED(0, count_or_fail(answers, 1));
  EACH_ALLOCATION_FAILS_OR_IS_SPARED(0, agree_or_fail(previous, 0));
  EACH_ALLOCATION_FAILS_OR_IS_SPARED(0, agree_or_fail(previous, 1));
  niem_answers_free(answers);
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
      cmocka_unit_test(test_nothing),
      cmocka_unit_test(test_does_not_apply),
      cmocka_unit_test(test_not_applicable),
      cmocka_unit_test(test_groups),
      cmocka_unit_test(test_compound_group),
      cmocka_unit_test(test_unknown_condition),
      cmocka_unit_test(test_sources),
      cmocka_unit_test(test_changes),
      cmocka_unit_test(test_previous),
      cmocka_unit_test(test_no_effect),
      cmocka_unit_test(test_coders),
      cmocka_unit_test(test_agreement),
      cmocka_unit_test(test_disagreements),
      cmocka_unit_test(test_completeness),
      cmocka_unit_test(test_completeness_of_unknown),
      cmocka_unit_test(test_data_gaps),
      cmocka_unit_test(test_errors),
      cmocka_unit_test(test_memory),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
