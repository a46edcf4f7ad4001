/* The best-practice (worst-practice) composite: a country that does not exist, with the best (worst) score of any unit
 * on every indicator, scored by the index. What a country could reach by taking over what another already does.
 *
 * An indicator that no unit answered stays a gap where it applies to any of them, and is not applicable where it
 * applies to none. For a merge of groups each member has its composite, and these are merged as the groups of a unit
 * are. */
#include "base/platform.h"

#include "comparison/compare.h"
#include "scoring/plan.h"

typedef struct practising {
  int32_t sign;     /* 1: best, -1: worst */
  int32_t n_units;  /* that took part in the round */
  ni_leaf *scratch; /* one unit's */
  ni_leaf **leaves; /* of each member of a group: a composite */
  ni_node_value **nodes;
  ni_node_value *members; /* of one node */
  int32_t value, n;
} practising;

static niem_status make_room(practising *p, ni_comparison *c, niem_error *err) {
  const int32_t most = ni_compare_most_members(c);
  const int32_t n_indicators = c->framework->n_indicators;
  niem_status status;
  NIEM_TRY(ni_compare_alloc(&p->scratch, c, n_indicators, sizeof *p->scratch, err));
  NIEM_TRY(ni_compare_alloc(&p->leaves, c, most, sizeof *p->leaves, err));
  NIEM_TRY(ni_compare_alloc(&p->nodes, c, most, sizeof *p->nodes, err));
  NIEM_TRY(ni_compare_alloc(&p->members, c, most, sizeof *p->members, err));
  for (int32_t m = 0; m < most; m++) {
    NIEM_TRY(ni_compare_alloc(&p->leaves[m], c, n_indicators, sizeof *p->leaves[m], err));
    NIEM_TRY(ni_compare_alloc(&p->nodes[m], c, c->index->n_nodes, sizeof *p->nodes[m], err));
  }
cleanup:
  return status;
}

static niem_status make_columns(practising *p, ni_comparison *c, niem_error *err) {
  niem_status status;
  NIEM_TRY(ni_compare_table(c, p->sign > 0 ? "best practice" : "worst practice", NI_BY_ROUND | NI_BY_GROUP | NI_BY_NODE,
                            err));
  p->value = ni_table_real(c->table, "value");
  p->n = ni_table_integer(c->table, "n");
  ni_table_note(c->table, "reference", p->sign > 0 ? "best" : "worst");
  NIEM_TRY(ni_compare_note_units(c, "units", c->selection.units, c->selection.n_units, err));
cleanup:
  return status;
}

/* An answer is better than a gap, a gap than "not applicable", and of two answers the one with the better score. */
static void take_better(ni_leaf *best, const ni_leaf *leaf, int32_t sign) {
  if (leaf->state == NIEM_ANSWERED) {
    if (best->state != NIEM_ANSWERED || ni_dd_compare(leaf->score, best->score) * sign > 0) {
      *best = *leaf;
    }
  } else if (leaf->state != NIEM_NOT_APPLICABLE && best->state == NIEM_NOT_APPLICABLE) {
    best->state = NIEM_MISSING;
  }
}

/* The composite of a group of its own over the units of the query. */
static void find_practice(practising *p, const ni_comparison *c, ni_leaf *best, int32_t round, int32_t group) {
  const int32_t n_indicators = c->framework->n_indicators;
  for (int32_t k = 0; k < n_indicators; k++) {
    best[k] = (ni_leaf){{0, 0}, NIEM_NOT_APPLICABLE, -1, 0};
  }
  p->n_units = 0;
  for (int32_t i = 0; i < c->selection.n_units; i++) {
    const int64_t row = ni_scores_row(c->scores, c->selection.units[i], round);
    if (row < 0) {
      continue;
    }
    p->n_units++;
    ni_scores_leaves(c->scores, row, group, p->scratch);
    /* One that was screened out has too little data to be anybody's practice. */
    for (int32_t k = 0; k < n_indicators && !ni_scores_screened(c->scores, row, group); k++) {
      take_better(&best[k], &p->scratch[k], p->sign);
    }
  }
}

/* The composites of a group's members, or of itself, through the index. */
static niem_status evaluate_practice(practising *p, const ni_comparison *c, int32_t round, int32_t group,
                                     niem_error *err) {
  const ni_group *g = &c->framework->groups[group];
  niem_status status = NIEM_OK;
  const int32_t k = g->n_members > 0 ? g->n_members : 1;
  for (int32_t m = 0; m < k; m++) {
    find_practice(p, c, p->leaves[m], round, g->n_members > 0 ? g->members[m] : group);
  }
  if (g->n_members > 0 && g->common) {
    ni_keep_common(c->framework, p->leaves, k);
  }
  for (int32_t m = 0; status == NIEM_OK && m < k; m++) {
    status = ni_tree_evaluate(c->scores->indexes[c->selection.index].plan, p->leaves[m], p->nodes[m], err);
  }
  return status;
}

static niem_status write_practice(practising *p, ni_comparison *c, int32_t round, int32_t group, niem_error *err) {
  const ni_group *g = &c->framework->groups[group];
  niem_status status = NIEM_OK;
  NIEM_TRY(evaluate_practice(p, c, round, group, err));
  for (int32_t v = 0; v < c->selection.n_nodes; v++) {
    const int32_t node = c->selection.nodes[v];
    ni_node_value merged = p->nodes[0][node];
    if (g->n_members > 0) {
      for (int32_t m = 0; m < g->n_members; m++) {
        p->members[m] = p->nodes[m][node];
      }
      merged = ni_merge_values(g, p->members);
    }
    ni_compare_row(c, -1, round, group, node);
    ni_table_set_real(c->table, p->value, ni_publish(&merged).value);
    ni_table_set_integer(c->table, p->n, p->n_units);
  }
cleanup:
  return status;
}

niem_status niem_practice(niem_table **out, const niem_scores *scores, const niem_query *query,
                          const niem_compare_options *options, niem_error *err) {
  ni_comparison c;
  practising p = {0};
  niem_status status;
  NIEM_TRY(ni_compare_begin(&c, out, scores, query, options, NI_USES_PRACTICE, err));
  NIEM_TRY(ni_compare_select(&c, 0, err));
  p.sign = c.reference == NI_REFERENCE_BEST ? 1 : -1;
  NIEM_TRY(make_room(&p, &c, err));
  NIEM_TRY(make_columns(&p, &c, err));
  for (int32_t t = 0; t < c.selection.n_rounds; t++) {
    for (int32_t g = 0; g < c.selection.n_groups; g++) {
      NIEM_TRY(write_practice(&p, &c, c.selection.rounds[t], c.selection.groups[g], err));
    }
  }
  NIEM_TRY(ni_compare_finish(out, &c, err));
cleanup:
  ni_compare_end(&c);
  return status;
}
