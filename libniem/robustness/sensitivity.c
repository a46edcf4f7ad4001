/* Indices of sensitivity by variance, with a bootstrap over base points.
 *
 * Sources: I. M. Sobol', "Sensitivity estimates for nonlinear mathematical models", Math. Modelling Comput. Exp. 1
 * (1993); T. Homma & A. Saltelli, Reliability Engineering & System Safety 52 (1996), for the total index; M. J. W.
 * Jansen, Computer Physics Communications 117 (1999); A. Saltelli, the same 145 (2002), for pairs; A. Saltelli et al.,
 * the same 181 (2010); A. Janon et al., ESAIM: Probability and Statistics 18 (2014); G. E. B. Archer, A. Saltelli & I.
 * M. Sobol', J. Statist. Comput. Simul. 58 (1997), for the bootstrap.
 *
 * Every estimator here is a function of sums over base points, so a resample is the same sums with counts. The results
 * are shifted by their mean and scaled by a power of two first, so that a large constant in them costs no digits; an
 * estimator that is centred subtracts in addition the mean of the resample. A block of base points becomes columns of
 * terms, and 16 resamples take them together: a lane is a resample, and its sum runs over the base points in their
 * order. */
#include "base/platform.h"

#include "niem/robustness.h"

#include <math.h>
#include <string.h>

#include "base/exact.h"
#include "base/fail.h"
#include "base/fpenv.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/options.h"
#include "base/order.h"
#include "base/rng.h"
#include "base/threads.h"
#include "robustness/design.h"
#include "robustness/streams.h"
#include "statistics/columns.h"
#include "statistics/matrix.h"

enum { LANES = 16, BLOCK = 512, MOST_OUTPUTS = 1 << 20 };
/* A variance below this share of the mean square is what rounding leaves of none. */
#define NO_VARIANCE 1e-13

/* Which columns hold what. A set is three columns: how often a base point counts, the sum of A and B, the sum of their
 * squares. Set 0 is of all points with A and B; an input or pair with failures of its own has a set of its own. */
typedef struct {
  int64_t *sets; /* for each input, then each pair: the first column of its set */
  int64_t *at;   /* and the first one of its terms */
  int64_t n_columns;
  double centre, factor; /* what is worked with: (y - centre) * factor */
} layout;

typedef struct {
  const niem_matrix *y;
  niem_sensitivity_options options;
  int64_t n, d, width;
  int64_t n_pairs;  /* 0 where nobody asked for them */
  int64_t n_parts;  /* inputs and pairs */
  int64_t n_values; /* first, total and second order effects */
  layout *outputs;
  int64_t most_columns;
  double *estimates; /* for each output and value: the resamples */
  double *room;      /* for each worker */
  int64_t room_size;
} analysis;

/* ---- terms of a block of base points */

static int64_t n_first_terms(int32_t first) {
  return first == NIEM_FIRST_JANON ? 3 : first == NIEM_FIRST_JANSEN ? 1 : 2;
}

/* The results of a block, a row of the design after another, each BLOCK apart. */
static void take_block(double *z, const analysis *a, int64_t output, int64_t begin, int64_t end) {
  const layout *o = &a->outputs[output];
  for (int64_t k = begin; k < end; k++) {
    const double *y = a->y->data + k * a->width * a->y->row_stride + output * a->y->col_stride;
    for (int64_t r = 0; r < a->width; r++) {
      z[r * BLOCK + k - begin] = (y[r * a->y->row_stride] - o->centre) * o->factor;
    }
  }
}

/* Which base points have all that a part needs. */
static void mark(double *there, const double *const *needed, int64_t n_needed, int64_t n) {
  for (int64_t k = 0; k < n; k++) {
    int all = 1;
    for (int64_t r = 0; r < n_needed; r++) {
      all &= !ni_is_nan(needed[r][k]);
    }
    there[k] = all;
  }
}

static void fill_set(double *set, const double *a, const double *b, int64_t n) {
  for (int64_t k = 0; k < n; k++) {
    const double x = set[k] != 0 ? a[k] : 0;
    const double y = set[k] != 0 ? b[k] : 0;
    set[BLOCK + k] = x + y;
    set[2 * BLOCK + k] = x * x + y * y;
  }
}

/* The terms of the first-order and total estimators, added: `x` and `mixed` share the input, `other` and `mixed` all
 * others. */
static void add_terms(double *terms, int32_t first, const double *there, const double *x, const double *mixed,
                      const double *other, double factor, int64_t n) {
  double *f = terms;
  double *g = terms + BLOCK;
  double *h = terms + 2 * BLOCK;
  double *total = terms + n_first_terms(first) * BLOCK;
  for (int64_t k = 0; k < n; k++) {
    const double b = there[k] != 0 ? x[k] : 0;
    const double ab = there[k] != 0 ? mixed[k] : 0;
    const double a = there[k] != 0 ? other[k] : 0;
    const double away = ab - a;
    total[k] += factor * (away * away);
    if (first == NIEM_FIRST_SALTELLI) {
      f[k] += factor * (b * away);
      g[k] += factor * away;
    } else if (first == NIEM_FIRST_JANSEN) {
      f[k] += factor * ((b - ab) * (b - ab));
    } else {
      f[k] += factor * (b * ab);
      g[k] += factor * (b + ab);
    }
    if (first == NIEM_FIRST_JANON) {
      h[k] += factor * (b * b + ab * ab);
    }
  }
}

/* AB_i and BA_j share both inputs, A and B none. */
static void fill_pair(double *terms, const double *there, const double *const *z, int64_t n) {
  for (int64_t k = 0; k < n; k++) {
    const int all = there[k] != 0;
    const double a = all ? z[0][k] : 0;
    const double b = all ? z[1][k] : 0;
    const double ab_i = all ? z[2][k] : 0;
    const double ab_j = all ? z[3][k] : 0;
    const double ba_i = all ? z[4][k] : 0;
    const double ba_j = all ? z[5][k] : 0;
    terms[k] = (ab_i * ba_j + ab_j * ba_i) / 2 - a * b;
    terms[BLOCK + k] = (ab_i + ba_j + ab_j + ba_i) / 2 - (a + b);
  }
}

static const double *set_of_part(double *columns, const layout *o, int64_t part, const double *const *needed,
                                 int64_t n_needed, int64_t n) {
  double *set = columns + o->sets[part] * BLOCK;
  if (o->sets[part] > 0) {
    mark(set, needed, n_needed, n);
    fill_set(set, needed[0], needed[1], n);
  }
  return set;
}

/* All columns of a block; `z` has width * BLOCK elements. */
static void fill_columns(double *columns, double *z, const analysis *a, int64_t output, int64_t begin, int64_t end) {
  const layout *o = &a->outputs[output];
  const int64_t n = end - begin;
  const int64_t d = a->d;
  const int both = a->options.second_order;
  const double *needed[6] = {z, z + BLOCK};
  take_block(z, a, output, begin, end);
  mark(columns, needed, 2, n);
  fill_set(columns, z, z + BLOCK, n);
  for (int64_t i = 0; i < d; i++) {
    const double *ab = z + (2 + i) * BLOCK;
    const double *ba = both ? ab + d * BLOCK : NULL;
    double *terms = columns + o->at[i] * BLOCK;
    needed[2] = ab;
    needed[3] = ba;
    const double *there = set_of_part(columns, o, i, needed, both ? 4 : 3, n);
    memset(terms, 0, (size_t)(n_first_terms(a->options.first) + 1) * BLOCK * sizeof *terms);
    add_terms(terms, a->options.first, there, z + BLOCK, ab, z, both ? 0.5 : 1, n);
    if (both) {
      add_terms(terms, a->options.first, there, z, ba, z + BLOCK, 0.5, n);
    }
  }
  for (int64_t i = 0, part = d; a->n_pairs > 0 && i < d; i++) {
    for (int64_t j = i + 1; j < d; j++, part++) {
      needed[2] = z + (2 + i) * BLOCK;
      needed[3] = z + (2 + j) * BLOCK;
      needed[4] = needed[2] + d * BLOCK;
      needed[5] = needed[3] + d * BLOCK;
      const double *there = set_of_part(columns, o, part, needed, 6, n);
      fill_pair(columns + o->at[part] * BLOCK, there, needed, n);
    }
  }
}

/* ---- from sums to indices */

/* Mean and variance of a set; 0 where there is no variance to share. */
static int settle_set(double *mean, double *variance, const double *set) {
  if (!(set[0] >= 2)) {
    return 0;
  }
  const double square = set[2] / (2 * set[0]);
  *mean = set[1] / (2 * set[0]);
  *variance = square - *mean * *mean;
  return *variance > NO_VARIANCE * square;
}

static double first_of(const double *sums, const double *set, double mean, double variance, double shift,
                       int32_t first) {
  const double n = set[0];
  const double f = sums[0] / n;
  if (first == NIEM_FIRST_JANSEN) {
    return 1 - f / (2 * variance);
  }
  const double g = sums[1] / n;
  if (first == NIEM_FIRST_SALTELLI) {
    return (f - mean * g) / variance;
  }
  if (first == NIEM_FIRST_SOBOL) { /* with the constant that was taken away */
    return (f + shift * g - mean * mean - 2 * shift * mean) / variance;
  }
  const double square = sums[2] / n / 2;
  const double own = square - g / 2 * (g / 2);
  return own > NO_VARIANCE * square ? (f - g / 2 * (g / 2)) / own : ni_nan();
}

/* `values`: first order effects, total effects, pairs. */
static void evaluate(double *values, const double *sums, const analysis *a, const layout *o) {
  const int64_t d = a->d;
  const int64_t total = n_first_terms(a->options.first);
  double mean, variance;
  for (int64_t i = 0; i < d; i++) {
    const double *set = sums + o->sets[i];
    const double *terms = sums + o->at[i];
    const int good = settle_set(&mean, &variance, set);
    values[i] = good ? first_of(terms, set, mean, variance, o->centre * o->factor, a->options.first) : ni_nan();
    values[d + i] = good ? terms[total] / set[0] / (2 * variance) : ni_nan();
  }
  for (int64_t i = 0, part = d; a->n_pairs > 0 && i < d; i++) {
    for (int64_t j = i + 1; j < d; j++, part++) {
      const double *set = sums + o->sets[part];
      const double *terms = sums + o->at[part];
      const int good = settle_set(&mean, &variance, set);
      const double closed = good ? (terms[0] - mean * terms[1]) / set[0] / variance : ni_nan();
      const double second = closed - values[i] - values[j];
      values[d + part] = ni_is_nan(second) ? ni_nan() : second;
    }
  }
}

/* ---- what each output is like */

/* The shift and the scale: mean of A and B where both are there, and a power of two that brings all near 1. */
static void settle_scale(layout *o, double *both, const analysis *a, int64_t output) {
  const double *y = a->y->data + output * a->y->col_stride;
  double most = 0;
  double low, high;
  for (int64_t k = 0; k < a->n; k++) {
    const double first = y[k * a->width * a->y->row_stride];
    const double second = y[(k * a->width + 1) * a->y->row_stride];
    const int there = !ni_is_nan(first) && !ni_is_nan(second);
    both[2 * k] = there ? first : ni_nan();
    both[2 * k + 1] = there ? second : ni_nan();
  }
  o->centre = ni_mean(both, 2 * a->n);
  ni_extent(&low, &high, both, 2 * a->n);
  o->centre = ni_is_nan(o->centre) ? 0 : o->centre;
  most = high - o->centre > o->centre - low ? high - o->centre : o->centre - low;
  o->factor = most > 1e-290 ? 1 / ni_power_of_two_above(most) : 1;
}

/* Which evaluations fail though A and B of their point are there: 1 in `fails` for each row of the design. */
static void find_failures(int32_t *fails, const analysis *a, int64_t output) {
  memset(fails, 0, (size_t)a->width * sizeof *fails);
  for (int64_t k = 0; k < a->n; k++) {
    const double *y = a->y->data + k * a->width * a->y->row_stride + output * a->y->col_stride;
    const int there = !ni_is_nan(y[0]) && !ni_is_nan(y[a->y->row_stride]);
    for (int64_t r = 2; there && r < a->width; r++) {
      fails[r] |= ni_is_nan(y[r * a->y->row_stride]);
    }
  }
}

static void lay_part(layout *o, int64_t part, int fails, int64_t n_terms) {
  o->sets[part] = fails ? o->n_columns : 0;
  o->n_columns += fails ? 3 : 0;
  o->at[part] = o->n_columns;
  o->n_columns += n_terms;
}

static void lay_out(layout *o, const int32_t *fails, const analysis *a) {
  const int64_t d = a->d;
  const int32_t *ab = fails + 2;
  const int32_t *ba = a->options.second_order ? ab + d : ab;
  o->n_columns = 3;
  for (int64_t i = 0; i < d; i++) {
    lay_part(o, i, ab[i] | ba[i], n_first_terms(a->options.first) + 1);
  }
  for (int64_t i = 0, part = d; a->n_pairs > 0 && i < d; i++) {
    for (int64_t j = i + 1; j < d; j++, part++) {
      lay_part(o, part, ab[i] | ba[i] | ab[j] | ba[j], 2);
    }
  }
}

static niem_status settle_outputs(analysis *a, niem_error *err) {
  const int64_t n_outputs = a->y->n_cols;
  double *both = ni_alloc((size_t)a->n, 2 * sizeof *both);
  int32_t *fails = ni_alloc((size_t)a->width, sizeof *fails);
  int64_t *places = a->outputs == NULL ? NULL : a->outputs[0].sets;
  niem_status status = both != NULL && fails != NULL ? NIEM_OK : ni_fail_memory(err);
  for (int64_t k = 0; status == NIEM_OK && k < n_outputs; k++) {
    layout *o = &a->outputs[k];
    o->sets = places + 2 * k * a->n_parts;
    o->at = o->sets + a->n_parts;
    settle_scale(o, both, a, k);
    find_failures(fails, a, k);
    lay_out(o, fails, a);
    a->most_columns = o->n_columns > a->most_columns ? o->n_columns : a->most_columns;
  }
  ni_free(fails);
  ni_free(both);
  return status;
}

/* ---- the sample itself */

/* Exact sums of the columns. */
static niem_status sum_columns(double *sums, const analysis *a, int64_t output, niem_error *err) {
  const int64_t n_columns = a->outputs[output].n_columns;
  ni_exact *totals = ni_alloc((size_t)n_columns, sizeof *totals);
  double *columns = ni_alloc((size_t)(n_columns + a->width), BLOCK * sizeof *columns);
  const niem_status status = totals != NULL && columns != NULL ? NIEM_OK : ni_fail_memory(err);
  for (int64_t c = 0; status == NIEM_OK && c < n_columns; c++) {
    ni_exact_init(&totals[c]);
  }
  for (int64_t begin = 0; status == NIEM_OK && begin < a->n; begin += BLOCK) {
    const int64_t end = begin + BLOCK < a->n ? begin + BLOCK : a->n;
    fill_columns(columns, columns + n_columns * BLOCK, a, output, begin, end);
    for (int64_t c = 0; c < n_columns; c++) {
      for (int64_t k = 0; k < end - begin; k++) {
        ni_exact_add(&totals[c], columns[c * BLOCK + k]);
      }
    }
  }
  for (int64_t c = 0; status == NIEM_OK && c < n_columns; c++) {
    sums[c] = ni_exact_round(&totals[c]);
  }
  ni_free(columns);
  ni_free(totals);
  return status;
}

/* ---- resamples */

/* Column times counts, LANES resamples side by side. */
NI_WIDE static void add_counted(double *sums, const double *column, const double *counts, int64_t n) {
  double own[LANES];
  memcpy(own, sums, sizeof own);
  for (int64_t k = 0; k < n; k++) {
    for (int l = 0; l < LANES; l++) {
      own[l] += column[k] * counts[k * LANES + l];
    }
  }
  memcpy(sums, own, sizeof own);
}

static void draw_counts(double *counts, const analysis *a, int64_t begin, int64_t end) {
  memset(counts, 0, (size_t)a->n * LANES * sizeof *counts);
  for (int64_t r = begin; r < end; r++) {
    ni_rng rng;
    ni_rng_init(&rng, (uint64_t)a->options.seed, NI_STREAM_RESAMPLE, (uint64_t)r);
    for (int64_t k = 0; k < a->n; k++) {
      counts[(int64_t)ni_rng_below(&rng, (uint32_t)a->n) * LANES + r - begin] += 1;
    }
  }
}

static void resample_output(double *room, const double *counts, const analysis *a, int64_t output, int64_t begin,
                            int64_t end) {
  const layout *o = &a->outputs[output];
  double *sums = room;
  double *one = sums + a->most_columns * LANES;
  double *values = one + a->most_columns;
  double *columns = values + a->n_values;
  memset(sums, 0, (size_t)o->n_columns * LANES * sizeof *sums);
  for (int64_t from = 0; from < a->n; from += BLOCK) {
    const int64_t to = from + BLOCK < a->n ? from + BLOCK : a->n;
    fill_columns(columns, columns + o->n_columns * BLOCK, a, output, from, to);
    for (int64_t c = 0; c < o->n_columns; c++) {
      add_counted(sums + c * LANES, columns + c * BLOCK, counts + from * LANES, to - from);
    }
  }
  for (int64_t r = begin; r < end; r++) {
    for (int64_t c = 0; c < o->n_columns; c++) {
      one[c] = sums[c * LANES + r - begin];
    }
    evaluate(values, one, a, o);
    for (int64_t v = 0; v < a->n_values; v++) {
      a->estimates[(output * a->n_values + v) * a->options.resamples + r] = values[v];
    }
  }
}

static niem_status resample_chunk(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  const analysis *a = context;
  double *counts = a->room + worker * a->room_size;
  (void)err;
  draw_counts(counts, a, begin, end);
  for (int64_t k = 0; k < a->y->n_cols; k++) {
    resample_output(counts + a->n * LANES, counts, a, k, begin, end);
  }
  return NIEM_OK;
}

static niem_status resample(analysis *a, const niem_exec *exec, niem_error *err) {
  const int64_t workers = ni_workers(a->options.resamples, LANES, exec);
  a->room_size = a->n * LANES + a->most_columns * (LANES + 1 + BLOCK) + a->n_values + a->width * BLOCK;
  a->room = ni_alloc((size_t)a->room_size, (size_t)workers * sizeof *a->room);
  a->estimates = ni_alloc((size_t)a->options.resamples, (size_t)(a->n_values * a->y->n_cols) * sizeof *a->estimates);
  return a->room != NULL && a->estimates != NULL
             ? ni_parallel_for(a->options.resamples, LANES, exec, resample_chunk, a, err)
             : ni_fail_memory(err);
}

/* ---- results */

typedef struct {
  double value, error, low, high;
} interval;

/* Sorts the resamples. */
static interval bounds_of(double value, const analysis *a, int64_t place) {
  interval b = {value, ni_nan(), ni_nan(), ni_nan()};
  if (a->options.resamples == 0 || ni_is_nan(value)) {
    return b;
  }
  double *x = a->estimates + place * a->options.resamples;
  ni_sort_doubles(x, a->options.resamples);
  const int64_t there = ni_count(x, a->options.resamples);
  if (there < 2) {
    return b;
  }
  const double tail = (1 - a->options.level) / 2;
  b.error = ni_deviation(x, there, 1);
  if (a->options.interval == NIEM_INTERVAL_NORMAL) {
    const double reach = -ni_normal_quantile(tail) * b.error;
    b.low = value - reach;
    b.high = value + reach;
  } else {
    b.low = ni_quantile_sorted(x, there, tail);
    b.high = ni_quantile_sorted(x, there, 1 - tail);
  }
  return b;
}

static void report_inputs(niem_sensitivity_index *indices, niem_sensitivity_output *out, const analysis *a,
                          int64_t output, const double *sums, const double *values) {
  const layout *o = &a->outputs[output];
  out->sum_first = 0;
  out->sum_total = 0;
  for (int64_t i = 0; i < a->d; i++) {
    niem_sensitivity_index *index = &indices[i];
    const interval first = bounds_of(values[i], a, output * a->n_values + i);
    const interval total = bounds_of(values[a->d + i], a, output * a->n_values + a->d + i);
    *index = (niem_sensitivity_index){first.value, first.error, first.low,  first.high, total.value,
                                      total.error, total.low,   total.high, 0,          0};
    index->n_used = (int64_t)sums[o->sets[i]];
    index->n_failed = a->n - index->n_used;
    out->sum_first += first.value;
    out->sum_total += total.value;
  }
  out->sum_first = ni_is_nan(out->sum_first) ? ni_nan() : out->sum_first;
  out->sum_total = ni_is_nan(out->sum_total) ? ni_nan() : out->sum_total;
}

static void report_pairs(niem_sensitivity_pair *pairs, const analysis *a, int64_t output, const double *sums,
                         const double *values) {
  for (int64_t i = 0, part = a->d; i < a->d; i++) {
    for (int64_t j = i + 1; j < a->d; j++, part++, pairs++) {
      const int64_t value = a->d + part;
      const interval second = bounds_of(values[value], a, output * a->n_values + value);
      const int64_t used = (int64_t)sums[a->outputs[output].sets[part]];
      *pairs = (niem_sensitivity_pair){i, j, second.value, second.error, second.low, second.high, used, a->n - used};
    }
  }
}

static void report_output(niem_sensitivity_output *out, const analysis *a, int64_t output, const double *sums) {
  const layout *o = &a->outputs[output];
  double mean = 0;
  double variance = 0;
  const int good = settle_set(&mean, &variance, sums);
  out->n_used = (int64_t)sums[0];
  out->n_failed = a->n - out->n_used;
  out->mean = out->n_used > 0 ? o->centre + mean / o->factor : ni_nan();
  out->variance = out->n_used > 0 ? (good ? variance / o->factor / o->factor : 0) : ni_nan();
}

/* ---- arguments */

static niem_status check_options(const niem_sensitivity_options *o, const niem_sensitivity_pair *pairs,
                                 niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_check_choice(o->first, NIEM_FIRST_END, "first", err));
  NIEM_TRY(ni_check_choice(o->second_order, 2, "second_order", err));
  NIEM_TRY(ni_check_choice(o->interval, NIEM_INTERVAL_END, "interval", err));
  if (o->resamples < 0 || o->resamples > NIEM_MAX_RESAMPLES) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "resamples", "is %lld; 0 (none) to %d are possible",
                   (long long)o->resamples, (int)NIEM_MAX_RESAMPLES);
  }
  if (!(o->level > 0 && o->level < 1)) {
    return ni_fail(err, NIEM_ERROR_VALUE, "level", "is not between 0 and 1; 0.95 is usual");
  }
  if (pairs != NULL && !o->second_order) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "pairs",
                   "need second_order, and rows that were sampled with it; without it give NULL");
  }
cleanup:
  return status;
}

static niem_status check_rows(analysis *a, const niem_matrix *y, int64_t n_inputs, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_named(ni_matrix_check(y, err), "y", err));
  NIEM_TRY(ni_named(ni_matrix_check_values(y, err), "y", err));
  if (n_inputs < 1 || n_inputs > y->n_rows) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "n_inputs",
                   "is %lld; the sample was drawn for at least one, and has %lld rows", (long long)n_inputs,
                   (long long)y->n_rows);
  }
  a->y = y;
  a->d = n_inputs;
  a->width = ni_design_width(n_inputs, a->options.second_order);
  a->n = y->n_rows / a->width;
  if (y->n_rows % a->width != 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "y",
                   "has %lld rows; %lld inputs %s second order need %lld for each base point, so that a multiple of "
                   "that is right",
                   (long long)y->n_rows, (long long)n_inputs, a->options.second_order ? "with" : "without",
                   (long long)a->width);
  }
  if (a->n > (int64_t)UINT32_MAX || y->n_cols > MOST_OUTPUTS) {
    return ni_fail(err, NIEM_ERROR_LIMIT, "y", "%lld base points and %lld outputs; at most 2^32 - 1 and 2^20 are read",
                   (long long)a->n, (long long)y->n_cols);
  }
cleanup:
  return status;
}

static niem_status prepare(analysis *a, int with_pairs, niem_error *err) {
  const size_t n_outputs = (size_t)a->y->n_cols;
  a->n_pairs = with_pairs ? a->d * (a->d - 1) / 2 : 0;
  a->n_parts = a->d + a->n_pairs;
  a->n_values = a->d + a->n_parts;
  a->outputs = ni_alloc_zero(n_outputs, sizeof *a->outputs);
  if (a->outputs == NULL) {
    return ni_fail_memory(err);
  }
  a->outputs[0].sets = ni_alloc((size_t)a->n_parts, n_outputs * 2 * sizeof(int64_t));
  return a->outputs[0].sets != NULL ? settle_outputs(a, err) : ni_fail_memory(err);
}

/* ---- public */

void niem_sensitivity_options_init(niem_sensitivity_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
    options->resamples = 1000;
    options->seed = 1;
    options->level = 0.95;
  }
}

/* Sums and values of every output: most_columns and n_values apart. */
static niem_status estimate(double *sums, double *values, analysis *a, const niem_exec *exec, niem_error *err) {
  niem_status status = NIEM_OK;
  for (int64_t k = 0; k < a->y->n_cols; k++) {
    NIEM_TRY(sum_columns(sums + k * a->most_columns, a, k, err));
    evaluate(values + k * a->n_values, sums + k * a->most_columns, a, &a->outputs[k]);
  }
  if (a->options.resamples > 0) {
    NIEM_TRY(resample(a, exec, err));
  }
cleanup:
  return status;
}

niem_status niem_sensitivity_indices(niem_sensitivity_index *indices, niem_sensitivity_pair *pairs,
                                     niem_sensitivity_output *outputs, const niem_matrix *y, int64_t n_inputs,
                                     const niem_sensitivity_options *options, const niem_exec *exec, niem_error *err) {
  analysis a = {0};
  niem_exec run;
  double *sums = NULL;
  double *values = NULL;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  niem_sensitivity_options_init(&a.options);
  NIEM_TRY(ni_check_out(indices, "indices", err));
  NIEM_TRY(ni_options_read(&a.options, sizeof a.options, options, "options", err));
  NIEM_TRY(ni_exec_read(&run, exec, err));
  NIEM_TRY(check_options(&a.options, pairs, err));
  NIEM_TRY(check_rows(&a, y, n_inputs, err));
  NIEM_TRY(prepare(&a, pairs != NULL, err));
  sums = ni_alloc((size_t)a.most_columns, (size_t)y->n_cols * sizeof *sums);
  values = ni_alloc((size_t)a.n_values, (size_t)y->n_cols * sizeof *values);
  NIEM_TRY(sums != NULL && values != NULL ? NIEM_OK : ni_fail_memory(err));
  NIEM_TRY(estimate(sums, values, &a, &run, err));
  for (int64_t k = 0; k < y->n_cols; k++) {
    niem_sensitivity_output out;
    const double *own = sums + k * a.most_columns;
    report_output(&out, &a, k, own);
    report_inputs(indices + k * a.d, &out, &a, k, own, values + k * a.n_values);
    if (pairs != NULL) {
      report_pairs(pairs + k * a.n_pairs, &a, k, own, values + k * a.n_values);
    }
    if (outputs != NULL) {
      outputs[k] = out;
    }
  }
cleanup:
  ni_free(values);
  ni_free(sums);
  ni_free(a.room);
  ni_free(a.estimates);
  ni_free(a.outputs == NULL ? NULL : a.outputs[0].sets);
  ni_free(a.outputs);
  ni_fpenv_leave(&saved);
  return status;
}
