/* What the statistics of variables share: their options, and the matrix of a round (or of all rounds) and a group: a
 * row for each unit that has answers there, a column for each variable, NaN without a value.
 *
 *   NIEM_TRY(ni_study_begin(&s, out, scores, query, options, uses, err));
 *   NIEM_TRY(ni_study_select(&s, flags, err));
 *   NIEM_TRY(ni_study_room(&s, n_variables, err));
 *   for each sample: ni_study_rows(&s, sample); for each group: NIEM_TRY(ni_study_load(&s, variables, n, group, err));
 * cleanup:
 *   ni_study_end(&s);
 */
#ifndef NI_STUDY_H
#define NI_STUDY_H

#include "base/platform.h"
#include "analysis/variables.h"

/* Which options an analysis has a use for; any other that is set is refused. */
enum {
  NI_ASKS_STEP = 1,
  NI_ASKS_POOLED = 2,
  NI_ASKS_ROWS = 4,
  NI_ASKS_METHOD = 8, /* and its tolerance */
  NI_ASKS_TEST = 16,
  NI_ASKS_PAIRS = 32, /* and the thresholds of flags */
  NI_ASKS_ITEMS = 64,
  NI_ASKS_CONFIDENCE = 128
};

typedef struct ni_study {
  ni_analysis a;
  niem_analysis_options options;
  int32_t n_samples; /* rounds, or 1 for all together */
  int64_t n_rows;    /* of the sample in hand */
  int64_t *rows;     /* rows of the scores */
  int32_t n_columns; /* of the matrix in hand */
  double *x;         /* row after row */
  uint8_t *state;    /* NI_HAS_VALUE, ... of each */
} ni_study;

niem_status ni_study_begin(ni_study *s, niem_table **out, const niem_scores *scores, const niem_query *query,
                           const niem_analysis_options *options, int asks, niem_error *err);
niem_status ni_study_select(ni_study *s, int flags, niem_error *err);
/* Room for matrices of so many columns. */
niem_status ni_study_room(ni_study *s, int64_t n_columns, niem_error *err);
void ni_study_end(ni_study *s);

/* The round of a sample; -1: all together. */
int32_t ni_study_round(const ni_study *s, int32_t sample);
/* The rows of a sample: s->n_rows and s->rows. */
void ni_study_rows(ni_study *s, int32_t sample);
/* Their values. A number beyond 1e100, which the statistics have no room for, is NIEM_ERROR_VALUE. */
niem_status ni_study_load(ni_study *s, const ni_variable *variables, int32_t n, int32_t group, niem_error *err);
niem_matrix ni_study_matrix(const ni_study *s);
/* Begin the table: round, group, those before them that `by` asks for (NI_BY_UNIT; 0), and notes that all have. */
niem_status ni_study_table(ni_study *s, const char *name, int by, niem_error *err);
/* Start a row. */
void ni_study_row(ni_study *s, int32_t sample, int32_t group);

/* For each sample that has rows, each group and each inner node of the query, the rows in hand. */
typedef niem_status (*ni_study_visit)(void *context, int32_t node, int32_t sample, int32_t group, niem_error *err);
niem_status ni_study_each_node(ni_study *s, ni_study_visit visit, void *context, niem_error *err);

/* The parts of a node that make a scale, as the options say: its children, or the leaves below it. Returns how many. */
int32_t ni_study_items(const ni_study *s, ni_variable *items, int32_t node);
/* With a step the parts are leaves. */
niem_status ni_study_check_items(const ni_study *s, niem_error *err);

#endif
