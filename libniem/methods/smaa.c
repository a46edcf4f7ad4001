/* Stochastic multicriteria acceptability analysis: what ranks a unit can have when nothing is known of the weights.
 *
 * Sources: R. Lahdelma & P. Salminen, "SMAA-2: stochastic multicriteria acceptability analysis for group decision
 * making", Operations Research 49 (2001), for rank acceptabilities and central weights; L. Devroye, Non-Uniform Random
 * Variate Generation (1986), ch. V.2, for the uniform distribution on a simplex by normalised exponentials.
 *
 * Replicate k draws its weights from counters that hold k, and everything is added up in integers (ranks as counts,
 * weights in units of 2^-40), so that neither the number of threads nor the order of the replicates matters. */
#include "base/platform.h"

#include "niem/methods.h"

#include <string.h>

#include "base/fail.h"
#include "base/fpenv.h"
#include "base/math.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/options.h"
#include "base/order.h"
#include "base/rng.h"
#include "base/threads.h"
#include "statistics/matrix.h"

enum { STREAM = 7, CHUNK = 256 };
#define UNIT_OF_WEIGHT 0x1p40

/* What one worker counts. */
typedef struct tally {
  int64_t *ranks; /* [row * n_rows + rank - 1] */
  int64_t *first; /* [row * n_cols + column]: weights with which the row is first, in units */
  double *weights, *scores, *places;
} tally;

typedef struct analysis {
  const double *rows;
  int64_t n_rows, n_cols;
  const double *least; /* NULL: 0 */
  double free;         /* what the least weights leave to be drawn */
  uint64_t seed;
  double tolerance;
  tally *tallies;
} analysis;

/* ---- one replicate */

static void draw_weights(double *weights, const analysis *a, int64_t replicate) {
  ni_rng rng;
  double sum = 0;
  ni_rng_init(&rng, a->seed, STREAM, (uint64_t)replicate);
  for (int64_t j = 0; j < a->n_cols; j++) {
    weights[j] = -ni_log(ni_rng_uniform(&rng));
    sum += weights[j];
  }
  for (int64_t j = 0; j < a->n_cols; j++) {
    weights[j] = (a->least == NULL ? 0 : a->least[j]) + a->free * (weights[j] / sum);
  }
}

/* The weighted mean of what a row has, criterion after criterion. */
static double score_row(const double *x, const double *weights, int64_t n) {
  double sum = 0;
  double all = 0;
  for (int64_t j = 0; j < n; j++) {
    if (!ni_is_nan(x[j])) {
      sum += weights[j] * x[j];
      all += weights[j];
    }
  }
  return all > 0 ? sum / all : ni_nan();
}

static int count_replicate(const analysis *a, tally *t, int64_t replicate) {
  draw_weights(t->weights, a, replicate);
  for (int64_t i = 0; i < a->n_rows; i++) {
    t->scores[i] = score_row(a->rows + i * a->n_cols, t->weights, a->n_cols);
  }
  if (!ni_rank(t->places, t->scores, a->n_rows, 1, 1, NI_TIES_MIN, a->tolerance)) {
    return 0;
  }
  for (int64_t i = 0; i < a->n_rows; i++) {
    if (ni_is_nan(t->places[i])) {
      continue;
    }
    t->ranks[i * a->n_rows + (int64_t)t->places[i] - 1]++;
    for (int64_t j = 0; t->places[i] == 1 && j < a->n_cols; j++) {
      t->first[i * a->n_cols + j] += (int64_t)(t->weights[j] * UNIT_OF_WEIGHT + 0.5);
    }
  }
  return 1;
}

static niem_status count_chunk(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  const analysis *a = context;
  for (int64_t k = begin; k < end; k++) {
    if (!count_replicate(a, &a->tallies[worker], k)) {
      return ni_fail_memory(err);
    }
  }
  return NIEM_OK;
}

/* ---- all of them */

static int make_tally(tally *t, const analysis *a) {
  const size_t n = (size_t)a->n_rows;
  const size_t m = (size_t)a->n_cols;
  t->ranks = ni_alloc_zero(n * n, sizeof *t->ranks);
  t->first = ni_alloc_zero(n * m, sizeof *t->first);
  t->weights = ni_alloc(m + 2 * n, sizeof *t->weights);
  t->scores = t->weights == NULL ? NULL : t->weights + m;
  t->places = t->weights == NULL ? NULL : t->scores + n;
  return t->ranks != NULL && t->first != NULL && t->weights != NULL;
}

static void free_tallies(tally *tallies, int32_t n) {
  for (int32_t w = 0; tallies != NULL && w < n; w++) {
    ni_free(tallies[w].ranks);
    ni_free(tallies[w].first);
    ni_free(tallies[w].weights);
  }
  ni_free(tallies);
}

static void merge(tally *into, const tally *from, const analysis *a) {
  for (int64_t i = 0; i < a->n_rows * a->n_rows; i++) {
    into->ranks[i] += from->ranks[i];
  }
  for (int64_t i = 0; i < a->n_rows * a->n_cols; i++) {
    into->first[i] += from->first[i];
  }
}

/* Counts as shares; a row without a value has NaN, and so have the central weights of one that is never first. */
static void finish(double *acceptability, double *mean_ranks, double *central, const tally *t, const analysis *a,
                   int64_t replicates) {
  for (int64_t i = 0; i < a->n_rows; i++) {
    const int64_t *ranks = t->ranks + i * a->n_rows;
    int64_t counted = 0;
    int64_t sum = 0;
    for (int64_t r = 0; r < a->n_rows; r++) {
      counted += ranks[r];
      sum += ranks[r] * (r + 1);
    }
    for (int64_t r = 0; r < a->n_rows; r++) {
      acceptability[i * a->n_rows + r] = counted > 0 ? (double)ranks[r] / (double)replicates : ni_nan();
    }
    if (mean_ranks != NULL) {
      mean_ranks[i] = counted > 0 ? (double)sum / (double)counted : ni_nan();
    }
    for (int64_t j = 0; central != NULL && j < a->n_cols; j++) {
      central[i * a->n_cols + j] =
          ranks[0] > 0 ? (double)t->first[i * a->n_cols + j] / UNIT_OF_WEIGHT / (double)ranks[0] : ni_nan();
    }
  }
}

/* ---- arguments */

static niem_status check_least(analysis *a, const niem_smaa_options *o, niem_error *err) {
  double sum = 0;
  a->free = 1;
  if (o->least_weights == NULL && o->n_least_weights == 0) {
    return NIEM_OK;
  }
  const niem_status status =
      ni_check_array(o->least_weights, o->n_least_weights, a->n_cols, "columns", "least_weights", err);
  for (int64_t j = 0; status == NIEM_OK && j < a->n_cols; j++) {
    sum += o->least_weights[j];
    if (o->least_weights[j] < 0) {
      return ni_fail_at(err, NIEM_ERROR_VALUE, 0, j + 1, "least_weights", "of column %lld is negative",
                        (long long)(j + 1));
    }
  }
  if (status == NIEM_OK && sum > 1) {
    return ni_fail(err, NIEM_ERROR_VALUE, "least_weights",
                   "add up to more than 1, which is all that there is to be given");
  }
  a->least = o->least_weights;
  a->free = 1 - sum;
  return status;
}

static niem_status check_options(analysis *a, const niem_smaa_options *o, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_check_number(o->tolerance, 0, NI_MATRIX_GREATEST, "tolerance", err));
  if (o->replicates < 1 || o->replicates > NIEM_MAX_REPLICATES) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "replicates", "is %lld; 1 to %lld are possible", (long long)o->replicates,
                   (long long)NIEM_MAX_REPLICATES);
  }
  if (a->n_rows > NIEM_MAX_SMAA_ROWS) {
    return ni_fail(err, NIEM_ERROR_LIMIT, "x", "has %lld rows; the ranks of at most %d are counted",
                   (long long)a->n_rows, (int)NIEM_MAX_SMAA_ROWS);
  }
  a->seed = (uint64_t)o->seed;
  a->tolerance = o->tolerance;
  NIEM_TRY(check_least(a, o, err));
cleanup:
  return status;
}

/* ---- public */

void niem_smaa_options_init(niem_smaa_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
    options->replicates = 10000;
    options->seed = 1;
    options->tolerance = 1e-9;
  }
}

niem_status niem_smaa(double *acceptability, double *mean_ranks, double *central_weights, const niem_matrix *x,
                      const niem_smaa_options *options, const niem_exec *exec, niem_error *err) {
  niem_smaa_options o;
  niem_exec run;
  analysis a = {.free = 1};
  double *rows = NULL;
  int32_t n_workers = 0;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  niem_smaa_options_init(&o);
  niem_exec_init(&run);
  NIEM_TRY(ni_check_out(acceptability, "acceptability", err));
  NIEM_TRY(ni_options_read(&o, sizeof o, options, "options", err));
  NIEM_TRY(ni_options_read(&run, sizeof run, exec, "exec", err));
  NIEM_TRY(ni_matrix_by_rows(&rows, x, err));
  a.rows = rows;
  a.n_rows = x->n_rows;
  a.n_cols = x->n_cols;
  NIEM_TRY(check_options(&a, &o, err));
  n_workers = ni_workers(o.replicates, CHUNK, &run);
  a.tallies = ni_alloc_zero((size_t)n_workers, sizeof *a.tallies);
  for (int32_t w = 0; a.tallies != NULL && w < n_workers; w++) {
    NIEM_TRY(make_tally(&a.tallies[w], &a) ? NIEM_OK : ni_fail_memory(err));
  }
  NIEM_TRY(a.tallies != NULL ? NIEM_OK : ni_fail_memory(err));
  NIEM_TRY(ni_parallel_for(o.replicates, CHUNK, &run, count_chunk, &a, err));
  for (int32_t w = 1; w < n_workers; w++) {
    merge(&a.tallies[0], &a.tallies[w], &a);
  }
  finish(acceptability, mean_ranks, central_weights, &a.tallies[0], &a, o.replicates);
cleanup:
  free_tallies(a.tallies, n_workers);
  ni_free(rows);
  ni_fpenv_leave(&saved);
  return status;
}
