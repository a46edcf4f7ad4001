/* The panel while the method's steps work on it (chain.c), and the steps (chain_*.c). */
#ifndef NI_PREPARING_H
#define NI_PREPARING_H

#include "base/platform.h"
#include "base/fail.h"
#include "scoring/chain.h"
#include "scoring/plan.h"

typedef struct preparing {
  const niem_scores *scores;
  const niem_framework *framework;
  const niem_method *method;
  ni_chain *chain;
  const ni_step *step; /* in hand */
  uint8_t *leaf_marks; /* what is_leaf stands in */
  uint8_t *is_leaf;    /* by indicator: of a scored index */
} preparing;

/* A failure of the step in hand, at "method/steps/2/KEY". */
niem_status ni_preparing_fail(const preparing *p, niem_status status, const char *key, niem_error *err,
                              const char *format, ...) NI_PRINTF(5, 6);

/* Some columns over some cells as a matrix of its own, row after row. */
typedef struct ni_excerpt {
  int32_t n_cols;
  int32_t *columns;
  int64_t n_rows;
  int64_t *cells;
  double *x;
  int32_t round; /* whose cells these are; -1: of all rounds */
} ni_excerpt;

/* Columns for the step in hand: those that it names, else those for which stage_mask has the bit of their stage. The
 * cells are left to ni_excerpt_cells. */
niem_status ni_excerpt_begin(ni_excerpt *e, const preparing *p, unsigned stage_mask, niem_error *err);
/* Its cells and their values: of one round (place in the answers' rounds), or of all (-1); those that were screened out
 * are left out, or taken too. */
enum { NI_NOT_SCREENED = 0, NI_SCREENED_TOO = 1 };
void ni_excerpt_load(ni_excerpt *e, const preparing *p, int32_t round, int screened_too);
/* How many values its column j has, the least and the greatest. */
void ni_excerpt_extent(ni_column_report *report, const ni_excerpt *e, int32_t j);
niem_matrix ni_excerpt_matrix(const ni_excerpt *e);
void ni_excerpt_end(ni_excerpt *e);
/* What a method for a bare matrix said of the excerpt, in the names of indicators and units. */
niem_status ni_excerpt_fail(const ni_excerpt *e, const preparing *p, niem_status status, niem_error *err);

/* Notes of what was done; 0 where memory is short. */
int ni_note_change(preparing *p, ni_change change);
int ni_note_column(preparing *p, ni_column_report report);

/* chain.c */
void ni_apply_goalposts(preparing *p);

/* chain_steps.c, chain_impute.c, chain_normalise.c */
niem_status ni_step_screen(preparing *p, niem_error *err);
niem_status ni_step_denominate(preparing *p, niem_error *err);
niem_status ni_step_impute(preparing *p, niem_error *err);
niem_status ni_step_treat(preparing *p, niem_error *err);
niem_status ni_step_normalise(preparing *p, niem_error *err);

#endif
