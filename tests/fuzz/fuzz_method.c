/* A byte string decides the steps of a method, and the answers that it is for. Whatever comes: either it is refused, in
 * one line that says where, or the scores are the same with one thread and with three, and from their own canonical
 * bytes; bounds are in order; explanations add up. */
#include "base/platform.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "niem.h"

#include "base/exact.h"
#include "chooser.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hold(int truth, const char *what) {
  if (!truth) {
    fprintf(stderr, "fuzz_method: %s\n", what);
    abort();
  }
}

#define ONE_OF(c, texts) ((texts)[choose((c), (uint32_t)(sizeof(texts) / sizeof *(texts)))])

typedef struct words {
  char bytes[16384];
  size_t n;
} words;

static void put(words *t, const char *added) {
  const size_t n = strlen(added);
  if (t->n + n < sizeof t->bytes) {
    memcpy(t->bytes + t->n, added, n + 1);
    t->n += n;
  }
}

static const char FRAMEWORK[] =
    "{\"format\":\"niem-framework/1\",\"id\":\"f\",\"version\":\"1\",\"facets\":[{\"id\":\"t\",\"values\":["
    "{\"id\":\"m\"},{\"id\":\"s\"}]}],\"groups\":[{\"id\":\"g\"},{\"id\":\"h\"},{\"id\":\"b\",\"merge\":[\"g\",\"h\"],"
    "\"weights\":{\"h\":0}},{\"id\":\"c\",\"merge\":[\"g\",\"h\"],\"over\":\"common\"}],\"units\":[{\"id\":\"A\"},"
    "{\"id\":\"B\"}],\"rounds\":[{\"id\":\"1\",\"date\":\"2017-03-31\"},{\"id\":\"2\",\"date\":\"2019-03-31\"}],"
    "\"peers\":[{\"id\":\"p\",\"set\":\"q\",\"units\":[\"A\",\"Z\"]},{\"id\":\"o\",\"set\":\"q\",\"units\":[\"C\"]}],"
    "\"indicators\":[{\"id\":\"D\",\"scored\":false,\"scale\":{\"kind\":\"numeric\"}},"
    "{\"id\":\"X\",\"t\":\"m\",\"denominator\":\"D\",\"scale\":{\"kind\":\"numeric\",\"target\":5}},"
    "{\"id\":\"Y\",\"t\":\"m\",\"scale\":{\"kind\":\"numeric\",\"direction\":-1,\"target\":1}},"
    "{\"id\":\"V\",\"t\":\"s\",\"scale\":{\"kind\":\"numeric\",\"worst\":0,\"best\":8}},"
    "{\"id\":\"W\",\"t\":\"s\",\"groups\":[\"g\"],\"scale\":{\"kind\":\"binary\"}},"
    "{\"id\":\"K\",\"t\":\"s\",\"scale\":{\"kind\":\"composite\",\"of\":[\"K1\",\"K2\"],\"missing\":\"strict\"}},"
    "{\"id\":\"K1\",\"scale\":{\"kind\":\"numeric\"}},{\"id\":\"K2\",\"scale\":{\"kind\":\"binary\"}}],"
    "\"indexes\":[{\"id\":\"x\",\"levels\":[\"t\"]},{\"id\":\"y\",\"nodes\":[{\"id\":\"top\",\"children\":[\"X\",\"n\"]"
    "},"
    "{\"id\":\"n\",\"children\":[\"V\"],\"aggregation\":{\"method\":\"geometric\",\"offset\":2}}]}],\"default_index\":"
    "\"x\"}";

static void put_answers(words *t, chooser *c) {
  static const char *const numbers[] = {"0", "1", "2", "3", "5", "8", "-1", "0.1", "1e9", "7.5", "2", "4"};
  static const char *const names[] = {"D", "X", "Y", "V", "W", "K1", "K2"};
  put(t, "unit,round,group,indicator,answer,state\n");
  const uint32_t n_units = 1 + choose(c, 6);
  for (uint32_t i = 0; i < n_units * 4 * 7; i++) {
    const uint32_t lot = choose(c, 12);
    const uint32_t name = i % 7;
    const uint32_t cell = i / 7;
    char place[64];
    if (lot == 0 || (name == 4 && cell % 2 == 1)) {
      continue;
    }
    (void)snprintf(place, sizeof place, "%c,%c,%c,%s,", (char)('A' + cell / 4), (char)('1' + cell / 2 % 2),
                   cell % 2 == 0 ? 'g' : 'h', names[name]);
    put(t, place);
    put(t, lot == 1                 ? ",missing"
           : lot == 2               ? ",not_applicable"
           : name == 4 || name == 6 ? (lot % 2 == 0 ? "yes," : "no,")
                                    : ONE_OF(c, numbers));
    put(t, lot == 1 || lot == 2 || name == 4 || name == 6 ? "\n" : ",\n");
  }
}

static void put_key(words *t, chooser *c, const char *key, const char *const *values, uint32_t n, uint32_t rarely) {
  if (choose(c, rarely) == 0) {
    put(t, ",\"");
    put(t, key);
    put(t, "\":");
    put(t, values[choose(c, n)]);
  }
}

#define KEY(key, rarely, ...)                                                       \
  do {                                                                              \
    static const char *const values[] = {__VA_ARGS__};                              \
    put_key(t, c, key, values, (uint32_t)(sizeof values / sizeof *values), rarely); \
  } while (0)

static void put_screen(words *t, chooser *c) {
  put(t, "{\"step\":\"screen\"");
  KEY("method", 2, "\"missing\"", "\"zeros\"", "\"both\"");
  KEY("min_available", 2, "0", "0.5", "0.8", "1");
  KEY("min_nonzero", 3, "0", "0.5", "1");
  KEY("indicators", 3, "[\"X\"]", "[\"X\",\"V\",\"W\"]", "[\"D\",\"K2\"]", "[]", "[\"V\"]", "[\"K\"]");
  KEY("in", 4, "[\"A\"]", "[\"A\",\"B\"]", "[]");
  KEY("out", 3, "[\"A\"]", "[\"B\"]", "[\"Z\"]");
}

static void put_denominate(words *t, chooser *c) {
  put(t, "{\"step\":\"denominate\"");
  KEY("by", 4, "{\"X\":\"D\"}", "{\"X\":\"Y\",\"V\":\"D\"}", "{\"Y\":\"K1\"}", "{}", "{\"X\":\"X\"}");
  KEY("scales", 3, "1000", "{\"X\":-2}", "0", "{\"Y\":1e100}");
}

static void put_impute(words *t, chooser *c) {
  put(t, "{\"step\":\"impute\"");
  KEY("method", 1, "\"mean\"", "\"median\"", "\"row_mean\"", "\"row_median\"", "\"latest\"", "\"linear\"",
      "\"linear_constant\"", "\"neighbours\"", "\"regression\"", "\"em\"", "\"constant\"");
  KEY("level", 20, "\"t\"", "\"index\"", "\"indicator\"", "\"node\"");
  KEY("index", 20, "\"x\"", "\"y\"", "\"z\"");
  KEY("groups", 20, "\"q\"", "\"r\"");
  KEY("fallback", 20, "true", "false");
  KEY("fit", 4, "\"round\"", "\"pooled\"");
  KEY("indicators", 4, "[\"X\",\"Y\"]", "[\"V\",\"X\",\"K1\",\"K2\"]", "[\"W\"]");
  KEY("predictors", 20, "[\"X\"]", "[\"V\",\"Y\"]");
  KEY("neighbours", 20, "1", "3");
}

static void put_treat(words *t, chooser *c) {
  put(t, "{\"step\":\"treat\"");
  KEY("transform", 2, "\"none\"", "\"log_ct\"", "\"log_ct_shift\"", "\"log_gii\"", "\"log\"", "\"box_cox\"",
      "\"yeo_johnson\"");
  KEY("max_points", 2, "0", "1", "9");
  KEY("force", 3, "true");
  KEY("winsorise", 4, "false");
  KEY("fit", 4, "\"round\"");
  KEY("indicators", 4, "[\"V\"]", "[\"X\",\"V\"]");
}

static void put_normalise(words *t, chooser *c) {
  put(t, "{\"step\":\"normalise\"");
  if (choose(c, 2) == 0) { /* one that has room for nearly everything */
    put(t, ",\"method\":\"minmax\",\"constant\":50");
    KEY("fit", 3, "\"round\"", "{\"round\":\"1\"}");
    KEY("indicators", 9, "[\"X\"]", "[\"Y\",\"K1\"]");
    return;
  }
  KEY("method", 1, "\"minmax\"", "\"minmax\"", "\"zscore\"", "\"scaled\"", "\"goalposts\"", "\"rank\"",
      "\"percentile_rank\"", "\"borda\"", "\"distance_target\"", "\"distance_reference\"", "\"distance_maximum\"",
      "\"fraction_maximum\"", "\"bands\"", "\"about_mean\"", "\"ampi\"");
  KEY("fit", 3, "\"round\"", "{\"round\":\"1\"}", "{\"round\":\"2\"}");
  KEY("constant", 2, "50", "0");
  KEY("ties", 40, "\"first\"", "\"average\"");
  KEY("lower", 40, "1", "-5");
  KEY("low", 40, "0", "{\"X\":0,\"Y\":0,\"K1\":1}");
  KEY("high", 40, "9", "{\"X\":9,\"Y\":8,\"K1\":7}");
  KEY("truncate", 40, "true", "false");
  KEY("targets", 40, "10", "{\"K1\":9}");
  KEY("reference", 40, "{\"unit\":\"A\",\"group\":\"g\",\"round\":\"1\"}");
  KEY("indicators", 4, "[\"X\"]", "[\"Y\",\"K1\"]");
}

static void put_weigh(words *t, chooser *c) {
  static const char *const others[] = {
      ",\"weights\":{\"X\":2,\"t=s\":0}", ",\"weights\":{\"V\":3}", ",\"weights\":{\"K1\":0.5,\"n\":0}",
      ",\"method\":\"budget\",\"children\":[\"X\",\"Y\"],\"matrix\":[[1,2],[null,1]]",
      ",\"method\":\"ahp\",\"children\":[\"t=m\",\"t=s\"],\"matrix\":[[1,3],[null,1]]"};
  put(t, "{\"step\":\"weigh\"");
  if (choose(c, 3) == 0) {
    put(t, ONE_OF(c, others));
    return;
  }
  KEY("method", 1, "\"equal\"", "\"pca\"", "\"entropy\"", "\"critic\"", "\"deviation\"", "\"influence\"");
  KEY("level", 2, "\"t\"", "\"index\"", "\"indicator\"");
  KEY("index", 5, "\"x\"", "\"y\"");
}

static void put_aggregate(words *t, chooser *c) {
  put(t, "{\"step\":\"aggregate\"");
  KEY("method", 1, "\"arithmetic\"", "\"geometric\",\"offset\":1", "\"geometric\"", "\"harmonic\",\"offset\":6",
      "\"power\",\"power\":2", "\"power\",\"power\":0,\"offset\":9", "\"median\"", "\"minimum\"", "\"maximum\"",
      "\"owa\",\"order_weights\":[1,2,3,4]", "\"mean_min\",\"alpha\":1", "\"mpi\"", "\"ampi\"", "\"copeland\"",
      "\"borda\"", "\"wroclaw\"", "\"benefit_of_doubt\"", "\"benefit_of_doubt\",\"least_share\":0.2");
  KEY("level", 2, "\"t\"", "\"index\"", "\"indicator\"", "\"node\"");
  KEY("index", 5, "\"x\"", "\"y\"");
}

static void put_method(words *t, chooser *c) {
  static void (*const steps[])(words *, chooser *) = {put_screen,    put_denominate, put_impute,    put_treat,
                                                      put_normalise, put_impute,     put_normalise, put_weigh,
                                                      put_aggregate, put_weigh,      put_aggregate};
  put(t, "{\"format\":\"niem-method/1\"");
  KEY("missing", 2, "\"strict\"", "\"zero\"", "{\"rule\":\"available\",\"min_coverage\":0.6}");
  put(t, ",\"steps\":[");
  for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
    /* mostly in the order of sense, with what normalises all numbers at the sixth place */
    const size_t own = choose(c, 16) == 0 ? choose(c, 11) : k;
    if (k == 6 || choose(c, 3) == 0) {
      put(t, t->bytes[t->n - 1] == '[' ? "" : ",");
      steps[own](t, c);
      put(t, "}");
    }
  }
  put(t, "]}");
}

/* "row 3" is no place in a framework. */
static int has_place(const char *message, const char *word) {
  for (const char *at = strstr(message, word); at != NULL; at = strstr(at + 1, word)) {
    if (at[strlen(word)] >= '0' && at[strlen(word)] <= '9') {
      return 1;
    }
  }
  return 0;
}

static void check_refusal(const niem_error *err) {
  hold(err->status != NIEM_ERROR_MEMORY, "short of memory");
  hold(strncmp(err->where, "method", 6) == 0, err->message);
  hold(strlen(err->message) > 10 && strchr(err->message, '\n') == NULL, "not one line");
  hold(!has_place(err->message, "row ") && !has_place(err->message, "column "), err->message);
}

static char *manifest_of(const niem_scores *scores) {
  niem_buffer *manifest = NULL;
  hold(niem_scores_manifest(&manifest, scores, NULL) == NIEM_OK, "no manifest");
  char *copy = malloc((size_t)niem_buffer_size(manifest) + 1);
  hold(copy != NULL, "no memory");
  memcpy(copy, niem_buffer_data(manifest), (size_t)niem_buffer_size(manifest) + 1);
  niem_buffer_free(manifest);
  return copy;
}

static void check_same(const niem_scores *scores, const niem_scores *again, const char *what) {
  char *one = manifest_of(scores);
  char *other = manifest_of(again);
  hold(strcmp(one, other) == 0, what);
  free(one);
  free(other);
}

static void check_saved(const niem_scores *scores) {
  niem_buffer *bytes = NULL;
  niem_scores *again = NULL;
  niem_error err;
  hold(niem_scores_json(&bytes, scores, NULL) == NIEM_OK, "scores that cannot be saved");
  hold(niem_scores_parse(&again, niem_buffer_data(bytes), niem_buffer_size(bytes), &err) == NIEM_OK, err.message);
  check_same(scores, again, "other scores after saving");
  niem_buffer_free(bytes);
  niem_scores_free(again);
}

/* The terms of a score; a tree that is not a weighted mean has none. */
static void check_explained(const niem_scores *scores, const char *unit, const char *round, const niem_query *query,
                            double value) {
  niem_table *t = NULL;
  niem_error err;
  const niem_status status = niem_explain(&t, scores, unit, round, query, &err);
  if (status != NIEM_OK) {
    hold(status == NIEM_ERROR_UNSUPPORTED, err.message);
    return;
  }
  const double *parts = niem_table_reals(t, niem_table_column(t, "contribution"));
  const double sum = ni_exact_sum(parts, niem_table_rows(t), 1);
  hold(value == value ? sum == value : sum == 0, "contributions do not add up");
  niem_table_free(t);
}

static void check_table(const niem_scores *scores, const char *index) {
  niem_query query;
  niem_table *t = NULL;
  niem_error err;
  niem_query_init(&query);
  query.index = index;
  query.group = "*";
  hold(niem_scores_table(&t, scores, &query, &err) == NIEM_OK, err.message);
  const double *value = niem_table_reals(t, niem_table_column(t, "value"));
  const double *lower = niem_table_reals(t, niem_table_column(t, "lower"));
  const double *upper = niem_table_reals(t, niem_table_column(t, "upper"));
  const double *coverage = niem_table_reals(t, niem_table_column(t, "coverage"));
  const int32_t state = niem_table_column(t, "state");
  for (int64_t i = 0; i < niem_table_rows(t); i++) {
    const int has = strcmp(niem_table_text(t, state, i), "value") == 0;
    /* By ulps: bounds of equal ends come from two sums. */
    hold(!(lower[i] > upper[i] + 1e-9 * (1 + (upper[i] < 0 ? -upper[i] : upper[i]))), "bounds out of order");
    hold(has == (value[i] == value[i]), "a state without its value");
    hold(!(coverage[i] < 0 || coverage[i] > 1), "coverage outside 0-1");
    query.group = niem_table_text(t, niem_table_column(t, "group"), i);
    query.node = niem_table_text(t, niem_table_column(t, "node"), i);
    if (i % 5 == 0) {
      check_explained(scores, niem_table_text(t, niem_table_column(t, "unit"), i),
                      niem_table_text(t, niem_table_column(t, "round"), i), &query, value[i]);
    }
  }
  niem_table_free(t);
}

static niem_table *table_of(const niem_scores *scores, const char *index) {
  niem_query query;
  niem_table *t = NULL;
  niem_error err;
  niem_query_init(&query);
  query.index = index;
  query.group = "*";
  hold(niem_scores_table(&t, scores, &query, &err) == NIEM_OK, err.message);
  return t;
}

/* An index by itself has the scores that it has beside another one whose indicators are all its own, too. */
static void check_alone(const niem_scores *scores, const niem_framework *framework, const niem_answers *answers,
                        const niem_method *method) {
  static const char *const columns[] = {"value", "coverage", "lower", "upper"};
  niem_scores *alone = NULL;
  niem_error err;
  niem_score_options options;
  niem_score_options_init(&options);
  options.index = "x";
  hold(niem_score(&alone, framework, answers, method, &options, NULL, &err) == NIEM_OK, err.message);
  niem_table *one = table_of(alone, "x");
  niem_table *both = table_of(scores, "x");
  for (int k = 0; k < 4; k++) {
    const double *a = niem_table_reals(one, niem_table_column(one, columns[k]));
    const double *b = niem_table_reals(both, niem_table_column(both, columns[k]));
    hold(memcmp(a, b, (size_t)niem_table_rows(both) * sizeof *a) == 0, "an index by itself scores otherwise");
    for (int64_t i = 0; i < niem_table_rows(both); i++) {
      hold(!(a[i] == 0 && signbit(a[i])), "a negative zero");
    }
  }
  niem_table_free(one);
  niem_table_free(both);
  niem_scores_free(alone);
}

/* Comparisons are made, or say why not. */
static void check_compared(const niem_scores *scores) {
  niem_query query;
  niem_table *t = NULL;
  niem_error err;
  niem_query_init(&query);
  niem_status status = niem_group_difference(&t, scores, "g", "h", &query, &err);
  hold(status == NIEM_OK || status == NIEM_ERROR_UNSUPPORTED || status == NIEM_ERROR_VALUE, err.message);
  niem_table_free(t);
  query.group = "c";
  status = niem_practice(&t, scores, &query, NULL, &err);
  hold(status == NIEM_OK || status == NIEM_ERROR_UNSUPPORTED || status == NIEM_ERROR_VALUE, err.message);
  niem_table_free(t);
  status = niem_rank(&t, scores, &query, NULL, &err);
  hold(status == NIEM_OK, err.message);
  niem_table_free(t);
}

static niem_scores *score_by(const niem_framework *framework, const niem_answers *answers, const niem_method *method,
                             int32_t threads) {
  niem_scores *scores = NULL;
  niem_error err;
  niem_exec exec;
  niem_exec_init(&exec);
  exec.threads = threads;
  if (niem_score(&scores, framework, answers, method, NULL, &exec, &err) != NIEM_OK) {
    check_refusal(&err);
  }
  return scores;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  chooser c = {data, size, 1};
  static words steps, rows;
  niem_framework *framework = NULL;
  niem_answers *answers = NULL;
  niem_method *method = NULL;
  niem_error err;
  steps.n = rows.n = 0;
  put_method(&steps, &c);
  put_answers(&rows, &c);
  hold(niem_framework_parse(&framework, NULL, FRAMEWORK, (int64_t)strlen(FRAMEWORK), &err) == NIEM_OK, err.message);
  if (niem_answers_parse(&answers, NULL, framework, rows.bytes, (int64_t)rows.n, NULL, NULL, &err) == NIEM_OK &&
      niem_method_parse(&method, NULL, steps.bytes, (int64_t)steps.n, &err) == NIEM_OK) {
    niem_scores *scores = score_by(framework, answers, method, 1);
    niem_scores *again = score_by(framework, answers, method, 3);
    hold((scores == NULL) == (again == NULL), "threads refuse otherwise");
    if (scores != NULL) {
      check_same(scores, again, "threads change scores");
      check_saved(scores);
      check_table(scores, "x");
      check_table(scores, "y");
      check_alone(scores, framework, answers, method);
      check_compared(scores);
    }
    niem_scores_free(scores);
    niem_scores_free(again);
  } else {
    hold(strchr(err.message, '\n') == NULL && strstr(err.message, "(null)") == NULL, err.message);
  }
  niem_framework_free(framework);
  niem_answers_free(answers);
  niem_method_free(method);
  return 0;
}

#ifndef NIEM_LIBFUZZER
#define SEEDS CHOOSER_SEEDS
#define PIECES CHOOSER_PIECES
#include "mutate.h"
#endif
