/* The making of tables, the one form in which results leave the library (niem/table.h is how they are read).
 *
 * Want of memory and misuse stick to the table: writers call on without looking, and ni_table_finish says what came of
 * it. The order is: ni_table_new, the columns, the rows, ni_table_finish; notes may come at any time between.
 *
 *   niem_table *table = NULL;
 *   NIEM_TRY(ni_table_new(&table, "ranks", err));
 *   int32_t unit = ni_table_text(table, "unit");
 *   int32_t score = ni_table_real(table, "score");
 *   for (...) {
 *     ni_table_row(table);
 *     ni_table_set_text(table, unit, ...);
 *     ni_table_set_real(table, score, ...);
 *   }
 *   NIEM_TRY(ni_table_finish(&table, err));
 */
#ifndef NI_MODEL_TABLE_H
#define NI_MODEL_TABLE_H

#include "base/platform.h"
#include "niem/table.h"

niem_status ni_table_new(niem_table **out, const char *name, niem_error *err);

/* Add a column, before the first row; its place. Each name stands once in a table. */
int32_t ni_table_real(niem_table *table, const char *name);
int32_t ni_table_integer(niem_table *table, const char *name);
int32_t ni_table_text(niem_table *table, const char *name);

/* Room for so many rows in all; only saves time. */
void ni_table_reserve(niem_table *table, int64_t rows);
/* Start a row, in which every cell is missing; the setters below fill cells of the row started last. */
void ni_table_row(niem_table *table);
void ni_table_set_real(niem_table *table, int32_t j, double value);     /* any NaN becomes the canonical one */
void ni_table_set_integer(niem_table *table, int32_t j, int64_t value); /* NIEM_MISSING_INTEGER: missing */
void ni_table_set_text(niem_table *table, int32_t j, const char *text); /* the text is copied; NULL: missing */

/* The same for a writer that knows its texts beforehand: levels are numbered 0, 1, 2, ... in the order in which they
 * are first added (or set); adding a text again gives its old code. -1 when memory is short, which sticks. */
int32_t ni_table_add_level(niem_table *table, int32_t j, const char *text);
void ni_table_set_code(niem_table *table, int32_t j, int32_t code); /* -1: missing */

/* A note; a key that is already there gets the new text. Reals are written in the shortest form that reads back the
 * same, a NaN as "NaN". */
void ni_table_note(niem_table *table, const char *key, const char *text);
void ni_table_note_integer(niem_table *table, const char *key, int64_t value);
void ni_table_note_real(niem_table *table, const char *key, double value);

/* The table is done: NIEM_OK, or it is freed, *table is NULL and the error says why: memory, or (a mistake inside the
 * library) a cell set in a column of another type, a code without its level, two columns of one name, none at all. */
niem_status ni_table_finish(niem_table **table, niem_error *err);

#endif
