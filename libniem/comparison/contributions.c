/* What the children of a node contribute to its score: the share of each in the weight of those that enter, times its
 * published score. For a merge of groups each member has its shares, and the members are weighed as the merge does.
 * Only the node itself must be a weighted mean; how its children are made does not matter. */
#include "base/platform.h"

#include "base/add_up.h"
#include "comparison/compare.h"
#include "scoring/plan.h"

#include <string.h>

typedef struct contributing {
  const ni_plan *plan;
  const ni_node *node;
  int32_t place;    /* of the node */
  ni_leaf **leaves; /* of each member of a merge over common indicators */
  ni_leaf *all_leaves;
  ni_node_value *nodes;
  ni_score *children; /* published, of one member */
  ni_dd *weights, *products;
  double *contributions;
  int32_t child, value, weight, contribution; /* columns */
} contributing;

/* --- one member --- */

/* The published scores of the children in a group of its own; returns whether the node has a score. */
static int own_children(contributing *k, const ni_comparison *c, int64_t row, int32_t group) {
  const int32_t index = c->selection.index;
  for (int32_t i = 0; i < k->node->n_children; i++) {
    k->children[i] = ni_scores_at(c->scores, index, k->node->children[i], row, group);
  }
  return ni_scores_at(c->scores, index, k->place, row, group).state == NI_HAS_VALUE;
}

/* The same over the indicators that all members of a merge have in common; k->leaves are those of all members. */
static niem_status common_children(int *has, contributing *k, const ni_comparison *c, int64_t row, int32_t group,
                                   const ni_leaf *leaves, niem_error *err) {
  const niem_status status = ni_tree_evaluate_row(k->plan, k->place, c->scores, row, group, leaves, k->nodes, err);
  if (status != NIEM_OK) {
    return ni_fail_of_cell(status, c->scores, row, group, err);
  }
  for (int32_t i = 0; i < k->node->n_children; i++) {
    k->children[i] = ni_publish(&k->nodes[k->node->children[i]]);
  }
  *has = k->nodes[k->place].state == NI_HAS_VALUE;
  return NIEM_OK;
}

/* A child enters its parent's mean with a value always; without one where gaps count as zero. */
static int enters(const contributing *k, int32_t child) {
  const int32_t state = k->children[child].state;
  return state == NI_HAS_VALUE || (state == NI_NO_VALUE && ni_plan_rule(k->plan, k->place)->rule == NI_RULE_ZERO);
}

static void add_member(contributing *k, double share) {
  const double *weights = ni_plan_weights(k->plan, k->place);
  ni_dd sum = {0, 0};
  for (int32_t i = 0; i < k->node->n_children; i++) {
    sum = enters(k, i) ? ni_dd_add_d(sum, weights[i]) : sum;
  }
  for (int32_t i = 0; i < k->node->n_children; i++) {
    if (enters(k, i)) {
      const ni_dd own = ni_dd_div(ni_dd_mul_d(ni_dd_from(weights[i]), share), sum);
      k->weights[i] = ni_dd_add(k->weights[i], own);
      if (k->children[i].state == NI_HAS_VALUE) {
        k->products[i] = ni_dd_add(k->products[i], ni_dd_mul_d(own, k->children[i].value));
      }
    }
  }
}

/* --- all members --- */

static niem_status fill_members(contributing *k, const ni_comparison *c, int64_t row, int32_t group, niem_error *err) {
  niem_status status = NIEM_OK;
  const ni_group *asked = &c->framework->groups[group];
  const int merged = asked->n_members > 0, common = merged && asked->common;
  const int32_t n = merged ? asked->n_members : 1;
  ni_dd sum = {0, 0};
  memset(k->weights, 0, (size_t)k->node->n_children * sizeof *k->weights);
  memset(k->products, 0, (size_t)k->node->n_children * sizeof *k->products);
  for (int32_t m = 0; common && m < n; m++) {
    ni_scores_leaves(c->scores, row, asked->members[m], k->leaves[m]);
  }
  if (common) {
    ni_keep_common(c->framework, k->leaves, n);
  }
  for (int32_t m = 0; m < n; m++) {
    const int32_t own = merged ? asked->members[m] : group;
    int has = common ? 0 : own_children(k, c, row, own);
    if (common) {
      NIEM_TRY(common_children(&has, k, c, row, own, k->leaves[m], err));
    }
    if (has) {
      sum = ni_dd_add_d(sum, merged ? asked->weights[m] : 1);
      add_member(k, merged ? asked->weights[m] : 1);
    }
  }
  for (int32_t i = 0; sum.hi > 0 && i < k->node->n_children; i++) {
    k->weights[i] = ni_dd_div(k->weights[i], sum);
    k->products[i] = ni_dd_div(k->products[i], sum);
  }
cleanup:
  return status;
}

static niem_status write_children(contributing *k, ni_comparison *c, int32_t unit, int32_t round, int32_t group,
                                  niem_error *err) {
  niem_status status;
  const int64_t row = ni_scores_row(c->scores, unit, round);
  const int32_t index = c->selection.index, n = k->node->n_children;
  const ni_score whole = ni_scores_at(c->scores, index, k->place, row, group);
  const int has = whole.state == NI_HAS_VALUE;
  double leftover = 0;
  NIEM_TRY(fill_members(k, c, row, group, err));
  NIEM_TRY(ni_add_up(k->contributions, &leftover, k->products, n, whole.value, err));
  for (int32_t i = 0; i < n; i++) {
    ni_compare_row(c, unit, round, group, k->place);
    ni_table_set_text(c->table, k->child, c->index->nodes[k->node->children[i]].name);
    ni_table_set_real(c->table, k->value, ni_scores_at(c->scores, index, k->node->children[i], row, group).value);
    ni_table_set_real(c->table, k->weight, has ? ni_dd_value(k->weights[i]) : ni_nan());
    ni_table_set_real(c->table, k->contribution, has ? k->contributions[i] : ni_nan());
  }
  if (has && leftover != 0) { /* contributions of both signs may be too coarse for their sum */
    ni_compare_row(c, unit, round, group, k->place);
    ni_table_set_text(c->table, k->child, "rounding");
    ni_table_set_real(c->table, k->contribution, leftover);
  }
cleanup:
  return status;
}

/* --- the table --- */

static niem_status check_node(const contributing *k, niem_error *err) {
  const char *name = k->plan->index->nodes[k->place].name;
  if (k->node->leaf >= 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "node",
                   "\"%.60s\" is an indicator, which has no children; ask for a node above it", name);
  }
  if (!ni_is_arithmetic(ni_plan_aggregation(k->plan, k->place))) {
    return ni_fail(err, NIEM_ERROR_UNSUPPORTED, "node",
                   "node \"%.60s\" is aggregated by \"%s\", so its score is no sum of contributions; ask for another "
                   "node, or see what leaving out its children does (leave one out)",
                   name, ni_aggregation_word(ni_plan_aggregation(k->plan, k->place)));
  }
  return NIEM_OK;
}

static niem_status make_room(contributing *k, ni_comparison *c, niem_error *err) {
  niem_status status;
  const int64_t n_indicators = c->framework->n_indicators, n_members = ni_compare_most_members(c);
  const int64_t n_nodes = c->index->n_nodes;
  NIEM_TRY(ni_compare_alloc(&k->leaves, c, n_members, sizeof *k->leaves, err));
  NIEM_TRY(ni_compare_alloc(&k->all_leaves, c, n_members * n_indicators, sizeof *k->all_leaves, err));
  NIEM_TRY(ni_compare_alloc(&k->nodes, c, n_nodes, sizeof *k->nodes, err));
  NIEM_TRY(ni_compare_alloc(&k->children, c, n_nodes, sizeof *k->children, err));
  NIEM_TRY(ni_compare_alloc(&k->weights, c, n_nodes, sizeof *k->weights, err));
  NIEM_TRY(ni_compare_alloc(&k->products, c, n_nodes, sizeof *k->products, err));
  NIEM_TRY(ni_compare_alloc(&k->contributions, c, n_nodes, sizeof *k->contributions, err));
  for (int64_t m = 0; m < n_members; m++) {
    k->leaves[m] = k->all_leaves + m * n_indicators;
  }
cleanup:
  return status;
}

static niem_status make_columns(contributing *k, ni_comparison *c, niem_error *err) {
  niem_status status;
  NIEM_TRY(ni_compare_table(c, "contributions", NI_BY_UNIT | NI_BY_ROUND | NI_BY_GROUP | NI_BY_NODE, err));
  k->child = ni_table_text(c->table, "child");
  k->value = ni_table_real(c->table, "value");
  k->weight = ni_table_real(c->table, "weight");
  k->contribution = ni_table_real(c->table, "contribution");
  ni_table_note(c->table, "method", "value x share of the weight; the contributions add up exactly");
cleanup:
  return status;
}

static niem_status write_node(contributing *k, ni_comparison *c, int32_t round, int32_t group, int32_t node,
                              niem_error *err) {
  niem_status status;
  k->place = node;
  k->node = &c->index->nodes[node];
  NIEM_TRY(check_node(k, err));
  for (int32_t u = 0; u < c->selection.n_units; u++) {
    if (ni_compare_took_part(c, c->selection.units[u], &round, 1)) {
      NIEM_TRY(write_children(k, c, c->selection.units[u], round, group, err));
    }
  }
cleanup:
  return status;
}

niem_status niem_contributions(niem_table **out, const niem_scores *scores, const niem_query *query, niem_error *err) {
  ni_comparison c;
  contributing k;
  niem_status status;
  memset(&k, 0, sizeof k);
  NIEM_TRY(ni_compare_begin(&c, out, scores, query, NULL, 0, err));
  NIEM_TRY(ni_compare_select(&c, NI_TOP_NODE, err));
  k.plan = scores->indexes[c.selection.index].plan;
  NIEM_TRY(make_room(&k, &c, err));
  NIEM_TRY(make_columns(&k, &c, err));
  for (int32_t t = 0; t < c.selection.n_rounds; t++) {
    for (int32_t g = 0; g < c.selection.n_groups; g++) {
      for (int32_t v = 0; v < c.selection.n_nodes; v++) {
        NIEM_TRY(write_node(&k, &c, c.selection.rounds[t], c.selection.groups[g], c.selection.nodes[v], err));
      }
    }
  }
  NIEM_TRY(ni_compare_finish(out, &c, err));
cleanup:
  ni_compare_end(&c);
  return status;
}
