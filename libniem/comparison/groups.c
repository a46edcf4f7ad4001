/* Two groups on common ground, for instance refugees and beneficiaries of subsidiary protection: each scored over the
 * indicators that are answered for both, unit by unit, so that a difference of legal status is not a difference between
 * two sets of questions. difference = published value of a - published value of b. */
#include "base/platform.h"

#include "comparison/compare.h"
#include "scoring/plan.h"

#include "base/buffer.h"
#include "base/exact.h"

enum { A, B, PAIR };

typedef struct grouping {
  int32_t groups[PAIR];
  ni_leaf *leaves[PAIR];
  ni_node_value *nodes[PAIR];
  /* Of each node and unit of the query, at [node * n_units + unit]. */
  double *values[PAIR], *differences;
  int64_t *n_common;
  int32_t n_units;
  int32_t value[PAIR], difference, common, n;
} grouping;

/* ---- the two groups */

static niem_status fail_group(const ni_comparison *c, const char *id, const char *where, niem_error *err) {
  niem_buffer *ids = NULL;
  niem_status status;
  NIEM_TRY(ni_buffer_new(&ids, err));
  for (int32_t g = 0; g < c->framework->n_own_groups; g++) {
    ni_buffer_text(ids, g == 0 ? "" : ", ");
    ni_buffer_text(ids, c->framework->groups[g].id);
  }
  NIEM_TRY(ni_buffer_status(ids, err));
  status =
      ni_fail(err, NIEM_ERROR_REFERENCE, where, "\"%s\" is no group; the groups are %s", id, niem_buffer_data(ids));
cleanup:
  niem_buffer_free(ids);
  return status;
}

static niem_status find_own_group(int32_t *group, const ni_comparison *c, const char *id, const char *where,
                                  niem_error *err) {
  if (id == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, where, "is NULL; it names a group");
  }
  *group = ni_find_group(c->framework, id, NULL);
  if (*group < 0) {
    return fail_group(c, id, where, err);
  }
  if (c->framework->groups[*group].n_members > 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, where,
                   "\"%s\" is a merge of groups; the two groups are compared indicator by indicator, name one that is "
                   "answered for itself",
                   id);
  }
  return NIEM_OK;
}

static niem_status find_groups(grouping *g, ni_comparison *c, const char *group_a, const char *group_b,
                               niem_error *err) {
  niem_status status;
  if (c->query.group != NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "group",
                   "is \"%s\"; the groups are `group_a` and `group_b`, leave it NULL", c->query.group);
  }
  NIEM_TRY(find_own_group(&g->groups[A], c, group_a, "group_a", err));
  NIEM_TRY(find_own_group(&g->groups[B], c, group_b, "group_b", err));
  if (g->groups[A] == g->groups[B]) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "group_b", "\"%s\" is the same group as `group_a` (\"%s\"); name two",
                   group_b, group_a);
  }
  /* A selection needs a group, and a framework may have no default. */
  c->query.group = c->framework->groups[g->groups[A]].id;
cleanup:
  return status;
}

/* ---- scores */

static niem_status make_room(grouping *g, ni_comparison *c, niem_error *err) {
  const int64_t n_cells = (int64_t)c->selection.n_nodes * c->selection.n_units;
  niem_status status;
  g->n_units = c->selection.n_units;
  for (int k = A; k < PAIR; k++) {
    NIEM_TRY(ni_compare_alloc(&g->leaves[k], c, c->framework->n_indicators, sizeof *g->leaves[k], err));
    NIEM_TRY(ni_compare_alloc(&g->nodes[k], c, c->index->n_nodes, sizeof *g->nodes[k], err));
    NIEM_TRY(ni_compare_alloc(&g->values[k], c, n_cells, sizeof *g->values[k], err));
  }
  NIEM_TRY(ni_compare_alloc(&g->differences, c, n_cells, sizeof *g->differences, err));
  NIEM_TRY(ni_compare_alloc(&g->n_common, c, n_cells, sizeof *g->n_common, err));
cleanup:
  return status;
}

static niem_status score_unit(grouping *g, const ni_comparison *c, int32_t unit, int64_t row, niem_error *err) {
  niem_status status = NIEM_OK;
  for (int k = A; k < PAIR; k++) {
    ni_scores_leaves(c->scores, row, g->groups[k], g->leaves[k]);
  }
  ni_keep_common(c->framework, g->leaves, PAIR);
  for (int k = A; k < PAIR; k++) {
    NIEM_TRY(ni_tree_evaluate_row(c->scores->indexes[c->selection.index].plan, 0, c->scores, row, g->groups[k],
                                  g->leaves[k], g->nodes[k], err));
  }
  for (int32_t v = 0; v < c->selection.n_nodes; v++) {
    const int32_t node = c->selection.nodes[v];
    const int64_t cell = (int64_t)v * g->n_units + unit;
    for (int k = A; k < PAIR; k++) {
      g->values[k][cell] = ni_publish(&g->nodes[k][node]).value;
    }
    g->differences[cell] = g->values[A][cell] - g->values[B][cell];
    g->n_common[cell] = g->nodes[A][node].n_answered;
  }
cleanup:
  return status;
}

/* Units without answers in the round have no row: their cells say so by NaN. */
static niem_status score_round(grouping *g, const ni_comparison *c, int32_t round, niem_error *err) {
  niem_status status = NIEM_OK;
  for (int64_t i = 0; i < (int64_t)c->selection.n_nodes * g->n_units; i++) {
    g->values[A][i] = g->values[B][i] = g->differences[i] = ni_nan();
  }
  for (int32_t i = 0; i < g->n_units; i++) {
    const int64_t row = ni_scores_row(c->scores, c->selection.units[i], round);
    if (row >= 0) {
      NIEM_TRY(score_unit(g, c, i, row, err));
    }
  }
cleanup:
  return status;
}

/* ---- the table */

static niem_status make_columns(grouping *g, ni_comparison *c, niem_error *err) {
  niem_status status;
  NIEM_TRY(ni_compare_table(c, "group difference", NI_BY_UNIT | NI_BY_ROUND | NI_BY_NODE, err));
  g->value[A] = ni_table_real(c->table, "value_a");
  g->value[B] = ni_table_real(c->table, "value_b");
  g->difference = ni_table_real(c->table, "difference");
  g->common = ni_table_integer(c->table, "n_common");
  g->n = ni_table_integer(c->table, "n");
  ni_table_note(c->table, "group_a", c->framework->groups[g->groups[A]].id);
  ni_table_note(c->table, "group_b", c->framework->groups[g->groups[B]].id);
  ni_table_note(c->table, "over", "common: in each unit the indicators answered for both groups");
  NIEM_TRY(ni_compare_note_units(c, "units", c->selection.units, g->n_units, err));
cleanup:
  return status;
}

static void write_values(const grouping *g, ni_comparison *c, double a, double b, double difference, int32_t n) {
  ni_table_set_real(c->table, g->value[A], a);
  ni_table_set_real(c->table, g->value[B], b);
  ni_table_set_real(c->table, g->difference, difference);
  ni_table_set_integer(c->table, g->n, n);
}

/* The rows of one node, and the row of the means over its units. */
static void write_node(const grouping *g, ni_comparison *c, int32_t round, int32_t v) {
  const double *a = g->values[A] + (int64_t)v * g->n_units;
  const double *b = g->values[B] + (int64_t)v * g->n_units;
  const double *difference = g->differences + (int64_t)v * g->n_units;
  const int64_t *n_common = g->n_common + (int64_t)v * g->n_units;
  int32_t n = 0;
  for (int32_t i = 0; i < g->n_units; i++) {
    n += !ni_is_nan(difference[i]);
  }
  for (int32_t i = 0; i < g->n_units; i++) {
    if (ni_compare_took_part(c, c->selection.units[i], &round, 1)) {
      ni_compare_row(c, c->selection.units[i], round, -1, c->selection.nodes[v]);
      write_values(g, c, a[i], b[i], difference[i], n);
      ni_table_set_integer(c->table, g->common, n_common[i]);
    }
  }
  ni_compare_row(c, -1, round, -1, c->selection.nodes[v]);
  ni_table_set_text(c->table, c->unit, "*");
  write_values(g, c, ni_exact_mean(a, g->n_units, 1), ni_exact_mean(b, g->n_units, 1),
               ni_exact_mean(difference, g->n_units, 1), n);
}

niem_status niem_group_difference(niem_table **out, const niem_scores *scores, const char *group_a, const char *group_b,
                                  const niem_query *query, niem_error *err) {
  ni_comparison c;
  grouping g = {0};
  niem_status status;
  NIEM_TRY(ni_compare_begin(&c, out, scores, query, NULL, 0, err));
  NIEM_TRY(find_groups(&g, &c, group_a, group_b, err));
  NIEM_TRY(ni_compare_select(&c, 0, err));
  NIEM_TRY(make_room(&g, &c, err));
  NIEM_TRY(make_columns(&g, &c, err));
  for (int32_t t = 0; t < c.selection.n_rounds; t++) {
    NIEM_TRY(score_round(&g, &c, c.selection.rounds[t], err));
    for (int32_t v = 0; v < c.selection.n_nodes; v++) {
      write_node(&g, &c, c.selection.rounds[t], v);
    }
  }
  NIEM_TRY(ni_compare_finish(out, &c, err));
cleanup:
  ni_compare_end(&c);
  return status;
}
