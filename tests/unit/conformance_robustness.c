/* Running a conformance case of what hangs on the method or on one part of an index: leave one out, methods side by
 * side, effective weights and what the steps of a method did. With one thread and with three: the same bits. */
#include "conformance.h"

#include <stdlib.h>
#include <string.h>

static int same_cell(const niem_table *a, const niem_table *b, int32_t j, int64_t i) {
  const char *one, *other;
  switch (niem_table_column_type(a, j)) {
    case NIEM_COLUMN_REAL:
      return memcmp(niem_table_reals(a, j) + i, niem_table_reals(b, j) + i, sizeof(double)) == 0;
    case NIEM_COLUMN_INTEGER:
      return niem_table_integers(a, j)[i] == niem_table_integers(b, j)[i];
    default:
      one = niem_table_text(a, j, i);
      other = niem_table_text(b, j, i);
      return one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
  }
}

int same_tables(const niem_table *a, const niem_table *b) {
  if (niem_table_rows(a) != niem_table_rows(b) || niem_table_columns(a) != niem_table_columns(b)) {
    return 0;
  }
  for (int32_t j = 0; j < niem_table_columns(a); j++) {
    for (int64_t i = 0; i < niem_table_rows(a); i++) {
      if (!same_cell(a, b, j, i)) {
        return 0;
      }
    }
  }
  return 1;
}

/* What the functions are given. */
typedef struct robust_case {
  const vector_case *c;
  niem_scores *scores;
  const niem_framework *framework;
  const niem_answers *answers;
  niem_method *methods[MOST_NAMES];
  const char *names[MOST_NAMES];
  int64_t n_methods;
  int has_names;
  asked q;
} robust_case;

typedef niem_status (*robust_call)(niem_table **, const robust_case *, const niem_exec *, niem_error *);

static niem_status call_leave_one_out(niem_table **table, const robust_case *k, const niem_exec *exec,
                                      niem_error *err) {
  return niem_leave_one_out(table, k->scores, option_text(k->c, "left_out"), &k->q.query, &k->q.compare, exec, err);
}

static niem_status call_summary(niem_table **table, const robust_case *k, const niem_exec *exec, niem_error *err) {
  return niem_leave_one_out_summary(table, k->scores, option_text(k->c, "left_out"), &k->q.query, &k->q.compare, exec,
                                    err);
}

static niem_status call_effective_weights(niem_table **table, const robust_case *k, const niem_exec *exec,
                                          niem_error *err) {
  (void)exec;
  return niem_effective_weights(table, k->scores, option_text(k->c, "index"), err);
}

static niem_status call_steps(niem_table **table, const robust_case *k, const niem_exec *exec, niem_error *err) {
  (void)exec;
  return niem_scores_steps(table, k->scores, option_text(k->c, "part"), err);
}

static niem_status call_compare_methods(niem_table **table, const robust_case *k, const niem_exec *exec,
                                        niem_error *err) {
  return niem_compare_methods(table, k->framework, k->answers, (const niem_method *const *)k->methods,
                              k->has_names ? k->names : NULL, k->n_methods, &k->q.query, &k->q.compare, exec, err);
}

/* One thread, then three. */
static void call_twice(robust_case *k, robust_call call, outcome *out) {
  niem_table *several = NULL;
  niem_error err;
  niem_exec exec;
  memset(&err, 0, sizeof err);
  niem_exec_init(&exec);
  fill_query(&k->q, options_of(k->c));
  fill_compare(&k->q, options_of(k->c));
  (void)went_well(out, call(&out->table, k, &exec, &out->err));
  exec.threads = 3;
  if (call(&several, k, &exec, &err) != out->err.status) {
    find_fault(out, "three threads give status %d: %s", (int)err.status, err.message);
  } else if (out->table != NULL && !same_tables(out->table, several)) {
    find_fault(out, "three threads give another table than one");
  }
  niem_table_free(several);
  free(k->q.bands);
}

static void run_on_scores(robust_case *k, robust_call call, outcome *out) {
  k->scores = load_scores(k->c, out);
  if (k->scores != NULL) {
    call_twice(k, call, out);
  }
  niem_scores_free(k->scores);
}

/* The methods of a case, an entry being null for all defaults. 0 where one of them cannot be read. */
static int load_methods(robust_case *k, outcome *out) {
  const cJSON *given = case_item(k->c, "methods");
  const cJSON *names = case_item(k->c, "names");
  k->has_names = names != NULL;
  (void)list_texts(k->names, names);
  for (const cJSON *item = given == NULL ? NULL : given->child; item != NULL && k->n_methods < MOST_NAMES;
       item = item->next, k->n_methods++) {
    if (!cJSON_IsNull(item) && (k->methods[k->n_methods] = method_of_item(item, out, NULL)) == NULL) {
      return 0;
    }
  }
  return 1;
}

static void run_compare_methods(robust_case *k, outcome *out) {
  niem_framework *framework = load_framework(k->c, out);
  niem_answers *answers = framework == NULL ? NULL : load_answers(k->c, framework, out);
  k->framework = framework;
  k->answers = answers;
  if (answers != NULL && load_methods(k, out)) {
    call_twice(k, call_compare_methods, out);
  }
  for (int64_t i = 0; i < k->n_methods; i++) {
    niem_method_free(k->methods[i]);
  }
  niem_answers_free(answers);
  niem_framework_free(framework);
}

int run_robustness(const vector_case *c, const char *function, outcome *out) {
  static const struct {
    const char *name, *options;
    robust_call call;
  } functions[] = {{"leave_one_out", "left_out " COMPARE_KEYS, call_leave_one_out},
                   {"leave_one_out_summary", "left_out " COMPARE_KEYS, call_summary},
                   {"effective_weights", "index", call_effective_weights},
                   {"scores_steps", "part", call_steps},
                   {"compare_methods", COMPARE_KEYS, call_compare_methods}};
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
    robust_case k = {.c = c};
    if (strcmp(functions[i].name, function) != 0) {
      continue;
    }
    check_options(out, options_of(c), functions[i].options);
    if (functions[i].call == call_compare_methods) {
      run_compare_methods(&k, out);
    } else {
      run_on_scores(&k, functions[i].call, out);
    }
    return 1;
  }
  return 0;
}
