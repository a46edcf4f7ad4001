/* Trees of weighted means over the leaves of one row, by the kernel of tree_lanes.h; a node of any other kind is made
 * by node.c. With them merges of groups. A row and the panel have the same bits. */
#include "base/platform.h"

#include "base/fail.h"
#include "base/number.h"
#include "scoring/chain.h"
#include "scoring/plan.h"
#include "scoring/tree_lanes.h"

#include <string.h>

/* A node's value laid out as one lane, and back. */
typedef struct single {
  double value_hi, value_lo, has, applies, cover_hi, cover_lo, low_hi, low_lo, high_hi, high_lo, leaves_apply,
      leaves_have;
} single;

static node_lanes lanes_of_single(single *s) {
  node_lanes lanes = {&s->value_hi, &s->value_lo, &s->has,     &s->applies, &s->cover_hi,     &s->cover_lo,
                      &s->low_hi,   &s->low_lo,   &s->high_hi, &s->high_lo, &s->leaves_apply, &s->leaves_have};
  return lanes;
}

static single single_of(const ni_node_value *node) {
  const ni_dd value = node->state == NI_HAS_VALUE ? node->value : ni_dd_from(0); /* as the sums take it */
  single s = {value.hi,
              value.lo,
              node->state == NI_HAS_VALUE,
              node->state != NI_NOT_APPLICABLE,
              node->coverage.hi,
              node->coverage.lo,
              node->lower.hi,
              node->lower.lo,
              node->upper.hi,
              node->upper.lo,
              node->n_applicable,
              node->n_answered};
  return s;
}

ni_ends ni_leaf_ends(const niem_framework *framework, const ni_chain *chain, int32_t indicator) {
  const int32_t column = chain == NULL ? -1 : chain->column_of[indicator];
  const ni_scale *scale = &framework->indicators[indicator].scale;
  const ni_ends own = {scale->least, scale->most};
  const ni_ends prepared = {column < 0 ? 0 : chain->least[column], column < 0 ? 0 : chain->most[column]};
  return column < 0 ? own : prepared;
}

ni_node_value ni_leaf_value(const ni_leaf *leaf, ni_ends ends) {
  ni_node_value value;
  const int has = ni_leaf_has_score(leaf) && !ni_dd_is_nan(leaf->score);
  memset(&value, 0, sizeof value);
  value.state = has ? NI_HAS_VALUE : leaf->state == NIEM_NOT_APPLICABLE ? NI_NOT_APPLICABLE : NI_NO_VALUE;
  value.n_applicable = value.state != NI_NOT_APPLICABLE;
  value.n_answered = leaf->state == NIEM_ANSWERED;
  value.coverage.hi = value.n_answered;
  if (value.state == NI_HAS_VALUE) {
    value.value = value.lower = value.upper = leaf->score;
  }
  if (value.state == NI_NO_VALUE || (has && leaf->state != NIEM_ANSWERED)) {
    value.lower.hi = ends.least;
    value.upper.hi = ends.most;
    value.lower.lo = value.upper.lo = 0;
  }
  return value;
}

/* What stands in a leaf's lane. */
static double lane_of(const ni_leaf *leaf) {
  return leaf->state == NIEM_ANSWERED ? leaf->score.hi : leaf->state == NIEM_NOT_APPLICABLE ? NOT_APPLICABLE : GAP;
}

static void add_single_leaf(sums *s, const ni_node *node, double weight, const ni_leaf *leaf, const ni_scale *scale) {
  const double hi = lane_of(leaf);
  const double lo = leaf->state == NIEM_ANSWERED ? leaf->score.lo : 0;
  const leaf_lanes lanes = {&hi, &lo};
  if (node->equal) {
    add_leaf_equal(s, 1, lanes, scale->least, scale->most);
  } else {
    add_leaf_weighted(s, 1, lanes, weight, scale->least, scale->most);
  }
}

/* A weighted mean of scores on 0-100. */
static void evaluate_plain(const ni_plan *plan, int32_t place, const ni_leaf *leaves, ni_node_value *nodes) {
  const ni_index *index = plan->index;
  const ni_node *node = &index->nodes[place];
  sums s;
  memset(&s, 0, sizeof s);
  for (int32_t k = 0; k < node->n_children; k++) {
    const ni_node *child = &index->nodes[node->children[k]];
    if (child->leaf >= 0) {
      add_single_leaf(&s, node, node->weights[k], &leaves[child->leaf],
                      &plan->framework->indicators[child->leaf].scale);
    } else {
      single own = single_of(&nodes[node->children[k]]);
      node_lanes lanes = lanes_of_single(&own);
      add_inner(&s, 1, &lanes, node->weights[k]);
    }
  }
  single result;
  node_lanes lanes = lanes_of_single(&result);
  finish(&s, 1, node, plan->missing, &lanes);
  nodes[place] = read_lane(&lanes, 0);
}

static niem_status evaluate_inner(const ni_plan *plan, int screened, int32_t place, const ni_node_room *room,
                                  const ni_leaf *leaves, ni_node_value *nodes, niem_error *err) {
  const ni_node *node = &plan->index->nodes[place];
  if (plan->plain) {
    evaluate_plain(plan, place, leaves, nodes);
    return NIEM_OK;
  }
  for (int32_t k = 0; k < node->n_children; k++) {
    room->children[k] = nodes[node->children[k]];
  }
  return ni_node_evaluate(&nodes[place], plan, place, screened, room, err);
}

niem_status ni_tree_evaluate_node(const ni_plan *plan, int32_t place, const ni_node_room *room, const ni_leaf *leaves,
                                  ni_node_value *nodes, niem_error *err) {
  return evaluate_inner(plan, 0, place, room, leaves, nodes, err);
}

/* A value that hangs on the other units cannot be made for one. */
static niem_status check_by_unit(const ni_plan *plan, int32_t top, niem_error *err) {
  for (int32_t i = top; i < plan->index->n_nodes; i++) {
    const ni_aggregation *aggregation = ni_plan_aggregation(plan, i);
    if (plan->index->nodes[i].leaf < 0 && ni_is_over_units(aggregation) && ni_is_within(plan->index, top, i)) {
      return ni_fail(err, NIEM_ERROR_UNSUPPORTED, "method",
                     "node \"%.60s\" is aggregated by \"%s\" over all units together, so nothing can be said of a unit "
                     "that is put together for a comparison",
                     plan->index->nodes[i].name, ni_aggregation_word(aggregation));
    }
  }
  return NIEM_OK;
}

static niem_status evaluate_below(const ni_plan *plan, int32_t top, int screened, const ni_leaf *leaves,
                                  ni_node_value *nodes, niem_error *err) {
  const ni_index *index = plan->index;
  ni_node_room room = {NULL, NULL, NULL, NULL};
  niem_status status = plan->over_units ? check_by_unit(plan, top, err) : NIEM_OK;
  if (status == NIEM_OK && !plan->plain && !ni_node_room_make(&room, index)) {
    status = ni_fail_memory(err);
  }
  for (int32_t i = index->n_nodes - 1; status == NIEM_OK && i >= top; i--) { /* children stand after their parent */
    const int32_t leaf = index->nodes[i].leaf;
    if (leaf >= 0) {
      nodes[i] = ni_leaf_value(&leaves[leaf], ni_leaf_ends(plan->framework, plan->chain, leaf));
    } else if (top == 0 || ni_is_within(index, top, i)) {
      status = evaluate_inner(plan, screened, i, &room, leaves, nodes, err);
    }
  }
  ni_node_room_free(&room);
  return status;
}

niem_status ni_tree_evaluate(const ni_plan *plan, const ni_leaf *leaves, ni_node_value *nodes, niem_error *err) {
  return evaluate_below(plan, 0, 0, leaves, nodes, err);
}

int ni_scores_screened(const niem_scores *scores, int64_t row, int32_t group) {
  const ni_chain *chain = scores->chain;
  return chain != NULL && chain->screened != NULL && chain->screened[row * scores->framework->n_own_groups + group];
}

niem_status ni_tree_evaluate_row(const ni_plan *plan, int32_t top, const niem_scores *scores, int64_t row,
                                 int32_t group, const ni_leaf *leaves, ni_node_value *nodes, niem_error *err) {
  return evaluate_below(plan, top, ni_scores_screened(scores, row, group), leaves, nodes, err);
}

ni_node_value ni_merge_values(const ni_group *group, const ni_node_value *members) {
  static const ni_missing_rule available = {NI_RULE_AVAILABLE, 0};
  sums s;
  single result;
  memset(&s, 0, sizeof s);
  for (int32_t k = 0; k < group->n_members; k++) {
    single own = single_of(&members[k]);
    node_lanes lanes = lanes_of_single(&own);
    add_inner(&s, 1, &lanes, group->weights[k]);
  }
  node_lanes lanes = lanes_of_single(&result);
  finish_lanes(&s, 1, &available, &lanes);
  return read_lane(&lanes, 0);
}

void ni_keep_common(const niem_framework *framework, ni_leaf *const *leaves, int32_t k) {
  for (int32_t i = 0; i < framework->n_indicators; i++) {
    int common = 1;
    for (int32_t g = 0; g < k; g++) {
      common = common && leaves[g][i].state == NIEM_ANSWERED;
    }
    for (int32_t g = 0; g < k && !common; g++) {
      leaves[g][i].state = NIEM_NOT_APPLICABLE;
      leaves[g][i].imputed = 0;
    }
  }
}
