/* What is kept of replicates: counts and fixed-point sums, which merge in any order to the same result. */
#ifndef NI_TALLY_H
#define NI_TALLY_H

#include "base/platform.h"
#include "base/dictionary.h"
#include "robustness/trials.h"

enum { NI_TALLY_PILOT = 512, NI_TALLY_CELLS = 2048, NI_TALLY_BINS = NI_TALLY_CELLS + 2, NI_TALLY_MESSAGES = 4096 };

/* A unit's change between two rounds: places of values. */
typedef struct ni_change_of {
  int32_t from, to;
  int32_t from_round, to_round; /* in the answers */
  int32_t node, group;
} ni_change_of;

/* Where the values of a figure lie, as the first replicates tell. */
typedef struct ni_grid {
  double centre, step; /* of the fixed-point sums */
  double left, width;  /* of the cells */
} ni_grid;

/* The figures: values, then changes. */
typedef struct ni_figures {
  const ni_trials *trials;
  int64_t n; /* values and changes */
  int64_t n_changes;
  ni_change_of *changes;
  int64_t *square; /* by contest: where its n x n counts begin */
  int64_t n_squares;
  double tolerance;
  ni_grid *grids;
} ni_figures;

typedef struct ni_tally {
  int64_t *n, *sum, *squares_high, *squares_low; /* by figure */
  double *least, *most;
  uint32_t *bins;                 /* by figure */
  double *only;                   /* of each: the value that all in it have, NaN where they differ */
  uint32_t *ranks, *above, *tied; /* by contest: [unit * n + rank - 1], [a * n + b] */
  int64_t *directions;            /* by change: improved, unchanged, worsened */
  int64_t beyond;                 /* values too far away for the fixed-point sums */
  int64_t n_done, n_failed;
  ni_dictionary messages;
  int64_t *message_counts; /* NI_TALLY_MESSAGES */
  int32_t too_many;        /* messages */
  int64_t statuses[NIEM_STATUS_END];
  int64_t first_failed; /* the least run that failed, -1, and what it said */
  niem_error first_error;
  double *changes; /* scratch */
  int32_t *places, *order;
  double *reals;
} ni_tally;

niem_status ni_figures_make(ni_figures *out, const ni_trials *trials, ni_arena *arena, niem_error *err);
/* `tally` is zeroed, and freed by ni_tally_free whatever came of it. */
niem_status ni_tally_make(ni_tally *tally, const ni_figures *figures, niem_error *err);
void ni_tally_free(ni_tally *tally);
/* Grids from the values of n runs, [run * n_values + value]. */
niem_status ni_figures_grids(ni_figures *figures, const double *values, int64_t n, ni_arena *arena, niem_error *err);
niem_status ni_tally_add(ni_tally *tally, const ni_figures *figures, const double *values, niem_error *err);
niem_status ni_tally_fail(ni_tally *tally, int64_t run, const niem_error *failed, niem_error *err);
niem_status ni_tally_merge(ni_tally *into, const ni_tally *from, const ni_figures *figures, niem_error *err);
/* Ranks from 1, the best first, ties sharing the least, 0 for NaN; `order` keeps the order of the last call. */
niem_status ni_rank_units(int32_t *ranks, const double *values, int32_t n, double tolerance, int32_t *order,
                          double *room, niem_error *err);

/* What comes of a figure. */
typedef struct ni_summary {
  int64_t n;
  double mean, sd, low, median, high;
} ni_summary;
/* `exact`: the values of all runs, [run * stride], NaN for none, or NULL; n_runs of them. */
niem_status ni_tally_summary(ni_summary *out, const ni_tally *tally, const ni_figures *figures, int64_t figure,
                             double interval, const double *exact, int64_t n_runs, niem_error *err);

#endif
