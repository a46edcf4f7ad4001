/* A caller's matrix as the methods work on it: checked, copied, contiguous; and the checks that all options share. */
#ifndef NI_STATISTICS_MATRIX_H
#define NI_STATISTICS_MATRIX_H

#include "base/platform.h"
#include "niem/base.h"

/* Values beyond this are refused, so that no square, product or sum of them overflows in double-double. */
#define NI_MATRIX_GREATEST 1e100

/* A copy, column after column (element (i, j) at j * n_rows + i) or row after row (i * n_cols + j), to be freed by the
 * caller. NIEM_ERROR_ARGUMENT for a view that is none; NIEM_ERROR_VALUE with row and column for a value that is not
 * finite or too large. Every NaN becomes the canonical one. */
niem_status ni_matrix_by_columns(double **out, const niem_matrix *x, niem_error *err);
niem_status ni_matrix_by_rows(double **out, const niem_matrix *x, niem_error *err);
/* The view alone, and its values alone: what the two above refuse. */
niem_status ni_matrix_check(const niem_matrix *x, niem_error *err);
niem_status ni_matrix_check_values(const niem_matrix *x, niem_error *err);

/* Rows [begin, end), at most NI_MATRIX_BAND of them, one after another, `*stride` apart: x's own where they are
 * contiguous, otherwise copies in `room`, NI_MATRIX_BAND * n_cols elements. Values as they came. */
enum { NI_MATRIX_BAND = 16 };
int ni_matrix_has_rows(const niem_matrix *x);
const double *ni_matrix_rows(int64_t *stride, const niem_matrix *x, int64_t begin, int64_t end, double *room);
/* Columns [begin, end) one after another into `room`, n_rows apart, and back into a matrix of n_cols columns. */
void ni_matrix_take_columns(double *room, const niem_matrix *x, int64_t begin, int64_t end);
void ni_matrix_put_columns(double *out, const double *room, int64_t n_rows, int64_t n_cols, int64_t begin, int64_t end);
/* Least and greatest value of each column (infinities for none); what is not finite or too large is refused. `room` as
 * above. */
niem_status ni_matrix_extents(double *low, double *high, const niem_matrix *x, double *room, niem_error *err);
/* Whether writing row after row to `out` would change what is still to be read of x. */
int ni_matrix_is_overwritten(const niem_matrix *x, const double *out);

/* A failure that names "x" is about an argument of another name. */
niem_status ni_named(niem_status status, const char *where, niem_error *err);
/* Column after column to row after row. */
void ni_matrix_transpose(double *rows, const double *columns, int64_t n_rows, int64_t n_cols);
void ni_matrix_transpose_marks(int32_t *rows, const int32_t *columns, int64_t n_rows, int64_t n_cols);

niem_status ni_check_out(const void *out, const char *where, niem_error *err);
/* An enumeration's value: 0 .. end - 1. */
niem_status ni_check_choice(int32_t value, int32_t end, const char *where, niem_error *err);
/* A number of the options within [low, high]; the infinities are no numbers, NaN neither. */
niem_status ni_check_number(double value, double low, double high, const char *where, niem_error *err);
/* An array of the options: `n` finite numbers, as many as `wanted`, which are the matrix's columns or rows (`what`). */
niem_status ni_check_array(const double *values, int64_t n, int64_t wanted, const char *what, const char *where,
                           niem_error *err);
/* The same, none negative and not all zero. */
niem_status ni_check_weights(const double *weights, int64_t n, int64_t wanted, const char *what, const char *where,
                             niem_error *err);
/* "row 3, column 7: " and the number, then `right`. Rows and columns are given from 0. */
niem_status ni_fail_cell(niem_error *err, niem_status status, int64_t row, int64_t column, double value,
                         const char *right);

#endif
