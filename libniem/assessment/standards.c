/* Scores turned around: each standard that indicators cite as an index of its own - the mean of these indicators - and
 * which standards are the furthest from met. */
#include "base/platform.h"

#include "assessment/panel.h"
#include "base/exact.h"
#include "base/fpenv.h"
#include "base/number.h"
#include "base/options.h"
#include "base/order.h"
#include "model/table.h"
#include "niem/assessment.h"
#include "scoring/chain.h"
#include "scoring/plan.h"

#include <string.h>

typedef struct standard {
  const char *ref;    /* NULL: the whole instrument */
  int32_t instrument; /* -1 */
  int32_t n_members;
  int32_t *members; /* indicators */
  ni_index tree;    /* their mean */
} standard;

typedef struct viewing {
  const niem_scores *scores;
  const niem_framework *framework;
  niem_query query;
  int by_instrument;
  ni_selection s;
  int32_t n;
  standard *standards;
  int32_t most_nodes;   /* of a standard's tree */
  int32_t most_members; /* of a group */
  ni_leaf **leaves;     /* of each member of the group in hand */
  ni_node_value *nodes;
  double *values, *ranks; /* of the unit in hand, by standard */
  double *by_unit;        /* of the round and group in hand: [standard * units + unit] */
  int32_t *applying;      /* units in which each standard applies */
  niem_table *table;
  int32_t unit, round, group, instrument, ref, value, coverage, answered, applicable, rank; /* columns */
  ni_arena arena;
} viewing;

/* --- the standards and what cites them --- */

/* Numbers without goalposts have no score, nor has what is made of them. */
static int has_score(const niem_framework *framework, const ni_indicator *indicator) {
  for (int32_t k = 0; k < indicator->n_parts; k++) {
    if (!has_score(framework, &framework->indicators[indicator->parts[k]])) {
      return 0;
    }
  }
  return indicator->scale.kind != NI_NUMERIC || !ni_is_nan(indicator->scale.worst);
}

static int counts(const viewing *v, const ni_indicator *indicator, const ni_standard *cited) {
  return indicator->scored && has_score(v->framework, indicator) && (!v->by_instrument || cited->instrument >= 0);
}

/* The standard of a citation, a new one where it is the first; NULL: no memory. */
static standard *enter(viewing *v, ni_dictionary *keys, const ni_standard *cited) {
  const char *key = v->by_instrument ? v->framework->instruments[cited->instrument].id : cited->ref;
  const int32_t place = ni_dictionary_add(keys, key, strlen(key));
  if (place < 0) {
    return NULL;
  }
  standard *own = &v->standards[place];
  if (place == v->n) {
    v->n++;
    own->ref = v->by_instrument ? NULL : cited->ref;
    own->instrument = cited->instrument;
  }
  own->instrument = own->instrument < 0 ? cited->instrument : own->instrument;
  return own;
}

/* One pass over all citations: counts the members (`fill` 0), or writes them. */
static niem_status pass(viewing *v, ni_dictionary *keys, int fill, niem_error *err) {
  for (int32_t i = 0; i < v->framework->n_indicators; i++) {
    const ni_indicator *indicator = &v->framework->indicators[i];
    for (int32_t k = 0; k < indicator->n_standards; k++) {
      if (!counts(v, indicator, &indicator->standards[k])) {
        continue;
      }
      standard *own = enter(v, keys, &indicator->standards[k]);
      if (own == NULL) {
        return ni_fail_memory(err);
      }
      if (!fill) {
        own->n_members++;
      } else if (own->n_members == 0 || own->members[own->n_members - 1] != i) { /* once, however often it cites */
        own->members[own->n_members++] = i;
      }
    }
  }
  return NIEM_OK;
}

static niem_status find_standards(viewing *v, niem_error *err) {
  niem_status status = NIEM_OK;
  size_t n = 0;
  ni_dictionary keys;
  ni_dictionary_init(&keys);
  for (int32_t i = 0; i < v->framework->n_indicators; i++) {
    n += (size_t)v->framework->indicators[i].n_standards;
  }
  v->standards = ni_arena_alloc(&v->arena, n, sizeof *v->standards);
  if (v->standards == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  NIEM_TRY(pass(v, &keys, 0, err));
  if (v->n == 0) {
    status = ni_fail(err, NIEM_ERROR_UNSUPPORTED, "scores", "no scored indicator of framework %s cites %s",
                     v->framework->id, v->by_instrument ? "an instrument" : "a standard");
    goto cleanup;
  }
  for (int32_t k = 0; k < v->n; k++) {
    standard *own = &v->standards[k];
    own->members = ni_arena_alloc(&v->arena, (size_t)own->n_members, sizeof *own->members);
    own->n_members = 0;
    if (own->members == NULL) {
      status = ni_fail_memory(err);
      goto cleanup;
    }
  }
  NIEM_TRY(pass(v, &keys, 1, err));
cleanup:
  ni_dictionary_free(&keys);
  return status;
}

/* --- a standard as a tree --- */

static int32_t count_nodes(const niem_framework *framework, int32_t i) {
  int32_t n = 1;
  for (int32_t k = 0; k < framework->indicators[i].n_parts; k++) {
    n += count_nodes(framework, framework->indicators[i].parts[k]);
  }
  return n;
}

static int give_children(viewing *v, ni_node *node, int32_t n) {
  node->children = ni_arena_alloc(&v->arena, (size_t)n, sizeof *node->children);
  node->weights = ni_arena_alloc(&v->arena, (size_t)n, sizeof *node->weights);
  return node->children != NULL && node->weights != NULL;
}

/* A leaf, or for a composite an inner node with its parts below, in pre-order. 0: no memory. */
static int add_node(viewing *v, ni_index *tree, int32_t parent, int32_t i, double weight) {
  const ni_indicator *indicator = &v->framework->indicators[i];
  const int32_t place = tree->n_nodes++;
  ni_node *above = &tree->nodes[parent];
  ni_node *node = &tree->nodes[place];
  above->children[above->n_children] = place;
  above->weights[above->n_children++] = weight;
  above->equal = above->equal && weight == 1;
  node->parent = parent;
  node->indicator = i;
  node->leaf = indicator->scale.kind == NI_COMPOSITE ? -1 : i;
  node->equal = 1;
  node->aggregation = indicator->aggregation;
  node->missing = indicator->missing;
  if (node->leaf < 0 && !give_children(v, node, indicator->n_parts)) {
    return 0;
  }
  for (int32_t k = 0; k < indicator->n_parts; k++) {
    if (!add_node(v, tree, place, indicator->parts[k], indicator->part_weights[k])) {
      return 0;
    }
  }
  return 1;
}

static int plant(viewing *v, standard *own) {
  ni_index *tree = &own->tree;
  int32_t n = 1;
  for (int32_t k = 0; k < own->n_members; k++) {
    n += count_nodes(v->framework, own->members[k]);
  }
  v->most_nodes = n > v->most_nodes ? n : v->most_nodes;
  tree->nodes = ni_arena_alloc(&v->arena, (size_t)n, sizeof *tree->nodes);
  if (tree->nodes == NULL || !give_children(v, &tree->nodes[0], own->n_members)) {
    return 0;
  }
  tree->n_nodes = 1;
  tree->nodes[0].parent = tree->nodes[0].leaf = tree->nodes[0].indicator = -1;
  tree->nodes[0].equal = 1;
  tree->nodes[0].missing.rule = NI_RULE_AVAILABLE;
  for (int32_t k = 0; k < own->n_members; k++) {
    if (!add_node(v, tree, 0, own->members[k], 1)) {
      return 0;
    }
  }
  return 1;
}

/* --- evaluating --- */

/* The rounds' dates are days as text, so that they compare as texts. */
static int in_force(const viewing *v, const standard *own, int32_t round) {
  const int32_t listed = v->scores->answers->round_places[round];
  const char *date = listed < 0 ? NULL : v->framework->rounds[listed].date;
  if (date == NULL || own->instrument < 0) {
    return 1;
  }
  const ni_instrument *instrument = &v->framework->instruments[own->instrument];
  return (instrument->valid_from == NULL || strcmp(instrument->valid_from, date) <= 0) &&
         (instrument->valid_to == NULL || strcmp(date, instrument->valid_to) <= 0);
}

static void load_leaves(const viewing *v, int64_t row, int32_t group) {
  const ni_group *own = &v->framework->groups[group];
  for (int32_t m = 0; m < own->n_members; m++) {
    ni_scores_leaves(v->scores, row, own->members[m], v->leaves[m]);
  }
  if (own->n_members == 0) {
    ni_scores_leaves(v->scores, row, group, v->leaves[0]);
  } else if (own->common) {
    ni_keep_common(v->framework, v->leaves, own->n_members);
  }
}

static niem_status evaluate(ni_score *out, const viewing *v, const standard *own, int64_t row, int32_t group,
                            niem_error *err) {
  const ni_group *asked = &v->framework->groups[group];
  ni_node_value members[NIEM_MAX_GROUPS];
  ni_plan plan = ni_plan_of_index(v->framework, &own->tree, NULL);
  plan.chain = v->scores->chain;
  plan.plain = plan.plain && plan.chain == NULL;
  for (int32_t m = 0; m < (asked->n_members == 0 ? 1 : asked->n_members); m++) {
    const niem_status status = ni_tree_evaluate_row(
        &plan, 0, v->scores, row, asked->n_members == 0 ? group : asked->members[m], v->leaves[m], v->nodes, err);
    if (status != NIEM_OK) {
      return status;
    }
    members[m] = v->nodes[0];
  }
  const ni_node_value value = asked->n_members == 0 ? members[0] : ni_merge_values(asked, members);
  *out = ni_publish(&value);
  return NIEM_OK;
}

/* --- the table --- */

static void make_columns(viewing *v) {
  niem_table *t = v->table;
  v->unit = ni_table_text(t, "unit");
  v->round = ni_table_text(t, "round");
  v->group = ni_table_text(t, "group");
  v->instrument = ni_table_text(t, "instrument");
  v->ref = ni_table_text(t, "ref");
  v->value = ni_table_real(t, "value");
  v->coverage = ni_table_real(t, "coverage");
  v->answered = ni_table_integer(t, "n");
  v->applicable = ni_table_integer(t, "n_applicable");
  v->rank = ni_table_real(t, "rank");
  ni_table_note(t, "rank", "1 is the furthest from met");
  ni_table_note_real(t, "tolerance", v->scores->method->tolerance);
}

static void start_row(const viewing *v, const char *unit, int32_t round, int32_t group, int32_t k) {
  const standard *own = &v->standards[k];
  niem_table *t = v->table;
  ni_table_row(t);
  ni_table_set_text(t, v->unit, unit);
  ni_table_set_text(t, v->round, v->scores->answers->rounds[round]);
  ni_table_set_text(t, v->group, v->framework->groups[group].id);
  ni_table_set_text(t, v->instrument, own->instrument < 0 ? NULL : v->framework->instruments[own->instrument].id);
  ni_table_set_text(t, v->ref, own->ref);
  ni_table_set_real(t, v->value, v->values[k]);
  ni_table_set_real(t, v->rank, v->ranks[k]);
}

/* Ranks of the standards by v->values, the least first. */
static int rank_standards(viewing *v) {
  return ni_rank(v->ranks, v->values, v->n, 1, 0, NI_TIES_MIN, v->scores->method->tolerance);
}

static niem_status write_unit(viewing *v, int32_t u, int32_t round, int32_t group, ni_score *found, niem_error *err) {
  const int32_t unit = v->s.units[u];
  const int64_t row = ni_scores_row(v->scores, unit, round);
  for (int32_t k = 0; k < v->n; k++) {
    v->by_unit[(size_t)k * (size_t)v->s.n_units + (size_t)u] = ni_nan();
  }
  if (row < 0) {
    return NIEM_OK;
  }
  load_leaves(v, row, group);
  for (int32_t k = 0; k < v->n; k++) {
    const int counted = in_force(v, &v->standards[k], round);
    const niem_status status = evaluate(&found[k], v, &v->standards[k], row, group, err);
    if (status != NIEM_OK) {
      return status;
    }
    v->values[k] = counted ? found[k].value : ni_nan();
    v->by_unit[(size_t)k * (size_t)v->s.n_units + (size_t)u] = v->values[k];
    v->applying[k] += counted && found[k].state != NI_NOT_APPLICABLE;
  }
  if (!rank_standards(v)) {
    return ni_fail_memory(err);
  }
  for (int32_t k = 0; k < v->n; k++) {
    if (in_force(v, &v->standards[k], round)) {
      start_row(v, v->scores->answers->units[unit], round, group, k);
      ni_table_set_real(v->table, v->coverage, found[k].coverage);
      ni_table_set_integer(v->table, v->answered, found[k].n_answered);
      ni_table_set_integer(v->table, v->applicable, found[k].n_applicable);
    }
  }
  return NIEM_OK;
}

/* The unit "*": means over the units that have a value. */
static int write_means(viewing *v, int32_t round, int32_t group) {
  for (int32_t k = 0; k < v->n; k++) {
    v->values[k] = ni_exact_mean(v->by_unit + (size_t)k * (size_t)v->s.n_units, v->s.n_units, 1);
  }
  if (!rank_standards(v)) {
    return 0;
  }
  for (int32_t k = 0; k < v->n; k++) {
    int64_t n = 0;
    for (int32_t u = 0; u < v->s.n_units; u++) {
      n += !ni_is_nan(v->by_unit[(size_t)k * (size_t)v->s.n_units + (size_t)u]);
    }
    if (in_force(v, &v->standards[k], round)) {
      start_row(v, "*", round, group, k);
      ni_table_set_integer(v->table, v->answered, n);
      ni_table_set_integer(v->table, v->applicable, v->applying[k]);
    }
  }
  return 1;
}

static niem_status write_all(viewing *v, niem_error *err) {
  niem_status status = NIEM_OK;
  ni_score *found = ni_arena_alloc(&v->arena, (size_t)v->n, sizeof *found);
  if (found == NULL) {
    return ni_fail_memory(err);
  }
  for (int32_t r = 0; r < v->s.n_rounds; r++) {
    for (int32_t g = 0; g < v->s.n_groups; g++) {
      memset(v->applying, 0, (size_t)v->n * sizeof *v->applying);
      for (int32_t u = 0; u < v->s.n_units; u++) {
        NIEM_TRY(write_unit(v, u, v->s.rounds[r], v->s.groups[g], found, err));
      }
      NIEM_TRY(write_means(v, v->s.rounds[r], v->s.groups[g]) ? NIEM_OK : ni_fail_memory(err));
    }
  }
cleanup:
  return status;
}

static niem_status make_room(viewing *v, niem_error *err) {
  const niem_framework *framework = v->framework;
  int enough = 1;
  v->most_members = 1;
  for (int32_t g = 0; g < framework->n_groups; g++) {
    v->most_members =
        framework->groups[g].n_members > v->most_members ? framework->groups[g].n_members : v->most_members;
  }
  for (int32_t k = 0; k < v->n && enough; k++) {
    enough = plant(v, &v->standards[k]);
  }
  v->leaves = ni_arena_alloc(&v->arena, (size_t)v->most_members, sizeof *v->leaves);
  for (int32_t m = 0; v->leaves != NULL && m < v->most_members; m++) {
    v->leaves[m] = ni_arena_alloc(&v->arena, (size_t)framework->n_indicators, sizeof **v->leaves);
    enough = enough && v->leaves[m] != NULL;
  }
  v->nodes = ni_arena_alloc(&v->arena, (size_t)v->most_nodes, sizeof *v->nodes);
  v->values = ni_arena_alloc(&v->arena, (size_t)v->n, sizeof *v->values);
  v->ranks = ni_arena_alloc(&v->arena, (size_t)v->n, sizeof *v->ranks);
  v->by_unit = ni_arena_alloc(&v->arena, (size_t)v->n * (size_t)v->s.n_units, sizeof *v->by_unit);
  v->applying = ni_arena_alloc(&v->arena, (size_t)v->n, sizeof *v->applying);
  enough = enough && v->leaves != NULL && v->nodes != NULL && v->values != NULL && v->ranks != NULL &&
           v->by_unit != NULL && v->applying != NULL;
  return enough ? NIEM_OK : ni_fail_memory(err);
}

/* --- what is asked --- */

static niem_status read_query(viewing *v, const niem_query *query, niem_error *err) {
  niem_query_init(&v->query);
  niem_status status = ni_options_read(&v->query, sizeof v->query, query, "query", err);
  if (status != NIEM_OK) {
    return status;
  }
  const char *set = v->query.index != NULL   ? "index"
                    : v->query.node != NULL  ? "node"
                    : v->query.level != NULL ? "level"
                    : v->query.bands != NULL ? "bands"
                                             : NULL;
  if (set != NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, set,
                   "has no part in the view by standards, which is made of the indicators themselves");
  }
  for (int32_t i = 0; i < v->framework->n_indexes; i++) { /* any index will do to resolve the rest of the query */
    v->query.index = v->scores->indexes[i].scored ? v->framework->indexes[i].id : v->query.index;
  }
  return ni_select(&v->s, v->scores, &v->query, 0, err);
}

static niem_status read_by(viewing *v, const niem_standards_options *options, niem_error *err) {
  niem_standards_options own;
  niem_standards_options_init(&own);
  const niem_status status = ni_options_read(&own, sizeof own, options, "options", err);
  if (status != NIEM_OK || own.by == NULL) {
    return status;
  }
  v->by_instrument = strcmp(own.by, "instrument") == 0;
  if (!v->by_instrument && strcmp(own.by, "ref") != 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "by", "is \"%.60s\"; it is one of ref, instrument", own.by);
  }
  return NIEM_OK;
}

/* --- public --- */

void niem_standards_options_init(niem_standards_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
  }
}

niem_status niem_standards(niem_table **out, const niem_scores *scores, const niem_query *query,
                           const niem_standards_options *options, niem_error *err) {
  niem_status status = NIEM_OK;
  ni_fpenv saved;
  viewing v;
  memset(&v, 0, sizeof v);
  if (out == NULL || scores == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "scores", "must not be NULL");
  }
  *out = NULL;
  ni_fpenv_enter(&saved);
  v.scores = scores;
  v.framework = scores->framework;
  NIEM_TRY(read_by(&v, options, err));
  NIEM_TRY(read_query(&v, query, err));
  NIEM_TRY(find_standards(&v, err));
  NIEM_TRY(make_room(&v, err));
  NIEM_TRY(ni_table_new(&v.table, "standards", err));
  make_columns(&v);
  NIEM_TRY(write_all(&v, err));
  NIEM_TRY(ni_table_finish(&v.table, err));
  *out = v.table;
  v.table = NULL;
cleanup:
  niem_table_free(v.table);
  ni_selection_free(&v.s);
  ni_arena_free(&v.arena);
  ni_fpenv_leave(&saved);
  return status;
}
