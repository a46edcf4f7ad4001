/* Asking scores: a query's names resolved into places. */
#include "base/platform.h"

#include "base/fail.h"
#include "base/options.h"
#include "scoring/plan.h"

#include <stdio.h>
#include <string.h>

void niem_query_init(niem_query *query) {
  if (query != NULL) {
    memset(query, 0, sizeof *query);
    query->struct_size = (int64_t)sizeof *query;
  }
}

/* --- listing choices for messages --- */

typedef struct choices {
  char text[400];
} choices;

static void choice(choices *list, const char *id) {
  size_t used = strlen(list->text);
  (void)snprintf(list->text + used, sizeof list->text - used, "%s%s", used == 0 ? "" : ", ", id);
}

static choices index_choices(const niem_scores *scores) {
  choices list = {""};
  for (int32_t i = 0; i < scores->framework->n_indexes; i++) {
    if (scores->indexes[i].scored) {
      choice(&list, scores->framework->indexes[i].id);
    }
  }
  return list;
}

static choices group_choices(const niem_framework *framework) {
  choices list = {""};
  for (int32_t g = 0; g < framework->n_groups; g++) {
    choice(&list, framework->groups[g].id);
  }
  return list;
}

static choices round_choices(const niem_scores *scores) {
  choices list = {""};
  for (int32_t r = 0; r < scores->answers->n_rounds; r++) {
    choice(&list, scores->answers->rounds[r]);
  }
  return list;
}

/* --- index --- */

static int32_t only_index(const niem_scores *scores) {
  int32_t found = -1;
  for (int32_t i = 0; i < scores->framework->n_indexes; i++) {
    if (scores->indexes[i].scored) {
      if (found >= 0) {
        return -1;
      }
      found = i;
    }
  }
  return found;
}

static niem_status select_index(int32_t *out, const niem_scores *scores, const char *id, niem_error *err) {
  const niem_framework *framework = scores->framework;
  choices list = index_choices(scores);
  if (id != NULL) {
    *out = ni_find_index(framework, id);
    if (*out < 0 || !scores->indexes[*out].scored) {
      return ni_fail(err, NIEM_ERROR_REFERENCE, "index", "\"%.60s\" is no index of these scores; there are: %s", id,
                     list.text);
    }
    return NIEM_OK;
  }
  *out = framework->default_index;
  if (*out < 0 || !scores->indexes[*out].scored) {
    *out = only_index(scores);
  }
  if (*out < 0) {
    return ni_fail(err, NIEM_ERROR_AMBIGUOUS, "index", "name an index, since the framework has no default: %s",
                   list.text);
  }
  return NIEM_OK;
}

/* --- groups --- */

static niem_status select_groups(ni_selection *out, const niem_scores *scores, const char *id, niem_error *err) {
  const niem_framework *framework = scores->framework;
  out->groups = ni_arena_alloc(&out->arena, (size_t)framework->n_groups, sizeof *out->groups);
  if (out->groups == NULL) {
    return ni_fail_memory(err);
  }
  if (id != NULL && strcmp(id, "*") == 0) {
    for (int32_t g = 0; g < framework->n_groups; g++) {
      out->groups[out->n_groups++] = g;
    }
    return NIEM_OK;
  }
  int32_t group = id != NULL ? ni_find_group(framework, id, NULL) : framework->default_group;
  if (id == NULL && group < 0 && framework->n_groups == 1) {
    group = 0;
  }
  if (group < 0) {
    choices list = group_choices(framework);
    if (id != NULL) {
      return ni_fail(err, NIEM_ERROR_REFERENCE, "group", "\"%.60s\" is no group of this framework; there are: %s", id,
                     list.text);
    }
    return ni_fail(err, NIEM_ERROR_AMBIGUOUS, "group",
                   "name a group, since the framework has no default: %s, or * for all", list.text);
  }
  out->groups[out->n_groups++] = group;
  return NIEM_OK;
}

/* --- rounds --- */

niem_status ni_select_round(int32_t *out, const niem_scores *scores, const char *id, const char *where,
                            niem_error *err) {
  int32_t listed = ni_find_round(scores->framework, id, NULL);
  const char *own = listed < 0 ? id : scores->framework->rounds[listed].id;
  for (int32_t r = 0; r < scores->answers->n_rounds; r++) {
    if (strcmp(scores->answers->rounds[r], own) == 0) {
      *out = r;
      return NIEM_OK;
    }
  }
  choices list = round_choices(scores);
  return ni_fail(err, NIEM_ERROR_REFERENCE, where, "\"%.60s\" is no round of these scores; there are: %s", id,
                 list.text);
}

static niem_status select_rounds(ni_selection *out, const niem_scores *scores, const char *id, int one,
                                 niem_error *err) {
  int32_t n = scores->answers->n_rounds;
  out->rounds = ni_arena_alloc(&out->arena, (size_t)n, sizeof *out->rounds);
  if (out->rounds == NULL) {
    return ni_fail_memory(err);
  }
  if (id != NULL) {
    out->n_rounds = 1;
    return ni_select_round(&out->rounds[0], scores, id, "round", err);
  }
  if (one && n > 1) {
    choices list = round_choices(scores);
    return ni_fail(err, NIEM_ERROR_AMBIGUOUS, "round", "name a round: %s", list.text);
  }
  for (int32_t r = 0; r < n; r++) {
    out->rounds[out->n_rounds++] = r;
  }
  return NIEM_OK;
}

/* --- nodes --- */

static niem_status select_level(ni_selection *out, const ni_index *index, const char *level, niem_error *err) {
  choices list = {""};
  const char *last = NULL;
  for (int32_t i = 0; i < index->n_nodes; i++) {
    const char *own = index->nodes[i].level;
    if (strcmp(own, level) == 0) {
      out->nodes[out->n_nodes++] = i;
    }
    if (last == NULL || (strcmp(own, last) != 0 && strstr(list.text, own) == NULL)) {
      choice(&list, own);
      last = own;
    }
  }
  if (out->n_nodes == 0) {
    return ni_fail(err, NIEM_ERROR_REFERENCE, "level", "\"%.60s\" is no level of index \"%s\"; there are: %s", level,
                   index->id, list.text);
  }
  return NIEM_OK;
}

static niem_status select_nodes(ni_selection *out, const niem_scores *scores, const niem_query *query, int top,
                                niem_error *err) {
  const ni_index *index = &scores->framework->indexes[out->index];
  out->nodes = ni_arena_alloc(&out->arena, (size_t)index->n_nodes, sizeof *out->nodes);
  if (out->nodes == NULL) {
    return ni_fail_memory(err);
  }
  if (query->node != NULL && query->level != NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "level", "give a node or a level, not both");
  }
  if (query->node != NULL) {
    out->n_nodes = 1;
    return ni_find_node(&out->nodes[0], scores->framework, index, query->node, err);
  }
  if (query->level != NULL) {
    return select_level(out, index, query->level, err);
  }
  for (int32_t i = 0; i < (top ? 1 : index->n_nodes); i++) {
    if (index->nodes[i].leaf < 0) {
      out->nodes[out->n_nodes++] = i;
    }
  }
  return NIEM_OK;
}

/* --- units --- */

static int32_t find_unit(const niem_scores *scores, const char *id) {
  int32_t listed = ni_find_unit(scores->framework, id, NULL);
  const char *own = listed < 0 ? id : scores->framework->units[listed].id;
  return ni_dictionary_find(&scores->answers->unit_ids, own, strlen(own));
}

static niem_status mark_units(uint8_t *marked, const niem_scores *scores, const char *const *ids, int64_t n_ids,
                              int strict, const char *where, niem_error *err) {
  for (int64_t i = 0; i < n_ids; i++) {
    if (ids[i] == NULL) {
      return ni_fail(err, NIEM_ERROR_ARGUMENT, where, "entry %lld is NULL", (long long)i + 1);
    }
    int32_t unit = find_unit(scores, ids[i]);
    if (unit < 0 && strict) {
      return ni_fail(err, NIEM_ERROR_REFERENCE, where, "\"%.60s\" is no unit of these scores", ids[i]);
    }
    if (unit >= 0 && marked[unit] && strict) {
      return ni_fail(err, NIEM_ERROR_DUPLICATE, where, "unit \"%.60s\" is named twice", ids[i]);
    }
    if (unit >= 0) {
      marked[unit] = 1;
    }
  }
  return NIEM_OK;
}

static niem_status mark_peers(uint8_t *marked, const niem_scores *scores, const char *peers, const char *where,
                              niem_error *err) {
  const niem_framework *framework = scores->framework;
  int32_t place = ni_find_peers(framework, peers);
  if (place < 0) {
    choices list = {""};
    for (int32_t i = 0; i < framework->n_peers; i++) {
      choice(&list, framework->peers[i].id);
    }
    return ni_fail(err, NIEM_ERROR_REFERENCE, where, "\"%.60s\" is no peer group of this framework; there are: %s",
                   peers, framework->n_peers == 0 ? "none" : list.text);
  }
  return mark_units(marked, scores, framework->peers[place].units, framework->peers[place].n_units, 0, where, err);
}

niem_status ni_select_units(int32_t **out, int32_t *n, const niem_scores *scores, const char *const *ids, int64_t n_ids,
                            const char *peers, const char *where, ni_arena *arena, niem_error *err) {
  int32_t n_units = scores->answers->n_units;
  int32_t *places = ni_arena_alloc(arena, (size_t)n_units, sizeof *places);
  uint8_t *marked = ni_arena_alloc(arena, (size_t)n_units, 1);
  if (places == NULL || marked == NULL) {
    return ni_fail_memory(err);
  }
  if (ids != NULL && peers != NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, where, "give units or a peer group, not both");
  }
  if (n_ids < 0 || (ids != NULL && n_ids == 0) || (ids == NULL && n_ids > 0)) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, where, "a list of units has at least one");
  }
  niem_status status = NIEM_OK;
  if (ids != NULL) {
    status = mark_units(marked, scores, ids, n_ids, 1, where, err);
  } else if (peers != NULL) {
    status = mark_peers(marked, scores, peers, where, err);
  } else {
    memset(marked, 1, (size_t)n_units);
  }
  *n = 0;
  for (int32_t u = 0; u < n_units && status == NIEM_OK; u++) {
    if (marked[u]) {
      places[(*n)++] = u;
    }
  }
  if (status == NIEM_OK && *n == 0) {
    return ni_fail(err, NIEM_ERROR_REFERENCE, where, "none of the peer group's units is among these scores");
  }
  *out = places;
  return status;
}

/* --- the whole query --- */

/* The index's own name, and that of any other index, means its top: `niem_rank(scores, "overall")`. */
static void resolve_index_name(const niem_scores *scores, niem_query *query) {
  if (query->node != NULL && query->index == NULL) {
    int32_t index = ni_find_index(scores->framework, query->node);
    if (index >= 0 && scores->indexes[index].scored) {
      query->index = query->node;
    }
  }
}

static niem_status select_bands(ni_selection *out, const niem_scores *scores, const char *bands, niem_error *err) {
  out->bands = scores->method->bands;
  return bands == NULL ? NIEM_OK : ni_bands_read(&out->bands, &out->arena, bands, err);
}

niem_status ni_select(ni_selection *out, const niem_scores *scores, const niem_query *query, int flags,
                      niem_error *err) {
  niem_status status = NIEM_OK;
  niem_query own;
  memset(out, 0, sizeof *out);
  niem_query_init(&own);
  NIEM_TRY(ni_options_read(&own, sizeof own, query, "query", err));
  resolve_index_name(scores, &own);
  NIEM_TRY(select_index(&out->index, scores, own.index, err));
  NIEM_TRY(select_groups(out, scores, own.group, err));
  NIEM_TRY(select_rounds(out, scores, own.round, (flags & NI_ONE_ROUND) != 0, err));
  NIEM_TRY(select_nodes(out, scores, &own, (flags & NI_TOP_NODE) != 0, err));
  NIEM_TRY(ni_select_units(&out->units, &out->n_units, scores, own.units, own.n_units, own.peers,
                           own.peers == NULL ? "units" : "peers", &out->arena, err));
  NIEM_TRY(select_bands(out, scores, own.bands, err));
  NIEM_TRY(ni_plan_check_bands(scores->indexes[out->index].plan, out->bands, "bands", err));
cleanup:
  if (status != NIEM_OK) {
    ni_selection_free(out);
  }
  return status;
}

void ni_selection_free(ni_selection *selection) {
  ni_arena_free(&selection->arena);
  memset(selection, 0, sizeof *selection);
}

/* --- single scores --- */

int64_t ni_scores_row(const niem_scores *scores, int32_t unit, int32_t round) {
  const niem_answers *answers = scores->answers;
  int64_t low = 0;
  int64_t high = answers->n_pairs;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    int before = answers->pair_unit[middle] < unit ||
                 (answers->pair_unit[middle] == unit && answers->pair_round[middle] < round);
    if (before) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  int found = low < answers->n_pairs && answers->pair_unit[low] == unit && answers->pair_round[low] == round;
  return found ? low : -1;
}

static ni_node_value leaf_node_value(const niem_scores *scores, int64_t row, int32_t group, int32_t indicator) {
  ni_leaf leaf = ni_scores_leaf(scores, row, group, indicator);
  return ni_leaf_value(&leaf, ni_leaf_ends(scores->framework, scores->chain, indicator));
}

ni_node_value ni_merge_leaves(const ni_group *group, ni_node_value *members) {
  int common = 1;
  for (int32_t k = 0; k < group->n_members; k++) {
    common = common && members[k].state == NI_HAS_VALUE;
  }
  for (int32_t k = 0; k < group->n_members && group->common && !common; k++) {
    members[k].state = NI_NOT_APPLICABLE;
    members[k].n_applicable = members[k].n_answered = 0;
  }
  return ni_merge_values(group, members);
}

static ni_score leaf_score(const niem_scores *scores, int64_t row, int32_t group, int32_t indicator) {
  const ni_group *own = &scores->framework->groups[group];
  ni_node_value members[NIEM_MAX_GROUPS];
  if (own->n_members == 0) {
    members[0] = leaf_node_value(scores, row, group, indicator);
    return ni_publish(&members[0]);
  }
  for (int32_t k = 0; k < own->n_members; k++) {
    members[k] = leaf_node_value(scores, row, own->members[k], indicator);
  }
  const ni_node_value merged = ni_merge_leaves(own, members);
  return ni_publish(&merged);
}

ni_score ni_scores_at(const niem_scores *scores, int32_t index, int32_t node, int64_t row, int32_t group) {
  const ni_node *own = &scores->framework->indexes[index].nodes[node];
  if (own->leaf >= 0) {
    return leaf_score(scores, row, group, own->leaf);
  }
  return scores->indexes[index].scores[ni_scores_place(scores, own->inner, row, group)];
}
