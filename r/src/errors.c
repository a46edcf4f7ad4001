/* Errors of the core as classed R conditions.
 *
 * c("niem_error_<status>", "niem_error", "error", "condition"), with the fields message, call, status, row, column,
 * where and problems. The message begins with the place, unless it names the place itself. */
#include "glue.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { PLACE = 320, MESSAGE = 1200 };
enum { PLACES_IN_MATRIX = 2 }; /* a third kind, next to those of text (0) and of tables (1) */

/* "row 17, column answer", "line 3, character 12 (/indicators/0)" or the name of an argument; "" where there is none.
 */
static void place_of(char *place, const niem_error *err, int tabular) {
  int pointer = err->where[0] == '/';
  place[0] = '\0';
  if (tabular == PLACES_IN_MATRIX) {
    snprintf(place, PLACE, "%s", err->where);
  } else if (err->row > 0 && (pointer || !tabular)) {
    snprintf(place, PLACE, "line %lld, character %lld%s%s%s", (long long)err->row, (long long)err->column,
             err->where[0] == '\0' ? "" : " (", err->where, err->where[0] == '\0' ? "" : ")");
  } else if (err->row > 0 && err->where[0] != '\0') {
    snprintf(place, PLACE, "row %lld, column \"%s\"", (long long)err->row, err->where);
  } else if (err->row > 0 && err->column > 0) {
    snprintf(place, PLACE, "row %lld, column %lld", (long long)err->row, (long long)err->column);
  } else if (err->row > 0) {
    snprintf(place, PLACE, "row %lld", (long long)err->row);
  } else if (strstr(err->message, err->where) == NULL) {
    snprintf(place, PLACE, "%s", err->where);
  }
}

static void message_of(char *message, const niem_error *err, int tabular) {
  char place[PLACE];
  place_of(place, err, tabular);
  snprintf(message, MESSAGE, "%s%s%s", place, place[0] == '\0' ? "" : ": ", err->message);
}

static SEXP place_number(int64_t number) {
  return number > 0 ? Rf_ScalarReal((double)number) : Rf_ScalarReal(NA_REAL);
}

static SEXP frame_of_problems(SEXP problems) {
  if (problems == R_NilValue || R_ExternalPtrAddr(problems) == NULL) {
    return R_NilValue;
  }
  table_call call;
  table_begin(&call);
  SEXP table = PROTECT(table_end(&call, niem_problems_table(&call.table, R_ExternalPtrAddr(problems), &call.err)));
  SEXP frame = frame_of(R_ExternalPtrAddr(table));
  handle_free(table);
  UNPROTECT(1);
  return frame;
}

static SEXP classes_of(niem_status status) {
  char class[64];
  snprintf(class, sizeof class, "niem_error_%s", niem_status_name(status));
  SEXP classes = PROTECT(Rf_allocVector(STRSXP, 4));
  SET_STRING_ELT(classes, 0, Rf_mkChar(class));
  SET_STRING_ELT(classes, 1, Rf_mkChar("niem_error"));
  SET_STRING_ELT(classes, 2, Rf_mkChar("error"));
  SET_STRING_ELT(classes, 3, Rf_mkChar("condition"));
  UNPROTECT(1);
  return classes;
}

static SEXP condition_of(const niem_error *err, SEXP problems, int tabular) {
  static const char *const NAMES[] = {"message", "call", "status", "row", "column", "where", "problems", ""};
  char message[MESSAGE];
  message_of(message, err, tabular);
  SEXP condition = PROTECT(Rf_mkNamed(VECSXP, (const char **)NAMES));
  SET_VECTOR_ELT(condition, 0, text_scalar(message));
  SET_VECTOR_ELT(condition, 2, text_scalar(niem_status_name(err->status)));
  SET_VECTOR_ELT(condition, 3, place_number(err->row));
  SET_VECTOR_ELT(condition, 4, place_number(err->column));
  SET_VECTOR_ELT(condition, 5, text_scalar(err->where));
  SET_VECTOR_ELT(condition, 6, frame_of_problems(problems));
  SEXP classes = PROTECT(classes_of(err->status));
  Rf_setAttrib(condition, R_ClassSymbol, classes);
  UNPROTECT(2);
  return condition;
}

_Noreturn void fail_with(const niem_error *err, SEXP problems, int tabular) {
  SEXP condition = PROTECT(condition_of(err, problems, tabular));
  SEXP stop = PROTECT(Rf_lang2(Rf_install("stop"), condition));
  Rf_eval(stop, R_BaseEnv);
  Rf_error("%s", "libniem failed"); /* stop() does not return */
}

_Noreturn void fail_plain(const niem_error *err) {
  fail_with(err, R_NilValue, 0);
}

_Noreturn void fail_matrix(const niem_error *err) {
  fail_with(err, R_NilValue, PLACES_IN_MATRIX);
}

_Noreturn void fail_argument(const char *argument, const char *format, ...) {
  niem_error err = {.status = NIEM_ERROR_ARGUMENT};
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(err.message, sizeof err.message, format, arguments);
  va_end(arguments);
  snprintf(err.where, sizeof err.where, "%s", argument);
  fail_plain(&err);
}

static const niem_error *first_warning(const niem_problems *problems) {
  for (int64_t i = 0; i < niem_problems_count(problems); i++) {
    if (niem_problems_severity(problems, i) == NIEM_WARNING) {
      return niem_problems_get(problems, i);
    }
  }
  return NULL;
}

static void warn_with(const char *message) {
  static const char *const NAMES[] = {"message", "call", ""};
  SEXP condition = PROTECT(Rf_mkNamed(VECSXP, (const char **)NAMES));
  SET_VECTOR_ELT(condition, 0, text_scalar(message));
  SEXP classes = PROTECT(Rf_allocVector(STRSXP, 3));
  SET_STRING_ELT(classes, 0, Rf_mkChar("niem_warning"));
  SET_STRING_ELT(classes, 1, Rf_mkChar("warning"));
  SET_STRING_ELT(classes, 2, Rf_mkChar("condition"));
  Rf_setAttrib(condition, R_ClassSymbol, classes);
  SEXP warn = PROTECT(Rf_lang2(Rf_install("warning"), condition));
  Rf_eval(warn, R_BaseEnv);
  UNPROTECT(3);
}

void report_problems(SEXP result, SEXP problems, int tabular) {
  const niem_problems *of = R_ExternalPtrAddr(problems);
  SEXP frame = PROTECT(frame_of_problems(problems));
  if (frame != R_NilValue) {
    Rf_setAttrib(result, Rf_install("problems"), frame);
  }
  const niem_error *first = first_warning(of);
  if (first != NULL) {
    char message[MESSAGE];
    char all[MESSAGE + 64];
    long long others = (long long)niem_problems_total(of, NIEM_WARNING) - 1;
    message_of(message, first, tabular);
    snprintf(all, sizeof all, others > 0 ? "%s (and %lld more; niem_problems() lists them)" : "%s", message, others);
    warn_with(all);
  }
  UNPROTECT(1);
}
