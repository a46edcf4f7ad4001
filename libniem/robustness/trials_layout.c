/* Which nodes, answers and gaps each input is about, and what its numbers mean. */
#include "base/platform.h"

#include "base/fail.h"
#include "base/math.h"
#include "base/number.h"
#include "robustness/trials.h"
#include "scoring/preparing.h"

#include <string.h>

/* ---- nodes */

static niem_status find_named(uint8_t *marks, const ni_trials *t, int32_t k, niem_error *err) {
  const ni_input *input = &t->inputs.inputs[k];
  for (int32_t i = 0; i < input->nodes.n; i++) {
    int32_t node;
    niem_error own;
    const niem_status status = ni_find_node(&node, t->nominal->framework, t->index, input->nodes.names[i], &own);
    if (status != NIEM_OK) {
      return ni_input_fail(&t->inputs, k, "nodes", status, err, "%s", own.message);
    }
    if (node == 0) {
      return ni_input_fail(&t->inputs, k, "nodes", NIEM_ERROR_REFERENCE, err, "\"%.60s\" is the top of the index",
                           input->nodes.names[i]);
    }
    marks[node] = 1;
  }
  return NIEM_OK;
}

/* Nodes below the top: those named, those of a level, or all. What is left out unless said otherwise: indicators. */
static niem_status mark_nodes(uint8_t *marks, const ni_trials *t, int32_t k, niem_error *err) {
  const ni_input *input = &t->inputs.inputs[k];
  const char *level = input->level == NULL && input->kind == NI_INPUT_LEFT_OUT ? "indicator" : input->level;
  int32_t n = 0;
  if (input->nodes.n > 0) {
    return find_named(marks, t, k, err);
  }
  for (int32_t i = 1; i < t->index->n_nodes; i++) {
    marks[i] = level == NULL || strcmp(t->index->nodes[i].level, level) == 0;
    n += marks[i];
  }
  return n > 0 ? NIEM_OK
               : ni_input_fail(&t->inputs, k, input->level == NULL ? "" : "level", NIEM_ERROR_REFERENCE, err,
                               "index \"%.60s\" has no nodes of level \"%.60s\" below its top; the framework's table "
                               "\"nodes\" has the levels",
                               t->index->id, level == NULL ? "" : level);
}

static niem_status lay_out_nodes(ni_trials *t, int32_t k, niem_error *err) {
  ni_layout *layout = &t->layouts[k];
  const ni_input *input = &t->inputs.inputs[k];
  uint8_t *marks = ni_arena_alloc(&t->arena, (size_t)t->index->n_nodes, 1);
  layout->nodes = ni_arena_alloc(&t->arena, (size_t)t->index->n_nodes, sizeof *layout->nodes);
  if (marks == NULL || layout->nodes == NULL) {
    return ni_fail_memory(err);
  }
  niem_status status = mark_nodes(marks, t, k, err);
  for (int32_t i = 1; i < t->index->n_nodes && status == NIEM_OK; i++) {
    if (marks[i]) {
      layout->nodes[layout->n_nodes++] = i;
    }
  }
  NIEM_TRY(status);
  layout->siblings = ni_arena_alloc(&t->arena, (size_t)layout->n_nodes, sizeof *layout->siblings);
  NIEM_TRY(layout->siblings == NULL ? ni_fail_memory(err) : NIEM_OK);
  for (int32_t j = 0; j < layout->n_nodes; j++) {
    while (t->index->nodes[layout->nodes[layout->siblings[j]]].parent != t->index->nodes[layout->nodes[j]].parent) {
      layout->siblings[j]++;
    }
  }
  const int one = input->kind == NI_INPUT_LEFT_OUT && input->draw == NI_LEFT_OUT_ONE;
  layout->n = one ? 1 : layout->n_nodes;
  t->leaves_out |= input->kind == NI_INPUT_LEFT_OUT;
cleanup:
  return status;
}

/* ---- leaves */

static niem_status mark_indicators(uint8_t *marks, const ni_trials *t, int32_t k, niem_error *err) {
  const ni_input *input = &t->inputs.inputs[k];
  const niem_framework *framework = t->nominal->framework;
  for (int32_t i = 0; i < t->index->n_nodes; i++) {
    if (t->index->nodes[i].leaf >= 0) {
      marks[t->index->nodes[i].leaf] = input->indicators.n == 0;
    }
  }
  for (int32_t i = 0; i < input->indicators.n; i++) {
    const int32_t indicator = ni_find_indicator(framework, input->indicators.names[i], NULL);
    if (indicator < 0 || t->loaded->chain->column_of[indicator] < 0) {
      return ni_input_fail(&t->inputs, k, "indicators", NIEM_ERROR_REFERENCE, err,
                           "\"%.60s\" is no indicator of index \"%.60s\" with answers of its own",
                           input->indicators.names[i], t->index->id);
    }
    marks[indicator] = 1;
  }
  return NIEM_OK;
}

/* Can a gap of an indicator be drawn as the input says? */
static niem_status check_gaps(const ni_trials *t, int32_t k, int32_t indicator, niem_error *err) {
  const ni_scale *scale = &t->nominal->framework->indicators[indicator].scale;
  if (t->inputs.inputs[k].draw != NI_GAPS_OBSERVED && scale->kind == NI_NUMERIC && ni_is_nan(scale->worst)) {
    return ni_input_fail(
        &t->inputs, k, "draw", NIEM_ERROR_UNSUPPORTED, err,
        "numeric indicator %.60s has no goalposts between which a gap could be drawn; draw \"observed\""
        ", or name the \"indicators\"",
        t->nominal->framework->indicators[indicator].id);
  }
  return NIEM_OK;
}

static void find_neighbours(ni_leaf_draw *draw, const ni_scale *scale, int64_t option) {
  draw->lower = draw->higher = ni_dd_from(ni_nan());
  if (scale->points == NULL) {
    return;
  }
  if (option > 0) {
    draw->lower = ni_scale_option_score(scale, (int32_t)option - 1);
  }
  if (option + 1 < scale->n_options) {
    draw->higher = ni_scale_option_score(scale, (int32_t)option + 1);
  }
}

/* Is something drawn of a leaf? Of gaps those that apply; of answers options that have neighbours, and numbers. */
static int is_drawn(const ni_trials *t, const ni_input *input, int32_t indicator, const ni_leaf *leaf) {
  const ni_scale *scale = &t->nominal->framework->indicators[indicator].scale;
  if (input->kind == NI_INPUT_GAPS) {
    return leaf->state != NIEM_ANSWERED && leaf->state != NIEM_NOT_APPLICABLE &&
           (input->draw != NI_GAPS_OBSERVED || t->pools[indicator].n > 0);
  }
  return leaf->state == NIEM_ANSWERED &&
         (scale->kind == NI_NUMERIC ? input->noise > 0 : scale->points != NULL && input->probability > 0);
}

static void add_leaves(ni_trials *t, int32_t k, const uint8_t *marks, const ni_leaf *leaves, int64_t row, int32_t group,
                       int count_only) {
  ni_layout *layout = &t->layouts[k];
  const niem_framework *framework = t->nominal->framework;
  for (int32_t i = 0; i < framework->n_indicators; i++) {
    const int gap = leaves[i].state != NIEM_ANSWERED && leaves[i].state != NIEM_NOT_APPLICABLE;
    if (!marks[i] || !is_drawn(t, &t->inputs.inputs[k], i, &leaves[i])) {
      t->n_without_pool += !count_only && marks[i] && gap && t->inputs.inputs[k].kind == NI_INPUT_GAPS;
      continue;
    }
    if (!count_only) {
      ni_leaf_draw *draw = &layout->leaves[layout->n];
      draw->indicator = i;
      draw->cell = row * framework->n_own_groups + group;
      if (t->inputs.inputs[k].kind == NI_INPUT_ANSWERS) {
        find_neighbours(draw, &framework->indicators[i].scale, ni_scores_answer(t->nominal, row, group, i).option);
      }
    }
    layout->n++;
  }
}

/* Leaves as answered, before any step: `settled` has no chain. */
static void walk_leaves(ni_trials *t, int32_t k, const uint8_t *marks, ni_leaf *room, int count_only) {
  niem_scores as_answered = *t->nominal;
  as_answered.chain = NULL;
  t->layouts[k].n = 0;
  for (int64_t row = 0; row < t->nominal->n_rows; row++) {
    for (int32_t g = 0; g < t->nominal->framework->n_own_groups; g++) {
      ni_scores_leaves(&as_answered, row, g, room);
      add_leaves(t, k, marks, room, row, g, count_only);
    }
  }
}

static niem_status lay_out_leaves(ni_trials *t, int32_t k, niem_error *err) {
  const niem_framework *framework = t->nominal->framework;
  ni_layout *layout = &t->layouts[k];
  niem_status status = NIEM_OK;
  uint8_t *marks = ni_arena_alloc(&t->arena, (size_t)framework->n_indicators, 1);
  ni_leaf *room = ni_arena_alloc(&t->arena, (size_t)framework->n_indicators, sizeof *room);
  if (marks == NULL || room == NULL) {
    return ni_fail_memory(err);
  }
  NIEM_TRY(mark_indicators(marks, t, k, err));
  for (int32_t i = 0; i < framework->n_indicators && t->inputs.inputs[k].kind == NI_INPUT_GAPS; i++) {
    NIEM_TRY(marks[i] ? check_gaps(t, k, i, err) : NIEM_OK);
  }
  walk_leaves(t, k, marks, room, 1);
  layout->leaves = ni_arena_alloc(&t->arena, (size_t)layout->n, sizeof *layout->leaves);
  if (layout->leaves == NULL) {
    return ni_fail_memory(err);
  }
  walk_leaves(t, k, marks, room, 0);
  t->has_leaves |= layout->n > 0;
cleanup:
  return status;
}

/* ---- answers that were observed, as they are loaded */

static void count_observed(ni_trials *t, const ni_chain *chain, int count_only) {
  for (int32_t column = 0; column < chain->n_columns; column++) {
    ni_pool *pool = &t->pools[chain->indicators[column]];
    pool->n = 0;
    for (int64_t cell = 0; cell < chain->n_cells; cell++) {
      const int64_t at = column * chain->n_cells + cell;
      if (chain->state[at] == NIEM_ANSWERED && !ni_is_nan(chain->hi[at])) {
        if (!count_only) {
          pool->values[pool->n] = ni_dd_make(chain->hi[at], chain->lo[at]);
        }
        pool->n++;
      }
    }
  }
}

typedef struct observing {
  ni_trials *trials;
} observing;

static void observe(ni_chain *chain, const uint8_t *stage, const void *context) {
  const observing *o = context;
  ni_trials *t = o->trials;
  (void)stage;
  count_observed(t, chain, 1);
  for (int32_t column = 0; column < chain->n_columns; column++) {
    ni_pool *pool = &t->pools[chain->indicators[column]];
    pool->values = ni_arena_alloc(&t->arena, (size_t)pool->n, sizeof *pool->values);
    if (pool->values == NULL) {
      t->pooled = -1;
      return;
    }
  }
  count_observed(t, chain, 0);
  t->pooled = 1;
}

static niem_status make_pools(ni_trials *t, niem_error *err) {
  niem_scores again = *t->loaded;
  const observing o = {t};
  const ni_leaf_changes changes = {observe, &o};
  t->pools = ni_arena_alloc(&t->arena, (size_t)t->nominal->framework->n_indicators, sizeof *t->pools);
  if (t->pools == NULL) {
    return ni_fail_memory(err);
  }
  again.chain = NULL;
  const niem_status status = ni_chain_make(&again, &changes, err);
  ni_chain_free(again.chain);
  return status != NIEM_OK ? status : t->pooled < 0 ? ni_fail_memory(err) : NIEM_OK;
}

niem_status ni_trials_lay_out(ni_trials *t, niem_error *err) {
  niem_status status = NIEM_OK;
  t->layouts = ni_arena_alloc(&t->arena, (size_t)t->inputs.n, sizeof *t->layouts);
  if (t->layouts == NULL) {
    return ni_fail_memory(err);
  }
  for (int32_t k = 0; k < t->inputs.n; k++) {
    const ni_input *input = &t->inputs.inputs[k];
    if (input->kind == NI_INPUT_WEIGHTS || input->kind == NI_INPUT_LEFT_OUT) {
      NIEM_TRY(lay_out_nodes(t, k, err));
    } else if (input->kind == NI_INPUT_CHOICE || input->kind == NI_INPUT_PARAMETER) {
      t->layouts[k].n = 1;
      t->has_parameters |= input->kind == NI_INPUT_PARAMETER;
    } else {
      if (input->kind == NI_INPUT_GAPS && input->draw == NI_GAPS_OBSERVED && t->pools == NULL) {
        NIEM_TRY(make_pools(t, err));
      }
      NIEM_TRY(lay_out_leaves(t, k, err));
    }
    t->n_numbers += t->layouts[k].n;
  }
cleanup:
  return status;
}

/* ---- what numbers mean */

ni_edit ni_draw_edit(const ni_input *input, double u) {
  ni_edit edit = {-1, ni_nan()};
  if (input->kind == NI_INPUT_CHOICE) {
    edit.alternative = 0;
    while (edit.alternative < input->n_values - 1 && u >= input->upto[edit.alternative]) {
      edit.alternative++;
    }
  } else if (input->kind == NI_INPUT_PARAMETER && input->whole) {
    const double span = input->high - input->low + 1;
    const double step = (double)(int64_t)(u * span);
    edit.number = input->low + (step < span ? step : span - 1);
  } else if (input->kind == NI_INPUT_PARAMETER) {
    edit.number = input->low + u * (input->high - input->low);
  }
  return edit;
}

double ni_draw_noise(const ni_input *input, double u) {
  return 1 + input->share * (2 * u - 1);
}

int32_t ni_draw_left_out(const ni_input *input, const ni_layout *layout, double u) {
  if (!(u < input->probability)) {
    return -1;
  }
  const int32_t k = (int32_t)(u / input->probability * layout->n_nodes);
  return layout->nodes[k < layout->n_nodes ? k : layout->n_nodes - 1];
}

/* The drawn children of each node share among them the weight that they had, uniformly on the simplex: exponentials
 * over their sum (L. Devroye, Non-Uniform Random Variate Generation, 1986, V.2). Siblings need not stand side by side
 * among an input's nodes. */
void ni_draw_simplex(double *weights, const ni_trials *t, int32_t k, const double *numbers) {
  const ni_layout *layout = &t->layouts[k];
  for (int32_t j = 0; j < layout->n_nodes; j++) {
    double whole = 0, sum = 0;
    for (int32_t i = j; layout->siblings[j] == j && i < layout->n_nodes; i++) {
      double *own = &weights[(int64_t)layout->nodes[i] * NI_TRIAL_LANES];
      if (layout->siblings[i] == j) {
        whole += *own;
        *own = -ni_log(numbers[(int64_t)i * NI_TRIAL_LANES]);
        sum += *own;
      }
    }
    for (int32_t i = j; layout->siblings[j] == j && i < layout->n_nodes; i++) {
      double *own = &weights[(int64_t)layout->nodes[i] * NI_TRIAL_LANES];
      *own = layout->siblings[i] == j ? *own / sum * whole : *own;
    }
  }
}

static ni_dd nth_score(const ni_scale *scale, double u) {
  if (scale->points != NULL) {
    const int32_t option = (int32_t)(u * scale->n_options);
    return ni_scale_option_score(scale, option < scale->n_options ? option : scale->n_options - 1);
  }
  const int32_t items = (int32_t)(u * (scale->n_options + 1));
  const int32_t ticked = items < scale->n_options ? items : scale->n_options;
  return ni_scale_items_score(scale, ticked == 64 ? ~(uint64_t)0 : ((uint64_t)1 << ticked) - 1);
}

static ni_dd draw_gap(const ni_trials *t, const ni_input *input, int32_t indicator, int stage, double u) {
  const ni_scale *scale = &t->nominal->framework->indicators[indicator].scale;
  if (input->draw == NI_GAPS_OBSERVED) {
    const ni_pool *pool = &t->pools[indicator];
    const int64_t k = (int64_t)(u * (double)pool->n);
    return pool->values[k < pool->n ? k : pool->n - 1];
  }
  if (stage != NI_STAGE_SCORES) { /* a number between the goalposts */
    return ni_dd_from(scale->worst + u * (scale->best - scale->worst));
  }
  return input->draw == NI_GAPS_OPTIONS ? nth_score(scale, u)
                                        : ni_dd_from(scale->least + u * (scale->most - scale->least));
}

/* A number in doubt stays within what may be entered, and within goalposts that are not to be passed. */
static double draw_number(const ni_scale *scale, double own, double noise, double u) {
  const double drawn = own * (1 + noise * (2 * u - 1));
  double low = scale->minimum, high = scale->maximum;
  if (!ni_is_nan(scale->worst) && !scale->clamp) {
    const double from = scale->worst < scale->best ? scale->worst : scale->best;
    const double to = scale->worst < scale->best ? scale->best : scale->worst;
    low = from > low ? from : low;
    high = to < high ? to : high;
  }
  return drawn < low ? low : drawn > high ? high : drawn;
}

int ni_draw_leaf(ni_dd *out, const ni_trials *t, int32_t k, const ni_leaf_draw *leaf, int stage, ni_dd own, double u) {
  const ni_input *input = &t->inputs.inputs[k];
  const ni_scale *scale = &t->nominal->framework->indicators[leaf->indicator].scale;
  if (input->kind == NI_INPUT_GAPS) {
    *out = draw_gap(t, input, leaf->indicator, stage, u);
    return 1;
  }
  if (scale->kind == NI_NUMERIC) {
    *out = ni_dd_from(draw_number(scale, own.hi, input->noise, u));
    return 1;
  }
  const int has_lower = !ni_dd_is_nan(leaf->lower);
  const int has_higher = !ni_dd_is_nan(leaf->higher);
  if (!(u < input->probability) || (!has_lower && !has_higher)) {
    return 0;
  }
  const int lower = has_lower && (!has_higher || u < input->probability / 2);
  *out = lower ? leaf->lower : leaf->higher;
  return 1;
}

/* A gap that is drawn has a score and is no evidence: in coverage it stays a gap. */
void ni_draw_leaves(ni_chain *chain, const uint8_t *stage, const void *context) {
  const ni_drawn *d = context;
  const ni_trials *t = d->trials;
  for (int32_t k = 0; k < t->inputs.n; k++) {
    const int gaps = t->inputs.inputs[k].kind == NI_INPUT_GAPS;
    for (int32_t j = 0; t->layouts[k].leaves != NULL && j < t->layouts[k].n; j++) {
      const ni_leaf_draw *leaf = &t->layouts[k].leaves[j];
      const int32_t column = chain->column_of[leaf->indicator];
      const int64_t at = column < 0 ? 0 : column * chain->n_cells + leaf->cell;
      const int answered = column >= 0 && chain->state[at] == NIEM_ANSWERED;
      const int is_gap = column >= 0 && !answered && chain->state[at] != NIEM_NOT_APPLICABLE;
      ni_dd value;
      if ((gaps ? is_gap : answered) &&
          ni_draw_leaf(&value, t, k, leaf, stage[column], ni_dd_make(chain->hi[at], chain->lo[at]),
                       d->numbers[k][(int64_t)j * NI_TRIAL_LANES + d->lane])) {
        chain->hi[at] = value.hi;
        chain->lo[at] = value.lo;
        chain->imputed[at] = (uint8_t)gaps;
      }
    }
  }
}
