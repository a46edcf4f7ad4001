/* Uncertainty of scores and ranks by Monte Carlo: Saisana, Saltelli & Tarantola, "Uncertainty and sensitivity analysis
 * techniques as tools for the quality assessment of composite indicators", J. R. Stat. Soc. A 168 (2005); OECD & JRC,
 * Handbook on Constructing Composite Indicators (2008), step 7.
 *
 * A pilot of the first replicates tells where the values of each figure lie; then all replicates are counted, each
 * worker into a tally of its own. */
#include "base/platform.h"

#include "robustness/uncertain_scores.h"

#include "base/fail.h"
#include "base/fpenv.h"
#include "base/number.h"
#include "base/options.h"
#include "base/rng.h"
#include "base/threads.h"
#include "robustness/streams.h"

#include <string.h>

_Static_assert((int)NI_RNG_LANES == (int)NI_TRIAL_LANES, "numbers come as runs take them");

/* ---- options */

void niem_uncertainty_options_init(niem_uncertainty_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
    options->replicates = 10000;
    options->seed = 1;
    options->interval_level = 0.9;
    options->tolerance = -1;
    options->shown = 100;
  }
}

static niem_status check_options(const niem_uncertainty_options *o, niem_error *err) {
  if (o->replicates < 1 || o->replicates > NIEM_MAX_REPLICATES) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "replicates", "is %lld; 1 to %lld are possible", (long long)o->replicates,
                   (long long)NIEM_MAX_REPLICATES);
  }
  if (!(o->interval_level > 0 && o->interval_level < 1)) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "interval_level", "must lie between 0 and 1, as 0.9 does");
  }
  if (!ni_is_finite(o->tolerance)) {
    return ni_fail(err, NIEM_ERROR_VALUE, "tolerance",
                   "is not finite; it is a number of points, or -1 for the method's");
  }
  if (o->shown < 0 || o->shown > 100000) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "shown", "is %lld; 0 to 100000 are possible", (long long)o->shown);
  }
  return NIEM_OK;
}

/* ---- replicates */

void ni_replicate_numbers(double *u, const void *seed, const int64_t *runs, int32_t input, int32_t n) {
  ni_rng_uniform_lanes(u, *(const uint64_t *)seed, (uint32_t)(NI_STREAM_INPUTS + input), runs, n);
}

/* One loop over replicates: those of the pilot, whose values are kept, or the others, which are counted. */
typedef struct looping {
  niem_uncertain_scores *u;
  uint64_t seed;
  int64_t first; /* replicate of item 0 */
  int is_pilot;
  ni_trial_space **spaces;
  ni_tally *tallies;
} looping;

typedef struct working {
  const looping *l;
  ni_tally *tally;
} working;

static niem_status take_run(void *context, int64_t run, const double *values, const niem_error *failed,
                            niem_error *err) {
  const working *w = context;
  niem_uncertain_scores *u = w->l->u;
  if (values == NULL) {
    return ni_tally_fail(w->tally, run, failed, err);
  }
  if (w->l->is_pilot) {
    u->made[run] = 1;
    memcpy(u->pilot + run * u->trials.n_values, values, (size_t)u->trials.n_values * sizeof *values);
    return NIEM_OK;
  }
  return ni_tally_add(w->tally, &u->figures, values, err);
}

static niem_status run_chunk(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  const looping *l = context;
  working w = {l, &l->tallies[worker]};
  int64_t runs[NI_TRIAL_RUNS];
  for (int64_t i = begin; i < end; i++) {
    runs[i - begin] = l->first + i;
  }
  return ni_trials_run(&l->u->trials, l->spaces[worker], runs, (int32_t)(end - begin), ni_replicate_numbers, &l->seed,
                       take_run, &w, err);
}

/* The pilot's replicates are counted once the grids are known; those that failed were counted then. */
static niem_status count_pilot(niem_uncertain_scores *u, ni_tally *tally, niem_error *err) {
  niem_status status = NIEM_OK;
  for (int64_t k = 0; k < u->n_pilot && status == NIEM_OK; k++) {
    if (u->made[k]) {
      status = ni_tally_add(tally, &u->figures, u->pilot + k * u->trials.n_values, err);
    }
  }
  return status;
}

static niem_status make_workers(looping *l, int32_t n, niem_error *err) {
  l->spaces = ni_alloc_zero((size_t)n, sizeof(ni_trial_space *));
  l->tallies = ni_alloc_zero((size_t)n, sizeof *l->tallies);
  niem_status status = l->spaces == NULL || l->tallies == NULL ? ni_fail_memory(err) : NIEM_OK;
  for (int32_t w = 0; w < n && status == NIEM_OK; w++) {
    status = ni_trial_space_make(&l->spaces[w], &l->u->trials, err);
    if (status == NIEM_OK) {
      status = ni_tally_make(&l->tallies[w], &l->u->figures, err);
    }
  }
  return status;
}

static void free_workers(looping *l, int32_t n) {
  for (int32_t w = 0; w < n; w++) {
    if (l->spaces != NULL) {
      ni_trial_space_free(l->spaces[w]);
    }
    if (l->tallies != NULL) {
      ni_tally_free(&l->tallies[w]);
    }
  }
  ni_free(l->spaces);
  ni_free(l->tallies);
}

static niem_status run_all(niem_uncertain_scores *u, const niem_exec *exec, niem_error *err) {
  enum { PILOT_CHUNK = 64 };
  looping l = {.u = u, .seed = (uint64_t)u->options.seed};
  niem_status status = NIEM_OK;
  ni_stages stages;
  const int64_t rest = u->options.replicates - u->n_pilot;
  const int32_t n_pilot_workers = ni_workers(u->n_pilot, PILOT_CHUNK, exec);
  const int32_t n_rest_workers = ni_workers(rest, NI_TRIAL_RUNS, exec);
  const int32_t n_workers = n_pilot_workers > n_rest_workers ? n_pilot_workers : n_rest_workers;
  ni_stages_begin(&stages, exec);
  NIEM_TRY(make_workers(&l, n_workers, err));
  l.is_pilot = 1;
  NIEM_TRY(ni_parallel_for(u->n_pilot, PILOT_CHUNK,
                           ni_stages_next(&stages, (double)u->n_pilot / (double)u->options.replicates), run_chunk, &l,
                           err));
  NIEM_TRY(ni_figures_grids(&u->figures, u->pilot, u->n_pilot, &u->arena, err));
  NIEM_TRY(count_pilot(u, &l.tallies[0], err));
  l.is_pilot = 0;
  l.first = u->n_pilot;
  NIEM_TRY(ni_parallel_for(rest, NI_TRIAL_RUNS, ni_stages_next(&stages, 1), run_chunk, &l, err));
  NIEM_TRY(ni_stages_end(&stages, err));
  for (int32_t w = 1; w < n_workers; w++) {
    NIEM_TRY(ni_tally_merge(&l.tallies[0], &l.tallies[w], &u->figures, err));
  }
  u->tally = l.tallies[0];
  memset(&l.tallies[0], 0, sizeof l.tallies[0]);
  ni_dictionary_init(&l.tallies[0].messages);
cleanup:
  free_workers(&l, n_workers);
  return status;
}

static niem_status check_any(const niem_uncertain_scores *u, niem_error *err) {
  if (u->tally.n_done > 0) {
    return NIEM_OK;
  }
  return ni_fail(err, NIEM_ERROR_VALUE, "inputs", "all %lld replicates failed; the first: %s",
                 (long long)u->tally.n_failed, u->tally.first_error.message);
}

static niem_status make(niem_uncertain_scores *u, niem_problems *found, const niem_framework *framework,
                        const niem_answers *answers, const niem_method *method, const char *inputs, int64_t n_bytes,
                        const niem_query *query, const niem_uncertainty_options *options, const niem_exec *exec,
                        niem_error *err) {
  niem_status status = NIEM_OK;
  niem_exec own;
  niem_uncertainty_options_init(&u->options);
  NIEM_TRY(ni_options_read(&u->options, sizeof u->options, options, "options", err));
  NIEM_TRY(check_options(&u->options, err));
  NIEM_TRY(ni_exec_read(&own, exec, err));
  NIEM_TRY(ni_trials_make(&u->trials, found, framework, answers, method, inputs, n_bytes, query, u->options.tolerance,
                          NULL, err));
  NIEM_TRY(ni_figures_make(&u->figures, &u->trials, &u->arena, err));
  u->n_pilot = u->options.replicates < NI_TALLY_PILOT ? u->options.replicates : NI_TALLY_PILOT;
  const size_t n = (size_t)u->n_pilot * (size_t)u->trials.n_values;
  u->pilot = ni_alloc(n, sizeof *u->pilot);
  u->made = ni_alloc_zero((size_t)u->n_pilot, 1);
  NIEM_TRY(u->pilot == NULL || u->made == NULL ? ni_fail_memory(err) : NIEM_OK);
  for (size_t i = 0; i < n; i++) {
    u->pilot[i] = ni_nan();
  }
  NIEM_TRY(run_all(u, &own, err));
  NIEM_TRY(check_any(u, err));
cleanup:
  return status;
}

niem_status niem_uncertainty(niem_uncertain_scores **out, niem_problems **problems, const niem_framework *framework,
                             const niem_answers *answers, const niem_method *method, const char *inputs,
                             int64_t n_bytes, const niem_query *query, const niem_uncertainty_options *options,
                             const niem_exec *exec, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_problems *found = NULL;
  niem_uncertain_scores *u = NULL;
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  if (problems != NULL) {
    *problems = NULL;
  }
  if (out == NULL || (inputs != NULL && n_bytes < 0)) {
    status = ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "inputs",
                     out == NULL ? "must not be NULL" : "n_bytes must not be negative");
    goto cleanup;
  }
  *out = NULL;
  NIEM_TRY(ni_problems_new(&found, err));
  u = ni_alloc_zero(1, sizeof *u);
  NIEM_TRY(u == NULL ? ni_fail_memory(err) : NIEM_OK);
  NIEM_TRY(make(u, found, framework, answers, method, inputs, n_bytes, query, options, exec, err));
  *out = u;
  u = NULL;
cleanup:
  niem_uncertainty_free(u);
  ni_problems_hand_over(problems, found);
  ni_fpenv_leave(&saved);
  return status;
}

void niem_uncertainty_free(niem_uncertain_scores *u) {
  if (u != NULL) {
    ni_tally_free(&u->tally);
    ni_trials_free(&u->trials);
    ni_arena_free(&u->arena);
    ni_free(u->pilot);
    ni_free(u->made);
    ni_free(u);
  }
}
