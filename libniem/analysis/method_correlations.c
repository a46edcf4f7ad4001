/* How far several scores agree: those of several methods on the same answers, or before and after a change. What a
 * choice of method does to values and places is part of what an index says (OECD & JRC, Handbook on Constructing
 * Composite Indicators, 2008, step 7). */
#include "base/platform.h"

#include "analysis/study.h"
#include "base/exact.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Scores beside the first, and where they have what the selection of the first is about: by id, -1 where they have it
 * not. */
typedef struct side {
  const niem_scores *scores;
  const char *name;
  int32_t index;
  int32_t *nodes, *groups, *rounds, *units; /* by place in the selection */
} side;

typedef struct contest {
  ni_study s;
  side *sides;
  int64_t n;
  double *values; /* n x units */
  double *a, *b, *ranks_a, *ranks_b;
  int32_t node, method_a, method_b, correlation, n_column, mean_abs_rank_change;
} contest;

/* --- the same by id --- */

static int32_t find_node(const ni_index *index, const char *name) {
  for (int32_t i = 0; i < index->n_nodes; i++) {
    if (strcmp(index->nodes[i].name, name) == 0) {
      return i;
    }
  }
  return -1;
}

static int32_t find_round(const niem_answers *answers, const char *id) {
  for (int32_t r = 0; r < answers->n_rounds; r++) {
    if (strcmp(answers->rounds[r], id) == 0) {
      return r;
    }
  }
  return -1;
}

static niem_status find_index(side *own, const ni_comparison *first, int64_t k, niem_error *err) {
  own->index = ni_find_index(own->scores->framework, first->index->id);
  if (own->index < 0 || !own->scores->indexes[own->index].scored) {
    return ni_fail(err, NIEM_ERROR_MISMATCH, "index",
                   "index \"%.60s\" of the first scores is none of scores %lld; name one that all have",
                   first->index->id, (long long)(k + 1));
  }
  return NIEM_OK;
}

static niem_status find_all(side *own, ni_comparison *first, int64_t k, niem_error *err) {
  const ni_selection *s = &first->selection;
  const niem_framework *framework = own->scores->framework;
  const niem_answers *answers = own->scores->answers;
  niem_status status = NIEM_OK;
  NIEM_TRY(find_index(own, first, k, err));
  NIEM_TRY(ni_compare_alloc(&own->nodes, first, s->n_nodes, sizeof *own->nodes, err));
  NIEM_TRY(ni_compare_alloc(&own->groups, first, s->n_groups, sizeof *own->groups, err));
  NIEM_TRY(ni_compare_alloc(&own->rounds, first, s->n_rounds, sizeof *own->rounds, err));
  NIEM_TRY(ni_compare_alloc(&own->units, first, s->n_units, sizeof *own->units, err));
  for (int32_t i = 0; i < s->n_nodes; i++) {
    own->nodes[i] = find_node(&framework->indexes[own->index], first->index->nodes[s->nodes[i]].name);
  }
  for (int32_t i = 0; i < s->n_groups; i++) {
    own->groups[i] = ni_find_group(framework, first->framework->groups[s->groups[i]].id, NULL);
  }
  for (int32_t i = 0; i < s->n_rounds; i++) {
    own->rounds[i] = find_round(answers, first->answers->rounds[s->rounds[i]]);
  }
  for (int32_t i = 0; i < s->n_units; i++) {
    const char *id = first->answers->units[s->units[i]];
    own->units[i] = ni_dictionary_find(&answers->unit_ids, id, strlen(id));
  }
cleanup:
  return status;
}

/* --- names --- */

static niem_status name_sides(contest *t, const char *const *names, niem_error *err) {
  niem_status status = NIEM_OK;
  for (int64_t k = 0; k < t->n; k++) {
    const char *given = names == NULL ? NULL : names[k];
    char *own;
    NIEM_TRY(ni_compare_alloc(&own, &t->s.a.c, 32, 1, err));
    (void)snprintf(own, 32, "method %lld", (long long)(k + 1));
    const char *id = given != NULL ? given : t->sides[k].scores->method->id;
    t->sides[k].name = id == NULL ? own : id;
    for (int64_t before = 0; before < k; before++) {
      if (strcmp(t->sides[before].name, t->sides[k].name) == 0) {
        return ni_fail(err, NIEM_ERROR_DUPLICATE, "names",
                       "scores %lld and %lld are both called \"%.60s\"; give each its own name",
                       (long long)(before + 1), (long long)(k + 1), t->sides[k].name);
      }
    }
  }
cleanup:
  return status;
}

static niem_status check_scores(const niem_scores *const *scores, int64_t n, niem_error *err) {
  if (scores == NULL || n < 2 || n > 1000) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, scores == NULL ? "scores" : "n_scores",
                   "from 2 to 1000 scores are compared");
  }
  for (int64_t k = 0; k < n; k++) {
    if (scores[k] == NULL) {
      return ni_fail_at(err, NIEM_ERROR_ARGUMENT, k + 1, 0, "scores", "entry %lld is NULL; scores come from niem_score",
                        (long long)(k + 1));
    }
  }
  return NIEM_OK;
}

/* --- two of them at a node --- */

static double value_of(const side *own, int32_t node, int32_t group, int32_t round, int32_t unit) {
  const int known =
      own->nodes[node] >= 0 && own->groups[group] >= 0 && own->rounds[round] >= 0 && own->units[unit] >= 0;
  const int64_t row = known ? ni_scores_row(own->scores, own->units[unit], own->rounds[round]) : -1;
  const niem_framework *framework = own->scores->framework;
  double value = ni_nan();
  if (row >= 0) {
    const ni_node *place = &framework->indexes[own->index].nodes[own->nodes[node]];
    const ni_analysis asked = {.c = {.scores = own->scores,
                                     .framework = framework,
                                     .answers = own->scores->answers,
                                     .index = &framework->indexes[own->index],
                                     .selection = {.index = own->index}}};
    const ni_variable variable = {place->name, own->nodes[node], place->leaf};
    (void)ni_variable_value(&value, &asked, &variable, row, own->groups[group]);
  }

  return value;
}

static niem_status mean_rank_change(double *out, contest *t, int64_t n, niem_error *err) {
  ni_exact sum;
  *out = ni_nan();
  if (n == 0) {
    return NIEM_OK;
  }
  if (!ni_compare_rank(t->ranks_a, t->a, n, &t->s.a.c) || !ni_compare_rank(t->ranks_b, t->b, n, &t->s.a.c)) {
    return ni_fail_memory(err);
  }
  ni_exact_init(&sum);
  for (int64_t i = 0; i < n; i++) {
    ni_exact_add(&sum, fabs(t->ranks_a[i] - t->ranks_b[i]));
  }
  ni_exact count;
  ni_exact_init(&count);
  ni_exact_add(&count, (double)n);
  *out = ni_exact_quotient(&sum, &count);
  return NIEM_OK;
}

static niem_status correlate_two(double *r, contest *t, int64_t n, niem_error *err) {
  niem_correlate_options o;
  niem_correlate_options_init(&o);
  o.method = t->s.options.method;
  o.tolerance = o.method == NIEM_CORRELATION_PEARSON ? o.tolerance : t->s.options.tolerance;
  const niem_matrix x = {t->a, n, 1, 1, 1};
  const niem_matrix y = {t->b, n, 1, 1, 1};
  *r = ni_nan();
  return n == 0 ? NIEM_OK : niem_correlate(r, NULL, NULL, &x, &y, &o, NULL, err);
}

/* The units that have a value by both. */
static int64_t take_common(contest *t, int64_t a, int64_t b) {
  const int32_t n_units = t->s.a.c.selection.n_units;
  int64_t n = 0;
  for (int32_t u = 0; u < n_units; u++) {
    t->a[n] = t->values[a * n_units + u];
    t->b[n] = t->values[b * n_units + u];
    n += !ni_is_nan(t->a[n]) && !ni_is_nan(t->b[n]);
  }
  return n;
}

static niem_status write_two(contest *t, int64_t a, int64_t b, int32_t round, int32_t group, int32_t node,
                             niem_error *err) {
  niem_table *table = t->s.a.c.table;
  const ni_selection *s = &t->s.a.c.selection;
  const int64_t n = take_common(t, a, b);
  niem_status status = NIEM_OK;
  double r, change;
  NIEM_TRY(correlate_two(&r, t, n, err));
  NIEM_TRY(mean_rank_change(&change, t, n, err));
  ni_compare_row(&t->s.a.c, -1, s->rounds[round], s->groups[group], s->nodes[node]);
  ni_table_set_code(table, t->method_a, (int32_t)a);
  ni_table_set_code(table, t->method_b, (int32_t)b);
  ni_table_set_real(table, t->correlation, r);
  ni_table_set_integer(table, t->n_column, n);
  ni_table_set_real(table, t->mean_abs_rank_change, change);
cleanup:
  return status;
}

static niem_status write_node(contest *t, int32_t round, int32_t group, int32_t node, niem_error *err) {
  const int32_t n_units = t->s.a.c.selection.n_units;
  niem_status status = NIEM_OK;
  for (int64_t k = 0; k < t->n; k++) {
    for (int32_t u = 0; u < n_units; u++) {
      t->values[k * n_units + u] = value_of(&t->sides[k], node, group, round, u);
    }
  }
  for (int64_t a = 0; a < t->n && status == NIEM_OK; a++) {
    for (int64_t b = a + 1; b < t->n && status == NIEM_OK; b++) {
      status = write_two(t, a, b, round, group, node, err);
    }
  }
  return status;
}

/* --- the table --- */

static niem_status make_room(contest *t, niem_error *err) {
  ni_comparison *c = &t->s.a.c;
  const int64_t n = c->selection.n_units;
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_compare_alloc(&t->values, c, n * t->n, sizeof *t->values, err));
  NIEM_TRY(ni_compare_alloc(&t->a, c, n, sizeof *t->a, err));
  NIEM_TRY(ni_compare_alloc(&t->b, c, n, sizeof *t->b, err));
  NIEM_TRY(ni_compare_alloc(&t->ranks_a, c, n, sizeof *t->ranks_a, err));
  NIEM_TRY(ni_compare_alloc(&t->ranks_b, c, n, sizeof *t->ranks_b, err));
cleanup:
  return status;
}

static niem_status make_columns(contest *t, niem_error *err) {
  ni_comparison *c = &t->s.a.c;
  const niem_status status =
      ni_compare_table(c, "correlations of methods", NI_BY_ROUND | NI_BY_GROUP | NI_BY_NODE, err);
  if (status != NIEM_OK) {
    return status;
  }
  t->method_a = ni_table_text(c->table, "method_a");
  t->method_b = ni_table_text(c->table, "method_b");
  for (int64_t k = 0; k < t->n; k++) {
    (void)ni_table_add_level(c->table, t->method_a, t->sides[k].name);
    (void)ni_table_add_level(c->table, t->method_b, t->sides[k].name);
  }
  t->correlation = ni_table_real(c->table, "correlation");
  t->n_column = ni_table_integer(c->table, "n");
  t->mean_abs_rank_change = ni_table_real(c->table, "mean_abs_rank_change");
  ni_compare_note_ranks(c);
  return NIEM_OK;
}

static niem_status prepare(contest *t, const niem_scores *const *scores, const char *const *names, niem_error *err) {
  ni_comparison *c = &t->s.a.c;
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_compare_alloc(&t->sides, c, t->n, sizeof *t->sides, err));
  for (int64_t k = 0; k < t->n; k++) {
    t->sides[k].scores = scores[k];
    NIEM_TRY(find_all(&t->sides[k], c, k, err));
  }
  NIEM_TRY(name_sides(t, names, err));
  NIEM_TRY(make_room(t, err));
  NIEM_TRY(make_columns(t, err));
cleanup:
  return status;
}

niem_status niem_method_correlations(niem_table **out, const niem_scores *const *scores, const char *const *names,
                                     int64_t n_scores, const niem_query *query, const niem_analysis_options *options,
                                     niem_error *err) {
  niem_status status = NIEM_OK;
  const niem_status valid = out == NULL ? NIEM_OK : check_scores(scores, n_scores, err);
  contest t;
  memset(&t, 0, sizeof t);
  t.n = n_scores;
  if (valid != NIEM_OK) {
    *out = NULL;
    return valid;
  }
  NIEM_TRY(ni_study_begin(&t.s, out, out == NULL ? NULL : scores[0], query, options, NI_ASKS_METHOD, err));
  NIEM_TRY(ni_study_select(&t.s, NI_TOP_NODE, err));
  NIEM_TRY(prepare(&t, scores, names, err));
  for (int32_t r = 0; r < t.s.a.c.n_rounds; r++) {
    for (int32_t g = 0; g < t.s.a.c.selection.n_groups; g++) {
      for (int32_t v = 0; v < t.s.a.c.selection.n_nodes; v++) {
        NIEM_TRY(write_node(&t, r, g, v, err));
      }
    }
  }
  NIEM_TRY(ni_compare_finish(out, &t.s.a.c, err));
cleanup:
  ni_study_end(&t.s);
  return status;
}
