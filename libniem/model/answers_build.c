/* The builder of answers: from cells of text to checked rows. */
#include "base/platform.h"

#include "model/answers_build.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* After so many bytes of a file its rows tell how long they are. */
enum { LONG_BEGINNING = 1 << 16 };

const char *const ni_column_names[NI_COLUMNS] = {"unit",  "round",    "group",  "indicator", "answer",
                                                 "state", "evidence", "source", "coder",     "note"};

static const char *const STATES[NIEM_STATE_END] = {"answered",      "not_applicable", "missing",
                                                   "not_collected", "not_accessible", "not_disaggregated"};

const char *niem_state_name(int32_t state) {
  return state >= 0 && state < NIEM_STATE_END ? STATES[state] : NULL;
}

int32_t ni_column_of(const char *name, size_t length) {
  for (int32_t c = 0; c < NI_COLUMNS; c++) {
    if (strlen(ni_column_names[c]) == length && memcmp(ni_column_names[c], name, length) == 0) {
      return c;
    }
  }
  return -1;
}

/* --- telling problems --- */

#define REPORT(builder, column, status, ...) ni_builder_report(builder, column, NIEM_ERROR, status, __VA_ARGS__)

void ni_builder_report(ni_builder *builder, int32_t column, int32_t severity, niem_status status, const char *format,
                       ...) {
  if (builder->is_piece) {
    builder->has_error |= severity == NIEM_ERROR;
    return;
  }
  char
      message[sizeof((niem_error *)0)->message + 8]; /* longer, so that a cut is seen, and made at a character's edge */
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  if (builder->json != NULL) {
    const cJSON *item = builder->items[column] == NULL ? builder->row_item : builder->items[column];
    ni_json_report(builder->json, item, builder->problems, severity, status, "%s", message);
  } else {
    const char *name = builder->names[column] == NULL ? ni_column_names[column] : builder->names[column];
    ni_problems_report(builder->problems, severity, status, builder->row, builder->fields[column], name, "%s", message);
  }
}

/* --- ids --- */

static inline int is_meant(const ni_meaning *meaning, const char *text, size_t length) {
  return meaning->length == length && ni_same_bytes(meaning->text, text, length);
}

/* The place of a raw text among those met; `*is_new` says whether its meaning is still to be found. -1: no memory. */
static int32_t intern(ni_builder *builder, ni_resolver *resolver, const ni_cell *cell, int *is_new) {
  const int32_t before = ni_dictionary_count(&resolver->raw);
  const int32_t raw = ni_dictionary_add(&resolver->raw, cell->text, cell->length);
  if (raw < 0 || !ni_grow(&resolver->meanings, &resolver->capacity, (size_t)raw + 1, sizeof *resolver->meanings)) {
    builder->out_of_memory = 1;
    return -1;
  }
  *is_new = raw == before;
  if (*is_new) {
    resolver->meanings[raw] = (ni_meaning){ni_dictionary_text(&resolver->raw, raw), cell->length, -1, raw};
  }
  resolver->meanings[resolver->last].follower = raw;
  resolver->last = raw;
  return raw;
}

static void note_alias(ni_builder *builder, int32_t column, const char *raw, const char *id) {
  ni_builder_report(builder, column, NIEM_NOTE, NIEM_OK, "alias \"%.60s\" read as \"%.60s\"", raw, id);
}

static int is_printable_id(const char *text) {
  size_t length = strlen(text);
  for (size_t i = 0; i < length; i++) {
    if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F) {
      return 0;
    }
  }
  return length <= 200 && strcmp(text, "*") != 0;
}

/* A unit or round that the framework does not list: fine where its list is open, as one more id. */
static int32_t resolve_open(ni_builder *builder, int32_t column, const char *raw, int32_t place, const char *id,
                            int32_t alias, int32_t n_listed, ni_dictionary *ids) {
  if (place < 0 && builder->framework->closed && n_listed > 0) {
    return -1;
  }
  if (place < 0 && !is_printable_id(raw)) {
    return -1;
  }
  if (place < 0 && n_listed > 0) {
    ni_builder_report(builder, column, NIEM_WARNING, NIEM_ERROR_REFERENCE,
                      "\"%.60s\" is not among the framework's %ss; it is taken as a new one", raw,
                      ni_column_names[column]);
  }
  if (alias) {
    note_alias(builder, column, raw, id);
  }
  const char *own = place < 0 ? raw : id;
  int32_t result = ni_dictionary_add(ids, own, strlen(own));
  builder->out_of_memory |= result < 0;
  return result;
}

static int32_t find_meaning(ni_builder *builder, int32_t column, const char *raw) {
  const niem_framework *framework = builder->framework;
  int32_t alias = 0;
  int32_t place = -1;
  switch (column) {
    case NI_UNIT:
      place = ni_find_unit(framework, raw, &alias);
      return resolve_open(builder, column, raw, place, place < 0 ? NULL : framework->units[place].id, alias,
                          framework->n_units, &builder->units);
    case NI_ROUND:
      place = ni_find_round(framework, raw, &alias);
      return resolve_open(builder, column, raw, place, place < 0 ? NULL : framework->rounds[place].id, alias,
                          framework->n_rounds, &builder->rounds);
    case NI_GROUP:
      place = ni_find_group(framework, raw, &alias);
      place = place >= framework->n_own_groups ? -1 : place;
      if (alias && place >= 0) {
        note_alias(builder, column, raw, framework->groups[place].id);
      }
      return place;
    case NI_INDICATOR:
      place = ni_find_indicator(framework, raw, &alias);
      if (alias && place >= 0) {
        note_alias(builder, column, raw, framework->indicators[place].id);
      }
      return place;
    case NI_STATE:
      for (int32_t s = 0; s < NIEM_STATE_END; s++) {
        place = strcmp(STATES[s], raw) == 0 ? s : place;
      }
      return place;
    default: /* coder */
      place = ni_dictionary_add(&builder->answers->coders, raw, strlen(raw));
      builder->out_of_memory |= place < 0;
      return place;
  }
}

static void report_unknown(ni_builder *builder, int32_t column) {
  const ni_cell *cell = &builder->cells[column];
  int length = cell->length > 60 ? 60 : (int)cell->length;
  const niem_framework *framework = builder->framework;
  if (column == NI_STATE) {
    REPORT(builder, column, NIEM_ERROR_REFERENCE,
           "\"%.*s\" is no state; states are answered, not_applicable, missing, not_collected, not_accessible, "
           "not_disaggregated",
           length, cell->text);
  } else if (column == NI_GROUP) {
    char groups[400] = "";
    for (int32_t g = 0; g < framework->n_own_groups; g++) {
      size_t used = strlen(groups);
      (void)snprintf(groups + used, sizeof groups - used, "%s%s", g == 0 ? "" : ", ", framework->groups[g].id);
    }
    REPORT(builder, column, NIEM_ERROR_REFERENCE, "\"%.*s\" is no group that is asked; groups are %s", length,
           cell->text, groups);
  } else {
    REPORT(builder, column, NIEM_ERROR_REFERENCE,
           "%s \"%.*s\" is not in framework %s %s; its ids are listed by the framework's table \"%ss\"",
           ni_column_names[column], length, cell->text, framework->id, framework->version, ni_column_names[column]);
  }
}

static int note_first(ni_builder *builder, int32_t column, int32_t raw) {
  if (!ni_grow(&builder->firsts, &builder->firsts_capacity, builder->n_firsts + 1, sizeof *builder->firsts)) {
    builder->out_of_memory = 1;
    return 0;
  }
  builder->firsts[builder->n_firsts++] = (ni_first){.row = (int32_t)builder->row, .column = column, .raw = raw};
  return 1;
}

int32_t ni_builder_place(ni_builder *builder, int32_t column, const ni_cell *cell) {
  ni_resolver *resolver = &builder->resolvers[column];
  int is_new = 0;
  int32_t raw = intern(builder, resolver, cell, &is_new);
  if (raw < 0 || (is_new && builder->is_piece && !note_first(builder, column, raw))) {
    return -1;
  }
  if (is_new) {
    resolver->meanings[raw].place = find_meaning(builder, column, ni_dictionary_text(&resolver->raw, raw));
  }
  return resolver->meanings[raw].place;
}

/* The meaning of a cell that is not blank; -1 where it has none, which is told. */
static int32_t resolve(ni_builder *builder, int32_t column) {
  const int32_t place = ni_builder_place(builder, column, &builder->cells[column]);
  if (place < 0 && !builder->out_of_memory) {
    report_unknown(builder, column);
  }
  return place;
}

/* The meaning of a text that stands in the row before too, or stood behind that one the last time: files repeat
 * themselves. -1 where it is another. */
static inline int32_t guess_place(ni_resolver *resolver, const char *text, size_t length) {
  if (resolver->capacity == 0) {
    return -1;
  }
  const ni_meaning *last = &resolver->meanings[resolver->last];
  if (is_meant(last, text, length)) {
    return last->place;
  }
  const ni_meaning *next = &resolver->meanings[last->follower];
  if (is_meant(next, text, length)) {
    resolver->last = last->follower;
    return next->place;
  }
  return -1;
}

static inline int32_t place_of(ni_builder *builder, int32_t column) {
  const ni_cell *cell = &builder->cells[column];
  const int32_t place = guess_place(&builder->resolvers[column], cell->text, cell->length);
  return place >= 0 ? place : resolve(builder, column);
}

/* What stands for a blank: what the options say, or the only one of n. */
static const char *only_text(const char *option, int32_t n, const char *only) {
  return option != NULL ? option : n == 1 ? only : NULL;
}

/* A blank round, group or coder means what the options say, or the framework's only one. */
static int fill_blank(ni_builder *builder, int32_t column, const char *option, int32_t n, const char *only) {
  ni_cell *cell = &builder->cells[column];
  if (cell->length > 0) {
    return 1;
  }
  const char *text = only_text(option, n, only);
  if (text == NULL) {
    REPORT(builder, column, NIEM_ERROR_FORMAT,
           "blank; name the %s in each row, or once for all rows by the option \"%s\"", ni_column_names[column],
           ni_column_names[column]);
    return 0;
  }
  cell->text = text;
  cell->length = strlen(text);
  return 1;
}

/* --- states --- */

/* The state of a row; -1 when state and answer contradict each other, which is told. */
static int32_t settle_state(ni_builder *builder) {
  const ni_cell *answer = &builder->cells[NI_ANSWER];
  int has_answer = answer->number != NULL || answer->length > 0;
  if (builder->cells[NI_STATE].length == 0) {
    builder->blank += !has_answer;
    return has_answer ? NIEM_ANSWERED : NIEM_MISSING;
  }
  int32_t state = resolve(builder, NI_STATE);
  if (state == NIEM_ANSWERED && !has_answer) {
    REPORT(builder, NI_ANSWER, NIEM_ERROR_VALUE,
           "the state is answered, but the answer is blank; give it, or another state");
    return -1;
  }
  if (state > NIEM_ANSWERED && has_answer) {
    REPORT(builder, NI_STATE, NIEM_ERROR_VALUE, "the state is %s, but there is an answer; leave one of the two blank",
           STATES[state]);
    return -1;
  }
  return state;
}

/* --- rows --- */

/* As many rows as the file will have if it goes on as it began, and a few more; 0 while that cannot be told. */
static size_t expected_rows(const ni_builder *builder) {
  const double position = builder->csv == NULL ? 0 : (double)ni_csv_position(builder->csv);
  if (position < (double)LONG_BEGINNING) {
    return 0;
  }
  return (size_t)((double)builder->answers->rows.n / position * (double)ni_csv_size(builder->csv) * 1.02);
}

static void *grow_column(void *column, int64_t n, size_t wanted, size_t size, int is_expected) {
  return is_expected ? ni_move(column, (size_t)n, wanted, size) : ni_resize(column, wanted, size);
}

/* Columns that hold something for every row; texts and numbers come when there is one. */
static int grow_rows(ni_builder *builder, size_t wanted, int is_expected) {
  ni_answer_rows *rows = &builder->answers->rows;
  enum { ALWAYS = 5 };
  int32_t **columns[] = {&rows->unit,     &rows->round,  &rows->group, &rows->indicator,     &rows->coder,
                         &rows->evidence, &rows->source, &rows->note,  &builder->row_numbers};
  for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
    if (i >= ALWAYS && *columns[i] == NULL) {
      continue;
    }
    int32_t *grown = grow_column(*columns[i], rows->n, wanted, sizeof *grown, is_expected);
    if (grown == NULL) {
      return 0;
    }
    *columns[i] = grown;
  }
  ni_value *values = grow_column(rows->value, rows->n, wanted, sizeof *values, is_expected);
  rows->value = values == NULL ? rows->value : values;
  uint8_t *states = values == NULL ? NULL : grow_column(rows->state, rows->n, wanted, sizeof *states, is_expected);
  rows->state = states == NULL ? rows->state : states;
  builder->capacity = states == NULL ? builder->capacity : wanted;
  return states != NULL;
}

int ni_builder_reserve(ni_builder *builder, int64_t n_rows) {
  if ((size_t)n_rows <= builder->capacity) {
    return 1;
  }
  const size_t by_half = builder->capacity + builder->capacity / 2 + 64;
  const size_t wanted = by_half < (size_t)n_rows ? (size_t)n_rows : by_half;
  const size_t expected = expected_rows(builder);
  return (expected > wanted && grow_rows(builder, expected, 1)) || grow_rows(builder, wanted, 0);
}

int ni_builder_number_rows(ni_builder *builder, int64_t n) {
  builder->row_numbers = ni_alloc(builder->capacity, sizeof *builder->row_numbers);
  for (int64_t i = 0; builder->row_numbers != NULL && i < n; i++) {
    builder->row_numbers[i] = (int32_t)(i + 1);
  }
  return builder->row_numbers != NULL;
}

/* The number of a text that is not blank; files repeat the one of the row before. */
static int32_t keep_text(ni_builder *builder, int32_t column) {
  const ni_cell *cell = &builder->cells[column];
  const ni_dictionary *texts = &builder->answers->texts;
  const int32_t last = builder->last_texts[column];
  if (last >= 0 && ni_dictionary_length(texts, last) == cell->length &&
      ni_same_bytes(ni_dictionary_text(texts, last), cell->text, cell->length)) {
    return last;
  }
  builder->last_texts[column] = ni_dictionary_add(&builder->answers->texts, cell->text, cell->length);
  return builder->last_texts[column];
}

int ni_builder_make_texts(ni_builder *builder, int32_t **texts, int64_t i) {
  *texts = ni_alloc(builder->capacity, sizeof **texts);
  for (int64_t before = 0; *texts != NULL && before < i; before++) {
    (*texts)[before] = -1;
  }
  return *texts != NULL;
}

/* The text of the row in hand, if there is one, into its column. */
static inline void store_text(ni_builder *builder, int32_t column, int32_t **texts, int64_t i) {
  const int blank = builder->cells[column].length == 0;
  if (blank && *texts == NULL) {
    return;
  }
  const int32_t id = blank ? -1 : keep_text(builder, column);
  if ((!blank && id < 0) || (*texts == NULL && !ni_builder_make_texts(builder, texts, i))) {
    builder->out_of_memory = 1;
    return;
  }
  (*texts)[i] = id;
}

/* Rows are numbered as they stand until one is left out, and that one has an error: only then are numbers kept. */
static void note_row_number(ni_builder *builder, int64_t i) {
  if (builder->row_numbers == NULL && !ni_builder_number_rows(builder, i)) {
    builder->out_of_memory = 1;
    return;
  }
  builder->row_numbers[i] = (int32_t)builder->row;
}

static inline void store_row(ni_builder *builder, int32_t state, const ni_value *value, const int32_t *ids) {
  ni_answer_rows *rows = &builder->answers->rows;
  if ((size_t)rows->n >= builder->capacity && !ni_builder_reserve(builder, rows->n + 1)) {
    builder->out_of_memory = 1;
    return;
  }
  int64_t i = rows->n++;
  rows->unit[i] = ids[NI_UNIT];
  rows->round[i] = ids[NI_ROUND];
  rows->group[i] = ids[NI_GROUP];
  rows->indicator[i] = ids[NI_INDICATOR];
  rows->coder[i] = ids[NI_CODER];
  rows->value[i] = *value;
  rows->state[i] = (uint8_t)state;
  if (builder->row_numbers != NULL || builder->row != i + 1) {
    note_row_number(builder, i);
  }
  if (builder->may_have_texts) {
    store_text(builder, NI_EVIDENCE, &rows->evidence, i);
    store_text(builder, NI_SOURCE, &rows->source, i);
    store_text(builder, NI_NOTE, &rows->note, i);
  }
}

void ni_builder_keep_row(ni_builder *builder, int32_t state, ni_value value, const int32_t *ids) {
  store_row(builder, state, &value, ids);
}

static int resolve_ids(ni_builder *builder, int32_t *ids) {
  const niem_framework *framework = builder->framework;
  const niem_read_options *options = &builder->options;
  int right = 1;
  static const int32_t needed[] = {NI_UNIT, NI_INDICATOR};
  for (size_t i = 0; i < 2; i++) {
    if (builder->cells[needed[i]].length == 0) {
      REPORT(builder, needed[i], NIEM_ERROR_FORMAT, "blank; name the %s in each row", ni_column_names[needed[i]]);
      right = 0;
    }
  }
  right &= fill_blank(builder, NI_ROUND, options->round, framework->n_rounds,
                      framework->n_rounds == 1 ? framework->rounds[0].id : NULL);
  right &= fill_blank(builder, NI_GROUP, options->group, framework->n_own_groups, framework->groups[0].id);
  if (builder->cells[NI_CODER].length == 0) {
    builder->cells[NI_CODER].text = options->coder == NULL ? "" : options->coder;
    builder->cells[NI_CODER].length = strlen(builder->cells[NI_CODER].text);
  }
  static const int32_t columns[] = {NI_UNIT, NI_ROUND, NI_GROUP, NI_INDICATOR, NI_CODER};
  for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
    int32_t column = columns[i];
    int blank = builder->cells[column].length == 0 && column != NI_CODER;
    ids[column] = blank ? -1 : place_of(builder, column);
    right = right && ids[column] >= 0;
  }
  return right;
}

void ni_builder_row(ni_builder *builder, int64_t row) {
  static const int32_t trimmed[] = {NI_UNIT, NI_ROUND, NI_GROUP, NI_INDICATOR, NI_ANSWER, NI_STATE, NI_CODER};
  int32_t ids[NI_COLUMNS];
  builder->row = row;
  if (row > INT32_MAX) {
    REPORT(builder, NI_UNIT, NIEM_ERROR_LIMIT, "more than %d rows; read the rounds apart", INT32_MAX);
    return;
  }
  for (size_t i = 0; i < sizeof trimmed / sizeof trimmed[0]; i++) {
    ni_trim(&builder->cells[trimmed[i]]);
  }
  int right = resolve_ids(builder, ids);
  int32_t state = settle_state(builder);
  ni_value value = {.option = 0};
  if (ids[NI_INDICATOR] >= 0 && state == NIEM_ANSWERED) {
    right &= ni_read_answer(builder, &builder->framework->indicators[ids[NI_INDICATOR]], &value);
  } else if (ids[NI_INDICATOR] >= 0 && builder->framework->indicators[ids[NI_INDICATOR]].scale.kind == NI_COMPOSITE) {
    REPORT(builder, NI_INDICATOR, NIEM_ERROR_VALUE, "indicator %s is made of others; answer those",
           builder->framework->indicators[ids[NI_INDICATOR]].id);
    right = 0;
  }
  if (right && state >= 0 && !builder->out_of_memory) {
    store_row(builder, state, &value, ids);
  }
}

/* The meaning of a field as guess_place finds it, with nothing to trim. */
static inline int32_t quick_place(ni_builder *builder, const ni_csv_slice *fields, int32_t column) {
  const int64_t field = builder->fields[column];
  if (field > 0 && fields[field - 1].length > 0) {
    return guess_place(&builder->resolvers[column], fields[field - 1].text, fields[field - 1].length);
  }
  const ni_cell *blank = &builder->blanks[column];
  return blank->text == NULL ? -1 : guess_place(&builder->resolvers[column], blank->text, blank->length);
}

/* What most rows say: their ids all stood in the rows before. 0 for any other row. */
static inline int quick_ids(ni_builder *builder, const ni_csv_slice *fields, int32_t *ids) {
  ids[NI_UNIT] = quick_place(builder, fields, NI_UNIT);
  ids[NI_ROUND] = quick_place(builder, fields, NI_ROUND);
  ids[NI_GROUP] = quick_place(builder, fields, NI_GROUP);
  ids[NI_INDICATOR] = quick_place(builder, fields, NI_INDICATOR);
  ids[NI_CODER] = quick_place(builder, fields, NI_CODER);
  return (ids[NI_UNIT] | ids[NI_ROUND] | ids[NI_GROUP] | ids[NI_INDICATOR] | ids[NI_CODER]) >= 0;
}

/* The state of a row where it agrees with the answer; -1 otherwise. */
static inline int32_t quick_state(ni_builder *builder, const ni_csv_slice *fields) {
  const ni_cell *answer = &builder->cells[NI_ANSWER];
  const int64_t field = builder->fields[NI_STATE];
  if (field == 0 || fields[field - 1].length == 0) {
    return answer->length > 0 ? NIEM_ANSWERED : -1;
  }
  const int32_t state = guess_place(&builder->resolvers[NI_STATE], fields[field - 1].text, fields[field - 1].length);
  return (state == NIEM_ANSWERED) == (answer->length > 0) ? state : -1;
}

static void fill_cells(ni_builder *builder, const ni_csv_slice *fields, int32_t from) {
  for (int32_t column = from; column < NI_COLUMNS; column++) {
    const int64_t field = builder->fields[column];
    if (field > 0) {
      builder->cells[column].text = fields[field - 1].text;
      builder->cells[column].length = fields[field - 1].length;
    }
  }
}

/* 0 where the row is not one of most, and nothing was done. */
static int read_quickly(ni_builder *builder, const ni_csv_slice *fields, int64_t row) {
  int32_t ids[NI_COLUMNS];
  ni_value value = {.option = 0};
  ni_cell *answer = &builder->cells[NI_ANSWER];
  const int64_t field = builder->fields[NI_ANSWER];
  if (!quick_ids(builder, fields, ids) || row > INT32_MAX) {
    return 0;
  }
  answer->text = field == 0 ? NULL : fields[field - 1].text;
  answer->length = field == 0 ? 0 : fields[field - 1].length;
  if (answer->length > 0 && (answer->text[0] <= ' ' || answer->text[answer->length - 1] <= ' ')) {
    return 0;
  }
  const ni_indicator *indicator = &builder->framework->indicators[ids[NI_INDICATOR]];
  const int32_t state = quick_state(builder, fields);
  if (state < 0 || indicator->scale.kind == NI_COMPOSITE) {
    return 0;
  }
  builder->row = row;
  if (builder->may_have_texts) {
    fill_cells(builder, fields, NI_STATE + 1);
  }
  if (state != NIEM_ANSWERED || ni_read_usual_answer(builder, indicator, &value) ||
      ni_read_answer(builder, indicator, &value)) {
    store_row(builder, state, &value, ids);
  }
  return 1;
}

void ni_builder_fields(ni_builder *builder, const ni_csv_slice *fields, int64_t row) {
  if (!read_quickly(builder, fields, row)) {
    fill_cells(builder, fields, 0);
    ni_builder_row(builder, row);
  }
}

void ni_builder_begin_fields(ni_builder *builder) {
  const niem_framework *framework = builder->framework;
  const niem_read_options *options = &builder->options;
  const char *texts[NI_COLUMNS] = {NULL};
  memset(builder->cells, 0, sizeof builder->cells); /* columns that are not there stay blank */
  texts[NI_ROUND] =
      only_text(options->round, framework->n_rounds, framework->n_rounds == 1 ? framework->rounds[0].id : NULL);
  texts[NI_GROUP] = only_text(options->group, framework->n_own_groups, framework->groups[0].id);
  texts[NI_CODER] = options->coder == NULL ? "" : options->coder;
  for (int32_t c = 0; c < NI_COLUMNS; c++) {
    builder->blanks[c].text = texts[c];
    builder->blanks[c].length = texts[c] == NULL ? 0 : strlen(texts[c]);
  }
  builder->may_have_texts =
      builder->fields[NI_EVIDENCE] > 0 || builder->fields[NI_SOURCE] > 0 || builder->fields[NI_NOTE] > 0;
}

void ni_builder_check_columns(ni_builder *builder, const int32_t *present) {
  static const int32_t needed[] = {NI_UNIT, NI_INDICATOR, NI_ANSWER};
  for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
    if (!present[needed[i]] && !(needed[i] == NI_ANSWER && present[NI_STATE])) {
      ni_problems_report(
          builder->problems, NIEM_ERROR, NIEM_ERROR_FORMAT, 0, 0, ni_column_names[needed[i]],
          "there is no column \"%s\"; the columns are unit, round, group, indicator, answer, state, evidence, source, "
          "coder, note",
          ni_column_names[needed[i]]);
    }
  }
}

niem_status ni_builder_open(ni_builder *builder, const niem_framework *framework, const niem_read_options *options,
                            niem_problems *problems, niem_error *err) {
  memset(builder, 0, sizeof *builder);
  builder->framework = framework;
  builder->problems = problems;
  builder->options = *options;
  builder->piece_bytes = NI_PIECE_BYTES;
  builder->may_have_texts = 1;
  niem_exec_init(&builder->exec);
  ni_stages_begin(&builder->stages, &builder->exec);
  ni_dictionary_init(&builder->units);
  ni_dictionary_init(&builder->rounds);
  for (int32_t c = 0; c < NI_COLUMNS; c++) {
    builder->last_texts[c] = -1;
    ni_dictionary_init(&builder->resolvers[c].raw);
  }
  builder->answers = ni_alloc_zero(1, sizeof *builder->answers);
  if (builder->answers == NULL) {
    return ni_fail_memory(err);
  }
  atomic_init(&builder->answers->uses, 1);
  ni_dictionary_init(&builder->answers->unit_ids);
  ni_dictionary_init(&builder->answers->coders);
  ni_dictionary_init(&builder->answers->texts);
  builder->answers->framework = ni_framework_keep(framework);
  return NIEM_OK;
}

void ni_builder_close(ni_builder *builder) {
  ni_dictionary_free(&builder->units);
  ni_dictionary_free(&builder->rounds);
  for (int32_t c = 0; c < NI_COLUMNS; c++) {
    ni_dictionary_free(&builder->resolvers[c].raw);
    ni_free(builder->resolvers[c].meanings);
  }
  ni_free(builder->firsts);
  ni_free(builder->row_numbers);
  niem_answers_free(builder->answers);
  builder->answers = NULL;
}
