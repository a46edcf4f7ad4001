/* model/json: what is read, what is refused and with which words, and where things stand. */
#include "base/platform.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/memory.h"
#include "base/number.h"
#include "model/json.h"
#include "fail_allocation.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static ni_json *read_text(const char *text) {
  ni_json *json = NULL;
  niem_error err = {0};
  if (ni_json_read(&json, text, strlen(text), &err) != NIEM_OK) {
    fail_msg("%s: %s", text, err.message);
  }
  return json;
}

/* --- what is read --- */

static void check_place(const ni_json *json, const cJSON *item, int64_t line, int64_t column, const char *pointer) {
  int64_t found_line, found_column;
  char found[200];
  assert_non_null(item);
  ni_json_place(json, item, &found_line, &found_column);
  ni_json_pointer(json, item, found, sizeof found);
  assert_int_equal(found_line, line);
  assert_int_equal(found_column, column);
  assert_string_equal(found, pointer);
}

static void places_and_values(void **state) {
  (void)state;
  ni_json *json = read_text(
      "\xEF\xBB\xBF{\n  \"\xC3\xA9t\xC3\xA9\": 1.5, \"b\": [true, null,\r\n 3],\r"
      "\t\"c/d~e\": {\"\": \"x\"}}\n");
  const cJSON *root = ni_json_root(json);
  check_place(json, root, 1, 1, "");
  const cJSON *first = root->child;
  check_place(json, first, 2, 10, "/\xC3\xA9t\xC3\xA9");
  assert_true(first->valuedouble == 1.5);
  const cJSON *b = first->next;
  check_place(json, b, 2, 20, "/b");
  check_place(json, b->child, 2, 21, "/b/0");
  check_place(json, b->child->next, 2, 27, "/b/1");
  check_place(json, b->child->next->next, 3, 2, "/b/2");
  assert_true(b->child->next->next->valuedouble == 3);
  const cJSON *c = b->next;
  check_place(json, c, 4, 11, "/c~1d~0e");
  check_place(json, c->child, 4, 16, "/c~1d~0e/");
  assert_string_equal(c->child->valuestring, "x");
  ni_json_free(json);
  ni_json_free(NULL);
}

static void scalars_alone(void **state) {
  (void)state;
  ni_json *json = read_text(" -0.0 ");
  assert_true(ni_double_bits(ni_json_root(json)->valuedouble) == ni_double_bits(-0.0));
  ni_json_free(json);
  json = read_text("\"\\u00e9\\ud83d\\ude00\\\"\\\\\\/\\b\\f\\n\\r\\t\"");
  assert_string_equal(ni_json_root(json)->valuestring, "\xC3\xA9\xF0\x9F\x98\x80\"\\/\b\f\n\r\t");
  ni_json_free(json);
  json = read_text("[]");
  assert_null(ni_json_root(json)->child);
  ni_json_free(json);
  json = read_text("{ }");
  assert_true(cJSON_IsObject(ni_json_root(json)));
  ni_json_free(json);
}

static void numbers_do_not_depend_on_the_locale(void **state) {
  (void)state;
  static const char TEXT[] = "[0.1, 1e-3, 123456789012345678, 5e-324, 1.7976931348623157e308, -12.75E+1, 1e-999]";
  static const double WANTED[] = {0.1, 1e-3, 123456789012345678.0, 5e-324, 1.7976931348623157e308, -127.5, 0.0};
  char before[64];
  snprintf(before, sizeof before, "%s", setlocale(LC_ALL, NULL));
  static const char *const LOCALES[] = {"C", "de_DE.UTF-8", "pl_PL.UTF-8", "fr_FR.UTF-8"};
  for (size_t k = 0; k < 4; k++) {
    if (setlocale(LC_ALL, LOCALES[k]) == NULL) {
      continue;
    }
    ni_json *json = read_text(TEXT);
    const double *wanted = WANTED;
    for (const cJSON *x = ni_json_root(json)->child; x != NULL; x = x->next) {
      assert_true(ni_double_bits(x->valuedouble) == ni_double_bits(*wanted++));
    }
    ni_json_free(json);
  }
  setlocale(LC_ALL, before);
}

/* --- what is refused --- */

typedef struct refusal {
  const char *text;
  niem_status status;
  int64_t line;
  int64_t column;
  const char *words;
} refusal;

static void check_refusal(const refusal *r, size_t n) {
  ni_json *json = NULL;
  niem_error err = {0};
  niem_status status = ni_json_read(&json, r->text, n, &err);
  if (status != r->status || err.row != r->line || err.column != r->column || strstr(err.message, r->words) == NULL) {
    fail_msg("%s: status %d, line %d, column %d: %s", r->text, (int)status, (int)err.row, (int)err.column, err.message);
  }
  assert_null(json);
  assert_int_equal(ni_json_read(&json, r->text, n, NULL), r->status);
}

static void check_refusals(const refusal *r, size_t n) {
  for (size_t i = 0; i < n; i++) {
    check_refusal(&r[i], strlen(r[i].text));
  }
}

#define CHECK_REFUSALS(table) check_refusals(table, sizeof(table) / sizeof(table)[0])

static void numbers_refused(void **state) {
  (void)state;
  static const refusal CASES[] = {
      {"[0x10]", NIEM_ERROR_SYNTAX, 1, 2, "number 0x10 is hexadecimal"},
      {"{\"a\":\n 012}", NIEM_ERROR_SYNTAX, 2, 2, "number 012 has a leading zero; write 12"},
      {"-0012.5", NIEM_ERROR_SYNTAX, 1, 1, "has a leading zero; write -12.5"},
      {"00", NIEM_ERROR_SYNTAX, 1, 1, "write 0"},
      {"[1, 1e999]", NIEM_ERROR_VALUE, 1, 5, "number 1e999 is too large for a double"},
      {"-1e309", NIEM_ERROR_VALUE, 1, 1, "too large"},
      {"[NaN]", NIEM_ERROR_SYNTAX, 1, 2, "NaN is no word of JSON; write null for a missing number"},
      {"[NA]", NIEM_ERROR_SYNTAX, 1, 2, "write null"},
      {"[Infinity]", NIEM_ERROR_SYNTAX, 1, 2, "Infinity is no word of JSON; write a finite number"},
      {"[-Infinity]", NIEM_ERROR_SYNTAX, 1, 2, "-Infinity is no word of JSON"},
      {"[+1]", NIEM_ERROR_SYNTAX, 1, 2, "number +1 begins with a plus sign; write 1"},
      {"[.5]", NIEM_ERROR_SYNTAX, 1, 2, "number .5 has no digit before its point; write 0.5"},
      {"[-.5]", NIEM_ERROR_SYNTAX, 1, 2, "write -0.5"},
      {"[1.]", NIEM_ERROR_SYNTAX, 1, 2, "number 1. has no digit after its point; write 1"},
      {"[1.e3]", NIEM_ERROR_SYNTAX, 1, 2, "write 1e3"},
      {"[1e]", NIEM_ERROR_SYNTAX, 1, 2, "number 1e is not a number of JSON"},
      {"[-]", NIEM_ERROR_SYNTAX, 1, 2, "number - is not"},
      {"[+]", NIEM_ERROR_SYNTAX, 1, 2, "plus sign; write digits"},
      {"[1-2]", NIEM_ERROR_SYNTAX, 1, 2, "number 1-2 is not"},
      {"[12abc]", NIEM_ERROR_SYNTAX, 1, 2, "number 12abc is not"},
      {"{\"a\": 12,5}", NIEM_ERROR_SYNTAX, 1, 7, "number 12,5 has a decimal comma; write 12.5"},
      {"12,5", NIEM_ERROR_SYNTAX, 1, 1, "decimal comma; write 12.5"},
      {"[1 2]", NIEM_ERROR_SYNTAX, 1, 4, "2 where a comma or ] is expected"},
      {"[00000000000000000000000000000000000000000000000000000001]", NIEM_ERROR_SYNTAX, 1, 2, "has a leading zero"}};
  CHECK_REFUSALS(CASES);
}

static void structure_refused(void **state) {
  (void)state;
  static const refusal CASES[] = {
      {"", NIEM_ERROR_SYNTAX, 1, 1, "the text is empty"},
      {" \n\n ", NIEM_ERROR_SYNTAX, 3, 2, "the text is empty"},
      {"\xEF\xBB\xBF", NIEM_ERROR_SYNTAX, 1, 1, "the text is empty"},
      {"{} {}", NIEM_ERROR_SYNTAX, 1, 4, "nothing more"},
      {"[1]]", NIEM_ERROR_SYNTAX, 1, 4, "] where nothing more"},
      {"null x", NIEM_ERROR_SYNTAX, 1, 6, "x where nothing more"},
      {"[1, 2", NIEM_ERROR_SYNTAX, 1, 6, "ends inside the array or object that begins in line 1, column 1"},
      {"[1,\n {\"a\": [", NIEM_ERROR_SYNTAX, 2, 9, "begins in line 2, column 8"},
      {"{", NIEM_ERROR_SYNTAX, 1, 2, "ends inside"},
      {"{\"a\"", NIEM_ERROR_SYNTAX, 1, 5, "ends inside"},
      {"{\"a\":", NIEM_ERROR_SYNTAX, 1, 6, "ends inside"},
      {"{\"a\":1", NIEM_ERROR_SYNTAX, 1, 7, "ends inside"},
      {"{\"a\":1,", NIEM_ERROR_SYNTAX, 1, 8, "ends inside"},
      {"[1,]", NIEM_ERROR_SYNTAX, 1, 4, "a comma before ]; remove the comma"},
      {"{\"a\":1,}", NIEM_ERROR_SYNTAX, 1, 8, "a comma before }"},
      {"[,1]", NIEM_ERROR_SYNTAX, 1, 2, ", where a value"},
      {"[1,,2]", NIEM_ERROR_SYNTAX, 1, 4, ", where a value"},
      {"{\"a\" 1}", NIEM_ERROR_SYNTAX, 1, 6, "1 where the colon after a key"},
      {"{\"a\":}", NIEM_ERROR_SYNTAX, 1, 6, "} where a value"},
      {"{a:1}", NIEM_ERROR_SYNTAX, 1, 2, "a where a key in double quotes"},
      {"{1:1}", NIEM_ERROR_SYNTAX, 1, 2, "1 where a key"},
      {"{\"a\":1 \"b\":2}", NIEM_ERROR_SYNTAX, 1, 8, "\" where a comma or }"},
      {"{'a':1}", NIEM_ERROR_SYNTAX, 1, 2, "single quotes; write double quotes"},
      {"['a']", NIEM_ERROR_SYNTAX, 1, 2, "single quotes"},
      {"[1 // one\n]", NIEM_ERROR_SYNTAX, 1, 4, "no comments"},
      {"/* x */ 1", NIEM_ERROR_SYNTAX, 1, 1, "no comments"},
      {"# x\n1", NIEM_ERROR_SYNTAX, 1, 1, "no comments"},
      {"[True]", NIEM_ERROR_SYNTAX, 1, 2, "True is no word of JSON; write true"},
      {"[None]", NIEM_ERROR_SYNTAX, 1, 2, "write null"},
      {"[tru]", NIEM_ERROR_SYNTAX, 1, 2, "tru where a value"},
      {"[nullx]", NIEM_ERROR_SYNTAX, 1, 2, "nullx where a value"},
      {"[\xC3\xA9]", NIEM_ERROR_SYNTAX, 1, 2, "\xC3\xA9 where a value"},
      {"[\"\xC3\xA9\xF0\x9F\x98\x80\", x]", NIEM_ERROR_SYNTAX, 1, 8, "x where"},
      {"[\v1]", NIEM_ERROR_SYNTAX, 1, 2, "control character (code 11)"},
      {"]", NIEM_ERROR_SYNTAX, 1, 1, "] where a value"}};
  CHECK_REFUSALS(CASES);
}

static void strings_refused(void **state) {
  (void)state;
  static const refusal CASES[] = {
      {"[\"abc", NIEM_ERROR_SYNTAX, 1, 6, "ends inside the string that begins in line 1"},
      {"[\"abc\n\"]", NIEM_ERROR_SYNTAX, 1, 2, "not closed in its line"},
      {"[\"abc\r\"]", NIEM_ERROR_SYNTAX, 1, 2, "not closed in its line"},
      {"[\"a\tb\"]", NIEM_ERROR_SYNTAX, 1, 4, "control character (code 9) inside a string; write it as an escape, \\t"},
      {"[\"a\x1f\"]", NIEM_ERROR_SYNTAX, 1, 4, "code 31"},
      {"[\"C:\\x\"]", NIEM_ERROR_SYNTAX, 1, 5, "write \\\\ for a backslash"},
      {"[\"\\", NIEM_ERROR_SYNTAX, 1, 3, "backslash"},
      {"[\"\\\"", NIEM_ERROR_SYNTAX, 1, 5, "ends inside the string"},
      {"[\"\\u12\"]", NIEM_ERROR_SYNTAX, 1, 3, "four hexadecimal digits"},
      {"[\"\\u12g4\"]", NIEM_ERROR_SYNTAX, 1, 3, "four hexadecimal digits"},
      {"[\"\\u", NIEM_ERROR_SYNTAX, 1, 3, "four hexadecimal digits"},
      {"[\"a\\u0000\"]", NIEM_ERROR_ENCODING, 1, 4, "NUL"},
      {"{\"\\u0000\":1}", NIEM_ERROR_ENCODING, 1, 3, "NUL"},
      {"[\"\\ud800\"]", NIEM_ERROR_ENCODING, 1, 3, "\\ud800 is half of a character"},
      {"[\"\\ud83dx\"]", NIEM_ERROR_ENCODING, 1, 3, "half"},
      {"[\"\\ud83d\\ud83d\"]", NIEM_ERROR_ENCODING, 1, 3, "half"},
      {"[\"\\ude00\"]", NIEM_ERROR_ENCODING, 1, 3, "\\ude00 is half"},
      {"[\"\\ud83d", NIEM_ERROR_ENCODING, 1, 3, "half"},
      {"[\"\xE9t\xE9\"]", NIEM_ERROR_ENCODING, 1, 3, "Latin-1 or Windows-1252: save the file as UTF-8"},
      {"[\"\xED\xA0\x80\"]", NIEM_ERROR_ENCODING, 1, 3, "not UTF-8"},
      {"\xFF\xFE[\0", NIEM_ERROR_ENCODING, 1, 1, "UTF-16"}};
  CHECK_REFUSALS(CASES);
  const refusal nul = {"[1,\n\0]", NIEM_ERROR_ENCODING, 2, 1, "a NUL byte"};
  check_refusal(&nul, 6);
}

static void keys_twice(void **state) {
  (void)state;
  static const refusal CASES[] = {
      {"{\"a\":1,\n \"a\":2}", NIEM_ERROR_DUPLICATE, 2, 2, "key \"a\" stands twice in one object (first in line 1)"},
      {"{\"a\":1,\"\\u0061\":2}", NIEM_ERROR_DUPLICATE, 1, 8, "key \"a\""},
      {"{\"b\xC3\xA9\\n/\":1,\"b\\u00e9\\n\\/\":2}", NIEM_ERROR_DUPLICATE, 1, 12, "key \"b\xC3\xA9 /\" stands"},
      {"{\"0123456789012345678901234567890123456789\xC3\xA9\":1,\"0123456789012345678901234567890123456789\xC3\xA9\":"
       "2}",
       NIEM_ERROR_DUPLICATE, 1, 48, "key \"0123456789012345678901234567890123456789\" stands"},
      {"{\"012345678901234567890123456789012345678\xC3\xA9\":1,\"012345678901234567890123456789012345678\xC3\xA9\":2}",
       NIEM_ERROR_DUPLICATE, 1, 47, "key \"012345678901234567890123456789012345678\" stands"},
      {"{\"\":1,\"\":2}", NIEM_ERROR_DUPLICATE, 1, 7, "key \"\""},
      {"{\"\\ud83d\\ude00\":1,\"\xF0\x9F\x98\x80\":2}", NIEM_ERROR_DUPLICATE, 1, 19, "\xF0\x9F\x98\x80"},
      {"[{\"x\":{\"n\":1,\"m\":{},\"\\n\\t\\/\":1,\"n\":2}}]", NIEM_ERROR_DUPLICATE, 1, 32, "key \"n\""}};
  CHECK_REFUSALS(CASES);
  ni_json_free(read_text("{\"a\":{\"a\":{\"a\":1}},\"A\":[{\"a\":1},{\"a\":1}]}"));
}

/* An object of many keys is checked another way. */
static void many_keys_and_one_twice(void **state) {
  (void)state;
  enum { N = 5000 };
  char *text = ni_alloc(N, 16);
  for (int twice = 0; twice < 2; twice++) {
    size_t n = (size_t)snprintf(text, 2, "{");
    for (int i = 0; i < N; i++) {
      n += (size_t)snprintf(text + n, 16, "\"k%d\":0,\n", i);
    }
    n += (size_t)snprintf(text + n, 16, "\"k%d\":1}", twice ? 4321 : N);
    ni_json *json = NULL;
    niem_error err = {0};
    assert_int_equal(ni_json_read(&json, text, n, &err), twice ? NIEM_ERROR_DUPLICATE : NIEM_OK);
    if (twice) {
      assert_int_equal(err.row, N + 1);
      assert_string_equal(err.message, "key \"k4321\" stands twice in one object (first in line 4322); keep one");
    }
    ni_json_free(json);
  }
  ni_free(text);
}

/* --- limits --- */

static niem_status read_nested(int depth, char open, char close, niem_error *err) {
  size_t n = (size_t)depth * 2;
  char *text = ni_alloc(n + 1, 1);
  memset(text, open, n / 2);
  memset(text + n / 2, close, n / 2);
  ni_json *json = NULL;
  niem_status status = ni_json_read(&json, text, n, err);
  if (status == NIEM_OK) {
    char pointer[200];
    const cJSON *item = ni_json_root(json);
    while (item->child != NULL) {
      item = item->child;
    }
    ni_json_pointer(json, item, pointer, sizeof pointer);
    assert_int_equal(strlen(pointer), 2 * (depth - 1));
  }
  ni_json_free(json);
  ni_free(text);
  return status;
}

static void depth(void **state) {
  (void)state;
  niem_error err;
  assert_int_equal(read_nested(64, '[', ']', &err), NIEM_OK);
  assert_int_equal(read_nested(65, '[', ']', &err), NIEM_ERROR_LIMIT);
  assert_int_equal(err.column, 65);
  assert_int_equal(read_nested(10000, '[', ']', &err), NIEM_ERROR_LIMIT);
  assert_int_equal(read_nested(10000, '[', '[', &err), NIEM_ERROR_LIMIT);
  assert_non_null(strstr(err.message, "more than 64"));
}

static void long_strings(void **state) {
  (void)state;
  for (size_t over = 0; over < 2; over++) {
    size_t n = NI_JSON_STRING + over + 2;
    char *text = ni_alloc(n, 1);
    memset(text, 'x', n);
    text[0] = text[n - 1] = '"';
    ni_json *json = NULL;
    assert_int_equal(ni_json_read(&json, text, n, NULL), over ? NIEM_ERROR_LIMIT : NIEM_OK);
    ni_json_free(json);
    ni_free(text);
  }
}

static void a_text_too_long(void **state) {
  (void)state;
  ni_json *json = NULL;
  niem_error err;
  /* refused by its length: the bytes are not looked at beyond the byte order mark */
  assert_int_equal(ni_json_read(&json, "12345678", (size_t)NI_JSON_TEXT + 1, &err), NIEM_ERROR_LIMIT);
  assert_non_null(strstr(err.message, "1073741824 bytes"));
}

/* --- telling --- */

static void telling_where(void **state) {
  (void)state;
  ni_json *json = read_text("{\"a\": [0,\n {\"b\": \"x\"}]}");
  const cJSON *b = ni_json_root(json)->child->child->next->child;
  niem_error err;
  assert_int_equal(ni_json_fail(json, b, &err, NIEM_ERROR_FORMAT, "not %s", "that"), NIEM_ERROR_FORMAT);
  assert_int_equal(ni_json_fail(json, b, NULL, NIEM_ERROR_FORMAT, "not %s", "that"), NIEM_ERROR_FORMAT);
  assert_int_equal(err.status, NIEM_ERROR_FORMAT);
  assert_int_equal(err.row, 2);
  assert_int_equal(err.column, 8);
  assert_string_equal(err.where, "/a/1/b");
  assert_string_equal(err.message, "not that");
  char small[6];
  ni_json_pointer(json, b, small, sizeof small);
  assert_string_equal(small, "/a/1/");
  ni_json_pointer(json, b, small, 1);
  assert_string_equal(small, "");
  ni_json_pointer(json, b, NULL, 0);
  ni_json_free(json);
}

static void a_pointer_is_cut_at_a_character(void **state) {
  (void)state;
  ni_json *json = read_text("{\"ab\xE2\x82\xAC~x\": 1}");
  const char *const wanted[] = {"",
                                "",
                                "/",
                                "/a",
                                "/ab",
                                "/ab",
                                "/ab",
                                "/ab\xE2\x82\xAC",
                                "/ab\xE2\x82\xAC",
                                "/ab\xE2\x82\xAC~0",
                                "/ab\xE2\x82\xAC~0x"};
  for (size_t size = 1; size < 11; size++) {
    char out[16];
    ni_json_pointer(json, ni_json_root(json)->child, out, size);
    assert_string_equal(out, wanted[size]);
  }
  ni_json_free(json);
}

/* A long message is cut at a character's edge as well. */
static void a_message_is_cut_at_a_character(void **state) {
  (void)state;
  ni_json *json = read_text("1");
  for (size_t shift = 0; shift < 3; shift++) {
    char text[1000];
    memset(text, 'a', shift);
    for (size_t i = shift; i + 3 < sizeof text; i += 3) {
      memcpy(text + i, "\xE2\x82\xAC\0", 4);
    }
    niem_error err;
    ni_json_fail(json, ni_json_root(json), &err, NIEM_ERROR_FORMAT, "%s", text);
    assert_int_equal((strlen(err.message) - shift) % 3, 0);
    assert_true(strlen(err.message) > 760);
  }
  ni_json_free(json);
}

/* A million values, a tenth of them with a problem: all are counted, the first thousand kept. */
static void many_problems_in_a_long_array(void **state) {
  (void)state;
  enum { N = 1000000 };
  char *text = ni_alloc(N, 2);
  for (size_t i = 0; i < N; i++) {
    memcpy(text + 2 * i, i == 0 ? "[0" : ",7", 2);
  }
  text[2 * N - 1] = ']';
  text[2 * N - 2] = ' ';
  ni_json *json = NULL;
  assert_int_equal(ni_json_read(&json, text, 2 * N, NULL), NIEM_OK);
  niem_problems *problems = NULL;
  assert_int_equal(ni_problems_new(&problems, NULL), NIEM_OK);
  int64_t i = 0;
  for (const cJSON *x = ni_json_root(json)->child; x != NULL; x = x->next, i++) {
    if (i % 10 == 9) {
      ni_json_report(json, x, problems, NIEM_ERROR, NIEM_ERROR_VALUE, "%d is too many", (int)x->valuedouble);
    }
  }
  assert_int_equal(i, N - 1);
  assert_int_equal(niem_problems_total(problems, NIEM_ERROR), (N - 1) / 10);
  assert_int_equal(niem_problems_count(problems), NIEM_PROBLEMS_KEPT);
  const niem_error *last = niem_problems_get(problems, NIEM_PROBLEMS_KEPT - 1);
  assert_string_equal(last->where, "/9999");
  assert_string_equal(last->message, "7 is too many");
  assert_int_equal(last->column, 20000);
  niem_problems_free(problems);
  ni_json_free(json);
  ni_free(text);
}

static int read_all_kinds(void) {
  static const char TEXT[] =
      "{\"a\":[1,2,3,4,5,6,7,8,9,10,11,12],\"\\u0062\":{},\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,"
      "\"j\":1,\"k\":1,\"l\":1,\"m\":1,\"n\":1,\"o\":1,\"p\":1,\"q\":1,\"r\":1,\"s\":1,\"t\":1,\"u\":1,\"v\":1,"
      "\"w\":1,\"x\":1,\"y\":1,\"z\":1,\"A\":1,\"B\":1,\"C\":1,\"D\":1,\"E\":1,\"F\":1,\"G\":1,\"H\":\"text\"}";
  ni_json *json = NULL;
  niem_error err;
  niem_status status = ni_json_read(&json, TEXT, sizeof TEXT - 1, &err);
  ni_json_free(json);
  assert_true(status == NIEM_OK || err.status == NIEM_ERROR_MEMORY);
  return status == NIEM_ERROR_MEMORY;
}

static void memory_short(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(read_all_kinds());
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(places_and_values),
      cmocka_unit_test(scalars_alone),
      cmocka_unit_test(numbers_do_not_depend_on_the_locale),
      cmocka_unit_test(numbers_refused),
      cmocka_unit_test(structure_refused),
      cmocka_unit_test(strings_refused),
      cmocka_unit_test(keys_twice),
      cmocka_unit_test(many_keys_and_one_twice),
      cmocka_unit_test(depth),
      cmocka_unit_test(long_strings),
      cmocka_unit_test(a_text_too_long),
      cmocka_unit_test(telling_where),
      cmocka_unit_test(a_pointer_is_cut_at_a_character),
      cmocka_unit_test(a_message_is_cut_at_a_character),
      cmocka_unit_test(many_problems_in_a_long_array),
      cmocka_unit_test(memory_short),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
