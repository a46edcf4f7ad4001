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
  } else {
    ni_problems_add(builder->problems, NIEM_ERROR, problem);
  }
}

/* --- CSV --- */

/* Which field of a row is which column: places[field], -1 for a field that is not ours. */
static niem_status map_header(ni_builder *builder, const ni_csv *csv, int32_t **out, niem_error *err) {
  size_t n = ni_csv_columns(csv);
  int32_t present[NI_COLUMNS] = {0};
  int32_t *places = ni_alloc(n, sizeof *places);
  if (places == NULL) {
    return ni_fail_memory(err);
  }
  for (size_t f = 0; f < n; f++) {
    const ni_csv_slice *name = &ni_csv_header(csv)[f];
    places[f] = ni_column_of(name->text, name->length);
    if (places[f] < 0 && ni_is_form_column(builder->framework, name->text, name->length)) {
      continue;
    }
    if (places[f] < 0) {
      ni_problems_report(builder->problems, NIEM_WARNING, NIEM_OK, 0, (int64_t)f + 1, "header",
                         "column \"%.60s\" is none of unit, round, group, indicator, answer, state, evidence, source, "
                         "coder, note; it is "
                         "not read",
                         name->text);
    } else if (present[places[f]]++) {
      ni_problems_report(builder->problems, NIEM_ERROR, NIEM_ERROR_DUPLICATE, 0, (int64_t)f + 1, "header",
                         "column \"%s\" stands twice", name->text);
    } else {
      builder->fields[places[f]] = (int64_t)f + 1;
    }
  }
  ni_builder_check_columns(builder, present);
  *out = places;
  return NIEM_OK;
}

static niem_status read_csv(ni_builder *builder, ni_csv *csv, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_error problem;
  int32_t *places = NULL;
  NIEM_TRY(map_header(builder, csv, &places, err));
  if (niem_problems_total(builder->problems, NIEM_ERROR) > 0) {
    goto cleanup; /* rows mean nothing under a header that is wrong */
  }
  builder->separator = ni_csv_separator(csv);
  size_t n = ni_csv_columns(csv);
  memset(builder->cells, 0, sizeof builder->cells); /* columns that are not there stay blank */
  while (!builder->out_of_memory) {
    int has_row = 0;
    if (ni_csv_next(csv, &has_row, &problem) != NIEM_OK) {
      add_problem(builder, &problem);
      if (!ni_csv_can_continue(csv)) {
        break;
      }
      continue;
    }
    if (!has_row) {
      break;
    }
    const ni_csv_slice *fields = ni_csv_fields(csv);
    for (size_t f = 0; f < n; f++) {
      if (places[f] >= 0) {
        builder->cells[places[f]].text = fields[f].text;
        builder->cells[places[f]].length = fields[f].length;
      }
    }
    ni_builder_row(builder, ni_csv_row(csv));
  }
cleanup:
  ni_free(places);
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

niem_status ni_read_answers_csv_file(ni_builder *builder, const char *path, niem_error *err) {
  ni_csv *csv = NULL;
  niem_error problem;
  niem_status opened = ni_csv_open_file(&csv, path, (char)builder->options.separator, &problem);
  return read_opened(builder, opened, csv, &problem, err);
}

niem_status ni_read_answers_csv(ni_builder *builder, const char *bytes, size_t n, niem_error *err) {
  ni_csv *csv = NULL;
  niem_error problem;
  niem_status opened = ni_csv_open_memory(&csv, bytes, n, (char)builder->options.separator, &problem);
  return read_opened(builder, opened, csv, &problem, err);
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

void ni_read_answer_items(ni_builder *builder, const ni_json *json, const cJSON *list, const char *pointer) {
  int64_t row = 0;
  builder->json = json;
  builder->list_pointer = pointer;
  for (const cJSON *item = list == NULL ? NULL : list->child; item != NULL && !builder->out_of_memory;
       item = item->next) {
    read_json_row(builder, json, item, ++row);
  }
  builder->json = NULL;
}

niem_status ni_read_answers_json(ni_builder *builder, const char *bytes, size_t n, niem_error *err) {
  niem_error problem;
  ni_json *json = NULL;
  (void)err;
  if (ni_json_read(&json, bytes, n, &problem) != NIEM_OK) {
    add_problem(builder, &problem);
    return NIEM_OK; /* the end of the reading tells */
  }
  const cJSON *list = find_list(builder, json);
  ni_read_answer_items(builder, json, list, list == ni_json_root(json) ? "" : "/answers");
  ni_json_free(json);
  return NIEM_OK;
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

static void read_rows(ni_builder *builder, const column_source *sources, int64_t n_rows) {
  for (int64_t i = 0; i < n_rows && !builder->out_of_memory; i++) {
    int right = 1;
    memset(builder->cells, 0, sizeof builder->cells);
    for (int32_t c = 0; c < NI_COLUMNS; c++) {
      right &= sources[c].column == NULL || fill_cell(builder, &sources[c], i, c);
    }
    if (right) {
      ni_builder_row(builder, i + 1);
    }
  }
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
    read_rows(builder, sources, n_rows);
  }
cleanup:
  for (int32_t c = 0; c < NI_COLUMNS; c++) {
    ni_free(sources[c].lengths);
  }
  return status;
}
