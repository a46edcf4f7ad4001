/* Calls of include/niem/comparison.h. */
#include "glue.h"
#include "calls.h"

SEXP r_rank(SEXP handle, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  niem_query query;
  niem_compare_options compare;
  fill_query_and_compare(list, &query, &compare);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_rank(&call.table, scores, &query, &compare, &call.err));
}

SEXP r_average(SEXP handle, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  niem_query query;
  niem_compare_options compare;
  fill_query_and_compare(list, &query, &compare);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_average(&call.table, scores, &query, &compare, &call.err));
}

SEXP r_difference(SEXP handle, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  niem_query query;
  niem_compare_options compare;
  fill_query_and_compare(list, &query, &compare);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_difference(&call.table, scores, &query, &compare, &call.err));
}

SEXP r_contributions(SEXP handle, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  niem_query query;
  fill_query(list, &query);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_contributions(&call.table, scores, &query, &call.err));
}

SEXP r_change(SEXP handle, SEXP from, SEXP to, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  const char *of_from = text_of(from, "from");
  const char *of_to = text_of(to, "to");
  niem_query query;
  niem_compare_options compare;
  fill_query_and_compare(list, &query, &compare);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_change(&call.table, scores, of_from, of_to, &query, &compare, &call.err));
}

SEXP r_change_summary(SEXP handle, SEXP from, SEXP to, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  const char *of_from = text_of(from, "from");
  const char *of_to = text_of(to, "to");
  niem_query query;
  niem_compare_options compare;
  fill_query_and_compare(list, &query, &compare);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_change_summary(&call.table, scores, of_from, of_to, &query, &compare, &call.err));
}

SEXP r_change_causes(SEXP handle, SEXP from, SEXP to, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  const char *of_from = text_of(from, "from");
  const char *of_to = text_of(to, "to");
  niem_query query;
  fill_query(list, &query);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_change_causes(&call.table, scores, of_from, of_to, &query, &call.err));
}

SEXP r_spread(SEXP handle, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  niem_query query;
  fill_query(list, &query);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_spread(&call.table, scores, &query, &call.err));
}

SEXP r_practice(SEXP handle, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  niem_query query;
  niem_compare_options compare;
  fill_query_and_compare(list, &query, &compare);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_practice(&call.table, scores, &query, &compare, &call.err));
}

SEXP r_leave_one_out(SEXP handle, SEXP left_out, SEXP summary, SEXP list, SEXP threads, SEXP report) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  const char *level = optional_text(left_out, "left_out");
  const int short_form = Rf_asLogical(summary) == TRUE;
  niem_query query;
  niem_compare_options compare;
  fill_query_and_compare(list, &query, &compare);
  niem_exec exec;
  watch on;
  fill_exec(&exec, &on, threads, report);
  table_call call;
  table_begin(&call);
  const niem_status status =
      short_form ? niem_leave_one_out_summary(&call.table, scores, level, &query, &compare, &exec, &call.err)
                 : niem_leave_one_out(&call.table, scores, level, &query, &compare, &exec, &call.err);
  return table_or_interrupt(&call, &on, status);
}

SEXP r_compare_methods(SEXP framework, SEXP answers, SEXP methods, SEXP names, SEXP list, SEXP threads, SEXP report) {
  const niem_framework *of_framework = handle_get(framework, HANDLE_FRAMEWORK, "framework");
  const niem_answers *of_answers = handle_get(answers, HANDLE_ANSWERS, "answers");
  const R_xlen_t n = Rf_xlength(methods);
  const niem_method **of_methods = (const niem_method **)R_alloc((size_t)n + 1, sizeof *of_methods);
  const char **of_names = (const char **)R_alloc((size_t)n + 1, sizeof *of_names);
  for (R_xlen_t k = 0; k < n; k++) {
    SEXP method = VECTOR_ELT(methods, k);
    of_names[k] = names == R_NilValue ? NULL : Rf_translateCharUTF8(STRING_ELT(names, k));
    of_names[k] = of_names[k] != NULL && of_names[k][0] == '\0' ? NULL : of_names[k];
    of_methods[k] = method == R_NilValue ? NULL : handle_get(method, HANDLE_METHOD, "methods");
  }
  niem_query query;
  niem_compare_options compare;
  fill_query_and_compare(list, &query, &compare);
  niem_exec exec;
  watch on;
  fill_exec(&exec, &on, threads, report);
  table_call call;
  table_begin(&call);
  return table_or_interrupt(&call, &on,
                            niem_compare_methods(&call.table, of_framework, of_answers, of_methods, of_names,
                                                 (int64_t)n, &query, &compare, &exec, &call.err));
}

SEXP r_group_difference(SEXP handle, SEXP group_a, SEXP group_b, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  const char *of_a = text_of(group_a, "group_a");
  const char *of_b = text_of(group_b, "group_b");
  niem_query query;
  fill_query(list, &query);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_group_difference(&call.table, scores, of_a, of_b, &query, &call.err));
}

SEXP r_compare_scores(SEXP a, SEXP b, SEXP list) {
  const niem_scores *of_a = handle_get(a, HANDLE_SCORES, "a");
  const niem_scores *of_b = handle_get(b, HANDLE_SCORES, "b");
  niem_query query;
  niem_compare_options compare;
  fill_query_and_compare(list, &query, &compare);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_compare_scores(&call.table, of_a, of_b, &query, &compare, &call.err));
}
