/* The step "impute": gaps are filled, and marked. What a coder answered is never changed; what does not apply is no
 * gap. A filled gap has a score and stays a gap in coverage and bounds, since nobody gave evidence for it. */
#include "base/platform.h"

#include "base/number.h"
#include "methods/impute.h"
#include "scoring/preparing.h"
#include "scoring/rounds.h"

#include <string.h>

/* Arrays by row of an excerpt, and what comes out. */
typedef struct imputing {
  niem_impute_options options;
  int32_t *groups, *units, *predictors;
  double *times;
  double *filled;
  int32_t *marks;
} imputing;

static int is_row_wise(int32_t method) {
  return method == NIEM_IMPUTE_ROW_MEAN || method == NIEM_IMPUTE_ROW_MEDIAN;
}

/* --- groups of units --- */

static int is_in_peers(const niem_answers *answers, const ni_peers *peers, int32_t unit) {
  int found = 0;
  for (int32_t k = 0; k < peers->n_units && !found; k++) {
    found = ni_is_unit(answers, unit, peers->units[k]);
  }
  return found;
}

/* The place of a unit's peer group in the set; -1. */
static int32_t peers_of(const preparing *p, int32_t unit) {
  for (int32_t i = 0; i < p->framework->n_peers; i++) {
    const ni_peers *peers = &p->framework->peers[i];
    if (peers->set != NULL && strcmp(peers->set, p->step->group_set) == 0 &&
        is_in_peers(p->scores->answers, peers, unit)) {
      return i;
    }
  }
  return -1;
}

static niem_status check_set(const preparing *p, niem_error *err) {
  for (int32_t i = 0; i < p->framework->n_peers; i++) {
    if (p->framework->peers[i].set != NULL && strcmp(p->framework->peers[i].set, p->step->group_set) == 0) {
      return NIEM_OK;
    }
  }
  return ni_preparing_fail(p, NIEM_ERROR_REFERENCE, "groups", err,
                           "\"%.60s\" is no set of peer groups; give the framework's \"peers\" that \"set\"",
                           p->step->group_set);
}

static niem_status take_groups(imputing *m, const preparing *p, const ni_excerpt *e, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(check_set(p, err));
  for (int64_t i = 0; i < e->n_rows; i++) {
    m->groups[i] = peers_of(p, p->scores->answers->pair_unit[e->cells[i] / p->framework->n_own_groups]);
  }
  m->options.groups = m->groups;
  m->options.n_groups = e->n_rows;
cleanup:
  return status;
}

/* --- time --- */

static niem_status times_of_rounds(ni_dd *months, const preparing *p, niem_error *err) {
  const char *const *rounds = p->scores->answers->rounds;
  const ni_rounds_fault found = ni_round_times(months, p->scores->answers);
  if (found.fault == NI_ROUND_TIMELESS) {
    return ni_preparing_fail(p, NIEM_ERROR_VALUE, "method", err,
                             "round \"%.60s\" has no date, and is no year either; give the rounds of the framework "
                             "their \"date\"",
                             rounds[found.round]);
  }
  if (found.fault == NI_ROUNDS_AT_ONCE) {
    return ni_preparing_fail(p, NIEM_ERROR_DUPLICATE, "method", err,
                             "rounds \"%.60s\" and \"%.60s\" are of the same time", rounds[found.other],
                             rounds[found.round]);
  }
  return NIEM_OK;
}

/* A series is a unit's answers for one group. */
static niem_status take_series(imputing *m, const preparing *p, const ni_excerpt *e, niem_error *err) {
  const niem_answers *answers = p->scores->answers;
  const int32_t n_own = p->framework->n_own_groups;
  niem_status status = NIEM_OK;
  ni_dd *months = ni_alloc((size_t)answers->n_rounds, sizeof *months);
  if (months == NULL) {
    return ni_fail_memory(err);
  }
  NIEM_TRY(times_of_rounds(months, p, err));
  for (int64_t i = 0; i < e->n_rows; i++) {
    const int64_t row = e->cells[i] / n_own;
    m->units[i] = answers->pair_unit[row] * n_own + (int32_t)(e->cells[i] % n_own);
    m->times[i] = ni_dd_value(months[answers->pair_round[row]]);
  }
  m->options.units = m->units;
  m->options.times = m->times;
  m->options.n_times = e->n_rows;
  m->options.max_age *= NI_MONTHS;
cleanup:
  ni_free(months);
  return status;
}

/* --- one matrix --- */

/* Of all columns of the step: within a node of a level those predict that are below it. */
static niem_status check_predictors(const preparing *p, const ni_excerpt *e, niem_error *err) {
  for (int32_t k = 0; k < p->step->predictors.n; k++) {
    const int32_t indicator = ni_find_indicator(p->framework, p->step->predictors.names[k], NULL);
    int found = 0;
    for (int32_t j = 0; j < e->n_cols; j++) {
      found |= indicator == p->chain->indicators[e->columns[j]];
    }
    if (!found) {
      return ni_preparing_fail(p, NIEM_ERROR_REFERENCE, "predictors", err,
                               "\"%.60s\" is not among the indicators of this step; name it under \"indicators\", too",
                               p->step->predictors.names[k]);
    }
  }
  return NIEM_OK;
}

static niem_status take_predictors(imputing *m, const preparing *p, const ni_excerpt *e, niem_error *err) {
  int32_t found = 0;
  for (int32_t j = 0; j < e->n_cols; j++) {
    m->predictors[j] = 0;
    for (int32_t k = 0; k < p->step->predictors.n; k++) {
      const int32_t indicator = ni_find_indicator(p->framework, p->step->predictors.names[k], NULL);
      m->predictors[j] |= indicator == p->chain->indicators[e->columns[j]];
    }
    found += m->predictors[j];
  }
  m->options.predictors = m->predictors;
  m->options.n_predictors = e->n_cols;
  return found > 0 ? NIEM_OK
                   : ni_preparing_fail(p, NIEM_ERROR_REFERENCE, "predictors", err,
                                       "none of the predictors is below each node of the level");
}

static int make_room(imputing *m, const ni_excerpt *e) {
  const size_t rows = (size_t)e->n_rows;
  const size_t n = rows * (size_t)e->n_cols;
  m->groups = ni_alloc(2 * rows, sizeof *m->groups);
  m->units = m->groups == NULL ? NULL : m->groups + rows;
  m->predictors = ni_alloc((size_t)e->n_cols, sizeof *m->predictors);
  m->times = ni_alloc(rows, sizeof *m->times);
  m->filled = ni_alloc(n, sizeof *m->filled);
  m->marks = ni_alloc(n, sizeof *m->marks);
  return m->groups != NULL && m->predictors != NULL && m->times != NULL && m->filled != NULL && m->marks != NULL;
}

static void free_room(imputing *m) {
  ni_free(m->groups);
  ni_free(m->predictors);
  ni_free(m->times);
  ni_free(m->filled);
  ni_free(m->marks);
}

/* Has a unit said anything in this round for this group? Where it has not there is nothing to go by but the others. */
static int is_silent(const ni_chain *chain, int64_t cell) {
  for (int32_t column = 0; column < chain->n_columns; column++) {
    if (chain->state[column * chain->n_cells + cell] == NIEM_ANSWERED) {
      return 0;
    }
  }
  return 1;
}

static int put_filled(preparing *p, const ni_excerpt *e, const imputing *m) {
  ni_chain *chain = p->chain;
  for (int64_t i = 0; i < e->n_rows; i++) {
    if (!ni_imputes_over_time(m->options.method) && is_silent(chain, e->cells[i])) {
      continue;
    }
    for (int32_t j = 0; j < e->n_cols; j++) {
      const int64_t at = e->columns[j] * chain->n_cells + e->cells[i];
      const int32_t mark = m->marks[i * e->n_cols + j];
      const ni_change change = {.column = e->columns[j],
                                .cell = e->cells[i],
                                .what = NI_DID_IMPUTE,
                                .marks = mark,
                                .before = ni_nan(),
                                .after = m->filled[i * e->n_cols + j]};
      if (mark == NIEM_IMPUTED_NOT || chain->state[at] == NIEM_NOT_APPLICABLE) {
        continue;
      }
      chain->hi[at] = change.after;
      chain->lo[at] = 0;
      chain->imputed[at] = 1;
      if (!ni_note_change(p, change)) {
        return 0;
      }
    }
  }
  return 1;
}

static niem_status impute_excerpt(preparing *p, const ni_excerpt *e, niem_error *err) {
  niem_status status = NIEM_OK;
  imputing m;
  memset(&m, 0, sizeof m);
  m.options = p->step->impute;
  if (e->n_rows == 0 || e->n_cols == 0) {
    return NIEM_OK;
  }
  if (!make_room(&m, e)) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  if (p->step->group_set != NULL) {
    NIEM_TRY(take_groups(&m, p, e, err));
  }
  if (ni_imputes_over_time(m.options.method)) {
    NIEM_TRY(take_series(&m, p, e, err));
  }
  if (p->step->predictors.n > 0) {
    NIEM_TRY(take_predictors(&m, p, e, err));
  }
  const niem_matrix x = ni_excerpt_matrix(e);
  status = niem_impute(m.filled, m.marks, NULL, NULL, &x, &m.options, err);
  if (status != NIEM_OK) {
    status = ni_excerpt_fail(e, p, status, err);
  } else if (!put_filled(p, e, &m)) {
    status = ni_fail_memory(err);
  }
cleanup:
  free_room(&m);
  return status;
}

static niem_status impute_rounds(preparing *p, ni_excerpt *e, niem_error *err) {
  niem_status status = NIEM_OK;
  const int32_t n_rounds = p->step->fit == NI_FIT_ROUND ? p->scores->answers->n_rounds : 0;
  for (int32_t round = n_rounds == 0 ? -1 : 0; round < (n_rounds == 0 ? 0 : n_rounds) && status == NIEM_OK; round++) {
    ni_excerpt_load(e, p, round, NI_NOT_SCREENED);
    status = impute_excerpt(p, e, err);
  }
  return status;
}

/* --- within the nodes of a level --- */

static niem_status find_index(const ni_index **out, const preparing *p, niem_error *err) {
  const niem_framework *framework = p->framework;
  const int32_t place = p->step->index != NULL ? ni_find_index(framework, p->step->index) : ni_unnamed_index(framework);
  if (place < 0 && p->step->index != NULL) {
    return ni_preparing_fail(p, NIEM_ERROR_REFERENCE, "index", err, "\"%.60s\" is no index of framework %.60s",
                             p->step->index, framework->id);
  }
  if (place < 0) {
    return ni_preparing_fail(p, NIEM_ERROR_AMBIGUOUS, "index", err,
                             "a \"level\" belongs to an index; name it, since the framework has several");
  }
  *out = &framework->indexes[place];
  return NIEM_OK;
}

/* Of the excerpt's columns those that are below a node. */
static void keep_below(ni_excerpt *within, const ni_excerpt *e, const preparing *p, const ni_index *index,
                       int32_t node) {
  within->n_cols = 0;
  for (int32_t i = node + 1; i < index->n_nodes; i++) {
    int32_t up = i;
    while (up > node) {
      up = index->nodes[up].parent;
    }
    for (int32_t j = 0; up == node && index->nodes[i].leaf >= 0 && j < e->n_cols; j++) {
      if (p->chain->indicators[e->columns[j]] == index->nodes[i].leaf) {
        within->columns[within->n_cols++] = e->columns[j];
      }
    }
  }
}

static niem_status impute_level(preparing *p, const ni_excerpt *e, niem_error *err) {
  niem_status status = NIEM_OK;
  const ni_index *index = NULL;
  int32_t n_nodes = 0;
  ni_excerpt within = *e;
  within.columns = ni_alloc((size_t)e->n_cols, sizeof *within.columns);
  if (within.columns == NULL) {
    return ni_fail_memory(err);
  }
  NIEM_TRY(find_index(&index, p, err));
  for (int32_t i = 0; i < index->n_nodes; i++) {
    if (index->nodes[i].leaf < 0 && strcmp(index->nodes[i].level, p->step->level) == 0) {
      n_nodes++;
      keep_below(&within, e, p, index, i);
      NIEM_TRY(impute_rounds(p, &within, err));
    }
  }
  if (n_nodes == 0) {
    status = ni_preparing_fail(p, NIEM_ERROR_REFERENCE, "level", err, "index \"%.60s\" has no level \"%.60s\"",
                               index->id, p->step->level);
  }
cleanup:
  ni_free(within.columns);
  return status;
}

/* A mean of a row is a mean of scores. */
static niem_status check_scores(const preparing *p, const ni_excerpt *e, niem_error *err) {
  for (int32_t j = 0; is_row_wise(p->step->impute.method) && j < e->n_cols; j++) {
    if (p->chain->stage[e->columns[j]] != NI_STAGE_SCORES) {
      return ni_preparing_fail(p, NIEM_ERROR_UNSUPPORTED, "method", err,
                               "indicator %.60s is not normalised yet, and the mean of a row is one of scores; let the "
                               "step come after \"normalise\"",
                               p->framework->indicators[p->chain->indicators[e->columns[j]]].id);
    }
  }
  return NIEM_OK;
}

niem_status ni_step_impute(preparing *p, niem_error *err) {
  enum { ALL = 1 << NI_STAGE_RAW | 1 << NI_STAGE_POSTS | 1 << NI_STAGE_SCORES };
  niem_status status = NIEM_OK;
  ni_excerpt e;
  NIEM_TRY(ni_excerpt_begin(&e, p, ALL, err));
  NIEM_TRY(check_scores(p, &e, err));
  NIEM_TRY(check_predictors(p, &e, err));
  status = p->step->level != NULL ? impute_level(p, &e, err) : impute_rounds(p, &e, err);
cleanup:
  ni_excerpt_end(&e);
  return status;
}
