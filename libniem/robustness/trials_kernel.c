/* Trees of weighted means under many weights at once, in plain doubles: a lane is a replicate, never a term of a sum,
 * so that the bits do not depend on how many lanes a processor has. Leaves are prepared once and are the same for all
 * replicates; what is left out has weight 0, and so has what loses all that is below it.
 *
 * For a node in a cell with children c of weight w, over those that apply (A) and those of them with a value (V), by
 * the rules of scoring/tree_lanes.h: sum_V w x / sum_V w, or over sum_A w (rule "zero"), or none (rule "strict" unless
 * V = A; coverage below its threshold). Where V = A and all of it is answered, the shares w / sum w are made once and
 * serve all cells. */
#include "base/platform.h"

#include "base/fail.h"
#include "base/math.h"
#include "base/number.h"
#include "model/aggregation.h"
#include "robustness/trials.h"
#include "scoring/chain.h"
#include "scoring/preparing.h"

#include <math.h>
#include <string.h>

enum { LANES = NI_TRIAL_LANES };
enum { HAS = 1, APPLIES = 2, ANSWERED = 4, DRAWN = 8 }; /* DRAWN: a gap that has a score in each replicate */

/* Coverage is a ratio of sums, compared with its threshold in plain doubles. */
#define COVERAGE_SLACK 1e-12

/* Where the values that are asked for come from: leaves of a row for a group of its own, those of a merge over common
 * indicators masked by it. */
typedef struct cell {
  int64_t place; /* row x groups of their own */
  int64_t row;
  int32_t merge; /* whose mask; -1 */
} cell;

/* A group of the selection in a row: one cell, or those of a merge. */
typedef struct view {
  int32_t n, first; /* cells [first, first + n) */
  const double *weights;
} view;

typedef struct ni_cells {
  int32_t n;
  cell *cells;
  view *views;   /* by value: of its row and group */
  int32_t whole; /* nodes that are asked for are all inner ones */
} ni_cells;

/* What a node's mean is taken of: values, their logarithms or their reciprocals. */
enum { OF_VALUES, OF_LOGARITHMS, OF_RECIPROCALS };
typedef struct mean_kind {
  int32_t of;
  double offset;
} mean_kind;

/* Values that a mean of positive ones is given lie above 0 by this much, so that rounding takes none below. */
#define LEAST_POSITIVE 1e-9

/* A leaf of which something is drawn, as it is loaded; the same for all inputs that draw of it. */
typedef struct drawn_leaf {
  int32_t indicator;
  int32_t stage; /* NI_STAGE_POSTS: a number, else a score */
  int32_t is_gap;
  double own; /* 0 for a gap */
} drawn_leaf;

/* What is drawn of a leaf goes over what its node has of it. */
typedef struct over {
  int32_t leaf;  /* place among the drawn ones */
  int32_t child; /* its place among the node's children */
} over;

struct ni_program {
  int32_t n_drawn;
  drawn_leaf *drawn;
  int32_t *drawn_of;  /* by draw, input after input: place among the drawn leaves; -1: nothing to draw of here */
  int32_t *leaf_map;  /* by indicator and place of a cell: the same */
  int32_t *over_from; /* by inner node and cell, and one more: where its overs begin */
  over *overs;
  mean_kind *means; /* by inner node */
  double *least;    /* by inner node and cell: nothing that it is ever given is less */
  double *weights;  /* by node: its own, as the method has it */
  double *x; /* leaves as their node's mean takes them, child by child: [first[inner] * n_cells + cell * n_leaves[inner]
                + k] */
  uint8_t *flags; /* of the same */
  uint8_t *plain; /* by inner node and cell: all that is below applies and is answered */
  uint8_t *none;  /* by cell: screened out */
  int32_t *first, *n_leaves;
  int32_t *places; /* of a node's leaf children, then of the inner ones: [start[inner] + k] */
  int32_t *start;
  const ni_missing_rule **rules;
};

/* ---- the cells */

static int32_t count_members(const ni_group *group) {
  return group->n_members > 0 ? group->n_members : 1;
}

/* The view of a value's row and group: found among those made before it, or new. */
static void make_view(ni_cells *c, const ni_trials *t, int32_t contest, int32_t value) {
  const ni_contest *own = &t->contests[contest];
  const ni_group *group = &t->nominal->framework->groups[own->group];
  view *out = &c->views[value];
  const int32_t before = contest % (t->n_contests / t->selection.n_nodes);
  if (before != contest) { /* the first node has made it */
    *out = c->views[t->contests[before].first + (value - own->first)];
    return;
  }
  out->first = c->n;
  out->n = count_members(group);
  out->weights = group->n_members > 0 ? group->weights : NULL;
  for (int32_t k = 0; k < out->n; k++) {
    cell *one = &c->cells[c->n++];
    one->row = t->rows[value];
    one->place =
        one->row * t->nominal->framework->n_own_groups + (group->n_members > 0 ? group->members[k] : own->group);
    one->merge = group->n_members > 0 && group->common ? own->group : -1;
  }
}

niem_status ni_cells_make(ni_trials *t, niem_error *err) {
  ni_cells *c = ni_arena_alloc(&t->arena, 1, sizeof *c);
  size_t most = 0;
  for (int32_t k = 0; k < t->n_contests; k++) {
    most += (size_t)t->contests[k].n * (size_t)count_members(&t->nominal->framework->groups[t->contests[k].group]);
  }
  if (c == NULL || (c->cells = ni_arena_alloc(&t->arena, most, sizeof *c->cells)) == NULL ||
      (c->views = ni_arena_alloc(&t->arena, (size_t)t->n_values, sizeof *c->views)) == NULL) {
    return ni_fail_memory(err);
  }
  c->whole = 1;
  for (int32_t k = 0; k < t->n_contests; k++) {
    c->whole &= t->index->nodes[t->contests[k].node].leaf < 0;
    for (int32_t i = 0; i < t->contests[k].n; i++) {
      make_view(c, t, k, t->contests[k].first + i);
    }
  }
  t->cells = c;
  return NIEM_OK;
}

/* ---- the program of a variant */

static mean_kind kind_of(const ni_aggregation *aggregation) {
  const mean_kind plain = {OF_VALUES, 0};
  if (ni_is_arithmetic(aggregation)) {
    return plain;
  }
  const mean_kind other = {aggregation->method == NIEM_AGGREGATE_GEOMETRIC ? OF_LOGARITHMS : OF_RECIPROCALS,
                           aggregation->options.offset};
  return other;
}

static int is_mean(const ni_aggregation *aggregation) {
  return ni_is_arithmetic(aggregation) || aggregation->method == NIEM_AGGREGATE_GEOMETRIC ||
         aggregation->method == NIEM_AGGREGATE_HARMONIC;
}

static double into_mean(const mean_kind *mean, double x) {
  return mean->of == OF_LOGARITHMS ? ni_log(x + mean->offset) : mean->of == OF_RECIPROCALS ? 1 / (x + mean->offset) : x;
}

static double out_of_mean(const mean_kind *mean, double x) {
  return mean->of == OF_LOGARITHMS ? ni_exp(x) - mean->offset : mean->of == OF_RECIPROCALS ? 1 / x - mean->offset : x;
}

/* Weighted means of given weights above 0. Those that are made from the data hang on the scores of each replicate. */
static int is_suited(const ni_trials *t, const ni_plan *plan, const double *weights, int prepares) {
  int suited = t->cells->whole && !t->has_parameters && (!t->has_leaves || !prepares);
  for (int32_t i = 0; i < plan->index->n_nodes && suited; i++) {
    const int made = plan->weighing != NULL && plan->weighing[i] != NULL;
    suited = (plan->index->nodes[i].leaf >= 0 || is_mean(ni_plan_aggregation(plan, i))) && !made &&
             (i == 0 || weights[i] > 0);
  }
  return suited;
}

static void copy_weights(double *weights, const ni_plan *plan) {
  for (int32_t i = 0; i < plan->index->n_nodes; i++) {
    const ni_node *node = &plan->index->nodes[i];
    for (int32_t k = 0; k < node->n_children; k++) {
      weights[node->children[k]] = ni_plan_weights(plan, i)[k];
    }
  }
}

static int make_room(struct ni_program *p, const ni_trials *t) {
  const ni_index *index = t->index;
  const size_t n_nodes = (size_t)index->n_nodes;
  const size_t n_inner = (size_t)index->n_inner;
  const size_t n_cells = (size_t)t->cells->n;
  p->means = ni_alloc(n_inner, sizeof *p->means);
  p->least = ni_alloc(n_inner * n_cells, sizeof *p->least);
  p->x = ni_alloc_zero((size_t)index->n_leaves * n_cells, sizeof *p->x);
  p->flags = ni_alloc_zero((size_t)index->n_leaves * n_cells, 1);
  p->plain = ni_alloc_zero(n_inner * n_cells, 1);
  p->none = ni_alloc_zero(n_cells, 1);
  p->first = ni_alloc(n_inner, sizeof *p->first);
  p->n_leaves = ni_alloc_zero(n_inner, sizeof *p->n_leaves);
  p->places = ni_alloc(n_nodes, sizeof *p->places);
  p->start = ni_alloc(n_inner, sizeof *p->start);
  p->rules = ni_alloc(n_inner, sizeof *p->rules);
  return p->means != NULL && p->least != NULL && p->x != NULL && p->flags != NULL && p->plain != NULL &&
         p->none != NULL && p->first != NULL && p->n_leaves != NULL && p->places != NULL && p->start != NULL &&
         p->rules != NULL;
}

/* A node's leaves stand before its inner children. */
static void order_children(struct ni_program *p, const ni_trials *t, const ni_plan *plan) {
  const ni_index *index = t->index;
  int32_t at = 0, leaves = 0;
  for (int32_t inner = 0; inner < index->n_inner; inner++) {
    const ni_node *node = &index->nodes[index->inner[inner]];
    p->start[inner] = at;
    p->first[inner] = leaves;
    p->rules[inner] = ni_plan_rule(plan, index->inner[inner]);
    p->means[inner] = kind_of(ni_plan_aggregation(plan, index->inner[inner]));
    for (int pass = 0; pass < 2; pass++) {
      for (int32_t k = 0; k < node->n_children; k++) {
        if ((index->nodes[node->children[k]].leaf >= 0) == (pass == 0)) {
          p->places[at++] = node->children[k];
          p->n_leaves[inner] += pass == 0;
        }
      }
    }
    leaves += p->n_leaves[inner];
  }
}

/* Does a merge over common indicators leave this one out, as ni_keep_common does? */
static int is_masked(const ni_trials *t, const ni_chain *chain, const cell *c, int32_t column) {
  const niem_framework *framework = t->nominal->framework;
  if (c->merge < 0) {
    return 0;
  }
  const ni_group *merge = &framework->groups[c->merge];
  for (int32_t k = 0; k < merge->n_members; k++) {
    const int64_t place = c->row * framework->n_own_groups + merge->members[k];
    if (chain->state[column * chain->n_cells + place] != NIEM_ANSWERED) {
      return 1;
    }
  }
  return 0;
}

static uint8_t load_leaf(double *x, const ni_trials *t, const ni_chain *chain, const cell *c, int32_t indicator) {
  const int32_t column = chain->column_of[indicator];
  const int64_t at = column * chain->n_cells + c->place;
  const int answered = chain->state[at] == NIEM_ANSWERED;
  if (chain->state[at] == NIEM_NOT_APPLICABLE || is_masked(t, chain, c, column)) {
    return 0;
  }
  const ni_dd score = ni_dd_make(chain->hi[at], chain->lo[at]);
  const int has = (answered || chain->imputed[at]) && !ni_dd_is_nan(score);
  *x = has ? ni_dd_value(score) : 0;
  return (uint8_t)(APPLIES | (has ? HAS : 0) | (answered ? ANSWERED : 0));
}

/* ---- leaves of which something is drawn */

static int64_t n_places(const ni_trials *t) {
  return t->nominal->n_rows * t->nominal->framework->n_own_groups;
}

static int32_t drawn_at(const struct ni_program *p, const ni_trials *t, int32_t indicator, int64_t place) {
  return p->leaf_map == NULL ? -1 : p->leaf_map[indicator * n_places(t) + place];
}

static int64_t count_draws(const ni_trials *t) {
  int64_t n = 0;
  for (int32_t k = 0; k < t->inputs.n; k++) {
    n += t->layouts[k].leaves == NULL ? 0 : t->layouts[k].n;
  }
  return n;
}

/* The place of a leaf among the drawn ones, a new one where it is met first; -1 where its state leaves nothing to draw.
 */
static int32_t find_drawn(struct ni_program *p, const ni_trials *t, const niem_scores *scores, const ni_leaf_draw *leaf,
                          int gaps) {
  const ni_chain *chain = scores->chain;
  const int32_t column = chain->column_of[leaf->indicator];
  const int64_t at = column < 0 ? 0 : column * chain->n_cells + leaf->cell;
  const int answered = column >= 0 && chain->state[at] == NIEM_ANSWERED;
  const int is_gap = column >= 0 && !answered && chain->state[at] != NIEM_NOT_APPLICABLE;
  int32_t *place = &p->leaf_map[leaf->indicator * n_places(t) + leaf->cell];
  if (gaps ? !is_gap : !answered) {
    return -1;
  }
  if (*place < 0) {
    const int32_t n_own = t->nominal->framework->n_own_groups;
    const int numeric = t->nominal->framework->indicators[leaf->indicator].scale.kind == NI_NUMERIC;
    drawn_leaf *own = &p->drawn[p->n_drawn];
    own->indicator = leaf->indicator;
    own->stage = numeric ? NI_STAGE_POSTS : NI_STAGE_SCORES;
    own->is_gap = gaps;
    own->own = gaps ? 0
               : numeric
                   ? ni_scores_answer(scores, leaf->cell / n_own, (int32_t)(leaf->cell % n_own), leaf->indicator).number
                   : ni_dd_value(ni_dd_make(chain->hi[at], chain->lo[at]));
    *place = p->n_drawn++;
  }
  return *place;
}

static niem_status find_all_drawn(struct ni_program *p, const ni_trials *t, const niem_scores *scores,
                                  niem_error *err) {
  const size_t n = (size_t)count_draws(t);
  const size_t map = (size_t)t->nominal->framework->n_indicators * (size_t)n_places(t);
  int64_t draw = 0;
  if (n == 0) {
    return NIEM_OK;
  }
  p->drawn = ni_alloc(n, sizeof *p->drawn);
  p->drawn_of = ni_alloc(n, sizeof *p->drawn_of);
  p->leaf_map = ni_alloc(map, sizeof *p->leaf_map);
  if (p->drawn == NULL || p->drawn_of == NULL || p->leaf_map == NULL) {
    return ni_fail_memory(err);
  }
  memset(p->leaf_map, 0xFF, map * sizeof *p->leaf_map); /* -1 */
  for (int32_t k = 0; k < t->inputs.n; k++) {
    for (int32_t j = 0; t->layouts[k].leaves != NULL && j < t->layouts[k].n; j++) {
      p->drawn_of[draw++] =
          find_drawn(p, t, scores, &t->layouts[k].leaves[j], t->inputs.inputs[k].kind == NI_INPUT_GAPS);
    }
  }
  return NIEM_OK;
}

/* Which children of each node and cell are drawn; counted only where `overs` is NULL. */
static int32_t list_overs(struct ni_program *p, const ni_trials *t, over *overs) {
  int32_t n = 0;
  for (int32_t inner = 0; inner < t->index->n_inner; inner++) {
    for (int32_t c = 0; c < t->cells->n; c++) {
      const int64_t leaf = (int64_t)p->first[inner] * t->cells->n + (int64_t)c * p->n_leaves[inner];
      p->over_from[(int64_t)inner * t->cells->n + c] = n;
      for (int32_t k = 0; k < p->n_leaves[inner]; k++) {
        const int32_t indicator = t->index->nodes[p->places[p->start[inner] + k]].leaf;
        const int32_t drawn = drawn_at(p, t, indicator, t->cells->cells[c].place);
        if (drawn >= 0 && p->flags[leaf + k] != 0) {
          if (overs != NULL) {
            overs[n].leaf = drawn;
            overs[n].child = k;
            p->flags[leaf + k] = (uint8_t)(p->flags[leaf + k] | (p->drawn[drawn].is_gap ? DRAWN : 0));
          }
          n++;
        }
      }
    }
  }
  p->over_from[(int64_t)t->index->n_inner * t->cells->n] = n;
  return n;
}

static niem_status make_overs(struct ni_program *p, const ni_trials *t, niem_error *err) {
  if (p->leaf_map == NULL) {
    return NIEM_OK;
  }
  p->over_from = ni_alloc((size_t)t->index->n_inner * (size_t)t->cells->n + 1, sizeof *p->over_from);
  if (p->over_from == NULL) {
    return ni_fail_memory(err);
  }
  p->overs = ni_alloc((size_t)list_overs(p, t, NULL), sizeof *p->overs);
  if (p->overs == NULL) {
    return ni_fail_memory(err);
  }
  (void)list_overs(p, t, p->overs);
  return NIEM_OK;
}

/* A leaf of a node: how its mean takes it, and no less than what it is. */
static void load_child(struct ni_program *p, const ni_trials *t, const ni_chain *chain, int32_t inner, int32_t c,
                       int32_t k, int64_t at, double *least) {
  const int32_t child = p->places[p->start[inner] + k];
  const int32_t indicator = t->index->nodes[child].leaf;
  p->flags[at] = load_leaf(&p->x[at], t, chain, &t->cells->cells[c], indicator);
  if (p->flags[at] != 0 && drawn_at(p, t, indicator, t->cells->cells[c].place) >= 0) {
    const double end = t->nominal->framework->indicators[indicator].scale.least;
    *least = end < *least ? end : *least;
  }
  if (p->flags[at] & HAS) {
    *least = p->x[at] < *least ? p->x[at] : *least;
    p->x[at] = into_mean(&p->means[inner], p->x[at]);
  }
}

/* 0 where the mean may be given a value that it has no room for: then each replicate has to say so by itself. */
static int load_node(struct ni_program *p, const ni_trials *t, const ni_chain *chain, int32_t inner, int32_t c) {
  const ni_index *index = t->index;
  const ni_node *node = &index->nodes[index->inner[inner]];
  const int64_t at = (int64_t)p->first[inner] * t->cells->n + (int64_t)c * p->n_leaves[inner];
  const int64_t own = (int64_t)inner * t->cells->n + c;
  int plain = !p->none[c];
  double least = p->rules[inner]->rule == NI_RULE_ZERO ? 0 : INFINITY;
  for (int32_t k = 0; k < node->n_children; k++) {
    if (k < p->n_leaves[inner]) {
      load_child(p, t, chain, inner, c, k, at + k, &least);
      plain = plain && p->flags[at + k] == (HAS | APPLIES | ANSWERED);
    } else {
      const int64_t below = (int64_t)index->nodes[p->places[p->start[inner] + k]].inner * t->cells->n + c;
      plain = plain && p->plain[below];
      least = p->least[below] < least ? p->least[below] : least;
    }
  }
  p->plain[own] = (uint8_t)plain;
  p->least[own] = least;
  return p->means[inner].of == OF_VALUES || least + p->means[inner].offset > LEAST_POSITIVE;
}

static int load(struct ni_program *p, const ni_trials *t, const niem_scores *scores) {
  int fits = 1;
  for (int32_t c = 0; c < t->cells->n; c++) {
    const cell *own = &t->cells->cells[c];
    p->none[c] = (uint8_t)(scores->chain->screened != NULL && scores->chain->screened[own->place]);
    for (int32_t inner = t->index->n_inner - 1; inner >= 0; inner--) { /* children stand after their parent */
      fits = load_node(p, t, scores->chain, inner, c) && fits;
    }
  }
  return fits;
}

niem_status ni_program_make(struct ni_program **out, const ni_trials *t, const niem_scores *scores, niem_error *err) {
  niem_status status = NIEM_OK;
  const ni_plan *plan = scores->indexes[t->selection.index].plan;
  struct ni_program *p = ni_alloc_zero(1, sizeof *p);
  *out = NULL;
  if (p == NULL || (p->weights = ni_alloc_zero((size_t)t->index->n_nodes, sizeof *p->weights)) == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  copy_weights(p->weights, plan);
  if (is_suited(t, plan, p->weights, ni_method_prepares(scores->method))) {
    NIEM_TRY(make_room(p, t) ? NIEM_OK : ni_fail_memory(err));
    order_children(p, t, plan);
    NIEM_TRY(find_all_drawn(p, t, scores, err));
    const int fits = load(p, t, scores);
    NIEM_TRY(make_overs(p, t, err));
    if (fits) {
      *out = p;
      p = NULL;
    }
  }
cleanup:
  ni_program_free(p);
  return status;
}

void ni_program_free(struct ni_program *p) {
  if (p != NULL) {
    ni_free(p->drawn);
    ni_free(p->drawn_of);
    ni_free(p->leaf_map);
    ni_free(p->over_from);
    ni_free(p->overs);
    ni_free(p->means);
    ni_free(p->least);
    ni_free(p->weights);
    ni_free(p->x);
    ni_free(p->flags);
    ni_free(p->plain);
    ni_free(p->none);
    ni_free(p->first);
    ni_free(p->n_leaves);
    ni_free(p->places);
    ni_free(p->start);
    ni_free(p->rules);
    ni_free(p);
  }
}

/* ---- the weights of a block */

int ni_kernel_space_make(ni_kernel_space *space, const ni_trials *t) {
  const size_t nodes = (size_t)t->index->n_nodes * LANES;
  const size_t inner = (size_t)t->index->n_inner * (size_t)t->cells->n * LANES;
  space->weights = ni_alloc(3 * nodes, sizeof *space->weights);
  space->value = ni_alloc_zero(4 * inner, sizeof *space->value);
  space->drawn = ni_alloc((size_t)count_draws(t), LANES * sizeof *space->drawn);
  if (space->weights == NULL || space->value == NULL || space->drawn == NULL) {
    return 0;
  }
  space->shares = space->weights + nodes;
  space->sums = space->shares + nodes;
  space->has = space->value + inner;
  space->applies = space->has + inner;
  space->cover = space->applies + inner;
  return 1;
}

void ni_kernel_space_free(ni_kernel_space *space) {
  ni_free(space->weights);
  ni_free(space->value);
  ni_free(space->drawn);
}

static void multiply_noise(double *restrict weights, const double *restrict numbers, double share) {
  for (int l = 0; l < LANES; l++) {
    weights[l] = weights[l] * (1 + share * (2 * numbers[l] - 1));
  }
}

static void draw_on_simplex(const ni_trials *t, int32_t k, const double *numbers, double *weights) {
  for (int l = 0; l < LANES; l++) {
    ni_draw_simplex(weights + l, t, k, numbers + l);
  }
}

static void leave_out(const ni_trials *t, int32_t k, const double *numbers, double *weights) {
  const ni_input *input = &t->inputs.inputs[k];
  const ni_layout *layout = &t->layouts[k];
  for (int l = 0; l < LANES; l++) {
    const int32_t one = input->draw == NI_LEFT_OUT_ONE ? ni_draw_left_out(input, layout, numbers[l]) : -1;
    if (one >= 0) {
      weights[(int64_t)one * LANES + l] = 0;
    }
    for (int32_t j = 0; input->draw == NI_LEFT_OUT_EACH && j < layout->n_nodes; j++) {
      if (numbers[(int64_t)j * LANES + l] < input->probability) {
        weights[(int64_t)layout->nodes[j] * LANES + l] = 0;
      }
    }
  }
}

NI_WIDE static void draw_weights(const ni_trials *t, const struct ni_program *p, const double *const *numbers,
                                 double *weights) {
  for (int32_t i = 0; i < t->index->n_nodes; i++) {
    for (int l = 0; l < LANES; l++) {
      weights[(int64_t)i * LANES + l] = p->weights[i];
    }
  }
  for (int32_t k = 0; k < t->inputs.n; k++) {
    const ni_input *input = &t->inputs.inputs[k];
    const ni_layout *layout = &t->layouts[k];
    if (input->kind == NI_INPUT_WEIGHTS && input->draw == NI_WEIGHTS_SIMPLEX) {
      draw_on_simplex(t, k, numbers[k], weights);
    }
    for (int32_t j = 0; input->kind == NI_INPUT_WEIGHTS && input->draw == NI_WEIGHTS_NOISE && j < layout->n_nodes;
         j++) {
      multiply_noise(weights + (int64_t)layout->nodes[j] * LANES, numbers[k] + (int64_t)j * LANES, input->share);
    }
  }
  for (int32_t k = 0; k < t->inputs.n; k++) {
    if (t->inputs.inputs[k].kind == NI_INPUT_LEFT_OUT) {
      leave_out(t, k, numbers[k], weights);
    }
  }
}

/* The share of each child among its siblings; what has nothing below it counts nowhere. */
NI_WIDE static void share_weights(const ni_trials *t, const struct ni_program *p, ni_kernel_space *s) {
  const ni_index *index = t->index;
  for (int32_t inner = index->n_inner - 1; inner >= 0; inner--) {
    const int32_t own = index->inner[inner];
    double *restrict sum = s->sums + (int64_t)inner * LANES;
    double divisor[LANES];
    memset(sum, 0, LANES * sizeof *sum);
    for (int32_t k = 0; k < index->nodes[own].n_children; k++) {
      const double *w = s->weights + (int64_t)p->places[p->start[inner] + k] * LANES;
      for (int l = 0; l < LANES; l++) {
        sum[l] += w[l];
      }
    }
    for (int l = 0; l < LANES; l++) {
      divisor[l] = sum[l] > 0 ? sum[l] : 1;
      s->weights[(int64_t)own * LANES + l] *= sum[l] > 0 ? 1.0 : 0.0;
    }
    for (int32_t k = 0; k < index->nodes[own].n_children; k++) {
      const double *w = s->weights + (int64_t)p->places[p->start[inner] + k] * LANES;
      double *share = s->shares + (int64_t)(p->start[inner] + k) * LANES;
      for (int l = 0; l < LANES; l++) {
        share[l] = w[l] / divisor[l];
      }
    }
  }
}

/* ---- the drawn leaves of a block */

static void draw_of_leaf(double *values, const ni_trials *t, int32_t k, const ni_leaf_draw *leaf, int stage,
                         const double *numbers) {
  for (int l = 0; l < LANES; l++) {
    ni_dd value;
    if (ni_draw_leaf(&value, t, k, leaf, stage, ni_dd_from(values[l]), numbers[l])) {
      values[l] = ni_dd_value(value);
    }
  }
}

/* Each leaf as it is, then what the inputs make of it in their order; scores at the end. */
static void draw_leaves(const ni_trials *t, const struct ni_program *p, const double *const *numbers, double *drawn) {
  int64_t draw = 0;
  for (int32_t i = 0; i < p->n_drawn; i++) {
    for (int l = 0; l < LANES; l++) {
      drawn[(int64_t)i * LANES + l] = p->drawn[i].own;
    }
  }
  for (int32_t k = 0; k < t->inputs.n; k++) {
    for (int32_t j = 0; t->layouts[k].leaves != NULL && j < t->layouts[k].n; j++, draw++) {
      const int32_t place = p->drawn_of[draw];
      if (place >= 0) {
        draw_of_leaf(drawn + (int64_t)place * LANES, t, k, &t->layouts[k].leaves[j], p->drawn[place].stage,
                     numbers[k] + (int64_t)j * LANES);
      }
    }
  }
  for (int32_t i = 0; i < p->n_drawn; i++) {
    const ni_scale *scale = &t->nominal->framework->indicators[p->drawn[i].indicator].scale;
    for (int l = 0; l < LANES && p->drawn[i].stage == NI_STAGE_POSTS; l++) {
      double *own = &drawn[(int64_t)i * LANES + l];
      *own = ni_dd_value(ni_scale_number_score(scale, *own));
    }
  }
}

/* ---- nodes */

#ifdef __GNUC__
#define ON_LANES static inline __attribute__((always_inline))
#else
#define ON_LANES static inline
#endif

/* sum += shares . x, four at a time, so that sums are carried and stored less often; in the order of the children. */
ON_LANES void add_leaves(double *restrict sum, const double *restrict shares, const double *restrict x, int32_t n) {
  int32_t k = 0;
  for (; k + 4 <= n; k += 4) {
    const double a = x[k], b = x[k + 1], c = x[k + 2], d = x[k + 3];
    const double *w = shares + (int64_t)k * LANES;
    for (int l = 0; l < LANES; l++) {
      sum[l] = sum[l] + w[l] * a + w[LANES + l] * b + w[2 * LANES + l] * c + w[3 * LANES + l] * d;
    }
  }
  for (; k < n; k++) {
    for (int l = 0; l < LANES; l++) {
      sum[l] += shares[(int64_t)k * LANES + l] * x[k];
    }
  }
}

typedef struct node_sums {
  double value[LANES], have[LANES], apply[LANES], cover[LANES];
} node_sums;

ON_LANES void add_flagged_leaf(node_sums *restrict s, const double *restrict w, double x, int flags) {
  const double has = flags & (HAS | DRAWN) ? 1 : 0;
  const double applies = flags & APPLIES ? 1 : 0;
  const double answered = flags & ANSWERED ? 1 : 0;
  for (int l = 0; l < LANES; l++) {
    s->value[l] += w[l] * x;
    s->have[l] += w[l] * has;
    s->apply[l] += w[l] * applies;
    s->cover[l] += w[l] * answered;
  }
}

/* The values of an inner child as the mean takes them; 0 where there is none. `room` has LANES. */
ON_LANES const double *taken(double *room, const mean_kind *mean, const ni_kernel_space *space, int64_t at) {
  if (mean->of == OF_VALUES) {
    return space->value + at;
  }
  for (int l = 0; l < LANES; l++) {
    room[l] = space->has[at + l] > 0 ? into_mean(mean, space->value[at + l]) : 0;
  }
  return room;
}

ON_LANES void add_inner(node_sums *restrict s, const double *restrict w, const mean_kind *mean,
                        const ni_kernel_space *space, int64_t at) {
  double room[LANES];
  const double *value = taken(room, mean, space, at), *has = space->has + at;
  const double *applies = space->applies + at, *cover = space->cover + at;
  for (int l = 0; l < LANES; l++) {
    s->value[l] += w[l] * value[l];
    s->have[l] += w[l] * has[l];
    s->apply[l] += w[l] * applies[l];
    s->cover[l] += w[l] * cover[l];
  }
}

/* Under the rule "zero" what has no value counts as 0, however the mean takes it. */
ON_LANES void finish(const node_sums *restrict s, const ni_missing_rule *rule, const mean_kind *mean, int none,
                     const ni_kernel_space *space, int64_t at) {
  const double threshold = rule->min_coverage > 0 ? rule->min_coverage - COVERAGE_SLACK : 0;
  const int strict = rule->rule == NI_RULE_STRICT;
  const int zero = rule->rule == NI_RULE_ZERO;
  const double nothing = zero && mean->of != OF_VALUES ? into_mean(mean, 0) : 0;
  for (int l = 0; l < LANES; l++) {
    const double applies = s->apply[l] > 0 ? 1 : 0;
    const double cover = s->apply[l] > 0 ? s->cover[l] / s->apply[l] : 0;
    const int has = !none && s->have[l] > 0 && (!strict || s->have[l] >= s->apply[l]) && cover >= threshold;
    const double divisor = zero ? s->apply[l] : s->have[l];
    const double whole = s->value[l] + (s->apply[l] - s->have[l]) * nothing;
    space->value[at + l] = has ? whole / divisor : 0;
    space->has[at + l] = has ? 1 : 0;
    space->applies[at + l] = applies;
    space->cover[at + l] = cover;
  }
  for (int l = 0; l < LANES && mean->of != OF_VALUES; l++) {
    space->value[at + l] = space->has[at + l] > 0 ? out_of_mean(mean, space->value[at + l]) : 0;
  }
}

/* What is drawn goes over what was added. Weights, or shares, are those of the node's children. */
ON_LANES void add_overs(double *restrict value, const struct ni_program *p, const ni_kernel_space *s,
                        const double *weights, int by_node, int32_t inner, int64_t node, int64_t leaf) {
  const mean_kind *mean = &p->means[inner];
  for (int32_t i = p->over_from[node]; i < p->over_from[node + 1]; i++) {
    const over *own = &p->overs[i];
    const int32_t place = p->start[inner] + own->child;
    const double *w = weights + (int64_t)(by_node ? p->places[place] : place) * LANES;
    const double *drawn = s->drawn + (int64_t)own->leaf * LANES;
    const int gap = p->drawn[own->leaf].is_gap;
    const double before = gap ? 0 : p->x[leaf + own->child];
    for (int l = 0; l < LANES; l++) {
      value[l] += w[l] * (into_mean(mean, drawn[l]) - before);
    }
  }
}

/* Everything below is there. */
ON_LANES void run_plain(const ni_trials *t, const struct ni_program *p, ni_kernel_space *s, int32_t inner, int32_t c) {
  const ni_index *index = t->index;
  const int32_t n_leaves = p->n_leaves[inner];
  const int32_t n = index->nodes[index->inner[inner]].n_children;
  const int64_t at = ((int64_t)inner * t->cells->n + c) * LANES;
  const double *shares = s->shares + (int64_t)p->start[inner] * LANES;
  double sum[LANES] = {0};
  add_leaves(sum, shares, p->x + (int64_t)p->first[inner] * t->cells->n + (int64_t)c * n_leaves, n_leaves);
  for (int32_t k = n_leaves; k < n; k++) {
    const int32_t child = index->nodes[p->places[p->start[inner] + k]].inner;
    double room[LANES];
    const double *x = taken(room, &p->means[inner], s, ((int64_t)child * t->cells->n + c) * LANES);
    for (int l = 0; l < LANES; l++) {
      sum[l] += shares[(int64_t)k * LANES + l] * x[l];
    }
  }
  if (p->over_from != NULL) {
    add_overs(sum, p, s, s->shares, 0, inner, (int64_t)inner * t->cells->n + c,
              (int64_t)p->first[inner] * t->cells->n + (int64_t)c * n_leaves);
  }
  for (int l = 0; l < LANES; l++) {
    const double there = s->sums[(int64_t)inner * LANES + l] > 0 ? 1 : 0;
    s->value[at + l] = sum[l];
    s->has[at + l] = there;
    s->applies[at + l] = there;
    s->cover[at + l] = there;
  }
  for (int l = 0; l < LANES && p->means[inner].of != OF_VALUES; l++) {
    s->value[at + l] = s->has[at + l] > 0 ? out_of_mean(&p->means[inner], s->value[at + l]) : 0;
  }
}

ON_LANES void run_with_gaps(const ni_trials *t, const struct ni_program *p, ni_kernel_space *s, int32_t inner,
                            int32_t c) {
  const ni_index *index = t->index;
  const int32_t n_leaves = p->n_leaves[inner];
  const int64_t leaf = (int64_t)p->first[inner] * t->cells->n + (int64_t)c * n_leaves;
  node_sums sums;
  memset(&sums, 0, sizeof sums);
  for (int32_t k = 0; k < index->nodes[index->inner[inner]].n_children; k++) {
    const int32_t child = p->places[p->start[inner] + k];
    const double *w = s->weights + (int64_t)child * LANES;
    if (k < n_leaves) {
      add_flagged_leaf(&sums, w, p->x[leaf + k], p->flags[leaf + k]);
    } else {
      add_inner(&sums, w, &p->means[inner], s, ((int64_t)index->nodes[child].inner * t->cells->n + c) * LANES);
    }
  }
  if (p->over_from != NULL) {
    add_overs(sums.value, p, s, s->weights, 1, inner, (int64_t)inner * t->cells->n + c, leaf);
  }
  finish(&sums, p->rules[inner], &p->means[inner], p->none[c], s, ((int64_t)inner * t->cells->n + c) * LANES);
}

NI_WIDE static void run_nodes(const ni_trials *t, const struct ni_program *p, ni_kernel_space *s) {
  for (int32_t inner = t->index->n_inner - 1; inner >= 0; inner--) { /* children stand after their parent */
    for (int32_t c = 0; c < t->cells->n; c++) {
      if (p->plain[(int64_t)inner * t->cells->n + c]) {
        run_plain(t, p, s, inner, c);
      } else {
        run_with_gaps(t, p, s, inner, c);
      }
    }
  }
}

/* ---- what is asked for */

/* A cell's own value, or the mean of a merge's members that have one. */
static void take_value(double *out, const view *v, const ni_kernel_space *s, int64_t at) {
  for (int l = 0; l < LANES; l++) {
    double sum = 0, weight = 0;
    for (int32_t k = 0; k < v->n; k++) {
      const double w = v->weights == NULL ? 1 : v->weights[k];
      const int64_t place = at + (int64_t)k * LANES + l;
      sum += w * s->value[place];
      weight += w * s->has[place];
    }
    out[l] = !(weight > 0) ? ni_nan() : v->n == 1 ? s->value[at + l] : sum / weight;
  }
}

void ni_kernel_run(double *values, const ni_trials *t, const struct ni_program *p, const double *const *numbers,
                   ni_kernel_space *space) {
  draw_weights(t, p, numbers, space->weights);
  share_weights(t, p, space);
  draw_leaves(t, p, numbers, space->drawn);
  run_nodes(t, p, space);
  for (int32_t k = 0; k < t->n_contests; k++) {
    const int32_t inner = t->index->nodes[t->contests[k].node].inner;
    for (int32_t i = 0; i < t->contests[k].n; i++) {
      const int32_t value = t->contests[k].first + i;
      const view *v = &t->cells->views[value];
      take_value(values + (int64_t)value * LANES, v, space, ((int64_t)inner * t->cells->n + v->first) * LANES);
    }
  }
}
