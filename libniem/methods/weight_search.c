/* Weights for rank correlations, by a search.
 *
 * Source of the search: T. G. Kolda, R. M. Lewis & V. Torczon, "Optimization by direct search: new perspectives on some
 * classical and modern methods", SIAM Review 45 (2003), for compass search. The order of its steps is fixed and nothing
 * in it is drawn, so that the same data give the same bits. */
#include "base/platform.h"

#include "methods/weight_search.h"

#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/number.h"
#include "niem/statistics.h"
#include "statistics/correlation.h"

#define FIRST_STEP 0.5
#define LEAST_STEP 1e-4
#define LEAST_GAIN 1e-12 /* what is gained by less is rounding */
/* Units whose mean differs by less are tied: the columns are standardised, and rounding decides no rank. */
#define TIED 1e-12

typedef struct {
  ni_weight_search *s;
  ni_ready columns;
  double *mean, *trial; /* of the rows; correlations that are tried */
  void *room;
} walk;

double ni_weight_search_objective(const ni_weight_search *search) {
  const double *c = search->correlations;
  double total = 0;
  double squares = 0;
  for (int64_t j = 0; j < search->n_cols; j++) {
    total += c[j];
  }
  if (search->targets == NULL) {
    return -total / (double)search->n_cols;
  }
  for (int64_t j = 0; j < search->n_cols; j++) {
    const double away = c[j] / total - search->targets[j];
    squares += away * away;
  }
  return total > 0 ? squares : INFINITY; /* nothing has a share of what is not there */
}

/* Correlations of the columns with the mean by u; one that does not exist is 0. */
static niem_status correlate(double *correlations, walk *w, niem_error *err) {
  const ni_weight_search *s = w->s;
  const niem_correlate_options options = {
      .struct_size = (int64_t)sizeof options, .method = s->correlation, .tolerance = TIED};
  ni_ready mean;
  double total = 0;
  for (int64_t j = 0; j < s->n_cols; j++) {
    total += s->u[j];
  }
  for (int64_t i = 0; i < s->n_rows; i++) {
    w->mean[i] = 0;
  }
  for (int64_t j = 0; j < s->n_cols; j++) {
    const double share = s->u[j] / total;
    for (int64_t i = 0; i < s->n_rows; i++) {
      w->mean[i] += share * s->columns[j * s->n_rows + i];
    }
  }
  const niem_status status = ni_ready_make(&mean, w->mean, s->n_rows, 1, &options, err);
  for (int64_t j = 0; status == NIEM_OK && j < s->n_cols; j++) {
    ni_correlation found;
    (void)ni_correlate_pair(&found, &w->columns, j, &mean, 0, NULL, w->room);
    correlations[j] = ni_is_nan(found.r) ? 0 : found.r;
  }
  ni_ready_free(&mean);
  return status;
}

/* Take u as it stands where it is better than what is known; 1 where it is. */
static niem_status look(int *better, double *known, walk *w, niem_error *err) {
  ni_weight_search *s = w->s;
  double *before = s->correlations;
  const niem_status status = correlate(w->trial, w, err);
  s->correlations = w->trial;
  const double found = status == NIEM_OK ? ni_weight_search_objective(s) : INFINITY;
  s->correlations = before;
  *better = found < *known - LEAST_GAIN;
  for (int64_t j = 0; *better && j < s->n_cols; j++) {
    s->correlations[j] = w->trial[j];
  }
  *known = *better ? found : *known;
  s->evaluations++;
  return status;
}

static niem_status sweep(int *better, double *known, double step, walk *w, niem_error *err) {
  ni_weight_search *s = w->s;
  niem_status status = NIEM_OK;
  *better = 0;
  for (int64_t j = 0; j < s->n_cols && s->evaluations + 2 <= s->most_evaluations; j++) {
    const double before = s->u[j];
    int helped;
    s->u[j] = before * (1 + step);
    NIEM_TRY(look(&helped, known, w, err));
    if (!helped) {
      s->u[j] = before / (1 + step);
      NIEM_TRY(look(&helped, known, w, err));
    }
    s->u[j] = helped ? s->u[j] : before;
    *better |= helped;
  }
cleanup:
  return status;
}

static niem_status search(walk *w, niem_error *err) {
  ni_weight_search *s = w->s;
  double known = INFINITY;
  double step = FIRST_STEP;
  int better;
  niem_status status = NIEM_OK;
  NIEM_TRY(look(&better, &known, w, err));
  for (int64_t j = 0; !better && j < s->n_cols; j++) {
    s->correlations[j] = w->trial[j];
  }
  while (step >= LEAST_STEP && s->evaluations + 2 <= s->most_evaluations) {
    NIEM_TRY(sweep(&better, &known, step, w, err));
    step = better ? step : step / 2;
  }
  s->converged = step < LEAST_STEP;
cleanup:
  return status;
}

niem_status ni_weight_search_run(ni_weight_search *found, niem_error *err) {
  const niem_correlate_options options = {.struct_size = (int64_t)sizeof options, .method = found->correlation};
  walk w = {.s = found};
  niem_status status = ni_ready_make(&w.columns, found->columns, found->n_rows, found->n_cols, &options, err);
  found->evaluations = 0;
  found->converged = 0;
  NIEM_TRY(status);
  w.mean = ni_alloc((size_t)found->n_rows, sizeof *w.mean);
  w.trial = ni_alloc((size_t)found->n_cols, sizeof *w.trial);
  w.room = ni_alloc(ni_pair_room(found->n_rows), 1);
  NIEM_TRY(w.mean != NULL && w.trial != NULL && w.room != NULL ? NIEM_OK : ni_fail_memory(err));
  NIEM_TRY(search(&w, err));
cleanup:
  ni_free(w.room);
  ni_free(w.trial);
  ni_free(w.mean);
  ni_ready_free(&w.columns);
  return status;
}
