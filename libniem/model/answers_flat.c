/* Answers from a wide table: a row a unit (in a round, of a group), a column an indicator. Each cell goes to the
 * builder of answers as a row of the long form. */
#include "base/platform.h"

#include "base/fpenv.h"
#include "base/options.h"
#include "model/answers_build.h"
#include "model/flat.h"

#include <string.h>

enum { NOT_READ = -1, UNIT = -2, ROUND = -3, GROUP = -4, CODER = -5, UNKNOWN = -6 };

typedef struct wide {
  ni_flat flat;
  const niem_framework *framework;
  const niem_answers_table_options *options;
  ni_builder *builder;
  int32_t *meanings; /* of each column: an indicator, or one of the above */
  int32_t fields[NI_COLUMNS];
  ni_dictionary sets;
} wide;

/* --- the header --- */

static int enter_sets(wide *w) {
  ni_dictionary_init(&w->sets);
  for (int32_t i = 0; i < w->framework->n_peers; i++) {
    const char *set = w->framework->peers[i].set;
    if (set != NULL && ni_dictionary_add(&w->sets, set, strlen(set)) < 0) {
      return 0;
    }
  }
  return 1;
}

/* What a column is. Names that the framework has go before ours: an indicator may be called "group". */
static int32_t meaning_of(const wide *w, ni_csv_slice name) {
  const int32_t indicator = ni_names_find_id(&w->framework->indicator_names, name.text, name.length);
  if (ni_flat_is_listed(w->options->ignore, w->options->n_ignore, name)) {
    return NOT_READ;
  }
  return indicator >= 0                                              ? indicator
         : ni_dictionary_find(&w->sets, name.text, name.length) >= 0 ? NOT_READ
         : ni_flat_is_named("uCode unit", name)                      ? UNIT
         : ni_flat_is_named("Time round", name)                      ? ROUND
         : ni_flat_is_named("group", name)                           ? GROUP
         : ni_flat_is_named("coder", name)                           ? CODER
         : ni_flat_is_named("uName label", name)                     ? NOT_READ
                                                                     : UNKNOWN;
}

/* The indicator of which a name is an alias; UNKNOWN. */
static int32_t alias_of(wide *w, int32_t f, ni_csv_slice name) {
  char text[201];
  if (name.length == 0 || name.length >= sizeof text) {
    return UNKNOWN;
  }
  memcpy(text, name.text, name.length);
  text[name.length] = '\0';
  const int32_t indicator = ni_find_indicator(w->framework, text, NULL);
  if (indicator < 0) {
    return UNKNOWN;
  }
  ni_flat_report(&w->flat, 0, f, NIEM_NOTE, NIEM_OK, "alias \"%.60s\" read as \"%.60s\"", text,
                 w->framework->indicators[indicator].id);
  return indicator;
}

static void report_unknown(wide *w, int32_t f, ni_csv_slice name) {
  ni_flat_report(
      &w->flat, 0, f, NIEM_ERROR, NIEM_ERROR_REFERENCE,
      "column \"%.*s\" is no indicator of framework %s %s, no set of its peer groups, and none of uCode, uName, "
      "Time, group, coder; correct it, or name it in \"ignore\"",
      name.length > 60 ? 60 : (int)name.length, name.text, w->framework->id, w->framework->version);
}

/* Does another column stand for the same? */
static int is_taken(wide *w, int32_t f, int32_t meaning, uint8_t *seen) {
  static const int32_t columns[] = {NI_UNIT, NI_ROUND, NI_GROUP, NI_CODER};
  int taken;
  if (meaning >= 0) {
    taken = seen[meaning]++;
  } else {
    int32_t *field = &w->fields[columns[UNIT - meaning]];
    taken = *field >= 0;
    *field = taken ? *field : f;
  }
  if (taken) {
    ni_flat_report(&w->flat, 0, f, NIEM_ERROR, NIEM_ERROR_DUPLICATE,
                   "column \"%.60s\" means what another one does; keep one, or name the other in \"ignore\"",
                   ni_csv_header(w->flat.csv)[f].text);
  }
  return taken;
}

static void map_column(wide *w, int32_t f, uint8_t *seen) {
  const ni_csv_slice name = ni_flat_header(&w->flat, f);
  int32_t meaning = meaning_of(w, name);
  meaning = meaning == UNKNOWN ? alias_of(w, f, name) : meaning;
  if (meaning == UNKNOWN) {
    report_unknown(w, f, name);
  } else if (meaning >= 0 && w->framework->indicators[meaning].scale.kind == NI_COMPOSITE) {
    ni_flat_report(&w->flat, 0, f, NIEM_ERROR, NIEM_ERROR_VALUE,
                   "indicator %s is made of others; give columns of those, or name it in \"ignore\"",
                   w->framework->indicators[meaning].id);
  } else if (meaning != NOT_READ) {
    (void)is_taken(w, f, meaning, seen);
  }
  w->meanings[f] = meaning;
}

/* 0 when memory is short. */
static int map_header(wide *w) {
  const int32_t n = (int32_t)ni_csv_columns(w->flat.csv);
  uint8_t *seen = ni_alloc_zero((size_t)w->framework->n_indicators, 1);
  w->meanings = ni_alloc((size_t)n, sizeof *w->meanings);
  const int has_room = enter_sets(w) && seen != NULL && w->meanings != NULL;
  for (int32_t c = 0; c < NI_COLUMNS; c++) {
    w->fields[c] = -1;
  }
  int32_t n_indicators = 0;
  for (int32_t f = 0; f < n && has_room; f++) {
    map_column(w, f, seen);
    n_indicators += w->meanings[f] >= 0;
  }
  if (has_room && (w->fields[NI_UNIT] < 0 || n_indicators == 0)) {
    ni_flat_report(&w->flat, 0, -1, NIEM_ERROR, NIEM_ERROR_FORMAT,
                   w->fields[NI_UNIT] < 0
                       ? "there is no column \"uCode\" (or \"unit\"), which names the unit of each row"
                       : "there is no column of an indicator; columns are named by indicators' ids");
  }
  ni_free(seen);
  return has_room;
}

/* --- rows --- */

/* A cell of the row in hand as a cell of the long form. */
static ni_cell cell_of(ni_csv_slice slice) {
  const ni_cell cell = {.text = slice.text, .length = slice.length};
  return cell;
}

/* The group of the row in hand; -1 where it has none, or none that there is. */
static int32_t group_of(const wide *w, ni_csv_slice cell) {
  const char *only = w->options->group != NULL         ? w->options->group
                     : w->framework->n_own_groups == 1 ? w->framework->groups[0].id
                                                       : NULL;
  char text[201];
  if (cell.length == 0) {
    return only == NULL ? -1 : ni_find_group(w->framework, only, NULL);
  }
  if (cell.length >= sizeof text) {
    return -1;
  }
  memcpy(text, cell.text, cell.length);
  text[cell.length] = '\0';
  return ni_find_group(w->framework, text, NULL);
}

typedef int32_t (*finder)(const niem_framework *framework, const char *id, int32_t *alias);

/* May a text be a unit, or a round, where the framework lists so many? */
static int is_possible(const wide *w, ni_csv_slice cell, int32_t n_listed, finder find) {
  char text[201];
  if (cell.length == 0 || cell.length >= sizeof text) {
    return 0;
  }
  memcpy(text, cell.text, cell.length);
  text[cell.length] = '\0';
  return !w->framework->closed || n_listed == 0 || find(w->framework, text, NULL) >= 0;
}

/* Does the row say whom and when its cells are about? If not, one of them is enough to tell so. */
static int has_key(const wide *w, ni_csv_slice unit, ni_csv_slice round, int32_t group) {
  const niem_framework *framework = w->framework;
  if (round.length == 0) {
    const char *text = w->options->round != NULL  ? w->options->round
                       : framework->n_rounds == 1 ? framework->rounds[0].id
                                                  : "";
    round = (ni_csv_slice){.text = text, .length = strlen(text)};
  }
  return is_possible(w, unit, framework->n_units, ni_find_unit) &&
         is_possible(w, round, framework->n_rounds, ni_find_round) && group >= 0 && group < framework->n_own_groups;
}

/* The answer in a cell: an option may be called NA. */
static ni_cell answer_of(const wide *w, const ni_indicator *indicator, int32_t f) {
  ni_cell cell = cell_of(ni_flat_text(&w->flat, f));
  if (ni_flat_is_missing(cell.text, cell.length) &&
      (cell.length == 0 || ni_find_option(&indicator->scale, cell.text, cell.length) < 0)) {
    cell.length = 0;
  }
  return cell;
}

static void read_cell(wide *w, int32_t f, const ni_cell *key, int32_t group) {
  const ni_indicator *indicator = &w->framework->indicators[w->meanings[f]];
  ni_builder *b = w->builder;
  const ni_cell answer = answer_of(w, indicator, f);
  if (answer.length == 0 && group >= 0 && !indicator->asked[group]) {
    return; /* the question is not put to the group: nothing is missing */
  }
  memcpy(b->cells, key, sizeof b->cells);
  b->cells[NI_INDICATOR] = (ni_cell){.text = indicator->id, .length = strlen(indicator->id)};
  b->cells[NI_ANSWER] = answer;
  b->fields[NI_INDICATOR] = b->fields[NI_ANSWER] = f + 1;
  b->names[NI_INDICATOR] = b->names[NI_ANSWER] = ni_csv_header(w->flat.csv)[f].text;
  ni_builder_row(b, ni_csv_row(w->flat.csv));
}

static void read_row(wide *w) {
  ni_cell key[NI_COLUMNS];
  const ni_csv_slice unit = ni_flat_text(&w->flat, w->fields[NI_UNIT]); /* NA is Namibia's code */
  const ni_csv_slice round = ni_flat_cell(&w->flat, w->fields[NI_ROUND]);
  const ni_csv_slice group = ni_flat_cell(&w->flat, w->fields[NI_GROUP]);
  const int32_t place = group_of(w, group);
  memset(key, 0, sizeof key);
  key[NI_UNIT] = cell_of(unit);
  key[NI_ROUND] = cell_of(round);
  key[NI_GROUP] = cell_of(group);
  key[NI_CODER] = cell_of(ni_flat_cell(&w->flat, w->fields[NI_CODER]));
  const int complete = has_key(w, unit, round, place);
  for (int32_t f = 0; f < (int32_t)ni_csv_columns(w->flat.csv) && !w->builder->out_of_memory; f++) {
    if (w->meanings[f] >= 0) {
      read_cell(w, f, key, complete ? place : -1);
      if (!complete) {
        return;
      }
    }
  }
}

static void name_columns(wide *w) {
  static const int32_t columns[] = {NI_UNIT, NI_ROUND, NI_GROUP, NI_CODER};
  for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
    const int32_t f = w->fields[columns[i]];
    w->builder->fields[columns[i]] = f + 1;
    w->builder->names[columns[i]] = f < 0 ? NULL : ni_csv_header(w->flat.csv)[f].text;
  }
  w->builder->separator = ni_csv_separator(w->flat.csv);
}

static void read_table(wide *w) {
  if (!map_header(w)) {
    w->flat.out_of_memory = 1;
    return;
  }
  if (niem_problems_total(w->flat.problems, NIEM_ERROR) > 0) {
    return; /* rows mean nothing under a header that is wrong */
  }
  name_columns(w);
  while (!w->builder->out_of_memory && ni_flat_next(&w->flat)) {
    read_row(w);
  }
}

/* --- the whole --- */

void niem_answers_table_options_init(niem_answers_table_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
  }
}

static niem_status check_options(niem_answers_table_options *own, const niem_answers_table_options *options,
                                 niem_error *err) {
  niem_answers_table_options_init(own);
  const niem_status status = ni_options_read(own, sizeof *own, options, "options", err);
  return status != NIEM_OK ? status
                           : ni_flat_check_options(own->separator, own->decimal_comma, own->ignore, own->n_ignore, err);
}

static niem_status read_wide(niem_answers **out, niem_problems *problems, const niem_framework *framework,
                             const ni_flat_source *source, const niem_answers_table_options *options, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_read_options as_long;
  ni_builder builder;
  wide w = {.flat = {.problems = problems, .decimal_comma = options->decimal_comma},
            .framework = framework,
            .options = options,
            .builder = &builder};
  memset(&builder, 0, sizeof builder);
  niem_read_options_init(&as_long);
  as_long.decimal_comma = options->decimal_comma;
  as_long.round = options->round;
  as_long.group = options->group;
  as_long.coder = options->coder;
  NIEM_TRY(ni_builder_open(&builder, framework, &as_long, problems, err));
  if (ni_flat_open(&w.flat, source, options->separator)) {
    read_table(&w);
  }
  builder.out_of_memory |= w.flat.out_of_memory;
  NIEM_TRY(ni_builder_finish(out, &builder, err));
cleanup:
  ni_builder_close(&builder);
  ni_dictionary_free(&w.sets);
  ni_free(w.meanings);
  ni_flat_close(&w.flat);
  return status;
}

static niem_status read_answers(niem_answers **out, niem_problems **problems, const niem_framework *framework,
                                const ni_flat_source *source, const niem_answers_table_options *options,
                                niem_error *err) {
  niem_status status = NIEM_OK;
  niem_problems *found = NULL;
  niem_answers_table_options own;
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  NIEM_TRY(check_options(&own, options, err));
  NIEM_TRY(ni_problems_new(&found, err));
  NIEM_TRY(read_wide(out, found, framework, source, &own, err));
cleanup:
  ni_problems_hand_over(problems, found);
  ni_fpenv_leave(&saved);
  return status;
}

static niem_status check_arguments(niem_answers **out, niem_problems **problems, const niem_framework *framework,
                                   const char *source, const char *name, niem_error *err) {
  if (out != NULL) {
    *out = NULL;
  }
  if (problems != NULL) {
    *problems = NULL;
  }
  if (out == NULL || framework == NULL || source == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT,
                   out == NULL         ? "out"
                   : framework == NULL ? "framework"
                                       : name,
                   "must not be NULL");
  }
  return NIEM_OK;
}

niem_status niem_answers_read_table(niem_answers **out, niem_problems **problems, const niem_framework *framework,
                                    const char *path, const niem_answers_table_options *options, niem_error *err) {
  const ni_flat_source source = {.path = path};
  const niem_status status = check_arguments(out, problems, framework, path, "path", err);
  return status != NIEM_OK ? status : read_answers(out, problems, framework, &source, options, err);
}

niem_status niem_answers_parse_table(niem_answers **out, niem_problems **problems, const niem_framework *framework,
                                     const char *bytes, int64_t n_bytes, const niem_answers_table_options *options,
                                     niem_error *err) {
  const ni_flat_source source = {.bytes = bytes, .n = (size_t)n_bytes};
  niem_status status = check_arguments(out, problems, framework, bytes, "bytes", err);
  if (status == NIEM_OK && n_bytes < 0) {
    status = ni_fail(err, NIEM_ERROR_ARGUMENT, "n_bytes", "must not be negative");
  }
  return status != NIEM_OK ? status : read_answers(out, problems, framework, &source, options, err);
}
