/* The questionnaire of one unit and round as a table to be filled in, and read again as answers. */
#include "base/platform.h"

#include "assessment/panel.h"
#include "assessment/words.h"
#include "base/options.h"
#include "model/answers_build.h"
#include "model/table.h"
#include "niem/assessment.h"

#include <string.h>

/* The columns in which a coder writes, in their order; the last of the form's own. */
enum { FILL_ANSWER, FILL_STATE, FILL_EVIDENCE, FILL_SOURCE, FILL_CODER, FILL_NOTE, N_FILL };
static const char *const FILL[N_FILL] = {"answer", "state", "evidence", "source", "coder", "note"};
enum { SHOW_LABEL, SHOW_QUESTION, SHOW_GUIDANCE, SHOW_OPTIONS, SHOW_APPLIES, N_SHOW };
static const char *const SHOW[N_SHOW] = {"label", "question", "guidance", "options", "applies_if"};

typedef struct form {
  const niem_framework *framework;
  const niem_answers *previous;
  const char *unit, *round; /* by the framework's own names where it lists them */
  niem_form_options options;
  int64_t pair; /* of the previous answers; -1 */
  niem_table *table;
  niem_buffer *text;
  int32_t unit_column, round_column, group_column, indicator_column, previous_column;
  int32_t *facets; /* places of those shown */
  int32_t *facet_columns;
  int32_t n_facets;
  int32_t show[N_SHOW], fill[N_FILL];
  uint8_t *groups; /* of each own group: is it asked? */
  ni_arena arena;
} form;

/* --- what is asked for --- */

static niem_status choose_groups(form *f, niem_error *err) {
  const niem_framework *framework = f->framework;
  const niem_form_options *o = &f->options;
  f->groups = ni_arena_alloc(&f->arena, (size_t)framework->n_groups, 1);
  if (f->groups == NULL) {
    return ni_fail_memory(err);
  }
  if ((o->groups == NULL) != (o->n_groups == 0) || o->n_groups < 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "groups", "a list of groups has at least one; NULL with 0 means all");
  }
  for (int32_t g = 0; g < framework->n_own_groups; g++) {
    f->groups[g] = o->groups == NULL;
  }
  for (int64_t k = 0; k < o->n_groups; k++) {
    const int32_t group = o->groups[k] == NULL ? -1 : ni_find_group(framework, o->groups[k], NULL);
    if (group < 0) {
      return ni_fail(err, NIEM_ERROR_REFERENCE, "groups",
                     "\"%.60s\" is no group of framework %s; its groups are listed by its table \"groups\"",
                     o->groups[k] == NULL ? "NULL" : o->groups[k], framework->id);
    }
    const ni_group *own = &framework->groups[group];
    f->groups[group] = 1;
    for (int32_t m = 0; m < own->n_members; m++) { /* a merge asks its members */
      f->groups[own->members[m]] = 1;
    }
  }
  return NIEM_OK;
}

static niem_status check_place(const char **out, const form *f, const char *name, int is_unit, niem_error *err) {
  const niem_framework *framework = f->framework;
  const int32_t listed = is_unit ? ni_find_unit(framework, name, NULL) : ni_find_round(framework, name, NULL);
  const int32_t n = is_unit ? framework->n_units : framework->n_rounds;
  const char *what = is_unit ? "unit" : "round";
  if (name[0] == '\0') {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, what, "is empty; it names a %s", what);
  }
  if (listed < 0 && framework->closed && n > 0) {
    return ni_fail(err, NIEM_ERROR_REFERENCE, what, "\"%.60s\" is no %s of framework %s, whose list is closed", name,
                   what, framework->id);
  }
  *out = listed < 0 ? name : is_unit ? framework->units[listed].id : framework->rounds[listed].id;
  return NIEM_OK;
}

/* The pair that the form looks back to: the round named, or the unit's last one before the form's. */
static niem_status find_previous(form *f, niem_error *err) {
  const niem_answers *previous = f->previous;
  const char *named = f->options.previous_round;
  f->pair = -1;
  if (previous == NULL) {
    return named == NULL && !f->options.prefill
               ? NIEM_OK
               : ni_fail(err, NIEM_ERROR_ARGUMENT, named == NULL ? "prefill" : "previous_round",
                         "needs previous answers; they are NULL");
  }
  const int32_t unit = ni_unit_place(previous, f->unit);
  if (named != NULL) {
    const int32_t listed = ni_find_round(f->framework, named, NULL);
    const int32_t round = ni_round_place(previous, listed < 0 ? named : f->framework->rounds[listed].id);
    if (round < 0) {
      return ni_fail(err, NIEM_ERROR_REFERENCE, "previous_round", "\"%.60s\" is no round of the previous answers",
                     named);
    }
    f->pair = ni_pair_of(previous, unit, round);
    return NIEM_OK;
  }
  for (int64_t p = 0; p < previous->n_pairs; p++) {
    if (previous->pair_unit[p] == unit &&
        ni_compare_rounds(f->framework, previous->rounds[previous->pair_round[p]], f->round) < 0) {
      f->pair = p;
    }
  }
  return NIEM_OK;
}

/* --- the table --- */

static int is_column(const char *id) {
  return ni_column_of(id, strlen(id)) >= 0 || ni_is_form_column(NULL, id, strlen(id));
}

/* Dimension and step, or, where a framework has neither, all its facets but those called like another column. */
static niem_status choose_facets(form *f, niem_error *err) {
  const niem_framework *framework = f->framework;
  const int named = ni_facet_of(framework, "dimension") >= 0 || ni_facet_of(framework, "step") >= 0;
  f->facets = ni_arena_alloc(&f->arena, (size_t)framework->n_facets, sizeof *f->facets);
  f->facet_columns = ni_arena_alloc(&f->arena, (size_t)framework->n_facets, sizeof *f->facet_columns);
  if (f->facets == NULL || f->facet_columns == NULL) {
    return ni_fail_memory(err);
  }
  for (int32_t k = 0; k < framework->n_facets; k++) {
    const char *id = framework->facets[k].id;
    const int wanted = strcmp(id, "dimension") == 0 || strcmp(id, "step") == 0;
    if (wanted || (!named && !is_column(id))) {
      f->facets[f->n_facets++] = k;
    }
  }
  return NIEM_OK;
}

static niem_status make_table(form *f, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(choose_facets(f, err));
  NIEM_TRY(ni_table_new(&f->table, "form", err));
  NIEM_TRY(ni_buffer_new(&f->text, err));
  f->unit_column = ni_table_text(f->table, "unit");
  f->round_column = ni_table_text(f->table, "round");
  f->group_column = ni_table_text(f->table, "group");
  for (int32_t k = 0; k < f->n_facets; k++) {
    f->facet_columns[k] = ni_table_text(f->table, f->framework->facets[f->facets[k]].id);
  }
  f->indicator_column = ni_table_text(f->table, "indicator");
  for (int32_t k = 0; k < N_SHOW; k++) {
    f->show[k] = ni_table_text(f->table, SHOW[k]);
  }
  for (int32_t k = 0; k < N_FILL; k++) {
    f->fill[k] = ni_table_text(f->table, FILL[k]);
  }
  f->previous_column = ni_table_text(f->table, "previous_answer");
  ni_table_note(f->table, "framework", f->framework->id);
  ni_table_note(f->table, "version", f->framework->version);
  if (f->pair >= 0) {
    ni_table_note(f->table, "previous_round", f->previous->rounds[f->previous->pair_round[f->pair]]);
  }
cleanup:
  return status;
}

/* --- rows --- */

static void show_question(form *f, int32_t group, const ni_indicator *indicator) {
  const char *language = f->options.language;
  niem_table *t = f->table;
  ni_table_set_text(t, f->show[SHOW_LABEL], ni_label_text(&indicator->label, language));
  ni_table_set_text(t, f->show[SHOW_QUESTION], ni_label_text(&indicator->question, language));
  ni_table_set_text(t, f->show[SHOW_GUIDANCE], ni_label_text(&indicator->guidance, language));
  int64_t before = niem_buffer_size(f->text);
  ni_words_options(f->text, &indicator->scale, language);
  ni_table_set_text(t, f->show[SHOW_OPTIONS], ni_words_since(f->text, before));
  before = niem_buffer_size(f->text);
  ni_words_applies(f->text, f->framework, group, (int32_t)(indicator - f->framework->indicators));
  ni_table_set_text(t, f->show[SHOW_APPLIES], ni_words_since(f->text, before));
}

static void print_previous(form *f, int64_t from, int64_t to) {
  const niem_answers *previous = f->previous;
  const ni_scale *scale = &f->framework->indicators[previous->rows.indicator[from]].scale;
  for (int64_t i = from; i < to; i++) {
    const char *coder = ni_dictionary_text(&previous->coders, previous->rows.coder[i]);
    ni_buffer_text(f->text, i == from ? "" : "; ");
    if (to - from > 1) {
      ni_buffer_text(f->text, coder);
      ni_buffer_text(f->text, ": ");
    }
    ni_words_answer(f->text, scale, previous->rows.state[i], previous->rows.value[i]);
  }
}

/* What was said is written into the columns to fill; an answer tells its own state, and the coder is a new one. */
static void prefill(form *f, int64_t i) {
  const niem_answers *previous = f->previous;
  const ni_answer_rows *rows = &previous->rows;
  const int answered = rows->state[i] == NIEM_ANSWERED;
  const int64_t before = niem_buffer_size(f->text);
  ni_answer_print(f->text, previous, i);
  ni_table_set_text(f->table, f->fill[FILL_ANSWER], ni_words_since(f->text, before));
  ni_table_set_text(f->table, f->fill[FILL_STATE], answered ? NULL : niem_state_name(rows->state[i]));
  ni_table_set_text(f->table, f->fill[FILL_EVIDENCE], ni_row_text(previous, rows->evidence, i));
  ni_table_set_text(f->table, f->fill[FILL_SOURCE], ni_row_text(previous, rows->source, i));
  ni_table_set_text(f->table, f->fill[FILL_NOTE], ni_row_text(previous, rows->note, i));
}

static void look_back(form *f, int32_t group, int32_t indicator) {
  int64_t from, to;
  if (f->pair < 0 || !ni_cell_of(f->previous, f->pair, group, indicator, &from, &to)) {
    return;
  }
  const int64_t before = niem_buffer_size(f->text);
  print_previous(f, from, to);
  ni_table_set_text(f->table, f->previous_column, ni_words_since(f->text, before));
  if (f->options.prefill && ni_coders_agree(f->previous, from, to)) {
    prefill(f, from);
  }
}

static void write_rows(form *f) {
  const niem_framework *framework = f->framework;
  for (int32_t g = 0; g < framework->n_own_groups; g++) {
    for (int32_t i = 0; f->groups[g] && i < framework->n_indicators; i++) {
      const ni_indicator *indicator = &framework->indicators[i];
      if (!indicator->asked[g] || indicator->scale.kind == NI_COMPOSITE) {
        continue;
      }
      ni_table_row(f->table);
      ni_table_set_text(f->table, f->unit_column, f->unit);
      ni_table_set_text(f->table, f->round_column, f->round);
      ni_table_set_text(f->table, f->group_column, framework->groups[g].id);
      ni_table_set_text(f->table, f->indicator_column, indicator->id);
      for (int32_t k = 0; k < f->n_facets; k++) {
        ni_table_set_text(f->table, f->facet_columns[k], ni_facet_value_of(framework, f->facets[k], i));
      }
      show_question(f, g, indicator);
      look_back(f, g, i);
    }
  }
}

/* --- public --- */

void niem_form_options_init(niem_form_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
  }
}

niem_status niem_form(niem_table **out, const niem_framework *framework, const char *unit, const char *round,
                      const niem_answers *previous, const niem_form_options *options, niem_error *err) {
  niem_status status = NIEM_OK;
  form f;
  memset(&f, 0, sizeof f);
  if (out == NULL || framework == NULL || unit == NULL || round == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT,
                   out == NULL         ? "out"
                   : framework == NULL ? "framework"
                   : unit == NULL      ? "unit"
                                       : "round",
                   "must not be NULL");
  }
  *out = NULL;
  f.framework = framework;
  f.previous = previous;
  niem_form_options_init(&f.options);
  NIEM_TRY(ni_options_read(&f.options, sizeof f.options, options, "options", err));
  if (f.options.prefill != 0 && f.options.prefill != 1) {
    status = ni_fail(err, NIEM_ERROR_ARGUMENT, "prefill", "must be 0 or 1");
    goto cleanup;
  }
  if (previous != NULL) {
    NIEM_TRY(ni_check_framework(framework, previous, "previous", err));
  }
  NIEM_TRY(choose_groups(&f, err));
  NIEM_TRY(check_place(&f.unit, &f, unit, 1, err));
  NIEM_TRY(check_place(&f.round, &f, round, 0, err));
  NIEM_TRY(find_previous(&f, err));
  NIEM_TRY(make_table(&f, err));
  write_rows(&f);
  NIEM_TRY(ni_buffer_status(f.text, err));
  NIEM_TRY(ni_table_finish(&f.table, err));
  *out = f.table;
  f.table = NULL;
cleanup:
  niem_table_free(f.table);
  niem_buffer_free(f.text);
  ni_arena_free(&f.arena);
  return status;
}
