/* Tables: named columns of equal length, their texts as codes into each column's levels, and notes. */
#include "base/platform.h"

#include "base/dictionary.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/number.h"
#include "model/table.h"

#include <stdio.h>
#include <string.h>

enum { FIRST_CAPACITY = 8 };

typedef struct table_column {
  int32_t type;
  double *reals; /* of these three the one of its type, the others NULL */
  int64_t *integers;
  int32_t *codes;
  ni_dictionary levels; /* of texts */
} table_column;

/* What keeps a table from being finished; the first one found sticks. */
enum { SOUND = 0, NO_MEMORY, COLUMN_TWICE, COLUMN_LATE, CELL_NOWHERE, CODE_NOWHERE, NO_COLUMN };

struct niem_table {
  char *name;
  ni_arena arena;
  ni_dictionary column_names;
  table_column *columns;
  size_t column_capacity;
  int32_t n_columns;
  int32_t fault;
  int64_t rows;
  int64_t row_capacity;
  ni_dictionary note_keys;
  const char **note_texts;
  size_t note_capacity;
};

static void blame(niem_table *table, int32_t fault) {
  if (table->fault == SOUND) {
    table->fault = fault;
  }
}

static const char *fault_text(int32_t fault) {
  switch (fault) {
    case COLUMN_TWICE:
      return "two columns have one name";
    case COLUMN_LATE:
      return "a column was added after the first row";
    case CELL_NOWHERE:
      return "a cell was set before the first row, or in a column that is not there or of another type";
    case CODE_NOWHERE:
      return "a code was set that has no level";
    default:
      return "it has no column";
  }
}

/* The arrays of all columns get room for `capacity` rows. */
static int resize_column(table_column *column, size_t capacity) {
  void *grown = NULL;
  switch (column->type) {
    case NIEM_COLUMN_REAL:
      grown = ni_resize(column->reals, capacity, sizeof *column->reals);
      column->reals = grown != NULL ? grown : column->reals;
      break;
    case NIEM_COLUMN_INTEGER:
      grown = ni_resize(column->integers, capacity, sizeof *column->integers);
      column->integers = grown != NULL ? grown : column->integers;
      break;
    default:
      grown = ni_resize(column->codes, capacity, sizeof *column->codes);
      column->codes = grown != NULL ? grown : column->codes;
      break;
  }
  return grown != NULL;
}

static void resize_rows(niem_table *table, int64_t capacity) {
  if ((uint64_t)capacity > SIZE_MAX) {
    blame(table, NO_MEMORY);
    return;
  }
  for (int32_t j = 0; j < table->n_columns; j++) {
    if (!resize_column(&table->columns[j], (size_t)capacity)) {
      blame(table, NO_MEMORY);
      return;
    }
  }
  table->row_capacity = capacity;
}

static int32_t add_column(niem_table *table, const char *name, int32_t type) {
  int32_t j = table->n_columns;
  if (table->rows > 0) {
    blame(table, COLUMN_LATE);
  }
  if (table->fault != SOUND) {
    return j;
  }
  if (!ni_grow(&table->columns, &table->column_capacity, (size_t)j + 1, sizeof *table->columns)) {
    blame(table, NO_MEMORY);
    return j;
  }
  int32_t id = ni_dictionary_add(&table->column_names, name, strlen(name));
  if (id != j) {
    blame(table, id < 0 ? NO_MEMORY : COLUMN_TWICE);
    return j;
  }
  table_column *column = &table->columns[j];
  memset(column, 0, sizeof *column);
  column->type = type;
  ni_dictionary_init(&column->levels);
  table->n_columns++;
  if (!resize_column(column, (size_t)table->row_capacity)) {
    blame(table, NO_MEMORY);
  }
  return j;
}

static void clear_cell(table_column *column, int64_t i) {
  switch (column->type) {
    case NIEM_COLUMN_REAL:
      column->reals[i] = ni_nan();
      break;
    case NIEM_COLUMN_INTEGER:
      column->integers[i] = NIEM_MISSING_INTEGER;
      break;
    default:
      column->codes[i] = -1;
      break;
  }
}

/* The column whose cell in the last row is to be set; NULL when it must not be. */
static table_column *cell_column(niem_table *table, int32_t j, int32_t type) {
  if (table->fault != SOUND) {
    return NULL;
  }
  if (table->rows == 0 || j < 0 || j >= table->n_columns || table->columns[j].type != type) {
    blame(table, CELL_NOWHERE);
    return NULL;
  }
  return &table->columns[j];
}

static int32_t add_level(niem_table *table, table_column *column, const char *text) {
  int32_t code = ni_dictionary_add(&column->levels, text, strlen(text));
  if (code < 0) {
    blame(table, NO_MEMORY);
  }
  return code;
}

static const table_column *column_of(const niem_table *table, int32_t j, int32_t type) {
  if (table == NULL || j < 0 || j >= table->n_columns || table->columns[j].type != type) {
    return NULL;
  }
  return &table->columns[j];
}

niem_status ni_table_new(niem_table **out, const char *name, niem_error *err) {
  niem_table *table = ni_alloc_zero(1, sizeof *table);
  if (table == NULL) {
    return ni_fail_memory(err);
  }
  ni_dictionary_init(&table->column_names);
  ni_dictionary_init(&table->note_keys);
  table->row_capacity = FIRST_CAPACITY;
  table->name = ni_arena_text(&table->arena, name, strlen(name));
  if (table->name == NULL) {
    niem_table_free(table);
    return ni_fail_memory(err);
  }
  *out = table;
  return NIEM_OK;
}

int32_t ni_table_real(niem_table *table, const char *name) {
  return add_column(table, name, NIEM_COLUMN_REAL);
}

int32_t ni_table_integer(niem_table *table, const char *name) {
  return add_column(table, name, NIEM_COLUMN_INTEGER);
}

int32_t ni_table_text(niem_table *table, const char *name) {
  return add_column(table, name, NIEM_COLUMN_TEXT);
}

void ni_table_reserve(niem_table *table, int64_t rows) {
  if (table->fault == SOUND && rows > table->row_capacity) {
    resize_rows(table, rows);
  }
}

void ni_table_row(niem_table *table) {
  if (table->fault == SOUND && table->rows == table->row_capacity) {
    resize_rows(table, table->row_capacity * 2);
  }
  if (table->fault != SOUND) {
    return;
  }
  for (int32_t j = 0; j < table->n_columns; j++) {
    clear_cell(&table->columns[j], table->rows);
  }
  table->rows++;
}

void ni_table_set_real(niem_table *table, int32_t j, double value) {
  table_column *column = cell_column(table, j, NIEM_COLUMN_REAL);
  if (column != NULL) {
    column->reals[table->rows - 1] = ni_is_nan(value) ? ni_nan() : value;
  }
}

void ni_table_set_integer(niem_table *table, int32_t j, int64_t value) {
  table_column *column = cell_column(table, j, NIEM_COLUMN_INTEGER);
  if (column != NULL) {
    column->integers[table->rows - 1] = value;
  }
}

void ni_table_set_text(niem_table *table, int32_t j, const char *text) {
  table_column *column = cell_column(table, j, NIEM_COLUMN_TEXT);
  if (column != NULL) {
    column->codes[table->rows - 1] = text == NULL ? -1 : add_level(table, column, text);
  }
}

int32_t ni_table_add_level(niem_table *table, int32_t j, const char *text) {
  if (table->fault != SOUND) {
    return -1;
  }
  if (column_of(table, j, NIEM_COLUMN_TEXT) == NULL) {
    blame(table, CELL_NOWHERE);
    return -1;
  }
  return add_level(table, &table->columns[j], text);
}

void ni_table_set_code(niem_table *table, int32_t j, int32_t code) {
  table_column *column = cell_column(table, j, NIEM_COLUMN_TEXT);
  if (column == NULL) {
    return;
  }
  if (code < -1 || code >= ni_dictionary_count(&column->levels)) {
    blame(table, CODE_NOWHERE);
    return;
  }
  column->codes[table->rows - 1] = code;
}

void ni_table_note(niem_table *table, const char *key, const char *text) {
  if (table->fault != SOUND) {
    return;
  }
  /* Room first: the dictionary and the texts must not come to differ in length. */
  size_t count = (size_t)ni_dictionary_count(&table->note_keys);
  const char *copy = ni_arena_text(&table->arena, text, strlen(text));
  if (copy == NULL || !ni_grow(&table->note_texts, &table->note_capacity, count + 1, sizeof *table->note_texts)) {
    blame(table, NO_MEMORY);
    return;
  }
  int32_t id = ni_dictionary_add(&table->note_keys, key, strlen(key));
  if (id < 0) {
    blame(table, NO_MEMORY);
    return;
  }
  table->note_texts[id] = copy;
}

void ni_table_note_integer(niem_table *table, const char *key, int64_t value) {
  char text[32];
  snprintf(text, sizeof text, "%lld", (long long)value);
  ni_table_note(table, key, text);
}

void ni_table_note_real(niem_table *table, const char *key, double value) {
  char text[NI_DOUBLE_TEXT];
  if (ni_is_nan(value)) {
    ni_table_note(table, key, "NaN");
    return;
  }
  ni_print_double(text, value);
  ni_table_note(table, key, text);
}

niem_status ni_table_finish(niem_table **table, niem_error *err) {
  niem_table *done = *table;
  if (done->n_columns == 0) {
    blame(done, NO_COLUMN);
  }
  if (done->fault == SOUND) {
    for (int32_t j = 0; j < done->n_columns; j++) { /* what was grown beyond need; where that fails, it only stays */
      resize_column(&done->columns[j], (size_t)done->rows);
    }
    return NIEM_OK;
  }
  niem_status status = done->fault == NO_MEMORY ? ni_fail_memory(err)
                                                : ni_fail(err, NIEM_ERROR_ARGUMENT, done->name, "table \"%s\": %s",
                                                          done->name, fault_text(done->fault));
  niem_table_free(done);
  *table = NULL;
  return status;
}

const char *niem_table_name(const niem_table *table) {
  return table == NULL ? NULL : table->name;
}

int64_t niem_table_rows(const niem_table *table) {
  return table == NULL ? 0 : table->rows;
}

int32_t niem_table_columns(const niem_table *table) {
  return table == NULL ? 0 : table->n_columns;
}

int32_t niem_table_column(const niem_table *table, const char *name) {
  return table == NULL || name == NULL ? -1 : ni_dictionary_find(&table->column_names, name, strlen(name));
}

const char *niem_table_column_name(const niem_table *table, int32_t j) {
  return table == NULL ? NULL : ni_dictionary_text(&table->column_names, j);
}

int32_t niem_table_column_type(const niem_table *table, int32_t j) {
  return table == NULL || j < 0 || j >= table->n_columns ? -1 : table->columns[j].type;
}

const double *niem_table_reals(const niem_table *table, int32_t j) {
  const table_column *column = column_of(table, j, NIEM_COLUMN_REAL);
  return column == NULL ? NULL : column->reals;
}

const int64_t *niem_table_integers(const niem_table *table, int32_t j) {
  const table_column *column = column_of(table, j, NIEM_COLUMN_INTEGER);
  return column == NULL ? NULL : column->integers;
}

const int32_t *niem_table_codes(const niem_table *table, int32_t j) {
  const table_column *column = column_of(table, j, NIEM_COLUMN_TEXT);
  return column == NULL ? NULL : column->codes;
}

int32_t niem_table_levels(const niem_table *table, int32_t j) {
  const table_column *column = column_of(table, j, NIEM_COLUMN_TEXT);
  return column == NULL ? 0 : ni_dictionary_count(&column->levels);
}

const char *niem_table_level(const niem_table *table, int32_t j, int32_t k) {
  const table_column *column = column_of(table, j, NIEM_COLUMN_TEXT);
  return column == NULL ? NULL : ni_dictionary_text(&column->levels, k);
}

const char *niem_table_text(const niem_table *table, int32_t j, int64_t i) {
  const table_column *column = column_of(table, j, NIEM_COLUMN_TEXT);
  return column == NULL || i < 0 || i >= table->rows ? NULL : ni_dictionary_text(&column->levels, column->codes[i]);
}

int32_t niem_table_notes(const niem_table *table) {
  return table == NULL ? 0 : ni_dictionary_count(&table->note_keys);
}

const char *niem_table_note_key(const niem_table *table, int32_t i) {
  return table == NULL ? NULL : ni_dictionary_text(&table->note_keys, i);
}

const char *niem_table_note(const niem_table *table, int32_t i) {
  return table == NULL || i < 0 || i >= ni_dictionary_count(&table->note_keys) ? NULL : table->note_texts[i];
}

void niem_table_free(niem_table *table) {
  if (table == NULL) {
    return;
  }
  for (int32_t j = 0; j < table->n_columns; j++) {
    ni_free(table->columns[j].reals);
    ni_free(table->columns[j].integers);
    ni_free(table->columns[j].codes);
    ni_dictionary_free(&table->columns[j].levels);
  }
  ni_free(table->columns);
  ni_free(table->note_texts);
  ni_dictionary_free(&table->column_names);
  ni_dictionary_free(&table->note_keys);
  ni_arena_free(&table->arena);
  ni_free(table);
}
