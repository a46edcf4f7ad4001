/* What tests of the model and of scoring share: edits of texts, and short ways to make handles and to look into
 * tables. */
#ifndef MADE_H
#define MADE_H

#include "assert_close.h"

#include <stdio.h>
#include <stdlib.h>

#include "base_framework.h"
#include "niem.h"

#if defined(__GNUC__)
#define MADE static __attribute__((unused))
#else
#define MADE static
#endif

/* `text` with the first `old` in it replaced; freed by the caller. */
MADE char *edited(const char *text, const char *old, const char *new_text) {
  const char *at = strstr(text, old);
  assert_non_null(at);
  const size_t before = (size_t)(at - text);
  char *out = malloc(strlen(text) + strlen(new_text) + 1);
  assert_non_null(out);
  memcpy(out, text, before);
  strcpy(out + before, new_text);
  strcat(out, at + strlen(old));
  return out;
}

MADE void show(const niem_error *err) {
  print_error("status %d at %lld, %lld, \"%s\": %s\n", (int)err->status, (long long)err->row, (long long)err->column,
              err->where, err->message);
}

MADE niem_framework *framework_of(const char *text) {
  niem_framework *framework = NULL;
  niem_error err;
  if (niem_framework_parse(&framework, NULL, text, (int64_t)strlen(text), &err) != NIEM_OK) {
    show(&err);
  }
  assert_non_null(framework);
  return framework;
}

MADE niem_answers *answers_of(const niem_framework *framework, const char *text) {
  niem_answers *answers = NULL;
  niem_error err;
  if (niem_answers_parse(&answers, NULL, framework, text, (int64_t)strlen(text), NULL, NULL, &err) != NIEM_OK) {
    show(&err);
  }
  assert_non_null(answers);
  return answers;
}

MADE niem_method *method_of(const char *text) {
  niem_method *method = NULL;
  niem_error err;
  if (niem_method_parse(&method, NULL, text, (int64_t)strlen(text), &err) != NIEM_OK) {
    show(&err);
  }
  assert_non_null(method);
  return method;
}

/* Scores of texts; `method` may be NULL. What they are made of is freed before they are returned. */
MADE niem_scores *scores_of(const char *framework_text, const char *answers_text, const char *method_text) {
  niem_framework *framework = framework_of(framework_text);
  niem_answers *answers = answers_of(framework, answers_text);
  niem_method *method = method_text == NULL ? NULL : method_of(method_text);
  niem_scores *scores = NULL;
  niem_error err;
  if (niem_score(&scores, framework, answers, method, NULL, NULL, &err) != NIEM_OK) {
    show(&err);
  }
  assert_non_null(scores);
  niem_framework_free(framework);
  niem_answers_free(answers);
  niem_method_free(method);
  return scores;
}

MADE double value_of(const niem_scores *scores, const char *unit, const char *round, const char *group,
                     const char *node) {
  double value = -1;
  niem_error err;
  if (niem_scores_value(&value, scores, unit, round, group, node, &err) != NIEM_OK) {
    show(&err);
    fail();
  }
  return value;
}

/* The row of the tidy scores for one node, as a table of that one row. */
MADE niem_table *score_row(const niem_scores *scores, const char *unit, const char *round, const char *group,
                           const char *node) {
  niem_query query;
  niem_table *table = NULL;
  niem_error err;
  niem_query_init(&query);
  query.units = &unit;
  query.n_units = 1;
  query.round = round;
  query.group = group;
  query.node = node;
  if (niem_scores_table(&table, scores, &query, &err) != NIEM_OK) {
    show(&err);
  }
  assert_non_null(table);
  assert_int_equal(niem_table_rows(table), 1);
  return table;
}

MADE double real_at(const niem_table *table, const char *column, int64_t row) {
  const double *reals = niem_table_reals(table, niem_table_column(table, column));
  assert_non_null(reals);
  return reals[row];
}

MADE int64_t integer_at(const niem_table *table, const char *column, int64_t row) {
  const int64_t *integers = niem_table_integers(table, niem_table_column(table, column));
  assert_non_null(integers);
  return integers[row];
}

/* "" where it is missing. */
MADE const char *text_at(const niem_table *table, const char *column, int64_t row) {
  const int32_t j = niem_table_column(table, column);
  assert_int_equal(niem_table_column_type(table, j), NIEM_COLUMN_TEXT);
  const char *text = niem_table_text(table, j, row);
  return text == NULL ? "" : text;
}

/* The first row in which a text column has a text; -1. */
MADE int64_t row_with(const niem_table *table, const char *column, const char *text) {
  for (int64_t i = 0; i < niem_table_rows(table); i++) {
    if (strcmp(text_at(table, column, i), text) == 0) {
      return i;
    }
  }
  return -1;
}

/* Checks status, place and a part of the message. `where` NULL: any; row -1: any. */
MADE void check_error(const niem_error *err, niem_status status, int64_t row, const char *where, const char *part) {
  if (err->status != status || (row >= 0 && err->row != row) || (where != NULL && strcmp(err->where, where) != 0) ||
      strstr(err->message, part) == NULL || strchr(err->message, '\n') != NULL) {
    show(err);
    print_error("expected status %d at %lld, \"%s\": ...%s...\n", (int)status, (long long)row,
                where == NULL ? "(any)" : where, part);
    fail();
  }
}

/* A framework that is refused: `where` is a JSON pointer. */
MADE void refuse_framework(const char *text, niem_status status, const char *where, const char *part) {
  niem_framework *framework = (niem_framework *)(uintptr_t)1;
  niem_problems *problems = NULL;
  niem_error err;
  assert_int_equal(niem_framework_parse(&framework, &problems, text, (int64_t)strlen(text), &err), status);
  assert_null(framework);
  check_error(&err, status, -1, where, part);
  assert_true(niem_problems_total(problems, NIEM_ERROR) > 0);
  niem_problems_free(problems);
  assert_int_equal(niem_framework_parse(&framework, NULL, text, (int64_t)strlen(text), NULL), status);
  assert_null(framework);
}

MADE void refuse_edit(const char *text, const char *old, const char *new_text, niem_status status, const char *where,
                      const char *part) {
  char *wrong = edited(text, old, new_text);
  refuse_framework(wrong, status, where, part);
  free(wrong);
}

MADE char *buffer_text(niem_buffer *buffer) {
  char *text = malloc((size_t)niem_buffer_size(buffer) + 1);
  assert_non_null(text);
  memcpy(text, niem_buffer_data(buffer), (size_t)niem_buffer_size(buffer) + 1);
  niem_buffer_free(buffer);
  return text;
}

MADE char *answers_digest(const niem_answers *answers) {
  niem_buffer *digest = NULL;
  assert_int_equal(niem_answers_digest(&digest, answers, NULL), NIEM_OK);
  return buffer_text(digest);
}

MADE char *answers_text(const niem_answers *answers) {
  niem_buffer *json = NULL;
  assert_int_equal(niem_answers_json(&json, answers, NULL), NIEM_OK);
  return buffer_text(json);
}

MADE char *scores_text(const niem_scores *scores) {
  niem_buffer *json = NULL;
  assert_int_equal(niem_scores_json(&json, scores, NULL), NIEM_OK);
  return buffer_text(json);
}

MADE char *manifest_text(const niem_scores *scores) {
  niem_buffer *json = NULL;
  assert_int_equal(niem_scores_manifest(&json, scores, NULL), NIEM_OK);
  return buffer_text(json);
}

/* A file of the test's own in the working directory. */
MADE void write_file(const char *path, const void *bytes, size_t n) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, n, file), n);
  assert_int_equal(fclose(file), 0);
}

MADE char *read_whole(const char *path) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  assert_int_equal(fseek(file, 0, SEEK_END), 0);
  const long n = ftell(file);
  rewind(file);
  char *text = calloc((size_t)n + 1, 1);
  assert_non_null(text);
  assert_int_equal(fread(text, 1, (size_t)n, file), n);
  fclose(file);
  return text;
}

#endif
