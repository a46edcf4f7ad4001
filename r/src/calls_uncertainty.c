/* Calls of include/niem/robustness.h on scores: uncertainty and sensitivity. */
#include "calls.h"
#include "glue.h"

/* What both calls begin with. */
typedef struct given {
  const niem_framework *framework;
  const niem_answers *answers;
  const niem_method *method;
  const char *inputs;
  int64_t n;
} given;

static given given_of(SEXP framework, SEXP answers, SEXP method, SEXP inputs) {
  given g = {.inputs = NULL};
  g.framework = handle_get(framework, HANDLE_FRAMEWORK, "framework");
  g.answers = handle_get(answers, HANDLE_ANSWERS, "answers");
  g.method = method == R_NilValue ? NULL : handle_get(method, HANDLE_METHOD, "method");
  g.inputs = inputs == R_NilValue ? NULL : bytes_of(inputs, &g.n, "inputs");
  return g;
}

SEXP r_uncertainty(SEXP framework, SEXP answers, SEXP method, SEXP inputs, SEXP list, SEXP threads, SEXP report) {
  const given g = given_of(framework, answers, method, inputs);
  niem_query query;
  niem_uncertainty_options options;
  niem_query_init(&query);
  niem_uncertainty_options_init(&options);
  const option_target targets[] = {{OPTIONS_NIEM_QUERY, &query}, {OPTIONS_NIEM_UNCERTAINTY_OPTIONS, &options}};
  fill_options(list, targets, 2);
  niem_exec exec;
  watch on;
  fill_exec(&exec, &on, threads, report);
  niem_uncertain_scores *made = NULL;
  read_call call;
  read_begin(&call, HANDLE_UNCERTAINTY);
  const niem_status status = niem_uncertainty(&made, &call.problems, g.framework, g.answers, g.method, g.inputs, g.n,
                                              &query, &options, &exec, &call.err);
  if (was_interrupted(&on, status)) {
    return read_drop(&call);
  }
  return read_end(&call, made, status, 0);
}

SEXP r_uncertainty_table(SEXP handle, SEXP part) {
  const niem_uncertain_scores *uncertain = handle_get(handle, HANDLE_UNCERTAINTY, "x");
  const char *of_part = text_of(part, "part");
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_uncertainty_table(&call.table, uncertain, of_part, &call.err));
}

SEXP r_sensitivity(SEXP framework, SEXP answers, SEXP method, SEXP inputs, SEXP list, SEXP threads, SEXP report) {
  const given g = given_of(framework, answers, method, inputs);
  niem_query query;
  niem_scores_sensitivity_options options;
  niem_query_init(&query);
  niem_scores_sensitivity_options_init(&options);
  const option_target targets[] = {{OPTIONS_NIEM_QUERY, &query}, {OPTIONS_NIEM_SCORES_SENSITIVITY_OPTIONS, &options}};
  fill_options(list, targets, 2);
  niem_exec exec;
  watch on;
  fill_exec(&exec, &on, threads, report);
  niem_table *made = NULL;
  read_call call;
  read_begin(&call, HANDLE_TABLE);
  const niem_status status = niem_sensitivity(&made, &call.problems, g.framework, g.answers, g.method, g.inputs, g.n,
                                              &query, &options, &exec, &call.err);
  if (was_interrupted(&on, status)) {
    return read_drop(&call);
  }
  return read_end(&call, made, status, 0);
}
