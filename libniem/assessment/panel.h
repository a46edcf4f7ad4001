/* Answers as a check sees them: one answer a cell where the coders can be settled, what applies, what scoring would
 * see, and what the score would be if one answer were another. Unlike scoring, nothing here refuses: a cell that cannot
 * be settled is a gap. */
#ifndef NI_PANEL_H
#define NI_PANEL_H

#include "base/platform.h"
#include "base/fail.h"
#include "scoring/scores.h"

/* What is said of one indicator for a unit, round and group. */
typedef struct ni_said {
  int32_t indicator;
  int32_t state;
  ni_value value;
  int32_t settled;  /* 0: its coders disagree beyond the consensus rule; the state is then NIEM_MISSING */
  int64_t from, to; /* rows of the answers */
} ni_said;

typedef struct ni_panel {
  const niem_answers *answers;
  const niem_framework *framework;
  niem_method *method;
  int64_t n;
  ni_said *said;       /* in canonical order */
  int64_t *start;      /* pair p and group of its own g have said[start[p * n_own + g]] .. start[... + 1] */
  int32_t index;       /* the default index, or the only one; -1 where there is none, or it cannot be scored */
  int32_t many_coders; /* cells with several coders */
  uint8_t *applies;    /* scratch, by indicator */
  ni_leaf *leaves;
  ni_node_value *nodes;
} ni_panel;

/* `method` NULL: all defaults. Whatever came of it, close. */
niem_status ni_panel_open(ni_panel *panel, const niem_answers *answers, const niem_method *method, niem_error *err);
void ni_panel_close(ni_panel *panel);

/* What is said of an indicator; NULL where there is no row. */
const ni_said *ni_panel_find(const ni_panel *panel, int64_t pair, int32_t group, int32_t indicator);
/* Applicability of all indicators into panel->applies, with `instead` (NULL: nothing) in the place of what is said of
 * its indicator; what the group's own condition comes to is returned. */
uint8_t ni_panel_applicability(ni_panel *panel, int64_t pair, int32_t group, const ni_said *instead);
/* The same, and the leaves as scoring would see them into panel->leaves. */
void ni_panel_leaves(ni_panel *panel, int64_t pair, int32_t group, const ni_said *instead);
/* The score of panel->index at its top; NaN where there is none, and where the method has steps, by which a score hangs
 * on more than one unit's answers. */
double ni_panel_top(ni_panel *panel, int64_t pair, int32_t group, const ni_said *instead);

/* The score of an answer, 0-100; of a number on a scale that has goalposts. */
ni_dd ni_scale_score(const ni_scale *scale, ni_value value);

/* The place of a unit by its id among those of answers; -1. */
int32_t ni_unit_place(const niem_answers *answers, const char *id);
int32_t ni_round_place(const niem_answers *answers, const char *id);
/* The pair of a unit and a round; -1. */
int64_t ni_pair_of(const niem_answers *answers, int32_t unit, int32_t round);
/* The order of rounds, and of units, of a framework or beside it: negative, 0, positive. */
int ni_compare_rounds(const niem_framework *framework, const char *a, const char *b);
int ni_compare_units(const niem_framework *framework, const char *a, const char *b);
/* The rows [*from, *to) of a cell of a pair (-1: none); 0 where it has none. */
int ni_cell_of(const niem_answers *answers, int64_t pair, int32_t group, int32_t indicator, int64_t *from, int64_t *to);
/* Do rows [from, to) of one cell all say the same? */
int ni_coders_agree(const niem_answers *answers, int64_t from, int64_t to);
/* Answers were read with this framework; else NIEM_ERROR_MISMATCH. */
niem_status ni_check_framework(const niem_framework *framework, const niem_answers *answers, const char *where,
                               niem_error *err);

#endif
