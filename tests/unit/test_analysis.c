/* niem/analysis.h: arguments, memory, threads and cancelling, and what must hold whatever the answers. What is computed
 * is a matter of the conformance vectors. */
#include "base/platform.h"

#include "panel.h"

#include "fail_allocation.h"

#include <math.h>

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static niem_scores *means, *prepared;

/* ---- the functions by one form */

typedef struct call {
  const niem_scores *scores;
  const niem_query *query;
  niem_analysis_options options;
  niem_trend_options trends;
  const niem_exec *exec;
  const char *part;
} call;

static call call_of(const niem_scores *scores, const niem_query *query) {
  call made = {.scores = scores, .query = query};
  niem_analysis_options_init(&made.options);
  niem_trend_options_init(&made.trends);
  return made;
}

typedef niem_status (*function)(niem_table **, const call *, niem_error *);

static niem_status do_stage(niem_table **out, const call *c, niem_error *err) {
  return niem_scores_stage(out, c->scores, c->options.step == NIEM_STEP_NONE ? NIEM_STEP_LAST : c->options.step,
                           c->query, err);
}

static niem_status do_trends(niem_table **out, const call *c, niem_error *err) {
  niem_trend_options trends = c->trends;
  trends.step = c->options.step;
  return niem_trends(out, c->scores, c->query, &trends, err);
}

static niem_status do_statistics(niem_table **out, const call *c, niem_error *err) {
  return niem_statistics(out, c->scores, c->query, &c->options, NULL, err);
}

static niem_status do_correlations(niem_table **out, const call *c, niem_error *err) {
  return niem_correlations(out, c->scores, c->query, &c->options, c->exec, err);
}

static niem_status do_reliability(niem_table **out, const call *c, niem_error *err) {
  return niem_reliability(out, c->scores, c->part == NULL ? "nodes" : c->part, c->query, &c->options, err);
}

static niem_status do_components(niem_table **out, const call *c, niem_error *err) {
  return niem_components(out, c->scores, c->part == NULL ? "variances" : c->part, c->query, &c->options, NULL, err);
}

static niem_status do_methods(niem_table **out, const call *c, niem_error *err) {
  const niem_scores *both[] = {c->scores, c->scores == NULL ? NULL : prepared};
  const char *names[] = {"a", "b"};
  return niem_method_correlations(out, both, names, 2, c->query, &c->options, err);
}

static const function ALL[] = {do_stage,       do_trends,     do_statistics, do_correlations,
                               do_reliability, do_components, do_methods};
enum { N_ALL = sizeof ALL / sizeof *ALL };

/* ---- arguments */

static void handles_are_needed(void **state) {
  (void)state;
  for (int i = 0; i < N_ALL; i++) {
    niem_error err;
    niem_table *table = NULL;
    call c = call_of(means, NULL);
    assert_refused(ALL[i](NULL, &c, &err), &err, NIEM_ERROR_ARGUMENT, "out", table);
    c.scores = NULL;
    assert_refused(ALL[i](&table, &c, &err), &err, NIEM_ERROR_ARGUMENT, "scores", table);
    assert_int_equal(ALL[i](&table, &c, NULL), NIEM_ERROR_ARGUMENT);
  }
  niem_error err;
  niem_table *table = NULL;
  assert_refused(niem_reliability(&table, means, NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "part", table);
  assert_refused(niem_components(&table, means, NULL, NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "part",
                 table);
  assert_refused(niem_method_correlations(&table, NULL, NULL, 2, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "scores",
                 table);
  assert_refused(niem_method_correlations(NULL, NULL, NULL, 2, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out",
                 table);
}

static void queries_are_checked(void **state) {
  (void)state;
  for (int i = 0; i < N_ALL; i++) {
    niem_error err;
    niem_table *table = NULL;
    niem_query query = query_about("health", NULL, NULL);
    const call c = call_of(means, &query);
    assert_refused(ALL[i](&table, &c, &err), &err, NIEM_ERROR_REFERENCE, "node", table);
    query = query_about("overall", "dimension", NULL);
    assert_refused(ALL[i](&table, &c, &err), &err, NIEM_ERROR_ARGUMENT, "level", table);
    query = query_about(NULL, NULL, NULL);
    query.bands = "thirds";
    assert_refused(ALL[i](&table, &c, &err), &err, NIEM_ERROR_ARGUMENT, "bands", table);
    query.struct_size = 3;
    assert_refused(ALL[i](&table, &c, &err), &err, NIEM_ERROR_ARGUMENT, "query", table);
  }
}

static void structs_have_sizes(void **state) {
  (void)state;
  for (int i = 1; i < N_ALL; i++) {
    niem_error err;
    niem_table *table = NULL;
    call c = call_of(means, NULL);
    c.options.struct_size = c.trends.struct_size = 0;
    assert_refused(ALL[i](&table, &c, &err), &err, NIEM_ERROR_ARGUMENT, "options", table);
  }
  niem_trend_options_init(NULL);
  niem_analysis_options_init(NULL);
}

/* What an option must not be: a value and where the error is. */
#define REFUSES(function, field, value, error_status, error_where)                      \
  {                                                                                     \
    niem_error err;                                                                     \
    niem_table *table = NULL;                                                           \
    call c = call_of(means, NULL);                                                      \
    c.field = (value);                                                                  \
    assert_refused(function(&table, &c, &err), &err, error_status, error_where, table); \
  }

static void options_are_checked(void **state) {
  (void)state;
  const double infinite = HUGE_VAL;
  REFUSES(do_correlations, options.method, 3, NIEM_ERROR_ARGUMENT, "method");
  REFUSES(do_correlations, options.pairs, 5, NIEM_ERROR_ARGUMENT, "pairs");
  REFUSES(do_correlations, options.rows, -1, NIEM_ERROR_ARGUMENT, "rows");
  REFUSES(do_correlations, options.test, 3, NIEM_ERROR_ARGUMENT, "test");
  REFUSES(do_correlations, options.adjust, 6, NIEM_ERROR_ARGUMENT, "adjust");
  REFUSES(do_correlations, options.pooled, 2, NIEM_ERROR_ARGUMENT, "pooled");
  REFUSES(do_correlations, options.tolerance, infinite, NIEM_ERROR_VALUE, "tolerance");
  REFUSES(do_correlations, options.negative, -1.5, NIEM_ERROR_VALUE, "negative");
  REFUSES(do_correlations, options.step, 7, NIEM_ERROR_ARGUMENT, "step");
  REFUSES(do_correlations, options.items, 1, NIEM_ERROR_ARGUMENT, "items");
  REFUSES(do_reliability, options.items, 2, NIEM_ERROR_ARGUMENT, "items");
  REFUSES(do_reliability, options.confidence, NAN, NIEM_ERROR_VALUE, "confidence");
  REFUSES(do_reliability, options.adjust, 1, NIEM_ERROR_ARGUMENT, "adjust");
  REFUSES(do_reliability, part, "leaves", NIEM_ERROR_REFERENCE, "part");
  REFUSES(do_components, options.rows, 1, NIEM_ERROR_ARGUMENT, "rows");
  REFUSES(do_components, part, "leaves", NIEM_ERROR_REFERENCE, "part");
  REFUSES(do_statistics, options.pairs, 1, NIEM_ERROR_ARGUMENT, "pairs");
  REFUSES(do_statistics, options.high, 0.8, NIEM_ERROR_ARGUMENT, "high");
  REFUSES(do_methods, options.step, 0, NIEM_ERROR_ARGUMENT, "step");
  REFUSES(do_trends, trends.latest, -1, NIEM_ERROR_ARGUMENT, "latest");
  REFUSES(do_trends, trends.tolerance, infinite, NIEM_ERROR_VALUE, "tolerance");
  REFUSES(do_trends, trends.to, "1999", NIEM_ERROR_REFERENCE, "to");
  REFUSES(do_trends, trends.n_interpolate, 1, NIEM_ERROR_ARGUMENT, "interpolate");
}

static void lists_are_checked(void **state) {
  (void)state;
  niem_error err;
  niem_table *table = NULL;
  const char *const times[] = {"2019", NULL};
  call c = call_of(means, NULL);
  c.trends.interpolate = times;
  c.trends.n_interpolate = 2;
  assert_refused(do_trends(&table, &c, &err), &err, NIEM_ERROR_ARGUMENT, "interpolate", table);
  assert_int_equal(err.row, 2);
  const niem_scores *one[] = {means, NULL};
  assert_refused(niem_method_correlations(&table, one, NULL, 2, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "scores",
                 table);
  assert_refused(niem_method_correlations(&table, one, NULL, 1, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT,
                 "n_scores", table);
  niem_components_options of;
  niem_components_options_init(&of);
  of.struct_size = 0;
  assert_refused(niem_components(&table, means, "nodes", NULL, NULL, &of, &err), &err, NIEM_ERROR_ARGUMENT,
                 "components", table);
}

static void threads_are_checked(void **state) {
  (void)state;
  niem_error err;
  niem_table *table = NULL;
  niem_exec exec;
  niem_exec_init(&exec);
  exec.threads = -2;
  call c = call_of(means, NULL);
  c.exec = &exec;
  assert_refused(do_correlations(&table, &c, &err), &err, NIEM_ERROR_ARGUMENT, "exec.threads", table);
}

static int make_once(function own, const call *c) {
  niem_table *table = NULL;
  niem_error err;
  const niem_status status = own(&table, c, &err);
  assert_true(status == NIEM_OK || (status == NIEM_ERROR_MEMORY && err.status == NIEM_ERROR_MEMORY));
  assert_int_equal(table == NULL, status != NIEM_OK);
  niem_table_free(table);
  return status != NIEM_OK;
}

/* ---- what must hold whatever the answers */

static const double *reals(const niem_table *table, const char *name) {
  const int32_t j = niem_table_column(table, name);
  assert_true(j >= 0);
  return niem_table_reals(table, j);
}

static const char *text_at(const niem_table *table, const char *name, int64_t i) {
  return niem_table_text(table, niem_table_column(table, name), i);
}

/* The end of the steps is what the member set holds, and before the first are the answers: the same bits. */
static void stages_are_the_scores_own(void **state) {
  (void)state;
  const niem_scores *all[] = {means, prepared};
  for (int k = 0; k < 2; k++) {
    niem_table *stage = NULL;
    niem_table *members = NULL;
    niem_query query = query_about("overall", NULL, "both");
    assert_int_equal(niem_scores_stage(&stage, all[k], NIEM_STEP_LAST, &query, NULL), NIEM_OK);
    assert_int_equal(niem_scores_members(&members, all[k], &query, NULL), NIEM_OK);
    assert_int_equal(niem_table_rows(stage), niem_table_rows(members));
    assert_true(niem_table_rows(stage) > 100);
    for (int64_t i = 0; i < niem_table_rows(stage); i++) {
      assert_memory_equal(reals(stage, "value") + i, reals(members, "value") + i, sizeof(double));
      assert_string_equal(text_at(stage, "indicator", i), text_at(members, "indicator", i));
      assert_string_equal(text_at(stage, "state", i), text_at(members, "state", i));
      assert_string_equal(text_at(stage, "stage", i), "score");
    }
    niem_table_free(stage);
    niem_table_free(members);
  }
}

/* A prefix of a method makes what the method as a whole went through. */
static void a_step_is_a_prefix(void **state) {
  (void)state;
  niem_table *early = NULL;
  niem_table *late = NULL;
  niem_query query = query_about(NULL, NULL, "both");
  assert_int_equal(niem_scores_stage(&early, prepared, 0, &query, NULL), NIEM_OK);
  assert_int_equal(niem_scores_stage(&late, prepared, 2, &query, NULL), NIEM_OK);
  int64_t filled = 0;
  for (int64_t i = 0; i < niem_table_rows(late); i++) {
    const double before = reals(early, "value")[i];
    const double after = reals(late, "value")[i];
    const int imputed = niem_table_integers(late, niem_table_column(late, "imputed"))[i] == 1;
    filled += imputed;
    assert_true(imputed ? isnan(before) && !isnan(after) : memcmp(&before, &after, sizeof before) == 0);
  }
  assert_true(filled > 10);
  niem_table_free(early);
  niem_table_free(late);
}

/* A statistic of one round and group counts the units that have a value there. */
static void counts_are_those_of_the_scores(void **state) {
  (void)state;
  niem_table *table = NULL;
  niem_table *averages = NULL;
  niem_query query = query_about(NULL, NULL, "*");
  assert_int_equal(niem_statistics(&table, prepared, &query, NULL, NULL, NULL), NIEM_OK);
  assert_int_equal(niem_average(&averages, prepared, &query, NULL, NULL), NIEM_OK);
  assert_int_equal(niem_table_rows(table), niem_table_rows(averages));
  for (int64_t i = 0; i < niem_table_rows(table); i++) {
    const double mean = reals(table, "mean")[i];
    const double average = reals(averages, "average")[i];
    assert_int_equal(niem_table_integers(table, niem_table_column(table, "n"))[i],
                     niem_table_integers(averages, niem_table_column(averages, "n"))[i]);
    assert_true((isnan(mean) && isnan(average)) || fabs(mean - average) <= 1e-12 * fabs(average));
  }
  niem_table_free(table);
  niem_table_free(averages);
}

/* Scores agree with themselves. */
static void scores_agree_with_themselves(void **state) {
  (void)state;
  niem_table *table = NULL;
  const niem_scores *twice[] = {means, means, prepared};
  const char *names[] = {"one", "other", NULL};
  for (int32_t method = 0; method < NIEM_CORRELATION_END; method++) {
    niem_analysis_options options;
    niem_analysis_options_init(&options);
    options.method = method;
    assert_int_equal(niem_method_correlations(&table, twice, names, 3, NULL, &options, NULL), NIEM_OK);
    for (int64_t i = 0; i < niem_table_rows(table); i++) {
      const int same = strcmp(text_at(table, "method_b", i), "other") == 0;
      assert_true(same ? fabs(reals(table, "correlation")[i] - 1) < 1e-12 : reals(table, "correlation")[i] < 1);
      assert_true(!same || reals(table, "mean_abs_rank_change")[i] == 0);
      assert_true(same || strcmp(text_at(table, "method_b", i), "method 3") == 0);
    }
    niem_table_free(table);
    table = NULL;
  }
}

/* ---- a small panel of odd things: rounds whose ids are no order of time, a question that applies to nobody, a
 * denominator that no step divides by */

static const char ODD[] =
    "{\"format\": \"niem-framework/1\", \"id\": \"odd\", \"version\": \"1\","
    " \"indicators\": [{\"id\": \"A\", \"denominator\": \"D\", \"scale\": {\"kind\": \"numeric\"}},"
    "  {\"id\": \"B\", \"scale\": {\"kind\": \"numeric\"}}, {\"id\": \"N\", \"scale\": {\"kind\": \"binary\"}},"
    "  {\"id\": \"D\", \"scored\": false, \"scale\": {\"kind\": \"numeric\"}}],"
    " \"indexes\": [{\"id\": \"all\"}, {\"id\": \"other\"}], \"default_index\": \"all\"%s}";
static const char ODD_ANSWERS[] =
    "unit,round,indicator,answer,state\n"
    "u,9,A,4,\nu,9,B,1,\nu,9,D,2,\nu,10,A,8,\nu,10,B,3,\nu,10,D,5,\nu,9,N,,not_applicable\n"
    "v,9,A,2,\nv,9,B,5,\nv,9,D,3,\nv,10,A,1,\nv,10,B,9,\nv,10,D,7,\nv,9,N,,not_applicable\n"
    "w,9,A,7,\nw,9,B,2,\nw,9,D,1,\nw,9,N,,not_applicable\nu,10,N,,not_applicable\nv,10,N,,not_applicable\n";

static niem_scores *score_odd(const char *steps, const char *more) {
  char text[2000];
  niem_framework *framework = NULL;
  niem_answers *answers = NULL;
  niem_scores *made = NULL;
  niem_error err = {0};
  niem_score_options options;
  niem_method *method = panel_method(steps);
  niem_score_options_init(&options);
  options.index = "all";
  int n = snprintf(text, sizeof text, ODD, more);
  assert_int_equal(niem_framework_parse(&framework, NULL, text, n, &err), NIEM_OK);
  n = (int)strlen(ODD_ANSWERS);
  assert_int_equal(niem_answers_parse(&answers, NULL, framework, ODD_ANSWERS, n, NULL, NULL, &err), NIEM_OK);
  if (niem_score(&made, framework, answers, method, &options, NULL, &err) != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
  }
  niem_method_free(method);
  niem_answers_free(answers);
  niem_framework_free(framework);
  assert_non_null(made);
  return made;
}

static void rounds_go_by_time(void **state) {
  (void)state;
  niem_scores *odd = score_odd(MEANS, "");
  niem_table *table = NULL;
  const char *const times[] = {"9.5", "9.5", "*", "9"};
  call c = call_of(odd, NULL);
  c.options.step = 0;
  c.trends.interpolate = times;
  c.trends.n_interpolate = 4;
  assert_int_equal(do_trends(&table, &c, NULL), NIEM_OK);
  assert_string_equal(text_at(table, "node", 0), "A");
  assert_string_equal(text_at(table, "first", 0), "9");
  assert_string_equal(text_at(table, "last", 0), "10");
  assert_true(reals(table, "change")[0] == 4 && reals(table, "cagr")[0] == 1 && reals(table, "slope")[0] == 4);
  assert_int_equal(niem_table_integers(table, niem_table_column(table, "n_interpolated"))[0], 1);
  niem_table_free(table);
  niem_scores_free(odd);
}

static void rounds_at_one_time_are_no_series(void **state) {
  (void)state;
  niem_error err;
  niem_table *table = NULL;
  niem_scores *odd = score_odd(MEANS,
                               ", \"rounds\": [{\"id\": \"9\", \"date\": \"2020-01-01\"},"
                               " {\"id\": \"10\", \"date\": \"2020-01-01\"}]");
  assert_refused(niem_trends(&table, odd, NULL, NULL, &err), &err, NIEM_ERROR_DUPLICATE, "scores", table);
  niem_scores_free(odd);
}

static void what_applies_to_nobody_is_not_missing(void **state) {
  (void)state;
  niem_scores *odd = score_odd(MEANS, "");
  niem_table *table = NULL;
  niem_query query = query_about("N", NULL, NULL);
  assert_int_equal(niem_statistics(&table, odd, &query, NULL, NULL, NULL), NIEM_OK);
  assert_int_equal(niem_table_rows(table), 2);
  assert_int_equal(niem_table_integers(table, niem_table_column(table, "n"))[0], 0);
  assert_int_equal(niem_table_integers(table, niem_table_column(table, "n_missing"))[0], 0);
  assert_true(isnan(reals(table, "available")[0]) && isnan(reals(table, "mean")[0]));
  assert_string_equal(text_at(table, "flags", 0), "constant");
  niem_table_free(table);
  niem_scores_free(odd);
}

/* No step divides by it: it is a number as it was answered, after any step. */
static void a_denominator_that_no_step_touches(void **state) {
  (void)state;
  niem_scores *odd = score_odd(MEANS, "");
  double r[2] = {0, 0};
  for (int32_t step = 0; step < 2; step++) {
    niem_table *table = NULL;
    call c = call_of(odd, NULL);
    c.options.step = step;
    c.options.pairs = NIEM_PAIRS_DENOMINATORS;
    c.options.pooled = 1;
    assert_int_equal(do_correlations(&table, &c, NULL), NIEM_OK);
    assert_int_equal(niem_table_rows(table), 2);
    assert_string_equal(text_at(table, "node_b", 0), "D");
    r[step] = reals(table, "correlation")[0];
    niem_table_free(table);
    EACH_ALLOCATION_FAILS_OR_IS_SPARED(10, make_once(do_correlations, &c));
  }
  assert_true(fabs(r[0] - r[1]) < 1e-12 && fabs(r[0]) > 0.01); /* the second step is min-max: a line */
  niem_scores_free(odd);
}

static void values_without_room_are_refused(void **state) {
  (void)state;
  niem_error err;
  niem_table *table = NULL;
  static const char divided[] =
      METHOD("{\"step\": \"denominate\", \"indicators\": \"D\", \"by\": {\"D\": \"B\"}, \"scales\": 1e100},");
  niem_scores *odd = score_odd(divided, "");
  call c = call_of(odd, NULL);
  c.options.step = 1;
  assert_refused(do_statistics(&table, &c, &err), &err, NIEM_ERROR_VALUE, "scores", table);
  assert_non_null(strstr(err.message, ", D: "));
  niem_scores_free(odd);
}

/* By ids: what the second scores have not is NaN, and an index that they have not is no comparison. */
static void what_another_lacks(void **state) {
  (void)state;
  niem_error err;
  niem_table *table = NULL;
  niem_scores *other = NULL;
  static const char changes[] = "{\"drop\": [\"dimension=housing\"]}";
  assert_int_equal(niem_what_if(&other, NULL, means, changes, (int64_t)strlen(changes), NULL, &err), NIEM_OK);
  const niem_scores *both[] = {means, other};
  niem_query query = query_about(NULL, "dimension", NULL);
  assert_int_equal(niem_method_correlations(&table, both, NULL, 2, &query, NULL, &err), NIEM_OK);
  for (int64_t i = 0; i < niem_table_rows(table); i++) {
    const int dropped = strcmp(text_at(table, "node", i), "dimension=housing") == 0;
    assert_true(dropped ? isnan(reals(table, "correlation")[i]) : fabs(reals(table, "correlation")[i] - 1) < 1e-12);
    assert_true(dropped == isnan(reals(table, "mean_abs_rank_change")[i]));
  }
  niem_table_free(table);
  table = NULL;
  niem_scores *odd = score_odd(MEANS, "");
  both[1] = odd;
  assert_refused(niem_method_correlations(&table, both, NULL, 2, NULL, NULL, &err), &err, NIEM_ERROR_MISMATCH, "index",
                 table);
  niem_scores_free(odd);
  niem_scores_free(other);
}

/* A rotation changes what components are, not what they explain together. */
static void rotated_components_explain_as_much(void **state) {
  (void)state;
  niem_table *table = NULL;
  niem_components_options of;
  niem_analysis_options options;
  niem_components_options_init(&of);
  niem_analysis_options_init(&options);
  options.items = NIEM_ITEMS_LEAVES;
  options.pooled = 1;
  of.rotation = NIEM_ROTATION_VARIMAX;
  of.components = 9; /* as many as there are */
  const niem_query query = query_about("overall", NULL, NULL);
  assert_int_equal(niem_components(&table, means, "variances", &query, &options, &of, NULL), NIEM_OK);
  double sums[2] = {0, 0};
  for (int64_t i = 0; i < niem_table_rows(table); i++) {
    sums[0] += reals(table, "share")[i];
    sums[1] += reals(table, "rotated_share")[i];
  }
  assert_int_equal(niem_table_rows(table), 5);
  assert_true(fabs(sums[0] - 1) < 1e-12 && fabs(sums[1] - 1) < 1e-12);
  niem_table_free(table);
  assert_int_equal(niem_components(&table, means, "loadings", &query, &options, &of, NULL), NIEM_OK);
  assert_int_equal(niem_table_rows(table), 25);
  assert_true(reals(table, "rotated")[0] == reals(table, "rotated")[0]); /* no NaN */
  niem_table_free(table);
}

/* ---- memory */

static void memory_runs_out(void **state) {
  (void)state;
  niem_scores *few = score_panel(PREPARED, 4);
  const niem_query query = query_about(NULL, NULL, "*");
  const char *const times[] = {"*", "2020"};
  for (int i = 0; i < N_ALL; i++) {
    for (int32_t step = i == 6 ? NIEM_STEP_NONE : NIEM_STEP_LAST; step <= (i == 6 ? NIEM_STEP_NONE : 2); step += 3) {
      call c = call_of(few, &query);
      c.options.step = step;
      c.options.items = i == 4 || i == 5 ? NIEM_ITEMS_LEAVES : NIEM_ITEMS_CHILDREN;
      c.options.pairs = i == 3 && step > 0 ? NIEM_PAIRS_ANCESTORS : NIEM_PAIRS_LEVEL;
      c.options.method = i == 3 && step > 0 ? NIEM_CORRELATION_KENDALL : NIEM_CORRELATION_PEARSON;
      c.trends.interpolate = times;
      c.trends.n_interpolate = 2;
      c.part = i == 4 ? "items" : i == 5 ? "scores" : NULL;
      EACH_ALLOCATION_FAILS_OR_IS_SPARED(10, make_once(ALL[i], &c));
    }
  }
  niem_scores_free(few);
}

/* ---- threads */

static void threads_change_no_bit(void **state) {
  (void)state;
  const niem_query query = query_about(NULL, "indicator", "*");
  for (int32_t pairs = 0; pairs < NIEM_PAIRS_DENOMINATORS; pairs++) {
    niem_table *first = NULL;
    for (int32_t threads = 1; threads <= 3; threads++) {
      niem_table *made = NULL;
      niem_exec exec;
      niem_exec_init(&exec);
      exec.threads = threads;
      call c = call_of(means, &query);
      c.options.pairs = pairs;
      c.options.method = NIEM_CORRELATION_SPEARMAN;
      c.exec = &exec;
      assert_int_equal(do_correlations(&made, &c, NULL), NIEM_OK);
      if (threads == 1) {
        first = made;
      } else {
        assert_same_tables(first, made);
        niem_table_free(made);
      }
    }
    niem_table_free(first);
  }
}

static void progress_is_told_and_cancels(void **state) {
  (void)state;
  told t;
  niem_error err;
  niem_table *table = NULL;
  niem_exec exec = exec_that_tells(&t, 2);
  call c = call_of(means, NULL);
  c.options.pairs = NIEM_PAIRS_ANCESTORS;
  c.exec = &exec;
  assert_int_equal(do_correlations(&table, &c, &err), NIEM_OK);
  assert_true(t.calls > 0 && t.last == 1 && t.backwards == 0);
  niem_table_free(table);
  table = NULL;
  exec = exec_that_tells(&t, -1);
  assert_int_equal(do_correlations(&table, &c, &err), NIEM_ERROR_CANCELLED);
  assert_int_equal(err.status, NIEM_ERROR_CANCELLED);
  assert_null(table);
}

static int make_scores(void **state) {
  (void)state;
  means = score_panel(MEANS, 40);
  prepared = score_panel(PREPARED, 40);
  return 0;
}

static int free_scores(void **state) {
  (void)state;
  niem_scores_free(means);
  niem_scores_free(prepared);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(handles_are_needed),
      cmocka_unit_test(queries_are_checked),
      cmocka_unit_test(structs_have_sizes),
      cmocka_unit_test(options_are_checked),
      cmocka_unit_test(lists_are_checked),
      cmocka_unit_test(threads_are_checked),
      cmocka_unit_test(stages_are_the_scores_own),
      cmocka_unit_test(a_step_is_a_prefix),
      cmocka_unit_test(counts_are_those_of_the_scores),
      cmocka_unit_test(scores_agree_with_themselves),
      cmocka_unit_test(rounds_go_by_time),
      cmocka_unit_test(rounds_at_one_time_are_no_series),
      cmocka_unit_test(what_applies_to_nobody_is_not_missing),
      cmocka_unit_test(a_denominator_that_no_step_touches),
      cmocka_unit_test(values_without_room_are_refused),
      cmocka_unit_test(what_another_lacks),
      cmocka_unit_test(rotated_components_explain_as_much),
      cmocka_unit_test(memory_runs_out),
      cmocka_unit_test(threads_change_no_bit),
      cmocka_unit_test(progress_is_told_and_cancels),
  };
  return cmocka_run_group_tests(tests, make_scores, free_scores);
}
