/* Principal components, whether the correlations suit them, and their rotation.
 *
 * Sources: H. Hotelling, J. Educ. Psych. 24 (1933); H. F. Kaiser, Educ. Psych. Meas. 20 (1960), for the number of
 * components, and with J. Rice, "Little jiffy, mark IV", Educ. Psych. Meas. 34 (1974), for the measure of sampling
 * adequacy; M. S. Bartlett, Brit. J. Psych., Stat. Section 3 (1950), for the test of sphericity; OECD & JRC, Handbook
 * on Constructing Composite Indicators (2008), step 4. */
#include "base/platform.h"

#include "statistics/components.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/fpenv.h"
#include "base/math.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/options.h"
#include "statistics/covariance.h"
#include "statistics/distribution.h"
#include "statistics/linear.h"
#include "statistics/matrix.h"
#include "statistics/varimax.h"

/* A share of a column's variance below which it has none of its own. */
#define DEPENDENT 1e-12

typedef struct {
  int64_t n_cols, k;
  double *kept;                            /* the complete rows of the columns, `stride` apart */
  double *square, *correlations, *vectors; /* n_cols * n_cols each */
  double *loadings, *rotation;             /* the same, of which n_cols * k and k * k are used */
  double *values, *means, *deviations;     /* n_cols each */
  double *room;                            /* 3 n_cols */
} work;

static int allocate(work *w, int64_t n_rows, int64_t n_cols) {
  const size_t m = (size_t)n_cols;
  w->n_cols = n_cols;
  w->kept = ni_alloc((size_t)n_rows, m * sizeof *w->kept);
  w->square = ni_alloc(5 * m, m * sizeof *w->square);
  w->values = ni_alloc(7 * m, sizeof *w->values);
  if (w->kept == NULL || w->square == NULL || w->values == NULL) {
    return 0;
  }
  w->correlations = w->square + m * m;
  w->vectors = w->correlations + m * m;
  w->loadings = w->vectors + m * m;
  w->rotation = w->loadings + m * m;
  w->means = w->values + m;
  w->deviations = w->means + m;
  w->room = w->deviations + m;
  return 1;
}

static void release(work *w) {
  ni_free(w->kept);
  ni_free(w->square);
  ni_free(w->values);
}

/* ---- how many, and how much they explain */

static double total_of(const work *w) {
  double total = 0;
  for (int64_t j = 0; j < w->n_cols; j++) {
    total += w->values[j];
  }
  return total;
}

static int64_t count_kept(const work *w, const niem_components_options *o) {
  const double total = total_of(w), mean = total / (double)w->n_cols;
  double sum = 0;
  if (o->components > 0) {
    return o->components;
  }
  for (int64_t j = 0; j < w->n_cols; j++) {
    if (!ni_is_nan(o->explained) && j > 0 && sum >= o->explained * total * (1 - 1e-12)) {
      return j;
    }
    if (ni_is_nan(o->explained) && j > 0 && w->values[j] < mean * (1 - 1e-9)) {
      return j;
    }
    sum += w->values[j];
  }
  return w->n_cols;
}

static void fill_loadings(work *w) {
  for (int64_t c = 0; c < w->k; c++) {
    for (int64_t j = 0; j < w->n_cols; j++) {
      w->loadings[j * w->k + c] = w->vectors[c * w->n_cols + j] * sqrt(w->values[c]);
    }
  }
}

/* ---- do the correlations suit? */

/* Squared correlations over those and the squared partial ones, of all and by column; `inverse` is R^-1. */
static double adequacy(double *by_column, const double *r, const double *inverse, int64_t n) {
  double all = 0, all_partial = 0;
  for (int64_t j = 0; j < n; j++) {
    double own = 0, partial = 0;
    for (int64_t k = 0; k < n; k++) {
      own += k == j ? 0 : r[j * n + k] * r[j * n + k];
      partial += k == j ? 0 : inverse[j * n + k] * inverse[j * n + k] / (inverse[j * n + j] * inverse[k * n + k]);
    }
    by_column[j] = own + partial > 0 ? own / (own + partial) : ni_nan();
    all += own;
    all_partial += partial;
  }
  return all + all_partial > 0 ? all / (all + all_partial) : ni_nan();
}

static void test_sphericity(niem_components_report *out, double determinant, int64_t m) {
  const double columns = (double)m;
  const double factor = (double)(out->n - 1) - (2 * columns + 5) / 6;
  out->determinant = determinant;
  out->df = columns * (columns - 1) / 2;
  if (m > 1 && factor > 0) {
    ni_distribution d;
    ni_distribution_init(&d, NIEM_DISTRIBUTION_CHI_SQUARED, out->df, ni_nan());
    out->bartlett = determinant < 0 ? -factor * determinant : 0;
    out->p = ni_distribution_tails(&d, out->bartlett).upper;
  }
}

/* `by_column`: n_cols. Everything is NaN where the correlations are singular. */
static void judge(niem_components_report *out, double *by_column, work *w) {
  const int64_t n = w->n_cols;
  double determinant = 0;
  out->kmo = out->determinant = out->bartlett = out->df = out->p = ni_nan();
  memcpy(w->square, w->correlations, (size_t)(n * n) * sizeof *w->square);
  const int regular = ni_cholesky(w->square, n, DEPENDENT);
  for (int64_t j = 0; j < n; j++) {
    by_column[j] = ni_nan();
    determinant += regular ? 2 * ni_log(w->square[j * n + j]) : 0;
  }
  if (regular) {
    ni_cholesky_inverse(w->rotation, w->square, n); /* not yet in use */
    out->kmo = adequacy(by_column, w->correlations, w->rotation, n);
    test_sphericity(out, determinant, n);
  }
}

/* ---- the way through */

static niem_status decompose(work *w, int64_t stride, int64_t n, int32_t of, niem_error *err) {
  const int64_t m = w->n_cols;
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_correlations(w->correlations, w->deviations, w->means, w->kept, stride, n, m, err));
  for (int64_t j = 0; j < m; j++) {
    if (of == NIEM_OF_CORRELATIONS && !(w->deviations[j] > 0)) {
      return ni_fail_at(err, NIEM_ERROR_VALUE, 0, j + 1, "x",
                        "column %lld: all its values in the rows without a missing value are the same, so it has no "
                        "correlations; leave it out, or take covariances",
                        (long long)(j + 1));
    }
    for (int64_t k = 0; k < m; k++) {
      const double spread = of == NIEM_OF_CORRELATIONS ? 1 : w->deviations[j] * w->deviations[k];
      w->square[j * m + k] = spread > 0 ? w->correlations[j * m + k] * spread : 0;
    }
  }
  if (!ni_eigen(w->square, m, w->values, w->vectors, w->room)) {
    return ni_fail(err, NIEM_ERROR_LIMIT, "x", "its principal components were not found in 100 steps each");
  }
  for (int64_t j = 0; j < m; j++) {
    w->values[j] = w->values[j] > 0 ? w->values[j] : 0;
  }
  if (!(w->values[0] > 0)) {
    return ni_fail(err, NIEM_ERROR_VALUE, "x", "no column varies, so there are no components");
  }
cleanup:
  return status;
}

static void fill_scores(double *scores, const work *w, const double *columns, int64_t n_rows, int32_t of) {
  for (int64_t i = 0; i < n_rows; i++) {
    for (int64_t c = 0; c < w->k; c++) {
      double sum = 0;
      for (int64_t j = 0; j < w->n_cols; j++) {
        const double deviation = columns[j * n_rows + i] - w->means[j];
        const double unit = of == NIEM_OF_CORRELATIONS ? w->deviations[j] : 1;
        sum += deviation / unit * w->vectors[c * w->n_cols + j];
      }
      scores[i * w->k + c] = ni_is_nan(sum) ? ni_nan() : sum;
    }
  }
}

static void put(double *out, const double *values, int64_t n) {
  if (out != NULL) {
    memcpy(out, values, (size_t)n * sizeof *out);
  }
}

/* Sum of squares of each row (communalities), or of each column over the total. */
static void put_squares(double *out, const double *loadings, int64_t n, int64_t k, int by_row, double total) {
  for (int64_t i = 0; out != NULL && i < (by_row ? n : k); i++) {
    double sum = 0;
    for (int64_t j = 0; j < (by_row ? k : n); j++) {
      const double value = by_row ? loadings[i * k + j] : loadings[j * k + i];
      sum += value * value;
    }
    out[i] = sum / total;
  }
}

static void put_shares(const niem_components_arrays *a, const work *w, double total) {
  double sum = 0;
  for (int64_t j = 0; j < w->n_cols; j++) {
    sum += w->values[j];
    if (a->shares != NULL) {
      a->shares[j] = w->values[j] / total;
    }
    if (a->cumulated != NULL) {
      a->cumulated[j] = j == w->n_cols - 1 ? 1 : sum / total;
    }
  }
}

static void rotate(niem_components_report *out, const niem_components_arrays *a, work *w, int32_t rotation,
                   double total) {
  out->converged = 1;
  if (rotation == NIEM_ROTATION_NONE) {
    return;
  }
  out->converged = ni_varimax(w->loadings, w->rotation, w->n_cols, w->k, w->room);
  put(a->rotated, w->loadings, w->n_cols * w->k);
  put(a->rotation, w->rotation, w->k * w->k);
  put_squares(a->rotated_shares, w->loadings, w->n_cols, w->k, 0, total);
}

static niem_status check_arrays(const niem_components_arrays *a, int32_t rotation, niem_error *err) {
  if (rotation == NIEM_ROTATION_NONE && (a->rotated != NULL || a->rotated_shares != NULL || a->rotation != NULL)) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "rotation",
                   "is none, but there is room for what is rotated; ask for varimax, or leave that NULL");
  }
  return NIEM_OK;
}

niem_status ni_components_check(const niem_components_options *o, int64_t n_cols, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_check_choice(o->of, NIEM_OF_END, "of", err));
  NIEM_TRY(ni_check_choice(o->rotation, NIEM_ROTATION_END, "rotation", err));
  if (o->components < 0 || o->components > n_cols) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "components",
                   "is %lld; it is a number of components, 1 to %lld, or 0 for those above the mean",
                   (long long)o->components, (long long)n_cols);
  }
  if (!ni_is_nan(o->explained)) {
    NIEM_TRY(ni_check_number(o->explained, 1e-9, 1, "explained", err));
    if (o->components > 0) {
      return ni_fail(err, NIEM_ERROR_ARGUMENT, "explained",
                     "and the number of components are both given; one of them says how many are kept");
    }
  }
cleanup:
  return status;
}

niem_status ni_components_columns(niem_components_report *out, const niem_components_arrays *arrays,
                                  const double *columns, int64_t n_rows, int64_t n_cols,
                                  const niem_components_options *options, niem_error *err) {
  niem_components_report found;
  work w;
  niem_status status = NIEM_OK;
  memset(&found, 0, sizeof found);
  memset(&w, 0, sizeof w);
  NIEM_TRY(check_arrays(arrays, options->rotation, err));
  if (!allocate(&w, n_rows, n_cols)) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  memcpy(w.kept, columns, (size_t)(n_rows * n_cols) * sizeof *w.kept);
  found.n = ni_keep_complete(w.kept, n_rows, n_cols);
  NIEM_TRY(ni_check_rows(found.n, 3, NIEM_ROWS_COMPLETE, err));
  NIEM_TRY(decompose(&w, n_rows, found.n, options->of, err));
  const double total = total_of(&w);
  judge(&found, w.room, &w);
  put(arrays->adequacy, w.room, n_cols);
  w.k = found.n_components = count_kept(&w, options);
  fill_loadings(&w);
  put(arrays->eigenvalues, w.values, n_cols);
  put_shares(arrays, &w, total);
  put(arrays->loadings, w.loadings, n_cols * w.k);
  put_squares(arrays->communalities, w.loadings, n_cols, w.k, 1, 1);
  if (arrays->scores != NULL) {
    fill_scores(arrays->scores, &w, columns, n_rows, options->of);
  }
  for (int64_t c = 0; c < w.k; c++) {
    found.explained += w.values[c];
  }
  found.explained = w.k == n_cols ? 1 : found.explained / total;
  rotate(&found, arrays, &w, options->rotation, total);
  *out = found;
cleanup:
  release(&w);
  return status;
}

/* ---- public */

void niem_components_options_init(niem_components_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
    options->explained = ni_nan();
  }
}

void niem_components_arrays_init(niem_components_arrays *arrays) {
  if (arrays != NULL) {
    memset(arrays, 0, sizeof *arrays);
    arrays->struct_size = (int64_t)sizeof *arrays;
  }
}

niem_status niem_principal_components(niem_components_report *out, const niem_components_arrays *arrays,
                                      const niem_matrix *x, const niem_components_options *options, niem_error *err) {
  niem_components_options o;
  niem_components_arrays a;
  double *columns = NULL;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  niem_components_options_init(&o);
  niem_components_arrays_init(&a);
  NIEM_TRY(ni_check_out(out, "out", err));
  NIEM_TRY(ni_options_read(&o, sizeof o, options, "options", err));
  NIEM_TRY(ni_options_read(&a, sizeof a, arrays, "arrays", err));
  NIEM_TRY(ni_matrix_by_columns(&columns, x, err));
  NIEM_TRY(ni_components_check(&o, x->n_cols, err));
  NIEM_TRY(ni_components_columns(out, &a, columns, x->n_rows, x->n_cols, &o, err));
cleanup:
  ni_free(columns);
  ni_fpenv_leave(&saved);
  return status;
}
