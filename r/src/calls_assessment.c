/* Calls of include/niem/assessment.h. */
#include "calls.h"
#include "glue.h"

static const niem_answers *optional_answers(SEXP handle, const char *argument) {
  return handle == R_NilValue ? NULL : handle_get(handle, HANDLE_ANSWERS, argument);
}

static const niem_method *optional_method(SEXP handle) {
  return handle == R_NilValue ? NULL : handle_get(handle, HANDLE_METHOD, "method");
}

SEXP r_synthetic(SEXP framework, SEXP list) {
  const niem_framework *of = handle_get(framework, HANDLE_FRAMEWORK, "framework");
  niem_synthetic_options options;
  niem_synthetic_options_init(&options);
  option_target target = {OPTIONS_NIEM_SYNTHETIC_OPTIONS, &options};
  fill_options(list, &target, 1);
  niem_answers *answers = NULL;
  read_call call;
  read_begin(&call, HANDLE_ANSWERS);
  niem_status status = niem_synthetic(&answers, of, &options, &call.err);
  return keep_answers(read_end(&call, answers, status, 0), framework);
}

SEXP r_form(SEXP framework, SEXP unit, SEXP round, SEXP previous, SEXP list) {
  const niem_framework *of = handle_get(framework, HANDLE_FRAMEWORK, "framework");
  const char *of_unit = text_of(unit, "unit");
  const char *of_round = text_of(round, "round");
  const niem_answers *of_previous = optional_answers(previous, "previous");
  niem_form_options options;
  niem_form_options_init(&options);
  option_target target = {OPTIONS_NIEM_FORM_OPTIONS, &options};
  fill_options(list, &target, 1);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_form(&call.table, of, of_unit, of_round, of_previous, &options, &call.err));
}

SEXP r_check(SEXP answers, SEXP previous, SEXP method, SEXP list) {
  const niem_answers *of = handle_get(answers, HANDLE_ANSWERS, "answers");
  const niem_answers *of_previous = optional_answers(previous, "previous");
  const niem_method *of_method = optional_method(method);
  niem_check_options options;
  niem_check_options_init(&options);
  option_target target = {OPTIONS_NIEM_CHECK_OPTIONS, &options};
  fill_options(list, &target, 1);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_check(&call.table, of, of_previous, of_method, &options, &call.err));
}

SEXP r_completeness(SEXP answers, SEXP method) {
  const niem_answers *of = handle_get(answers, HANDLE_ANSWERS, "answers");
  const niem_method *of_method = optional_method(method);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_completeness(&call.table, of, of_method, &call.err));
}

SEXP r_data_gaps(SEXP answers, SEXP method) {
  const niem_answers *of = handle_get(answers, HANDLE_ANSWERS, "answers");
  const niem_method *of_method = optional_method(method);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_data_gaps(&call.table, of, of_method, &call.err));
}

SEXP r_agreement(SEXP answers) {
  const niem_answers *of = handle_get(answers, HANDLE_ANSWERS, "answers");
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_agreement(&call.table, of, &call.err));
}

SEXP r_disagreements(SEXP answers, SEXP adjudicator) {
  const niem_answers *of = handle_get(answers, HANDLE_ANSWERS, "answers");
  const char *of_adjudicator = optional_text(adjudicator, "adjudicator");
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_disagreements(&call.table, of, of_adjudicator, &call.err));
}

SEXP r_revision(SEXP older, SEXP newer) {
  const niem_answers *of_older = handle_get(older, HANDLE_ANSWERS, "older");
  const niem_answers *of_newer = handle_get(newer, HANDLE_ANSWERS, "newer");
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_revision(&call.table, of_older, of_newer, &call.err));
}

SEXP r_revision_effects(SEXP older, SEXP newer, SEXP method, SEXP list) {
  const niem_answers *of_older = handle_get(older, HANDLE_ANSWERS, "older");
  const niem_answers *of_newer = handle_get(newer, HANDLE_ANSWERS, "newer");
  const niem_method *of_method = optional_method(method);
  niem_query query;
  fill_query(list, &query);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_revision_effects(&call.table, of_older, of_newer, of_method, &query, &call.err));
}

SEXP r_standards(SEXP handle, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  niem_query query;
  niem_standards_options options;
  niem_query_init(&query);
  niem_standards_options_init(&options);
  option_target targets[] = {{OPTIONS_NIEM_QUERY, &query}, {OPTIONS_NIEM_STANDARDS_OPTIONS, &options}};
  fill_options(list, targets, 2);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_standards(&call.table, scores, &query, &options, &call.err));
}

SEXP r_codebook(SEXP framework, SEXP language) {
  const niem_framework *of = handle_get(framework, HANDLE_FRAMEWORK, "framework");
  const char *of_language = optional_text(language, "language");
  buffer_call call;
  buffer_begin(&call);
  return buffer_text(&call, niem_codebook(&call.buffer, of, of_language, &call.err));
}

SEXP r_unit_report(SEXP handle, SEXP unit, SEXP path, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  const char *of_unit = text_of(unit, "unit");
  niem_report_options options;
  niem_report_options_init(&options);
  option_target target = {OPTIONS_NIEM_REPORT_OPTIONS, &options};
  fill_options(list, &target, 1);
  const char *of_path = path == R_NilValue ? NULL : path_of(path, "file");
  buffer_call call;
  buffer_begin(&call);
  niem_status status = niem_unit_report(&call.buffer, scores, of_unit, &options, &call.err);
  if (status == NIEM_OK && of_path != NULL) {
    status = niem_buffer_write(call.buffer, of_path, &call.err);
  }
  return of_path == NULL ? buffer_text(&call, status) : buffer_drop(&call, status);
}
