/* The sample for indices of sensitivity: two independent points for each base point, and the points in between.
 *
 * Sources: A. Saltelli et al., "Variance based sensitivity analysis of model output. Design and estimator for the total
 * sensitivity index", Computer Physics Communications 181 (2010), for the radial design of A, B and AB; A. Saltelli,
 * Computer Physics Communications 145 (2002), for BA; A. B. Owen, "On dropping the first Sobol' point" (2020), for
 * keeping the first point and scrambling instead. */
#include "base/platform.h"

#include "robustness/design.h"

#include <string.h>

#include "base/fail.h"
#include "base/fpenv.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/rng.h"
#include "base/threads.h"
#include "robustness/streams.h"
#include "statistics/matrix.h"

enum { CHUNK = 64, MOST_INPUTS = 1 << 20 };
#define MOST_ROWS ((int64_t)1 << 52)

/* ---- rows */

static void write_rows(double *out, const double *point, int64_t d, int32_t second_order) {
  const double *a = point;
  const double *b = point + d;
  memcpy(out, point, (size_t)d * 2 * sizeof *out);
  out += 2 * d;
  for (int64_t i = 0; i < d; i++, out += d) {
    memcpy(out, a, (size_t)d * sizeof *out);
    out[i] = b[i];
  }
  for (int64_t i = 0; second_order && i < d; i++, out += d) {
    memcpy(out, b, (size_t)d * sizeof *out);
    out[i] = a[i];
  }
}

static void draw_point(double *point, const ni_design *design, int64_t index) {
  ni_rng rng;
  ni_rng_init(&rng, (uint64_t)design->options.seed, NI_STREAM_SAMPLE, (uint64_t)index);
  for (int64_t j = 0; j < 2 * design->d; j++) {
    point[j] = ni_rng_uniform(&rng);
  }
}

void ni_design_rows(double *out, const ni_design *design, int64_t begin, int64_t end, double *point, uint64_t *place) {
  const int64_t size = ni_design_width(design->d, design->options.second_order) * design->d;
  const int64_t skip = design->options.skip;
  const int sobol = design->options.source == NIEM_SAMPLE_SOBOL;
  if (sobol) {
    ni_sobol_go(place, &design->sobol, skip + begin);
  }
  for (int64_t j = begin; j < end; j++) {
    if (sobol) {
      ni_sobol_read(point, &design->sobol, place);
      ni_sobol_step(place, &design->sobol, skip + j);
    } else {
      draw_point(point, design, skip + j);
    }
    write_rows(out + (j - begin) * size, point, design->d, design->options.second_order);
  }
}

/* ---- arguments */

static niem_status check_sizes(int64_t n, int64_t d, const niem_sensitivity_sample_options *o, niem_error *err) {
  if (n < 1) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "n", "%lld base points; at least one is drawn", (long long)n);
  }
  if (d < 1) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "d", "%lld inputs; at least one is uncertain", (long long)d);
  }
  if (o->source == NIEM_SAMPLE_SOBOL ? d > NIEM_MAX_SOBOL_COLUMNS / 2 : d > MOST_INPUTS) {
    return ni_fail(err, NIEM_ERROR_LIMIT, "d", "%lld inputs; this source has numbers for %d", (long long)d,
                   o->source == NIEM_SAMPLE_SOBOL ? (int)NIEM_MAX_SOBOL_COLUMNS / 2 : (int)MOST_INPUTS);
  }
  if (o->skip < 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "skip", "is %lld; it is 0 or more", (long long)o->skip);
  }
  if (n > NI_SOBOL_POINTS || o->skip > NI_SOBOL_POINTS - n) {
    return ni_fail(err, NIEM_ERROR_LIMIT, n > NI_SOBOL_POINTS ? "n" : "skip", "the last base point is number 2^52");
  }
  if (niem_sensitivity_rows(n, d, o->second_order) == 0) {
    return ni_fail(err, NIEM_ERROR_LIMIT, "n", "%lld base points for %lld inputs are more rows than can be numbered",
                   (long long)n, (long long)d);
  }
  return NIEM_OK;
}

static niem_status check_choices(const niem_sensitivity_sample_options *o, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_check_choice(o->source, NIEM_SAMPLE_END, "source", err));
  NIEM_TRY(ni_check_choice(o->scramble, NIEM_SCRAMBLE_END, "scramble", err));
  NIEM_TRY(ni_check_choice(o->second_order, 2, "second_order", err));
cleanup:
  return status;
}

niem_status ni_design_make(ni_design *out, int64_t n, int64_t d, const niem_sensitivity_sample_options *options,
                           niem_error *err) {
  niem_status status = NIEM_OK;
  *out = (ni_design){.n = n, .d = d, .options = *options};
  NIEM_TRY(check_choices(options, err));
  NIEM_TRY(check_sizes(n, d, options, err));
  if (options->source == NIEM_SAMPLE_SOBOL) {
    NIEM_TRY(ni_sobol_make(&out->sobol, 2 * d, options->scramble, (uint64_t)options->seed, err));
  }
cleanup:
  return status;
}

void ni_design_free(ni_design *design) {
  ni_sobol_free(&design->sobol);
}

/* ---- public */

typedef struct {
  double *rows;
  const ni_design *design;
  double *points;   /* 2 d for each worker */
  uint64_t *places; /* 2 d for each worker */
} filling;

static niem_status fill_chunk(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  const filling *f = context;
  const int64_t d = f->design->d;
  const int64_t size = ni_design_width(d, f->design->options.second_order) * d;
  (void)err;
  ni_design_rows(f->rows + begin * size, f->design, begin, end, f->points + worker * 2 * d, f->places + worker * 2 * d);
  return NIEM_OK;
}

void niem_sensitivity_sample_options_init(niem_sensitivity_sample_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
    options->scramble = NIEM_SCRAMBLE_OWEN;
    options->seed = 1;
  }
}

int64_t niem_sensitivity_rows(int64_t n, int64_t d, int32_t second_order) {
  if (n < 1 || d < 1 || d > MOST_INPUTS || n > MOST_ROWS / ni_design_width(d, second_order)) {
    return 0;
  }
  return n * ni_design_width(d, second_order);
}

niem_status niem_sensitivity_sample(double *out, int64_t n, int64_t d, const niem_sensitivity_sample_options *options,
                                    const niem_exec *exec, niem_error *err) {
  niem_sensitivity_sample_options o;
  niem_exec run;
  ni_design design = {0};
  filling f = {0};
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  niem_sensitivity_sample_options_init(&o);
  NIEM_TRY(ni_check_out(out, "out", err));
  NIEM_TRY(ni_options_read(&o, sizeof o, options, "options", err));
  NIEM_TRY(ni_exec_read(&run, exec, err));
  NIEM_TRY(ni_design_make(&design, n, d, &o, err));
  const size_t workers = (size_t)ni_workers(n, CHUNK, &run);
  const size_t rows = (size_t)niem_sensitivity_rows(n, d, o.second_order);
  f.design = &design;
  f.points = ni_alloc(workers, (size_t)d * 2 * sizeof *f.points);
  f.places = ni_alloc(workers, (size_t)d * 2 * sizeof *f.places);
  f.rows = ni_alloc(rows, (size_t)d * sizeof *f.rows);
  NIEM_TRY(f.points != NULL && f.places != NULL && f.rows != NULL ? NIEM_OK : ni_fail_memory(err));
  NIEM_TRY(ni_parallel_for(n, CHUNK, &run, fill_chunk, &f, err));
  memcpy(out, f.rows, rows * (size_t)d * sizeof *out);
cleanup:
  ni_free(f.rows);
  ni_free(f.places);
  ni_free(f.points);
  ni_design_free(&design);
  ni_fpenv_leave(&saved);
  return status;
}
