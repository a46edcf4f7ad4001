/* Sobol's low-discrepancy sequence, plain and scrambled.
 *
 * Sources: I. M. Sobol', "On the distribution of points in a cube and the approximate evaluation of integrals", USSR
 * Comp. Math. 7 (1967); P. Bratley & B. L. Fox, "Algorithm 659", ACM TOMS 14 (1988), for the recurrence; I. A. Antonov
 * & V. M. Saleev, USSR Comp. Math. 19 (1979), for the order by the Gray code, in which a point is one exclusive or away
 * from the one before; J. Matousek, "On the L2-discrepancy for anchored boxes", J. Complexity 14 (1998), for the linear
 * scrambling; A. B. Owen, "Randomly permuted (t,m,s)-nets and (t,s)-sequences" (1995), for the nested one.
 *
 * Nested scrambling flips each bit or not as a fair coin says that belongs to the coordinate and to all bits before it:
 * a tree of coins. A block of the generator is 128 coins, which is a subtree of seven levels; its counter holds the
 * coordinate, the level and the bits on the way to its root. So the tree is whole, and nothing of it is kept. */
#include "base/platform.h"

#include "robustness/sobol.h"

#include <string.h>

#include "base/fail.h"
#include "base/fpenv.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/rng.h"
#include "base/threads.h"
#include "robustness/joe_kuo.h"
#include "robustness/streams.h"
#include "statistics/matrix.h"

enum { BITS = 53, SUBTREE = 7, SUBTREES = 8, KEPT = 52, CHUNK = 256 };

/* ---- direction numbers */

/* The next dimension's from its polynomial and initial numbers; where the one after it stands in the table. */
static const uint16_t *fill_directions(uint64_t *directions, int64_t stride, const uint16_t *row) {
  int degree = 0;
  while (row[0] >> (degree + 1) != 0) {
    degree++;
  }
  for (int k = 0; k < degree; k++) {
    directions[k * stride] = (uint64_t)row[1 + k] << (BITS - 1 - k);
  }
  for (int k = degree; k < BITS; k++) {
    uint64_t v = directions[(k - degree) * stride];
    v ^= v >> degree;
    for (int i = 1; i < degree; i++) {
      v ^= (row[0] >> (degree - i) & 1) != 0 ? directions[(k - i) * stride] : 0;
    }
    directions[k * stride] = v;
  }
  return row + 1 + degree;
}

static void fill_all(ni_sobol *s) {
  const uint16_t *row = NI_JOE_KUO;
  for (int k = 0; k < BITS; k++) {
    s->directions[k * s->d] = (uint64_t)1 << (BITS - 1 - k);
  }
  for (int64_t j = 1; j < s->d; j++) {
    row = fill_directions(s->directions + j, s->d, row);
  }
}

/* ---- scrambling */

static uint64_t draw_word(ni_rng *rng) {
  const uint64_t low = ni_rng_bits(rng);
  const uint64_t high = ni_rng_bits(rng);
  return (high << 32 | low) >> (64 - BITS);
}

/* A unit lower triangular matrix of random bits times every direction of a coordinate: bit t of a number brings its own
 * place and random places behind it. */
static void scramble_linear(ni_sobol *s, int64_t j) {
  uint64_t columns[BITS]; /* of bit t of a word, counted from the last */
  ni_rng rng;
  ni_rng_init(&rng, s->seed, NI_STREAM_LINEAR, (uint64_t)j);
  for (int t = BITS - 1; t >= 0; t--) {
    const uint64_t place = (uint64_t)1 << t;
    columns[t] = place | (draw_word(&rng) & (place - 1));
  }
  for (int k = 0; k < BITS; k++) {
    const uint64_t v = s->directions[k * s->d + j];
    uint64_t scrambled = 0;
    for (int t = 0; t < BITS; t++) {
      scrambled ^= (v >> t & 1) != 0 ? columns[t] : 0;
    }
    s->directions[k * s->d + j] = scrambled;
  }
  s->shifts[j] = draw_word(&rng);
}

static void toss_subtree(uint32_t coins[4], const ni_sobol *s, int64_t j, int level, uint64_t way) {
  coins[0] = (uint32_t)(j * SUBTREES + level);
  coins[1] = NI_STREAM_OWEN;
  coins[2] = (uint32_t)way;
  coins[3] = (uint32_t)(way >> 32);
  ni_philox(coins, s->seed);
}

/* Node 1 is the root of a subtree, nodes 2 k and 2 k + 1 are below k. */
static uint64_t scramble_nested(const ni_sobol *s, int64_t j, uint64_t word) {
  uint64_t flips = 0;
  uint32_t coins[4];
  memcpy(coins, s->roots + 4 * j, sizeof coins);
  for (int level = 0; level * SUBTREE < KEPT; level++) {
    const int depth = KEPT - level * SUBTREE < SUBTREE ? KEPT - level * SUBTREE : SUBTREE;
    int shift = BITS - 1 - level * SUBTREE;
    uint32_t node = 1;
    if (level > 0) {
      toss_subtree(coins, s, j, level, word >> (shift + 1));
    }
    for (int k = 0; k < depth; k++, shift--) {
      flips |= (uint64_t)(coins[node >> 5] >> (node & 31) & 1) << shift;
      node = 2 * node + (uint32_t)(word >> shift & 1);
    }
  }
  return word ^ flips;
}

/* ---- points */

niem_status ni_sobol_make(ni_sobol *out, int64_t d, int32_t scramble, uint64_t seed, niem_error *err) {
  *out = (ni_sobol){.d = d, .scramble = scramble, .seed = seed};
  out->directions = ni_alloc((size_t)d, BITS * sizeof *out->directions);
  out->shifts = ni_alloc_zero((size_t)d, sizeof *out->shifts);
  out->roots = ni_alloc((size_t)d, 4 * sizeof *out->roots);
  if (out->directions == NULL || out->shifts == NULL || out->roots == NULL) {
    return ni_fail_memory(err);
  }
  fill_all(out);
  for (int64_t j = 0; scramble == NIEM_SCRAMBLE_LINEAR && j < d; j++) {
    scramble_linear(out, j);
  }
  for (int64_t j = 0; scramble == NIEM_SCRAMBLE_OWEN && j < d; j++) {
    toss_subtree(out->roots + 4 * j, out, j, 0, 0);
  }
  return NIEM_OK;
}

void ni_sobol_free(ni_sobol *sobol) {
  ni_free(sobol->directions);
  ni_free(sobol->shifts);
  ni_free(sobol->roots);
}

static void add_direction(uint64_t *place, const ni_sobol *s, int bit) {
  const uint64_t *v = s->directions + bit * s->d;
  for (int64_t j = 0; j < s->d; j++) {
    place[j] ^= v[j];
  }
}

void ni_sobol_go(uint64_t *place, const ni_sobol *sobol, int64_t index) {
  const uint64_t gray = (uint64_t)index ^ (uint64_t)index >> 1;
  memcpy(place, sobol->shifts, (size_t)sobol->d * sizeof *place);
  for (int k = 0; k < BITS; k++) {
    if ((gray >> k & 1) != 0) {
      add_direction(place, sobol, k);
    }
  }
}

/* The Gray codes of index and index + 1 differ in the place of the last 0 of the index. */
void ni_sobol_step(uint64_t *place, const ni_sobol *sobol, int64_t index) {
  int bit = 0;
  while (((uint64_t)index >> bit & 1) != 0) {
    bit++;
  }
  add_direction(place, sobol, bit);
}

void ni_sobol_read(double *out, const ni_sobol *sobol, const uint64_t *place) {
  for (int64_t j = 0; j < sobol->d; j++) {
    if (sobol->scramble == NIEM_SCRAMBLE_NONE) {
      out[j] = (double)place[j] * 0x1p-53;
    } else {
      const uint64_t word = sobol->scramble == NIEM_SCRAMBLE_OWEN ? scramble_nested(sobol, j, place[j]) : place[j];
      out[j] = ((double)(word >> (BITS - KEPT)) + 0.5) * 0x1p-52;
    }
  }
}

/* ---- public */

typedef struct {
  double *points;
  const ni_sobol *sobol;
  int64_t skip;
  uint64_t *places; /* d for each worker */
} walk;

static niem_status walk_chunk(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  const walk *w = context;
  const int64_t d = w->sobol->d;
  uint64_t *place = w->places + worker * d;
  (void)err;
  ni_sobol_go(place, w->sobol, w->skip + begin);
  for (int64_t i = begin; i < end; i++) {
    ni_sobol_read(w->points + i * d, w->sobol, place);
    ni_sobol_step(place, w->sobol, w->skip + i);
  }
  return NIEM_OK;
}

static niem_status check_sizes(int64_t n, int64_t d, const niem_sobol_options *o, niem_error *err) {
  if (n < 1) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "n", "%lld points; at least one is drawn", (long long)n);
  }
  if (d < 1) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "d", "%lld coordinates; a point has at least one", (long long)d);
  }
  if (d > NIEM_MAX_SOBOL_COLUMNS) {
    return ni_fail(err, NIEM_ERROR_LIMIT, "d", "%lld coordinates; the table of direction numbers has %d", (long long)d,
                   (int)NIEM_MAX_SOBOL_COLUMNS);
  }
  if (o->skip < 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "skip", "is %lld; it is 0 or more", (long long)o->skip);
  }
  if (n > NI_SOBOL_POINTS || o->skip > NI_SOBOL_POINTS - n) {
    return ni_fail(err, NIEM_ERROR_LIMIT, n > NI_SOBOL_POINTS ? "n" : "skip",
                   "the sequence ends with point 2^52, its numbers having 52 bits");
  }
  return ni_check_choice(o->scramble, NIEM_SCRAMBLE_END, "scramble", err);
}

void niem_sobol_options_init(niem_sobol_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
    options->seed = 1;
  }
}

niem_status niem_sobol_sequence(double *out, int64_t n, int64_t d, const niem_sobol_options *options,
                                const niem_exec *exec, niem_error *err) {
  niem_sobol_options o;
  niem_exec run;
  ni_sobol sobol = {0};
  uint64_t *places = NULL;
  double *points = NULL; /* out is touched when all is well */
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  niem_sobol_options_init(&o);
  NIEM_TRY(ni_check_out(out, "out", err));
  NIEM_TRY(ni_options_read(&o, sizeof o, options, "options", err));
  NIEM_TRY(ni_exec_read(&run, exec, err));
  NIEM_TRY(check_sizes(n, d, &o, err));
  NIEM_TRY(ni_sobol_make(&sobol, d, o.scramble, (uint64_t)o.seed, err));
  places = ni_alloc((size_t)ni_workers(n, CHUNK, &run), (size_t)d * sizeof *places);
  points = ni_alloc((size_t)n, (size_t)d * sizeof *points);
  NIEM_TRY(places != NULL && points != NULL ? NIEM_OK : ni_fail_memory(err));
  walk w = {points, &sobol, o.skip, places};
  NIEM_TRY(ni_parallel_for(n, CHUNK, &run, walk_chunk, &w, err));
  memcpy(out, points, (size_t)n * (size_t)d * sizeof *out);
cleanup:
  ni_free(points);
  ni_free(places);
  ni_sobol_free(&sobol);
  ni_fpenv_leave(&saved);
  return status;
}
