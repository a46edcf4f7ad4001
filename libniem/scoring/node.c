/* A node from its children by any aggregation, in double-double: for trees that are not weighted means of scores on
 * 0-100 throughout, which tree_lanes.h does.
 *
 * Over the children that apply (A) and those of them that have a value (V), with weights w:
 * - value: the aggregation of V (rule "zero": of A, where a gap is 0; rule "strict": none unless V = A)
 * - coverage: sum_A w coverage / sum_A w (a leaf's is 1 where it was answered, else 0: what was imputed is no evidence)
 * - bounds: the aggregation of A's lower, and upper, bounds, where a better child never makes a worse node; otherwise
 * NaN
 *
 * Methods without weights of their own (OWA, MPI, AMPI, benefit of the doubt) count each child once in the coverage. */
#include "base/platform.h"

#include "base/fail.h"
#include "base/number.h"
#include "methods/aggregate.h"
#include "scoring/plan.h"

#include <string.h>

enum { VALUE, LOWER, UPPER };

int ni_node_room_make(ni_node_room *room, const ni_index *index) {
  int32_t most = 1;
  for (int32_t i = 0; i < index->n_nodes; i++) {
    most = index->nodes[i].n_children > most ? index->nodes[i].n_children : most;
  }
  room->children = ni_alloc((size_t)most, sizeof *room->children);
  room->x = ni_alloc((size_t)most, sizeof *room->x);
  room->weights = ni_alloc((size_t)most, sizeof *room->weights);
  room->order = ni_alloc((size_t)most, sizeof *room->order);
  return room->children != NULL && room->x != NULL && room->weights != NULL && room->order != NULL;
}

void ni_node_room_free(ni_node_room *room) {
  ni_free(room->children);
  ni_free(room->x);
  ni_free(room->weights);
  ni_free(room->order);
}

/* One node in hand. */
typedef struct making {
  const ni_plan *plan;
  const ni_node *node;
  const ni_aggregation *aggregation;
  const double *weights; /* of the children */
  const ni_missing_rule *rule;
  const ni_node_room *room;
  int32_t place;
} making;

static double weight_of(const making *m, int32_t k) {
  return ni_uses_weights(m->aggregation) ? m->weights[k] : 1;
}

/* Does a child count, and with which number? */
static int number_of(ni_dd *out, const making *m, int32_t k, int which) {
  const ni_node_value *child = &m->room->children[k];
  if (child->state == NI_NOT_APPLICABLE) {
    return 0;
  }
  if (which != VALUE) {
    *out = which == LOWER ? child->lower : child->upper;
    return 1;
  }
  *out = child->state == NI_HAS_VALUE ? child->value : ni_dd_from(0);
  return child->state == NI_HAS_VALUE || m->rule->rule == NI_RULE_ZERO;
}

/* The numbers that count, into the room; children whose weight is 0 do not. */
static int32_t gather(const making *m, int which) {
  int32_t n = 0;
  for (int32_t k = 0; k < m->node->n_children; k++) {
    const double weight = weight_of(m, k);
    if (weight > 0 && number_of(&m->room->x[n], m, k, which)) {
      m->room->weights[n++] = weight;
    }
  }
  return n;
}

static niem_status fail_value(const making *m, int came, ni_dd value, niem_error *err) {
  char text[NI_DOUBLE_TEXT];
  (void)ni_print_double(text, ni_dd_value(value));
  const char *method = ni_aggregation_word(m->aggregation);
  const char *child = "";
  for (int32_t k = 0; k < m->node->n_children && child[0] == '\0'; k++) {
    ni_dd own;
    if (weight_of(m, k) > 0 && number_of(&own, m, k, VALUE) && ni_dd_compare(own, value) == 0) {
      child = m->plan->index->nodes[m->node->children[k]].name;
    }
  }
  if (came == NI_ROW_NOT_POSITIVE) {
    return ni_fail(
        err, NIEM_ERROR_VALUE, "method",
        "\"%.60s\" has the value %s, and \"%.60s\" is a mean (%s) of positive values; state an \"offset\", or "
        "normalise to scores that begin above 0",
        child, text, m->node->name, method);
  }
  if (came == NI_ROW_TOO_MANY) {
    return ni_fail(err, NIEM_ERROR_VALUE, "method",
                   "node \"%.60s\" has %d children, and \"order_weights\" %d places; give a place for each",
                   m->node->name, (int)m->node->n_children, (int)m->aggregation->options.n_order_weights);
  }
  return ni_fail(err, NIEM_ERROR_VALUE, "method",
                 "the mean of the children of \"%.60s\" is not positive; %s is for indicators standardised to 100 "
                 "(z-scores with mean 100 and sd 10, or the normalisation \"ampi\")",
                 m->node->name, method);
}

static int aggregate(ni_dd *out, int64_t *at, const making *m, int32_t n) {
  niem_aggregate_options means;
  const niem_aggregate_options *options = &means;
  if (m->aggregation == NULL) {
    memset(&means, 0, sizeof means); /* NIEM_AGGREGATE_ARITHMETIC */
  } else {
    options = &m->aggregation->options;
  }
  return ni_aggregate_row(out, at, m->room->x, m->room->weights, n, options, m->room->order);
}

static niem_status find_value(ni_node_value *out, const making *m, niem_error *err) {
  int64_t at = 0;
  if (ni_is_over_units(m->aggregation)) {
    return NIEM_OK;
  }
  const int32_t n = gather(m, VALUE);
  const int came = aggregate(&out->value, &at, m, n);
  return came == NI_ROW_DONE ? NIEM_OK : fail_value(m, came, m->room->x[at], err);
}

/* A mean of positive values goes to the least that it can be when one of them goes to 0. */
static ni_dd find_bound(const making *m, int which) {
  int64_t at = 0;
  ni_dd bound;
  const int32_t n = gather(m, which);
  if (!ni_is_monotone(m->aggregation)) {
    return ni_dd_from(ni_nan());
  }
  if (n == 0) { /* what applies has no weight: nothing is known of the node */
    return ni_dd_from(!m->plan->bounded ? ni_nan() : which == LOWER ? 0 : 100);
  }
  for (int32_t k = 0; k < n; k++) {
    if (ni_dd_is_nan(m->room->x[k])) {
      return ni_dd_from(ni_nan());
    }
  }
  const int came = aggregate(&bound, &at, m, n);
  if (came == NI_ROW_NOT_POSITIVE) {
    const double offset = m->aggregation->options.offset;
    double least = m->room->x[0].hi;
    for (int32_t k = 1; k < n; k++) {
      least = m->room->x[k].hi < least ? m->room->x[k].hi : least;
    }
    return ni_dd_from(least + offset == 0 ? -offset : ni_nan());
  }
  return came == NI_ROW_DONE ? bound : ni_dd_from(ni_nan());
}

/* How much applies, and how much has a value. */
typedef struct counts {
  int32_t apply, have;
  ni_dd weight; /* of the children with a value */
} counts;

static counts count_children(ni_node_value *out, const making *m) {
  counts c = {0, 0, {0, 0}};
  ni_dd apply = {0, 0};
  ni_dd cover = {0, 0};
  for (int32_t k = 0; k < m->node->n_children; k++) {
    const ni_node_value *child = &m->room->children[k];
    if (child->state == NI_NOT_APPLICABLE) {
      continue;
    }
    const double weight = weight_of(m, k);
    c.apply++;
    apply = ni_dd_add_d(apply, weight);
    cover = ni_dd_add(cover, ni_dd_mul_d(child->coverage, weight));
    if (child->state == NI_HAS_VALUE) {
      c.have++;
      c.weight = ni_dd_add_d(c.weight, weight);
    }
    out->n_applicable += child->n_applicable;
    out->n_answered += child->n_answered;
  }
  out->coverage = apply.hi > 0 ? ni_dd_div(cover, apply) : ni_dd_from(0);
  return c;
}

niem_status ni_node_evaluate(ni_node_value *out, const ni_plan *plan, int32_t place, int screened,
                             const ni_node_room *room, niem_error *err) {
  const making m = {plan,
                    &plan->index->nodes[place],
                    ni_plan_aggregation(plan, place),
                    ni_plan_weights(plan, place),
                    ni_plan_rule(plan, place),
                    room,
                    place};
  memset(out, 0, sizeof *out);
  const counts c = count_children(out, &m);
  if (c.apply == 0) {
    out->state = NI_NOT_APPLICABLE;
    return NIEM_OK;
  }
  out->lower = find_bound(&m, LOWER);
  out->upper = find_bound(&m, UPPER);
  const int holds = !screened && c.have > 0 && c.weight.hi > 0 &&
                    (m.rule->rule != NI_RULE_STRICT || c.have == c.apply) &&
                    !(ni_dd_value(out->coverage) < m.rule->min_coverage);
  out->state = holds ? NI_HAS_VALUE : NI_NO_VALUE;
  return holds ? find_value(out, &m, err) : NIEM_OK;
}
