/* Answers: CSV, JSON and columns in all their spellings; every wrong cell with its place; the same bytes out of any
 * order. */
#include "base/platform.h"

#include "made.h"

#include <signal.h>
#include <sys/resource.h>

#include "base/buffer.h"
#include "base/number.h"

#define HEAD "unit,round,group,indicator,answer,state,evidence,source,coder,note\n"

static niem_framework *base;

static int open_base(void **state) {
  (void)state;
  base = framework_of(BASE);
  return 0;
}

static int close_base(void **state) {
  (void)state;
  niem_framework_free(base);
  return 0;
}

/* --- what is right --- */

static const char PLAIN[] = HEAD
    "PL,r2,ref,RES-1,a,,law,OJ,ann,first\n"
    "PL,r2,ref,HOU-1,12.5,answered,,,,\n"
    "PL,r2,ref,HOU-2,p|r,,,,,\n"
    "PL,r2,ref,RES-2,no,,,,,\n"
    "EL,r1,sub,HOU-2,none,,,,,\n"
    "EL,r1,sub,RES-1,,not_collected,,,,\n"
    "PL,r1,sub,HOU-3,,,,,,\n";

static void same_answers(const char *text, const char *digest) {
  niem_answers *answers = answers_of(base, text);
  char *own = answers_digest(answers);
  if (strcmp(own, digest) != 0) {
    char *json = answers_text(answers);
    print_error("%s\n", json);
    free(json);
  }
  assert_string_equal(own, digest);
  free(own);
  niem_answers_free(answers);
}

static void test_table(void **state) {
  (void)state;
  niem_answers *answers = answers_of(base, PLAIN);
  niem_table *t = NULL;
  assert_int_equal(niem_answers_count(answers), 7);
  assert_int_equal(niem_answers_table(&t, answers, NULL), NIEM_OK);
  /* units as the framework lists them, rounds by date, indicators as they stand */
  static const char *const order[] = {"HOU-3", "RES-1", "RES-2", "HOU-1", "HOU-2", "RES-1", "HOU-2"};
  for (int64_t i = 0; i < 7; i++) {
    assert_string_equal(text_at(t, "indicator", i), order[i]);
  }
  assert_string_equal(text_at(t, "round", 0), "r1");
  assert_string_equal(text_at(t, "state", 0), "missing");
  assert_string_equal(text_at(t, "answer", 3), "12.5");
  assert_string_equal(text_at(t, "answer", 4), "p|r");
  assert_string_equal(text_at(t, "state", 5), "not_collected");
  assert_string_equal(text_at(t, "answer", 5), "");
  assert_string_equal(text_at(t, "answer", 6), "none");
  assert_string_equal(text_at(t, "coder", 1), "ann");
  assert_string_equal(text_at(t, "evidence", 1), "law");
  niem_table_free(t);
  niem_answers_free(answers);
}

static void test_spellings(void **state) {
  (void)state;
  niem_answers *answers = answers_of(base, PLAIN);
  char *digest = answers_digest(answers);
  niem_answers_free(answers);
  /* a byte order mark, CRLF, other separators, quotes, aliases, columns in another order, spaces around ids */
  same_answers(
      "\xEF\xBB\xBF" HEAD
      "PL,r2,ref,RES-1,a,,law,OJ,ann,first\r\nPL,r2,ref,HOU-1,12.5,answered,,,,\r\nPL,r2,ref,HOU-2,p|r,,,,,\r\n"
      "PL,r2,ref,RES-2,no,,,,,\r\nEL,r1,sub,HOU-2,none,,,,,\r\nEL,r1,sub,RES-1,,not_collected,,,,\r\n"
      "PL,r1,sub,HOU-3,,,,,,",
      digest);
  same_answers(
      "indicator;unit;answer;group;round;state;evidence;source;coder;note\n"
      "R1;Polska;\"a\";refugee;r2;;law;OJ;ann;first\nHOU-1;POL; 12,5 ;ref;r2;;;;;\nHOU-2;PL; p | r ;ref;r2;;;;;\n"
      "RES-2;PL;no;ref;r2;;;;;\nHOU-2;GR;none;sub;first;;;;;\nRES-1;EL;;sub;r1;not_collected;;;;\n"
      "HOU-3;PL;;sub;first;missing;;;;\n",
      digest);
  same_answers(
      "sep=\t\nunit\tround\tgroup\tindicator\tanswer\tstate\tevidence\tsource\tcoder\tnote\n"
      "PL\tr2\tref\tRES-1\ta\t\tlaw\tOJ\tann\tfirst\nPL\tr2\tref\tHOU-1\t1.25e1\t\t\t\t\t\nPL\tr2\tref\tHOU-2\tr|"
      "p\t\t\t\t\t\n"
      "PL\tr2\tref\tRES-2\tno\t\t\t\t\t\nEL\tr1\tsub\tHOU-2\tnone\t\t\t\t\t\nEL\tr1\tsub\tRES-1\t\tnot_"
      "collected\t\t\t\t\n"
      "PL\tr1\tsub\tHOU-3\t\t\t\t\t\t\n",
      digest);
  same_answers(
      " \n[{\"unit\":\"PL\",\"round\":\"r2\",\"group\":\"ref\",\"indicator\":\"RES-1\",\"answer\":\"a\",\"evidence\":"
      "\"law\","
      "\"source\":\"OJ\",\"coder\":\"ann\",\"note\":\"first\"},"
      "{\"unit\":\"PL\",\"round\":\"r2\",\"group\":\"ref\",\"indicator\":\"HOU-1\",\"answer\":12.5},"
      "{\"unit\":\"PL\",\"round\":\"r2\",\"group\":\"ref\",\"indicator\":\"HOU-2\",\"answer\":\"p|r\",\"state\":"
      "\"answered\"},"
      "{\"unit\":\"PL\",\"round\":\"r2\",\"group\":\"ref\",\"indicator\":\"RES-2\",\"answer\":\"no\"},"
      "{\"unit\":\"EL\",\"round\":\"r1\",\"group\":\"sub\",\"indicator\":\"HOU-2\",\"answer\":\"none\"},"
      "{\"unit\":\"EL\",\"round\":\"r1\",\"group\":\"sub\",\"indicator\":\"RES-1\",\"state\":\"not_collected\"},"
      "{\"unit\":\"PL\",\"round\":\"r1\",\"group\":\"sub\",\"indicator\":\"HOU-3\",\"answer\":null}]",
      digest);
  free(digest);
}

static void test_round_trips(void **state) {
  (void)state;
  /* what needs quoting: line breaks, quotes, separators, spaces at the ends, letters beyond ASCII */
  static const char text[] = HEAD
      "PL,r2,ref,RES-1,a,,\"line one\nline \"\"two\"\"\",\" kept \",\"c, d\",\"Zażółć;\t\"\n"
      "\"Korea, Republic of\",r2,ref,HOU-1,0.1,,,,,\n"
      "PL,r3,sub,HOU-1,-0,,,,,\n"
      "PL,r2,ref,HOU-1,1e-300,,,,,\n";
  niem_answers *answers = answers_of(base, text);
  char *digest = answers_digest(answers);
  char *json = answers_text(answers);
  same_answers(json, digest);
  static const char *const paths[] = {"test_answers.csv", "test_answers.json"};
  for (int i = 0; i < 2; i++) {
    niem_answers *again = NULL;
    niem_error err;
    assert_int_equal(niem_answers_write(answers, paths[i], NULL), NIEM_OK);
    assert_int_equal(niem_answers_read(&again, NULL, base, paths[i], NULL, NULL, &err), NIEM_OK);
    char *own = answers_digest(again);
    assert_string_equal(own, digest);
    free(own);
    niem_answers_free(again);
    (void)remove(paths[i]);
  }
  assert_non_null(strstr(json, "\"answer\":0,")); /* -0 and 0 are one number */
  free(json);
  free(digest);
  niem_answers_free(answers);
}

static void test_order_of_rows(void **state) {
  (void)state;
  enum { ROWS = 120 };
  char rows[ROWS][64];
  uint64_t random = 7;
  int n = 0;
  static const char *const units[] = {"PL", "EL", "XA", "AX", "ZZ"};
  for (int u = 0; u < 5; u++) {
    for (int c = 0; c < 3; c++) {
      for (int r = 0; r < 4; r++) {
        for (int g = 0; g < 2; g++) {
          (void)snprintf(rows[n], sizeof rows[0], "%s,r%d,%s,RES-1,%c,,e%d,,k%d,\n", units[u], r, g ? "ref" : "sub",
                         "abc"[(u + c + r) % 3], n % 7, c);
          n++;
        }
      }
    }
  }
  char *first = NULL;
  for (int turn = 0; turn < 20; turn++) {
    char text[sizeof rows + 200];
    strcpy(text, HEAD);
    for (int i = 0; i < n; i++) {
      strcat(text, rows[i]);
    }
    niem_answers *answers = answers_of(base, text);
    char *digest = answers_digest(answers);
    if (first == NULL) {
      first = digest;
    } else {
      assert_string_equal(digest, first);
      free(digest);
    }
    niem_answers_free(answers);
    for (int i = n - 1; i > 0; i--) { /* Fisher & Yates */
      char swap[64];
      const size_t j = (size_t)(next_bits(&random) % (uint64_t)(i + 1));
      memcpy(swap, rows[i], sizeof swap);
      memcpy(rows[i], rows[j], sizeof swap);
      memcpy(rows[j], swap, sizeof swap);
    }
  }
  free(first);
}

/* Blank rounds, groups and coders mean what the options say, or the framework's only one. */
static void test_options(void **state) {
  (void)state;
  static const char text[] = "unit,indicator,answer\nPL,RES-1,a\n";
  niem_answers *answers = NULL;
  niem_read_options options;
  niem_error err;
  niem_read_options_init(&options);
  assert_int_equal(niem_answers_parse(&answers, NULL, base, text, sizeof text - 1, &options, NULL, &err),
                   NIEM_ERROR_FORMAT);
  check_error(&err, NIEM_ERROR_FORMAT, 1, "round", "once for all rows by the option \"round\"");
  options.round = "first";
  options.group = "ref";
  options.coder = "me";
  assert_int_equal(niem_answers_parse(&answers, NULL, base, text, sizeof text - 1, &options, NULL, &err), NIEM_OK);
  char *json = answers_text(answers);
  assert_non_null(strstr(json, "\"coder\":\"me\",\"group\":\"ref\",\"indicator\":\"RES-1\",\"round\":\"r1\""));
  free(json);
  niem_answers_free(answers);
  options.group = "both"; /* a merge is asked of nobody */
  assert_int_equal(niem_answers_parse(&answers, NULL, base, text, sizeof text - 1, &options, NULL, &err),
                   NIEM_ERROR_REFERENCE);
  check_error(&err, NIEM_ERROR_REFERENCE, 1, "group", "groups are ref, sub");
  options.separator = ':';
  assert_int_equal(niem_answers_parse(&answers, NULL, base, text, sizeof text - 1, &options, NULL, &err),
                   NIEM_ERROR_ARGUMENT);
  check_error(&err, NIEM_ERROR_ARGUMENT, 0, "separator", "comma");
  options.separator = ',';
  options.decimal_comma = 1;
  assert_int_equal(niem_answers_parse(&answers, NULL, base, text, sizeof text - 1, &options, NULL, &err),
                   NIEM_ERROR_ARGUMENT);
  check_error(&err, NIEM_ERROR_ARGUMENT, 0, "decimal_comma", "cannot be");
}

/* A struct of an older header is shorter; of a newer one longer, and its tail must be zero. */
static void test_option_sizes(void **state) {
  (void)state;
  static const char text[] = HEAD "PL,,ref,RES-1,a,,,,,\n";
  struct {
    niem_read_options known;
    int64_t news;
  } options;
  niem_answers *answers = NULL;
  niem_error err;
  memset(&options, 0, sizeof options);
  niem_read_options_init(&options.known);
  options.known.round = "r1";
  options.known.struct_size = (int64_t)sizeof options;
  assert_int_equal(niem_answers_parse(&answers, NULL, base, text, sizeof text - 1, &options.known, NULL, &err),
                   NIEM_OK);
  niem_answers_free(answers);
  options.news = 1;
  assert_int_equal(niem_answers_parse(&answers, NULL, base, text, sizeof text - 1, &options.known, NULL, &err),
                   NIEM_ERROR_STRUCT_SIZE);
  assert_null(answers);
  options.known.struct_size = (int64_t)offsetof(niem_read_options, round); /* what is beyond is not read */
  assert_int_equal(niem_answers_parse(&answers, NULL, base, text, sizeof text - 1, &options.known, NULL, &err),
                   NIEM_ERROR_FORMAT);
  options.known.struct_size = 3;
  assert_int_equal(niem_answers_parse(&answers, NULL, base, text, sizeof text - 1, &options.known, NULL, &err),
                   NIEM_ERROR_ARGUMENT);
}

static void test_decimal_comma(void **state) {
  (void)state;
  static const char *const texts[] = {"unit,round,group,indicator,answer\nPL,r1,ref,HOU-1,\"12,5\"\n",
                                      "unit\tround\tgroup\tindicator\tanswer\nPL\tr1\tref\tHOU-1\t12,5\n"};
  for (int i = 0; i < 2; i++) {
    niem_answers *answers = NULL;
    niem_read_options options;
    niem_error err;
    niem_read_options_init(&options);
    const int64_t n = (int64_t)strlen(texts[i]);
    assert_int_equal(niem_answers_parse(&answers, NULL, base, texts[i], n, &options, NULL, &err), NIEM_ERROR_SYNTAX);
    check_error(&err, NIEM_ERROR_SYNTAX, 1, "answer", "decimal comma");
    options.decimal_comma = 1;
    assert_int_equal(niem_answers_parse(&answers, NULL, base, texts[i], n, &options, NULL, &err), NIEM_OK);
    char *json = answers_text(answers);
    assert_non_null(strstr(json, "\"answer\":12.5,"));
    free(json);
    niem_answers_free(answers);
  }
  static const char point[] = "unit;round;group;indicator;answer\nPL;r1;ref;HOU-1;12.5\n";
  niem_answers *answers = NULL;
  niem_read_options options;
  niem_error err;
  niem_read_options_init(&options);
  options.decimal_comma = 1;
  assert_int_equal(niem_answers_parse(&answers, NULL, base, point, sizeof point - 1, &options, NULL, &err),
                   NIEM_ERROR_SYNTAX);
  check_error(&err, NIEM_ERROR_SYNTAX, 1, "answer", "decimal point where a comma is expected");
}

/* --- what is told --- */

static int has_problem(const niem_problems *problems, int32_t severity, int64_t row, const char *where,
                       const char *part) {
  for (int64_t i = 0; i < niem_problems_count(problems); i++) {
    const niem_error *p = niem_problems_get(problems, i);
    if (niem_problems_severity(problems, i) == severity && p->row == row && strcmp(p->where, where) == 0 &&
        strstr(p->message, part) != NULL) {
      return 1;
    }
  }
  return 0;
}

static void test_report(void **state) {
  (void)state;
  static const char text[] =
      "unit,round,group,indicator,answer,remark\n"
      "GR,first,refugee,R1,a,x\n"
      "HU,r9,ref,HOU-3,,\n"
      "EL,r1,sub,RES-2,no,\n";
  niem_answers *answers = NULL;
  niem_problems *problems = NULL;
  assert_int_equal(niem_answers_parse(&answers, &problems, base, text, sizeof text - 1, NULL, NULL, NULL), NIEM_OK);
  assert_true(has_problem(problems, NIEM_NOTE, 1, "unit", "\"GR\" read as \"EL\""));
  assert_true(has_problem(problems, NIEM_NOTE, 1, "round", "\"first\" read as \"r1\""));
  assert_true(has_problem(problems, NIEM_NOTE, 1, "group", "\"refugee\" read as \"ref\""));
  assert_true(has_problem(problems, NIEM_NOTE, 1, "indicator", "\"R1\" read as \"RES-1\""));
  assert_true(has_problem(problems, NIEM_WARNING, 2, "unit", "\"HU\" is not among the framework's units"));
  assert_true(has_problem(problems, NIEM_WARNING, 2, "round", "\"r9\" is not among the framework's rounds"));
  assert_true(has_problem(problems, NIEM_WARNING, 0, "header", "\"remark\""));
  assert_true(has_problem(problems, NIEM_NOTE, 0, "answers", "3 rows read, 1 of them blank"));
  /* 11 questions (RES-2 is not put to sub) for each of two units and rounds; of the rows two answer what was asked */
  assert_true(has_problem(problems, NIEM_NOTE, 0, "answers", "20 cells were asked and have no row"));
  assert_true(has_problem(problems, NIEM_WARNING, 0, "group", "1 answers are to questions that are not asked"));
  assert_int_equal(niem_problems_total(problems, NIEM_ERROR), 0);
  niem_problems_free(problems);
  niem_answers_free(answers);
}

static void test_other_framework(void **state) {
  (void)state;
  niem_answers *answers = answers_of(base, PLAIN);
  char *json = answers_text(answers);
  niem_answers_free(answers);
  char *text = edited(BASE, "\"version\":\"1.0\"", "\"version\":\"1.1\"");
  niem_framework *other = framework_of(text);
  niem_problems *problems = NULL;
  assert_int_equal(niem_answers_parse(&answers, &problems, other, json, (int64_t)strlen(json), NULL, NULL, NULL),
                   NIEM_OK);
  assert_true(has_problem(problems, NIEM_WARNING, 1, "/framework", "another framework or version"));
  niem_problems_free(problems);
  niem_answers_free(answers);
  niem_framework_free(other);
  free(text);
  free(json);
}

/* --- what is wrong --- */

static void refuse_answers(const niem_framework *framework, const char *bytes, size_t n, niem_status status,
                           int64_t row, const char *where, const char *part) {
  niem_answers *answers = (niem_answers *)(uintptr_t)1;
  niem_problems *problems = NULL;
  niem_error err;
  const niem_status got = niem_answers_parse(&answers, &problems, framework, bytes, (int64_t)n, NULL, NULL, &err);
  if (got != status) {
    print_error("%.*s\n", (int)n, bytes);
    show(&err);
  }
  assert_int_equal(got, status);
  assert_null(answers);
  check_error(&err, status, row, where, part);
  assert_true(niem_problems_total(problems, NIEM_ERROR) > 0);
  niem_problems_free(problems);
}

static void refuse_row(const char *row, niem_status status, const char *where, int64_t column, const char *part) {
  char text[600];
  (void)snprintf(text, sizeof text, HEAD "PL,r1,ref,RES-1,a,,,,,\n%s\n", row);
  refuse_answers(base, text, strlen(text), status, 2, where, part);
  niem_answers *answers = NULL;
  niem_error err;
  assert_int_equal(niem_answers_parse(&answers, NULL, base, text, (int64_t)strlen(text), NULL, NULL, &err), status);
  assert_int_equal(err.column, column);
}

static void test_wrong_rows(void **state) {
  (void)state;
  static const struct {
    const char *row;
    niem_status status;
    const char *where;
    int column;
    const char *part;
  } cases[] = {
      {"PL,r2,ref,RES-9,a,,,,,", NIEM_ERROR_REFERENCE, "indicator", 4, "\"RES-9\" is not in framework base 1.0"},
      {"PL,r2,ref,RES-1,d,,,,,", NIEM_ERROR_REFERENCE, "answer", 5, "option \"d\" is not one of a, b, c for"},
      {"PL,r2,ref,RES-1,50,,,,,", NIEM_ERROR_REFERENCE, "answer", 5, "never its points"},
      {"PL,r2,ref,RES-1,A,,,,,", NIEM_ERROR_REFERENCE, "answer", 5, "option \"A\""},
      {"PL,r2,nobody,RES-1,a,,,,,", NIEM_ERROR_REFERENCE, "group", 3, "groups are ref, sub"},
      {"PL,r2,both,RES-1,a,,,,,", NIEM_ERROR_REFERENCE, "group", 3, "no group that is asked"},
      {"*,r2,ref,RES-1,a,,,,,", NIEM_ERROR_REFERENCE, "unit", 1, "\"*\""},
      {",r2,ref,RES-1,a,,,,,", NIEM_ERROR_FORMAT, "unit", 1, "blank"},
      {"PL,,ref,RES-1,a,,,,,", NIEM_ERROR_FORMAT, "round", 2, "blank"},
      {"PL,r2,,RES-1,a,,,,,", NIEM_ERROR_FORMAT, "group", 3, "blank"},
      {"PL,r2,ref,,a,,,,,", NIEM_ERROR_FORMAT, "indicator", 4, "blank"},
      {"PL,r2,ref,RES-1,a,gone,,,,", NIEM_ERROR_REFERENCE, "state", 6, "states are answered, not_applicable"},
      {"PL,r2,ref,RES-1,a,missing,,,,", NIEM_ERROR_VALUE, "state", 6, "leave one of the two blank"},
      {"PL,r2,ref,RES-1,,answered,,,,", NIEM_ERROR_VALUE, "answer", 5, "the answer is blank"},
      {"PL,r2,ref,RES-1,NA,,,,,", NIEM_ERROR_VALUE, "answer", 5, "not_disaggregated"},
      {"PL,r2,ref,RES-1,n/a,,,,,", NIEM_ERROR_VALUE, "answer", 5, "not_disaggregated"},
      {"PL,r2,ref,HOU-1,-,,,,,", NIEM_ERROR_VALUE, "answer", 5, "not_disaggregated"},
      {"PL,r2,ref,HOU-1,nan,,,,,", NIEM_ERROR_VALUE, "answer", 5, "not_disaggregated"},
      {"PL,r2,ref,HOU-1,inf,,,,,", NIEM_ERROR_SYNTAX, "answer", 5, "no number"},
      {"PL,r2,ref,HOU-1,1e999,,,,,", NIEM_ERROR_VALUE, "answer", 5, "too large"},
      {"PL,r2,ref,HOU-1,0x10,,,,,", NIEM_ERROR_SYNTAX, "answer", 5, "months"},
      {"PL,r2,ref,HOU-1,\"12,5\",,,,,", NIEM_ERROR_SYNTAX, "answer", 5, "decimal comma"},
      {"PL,r2,ref,HOU-1,12 months,,,,,", NIEM_ERROR_SYNTAX, "answer", 5, "no number"},
      {"PL,r2,ref,HOU-1,-1,,,,,", NIEM_ERROR_VALUE, "answer", 5, "-1 is less than 0"},
      {"PL,r2,ref,HOU-2,p|s,,,,,", NIEM_ERROR_REFERENCE, "answer", 5, "item \"s\" is not one of p, q, r"},
      {"PL,r2,ref,HOU-2,p|p,,,,,", NIEM_ERROR_DUPLICATE, "answer", 5, "stands twice"},
      {"PL,r2,ref,HOU-2,p|,,,,,", NIEM_ERROR_REFERENCE, "answer", 5, "item \"\""},
      {"PL,r2,ref,HOU-2,none|p,,,,,", NIEM_ERROR_REFERENCE, "answer", 5, "item \"none\""},
      {"PL,r2,ref,HOU-3,maybe,,,,,", NIEM_ERROR_REFERENCE, "answer", 5, "not one of no, yes"},
      {"PL,r1,ref,RES-1,b,,,,,", NIEM_ERROR_DUPLICATE, "indicator", 0,
       "answered twice by the same coder, first in row 1"},
      {"POL,first,refugee,R1,a,,,,,", NIEM_ERROR_DUPLICATE, "indicator", 0, "first in row 1"},
      {"PL,r2,ref,RES-1,a,,,,", NIEM_ERROR_FORMAT, "", 0, "9 fields where the header has 10"},
      {"PL,r2,ref,RES-1,a,,,,,,", NIEM_ERROR_FORMAT, "", 0, "11 fields where the header has 10"},
      {"PL,r2,ref,RES-1,\"a\"b,,,,,", NIEM_ERROR_SYNTAX, "answer", 5, "after the closing quote"},
      {"PL,r2,ref,RES-1,\"a,,,,,", NIEM_ERROR_SYNTAX, "answer", 5, "never closed"},
      {"PL,r2,ref,RES-1,a,,,,,\xC5", NIEM_ERROR_ENCODING, "note", 10, ""}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    refuse_row(cases[i].row, cases[i].status, cases[i].where, cases[i].column, cases[i].part);
  }
}

static void test_wrong_texts(void **state) {
  (void)state;
  static const struct {
    const char *text;
    niem_status status;
    const char *where, *part;
  } cases[] = {
      {"", NIEM_ERROR_FORMAT, "", "empty"},
      {HEAD, NIEM_ERROR_FORMAT, "answers", "no row"},
      {"unit,round\nPL,r1\n", NIEM_ERROR_FORMAT, "indicator", "no column \"indicator\""},
      {"unit,indicator,unit,answer\nPL,RES-1,PL,a\n", NIEM_ERROR_DUPLICATE, "header", "stands twice"},
      {"{\"format\":\"niem-answers/2\",\"answers\":[]}", NIEM_ERROR_VERSION, "/format", "niem-answers/1"},
      {"{\"format\":\"niem-answers/1\"}", NIEM_ERROR_FORMAT, "", "list of objects"},
      {"{\"answers\":[]}", NIEM_ERROR_FORMAT, "", "list of objects"},
      {"[]", NIEM_ERROR_FORMAT, "answers", "no row"},
      {"[7]", NIEM_ERROR_FORMAT, "/0", "object"},
      {"{\"format\":\"niem-answers/1\",\"answers\":[],\"answer\":1}", NIEM_ERROR_FORMAT, "/answer", "unknown"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    refuse_answers(base, cases[i].text, strlen(cases[i].text), cases[i].status, -1, cases[i].where, cases[i].part);
  }
  refuse_answers(base, "a\0b", 3, NIEM_ERROR_ENCODING, -1, NULL, "NUL");
}

/* In JSON the place is the line, the character and the pointer. */
static void test_wrong_json(void **state) {
  (void)state;
  static const char before[] =
      "{\"format\":\"niem-answers/1\",\"answers\":[\n"
      "{\"unit\":\"PL\",\"round\":\"r1\",\"group\":\"ref\",\"indicator\":\"RES-1\",\"answer\":\"a\"},\n"
      "{\"unit\":\"PL\",\"round\":\"r2\",\"group\":\"ref\",\"indicator\":";
  static const struct {
    const char *rest;
    niem_status status;
    int line;
    const char *where, *part;
  } cases[] = {
      {"\"RES-1\",\"answer\":\"d\"}", NIEM_ERROR_REFERENCE, 3, "/answers/1/answer", "option \"d\""},
      {"\"RES-1\",\"answer\":50}", NIEM_ERROR_REFERENCE, 3, "/answers/1/answer", "never its points"},
      {"\"RES-1\",\"answer\":true}", NIEM_ERROR_FORMAT, 3, "/answers/1/answer", "or a number"},
      {"\"RES-1\",\"answer\":\"a\",\"state\":\"gone\"}", NIEM_ERROR_REFERENCE, 3, "/answers/1/state", "states are"},
      {"\"RES-1\",\"anwser\":\"a\"}", NIEM_ERROR_FORMAT, 3, "/answers/1/anwser", "unknown"},
      {"7,\"answer\":\"a\"}", NIEM_ERROR_FORMAT, 3, "/answers/1/indicator", "text in quotes"},
      {"null,\"answer\":\"a\"}", NIEM_ERROR_FORMAT, 3, "/answers/1/indicator", "blank"},
      {"\"RES-1\",\"round\":\"r1\",\"answer\":\"a\"}", NIEM_ERROR_DUPLICATE, 3, "", "stands twice"},
      {"\"HOU-1\",\"answer\":-3}", NIEM_ERROR_VALUE, 3, "/answers/1/answer", "less than 0"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char text[600];
    (void)snprintf(text, sizeof text, "%s%s]}", before, cases[i].rest);
    refuse_answers(base, text, strlen(text), cases[i].status, cases[i].line, cases[i].where, cases[i].part);
  }
  static const char twice[] =
      "[{\"unit\":\"PL\",\"round\":\"r1\",\"group\":\"ref\",\"indicator\":\"RES-1\",\"answer\":\"a\"},"
      "{\"unit\":\"PL\",\"round\":\"r1\",\"group\":\"ref\",\"indicator\":\"RES-1\",\"answer\":\"b\"}]";
  refuse_answers(base, twice, sizeof twice - 1, NIEM_ERROR_DUPLICATE, 0, "/1", "first in /0");
}

/* Problems of many rows are told together; a wrong row does not hide the next. */
static void test_many_problems(void **state) {
  (void)state;
  niem_buffer *text = NULL;
  assert_int_equal(ni_buffer_new(&text, NULL), NIEM_OK);
  ni_buffer_text(text, HEAD);
  for (int i = 0; i < 5000; i++) {
    ni_buffer_text(text, "PL,r2,ref,RES-1,z,,,,,\n");
  }
  niem_answers *answers = NULL;
  niem_problems *problems = NULL;
  niem_error err;
  assert_int_equal(
      niem_answers_parse(&answers, &problems, base, niem_buffer_data(text), niem_buffer_size(text), NULL, NULL, &err),
      NIEM_ERROR_REFERENCE);
  check_error(&err, NIEM_ERROR_REFERENCE, 1, "answer", "(and 4999 more errors)");
  assert_int_equal(niem_problems_total(problems, NIEM_ERROR), 5000);
  assert_int_equal(niem_problems_count(problems), NIEM_PROBLEMS_KEPT);
  niem_problems_free(problems);
  niem_buffer_free(text);
}

static void test_decimal_marks_mixed(void **state) {
  (void)state;
  static const char text[] =
      "unit;round;group;indicator;answer\nPL;r1;ref;HOU-1;1,5\nPL;r2;ref;HOU-1;7\nEL;r1;ref;HOU-1;2.5\n";
  refuse_answers(base, text, sizeof text - 1, NIEM_ERROR_SYNTAX, 3, "answer", "where row 1 has one with \",\"");
}

static void test_closed_list(void **state) {
  (void)state;
  char *open = edited(BASE, "\"units\":[\"PL\",\"HU\"]", "\"units\":[\"PL\"]");
  char *text = edited(open, "\"peers\":", "\"closed\":true,\"peers\":");
  niem_framework *closed = framework_of(text);
  static const char unit[] = HEAD "HU,r1,ref,RES-1,a,,,,,\n";
  refuse_answers(closed, unit, sizeof unit - 1, NIEM_ERROR_REFERENCE, 1, "unit", "\"HU\" is not in framework");
  static const char round[] = HEAD "PL,r7,ref,RES-1,a,,,,,\n";
  refuse_answers(closed, round, sizeof round - 1, NIEM_ERROR_REFERENCE, 1, "round", "\"r7\" is not in framework");
  niem_framework_free(closed);
  free(text);
  free(open);
}

static void test_composite_is_not_answered(void **state) {
  (void)state;
  niem_framework *framework = framework_of(
      "{\"format\":\"niem-framework/1\",\"id\":\"x\",\"version\":\"1\",\"indicators\":["
      "{\"id\":\"K\",\"scale\":{\"kind\":\"composite\",\"of\":[\"A\"]}},{\"id\":\"A\",\"scale\":{\"kind\":\"binary\"}}]"
      "}");
  static const char answered[] = "unit,round,indicator,answer\nPL,1,K,yes\n";
  refuse_answers(framework, answered, sizeof answered - 1, NIEM_ERROR_VALUE, 1, "indicator", "made of others");
  static const char missing[] = "unit,round,indicator,answer\nPL,1,K,\n";
  refuse_answers(framework, missing, sizeof missing - 1, NIEM_ERROR_VALUE, 1, "indicator", "made of others");
  niem_framework_free(framework);
}

/* Beyond its goalposts a number is an error where the scale does not clamp. */
static void test_goalposts(void **state) {
  (void)state;
  char *text = edited(BASE, "\"minimum\":0", "\"clamp\":false");
  niem_framework *strict = framework_of(text);
  static const char over[] = HEAD "PL,r1,ref,HOU-1,24.5,,,,,\n";
  refuse_answers(strict, over, sizeof over - 1, NIEM_ERROR_VALUE, 1, "answer", "goalposts");
  niem_framework_free(strict);
  free(text);
}

static void test_large_field(void **state) {
  (void)state;
  const size_t n = (size_t)NIEM_MAX_FIELD + 200;
  char *text = malloc(n);
  assert_non_null(text);
  memset(text, 'x', n);
  memcpy(text, HEAD "PL,r1,ref,RES-1,a,,", sizeof HEAD + 18);
  refuse_answers(base, text, n, NIEM_ERROR_LIMIT, 1, "evidence", "16777216");
  free(text);
}

/* --- columns --- */

static niem_status read_columns(const niem_column *columns, int64_t n, niem_error *err) {
  niem_answers *answers = (niem_answers *)(uintptr_t)1;
  niem_problems *problems = NULL;
  const niem_status status = niem_answers_columns(&answers, &problems, base, columns, n, NULL, NULL, err);
  assert_true((status == NIEM_OK) == (answers != NULL));
  niem_problems_free(problems);
  niem_answers_free(answers);
  return status;
}

static const char *const UNITS[] = {"PL", "EL"};
static const char *const ROUNDS[] = {"r1", NULL};
static const char *const GROUPS[] = {"ref"};
static const char *const INDICATORS[] = {"HOU-1", "RES-1"};

static void test_columns(void **state) {
  (void)state;
  static const int32_t units[] = {0, 1, 0}, rounds[] = {0, 0, 0}, groups[] = {0, 0, 0}, indicators[] = {0, 0, 1};
  static const int32_t answers_coded[] = {1, 0, -1};
  static const char *const texts[] = {"12.5", "7"};
  const double reals[] = {7, 12.5, from_bits(0xfff8000000000001u)};
  const niem_column ids[] = {
      {.name = "unit", .n_rows = 3, .codes = units, .levels = UNITS, .n_levels = 2},
      {.name = "round", .n_rows = 3, .codes = rounds, .levels = ROUNDS, .n_levels = 2},
      {.name = "group", .n_rows = 3, .codes = groups, .levels = GROUPS, .n_levels = 1},
      {.name = "indicator", .n_rows = 3, .codes = indicators, .levels = INDICATORS, .n_levels = 2}};
  niem_column columns[5];
  char *digests[3];
  memcpy(columns, ids, sizeof ids);
  for (int turn = 0; turn < 2; turn++) {
    const niem_column coded = {.name = "answer", .n_rows = 3, .codes = answers_coded, .levels = texts, .n_levels = 2};
    const niem_column real = {.name = "answer", .n_rows = 3, .reals = reals, .n_levels = -7};
    columns[4] = turn == 0 ? coded : real;
    niem_answers *answers = NULL;
    niem_error err;
    assert_int_equal(niem_answers_columns(&answers, NULL, base, columns, 5, NULL, NULL, &err), NIEM_OK);
    digests[turn] = answers_digest(answers);
    niem_answers_free(answers);
  }
  niem_answers *answers =
      answers_of(base, HEAD "PL,r1,ref,HOU-1,7,,,,,\nEL,r1,ref,HOU-1,12.5,,,,,\nPL,r1,ref,RES-1,,,,,,\n");
  digests[2] = answers_digest(answers);
  niem_answers_free(answers);
  assert_string_equal(digests[0], digests[1]);
  assert_string_equal(digests[0], digests[2]);
  for (int i = 0; i < 3; i++) {
    free(digests[i]);
  }
}

static void test_wrong_columns(void **state) {
  (void)state;
  int32_t units[] = {0, 1}, rounds[] = {0, 0}, groups[] = {0, 0}, indicators[] = {0, 0};
  double reals[] = {1, 2};
  niem_column c[] = {{.name = "unit", .n_rows = 2, .codes = units, .levels = UNITS, .n_levels = 2},
                     {.name = "round", .n_rows = 2, .codes = rounds, .levels = ROUNDS, .n_levels = 2},
                     {.name = "group", .n_rows = 2, .codes = groups, .levels = GROUPS, .n_levels = 1},
                     {.name = "indicator", .n_rows = 2, .codes = indicators, .levels = INDICATORS, .n_levels = 2},
                     {.name = "answer", .n_rows = 2, .reals = reals}};
  niem_error err;
  assert_int_equal(read_columns(c, 5, &err), NIEM_OK);
  units[1] = 2;
  assert_int_equal(read_columns(c, 5, &err), NIEM_ERROR_ARGUMENT);
  check_error(&err, NIEM_ERROR_ARGUMENT, 2, "unit", "code 2 has no level");
  units[1] = -2;
  assert_int_equal(read_columns(c, 5, &err), NIEM_ERROR_ARGUMENT);
  check_error(&err, NIEM_ERROR_ARGUMENT, 2, "unit", "code -2");
  units[1] = -1;
  assert_int_equal(read_columns(c, 5, &err), NIEM_ERROR_FORMAT);
  check_error(&err, NIEM_ERROR_FORMAT, 2, "unit", "blank");
  units[1] = 1;
  reals[0] = from_bits(0x7ff0000000000000u);
  assert_int_equal(read_columns(c, 5, &err), NIEM_ERROR_VALUE);
  check_error(&err, NIEM_ERROR_VALUE, 1, "answer", "infinite");
  assert_int_equal(err.column, 5);
  reals[0] = 1;
  c[4].n_rows = 3;
  assert_int_equal(read_columns(c, 5, &err), NIEM_ERROR_ARGUMENT);
  check_error(&err, NIEM_ERROR_ARGUMENT, 0, "columns", "same number of rows");
  c[4].n_rows = 2;
  c[4].codes = units;
  assert_int_equal(read_columns(c, 5, &err), NIEM_ERROR_ARGUMENT);
  check_error(&err, NIEM_ERROR_ARGUMENT, 0, "answer", "either codes");
  c[4].codes = NULL;
  c[4].name = NULL;
  assert_int_equal(read_columns(c, 5, &err), NIEM_ERROR_ARGUMENT);
  c[4].name = "unit";
  assert_int_equal(read_columns(c, 5, &err), NIEM_ERROR_ARGUMENT);
  check_error(&err, NIEM_ERROR_ARGUMENT, 0, "unit", "twice");
  c[4].name = "note";
  assert_int_equal(read_columns(c, 5, &err), NIEM_ERROR_ARGUMENT);
  check_error(&err, NIEM_ERROR_ARGUMENT, 0, "note", "only the column \"answer\"");
  c[4].name = "answer";
  c[0].levels = NULL;
  assert_int_equal(read_columns(c, 5, &err), NIEM_ERROR_ARGUMENT);
  static const char *const broken[] = {"P\xC5", "EL"};
  c[0].levels = broken;
  assert_int_equal(read_columns(c, 5, &err), NIEM_ERROR_ENCODING);
  check_error(&err, NIEM_ERROR_ENCODING, 0, "unit", "level 1");
  c[0].levels = UNITS;
  assert_int_equal(read_columns(c, 4, &err), NIEM_ERROR_FORMAT);
  check_error(&err, NIEM_ERROR_FORMAT, 0, "answer", "no column \"answer\"");
  for (int i = 0; i < 5; i++) {
    c[i].n_rows = 0;
  }
  assert_int_equal(read_columns(c, 5, &err), NIEM_ERROR_FORMAT);
  check_error(&err, NIEM_ERROR_FORMAT, 0, "answers", "no row");
}

/* --- arguments and files --- */

static void test_arguments(void **state) {
  (void)state;
  niem_answers *answers = (niem_answers *)(uintptr_t)1;
  niem_problems *problems = (niem_problems *)(uintptr_t)1;
  niem_error err;
  assert_int_equal(niem_answers_parse(&answers, &problems, base, NULL, 0, NULL, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_null(answers);
  assert_null(problems);
  problems = (niem_problems *)(uintptr_t)1;
  assert_int_equal(niem_answers_read(&answers, &problems, base, NULL, NULL, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_null(problems);
  assert_int_equal(niem_answers_parse(&answers, NULL, NULL, "x", 1, NULL, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_answers_parse(NULL, NULL, base, "x", 1, NULL, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_answers_columns(&answers, NULL, base, NULL, 1, NULL, NULL, &err), NIEM_ERROR_ARGUMENT);
  niem_buffer *buffer = NULL;
  niem_table *table = NULL;
  assert_int_equal(niem_answers_json(&buffer, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_answers_digest(&buffer, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_answers_table(&table, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_answers_write(NULL, "x", &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_answers_count(NULL), 0);
  niem_answers_free(NULL);
  assert_null(niem_state_name(-1));
  assert_null(niem_state_name(NIEM_STATE_END));
  assert_string_equal(niem_state_name(NIEM_NOT_COLLECTED), "not_collected");
}

static void test_files(void **state) {
  (void)state;
  niem_answers *answers = (niem_answers *)(uintptr_t)1;
  niem_error err;
  assert_int_equal(niem_answers_read(&answers, NULL, base, "no-such-file.csv", NULL, NULL, &err), NIEM_ERROR_IO);
  assert_null(answers);
  check_error(&err, NIEM_ERROR_IO, 0, "no-such-file.csv", "");
  assert_int_equal(niem_answers_read(&answers, NULL, base, ".", NULL, NULL, &err), NIEM_ERROR_IO);
  answers = answers_of(base, PLAIN);
  write_file("test_answers_full.csv", "old", 3);
  struct rlimit before, small;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  small = before;
  small.rlim_cur = 64;
  void (*old)(int) = signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
  niem_status status = niem_answers_write(answers, "test_answers_full.csv", &err);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
  (void)signal(SIGXFSZ, old);
  assert_int_equal(status, NIEM_ERROR_IO);
  char *left = read_whole("test_answers_full.csv");
  assert_string_equal(left, "old");
  free(left);
  (void)remove("test_answers_full.csv");
  niem_answers_free(answers);
}

/* --- many units: nothing is looked for in a list --- */

static void test_many_units(void **state) {
  (void)state;
  enum { N = 50000 };
  niem_buffer *text = NULL;
  niem_buffer *rows = NULL;
  assert_int_equal(ni_buffer_new(&text, NULL), NIEM_OK);
  assert_int_equal(ni_buffer_new(&rows, NULL), NIEM_OK);
  ni_buffer_text(text, "{\"format\":\"niem-framework/1\",\"id\":\"x\",\"version\":\"1\",\"units\":[");
  ni_buffer_text(rows, "unit,round,indicator,answer\n");
  const char **ids = calloc(N, sizeof *ids);
  char(*names)[12] = calloc(N, sizeof *names);
  assert_true(ids != NULL && names != NULL);
  for (int i = 0; i < N; i++) {
    (void)snprintf(names[i], sizeof names[i], "x%d", i);
    ids[i] = names[i];
    ni_buffer_text(text, i == 0 ? "{\"id\":\"u" : ",{\"id\":\"u");
    ni_buffer_int(text, i);
    ni_buffer_text(text, "\",\"aliases\":[\"");
    ni_buffer_text(text, names[i]);
    ni_buffer_text(text, "\"]}");
    ni_buffer_text(rows, names[i]);
    ni_buffer_text(rows, ",1,A,yes\n");
  }
  ni_buffer_text(text,
                 "],\"indicators\":[{\"id\":\"A\",\"scale\":{\"kind\":\"binary\"}}],\"indexes\":[{\"id\":\"i\"}]}");
  niem_scores *scores = scores_of(niem_buffer_data(text), niem_buffer_data(rows), NULL);
  niem_query query;
  niem_table *table = NULL;
  niem_query_init(&query);
  query.units = ids;
  query.n_units = N;
  assert_int_equal(niem_scores_table(&table, scores, &query, NULL), NIEM_OK);
  assert_int_equal(niem_table_rows(table), N);
  niem_table_free(table);
  niem_scores_free(scores);
  niem_buffer_free(text);
  niem_buffer_free(rows);
  free(ids);
  free(names);
}

/* A thousand warnings may not push out the one error. */
static void test_error_after_warnings(void **state) {
  (void)state;
  static const char framework_text[] =
      "{\"format\":\"niem-framework/1\",\"id\":\"w\",\"version\":\"1\",\"units\":[{\"id\":\"PL\"}],"
      "\"rounds\":[{\"id\":\"1\"}],\"indicators\":[{\"id\":\"A\",\"scale\":{\"kind\":\"binary\"}}]}";
  niem_framework *framework = NULL;
  niem_answers *answers = NULL;
  niem_problems *problems = NULL;
  niem_buffer *text = NULL;
  niem_error err;
  assert_int_equal(niem_framework_parse(&framework, NULL, framework_text, sizeof framework_text - 1, &err), NIEM_OK);
  assert_int_equal(ni_buffer_new(&text, NULL), NIEM_OK);
  ni_buffer_text(text, "unit,indicator,answer\n");
  for (int i = 0; i < 1200; i++) {
    ni_buffer_text(text, "U");
    ni_buffer_int(text, i);
    ni_buffer_text(text, ",A,yes\n");
  }
  ni_buffer_text(text, "PL,A,perhaps\n");
  assert_int_equal(niem_answers_parse(&answers, &problems, framework, niem_buffer_data(text), niem_buffer_size(text),
                                      NULL, NULL, &err),
                   NIEM_ERROR_REFERENCE);
  assert_int_equal(err.row, 1201);
  assert_non_null(strstr(err.message, "perhaps"));
  assert_int_equal(niem_problems_count(problems), NIEM_PROBLEMS_KEPT);
  assert_int_equal(niem_problems_total(problems, NIEM_WARNING), 1200);
  niem_problems_free(problems);
  niem_buffer_free(text);
  niem_framework_free(framework);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_error_after_warnings),
      cmocka_unit_test(test_table),
      cmocka_unit_test(test_spellings),
      cmocka_unit_test(test_round_trips),
      cmocka_unit_test(test_order_of_rows),
      cmocka_unit_test(test_options),
      cmocka_unit_test(test_option_sizes),
      cmocka_unit_test(test_decimal_comma),
      cmocka_unit_test(test_report),
      cmocka_unit_test(test_other_framework),
      cmocka_unit_test(test_wrong_rows),
      cmocka_unit_test(test_wrong_texts),
      cmocka_unit_test(test_wrong_json),
      cmocka_unit_test(test_many_problems),
      cmocka_unit_test(test_decimal_marks_mixed),
      cmocka_unit_test(test_closed_list),
      cmocka_unit_test(test_composite_is_not_answered),
      cmocka_unit_test(test_goalposts),
      cmocka_unit_test(test_large_field),
      cmocka_unit_test(test_columns),
      cmocka_unit_test(test_wrong_columns),
      cmocka_unit_test(test_arguments),
      cmocka_unit_test(test_files),
      cmocka_unit_test(test_many_units),
  };
  return cmocka_run_group_tests(tests, open_base, close_base);
}
