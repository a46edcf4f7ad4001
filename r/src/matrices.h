/* R's matrices as the core reads them, and what it gives row after row as R has it: what the calls of bare matrices
 * share. */
#ifndef NIEM_R_MATRICES_H
#define NIEM_R_MATRICES_H

#include "glue.h"

static inline niem_matrix matrix_of(SEXP x, const char *argument) {
  if (TYPEOF(x) != REALSXP || !Rf_isMatrix(x)) {
    fail_argument(argument, "must be a matrix of numbers");
  }
  int64_t n_rows = Rf_nrows(x);
  return (niem_matrix){REAL(x), n_rows, Rf_ncols(x), 1, n_rows};
}

static inline size_t size_of(const niem_matrix *x) {
  return (size_t)x->n_rows * (size_t)x->n_cols;
}

static inline void settle(niem_status status, const niem_error *err) {
  if (status != NIEM_OK) {
    fail_matrix(err);
  }
}

static inline double with_na(double value) {
  return ISNAN(value) ? NA_REAL : value;
}

static inline SEXP real_scalar(double value) {
  return Rf_ScalarReal(with_na(value));
}

/* Room for a matrix of results, which lives until the .Call returns; never NULL. */
static inline double *room_for(size_t n) {
  return (double *)R_alloc(n + 1, sizeof(double));
}

/* A vector of results: NaN becomes NA. */
static inline SEXP vector_of(const double *values, int64_t n) {
  SEXP out = Rf_allocVector(REALSXP, (R_xlen_t)n);
  for (int64_t i = 0; i < n; i++) {
    REAL(out)[i] = with_na(values[i]);
  }
  return out;
}

static inline void keep_dimnames(SEXP out, SEXP x) {
  SEXP names = PROTECT(Rf_getAttrib(x, R_DimNamesSymbol));
  if (names != R_NilValue) {
    Rf_setAttrib(out, R_DimNamesSymbol, names);
  }
  UNPROTECT(1);
}

/* Rows after rows as R's matrix, of x's shape and names. */
static inline SEXP reals_like(SEXP x, const double *rows) {
  int n = Rf_nrows(x);
  int m = Rf_ncols(x);
  SEXP out = PROTECT(Rf_allocMatrix(REALSXP, n, m));
  for (int j = 0; j < m; j++) {
    for (int i = 0; i < n; i++) {
      REAL(out)[(R_xlen_t)j * n + i] = with_na(rows[(R_xlen_t)i * m + j]);
    }
  }
  keep_dimnames(out, x);
  UNPROTECT(1);
  return out;
}

static inline void fill_one(SEXP list, const option_field *fields, void *options) {
  option_target target = {fields, options};
  fill_options(list, &target, 1);
}

/* n rows of m numbers as R's matrix. */
static inline SEXP by_rows(const double *rows, int64_t n, int64_t m) {
  SEXP out = PROTECT(Rf_allocMatrix(REALSXP, (int)n, (int)m));
  for (int64_t j = 0; j < m; j++) {
    for (int64_t i = 0; i < n; i++) {
      REAL(out)[j * n + i] = with_na(rows[i * m + j]);
    }
  }
  UNPROTECT(1);
  return out;
}

static inline SEXP square_of(const double *rows, int64_t n) {
  return by_rows(rows, n, n);
}

#endif
