/* Several coders on the same cells: how often they agree, and what each rule of consensus would make of those where
 * they do not. */
#include "base/platform.h"

#include "assessment/panel.h"
#include "assessment/words.h"
#include "base/fpenv.h"
#include "base/number.h"
#include "model/table.h"
#include "niem/assessment.h"

#include <string.h>

/* --- agreement --- */

typedef struct tally {
  int64_t cells, several, agreed;
} tally;

typedef struct agreement_columns {
  int32_t unit, round, group, cells, several, agreed, share;
} agreement_columns;

static void write_tally(niem_table *table, const agreement_columns *c, const char *unit, const char *round,
                        const char *group, const tally *t) {
  ni_table_row(table);
  ni_table_set_text(table, c->unit, unit);
  ni_table_set_text(table, c->round, round);
  ni_table_set_text(table, c->group, group);
  ni_table_set_integer(table, c->cells, t->cells);
  ni_table_set_integer(table, c->several, t->several);
  ni_table_set_integer(table, c->agreed, t->agreed);
  ni_table_set_real(table, c->share, t->several == 0 ? ni_nan() : (double)t->agreed / (double)t->several);
}

/* The cells of one unit, round and group, beginning at row i; where they end. */
static int64_t tally_cells(tally *t, const niem_answers *answers, int64_t i) {
  const ni_answer_rows *rows = &answers->rows;
  const int64_t first = i;
  memset(t, 0, sizeof *t);
  while (i < rows->n && rows->unit[i] == rows->unit[first] && rows->round[i] == rows->round[first] &&
         rows->group[i] == rows->group[first]) {
    const int64_t to = ni_cell_end(answers, i);
    t->cells++;
    t->several += to - i > 1;
    t->agreed += to - i > 1 && ni_coders_agree(answers, i, to);
    i = to;
  }
  return i;
}

static void write_agreement(niem_table *table, const niem_answers *answers) {
  const agreement_columns c = {ni_table_text(table, "unit"),       ni_table_text(table, "round"),
                               ni_table_text(table, "group"),      ni_table_integer(table, "cells"),
                               ni_table_integer(table, "several"), ni_table_integer(table, "agreed"),
                               ni_table_real(table, "share")};
  const ni_answer_rows *rows = &answers->rows;
  tally sum = {0, 0, 0};
  for (int64_t i = 0; i < rows->n;) {
    tally t;
    const int64_t first = i;
    i = tally_cells(&t, answers, i);
    sum.cells += t.cells;
    sum.several += t.several;
    sum.agreed += t.agreed;
    write_tally(table, &c, answers->units[rows->unit[first]], answers->rounds[rows->round[first]],
                answers->framework->groups[rows->group[first]].id, &t);
  }
  write_tally(table, &c, "*", "*", "*", &sum);
}

/* --- disagreements --- */

enum { N_RULES = 4 };
static const int32_t RULES[N_RULES] = {NI_CONSENSUS_UNANIMOUS, NI_CONSENSUS_MAJORITY, NI_CONSENSUS_MEDIAN,
                                       NI_CONSENSUS_ADJUDICATOR};
static const char *const RULE_NAMES[N_RULES] = {"unanimous", "majority", "median", "adjudicator"};

typedef struct disagreement {
  const niem_answers *answers;
  const char *adjudicator;
  niem_table *table;
  niem_buffer *text;
  int32_t unit, round, group, indicator, coders, said, range, rules[N_RULES];
} disagreement;

static void make_columns(disagreement *d) {
  d->unit = ni_table_text(d->table, "unit");
  d->round = ni_table_text(d->table, "round");
  d->group = ni_table_text(d->table, "group");
  d->indicator = ni_table_text(d->table, "indicator");
  d->coders = ni_table_integer(d->table, "coders");
  d->said = ni_table_text(d->table, "answers");
  d->range = ni_table_real(d->table, "range");
  for (int32_t k = 0; k < N_RULES; k++) {
    d->rules[k] = ni_table_text(d->table, RULE_NAMES[k]);
  }
}

static double range_of(const niem_answers *answers, const ni_scale *scale, int64_t from, int64_t to) {
  double least = 0;
  double most = 0;
  int64_t n = 0;
  for (int64_t i = from; i < to; i++) {
    if (answers->rows.state[i] != NIEM_ANSWERED || (scale->kind == NI_NUMERIC && ni_is_nan(scale->worst))) {
      continue;
    }
    const double score = ni_dd_value(ni_scale_score(scale, answers->rows.value[i]));
    least = n == 0 || score < least ? score : least;
    most = n == 0 || score > most ? score : most;
    n++;
  }
  return n < 2 ? ni_nan() : most - least;
}

static void write_answers(disagreement *d, const ni_scale *scale, int64_t from, int64_t to) {
  const niem_answers *answers = d->answers;
  const int64_t before = niem_buffer_size(d->text);
  for (int64_t i = from; i < to; i++) {
    ni_buffer_text(d->text, i == from ? "" : "; ");
    ni_words_answer(d->text, scale, answers->rows.state[i], answers->rows.value[i]);
    ni_buffer_text(d->text, " (");
    ni_buffer_text(d->text, ni_dictionary_text(&answers->coders, answers->rows.coder[i]));
    ni_buffer_char(d->text, ')');
  }
  ni_table_set_text(d->table, d->said, ni_words_since(d->text, before));
}

static void write_rule(disagreement *d, int32_t k, const ni_scale *scale, int64_t from, int64_t to) {
  ni_settled settled;
  if (RULES[k] == NI_CONSENSUS_ADJUDICATOR && d->adjudicator == NULL) {
    return;
  }
  if (ni_settle_cell(&settled, d->answers, RULES[k], d->adjudicator, from, to, NULL) == NIEM_OK) {
    const int64_t before = niem_buffer_size(d->text);
    ni_words_answer(d->text, scale, settled.state, settled.value);
    ni_table_set_text(d->table, d->rules[k], ni_words_since(d->text, before));
  }
}

static void write_disagreement(disagreement *d, int64_t from, int64_t to) {
  const niem_answers *answers = d->answers;
  const ni_answer_rows *rows = &answers->rows;
  const ni_indicator *indicator = &answers->framework->indicators[rows->indicator[from]];
  ni_table_row(d->table);
  ni_table_set_text(d->table, d->unit, answers->units[rows->unit[from]]);
  ni_table_set_text(d->table, d->round, answers->rounds[rows->round[from]]);
  ni_table_set_text(d->table, d->group, answers->framework->groups[rows->group[from]].id);
  ni_table_set_text(d->table, d->indicator, indicator->id);
  ni_table_set_integer(d->table, d->coders, to - from);
  ni_table_set_real(d->table, d->range, range_of(answers, &indicator->scale, from, to));
  write_answers(d, &indicator->scale, from, to);
  for (int32_t k = 0; k < N_RULES; k++) {
    write_rule(d, k, &indicator->scale, from, to);
  }
}

static niem_status check_adjudicator(const niem_answers *answers, const char *adjudicator, niem_error *err) {
  if (adjudicator != NULL && ni_dictionary_find(&answers->coders, adjudicator, strlen(adjudicator)) < 0) {
    return ni_fail(err, NIEM_ERROR_REFERENCE, "adjudicator", "\"%.60s\" is no coder of these answers", adjudicator);
  }
  return NIEM_OK;
}

/* --- public --- */

niem_status niem_agreement(niem_table **out, const niem_answers *answers, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_table *table = NULL;
  ni_fpenv saved;
  if (out == NULL || answers == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "answers", "must not be NULL");
  }
  *out = NULL;
  NIEM_TRY(ni_table_new(&table, "agreement", err));
  ni_fpenv_enter(&saved);
  write_agreement(table, answers);
  ni_fpenv_leave(&saved);
  NIEM_TRY(ni_table_finish(&table, err));
  *out = table;
cleanup:
  return status;
}

niem_status niem_disagreements(niem_table **out, const niem_answers *answers, const char *adjudicator,
                               niem_error *err) {
  niem_status status = NIEM_OK;
  disagreement d = {.answers = answers, .adjudicator = adjudicator};
  ni_fpenv saved;
  if (out == NULL || answers == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "answers", "must not be NULL");
  }
  *out = NULL;
  ni_fpenv_enter(&saved);
  NIEM_TRY(check_adjudicator(answers, adjudicator, err));
  NIEM_TRY(ni_table_new(&d.table, "disagreements", err));
  NIEM_TRY(ni_buffer_new(&d.text, err));
  make_columns(&d);
  for (int64_t from = 0; from < answers->rows.n;) {
    const int64_t to = ni_cell_end(answers, from);
    if (to - from > 1 && !ni_coders_agree(answers, from, to)) {
      write_disagreement(&d, from, to);
    }
    from = to;
  }
  NIEM_TRY(ni_buffer_status(d.text, err));
  NIEM_TRY(ni_table_finish(&d.table, err));
  *out = d.table;
  d.table = NULL;
cleanup:
  niem_table_free(d.table);
  niem_buffer_free(d.text);
  ni_fpenv_leave(&saved);
  return status;
}
