/* Weights with noise: what others could have given.
 *
 * Sources: OECD & JRC, Handbook on Constructing Composite Indicators (2008), step 7, for weights as uncertain inputs;
 * L. Devroye, Non-Uniform Random Variate Generation (1986), ch. V.2, for the uniform distribution on a simplex by
 * normalised exponentials. */
#include "base/platform.h"

#include "robustness/noise.h"

#include <string.h>

#include "base/fail.h"
#include "base/fpenv.h"
#include "base/math.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/rng.h"
#include "base/threads.h"
#include "niem/robustness.h"
#include "robustness/streams.h"
#include "statistics/matrix.h"

enum { CHUNK = 64 };

/* ---- one replicate */

/* A standard normal number within +- 1 / share, where the weight stays within 0 and twice what it was: share <= 1, so
 * that two draws in three or more are good. */
static double draw_cut_normal(ni_rng *rng, double share) {
  double z = ni_rng_normal(rng);
  while (share * z > 1 || share * z < -1) {
    z = ni_rng_normal(rng);
  }
  return z;
}

static double draw_weight(const ni_noise *noise, int64_t j, uint64_t replicate) {
  ni_rng rng;
  ni_rng_init(&rng, noise->seed, noise->stream, replicate);
  rng.block = (uint32_t)j << 8; /* 256 blocks are 512 draws: more rejections never come */
  const double weight = noise->weights[j];
  if (weight == 0) {
    return 0;
  }
  if (noise->method == NIEM_NOISE_SIMPLEX) {
    return -ni_log(ni_rng_uniform(&rng));
  }
  if (noise->method == NIEM_NOISE_NORMAL) {
    return weight * (1 + noise->shares[j] * draw_cut_normal(&rng, noise->shares[j]));
  }
  return weight * (1 + noise->shares[j] * (2 * ni_rng_uniform(&rng) - 1));
}

/* Every block adds up to what it did. */
static void rescale_blocks(double *out, const ni_noise *noise, double *room) {
  double *drawn = room;
  double *wanted = room + noise->n;
  memset(room, 0, (size_t)noise->n * 2 * sizeof *room);
  for (int64_t j = 0; j < noise->n; j++) {
    drawn[noise->blocks[j]] += out[j];
    wanted[noise->blocks[j]] += noise->weights[j];
  }
  for (int64_t j = 0; j < noise->n; j++) {
    const int64_t block = noise->blocks[j];
    out[j] = drawn[block] > 0 ? out[j] / drawn[block] * wanted[block] : 0;
  }
}

void ni_noise_draw(double *out, const ni_noise *noise, uint64_t replicate, double *room) {
  for (int64_t j = 0; j < noise->n; j++) {
    out[j] = draw_weight(noise, j, replicate);
  }
  if (noise->rescale || noise->method == NIEM_NOISE_SIMPLEX) {
    rescale_blocks(out, noise, room);
  }
}

/* ---- arguments */

static niem_status check_given(const double *weights, int64_t n, niem_error *err) {
  if (n < 1 || n > NI_NOISE_MOST) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "n_weights", "%lld weights; 1 to %lld are possible", (long long)n,
                   (long long)NI_NOISE_MOST);
  }
  return ni_check_weights(weights, n, n, "weights", "weights", err);
}

static niem_status check_numbers(const niem_noise_options *o, niem_error *err) {
  if (o->replicates < 1 || o->replicates > ((int64_t)1 << 40)) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "replicates", "is %lld; at least one is drawn, and at most 2^40",
                   (long long)o->replicates);
  }
  if (o->first < 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "first", "is %lld; the first replicate is number 0", (long long)o->first);
  }
  if (o->rescale != 0 && o->rescale != 1) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "rescale", "is %d; it is 1 or 0", (int)o->rescale);
  }
  return ni_check_choice(o->method, NIEM_NOISE_END, "method", err);
}

/* The shares of all weights, from one for each, one for all, or none. */
static niem_status read_shares(double *shares, int64_t n, const niem_noise_options *o, niem_error *err) {
  niem_status status = NIEM_OK;
  if (o->shares == NULL && o->n_shares == 0) {
    for (int64_t j = 0; j < n; j++) {
      shares[j] = 0.25;
    }
    return NIEM_OK;
  }
  if (o->method == NIEM_NOISE_SIMPLEX) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "shares", "have no part in the simplex, whose weights can be any");
  }
  NIEM_TRY(ni_check_array(o->shares, o->n_shares, o->n_shares == 1 ? 1 : n, "weights", "shares", err));
  for (int64_t j = 0; j < n; j++) {
    shares[j] = o->shares[o->n_shares == 1 ? 0 : j];
    if (!(shares[j] >= 0 && shares[j] <= 1)) {
      return ni_fail_at(err, NIEM_ERROR_VALUE, 0, j + 1, "shares", "of weight %lld is not within 0 and 1",
                        (long long)(j + 1));
    }
  }
cleanup:
  return status;
}

/* The first weight of each one's block. */
static niem_status read_blocks(int64_t *blocks, int64_t n, const niem_noise_options *o, niem_error *err) {
  if (o->blocks == NULL ? o->n_blocks != 0 : o->n_blocks != n) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "blocks", "has %lld elements; there are %lld weights",
                   (long long)o->n_blocks, (long long)n);
  }
  for (int64_t j = 0; j < n; j++) {
    int64_t first = 0;
    if (o->blocks != NULL && o->blocks[j] < 0) {
      return ni_fail_at(err, NIEM_ERROR_VALUE, 0, j + 1, "blocks", "of weight %lld is negative; a block is 0 or more",
                        (long long)(j + 1));
    }
    while (o->blocks != NULL && o->blocks[first] != o->blocks[j]) {
      first++;
    }
    blocks[j] = first;
  }
  return NIEM_OK;
}

/* ---- public */

typedef struct {
  double *rows;
  double *rooms; /* 2 n for each worker */
  const ni_noise *noise;
  uint64_t first;
} draws;

static niem_status draw_chunk(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  const draws *d = context;
  const int64_t n = d->noise->n;
  (void)err;
  for (int64_t k = begin; k < end; k++) {
    ni_noise_draw(d->rows + k * n, d->noise, d->first + (uint64_t)k, d->rooms + worker * 2 * n);
  }
  return NIEM_OK;
}

void niem_noise_options_init(niem_noise_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
    options->rescale = 1;
    options->replicates = 1000;
    options->seed = 1;
  }
}

niem_status niem_noisy_weights(double *out, const double *weights, int64_t n_weights, const niem_noise_options *options,
                               const niem_exec *exec, niem_error *err) {
  niem_noise_options o;
  niem_exec run;
  double *shares = NULL;
  int64_t *blocks = NULL;
  draws d = {0};
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  niem_noise_options_init(&o);
  NIEM_TRY(ni_check_out(out, "out", err));
  NIEM_TRY(ni_options_read(&o, sizeof o, options, "options", err));
  NIEM_TRY(ni_exec_read(&run, exec, err));
  NIEM_TRY(check_given(weights, n_weights, err));
  NIEM_TRY(check_numbers(&o, err));
  shares = ni_alloc((size_t)n_weights, sizeof *shares);
  blocks = ni_alloc((size_t)n_weights, sizeof *blocks);
  d.rooms = ni_alloc((size_t)n_weights * 2, (size_t)ni_workers(o.replicates, CHUNK, &run) * sizeof *d.rooms);
  d.rows = ni_alloc((size_t)o.replicates, (size_t)n_weights * sizeof *d.rows);
  NIEM_TRY(shares != NULL && blocks != NULL && d.rooms != NULL && d.rows != NULL ? NIEM_OK : ni_fail_memory(err));
  NIEM_TRY(read_shares(shares, n_weights, &o, err));
  NIEM_TRY(read_blocks(blocks, n_weights, &o, err));
  const ni_noise noise = {weights, shares, blocks, n_weights, o.method, o.rescale, (uint64_t)o.seed, NI_STREAM_NOISE};
  d.noise = &noise;
  d.first = (uint64_t)o.first;
  NIEM_TRY(ni_parallel_for(o.replicates, CHUNK, &run, draw_chunk, &d, err));
  memcpy(out, d.rows, (size_t)(o.replicates * n_weights) * sizeof *out);
cleanup:
  ni_free(d.rows);
  ni_free(d.rooms);
  ni_free(blocks);
  ni_free(shares);
  ni_fpenv_leave(&saved);
  return status;
}
