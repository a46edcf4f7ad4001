/* What each column is described by: where it lies, how it spreads, how much of it is there, and whether it wants a
 * second look.
 *
 * The thresholds are those of W. Becker et al., COINr (get_stats), after the OECD & JRC Handbook on Constructing
 * Composite Indicators (2008); quantiles of type 7 (R. J. Hyndman & Y. Fan, The American Statistician 50, 1996); the
 * fence about the quartiles is J. W. Tukey's (Exploratory Data Analysis, 1977). */
#include "base/platform.h"

#include "statistics/describe.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/fpenv.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/options.h"
#include "base/order.h"
#include "statistics/columns.h"
#include "statistics/matrix.h"

/* Runs of the same value among sorted ones. */
static void count_values(niem_description *d, const double *sorted) {
  int64_t run = 0;
  for (int64_t i = 0; i < d->n; i++) {
    const int same = i > 0 && sorted[i] == sorted[i - 1];
    run = same ? run + 1 : 1;
    d->n_unique += !same;
    d->n_nonzero += sorted[i] != 0;
    d->n_commonest = run > d->n_commonest ? run : d->n_commonest;
  }
}

static void take_quantiles(niem_description *d, const double *sorted, double fence) {
  d->minimum = d->n > 0 ? sorted[0] : ni_nan();
  d->maximum = d->n > 0 ? sorted[d->n - 1] : ni_nan();
  d->median = ni_quantile_sorted(sorted, d->n, 0.5);
  d->q05 = ni_quantile_sorted(sorted, d->n, 0.05);
  d->q25 = ni_quantile_sorted(sorted, d->n, 0.25);
  d->q75 = ni_quantile_sorted(sorted, d->n, 0.75);
  d->q95 = ni_quantile_sorted(sorted, d->n, 0.95);
  d->iqr = d->q75 - d->q25;
  const double beyond = fence * d->iqr;
  for (int64_t i = 0; i < d->n; i++) {
    d->n_low += d->q25 - sorted[i] > beyond;
    d->n_high += sorted[i] - d->q75 > beyond;
  }
}

/* A share like 0.55 of 20 is 11, however 0.55 is represented. */
static int is_below(int64_t count, double least, int64_t n) {
  return (double)count < least * (double)n * (1 - 1e-12);
}

static int32_t flags_of(const niem_description *d, int64_t n_rows, const niem_describe_options *o) {
  int32_t flags = 0;
  flags |= is_below(d->n, o->min_available, n_rows) ? NIEM_FLAG_AVAILABLE : 0;
  flags |= is_below(d->n_nonzero, o->min_nonzero, d->n) ? NIEM_FLAG_NONZERO : 0;
  flags |= is_below(d->n_unique, o->min_unique, d->n) ? NIEM_FLAG_UNIQUE : 0;
  flags |= fabs(d->skewness) > o->skewness && d->kurtosis > o->kurtosis ? NIEM_FLAG_OUTLIERS : 0;
  flags |= d->n_unique <= 1 ? NIEM_FLAG_CONSTANT : 0;
  return flags;
}

static double share(int64_t count, int64_t n) {
  return n > 0 ? (double)count / (double)n : ni_nan();
}

niem_status ni_describe_check(const niem_describe_options *o, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_check_number(o->min_available, 0, 1, "min_available", err));
  NIEM_TRY(ni_check_number(o->min_nonzero, 0, 1, "min_nonzero", err));
  NIEM_TRY(ni_check_number(o->min_unique, 0, 1, "min_unique", err));
  NIEM_TRY(ni_check_number(o->skewness, 0, NI_MATRIX_GREATEST, "skewness", err));
  NIEM_TRY(ni_check_number(o->kurtosis, -2, NI_MATRIX_GREATEST, "kurtosis", err));
  NIEM_TRY(ni_check_number(o->fence, 0, NI_MATRIX_GREATEST, "fence", err));
cleanup:
  return status;
}

void ni_describe_column(niem_description *out, const double *x, int64_t n, const niem_describe_options *options,
                        double *room) {
  memset(out, 0, sizeof *out);
  for (int64_t i = 0; i < n; i++) {
    room[out->n] = x[i];
    out->n += !ni_is_nan(x[i]);
  }
  out->n_missing = n - out->n;
  ni_sort_doubles(room, out->n);
  count_values(out, room);
  take_quantiles(out, room, options->fence);
  ni_mean_deviation(&out->mean, &out->deviation, x, n, 1);
  ni_skewness_kurtosis(&out->skewness, &out->kurtosis, x, n);
  out->variation = out->mean != 0 ? out->deviation / fabs(out->mean) : ni_nan();
  out->available = share(out->n, n);
  out->unique = share(out->n_unique, out->n);
  out->nonzero = share(out->n_nonzero, out->n);
  out->commonest = share(out->n_commonest, out->n);
  out->flags = flags_of(out, n, options);
}

/* ---- public */

void niem_describe_options_init(niem_describe_options *options) {
  if (options == NULL) {
    return;
  }
  memset(options, 0, sizeof *options);
  options->struct_size = (int64_t)sizeof *options;
  options->min_available = 0.65;
  options->min_nonzero = 0.5;
  options->min_unique = 0.5;
  options->skewness = 2;
  options->kurtosis = 3.5;
  options->fence = 1.5;
}

niem_status niem_describe(niem_description *out, const niem_matrix *x, const niem_describe_options *options,
                          niem_error *err) {
  niem_describe_options o;
  double *columns = NULL;
  double *room = NULL;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  niem_describe_options_init(&o);
  NIEM_TRY(ni_check_out(out, "out", err));
  NIEM_TRY(ni_options_read(&o, sizeof o, options, "options", err));
  NIEM_TRY(ni_describe_check(&o, err));
  NIEM_TRY(ni_matrix_by_columns(&columns, x, err));
  room = ni_alloc((size_t)x->n_rows + 1, sizeof *room);
  if (room == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  for (int64_t j = 0; j < x->n_cols; j++) {
    ni_describe_column(&out[j], columns + j * x->n_rows, x->n_rows, &o, room);
  }
cleanup:
  ni_free(room);
  ni_free(columns);
  ni_fpenv_leave(&saved);
  return status;
}
