/* Two scores side by side: what a change of framework, weights, answers or method does to values and ranks. Units,
 * rounds, groups and nodes are one and the same where their ids are; the places in the two scores need not be. */
#include "base/platform.h"

#include "comparison/compare.h"

#include <string.h>

/* Places of one thing in the two scores; -1 where one of them has it not. */
typedef struct both {
  int32_t a, b;
} both;

typedef struct both_list {
  int32_t n;
  both *items;
} both_list;

typedef struct side_by_side {
  ni_comparison a, b; /* the table is a's */
  ni_selection nodes_a, nodes_b, units_a, units_b;
  both_list rounds, groups, nodes, units;
  double *values[2], *ranks[2]; /* of each unit of the list */
  int32_t columns[6];
} side_by_side;

/* --- what both have --- */

static const char *unit_id(const ni_comparison *c, int32_t place) {
  return c->answers->units[place];
}

static const char *round_id(const ni_comparison *c, int32_t place) {
  return c->answers->rounds[place];
}

static const char *group_id(const ni_comparison *c, int32_t place) {
  return c->framework->groups[place].id;
}

static const char *node_id(const ni_comparison *c, int32_t place) {
  return c->index->nodes[place].name;
}

typedef const char *(*id_of)(const ni_comparison *c, int32_t place);

/* Those of a in their order, with what b has by the same id; where `alone`, also those that one of them has alone. */
static niem_status pair_up(both_list *out, side_by_side *s, id_of id, const int32_t *a, int32_t n_a, const int32_t *b,
                           int32_t n_b, int alone, niem_error *err) {
  niem_status status = NIEM_OK;
  ni_dictionary ids;
  uint8_t *paired = ni_alloc_zero((size_t)n_b, 1);
  ni_dictionary_init(&ids);
  if (paired == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  NIEM_TRY(ni_compare_alloc(&out->items, &s->a, (int64_t)n_a + n_b, sizeof *out->items, err));
  for (int32_t i = 0; i < n_b; i++) {
    const char *own = id(&s->b, b[i]);
    if (ni_dictionary_add(&ids, own, strlen(own)) < 0) {
      status = ni_fail_memory(err);
      goto cleanup;
    }
  }
  for (int32_t i = 0; i < n_a; i++) {
    const char *own = id(&s->a, a[i]);
    const int32_t place = ni_dictionary_find(&ids, own, strlen(own));
    if (place >= 0 || alone) {
      out->items[out->n++] = (both){a[i], place < 0 ? -1 : b[place]};
    }
    if (place >= 0) {
      paired[place] = 1;
    }
  }
  for (int32_t i = 0; i < n_b && alone; i++) {
    if (!paired[i]) {
      out->items[out->n++] = (both){-1, b[i]};
    }
  }
cleanup:
  ni_free(paired);
  ni_dictionary_free(&ids);
  return status;
}

static niem_status none_in_common(niem_error *err, const char *what) {
  return ni_fail(err, NIEM_ERROR_MISMATCH, what, "the two scores have no %s in common by its id", what);
}

/* --- the query in each of the two --- */

/* Index, groups and rounds. What the query leaves open, the first scores decide. */
static niem_status select_common(side_by_side *s, niem_error *err) {
  niem_status status;
  niem_query query;
  niem_query_init(&query);
  query.index = s->a.query.index;
  query.node = query.index == NULL ? s->a.query.node : NULL; /* it may be the name of an index */
  if (query.node != NULL && ni_find_index(s->a.framework, query.node) < 0) {
    query.node = NULL;
  }
  query.group = s->a.query.group;
  query.round = s->a.query.round;
  NIEM_TRY(ni_select(&s->a.selection, s->a.scores, &query, NI_TOP_NODE, err));
  s->a.index = &s->a.framework->indexes[s->a.selection.index];
  query.node = NULL;
  query.index = s->a.index->id;
  if (query.group == NULL) {
    query.group = s->a.framework->groups[s->a.selection.groups[0]].id;
  }
  const int32_t other = ni_find_index(s->b.framework, query.index);
  if (other < 0 || !s->b.scores->indexes[other].scored) {
    status = ni_fail(err, NIEM_ERROR_MISMATCH, "index",
                     "index \"%.60s\" of the first scores is none of the second; name one that both have", query.index);
    goto cleanup;
  }
  NIEM_TRY(ni_select(&s->b.selection, s->b.scores, &query, NI_TOP_NODE, err));
  s->b.index = &s->b.framework->indexes[other];
cleanup:
  return status;
}

static niem_status fail_as(niem_error *err, const niem_error *problem) {
  if (err != NULL) {
    *err = *problem;
  }
  return problem->status;
}

/* A part of the query in both; a name that one of them does not know selects nothing there. */
static niem_status select_either(ni_selection *a, ni_selection *b, const side_by_side *s, const niem_query *query,
                                 niem_error *err) {
  niem_error of_a = {.status = NIEM_OK};
  niem_error of_b = {.status = NIEM_OK};
  if (ni_select(a, s->a.scores, query, NI_TOP_NODE, &of_a) != NIEM_OK && of_a.status != NIEM_ERROR_REFERENCE) {
    return fail_as(err, &of_a);
  }
  if (ni_select(b, s->b.scores, query, NI_TOP_NODE, &of_b) != NIEM_OK && of_b.status != NIEM_ERROR_REFERENCE) {
    return fail_as(err, &of_b);
  }
  return of_a.status != NIEM_OK && of_b.status != NIEM_OK ? fail_as(err, &of_a) : NIEM_OK;
}

static niem_status select_nodes(side_by_side *s, niem_error *err) {
  niem_query query;
  niem_query_init(&query);
  query.index = s->a.index->id;
  query.group = "*";
  query.node = s->a.query.node;
  query.level = s->a.query.level;
  return select_either(&s->nodes_a, &s->nodes_b, s, &query, err);
}

static int knows_unit(const ni_comparison *c, const char *id) {
  const int32_t listed = ni_find_unit(c->framework, id, NULL);
  const char *own = listed < 0 ? id : c->framework->units[listed].id;
  return ni_dictionary_find(&c->answers->unit_ids, own, strlen(own)) >= 0;
}

/* Of the units of the query those that c knows; one that neither knows stays, to be refused. */
static niem_status known_units(niem_query *query, side_by_side *s, const ni_comparison *c, niem_error *err) {
  const char **ids;
  const niem_query *asked = &s->a.query;
  niem_status status = ni_compare_alloc(&ids, &s->a, asked->n_units, sizeof *ids, err);
  query->n_units = 0;
  query->units = ids;
  for (int64_t i = 0; status == NIEM_OK && i < asked->n_units; i++) {
    const char *id = asked->units[i];
    if (id == NULL || knows_unit(c, id) || (!knows_unit(&s->a, id) && !knows_unit(&s->b, id))) {
      ids[query->n_units++] = id;
    }
  }
  return status;
}

static niem_status select_listed(ni_selection *out, side_by_side *s, const ni_comparison *c, niem_query *query,
                                 niem_error *err) {
  niem_status status = known_units(query, s, c, err);
  if (status == NIEM_OK && query->n_units > 0) {
    status = ni_select(out, c->scores, query, NI_TOP_NODE, err);
  }
  return status;
}

static niem_status select_units(side_by_side *s, niem_error *err) {
  niem_status status;
  niem_query query;
  niem_query_init(&query);
  query.index = s->a.index->id;
  query.group = "*";
  query.peers = s->a.query.peers;
  if (s->a.query.units == NULL || s->a.query.n_units < 1 || query.peers != NULL) {
    query.units = s->a.query.units;
    query.n_units = s->a.query.n_units;
    return select_either(&s->units_a, &s->units_b, s, &query, err);
  }
  NIEM_TRY(select_listed(&s->units_a, s, &s->a, &query, err));
  NIEM_TRY(select_listed(&s->units_b, s, &s->b, &query, err));
cleanup:
  return status;
}

static niem_status select_both(side_by_side *s, niem_error *err) {
  const ni_selection *a = &s->a.selection;
  const ni_selection *b = &s->b.selection;
  niem_status status;
  NIEM_TRY(select_common(s, err));
  NIEM_TRY(select_nodes(s, err));
  NIEM_TRY(select_units(s, err));
  NIEM_TRY(pair_up(&s->rounds, s, round_id, a->rounds, a->n_rounds, b->rounds, b->n_rounds, 0, err));
  NIEM_TRY(pair_up(&s->groups, s, group_id, a->groups, a->n_groups, b->groups, b->n_groups, 0, err));
  NIEM_TRY(pair_up(&s->nodes, s, node_id, s->nodes_a.nodes, s->nodes_a.n_nodes, s->nodes_b.nodes, s->nodes_b.n_nodes, 1,
                   err));
  NIEM_TRY(pair_up(&s->units, s, unit_id, s->units_a.units, s->units_a.n_units, s->units_b.units, s->units_b.n_units, 1,
                   err));
  if (s->rounds.n == 0 || s->groups.n == 0) {
    status = none_in_common(err, s->rounds.n == 0 ? "round" : "group");
  }
cleanup:
  return status;
}

/* --- the table --- */

static const char *const COLUMNS[] = {"value_a", "value_b", "change", "rank_a", "rank_b", "rank_change"};

static const char *either_id(const side_by_side *s, id_of id, both place) {
  return place.a >= 0 ? id(&s->a, place.a) : id(&s->b, place.b);
}

static int took_part(const side_by_side *s, both unit, both round) {
  return (unit.a >= 0 && ni_compare_took_part(&s->a, unit.a, &round.a, 1)) ||
         (unit.b >= 0 && ni_compare_took_part(&s->b, unit.b, &round.b, 1));
}

static int took_part_ever(const side_by_side *s, both unit) {
  for (int32_t t = 0; t < s->rounds.n; t++) {
    if (took_part(s, unit, s->rounds.items[t])) {
      return 1;
    }
  }
  return 0;
}

static void add_levels(const side_by_side *s, niem_table *table) {
  for (int32_t i = 0; i < s->units.n; i++) {
    if (took_part_ever(s, s->units.items[i])) {
      (void)ni_table_add_level(table, s->a.unit, either_id(s, unit_id, s->units.items[i]));
    }
  }
  for (int32_t i = 0; i < s->rounds.n; i++) {
    (void)ni_table_add_level(table, s->a.round, either_id(s, round_id, s->rounds.items[i]));
  }
  for (int32_t i = 0; i < s->groups.n; i++) {
    (void)ni_table_add_level(table, s->a.group, either_id(s, group_id, s->groups.items[i]));
  }
  for (int32_t i = 0; i < s->nodes.n; i++) {
    (void)ni_table_add_level(table, s->a.node, either_id(s, node_id, s->nodes.items[i]));
  }
}

static void add_notes(const side_by_side *s, niem_table *table) {
  ni_table_note(table, "index", s->a.index->id);
  ni_table_note(table, "framework_a", s->a.framework->id);
  ni_table_note(table, "framework_b", s->b.framework->id);
  ni_table_note(table, "order", s->a.options.ascending ? "rank 1 is the lowest value" : "rank 1 is the highest value");
  ni_table_note_real(table, "tolerance_a", s->a.tolerance);
  ni_table_note_real(table, "tolerance_b", s->b.tolerance);
}

static niem_status make_table(side_by_side *s, niem_error *err) {
  niem_status status;
  for (int k = 0; k < 2; k++) {
    NIEM_TRY(ni_compare_alloc(&s->values[k], &s->a, s->units.n, sizeof *s->values[k], err));
    NIEM_TRY(ni_compare_alloc(&s->ranks[k], &s->a, s->units.n, sizeof *s->ranks[k], err));
  }
  NIEM_TRY(ni_table_new(&s->a.table, "scores side by side", err));
  s->a.unit = ni_table_text(s->a.table, "unit");
  s->a.round = ni_table_text(s->a.table, "round");
  s->a.group = ni_table_text(s->a.table, "group");
  s->a.node = ni_table_text(s->a.table, "node");
  for (int k = 0; k < 6; k++) {
    s->columns[k] = ni_table_real(s->a.table, COLUMNS[k]);
  }
  add_levels(s, s->a.table);
  add_notes(s, s->a.table);
cleanup:
  return status;
}

static double value_at(const ni_comparison *c, int32_t unit, int32_t round, int32_t group, int32_t node) {
  return unit < 0 || node < 0 ? ni_nan() : ni_compare_value(c, unit, round, group, node);
}

static void write_row(side_by_side *s, int32_t i, both round, both group, both node) {
  niem_table *table = s->a.table;
  const double row[] = {s->values[0][i], s->values[1][i], s->values[1][i] - s->values[0][i],
                        s->ranks[0][i],  s->ranks[1][i],  s->ranks[0][i] - s->ranks[1][i]};
  ni_table_row(table);
  ni_table_set_text(table, s->a.unit, either_id(s, unit_id, s->units.items[i]));
  ni_table_set_text(table, s->a.round, either_id(s, round_id, round));
  ni_table_set_text(table, s->a.group, either_id(s, group_id, group));
  ni_table_set_text(table, s->a.node, either_id(s, node_id, node));
  for (int k = 0; k < 6; k++) {
    ni_table_set_real(table, s->columns[k], row[k]);
  }
}

static niem_status write_rows(side_by_side *s, both round, both group, both node, niem_error *err) {
  const int32_t n = s->units.n;
  for (int32_t i = 0; i < n; i++) {
    const both unit = s->units.items[i];
    s->values[0][i] = value_at(&s->a, unit.a, round.a, group.a, node.a);
    s->values[1][i] = value_at(&s->b, unit.b, round.b, group.b, node.b);
  }
  if (!ni_compare_rank(s->ranks[0], s->values[0], n, &s->a) || !ni_compare_rank(s->ranks[1], s->values[1], n, &s->b)) {
    return ni_fail_memory(err);
  }
  for (int32_t i = 0; i < n; i++) {
    if (took_part(s, s->units.items[i], round)) {
      write_row(s, i, round, group, node);
    }
  }
  return NIEM_OK;
}

static niem_status write_table(side_by_side *s, niem_error *err) {
  niem_status status = NIEM_OK;
  for (int32_t t = 0; t < s->rounds.n; t++) {
    for (int32_t g = 0; g < s->groups.n; g++) {
      for (int32_t v = 0; v < s->nodes.n; v++) {
        NIEM_TRY(write_rows(s, s->rounds.items[t], s->groups.items[g], s->nodes.items[v], err));
      }
    }
  }
cleanup:
  return status;
}

static niem_status begin(side_by_side *s, niem_table **out, const niem_scores *a, const niem_scores *b,
                         const niem_query *query, const niem_compare_options *options, niem_error *err) {
  niem_status status;
  const int uses = NI_USES_TOLERANCE | NI_USES_TIES;
  memset(s, 0, sizeof *s);
  if (a == NULL || b == NULL) {
    ni_fpenv_enter(&s->a.saved);
    ni_fpenv_enter(&s->b.saved);
    if (out != NULL) {
      *out = NULL;
    }
    return ni_fail(err, NIEM_ERROR_ARGUMENT, a == NULL ? "a" : "b", "is NULL; scores come from niem_score");
  }
  status = ni_compare_begin(&s->a, out, a, query, options, uses, err);
  const niem_status of_b = ni_compare_begin(&s->b, out, b, query, options, uses, status == NIEM_OK ? err : NULL);
  return status == NIEM_OK ? of_b : status;
}

niem_status niem_compare_scores(niem_table **out, const niem_scores *a, const niem_scores *b, const niem_query *query,
                                const niem_compare_options *options, niem_error *err) {
  side_by_side s;
  niem_status status;
  NIEM_TRY(begin(&s, out, a, b, query, options, err));
  NIEM_TRY(select_both(&s, err));
  NIEM_TRY(make_table(&s, err));
  NIEM_TRY(write_table(&s, err));
  NIEM_TRY(ni_compare_finish(out, &s.a, err));
cleanup:
  ni_selection_free(&s.nodes_a);
  ni_selection_free(&s.nodes_b);
  ni_selection_free(&s.units_a);
  ni_selection_free(&s.units_b);
  ni_compare_end(&s.b);
  ni_compare_end(&s.a);
  return status;
}
