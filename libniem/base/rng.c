/* Random numbers by counter, and the normal quantile: M. J. Wichura, "Algorithm AS 241: the percentage points of the
 * normal distribution", Applied Statistics 37 (1988), routine PPND16: three rational functions of degree 7. */
#include "base/platform.h"

#include "base/math.h"
#include "base/number.h"
#include "base/rng.h"

#include <math.h>
#include <string.h>

/* --- the generator --- */

void ni_rng_init(ni_rng *rng, uint64_t seed, uint32_t stream, uint64_t replicate) {
  rng->seed = seed;
  rng->replicate = replicate;
  rng->stream = stream;
  rng->block = 0;
  rng->used = 4;
}

static void next_block(ni_rng *rng) {
  rng->words[0] = rng->block++;
  rng->words[1] = rng->stream;
  rng->words[2] = (uint32_t)rng->replicate;
  rng->words[3] = (uint32_t)(rng->replicate >> 32);
  ni_philox(rng->words, rng->seed);
  rng->used = 0;
}

uint32_t ni_rng_bits(ni_rng *rng) {
  if (rng->used == 4) {
    next_block(rng);
  }
  return rng->words[rng->used++];
}

double ni_rng_uniform(ni_rng *rng) {
  const uint32_t low = ni_rng_bits(rng);
  const uint32_t high = ni_rng_bits(rng);
  return ni_uniform_of(low, high);
}

/* Ten rounds for all lanes of a block, as ni_philox has them. */
static inline void philox_lanes(uint32_t words[4][NI_RNG_LANES], uint64_t seed) {
  uint32_t low = (uint32_t)seed;
  uint32_t high = (uint32_t)(seed >> 32);
  for (int round = 0; round < 10; round++) {
    for (int l = 0; l < NI_RNG_LANES; l++) {
      const uint64_t a = (uint64_t)words[0][l] * 0xD2511F53u;
      const uint64_t b = (uint64_t)words[2][l] * 0xCD9E8D57u;
      words[0][l] = (uint32_t)(b >> 32) ^ words[1][l] ^ low;
      words[1][l] = (uint32_t)b;
      words[2][l] = (uint32_t)(a >> 32) ^ words[3][l] ^ high;
      words[3][l] = (uint32_t)a;
    }
    low += 0x9E3779B9u;
    high += 0xBB67AE85u;
  }
}

/* ni_uniform_of, by the bits of a double: 2^52 and the 52 bits is a double of these bits. */
static inline void uniform_lanes(double *restrict u, const uint32_t *restrict low, const uint32_t *restrict high) {
  for (int l = 0; l < NI_RNG_LANES; l++) {
    const uint64_t bits = (((uint64_t)high[l] << 32 | low[l]) >> 12) | 0x4330000000000000u;
    double x;
    memcpy(&x, &bits, sizeof x);
    u[l] = (x - 0x1p52 + 0.5) * 0x1p-52;
  }
}

NI_WIDE static void fill_lanes(double *restrict u, uint64_t seed, uint32_t stream, const int64_t *restrict replicates,
                               int64_t n) {
  uint32_t words[4][NI_RNG_LANES];
  for (int64_t j = 0; j < n; j += 2) {
    for (int l = 0; l < NI_RNG_LANES; l++) {
      words[0][l] = (uint32_t)(j / 2);
      words[1][l] = stream;
      words[2][l] = (uint32_t)replicates[l];
      words[3][l] = (uint32_t)((uint64_t)replicates[l] >> 32);
    }
    philox_lanes(words, seed);
    uniform_lanes(u + j * NI_RNG_LANES, words[0], words[1]);
    if (j + 1 < n) {
      uniform_lanes(u + (j + 1) * NI_RNG_LANES, words[2], words[3]);
    }
  }
}

void ni_rng_uniform_lanes(double *u, uint64_t seed, uint32_t stream, const int64_t *replicates, int64_t n) {
  fill_lanes(u, seed, stream, replicates, n);
}

/* D. Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019): the high half of a product, drawn
 * again where the low half falls among the few that would make some results likelier. */
uint32_t ni_rng_below(ni_rng *rng, uint32_t n) {
  uint64_t product = (uint64_t)ni_rng_bits(rng) * n;
  const uint32_t surplus = (uint32_t)(0u - n) % n; /* 2^32 mod n */
  while ((uint32_t)product < surplus) {
    product = (uint64_t)ni_rng_bits(rng) * n;
  }
  return (uint32_t)(product >> 32);
}

/* --- the normal distribution --- */

/* Coefficients of 1, x, x^2, ... */
static const double CENTRE_TOP[8] = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                                     1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                                     3.3430575583588128105e4, 2.5090809287301226727e3};
static const double CENTRE_BOTTOM[8] = {1.0,
                                        4.2313330701600911252e1,
                                        6.8718700749205790830e2,
                                        5.3941960214247511077e3,
                                        2.1213794301586595867e4,
                                        3.9307895800092710610e4,
                                        2.8729085735721942674e4,
                                        5.2264952788528545610e3};
static const double SIDE_TOP[8] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                                   3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                                   2.27238449892691845833e-2, 7.74545014278341407640e-4};
static const double SIDE_BOTTOM[8] = {1.0,
                                      2.05319162663775882187e0,
                                      1.67638483018380384940e0,
                                      6.89767334985100004550e-1,
                                      1.48103976427480074590e-1,
                                      1.51986665636164571966e-2,
                                      5.47593808499534494600e-4,
                                      1.05075007164441684324e-9};
static const double TAIL_TOP[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                                   2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                   2.71155556874348757815e-5, 2.01033439929228813265e-7};
static const double TAIL_BOTTOM[8] = {1.0,
                                      5.99832206555887937690e-1,
                                      1.36929880922735805310e-1,
                                      1.48753612908506148525e-2,
                                      7.86869131145613259100e-4,
                                      1.84631831751005468180e-5,
                                      1.42151175831644588870e-7,
                                      2.04426310338993978564e-15};

static double ratio(const double top[8], const double bottom[8], double x) {
  double above = top[7];
  double below = bottom[7];
  for (int k = 6; k >= 0; k--) {
    above = above * x + top[k];
    below = below * x + bottom[k];
  }
  return above / below;
}

double ni_normal_quantile(double p) {
  const double q = p - 0.5;
  if (!(p > 0 && p < 1)) {
    return ni_nan();
  }
  if (q >= -0.425 && q <= 0.425) {
    return q * ratio(CENTRE_TOP, CENTRE_BOTTOM, 0.180625 - q * q);
  }
  const double r = sqrt(-ni_log(q < 0 ? p : 1 - p));
  const double x = r <= 5 ? ratio(SIDE_TOP, SIDE_BOTTOM, r - 1.6) : ratio(TAIL_TOP, TAIL_BOTTOM, r - 5);
  return q < 0 ? -x : x;
}

double ni_rng_normal(ni_rng *rng) {
  return ni_normal_quantile(ni_rng_uniform(rng));
}
