/* niem_what_if and niem_compare_scores on a small assessment whose values are worked by hand.
 *
 *   overall: residency (RES-1, RES-2), housing (HOU-1, HOU-2; weight 2), health (HEA-1, COMP of PA and PB; weight 3)
 *   tree:    top of law (weight 2; RES-1, HOU-1 with weight 3) and HEA-1
 *   health:  HEA-1 and COMP
 *
 *              RES-1 RES-2 | HOU-1 HOU-2 STAT-1 | HEA-1  PA  PB    residency housing COMP health
 *   2021  PL    40    20   |  30    50    90    |  10   100  20        30      40     40    25
 *         DE    80    60   |  70    90    10    |  50     0  80        70      80     60    55
 *   2019  PL    40
 *   overall: PL (30 + 2 * 40 + 3 * 25) / 6 = 185 / 6, DE (70 + 160 + 165) / 6 = 395 / 6
 *   tree: PL law (40 + 3 * 30) / 4 = 32.5, top (65 + 10) / 3 = 25 */
#include "base/platform.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fail_allocation.h"
#include "made.h"
#include "niem.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

#define NUMBER "\"scale\": {\"kind\": \"numeric\", \"worst\": 0, \"best\": 100}}"

static const char FRAMEWORK[] =
    "{\"format\": \"niem-framework/1\", \"id\": \"small\", \"version\": \"1\", \"meta\": {\"by\": \"hand\"},"
    " \"facets\": [{\"id\": \"dimension\", \"values\": [{\"id\": \"residency\"}, {\"id\": \"housing\"}, {\"id\": "
    "\"health\"}]}],"
    " \"groups\": [{\"id\": \"refugee\"}, {\"id\": \"subsidiary\"}],"
    " \"units\": [{\"id\": \"PL\", \"aliases\": [\"POL\"]}, {\"id\": \"DE\"}, {\"id\": \"SE\"}],"
    " \"rounds\": [{\"id\": \"2019\", \"date\": \"2019-03-31\"}, {\"id\": \"2021\", \"date\": \"2021-03-31\"}],"
    " \"indicators\": ["
    "  {\"id\": \"RES-1\", \"dimension\": \"residency\", " NUMBER
    ","
    "  {\"id\": \"RES-2\", \"dimension\": \"residency\", \"groups\": [\"refugee\"], " NUMBER
    ","
    "  {\"id\": \"HOU-1\", \"aliases\": [\"HOU-old\"], \"dimension\": \"housing\", " NUMBER
    ","
    "  {\"id\": \"HOU-2\", \"dimension\": \"housing\", " NUMBER
    ","
    "  {\"id\": \"STAT-1\", \"dimension\": \"housing\", \"scored\": false, " NUMBER
    ","
    "  {\"id\": \"HEA-1\", \"dimension\": \"health\", " NUMBER
    ","
    "  {\"id\": \"PA\", " NUMBER
    ","
    "  {\"id\": \"PB\", " NUMBER
    ","
    "  {\"id\": \"COMP\", \"dimension\": \"health\", \"scale\": {\"kind\": \"composite\", \"of\": [\"PA\", \"PB\"],"
    "   \"weights\": {\"PA\": 1, \"PB\": 3}}},"
    "  {\"id\": \"LOOSE\", \"scored\": false, " NUMBER
    "],"
    " \"indexes\": [{\"id\": \"overall\", \"levels\": [\"dimension\"], \"weights\": {\"dimension=housing\": 2, "
    "\"health\": 3}, \"overrides\": {\"health\": {\"missing\": \"strict\"}}},"
    "  {\"id\": \"tree\", \"nodes\": [{\"id\": \"law\", \"children\": [\"RES-1\", \"HOU-old\"], \"weights\": "
    "{\"HOU-old\": 3}},"
    "   {\"id\": \"top\", \"children\": [\"law\", \"HEA-1\"], \"weights\": {\"law\": 2}}]},"
    "  {\"id\": \"health\", \"levels\": [], \"only\": {\"dimension\": [\"health\"]}}],"
    " \"default_index\": \"overall\", \"default_group\": \"refugee\"}";

#define PL "PL,2021,refugee,"
#define DE "DE,2021,refugee,"
static const char ANSWERS[] =
    "unit,round,group,indicator,answer,evidence\n" PL "RES-1,40,law\n" PL "RES-2,20,\n" PL "HOU-1,30,\n" PL
    "HOU-2,50,\n" PL "STAT-1,90,\n" PL "HEA-1,10,\n" PL "PA,100,\n" PL "PB,20,\n" DE "RES-1,80,\n" DE "RES-2,60,\n" DE
    "HOU-1,70,\n" DE "HOU-2,90,report\n" DE "STAT-1,10,\n" DE "HEA-1,50,\n" DE "PA,0,\n" DE
    "PB,80,\n"
    "PL,2019,refugee,RES-1,40,\n";

static niem_scores *scores; /* of the assessment above; made once */

static int make_scores(void **state) {
  (void)state;
  scores = scores_of(FRAMEWORK, ANSWERS, NULL);
  return 0;
}

static int free_scores(void **state) {
  (void)state;
  niem_scores_free(scores);
  return 0;
}

static niem_scores *what_if(const niem_scores *of, const char *changes) {
  niem_scores *other = NULL;
  niem_error err;
  if (niem_what_if(&other, NULL, of, changes, (int64_t)strlen(changes), NULL, &err) != NIEM_OK) {
    print_error("%s\n", changes);
    show(&err);
  }
  assert_non_null(other);
  return other;
}

/* ---- what comes out */

typedef struct expected_value {
  const char *changes;
  const char *node;
  double value; /* of PL in 2021 */
} expected_value;

#define ANSWER "{\"unit\": \"PL\", \"round\": \"2021\", \"group\": \"refugee\", \"indicator\": "

static const expected_value VALUES[] = {
    {"{}", "overall", 185.0 / 6},
    {"{}", "tree", 25},
    /* dropped */
    {"{\"drop\": []}", "overall", 185.0 / 6},
    {"{\"drop\": [\"HOU-1\"]}", "overall", 205.0 / 6},
    {"{\"drop\": [\"HOU-old\"]}", "housing", 50},
    {"{\"drop\": [\"HOU-1\"]}", "tree", 30},
    {"{\"drop\": [\"dimension=health\"]}", "overall", 110.0 / 3},
    {"{\"drop\": [\"dimension=health\", \"HEA-1\"]}", "tree", 32.5},
    {"{\"drop\": [\"housing\"]}", "overall", 105.0 / 4},
    {"{\"drop\": [\"PA\"]}", "COMP", 20},
    {"{\"drop\": [\"PA\"]}", "health", 15},
    {"{\"drop\": [\"PA\", \"PB\"]}", "dimension=health", 10},
    {"{\"drop\": [\"COMP\"]}", "dimension=health", 10},
    {"{\"drop\": [\"RES-1\", \"HOU-1\"]}", "tree", 10},
    {"{\"drop\": [\"law\"], \"index\": \"tree\"}", "tree", 10},
    {"{\"drop\": [\"law\"], \"index\": \"tree\"}", "overall", (20 + 100 + 75) / 6.0},
    /* added */
    {"{\"add\": [\"STAT-1\"]}", "housing", 170.0 / 3},
    {"{\"add\": [{\"indicator\": \"STAT-1\"}], \"drop\": [\"housing\"]}", "housing", 90},
    {"{\"add\": [{\"indicator\": \"STAT-1\", \"parent\": \"law\"}], \"index\": \"tree\"}", "law", 44},
    {"{\"add\": [{\"indicator\": \"STAT-1\", \"parent\": \"tree\"}], \"index\": \"tree\"}", "tree", 41.25},
    {"{\"add\": [{\"indicator\": \"STAT-1\", \"parent\": \"law\"}], \"drop\": [\"law\"], \"index\": \"tree\"}", "law",
     90},
    /* weighed */
    {"{\"weights\": {}}", "overall", 185.0 / 6},
    {"{\"weights\": {\"housing\": 5}}", "overall", 305.0 / 9},
    {"{\"weights\": {\"dimension=health\": 0}}", "overall", 110.0 / 3},
    {"{\"weights\": {\"HOU-2\": 3}}", "housing", 45},
    {"{\"weights\": {\"PA\": 3}}", "COMP", 60},
    {"{\"weights\": {\"law\": 1, \"HOU-1\": 1}, \"index\": \"tree\"}", "tree", 22.5},
    {"{\"weights\": {\"STAT-1\": 2}, \"add\": [\"STAT-1\"]}", "housing", 65},
    {"{\"weights\": {\"housing\": 1, \"residency\": 3}, \"drop\": [\"health\"]}", "overall", 130.0 / 4},
    /* answered */
    {"{\"answers\": []}", "overall", 185.0 / 6},
    {"{\"answers\": [" ANSWER "\"HOU-1\", \"answer\": 90}]}", "housing", 70},
    {"{\"answers\": [" ANSWER "\"HOU-old\", \"answer\": \"90\"}]}", "housing", 70},
    {"{\"answers\": [" ANSWER "\"HOU-1\", \"answer\": null, \"state\": \"missing\"}]}", "housing", 50},
    {"{\"answers\": [" ANSWER "\"HOU-1\", \"state\": \"not_applicable\"}]}", "housing", 50},
    {"{\"answers\": [" ANSWER "\"HEA-1\"}, " ANSWER "\"HOU-2\", \"answer\": 70}]}", "overall", 130.0 / 3},
    {"{\"answers\": [" ANSWER "\"HEA-1\", \"state\": \"not_collected\"}]}", "dimension=health", NAN},
    /* by another method, and all of it together */
    {"{\"method\": {\"format\": \"niem-method/1\", \"steps\": [{\"step\": \"aggregate\", \"method\": \"minimum\"}]}}",
     "overall", 10},
    {"{\"drop\": [\"health\"], \"add\": [\"STAT-1\"], \"weights\": {\"housing\": 1}, \"answers\": [" ANSWER
     "\"STAT-1\", \"answer\": 10}]}",
     "overall", 30},
};

/* The value of PL in 2021 at a node of "tree" or of the default index. */
static double value_at(const niem_scores *of, const char *node) {
  const char *units[] = {"PL"};
  niem_query query;
  niem_table *table = NULL;
  niem_query_init(&query);
  query.index = strcmp(node, "tree") == 0 || strcmp(node, "law") == 0 ? "tree" : NULL;
  query.node = node;
  query.round = "2021";
  query.units = units;
  query.n_units = 1;
  assert_int_equal(niem_scores_table(&table, of, &query, NULL), NIEM_OK);
  const double value = real_at(table, "value", 0);
  niem_table_free(table);
  return value;
}

static void test_values(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof VALUES / sizeof VALUES[0]; i++) {
    niem_scores *other = what_if(scores, VALUES[i].changes);
    const double found = value_at(other, VALUES[i].node);
    if (!(fabs(found - VALUES[i].value) < 1e-12) && !(isnan(found) && isnan(VALUES[i].value))) {
      fail_msg("%s: %s is %.17g, not %.17g", VALUES[i].changes, VALUES[i].node, found, VALUES[i].value);
    }
    niem_scores_free(other);
  }
  assert_true(value_of(scores, "PL", "2021", NULL, "overall") == 185.0 / 6); /* untouched */
}

/* The result stands by itself: marked, its parts given, saved and read again, and changed once more. */
static void test_result(void **state) {
  (void)state;
  niem_scores *other = what_if(scores, "{\"drop\": [\"health\"], \"weights\": {\"residency\": 2}}");
  niem_framework *framework = NULL;
  assert_int_equal(niem_scores_framework(&framework, other, NULL), NIEM_OK);
  assert_string_equal(niem_framework_id(framework), "small (what if)");
  assert_string_equal(niem_framework_version(framework), "1");
  niem_buffer *json = NULL;
  assert_int_equal(niem_framework_json(&json, framework, NULL), NIEM_OK);
  assert_non_null(strstr(niem_buffer_data(json), "\"meta\":{\"by\":\"hand\"}"));
  /* What no node uses any more is not there; the id of a node that lost everything neither. */
  assert_non_null(strstr(niem_buffer_data(json),
                         "\"overrides\":{},\"weights\":{\"dimension=housing\":2,"
                         "\"dimension=residency\":2}"));
  assert_null(strstr(niem_buffer_data(json), "\"only\""));
  niem_buffer_free(json);
  char *text = scores_text(other);
  niem_scores *again = NULL;
  assert_int_equal(niem_scores_parse(&again, text, (int64_t)strlen(text), NULL), NIEM_OK);
  assert_true(value_of(again, "PL", "2021", NULL, NULL) == 35);
  free(text);
  niem_scores_free(again);
  niem_scores_free(scores);
  scores = NULL; /* the others keep what they need */
  niem_scores *once_more = what_if(other, "{\"drop\": [\"residency\"]}");
  niem_framework *changed = NULL;
  assert_int_equal(niem_scores_framework(&changed, once_more, NULL), NIEM_OK);
  assert_string_equal(niem_framework_id(changed), "small (what if)");
  assert_string_not_equal(niem_framework_digest(changed), niem_framework_digest(framework));
  assert_true(value_of(once_more, "PL", "2021", NULL, NULL) == 40);
  niem_framework_free(framework);
  niem_framework_free(changed);
  niem_scores_free(once_more);
  niem_scores_free(other);
  scores = scores_of(FRAMEWORK, ANSWERS, NULL);
}

/* An id that leaves no room for the mark gives way, at a character's edge. */
static void test_long_id(void **state) {
  (void)state;
  char id[400] = "\"id\": \"a"; /* 1 + 99 * 2 bytes, of which 189 and not 190 are kept */
  for (int i = 0; i < 99; i++) {
    strcat(id, "\xC3\xA9");
  }
  strcat(id, "\"");
  char *text = edited(FRAMEWORK, "\"id\": \"small\"", id);
  niem_scores *own = scores_of(text, ANSWERS, NULL);
  niem_scores *other = what_if(own, "{}");
  niem_framework *framework = NULL;
  assert_int_equal(niem_scores_framework(&framework, other, NULL), NIEM_OK);
  const char *made = niem_framework_id(framework);
  assert_int_equal(strlen(made), 199);
  assert_string_equal(made + strlen(made) - 10, " (what if)");
  niem_framework_free(framework);
  niem_scores_free(other);
  niem_scores_free(own);
  free(text);
}

/* Rows of answers: what is kept, replaced, added and removed. */
static void check_answers(const char *rows, const char *changes, const char *method, const char *expected) {
  char *text = edited(FRAMEWORK, "\"id\": \"small\"", "\"id\": \"other\"");
  niem_scores *own = scores_of(text, rows, method);
  niem_scores *other = what_if(own, changes);
  niem_answers *made = NULL;
  niem_framework *framework = NULL;
  assert_int_equal(niem_scores_answers(&made, other, NULL), NIEM_OK);
  assert_int_equal(niem_scores_framework(&framework, other, NULL), NIEM_OK);
  niem_answers *wanted = answers_of(framework, expected);
  char *found = answers_text(made), *right = answers_text(wanted);
  assert_string_equal(found, right);
  free(found);
  free(right);
  free(text);
  niem_framework_free(framework);
  niem_answers_free(made);
  niem_answers_free(wanted);
  niem_scores_free(other);
  niem_scores_free(own);
}

#define HEAD "unit,round,group,indicator,answer,state,coder,evidence,source,note\n"
#define CELL "{\"unit\": \"POL\", \"round\": \"2021\", \"group\": \"refugee\", \"indicator\": \"RES-1\""

static void test_answers(void **state) {
  (void)state;
  static const char two[] = HEAD
      "PL,2021,refugee,RES-1,40,,anna,law,book,n\nPL,2021,refugee,RES-1,60,,jan,,,\n"
      "XX,2021,refugee,RES-1,70,,,act,,\n";
  static const char median[] = "{\"format\": \"niem-method/1\", \"consensus\": \"median\"}";
  check_answers(two, "{}", median, two);
  /* without a coder: in the place of all of them */
  check_answers(two, "{\"answers\": [" CELL ", \"answer\": 5, \"evidence\": \"guess\", \"note\": \"x\"}]}", median,
                HEAD "PL,2021,refugee,RES-1,5,,,guess,,x\nXX,2021,refugee,RES-1,70,,,act,,\n");
  check_answers(two, "{\"answers\": [" CELL ", \"coder\": \"jan\", \"answer\": 5}]}", median,
                HEAD
                "PL,2021,refugee,RES-1,40,,anna,law,book,n\nPL,2021,refugee,RES-1,5,,jan,,,\n"
                "XX,2021,refugee,RES-1,70,,,act,,\n");
  check_answers(two,
                "{\"answers\": [" CELL ", \"coder\": \"jan\", \"state\": \"missing\"}, " CELL
                ", \"coder\": \"eva\", \"answer\": 7}]}",
                median,
                HEAD
                "PL,2021,refugee,RES-1,40,,anna,law,book,n\nPL,2021,refugee,RES-1,7,,eva,,,\n"
                "XX,2021,refugee,RES-1,70,,,act,,\n");
  check_answers(two, "{\"answers\": [" CELL ", \"answer\": null}]}", median, HEAD "XX,2021,refugee,RES-1,70,,,act,,\n");
  /* a unit that the framework does not list, and one that has had no answers */
  check_answers(two,
                "{\"answers\": [{\"unit\": \"XX\", \"round\": \"2021\", \"group\": \"refugee\", \"indicator\": "
                "\"RES-2\", \"answer\": 1}, {\"unit\": \"SE\", \"round\": \"2019\", \"group\": \"subsidiary\", "
                "\"indicator\": \"RES-1\", \"state\": \"not_collected\"}]}",
                median,
                HEAD
                "PL,2021,refugee,RES-1,40,,anna,law,book,n\nPL,2021,refugee,RES-1,60,,jan,,,\n"
                "XX,2021,refugee,RES-1,70,,,act,,\nXX,2021,refugee,RES-2,1,,,,,\n"
                "SE,2019,subsidiary,RES-1,,not_collected,,,,\n");
}

/* Scores of one index stay so, and names mean its nodes. */
static void test_one_index(void **state) {
  (void)state;
  niem_framework *framework = framework_of(FRAMEWORK);
  niem_answers *answers = answers_of(framework, ANSWERS);
  niem_score_options options;
  niem_scores *own = NULL;
  niem_error err;
  niem_score_options_init(&options);
  options.index = "tree";
  assert_int_equal(niem_score(&own, framework, answers, NULL, &options, NULL, NULL), NIEM_OK);
  niem_scores *other = what_if(own, "{\"weights\": {\"law\": 1}}");
  assert_true(value_of(other, "PL", "2021", NULL, "tree") == 21.25);
  double value;
  assert_int_equal(niem_scores_value(&value, other, "PL", "2021", NULL, "dimension=housing", NULL),
                   NIEM_ERROR_REFERENCE);
  niem_scores_free(other);
  static const char wrong[] = "{\"index\": \"overall\"}";
  assert_int_equal(niem_what_if(&other, NULL, own, wrong, (int64_t)strlen(wrong), NULL, &err), NIEM_ERROR_REFERENCE);
  check_error(&err, NIEM_ERROR_REFERENCE, 1, "/index", "\"overall\" is no index of these scores; there are: tree");
  niem_scores_free(own);
  niem_answers_free(answers);
  niem_framework_free(framework);
}

/* ---- what is refused */

typedef struct refusal {
  const char *changes;
  niem_status status;
  const char *where, *part;
} refusal;

#define ROW(more) "{\"answers\": [{\"unit\": \"PL\", \"round\": \"2021\", \"group\": \"refugee\", " more "}]}"

static const refusal REFUSALS[] = {
    {"{", NIEM_ERROR_SYNTAX, "", ""},
    {"[]", NIEM_ERROR_FORMAT, "", "changes are a JSON object"},
    {"{\"drops\": []}", NIEM_ERROR_FORMAT, "/drops", "known are: drop add weights answers index method"},
    {"{\"index\": \"none\"}", NIEM_ERROR_REFERENCE, "/index", "there are: overall, tree, health"},
    {"{\"index\": 3}", NIEM_ERROR_FORMAT, "/index", ""},
    {"{\"drop\": \"HOU-1\"}", NIEM_ERROR_FORMAT, "/drop", "must be a list"},
    {"{\"drop\": [1]}", NIEM_ERROR_FORMAT, "/drop/0", "texts in quotes"},
    {"{\"drop\": [\"RES-1\", \"HOU-9\"]}", NIEM_ERROR_REFERENCE, "/drop/1", "no indicator of framework small"},
    {"{\"drop\": [\"law\"]}", NIEM_ERROR_REFERENCE, "/drop/0", "no node of its index \"overall\""},
    {"{\"drop\": [\"STAT-1\"]}", NIEM_ERROR_VALUE, "/drop/0", "is not scored; there is nothing to drop"},
    {"{\"drop\": [\"overall\"]}", NIEM_ERROR_TREE, "/drop", "nothing is left of index \"overall\""},
    {"{\"drop\": [\"tree\"], \"index\": \"tree\"}", NIEM_ERROR_TREE, "/drop", "nothing is left of index \"tree\""},
    {"{\"add\": {}}", NIEM_ERROR_FORMAT, "/add", "must be a list"},
    {"{\"add\": [1]}", NIEM_ERROR_FORMAT, "/add/0", "lists the ids of indicators"},
    {"{\"add\": [{\"parent\": \"law\"}]}", NIEM_ERROR_FORMAT, "/add/0", "\"indicator\" is needed"},
    {"{\"add\": [{\"indicator\": \"STAT-1\", \"weight\": 2}]}", NIEM_ERROR_FORMAT, "/add/0/weight", "unknown"},
    {"{\"add\": [\"X\"]}", NIEM_ERROR_REFERENCE, "/add/0", "\"X\" is no indicator of framework small"},
    {"{\"add\": [\"HOU-1\"]}", NIEM_ERROR_VALUE, "/add/0", "is scored already"},
    {"{\"add\": [\"PA\"]}", NIEM_ERROR_VALUE, "/add/0", "is a part of \"COMP\""},
    {"{\"add\": [\"STAT-1\", \"STAT-1\"]}", NIEM_ERROR_DUPLICATE, "/add/1", "is added twice"},
    {"{\"add\": [{\"indicator\": \"STAT-1\", \"parent\": \"housing\"}]}", NIEM_ERROR_FORMAT, "/add/0/parent",
     "is built by levels"},
    {"{\"add\": [\"STAT-1\"], \"index\": \"tree\"}", NIEM_ERROR_FORMAT, "/add/0", "say below which one"},
    {"{\"add\": [{\"indicator\": \"STAT-1\"}], \"index\": \"tree\"}", NIEM_ERROR_FORMAT, "/add/0",
     "\"parent\" is needed"},
    {"{\"add\": [{\"indicator\": \"STAT-1\", \"parent\": \"HEA-1\"}], \"index\": \"tree\"}", NIEM_ERROR_REFERENCE,
     "/add/0/parent", "no inner node of index \"tree\""},
    {"{\"add\": [\"LOOSE\"]}", NIEM_ERROR_TREE, "/add",
     "the changed framework would be wrong: indicator \"LOOSE\" has no"},
    {"{\"weights\": []}", NIEM_ERROR_FORMAT, "/weights", "must be an object"},
    {"{\"weights\": {\"housing\": \"2\"}}", NIEM_ERROR_FORMAT, "/weights/housing", "must be a number"},
    {"{\"weights\": {\"housing\": -1}}", NIEM_ERROR_VALUE, "/weights/housing", "between"},
    {"{\"weights\": {\"law\": 1}}", NIEM_ERROR_REFERENCE, "/weights/law", "no node of index \"overall\""},
    {"{\"weights\": {\"overall\": 1}}", NIEM_ERROR_VALUE, "/weights/overall", "the top of the index"},
    {"{\"weights\": {\"health\": 1}, \"drop\": [\"health\"]}", NIEM_ERROR_REFERENCE, "/weights/health",
     "after what is dropped"},
    {"{\"weights\": {\"HOU-1\": 0, \"HOU-2\": 0}}", NIEM_ERROR_VALUE, "/weights", "are all 0"},
    {"{\"answers\": {}}", NIEM_ERROR_FORMAT, "/answers", "must be a list"},
    {"{\"answers\": [3]}", NIEM_ERROR_FORMAT, "/answers/0", "an answer is an object"},
    {ROW("\"indicator\": \"HOU-9\", \"answer\": 1"), NIEM_ERROR_REFERENCE, "/answers/0/indicator",
     "\"HOU-9\" is not in framework small 1"},
    {ROW("\"indicator\": \"HOU-1\", \"answer\": \"x\""), NIEM_ERROR_SYNTAX, "/answers/0/answer", "is no number"},
    {ROW("\"indicator\": \"HOU-1\", \"answer\": 1, \"state\": \"missing\""), NIEM_ERROR_VALUE, "/answers/0/state",
     "there is an answer"},
    {ROW("\"indicator\": \"COMP\", \"answer\": 1"), NIEM_ERROR_VALUE, "/answers/0/indicator", "made of others"},
    {ROW("\"indicator\": \"HOU-1\", \"points\": 1"), NIEM_ERROR_FORMAT, "/answers/0/points", "unknown"},
    {"{\"answers\": [{\"unit\": \"QQ\", \"round\": \"2021\", \"group\": \"refugee\", \"indicator\": \"HOU-1\", "
     "\"answer\": 1}]}",
     NIEM_ERROR_REFERENCE, "/answers/0/unit", "neither a unit of the framework nor of the scores"},
    {"{\"answers\": [{\"unit\": \"PL\", \"round\": \"2030\", \"group\": \"refugee\", \"indicator\": \"HOU-1\", "
     "\"answer\": 1}]}",
     NIEM_ERROR_REFERENCE, "/answers/0/round", "neither a round of the framework nor of the scores"},
    {"{\"answers\": [" CELL ", \"answer\": 1}, " CELL ", \"answer\": 1}]}", NIEM_ERROR_DUPLICATE, "/answers/1",
     "PL 2021 refugee RES-1 is changed twice, first in /answers/0"},
    {"{\"answers\": [" CELL ", \"coder\": \"a\", \"answer\": 1}, " CELL ", \"answer\": 1}]}", NIEM_ERROR_DUPLICATE,
     "/answers/1", "changed twice"},
    {"{\"answers\": [" CELL ", \"coder\": \"a\", \"answer\": 1}, " CELL ", \"coder\": \"b\", \"answer\": 2}, " CELL
     ", \"coder\": \"a\"}]}",
     NIEM_ERROR_DUPLICATE, "/answers/2", "changed twice"},
    {"{\"answers\": [" CELL ", \"coder\": \"a\", \"answer\": 1}, " CELL ", \"coder\": \"b\", \"answer\": 2}]}",
     NIEM_ERROR_CONSENSUS, NULL, ""},
    {"{\"method\": 3}", NIEM_ERROR_FORMAT, "/method", "a method is a JSON object"},
    {"{\"method\": {\"format\": \"niem-method/1\", \"tolerance\": -1}}", NIEM_ERROR_VALUE, "/method/tolerance", ""},
    {"{\"method\": {\"format\": \"niem-method/1\", \"steps\": [{\"step\": \"weigh\", \"weights\": {\"nix\": 1}}]}}",
     NIEM_ERROR_REFERENCE, NULL, "nix"},
};

static void test_refusals(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof REFUSALS / sizeof REFUSALS[0]; i++) {
    const refusal *r = &REFUSALS[i];
    niem_scores *other = (niem_scores *)(uintptr_t)1;
    niem_problems *problems = NULL;
    niem_error err = {0};
    const niem_status status =
        niem_what_if(&other, &problems, scores, r->changes, (int64_t)strlen(r->changes), NULL, &err);
    if (status != r->status) {
      print_error("%s: status %d\n", r->changes, (int)status);
    }
    assert_null(other);
    check_error(&err, r->status, -1, r->where, r->part);
    assert_true(niem_problems_total(problems, NIEM_ERROR) > 0);
    niem_problems_free(problems);
    assert_int_equal(niem_what_if(&other, NULL, scores, r->changes, (int64_t)strlen(r->changes), NULL, NULL),
                     r->status);
  }
}

/* Everything that is wrong is told together. */
static void test_problems(void **state) {
  (void)state;
  static const char text[] =
      "{\"drop\": [\"X\", \"STAT-1\"],\n \"add\": [\"Y\"], \"weights\": {\"housing\": -1},\n"
      " \"answers\": [{\"unit\": \"PL\", \"round\": \"2021\", \"group\": \"refugee\", "
      "\"indicator\": \"Z\", \"answer\": 1}], \"method\": {\"format\": \"x\"}}";
  static const char *const places[] = {"/drop/0",       "/drop/1", "/add/0", "/weights/housing", "/answers/0/indicator",
                                       "/method/format"};
  niem_scores *other = NULL;
  niem_problems *problems = NULL;
  niem_table *table = NULL;
  assert_int_not_equal(niem_what_if(&other, &problems, scores, text, (int64_t)strlen(text), NULL, NULL), NIEM_OK);
  assert_int_equal(niem_problems_total(problems, NIEM_ERROR), 6);
  assert_int_equal(niem_problems_table(&table, problems, NULL), NIEM_OK);
  for (size_t i = 0; i < 6; i++) {
    assert_true(row_with(table, "where", places[i]) >= 0);
  }
  assert_int_equal(integer_at(table, "row", row_with(table, "where", "/answers/0/indicator")), 3);
  niem_table_free(table);
  niem_problems_free(problems);
}

/* What has no effect is told on success. */
static void test_warnings(void **state) {
  (void)state;
  static const char text[] =
      "{\"answers\": [{\"unit\": \"SE\", \"round\": \"2021\", \"group\": \"refugee\", \"indicator\": \"RES-1\"},"
      " {\"unit\": \"PL\", \"round\": \"2021\", \"group\": \"refugee\", \"indicator\": \"RES-1\", \"coder\": \"a\"},"
      " {\"unit\": \"POL\", \"round\": \"2021\", \"group\": \"subsidiary\", \"indicator\": \"RES-2\", \"answer\": 1}]}";
  niem_scores *other = NULL;
  niem_problems *problems = NULL;
  niem_table *table = NULL;
  assert_int_equal(niem_what_if(&other, &problems, scores, text, (int64_t)strlen(text), NULL, NULL), NIEM_OK);
  assert_int_equal(niem_problems_total(problems, NIEM_WARNING), 3);
  assert_int_equal(niem_problems_total(problems, NIEM_NOTE), 1); /* the alias */
  assert_int_equal(niem_problems_table(&table, problems, NULL), NIEM_OK);
  assert_non_null(strstr(text_at(table, "message", row_with(table, "where", "/answers/0")), "could be removed"));
  assert_non_null(strstr(text_at(table, "message", row_with(table, "where", "/answers/1")), "by this coder"));
  assert_non_null(strstr(text_at(table, "message", row_with(table, "where", "/answers/2")), "is not asked of group"));
  niem_table_free(table);
  niem_problems_free(problems);
  niem_scores_free(other);
}

static void refuse_all_of(const char *rows, const char *changes, niem_status status, const char *where,
                          const char *part) {
  niem_scores *own = scores_of(FRAMEWORK, rows, NULL), *other = NULL;
  niem_error err;
  assert_int_equal(niem_what_if(&other, NULL, own, changes, (int64_t)strlen(changes), NULL, &err), status);
  check_error(&err, status, -1, where, part);
  niem_scores_free(own);
}

static void test_edges(void **state) {
  (void)state;
  refuse_all_of("unit,round,group,indicator,answer\nPL,2021,refugee,RES-1,40\n", "{\"answers\": [" CELL "}]}",
                NIEM_ERROR_FORMAT, "/answers", "no answer is left");
  /* no default index: names need one, and the last index may not go */
  char *open = edited(FRAMEWORK, " \"default_index\": \"overall\",", "");
  niem_scores *own = scores_of(open, ANSWERS, NULL), *other = NULL;
  niem_error err;
  static const refusal wrong[] = {
      {"{\"drop\": [\"law\"]}", NIEM_ERROR_AMBIGUOUS, "/drop/0", "say by \"index\" which index is meant"},
      {"{\"weights\": {\"law\": 1}}", NIEM_ERROR_AMBIGUOUS, "/weights", "overall, tree, health"},
      {"{\"add\": [\"STAT-1\"]}", NIEM_ERROR_AMBIGUOUS, "/add/0", "overall, tree, health"},
      {"{\"drop\": [\"RES-1\", \"RES-2\", \"HOU-1\", \"HOU-2\", \"HEA-1\", \"COMP\"]}", NIEM_ERROR_TREE, "/drop",
       "nothing is left"}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    assert_int_equal(niem_what_if(&other, NULL, own, wrong[i].changes, (int64_t)strlen(wrong[i].changes), NULL, &err),
                     wrong[i].status);
    check_error(&err, wrong[i].status, -1, wrong[i].where, wrong[i].part);
  }
  other = what_if(own, "{\"drop\": [\"RES-1\"]}");
  niem_scores_free(other);
  niem_scores_free(own);
  free(open);
  /* an indicator that "only" keeps out of every index */
  char *closed = edited(FRAMEWORK, "\"levels\": [\"dimension\"], \"weights\"",
                        "\"levels\": [\"dimension\"], \"except\": {\"dimension\": [\"housing\"]}, \"weights\"");
  char *rest = edited(closed, "\"dimension=housing\": 2, ", "");
  own = scores_of(rest, ANSWERS, NULL);
  static const char text[] = "{\"add\": [\"STAT-1\"]}";
  assert_int_equal(niem_what_if(&other, NULL, own, text, (int64_t)strlen(text), NULL, &err), NIEM_ERROR_TREE);
  check_error(&err, NIEM_ERROR_TREE, 1, "/add/0", "would stand in no index");
  niem_scores_free(own);
  free(closed);
  free(rest);
}

/* A weight where the index had none; a statistic that keeps an index alive, or is kept out of it. */
static void test_indexes(void **state) {
  (void)state;
  niem_scores *other = what_if(scores, "{\"weights\": {\"HEA-1\": 3}, \"index\": \"health\"}");
  assert_true(value_of(other, "PL", "2021", NULL, "health") == 17.5); /* (3 * 10 + 40) / 4 */
  niem_scores_free(other);
  char *statistic = edited(FRAMEWORK, "\"dimension\": \"housing\", \"scored\": false",
                           "\"dimension\": \"health\", \"scored\": false");
  niem_scores *own = scores_of(statistic, ANSWERS, NULL);
  other = what_if(own, "{\"drop\": [\"dimension=health\"], \"add\": [\"STAT-1\"]}");
  assert_true(value_of(other, "PL", "2021", NULL, "health") == 90);
  assert_true(value_of(other, "PL", "2021", NULL, "dimension=health") == 90);
  niem_scores_free(other);
  niem_scores_free(own);
  char *except = edited(statistic, "\"only\": {\"dimension\": [\"health\"]}",
                        "\"only\": {\"area\": [\"own\"]}, \"except\": {\"dimension\": [\"residency\", \"housing\"]}");
  char *facets = edited(except, "\"facets\": [",
                        "\"facets\": [{\"id\": \"step\", \"values\": [{\"id\": \"x\"}]}, {\"id\": \"area\", "
                        "\"values\": [{\"id\": \"own\"}]}, ");
  char *of_area = edited(facets, "\"id\": \"HEA-1\",", "\"id\": \"HEA-1\", \"area\": \"own\",");
  own = scores_of(of_area, ANSWERS, NULL);
  assert_true(value_of(own, "PL", "2021", NULL, "health") == 10);
  other = what_if(own, "{\"drop\": [\"HEA-1\"], \"add\": [\"STAT-1\"]}");
  double value;
  assert_int_equal(niem_scores_value(&value, other, "PL", "2021", NULL, "health", NULL), NIEM_OK);
  assert_true(value ==
              65); /* the dimension of the default index, (COMP 40 + STAT-1 90) / 2: the index of the name is gone */
  niem_scores_free(other);
  niem_scores_free(own);
  free(statistic);
  free(except);
  free(facets);
  free(of_area);
}

/* A short name of several nodes. */
static void test_ambiguous(void **state) {
  (void)state;
  static const char text[] =
      "{\"format\": \"niem-framework/1\", \"id\": \"two\", \"version\": \"1\", \"facets\": ["
      " {\"id\": \"dimension\", \"values\": [{\"id\": \"a\"}, {\"id\": \"b\"}]},"
      " {\"id\": \"step\", \"values\": [{\"id\": \"law\"}, {\"id\": \"deed\"}]}], \"indicators\": ["
      " {\"id\": \"A1\", \"dimension\": \"a\", \"step\": \"law\", " NUMBER
      ","
      " {\"id\": \"A2\", \"dimension\": \"a\", \"step\": \"deed\", " NUMBER
      ","
      " {\"id\": \"B1\", \"dimension\": \"b\", \"step\": \"law\", " NUMBER
      "],"
      " \"indexes\": [{\"id\": \"i\", \"levels\": [\"dimension\", \"step\"],"
      "  \"weights\": {\"law\": 3, \"dimension=a/step=law\": 2, \"step=deed\": 4}}]}";
  niem_scores *own = scores_of(text, "unit,round,indicator,answer\nX,1,A1,30\nX,1,A2,60\nX,1,B1,90\n", NULL);
  niem_scores *other = NULL;
  niem_error err;
  static const char drop[] = "{\"drop\": [\"law\"]}";
  assert_true(value_of(own, "X", "1", NULL, "a") == 50); /* (2 * 30 + 4 * 60) / 6 */
  assert_int_equal(niem_what_if(&other, NULL, own, drop, (int64_t)strlen(drop), NULL, &err), NIEM_ERROR_AMBIGUOUS);
  check_error(&err, NIEM_ERROR_AMBIGUOUS, 1, "/drop/0", "dimension=a/step=law, dimension=b/step=law");
  /* a weight by a short name is of all nodes that have it, before what the index says of one of them */
  other = what_if(own, "{\"weights\": {\"law\": 1}}");
  assert_true(value_of(other, "X", "1", NULL, "a") == 54); /* (30 + 4 * 60) / 5 */
  niem_scores_free(other);
  /* what no node uses any more goes from the weights: "law" was of dimension b */
  other = what_if(own, "{\"drop\": [\"B1\"]}");
  assert_true(value_of(other, "X", "1", NULL, "i") == 50);
  niem_scores_free(other);
  niem_scores_free(own);
}

static void test_arguments(void **state) {
  (void)state;
  niem_scores *other = NULL;
  niem_problems *problems = NULL;
  niem_table *table = NULL;
  niem_error err;
  assert_int_equal(niem_what_if(NULL, NULL, scores, "{}", 2, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_string_equal(err.where, "out");
  assert_int_equal(niem_what_if(&other, &problems, NULL, "{}", 2, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_string_equal(err.where, "scores");
  assert_null(problems);
  assert_int_equal(niem_what_if(&other, NULL, scores, NULL, 2, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_string_equal(err.where, "changes");
  assert_int_equal(niem_what_if(&other, NULL, scores, "{}", -1, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_compare_scores(NULL, scores, scores, NULL, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_string_equal(err.where, "out");
  assert_int_equal(niem_compare_scores(&table, NULL, scores, NULL, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_string_equal(err.where, "a");
  assert_int_equal(niem_compare_scores(&table, scores, NULL, NULL, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_string_equal(err.where, "b");
}

static int32_t stop(double done, void *context) {
  (void)done;
  (void)context;
  return 1;
}

static void test_exec(void **state) {
  (void)state;
  niem_scores *other = NULL;
  niem_exec exec;
  niem_error err;
  niem_exec_init(&exec);
  exec.threads = 3;
  static const char text[] = "{\"drop\": [\"RES-1\"]}";
  assert_int_equal(niem_what_if(&other, NULL, scores, text, (int64_t)strlen(text), &exec, &err), NIEM_OK);
  niem_scores *one = what_if(scores, text);
  char *a = manifest_text(one), *b = manifest_text(other);
  assert_string_equal(a, b);
  free(a);
  free(b);
  niem_scores_free(one);
  niem_scores_free(other);
  exec.progress = stop;
  assert_int_equal(niem_what_if(&other, NULL, scores, text, (int64_t)strlen(text), &exec, &err), NIEM_ERROR_CANCELLED);
  assert_null(other);
}

/* ---- side by side */

static niem_table *compared(const niem_scores *a, const niem_scores *b, const niem_query *query,
                            const niem_compare_options *options) {
  niem_table *table = NULL;
  niem_error err;
  if (niem_compare_scores(&table, a, b, query, options, &err) != NIEM_OK) {
    show(&err);
  }
  assert_non_null(table);
  return table;
}

static void test_compare(void **state) {
  (void)state;
  niem_scores *other =
      what_if(scores,
              "{\"answers\": [{\"unit\": \"DE\", \"round\": \"2021\", \"group\": \"refugee\", \"indicator\": "
              "\"HEA-1\", \"answer\": 0}, " ANSWER "\"HEA-1\", \"answer\": 100}], \"drop\": [\"COMP\"]}");
  niem_query query;
  niem_query_init(&query);
  query.round = "2021";
  niem_table *table = compared(scores, other, &query, NULL);
  /* PL (30 + 80 + 300) / 6, DE (70 + 160) / 6 */
  assert_int_equal(niem_table_rows(table), 2);
  assert_string_equal(text_at(table, "unit", 0), "PL");
  assert_string_equal(text_at(table, "node", 0), "overall");
  assert_true(real_at(table, "value_a", 0) == 185.0 / 6);
  assert_true(real_at(table, "value_b", 0) == 410.0 / 6);
  assert_true(real_at(table, "change", 0) == 410.0 / 6 - 185.0 / 6);
  assert_true(real_at(table, "rank_a", 0) == 2 && real_at(table, "rank_b", 0) == 1);
  assert_true(real_at(table, "rank_change", 0) == 1 && real_at(table, "rank_change", 1) == -1);
  int noted = 0;
  for (int32_t i = 0; i < niem_table_notes(table); i++) {
    noted = noted || (strcmp(niem_table_note_key(table, i), "framework_b") == 0 &&
                      strcmp(niem_table_note(table, i), "small (what if)") == 0);
  }
  assert_true(noted);
  niem_table_free(table);
  /* a node that only the first has: NaN on the other side */
  query.node = "COMP";
  table = compared(scores, other, &query, NULL);
  assert_int_equal(niem_table_rows(table), 2);
  assert_true(real_at(table, "value_a", 0) == 40 && isnan(real_at(table, "value_b", 0)));
  assert_true(isnan(real_at(table, "change", 0)) && isnan(real_at(table, "rank_b", 0)));
  assert_true(real_at(table, "rank_a", 0) == 2 && isnan(real_at(table, "rank_change", 0)));
  niem_table_free(table);
  table = compared(other, scores, &query, NULL);
  assert_true(real_at(table, "value_b", 0) == 40 && isnan(real_at(table, "value_a", 0)));
  niem_table_free(table);
  /* all rounds; in 2019 PL has an answer, and no value: it is listed there */
  query.round = query.node = NULL;
  query.level = "dimension";
  table = compared(scores, other, &query, NULL);
  assert_int_equal(niem_table_rows(table), 3 * 1 + 3 * 2);
  assert_string_equal(text_at(table, "round", 0), "2019");
  assert_string_equal(text_at(table, "node", 0), "dimension=residency");
  niem_table_free(table);
  query.round = "2019"; /* in which Germany took no part */
  table = compared(scores, other, &query, NULL);
  assert_int_equal(niem_table_rows(table), 3);
  assert_int_equal(row_with(table, "unit", "DE"), -1);
  niem_table_free(table);
  niem_scores_free(other);
}

/* A unit that only one has; ties; the tolerance of each method. */
static void test_compare_units(void **state) {
  (void)state;
  niem_scores *other =
      what_if(scores,
              "{\"answers\": [{\"unit\": \"SE\", \"round\": \"2021\", \"group\": \"refugee\", \"indicator\": "
              "\"RES-1\", \"answer\": 31}], \"method\": {\"format\": \"niem-method/1\", \"tolerance\": 2}}");
  niem_query query;
  niem_compare_options options;
  const char *units[] = {"POL", "SE"};
  niem_query_init(&query);
  niem_compare_options_init(&options);
  query.node = "residency";
  query.round = "2021";
  niem_table *table = compared(scores, other, &query, NULL);
  assert_int_equal(niem_table_rows(table), 3);
  const int64_t se = row_with(table, "unit", "SE"), pl = row_with(table, "unit", "PL");
  assert_int_equal(se, 2); /* after those of the first */
  assert_true(isnan(real_at(table, "value_a", se)) && real_at(table, "value_b", se) == 31);
  assert_true(isnan(real_at(table, "rank_a", se)) && real_at(table, "rank_b", se) == 2);
  assert_true(real_at(table, "rank_a", pl) == 2 && real_at(table, "rank_b", pl) == 2); /* within 2 points of SE */
  niem_table_free(table);
  options.tolerance = 0;
  options.ascending = 1;
  table = compared(scores, other, &query, &options);
  assert_true(real_at(table, "rank_b", pl) == 1 && real_at(table, "rank_b", se) == 2);
  niem_table_free(table);
  /* among the units of the query, of which the first scores know one only */
  query.units = units;
  query.n_units = 2;
  options.tolerance = 2;
  options.ties = NIEM_TIES_AVERAGE;
  table = compared(scores, other, &query, &options);
  assert_int_equal(niem_table_rows(table), 2);
  assert_true(real_at(table, "rank_a", 0) == 1 && real_at(table, "rank_b", 0) == 1.5);
  niem_table_free(table);
  niem_scores_free(other);
}

static void refuse_compare(const niem_scores *b, const niem_query *query, const niem_compare_options *options,
                           niem_status status, const char *where, const char *part) {
  niem_table *table = (niem_table *)(uintptr_t)1;
  niem_error err;
  assert_int_equal(niem_compare_scores(&table, scores, b, query, options, &err), status);
  assert_null(table);
  check_error(&err, status, -1, where, part);
}

static void test_compare_refusals(void **state) {
  (void)state;
  niem_scores *other = what_if(scores, "{\"drop\": [\"health\"]}");
  niem_scores *early = scores_of(FRAMEWORK, "unit,round,group,indicator,answer\nPL,2019,refugee,RES-1,40\n", NULL);
  niem_scores *late = scores_of(FRAMEWORK, "unit,round,group,indicator,answer\nPL,2030,refugee,RES-1,40\n", NULL);
  const char *nobody[] = {"SE"};
  niem_query query;
  niem_compare_options options;
  niem_compare_options_init(&options);
  niem_query_init(&query);
  query.index = "health";
  refuse_compare(other, &query, NULL, NIEM_ERROR_MISMATCH, "index", "none of the second");
  query.index = "none";
  refuse_compare(other, &query, NULL, NIEM_ERROR_REFERENCE, "index", "none");
  query.index = NULL;
  query.round = "2021";
  refuse_compare(early, &query, NULL, NIEM_ERROR_REFERENCE, "round", "2021");
  query.round = NULL;
  query.node = "nix";
  refuse_compare(other, &query, NULL, NIEM_ERROR_REFERENCE, "node", "\"nix\" is no node");
  query.level = "dimension";
  refuse_compare(other, &query, NULL, NIEM_ERROR_ARGUMENT, "level", "not both");
  query.node = query.level = NULL;
  query.units = nobody;
  query.n_units = 1;
  refuse_compare(other, &query, NULL, NIEM_ERROR_REFERENCE, "units", "\"SE\" is no unit");
  query.peers = "none";
  refuse_compare(other, &query, NULL, NIEM_ERROR_ARGUMENT, NULL, "not both");
  query.units = NULL;
  query.n_units = 0;
  refuse_compare(other, &query, NULL, NIEM_ERROR_REFERENCE, "peers", "no peer group");
  query.peers = NULL;
  query.bands = "mipex";
  refuse_compare(other, &query, NULL, NIEM_ERROR_ARGUMENT, "bands", "tables of scores only");
  query.bands = NULL;
  refuse_compare(late, &query, NULL, NIEM_ERROR_MISMATCH, "round", "no round in common");
  options.reference = "best";
  refuse_compare(other, &query, &options, NIEM_ERROR_ARGUMENT, "reference", "no part");
  niem_scores_free(other);
  niem_scores_free(early);
  niem_scores_free(late);
}

/* ---- out of memory */

static int without_memory(const char *changes) {
  niem_scores *other = NULL;
  niem_error err;
  const niem_status status = niem_what_if(&other, NULL, scores, changes, (int64_t)strlen(changes), NULL, &err);
  if (status != NIEM_OK && status != NIEM_ERROR_MEMORY) {
    show(&err);
  }
  assert_true(status == NIEM_OK ? other != NULL : other == NULL && status == NIEM_ERROR_MEMORY);
  niem_scores_free(other);
  return status != NIEM_OK;
}

static void compare_without_memory(const niem_scores *other, const niem_query *query) {
  niem_table *table = NULL;
  niem_error err;
  const niem_status status = niem_compare_scores(&table, scores, other, query, NULL, &err);
  assert_true(status == NIEM_OK ? table != NULL : table == NULL && status == NIEM_ERROR_MEMORY);
  niem_table_free(table);
}

static void test_memory(void **state) {
  (void)state;
  static const char *const changes[] = {
      "{}", "{\"drop\": [\"health\", \"HOU-1\"], \"add\": [\"STAT-1\"], \"weights\": {\"housing\": 3, \"STAT-1\": 2}}",
      "{\"index\": \"tree\", \"add\": [{\"indicator\": \"STAT-1\", \"parent\": \"law\"}], \"weights\": {\"law\": 2}}",
      "{\"answers\": [" CELL ", \"answer\": 5, \"coder\": \"a\"}, " ANSWER
      "\"HOU-1\", \"state\": \"missing\"}], \"method\": {\"format\": \"niem-method/1\", \"consensus\": \"median\"}}"};
  for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
    EACH_ALLOCATION_FAILS(without_memory(changes[i]));
  }
  niem_scores *other = what_if(scores, changes[1]);
  const char *units[] = {"PL"};
  niem_query query;
  niem_query_init(&query);
  for (int listed = 0; listed < 2; listed++) {
    query.units = listed ? units : NULL;
    query.n_units = listed;
    /* A table that cannot be made smaller at its end is as good. */
    for (long nth = 0; nth == 0 || allocation_failed; nth++) {
      allocations_left = nth;
      allocation_failed = 0;
      compare_without_memory(other, &query);
      allocations_left = -1;
    }
  }
  niem_scores_free(other);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_values),        cmocka_unit_test(test_result),
      cmocka_unit_test(test_long_id),       cmocka_unit_test(test_answers),
      cmocka_unit_test(test_one_index),     cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_problems),      cmocka_unit_test(test_warnings),
      cmocka_unit_test(test_edges),         cmocka_unit_test(test_indexes),
      cmocka_unit_test(test_ambiguous),     cmocka_unit_test(test_arguments),
      cmocka_unit_test(test_exec),          cmocka_unit_test(test_compare),
      cmocka_unit_test(test_compare_units), cmocka_unit_test(test_compare_refusals),
      cmocka_unit_test(test_memory),
  };
  return cmocka_run_group_tests(tests, make_scores, free_scores);
}
