/* What the tests of niem/assessment.h share: a small framework with everything in it, readers of tables, failing
 * allocations.
 *
 *   residency  RES-1 (law; a 100, b 50, c 0), RES-2 (policy; yes or no; only where RES-1 is a or b),
 *              COM (implementation; P-1 and P-2, yes or no each)
 *   housing    HOU-1 (policy; a checklist of four), HOU-2 (implementation; 24 to 0 months)
 *   not scored GATE (does the status exist?), HOU-3 (persons), HOU-4 (EUR; refugees only)
 * Groups: refugee; subsidiary, only where GATE is yes; both, the merge.
 * An including file declares the three __wrap functions itself, which is what links it so. */
#ifndef ASSESSMENT_TEST_H
#define ASSESSMENT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/number.h"
#include "fail_allocation.h"
#include "niem.h"

static const char FRAMEWORK[] =
    "{\"format\": \"niem-framework/1\", \"id\": \"small\", \"version\": \"1\", \"title\": \"Small & <square>\","
    " \"facets\": ["
    "  {\"id\": \"area\", \"values\": [{\"id\": \"legal\", \"label\": \"Legal area\"}, {\"id\": \"social\"}]},"
    "  {\"id\": \"dimension\", \"within\": \"area\", \"values\": ["
    "   {\"id\": \"residency\", \"label\": \"Residency\", \"within\": \"legal\"},"
    "   {\"id\": \"housing\", \"within\": \"social\"}]},"
    "  {\"id\": \"step\", \"values\": [{\"id\": \"law\"}, {\"id\": \"policy\"}, {\"id\": \"implementation\"}]},"
    "  {\"id\": \"type\", \"values\": [{\"id\": \"policy\"}, {\"id\": \"financial_input\"}, {\"id\": \"outcome\"}]}],"
    " \"groups\": [{\"id\": \"refugee\"},"
    "  {\"id\": \"subsidiary\", \"applies_if\": {\"indicator\": \"GATE\", \"in\": [\"yes\"]}},"
    "  {\"id\": \"both\", \"merge\": [\"refugee\", \"subsidiary\"]}],"
    " \"units\": [{\"id\": \"PL\", \"aliases\": [\"POL\"]}, {\"id\": \"SE\"}],"
    " \"rounds\": [{\"id\": \"2019\", \"date\": \"2019-03-31\"},"
    "  {\"id\": \"2021\", \"date\": \"2021-03-31\", \"aliases\": [\"second\"]}],"
    " \"instruments\": [{\"id\": \"QD\", \"label\": \"Qualification\", \"source\": \"https://example.org/qd?a=1&b=2\"},"
    "  {\"id\": \"OLD\", \"valid_to\": \"2020-12-31\", \"source\": \"javascript:alert(1)\"},"
    "  {\"id\": \"NEW\", \"valid_from\": \"2021-03-31\"}],"
    " \"indicators\": ["
    "  {\"id\": \"GATE\", \"label\": \"Status\", \"scored\": false, \"type\": \"policy\","
    "   \"scale\": {\"kind\": \"binary\", \"no\": \"It does not exist\", \"yes\": \"It exists\"}},"
    "  {\"id\": \"RES-1\", \"label\": \"Permit\", \"labels\": {\"pl\": \"Zezwolenie\"}, \"question\": \"How long?\","
    "   \"guidance\": \"Read the law.\\nThen <count>.\", \"dimension\": \"residency\", \"step\": \"law\", \"type\": "
    "\"policy\","
    "   \"evidence\": [\"law\", \"decree\"], \"standards\": [{\"ref\": \"QD Art. 24\", \"instrument\": \"QD\"},"
    "    {\"ref\": \"QD Art. 24\", \"instrument\": \"QD\"}],"
    "   \"scale\": {\"kind\": \"ordinal\", \"options\": [{\"id\": \"a\", \"label\": \"5 years\", \"points\": 100},"
    "    {\"id\": \"b\", \"label\": \"3 years\", \"labels\": {\"pl\": \"3 lata\"}, \"points\": 50},"
    "    {\"id\": \"c\", \"points\": 0}]}},"
    "  {\"id\": \"RES-2\", \"dimension\": \"residency\", \"step\": \"policy\", \"type\": \"policy\","
    "   \"standards\": [{\"ref\": \"QD Art. 24\", \"instrument\": \"QD\", \"checked\": false}],"
    "   \"applies_if\": {\"indicator\": \"RES-1\", \"in\": [\"a\", \"b\"]}, \"scale\": {\"kind\": \"binary\"}},"
    "  {\"id\": \"HOU-1\", \"dimension\": \"housing\", \"step\": \"policy\", \"type\": \"policy\","
    "   \"standards\": [{\"ref\": \"OLD Art. 1\", \"instrument\": \"OLD\"}, {\"ref\": \"A principle\"}],"
    "   \"scale\": {\"kind\": \"checklist\", \"items\": [{\"id\": \"a\", \"label\": \"Social housing\"},"
    "    {\"id\": \"b\"}, {\"id\": \"c\"}, {\"id\": \"d\"}]}},"
    "  {\"id\": \"HOU-2\", \"dimension\": \"housing\", \"step\": \"implementation\", \"type\": \"policy\","
    "   \"standards\": [{\"ref\": \"NEW Art. 2\", \"instrument\": \"NEW\"}],"
    "   \"scale\": {\"kind\": \"numeric\", \"unit\": \"months\", \"worst\": 24, \"best\": 0, \"minimum\": 0}},"
    "  {\"id\": \"HOU-3\", \"dimension\": \"housing\", \"type\": \"outcome\", \"scored\": false,"
    "   \"scale\": {\"kind\": \"numeric\", \"unit\": \"persons\", \"minimum\": 0}},"
    "  {\"id\": \"HOU-4\", \"dimension\": \"housing\", \"type\": \"financial_input\", \"scored\": false,"
    "   \"groups\": [\"refugee\"], \"scale\": {\"kind\": \"numeric\", \"unit\": \"EUR\"}},"
    "  {\"id\": \"COM\", \"dimension\": \"residency\", \"step\": \"implementation\", \"type\": \"policy\","
    "   \"standards\": [{\"ref\": \"QD Art. 30\", \"instrument\": \"QD\"}],"
    "   \"scale\": {\"kind\": \"composite\", \"of\": [\"P-1\", \"P-2\"]}},"
    "  {\"id\": \"P-1\", \"dimension\": \"residency\", \"scale\": {\"kind\": \"binary\"}},"
    "  {\"id\": \"P-2\", \"dimension\": \"residency\", \"scale\": {\"kind\": \"binary\"}}],"
    " \"indexes\": [{\"id\": \"overall\", \"levels\": [\"dimension\"]}],"
    " \"default_index\": \"overall\", \"default_group\": \"refugee\"}";

/* Nothing but one scored question. */
static const char BARE[] =
    "{\"format\": \"niem-framework/1\", \"id\": \"bare\", \"version\": \"1\","
    " \"indicators\": [{\"id\": \"Q\", \"scale\": {\"kind\": \"binary\"}}], \"indexes\": [{\"id\": \"all\"}]}";

static inline void assert_ok(niem_status status, const niem_error *err) {
  if (status != NIEM_OK) {
    print_error("%s: %s\n", err->where, err->message);
  }
  assert_int_equal(status, NIEM_OK);
}

static inline void assert_failed(niem_status status, const niem_error *err, niem_status expected, const char *where) {
  if (status != expected || strcmp(err->where, where) != 0) {
    print_error("%d at \"%s\": %s\n", status, err->where, err->message);
  }
  assert_int_equal(status, expected);
  assert_int_equal(err->status, expected);
  assert_string_equal(err->where, where);
  assert_true(strlen(err->message) > 10);
  assert_null(strchr(err->message, '\n'));
}

static inline niem_framework *framework_of(const char *text) {
  niem_framework *framework = NULL;
  niem_error err = {0};
  assert_ok(niem_framework_parse(&framework, NULL, text, (int64_t)strlen(text), &err), &err);
  return framework;
}

/* Rows of unit,round,group,indicator,answer,state,source,coder,note. */
static inline niem_answers *answers_of(const niem_framework *framework, const char *rows) {
  niem_answers *answers = NULL;
  niem_error err = {0};
  char text[16384];
  const int n = snprintf(text, sizeof text, "unit,round,group,indicator,answer,state,source,coder,note\n%s", rows);
  assert_true(n > 0 && n < (int)sizeof text);
  assert_ok(niem_answers_parse(&answers, NULL, framework, text, n, NULL, NULL, &err), &err);
  return answers;
}

static inline niem_method *method_of(const char *consensus) {
  niem_method *method = NULL;
  niem_error err = {0};
  char text[256];
  const int n = snprintf(text, sizeof text, "{\"format\": \"niem-method/1\", \"consensus\": %s}", consensus);
  assert_ok(niem_method_parse(&method, NULL, text, n, &err), &err);
  return method;
}

/* Whether row i has the texts of a key: "unit=PL;kind=no_source". */
static inline int has_key(const niem_table *table, int64_t i, const char *key) {
  char copy[256];
  snprintf(copy, sizeof copy, "%s", key);
  for (char *part = copy; part != NULL;) {
    char *next = strchr(part, ';');
    if (next != NULL) {
      *next++ = '\0';
    }
    char *value = strchr(part, '=');
    *value++ = '\0';
    const int32_t j = niem_table_column(table, part);
    assert_true(j >= 0);
    const char *text = niem_table_text(table, j, i);
    if (strcmp(text == NULL ? "" : text, value) != 0) {
      return 0;
    }
    part = next;
  }
  return 1;
}

static inline int64_t count_rows(const niem_table *table, const char *key) {
  int64_t n = 0;
  for (int64_t i = 0; i < niem_table_rows(table); i++) {
    n += has_key(table, i, key);
  }
  return n;
}

/* The one row with a key. */
static inline int64_t row_of(const niem_table *table, const char *key) {
  int64_t found = -1;
  for (int64_t i = 0; i < niem_table_rows(table); i++) {
    if (has_key(table, i, key)) {
      assert_int_equal(found, -1);
      found = i;
    }
  }
  if (found < 0) {
    print_error("no row %s\n", key);
  }
  assert_true(found >= 0);
  return found;
}

static inline const char *text_at(const niem_table *table, int64_t i, const char *column) {
  const int32_t j = niem_table_column(table, column);
  assert_int_equal(niem_table_column_type(table, j), NIEM_COLUMN_TEXT);
  const char *text = niem_table_text(table, j, i);
  return text == NULL ? "" : text;
}

static inline double real_at(const niem_table *table, int64_t i, const char *column) {
  const double *values = niem_table_reals(table, niem_table_column(table, column));
  assert_non_null(values);
  return values[i];
}

static inline int64_t integer_at(const niem_table *table, int64_t i, const char *column) {
  const int64_t *values = niem_table_integers(table, niem_table_column(table, column));
  assert_non_null(values);
  return values[i];
}

static inline void assert_real(double found, double expected) {
  const double distance = found < expected ? expected - found : found - expected;
  if (ni_is_nan(found) != ni_is_nan(expected) || distance > 1e-12) {
    print_error("%.17g is not %.17g\n", found, expected);
    fail();
  }
}

static inline int64_t times_on_page(const niem_buffer *page, const char *text) {
  int64_t n = 0;
  for (const char *at = strstr(niem_buffer_data(page), text); at != NULL; at = strstr(at + 1, text)) {
    n++;
  }
  return n;
}

static inline void assert_on_page(const niem_buffer *page, const char *text) {
  if (times_on_page(page, text) == 0) {
    print_error("\"%s\" is not on the page\n", text);
  }
  assert_true(times_on_page(page, text) > 0);
}

#endif
