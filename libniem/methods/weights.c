/* Weights from the data, from experts' budgets and from pairwise comparisons.
 *
 * Sources: OECD & JRC, Handbook on Constructing Composite Indicators (2008), step 6; M. Zeleny, Multiple Criteria
 * Decision Making (1982), for entropy; D. Diakoulaki, G. Mavrotas & L. Papayannakis, "Determining objective weights in
 * multiple criteria problems: the CRITIC method", Computers & Operations Research 22 (1995); T. L. Saaty, The Analytic
 * Hierarchy Process (1980), with the random indices of his 1980 simulations. */
#include "base/platform.h"

#include "niem/methods.h"

#include <math.h>
#include <string.h>

#include "base/exact.h"
#include "base/fail.h"
#include "base/fpenv.h"
#include "base/math.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/options.h"
#include "statistics/columns.h"
#include "methods/influence.h"
#include "methods/weight_search.h"
#include "niem/statistics.h"
#include "statistics/lanes.h"
#include "statistics/linear.h"
#include "statistics/matrix.h"

enum { AHP_MOST = 15, POWER_STEPS = 10000, MAX_EVALUATIONS = 20000 };

/* ---- shared */

/* Divide by the sum; 0 where that is 0. */
static int share_out(double *w, int64_t n) {
  const double sum = ni_exact_sum(w, n, 1);
  for (int64_t j = 0; sum > 0 && j < n; j++) {
    w[j] /= sum;
  }
  return sum > 0;
}

static niem_status fail_no_spread(niem_error *err) {
  return ni_fail(err, NIEM_ERROR_VALUE, "x",
                 "no column varies, so none of them can be told from another by its spread; use equal weights");
}

/* Keep the complete rows of columns that stand one after another; how many there are. */
static int64_t keep_complete(double *columns, int64_t n_rows, int64_t n_cols) {
  int64_t kept = 0;
  for (int64_t i = 0; i < n_rows; i++) {
    int complete = 1;
    for (int64_t j = 0; j < n_cols; j++) {
      complete &= !ni_is_nan(columns[j * n_rows + i]);
    }
    for (int64_t j = 0; complete && j < n_cols; j++) {
      columns[j * n_rows + kept] = columns[j * n_rows + i];
    }
    kept += complete;
  }
  return kept;
}

/* Correlations of columns that have all begun as complete. */
static niem_status fill_correlations(double *r, const double *columns, int64_t stride, int64_t n, int64_t n_cols,
                                     niem_error *err) {
  const int64_t up = ni_lanes_up(n);
  double *shares = ni_alloc((size_t)(up + 1), (size_t)n_cols * sizeof *shares);
  double *roots = shares + up * n_cols;
  if (shares == NULL) {
    return ni_fail_memory(err);
  }
  for (int64_t j = 0; j < n_cols; j++) {
    roots[j] = ni_column_shares(shares + j * up, columns + j * stride, n);
    r[j * n_cols + j] = 1;
    for (int64_t k = 0; k < j; k++) {
      r[j * n_cols + k] = ni_shares_correlation(shares + j * up, roots[j], shares + k * up, roots[k], n);
      r[k * n_cols + j] = r[j * n_cols + k];
    }
  }
  ni_free(shares);
  return NIEM_OK;
}

/* Correlations of complete columns. */
static niem_status correlate(double *r, const double *columns, int64_t stride, int64_t n, int64_t n_cols,
                             niem_error *err) {
  if (n < 3) {
    return ni_fail(err, NIEM_ERROR_VALUE, "x",
                   "has %lld rows without a missing value; this method needs more than two: impute first",
                   (long long)n);
  }
  for (int64_t j = 0; j < n_cols; j++) {
    double low, high;
    ni_extent(&low, &high, columns + j * stride, n);
    if (low == high) {
      return ni_fail_at(err, NIEM_ERROR_VALUE, 0, j + 1, "x",
                        "column %lld: all its values in the rows without a missing value are the same, so it has no "
                        "correlations; leave it out",
                        (long long)(j + 1));
    }
  }
  return fill_correlations(r, columns, stride, n, n_cols, err);
}

/* ---- by method; each fills w with numbers that are not negative, to be shared out */

typedef struct {
  const niem_weights_options *options;
  double *columns; /* one after another, `stride` apart */
  int64_t n_rows, stride, n_cols;
  double *w;
  double *square;  /* n_cols * n_cols */
  double *room;    /* n_cols * n_cols + 5 n_cols */
  int64_t *places; /* 2 n_cols */
  niem_weights_report report;
} work;

static niem_status pca(work *k, niem_error *err) {
  const int64_t n = k->n_cols;
  double *values = k->room + n * n;
  double *vectors = k->room;
  double kept = 0;
  niem_status status = NIEM_OK;
  NIEM_TRY(correlate(k->square, k->columns, k->stride, k->n_rows, n, err));
  if (!ni_eigen(k->square, n, values, vectors, values + n)) {
    return ni_fail(err, NIEM_ERROR_LIMIT, "x", "its principal components were not found in 100 steps each");
  }
  for (int64_t c = 0; c < n; c++) {
    const int64_t wanted = k->options->components;
    if (wanted > 0 ? c >= wanted : values[c] < 1 - 1e-9 && c > 0) {
      break;
    }
    for (int64_t j = 0; j < n; j++) {
      k->w[j] += values[c] * vectors[c * n + j] * vectors[c * n + j];
    }
    kept += values[c];
  }
  k->report.explained = kept / (double)n;
cleanup:
  return status;
}

/* 1 - entropy of one column over its greatest possible; `room` has 3 * ni_lanes_up(n) elements. */
static double excess_of(const double *x, int64_t n, double *room) {
  const int64_t up = ni_lanes_up(n);
  double *shares = room, *hi = room + up, *lo = room + 2 * up;
  const double there = (double)ni_count(x, n);
  const double total = ni_mean(x, n) * there;
  for (int64_t i = 0; i < up; i++) {
    const double share = i < n && x[i] > 0 ? x[i] / total : 1;
    shares[i] = share > 0x1p-1000 ? share : 1; /* such shares add nothing */
  }
  ni_log_near_each(hi, lo, shares, up);
  for (int64_t i = 0; i < up; i++) {
    hi[i] *= shares[i]; /* within [-1/e, 0] */
  }
  return 1 + ni_sum_of_shares(hi, n) / ni_log(there);
}

static niem_status entropy(work *k, niem_error *err) {
  double *room = ni_alloc((size_t)ni_lanes_up(k->n_rows), 3 * sizeof *room);
  niem_status status = room != NULL ? NIEM_OK : ni_fail_memory(err);
  for (int64_t j = 0; status == NIEM_OK && j < k->n_cols; j++) {
    const double *x = k->columns + j * k->stride;
    double low, high;
    ni_extent(&low, &high, x, k->n_rows);
    for (int64_t i = 0; low < 0 && status == NIEM_OK && i < k->n_rows; i++) {
      if (x[i] < 0) {
        status = ni_fail_cell(err, NIEM_ERROR_VALUE, i, j, x[i], "shares need values that are not negative");
      }
    }
    const double excess = status == NIEM_OK && low < high ? excess_of(x, k->n_rows, room) : 0;
    k->w[j] = excess > 0 ? excess : 0;
  }
  ni_free(room);
  return status;
}

static void deviations(work *k, int as_shares) {
  const int less = k->options->deviation != NIEM_DEVIATION_POPULATION;
  for (int64_t j = 0; j < k->n_cols; j++) {
    const double *x = k->columns + j * k->stride;
    double low, high;
    ni_extent(&low, &high, x, k->n_rows);
    const double spread = ni_deviation(x, k->n_rows, less);
    k->w[j] = low < high ? (as_shares ? spread / (high - low) : spread) : 0;
  }
}

/* The sums of 1 - r over the other columns, each pair looked at once. `shares`: room for those of every column. */
static void add_conflicts(ni_exact *conflicts, double *roots, double *shares, double *pair, const work *k) {
  const int64_t up = ni_lanes_up(k->n_rows);
  for (int64_t j = 0; j < k->n_cols; j++) {
    const double *x = k->columns + j * k->stride;
    const int complete = ni_count(x, k->n_rows) == k->n_rows;
    ni_exact_init(&conflicts[j]);
    roots[j] = complete ? ni_column_shares(shares + j * up, x, k->n_rows) : ni_nan();
    for (int64_t i = 0; i < j; i++) {
      const double r = roots[i] >= 0 && roots[j] >= 0
                           ? ni_shares_correlation(shares + j * up, roots[j], shares + i * up, roots[i], k->n_rows)
                           : ni_pair_correlation(x, k->columns + i * k->stride, k->n_rows, pair);
      ni_exact_add(&conflicts[j], ni_is_nan(r) ? 0 : 1 - r);
      ni_exact_add(&conflicts[i], ni_is_nan(r) ? 0 : 1 - r);
    }
  }
}

static niem_status critic(work *k, niem_error *err) {
  const size_t n = (size_t)k->n_cols;
  const size_t up = (size_t)ni_lanes_up(k->n_rows);
  ni_exact *conflicts = ni_alloc(n, sizeof *conflicts);
  double *shares = ni_alloc(up + 1, n * sizeof *shares);
  double *pair = ni_alloc(up, 2 * sizeof *pair);
  const int good = conflicts != NULL && shares != NULL && pair != NULL;
  if (good) {
    deviations(k, 1);
    add_conflicts(conflicts, shares + up * n, shares, pair, k);
  }
  for (size_t j = 0; good && j < n; j++) {
    k->w[j] *= ni_exact_round(&conflicts[j]);
  }
  ni_free(pair);
  ni_free(shares);
  ni_free(conflicts);
  return good ? NIEM_OK : ni_fail_memory(err);
}

/* R u, which the correlations with the mean by weights u of the standardised columns are but for a factor: the root of
 * u'Ru, by which they are to be divided, is what is returned. */
static double correlations_with_mean(double *products, const double *r, const double *u, int64_t n) {
  ni_exact square;
  ni_exact_init(&square);
  for (int64_t j = 0; j < n; j++) {
    ni_exact sum;
    ni_exact_init(&sum);
    for (int64_t i = 0; i < n; i++) {
      ni_exact_add_product(&sum, r[j * n + i], u[i]);
    }
    products[j] = ni_exact_round(&sum);
    ni_exact_add_product(&square, products[j], u[j]);
  }
  return sqrt(ni_exact_round(&square));
}

static void fill_targets(double *targets, const work *k) {
  for (int64_t j = 0; j < k->n_cols; j++) {
    targets[j] = k->options->targets != NULL ? k->options->targets[j] : 1;
  }
  share_out(targets, k->n_cols);
}

static niem_status fail_no_influence(niem_error *err) {
  return ni_fail(err, NIEM_ERROR_VALUE, "x",
                 "no weights were found by which every column has a positive correlation with the mean; look for "
                 "columns that run against the others, and give them their direction");
}

/* Correlations become shares; weights of standardised columns those of the columns as they are. `targets` NULL: there
 * are none, and the search's own word says whether the end was reached. */
static void report_shares(work *k, double *shares, const double *targets, double total) {
  for (int64_t j = 0; j < k->n_cols; j++) {
    shares[j] = total != 0 ? shares[j] / total : ni_nan();
    const double away = targets != NULL ? fabs(shares[j] - targets[j]) : 0;
    k->report.departure = away > k->report.departure ? away : k->report.departure;
    k->report.n_zero += k->w[j] == 0;
    k->w[j] /= ni_deviation(k->columns + j * k->stride, k->n_rows, 1);
  }
  k->report.reached = targets != NULL ? k->report.departure <= 1e-9 : k->report.converged;
}

static niem_status influence(work *k, double *shares, niem_error *err) {
  const int64_t n = k->n_cols;
  double *targets = k->room + n * n + 3 * n;
  niem_status status = NIEM_OK;
  fill_targets(targets, k);
  NIEM_TRY(correlate(k->square, k->columns, k->stride, k->n_rows, n, err));
  if (!ni_influence(k->w, k->square, targets, n, k->room, k->places)) {
    return fail_no_influence(err);
  }
  k->report.converged = 1;
  const double root = correlations_with_mean(shares, k->square, k->w, n);
  const double total = ni_exact_sum(shares, n, 1);
  k->report.mean_correlation = total / root / (double)n;
  report_shares(k, shares, targets, total);
cleanup:
  return status;
}

/* ---- searched for */

/* Standardised columns one after another, n_rows apart. */
static double *standardise(const work *k) {
  double *z = ni_alloc((size_t)k->n_rows, (size_t)k->n_cols * sizeof *z);
  for (int64_t j = 0; z != NULL && j < k->n_cols; j++) {
    const double *x = k->columns + j * k->stride;
    double mean, deviation;
    ni_mean_deviation(&mean, &deviation, x, k->n_rows, 1);
    for (int64_t i = 0; i < k->n_rows; i++) {
      z[j * k->n_rows + i] = (x[i] - mean) / deviation;
    }
  }
  return z;
}

/* From where a search begins: the solution for Pearson's, no weight of which is 0; or equal weights. 0 where there is
 * no such solution. */
static int begin_at(double *u, work *k, const double *targets, int pearson) {
  const int64_t n = k->n_cols;
  double most = 0;
  if (pearson && !ni_influence(u, k->square, targets, n, k->room, k->places)) {
    return 0;
  }
  for (int64_t j = 0; pearson && j < n; j++) {
    most = u[j] > most ? u[j] : most;
  }
  for (int64_t j = 0; j < n; j++) {
    u[j] = !pearson ? 1 : u[j] > most * 1e-3 ? u[j] : most * 1e-3;
  }
  return 1;
}

/* The better of the searches from each beginning. `targets` NULL: infomax. */
static niem_status search_weights(work *k, const double *targets, double *correlations, niem_error *err) {
  const int64_t n = k->n_cols;
  double *z = standardise(k);
  double *room = ni_alloc((size_t)n, 2 * sizeof *room);
  double least = INFINITY;
  niem_status status = z != NULL && room != NULL ? NIEM_OK : ni_fail_memory(err);
  NIEM_TRY(status);
  for (int pearson = 0; pearson <= (targets != NULL); pearson++) {
    ni_weight_search s = {z,        k->n_rows, n, k->options->correlation, targets, k->options->max_evaluations, room,
                          room + n, 0,         0};
    if (!begin_at(s.u, k, targets, pearson)) {
      continue;
    }
    NIEM_TRY(ni_weight_search_run(&s, err));
    k->report.evaluations += s.evaluations;
    if (pearson == 0 || ni_weight_search_objective(&s) < least) {
      least = ni_weight_search_objective(&s);
      memcpy(k->w, s.u, (size_t)n * sizeof *k->w);
      memcpy(correlations, s.correlations, (size_t)n * sizeof *correlations);
      k->report.converged = s.converged;
    }
  }
cleanup:
  ni_free(room);
  ni_free(z);
  return status;
}

/* Influence by rank correlations, and infomax by any: the correlations reached, their mean and shares, and the weights
 * of the columns as they are. */
static niem_status correlated(work *k, double *shares, niem_error *err) {
  const int64_t n = k->n_cols;
  const int influence_wanted = k->options->method == NIEM_WEIGHTS_INFLUENCE;
  double *targets = k->room + n * n + 3 * n;
  double root = 1;
  niem_status status = NIEM_OK;
  fill_targets(targets, k);
  NIEM_TRY(correlate(k->square, k->columns, k->stride, k->n_rows, n, err));
  if (k->options->correlation == NIEM_CORRELATION_PEARSON) {
    k->report.converged = 1;
    for (int64_t j = 0; j < n; j++) {
      k->w[j] = 1;
    }
    root = correlations_with_mean(shares, k->square, k->w, n);
  } else {
    NIEM_TRY(search_weights(k, influence_wanted ? targets : NULL, shares, err));
  }
  const double total = ni_exact_sum(shares, n, 1);
  k->report.mean_correlation = root > 0 ? total / root / (double)n : 0;
  if (influence_wanted && !(total > 0)) {
    return fail_no_influence(err);
  }
  report_shares(k, shares, influence_wanted ? targets : NULL, total);
cleanup:
  return status;
}

static niem_status weigh(work *k, double *shares, niem_error *err) {
  const int32_t method = k->options->method;
  niem_status status = NIEM_OK;
  const int by_correlations = method == NIEM_WEIGHTS_INFLUENCE || method == NIEM_WEIGHTS_INFOMAX;
  if (method == NIEM_WEIGHTS_PCA || by_correlations) {
    k->n_rows = keep_complete(k->columns, k->n_rows, k->n_cols);
  }
  k->report.n_rows = k->n_rows;
  if (method == NIEM_WEIGHTS_PCA) {
    NIEM_TRY(pca(k, err));
  } else if (method == NIEM_WEIGHTS_ENTROPY) {
    NIEM_TRY(entropy(k, err));
  } else if (method == NIEM_WEIGHTS_CRITIC) {
    NIEM_TRY(critic(k, err));
  } else if (method == NIEM_WEIGHTS_DEVIATION) {
    deviations(k, 0);
  } else if (method == NIEM_WEIGHTS_INFLUENCE && k->options->correlation == NIEM_CORRELATION_PEARSON) {
    NIEM_TRY(influence(k, shares, err));
  } else if (by_correlations) {
    NIEM_TRY(correlated(k, shares, err));
  } else {
    for (int64_t j = 0; j < k->n_cols; j++) {
      k->w[j] = 1;
    }
  }
  if (!share_out(k->w, k->n_cols)) {
    status = fail_no_spread(err);
  }
  if (!by_correlations) {
    for (int64_t j = 0; j < k->n_cols; j++) {
      k->report.n_zero += k->w[j] == 0;
      shares[j] = k->w[j];
    }
  }
cleanup:
  return status;
}

static niem_status check_search(const niem_weights_options *o, niem_error *err) {
  const int by_correlations = o->method == NIEM_WEIGHTS_INFLUENCE || o->method == NIEM_WEIGHTS_INFOMAX;
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_check_choice(o->correlation, NIEM_CORRELATION_END, "correlation", err));
  if (o->correlation != NIEM_CORRELATION_PEARSON && !by_correlations) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "correlation", "has no part in weights %d; leave it 0", (int)o->method);
  }
  if (o->max_evaluations != MAX_EVALUATIONS && o->correlation == NIEM_CORRELATION_PEARSON) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "max_evaluations",
                   "has no part where nothing is searched for; leave it as the _init function made it");
  }
  if (o->max_evaluations < 1) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "max_evaluations", "is %lld; a search makes at least one",
                   (long long)o->max_evaluations);
  }
cleanup:
  return status;
}

static niem_status check_options(const niem_weights_options *o, int64_t n_cols, niem_error *err) {
  const int spread = o->method == NIEM_WEIGHTS_CRITIC || o->method == NIEM_WEIGHTS_DEVIATION;
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_check_choice(o->method, NIEM_WEIGHTS_END, "method", err));
  NIEM_TRY(ni_check_choice(o->deviation, 3, "deviation", err));
  if (o->deviation != NIEM_DEVIATION_DEFAULT && !spread) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "deviation", "has no part in weights %d; leave it 0", (int)o->method);
  }
  if (o->components != 1 && (o->method != NIEM_WEIGHTS_PCA || o->components < 0 || o->components > n_cols)) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "components",
                   "is %lld; it is 0 to the number of columns, %lld, for PCA, and 1 for all others",
                   (long long)o->components, (long long)n_cols);
  }
  NIEM_TRY(check_search(o, err));
  if (o->targets != NULL && o->method != NIEM_WEIGHTS_INFLUENCE) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "targets", "has no part in weights %d; leave it NULL", (int)o->method);
  }
  if (o->targets != NULL || o->n_targets != 0) {
    NIEM_TRY(ni_check_weights(o->targets, o->n_targets, n_cols, "columns", "targets", err));
  }
  for (int64_t j = 0; o->targets != NULL && j < n_cols; j++) {
    if (!(o->targets[j] > 0)) {
      return ni_fail_at(err, NIEM_ERROR_VALUE, 0, j + 1, "targets",
                        "of column %lld is not positive; leave out a column that shall have no influence",
                        (long long)(j + 1));
    }
  }
cleanup:
  return status;
}

/* ---- pairwise comparisons */

/* Fill what is missing from its opposite, and hold the others to it. */
static niem_status complete_comparisons(double *a, int64_t n, niem_error *err) {
  for (int64_t i = 0; i < n; i++) {
    for (int64_t k = 0; k < n; k++) {
      if (ni_is_nan(a[i * n + k])) {
        a[i * n + k] = i == k ? 1 : 1 / a[k * n + i];
      }
      if (!(a[i * n + k] > 0)) {
        return ni_fail_cell(err, NIEM_ERROR_VALUE, i, k, a[i * n + k],
                            "give how many times the row is more important than the column, or the opposite");
      }
    }
  }
  for (int64_t i = 0; i < n; i++) {
    for (int64_t k = 0; k <= i; k++) {
      if (fabs(a[i * n + k] * a[k * n + i] - 1) > 0.02) {
        return ni_fail_cell(err, NIEM_ERROR_VALUE, i, k, a[i * n + k],
                            "it is not one over its opposite (within 2 %, for rounding as in 0.33)");
      }
    }
  }
  return NIEM_OK;
}

/* Power iteration on a positive matrix: its greatest eigenvalue and the vector, which adds up to 1. */
static double principal(double *w, const double *a, int64_t n, double *next) {
  double eigenvalue = 0;
  for (int64_t j = 0; j < n; j++) {
    w[j] = 1 / (double)n;
  }
  for (int step = 0; step < POWER_STEPS; step++) {
    double moved = 0;
    for (int64_t i = 0; i < n; i++) {
      ni_exact sum;
      ni_exact_init(&sum);
      for (int64_t k = 0; k < n; k++) {
        ni_exact_add_product(&sum, a[i * n + k], w[k]);
      }
      next[i] = ni_exact_round(&sum);
    }
    eigenvalue = ni_exact_sum(next, n, 1);
    for (int64_t i = 0; i < n; i++) {
      const double value = next[i] / eigenvalue;
      moved = fabs(value - w[i]) > moved ? fabs(value - w[i]) : moved;
      w[i] = value;
    }
    if (moved < 1e-16) {
      break;
    }
  }
  return eigenvalue;
}

static double consistency_ratio(double eigenvalue, int64_t n) {
  static const double random_index[AHP_MOST + 1] = {0,    0,    0,    0.58, 0.90, 1.12, 1.24, 1.32,
                                                    1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59};
  if (n < 3) {
    return 0;
  }
  const double index = (eigenvalue - (double)n) / (double)(n - 1);
  return index > 0 ? index / random_index[n] : 0;
}

/* ---- public */

void niem_weights_options_init(niem_weights_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
    options->components = 1;
    options->max_evaluations = MAX_EVALUATIONS;
  }
}

niem_status niem_weights(double *out, double *shares, niem_weights_report *report, const niem_matrix *x,
                         const niem_weights_options *options, niem_error *err) {
  niem_weights_options o;
  work k = {.options = &o};
  double *reached = NULL;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  niem_weights_options_init(&o);
  NIEM_TRY(ni_check_out(out, "out", err));
  NIEM_TRY(ni_options_read(&o, sizeof o, options, "options", err));
  NIEM_TRY(ni_matrix_by_columns(&k.columns, x, err));
  NIEM_TRY(check_options(&o, x->n_cols, err));
  k.n_rows = k.stride = x->n_rows;
  k.n_cols = x->n_cols;
  k.report.explained = ni_nan();
  k.report.mean_correlation = ni_nan();
  const size_t n = (size_t)x->n_cols;
  const size_t squares = o.method == NIEM_WEIGHTS_PCA || o.method >= NIEM_WEIGHTS_INFLUENCE ? n * n : 0;
  k.w = ni_alloc_zero(n, sizeof *k.w);
  k.square = ni_alloc(squares, sizeof *k.square);
  k.room = ni_alloc(squares + 5 * n, sizeof *k.room);
  k.places = ni_alloc(2 * n, sizeof *k.places);
  reached = ni_alloc(n, sizeof *reached);
  NIEM_TRY(k.w && k.square && k.room && k.places && reached ? NIEM_OK : ni_fail_memory(err));
  NIEM_TRY(weigh(&k, reached, err));
  memcpy(out, k.w, n * sizeof *out);
  if (shares != NULL) {
    memcpy(shares, reached, n * sizeof *shares);
  }
  if (report != NULL) {
    *report = k.report;
  }
cleanup:
  ni_free(reached);
  ni_free(k.places);
  ni_free(k.room);
  ni_free(k.square);
  ni_free(k.w);
  ni_free(k.columns);
  ni_fpenv_leave(&saved);
  return status;
}

niem_status niem_weights_budget(double *out, const niem_matrix *points, niem_error *err) {
  double *rows = NULL;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  NIEM_TRY(ni_check_out(out, "out", err));
  NIEM_TRY(ni_named(ni_matrix_by_rows(&rows, points, err), "points", err));
  for (int64_t i = 0; i < points->n_rows; i++) {
    double *row = rows + i * points->n_cols;
    for (int64_t j = 0; j < points->n_cols; j++) {
      row[j] = ni_is_nan(row[j]) ? 0 : row[j];
      if (row[j] < 0) {
        status = ni_fail_cell(err, NIEM_ERROR_VALUE, i, j, row[j], "points are not negative");
        status = ni_named(status, "points", err);
        goto cleanup;
      }
    }
    if (!share_out(row, points->n_cols)) {
      status = ni_fail_at(err, NIEM_ERROR_VALUE, i + 1, 0, "points", "row %lld: the expert gave no points at all",
                          (long long)(i + 1));
      goto cleanup;
    }
  }
  for (int64_t j = 0; j < points->n_cols; j++) {
    out[j] = ni_exact_mean(rows + j, points->n_rows, points->n_cols);
  }
cleanup:
  ni_free(rows);
  ni_fpenv_leave(&saved);
  return status;
}

niem_status niem_weights_ahp(double *out, double *ratio, double *eigenvalue, const niem_matrix *comparisons,
                             niem_error *err) {
  double *a = NULL;
  double next[AHP_MOST];
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  NIEM_TRY(ni_check_out(out, "out", err));
  NIEM_TRY(ni_named(ni_matrix_by_rows(&a, comparisons, err), "comparisons", err));
  const int64_t n = comparisons->n_rows;
  if (n != comparisons->n_cols || n > AHP_MOST) {
    status = ni_fail(err, NIEM_ERROR_ARGUMENT, "comparisons",
                     "has %lld rows and %lld columns; it has as many of the one as of the other, at most 15",
                     (long long)n, (long long)comparisons->n_cols);
    goto cleanup;
  }
  NIEM_TRY(ni_named(complete_comparisons(a, n, err), "comparisons", err));
  const double greatest = principal(out, a, n, next);
  if (ratio != NULL) {
    *ratio = consistency_ratio(greatest, n);
  }
  if (eigenvalue != NULL) {
    *eigenvalue = greatest;
  }
cleanup:
  ni_free(a);
  ni_fpenv_leave(&saved);
  return status;
}
