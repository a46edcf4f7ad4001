/* Flat tables as the makers of composite indices keep them: a table of indicators (a row an indicator or an aggregate)
 * and a table of data (a row a unit, or a unit in a round; a column an indicator), after the convention of COINr
 * (Becker et al. 2022, "COINr: An R package for developing composite indicators", JOSS 7(78), 4567), whose names of
 * columns are taken beside our own. In these tables, blank cells, NA and NaN are missing. */
#ifndef NI_FLAT_H
#define NI_FLAT_H

#include "base/platform.h"
#include "base/fail.h"
#include "model/csv.h"

/* A table that is being read. */
typedef struct ni_flat {
  ni_csv *csv;
  const char *name; /* "indicators" or "data", which its messages begin with; NULL: they do not */
  niem_problems *problems;
  int32_t decimal_comma;
  int out_of_memory;
} ni_flat;

/* Where the table is: a file, or a range of memory (then `path` is NULL). */
typedef struct ni_flat_source {
  const char *path;
  const char *bytes;
  size_t n;
} ni_flat_source;

/* A table that cannot be opened is a problem like others: 0, and flat->csv stays NULL. */
int ni_flat_open(ni_flat *flat, const ni_flat_source *source, int32_t separator);
void ni_flat_close(ni_flat *flat);

/* A problem of field `field` (from 0; -1: of none) in row `row` (from 1; 0: of the header). */
void ni_flat_report(ni_flat *flat, int64_t row, int32_t field, int32_t severity, niem_status status, const char *format,
                    ...) NI_PRINTF(6, 7);

/* The next row; what is wrong with a row as such is told, and the row passed over. 0 at the end. */
int ni_flat_next(ni_flat *flat);
/* A field of the current row without spaces at its ends; -1 gives a blank one. */
ni_csv_slice ni_flat_text(const ni_flat *flat, int32_t field);
/* The same, with a missing cell as a blank one. */
ni_csv_slice ni_flat_cell(const ni_flat *flat, int32_t field);
/* Is a cell missing: blank, NA or NaN, in letters of either case? */
int ni_flat_is_missing(const char *text, size_t length);
/* The number in a cell of the current row; `otherwise` where it is missing, or no number, which is told. */
double ni_flat_number(ni_flat *flat, int32_t field, double otherwise);

/* The name of a column without spaces at its ends. */
ni_csv_slice ni_flat_header(const ni_flat *flat, int32_t field);
/* Is a name one of `names`, which are parted by spaces, in letters of either case? */
int ni_flat_is_named(const char *names, ni_csv_slice name);
/* Is a name one of a list, exactly? */
int ni_flat_is_listed(const char *const *list, int64_t n, ni_csv_slice name);

/* Options that every reader of flat tables has. */
niem_status ni_flat_check_options(int32_t separator, int32_t decimal_comma, const char *const *ignore, int64_t n_ignore,
                                  niem_error *err);

#endif
