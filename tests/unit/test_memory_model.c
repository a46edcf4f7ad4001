/* Memory that runs out at the first, the second, ... allocation of every function of the model and of scoring, cJSON's
 * allocations too: a clean NIEM_ERROR_MEMORY each time, outputs NULL, nothing left behind (the sanitizer's to find). */
#include "base/platform.h"

#include "made.h"

#include "fail_allocation.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

/* More than one block of an arena, several sorts of cells. */
static const char ROWS[] =
    "unit,round,group,indicator,answer,state,evidence,coder\n"
    "PL,r1,ref,RES-1,a,,law,x\nGR,r1,sub,HOU-1,0.5,,,x\nHU,r2,ref,HOU-2,p|q,,\"a\nb\",x\n"
    "PL,r2,ref,HOU-3,yes,,,x\nPL,r2,ref,HOU-3,no,,,y\nPL,r2,ref,RES-1,,missing,,x\n";
static const char METHOD[] =
    "{\"format\":\"niem-method/1\",\"consensus\":\"median\",\"bands\":{\"bands\":[{\"from\":50,"
    "\"label\":\"up\"},{\"from\":0,\"label\":\"down\"}]}}";

static niem_framework *framework;
static niem_answers *answers;
static niem_method *method;
static niem_scores *scores;
static char *answers_json, *saved;

static int open_all(void **state) {
  (void)state;
  framework = framework_of(BASE);
  answers = answers_of(framework, ROWS);
  method = method_of(METHOD);
  if (niem_score(&scores, framework, answers, method, NULL, NULL, NULL) != NIEM_OK) {
    return 1;
  }
  answers_json = answers_text(answers);
  saved = scores_text(scores);
  return 0;
}

static int close_all(void **state) {
  (void)state;
  niem_framework_free(framework);
  niem_answers_free(answers);
  niem_method_free(method);
  niem_scores_free(scores);
  free(answers_json);
  free(saved);
  return 0;
}

/* 1 where memory ran out, 0 where all went well; anything else fails the test. */
static int settle(niem_status status, const niem_error *err, const void *out) {
  if (status == NIEM_OK) {
    assert_non_null(out);
    return 0;
  }
  allocations_left = -1;
  if (status != NIEM_ERROR_MEMORY || err->status != status || out != NULL) {
    show(err);
    fail();
  }
  return 1;
}

static int parse_framework(const char *text) {
  niem_framework *out = NULL;
  niem_problems *problems = NULL;
  niem_error err;
  const niem_status status = niem_framework_parse(&out, &problems, text, (int64_t)strlen(text), &err);
  const int failed = settle(status, &err, out);
  niem_framework_free(out);
  niem_problems_free(problems);
  return failed;
}

static void test_framework(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(parse_framework(BASE));
  EACH_ALLOCATION_FAILS(parse_framework(
      "{\"format\":\"niem-framework/1\",\"id\":\"x\",\"version\":\"1\",\"indicators\":["
      "{\"id\":\"K\",\"scale\":{\"kind\":\"composite\",\"of\":[\"A\",\"B\"],\"weights\":{\"A\":2}}},"
      "{\"id\":\"A\",\"scale\":{\"kind\":\"checklist\",\"items\":[{\"id\":\"p\"}],\"scoring\":\"count\","
      "\"points\":[0,70]}},{\"id\":\"B\",\"scale\":{\"kind\":\"binary\",\"yes\":\"Y\",\"no\":{\"label\":"
      "\"N\",\"labels\":{\"pl\":\"Nie\"}}}}],\"indexes\":[{\"id\":\"i\",\"weights\":{\"K\":2},"
      "\"overrides\":{\"i\":{\"missing\":\"zero\"}}}]}"));
}

/* A framework that is wrong: memory is told, or what is wrong with it. */
static void test_wrong_framework(void **state) {
  (void)state;
  char *text = edited(BASE, "\"points\":100", "\"points\":101");
  for (long nth = 0;; nth++) {
    niem_framework *out = NULL;
    niem_problems *problems = NULL;
    niem_error err;
    allocations_left = nth;
    allocation_failed = 0;
    const niem_status status = niem_framework_parse(&out, &problems, text, (int64_t)strlen(text), &err);
    allocations_left = -1;
    assert_null(out);
    niem_problems_free(problems);
    assert_int_equal(status, allocation_failed ? NIEM_ERROR_MEMORY : NIEM_ERROR_VALUE);
    if (!allocation_failed) {
      break;
    }
  }
  free(text);
}

static int parse_method(void) {
  niem_method *out = NULL;
  niem_problems *problems = NULL;
  niem_error err;
  const niem_status status = niem_method_parse(&out, &problems, METHOD, (int64_t)sizeof METHOD - 1, &err);
  const int failed = settle(status, &err, out);
  niem_method_free(out);
  niem_problems_free(problems);
  return failed;
}

static void test_method(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(parse_method());
}

static int parse_answers(const char *text) {
  niem_answers *out = NULL;
  niem_problems *problems = NULL;
  niem_error err;
  const niem_status status =
      niem_answers_parse(&out, &problems, framework, text, (int64_t)strlen(text), NULL, NULL, &err);
  const int failed = settle(status, &err, out);
  niem_answers_free(out);
  niem_problems_free(problems);
  return failed;
}

static int read_answers(const char *path) {
  niem_answers *out = NULL;
  niem_error err;
  const niem_status status = niem_answers_read(&out, NULL, framework, path, NULL, NULL, &err);
  const int failed = settle(status, &err, out);
  niem_answers_free(out);
  return failed;
}

static void test_answers(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(parse_answers(ROWS));
  EACH_ALLOCATION_FAILS(parse_answers(answers_json));
  write_file("test_memory_model.csv", ROWS, sizeof ROWS - 1);
  EACH_ALLOCATION_FAILS(read_answers("test_memory_model.csv"));
  write_file("test_memory_model.csv", answers_json, strlen(answers_json));
  EACH_ALLOCATION_FAILS(read_answers("test_memory_model.csv"));
  (void)remove("test_memory_model.csv");
}

static int read_columns(void) {
  static const char *const units[] = {"PL", "XY"}, *const rounds[] = {"r1"}, *const groups[] = {"ref"},
                           *const indicators[] = {"HOU-1"};
  static const int32_t two[] = {1, 0}, none[] = {0, 0};
  static const double reals[] = {3, 4};
  const niem_column columns[] = {{.name = "unit", .n_rows = 2, .codes = two, .levels = units, .n_levels = 2},
                                 {.name = "round", .n_rows = 2, .codes = none, .levels = rounds, .n_levels = 1},
                                 {.name = "group", .n_rows = 2, .codes = none, .levels = groups, .n_levels = 1},
                                 {.name = "indicator", .n_rows = 2, .codes = none, .levels = indicators, .n_levels = 1},
                                 {.name = "answer", .n_rows = 2, .reals = reals}};
  niem_answers *out = NULL;
  niem_error err;
  const niem_status status = niem_answers_columns(&out, NULL, framework, columns, 5, NULL, NULL, &err);
  const int failed = settle(status, &err, out);
  niem_answers_free(out);
  return failed;
}

static void test_columns(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(read_columns());
}

static int score(int32_t threads) {
  niem_scores *out = NULL;
  niem_exec exec;
  niem_error err;
  niem_exec_init(&exec);
  exec.threads = threads;
  const niem_status status = niem_score(&out, framework, answers, method, NULL, &exec, &err);
  const int failed = settle(status, &err, out);
  niem_scores_free(out);
  return failed;
}

static int score_by_default(void) {
  niem_answers *few = NULL;
  niem_scores *out = NULL;
  niem_error err;
  static const char text[] = "unit,round,group,indicator,answer\nPL,r1,ref,HOU-1,3\n";
  niem_status status = niem_answers_parse(&few, NULL, framework, text, sizeof text - 1, NULL, NULL, &err);
  if (status == NIEM_OK) {
    status = niem_score(&out, framework, few, NULL, NULL, NULL, &err);
  }
  const int failed = settle(status, &err, out);
  niem_scores_free(out);
  niem_answers_free(few);
  return failed;
}

static int parse_scores(void) {
  niem_scores *out = NULL;
  niem_error err;
  const niem_status status = niem_scores_parse(&out, saved, (int64_t)strlen(saved), &err);
  const int failed = settle(status, &err, out);
  niem_scores_free(out);
  return failed;
}

static void test_scores(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(score(1));
  EACH_ALLOCATION_FAILS(score_by_default());
  EACH_ALLOCATION_FAILS(parse_scores());
}

/* What makes a buffer of a handle. */
static int write_buffer(int which) {
  niem_buffer *out = NULL;
  niem_error err;
  const niem_status status = which == 0   ? niem_framework_json(&out, framework, &err)
                             : which == 1 ? niem_answers_json(&out, answers, &err)
                             : which == 2 ? niem_answers_digest(&out, answers, &err)
                             : which == 3 ? niem_method_json(&out, method, &err)
                             : which == 4 ? niem_scores_json(&out, scores, &err)
                                          : niem_scores_manifest(&out, scores, &err);
  const int failed = settle(status, &err, out);
  niem_buffer_free(out);
  return failed;
}

static void test_buffers(void **state) {
  (void)state;
  for (int which = 0; which < 6; which++) {
    EACH_ALLOCATION_FAILS(write_buffer(which));
  }
}

/* What makes a table. */
static int make_table(int which) {
  static const char *const parts[] = {"facets",  "groups",    "units",       "rounds",  "peers", "indicators",
                                      "options", "standards", "instruments", "indexes", "nodes"};
  niem_table *out = NULL;
  niem_query query;
  niem_error err;
  niem_query_init(&query);
  query.bands = "{\"bands\":[{\"from\":0,\"label\":\"all\"}]}";
  niem_status status;
  if (which < 11) {
    status = niem_framework_table(&out, framework, parts[which], NULL, &err);
  } else if (which == 11) {
    status = niem_answers_table(&out, answers, &err);
  } else if (which == 12) {
    status = niem_scores_table(&out, scores, &query, &err);
  } else if (which == 13) {
    status = niem_scores_members(&out, scores, &query, &err);
  } else {
    query.group = which == 14 ? "ref" : "shared";
    status = niem_explain(&out, scores, "PL", "r2", &query, &err);
  }
  const int failed = settle(status, &err, out);
  niem_table_free(out);
  return failed;
}

static void test_tables(void **state) {
  (void)state;
  for (int which = 0; which < 16; which++) {
    /* the last allocations give back what a table has too much; where these fail, it only stays */
    allocation_failed = 1;
    for (long nth = 0; allocation_failed; nth++) {
      allocations_left = nth;
      allocation_failed = 0;
      const int failed = make_table(which);
      allocations_left = -1;
      assert_true(!failed || allocation_failed);
    }
  }
}

static int find_value(void) {
  double value = -1;
  niem_error err;
  const niem_status status = niem_scores_value(&value, scores, "PL", "r1", "both", "residency", &err);
  assert_true((status == NIEM_OK) == (value == 100));
  return settle(status, &err, status == NIEM_OK ? &value : NULL);
}

static int write_files(int which) {
  niem_error err;
  const char *path = which == 2 ? "test_memory_model.json" : "test_memory_model.csv";
  const niem_status status =
      which == 0 ? niem_framework_write(framework, path, &err) : niem_answers_write(answers, path, &err);
  return settle(status, &err, status == NIEM_OK ? path : NULL);
}

static void test_others(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(find_value());
  for (int which = 0; which < 3; which++) {
    EACH_ALLOCATION_FAILS(write_files(which));
  }
  (void)remove("test_memory_model.csv");
  (void)remove("test_memory_model.json");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_framework), cmocka_unit_test(test_wrong_framework), cmocka_unit_test(test_method),
      cmocka_unit_test(test_answers),   cmocka_unit_test(test_columns),         cmocka_unit_test(test_scores),
      cmocka_unit_test(test_buffers),   cmocka_unit_test(test_tables),          cmocka_unit_test(test_others)};
  return cmocka_run_group_tests(tests, open_all, close_all);
}
