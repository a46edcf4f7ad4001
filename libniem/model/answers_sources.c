/* Sources of answers: CSV, JSON and the columns of a data frame. Each hands its rows to the builder. */
#include "base/platform.h"

#include "base/file.h"
#include "base/utf8.h"
#include "base/number.h"
#include "model/answers_build.h"
#include "model/csv.h"
#include "model/json.h"
#include "model/reader.h"

#include <string.h>

/* --- columns that are not ours, and known --- */

static int is_name(const char *known, const char *name, size_t length) {
  return strlen(known) == length && memcmp(known, name, length) == 0;
}

int ni_is_form_column(const niem_framework *framework, const char *name, size_t length) {
  static const char *const shown[] = {"label",      "question",        "guidance",  "options",
                                      "applies_if", "previous_answer", "dimension", "step"};
  for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
    if (is_name(shown[i], name, length)) {
      return 1;
    }
  }
  for (int32_t f = 0; framework != NULL && f < framework->n_facets; f++) {
    if (is_name(framework->facets[f].id, name, length)) {
      return 1;
    }
  }
  return 0;
}

/* What a reader of files says, told with the others. */
static void add_problem(ni_builder *builder, const niem_error *problem) {
  if (problem->status == NIEM_ERROR_MEMORY) {
    builder->out_of_memory = 1;
  } else if (builder->is_piece) {
    builder->has_error = 1;
  } else {
    ni_problems_add(builder->problems, NIEM_ERROR, problem);
  }
}

/* The share of reading in a call; sorting is the rest. Rows between two looks whether the caller still wants them. */
#define READING 0.8
enum { TELL_ROWS = 4096 };

static int32_t pieces_at_once(const ni_builder *builder) {
  const int32_t threads = builder->exec.threads < 1                ? 1
                          : builder->exec.threads > NI_THREADS_MAX ? NI_THREADS_MAX
                                                                   : builder->exec.threads;
  return threads * NI_PIECES_A_THREAD;
}

/* --- CSV --- */

/* So much of a file is in memory at a time: enough for a piece more than are cut at once, which is the rest that stays.
 */
static size_t window_of(const ni_builder *builder) {
  const size_t by_pieces = ((size_t)pieces_at_once(builder) + 1) * builder->piece_bytes;
  return builder->exec.threads > 1 ? by_pieces : NI_CSV_WINDOW;
}

/* Which field of a row is which column; 0 for a column that is not there. */
static void map_header(ni_builder *builder, const ni_csv *csv) {
  int32_t present[NI_COLUMNS] = {0};
  for (size_t f = 0; f < ni_csv_columns(csv); f++) {
    const ni_csv_slice *name = &ni_csv_header(csv)[f];
    const int32_t place = ni_column_of(name->text, name->length);
    if (place < 0 && ni_is_form_column(builder->framework, name->text, name->length)) {
      continue;
    }
    if (place < 0) {
      ni_problems_report(builder->problems, NIEM_WARNING, NIEM_OK, 0, (int64_t)f + 1, "header",
                         "column \"%.60s\" is none of unit, round, group, indicator, answer, state, evidence, source, "
                         "coder, note; it is "
                         "not read",
                         name->text);
    } else if (present[place]++) {
      ni_problems_report(builder->problems, NIEM_ERROR, NIEM_ERROR_DUPLICATE, 0, (int64_t)f + 1, "header",
                         "column \"%s\" stands twice", name->text);
    } else {
      builder->fields[place] = (int64_t)f + 1;
    }
  }
  ni_builder_check_columns(builder, present);
}

/* A file of answers being read. */
typedef struct csv_reading {
  ni_builder *builder;
  ni_csv *csv;
  ni_pieces *pieces;
  struct csv_piece *parts;
  int more;      /* rows may be left */
  int is_filled; /* the window has what the source has */
} csv_reading;

typedef struct csv_piece {
  ni_csv *csv;
  size_t begin, end; /* among the unread bytes when it was cut */
  int64_t from, to;  /* the same in the source */
  ni_csv_extent extent;
} csv_piece;

/* The next row into a builder. 0 when there is none, or no sense in going on. */
static inline int read_csv_row(ni_builder *builder, ni_csv *csv) {
  niem_error problem;
  int has_row = 0;
  if (ni_csv_next(csv, &has_row, &problem) != NIEM_OK) {
    add_problem(builder, &problem);
    return ni_csv_can_continue(csv);
  }
  if (!has_row) {
    return 0;
  }
  ni_builder_fields(builder, ni_csv_fields(csv), ni_csv_row(csv));
  return !builder->out_of_memory;
}

/* Rows that begin before `to` in the source, by the whole's own builder. 0 when there are no more. */
static int read_rows_before(const csv_reading *reading, int64_t to) {
  while (to == INT64_MAX || ni_csv_position(reading->csv) < to) {
    if (!read_csv_row(reading->builder, reading->csv)) {
      return 0;
    }
  }
  return 1;
}

/* Cut what is in the window; what is behind the last cut stays for the next time, unless the source has ended. */
static int32_t cut_pieces(const csv_reading *reading, int32_t most) {
  const size_t n = ni_csv_unread(reading->csv);
  const int64_t position = ni_csv_position(reading->csv);
  const size_t step = reading->builder->piece_bytes;
  int32_t found = 0;
  for (size_t begin = 0; begin < n && found < most;) {
    const size_t end = n - begin > step ? ni_csv_cut(reading->csv, begin + step - 1) : n;
    if (end == n && ni_csv_has_more(reading->csv)) {
      break;
    }
    csv_piece *part = &reading->parts[found++];
    part->begin = begin;
    part->end = end;
    part->from = position + (int64_t)begin;
    part->to = position + (int64_t)end;
    begin = end;
  }
  return found;
}

/* A row that is wrong ends a piece: the whole will read it again. */
static niem_status read_pieces(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  const csv_reading *reading = context;
  (void)worker;
  (void)err;
  for (int64_t k = begin; k < end; k++) {
    csv_piece *part = &reading->parts[k];
    ni_builder *builder = ni_piece_begin(reading->pieces, (int32_t)k);
    ni_csv_part_begin(part->csv, reading->csv, part->begin, part->end);
    while (!builder->has_error && read_csv_row(builder, part->csv)) {
    }
    part->extent = ni_csv_part_extent(part->csv);
  }
  return NIEM_OK;
}

/* Piece k into the whole, or its rows read again. 0 when there are no more. */
static int take_piece(const csv_reading *reading, int32_t k) {
  const csv_piece *part = &reading->parts[k];
  const int begins_with_row = ni_csv_position(reading->csv) == part->from;
  if (begins_with_row && ni_piece_take(reading->pieces, k, ni_csv_row(reading->csv))) {
    ni_csv_skip(reading->csv, &part->extent);
    return !reading->builder->out_of_memory;
  }
  return read_rows_before(reading, part->to);
}

/* How much of the call is done when the window has been read. */
static double progress_at(const ni_csv *csv) {
  const double position = (double)ni_csv_position(csv) + (double)ni_csv_unread(csv);
  const double size = (double)ni_csv_size(csv);
  return READING * (position < size ? position / size : 1);
}

/* Item 0: the next window. The others: rows of the pieces that were taken. */
static niem_status finish_window(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  csv_reading *reading = context;
  (void)worker;
  (void)err;
  for (int64_t i = begin; i < end; i++) {
    if (i > 0) {
      ni_piece_append(reading->pieces, (int32_t)i - 1);
    } else if (reading->more) {
      reading->is_filled = ni_csv_fill(reading->csv);
    }
  }
  return NIEM_OK;
}

/* One window, and the next filled. */
static niem_status read_window(csv_reading *reading, int32_t most, niem_error *err) {
  niem_status status = NIEM_OK;
  ni_stages *stages = &reading->builder->stages;
  const int64_t window_end = ni_csv_position(reading->csv) + (int64_t)ni_csv_unread(reading->csv);
  const double done = progress_at(reading->csv);
  const int32_t n = cut_pieces(reading, most);
  if (n > 0) {
    NIEM_TRY(ni_parallel_for(n, 1, ni_stages_next(stages, done), read_pieces, reading, err));
  }
  reading->more = n > 0 || read_rows_before(reading, window_end);
  for (int32_t k = 0; k < n && reading->more; k++) {
    reading->more = take_piece(reading, k);
  }
  reading->more = reading->more && (ni_csv_unread(reading->csv) > 0 || ni_csv_has_more(reading->csv));
  NIEM_TRY(ni_parallel_for(n + 1, n > 1 ? 1 : 2, ni_stages_next(stages, done), finish_window, reading, err));
cleanup:
  return status;
}

/* No more than the source can be cut into. */
static int32_t pieces_of(const csv_reading *reading) {
  const int64_t size = ni_csv_size(reading->csv);
  const int64_t of_source = size / (int64_t)reading->builder->piece_bytes + 1;
  const int32_t at_once = pieces_at_once(reading->builder);
  return size > 0 && of_source < at_once ? (int32_t)of_source : at_once;
}

static niem_status read_by_pieces(csv_reading *reading, niem_error *err) {
  niem_status status = NIEM_OK;
  const int32_t most = pieces_of(reading);
  reading->parts = ni_alloc_zero((size_t)most, sizeof *reading->parts);
  if (reading->parts == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  NIEM_TRY(ni_pieces_open(&reading->pieces, reading->builder, most, err));
  for (int32_t k = 0; k < most; k++) {
    NIEM_TRY(ni_csv_part_new(&reading->parts[k].csv, reading->csv, err));
  }
  reading->more = 1;
  reading->is_filled = ni_csv_fill(reading->csv);
  while (reading->more && reading->is_filled) {
    NIEM_TRY(read_window(reading, most, err));
  }
  if (reading->more) {
    (void)read_rows_before(reading, INT64_MAX); /* to the reason why there is no window */
  }
cleanup:
  for (int32_t k = 0; reading->parts != NULL && k < most; k++) {
    ni_csv_close(reading->parts[k].csv);
  }
  ni_free(reading->parts);
  ni_pieces_close(reading->pieces);
  return status;
}

static niem_status read_csv(ni_builder *builder, ni_csv *csv, niem_error *err) {
  niem_status status = NIEM_OK;
  map_header(builder, csv);
  if (niem_problems_total(builder->problems, NIEM_ERROR) > 0) {
    return NIEM_OK; /* rows mean nothing under a header that is wrong */
  }
  builder->separator = ni_csv_separator(csv);
  ni_builder_begin_fields(builder);
  builder->csv = csv;
  csv_reading reading = {.builder = builder, .csv = csv};
  if (builder->exec.threads > 1 || builder->exec.progress != NULL) {
    status = read_by_pieces(&reading, err);
  } else {
    (void)read_rows_before(&reading, INT64_MAX);
  }
  builder->csv = NULL;
  return status;
}

static niem_status read_opened(ni_builder *builder, niem_status opened, ni_csv *csv, const niem_error *problem,
                               niem_error *err) {
  if (opened != NIEM_OK) {
    add_problem(builder, problem);
    return NIEM_OK; /* the end of the reading tells */
  }
  niem_status status = read_csv(builder, csv, err);
  ni_csv_close(csv);
  return status;
}

/* A file that is shorter than the window does not need all of it. */
static size_t window_for(const ni_builder *builder, const ni_source *source) {
  const size_t window = window_of(builder);
  return source->size > 0 && (uint64_t)source->size < window ? (size_t)source->size + 1 : window;
}

static niem_status read_csv_source(ni_builder *builder, ni_source *source, niem_error *err) {
  ni_csv *csv = NULL;
  niem_error problem;
  const size_t window = window_for(builder, source);
  niem_status opened = ni_csv_open(&csv, source, (char)builder->options.separator, window, &problem);
  return read_opened(builder, opened, csv, &problem, err);
}

niem_status ni_read_answers_csv_file(ni_builder *builder, const char *path, niem_error *err) {
  ni_source source;
  niem_error problem;
  niem_status opened = ni_source_open_file(&source, path, &problem);
  if (opened != NIEM_OK) {
    ni_source_close(&source);
    return read_opened(builder, opened, NULL, &problem, err);
  }
  return read_csv_source(builder, &source, err);
}

niem_status ni_read_answers_csv(ni_builder *builder, const char *bytes, size_t n, niem_error *err) {
  ni_source source;
  ni_source_open_memory(&source, bytes, n);
  return read_csv_source(builder, &source, err);
}

/* --- JSON --- */

static void read_json_row(ni_builder *builder, const ni_json *json, const cJSON *object, int64_t row) {
  memset(builder->cells, 0, sizeof builder->cells);
  memset(builder->items, 0, sizeof builder->items);
  builder->row_item = object;
  if (!cJSON_IsObject(object)) {
    ni_json_report(json, object, builder->problems, NIEM_ERROR, NIEM_ERROR_FORMAT,
                   "an answer is an object {\"unit\": ..., \"indicator\": ..., \"answer\": ...}");
    return;
  }
  int right = 1;
  for (const cJSON *item = object->child; item != NULL; item = item->next) {
    int32_t column = ni_column_of(item->string, strlen(item->string));
    if (column < 0) {
      ni_json_report(json, item, builder->problems, NIEM_ERROR, NIEM_ERROR_FORMAT,
                     "key \"%.60s\" is unknown; an answer has unit, round, group, indicator, answer, state, evidence, "
                     "source, coder, note",
                     item->string);
      right = 0;
      continue;
    }
    builder->items[column] = item;
    if (cJSON_IsString(item)) {
      builder->cells[column].text = item->valuestring;
      builder->cells[column].length = strlen(item->valuestring);
    } else if (cJSON_IsNumber(item) && column == NI_ANSWER) {
      builder->cells[column].number = &item->valuedouble;
    } else if (!cJSON_IsNull(item)) {
      ni_json_report(json, item, builder->problems, NIEM_ERROR, NIEM_ERROR_FORMAT, "\"%s\" must be a text in quotes%s",
                     ni_column_names[column], column == NI_ANSWER ? " or a number" : "");
      right = 0;
    }
  }
  if (right) {
    ni_builder_row(builder, row);
  }
}

/* Answers that were written with another framework, or another version of it, may be read; that is said. */
static void check_framework(ni_builder *builder, const ni_json *json, const cJSON *digest) {
  if (digest == NULL) {
    return;
  }
  if (!cJSON_IsString(digest)) {
    ni_json_report(json, digest, builder->problems, NIEM_ERROR, NIEM_ERROR_FORMAT,
                   "\"framework\" must be a framework's digest, a text in quotes");
  } else if (strcmp(digest->valuestring, builder->framework->digest) != 0) {
    ni_json_report(json, digest, builder->problems, NIEM_WARNING, NIEM_ERROR_MISMATCH,
                   "the answers were written with another framework or version (%.12s, not %.12s)", digest->valuestring,
                   builder->framework->digest);
  }
}

/* The list of answers: the document itself, or its key "answers". */
static const cJSON *find_list(ni_builder *builder, const ni_json *json) {
  const cJSON *root = ni_json_root(json);
  if (cJSON_IsArray(root)) {
    return root;
  }
  const cJSON *format = cJSON_IsObject(root) ? ni_reader_get(root, "format") : NULL;
  const cJSON *list = cJSON_IsObject(root) ? ni_reader_get(root, "answers") : NULL;
  if (!cJSON_IsString(format) || strncmp(format->valuestring, "niem-answers/", 13) != 0 || !cJSON_IsArray(list)) {
    ni_json_report(json, root, builder->problems, NIEM_ERROR, NIEM_ERROR_FORMAT,
                   "answers in JSON are a list of objects, or {\"format\": \"niem-answers/1\", \"answers\": [...]}");
    return NULL;
  }
  if (strcmp(format->valuestring, "niem-answers/1") != 0) {
    ni_json_report(json, format, builder->problems, NIEM_ERROR, NIEM_ERROR_VERSION,
                   "format \"%.40s\" is not known to libniem %s, which reads niem-answers/1", format->valuestring,
                   niem_version());
    return NULL;
  }
  check_framework(builder, json, ni_reader_get(root, "framework"));
  for (const cJSON *item = root->child; item != NULL; item = item->next) {
    if (strcmp(item->string, "format") != 0 && strcmp(item->string, "answers") != 0 &&
        strcmp(item->string, "framework") != 0 && strcmp(item->string, "meta") != 0) {
      ni_json_report(json, item, builder->problems, NIEM_ERROR, NIEM_ERROR_FORMAT,
                     "key \"%.60s\" is unknown here; known are format, framework, answers, meta", item->string);
    }
  }
  return list;
}

niem_status ni_read_answer_items(ni_builder *builder, const ni_json *json, const cJSON *list, const char *pointer,
                                 niem_error *err) {
  int64_t row = 0;
  builder->json = json;
  builder->list_pointer = pointer;
  const double n_rows = (double)ni_list_length(list);
  niem_status status = NIEM_OK;
  (void)ni_stages_next(&builder->stages, READING);
  for (const cJSON *item = list == NULL ? NULL : list->child;
       item != NULL && !builder->out_of_memory && status == NIEM_OK; item = item->next) {
    read_json_row(builder, json, item, ++row);
    status = row % TELL_ROWS == 0 ? ni_stages_tell(&builder->stages, (double)row / n_rows, err) : NIEM_OK;
  }
  builder->json = NULL;
  return status;
}

niem_status ni_read_answers_json(ni_builder *builder, const char *bytes, size_t n, niem_error *err) {
  niem_error problem;
  ni_json *json = NULL;
  if (ni_json_read(&json, bytes, n, &problem) != NIEM_OK) {
    add_problem(builder, &problem);
    return NIEM_OK; /* the end of the reading tells */
  }
  const cJSON *list = find_list(builder, json);
  const niem_status status =
      ni_read_answer_items(builder, json, list, list == ni_json_root(json) ? "" : "/answers", err);
  ni_json_free(json);
  return status;
}

/* --- columns --- */

typedef struct column_source {
  const niem_column *column;
  size_t *lengths; /* of the levels */
} column_source;

static niem_status check_column(const niem_column *column, int64_t n_rows, niem_error *err) {
  if (column->name == NULL || column->n_rows != n_rows || n_rows < 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "columns", "each column needs a name and the same number of rows");
  }
  if ((column->codes == NULL) == (column->reals == NULL) && n_rows > 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, column->name, "a column has either codes with levels, or reals");
  }
  if (column->codes != NULL && (column->n_levels < 0 || (column->n_levels > 0 && column->levels == NULL))) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, column->name, "levels must not be NULL");
  }
  return NIEM_OK;
}

/* Levels are bytes of the caller's: they are checked once, like the fields of a file. */
static niem_status measure_levels(const niem_column *column, size_t **out, niem_error *err) {
  size_t *lengths = ni_alloc(column->codes == NULL ? 0 : (size_t)column->n_levels, sizeof *lengths);
  if (lengths == NULL) {
    return ni_fail_memory(err);
  }
  *out = lengths;
  for (int64_t k = 0; column->codes != NULL && k < column->n_levels; k++) {
    const char *text = column->levels[k];
    lengths[k] = text == NULL ? 0 : strlen(text);
    if (lengths[k] > NIEM_MAX_FIELD) {
      return ni_fail_at(err, NIEM_ERROR_LIMIT, 0, k + 1, column->name, "level %lld is longer than 16 MiB",
                        (long long)k + 1);
    }
    if (text != NULL && ni_utf8_invalid_at(text, lengths[k]) >= 0) {
      return ni_fail_at(err, NIEM_ERROR_ENCODING, 0, k + 1, column->name, "level %lld is not UTF-8", (long long)k + 1);
    }
  }
  return NIEM_OK;
}

static int fill_cell(ni_builder *builder, const column_source *source, int64_t i, int32_t place) {
  const niem_column *column = source->column;
  ni_cell *cell = &builder->cells[place];
  if (column->reals != NULL) {
    double x = column->reals[i];
    if (!ni_is_nan(x) && !ni_is_finite(x)) {
      ni_problems_report(builder->problems, NIEM_ERROR, NIEM_ERROR_VALUE, i + 1, builder->fields[place], column->name,
                         "the answer is infinite; give a number, or a state");
      return 0;
    }
    cell->number = ni_is_nan(x) ? NULL : &column->reals[i];
    return 1;
  }
  int32_t code = column->codes[i];
  if (code < -1 || code >= column->n_levels) {
    ni_problems_report(builder->problems, NIEM_ERROR, NIEM_ERROR_ARGUMENT, i + 1, builder->fields[place], column->name,
                       "code %d has no level; codes are -1 (blank) or 0 to %lld", code,
                       (long long)column->n_levels - 1);
    return 0;
  }
  if (code >= 0 && column->levels[code] != NULL) {
    cell->text = column->levels[code];
    cell->length = source->lengths[code];
  }
  return 1;
}

static niem_status read_rows(ni_builder *builder, const column_source *sources, int64_t n_rows, niem_error *err) {
  niem_status status = NIEM_OK;
  (void)ni_stages_next(&builder->stages, READING);
  for (int64_t i = 0; i < n_rows && !builder->out_of_memory && status == NIEM_OK; i++) {
    int right = 1;
    memset(builder->cells, 0, sizeof builder->cells);
    for (int32_t c = 0; c < NI_COLUMNS; c++) {
      right &= sources[c].column == NULL || fill_cell(builder, &sources[c], i, c);
    }
    if (right) {
      ni_builder_row(builder, i + 1);
    }
    status = i % TELL_ROWS == 0 ? ni_stages_tell(&builder->stages, (double)i / (double)n_rows, err) : NIEM_OK;
  }
  return status;
}

niem_status ni_read_answers_columns(ni_builder *builder, const niem_column *columns, int64_t n_columns,
                                    niem_error *err) {
  niem_status status = NIEM_OK;
  column_source sources[NI_COLUMNS];
  int32_t present[NI_COLUMNS] = {0};
  memset(sources, 0, sizeof sources);
  int64_t n_rows = n_columns > 0 ? columns[0].n_rows : 0;
  for (int64_t k = 0; k < n_columns; k++) {
    NIEM_TRY(check_column(&columns[k], n_rows, err));
    int32_t place = ni_column_of(columns[k].name, strlen(columns[k].name));
    if (place < 0 && ni_is_form_column(builder->framework, columns[k].name, strlen(columns[k].name))) {
      continue;
    }
    if (place < 0) {
      ni_problems_report(builder->problems, NIEM_WARNING, NIEM_OK, 0, k + 1, "columns", "column \"%.60s\" is not read",
                         columns[k].name);
      continue;
    }
    if (present[place]++ || (columns[k].reals != NULL && place != NI_ANSWER)) {
      status = ni_fail(err, NIEM_ERROR_ARGUMENT, columns[k].name,
                       present[place] > 1 ? "the column stands twice" : "only the column \"answer\" may be reals");
      goto cleanup;
    }
    sources[place].column = &columns[k];
    builder->fields[place] = k + 1;
    NIEM_TRY(measure_levels(&columns[k], &sources[place].lengths, err));
  }
  ni_builder_check_columns(builder, present);
  if (niem_problems_total(builder->problems, NIEM_ERROR) == 0) {
    NIEM_TRY(read_rows(builder, sources, n_rows, err));
  }
cleanup:
  for (int32_t c = 0; c < NI_COLUMNS; c++) {
    ni_free(sources[c].lengths);
  }
  return status;
}
