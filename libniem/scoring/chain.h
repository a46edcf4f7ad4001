/* The leaves of the scored indexes as the method's steps prepared them, over the whole panel. */
#ifndef NI_CHAIN_H
#define NI_CHAIN_H

#include "base/platform.h"
#include "niem/methods.h"
#include "scoring/scores.h"

/* What a step did to one value, or to a unit in a round (column -1). */
enum { NI_DID_SCREEN, NI_DID_IMPUTE, NI_DID_TREAT };
typedef struct ni_change {
  int32_t step;
  int32_t column;
  int64_t cell;
  int32_t what;
  int32_t marks; /* NIEM_IMPUTED_..., NIEM_MARK_... */
  double before, after;
} ni_change;

/* What a step did to a column. */
typedef struct ni_column_report {
  int32_t step;
  int32_t column;
  int32_t round; /* place in the answers' rounds where each round is by itself; -1 */
  int32_t has_treatment;
  int64_t n; /* values in the fit */
  int64_t n_changed;
  double low, high; /* least and greatest value in the fit */
  niem_treatment treatment;
} ni_column_report;

/* What a column holds. */
enum {
  NI_STAGE_RAW = 0,   /* numbers that a normalisation is to make scores of */
  NI_STAGE_POSTS = 1, /* numbers for which the framework has goalposts */
  NI_STAGE_SCORES = 2
};

typedef struct ni_chain {
  int32_t n_columns;
  int32_t *column_of;  /* by indicator; -1 */
  int32_t *indicators; /* by column */
  uint8_t *stage;      /* by column */
  int64_t n_cells;     /* rows x groups of their own */
  /* By column and cell, at [column * n_cells + cell]. */
  double *hi, *lo; /* NaN without a value */
  uint8_t *state;  /* NIEM_ANSWERED, ... */
  uint8_t *imputed;
  uint8_t *screened;    /* by cell: 1 where the unit has too little data to have a value */
  double *least, *most; /* by column: the indicator's own worst and best score */
  int32_t bounded;      /* every score lies within 0-100 */
  ni_change *changes;
  size_t n_changes, changes_capacity;
  ni_column_report *reports;
  size_t n_reports, reports_capacity;
} ni_chain;

/* Do the method's steps touch the leaves? */
int ni_method_prepares(const niem_method *method);
/* Settled answers through the method's steps into scores->chain. `changes` may be NULL. */
niem_status ni_chain_make(niem_scores *scores, const ni_leaf_changes *changes, niem_error *err);
void ni_chain_free(ni_chain *chain);
/* The panel between two steps: after the first n_steps of the method, or as the tree takes the leaves (NI_ALL_STEPS).
 * The same bits that the scores were made of, since the same code makes them. Before any step every numeric indicator
 * has a column, of an index or of none; after that those that the steps touch. A panel of scores that were prepared is
 * theirs, any other is the caller's: ni_staged_free knows. */
enum { NI_ALL_STEPS = -1 };
typedef struct ni_staged {
  const ni_chain *chain;
  ni_chain *own;
} ni_staged;
niem_status ni_chain_stage(ni_staged *out, const niem_scores *scores, int32_t n_steps, niem_error *err);
void ni_staged_free(ni_staged *staged);

#endif
