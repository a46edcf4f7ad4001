/* niem_leave_one_out and its summary, niem_effective_weights and niem_scores_steps: arguments, memory, threads and
 * cancelling. What they compute is a matter of the conformance vectors. */
#include "base/platform.h"

#include "panel.h"

#include "fail_allocation.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static niem_scores *means, *geometric, *votes, *prepared;

/* ---- arguments */

static void handles_are_needed(void **state) {
  (void)state;
  niem_error err;
  niem_table *table = NULL;
  assert_refused(niem_leave_one_out(NULL, means, NULL, NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out",
                 table);
  assert_refused(niem_leave_one_out(&table, NULL, NULL, NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "scores",
                 table);
  assert_refused(niem_leave_one_out_summary(NULL, means, NULL, NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT,
                 "out", table);
  assert_refused(niem_leave_one_out_summary(&table, NULL, NULL, NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT,
                 "scores", table);
  assert_refused(niem_effective_weights(NULL, means, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out", table);
  assert_refused(niem_effective_weights(&table, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "scores", table);
  assert_refused(niem_scores_steps(NULL, means, "values", &err), &err, NIEM_ERROR_ARGUMENT, "out", table);
  assert_refused(niem_scores_steps(&table, NULL, "values", &err), &err, NIEM_ERROR_ARGUMENT, "scores", table);
  assert_refused(niem_scores_steps(&table, means, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "part", table);
}

static void queries_are_checked(void **state) {
  (void)state;
  niem_error err;
  niem_table *table = NULL;
  niem_query query = query_about(NULL, "dimension", NULL);
  assert_refused(niem_leave_one_out(&table, means, NULL, &query, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "level",
                 table);
  query = query_about("R1", NULL, NULL);
  assert_refused(niem_leave_one_out_summary(&table, means, NULL, &query, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT,
                 "node", table);
  query = query_about(NULL, NULL, NULL);
  assert_refused(niem_leave_one_out(&table, means, "step", &query, NULL, NULL, &err), &err, NIEM_ERROR_REFERENCE,
                 "left_out", table);
  query.bands = "thirds";
  assert_refused(niem_leave_one_out(&table, means, NULL, &query, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "bands",
                 table);
  query.struct_size = 0;
  assert_int_equal(niem_leave_one_out(&table, means, NULL, &query, NULL, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_null(table);
}

static void options_are_checked(void **state) {
  (void)state;
  niem_error err;
  niem_table *table = NULL;
  niem_compare_options options;
  niem_compare_options_init(&options);
  options.ties = 9;
  assert_refused(niem_leave_one_out(&table, means, NULL, NULL, &options, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "ties",
                 table);
  niem_compare_options_init(&options);
  options.reference = "best";
  assert_refused(niem_leave_one_out_summary(&table, means, NULL, NULL, &options, NULL, &err), &err, NIEM_ERROR_ARGUMENT,
                 "reference", table);
  options.struct_size = 0;
  assert_int_equal(niem_leave_one_out(&table, means, NULL, NULL, &options, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_null(table);
}

/* Also where the units are looked at together, and no thread but the caller's works. */
static void threads_are_checked(void **state) {
  (void)state;
  const niem_scores *all[] = {means, votes};
  for (int k = 0; k < 2; k++) {
    niem_error err;
    niem_table *table = NULL;
    niem_exec exec;
    niem_exec_init(&exec);
    exec.threads = -2;
    assert_refused(niem_leave_one_out(&table, all[k], NULL, NULL, NULL, &exec, &err), &err, NIEM_ERROR_ARGUMENT,
                   "exec.threads", table);
  }
}

static void errors_need_no_err(void **state) {
  (void)state;
  niem_table *table = NULL;
  assert_int_equal(niem_leave_one_out(&table, means, "step", NULL, NULL, NULL, NULL), NIEM_ERROR_REFERENCE);
  assert_int_equal(niem_leave_one_out_summary(&table, means, "step", NULL, NULL, NULL, NULL), NIEM_ERROR_REFERENCE);
  assert_int_equal(niem_effective_weights(&table, means, "no", NULL), NIEM_ERROR_REFERENCE);
  assert_int_equal(niem_scores_steps(&table, means, "no", NULL), NIEM_ERROR_REFERENCE);
  assert_null(table);
}

/* ---- what must hold whatever the answers */

static const double *reals(const niem_table *table, const char *name) {
  const int32_t j = niem_table_column(table, name);
  assert_true(j >= 0);
  return niem_table_reals(table, j);
}

/* The value and the rank beside those without a node are those of the table of ranks. */
static void the_whole_is_as_published(void **state) {
  (void)state;
  const niem_scores *all[] = {means, geometric, votes, prepared};
  for (int k = 0; k < 4; k++) {
    niem_table *table = NULL;
    niem_query query = query_about("overall", NULL, k == 2 ? "both" : "*");
    assert_int_equal(niem_leave_one_out(&table, all[k], "dimension", &query, NULL, NULL, NULL), NIEM_OK);
    assert_true(niem_table_rows(table) > 0);
    for (int64_t i = 0; i < niem_table_rows(table); i++) {
      double value;
      const char *key[3];
      static const char *const names[] = {"unit", "round", "group"};
      for (int j = 0; j < 3; j++) {
        key[j] = niem_table_text(table, niem_table_column(table, names[j]), i);
      }
      assert_int_equal(niem_scores_value(&value, all[k], key[0], key[1], key[2], "overall", NULL), NIEM_OK);
      assert_memory_equal(&value, reals(table, "value") + i, sizeof value);
    }
    niem_table_free(table);
  }
}

/* The shares of siblings add up to 1, and so do the effective weights of the leaves. */
static void weights_add_up(void **state) {
  (void)state;
  const niem_scores *all[] = {means, geometric, prepared};
  for (int k = 0; k < 3; k++) {
    niem_table *table = NULL;
    double of_leaves = 0;
    assert_int_equal(niem_effective_weights(&table, all[k], "overall", NULL), NIEM_OK);
    for (int64_t i = 0; i < niem_table_rows(table); i++) {
      const char *level = niem_table_text(table, niem_table_column(table, "level"), i);
      of_leaves += strcmp(level, "indicator") == 0 ? reals(table, "effective")[i] : 0;
    }
    assert_true(of_leaves > 1 - 1e-12 && of_leaves < 1 + 1e-12);
    niem_table_free(table);
  }
}

/* ---- what cannot be scored without something */

/* Without R1 the residency of B is 0, which a geometric mean has no room for. */
static niem_scores *score_zero(const char *steps) {
  static const char text[] =
      "unit,round,group,indicator,answer\nA,2021,refugee,R1,80\nA,2021,refugee,R2,60\n"
      "A,2021,refugee,H1,90\nA,2021,refugee,H2,70\nB,2021,refugee,R1,30\nB,2021,refugee,R2,0\n"
      "B,2021,refugee,H1,10\nB,2021,refugee,H2,20\n";
  char whole[400];
  niem_score_options options;
  niem_framework *framework = panel_framework();
  niem_answers *answers = NULL;
  niem_scores *made = NULL;
  niem_error err = {0};
  (void)snprintf(whole, sizeof whole, "{\"format\": \"niem-method/1\", \"steps\": [%s]}", steps);
  niem_method *method = panel_method(whole);
  assert_int_equal(niem_answers_parse(&answers, NULL, framework, text, (int64_t)strlen(text), NULL, NULL, &err),
                   NIEM_OK);
  niem_score_options_init(&options);
  options.index = "overall";
  if (niem_score(&made, framework, answers, method, &options, NULL, &err) != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
  }
  niem_method_free(method);
  niem_answers_free(answers);
  niem_framework_free(framework);
  assert_non_null(made);
  return made;
}

static const char *text_of(const niem_table *table, const char *name, int64_t i) {
  return niem_table_text(table, niem_table_column(table, name), i);
}

#define ZERO_MEANS                                                                                                \
  "{\"step\": \"normalise\", \"constant\": 50}, {\"step\": \"aggregate\", \"method\": \"geometric\", \"level\": " \
  "\"index\"}"

/* By unit the row of B alone; where weights are made from all units, the rows of all. */
static void the_impossible_is_told(void **state) {
  (void)state;
  niem_scores *all[] = {score_zero(ZERO_MEANS),
                        score_zero("{\"step\": \"weigh\", \"method\": \"deviation\", "
                                   "\"index\": \"overall\", \"level\": \"dimension\"}, " ZERO_MEANS)};
  for (int k = 0; k < 2; k++) {
    niem_table *table = NULL;
    niem_table *summary = NULL;
    int n_told = 0;
    niem_query query = query_about("overall", NULL, NULL);
    assert_int_equal(niem_leave_one_out(&table, all[k], "indicator", &query, NULL, NULL, NULL), NIEM_OK);
    assert_int_equal(niem_leave_one_out_summary(&summary, all[k], "indicator", &query, NULL, NULL, NULL), NIEM_OK);
    assert_true(niem_table_rows(table) == 10 || niem_table_rows(table) == 8);
    for (int64_t i = 0; i < niem_table_rows(table); i++) {
      const int is_it =
          strcmp(text_of(table, "left_out", i), "R1") == 0 && (k == 1 || strcmp(text_of(table, "unit", i), "B") == 0);
      const char *problem = text_of(table, "problem", i);
      assert_int_equal(problem != NULL, is_it);
      assert_int_equal(reals(table, "value_without")[i] != reals(table, "value_without")[i], is_it);
      assert_true(problem == NULL || strstr(problem, "B 2021") != NULL);
      n_told += problem != NULL;
    }
    assert_int_equal(n_told, k + 1);
    for (int64_t i = 0; i < niem_table_rows(summary); i++) {
      const int is_it = strcmp(text_of(summary, "left_out", i), "R1") == 0;
      assert_int_equal(text_of(summary, "problem", i) != NULL, is_it);
    }
    niem_table_free(table);
    niem_table_free(summary);
  }
  niem_scores_free(all[0]);
  niem_scores_free(all[1]);
}

/* ---- memory */

static int leave_out_once(const niem_scores *scores, const char *left_out, const char *group, int summary) {
  niem_table *table = NULL;
  niem_error err;
  niem_query query = query_about(NULL, NULL, group);
  const niem_status status = summary ? niem_leave_one_out_summary(&table, scores, left_out, &query, NULL, NULL, &err)
                                     : niem_leave_one_out(&table, scores, left_out, &query, NULL, NULL, &err);
  assert_true(status == NIEM_OK || (status == NIEM_ERROR_MEMORY && err.status == NIEM_ERROR_MEMORY));
  assert_int_equal(table == NULL, status != NIEM_OK);
  niem_table_free(table);
  return status != NIEM_OK;
}

static int tabulate_once(const niem_scores *scores, int which) {
  niem_table *table = NULL;
  niem_error err;
  const niem_status status = which == 0 ? niem_effective_weights(&table, scores, NULL, &err)
                                        : niem_scores_steps(&table, scores, which == 1 ? "values" : "indicators", &err);
  assert_true(status == NIEM_OK || (status == NIEM_ERROR_MEMORY && err.status == NIEM_ERROR_MEMORY));
  assert_int_equal(table == NULL, status != NIEM_OK);
  niem_table_free(table);
  return status != NIEM_OK;
}

static void memory_runs_out(void **state) {
  (void)state;
  niem_scores *few[] = {score_panel(MEANS, 2), score_panel(GEOMETRIC, 2), score_panel(VOTES, 3),
                        score_panel(PREPARED, 4), score_zero(ZERO_MEANS)};
  for (int k = 0; k < 5; k++) {
    for (int summary = 0; summary < 2; summary++) {
      EACH_ALLOCATION_FAILS_OR_IS_SPARED(
          10, leave_out_once(few[k], k == 2 ? "dimension" : NULL, k == 2 ? "shared" : "*", summary));
    }
    for (int which = 0; which < 3; which++) {
      EACH_ALLOCATION_FAILS_OR_IS_SPARED(10, tabulate_once(few[k], which));
    }
    niem_scores_free(few[k]);
  }
}

/* ---- threads */

static void threads_change_no_bit(void **state) {
  (void)state;
  const niem_scores *all[] = {means, geometric, votes, prepared};
  for (int k = 0; k < 4; k++) {
    niem_query query = query_about(NULL, NULL, k == 2 ? "both" : "*");
    niem_table *first[2] = {NULL, NULL};
    for (int32_t threads = 1; threads <= 3; threads++) {
      niem_table *made[2] = {NULL, NULL};
      niem_exec exec;
      niem_exec_init(&exec);
      exec.threads = threads;
      assert_int_equal(niem_leave_one_out(&made[0], all[k], NULL, &query, NULL, &exec, NULL), NIEM_OK);
      assert_int_equal(niem_leave_one_out_summary(&made[1], all[k], NULL, &query, NULL, &exec, NULL), NIEM_OK);
      for (int j = 0; j < 2; j++) {
        if (threads == 1) {
          first[j] = made[j];
        } else {
          assert_same_tables(first[j], made[j]);
          niem_table_free(made[j]);
        }
      }
    }
    niem_table_free(first[0]);
    niem_table_free(first[1]);
  }
}

static void progress_is_told_and_cancels(void **state) {
  (void)state;
  const niem_scores *all[] = {means, geometric, votes, prepared};
  for (int k = 0; k < 4; k++) {
    told t;
    niem_table *table = NULL;
    niem_error err;
    niem_exec exec = exec_that_tells(&t, 2);
    assert_int_equal(niem_leave_one_out(&table, all[k], NULL, NULL, NULL, &exec, &err), NIEM_OK);
    assert_true(t.calls > 0 && t.last == 1 && t.backwards == 0);
    niem_table_free(table);
    table = NULL;
    exec = exec_that_tells(&t, -1);
    assert_int_equal(niem_leave_one_out(&table, all[k], NULL, NULL, NULL, &exec, &err), NIEM_ERROR_CANCELLED);
    assert_int_equal(err.status, NIEM_ERROR_CANCELLED);
    assert_null(table);
    assert_int_equal(niem_leave_one_out_summary(&table, all[k], NULL, NULL, NULL, &exec, &err), NIEM_ERROR_CANCELLED);
    assert_null(table);
  }
}

static int make_scores(void **state) {
  (void)state;
  means = score_panel(MEANS, 40);
  geometric = score_panel(GEOMETRIC, 40);
  votes = score_panel(VOTES, 40);
  prepared = score_panel(PREPARED, 40);
  return 0;
}

static int free_scores(void **state) {
  (void)state;
  niem_scores_free(means);
  niem_scores_free(geometric);
  niem_scores_free(votes);
  niem_scores_free(prepared);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(handles_are_needed),
      cmocka_unit_test(queries_are_checked),
      cmocka_unit_test(options_are_checked),
      cmocka_unit_test(threads_are_checked),
      cmocka_unit_test(errors_need_no_err),
      cmocka_unit_test(the_whole_is_as_published),
      cmocka_unit_test(weights_add_up),
      cmocka_unit_test(the_impossible_is_told),
      cmocka_unit_test(memory_runs_out),
      cmocka_unit_test(threads_change_no_bit),
      cmocka_unit_test(progress_is_told_and_cancels),
  };
  return cmocka_run_group_tests(tests, make_scores, free_scores);
}
