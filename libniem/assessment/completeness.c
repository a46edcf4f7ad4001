/* How complete answers are, and the data gaps: questions counted by their state, for each unit and round and for all
 * units of a round, by group and by each facet. */
#include "base/platform.h"

#include "assessment/panel.h"
#include "base/fpenv.h"
#include "base/number.h"
#include "model/table.h"
#include "niem/assessment.h"

#include <string.h>

typedef struct tally {
  int64_t states[NIEM_STATE_END];
} tally;

typedef struct counting {
  ni_panel panel;
  uint8_t *counts_in; /* of each indicator: is it counted? */
  int32_t n_slots;    /* all, each own group, each value of each facet */
  int32_t *facet_slot;
  tally *own;       /* of the pair in hand, by slot */
  tally *of_rounds; /* of all units, by round and slot */
  int gaps;         /* the table of data gaps */
  niem_table *table;
  int32_t columns[16];
  ni_arena arena;
} counting;

/* --- which questions --- */

static int is_statistical(const niem_framework *framework, int32_t i) {
  const ni_indicator *indicator = &framework->indicators[i];
  for (int32_t g = 0; g < framework->n_own_groups; g++) {
    if (framework->groups[g].applies_if != NULL && framework->groups[g].decides[i]) {
      return 0;
    }
  }
  return !indicator->scored && indicator->part_of < 0;
}

static int choose_questions(counting *c) {
  const niem_framework *framework = c->panel.framework;
  int any = 0;
  for (int32_t i = 0; i < framework->n_indicators; i++) {
    c->counts_in[i] = framework->indicators[i].scale.kind != NI_COMPOSITE && (!c->gaps || is_statistical(framework, i));
    any |= c->counts_in[i];
  }
  return any;
}

static niem_status prepare(counting *c, niem_error *err) {
  const niem_framework *framework = c->panel.framework;
  c->n_slots = 1 + framework->n_own_groups;
  c->facet_slot = ni_arena_alloc(&c->arena, (size_t)framework->n_facets, sizeof *c->facet_slot);
  for (int32_t f = 0; f < framework->n_facets && c->facet_slot != NULL; f++) {
    c->facet_slot[f] = c->n_slots;
    c->n_slots += framework->facets[f].n_values;
  }
  c->counts_in = ni_arena_alloc(&c->arena, (size_t)framework->n_indicators, 1);
  c->own = ni_arena_alloc(&c->arena, (size_t)c->n_slots, sizeof *c->own);
  c->of_rounds =
      ni_arena_alloc(&c->arena, (size_t)c->panel.answers->n_rounds * (size_t)c->n_slots, sizeof *c->of_rounds);
  if (c->facet_slot == NULL || c->counts_in == NULL || c->own == NULL || c->of_rounds == NULL) {
    return ni_fail_memory(err);
  }
  if (!choose_questions(c)) {
    return ni_fail(err, NIEM_ERROR_UNSUPPORTED, "answers",
                   "framework %s has no statistical indicator (one with \"scored\": false); there are no data gaps",
                   framework->id);
  }
  return NIEM_OK;
}

/* --- counting --- */

static void count_cell(counting *c, int64_t pair, int32_t group) {
  const niem_framework *framework = c->panel.framework;
  ni_panel_leaves(&c->panel, pair, group, NULL);
  for (int32_t i = 0; i < framework->n_indicators; i++) {
    const int32_t state = c->panel.leaves[i].state;
    if (!c->counts_in[i] || !framework->indicators[i].asked[group]) {
      continue;
    }
    c->own[0].states[state]++;
    c->own[1 + group].states[state]++;
    for (int32_t f = 0; f < framework->n_facets; f++) {
      const int32_t value = framework->indicators[i].facets[f];
      if (value >= 0) {
        c->own[c->facet_slot[f] + value].states[state]++;
      }
    }
  }
}

static int64_t all_of(const tally *t) {
  int64_t n = 0;
  for (int32_t s = 0; s < NIEM_STATE_END; s++) {
    n += t->states[s];
  }
  return n;
}

/* --- the table --- */

static void make_columns(counting *c) {
  static const char *const COMPLETENESS[] = {"asked",         "answered",       "not_applicable",   "missing",
                                             "not_collected", "not_accessible", "not_disaggregated"};
  static const char *const GAPS[] = {"n",      "available", "not_collected", "not_accessible", "not_disaggregated",
                                     "missing"};
  static const char *const SHARES[] = {"share_available", "share_not_collected", "share_not_accessible",
                                       "share_not_disaggregated", "share_missing"};
  int32_t n = 0;
  c->columns[n++] = ni_table_text(c->table, "unit");
  c->columns[n++] = ni_table_text(c->table, "round");
  c->columns[n++] = ni_table_text(c->table, "facet");
  c->columns[n++] = ni_table_text(c->table, "value");
  for (size_t k = 0; k < (c->gaps ? sizeof GAPS / sizeof GAPS[0] : sizeof COMPLETENESS / sizeof COMPLETENESS[0]); k++) {
    c->columns[n++] = ni_table_integer(c->table, c->gaps ? GAPS[k] : COMPLETENESS[k]);
  }
  for (size_t k = 0; k < (c->gaps ? sizeof SHARES / sizeof SHARES[0] : 1); k++) {
    c->columns[n++] = ni_table_real(c->table, c->gaps ? SHARES[k] : "share");
  }
}

static double share(int64_t part, int64_t whole) {
  return whole == 0 ? ni_nan() : (double)part / (double)whole;
}

static void write_counts(const counting *c, const tally *t) {
  static const int32_t ORDER[] = {NIEM_ANSWERED, NIEM_NOT_COLLECTED, NIEM_NOT_ACCESSIBLE, NIEM_NOT_DISAGGREGATED,
                                  NIEM_MISSING};
  const int64_t asked = all_of(t);
  const int64_t applies = asked - t->states[NIEM_NOT_APPLICABLE];
  const int32_t *column = c->columns + 4;
  ni_table_set_integer(c->table, *column++, c->gaps ? applies : asked);
  if (!c->gaps) {
    for (int32_t s = 0; s < NIEM_STATE_END; s++) {
      ni_table_set_integer(c->table, *column++, t->states[s]);
    }
    ni_table_set_real(c->table, *column, share(t->states[NIEM_ANSWERED], applies));
    return;
  }
  for (size_t k = 0; k < 5; k++) {
    ni_table_set_integer(c->table, column[k], t->states[ORDER[k]]);
    ni_table_set_real(c->table, column[5 + k], share(t->states[ORDER[k]], applies));
  }
}

static void write_row(const counting *c, const char *unit, const char *round, const char *facet, const char *value,
                      const tally *t) {
  if (all_of(t) == 0) {
    return;
  }
  ni_table_row(c->table);
  ni_table_set_text(c->table, c->columns[0], unit);
  ni_table_set_text(c->table, c->columns[1], round);
  ni_table_set_text(c->table, c->columns[2], facet);
  ni_table_set_text(c->table, c->columns[3], value);
  write_counts(c, t);
}

static void write_slots(const counting *c, const char *unit, const char *round, const tally *slots) {
  const niem_framework *framework = c->panel.framework;
  write_row(c, unit, round, "all", "*", &slots[0]);
  for (int32_t g = 0; g < framework->n_own_groups; g++) {
    write_row(c, unit, round, "group", framework->groups[g].id, &slots[1 + g]);
  }
  for (int32_t f = 0; f < framework->n_facets; f++) {
    const ni_facet *facet = &framework->facets[f];
    for (int32_t v = 0; v < facet->n_values; v++) {
      write_row(c, unit, round, facet->id, facet->values[v].id, &slots[c->facet_slot[f] + v]);
    }
  }
}

static void count_all(counting *c) {
  const niem_answers *answers = c->panel.answers;
  for (int64_t p = 0; p < answers->n_pairs; p++) {
    const int32_t round = answers->pair_round[p];
    tally *of_round = c->of_rounds + (size_t)round * (size_t)c->n_slots;
    memset(c->own, 0, (size_t)c->n_slots * sizeof *c->own);
    for (int32_t g = 0; g < c->panel.framework->n_own_groups; g++) {
      count_cell(c, p, g);
    }
    for (int32_t k = 0; k < c->n_slots; k++) {
      for (int32_t s = 0; s < NIEM_STATE_END; s++) {
        of_round[k].states[s] += c->own[k].states[s];
      }
    }
    write_slots(c, answers->units[answers->pair_unit[p]], answers->rounds[round], c->own);
  }
  for (int32_t r = 0; r < answers->n_rounds; r++) {
    write_slots(c, "*", answers->rounds[r], c->of_rounds + (size_t)r * (size_t)c->n_slots);
  }
}

static niem_status count(niem_table **out, const niem_answers *answers, const niem_method *method, int gaps,
                         niem_error *err) {
  niem_status status = NIEM_OK;
  ni_fpenv saved;
  counting c;
  memset(&c, 0, sizeof c);
  if (out == NULL || answers == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "answers", "must not be NULL");
  }
  *out = NULL;
  ni_fpenv_enter(&saved);
  c.gaps = gaps;
  NIEM_TRY(ni_panel_open(&c.panel, answers, method, err));
  NIEM_TRY(prepare(&c, err));
  NIEM_TRY(ni_table_new(&c.table, gaps ? "data gaps" : "completeness", err));
  make_columns(&c);
  count_all(&c);
  NIEM_TRY(ni_table_finish(&c.table, err));
  *out = c.table;
  c.table = NULL;
cleanup:
  niem_table_free(c.table);
  ni_panel_close(&c.panel);
  ni_arena_free(&c.arena);
  ni_fpenv_leave(&saved);
  return status;
}

/* --- public --- */

niem_status niem_completeness(niem_table **out, const niem_answers *answers, const niem_method *method,
                              niem_error *err) {
  return count(out, answers, method, 0, err);
}

niem_status niem_data_gaps(niem_table **out, const niem_answers *answers, const niem_method *method, niem_error *err) {
  return count(out, answers, method, 1, err);
}
