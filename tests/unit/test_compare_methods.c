/* niem_compare_methods: arguments, memory, threads and cancelling. What it computes is a matter of the conformance
 * vectors. */
#include "base/platform.h"

#include "panel.h"

#include "fail_allocation.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static niem_framework *framework;
static niem_answers *few, *many;
static niem_method *methods[4];

static niem_status compare(niem_table **out, const niem_answers *answers, const char *const *names,
                           const niem_query *query, const niem_exec *exec, niem_error *err) {
  return niem_compare_methods(out, framework, answers, (const niem_method *const *)methods, names, 4, query, NULL, exec,
                              err);
}

/* ---- arguments */

static void handles_are_needed(void **state) {
  (void)state;
  const niem_method *const *given = (const niem_method *const *)methods;
  niem_error err;
  niem_table *table = NULL;
  assert_refused(niem_compare_methods(NULL, framework, few, given, NULL, 4, NULL, NULL, NULL, &err), &err,
                 NIEM_ERROR_ARGUMENT, "out", table);
  assert_refused(niem_compare_methods(&table, NULL, few, given, NULL, 4, NULL, NULL, NULL, &err), &err,
                 NIEM_ERROR_ARGUMENT, "framework", table);
  assert_refused(niem_compare_methods(&table, framework, NULL, given, NULL, 4, NULL, NULL, NULL, &err), &err,
                 NIEM_ERROR_ARGUMENT, "answers", table);
  assert_refused(niem_compare_methods(&table, framework, few, NULL, NULL, 4, NULL, NULL, NULL, &err), &err,
                 NIEM_ERROR_ARGUMENT, "methods", table);
  for (int64_t n = -1; n <= 1001; n += n < 0 ? 1 : 1001) {
    assert_refused(niem_compare_methods(&table, framework, few, given, NULL, n, NULL, NULL, NULL, &err), &err,
                   NIEM_ERROR_ARGUMENT, "n_methods", table);
  }
}

static void queries_and_options_are_checked(void **state) {
  (void)state;
  niem_error err;
  niem_table *table = NULL;
  niem_query query;
  niem_compare_options options;
  niem_query_init(&query);
  query.index = "no";
  assert_refused(compare(&table, few, NULL, &query, NULL, &err), &err, NIEM_ERROR_REFERENCE, "index", table);
  assert_null(strstr(err.message, "method"));
  niem_query_init(&query);
  query.bands = "thirds";
  assert_refused(compare(&table, few, NULL, &query, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "bands", table);
  query.struct_size = 0;
  assert_int_equal(compare(&table, few, NULL, &query, NULL, &err), NIEM_ERROR_ARGUMENT);
  niem_compare_options_init(&options);
  options.reference = "best";
  assert_refused(niem_compare_methods(&table, framework, few, (const niem_method *const *)methods, NULL, 4, NULL,
                                      &options, NULL, &err),
                 &err, NIEM_ERROR_ARGUMENT, "reference", table);
}

/* What lies beyond the end of an older caller's struct is not read. */
static void a_short_query_is_taken_for_what_it_is(void **state) {
  (void)state;
  niem_error err;
  niem_table *table = NULL;
  niem_query query;
  niem_query_init(&query);
  query.index = "beyond the end";
  query.struct_size = sizeof query.struct_size;
  assert_int_equal(compare(&table, few, NULL, &query, NULL, &err), NIEM_OK);
  niem_table_free(table);
}

static void answers_are_of_the_framework(void **state) {
  (void)state;
  static const char other_text[] =
      "{\"format\": \"niem-framework/1\", \"id\": \"other\", \"version\": \"1\", \"indicators\": [{\"id\": \"X\", "
      "\"scale\": {\"kind\": \"binary\"}}], \"indexes\": [{\"id\": \"overall\"}]}";
  niem_framework *other = NULL;
  niem_table *table = NULL;
  niem_error err;
  assert_int_equal(niem_framework_parse(&other, NULL, other_text, (int64_t)strlen(other_text), NULL), NIEM_OK);
  assert_int_equal(
      niem_compare_methods(&table, other, few, (const niem_method *const *)methods, NULL, 4, NULL, NULL, NULL, &err),
      NIEM_ERROR_MISMATCH);
  assert_null(table);
  assert_int_equal(
      niem_compare_methods(&table, other, few, (const niem_method *const *)methods, NULL, 4, NULL, NULL, NULL, NULL),
      NIEM_ERROR_MISMATCH);
  niem_framework_free(other);
}

/* ---- names */

static void names_may_be_of_some(void **state) {
  (void)state;
  static const char *const names[] = {NULL, "means of another kind", NULL, "method 1"};
  static const char *const apart[] = {NULL, "means of another kind", "x", NULL};
  niem_error err;
  niem_table *table = NULL;
  assert_refused(compare(&table, few, names, NULL, NULL, &err), &err, NIEM_ERROR_DUPLICATE, "methods", table);
  assert_non_null(strstr(err.message, "1 and 4"));
  assert_int_equal(compare(&table, few, apart, NULL, NULL, &err), NIEM_OK);
  static const char *const expected[] = {"method 1", "means of another kind", "x", "method 4"};
  const int32_t column = niem_table_column(table, "method");
  assert_int_equal(niem_table_levels(table, column), 4);
  for (int32_t k = 0; k < 4; k++) {
    assert_string_equal(niem_table_level(table, column, k), expected[k]);
  }
  niem_table_free(table);
}

/* A method that is NULL is all defaults: here it has no step that normalises. */
static void the_one_that_fails_is_named(void **state) {
  (void)state;
  const niem_method *with_defaults[] = {methods[0], NULL};
  niem_error err;
  niem_table *table = NULL;
  assert_refused(niem_compare_methods(&table, framework, few, with_defaults, NULL, 2, NULL, NULL, NULL, &err), &err,
                 NIEM_ERROR_UNSUPPORTED, "framework", table);
  assert_non_null(strstr(err.message, "method 2: "));
  assert_int_equal(niem_compare_methods(&table, framework, few, with_defaults, NULL, 2, NULL, NULL, NULL, NULL),
                   NIEM_ERROR_UNSUPPORTED);
  assert_null(table);
}

/* ---- memory, threads, progress */

static int compare_once(void) {
  niem_table *table = NULL;
  niem_error err;
  niem_query query;
  niem_query_init(&query);
  query.group = "*";
  const niem_status status = compare(&table, few, NULL, &query, NULL, &err);
  assert_true(status == NIEM_OK || (status == NIEM_ERROR_MEMORY && err.status == NIEM_ERROR_MEMORY));
  assert_int_equal(table == NULL, status != NIEM_OK);
  niem_table_free(table);
  return status != NIEM_OK;
}

static void memory_runs_out(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS_OR_IS_SPARED(10, compare_once());
}

static void threads_change_no_bit(void **state) {
  (void)state;
  niem_table *first = NULL;
  niem_query query;
  niem_query_init(&query);
  query.group = "*";
  query.level = "dimension";
  for (int32_t threads = 1; threads <= 3; threads++) {
    niem_table *table = NULL;
    niem_exec exec;
    niem_exec_init(&exec);
    exec.threads = threads;
    assert_int_equal(compare(&table, many, NULL, &query, &exec, NULL), NIEM_OK);
    if (first == NULL) {
      first = table;
    } else {
      assert_same_tables(first, table);
      niem_table_free(table);
    }
  }
  niem_table_free(first);
}

/* The share done is that of all methods: it never falls, is told at most every 50 ms and at the end, and cancelling
 * ends the call. */
static void progress_is_of_all_methods(void **state) {
  (void)state;
  told t;
  niem_table *table = NULL;
  niem_error err;
  niem_exec exec = exec_that_tells(&t, 2);
  assert_int_equal(compare(&table, many, NULL, NULL, &exec, &err), NIEM_OK);
  assert_true(t.calls >= 1 && t.last == 1 && t.backwards == 0);
  niem_table_free(table);
  table = NULL;
  exec = exec_that_tells(&t, 0.3);
  assert_int_equal(compare(&table, many, NULL, NULL, &exec, &err), NIEM_ERROR_CANCELLED);
  assert_int_equal(err.status, NIEM_ERROR_CANCELLED);
  assert_true(t.last > 0.3 && t.backwards == 0);
  assert_null(table);
}

/* Units that are looked at together are scored on the caller's thread alone, which tells how far it is. */
static void scores_over_the_units_tell_their_progress(void **state) {
  (void)state;
  told t;
  niem_scores *scores = NULL;
  niem_error err;
  niem_exec exec = exec_that_tells(&t, 2);
  assert_int_equal(niem_score(&scores, framework, many, methods[2], NULL, &exec, &err), NIEM_OK);
  assert_true(t.calls > 0 && t.last == 1 && t.backwards == 0);
  niem_scores_free(scores);
  scores = NULL;
  exec = exec_that_tells(&t, -1);
  assert_int_equal(niem_score(&scores, framework, many, methods[2], NULL, &exec, &err), NIEM_ERROR_CANCELLED);
  assert_null(scores);
  exec.threads = -2;
  assert_int_equal(niem_score(&scores, framework, many, methods[2], NULL, &exec, &err), NIEM_ERROR_ARGUMENT);
}

static int make_panel(void **state) {
  (void)state;
  static const char *const texts[] = {MEANS, GEOMETRIC, VOTES, PREPARED};
  framework = panel_framework();
  few = panel_answers(framework, 5);
  many = panel_answers(framework, 60);
  for (int k = 0; k < 4; k++) {
    methods[k] = panel_method(texts[k]);
  }
  return 0;
}

static int free_panel(void **state) {
  (void)state;
  for (int k = 0; k < 4; k++) {
    niem_method_free(methods[k]);
  }
  niem_answers_free(few);
  niem_answers_free(many);
  niem_framework_free(framework);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(handles_are_needed),
      cmocka_unit_test(queries_and_options_are_checked),
      cmocka_unit_test(a_short_query_is_taken_for_what_it_is),
      cmocka_unit_test(answers_are_of_the_framework),
      cmocka_unit_test(names_may_be_of_some),
      cmocka_unit_test(the_one_that_fails_is_named),
      cmocka_unit_test(memory_runs_out),
      cmocka_unit_test(threads_change_no_bit),
      cmocka_unit_test(progress_is_of_all_methods),
      cmocka_unit_test(scores_over_the_units_tell_their_progress),
  };
  return cmocka_run_group_tests(tests, make_panel, free_panel);
}
