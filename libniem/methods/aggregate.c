/* Aggregation: one number for each unit.
 *
 * Sources beside those of means.c and outranking.c: OECD & JRC, Handbook on Constructing Composite Indicators (2008),
 * step 6; E. Casadio Tarabusi & G. Guarini, "An unbalance adjustment method for development indicators", Social
 * Indicators Research 112 (2013); M. Mazziotta & A. Pareto, "On a generalized non-compensatory composite index", Social
 * Indicators Research 127 (2016); K. Florek et al., "Taksonomia wroclawska" (1952), by the form of F. Mazziotta et al.
 * (2010). */
#include "base/platform.h"

#include "niem/methods.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/fpenv.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/options.h"
#include "base/order.h"
#include "methods/aggregate.h"
#include "methods/columns.h"
#include "methods/matrix.h"
#include "methods/means.h"
#include "methods/outranking.h"

/* One row's values that are there, and the room for sorting them. */
typedef struct {
  const niem_aggregate_options *options;
  const double *all_weights; /* one for each column */
  int64_t n_cols;
  int64_t row;
  int64_t n;
  double *values, *weights;
  double *sorted, *sorted_weights;
  int64_t *columns, *order;
} row;

/* ---- arguments */

static int is_mpi(int32_t method) {
  return method == NIEM_AGGREGATE_MPI || method == NIEM_AGGREGATE_AMPI;
}

static int needs_positive(int32_t method) {
  return method >= NIEM_AGGREGATE_GEOMETRIC && method <= NIEM_AGGREGATE_POWER;
}

typedef struct {
  const char *where;
  int is_set;
  int has_part;
} part;

static niem_status check_parts(const niem_aggregate_options *o, niem_error *err) {
  const int32_t m = o->method;
  const int voting = m == NIEM_AGGREGATE_COPELAND || m == NIEM_AGGREGATE_BORDA;
  const part parts[] = {
      {"deviation", o->deviation != NIEM_DEVIATION_DEFAULT, is_mpi(m) || m == NIEM_AGGREGATE_WROCLAW},
      {"penalty", o->penalty != -1, is_mpi(m)},
      {"ties", o->ties != NI_TIES_AVERAGE, m == NIEM_AGGREGATE_BORDA},
      {"weights", o->weights != NULL, !is_mpi(m) && m != NIEM_AGGREGATE_OWA},
      {"order_weights", o->order_weights != NULL, m == NIEM_AGGREGATE_OWA},
      {"power", o->power != 1, m == NIEM_AGGREGATE_POWER},
      {"alpha", o->alpha != 0.5, m == NIEM_AGGREGATE_MEAN_MIN},
      {"beta", o->beta != 0, m == NIEM_AGGREGATE_MEAN_MIN},
      {"offset", o->offset != 0, needs_positive(m)},
      {"tolerance", o->tolerance != 0, voting},
  };
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (parts[i].is_set && !parts[i].has_part) {
      return ni_fail(err, NIEM_ERROR_ARGUMENT, parts[i].where,
                     "has no part in aggregation method %d; leave it as the _init function made it", (int)m);
    }
  }
  return NIEM_OK;
}

static niem_status check_scalars(const niem_aggregate_options *o, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_check_choice(o->deviation, 3, "deviation", err));
  NIEM_TRY(ni_check_choice(o->ties, NI_TIES_FIRST + 1, "ties", err));
  NIEM_TRY(ni_check_number(o->power, -1000, 1000, "power", err));
  NIEM_TRY(ni_check_number(o->alpha, 0, 1, "alpha", err));
  NIEM_TRY(ni_check_number(o->beta, 0, NI_MATRIX_GREATEST, "beta", err));
  NIEM_TRY(ni_check_number(o->offset, -NI_MATRIX_GREATEST, NI_MATRIX_GREATEST, "offset", err));
  NIEM_TRY(ni_check_number(o->tolerance, 0, NI_MATRIX_GREATEST, "tolerance", err));
  NIEM_TRY(ni_check_number(o->min_available, 0, 1, "min_available", err));
  if (o->penalty != -1 && o->penalty != 1) {
    status = ni_fail(err, NIEM_ERROR_ARGUMENT, "penalty",
                     "is %d; it is -1 where more of the index is better, 1 where more is worse", (int)o->penalty);
  }
cleanup:
  return status;
}

niem_status ni_aggregate_check(const niem_aggregate_options *o, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_check_choice(o->method, NIEM_AGGREGATE_END, "method", err));
  NIEM_TRY(check_parts(o, err));
  NIEM_TRY(check_scalars(o, err));
  if (o->method == NIEM_AGGREGATE_OWA) {
    NIEM_TRY(
        ni_check_weights(o->order_weights, o->n_order_weights, o->n_order_weights, "places", "order_weights", err));
  }
cleanup:
  return status;
}

static niem_status check_options(const niem_aggregate_options *o, const niem_matrix *x, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_aggregate_check(o, err));
  if (o->weights != NULL || o->n_weights != 0) {
    NIEM_TRY(ni_check_weights(o->weights, o->n_weights, x->n_cols, "columns", "weights", err));
  }
  if (o->method == NIEM_AGGREGATE_OWA) {
    NIEM_TRY(ni_check_weights(o->order_weights, o->n_order_weights, x->n_cols, "columns", "order_weights", err));
  }
  if (o->method == NIEM_AGGREGATE_COPELAND && x->n_cols > NI_OUTRANKING_MOST) {
    status = ni_fail(err, NIEM_ERROR_LIMIT, "x", "has %lld columns; units are compared on at most %d",
                     (long long)x->n_cols, (int)NI_OUTRANKING_MOST);
  }
cleanup:
  return status;
}

/* ---- row by row */

static niem_status fail_not_positive(const row *r, int64_t k, niem_error *err) {
  return ni_fail_cell(err, NIEM_ERROR_VALUE, r->row, r->columns[k], r->values[k],
                      "this mean needs positive values; state an offset, or normalise to scores that begin above 0");
}

static niem_status check_positive(const row *r, niem_error *err) {
  const niem_aggregate_options *o = r->options;
  const int zero_too = o->method == NIEM_AGGREGATE_POWER && o->power > 0;
  for (int64_t k = 0; k < r->n; k++) {
    const double value = r->values[k] + o->offset;
    if (!(value > 0 || (zero_too && value == 0))) {
      return fail_not_positive(r, k, err);
    }
  }
  return NIEM_OK;
}

static niem_status sort_row(row *r, int descending, niem_error *err) {
  if (!ni_order(r->order, r->values, r->n, 1, descending)) {
    return ni_fail_memory(err);
  }
  for (int64_t k = 0; k < r->n; k++) {
    r->sorted[k] = r->values[r->order[k]];
    r->sorted_weights[k] = r->weights[r->order[k]];
  }
  return NIEM_OK;
}

static double extreme(const row *r, int greatest) {
  double found = r->values[0];
  for (int64_t k = 1; k < r->n; k++) {
    found = (greatest ? r->values[k] > found : r->values[k] < found) ? r->values[k] : found;
  }
  return found;
}

static double mean_min(const row *r) {
  const double mean = ni_arithmetic(r->values, r->weights, r->n);
  const double gap = mean - extreme(r, 0);
  const double beta = r->options->beta;
  return mean - r->options->alpha * (sqrt(gap * gap + beta * beta) - beta);
}

static niem_status mpi(double *out, const row *r, niem_error *err) {
  const niem_aggregate_options *o = r->options;
  const int less = o->deviation == NIEM_DEVIATION_SAMPLE ||
                   (o->deviation == NIEM_DEVIATION_DEFAULT && o->method == NIEM_AGGREGATE_MPI);
  const double mean = ni_mean(r->values, r->n);
  const double s = r->n > 1 ? ni_deviation(r->values, r->n, less) : 0;
  if (!(mean > 0)) {
    char text[NI_DOUBLE_TEXT];
    (void)ni_print_double(text, mean);
    return ni_fail_at(err, NIEM_ERROR_VALUE, r->row + 1, 0, "x",
                      "row %lld: its mean is %s; this index is for indicators standardised to 100 (z-scores with mean "
                      "100 and sd 10, or the normalisation AMPI)",
                      (long long)(r->row + 1), text);
  }
  *out = mean + o->penalty * (s / mean) * s;
  return NIEM_OK;
}

static niem_status aggregate_row(double *out, row *r, niem_error *err) {
  const niem_aggregate_options *o = r->options;
  niem_status status = NIEM_OK;
  if (needs_positive(o->method)) {
    NIEM_TRY(check_positive(r, err));
  }
  switch (o->method) {
    case NIEM_AGGREGATE_GEOMETRIC:
      *out = ni_geometric(r->values, r->weights, r->n, o->offset);
      break;
    case NIEM_AGGREGATE_HARMONIC:
      *out = ni_harmonic(r->values, r->weights, r->n, o->offset);
      break;
    case NIEM_AGGREGATE_POWER:
      *out = ni_power_mean(r->values, r->weights, r->n, o->offset, o->power);
      break;
    case NIEM_AGGREGATE_MEDIAN:
      NIEM_TRY(sort_row(r, 0, err));
      *out = ni_weighted_median(r->sorted, r->sorted_weights, r->n);
      break;
    case NIEM_AGGREGATE_OWA:
      NIEM_TRY(sort_row(r, 1, err));
      *out = ni_ordered_average(r->sorted, r->n, o->order_weights, o->n_order_weights);
      break;
    case NIEM_AGGREGATE_MEAN_MIN:
      *out = mean_min(r);
      break;
    case NIEM_AGGREGATE_MPI:
    case NIEM_AGGREGATE_AMPI:
      status = mpi(out, r, err);
      break;
    default:
      *out = extreme(r, o->method == NIEM_AGGREGATE_MAXIMUM);
  }
cleanup:
  return status;
}

/* The values that are there and count; those whose weight is 0 do not. */
static void gather(row *r, const double *values) {
  r->n = 0;
  for (int64_t j = 0; j < r->n_cols; j++) {
    if (!ni_is_nan(values[j]) && r->all_weights[j] > 0) {
      r->values[r->n] = values[j];
      r->weights[r->n] = r->all_weights[j];
      r->columns[r->n++] = j;
    }
  }
}

static niem_status each_row(double *out, const double *rows, int64_t n_rows, int64_t n_cols, const double *weights,
                            const niem_aggregate_options *o, niem_error *err) {
  double *reals = ni_alloc((size_t)n_cols * 4, sizeof *reals);
  int64_t *places = ni_alloc((size_t)n_cols * 2, sizeof *places);
  niem_status status = reals != NULL && places != NULL ? NIEM_OK : ni_fail_memory(err);
  if (status == NIEM_OK) {
    row r = {o,      weights,        n_cols, 0, 0, reals, reals + n_cols, reals + 2 * n_cols, reals + 3 * n_cols,
             places, places + n_cols};
    for (r.row = 0; status == NIEM_OK && r.row < n_rows; r.row++) {
      gather(&r, rows + r.row * n_cols);
      out[r.row] = ni_nan();
      status = r.n > 0 ? aggregate_row(&out[r.row], &r, err) : NIEM_OK;
    }
  }
  ni_free(reals);
  ni_free(places);
  return status;
}

/* ---- over the whole matrix */

static niem_status copeland(double *out, const double *rows, int64_t n_rows, int64_t n_cols, const double *weights,
                            double tolerance, niem_error *err) {
  int64_t *integers = ni_alloc((size_t)n_cols, sizeof *integers);
  if (integers == NULL) {
    return ni_fail_memory(err);
  }
  ni_integer_weights(integers, weights, n_cols);
  ni_copeland(out, rows, integers, n_rows, n_cols, tolerance);
  ni_free(integers);
  return NIEM_OK;
}

/* The sum over all criteria of the points; for a row with gaps, the weighted mean of those it has as if for all. */
static niem_status borda(double *out, double *columns, int64_t n_rows, int64_t n_cols, const double *weights,
                         const niem_aggregate_options *o, niem_error *err) {
  double all = 0;
  double *ranks = ni_alloc((size_t)n_rows, sizeof *ranks);
  niem_status status = ranks != NULL ? NIEM_OK : ni_fail_memory(err);
  for (int64_t j = 0; status == NIEM_OK && j < n_cols; j++) {
    double *x = columns + j * n_rows;
    all += weights[j];
    if (!ni_rank(ranks, x, n_rows, 1, 0, o->ties, o->tolerance)) {
      status = ni_fail_memory(err);
      break;
    }
    for (int64_t i = 0; i < n_rows; i++) {
      x[i] = ranks[i] - 1;
    }
  }
  if (status == NIEM_OK && !ni_arithmetic_rows(out, columns, weights, n_rows, n_cols)) {
    status = ni_fail_memory(err);
  }
  for (int64_t i = 0; status == NIEM_OK && i < n_rows; i++) {
    out[i] *= all;
  }
  ni_free(ranks);
  return status;
}

/* `columns` become squared distances from the best value. */
static niem_status wroclaw(double *out, double *columns, int64_t n_rows, int64_t n_cols, const double *weights,
                           const niem_aggregate_options *o, niem_error *err) {
  double all = 0;
  double low, high;
  for (int64_t j = 0; j < n_cols; j++) {
    double *x = columns + j * n_rows;
    all += weights[j];
    ni_extent(&low, &high, x, n_rows);
    for (int64_t i = 0; i < n_rows; i++) {
      x[i] = (high - x[i]) * (high - x[i]);
    }
  }
  if (!ni_arithmetic_rows(out, columns, weights, n_rows, n_cols)) {
    return ni_fail_memory(err);
  }
  for (int64_t i = 0; i < n_rows; i++) {
    out[i] = sqrt(out[i] * all);
  }
  const int less = o->deviation != NIEM_DEVIATION_POPULATION;
  const double spread = ni_count(out, n_rows) > 1 ? ni_deviation(out, n_rows, less) : 0;
  const double unit = ni_mean(out, n_rows) + 2 * spread;
  for (int64_t i = 0; i < n_rows; i++) {
    out[i] = ni_is_nan(out[i]) ? ni_nan() : unit > 0 ? out[i] / unit : 0;
  }
  return NIEM_OK;
}

static int by_columns(int32_t method) {
  return method == NIEM_AGGREGATE_ARITHMETIC || method == NIEM_AGGREGATE_BORDA || method == NIEM_AGGREGATE_WROCLAW;
}

static niem_status dispatch(double *out, double *data, int64_t n_rows, int64_t n_cols, const double *weights,
                            const niem_aggregate_options *o, niem_error *err) {
  switch (o->method) {
    case NIEM_AGGREGATE_ARITHMETIC:
      return ni_arithmetic_rows(out, data, weights, n_rows, n_cols) ? NIEM_OK : ni_fail_memory(err);
    case NIEM_AGGREGATE_BORDA:
      return borda(out, data, n_rows, n_cols, weights, o, err);
    case NIEM_AGGREGATE_WROCLAW:
      return wroclaw(out, data, n_rows, n_cols, weights, o, err);
    case NIEM_AGGREGATE_COPELAND:
      return copeland(out, data, n_rows, n_cols, weights, o->tolerance, err);
    default:
      return each_row(out, data, n_rows, n_cols, weights, o, err);
  }
}

/* Rows with too few values have no result, and neither have those of a vote in which no value counts. */
static void hide_rows(double *out, const niem_matrix *x, const double *weights, double min_available, int vote) {
  if (min_available == 0 && !vote) {
    return;
  }
  for (int64_t i = 0; i < x->n_rows; i++) {
    int64_t there = 0;
    int counts = 0;
    for (int64_t j = 0; j < x->n_cols; j++) {
      const int value = !ni_is_nan(x->data[i * x->row_stride + j * x->col_stride]);
      there += value;
      counts |= value && weights[j] > 0;
    }
    /* A share like 0.55 of 20 is 11, however 0.55 is represented. */
    const int enough = (double)there >= min_available * (double)x->n_cols * (1 - 1e-12);
    out[i] = counts && enough ? out[i] : ni_nan();
  }
}

static double *weights_or_equal(const double *weights, int64_t n) {
  double *w = ni_alloc((size_t)n, sizeof *w);
  for (int64_t j = 0; w != NULL && j < n; j++) {
    w[j] = weights != NULL ? weights[j] : 1;
  }
  return w;
}

/* ---- public */

void niem_aggregate_options_init(niem_aggregate_options *options) {
  if (options == NULL) {
    return;
  }
  memset(options, 0, sizeof *options);
  options->struct_size = (int64_t)sizeof *options;
  options->penalty = -1;
  options->ties = NI_TIES_AVERAGE;
  options->power = 1;
  options->alpha = 0.5;
}

niem_status niem_aggregate(double *out, const niem_matrix *x, const niem_aggregate_options *options, niem_error *err) {
  niem_aggregate_options o;
  double *data = NULL;
  double *weights = NULL;
  double *result = NULL;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  niem_aggregate_options_init(&o);
  NIEM_TRY(ni_check_out(out, "out", err));
  NIEM_TRY(ni_options_read(&o, sizeof o, options, "options", err));
  NIEM_TRY(by_columns(o.method) ? ni_matrix_by_columns(&data, x, err) : ni_matrix_by_rows(&data, x, err));
  NIEM_TRY(check_options(&o, x, err));
  weights = weights_or_equal(o.weights, x->n_cols);
  result = ni_alloc((size_t)x->n_rows, sizeof *result);
  NIEM_TRY(weights != NULL && result != NULL ? NIEM_OK : ni_fail_memory(err));
  NIEM_TRY(dispatch(result, data, x->n_rows, x->n_cols, weights, &o, err));
  hide_rows(result, x, weights, o.min_available, o.method == NIEM_AGGREGATE_COPELAND);
  memcpy(out, result, (size_t)x->n_rows * sizeof *out);
cleanup:
  ni_free(result);
  ni_free(weights);
  ni_free(data);
  ni_fpenv_leave(&saved);
  return status;
}

static void fill_outranking(double *out, const double *rows, const int64_t *weights, int64_t n_rows, int64_t n_cols,
                            double tolerance) {
  for (int64_t i = 0; i < n_rows; i++) {
    out[i * n_rows + i] = 1;
    for (int64_t k = i + 1; k < n_rows; k++) {
      int64_t common;
      const int64_t net = ni_preference(&common, rows + i * n_cols, rows + k * n_cols, weights, n_cols, tolerance);
      const double share = common > 0 ? (double)(common + net) / (2 * (double)common) : ni_nan();
      out[i * n_rows + k] = share;
      out[k * n_rows + i] = common > 0 ? (double)(common - net) / (2 * (double)common) : ni_nan();
    }
  }
}

niem_status niem_outranking(double *out, const niem_matrix *x, const double *weights, int64_t n_weights,
                            double tolerance, niem_error *err) {
  double *rows = NULL;
  double *w = NULL;
  int64_t *integers = NULL;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  NIEM_TRY(ni_check_out(out, "out", err));
  NIEM_TRY(ni_matrix_by_rows(&rows, x, err));
  NIEM_TRY(ni_check_number(tolerance, 0, NI_MATRIX_GREATEST, "tolerance", err));
  if (x->n_cols > NI_OUTRANKING_MOST) {
    status = ni_fail(err, NIEM_ERROR_LIMIT, "x", "has %lld columns; units are compared on at most %d",
                     (long long)x->n_cols, (int)NI_OUTRANKING_MOST);
    goto cleanup;
  }
  if (weights != NULL || n_weights != 0) {
    NIEM_TRY(ni_check_weights(weights, n_weights, x->n_cols, "columns", "weights", err));
  }
  w = weights_or_equal(weights, x->n_cols);
  integers = ni_alloc((size_t)x->n_cols, sizeof *integers);
  NIEM_TRY(w != NULL && integers != NULL ? NIEM_OK : ni_fail_memory(err));
  ni_integer_weights(integers, w, x->n_cols);
  fill_outranking(out, rows, integers, x->n_rows, x->n_cols, tolerance);
cleanup:
  ni_free(integers);
  ni_free(w);
  ni_free(rows);
  ni_fpenv_leave(&saved);
  return status;
}
