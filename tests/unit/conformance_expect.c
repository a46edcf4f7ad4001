/* Comparing what came of a conformance case with what its "expect" says. A key of "expect" that is not known fails. */
#include "conformance.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct checking {
  const char *name;
  const cJSON *tolerance; /* relative: a number, or one for each column; NULL: bits */
  double absolute;
  int failures;
} checking;

static void complain(checking *k, const char *format, ...) {
  char text[2048];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  print_error("%s: %s\n", k->name, text);
  k->failures++;
}

/* --- numbers --- */

static double tolerance_of(const checking *k, const char *column) {
  const cJSON *own =
      cJSON_IsObject(k->tolerance) ? cJSON_GetObjectItemCaseSensitive(k->tolerance, column) : k->tolerance;
  return cJSON_IsNumber(own) ? own->valuedouble : 0;
}

static int same_number(const checking *k, double found, double expected, double relative) {
  if (isnan(found) || isnan(expected)) {
    return isnan(found) && isnan(expected);
  }
  const double distance = fabs(found - expected);
  if ((relative > 0 && distance <= relative * fmax(fabs(found), fabs(expected))) || distance <= k->absolute) {
    return 1;
  }
  return memcmp(&found, &expected, sizeof found) == 0;
}

static void check_number(checking *k, const char *what, int64_t i, double found, const cJSON *expected) {
  const double wanted = number_of_item(expected);
  if (!same_number(k, found, wanted, tolerance_of(k, what))) {
    complain(k, "%s %lld is %.17g (%a), not %.17g (%a)", what, (long long)i + 1, found, found, wanted, wanted);
  }
}

static void check_values(checking *k, const outcome *out, const cJSON *expected) {
  const int64_t n = cJSON_GetArraySize(expected);
  if (n != out->n_values) {
    complain(k, "%lld values, not %lld", (long long)out->n_values, (long long)n);
    return;
  }
  int64_t i = 0;
  for (const cJSON *item = expected->child; item != NULL; item = item->next, i++) {
    check_number(k, "value", i, out->values[i], item);
  }
}

/* --- tables --- */

static void check_text(checking *k, const char *what, int64_t i, const char *found, const cJSON *expected) {
  const char *wanted = cJSON_IsString(expected) ? expected->valuestring : NULL;
  if ((wanted == NULL && !cJSON_IsNull(expected)) || (found == NULL) != (wanted == NULL) ||
      (found != NULL && strcmp(found, wanted) != 0)) {
    complain(k, "%s %lld is %s, not %s", what, (long long)i + 1, found == NULL ? "missing" : found,
             wanted == NULL ? "missing" : wanted);
  }
}

static void check_cell(checking *k, const niem_table *table, int32_t j, int64_t i, const cJSON *expected) {
  const char *name = niem_table_column_name(table, j);
  switch (niem_table_column_type(table, j)) {
    case NIEM_COLUMN_REAL:
      check_number(k, name, i, niem_table_reals(table, j)[i], expected);
      break;
    case NIEM_COLUMN_INTEGER: {
      const int64_t found = niem_table_integers(table, j)[i];
      check_number(k, name, i, found == NIEM_MISSING_INTEGER ? (double)NAN : (double)found, expected);
      break;
    }
    default:
      check_text(k, name, i, niem_table_text(table, j, i), expected);
      break;
  }
}

static void check_columns(checking *k, const niem_table *table, const cJSON *expected) {
  for (const cJSON *column = expected->child; column != NULL; column = column->next) {
    const int32_t j = niem_table_column(table, column->string);
    const int64_t n = cJSON_GetArraySize(column);
    if (j < 0) {
      complain(k, "there is no column %s", column->string);
    } else if (n != niem_table_rows(table)) {
      complain(k, "%lld rows, not %lld", (long long)niem_table_rows(table), (long long)n);
      return;
    } else {
      int64_t i = 0;
      for (const cJSON *item = column->child; item != NULL; item = item->next, i++) {
        check_cell(k, table, j, i, item);
      }
    }
  }
}

/* Do rows i and i - 1 belong to one sum? Where they have the same unit, group asked for and node, or no such columns.
 */
static int same_sum(const niem_table *table, int64_t i) {
  static const char *const keys[] = {"unit", "node", "member"};
  const int with_members = niem_table_column(table, "member") >= 0;
  for (size_t c = 0; c < sizeof keys / sizeof keys[0]; c++) {
    const char *key = c < 2 ? keys[c] : "group";
    const int32_t j = c < 2 || with_members ? niem_table_column(table, key) : -1;
    if (i > 0 && j >= 0 && niem_table_codes(table, j)[i] != niem_table_codes(table, j)[i - 1]) {
      return 0;
    }
  }
  return 1;
}

/* The exact sums, rounded once, of the rows that belong together: bits. */
static void check_sums(checking *k, const niem_table *table, const cJSON *expected) {
  for (const cJSON *column = expected->child; column != NULL; column = column->next) {
    const double *x = niem_table_reals(table, niem_table_column(table, column->string));
    const checking bits = {k->name, NULL, 0, 0};
    const cJSON *item = column->child;
    int64_t begin = 0;
    for (int64_t end = 1; x != NULL && end <= niem_table_rows(table); end++) {
      if (end < niem_table_rows(table) && same_sum(table, end)) {
        continue;
      }
      double sum = (double)NAN;
      (void)niem_exact_sum(&sum, x + begin, end - begin, 1, NULL);
      if (item == NULL || !same_number(&bits, sum, number_of_item(item), 0)) {
        complain(k, "the exact sum of %s from row %lld is %a, not %a", column->string, (long long)begin + 1, sum,
                 number_of_item(item));
      }
      item = item == NULL ? NULL : item->next;
      begin = end;
    }
    if (x == NULL || item != NULL) {
      complain(k, "fewer sums of %s than expected", column->string);
    }
  }
}

static int contains_all(const char *message, const cJSON *wanted) {
  if (cJSON_IsString(wanted)) {
    return strstr(message, wanted->valuestring) != NULL;
  }
  for (const cJSON *item = wanted == NULL ? NULL : wanted->child; item != NULL; item = item->next) {
    if (strstr(message, item->valuestring) == NULL) {
      return 0;
    }
  }
  return 1;
}

/* Texts in a column that need only say certain things: one for each row, or several; null: anything. */
static void check_cells(checking *k, const niem_table *table, const cJSON *expected) {
  for (const cJSON *column = expected->child; column != NULL; column = column->next) {
    const int32_t j = niem_table_column(table, column->string);
    int64_t i = 0;
    if (j < 0 || cJSON_GetArraySize(column) != niem_table_rows(table)) {
      complain(k, "there is no column %s of %d rows", column->string, cJSON_GetArraySize(column));
      continue;
    }
    for (const cJSON *item = column->child; item != NULL; item = item->next, i++) {
      const char *found = niem_table_text(table, j, i);
      if (!contains_all(found == NULL ? "" : found, item)) {
        text_bytes wanted = print_json(item);
        complain(k, "%s %lld is \"%s\" and lacks some of %s", column->string, (long long)i + 1,
                 found == NULL ? "" : found, wanted.data);
        free(wanted.data);
      }
    }
  }
}

static void check_notes(checking *k, const niem_table *table, const cJSON *expected) {
  for (const cJSON *note = expected->child; note != NULL; note = note->next) {
    const char *found = NULL;
    for (int32_t i = 0; i < niem_table_notes(table); i++) {
      found = strcmp(niem_table_note_key(table, i), note->string) == 0 ? niem_table_note(table, i) : found;
    }
    check_text(k, note->string, 0, found, note);
  }
}

/* --- errors and problems --- */

static int is_number(const cJSON *expected, int64_t found) {
  return expected == NULL || (int64_t)expected->valuedouble == found;
}

static int is_text_of(const cJSON *object, const char *key, const char *found) {
  const char *wanted = case_text(object, key);
  return wanted == NULL || strcmp(wanted, found) == 0;
}

/* Does an error, or an entry of a list of problems, say what is expected? */
static int matches(const niem_error *found, const char *severity, const cJSON *expected) {
  return is_text_of(expected, "status", niem_status_name(found->status)) &&
         is_text_of(expected, "severity", severity) && is_text_of(expected, "where", found->where) &&
         is_number(cJSON_GetObjectItemCaseSensitive(expected, "row"), found->row) &&
         is_number(cJSON_GetObjectItemCaseSensitive(expected, "column"), found->column) &&
         contains_all(found->message, cJSON_GetObjectItemCaseSensitive(expected, "message_contains"));
}

static void check_keys(checking *k, const cJSON *object, const char *known) {
  for (const cJSON *item = object->child; item != NULL; item = item->next) {
    if (!is_word_of(known, item->string)) {
      complain(k, "an expectation has the unknown key \"%s\"", item->string);
    }
  }
}

static void check_error(checking *k, const outcome *out, const cJSON *expected) {
  check_keys(k, expected, "status where row column message_contains");
  if (!matches(&out->err, "error", expected)) {
    text_bytes wanted = print_json(expected);
    complain(k, "status %s, where \"%s\", row %lld, column %lld, message \"%s\"; expected %s",
             niem_status_name(out->err.status), out->err.where, (long long)out->err.row, (long long)out->err.column,
             out->err.message, wanted.data);
    free(wanted.data);
  }
  if (strchr(out->err.message, '\n') != NULL || (out->err.status != NIEM_OK && strlen(out->err.message) < 10)) {
    complain(k, "the message is no line that says something: \"%s\"", out->err.message);
  }
}

static void check_problems(checking *k, const outcome *out, const cJSON *expected) {
  static const char *const severities[] = {"note", "warning", "error"};
  for (const cJSON *item = expected->child; item != NULL; item = item->next) {
    int found = 0;
    check_keys(k, item, "severity status where row column message_contains");
    for (int64_t i = 0; i < niem_problems_count(out->problems); i++) {
      found = found ||
              matches(niem_problems_get(out->problems, i), severities[niem_problems_severity(out->problems, i)], item);
    }
    if (!found) {
      text_bytes wanted = print_json(item);
      complain(k, "among %lld problems there is no %s", (long long)niem_problems_count(out->problems), wanted.data);
      free(wanted.data);
    }
  }
}

/* --- texts --- */

static void check_lines(checking *k, const outcome *out, const cJSON *expected) {
  const char *at = out->text == NULL ? "" : out->text;
  int64_t line = 1;
  for (const cJSON *item = expected->child; item != NULL; item = item->next, line++) {
    const size_t n = strlen(item->valuestring);
    if (strncmp(at, item->valuestring, n) != 0 || at[n] != '\n') {
      complain(k, "line %lld is \"%.*s\", not \"%s\"", (long long)line, (int)strcspn(at, "\n"), at, item->valuestring);
      return;
    }
    at += n + 1;
  }
  if (*at != '\0') {
    complain(k, "%lld lines, and more: \"%.60s\"", (long long)line - 1, at);
  }
}

/* The parts that the text must hold, or must not. */
static void check_parts(checking *k, const outcome *out, const cJSON *expected, int wanted) {
  const char *text = out->text == NULL ? "" : out->text;
  for (const cJSON *item = expected->child; item != NULL; item = item->next) {
    if ((strstr(text, item->valuestring) != NULL) != wanted) {
      complain(k, "the text %s \"%s\"", wanted ? "lacks" : "holds", item->valuestring);
    }
  }
  if (*text == '\0') {
    complain(k, "there is no text");
  }
}

static void check_fields(checking *k, const cJSON *found, const cJSON *expected) {
  for (const cJSON *item = expected->child; item != NULL; item = item->next) {
    const cJSON *own = cJSON_GetObjectItemCaseSensitive(found, item->string);
    if (own == NULL || !cJSON_Compare(own, item, 1)) {
      text_bytes is = {NULL, 0}, wanted = print_json(item);
      is = own == NULL ? is : print_json(own);
      complain(k, "%s is %s, not %s", item->string, own == NULL ? "not given" : is.data, wanted.data);
      free(is.data);
      free(wanted.data);
    }
  }
}

/* --- a case --- */

static void check_one(checking *k, const outcome *out, const cJSON *expected) {
  const char *key = expected->string;
  const int of_table = is_word_of("columns cells_contain sums notes", key);
  if (of_table && out->table == NULL) {
    complain(k, "there is no table");
  } else if (strcmp(key, "columns") == 0) {
    check_columns(k, out->table, expected);
  } else if (strcmp(key, "cells_contain") == 0) {
    check_cells(k, out->table, expected);
  } else if (strcmp(key, "contains") == 0 || strcmp(key, "lacks") == 0) {
    check_parts(k, out, expected, strcmp(key, "contains") == 0);
  } else if (strcmp(key, "sums") == 0) {
    check_sums(k, out->table, expected);
  } else if (strcmp(key, "notes") == 0) {
    check_notes(k, out->table, expected);
  } else if (strcmp(key, "error") == 0) {
    check_error(k, out, expected);
  } else if (strcmp(key, "problems") == 0) {
    check_problems(k, out, expected);
  } else if (strcmp(key, "lines") == 0) {
    check_lines(k, out, expected);
  } else if (strcmp(key, "fields") == 0) {
    check_fields(k, out->fields, expected);
  } else if (strcmp(key, "value") == 0 && out->n_values == 1) {
    check_number(k, key, 0, out->values[0], expected);
  } else if (strcmp(key, "values") == 0 && out->fields == NULL) {
    check_values(k, out, expected);
  } else {
    cJSON *one = cJSON_CreateObject();
    cJSON_AddItemToObject(one, key, cJSON_Duplicate(expected, 1));
    check_fields(k, out->fields, one);
    cJSON_Delete(one);
  }
}

int check_case(const vector_case *c, const outcome *out, const char *name) {
  const cJSON *expected = case_item(c, "expect");
  const cJSON *absolute = case_item(c, "absolute");
  checking k = {name, case_item(c, "tolerance"), cJSON_IsNumber(absolute) ? absolute->valuedouble : 0, 0};
  if (out->fault[0] != '\0') {
    complain(&k, "%s", out->fault);
  }
  if (!cJSON_IsObject(expected) || expected->child == NULL) {
    complain(&k, "nothing is expected");
    return k.failures;
  }
  if (out->err.status != NIEM_OK && cJSON_GetObjectItemCaseSensitive(expected, "error") == NULL) {
    complain(&k, "%s: row %lld, %s: %s", niem_status_name(out->err.status), (long long)out->err.row, out->err.where,
             out->err.message);
    return k.failures;
  }
  for (const cJSON *item = expected->child; item != NULL; item = item->next) {
    check_one(&k, out, item);
  }
  return k.failures;
}
