/* Calls of include/niem/analysis.h. */
#include "glue.h"
#include "calls.h"

static void fill_query_and_analysis(SEXP list, niem_query *query, niem_analysis_options *analysis) {
  niem_query_init(query);
  niem_analysis_options_init(analysis);
  const option_target targets[] = {{OPTIONS_NIEM_QUERY, query}, {OPTIONS_NIEM_ANALYSIS_OPTIONS, analysis}};
  fill_options(list, targets, 2);
}

SEXP r_stage(SEXP handle, SEXP step, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  const int32_t of_step = step == R_NilValue ? NIEM_STEP_LAST : integer_of(step, "step");
  niem_query query;
  fill_query(list, &query);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_scores_stage(&call.table, scores, of_step, &query, &call.err));
}

SEXP r_trends(SEXP handle, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  niem_query query;
  niem_trend_options trends;
  niem_query_init(&query);
  niem_trend_options_init(&trends);
  const option_target targets[] = {{OPTIONS_NIEM_QUERY, &query}, {OPTIONS_NIEM_TREND_OPTIONS, &trends}};
  fill_options(list, targets, 2);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_trends(&call.table, scores, &query, &trends, &call.err));
}

SEXP r_statistics(SEXP handle, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  niem_query query;
  niem_analysis_options analysis;
  niem_describe_options describe;
  niem_query_init(&query);
  niem_analysis_options_init(&analysis);
  niem_describe_options_init(&describe);
  const option_target targets[] = {{OPTIONS_NIEM_QUERY, &query},
                                   {OPTIONS_NIEM_ANALYSIS_OPTIONS, &analysis},
                                   {OPTIONS_NIEM_DESCRIBE_OPTIONS, &describe}};
  fill_options(list, targets, 3);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_statistics(&call.table, scores, &query, &analysis, &describe, &call.err));
}

SEXP r_correlations(SEXP handle, SEXP list, SEXP threads, SEXP report) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  niem_query query;
  niem_analysis_options analysis;
  fill_query_and_analysis(list, &query, &analysis);
  niem_exec exec;
  watch on;
  fill_exec(&exec, &on, threads, report);
  table_call call;
  table_begin(&call);
  return table_or_interrupt(&call, &on, niem_correlations(&call.table, scores, &query, &analysis, &exec, &call.err));
}

SEXP r_reliability(SEXP handle, SEXP part, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  const char *of_part = text_of(part, "part");
  niem_query query;
  niem_analysis_options analysis;
  fill_query_and_analysis(list, &query, &analysis);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_reliability(&call.table, scores, of_part, &query, &analysis, &call.err));
}

SEXP r_components(SEXP handle, SEXP part, SEXP list) {
  const niem_scores *scores = handle_get(handle, HANDLE_SCORES, "scores");
  const char *of_part = text_of(part, "part");
  niem_query query;
  niem_analysis_options analysis;
  niem_components_options components;
  niem_query_init(&query);
  niem_analysis_options_init(&analysis);
  niem_components_options_init(&components);
  const option_target targets[] = {{OPTIONS_NIEM_QUERY, &query},
                                   {OPTIONS_NIEM_ANALYSIS_OPTIONS, &analysis},
                                   {OPTIONS_NIEM_COMPONENTS_OPTIONS, &components}};
  fill_options(list, targets, 3);
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_components(&call.table, scores, of_part, &query, &analysis, &components, &call.err));
}

SEXP r_method_correlations(SEXP scores, SEXP names, SEXP list) {
  const R_xlen_t n = Rf_xlength(scores);
  const niem_scores **of_scores = (const niem_scores **)R_alloc((size_t)n + 1, sizeof *of_scores);
  const char **of_names = (const char **)R_alloc((size_t)n + 1, sizeof *of_names);
  for (R_xlen_t k = 0; k < n; k++) {
    of_names[k] = names == R_NilValue ? NULL : Rf_translateCharUTF8(STRING_ELT(names, k));
    of_names[k] = of_names[k] != NULL && of_names[k][0] == '\0' ? NULL : of_names[k];
    of_scores[k] = handle_get(VECTOR_ELT(scores, k), HANDLE_SCORES, "scores");
  }
  niem_query query;
  niem_analysis_options analysis;
  fill_query_and_analysis(list, &query, &analysis);
  table_call call;
  table_begin(&call);
  return table_end(
      &call, niem_method_correlations(&call.table, of_scores, of_names, (int64_t)n, &query, &analysis, &call.err));
}
