/* Two versions of the same answers: what changed, by whom, and what it did to scores and ranks. */
#include "base/platform.h"

#include "assessment/panel.h"
#include "assessment/words.h"
#include "base/fpenv.h"
#include "base/number.h"
#include "base/options.h"
#include "base/order.h"
#include "model/table.h"
#include "niem/assessment.h"

#include <string.h>

static niem_status check_both(const void *out, const niem_answers *older, const niem_answers *newer, niem_error *err) {
  if (out == NULL || older == NULL || newer == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT,
                   out == NULL     ? "out"
                   : older == NULL ? "older"
                                   : "newer",
                   "must not be NULL");
  }
  return ni_check_framework(newer->framework, older, "older", err);
}

/* --- rows that belong together --- */

/* A row of each, or -1 where it has none. */
typedef struct entry {
  int64_t older, newer;
} entry;

typedef struct matching {
  const niem_answers *older, *newer;
  int64_t *pairs;   /* of the newer's pairs: the older's; -1 */
  uint8_t *matched; /* of the older's rows */
  entry *entries;
  size_t n, capacity;
} matching;

static const char *coder_of(const niem_answers *answers, int64_t i) {
  return ni_dictionary_text(&answers->coders, answers->rows.coder[i]);
}

static int add_entry(matching *m, int64_t older, int64_t newer) {
  if (!ni_grow(&m->entries, &m->capacity, m->n + 1, sizeof *m->entries)) {
    return 0;
  }
  m->entries[m->n].older = older;
  m->entries[m->n++].newer = newer;
  if (older >= 0) {
    m->matched[older] = 1;
  }
  return 1;
}

/* The older row for a newer one: by its coder, or the only one where each cell has one row. */
static int64_t match(const matching *m, int64_t newer, int only, int64_t from, int64_t to) {
  for (int64_t i = from; i < to; i++) {
    if ((only && to - from == 1) || strcmp(coder_of(m->older, i), coder_of(m->newer, newer)) == 0) {
      return i;
    }
  }
  return -1;
}

static int match_cell(matching *m, int64_t pair, int64_t first, int64_t end) {
  const ni_answer_rows *rows = &m->newer->rows;
  int64_t from = 0;
  int64_t to = 0;
  (void)ni_cell_of(m->older, m->pairs[pair], rows->group[first], rows->indicator[first], &from, &to);
  for (int64_t i = first; i < end; i++) {
    if (!add_entry(m, match(m, i, end - first == 1, from, to), i)) {
      return 0;
    }
  }
  return 1;
}

static int match_all(matching *m) {
  for (int64_t p = 0; p < m->newer->n_pairs; p++) {
    const char *unit = m->newer->units[m->newer->pair_unit[p]];
    const char *round = m->newer->rounds[m->newer->pair_round[p]];
    m->pairs[p] = ni_pair_of(m->older, ni_unit_place(m->older, unit), ni_round_place(m->older, round));
    for (int64_t i = m->newer->pair_start[p]; i < m->newer->pair_start[p + 1];) {
      const int64_t end = ni_cell_end(m->newer, i);
      if (!match_cell(m, p, i, end)) {
        return 0;
      }
      i = end;
    }
  }
  for (int64_t i = 0; i < m->older->rows.n; i++) {
    if (!m->matched[i] && !add_entry(m, i, -1)) {
      return 0;
    }
  }
  return 1;
}

/* --- what differs --- */

static int same_text(const char *x, const char *y) {
  return x == NULL || y == NULL ? x == y : strcmp(x, y) == 0;
}

static int same_answer(const matching *m, const entry *e) {
  const ni_answer_rows *a = &m->older->rows;
  const ni_answer_rows *b = &m->newer->rows;
  const ni_scale *scale = &m->newer->framework->indicators[b->indicator[e->newer]].scale;
  const int has_a = a->state[e->older] == NIEM_ANSWERED;
  const int has_b = b->state[e->newer] == NIEM_ANSWERED;
  if (!has_a || !has_b) {
    return has_a == has_b;
  }
  return scale->kind == NI_NUMERIC ? a->value[e->older].number == b->value[e->newer].number
                                   : a->value[e->older].items == b->value[e->newer].items;
}

/* The names of the columns that differ, into `text`; 1 where any does. */
static int print_differences(niem_buffer *text, const matching *m, const entry *e) {
  static const char *const NAMES[] = {"answer", "state", "evidence", "source", "coder", "note"};
  const ni_answer_rows *a = &m->older->rows;
  const ni_answer_rows *b = &m->newer->rows;
  const int64_t i = e->older;
  const int64_t k = e->newer;
  const int same[] = {same_answer(m, e),
                      a->state[i] == b->state[k],
                      same_text(ni_row_text(m->older, a->evidence, i), ni_row_text(m->newer, b->evidence, k)),
                      same_text(ni_row_text(m->older, a->source, i), ni_row_text(m->newer, b->source, k)),
                      strcmp(coder_of(m->older, i), coder_of(m->newer, k)) == 0,
                      same_text(ni_row_text(m->older, a->note, i), ni_row_text(m->newer, b->note, k))};
  int any = 0;
  for (size_t c = 0; c < sizeof same / sizeof same[0]; c++) {
    if (!same[c]) {
      ni_buffer_text(text, any ? "," : "");
      ni_buffer_text(text, NAMES[c]);
      any = 1;
    }
  }
  return any;
}

/* --- the table of changes --- */

typedef struct change_columns {
  int32_t unit, round, group, indicator, coder, kind, columns, answer[2], state[2], source[2];
} change_columns;

static change_columns make_columns(niem_table *t) {
  change_columns c;
  c.unit = ni_table_text(t, "unit");
  c.round = ni_table_text(t, "round");
  c.group = ni_table_text(t, "group");
  c.indicator = ni_table_text(t, "indicator");
  c.coder = ni_table_text(t, "coder");
  c.kind = ni_table_text(t, "kind");
  c.columns = ni_table_text(t, "columns");
  c.answer[0] = ni_table_text(t, "old_answer");
  c.answer[1] = ni_table_text(t, "new_answer");
  c.state[0] = ni_table_text(t, "old_state");
  c.state[1] = ni_table_text(t, "new_state");
  c.source[0] = ni_table_text(t, "old_source");
  c.source[1] = ni_table_text(t, "new_source");
  return c;
}

/* The row that an entry is told by: the newer, or the older that was removed. */
static const niem_answers *teller(const matching *m, const entry *e, int64_t *row) {
  *row = e->newer >= 0 ? e->newer : e->older;
  return e->newer >= 0 ? m->newer : m->older;
}

static int compare_entries(int64_t x, int64_t y, const void *context) {
  const matching *m = context;
  int64_t i, k;
  const niem_answers *a = teller(m, &m->entries[x], &i);
  const niem_answers *b = teller(m, &m->entries[y], &k);
  const niem_framework *framework = m->newer->framework;
  int order = ni_compare_units(framework, a->units[a->rows.unit[i]], b->units[b->rows.unit[k]]);
  if (order == 0) {
    order = ni_compare_rounds(framework, a->rounds[a->rows.round[i]], b->rounds[b->rows.round[k]]);
  }
  if (order == 0) {
    order = a->rows.group[i] - b->rows.group[k];
  }
  if (order == 0) {
    order = a->rows.indicator[i] - b->rows.indicator[k];
  }
  return order != 0 ? order : strcmp(coder_of(a, i), coder_of(b, k));
}

static void write_side(niem_table *t, const change_columns *c, int side, const niem_answers *answers, int64_t i,
                       niem_buffer *text) {
  if (i < 0) {
    return;
  }
  const int64_t before = niem_buffer_size(text);
  ni_answer_print(text, answers, i);
  ni_table_set_text(t, c->answer[side], ni_words_since(text, before));
  ni_table_set_text(t, c->state[side], niem_state_name(answers->rows.state[i]));
  ni_table_set_text(t, c->source[side], ni_row_text(answers, answers->rows.source, i));
}

static void write_entry(niem_table *t, const change_columns *c, const matching *m, const entry *e, niem_buffer *text) {
  int64_t i;
  const niem_answers *answers = teller(m, e, &i);
  const int both = e->older >= 0 && e->newer >= 0;
  const int64_t before = niem_buffer_size(text);
  if (both && !print_differences(text, m, e)) {
    return;
  }
  ni_table_row(t);
  ni_table_set_text(t, c->columns, ni_words_since(text, before));
  ni_table_set_text(t, c->unit, answers->units[answers->rows.unit[i]]);
  ni_table_set_text(t, c->round, answers->rounds[answers->rows.round[i]]);
  ni_table_set_text(t, c->group, answers->framework->groups[answers->rows.group[i]].id);
  ni_table_set_text(t, c->indicator, answers->framework->indicators[answers->rows.indicator[i]].id);
  ni_table_set_text(t, c->coder, coder_of(answers, i)[0] == '\0' ? NULL : coder_of(answers, i));
  ni_table_set_text(t, c->kind, both ? "changed" : e->older < 0 ? "added" : "removed");
  write_side(t, c, 0, m->older, e->older, text);
  write_side(t, c, 1, m->newer, e->newer, text);
}

static niem_status write_changes(niem_table **out, const matching *m, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_table *table = NULL;
  niem_buffer *text = NULL;
  int64_t *order = ni_alloc(m->n, sizeof *order);
  if (order == NULL) {
    return ni_fail_memory(err);
  }
  for (size_t i = 0; i < m->n; i++) {
    order[i] = (int64_t)i;
  }
  if (!ni_sort_indices(order, (int64_t)m->n, compare_entries, m)) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  NIEM_TRY(ni_buffer_new(&text, err));
  NIEM_TRY(ni_table_new(&table, "revision", err));
  const change_columns c = make_columns(table);
  for (size_t i = 0; i < m->n; i++) {
    write_entry(table, &c, m, &m->entries[order[i]], text);
  }
  NIEM_TRY(ni_buffer_status(text, err));
  NIEM_TRY(ni_table_finish(&table, err));
  *out = table;
  table = NULL;
cleanup:
  niem_table_free(table);
  niem_buffer_free(text);
  ni_free(order);
  return status;
}

niem_status niem_revision(niem_table **out, const niem_answers *older, const niem_answers *newer, niem_error *err) {
  niem_status status = NIEM_OK;
  matching m = {.older = older, .newer = newer};
  NIEM_TRY(check_both(out, older, newer, err));
  *out = NULL;
  m.pairs = ni_alloc((size_t)newer->n_pairs, sizeof *m.pairs);
  m.matched = ni_alloc_zero((size_t)older->rows.n, 1);
  if (m.pairs == NULL || m.matched == NULL || !match_all(&m)) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  NIEM_TRY(write_changes(out, &m, err));
cleanup:
  ni_free(m.pairs);
  ni_free(m.matched);
  ni_free(m.entries);
  return status;
}

/* --- effects --- */

enum { OLD, NEW, SIDES };

typedef struct effects {
  niem_scores *scores[SIDES];
  ni_selection s;
  int32_t n_units, n_rounds;
  const char **units, **rounds; /* of either, in order */
  int32_t *places[SIDES];       /* of these units in each; -1 */
  double *values[SIDES], *ranks[SIDES];
  uint8_t *present;
  niem_table *table;
  int32_t unit, round, group, node, value[SIDES], difference, rank[SIDES];
  ni_arena arena;
} effects;

typedef int (*compare_ids)(const niem_framework *framework, const char *a, const char *b);

/* Two lists in order, made one; how many. */
static int32_t merge_ids(const char **out, const niem_framework *framework, compare_ids compare, const char **a,
                         int32_t n_a, const char **b, int32_t n_b) {
  int32_t i = 0;
  int32_t k = 0;
  int32_t n = 0;
  while (i < n_a || k < n_b) {
    const int order = i == n_a ? 1 : k == n_b ? -1 : compare(framework, a[i], b[k]);
    out[n++] = order <= 0 ? a[i] : b[k];
    i += order <= 0;
    k += order >= 0;
  }
  return n;
}

static niem_status make_room(effects *e, niem_error *err) {
  const niem_answers *a = e->scores[OLD]->answers;
  const niem_answers *b = e->scores[NEW]->answers;
  const size_t most = (size_t)a->n_units + (size_t)b->n_units;
  e->units = ni_arena_alloc(&e->arena, most, sizeof *e->units);
  e->rounds = ni_arena_alloc(&e->arena, (size_t)a->n_rounds + (size_t)b->n_rounds, sizeof *e->rounds);
  e->present = ni_arena_alloc(&e->arena, most, 1);
  int enough = e->units != NULL && e->rounds != NULL && e->present != NULL;
  for (int side = 0; side < SIDES; side++) {
    e->values[side] = ni_arena_alloc(&e->arena, most, sizeof *e->values[side]);
    e->ranks[side] = ni_arena_alloc(&e->arena, most, sizeof *e->ranks[side]);
    e->places[side] = ni_arena_alloc(&e->arena, most, sizeof *e->places[side]);
    enough = enough && e->values[side] != NULL && e->ranks[side] != NULL && e->places[side] != NULL;
  }
  if (!enough) {
    return ni_fail_memory(err);
  }
  e->n_units = merge_ids(e->units, b->framework, ni_compare_units, a->units, a->n_units, b->units, b->n_units);
  e->n_rounds = merge_ids(e->rounds, b->framework, ni_compare_rounds, a->rounds, a->n_rounds, b->rounds, b->n_rounds);
  for (int32_t u = 0; u < e->n_units; u++) {
    e->places[OLD][u] = ni_unit_place(a, e->units[u]);
    e->places[NEW][u] = ni_unit_place(b, e->units[u]);
  }
  return NIEM_OK;
}

static void make_effect_columns(effects *e) {
  niem_table *t = e->table;
  e->unit = ni_table_text(t, "unit");
  e->round = ni_table_text(t, "round");
  e->group = ni_table_text(t, "group");
  e->node = ni_table_text(t, "node");
  e->value[OLD] = ni_table_real(t, "old");
  e->value[NEW] = ni_table_real(t, "new");
  e->difference = ni_table_real(t, "difference");
  e->rank[OLD] = ni_table_real(t, "old_rank");
  e->rank[NEW] = ni_table_real(t, "new_rank");
  ni_table_note(t, "index", e->scores[NEW]->framework->indexes[e->s.index].id);
}

/* Values and ranks of all units in one set of scores. */
static int read_side(effects *e, int side, int32_t round, int32_t group, int32_t node) {
  const niem_scores *scores = e->scores[side];
  const int32_t own_round = ni_round_place(scores->answers, e->rounds[round]);
  for (int32_t u = 0; u < e->n_units; u++) {
    const int32_t unit = e->places[side][u];
    const int64_t row = unit < 0 || own_round < 0 ? -1 : ni_scores_row(scores, unit, own_round);
    e->present[u] |= row >= 0;
    e->values[side][u] = row < 0 ? ni_nan() : ni_scores_at(scores, e->s.index, node, row, group).value;
  }
  return ni_rank(e->ranks[side], e->values[side], e->n_units, 1, 1, NI_TIES_MIN, e->scores[NEW]->method->tolerance);
}

static int write_node(effects *e, int32_t round, int32_t group, int32_t node) {
  const niem_framework *framework = e->scores[NEW]->framework;
  memset(e->present, 0, (size_t)e->n_units);
  if (!read_side(e, OLD, round, group, node) || !read_side(e, NEW, round, group, node)) {
    return 0;
  }
  for (int32_t u = 0; u < e->n_units; u++) {
    if (!e->present[u]) {
      continue;
    }
    ni_table_row(e->table);
    ni_table_set_text(e->table, e->unit, e->units[u]);
    ni_table_set_text(e->table, e->round, e->rounds[round]);
    ni_table_set_text(e->table, e->group, framework->groups[group].id);
    ni_table_set_text(e->table, e->node, framework->indexes[e->s.index].nodes[node].name);
    for (int side = 0; side < SIDES; side++) {
      ni_table_set_real(e->table, e->value[side], e->values[side][u]);
      ni_table_set_real(e->table, e->rank[side], e->ranks[side][u]);
    }
    ni_table_set_real(e->table, e->difference, e->values[NEW][u] - e->values[OLD][u]);
  }
  return 1;
}

static niem_status check_query(niem_query *own, const niem_query *query, niem_error *err) {
  niem_query_init(own);
  const niem_status status = ni_options_read(own, sizeof *own, query, "query", err);
  if (status != NIEM_OK) {
    return status;
  }
  const char *set = own->round != NULL                        ? "round"
                    : own->units != NULL || own->n_units != 0 ? "units"
                    : own->peers != NULL                      ? "peers"
                    : own->bands != NULL                      ? "bands"
                                                              : NULL;
  return set == NULL ? NIEM_OK
                     : ni_fail(err, NIEM_ERROR_ARGUMENT, set,
                               "has no part in the effects of a revision, which are of all units and rounds");
}

static niem_status write_effects(effects *e, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(make_room(e, err));
  NIEM_TRY(ni_table_new(&e->table, "revision effects", err));
  make_effect_columns(e);
  for (int32_t r = 0; r < e->n_rounds; r++) {
    for (int32_t g = 0; g < e->s.n_groups; g++) {
      for (int32_t v = 0; v < e->s.n_nodes; v++) {
        if (!write_node(e, r, e->s.groups[g], e->s.nodes[v])) {
          status = ni_fail_memory(err);
          goto cleanup;
        }
      }
    }
  }
  NIEM_TRY(ni_table_finish(&e->table, err));
cleanup:
  return status;
}

niem_status niem_revision_effects(niem_table **out, const niem_answers *older, const niem_answers *newer,
                                  const niem_method *method, const niem_query *query, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_query own;
  niem_score_options scoring;
  ni_fpenv saved;
  effects e;
  memset(&e, 0, sizeof e);
  ni_fpenv_enter(&saved);
  NIEM_TRY(check_both(out, older, newer, err));
  *out = NULL;
  NIEM_TRY(check_query(&own, query, err));
  niem_score_options_init(&scoring);
  scoring.index = own.index;
  NIEM_TRY(niem_score(&e.scores[OLD], newer->framework, older, method, &scoring, NULL, err));
  NIEM_TRY(niem_score(&e.scores[NEW], newer->framework, newer, method, &scoring, NULL, err));
  NIEM_TRY(ni_select(&e.s, e.scores[NEW], &own, NI_TOP_NODE, err));
  NIEM_TRY(write_effects(&e, err));
  *out = e.table;
  e.table = NULL;
cleanup:
  niem_table_free(e.table);
  ni_selection_free(&e.s);
  niem_scores_free(e.scores[OLD]);
  niem_scores_free(e.scores[NEW]);
  ni_arena_free(&e.arena);
  ni_fpenv_leave(&saved);
  return status;
}
