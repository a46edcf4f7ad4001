/* Several methods on the same answers: scores and ranks side by side. What a choice of method does to a country's place
 * is part of what an index says (OECD & JRC, Handbook on Constructing Composite Indicators, 2008, step 7). */
#include "base/platform.h"

#include "comparison/compare.h"

#include "base/options.h"
#include "base/threads.h"

#include <stdio.h>
#include <string.h>

/* What all methods have: the selection is made on the first one's scores, and holds for the others, since it hangs on
 * framework and answers alone. */
typedef struct contest {
  niem_scores **scores; /* of the methods */
  const char **names;
  int64_t n;
  double *values, *ranks, *first_values, *first_ranks; /* of the units */
  int32_t *units;
  int32_t method, value, rank, n_column, change, rank_change;
} contest;

/* The caller's name for a method, else its id, else its place: "method 2". Two of one name cannot be told apart. */
static niem_status name_methods(contest *t, ni_comparison *c, const niem_method *const *methods,
                                const char *const *names, niem_error *err) {
  for (int64_t k = 0; k < t->n; k++) {
    const char *given = names == NULL ? NULL : names[k];
    const char *id = given != NULL ? given : methods[k] == NULL ? NULL : methods[k]->id;
    char *own = NULL;
    const niem_status status = ni_compare_alloc(&own, c, 32, 1, err);
    if (status != NIEM_OK) {
      return status;
    }
    (void)snprintf(own, 32, "method %lld", (long long)(k + 1));
    t->names[k] = id == NULL ? own : id;
    for (int64_t before = 0; before < k; before++) {
      if (strcmp(t->names[before], t->names[k]) == 0) {
        return ni_fail(err, NIEM_ERROR_DUPLICATE, "methods",
                       "methods %lld and %lld are both called \"%.60s\"; give each "
                       "its own \"id\"",
                       (long long)(before + 1), (long long)(k + 1), t->names[k]);
      }
    }
  }
  return NIEM_OK;
}

/* What fails for a method says which; what is wrong with the question is no matter of any. */
static niem_status fail_of_method(niem_status status, int64_t k, niem_error *err) {
  if (err != NULL && (strncmp(err->where, "method", 6) == 0 || status == NIEM_ERROR_UNSUPPORTED)) {
    return ni_fail_about(err, status, "method %lld", (long long)(k + 1));
  }
  return status;
}

/* The one index that the question is about: no other needs scoring. NULL where the question is none. */
static const char *asked_index(const niem_framework *framework, const char *named) {
  const int32_t own = framework == NULL ? -1 : framework->n_indexes == 1 ? 0 : framework->default_index;
  return named == NULL && own >= 0 ? framework->indexes[own].id : named;
}

static niem_status score_each(contest *t, const niem_framework *framework, const niem_answers *answers,
                              const niem_method *const *methods, const niem_query *query, const niem_exec *exec,
                              niem_error *err) {
  ni_stages stages;
  niem_score_options options;
  niem_query own_query;
  niem_exec own;
  niem_status status;
  niem_query_init(&own_query);
  niem_score_options_init(&options);
  NIEM_TRY(ni_options_read(&own_query, sizeof own_query, query, "query", err));
  NIEM_TRY(ni_exec_read(&own, exec, err));
  ni_stages_begin(&stages, &own);
  options.index = asked_index(framework, own_query.index);
  for (int64_t k = 0; k < t->n; k++) {
    const niem_exec *next = ni_stages_next(&stages, (double)(k + 1) / (double)t->n);
    status = niem_score(&t->scores[k], framework, answers, methods[k], &options, next, err);
    if (status != NIEM_OK) {
      return fail_of_method(status, k, err);
    }
  }
  status = ni_stages_end(&stages, err);
cleanup:
  return status;
}

static niem_status make_room(contest *t, ni_comparison *c, niem_error *err) {
  const int32_t n = c->selection.n_units;
  niem_status status;
  NIEM_TRY(ni_compare_alloc(&t->units, c, n, sizeof *t->units, err));
  NIEM_TRY(ni_compare_alloc(&t->values, c, n, sizeof *t->values, err));
  NIEM_TRY(ni_compare_alloc(&t->ranks, c, n, sizeof *t->ranks, err));
  NIEM_TRY(ni_compare_alloc(&t->first_values, c, n, sizeof *t->first_values, err));
  NIEM_TRY(ni_compare_alloc(&t->first_ranks, c, n, sizeof *t->first_ranks, err));
cleanup:
  return status;
}

static niem_status make_columns(contest *t, ni_comparison *c, niem_error *err) {
  niem_status status = ni_compare_table(c, "methods", NI_BY_UNIT | NI_BY_ROUND | NI_BY_GROUP | NI_BY_NODE, err);
  if (status != NIEM_OK) {
    return status;
  }
  t->method = ni_table_text(c->table, "method");
  for (int64_t k = 0; k < t->n; k++) {
    (void)ni_table_add_level(c->table, t->method, t->names[k]);
  }
  t->value = ni_table_real(c->table, "value");
  t->rank = ni_table_real(c->table, "rank");
  t->n_column = ni_table_integer(c->table, "n");
  t->change = ni_table_real(c->table, "change");
  t->rank_change = ni_table_real(c->table, "rank_change");
  ni_table_note(c->table, "reference", t->names[0]);
  ni_compare_note_ranks(c);
  return NIEM_OK;
}

static niem_status write_method(contest *t, ni_comparison *c, int64_t k, int32_t n, int32_t round, int32_t group,
                                int32_t node, niem_error *err) {
  c->scores = t->scores[k];
  const int32_t present = ni_compare_values(t->values, c, t->units, n, round, group, node);
  if (!ni_compare_rank(t->ranks, t->values, n, c)) {
    return ni_fail_memory(err);
  }
  if (k == 0 && n > 0) {
    memcpy(t->first_values, t->values, (size_t)n * sizeof *t->values);
    memcpy(t->first_ranks, t->ranks, (size_t)n * sizeof *t->ranks);
  }
  for (int32_t i = 0; i < n; i++) {
    ni_compare_row(c, t->units[i], round, group, node);
    ni_table_set_code(c->table, t->method, (int32_t)k);
    ni_table_set_real(c->table, t->value, t->values[i]);
    ni_table_set_real(c->table, t->rank, t->ranks[i]);
    ni_table_set_integer(c->table, t->n_column, present);
    ni_table_set_real(c->table, t->change, t->values[i] - t->first_values[i]);
    ni_table_set_real(c->table, t->rank_change, t->first_ranks[i] - t->ranks[i]);
  }
  return NIEM_OK;
}

static niem_status write_node(contest *t, ni_comparison *c, int32_t round, int32_t group, int32_t node,
                              niem_error *err) {
  niem_status status = NIEM_OK;
  const int32_t n = ni_compare_find_units(t->units, c, round);
  for (int64_t k = 0; k < t->n && status == NIEM_OK; k++) {
    status = write_method(t, c, k, n, round, group, node, err);
  }
  return status;
}

static niem_status write_all(contest *t, ni_comparison *c, niem_error *err) {
  const ni_selection *s = &c->selection;
  niem_status status = NIEM_OK;
  for (int32_t v = 0; v < s->n_nodes; v++) {
    for (int32_t g = 0; g < s->n_groups; g++) {
      for (int32_t r = 0; r < s->n_rounds && status == NIEM_OK; r++) {
        status = write_node(t, c, s->rounds[r], s->groups[g], s->nodes[v], err);
      }
    }
  }
  return status;
}

static niem_status check_arguments(niem_table **out, const niem_method *const *methods, int64_t n, niem_error *err) {
  if (out == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "out", "is NULL; it must point to where the table goes");
  }
  *out = NULL;
  if (methods == NULL || n < 1 || n > 1000) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, methods == NULL ? "methods" : "n_methods",
                   "from 1 to 1000 methods are compared; an entry that is NULL means all defaults");
  }
  return NIEM_OK;
}

niem_status niem_compare_methods(niem_table **out, const niem_framework *framework, const niem_answers *answers,
                                 const niem_method *const *methods, const char *const *names, int64_t n_methods,
                                 const niem_query *query, const niem_compare_options *options, const niem_exec *exec,
                                 niem_error *err) {
  ni_comparison c;
  contest t = {.n = n_methods};
  int begun = 0;
  niem_status status;
  NIEM_TRY(check_arguments(out, methods, n_methods, err));
  t.scores = ni_alloc_zero((size_t)n_methods, sizeof *t.scores);
  t.names = ni_alloc_zero((size_t)n_methods, sizeof *t.names);
  NIEM_TRY(t.scores != NULL && t.names != NULL ? NIEM_OK : ni_fail_memory(err));
  NIEM_TRY(score_each(&t, framework, answers, methods, query, exec, err));
  begun = 1;
  NIEM_TRY(ni_compare_begin(&c, out, t.scores[0], query, options, NI_USES_TOLERANCE | NI_USES_TIES, err));
  NIEM_TRY(name_methods(&t, &c, methods, names, err));
  NIEM_TRY(ni_compare_select(&c, NI_TOP_NODE, err));
  NIEM_TRY(make_room(&t, &c, err));
  NIEM_TRY(make_columns(&t, &c, err));
  NIEM_TRY(write_all(&t, &c, err));
  NIEM_TRY(ni_compare_finish(out, &c, err));
cleanup:
  if (begun) {
    ni_compare_end(&c);
  }
  for (int64_t k = 0; t.scores != NULL && k < n_methods; k++) {
    niem_scores_free(t.scores[k]);
  }
  ni_free(t.scores);
  ni_free(t.names);
  return status;
}
