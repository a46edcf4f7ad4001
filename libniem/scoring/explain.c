/* Why a score is what it is: its terms (value x effective weight of each indicator), their adding up, the explanation
 * as a table. */
#include "base/platform.h"

#include "base/buffer.h"
#include "base/add_up.h"
#include "base/fail.h"
#include "base/fpenv.h"
#include "base/number.h"
#include "base/options.h"
#include "model/table.h"
#include "scoring/chain.h"
#include "scoring/plan.h"

#include <string.h>

/* --- terms --- */

typedef struct weighing {
  const ni_plan *plan;
  const ni_index *index;
  const ni_leaf *leaves;
  const ni_node_value *nodes;
  int32_t group;
  ni_term *terms;
  int64_t n;
} weighing;

/* Does a child enter its parent's mean? With a value always; without one where gaps count as zero. */
static int enters(const weighing *w, int32_t parent, int32_t child) {
  int32_t state = w->nodes[child].state;
  return state == NI_HAS_VALUE || (state == NI_NO_VALUE && ni_plan_rule(w->plan, parent)->rule == NI_RULE_ZERO);
}

static void add_term(weighing *w, int32_t leaf, ni_dd weight, int counts_zero) {
  ni_term *term = &w->terms[w->n++];
  term->indicator = leaf;
  term->group = w->group;
  term->state = w->leaves[leaf].state;
  term->answer = w->leaves[leaf].answer;
  term->imputed = w->leaves[leaf].imputed;
  term->weight = weight;
  term->score = counts_zero ? ni_dd_from(0) : w->leaves[leaf].score;
}

/* A node's weight handed down to its leaves. `weight` 0: the node does not enter. `zero`: it enters as zero, and so do
 * all leaves that apply. */
static void weigh(weighing *w, int32_t place, ni_dd weight, int zero) {
  const ni_node *node = &w->index->nodes[place];
  const double *weights = ni_plan_weights(w->plan, place);
  if (node->leaf >= 0) {
    add_term(w, node->leaf, weight, zero || !ni_leaf_has_score(&w->leaves[node->leaf]));
    return;
  }
  ni_dd sum = {0, 0};
  int32_t n = 0;
  for (int32_t k = 0; k < node->n_children; k++) {
    int counts = zero ? w->nodes[node->children[k]].state != NI_NOT_APPLICABLE : enters(w, place, node->children[k]);
    sum = counts ? ni_dd_add_d(sum, weights[k]) : sum;
    n += counts;
  }
  for (int32_t k = 0; k < node->n_children; k++) {
    int32_t child = node->children[k];
    int counts = zero ? w->nodes[child].state != NI_NOT_APPLICABLE : enters(w, place, child);
    ni_dd own = {0, 0};
    if (counts && weight.hi > 0 && sum.hi > 0) {
      own = ni_dd_div(ni_dd_mul_d(weight, weights[k]), sum);
    } else if (counts && weight.hi > 0) { /* enters as zero, and nothing in it weighs anything: all alike */
      own = ni_dd_div_d(weight, n);
    }
    weigh(w, child, own, zero || w->nodes[child].state == NI_NO_VALUE);
  }
}

/* The terms of a group of its own, each weight times `share`. */
static void weigh_group(weighing *w, int32_t node, ni_dd share) {
  int has = w->nodes[node].state == NI_HAS_VALUE;
  weigh(w, node, has ? share : ni_dd_from(0), 0);
}

typedef struct term_space {
  ni_leaf **leaves;
  ni_node_value *nodes;
  int32_t n;
} term_space;

static void free_space(term_space *space) {
  for (int32_t k = 0; space->leaves != NULL && k < space->n; k++) {
    ni_free(space->leaves[k]);
  }
  ni_free(space->leaves);
  ni_free(space->nodes);
}

static int make_space(term_space *space, const niem_framework *framework, const ni_index *index, int32_t n) {
  space->n = n;
  space->leaves = ni_alloc_zero((size_t)n, sizeof *space->leaves);
  space->nodes = ni_alloc((size_t)n * (size_t)index->n_nodes, sizeof *space->nodes);
  if (space->leaves == NULL || space->nodes == NULL) {
    return 0;
  }
  for (int32_t k = 0; k < n; k++) {
    space->leaves[k] = ni_alloc((size_t)framework->n_indicators, sizeof **space->leaves);
    if (space->leaves[k] == NULL) {
      return 0;
    }
  }
  return 1;
}

/* Leaves and nodes, from `node` down, of each member of a group (of the group itself where it is its own). */
static niem_status fill_space(term_space *space, const niem_scores *scores, const ni_plan *plan, int32_t node,
                              const int32_t *members, int common, int64_t row, niem_error *err) {
  niem_status status = NIEM_OK;
  for (int32_t k = 0; k < space->n; k++) {
    ni_scores_leaves(scores, row, members[k], space->leaves[k]);
  }
  if (common) {
    ni_keep_common(scores->framework, space->leaves, space->n);
  }
  for (int32_t k = 0; status == NIEM_OK && k < space->n; k++) {
    status = ni_tree_evaluate_row(plan, node, scores, row, members[k], space->leaves[k],
                                  space->nodes + (size_t)k * (size_t)plan->index->n_nodes, err);
  }
  return status;
}

/* A member's share in a merge: its weight among the members that have a value at the node. */
static ni_dd member_share(const term_space *space, const ni_index *index, const ni_group *group, int32_t node,
                          int32_t member) {
  ni_dd sum = {0, 0};
  for (int32_t k = 0; k < group->n_members; k++) {
    if (space->nodes[(size_t)k * (size_t)index->n_nodes + (size_t)node].state == NI_HAS_VALUE) {
      sum = ni_dd_add_d(sum, group->weights[k]);
    }
  }
  return sum.hi > 0 ? ni_dd_div(ni_dd_from(group->weights[member]), sum) : ni_dd_from(0);
}

/* A score is a sum of contributions where every node below it is an arithmetic mean. */
static niem_status check_additive(const ni_plan *plan, int32_t top, niem_error *err) {
  for (int32_t i = top; i < plan->index->n_nodes; i++) {
    int32_t up = i;
    while (up > top) {
      up = plan->index->nodes[up].parent;
    }
    const ni_aggregation *aggregation = ni_plan_aggregation(plan, i);
    if (up == top && plan->index->nodes[i].leaf < 0 && !ni_is_arithmetic(aggregation)) {
      return ni_fail(
          err, NIEM_ERROR_UNSUPPORTED, "node",
          "node \"%.60s\" is aggregated by \"%s\", so a score above it is no sum of contributions; ask for a "
          "node below, or see what leaving out its indicators does (leave one out)",
          plan->index->nodes[i].name, ni_aggregation_word(aggregation));
    }
  }
  return NIEM_OK;
}

niem_status ni_scores_terms(ni_term **terms, int64_t *n, const niem_scores *scores, int32_t index, int32_t node,
                            int64_t row, int32_t group, niem_error *err) {
  niem_status status = NIEM_OK;
  const ni_index *own = &scores->framework->indexes[index];
  const ni_group *asked = &scores->framework->groups[group];
  int merged = asked->n_members > 0;
  int32_t n_members = merged ? asked->n_members : 1;
  const int32_t *members = merged ? asked->members : &group;
  term_space space = {NULL, NULL, 0};
  weighing w = {.plan = scores->indexes[index].plan, .index = own};
  *terms = NULL;
  *n = 0;
  NIEM_TRY(check_additive(w.plan, node, err));
  w.terms = ni_alloc((size_t)n_members * (size_t)own->n_leaves, sizeof *w.terms);
  if (w.terms == NULL || !make_space(&space, scores->framework, own, n_members)) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  NIEM_TRY(fill_space(&space, scores, w.plan, node, members, merged && asked->common, row, err));
  for (int32_t k = 0; k < n_members; k++) {
    w.leaves = space.leaves[k];
    w.nodes = space.nodes + (size_t)k * (size_t)own->n_nodes;
    w.group = members[k];
    weigh_group(&w, node, merged ? member_share(&space, own, asked, node, k) : ni_dd_from(1));
  }
  *terms = w.terms;
  *n = w.n;
  w.terms = NULL;
cleanup:
  ni_free(w.terms);
  free_space(&space);
  return status;
}

/* --- the explanation --- */

typedef struct explain_columns {
  int32_t group, indicator, label, answer, state, value, weight, contribution;
} explain_columns;

static niem_status add_explained(niem_table *table, const explain_columns *c, const niem_scores *scores, int64_t row,
                                 const ni_term *term, double contribution, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_buffer *answer = NULL;
  const ni_indicator *indicator = &scores->framework->indicators[term->indicator];
  const int answered = term->state == NIEM_ANSWERED && term->answer >= 0;
  NIEM_TRY(ni_buffer_new(&answer, err));
  if (answered) {
    ni_value_print(answer, &indicator->scale, ni_scores_answer(scores, row, term->group, term->indicator));
  }
  NIEM_TRY(ni_buffer_status(answer, err));
  ni_table_row(table);
  ni_table_set_text(table, c->group, scores->framework->groups[term->group].id);
  ni_table_set_text(table, c->indicator, indicator->id);
  ni_table_set_text(table, c->label, ni_label_text(&indicator->label, "en"));
  ni_table_set_text(table, c->answer, answered ? niem_buffer_data(answer) : NULL);
  ni_table_set_text(table, c->state, niem_state_name(term->state));
  ni_table_set_real(table, c->value, answered || term->imputed ? ni_dd_value(term->score) : ni_nan());
  ni_table_set_real(table, c->weight, ni_dd_value(term->weight));
  ni_table_set_real(table, c->contribution, contribution);
cleanup:
  niem_buffer_free(answer);
  return status;
}

static niem_status fill_explanation(niem_table *table, const niem_scores *scores, int64_t row, const ni_term *terms,
                                    int64_t n, double score, niem_error *err) {
  niem_status status = NIEM_OK;
  explain_columns c = {ni_table_text(table, "group"),  ni_table_text(table, "indicator"),
                       ni_table_text(table, "label"),  ni_table_text(table, "answer"),
                       ni_table_text(table, "state"),  ni_table_real(table, "value"),
                       ni_table_real(table, "weight"), ni_table_real(table, "contribution")};
  ni_dd *products = ni_alloc((size_t)n, sizeof *products);
  double *contributions = ni_alloc((size_t)n, sizeof *contributions);
  double leftover = 0;
  if (products == NULL || contributions == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  for (int64_t i = 0; i < n; i++) {
    products[i] = ni_dd_mul(terms[i].score, terms[i].weight);
  }
  NIEM_TRY(ni_add_up(contributions, &leftover, products, n, score, err));
  for (int64_t i = 0; i < n; i++) {
    NIEM_TRY(add_explained(table, &c, scores, row, &terms[i], contributions[i], err));
  }
  if (leftover != 0) { /* contributions of both signs may be too coarse for their sum */
    ni_table_row(table);
    ni_table_set_text(table, c.label, "rounding");
    ni_table_set_real(table, c.contribution, leftover);
  }
cleanup:
  ni_free(products);
  ni_free(contributions);
  return status;
}

static void note_score(niem_table *table, const niem_scores *scores, const ni_selection *s, const char *unit,
                       const char *round, const ni_score *score) {
  const ni_index *index = &scores->framework->indexes[s->index];
  ni_table_note(table, "unit", unit);
  ni_table_note(table, "round", round);
  ni_table_note(table, "group", scores->framework->groups[s->groups[0]].id);
  ni_table_note(table, "index", index->id);
  ni_table_note(table, "node", index->nodes[s->nodes[0]].name);
  ni_table_note_real(table, "score", score->value);
  ni_table_note_real(table, "coverage", score->coverage);
  ni_table_note(table, "method", "value x effective weight; the contributions add up exactly");
}

/* The one score that is asked for. */
static niem_status select_one(ni_selection *s, const niem_scores *scores, const char *unit, const char *round,
                              const niem_query *query, niem_error *err) {
  niem_query own;
  niem_query_init(&own);
  niem_status status = ni_options_read(&own, sizeof own, query, "query", err);
  if (status != NIEM_OK) {
    return status;
  }
  own.units = &unit;
  own.n_units = 1;
  own.peers = NULL;
  own.round = round == NULL ? own.round : round;
  status = ni_select(s, scores, &own, NI_ONE_ROUND | NI_TOP_NODE, err);
  if (status == NIEM_OK && (s->n_groups != 1 || s->n_nodes != 1)) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, s->n_groups != 1 ? "group" : "level",
                   "one score is explained at a time: name one group and one node");
  }
  return status;
}

static niem_status explain(niem_table **out, const niem_scores *scores, const char *unit, const char *round,
                           const niem_query *query, niem_error *err) {
  niem_status status = NIEM_OK;
  ni_selection s;
  niem_table *table = NULL;
  ni_term *terms = NULL;
  int64_t n = 0;
  memset(&s, 0, sizeof s);
  if (out == NULL || scores == NULL || unit == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT,
                   out == NULL      ? "out"
                   : scores == NULL ? "scores"
                                    : "unit",
                   "must not be NULL");
  }
  *out = NULL;
  NIEM_TRY(select_one(&s, scores, unit, round, query, err));
  const char *own_unit = scores->answers->units[s.units[0]];
  const char *own_round = scores->answers->rounds[s.rounds[0]];
  const int64_t row = ni_scores_row(scores, s.units[0], s.rounds[0]);
  if (row < 0) {
    status =
        ni_fail(err, NIEM_ERROR_REFERENCE, "unit", "\"%.60s\" has no answers in round \"%.60s\"", own_unit, own_round);
    goto cleanup;
  }
  const ni_score score = ni_scores_at(scores, s.index, s.nodes[0], row, s.groups[0]);
  NIEM_TRY(ni_scores_terms(&terms, &n, scores, s.index, s.nodes[0], row, s.groups[0], err));
  NIEM_TRY(ni_table_new(&table, "explanation", err));
  note_score(table, scores, &s, own_unit, own_round, &score);
  NIEM_TRY(fill_explanation(table, scores, row, terms, n, score.value, err));
  NIEM_TRY(ni_table_finish(&table, err));
  *out = table;
  table = NULL;
cleanup:
  ni_selection_free(&s);
  ni_free(terms);
  niem_table_free(table);
  return status;
}

niem_status niem_explain(niem_table **out, const niem_scores *scores, const char *unit, const char *round,
                         const niem_query *query, niem_error *err) {
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  niem_status status = explain(out, scores, unit, round, query, err);
  ni_fpenv_leave(&saved);
  return status;
}
