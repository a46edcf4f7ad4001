/* From answers to what is scored: several coders settled into one answer a cell, and which questions apply.
 *
 * Consensus. `unanimous`: all must say the same. `majority`: more than half must. `median`: of the answers' scores, the
 * less favourable of the two middle ones (Krippendorff 2004 treats ordinal codes so); of numbers the mean of the middle
 * two; of a checklist the items that more than half name; where more than half give a state other than answered, the
 * state that most give (of equals, the first in the list of states). `adjudicator`: the named coder's answer, or the
 * only one there is. */
#include "base/platform.h"

#include "base/fail.h"
#include "base/order.h"
#include "scoring/chain.h"
#include "scoring/scores.h"

#include <string.h>

/* --- consensus --- */

typedef struct cell {
  const niem_answers *answers;
  const ni_scale *scale;
  int64_t from, to; /* rows of the answers */
} cell;

static niem_status fail_cell(const cell *c, niem_error *err, const char *what) {
  const niem_answers *answers = c->answers;
  const ni_answer_rows *rows = &answers->rows;
  return ni_fail(err, NIEM_ERROR_CONSENSUS, "method",
                 "%.60s %.40s %.40s %.60s has %lld answers by different coders: %s",
                 answers->units[rows->unit[c->from]], answers->rounds[rows->round[c->from]],
                 answers->framework->groups[rows->group[c->from]].id,
                 answers->framework->indicators[rows->indicator[c->from]].id, (long long)(c->to - c->from), what);
}

static int same_answer(const cell *c, int64_t a, int64_t b) {
  const ni_answer_rows *rows = &c->answers->rows;
  if (rows->state[a] != rows->state[b]) {
    return 0;
  }
  if (rows->state[a] != NIEM_ANSWERED) {
    return 1;
  }
  return c->scale->kind == NI_NUMERIC ? rows->value[a].number == rows->value[b].number
                                      : rows->value[a].items == rows->value[b].items;
}

static void take(const cell *c, int64_t row, ni_settled *out) {
  out->state = c->answers->rows.state[row];
  out->value = c->answers->rows.value[row];
  out->answer = row;
}

static niem_status settle_unanimous(const cell *c, ni_settled *out, niem_error *err) {
  for (int64_t i = c->from + 1; i < c->to; i++) {
    if (!same_answer(c, c->from, i)) {
      return fail_cell(c, err, "they are not unanimous; settle the cell, or choose another consensus rule");
    }
  }
  take(c, c->from, out);
  return NIEM_OK;
}

/* The only answer that can have a majority is found in one pass (Boyer & Moore 1981, MJRTY), and then counted. */
static niem_status settle_majority(const cell *c, ni_settled *out, niem_error *err) {
  int64_t candidate = c->from;
  int64_t lead = 0;
  for (int64_t i = c->from; i < c->to; i++) {
    candidate = lead == 0 ? i : candidate;
    lead += same_answer(c, candidate, i) ? 1 : -1;
  }
  int64_t votes = 0;
  int64_t first = -1; /* the first row that says so */
  for (int64_t i = c->to - 1; i >= c->from; i--) {
    if (same_answer(c, candidate, i)) {
      votes++;
      first = i;
    }
  }
  if (2 * votes > c->to - c->from) {
    take(c, first, out);
    return NIEM_OK;
  }
  return fail_cell(c, err, "none has a majority; settle the cell, or choose another consensus rule");
}

static niem_status settle_adjudicator(const cell *c, const char *coder, ni_settled *out, niem_error *err) {
  for (int64_t i = c->from; i < c->to; i++) {
    if (strcmp(ni_dictionary_text(&c->answers->coders, c->answers->rows.coder[i]), coder) == 0) {
      take(c, i, out);
      return NIEM_OK;
    }
  }
  return fail_cell(c, err, "the adjudicator's is not among them");
}

/* Most coders give a state other than answered: which? -1 when most do answer. */
static int32_t common_gap(const cell *c) {
  int64_t counts[NIEM_STATE_END] = {0};
  for (int64_t i = c->from; i < c->to; i++) {
    counts[c->answers->rows.state[i]]++;
  }
  int32_t most = NIEM_NOT_APPLICABLE;
  for (int32_t s = NIEM_NOT_APPLICABLE; s < NIEM_STATE_END; s++) {
    most = counts[s] > counts[most] ? s : most;
  }
  return 2 * counts[NIEM_ANSWERED] >= c->to - c->from ? -1 : most;
}

static int64_t row_with_state(const cell *c, int32_t state) {
  int64_t row = c->from;
  while (c->answers->rows.state[row] != state) {
    row++;
  }
  return row;
}

/* The order of answered rows from least to most favourable, or of numbers as they are. */
static double sort_key(const cell *c, int64_t row) {
  ni_value value = c->answers->rows.value[row];
  return c->scale->kind == NI_NUMERIC ? value.number : c->scale->options[value.option].points;
}

static int compare_rows(int64_t a, int64_t b, const void *context) {
  const double x = sort_key(context, a);
  const double y = sort_key(context, b);
  return (x > y) - (x < y);
}

/* The median of n answered rows of options or numbers. */
static niem_status settle_middle(const cell *c, int64_t n, ni_settled *out, niem_error *err) {
  int64_t *rows = ni_alloc((size_t)n, sizeof *rows);
  int64_t k = 0;
  for (int64_t i = c->from; i < c->to && rows != NULL; i++) {
    if (c->answers->rows.state[i] == NIEM_ANSWERED) {
      rows[k++] = i;
    }
  }
  if (rows == NULL || !ni_sort_indices(rows, n, compare_rows, c)) {
    ni_free(rows);
    return ni_fail_memory(err);
  }
  take(c, rows[(n - 1) / 2], out);
  if (c->scale->kind == NI_NUMERIC && n % 2 == 0) { /* numbers are at most 1e100: the sum is rounded once */
    out->value.number = (out->value.number + c->answers->rows.value[rows[n / 2]].number) / 2;
  }
  ni_free(rows);
  return NIEM_OK;
}

static uint64_t common_items(const cell *c, int64_t n) {
  uint64_t items = 0;
  for (int32_t k = 0; k < c->scale->n_options; k++) {
    int64_t votes = 0;
    for (int64_t i = c->from; i < c->to; i++) {
      votes += c->answers->rows.state[i] == NIEM_ANSWERED && ((c->answers->rows.value[i].items >> k) & 1) != 0;
    }
    items |= (uint64_t)(2 * votes > n) << k;
  }
  return items;
}

static niem_status settle_median(const cell *c, ni_settled *out, niem_error *err) {
  int32_t gap = common_gap(c);
  if (gap >= 0) {
    take(c, row_with_state(c, gap), out);
    return NIEM_OK;
  }
  int64_t n = 0;
  for (int64_t i = c->from; i < c->to; i++) {
    n += c->answers->rows.state[i] == NIEM_ANSWERED;
  }
  if (c->scale->kind != NI_CHECKLIST) {
    return settle_middle(c, n, out, err);
  }
  take(c, row_with_state(c, NIEM_ANSWERED), out);
  out->value.items = common_items(c, n);
  return NIEM_OK;
}

niem_status ni_settle_cell(ni_settled *out, const niem_answers *answers, int32_t rule, const char *adjudicator,
                           int64_t from, int64_t to, niem_error *err) {
  cell c = {answers, &answers->framework->indicators[answers->rows.indicator[from]].scale, from, to};
  out->indicator = answers->rows.indicator[from];
  if (to - from == 1) {
    take(&c, from, out);
    return NIEM_OK;
  }
  switch (rule) {
    case NI_CONSENSUS_UNANIMOUS:
      return settle_unanimous(&c, out, err);
    case NI_CONSENSUS_MAJORITY:
      return settle_majority(&c, out, err);
    case NI_CONSENSUS_MEDIAN:
      return settle_median(&c, out, err);
    case NI_CONSENSUS_ADJUDICATOR:
      return settle_adjudicator(&c, adjudicator, out, err);
    default:
      return fail_cell(&c, err, "choose a consensus rule in the method: unanimous, majority, median or adjudicator");
  }
}

int ni_same_answer(const niem_answers *answers, int64_t a, int64_t b) {
  const cell c = {answers, &answers->framework->indicators[answers->rows.indicator[a]].scale, a, a + 1};
  return same_answer(&c, a, b);
}

int64_t ni_cell_end(const niem_answers *answers, int64_t from) {
  const ni_answer_rows *rows = &answers->rows;
  int64_t to = from + 1;
  while (to < rows->n && rows->indicator[to] == rows->indicator[from] && rows->group[to] == rows->group[from] &&
         rows->round[to] == rows->round[from] && rows->unit[to] == rows->unit[from]) {
    to++;
  }
  return to;
}

static niem_status settle_coders(niem_scores *scores, niem_error *err) {
  const ni_answer_rows *rows = &scores->answers->rows;
  if (!scores->answers->many_coders) {
    return NIEM_OK;
  }
  scores->settled = ni_alloc((size_t)rows->n, sizeof *scores->settled);
  if (scores->settled == NULL) {
    return ni_fail_memory(err);
  }
  for (int64_t from = 0; from < rows->n;) {
    const int64_t to = ni_cell_end(scores->answers, from);
    niem_status status = ni_settle_cell(&scores->settled[scores->n_settled++], scores->answers,
                                        scores->method->consensus, scores->method->adjudicator, from, to, err);
    if (status != NIEM_OK) {
      return status;
    }
    from = to;
  }
  return NIEM_OK;
}

/* --- cells --- */

static int64_t row_of(const niem_scores *scores, int64_t i) {
  return scores->settled == NULL ? i : scores->settled[i].answer;
}

/* The end of a group's answers, which begin at place `from` among those of a pair, which end at `to`. */
static int64_t find_end(const niem_scores *scores, int64_t from, int64_t to, int32_t group) {
  const int32_t *column = scores->answers->rows.group;
  if (from < to && column[row_of(scores, to - 1)] == group) {
    return to;
  }
  while (from < to) {
    const int64_t middle = from + (to - from) / 2;
    if (column[row_of(scores, middle)] == group) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from;
}

/* The end of the answers before row `row`, of which there are `from` at least. */
static int64_t find_pair_end(const niem_scores *scores, int64_t from, int64_t row) {
  int64_t to = scores->n_settled;
  if (scores->settled == NULL) {
    return row;
  }
  while (from < to) {
    const int64_t middle = from + (to - from) / 2;
    if (scores->settled[middle].answer < row) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from;
}

static niem_status find_cells(niem_scores *scores, niem_error *err) {
  int32_t n_own = scores->framework->n_own_groups;
  scores->cell_start = ni_alloc((size_t)scores->n_rows * (size_t)n_own + 1, sizeof *scores->cell_start);
  if (scores->cell_start == NULL) {
    return ni_fail_memory(err);
  }
  int64_t i = 0;
  for (int64_t r = 0; r < scores->n_rows; r++) {
    const int64_t end = find_pair_end(scores, i, scores->answers->pair_start[r + 1]);
    for (int32_t g = 0; g < n_own; g++) {
      scores->cell_start[r * n_own + g] = i;
      i = find_end(scores, i, end, g);
    }
  }
  scores->cell_start[scores->n_rows * n_own] = i;
  return NIEM_OK;
}

/* The place of an indicator's answer in a cell; -1. */
static int64_t find_answer(const niem_scores *scores, int64_t cell_place, int32_t indicator) {
  int64_t low = scores->cell_start[cell_place];
  int64_t high = scores->cell_start[cell_place + 1];
  const int32_t *column = scores->answers->rows.indicator;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    int32_t own = scores->settled == NULL ? column[middle] : scores->settled[middle].indicator;
    if (own == indicator) {
      return middle;
    }
    if (own < indicator) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return -1;
}

/* --- does a question apply? --- */

typedef struct asking {
  const niem_framework *framework;
  ni_find_settled find;
  const void *context;
  int32_t group;
  uint8_t *applies;     /* of each indicator; NI_OPEN until it is known */
  uint8_t group_exists; /* whether the group's own condition holds; NI_OPEN until it is known */
} asking;

enum { NI_OPEN = 255 };

static uint8_t indicator_applies(asking *a, int32_t indicator);

static uint8_t judge(const ni_condition *condition, const ni_scale *scale, ni_value value) {
  int holds;
  if (condition->kind == NI_CONDITION_AT_LEAST) {
    holds = value.number >= condition->bound;
  } else if (condition->kind == NI_CONDITION_AT_MOST) {
    holds = value.number <= condition->bound;
  } else if (scale->kind == NI_CHECKLIST) {
    holds = (value.items & condition->options) != 0;
  } else {
    holds = ((condition->options >> value.option) & 1) != 0;
  }
  return holds ? NI_APPLIES : NI_APPLIES_NOT;
}

/* On an earlier answer: one that does not apply satisfies nothing; one that is not known leaves the matter open. */
static uint8_t ask_answer(asking *a, const ni_condition *condition) {
  uint8_t applies = indicator_applies(a, condition->indicator);
  if (applies != NI_APPLIES) {
    return applies;
  }
  int32_t state;
  ni_value value;
  if (!a->find(a->context, condition->indicator, &state, &value)) {
    return NI_APPLIES_UNKNOWN;
  }
  if (state != NIEM_ANSWERED) {
    return state == NIEM_NOT_APPLICABLE ? NI_APPLIES_NOT : NI_APPLIES_UNKNOWN;
  }
  return judge(condition, &a->framework->indicators[condition->indicator].scale, value);
}

/* Kleene's logic of three values. */
static uint8_t ask(asking *a, const ni_condition *condition) {
  if (condition->kind >= NI_CONDITION_IN) {
    return ask_answer(a, condition);
  }
  uint8_t decisive = condition->kind == NI_CONDITION_ANY ? NI_APPLIES : NI_APPLIES_NOT;
  uint8_t result = condition->kind == NI_CONDITION_ANY ? NI_APPLIES_NOT : NI_APPLIES;
  for (int32_t i = 0; i < condition->n_children; i++) {
    uint8_t own = ask(a, &condition->children[i]);
    if (condition->kind == NI_CONDITION_NOT) {
      return own == NI_APPLIES_UNKNOWN ? own : own == NI_APPLIES ? NI_APPLIES_NOT : NI_APPLIES;
    }
    if (own == decisive) {
      return own;
    }
    result = own == NI_APPLIES_UNKNOWN ? own : result;
  }
  return result;
}

/* Does the group exist, as its own condition has it? */
static uint8_t group_exists(asking *a) {
  const ni_condition *condition = a->framework->groups[a->group].applies_if;
  if (a->group_exists == NI_OPEN) {
    a->group_exists = condition == NULL ? NI_APPLIES : ask(a, condition);
  }
  return a->group_exists;
}

/* Applies when asked of the group, when the group's own condition holds (but for the questions that decide that), and
 * when its condition does. Reading the framework has made sure that this comes to an end. */
static uint8_t indicator_applies(asking *a, int32_t indicator) {
  uint8_t *known = &a->applies[indicator];
  if (*known != NI_OPEN) {
    return *known;
  }
  const ni_indicator *own = &a->framework->indicators[indicator];
  const uint8_t *decides = a->framework->groups[a->group].decides;
  uint8_t result = own->asked[a->group] ? NI_APPLIES : NI_APPLIES_NOT;
  if (result == NI_APPLIES && decides != NULL && !decides[indicator]) {
    result = group_exists(a);
  }
  if (result != NI_APPLIES_NOT && own->applies_if != NULL) {
    uint8_t by_own = ask(a, own->applies_if);
    result = by_own == NI_APPLIES_NOT || result == NI_APPLIES ? by_own : result;
  }
  *known = result;
  return result;
}

uint8_t ni_applicability(uint8_t *applies, const niem_framework *framework, int32_t group, ni_find_settled find,
                         const void *context) {
  asking a = {framework, find, context, group, applies, NI_OPEN};
  const uint8_t *decides = framework->groups[group].decides;
  memset(applies, NI_OPEN, (size_t)framework->n_indicators);
  const uint8_t exists = group_exists(&a);
  for (int32_t i = 0; i < framework->n_indicators; i++) {
    const ni_indicator *own = &framework->indicators[i];
    if (own->applies_if == NULL && (decides == NULL || !decides[i])) { /* most hang on the group alone */
      applies[i] = own->asked[group] ? exists : NI_APPLIES_NOT;
    } else {
      (void)indicator_applies(&a, i);
    }
  }
  return exists;
}

/* The cell of scores that is asked about. */
typedef struct scored_cell {
  const niem_scores *scores;
  int64_t place;
} scored_cell;

static int find_in_cell(const void *context, int32_t indicator, int32_t *state, ni_value *value) {
  const scored_cell *c = context;
  const niem_scores *scores = c->scores;
  const int64_t i = find_answer(scores, c->place, indicator);
  if (i < 0) {
    return 0;
  }
  *state = scores->settled == NULL ? scores->answers->rows.state[i] : scores->settled[i].state;
  *value = scores->settled == NULL ? scores->answers->rows.value[i] : scores->settled[i].value;
  return 1;
}

static niem_status find_applicability(niem_scores *scores, niem_error *err) {
  const niem_framework *framework = scores->framework;
  int64_t n_cells = scores->n_rows * framework->n_own_groups;
  if (!framework->has_conditions) {
    return NIEM_OK;
  }
  scores->applies = ni_alloc((size_t)n_cells, (size_t)framework->n_indicators);
  if (scores->applies == NULL) {
    return ni_fail_memory(err);
  }
  for (int64_t c = 0; c < n_cells; c++) {
    const scored_cell asked = {scores, c};
    (void)ni_applicability(scores->applies + c * framework->n_indicators, framework,
                           (int32_t)(c % framework->n_own_groups), find_in_cell, &asked);
  }
  return NIEM_OK;
}

niem_status ni_settle(niem_scores *scores, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(settle_coders(scores, err));
  NIEM_TRY(find_cells(scores, err));
  NIEM_TRY(find_applicability(scores, err));
cleanup:
  return status;
}

/* --- leaves --- */

static ni_dd score_of(const ni_scale *scale, ni_value value) {
  return scale->kind == NI_NUMERIC     ? ni_scale_number_score(scale, value.number)
         : scale->kind == NI_CHECKLIST ? ni_scale_items_score(scale, value.items)
                                       : ni_scale_option_score(scale, (int32_t)value.option);
}

static uint8_t known_applicability(const niem_scores *scores, int64_t cell_place, int32_t group, int32_t indicator) {
  const niem_framework *framework = scores->framework;
  if (scores->applies != NULL) {
    return scores->applies[cell_place * framework->n_indicators + indicator];
  }
  return framework->indicators[indicator].asked[group] ? NI_APPLIES : NI_APPLIES_NOT;
}

/* The leaf of an indicator whose answer stands at place i of its cell (-1: none). */
static ni_leaf make_leaf(const niem_scores *scores, int64_t i, int32_t indicator, uint8_t applies) {
  ni_leaf leaf = {{0, 0}, NIEM_MISSING, -1, 0};
  const ni_answer_rows *rows = &scores->answers->rows;
  if (i >= 0) {
    leaf.answer = row_of(scores, i);
    leaf.state = scores->settled == NULL ? rows->state[i] : scores->settled[i].state;
  }
  if (applies == NI_APPLIES_NOT) {
    leaf.state = NIEM_NOT_APPLICABLE;
  } else if (applies == NI_APPLIES_UNKNOWN && leaf.state == NIEM_ANSWERED) {
    leaf.state = NIEM_MISSING; /* whether the question applies is not known: a gap, answer or not */
  }
  if (leaf.state == NIEM_ANSWERED) {
    ni_value value = scores->settled == NULL ? rows->value[i] : scores->settled[i].value;
    leaf.score = score_of(&scores->framework->indicators[indicator].scale, value);
  }
  return leaf;
}

/* The leaf as the method's steps prepared it. */
static void take_prepared(ni_leaf *leaf, const ni_chain *chain, int64_t cell_place, int32_t indicator) {
  const int32_t column = chain == NULL ? -1 : chain->column_of[indicator];
  if (column >= 0) {
    const int64_t at = column * chain->n_cells + cell_place;
    leaf->state = chain->state[at];
    leaf->imputed = chain->imputed[at];
    leaf->score = ni_leaf_has_score(leaf) ? ni_dd_make(chain->hi[at], chain->lo[at]) : ni_dd_from(0);
  }
}

ni_leaf ni_scores_leaf(const niem_scores *scores, int64_t row, int32_t group, int32_t indicator) {
  int64_t cell_place = row * scores->framework->n_own_groups + group;
  ni_leaf leaf = make_leaf(scores, find_answer(scores, cell_place, indicator), indicator,
                           known_applicability(scores, cell_place, group, indicator));
  take_prepared(&leaf, scores->chain, cell_place, indicator);
  return leaf;
}

ni_leaf ni_scores_leaf_at(const niem_scores *scores, int64_t place, int32_t group, int32_t indicator) {
  uint8_t applies = scores->framework->indicators[indicator].asked[group] ? NI_APPLIES : NI_APPLIES_NOT;
  return make_leaf(scores, place, indicator, applies);
}

ni_value ni_scores_answer(const niem_scores *scores, int64_t row, int32_t group, int32_t indicator) {
  static const ni_value none = {.option = 0};
  int64_t i = find_answer(scores, row * scores->framework->n_own_groups + group, indicator);
  return i < 0 ? none : scores->settled == NULL ? scores->answers->rows.value[i] : scores->settled[i].value;
}

void ni_scores_unprepared(const niem_scores *scores, int64_t row, int32_t group, ni_leaf *leaves) {
  int64_t cell_place = row * scores->framework->n_own_groups + group;
  int64_t at = scores->cell_start[cell_place];
  int64_t end = scores->cell_start[cell_place + 1];
  for (int32_t i = 0; i < scores->framework->n_indicators; i++) {
    int32_t own = at == end                 ? -1
                  : scores->settled == NULL ? scores->answers->rows.indicator[at]
                                            : scores->settled[at].indicator;
    leaves[i] = make_leaf(scores, own == i ? at : -1, i, known_applicability(scores, cell_place, group, i));
    at += own == i;
  }
}

void ni_scores_leaves(const niem_scores *scores, int64_t row, int32_t group, ni_leaf *leaves) {
  ni_scores_unprepared(scores, row, group, leaves);
  for (int32_t i = 0; scores->chain != NULL && i < scores->framework->n_indicators; i++) {
    take_prepared(&leaves[i], scores->chain, row * scores->framework->n_own_groups + group, i);
  }
}
