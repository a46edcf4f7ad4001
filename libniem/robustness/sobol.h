/* Sobol's sequence point by point: any point by its index, and the one after it by a step. */
#ifndef NI_ROBUSTNESS_SOBOL_H
#define NI_ROBUSTNESS_SOBOL_H

#include "base/platform.h"
#include "niem/robustness.h"

#define NI_SOBOL_POINTS ((int64_t)1 << 52)

typedef struct ni_sobol {
  int64_t d;
  int32_t scramble;
  uint64_t seed;
  uint64_t *directions; /* of bit k of the index: d of them, from k * d; 1/2 is bit 52 */
  uint64_t *shifts;     /* linear: d */
  uint32_t *roots;      /* Owen: for each coordinate the four words that scramble its first bits */
} ni_sobol;

/* `d` within NIEM_MAX_SOBOL_COLUMNS; to be freed also after a failure. */
niem_status ni_sobol_make(ni_sobol *out, int64_t d, int32_t scramble, uint64_t seed, niem_error *err);
void ni_sobol_free(ni_sobol *sobol);

/* A place in the sequence, d words: that of point `index`, and the next one after it. */
void ni_sobol_go(uint64_t *place, const ni_sobol *sobol, int64_t index);
void ni_sobol_step(uint64_t *place, const ni_sobol *sobol, int64_t index);
/* The d coordinates there. */
void ni_sobol_read(double *out, const ni_sobol *sobol, const uint64_t *place);

#endif
