/* Imputation: gaps are filled, observed values are never touched.
 *
 * Sources: OECD & JRC, Handbook on Constructing Composite Indicators (2008), step 3; J. C. Gower, "A general
 * coefficient of similarity and some of its properties", Biometrics 27 (1971). EM and regression: see normal.c. */
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
#include "statistics/columns.h"
#include "methods/impute.h"
#include "statistics/matrix.h"
#include "methods/normal.h"

typedef struct {
  const niem_impute_options *options;
  const double *x; /* columns, as they came */
  double *out;     /* columns */
  int32_t *marks;
  int64_t *sources;
  int64_t n_rows, n_cols;
  double *room;   /* the longer side */
  int64_t *order; /* rows: by unit and time */
  niem_impute_report report;
} work;

/* ---- arguments */

int ni_imputes_over_time(int32_t method) {
  return (method >= NIEM_IMPUTE_LATEST && method <= NIEM_IMPUTE_LINEAR_CONSTANT) || method == NIEM_IMPUTE_CONSTANT;
}

typedef struct {
  const char *where;
  int is_set;
  int has_part;
} part;

static niem_status check_parts(const niem_impute_options *o, niem_error *err) {
  const int32_t m = o->method;
  const int grouped = m == NIEM_IMPUTE_MEAN || m == NIEM_IMPUTE_MEDIAN;
  const part parts[] = {
      {"groups", o->groups != NULL, grouped},
      {"fallback", o->fallback != 0, grouped},
      {"units", o->units != NULL, ni_imputes_over_time(m)},
      {"times", o->times != NULL, ni_imputes_over_time(m)},
      {"max_age", !ni_is_nan(o->max_age), m == NIEM_IMPUTE_LATEST},
      {"neighbours", o->neighbours != 5, m == NIEM_IMPUTE_NEIGHBOURS},
      {"predictors", o->predictors != NULL, m == NIEM_IMPUTE_REGRESSION},
      {"tolerance", o->tolerance != 1e-8, m == NIEM_IMPUTE_EM},
      {"max_iterations", o->max_iterations != 1000, m == NIEM_IMPUTE_EM},
  };
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (parts[i].is_set && !parts[i].has_part) {
      return ni_fail(err, NIEM_ERROR_ARGUMENT, parts[i].where,
                     "has no part in imputation method %d; leave it as the _init function made it", (int)m);
    }
  }
  return NIEM_OK;
}

static niem_status check_length(const void *values, int64_t n, int64_t wanted, const char *what, const char *where,
                                int needed, niem_error *err) {
  if (values == NULL && !needed) {
    return NIEM_OK;
  }
  if (values == NULL || n != wanted) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, where, "has %lld elements; give one for each of the %lld %s",
                   values == NULL ? 0LL : (long long)n, (long long)wanted, what);
  }
  return NIEM_OK;
}

static niem_status check_options(const niem_impute_options *o, int64_t n_rows, int64_t n_cols, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_check_choice(o->method, NIEM_IMPUTE_END, "method", err));
  NIEM_TRY(ni_check_choice(o->fallback, 2, "fallback", err));
  NIEM_TRY(check_parts(o, err));
  NIEM_TRY(check_length(o->groups, o->n_groups, n_rows, "rows", "groups", 0, err));
  NIEM_TRY(check_length(o->units, o->n_times, n_rows, "rows", "units", ni_imputes_over_time(o->method), err));
  NIEM_TRY(check_length(o->predictors, o->n_predictors, n_cols, "columns", "predictors", 0, err));
  if (ni_imputes_over_time(o->method)) {
    NIEM_TRY(ni_check_array(o->times, o->n_times, n_rows, "rows", "times", err));
  }
  if (!ni_is_nan(o->max_age)) {
    NIEM_TRY(ni_check_number(o->max_age, 0, NI_MATRIX_GREATEST, "max_age", err));
  }
  NIEM_TRY(ni_check_number(o->tolerance, 1e-14, 1, "tolerance", err));
  if (o->neighbours < 1 || o->max_iterations < 1) {
    status = ni_fail(err, NIEM_ERROR_ARGUMENT, o->neighbours < 1 ? "neighbours" : "max_iterations",
                     "is below 1; give 1 or more");
  }
cleanup:
  return status;
}

/* ---- shared */

static int is_gap(const work *k, int64_t i, int64_t j) {
  return ni_is_nan(k->x[j * k->n_rows + i]);
}

static void fill(work *k, int64_t i, int64_t j, double value, int32_t mark) {
  if (!ni_is_nan(value)) {
    k->out[j * k->n_rows + i] = value;
    k->marks[j * k->n_rows + i] = mark;
  }
}

/* Mean or median of n values, NaN for none; their order is lost. */
static double centre(double *values, int64_t n, int median) {
  if (!median) {
    return ni_mean(values, n);
  }
  double below, above, low, high;
  ni_extent(&low, &high, values, n);
  if (n == 0) {
    return ni_nan();
  }
  ni_select_pair(&below, &above, values, n, (n - 1) / 2, low, high);
  return n % 2 == 1 ? below : (below + above) / 2;
}

/* ---- by column, by group, by row */

/* The centre of column j over the rows of a group. */
static double centre_of_group(work *k, int64_t j, int32_t group, int median) {
  const int32_t *groups = k->options->groups;
  int64_t n = 0;
  for (int64_t i = 0; i < k->n_rows; i++) {
    if (!is_gap(k, i, j) && groups[i] == group) {
      k->room[n++] = k->x[j * k->n_rows + i];
    }
  }
  return centre(k->room, n, median);
}

static double centre_of_column(work *k, int64_t j, int median) {
  const double *x = k->x + j * k->n_rows;
  int64_t n = 0;
  if (!median) {
    return ni_mean(x, k->n_rows);
  }
  for (int64_t i = 0; i < k->n_rows; i++) {
    k->room[n] = x[i];
    n += x[i] == x[i];
  }
  return centre(k->room, n, 1);
}

static void by_column(work *k, int median) {
  const niem_impute_options *o = k->options;
  for (int64_t j = 0; j < k->n_cols; j++) {
    const double all = centre_of_column(k, j, median);
    for (int64_t i = 0; i < k->n_rows; i++) {
      if (!is_gap(k, i, j)) {
        continue;
      }
      const int32_t group = o->groups != NULL ? o->groups[i] : -1;
      const double own = o->groups == NULL ? all : group >= 0 ? centre_of_group(k, j, group, median) : ni_nan();
      if (!ni_is_nan(own)) {
        fill(k, i, j, own, NIEM_IMPUTED);
      } else if (o->fallback) {
        fill(k, i, j, all, NIEM_IMPUTED_FALLBACK);
      }
    }
  }
}

static void by_row(work *k, int median) {
  for (int64_t i = 0; i < k->n_rows; i++) {
    int64_t n = 0;
    for (int64_t j = 0; j < k->n_cols; j++) {
      if (!is_gap(k, i, j)) {
        k->room[n++] = k->x[j * k->n_rows + i];
      }
    }
    const double value = centre(k->room, n, median);
    for (int64_t j = 0; j < k->n_cols; j++) {
      if (is_gap(k, i, j)) {
        fill(k, i, j, value, NIEM_IMPUTED);
      }
    }
  }
}

/* ---- over time */

static int by_unit_and_time(int64_t a, int64_t b, const void *context) {
  const niem_impute_options *o = context;
  if (o->units[a] != o->units[b]) {
    return o->units[a] < o->units[b] ? -1 : 1;
  }
  return (o->times[a] > o->times[b]) - (o->times[a] < o->times[b]);
}

/* Whether a method takes a value as it stands, so that there is a row that it is from. */
static int has_sources(int32_t method) {
  return method == NIEM_IMPUTE_LATEST || method == NIEM_IMPUTE_CONSTANT;
}

/* One gap at place `at` of a unit's rows [begin, end) in time. */
static void fill_in_time(work *k, int64_t j, int64_t begin, int64_t end, int64_t at) {
  const niem_impute_options *o = k->options;
  const double *x = k->x + j * k->n_rows;
  const int64_t i = k->order[at];
  int64_t before = at - 1;
  int64_t after = at + 1;
  while (before >= begin && ni_is_nan(x[k->order[before]])) {
    before--;
  }
  while (after < end && ni_is_nan(x[k->order[after]])) {
    after++;
  }
  const int64_t a = before >= begin ? k->order[before] : -1;
  const int64_t b = after < end ? k->order[after] : -1;
  if (o->method == NIEM_IMPUTE_LATEST) {
    if (a >= 0 && (ni_is_nan(o->max_age) || o->times[i] - o->times[a] <= o->max_age)) {
      fill(k, i, j, x[a], NIEM_IMPUTED);
      k->sources[j * k->n_rows + i] = a;
    }
  } else if (o->method == NIEM_IMPUTE_CONSTANT) {
    const int64_t from = a >= 0 ? a : b;
    if (from >= 0) {
      fill(k, i, j, x[from], NIEM_IMPUTED);
      k->sources[j * k->n_rows + i] = from;
    }
  } else if (a >= 0 && b >= 0) {
    const double share = (o->times[i] - o->times[a]) / (o->times[b] - o->times[a]);
    fill(k, i, j, x[a] + share * (x[b] - x[a]), NIEM_IMPUTED);
  } else if (o->method == NIEM_IMPUTE_LINEAR_CONSTANT && (a >= 0 || b >= 0)) {
    fill(k, i, j, x[a >= 0 ? a : b], NIEM_IMPUTED);
  }
}

static niem_status over_time(work *k, niem_error *err) {
  const niem_impute_options *o = k->options;
  for (int64_t i = 0; i < k->n_rows; i++) {
    k->order[i] = i;
  }
  if (!ni_sort_indices(k->order, k->n_rows, by_unit_and_time, o)) {
    return ni_fail_memory(err);
  }
  for (int64_t at = 1; at < k->n_rows; at++) {
    if (by_unit_and_time(k->order[at - 1], k->order[at], o) == 0) {
      return ni_fail_at(err, NIEM_ERROR_DUPLICATE, k->order[at] + 1, 0, "times",
                        "row %lld has the unit and the time of row %lld; a unit has one row at a time",
                        (long long)(k->order[at] + 1), (long long)(k->order[at - 1] + 1));
    }
  }
  for (int64_t begin = 0, end; begin < k->n_rows; begin = end) {
    end = begin + 1;
    while (end < k->n_rows && o->units[k->order[end]] == o->units[k->order[begin]]) {
      end++;
    }
    for (int64_t j = 0; j < k->n_cols; j++) {
      for (int64_t at = begin; at < end; at++) {
        if (is_gap(k, k->order[at], j)) {
          fill_in_time(k, j, begin, end, at);
        }
      }
    }
  }
  return NIEM_OK;
}

/* ---- neighbours */

/* Gower's distance: the mean over the columns that both rows have of the difference as a share of the range. */
static double distance(const work *k, int64_t a, int64_t b, const double *ranges) {
  double sum = 0;
  int64_t common = 0;
  for (int64_t j = 0; j < k->n_cols; j++) {
    const double d = fabs(k->x[j * k->n_rows + a] - k->x[j * k->n_rows + b]);
    if (d == d) {
      sum += ranges[j] > 0 ? d / ranges[j] : 0;
      common++;
    }
  }
  return common > 0 ? sum / (double)common : ni_nan();
}

/* Distances that differ by less, relatively, differ by how their sums were rounded. */
#define SAME_DISTANCE 1e-12

/* The mean of column j over the nearest of the rows in order of their distance. */
static double mean_of_nearest(const work *k, int64_t j, const double *distances) {
  double last = 0;
  int64_t taken = 0;
  for (int64_t r = 0; r < k->n_rows; r++) {
    const int64_t i = k->order[r];
    if (ni_is_nan(distances[i]) || (taken >= k->options->neighbours && distances[i] > last * (1 + SAME_DISTANCE))) {
      break;
    }
    if (!is_gap(k, i, j)) {
      last = taken < k->options->neighbours ? distances[i] : last;
      k->room[taken++] = k->x[j * k->n_rows + i];
    }
  }
  return ni_mean(k->room, taken);
}

static int has_gap(const work *k, int64_t i) {
  for (int64_t j = 0; j < k->n_cols; j++) {
    if (is_gap(k, i, j)) {
      return 1;
    }
  }
  return 0;
}

static niem_status neighbours(work *k, niem_error *err) {
  double *distances = ni_alloc((size_t)(k->n_rows + k->n_cols), sizeof *distances);
  niem_status status = distances != NULL ? NIEM_OK : ni_fail_memory(err);
  for (int64_t j = 0; status == NIEM_OK && j < k->n_cols; j++) {
    double low, high;
    ni_extent(&low, &high, k->x + j * k->n_rows, k->n_rows);
    distances[k->n_rows + j] = high - low;
  }
  for (int64_t i = 0; status == NIEM_OK && i < k->n_rows; i++) {
    if (!has_gap(k, i)) {
      continue;
    }
    for (int64_t r = 0; r < k->n_rows; r++) {
      distances[r] = r == i ? ni_nan() : distance(k, i, r, distances + k->n_rows);
    }
    if (!ni_order(k->order, distances, k->n_rows, 1, 0)) {
      status = ni_fail_memory(err);
    }
    for (int64_t j = 0; status == NIEM_OK && j < k->n_cols; j++) {
      if (is_gap(k, i, j)) {
        fill(k, i, j, mean_of_nearest(k, j, distances), NIEM_IMPUTED);
      }
    }
  }
  ni_free(distances);
  return status;
}

/* ---- regression and EM */

static niem_status regression(work *k, niem_error *err) {
  const int32_t *predictors = k->options->predictors;
  const size_t n = (size_t)k->n_cols;
  double *room = ni_alloc((n + 1) * (n + 3), sizeof *room);
  int64_t *places = ni_alloc(n, sizeof *places);
  const niem_status status = room != NULL && places != NULL ? NIEM_OK : ni_fail_memory(err);
  for (int64_t i = 0; status == NIEM_OK && i < k->n_rows; i++) {
    int64_t there = 0;
    for (int64_t j = 0; j < k->n_cols; j++) {
      if (!is_gap(k, i, j) && (predictors == NULL || predictors[j] != 0)) {
        places[there++] = j;
      }
    }
    for (int64_t j = 0; j < k->n_cols; j++) {
      if (is_gap(k, i, j)) {
        fill(k, i, j, ni_regress(k->x, k->n_rows, i, j, places, there, room), NIEM_IMPUTED);
      }
    }
  }
  ni_free(places);
  ni_free(room);
  return status;
}

static niem_status expectation(work *k, niem_error *err) {
  const niem_impute_options *o = k->options;
  for (int64_t j = 0; j < k->n_cols; j++) {
    double low, high;
    ni_extent(&low, &high, k->x + j * k->n_rows, k->n_rows);
    if (!(low < high)) {
      return ni_fail_at(err, NIEM_ERROR_VALUE, 0, j + 1, "x",
                        "column %lld has no two different values, so it has no variance; leave it out",
                        (long long)(j + 1));
    }
  }
  switch (ni_em(k->out, k->x, k->n_rows, k->n_cols, o->tolerance, o->max_iterations, &k->report.iterations)) {
    case NI_EM_DONE:
      break;
    case NI_EM_SINGULAR:
      return ni_fail(err, NIEM_ERROR_VALUE, "x",
                     "its covariances are singular: some columns are combinations of others, or there are too few rows "
                     "for so many columns; leave columns out");
    case NI_EM_LIMIT:
      return ni_fail(err, NIEM_ERROR_LIMIT, "max_iterations",
                     "is %lld, and EM did not converge in so many; allow more, or a greater tolerance",
                     (long long)o->max_iterations);
    default:
      return ni_fail_memory(err);
  }
  for (int64_t c = 0; c < k->n_rows * k->n_cols; c++) {
    k->marks[c] = ni_is_nan(k->x[c]) && !ni_is_nan(k->out[c]) ? NIEM_IMPUTED : NIEM_IMPUTED_NOT;
  }
  return NIEM_OK;
}

static niem_status dispatch(work *k, niem_error *err) {
  switch (k->options->method) {
    case NIEM_IMPUTE_MEAN:
    case NIEM_IMPUTE_MEDIAN:
      by_column(k, k->options->method == NIEM_IMPUTE_MEDIAN);
      return NIEM_OK;
    case NIEM_IMPUTE_ROW_MEAN:
    case NIEM_IMPUTE_ROW_MEDIAN:
      by_row(k, k->options->method == NIEM_IMPUTE_ROW_MEDIAN);
      return NIEM_OK;
    case NIEM_IMPUTE_NEIGHBOURS:
      return neighbours(k, err);
    case NIEM_IMPUTE_REGRESSION:
      return regression(k, err);
    case NIEM_IMPUTE_EM:
      return expectation(k, err);
    default:
      return over_time(k, err);
  }
}

static void count(work *k) {
  for (int64_t c = 0; c < k->n_rows * k->n_cols; c++) {
    k->report.n_missing += ni_is_nan(k->x[c]);
    k->report.n_imputed += k->marks[c] != NIEM_IMPUTED_NOT;
  }
  k->report.n_left = k->report.n_missing - k->report.n_imputed;
}

/* ---- public */

void niem_impute_options_init(niem_impute_options *options) {
  if (options == NULL) {
    return;
  }
  memset(options, 0, sizeof *options);
  options->struct_size = (int64_t)sizeof *options;
  options->max_age = ni_nan();
  options->neighbours = 5;
  options->tolerance = 1e-8;
  options->max_iterations = 1000;
}

niem_status niem_impute(double *out, int32_t *marks, int64_t *sources, niem_impute_report *report, const niem_matrix *x,
                        const niem_impute_options *options, niem_error *err) {
  niem_impute_options o;
  work k = {.options = &o};
  double *data = NULL;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  niem_impute_options_init(&o);
  NIEM_TRY(ni_check_out(out, "out", err));
  NIEM_TRY(ni_options_read(&o, sizeof o, options, "options", err));
  NIEM_TRY(ni_matrix_by_columns(&data, x, err));
  NIEM_TRY(check_options(&o, x->n_rows, x->n_cols, err));
  k.x = data;
  k.n_rows = x->n_rows;
  k.n_cols = x->n_cols;
  const size_t cells = (size_t)(x->n_rows * x->n_cols);
  k.out = ni_alloc(cells, sizeof *k.out);
  k.marks = ni_alloc_zero(cells, sizeof *k.marks);
  k.sources = ni_alloc(has_sources(o.method) ? cells : 0, sizeof *k.sources);
  k.room = ni_alloc((size_t)(x->n_rows > x->n_cols ? x->n_rows : x->n_cols), sizeof *k.room);
  k.order = ni_alloc((size_t)x->n_rows, sizeof *k.order);
  NIEM_TRY(k.out && k.marks && k.sources && k.room && k.order ? NIEM_OK : ni_fail_memory(err));
  memcpy(k.out, data, cells * sizeof *data);
  memset(k.sources, 0xff, has_sources(o.method) ? cells * sizeof *k.sources : 0);
  NIEM_TRY(dispatch(&k, err));
  count(&k);
  if (marks != NULL) {
    ni_matrix_transpose_marks(marks, k.marks, x->n_rows, x->n_cols);
  }
  for (size_t c = 0; sources != NULL && c < cells; c++) {
    const size_t at = c % (size_t)x->n_cols * (size_t)x->n_rows + c / (size_t)x->n_cols;
    sources[c] = has_sources(o.method) ? k.sources[at] : -1;
  }
  if (report != NULL) {
    *report = k.report;
  }
  ni_matrix_transpose(out, k.out, x->n_rows, x->n_cols);
cleanup:
  ni_free(k.order);
  ni_free(k.room);
  ni_free(k.sources);
  ni_free(k.marks);
  ni_free(k.out);
  ni_free(data);
  ni_fpenv_leave(&saved);
  return status;
}
