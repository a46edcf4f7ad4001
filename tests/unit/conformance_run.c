/* Running a conformance case: from its framework, answers, method and options to what the public function gives.
 *
 * Where there are several ways to one result they are taken and must agree: rows of answers as JSON and as columns, a
 * text in memory and in a file, one thread and several, a vector in place, strided and backwards. */
#include "conformance.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int went_well(outcome *out, niem_status status) {
  if (status != out->err.status) {
    find_fault(out, "the function returns status %d and writes %d into the error", (int)status, (int)out->err.status);
  }
  return status == NIEM_OK;
}

static void add_field(outcome *out, const char *key, const char *text) {
  out->fields = out->fields == NULL ? cJSON_CreateObject() : out->fields;
  cJSON_AddItemToObject(out->fields, key, text == NULL ? cJSON_CreateNull() : cJSON_CreateString(text));
}

const cJSON *options_of(const vector_case *c) {
  return case_item(c, "options");
}

const char *option_text(const vector_case *c, const char *key) {
  return case_text(options_of(c), key);
}

void check_options(outcome *out, const cJSON *options, const char *known) {
  for (const cJSON *item = options == NULL ? NULL : options->child; item != NULL; item = item->next) {
    if (!is_word_of(known, item->string)) {
      find_fault(out, "option \"%s\" is unknown; known are %s", item->string, known);
    }
  }
}

/* --- files --- */

void temporary_path(char path[64], const char *ending) {
  static int number;
  snprintf(path, 64, "/tmp/niem-conformance-%ld-%d%s", (long)getpid(), ++number, ending);
}

static void write_whole_file(const char *path, const char *bytes, size_t n) {
  FILE *file = fopen(path, "wb");
  if (file == NULL || fwrite(bytes, 1, n, file) != n || fclose(file) != 0) {
    abort();
  }
}

/* --- framework, method --- */

static text_bytes framework_bytes(const vector_case *c) {
  const cJSON *given = case_item(c, "framework");
  char path[4096];
  if (!cJSON_IsString(given)) {
    const text_bytes none = {NULL, 0};
    return given == NULL ? none : print_json(given);
  }
  snprintf(path, sizeof path, "%s/frameworks/%s.json", c->folder, given->valuestring);
  return read_whole_file(path);
}

niem_framework *load_framework(const vector_case *c, outcome *out) {
  niem_framework *framework = NULL;
  const cJSON *text = cJSON_GetObjectItemCaseSensitive(c->own, "text");
  text_bytes bytes = text == NULL ? framework_bytes(c) : bytes_of_item(text);
  if (bytes.data == NULL) {
    find_fault(out, "the framework cannot be read");
    return NULL;
  }
  (void)went_well(out, niem_framework_parse(&framework, &out->problems, bytes.data, bytes.n, &out->err));
  free(bytes.data);
  return framework;
}

/* The same through a file: written, read, and of the same digest. */
static void check_framework_file(const niem_framework *framework, outcome *out) {
  niem_framework *again = NULL;
  char path[64];
  temporary_path(path, ".json");
  if (niem_framework_write(framework, path, NULL) != NIEM_OK ||
      niem_framework_read(&again, NULL, path, NULL) != NIEM_OK ||
      strcmp(niem_framework_digest(framework), niem_framework_digest(again)) != 0) {
    find_fault(out, "the framework does not come back from a file");
  }
  niem_framework_free(again);
  remove(path);
}

static void describe_framework(const niem_framework *framework, outcome *out) {
  niem_buffer *json = NULL;
  add_field(out, "id", niem_framework_id(framework));
  add_field(out, "version", niem_framework_version(framework));
  add_field(out, "title", niem_framework_title(framework));
  add_field(out, "digest", niem_framework_digest(framework));
  add_field(out, "default_index", niem_framework_default_index(framework));
  add_field(out, "default_group", niem_framework_default_group(framework));
  if (went_well(out, niem_framework_json(&json, framework, &out->err))) {
    add_field(out, "json", niem_buffer_data(json));
  }
  niem_buffer_free(json);
  check_framework_file(framework, out);
}

static void run_framework(const vector_case *c, outcome *out) {
  niem_framework *framework = load_framework(c, out);
  if (framework != NULL) {
    describe_framework(framework, out);
  }
  niem_framework_free(framework);
}

/* --- flat tables --- */

/* The text under a key, in memory and in a file. */
typedef struct table_text {
  text_bytes bytes;
  char path[64]; /* "" where there is none */
} table_text;

static table_text table_of_case(const vector_case *c, const char *key) {
  table_text table = {{NULL, 0}, ""};
  const cJSON *item = case_item(c, key);
  if (item != NULL) {
    table.bytes = bytes_of_item(item);
    temporary_path(table.path, ".csv");
    write_whole_file(table.path, table.bytes.data, (size_t)table.bytes.n);
  }
  return table;
}

static void free_table_text(table_text *table) {
  free(table->bytes.data);
  if (table->path[0] != '\0') {
    remove(table->path);
  }
}

static int32_t separator_of(const cJSON *options) {
  const char *separator = case_text(options, "separator");
  return separator == NULL ? 0 : (int32_t)separator[0];
}

static void run_framework_from_tables(const vector_case *c, outcome *out) {
  niem_framework *framework = NULL, *again = NULL;
  niem_framework_tables_options options;
  const char *ignored[MOST_NAMES];
  const cJSON *given = options_of(c);
  table_text indicators = table_of_case(c, "indicators"), data = table_of_case(c, "data");
  check_options(out, given, "separator decimal_comma id version title round ignore");
  niem_framework_tables_options_init(&options);
  options.separator = separator_of(given);
  options.decimal_comma = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(given, "decimal_comma"));
  options.id = case_text(given, "id");
  options.version = case_text(given, "version");
  options.title = case_text(given, "title");
  options.round = case_text(given, "round");
  options.ignore = ignored;
  options.n_ignore = list_texts(ignored, cJSON_GetObjectItemCaseSensitive(given, "ignore"));
  const niem_status from_files = niem_framework_read_tables(&again, NULL, indicators.path,
                                                            data.path[0] == '\0' ? NULL : data.path, &options, NULL);
  if (went_well(out, niem_framework_parse_tables(&framework, &out->problems, indicators.bytes.data, indicators.bytes.n,
                                                 data.bytes.data, data.bytes.n, &options, &out->err))) {
    describe_framework(framework, out);
  }
  if (from_files != out->err.status ||
      (framework != NULL && strcmp(niem_framework_digest(framework), niem_framework_digest(again)) != 0)) {
    find_fault(out, "the tables give something else from files");
  }
  free_table_text(&indicators);
  free_table_text(&data);
  niem_framework_free(framework);
  niem_framework_free(again);
}

static void run_shipped(const vector_case *c, outcome *out) {
  niem_framework *framework = NULL;
  const char *name = option_text(c, "name");
  int listed = 0;
  check_options(out, options_of(c), "name");
  for (int32_t i = 0; niem_framework_shipped_name(i) != NULL; i++) {
    listed = listed || strcmp(niem_framework_shipped_name(i), name) == 0;
  }
  if (went_well(out, niem_framework_shipped(&framework, name, &out->err))) {
    describe_framework(framework, out);
  }
  if (listed != (framework != NULL)) {
    find_fault(out, "the list of shipped names and what ships differ");
  }
  niem_framework_free(framework);
}

static void run_framework_table(const vector_case *c, outcome *out) {
  niem_framework *framework = load_framework(c, out);
  check_options(out, options_of(c), "part language");
  if (framework != NULL) {
    (void)went_well(out, niem_framework_table(&out->table, framework, option_text(c, "part"),
                                              option_text(c, "language"), &out->err));
  }
  niem_framework_free(framework);
}

static niem_method *parse_method(text_bytes bytes, outcome *out, niem_problems **problems) {
  niem_method *method = NULL;
  (void)went_well(out, niem_method_parse(&method, problems, bytes.data, bytes.n, &out->err));
  free(bytes.data);
  return method;
}

niem_method *method_of_item(const cJSON *given, outcome *out, niem_problems **problems) {
  cJSON *whole = cJSON_Duplicate(given, 1);
  if (cJSON_GetObjectItemCaseSensitive(whole, "format") == NULL) {
    cJSON_AddStringToObject(whole, "format", "niem-method/1");
  }
  const text_bytes bytes = print_json(whole);
  cJSON_Delete(whole);
  return parse_method(bytes, out, problems);
}

niem_method *load_method(const vector_case *c, outcome *out, niem_problems **problems) {
  const cJSON *given = case_item(c, "method");
  const cJSON *text = cJSON_GetObjectItemCaseSensitive(c->own, "text");
  if (text != NULL) {
    return parse_method(bytes_of_item(text), out, problems);
  }
  return given == NULL ? NULL : method_of_item(given, out, problems);
}

static void run_method(const vector_case *c, outcome *out) {
  niem_method *method = load_method(c, out, &out->problems);
  niem_method *again = NULL;
  niem_buffer *json = NULL;
  char path[64];
  if (method != NULL && went_well(out, niem_method_json(&json, method, &out->err))) {
    add_field(out, "json", niem_buffer_data(json));
    add_field(out, "digest", niem_method_digest(method));
    temporary_path(path, ".json");
    write_whole_file(path, niem_buffer_data(json), (size_t)niem_buffer_size(json));
    if (niem_method_read(&again, NULL, path, NULL) != NIEM_OK ||
        strcmp(niem_method_digest(method), niem_method_digest(again)) != 0) {
      find_fault(out, "the method does not come back from a file");
    }
    remove(path);
  }
  niem_buffer_free(json);
  niem_method_free(again);
  niem_method_free(method);
}

/* --- answers --- */

/* A column of the rows of a case: reals where all of its values are numbers, else codes, each text a level of its own.
 */
typedef struct made_column {
  niem_column column;
  int32_t *codes;
  double *reals;
  char **levels;
  int64_t n;
} made_column;

static const char *const COLUMNS[] = {"unit",  "round",    "group",  "indicator", "answer",
                                      "state", "evidence", "source", "coder",     "note"};
enum { N_COLUMNS = 10 };

static void make_column(made_column *made, const cJSON *rows, const char *name) {
  int texts = 0, given = 0;
  int64_t i = 0;
  made->n = cJSON_GetArraySize(rows);
  made->codes = calloc((size_t)made->n + 1, sizeof *made->codes);
  made->reals = calloc((size_t)made->n + 1, sizeof *made->reals);
  made->levels = calloc((size_t)made->n + 1, sizeof *made->levels);
  for (const cJSON *row = rows->child; row != NULL; row = row->next, i++) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(row, name);
    char number[64] = "";
    if (cJSON_IsNumber(item)) {
      snprintf(number, sizeof number, "%.17g", item->valuedouble);
    }
    const char *text = cJSON_IsString(item) ? item->valuestring : number;
    made->levels[i] = strdup(text);
    made->codes[i] = *text == '\0' ? -1 : (int32_t)i;
    made->reals[i] = cJSON_IsNumber(item) ? item->valuedouble : (double)NAN;
    texts = texts || cJSON_IsString(item);
    given = given || item != NULL;
  }
  made->column.name = given ? name : NULL;
  made->column.n_rows = made->n;
  made->column.codes = texts || strcmp(name, "answer") != 0 ? made->codes : NULL;
  made->column.levels = (const char *const *)made->levels;
  made->column.n_levels = made->n;
  made->column.reals = made->column.codes == NULL ? made->reals : NULL;
}

static void free_column(made_column *made) {
  for (int64_t i = 0; i < made->n; i++) {
    free(made->levels[i]);
  }
  free(made->levels);
  free(made->codes);
  free(made->reals);
}

static niem_status read_columns(niem_answers **answers, niem_problems **problems, const niem_framework *framework,
                                const cJSON *rows, const niem_read_options *options, niem_error *err) {
  made_column made[N_COLUMNS];
  niem_column columns[N_COLUMNS];
  int64_t n = 0;
  memset(made, 0, sizeof made);
  for (int j = 0; j < N_COLUMNS; j++) {
    make_column(&made[j], rows, COLUMNS[j]);
    if (made[j].column.name != NULL) {
      columns[n++] = made[j].column;
    }
  }
  const niem_status status = niem_answers_columns(answers, problems, framework, columns, n, options, NULL, err);
  for (int j = 0; j < N_COLUMNS; j++) {
    free_column(&made[j]);
  }
  return status;
}

static int same_answers(const niem_answers *a, const niem_answers *b) {
  niem_buffer *digests[2] = {NULL, NULL};
  const int same = niem_answers_digest(&digests[0], a, NULL) == NIEM_OK &&
                   niem_answers_digest(&digests[1], b, NULL) == NIEM_OK &&
                   strcmp(niem_buffer_data(digests[0]), niem_buffer_data(digests[1])) == 0 &&
                   niem_answers_count(a) == niem_answers_count(b);
  niem_buffer_free(digests[0]);
  niem_buffer_free(digests[1]);
  return same;
}

/* Rows in JSON must give what they gave as columns of a data frame: the same answers, or an error of the same status
 * (its place is one in the text). */
static void check_json_agrees(const niem_answers *answers, const niem_framework *framework, const cJSON *rows,
                              const niem_read_options *options, outcome *out) {
  niem_answers *others = NULL;
  niem_error err;
  memset(&err, 0, sizeof err);
  text_bytes bytes = print_json(rows);
  const niem_status status = niem_answers_parse(&others, NULL, framework, bytes.data, bytes.n, options, NULL, &err);
  if (status != out->err.status) {
    find_fault(out, "as JSON the rows give status %d, row %lld: %s", (int)status, (long long)err.row, err.message);
  } else if (answers != NULL && !same_answers(answers, others)) {
    find_fault(out, "rows in JSON and the same as columns have not one digest");
  }
  free(bytes.data);
  niem_answers_free(others);
}

static void fill_read_options(niem_read_options *options, const vector_case *c, outcome *out) {
  const cJSON *given = case_item(c, "read");
  const char *separator = case_text(given, "separator");
  niem_read_options_init(options);
  check_options(out, given, "separator decimal_comma round group coder");
  options->separator = separator == NULL ? 0 : (int32_t)separator[0];
  options->decimal_comma = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(given, "decimal_comma"));
  options->round = case_text(given, "round");
  options->group = case_text(given, "group");
  options->coder = case_text(given, "coder");
}

niem_answers *load_rows(const vector_case *c, const cJSON *rows, const niem_framework *framework, outcome *out) {
  niem_read_options options;
  niem_answers *answers = NULL;
  niem_problems_free(out->problems);
  out->problems = NULL;
  fill_read_options(&options, c, out);
  (void)went_well(out, read_columns(&answers, &out->problems, framework, rows, &options, &out->err));
  check_json_agrees(answers, framework, rows, &options, out);
  return answers;
}

niem_answers *load_answers(const vector_case *c, const niem_framework *framework, outcome *out) {
  const cJSON *csv = cJSON_GetObjectItemCaseSensitive(c->own, "csv");
  const cJSON *json = cJSON_GetObjectItemCaseSensitive(c->own, "json");
  csv = csv == NULL && json == NULL ? case_item(c, "csv") : csv;
  const cJSON *rows = csv == NULL && json == NULL ? case_item(c, "answers") : NULL;
  niem_read_options options;
  niem_answers *answers = NULL;
  if (rows != NULL) {
    return load_rows(c, rows, framework, out);
  }
  if (csv == NULL && json == NULL) {
    find_fault(out, "there are no answers");
    return NULL;
  }
  niem_problems_free(out->problems);
  out->problems = NULL;
  fill_read_options(&options, c, out);
  text_bytes bytes = bytes_of_item(csv != NULL ? csv : json);
  (void)went_well(
      out, niem_answers_parse(&answers, &out->problems, framework, bytes.data, bytes.n, &options, NULL, &out->err));
  free(bytes.data);
  return answers;
}

static void check_answers_file(const niem_answers *answers, const niem_framework *framework, const char *ending,
                               outcome *out) {
  niem_answers *again = NULL;
  char path[64];
  temporary_path(path, ending);
  if (niem_answers_write(answers, path, NULL) != NIEM_OK ||
      niem_answers_read(&again, NULL, framework, path, NULL, NULL, NULL) != NIEM_OK || !same_answers(answers, again)) {
    find_fault(out, "the answers do not come back from a file that ends in %s", ending);
  }
  niem_answers_free(again);
  remove(path);
}

void describe_answers(const niem_answers *answers, const niem_framework *framework, outcome *out) {
  niem_buffer *digest = NULL, *json = NULL;
  niem_table *problems = NULL;
  if (went_well(out, niem_answers_digest(&digest, answers, &out->err)) &&
      went_well(out, niem_answers_json(&json, answers, &out->err)) &&
      went_well(out, niem_answers_table(&out->table, answers, &out->err))) {
    add_field(out, "digest", niem_buffer_data(digest));
    add_field(out, "json", niem_buffer_data(json));
    cJSON_AddNumberToObject(out->fields, "count", (double)niem_answers_count(answers));
  }
  if (out->problems != NULL && (niem_problems_table(&problems, out->problems, NULL) != NIEM_OK ||
                                niem_table_rows(problems) != niem_problems_count(out->problems))) {
    find_fault(out, "the table of problems has not their number of rows");
  }
  niem_table_free(problems);
  niem_buffer_free(digest);
  niem_buffer_free(json);
  check_answers_file(answers, framework, ".csv", out);
  check_answers_file(answers, framework, ".json", out);
}

static void run_answers(const vector_case *c, outcome *out) {
  niem_framework *framework = load_framework(c, out);
  niem_answers *answers = framework == NULL ? NULL : load_answers(c, framework, out);
  if (answers != NULL) {
    describe_answers(answers, framework, out);
  }
  niem_answers_free(answers);
  niem_framework_free(framework);
}

static void run_answers_from_table(const vector_case *c, outcome *out) {
  niem_framework *framework = load_framework(c, out);
  niem_answers *answers = NULL, *again = NULL;
  niem_answers_table_options options;
  const char *ignored[MOST_NAMES];
  const cJSON *given = options_of(c);
  table_text data = table_of_case(c, "data");
  check_options(out, given, "separator decimal_comma round group coder ignore");
  niem_answers_table_options_init(&options);
  options.separator = separator_of(given);
  options.decimal_comma = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(given, "decimal_comma"));
  options.round = case_text(given, "round");
  options.group = case_text(given, "group");
  options.coder = case_text(given, "coder");
  options.ignore = ignored;
  options.n_ignore = list_texts(ignored, cJSON_GetObjectItemCaseSensitive(given, "ignore"));
  niem_problems_free(out->problems);
  out->problems = NULL;
  const niem_status from_file = niem_answers_read_table(&again, NULL, framework, data.path, &options, NULL);
  if (went_well(out, niem_answers_parse_table(&answers, &out->problems, framework, data.bytes.data, data.bytes.n,
                                              &options, &out->err))) {
    describe_answers(answers, framework, out);
  }
  if (from_file != out->err.status || (answers != NULL && !same_answers(answers, again))) {
    find_fault(out, "the table gives something else from a file");
  }
  free_table_text(&data);
  niem_answers_free(answers);
  niem_answers_free(again);
  niem_framework_free(framework);
}

/* --- scores --- */

static char *manifest_of(const niem_scores *scores) {
  niem_buffer *buffer = NULL;
  char *text = niem_scores_manifest(&buffer, scores, NULL) == NIEM_OK ? strdup(niem_buffer_data(buffer)) : strdup("");
  niem_buffer_free(buffer);
  return text;
}

/* Threads never change a bit: the manifests, which hold the digest of all values, are equal. */
static void check_threads(const niem_scores *scores, const niem_framework *framework, const niem_answers *answers,
                          const niem_method *method, const niem_score_options *options, outcome *out) {
  niem_scores *others = NULL;
  niem_exec exec;
  niem_exec_init(&exec);
  exec.threads = 3;
  if (niem_score(&others, framework, answers, method, options, &exec, NULL) != NIEM_OK) {
    find_fault(out, "three threads do not score");
    return;
  }
  char *one = manifest_of(scores), *several = manifest_of(others);
  if (strcmp(one, several) != 0) {
    find_fault(out, "three threads score otherwise than one");
  }
  free(one);
  free(several);
  niem_scores_free(others);
}

niem_scores *load_scores(const vector_case *c, outcome *out) {
  niem_scores *scores = NULL;
  niem_score_options options;
  niem_framework *framework = load_framework(c, out);
  niem_answers *answers = framework == NULL ? NULL : load_answers(c, framework, out);
  niem_method *method = answers == NULL ? NULL : load_method(c, out, NULL);
  niem_score_options_init(&options);
  check_options(out, case_item(c, "score"), "index");
  options.index = case_text(case_item(c, "score"), "index");
  if (out->err.status == NIEM_OK && out->fault[0] == '\0' &&
      went_well(out, niem_score(&scores, framework, answers, method, &options, NULL, &out->err))) {
    check_threads(scores, framework, answers, method, &options, out);
  }
  niem_method_free(method);
  niem_answers_free(answers);
  niem_framework_free(framework);
  return scores;
}

int64_t list_texts(const char **texts, const cJSON *list) {
  int64_t n = 0;
  for (const cJSON *item = list == NULL ? NULL : list->child; item != NULL && n < MOST_NAMES; item = item->next) {
    texts[n++] = item->valuestring;
  }
  return n;
}

void fill_query(asked *a, const cJSON *options) {
  const cJSON *units = cJSON_GetObjectItemCaseSensitive(options, "units");
  const cJSON *bands = cJSON_GetObjectItemCaseSensitive(options, "bands");
  niem_query_init(&a->query);
  a->query.index = case_text(options, "index");
  a->query.group = case_text(options, "group");
  a->query.round = case_text(options, "round");
  a->query.node = case_text(options, "node");
  a->query.level = case_text(options, "level");
  a->query.peers = case_text(options, "peers");
  a->query.n_units = list_texts(a->units, units);
  a->query.units = units == NULL ? NULL : a->units;
  a->bands = bands == NULL ? NULL : cJSON_IsString(bands) ? strdup(bands->valuestring) : print_json(bands).data;
  a->query.bands = a->bands;
}

static int32_t ties_by_name(const char *name) {
  static const char *const names[] = {"min", "max", "average", "dense", "first"};
  for (int32_t i = 0; name != NULL && i < 5; i++) {
    if (strcmp(names[i], name) == 0) {
      return i;
    }
  }
  return name == NULL ? NIEM_TIES_MIN : -1;
}

void fill_compare(asked *a, const cJSON *options) {
  const cJSON *units = cJSON_GetObjectItemCaseSensitive(options, "reference_units");
  const cJSON *weights = cJSON_GetObjectItemCaseSensitive(options, "weights");
  const cJSON *tolerance = cJSON_GetObjectItemCaseSensitive(options, "tolerance");
  niem_compare_options_init(&a->compare);
  a->compare.tolerance = tolerance == NULL ? a->compare.tolerance : number_of_item(tolerance);
  a->compare.ties = ties_by_name(case_text(options, "ties"));
  a->compare.ascending = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(options, "ascending"));
  a->compare.reference = case_text(options, "reference");
  a->compare.reference_peers = case_text(options, "reference_peers");
  a->compare.n_reference_units = list_texts(a->reference_units, units);
  a->compare.reference_units = units == NULL ? NULL : a->reference_units;
  for (const cJSON *item = weights == NULL ? NULL : weights->child; item != NULL; item = item->next) {
    a->weight_units[a->compare.n_weights] = item->string;
    a->weights[a->compare.n_weights++] = number_of_item(item);
  }
  a->compare.weight_units = weights == NULL ? NULL : a->weight_units;
  a->compare.weights = weights == NULL ? NULL : a->weights;
}

/* A table of scores or of a comparison, by the function's name; 0 where it is none. */
static int make_table(niem_table **table, const niem_scores *s, const char *function, const cJSON *options,
                      outcome *out) {
  static const char *const with_options[] = {"rank", "average", "difference", "change", "change_summary", "practice"};
  const char *from = case_text(options, "from"), *to = case_text(options, "to");
  const char *unit = case_text(options, "unit"), *a = case_text(options, "group_a"), *b = case_text(options, "group_b");
  niem_error *err = &out->err;
  asked q;
  int compares = 0, known = 1;
  niem_status status = NIEM_OK;
  memset(&q, 0, sizeof q);
  for (size_t i = 0; i < sizeof with_options / sizeof with_options[0]; i++) {
    compares = compares || strcmp(function, with_options[i]) == 0;
  }
  check_options(out, options,
                strncmp(function, "change", 6) == 0         ? "from to " COMPARE_KEYS
                : strcmp(function, "explain") == 0          ? "unit " QUERY_KEYS
                : strcmp(function, "group_difference") == 0 ? "group_a group_b " QUERY_KEYS
                : compares                                  ? COMPARE_KEYS
                                                            : QUERY_KEYS);
  fill_query(&q, options);
  fill_compare(&q, options);
  if (strcmp(function, "score") == 0) {
    status = niem_scores_table(table, s, &q.query, err);
  } else if (strcmp(function, "members") == 0) {
    status = niem_scores_members(table, s, &q.query, err);
  } else if (strcmp(function, "explain") == 0) { /* the round is an argument there */
    q.query.round = NULL;
    status = niem_explain(table, s, unit, case_text(options, "round"), &q.query, err);
  } else if (strcmp(function, "rank") == 0) {
    status = niem_rank(table, s, &q.query, &q.compare, err);
  } else if (strcmp(function, "average") == 0) {
    status = niem_average(table, s, &q.query, &q.compare, err);
  } else if (strcmp(function, "difference") == 0) {
    status = niem_difference(table, s, &q.query, &q.compare, err);
  } else if (strcmp(function, "change") == 0) {
    status = niem_change(table, s, from, to, &q.query, &q.compare, err);
  } else if (strcmp(function, "change_summary") == 0) {
    status = niem_change_summary(table, s, from, to, &q.query, &q.compare, err);
  } else if (strcmp(function, "change_causes") == 0) {
    status = niem_change_causes(table, s, from, to, &q.query, err);
  } else if (strcmp(function, "spread") == 0) {
    status = niem_spread(table, s, &q.query, err);
  } else if (strcmp(function, "contributions") == 0) {
    status = niem_contributions(table, s, &q.query, err);
  } else if (strcmp(function, "practice") == 0) {
    status = niem_practice(table, s, &q.query, &q.compare, err);
  } else if (strcmp(function, "group_difference") == 0) {
    status = niem_group_difference(table, s, a, b, &q.query, err);
  } else {
    known = 0;
  }
  (void)went_well(out, status);
  free(q.bands);
  return known;
}

static void run_value(const vector_case *c, outcome *out) {
  niem_scores *scores = load_scores(c, out);
  check_options(out, options_of(c), "unit round group node");
  out->values = calloc(1, sizeof *out->values);
  if (scores != NULL &&
      went_well(out, niem_scores_value(out->values, scores, option_text(c, "unit"), option_text(c, "round"),
                                       option_text(c, "group"), option_text(c, "node"), &out->err))) {
    out->n_values = 1;
  }
  niem_scores_free(scores);
}

/* {"a": {"b": 1}} as {"a.b": 1}. */
static void flatten(cJSON *out, const cJSON *object, const char *prefix) {
  for (const cJSON *item = object->child; item != NULL; item = item->next) {
    char name[256];
    snprintf(name, sizeof name, "%s%s%s", prefix, *prefix == '\0' ? "" : ".", item->string);
    if (cJSON_IsObject(item)) {
      flatten(out, item, name);
    } else {
      cJSON_AddItemToObject(out, name, cJSON_Duplicate(item, 1));
    }
  }
}

/* The parts that scores give back are those that they were made of. */
static void check_parts(const niem_scores *scores, const cJSON *fields, outcome *out) {
  niem_framework *framework = NULL;
  niem_answers *answers = NULL;
  niem_method *method = NULL;
  niem_buffer *digest = NULL;
  if (niem_scores_method(&method, scores, NULL) != NIEM_OK ||
      strcmp(niem_method_digest(method), case_text(fields, "method.digest")) != 0 ||
      niem_scores_framework(&framework, scores, NULL) != NIEM_OK ||
      niem_scores_answers(&answers, scores, NULL) != NIEM_OK ||
      niem_answers_digest(&digest, answers, NULL) != NIEM_OK ||
      strcmp(niem_framework_digest(framework), case_text(fields, "framework.digest")) != 0 ||
      strcmp(niem_buffer_data(digest), case_text(fields, "answers.digest")) != 0 ||
      strcmp(niem_version(), case_text(fields, "library")) != 0) {
    find_fault(out, "the parts of the scores are not those of the manifest");
  }
  niem_buffer_free(digest);
  niem_answers_free(answers);
  niem_method_free(method);
  niem_framework_free(framework);
}

static void run_manifest(const vector_case *c, outcome *out) {
  niem_scores *scores = load_scores(c, out);
  if (scores != NULL) {
    char *text = manifest_of(scores);
    cJSON *manifest = cJSON_Parse(text);
    out->fields = cJSON_CreateObject();
    flatten(out->fields, manifest, "");
    check_parts(scores, out->fields, out);
    cJSON_Delete(manifest);
    free(text);
  }
  niem_scores_free(scores);
}

static niem_scores *changed_scores(const vector_case *c, const niem_scores *scores, outcome *out) {
  niem_scores *other = NULL;
  text_bytes changes = print_json(case_item(c, "changes"));
  niem_problems_free(out->problems);
  out->problems = NULL;
  (void)went_well(out, niem_what_if(&other, &out->problems, scores, changes.data, changes.n, NULL, &out->err));
  free(changes.data);
  return other;
}

static void run_what_if(const vector_case *c, outcome *out) {
  niem_scores *scores = load_scores(c, out);
  niem_scores *other = scores == NULL ? NULL : changed_scores(c, scores, out);
  if (other != NULL) {
    char *text = manifest_of(other);
    cJSON *manifest = cJSON_Parse(text);
    out->fields = cJSON_CreateObject();
    flatten(out->fields, manifest, "");
    check_parts(other, out->fields, out);
    cJSON_Delete(manifest);
    free(text);
    (void)make_table(&out->table, other, "score", options_of(c), out);
  }
  niem_scores_free(other);
  niem_scores_free(scores);
}

static void run_compare_scores(const vector_case *c, outcome *out) {
  niem_scores *scores = load_scores(c, out);
  niem_scores *other = scores == NULL ? NULL : changed_scores(c, scores, out);
  asked q;
  memset(&q, 0, sizeof q);
  check_options(out, options_of(c), COMPARE_KEYS);
  fill_query(&q, options_of(c));
  fill_compare(&q, options_of(c));
  if (other != NULL) {
    (void)went_well(out, niem_compare_scores(&out->table, scores, other, &q.query, &q.compare, &out->err));
  }
  free(q.bands);
  niem_scores_free(other);
  niem_scores_free(scores);
}

/* The text with the first of one word changed into another: what a damaged file holds. */
static char *replaced(const char *text, const cJSON *pair) {
  const char *old = pair == NULL ? NULL : pair->child->valuestring;
  const char *at = old == NULL ? NULL : strstr(text, old);
  if (at == NULL) {
    return strdup(text);
  }
  const char *new_text = pair->child->next->valuestring;
  const size_t size = strlen(text) + strlen(new_text) + 1;
  char *made = malloc(size);
  if (made == NULL) {
    abort();
  }
  snprintf(made, size, "%.*s%s%s", (int)(at - text), text, new_text, at + strlen(old));
  return made;
}

static void run_saved(const vector_case *c, outcome *out) {
  niem_scores *scores = load_scores(c, out), *again = NULL;
  niem_buffer *json = NULL;
  if (scores != NULL && went_well(out, niem_scores_json(&json, scores, &out->err))) {
    char *text = replaced(niem_buffer_data(json), case_item(c, "replace"));
    if (went_well(out, niem_scores_parse(&again, text, (int64_t)strlen(text), &out->err))) {
      (void)make_table(&out->table, again, "score", options_of(c), out);
    }
    free(text);
  }
  niem_buffer_free(json);
  niem_scores_free(again);
  niem_scores_free(scores);
}

/* --- tables --- */

static int run_table(const vector_case *c, const char *function, const cJSON *options, outcome *out) {
  niem_scores *scores = load_scores(c, out);
  const int known = scores == NULL || make_table(&out->table, scores, function, options, out);
  niem_scores_free(scores);
  return known;
}

static void fill_text_options(niem_text_options *text, const vector_case *c, outcome *out) {
  static const char *const formats[] = {"csv", "json", "latex", "html", "plain"};
  const char *format = option_text(c, "format"), *separator = option_text(c, "separator");
  const cJSON *digits = cJSON_GetObjectItemCaseSensitive(options_of(c), "digits");
  check_options(out, options_of(c), "format digits separator decimal_comma caption");
  niem_text_options_init(text);
  for (int32_t i = 0; format != NULL && i < 5; i++) {
    text->format = strcmp(format, formats[i]) == 0 ? i : text->format;
  }
  text->digits = digits == NULL ? text->digits : (int32_t)digits->valuedouble;
  text->separator = separator == NULL ? text->separator : (int32_t)separator[0];
  text->decimal_comma = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(options_of(c), "decimal_comma"));
  text->caption = option_text(c, "caption");
}

static void check_table_file(const niem_table *table, const niem_text_options *options, outcome *out) {
  char path[64];
  temporary_path(path, ".txt");
  const niem_status status = niem_table_write(table, path, options, NULL);
  text_bytes written = read_whole_file(path);
  if (status != NIEM_OK || written.data == NULL || strcmp(written.data, out->text) != 0) {
    find_fault(out, "the table is written otherwise than printed");
  }
  free(written.data);
  remove(path);
}

static void run_print(const vector_case *c, outcome *out) {
  niem_text_options options;
  niem_buffer *text = NULL;
  fill_text_options(&options, c, out);
  if (!run_table(c, case_text(c->own, "of"), case_item(c, "of_options"), out)) {
    find_fault(out, "no such table");
  } else if (out->table != NULL && went_well(out, niem_table_print(&text, out->table, &options, &out->err))) {
    out->text = strdup(niem_buffer_data(text));
    check_table_file(out->table, &options, out);
  }
  niem_buffer_free(text);
}

static void run_widen(const vector_case *c, outcome *out) {
  niem_table *wide = NULL;
  check_options(out, options_of(c), "rows columns values");
  if (!run_table(c, case_text(c->own, "of"), case_item(c, "of_options"), out)) {
    find_fault(out, "no such table");
  } else if (out->table != NULL) {
    (void)went_well(out, niem_table_widen(&wide, out->table, option_text(c, "rows"), option_text(c, "columns"),
                                          option_text(c, "values"), &out->err));
    niem_table_free(out->table);
    out->table = wide;
  }
}

/* The codes and labels of units beside a table of the same scores. */
static void run_with_codes(const vector_case *c, outcome *out) {
  niem_scores *scores = load_scores(c, out);
  niem_framework *framework = NULL;
  niem_table *coded = NULL;
  check_options(out, options_of(c), "language");
  if (scores != NULL && !make_table(&out->table, scores, case_text(c->own, "of"), case_item(c, "of_options"), out)) {
    find_fault(out, "no such table");
  } else if (out->table != NULL && went_well(out, niem_scores_framework(&framework, scores, &out->err))) {
    (void)went_well(out, niem_with_codes(&coded, out->table, framework, option_text(c, "language"), &out->err));
    niem_table_free(out->table);
    out->table = coded;
  }
  niem_framework_free(framework);
  niem_scores_free(scores);
}

/* --- bare numbers --- */

/* A vector as given, with gaps between its elements, and backwards: one result for all. */
typedef struct spread_vector {
  double *cells, *first;
  int64_t n, stride;
} spread_vector;

static spread_vector spread_out(const double *x, int64_t n, int64_t stride) {
  const int64_t step = stride < 0 ? -stride : stride;
  spread_vector v = {calloc((size_t)(n * step) + 1, sizeof *v.cells), NULL, n, stride};
  v.first = v.cells + (stride < 0 && n > 0 ? (n - 1) * step : 0);
  for (int64_t i = 0; i < n; i++) {
    v.first[i * stride] = x[i];
  }
  return v;
}

typedef struct numbers_case {
  const char *function;
  spread_vector x, weights;
  int has_weights;
  double *probabilities;
  int64_t n_probabilities;
  int32_t ties, descending, digits;
  double tolerance;
} numbers_case;

/* How many values the function gives; -1 where it is not known. */
static int64_t call_numbers(double *out, const numbers_case *k, niem_status *status, niem_error *err) {
  const double *x = k->x.first;
  const int64_t n = k->x.n, stride = k->x.stride;
  if (strcmp(k->function, "exact_sum") == 0) {
    *status = niem_exact_sum(out, x, n, stride, err);
    return 1;
  }
  if (strcmp(k->function, "exact_mean") == 0) {
    *status = niem_exact_mean(out, x, n, stride, k->has_weights ? k->weights.first : NULL,
                              k->has_weights ? k->weights.stride : 1, err);
    return 1;
  }
  if (strcmp(k->function, "quantile") == 0) {
    *status = niem_quantile(out, x, n, stride, k->probabilities, k->n_probabilities, err);
    return k->n_probabilities;
  }
  if (strcmp(k->function, "rank_values") == 0) {
    *status = niem_rank_values(out, x, n, stride, k->descending, k->ties, k->tolerance, err);
  } else if (strcmp(k->function, "log") == 0) {
    *status = niem_log(out, x, n, stride, err);
  } else if (strcmp(k->function, "exp") == 0) {
    *status = niem_exp(out, x, n, stride, err);
  } else if (strcmp(k->function, "round") == 0) {
    *status = niem_round(out, x, n, stride, k->digits, err);
  } else if (strcmp(k->function, "round_significant") == 0) {
    *status = niem_round_significant(out, x, n, stride, k->digits, err);
  } else {
    return -1;
  }
  return n;
}

static int64_t run_strided(const numbers_case *given, const double *x, const double *weights, int64_t stride,
                           double *values, niem_status *status, niem_error *err) {
  numbers_case k = *given;
  k.x = spread_out(x, given->x.n, stride);
  k.weights = spread_out(weights, given->has_weights ? given->x.n : 0, stride);
  const int64_t n = call_numbers(values, &k, status, err);
  free(k.x.cells);
  free(k.weights.cells);
  return n;
}

static numbers_case read_numbers_case(const vector_case *c, const char *function, outcome *out) {
  const cJSON *options = options_of(c);
  const cJSON *digits = cJSON_GetObjectItemCaseSensitive(options, "digits");
  const cJSON *tolerance = cJSON_GetObjectItemCaseSensitive(options, "tolerance");
  numbers_case k = {.function = function};
  check_options(out, options, "x weights probabilities ties descending tolerance digits");
  k.has_weights = cJSON_HasObjectItem(options, "weights");
  k.probabilities = numbers_of_item(cJSON_GetObjectItemCaseSensitive(options, "probabilities"), &k.n_probabilities);
  k.ties = ties_by_name(case_text(options, "ties"));
  k.descending = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(options, "descending"));
  k.digits = digits == NULL ? 0 : digits->valueint;
  k.tolerance = tolerance == NULL ? 0 : number_of_item(tolerance);
  return k;
}

static int run_numbers(const vector_case *c, const char *function, outcome *out) {
  static const int64_t strides[] = {1, 3, -1, -2};
  numbers_case k = read_numbers_case(c, function, out);
  int64_t n_weights;
  double *x = numbers_of_item(cJSON_GetObjectItemCaseSensitive(options_of(c), "x"), &k.x.n);
  double *weights = numbers_of_item(cJSON_GetObjectItemCaseSensitive(options_of(c), "weights"), &n_weights);
  const size_t room = (size_t)(k.x.n + k.n_probabilities) + 1;
  out->values = calloc(room, sizeof *out->values);
  int64_t n = 0;
  for (size_t i = 0; i < sizeof strides / sizeof strides[0] && n >= 0; i++) {
    double *values = calloc(room, sizeof *values);
    niem_status status = NIEM_OK;
    memset(&out->err, 0, sizeof out->err);
    n = run_strided(&k, x, weights, strides[i], values, &status, &out->err);
    (void)went_well(out, status);
    if (i > 0 && memcmp(values, out->values, room * sizeof *values) != 0) {
      find_fault(out, "stride %lld gives other bits", (long long)strides[i]);
    }
    memcpy(out->values, values, room * sizeof *values);
    free(values);
  }
  out->n_values = n;
  free(x);
  free(weights);
  free(k.probabilities);
  return n >= 0;
}

/* --- names --- */

static void run_names(outcome *out, int of_states) {
  cJSON *names = cJSON_CreateArray();
  for (int32_t i = 0; i < (of_states ? NIEM_STATE_END : NIEM_STATUS_END); i++) {
    cJSON_AddItemToArray(names, cJSON_CreateString(of_states ? niem_state_name(i) : niem_status_name(i)));
  }
  out->fields = cJSON_CreateObject();
  cJSON_AddItemToObject(out->fields, "values", names);
}

int run_case(const vector_case *c, outcome *out) {
  static const struct {
    const char *name;
    void (*run)(const vector_case *, outcome *);
  } functions[] = {{"framework", run_framework},
                   {"framework_table", run_framework_table},
                   {"shipped", run_shipped},
                   {"answers", run_answers},
                   {"method", run_method},
                   {"value", run_value},
                   {"manifest", run_manifest},
                   {"saved", run_saved},
                   {"what_if", run_what_if},
                   {"compare_scores", run_compare_scores},
                   {"print", run_print},
                   {"widen", run_widen},
                   {"with_codes", run_with_codes},
                   {"framework_from_tables", run_framework_from_tables},
                   {"answers_from_table", run_answers_from_table}};
  const char *name = cJSON_GetStringValue(case_item(c, "function"));
  if (name == NULL) {
    return 0;
  }
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
    if (strcmp(functions[i].name, name) == 0) {
      functions[i].run(c, out);
      return 1;
    }
  }
  if (strcmp(name, "states") == 0 || strcmp(name, "statuses") == 0) {
    run_names(out, strcmp(name, "states") == 0);
    return 1;
  }
  if (run_methods(c, name, out) || run_statistics(c, name, out) || run_sampling(c, name, out)) {
    return 1;
  }
  if (cJSON_HasObjectItem(options_of(c), "x")) {
    return run_numbers(c, name, out);
  }
  if (run_assessment(c, name, out)) {
    return 1;
  }
  if (run_robustness(c, name, out) || run_analysis(c, name, out) || run_uncertainty(c, name, out)) {
    return 1;
  }
  return run_table(c, name, options_of(c), out);
}
