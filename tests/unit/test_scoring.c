/* Scoring: what applies, what is missing, thresholds, composites, merges, conditions, several coders; the same bits
 * from any number of threads, order of rows, rounding mode and after saving; handles that outlive each other. */
#include "base/platform.h"

#include "made.h"

#include <fenv.h>
#include <math.h>
#include <pthread.h>

#define HOLD(truth, what)        \
  do {                           \
    if (!(truth)) {              \
      print_error("%s\n", what); \
      fail();                    \
    }                            \
  } while (0)
#include "random_model.h"

/* Three binary indicators and one of 50 or 100 points under nodes whose rules come in the place of @. */
static const char TREE[] =
    "{\"format\":\"niem-framework/1\",\"id\":\"tree\",\"version\":\"1\",\"indicators\":["
    "{\"id\":\"A\",\"scale\":{\"kind\":\"binary\"}},{\"id\":\"B\",\"scale\":{\"kind\":\"binary\"}},"
    "{\"id\":\"C\",\"scale\":{\"kind\":\"binary\"}},"
    "{\"id\":\"D\",\"scale\":{\"kind\":\"ordinal\",\"options\":[{\"id\":\"lo\",\"points\":50},{\"id\":\"hi\","
    "\"points\":100}]}}],"
    "\"indexes\":[{\"id\":\"i\",\"nodes\":[{\"id\":\"t\",\"children\":[\"A\",\"n\"]},"
    "{\"id\":\"n\",\"children\":[\"B\",\"C\",\"D\"],\"weights\":{\"D\":2}@}]}]}";
static const char ROWS[] = "unit,round,indicator,answer,state\n";

typedef struct expected {
  const char *rows; /* "A yes,B no": answers, or states */
  const char *rule;
  double value, coverage, lower, upper; /* of node n; -1: NaN */
  int64_t n_applicable, n_answered;
  const char *state;
} expected;

static char *rows_of(const char *short_form) {
  char *out = malloc(1000);
  assert_non_null(out);
  strcpy(out, ROWS);
  char indicator[20], answer[40];
  for (const char *at = short_form; sscanf(at, "%19s %39[^,]", indicator, answer) == 2;) {
    const int is_state = strlen(answer) > 4;
    (void)snprintf(out + strlen(out), 1000 - strlen(out), "PL,1,%s,%s,%s\n", indicator, is_state ? "" : answer,
                   is_state ? answer : "");
    at = strchr(at, ',');
    if (at++ == NULL) {
      break;
    }
  }
  return out;
}

static double or_nan(double x) {
  return x < 0 ? from_bits(0x7ff8000000000000u) : x;
}

static void check_row(const char *text, const char *node, const expected *e) {
  char *rows = rows_of(e->rows);
  niem_scores *scores = scores_of(text, rows, NULL);
  niem_table *t = score_row(scores, "PL", "1", NULL, node);
  if (bits_of(real_at(t, "value", 0)) != bits_of(or_nan(e->value))) {
    print_error("%s %s\n", e->rows, e->rule);
  }
  assert_same_bits(real_at(t, "value", 0), or_nan(e->value));
  assert_same_bits(real_at(t, "coverage", 0), or_nan(e->coverage));
  assert_same_bits(real_at(t, "lower", 0), or_nan(e->lower));
  assert_same_bits(real_at(t, "upper", 0), or_nan(e->upper));
  assert_int_equal(integer_at(t, "n_applicable", 0), e->n_applicable);
  assert_int_equal(integer_at(t, "n_answered", 0), e->n_answered);
  assert_string_equal(text_at(t, "state", 0), e->state);
  niem_table_free(t);
  niem_scores_free(scores);
  free(rows);
}

#define STRICT ",\"missing\":\"strict\""
#define ZERO ",\"missing\":\"zero\""
#define HALF ",\"missing\":{\"rule\":\"available\",\"min_coverage\":0.5}"

/* Node n: B and C of weight 1, D of weight 2, whose worst end is 50. */
static void test_rules(void **state) {
  (void)state;
  static const expected cases[] = {
      {"B yes,C no,D hi", "", 75, 1, 75, 75, 3, 3, "value"},
      {"B yes,C no", "", 50, 0.5, 50, 75, 3, 2, "value"},
      {"B yes,C missing,D not_collected", "", 100, 0.25, 50, 100, 3, 1, "value"},
      {"B yes,C not_applicable,D not_applicable", "", 100, 1, 100, 100, 1, 1, "value"},
      {"A yes", "", -1, 0, 25, 100, 3, 0, "no_value"},
      {"B not_applicable,C not_applicable,D not_applicable", "", -1, -1, -1, -1, 0, 0, "not_applicable"},
      {"B yes,C no", STRICT, -1, 0.5, 50, 75, 3, 2, "no_value"},
      {"B yes,C no,D not_applicable", STRICT, 50, 1, 50, 50, 2, 2, "value"},
      {"B yes,C no", ZERO, 25, 0.5, 50, 75, 3, 2, "value"},
      {"B missing", ZERO, -1, 0, 25, 100, 3, 0, "no_value"},
      {"B yes,C no", HALF, 50, 0.5, 50, 75, 3, 2, "value"}, /* at the threshold is enough */
      {"B yes", HALF, -1, 0.25, 50, 100, 3, 1, "no_value"},
      {"B yes,D hi", HALF, 100, 0.75, 75, 100, 3, 2, "value"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char *text = edited(TREE, "@", cases[i].rule);
    check_row(text, "n", &cases[i]);
    free(text);
  }
}

/* A node below its threshold has no value, but its coverage and bounds pass up; one that does not apply leaves the
 * denominator. */
static void test_above(void **state) {
  (void)state;
  char *text = edited(TREE, "@", HALF);
  static const expected cases[] = {
      {"A yes,B no", "", 100, 0.625, 62.5, 87.5, 4, 2, "value"}, /* the bounds of n are 25 and 75 */

      {"A yes,B not_applicable,C not_applicable,D not_applicable", "", 100, 1, 100, 100, 1, 1, "value"},
      {"A no,B yes,C yes,D hi", "", 50, 1, 50, 50, 4, 4, "value"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    check_row(text, "i", &cases[i]);
  }
  free(text);
}

/* The evidence of weight 0 is no evidence: no value, whatever the rule. */
static void test_weight_zero(void **state) {
  (void)state;
  static const char *const rules[] = {"", ZERO};
  for (int i = 0; i < 2; i++) {
    char *rule = edited(TREE, "@", rules[i]);
    char *text = edited(rule, "\"D\":2", "\"D\":2,\"B\":0");
    const expected e = {"B yes", rules[i], -1, 0, 100.0 / 3, 100, 3, 1, "no_value"};
    check_row(text, "n", &e);
    free(text);
    free(rule);
  }
}

static void test_method_rule(void **state) {
  (void)state;
  char *text = edited(TREE, "@", STRICT);
  char *rows = rows_of("A no,B yes");
  niem_scores *scores = scores_of(text, rows, "{\"format\":\"niem-method/1\",\"missing\":\"available\"}");
  assert_true(value_of(scores, "PL", "1", NULL, "n") == 100);
  assert_true(value_of(scores, "PL", "1", NULL, "i") == 50);
  niem_scores_free(scores);
  scores = scores_of(text, rows, NULL);
  assert_true(value_of(scores, "PL", "1", NULL, "i") == 0);
  niem_scores_free(scores);
  free(rows);
  free(text);
}

static void test_composite(void **state) {
  (void)state;
  static const char text[] =
      "{\"format\":\"niem-framework/"
      "1\",\"id\":\"x\",\"version\":\"1\",\"indicators\":[{\"id\":\"K\",\"scale\":{\"kind\":"
      "\"composite\",\"of\":[\"A\",\"B\"],\"weights\":{\"A\":3},\"missing\":\"strict\"}},"
      "{\"id\":\"A\",\"scored\":false,\"scale\":{\"kind\":\"binary\"}},{\"id\":\"B\",\"scale\":{\"kind\":\"binary\"}},"
      "{\"id\":\"C\",\"scale\":{\"kind\":\"binary\"}}],\"indexes\":[{\"id\":\"i\",\"weights\":{\"K\":4}}]}";
  const expected whole = {"A yes,B no,C no", "", 60, 1, 60, 60, 3, 3, "value"};
  const expected half = {"A yes,C no", "", 0, 0.8, 60, 80, 3, 2, "value"};
  const expected part = {"A yes,C no", "", -1, 0.75, 75, 100, 2, 1, "no_value"};
  check_row(text, "i", &whole);
  check_row(text, "i", &half);
  check_row(text, "K", &part);
}

/* --- merges --- */

static const char GROUPS[] =
    "{\"format\":\"niem-framework/1\",\"id\":\"g\",\"version\":\"1\",\"groups\":[{\"id\":\"p\"},{\"id\":\"q\"},"
    "{\"id\":\"all\",\"merge\":[\"p\",\"q\"],\"weights\":{\"q\":3}},"
    "{\"id\":\"common\",\"merge\":[\"p\",\"q\"],\"over\":\"common\"}],"
    "\"indicators\":[{\"id\":\"A\",\"scale\":{\"kind\":\"binary\"}},{\"id\":\"B\",\"scale\":{\"kind\":\"binary\"}},"
    "{\"id\":\"C\",\"groups\":[\"p\"],\"scale\":{\"kind\":\"binary\"}}],\"indexes\":[{\"id\":\"i\"}]}";

static void test_merges(void **state) {
  (void)state;
  niem_scores *scores =
      scores_of(GROUPS,
                "unit,round,group,indicator,answer\nPL,1,p,A,yes\nPL,1,p,B,no\nPL,1,p,C,yes\nPL,1,q,A,yes\n"
                "EL,1,p,A,yes\n",
                NULL);
  assert_same_bits(value_of(scores, "PL", "1", "p", NULL), 200.0 / 3);
  assert_true(value_of(scores, "PL", "1", "q", NULL) == 100);
  assert_close(value_of(scores, "PL", "1", "all", NULL), (200.0 / 3 + 300) / 4, 1e-15);
  assert_true(value_of(scores, "PL", "1", "common", NULL) == 100); /* A alone was answered in both */
  niem_table *t = score_row(scores, "PL", "1", "all", NULL);
  assert_int_equal(integer_at(t, "n_applicable", 0), 5); /* C is not asked of q */
  assert_int_equal(integer_at(t, "n_answered", 0), 4);
  assert_same_bits(real_at(t, "coverage", 0), 0.625); /* (1 + 3 x 1/2) / 4 */
  niem_table_free(t);
  t = score_row(scores, "PL", "1", "common", NULL);
  assert_int_equal(integer_at(t, "n_applicable", 0), 2);
  assert_same_bits(real_at(t, "coverage", 0), 1);
  niem_table_free(t);
  assert_true(value_of(scores, "EL", "1", "all", NULL) == 100); /* q has no value: its weight is a gap */
  t = score_row(scores, "EL", "1", "all", NULL);
  assert_close(real_at(t, "coverage", 0), 1.0 / 12, 1e-15);
  niem_table_free(t);
  t = score_row(scores, "EL", "1", "common", NULL);
  assert_string_equal(text_at(t, "state", 0), "not_applicable");
  niem_table_free(t);
  assert_true(value_of(scores, "PL", "1", "all", "C") == 100); /* a leaf of a merge */
  niem_scores_free(scores);
}

/* --- conditions --- */

static void test_conditions(void **state) {
  (void)state;
  static const char text[] =
      "{\"format\":\"niem-framework/1\",\"id\":\"c\",\"version\":\"1\",\"indicators\":["
      "{\"id\":\"G\",\"scored\":false,\"scale\":{\"kind\":\"ordinal\",\"options\":[{\"id\":\"a\",\"points\":0},{\"id\":"
      "\"b\","
      "\"points\":0}]}},{\"id\":\"H\",\"scored\":false,\"scale\":{\"kind\":\"checklist\",\"items\":[{\"id\":\"p\"},{"
      "\"id\":"
      "\"q\"}]}},{\"id\":\"N\",\"scored\":false,\"scale\":{\"kind\":\"numeric\"}},"
      "{\"id\":\"X\",\"applies_if\":@,\"scale\":{\"kind\":\"binary\"}}],\"indexes\":[{\"id\":\"i\"}]}";
  static const struct {
    const char *condition, *rows, *state;
  } cases[] = {
      {"{\"indicator\":\"G\",\"in\":[\"a\"]}", "G a,X yes", "value"},
      {"{\"indicator\":\"G\",\"in\":[\"a\"]}", "G b,X yes", "not_applicable"}, /* an answer to what does not apply */
      {"{\"indicator\":\"G\",\"in\":[\"a\"]}", "X yes", "no_value"}, /* it is not known: a gap, answer or not */
      {"{\"indicator\":\"G\",\"in\":[\"a\"]}", "G not_collected,X yes", "no_value"},
      {"{\"indicator\":\"G\",\"in\":[\"a\"]}", "G not_applicable,X yes", "not_applicable"},
      {"{\"indicator\":\"G\",\"in\":[\"a\"]}", "G missing,X not_applicable", "not_applicable"},
      {"{\"indicator\":\"H\",\"in\":[\"p\",\"q\"]}", "H q,X yes", "value"},
      {"{\"indicator\":\"H\",\"in\":[\"p\"]}", "H none,X yes", "not_applicable"},
      {"{\"indicator\":\"N\",\"at_least\":3}", "N 3,X yes", "value"},
      {"{\"indicator\":\"N\",\"at_most\":3}", "N 3.1,X yes", "not_applicable"},
      {"{\"not\":{\"indicator\":\"G\",\"in\":[\"a\"]}}", "G b,X yes", "value"},
      {"{\"not\":{\"indicator\":\"G\",\"in\":[\"a\"]}}", "X yes", "no_value"},
      {"{\"all\":[{\"indicator\":\"G\",\"in\":[\"a\"]},{\"indicator\":\"N\",\"at_least\":1}]}", "G b,X yes",
       "not_applicable"}, /* false and unknown is false */
      {"{\"all\":[{\"indicator\":\"N\",\"at_least\":1},{\"indicator\":\"G\",\"in\":[\"a\"]}]}", "G a,X yes",
       "no_value"},
      {"{\"any\":[{\"indicator\":\"N\",\"at_least\":1},{\"indicator\":\"G\",\"in\":[\"a\"]}]}", "G a,X yes",
       "value"}, /* unknown or true is true */
      {"{\"any\":[{\"indicator\":\"N\",\"at_least\":1},{\"indicator\":\"G\",\"in\":[\"a\"]}]}", "G b,X yes",
       "no_value"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char *framework = edited(text, "@", cases[i].condition);
    char *rows = rows_of(cases[i].rows);
    niem_scores *scores = scores_of(framework, rows, NULL);
    niem_table *t = score_row(scores, "PL", "1", NULL, "i");
    if (strcmp(text_at(t, "state", 0), cases[i].state) != 0) {
      print_error("%s with %s\n", cases[i].condition, cases[i].rows);
    }
    assert_string_equal(text_at(t, "state", 0), cases[i].state);
    niem_table_free(t);
    niem_scores_free(scores);
    free(rows);
    free(framework);
  }
}

/* A group's condition does not apply to the questions that decide it, nor to those on which these hang: whatever the
 * order in which they stand, the group exists where its question says so. */
static void test_group_condition(void **state) {
  (void)state;
  static const char *const orders[] = {"@0,@1,@2", "@2,@1,@0", "@1,@2,@0"};
  static const char *const parts[] = {
      "{\"id\":\"Z\",\"scored\":false,\"scale\":{\"kind\":\"binary\"}}",
      ("{\"id\":\"S\",\"scored\":false,\"applies_if\":{\"indicator\":\"Z\",\"in\":[\"yes\"]},"
       "\"scale\":{\"kind\":\"binary\"}}"),
      "{\"id\":\"X\",\"scale\":{\"kind\":\"binary\"}}"};
  for (int i = 0; i < 3; i++) {
    char text[1000];
    size_t used =
        (size_t)snprintf(text, sizeof text,
                         "{\"format\":\"niem-framework/1\",\"id\":\"c\",\"version\":\"1\",\"groups\":[{\"id\":\"g\","
                         "\"applies_if\":{\"indicator\":\"S\",\"in\":[\"yes\"]}}],\"indicators\":[");
    for (const char *at = orders[i]; *at != '\0'; at++) {
      if (*at == '@') {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s", parts[*++at - '0']);
      } else {
        text[used++] = *at;
        text[used] = '\0';
      }
    }
    (void)snprintf(text + used, sizeof text - used, "],\"indexes\":[{\"id\":\"i\"}]}");
    niem_scores *scores =
        scores_of(text,
                  "unit,round,indicator,answer\nA,1,Z,yes\nA,1,S,yes\nA,1,X,yes\nB,1,Z,yes\nB,1,S,no\n"
                  "B,1,X,yes\nC,1,Z,no\nC,1,S,yes\nC,1,X,yes\nD,1,X,yes\n",
                  NULL);
    static const char *const states[] = {"value", "not_applicable", "not_applicable", "no_value"};
    static const char *const units[] = {"A", "B", "C", "D"};
    for (int u = 0; u < 4; u++) {
      niem_table *t = score_row(scores, units[u], "1", NULL, "i");
      assert_string_equal(text_at(t, "state", 0), states[u]);
      niem_table_free(t);
    }
    niem_scores_free(scores);
  }
}

/* --- several coders --- */

static const char CODERS[] =
    "{\"format\":\"niem-framework/1\",\"id\":\"k\",\"version\":\"1\",\"indicators\":["
    "{\"id\":\"O\",\"scale\":{\"kind\":\"ordinal\",\"options\":[{\"id\":\"a\",\"points\":100},{\"id\":\"b\",\"points\":"
    "50},"
    "{\"id\":\"c\",\"points\":0}]}},{\"id\":\"L\",\"scale\":{\"kind\":\"checklist\",\"items\":[{\"id\":\"p\"},{\"id\":"
    "\"q\"},"
    "{\"id\":\"r\"}]}},{\"id\":\"N\",\"scale\":{\"kind\":\"numeric\",\"worst\":0,\"best\":100}}],"
    "\"indexes\":[{\"id\":\"i\"}]}";

static niem_status consensus(double *value, const char *indicator, const char *answers, const char *method_text,
                             niem_error *err) {
  char rows[1000] = "unit,round,indicator,coder,answer,state\n";
  char answer[20];
  int coder = 0;
  for (const char *at = answers; sscanf(at, "%19[^,]", answer) == 1; at++) {
    const int is_state = strlen(answer) > 5;
    (void)snprintf(rows + strlen(rows), sizeof rows - strlen(rows), "PL,1,%s,k%d,%s,%s\n", indicator, coder++,
                   is_state ? "" : answer, is_state ? answer : "");
    at = strchr(at, ',');
    if (at == NULL) {
      break;
    }
  }
  niem_framework *framework = framework_of(CODERS);
  niem_answers *read = answers_of(framework, rows);
  niem_method *method = method_of(method_text);
  niem_scores *scores = (niem_scores *)(uintptr_t)1;
  niem_status status = niem_score(&scores, framework, read, method, NULL, NULL, err);
  assert_true((status == NIEM_OK) == (scores != NULL));
  if (status == NIEM_OK) {
    *value = value_of(scores, "PL", "1", NULL, indicator);
  }
  niem_scores_free(scores);
  niem_method_free(method);
  niem_answers_free(read);
  niem_framework_free(framework);
  return status;
}

#define RULE(word) "{\"format\":\"niem-method/1\",\"consensus\":\"" word "\"}"

static void test_consensus(void **state) {
  (void)state;
  static const struct {
    const char *indicator, *answers, *method;
    double value; /* -1: no value, -2: refused */
    const char *part;
  } cases[] = {
      {"O", "a,a", RULE("refuse"), -2, "choose a consensus rule"},
      {"O", "a", RULE("refuse"), 100, ""},
      {"O", "a,a,a", RULE("unanimous"), 100, ""},
      {"O", "a,a,b", RULE("unanimous"), -2, "not unanimous"},
      {"O", "a,b,b", RULE("majority"), 50, ""},
      {"O", "b,a,b,c,b", RULE("majority"), 50, ""},
      {"O", "a,b", RULE("majority"), -2, "none has a majority"},
      {"O", "a,b,c", RULE("majority"), -2, "none has a majority"},
      {"O", "missing,missing,a", RULE("majority"), -1, ""},
      {"O", "missing,not_collected,a", RULE("majority"), -2, "none has a majority"},
      {"O", "a,b,c", RULE("median"), 50, ""},
      {"O", "a,c", RULE("median"), 0, ""}, /* the less favourable of the two middle ones */
      {"O", "a,b,b,c", RULE("median"), 50, ""},
      {"O", "a,missing", RULE("median"), 100, ""},
      {"O", "a,missing,not_collected", RULE("median"), -1, ""},
      {"N", "10,20,60", RULE("median"), 20, ""},
      {"N", "0.1,0.3", RULE("median"), 0.2, ""},
      {"N", "10,20,30,60", RULE("median"), 25, ""},
      {"L", "p|q,p,r|p", RULE("median"), 100.0 / 3, ""},
      {"L", "p,q", RULE("median"), 0, ""}, /* none is named by more than half */
      {"O", "a,b,c", "{\"format\":\"niem-method/1\",\"consensus\":{\"rule\":\"adjudicator\",\"coder\":\"k2\"}}", 0, ""},
      {"O", "a,b", "{\"format\":\"niem-method/1\",\"consensus\":{\"rule\":\"adjudicator\",\"coder\":\"k2\"}}", -2,
       "adjudicator"},
      {"O", "a", "{\"format\":\"niem-method/1\",\"consensus\":{\"rule\":\"adjudicator\",\"coder\":\"k2\"}}", 100, ""}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    double value = 0;
    niem_error err;
    niem_status status = consensus(&value, cases[i].indicator, cases[i].answers, cases[i].method, &err);
    if (cases[i].value == -2) {
      assert_int_equal(status, NIEM_ERROR_CONSENSUS);
      check_error(&err, NIEM_ERROR_CONSENSUS, 0, "method", cases[i].part);
      assert_non_null(strstr(err.message, "PL 1 all O has"));
    } else {
      assert_int_equal(status, NIEM_OK);
      assert_same_bits(value, or_nan(cases[i].value));
    }
  }
}

/* A hundred thousand coders of one cell: what was quadratic took minutes. */
static void test_many_coders(void **state) {
  (void)state;
  static const char *const methods[] = {RULE("majority"), RULE("median"), RULE("median")};
  static const char *const indicators[] = {"O", "O", "N"};
  enum { N = 60001 };
  for (int turn = 0; turn < 3; turn++) {
    niem_buffer *text = NULL;
    assert_int_equal(ni_buffer_new(&text, NULL), NIEM_OK);
    ni_buffer_text(text, "unit,round,indicator,coder,answer\n");
    for (int i = 0; i < N; i++) {
      ni_buffer_text(text, "PL,1,");
      ni_buffer_text(text, indicators[turn]);
      ni_buffer_text(text, ",k");
      ni_buffer_int(text, i);
      if (turn == 2) {
        ni_buffer_char(text, ',');
        ni_buffer_int(text, i % 101);
        ni_buffer_char(text, '\n');
      } else {
        ni_buffer_text(text, i % 2 ? ",a\n" : ",b\n");
      }
    }
    niem_scores *scores = scores_of(CODERS, niem_buffer_data(text), methods[turn]);
    assert_true(value_of(scores, "PL", "1", NULL, indicators[turn]) == 50);
    niem_scores_free(scores);
    niem_buffer_free(text);
  }
}

/* --- random parts --- */

/* Goalposts of every kind, and the scores of numbers that are known: at them, beyond them, half way, a quarter. */
static const struct {
  double worst, best;
  const char *numbers[5];
} GOALPOSTS[] = {{0, 100, {"0", "100", "250.5", "50", "25"}},      {100, 0, {"100", "0", "-1e99", "50", "75"}},
                 {-50, 50, {"-50", "50", "1e100", "0", "-25"}},    {24, 0, {"24", "0", "-0.5", "12", "18"}},
                 {0.1, 0.7, {"0.1", "0.7", "0.8", "0.4", "0.25"}}, {-3, 1021, {"-3", "1021", "1e9", "509", "253"}},
                 {-7, -107, {"-7", "-107", "-108", "-57", "-32"}}, {0, -100, {"0", "-100", "-101", "-50", "-25"}}};
static const double KNOWN[] = {0, 100, 100, 50, 25};
enum { N_GOALPOSTS = sizeof GOALPOSTS / sizeof *GOALPOSTS, N_LANES_USED = 37 };

static niem_scores *goalpost_scores(void) {
  static char text[4000], rows[20000];
  int at =
      snprintf(text, sizeof text, "{\"format\":\"niem-framework/1\",\"id\":\"g\",\"version\":\"1\",\"indicators\":[");
  for (int k = 0; k < N_GOALPOSTS; k++) {
    at += snprintf(text + at, sizeof text - (size_t)at,
                   "%s{\"id\":\"N%d\",\"scale\":{\"kind\":\"numeric\",\"worst\":%g,\"best\":%g}}", k == 0 ? "" : ",", k,
                   GOALPOSTS[k].worst, GOALPOSTS[k].best);
  }
  at += snprintf(text + at, sizeof text - (size_t)at,
                 "],\"indexes\":[{\"id\":\"i\",\"nodes\":[{\"id\":\"t\",\"children\":[\"n0\"");
  for (int k = 1; k < N_GOALPOSTS; k++) {
    at += snprintf(text + at, sizeof text - (size_t)at, ",\"n%d\"", k);
  }
  at += snprintf(text + at, sizeof text - (size_t)at, "]}");
  for (int k = 0; k < N_GOALPOSTS; k++) { /* of equal weight, and not */
    at += snprintf(text + at, sizeof text - (size_t)at, ",{\"id\":\"n%d\",\"children\":[\"N%d\"]%s%d%s}", k, k,
                   k % 2 ? ",\"weights\":{\"N" : ",\"meta\":{\"N", k, k % 2 ? "\":2}" : "\":1}");
  }
  (void)snprintf(text + at, sizeof text - (size_t)at, "]}]}");
  at = snprintf(rows, sizeof rows, "unit,round,indicator,answer,state\n");
  for (int u = 0; u < N_LANES_USED; u++) { /* the sixth of each has no answer */
    for (int k = 0; k < N_GOALPOSTS; k++) {
      const int which = (u + k) % 6;
      at += snprintf(rows + at, sizeof rows - (size_t)at, "U%02d,1,N%d,%s,%s\n", u, k,
                     which < 5 ? GOALPOSTS[k].numbers[which] : "", which < 5 ? "" : "not_collected");
    }
  }
  return scores_of(text, rows, NULL);
}

/* The lanes of the kernel give the score that the number has by itself, and the one that is known. */
static void test_goalposts(void **state) {
  (void)state;
  niem_scores *scores = goalpost_scores();
  for (int u = 0; u < N_LANES_USED; u++) {
    for (int k = 0; k < N_GOALPOSTS; k++) {
      const int which = (u + k) % 6;
      char unit[8], node[8], leaf[8];
      (void)snprintf(unit, sizeof unit, "U%02d", u);
      (void)snprintf(node, sizeof node, "n%d", k);
      (void)snprintf(leaf, sizeof leaf, "N%d", k);
      niem_table *by_node = score_row(scores, unit, "1", NULL, node);
      niem_table *by_leaf = score_row(scores, unit, "1", NULL, leaf);
      assert_same_bits(real_at(by_node, "value", 0), real_at(by_leaf, "value", 0));
      assert_same_bits(real_at(by_node, "lower", 0), which < 5 ? real_at(by_leaf, "value", 0) : 0);
      assert_same_bits(real_at(by_node, "upper", 0), which < 5 ? real_at(by_leaf, "value", 0) : 100);
      if (which < 5) {
        assert_true(fabs(real_at(by_node, "value", 0) - KNOWN[which]) <= 1e-13);
      }
      if (which < 3) { /* at and beyond the goalposts without any error */
        assert_same_bits(real_at(by_node, "value", 0), KNOWN[which]);
      }
      niem_table_free(by_node);
      niem_table_free(by_leaf);
    }
  }
  niem_scores_free(scores);
}

static void test_random(void **state) {
  (void)state;
  int scored = 0;
  for (uint64_t seed = 1; seed <= 400; seed++) {
    chooser c = {NULL, 0, seed * 7919};
    niem_scores *scores = random_scores(&c, 1);
    if (scores != NULL) {
      check_scores(scores);
      scored++;
    }
    niem_scores_free(scores);
  }
  assert_true(scored > 200);
}

/* Every published number of a panel larger than a block, from 1 and from 8 threads. */
static void test_threads(void **state) {
  (void)state;
  niem_framework *framework = framework_of(BASE);
  niem_buffer *text = NULL;
  assert_int_equal(ni_buffer_new(&text, NULL), NIEM_OK);
  ni_buffer_text(text, "unit,round,group,indicator,answer\n");
  uint64_t random = 5;
  for (int u = 0; u < 300; u++) {
    for (int g = 0; g < 2; g++) {
      ni_buffer_char(text, 'U');
      ni_buffer_int(text, u);
      ni_buffer_text(text, g ? ",r1,ref,HOU-1," : ",r1,sub,HOU-1,");
      ni_buffer_int(text, (int64_t)(next_bits(&random) % 30));
      ni_buffer_text(text, "\nU");
      ni_buffer_int(text, u);
      ni_buffer_text(text, g ? ",r1,ref,RES-1," : ",r1,sub,RES-1,");
      ni_buffer_char(text, "abc"[next_bits(&random) % 3]);
      ni_buffer_char(text, '\n');
    }
  }
  niem_answers *answers = answers_of(framework, niem_buffer_data(text));
  char *manifests[3];
  for (int i = 0; i < 3; i++) {
    niem_exec exec;
    niem_scores *scores = NULL;
    niem_exec_init(&exec);
    exec.threads = i * 4;
    assert_int_equal(niem_score(&scores, framework, answers, NULL, NULL, &exec, NULL), NIEM_OK);
    manifests[i] = manifest_text(scores);
    niem_scores_free(scores);
  }
  assert_string_equal(manifests[0], manifests[1]);
  assert_string_equal(manifests[0], manifests[2]);
  for (int i = 0; i < 3; i++) {
    free(manifests[i]);
  }
  niem_answers_free(answers);
  niem_buffer_free(text);
  niem_framework_free(framework);
}

/* --- what is const may be shared by threads --- */

typedef struct shared {
  const niem_framework *framework;
  const niem_answers *answers;
  char *manifest;
} shared;

static void *use_shared(void *argument) {
  shared *s = argument;
  niem_scores *scores = NULL;
  niem_table *table = NULL;
  niem_table *explained = NULL;
  niem_buffer *manifest = NULL;
  niem_query query;
  niem_query_init(&query);
  query.node = "housing";
  if (niem_score(&scores, s->framework, s->answers, NULL, NULL, NULL, NULL) == NIEM_OK &&
      niem_scores_table(&table, scores, &query, NULL) == NIEM_OK &&
      niem_explain(&explained, scores, "PL", "r1", &query, NULL) == NIEM_OK &&
      niem_scores_manifest(&manifest, scores, NULL) == NIEM_OK) {
    s->manifest = strdup(niem_buffer_data(manifest));
  }
  niem_buffer_free(manifest);
  niem_table_free(explained);
  niem_table_free(table);
  niem_scores_free(scores);
  return NULL;
}

static const char FEW[] =
    "unit,round,group,indicator,answer\nPL,r1,ref,HOU-1,0.1\nPL,r1,ref,RES-1,b\nPL,r1,sub,HOU-2,p\n"
    "PL,r2,ref,HOU-1,7.3\nEL,r2,sub,HOU-3,yes\n";

static void test_shared(void **state) {
  (void)state;
  enum { N = 6 };
  niem_framework *framework = framework_of(BASE);
  niem_answers *answers = answers_of(framework, FEW);
  shared users[N];
  pthread_t threads[N];
  for (int i = 0; i < N; i++) {
    users[i] = (shared){framework, answers, NULL};
    assert_int_equal(pthread_create(&threads[i], NULL, use_shared, &users[i]), 0);
  }
  for (int i = 0; i < N; i++) {
    assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_non_null(users[i].manifest);
    assert_string_equal(users[i].manifest, users[0].manifest);
  }
  for (int i = 0; i < N; i++) {
    free(users[i].manifest);
  }
  niem_answers_free(answers);
  niem_framework_free(framework);
}

/* A caller's rounding mode changes no bit, and is there again afterwards. */
static void test_rounding_mode(void **state) {
  (void)state;
  static const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
  char *saved[4];
  char *printed[4];
  for (int i = 0; i < 4; i++) {
    assert_int_equal(fesetround(modes[i]), 0);
    niem_scores *scores = scores_of(BASE, FEW, "{\"format\":\"niem-method/1\",\"tolerance\":0.1}");
    niem_scores *again = NULL;
    niem_query query;
    niem_table *table = NULL;
    niem_table *explained = NULL;
    niem_query_init(&query);
    query.group = "shared";
    char *text = scores_text(scores);
    niem_status parsed = niem_scores_parse(&again, text, (int64_t)strlen(text), NULL);
    niem_status listed = niem_scores_table(&table, scores, &query, NULL);
    niem_text_options options;
    niem_buffer *csv = NULL;
    niem_text_options_init(&options);
    niem_status shown = niem_table_print(&csv, table, &options, NULL);
    query.group = "both";
    niem_status added = niem_explain(&explained, scores, "PL", "r1", &query, NULL);
    const int mode = fegetround();
    assert_int_equal(fesetround(FE_TONEAREST), 0);
    assert_int_equal(mode, modes[i]);
    assert_true(parsed == NIEM_OK && listed == NIEM_OK && shown == NIEM_OK && added == NIEM_OK);
    const int32_t j = niem_table_column(explained, "contribution");
    assert_same_bits(ni_exact_sum(niem_table_reals(explained, j), niem_table_rows(explained), 1),
                     value_of(scores, "PL", "r1", "both", NULL));
    saved[i] = text;
    printed[i] = buffer_text(csv);
    assert_string_equal(saved[i], saved[0]);
    assert_string_equal(printed[i], printed[0]);
    niem_table_free(explained);
    niem_table_free(table);
    niem_scores_free(again);
    niem_scores_free(scores);
  }
  for (int i = 0; i < 4; i++) {
    free(saved[i]);
    free(printed[i]);
  }
}

/* --- saving --- */

static void test_saving(void **state) {
  (void)state;
  niem_scores *scores = scores_of(BASE, FEW, "{\"format\":\"niem-method/1\",\"bands\":\"thirds\",\"meta\":{\"x\":1}}");
  char *text = scores_text(scores);
  char *manifest = manifest_text(scores);
  niem_scores *again = NULL;
  niem_error err;
  assert_int_equal(niem_scores_parse(&again, text, (int64_t)strlen(text), &err), NIEM_OK);
  char *other = manifest_text(again);
  assert_string_equal(manifest, other);
  free(other);
  niem_scores_free(again);
  again = (niem_scores *)(uintptr_t)1;
  static const struct {
    const char *old, *new_text;
    niem_status status;
    const char *part;
  } cases[] = {{"niem-scores/1", "niem-scores/2", NIEM_ERROR_VERSION, "niem-scores/1"},
               {"niem-scores/1", "niem-score", NIEM_ERROR_FORMAT, "not saved scores"},
               {"\"method\":", "\"methods\":", NIEM_ERROR_FORMAT, "need this part"},
               {"\"answer\":\"b\"", "\"answer\":\"c\"", NIEM_ERROR_MISMATCH, "do not come out"},
               {"\"points\":50", "\"points\":51", NIEM_ERROR_MISMATCH, "do not come out"},
               {"\"answer\":\"b\"", "\"answer\":\"d\"", NIEM_ERROR_REFERENCE, "option \"d\""},
               {"\"index\":null", "\"index\":\"none\"", NIEM_ERROR_REFERENCE, "no index"},
               {"{", "", NIEM_ERROR_SYNTAX, ""}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char *wrong = edited(text, cases[i].old, cases[i].new_text);
    assert_int_equal(niem_scores_parse(&again, wrong, (int64_t)strlen(wrong), &err), cases[i].status);
    assert_null(again);
    assert_non_null(strstr(err.message, cases[i].part));
    free(wrong);
  }
  assert_int_equal(niem_scores_parse(&again, NULL, 0, &err), NIEM_ERROR_ARGUMENT);
  free(text);
  free(manifest);
  niem_scores_free(scores);
}

/* A framework as deep as JSON may be can be saved within its scores. */
static void test_saving_deep(void **state) {
  (void)state;
  char deep[200] = "\"meta\":";
  for (int i = 0; i < 63; i++) {
    strcat(deep, "[");
  }
  for (int i = 0; i < 63; i++) {
    strcat(deep, "]");
  }
  char *text = edited(BASE, "\"meta\":{\"free\":[1,{\"x\":null}]}", deep);
  niem_scores *scores = scores_of(text, FEW, NULL);
  char *saved = scores_text(scores);
  niem_scores *again = NULL;
  niem_error err;
  if (niem_scores_parse(&again, saved, (int64_t)strlen(saved), &err) != NIEM_OK) {
    show(&err);
    fail();
  }
  niem_scores_free(again);
  niem_scores_free(scores);
  free(saved);
  free(text);
}

/* --- handles --- */

static void test_life(void **state) {
  (void)state;
  niem_scores *scores = scores_of(BASE, FEW, "{\"format\":\"niem-method/1\"}"); /* its parts are freed already */
  niem_framework *framework = NULL;
  niem_answers *answers = NULL;
  assert_int_equal(niem_scores_framework(&framework, scores, NULL), NIEM_OK);
  assert_int_equal(niem_scores_answers(&answers, scores, NULL), NIEM_OK);
  niem_scores_free(scores);
  assert_string_equal(niem_framework_id(framework), "base");
  niem_framework_free(framework);
  assert_int_equal(niem_answers_count(answers), 5);
  char *json = answers_text(answers); /* answers keep their framework */
  free(json);
  niem_answers_free(answers);
  niem_scores_free(NULL);
}

static void test_arguments(void **state) {
  (void)state;
  niem_framework *framework = framework_of(BASE);
  niem_answers *answers = answers_of(framework, FEW);
  niem_scores *scores = (niem_scores *)(uintptr_t)1;
  niem_error err;
  assert_int_equal(niem_score(NULL, framework, answers, NULL, NULL, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_score(&scores, NULL, answers, NULL, NULL, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_null(scores);
  assert_int_equal(niem_score(&scores, framework, NULL, NULL, NULL, NULL, &err), NIEM_ERROR_ARGUMENT);
  niem_score_options options;
  niem_score_options_init(&options);
  options.index = "none";
  assert_int_equal(niem_score(&scores, framework, answers, NULL, &options, NULL, &err), NIEM_ERROR_REFERENCE);
  check_error(&err, NIEM_ERROR_REFERENCE, 0, "index", "\"none\"");
  options.struct_size = 1;
  assert_int_equal(niem_score(&scores, framework, answers, NULL, &options, NULL, &err), NIEM_ERROR_ARGUMENT);
  struct {
    niem_exec exec;
    int64_t news;
  } longer;
  memset(&longer, 0, sizeof longer);
  niem_exec_init(&longer.exec);
  longer.exec.struct_size = (int64_t)sizeof longer;
  assert_int_equal(niem_score(&scores, framework, answers, NULL, NULL, &longer.exec, &err), NIEM_OK);
  niem_scores_free(scores);
  longer.news = 1;
  assert_int_equal(niem_score(&scores, framework, answers, NULL, NULL, &longer.exec, &err), NIEM_ERROR_STRUCT_SIZE);
  niem_exec_init(&longer.exec);
  longer.exec.threads = -1;
  assert_int_equal(niem_score(&scores, framework, answers, NULL, NULL, &longer.exec, &err), NIEM_ERROR_ARGUMENT);
  assert_null(scores);
  int64_t *shortest =
      malloc(sizeof *shortest); /* an exec of a header that knew nothing but the size: no more is read */
  assert_non_null(shortest);
  *shortest = (int64_t)sizeof *shortest;
  assert_int_equal(niem_score(&scores, framework, answers, NULL, NULL, (niem_exec *)(void *)shortest, &err), NIEM_OK);
  niem_scores_free(scores);
  free(shortest);
  niem_answers_free(answers);
  niem_framework_free(framework);
}

static void test_refused(void **state) {
  (void)state;
  niem_framework *framework = framework_of(BASE);
  niem_answers *answers = answers_of(framework, FEW);
  niem_scores *scores = (niem_scores *)(uintptr_t)1;
  niem_error err;
  char *text = edited(BASE, "\"version\":\"1.0\"", "\"version\":\"1.1\"");
  niem_framework *other = framework_of(text);
  assert_int_equal(niem_score(&scores, other, answers, NULL, NULL, NULL, &err), NIEM_ERROR_MISMATCH);
  assert_null(scores);
  check_error(&err, NIEM_ERROR_MISMATCH, 0, "answers", "read them again");
  niem_framework_free(other);
  free(text);
  text = edited(BASE, ",\"worst\":24,\"best\":0", "");
  niem_answers_free(answers);
  niem_framework_free(framework);
  framework = framework_of(text);
  answers = answers_of(framework, FEW);
  assert_int_equal(niem_score(&scores, framework, answers, NULL, NULL, NULL, &err), NIEM_ERROR_UNSUPPORTED);
  check_error(&err, NIEM_ERROR_UNSUPPORTED, 0, "framework", "\"worst\" and \"best\"");
  niem_answers_free(answers);
  niem_framework_free(framework);
  free(text);
  framework = framework_of(
      "{\"format\":\"niem-framework/"
      "1\",\"id\":\"x\",\"version\":\"1\",\"indicators\":[{\"id\":\"A\",\"scale\":{\"kind\":"
      "\"binary\"}}]}");
  answers = answers_of(framework, "unit,round,indicator,answer\nPL,1,A,yes\n");
  assert_int_equal(niem_score(&scores, framework, answers, NULL, NULL, NULL, &err), NIEM_ERROR_TREE);
  niem_answers_free(answers);
  niem_framework_free(framework);
}

static int32_t stop_at_once(double done, void *context) {
  (void)done;
  ++*(int *)context;
  return 1;
}

static void test_cancel(void **state) {
  (void)state;
  niem_framework *framework = framework_of(BASE);
  niem_answers *answers = answers_of(framework, FEW);
  niem_scores *scores = (niem_scores *)(uintptr_t)1;
  niem_exec exec;
  int calls = 0;
  niem_exec_init(&exec);
  exec.progress = stop_at_once;
  exec.context = &calls;
  assert_int_equal(niem_score(&scores, framework, answers, NULL, NULL, &exec, NULL), NIEM_ERROR_CANCELLED);
  assert_null(scores);
  assert_int_equal(calls, 1);
  niem_answers_free(answers);
  niem_framework_free(framework);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rules),       cmocka_unit_test(test_above),           cmocka_unit_test(test_weight_zero),
      cmocka_unit_test(test_method_rule), cmocka_unit_test(test_composite),       cmocka_unit_test(test_merges),
      cmocka_unit_test(test_conditions),  cmocka_unit_test(test_group_condition), cmocka_unit_test(test_consensus),
      cmocka_unit_test(test_many_coders), cmocka_unit_test(test_goalposts),       cmocka_unit_test(test_random),
      cmocka_unit_test(test_threads),     cmocka_unit_test(test_shared),          cmocka_unit_test(test_rounding_mode),
      cmocka_unit_test(test_saving),      cmocka_unit_test(test_saving_deep),     cmocka_unit_test(test_life),
      cmocka_unit_test(test_arguments),   cmocka_unit_test(test_refused),         cmocka_unit_test(test_cancel)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
