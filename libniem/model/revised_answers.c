/* A changed copy of answers: those of the changes are read and checked like answers of a file; then all rows go into
 * one builder of answers to the changed framework, but for those that the changes replace or remove. A row of the
 * changes that says "missing" only removes. */
#include "base/platform.h"

#include "model/revised.h"

#include "model/answers_build.h"

#include <string.h>

/* A cell, as places in the dictionaries of the builder of the changes and in the framework. */
typedef struct cell_key {
  int32_t unit, round, group, indicator;
} cell_key;

/* What the changes say of cells. */
typedef struct changed_cells {
  ni_dictionary cells;  /* the bytes of cell keys */
  ni_dictionary coders; /* of cell, coder pairs */
  int32_t *first;       /* the first row of the changes, by cell */
  int32_t *found;       /* rows of the answers that the change of a row takes out */
  int32_t *coded;       /* the row of the changes, by pair */
  uint8_t *touched;     /* of each indicator: whether any cell of it is changed */
} changed_cells;

/* --- rows from one place into the builder --- */

/* Where rows come from: answers, or the builder of the changes. Its places are mapped to the builder's as they come. */
typedef struct row_source {
  const ni_answer_rows *rows;
  const ni_dictionary *coders, *texts;
  const char *const *unit_texts, *const *round_texts; /* of answers */
  const ni_dictionary *unit_names, *round_names;      /* of the changes */
  int32_t *units, *rounds, *coder_places;             /* in the builder; -1 so far */
} row_source;

static int32_t map_text(ni_builder *builder, int32_t *places, int32_t place, ni_dictionary *names, const char *text) {
  if (places[place] < 0) {
    places[place] = ni_dictionary_add(names, text, strlen(text));
    builder->out_of_memory |= places[place] < 0;
  }
  return places[place];
}

static void fill_text(ni_builder *builder, int32_t column, const row_source *source, const int32_t *texts, int64_t i) {
  ni_cell *cell = &builder->cells[column];
  cell->text = texts == NULL ? NULL : ni_dictionary_text(source->texts, texts[i]);
  cell->length = cell->text == NULL ? 0 : ni_dictionary_length(source->texts, texts[i]);
}

static void keep_row(ni_builder *builder, const row_source *source, int64_t i) {
  const ni_answer_rows *rows = source->rows;
  const int32_t unit = rows->unit[i], round = rows->round[i], coder = rows->coder[i];
  const char *unit_text =
      source->unit_texts != NULL ? source->unit_texts[unit] : ni_dictionary_text(source->unit_names, unit);
  const char *round_text =
      source->round_texts != NULL ? source->round_texts[round] : ni_dictionary_text(source->round_names, round);
  int32_t ids[NI_COLUMNS];
  ids[NI_UNIT] = map_text(builder, source->units, unit, &builder->units, unit_text);
  ids[NI_ROUND] = map_text(builder, source->rounds, round, &builder->rounds, round_text);
  ids[NI_CODER] = map_text(builder, source->coder_places, coder, &builder->answers->coders,
                           ni_dictionary_text(source->coders, coder));
  ids[NI_GROUP] = rows->group[i];
  ids[NI_INDICATOR] = rows->indicator[i];
  fill_text(builder, NI_EVIDENCE, source, rows->evidence, i);
  fill_text(builder, NI_SOURCE, source, rows->source, i);
  fill_text(builder, NI_NOTE, source, rows->note, i);
  if (!builder->out_of_memory) {
    builder->row = 0; /* of no file */
    ni_builder_keep_row(builder, rows->state[i], rows->value[i], ids);
  }
}

static int32_t *no_places(ni_changes *changes, int32_t n) {
  int32_t *places = ni_reader_alloc(&changes->reader, (size_t)n, sizeof *places);
  for (int32_t i = 0; places != NULL && i < n; i++) {
    places[i] = -1;
  }
  return places;
}

static void map_source(row_source *source, ni_changes *changes, int32_t n_units, int32_t n_rounds) {
  source->units = no_places(changes, n_units);
  source->rounds = no_places(changes, n_rounds);
  source->coder_places = no_places(changes, ni_dictionary_count(source->coders));
}

/* --- which cells are changed --- */

static int32_t number_of(ni_changes *changes, ni_dictionary *keys, const void *key, size_t size) {
  const int32_t number = ni_dictionary_add(keys, key, size);
  changes->reader.out_of_memory |= number < 0;
  return number;
}

static const cJSON *row_item(const ni_builder *edits, const cJSON *list, int32_t row) {
  return cJSON_GetArrayItem(list, (int)ni_builder_row_number(edits, row) - 1);
}

/* A change without a coder is of all the coders of its cell. */
static int is_of_all(const ni_builder *edits, int32_t row) {
  return ni_dictionary_length(&edits->answers->coders, edits->answers->rows.coder[row]) == 0;
}

static void report_twice(ni_changes *changes, const ni_builder *edits, const cJSON *list, int32_t row, int32_t first) {
  const ni_answer_rows *rows = &edits->answers->rows;
  ni_reader_error(&changes->reader, row_item(edits, list, row), NIEM_ERROR_DUPLICATE,
                  "%.60s %.40s %.40s %.60s is changed twice, first in /answers/%d; keep one, or name the coder in each",
                  ni_dictionary_text(&edits->units, rows->unit[row]),
                  ni_dictionary_text(&edits->rounds, rows->round[row]), changes->framework->groups[rows->group[row]].id,
                  changes->framework->indicators[rows->indicator[row]].id,
                  (int)ni_builder_row_number(edits, first) - 1);
}

static void enter_change(changed_cells *cells, ni_changes *changes, const ni_builder *edits, const cJSON *list,
                         int32_t row) {
  const ni_answer_rows *rows = &edits->answers->rows;
  const cell_key key = {rows->unit[row], rows->round[row], rows->group[row], rows->indicator[row]};
  const int32_t known = ni_dictionary_count(&cells->cells);
  const int32_t cell = number_of(changes, &cells->cells, &key, sizeof key);
  const int32_t pair[2] = {cell, rows->coder[row]};
  const int32_t known_pairs = ni_dictionary_count(&cells->coders);
  const int32_t coded = cell < 0 ? -1 : number_of(changes, &cells->coders, pair, sizeof pair);
  if (coded < 0) {
    return;
  }
  if (cell == known) {
    cells->first[cell] = row;
  } else if (coded < known_pairs || is_of_all(edits, row) || is_of_all(edits, cells->first[cell])) {
    report_twice(changes, edits, list, row, cells->first[cell]);
  }
  if (coded == known_pairs) {
    cells->coded[coded] = row;
  }
  cells->touched[key.indicator] = 1;
}

static void find_changed(changed_cells *cells, ni_changes *changes, const ni_builder *edits, const cJSON *list) {
  const int64_t n = edits->answers->rows.n;
  cells->first = ni_reader_alloc(&changes->reader, (size_t)n, sizeof *cells->first);
  cells->found = ni_reader_alloc(&changes->reader, (size_t)n, sizeof *cells->found);
  cells->coded = ni_reader_alloc(&changes->reader, (size_t)n, sizeof *cells->coded);
  cells->touched = ni_reader_alloc(&changes->reader, (size_t)changes->framework->n_indicators, 1);
  for (int32_t row = 0; row < n && !changes->reader.out_of_memory; row++) {
    enter_change(cells, changes, edits, list, row);
  }
}

/* The row of the changes that takes row i of the answers out; -1. */
static int32_t change_of(const changed_cells *cells, const ni_builder *edits, const niem_answers *from, int64_t i,
                         const int32_t *units, const int32_t *rounds, const int32_t *coders) {
  const ni_answer_rows *rows = &from->rows;
  if (!cells->touched[rows->indicator[i]]) {
    return -1;
  }
  const cell_key key = {units[rows->unit[i]], rounds[rows->round[i]], rows->group[i], rows->indicator[i]};
  const int32_t cell = ni_dictionary_find(&cells->cells, (const char *)&key, sizeof key);
  if (cell < 0) {
    return -1;
  }
  if (is_of_all(edits, cells->first[cell])) {
    return cells->first[cell];
  }
  const int32_t pair[2] = {cell, coders[rows->coder[i]]};
  const int32_t coded = ni_dictionary_find(&cells->coders, (const char *)pair, sizeof pair);
  return coded < 0 ? -1 : cells->coded[coded];
}

/* --- checks that a file needs not --- */

/* A unit or round that neither the framework nor the answers know would be a new one in a file; here it is a slip. */
static void check_known(ni_changes *changes, const ni_builder *edits, const niem_answers *from, const cJSON *list,
                        int32_t row) {
  const char *unit = ni_dictionary_text(&edits->units, edits->answers->rows.unit[row]);
  const char *round = ni_dictionary_text(&edits->rounds, edits->answers->rows.round[row]);
  int known_round = ni_find_round(changes->framework, round, NULL) >= 0;
  for (int32_t r = 0; r < from->n_rounds && !known_round; r++) {
    known_round = strcmp(from->rounds[r], round) == 0;
  }
  if (ni_find_unit(changes->framework, unit, NULL) < 0 && ni_dictionary_find(&from->unit_ids, unit, strlen(unit)) < 0) {
    ni_reader_error(&changes->reader, ni_reader_get(row_item(edits, list, row), "unit"), NIEM_ERROR_REFERENCE,
                    "\"%.60s\" is neither a unit of the framework nor of the scores", unit);
  }
  if (!known_round) {
    const cJSON *item = row_item(edits, list, row);
    const cJSON *named = ni_reader_get(item, "round");
    ni_reader_error(&changes->reader, named == NULL ? item : named, NIEM_ERROR_REFERENCE,
                    "\"%.60s\" is neither a round of the framework nor of the scores", round);
  }
}

static void warn(ni_changes *changes, const cJSON *item, const char *format, const char *indicator, const char *more) {
  ni_json_report(changes->reader.json, item, changes->reader.problems, NIEM_WARNING, NIEM_OK, format, indicator, more);
}

static void check_asked(ni_changes *changes, const ni_builder *edits, const cJSON *list, int32_t row) {
  const ni_answer_rows *rows = &edits->answers->rows;
  const ni_indicator *indicator = &changes->framework->indicators[rows->indicator[row]];
  if (!indicator->asked[rows->group[row]]) {
    warn(changes, row_item(edits, list, row),
         "indicator %s is not asked of group %s; the answer is kept and not scored", indicator->id,
         changes->framework->groups[rows->group[row]].id);
  }
}

/* Removing what is not there does nothing, which is said. */
static void check_removed(ni_changes *changes, const changed_cells *cells, const ni_builder *edits, const cJSON *list) {
  const ni_answer_rows *rows = &edits->answers->rows;
  for (int32_t row = 0; row < rows->n; row++) {
    if (rows->state[row] == NIEM_MISSING && cells->found[row] == 0) {
      warn(changes, row_item(edits, list, row), "there is no answer to indicator %s%s that could be removed",
           changes->framework->indicators[rows->indicator[row]].id, is_of_all(edits, row) ? "" : " by this coder");
    }
  }
}

/* What was found in the changes, without warnings of units that are new to the framework: check_known knows better. */
static void take_problems(ni_changes *changes, const niem_problems *found) {
  const int64_t n = niem_problems_count(found);
  changes->reader.out_of_memory |= ni_reader_outcome(found, NULL) == NIEM_ERROR_MEMORY;
  for (int64_t i = 0; i < n; i++) {
    const int32_t severity = niem_problems_severity(found, i);
    if (severity != NIEM_WARNING) {
      ni_problems_add(changes->reader.problems, severity, niem_problems_get(found, i));
    }
  }
}

/* --- all of it --- */

/* The answers of the changes, read into `edits`. */
static niem_status read_edits(ni_builder *edits, ni_changes *changes, const niem_answers *from, const cJSON *list,
                              niem_error *err) {
  niem_status status = NIEM_OK;
  niem_read_options options;
  niem_problems *found = NULL;
  niem_read_options_init(&options);
  NIEM_TRY(ni_problems_new(&found, err));
  NIEM_TRY(ni_builder_open(edits, changes->framework, &options, found, err));
  NIEM_TRY(ni_read_answer_items(edits, changes->reader.json, list, "/answers", err));
  changes->reader.out_of_memory |= edits->out_of_memory;
  take_problems(changes, found);
  for (int32_t row = 0; row < edits->answers->rows.n; row++) {
    check_known(changes, edits, from, list, row);
    check_asked(changes, edits, list, row);
  }
cleanup:
  edits->problems = NULL;
  niem_problems_free(found);
  return status;
}

/* The places of the answers' units, rounds and coders in the dictionaries of the changes; -1 for those not named. */
static int32_t *places_in(ni_changes *changes, const ni_dictionary *names, const char *const *texts, int32_t n) {
  int32_t *places = no_places(changes, n);
  for (int32_t i = 0; places != NULL && i < n; i++) {
    places[i] = ni_dictionary_find(names, texts[i], strlen(texts[i]));
  }
  return places;
}

static int32_t *coders_in(ni_changes *changes, const ni_dictionary *names, const ni_dictionary *coders) {
  int32_t *places = no_places(changes, ni_dictionary_count(coders));
  for (int32_t i = 0; places != NULL && i < ni_dictionary_count(coders); i++) {
    places[i] = ni_dictionary_find(names, ni_dictionary_text(coders, i), ni_dictionary_length(coders, i));
  }
  return places;
}

static void keep_unchanged(ni_builder *builder, ni_changes *changes, const niem_answers *from,
                           const changed_cells *cells, const ni_builder *edits) {
  row_source source = {.rows = &from->rows,
                       .coders = &from->coders,
                       .texts = &from->texts,
                       .unit_texts = from->units,
                       .round_texts = from->rounds};
  map_source(&source, changes, from->n_units, from->n_rounds);
  const int32_t *units = places_in(changes, &edits->units, from->units, from->n_units);
  const int32_t *rounds = places_in(changes, &edits->rounds, from->rounds, from->n_rounds);
  const int32_t *coders = coders_in(changes, &edits->answers->coders, &from->coders);
  for (int64_t i = 0; i < from->rows.n && !changes->reader.out_of_memory && !builder->out_of_memory; i++) {
    const int32_t change = change_of(cells, edits, from, i, units, rounds, coders);
    if (change < 0) {
      keep_row(builder, &source, i);
    } else {
      cells->found[change]++;
    }
  }
}

static void keep_changed(ni_builder *builder, ni_changes *changes, const ni_builder *edits) {
  const ni_answer_rows *rows = &edits->answers->rows;
  row_source source = {.rows = rows,
                       .coders = &edits->answers->coders,
                       .texts = &edits->answers->texts,
                       .unit_names = &edits->units,
                       .round_names = &edits->rounds};
  map_source(&source, changes, ni_dictionary_count(&edits->units), ni_dictionary_count(&edits->rounds));
  for (int64_t i = 0; i < rows->n && !changes->reader.out_of_memory; i++) {
    if (rows->state[i] != NIEM_MISSING) {
      keep_row(builder, &source, i);
    }
  }
}

static niem_status rebuild(niem_answers **out, ni_changes *changes, const niem_answers *from,
                           const niem_framework *framework, const changed_cells *cells, const ni_builder *edits,
                           niem_error *err) {
  niem_status status = NIEM_OK;
  niem_read_options options;
  niem_problems *found = NULL; /* counts of what was never read from a file */
  ni_builder builder;
  memset(&builder, 0, sizeof builder);
  niem_read_options_init(&options);
  NIEM_TRY(ni_problems_new(&found, err));
  NIEM_TRY(ni_builder_open(&builder, framework, &options, found, err));
  keep_unchanged(&builder, changes, from, cells, edits);
  keep_changed(&builder, changes, edits);
  if (changes->reader.out_of_memory || builder.out_of_memory) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  if (builder.answers->rows.n == 0) {
    ni_reader_error(&changes->reader, ni_reader_get(changes->root, "answers"), NIEM_ERROR_FORMAT,
                    "no answer is left; at least one is needed");
    goto cleanup;
  }
  NIEM_TRY(ni_builder_finish(out, &builder, err));
cleanup:
  ni_builder_close(&builder);
  niem_problems_free(found);
  return status;
}

niem_status ni_revise_answers(niem_answers **out, ni_changes *changes, const niem_answers *from,
                              const niem_framework *framework, niem_error *err) {
  niem_status status = NIEM_OK;
  const cJSON *list = ni_reader_get(changes->root, "answers");
  changed_cells cells;
  ni_builder edits;
  memset(&cells, 0, sizeof cells);
  memset(&edits, 0, sizeof edits);
  ni_dictionary_init(&cells.cells);
  ni_dictionary_init(&cells.coders);
  if (list != NULL && !cJSON_IsArray(list)) {
    ni_reader_error(&changes->reader, list, NIEM_ERROR_FORMAT,
                    "\"answers\" must be a list of answers, {\"unit\": ...}");
    list = NULL;
  }
  NIEM_TRY(read_edits(&edits, changes, from, list, err));
  find_changed(&cells, changes, &edits, list);
  if (framework != NULL && !ni_reader_failed(&changes->reader)) {
    NIEM_TRY(rebuild(out, changes, from, framework, &cells, &edits, err));
    check_removed(changes, &cells, &edits, list);
  }
cleanup:
  ni_builder_close(&edits);
  ni_dictionary_free(&cells.cells);
  ni_dictionary_free(&cells.coders);
  return status;
}
