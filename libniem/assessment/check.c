/* The check of what comes back: what skip logic contradicts, what hangs in the air, what lacks a source, what changed
 * without a word, where coders disagree - each with its place, the largest effects on the score first. */
#include "base/platform.h"

#include "assessment/panel.h"
#include "assessment/words.h"
#include "base/fpenv.h"
#include "base/number.h"
#include "base/options.h"
#include "base/order.h"
#include "model/table.h"
#include "niem/assessment.h"

#include <string.h>

typedef struct finding {
  int32_t severity; /* NIEM_ERROR, NIEM_WARNING, NIEM_NOTE */
  int32_t group, indicator;
  int64_t pair;
  const char *kind;
  const char *coder;   /* NULL: all of them */
  const char *message; /* in the arena */
  double effect;
} finding;

typedef struct checking {
  ni_panel panel, other; /* `other` is opened where there are previous answers */
  ni_panel *previous;    /* the panel to compare with: `other`, or the panel itself */
  niem_check_options options;
  const char **evidence; /* by indicator */
  uint8_t *asks;         /* of each indicator: a condition of the group in hand refers to it */
  finding *findings;
  size_t n, capacity;
  niem_buffer *text;
  int out_of_memory;
  ni_arena arena;
  /* the cell in hand */
  int64_t pair, previous_pair;
  int32_t group;
  double top; /* of the cell's own answers, once it is asked for */
  int32_t has_top;
} checking;

/* --- findings --- */

/* The message is what was written to c->text since `before`. */
static void add_finding(checking *c, int32_t severity, const char *kind, int32_t indicator, const char *coder,
                        int64_t before, double effect) {
  const char *text = ni_words_since(c->text, before);
  if (!ni_grow(&c->findings, &c->capacity, c->n + 1, sizeof *c->findings)) {
    c->out_of_memory = 1;
    return;
  }
  finding *f = &c->findings[c->n++];
  f->severity = severity;
  f->kind = kind;
  f->pair = c->pair;
  f->group = c->group;
  f->indicator = indicator;
  f->coder = coder == NULL || coder[0] == '\0' ? NULL : coder;
  f->effect = effect;
  f->message = text == NULL ? NULL : ni_arena_text(&c->arena, text, strlen(text));
  c->out_of_memory |= f->message == NULL;
}

static const char *coder_of(const checking *c, const ni_said *said) {
  const niem_answers *answers = c->panel.answers;
  return said->to - said->from > 1 ? NULL : ni_dictionary_text(&answers->coders, answers->rows.coder[said->from]);
}

static void write_said(checking *c, const ni_said *said) {
  ni_words_answer(c->text, &c->panel.framework->indicators[said->indicator].scale, said->state, said->value);
}

/* --- skip logic --- */

static void report_applicable(checking *c, const ni_said *said, const ni_indicator *indicator) {
  const int64_t before = niem_buffer_size(c->text);
  if (said->state == NIEM_ANSWERED && !indicator->asked[c->group]) {
    ni_buffer_text(c->text, "answered, but the question is not put to this group; take the answer out");
    add_finding(c, NIEM_WARNING, "not_asked", said->indicator, coder_of(c, said), before, ni_nan());
  } else if (said->state == NIEM_ANSWERED && c->panel.applies[said->indicator] == NI_APPLIES_NOT) {
    ni_buffer_text(c->text, "answered ");
    write_said(c, said);
    ni_buffer_text(c->text, ", but the question applies only where ");
    ni_words_condition(c->text, c->panel.framework, indicator->applies_if);
    ni_buffer_text(c->text, "; correct one of the answers");
    add_finding(c, NIEM_ERROR, "does_not_apply", said->indicator, coder_of(c, said), before, ni_nan());
  } else if (said->state == NIEM_NOT_APPLICABLE && c->panel.applies[said->indicator] == NI_APPLIES) {
    const int conditional = indicator->applies_if != NULL;
    ni_buffer_text(c->text, "the state is not_applicable, but ");
    if (conditional) {
      ni_words_condition(c->text, c->panel.framework, indicator->applies_if);
      ni_buffer_text(c->text, ", so the question applies; answer it, or correct the other answer");
    } else {
      ni_buffer_text(c->text, "the question has no condition; answer it, or say which kind of gap it is");
    }
    add_finding(c, conditional ? NIEM_ERROR : NIEM_WARNING, conditional ? "wrongly_not_applicable" : "not_applicable",
                said->indicator, coder_of(c, said), before, ni_nan());
  }
}

/* Does it hang on a question whether a group is there? */
static int decides(const checking *c, int32_t indicator) {
  const ni_group *group = &c->panel.framework->groups[c->group];
  return group->applies_if != NULL && group->decides[indicator];
}

/* The group itself is not there, or it is not known whether it is: one finding instead of one for each question. */
static void report_group(checking *c, uint8_t exists) {
  const ni_condition *condition = c->panel.framework->groups[c->group].applies_if;
  const int64_t place = c->pair * c->panel.framework->n_own_groups + c->group;
  const int64_t before = niem_buffer_size(c->text);
  int64_t answered = 0;
  int32_t question = -1;
  for (int64_t k = c->panel.start[place]; k < c->panel.start[place + 1]; k++) {
    const ni_said *said = &c->panel.said[k];
    answered += said->state == NIEM_ANSWERED && !decides(c, said->indicator);
  }
  for (int32_t i = c->panel.framework->n_indicators - 1; i >= 0; i--) {
    question = ni_condition_refers(condition, i) ? i : question; /* the first that it names */
  }
  if (exists == NI_APPLIES_NOT && answered == 0) {
    return;
  }
  ni_buffer_text(c->text, exists == NI_APPLIES_NOT ? "the group applies only where " : "it is not known whether ");
  ni_words_condition(c->text, c->panel.framework, condition);
  if (exists == NI_APPLIES_NOT) {
    ni_buffer_text(c->text, ", but ");
    ni_buffer_int(c->text, answered);
    ni_buffer_text(c->text, " of its questions are answered; correct this answer, or take those out");
  } else {
    ni_buffer_text(c->text, ", so all questions for the group count as gaps; answer it");
  }
  add_finding(c, exists == NI_APPLIES_NOT ? NIEM_ERROR : NIEM_WARNING,
              exists == NI_APPLIES_NOT ? "group_does_not_apply" : "group_unknown", question, NULL, before, ni_nan());
}

static void report_unknown(checking *c, int32_t i, const ni_indicator *indicator) {
  const int64_t before = niem_buffer_size(c->text);
  ni_buffer_text(c->text, "it is not known whether ");
  ni_words_condition(c->text, c->panel.framework, indicator->applies_if);
  ni_buffer_text(c->text, ", so the question counts as a gap; answer what it hangs on");
  add_finding(c, NIEM_WARNING, "condition_unknown", i, NULL, before, ni_nan());
}

/* --- sources --- */

static void report_source(checking *c, const ni_said *said) {
  const niem_answers *answers = c->panel.answers;
  if (c->evidence[said->indicator] == NULL) {
    return;
  }
  for (int64_t i = said->from; i < said->to; i++) {
    if (answers->rows.state[i] != NIEM_ANSWERED || ni_row_text(answers, answers->rows.source, i) != NULL) {
      continue;
    }
    const int64_t before = niem_buffer_size(c->text);
    ni_buffer_text(c->text, "answered without a source; the question asks for ");
    ni_buffer_text(c->text, c->evidence[said->indicator]);
    add_finding(c, NIEM_WARNING, "no_source", said->indicator,
                ni_dictionary_text(&answers->coders, answers->rows.coder[i]), before, ni_nan());
  }
}

/* --- coders --- */

static void report_coders(checking *c, const ni_said *said) {
  const niem_answers *answers = c->panel.answers;
  const int64_t before = niem_buffer_size(c->text);
  if (ni_coders_agree(answers, said->from, said->to) && said->settled) {
    return;
  }
  ni_buffer_text(c->text, "coders say ");
  for (int64_t i = said->from; i < said->to; i++) {
    ni_buffer_text(c->text, i == said->from ? "" : ", ");
    ni_words_answer(c->text, &c->panel.framework->indicators[said->indicator].scale, answers->rows.state[i],
                    answers->rows.value[i]);
    ni_buffer_text(c->text, " (");
    ni_buffer_text(c->text, ni_dictionary_text(&answers->coders, answers->rows.coder[i]));
    ni_buffer_char(c->text, ')');
  }
  if (said->settled) {
    ni_buffer_text(c->text, "; the method settles on ");
    write_said(c, said);
  } else {
    ni_buffer_text(c->text, "; the method does not settle it: agree on one answer, or name another consensus rule");
  }
  add_finding(c, said->settled ? NIEM_NOTE : NIEM_ERROR, "coders_disagree", said->indicator, NULL, before, ni_nan());
}

/* --- changes --- */

static int has_note(const checking *c, const ni_said *said) {
  for (int64_t i = said->from; i < said->to; i++) {
    if (ni_row_text(c->panel.answers, c->panel.answers->rows.note, i) != NULL) {
      return 1;
    }
  }
  return 0;
}

static int same_value(const ni_scale *scale, ni_value a, ni_value b) {
  return scale->kind == NI_NUMERIC ? a.number == b.number : a.items == b.items;
}

/* Statistics are new in every round; nobody is asked why. */
static int is_statistic(const checking *c, const ni_said *said) {
  const ni_indicator *indicator = &c->panel.framework->indicators[said->indicator];
  return !indicator->scored && indicator->part_of < 0 && indicator->scale.kind == NI_NUMERIC;
}

/* What the change did to the score: as it is, less with the previous answer put back. */
static double effect_of(checking *c, const ni_said *before) {
  if (!c->has_top) {
    c->top = ni_panel_top(&c->panel, c->pair, c->group, NULL);
    c->has_top = 1;
  }
  return c->top - ni_panel_top(&c->panel, c->pair, c->group, before);
}

static void report_change(checking *c, const ni_said *said) {
  const ni_scale *scale = &c->panel.framework->indicators[said->indicator].scale;
  const niem_answers *previous = c->previous->answers;
  const ni_said *old =
      c->previous_pair < 0 ? NULL : ni_panel_find(c->previous, c->previous_pair, c->group, said->indicator);
  const int lost = said->state > NIEM_NOT_APPLICABLE;
  if (old == NULL || old->state != NIEM_ANSWERED || said->state == NIEM_NOT_APPLICABLE || !said->settled ||
      has_note(c, said) || (!lost && (same_value(scale, said->value, old->value) || is_statistic(c, said)))) {
    return;
  }
  const int64_t before = niem_buffer_size(c->text);
  ni_buffer_text(c->text, lost ? "no answer (" : "answered ");
  write_said(c, said);
  ni_buffer_text(c->text, lost ? "), but in round " : ", but in round ");
  ni_buffer_text(c->text, previous->rounds[previous->pair_round[c->previous_pair]]);
  ni_buffer_char(c->text, ' ');
  ni_words_answer(c->text, scale, old->state, old->value);
  ni_buffer_text(c->text, "; say in a note why");
  add_finding(c, NIEM_WARNING, lost ? "lost_without_note" : "changed_without_note", said->indicator, coder_of(c, said),
              before, effect_of(c, old));
}

/* --- one cell: a unit, round and group --- */

static void check_cell(checking *c) {
  const niem_framework *framework = c->panel.framework;
  const int64_t place = c->pair * framework->n_own_groups + c->group;
  const uint8_t exists = ni_panel_applicability(&c->panel, c->pair, c->group, NULL);
  c->has_top = 0;
  if (exists != NI_APPLIES) {
    report_group(c, exists);
  }
  for (int32_t i = 0; i < framework->n_indicators; i++) {
    const ni_indicator *indicator = &framework->indicators[i];
    const int of_question = exists == NI_APPLIES || decides(c, i);
    if (of_question && indicator->asked[c->group] && indicator->scale.kind != NI_COMPOSITE &&
        c->panel.applies[i] == NI_APPLIES_UNKNOWN && indicator->applies_if != NULL) {
      report_unknown(c, i, indicator);
    }
  }
  for (int64_t k = c->panel.start[place]; k < c->panel.start[place + 1]; k++) {
    const ni_said *said = &c->panel.said[k];
    if (exists != NI_APPLIES_NOT || decides(c, said->indicator)) {
      report_applicable(c, said, &framework->indicators[said->indicator]);
    }
    report_source(c, said);
    report_coders(c, said);
  }
  for (int64_t k = c->panel.start[place]; k < c->panel.start[place + 1]; k++) { /* these use panel.applies anew */
    report_change(c, &c->panel.said[k]);
  }
}

/* The pair to compare with: the round named, or the unit's last one before this; -1. */
static int64_t find_previous(const checking *c) {
  const niem_answers *answers = c->panel.answers;
  const niem_answers *previous = c->previous->answers;
  const char *own_round = answers->rounds[answers->pair_round[c->pair]];
  const int32_t unit = previous == answers ? answers->pair_unit[c->pair]
                                           : ni_unit_place(previous, answers->units[answers->pair_unit[c->pair]]);
  int64_t found = -1;
  for (int64_t p = 0; p < previous->n_pairs; p++) {
    const char *round = previous->rounds[previous->pair_round[p]];
    if (previous->pair_unit[p] != unit || (previous == answers && p == c->pair)) {
      continue;
    }
    const int fits = c->options.previous_round != NULL ? strcmp(round, c->options.previous_round) == 0
                                                       : ni_compare_rounds(answers->framework, round, own_round) < 0;
    found = fits ? p : found;
  }
  return found;
}

static void check_all(checking *c) {
  const niem_answers *answers = c->panel.answers;
  for (c->pair = 0; c->pair < answers->n_pairs && !c->out_of_memory; c->pair++) {
    const char *round = answers->rounds[answers->pair_round[c->pair]];
    if (c->options.round != NULL && strcmp(round, c->options.round) != 0) {
      continue;
    }
    c->previous_pair = find_previous(c);
    for (c->group = 0; c->group < answers->framework->n_own_groups; c->group++) {
      check_cell(c);
    }
  }
}

/* --- the table --- */

static double size_of(double x) {
  return ni_is_nan(x) ? -1 : x < 0 ? -x : x;
}

static int compare_findings(int64_t a, int64_t b, const void *context) {
  const finding *findings = context;
  const finding *x = &findings[a];
  const finding *y = &findings[b];
  if (x->severity != y->severity) {
    return y->severity - x->severity;
  }
  const double size_x = size_of(x->effect);
  const double size_y = size_of(y->effect);
  if (size_x != size_y) {
    return size_x > size_y ? -1 : 1;
  }
  if (x->pair != y->pair) {
    return x->pair < y->pair ? -1 : 1;
  }
  if (x->group != y->group) {
    return x->group < y->group ? -1 : 1;
  }
  return x->indicator != y->indicator ? (x->indicator < y->indicator ? -1 : 1) : (a > b) - (a < b);
}

static void write_notes(const checking *c, niem_table *table) {
  static const char *const RULES[] = {"refuse", "unanimous", "majority", "median", "adjudicator"};
  int64_t counts[3] = {0};
  for (size_t i = 0; i < c->n; i++) {
    counts[c->findings[i].severity]++;
  }
  ni_table_note_integer(table, "unit_rounds", c->panel.answers->n_pairs);
  ni_table_note_integer(table, "errors", counts[NIEM_ERROR]);
  ni_table_note_integer(table, "warnings", counts[NIEM_WARNING]);
  ni_table_note_integer(table, "notes", counts[NIEM_NOTE]);
  ni_table_note(table, "consensus", RULES[c->panel.method->consensus]);
  if (c->panel.many_coders > 0) {
    ni_table_note_integer(table, "cells_with_several_coders", c->panel.many_coders);
  }
  if (c->panel.index >= 0) {
    ni_table_note(table, "effect", "points at the top of the default index, for the group of the row");
  }
}

static niem_status write_table(niem_table **out, const checking *c, niem_error *err) {
  static const char *const SEVERITIES[] = {"note", "warning", "error"};
  static const char *const COLUMNS[] = {"severity", "kind", "unit", "round", "group", "indicator", "coder", "message"};
  niem_status status = NIEM_OK;
  const niem_answers *answers = c->panel.answers;
  niem_table *table = NULL;
  int64_t *order = ni_alloc(c->n, sizeof *order);
  if (order == NULL) {
    return ni_fail_memory(err);
  }
  for (size_t i = 0; i < c->n; i++) {
    order[i] = (int64_t)i;
  }
  if (!ni_sort_indices(order, (int64_t)c->n, compare_findings, c->findings)) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  NIEM_TRY(ni_table_new(&table, "findings", err));
  for (size_t k = 0; k < sizeof COLUMNS / sizeof COLUMNS[0]; k++) {
    (void)ni_table_text(table, COLUMNS[k]);
  }
  const int32_t effect = ni_table_real(table, "effect");
  for (size_t i = 0; i < c->n; i++) {
    const finding *f = &c->findings[order[i]];
    const char *texts[] = {SEVERITIES[f->severity],
                           f->kind,
                           answers->units[answers->pair_unit[f->pair]],
                           answers->rounds[answers->pair_round[f->pair]],
                           answers->framework->groups[f->group].id,
                           f->indicator < 0 ? NULL : answers->framework->indicators[f->indicator].id,
                           f->coder,
                           f->message};
    ni_table_row(table);
    for (int32_t k = 0; k < effect; k++) {
      ni_table_set_text(table, k, texts[k]);
    }
    ni_table_set_real(table, effect, f->effect);
  }
  write_notes(c, table);
  NIEM_TRY(ni_table_finish(&table, err));
  *out = table;
  table = NULL;
cleanup:
  niem_table_free(table);
  ni_free(order);
  return status;
}

/* --- public --- */

void niem_check_options_init(niem_check_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
  }
}

/* A round by id or alias, as these answers call it. */
static niem_status own_round(const char **name, const niem_answers *answers, const char *where, niem_error *err) {
  const char *given = *name;
  if (given == NULL) {
    return NIEM_OK;
  }
  const int32_t listed = ni_find_round(answers->framework, given, NULL);
  *name = listed < 0 ? given : answers->framework->rounds[listed].id;
  if (ni_round_place(answers, *name) < 0) {
    return ni_fail(err, NIEM_ERROR_REFERENCE, where, "\"%.60s\" is no round of the answers", given);
  }
  return NIEM_OK;
}

static niem_status open_checking(checking *c, const niem_answers *answers, const niem_answers *previous,
                                 const niem_method *method, const niem_check_options *options, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_check_options_init(&c->options);
  NIEM_TRY(ni_options_read(&c->options, sizeof c->options, options, "options", err));
  NIEM_TRY(own_round(&c->options.round, answers, "round", err));
  NIEM_TRY(own_round(&c->options.previous_round, previous == NULL ? answers : previous, "previous_round", err));
  NIEM_TRY(ni_panel_open(&c->panel, answers, method, err));
  c->previous = &c->panel;
  if (previous != NULL) {
    NIEM_TRY(ni_check_framework(answers->framework, previous, "previous", err));
    NIEM_TRY(ni_panel_open(&c->other, previous, method, err));
    c->previous = &c->other;
  }
  NIEM_TRY(ni_words_evidence(&c->evidence, answers->framework, &c->arena, err));
  NIEM_TRY(ni_buffer_new(&c->text, err));
cleanup:
  return status;
}

niem_status niem_check(niem_table **out, const niem_answers *answers, const niem_answers *previous,
                       const niem_method *method, const niem_check_options *options, niem_error *err) {
  niem_status status = NIEM_OK;
  ni_fpenv saved;
  checking c;
  memset(&c, 0, sizeof c);
  if (out == NULL || answers == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "answers", "must not be NULL");
  }
  *out = NULL;
  ni_fpenv_enter(&saved);
  NIEM_TRY(open_checking(&c, answers, previous, method, options, err));
  check_all(&c);
  if (c.out_of_memory) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  NIEM_TRY(ni_buffer_status(c.text, err));
  NIEM_TRY(write_table(out, &c, err));
cleanup:
  ni_panel_close(&c.panel);
  ni_panel_close(&c.other);
  ni_free(c.findings);
  niem_buffer_free(c.text);
  ni_arena_free(&c.arena);
  ni_fpenv_leave(&saved);
  return status;
}
