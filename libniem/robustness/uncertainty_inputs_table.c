/* What the first replicates drew: made again from their numbers, since a replicate is a function of these. */
#include "base/platform.h"

#include "base/fail.h"
#include "base/number.h"
#include "model/canonical.h"
#include "model/table.h"
#include "robustness/uncertain_scores.h"
#include "scoring/chain.h"
#include "scoring/preparing.h"

#include <stdio.h>
#include <string.h>

enum { LANES = NI_TRIAL_LANES };

typedef struct listing {
  const niem_uncertain_scores *u;
  const ni_trials *t;
  niem_table *table;
  int32_t replicate, input, what, value, text;
  double *numbers;      /* of the input in hand */
  double *weights;      /* by node, LANES apart */
  const uint8_t *stage; /* of the columns of the chain in hand */
  ni_chain *chain;
  int64_t run;
} listing;

static void begin_row(const listing *l, int32_t k, const char *what) {
  ni_table_row(l->table);
  ni_table_set_integer(l->table, l->replicate, l->run);
  ni_table_set_text(l->table, l->input, l->t->inputs.inputs[k].name);
  ni_table_set_text(l->table, l->what, what);
}

/* Weights as the base method has them, of the nodes of an input. Where they are made from the data what is drawn is a
 * factor. */
static void load_weights(const listing *l, int32_t k) {
  const ni_layout *layout = &l->t->layouts[k];
  const ni_plan *plan = l->t->loaded->indexes[l->t->selection.index].plan;
  for (int32_t j = 0; j < layout->n_nodes; j++) {
    const int32_t parent = l->t->index->nodes[layout->nodes[j]].parent;
    const ni_node *node = &l->t->index->nodes[parent];
    const int made = plan->weighing != NULL && plan->weighing[parent] != NULL;
    for (int32_t c = 0; c < node->n_children; c++) {
      if (node->children[c] == layout->nodes[j]) {
        l->weights[(int64_t)layout->nodes[j] * LANES] = made ? 1 : ni_plan_weights(plan, parent)[c];
      }
    }
  }
}

static void list_weights(const listing *l, int32_t k) {
  const ni_layout *layout = &l->t->layouts[k];
  const ni_input *input = &l->t->inputs.inputs[k];
  load_weights(l, k);
  if (input->draw == NI_WEIGHTS_SIMPLEX) {
    ni_draw_simplex(l->weights, l->t, k, l->numbers);
  }
  for (int32_t j = 0; j < layout->n_nodes; j++) {
    double weight = l->weights[(int64_t)layout->nodes[j] * LANES];
    if (input->draw == NI_WEIGHTS_NOISE) {
      weight *= ni_draw_noise(input, l->numbers[(int64_t)j * LANES]);
    }
    begin_row(l, k, l->t->index->nodes[layout->nodes[j]].name);
    ni_table_set_real(l->table, l->value, weight);
  }
}

/* Alternatives that are no text are told as JSON. */
static niem_status list_edit(const listing *l, int32_t k, niem_error *err) {
  const ni_input *input = &l->t->inputs.inputs[k];
  const ni_edit edit = ni_draw_edit(input, l->numbers[0]);
  niem_status status = NIEM_OK;
  niem_buffer *json = NULL;
  begin_row(l, k, input->at);
  if (edit.alternative < 0) {
    ni_table_set_real(l->table, l->value, edit.number);
    return NIEM_OK;
  }
  const cJSON *value = input->values[edit.alternative];
  if (cJSON_IsNumber(value)) {
    ni_table_set_real(l->table, l->value, value->valuedouble);
  }
  if (cJSON_IsString(value)) {
    ni_table_set_text(l->table, l->text, value->valuestring);
    return NIEM_OK;
  }
  NIEM_TRY(ni_canonical_json(&json, value, err));
  ni_table_set_text(l->table, l->text, niem_buffer_data(json));
cleanup:
  niem_buffer_free(json);
  return status;
}

static void list_left_out(const listing *l, int32_t k) {
  const ni_input *input = &l->t->inputs.inputs[k];
  const ni_layout *layout = &l->t->layouts[k];
  const int32_t one = input->draw == NI_LEFT_OUT_ONE ? ni_draw_left_out(input, layout, l->numbers[0]) : -1;
  for (int32_t j = 0; j < layout->n_nodes; j++) {
    const int32_t node = layout->nodes[j];
    const int each = input->draw == NI_LEFT_OUT_EACH && l->numbers[(int64_t)j * LANES] < input->probability;
    if (each || node == one) {
      begin_row(l, k, l->t->index->nodes[node].name);
      ni_table_set_text(l->table, l->text, "left out");
    }
  }
}

/* What is drawn of a leaf; of answers only what they have become. */
static void list_leaves(const listing *l, int32_t k) {
  const niem_answers *answers = l->t->nominal->answers;
  const niem_framework *framework = l->t->nominal->framework;
  for (int32_t j = 0; j < l->t->layouts[k].n; j++) {
    const ni_leaf_draw *leaf = &l->t->layouts[k].leaves[j];
    const int32_t column = l->chain->column_of[leaf->indicator];
    const int64_t at = column * l->chain->n_cells + leaf->cell;
    const int64_t row = leaf->cell / framework->n_own_groups;
    char what[900];
    ni_dd value;
    if (!ni_draw_leaf(&value, l->t, k, leaf, l->stage[column], ni_dd_make(l->chain->hi[at], l->chain->lo[at]),
                      l->numbers[(int64_t)j * LANES])) {
      continue;
    }
    (void)snprintf(what, sizeof what, "%s %s %s %s", answers->units[answers->pair_unit[row]],
                   answers->rounds[answers->pair_round[row]],
                   framework->groups[leaf->cell % framework->n_own_groups].id,
                   framework->indicators[leaf->indicator].id);
    begin_row(l, k, what);
    ni_table_set_real(l->table, l->value, ni_dd_value(value));
  }
}

static niem_status list_input(const listing *l, int32_t k, niem_error *err) {
  switch (l->t->inputs.inputs[k].kind) {
    case NI_INPUT_WEIGHTS:
      list_weights(l, k);
      return NIEM_OK;
    case NI_INPUT_LEFT_OUT:
      list_left_out(l, k);
      return NIEM_OK;
    case NI_INPUT_CHOICE:
    case NI_INPUT_PARAMETER:
      return list_edit(l, k, err);
    default:
      list_leaves(l, k);
      return NIEM_OK;
  }
}

static niem_status list_all(listing *l, niem_error *err) {
  const uint64_t seed = (uint64_t)l->u->options.seed;
  const int64_t n = l->u->options.shown < l->u->options.replicates ? l->u->options.shown : l->u->options.replicates;
  niem_status status = NIEM_OK;
  for (l->run = 0; l->run < n; l->run++) {
    int64_t runs[LANES];
    for (int32_t lane = 0; lane < LANES; lane++) {
      runs[lane] = l->run;
    }
    for (int32_t k = 0; k < l->t->inputs.n && status == NIEM_OK; k++) {
      ni_replicate_numbers(l->numbers, &seed, runs, k, l->t->layouts[k].n);
      status = list_input(l, k, err);
    }
  }
  return status;
}

/* Leaves as they are loaded, with the stages of their columns, kept while the list is made. */
typedef struct keeping {
  ni_chain *chain;
  uint8_t *stage;
  double *hi, *lo;
} keeping;

static void keep_loaded(ni_chain *chain, const uint8_t *stage, const void *context) {
  const keeping *k = context;
  const size_t n = (size_t)chain->n_columns * (size_t)chain->n_cells;
  memcpy(k->stage, stage, (size_t)chain->n_columns);
  memcpy(k->hi, chain->hi, n * sizeof *k->hi);
  memcpy(k->lo, chain->lo, n * sizeof *k->lo);
}

static niem_status load_leaves(listing *l, ni_chain *room, keeping *keep, niem_error *err) {
  const ni_chain *chain = l->t->loaded->chain;
  const size_t n = (size_t)chain->n_columns * (size_t)chain->n_cells;
  niem_scores again = *l->t->loaded;
  const ni_leaf_changes changes = {keep_loaded, keep};
  if (!l->t->has_leaves) {
    return NIEM_OK;
  }
  keep->stage = ni_alloc((size_t)chain->n_columns, 1);
  keep->hi = ni_alloc(n, sizeof *keep->hi);
  keep->lo = ni_alloc(n, sizeof *keep->lo);
  if (keep->stage == NULL || keep->hi == NULL || keep->lo == NULL) {
    return ni_fail_memory(err);
  }
  again.chain = NULL;
  const niem_status status = ni_chain_make(&again, &changes, err);
  ni_chain_free(again.chain);
  *room = *chain;
  room->hi = keep->hi;
  room->lo = keep->lo;
  l->chain = room;
  l->stage = keep->stage;
  return status;
}

niem_status ni_inputs_table(niem_table **out, const niem_uncertain_scores *u, niem_error *err) {
  niem_status status = NIEM_OK;
  listing l = {.u = u, .t = &u->trials};
  keeping keep = {NULL, NULL, NULL, NULL};
  ni_chain room;
  int32_t most = 1;
  for (int32_t k = 0; k < u->trials.inputs.n; k++) {
    most = u->trials.layouts[k].n > most ? u->trials.layouts[k].n : most;
  }
  l.numbers = ni_alloc((size_t)most, LANES * sizeof(double));
  l.weights = ni_alloc((size_t)u->trials.index->n_nodes, LANES * sizeof(double));
  NIEM_TRY(l.numbers == NULL || l.weights == NULL ? ni_fail_memory(err) : NIEM_OK);
  NIEM_TRY(load_leaves(&l, &room, &keep, err));
  NIEM_TRY(ni_table_new(&l.table, "inputs of replicates", err));
  l.replicate = ni_table_integer(l.table, "replicate");
  l.input = ni_table_text(l.table, "input");
  l.what = ni_table_text(l.table, "what");
  l.value = ni_table_real(l.table, "value");
  l.text = ni_table_text(l.table, "text");
  ni_uncertainty_notes(l.table, u);
  NIEM_TRY(list_all(&l, err));
  *out = l.table;
  l.table = NULL;
cleanup:
  niem_table_free(l.table);
  ni_free(l.numbers);
  ni_free(l.weights);
  ni_free(keep.stage);
  ni_free(keep.hi);
  ni_free(keep.lo);
  return status;
}
