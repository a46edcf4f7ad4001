/* Scoring an index node by node, from the leaves up, each node over the whole panel: for aggregations and weights by
 * which the value of a unit hangs on the values of the others. They look at one round and one target group at a time
 * (Copeland, Borda, Wroclaw, benefit of the doubt), so that a unit is compared with its contemporaries; weights from
 * data are made from all rounds and groups together, so that rounds compare. Units that were screened out take no part,
 * and have no value. */
#include "base/platform.h"

#include "base/fail.h"
#include "base/number.h"
#include "base/options.h"
#include "base/threads.h"
#include "niem/methods.h"
#include "scoring/chain.h"
#include "scoring/plan.h"

#include <stdio.h>
#include <string.h>

typedef struct sweep {
  const niem_scores *scores;
  ni_plan *plan;
  ni_node_value *values; /* of the inner nodes */
  int64_t n_cells;
  int32_t n_own;
  ni_node_room *rooms; /* of the workers */
} sweep;

static int is_screened(const sweep *s, int64_t cell) {
  return s->plan->chain->screened != NULL && s->plan->chain->screened[cell];
}

static ni_node_value leaf_at(const ni_plan *plan, int32_t indicator, int64_t cell) {
  const ni_chain *chain = plan->chain;
  const int32_t column = chain->column_of[indicator];
  const int64_t at = column * chain->n_cells + cell;
  const ni_leaf leaf = {{chain->hi[at], chain->lo[at]}, chain->state[at], -1, chain->imputed[at]};
  return ni_leaf_value(&leaf, ni_leaf_ends(plan->framework, chain, indicator));
}

static ni_node_value value_at(const sweep *s, int32_t node, int64_t cell) {
  static const ni_node_value none = {.state = NI_NOT_APPLICABLE};
  const ni_node *own = &s->plan->index->nodes[node];
  if (s->plan->dropped != NULL && s->plan->dropped[node]) {
    return none;
  }
  return own->leaf >= 0 ? leaf_at(s->plan, own->leaf, cell) : s->values[own->inner * s->n_cells + cell];
}

/* --- tables of a node's children --- */

/* Cells (rows) by children (columns), NaN where there is no value. */
typedef struct table {
  int64_t *cells;
  double *x;
  int64_t n_rows;
  int32_t n_cols;
  int32_t *children; /* places among the node's children */
} table;

static void free_table(table *t) {
  ni_free(t->cells);
  ni_free(t->x);
  ni_free(t->children);
}

static int make_table_room(table *t, const sweep *s, const ni_node *node) {
  memset(t, 0, sizeof *t);
  t->cells = ni_alloc((size_t)s->n_cells, sizeof *t->cells);
  t->x = ni_alloc((size_t)s->n_cells * (size_t)node->n_children, sizeof *t->x);
  t->children = ni_alloc((size_t)node->n_children, sizeof *t->children);
  for (int32_t k = 0; t->children != NULL && k < node->n_children; k++) {
    if (s->plan->dropped == NULL || !s->plan->dropped[node->children[k]]) {
      t->children[t->n_cols++] = k;
    }
  }
  return t->cells != NULL && t->x != NULL && t->children != NULL;
}

static void add_row(table *t, const sweep *s, const ni_node *node, int32_t place, int64_t cell) {
  const ni_missing_rule *rule = ni_plan_rule(s->plan, place);
  double *row = t->x + t->n_rows * t->n_cols;
  for (int32_t k = 0; k < t->n_cols; k++) {
    const ni_node_value value = value_at(s, node->children[t->children[k]], cell);
    const int zero = value.state == NI_NO_VALUE && rule->rule == NI_RULE_ZERO;
    row[k] = value.state == NI_HAS_VALUE ? ni_dd_value(value.value) : zero ? 0 : ni_nan();
  }
  t->cells[t->n_rows++] = cell;
}

static niem_matrix matrix_of(const table *t) {
  const niem_matrix matrix = {t->x, t->n_rows, t->n_cols, t->n_cols, 1};
  return matrix;
}

/* What a method for a bare matrix said of a table, in the names of units and children. */
static niem_status fail_at_node(niem_status status, const sweep *s, int32_t place, const table *t, const char *where,
                                const char *what, niem_error *err) {
  const ni_node *node = &s->plan->index->nodes[place];
  char child[100] = "";
  char text[600];
  if (err == NULL || status == NIEM_ERROR_MEMORY || strncmp(err->where, "method", 6) == 0) {
    return status;
  }
  const niem_error own = *err;
  if (own.column > 0 && own.column <= t->n_cols) {
    (void)snprintf(child, sizeof child, "child %.60s",
                   s->plan->index->nodes[node->children[t->children[own.column - 1]]].name);
  }
  ni_tell_of_matrix(text, sizeof text, child, &own);
  (void)ni_fail(err, status, where, "%s of node \"%.60s\": %s", what, node->name, text);
  if (own.row > 0 && own.row <= t->n_rows) {
    const int64_t cell = t->cells[own.row - 1];
    return ni_fail_of_cell(status, s->scores, cell / s->n_own, (int32_t)(cell % s->n_own), err);
  }
  return status;
}

/* --- weights from the data --- */

static niem_status find_targets(double *targets, const sweep *s, const ni_step *step, const ni_node *node,
                                const table *t, niem_error *err) {
  for (int32_t k = 0; k < t->n_cols; k++) {
    targets[k] = step->given.n == 0 ? 1 : ni_nan();
  }
  for (int32_t g = 0; g < step->given.n; g++) {
    int32_t found;
    if (ni_find_node(&found, s->plan->framework, s->plan->index, step->given.names[g], NULL) != NIEM_OK) {
      continue;
    }
    for (int32_t k = 0; k < t->n_cols; k++) {
      targets[k] = node->children[t->children[k]] == found ? step->given.numbers[g] : targets[k];
    }
  }
  for (int32_t k = 0; k < t->n_cols; k++) {
    if (ni_is_nan(targets[k])) {
      return ni_fail(err, NIEM_ERROR_ARGUMENT, "method", "child \"%.60s\" of \"%.60s\" has no target",
                     s->plan->index->nodes[node->children[t->children[k]]].name, node->name);
    }
  }
  return NIEM_OK;
}

static niem_status weigh_table(double *weights, double *shares, niem_weights_report *report, const sweep *s,
                               int32_t place, const table *t, niem_error *err) {
  const ni_step *step = s->plan->weighing[place];
  niem_weights_options options = step->weights;
  niem_status status = NIEM_OK;
  double *targets = ni_alloc((size_t)t->n_cols, sizeof *targets);
  if (targets == NULL) {
    return ni_fail_memory(err);
  }
  if (step->weigh == NIEM_WEIGHTS_INFLUENCE) {
    NIEM_TRY(find_targets(targets, s, step, &s->plan->index->nodes[place], t, err));
    options.targets = targets;
    options.n_targets = t->n_cols;
  }
  const niem_matrix matrix = matrix_of(t);
  status = niem_weights(weights, shares, report, &matrix, &options, err);
  if (status != NIEM_OK) {
    char where[32];
    (void)snprintf(where, sizeof where, "method/steps/%d", (int)step->number);
    status = fail_at_node(status, s, place, t, where, "weights", err);
  }
cleanup:
  ni_free(targets);
  return status;
}

static niem_status weigh_node(sweep *s, int32_t place, niem_error *err) {
  const ni_node *node = &s->plan->index->nodes[place];
  ni_weights_made *made = s->plan->made[place];
  double *weights = ni_alloc(2 * (size_t)node->n_children, sizeof *weights);
  double *shares = weights == NULL ? NULL : weights + node->n_children;
  niem_status status = NIEM_OK;
  table t;
  if (!make_table_room(&t, s, node) || weights == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  for (int64_t cell = 0; cell < s->n_cells; cell++) {
    if (!is_screened(s, cell)) {
      add_row(&t, s, node, place, cell);
    }
  }
  for (int32_t k = 0; k < node->n_children; k++) {
    s->plan->weights[place][k] = 0;
    made->shares[k] = ni_nan();
  }
  if (t.n_cols > 1 && t.n_rows == 0) {
    char where[32];
    (void)snprintf(where, sizeof where, "method/steps/%d", (int)s->plan->weighing[place]->number);
    status = ni_fail(err, NIEM_ERROR_VALUE, where,
                     "weights of node \"%.60s\": there are no units to make them from; every one was screened out",
                     node->name);
    goto cleanup;
  }
  if (t.n_cols > 1) {
    NIEM_TRY(weigh_table(weights, shares, &made->report, s, place, &t, err));
  }
  for (int32_t k = 0; k < t.n_cols; k++) {
    const double factor = s->plan->factors == NULL ? 1 : s->plan->factors[place][t.children[k]];
    s->plan->weights[place][t.children[k]] = (t.n_cols > 1 ? weights[k] : 1) * factor;
    made->shares[t.children[k]] = t.n_cols > 1 ? shares[k] : 1;
  }
cleanup:
  free_table(&t);
  ni_free(weights);
  return status;
}

/* --- aggregation over units --- */

static niem_status aggregate_table(double *out, const sweep *s, int32_t place, const table *t, niem_error *err) {
  const ni_aggregation *aggregation = ni_plan_aggregation(s->plan, place);
  const double *all = ni_plan_weights(s->plan, place);
  const niem_matrix matrix = matrix_of(t);
  niem_status status = NIEM_OK;
  double *reals = ni_alloc((size_t)t->n_cols * 3, sizeof *reals);
  if (reals == NULL) {
    return ni_fail_memory(err);
  }
  for (int32_t k = 0; k < t->n_cols; k++) {
    reals[k] = all[t->children[k]];
    reals[t->n_cols + k] = t->n_cols > 1 ? aggregation->least_share : 0; /* one child is the whole score */
    reals[2 * t->n_cols + k] = t->n_cols > 1 ? aggregation->most_share : 1;
  }
  if (aggregation->method == NI_AGGREGATE_BENEFIT) {
    niem_benefit_options options;
    niem_benefit_options_init(&options);
    options.least_shares = reals + t->n_cols;
    options.most_shares = reals + 2 * t->n_cols;
    options.n_shares = t->n_cols;
    status = niem_benefit_of_doubt(out, NULL, &matrix, &options, err);
  } else {
    niem_aggregate_options options = aggregation->options;
    options.weights = reals;
    options.n_weights = t->n_cols;
    status = niem_aggregate(out, &matrix, &options, err);
  }
  ni_free(reals);
  return status == NIEM_OK ? status
                           : fail_at_node(status, s, place, t, "method", ni_aggregation_word(aggregation), err);
}

/* The units of one round and one group that shall have a value. */
static void find_contemporaries(table *t, const sweep *s, int32_t place, int32_t round, int32_t group) {
  const ni_node *node = &s->plan->index->nodes[place];
  const ni_node_value *values = s->values + node->inner * s->n_cells;
  t->n_rows = 0;
  for (int64_t row = 0; row < s->scores->n_rows; row++) {
    const int64_t cell = row * s->n_own + group;
    if (s->scores->answers->pair_round[row] == round && !is_screened(s, cell) && values[cell].state == NI_HAS_VALUE) {
      add_row(t, s, node, place, cell);
    }
  }
}

/* More is better in a tree. Benefit of the doubt is a share of what the best could have, and Wroclaw's a distance, 0
 * where nothing is missing to the ideal: both on 0-100. Votes stay what they are. */
static ni_dd on_scale(const ni_aggregation *aggregation, double found) {
  switch (aggregation->method) {
    case NI_AGGREGATE_BENEFIT:
      return ni_dd_mul_d(ni_dd_from(found), 100);
    case NIEM_AGGREGATE_WROCLAW:
      return ni_dd_mul_d(ni_dd_two_sum(1, -found), 100);
    default:
      return ni_dd_from(found);
  }
}

/* What has no room for a score of benefit of the doubt or a vote (a gap, say) has no value. */
static void put_values(const sweep *s, int32_t place, const table *t, const double *found) {
  const ni_aggregation *aggregation = ni_plan_aggregation(s->plan, place);
  ni_node_value *values = s->values + s->plan->index->nodes[place].inner * s->n_cells;
  for (int64_t i = 0; i < t->n_rows; i++) {
    ni_node_value *value = &values[t->cells[i]];
    value->value = on_scale(aggregation, found[i]);
    value->state = ni_is_nan(found[i]) ? NI_NO_VALUE : NI_HAS_VALUE;
  }
}

static niem_status aggregate_over_units(const sweep *s, int32_t place, niem_error *err) {
  double *found = ni_alloc((size_t)s->n_cells, sizeof *found);
  niem_status status = NIEM_OK;
  table t;
  if (!make_table_room(&t, s, &s->plan->index->nodes[place]) || found == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  for (int32_t round = 0; round < s->scores->answers->n_rounds; round++) {
    for (int32_t group = 0; group < s->n_own; group++) {
      find_contemporaries(&t, s, place, round, group);
      if (t.n_rows > 0) {
        NIEM_TRY(aggregate_table(found, s, place, &t, err));
        put_values(s, place, &t, found);
      }
    }
  }
cleanup:
  free_table(&t);
  ni_free(found);
  return status;
}

/* --- node by node, or cell by cell --- */

static niem_status evaluate_at(const sweep *s, const ni_node_room *room, int32_t place, int64_t cell, niem_error *err) {
  const ni_node *node = &s->plan->index->nodes[place];
  ni_node_value *value = &s->values[node->inner * s->n_cells + cell];
  for (int32_t k = 0; k < node->n_children; k++) {
    room->children[k] = value_at(s, node->children[k], cell);
  }
  const niem_status status = ni_node_evaluate(value, s->plan, place, is_screened(s, cell), room, err);
  return status == NIEM_OK ? NIEM_OK
                           : ni_fail_of_cell(status, s->scores, cell / s->n_own, (int32_t)(cell % s->n_own), err);
}

static int is_to_do(const ni_plan *plan, int32_t place) {
  return plan->index->nodes[place].leaf < 0 && (plan->dropped == NULL || !plan->dropped[place]);
}

static niem_status sweep_node(sweep *s, int32_t place, niem_error *err) {
  niem_status status = NIEM_OK;
  if (s->plan->weighing != NULL && s->plan->weighing[place] != NULL) {
    NIEM_TRY(weigh_node(s, place, err));
  }
  for (int64_t cell = 0; cell < s->n_cells; cell++) {
    NIEM_TRY(evaluate_at(s, &s->rooms[0], place, cell, err));
  }
  if (ni_is_over_units(ni_plan_aggregation(s->plan, place))) {
    NIEM_TRY(aggregate_over_units(s, place, err));
  }
cleanup:
  return status;
}

static niem_status sweep_cells(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  const sweep *s = context;
  for (int64_t cell = begin; cell < end; cell++) {
    for (int32_t i = s->plan->index->n_nodes - 1; i >= 0; i--) { /* children stand after their parent */
      const niem_status status = is_to_do(s->plan, i) ? evaluate_at(s, &s->rooms[worker], i, cell, err) : NIEM_OK;
      if (status != NIEM_OK) {
        return status;
      }
    }
  }
  return NIEM_OK;
}

static niem_status sweep_some_nodes(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  sweep *s = context;
  (void)worker;
  for (int64_t k = begin; k < end; k++) {
    const int32_t place = s->plan->index->n_nodes - 1 - (int32_t)k; /* children stand after their parent */
    const niem_status status = is_to_do(s->plan, place) ? sweep_node(s, place, err) : NIEM_OK;
    if (status != NIEM_OK) {
      return status;
    }
  }
  return NIEM_OK;
}

/* One after another, on the caller's thread. */
static niem_status sweep_nodes(sweep *s, const niem_exec *exec, niem_error *err) {
  niem_exec alone;
  niem_exec_init(&alone);
  const niem_status status = ni_options_read(&alone, sizeof alone, exec, "exec", err);
  if (status != NIEM_OK) {
    return status;
  }
  alone.threads = alone.threads > 0 ? 1 : alone.threads;
  return ni_parallel_for(s->plan->index->n_nodes, 1, &alone, sweep_some_nodes, s, err);
}

niem_status ni_sweep(ni_node_value *values, const niem_scores *scores, ni_plan *plan, const niem_exec *exec,
                     niem_error *err) {
  enum { CHUNK = 64 };
  const int32_t n_own = scores->framework->n_own_groups;
  sweep s = {scores, plan, values, scores->n_rows * n_own, n_own, NULL};
  const int32_t n_workers = plan->over_units ? 1 : ni_workers(s.n_cells, CHUNK, exec);
  niem_status status = NIEM_OK;
  s.rooms = ni_alloc_zero((size_t)n_workers, sizeof *s.rooms);
  for (int32_t w = 0; s.rooms != NULL && w < n_workers && status == NIEM_OK; w++) {
    status = ni_node_room_make(&s.rooms[w], plan->index) ? NIEM_OK : ni_fail_memory(err);
  }
  if (s.rooms == NULL) {
    status = ni_fail_memory(err);
  }
  if (status == NIEM_OK) {
    status =
        plan->over_units ? sweep_nodes(&s, exec, err) : ni_parallel_for(s.n_cells, CHUNK, exec, sweep_cells, &s, err);
  }
  for (int32_t w = 0; s.rooms != NULL && w < n_workers; w++) {
    ni_node_room_free(&s.rooms[w]);
  }
  ni_free(s.rooms);
  return status;
}

/* --- an index --- */

typedef struct publishing {
  niem_scores *scores;
  ni_plan *plan;
  ni_score *out;
  ni_node_value *values; /* of the groups of their own */
  int64_t n_cells;
  int32_t n_own;
  ni_stages stages;
} publishing;

static ni_score *score_at(const publishing *p, int32_t inner, int64_t row, int32_t group) {
  return &p->out[ni_scores_place(p->scores, inner, row, group)];
}

static void publish_own(const publishing *p) {
  for (int32_t inner = 0; inner < p->plan->index->n_inner; inner++) {
    for (int64_t cell = 0; cell < p->n_cells; cell++) {
      *score_at(p, inner, cell / p->n_own, (int32_t)(cell % p->n_own)) =
          ni_publish(&p->values[inner * p->n_cells + cell]);
    }
  }
}

static void publish_merge(const publishing *p, int32_t group, const ni_node_value *values) {
  const ni_group *merge = &p->scores->framework->groups[group];
  ni_node_value members[NIEM_MAX_GROUPS];
  for (int32_t inner = 0; inner < p->plan->index->n_inner; inner++) {
    for (int64_t row = 0; row < p->scores->n_rows; row++) {
      for (int32_t k = 0; k < merge->n_members; k++) {
        members[k] = values[inner * p->n_cells + row * p->n_own + merge->members[k]];
      }
      const ni_node_value merged = ni_merge_values(merge, members);
      *score_at(p, inner, row, group) = ni_publish(&merged);
    }
  }
}

/* What ni_keep_common does to one row, for the whole panel: leaves that are not answered for all groups of a merge
 * become not applicable. */
static void mask_common(ni_chain *masked, const ni_chain *chain, const niem_scores *scores, const ni_group *merge) {
  const int32_t n_own = scores->framework->n_own_groups;
  for (int32_t column = 0; column < chain->n_columns; column++) {
    for (int64_t row = 0; row < scores->n_rows; row++) {
      const int64_t first = column * chain->n_cells + row * n_own;
      int common = 1;
      for (int32_t k = 0; k < merge->n_members; k++) {
        common = common && chain->state[first + merge->members[k]] == NIEM_ANSWERED;
      }
      for (int32_t k = 0; k < merge->n_members && !common; k++) {
        masked->state[first + merge->members[k]] = NIEM_NOT_APPLICABLE;
        masked->imputed[first + merge->members[k]] = 0;
      }
    }
  }
}

niem_status ni_sweep_common(ni_node_value *values, const niem_scores *scores, const ni_plan *plan, int32_t group,
                            const niem_exec *exec, niem_error *err) {
  const size_t n = (size_t)plan->chain->n_columns * (size_t)plan->chain->n_cells;
  ni_chain masked = *plan->chain;
  ni_plan own = *plan;
  niem_status status = NIEM_OK;
  masked.state = ni_alloc(n, 1);
  masked.imputed = ni_alloc(n, 1);
  if (masked.state == NULL || masked.imputed == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  memcpy(masked.state, plan->chain->state, n);
  memcpy(masked.imputed, plan->chain->imputed, n);
  mask_common(&masked, plan->chain, scores, &scores->framework->groups[group]);
  own.chain = &masked;
  own.weighing = NULL;
  status = ni_sweep(values, scores, &own, exec, err);
cleanup:
  ni_free(masked.state);
  ni_free(masked.imputed);
  return status;
}

static int32_t count_common(const niem_framework *framework) {
  int32_t n = 0;
  for (int32_t g = framework->n_own_groups; g < framework->n_groups; g++) {
    n += framework->groups[g].common != 0;
  }
  return n;
}

static niem_status publish_merges(publishing *p, niem_error *err) {
  const niem_framework *framework = p->scores->framework;
  const size_t n = (size_t)p->plan->index->n_inner * (size_t)p->n_cells;
  const double n_sweeps = 1 + count_common(framework);
  double swept = 1;
  ni_node_value *room = ni_alloc(n, sizeof *room);
  niem_status status = room == NULL ? ni_fail_memory(err) : NIEM_OK;
  for (int32_t g = p->n_own; status == NIEM_OK && g < framework->n_groups; g++) {
    if (framework->groups[g].common) {
      swept++;
      NIEM_TRY(ni_sweep_common(room, p->scores, p->plan, g, ni_stages_next(&p->stages, swept / n_sweeps), err));
    }
    publish_merge(p, g, framework->groups[g].common ? room : p->values);
  }
cleanup:
  ni_free(room);
  return status;
}

niem_status ni_sweep_index(niem_scores *scores, int32_t index, const niem_exec *exec, niem_error *err) {
  ni_plan *plan = scores->indexes[index].plan;
  publishing p = {.scores = scores, .plan = plan, .n_own = scores->framework->n_own_groups};
  niem_exec own;
  niem_status status = NIEM_OK;
  p.n_cells = scores->n_rows * p.n_own;
  NIEM_TRY(ni_exec_read(&own, exec, err));
  ni_stages_begin(&p.stages, &own);
  p.values = ni_alloc((size_t)plan->index->n_inner * (size_t)p.n_cells, sizeof *p.values);
  p.out = ni_alloc((size_t)plan->index->n_inner * (size_t)scores->n_cells, sizeof *p.out);
  if (p.values == NULL || p.out == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  NIEM_TRY(
      ni_sweep(p.values, scores, plan, ni_stages_next(&p.stages, 1.0 / (1 + count_common(scores->framework))), err));
  publish_own(&p);
  NIEM_TRY(publish_merges(&p, err));
  NIEM_TRY(ni_stages_end(&p.stages, err));
  scores->indexes[index].scores = p.out;
  scores->indexes[index].scored = 1;
  p.out = NULL;
cleanup:
  ni_free(p.values);
  ni_free(p.out);
  return status;
}
