/* The sample of an analysis of sensitivity, row by row, and how its rows stand. */
#ifndef NI_ROBUSTNESS_DESIGN_H
#define NI_ROBUSTNESS_DESIGN_H

#include "base/platform.h"
#include "niem/robustness.h"
#include "robustness/sobol.h"

typedef struct ni_design {
  int64_t n, d;
  niem_sensitivity_sample_options options;
  ni_sobol sobol; /* of 2 d coordinates, where the source is Sobol's sequence */
} ni_design;

/* Options as read by ni_options_read. To be freed also after a failure. */
niem_status ni_design_make(ni_design *out, int64_t n, int64_t d, const niem_sensitivity_sample_options *options,
                           niem_error *err);
void ni_design_free(ni_design *design);

/* Rows of a base point. */
static inline int64_t ni_design_width(int64_t d, int32_t second_order) {
  return second_order ? 2 * d + 2 : d + 2;
}

/* The rows of base points [begin, end) one after another. `point`: 2 d doubles; `place`: 2 d words. */
void ni_design_rows(double *out, const ni_design *design, int64_t begin, int64_t end, double *point, uint64_t *place);

#endif
