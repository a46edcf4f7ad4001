/* A caller's matrix as the methods work on it, and the checks that all options share. */
#include "base/platform.h"

#include "statistics/matrix.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/number.h"
#include "statistics/lanes.h"

enum { BLOCK = 16 }; /* cells on a side of what is transposed at once: two cache lines */

static int64_t least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static int64_t magnitude(int64_t stride) {
  return stride < 0 ? -(stride + 1) + 1 : stride;
}

/* Whether every element of the view can be addressed at all. */
static int is_addressable(const niem_matrix *x) {
  const int64_t most = INT64_MAX / (int64_t)sizeof(double) / 2;
  if (x->row_stride == INT64_MIN || x->col_stride == INT64_MIN) {
    return 0;
  }
  return x->n_rows <= most / x->n_cols && (x->n_rows == 1 || magnitude(x->row_stride) <= most / (x->n_rows - 1)) &&
         (x->n_cols == 1 || magnitude(x->col_stride) <= most / (x->n_cols - 1));
}

niem_status ni_matrix_check(const niem_matrix *x, niem_error *err) {
  if (x == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "x", "is NULL; it is a matrix of units by indicators");
  }
  if (x->n_rows < 1 || x->n_cols < 1) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "x", "has %lld rows and %lld columns; a matrix has at least one of each",
                   (long long)x->n_rows, (long long)x->n_cols);
  }
  if (x->data == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "x", "its data is NULL though it has %lld rows and %lld columns",
                   (long long)x->n_rows, (long long)x->n_cols);
  }
  if (!is_addressable(x)) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "x",
                   "its strides of %lld and %lld reach beyond any memory; they count elements, not bytes",
                   (long long)x->row_stride, (long long)x->col_stride);
  }
  return NIEM_OK;
}

niem_status ni_matrix_check_values(const niem_matrix *x, niem_error *err) {
  for (int64_t i = 0; i < x->n_rows; i++) {
    for (int64_t j = 0; j < x->n_cols; j++) {
      const double value = x->data[i * x->row_stride + j * x->col_stride];
      if (!ni_is_nan(value) && !(value <= NI_MATRIX_GREATEST && value >= -NI_MATRIX_GREATEST)) {
        return ni_fail_cell(err, NIEM_ERROR_VALUE, i, j, value,
                            "values are within -1e100 and 1e100, or NaN for a missing one");
      }
    }
  }
  return NIEM_OK;
}

static void take_all(double *columns, const niem_matrix *x) {
  for (int64_t j = 0; j < x->n_cols; j += BLOCK) {
    ni_matrix_take_columns(columns + j * x->n_rows, x, j, least(j + BLOCK, x->n_cols));
  }
}

/* One NaN for all; 0 where a value is not finite or too large. */
static int settle(double *x, int64_t n) {
  ni_present there;
  ni_lanes_settle(x, n, ni_nan());
  ni_lanes_extent(&there, x, n);
  return there.low >= -NI_MATRIX_GREATEST && there.high <= NI_MATRIX_GREATEST;
}

static niem_status copy(double **out, const niem_matrix *x, int by_columns, niem_error *err) {
  niem_status status = ni_matrix_check(x, err);
  int good = 1;
  if (status != NIEM_OK) {
    return status;
  }
  double *data = ni_alloc((size_t)(x->n_rows * x->n_cols), sizeof *data);
  if (data == NULL) {
    return ni_fail_memory(err);
  }
  if (!by_columns) { /* the columns of the matrix on its side */
    const niem_matrix turned = {x->data, x->n_cols, x->n_rows, x->col_stride, x->row_stride};
    take_all(data, &turned);
  } else {
    take_all(data, x);
  }
  const int64_t n = by_columns ? x->n_rows : x->n_cols;
  for (int64_t at = 0; at < x->n_rows * x->n_cols; at += n) {
    good &= settle(data + at, n);
  }
  if (!good) {
    ni_free(data);
    return ni_matrix_check_values(x, err);
  }
  *out = data;
  return NIEM_OK;
}

static niem_status fail_option(niem_error *err, int64_t i, const char *where, double value, const char *right) {
  char text[NI_DOUBLE_TEXT];
  (void)ni_print_double(text, value);
  return ni_fail_at(err, NIEM_ERROR_VALUE, 0, i + 1, where, "element %lld is %s; %s", (long long)(i + 1), text, right);
}

niem_status ni_matrix_by_columns(double **out, const niem_matrix *x, niem_error *err) {
  return copy(out, x, 1, err);
}

niem_status ni_matrix_by_rows(double **out, const niem_matrix *x, niem_error *err) {
  return copy(out, x, 0, err);
}

int ni_matrix_has_rows(const niem_matrix *x) {
  return x->col_stride == 1 || x->n_cols == 1;
}

const double *ni_matrix_rows(int64_t *stride, const niem_matrix *x, int64_t begin, int64_t end, double *room) {
  if (ni_matrix_has_rows(x)) {
    *stride = x->row_stride;
    return x->data + begin * x->row_stride;
  }
  for (int64_t j = 0; j < x->n_cols; j++) {
    for (int64_t i = begin; i < end; i++) {
      room[(i - begin) * x->n_cols + j] = x->data[i * x->row_stride + j * x->col_stride];
    }
  }
  *stride = x->n_cols;
  return room;
}

void ni_matrix_take_columns(double *room, const niem_matrix *x, int64_t begin, int64_t end) {
  for (int64_t j = begin; x->row_stride == 1 && j < end; j++) {
    memcpy(room + (j - begin) * x->n_rows, x->data + j * x->col_stride, (size_t)x->n_rows * sizeof *room);
  }
  for (int64_t i = 0; x->row_stride != 1 && i < x->n_rows; i++) {
    for (int64_t j = begin; j < end; j++) {
      room[(j - begin) * x->n_rows + i] = x->data[i * x->row_stride + j * x->col_stride];
    }
  }
}

void ni_matrix_put_columns(double *out, const double *room, int64_t n_rows, int64_t n_cols, int64_t begin,
                           int64_t end) {
  for (int64_t i = 0; i < n_rows; i++) {
    for (int64_t j = begin; j < end; j++) {
      out[i * n_cols + j] = room[(j - begin) * n_rows + i];
    }
  }
}

niem_status ni_matrix_extents(double *low, double *high, const niem_matrix *x, double *room, niem_error *err) {
  int good = 1;
  for (int64_t j = 0; j < x->n_cols; j++) {
    low[j] = INFINITY;
    high[j] = -INFINITY;
  }
  for (int64_t begin = 0; begin < x->n_rows; begin += NI_MATRIX_BAND) {
    const int64_t end = least(begin + NI_MATRIX_BAND, x->n_rows);
    int64_t stride;
    const double *rows = ni_matrix_rows(&stride, x, begin, end, room);
    for (int64_t i = begin; i < end; i++) {
      ni_lanes_widen(low, high, rows + (i - begin) * stride, x->n_cols);
    }
  }
  for (int64_t j = 0; j < x->n_cols; j++) {
    good &= low[j] > high[j] || (low[j] >= -NI_MATRIX_GREATEST && high[j] <= NI_MATRIX_GREATEST);
  }
  return good ? NIEM_OK : ni_matrix_check_values(x, err);
}

int ni_matrix_is_overwritten(const niem_matrix *x, const double *out) {
  const int64_t down = (x->n_rows - 1) * x->row_stride;
  const int64_t along = (x->n_cols - 1) * x->col_stride;
  const double *first = x->data + (down < 0 ? down : 0) + (along < 0 ? along : 0);
  const double *last = x->data + (down > 0 ? down : 0) + (along > 0 ? along : 0);
  const double *end = out + (x->n_rows * x->n_cols - 1);
  const int same = out == x->data && ni_matrix_has_rows(x) && (x->row_stride == x->n_cols || x->n_rows == 1);
  return !same && (uintptr_t)first <= (uintptr_t)end && (uintptr_t)out <= (uintptr_t)last;
}

niem_status ni_named(niem_status status, const char *where, niem_error *err) {
  if (status != NIEM_OK && err != NULL && strcmp(err->where, "x") == 0) {
    memcpy(err->where, where, strlen(where) + 1);
  }
  return status;
}

void ni_matrix_transpose(double *rows, const double *columns, int64_t n_rows, int64_t n_cols) {
  for (int64_t j = 0; j < n_cols; j += BLOCK) {
    ni_matrix_put_columns(rows, columns + j * n_rows, n_rows, n_cols, j, least(j + BLOCK, n_cols));
  }
}

void ni_matrix_transpose_marks(int32_t *rows, const int32_t *columns, int64_t n_rows, int64_t n_cols) {
  for (int64_t begin = 0; begin < n_cols; begin += BLOCK) {
    const int64_t end = least(begin + BLOCK, n_cols);
    for (int64_t i = 0; i < n_rows; i++) {
      for (int64_t j = begin; j < end; j++) {
        rows[i * n_cols + j] = columns[j * n_rows + i];
      }
    }
  }
}

niem_status ni_check_out(const void *out, const char *where, niem_error *err) {
  return out != NULL ? NIEM_OK : ni_fail(err, NIEM_ERROR_ARGUMENT, where, "is NULL; the result needs a place");
}

niem_status ni_check_choice(int32_t value, int32_t end, const char *where, niem_error *err) {
  if (value < 0 || value >= end) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, where, "is %d; it is one of 0 to %d (niem/methods.h names them)",
                   (int)value, (int)(end - 1));
  }
  return NIEM_OK;
}

niem_status ni_check_number(double value, double low, double high, const char *where, niem_error *err) {
  char found[NI_DOUBLE_TEXT];
  char from[NI_DOUBLE_TEXT];
  char to[NI_DOUBLE_TEXT];
  if (value >= low && value <= high && ni_is_finite(value)) {
    return NIEM_OK;
  }
  (void)ni_print_double(found, value);
  (void)ni_print_double(from, low);
  (void)ni_print_double(to, high);
  return ni_fail(err, NIEM_ERROR_VALUE, where, "is %s; it is within %s and %s", found, from, to);
}

niem_status ni_check_array(const double *values, int64_t n, int64_t wanted, const char *what, const char *where,
                           niem_error *err) {
  if (n != wanted) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, where, "has %lld elements; the matrix has %lld %s, give one for each",
                   (long long)n, (long long)wanted, what);
  }
  if (values == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, where, "is NULL; give %lld numbers", (long long)wanted);
  }
  for (int64_t i = 0; i < n; i++) {
    if (!(values[i] <= NI_MATRIX_GREATEST && values[i] >= -NI_MATRIX_GREATEST)) {
      return fail_option(err, i, where, values[i], "it is a number within -1e100 and 1e100");
    }
  }
  return NIEM_OK;
}

niem_status ni_check_weights(const double *weights, int64_t n, int64_t wanted, const char *what, const char *where,
                             niem_error *err) {
  niem_status status = ni_check_array(weights, n, wanted, what, where, err);
  int positive = 0;
  for (int64_t i = 0; status == NIEM_OK && i < n; i++) {
    if (weights[i] < 0) {
      status = fail_option(err, i, where, weights[i], "weights are not negative");
    }
    positive |= weights[i] > 0;
  }
  if (status == NIEM_OK && !positive) {
    status = ni_fail(err, NIEM_ERROR_VALUE, where, "all weights are zero; at least one is positive");
  }
  return status;
}

niem_status ni_fail_cell(niem_error *err, niem_status status, int64_t row, int64_t column, double value,
                         const char *right) {
  char text[NI_DOUBLE_TEXT];
  (void)ni_print_double(text, value);
  return ni_fail_at(err, status, row + 1, column + 1, "x", "row %lld, column %lld is %s; %s", (long long)(row + 1),
                    (long long)(column + 1), text, right);
}
