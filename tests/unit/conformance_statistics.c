/* Running a conformance case of niem/statistics.h: bare matrices, and vectors of probabilities. */
#include "conformance_matrices.h"

/* A number of a report by its name. */
typedef struct report_part {
  const char *name;
  size_t at;
  char kind; /* n: int64_t, i: int32_t, d: double */
} report_part;

static double part_of(const void *report, const report_part *parts, const char *name) {
  for (; parts->name != NULL; parts++) {
    const char *at = (const char *)report + parts->at;
    if (strcmp(parts->name, name) == 0) {
      int64_t count;
      int32_t flag;
      double value;
      memcpy(&count, at, sizeof count);
      memcpy(&flag, at, sizeof flag);
      memcpy(&value, at, sizeof value);
      return parts->kind == 'n' ? (double)count : parts->kind == 'i' ? (double)flag : value;
    }
  }
  return (double)INFINITY; /* no vector expects it */
}

/* --- vectors --- */

#define OPTIONS niem_distribution_options
static const field distribution_fields[] = {
    {"distribution", WORD, AT(distribution), 0, "normal t chi_squared f", 0},
    {"tail", WORD, AT(tail), 0, "lower upper both", 0},
    {"df1", REAL, AT(df1), 0, NULL, 0},
    {"df2", REAL, AT(df2), 0, NULL, 0},
};
#undef OPTIONS

typedef struct adjusting {
  int32_t method;
  double room[2]; /* for the kinds of fields that it has not: compilers look at all that could be filled */
} adjusting;
#define OPTIONS adjusting
static const field adjust_fields[] = {
    {"method", WORD, AT(method), 0, "holm hochberg hommel bonferroni bh by", 0},
};
#undef OPTIONS

/* The vector once more as its own result. */
static void check_in_place(outcome *out, double *x, const double *values, int64_t n, niem_status status) {
  if (out->err.status == NIEM_OK && (status != NIEM_OK || memcmp(x, values, (size_t)n * sizeof *x) != 0)) {
    find_fault(out, "in place there are other bits");
  }
}

static int run_vector(const cJSON *options, const char *name, outcome *out) {
  int64_t n = 0;
  double *x = numbers_of_item(cJSON_GetObjectItemCaseSensitive(options, "x"), &n);
  double *values = malloc(((size_t)n + 1) * sizeof *values);
  call k = {.options = options, .part = "", .out = out};
  niem_distribution_options d;
  adjusting a = {0};
  if (x == NULL || values == NULL) {
    abort();
  }
  niem_distribution_options_init(&d);
  if (strcmp(name, "adjust_p_values") == 0) {
    fill_options(&k, &a, adjust_fields, sizeof adjust_fields / sizeof *adjust_fields);
    (void)went_well(out, niem_adjust_p_values(values, x, n, a.method, &out->err));
    check_in_place(out, x, values, n, niem_adjust_p_values(x, x, n, a.method, NULL));
  } else {
    const int forth = strcmp(name, "probability") == 0;
    fill_options(&k, &d, distribution_fields, sizeof distribution_fields / sizeof *distribution_fields);
    (void)went_well(
        out, forth ? niem_probability(values, x, n, &d, &out->err) : niem_critical_value(values, x, n, &d, &out->err));
    check_in_place(out, x, values, n,
                   forth ? niem_probability(x, x, n, &d, NULL) : niem_critical_value(x, x, n, &d, NULL));
  }
  out->values = values;
  out->n_values = n;
  free(x);
  return 1;
}

/* --- description --- */

#define OPTIONS niem_describe_options
static const field describe_fields[] = {
    {"min_available", REAL, AT(min_available), 0, NULL, 0}, {"min_nonzero", REAL, AT(min_nonzero), 0, NULL, 0},
    {"min_unique", REAL, AT(min_unique), 0, NULL, 0},       {"skewness", REAL, AT(skewness), 0, NULL, 0},
    {"kurtosis", REAL, AT(kurtosis), 0, NULL, 0},           {"fence", REAL, AT(fence), 0, NULL, 0},
};
#undef OPTIONS

#define PART(type, name, kind) \
  { #name, offsetof(type, name), kind }
#define OF(name, kind) PART(niem_description, name, kind)
static const report_part description_parts[] = {
    OF(n, 'n'),         OF(n_missing, 'n'), OF(n_unique, 'n'),  OF(n_nonzero, 'n'), OF(n_commonest, 'n'),
    OF(n_low, 'n'),     OF(n_high, 'n'),    OF(available, 'd'), OF(unique, 'd'),    OF(nonzero, 'd'),
    OF(commonest, 'd'), OF(minimum, 'd'),   OF(maximum, 'd'),   OF(mean, 'd'),      OF(median, 'd'),
    OF(q05, 'd'),       OF(q25, 'd'),       OF(q75, 'd'),       OF(q95, 'd'),       OF(iqr, 'd'),
    OF(deviation, 'd'), OF(variation, 'd'), OF(skewness, 'd'),  OF(kurtosis, 'd'),  OF(flags, 'i'),
    {NULL, 0, 0}};
#undef OF

static int64_t call_describe(call *k, double *values) {
  niem_describe_options options;
  niem_description *found = keep(k, calloc((size_t)k->x.n_cols + 1, sizeof *found));
  niem_describe_options_init(&options);
  fill_options(k, &options, describe_fields, sizeof describe_fields / sizeof *describe_fields);
  if (went_well(k->out, niem_describe(found, &k->x, &options, &k->out->err))) {
    for (int64_t j = 0; j < k->x.n_cols; j++) {
      values[j] = part_of(&found[j], description_parts, k->part);
    }
  }
  return k->x.n_cols;
}

/* --- correlations --- */

#define OPTIONS niem_correlate_options
static const field correlate_fields[] = {
    {"method", WORD, AT(method), 0, "pearson spearman kendall", 0},
    {"rows", WORD, AT(rows), 0, "default complete pairwise", 0},
    {"test", WORD, AT(test), 0, "default exact asymptotic", 0},
    {"tolerance", REAL, AT(tolerance), 0, NULL, 0},
};
#undef OPTIONS

/* On one thread and on three, which must give the same bits. */
static int64_t call_correlate(call *k, double *values) {
  const int has_second = k->second.n_rows > 0;
  const niem_matrix *y = has_second ? &k->second : NULL;
  const size_t cells = (size_t)k->x.n_cols * (size_t)(has_second ? k->second.n_cols : k->x.n_cols);
  double *found = keep(k, calloc(4 * cells + 1, sizeof *found));
  int64_t *n = keep(k, calloc(2 * cells + 1, sizeof *n));
  niem_correlate_options options;
  niem_exec exec;
  niem_correlate_options_init(&options);
  niem_exec_init(&exec);
  fill_options(k, &options, correlate_fields, sizeof correlate_fields / sizeof *correlate_fields);
  if (!went_well(k->out, niem_correlate(found, found + cells, n, &k->x, y, &options, &exec, &k->out->err))) {
    return (int64_t)cells;
  }
  exec.threads = 3;
  (void)niem_correlate(found + 2 * cells, found + 3 * cells, n + cells, &k->x, y, &options, &exec, NULL);
  if (memcmp(found, found + 2 * cells, 2 * cells * sizeof *found) != 0 ||
      memcmp(n, n + cells, cells * sizeof *n) != 0) {
    find_fault(k->out, "three threads give other bits than one");
  }
  for (size_t i = 0; i < cells; i++) {
    values[i] = HAS_PART("n") ? (double)n[i] : HAS_PART("p") ? found[cells + i] : found[i];
  }
  return (int64_t)cells;
}

/* --- reliability --- */

#define OPTIONS niem_alpha_options
static const field alpha_fields[] = {
    {"rows", WORD, AT(rows), 0, "default complete pairwise", 0},
    {"level", REAL, AT(level), 0, NULL, 0},
    {"directions", REALS, AT(directions), AT(n_directions), NULL, 0},
};
#undef OPTIONS

#define OF(name, kind) PART(niem_alpha, name, kind)
static const report_part alpha_parts[] = {
    OF(n, 'n'),         OF(n_items, 'n'), OF(n_negative, 'n'),   OF(n_constant, 'n'), OF(alpha, 'd'),
    OF(low, 'd'),       OF(high, 'd'),    OF(standardised, 'd'), OF(average_r, 'd'),  OF(lambda_6, 'd'),
    OF(deviation, 'd'), OF(error, 'd'),   {NULL, 0, 0}};
#undef OF
#define OF(name, kind) PART(niem_alpha_item, name, kind)
static const report_part item_parts[] = {OF(mean, 'd'),
                                         {"deviations", offsetof(niem_alpha_item, deviation), 'd'},
                                         OF(r_total, 'd'),
                                         OF(r_rest, 'd'),
                                         OF(smc, 'd'),
                                         OF(alpha_without, 'd'),
                                         OF(standardised_without, 'd'),
                                         {NULL, 0, 0}};
#undef OF

static int64_t call_alpha(call *k, double *values) {
  niem_alpha_options options;
  niem_alpha report;
  niem_alpha_item *items = keep(k, calloc((size_t)k->x.n_cols + 1, sizeof *items));
  niem_alpha_options_init(&options);
  fill_options(k, &options, alpha_fields, sizeof alpha_fields / sizeof *alpha_fields);
  if (!went_well(k->out, niem_cronbach_alpha(&report, items, &k->x, &options, &k->out->err))) {
    return 1;
  }
  values[0] = part_of(&report, alpha_parts, HAS_PART("") ? "alpha" : k->part);
  if (values[0] < (double)INFINITY || values[0] != values[0]) {
    return 1;
  }
  for (int64_t j = 0; j < k->x.n_cols; j++) {
    values[j] = part_of(&items[j], item_parts, k->part);
  }
  return k->x.n_cols;
}

#define OPTIONS niem_omega_options
static const field omega_fields[] = {
    {"rows", WORD, AT(rows), 0, "default complete pairwise", 0},
    {"directions", REALS, AT(directions), AT(n_directions), NULL, 0},
};
#undef OPTIONS
#define OF(name, kind) PART(niem_omega, name, kind)
static const report_part omega_parts[] = {
    OF(n, 'n'),        OF(converged, 'i'), OF(omega, 'd'),    OF(standardised, 'd'),
    OF(observed, 'd'), OF(explained, 'd'), OF(residual, 'd'), {NULL, 0, 0}};
#undef OF

static int64_t call_omega(call *k, double *values) {
  niem_omega_options options;
  niem_omega report;
  double *loadings = keep(k, calloc((size_t)k->x.n_cols + 1, sizeof *loadings));
  niem_omega_options_init(&options);
  fill_options(k, &options, omega_fields, sizeof omega_fields / sizeof *omega_fields);
  if (!went_well(k->out, niem_mcdonald_omega(&report, loadings, &k->x, &options, &k->out->err))) {
    return 1;
  }
  if (HAS_PART("loadings")) {
    memcpy(values, loadings, (size_t)k->x.n_cols * sizeof *values);
    return k->x.n_cols;
  }
  values[0] = part_of(&report, omega_parts, HAS_PART("") ? "omega" : k->part);
  return 1;
}

/* --- principal components --- */

#define OPTIONS niem_components_options
static const field components_fields[] = {
    {"of", WORD, AT(of), 0, "correlations covariances", 0},
    {"rotation", WORD, AT(rotation), 0, "none varimax", 0},
    {"components", COUNT, AT(components), 0, NULL, 0},
    {"explained", REAL, AT(explained), 0, NULL, 0},
};
#undef OPTIONS
#define OF(name, kind) PART(niem_components_report, name, kind)
static const report_part components_parts[] = {
    OF(n, 'n'),           OF(n_components, 'n'), OF(converged, 'i'), OF(explained, 'd'), OF(kmo, 'd'),
    OF(determinant, 'd'), OF(bartlett, 'd'),     OF(df, 'd'),        OF(p, 'd'),         {NULL, 0, 0}};
#undef OF

static double *room_of(call *k, int64_t n) {
  return keep(k, calloc((size_t)n + 1, sizeof(double)));
}

static int64_t call_components(call *k, double *values) {
  const int64_t rows = k->x.n_rows, m = k->x.n_cols;
  niem_components_options options;
  niem_components_report report;
  niem_components_arrays a;
  niem_components_options_init(&options);
  niem_components_arrays_init(&a);
  fill_options(k, &options, components_fields, sizeof components_fields / sizeof *components_fields);
  a.eigenvalues = room_of(k, m);
  a.shares = room_of(k, m);
  a.cumulated = room_of(k, m);
  a.communalities = room_of(k, m);
  a.adequacy = room_of(k, m);
  a.loadings = room_of(k, m * m);
  a.scores = room_of(k, rows * m);
  if (options.rotation == NIEM_ROTATION_VARIMAX) {
    a.rotated = room_of(k, m * m);
    a.rotated_shares = room_of(k, m);
  }
  if (!went_well(k->out, niem_principal_components(&report, &a, &k->x, &options, &k->out->err))) {
    return 1;
  }
  const int64_t c = report.n_components;
  const struct {
    const char *name;
    const double *values;
    int64_t n;
  } parts[] = {
      {"eigenvalues", a.eigenvalues, m},     {"shares", a.shares, m},       {"cumulated", a.cumulated, m},
      {"communalities", a.communalities, m}, {"adequacy", a.adequacy, m},   {"loadings", a.loadings, m * c},
      {"scores", a.scores, rows * c},        {"rotated", a.rotated, m * c}, {"rotated_shares", a.rotated_shares, c}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (HAS_PART(parts[i].name)) {
      memcpy(values, parts[i].values, (size_t)parts[i].n * sizeof *values);
      return parts[i].n;
    }
  }
  values[0] = part_of(&report, components_parts, k->part);
  return 1;
}

int run_statistics(const vector_case *c, const char *function, outcome *out) {
  static const matrix_function functions[] = {{"describe", call_describe},
                                              {"correlate", call_correlate},
                                              {"cronbach_alpha", call_alpha},
                                              {"mcdonald_omega", call_omega},
                                              {"principal_components", call_components}};
  if (is_word_of("probability critical_value adjust_p_values", function)) {
    return run_vector(options_of(c), function, out);
  }
  return run_of(functions, sizeof functions / sizeof functions[0], c, function, out);
}
