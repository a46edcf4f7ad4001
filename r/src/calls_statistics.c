/* Calls of include/niem/statistics.h. Reports come as lists, one element a field; those of columns as lists of columns.
 */
#include <stddef.h>

#include "calls.h"
#include "glue.h"
#include "matrices.h"

/* A field of a report of the core. */
typedef enum field_kind { FIELD_COUNT, FIELD_REAL, FIELD_FLAG, FIELD_BITS } field_kind;
typedef struct report_field {
  const char *name;
  field_kind kind;
  size_t at;
} report_field;

#define COUNT(type, name) \
  { #name, FIELD_COUNT, offsetof(type, name) }
#define REAL_FIELD(type, name) \
  { #name, FIELD_REAL, offsetof(type, name) }
#define LAST \
  { NULL, FIELD_REAL, 0 }

static void take_field(SEXP column, R_xlen_t place, const char *report, const report_field *field) {
  const void *at = report + field->at;
  if (field->kind == FIELD_COUNT) {
    REAL(column)[place] = (double)*(const int64_t *)at;
  } else if (field->kind == FIELD_REAL) {
    REAL(column)[place] = with_na(*(const double *)at);
  } else if (field->kind == FIELD_FLAG) {
    LOGICAL(column)[place] = *(const int32_t *)at != 0;
  } else {
    INTEGER(column)[place] = *(const int32_t *)at;
  }
}

/* n reports, `size` bytes apart, as a list of columns. */
static SEXP reports_of(const void *reports, size_t size, int64_t n, const report_field *fields) {
  static const SEXPTYPE TYPES[] = {REALSXP, REALSXP, LGLSXP, INTSXP};
  int count = 0;
  while (fields[count].name != NULL) {
    count++;
  }
  SEXP list = PROTECT(Rf_allocVector(VECSXP, count));
  SEXP names = PROTECT(Rf_allocVector(STRSXP, count));
  for (int k = 0; k < count; k++) {
    SEXP column = Rf_allocVector(TYPES[fields[k].kind], (R_xlen_t)n);
    SET_VECTOR_ELT(list, k, column);
    SET_STRING_ELT(names, k, Rf_mkChar(fields[k].name));
    for (int64_t i = 0; i < n; i++) {
      take_field(column, (R_xlen_t)i, (const char *)reports + (size_t)i * size, &fields[k]);
    }
  }
  Rf_setAttrib(list, R_NamesSymbol, names);
  UNPROTECT(2);
  return list;
}

/* ---- probabilities */

typedef niem_status (*of_numbers)(double *, const double *, int64_t, const niem_distribution_options *, niem_error *);

static SEXP call_distribution(of_numbers function, SEXP x, SEXP list, const char *argument) {
  niem_distribution_options options;
  niem_distribution_options_init(&options);
  fill_one(list, OPTIONS_NIEM_DISTRIBUTION_OPTIONS, &options);
  const double *of_x = reals_of(x, argument);
  double *out = room_for((size_t)XLENGTH(x));
  niem_error err = {0};
  settle(function(out, of_x, XLENGTH(x), &options, &err), &err);
  SEXP result = Rf_allocVector(REALSXP, XLENGTH(x));
  for (R_xlen_t i = 0; i < XLENGTH(x); i++) {
    REAL(result)[i] = with_na(out[i]);
  }
  return result;
}

SEXP r_probability(SEXP x, SEXP list) {
  return call_distribution(niem_probability, x, list, "x");
}

SEXP r_critical_value(SEXP p, SEXP list) {
  return call_distribution(niem_critical_value, p, list, "p");
}

SEXP r_adjust_p_values(SEXP p, SEXP method) {
  static const char *const METHODS[] = {"holm", "hochberg", "hommel", "bonferroni", "bh", "by", NULL};
  const int32_t of_method = word_of(method, METHODS, "method");
  const double *of_p = reals_of(p, "p");
  double *out = room_for((size_t)XLENGTH(p));
  niem_error err = {0};
  settle(niem_adjust_p_values(out, of_p, XLENGTH(p), of_method, &err), &err);
  return vector_of(out, XLENGTH(p));
}

/* ---- what columns are described by */

#define OF(name) COUNT(niem_description, name)
#define REAL_OF(name) REAL_FIELD(niem_description, name)
static const report_field DESCRIPTION[] = {OF(n),
                                           OF(n_missing),
                                           OF(n_unique),
                                           OF(n_nonzero),
                                           OF(n_commonest),
                                           OF(n_low),
                                           OF(n_high),
                                           REAL_OF(available),
                                           REAL_OF(unique),
                                           REAL_OF(nonzero),
                                           REAL_OF(commonest),
                                           REAL_OF(minimum),
                                           REAL_OF(maximum),
                                           REAL_OF(mean),
                                           REAL_OF(median),
                                           REAL_OF(q05),
                                           REAL_OF(q25),
                                           REAL_OF(q75),
                                           REAL_OF(q95),
                                           REAL_OF(iqr),
                                           REAL_OF(deviation),
                                           REAL_OF(variation),
                                           REAL_OF(skewness),
                                           REAL_OF(kurtosis),
                                           {"flags", FIELD_BITS, offsetof(niem_description, flags)},
                                           LAST};
#undef OF
#undef REAL_OF

SEXP r_describe(SEXP x, SEXP list) {
  const niem_matrix of_x = matrix_of(x, "x");
  niem_describe_options options;
  niem_describe_options_init(&options);
  fill_one(list, OPTIONS_NIEM_DESCRIBE_OPTIONS, &options);
  niem_description *out = (niem_description *)R_alloc((size_t)of_x.n_cols + 1, sizeof *out);
  niem_error err = {0};
  settle(niem_describe(out, &of_x, &options, &err), &err);
  return reports_of(out, sizeof *out, of_x.n_cols, DESCRIPTION);
}

/* ---- correlations */

SEXP r_correlate(SEXP x, SEXP y, SEXP list, SEXP threads, SEXP report) {
  static const char *const NAMES[] = {"r", "p", "n", ""};
  const niem_matrix of_x = matrix_of(x, "x");
  const niem_matrix of_y = y == R_NilValue ? of_x : matrix_of(y, "y");
  niem_correlate_options options;
  niem_correlate_options_init(&options);
  fill_one(list, OPTIONS_NIEM_CORRELATE_OPTIONS, &options);
  niem_exec exec;
  watch on;
  fill_exec(&exec, &on, threads, report);
  const size_t cells = (size_t)of_x.n_cols * (size_t)of_y.n_cols;
  double *r = room_for(cells);
  double *p = room_for(cells);
  double *counts = room_for(cells);
  int64_t *n = (int64_t *)R_alloc(cells + 1, sizeof *n);
  niem_error err = {0};
  const niem_status status = niem_correlate(r, p, n, &of_x, y == R_NilValue ? NULL : &of_y, &options, &exec, &err);
  if (was_interrupted(&on, status)) {
    return R_NilValue;
  }
  settle(status, &err);
  for (size_t i = 0; i < cells; i++) {
    counts[i] = (double)n[i];
  }
  SEXP result = PROTECT(Rf_mkNamed(VECSXP, (const char **)NAMES));
  SET_VECTOR_ELT(result, 0, by_rows(r, of_x.n_cols, of_y.n_cols));
  SET_VECTOR_ELT(result, 1, by_rows(p, of_x.n_cols, of_y.n_cols));
  SET_VECTOR_ELT(result, 2, by_rows(counts, of_x.n_cols, of_y.n_cols));
  UNPROTECT(1);
  return result;
}

/* ---- reliability */

#define OF(name) COUNT(niem_alpha, name)
#define REAL_OF(name) REAL_FIELD(niem_alpha, name)
static const report_field ALPHA[] = {
    OF(n),         OF(n_items),           OF(n_negative),     OF(n_constant),    REAL_OF(alpha),     REAL_OF(low),
    REAL_OF(high), REAL_OF(standardised), REAL_OF(average_r), REAL_OF(lambda_6), REAL_OF(deviation), REAL_OF(error),
    LAST};
#undef OF
#undef REAL_OF
#define OF(name) COUNT(niem_alpha_item, name)
#define REAL_OF(name) REAL_FIELD(niem_alpha_item, name)
static const report_field ALPHA_ITEM[] = {OF(n),
                                          REAL_OF(mean),
                                          REAL_OF(deviation),
                                          REAL_OF(r_total),
                                          REAL_OF(r_rest),
                                          REAL_OF(smc),
                                          REAL_OF(alpha_without),
                                          REAL_OF(standardised_without),
                                          LAST};
#undef OF
#undef REAL_OF

/* Two parts under their names. */
static SEXP parts_of(const char *const names[3], SEXP first, SEXP second) {
  SEXP result = PROTECT(Rf_mkNamed(VECSXP, (const char **)names));
  SET_VECTOR_ELT(result, 0, first);
  SET_VECTOR_ELT(result, 1, second);
  UNPROTECT(1);
  return result;
}

SEXP r_cronbach_alpha(SEXP x, SEXP list) {
  static const char *const NAMES[] = {"report", "items", ""};
  const niem_matrix of_x = matrix_of(x, "x");
  niem_alpha_options options;
  niem_alpha_options_init(&options);
  fill_one(list, OPTIONS_NIEM_ALPHA_OPTIONS, &options);
  niem_alpha_item *items = (niem_alpha_item *)R_alloc((size_t)of_x.n_cols + 1, sizeof *items);
  niem_alpha out = {0};
  niem_error err = {0};
  settle(niem_cronbach_alpha(&out, items, &of_x, &options, &err), &err);
  SEXP report = PROTECT(reports_of(&out, sizeof out, 1, ALPHA));
  SEXP by_item = PROTECT(reports_of(items, sizeof *items, of_x.n_cols, ALPHA_ITEM));
  SEXP result = parts_of(NAMES, report, by_item);
  UNPROTECT(2);
  return result;
}

#define OF(name) COUNT(niem_omega, name)
#define REAL_OF(name) REAL_FIELD(niem_omega, name)
static const report_field OMEGA[] = {OF(n),
                                     OF(n_items),
                                     OF(n_heywood),
                                     OF(steps),
                                     {"converged", FIELD_FLAG, offsetof(niem_omega, converged)},
                                     REAL_OF(omega),
                                     REAL_OF(standardised),
                                     REAL_OF(observed),
                                     REAL_OF(explained),
                                     REAL_OF(residual),
                                     LAST};
#undef OF
#undef REAL_OF

SEXP r_mcdonald_omega(SEXP x, SEXP list) {
  static const char *const NAMES[] = {"report", "loadings", ""};
  const niem_matrix of_x = matrix_of(x, "x");
  niem_omega_options options;
  niem_omega_options_init(&options);
  fill_one(list, OPTIONS_NIEM_OMEGA_OPTIONS, &options);
  double *loadings = room_for((size_t)of_x.n_cols);
  niem_omega out = {0};
  niem_error err = {0};
  settle(niem_mcdonald_omega(&out, loadings, &of_x, &options, &err), &err);
  SEXP report = PROTECT(reports_of(&out, sizeof out, 1, OMEGA));
  SEXP of_items = PROTECT(vector_of(loadings, of_x.n_cols));
  SEXP result = parts_of(NAMES, report, of_items);
  UNPROTECT(2);
  return result;
}

/* ---- principal components */

#define REAL_OF(name) REAL_FIELD(niem_components, name)
static const report_field COMPONENTS[] = {COUNT(niem_components, n),
                                          COUNT(niem_components, n_components),
                                          {"converged", FIELD_FLAG, offsetof(niem_components, converged)},
                                          REAL_OF(explained),
                                          REAL_OF(kmo),
                                          REAL_OF(determinant),
                                          REAL_OF(bartlett),
                                          REAL_OF(df),
                                          REAL_OF(p),
                                          LAST};
#undef REAL_OF

static niem_components_arrays arrays_for(const niem_matrix *x, int rotated) {
  const size_t n = (size_t)x->n_cols;
  niem_components_arrays a;
  niem_components_arrays_init(&a);
  a.eigenvalues = room_for(n);
  a.shares = room_for(n);
  a.cumulated = room_for(n);
  a.communalities = room_for(n);
  a.adequacy = room_for(n);
  a.loadings = room_for(n * n);
  a.scores = room_for((size_t)x->n_rows * n);
  if (rotated) {
    a.rotated = room_for(n * n);
    a.rotated_shares = room_for(n);
    a.rotation = room_for(n * n);
  }
  return a;
}

SEXP r_principal_components(SEXP x, SEXP list) {
  static const char *const NAMES[] = {"report", "eigenvalues", "shares",  "cumulated",      "loadings", "communalities",
                                      "scores", "adequacy",    "rotated", "rotated_shares", "rotation", ""};
  const niem_matrix of_x = matrix_of(x, "x");
  niem_components_options options;
  niem_components_options_init(&options);
  fill_one(list, OPTIONS_NIEM_COMPONENTS_OPTIONS, &options);
  const niem_components_arrays a = arrays_for(&of_x, options.rotation == NIEM_ROTATION_VARIMAX);
  niem_components out = {0};
  niem_error err = {0};
  settle(niem_principal_components(&out, &a, &of_x, &options, &err), &err);
  const int64_t n = of_x.n_cols;
  const int64_t k = out.n_components;
  SEXP result = PROTECT(Rf_mkNamed(VECSXP, (const char **)NAMES));
  SET_VECTOR_ELT(result, 0, reports_of(&out, sizeof out, 1, COMPONENTS));
  SET_VECTOR_ELT(result, 1, vector_of(a.eigenvalues, n));
  SET_VECTOR_ELT(result, 2, vector_of(a.shares, n));
  SET_VECTOR_ELT(result, 3, vector_of(a.cumulated, n));
  SET_VECTOR_ELT(result, 4, by_rows(a.loadings, n, k));
  SET_VECTOR_ELT(result, 5, vector_of(a.communalities, n));
  SET_VECTOR_ELT(result, 6, by_rows(a.scores, of_x.n_rows, k));
  SET_VECTOR_ELT(result, 7, vector_of(a.adequacy, n));
  if (a.rotated != NULL) {
    SET_VECTOR_ELT(result, 8, by_rows(a.rotated, n, k));
    SET_VECTOR_ELT(result, 9, vector_of(a.rotated_shares, k));
    SET_VECTOR_ELT(result, 10, by_rows(a.rotation, k, k));
  }
  UNPROTECT(1);
  return result;
}
