/* libniem, room "table": the one form in which results leave the library.
 *
 * A table has a name, named columns of equal length (reals, integers or texts) and notes (what a reader must know to
 * use it: the method, N, what was left out). Texts are int32 codes into the column's own list of levels, as in pandas'
 * categoricals and R's factors. Missing is a NaN, NIEM_MISSING_INTEGER or the code -1. Getters borrow; nothing is
 * copied.
 */
#ifndef NIEM_TABLE_H
#define NIEM_TABLE_H

#include "niem/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A result: named columns and notes. Immutable. */
typedef struct niem_table niem_table;

enum { NIEM_COLUMN_REAL = 0, NIEM_COLUMN_INTEGER = 1, NIEM_COLUMN_TEXT = 2 };
#define NIEM_MISSING_INTEGER INT64_MIN

/* What the table is: "scores", "ranks", ... */
NIEM_API const char *niem_table_name(const niem_table *table);
/* Number of rows, and of columns. */
NIEM_API int64_t niem_table_rows(const niem_table *table);
NIEM_API int32_t niem_table_columns(const niem_table *table);
/* The column's 0-based place by its name; -1 where there is none. */
NIEM_API int32_t niem_table_column(const niem_table *table, const char *name);
/* Name and type (NIEM_COLUMN_...) of column j; NULL and -1 where there is none. */
NIEM_API const char *niem_table_column_name(const niem_table *table, int32_t j);
NIEM_API int32_t niem_table_column_type(const niem_table *table, int32_t j);
/* The values of column j, `niem_table_rows` of them; NULL where the column is of another type. */
NIEM_API const double *niem_table_reals(const niem_table *table, int32_t j);
NIEM_API const int64_t *niem_table_integers(const niem_table *table, int32_t j);
NIEM_API const int32_t *niem_table_codes(const niem_table *table, int32_t j);
/* The levels of text column j: how many, and the text of level k (NULL where there is none). */
NIEM_API int32_t niem_table_levels(const niem_table *table, int32_t j);
NIEM_API const char *niem_table_level(const niem_table *table, int32_t j, int32_t k);
/* The text in row i of text column j; NULL where it is missing or the column is of another type. */
NIEM_API const char *niem_table_text(const niem_table *table, int32_t j, int64_t i);
/* Notes: how many; key and text of note i. */
NIEM_API int32_t niem_table_notes(const niem_table *table);
NIEM_API const char *niem_table_note_key(const niem_table *table, int32_t i);
NIEM_API const char *niem_table_note(const niem_table *table, int32_t i);
NIEM_API void niem_table_free(niem_table *table);

/* A wide table: one row for each combination of the columns before and other than `columns` and `values` named in
 * `rows` (comma-separated, e.g. "unit" or "unit,round"), one real column for each level of the text column `columns`,
 * in level order, holding the real column `values`. Two values for one cell are NIEM_ERROR_DUPLICATE; no value is NaN.
 */
NIEM_API niem_status niem_table_widen(niem_table **out, const niem_table *table, const char *rows, const char *columns,
                                      const char *values, niem_error *err);

/* How a table is printed. */
enum { NIEM_TEXT_CSV = 0, NIEM_TEXT_JSON = 1, NIEM_TEXT_LATEX = 2, NIEM_TEXT_HTML = 3, NIEM_TEXT_PLAIN = 4 };
typedef struct niem_text_options {
  int64_t struct_size;
  int32_t format; /* NIEM_TEXT_...; default CSV */
  int32_t digits; /* decimals of reals, rounded half away from zero, 0..15; -1 (default): shortest that reads back the
                     same */
  int32_t separator;     /* CSV only: ',' (default) ';' or '\t' */
  int32_t decimal_comma; /* CSV only: 1 writes 12,5; refused with separator ',' ; default 0 */
  const char *caption;   /* LaTeX, HTML and plain; NULL: the table's name */
} niem_text_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_text_options_init(niem_text_options *options);
/* CSV: header line, LF, missing is an empty field. JSON: {"name", "notes": {}, "columns": [{"name", "type",
 * "values"}]}, missing is null. LaTeX: a booktabs tabular in a table environment. HTML: one self-contained <table>. All
 * text is escaped. */
NIEM_API niem_status niem_table_print(niem_buffer **out, const niem_table *table, const niem_text_options *options,
                                      niem_error *err);
/* The same into a file: written beside and renamed, so that a failure leaves the old file as it was. */
NIEM_API niem_status niem_table_write(const niem_table *table, const char *path, const niem_text_options *options,
                                      niem_error *err);
/* A list of problems as a table: severity, status, row, column, where, message. */
NIEM_API niem_status niem_problems_table(niem_table **out, const niem_problems *problems, niem_error *err);

#ifdef __cplusplus
}
#endif

#endif
