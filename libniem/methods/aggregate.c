/* Aggregation: one number for each unit, from the row of a matrix. What a node of a tree is made of is in
 * aggregate_row.c, which says why it is not the same code.
 *
 * Sources beside those of means.c and outranking.c: OECD & JRC, Handbook on Constructing Composite Indicators (2008),
 * step 6; F. Chiclana, F. Herrera & E. Herrera-Viedma, "The ordered weighted geometric operator", Proc. IPMU (2000);
 * E. Casadio Tarabusi & G. Guarini, "An unbalance adjustment method for development indicators", Social
 * Indicators Research 112 (2013); M. Mazziotta & A. Pareto, "On a generalized non-compensatory composite index", Social
 * Indicators Research 127 (2016); K. Florek et al., "Taksonomia wroclawska" (1952), by the form of F. Mazziotta et al.
 * (2010). */
#include "base/platform.h"

#include "niem/methods.h"

#include <math.h>
#include <string.h>

#include "base/dd.h"
#include "base/fail.h"
#include "base/fpenv.h"
#include "base/math.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/options.h"
#include "base/order.h"
#include "methods/aggregate.h"
#include "statistics/columns.h"
#include "statistics/lanes.h"
#include "statistics/matrix.h"
#include "methods/means.h"
#include "methods/outranking.h"

/* A row while it becomes one number. The arrays are rooms of n_cols elements, rounded up to whole lanes. */
typedef struct {
  const niem_aggregate_options *options;
  const double *weights; /* one for each column; NULL: equal */
  int some_are_zero;     /* of the weights */
  double most;           /* that a value may be in magnitude */
  int64_t n_cols;
  int64_t row;
  const double *x; /* gaps are NaN, and so is what has no weight */
  ni_present extent;
  double *masked, *values, *shares, *hi, *lo;
  int64_t *order;
  ni_places *places; /* OWA */
} row;

/* ---- arguments */

static int is_mpi(int32_t method) {
  return method == NIEM_AGGREGATE_MPI || method == NIEM_AGGREGATE_AMPI;
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
      {"weights", o->weights != NULL, !is_mpi(m) && !ni_aggregate_is_ordered(m)},
      {"order_weights", o->order_weights != NULL, ni_aggregate_is_ordered(m)},
      {"power", o->power != 1, m == NIEM_AGGREGATE_POWER},
      {"alpha", o->alpha != 0.5, m == NIEM_AGGREGATE_MEAN_MIN},
      {"beta", o->beta != 0, m == NIEM_AGGREGATE_MEAN_MIN},
      {"offset", o->offset != 0, ni_aggregate_is_of_positive(m)},
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
  if (ni_aggregate_is_ordered(o->method) && o->order_weights == NULL) {
    return ni_fail(
        err, NIEM_ERROR_ARGUMENT, "order_weights",
        "is missing; an ordered weighted average needs a weight for each place, the first for the greatest value");
  }
  if (ni_aggregate_is_ordered(o->method)) {
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
  if (ni_aggregate_is_ordered(o->method)) {
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

/* The first value that has no place in the mean; infinities anywhere come first. */
static niem_status fail_not_positive(const row *r, const niem_matrix *x, int zero_too, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_matrix_check_values(x, err));
  for (int64_t j = 0; j < r->n_cols; j++) {
    const double value = r->x[j] + r->options->offset;
    if (!ni_is_nan(value) && !(value > 0 || (zero_too && value == 0))) {
      return ni_fail_cell(
          err, NIEM_ERROR_VALUE, r->row, j, r->x[j],
          "this mean needs positive values; state an offset, or normalise to scores that begin above 0");
    }
  }
cleanup:
  return status;
}

static niem_status check_positive(const row *r, const niem_matrix *x, niem_error *err) {
  const niem_aggregate_options *o = r->options;
  const int zero_too = o->method == NIEM_AGGREGATE_POWER && o->power > 0;
  const double least = r->extent.low + o->offset;
  return least > 0 || (zero_too && least == 0) ? NIEM_OK : fail_not_positive(r, x, zero_too, err);
}

/* The values that are there without the gaps, and their weights. */
static void gather(const row *r, double *values, double *weights) {
  int64_t n = 0;
  for (int64_t j = 0; j < r->n_cols; j++) {
    values[n] = r->x[j];
    weights[n] = r->weights != NULL ? r->weights[j] : 1;
    n += r->x[j] == r->x[j];
  }
}

static void split(const row *r, double gap) {
  ni_lanes_split(r->values, r->shares, r->x, r->weights, r->n_cols, gap);
}

/* The weight of the values that are there, after split(). */
static ni_dd weight_there(const row *r) {
  return r->weights == NULL ? ni_dd_from((double)r->extent.n) : ni_lanes_sum(r->shares, r->n_cols);
}

static double arithmetic(const row *r) {
  if (r->weights == NULL) {
    return ni_dd_value(ni_dd_div_d(ni_lanes_sum(r->x, r->n_cols), (double)r->extent.n));
  }
  split(r, 0);
  return ni_dd_value(ni_dd_div(ni_lanes_dot(r->values, r->shares, r->n_cols), weight_there(r)));
}

static double exp_of(ni_dd log) {
  ni_exp_near_each(&log.hi, &log.lo, 1, 1);
  return ni_dd_value(log);
}

/* The mean's logarithm by the product: one logarithm for all of them. */
static double geometric_by_product(const row *r) {
  static const ni_dd log_2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
  int64_t exponent;
  ni_dd log;
  split(r, 1);
  const ni_dd product = ni_lanes_product(&exponent, r->values, r->n_cols);
  ni_log_near_each(&log.hi, &log.lo, &product.hi, 1);
  log = ni_dd_add_d(ni_dd_add(log, ni_dd_mul_d(log_2, (double)exponent)), product.lo / product.hi);
  return exp_of(ni_dd_div_d(log, (double)r->extent.n));
}

static double geometric_by_logs(const row *r) {
  split(r, 1);
  ni_log_near_each(r->hi, r->lo, r->values, ni_lanes_up(r->n_cols));
  const ni_dd sum = ni_lanes_dot_pairs(r->hi, r->lo, r->shares, r->n_cols);
  return exp_of(ni_dd_div(sum, weight_there(r)));
}

static double geometric(const row *r) {
  const niem_aggregate_options *o = r->options;
  if (o->offset != 0 || r->extent.low < 1e-300) {
    gather(r, r->values, r->shares);
    return ni_geometric(r->values, r->shares, r->extent.n, o->offset);
  }
  return r->weights == NULL ? geometric_by_product(r) : geometric_by_logs(r);
}

static double harmonic(const row *r) {
  const niem_aggregate_options *o = r->options;
  if (o->offset != 0 || r->extent.low < 1e-200) {
    gather(r, r->values, r->shares);
    return ni_harmonic(r->values, r->shares, r->extent.n, o->offset);
  }
  split(r, 1);
  return ni_dd_value(ni_dd_div(weight_there(r), ni_lanes_reciprocals(r->values, r->shares, r->n_cols)));
}

/* A whole order, of values of which no power overflows in units of a power of two near the one that counts most. */
static double whole_power(const row *r) {
  const double order = r->options->power;
  const double unit = ni_power_of_two_above(order > 0 ? r->extent.high : r->extent.low);
  const int64_t n = ni_lanes_up(r->n_cols);
  double *base_hi = r->values, *base_lo = r->masked;
  split(r, unit);
  ni_lanes_pairs(r->hi, r->lo, r->values, n, 1 / unit, order < 0);
  memcpy(base_hi, r->hi, (size_t)n * sizeof *base_hi);
  memcpy(base_lo, r->lo, (size_t)n * sizeof *base_lo);
  for (int k = 1; k < (int)fabs(order); k++) {
    ni_lanes_multiply(r->hi, r->lo, base_hi, base_lo, n);
  }
  const ni_dd mean = ni_dd_div(ni_lanes_dot_pairs(r->hi, r->lo, r->shares, r->n_cols), weight_there(r));
  return ni_dd_value(ni_dd_pow(mean, ni_dd_div(ni_dd_from(1), ni_dd_from(order)))) * unit;
}

/* Any order, of values whose powers lie within [2^-900, 2^900]. */
static double power_by_logs(const row *r) {
  const double order = r->options->power;
  const int64_t n = ni_lanes_up(r->n_cols);
  split(r, 1);
  ni_log_near_each(r->hi, r->lo, r->values, n);
  ni_exp_near_each(r->hi, r->lo, order, n);
  const ni_dd mean = ni_dd_div(ni_lanes_dot_pairs(r->hi, r->lo, r->shares, r->n_cols), weight_there(r));
  return ni_dd_value(ni_dd_pow(mean, ni_dd_div(ni_dd_from(1), ni_dd_from(order))));
}

static double power(const row *r) {
  const niem_aggregate_options *o = r->options;
  const int whole = o->power == (double)(int)o->power && o->power != 0 && fabs(o->power) <= 16;
  const int in_range = o->power > 0 ? r->extent.high > 1e-200 : r->extent.low > r->extent.high * 1e-200;
  if (whole && in_range && o->offset == 0) {
    return whole_power(r);
  }
  const int in_logs = r->extent.low > 1e-18 && r->extent.high < 1e18 && fabs(o->power) <= 15 && fabs(o->power) > 0x1p-6;
  if (in_logs && o->offset == 0) {
    return power_by_logs(r);
  }
  gather(r, r->values, r->shares);
  return ni_power_mean(r->values, r->shares, r->extent.n, o->offset, o->power);
}

/* With equal weights the one or two values in the middle are looked for, otherwise all are put in order. */
static niem_status median(double *out, const row *r, niem_error *err) {
  const int64_t n = r->extent.n;
  gather(r, r->values, r->shares);
  if (r->weights == NULL) {
    double below, above;
    ni_select_pair(&below, &above, r->values, n, (n - 1) / 2, r->extent.low, r->extent.high);
    *out = 0 + (n % 2 == 1 ? below : below / 2 + above / 2);
    return NIEM_OK;
  }
  if (!ni_order(r->order, r->values, n, 1, 0)) {
    return ni_fail_memory(err);
  }
  for (int64_t k = 0; k < n; k++) {
    r->hi[k] = r->values[r->order[k]];
    r->lo[k] = r->shares[r->order[k]];
  }
  *out = ni_weighted_median(r->hi, r->lo, n);
  return NIEM_OK;
}

/* The values in falling order; the sort is of their negatives. */
static void sort_falling(const row *r) {
  const int64_t n = r->extent.n;
  gather(r, r->values, r->shares);
  for (int64_t k = 0; k < n; k++) {
    r->values[k] = -r->values[k];
  }
  ni_sort_doubles(r->values, n);
  for (int64_t k = 0; k < n; k++) {
    r->values[k] = 0 - r->values[k];
  }
}

static niem_status owa(double *out, const row *r, niem_error *err) {
  sort_falling(r);
  return ni_places_average(out, r->places, r->values, r->extent.n) ? NIEM_OK : ni_fail_memory(err);
}

static niem_status ogwa(double *out, const row *r, niem_error *err) {
  const int64_t n = r->extent.n;
  const double offset = r->options->offset;
  const int near = offset == 0 && r->extent.low >= 1e-280 && r->extent.high <= 1e280;
  ni_dd log;
  sort_falling(r);
  if (near) {
    ni_log_near_each(r->hi, r->lo, r->values, n);
  }
  for (int64_t k = 0; !near && k < n; k++) {
    const ni_dd own = ni_dd_log_dd(ni_dd_two_sum(r->values[k], offset));
    r->hi[k] = own.hi;
    r->lo[k] = own.lo;
  }
  if (!ni_places_average_pairs(&log, r->places, r->hi, r->lo, n)) {
    return ni_fail_memory(err);
  }
  *out = near ? exp_of(log) : ni_dd_value(ni_dd_add_d(ni_dd_exp(log), -offset));
  return NIEM_OK;
}

static double mean_min(const row *r) {
  const double mean = arithmetic(r);
  const double gap = mean - r->extent.low;
  const double beta = r->options->beta;
  return mean - r->options->alpha * (sqrt(gap * gap + beta * beta) - beta);
}

/* In units of a power of two near the greatest deviation, so that no square over- or underflows. */
static double deviation(const row *r, double mean, int less) {
  const double above = r->extent.high - mean;
  const double below = mean - r->extent.low;
  if (r->extent.low == r->extent.high || r->extent.n <= less) {
    return 0;
  }
  const double unit = ni_power_of_two_above(above > below ? above : below);
  const ni_dd squares = ni_lanes_squares(r->x, r->n_cols, mean, 1 / unit);
  return unit * sqrt(ni_dd_value(squares) / (double)(r->extent.n - less));
}

static niem_status mpi(double *out, const row *r, const niem_matrix *x, niem_error *err) {
  const niem_aggregate_options *o = r->options;
  const int less = o->deviation == NIEM_DEVIATION_SAMPLE ||
                   (o->deviation == NIEM_DEVIATION_DEFAULT && o->method == NIEM_AGGREGATE_MPI);
  const double mean = arithmetic(r);
  niem_status status = NIEM_OK;
  if (!(mean > 0)) {
    char text[NI_DOUBLE_TEXT];
    NIEM_TRY(ni_matrix_check_values(x, err));
    (void)ni_print_double(text, mean);
    return ni_fail_at(err, NIEM_ERROR_VALUE, r->row + 1, 0, "x",
                      "row %lld: its mean is %s; this index is for indicators standardised to 100 (z-scores with mean "
                      "100 and sd 10, or the normalisation AMPI)",
                      (long long)(r->row + 1), text);
  }
  const double s = deviation(r, mean, less);
  *out = mean + o->penalty * (s / mean) * s;
cleanup:
  return status;
}

static niem_status aggregate_row(double *out, const row *r, const niem_matrix *x, niem_error *err) {
  const niem_aggregate_options *o = r->options;
  niem_status status = NIEM_OK;
  if (ni_aggregate_is_of_positive(o->method)) {
    NIEM_TRY(check_positive(r, x, err));
  }
  switch (o->method) {
    case NIEM_AGGREGATE_ARITHMETIC:
      *out = arithmetic(r);
      break;
    case NIEM_AGGREGATE_GEOMETRIC:
      *out = geometric(r);
      break;
    case NIEM_AGGREGATE_HARMONIC:
      *out = harmonic(r);
      break;
    case NIEM_AGGREGATE_POWER:
      *out = power(r);
      break;
    case NIEM_AGGREGATE_MEDIAN:
      status = median(out, r, err);
      break;
    case NIEM_AGGREGATE_OWA:
      status = owa(out, r, err);
      break;
    case NIEM_AGGREGATE_OGWA:
      status = ogwa(out, r, err);
      break;
    case NIEM_AGGREGATE_MEAN_MIN:
      *out = mean_min(r);
      break;
    case NIEM_AGGREGATE_MPI:
    case NIEM_AGGREGATE_AMPI:
      status = mpi(out, r, x, err);
      break;
    default: /* 0 + x: minus zero is zero, so that the order of equal values does not matter */
      *out = 0 + (o->method == NIEM_AGGREGATE_MAXIMUM ? r->extent.high : r->extent.low);
  }
cleanup:
  return status;
}

/* What has no weight is left out like a gap, after it was looked at. */
static void leave_out_weightless(row *r) {
  for (int64_t j = 0; j < r->n_cols; j++) {
    r->masked[j] = r->weights[j] > 0 ? r->x[j] : ni_nan();
  }
  r->x = r->masked;
  ni_lanes_extent(&r->extent, r->x, r->n_cols);
}

static niem_status take_row(double *out, row *r, const double *values, const niem_matrix *x, niem_error *err) {
  r->x = values;
  ni_lanes_extent(&r->extent, values, r->n_cols);
  if (r->extent.low < -r->most || r->extent.high > r->most) {
    return ni_matrix_check_values(x, err);
  }
  if (r->some_are_zero) {
    leave_out_weightless(r);
  }
  *out = ni_nan();
  return r->extent.n > 0 ? aggregate_row(out, r, x, err) : NIEM_OK;
}

static niem_status take_rows(double *out, row *r, double *room, const niem_matrix *x, niem_error *err) {
  niem_status status = NIEM_OK;
  for (int64_t begin = 0; status == NIEM_OK && begin < x->n_rows; begin += NI_MATRIX_BAND) {
    const int64_t end = x->n_rows - begin < NI_MATRIX_BAND ? x->n_rows : begin + NI_MATRIX_BAND;
    int64_t stride;
    const double *rows = ni_matrix_rows(&stride, x, begin, end, room);
    for (r->row = begin; status == NIEM_OK && r->row < end; r->row++) {
      status = take_row(&out[r->row], r, rows + (r->row - begin) * stride, x, err);
    }
  }
  return status;
}

static int some_are_zero(const double *weights, int64_t n) {
  for (int64_t j = 0; weights != NULL && j < n; j++) {
    if (weights[j] == 0) {
      return 1;
    }
  }
  return 0;
}

/* `most`: the greatest magnitude that values may have. */
static niem_status each_row(double *out, const niem_matrix *x, const double *weights, const niem_aggregate_options *o,
                            double most, niem_error *err) {
  const size_t n = (size_t)ni_lanes_up(x->n_cols);
  double *reals = ni_alloc(n, 5 * sizeof *reals);
  double *band = ni_alloc(ni_matrix_has_rows(x) ? 0 : (size_t)x->n_cols, NI_MATRIX_BAND * sizeof *band);
  int64_t *order = ni_alloc(n, sizeof *order);
  ni_places *places = NULL;
  niem_status status = reals != NULL && band != NULL && order != NULL ? NIEM_OK : ni_fail_memory(err);
  if (status == NIEM_OK && ni_aggregate_is_ordered(o->method)) {
    status = (places = ni_places_new(o->order_weights, o->n_order_weights)) != NULL ? NIEM_OK : ni_fail_memory(err);
  }
  if (status == NIEM_OK) {
    row r = {.options = o, .weights = weights, .n_cols = x->n_cols, .order = order, .places = places};
    r.some_are_zero = some_are_zero(weights, x->n_cols);
    r.most = most;
    r.masked = reals;
    r.values = reals + n;
    r.shares = reals + 2 * n;
    r.hi = reals + 3 * n;
    r.lo = reals + 4 * n;
    status = take_rows(out, &r, band, x, err);
  }
  ni_places_free(places);
  ni_free(order);
  ni_free(band);
  ni_free(reals);
  return status;
}

/* ---- over the whole matrix */

static niem_status copeland(double *out, const niem_matrix *x, const double *weights, double tolerance,
                            niem_error *err) {
  double *rows = NULL;
  int64_t *integers = ni_alloc((size_t)x->n_cols, sizeof *integers);
  niem_status status = integers != NULL ? NIEM_OK : ni_fail_memory(err);
  NIEM_TRY(status);
  NIEM_TRY(ni_matrix_by_rows(&rows, x, err));
  if (weights == NULL && tolerance == 0 && ni_copeland_by_ranks(out, rows, x->n_rows, x->n_cols)) {
    goto cleanup;
  }
  ni_integer_weights(integers, weights, x->n_cols);
  ni_copeland(out, rows, integers, x->n_rows, x->n_cols, tolerance);
cleanup:
  ni_free(integers);
  ni_free(rows);
  return status;
}

/* Arithmetic means of the rows of a matrix made from x, times the weight of all columns. */
static niem_status totals(double *out, const double *rows, int64_t n_rows, int64_t n_cols, const double *weights,
                          niem_error *err) {
  niem_aggregate_options o;
  const niem_matrix x = {rows, n_rows, n_cols, n_cols, 1};
  double all = 0;
  niem_aggregate_options_init(&o);
  const niem_status status = each_row(out, &x, weights, &o, INFINITY, err);
  for (int64_t j = 0; j < n_cols; j++) {
    all += weights != NULL ? weights[j] : 1;
  }
  for (int64_t i = 0; status == NIEM_OK && i < n_rows; i++) {
    out[i] *= all;
  }
  return status;
}

/* The sum over all criteria of the points; for a row with gaps, the weighted mean of those it has as if for all. */
static niem_status borda(double *out, const niem_matrix *x, const double *weights, const niem_aggregate_options *o,
                         niem_error *err) {
  double *columns = NULL;
  double *rows = NULL;
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_matrix_by_columns(&columns, x, err));
  rows = ni_alloc((size_t)(x->n_rows * x->n_cols), sizeof *rows);
  NIEM_TRY(rows != NULL ? NIEM_OK : ni_fail_memory(err));
  for (int64_t j = 0; j < x->n_cols; j++) {
    double *ranks = rows + j * x->n_rows;
    if (!ni_rank(ranks, columns + j * x->n_rows, x->n_rows, 1, 0, o->ties, o->tolerance)) {
      status = ni_fail_memory(err);
      goto cleanup;
    }
    for (int64_t i = 0; i < x->n_rows; i++) {
      ranks[i] -= 1;
    }
  }
  ni_matrix_transpose(columns, rows, x->n_rows, x->n_cols);
  status = totals(out, columns, x->n_rows, x->n_cols, weights, err);
cleanup:
  ni_free(rows);
  ni_free(columns);
  return status;
}

/* `rows` become squared distances from the best value of each column. */
static int square_distances(double *rows, int64_t n_rows, int64_t n_cols) {
  double *low = ni_alloc((size_t)n_cols, 2 * sizeof *low);
  double *high = low + n_cols;
  for (int64_t j = 0; low != NULL && j < n_cols; j++) {
    low[j] = INFINITY;
    high[j] = -INFINITY;
  }
  for (int64_t i = 0; low != NULL && i < n_rows; i++) {
    ni_lanes_widen(low, high, rows + i * n_cols, n_cols);
  }
  for (int64_t i = 0; low != NULL && i < n_rows; i++) {
    double *x = rows + i * n_cols;
    for (int64_t j = 0; j < n_cols; j++) {
      x[j] = (high[j] - x[j]) * (high[j] - x[j]);
    }
  }
  ni_free(low);
  return low != NULL;
}

static niem_status wroclaw(double *out, const niem_matrix *x, const double *weights, const niem_aggregate_options *o,
                           niem_error *err) {
  const int64_t n = x->n_rows;
  double *rows = NULL;
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_matrix_by_rows(&rows, x, err));
  NIEM_TRY(square_distances(rows, n, x->n_cols) ? NIEM_OK : ni_fail_memory(err));
  NIEM_TRY(totals(out, rows, n, x->n_cols, weights, err));
  for (int64_t i = 0; i < n; i++) {
    out[i] = sqrt(out[i]);
  }
  const int less = o->deviation != NIEM_DEVIATION_POPULATION;
  const double spread = ni_count(out, n) > 1 ? ni_deviation(out, n, less) : 0;
  const double unit = ni_mean(out, n) + 2 * spread;
  for (int64_t i = 0; i < n; i++) {
    out[i] = ni_is_nan(out[i]) ? ni_nan() : unit > 0 ? out[i] / unit : 0;
  }
cleanup:
  ni_free(rows);
  return status;
}

static niem_status dispatch(double *out, const niem_matrix *x, const double *weights, const niem_aggregate_options *o,
                            niem_error *err) {
  switch (o->method) {
    case NIEM_AGGREGATE_BORDA: /* a sum: weights count as they are */
      return borda(out, x, o->weights, o, err);
    case NIEM_AGGREGATE_WROCLAW:
      return wroclaw(out, x, o->weights, o, err);
    case NIEM_AGGREGATE_COPELAND:
      return copeland(out, x, weights, o->tolerance, err);
    default:
      return each_row(out, x, weights, o, NI_MATRIX_GREATEST, err);
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
      counts |= value && (weights == NULL || weights[j] > 0);
    }
    /* A share like 0.55 of 20 is 11, however 0.55 is represented. */
    const int enough = (double)there >= min_available * (double)x->n_cols * (1 - 1e-12);
    out[i] = counts && enough ? out[i] : ni_nan();
  }
}

/* Weights that are all the same are none. */
static const double *unequal(const double *weights, int64_t n) {
  for (int64_t j = 1; weights != NULL && j < n; j++) {
    if (weights[j] != weights[0]) {
      return weights;
    }
  }
  return NULL;
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
  double *result = NULL;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  niem_aggregate_options_init(&o);
  NIEM_TRY(ni_check_out(out, "out", err));
  NIEM_TRY(ni_options_read(&o, sizeof o, options, "options", err));
  NIEM_TRY(ni_matrix_check(x, err));
  NIEM_TRY(check_options(&o, x, err));
  result = ni_alloc((size_t)x->n_rows, sizeof *result);
  NIEM_TRY(result != NULL ? NIEM_OK : ni_fail_memory(err));
  const double *weights = unequal(o.weights, x->n_cols);
  NIEM_TRY(dispatch(result, x, weights, &o, err));
  hide_rows(result, x, weights, o.min_available, o.method == NIEM_AGGREGATE_COPELAND);
  memcpy(out, result, (size_t)x->n_rows * sizeof *out);
cleanup:
  ni_free(result);
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
  integers = ni_alloc((size_t)x->n_cols, sizeof *integers);
  NIEM_TRY(integers != NULL ? NIEM_OK : ni_fail_memory(err));
  ni_integer_weights(integers, weights, x->n_cols);
  fill_outranking(out, rows, integers, x->n_rows, x->n_cols, tolerance);
cleanup:
  ni_free(integers);
  ni_free(rows);
  ni_fpenv_leave(&saved);
  return status;
}
