/* Running a conformance case of niem/methods.h: bare matrices.
 *
 * A matrix is read where it lies: row after row, column after column, with gaps and backwards, and each of these must
 * give the same bits. A call that is refused must leave its result untouched. */
#include "conformance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LISTS = 16, LAYOUTS = 4 };

/* --- matrices --- */

typedef struct laid_matrix {
  double *cells;
  niem_matrix view;
} laid_matrix;

static int64_t longest_row(const cJSON *rows) {
  int64_t longest = 0;
  for (const cJSON *row = rows == NULL ? NULL : rows->child; row != NULL; row = row->next) {
    longest = cJSON_GetArraySize(row) > longest ? cJSON_GetArraySize(row) : longest;
  }
  return longest;
}

/* What lies between the elements must never be read: infinities, which are refused. */
static laid_matrix lay_out(const cJSON *rows, int layout) {
  const int64_t n = cJSON_GetArraySize(rows), m = longest_row(rows);
  const size_t room = (size_t)((2 * n + 1) * (3 * m + 1));
  laid_matrix a = {malloc(room * sizeof(double)), {NULL, n, m, m, 1}};
  if (a.cells == NULL) {
    abort();
  }
  for (size_t k = 0; k < room; k++) {
    a.cells[k] = (double)INFINITY;
  }
  a.view.row_stride = layout == 1 ? 1 : layout == 2 ? 6 * m + 1 : layout == 3 ? -m : m;
  a.view.col_stride = layout == 1 ? n : layout == 2 ? 3 : layout == 3 ? -1 : 1;
  double *first = a.cells + (layout == 3 && n * m > 0 ? n * m - 1 : 0);
  int64_t i = 0;
  for (const cJSON *row = rows == NULL ? NULL : rows->child; row != NULL; row = row->next, i++) {
    int64_t j = 0;
    for (const cJSON *cell = row->child; cell != NULL; cell = cell->next, j++) {
      first[i * a.view.row_stride + j * a.view.col_stride] = number_of_item(cell);
    }
  }
  a.view.data = first;
  return a;
}

/* --- options --- */

typedef enum field_kind { WORD, FLAG, COUNT, REAL, REALS, INTEGERS } field_kind;

/* A field of an options struct; a WORD has the names of its values, `first` is the value of the first of them. */
typedef struct field {
  const char *name;
  field_kind kind;
  size_t at, count_at;
  const char *words;
  int32_t first;
} field;

/* What a call is asked, and the lists that its options point to. */
typedef struct call {
  const cJSON *options;
  const char *part;
  niem_matrix x, second; /* second: what a normaliser is applied to; denominators */
  void *lists[MOST_LISTS];
  int n_lists;
  outcome *out;
} call;

/* Place of a word among `words`, plus `first`; -1 for none. */
static int32_t value_of_word(const field *f, const cJSON *item) {
  const char *word = cJSON_IsBool(item) ? (cJSON_IsTrue(item) ? "yes" : "no") : cJSON_GetStringValue(item);
  int32_t place = f->first;
  for (const char *at = f->words; word != NULL && *at != '\0'; place++) {
    const size_t n = strcspn(at, " ");
    if (strlen(word) == n && strncmp(at, word, n) == 0) {
      return place;
    }
    at += n + (at[n] == ' ');
  }
  return -1;
}

static void *keep(call *k, void *list) {
  if (k->n_lists == MOST_LISTS) {
    abort();
  }
  return k->lists[k->n_lists++] = list;
}

static const int32_t *integers_of_item(call *k, const cJSON *item, int64_t *n) {
  double *reals = numbers_of_item(item, n);
  int32_t *list = keep(k, calloc((size_t)*n + 1, sizeof *list));
  for (int64_t i = 0; i < *n; i++) {
    list[i] = (int32_t)reals[i];
  }
  free(reals);
  return list;
}

/* The length of a list, which several may share. */
static void set_count(call *k, char *options, const field *f, int64_t n) {
  int64_t other;
  memcpy(&other, options + f->count_at, sizeof other);
  if (other != 0 && other != n) {
    find_fault(k->out, "%s is not as long as the list that goes with it", f->name);
  }
  memcpy(options + f->count_at, &n, sizeof n);
}

static void fill_field(call *k, char *options, const field *f, const cJSON *item) {
  int64_t n = 0;
  if (f->kind == WORD || f->kind == FLAG) {
    const int32_t value = f->kind == WORD ? value_of_word(f, item) : (int32_t)number_of_item(item);
    memcpy(options + f->at, &value, sizeof value);
  } else if (f->kind == COUNT) {
    n = (int64_t)number_of_item(item);
    memcpy(options + f->at, &n, sizeof n);
  } else if (f->kind == REAL) {
    const double value = number_of_item(item);
    memcpy(options + f->at, &value, sizeof value);
  } else if (f->kind == REALS) {
    const double *list = keep(k, numbers_of_item(item, &n));
    memcpy(options + f->at, &list, sizeof list);
    set_count(k, options, f, n);
  } else {
    const int32_t *list = integers_of_item(k, item, &n);
    memcpy(options + f->at, &list, sizeof list);
    set_count(k, options, f, n);
  }
}

/* The options of the case, but for the matrices, into the struct. */
static void fill_options(call *k, void *options, const field *fields, size_t n_fields) {
  for (const cJSON *item = k->options->child; item != NULL; item = item->next) {
    int known = is_word_of("x apply part", item->string);
    for (size_t i = 0; i < n_fields && !known; i++) {
      known = strcmp(fields[i].name, item->string) == 0;
      if (known) {
        fill_field(k, options, &fields[i], item);
      }
    }
    if (!known) {
      find_fault(k->out, "option \"%s\" is unknown", item->string);
    }
  }
}

#define AT(member) offsetof(OPTIONS, member)
#define HAS_PART(wanted) (strcmp(k->part, wanted) == 0)

/* --- normalisation --- */

#define DEVIATIONS "sample population", 1
#define TIES "min max average dense first", 0

#define OPTIONS niem_normalise_options
static const field normalise_fields[] = {
    {"method", WORD, AT(method), 0,
     "minmax zscore scaled goalposts rank percentile_rank borda distance_target distance_reference distance_maximum "
     "fraction_maximum bands about_mean ampi",
     0},
    {"deviation", WORD, AT(deviation), 0, DEVIATIONS},
    {"ties", WORD, AT(ties), 0, TIES},
    {"truncate", WORD, AT(truncate), 0, "yes no", 1},
    {"logarithmic", FLAG, AT(logarithmic), 0, NULL, 0},
    {"negative_maximum", FLAG, AT(negative_maximum), 0, NULL, 0},
    {"directions", REALS, AT(directions), AT(n_columns), NULL, 0},
    {"low", REALS, AT(low), AT(n_columns), NULL, 0},
    {"high", REALS, AT(high), AT(n_columns), NULL, 0},
    {"targets", REALS, AT(targets), AT(n_columns), NULL, 0},
    {"lower", REAL, AT(lower), 0, NULL, 0},
    {"upper", REAL, AT(upper), 0, NULL, 0},
    {"mean", REAL, AT(mean), 0, NULL, 0},
    {"sd", REAL, AT(sd), 0, NULL, 0},
    {"threshold", REAL, AT(threshold), 0, NULL, 0},
    {"tolerance", REAL, AT(tolerance), 0, NULL, 0},
    {"constant", REAL, AT(constant), 0, NULL, 0},
    {"reference_row", COUNT, AT(reference_row), 0, NULL, 0},
    {"cuts", REALS, AT(cuts), AT(n_cuts), NULL, 0},
    {"scores", REALS, AT(scores), AT(n_scores), NULL, 0},
};
#undef OPTIONS

/* Each gives how many values there are. */
static int64_t call_normalise(call *k, double *values) {
  niem_normalise_options options;
  niem_normalise_options_init(&options);
  fill_options(k, &options, normalise_fields, sizeof normalise_fields / sizeof *normalise_fields);
  (void)went_well(k->out, niem_normalise(values, &k->x, &options, &k->out->err));
  return k->x.n_rows * k->x.n_cols;
}

static int64_t call_normaliser(call *k, double *values) {
  niem_normaliser *normaliser = NULL;
  niem_normalise_options options;
  niem_normalise_options_init(&options);
  fill_options(k, &options, normalise_fields, sizeof normalise_fields / sizeof *normalise_fields);
  if (went_well(k->out, niem_normaliser_fit(&normaliser, &k->x, &options, &k->out->err))) {
    (void)went_well(k->out, niem_normaliser_apply(values, normaliser, &k->second, &k->out->err));
  }
  niem_normaliser_free(normaliser);
  return k->second.n_rows * k->second.n_cols;
}

/* --- aggregation --- */

#define OPTIONS niem_aggregate_options
static const field aggregate_fields[] = {
    {"method", WORD, AT(method), 0,
     "arithmetic geometric harmonic power median minimum maximum owa mean_min mpi ampi copeland borda wroclaw ogwa", 0},
    {"deviation", WORD, AT(deviation), 0, DEVIATIONS},
    {"penalty", FLAG, AT(penalty), 0, NULL, 0},
    {"ties", WORD, AT(ties), 0, TIES},
    {"weights", REALS, AT(weights), AT(n_weights), NULL, 0},
    {"order_weights", REALS, AT(order_weights), AT(n_order_weights), NULL, 0},
    {"power", REAL, AT(power), 0, NULL, 0},
    {"alpha", REAL, AT(alpha), 0, NULL, 0},
    {"beta", REAL, AT(beta), 0, NULL, 0},
    {"offset", REAL, AT(offset), 0, NULL, 0},
    {"tolerance", REAL, AT(tolerance), 0, NULL, 0},
    {"min_available", REAL, AT(min_available), 0, NULL, 0},
};
#undef OPTIONS

static int64_t call_aggregate(call *k, double *values) {
  niem_aggregate_options options;
  niem_aggregate_options_init(&options);
  fill_options(k, &options, aggregate_fields, sizeof aggregate_fields / sizeof *aggregate_fields);
  (void)went_well(k->out, niem_aggregate(values, &k->x, &options, &k->out->err));
  return k->x.n_rows;
}

static int64_t call_outranking(call *k, double *values) {
  niem_aggregate_options options;
  niem_aggregate_options_init(&options);
  fill_options(k, &options, aggregate_fields, sizeof aggregate_fields / sizeof *aggregate_fields);
  (void)went_well(k->out,
                  niem_outranking(values, &k->x, options.weights, options.n_weights, options.tolerance, &k->out->err));
  return k->x.n_rows * k->x.n_rows;
}

/* --- treatment --- */

#define OPTIONS niem_treat_options
static const field treat_fields[] = {
    {"winsorise", FLAG, AT(winsorise), 0, NULL, 0},
    {"transform", WORD, AT(transform), 0, "none log_ct log_ct_shift log_ct_signed log_gii log box_cox yeo_johnson", 0},
    {"combine", FLAG, AT(combine), 0, NULL, 0},
    {"force", FLAG, AT(force), 0, NULL, 0},
    {"make_positive", FLAG, AT(make_positive), 0, NULL, 0},
    {"max_points", COUNT, AT(max_points), 0, NULL, 0},
    {"skewness", REAL, AT(skewness), 0, NULL, 0},
    {"kurtosis", REAL, AT(kurtosis), 0, NULL, 0},
    {"factor", REAL, AT(factor), 0, NULL, 0},
    {"lambda", REAL, AT(lambda), 0, NULL, 0},
    {"columns", INTEGERS, AT(columns), AT(n_columns), NULL, 0},
};
#undef OPTIONS

static double of_treatment(const niem_treatment *r, const char *part) {
  const struct {
    const char *name;
    double value;
  } parts[] = {{"passes", r->passes},
               {"n_high", (double)r->n_high},
               {"n_low", (double)r->n_low},
               {"skewness_before", r->skewness_before},
               {"kurtosis_before", r->kurtosis_before},
               {"skewness", r->skewness},
               {"kurtosis", r->kurtosis},
               {"lambda", r->lambda}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (strcmp(parts[i].name, part) == 0) {
      return parts[i].value;
    }
  }
  return (double)NAN;
}

static int64_t call_treat(call *k, double *values) {
  const int64_t n = k->x.n_rows * k->x.n_cols;
  niem_treat_options options;
  niem_treatment *report = keep(k, calloc((size_t)k->x.n_cols + 1, sizeof *report));
  int32_t *marks = keep(k, calloc((size_t)n + 1, sizeof *marks));
  niem_treat_options_init(&options);
  fill_options(k, &options, treat_fields, sizeof treat_fields / sizeof *treat_fields);
  if (!went_well(k->out, niem_treat(values, report, marks, &k->x, &options, &k->out->err)) || HAS_PART("")) {
    return n;
  }
  const int64_t n_values = HAS_PART("marks") ? n : k->x.n_cols;
  for (int64_t i = 0; i < n_values; i++) {
    values[i] = HAS_PART("marks") ? marks[i] : of_treatment(&report[i], k->part);
  }
  return n_values;
}

/* --- weights --- */

#define OPTIONS niem_weights_options
static const field weights_fields[] = {
    {"method", WORD, AT(method), 0, "equal pca entropy critic deviation influence infomax", 0},
    {"deviation", WORD, AT(deviation), 0, DEVIATIONS},
    {"components", COUNT, AT(components), 0, NULL, 0},
    {"targets", REALS, AT(targets), AT(n_targets), NULL, 0},
    {"correlation", WORD, AT(correlation), 0, "pearson spearman kendall", 0},
    {"max_evaluations", COUNT, AT(max_evaluations), 0, NULL, 0},
};
#undef OPTIONS

static int64_t call_weights(call *k, double *values) {
  niem_weights_options options;
  niem_weights_report report;
  double *shares = keep(k, calloc((size_t)k->x.n_cols + 1, sizeof *shares));
  niem_weights_options_init(&options);
  memset(&report, 0, sizeof report);
  fill_options(k, &options, weights_fields, sizeof weights_fields / sizeof *weights_fields);
  if (!went_well(k->out, niem_weights(values, shares, &report, &k->x, &options, &k->out->err)) || HAS_PART("")) {
    return k->x.n_cols;
  }
  if (HAS_PART("shares")) {
    memcpy(values, shares, (size_t)k->x.n_cols * sizeof *values);
    return k->x.n_cols;
  }
  values[0] = HAS_PART("reached")            ? report.reached
              : HAS_PART("n_zero")           ? report.n_zero
              : HAS_PART("n_rows")           ? (double)report.n_rows
              : HAS_PART("mean_correlation") ? report.mean_correlation
                                             : report.explained;
  return 1;
}

static int64_t call_weights_budget(call *k, double *values) {
  fill_options(k, NULL, NULL, 0);
  (void)went_well(k->out, niem_weights_budget(values, &k->x, &k->out->err));
  return k->x.n_cols;
}

static int64_t call_weights_ahp(call *k, double *values) {
  double ratio = (double)NAN, eigenvalue = (double)NAN;
  fill_options(k, NULL, NULL, 0);
  if (!went_well(k->out, niem_weights_ahp(values, &ratio, &eigenvalue, &k->x, &k->out->err)) || HAS_PART("")) {
    return k->x.n_cols;
  }
  values[0] = HAS_PART("ratio") ? ratio : eigenvalue;
  return 1;
}

#define OPTIONS niem_benefit_options
static const field benefit_fields[] = {
    {"least_shares", REALS, AT(least_shares), AT(n_shares), NULL, 0},
    {"most_shares", REALS, AT(most_shares), AT(n_shares), NULL, 0},
};
#undef OPTIONS

static int64_t call_benefit(call *k, double *values) {
  niem_benefit_options options;
  double *weights = keep(k, calloc((size_t)(k->x.n_rows * k->x.n_cols) + 1, sizeof *weights));
  niem_benefit_options_init(&options);
  fill_options(k, &options, benefit_fields, sizeof benefit_fields / sizeof *benefit_fields);
  const niem_status status = niem_benefit_of_doubt(values, weights, &k->x, &options, &k->out->err);
  if (!went_well(k->out, status) || !HAS_PART("weights")) {
    return k->x.n_rows;
  }
  memcpy(values, weights, (size_t)(k->x.n_rows * k->x.n_cols) * sizeof *values);
  return k->x.n_rows * k->x.n_cols;
}

#define OPTIONS niem_smaa_options
static const field smaa_fields[] = {
    {"replicates", COUNT, AT(replicates), 0, NULL, 0},
    {"seed", COUNT, AT(seed), 0, NULL, 0},
    {"least_weights", REALS, AT(least_weights), AT(n_least_weights), NULL, 0},
    {"tolerance", REAL, AT(tolerance), 0, NULL, 0},
};
#undef OPTIONS

/* On one thread and on three, which must give the same bits. */
static int64_t call_smaa(call *k, double *values) {
  const size_t n = (size_t)k->x.n_rows;
  const size_t m = (size_t)k->x.n_cols;
  double *parts = keep(k, calloc(2 * (n * n + n + n * m) + 1, sizeof *parts));
  double *others = parts + n * n + n + n * m;
  niem_smaa_options options;
  niem_exec exec;
  niem_smaa_options_init(&options);
  niem_exec_init(&exec);
  fill_options(k, &options, smaa_fields, sizeof smaa_fields / sizeof *smaa_fields);
  niem_status status = niem_smaa(parts, parts + n * n, parts + n * n + n, &k->x, &options, &exec, &k->out->err);
  if (!went_well(k->out, status)) {
    return k->x.n_rows;
  }
  exec.threads = 3;
  status = niem_smaa(others, others + n * n, others + n * n + n, &k->x, &options, &exec, &k->out->err);
  if (status != NIEM_OK || memcmp(parts, others, (n * n + n + n * m) * sizeof *parts) != 0) {
    find_fault(k->out, "three threads give other bits than one");
  }
  const double *part = HAS_PART("mean_ranks") ? parts + n * n : HAS_PART("central_weights") ? parts + n * n + n : parts;
  const size_t size = HAS_PART("mean_ranks") ? n : HAS_PART("central_weights") ? n * m : n * n;
  memcpy(values, part, size * sizeof *values);
  return (int64_t)size;
}

/* --- imputation --- */

#define OPTIONS niem_impute_options
static const field impute_fields[] = {
    {"method", WORD, AT(method), 0,
     "mean median row_mean row_median latest linear linear_constant neighbours regression em", 0},
    {"fallback", FLAG, AT(fallback), 0, NULL, 0},
    {"groups", INTEGERS, AT(groups), AT(n_groups), NULL, 0},
    {"units", INTEGERS, AT(units), AT(n_times), NULL, 0},
    {"times", REALS, AT(times), AT(n_times), NULL, 0},
    {"max_age", REAL, AT(max_age), 0, NULL, 0},
    {"neighbours", COUNT, AT(neighbours), 0, NULL, 0},
    {"predictors", INTEGERS, AT(predictors), AT(n_predictors), NULL, 0},
    {"tolerance", REAL, AT(tolerance), 0, NULL, 0},
    {"max_iterations", COUNT, AT(max_iterations), 0, NULL, 0},
};
#undef OPTIONS

static int64_t call_impute(call *k, double *values) {
  const int64_t n = k->x.n_rows * k->x.n_cols;
  niem_impute_options options;
  niem_impute_report report;
  int32_t *marks = keep(k, calloc((size_t)n + 1, sizeof *marks));
  int64_t *sources = keep(k, calloc((size_t)n + 1, sizeof *sources));
  niem_impute_options_init(&options);
  memset(&report, 0, sizeof report);
  fill_options(k, &options, impute_fields, sizeof impute_fields / sizeof *impute_fields);
  const niem_status status = niem_impute(values, marks, sources, &report, &k->x, &options, &k->out->err);
  if (!went_well(k->out, status) || HAS_PART("")) {
    return n;
  }
  if (HAS_PART("n_left")) {
    values[0] = (double)report.n_left;
    return 1;
  }
  for (int64_t i = 0; i < n; i++) {
    values[i] = HAS_PART("marks") ? (double)marks[i] : (double)sources[i];
  }
  return n;
}

/* --- screening and denomination --- */

#define OPTIONS niem_screen_options
static const field screen_fields[] = {
    {"method", WORD, AT(method), 0, "missing zeros both", 0},
    {"min_available", REAL, AT(min_available), 0, NULL, 0},
    {"min_nonzero", REAL, AT(min_nonzero), 0, NULL, 0},
    {"forced", INTEGERS, AT(forced), AT(n_forced), NULL, 0},
};
#undef OPTIONS

static int64_t call_screen(call *k, double *values) {
  const size_t room = (size_t)k->x.n_rows + 1;
  niem_screen_options options;
  int32_t *passes = keep(k, calloc(room, sizeof *passes));
  double *available = keep(k, calloc(room, sizeof *available));
  double *nonzero = keep(k, calloc(room, sizeof *nonzero));
  niem_screen_options_init(&options);
  fill_options(k, &options, screen_fields, sizeof screen_fields / sizeof *screen_fields);
  if (went_well(k->out, niem_screen(passes, available, nonzero, &k->x, &options, &k->out->err))) {
    for (int64_t i = 0; i < k->x.n_rows; i++) {
      values[i] = HAS_PART("available") ? available[i] : HAS_PART("nonzero") ? nonzero[i] : passes[i];
    }
  }
  return k->x.n_rows;
}

typedef struct denomination {
  const int32_t *which;
  const double *scales;
  int64_t n, n_scales;
} denomination;

#define OPTIONS denomination
static const field denominate_fields[] = {
    {"which", INTEGERS, AT(which), AT(n), NULL, 0},
    {"scales", REALS, AT(scales), AT(n_scales), NULL, 0},
};
#undef OPTIONS

static int64_t call_denominate(call *k, double *values) {
  denomination d = {NULL, NULL, 0, 0};
  fill_options(k, &d, denominate_fields, sizeof denominate_fields / sizeof *denominate_fields);
  if (d.scales != NULL && d.n_scales != d.n) {
    find_fault(k->out, "scales is not as long as which");
  }
  (void)went_well(k->out, niem_denominate(values, &k->x, &k->second, d.which, d.scales, d.n, &k->out->err));
  return k->x.n_rows * k->x.n_cols;
}

/* --- a case --- */

typedef struct methods_function {
  const char *name;
  int64_t (*run)(call *, double *);
} methods_function;

static void run_layout(const methods_function *f, const cJSON *options, int layout, outcome *out) {
  const char *part = case_text(options, "part");
  laid_matrix x = lay_out(cJSON_GetObjectItemCaseSensitive(options, "x"), layout);
  laid_matrix second = lay_out(cJSON_GetObjectItemCaseSensitive(options, "apply"), layout);
  const int64_t longest = x.view.n_rows > x.view.n_cols ? x.view.n_rows : x.view.n_cols;
  const size_t room = (size_t)(longest * longest + second.view.n_rows * second.view.n_cols) + 1;
  call k = {.options = options, .part = part == NULL ? "" : part, .x = x.view, .second = second.view, .out = out};
  double *values = malloc(room * sizeof *values), *before = malloc(room * sizeof *before);
  if (values == NULL || before == NULL) {
    abort();
  }
  memset(values, 0x5a, room * sizeof *values);
  memset(before, 0x5a, room * sizeof *before);
  memset(&out->err, 0, sizeof out->err);
  out->n_values = f->run(&k, values);
  if (out->err.status != NIEM_OK && memcmp(values, before, room * sizeof *values) != 0) {
    find_fault(out, "a call that is refused has written into its result");
  }
  if (layout > 0 && memcmp(values, out->values, (size_t)out->n_values * sizeof *values) != 0) {
    find_fault(out, "layout %d of the matrix gives other bits", layout);
  }
  free(out->values);
  out->values = values;
  for (int i = 0; i < k.n_lists; i++) {
    free(k.lists[i]);
  }
  free(before);
  free(x.cells);
  free(second.cells);
}

int run_methods(const vector_case *c, const char *function, outcome *out) {
  static const methods_function functions[] = {{"normalise", call_normalise},
                                               {"normaliser", call_normaliser},
                                               {"aggregate", call_aggregate},
                                               {"outranking", call_outranking},
                                               {"treat", call_treat},
                                               {"weights", call_weights},
                                               {"weights_budget", call_weights_budget},
                                               {"weights_ahp", call_weights_ahp},
                                               {"benefit_of_doubt", call_benefit},
                                               {"smaa", call_smaa},
                                               {"impute", call_impute},
                                               {"screen", call_screen},
                                               {"denominate", call_denominate}};
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
    if (strcmp(function, functions[i].name) == 0) {
      for (int layout = 0; layout < LAYOUTS; layout++) {
        run_layout(&functions[i], options_of(c), layout, out);
      }
      return 1;
    }
  }
  return 0;
}
