/* Running a conformance case of uncertainty and sensitivity on scores. With one thread and with three: the same bits.
 */
#include "conformance.h"

#include <stdlib.h>
#include <string.h>

#define UNCERTAINTY_KEYS QUERY_KEYS " part replicates seed interval_level tolerance shown"
#define SENSITIVITY_KEYS QUERY_KEYS " base seed resamples interval_level tolerance targets"

typedef struct uncertain_case {
  const vector_case *c;
  niem_framework *framework;
  niem_answers *answers;
  niem_method *method;
  text_bytes inputs; /* NULL: none */
  asked q;
} uncertain_case;

static void fill_long(int64_t *field, const cJSON *options, const char *key) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(options, key);
  if (item != NULL) {
    *field = (int64_t)number_of_item(item);
  }
}

static void fill_real(double *field, const cJSON *options, const char *key) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(options, key);
  if (item != NULL) {
    *field = number_of_item(item);
  }
}

/* The inputs of the case as JSON; "format" may be left out there. */
static text_bytes inputs_of(const vector_case *c) {
  const cJSON *given = case_item(c, "inputs");
  text_bytes none = {NULL, 0};
  if (given == NULL) {
    return none;
  }
  cJSON *copy = cJSON_Duplicate(given, 1);
  if (cJSON_GetObjectItemCaseSensitive(copy, "format") == NULL) {
    cJSON_AddStringToObject(copy, "format", "niem-uncertainty/1");
  }
  const text_bytes text = print_json(copy);
  cJSON_Delete(copy);
  return text;
}

static niem_status make_uncertainty(niem_table **table, const uncertain_case *k, const char *part,
                                    const niem_exec *exec, niem_problems **problems, niem_error *err) {
  const cJSON *options = options_of(k->c);
  niem_uncertain_scores *made = NULL;
  niem_uncertainty_options own;
  niem_uncertainty_options_init(&own);
  fill_long(&own.replicates, options, "replicates");
  fill_long(&own.seed, options, "seed");
  fill_long(&own.shown, options, "shown");
  fill_real(&own.interval_level, options, "interval_level");
  fill_real(&own.tolerance, options, "tolerance");
  niem_status status = niem_uncertainty(&made, problems, k->framework, k->answers, k->method, k->inputs.data,
                                        k->inputs.n, &k->q.query, &own, exec, err);
  if (status == NIEM_OK) {
    status = niem_uncertainty_table(table, made, part == NULL ? "scores" : part, err);
  }
  niem_uncertainty_free(made);
  return status;
}

static niem_status make_sensitivity(niem_table **table, const uncertain_case *k, const niem_exec *exec,
                                    niem_problems **problems, niem_error *err) {
  const cJSON *options = options_of(k->c);
  niem_scores_sensitivity_options own;
  niem_scores_sensitivity_options_init(&own);
  fill_long(&own.base, options, "base");
  fill_long(&own.seed, options, "seed");
  fill_long(&own.resamples, options, "resamples");
  fill_real(&own.interval_level, options, "interval_level");
  fill_real(&own.tolerance, options, "tolerance");
  own.targets = option_text(k->c, "targets");
  return niem_sensitivity(table, problems, k->framework, k->answers, k->method, k->inputs.data, k->inputs.n,
                          &k->q.query, &own, exec, err);
}

static niem_status make(niem_table **table, const uncertain_case *k, int is_sensitivity, const niem_exec *exec,
                        niem_problems **problems, niem_error *err) {
  return is_sensitivity ? make_sensitivity(table, k, exec, problems, err)
                        : make_uncertainty(table, k, option_text(k->c, "part"), exec, problems, err);
}

/* Printed alike: every digit is shown. */
static int print_alike(const niem_table *a, const niem_table *b) {
  niem_buffer *texts[2] = {NULL, NULL};
  const int printed =
      niem_table_print(&texts[0], a, NULL, NULL) == NIEM_OK && niem_table_print(&texts[1], b, NULL, NULL) == NIEM_OK;
  const int alike = printed && strcmp(niem_buffer_data(texts[0]), niem_buffer_data(texts[1])) == 0;
  niem_buffer_free(texts[0]);
  niem_buffer_free(texts[1]);
  return alike;
}

static void run_twice(uncertain_case *k, int is_sensitivity, outcome *out) {
  niem_table *several = NULL;
  niem_problems *found = NULL;
  niem_error err;
  niem_exec exec;
  memset(&err, 0, sizeof err);
  niem_exec_init(&exec);
  fill_query(&k->q, options_of(k->c));
  (void)went_well(out, make(&out->table, k, is_sensitivity, &exec, &found, &out->err));
  niem_problems_free(out->problems); /* of the reading of the answers */
  out->problems = found;
  exec.threads = 3;
  if (make(&several, k, is_sensitivity, &exec, NULL, &err) != out->err.status) {
    find_fault(out, "three threads give status %d: %s", (int)err.status, err.message);
  } else if (out->table != NULL && !print_alike(out->table, several)) {
    find_fault(out, "three threads give another table than one");
  }
  niem_table_free(several);
  free(k->q.bands);
}

int run_uncertainty(const vector_case *c, const char *function, outcome *out) {
  const int is_sensitivity = strcmp(function, "sensitivity") == 0;
  uncertain_case k = {.c = c};
  if (!is_sensitivity && strcmp(function, "uncertainty") != 0) {
    return 0;
  }
  check_options(out, options_of(c), is_sensitivity ? SENSITIVITY_KEYS : UNCERTAINTY_KEYS);
  k.framework = load_framework(c, out);
  k.answers = k.framework == NULL ? NULL : load_answers(c, k.framework, out);
  k.method = case_item(c, "method") == NULL ? NULL : load_method(c, out, NULL);
  k.inputs = inputs_of(c);
  if (k.answers != NULL && out->err.status == NIEM_OK) {
    run_twice(&k, is_sensitivity, out);
  }
  free(k.inputs.data);
  niem_method_free(k.method);
  niem_answers_free(k.answers);
  niem_framework_free(k.framework);
  return 1;
}
