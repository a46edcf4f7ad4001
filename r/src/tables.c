/* Tables of the core as data frames, as handles, and as printed text. */
#include "glue.h"
#include "calls.h"

#include <limits.h>
#include <math.h>

SEXP string_of(const char *text) {
  return text == NULL ? NA_STRING : Rf_mkCharCE(text, CE_UTF8);
}

SEXP text_scalar(const char *text) {
  SEXP string = PROTECT(string_of(text));
  SEXP scalar = Rf_ScalarString(string);
  UNPROTECT(1);
  return scalar;
}

SEXP text_of_bytes(const char *bytes, int64_t n) {
  if (n > INT_MAX) {
    fail_argument("x", "the text has more than %d bytes, which a string of R cannot hold; write it to a file", INT_MAX);
  }
  SEXP string = PROTECT(Rf_mkCharLenCE(n > 0 ? bytes : "", (int)n, CE_UTF8));
  SEXP scalar = Rf_ScalarString(string);
  UNPROTECT(1);
  return scalar;
}

void table_begin(table_call *call) {
  call->handle = PROTECT(handle_new(HANDLE_TABLE));
  call->table = NULL;
  call->err = (niem_error){0};
}

SEXP table_or_interrupt(table_call *call, const watch *on, niem_status status) {
  if (was_interrupted(on, status)) {
    UNPROTECT(1);
    return R_NilValue;
  }
  return table_end(call, status);
}

SEXP table_end(table_call *call, niem_status status) {
  handle_set(call->handle, call->table);
  if (status != NIEM_OK) {
    fail_plain(&call->err);
  }
  UNPROTECT(1);
  return call->handle;
}

/* Any NaN is missing; R's own NA says so. */
static SEXP reals_column(const niem_table *table, int32_t j, R_xlen_t n) {
  const double *from = niem_table_reals(table, j);
  SEXP column = Rf_allocVector(REALSXP, n);
  double *to = REAL(column);
  for (R_xlen_t i = 0; i < n; i++) {
    to[i] = ISNAN(from[i]) ? NA_REAL : from[i];
  }
  return column;
}

static int fits_integer(const int64_t *from, R_xlen_t n) {
  for (R_xlen_t i = 0; i < n; i++) {
    if (from[i] != NIEM_MISSING_INTEGER && (from[i] > INT_MAX || from[i] <= INT_MIN)) {
      return 0;
    }
  }
  return 1;
}

/* Integers, or doubles where one of them is beyond R's integers. */
static SEXP integers_column(const niem_table *table, int32_t j, R_xlen_t n) {
  const int64_t *from = niem_table_integers(table, j);
  int fits = fits_integer(from, n);
  SEXP column = Rf_allocVector(fits ? INTSXP : REALSXP, n);
  for (R_xlen_t i = 0; i < n; i++) {
    int missing = from[i] == NIEM_MISSING_INTEGER;
    if (fits) {
      INTEGER(column)[i] = missing ? NA_INTEGER : (int)from[i];
    } else {
      REAL(column)[i] = missing ? NA_REAL : (double)from[i];
    }
  }
  return column;
}

/* Each level becomes an R string once. */
static SEXP texts_column(const niem_table *table, int32_t j, R_xlen_t n) {
  const int32_t *codes = niem_table_codes(table, j);
  int32_t n_levels = niem_table_levels(table, j);
  SEXP levels = PROTECT(Rf_allocVector(STRSXP, n_levels));
  for (int32_t k = 0; k < n_levels; k++) {
    SET_STRING_ELT(levels, k, string_of(niem_table_level(table, j, k)));
  }
  SEXP column = PROTECT(Rf_allocVector(STRSXP, n));
  for (R_xlen_t i = 0; i < n; i++) {
    SET_STRING_ELT(column, i, codes[i] < 0 ? NA_STRING : STRING_ELT(levels, codes[i]));
  }
  UNPROTECT(2);
  return column;
}

static SEXP column_of(const niem_table *table, int32_t j) {
  R_xlen_t n = (R_xlen_t)niem_table_rows(table);
  int32_t type = niem_table_column_type(table, j);
  if (type == NIEM_COLUMN_REAL) {
    return reals_column(table, j, n);
  }
  return type == NIEM_COLUMN_INTEGER ? integers_column(table, j, n) : texts_column(table, j, n);
}

/* The notes as a named character vector. */
static SEXP notes_of(const niem_table *table) {
  int32_t n = niem_table_notes(table);
  SEXP notes = PROTECT(Rf_allocVector(STRSXP, n));
  SEXP keys = PROTECT(Rf_allocVector(STRSXP, n));
  for (int32_t i = 0; i < n; i++) {
    SET_STRING_ELT(notes, i, string_of(niem_table_note(table, i)));
    SET_STRING_ELT(keys, i, string_of(niem_table_note_key(table, i)));
  }
  Rf_setAttrib(notes, R_NamesSymbol, keys);
  UNPROTECT(2);
  return notes;
}

static void frame_attributes(SEXP frame, const niem_table *table) {
  SEXP rows = PROTECT(Rf_allocVector(INTSXP, 2));
  INTEGER(rows)[0] = NA_INTEGER;
  INTEGER(rows)[1] = -(int)niem_table_rows(table);
  Rf_setAttrib(frame, R_RowNamesSymbol, rows);
  SEXP class = PROTECT(Rf_mkString("data.frame"));
  Rf_setAttrib(frame, R_ClassSymbol, class);
  SEXP notes = PROTECT(notes_of(table));
  Rf_setAttrib(frame, Rf_install("notes"), notes);
  UNPROTECT(3);
}

SEXP frame_of(const niem_table *table) {
  if (niem_table_rows(table) > INT_MAX) {
    fail_argument("table", "it has more than %d rows, which a data frame cannot hold; ask for fewer", INT_MAX);
  }
  int32_t n = niem_table_columns(table);
  SEXP frame = PROTECT(Rf_allocVector(VECSXP, n));
  SEXP names = PROTECT(Rf_allocVector(STRSXP, n));
  for (int32_t j = 0; j < n; j++) {
    SET_STRING_ELT(names, j, string_of(niem_table_column_name(table, j)));
    SET_VECTOR_ELT(frame, j, column_of(table, j));
  }
  Rf_setAttrib(frame, R_NamesSymbol, names);
  frame_attributes(frame, table);
  UNPROTECT(2);
  return frame;
}

SEXP r_table_frame(SEXP handle) {
  return frame_of(handle_get(handle, HANDLE_TABLE, "x"));
}

SEXP r_table_name(SEXP handle) {
  return text_scalar(niem_table_name(handle_get(handle, HANDLE_TABLE, "x")));
}

SEXP r_table_size(SEXP handle) {
  const niem_table *table = handle_get(handle, HANDLE_TABLE, "x");
  SEXP size = PROTECT(Rf_allocVector(REALSXP, 2));
  REAL(size)[0] = (double)niem_table_rows(table);
  REAL(size)[1] = (double)niem_table_columns(table);
  UNPROTECT(1);
  return size;
}

/* A column, or where `row` (from 1) is given and it is a column of text, one of its texts. */
SEXP r_table_column(SEXP handle, SEXP name, SEXP row) {
  const niem_table *table = handle_get(handle, HANDLE_TABLE, "x");
  int32_t j = niem_table_column(table, text_of(name, "name"));
  if (j < 0) {
    return R_NilValue;
  }
  if (row != R_NilValue && niem_table_column_type(table, j) == NIEM_COLUMN_TEXT) {
    return text_scalar(niem_table_text(table, j, (int64_t)integer_of(row, "row") - 1));
  }
  return column_of(table, j);
}

SEXP r_table_widen(SEXP handle, SEXP rows, SEXP columns, SEXP values) {
  const niem_table *table = handle_get(handle, HANDLE_TABLE, "x");
  const char *of_rows = text_of(rows, "rows");
  const char *of_columns = text_of(columns, "columns");
  const char *of_values = text_of(values, "values");
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_table_widen(&call.table, table, of_rows, of_columns, of_values, &call.err));
}

SEXP r_with_codes(SEXP handle, SEXP framework, SEXP language) {
  const niem_table *table = handle_get(handle, HANDLE_TABLE, "x");
  const niem_framework *of = handle_get(framework, HANDLE_FRAMEWORK, "framework");
  const char *of_language = optional_text(language, "language");
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_with_codes(&call.table, table, of, of_language, &call.err));
}

static void fill_text_options(SEXP list, niem_text_options *options) {
  niem_text_options_init(options);
  option_target target = {OPTIONS_NIEM_TEXT_OPTIONS, options};
  fill_options(list, &target, 1);
}

SEXP r_table_print(SEXP handle, SEXP list) {
  const niem_table *table = handle_get(handle, HANDLE_TABLE, "x");
  niem_text_options options;
  fill_text_options(list, &options);
  buffer_call call;
  buffer_begin(&call);
  return buffer_text(&call, niem_table_print(&call.buffer, table, &options, &call.err));
}

SEXP r_table_write(SEXP handle, SEXP path, SEXP list) {
  const niem_table *table = handle_get(handle, HANDLE_TABLE, "x");
  niem_text_options options;
  fill_text_options(list, &options);
  niem_error err = {0};
  if (niem_table_write(table, path_of(path, "path"), &options, &err) != NIEM_OK) {
    fail_plain(&err);
  }
  return R_NilValue;
}
