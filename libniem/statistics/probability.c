/* The public functions of distributions (niem/statistics.h): arguments are checked here, the arithmetic is in
 * statistics/distribution. */
#include "base/platform.h"

#include "niem/statistics.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/fpenv.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/options.h"
#include "statistics/distribution.h"
#include "statistics/matrix.h"

#define LEAST_DF 0.001
#define GREATEST_DF 1e9

static niem_status check_df(double df, int wanted, const char *where, niem_error *err) {
  if (!wanted) {
    return ni_is_nan(df) ? NIEM_OK
                         : ni_fail(err, NIEM_ERROR_ARGUMENT, where,
                                   "is set, but the distribution has no such degrees of freedom; leave it out");
  }
  if (ni_is_nan(df)) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, where, "is not set; the distribution needs its degrees of freedom");
  }
  return ni_check_number(df, LEAST_DF, GREATEST_DF, where, err);
}

static niem_status read_options(niem_distribution_options *o, const niem_distribution_options *options,
                                niem_error *err) {
  niem_status status = NIEM_OK;
  niem_distribution_options_init(o);
  NIEM_TRY(ni_options_read(o, sizeof *o, options, "options", err));
  NIEM_TRY(ni_check_choice(o->distribution, NIEM_DISTRIBUTION_END, "distribution", err));
  NIEM_TRY(ni_check_choice(o->tail, NIEM_TAIL_END, "tail", err));
  NIEM_TRY(check_df(o->df1, o->distribution != NIEM_DISTRIBUTION_NORMAL, "df1", err));
  NIEM_TRY(check_df(o->df2, o->distribution == NIEM_DISTRIBUTION_F, "df2", err));
  if (o->tail == NIEM_TAIL_BOTH && o->distribution >= NIEM_DISTRIBUTION_CHI_SQUARED) {
    status = ni_fail(err, NIEM_ERROR_ARGUMENT, "tail",
                     "both tails are those of the normal and the t distribution, which are symmetric about 0; ask for "
                     "the lower or the upper one");
  }
cleanup:
  return status;
}

/* `n` numbers within [low, high]; NaN is missing. */
static niem_status check_numbers(const void *out, const double *x, int64_t n, double low, double high,
                                 const char *where, niem_error *err) {
  if (n < 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "n", "is %lld; it is a number of elements", (long long)n);
  }
  if (n > 0 && x == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, where, "is NULL; it has %lld elements", (long long)n);
  }
  if (n > 0 && out == NULL) {
    return ni_check_out(out, "out", err);
  }
  for (int64_t i = 0; i < n; i++) {
    if (!ni_is_nan(x[i]) && !(x[i] >= low && x[i] <= high)) {
      char text[3][NI_DOUBLE_TEXT];
      (void)ni_print_double(text[0], x[i]);
      (void)ni_print_double(text[1], low);
      (void)ni_print_double(text[2], high);
      return ni_fail_at(err, NIEM_ERROR_VALUE, i + 1, 0, where, "element %lld is %s; it is within %s and %s",
                        (long long)(i + 1), text[0], text[1], text[2]);
    }
  }
  return NIEM_OK;
}

static double probability(const ni_distribution *d, int32_t tail, double x) {
  if (ni_is_nan(x)) {
    return ni_nan();
  }
  const ni_tails t = ni_distribution_tails(d, x);
  const double smaller = t.lower < t.upper ? t.lower : t.upper;
  return tail == NIEM_TAIL_LOWER ? t.lower : tail == NIEM_TAIL_UPPER ? t.upper : 2 * smaller;
}

/* Where a tail is 0 or 1. */
static double end_of(const ni_distribution *d, int32_t tail, double p) {
  const double from = d->family == NIEM_DISTRIBUTION_NORMAL || d->family == NIEM_DISTRIBUTION_T ? -(double)INFINITY : 0;
  if (tail == NIEM_TAIL_BOTH) {
    return p == 0 ? (double)INFINITY : 0;
  }
  return (p == 0) == (tail == NIEM_TAIL_LOWER) ? from : (double)INFINITY;
}

static double critical_value(const ni_distribution *d, int32_t tail, double p) {
  if (ni_is_nan(p)) {
    return ni_nan();
  }
  if (p == 0 || p == 1) {
    return end_of(d, tail, p);
  }
  return ni_distribution_quantile(d, tail == NIEM_TAIL_BOTH ? p / 2 : p, tail != NIEM_TAIL_LOWER);
}

static niem_status fill_critical_values(double *values, const ni_distribution *d, int32_t tail, const double *p,
                                        int64_t n, niem_error *err) {
  for (int64_t i = 0; i < n; i++) {
    values[i] = critical_value(d, tail, p[i]);
    if (p[i] > 0 && p[i] < 1 && !ni_is_finite(values[i])) {
      return ni_fail_at(err, NIEM_ERROR_VALUE, i + 1, 0, "p",
                        "element %lld is so near to an end that its value is beyond 1e100", (long long)(i + 1));
    }
  }
  return NIEM_OK;
}

/* ---- public */

void niem_distribution_options_init(niem_distribution_options *options) {
  if (options == NULL) {
    return;
  }
  memset(options, 0, sizeof *options);
  options->struct_size = (int64_t)sizeof *options;
  options->df1 = ni_nan();
  options->df2 = ni_nan();
}

niem_status niem_probability(double *out, const double *x, int64_t n, const niem_distribution_options *options,
                             niem_error *err) {
  niem_distribution_options o;
  ni_distribution d;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  NIEM_TRY(check_numbers(out, x, n, -NI_MATRIX_GREATEST, NI_MATRIX_GREATEST, "x", err));
  NIEM_TRY(read_options(&o, options, err));
  ni_distribution_init(&d, o.distribution, o.df1, o.df2);
  for (int64_t i = 0; i < n; i++) {
    out[i] = probability(&d, o.tail, x[i]);
  }
cleanup:
  ni_fpenv_leave(&saved);
  return status;
}

niem_status niem_critical_value(double *out, const double *p, int64_t n, const niem_distribution_options *options,
                                niem_error *err) {
  niem_distribution_options o;
  ni_distribution d;
  double *values = NULL;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  NIEM_TRY(check_numbers(out, p, n, 0, 1, "p", err));
  NIEM_TRY(read_options(&o, options, err));
  values = ni_alloc((size_t)n, sizeof *values);
  if (values == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  ni_distribution_init(&d, o.distribution, o.df1, o.df2);
  NIEM_TRY(fill_critical_values(values, &d, o.tail, p, n, err));
  if (n > 0) {
    memcpy(out, values, (size_t)n * sizeof *out);
  }
cleanup:
  ni_free(values);
  ni_fpenv_leave(&saved);
  return status;
}
