/* Normalisation: indicators brought onto one scale.
 *
 * Sources: OECD & JRC, Handbook on Constructing Composite Indicators (2008), step 5; the goalposts and the logarithm of
 * the Human Development Index's technical notes; M. Mazziotta & A. Pareto, "On a generalized non-compensatory composite
 * index", Social Indicators Research 127 (2016), for AMPI's scale.
 *
 * A column is learned as a few numbers (`column`) and, for ranks, its sorted values; applying it is elementwise. All
 * the linear methods are one formula: (x' - shift) / span * scale + base, row by row. With the direction in shift and
 * span it takes x in place of x', with the same bits: a sign changes no rounding. */
#include "base/platform.h"

#include "niem/methods.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/fpenv.h"
#include "base/math.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/options.h"
#include "base/order.h"
#include "statistics/columns.h"
#include "statistics/lanes.h"
#include "statistics/matrix.h"

enum { EMPTY = 0, FITTED = 1, CONSTANT = 2 };
enum { TILE = NI_MATRIX_BAND }; /* columns that are looked at together */

typedef struct {
  int32_t state;
  int32_t direction;
  double shift, span; /* of x' */
  double mean;        /* about the mean: the edges of the middle are mean -+ margin */
  double margin;
  int64_t n;            /* values in the fit */
  const double *sorted; /* ranks: the fitted values; bands: the cuts */
} column;

struct niem_normaliser {
  ni_arena arena;
  niem_normalise_options options; /* its pointers are into the arena */
  int64_t n_cols;
  column *columns;
  double *shift, *span; /* of x itself: the columns' own times their directions, and 0 and 1 where there is no line */
  double *shares;       /* bands: the cuts' percentiles */
  double *scores;       /* bands */
};

/* ---- which option has a part in which method */

static int is_one_of(int32_t method, const int32_t *methods, int n) {
  for (int i = 0; i < n; i++) {
    if (methods[i] == method) {
      return 1;
    }
  }
  return 0;
}

static int ranks(int32_t method) {
  return method >= NIEM_NORMALISE_RANK && method <= NIEM_NORMALISE_BORDA;
}

static int has_posts(int32_t method) {
  return method == NIEM_NORMALISE_SCALED || method == NIEM_NORMALISE_GOALPOSTS;
}

static int has_scale(int32_t method) {
  return !ranks(method) && method != NIEM_NORMALISE_ZSCORE && method != NIEM_NORMALISE_AMPI;
}

static int may_truncate(int32_t method) {
  static const int32_t methods[] = {NIEM_NORMALISE_MINMAX,
                                    NIEM_NORMALISE_SCALED,
                                    NIEM_NORMALISE_GOALPOSTS,
                                    NIEM_NORMALISE_DISTANCE_TARGET,
                                    NIEM_NORMALISE_DISTANCE_REFERENCE,
                                    NIEM_NORMALISE_DISTANCE_MAXIMUM,
                                    NIEM_NORMALISE_FRACTION_MAXIMUM};
  return is_one_of(method, methods, (int)(sizeof methods / sizeof *methods));
}

typedef struct {
  const char *where;
  int is_set;
  int has_part;
} part;

/* An option that is set and has no part in the method is a misunderstanding, to be told. */
static niem_status check_parts(const niem_normalise_options *o, niem_error *err) {
  const int32_t m = o->method;
  const part parts[] = {
      {"deviation", o->deviation != NIEM_DEVIATION_DEFAULT, m == NIEM_NORMALISE_ZSCORE},
      {"ties", o->ties != NI_TIES_MIN, ranks(m)},
      {"tolerance", o->tolerance != 0, ranks(m)},
      {"truncate", o->truncate != NIEM_TRUNCATE_DEFAULT, may_truncate(m)},
      {"logarithmic", o->logarithmic != 0, m == NIEM_NORMALISE_GOALPOSTS},
      {"negative_maximum", o->negative_maximum != 0, m == NIEM_NORMALISE_FRACTION_MAXIMUM},
      {"low", o->low != NULL, has_posts(m) || m == NIEM_NORMALISE_AMPI},
      {"high", o->high != NULL, has_posts(m) || m == NIEM_NORMALISE_AMPI},
      {"targets", o->targets != NULL, m == NIEM_NORMALISE_DISTANCE_TARGET || m == NIEM_NORMALISE_AMPI},
      {"lower", !ni_is_nan(o->lower), has_scale(m)},
      {"upper", !ni_is_nan(o->upper), has_scale(m)},
      {"mean", o->mean != 0, m == NIEM_NORMALISE_ZSCORE},
      {"sd", o->sd != 1, m == NIEM_NORMALISE_ZSCORE},
      {"threshold", o->threshold != 0.2, m == NIEM_NORMALISE_ABOUT_MEAN},
      {"reference_row", o->reference_row != -1, m == NIEM_NORMALISE_DISTANCE_REFERENCE},
      {"cuts", o->cuts != NULL, m == NIEM_NORMALISE_BANDS},
      {"scores", o->scores != NULL, m == NIEM_NORMALISE_BANDS},
  };
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (parts[i].is_set && !parts[i].has_part) {
      return ni_fail(err, NIEM_ERROR_ARGUMENT, parts[i].where,
                     "has no part in normalisation method %d; leave it as the _init function made it", (int)m);
    }
  }
  return NIEM_OK;
}

/* ---- arguments */

static void set_scale(niem_normalise_options *o) {
  const int hundred = o->method == NIEM_NORMALISE_MINMAX || has_posts(o->method) || o->method == NIEM_NORMALISE_BANDS;
  if (ni_is_nan(o->lower)) {
    o->lower = o->method == NIEM_NORMALISE_ABOUT_MEAN ? -1 : 0;
  }
  if (ni_is_nan(o->upper)) {
    o->upper = hundred ? 100 : 1;
  }
  if (o->truncate == NIEM_TRUNCATE_DEFAULT) {
    o->truncate = o->method == NIEM_NORMALISE_GOALPOSTS ? NIEM_TRUNCATE_YES : NIEM_TRUNCATE_NO;
  }
}

static niem_status check_scalars(const niem_normalise_options *o, int64_t n_rows, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_check_choice(o->deviation, 3, "deviation", err));
  NIEM_TRY(ni_check_choice(o->ties, NI_TIES_FIRST + 1, "ties", err));
  NIEM_TRY(ni_check_choice(o->truncate, 3, "truncate", err));
  NIEM_TRY(ni_check_choice(o->logarithmic, 2, "logarithmic", err));
  NIEM_TRY(ni_check_choice(o->negative_maximum, 2, "negative_maximum", err));
  NIEM_TRY(ni_check_number(o->lower, -NI_MATRIX_GREATEST, NI_MATRIX_GREATEST, "lower", err));
  NIEM_TRY(ni_check_number(o->upper, -NI_MATRIX_GREATEST, NI_MATRIX_GREATEST, "upper", err));
  NIEM_TRY(ni_check_number(o->mean, -NI_MATRIX_GREATEST, NI_MATRIX_GREATEST, "mean", err));
  NIEM_TRY(ni_check_number(o->sd, DBL_MIN, NI_MATRIX_GREATEST, "sd", err));
  NIEM_TRY(ni_check_number(o->threshold, 0, NI_MATRIX_GREATEST, "threshold", err));
  NIEM_TRY(ni_check_number(o->tolerance, 0, NI_MATRIX_GREATEST, "tolerance", err));
  if (!ni_is_nan(o->constant)) {
    NIEM_TRY(ni_check_number(o->constant, -NI_MATRIX_GREATEST, NI_MATRIX_GREATEST, "constant", err));
  }
  if (!(o->lower < o->upper)) {
    status = ni_fail(err, NIEM_ERROR_VALUE, "lower", "is not below upper; scores rise from the one to the other");
  } else if (o->method == NIEM_NORMALISE_DISTANCE_REFERENCE && (o->reference_row < 0 || o->reference_row >= n_rows)) {
    status = ni_fail(err, NIEM_ERROR_ARGUMENT, "reference_row", "is %lld; it is the place of a unit, 0 to %lld",
                     (long long)o->reference_row, (long long)(n_rows - 1));
  }
cleanup:
  return status;
}

/* One of the arrays of parameters: for each column, or one for all. */
static niem_status check_parameters(const double *values, const niem_normalise_options *o, int64_t n_cols,
                                    const char *where, int needed, niem_error *err) {
  if (values == NULL) {
    return needed ? ni_fail(err, NIEM_ERROR_ARGUMENT, where, "is NULL; the method needs one number for each column")
                  : NIEM_OK;
  }
  return ni_check_array(values, o->n_columns, o->n_columns == 1 ? 1 : n_cols, "columns", where, err);
}

static niem_status check_arrays(const niem_normalise_options *o, int64_t n_cols, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(check_parameters(o->directions, o, n_cols, "directions", 0, err));
  NIEM_TRY(check_parameters(o->low, o, n_cols, "low", has_posts(o->method), err));
  NIEM_TRY(check_parameters(o->high, o, n_cols, "high", has_posts(o->method), err));
  NIEM_TRY(check_parameters(o->targets, o, n_cols, "targets", o->method == NIEM_NORMALISE_DISTANCE_TARGET, err));
  if ((o->low == NULL) != (o->high == NULL)) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, o->low == NULL ? "low" : "high", "is NULL; low and high go together");
  }
  for (int64_t j = 0; o->directions != NULL && j < o->n_columns; j++) {
    if (o->directions[j] != 1 && o->directions[j] != -1) {
      return ni_fail_at(err, NIEM_ERROR_VALUE, 0, j + 1, "directions",
                        "the direction of column %lld is neither 1 (more is better) nor -1", (long long)(j + 1));
    }
  }
  for (int64_t j = 0; o->low != NULL && j < o->n_columns; j++) {
    if (!(o->low[j] < o->high[j])) {
      return ni_fail_at(err, NIEM_ERROR_VALUE, 0, j + 1, "low",
                        "of column %lld is not below its high; the direction says which of them is best",
                        (long long)(j + 1));
    }
    if (o->logarithmic && !(o->low[j] > 0)) {
      return ni_fail_at(err, NIEM_ERROR_VALUE, 0, j + 1, "low",
                        "of column %lld is not positive, so it has no logarithm", (long long)(j + 1));
    }
  }
cleanup:
  return status;
}

/* The percentiles and scores of bands, the default ones filled in. */
static niem_status take_bands(niem_normaliser *n, const niem_normalise_options *o, niem_error *err) {
  static const double usual[] = {0.15, 0.25, 0.65, 0.85, 0.95};
  const int64_t n_cuts = o->cuts == NULL ? 5 : o->n_cuts;
  const double *cuts = o->cuts == NULL ? usual : o->cuts;
  niem_status status = NIEM_OK;
  if (n_cuts < 1 || n_cuts > 1000) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "n_cuts", "is %lld; bands are parted by 1 to 1000 cuts",
                   (long long)n_cuts);
  }
  NIEM_TRY(ni_check_array(cuts, n_cuts, n_cuts, "cuts", "cuts", err));
  for (int64_t k = 0; k < n_cuts; k++) {
    if (!(cuts[k] > (k == 0 ? 0 : cuts[k - 1]) && cuts[k] < 1)) {
      return ni_fail_at(err, NIEM_ERROR_VALUE, 0, k + 1, "cuts",
                        "cut %lld is out of order; cuts are shares between 0 and 1 that rise", (long long)(k + 1));
    }
  }
  if (o->scores != NULL) {
    NIEM_TRY(ni_check_array(o->scores, o->n_scores, n_cuts + 1, "bands", "scores", err));
  }
  n->shares = ni_arena_alloc(&n->arena, (size_t)n_cuts, sizeof *n->shares);
  n->scores = ni_arena_alloc(&n->arena, (size_t)n_cuts + 1, sizeof *n->scores);
  if (n->shares == NULL || n->scores == NULL) {
    return ni_fail_memory(err);
  }
  memcpy(n->shares, cuts, (size_t)n_cuts * sizeof *cuts);
  for (int64_t k = 0; k <= n_cuts; k++) {
    n->scores[k] = o->scores != NULL ? o->scores[k] : o->lower + (o->upper - o->lower) * (double)k / (double)n_cuts;
  }
  n->options.n_cuts = n_cuts;
cleanup:
  return status;
}

/* ---- learning */

static double parameter(const double *values, const niem_normalise_options *o, int64_t j) {
  return values[o->n_columns == 1 ? 0 : j];
}

/* low and high as x' has them. */
static void turned_posts(double *low, double *high, const niem_normalise_options *o, int64_t j, int32_t direction) {
  *low = parameter(o->low, o, j);
  *high = parameter(o->high, o, j);
  if (o->logarithmic) {
    *low = ni_log(*low);
    *high = ni_log(*high);
  }
  if (direction < 0) {
    const double t = *low;
    *low = -*high;
    *high = -t;
  }
}

static niem_status fail_constant(niem_error *err, int64_t j) {
  return ni_fail_at(err, NIEM_ERROR_VALUE, 0, j + 1, "x",
                    "column %lld: all its values are the same, so this method has nothing to divide by; leave the "
                    "column out, or set the option `constant` to the score that it shall have",
                    (long long)(j + 1));
}

/* shift and span from the column's own values x'; `reference` is the reference unit's. */
static niem_status fit_distance(column *c, const niem_normalise_options *o, double reference, double low, double high,
                                int64_t j, niem_error *err) {
  double top = high;
  if (o->method == NIEM_NORMALISE_DISTANCE_TARGET) {
    top = parameter(o->targets, o, j) * c->direction;
  } else if (o->method == NIEM_NORMALISE_DISTANCE_REFERENCE) {
    top = reference;
  }
  if (ni_is_nan(top)) {
    return ni_fail_at(err, NIEM_ERROR_VALUE, o->reference_row + 1, j + 1, "x",
                      "column %lld: the reference unit in row %lld has no value; choose another unit, or impute first",
                      (long long)(j + 1), (long long)(o->reference_row + 1));
  }
  if (top < low || (top == low && low < high)) {
    return ni_fail_at(err, NIEM_ERROR_VALUE, 0, j + 1, "x",
                      "column %lld: no value is worse than its target or reference, so distances to it have no scale; "
                      "choose a better one",
                      (long long)(j + 1));
  }
  c->shift = low;
  c->span = top - low;
  return NIEM_OK;
}

static niem_status fit_fraction(column *c, const niem_normalise_options *o, double high, int64_t j, niem_error *err) {
  if (!(high > 0 || (high < 0 && o->negative_maximum))) {
    return ni_fail_at(err, NIEM_ERROR_VALUE, 0, j + 1, "x",
                      "column %lld: its greatest value, after direction, is not positive, so a fraction of it says "
                      "nothing; use min-max or the distance to the maximum",
                      (long long)(j + 1));
  }
  c->shift = 0;
  c->span = high;
  return NIEM_OK;
}

static niem_status fit_about_mean(column *c, const niem_normalise_options *o, const double *x, int64_t n, int64_t j,
                                  niem_error *err) {
  c->mean = ni_mean(x, n);
  c->margin = o->threshold * fabs(c->mean);
  if (c->mean == 0) {
    return ni_fail_at(err, NIEM_ERROR_VALUE, 0, j + 1, "x",
                      "column %lld: its mean is 0, of which no threshold is a share; use z-scores or bands",
                      (long long)(j + 1));
  }
  c->span = 1;
  return NIEM_OK;
}

/* 60 (x' - Min) / (Max - Min) + 70, where Min and Max lie as far apart as the extremes do, about the reference. */
static niem_status fit_ampi(column *c, const niem_normalise_options *o, const double *x, int64_t n, double low,
                            double high, int64_t j) {
  if (o->low != NULL) {
    turned_posts(&low, &high, o, j, c->direction);
  }
  const double reference = o->targets != NULL ? parameter(o->targets, o, j) * c->direction : ni_mean(x, n);
  c->shift = reference - (high - low) / 2;
  c->span = high - low;
  return NIEM_OK;
}

/* The sorted values, or the cuts between the bands. */
static niem_status keep_sorted(niem_normaliser *n, column *c, const double *x, int64_t n_rows, niem_error *err) {
  const int64_t n_cuts = n->options.n_cuts;
  const int bands = n->options.method == NIEM_NORMALISE_BANDS;
  double *sorted = ni_alloc((size_t)c->n, sizeof *sorted);
  double *kept = ni_arena_alloc(&n->arena, (size_t)(bands ? n_cuts : c->n), sizeof *kept);
  int64_t count = 0;
  if (sorted == NULL || kept == NULL) {
    ni_free(sorted);
    return ni_fail_memory(err);
  }
  for (int64_t i = 0; i < n_rows; i++) {
    if (!ni_is_nan(x[i])) {
      sorted[count++] = x[i];
    }
  }
  ni_sort_doubles(sorted, count);
  for (int64_t k = 0; bands && k < n_cuts; k++) {
    kept[k] = ni_quantile_sorted(sorted, count, n->shares[k]);
  }
  if (!bands) {
    memcpy(kept, sorted, (size_t)count * sizeof *kept);
  }
  c->sorted = kept;
  ni_free(sorted);
  return NIEM_OK;
}

/* What is learned from a matrix: the extremes of its columns, and its values a few columns at a time. */
typedef struct {
  const niem_matrix *x;
  const double *low, *high;
  double *room; /* TILE columns */
  int own;      /* the ranks are of this matrix itself */
} sample;

/* `x`: the column's values x', for methods that need them; low and high are x' too. */
static niem_status fit_by_method(niem_normaliser *n, column *c, const sample *s, const double *x, double low,
                                 double high, int64_t j, niem_error *err) {
  const niem_normalise_options *o = &n->options;
  const int64_t n_rows = s->x->n_rows;
  double reference = ni_nan();
  switch (o->method) {
    case NIEM_NORMALISE_MINMAX:
      c->shift = low;
      c->span = high - low;
      return NIEM_OK;
    case NIEM_NORMALISE_ZSCORE:
      ni_mean_deviation(&c->shift, &c->span, x, n_rows, o->deviation != NIEM_DEVIATION_POPULATION);
      c->span = low == high ? 0 : c->span;
      return NIEM_OK;
    case NIEM_NORMALISE_SCALED:
    case NIEM_NORMALISE_GOALPOSTS:
      turned_posts(&low, &high, o, j, c->direction);
      c->shift = low;
      c->span = high - low;
      return NIEM_OK;
    case NIEM_NORMALISE_DISTANCE_REFERENCE:
      reference = s->x->data[o->reference_row * s->x->row_stride + j * s->x->col_stride] * c->direction;
      return fit_distance(c, o, reference, low, high, j, err);
    case NIEM_NORMALISE_DISTANCE_TARGET:
    case NIEM_NORMALISE_DISTANCE_MAXIMUM:
      return fit_distance(c, o, reference, low, high, j, err);
    case NIEM_NORMALISE_FRACTION_MAXIMUM:
      return fit_fraction(c, o, high, j, err);
    case NIEM_NORMALISE_ABOUT_MEAN:
      return fit_about_mean(c, o, x, n_rows, j, err);
    case NIEM_NORMALISE_AMPI:
      return fit_ampi(c, o, x, n_rows, low, high, j);
    case NIEM_NORMALISE_BANDS:
      c->span = high - low;
      return keep_sorted(n, c, x, n_rows, err);
    default:
      c->span = o->method == NIEM_NORMALISE_PERCENTILE_RANK ? c->n > 1 : 1;
      return s->own ? NIEM_OK : keep_sorted(n, c, x, n_rows, err);
  }
}

static void turn_over(double *x, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    x[i] = 0 - x[i];
  }
}

/* `x`: the column's values, for methods that need them; they are turned here. */
static niem_status fit_column(niem_normaliser *n, const sample *s, double *x, int64_t j, niem_error *err) {
  const niem_normalise_options *o = &n->options;
  column *c = &n->columns[j];
  double low = s->low[j], high = s->high[j];
  niem_status status = NIEM_OK;
  c->direction = o->directions != NULL && parameter(o->directions, o, j) < 0 ? -1 : 1;
  if (low > high && !has_posts(o->method)) {
    c->state = EMPTY;
    return NIEM_OK;
  }
  if (c->direction < 0) {
    low = 0 - s->high[j];
    high = 0 - s->low[j];
    turn_over(x, x != NULL ? s->x->n_rows : 0);
  }
  c->n = ranks(o->method) || o->method == NIEM_NORMALISE_BANDS ? ni_count(x, s->x->n_rows) : 0;
  NIEM_TRY(fit_by_method(n, c, s, x, low, high, j, err));
  c->state = c->span == 0 ? CONSTANT : FITTED;
  if (c->state == CONSTANT && ni_is_nan(o->constant)) {
    status = fail_constant(err, j);
  }
  if (c->state == FITTED) {
    n->shift[j] = c->shift * c->direction;
    n->span[j] = c->span * c->direction;
  }
cleanup:
  return status;
}

/* ---- applying */

static int is_linear(const niem_normalise_options *o) {
  return !ranks(o->method) && o->method != NIEM_NORMALISE_BANDS && o->method != NIEM_NORMALISE_ABOUT_MEAN;
}

/* The methods that are one formula, with the columns' shifts and spans. */
static ni_line line_of(const niem_normalise_options *o, const double *shift, const double *span) {
  const int zscore = o->method == NIEM_NORMALISE_ZSCORE;
  const int ampi = o->method == NIEM_NORMALISE_AMPI;
  ni_line l = {.shift = shift, .span = span, .cut = o->truncate == NIEM_TRUNCATE_YES};
  l.base = 0 + (zscore ? o->mean : ampi ? 70 : o->lower);
  l.scale = zscore ? o->sd : ampi ? 60 : o->upper - o->lower;
  l.top = zscore || ampi ? l.base + l.scale : o->upper;
  return l;
}

/* Columns without parameters: their one score, or gaps. */
static void apply_constants(double *out, const niem_normaliser *n, int64_t n_rows) {
  for (int64_t j = 0; j < n->n_cols; j++) {
    for (int64_t i = 0; n->columns[j].state != FITTED && i < n_rows; i++) {
      double *y = &out[i * n->n_cols + j];
      *y = ni_is_nan(*y) ? ni_nan() : n->options.constant;
    }
  }
}

/* Row by row. `band`: room for NI_MATRIX_BAND rows where x has none of its own. */
static void apply_line(double *out, const niem_normaliser *n, const niem_matrix *x, double *band) {
  const ni_line l = line_of(&n->options, n->shift, n->span);
  for (int64_t begin = 0; begin < x->n_rows; begin += NI_MATRIX_BAND) {
    const int64_t end = x->n_rows - begin < NI_MATRIX_BAND ? x->n_rows : begin + NI_MATRIX_BAND;
    int64_t stride;
    const double *rows = ni_matrix_rows(&stride, x, begin, end, band);
    for (int64_t i = begin; i < end; i++) {
      ni_lanes_line(out + i * n->n_cols, rows + (i - begin) * stride, &l, n->n_cols);
    }
  }
  apply_constants(out, n, x->n_rows);
}

/* Values below x, and values equal to it, among n sorted ones. */
static void place(int64_t *below, int64_t *equal, const double *sorted, int64_t n, double x) {
  int64_t low = 0;
  int64_t high = n;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (sorted[middle] < x) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  *below = low;
  while (high < n && sorted[high] == x) {
    high++;
  }
  *equal = high - low;
}

static int64_t distinct(const double *sorted, int64_t n) {
  int64_t count = n > 0;
  for (int64_t k = 1; k < n; k++) {
    count += sorted[k] != sorted[k - 1];
  }
  return count;
}

/* The rank of a value among the fitted ones, as if it stood in place of one that is equal. */
static double rank_among(const column *c, int32_t ties, double x) {
  int64_t below, equal;
  place(&below, &equal, c->sorted, c->n, x);
  const int64_t at = equal > 0 ? equal : 1;
  const double r = ties == NI_TIES_MAX       ? (double)(below + at)
                   : ties == NI_TIES_AVERAGE ? (double)(2 * below + 1 + at) / 2
                   : ties == NI_TIES_DENSE   ? (double)(distinct(c->sorted, below) + 1)
                                             : (double)(below + 1);
  return r < (double)c->n ? r : (double)c->n;
}

static double score_of_rank(int32_t method, double rank, int64_t n) {
  if (method == NIEM_NORMALISE_RANK) {
    return rank;
  }
  return method == NIEM_NORMALISE_BORDA ? rank - 1 : (rank - 1) / (double)(n - 1);
}

/* Values as x' has them, the logarithm taken: below the logarithm of every double, on the low post's side, where there
 * is none; a missing value stays. */
static void turn(double *x, const niem_normaliser *n, const column *c, int64_t n_rows) {
  for (int64_t i = 0; n->options.logarithmic && i < n_rows; i++) {
    x[i] = ni_is_nan(x[i]) ? x[i] : x[i] <= 0 ? -1000 : ni_log(x[i]);
  }
  if (c->direction < 0) {
    turn_over(x, n_rows);
  }
}

/* The score of the band: as many cuts are at or below the value as there are bands below its own. */
static void apply_bands(double *x, const niem_normaliser *n, const column *c, int64_t n_rows) {
  const int64_t n_cuts = n->options.n_cuts;
  for (int64_t i = 0; i < n_rows; i++) {
    int64_t band = 0;
    int64_t equal = 0;
    if (n_cuts > 16) {
      place(&band, &equal, c->sorted, n_cuts, x[i]);
    }
    for (int64_t k = 0; n_cuts <= 16 && k < n_cuts; k++) {
      band += x[i] >= c->sorted[k];
    }
    x[i] = ni_is_nan(x[i]) ? ni_nan() : n->scores[band + equal];
  }
}

static void apply_about_mean(double *x, const niem_normaliser *n, const column *c, int64_t n_rows) {
  const double lower = n->options.lower, upper = n->options.upper, middle = lower + (upper - lower) / 2;
  const double mean = c->mean, margin = c->margin, nan = ni_nan();
  for (int64_t i = 0; i < n_rows; i++) {
    const double away = x[i] - mean;
    x[i] = away > margin ? upper : away < -margin ? lower : away == away ? middle : nan;
  }
}

static void apply_ranks(double *x, const niem_normaliser *n, const column *c, int64_t n_rows) {
  const niem_normalise_options *o = &n->options;
  for (int64_t i = 0; i < n_rows; i++) {
    x[i] = ni_is_nan(x[i]) ? ni_nan() : score_of_rank(o->method, rank_among(c, o->ties, x[i]), c->n);
  }
}

/* Goalposts of logarithms: the formula in the posts' own scale. */
static void apply_logarithmic(double *x, const niem_normaliser *n, const column *c, int64_t n_rows) {
  const ni_line l = line_of(&n->options, &c->shift, &c->span);
  for (int64_t i = 0; i < n_rows; i++) {
    ni_lanes_line(&x[i], &x[i], &l, 1);
  }
}

/* From a column's values to scores in place. */
static void apply_column(double *x, const niem_normaliser *n, int64_t n_rows, int64_t j) {
  const column *c = &n->columns[j];
  if (c->state != FITTED) {
    return; /* apply_constants() */
  }
  turn(x, n, c, n_rows);
  if (n->options.method == NIEM_NORMALISE_BANDS) {
    apply_bands(x, n, c, n_rows);
  } else if (n->options.method == NIEM_NORMALISE_ABOUT_MEAN) {
    apply_about_mean(x, n, c, n_rows);
  } else if (ranks(n->options.method)) {
    apply_ranks(x, n, c, n_rows);
  } else {
    apply_logarithmic(x, n, c, n_rows);
  }
}

/* A few columns at a time. */
static void apply_columns(double *out, const niem_normaliser *n, const niem_matrix *x, double *room) {
  for (int64_t begin = 0; begin < x->n_cols; begin += TILE) {
    const int64_t end = x->n_cols - begin < TILE ? x->n_cols : begin + TILE;
    ni_matrix_take_columns(room, x, begin, end);
    for (int64_t j = begin; j < end; j++) {
      apply_column(room + (j - begin) * x->n_rows, n, x->n_rows, j);
    }
    ni_matrix_put_columns(out, room, x->n_rows, x->n_cols, begin, end);
  }
  apply_constants(out, n, x->n_rows);
}

/* Ranks within one matrix, ties of every kind; `x` holds the column. */
static niem_status rank_column(double *x, double *room, const niem_normaliser *n, int64_t n_rows, int64_t j,
                               niem_error *err) {
  const niem_normalise_options *o = &n->options;
  const column *c = &n->columns[j];
  turn(x, n, c, n_rows);
  if (!ni_rank(room, x, n_rows, 1, 0, o->ties, o->tolerance)) {
    return ni_fail_memory(err);
  }
  for (int64_t i = 0; i < n_rows; i++) {
    x[i] = ni_is_nan(room[i]) ? ni_nan() : c->state == CONSTANT ? o->constant : score_of_rank(o->method, room[i], c->n);
  }
  return NIEM_OK;
}

static niem_status apply_own_ranks(double *out, const niem_normaliser *n, const niem_matrix *x, niem_error *err) {
  double *data = NULL;
  double *room = ni_alloc((size_t)x->n_rows, sizeof *room);
  niem_status status = room != NULL ? NIEM_OK : ni_fail_memory(err);
  NIEM_TRY(status);
  NIEM_TRY(ni_matrix_by_columns(&data, x, err));
  for (int64_t j = 0; j < n->n_cols; j++) {
    NIEM_TRY(rank_column(data + j * x->n_rows, room, n, x->n_rows, j, err));
  }
  ni_matrix_transpose(out, data, x->n_rows, x->n_cols);
cleanup:
  ni_free(data);
  ni_free(room);
  return status;
}

/* ---- the two stages over a whole matrix */

static niem_status copy_parameters(niem_normaliser *n, niem_error *err) {
  const double **arrays[] = {&n->options.directions, &n->options.low, &n->options.high, &n->options.targets};
  for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) {
    if (*arrays[k] != NULL) {
      double *kept = ni_arena_alloc(&n->arena, (size_t)n->options.n_columns, sizeof *kept);
      if (kept == NULL) {
        return ni_fail_memory(err);
      }
      memcpy(kept, *arrays[k], (size_t)n->options.n_columns * sizeof *kept);
      *arrays[k] = kept;
    }
  }
  n->options.cuts = NULL;
  n->options.scores = NULL;
  return NIEM_OK;
}

/* The methods that look at more of a column than its extremes. */
static int needs_values(const niem_normalise_options *o) {
  return ranks(o->method) || o->method == NIEM_NORMALISE_ZSCORE || o->method == NIEM_NORMALISE_BANDS ||
         o->method == NIEM_NORMALISE_ABOUT_MEAN || (o->method == NIEM_NORMALISE_AMPI && o->targets == NULL);
}

static niem_status fit_columns(niem_normaliser *n, const sample *s, niem_error *err) {
  const int values = needs_values(&n->options);
  niem_status status = NIEM_OK;
  for (int64_t begin = 0; status == NIEM_OK && begin < n->n_cols; begin += TILE) {
    const int64_t end = n->n_cols - begin < TILE ? n->n_cols : begin + TILE;
    if (values) {
      ni_matrix_take_columns(s->room, s->x, begin, end);
    }
    for (int64_t j = begin; status == NIEM_OK && j < end; j++) {
      status = fit_column(n, s, values ? s->room + (j - begin) * s->x->n_rows : NULL, j, err);
    }
  }
  return status;
}

static niem_status make_columns(niem_normaliser *n, int64_t n_cols, niem_error *err) {
  n->n_cols = n_cols;
  n->columns = ni_arena_alloc(&n->arena, (size_t)n_cols, sizeof *n->columns);
  n->shift = ni_arena_alloc(&n->arena, (size_t)n_cols, sizeof *n->shift);
  n->span = ni_arena_alloc(&n->arena, (size_t)n_cols, sizeof *n->span);
  if (n->columns == NULL || n->shift == NULL || n->span == NULL) {
    return ni_fail_memory(err);
  }
  for (int64_t j = 0; j < n_cols; j++) {
    n->span[j] = 1;
  }
  return NIEM_OK;
}

static niem_status learn(niem_normaliser **out, const sample *s, const niem_normalise_options *theirs,
                         niem_error *err) {
  const int64_t n_cols = s->x->n_cols;
  niem_normaliser *n = ni_alloc_zero(1, sizeof *n);
  niem_status status = NIEM_OK;
  if (n == NULL) {
    return ni_fail_memory(err);
  }
  niem_normalise_options_init(&n->options);
  NIEM_TRY(ni_options_read(&n->options, sizeof n->options, theirs, "options", err));
  NIEM_TRY(ni_check_choice(n->options.method, NIEM_NORMALISE_END, "method", err));
  NIEM_TRY(check_parts(&n->options, err));
  set_scale(&n->options);
  NIEM_TRY(check_scalars(&n->options, s->x->n_rows, err));
  NIEM_TRY(check_arrays(&n->options, n_cols, err));
  if (n->options.method == NIEM_NORMALISE_BANDS) {
    NIEM_TRY(take_bands(n, &n->options, err));
  }
  NIEM_TRY(copy_parameters(n, err));
  NIEM_TRY(make_columns(n, n_cols, err));
  NIEM_TRY(fit_columns(n, s, err));
  *out = n;
  n = NULL;
cleanup:
  niem_normaliser_free(n);
  return status;
}

/* What of the matrix cannot be applied, before anything is written. */
static niem_status check_applicable(const niem_normaliser *n, const sample *s, niem_error *err) {
  const niem_normalise_options *o = &n->options;
  const int logs = o->logarithmic && o->truncate != NIEM_TRUNCATE_YES;
  for (int64_t j = 0; j < n->n_cols; j++) {
    const int empty = n->columns[j].state == EMPTY;
    if (!(empty && s->low[j] <= s->high[j]) && !(logs && s->low[j] <= 0)) {
      continue;
    }
    for (int64_t i = 0; i < s->x->n_rows; i++) {
      const double value = s->x->data[i * s->x->row_stride + j * s->x->col_stride];
      if (!ni_is_nan(value) && (empty || value <= 0)) {
        return ni_fail_cell(err, NIEM_ERROR_VALUE, i, j, value,
                            empty ? "the column had no value when this was fitted; fit on data that have one"
                                  : "it has no logarithm; truncate at the posts, or use linear goalposts");
      }
    }
  }
  return NIEM_OK;
}

static niem_status apply_all(double *out, const niem_normaliser *n, const sample *s, niem_error *err) {
  double *rows = NULL;
  niem_matrix x = *s->x;
  niem_status status = NIEM_OK;
  NIEM_TRY(check_applicable(n, s, err));
  if (s->own && ranks(n->options.method)) {
    return apply_own_ranks(out, n, &x, err);
  }
  if (ni_matrix_is_overwritten(&x, out)) {
    NIEM_TRY(ni_matrix_by_rows(&rows, &x, err));
    x = (niem_matrix){rows, x.n_rows, x.n_cols, x.n_cols, 1};
  }
  if (is_linear(&n->options) && !n->options.logarithmic) {
    apply_line(out, n, &x, s->room);
  } else {
    apply_columns(out, n, &x, s->room);
  }
cleanup:
  ni_free(rows);
  return status;
}

/* The extremes of x, its values looked at in passing. The room serves for rows and for columns. */
static niem_status take_sample(sample *s, double **reals, const niem_matrix *x, int own, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_matrix_check(x, err));
  const size_t room = (size_t)(x->n_rows > x->n_cols ? x->n_rows : x->n_cols);
  double *low = *reals = ni_alloc(room, (TILE + 2) * sizeof **reals);
  NIEM_TRY(low != NULL ? NIEM_OK : ni_fail_memory(err));
  *s = (sample){x, low, low + room, low + 2 * room, own};
  status = ni_matrix_extents(low, low + room, x, s->room, err);
cleanup:
  return status;
}

/* ---- public */

void niem_normalise_options_init(niem_normalise_options *options) {
  if (options == NULL) {
    return;
  }
  memset(options, 0, sizeof *options);
  options->struct_size = (int64_t)sizeof *options;
  options->lower = ni_nan();
  options->upper = ni_nan();
  options->constant = ni_nan();
  options->sd = 1;
  options->threshold = 0.2;
  options->reference_row = -1;
}

niem_status niem_normalise(double *out, const niem_matrix *x, const niem_normalise_options *options, niem_error *err) {
  double *reals = NULL;
  sample s;
  niem_normaliser *n = NULL;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  NIEM_TRY(ni_check_out(out, "out", err));
  NIEM_TRY(take_sample(&s, &reals, x, 1, err));
  NIEM_TRY(learn(&n, &s, options, err));
  NIEM_TRY(apply_all(out, n, &s, err));
cleanup:
  niem_normaliser_free(n);
  ni_free(reals);
  ni_fpenv_leave(&saved);
  return status;
}

niem_status niem_normaliser_fit(niem_normaliser **out, const niem_matrix *x, const niem_normalise_options *options,
                                niem_error *err) {
  double *reals = NULL;
  sample s;
  niem_normaliser *n = NULL;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  NIEM_TRY(ni_check_out(out, "out", err));
  *out = NULL;
  NIEM_TRY(take_sample(&s, &reals, x, 0, err));
  NIEM_TRY(learn(&n, &s, options, err));
  if (ranks(n->options.method) && (n->options.ties == NI_TIES_FIRST || n->options.tolerance > 0)) {
    status =
        ni_fail(err, NIEM_ERROR_UNSUPPORTED, n->options.tolerance > 0 ? "tolerance" : "ties",
                "cannot be applied to another matrix than the one that was ranked; choose ties that do not depend on "
                "the order of rows, and no tolerance");
    goto cleanup;
  }
  *out = n;
  n = NULL;
cleanup:
  niem_normaliser_free(n);
  ni_free(reals);
  ni_fpenv_leave(&saved);
  return status;
}

niem_status niem_normaliser_apply(double *out, const niem_normaliser *normaliser, const niem_matrix *x,
                                  niem_error *err) {
  double *reals = NULL;
  sample s;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  NIEM_TRY(ni_check_out(out, "out", err));
  NIEM_TRY(ni_check_out(normaliser, "normaliser", err));
  NIEM_TRY(take_sample(&s, &reals, x, 0, err));
  if (x->n_cols != normaliser->n_cols) {
    status = ni_fail(err, NIEM_ERROR_MISMATCH, "x", "has %lld columns; the normaliser was fitted on %lld",
                     (long long)x->n_cols, (long long)normaliser->n_cols);
    goto cleanup;
  }
  status = apply_all(out, normaliser, &s, err);
cleanup:
  ni_free(reals);
  ni_fpenv_leave(&saved);
  return status;
}

void niem_normaliser_free(niem_normaliser *normaliser) {
  if (normaliser != NULL) {
    ni_arena_free(&normaliser->arena);
    ni_free(normaliser);
  }
}
