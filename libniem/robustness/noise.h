/* Weights with noise, a replicate at a time: shared by what draws them for a bare matrix and for an index. */
#ifndef NI_ROBUSTNESS_NOISE_H
#define NI_ROBUSTNESS_NOISE_H

#include "base/platform.h"

/* The most weights: each has 256 blocks of the generator. */
enum { NI_NOISE_MOST = 1 << 16 };

typedef struct ni_noise {
  const double *weights; /* none negative */
  const double *shares;  /* n of them, within [0, 1]; the simplex needs none */
  const int64_t *blocks; /* of each weight the first one of its block; those of a block need not be neighbours */
  int64_t n;
  int32_t method; /* NIEM_NOISE_... */
  int32_t rescale;
  uint64_t seed;
  uint32_t stream;
} ni_noise;

/* Replicate `replicate` into `out`; `room` has 2 n elements. Weight j draws from places of its own, so that its noise
 * does not depend on the weights beside it. */
void ni_noise_draw(double *out, const ni_noise *noise, uint64_t replicate, double *room);

#endif
