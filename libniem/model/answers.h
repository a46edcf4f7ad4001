/* Answers in memory: rows in canonical order (unit, round, group, indicator, coder), columns as arrays. */
#ifndef NI_ANSWERS_H
#define NI_ANSWERS_H

#include "base/platform.h"
#include "base/dictionary.h"
#include "model/framework.h"
#include "niem/answers.h"

/* What was answered: an option's place, a checklist's items (a bit each) or a number, by the indicator's scale. */
typedef union ni_value {
  int64_t option;
  uint64_t items;
  double number;
} ni_value;

typedef struct ni_answer_rows {
  int64_t n;
  int32_t *unit;      /* place in `units` */
  int32_t *round;     /* place in `rounds` */
  int32_t *group;     /* place in the framework; groups of their own only */
  int32_t *indicator; /* place in the framework; never a composite */
  int32_t *coder;     /* place in `coders`; 0 is "" */
  ni_value *value;    /* where the state is NIEM_ANSWERED */
  uint8_t *state;
  int32_t *evidence, *source, *note; /* places in `texts`, -1 for none; NULL where no row has one */
} ni_answer_rows;

struct niem_answers {
  atomic_int_least32_t uses;
  niem_framework *framework;
  /* Units in the framework's order, then others by id; rounds by the framework's order (its dates), then others by id.
   */
  int32_t n_units, n_rounds;
  const char **units;
  const char **rounds;
  int32_t *unit_places;   /* in the framework, -1 */
  int32_t *round_places;  /* in the framework, -1 */
  ni_dictionary unit_ids; /* numbered as `units` */
  ni_dictionary coders, texts;
  ni_answer_rows rows;
  /* Unit x round pairs that have any answer, in order, and where their rows begin: pair p has rows pair_start[p] ..
   * pair_start[p + 1). */
  int64_t n_pairs;
  int32_t *pair_unit, *pair_round;
  int64_t *pair_start;
  int32_t many_coders; /* some cell has answers of more than one coder */
  ni_arena arena;
};

/* The text of row i in `column`, which is rows.evidence, .source or .note; NULL for none. */
static inline const char *ni_row_text(const niem_answers *answers, const int32_t *column, int64_t i) {
  return column == NULL ? NULL : ni_dictionary_text(&answers->texts, column[i]);
}

niem_answers *ni_answers_keep(const niem_answers *answers);

/* Does a name mean the unit: its id in the answers, or its id or an alias in the framework? */
int ni_is_unit(const niem_answers *answers, int32_t unit, const char *name);

/* An answer as it stands in a file. Appended to `out`. */
void ni_value_print(niem_buffer *out, const ni_scale *scale, ni_value value);
/* The answer of row i as it stands in a file: an option's id, items joined by "|", a number; "" where there is none.
 * Appended to `out`. */
void ni_answer_print(niem_buffer *out, const niem_answers *answers, int64_t i);

#endif
