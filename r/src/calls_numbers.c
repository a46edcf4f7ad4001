/* Calls of include/niem/numbers.h, and what is asked of the library itself. */
#include "glue.h"
#include "calls.h"

static const char *const TIES[] = {"min", "max", "average", "dense", "first", NULL};

static void settle(niem_status status, const niem_error *err) {
  if (status != NIEM_OK) {
    fail_plain(err);
  }
}

static SEXP scalar(double value) {
  return Rf_ScalarReal(ISNAN(value) ? NA_REAL : value);
}

/* A vector of results; the core's NaN becomes R's NA. */
static SEXP with_na(SEXP out) {
  for (R_xlen_t i = 0; i < XLENGTH(out); i++) {
    if (ISNAN(REAL(out)[i])) {
      REAL(out)[i] = NA_REAL;
    }
  }
  return out;
}

/* Names and dimensions of an elementwise function's argument. */
static void keep_shape(SEXP out, SEXP x) {
  static const char *const KEPT[] = {"names", "dim", "dimnames"};
  for (int i = 0; i < 3; i++) {
    SEXP name = Rf_install(KEPT[i]);
    SEXP value = PROTECT(Rf_getAttrib(x, name));
    if (value != R_NilValue) {
      Rf_setAttrib(out, name, value);
    }
    UNPROTECT(1);
  }
}

SEXP r_exact_sum(SEXP x) {
  double out = 0;
  niem_error err = {0};
  settle(niem_exact_sum(&out, reals_of(x, "x"), XLENGTH(x), 1, &err), &err);
  return scalar(out);
}

SEXP r_exact_mean(SEXP x, SEXP weights) {
  double out = 0;
  niem_error err = {0};
  const double *of_x = reals_of(x, "x");
  const double *of_weights = weights == R_NilValue ? NULL : reals_of(weights, "weights");
  if (of_weights != NULL && XLENGTH(weights) != XLENGTH(x)) {
    fail_argument("weights", "must be as many as x (%lld), not %lld", (long long)XLENGTH(x),
                  (long long)XLENGTH(weights));
  }
  settle(niem_exact_mean(&out, of_x, XLENGTH(x), 1, of_weights, 1, &err), &err);
  return scalar(out);
}

SEXP r_quantile(SEXP x, SEXP probabilities) {
  const double *of_x = reals_of(x, "x");
  const double *of_p = reals_of(probabilities, "probabilities");
  SEXP out = PROTECT(Rf_allocVector(REALSXP, XLENGTH(probabilities)));
  niem_error err = {0};
  settle(niem_quantile(REAL(out), of_x, XLENGTH(x), 1, of_p, XLENGTH(probabilities), &err), &err);
  with_na(out);
  UNPROTECT(1);
  return out;
}

SEXP r_rank_values(SEXP x, SEXP descending, SEXP ties, SEXP tolerance) {
  const double *of_x = reals_of(x, "x");
  int32_t of_descending = integer_of(descending, "descending");
  int32_t of_ties = word_of(ties, TIES, "ties");
  if (XLENGTH(tolerance) != 1) {
    fail_argument("tolerance", "must be one number");
  }
  double of_tolerance = *reals_of(tolerance, "tolerance");
  SEXP out = PROTECT(Rf_allocVector(REALSXP, XLENGTH(x)));
  niem_error err = {0};
  settle(niem_rank_values(REAL(out), of_x, XLENGTH(x), 1, of_descending, of_ties, of_tolerance, &err), &err);
  keep_shape(with_na(out), x);
  UNPROTECT(1);
  return out;
}

SEXP r_log(SEXP x) {
  const double *of_x = reals_of(x, "x");
  SEXP out = PROTECT(Rf_allocVector(REALSXP, XLENGTH(x)));
  niem_error err = {0};
  settle(niem_log(REAL(out), of_x, XLENGTH(x), 1, &err), &err);
  keep_shape(with_na(out), x);
  UNPROTECT(1);
  return out;
}

SEXP r_exp(SEXP x) {
  const double *of_x = reals_of(x, "x");
  SEXP out = PROTECT(Rf_allocVector(REALSXP, XLENGTH(x)));
  niem_error err = {0};
  settle(niem_exp(REAL(out), of_x, XLENGTH(x), 1, &err), &err);
  keep_shape(with_na(out), x);
  UNPROTECT(1);
  return out;
}

SEXP r_round(SEXP x, SEXP digits) {
  const double *of_x = reals_of(x, "x");
  int32_t of_digits = integer_of(digits, "digits");
  SEXP out = PROTECT(Rf_allocVector(REALSXP, XLENGTH(x)));
  niem_error err = {0};
  settle(niem_round(REAL(out), of_x, XLENGTH(x), 1, of_digits, &err), &err);
  keep_shape(with_na(out), x);
  UNPROTECT(1);
  return out;
}

SEXP r_round_significant(SEXP x, SEXP digits) {
  const double *of_x = reals_of(x, "x");
  int32_t of_digits = integer_of(digits, "digits");
  SEXP out = PROTECT(Rf_allocVector(REALSXP, XLENGTH(x)));
  niem_error err = {0};
  settle(niem_round_significant(REAL(out), of_x, XLENGTH(x), 1, of_digits, &err), &err);
  keep_shape(with_na(out), x);
  UNPROTECT(1);
  return out;
}

SEXP r_self_test(void) {
  niem_error err = {0};
  settle(niem_self_test(&err), &err);
  return R_NilValue;
}

SEXP r_version(void) {
  return text_scalar(niem_version());
}

SEXP r_statuses(void) {
  SEXP names = PROTECT(Rf_allocVector(STRSXP, NIEM_STATUS_END));
  for (int32_t i = 0; i < NIEM_STATUS_END; i++) {
    SET_STRING_ELT(names, i, string_of(niem_status_name(i)));
  }
  UNPROTECT(1);
  return names;
}
