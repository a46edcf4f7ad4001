/* Calls of include/niem/answers.h. */
#include "glue.h"
#include "calls.h"

/* A call that reads answers in the long form, by threads and with progress: begin, hand the fields to the core, end. */
typedef struct answers_call {
  niem_read_options options;
  niem_exec exec;
  watch on;
  niem_answers *answers;
  read_call read;
} answers_call;

static void answers_begin(answers_call *call, SEXP list, SEXP threads, SEXP report) {
  niem_read_options_init(&call->options);
  option_target target = {OPTIONS_NIEM_READ_OPTIONS, &call->options};
  fill_options(list, &target, 1);
  fill_exec(&call->exec, &call->on, threads, report);
  call->answers = NULL;
  read_begin(&call->read, HANDLE_ANSWERS);
}

static SEXP answers_end(answers_call *call, niem_status status, SEXP framework) {
  if (was_interrupted(&call->on, status)) {
    return read_drop(&call->read);
  }
  return keep_answers(read_end(&call->read, call->answers, status, 1), framework);
}

SEXP r_answers_read(SEXP framework, SEXP path, SEXP list_of_options, SEXP threads, SEXP report) {
  const niem_framework *of = handle_get(framework, HANDLE_FRAMEWORK, "framework");
  const char *of_path = path_of(path, "x");
  answers_call c;
  answers_begin(&c, list_of_options, threads, report);
  return answers_end(&c, niem_answers_read(&c.answers, &c.read.problems, of, of_path, &c.options, &c.exec, &c.read.err),
                     framework);
}

SEXP r_answers_parse(SEXP framework, SEXP bytes, SEXP list_of_options, SEXP threads, SEXP report) {
  const niem_framework *of = handle_get(framework, HANDLE_FRAMEWORK, "framework");
  int64_t n = 0;
  const char *text = bytes_of(bytes, &n, "x");
  answers_call c;
  answers_begin(&c, list_of_options, threads, report);
  return answers_end(
      &c, niem_answers_parse(&c.answers, &c.read.problems, of, text, n, &c.options, &c.exec, &c.read.err), framework);
}

/* A factor's codes count from 1; the core's from 0, with -1 for missing. */
static const int32_t *codes_of(SEXP factor) {
  R_xlen_t n = XLENGTH(factor);
  int32_t *codes = (int32_t *)R_alloc((size_t)n + 1, sizeof *codes);
  for (R_xlen_t i = 0; i < n; i++) {
    int code = INTEGER(factor)[i];
    codes[i] = code == NA_INTEGER ? -1 : code - 1;
  }
  return codes;
}

/* Doubles, or integers with the attribute "levels"; an NA level is a blank. */
static void fill_column(niem_column *column, SEXP values, const char *name) {
  *column = (niem_column){.name = name, .n_rows = XLENGTH(values)};
  if (TYPEOF(values) == REALSXP) {
    column->reals = REAL(values);
    return;
  }
  SEXP levels = Rf_getAttrib(values, R_LevelsSymbol);
  if (TYPEOF(values) != INTSXP || TYPEOF(levels) != STRSXP) {
    fail_argument(name, "must be a column of text, numbers or a factor");
  }
  column->codes = codes_of(values);
  column->n_levels = XLENGTH(levels);
  const char **texts = (const char **)R_alloc((size_t)column->n_levels + 1, sizeof *texts);
  for (R_xlen_t i = 0; i < XLENGTH(levels); i++) {
    const char *text = utf8_of(STRING_ELT(levels, i));
    texts[i] = text == NULL ? "" : text;
  }
  column->levels = texts;
}

SEXP r_answers_columns(SEXP framework, SEXP columns, SEXP list_of_options, SEXP threads, SEXP report) {
  const niem_framework *of = handle_get(framework, HANDLE_FRAMEWORK, "framework");
  R_xlen_t n = XLENGTH(columns);
  niem_column *filled = (niem_column *)R_alloc((size_t)n + 1, sizeof *filled);
  const char *const *names = texts_of(Rf_getAttrib(columns, R_NamesSymbol), "x");
  for (R_xlen_t j = 0; j < n; j++) {
    fill_column(&filled[j], VECTOR_ELT(columns, j), names[j]);
  }
  answers_call c;
  answers_begin(&c, list_of_options, threads, report);
  return answers_end(
      &c, niem_answers_columns(&c.answers, &c.read.problems, of, filled, n, &c.options, &c.exec, &c.read.err),
      framework);
}

static void fill_table_options(SEXP list, niem_answers_table_options *options) {
  niem_answers_table_options_init(options);
  option_target target = {OPTIONS_NIEM_ANSWERS_TABLE_OPTIONS, options};
  fill_options(list, &target, 1);
}

SEXP r_answers_read_table(SEXP framework, SEXP path, SEXP list_of_options) {
  const niem_framework *of = handle_get(framework, HANDLE_FRAMEWORK, "framework");
  const char *of_path = path_of(path, "data");
  niem_answers_table_options options;
  fill_table_options(list_of_options, &options);
  niem_answers *answers = NULL;
  read_call call;
  read_begin(&call, HANDLE_ANSWERS);
  niem_status status = niem_answers_read_table(&answers, &call.problems, of, of_path, &options, &call.err);
  return keep_answers(read_end(&call, answers, status, 1), framework);
}

SEXP r_answers_parse_table(SEXP framework, SEXP bytes, SEXP list_of_options) {
  const niem_framework *of = handle_get(framework, HANDLE_FRAMEWORK, "framework");
  int64_t n = 0;
  const char *text = bytes_of(bytes, &n, "data");
  niem_answers_table_options options;
  fill_table_options(list_of_options, &options);
  niem_answers *answers = NULL;
  read_call call;
  read_begin(&call, HANDLE_ANSWERS);
  niem_status status = niem_answers_parse_table(&answers, &call.problems, of, text, n, &options, &call.err);
  return keep_answers(read_end(&call, answers, status, 1), framework);
}

SEXP r_answers_count(SEXP handle) {
  return Rf_ScalarReal((double)niem_answers_count(handle_get(handle, HANDLE_ANSWERS, "x")));
}

SEXP r_answers_digest(SEXP handle) {
  const niem_answers *answers = handle_get(handle, HANDLE_ANSWERS, "x");
  buffer_call call;
  buffer_begin(&call);
  return buffer_text(&call, niem_answers_digest(&call.buffer, answers, &call.err));
}

SEXP r_answers_table(SEXP handle) {
  const niem_answers *answers = handle_get(handle, HANDLE_ANSWERS, "x");
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_answers_table(&call.table, answers, &call.err));
}

SEXP r_answers_write(SEXP handle, SEXP path) {
  const niem_answers *answers = handle_get(handle, HANDLE_ANSWERS, "x");
  niem_error err = {0};
  if (niem_answers_write(answers, path_of(path, "path"), &err) != NIEM_OK) {
    fail_plain(&err);
  }
  return R_NilValue;
}

SEXP r_states(void) {
  SEXP states = PROTECT(Rf_allocVector(STRSXP, NIEM_STATE_END));
  for (int32_t i = 0; i < NIEM_STATE_END; i++) {
    SET_STRING_ELT(states, i, string_of(niem_state_name(i)));
  }
  UNPROTECT(1);
  return states;
}
