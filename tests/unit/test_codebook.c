/* niem_codebook: everything is on the page, escaped, and nothing on it leads to a network. */
#include "base/platform.h"

#include "assessment.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static niem_framework *small;

static niem_buffer *page_of(const niem_framework *framework, const char *language) {
  niem_buffer *page = NULL;
  niem_error err = {0};
  assert_ok(niem_codebook(&page, framework, language, &err), &err);
  return page;
}

static void test_content(void **state) {
  (void)state;
  niem_buffer *page = page_of(small, NULL);
  assert_on_page(page, "<!DOCTYPE html>");
  assert_on_page(page, "<html lang=\"en\">");
  assert_on_page(page, "<title>Codebook: Small &amp; &lt;square&gt;</title>");
  assert_int_equal(times_on_page(page, "<article "),
                   10); /* every indicator once, the composite and the unscored ones too */
  assert_int_equal(times_on_page(page, "</article>"), 10);
  assert_on_page(page, "How long?");
  assert_on_page(page, "Read the law.\nThen &lt;count&gt;.");
  assert_on_page(page, "<td>5 years</td><td class=\"number\">100</td>");
  assert_on_page(page, "Evidence</dt><dd>law, decree</dd>");
  assert_on_page(page, "Only where</dt><dd>RES-1 is a or b</dd>");
  assert_on_page(page, "24 has 0 points, 0 has 100; between them they follow a straight line, beyond them they stay.");
  assert_on_page(page, "<li>not scored</li>");
  assert_on_page(page, "<li>part of COM</li>");
  assert_on_page(page, "Points: the share of items, times 100.");
  assert_on_page(page, "<h2>Residency <span class=\"area\">Legal area</span></h2>");
  assert_on_page(page, "<h2>Other</h2>"); /* the gate has no dimension */
  assert_on_page(page, "QD Art. 24</a> (not checked)");
  assert_on_page(page, "refugee, subsidiary</td>"); /* the merge */
  assert_on_page(page, "GATE is yes");
  niem_buffer_free(page);
}

static void test_safe(void **state) {
  (void)state;
  niem_buffer *page = page_of(small, "\"><script>");
  assert_int_equal(times_on_page(page, "<script>"), 1);
  assert_int_equal(times_on_page(page, "javascript:"), 0); /* no link, and not shown either */
  assert_int_equal(times_on_page(page, "src="), 0);
  assert_on_page(page, "default-src 'none'");
  assert_on_page(page, "<a href=\"https://example.org/qd?a=1&amp;b=2\">QD Art. 24</a>");
  assert_int_equal(times_on_page(page, "<link"), 0);
  niem_buffer_free(page);
}

static void test_language(void **state) {
  (void)state;
  niem_buffer *page = page_of(small, "pl");
  assert_on_page(page, "<html lang=\"pl\">");
  assert_on_page(page, "Zezwolenie");
  assert_on_page(page, "3 lata");
  assert_on_page(page, "5 years"); /* what is not translated stays English */
  niem_buffer_free(page);
}

static void test_other_frameworks(void **state) {
  (void)state;
  niem_framework *bare = framework_of(BARE);
  niem_buffer *page = page_of(bare, NULL);
  assert_on_page(page, "<h2>Indicators</h2>");
  assert_on_page(page, "<h1>bare</h1>");
  assert_int_equal(times_on_page(page, "<h3>"), 0);
  niem_buffer_free(page);
  niem_framework_free(bare);
  niem_framework *themes = framework_of(
      "{\"format\": \"niem-framework/1\", \"id\": \"f\", \"version\": \"1\", \"facets\": [{\"id\": \"theme\", "
      "\"label\": \"T\", \"values\": [{\"id\": \"t1\"}, {\"id\": \"t2\"}, {\"id\": \"unused\"}]}, {\"id\": \"step\", "
      "\"values\": [{\"id\": \"s1\"}]}],"
      " \"indicators\": [{\"id\": \"A\", \"theme\": \"t1\", \"step\": \"s1\", \"question\": \"a\\u0001'b\", "
      "\"scale\": {\"kind\": \"checklist\", \"items\": [{\"id\": \"x\"}], \"scoring\": \"count\", \"points\": [0, "
      "100]}}, {\"id\": \"B\", \"theme\": \"t2\", \"scale\": {\"kind\": \"numeric\", \"worst\": 1, \"best\": 10, "
      "\"transform\": \"log\", \"clamp\": false}}]}");
  page = page_of(themes, NULL);
  assert_on_page(page, "<h2>s1</h2>"); /* step is known, theme a tag */
  assert_on_page(page, "<li>t2</li>");
  assert_int_equal(times_on_page(page, "unused"), 0);
  assert_on_page(page, "a&#39;b");
  assert_on_page(page, "Points by the number of items, from none on: 0, 100.");
  assert_on_page(page, "the logarithm, beyond them no number is allowed");
  niem_buffer_free(page);
  niem_framework_free(themes);
}

/* NIEM's own, in both of its languages. */
static void test_niem(void **state) {
  (void)state;
  niem_framework *niem = NULL;
  niem_table *table = NULL;
  niem_error err = {0};
  assert_ok(niem_framework_shipped(&niem, "niem", &err), &err);
  assert_ok(niem_framework_table(&table, niem, "indicators", NULL, &err), &err);
  static const char *const languages[] = {NULL, "pl"};
  for (int k = 0; k < 2; k++) {
    niem_buffer *page = page_of(niem, languages[k]);
    assert_int_equal(times_on_page(page, "<article "), niem_table_rows(table));
    assert_int_equal(times_on_page(page, "<li class=\"q\">"), niem_table_rows(table));
    assert_true(niem_buffer_size(page) < 1000000);
    niem_buffer_free(page);
  }
  niem_table_free(table);
  niem_framework_free(niem);
}

static void test_errors(void **state) {
  (void)state;
  niem_buffer *page = NULL;
  niem_error err = {0};
  assert_failed(niem_codebook(NULL, small, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out");
  assert_failed(niem_codebook(&page, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "framework");
  assert_null(page);
}

static int write_or_fail(void) {
  niem_buffer *page = NULL;
  const niem_status status = niem_codebook(&page, small, NULL, NULL);
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  niem_buffer_free(page);
  return status != NIEM_OK;
}

static void test_memory(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(write_or_fail());
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
      cmocka_unit_test(test_content),          cmocka_unit_test(test_safe), cmocka_unit_test(test_language),
      cmocka_unit_test(test_other_frameworks), cmocka_unit_test(test_niem), cmocka_unit_test(test_errors),
      cmocka_unit_test(test_memory),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
