/* Reading the steps of a method: {"step": "normalise", "method": "minmax", "lower": 0, "upper": 100}. Words and
 * parameters are those of the functions for a bare matrix (niem/methods.h); what is a list there is an object by names
 * here. */
#include "base/platform.h"

#include "base/number.h"
#include "model/method_read.h"
#include "niem/statistics.h"

#include <string.h>

static const char KINDS[] = "screen denominate impute treat normalise weigh aggregate";
static const char *const KIND_WORDS[] = {"screen", "denominate", "impute", "treat", "normalise", "weigh", "aggregate"};

const char *ni_step_word(int32_t kind) {
  return KIND_WORDS[kind];
}

/* --- names and numbers --- */

/* A list of texts; one text is a list of one. */
static ni_names_list read_names(ni_reader *reader, const cJSON *object, const char *key) {
  ni_names_list list = {0, NULL};
  if (cJSON_IsString(ni_reader_get(object, key))) {
    list.names = ni_reader_alloc(reader, 1, sizeof *list.names);
    const char *name = ni_reader_text(reader, object, key, 1);
    if (list.names != NULL && name != NULL) {
      list.names[list.n++] = name;
    }
    return list;
  }
  list.n = ni_reader_texts(reader, object, key, &list.names);
  return list;
}

/* {"A": 1, "B": 2}, or one number for all. */
static ni_named_numbers read_named(ni_reader *reader, const cJSON *object, const char *key, double from, double to) {
  ni_named_numbers named = {0, NULL, NULL, ni_nan()};
  const cJSON *item = ni_reader_get(object, key);
  if (item == NULL || cJSON_IsNumber(item)) {
    named.all = ni_reader_number(reader, object, key, ni_nan(), from, to);
    return named;
  }
  if (!cJSON_IsObject(item)) {
    ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "\"%s\" must be a number, or an object of numbers by name", key);
    return named;
  }
  const size_t n = (size_t)ni_list_length(item);
  named.names = ni_reader_alloc(reader, n, sizeof *named.names);
  named.numbers = ni_reader_alloc(reader, n, sizeof *named.numbers);
  for (const cJSON *entry = item->child; entry != NULL && !reader->out_of_memory; entry = entry->next) {
    named.names[named.n] = ni_reader_copy(reader, entry->string);
    named.numbers[named.n++] = ni_reader_number(reader, item, entry->string, ni_nan(), from, to);
  }
  return named;
}

/* A count is a whole number. */
static int64_t read_count(ni_reader *reader, const cJSON *object, const char *key, int64_t otherwise, double from,
                          double to) {
  const double number = ni_reader_number(reader, object, key, (double)otherwise, from, to);
  if (number != (double)(int64_t)number) {
    ni_reader_error(reader, ni_reader_get(object, key), NIEM_ERROR_VALUE, "\"%s\" must be a whole number", key);
    return otherwise;
  }
  return (int64_t)number;
}

/* A word that stands for no choice of its own: the default where it is absent. */
static int32_t read_choice(ni_reader *reader, const cJSON *object, const char *key, const char *words) {
  return ni_reader_word(reader, object, key, words, 0);
}

static void report_foreign(ni_reader *reader, const cJSON *object, const char *keys_words, const char *method) {
  const size_t room = strlen(keys_words);
  for (const cJSON *item = object->child; item != NULL; item = item->next) {
    const size_t length = strlen(item->string);
    const char *found = strstr(keys_words, item->string);
    const int whole = found != NULL && (found == keys_words || found[-1] == ' ') &&
                      (found + length == keys_words + room || found[length] == ' ');
    if (whole) {
      ni_reader_error(reader, item, NIEM_ERROR_ARGUMENT, "\"%.40s\" has no part in the method \"%s\"", item->string,
                      method);
    }
  }
}

typedef struct owned_key {
  const char *key;
  uint32_t methods; /* a bit for each method that it has a part in */
} owned_key;

/* The method's word stands under `key`; `otherwise` is the method where none is named. */
static void check_owned(ni_reader *reader, const cJSON *object, const owned_key *keys, size_t n, int32_t method,
                        const char *key, const char *otherwise) {
  const char *word = cJSON_GetStringValue(ni_reader_get(object, key));
  for (size_t i = 0; i < n; i++) {
    if ((keys[i].methods >> method & 1) == 0) {
      report_foreign(reader, object, keys[i].key, word == NULL ? otherwise : word);
    }
  }
}

#define BIT(method) (1u << (method))

/* All rounds together, or each by itself. */
static void read_pooling(ni_reader *reader, const cJSON *object, ni_step *step) {
  step->fit = ni_reader_word(reader, object, "fit", "pooled round", NI_FIT_POOLED);
}

/* The same, or the round that the others are measured by: {"round": "2017"}. */
static void read_fit(ni_reader *reader, const cJSON *object, ni_step *step) {
  const cJSON *fit = ni_reader_get(object, "fit");
  if (cJSON_IsObject(fit)) {
    ni_reader_keys(reader, fit, "round meta", NULL, 0);
    step->fit = NI_FIT_BASE;
    step->base = ni_reader_text(reader, fit, "round", 1);
  } else {
    read_pooling(reader, object, step);
  }
}

/* --- screen --- */

static void read_screen(ni_reader *reader, const cJSON *object, ni_step *step) {
  static const owned_key owned[] = {
      {"min_available", BIT(NIEM_SCREEN_MISSING) | BIT(NIEM_SCREEN_BOTH)},
      {"min_nonzero", BIT(NIEM_SCREEN_ZEROS) | BIT(NIEM_SCREEN_BOTH)},
  };
  niem_screen_options *o = &step->screen;
  niem_screen_options_init(o);
  ni_reader_keys(reader, object, "step method indicators min_available min_nonzero in out meta", NULL, 0);
  o->method = ni_reader_word(reader, object, "method", "missing zeros both", NIEM_SCREEN_MISSING);
  o->min_available = ni_reader_number(reader, object, "min_available", o->min_available, 0, 1);
  o->min_nonzero = ni_reader_number(reader, object, "min_nonzero", o->min_nonzero, 0, 1);
  step->in = read_names(reader, object, "in");
  step->out = read_names(reader, object, "out");
  check_owned(reader, object, owned, sizeof owned / sizeof owned[0], o->method, "method", "missing");
}

/* --- denominate --- */

static void read_denominate(ni_reader *reader, const cJSON *object, ni_step *step) {
  ni_reader_keys(reader, object, "step indicators by scales meta", NULL, 0);
  step->scales = read_named(reader, object, "scales", -1e100, 1e100);
  const cJSON *by = ni_reader_get(object, "by");
  if (by == NULL) {
    return;
  }
  if (!cJSON_IsObject(by)) {
    ni_reader_error(reader, by, NIEM_ERROR_FORMAT,
                    "\"by\" must be an object such as {\"TRADE\": \"GDP\"}: indicators and their denominators");
    return;
  }
  const size_t n = (size_t)ni_list_length(by);
  step->divided.names = ni_reader_alloc(reader, n, sizeof *step->divided.names);
  step->by.names = ni_reader_alloc(reader, n, sizeof *step->by.names);
  for (const cJSON *entry = by->child; entry != NULL && !reader->out_of_memory; entry = entry->next) {
    const char *denominator = ni_reader_text(reader, by, entry->string, 1);
    step->divided.names[step->divided.n++] = ni_reader_copy(reader, entry->string);
    step->by.names[step->by.n++] = denominator == NULL ? "" : denominator;
  }
}

/* --- impute --- */

static const char IMPUTATIONS[] =
    "mean median row_mean row_median latest linear linear_constant neighbours regression em constant";

static void read_impute(ni_reader *reader, const cJSON *object, ni_step *step) {
  static const owned_key owned[] = {
      {"groups", BIT(NIEM_IMPUTE_MEAN) | BIT(NIEM_IMPUTE_MEDIAN)},
      {"fallback", BIT(NIEM_IMPUTE_MEAN) | BIT(NIEM_IMPUTE_MEDIAN)},
      {"max_age", BIT(NIEM_IMPUTE_LATEST)},
      {"neighbours", BIT(NIEM_IMPUTE_NEIGHBOURS)},
      {"predictors", BIT(NIEM_IMPUTE_REGRESSION)},
      {"tolerance max_iterations", BIT(NIEM_IMPUTE_EM)},
      {"level index", BIT(NIEM_IMPUTE_ROW_MEAN) | BIT(NIEM_IMPUTE_ROW_MEDIAN) | BIT(NIEM_IMPUTE_NEIGHBOURS) |
                          BIT(NIEM_IMPUTE_REGRESSION) | BIT(NIEM_IMPUTE_EM)},
      {"fit", BIT(NIEM_IMPUTE_MEAN) | BIT(NIEM_IMPUTE_MEDIAN) | BIT(NIEM_IMPUTE_NEIGHBOURS) |
                  BIT(NIEM_IMPUTE_REGRESSION) | BIT(NIEM_IMPUTE_EM)},
  };
  niem_impute_options *o = &step->impute;
  niem_impute_options_init(o);
  ni_reader_keys(reader, object,
                 "step method indicators level index groups fallback max_age neighbours predictors tolerance "
                 "max_iterations fit meta",
                 NULL, 0);
  o->method = ni_reader_word(reader, object, "method", IMPUTATIONS, NIEM_IMPUTE_MEAN);
  step->group_set = ni_reader_text(reader, object, "groups", 0);
  o->fallback = ni_reader_flag(reader, object, "fallback", 0);
  o->max_age = ni_reader_number(reader, object, "max_age", o->max_age, 0, 1e9);
  o->neighbours = read_count(reader, object, "neighbours", o->neighbours, 1, 1e9);
  o->tolerance = ni_reader_number(reader, object, "tolerance", o->tolerance, 1e-14, 1);
  o->max_iterations = read_count(reader, object, "max_iterations", o->max_iterations, 1, 1e9);
  step->predictors = read_names(reader, object, "predictors");
  read_pooling(reader, object, step);
  check_owned(reader, object, owned, sizeof owned / sizeof owned[0], o->method, "method", "mean");
  if (step->index != NULL && step->level == NULL) {
    ni_reader_error(reader, ni_reader_get(object, "index"), NIEM_ERROR_ARGUMENT,
                    "\"index\" says whose \"level\" is meant, and there is none");
  }
}

/* --- treat --- */

static void read_treat(ni_reader *reader, const cJSON *object, ni_step *step) {
  static const owned_key owned[] = {
      {"factor", BIT(NIEM_TRANSFORM_LOG_GII)},
      {"lambda", BIT(NIEM_TRANSFORM_BOX_COX) | BIT(NIEM_TRANSFORM_YEO_JOHNSON)},
      {"make_positive", BIT(NIEM_TRANSFORM_BOX_COX)},
  };
  niem_treat_options *o = &step->treat;
  niem_treat_options_init(o);
  ni_reader_keys(reader, object,
                 "step indicators winsorise transform combine force make_positive max_points skewness kurtosis factor "
                 "lambda fit meta",
                 NULL, 0);
  o->winsorise = ni_reader_flag(reader, object, "winsorise", 1);
  o->transform =
      ni_reader_word(reader, object, "transform",
                     "none log_ct log_ct_shift log_ct_signed log_gii log box_cox yeo_johnson", NIEM_TRANSFORM_LOG_CT);
  o->combine = ni_reader_flag(reader, object, "combine", 0);
  o->force = ni_reader_flag(reader, object, "force", 0);
  o->make_positive = ni_reader_flag(reader, object, "make_positive", 0);
  o->max_points = read_count(reader, object, "max_points", o->max_points, 0, 1e9);
  o->skewness = ni_reader_number(reader, object, "skewness", o->skewness, 0, 1e9);
  o->kurtosis = ni_reader_number(reader, object, "kurtosis", o->kurtosis, 0, 1e9);
  o->factor = ni_reader_number(reader, object, "factor", o->factor, 1e-100, 1e100);
  o->lambda = ni_reader_number(reader, object, "lambda", o->lambda, -5, 5);
  read_pooling(reader, object, step);
  check_owned(reader, object, owned, sizeof owned / sizeof owned[0], o->transform, "transform", "log_ct");
}

/* --- normalise --- */

static const char NORMALISATIONS[] =
    "minmax zscore scaled goalposts rank percentile_rank borda distance_target distance_reference distance_maximum "
    "fraction_maximum bands about_mean ampi";

static void read_scale_of_scores(ni_reader *reader, const cJSON *object, niem_normalise_options *o) {
  o->lower = ni_reader_number(reader, object, "lower", ni_nan(), -1e100, 1e100);
  o->upper = ni_reader_number(reader, object, "upper", ni_nan(), -1e100, 1e100);
  o->mean = ni_reader_number(reader, object, "mean", o->mean, -1e100, 1e100);
  o->sd = ni_reader_number(reader, object, "sd", o->sd, 1e-100, 1e100);
  o->threshold = ni_reader_number(reader, object, "threshold", o->threshold, 0, 1e100);
  o->tolerance = ni_reader_number(reader, object, "tolerance", o->tolerance, 0, 1e100);
  o->constant = ni_reader_number(reader, object, "constant", ni_nan(), -1e100, 1e100);
  o->n_cuts = ni_reader_numbers(reader, object, "cuts", &o->cuts);
  o->n_scores = ni_reader_numbers(reader, object, "scores", &o->scores);
}

/* {"unit": "PL", "round": "2021", "group": "refugee"}: whose values distances are measured to. */
static void read_reference(ni_reader *reader, const cJSON *object, ni_step *step) {
  const cJSON *reference = ni_reader_get(object, "reference");
  if ((step->normalise.method == NIEM_NORMALISE_DISTANCE_REFERENCE) != cJSON_IsObject(reference)) {
    ni_reader_error(reader, reference == NULL ? object : reference, NIEM_ERROR_FORMAT,
                    "the method \"distance_reference\", and it alone, names its \"reference\": {\"unit\": \"PL\"}");
  } else if (reference != NULL) {
    ni_reader_keys(reader, reference, "unit round group meta", NULL, 0);
    step->reference_unit = ni_reader_text(reader, reference, "unit", 1);
    step->reference_round = ni_reader_text(reader, reference, "round", 0);
    step->reference_group = ni_reader_text(reader, reference, "group", 0);
  }
}

/* Goalposts that the method needs, and the framework has not. */
static void check_posts(ni_reader *reader, const cJSON *object, int32_t method) {
  const int needed = method == NIEM_NORMALISE_SCALED || method == NIEM_NORMALISE_GOALPOSTS;
  if (needed && (ni_reader_get(object, "low") == NULL || ni_reader_get(object, "high") == NULL)) {
    ni_reader_error(reader, object, NIEM_ERROR_FORMAT,
                    "the method \"%s\" needs \"low\" and \"high\": a number, or an object of numbers by indicator",
                    cJSON_GetStringValue(ni_reader_get(object, "method")));
  }
}

enum {
  RANKS = BIT(NIEM_NORMALISE_RANK) | BIT(NIEM_NORMALISE_PERCENTILE_RANK) | BIT(NIEM_NORMALISE_BORDA),
  POSTS = BIT(NIEM_NORMALISE_SCALED) | BIT(NIEM_NORMALISE_GOALPOSTS),
  LINES = BIT(NIEM_NORMALISE_MINMAX) | POSTS | BIT(NIEM_NORMALISE_DISTANCE_TARGET) |
          BIT(NIEM_NORMALISE_DISTANCE_REFERENCE) | BIT(NIEM_NORMALISE_DISTANCE_MAXIMUM) |
          BIT(NIEM_NORMALISE_FRACTION_MAXIMUM),
};

static void check_normalise(ni_reader *reader, const cJSON *object, int32_t method) {
  static const owned_key owned[] = {
      {"deviation mean sd", BIT(NIEM_NORMALISE_ZSCORE)},
      {"ties tolerance", RANKS},
      {"truncate", LINES},
      {"lower upper", LINES | BIT(NIEM_NORMALISE_BANDS) | BIT(NIEM_NORMALISE_ABOUT_MEAN)},
      {"logarithmic", BIT(NIEM_NORMALISE_GOALPOSTS)},
      {"negative_maximum", BIT(NIEM_NORMALISE_FRACTION_MAXIMUM)},
      {"low high", POSTS | BIT(NIEM_NORMALISE_AMPI)},
      {"targets", BIT(NIEM_NORMALISE_DISTANCE_TARGET) | BIT(NIEM_NORMALISE_AMPI)},
      {"threshold", BIT(NIEM_NORMALISE_ABOUT_MEAN)},
      {"cuts scores", BIT(NIEM_NORMALISE_BANDS)},
  };
  check_owned(reader, object, owned, sizeof owned / sizeof owned[0], method, "method", "minmax");
  check_posts(reader, object, method);
}

static void read_normalise(ni_reader *reader, const cJSON *object, ni_step *step) {
  niem_normalise_options *o = &step->normalise;
  niem_normalise_options_init(o);
  ni_reader_keys(reader, object,
                 "step method indicators fit deviation ties truncate logarithmic negative_maximum low high targets "
                 "lower upper mean sd threshold tolerance constant reference cuts scores meta",
                 NULL, 0);
  o->method = ni_reader_word(reader, object, "method", NORMALISATIONS, NIEM_NORMALISE_MINMAX);
  o->deviation = read_choice(reader, object, "deviation", NI_DEVIATION_WORDS);
  o->ties = read_choice(reader, object, "ties", NI_TIES_WORDS);
  if (ni_reader_get(object, "truncate") != NULL) {
    o->truncate = ni_reader_flag(reader, object, "truncate", 0) ? NIEM_TRUNCATE_YES : NIEM_TRUNCATE_NO;
  }
  o->logarithmic = ni_reader_flag(reader, object, "logarithmic", 0);
  o->negative_maximum = ni_reader_flag(reader, object, "negative_maximum", 0);
  step->low = read_named(reader, object, "low", -1e100, 1e100);
  step->high = read_named(reader, object, "high", -1e100, 1e100);
  step->targets = read_named(reader, object, "targets", -1e100, 1e100);
  read_scale_of_scores(reader, object, o);
  read_reference(reader, object, step);
  read_fit(reader, object, step);
  check_normalise(reader, object, o->method);
}

/* --- weigh --- */

static void read_row(ni_reader *reader, const cJSON *row, double *out, int32_t n) {
  int32_t k = 0;
  for (const cJSON *item = row->child; item != NULL && k < n; item = item->next, k++) {
    if (!cJSON_IsNumber(item) && !cJSON_IsNull(item)) {
      ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "an entry of the matrix is a number, or null for none");
    }
    out[k] = cJSON_IsNumber(item) ? item->valuedouble : ni_nan();
  }
}

/* What experts said: a row for each of them, a column for each of "children"; for AHP a row for each child too. */
static void read_matrix(ni_reader *reader, const cJSON *object, ni_step *step) {
  const cJSON *rows = ni_reader_get(object, "matrix");
  step->children = read_names(reader, object, "children");
  const int32_t n = step->children.n;
  if (!cJSON_IsArray(rows) || ni_list_length(rows) == 0 || n == 0) {
    ni_reader_error(reader, object, NIEM_ERROR_FORMAT,
                    "weights of experts need \"children\", the names of the columns, and \"matrix\", a list of rows");
    return;
  }
  step->n_rows = ni_list_length(rows);
  double *matrix = ni_reader_alloc(reader, (size_t)step->n_rows * (size_t)n, sizeof *matrix);
  step->matrix = matrix;
  int32_t i = 0;
  for (const cJSON *row = rows->child; row != NULL && matrix != NULL; row = row->next, i++) {
    if (!cJSON_IsArray(row) || ni_list_length(row) != n) {
      ni_reader_error(reader, row, NIEM_ERROR_FORMAT, "each row of the matrix is a list of %d numbers", (int)n);
    } else {
      read_row(reader, row, matrix + (size_t)i * (size_t)n, n);
    }
  }
  if (step->weigh == NI_WEIGH_AHP && step->n_rows != n) {
    ni_reader_error(reader, rows, NIEM_ERROR_FORMAT,
                    "pairwise comparisons of %d children need as many rows, each child against each", (int)n);
  }
}

/* Weights as a framework has them. */
static ni_named_numbers read_weights(ni_reader *reader, const cJSON *object) {
  const ni_named_numbers named = read_named(reader, object, "weights", 0, 1e9);
  const cJSON *weights = ni_reader_get(object, "weights");
  for (const cJSON *item = cJSON_IsObject(weights) ? weights->child : NULL; item != NULL; item = item->next) {
    if (cJSON_IsNumber(item) && item->valuedouble > 0 && item->valuedouble < 1e-9) {
      (void)ni_reader_weight(reader, item);
    }
  }
  return named;
}

static void read_weigh(ni_reader *reader, const cJSON *object, ni_step *step) {
  static const owned_key owned[] = {
      {"deviation", BIT(NIEM_WEIGHTS_CRITIC) | BIT(NIEM_WEIGHTS_DEVIATION)},
      {"components", BIT(NIEM_WEIGHTS_PCA)},
      {"targets", BIT(NIEM_WEIGHTS_INFLUENCE)},
      {"correlation max_evaluations", BIT(NIEM_WEIGHTS_INFLUENCE) | BIT(NIEM_WEIGHTS_INFOMAX)},
      {"children matrix", BIT(NI_WEIGH_BUDGET) | BIT(NI_WEIGH_AHP)},
      {"weights", BIT(NI_WEIGH_GIVEN)},
      {"level nodes", BIT(NIEM_WEIGHTS_END) - 1},
  };
  niem_weights_options *o = &step->weights;
  niem_weights_options_init(o);
  ni_reader_keys(reader, object,
                 "step method level nodes index weights deviation components targets correlation max_evaluations "
                 "children matrix meta",
                 NULL, 0);
  const int given = ni_reader_get(object, "weights") != NULL;
  step->weigh =
      ni_reader_word(reader, object, "method", "equal pca entropy critic deviation influence infomax budget ahp given",
                     given ? NI_WEIGH_GIVEN : NIEM_WEIGHTS_EQUAL);
  o->method = step->weigh < NIEM_WEIGHTS_END ? step->weigh : NIEM_WEIGHTS_EQUAL;
  o->deviation = read_choice(reader, object, "deviation", NI_DEVIATION_WORDS);
  o->components = read_count(reader, object, "components", o->components, 0, 1e6);
  o->correlation = ni_reader_word(reader, object, "correlation", "pearson spearman kendall", NIEM_CORRELATION_PEARSON);
  o->max_evaluations = read_count(reader, object, "max_evaluations", o->max_evaluations, 1, 1e9);
  if (o->correlation == NIEM_CORRELATION_PEARSON && ni_reader_get(object, "max_evaluations") != NULL) {
    ni_reader_error(reader, ni_reader_get(object, "max_evaluations"), NIEM_ERROR_ARGUMENT,
                    "\"max_evaluations\" has no part in correlations of Pearson's, whose weights are solved for");
  }
  step->given = given ? read_weights(reader, object) : read_named(reader, object, "targets", 0, 1e9);
  check_owned(reader, object, owned, sizeof owned / sizeof owned[0], step->weigh, "method", given ? "given" : "equal");
  if (!given && !ni_is_nan(step->given.all)) {
    ni_reader_error(reader, ni_reader_get(object, "targets"), NIEM_ERROR_FORMAT,
                    "\"targets\" must be an object of numbers by child; without it all have the same influence");
  }
  if (step->weigh == NI_WEIGH_BUDGET || step->weigh == NI_WEIGH_AHP) {
    read_matrix(reader, object, step);
  } else if (step->weigh == NI_WEIGH_GIVEN && step->given.n == 0) {
    ni_reader_error(reader, object, NIEM_ERROR_FORMAT, "given weights need \"weights\", an object of numbers by node");
  }
}

/* --- aggregate --- */

static void read_aggregate(ni_reader *reader, const cJSON *object, ni_step *step) {
  static const char *const own[] = {"step", "level", "nodes", "index"};
  step->aggregation = ni_read_aggregation_object(reader, object, own, 4);
}

/* --- the list --- */

static void read_step(ni_reader *reader, const cJSON *object, ni_step *step) {
  static void (*const readers[])(ni_reader *, const cJSON *, ni_step *) = {
      read_screen, read_denominate, read_impute, read_treat, read_normalise, read_weigh, read_aggregate};
  if (ni_reader_get(object, "step") == NULL) {
    ni_reader_error(reader, object, NIEM_ERROR_FORMAT, "a step needs \"step\", one of: %s", KINDS);
    return;
  }
  step->kind = ni_reader_word(reader, object, "step", KINDS, -1);
  if (step->kind < 0) {
    step->kind = NI_STEP_AGGREGATE;
    return;
  }
  step->indicators = read_names(reader, object, "indicators");
  step->level = ni_reader_text(reader, object, "level", 0);
  step->nodes = read_names(reader, object, "nodes");
  step->index = ni_reader_text(reader, object, "index", 0);
  if (step->level != NULL && step->nodes.n > 0) {
    ni_reader_error(reader, object, NIEM_ERROR_FORMAT, "a step is for a \"level\" or for \"nodes\", not for both");
  }
  readers[step->kind](reader, object, step);
}

void ni_read_steps(ni_reader *reader, const cJSON *root, const ni_step **out, int32_t *n_out) {
  const cJSON *list = ni_reader_list(reader, root, "steps", 0);
  const int32_t n = ni_list_length(list);
  ni_step *steps = ni_reader_alloc(reader, (size_t)n, sizeof *steps);
  int32_t i = 0;
  if (n > NI_MAX_STEPS) {
    ni_reader_error(reader, list, NIEM_ERROR_LIMIT, "%d steps; at most %d are possible", (int)n, NI_MAX_STEPS);
    return;
  }
  for (const cJSON *item = n == 0 ? NULL : list->child; item != NULL && steps != NULL; item = item->next, i++) {
    steps[i].number = i;
    read_step(reader, item, &steps[i]);
  }
  *out = steps;
  *n_out = i;
}
