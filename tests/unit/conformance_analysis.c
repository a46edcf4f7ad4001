/* Running a conformance case of niem/analysis.h: what an index is made of, looked at as data. Where there are threads,
 * with one and with three: the same bits. */
#include "conformance.h"

#include <stdlib.h>
#include <string.h>

typedef struct analysed {
  const vector_case *c;
  niem_scores *scores;
  asked q;
  niem_analysis_options options;
  niem_trend_options trends;
  niem_describe_options describe;
  niem_components_options components;
  const char *interpolate[MOST_NAMES];
} analysed;

/* --- options --- */

#define ANALYSIS_KEYS QUERY_KEYS " step pooled"
#define WORD_COUNT(words) (sizeof(words) / sizeof *(words))

static const char *const METHODS[] = {"pearson", "spearman", "kendall"};
static const char *const TESTS[] = {"default", "exact", "asymptotic"};
static const char *const ADJUST[] = {"holm", "hochberg", "hommel", "bonferroni", "bh", "by"};
static const char *const PAIRS[] = {"level", "siblings", "parent", "ancestors", "denominators"};
static const char *const ROWS[] = {"default", "complete", "pairwise"};
static const char *const OF[] = {"correlations", "covariances"};
static const char *const ROTATIONS[] = {"none", "varimax"};
static const char *const ITEMS[] = {"children", "leaves"};

static const cJSON *item_of(const analysed *k, const char *key) {
  return cJSON_GetObjectItemCaseSensitive(options_of(k->c), key);
}

static void take_word(const analysed *k, outcome *out, int32_t *field, const char *key, const char *const *words,
                      size_t n) {
  const char *own = case_text(options_of(k->c), key);
  int found = own == NULL;
  for (size_t i = 0; own != NULL && i < n; i++) {
    if (strcmp(words[i], own) == 0) {
      *field = (int32_t)i;
      found = 1;
    }
  }
  if (!found) {
    find_fault(out, "option %s: the word \"%s\" is not known", key, own);
  }
}

static void take_number(const analysed *k, double *field, const char *key) {
  const cJSON *own = item_of(k, key);
  *field = own == NULL ? *field : number_of_item(own);
}

static void take_step(const analysed *k, int32_t *field) {
  const cJSON *own = item_of(k, "step");
  *field = own == NULL ? *field : (int32_t)own->valuedouble;
}

static void fill_analysis(analysed *k, outcome *out) {
  niem_analysis_options *o = &k->options;
  niem_analysis_options_init(o);
  take_step(k, &o->step);
  o->pooled = cJSON_IsTrue(item_of(k, "pooled"));
  take_word(k, out, &o->method, "method", METHODS, WORD_COUNT(METHODS));
  take_word(k, out, &o->test, "test", TESTS, WORD_COUNT(TESTS));
  take_word(k, out, &o->adjust, "adjust", ADJUST, WORD_COUNT(ADJUST));
  take_word(k, out, &o->pairs, "pairs", PAIRS, WORD_COUNT(PAIRS));
  take_word(k, out, &o->rows, "rows", ROWS, WORD_COUNT(ROWS));
  take_word(k, out, &o->items, "items", ITEMS, WORD_COUNT(ITEMS));
  take_number(k, &o->tolerance, "tolerance");
  take_number(k, &o->high, "high");
  take_number(k, &o->low, "low");
  take_number(k, &o->negative, "negative");
  take_number(k, &o->confidence, "confidence");
  niem_describe_options_init(&k->describe);
  take_number(k, &k->describe.min_available, "min_available");
  niem_components_options_init(&k->components);
  take_word(k, out, &k->components.of, "of", OF, WORD_COUNT(OF));
  take_word(k, out, &k->components.rotation, "rotation", ROTATIONS, WORD_COUNT(ROTATIONS));
  k->components.components = item_of(k, "components") == NULL ? 0 : (int64_t)item_of(k, "components")->valuedouble;
  take_number(k, &k->components.explained, "explained");
}

static void fill_trends(analysed *k) {
  niem_trend_options *o = &k->trends;
  const cJSON *latest = item_of(k, "latest");
  niem_trend_options_init(o);
  take_step(k, &o->step);
  take_number(k, &o->tolerance, "tolerance");
  o->latest = latest == NULL ? 0 : (int32_t)latest->valuedouble;
  o->from = case_text(options_of(k->c), "from");
  o->to = case_text(options_of(k->c), "to");
  o->n_interpolate = list_texts(k->interpolate, item_of(k, "interpolate"));
  o->interpolate = o->n_interpolate == 0 ? NULL : k->interpolate;
}

/* --- calls --- */

typedef niem_status (*analysis_call)(niem_table **, const analysed *, const niem_exec *, niem_error *);

static niem_status call_stage(niem_table **table, const analysed *k, const niem_exec *exec, niem_error *err) {
  int32_t step = NIEM_STEP_LAST;
  (void)exec;
  take_step(k, &step);
  return niem_scores_stage(table, k->scores, step, &k->q.query, err);
}

static niem_status call_trends(niem_table **table, const analysed *k, const niem_exec *exec, niem_error *err) {
  (void)exec;
  return niem_trends(table, k->scores, &k->q.query, &k->trends, err);
}

static niem_status call_statistics(niem_table **table, const analysed *k, const niem_exec *exec, niem_error *err) {
  (void)exec;
  return niem_statistics(table, k->scores, &k->q.query, &k->options, &k->describe, err);
}

static niem_status call_correlations(niem_table **table, const analysed *k, const niem_exec *exec, niem_error *err) {
  return niem_correlations(table, k->scores, &k->q.query, &k->options, exec, err);
}

static niem_status call_reliability(niem_table **table, const analysed *k, const niem_exec *exec, niem_error *err) {
  const char *part = option_text(k->c, "part");
  (void)exec;
  return niem_reliability(table, k->scores, part == NULL ? "nodes" : part, &k->q.query, &k->options, err);
}

static niem_status call_components(niem_table **table, const analysed *k, const niem_exec *exec, niem_error *err) {
  const char *part = option_text(k->c, "part");
  (void)exec;
  return niem_components(table, k->scores, part == NULL ? "variances" : part, &k->q.query, &k->options, &k->components,
                         err);
}

/* One thread, then three. */
static void call_twice(analysed *k, analysis_call call, outcome *out) {
  niem_table *several = NULL;
  niem_error err;
  niem_exec exec;
  memset(&err, 0, sizeof err);
  niem_exec_init(&exec);
  (void)went_well(out, call(&out->table, k, &exec, &out->err));
  exec.threads = 3;
  if (call(&several, k, &exec, &err) != out->err.status) {
    find_fault(out, "three threads give status %d: %s", (int)err.status, err.message);
  } else if (out->table != NULL && !same_tables(out->table, several)) {
    find_fault(out, "three threads give another table than one");
  }
  niem_table_free(several);
}

/* Scores by each method of the case. */
static void run_method_correlations(analysed *k, outcome *out) {
  niem_scores *scores[MOST_NAMES] = {NULL};
  const char *names[MOST_NAMES];
  const cJSON *methods = case_item(k->c, "methods");
  const cJSON *listed = case_item(k->c, "names");
  int64_t n = 0;
  niem_framework *framework = load_framework(k->c, out);
  niem_answers *answers = framework == NULL ? NULL : load_answers(k->c, framework, out);
  niem_score_options score;
  niem_score_options_init(&score);
  score.index = case_text(case_item(k->c, "score"), "index");
  (void)list_texts(names, listed);
  for (const cJSON *item = methods == NULL ? NULL : methods->child; answers != NULL && item != NULL && n < MOST_NAMES;
       item = item->next, n++) {
    niem_method *method = method_of_item(item, out, NULL);
    if (niem_score(&scores[n], framework, answers, method, &score, NULL, &out->err) != NIEM_OK) {
      find_fault(out, "scores %d cannot be made: %s", (int)n + 1, out->err.message);
    }
    niem_method_free(method);
  }
  (void)went_well(out, niem_method_correlations(&out->table, (const niem_scores *const *)scores,
                                                listed == NULL ? NULL : names, n, &k->q.query, &k->options, &out->err));
  for (int64_t i = 0; i < n; i++) {
    niem_scores_free(scores[i]);
  }
  niem_answers_free(answers);
  niem_framework_free(framework);
}

int run_analysis(const vector_case *c, const char *function, outcome *out) {
  static const struct {
    const char *name, *options;
    analysis_call call;
  } functions[] = {
      {"stage", QUERY_KEYS " step", call_stage},
      {"trends", QUERY_KEYS " step tolerance latest from to interpolate", call_trends},
      {"statistics", ANALYSIS_KEYS " method min_available", call_statistics},
      {"correlations", ANALYSIS_KEYS " method test adjust pairs rows tolerance high low negative confidence",
       call_correlations},
      {"reliability", ANALYSIS_KEYS " part items rows confidence pairs", call_reliability},
      {"components", ANALYSIS_KEYS " part items of rotation components explained confidence", call_components},
      {"method_correlations", ANALYSIS_KEYS " method tolerance", NULL},
  };
  for (size_t i = 0; i < WORD_COUNT(functions); i++) {
    analysed k = {.c = c};
    if (strcmp(functions[i].name, function) != 0) {
      continue;
    }
    check_options(out, options_of(c), functions[i].options);
    fill_query(&k.q, options_of(c));
    fill_analysis(&k, out);
    fill_trends(&k);
    if (functions[i].call == NULL) {
      run_method_correlations(&k, out);
    } else if ((k.scores = load_scores(c, out)) != NULL) {
      call_twice(&k, functions[i].call, out);
    }
    niem_scores_free(k.scores);
    free(k.q.bands);
    return 1;
  }
  return 0;
}
