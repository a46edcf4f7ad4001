/* Trials: the scores as they are, what the inputs are about, the variants of the method, and the running of runs. */
#include "base/platform.h"

#include "robustness/trials.h"

#include "base/fail.h"
#include "base/number.h"
#include "base/options.h"
#include "base/threads.h"
#include "model/table.h"
#include "scoring/chain.h"

#include <stdio.h>
#include <string.h>

enum { LANES = NI_TRIAL_LANES };

/* ---- what is looked at */

static int64_t count_rows(const ni_trials *t, int32_t round) {
  int64_t n = 0;
  for (int32_t u = 0; u < t->selection.n_units; u++) {
    n += ni_scores_row(t->nominal, t->selection.units[u], round) >= 0;
  }
  return n;
}

static void add_contest(ni_trials *t, int32_t node, int32_t group, int32_t round) {
  ni_contest *contest = &t->contests[t->n_contests++];
  contest->node = node;
  contest->group = group;
  contest->round = round;
  contest->n = 0;
  contest->first = t->n_values;
  for (int32_t u = 0; u < t->selection.n_units; u++) {
    const int64_t row = ni_scores_row(t->nominal, t->selection.units[u], round);
    if (row >= 0) {
      t->units[t->n_values] = t->selection.units[u];
      t->rows[t->n_values] = row;
      t->published[t->n_values++] = ni_scores_at(t->nominal, t->selection.index, node, row, group).value;
      contest->n++;
    }
  }
}

static niem_status make_contests(ni_trials *t, niem_error *err) {
  const ni_selection *s = &t->selection;
  const size_t places = (size_t)s->n_nodes * (size_t)s->n_groups;
  size_t n = 0;
  for (int32_t r = 0; r < s->n_rounds; r++) {
    n += (size_t)count_rows(t, s->rounds[r]);
  }
  if (n * places > (size_t)1 << 24) {
    return ni_fail(err, NIEM_ERROR_LIMIT, "query", "%lld scores are asked for; at most 2^24 are possible",
                   (long long)(n * places));
  }
  t->contests = ni_arena_alloc(&t->arena, places * (size_t)s->n_rounds, sizeof *t->contests);
  t->units = ni_arena_alloc(&t->arena, n * places, sizeof *t->units);
  t->rows = ni_arena_alloc(&t->arena, n * places, sizeof *t->rows);
  t->published = ni_arena_alloc(&t->arena, n * places, sizeof *t->published);
  if (t->contests == NULL || t->units == NULL || t->rows == NULL || t->published == NULL) {
    return ni_fail_memory(err);
  }
  for (int32_t v = 0; v < s->n_nodes; v++) {
    for (int32_t g = 0; g < s->n_groups; g++) {
      for (int32_t r = 0; r < s->n_rounds; r++) {
        add_contest(t, s->nodes[v], s->groups[g], s->rounds[r]);
      }
    }
  }
  return NIEM_OK;
}

/* The scores as they are; of one index, where the query says or leaves no doubt which. */
static niem_status score_nominal(ni_trials *t, const niem_framework *framework, const niem_answers *answers,
                                 const niem_method *method, const niem_query *query, const niem_exec *exec,
                                 niem_error *err) {
  niem_status status = NIEM_OK;
  niem_query own;
  niem_score_options options;
  niem_query_init(&own);
  niem_score_options_init(&options);
  NIEM_TRY(ni_options_read(&own, sizeof own, query, "query", err));
  if (own.bands != NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "bands", "are for tables of scores only; leave them NULL here");
  }
  options.index = own.index;
  NIEM_TRY(niem_score(&t->nominal, framework, answers, method, &options, exec, err));
  NIEM_TRY(ni_select(&t->selection, t->nominal, query, NI_TOP_NODE, err));
  t->index = &t->nominal->framework->indexes[t->selection.index];
  t->method = ni_method_keep(t->nominal->method);
  NIEM_TRY(make_contests(t, err));
  if (t->n_values == 0) {
    status =
        ni_fail(err, NIEM_ERROR_ARGUMENT, "query", "asks for no score: none of the units has answers in the rounds");
  }
cleanup:
  return status;
}

/* ---- variants */

static int settles_alike(const niem_method *a, const niem_method *b) {
  const int one_named = a->adjudicator != NULL && b->adjudicator != NULL;
  return a->consensus == b->consensus &&
         (a->adjudicator == b->adjudicator || (one_named && strcmp(a->adjudicator, b->adjudicator) == 0));
}

static niem_status prepare(niem_scores **out, const ni_trials *t, const niem_method *method, const niem_scores *settled,
                           const ni_leaf_changes *changes, niem_error *err) {
  const niem_scores *same = settled != NULL && settles_alike(settled->method, method) ? settled : NULL;
  return ni_scores_prepare(out, t->nominal->answers, method, t->index->id, same, changes, err);
}

static void free_variant(ni_variant *v) {
  niem_method_free(v->method);
  niem_scores_free(v->scores);
  ni_program_free(v->program);
}

/* The index is scored once, to see whether it can be. */
static niem_status try_index(const ni_trials *t, const niem_scores *scores, niem_error *err) {
  ni_trial_space *space = NULL;
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_trial_space_make(&space, t, err));
  NIEM_TRY(ni_trial_score(NULL, t, space, scores, 0, 0, err));
cleanup:
  ni_trial_space_free(space);
  return status;
}

/* What no data could mend is refused at once; what fails for the data of these answers is a failure of the variant. */
static int is_of_data(niem_status status) {
  return status == NIEM_ERROR_VALUE || status == NIEM_ERROR_CONSENSUS;
}

/* A variant with edits. 0 in *possible: no method can have them. */
static niem_status make_variant(ni_variant *v, int *possible, const ni_trials *t, const ni_edit *edits,
                                niem_error *err) {
  niem_error *own = &v->error;
  memset(own, 0, sizeof *own);
  *possible = 0;
  v->status = ni_method_edited(&v->method, t->method, &t->inputs, edits, own);
  if (v->status == NIEM_OK) {
    *possible = 1;
    v->status = prepare(&v->scores, t, v->method, t->loaded, NULL, own);
  }
  if (v->status == NIEM_OK) {
    v->status = try_index(t, v->scores, own);
  }
  if (v->status == NIEM_OK) {
    v->status = ni_program_make(&v->program, t, v->scores, own);
  }
  *possible = *possible && (v->status == NIEM_OK || is_of_data(v->status));
  return v->status == NIEM_ERROR_MEMORY ? ni_fail_memory(err) : NIEM_OK;
}

static void keep_all(ni_edit *edits, const ni_trials *t) {
  for (int32_t k = 0; k < t->inputs.n; k++) {
    edits[k].alternative = -1;
    edits[k].number = ni_nan();
  }
}

/* Each alternative by itself, and each end of a parameter. */
static niem_status try_edit(const ni_trials *t, int32_t k, ni_edit *edits, const ni_edit *edit, const char *what,
                            niem_error *err) {
  ni_variant v = {NULL, NULL, NULL, NIEM_OK, {0}};
  int possible;
  keep_all(edits, t);
  edits[k] = *edit;
  niem_status status = make_variant(&v, &possible, t, edits, err);
  if (status == NIEM_OK && !possible) {
    const int names_input = strncmp(v.error.where, "inputs/", 7) == 0;
    status = names_input ? ni_fail(err, v.status, v.error.where, "%s", v.error.message)
                         : ni_input_fail(&t->inputs, k, t->inputs.inputs[k].kind == NI_INPUT_CHOICE ? "values" : "at",
                                         v.status, err, "%s: %s%s%s", what, v.error.where,
                                         v.error.where[0] == '\0' ? "" : ": ", v.error.message);
  }
  free_variant(&v);
  return status;
}

static niem_status try_edits(const ni_trials *t, ni_edit *edits, niem_error *err) {
  niem_status status = NIEM_OK;
  for (int32_t k = 0; k < t->inputs.n; k++) {
    const ni_input *input = &t->inputs.inputs[k];
    for (int32_t a = 0; a < input->n_values && input->kind == NI_INPUT_CHOICE; a++) {
      const ni_edit edit = {a, ni_nan()};
      char what[32];
      (void)snprintf(what, sizeof what, "alternative %d", (int)a + 1);
      NIEM_TRY(try_edit(t, k, edits, &edit, what, err));
    }
    for (int end = 0; end < 2 && input->kind == NI_INPUT_PARAMETER; end++) {
      const ni_edit edit = {-1, end == 0 ? input->low : input->high};
      NIEM_TRY(try_edit(t, k, edits, &edit, end == 0 ? "the low end" : "the high end", err));
    }
  }
cleanup:
  return status;
}

/* The alternatives of a combination: its number in mixed radix, the first input slowest. */
static void edits_of(ni_edit *edits, const ni_trials *t, int64_t variant) {
  keep_all(edits, t);
  for (int32_t k = t->inputs.n - 1; k >= 0; k--) {
    const ni_input *input = &t->inputs.inputs[k];
    if (input->kind == NI_INPUT_CHOICE) {
      edits[k].alternative = (int32_t)(variant % input->n_values);
      variant /= input->n_values;
    }
  }
}

static void count_variants(ni_trials *t) {
  t->n_variants = 1;
  for (int32_t k = 0; k < t->inputs.n; k++) {
    const ni_input *input = &t->inputs.inputs[k];
    if (input->kind == NI_INPUT_CHOICE && t->n_variants <= NI_TRIAL_VARIANTS) {
      t->n_variants *= input->n_values;
    }
  }
}

static niem_status make_variants(ni_trials *t, ni_edit *edits, niem_error *err) {
  niem_status status = NIEM_OK;
  count_variants(t);
  if (t->n_variants > NI_TRIAL_VARIANTS) {
    return NIEM_OK;
  }
  t->variants = ni_arena_alloc(&t->arena, (size_t)t->n_variants, sizeof *t->variants);
  if (t->variants == NULL) {
    return ni_fail_memory(err);
  }
  for (int64_t v = 0; v < t->n_variants && status == NIEM_OK; v++) {
    int possible;
    edits_of(edits, t, v);
    status = make_variant(&t->variants[v], &possible, t, edits, err);
    if (status == NIEM_OK && !possible) {
      const niem_error *why = &t->variants[v].error;
      status = ni_fail(err, t->variants[v].status, strncmp(why->where, "inputs/", 7) == 0 ? why->where : "inputs",
                       "combination %lld of the alternatives cannot be: %s", (long long)(v + 1), why->message);
    }
  }
  return status;
}

niem_status ni_trials_make(ni_trials *t, niem_problems *found, const niem_framework *framework,
                           const niem_answers *answers, const niem_method *method, const char *inputs, int64_t n_bytes,
                           const niem_query *query, double tolerance, const niem_exec *exec, niem_error *err) {
  niem_status status = NIEM_OK;
  ni_edit *edits = NULL;
  NIEM_TRY(ni_inputs_read(&t->inputs, found, inputs, n_bytes, err));
  NIEM_TRY(score_nominal(t, framework, answers, method, query, exec, err));
  NIEM_TRY(ni_scores_prepare(&t->loaded, answers, t->method, t->index->id, NULL, NULL, err));
  t->tolerance = tolerance < 0 ? t->method->tolerance : tolerance;
  NIEM_TRY(ni_cells_make(t, err));
  NIEM_TRY(ni_trials_lay_out(t, err));
  edits = ni_alloc((size_t)t->inputs.n, sizeof *edits);
  NIEM_TRY(edits == NULL ? ni_fail_memory(err) : NIEM_OK);
  NIEM_TRY(try_edits(t, edits, err));
  NIEM_TRY(make_variants(t, edits, err));
cleanup:
  ni_free(edits);
  return status;
}

void ni_trials_note_idle_weights(niem_table *table, const ni_trials *t) {
  const ni_plan *plan = t->nominal->indexes[t->selection.index].plan;
  int64_t n = 0;
  for (int32_t k = 0; k < t->inputs.n; k++) {
    const ni_layout *layout = &t->layouts[k];
    for (int32_t j = 0; t->inputs.inputs[k].kind == NI_INPUT_WEIGHTS && j < layout->n_nodes; j++) {
      n += !ni_uses_weights(ni_plan_aggregation(plan, t->index->nodes[layout->nodes[j]].parent));
    }
  }
  if (n > 0) {
    ni_table_note_integer(table, "idle_weights", n);
  }
}

void ni_trials_free(ni_trials *t) {
  for (int64_t v = 0; t->variants != NULL && v < t->n_variants; v++) {
    free_variant(&t->variants[v]);
  }
  ni_selection_free(&t->selection);
  niem_scores_free(t->loaded);
  niem_scores_free(t->nominal);
  niem_method_free(t->method);
  ni_inputs_free(&t->inputs);
  ni_arena_free(&t->arena);
  memset(t, 0, sizeof *t);
}

/* ---- the scratch space of a worker */

struct ni_trial_space {
  double *numbers_room;
  double **numbers; /* by input, LANES apart */
  double *values;   /* by value, LANES apart */
  double *row;      /* by value */
  ni_edit *edits;
  ni_kernel_space kernel;
  /* A plan of its own */
  ni_index_scores *indexes;
  double *weights_room;
  double **weights, **factors;
  const ni_step **weighing;
  ni_weights_made **made;
  ni_weights_made *made_room;
  double *shares_room;
  uint8_t *dropped;
  double *drawn; /* weights by node, LANES apart */
};

niem_status ni_trial_space_make(ni_trial_space **out, const ni_trials *t, niem_error *err) {
  ni_trial_space *s = ni_alloc_zero(1, sizeof *s);
  const size_t nodes = (size_t)t->index->n_nodes;
  *out = s;
  if (s == NULL) {
    return ni_fail_memory(err);
  }
  s->numbers_room = ni_alloc((size_t)t->n_numbers, LANES * sizeof(double));
  s->numbers = ni_alloc((size_t)t->inputs.n, sizeof *s->numbers);
  s->values = ni_alloc((size_t)t->n_values, LANES * sizeof(double));
  s->row = ni_alloc((size_t)t->n_values, sizeof *s->row);
  s->edits = ni_alloc((size_t)t->inputs.n, sizeof *s->edits);
  s->indexes = ni_alloc_zero((size_t)t->nominal->framework->n_indexes, sizeof *s->indexes);
  s->weights_room = ni_alloc(2 * nodes, sizeof *s->weights_room);
  s->weights = ni_alloc(2 * nodes, sizeof *s->weights);
  s->weighing = ni_alloc(nodes, sizeof *s->weighing);
  s->made = ni_alloc(nodes, sizeof *s->made);
  s->made_room = ni_alloc(nodes, sizeof *s->made_room);
  s->shares_room = ni_alloc(nodes, sizeof *s->shares_room);
  s->dropped = ni_alloc(nodes, 1);
  s->drawn = ni_alloc(nodes, LANES * sizeof(double));
  if (s->numbers_room == NULL || s->numbers == NULL || s->values == NULL || s->row == NULL || s->edits == NULL ||
      s->indexes == NULL || s->weights_room == NULL || s->weights == NULL || s->weighing == NULL || s->made == NULL ||
      s->made_room == NULL || s->shares_room == NULL || s->dropped == NULL || s->drawn == NULL ||
      !ni_kernel_space_make(&s->kernel, t)) {
    return ni_fail_memory(err);
  }
  s->factors = s->weights + nodes;
  double *at = s->numbers_room;
  for (int32_t k = 0; k < t->inputs.n; k++) {
    s->numbers[k] = at;
    at += (int64_t)t->layouts[k].n * LANES;
  }
  return NIEM_OK;
}

void ni_trial_space_free(ni_trial_space *s) {
  if (s != NULL) {
    ni_free(s->numbers_room);
    ni_free(s->numbers);
    ni_free(s->values);
    ni_free(s->row);
    ni_free(s->edits);
    ni_free(s->indexes);
    ni_free(s->weights_room);
    ni_free(s->weights);
    ni_free(s->weighing);
    ni_free(s->made);
    ni_free(s->made_room);
    ni_free(s->shares_room);
    ni_free(s->dropped);
    ni_free(s->drawn);
    ni_kernel_space_free(&s->kernel);
    ni_free(s);
  }
}

/* ---- one run by the general way */

/* A plan like `plan` whose weights are the space's own. */
static void copy_plan(ni_plan *out, ni_trial_space *s, const ni_plan *plan) {
  double *at = s->weights_room;
  double *shares = s->shares_room;
  *out = *plan;
  for (int32_t i = 0; i < plan->index->n_nodes; i++) {
    const int32_t n = plan->index->nodes[i].n_children;
    const double *given = ni_plan_weights(plan, i);
    s->weights[i] = at;
    s->factors[i] = at + n;
    s->weighing[i] = plan->weighing == NULL ? NULL : plan->weighing[i];
    s->made[i] = plan->made == NULL || plan->made[i] == NULL ? NULL : &s->made_room[i];
    if (s->made[i] != NULL) {
      s->made_room[i] = *plan->made[i];
      s->made_room[i].shares = shares;
    }
    for (int32_t k = 0; k < n; k++) {
      s->weights[i][k] = given[k];
      s->factors[i][k] = 1;
    }
    at += 2 * n;
    shares += n;
  }
  out->weights = s->weights;
  out->factors = s->factors;
  out->weighing = s->weighing;
  out->made = s->made;
}

static int32_t place_among(const ni_index *index, int32_t node) {
  const ni_node *parent = &index->nodes[index->nodes[node].parent];
  int32_t k = 0;
  while (parent->children[k] != node) {
    k++;
  }
  return k;
}

/* Weights that an input draws on the simplex are given ones. */
static void draw_simplex(const ni_trials *t, ni_trial_space *s, int32_t k, int32_t lane) {
  const ni_layout *layout = &t->layouts[k];
  for (int32_t j = 0; j < layout->n_nodes; j++) {
    const int32_t parent = t->index->nodes[layout->nodes[j]].parent;
    s->drawn[(int64_t)layout->nodes[j] * LANES] =
        s->weighing[parent] != NULL ? 1 : s->weights[parent][place_among(t->index, layout->nodes[j])];
  }
  ni_draw_simplex(s->drawn, t, k, s->numbers[k] + lane);
  for (int32_t j = 0; j < layout->n_nodes; j++) {
    const int32_t parent = t->index->nodes[layout->nodes[j]].parent;
    s->weighing[parent] = NULL;
    s->made[parent] = NULL;
    s->weights[parent][place_among(t->index, layout->nodes[j])] = s->drawn[(int64_t)layout->nodes[j] * LANES];
  }
}

static void draw_noise(const ni_trials *t, ni_trial_space *s, int32_t k, int32_t lane) {
  const ni_layout *layout = &t->layouts[k];
  for (int32_t j = 0; j < layout->n_nodes; j++) {
    const int32_t parent = t->index->nodes[layout->nodes[j]].parent;
    double *weights = s->weighing[parent] != NULL ? s->factors[parent] : s->weights[parent];
    weights[place_among(t->index, layout->nodes[j])] *=
        ni_draw_noise(&t->inputs.inputs[k], s->numbers[k][(int64_t)j * LANES + lane]);
  }
}

static void draw_left_out(const ni_trials *t, ni_trial_space *s, int32_t k, int32_t lane) {
  const ni_input *input = &t->inputs.inputs[k];
  const ni_layout *layout = &t->layouts[k];
  const int32_t one = input->draw == NI_LEFT_OUT_ONE ? ni_draw_left_out(input, layout, s->numbers[k][lane]) : -1;
  if (one >= 0) {
    s->dropped[one] = 1;
  }
  for (int32_t j = 0; input->draw == NI_LEFT_OUT_EACH && j < layout->n_nodes; j++) {
    s->dropped[layout->nodes[j]] |= s->numbers[k][(int64_t)j * LANES + lane] < input->probability;
  }
}

/* What stands below a node that is left out goes with it, and so does a node that loses all of its children. */
static void close_dropped(const ni_trials *t, uint8_t *dropped) {
  const ni_index *index = t->index;
  for (int32_t i = 1; i < index->n_nodes; i++) {
    dropped[i] |= dropped[index->nodes[i].parent];
  }
  for (int32_t i = index->n_nodes - 1; i > 0; i--) {
    int32_t n = 0;
    for (int32_t k = 0; k < index->nodes[i].n_children; k++) {
      n += dropped[index->nodes[i].children[k]];
    }
    dropped[i] |= index->nodes[i].n_children > 0 && n == index->nodes[i].n_children;
  }
}

static void draw_plan(ni_plan *plan, const ni_trials *t, ni_trial_space *s, int32_t lane) {
  memset(s->dropped, 0, (size_t)t->index->n_nodes);
  for (int32_t k = 0; k < t->inputs.n; k++) {
    const ni_input *input = &t->inputs.inputs[k];
    if (input->kind == NI_INPUT_WEIGHTS && input->draw == NI_WEIGHTS_SIMPLEX) {
      draw_simplex(t, s, k, lane);
    } else if (input->kind == NI_INPUT_WEIGHTS) {
      draw_noise(t, s, k, lane);
    } else if (input->kind == NI_INPUT_LEFT_OUT) {
      draw_left_out(t, s, k, lane);
    }
  }
  if (t->leaves_out) {
    close_dropped(t, s->dropped);
    plan->dropped = s->dropped;
  }
}

static void take_values(double *values, const ni_trials *t, const niem_scores *scores) {
  for (int32_t k = 0; k < t->n_contests; k++) {
    const ni_contest *contest = &t->contests[k];
    for (int32_t i = 0; i < contest->n; i++) {
      values[contest->first + i] =
          ni_scores_at(scores, t->selection.index, contest->node, t->rows[contest->first + i], contest->group).value;
    }
  }
}

/* Score the index on a copy of prepared scores into values; numbers are drawn where `drawn`. */
niem_status ni_trial_score(double *values, const ni_trials *t, ni_trial_space *s, const niem_scores *prepared,
                           int drawn, int32_t lane, niem_error *err) {
  niem_scores local = *prepared;
  ni_plan plan;
  copy_plan(&plan, s, prepared->indexes[t->selection.index].plan);
  if (drawn) {
    draw_plan(&plan, t, s, lane);
  }
  local.indexes = s->indexes;
  local.indexes[t->selection.index].plan = &plan;
  const niem_status status = ni_sweep_index(&local, t->selection.index, NULL, err);
  if (status == NIEM_OK && values != NULL) {
    take_values(values, t, &local);
  }
  ni_free(local.indexes[t->selection.index].scores);
  memset(&local.indexes[t->selection.index], 0, sizeof *local.indexes);
  return status;
}

/* Answers and gaps are drawn, and the steps taken on them anew. */
static niem_status score_drawn_leaves(double *values, const ni_trials *t, ni_trial_space *s,
                                      const niem_scores *prepared, const ni_leaf_changes *changes, int32_t lane,
                                      niem_error *err) {
  niem_scores local = *prepared;
  local.chain = NULL;
  niem_status status = ni_chain_make(&local, changes, err);
  if (status == NIEM_OK) {
    /* ... the plan is a copy, so that its leaves may be others */
    ni_plan plan = *prepared->indexes[t->selection.index].plan;
    ni_index_scores *indexes = ni_alloc_zero((size_t)local.framework->n_indexes, sizeof *indexes);
    if (indexes == NULL) {
      status = ni_fail_memory(err);
    } else {
      ni_plan_take_chain(&plan, local.chain);
      indexes[t->selection.index].plan = &plan;
      local.indexes = indexes;
      status = ni_trial_score(values, t, s, &local, 1, lane, err);
    }
    ni_free(indexes);
  }
  ni_chain_free(local.chain);
  return status;
}

/* A method of its own for the run. */
static niem_status score_own_method(double *values, const ni_trials *t, ni_trial_space *s, int64_t variant,
                                    const ni_leaf_changes *changes, int32_t lane, niem_error *err) {
  niem_method *method = NULL;
  niem_scores *scores = NULL;
  niem_status status = NIEM_OK;
  for (int32_t k = 0; k < t->inputs.n; k++) {
    s->edits[k] = ni_draw_edit(&t->inputs.inputs[k], t->layouts[k].n > 0 ? s->numbers[k][lane] : 0);
  }
  NIEM_TRY(ni_method_edited(&method, t->method, &t->inputs, s->edits, err));
  const niem_scores *settled = t->variants == NULL ? t->loaded : t->variants[variant].scores;
  NIEM_TRY(prepare(&scores, t, method, settled, changes, err));
  NIEM_TRY(ni_trial_score(values, t, s, scores, 1, lane, err));
cleanup:
  niem_scores_free(scores);
  niem_method_free(method);
  return status;
}

static niem_status score_run(double *values, const ni_trials *t, ni_trial_space *s, int64_t variant, int32_t lane,
                             niem_error *err) {
  const ni_drawn drawn = {t, (const double *const *)s->numbers, lane};
  const ni_leaf_changes changes = {ni_draw_leaves, &drawn};
  const ni_variant *v = t->variants == NULL ? NULL : &t->variants[variant];
  if (t->has_parameters || v == NULL || (t->has_leaves && v->scores == NULL)) {
    return score_own_method(values, t, s, variant, t->has_leaves ? &changes : NULL, lane, err);
  }
  if (v->scores == NULL) { /* never without a status */
    return ni_fail(err, v->status, v->error.where, "%s", v->error.message);
  }
  return t->has_leaves ? score_drawn_leaves(values, t, s, v->scores, &changes, lane, err)
                       : ni_trial_score(values, t, s, v->scores, 1, lane, err);
}

/* ---- runs */

typedef struct running {
  const ni_trials *t;
  ni_trial_space *s;
  ni_numbers_of numbers;
  const void *numbers_context;
  ni_take_run take;
  void *take_context;
} running;

/* From one to LANES runs of one variant; lanes to spare do the first run again, and nobody looks. */
static niem_status run_block(const running *r, const int64_t *runs, int32_t n, int64_t variant, niem_error *err) {
  const ni_trials *t = r->t;
  ni_trial_space *s = r->s;
  int64_t lanes[LANES];
  niem_status status = NIEM_OK;
  for (int32_t l = 0; l < LANES; l++) {
    lanes[l] = runs[l < n ? l : 0];
  }
  for (int32_t k = 0; k < t->inputs.n; k++) {
    r->numbers(s->numbers[k], r->numbers_context, lanes, k, t->layouts[k].n);
  }
  const struct ni_program *program = t->variants == NULL ? NULL : t->variants[variant].program;
  if (program != NULL) {
    ni_kernel_run(s->values, t, program, (const double *const *)s->numbers, &s->kernel);
  }
  for (int32_t l = 0; l < n && status == NIEM_OK; l++) {
    niem_error failed;
    niem_status own = NIEM_OK;
    if (program == NULL) {
      own = score_run(s->row, t, s, variant, l, &failed);
    }
    for (int32_t i = 0; program != NULL && i < t->n_values; i++) {
      s->row[i] = s->values[(int64_t)i * LANES + l];
    }
    status = own == NIEM_ERROR_MEMORY ? ni_fail_memory(err)
                                      : r->take(r->take_context, runs[l], own == NIEM_OK ? s->row : NULL,
                                                own == NIEM_OK ? NULL : &failed, err);
  }
  return status;
}

/* The combination of alternatives that each run draws. */
static void find_variants(int64_t *variants, const running *r, const int64_t *runs, int32_t n) {
  const ni_trials *t = r->t;
  memset(variants, 0, (size_t)n * sizeof *variants);
  for (int32_t k = 0; k < t->inputs.n && t->variants != NULL; k++) {
    const ni_input *input = &t->inputs.inputs[k];
    for (int32_t from = 0; input->kind == NI_INPUT_CHOICE && from < n; from += LANES) {
      double u[LANES];
      int64_t lanes[LANES];
      for (int32_t l = 0; l < LANES; l++) {
        lanes[l] = runs[from + l < n ? from + l : n - 1];
      }
      r->numbers(u, r->numbers_context, lanes, k, 1);
      for (int32_t l = 0; l < LANES && from + l < n; l++) {
        variants[from + l] = variants[from + l] * input->n_values + ni_draw_edit(input, u[l]).alternative;
      }
    }
  }
}

/* Runs of one variant are done together. */
niem_status ni_trials_run(const ni_trials *t, ni_trial_space *space, const int64_t *runs, int32_t n,
                          ni_numbers_of numbers, const void *numbers_context, ni_take_run take, void *take_context,
                          niem_error *err) {
  const running r = {t, space, numbers, numbers_context, take, take_context};
  int64_t variants[NI_TRIAL_RUNS];
  int64_t block[LANES];
  uint8_t done[NI_TRIAL_RUNS] = {0};
  niem_status status = NIEM_OK;
  find_variants(variants, &r, runs, n);
  for (int32_t first = 0; first < n && status == NIEM_OK;) {
    int32_t lanes = 0;
    const int64_t variant = variants[first];
    for (int32_t i = first; i < n && lanes < LANES; i++) {
      if (!done[i] && variants[i] == variant) {
        block[lanes++] = runs[i];
        done[i] = 1;
      }
    }
    status = run_block(&r, block, lanes, variant, err);
    while (first < n && done[first]) {
      first++;
    }
  }
  return status;
}
