/* Whether columns (items) measure one thing: Cronbach's alpha and its kin.
 *
 * Sources: L. J. Cronbach, Psychometrika 16 (1951); L. Guttman, "A basis for analyzing test-retest reliability",
 * Psychometrika 10 (1945), for lambda 6; L. S. Feldt, "The approximate sampling distribution of Kuder-Richardson
 * reliability coefficient twenty", Psychometrika 30 (1965), for the interval. */
#include "base/platform.h"

#include "statistics/reliability.h"

#include <math.h>
#include <string.h>

#include "base/exact.h"
#include "base/fail.h"
#include "base/fpenv.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/options.h"
#include "statistics/columns.h"
#include "statistics/covariance.h"
#include "statistics/distribution.h"
#include "statistics/linear.h"
#include "statistics/matrix.h"

/* A share of an item's variance below which it has none of its own. */
#define DEPENDENT 1e-12
/* A sum whose variance is below this share of that of the items does not vary. */
#define CONSTANT_SUM 1e-14

/* What items say together: their own variances, and those with the covariances. */
typedef struct {
  double own, all;
  int64_t n;
} together;

/* k / (k - 1) (1 - own / all). */
static double alpha_of(const together *t) {
  const double k = (double)t->n;
  return t->n > 1 && t->all > CONSTANT_SUM * t->own ? k / (k - 1) * ((t->all - t->own) / t->all) : ni_nan();
}

/* Row sums of a symmetric matrix, and what all of it adds up to; sums are exact. */
static together add_together(double *row_sums, const double *c, int64_t n) {
  together t = {0, 0, n};
  ni_exact own, all;
  ni_exact_init(&own);
  ni_exact_init(&all);
  for (int64_t j = 0; j < n; j++) {
    ni_exact row;
    ni_exact_init(&row);
    for (int64_t k = 0; k < n; k++) {
      ni_exact_add(&row, c[j * n + k]);
    }
    row_sums[j] = ni_exact_round(&row);
    ni_exact_merge(&all, &row);
    ni_exact_add(&own, c[j * n + j]);
  }
  t.own = ni_exact_round(&own);
  t.all = ni_exact_round(&all);
  return t;
}

/* The same without one item. */
static together without(const together *t, double row_sum, double variance) {
  const together rest = {t->own - variance, t->all - 2 * row_sum + variance, t->n - 1};
  return rest;
}

typedef struct {
  int64_t n; /* items */
  double *c; /* covariances with the directions in them */
  double *r; /* and correlations */
  double *sums_c, *sums_r;
  double *smc;
  double *square;
} block;

static int allocate(block *b, int64_t n_items) {
  const size_t n = (size_t)n_items;
  b->n = n_items;
  b->c = ni_alloc(n, 3 * n * sizeof *b->c);
  b->sums_c = ni_alloc(n, 3 * sizeof *b->sums_c);
  if (b->c == NULL || b->sums_c == NULL) {
    return 0;
  }
  b->r = b->c + n * n;
  b->square = b->r + n * n;
  b->sums_r = b->sums_c + n;
  b->smc = b->sums_r + n;
  return 1;
}

static void release(block *b) {
  ni_free(b->c);
  ni_free(b->sums_c);
}

/* Squared multiple correlations, 1 - 1 / (R^-1)_jj; NaN for all where R is singular. */
static void fill_smc(block *b) {
  const int64_t n = b->n;
  memcpy(b->square, b->r, (size_t)(n * n) * sizeof *b->square);
  const int regular = ni_cholesky(b->square, n, DEPENDENT);
  for (int64_t j = 0; j < n; j++) {
    double *unit = b->sums_r; /* not yet in use */
    memset(unit, 0, (size_t)n * sizeof *unit);
    unit[j] = 1;
    if (regular) {
      ni_cholesky_solve(b->square, n, unit);
    }
    b->smc[j] = regular ? 1 - 1 / unit[j] : ni_nan();
  }
}

/* Feldt: (1 - alpha) over that of the population is F with (n - 1)(k - 1) and n - 1 degrees of freedom. */
static void fill_interval(niem_alpha *out, double level) {
  out->low = ni_nan();
  out->high = ni_nan();
  if (ni_is_nan(out->alpha) || out->n < 2) {
    return;
  }
  ni_distribution f;
  const double df = (double)(out->n - 1);
  ni_distribution_init(&f, NIEM_DISTRIBUTION_F, df, df * (double)(out->n_items - 1));
  out->low = 1 - (1 - out->alpha) * ni_distribution_quantile(&f, (1 - level) / 2, 1);
  out->high = 1 - (1 - out->alpha) * ni_distribution_quantile(&f, (1 - level) / 2, 0);
}

static double lambda_6(const block *b, const together *t) {
  double sum = t->all - t->own;
  for (int64_t j = 0; j < b->n; j++) {
    sum += b->smc[j];
  }
  return t->all > CONSTANT_SUM * t->own ? sum / t->all : ni_nan();
}

/* Correlation of an item with a sum, from its covariance with it and the variance of the sum. */
static double with_sum(double covariance, double variance, double of_sum, double size) {
  const double spread = sqrt(variance) * sqrt(of_sum > 0 ? of_sum : 0);
  const double r = variance > 0 && of_sum > CONSTANT_SUM * size ? covariance / spread : ni_nan();
  return r > 1 ? 1 : r < -1 ? -1 : r;
}

static niem_alpha_item describe_item(const block *b, int64_t j, const together *c, const together *r) {
  niem_alpha_item item;
  const double variance = b->c[j * b->n + j];
  const together rest = without(c, b->sums_c[j], variance), others = without(r, b->sums_r[j], 1);
  memset(&item, 0, sizeof item);
  item.deviation = sqrt(variance);
  item.r_total = with_sum(b->sums_c[j], variance, c->all, c->own);
  item.r_rest = with_sum(b->sums_c[j] - variance, variance, rest.all, c->own);
  item.smc = b->smc[j];
  item.alpha_without = alpha_of(&rest);
  item.standardised_without = alpha_of(&others);
  return item;
}

static void summarise(niem_alpha *out, niem_alpha_item *items, block *b, double level) {
  fill_smc(b);
  const together c = add_together(b->sums_c, b->c, b->n), r = add_together(b->sums_r, b->r, b->n);
  const double n = (double)b->n;
  out->n_items = b->n;
  out->alpha = alpha_of(&c);
  out->standardised = alpha_of(&r);
  out->average_r = (r.all - r.own) / (n * (n - 1));
  out->lambda_6 = lambda_6(b, &r);
  out->deviation = sqrt(c.all > 0 ? c.all : 0);
  out->error = out->alpha <= 1 ? out->deviation * sqrt(1 - out->alpha) : ni_nan();
  fill_interval(out, level);
  for (int64_t j = 0; j < b->n; j++) {
    const niem_alpha_item item = describe_item(b, j, &c, &r);
    out->n_negative += item.r_rest < 0;
    out->n_constant += !(item.deviation > 0);
    if (items != NULL) {
      items[j] = item;
    }
  }
}

niem_status ni_alpha_check(const niem_alpha_options *o, int64_t n_cols, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_check_choice(o->rows, NIEM_ROWS_PAIRWISE + 1, "rows", err));
  NIEM_TRY(ni_check_number(o->level, 0.0001, 0.9999, "level", err));
  NIEM_TRY(ni_check_directions(o->directions, o->n_directions, n_cols, err));
cleanup:
  return status;
}

niem_status ni_alpha_columns(niem_alpha *out, niem_alpha_item *items, double *columns, int64_t n_rows, int64_t n_cols,
                             const niem_alpha_options *options, niem_error *err) {
  block b = {0, NULL, NULL, NULL, NULL, NULL, NULL};
  niem_alpha found;
  niem_status status = NIEM_OK;
  memset(&found, 0, sizeof found);
  if (!allocate(&b, n_cols)) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  NIEM_TRY(ni_item_covariances(b.c, b.r, &found.n, columns, n_rows, n_cols, options->rows, options->directions, err));
  NIEM_TRY(ni_check_rows(found.n, 2, options->rows, err));
  summarise(&found, items, &b, options->level);
  for (int64_t j = 0; items != NULL && j < n_cols; j++) {
    const int64_t n = options->rows == NIEM_ROWS_PAIRWISE ? n_rows : found.n;
    items[j].n = ni_count(columns + j * n_rows, n);
    items[j].mean = ni_mean(columns + j * n_rows, n);
  }
  *out = found;
cleanup:
  release(&b);
  return status;
}

/* ---- public */

void niem_alpha_options_init(niem_alpha_options *options) {
  if (options == NULL) {
    return;
  }
  memset(options, 0, sizeof *options);
  options->struct_size = (int64_t)sizeof *options;
  options->level = 0.95;
}

niem_status niem_cronbach_alpha(niem_alpha *out, niem_alpha_item *items, const niem_matrix *x,
                                const niem_alpha_options *options, niem_error *err) {
  niem_alpha_options o;
  double *columns = NULL;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  niem_alpha_options_init(&o);
  NIEM_TRY(ni_check_out(out, "out", err));
  NIEM_TRY(ni_options_read(&o, sizeof o, options, "options", err));
  NIEM_TRY(ni_matrix_by_columns(&columns, x, err));
  NIEM_TRY(ni_alpha_check(&o, x->n_cols, err));
  if (x->n_cols < 2) {
    status = ni_fail(err, NIEM_ERROR_VALUE, "x", "has one column; reliability is of two at least");
    goto cleanup;
  }
  NIEM_TRY(ni_alpha_columns(out, items, columns, x->n_rows, x->n_cols, &o, err));
cleanup:
  ni_free(columns);
  ni_fpenv_leave(&saved);
  return status;
}
