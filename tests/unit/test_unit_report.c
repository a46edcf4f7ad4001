/* niem_unit_report on a small assessment whose values are worked by hand:
 *
 *             RES-1 RES-2 COM | HOU-1 HOU-2    residency  housing  overall
 *   2019  PL    0     n/a   0 |  25     0          0        12.5     6.25
 *   2021  PL   50     100  50 |  50     -         66.7      50      58.3   (coverage 3/4, bounds 45.8 and 70.8)
 *         SE  100       0 100 | 100   100         66.7     100      83.3
 * all for refugees; for subsidiary protection PL alone, in 2021: RES-1 0, and the rest is missing. */
#include "base/platform.h"

#include "assessment.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static const char ROWS[] =
    "PL,2019,refugee,GATE,yes,,,,\nPL,2019,refugee,RES-1,c,,,,\nPL,2019,refugee,P-1,no,,,,\n"
    "PL,2019,refugee,P-2,no,,,,\nPL,2019,refugee,HOU-1,a,,,,\nPL,2019,refugee,HOU-2,24,,,,\n"
    "PL,2021,refugee,RES-1,b,,,,\nPL,2021,refugee,RES-2,yes,,,,\nPL,2021,refugee,P-1,yes,,,,\n"
    "PL,2021,refugee,P-2,no,,,,\nPL,2021,refugee,HOU-1,a|b,,,,\nPL,2021,refugee,HOU-2,,not_accessible,,,\n"
    "SE,2021,refugee,RES-1,a,,,,\nSE,2021,refugee,RES-2,no,,,,\nSE,2021,refugee,P-1,yes,,,,\n"
    "SE,2021,refugee,P-2,yes,,,,\nSE,2021,refugee,HOU-1,a|b|c|d,,,,\nSE,2021,refugee,HOU-2,0,,,,\n"
    "PL,2021,subsidiary,GATE,yes,,,,\nPL,2021,subsidiary,RES-1,c,,,,\n";

static niem_scores *scores;

static niem_scores *scores_of(const char *framework_text, const char *rows) {
  niem_framework *framework = framework_of(framework_text);
  niem_answers *answers = answers_of(framework, rows);
  niem_scores *made = NULL;
  niem_error err = {0};
  assert_ok(niem_score(&made, framework, answers, NULL, NULL, NULL, &err), &err);
  niem_answers_free(answers);
  niem_framework_free(framework);
  return made;
}

static niem_report_options options_of(void) {
  niem_report_options options;
  niem_report_options_init(&options);
  return options;
}

static niem_buffer *page_of(const niem_scores *of, const char *unit, const niem_report_options *options) {
  niem_buffer *page = NULL;
  niem_error err = {0};
  assert_ok(niem_unit_report(&page, of, unit, options, &err), &err);
  return page;
}

static void test_summary(void **state) {
  (void)state;
  niem_buffer *page = page_of(scores, "POL", NULL); /* an alias, in its last round */
  assert_on_page(page, "<title>PL, 2021: Small &amp; &lt;square&gt;</title>");
  assert_on_page(page, "<h1>PL, 2021</h1>");
  assert_on_page(page, "Target group: refugee.");
  assert_on_page(page, "<dt>Score</dt><dd>58.3</dd>");
  assert_on_page(page, "<dt>Rank</dt><dd>2 of 2</dd>");
  assert_on_page(page, "<span class=\"down\">&minus;12.5</span><span class=\"small\">70.8, of 2 units</span>");
  assert_on_page(page, "<dd>75&nbsp;%</dd>");
  assert_on_page(page, "<dd>45.8 to 70.8</dd>");
  assert_int_equal(times_on_page(page, "No score"), 0);
  niem_buffer_free(page);
}

static void test_parts(void **state) {
  (void)state;
  niem_buffer *page = page_of(scores, "PL", NULL);
  assert_on_page(page, "<th scope=\"row\" class=\"d0\">overall</th>");
  assert_on_page(page, "<th scope=\"row\">Residency</th>");
  assert_on_page(page, "<rect x=\"0.00\" width=\"66.67\" y=\"3\" height=\"6\" fill=\"#5b8fc4\"/>");
  assert_on_page(page, "<td class=\"n\">66.7</td><td class=\"n\">1= of 2</td>"); /* as good as SE */
  assert_on_page(page, "<td class=\"n\"><span>0.0</span></td>");
  assert_on_page(page,
                 "<td class=\"n\">50.0</td><td class=\"n\">2 of 2</td><td class=\"n\">75.0</td>"
                 "<td class=\"n\"><span class=\"down\">&minus;25.0</span></td>"
                 "<td class=\"n\"><span class=\"up\">+37.5</span></td><td class=\"n\">50&nbsp;%</td>");
  assert_int_equal(times_on_page(page, "<svg"), 3 + 3); /* nodes and groups */
  niem_buffer_free(page);
}

static void test_ends(void **state) {
  (void)state;
  niem_report_options options = options_of();
  options.most = 1;
  niem_buffer *page = page_of(scores, "PL", &options);
  assert_on_page(page,
                 "RES-2</span></th><td class=\"answer\"><span class=\"id\">yes</span></td><td class=\"n\">100.0</td>"
                 "<td class=\"n\"><span class=\"up\">+50.0</span></td>");
  /* RES-1, COM and HOU-1 are all 50: the last is furthest below its average of 75; RES-1 and COM are too */
  assert_on_page(page, "RES-1</span>Permit</th><td class=\"answer\"><span class=\"id\">b</span>3 years</td>");
  niem_buffer_free(page);
  options.most = 5;
  page = page_of(scores, "PL", &options);
  assert_on_page(page, "P-1 <span class=\"id\">yes</span>; P-2 <span class=\"id\">no</span>");
  assert_on_page(page, "<span class=\"id\">a</span>Social housing; <span class=\"id\">b</span>");
  assert_int_equal(times_on_page(page, "<td class=\"answer\">"), 4); /* each indicator once, in one of the two lists */
  niem_buffer_free(page);
  options.round = "2019";
  page = page_of(scores, "PL", &options);
  assert_on_page(page, "<td class=\"answer\">24 months</td>");
  niem_buffer_free(page);
}

static void test_change(void **state) {
  (void)state;
  niem_report_options options = options_of();
  niem_buffer *page = page_of(scores, "PL", &options);
  assert_on_page(page,
                 "<h2>Change since 2019</h2>\n<p>6.3 &rarr; 58.3: <span class=\"up\">+52.1</span> points, improved.");
  assert_on_page(page, "<td>entered</td>"); /* RES-2 did not apply before */
  assert_on_page(page, "<td>left</td>");
  niem_buffer_free(page);
  options.most = 1;
  page = page_of(scores, "PL", &options);
  assert_on_page(page, "All others (");
  niem_buffer_free(page);
  options.round = "2019";
  page = page_of(scores, "PL", &options);
  assert_int_equal(times_on_page(page, "Change since"), 0);
  niem_buffer_free(page);
  options = options_of();
  options.group = "subsidiary";
  page = page_of(scores, "PL", &options);
  assert_on_page(page, "There is no change to tell");
  niem_buffer_free(page);
}

static void test_groups_and_gaps(void **state) {
  (void)state;
  niem_report_options options = options_of();
  niem_buffer *page = page_of(scores, "PL", NULL);
  assert_on_page(page, "<th scope=\"row\">both (merge)</th>");
  assert_on_page(page, "1 of 6 answers that the score is made of lack evidence: 1 not accessible.");
  assert_on_page(page, "HOU-2</span></th><td>refugee</td><td>not accessible</td>");
  niem_buffer_free(page);
  options.group = "both";
  page = page_of(scores, "PL", &options);
  assert_on_page(page, "refugee: <span class=\"id\">b</span>3 years<br>subsidiary: <span class=\"id\">c</span>");
  niem_buffer_free(page);
}

static void test_without_value(void **state) {
  (void)state;
  static const char one[] =
      "{\"format\": \"niem-framework/1\", \"id\": \"bare\", \"version\": \"1\", \"groups\": [{\"id\": \"g\"},"
      " {\"id\": \"h\"}], \"indicators\": [{\"id\": \"Q\", \"scale\": {\"kind\": \"binary\"}}, {\"id\": \"R\","
      " \"groups\": [\"g\"], \"scale\": {\"kind\": \"binary\"}}], \"indexes\": [{\"id\": \"all\"}]}";
  niem_scores *made = scores_of(one, "A,1,g,Q,,not_collected,,,\nA,1,h,Q,,not_applicable,,,\n");
  niem_report_options options = options_of();
  options.group = "g";
  niem_buffer *page = page_of(made, "A", &options);
  assert_on_page(page, "<strong>No score:</strong> too little evidence. Questions answered: 0 of 2 that apply");
  assert_on_page(page, "2 of 2 answers that the score is made of lack evidence: 1 missing, 1 not collected.");
  assert_int_equal(times_on_page(page, "Strengths"), 0);
  niem_buffer_free(page);
  options.group = "h";
  page = page_of(made, "A", &options);
  assert_on_page(page, "<strong>No score:</strong> none of the questions applies to this group here.");
  assert_on_page(page, "No question applies.");
  niem_buffer_free(page);
  niem_scores_free(made);
  made = scores_of(BARE, "A,1,all,Q,yes,,,,\n"); /* one unit, one indicator, no groups */
  page = page_of(made, "A", NULL);
  assert_on_page(page, "<dt>Rank</dt><dd>1 of 1</dd>");
  assert_on_page(page, "of 1 unit<");
  assert_on_page(page, "<h3>Highest</h3>");
  assert_int_equal(times_on_page(page, "<h3>Lowest</h3>"), 0);
  niem_buffer_free(page);
  niem_scores_free(made);
}

/* A unit that the method's screening leaves out has no score, for that reason. */
static void test_screened_out(void **state) {
  (void)state;
  static const char screening[] =
      "{\"format\": \"niem-method/1\", \"steps\": [{\"step\": \"screen\", \"min_available\": 0.9}]}";
  niem_framework *framework = framework_of(FRAMEWORK);
  niem_answers *answers = answers_of(framework, ROWS);
  niem_method *method = NULL;
  niem_scores *made = NULL;
  niem_error err = {0};
  assert_ok(niem_method_parse(&method, NULL, screening, (int64_t)strlen(screening), &err), &err);
  assert_ok(niem_score(&made, framework, answers, method, NULL, NULL, &err), &err);
  niem_buffer *page = page_of(made, "PL", NULL); /* HOU-2 is missing */
  assert_on_page(page, "<strong>No score:</strong> the screening of the method left this unit out.");
  niem_buffer_free(page);
  niem_scores_free(made);
  niem_method_free(method);
  niem_answers_free(answers);
  niem_framework_free(framework);
}

/* Scores that are on no 0-100 scale: bars lie between the lowest and the highest value shown. */
static void test_other_scale(void **state) {
  (void)state;
  static const char raw[] =
      "{\"format\": \"niem-framework/1\", \"id\": \"raw\", \"version\": \"1\", \"indicators\": ["
      " {\"id\": \"Q\", \"scale\": {\"kind\": \"numeric\", \"direction\": 1}}], \"indexes\": [{\"id\": \"all\"}]}";
  static const char z[] =
      "{\"format\": \"niem-method/1\", \"steps\": [{\"step\": \"normalise\", \"method\": \"zscore\"}]}";
  niem_framework *framework = NULL;
  niem_error err = {0};
  if (niem_framework_parse(&framework, NULL, raw, (int64_t)strlen(raw), &err) != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
  }
  assert_non_null(framework);
  niem_answers *answers = answers_of(framework, "A,1,all,Q,1,,,,\nB,1,all,Q,3,,,,\n");
  niem_method *method = NULL;
  niem_scores *made = NULL;
  assert_ok(niem_method_parse(&method, NULL, z, (int64_t)strlen(z), &err), &err);
  assert_ok(niem_score(&made, framework, answers, method, NULL, NULL, &err), &err);
  niem_buffer *page = page_of(made, "A", NULL);
  assert_on_page(page, "<dt>Score</dt><dd>&minus;0.7</dd>");
  assert_int_equal(times_on_page(page, "width=\"-"), 0);
  niem_buffer_free(page);
  niem_scores_free(made);
  niem_method_free(method);
  niem_answers_free(answers);
  niem_framework_free(framework);
}

static void test_reference(void **state) {
  (void)state;
  niem_report_options options = options_of();
  const char *units[] = {"SE"};
  options.reference_units = units;
  options.n_reference_units = 1;
  niem_buffer *page = page_of(scores, "PL", &options);
  assert_on_page(page, "83.3, of 1 unit<");
  assert_on_page(page, "<dt>Rank</dt><dd>2 of 2</dd>"); /* among all */
  niem_buffer_free(page);
}

static void test_safe(void **state) {
  (void)state;
  niem_report_options options = options_of();
  options.language = "\"><script>";
  niem_buffer *page = page_of(scores, "PL", &options);
  assert_int_equal(times_on_page(page, "<script"), 0);
  assert_int_equal(times_on_page(page, "http"), 1); /* http-equiv */
  assert_on_page(page, "default-src 'none'");
  niem_buffer_free(page);
  options.language = "pl";
  page = page_of(scores, "PL", &options);
  assert_on_page(page, "<html lang=\"pl\">");
  assert_on_page(page, "Zezwolenie");
  assert_on_page(page, "3 lata");
  niem_buffer_free(page);
}

static void test_verify(void **state) {
  (void)state;
  niem_framework *framework = NULL;
  niem_answers *answers = NULL;
  niem_method *method = NULL;
  niem_buffer *digest = NULL, *page = page_of(scores, "PL", NULL);
  niem_error err = {0};
  assert_ok(niem_scores_framework(&framework, scores, &err), &err);
  assert_ok(niem_scores_answers(&answers, scores, &err), &err);
  assert_ok(niem_scores_method(&method, scores, &err), &err);
  assert_ok(niem_answers_digest(&digest, answers, &err), &err);
  assert_on_page(page, niem_framework_digest(framework));
  assert_on_page(page, niem_buffer_data(digest));
  assert_on_page(page, niem_method_digest(method));
  assert_on_page(page, niem_version());
  niem_buffer_free(digest);
  niem_buffer_free(page);
  niem_method_free(method);
  niem_answers_free(answers);
  niem_framework_free(framework);
}

static void test_errors(void **state) {
  (void)state;
  niem_buffer *page = NULL;
  niem_error err = {0};
  const char *units[] = {"SE"};
  assert_failed(niem_unit_report(NULL, scores, "PL", NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out");
  assert_failed(niem_unit_report(&page, NULL, "PL", NULL, &err), &err, NIEM_ERROR_ARGUMENT, "scores");
  assert_failed(niem_unit_report(&page, scores, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "unit");
  assert_failed(niem_unit_report(&page, scores, "FR", NULL, &err), &err, NIEM_ERROR_REFERENCE, "unit");
  niem_report_options options = options_of();
  options.round = "2025";
  assert_failed(niem_unit_report(&page, scores, "PL", &options, &err), &err, NIEM_ERROR_REFERENCE, "round");
  options.round = "2019";
  assert_failed(niem_unit_report(&page, scores, "SE", &options, &err), &err, NIEM_ERROR_REFERENCE, "round");
  options.previous_round = "second";
  assert_failed(niem_unit_report(&page, scores, "PL", &options, &err), &err, NIEM_ERROR_ARGUMENT, "previous_round");
  options.round = "2021";
  assert_failed(niem_unit_report(&page, scores, "PL", &options, &err), &err, NIEM_ERROR_ARGUMENT, "previous_round");
  options.previous_round = "2019";
  assert_failed(niem_unit_report(&page, scores, "SE", &options, &err), &err, NIEM_ERROR_REFERENCE, "previous_round");
  options = options_of();
  options.group = "*";
  assert_failed(niem_unit_report(&page, scores, "PL", &options, &err), &err, NIEM_ERROR_ARGUMENT, "group");
  options.group = "tourist";
  assert_failed(niem_unit_report(&page, scores, "PL", &options, &err), &err, NIEM_ERROR_REFERENCE, "group");
  options = options_of();
  options.index = "whole";
  assert_failed(niem_unit_report(&page, scores, "PL", &options, &err), &err, NIEM_ERROR_REFERENCE, "index");
  options = options_of();
  options.most = 0;
  assert_failed(niem_unit_report(&page, scores, "PL", &options, &err), &err, NIEM_ERROR_ARGUMENT, "most");
  options.most = 1001;
  assert_failed(niem_unit_report(&page, scores, "PL", &options, &err), &err, NIEM_ERROR_ARGUMENT, "most");
  options = options_of();
  options.reference_peers = "baltic";
  assert_failed(niem_unit_report(&page, scores, "PL", &options, &err), &err, NIEM_ERROR_REFERENCE, "reference_peers");
  options.reference_units = units;
  options.n_reference_units = 1;
  assert_failed(niem_unit_report(&page, scores, "PL", &options, &err), &err, NIEM_ERROR_ARGUMENT, "reference_peers");
  options = options_of();
  options.n_reference_units = 1;
  assert_failed(niem_unit_report(&page, scores, "PL", &options, &err), &err, NIEM_ERROR_ARGUMENT, "n_reference_units");
  options = options_of();
  options.struct_size = 1;
  assert_failed(niem_unit_report(&page, scores, "PL", &options, &err), &err, NIEM_ERROR_ARGUMENT, "options");
  assert_null(page);
}

static int write_or_fail(void) {
  niem_buffer *page = NULL;
  niem_report_options options = options_of();
  options.group = "both";
  const niem_status status = niem_unit_report(&page, scores, "PL", &options, NULL);
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  assert_int_equal(page == NULL, status != NIEM_OK);
  niem_buffer_free(page);
  return status != NIEM_OK;
}

static void test_memory(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS_OR_IS_SPARED(100, write_or_fail());
}

static int set_up(void **state) {
  (void)state;
  scores = scores_of(FRAMEWORK, ROWS);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  niem_scores_free(scores);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_summary),     cmocka_unit_test(test_parts),           cmocka_unit_test(test_ends),
      cmocka_unit_test(test_change),      cmocka_unit_test(test_groups_and_gaps), cmocka_unit_test(test_without_value),
      cmocka_unit_test(test_other_scale), cmocka_unit_test(test_screened_out),    cmocka_unit_test(test_reference),
      cmocka_unit_test(test_safe),        cmocka_unit_test(test_verify),          cmocka_unit_test(test_errors),
      cmocka_unit_test(test_memory),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
