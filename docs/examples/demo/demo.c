/* The demonstration in C, against the installed library: it recomputes published scores (MIPEX, and CITRIX where its
 * data is at hand), scores a synthetic assessment of NIEM's shape, prints the tables and keeps them as CSV and JSON.
 *
 *   demo EXAMPLES VALUES OUT [CITRIX]
 *
 * EXAMPLES is the folder docs/examples, VALUES the file that gets every cell of every table (demo.py and demo.R write
 * the same; the three are compared), OUT the folder for the tables, CITRIX a folder with CITRIX's answers and its
 * composite. */
#include <niem.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 64, PATH = 4096, SEED = 2021 };
#define SYNTHETIC "SYNTHETIC, not real countries' answers: "

typedef struct program {
  const char *examples;
  const char *out;
  const char *citrix;
  FILE *values;
} program;

/* One published score: unit, round, number. */
typedef struct published {
  char unit[NAME];
  char round[NAME];
  double value;
} published;

/* A demonstration ends where something fails, and says what. */
static void need(niem_status status, const niem_error *err) {
  if (status != NIEM_OK) {
    fprintf(stderr, "%s: %s\n", niem_status_name(status), err->message);
    exit(1);
  }
}

static const char *in_folder(char path[PATH], const char *folder, const char *name, const char *ending) {
  int length = snprintf(path, PATH, "%s/%s%s", folder, name, ending);
  if (length < 0 || length >= PATH) {
    fprintf(stderr, "the path of %s%s is too long\n", name, ending);
    exit(1);
  }
  return path;
}

/* ---- every cell of a table as a line "table row column bits" ---- */

static void write_real(FILE *file, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  if (isnan(value)) {
    fputs("missing\n", file);
  } else {
    fprintf(file, "%016" PRIx64 "\n", bits);
  }
}

static void write_text(FILE *file, const char *text) {
  if (text == NULL) {
    fputs("missing\n", file);
    return;
  }
  fputs("text:", file);
  for (const char *c = text; *c != '\0'; c++) {
    fprintf(file, "%02x", (unsigned)(unsigned char)*c);
  }
  fputc('\n', file);
}

static void write_cell(FILE *file, const niem_table *table, int32_t j, int64_t i) {
  int32_t type = niem_table_column_type(table, j);
  if (type == NIEM_COLUMN_TEXT) {
    write_text(file, niem_table_text(table, j, i));
  } else if (type == NIEM_COLUMN_REAL) {
    write_real(file, niem_table_reals(table, j)[i]);
  } else {
    int64_t integer = niem_table_integers(table, j)[i];
    write_real(file, integer == NIEM_MISSING_INTEGER ? NAN : (double)integer);
  }
}

static void write_values(FILE *file, const niem_table *table, const char *name) {
  for (int32_t j = 0; j < niem_table_columns(table); j++) {
    for (int64_t i = 0; i < niem_table_rows(table); i++) {
      fprintf(file, "%s %" PRId64 " %s ", name, i + 1, niem_table_column_name(table, j));
      write_cell(file, table, j, i);
    }
  }
}

/* ---- keeping and showing tables ---- */

static void keep(const program *p, const niem_table *table, const char *name) {
  char path[PATH];
  niem_error err;
  niem_text_options options;
  niem_text_options_init(&options);
  write_values(p->values, table, name);
  need(niem_table_write(table, in_folder(path, p->out, name, ".csv"), &options, &err), &err);
  options.format = NIEM_TEXT_JSON;
  need(niem_table_write(table, in_folder(path, p->out, name, ".json"), &options, &err), &err);
}

/* The table alone: its notes, after an empty line, stand in the files that are kept. */
static int length_of_table(const char *text) {
  const char *body = strstr(text, "\n\n");
  const char *end = body == NULL ? NULL : strstr(body + 2, "\n\n");
  return (int)(end == NULL ? strlen(text) : (size_t)(end + 1 - text));
}

static void show(const niem_table *table, int32_t digits, const char *caption) {
  niem_buffer *text = NULL;
  niem_error err;
  niem_text_options options;
  niem_text_options_init(&options);
  options.format = NIEM_TEXT_PLAIN;
  options.digits = digits;
  options.caption = caption;
  need(niem_table_print(&text, table, &options, &err), &err);
  printf("\n%.*s", length_of_table(niem_buffer_data(text)), niem_buffer_data(text));
  niem_buffer_free(text);
}

/* ---- published scores ---- */

static niem_scores *score_file(const program *p, const char *framework_name, const char *answers_path,
                               const char *round) {
  char path[PATH], folder[PATH];
  niem_framework *framework = NULL;
  niem_answers *answers = NULL;
  niem_scores *scores = NULL;
  niem_error err;
  niem_read_options options;
  niem_read_options_init(&options);
  options.round = round;
  in_folder(folder, p->examples, "frameworks", "");
  need(niem_framework_read(&framework, NULL, in_folder(path, folder, framework_name, ".json"), &err), &err);
  need(niem_answers_read(&answers, NULL, framework, answers_path, &options, NULL, &err), &err);
  need(niem_score(&scores, framework, answers, NULL, NULL, NULL, &err), &err);
  niem_answers_free(answers);
  niem_framework_free(framework);
  return scores;
}

static niem_table *top_scores(const niem_scores *scores) {
  niem_table *table = NULL;
  niem_error err;
  niem_query query;
  niem_query_init(&query);
  query.level = "index";
  need(niem_scores_table(&table, scores, &query, &err), &err);
  return table;
}

/* The lines "unit,round,number" below a file's header. */
static int64_t read_published(published *rows, int64_t room, const char *path) {
  FILE *file = fopen(path, "r");
  int64_t n = 0;
  char line[256];
  if (file == NULL || fgets(line, sizeof line, file) == NULL) {
    fprintf(stderr, "%s cannot be read\n", path);
    exit(1);
  }
  while (n < room && fgets(line, sizeof line, file) != NULL) {
    if (sscanf(line, "%63[^,],%63[^,],%lf", rows[n].unit, rows[n].round, &rows[n].value) == 3) {
      n++;
    }
  }
  fclose(file);
  return n;
}

/* How many published scores the library's own come to, within `tolerance`, once rounded to `digits` decimals. */
static int64_t reproduced(const niem_scores *scores, const published *rows, int64_t n, int32_t digits,
                          double tolerance) {
  int64_t hits = 0;
  niem_error err;
  for (int64_t i = 0; i < n; i++) {
    double value = NAN;
    need(niem_scores_value(&value, scores, rows[i].unit, rows[i].round, NULL, NULL, &err), &err);
    need(niem_round(&value, &value, 1, 1, digits, &err), &err);
    hits += fabs(value - rows[i].value) <= tolerance;
  }
  return hits;
}

static void all_reproduced(int64_t hits, int64_t n, const char *what) {
  printf("%s: %" PRId64 " of %" PRId64 "\n", what, hits, n);
  if (n == 0 || hits != n) {
    exit(1);
  }
}

static void print_beside(const niem_scores *scores, const published *rows, int64_t n) {
  niem_error err;
  for (int64_t i = 0; i < n; i++) {
    double value = NAN;
    int first = i == 0 || strcmp(rows[i].unit, rows[i - 1].unit) != 0;
    need(niem_scores_value(&value, scores, rows[i].unit, rows[i].round, NULL, NULL, &err), &err);
    need(niem_round(&value, &value, 1, 1, 2, &err), &err);
    printf("%s%s  %s %.2f (%.2f)", first && i > 0 ? "\n" : "", first ? rows[i].unit : "", rows[i].round, value,
           rows[i].value);
  }
  printf("\n");
}

static void mipex(const program *p) {
  char path[PATH], folder[PATH];
  published rows[64];
  in_folder(folder, p->examples, "data", "");
  niem_scores *scores = score_file(p, "mipex-strands", in_folder(path, folder, "mipex-strands", ".csv"), NULL);
  niem_table *table = top_scores(scores);
  int64_t n = read_published(rows, 64, in_folder(path, folder, "mipex-overall", ".csv"));
  printf("MIPEX: the overall score from the eight strands, and as published (Migration Policy Group)\n\n");
  print_beside(scores, rows, n);
  printf("\n");
  all_reproduced(reproduced(scores, rows, n, 2, 1e-9), n, "MIPEX overall scores reproduced to the published 0.01");
  keep(p, table, "mipex");
  niem_table_free(table);
  niem_scores_free(scores);
}

static void citrix(const program *p) {
  char path[PATH];
  published rows[64];
  if (p->citrix == NULL) {
    printf(
        "CITRIX is left out: its data is not part of the project (NIEM_REFERENCE_DATA names a folder that has it)\n");
    return;
  }
  niem_scores *scores = score_file(p, "citrix", in_folder(path, p->citrix, "citrix-answers", ".csv"), "2019");
  niem_table *table = top_scores(scores);
  int64_t n = read_published(rows, 64, in_folder(path, p->citrix, "citrix-published", ".csv"));
  all_reproduced(reproduced(scores, rows, n, 15, 1e-4), n, "CITRIX composites reproduced to 0.0001");
  keep(p, table, "citrix");
  niem_table_free(table);
  niem_scores_free(scores);
}

/* ---- a synthetic assessment of NIEM's shape ---- */

/* The query of most tables: nodes of one level, or one node; the fields that are not set have the framework's defaults.
 */
static niem_query about(const char *level, const char *node, const char *round) {
  niem_query query;
  niem_query_init(&query);
  query.level = level;
  query.node = node;
  query.round = round;
  return query;
}

static niem_scores *score_synthetic(void) {
  niem_framework *framework = NULL;
  niem_answers *answers = NULL;
  niem_scores *scores = NULL;
  niem_error err;
  need(niem_framework_shipped(&framework, "niem", &err), &err);
  niem_synthetic_options options;
  niem_synthetic_options_init(&options);
  options.seed = SEED;
  need(niem_synthetic(&answers, framework, &options, &err), &err);
  need(niem_score(&scores, framework, answers, NULL, NULL, NULL, &err), &err);
  niem_answers_free(answers);
  niem_framework_free(framework);
  return scores;
}

static void keep_and_free(const program *p, niem_table *table, const char *name, int32_t digits, const char *caption) {
  keep(p, table, name);
  if (caption != NULL) {
    show(table, digits, caption);
  }
  niem_table_free(table);
}

static void countries(const program *p, const niem_scores *scores) {
  niem_table *table = NULL, *wide = NULL;
  niem_error err;
  niem_query query = about("dimension", NULL, "2021");
  need(niem_scores_table(&table, scores, &query, &err), &err);
  need(niem_table_widen(&wide, table, "node", "unit", "value", &err), &err);
  niem_table_free(table);
  keep_and_free(p, wide, "synthetic-dimensions-2021", 1, SYNTHETIC "dimensions and countries, 2021");
  query = about(NULL, NULL, NULL);
  query.group = "*";
  need(niem_scores_table(&table, scores, &query, &err), &err);
  keep_and_free(p, table, "synthetic-scores", 1, NULL);
  query.index = "dimension_step";
  need(niem_scores_table(&table, scores, &query, &err), &err);
  keep_and_free(p, table, "synthetic-steps", 1, NULL);
}

static void rankings(const program *p, const niem_scores *scores) {
  niem_table *table = NULL;
  niem_error err;
  niem_query top = about("index", NULL, "2021"), dimensions = about("dimension", NULL, "2021");
  niem_compare_options options;
  niem_compare_options_init(&options);
  options.tolerance = 0.5;
  need(niem_rank(&table, scores, &top, &options, &err), &err);
  keep_and_free(p, table, "synthetic-ranking-2021", 1, SYNTHETIC "ranking 2021, neighbours within half a point tie");
  need(niem_rank(&table, scores, &dimensions, NULL, &err), &err);
  keep_and_free(p, table, "synthetic-ranking-dimensions-2021", 1, NULL);
  need(niem_average(&table, scores, &dimensions, NULL, &err), &err);
  keep_and_free(p, table, "synthetic-average-2021", 1, NULL);
  need(niem_spread(&table, scores, &dimensions, &err), &err);
  keep_and_free(p, table, "synthetic-spread-2021", 1, NULL);
}

static void changes(const program *p, const niem_scores *scores) {
  niem_table *table = NULL;
  niem_error err;
  niem_query top = about("index", NULL, NULL), dimensions = about("dimension", NULL, NULL);
  need(niem_change(&table, scores, "2019", "2021", &top, NULL, &err), &err);
  keep_and_free(p, table, "synthetic-change-2019-2021", 1, SYNTHETIC "change of the overall score, 2019 to 2021");
  need(niem_change_summary(&table, scores, "2019", "2021", &dimensions, NULL, &err), &err);
  keep_and_free(p, table, "synthetic-change-dimensions-2019-2021", 1, NULL);
  need(niem_change_causes(&table, scores, "2019", "2021", &top, &err), &err);
  keep_and_free(p, table, "synthetic-causes-2019-2021", 1, NULL);
  need(niem_group_difference(&table, scores, "refugee", "subsidiary", &dimensions, &err), &err);
  keep_and_free(p, table, "synthetic-groups", 1, NULL);
}

static void explanation(const program *p, const niem_scores *scores) {
  niem_table *table = NULL;
  niem_error err;
  niem_query query = about(NULL, "housing", NULL);
  query.group = "refugee";
  need(niem_explain(&table, scores, "PL", "2021", &query, &err), &err);
  keep_and_free(p, table, "synthetic-explanation", 2, SYNTHETIC "why refugees in \"Poland\" score so in housing, 2021");
}

static void synthetic(const program *p) {
  niem_scores *scores = score_synthetic();
  printf(
      "\nA SYNTHETIC assessment of NIEM's shape: 14 countries in each of 3 rounds, drawn by the library from a fixed "
      "seed\n");
  countries(p, scores);
  rankings(p, scores);
  changes(p, scores);
  explanation(p, scores);
  niem_scores_free(scores);
}

int main(int argc, char **argv) {
  niem_error err;
  if (argc < 4 || argc > 5) {
    fprintf(stderr, "demo EXAMPLES VALUES OUT [CITRIX]\n");
    return 2;
  }
  program p = {
      .examples = argv[1], .out = argv[3], .citrix = argc == 5 ? argv[4] : NULL, .values = fopen(argv[2], "wb")};
  if (p.values == NULL) {
    fprintf(stderr, "%s cannot be written\n", argv[2]);
    return 1;
  }
  need(niem_self_test(&err), &err);
  mipex(&p);
  citrix(&p);
  synthetic(&p);
  return fclose(p.values) == 0 ? 0 : 1;
}
