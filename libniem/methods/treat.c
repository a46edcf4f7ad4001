/* Treatment of outliers: try, test, fall back.
 *
 * Sources: OECD & JRC, Handbook on Constructing Composite Indicators (2008), step 3; W. Becker et al., COIN Tool User's
 * Guide (EUR 29899, 2019), for the thresholds of 2 and 3.5 and the five points. */
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
#include "statistics/columns.h"
#include "statistics/matrix.h"
#include "methods/transform.h"

/* One column while it is treated. */
typedef struct {
  const niem_treat_options *options;
  int64_t n, j;
  double *x;    /* now */
  double *kept; /* as it came */
  double *room;
  int32_t *marks;
  niem_treatment report;
} column;

/* ---- arguments */

static niem_status check_options(const niem_treat_options *o, int64_t n_cols, niem_error *err) {
  niem_status status = NIEM_OK;
  const int estimates = o->transform == NIEM_TRANSFORM_BOX_COX || o->transform == NIEM_TRANSFORM_YEO_JOHNSON;
  NIEM_TRY(ni_check_choice(o->winsorise, 2, "winsorise", err));
  NIEM_TRY(ni_check_choice(o->transform, NIEM_TRANSFORM_END, "transform", err));
  NIEM_TRY(ni_check_choice(o->combine, 2, "combine", err));
  NIEM_TRY(ni_check_choice(o->force, 2, "force", err));
  NIEM_TRY(ni_check_choice(o->make_positive, 2, "make_positive", err));
  NIEM_TRY(ni_check_number(o->skewness, 0, NI_MATRIX_GREATEST, "skewness", err));
  NIEM_TRY(ni_check_number(o->kurtosis, -NI_MATRIX_GREATEST, NI_MATRIX_GREATEST, "kurtosis", err));
  NIEM_TRY(ni_check_number(o->factor, DBL_MIN, NI_MATRIX_GREATEST, "factor", err));
  if (o->factor != 1 && o->transform != NIEM_TRANSFORM_LOG_GII) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "factor", "has no part in transformation %d; leave it 1",
                   (int)o->transform);
  }
  if (o->max_points < 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "max_points", "is %lld; it is 0 or more", (long long)o->max_points);
  }
  if (!ni_is_nan(o->lambda) && !estimates) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "lambda", "has no part in transformation %d; leave it NaN",
                   (int)o->transform);
  }
  if (!ni_is_nan(o->lambda)) {
    NIEM_TRY(ni_check_number(o->lambda, -5, 5, "lambda", err));
  }
  if (o->make_positive && o->transform != NIEM_TRANSFORM_BOX_COX) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "make_positive", "has a part in Box-Cox only; leave it 0");
  }
  if (o->columns != NULL && o->n_columns != n_cols) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "columns", "has %lld elements; the matrix has %lld columns",
                   (long long)o->n_columns, (long long)n_cols);
  }
cleanup:
  return status;
}

/* ---- the test */

static void test(column *c) {
  niem_treatment *r = &c->report;
  ni_skewness_kurtosis(&r->skewness, &r->kurtosis, c->x, c->n);
  if (ni_is_nan(r->skewness) || ni_is_nan(r->kurtosis)) {
    r->passes = -1;
  } else {
    r->passes = fabs(r->skewness) < c->options->skewness || r->kurtosis < c->options->kurtosis;
  }
}

/* ---- winsorising */

/* The points at the end, the next value inside, and whether there are others beyond it: else all values would become
 * the same, and the column would say nothing. */
static int find_end(int64_t *points, double *end, double *inside, const column *c, int high) {
  double low, top;
  int found = 0;
  ni_extent(&low, &top, c->x, c->n);
  *end = high ? top : low;
  *points = 0;
  for (int64_t i = 0; i < c->n; i++) {
    const double value = c->x[i];
    if (value == *end) {
      ++*points;
    } else if (!ni_is_nan(value) && (!found || (high ? value > *inside : value < *inside))) {
      *inside = value;
      found = 1;
    }
  }
  return found && *inside != (high ? low : top);
}

/* Move the points at the end that skewness points to onto the next one; 0 when the points allowed are used
 * up, or the values are. */
static int winsorise_step(column *c) {
  niem_treatment *r = &c->report;
  const int high = r->skewness >= 0;
  int64_t points;
  double end;
  double inside = 0;
  if (!find_end(&points, &end, &inside, c, high) || points + (high ? r->n_low : r->n_high) > c->options->max_points) {
    return 0;
  }
  for (int64_t i = 0; i < c->n; i++) {
    if (c->x[i] == end) {
      c->x[i] = inside;
      c->marks[i] |= high ? NIEM_MARK_HIGH : NIEM_MARK_LOW;
    }
  }
  r->n_high = high ? points : r->n_high;
  r->n_low = high ? r->n_low : points;
  r->treated |= NIEM_TREATED_WINSORISED;
  return 1;
}

static void winsorise(column *c) {
  while (c->report.passes >= 0 && (c->report.passes == 0 || c->options->force) && winsorise_step(c)) {
    test(c);
  }
}

/* ---- transforming */

static niem_status fail_not_positive(const column *c, niem_error *err) {
  for (int64_t i = 0; i < c->n; i++) {
    if (!ni_is_nan(c->x[i]) && !(c->x[i] > 0)) {
      return ni_fail_cell(err, NIEM_ERROR_VALUE, i, c->j, c->x[i],
                          "this transformation needs positive values; choose log_ct or yeo_johnson, which do not");
    }
  }
  return NIEM_OK;
}

static void power_transform(column *c, double (*transform)(double, double)) {
  const double given = c->options->lambda;
  const double lambda = ni_is_nan(given) ? ni_lambda(c->x, c->n, transform, c->room) : given;
  for (int64_t i = 0; i < c->n; i++) {
    c->x[i] = ni_is_nan(c->x[i]) ? ni_nan() : transform(c->x[i], lambda);
  }
  c->report.lambda = lambda;
}

static niem_status box_cox(column *c, niem_error *err) {
  double low, high;
  niem_status status = NIEM_OK;
  ni_extent(&low, &high, c->x, c->n);
  for (int64_t i = 0; c->options->make_positive && i < c->n; i++) {
    c->x[i] = c->x[i] - low + 1;
  }
  NIEM_TRY(fail_not_positive(c, err));
  power_transform(c, ni_box_cox);
cleanup:
  return status;
}

static niem_status log_gii(column *c, niem_error *err) {
  if (!ni_log_gii(c->x, c->n, c->options->factor, c->report.skewness < 0)) {
    return ni_fail_at(err, NIEM_ERROR_VALUE, 0, c->j + 1, "factor",
                      "column %lld: its maximum times the factor is not above 1, which would turn or break its order; "
                      "give a greater factor",
                      (long long)(c->j + 1));
  }
  return NIEM_OK;
}

static niem_status plain_log(column *c, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(fail_not_positive(c, err));
  for (int64_t i = 0; i < c->n; i++) {
    c->x[i] = ni_is_nan(c->x[i]) ? ni_nan() : ni_log(c->x[i]);
  }
cleanup:
  return status;
}

static niem_status transform_values(column *c, niem_error *err) {
  double low, high;
  ni_extent(&low, &high, c->x, c->n);
  switch (c->options->transform) {
    case NIEM_TRANSFORM_LOG_CT:
    case NIEM_TRANSFORM_LOG_CT_SIGNED:
      ni_log_from_least(c->x, c->n, 0.01 * (high - low),
                        c->options->transform == NIEM_TRANSFORM_LOG_CT_SIGNED && c->report.skewness < 0);
      return NIEM_OK;
    case NIEM_TRANSFORM_LOG_CT_SHIFT:
      ni_log_from_least(c->x, c->n, 1, 0);
      return NIEM_OK;
    case NIEM_TRANSFORM_LOG_GII:
      return log_gii(c, err);
    case NIEM_TRANSFORM_LOG:
      return plain_log(c, err);
    case NIEM_TRANSFORM_BOX_COX:
      return box_cox(c, err);
    default:
      power_transform(c, ni_yeo_johnson);
      return NIEM_OK;
  }
}

static niem_status transform(column *c, niem_error *err) {
  niem_status status = NIEM_OK;
  if (!c->options->combine) {
    memcpy(c->x, c->kept, (size_t)c->n * sizeof *c->x);
    memset(c->marks, 0, (size_t)c->n * sizeof *c->marks);
    c->report.treated = 0;
    c->report.n_high = c->report.n_low = 0;
    c->report.skewness = c->report.skewness_before;
  }
  NIEM_TRY(transform_values(c, err));
  for (int64_t i = 0; i < c->n; i++) {
    c->marks[i] |= ni_is_nan(c->x[i]) ? 0 : NIEM_MARK_TRANSFORMED;
  }
  c->report.treated |= NIEM_TREATED_TRANSFORMED;
  test(c);
cleanup:
  return status;
}

/* ---- the chain */

static niem_status treat_column(column *c, niem_error *err) {
  const niem_treat_options *o = c->options;
  memset(&c->report, 0, sizeof c->report);
  memset(c->marks, 0, (size_t)c->n * sizeof *c->marks);
  memcpy(c->kept, c->x, (size_t)c->n * sizeof *c->x);
  c->report.lambda = ni_nan();
  test(c);
  c->report.skewness_before = c->report.skewness;
  c->report.kurtosis_before = c->report.kurtosis;
  if (c->report.passes < 0 || (o->columns != NULL && o->columns[c->j] == 0)) {
    return NIEM_OK;
  }
  if (o->winsorise) {
    winsorise(c);
  }
  if (o->transform != NIEM_TRANSFORM_NONE && (c->report.passes == 0 || (o->force && !o->winsorise))) {
    return transform(c, err);
  }
  return NIEM_OK;
}

typedef struct {
  double *data, *reals;
  int32_t *marks;
  niem_treatment *reports;
} work;

static niem_status treat_all(work *w, int64_t n_rows, int64_t n_cols, const niem_treat_options *o, niem_error *err) {
  niem_status status = NIEM_OK;
  for (int64_t j = 0; status == NIEM_OK && j < n_cols; j++) {
    column c = {.options = o, .n = n_rows, .j = j};
    c.x = w->data + j * n_rows;
    c.kept = w->reals;
    c.room = w->reals + n_rows;
    c.marks = w->marks + j * n_rows;
    status = treat_column(&c, err);
    w->reports[j] = c.report;
  }
  return status;
}

/* ---- public */

void niem_treat_options_init(niem_treat_options *options) {
  if (options == NULL) {
    return;
  }
  memset(options, 0, sizeof *options);
  options->struct_size = (int64_t)sizeof *options;
  options->winsorise = 1;
  options->transform = NIEM_TRANSFORM_LOG_CT;
  options->max_points = 5;
  options->skewness = 2;
  options->kurtosis = 3.5;
  options->factor = 1;
  options->lambda = ni_nan();
}

niem_status niem_treat(double *out, niem_treatment *report, int32_t *marks, const niem_matrix *x,
                       const niem_treat_options *options, niem_error *err) {
  niem_treat_options o;
  work w = {NULL, NULL, NULL, NULL};
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  niem_treat_options_init(&o);
  NIEM_TRY(ni_check_out(out, "out", err));
  NIEM_TRY(ni_options_read(&o, sizeof o, options, "options", err));
  NIEM_TRY(ni_matrix_by_columns(&w.data, x, err));
  NIEM_TRY(check_options(&o, x->n_cols, err));
  w.reals = ni_alloc((size_t)x->n_rows * 2, sizeof *w.reals);
  w.marks = ni_alloc((size_t)(x->n_rows * x->n_cols), sizeof *w.marks);
  w.reports = ni_alloc((size_t)x->n_cols, sizeof *w.reports);
  NIEM_TRY(w.reals != NULL && w.marks != NULL && w.reports != NULL ? NIEM_OK : ni_fail_memory(err));
  NIEM_TRY(treat_all(&w, x->n_rows, x->n_cols, &o, err));
  if (marks != NULL) {
    ni_matrix_transpose_marks(marks, w.marks, x->n_rows, x->n_cols);
  }
  if (report != NULL) {
    memcpy(report, w.reports, (size_t)x->n_cols * sizeof *report);
  }
  ni_matrix_transpose(out, w.data, x->n_rows, x->n_cols);
cleanup:
  ni_free(w.reports);
  ni_free(w.marks);
  ni_free(w.reals);
  ni_free(w.data);
  ni_fpenv_leave(&saved);
  return status;
}
