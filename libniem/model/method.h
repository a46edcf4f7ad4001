/* The method in memory. */
#ifndef NI_METHOD_H
#define NI_METHOD_H

#include "base/platform.h"
#include "base/memory.h"
#include "model/framework.h"
#include "model/steps.h"
#include "niem/method.h"

enum {
  NI_CONSENSUS_REFUSE,
  NI_CONSENSUS_UNANIMOUS,
  NI_CONSENSUS_MAJORITY,
  NI_CONSENSUS_MEDIAN,
  NI_CONSENSUS_ADJUDICATOR
};

/* Bands of scores, from the highest down: a score belongs to the first whose lower edge it reaches. */
typedef struct ni_band {
  double lower;
  const char *label;
} ni_band;
typedef struct ni_bands {
  const char *id;
  int32_t rounded; /* edges apply to scores rounded (half away from zero) to whole points */
  int32_t n;
  const ni_band *bands;
} ni_bands;

struct niem_method {
  atomic_int_least32_t uses;
  ni_arena arena;
  int32_t consensus;
  const char *adjudicator;
  int32_t has_missing;
  ni_missing_rule missing;
  double tolerance;
  const ni_bands *bands; /* NULL: none */
  int32_t n_steps;
  const ni_step *steps;
  const char *id; /* NULL: none */
  niem_buffer *json;
  char digest[65];
};

niem_method *ni_method_keep(const niem_method *method);
/* The method of all defaults. */
niem_status ni_method_default(niem_method **out, niem_error *err);
/* Bands from a preset's name or JSON text, in the arena. */
niem_status ni_bands_read(const ni_bands **out, ni_arena *arena, const char *text, niem_error *err);
/* The label of a score; NULL for NaN. */
const char *ni_band_of(const ni_bands *bands, double score);

#endif
