/* Frameworks: reading, refusing with the place, describing, writing again; limits and sizes that are meant to hurt. */
#include "base/platform.h"

#include "made.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"

/* --- what is right --- */

static void test_describes(void **state) {
  (void)state;
  niem_framework *framework = framework_of(BASE);
  assert_string_equal(niem_framework_id(framework), "base");
  assert_string_equal(niem_framework_version(framework), "1.0");
  assert_string_equal(niem_framework_title(framework), "Base");
  assert_string_equal(niem_framework_default_index(framework), "overall");
  assert_string_equal(niem_framework_default_group(framework), "both");
  assert_int_equal(strlen(niem_framework_digest(framework)), 64);
  static const struct {
    const char *part;
    int rows;
  } parts[] = {{"facets", 6},   {"groups", 4},    {"units", 2},       {"rounds", 2},  {"peers", 2}, {"indicators", 6},
               {"options", 10}, {"standards", 1}, {"instruments", 1}, {"indexes", 2}, {"nodes", 15}};
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    niem_table *table = NULL;
    assert_int_equal(niem_framework_table(&table, framework, parts[i].part, NULL, NULL), NIEM_OK);
    if (niem_table_rows(table) != parts[i].rows) {
      print_error("%s has %lld rows\n", parts[i].part, (long long)niem_table_rows(table));
      fail();
    }
    niem_table_free(table);
  }
  niem_table *table = (niem_table *)(uintptr_t)1;
  niem_error err;
  assert_int_equal(niem_framework_table(&table, framework, "wishes", NULL, &err), NIEM_ERROR_REFERENCE);
  assert_null(table);
  check_error(&err, NIEM_ERROR_REFERENCE, 0, "part", "indicators");
  niem_framework_free(framework);
}

static void test_indicator_table(void **state) {
  (void)state;
  niem_framework *framework = framework_of(BASE);
  niem_table *t = NULL;
  assert_int_equal(niem_framework_table(&t, framework, "indicators", NULL, NULL), NIEM_OK);
  const int64_t i = row_with(t, "indicator", "HOU-3");
  assert_string_equal(text_at(t, "area", i), "social"); /* implied by its dimension */
  assert_string_equal(text_at(t, "groups", i), "ref,sub");
  assert_int_equal(integer_at(t, "conditional", i), 1);
  assert_string_equal(text_at(t, "groups", row_with(t, "indicator", "RES-2")), "ref");
  assert_true(real_at(t, "worst", row_with(t, "indicator", "HOU-1")) == 24);
  assert_int_equal(integer_at(t, "scored", row_with(t, "indicator", "STAT")), 0);
  niem_table_free(t);
  niem_framework_free(framework);
}

/* Which way a scale runs, what it aims at and what it is divided by: said, or following from the goalposts. */
static void test_directions(void **state) {
  (void)state;
  char *text = edited(BASE, "{\"id\":\"STAT\",\"scored\":false,\"scale\":{\"kind\":\"numeric\"}}",
                      "{\"id\":\"STAT\",\"scored\":false,\"scale\":{\"kind\":\"numeric\"}},"
                      "{\"id\":\"UP\",\"scale\":{\"kind\":\"numeric\",\"worst\":1,\"best\":2,\"direction\":1},"
                      "\"denominator\":\"S\",\"dimension\":\"housing\"},"
                      "{\"id\":\"DOWN\",\"scored\":false,\"aliases\":[\"S\"],\"scale\":{\"kind\":\"numeric\","
                      "\"direction\":-1.0,\"target\":0.5}}");
  niem_framework *framework = framework_of(text);
  niem_table *t = NULL;
  assert_int_equal(niem_framework_table(&t, framework, "indicators", NULL, NULL), NIEM_OK);
  static const struct {
    const char *id;
    int64_t direction;
    const char *denominator;
  } expected[] = {{"RES-1", NIEM_MISSING_INTEGER, NULL},
                  {"HOU-1", -1, NULL},
                  {"STAT", 1, NULL},
                  {"UP", 1, "DOWN"},
                  {"DOWN", -1, NULL}};
  for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
    const int64_t row = row_with(t, "indicator", expected[i].id);
    assert_true(integer_at(t, "direction", row) == expected[i].direction);
    const char *denominator = niem_table_text(t, niem_table_column(t, "denominator"), row);
    assert_string_equal(denominator == NULL ? "" : denominator,
                        expected[i].denominator == NULL ? "" : expected[i].denominator);
  }
  assert_true(real_at(t, "target", row_with(t, "indicator", "DOWN")) == 0.5);
  const double none = real_at(t, "target", row_with(t, "indicator", "UP"));
  assert_true(none != none);
  niem_table_free(t);
  niem_framework_free(framework);
  free(text);
}

/* A unit may be in groups of two sets, and in any number of groups of none. */
static void test_sets(void **state) {
  (void)state;
  char *text = edited(BASE, "\"peers\":[",
                      "\"peers\":[{\"id\":\"a:1\",\"set\":\"a\",\"units\":[\"PL\",\"EL\"]},"
                      "{\"id\":\"a:2\",\"set\":\"a\",\"units\":[\"DE\"]},"
                      "{\"id\":\"b:1\",\"set\":\"b\",\"units\":[\"PL\",\"DE\"]},"
                      "{\"id\":\"some\",\"units\":[\"PL\"]},");
  niem_framework *framework = framework_of(text);
  niem_table *t = NULL;
  assert_int_equal(niem_framework_table(&t, framework, "peers", NULL, NULL), NIEM_OK);
  assert_int_equal(niem_table_rows(t), 8);
  assert_string_equal(text_at(t, "set", row_with(t, "peers", "a:2")), "a");
  assert_null(niem_table_text(t, niem_table_column(t, "set"), row_with(t, "peers", "v4")));
  niem_table_free(t);
  niem_framework_free(framework);
  free(text);
}

static void same_digest(const niem_framework *framework, const char *text) {
  niem_framework *again = framework_of(text);
  assert_string_equal(niem_framework_digest(again), niem_framework_digest(framework));
  niem_framework_free(again);
}

static void test_round_trip(void **state) {
  (void)state;
  niem_framework *framework = framework_of(BASE);
  niem_buffer *json = NULL;
  assert_int_equal(niem_framework_json(&json, framework, NULL), NIEM_OK);
  same_digest(framework, niem_buffer_data(json));
  niem_buffer_free(json);
  assert_int_equal(niem_framework_write(framework, "test_framework.json", NULL), NIEM_OK);
  niem_framework *again = NULL;
  assert_int_equal(niem_framework_read(&again, NULL, "test_framework.json", NULL), NIEM_OK);
  assert_string_equal(niem_framework_digest(again), niem_framework_digest(framework));
  niem_framework_free(again);
  (void)remove("test_framework.json");
  char *moved =
      edited(BASE, "\"id\":\"base\",\"version\":\"1.0\",", " \n\t\"version\" : \"1.0\" , \"id\":\"b\\u0061se\",");
  same_digest(framework, moved);
  free(moved);
  char *marked = malloc(sizeof BASE + 3);
  assert_non_null(marked);
  memcpy(marked, "\xEF\xBB\xBF", 3);
  memcpy(marked + 3, BASE, sizeof BASE);
  same_digest(framework, marked);
  free(marked);
  niem_framework_free(framework);
}

/* The order of keys is no part of a framework, so it must not choose a label either. */
static void test_labels(void **state) {
  (void)state;
  char *texts[] = {
      edited(BASE, "\"title\":\"Base\",\"titles\":{\"pl\":\"Podstawa\"}", "\"titles\":{\"pl\":\"P\",\"de\":\"D\"}"),
      edited(BASE, "\"title\":\"Base\",\"titles\":{\"pl\":\"Podstawa\"}", "\"titles\":{\"de\":\"D\",\"pl\":\"P\"}")};
  for (int i = 0; i < 2; i++) {
    niem_framework *framework = framework_of(texts[i]);
    niem_buffer *json = NULL;
    assert_int_equal(niem_framework_json(&json, framework, NULL), NIEM_OK);
    niem_framework *again = framework_of(niem_buffer_data(json));
    assert_string_equal(niem_framework_title(framework), "D");
    assert_string_equal(niem_framework_title(again), "D");
    niem_buffer_free(json);
    niem_framework_free(again);
    niem_framework_free(framework);
    free(texts[i]);
  }
  char *both = edited(BASE, "\"titles\":{\"pl\":\"Podstawa\"}", "\"titles\":{\"en\":\"Passed over\"}");
  niem_framework *framework = framework_of(both);
  assert_string_equal(niem_framework_title(framework), "Base");
  niem_framework_free(framework);
  free(both);
}

static void test_shipped(void **state) {
  (void)state;
  int32_t n = 0;
  for (; niem_framework_shipped_name(n) != NULL; n++) {
    niem_framework *framework = NULL;
    assert_int_equal(niem_framework_shipped(&framework, niem_framework_shipped_name(n), NULL), NIEM_OK);
    niem_framework_free(framework);
  }
  assert_true(n >= 1);
  assert_null(niem_framework_shipped_name(-1));
  niem_framework *framework = (niem_framework *)(uintptr_t)1;
  niem_error err;
  assert_int_equal(niem_framework_shipped(&framework, "none such", &err), NIEM_ERROR_REFERENCE);
  assert_null(framework);
  check_error(&err, NIEM_ERROR_REFERENCE, 0, "name", niem_framework_shipped_name(0));
}

/* A framework without groups has one; one without indexes is fine until it is scored. */
static void test_least(void **state) {
  (void)state;
  niem_framework *framework = framework_of(
      "{\"format\":\"niem-framework/"
      "1\",\"id\":\"x\",\"version\":\"\",\"indicators\":[{\"id\":\"A\",\"scale\":{\"kind\":"
      "\"binary\"}}]}");
  assert_null(niem_framework_default_index(framework));
  assert_null(niem_framework_default_group(framework));
  assert_string_equal(niem_framework_title(framework), "");
  niem_table *t = NULL;
  assert_int_equal(niem_framework_table(&t, framework, "groups", NULL, NULL), NIEM_OK);
  assert_string_equal(text_at(t, "group", 0), "all");
  niem_table_free(t);
  niem_framework_free(framework);
}

/* --- what is wrong --- */

typedef struct fault {
  const char *old, *new_text;
  niem_status status;
  const char *where, *part;
} fault;

static const fault FAULTS[] = {
    {"niem-framework/1", "niem-framework/2", NIEM_ERROR_VERSION, "/format", "niem-framework/2"},
    {"niem-framework/1", "niem-frame", NIEM_ERROR_FORMAT, "/format", "must be"},
    {"\"version\":\"1.0\",", "", NIEM_ERROR_FORMAT, "", "\"version\" is needed"},
    {"\"meta\"", "\"metta\"", NIEM_ERROR_FORMAT, "/metta", "unknown"},
    {"\"id\":\"base\"", "\"id\":7", NIEM_ERROR_FORMAT, "/id", "text in quotes"},
    {"\"id\":\"base\"", "\"id\":\"a/b\"", NIEM_ERROR_VALUE, "/id", "no /"},
    {"\"id\":\"base\"", "\"id\":\" base\"", NIEM_ERROR_VALUE, "/id", "no space at its ends"},
    {"\"id\":\"base\"", "\"id\":\"*\"", NIEM_ERROR_VALUE, "/id", "not be *"},
    {"\"title\":\"Base\"", "\"title\":[]", NIEM_ERROR_FORMAT, "/title", "\"titles\""},
    {"\"id\":\"step\"", "\"id\":\"scale\"", NIEM_ERROR_VALUE, "/facets/2/id", "word of the format"},
    {"\"id\":\"step\"", "\"id\":\"only\"", NIEM_ERROR_VALUE, "/facets/2/id", "word of the format"},
    {"\"within\":\"area\"", "\"within\":\"step\"", NIEM_ERROR_REFERENCE, "/facets/1/within", "stands before"},
    {"\"within\":\"legal\"", "\"within\":\"lawful\"", NIEM_ERROR_REFERENCE, "/facets/1/values/0/within", "no value of"},
    {"{\"id\":\"law\"},", "{\"id\":\"deed\"},", NIEM_ERROR_DUPLICATE, "/facets/2/values/1", "given twice"},
    {"\"aliases\":[\"homes\"]", "\"aliases\":[\"residency\"]", NIEM_ERROR_DUPLICATE, "/facets/1/values/1", "twice"},
    {"\"merge\":[\"ref\",\"sub\"]", "\"merge\":[\"ref\"]", NIEM_ERROR_FORMAT, "/groups/2/merge", "at least two"},
    {"\"merge\":[\"ref\",\"sub\"]", "\"merge\":[\"ref\",\"ref\"]", NIEM_ERROR_DUPLICATE, "/groups/2/merge", "twice"},
    {"\"merge\":[\"ref\",\"sub\"]", "\"merge\":[\"ref\",\"both\"]", NIEM_ERROR_REFERENCE, "/groups/2/merge",
     "no group"},
    {"\"over\":\"common\"", "\"over\":\"most\"", NIEM_ERROR_VALUE, "/groups/3/over", "all common"},
    {"{\"ref\":3}", "{\"ref\":-1}", NIEM_ERROR_VALUE, "/groups/3/weights/ref", "weight must be 0"},
    {"{\"ref\":3}", "{\"ref\":0,\"sub\":0}", NIEM_ERROR_VALUE, "/groups/3/weights", "not all be 0"},
    {"{\"ref\":3}", "{\"refs\":3}", NIEM_ERROR_REFERENCE, "/groups/3/weights/refs", "no member"},
    {"{\"id\":\"sub\"}", "{\"id\":\"ref\"}", NIEM_ERROR_DUPLICATE, "/groups/1", "given twice"},
    {"[\"refugee\"]", "[\"sub\"]", NIEM_ERROR_DUPLICATE, "/groups/0", "ids and aliases must differ"},
    {"[\"GR\"]", "[\"POL\"]", NIEM_ERROR_DUPLICATE, "/units/1", "\"POL\" is given twice"},
    {"2021-03-31", "2021-02-29", NIEM_ERROR_VALUE, "/rounds/0/date", "2021-03-31"},
    {"2011-12-20", "20 Dec 2011", NIEM_ERROR_VALUE, "/instruments/0/valid_from", "no date"},
    {"\"instrument\":\"QD\"", "\"instrument\":\"XX\"", NIEM_ERROR_REFERENCE, "/indicators/0/standards/0/instrument",
     "\"instruments\""},
    {"\"dimension\":\"residency\"", "\"dimension\":\"resid\"", NIEM_ERROR_REFERENCE, "/indicators/0/dimension",
     "no value of facet"},
    {"\"dimension\":\"residency\"", "\"dimension\":\"residency\",\"area\":\"social\"", NIEM_ERROR_VALUE,
     "/indicators/0", "lies within"},
    {"\"groups\":[\"ref\"]", "\"groups\":[\"both\"]", NIEM_ERROR_REFERENCE, "/indicators/1/groups", "group of its own"},
    {"\"groups\":[\"ref\"]", "\"groups\":[]", NIEM_ERROR_FORMAT, "/indicators/1", "at least one group"},
    {"\"groups\":[\"ref\"]", "\"groups\":[\"ref\",\"ref\"]", NIEM_ERROR_DUPLICATE, "/indicators/1/groups", "twice"},
    {"\"points\":100", "\"points\":100.5", NIEM_ERROR_VALUE, "/indicators/0/scale/options/0/points",
     "between 0 and 100"},
    {"\"points\":50", "\"points\":-1e-9", NIEM_ERROR_VALUE, "/indicators/0/scale/options/1/points",
     "between 0 and 100"},
    {",\"points\":50", "", NIEM_ERROR_FORMAT, "/indicators/0/scale/options/1", "needs \"points\""},
    {"\"points\":50", "\"points\":\"50\"", NIEM_ERROR_FORMAT, "/indicators/0/scale/options/1/points",
     "must be a number"},
    {"\"id\":\"b\"", "\"id\":\"a\"", NIEM_ERROR_DUPLICATE, "/indicators/0/scale/options/1", "given twice"},
    {"\"kind\":\"ordinal\"", "\"kind\":\"nominal\"", NIEM_ERROR_VALUE, "/indicators/0/scale/kind", "ordinal"},
    {"\"favourable\":\"no\"", "\"favorable\":\"no\"", NIEM_ERROR_FORMAT, "/indicators/1/scale/favorable", "unknown"},
    {"\"id\":\"p\"", "\"id\":\"none\"", NIEM_ERROR_VALUE, "/indicators/3/scale/items/0", "no item at all"},
    {"\"worst\":24,", "", NIEM_ERROR_FORMAT, "/indicators/2/scale", "pairs"},
    {"\"worst\":24", "\"worst\":0", NIEM_ERROR_VALUE, "/indicators/2/scale", "differ"},
    {"\"worst\":24", "\"worst\":1e101", NIEM_ERROR_VALUE, "/indicators/2/scale/worst", "between"},
    {"\"minimum\":0", "\"transform\":\"log\"", NIEM_ERROR_VALUE, "/indicators/2/scale", "above 0"},
    {"\"minimum\":0", "\"minimum\":2,\"maximum\":1", NIEM_ERROR_VALUE, "/indicators/2/scale", "not be above"},
    {"\"worst\":24", "\"direction\":1,\"worst\":24", NIEM_ERROR_VALUE, "/indicators/2/scale/direction",
     "\"direction\" is 1, but \"best\" is below \"worst\""},
    {"\"worst\":24,\"best\":0", "\"direction\":-1,\"worst\":0,\"best\":24", NIEM_ERROR_VALUE,
     "/indicators/2/scale/direction", "\"direction\" is -1, but \"best\" is above \"worst\""},
    {"\"worst\":24", "\"direction\":-1.5,\"worst\":24", NIEM_ERROR_VALUE, "/indicators/2/scale/direction",
     "1 (more is better) or -1"},
    {"\"worst\":24", "\"direction\":\"down\",\"worst\":24", NIEM_ERROR_FORMAT, "/indicators/2/scale/direction",
     "1 (more is better) or -1"},
    {"\"worst\":24", "\"target\":1e101,\"worst\":24", NIEM_ERROR_VALUE, "/indicators/2/scale/target", "between"},
    {"\"favourable\":\"no\"", "\"direction\":1", NIEM_ERROR_FORMAT, "/indicators/1/scale/direction", "unknown"},
    {"\"groups\":[\"ref\"]", "\"denominator\":\"STAT\"", NIEM_ERROR_FORMAT, "/indicators/1/denominator",
     "only a numeric indicator"},
    {"\"id\":\"STAT\"", "\"id\":\"STAT\",\"denominator\":\"STAT\"", NIEM_ERROR_VALUE, "/indicators/5/denominator",
     "its own denominator"},
    {"\"id\":\"STAT\"", "\"id\":\"STAT\",\"denominator\":\"GDP\"", NIEM_ERROR_REFERENCE, "/indicators/5/denominator",
     "\"GDP\" is no indicator"},
    {"\"id\":\"STAT\"", "\"id\":\"STAT\",\"denominator\":\"RES-1\"", NIEM_ERROR_FORMAT, "/indicators/5/denominator",
     "which \"RES-1\" is not"},
    {"\"id\":\"STAT\"", "\"id\":\"STAT\",\"denominator\":7", NIEM_ERROR_FORMAT, "/indicators/5/denominator",
     "text in quotes"},
    {"\"peers\":[",
     "\"peers\":[{\"id\":\"s:a\",\"set\":\"s\",\"units\":[\"DE\",\"PL\"]},{\"id\":\"s:b\",\"set\":\"s\","
     "\"units\":[\"POL\"]},",
     NIEM_ERROR_DUPLICATE, "/peers/1/units", "unit \"PL\" is in \"s:a\" and in \"s:b\", two peer groups of set \"s\""},
    {"\"id\":\"v4\"", "\"id\":\"v4\",\"set\":\"\"", NIEM_ERROR_VALUE, "/peers/0/set", "not an empty text"},
    {"\"id\":\"v4\"", "\"id\":\"v4\",\"set\":1", NIEM_ERROR_FORMAT, "/peers/0/set", "text in quotes"},
    {"\"id\":\"step\"", "\"id\":\"target\"", NIEM_ERROR_VALUE, "/facets/2/id", "word of the format"},
    {"[\"a\",\"b\"]", "[\"a\",\"z\"]", NIEM_ERROR_REFERENCE, "/indicators/4/applies_if/in", "no option"},
    {"{\"indicator\":\"RES-1\",\"in\"", "{\"indicator\":\"RES-9\",\"in\"", NIEM_ERROR_REFERENCE,
     "/indicators/4/applies_if", "\"RES-9\""},
    {"{\"indicator\":\"RES-1\",\"in\"", "{\"indicator\":\"HOU-1\",\"in\"", NIEM_ERROR_FORMAT,
     "/indicators/4/applies_if", "options"},
    {"{\"indicator\":\"RES-1\",\"in\":[\"a\",\"b\"]}", "{\"indicator\":\"RES-1\",\"at_least\":1}", NIEM_ERROR_FORMAT,
     "/indicators/4/applies_if", "number"},
    {"{\"indicator\":\"RES-1\",\"in\":[\"a\",\"b\"]}", "{\"indicator\":\"HOU-3\",\"in\":[\"yes\"]}", NIEM_ERROR_TREE,
     "/indicators/4", "cycle"},
    {"{\"indicator\":\"RES-1\",\"in\":[\"a\",\"b\"]}", "{\"all\":[]}", NIEM_ERROR_FORMAT,
     "/indicators/4/applies_if/all", "list of conditions"},
    {"{\"indicator\":\"RES-1\",\"in\":[\"a\",\"b\"]}", "\"RES-1\"", NIEM_ERROR_FORMAT, "/indicators/4/applies_if",
     "object"},
    {"\"id\":\"STAT\"", "\"id\":\"HOU-3\"", NIEM_ERROR_DUPLICATE, "/indicators/5", "given twice"},
    {"[\"R1\"]", "[\"HOU-3\"]", NIEM_ERROR_DUPLICATE, "/indicators/0", "ids and aliases"},
    {"\"scored\":false", "\"scored\":0", NIEM_ERROR_FORMAT, "/indicators/5/scored", "true or false"},
    {"\"default_index\":\"overall\"", "\"default_index\":\"over\"", NIEM_ERROR_REFERENCE, "/default_index", "no index"},
    {"\"default_group\":\"both\"", "\"default_group\":\"all\"", NIEM_ERROR_REFERENCE, "/default_group", "no group"},
    {"\"indicators\":[", "\"indicators\":[5,", NIEM_ERROR_FORMAT, "/indicators/0", "object"},
    {"\"units\":[\"PL\",\"HU\"]", "\"units\":[\"PL\",\"\"]", NIEM_ERROR_FORMAT, "/peers/0/units/1", "not empty"},
};

static void test_faults(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof FAULTS / sizeof FAULTS[0]; i++) {
    const fault *f = &FAULTS[i];
    refuse_edit(BASE, f->old, f->new_text, f->status, f->where, f->part);
  }
  refuse_framework("[]", NIEM_ERROR_FORMAT, "", "JSON object");
  refuse_framework("{}", NIEM_ERROR_FORMAT, "", "\"format\" is needed");
  refuse_framework("{\"format\":\"niem-framework/1\",\"id\":\"x\",\"version\":\"1\",\"indicators\":[]}",
                   NIEM_ERROR_FORMAT, "/indicators", "at least one indicator");
}

static void test_closed_peers(void **state) {
  (void)state;
  refuse_edit(BASE, "\"peers\":", "\"closed\":true,\"peers\":", NIEM_ERROR_REFERENCE, "/peers/0/units", "\"HU\"");
}

/* All problems are told together, and the first one says how many more there are. */
static void test_all_problems(void **state) {
  (void)state;
  char *twice = edited(BASE, "\"points\":100", "\"points\":200");
  char *thrice = edited(twice, "\"favourable\":\"no\"", "\"favourable\":\"never\"");
  niem_framework *framework = NULL;
  niem_problems *problems = NULL;
  niem_error err;
  assert_int_equal(niem_framework_parse(&framework, &problems, thrice, (int64_t)strlen(thrice), &err),
                   NIEM_ERROR_VALUE);
  assert_int_equal(niem_problems_total(problems, NIEM_ERROR), 2);
  check_error(&err, NIEM_ERROR_VALUE, 1, "/indicators/0/scale/options/0/points", "(and 1 more error");
  assert_true(err.column > 100);
  niem_problems_free(problems);
  free(twice);
  free(thrice);
}

/* --- what is no JSON --- */

static void refuse_bytes(const char *bytes, size_t n, niem_status status, int64_t row, int64_t column,
                         const char *part) {
  niem_framework *framework = NULL;
  niem_problems *problems = NULL;
  niem_error err;
  assert_int_equal(niem_framework_parse(&framework, &problems, bytes, (int64_t)n, &err), status);
  assert_null(framework);
  check_error(&err, status, row, NULL, part);
  assert_int_equal(err.column, column);
  assert_int_equal(niem_problems_count(problems), 1);
  niem_problems_free(problems);
}

static void test_no_json(void **state) {
  (void)state;
  static const struct {
    const char *text;
    niem_status status;
    int row, column;
    const char *part;
  } cases[] = {{"", NIEM_ERROR_SYNTAX, 1, 1, "empty"},
               {"{\"a\":1,\n \"a\":2}", NIEM_ERROR_DUPLICATE, 2, 2, "stands twice"},
               {"{\"a\":1} x", NIEM_ERROR_SYNTAX, 1, 9, "nothing more"},
               {"{\"a\":1e999}", NIEM_ERROR_VALUE, 1, 6, "too large"},
               {"{\"a\":0x10}", NIEM_ERROR_SYNTAX, 1, 6, "hexadecimal"},
               {"{\"a\":12,5}", NIEM_ERROR_SYNTAX, 1, 6, "12.5"},
               {"{\"a\":NaN}", NIEM_ERROR_SYNTAX, 1, 6, "null"},
               {"{\"a\":-Infinity}", NIEM_ERROR_SYNTAX, 1, 6, "finite"},
               {"{\"a\":01}", NIEM_ERROR_SYNTAX, 1, 6, "leading zero"},
               {"{\"a\":\"\xC5\"}", NIEM_ERROR_ENCODING, 1, 7, "UTF-8"},
               {"{\"a\":\"\xC5", NIEM_ERROR_ENCODING, 1, 7, ""},
               {"{\"a\":\"\\u0000\"}", NIEM_ERROR_ENCODING, 1, 7, "NUL"},
               {"{\"a\":\"b", NIEM_ERROR_SYNTAX, 1, 8, "ends inside"},
               {"{\"a\":1,}", NIEM_ERROR_SYNTAX, 1, 8, "comma"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    refuse_bytes(cases[i].text, strlen(cases[i].text), cases[i].status, cases[i].row, cases[i].column, cases[i].part);
  }
  refuse_bytes("{\"a\":\"b\0c\"}", 11, NIEM_ERROR_ENCODING, 1, 8, "NUL");
  static char deep[10001];
  memset(deep, '[', 10000);
  refuse_bytes(deep, 10000, NIEM_ERROR_LIMIT, 1, 65, "more than 64");
  const size_t n = (size_t)NIEM_MAX_FIELD + 10;
  char *large = malloc(n);
  assert_non_null(large);
  memset(large, 'x', n);
  memcpy(large, "{\"", 2);
  memcpy(large + n - 4, "\":0}", 4);
  refuse_bytes(large, n, NIEM_ERROR_LIMIT, 1, 2, "16777216");
  free(large);
}

static void test_arguments(void **state) {
  (void)state;
  niem_framework *framework = (niem_framework *)(uintptr_t)1;
  niem_problems *problems = (niem_problems *)(uintptr_t)1;
  niem_error err;
  assert_int_equal(niem_framework_parse(NULL, &problems, BASE, 1, &err), NIEM_ERROR_ARGUMENT);
  assert_null(problems);
  check_error(&err, NIEM_ERROR_ARGUMENT, 0, "out", "NULL");
  assert_int_equal(niem_framework_parse(&framework, NULL, NULL, 0, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_framework_parse(&framework, NULL, BASE, -1, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_framework_read(&framework, NULL, NULL, &err), NIEM_ERROR_ARGUMENT);
  niem_framework_free(NULL);
  niem_table *table = NULL;
  assert_int_equal(niem_framework_table(&table, NULL, "units", NULL, &err), NIEM_ERROR_ARGUMENT);
  niem_buffer *buffer = NULL;
  assert_int_equal(niem_framework_json(&buffer, NULL, &err), NIEM_ERROR_ARGUMENT);
  check_error(&err, NIEM_ERROR_ARGUMENT, 0, "framework", "NULL");
  assert_int_equal(niem_framework_write(NULL, "x", &err), NIEM_ERROR_ARGUMENT);
  assert_string_equal(niem_framework_id(NULL), "");
  assert_null(niem_framework_default_index(NULL));
}

/* --- files --- */

static void test_files(void **state) {
  (void)state;
  niem_framework *framework = (niem_framework *)(uintptr_t)1;
  niem_error err;
  assert_int_equal(niem_framework_read(&framework, NULL, "no-such-file.json", &err), NIEM_ERROR_IO);
  assert_null(framework);
  check_error(&err, NIEM_ERROR_IO, 0, "no-such-file.json", "");
  assert_int_equal(niem_framework_read(&framework, NULL, ".", &err), NIEM_ERROR_IO);
  assert_null(framework);
  write_file("test_framework_locked.json", BASE, sizeof BASE - 1);
  assert_int_equal(chmod("test_framework_locked.json", 0), 0);
  if (geteuid() != 0) {
    assert_int_equal(niem_framework_read(&framework, NULL, "test_framework_locked.json", &err), NIEM_ERROR_IO);
  }
  (void)remove("test_framework_locked.json");
}

/* A disk that is full leaves the old file as it was. */
static void test_full_disk(void **state) {
  (void)state;
  niem_framework *framework = framework_of(BASE);
  niem_error err;
  write_file("test_framework_full.json", "old", 3);
  struct rlimit before, small;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  small = before;
  small.rlim_cur = 100;
  void (*old)(int) = signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
  niem_status status = niem_framework_write(framework, "test_framework_full.json", &err);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
  (void)signal(SIGXFSZ, old);
  assert_int_equal(status, NIEM_ERROR_IO);
  char *left = read_whole("test_framework_full.json");
  assert_string_equal(left, "old");
  free(left);
  (void)remove("test_framework_full.json");
  assert_int_equal(niem_framework_write(framework, "no-such-folder/x.json", &err), NIEM_ERROR_IO);
  niem_framework_free(framework);
}

/* --- limits --- */

static niem_buffer *begin(const char *more) {
  niem_buffer *text = NULL;
  assert_int_equal(ni_buffer_new(&text, NULL), NIEM_OK);
  ni_buffer_text(text, "{\"format\":\"niem-framework/1\",\"id\":\"big\",\"version\":\"1\",");
  ni_buffer_text(text, more);
  return text;
}

/* "a0", "a1", ...: n entries, each between `before` and `after`. */
static void entries(niem_buffer *text, int64_t n, const char *before, const char *after) {
  for (int64_t i = 0; i < n; i++) {
    ni_buffer_text(text, i == 0 ? "" : ",");
    ni_buffer_text(text, before);
    ni_buffer_int(text, i);
    ni_buffer_text(text, after);
  }
}

static void refuse_big(niem_buffer *text, niem_status status, const char *where, const char *part) {
  refuse_framework(niem_buffer_data(text), status, where, part);
  niem_buffer_free(text);
}

static const char ONE[] = "\"indicators\":[{\"id\":\"A\",\"scale\":{\"kind\":\"binary\"}}]}";
static const char BINARY[] = "\",\"scale\":{\"kind\":\"binary\"}}";

static void test_limits(void **state) {
  (void)state;
  niem_buffer *text = begin("\"groups\":[");
  entries(text, NIEM_MAX_GROUPS + 1, "{\"id\":\"g", "\"}");
  ni_buffer_text(text, "],");
  ni_buffer_text(text, ONE);
  refuse_big(text, NIEM_ERROR_LIMIT, "/groups", "at most 256");
  text = begin("\"facets\":[");
  entries(text, 65, "{\"id\":\"f", "\",\"values\":[{\"id\":\"v\"}]}");
  ni_buffer_text(text, "],");
  ni_buffer_text(text, ONE);
  refuse_big(text, NIEM_ERROR_LIMIT, "/facets", "at most 64");
  text = begin("\"indicators\":[{\"id\":\"A\",\"scale\":{\"kind\":\"checklist\",\"items\":[");
  entries(text, NIEM_MAX_OPTIONS + 1, "{\"id\":\"i", "\"}");
  ni_buffer_text(text, "]}}]}");
  refuse_big(text, NIEM_ERROR_LIMIT, "/indicators/0/scale/items", "62");
  text = begin("\"indicators\":[");
  entries(text, NIEM_MAX_INDICATORS + 1, "{\"id\":\"a", BINARY);
  ni_buffer_text(text, "]}");
  refuse_big(text, NIEM_ERROR_LIMIT, "/indicators", "100000");
  text = begin("\"indexes\":[");
  entries(text, NIEM_MAX_INDEXES + 1, "{\"id\":\"i", "\"}");
  ni_buffer_text(text, "],");
  ni_buffer_text(text, ONE);
  refuse_big(text, NIEM_ERROR_LIMIT, "/indexes", "256");
}

/* a0 <- a1 <- ... : each asks the one before (or after, where `backward`). */
static niem_buffer *chain(int32_t n, int backward) {
  niem_buffer *text = begin("\"indicators\":[");
  for (int32_t i = 0; i < n; i++) {
    const int32_t other = backward ? i + 1 : i - 1;
    ni_buffer_text(text, i == 0 ? "{\"id\":\"a" : ",{\"id\":\"a");
    ni_buffer_int(text, i);
    if (other >= 0 && other < n) {
      ni_buffer_text(text, "\",\"applies_if\":{\"indicator\":\"a");
      ni_buffer_int(text, other);
      ni_buffer_text(text, "\",\"in\":[\"yes\"]},\"scale\":{\"kind\":\"binary\"}}");
    } else {
      ni_buffer_text(text, BINARY);
    }
  }
  ni_buffer_text(text, "]}");
  return text;
}

/* The length of a chain does not hang on the order in which the search comes by: what scoring meets is what counts. */
static void test_chains(void **state) {
  (void)state;
  for (int backward = 0; backward < 2; backward++) {
    niem_buffer *text = chain(101, backward);
    niem_framework_free(framework_of(niem_buffer_data(text)));
    niem_buffer_free(text);
    refuse_big(chain(102, backward), NIEM_ERROR_LIMIT, NULL, "more than 100");
    refuse_big(chain(50000, backward), NIEM_ERROR_LIMIT, NULL, "more than 100");
  }
}

/* --- sizes that are meant to hurt: each of these took minutes or more where something was quadratic --- */

static void take(niem_buffer *text) {
  niem_framework_free(framework_of(niem_buffer_data(text)));
  niem_buffer_free(text);
}

enum { MANY = 50000 };

static void test_wide_facet(void **state) {
  (void)state;
  niem_buffer *text = begin("\"facets\":[{\"id\":\"p\",\"values\":[");
  entries(text, MANY, "{\"id\":\"v", "\"}");
  ni_buffer_text(text, "]},{\"id\":\"f\",\"within\":\"p\",\"values\":[");
  for (int64_t i = 0; i < MANY; i++) {
    ni_buffer_text(text, i == 0 ? "{\"id\":\"w" : ",{\"id\":\"w");
    ni_buffer_int(text, i);
    ni_buffer_text(text, "\",\"aliases\":[\"x");
    ni_buffer_int(text, i);
    ni_buffer_text(text, "\"],\"within\":\"v");
    ni_buffer_int(text, i);
    ni_buffer_text(text, "\"}");
  }
  ni_buffer_text(text, "]}],\"indicators\":[");
  for (int64_t i = 0; i < MANY; i++) {
    ni_buffer_text(text, i == 0 ? "{\"id\":\"a" : ",{\"id\":\"a");
    ni_buffer_int(text, i);
    ni_buffer_text(text, "\",\"f\":\"w");
    ni_buffer_int(text, MANY - 1 - i);
    ni_buffer_text(text, "\",\"scale\":{\"kind\":\"binary\"}}");
  }
  ni_buffer_text(text, "],\"indexes\":[{\"id\":\"i\",\"levels\":[\"p\",\"f\"],\"only\":{\"f\":[");
  entries(text, MANY, "\"w", "\"");
  ni_buffer_text(text, "]}}]}");
  take(text);
}

static void test_many_weights(void **state) {
  (void)state;
  niem_buffer *text = begin("\"indicators\":[");
  entries(text, MANY, "{\"id\":\"a", BINARY);
  ni_buffer_text(text, "],\"indexes\":[{\"id\":\"i\",\"weights\":{");
  entries(text, MANY, "\"a", "\":2");
  ni_buffer_text(text, "}},{\"id\":\"j\",\"nodes\":[{\"id\":\"t\",\"children\":[");
  entries(text, MANY, "\"a", "\"");
  ni_buffer_text(text, "],\"weights\":{");
  entries(text, MANY, "\"a", "\":3");
  ni_buffer_text(text, "}}]}]}");
  take(text);
}

static void test_many_units(void **state) {
  (void)state;
  niem_buffer *text = begin("\"closed\":true,\"units\":[");
  for (int64_t i = 0; i < MANY; i++) {
    ni_buffer_text(text, i == 0 ? "{\"id\":\"u" : ",{\"id\":\"u");
    ni_buffer_int(text, i);
    ni_buffer_text(text, "\",\"aliases\":[\"x");
    ni_buffer_int(text, i);
    ni_buffer_text(text, "\"]}");
  }
  ni_buffer_text(text, "],\"peers\":[{\"id\":\"all\",\"units\":[");
  entries(text, MANY, "\"x", "\"");
  ni_buffer_text(text, "]}],");
  ni_buffer_text(text, ONE);
  take(text);
}

static void test_many_instruments(void **state) {
  (void)state;
  niem_buffer *text = begin("\"instruments\":[");
  entries(text, MANY, "{\"id\":\"x", "\"}");
  ni_buffer_text(text, "],\"indicators\":[{\"id\":\"A\",\"scale\":{\"kind\":\"binary\"},\"standards\":[");
  entries(text, MANY, "{\"ref\":\"r\",\"instrument\":\"x", "\"}");
  ni_buffer_text(text, "]}]}");
  take(text);
}

static void test_many_languages(void **state) {
  (void)state;
  niem_buffer *text = begin("\"title\":\"T\",\"titles\":{");
  entries(text, MANY, "\"l", "\":\"x\"");
  ni_buffer_text(text, "},");
  ni_buffer_text(text, ONE);
  take(text);
}

/* A group's condition is asked of every question, and may be long. */
static void test_long_group_condition(void **state) {
  (void)state;
  niem_buffer *text = begin("\"groups\":[{\"id\":\"g\",\"applies_if\":{\"any\":[");
  entries(text, MANY, "{\"indicator\":\"a", "\",\"in\":[\"yes\"]}");
  ni_buffer_text(text, "]}}],\"indicators\":[");
  entries(text, 2 * MANY, "{\"id\":\"a", BINARY);
  ni_buffer_text(text, "],\"indexes\":[{\"id\":\"i\"}]}");
  niem_scores *scores =
      scores_of(niem_buffer_data(text), "unit,round,indicator,answer\nPL,1,a0,no\nPL,1,a99999,yes\n", NULL);
  niem_table *row = score_row(scores, "PL", "1", NULL, NULL);
  assert_int_equal(integer_at(row, "n_applicable", 0), 2 * MANY); /* not known whether the rest applies */
  assert_int_equal(integer_at(row, "n_answered", 0), 1);
  niem_table_free(row);
  niem_scores_free(scores);
  niem_buffer_free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_describes),
                                     cmocka_unit_test(test_indicator_table),
                                     cmocka_unit_test(test_directions),
                                     cmocka_unit_test(test_sets),
                                     cmocka_unit_test(test_round_trip),
                                     cmocka_unit_test(test_labels),
                                     cmocka_unit_test(test_shipped),
                                     cmocka_unit_test(test_least),
                                     cmocka_unit_test(test_faults),
                                     cmocka_unit_test(test_closed_peers),
                                     cmocka_unit_test(test_all_problems),
                                     cmocka_unit_test(test_no_json),
                                     cmocka_unit_test(test_arguments),
                                     cmocka_unit_test(test_files),
                                     cmocka_unit_test(test_full_disk),
                                     cmocka_unit_test(test_limits),
                                     cmocka_unit_test(test_chains),
                                     cmocka_unit_test(test_wide_facet),
                                     cmocka_unit_test(test_many_weights),
                                     cmocka_unit_test(test_many_units),
                                     cmocka_unit_test(test_many_instruments),
                                     cmocka_unit_test(test_many_languages),
                                     cmocka_unit_test(test_long_group_condition)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
