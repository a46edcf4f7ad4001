/* The chain from answers to the scores of indicators, as the method's steps say: screening, denomination, imputation,
 * treatment of outliers, normalisation, in the order in which they stand.
 *
 * The panel is one matrix: a row for each unit x round x group of its own (a cell), a column for each indicator of the
 * scored indexes and each denominator. A column holds numbers as answered ("raw") until a normalisation makes scores of
 * them; the points of options are scores from the start and are never rescaled. Where the framework gives goalposts
 * these are the normalisation, made when the first "normalise" step comes, or at the end. What does not apply is never
 * filled.
 */
#include "base/platform.h"

#include "base/fail.h"
#include "base/number.h"
#include "scoring/preparing.h"

#include <string.h>

/* --- columns --- */

static int is_numeric(const niem_framework *framework, int32_t indicator) {
  return framework->indicators[indicator].scale.kind == NI_NUMERIC;
}

static void want(uint8_t *wanted, const niem_framework *framework, int32_t indicator) {
  if (indicator >= 0 && framework->indicators[indicator].scale.kind != NI_COMPOSITE) {
    wanted[indicator] = 1;
  }
}

static void want_leaves(uint8_t *wanted, const niem_scores *scores) {
  for (int32_t i = 0; i < scores->framework->n_indexes; i++) {
    const ni_plan *plan = scores->indexes[i].plan;
    for (int32_t k = 0; plan != NULL && k < plan->index->n_nodes; k++) {
      want(wanted, scores->framework, plan->index->nodes[k].leaf);
    }
  }
}

static niem_status want_named(uint8_t *wanted, const preparing *p, const ni_names_list *names, const char *key,
                              niem_error *err) {
  for (int32_t k = 0; k < names->n; k++) {
    const int32_t indicator = ni_find_indicator(p->framework, names->names[k], NULL);
    if (indicator < 0) {
      return ni_preparing_fail(p, NIEM_ERROR_REFERENCE, key, err, "\"%.60s\" is no indicator of framework %.60s",
                               names->names[k], p->framework->id);
    }
    want(wanted, p->framework, indicator);
  }
  return NIEM_OK;
}

/* What the steps name beside the leaves: denominators, predictors. */
static niem_status want_steps(uint8_t *wanted, preparing *p, niem_error *err) {
  niem_status status = NIEM_OK;
  for (int32_t k = 0; k < p->method->n_steps; k++) {
    p->step = &p->method->steps[k];
    NIEM_TRY(want_named(wanted, p, &p->step->indicators, "indicators", err));
    NIEM_TRY(want_named(wanted, p, &p->step->divided, "by", err));
    NIEM_TRY(want_named(wanted, p, &p->step->by, "by", err));
    const ni_names_list scaled = {p->step->scales.n, p->step->scales.names};
    NIEM_TRY(want_named(wanted, p, &scaled, "scales", err));
    NIEM_TRY(want_named(wanted, p, &p->step->predictors, "predictors", err));
    for (int32_t i = 0; p->step->kind == NI_STEP_DENOMINATE && i < p->framework->n_indicators; i++) {
      if (wanted[i]) {
        want(wanted, p->framework, p->framework->indicators[i].denominator);
      }
    }
  }
cleanup:
  return status;
}

/* Before any step: every number that was answered, of an index or of none. */
static void want_numbers(uint8_t *wanted, const niem_framework *framework) {
  for (int32_t i = 0; i < framework->n_indicators; i++) {
    if (is_numeric(framework, i)) {
      want(wanted, framework, i);
    }
  }
}

static niem_status choose_columns(preparing *p, int32_t n_steps, niem_error *err) {
  const int32_t n = p->framework->n_indicators;
  ni_chain *chain = p->chain;
  niem_status status = NIEM_OK;
  uint8_t *wanted = ni_alloc_zero((size_t)n * 2, 1);
  chain->column_of = ni_alloc((size_t)n, sizeof *chain->column_of);
  chain->indicators = ni_alloc((size_t)n, sizeof *chain->indicators);
  if (wanted == NULL || chain->column_of == NULL || chain->indicators == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  want_leaves(wanted, p->scores);
  p->is_leaf = wanted + n; /* which of them are leaves of scored indexes */
  memcpy(p->is_leaf, wanted, (size_t)n);
  NIEM_TRY(want_steps(wanted, p, err));
  if (n_steps == 0) {
    want_numbers(wanted, p->framework);
  }
  for (int32_t i = 0; i < n; i++) {
    chain->column_of[i] = wanted[i] ? chain->n_columns : -1;
    if (wanted[i]) {
      chain->indicators[chain->n_columns++] = i;
    }
  }
  p->leaf_marks = wanted;
  return NIEM_OK;
cleanup:
  ni_free(wanted);
  return status;
}

/* --- loading --- */

static int make_room(preparing *p) {
  ni_chain *chain = p->chain;
  const size_t n = (size_t)chain->n_columns * (size_t)chain->n_cells;
  chain->hi = ni_alloc(n, sizeof *chain->hi);
  chain->lo = ni_alloc(n, sizeof *chain->lo);
  chain->state = ni_alloc(n, 1);
  chain->imputed = ni_alloc_zero(n, 1);
  chain->least = ni_alloc((size_t)chain->n_columns, sizeof *chain->least);
  chain->most = ni_alloc((size_t)chain->n_columns, sizeof *chain->most);
  p->chain->stage = ni_alloc((size_t)chain->n_columns, 1);
  return chain->hi != NULL && chain->lo != NULL && chain->state != NULL && chain->imputed != NULL &&
         chain->least != NULL && chain->most != NULL && p->chain->stage != NULL;
}

static void load_cell(preparing *p, const ni_leaf *leaves, int64_t row, int32_t group) {
  ni_chain *chain = p->chain;
  const int64_t cell = row * p->framework->n_own_groups + group;
  for (int32_t column = 0; column < chain->n_columns; column++) {
    const int32_t indicator = chain->indicators[column];
    const ni_leaf *leaf = &leaves[indicator];
    const int64_t at = column * chain->n_cells + cell;
    chain->state[at] = (uint8_t)leaf->state;
    chain->hi[at] = ni_nan();
    chain->lo[at] = 0;
    if (leaf->state != NIEM_ANSWERED) {
      continue;
    }
    if (p->chain->stage[column] == NI_STAGE_SCORES) {
      chain->hi[at] = leaf->score.hi;
      chain->lo[at] = leaf->score.lo;
    } else {
      chain->hi[at] = ni_scores_answer(p->scores, row, group, indicator).number;
    }
  }
}

static niem_status load(preparing *p, niem_error *err) {
  ni_chain *chain = p->chain;
  const int32_t n_own = p->framework->n_own_groups;
  ni_leaf *leaves = ni_alloc((size_t)p->framework->n_indicators, sizeof *leaves);
  chain->n_cells = p->scores->n_rows * n_own;
  if (leaves == NULL || !make_room(p)) {
    ni_free(leaves);
    return ni_fail_memory(err);
  }
  for (int32_t column = 0; column < chain->n_columns; column++) {
    const ni_scale *scale = &p->framework->indicators[chain->indicators[column]].scale;
    p->chain->stage[column] = !is_numeric(p->framework, chain->indicators[column]) ? NI_STAGE_SCORES
                              : ni_is_nan(scale->worst)                            ? NI_STAGE_RAW
                                                                                   : NI_STAGE_POSTS;
    chain->least[column] = scale->least;
    chain->most[column] = scale->most;
  }
  for (int64_t row = 0; row < p->scores->n_rows; row++) {
    for (int32_t g = 0; g < n_own; g++) {
      ni_scores_unprepared(p->scores, row, g, leaves);
      load_cell(p, leaves, row, g);
    }
  }
  ni_free(leaves);
  return NIEM_OK;
}

/* --- the end of the chain --- */

/* Numbers between the framework's goalposts become scores. */
void ni_apply_goalposts(preparing *p) {
  ni_chain *chain = p->chain;
  for (int32_t column = 0; column < chain->n_columns; column++) {
    if (p->chain->stage[column] != NI_STAGE_POSTS) {
      continue;
    }
    const ni_scale *scale = &p->framework->indicators[chain->indicators[column]].scale;
    for (int64_t cell = 0; cell < chain->n_cells; cell++) {
      const int64_t at = column * chain->n_cells + cell;
      if (!ni_is_nan(chain->hi[at])) {
        const ni_dd score = ni_scale_number_score(scale, chain->hi[at]);
        chain->hi[at] = score.hi;
        chain->lo[at] = score.lo;
      }
    }
    p->chain->stage[column] = NI_STAGE_SCORES;
  }
}

static niem_status check_normalised(const preparing *p, niem_error *err) {
  for (int32_t column = 0; column < p->chain->n_columns; column++) {
    const int32_t indicator = p->chain->indicators[column];
    if (p->chain->stage[column] == NI_STAGE_RAW && p->is_leaf[indicator]) {
      return ni_fail(
          err, NIEM_ERROR_UNSUPPORTED, "method",
          "numeric indicator %.60s is scored but has neither goalposts nor a step that normalises it; give it "
          "\"worst\" and \"best\" in the framework, or the method a step \"normalise\"",
          p->framework->indicators[indicator].id);
    }
  }
  return NIEM_OK;
}

/* A score that was imputed beyond an indicator's ends moves these: bounds hold every value there is. Units that were
 * screened out move nothing. */
static void widen_ends(preparing *p) {
  ni_chain *chain = p->chain;
  chain->bounded = 1;
  for (int32_t column = 0; column < chain->n_columns; column++) {
    for (int64_t cell = 0; cell < chain->n_cells; cell++) {
      const double score = chain->hi[column * chain->n_cells + cell];
      const int counts = !ni_is_nan(score) && (chain->screened == NULL || !chain->screened[cell]);
      /* An end that is NaN: there was no score before these. */
      chain->least[column] = counts && !(chain->least[column] <= score) ? score : chain->least[column];
      chain->most[column] = counts && !(chain->most[column] >= score) ? score : chain->most[column];
    }
    if (p->is_leaf[chain->indicators[column]]) {
      chain->bounded &= chain->least[column] >= 0 && chain->most[column] <= 100;
    }
  }
}

/* --- the steps --- */

static niem_status take_step(preparing *p, niem_error *err) {
  switch (p->step->kind) {
    case NI_STEP_SCREEN:
      return ni_step_screen(p, err);
    case NI_STEP_DENOMINATE:
      return ni_step_denominate(p, err);
    case NI_STEP_IMPUTE:
      return ni_step_impute(p, err);
    case NI_STEP_TREAT:
      return ni_step_treat(p, err);
    case NI_STEP_NORMALISE:
      ni_apply_goalposts(p);
      return ni_step_normalise(p, err);
    default:
      return NIEM_OK; /* of the tree: plan.c */
  }
}

static int is_of_leaves(const ni_step *step) {
  return step->kind != NI_STEP_WEIGH && step->kind != NI_STEP_AGGREGATE;
}

int ni_method_prepares(const niem_method *method) {
  for (int32_t k = 0; k < method->n_steps; k++) {
    if (is_of_leaves(&method->steps[k])) {
      return 1;
    }
  }
  return 0;
}

/* The panel after the first n_steps steps; to the end: as the tree takes it. */
static niem_status make_chain(ni_chain **out, const niem_scores *scores, const ni_leaf_changes *changes,
                              int32_t n_steps, niem_error *err) {
  niem_status status = NIEM_OK;
  preparing p = {.scores = scores, .framework = scores->framework, .method = scores->method};
  const int32_t n = n_steps == NI_ALL_STEPS ? p.method->n_steps : n_steps;
  p.chain = ni_alloc_zero(1, sizeof *p.chain);
  if (p.chain == NULL) {
    return ni_fail_memory(err);
  }
  NIEM_TRY(choose_columns(&p, n_steps, err));
  NIEM_TRY(load(&p, err));
  if (changes != NULL) {
    changes->apply(p.chain, p.chain->stage, changes->context);
  }
  for (int32_t k = 0; k < n; k++) {
    p.step = &p.method->steps[k];
    NIEM_TRY(take_step(&p, err));
  }
  if (n_steps == NI_ALL_STEPS) {
    ni_apply_goalposts(&p);
    NIEM_TRY(check_normalised(&p, err));
    widen_ends(&p);
  }
  *out = p.chain;
  p.chain = NULL;
cleanup:
  ni_free(p.leaf_marks);
  ni_chain_free(p.chain);
  return status;
}

niem_status ni_chain_make(niem_scores *scores, const ni_leaf_changes *changes, niem_error *err) {
  return make_chain(&scores->chain, scores, changes, NI_ALL_STEPS, err);
}

niem_status ni_chain_stage(ni_staged *out, const niem_scores *scores, int32_t n_steps, niem_error *err) {
  niem_status status = NIEM_OK;
  memset(out, 0, sizeof *out);
  if (n_steps < NI_ALL_STEPS || n_steps > scores->method->n_steps) {
    return ni_fail(
        err, NIEM_ERROR_ARGUMENT, "step",
        "is %d; the method has %d steps: 0 is before the first, %d after the last, -1 as the index takes them",
        (int)n_steps, (int)scores->method->n_steps, (int)scores->method->n_steps);
  }
  if (n_steps != NI_ALL_STEPS || scores->chain == NULL) {
    status = make_chain(&out->own, scores, NULL, n_steps, err);
    out->chain = out->own;
  } else {
    out->chain = scores->chain;
  }
  return status;
}

void ni_staged_free(ni_staged *staged) {
  ni_chain_free(staged->own);
  memset(staged, 0, sizeof *staged);
}

void ni_chain_free(ni_chain *chain) {
  if (chain == NULL) {
    return;
  }
  ni_free(chain->column_of);
  ni_free(chain->indicators);
  ni_free(chain->stage);
  ni_free(chain->hi);
  ni_free(chain->lo);
  ni_free(chain->state);
  ni_free(chain->imputed);
  ni_free(chain->screened);
  ni_free(chain->least);
  ni_free(chain->most);
  ni_free(chain->changes);
  ni_free(chain->reports);
  ni_free(chain);
}
