/* The plan of an index: which nodes a method's steps "weigh" and "aggregate" are for. */
#include "base/platform.h"

#include "base/buffer.h"
#include "base/fail.h"
#include "base/number.h"
#include "scoring/chain.h"
#include "scoring/plan.h"

#include <stdio.h>
#include <string.h>

static int all_arithmetic(const ni_index *index) {
  for (int32_t i = 0; i < index->n_nodes; i++) {
    if (index->nodes[i].leaf < 0 && !ni_is_arithmetic(index->nodes[i].aggregation)) {
      return 0;
    }
  }
  return 1;
}

static int any_over_units(const ni_plan *plan) {
  for (int32_t i = 0; i < plan->index->n_nodes; i++) {
    const int inner = plan->index->nodes[i].leaf < 0;
    if (inner &&
        (ni_is_over_units(ni_plan_aggregation(plan, i)) || (plan->weighing != NULL && plan->weighing[i] != NULL))) {
      return 1;
    }
  }
  return 0;
}

/* Means of scores on 0-100 stay there, and so do shares of the best; votes, distances and penalties need not. */
static int keeps_scale(const ni_aggregation *aggregation) {
  return ni_is_monotone(aggregation) || aggregation->method == NI_AGGREGATE_BENEFIT;
}

static int is_bounded(const ni_plan *plan) {
  int bounded = plan->chain == NULL || plan->chain->bounded;
  for (int32_t i = 0; i < plan->index->n_nodes; i++) {
    bounded &= plan->index->nodes[i].leaf >= 0 || keeps_scale(ni_plan_aggregation(plan, i));
  }
  return bounded;
}

ni_plan ni_plan_of_index(const niem_framework *framework, const ni_index *index, const ni_missing_rule *missing) {
  ni_plan plan = {.framework = framework, .index = index, .missing = missing};
  plan.plain = all_arithmetic(index);
  plan.over_units = any_over_units(&plan);
  plan.bounded = is_bounded(&plan);
  return plan;
}

/* --- the nodes of a step --- */

typedef struct planning {
  niem_scores *scores;
  ni_plan *plan;
  const ni_step *step;
  uint8_t *marks; /* of nodes */
  char where[64];
} planning;

static const char *at(planning *p, const char *key) {
  (void)snprintf(p->where, sizeof p->where, "method/steps/%d%s%s", (int)p->step->number, key[0] == '\0' ? "" : "/",
                 key);
  return p->where;
}

/* A node by name: -1 where this index has none. */
static niem_status find_node(int32_t *out, planning *p, const char *name, const char *key, niem_error *err) {
  niem_error own;
  const niem_status status = ni_find_node(out, p->plan->framework, p->plan->index, name, &own);
  if (status == NIEM_ERROR_REFERENCE) {
    *out = -1;
    return NIEM_OK;
  }
  return status == NIEM_OK ? status : ni_fail(err, status, at(p, key), "%s", own.message);
}

static niem_status mark_named(planning *p, int32_t *n, niem_error *err) {
  for (int32_t k = 0; k < p->step->nodes.n; k++) {
    int32_t node;
    const niem_status status = find_node(&node, p, p->step->nodes.names[k], "nodes", err);
    if (status != NIEM_OK) {
      return status;
    }
    if (node >= 0 && p->plan->index->nodes[node].leaf >= 0) {
      return ni_fail(err, NIEM_ERROR_REFERENCE, at(p, "nodes"), "\"%.60s\" is an indicator; it has no children",
                     p->step->nodes.names[k]);
    }
    if (node >= 0) {
      p->marks[node] = 1;
      ++*n;
    }
  }
  return NIEM_OK;
}

/* The inner nodes that a step is for: those named, those of a level, or all but composites, which keep what their own
 * scale says. */
static niem_status mark_nodes(planning *p, int32_t *n, niem_error *err) {
  const ni_index *index = p->plan->index;
  *n = 0;
  memset(p->marks, 0, (size_t)index->n_nodes);
  if (p->step->nodes.n > 0) {
    return mark_named(p, n, err);
  }
  for (int32_t i = 0; i < index->n_nodes; i++) {
    const ni_node *node = &index->nodes[i];
    const int meant = p->step->level == NULL ? node->indicator < 0 : strcmp(node->level, p->step->level) == 0;
    p->marks[i] = node->leaf < 0 && meant;
    *n += p->marks[i];
  }
  return NIEM_OK;
}

/* --- aggregate --- */

static niem_status plan_aggregation(planning *p, int32_t *n, niem_error *err) {
  const niem_status status = mark_nodes(p, n, err);
  for (int32_t i = 0; status == NIEM_OK && i < p->plan->index->n_nodes; i++) {
    if (p->marks[i]) {
      p->plan->aggregations[i] = p->step->aggregation;
    }
  }
  return status;
}

/* --- weigh --- */

/* A given weight goes over what an earlier step would have made from the data for the children of the same node. */
static void set_weight(ni_plan *plan, int32_t child, double weight) {
  const ni_node *parent = &plan->index->nodes[plan->index->nodes[child].parent];
  const int32_t place = plan->index->nodes[child].parent;
  for (int32_t k = 0; k < parent->n_children; k++) {
    if (parent->children[k] == child) {
      plan->weights[place][k] = weight;
    }
  }
  plan->weighing[place] = NULL;
  plan->made[place] = NULL;
}

static niem_status check_weights(planning *p, niem_error *err) {
  for (int32_t i = 0; i < p->plan->index->n_nodes; i++) {
    const ni_node *node = &p->plan->index->nodes[i];
    int positive = node->n_children == 0;
    for (int32_t k = 0; k < node->n_children; k++) {
      positive |= p->plan->weights[i][k] > 0;
    }
    if (!positive) {
      return ni_fail(err, NIEM_ERROR_VALUE, at(p, "weights"), "the weights of the children of \"%.60s\" are all 0",
                     node->name);
    }
  }
  return NIEM_OK;
}

static niem_status plan_given(planning *p, int32_t *n, niem_error *err) {
  *n = 0;
  for (int32_t k = 0; k < p->step->given.n; k++) {
    int32_t node;
    const char *name = p->step->given.names[k];
    niem_status status = find_node(&node, p, name, "weights", err);
    if (status != NIEM_OK) {
      return status;
    }
    if (node == 0) {
      return ni_fail(err, NIEM_ERROR_REFERENCE, at(p, "weights"), "\"%.60s\" is the top, which has no weight", name);
    }
    if (node > 0) {
      set_weight(p->plan, node, p->step->given.numbers[k]);
      ++*n;
    }
  }
  return check_weights(p, err);
}

/* Room for the report of a step about a node. */
static niem_status note_made(planning *p, int32_t place, double ratio, niem_error *err) {
  ni_weights_made *made = ni_arena_alloc(&p->scores->arena, 1, sizeof *made);
  const int32_t n = p->plan->index->nodes[place].n_children;
  if (made == NULL || (made->shares = ni_arena_alloc(&p->scores->arena, (size_t)n, sizeof *made->shares)) == NULL) {
    return ni_fail_memory(err);
  }
  made->step = p->step;
  made->ratio = ratio;
  made->report.departure = made->report.explained = ni_nan();
  made->report.reached = -1;
  for (int32_t k = 0; k < n; k++) {
    made->shares[k] = p->plan->weights[place][k];
  }
  p->plan->made[place] = made;
  return NIEM_OK;
}

/* The places of the children that the matrix has columns for: all those of one node. None (*n = 0) where they are of
 * another index. */
static niem_status find_children(int32_t *places, int32_t *n, planning *p, niem_error *err) {
  const ni_step *step = p->step;
  const ni_node *nodes = p->plan->index->nodes;
  niem_status status = NIEM_OK;
  int32_t n_found = 0;
  *n = 0;
  for (int32_t k = 0; k < step->children.n; k++) {
    NIEM_TRY(find_node(&places[k], p, step->children.names[k], "children", err));
    n_found += places[k] >= 0;
  }
  if (n_found < step->children.n) {
    return NIEM_OK;
  }
  const int32_t parent = nodes[places[0]].parent;
  for (int32_t k = 0; k < step->children.n; k++) {
    int right = parent >= 0 && nodes[places[k]].parent == parent && nodes[parent].n_children == step->children.n;
    for (int32_t before = 0; before < k; before++) {
      right &= places[before] != places[k];
    }
    if (!right) {
      return ni_fail(err, NIEM_ERROR_TREE, at(p, "children"),
                     "\"%.60s\": the children must be all those of one node, each once", step->children.names[k]);
    }
  }
  *n = step->children.n;
cleanup:
  return status;
}

/* Experts' weights of the children of one node. */
static niem_status plan_experts(planning *p, int32_t *n, niem_error *err) {
  const ni_step *step = p->step;
  const int32_t n_children = step->children.n;
  double weights[NIEM_MAX_OPTIONS * 16];
  int32_t places[NIEM_MAX_OPTIONS * 16];
  niem_status status = NIEM_OK;
  double ratio = ni_nan();
  *n = 0;
  if (n_children > (int32_t)(sizeof weights / sizeof weights[0])) {
    return ni_fail(err, NIEM_ERROR_LIMIT, at(p, "children"), "%d children; at most %d are possible", (int)n_children,
                   (int)(sizeof weights / sizeof weights[0]));
  }
  const niem_matrix matrix = {step->matrix, step->n_rows, n_children, n_children, 1};
  NIEM_TRY(step->weigh == NI_WEIGH_AHP ? niem_weights_ahp(weights, &ratio, NULL, &matrix, err)
                                       : niem_weights_budget(weights, &matrix, err));
  NIEM_TRY(find_children(places, n, p, err));
  for (int32_t k = 0; k < *n; k++) {
    set_weight(p->plan, places[k], weights[k]);
  }
  if (*n > 0) {
    NIEM_TRY(note_made(p, p->plan->index->nodes[places[0]].parent, ratio, err));
  }
  return check_weights(p, err);
cleanup:
  if (err != NULL && err->where[0] != 'm') {
    (void)snprintf(err->where, sizeof err->where, "%s", at(p, "matrix"));
  }
  return status;
}

static niem_status plan_from_data(planning *p, int32_t *n, niem_error *err) {
  niem_status status = mark_nodes(p, n, err);
  for (int32_t i = 0; status == NIEM_OK && i < p->plan->index->n_nodes; i++) {
    const ni_node *node = &p->plan->index->nodes[i];
    for (int32_t k = 0; p->marks[i] && k < node->n_children; k++) {
      p->plan->weights[i][k] = 1;
    }
    if (p->marks[i]) {
      p->plan->weighing[i] = p->step->weigh == NIEM_WEIGHTS_EQUAL ? NULL : p->step;
      NIEM_TRY(note_made(p, i, ni_nan(), err));
    }
  }
cleanup:
  return status;
}

static niem_status plan_step(planning *p, int32_t *n, niem_error *err) {
  if (p->step->kind == NI_STEP_AGGREGATE) {
    return plan_aggregation(p, n, err);
  }
  if (p->step->weigh == NI_WEIGH_GIVEN) {
    return plan_given(p, n, err);
  }
  return p->step->weigh >= NI_WEIGH_BUDGET ? plan_experts(p, n, err) : plan_from_data(p, n, err);
}

/* --- the whole --- */

static niem_status copy_tree(niem_scores *scores, ni_plan *plan, niem_error *err) {
  const ni_index *index = plan->index;
  const size_t n = (size_t)index->n_nodes;
  plan->aggregations = ni_arena_alloc(&scores->arena, n, sizeof *plan->aggregations);
  plan->weights = ni_arena_alloc(&scores->arena, n, sizeof *plan->weights);
  plan->weighing = ni_arena_alloc(&scores->arena, n, sizeof *plan->weighing);
  plan->made = ni_arena_alloc(&scores->arena, n, sizeof *plan->made);
  if (plan->aggregations == NULL || plan->weights == NULL || plan->weighing == NULL || plan->made == NULL) {
    return ni_fail_memory(err);
  }
  for (size_t i = 0; i < n; i++) {
    const ni_node *node = &index->nodes[i];
    plan->aggregations[i] = node->aggregation;
    plan->weights[i] = ni_arena_alloc(&scores->arena, (size_t)node->n_children, sizeof **plan->weights);
    if (plan->weights[i] == NULL) {
      return ni_fail_memory(err);
    }
    if (node->n_children > 0) {
      memcpy(plan->weights[i], node->weights, (size_t)node->n_children * sizeof **plan->weights);
    }
  }
  return NIEM_OK;
}

static int is_of_tree(const ni_step *step) {
  return step->kind == NI_STEP_WEIGH || step->kind == NI_STEP_AGGREGATE;
}

static niem_status plan_steps(planning *p, uint8_t *used, niem_error *err) {
  const niem_method *method = p->scores->method;
  for (int32_t k = 0; k < method->n_steps; k++) {
    const ni_step *step = &method->steps[k];
    int32_t n = 0;
    if (!is_of_tree(step) || (step->index != NULL && strcmp(step->index, p->plan->index->id) != 0)) {
      continue;
    }
    p->step = step;
    const niem_status status = plan_step(p, &n, err);
    if (status != NIEM_OK) {
      return status;
    }
    used[k] |= n > 0;
  }
  return NIEM_OK;
}

static int has_tree_steps(const niem_method *method) {
  for (int32_t k = 0; k < method->n_steps; k++) {
    if (is_of_tree(&method->steps[k])) {
      return 1;
    }
  }
  return 0;
}

niem_status ni_plan_make(niem_scores *scores, int32_t place, uint8_t *used, niem_error *err) {
  niem_status status = NIEM_OK;
  const ni_index *index = &scores->framework->indexes[place];
  ni_plan *plan = ni_arena_alloc(&scores->arena, 1, sizeof *plan);
  planning p = {.scores = scores, .plan = plan, .marks = ni_alloc((size_t)index->n_nodes, 1)};
  if (plan == NULL || p.marks == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  *plan = ni_plan_of_index(scores->framework, index, scores->method->has_missing ? &scores->method->missing : NULL);
  if (has_tree_steps(scores->method)) {
    NIEM_TRY(copy_tree(scores, plan, err));
    NIEM_TRY(plan_steps(&p, used, err));
    plan->over_units = any_over_units(plan);
    plan->plain = 0;
  }
  if (ni_method_prepares(scores->method)) {
    plan->plain = 0;
  }
  scores->indexes[place].plan = plan;
cleanup:
  ni_free(p.marks);
  return status;
}

void ni_plan_take_chain(ni_plan *plan, const ni_chain *chain) {
  plan->chain = chain;
  plan->bounded = is_bounded(plan);
}

/* The levels of the scored indexes, for a message. */
static niem_status list_levels(niem_buffer *text, const niem_scores *scores, niem_error *err) {
  for (int32_t i = 0; i < scores->framework->n_indexes; i++) {
    const ni_plan *plan = scores->indexes[i].plan;
    for (int32_t k = 0; plan != NULL && k < plan->index->n_nodes; k++) {
      const char *level = plan->index->nodes[k].level;
      int seen = plan->index->nodes[k].leaf >= 0;
      for (int32_t before = 0; before < k && !seen; before++) {
        seen = plan->index->nodes[before].leaf < 0 && strcmp(plan->index->nodes[before].level, level) == 0;
      }
      if (!seen) {
        ni_buffer_text(text, niem_buffer_size(text) == 0 ? "" : ", ");
        ni_buffer_text(text, level);
      }
    }
  }
  return ni_buffer_status(text, err);
}

static int is_meant(const ni_step *step, const ni_index *index) {
  return step->index == NULL || strcmp(step->index, index->id) == 0;
}

/* Is a name that of a node in any index that the step is for? One that is not scored now keeps its names. */
static int is_known(const niem_scores *scores, const ni_step *step, const char *name) {
  for (int32_t i = 0; i < scores->framework->n_indexes; i++) {
    const ni_index *index = &scores->framework->indexes[i];
    int32_t node;
    if (is_meant(step, index) && ni_find_node(&node, scores->framework, index, name, NULL) != NIEM_ERROR_REFERENCE) {
      return 1;
    }
  }
  return 0;
}

/* Is a step without a node for one in an index that is not scored now? Its names are known by then. */
static int is_for_another(const niem_scores *scores, const ni_step *step) {
  for (int32_t i = 0; i < scores->framework->n_indexes; i++) {
    const ni_index *index = &scores->framework->indexes[i];
    for (int32_t k = 0; scores->indexes[i].plan == NULL && is_meant(step, index) && k < index->n_nodes; k++) {
      if (index->nodes[k].leaf < 0 && (step->level == NULL || strcmp(step->level, index->nodes[k].level) == 0)) {
        return 1;
      }
    }
  }
  return 0;
}

static niem_status check_names(planning *p, const char *const *names, int32_t n, const char *key, niem_error *err) {
  for (int32_t k = 0; k < n; k++) {
    if (!is_known(p->scores, p->step, names[k])) {
      return ni_fail(err, NIEM_ERROR_REFERENCE, at(p, key),
                     "\"%.60s\" is no node of %s%.60s; the table \"nodes\" of the framework has the names", names[k],
                     p->step->index == NULL ? "any index" : "index ", p->step->index == NULL ? "" : p->step->index);
    }
  }
  return NIEM_OK;
}

static niem_status check_step(planning *p, int used, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_buffer *levels = NULL;
  if (p->step->index != NULL && ni_find_index(p->scores->framework, p->step->index) < 0) {
    return ni_fail(err, NIEM_ERROR_REFERENCE, at(p, "index"),
                   "\"%.60s\" is no index of framework %.60s; its indexes are listed by its table \"indexes\"",
                   p->step->index, p->scores->framework->id);
  }
  NIEM_TRY(check_names(p, p->step->nodes.names, p->step->nodes.n, "nodes", err));
  NIEM_TRY(check_names(p, p->step->children.names, p->step->children.n, "children", err));
  if (p->step->kind == NI_STEP_WEIGH) {
    const char *key = p->step->weigh == NI_WEIGH_GIVEN ? "weights" : "targets";
    NIEM_TRY(check_names(p, p->step->given.names, p->step->given.n, key, err));
  }
  if (used || is_for_another(p->scores, p->step)) {
    return NIEM_OK;
  }
  NIEM_TRY(ni_buffer_new(&levels, err));
  NIEM_TRY(list_levels(levels, p->scores, err));
  status = ni_fail(err, NIEM_ERROR_REFERENCE, at(p, p->step->level != NULL ? "level" : ""),
                   "step %d (%s) is for no node of the scored indexes; their levels are: %s", (int)p->step->number + 1,
                   ni_step_word(p->step->kind), niem_buffer_data(levels));
cleanup:
  niem_buffer_free(levels);
  return status;
}

niem_status ni_plan_check_used(niem_scores *scores, const uint8_t *used, niem_error *err) {
  planning p = {.scores = scores};
  niem_status status = NIEM_OK;
  for (int32_t k = 0; status == NIEM_OK && k < scores->method->n_steps; k++) {
    p.step = &scores->method->steps[k];
    status = is_of_tree(p.step) ? check_step(&p, used[k], err) : NIEM_OK;
  }
  return status;
}

niem_status ni_plan_check_bands(const ni_plan *plan, const ni_bands *bands, const char *where, niem_error *err) {
  if (bands == NULL || plan->bounded) {
    return NIEM_OK;
  }
  return ni_fail(
      err, NIEM_ERROR_UNSUPPORTED, where,
      "bands are edges on 0-100, and the scores of index \"%.60s\" need not lie there by this method (z-scores, "
      "ranks, votes and MPI leave that scale); normalise onto 0-100, or ask for no bands",
      plan->index->id);
}

niem_status ni_fail_of_cell(niem_status status, const niem_scores *scores, int64_t row, int32_t group,
                            niem_error *err) {
  const niem_answers *answers = scores->answers;
  return ni_fail_about(err, status, "%.60s %.40s %.40s", answers->units[answers->pair_unit[row]],
                       answers->rounds[answers->pair_round[row]], scores->framework->groups[group].id);
}
