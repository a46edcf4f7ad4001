/* Answers: reading from any source, the handle, and writing them again. */
#include "base/platform.h"

#include "base/buffer.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/fpenv.h"
#include "base/number.h"
#include "base/options.h"
#include "model/answers_build.h"
#include "model/csv.h"
#include "model/json.h"
#include "model/table.h"

#include <string.h>

/* --- reading --- */

void niem_read_options_init(niem_read_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
  }
}

static niem_status check_options(niem_read_options *own, const niem_read_options *options, niem_error *err) {
  niem_read_options_init(own);
  niem_status status = ni_options_read(own, sizeof *own, options, "options", err);
  if (status != NIEM_OK) {
    return status;
  }
  if (own->separator != 0 && own->separator != ',' && own->separator != ';' && own->separator != '\t') {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "separator",
                   "must be a comma, a semicolon, a tab, or 0 to find it from the header line");
  }
  if (own->decimal_comma != 0 && own->decimal_comma != 1) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "decimal_comma", "must be 0 or 1");
  }
  if (own->decimal_comma && own->separator == ',') {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "decimal_comma",
                   "cannot be a decimal comma where fields are separated by commas");
  }
  return NIEM_OK;
}

/* A source of answers, of which one is set. */
typedef struct answer_source {
  const char *path;
  const char *bytes;
  size_t n_bytes;
  const niem_column *columns;
  int64_t n_columns;
} answer_source;

/* JSON begins, after a byte order mark and white space, with a brace or a bracket; no header of CSV does. */
static int looks_like_json(const char *bytes, size_t n) {
  size_t i = n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  while (i < n && (bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\n' || bytes[i] == '\r')) {
    i++;
  }
  return i < n && (bytes[i] == '{' || bytes[i] == '[');
}

static niem_status peek(const char *path, char *bytes, size_t capacity, size_t *got, niem_error *err) {
  ni_source source;
  niem_status status = ni_source_open_file(&source, path, err);
  if (status == NIEM_OK) {
    status = ni_source_read(&source, bytes, capacity, got, err);
  }
  ni_source_close(&source);
  return status;
}

static niem_status read_path(ni_builder *builder, const char *path, niem_error *err) {
  niem_status status = NIEM_OK;
  char start[256];
  char *bytes = NULL;
  size_t n = 0;
  NIEM_TRY(peek(path, start, sizeof start, &n, err));
  if (!looks_like_json(start, n)) {
    return ni_read_answers_csv_file(builder, path, err);
  }
  NIEM_TRY(ni_file_read(path, NI_JSON_TEXT, &bytes, &n, err));
  NIEM_TRY(ni_read_answers_json(builder, bytes, n, err));
cleanup:
  ni_free(bytes);
  return status;
}

static niem_status read_source(ni_builder *builder, const answer_source *source, niem_error *err) {
  if (source->path != NULL) {
    return read_path(builder, source->path, err);
  }
  if (source->bytes == NULL) {
    return ni_read_answers_columns(builder, source->columns, source->n_columns, err);
  }
  return looks_like_json(source->bytes, source->n_bytes)
             ? ni_read_answers_json(builder, source->bytes, source->n_bytes, err)
             : ni_read_answers_csv(builder, source->bytes, source->n_bytes, err);
}

static void clear_outputs(niem_answers **out, niem_problems **problems) {
  if (out != NULL) {
    *out = NULL;
  }
  if (problems != NULL) {
    *problems = NULL;
  }
}

static niem_status read_checked(niem_answers **out, niem_problems **problems, const niem_framework *framework,
                                const answer_source *source, const niem_read_options *options, const niem_exec *exec,
                                niem_error *err) {
  niem_status status = NIEM_OK;
  niem_problems *found = NULL;
  niem_read_options own;
  niem_exec running;
  ni_builder builder;
  memset(&builder, 0, sizeof builder);
  clear_outputs(out, problems);
  if (out == NULL || framework == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "framework", "must not be NULL");
  }
  NIEM_TRY(check_options(&own, options, err));
  NIEM_TRY(ni_exec_read(&running, exec, err));
  NIEM_TRY(ni_problems_new(&found, err));
  NIEM_TRY(ni_builder_open(&builder, framework, &own, found, err));
  builder.exec = running;
  ni_stages_begin(&builder.stages, &running);
  NIEM_TRY(read_source(&builder, source, err));
  NIEM_TRY(ni_builder_finish(out, &builder, err));
cleanup:
  ni_builder_close(&builder);
  ni_problems_hand_over(problems, found);
  return status;
}

static niem_status read_answers(niem_answers **out, niem_problems **problems, const niem_framework *framework,
                                const answer_source *source, const niem_read_options *options, const niem_exec *exec,
                                niem_error *err) {
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  niem_status status = read_checked(out, problems, framework, source, options, exec, err);
  ni_fpenv_leave(&saved);
  return status;
}

niem_status niem_answers_read(niem_answers **out, niem_problems **problems, const niem_framework *framework,
                              const char *path, const niem_read_options *options, const niem_exec *exec,
                              niem_error *err) {
  if (path == NULL) {
    clear_outputs(out, problems);
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "path", "must not be NULL");
  }
  answer_source source = {.path = path};
  return read_answers(out, problems, framework, &source, options, exec, err);
}

niem_status niem_answers_parse(niem_answers **out, niem_problems **problems, const niem_framework *framework,
                               const char *bytes, int64_t n_bytes, const niem_read_options *options,
                               const niem_exec *exec, niem_error *err) {
  if (bytes == NULL || n_bytes < 0) {
    clear_outputs(out, problems);
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "bytes", "must not be NULL, and n_bytes not negative");
  }
  answer_source source = {.bytes = bytes, .n_bytes = (size_t)n_bytes};
  return read_answers(out, problems, framework, &source, options, exec, err);
}

niem_status niem_answers_columns(niem_answers **out, niem_problems **problems, const niem_framework *framework,
                                 const niem_column *columns, int64_t n_columns, const niem_read_options *options,
                                 const niem_exec *exec, niem_error *err) {
  if (columns == NULL || n_columns < 1) {
    clear_outputs(out, problems);
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "columns", "must not be NULL, and n_columns at least 1");
  }
  answer_source source = {.columns = columns, .n_columns = n_columns};
  return read_answers(out, problems, framework, &source, options, exec, err);
}

/* --- the handle --- */

niem_answers *ni_answers_keep(const niem_answers *answers) {
  niem_answers *kept = (niem_answers *)answers; /* only the count of owners ever changes */
  atomic_fetch_add_explicit(&kept->uses, 1, memory_order_relaxed);
  return kept;
}

int ni_is_unit(const niem_answers *answers, int32_t unit, const char *name) {
  const int32_t listed = ni_find_unit(answers->framework, name, NULL);
  return strcmp(name, answers->units[unit]) == 0 || (listed >= 0 && listed == answers->unit_places[unit]);
}

void niem_answers_free(niem_answers *answers) {
  if (answers == NULL || atomic_fetch_sub_explicit(&answers->uses, 1, memory_order_acq_rel) != 1) {
    return;
  }
  ni_answer_rows *rows = &answers->rows;
  int32_t *columns[] = {rows->unit,  rows->round,    rows->group,  rows->indicator,
                        rows->coder, rows->evidence, rows->source, rows->note};
  for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
    ni_free(columns[i]);
  }
  ni_free(rows->value);
  ni_free(rows->state);
  ni_dictionary_free(&answers->unit_ids);
  ni_dictionary_free(&answers->coders);
  ni_dictionary_free(&answers->texts);
  ni_arena_free(&answers->arena);
  niem_framework_free(answers->framework);
  ni_free(answers);
}

int64_t niem_answers_count(const niem_answers *answers) {
  return answers == NULL ? 0 : answers->rows.n;
}

/* --- writing --- */

void ni_value_print(niem_buffer *out, const ni_scale *scale, ni_value value) {
  if (scale->kind == NI_NUMERIC) {
    ni_buffer_double(out, value.number);
  } else if (scale->kind != NI_CHECKLIST) {
    ni_buffer_text(out, scale->options[value.option].id);
  } else if (value.items == 0) {
    ni_buffer_text(out, "none");
  } else {
    int first = 1;
    for (int32_t k = 0; k < scale->n_options; k++) {
      if ((value.items >> k) & 1) {
        ni_buffer_text(out, first ? "" : "|");
        ni_buffer_text(out, scale->options[k].id);
        first = 0;
      }
    }
  }
}

void ni_answer_print(niem_buffer *out, const niem_answers *answers, int64_t i) {
  if (answers->rows.state[i] == NIEM_ANSWERED) {
    ni_value_print(out, &answers->framework->indicators[answers->rows.indicator[i]].scale, answers->rows.value[i]);
  }
}

/* The texts of row i, by column; NULL for a blank one. The answer goes through `answer`, which is emptied first. */
typedef struct row_texts {
  const char *texts[NI_COLUMNS];
} row_texts;

static row_texts texts_of(const niem_answers *answers, int64_t i) {
  const ni_answer_rows *rows = &answers->rows;
  row_texts row;
  memset(&row, 0, sizeof row);
  row.texts[NI_UNIT] = answers->units[rows->unit[i]];
  row.texts[NI_ROUND] = answers->rounds[rows->round[i]];
  row.texts[NI_GROUP] = answers->framework->groups[rows->group[i]].id;
  row.texts[NI_INDICATOR] = answers->framework->indicators[rows->indicator[i]].id;
  row.texts[NI_STATE] = niem_state_name(rows->state[i]);
  row.texts[NI_EVIDENCE] = ni_row_text(answers, rows->evidence, i);
  row.texts[NI_SOURCE] = ni_row_text(answers, rows->source, i);
  row.texts[NI_NOTE] = ni_row_text(answers, rows->note, i);
  const char *coder = ni_dictionary_text(&answers->coders, rows->coder[i]);
  row.texts[NI_CODER] = coder == NULL || coder[0] == '\0' ? NULL : coder;
  return row;
}

static void write_json_answer(niem_buffer *out, const niem_answers *answers, int64_t i, niem_buffer *answer) {
  const ni_scale *scale = &answers->framework->indicators[answers->rows.indicator[i]].scale;
  if (scale->kind == NI_NUMERIC) {
    ni_answer_print(out, answers, i);
    return;
  }
  int64_t before = niem_buffer_size(answer);
  ni_answer_print(answer, answers, i);
  ni_buffer_json_string_n(out, niem_buffer_data(answer) + before, (size_t)(niem_buffer_size(answer) - before));
}

/* Keys sorted, as in all canonical JSON; blank cells are left out, and the state where an answer tells it. */
static void write_json_row(niem_buffer *out, const niem_answers *answers, int64_t i, niem_buffer *answer) {
  static const int32_t sorted[] = {NI_ANSWER, NI_CODER, NI_EVIDENCE, NI_GROUP, NI_INDICATOR,
                                   NI_NOTE,   NI_ROUND, NI_SOURCE,   NI_STATE, NI_UNIT};
  row_texts row = texts_of(answers, i);
  int answered = answers->rows.state[i] == NIEM_ANSWERED;
  int first = 1;
  ni_buffer_char(out, '{');
  for (size_t k = 0; k < NI_COLUMNS; k++) {
    int32_t column = sorted[k];
    int shown = column == NI_ANSWER ? answered : column == NI_STATE ? !answered : row.texts[column] != NULL;
    if (!shown) {
      continue;
    }
    ni_buffer_text(out, first ? "\"" : ",\"");
    ni_buffer_text(out, ni_column_names[column]);
    ni_buffer_text(out, "\":");
    if (column == NI_ANSWER) {
      write_json_answer(out, answers, i, answer);
    } else {
      ni_buffer_json_string(out, row.texts[column]);
    }
    first = 0;
  }
  ni_buffer_char(out, '}');
}

static niem_status write_json(niem_buffer **out, const niem_answers *answers, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_buffer *text = NULL;
  niem_buffer *answer = NULL;
  if (out == NULL || answers == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "answers", "must not be NULL");
  }
  *out = NULL;
  NIEM_TRY(ni_buffer_new(&text, err));
  ni_buffer_text(text, "{\"answers\":[");
  for (int64_t i = 0; i < answers->rows.n; i++) {
    if (i % 4096 == 0) { /* the scratch text of answers, emptied now and then */
      niem_buffer_free(answer);
      answer = NULL;
      NIEM_TRY(ni_buffer_new(&answer, err));
    }
    ni_buffer_text(text, i == 0 ? "" : ",");
    write_json_row(text, answers, i, answer);
    NIEM_TRY(ni_buffer_status(answer, err));
  }
  ni_buffer_text(text, "],\"format\":\"niem-answers/1\",\"framework\":\"");
  ni_buffer_text(text, answers->framework->digest);
  ni_buffer_text(text, "\"}");
  NIEM_TRY(ni_buffer_status(text, err));
  *out = text;
  text = NULL;
cleanup:
  niem_buffer_free(text);
  niem_buffer_free(answer);
  return status;
}

niem_status niem_answers_json(niem_buffer **out, const niem_answers *answers, niem_error *err) {
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  niem_status status = write_json(out, answers, err);
  ni_fpenv_leave(&saved);
  return status;
}

niem_status niem_answers_digest(niem_buffer **out, const niem_answers *answers, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_buffer *json = NULL;
  niem_buffer *digest = NULL;
  char hex[NI_DIGEST_HEX];
  if (out == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "out", "must not be NULL");
  }
  *out = NULL;
  NIEM_TRY(niem_answers_json(&json, answers, err));
  ni_digest_hex(niem_buffer_data(json), (size_t)niem_buffer_size(json), hex);
  NIEM_TRY(ni_buffer_new(&digest, err));
  ni_buffer_text(digest, hex);
  NIEM_TRY(ni_buffer_status(digest, err));
  *out = digest;
  digest = NULL;
cleanup:
  niem_buffer_free(json);
  niem_buffer_free(digest);
  return status;
}

static niem_status print_csv(niem_buffer **out, const niem_answers *answers, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_buffer *text = NULL;
  NIEM_TRY(ni_buffer_new(&text, err));
  ni_buffer_text(text, "unit,round,group,indicator,answer,state,evidence,source,coder,note\n");
  for (int64_t i = 0; i < answers->rows.n; i++) {
    row_texts row = texts_of(answers, i);
    for (int32_t c = 0; c < NI_COLUMNS; c++) {
      ni_buffer_text(text, c == 0 ? "" : ",");
      if (c == NI_ANSWER) {
        ni_answer_print(text, answers, i); /* ids hold no comma or quote */
      } else if (row.texts[c] != NULL) {
        ni_csv_field(text, row.texts[c], strlen(row.texts[c]), ',');
      }
    }
    ni_buffer_char(text, '\n');
  }
  NIEM_TRY(ni_buffer_status(text, err));
  *out = text;
  text = NULL;
cleanup:
  niem_buffer_free(text);
  return status;
}

static niem_status write_csv(niem_buffer **out, const niem_answers *answers, niem_error *err) {
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  niem_status status = print_csv(out, answers, err);
  ni_fpenv_leave(&saved);
  return status;
}

static int ends_in_json(const char *path) {
  size_t n = strlen(path);
  return n >= 5 && strcmp(path + n - 5, ".json") == 0;
}

niem_status niem_answers_write(const niem_answers *answers, const char *path, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_buffer *text = NULL;
  if (answers == NULL || path == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, answers == NULL ? "answers" : "path", "must not be NULL");
  }
  NIEM_TRY(ends_in_json(path) ? niem_answers_json(&text, answers, err) : write_csv(&text, answers, err));
  NIEM_TRY(ni_file_write(path, niem_buffer_data(text), (size_t)niem_buffer_size(text), err));
cleanup:
  niem_buffer_free(text);
  return status;
}

static niem_status make_table(niem_table **out, const niem_answers *answers, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_table *table = NULL;
  niem_buffer *answer = NULL;
  if (out == NULL || answers == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "answers", "must not be NULL");
  }
  *out = NULL;
  NIEM_TRY(ni_table_new(&table, "answers", err));
  for (int32_t c = 0; c < NI_COLUMNS; c++) {
    (void)ni_table_text(table, ni_column_names[c]);
  }
  ni_table_reserve(table, answers->rows.n);
  for (int64_t i = 0; i < answers->rows.n; i++) {
    row_texts row = texts_of(answers, i);
    NIEM_TRY(ni_buffer_new(&answer, err));
    ni_answer_print(answer, answers, i);
    NIEM_TRY(ni_buffer_status(answer, err));
    row.texts[NI_ANSWER] = answers->rows.state[i] == NIEM_ANSWERED ? niem_buffer_data(answer) : NULL;
    ni_table_row(table);
    for (int32_t c = 0; c < NI_COLUMNS; c++) {
      ni_table_set_text(table, c, row.texts[c]);
    }
    niem_buffer_free(answer);
    answer = NULL;
  }
  NIEM_TRY(ni_table_finish(&table, err));
  *out = table;
  table = NULL;
cleanup:
  niem_buffer_free(answer);
  niem_table_free(table);
  return status;
}

niem_status niem_answers_table(niem_table **out, const niem_answers *answers, niem_error *err) {
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  niem_status status = make_table(out, answers, err);
  ni_fpenv_leave(&saved);
  return status;
}
