/* Scores as tables: values with coverage, bounds and bands; the member set behind them; one value. */
#include "base/platform.h"

#include "base/fail.h"
#include "base/fpenv.h"
#include "base/number.h"
#include "model/table.h"
#include "scoring/plan.h"

#include <string.h>

static const char *const STATES[] = {"value", "not_applicable", "no_value"};

typedef struct score_columns {
  int32_t unit, round, group, index, node, level, value, coverage, lower, upper, n_applicable, n_answered, state, band;
} score_columns;

static score_columns add_columns(niem_table *table, int with_bands) {
  score_columns c;
  c.unit = ni_table_text(table, "unit");
  c.round = ni_table_text(table, "round");
  c.group = ni_table_text(table, "group");
  c.index = ni_table_text(table, "index");
  c.node = ni_table_text(table, "node");
  c.level = ni_table_text(table, "level");
  c.value = ni_table_real(table, "value");
  c.coverage = ni_table_real(table, "coverage");
  c.lower = ni_table_real(table, "lower");
  c.upper = ni_table_real(table, "upper");
  c.n_applicable = ni_table_integer(table, "n_applicable");
  c.n_answered = ni_table_integer(table, "n_answered");
  c.state = ni_table_text(table, "state");
  c.band = with_bands ? ni_table_text(table, "band") : -1;
  return c;
}

/* Whether a unit has been left out of a group, or of all that a merge is made of. */
static int is_screened_out(const niem_scores *scores, int64_t row, int32_t group) {
  const ni_group *own = &scores->framework->groups[group];
  int out = own->n_members > 0 || ni_scores_screened(scores, row, group);
  for (int32_t m = 0; m < own->n_members; m++) {
    out = out && ni_scores_screened(scores, row, own->members[m]);
  }
  return out;
}

static const char *state_of(const niem_scores *scores, const ni_node *node, const ni_score *score, int64_t row,
                            int32_t group) {
  const int out = score->state == NI_NO_VALUE && node->leaf < 0 && is_screened_out(scores, row, group);
  return out ? "screened_out" : STATES[score->state];
}

static void add_score(niem_table *table, const score_columns *c, const niem_scores *scores, const ni_selection *s,
                      int64_t row, int32_t group, int32_t node) {
  const niem_answers *answers = scores->answers;
  const ni_index *index = &scores->framework->indexes[s->index];
  ni_score score = ni_scores_at(scores, s->index, node, row, group);
  ni_table_row(table);
  ni_table_set_text(table, c->unit, answers->units[answers->pair_unit[row]]);
  ni_table_set_text(table, c->round, answers->rounds[answers->pair_round[row]]);
  ni_table_set_text(table, c->group, scores->framework->groups[group].id);
  ni_table_set_text(table, c->index, index->id);
  ni_table_set_text(table, c->node, index->nodes[node].name);
  ni_table_set_text(table, c->level, index->nodes[node].level);
  ni_table_set_real(table, c->value, score.value);
  ni_table_set_real(table, c->coverage, score.coverage);
  ni_table_set_real(table, c->lower, score.lower);
  ni_table_set_real(table, c->upper, score.upper);
  ni_table_set_integer(table, c->n_applicable, score.n_applicable);
  ni_table_set_integer(table, c->n_answered, score.n_answered);
  ni_table_set_text(table, c->state, state_of(scores, &index->nodes[node], &score, row, group));
  if (c->band >= 0) {
    ni_table_set_text(table, c->band, ni_band_of(s->bands, score.value));
  }
}

static void note_selection(niem_table *table, const niem_scores *scores, const ni_selection *s) {
  ni_table_note(table, "framework", scores->framework->id);
  ni_table_note(table, "version", scores->framework->version);
  ni_table_note(table, "index", scores->framework->indexes[s->index].id);
  const ni_plan *plan = scores->indexes[s->index].plan;
  ni_table_note(table, "bounds", "every gap at its indicator's own worst, or best, end");
  if (!plan->bounded) {
    ni_table_note(table, "scale", "not 0-100: what the method's normalisation and aggregation make");
  }
  if (s->bands != NULL && s->bands->id != NULL) {
    ni_table_note(table, "bands", s->bands->id);
  }
  if (s->bands != NULL) {
    ni_table_note(table, "band_edges",
                  s->bands->rounded ? "apply to scores rounded to whole points" : "apply to scores as they are");
  }
}

static niem_status make_table(niem_table **out, const niem_scores *scores, const niem_query *query, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_table *table = NULL;
  ni_selection s;
  memset(&s, 0, sizeof s);
  if (out == NULL || scores == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "scores", "must not be NULL");
  }
  *out = NULL;
  NIEM_TRY(ni_select(&s, scores, query, 0, err));
  NIEM_TRY(ni_table_new(&table, "scores", err));
  note_selection(table, scores, &s);
  score_columns c = add_columns(table, s.bands != NULL);
  for (int32_t u = 0; u < s.n_units; u++) {
    for (int32_t r = 0; r < s.n_rounds; r++) {
      int64_t row = ni_scores_row(scores, s.units[u], s.rounds[r]);
      for (int32_t g = 0; row >= 0 && g < s.n_groups; g++) {
        for (int32_t k = 0; k < s.n_nodes; k++) {
          add_score(table, &c, scores, &s, row, s.groups[g], s.nodes[k]);
        }
      }
    }
  }
  NIEM_TRY(ni_table_finish(&table, err));
  *out = table;
  table = NULL;
cleanup:
  ni_selection_free(&s);
  niem_table_free(table);
  return status;
}

niem_status niem_scores_table(niem_table **out, const niem_scores *scores, const niem_query *query, niem_error *err) {
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  niem_status status = make_table(out, scores, query, err);
  ni_fpenv_leave(&saved);
  return status;
}

static niem_status find_value(double *out, const niem_scores *scores, const char *unit, const char *round,
                              const char *group, const char *node, niem_error *err) {
  niem_status status = NIEM_OK;
  ni_selection s;
  niem_query query;
  memset(&s, 0, sizeof s);
  if (out == NULL || scores == NULL || unit == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT,
                   out == NULL      ? "out"
                   : scores == NULL ? "scores"
                                    : "unit",
                   "must not be NULL");
  }
  niem_query_init(&query);
  query.round = round;
  query.group = group;
  query.node = node;
  query.units = &unit;
  query.n_units = 1;
  NIEM_TRY(ni_select(&s, scores, &query, NI_ONE_ROUND | NI_TOP_NODE, err));
  if (s.n_groups != 1) {
    status = ni_fail(err, NIEM_ERROR_ARGUMENT, "group", "one value has one group");
    goto cleanup;
  }
  int64_t row = ni_scores_row(scores, s.units[0], s.rounds[0]);
  if (row < 0) {
    status = ni_fail(err, NIEM_ERROR_REFERENCE, "unit", "\"%.60s\" has no answers in round \"%.60s\"", unit,
                     scores->answers->rounds[s.rounds[0]]);
    goto cleanup;
  }
  *out = ni_scores_at(scores, s.index, s.nodes[0], row, s.groups[0]).value;
cleanup:
  ni_selection_free(&s);
  return status;
}

niem_status niem_scores_value(double *out, const niem_scores *scores, const char *unit, const char *round,
                              const char *group, const char *node, niem_error *err) {
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  niem_status status = find_value(out, scores, unit, round, group, node, err);
  ni_fpenv_leave(&saved);
  return status;
}

/* --- members --- */

typedef struct member_columns {
  int32_t unit, round, group, node, indicator, state, value, imputed;
} member_columns;

/* The leaves below a node for one row and group of its own. */
static void add_members(niem_table *table, const member_columns *c, const niem_scores *scores, const ni_index *index,
                        int64_t row, int32_t group, int32_t node) {
  const niem_answers *answers = scores->answers;
  for (int32_t i = node; i < index->n_nodes && (i == node || ni_is_within(index, node, i)); i++) {
    if (index->nodes[i].leaf < 0) {
      continue;
    }
    ni_leaf leaf = ni_scores_leaf(scores, row, group, index->nodes[i].leaf);
    ni_table_row(table);
    ni_table_set_text(table, c->unit, answers->units[answers->pair_unit[row]]);
    ni_table_set_text(table, c->round, answers->rounds[answers->pair_round[row]]);
    ni_table_set_text(table, c->group, scores->framework->groups[group].id);
    ni_table_set_text(table, c->node, index->nodes[node].name);
    ni_table_set_text(table, c->indicator, index->nodes[i].name);
    ni_table_set_text(table, c->state, niem_state_name(leaf.state));
    ni_table_set_real(table, c->value, ni_leaf_has_score(&leaf) ? ni_dd_value(leaf.score) : ni_nan());
    ni_table_set_integer(table, c->imputed, leaf.imputed);
  }
}

static void add_group_members(niem_table *table, const member_columns *c, const niem_scores *scores,
                              const ni_selection *s, int64_t row, int32_t group) {
  const ni_group *own = &scores->framework->groups[group];
  const ni_index *index = &scores->framework->indexes[s->index];
  for (int32_t k = 0; k < s->n_nodes; k++) {
    for (int32_t m = 0; m < own->n_members; m++) {
      add_members(table, c, scores, index, row, own->members[m], s->nodes[k]);
    }
    if (own->n_members == 0) {
      add_members(table, c, scores, index, row, group, s->nodes[k]);
    }
  }
}

static niem_status make_members(niem_table **out, const niem_scores *scores, const niem_query *query, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_table *table = NULL;
  ni_selection s;
  memset(&s, 0, sizeof s);
  if (out == NULL || scores == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "scores", "must not be NULL");
  }
  *out = NULL;
  NIEM_TRY(ni_select(&s, scores, query, NI_TOP_NODE, err));
  NIEM_TRY(ni_table_new(&table, "members", err));
  member_columns c = {ni_table_text(table, "unit"),  ni_table_text(table, "round"),     ni_table_text(table, "group"),
                      ni_table_text(table, "node"),  ni_table_text(table, "indicator"), ni_table_text(table, "state"),
                      ni_table_real(table, "value"), ni_table_integer(table, "imputed")};
  for (int32_t u = 0; u < s.n_units; u++) {
    for (int32_t r = 0; r < s.n_rounds; r++) {
      int64_t row = ni_scores_row(scores, s.units[u], s.rounds[r]);
      for (int32_t g = 0; row >= 0 && g < s.n_groups; g++) {
        add_group_members(table, &c, scores, &s, row, s.groups[g]);
      }
    }
  }
  NIEM_TRY(ni_table_finish(&table, err));
  *out = table;
  table = NULL;
cleanup:
  ni_selection_free(&s);
  niem_table_free(table);
  return status;
}

niem_status niem_scores_members(niem_table **out, const niem_scores *scores, const niem_query *query, niem_error *err) {
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  niem_status status = make_members(out, scores, query, err);
  ni_fpenv_leave(&saved);
  return status;
}
