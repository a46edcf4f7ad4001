/* A panel of many units for the tests of leave one out and of methods side by side: two rounds, two groups and their
 * merges, gaps; numbers with goalposts (of two dimensions) and without. */
#ifndef PANEL_H
#define PANEL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "niem.h"

static const char PANEL_FRAMEWORK[] =
    "{\"format\": \"niem-framework/1\", \"id\": \"panel\", \"version\": \"1\","
    " \"facets\": [{\"id\": \"dimension\", \"values\": [{\"id\": \"residency\"}, {\"id\": \"housing\"}]}],"
    " \"groups\": [{\"id\": \"refugee\"}, {\"id\": \"subsidiary\"},"
    "  {\"id\": \"both\", \"merge\": [\"refugee\", \"subsidiary\"]},"
    "  {\"id\": \"shared\", \"merge\": [\"refugee\", \"subsidiary\"], \"over\": \"common\"}],"
    " \"indicators\": ["
    "  {\"id\": \"R1\", \"dimension\": \"residency\", \"scale\": {\"kind\": \"numeric\", \"worst\": 0, \"best\": 100}},"
    "  {\"id\": \"R2\", \"dimension\": \"residency\", \"scale\": {\"kind\": \"numeric\", \"worst\": 0, \"best\": 100}},"
    "  {\"id\": \"H1\", \"dimension\": \"housing\", \"scale\": {\"kind\": \"numeric\", \"worst\": 0, \"best\": 100}},"
    "  {\"id\": \"H2\", \"dimension\": \"housing\", \"scale\": {\"kind\": \"numeric\", \"worst\": 0, \"best\": 100}},"
    "  {\"id\": \"H3\", \"dimension\": \"housing\", \"scale\": {\"kind\": \"numeric\"}}],"
    " \"indexes\": [{\"id\": \"overall\", \"levels\": [\"dimension\"]},"
    "  {\"id\": \"flat\"}],"
    " \"default_index\": \"overall\", \"default_group\": \"refugee\"}";

/* Numbers without goalposts need a step; each of these methods has one. */
#define NORMALISE "{\"step\": \"normalise\", \"method\": \"minmax\"}"
#define METHOD(steps) "{\"format\": \"niem-method/1\", \"steps\": [" steps NORMALISE "]}"
static const char MEANS[] = METHOD("");
static const char GEOMETRIC[] =
    METHOD("{\"step\": \"aggregate\", \"method\": \"geometric\", \"offset\": 1, \"index\": \"overall\"},");
static const char VOTES[] = METHOD(
    "{\"step\": \"weigh\", \"method\": \"deviation\"},"
    "{\"step\": \"aggregate\", \"method\": \"copeland\", \"nodes\": [\"overall\", \"flat\"]},");
static const char PREPARED[] = METHOD(
    "{\"step\": \"screen\", \"method\": \"missing\", \"min_available\": 0.3, \"out\": [\"u3\"]},"
    "{\"step\": \"impute\", \"method\": \"mean\"}, {\"step\": \"treat\"},");

static niem_framework *panel_framework(void) {
  niem_framework *framework = NULL;
  niem_error err = {0};
  if (niem_framework_parse(&framework, NULL, PANEL_FRAMEWORK, (int64_t)strlen(PANEL_FRAMEWORK), &err) != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
  }
  assert_non_null(framework);
  return framework;
}

static niem_answers *panel_answers(const niem_framework *framework, int n_units) {
  static const char *const names[] = {"R1", "R2", "H1", "H2", "H3"};
  const size_t size = 64 + (size_t)n_units * 2 * 2 * 5 * 48;
  char *text = calloc(size, 1);
  niem_answers *answers = NULL;
  niem_error err = {0};
  uint32_t state = 12345;
  int at = snprintf(text, size, "unit,round,group,indicator,answer\n");
  for (int i = 0; i < n_units * 20; i++) {
    state = state * 1664525u + 1013904223u;
    if ((state >> 24) % 7 != 0 || i % 20 == 0) { /* else a gap */
      at += snprintf(text + at, size - (size_t)at, "u%d,%d,%s,%s,%u.%u\n", i / 20, 2019 + i / 10 % 2 * 2,
                     i / 5 % 2 ? "subsidiary" : "refugee", names[i % 5], (state >> 8) % 100, (state >> 16) % 10);
    }
  }
  if (niem_answers_parse(&answers, NULL, framework, text, at, NULL, NULL, &err) != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
  }
  free(text);
  assert_non_null(answers);
  return answers;
}

static niem_method *panel_method(const char *text) {
  niem_method *method = NULL;
  niem_error err = {0};
  if (niem_method_parse(&method, NULL, text, (int64_t)strlen(text), &err) != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
  }
  assert_non_null(method);
  return method;
}

static void assert_refused(niem_status status, const niem_error *err, niem_status expected, const char *where,
                           const niem_table *table) {
  if (status != expected || strcmp(err->where, where) != 0) {
    print_error("status %d, where \"%s\": %s\n", (int)status, err->where, err->message);
  }
  assert_int_equal(status, expected);
  assert_int_equal(err->status, expected);
  assert_string_equal(err->where, where);
  assert_true(strlen(err->message) > 10);
  assert_null(strchr(err->message, '\n'));
  assert_null(table);
}

/* The same names, rows and bits. */
static void assert_same_tables(const niem_table *a, const niem_table *b) {
  assert_int_equal(niem_table_rows(a), niem_table_rows(b));
  assert_int_equal(niem_table_columns(a), niem_table_columns(b));
  const size_t n = (size_t)niem_table_rows(a);
  for (int32_t j = 0; j < niem_table_columns(a); j++) {
    assert_string_equal(niem_table_column_name(a, j), niem_table_column_name(b, j));
    if (niem_table_column_type(a, j) == NIEM_COLUMN_REAL) {
      assert_memory_equal(niem_table_reals(a, j), niem_table_reals(b, j), n * sizeof(double));
    } else if (niem_table_column_type(a, j) == NIEM_COLUMN_INTEGER) {
      assert_memory_equal(niem_table_integers(a, j), niem_table_integers(b, j), n * sizeof(int64_t));
    } else {
      assert_memory_equal(niem_table_codes(a, j), niem_table_codes(b, j), n * sizeof(int32_t));
    }
  }
}

/* A callback that keeps what it is told, and cancels once the share done is beyond `until`. */
typedef struct told {
  double last, until;
  int calls, backwards;
} told;

static int32_t tell(double done, void *context) {
  told *t = context;
  t->calls++;
  t->backwards += done < t->last;
  t->last = done;
  return done > t->until;
}

static niem_exec exec_that_tells(told *t, double until) {
  niem_exec exec;
  *t = (told){.until = until};
  niem_exec_init(&exec);
  exec.progress = tell;
  exec.context = t;
  return exec;
}

static inline niem_scores *score_panel(const char *method_text, int n_units) {
  niem_framework *framework = panel_framework();
  niem_answers *answers = panel_answers(framework, n_units);
  niem_method *method = panel_method(method_text);
  niem_scores *made = NULL;
  niem_error err = {0};
  if (niem_score(&made, framework, answers, method, NULL, NULL, &err) != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
  }
  niem_method_free(method);
  niem_answers_free(answers);
  niem_framework_free(framework);
  assert_non_null(made);
  return made;
}

static inline niem_query query_about(const char *node, const char *level, const char *group) {
  niem_query query;
  niem_query_init(&query);
  query.node = node;
  query.level = level;
  query.group = group;
  return query;
}

#endif
