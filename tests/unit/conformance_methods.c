/* Running a conformance case of niem/methods.h: bare matrices.
 *
 * A matrix is read where it lies: row after row, column after column, with gaps and backwards, and each of these must
 * give the same bits. A call that is refused must leave its result untouched. */
#include "conformance_matrices.h"

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
     "mean median row_mean row_median latest linear linear_constant neighbours regression em constant", 0},
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

int run_methods(const vector_case *c, const char *function, outcome *out) {
  static const matrix_function functions[] = {{"normalise", call_normalise},
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
  return run_of(functions, sizeof functions / sizeof functions[0], c, function, out);
}
