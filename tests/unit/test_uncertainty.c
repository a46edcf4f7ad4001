/* niem_uncertainty and niem_sensitivity: arguments, memory, threads, cancelling, and what holds for any draws. What a
 * few replicates come to is a matter of the conformance vectors; what many come to, of python/tests/test_uncertain.py.
 */
#include "base/platform.h"

#include "panel.h"

#include <math.h>

#include "assert_close.h"
#include "fail_allocation.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

#define INPUTS(list) "{\"format\": \"niem-uncertainty/1\", \"inputs\": [" list "]}"
#define WEIGHTS "{\"name\": \"w\", \"kind\": \"weights\"}"
#define CHOICE(values) "{\"name\": \"c\", \"kind\": \"choice\", \"at\": \"/steps/0/method\", \"values\": [" values "]}"
#define GAPS "{\"name\": \"g\", \"kind\": \"gaps\", \"draw\": \"observed\"}"
#define LEFT_OUT "{\"name\": \"l\", \"kind\": \"left_out\"}"
#define DOUBT "{\"name\": \"d\", \"kind\": \"answers\", \"noise\": 0.1}"
#define LOW "{\"name\": \"p\", \"kind\": \"parameter\", \"at\": \"/steps/0/lower\", \"low\": 1, \"high\": 20}"
#define FROM_1 "{\"step\": \"normalise\", \"method\": \"minmax\", \"lower\": 1}"
#define METHOD_FROM_1 "{\"format\": \"niem-method/1\", \"steps\": [" FROM_1 "]}"

static const char *const PARTS[] = {"scores", "ranks", "pairs", "changes", "inputs", "failures"};
enum { N_PARTS = 6 };

/* A framework, answers of n units, and a method. */
typedef struct subject {
  niem_framework *framework;
  niem_answers *answers;
  niem_method *method;
} subject;

static subject subject_of(const char *method, int n_units) {
  subject s;
  s.framework = panel_framework();
  s.answers = panel_answers(s.framework, n_units);
  s.method = panel_method(method);
  return s;
}

static void free_subject(subject *s) {
  niem_method_free(s->method);
  niem_answers_free(s->answers);
  niem_framework_free(s->framework);
}

static int64_t length(const char *text) {
  return text == NULL ? 0 : (int64_t)strlen(text);
}

static niem_status draw(niem_uncertain_scores **out, const subject *s, const char *inputs, const niem_query *query,
                        const niem_uncertainty_options *options, const niem_exec *exec, niem_error *err) {
  return niem_uncertainty(out, NULL, s->framework, s->answers, s->method, inputs, length(inputs), query, options, exec,
                          err);
}

static niem_uncertain_scores *drawn(const subject *s, const char *inputs, int64_t replicates, int64_t seed,
                                    int32_t threads) {
  niem_uncertain_scores *made = NULL;
  niem_uncertainty_options options;
  niem_query query;
  niem_exec exec;
  niem_error err = {0};
  niem_uncertainty_options_init(&options);
  options.replicates = replicates;
  options.seed = seed;
  niem_query_init(&query);
  query.group = "*";
  niem_exec_init(&exec);
  exec.threads = threads;
  if (draw(&made, s, inputs, &query, &options, &exec, &err) != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
  }
  assert_non_null(made);
  return made;
}

static niem_table *part_of(const niem_uncertain_scores *made, const char *part) {
  niem_table *table = NULL;
  assert_int_equal(niem_uncertainty_table(&table, made, part, NULL), NIEM_OK);
  return table;
}

static double real_at(const niem_table *table, const char *column, int64_t i) {
  return niem_table_reals(table, niem_table_column(table, column))[i];
}

/* ---- arguments */

static void handles_are_needed(void **state) {
  (void)state;
  subject s = subject_of(MEANS, 3);
  niem_uncertain_scores *made = NULL;
  niem_table *table = NULL;
  niem_error err;
  assert_refused(draw(NULL, &s, NULL, NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out", table);
  subject without = {NULL, s.answers, s.method};
  assert_refused(draw(&made, &without, NULL, NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "framework", table);
  without.framework = s.framework;
  without.answers = NULL;
  assert_refused(draw(&made, &without, NULL, NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "answers", table);
  assert_refused(niem_uncertainty(&made, NULL, s.framework, s.answers, NULL, "{}", -1, NULL, NULL, NULL, &err), &err,
                 NIEM_ERROR_ARGUMENT, "inputs", table);
  assert_null(made);
  assert_refused(niem_sensitivity(NULL, NULL, s.framework, s.answers, NULL, NULL, 0, NULL, NULL, NULL, &err), &err,
                 NIEM_ERROR_ARGUMENT, "out", table);
  assert_refused(niem_sensitivity(&table, NULL, s.framework, NULL, NULL, NULL, 0, NULL, NULL, NULL, &err), &err,
                 NIEM_ERROR_ARGUMENT, "answers", table);
  assert_refused(niem_uncertainty_table(NULL, made, "scores", &err), &err, NIEM_ERROR_ARGUMENT, "out", table);
  assert_refused(niem_uncertainty_table(&table, NULL, "scores", &err), &err, NIEM_ERROR_ARGUMENT, "uncertain", table);
  made = drawn(&s, NULL, 2, 1, 1);
  assert_refused(niem_uncertainty_table(&table, made, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "part", table);
  niem_uncertainty_free(made);
  niem_uncertainty_free(NULL);
  free_subject(&s);
}

static void options_are_checked(void **state) {
  (void)state;
  subject s = subject_of(MEANS, 3);
  niem_uncertain_scores *made = NULL;
  niem_uncertainty_options o;
  niem_query query;
  niem_exec exec;
  niem_error err;
  niem_uncertainty_options_init(NULL);
  niem_uncertainty_options_init(&o);
  o.shown = 100001;
  assert_refused(draw(&made, &s, NULL, NULL, &o, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "shown", NULL);
  niem_uncertainty_options_init(&o);
  o.interval_level = NAN;
  assert_refused(draw(&made, &s, NULL, NULL, &o, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "interval_level", NULL);
  niem_uncertainty_options_init(&o);
  o.replicates = (int64_t)NIEM_MAX_REPLICATES + 1;
  assert_refused(draw(&made, &s, NULL, NULL, &o, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "replicates", NULL);
  niem_query_init(&query);
  query.bands = "mipex";
  assert_refused(draw(&made, &s, NULL, &query, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "bands", NULL);
  niem_exec_init(&exec);
  exec.threads = -1;
  assert_refused(draw(&made, &s, NULL, NULL, NULL, &exec, &err), &err, NIEM_ERROR_ARGUMENT, "exec.threads", NULL);
  assert_null(made);
  free_subject(&s);
}

static void options_of_sensitivity_are_checked(void **state) {
  (void)state;
  subject s = subject_of(MEANS, 3);
  niem_table *table = NULL;
  niem_scores_sensitivity_options o;
  niem_error err;
#define REFUSED(status, where)                                                                                    \
  assert_refused(niem_sensitivity(&table, NULL, s.framework, s.answers, s.method, NULL, 0, NULL, &o, NULL, &err), \
                 &err, status, where, table)
  niem_scores_sensitivity_options_init(NULL);
  niem_scores_sensitivity_options_init(&o);
  o.base = 1;
  REFUSED(NIEM_ERROR_ARGUMENT, "base");
  niem_scores_sensitivity_options_init(&o);
  o.resamples = -1;
  REFUSED(NIEM_ERROR_ARGUMENT, "resamples");
  niem_scores_sensitivity_options_init(&o);
  o.interval_level = 0;
  REFUSED(NIEM_ERROR_ARGUMENT, "interval_level");
  niem_scores_sensitivity_options_init(&o);
  o.tolerance = INFINITY;
  REFUSED(NIEM_ERROR_VALUE, "tolerance");
  niem_scores_sensitivity_options_init(&o);
  o.targets = " ";
  REFUSED(NIEM_ERROR_ARGUMENT, "targets");
  niem_scores_sensitivity_options_init(&o);
  o.base = (int64_t)1 << 30;
  REFUSED(NIEM_ERROR_LIMIT, "base");
  free_subject(&s);
}

/* ---- what holds for any draws */

/* Each way through: lanes, lanes of several variants, what is left out, drawn leaves, methods of their own, votes. */
static const struct {
  const char *method, *inputs;
  int64_t replicates;
} WAYS[] = {
    {MEANS, NULL, 3000},
    {MEANS, INPUTS(WEIGHTS "," CHOICE("\"minmax\", \"zscore\", \"rank\"")), 2000},
    {MEANS, INPUTS(LEFT_OUT "," WEIGHTS), 2000},
    {PREPARED, INPUTS(WEIGHTS), 2000},
    {GEOMETRIC, INPUTS(WEIGHTS "," LEFT_OUT), 600},
    {MEANS, INPUTS(GAPS "," DOUBT "," WEIGHTS), 600},
    {METHOD_FROM_1, INPUTS(LOW "," WEIGHTS), 600},
    {VOTES, INPUTS(WEIGHTS), 600},
};
enum { N_WAYS = sizeof WAYS / sizeof WAYS[0] };

static void threads_change_no_bit(void **state) {
  (void)state;
  for (int w = 0; w < N_WAYS; w++) {
    subject s = subject_of(WAYS[w].method, 5);
    niem_uncertain_scores *one = drawn(&s, WAYS[w].inputs, WAYS[w].replicates, 9, 1);
    niem_uncertain_scores *four = drawn(&s, WAYS[w].inputs, WAYS[w].replicates, 9, 4);
    for (int p = 0; p < N_PARTS; p++) {
      niem_table *a = part_of(one, PARTS[p]), *b = part_of(four, PARTS[p]);
      assert_same_tables(a, b);
      niem_table_free(a);
      niem_table_free(b);
    }
    niem_uncertainty_free(one);
    niem_uncertainty_free(four);
    free_subject(&s);
  }
}

/* Of n replicates the first ones are those that there are without the others. */
static void more_replicates_are_the_same_and_more(void **state) {
  (void)state;
  subject s = subject_of(MEANS, 4);
  niem_uncertain_scores *few = drawn(&s, NULL, 100, 5, 1), *many = drawn(&s, NULL, 1000, 5, 2);
  niem_table *a = part_of(few, "inputs"), *b = part_of(many, "inputs");
  assert_same_tables(a, b);
  niem_table_free(a);
  niem_table_free(b);
  niem_uncertainty_free(few);
  niem_uncertainty_free(many);
  free_subject(&s);
}

static void shares_add_up(void **state) {
  (void)state;
  for (int w = 0; w < N_WAYS; w++) {
    subject s = subject_of(WAYS[w].method, 5);
    niem_uncertain_scores *made = drawn(&s, WAYS[w].inputs, WAYS[w].replicates, 2, 2);
    niem_table *scores = part_of(made, "scores"), *ranks = part_of(made, "ranks");
    niem_table *pairs = part_of(made, "pairs"), *changes = part_of(made, "changes");
    const int64_t *n = niem_table_integers(scores, niem_table_column(scores, "n"));
    double of_ranks = 0, with_value = 0;
    for (int64_t i = 0; i < niem_table_rows(scores); i++) {
      with_value += n[i] > 0;
      assert_true(n[i] <= WAYS[w].replicates);
      if (n[i] > 0) {
        assert_true(real_at(scores, "low", i) <= real_at(scores, "median", i));
        assert_true(real_at(scores, "median", i) <= real_at(scores, "high", i));
        assert_true(real_at(scores, "rank_low", i) <= real_at(scores, "rank_median", i));
        assert_true(real_at(scores, "rank_median", i) <= real_at(scores, "rank_high", i));
      }
    }
    for (int64_t i = 0; i < niem_table_rows(ranks); i++) {
      of_ranks += real_at(ranks, "share", i);
    }
    assert_close(of_ranks, with_value, 1e-9);
    for (int64_t i = 0; i < niem_table_rows(pairs); i++) {
      const double both = real_at(pairs, "share_above", i) + real_at(pairs, "share_tied", i);
      assert_true(both != both || (both >= 0 && both <= 1 + 1e-12));
    }
    for (int64_t i = 0; i < niem_table_rows(changes); i++) {
      const double all = real_at(changes, "share_improved", i) + real_at(changes, "share_unchanged", i) +
                         real_at(changes, "share_worsened", i);
      assert_true(all != all || fabs(all - 1) < 1e-12);
    }
    niem_table_free(scores);
    niem_table_free(ranks);
    niem_table_free(pairs);
    niem_table_free(changes);
    niem_uncertainty_free(made);
    free_subject(&s);
  }
}

/* Weights that do not move give the published score in every replicate: by lanes and by the general way. */
static void nothing_drawn_is_nothing_moved(void **state) {
  (void)state;
  static const char STILL[] = INPUTS("{\"name\": \"w\", \"kind\": \"weights\", \"share\": 0}");
  static const char *const methods[] = {MEANS, PREPARED, GEOMETRIC, VOTES};
  for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
    subject s = subject_of(methods[m], 6);
    niem_uncertain_scores *made = drawn(&s, STILL, 700, 1, 1);
    niem_table *t = part_of(made, "scores");
    for (int64_t i = 0; i < niem_table_rows(t); i++) {
      const double value = real_at(t, "value", i);
      if (value == value) {
        assert_close(real_at(t, "mean", i), value, 1e-13);
        assert_close(real_at(t, "low", i), value, 1e-13);
        assert_close(real_at(t, "high", i), value, 1e-13);
        assert_true(real_at(t, "sd", i) == 0);
        assert_true(real_at(t, "rank_low", i) == real_at(t, "rank", i));
        assert_true(real_at(t, "rank_high", i) == real_at(t, "rank", i));
      } else {
        assert_int_equal(niem_table_integers(t, niem_table_column(t, "n"))[i], 0);
      }
    }
    niem_table_free(t);
    niem_uncertainty_free(made);
    free_subject(&s);
  }
}

/* More alternatives than variants are kept of: each replicate has a method of its own, to the same end. */
static void many_alternatives(void **state) {
  (void)state;
  static const char FEW[] =
      INPUTS("{\"name\": \"t\", \"kind\": \"choice\", \"at\": \"/tolerance\", \"values\": [0, 1]}, " WEIGHTS);
  static const char TOLERANT[] = "{\"format\": \"niem-method/1\", \"tolerance\": 1e-9, \"steps\": [" NORMALISE "]}";
  char many[4000] =
      "{\"format\": \"niem-uncertainty/1\", \"inputs\": [{\"name\": \"t\", \"kind\": \"choice\", "
      "\"at\": \"/tolerance\", \"values\": [0";
  for (int k = 1; k < 400; k++) {
    (void)snprintf(many + strlen(many), sizeof many - strlen(many), ", %d", k % 100);
  }
  (void)snprintf(many + strlen(many), sizeof many - strlen(many), "]}, %s]}", WEIGHTS);
  subject s = subject_of(TOLERANT, 4);
  niem_uncertain_scores *few = drawn(&s, FEW, 30, 1, 2), *own = drawn(&s, many, 30, 1, 2);
  niem_table *a = part_of(few, "scores"), *b = part_of(own, "scores");
  assert_int_equal(niem_table_rows(a), niem_table_rows(b));
  for (int64_t i = 0; i < niem_table_rows(a); i++) {
    assert_close(real_at(a, "mean", i), real_at(b, "mean", i), 1e-12);
    assert_close(real_at(a, "high", i), real_at(b, "high", i), 1e-12);
  }
  niem_table_free(a);
  niem_table_free(b);
  niem_uncertainty_free(few);
  niem_uncertainty_free(own);
  free_subject(&s);
}

/* ---- problems, cancelling, memory */

static void problems_are_listed(void **state) {
  (void)state;
  static const char BAD[] = INPUTS("{\"name\": \"a\", \"kind\": \"weights\", \"share\": 2}, {\"name\": \"b\"}");
  subject s = subject_of(MEANS, 3);
  niem_uncertain_scores *made = NULL;
  niem_problems *problems = NULL;
  niem_error err;
  assert_int_equal(
      niem_uncertainty(&made, &problems, s.framework, s.answers, s.method, BAD, length(BAD), NULL, NULL, NULL, &err),
      NIEM_ERROR_VALUE);
  assert_int_equal(niem_problems_total(problems, NIEM_ERROR), 2);
  assert_string_equal(err.where, "/inputs/0/share");
  assert_non_null(strstr(err.message, "1 more"));
  niem_problems_free(problems);
  assert_int_equal(niem_uncertainty(&made, &problems, s.framework, s.answers, s.method, "{", 1, NULL, NULL, NULL, &err),
                   NIEM_ERROR_SYNTAX);
  assert_int_equal(niem_problems_total(problems, NIEM_ERROR), 1);
  niem_problems_free(problems);
  assert_null(made);
  free_subject(&s);
}

static void too_much_to_count(void **state) {
  (void)state;
  subject s = subject_of(MEANS, 3400);
  niem_uncertain_scores *made = NULL;
  niem_query query;
  niem_error err;
  niem_query_init(&query);
  query.group = "*";
  assert_refused(draw(&made, &s, NULL, &query, NULL, NULL, &err), &err, NIEM_ERROR_LIMIT, "query", NULL);
  assert_null(made);
  free_subject(&s);
}

static void calls_can_be_cancelled(void **state) {
  (void)state;
  subject s = subject_of(GEOMETRIC, 8);
  niem_uncertain_scores *made = NULL;
  niem_table *table = NULL;
  niem_uncertainty_options options;
  niem_scores_sensitivity_options o;
  niem_error err;
  told t;
  niem_exec exec = exec_that_tells(&t, -1);
  niem_uncertainty_options_init(&options);
  options.replicates = 1000000;
  niem_scores_sensitivity_options_init(&o);
  o.base = 1 << 14;
  exec.threads = 2;
  assert_int_equal(draw(&made, &s, NULL, NULL, &options, &exec, &err), NIEM_ERROR_CANCELLED);
  assert_null(made);
  assert_int_equal(niem_sensitivity(&table, NULL, s.framework, s.answers, s.method, NULL, 0, NULL, &o, &exec, &err),
                   NIEM_ERROR_CANCELLED);
  assert_null(table);
  free_subject(&s);
}

static int short_of_memory(const subject *s, const char *inputs) {
  niem_uncertain_scores *made = NULL;
  niem_uncertainty_options options;
  niem_error err = {0};
  niem_uncertainty_options_init(&options);
  options.replicates = 3;
  const niem_status status = draw(&made, s, inputs, NULL, &options, NULL, &err);
  if (status != NIEM_OK) {
    if (status != NIEM_ERROR_MEMORY) {
      print_error("%s: %s\n", err.where, err.message);
    }
    assert_int_equal(status, NIEM_ERROR_MEMORY);
    assert_null(made);
  }
  niem_uncertainty_free(made);
  return status != NIEM_OK;
}

static int table_short_of_memory(const niem_uncertain_scores *made, const char *part) {
  niem_table *table = NULL;
  const niem_status status = niem_uncertainty_table(&table, made, part, NULL);
  if (status != NIEM_OK) {
    assert_int_equal(status, NIEM_ERROR_MEMORY);
    assert_null(table);
  }
  niem_table_free(table);
  return status != NIEM_OK;
}

static int sensitivity_short_of_memory(const subject *s, const char *inputs) {
  niem_table *table = NULL;
  niem_scores_sensitivity_options o;
  niem_scores_sensitivity_options_init(&o);
  o.base = 4;
  o.resamples = 2;
  o.targets = "rank_change score rank change";
  const niem_status status =
      niem_sensitivity(&table, NULL, s->framework, s->answers, s->method, inputs, length(inputs), NULL, &o, NULL, NULL);
  if (status != NIEM_OK) {
    assert_int_equal(status, NIEM_ERROR_MEMORY);
    assert_null(table);
  }
  niem_table_free(table);
  return status != NIEM_OK;
}

static void want_of_memory_is_told(void **state) {
  (void)state;
  for (int w = 0; w < N_WAYS; w++) {
    subject s = subject_of(WAYS[w].method, 4);
    EACH_ALLOCATION_FAILS_OR_IS_SPARED(100, short_of_memory(&s, WAYS[w].inputs))
    if (w == 2 || w == 5) {
      EACH_ALLOCATION_FAILS_OR_IS_SPARED(100, sensitivity_short_of_memory(&s, WAYS[w].inputs))
    }
    niem_uncertain_scores *made = drawn(&s, WAYS[w].inputs, 20, 1, 1);
    for (int p = 0; p < N_PARTS; p++) {
      EACH_ALLOCATION_FAILS_OR_IS_SPARED(1, table_short_of_memory(made, PARTS[p]))
    }
    niem_uncertainty_free(made);
    free_subject(&s);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(handles_are_needed),
      cmocka_unit_test(options_are_checked),
      cmocka_unit_test(options_of_sensitivity_are_checked),
      cmocka_unit_test(threads_change_no_bit),
      cmocka_unit_test(more_replicates_are_the_same_and_more),
      cmocka_unit_test(shares_add_up),
      cmocka_unit_test(nothing_drawn_is_nothing_moved),
      cmocka_unit_test(many_alternatives),
      cmocka_unit_test(problems_are_listed),
      cmocka_unit_test(too_much_to_count),
      cmocka_unit_test(calls_can_be_cancelled),
      cmocka_unit_test(want_of_memory_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
