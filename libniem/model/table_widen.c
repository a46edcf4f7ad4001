/* From a long table to a wide one: a row for each combination of some columns, a column for each level of another.
 *
 * The rows are put in order by their key and by the level they go to, so that what shares a cell stands side by side:
 * n log n for n rows, and the size of the wide table itself. */
#include "base/platform.h"

#include "base/buffer.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/order.h"
#include "model/table.h"

#include <string.h>

typedef struct widening {
  const niem_table *table;
  int32_t *keys; /* the columns that name a row of the wide table */
  int32_t n_keys;
  int32_t columns;
  int32_t values;
  int64_t *order; /* the rows by key, level and place */
  int64_t *group; /* at the first row of each key, where that key begins in `order`; elsewhere -1 */
  int64_t n_groups;
} widening;

static niem_status fail_no_column(const widening *w, const char *name, size_t length, const char *where,
                                  niem_error *err) {
  niem_buffer *text = NULL;
  niem_status status;
  NIEM_TRY(ni_buffer_new(&text, err));
  ni_buffer_text(text, "no column is named \"");
  ni_buffer_append(text, name, length);
  ni_buffer_text(text, "\"; the columns are");
  for (int32_t j = 0; j < niem_table_columns(w->table); j++) {
    ni_buffer_text(text, j == 0 ? " " : ", ");
    ni_buffer_text(text, niem_table_column_name(w->table, j));
  }
  NIEM_TRY(ni_buffer_status(text, err));
  status = ni_fail(err, NIEM_ERROR_REFERENCE, where, "%s", niem_buffer_data(text));
cleanup:
  niem_buffer_free(text);
  return status;
}

static niem_status find_column(const widening *w, int32_t *j, const char *name, size_t length, const char *where,
                               niem_error *err) {
  for (int32_t k = 0; k < niem_table_columns(w->table); k++) {
    const char *has = niem_table_column_name(w->table, k);
    if (strlen(has) == length && memcmp(has, name, length) == 0) {
      *j = k;
      return NIEM_OK;
    }
  }
  return fail_no_column(w, name, length, where, err);
}

static niem_status find_typed(const widening *w, int32_t *j, const char *name, int32_t type, const char *where,
                              niem_error *err) {
  niem_status status = find_column(w, j, name, strlen(name), where, err);
  if (status == NIEM_OK && niem_table_column_type(w->table, *j) != type) {
    status = ni_fail(err, NIEM_ERROR_ARGUMENT, where, "column \"%s\" must hold %s", name,
                     type == NIEM_COLUMN_REAL ? "reals" : "texts");
  }
  return status;
}

/* A key is a text or an integer: reals are measurements, which name nothing. */
static niem_status add_key(widening *w, const char *name, size_t length, niem_error *err) {
  int32_t j;
  niem_status status = find_column(w, &j, name, length, "rows", err);
  if (status != NIEM_OK) {
    return status;
  }
  const char *key = niem_table_column_name(w->table, j);
  if (niem_table_column_type(w->table, j) == NIEM_COLUMN_REAL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "rows", "column \"%s\" holds reals; rows are named by texts or integers",
                   key);
  }
  if (j == w->columns) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "rows", "column \"%s\" cannot name the rows and the columns", key);
  }
  for (int32_t k = 0; k < w->n_keys; k++) {
    if (w->keys[k] == j) {
      return ni_fail(err, NIEM_ERROR_DUPLICATE, "rows", "column \"%s\" is named twice", key);
    }
  }
  w->keys[w->n_keys++] = j;
  return NIEM_OK;
}

/* "unit,round"; spaces beside a name are not part of it. */
static niem_status read_keys(widening *w, const char *rows, niem_error *err) {
  niem_status status = NIEM_OK;
  const char *at = rows;
  while (status == NIEM_OK) {
    const char *comma = strchr(at, ',');
    const char *end = comma == NULL ? at + strlen(at) : comma;
    const char *last = end;
    while (at < last && *at == ' ') {
      at++;
    }
    while (last > at && last[-1] == ' ') {
      last--;
    }
    status = add_key(w, at, (size_t)(last - at), err);
    if (comma == NULL) {
      break;
    }
    at = comma + 1;
  }
  return status;
}

/* No two columns of the wide table may have one name. */
static niem_status check_names(const widening *w, niem_error *err) {
  for (int32_t k = 0; k < w->n_keys; k++) {
    const char *key = niem_table_column_name(w->table, w->keys[k]);
    for (int32_t level = 0; level < niem_table_levels(w->table, w->columns); level++) {
      if (strcmp(key, niem_table_level(w->table, w->columns, level)) == 0) {
        return ni_fail(err, NIEM_ERROR_DUPLICATE, "columns",
                       "\"%s\" is a level of column \"%s\" and the name of a column in rows; the wide table would have "
                       "two columns of that name",
                       key, niem_table_column_name(w->table, w->columns));
      }
    }
  }
  return NIEM_OK;
}

/* A row without a level has no column to go to, and leaving it out in silence would lose its value. */
static niem_status check_levels(const widening *w, niem_error *err) {
  const int32_t *codes = niem_table_codes(w->table, w->columns);
  for (int64_t i = 0; i < niem_table_rows(w->table); i++) {
    if (codes[i] < 0) {
      return ni_fail_at(err, NIEM_ERROR_VALUE, i + 1, w->columns + 1, niem_table_column_name(w->table, w->columns),
                        "the text that names the column is missing; each row needs one");
    }
  }
  return NIEM_OK;
}

static int compare_int64(int64_t a, int64_t b) {
  return (a > b) - (a < b);
}

static int compare_keys(const widening *w, int64_t a, int64_t b) {
  for (int32_t k = 0; k < w->n_keys; k++) {
    const int32_t *codes = niem_table_codes(w->table, w->keys[k]);
    const int64_t *integers = niem_table_integers(w->table, w->keys[k]);
    int order = codes != NULL ? compare_int64(codes[a], codes[b]) : compare_int64(integers[a], integers[b]);
    if (order != 0) {
      return order;
    }
  }
  return 0;
}

static int compare_rows(int64_t a, int64_t b, const void *context) {
  const widening *w = context;
  int order = compare_keys(w, a, b);
  if (order != 0) {
    return order;
  }
  const int32_t *codes = niem_table_codes(w->table, w->columns);
  return compare_int64(codes[a], codes[b]);
}

static int64_t group_end(const widening *w, int64_t begin) {
  int64_t end = begin + 1;
  while (end < niem_table_rows(w->table) && compare_keys(w, w->order[begin], w->order[end]) == 0) {
    end++;
  }
  return end;
}

static niem_status sort_rows(widening *w, niem_error *err) {
  int64_t n = niem_table_rows(w->table);
  w->order = ni_alloc((size_t)n, sizeof *w->order);
  w->group = ni_alloc((size_t)n, sizeof *w->group);
  if (w->order == NULL || w->group == NULL) {
    return ni_fail_memory(err);
  }
  for (int64_t i = 0; i < n; i++) {
    w->order[i] = i;
    w->group[i] = -1;
  }
  if (!ni_sort_indices(w->order, n, compare_rows, w)) {
    return ni_fail_memory(err);
  }
  for (int64_t begin = 0, end = 0; begin < n; begin = end) {
    end = group_end(w, begin);
    int64_t first = w->order[begin];
    for (int64_t i = begin; i < end; i++) {
      first = w->order[i] < first ? w->order[i] : first;
    }
    w->group[first] = begin;
    w->n_groups++;
  }
  return NIEM_OK;
}

static void describe_key(niem_buffer *text, const widening *w, int64_t i) {
  for (int32_t k = 0; k < w->n_keys; k++) {
    int32_t j = w->keys[k];
    const int64_t *integers = niem_table_integers(w->table, j);
    const char *level = niem_table_text(w->table, j, i);
    ni_buffer_text(text, k == 0 ? "" : ", ");
    ni_buffer_text(text, niem_table_column_name(w->table, j));
    ni_buffer_char(text, ' ');
    if (integers != NULL && integers[i] != NIEM_MISSING_INTEGER) {
      ni_buffer_int(text, integers[i]);
    } else {
      ni_buffer_text(text, level == NULL ? "(missing)" : level);
    }
  }
}

static niem_status fail_twice(const widening *w, int64_t first, int64_t second, niem_error *err) {
  niem_buffer *key = NULL;
  niem_status status;
  NIEM_TRY(ni_buffer_new(&key, err));
  describe_key(key, w, second);
  NIEM_TRY(ni_buffer_status(key, err));
  status =
      ni_fail_at(err, NIEM_ERROR_DUPLICATE, second + 1, w->values + 1, niem_table_column_name(w->table, w->values),
                 "rows %lld and %lld are both for %s, column \"%s\"; name in rows the column that tells them apart",
                 (long long)first + 1, (long long)second + 1, niem_buffer_data(key),
                 niem_table_text(w->table, w->columns, second));
cleanup:
  niem_buffer_free(key);
  return status;
}

static void add_columns(niem_table *wide, const widening *w) {
  for (int32_t k = 0; k < w->n_keys; k++) {
    const char *name = niem_table_column_name(w->table, w->keys[k]);
    if (niem_table_column_type(w->table, w->keys[k]) == NIEM_COLUMN_INTEGER) {
      ni_table_integer(wide, name);
      continue;
    }
    ni_table_text(wide, name);
    for (int32_t level = 0; level < niem_table_levels(w->table, w->keys[k]); level++) {
      ni_table_add_level(wide, k, niem_table_level(w->table, w->keys[k], level));
    }
  }
  for (int32_t level = 0; level < niem_table_levels(w->table, w->columns); level++) {
    ni_table_real(wide, niem_table_level(w->table, w->columns, level));
  }
}

static void set_key(niem_table *wide, const widening *w, int64_t i) {
  for (int32_t k = 0; k < w->n_keys; k++) {
    const int32_t *codes = niem_table_codes(w->table, w->keys[k]);
    if (codes != NULL) {
      ni_table_set_code(wide, k, codes[i]);
    } else {
      ni_table_set_integer(wide, k, niem_table_integers(w->table, w->keys[k])[i]);
    }
  }
}

/* The rows of one key, from `begin` in the order, into one row. */
static niem_status add_row(niem_table *wide, const widening *w, int64_t begin, niem_error *err) {
  const int32_t *codes = niem_table_codes(w->table, w->columns);
  const double *values = niem_table_reals(w->table, w->values);
  int64_t end = group_end(w, begin);
  ni_table_row(wide);
  set_key(wide, w, w->order[begin]);
  for (int64_t at = begin; at < end; at++) {
    int64_t i = w->order[at];
    if (at > begin && codes[w->order[at - 1]] == codes[i]) {
      return fail_twice(w, w->order[at - 1], i, err);
    }
    ni_table_set_real(wide, w->n_keys + codes[i], values[i]);
  }
  return NIEM_OK;
}

static niem_status fill(niem_table *wide, const widening *w, niem_error *err) {
  niem_status status = NIEM_OK;
  for (int32_t i = 0; i < niem_table_notes(w->table); i++) {
    ni_table_note(wide, niem_table_note_key(w->table, i), niem_table_note(w->table, i));
  }
  add_columns(wide, w);
  ni_table_reserve(wide, w->n_groups);
  for (int64_t i = 0; i < niem_table_rows(w->table) && status == NIEM_OK; i++) { /* keys in order of appearance */
    if (w->group[i] >= 0) {
      status = add_row(wide, w, w->group[i], err);
    }
  }
  return status;
}

static niem_status check_arguments(const void *out, const niem_table *table, const char *rows, const char *columns,
                                   const char *values, niem_error *err) {
  const void *given[] = {out, table, rows, columns, values};
  static const char *const names[] = {"out", "table", "rows", "columns", "values"};
  for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
    if (given[i] == NULL) {
      return ni_fail(err, NIEM_ERROR_ARGUMENT, names[i], "%s must not be NULL", names[i]);
    }
  }
  return NIEM_OK;
}

/* Two rows for one cell are refused even where one of them has no value: the key then does not tell rows apart, and the
 * wide table would mix, say, two rounds in one row. */
niem_status niem_table_widen(niem_table **out, const niem_table *table, const char *rows, const char *columns,
                             const char *values, niem_error *err) {
  niem_status status = check_arguments(out, table, rows, columns, values, err);
  if (status != NIEM_OK) {
    return status;
  }
  niem_table *wide = NULL;
  widening w = {.table = table};
  w.keys = ni_alloc((size_t)niem_table_columns(table), sizeof *w.keys);
  if (w.keys == NULL) {
    return ni_fail_memory(err);
  }
  NIEM_TRY(find_typed(&w, &w.columns, columns, NIEM_COLUMN_TEXT, "columns", err));
  NIEM_TRY(find_typed(&w, &w.values, values, NIEM_COLUMN_REAL, "values", err));
  NIEM_TRY(read_keys(&w, rows, err));
  NIEM_TRY(check_names(&w, err));
  NIEM_TRY(check_levels(&w, err));
  NIEM_TRY(sort_rows(&w, err));
  NIEM_TRY(ni_table_new(&wide, niem_table_name(table), err));
  NIEM_TRY(fill(wide, &w, err));
  NIEM_TRY(ni_table_finish(&wide, err));
  *out = wide;
  wide = NULL;
cleanup:
  niem_table_free(wide);
  ni_free(w.keys);
  ni_free(w.order);
  ni_free(w.group);
  return status;
}
