/* The step "normalise": numbers become scores. Parameters are learned over all rounds and groups together, so that
 * rounds compare; over each round by itself; or over one round, by which the others are measured. */
#include "base/platform.h"

#include "base/number.h"
#include "base/order.h"
#include "statistics/columns.h"
#include "scoring/preparing.h"

#include <string.h>

/* Options with an array for each parameter that goes by indicator. */
typedef struct normalising {
  niem_normalise_options options;
  double *directions, *low, *high, *targets; /* one block */
  double *scores;                            /* of the excerpt */
  uint8_t *same; /* AMPI measured by a round: columns in which all values of all rounds are the same */
} normalising;

/* --- parameters by indicator --- */

static int has_named(const ni_named_numbers *named) {
  return named->n > 0 || !ni_is_nan(named->all);
}

static niem_status check_known(const preparing *p, const ni_named_numbers *named, const char *key, niem_error *err) {
  for (int32_t k = 0; k < named->n; k++) {
    if (ni_find_indicator(p->framework, named->names[k], NULL) < 0) {
      return ni_preparing_fail(p, NIEM_ERROR_REFERENCE, key, err, "\"%.60s\" is no indicator of framework %.60s",
                               named->names[k], p->framework->id);
    }
  }
  return NIEM_OK;
}

/* The parameter of each column; NaN where nobody gave one. */
static void find_numbers(double *out, const preparing *p, const ni_excerpt *e, const ni_named_numbers *named) {
  for (int32_t j = 0; j < e->n_cols; j++) {
    out[j] = named->all;
    for (int32_t k = 0; k < named->n; k++) {
      if (ni_find_indicator(p->framework, named->names[k], NULL) == p->chain->indicators[e->columns[j]]) {
        out[j] = named->numbers[k];
      }
    }
  }
}

static niem_status check_complete(const double *numbers, const preparing *p, const ni_excerpt *e, const char *key,
                                  niem_error *err) {
  for (int32_t j = 0; j < e->n_cols; j++) {
    if (ni_is_nan(numbers[j])) {
      return ni_preparing_fail(p, NIEM_ERROR_ARGUMENT, key, err,
                               "indicator %.60s has no number in \"%s\"; give it one, or normalise it by a step of its "
                               "own with \"indicators\"",
                               p->framework->indicators[p->chain->indicators[e->columns[j]]].id, key);
    }
  }
  return NIEM_OK;
}

static niem_status take_numbers(const double **option, double *numbers, const preparing *p, const ni_excerpt *e,
                                const ni_named_numbers *named, const char *key, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(check_known(p, named, key, err));
  if (has_named(named)) {
    find_numbers(numbers, p, e, named);
    NIEM_TRY(check_complete(numbers, p, e, key, err));
    *option = numbers;
  }
cleanup:
  return status;
}

/* The method's targets, else those of the framework. */
static niem_status take_targets(normalising *n, const preparing *p, const ni_excerpt *e, niem_error *err) {
  niem_status status = NIEM_OK;
  const int needed = n->options.method == NIEM_NORMALISE_DISTANCE_TARGET;
  NIEM_TRY(check_known(p, &p->step->targets, "targets", err));
  if (!needed) {
    return NIEM_OK; /* AMPI's references: take_references */
  }
  find_numbers(n->targets, p, e, &p->step->targets);
  for (int32_t j = 0; j < e->n_cols; j++) {
    const double own = p->framework->indicators[p->chain->indicators[e->columns[j]]].scale.target;
    n->targets[j] = ni_is_nan(n->targets[j]) ? own : n->targets[j];
  }
  NIEM_TRY(check_complete(n->targets, p, e, "targets", err));
  n->options.targets = n->targets;
cleanup:
  return status;
}

static niem_status take_parameters(normalising *n, const preparing *p, const ni_excerpt *e, niem_error *err) {
  niem_status status = NIEM_OK;
  const size_t n_cols = (size_t)e->n_cols;
  n->options = p->step->normalise;
  n->directions = ni_alloc(4 * n_cols, sizeof *n->directions);
  n->scores = ni_alloc(n_cols * (size_t)p->chain->n_cells, sizeof *n->scores);
  if (n->directions == NULL || n->scores == NULL) {
    return ni_fail_memory(err);
  }
  n->low = n->directions + n_cols;
  n->high = n->low + n_cols;
  n->targets = n->high + n_cols;
  for (int32_t j = 0; j < e->n_cols; j++) {
    n->directions[j] = p->framework->indicators[p->chain->indicators[e->columns[j]]].scale.direction;
  }
  n->options.n_columns = e->n_cols;
  n->options.directions = n->directions;
  NIEM_TRY(take_numbers(&n->options.low, n->low, p, e, &p->step->low, "low", err));
  NIEM_TRY(take_numbers(&n->options.high, n->high, p, e, &p->step->high, "high", err));
  NIEM_TRY(take_targets(n, p, e, err));
cleanup:
  return status;
}

/* --- the reference unit --- */

static int is_reference(const preparing *p, int64_t cell, int32_t group, int32_t round) {
  const niem_answers *answers = p->scores->answers;
  const int64_t row = cell / p->framework->n_own_groups;
  const int same = ni_is_unit(answers, answers->pair_unit[row], p->step->reference_unit);
  return same && cell % p->framework->n_own_groups == group && (round < 0 || answers->pair_round[row] == round);
}

static niem_status find_round(int32_t *out, const preparing *p, const char *id, const char *key, niem_error *err) {
  niem_error own;
  const niem_status status = ni_select_round(out, p->scores, id, "", &own);
  return status == NIEM_OK || status == NIEM_ERROR_MEMORY
             ? status
             : ni_preparing_fail(p, status, key, err, "%.600s", own.message);
}

/* Distances to a value that is not there. */
static niem_status check_reference(const normalising *n, const preparing *p, const ni_excerpt *e, niem_error *err) {
  for (int32_t j = 0; j < e->n_cols; j++) {
    if (ni_is_nan(e->x[n->options.reference_row * e->n_cols + j])) {
      return ni_preparing_fail(p, NIEM_ERROR_VALUE, "reference", err,
                               "unit \"%.60s\" has no value of indicator %.60s; choose another unit, or impute first",
                               p->step->reference_unit,
                               p->framework->indicators[p->chain->indicators[e->columns[j]]].id);
    }
  }
  return NIEM_OK;
}

/* Its row in the excerpt; the only one that fits what the step names. */
static niem_status find_reference(normalising *n, const preparing *p, const ni_excerpt *e, niem_error *err) {
  const ni_step *step = p->step;
  niem_status status = NIEM_OK;
  int32_t round = -1;
  int32_t group = 0;
  int64_t found = 0;
  if (step->reference_round != NULL) {
    NIEM_TRY(find_round(&round, p, step->reference_round, "reference", err));
  }
  if (step->reference_group != NULL) {
    group = ni_find_group(p->framework, step->reference_group, NULL);
  }
  if (group < 0 || group >= p->framework->n_own_groups ||
      (step->reference_group == NULL && p->framework->n_own_groups > 1)) {
    return ni_preparing_fail(p, NIEM_ERROR_REFERENCE, "reference", err,
                             "\"group\" must name one of the groups that are no merges");
  }
  for (int64_t i = 0; i < e->n_rows; i++) {
    if (is_reference(p, e->cells[i], group, round)) {
      n->options.reference_row = i;
      found++;
    }
  }
  if (found != 1) {
    status = ni_preparing_fail(p, found == 0 ? NIEM_ERROR_REFERENCE : NIEM_ERROR_AMBIGUOUS, "reference", err,
                               "unit \"%.60s\" %s", step->reference_unit,
                               found == 0 ? "has no answers there" : "is in several rounds; name its \"round\"");
    goto cleanup;
  }
  status = check_reference(n, p, e, err);
cleanup:
  return status;
}

/* --- fitting and applying --- */

/* Ranks of a kind that belongs to the ranked values alone cannot be applied to others. */
static int is_of_one_matrix(const niem_normalise_options *o) {
  const int ranks = o->method >= NIEM_NORMALISE_RANK && o->method <= NIEM_NORMALISE_BORDA;
  return ranks && (o->ties == NI_TIES_FIRST || o->tolerance > 0);
}

/* The ends of each column: those of the scale that the method has, else the least and the greatest score that was
 * fitted. They were set to NaN before. */
static void note_ends(preparing *p, const ni_excerpt *e, const normalising *n) {
  const niem_normalise_options *o = &n->options;
  const int scaled =
      o->method == NIEM_NORMALISE_MINMAX || o->method == NIEM_NORMALISE_GOALPOSTS || o->method == NIEM_NORMALISE_SCALED;
  for (int32_t j = 0; j < e->n_cols; j++) {
    double *least = &p->chain->least[e->columns[j]];
    double *most = &p->chain->most[e->columns[j]];
    if (scaled) {
      *least = ni_is_nan(o->lower) ? 0 : o->lower;
      *most = ni_is_nan(o->upper) ? 100 : o->upper;
    }
    for (int64_t i = 0; i < e->n_rows; i++) {
      const double score = n->scores[i * e->n_cols + j];
      if (!ni_is_nan(score)) {
        *least = !(*least <= score) ? score : *least;
        *most = !(*most >= score) ? score : *most;
      }
    }
  }
}

static void put_scores(preparing *p, const ni_excerpt *e, const normalising *n) {
  for (int64_t i = 0; i < e->n_rows; i++) {
    for (int32_t j = 0; j < e->n_cols; j++) {
      const int64_t at = e->columns[j] * p->chain->n_cells + e->cells[i];
      p->chain->hi[at] = n->scores[i * e->n_cols + j];
      p->chain->lo[at] = 0;
    }
  }
}

static int note_fit(preparing *p, const ni_excerpt *e, int32_t round) {
  for (int32_t j = 0; j < e->n_cols; j++) {
    ni_column_report report = {.column = e->columns[j], .round = round};
    ni_excerpt_extent(&report, e, j);
    if (!ni_note_column(p, report)) {
      return 0;
    }
  }
  return 1;
}

/* What the fit has no room for (the logarithm of 0, an indicator that nobody else has) has no score for a unit that was
 * screened out; it is no reason to refuse the others theirs. `normaliser` NULL: nothing was learned. */
static niem_status score_screened(double *score, const niem_normaliser *normaliser, double *row, int32_t n_cols,
                                  int32_t j, double value, niem_error *err) {
  const niem_matrix one = {row, 1, n_cols, n_cols, 1};
  niem_status status = NIEM_ERROR_VALUE;
  for (int32_t k = 0; k < n_cols; k++) {
    row[k] = k == j ? value : ni_nan();
  }
  if (normaliser != NULL && !ni_is_nan(value)) {
    status = niem_normaliser_apply(row, normaliser, &one, err);
  }
  *score = status == NIEM_OK ? row[j] : ni_nan();
  return status == NIEM_ERROR_VALUE ? NIEM_OK : status;
}

/* Units that were screened out in a round (-1: in all) have leaves, and no value above them. */
static niem_status apply_to_screened(preparing *p, ni_excerpt *e, const niem_normaliser *normaliser, int32_t round,
                                     niem_error *err) {
  niem_status status = NIEM_OK;
  const ni_chain *chain = p->chain;
  double *row = ni_alloc((size_t)e->n_cols, sizeof *row);
  if (row == NULL) {
    return ni_fail_memory(err);
  }
  for (int64_t cell = 0; chain->screened != NULL && cell < chain->n_cells; cell++) {
    const int32_t own = p->scores->answers->pair_round[cell / p->framework->n_own_groups];
    for (int32_t j = 0; chain->screened[cell] && (round < 0 || own == round) && j < e->n_cols; j++) {
      double *value = &chain->hi[e->columns[j] * chain->n_cells + cell];
      NIEM_TRY(score_screened(value, normaliser, row, e->n_cols, j, *value, err));
    }
  }
cleanup:
  ni_free(row);
  return status;
}

/* Ranks that belong to one matrix. */
static niem_status normalise_at_once(preparing *p, const ni_excerpt *e, normalising *n, niem_error *err) {
  const niem_matrix x = ni_excerpt_matrix(e);
  const niem_status status = niem_normalise(n->scores, &x, &n->options, err);
  if (status == NIEM_OK) {
    note_ends(p, e, n);
    put_scores(p, e, n);
  }
  return status;
}

static void put_same(const normalising *n, const ni_excerpt *e) {
  for (int64_t k = 0; n->same != NULL && k < e->n_rows * e->n_cols; k++) {
    n->scores[k] = n->same[k % e->n_cols] && !ni_is_nan(n->scores[k]) ? n->options.constant : n->scores[k];
  }
}

static niem_status fit_and_apply(niem_normaliser **normaliser, preparing *p, ni_excerpt *e, normalising *n,
                                 int32_t applied, niem_error *err) {
  niem_status status = NIEM_OK;
  const niem_matrix x = ni_excerpt_matrix(e);
  NIEM_TRY(niem_normaliser_fit(normaliser, &x, &n->options, err));
  NIEM_TRY(niem_normaliser_apply(n->scores, *normaliser, &x, err));
  put_same(n, e);
  note_ends(p, e, n);
  ni_excerpt_load(e, p, applied, NI_NOT_SCREENED);
  const niem_matrix all = ni_excerpt_matrix(e);
  NIEM_TRY(niem_normaliser_apply(n->scores, *normaliser, &all, err));
  put_same(n, e);
  put_scores(p, e, n);
cleanup:
  return status;
}

/* AMPI's references: those that the step names, the mean of the fit for the other indicators. */
static niem_status take_references(normalising *n, const preparing *p, const ni_excerpt *e, niem_error *err) {
  if (n->options.method != NIEM_NORMALISE_AMPI || !has_named(&p->step->targets)) {
    return NIEM_OK;
  }
  double *column = ni_alloc((size_t)e->n_rows, sizeof *column);
  if (column == NULL) {
    return ni_fail_memory(err);
  }
  find_numbers(n->targets, p, e, &p->step->targets);
  for (int32_t j = 0; j < e->n_cols; j++) {
    for (int64_t i = 0; i < e->n_rows; i++) {
      column[i] = e->x[i * e->n_cols + j];
    }
    const double mean = ni_mean(column, e->n_rows);
    n->targets[j] = !ni_is_nan(n->targets[j]) ? n->targets[j] : ni_is_nan(mean) ? 0 : mean;
  }
  n->options.targets = n->targets;
  ni_free(column);
  return NIEM_OK;
}

/* Learn on the cells of `fitted` (a round, -1: all) and apply to those of `applied`. */
static niem_status normalise_round(preparing *p, ni_excerpt *e, normalising *n, int32_t fitted, int32_t applied,
                                   niem_error *err) {
  niem_status status = NIEM_OK;
  niem_normaliser *normaliser = NULL;
  ni_excerpt_load(e, p, fitted, NI_NOT_SCREENED);
  if (e->n_rows > 0) {
    if (!note_fit(p, e, fitted)) {
      return ni_fail_memory(err);
    }
    if (n->options.method == NIEM_NORMALISE_DISTANCE_REFERENCE) {
      NIEM_TRY(find_reference(n, p, e, err));
    }
    NIEM_TRY(take_references(n, p, e, err));
    NIEM_TRY(fitted == applied && is_of_one_matrix(&n->options) ? normalise_at_once(p, e, n, err)
                                                                : fit_and_apply(&normaliser, p, e, n, applied, err));
  } else if (fitted != applied) {
    return ni_preparing_fail(p, NIEM_ERROR_VALUE, "fit", err,
                             "every unit of round \"%.60s\" was screened out, so there is nothing to learn from",
                             p->scores->answers->rounds[fitted]);
  }
  NIEM_TRY(apply_to_screened(p, e, normaliser, applied, err));
cleanup:
  niem_normaliser_free(normaliser);
  return status == NIEM_OK ? status : ni_excerpt_fail(e, p, status, err);
}

/* A column in which all values of all rounds are the same has no extremes to measure by: it has the score that the step
 * says. */
static niem_status take_same(normalising *n, const preparing *p, const ni_excerpt *e, int32_t j, niem_error *err) {
  if (ni_is_nan(n->options.constant)) {
    return ni_preparing_fail(p, NIEM_ERROR_VALUE, "", err,
                             "indicator %.60s: all its values are the same, so this method has nothing to divide by; "
                             "leave it out, or set \"constant\" to the score that it shall have",
                             p->framework->indicators[p->chain->indicators[e->columns[j]]].id);
  }
  n->same[j] = 1;
  n->low[j] -= 1;
  n->high[j] += 1;
  return NIEM_OK;
}

/* AMPI that is measured by a round has its reference there, and its extremes are those of all rounds (Mazziotta &
 * Pareto 2016). */
static niem_status take_extremes(preparing *p, ni_excerpt *e, normalising *n, niem_error *err) {
  niem_status status = NIEM_OK;
  n->same = ni_alloc_zero((size_t)e->n_cols, 1);
  NIEM_TRY(n->same != NULL ? NIEM_OK : ni_fail_memory(err));
  ni_excerpt_load(e, p, -1, NI_NOT_SCREENED);
  for (int32_t j = 0; j < e->n_cols; j++) {
    ni_column_report report = {.n = 0};
    ni_excerpt_extent(&report, e, j);
    n->low[j] = report.n == 0 ? 0 : report.low;
    n->high[j] = report.n == 0 ? 1 : report.high;
    NIEM_TRY(n->low[j] < n->high[j] ? NIEM_OK : take_same(n, p, e, j, err));
  }
  n->options.low = n->low;
  n->options.high = n->high;
cleanup:
  return status;
}

static niem_status normalise_rounds(preparing *p, ni_excerpt *e, normalising *n, niem_error *err) {
  niem_status status = NIEM_OK;
  int32_t base = -1;
  if (p->step->fit == NI_FIT_BASE) {
    NIEM_TRY(find_round(&base, p, p->step->base, "fit", err));
  }
  if (base >= 0 && n->options.method == NIEM_NORMALISE_AMPI && n->options.low == NULL) {
    NIEM_TRY(take_extremes(p, e, n, err));
  }
  if (p->step->fit != NI_FIT_ROUND) {
    return normalise_round(p, e, n, base, -1, err);
  }
  for (int32_t round = 0; round < p->scores->answers->n_rounds; round++) {
    NIEM_TRY(normalise_round(p, e, n, round, round, err));
  }
cleanup:
  return status;
}

niem_status ni_step_normalise(preparing *p, niem_error *err) {
  niem_status status = NIEM_OK;
  ni_excerpt e;
  normalising n;
  memset(&n, 0, sizeof n);
  NIEM_TRY(ni_excerpt_begin(&e, p, 1u << NI_STAGE_RAW, err));
  if (e.n_cols == 0) {
    goto cleanup;
  }
  for (int32_t j = 0; j < e.n_cols; j++) {
    p->chain->least[e.columns[j]] = p->chain->most[e.columns[j]] = ni_nan();
  }
  NIEM_TRY(take_parameters(&n, p, &e, err));
  NIEM_TRY(normalise_rounds(p, &e, &n, err));
  for (int32_t j = 0; j < e.n_cols; j++) {
    p->chain->stage[e.columns[j]] = NI_STAGE_SCORES;
  }
cleanup:
  ni_free(n.directions);
  ni_free(n.scores);
  ni_free(n.same);
  ni_excerpt_end(&e);
  return status;
}
