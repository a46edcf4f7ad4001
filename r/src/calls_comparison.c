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
