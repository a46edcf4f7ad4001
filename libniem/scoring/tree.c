/* A tree of weighted arithmetic means with missing leaves, in double-double from the leaves to the top, rounded once
 * when published.
 *
 * For a node with children c of weight w, over the children that apply (A) and those of them that have a value (V):
 *   value     sum_V w x / sum_V w                (rule "zero": sum_V w x / sum_A w; rule "strict": none unless V = A)
 *   coverage  sum_A w coverage / sum_A w         (a leaf's is 1 or 0)
 *   bounds    sum_A w lower / sum_A w            (a gap's lower bound is its indicator's worst end, its upper bound the
 * best end) A node whose published coverage is below its threshold has no value; its coverage and bounds pass up all
 * the same.
 *
 * The kernel works on lanes: NI_LANES rows of the panel side by side, so that compilers turn the loops into vector
 * instructions; a lane is one unit x round x group and never a term of a sum, so the bits do not depend on the width.
 * Sums are of non-negative terms and compensated (Ogita, Rump & Oishi 2005, Sum2), which leaves a relative error of
 * order n 2^-106. */
#include "base/platform.h"

#include "base/fail.h"
#include "base/fpenv.h"
#include "base/number.h"
#include "base/options.h"
#include "base/threads.h"
#include "model/goalposts.h"
#include "scoring/chain.h"
#include "scoring/plan.h"

#include <string.h>

enum { NI_LANES = 16 };

/* Whatever has lanes is always inlined into evaluate_node, which is compiled for wide registers too (NI_WIDE). */
#ifdef __GNUC__
#define ON_LANES static inline __attribute__((always_inline))
#else
#define ON_LANES static inline
#endif

/* --- the kernel --- */

/* Sums over the children of one node, a lane each. Leaves and inner children are summed apart, since a leaf's coverage
 * and bounds follow from its being answered; leaves of equal weight are only counted. */
typedef struct sums {
  double leaf_hi[NI_LANES], leaf_lo[NI_LANES];       /* w x over answered leaves */
  double leaves_have[NI_LANES];                      /* leaf children that are answered */
  double leaves_apply[NI_LANES];                     /* leaf children that apply */
  double own_ends[NI_LANES];                         /* gaps whose ends add_ends has added, where weights are equal */
  double have_hi[NI_LANES], have_lo[NI_LANES];       /* w of answered leaves, where weights differ */
  double apply_hi[NI_LANES], apply_lo[NI_LANES];     /* w of leaves that apply, where weights differ */
  double inner_hi[NI_LANES], inner_lo[NI_LANES];     /* w x over inner children with a value */
  double inner_w_hi[NI_LANES], inner_w_lo[NI_LANES]; /* their w */
  double inner_a_hi[NI_LANES], inner_a_lo[NI_LANES]; /* w of inner children that apply */
  double inner_have[NI_LANES], inner_apply[NI_LANES];
  double below_have[NI_LANES], below_apply[NI_LANES]; /* leaves below inner children */
  double cover_hi[NI_LANES], cover_lo[NI_LANES];      /* w coverage of inner children */
  double low_hi[NI_LANES], low_lo[NI_LANES];          /* w lower bound of gaps and inner children */
  double high_hi[NI_LANES], high_lo[NI_LANES];        /* w upper bound of gaps and inner children */
} sums;

/* A leaf's lanes: scores, or one of these where there is none; both are below every number that can be an answer. */
#define GAP (-1e200)
#define NOT_APPLICABLE (-2e200)
typedef struct leaf_lanes {
  const double *hi, *lo; /* lo may be NULL: all 0 */
} leaf_lanes;
/* An inner child's lanes, or where a node's result goes. */
typedef struct node_lanes {
  double *value_hi, *value_lo; /* 0 where there is none */
  double *has, *applies;       /* 1 or 0 */
  double *cover_hi, *cover_lo;
  double *low_hi, *low_lo, *high_hi, *high_lo;
  double *leaves_apply, *leaves_have;
} node_lanes;

/* What is chosen lane by lane is chosen by factors 1 and 0: a branch would keep the lanes from being computed side by
 * side. */
ON_LANES double is_above(double x, double bound) {
  return x > bound ? 1 : 0;
}

ON_LANES double is_at_least(double x, double bound) {
  return x >= bound ? 1 : 0;
}

ON_LANES void add(double *hi, double *lo, double x_hi, double x_lo) {
  const ni_dd s = ni_dd_two_sum(*hi, x_hi);
  *hi = s.hi;
  *lo += s.lo + x_lo;
}

/* Gaps of a leaf whose own worst or best end is not 0 or 100; those of all others are added by their number when the
 * node is finished. (Adding most - 100 here and 100 there would round, and cancel.) */
ON_LANES void add_ends(sums *restrict s, int lanes, leaf_lanes leaf, double least, double most) {
  for (int l = 0; l < lanes; l++) {
    const double gap = leaf.hi[l] == GAP ? 1 : 0;
    add(&s->low_hi[l], &s->low_lo[l], gap * least, 0);
    add(&s->high_hi[l], &s->high_lo[l], gap * most, 0);
    s->own_ends[l] += gap;
  }
}

ON_LANES void add_leaf_equal(sums *restrict s, int lanes, leaf_lanes leaf, double least, double most) {
  for (int l = 0; l < lanes; l++) {
    const double x = leaf.hi[l];
    const double has = is_at_least(x, 0);
    add(&s->leaf_hi[l], &s->leaf_lo[l], has * x, 0);
    s->leaves_have[l] += has;
    s->leaves_apply[l] += is_at_least(x, GAP);
  }
  if (leaf.lo != NULL) {
    for (int l = 0; l < lanes; l++) {
      s->leaf_lo[l] += leaf.lo[l];
    }
  }
  if (least != 0 || most != 100) {
    add_ends(s, lanes, leaf, least, most);
  }
}

ON_LANES void add_leaf_weighted(sums *restrict s, int lanes, leaf_lanes leaf, double weight, double least,
                                double most) {
  static const double none[NI_LANES] = {0};
  const double *lo = leaf.lo == NULL ? none : leaf.lo;
  const ni_dd weighted_least = ni_dd_two_product(weight, least);
  const ni_dd weighted_most = ni_dd_two_product(weight, most);
  for (int l = 0; l < lanes; l++) {
    const double x = leaf.hi[l];
    const double has = is_at_least(x, 0);
    const double applies = is_at_least(x, GAP);
    const double gap = applies - has;
    const ni_dd product = ni_dd_two_product(weight, has * x);
    add(&s->leaf_hi[l], &s->leaf_lo[l], product.hi, product.lo + weight * lo[l]);
    add(&s->have_hi[l], &s->have_lo[l], weight * has, 0);
    add(&s->apply_hi[l], &s->apply_lo[l], weight * applies, 0);
    s->leaves_have[l] += has;
    s->leaves_apply[l] += applies;
    add(&s->high_hi[l], &s->high_lo[l], gap * weighted_most.hi, gap * weighted_most.lo);
  }
  for (int l = 0; l < lanes && least != 0; l++) { /* adding zeros would change no bit */
    const double gap = leaf.hi[l] == GAP ? 1 : 0;
    add(&s->low_hi[l], &s->low_lo[l], gap * weighted_least.hi, gap * weighted_least.lo);
  }
}

/* w (hi + lo), added. */
ON_LANES void add_product(double *sum_hi, double *sum_lo, double weight, double hi, double lo) {
  const ni_dd product = ni_dd_two_product(weight, hi);
  add(sum_hi, sum_lo, product.hi, product.lo + weight * lo);
}

ON_LANES void add_inner(sums *restrict s, int lanes, const node_lanes *child, double weight) {
  for (int l = 0; l < lanes; l++) {
    add_product(&s->inner_hi[l], &s->inner_lo[l], weight, child->value_hi[l], child->value_lo[l]);
    add(&s->inner_w_hi[l], &s->inner_w_lo[l], weight * child->has[l], 0);
    add(&s->inner_a_hi[l], &s->inner_a_lo[l], weight * child->applies[l], 0);
    add_product(&s->cover_hi[l], &s->cover_lo[l], weight, child->cover_hi[l], child->cover_lo[l]);
    add_product(&s->low_hi[l], &s->low_lo[l], weight, child->low_hi[l], child->low_lo[l]);
    add_product(&s->high_hi[l], &s->high_lo[l], weight, child->high_hi[l], child->high_lo[l]);
    s->inner_have[l] += child->has[l];
    s->inner_apply[l] += child->applies[l];
    s->below_have[l] += child->leaves_have[l];
    s->below_apply[l] += child->leaves_apply[l];
  }
}

/* (a + b) / weight as a double-double where `wanted` is 1, 0 where it is 0. */
ON_LANES ni_dd mean_of(double a_hi, double a_lo, double b_hi, double b_lo, ni_dd weight, double wanted) {
  const ni_dd a = ni_dd_two_sum(a_hi, a_lo);
  const ni_dd b = ni_dd_two_sum(b_hi, b_lo);
  const ni_dd mean = ni_dd_div(ni_dd_add(a, b), weight);
  return ni_dd_make(wanted * mean.hi, wanted * mean.lo);
}

/* The sum of weights of leaves and of inner children. */
ON_LANES ni_dd weight_of(double a_hi, double a_lo, double b_hi, double b_lo) {
  return ni_dd_add(ni_dd_two_sum(a_hi, a_lo), ni_dd_two_sum(b_hi, b_lo));
}

/* Leaves of equal weight 1: their weights are their counts, and the upper end of a gap is 100 unless add_ends added
 * it. */
ON_LANES void weigh_equal_leaves(sums *s, int lanes) {
  for (int l = 0; l < lanes; l++) {
    s->have_hi[l] = s->leaves_have[l];
    s->apply_hi[l] = s->leaves_apply[l];
    const double gaps = s->leaves_apply[l] - s->leaves_have[l] - s->own_ends[l];
    add(&s->high_hi[l], &s->high_lo[l], 100 * gaps, 0);
  }
}

/* What a node's sums come to. */
typedef struct results {
  double value_hi[NI_LANES], value_lo[NI_LANES];
  double has[NI_LANES], applies[NI_LANES];
  double cover_hi[NI_LANES], cover_lo[NI_LANES];
  double low_hi[NI_LANES], low_lo[NI_LANES];
  double high_hi[NI_LANES], high_lo[NI_LANES];
  double leaves_apply[NI_LANES], leaves_have[NI_LANES];
} results;

/* Coverage and bounds. Where what applies has no weight, nothing is known of the node. */
ON_LANES void finish_bounds(const sums *restrict s, int lanes, results *restrict r) {
  for (int l = 0; l < lanes; l++) {
    ni_dd apply = weight_of(s->apply_hi[l], s->apply_lo[l], s->inner_a_hi[l], s->inner_a_lo[l]);
    const double known = is_above(apply.hi, 0);
    const double unknown = is_above(s->leaves_apply[l] + s->inner_apply[l], 0) * (1 - known);
    apply.hi += 1 - known; /* never divide by 0 */
    const ni_dd cover = mean_of(s->have_hi[l], s->have_lo[l], s->cover_hi[l], s->cover_lo[l], apply, known);
    const ni_dd low = mean_of(s->leaf_hi[l], s->leaf_lo[l], s->low_hi[l], s->low_lo[l], apply, known);
    const ni_dd high = mean_of(s->leaf_hi[l], s->leaf_lo[l], s->high_hi[l], s->high_lo[l], apply, known);
    r->cover_hi[l] = cover.hi;
    r->cover_lo[l] = cover.lo;
    r->low_hi[l] = low.hi;
    r->low_lo[l] = low.lo;
    r->high_hi[l] = high.hi + 100 * unknown;
    r->high_lo[l] = high.lo;
  }
}

/* A lane has a value where children with a weight have one and the rule holds. */
ON_LANES void finish_values(const sums *restrict s, int lanes, const ni_missing_rule *rule, results *restrict r) {
  const double strict = rule->rule == NI_RULE_STRICT;
  const double zero = rule->rule == NI_RULE_ZERO;
  const double min_coverage = rule->min_coverage;
  for (int l = 0; l < lanes; l++) {
    const ni_dd have = weight_of(s->have_hi[l], s->have_lo[l], s->inner_w_hi[l], s->inner_w_lo[l]);
    const ni_dd apply = weight_of(s->apply_hi[l], s->apply_lo[l], s->inner_a_hi[l], s->inner_a_lo[l]);
    const double children_apply = s->leaves_apply[l] + s->inner_apply[l];
    const double children_have = s->leaves_have[l] + s->inner_have[l];
    const double enough = is_above(children_have, 0) * is_at_least(children_have, strict * children_apply);
    const double weighs = is_above(have.hi, 0);
    const double covered = is_at_least(ni_dd_value(ni_dd_make(r->cover_hi[l], r->cover_lo[l])), min_coverage);
    const double has = enough * weighs * covered;
    const ni_dd divisor = ni_dd_make(zero * apply.hi + (1 - zero) * have.hi + (1 - weighs), /* never 0 */
                                     zero * apply.lo + (1 - zero) * have.lo);
    const ni_dd value = mean_of(s->leaf_hi[l], s->leaf_lo[l], s->inner_hi[l], s->inner_lo[l], divisor, has);
    r->value_hi[l] = value.hi;
    r->value_lo[l] = value.lo;
    r->has[l] = has;
    r->applies[l] = is_above(children_apply, 0);
    r->leaves_apply[l] = s->leaves_apply[l] + s->below_apply[l];
    r->leaves_have[l] = s->leaves_have[l] + s->below_have[l];
  }
}

ON_LANES void finish_lanes(const sums *s, int lanes, const ni_missing_rule *rule, const node_lanes *out) {
  results r;
  finish_bounds(s, lanes, &r);
  finish_values(s, lanes, rule, &r);
  const size_t size = (size_t)lanes * sizeof(double);
  memcpy(out->value_hi, r.value_hi, size);
  memcpy(out->value_lo, r.value_lo, size);
  memcpy(out->has, r.has, size);
  memcpy(out->applies, r.applies, size);
  memcpy(out->cover_hi, r.cover_hi, size);
  memcpy(out->cover_lo, r.cover_lo, size);
  memcpy(out->low_hi, r.low_hi, size);
  memcpy(out->low_lo, r.low_lo, size);
  memcpy(out->high_hi, r.high_hi, size);
  memcpy(out->high_lo, r.high_lo, size);
  memcpy(out->leaves_apply, r.leaves_apply, size);
  memcpy(out->leaves_have, r.leaves_have, size);
}

/* --- publishing --- */

ni_score ni_publish(const ni_node_value *node) {
  ni_score score;
  score.state = node->state;
  score.n_applicable = node->n_applicable;
  score.n_answered = node->n_answered;
  const int applies = node->state != NI_NOT_APPLICABLE;
  score.value = node->state == NI_HAS_VALUE ? ni_dd_value(node->value) : ni_nan();
  score.coverage = applies ? ni_dd_value(node->coverage) : ni_nan();
  score.lower = applies ? ni_dd_value(node->lower) : ni_nan();
  score.upper = applies ? ni_dd_value(node->upper) : ni_nan();
  return score;
}

static ni_node_value read_lane(const node_lanes *node, int l) {
  ni_node_value value;
  value.value = ni_dd_make(node->value_hi[l], node->value_lo[l]);
  value.coverage = ni_dd_make(node->cover_hi[l], node->cover_lo[l]);
  value.lower = ni_dd_make(node->low_hi[l], node->low_lo[l]);
  value.upper = ni_dd_make(node->high_hi[l], node->high_lo[l]);
  value.n_applicable = (int32_t)node->leaves_apply[l];
  value.n_answered = (int32_t)node->leaves_have[l];
  value.state = node->applies[l] == 0 ? NI_NOT_APPLICABLE : node->has[l] != 0 ? NI_HAS_VALUE : NI_NO_VALUE;
  return value;
}

/* --- one lane: a row's leaves --- */

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

/* A node's sums are complete: its value. */
ON_LANES void finish(sums *s, int lanes, const ni_node *node, const ni_missing_rule *missing, const node_lanes *out) {
  if (node->equal) {
    weigh_equal_leaves(s, lanes);
  }
  finish_lanes(s, lanes, missing == NULL ? &node->missing : missing, out);
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

/* --- many lanes: blocks of the panel --- */

enum { NODE_ARRAYS = 12 };

/* The scratch space of one worker. Leaf arrays stand by leaf of the index, node arrays by inner node, each NI_LANES
 * wide. */
typedef struct block {
  double *hi, *lo; /* of the leaves */
  double *nodes[NODE_ARRAYS];
  int64_t *next;     /* of each lane's cell: the first answer that is not loaded */
  ni_leaf **members; /* for merges over common indicators: leaves of each member */
  ni_node_value *member_nodes;
} block;

/* How the scores of a leaf come into its lanes. */
enum {
  FROM_POINTS,  /* of the options */
  FROM_NUMBERS, /* the lanes hold the numbers, which goalposts make into scores when the leaf is added */
  FROM_LEAVES   /* one by one: a checklist, a logarithm */
};

/* An indicator as a leaf of the index. Leaves of the index stand in the order of the framework, as a cell's answers
 * do. */
typedef struct leaf_source {
  int32_t slot; /* its place among the leaves; -1: none */
  uint8_t from;
  uint8_t asked_of_all; /* groups */
  const double *points;
} leaf_source;

/* Indicators [from, to) of the framework and their leaves: few enough for their lanes to stay in the nearest cache
 * while they are loaded. */
enum { TILE = 128 };
typedef struct tile {
  int32_t from, to;
  int32_t slot, n_slots;
  int32_t open; /* all of them are leaves, asked of all groups */
} tile;

typedef struct scoring {
  niem_scores *scores;
  const ni_plan *plan;
  const ni_index *index;
  const ni_missing_rule *missing;
  ni_score *out;
  leaf_source *leaves;     /* by indicator */
  ni_goalposts *goalposts; /* by indicator, where leaves come from numbers */
  double *unanswered;      /* what stands in the lanes of a leaf without a row: a gap, or not applicable */
  int32_t whole;           /* no leaf is made one by one: nothing in lo */
  int32_t n_own;
  int32_t rows_at_once;
  int32_t lanes;        /* rows_at_once x groups of their own, in whole multiples of NI_LANES */
  int32_t most_members; /* of a merge over common indicators; 0 */
  block *blocks;
} scoring;

static void free_block(block *b, int32_t members) {
  ni_free(b->hi);
  ni_free(b->lo);
  ni_free(b->nodes[0]);
  ni_free(b->next);
  for (int32_t k = 0; b->members != NULL && k < members; k++) {
    ni_free(b->members[k]);
  }
  ni_free(b->members);
  ni_free(b->member_nodes);
}

static int make_block(block *b, const scoring *sc) {
  const size_t leaf_size = (size_t)sc->index->n_leaves * (size_t)sc->lanes;
  const size_t node_size = (size_t)sc->index->n_inner * (size_t)sc->lanes;
  b->hi = ni_alloc(leaf_size, sizeof(double));
  b->lo = ni_alloc(sc->whole ? 0 : leaf_size, sizeof(double));
  b->nodes[0] = ni_alloc_zero(NODE_ARRAYS * node_size, sizeof(double));
  b->next = ni_alloc((size_t)sc->lanes, sizeof *b->next);
  b->members = ni_alloc_zero((size_t)sc->most_members, sizeof *b->members);
  b->member_nodes = ni_alloc((size_t)sc->most_members * (size_t)sc->index->n_nodes, sizeof *b->member_nodes);
  if (b->hi == NULL || b->lo == NULL || b->nodes[0] == NULL || b->next == NULL || b->members == NULL ||
      b->member_nodes == NULL) {
    return 0;
  }
  for (size_t a = 1; a < NODE_ARRAYS; a++) {
    b->nodes[a] = b->nodes[0] + a * node_size;
  }
  for (int32_t k = 0; k < sc->most_members; k++) {
    b->members[k] = ni_alloc((size_t)sc->scores->framework->n_indicators, sizeof **b->members);
    if (b->members[k] == NULL) {
      return 0;
    }
  }
  return 1;
}

static node_lanes node_at(const block *b, const scoring *sc, int32_t inner, int32_t first_lane) {
  const size_t at = (size_t)inner * (size_t)sc->lanes + (size_t)first_lane;
  node_lanes lanes = {b->nodes[0] + at, b->nodes[1] + at, b->nodes[2] + at,  b->nodes[3] + at,
                      b->nodes[4] + at, b->nodes[5] + at, b->nodes[6] + at,  b->nodes[7] + at,
                      b->nodes[8] + at, b->nodes[9] + at, b->nodes[10] + at, b->nodes[11] + at};
  return lanes;
}

/* The leaves of a tile as if there were no answers: a gap where the group is asked, not applicable elsewhere and in
 * lanes beyond the rows. */
static void clear_tile(const scoring *sc, const block *b, tile t, int32_t used) {
  const size_t lanes = (size_t)sc->lanes;
  const size_t from = (size_t)t.slot * lanes;
  const size_t n = (size_t)t.n_slots * lanes;
  memcpy(b->hi + from, sc->unanswered + from, n * sizeof(double));
  if (!sc->whole) {
    memset(b->lo + from, 0, n * sizeof(double));
  }
  for (size_t leaf = from; leaf < from + n && used < sc->lanes; leaf += lanes) {
    for (int32_t lane = used; lane < sc->lanes; lane++) {
      b->hi[leaf + (size_t)lane] = NOT_APPLICABLE;
    }
  }
}

/* What conditions say of a cell's questions, before its answers are looked at. */
static void clear_by_conditions(const scoring *sc, const block *b, tile t, int32_t lane, const uint8_t *applies) {
  for (int32_t i = t.from; i < t.to; i++) {
    if (sc->leaves[i].slot >= 0) {
      const size_t place = (size_t)sc->leaves[i].slot * (size_t)sc->lanes + (size_t)lane;
      b->hi[place] = applies[i] == NI_APPLIES_NOT ? NOT_APPLICABLE : GAP;
    }
  }
}

/* Answers of a cell from place `at` on into their lane: where the tile is open, up to the first that needs a closer
 * look. Its place is returned, or where the tile or the cell ends. (A loop without calls, or it would be slower by
 * half.) */
static int64_t load_open(const scoring *sc, const block *b, int64_t at, int64_t end, tile t, int32_t lane) {
  const ni_answer_rows rows = sc->scores->answers->rows;
  const leaf_source *leaves = sc->leaves;
  const int64_t lanes = sc->lanes;
  const int64_t first =
      (t.slot - t.from) * lanes + lane; /* in an open tile leaves follow each other as indicators do */
  for (; at < end && rows.indicator[at] < t.to && rows.state[at] == NIEM_ANSWERED; at++) {
    const leaf_source *source = &leaves[rows.indicator[at]];
    double *own = &b->hi[rows.indicator[at] * lanes + first];
    if (source->from == FROM_NUMBERS) {
      *own = rows.value[at].number;
    } else if (source->from == FROM_POINTS) {
      *own = source->points[rows.value[at].option];
    } else {
      break;
    }
  }
  return at;
}

/* One answer into its lane, which is a gap or not applicable so far. Of a question that may or may not apply (`known`
 * is 0) an answer counts as a gap. */
static void load_answer(const scoring *sc, const block *b, int64_t at, int32_t indicator, int32_t lane, int known) {
  const niem_scores *scores = sc->scores;
  const leaf_source *source = &sc->leaves[indicator];
  const size_t place = (size_t)source->slot * (size_t)sc->lanes + (size_t)lane;
  const int32_t state = scores->settled == NULL ? scores->answers->rows.state[at] : scores->settled[at].state;
  const ni_value value = scores->settled == NULL ? scores->answers->rows.value[at] : scores->settled[at].value;
  if (source->slot < 0 || b->hi[place] != GAP) { /* no leaf of this index; not asked; does not apply */
    return;
  }
  if (state == NIEM_NOT_APPLICABLE) {
    b->hi[place] = NOT_APPLICABLE;
  } else if (state != NIEM_ANSWERED || !known) {
    b->hi[place] = GAP;
  } else if (source->from == FROM_NUMBERS) {
    b->hi[place] = value.number;
  } else if (source->from == FROM_POINTS) {
    b->hi[place] = source->points[value.option];
  } else {
    const ni_leaf leaf = ni_scores_leaf_at(scores, at, lane % sc->n_own, indicator);
    b->hi[place] = leaf.score.hi;
    b->lo[place] = leaf.score.lo;
  }
}

/* The answers of a cell from place `at` on, as far as they belong to the tile, into a lane that is cleared; where they
 * end is returned. `applies` is NULL where no question hangs on a condition. */
static int64_t load_answers(const scoring *sc, const block *b, int64_t at, int64_t end, tile t, int32_t lane,
                            const uint8_t *applies) {
  const niem_scores *scores = sc->scores;
  for (; at < end; at++) {
    at = t.open && applies == NULL ? load_open(sc, b, at, end, t, lane) : at;
    if (at == end) {
      break;
    }
    const int32_t indicator =
        scores->settled == NULL ? scores->answers->rows.indicator[at] : scores->settled[at].indicator;
    if (indicator >= t.to) {
      break;
    }
    load_answer(sc, b, at, indicator, lane, applies == NULL || applies[indicator] != NI_APPLIES_UNKNOWN);
  }
  return at;
}

static void load_tile(const scoring *sc, const block *b, tile t, int64_t begin, int64_t end) {
  const niem_scores *scores = sc->scores;
  const int32_t used = (int32_t)(end - begin) * sc->n_own;
  clear_tile(sc, b, t, used);
  for (int32_t lane = 0; lane < used; lane++) {
    const int64_t cell = begin * sc->n_own + lane;
    const uint8_t *applies = NULL;
    if (scores->applies != NULL) {
      applies = scores->applies + cell * scores->framework->n_indicators;
      clear_by_conditions(sc, b, t, lane, applies);
    }
    const int64_t from = t.from == 0 ? scores->cell_start[cell] : b->next[lane];
    const int64_t to = scores->cell_start[cell + 1];
    b->next[lane] = load_answers(sc, b, from, to, t, lane, applies);
  }
}

/* The leaves of rows [begin, end) into their lanes. */
static void load_rows(const scoring *sc, const block *b, int64_t begin, int64_t end) {
  tile t = {0, 0, 0, 0, 0};
  while (t.to < sc->scores->framework->n_indicators) {
    t.from = t.to;
    t.slot += t.n_slots;
    t.n_slots = 0;
    t.open = sc->scores->settled == NULL;
    for (; t.to < sc->scores->framework->n_indicators && t.n_slots < TILE; t.to++) {
      t.n_slots += sc->leaves[t.to].slot >= 0;
      t.open = t.open && sc->leaves[t.to].asked_of_all;
    }
    load_tile(sc, b, t, begin, end);
  }
}

/* Numbers to scores in all lanes; what is no number stays as it is. A loop for each kind of goalposts, without a branch
 * inside: compilers make vector instructions of these. Where `lo` would be 0 everywhere it is left alone,
 * and 0 is returned. */
ON_LANES int score_numbers(double *restrict hi, double *restrict lo, const double *restrict numbers,
                           const ni_goalposts *goalposts) {
  const ni_goalposts g = *goalposts;
  if (ni_goalposts_exact(&g) && g.from == 0) { /* the way from 0 is the number itself */
    for (int l = 0; l < NI_LANES; l++) {
      const ni_dd score = ni_goalposts_clamp(&g, numbers[l], ni_dd_from(g.sign * numbers[l]));
      hi[l] = numbers[l] > GAP ? score.hi : numbers[l];
    }
    return 0;
  }
  if (ni_goalposts_exact(&g)) {
    for (int l = 0; l < NI_LANES; l++) {
      const ni_dd score = ni_goalposts_clamp(&g, numbers[l], ni_goalposts_way(&g, numbers[l]));
      hi[l] = numbers[l] > GAP ? score.hi : numbers[l];
      lo[l] = numbers[l] > GAP ? score.lo : 0;
    }
    return 1;
  }
  for (int l = 0; l < NI_LANES; l++) {
    const ni_dd share = ni_goalposts_share(&g, ni_goalposts_way(&g, numbers[l]));
    const ni_dd score = ni_goalposts_clamp(&g, numbers[l], share);
    hi[l] = numbers[l] > GAP ? score.hi : numbers[l];
    lo[l] = numbers[l] > GAP ? score.lo : 0;
  }
  return 1;
}

NI_WIDE static void evaluate_node(const scoring *sc, const block *b, const ni_node *node, int32_t first_lane) {
  sums s;
  memset(&s, 0, sizeof s);
  for (int32_t k = 0; k < node->n_children; k++) {
    const ni_node *child = &sc->index->nodes[node->children[k]];
    if (child->leaf < 0) {
      const node_lanes lanes = node_at(b, sc, child->inner, first_lane);
      add_inner(&s, NI_LANES, &lanes, node->weights[k]);
      continue;
    }
    const size_t at = (size_t)sc->leaves[child->leaf].slot * (size_t)sc->lanes + (size_t)first_lane;
    const ni_scale *scale = &sc->scores->framework->indicators[child->leaf].scale;
    const int32_t from = sc->leaves[child->leaf].from;
    double hi[NI_LANES], lo[NI_LANES];
    leaf_lanes leaf = {b->hi + at, from == FROM_LEAVES ? b->lo + at : NULL};
    if (from == FROM_NUMBERS) {
      leaf.lo = score_numbers(hi, lo, b->hi + at, &sc->goalposts[child->leaf]) ? lo : NULL;
      leaf.hi = hi;
    }
    if (node->equal) {
      add_leaf_equal(&s, NI_LANES, leaf, scale->least, scale->most);
    } else {
      add_leaf_weighted(&s, NI_LANES, leaf, node->weights[k], scale->least, scale->most);
    }
  }
  const node_lanes out = node_at(b, sc, node->inner, first_lane);
  finish(&s, NI_LANES, node, sc->missing, &out);
}

static ni_score *score_at(const scoring *sc, int32_t inner, int64_t row, int32_t group) {
  return &sc->out[(int64_t)inner * sc->scores->n_cells + row * sc->scores->n_groups + group];
}

static void merge_all(const scoring *sc, const block *b, const ni_group *merge, int32_t inner, int32_t first_lane,
                      ni_score *out) {
  ni_node_value members[NIEM_MAX_GROUPS];
  const node_lanes lanes = node_at(b, sc, inner, 0);
  for (int32_t k = 0; k < merge->n_members; k++) {
    members[k] = read_lane(&lanes, first_lane + merge->members[k]);
  }
  const ni_node_value merged = ni_merge_values(merge, members);
  *out = ni_publish(&merged);
}

/* A merge over the indicators answered in all of its groups: the members' trees over those alone, then the mean. */
static niem_status merge_common(const scoring *sc, const block *b, const ni_group *merge, int32_t group, int64_t row,
                                niem_error *err) {
  const niem_framework *framework = sc->scores->framework;
  for (int32_t k = 0; k < merge->n_members; k++) {
    ni_scores_leaves(sc->scores, row, merge->members[k], b->members[k]);
  }
  ni_keep_common(framework, b->members, merge->n_members);
  for (int32_t k = 0; k < merge->n_members; k++) {
    const niem_status status =
        ni_tree_evaluate(sc->plan, b->members[k], b->member_nodes + (size_t)k * (size_t)sc->index->n_nodes, err);
    if (status != NIEM_OK) {
      return status;
    }
  }
  for (int32_t inner = 0; inner < sc->index->n_inner; inner++) {
    ni_node_value members[NIEM_MAX_GROUPS];
    for (int32_t k = 0; k < merge->n_members; k++) {
      members[k] = b->member_nodes[(size_t)k * (size_t)sc->index->n_nodes + (size_t)sc->index->inner[inner]];
    }
    const ni_node_value merged = ni_merge_values(merge, members);
    *score_at(sc, inner, row, group) = ni_publish(&merged);
  }
  return NIEM_OK;
}

/* A node's rows of the block: the groups of their own, and merges of them. */
static void publish_node(const scoring *sc, const block *b, int32_t inner, int64_t begin, int64_t end) {
  const niem_framework *framework = sc->scores->framework;
  const node_lanes lanes = node_at(b, sc, inner, 0);
  for (int64_t row = begin; row < end; row++) {
    const int32_t first_lane = (int32_t)(row - begin) * sc->n_own;
    for (int32_t g = 0; g < sc->n_own; g++) {
      const ni_node_value value = read_lane(&lanes, first_lane + g);
      *score_at(sc, inner, row, g) = ni_publish(&value);
    }
    for (int32_t g = sc->n_own; g < framework->n_groups; g++) {
      if (!framework->groups[g].common) {
        merge_all(sc, b, &framework->groups[g], inner, first_lane, score_at(sc, inner, row, g));
      }
    }
  }
}

static niem_status publish_common(const scoring *sc, const block *b, int64_t row, niem_error *err) {
  const niem_framework *framework = sc->scores->framework;
  niem_status status = NIEM_OK;
  for (int32_t g = sc->n_own; status == NIEM_OK && g < framework->n_groups; g++) {
    if (framework->groups[g].common) {
      status = merge_common(sc, b, &framework->groups[g], g, row, err);
    }
  }
  return status;
}

static niem_status score_rows(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  const scoring *sc = context;
  const block *b = &sc->blocks[worker];
  niem_status status = NIEM_OK;
  load_rows(sc, b, begin, end);
  for (int32_t i = sc->index->n_nodes - 1; i >= 0; i--) { /* children stand after their parent */
    for (int32_t lane = 0; lane < sc->lanes && sc->index->nodes[i].leaf < 0; lane += NI_LANES) {
      evaluate_node(sc, b, &sc->index->nodes[i], lane);
    }
  }
  for (int32_t inner = 0; inner < sc->index->n_inner; inner++) {
    publish_node(sc, b, inner, begin, end);
  }
  for (int64_t row = begin; status == NIEM_OK && row < end; row++) {
    status = publish_common(sc, b, row, err);
  }
  return status;
}

/* The leaves of the index in the order of the framework. */
static void number_leaves(scoring *sc) {
  const niem_framework *framework = sc->scores->framework;
  for (int32_t i = 0; i < framework->n_indicators; i++) {
    sc->leaves[i].slot = -1;
    sc->leaves[i].asked_of_all = 0;
  }
  for (int32_t i = 0; i < sc->index->n_nodes; i++) {
    if (sc->index->nodes[i].leaf >= 0) {
      sc->leaves[sc->index->nodes[i].leaf].slot = 0;
    }
  }
  for (int32_t i = 0, slot = 0; i < framework->n_indicators; i++) {
    sc->leaves[i].slot = sc->leaves[i].slot < 0 ? -1 : slot++;
  }
}

static void prepare_leaf(scoring *sc, int32_t indicator) {
  const ni_indicator *own = &sc->scores->framework->indicators[indicator];
  leaf_source *source = &sc->leaves[indicator];
  source->points = own->scale.points;
  source->from = FROM_POINTS;
  if (own->scale.kind == NI_NUMERIC && !own->scale.logarithmic) {
    source->from = FROM_NUMBERS;
    sc->goalposts[indicator] = ni_goalposts_of(&own->scale);
  } else if (own->scale.points == NULL) {
    source->from = FROM_LEAVES;
    sc->whole = 0;
  }
  source->asked_of_all = 1;
  for (int32_t lane = 0; lane < sc->lanes; lane++) {
    source->asked_of_all &= own->asked[lane % sc->n_own] != 0;
    sc->unanswered[(size_t)source->slot * (size_t)sc->lanes + (size_t)lane] =
        own->asked[lane % sc->n_own] ? GAP : NOT_APPLICABLE;
  }
}

static niem_status prepare(scoring *sc, niem_error *err) {
  const niem_framework *framework = sc->scores->framework;
  sc->n_own = framework->n_own_groups;
  sc->rows_at_once = sc->n_own >= NI_LANES ? 1 : NI_LANES / sc->n_own;
  sc->lanes = (sc->rows_at_once * sc->n_own + NI_LANES - 1) / NI_LANES * NI_LANES;
  for (int32_t g = sc->n_own; g < framework->n_groups; g++) {
    const ni_group *merge = &framework->groups[g];
    sc->most_members = merge->common && merge->n_members > sc->most_members ? merge->n_members : sc->most_members;
  }
  sc->leaves = ni_alloc((size_t)framework->n_indicators, sizeof *sc->leaves);
  sc->goalposts = ni_alloc((size_t)framework->n_indicators, sizeof *sc->goalposts);
  sc->unanswered = ni_alloc((size_t)sc->lanes * (size_t)sc->index->n_leaves, sizeof *sc->unanswered);
  sc->whole = 1;
  if (sc->leaves == NULL || sc->goalposts == NULL || sc->unanswered == NULL) {
    return ni_fail_memory(err);
  }
  number_leaves(sc);
  for (int32_t i = 0; i < framework->n_indicators; i++) {
    if (sc->leaves[i].slot >= 0) {
      prepare_leaf(sc, i);
    }
  }
  return NIEM_OK;
}

niem_status ni_score_index(niem_scores *scores, int32_t index, const niem_exec *exec, niem_error *err) {
  niem_status status = NIEM_OK;
  const ni_plan *plan = scores->indexes[index].plan;
  scoring sc = {.scores = scores, .plan = plan, .index = plan->index, .missing = plan->missing};
  int32_t n_workers = 0;
  niem_exec own;
  niem_exec_init(&own);
  NIEM_TRY(ni_options_read(&own, sizeof own, exec, "exec", err));
  NIEM_TRY(prepare(&sc, err));
  sc.out = ni_alloc((size_t)sc.index->n_inner * (size_t)scores->n_cells, sizeof *sc.out);
  n_workers = ni_workers(scores->n_rows, sc.rows_at_once, &own);
  sc.blocks = ni_alloc_zero((size_t)n_workers, sizeof *sc.blocks);
  if (sc.out == NULL || sc.blocks == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  for (int32_t w = 0; w < n_workers; w++) {
    if (!make_block(&sc.blocks[w], &sc)) {
      status = ni_fail_memory(err);
      goto cleanup;
    }
  }
  NIEM_TRY(ni_parallel_for(scores->n_rows, sc.rows_at_once, &own, score_rows, &sc, err));
  scores->indexes[index].scores = sc.out;
  scores->indexes[index].scored = 1;
  sc.out = NULL;
cleanup:
  for (int32_t w = 0; w < n_workers && sc.blocks != NULL; w++) {
    free_block(&sc.blocks[w], sc.most_members);
  }
  ni_free(sc.blocks);
  ni_free(sc.leaves);
  ni_free(sc.goalposts);
  ni_free(sc.unanswered);
  ni_free(sc.out);
  return status;
}
