/* The variables of analyses and their values. */
#include "base/platform.h"

#include "analysis/variables.h"

#include <string.h>

niem_status ni_analysis_begin(ni_analysis *a, niem_table **out, const niem_scores *scores, const niem_query *query,
                              niem_error *err) {
  memset(a, 0, sizeof *a);
  a->step = NIEM_STEP_NONE;
  return ni_compare_begin(&a->c, out, scores, query, NULL, 0, err);
}

void ni_analysis_end(ni_analysis *a) {
  ni_staged_free(&a->staged);
  ni_compare_end(&a->c);
}

/* --- which --- */

ni_variable ni_variable_of_node(const ni_analysis *a, int32_t node) {
  const ni_node *own = &a->c.index->nodes[node];
  const ni_variable variable = {own->name, node, own->leaf};
  return variable;
}

static void add_variable(ni_analysis *a, ni_variable variable) {
  a->variables[a->n_variables++] = variable;
}

/* Leaves below any of the selected nodes, each once, in the order of the index. */
static void add_leaves(ni_analysis *a) {
  const ni_index *index = a->c.index;
  for (int32_t i = 0; i < index->n_nodes; i++) {
    int below = 0;
    for (int32_t k = 0; k < a->c.selection.n_nodes && !below; k++) {
      const int32_t node = a->c.selection.nodes[k];
      below = i == node || ni_is_within(index, node, i);
    }
    if (below && index->nodes[i].leaf >= 0) {
      add_variable(a, ni_variable_of_node(a, i));
    }
  }
}

static int is_leaf_of(const ni_index *index, int32_t indicator) {
  for (int32_t i = 0; i < index->n_nodes; i++) {
    if (index->nodes[i].leaf == indicator) {
      return 1;
    }
  }
  return 0;
}

/* Indicators of no scored index: those that have a column of the panel. */
static void add_loose(ni_analysis *a) {
  const niem_framework *framework = a->c.framework;
  for (int32_t i = 0; i < framework->n_indicators; i++) {
    int of_index = a->staged.chain->column_of[i] < 0;
    for (int32_t k = 0; k < framework->n_indexes && !of_index; k++) {
      of_index = a->c.scores->indexes[k].scored && is_leaf_of(&framework->indexes[k], i);
    }
    if (!of_index) {
      const ni_variable variable = {framework->indicators[i].id, -1, i};
      add_variable(a, variable);
    }
  }
}

niem_status ni_analysis_select(ni_analysis *a, int32_t step, int flags, niem_error *err) {
  niem_status status = NIEM_OK;
  const int loose = (flags & NI_LOOSE_INDICATORS) != 0 && a->c.query.node == NULL && a->c.query.level == NULL;
  a->step = step;
  NIEM_TRY(ni_compare_select(&a->c, flags & ~NI_LOOSE_INDICATORS, err));
  const int64_t room = (int64_t)a->c.index->n_nodes + a->c.framework->n_indicators;
  NIEM_TRY(ni_compare_alloc(&a->variables, &a->c, room, sizeof *a->variables, err));
  if (step == NIEM_STEP_NONE) {
    for (int32_t k = 0; k < a->c.selection.n_nodes; k++) {
      add_variable(a, ni_variable_of_node(a, a->c.selection.nodes[k]));
    }
    return NIEM_OK;
  }
  NIEM_TRY(ni_chain_stage(&a->staged, a->c.scores, step, err));
  add_leaves(a);
  if (loose) {
    add_loose(a);
  }
cleanup:
  return status;
}

/* --- what they have --- */

/* The panel that the leaves stand in; NULL: as their scales score them. */
static const ni_chain *panel_of(const ni_analysis *a) {
  return a->staged.chain != NULL ? a->staged.chain : a->c.scores->chain;
}

int ni_analysis_screened(const ni_analysis *a, int64_t row, int32_t group) {
  const ni_chain *chain = panel_of(a);
  return chain != NULL && chain->screened != NULL && chain->screened[row * a->c.framework->n_own_groups + group];
}

/* A number that no step touches: as it was answered. */
static ni_leaf raw_leaf(const ni_analysis *a, int64_t row, int32_t group, int32_t indicator) {
  ni_leaf leaf = ni_scores_leaf(a->c.scores, row, group, indicator);
  if (leaf.state == NIEM_ANSWERED && a->c.framework->indicators[indicator].scale.kind == NI_NUMERIC) {
    leaf.score = ni_dd_from(ni_scores_answer(a->c.scores, row, group, indicator).number);
  }
  return leaf;
}

ni_leaf ni_analysis_leaf(const ni_analysis *a, int64_t row, int32_t group, int32_t indicator) {
  const ni_chain *chain = a->staged.chain;
  const int32_t column = chain == NULL ? -1 : chain->column_of[indicator];
  if (column < 0) {
    return chain == NULL ? ni_scores_leaf(a->c.scores, row, group, indicator) : raw_leaf(a, row, group, indicator);
  }
  const int64_t at = column * chain->n_cells + row * a->c.framework->n_own_groups + group;
  const ni_leaf leaf = {ni_dd_make(chain->hi[at], chain->lo[at]), chain->state[at], -1, chain->imputed[at]};
  return leaf;
}

/* The value of an indicator for a group of its own, as one node's; none for a unit that was left out. */
static ni_node_value own_value(const ni_analysis *a, int64_t row, int32_t group, int32_t indicator) {
  static const ni_ends none = {0, 0}; /* bounds are not asked for */
  ni_leaf leaf = ni_analysis_leaf(a, row, group, indicator);
  if (ni_analysis_screened(a, row, group) && ni_leaf_has_score(&leaf)) {
    leaf.state = NIEM_MISSING;
    leaf.imputed = 0;
  }
  return ni_leaf_value(&leaf, none);
}

static ni_score indicator_value(const ni_analysis *a, int64_t row, int32_t group, int32_t indicator) {
  const ni_group *own = &a->c.framework->groups[group];
  ni_node_value members[NIEM_MAX_GROUPS];
  if (own->n_members == 0) {
    members[0] = own_value(a, row, group, indicator);
    return ni_publish(&members[0]);
  }
  for (int32_t k = 0; k < own->n_members; k++) {
    members[k] = own_value(a, row, own->members[k], indicator);
  }
  const ni_node_value merged = ni_merge_leaves(own, members);
  return ni_publish(&merged);
}

int32_t ni_variable_value(double *value, const ni_analysis *a, const ni_variable *variable, int64_t row,
                          int32_t group) {
  const ni_score score = variable->indicator >= 0
                             ? indicator_value(a, row, group, variable->indicator)
                             : ni_scores_at(a->c.scores, a->c.selection.index, variable->node, row, group);
  *value = score.value;
  return score.state == NI_HAS_VALUE && ni_is_nan(score.value) ? NI_NO_VALUE : score.state;
}

int32_t ni_analysis_stage(const ni_analysis *a, int32_t indicator) {
  const ni_chain *chain = a->staged.chain;
  const int32_t column = chain == NULL ? -1 : chain->column_of[indicator];
  return column < 0 ? NI_STAGE_SCORES : chain->stage[column];
}

int32_t ni_variable_direction(const ni_analysis *a, const ni_variable *variable) {
  if (variable->node < 0) {
    return 0;
  }
  const int is_score = variable->indicator < 0 || ni_analysis_stage(a, variable->indicator) == NI_STAGE_SCORES;
  return is_score ? 1 : a->c.framework->indicators[variable->indicator].scale.direction;
}
