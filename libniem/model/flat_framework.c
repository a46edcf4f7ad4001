/* A framework from flat tables: the document that they amount to, in the format niem-framework/1, is written and read
 * by the one reader of frameworks.
 *
 * Where every indicator stands the same number of steps below the top, the levels become facets, level2 right above the
 * indicators, level3 above these and so on, and the index is by these levels, so that a level can be named. Any other
 * tree becomes an index of explicit nodes. */
#include "base/platform.h"

#include "base/buffer.h"
#include "base/fpenv.h"
#include "base/number.h"
#include "base/options.h"
#include "base/utf8.h"
#include "model/flat_framework.h"
#include "model/reader.h"

#include <string.h>

typedef struct writer {
  niem_buffer *out;
  const ni_flat_indicators *t;
  const ni_flat_data *d; /* NULL: no table of data was given */
  const niem_framework_tables_options *options;
} writer;

/* --- pieces of JSON --- */

/* A key and a text; nothing for NULL. */
static void put_text(const writer *w, const char *before, const char *key, const char *text) {
  if (text != NULL) {
    ni_buffer_text(w->out, before);
    ni_buffer_json_string(w->out, key);
    ni_buffer_char(w->out, ':');
    ni_buffer_json_string(w->out, text);
  }
}

/* A key and a number; nothing for a NaN. */
static void put_number(const writer *w, const char *key, double x) {
  if (!ni_is_nan(x)) {
    ni_buffer_char(w->out, ',');
    ni_buffer_json_string(w->out, key);
    ni_buffer_char(w->out, ':');
    ni_buffer_double(w->out, x);
  }
}

/* The id of the facet of aggregates `depth` steps below the top: "level2" right above the indicators. */
static void put_level(const writer *w, int32_t depth) {
  ni_buffer_text(w->out, "\"level");
  ni_buffer_int(w->out, w->t->depth - depth + 1);
  ni_buffer_char(w->out, '"');
}

/* --- lists --- */

static void write_units(const writer *w) {
  ni_buffer_text(w->out, ",\"units\":[");
  for (int32_t u = 0; u < ni_dictionary_count(&w->d->units); u++) {
    put_text(w, u == 0 ? "{" : ",{", "id", ni_dictionary_text(&w->d->units, u));
    put_text(w, ",", "label", w->d->labels[u]);
    ni_buffer_char(w->out, '}');
  }
  ni_buffer_text(w->out, "],\"rounds\":[");
  for (int32_t r = 0; r < ni_dictionary_count(&w->d->rounds); r++) {
    const char *id = ni_dictionary_text(&w->d->rounds, w->d->round_order[r]);
    put_text(w, r == 0 ? "{" : ",{", "id", id);
    put_text(w, ",", "date", ni_is_date(id) ? id : NULL);
    ni_buffer_char(w->out, '}');
  }
  ni_buffer_char(w->out, ']');
}

static void write_peers(const writer *w) {
  ni_buffer_text(w->out, ",\"peers\":[");
  for (int32_t c = 0; c < ni_dictionary_count(&w->d->class_ids); c++) {
    const ni_flat_class *class = &w->d->classes[c];
    put_text(w, c == 0 ? "{" : ",{", "id", ni_dictionary_text(&w->d->class_ids, c));
    put_text(w, ",", "set", w->t->rows[class->group].code);
    put_text(w, ",", "label", class->value);
    ni_buffer_text(w->out, ",\"units\":[");
    for (int32_t m = class->first; m >= 0; m = w->d->members[m].next) {
      ni_buffer_text(w->out, m == class->first ? "" : ",");
      ni_buffer_json_string(w->out, ni_dictionary_text(&w->d->units, w->d->members[m].unit));
    }
    ni_buffer_text(w->out, "]}");
  }
  ni_buffer_char(w->out, ']');
}

static void write_facet(const writer *w, int32_t depth) {
  ni_buffer_text(w->out, depth == 1 ? "{\"id\":" : ",{\"id\":");
  put_level(w, depth);
  if (depth > 1) {
    ni_buffer_text(w->out, ",\"within\":");
    put_level(w, depth - 1);
  }
  ni_buffer_text(w->out, ",\"values\":[");
  int first = 1;
  for (int32_t i = 0; i < w->t->n; i++) {
    const ni_flat_row *row = &w->t->rows[i];
    if (row->type != NI_FLAT_AGGREGATE || row->depth != depth) {
      continue;
    }
    put_text(w, first ? "{" : ",{", "id", row->code);
    put_text(w, ",", "label", row->label);
    put_text(w, ",", "within", depth > 1 ? w->t->rows[row->parent].code : NULL);
    ni_buffer_char(w->out, '}');
    first = 0;
  }
  ni_buffer_text(w->out, "]}");
}

static void write_scale(const writer *w, const ni_flat_row *row) {
  ni_buffer_text(w->out, ",\"scale\":{\"kind\":\"numeric\"");
  put_text(w, ",", "unit", row->unit);
  put_number(w, "worst", row->worst);
  put_number(w, "best", row->best);
  put_number(w, "direction", row->direction);
  put_number(w, "target", row->target);
  ni_buffer_text(w->out, "}}");
}

static void write_indicator(const writer *w, const ni_flat_row *row, int first) {
  put_text(w, first ? "{" : ",{", "id", row->code);
  put_text(w, ",", "label", row->label);
  if (row->type != NI_FLAT_INDICATOR) {
    ni_buffer_text(w->out, ",\"scored\":false");
  } else if (w->t->depth > 1) {
    ni_buffer_char(w->out, ',');
    put_level(w, w->t->depth - 1);
    ni_buffer_char(w->out, ':');
    ni_buffer_json_string(w->out, w->t->rows[row->parent].code);
  }
  put_text(w, ",", "denominator", row->divisor < 0 ? NULL : w->t->rows[row->divisor].code);
  write_scale(w, row);
}

static void write_indicators(const writer *w) {
  int first = 1;
  ni_buffer_text(w->out, ",\"indicators\":[");
  for (int32_t i = 0; i < w->t->n; i++) {
    const int32_t type = w->t->rows[i].type;
    if (type != NI_FLAT_AGGREGATE && type != NI_FLAT_GROUP) {
      write_indicator(w, &w->t->rows[i], first);
      first = 0;
    }
  }
  ni_buffer_char(w->out, ']');
}

/* --- the index --- */

static int is_weighed(const ni_flat_row *row) {
  return !ni_is_nan(row->weight) && row->weight != 1;
}

/* What stands before the next entry of "weights": the key, and a comma or not. */
static void begin_weight(const writer *w, int32_t *n) {
  ni_buffer_text(w->out, (*n)++ == 0 ? ",\"weights\":{\"" : ",\"");
}

/* Weights other than 1, by the full names of nodes. An id has no character that JSON escapes. */
static void write_level_weights(const writer *w) {
  int32_t n = 0;
  for (int32_t i = 0; i < w->t->n; i++) {
    const ni_flat_row *row = &w->t->rows[i];
    if (row->depth < 1 || !is_weighed(row)) {
      continue;
    }
    begin_weight(w, &n);
    if (row->type == NI_FLAT_AGGREGATE) {
      ni_buffer_text(w->out, "level");
      ni_buffer_int(w->out, w->t->depth - row->depth + 1);
      ni_buffer_char(w->out, '=');
    }
    ni_buffer_text(w->out, row->code);
    ni_buffer_text(w->out, "\":");
    ni_buffer_double(w->out, row->weight);
  }
  ni_buffer_text(w->out, n == 0 ? "" : "}");
}

static void write_levels(const writer *w) {
  ni_buffer_text(w->out, ",\"levels\":[");
  for (int32_t depth = 1; depth < w->t->depth; depth++) {
    ni_buffer_text(w->out, depth == 1 ? "" : ",");
    put_level(w, depth);
  }
  ni_buffer_char(w->out, ']');
  write_level_weights(w);
}

static void write_node(const writer *w, const ni_flat_row *row) {
  const ni_flat_row *rows = w->t->rows;
  put_text(w, row == &rows[w->t->top] ? "{" : ",{", "id", row->code);
  put_text(w, ",", "label", row->label);
  ni_buffer_text(w->out, ",\"children\":[");
  for (int32_t child = row->first_child; child >= 0; child = rows[child].next_sibling) {
    ni_buffer_text(w->out, child == row->first_child ? "" : ",");
    ni_buffer_json_string(w->out, rows[child].code);
  }
  ni_buffer_char(w->out, ']');
  int32_t n = 0;
  for (int32_t child = row->first_child; child >= 0; child = rows[child].next_sibling) {
    if (is_weighed(&rows[child])) {
      begin_weight(w, &n);
      ni_buffer_text(w->out, rows[child].code);
      ni_buffer_text(w->out, "\":");
      ni_buffer_double(w->out, rows[child].weight);
    }
  }
  ni_buffer_text(w->out, n == 0 ? "}" : "}}");
}

static void write_nodes(const writer *w) {
  ni_buffer_text(w->out, ",\"nodes\":[");
  write_node(w, &w->t->rows[w->t->top]);
  for (int32_t i = 0; i < w->t->n; i++) {
    if (w->t->rows[i].type == NI_FLAT_AGGREGATE && i != w->t->top) {
      write_node(w, &w->t->rows[i]);
    }
  }
  ni_buffer_char(w->out, ']');
}

static void write_framework(const writer *w) {
  const ni_flat_row *top = &w->t->rows[w->t->top];
  const niem_framework_tables_options *options = w->options;
  put_text(w, "{", "format", "niem-framework/1");
  put_text(w, ",", "id", options->id == NULL ? top->code : options->id);
  put_text(w, ",", "version", options->version == NULL ? "1" : options->version);
  put_text(w, ",", "title", options->title == NULL ? top->label : options->title);
  if (w->d != NULL) {
    write_units(w);
    write_peers(w);
  }
  if (w->t->depth > 1) {
    ni_buffer_text(w->out, ",\"facets\":[");
    for (int32_t depth = 1; depth < w->t->depth; depth++) {
      write_facet(w, depth);
    }
    ni_buffer_char(w->out, ']');
  }
  write_indicators(w);
  put_text(w, ",\"indexes\":[{", "id", top->code);
  put_text(w, ",", "label", top->label);
  if (w->t->depth > 0) {
    write_levels(w);
  } else {
    write_nodes(w);
  }
  put_text(w, "}],", "default_index", top->code);
  ni_buffer_char(w->out, '}');
}

/* --- the whole --- */

void niem_framework_tables_options_init(niem_framework_tables_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
  }
}

static niem_status check_options(niem_framework_tables_options *own, const niem_framework_tables_options *options,
                                 niem_error *err) {
  niem_framework_tables_options_init(own);
  niem_status status = ni_options_read(own, sizeof *own, options, "options", err);
  if (status == NIEM_OK) {
    status = ni_flat_check_options(own->separator, own->decimal_comma, own->ignore, own->n_ignore, err);
  }
  const char *const texts[] = {own->id, own->round, own->version, own->title};
  const char *const names[] = {"id", "round", "version", "title"};
  for (size_t i = 0; i < 4 && status == NIEM_OK; i++) {
    if (texts[i] != NULL && ni_utf8_invalid_at(texts[i], strlen(texts[i])) >= 0) {
      status = ni_fail(err, NIEM_ERROR_ENCODING, names[i], "is not UTF-8");
    } else if (texts[i] != NULL && i < 2 && !ni_is_id(texts[i])) {
      status = ni_fail(err, NIEM_ERROR_ARGUMENT, names[i],
                       "\"%.60s\" must have 1 to 200 bytes, no / = | , quote or control character, no space at its "
                       "ends, and not be *",
                       texts[i]);
    }
  }
  return status;
}

/* What the reader of frameworks refuses although the tables were found right: a limit of the format. */
static void take_over(niem_problems *problems, const niem_problems *others) {
  for (int64_t i = 0; i < niem_problems_count(others); i++) {
    ni_problems_add(problems, niem_problems_severity(others, i), niem_problems_get(others, i));
  }
}

static niem_status make_framework(niem_framework **out, const writer *w, niem_problems *problems, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_problems *others = NULL;
  write_framework(w);
  NIEM_TRY(ni_buffer_status(w->out, err));
  NIEM_TRY(niem_framework_parse(out, &others, niem_buffer_data(w->out), niem_buffer_size(w->out), err));
cleanup:
  take_over(problems, others);
  niem_problems_free(others);
  return status;
}

static niem_status read_tables(niem_framework **out, niem_problems *problems, const ni_flat_source *indicators,
                               const ni_flat_source *data, const niem_framework_tables_options *options,
                               niem_error *err) {
  niem_status status = NIEM_OK;
  const ni_flat empty = {.problems = problems, .decimal_comma = options->decimal_comma};
  ni_flat_indicators t = {.flat = empty, .top = -1};
  ni_flat_data d = {.flat = empty};
  writer w = {.t = &t, .d = data == NULL ? NULL : &d, .options = options};
  ni_dictionary *const dictionaries[] = {&t.codes, &d.units, &d.rounds, &d.pairs, &d.class_ids};
  for (size_t i = 0; i < sizeof dictionaries / sizeof dictionaries[0]; i++) {
    ni_dictionary_init(dictionaries[i]);
  }
  t.flat.name = "indicators";
  d.flat.name = "data";
  if (ni_flat_open(&t.flat, indicators, options->separator)) {
    ni_flat_read_indicators(&t, options->ignore, options->n_ignore);
  }
  /* without any indicator every column of the data would be a problem */
  if (data != NULL && t.n > 0 && !t.flat.out_of_memory && ni_flat_open(&d.flat, data, options->separator)) {
    ni_flat_read_data(&d, &t, options);
  }
  if (t.flat.out_of_memory || d.flat.out_of_memory) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  NIEM_TRY(ni_reader_outcome(problems, err));
  NIEM_TRY(ni_buffer_new(&w.out, err));
  NIEM_TRY(make_framework(out, &w, problems, err));
cleanup:
  niem_buffer_free(w.out);
  ni_flat_close_data(&d);
  ni_flat_close_indicators(&t);
  return status;
}

static niem_status from_tables(niem_framework **out, niem_problems **problems, const ni_flat_source *indicators,
                               const ni_flat_source *data, const niem_framework_tables_options *options,
                               niem_error *err) {
  niem_status status = NIEM_OK;
  niem_problems *found = NULL;
  niem_framework_tables_options own;
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  NIEM_TRY(check_options(&own, options, err));
  NIEM_TRY(ni_problems_new(&found, err));
  NIEM_TRY(read_tables(out, found, indicators, data, &own, err));
cleanup:
  ni_problems_hand_over(problems, found);
  ni_fpenv_leave(&saved);
  return status;
}

static void clear_outputs(niem_framework **out, niem_problems **problems) {
  if (out != NULL) {
    *out = NULL;
  }
  if (problems != NULL) {
    *problems = NULL;
  }
}

niem_status niem_framework_read_tables(niem_framework **out, niem_problems **problems, const char *indicators,
                                       const char *data, const niem_framework_tables_options *options,
                                       niem_error *err) {
  const ni_flat_source sources[2] = {{.path = indicators}, {.path = data}};
  clear_outputs(out, problems);
  if (out == NULL || indicators == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "indicators", "must not be NULL");
  }
  return from_tables(out, problems, &sources[0], data == NULL ? NULL : &sources[1], options, err);
}

niem_status niem_framework_parse_tables(niem_framework **out, niem_problems **problems, const char *indicators,
                                        int64_t n_indicators, const char *data, int64_t n_data,
                                        const niem_framework_tables_options *options, niem_error *err) {
  const ni_flat_source sources[2] = {{.bytes = indicators, .n = (size_t)n_indicators},
                                     {.bytes = data, .n = (size_t)n_data}};
  clear_outputs(out, problems);
  if (out == NULL || indicators == NULL || n_indicators < 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "indicators",
                   "must not be NULL, and n_indicators not negative");
  }
  if (data != NULL && n_data < 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "data", "n_data must not be negative");
  }
  return from_tables(out, problems, &sources[0], data == NULL ? NULL : &sources[1], options, err);
}
