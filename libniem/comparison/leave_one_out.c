/* Leave one out: each indicator, and each inner node, is taken out of the tree by itself, and the scores and ranks that
 * this leaves are held beside those of the whole index - what OECD & JRC, Handbook on Constructing Composite Indicators
 * (2008), step 7, calls the influence of the inclusion of an indicator.
 *
 * What is left out becomes "not applicable", so that the weights of its siblings count for all. The leaves stay as the
 * method prepared them; weights that are made from data are made anew. Where each unit is scored by itself only the
 * nodes on the way from what is left out to the node in question are computed again. What cannot be scored without
 * something (a geometric mean that meets a zero, weights of one column) is told in its row, and costs no other row. */
#include "base/platform.h"

#include "comparison/compare.h"

#include "base/exact.h"
#include "base/options.h"
#include "base/threads.h"
#include "scoring/chain.h"
#include "scoring/plan.h"

#include <math.h>
#include <string.h>

typedef struct leaving {
  ni_comparison *c;
  const ni_plan *plan;
  int32_t node; /* whose score is looked at */
  int32_t n_left;
  int32_t *left; /* nodes that are left out, each in its turn */
  int64_t n_scores;
  /* [(1 + left) * n_scores + row * n_groups + group of the selection]; the first is the score as it is */
  double *values;
  const char **problems; /* of the same shape; NULL where there is none */
  struct space *spaces;
} leaving;

/* That there is one, which is told later. */
static const char UNTOLD[] = "";

/* ---- what is left out */

static niem_status fail_level(const leaving *l, const char *level, niem_error *err) {
  return ni_fail(
      err, NIEM_ERROR_REFERENCE, "left_out",
      "\"%.60s\" is no level below \"%.60s\"; leave it NULL for all that is below, or say \"indicator\", or a "
      "level of the framework's table \"nodes\"",
      level, l->c->index->nodes[l->node].name);
}

static niem_status find_left(leaving *l, const char *level, niem_error *err) {
  const ni_index *index = l->c->index;
  niem_status status;
  NIEM_TRY(ni_compare_alloc(&l->left, l->c, index->n_nodes, sizeof *l->left, err));
  for (int32_t i = l->node + 1; i < index->n_nodes; i++) {
    if (ni_is_within(index, l->node, i) && (level == NULL || strcmp(index->nodes[i].level, level) == 0)) {
      l->left[l->n_left++] = i;
    }
  }
  if (l->n_left == 0) {
    status = level != NULL
                 ? fail_level(l, level, err)
                 : ni_fail(err, NIEM_ERROR_ARGUMENT, "node", "\"%.60s\" has nothing below it that could be left out",
                           index->nodes[l->node].name);
  }
cleanup:
  return status;
}

static double *value_at(const leaving *l, int32_t k, int64_t row, int32_t g) {
  return &l->values[k * l->n_scores + row * l->c->selection.n_groups + g];
}

static const char **problem_at(const leaving *l, int32_t k, int64_t row, int32_t g) {
  return &l->problems[k * l->n_scores + row * l->c->selection.n_groups + g];
}

/* What ends the whole call; anything else is a matter of what is left out. */
static int is_the_end(niem_status status) {
  return status == NIEM_ERROR_MEMORY || status == NIEM_ERROR_CANCELLED;
}

static niem_status keep_message(const char **out, const leaving *l, const niem_error *problem, niem_error *err) {
  *out = ni_arena_text(&l->c->arena, problem->message, strlen(problem->message));
  return *out != NULL ? NIEM_OK : ni_fail_memory(err);
}

/* ---- each unit by itself */

/* Scratch space of one worker: leaves and nodes of each member of a group. */
typedef struct space {
  ni_leaf **leaves;
  ni_node_value **nodes;
  ni_node_value *way; /* the nodes that are computed again, as they were */
  int32_t *places;
  ni_node_room room;
} space;

static niem_status make_space(space *s, ni_comparison *c, niem_error *err) {
  const int32_t most = ni_compare_most_members(c);
  niem_status status;
  NIEM_TRY(ni_compare_alloc(&s->leaves, c, most, sizeof *s->leaves, err));
  NIEM_TRY(ni_compare_alloc(&s->nodes, c, most, sizeof *s->nodes, err));
  NIEM_TRY(ni_compare_alloc(&s->way, c, NIEM_MAX_TREE_DEPTH + 2, sizeof *s->way, err));
  NIEM_TRY(ni_compare_alloc(&s->places, c, NIEM_MAX_TREE_DEPTH + 2, sizeof *s->places, err));
  for (int32_t m = 0; m < most; m++) {
    NIEM_TRY(ni_compare_alloc(&s->leaves[m], c, c->framework->n_indicators, sizeof **s->leaves, err));
    NIEM_TRY(ni_compare_alloc(&s->nodes[m], c, c->index->n_nodes, sizeof **s->nodes, err));
  }
  NIEM_TRY(ni_node_room_make(&s->room, c->index) ? NIEM_OK : ni_fail_memory(err));
cleanup:
  return status;
}

/* The value of the node in question without node `left`, for one member; what was computed again is put back. */
static niem_status member_without(ni_node_value *out, const leaving *l, space *s, int32_t member, int32_t left,
                                  niem_error *err) {
  const ni_index *index = l->c->index;
  ni_node_value *nodes = s->nodes[member];
  ni_leaf *leaves = s->leaves[member];
  const int32_t leaf = index->nodes[left].leaf;
  const ni_node_value as_it_was = nodes[left];
  const int32_t state = leaf < 0 ? 0 : leaves[leaf].state;
  niem_status status = NIEM_OK;
  int32_t n = 0;
  memset(&nodes[left], 0, sizeof nodes[left]);
  nodes[left].state = NI_NOT_APPLICABLE;
  if (leaf >= 0) {
    leaves[leaf].state = NIEM_NOT_APPLICABLE;
  }
  for (int32_t i = index->nodes[left].parent; i >= l->node && status == NIEM_OK; i = index->nodes[i].parent) {
    s->places[n] = i;
    s->way[n++] = nodes[i];
    status = ni_tree_evaluate_node(l->plan, i, &s->room, leaves, nodes, err);
  }
  *out = nodes[l->node];
  while (n > 0) {
    n--;
    nodes[s->places[n]] = s->way[n];
  }
  nodes[left] = as_it_was;
  if (leaf >= 0) {
    leaves[leaf].state = state;
  }
  return status;
}

/* One unit, round and group: its leaves and nodes as they are, for each member. */
static niem_status load_row(const leaving *l, space *s, int64_t row, int32_t group, niem_error *err) {
  const ni_group *own = &l->c->framework->groups[group];
  const int32_t n = own->n_members > 0 ? own->n_members : 1;
  niem_status status = NIEM_OK;
  for (int32_t m = 0; m < n; m++) {
    ni_scores_leaves(l->c->scores, row, own->n_members > 0 ? own->members[m] : group, s->leaves[m]);
  }
  if (own->n_members > 0 && own->common) {
    ni_keep_common(l->c->framework, s->leaves, n);
  }
  for (int32_t m = 0; m < n && status == NIEM_OK; m++) {
    status = ni_tree_evaluate_row(l->plan, 0, l->c->scores, row, own->n_members > 0 ? own->members[m] : group,
                                  s->leaves[m], s->nodes[m], err);
  }
  return status == NIEM_OK ? status : ni_fail_of_cell(status, l->c->scores, row, group, err);
}

/* The score of a row that is loaded, without node `left`. */
static niem_status value_without(double *out, const leaving *l, space *s, int64_t row, int32_t group, int32_t left,
                                 niem_error *err) {
  const ni_group *own = &l->c->framework->groups[group];
  const int32_t n = own->n_members > 0 ? own->n_members : 1;
  ni_node_value members[NIEM_MAX_GROUPS];
  niem_status status = NIEM_OK;
  for (int32_t m = 0; m < n; m++) {
    if (ni_scores_screened(l->c->scores, row, own->n_members > 0 ? own->members[m] : group)) {
      members[m] = s->nodes[m][l->node]; /* none, with all of them or without one */
    } else {
      NIEM_TRY(member_without(&members[m], l, s, m, left, err));
    }
  }
  const ni_node_value value = own->n_members > 0 ? ni_merge_values(own, members) : members[0];
  *out = ni_publish(&value).value;
cleanup:
  return status == NIEM_OK ? status : ni_fail_of_cell(status, l->c->scores, row, group, err);
}

/* One unit, round and group: the score as it is, and without each. */
static niem_status leave_out_of_row(const leaving *l, space *s, int64_t row, int32_t g, niem_error *err) {
  const int32_t group = l->c->selection.groups[g];
  niem_status status = load_row(l, s, row, group, err);
  *value_at(l, 0, row, g) = ni_scores_at(l->c->scores, l->c->selection.index, l->node, row, group).value;
  for (int32_t k = 0; k < l->n_left && status == NIEM_OK; k++) {
    status = value_without(value_at(l, k + 1, row, g), l, s, row, group, l->left[k], NULL);
    if (status != NIEM_OK && !is_the_end(status)) {
      *value_at(l, k + 1, row, g) = ni_nan();
      *problem_at(l, k + 1, row, g) = UNTOLD;
      status = NIEM_OK;
    }
  }
  return status;
}

static niem_status leave_out_of_rows(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  const leaving *l = context;
  niem_status status = NIEM_OK;
  for (int64_t row = begin; row < end; row++) {
    for (int32_t g = 0; g < l->c->selection.n_groups; g++) {
      NIEM_TRY(leave_out_of_row(l, &l->spaces[worker], row, g, err));
    }
  }
cleanup:
  return status;
}

/* Problems are kept by one thread, in the order of the rows: they are few, and their texts are memory of the table's.
 */
static niem_status tell_problem(const leaving *l, space *s, int64_t row, int32_t g, int32_t k, niem_error *err) {
  const int32_t group = l->c->selection.groups[g];
  niem_error problem = {0};
  double value;
  const niem_status status = load_row(l, s, row, group, err);
  if (status != NIEM_OK) {
    return status;
  }
  (void)value_without(&value, l, s, row, group, l->left[k], &problem);
  return keep_message(problem_at(l, k + 1, row, g), l, &problem, err);
}

static niem_status tell_problems(const leaving *l, niem_error *err) {
  niem_status status = NIEM_OK;
  for (int64_t row = 0; row < l->c->scores->n_rows; row++) {
    for (int32_t g = 0; g < l->c->selection.n_groups; g++) {
      for (int32_t k = 0; k < l->n_left && status == NIEM_OK; k++) {
        if (*problem_at(l, k + 1, row, g) == UNTOLD) {
          status = tell_problem(l, &l->spaces[0], row, g, k, err);
        }
      }
    }
  }
  return status;
}

static niem_status leave_out_by_unit(leaving *l, const niem_exec *exec, niem_error *err) {
  enum { CHUNK = 8 };
  const int32_t n_workers = ni_workers(l->c->scores->n_rows, CHUNK, exec);
  niem_status status;
  int32_t made = 0;
  NIEM_TRY(ni_compare_alloc(&l->spaces, l->c, n_workers, sizeof *l->spaces, err));
  for (; made < n_workers; made++) {
    NIEM_TRY(make_space(&l->spaces[made], l->c, err));
  }
  NIEM_TRY(ni_parallel_for(l->c->scores->n_rows, CHUNK, exec, leave_out_of_rows, l, err));
  NIEM_TRY(tell_problems(l, err));
cleanup:
  for (int32_t w = 0; l->spaces != NULL && w < n_workers; w++) {
    ni_node_room_free(&l->spaces[w].room);
  }
  return status;
}

/* ---- all units together */

static int is_empty(const uint8_t *dropped, const ni_node *node) {
  int32_t n = 0;
  for (int32_t k = 0; k < node->n_children; k++) {
    n += dropped[node->children[k]];
  }
  return n == node->n_children;
}

/* A node with all below it, and what has nothing left below it then: a column without a value is none to make weights
 * from. */
static void mark_dropped(uint8_t *dropped, const ni_index *index, int32_t left) {
  memset(dropped, 0, (size_t)index->n_nodes);
  for (int32_t i = left; i < index->n_nodes; i++) {
    dropped[i] = ni_is_within(index, left, i) != 0;
  }
  for (int32_t i = index->nodes[left].parent; i > 0 && is_empty(dropped, &index->nodes[i]);
       i = index->nodes[i].parent) {
    dropped[i] = 1;
  }
}

/* A plan whose weights, and what is noted of their making, may be written to. */
static niem_status copy_plan(ni_plan *out, const leaving *l, niem_error *err) {
  const ni_index *index = l->c->index;
  niem_status status;
  *out = *l->plan;
  NIEM_TRY(ni_compare_alloc(&out->weights, l->c, index->n_nodes, sizeof *out->weights, err));
  NIEM_TRY(ni_compare_alloc(&out->made, l->c, index->n_nodes, sizeof *out->made, err));
  for (int32_t i = 0; i < index->n_nodes; i++) {
    const int32_t n = index->nodes[i].n_children;
    NIEM_TRY(ni_compare_alloc(&out->weights[i], l->c, n, sizeof **out->weights, err));
    if (n > 0) {
      memcpy(out->weights[i], ni_plan_weights(l->plan, i), (size_t)n * sizeof **out->weights);
      NIEM_TRY(ni_compare_alloc(&out->made[i], l->c, 1, sizeof **out->made, err));
      NIEM_TRY(ni_compare_alloc(&out->made[i]->shares, l->c, n, sizeof *out->made[i]->shares, err));
    }
  }
cleanup:
  return status;
}

/* What the sweeps over the whole panel are done on, one after another. */
typedef struct sweeping {
  const leaving *l;
  ni_plan plan;
  ni_node_value *values, *common; /* of the inner nodes; `common`: on the common ground of a merge */
  uint8_t *dropped;
} sweeping;

/* The values that a group of the selection has at the node in question, which has none where all below it is dropped.
 */
static void take_group(const sweeping *s, const ni_node_value *values, int32_t k, int32_t g) {
  const leaving *l = s->l;
  const int32_t n_own = l->c->framework->n_own_groups;
  const int64_t n_cells = l->c->scores->n_rows * n_own;
  const ni_node_value *own = values + l->c->index->nodes[l->node].inner * n_cells;
  const int32_t place = l->c->selection.groups[g];
  const ni_group *group = &l->c->framework->groups[place];
  ni_node_value members[NIEM_MAX_GROUPS];
  for (int64_t row = 0; row < l->c->scores->n_rows; row++) {
    for (int32_t m = 0; m < group->n_members; m++) {
      members[m] = own[row * n_own + group->members[m]];
    }
    const ni_node_value value = group->n_members > 0 ? ni_merge_values(group, members) : own[row * n_own + place];
    *value_at(l, k, row, g) = s->dropped[l->node] ? ni_nan() : ni_publish(&value).value;
  }
}

/* One sweep, with what is marked as dropped; the common ground of a merge is the indicators that are answered for all
 * of its groups, of those that are left. */
static niem_status sweep_once(sweeping *s, int32_t k, niem_error *err) {
  const leaving *l = s->l;
  const ni_selection *selection = &l->c->selection;
  niem_status status;
  NIEM_TRY(ni_sweep(s->values, l->c->scores, &s->plan, NULL, err));
  for (int32_t g = 0; g < selection->n_groups; g++) {
    const int common = l->c->framework->groups[selection->groups[g]].common;
    if (common) {
      NIEM_TRY(ni_sweep_common(s->common, l->c->scores, &s->plan, selection->groups[g], NULL, err));
    }
    take_group(s, common ? s->common : s->values, k, g);
  }
cleanup:
  return status;
}

/* Where units hang on each other, what fails for one fails for all. */
static niem_status note_failure(const sweeping *s, int32_t k, const niem_error *problem, niem_error *err) {
  const leaving *l = s->l;
  const char *text = NULL;
  const niem_status status = keep_message(&text, l, problem, err);
  for (int64_t row = 0; row < l->c->scores->n_rows && status == NIEM_OK; row++) {
    for (int32_t g = 0; g < l->c->selection.n_groups; g++) {
      *value_at(l, k, row, g) = ni_nan();
      *problem_at(l, k, row, g) = text;
    }
  }
  return status;
}

static niem_status sweep_without(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  sweeping *s = context;
  const leaving *l = s->l;
  (void)worker;
  for (int64_t k = begin; k < end; k++) {
    niem_error problem = {0};
    if (k > 0) {
      mark_dropped(s->dropped, l->c->index, l->left[k - 1]);
    }
    niem_status status = sweep_once(s, (int32_t)k, &problem);
    if (status != NIEM_OK && (k == 0 || is_the_end(status))) {
      return ni_fail(err, status, problem.where, "%s", problem.message);
    }
    if (status != NIEM_OK) {
      status = note_failure(s, (int32_t)k, &problem, err);
    }
    if (status != NIEM_OK) {
      return status;
    }
  }
  return NIEM_OK;
}

/* The caller's thread alone works, as in any sweep over the units; it tells how far it is. */
static niem_status leave_out_over_units(leaving *l, const niem_exec *exec, niem_error *err) {
  const size_t n_cells = (size_t)l->c->scores->n_rows * (size_t)l->c->framework->n_own_groups;
  niem_status status;
  niem_exec alone;
  sweeping s = {.l = l};
  niem_exec_init(&alone);
  NIEM_TRY(ni_options_read(&alone, sizeof alone, exec, "exec", err));
  s.values = ni_alloc((size_t)l->c->index->n_inner * n_cells, sizeof *s.values);
  s.common = ni_alloc((size_t)l->c->index->n_inner * n_cells, sizeof *s.common);
  s.dropped = ni_alloc_zero((size_t)l->c->index->n_nodes, 1);
  NIEM_TRY(s.values != NULL && s.common != NULL && s.dropped != NULL ? NIEM_OK : ni_fail_memory(err));
  NIEM_TRY(copy_plan(&s.plan, l, err));
  s.plan.dropped = s.dropped;
  alone.threads = alone.threads > 0 ? 1 : alone.threads;
  NIEM_TRY(ni_parallel_for(l->n_left + 1, 1, &alone, sweep_without, &s, err));
cleanup:
  ni_free(s.values);
  ni_free(s.common);
  ni_free(s.dropped);
  return status;
}

static niem_status leave_out(leaving *l, const char *level, const niem_exec *exec, niem_error *err) {
  const ni_selection *s = &l->c->selection;
  niem_status status;
  l->plan = l->c->scores->indexes[s->index].plan;
  l->node = s->nodes[0];
  if (s->n_nodes != 1 || l->c->index->nodes[l->node].leaf >= 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, s->n_nodes != 1 ? "level" : "node",
                   "one inner node is looked at: name it by `node`, the top where it is NULL");
  }
  NIEM_TRY(find_left(l, level, err));
  l->n_scores = l->c->scores->n_rows * s->n_groups;
  NIEM_TRY(ni_compare_alloc(&l->values, l->c, (l->n_left + 1) * l->n_scores, sizeof *l->values, err));
  NIEM_TRY(ni_compare_alloc(&l->problems, l->c, (l->n_left + 1) * l->n_scores, sizeof *l->problems, err));
  status = l->plan->over_units ? leave_out_over_units(l, exec, err) : leave_out_by_unit(l, exec, err);
cleanup:
  return status;
}

/* ---- ranks */

/* The units of one round and group: their values and ranks as they are, and without one. */
typedef struct standing {
  int32_t n;
  int32_t *units;
  double *values, *ranks, *values_without, *ranks_without;
} standing;

static niem_status make_standing(standing *s, ni_comparison *c, niem_error *err) {
  const int32_t n = c->selection.n_units;
  niem_status status;
  NIEM_TRY(ni_compare_alloc(&s->units, c, n, sizeof *s->units, err));
  NIEM_TRY(ni_compare_alloc(&s->values, c, n, sizeof *s->values, err));
  NIEM_TRY(ni_compare_alloc(&s->ranks, c, n, sizeof *s->ranks, err));
  NIEM_TRY(ni_compare_alloc(&s->values_without, c, n, sizeof *s->values_without, err));
  NIEM_TRY(ni_compare_alloc(&s->ranks_without, c, n, sizeof *s->ranks_without, err));
cleanup:
  return status;
}

static niem_status rank_without(standing *s, const leaving *l, int32_t k, int32_t round, int32_t g, niem_error *err) {
  s->n = ni_compare_find_units(s->units, l->c, round);
  for (int32_t i = 0; i < s->n; i++) {
    const int64_t row = ni_scores_row(l->c->scores, s->units[i], round);
    s->values[i] = *value_at(l, 0, row, g);
    s->values_without[i] = *value_at(l, k + 1, row, g);
  }
  return ni_compare_rank(s->ranks, s->values, s->n, l->c) &&
                 ni_compare_rank(s->ranks_without, s->values_without, s->n, l->c)
             ? NIEM_OK
             : ni_fail_memory(err);
}

/* For each round, group and what is left out. */
typedef void (*visit)(void *context, leaving *l, const standing *s, int32_t k, int32_t round, int32_t g);

static niem_status visit_all(leaving *l, visit what, void *context, niem_error *err) {
  const ni_selection *selection = &l->c->selection;
  standing s;
  niem_status status;
  NIEM_TRY(make_standing(&s, l->c, err));
  for (int32_t t = 0; t < selection->n_rounds; t++) {
    for (int32_t g = 0; g < selection->n_groups; g++) {
      for (int32_t k = 0; k < l->n_left; k++) {
        NIEM_TRY(rank_without(&s, l, k, selection->rounds[t], g, err));
        what(context, l, &s, k, selection->rounds[t], g);
      }
    }
  }
cleanup:
  return status;
}

/* ---- the tables */

typedef struct long_columns {
  int32_t left_out, value, value_without, change, rank, rank_without, rank_change, problem;
} long_columns;

static const char *problem_of(const leaving *l, int32_t k, int32_t unit, int32_t round, int32_t g) {
  return *problem_at(l, k + 1, ni_scores_row(l->c->scores, unit, round), g);
}

static void write_units(void *context, leaving *l, const standing *s, int32_t k, int32_t round, int32_t g) {
  const long_columns *columns = context;
  niem_table *t = l->c->table;
  for (int32_t i = 0; i < s->n; i++) {
    ni_compare_row(l->c, s->units[i], round, l->c->selection.groups[g], l->node);
    ni_table_set_code(t, columns->left_out, k);
    ni_table_set_real(t, columns->value, s->values[i]);
    ni_table_set_real(t, columns->value_without, s->values_without[i]);
    ni_table_set_real(t, columns->change, s->values_without[i] - s->values[i]);
    ni_table_set_real(t, columns->rank, s->ranks[i]);
    ni_table_set_real(t, columns->rank_without, s->ranks_without[i]);
    ni_table_set_real(t, columns->rank_change, s->ranks[i] - s->ranks_without[i]);
    ni_table_set_text(t, columns->problem, problem_of(l, k, s->units[i], round, g));
  }
}

static int32_t left_out_column(leaving *l) {
  const int32_t column = ni_table_text(l->c->table, "left_out");
  for (int32_t k = 0; k < l->n_left; k++) {
    (void)ni_table_add_level(l->c->table, column, l->c->index->nodes[l->left[k]].name);
  }
  ni_compare_note_ranks(l->c);
  return column;
}

niem_status niem_leave_one_out(niem_table **out, const niem_scores *scores, const char *left_out,
                               const niem_query *query, const niem_compare_options *options, const niem_exec *exec,
                               niem_error *err) {
  ni_comparison c;
  leaving l = {.c = &c};
  long_columns columns;
  niem_status status;
  NIEM_TRY(ni_compare_begin(&c, out, scores, query, options, NI_USES_TOLERANCE | NI_USES_TIES, err));
  NIEM_TRY(ni_compare_select(&c, NI_TOP_NODE, err));
  NIEM_TRY(leave_out(&l, left_out, exec, err));
  NIEM_TRY(ni_compare_table(&c, "leave one out", NI_BY_UNIT | NI_BY_ROUND | NI_BY_GROUP | NI_BY_NODE, err));
  columns.left_out = left_out_column(&l);
  columns.value = ni_table_real(c.table, "value");
  columns.value_without = ni_table_real(c.table, "value_without");
  columns.change = ni_table_real(c.table, "change");
  columns.rank = ni_table_real(c.table, "rank");
  columns.rank_without = ni_table_real(c.table, "rank_without");
  columns.rank_change = ni_table_real(c.table, "rank_change");
  columns.problem = ni_table_text(c.table, "problem");
  NIEM_TRY(visit_all(&l, write_units, &columns, err));
  NIEM_TRY(ni_compare_finish(out, &c, err));
cleanup:
  ni_compare_end(&c);
  return status;
}

typedef struct summary_columns {
  int32_t left_out, level, n, mean_change, mean_abs_change, mean_abs_rank_change, max_abs_rank_change, problem;
  double *changes, *sizes, *moves; /* of the units */
} summary_columns;

static void write_summary(void *context, leaving *l, const standing *s, int32_t k, int32_t round, int32_t g) {
  const summary_columns *columns = context;
  niem_table *t = l->c->table;
  double most = ni_nan();
  const char *problem = NULL;
  int32_t n = 0;
  for (int32_t i = 0; i < s->n; i++) {
    columns->changes[i] = s->values_without[i] - s->values[i];
    columns->sizes[i] = fabs(columns->changes[i]);
    columns->moves[i] = fabs(s->ranks[i] - s->ranks_without[i]);
    n += !ni_is_nan(columns->changes[i]);
    most = columns->moves[i] > most || ni_is_nan(most) ? columns->moves[i] : most;
    problem = problem == NULL ? problem_of(l, k, s->units[i], round, g) : problem;
  }
  ni_compare_row(l->c, -1, round, l->c->selection.groups[g], l->node);
  ni_table_set_code(t, columns->left_out, k);
  ni_table_set_text(t, columns->level, l->c->index->nodes[l->left[k]].level);
  ni_table_set_integer(t, columns->n, n);
  ni_table_set_real(t, columns->mean_change, ni_exact_mean(columns->changes, s->n, 1));
  ni_table_set_real(t, columns->mean_abs_change, ni_exact_mean(columns->sizes, s->n, 1));
  ni_table_set_real(t, columns->mean_abs_rank_change, ni_exact_mean(columns->moves, s->n, 1));
  ni_table_set_real(t, columns->max_abs_rank_change, most);
  ni_table_set_text(t, columns->problem, problem);
}

static niem_status make_summary_columns(summary_columns *columns, leaving *l, niem_error *err) {
  ni_comparison *c = l->c;
  niem_status status;
  NIEM_TRY(ni_compare_alloc(&columns->changes, c, c->selection.n_units, sizeof *columns->changes, err));
  NIEM_TRY(ni_compare_alloc(&columns->sizes, c, c->selection.n_units, sizeof *columns->sizes, err));
  NIEM_TRY(ni_compare_alloc(&columns->moves, c, c->selection.n_units, sizeof *columns->moves, err));
  NIEM_TRY(ni_compare_table(c, "leave one out summary", NI_BY_ROUND | NI_BY_GROUP | NI_BY_NODE, err));
  columns->left_out = left_out_column(l);
  columns->level = ni_table_text(c->table, "level");
  columns->n = ni_table_integer(c->table, "n");
  columns->mean_change = ni_table_real(c->table, "mean_change");
  columns->mean_abs_change = ni_table_real(c->table, "mean_abs_change");
  columns->mean_abs_rank_change = ni_table_real(c->table, "mean_abs_rank_change");
  columns->max_abs_rank_change = ni_table_real(c->table, "max_abs_rank_change");
  columns->problem = ni_table_text(c->table, "problem");
cleanup:
  return status;
}

niem_status niem_leave_one_out_summary(niem_table **out, const niem_scores *scores, const char *left_out,
                                       const niem_query *query, const niem_compare_options *options,
                                       const niem_exec *exec, niem_error *err) {
  ni_comparison c;
  leaving l = {.c = &c};
  summary_columns columns;
  niem_status status;
  NIEM_TRY(ni_compare_begin(&c, out, scores, query, options, NI_USES_TOLERANCE | NI_USES_TIES, err));
  NIEM_TRY(ni_compare_select(&c, NI_TOP_NODE, err));
  NIEM_TRY(leave_out(&l, left_out, exec, err));
  NIEM_TRY(make_summary_columns(&columns, &l, err));
  NIEM_TRY(visit_all(&l, write_summary, &columns, err));
  NIEM_TRY(ni_compare_finish(out, &c, err));
cleanup:
  ni_compare_end(&c);
  return status;
}
