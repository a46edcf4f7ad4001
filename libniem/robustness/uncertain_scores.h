/* The scores under uncertainty, and the tables that are made of them. */
#ifndef NI_UNCERTAIN_SCORES_H
#define NI_UNCERTAIN_SCORES_H

#include "base/platform.h"
#include "niem/robustness.h"
#include "robustness/tally.h"
#include "robustness/trials.h"

struct niem_uncertain_scores {
  ni_trials trials;
  niem_uncertainty_options options;
  ni_arena arena;
  ni_figures figures;
  ni_tally tally;
  int64_t n_pilot;
  uint8_t *made; /* of these: 1 where it did not fail */
  double *pilot; /* values of the first replicates, [replicate * n_values]; NaN where they failed */
};

/* The numbers of an input in replicates (ni_numbers_of); context: the seed. */
void ni_replicate_numbers(double *u, const void *seed, const int64_t *runs, int32_t input, int32_t n);
/* uncertainty_inputs_table.c: the part "inputs". */
niem_status ni_inputs_table(niem_table **out, const niem_uncertain_scores *u, niem_error *err);
/* What every part says of how it was made. */
void ni_uncertainty_notes(niem_table *table, const niem_uncertain_scores *u);

#endif
