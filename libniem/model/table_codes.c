/* A table of units for export: with their labels and ISO 3166 codes. */
#include "base/platform.h"

#include "base/fail.h"
#include "model/framework.h"
#include "model/table.h"

#include <string.h>

enum { LABEL, ISO2, ISO3, N_CODES };
static const char *const NAMES[N_CODES] = {"label", "iso2", "iso3"};

/* Where the columns of the old table stand in the new one, and the places of the codes (-1: not added). */
typedef struct layout {
  int32_t unit; /* in the old table */
  int32_t codes[N_CODES];
  int32_t *places;
} layout;

static void copy_column(niem_table *to, const niem_table *from, int32_t j, layout *where) {
  const char *name = niem_table_column_name(from, j);
  const int32_t type = niem_table_column_type(from, j);
  where->places[j] = type == NIEM_COLUMN_REAL      ? ni_table_real(to, name)
                     : type == NIEM_COLUMN_INTEGER ? ni_table_integer(to, name)
                                                   : ni_table_text(to, name);
  for (int32_t k = 0; k < niem_table_levels(from, j); k++) {
    (void)ni_table_add_level(to, where->places[j], niem_table_level(from, j, k));
  }
}

static void lay_out(niem_table *to, const niem_table *from, layout *where) {
  for (int32_t j = 0; j < niem_table_columns(from); j++) {
    copy_column(to, from, j, where);
    for (int32_t c = 0; c < N_CODES && j == where->unit; c++) {
      where->codes[c] = niem_table_column(from, NAMES[c]) >= 0 ? -1 : ni_table_text(to, NAMES[c]);
    }
  }
}

static void copy_cell(niem_table *to, const niem_table *from, int32_t j, int64_t i, int32_t place) {
  if (niem_table_reals(from, j) != NULL) {
    ni_table_set_real(to, place, niem_table_reals(from, j)[i]);
  } else if (niem_table_integers(from, j) != NULL) {
    ni_table_set_integer(to, place, niem_table_integers(from, j)[i]);
  } else {
    ni_table_set_code(to, place, niem_table_codes(from, j)[i]);
  }
}

static void set_codes(niem_table *to, const layout *where, const niem_framework *framework, const char *id,
                      const char *language) {
  const int32_t place = id == NULL ? -1 : ni_find_unit(framework, id, NULL);
  const ni_unit *unit = place < 0 ? NULL : &framework->units[place];
  const char *texts[N_CODES] = {unit == NULL ? NULL : ni_label_text(&unit->label, language),
                                unit == NULL ? NULL : unit->iso2, unit == NULL ? NULL : unit->iso3};
  for (int32_t c = 0; c < N_CODES; c++) {
    if (where->codes[c] >= 0) {
      ni_table_set_text(to, where->codes[c], texts[c]);
    }
  }
}

niem_status niem_with_codes(niem_table **out, const niem_table *table, const niem_framework *framework,
                            const char *language, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_table *made = NULL;
  layout where = {.places = NULL};
  if (out == NULL || table == NULL || framework == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT,
                   out == NULL     ? "out"
                   : table == NULL ? "table"
                                   : "framework",
                   "must not be NULL");
  }
  *out = NULL;
  where.unit = niem_table_column(table, "unit");
  if (where.unit < 0 || niem_table_column_type(table, where.unit) != NIEM_COLUMN_TEXT) {
    return ni_fail(err, NIEM_ERROR_REFERENCE, "table", "table \"%.60s\" has no text column \"unit\"",
                   niem_table_name(table));
  }
  where.places = ni_alloc((size_t)niem_table_columns(table), sizeof *where.places);
  if (where.places == NULL) {
    return ni_fail_memory(err);
  }
  NIEM_TRY(ni_table_new(&made, niem_table_name(table), err));
  lay_out(made, table, &where);
  ni_table_reserve(made, niem_table_rows(table));
  for (int64_t i = 0; i < niem_table_rows(table); i++) {
    ni_table_row(made);
    set_codes(made, &where, framework, niem_table_text(table, where.unit, i), language);
    for (int32_t j = 0; j < niem_table_columns(table); j++) {
      copy_cell(made, table, j, i, where.places[j]);
    }
  }
  for (int32_t k = 0; k < niem_table_notes(table); k++) {
    ni_table_note(made, niem_table_note_key(table, k), niem_table_note(table, k));
  }
  NIEM_TRY(ni_table_finish(&made, err));
  *out = made;
  made = NULL;
cleanup:
  ni_free(where.places);
  niem_table_free(made);
  return status;
}
