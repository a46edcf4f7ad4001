/* Random numbers by counter: a draw is a function of its seed, stream, replicate and place, never of what was drawn
 * before, so that replicate k is the same whoever computes it, in whatever order and on how many threads.
 *
 * Generator "philox4x32-10": J. K. Salmon, M. A. Moraes, R. O. Dror & D. E. Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3", SC'11. The key is the seed (low word, high word); the counter is (block, stream, replicate low, replicate
 * high). The name stands for all of this file, for ever: another way of drawing gets another name. */
#ifndef NI_RNG_H
#define NI_RNG_H

#include "base/platform.h"

#define NI_RNG_NAME "philox4x32-10"

/* One of the ten rounds. In the header so that a kernel whose lanes are replicates can be made of it. */
static inline void ni_philox_round(uint32_t counter[4], uint32_t key_low, uint32_t key_high) {
  const uint64_t a = (uint64_t)counter[0] * 0xD2511F53u;
  const uint64_t b = (uint64_t)counter[2] * 0xCD9E8D57u;
  const uint32_t c1 = counter[1];
  const uint32_t c3 = counter[3];
  counter[0] = (uint32_t)(b >> 32) ^ c1 ^ key_low;
  counter[1] = (uint32_t)b;
  counter[2] = (uint32_t)(a >> 32) ^ c3 ^ key_high;
  counter[3] = (uint32_t)a;
}

/* The block of 128 bits that belongs to a counter, in its place. */
static inline void ni_philox(uint32_t counter[4], uint64_t seed) {
  uint32_t low = (uint32_t)seed;
  uint32_t high = (uint32_t)(seed >> 32);
  for (int round = 0; round < 10; round++) {
    ni_philox_round(counter, low, high);
    low += 0x9E3779B9u;  /* the golden ratio */
    high += 0xBB67AE85u; /* the square root of 3, less 1 */
  }
}

/* A uniform number in (0, 1): the middle of one of 2^52 equal cells; never 0 or 1, and symmetric about 1/2. */
static inline double ni_uniform_of(uint32_t low, uint32_t high) {
  const uint64_t bits = ((uint64_t)high << 32 | low) >> 12; /* with the half, 53 bits: exact in a double */
  return ((double)bits + 0.5) * 0x1p-52;
}

/* The draws of one seed, stream and replicate, one after another. */
typedef struct ni_rng {
  uint64_t seed;
  uint64_t replicate;
  uint32_t stream;
  uint32_t block; /* the next one */
  uint32_t words[4];
  int32_t used; /* of the words */
} ni_rng;

void ni_rng_init(ni_rng *rng, uint64_t seed, uint32_t stream, uint64_t replicate);
uint32_t ni_rng_bits(ni_rng *rng);
/* Uniform in (0, 1). */
double ni_rng_uniform(ni_rng *rng);
/* The first n uniform numbers of NI_RNG_LANES replicates side by side: u[j * NI_RNG_LANES + lane] is number j of
 * replicate replicates[lane], as ni_rng_uniform gives it. */
enum { NI_RNG_LANES = 16 };
void ni_rng_uniform_lanes(double *u, uint64_t seed, uint32_t stream, const int64_t *replicates, int64_t n);
/* Uniform in 0 .. n - 1, exactly (n >= 1). */
uint32_t ni_rng_below(ni_rng *rng, uint32_t n);
/* Standard normal, by the inverse of its distribution: one uniform each. */
double ni_rng_normal(ni_rng *rng);

/* The quantile of the standard normal distribution, relative error about 1e-15; NaN outside (0, 1). */
double ni_normal_quantile(double p);

#endif
