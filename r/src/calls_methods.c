/* Calls of include/niem/methods.h. R's matrices are read in place, column after column; what the core gives row after
 * row is laid out for R here. */
#include "calls.h"
#include "glue.h"
#include "matrices.h"

static SEXP integers_like(SEXP x, const int32_t *rows) {
  int n = Rf_nrows(x);
  int m = Rf_ncols(x);
  SEXP out = PROTECT(Rf_allocMatrix(INTSXP, n, m));
  for (int j = 0; j < m; j++) {
    for (int i = 0; i < n; i++) {
      INTEGER(out)[(R_xlen_t)j * n + i] = rows[(R_xlen_t)i * m + j];
    }
  }
  keep_dimnames(out, x);
  UNPROTECT(1);
  return out;
}

/* Rows from 0 as R's rows from 1, NA for none. */
static SEXP rows_like(SEXP x, const int64_t *rows) {
  R_xlen_t size = (R_xlen_t)Rf_nrows(x) * Rf_ncols(x);
  int32_t *places = (int32_t *)R_alloc((size_t)size + 1, sizeof *places);
  for (R_xlen_t i = 0; i < size; i++) {
    places[i] = rows[i] < 0 ? NA_INTEGER : (int32_t)rows[i] + 1;
  }
  return integers_like(x, places);
}

static void fill_normalise(SEXP list, niem_normalise_options *options) {
  niem_normalise_options_init(options);
  fill_one(list, OPTIONS_NIEM_NORMALISE_OPTIONS, options);
}

/* ---- normalisation */

SEXP r_normalise(SEXP x, SEXP list) {
  const niem_matrix of_x = matrix_of(x, "x");
  niem_normalise_options options;
  fill_normalise(list, &options);
  double *out = room_for(size_of(&of_x));
  niem_error err = {0};
  settle(niem_normalise(out, &of_x, &options, &err), &err);
  return reals_like(x, out);
}

SEXP r_normaliser_fit(SEXP x, SEXP list) {
  const niem_matrix of_x = matrix_of(x, "x");
  niem_normalise_options options;
  fill_normalise(list, &options);
  SEXP handle = PROTECT(handle_new(HANDLE_NORMALISER));
  niem_normaliser *normaliser = NULL;
  niem_error err = {0};
  niem_status status = niem_normaliser_fit(&normaliser, &of_x, &options, &err);
  handle_set(handle, normaliser);
  settle(status, &err);
  UNPROTECT(1);
  return handle;
}

SEXP r_normaliser_apply(SEXP handle, SEXP x) {
  const niem_normaliser *normaliser = handle_get(handle, HANDLE_NORMALISER, "normaliser");
  const niem_matrix of_x = matrix_of(x, "x");
  double *out = room_for(size_of(&of_x));
  niem_error err = {0};
  settle(niem_normaliser_apply(out, normaliser, &of_x, &err), &err);
  return reals_like(x, out);
}

/* ---- aggregation */

SEXP r_aggregate(SEXP x, SEXP list) {
  const niem_matrix of_x = matrix_of(x, "x");
  niem_aggregate_options options;
  niem_aggregate_options_init(&options);
  fill_one(list, OPTIONS_NIEM_AGGREGATE_OPTIONS, &options);
  double *out = room_for((size_t)of_x.n_rows);
  niem_error err = {0};
  settle(niem_aggregate(out, &of_x, &options, &err), &err);
  return vector_of(out, of_x.n_rows);
}

SEXP r_outranking(SEXP x, SEXP weights, SEXP tolerance) {
  const niem_matrix of_x = matrix_of(x, "x");
  const double *of_weights = weights == R_NilValue ? NULL : reals_of(weights, "weights");
  if (XLENGTH(tolerance) != 1) {
    fail_argument("tolerance", "must be one number");
  }
  double of_tolerance = *reals_of(tolerance, "tolerance");
  double *rows = room_for((size_t)of_x.n_rows * (size_t)of_x.n_rows);
  niem_error err = {0};
  settle(niem_outranking(rows, &of_x, of_weights, Rf_xlength(weights), of_tolerance, &err), &err);
  return square_of(rows, of_x.n_rows);
}

/* ---- treatment of outliers */

/* The report: a list of columns, one element for each column of the matrix. */
static SEXP treatments(const niem_treatment *of, int n) {
  static const char *const NAMES[] = {"treated",         "passes",   "n_high",   "n_low",  "skewness_before",
                                      "kurtosis_before", "skewness", "kurtosis", "lambda", ""};
  SEXP list = PROTECT(Rf_mkNamed(VECSXP, (const char **)NAMES));
  for (int k = 0; k < 9; k++) {
    SET_VECTOR_ELT(list, k, Rf_allocVector(k < 2 ? INTSXP : REALSXP, n));
  }
  for (int j = 0; j < n; j++) {
    const double reals[] = {(double)of[j].n_high, (double)of[j].n_low, of[j].skewness_before, of[j].kurtosis_before,
                            of[j].skewness,       of[j].kurtosis,      of[j].lambda};
    INTEGER(VECTOR_ELT(list, 0))[j] = of[j].treated;
    INTEGER(VECTOR_ELT(list, 1))[j] = of[j].passes < 0 ? NA_INTEGER : of[j].passes;
    for (int k = 0; k < 7; k++) {
      REAL(VECTOR_ELT(list, k + 2))[j] = with_na(reals[k]);
    }
  }
  UNPROTECT(1);
  return list;
}

SEXP r_treat(SEXP x, SEXP list) {
  static const char *const NAMES[] = {"x", "report", "marks", ""};
  const niem_matrix of_x = matrix_of(x, "x");
  niem_treat_options options;
  niem_treat_options_init(&options);
  fill_one(list, OPTIONS_NIEM_TREAT_OPTIONS, &options);
  double *out = room_for(size_of(&of_x));
  int32_t *marks = (int32_t *)R_alloc(size_of(&of_x) + 1, sizeof *marks);
  niem_treatment *report = (niem_treatment *)R_alloc((size_t)of_x.n_cols + 1, sizeof *report);
  niem_error err = {0};
  settle(niem_treat(out, report, marks, &of_x, &options, &err), &err);
  SEXP result = PROTECT(Rf_mkNamed(VECSXP, (const char **)NAMES));
  SET_VECTOR_ELT(result, 0, reals_like(x, out));
  SET_VECTOR_ELT(result, 1, treatments(report, (int)of_x.n_cols));
  SET_VECTOR_ELT(result, 2, integers_like(x, marks));
  UNPROTECT(1);
  return result;
}

/* ---- weights */

SEXP r_weights(SEXP x, SEXP list) {
  static const char *const NAMES[] = {"weights",     "shares",    "reached",   "n_zero",
                                      "n_rows",      "departure", "explained", "mean_correlation",
                                      "evaluations", "converged", ""};
  const niem_matrix of_x = matrix_of(x, "x");
  niem_weights_options options;
  niem_weights_options_init(&options);
  fill_one(list, OPTIONS_NIEM_WEIGHTS_OPTIONS, &options);
  double *out = room_for((size_t)of_x.n_cols);
  double *shares = room_for((size_t)of_x.n_cols);
  niem_weights_report report = {0};
  niem_error err = {0};
  settle(niem_weights(out, shares, &report, &of_x, &options, &err), &err);
  SEXP result = PROTECT(Rf_mkNamed(VECSXP, (const char **)NAMES));
  SET_VECTOR_ELT(result, 0, vector_of(out, of_x.n_cols));
  SET_VECTOR_ELT(result, 1, vector_of(shares, of_x.n_cols));
  SET_VECTOR_ELT(result, 2, Rf_ScalarLogical(report.reached != 0));
  SET_VECTOR_ELT(result, 3, Rf_ScalarInteger(report.n_zero));
  SET_VECTOR_ELT(result, 4, Rf_ScalarReal((double)report.n_rows));
  SET_VECTOR_ELT(result, 5, real_scalar(report.departure));
  SET_VECTOR_ELT(result, 6, real_scalar(report.explained));
  SET_VECTOR_ELT(result, 7, real_scalar(report.mean_correlation));
  SET_VECTOR_ELT(result, 8, Rf_ScalarReal((double)report.evaluations));
  SET_VECTOR_ELT(result, 9, Rf_ScalarLogical(report.converged != 0));
  UNPROTECT(1);
  return result;
}

SEXP r_weights_budget(SEXP points) {
  const niem_matrix of_points = matrix_of(points, "points");
  double *out = room_for((size_t)of_points.n_cols);
  niem_error err = {0};
  settle(niem_weights_budget(out, &of_points, &err), &err);
  return vector_of(out, of_points.n_cols);
}

SEXP r_weights_ahp(SEXP comparisons) {
  static const char *const NAMES[] = {"weights", "ratio", "eigenvalue", ""};
  const niem_matrix of_x = matrix_of(comparisons, "comparisons");
  double *out = room_for((size_t)of_x.n_cols);
  double ratio = 0;
  double eigenvalue = 0;
  niem_error err = {0};
  settle(niem_weights_ahp(out, &ratio, &eigenvalue, &of_x, &err), &err);
  SEXP result = PROTECT(Rf_mkNamed(VECSXP, (const char **)NAMES));
  SET_VECTOR_ELT(result, 0, vector_of(out, of_x.n_cols));
  SET_VECTOR_ELT(result, 1, real_scalar(ratio));
  SET_VECTOR_ELT(result, 2, real_scalar(eigenvalue));
  UNPROTECT(1);
  return result;
}

SEXP r_benefit_of_doubt(SEXP x, SEXP list) {
  static const char *const NAMES[] = {"scores", "weights", ""};
  const niem_matrix of_x = matrix_of(x, "x");
  niem_benefit_options options;
  niem_benefit_options_init(&options);
  fill_one(list, OPTIONS_NIEM_BENEFIT_OPTIONS, &options);
  double *scores = room_for((size_t)of_x.n_rows);
  double *weights = room_for(size_of(&of_x));
  niem_error err = {0};
  settle(niem_benefit_of_doubt(scores, weights, &of_x, &options, &err), &err);
  SEXP result = PROTECT(Rf_mkNamed(VECSXP, (const char **)NAMES));
  SET_VECTOR_ELT(result, 0, vector_of(scores, of_x.n_rows));
  SET_VECTOR_ELT(result, 1, reals_like(x, weights));
  UNPROTECT(1);
  return result;
}

SEXP r_smaa(SEXP x, SEXP list, SEXP threads, SEXP report) {
  static const char *const NAMES[] = {"acceptability", "mean_ranks", "central_weights", ""};
  const niem_matrix of_x = matrix_of(x, "x");
  niem_smaa_options options;
  niem_smaa_options_init(&options);
  fill_one(list, OPTIONS_NIEM_SMAA_OPTIONS, &options);
  niem_exec exec;
  watch on;
  fill_exec(&exec, &on, threads, report);
  double *shares = room_for((size_t)of_x.n_rows * (size_t)of_x.n_rows);
  double *ranks = room_for((size_t)of_x.n_rows);
  double *central = room_for(size_of(&of_x));
  niem_error err = {0};
  const niem_status status = niem_smaa(shares, ranks, central, &of_x, &options, &exec, &err);
  if (was_interrupted(&on, status)) {
    return R_NilValue;
  }
  settle(status, &err);
  SEXP result = PROTECT(Rf_mkNamed(VECSXP, (const char **)NAMES));
  SET_VECTOR_ELT(result, 0, square_of(shares, of_x.n_rows));
  SET_VECTOR_ELT(result, 1, vector_of(ranks, of_x.n_rows));
  SET_VECTOR_ELT(result, 2, reals_like(x, central));
  UNPROTECT(1);
  return result;
}

/* ---- imputation, screening, denomination */

static SEXP imputations(const niem_impute_report *report) {
  static const char *const NAMES[] = {"n_missing", "n_imputed", "n_left", "iterations", ""};
  SEXP list = PROTECT(Rf_mkNamed(VECSXP, (const char **)NAMES));
  SET_VECTOR_ELT(list, 0, Rf_ScalarReal((double)report->n_missing));
  SET_VECTOR_ELT(list, 1, Rf_ScalarReal((double)report->n_imputed));
  SET_VECTOR_ELT(list, 2, Rf_ScalarReal((double)report->n_left));
  SET_VECTOR_ELT(list, 3, Rf_ScalarReal((double)report->iterations));
  UNPROTECT(1);
  return list;
}

SEXP r_impute(SEXP x, SEXP list) {
  static const char *const NAMES[] = {"x", "marks", "sources", "report", ""};
  const niem_matrix of_x = matrix_of(x, "x");
  niem_impute_options options;
  niem_impute_options_init(&options);
  fill_one(list, OPTIONS_NIEM_IMPUTE_OPTIONS, &options);
  double *out = room_for(size_of(&of_x));
  int32_t *marks = (int32_t *)R_alloc(size_of(&of_x) + 1, sizeof *marks);
  int64_t *sources = (int64_t *)R_alloc(size_of(&of_x) + 1, sizeof *sources);
  niem_impute_report report = {0};
  niem_error err = {0};
  settle(niem_impute(out, marks, sources, &report, &of_x, &options, &err), &err);
  SEXP result = PROTECT(Rf_mkNamed(VECSXP, (const char **)NAMES));
  SET_VECTOR_ELT(result, 0, reals_like(x, out));
  SET_VECTOR_ELT(result, 1, integers_like(x, marks));
  SET_VECTOR_ELT(result, 2, rows_like(x, sources));
  SET_VECTOR_ELT(result, 3, imputations(&report));
  UNPROTECT(1);
  return result;
}

SEXP r_screen(SEXP x, SEXP list) {
  static const char *const NAMES[] = {"keep", "available", "nonzero", ""};
  const niem_matrix of_x = matrix_of(x, "x");
  niem_screen_options options;
  niem_screen_options_init(&options);
  fill_one(list, OPTIONS_NIEM_SCREEN_OPTIONS, &options);
  int32_t *keep = (int32_t *)R_alloc((size_t)of_x.n_rows + 1, sizeof *keep);
  double *available = room_for((size_t)of_x.n_rows);
  double *nonzero = room_for((size_t)of_x.n_rows);
  niem_error err = {0};
  settle(niem_screen(keep, available, nonzero, &of_x, &options, &err), &err);
  SEXP result = PROTECT(Rf_mkNamed(VECSXP, (const char **)NAMES));
  SEXP kept = Rf_allocVector(LGLSXP, (R_xlen_t)of_x.n_rows);
  SET_VECTOR_ELT(result, 0, kept);
  for (int64_t i = 0; i < of_x.n_rows; i++) {
    LOGICAL(kept)[i] = keep[i];
  }
  SET_VECTOR_ELT(result, 1, vector_of(available, of_x.n_rows));
  SET_VECTOR_ELT(result, 2, vector_of(nonzero, of_x.n_rows));
  UNPROTECT(1);
  return result;
}

SEXP r_denominate(SEXP x, SEXP denominators, SEXP which, SEXP scales) {
  const niem_matrix of_x = matrix_of(x, "x");
  const niem_matrix below = matrix_of(denominators, "denominators");
  const int32_t *of_which = integers_of(which, "which");
  const double *of_scales = scales == R_NilValue ? NULL : reals_of(scales, "scales");
  if (of_scales != NULL && XLENGTH(scales) != XLENGTH(which)) {
    fail_argument("scales", "has %lld elements; give one for each of the %lld columns", (long long)XLENGTH(scales),
                  (long long)XLENGTH(which));
  }
  double *out = room_for(size_of(&of_x));
  niem_error err = {0};
  settle(niem_denominate(out, &of_x, &below, of_which, of_scales, XLENGTH(which), &err), &err);
  return reals_like(x, out);
}
