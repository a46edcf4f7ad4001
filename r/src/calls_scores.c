/* Calls of include/niem/scores.h, and of scores with changes (niem/comparison.h). */
#include "glue.h"
#include "calls.h"

SEXP r_score(SEXP framework, SEXP answers, SEXP method, SEXP list, SEXP threads, SEXP report) {
  const niem_framework *of_framework = handle_get(framework, HANDLE_FRAMEWORK, "framework");
  const niem_answers *of_answers = handle_get(answers, HANDLE_ANSWERS, "answers");
  const niem_method *of_method = method == R_NilValue ? NULL : handle_get(method, HANDLE_METHOD, "method");
  niem_score_options options;
  niem_score_options_init(&options);
  option_target target = {OPTIONS_NIEM_SCORE_OPTIONS, &options};
  fill_options(list, &target, 1);
  niem_exec exec;
  watch on;
  fill_exec(&exec, &on, threads, report);
  niem_scores *scores = NULL;
  read_call call;
  read_begin(&call, HANDLE_SCORES);
  niem_status status = niem_score(&scores, of_framework, of_answers, of_method, &options, &exec, &call.err);
  if (was_interrupted(&on, status)) {
    return read_drop(&call);
  }
  return keep(read_end(&call, scores, status, 0));
}

/* The same of scores with changes. */
SEXP r_what_if(SEXP handle, SEXP changes, SEXP threads, SEXP report) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  int64_t n = 0;
  const char *text = bytes_of(changes, &n, "changes");
  niem_exec exec;
  watch on;
  fill_exec(&exec, &on, threads, report);
  niem_scores *other = NULL;
  read_call call;
  read_begin(&call, HANDLE_SCORES);
  niem_status status = niem_what_if(&other, &call.problems, scores, text, n, &exec, &call.err);
  if (was_interrupted(&on, status)) {
    return read_drop(&call);
  }
  return keep(read_end(&call, other, status, 0));
}

SEXP r_scores_parse(SEXP bytes) {
  int64_t n = 0;
  const char *text = bytes_of(bytes, &n, "x");
  niem_scores *scores = NULL;
  read_call call;
  read_begin(&call, HANDLE_SCORES);
  niem_status status = niem_scores_parse(&scores, text, n, &call.err);
  return keep(read_end(&call, scores, status, 0));
}

SEXP r_scores_table(SEXP handle, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  niem_query query;
  fill_query(list, &query);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_scores_table(&call.table, scores, &query, &call.err));
}

SEXP r_scores_members(SEXP handle, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  niem_query query;
  fill_query(list, &query);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_scores_members(&call.table, scores, &query, &call.err));
}

SEXP r_scores_steps(SEXP handle, SEXP part) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  const char *of_part = text_of(part, "part");
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_scores_steps(&call.table, scores, of_part, &call.err));
}

SEXP r_effective_weights(SEXP handle, SEXP index) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  const char *of_index = optional_text(index, "index");
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_effective_weights(&call.table, scores, of_index, &call.err));
}

SEXP r_explain(SEXP handle, SEXP unit, SEXP round, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  const char *of_unit = text_of(unit, "unit");
  const char *of_round = optional_text(round, "round");
  niem_query query;
  fill_query(list, &query);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_explain(&call.table, scores, of_unit, of_round, &query, &call.err));
}

SEXP r_scores_value(SEXP handle, SEXP unit, SEXP round, SEXP group, SEXP node) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  const char *of_unit = text_of(unit, "unit");
  const char *of_round = optional_text(round, "round");
  const char *of_group = optional_text(group, "group");
  const char *of_node = optional_text(node, "node");
  double value = NA_REAL;
  niem_error err = {0};
  if (niem_scores_value(&value, scores, of_unit, of_round, of_group, of_node, &err) != NIEM_OK) {
    fail_plain(&err);
  }
  return Rf_ScalarReal(ISNAN(value) ? NA_REAL : value);
}

SEXP r_scores_manifest(SEXP handle) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  buffer_call call;
  buffer_begin(&call);
  return buffer_text(&call, niem_scores_manifest(&call.buffer, scores, &call.err));
}

SEXP r_scores_framework(SEXP handle) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  niem_framework *framework = NULL;
  read_call call;
  read_begin(&call, HANDLE_FRAMEWORK);
  niem_status status = niem_scores_framework(&framework, scores, &call.err);
  return keep(read_end(&call, framework, status, 0));
}

SEXP r_scores_method(SEXP handle) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  niem_method *method = NULL;
  read_call call;
  read_begin(&call, HANDLE_METHOD);
  niem_status status = niem_scores_method(&method, scores, &call.err);
  return keep(read_end(&call, method, status, 0));
}

SEXP r_scores_answers(SEXP handle) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  SEXP of = PROTECT(r_scores_framework(handle));
  niem_answers *answers = NULL;
  read_call call;
  read_begin(&call, HANDLE_ANSWERS);
  niem_status status = niem_scores_answers(&answers, scores, &call.err);
  SEXP result = keep_answers(read_end(&call, answers, status, 0), of);
  UNPROTECT(1);
  return result;
}
