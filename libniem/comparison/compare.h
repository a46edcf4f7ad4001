/* What the comparisons share: reading a query and options, the values of a node over units, weights of units, and the
 * table that is made.
 *
 *   NIEM_TRY(ni_compare_begin(&c, out, scores, query, options, uses, err));
 *   NIEM_TRY(ni_compare_select(&c, flags, err));
 *   NIEM_TRY(ni_compare_table(&c, "ranks", NI_BY_UNIT | ..., err));
 *   for (...) ni_compare_row(&c, ...);
 *   NIEM_TRY(ni_compare_finish(out, &c, err));
 * cleanup:
 *   ni_compare_end(&c);
 */
#ifndef NI_COMPARE_H
#define NI_COMPARE_H

#include "base/platform.h"
#include "base/fail.h"
#include "base/fpenv.h"
#include "base/memory.h"
#include "base/number.h"
#include "model/table.h"
#include "niem/comparison.h"
#include "scoring/scores.h"

/* Which options a comparison has a use for; any other that is set is refused, for it would be ignored in silence. */
enum {
  NI_USES_TOLERANCE = 1,
  NI_USES_TIES = 2,      /* and `ascending` */
  NI_USES_REFERENCE = 4, /* "average", "best", "worst", by their places 0, 1, 2 */
  NI_USES_REFERENCE_UNITS = 8,
  NI_USES_WEIGHTS = 16,
  NI_USES_PRACTICE = 32 /* the reference is "best" (1) or "worst" (2) */
};
enum { NI_REFERENCE_AVERAGE = 0, NI_REFERENCE_BEST = 1, NI_REFERENCE_WORST = 2 };

/* Which columns a table begins with, always in this order. */
enum { NI_BY_UNIT = 1, NI_BY_ROUND = 2, NI_BY_GROUP = 4, NI_BY_MEMBER = 8, NI_BY_NODE = 16 };

typedef struct ni_comparison {
  const niem_scores *scores;
  const niem_framework *framework;
  const niem_answers *answers;
  const ni_index *index;
  niem_query query;
  niem_compare_options options;
  double tolerance;
  int32_t reference;
  ni_selection selection;
  /* Rounds that the table is about: those of the selection, unless a comparison names its own two. */
  const int32_t *rounds;
  int32_t n_rounds;
  int32_t pair[2];
  double *weights; /* of each unit of the answers, NaN where none is given; NULL: plain */
  ni_arena arena;
  niem_table *table;
  int32_t unit, round, group, member, node; /* columns, where the table has them */
  ni_fpenv saved;
} ni_comparison;

/* Check the arguments that all comparisons have, and set the default floating-point state until ni_compare_end, which
 * must be called whatever came of it. `*out` becomes NULL. */
niem_status ni_compare_begin(ni_comparison *c, niem_table **out, const niem_scores *scores, const niem_query *query,
                             const niem_compare_options *options, int uses, niem_error *err);
/* Resolve c->query, which a comparison may have changed since. */
niem_status ni_compare_select(ni_comparison *c, int flags, niem_error *err);
/* The same for a change between two rounds: the query has none of its own. */
niem_status ni_compare_select_pair(ni_comparison *c, const char *from, const char *to, niem_error *err);
/* Begin the table with columns NI_BY_... Levels stand in the order of the scores, not of the rows. */
niem_status ni_compare_table(ni_comparison *c, const char *name, int by, niem_error *err);
/* Start a row; -1 for a column that the table does not have. */
void ni_compare_row(ni_comparison *c, int32_t unit, int32_t round, int32_t group, int32_t node);
/* Hand the table over. */
niem_status ni_compare_finish(niem_table **out, ni_comparison *c, niem_error *err);
void ni_compare_end(ni_comparison *c);

/* Whether a unit has answers in any of the rounds [rounds, rounds + n). */
int ni_compare_took_part(const ni_comparison *c, int32_t unit, const int32_t *rounds, int32_t n);
/* The units of the selection that have answers in a round, in the order of the scores; returns how many. */
int32_t ni_compare_find_units(int32_t *units, const ni_comparison *c, int32_t round);
/* The published value of a node; NaN where there is none, or no row. */
double ni_compare_value(const ni_comparison *c, int32_t unit, int32_t round, int32_t group, int32_t node);
/* The same for n units; returns how many have one. */
int32_t ni_compare_values(double *values, const ni_comparison *c, const int32_t *units, int32_t n, int32_t round,
                          int32_t group, int32_t node);
/* The average of those that have a value, weighted where the options say so, correctly rounded; NaN for none. A unit
 * with a value and no weight is NIEM_ERROR_ARGUMENT. */
niem_status ni_compare_average(double *out, const ni_comparison *c, const int32_t *units, const double *values,
                               int32_t n, niem_error *err);
/* The most groups of their own that any group asked for is made of; 1 where none is a merge. */
int32_t ni_compare_most_members(const ni_comparison *c);
/* Arrays that live as long as the comparison. */
niem_status ni_compare_alloc(void *array_pointer, ni_comparison *c, int64_t n, size_t size, niem_error *err);
/* A note that lists the ids of units or rounds, comma-separated. */
niem_status ni_compare_note_units(ni_comparison *c, const char *key, const int32_t *units, int32_t n, niem_error *err);
niem_status ni_compare_note_rounds(ni_comparison *c, const char *key, const int32_t *rounds, int32_t n,
                                   niem_error *err);
/* Ranks as the options say: order, ties, tolerance; 0 where memory is short. */
int ni_compare_rank(double *ranks, const double *values, int64_t n, const ni_comparison *c);
/* How units were ranked: order, ties, tolerance. */
void ni_compare_note_ranks(ni_comparison *c);

#endif
