/* The kernel of trees of weighted arithmetic means with missing leaves, in double-double from the leaves to the top:
 * tree.c has one lane, a row of leaves, tree_panel.c whole blocks of the panel.
 *
 * For a node with children c of weight w, over the children that apply (A) and those of them that have a value (V):
 * - value: sum_V w x / sum_V w (rule "zero": sum_V w x / sum_A w; rule "strict": none unless V = A)
 * - coverage: sum_A w coverage / sum_A w (a leaf's is 1 or 0)
 * - bounds: sum_A w lower / sum_A w (a gap's lower bound is its indicator's worst end, its upper bound the best end)
 *
 * A node whose published coverage is below its threshold has no value; its coverage and bounds pass up all the same.
 *
 * It works on lanes: TREE_LANES rows of the panel side by side, so that compilers turn the loops into vector
 * instructions; a lane is one unit x round x group and never a term of a sum, so the bits do not depend on the width.
 * Sums are of non-negative terms and compensated (Ogita, Rump & Oishi 2005, Sum2), which leaves a relative error of
 * order n 2^-106. */
#ifndef NI_TREE_LANES_H
#define NI_TREE_LANES_H

#include "base/platform.h"
#include "base/dd.h"
#include "model/framework.h"
#include "scoring/scores.h"

#include <string.h>

enum { TREE_LANES = 16 };

/* Whatever has lanes is always inlined, since tree_panel.c compiles its loop over nodes for wide registers too
 * (NI_WIDE). */
#ifdef __GNUC__
#define ON_LANES static inline __attribute__((always_inline))
#else
#define ON_LANES static inline
#endif

/* Sums over the children of one node, a lane each. Leaves and inner children are summed apart, since a leaf's coverage
 * and bounds follow from its being answered; leaves of equal weight are only counted. */
typedef struct sums {
  double leaf_hi[TREE_LANES], leaf_lo[TREE_LANES];   /* w x over answered leaves */
  double leaves_have[TREE_LANES];                    /* leaf children that are answered */
  double leaves_apply[TREE_LANES];                   /* leaf children that apply */
  double own_ends[TREE_LANES];                       /* gaps whose ends add_ends has added, where weights are equal */
  double have_hi[TREE_LANES], have_lo[TREE_LANES];   /* w of answered leaves, where weights differ */
  double apply_hi[TREE_LANES], apply_lo[TREE_LANES]; /* w of leaves that apply, where weights differ */
  double inner_hi[TREE_LANES], inner_lo[TREE_LANES]; /* w x over inner children with a value */
  double inner_w_hi[TREE_LANES], inner_w_lo[TREE_LANES]; /* their w */
  double inner_a_hi[TREE_LANES], inner_a_lo[TREE_LANES]; /* w of inner children that apply */
  double inner_have[TREE_LANES], inner_apply[TREE_LANES];
  double below_have[TREE_LANES], below_apply[TREE_LANES]; /* leaves below inner children */
  double cover_hi[TREE_LANES], cover_lo[TREE_LANES];      /* w coverage of inner children */
  double low_hi[TREE_LANES], low_lo[TREE_LANES];          /* w lower bound of gaps and inner children */
  double high_hi[TREE_LANES], high_lo[TREE_LANES];        /* w upper bound of gaps and inner children */
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

/* Gaps of a leaf whose own worst or best end is not 0 or 100; those of all others are added by their number when the
 * node is finished. (Adding most - 100 here and 100 there would round, and cancel.) */
ON_LANES void add_ends(sums *restrict s, int lanes, leaf_lanes leaf, double least, double most) {
  for (int l = 0; l < lanes; l++) {
    const double gap = leaf.hi[l] == GAP ? 1 : 0;
    ni_dd_sum2(&s->low_hi[l], &s->low_lo[l], gap * least, 0);
    ni_dd_sum2(&s->high_hi[l], &s->high_lo[l], gap * most, 0);
    s->own_ends[l] += gap;
  }
}

ON_LANES void add_leaf_equal(sums *restrict s, int lanes, leaf_lanes leaf, double least, double most) {
  for (int l = 0; l < lanes; l++) {
    const double x = leaf.hi[l];
    const double has = is_at_least(x, 0);
    ni_dd_sum2(&s->leaf_hi[l], &s->leaf_lo[l], has * x, 0);
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
  static const double none[TREE_LANES] = {0};
  const double *lo = leaf.lo == NULL ? none : leaf.lo;
  const ni_dd weighted_least = ni_dd_two_product(weight, least);
  const ni_dd weighted_most = ni_dd_two_product(weight, most);
  for (int l = 0; l < lanes; l++) {
    const double x = leaf.hi[l];
    const double has = is_at_least(x, 0);
    const double applies = is_at_least(x, GAP);
    const double gap = applies - has;
    const ni_dd product = ni_dd_two_product(weight, has * x);
    ni_dd_sum2(&s->leaf_hi[l], &s->leaf_lo[l], product.hi, product.lo + weight * lo[l]);
    ni_dd_sum2(&s->have_hi[l], &s->have_lo[l], weight * has, 0);
    ni_dd_sum2(&s->apply_hi[l], &s->apply_lo[l], weight * applies, 0);
    s->leaves_have[l] += has;
    s->leaves_apply[l] += applies;
    ni_dd_sum2(&s->high_hi[l], &s->high_lo[l], gap * weighted_most.hi, gap * weighted_most.lo);
  }
  for (int l = 0; l < lanes && least != 0; l++) { /* adding zeros would change no bit */
    const double gap = leaf.hi[l] == GAP ? 1 : 0;
    ni_dd_sum2(&s->low_hi[l], &s->low_lo[l], gap * weighted_least.hi, gap * weighted_least.lo);
  }
}

/* w (hi + lo), added. */
ON_LANES void add_product(double *sum_hi, double *sum_lo, double weight, double hi, double lo) {
  const ni_dd product = ni_dd_two_product(weight, hi);
  ni_dd_sum2(sum_hi, sum_lo, product.hi, product.lo + weight * lo);
}

ON_LANES void add_inner(sums *restrict s, int lanes, const node_lanes *child, double weight) {
  for (int l = 0; l < lanes; l++) {
    add_product(&s->inner_hi[l], &s->inner_lo[l], weight, child->value_hi[l], child->value_lo[l]);
    ni_dd_sum2(&s->inner_w_hi[l], &s->inner_w_lo[l], weight * child->has[l], 0);
    ni_dd_sum2(&s->inner_a_hi[l], &s->inner_a_lo[l], weight * child->applies[l], 0);
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
    ni_dd_sum2(&s->high_hi[l], &s->high_lo[l], 100 * gaps, 0);
  }
}

/* What a node's sums come to. */
typedef struct results {
  double value_hi[TREE_LANES], value_lo[TREE_LANES];
  double has[TREE_LANES], applies[TREE_LANES];
  double cover_hi[TREE_LANES], cover_lo[TREE_LANES];
  double low_hi[TREE_LANES], low_lo[TREE_LANES];
  double high_hi[TREE_LANES], high_lo[TREE_LANES];
  double leaves_apply[TREE_LANES], leaves_have[TREE_LANES];
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

/* A node's sums are complete: its value. */
ON_LANES void finish(sums *s, int lanes, const ni_node *node, const ni_missing_rule *missing, const node_lanes *out) {
  if (node->equal) {
    weigh_equal_leaves(s, lanes);
  }
  finish_lanes(s, lanes, missing == NULL ? &node->missing : missing, out);
}

/* What stands in a lane of a node. */
static inline ni_node_value read_lane(const node_lanes *node, int l) {
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

#endif
