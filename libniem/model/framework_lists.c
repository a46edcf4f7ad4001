/* The lists of a framework: facets with their values, groups and merges, units, rounds, peer groups, legal instruments.
 */
#include "base/platform.h"

#include "base/number.h"
#include "model/framework_read.h"

#include <string.h>

/* Room for the entries of a list; n is set only where there is room. */
static void *entries(ni_reader *reader, const cJSON *list, size_t size, int32_t *n) {
  int32_t length = ni_list_length(list);
  void *room = ni_reader_alloc(reader, (size_t)length, size);
  *n = room == NULL ? 0 : length;
  return room;
}

static void read_value(ni_reader *reader, const cJSON *object, const ni_facet *parent, ni_facet_value *value) {
  ni_reader_keys(reader, object, "id label labels within aliases meta", NULL, 0);
  value->id = ni_reader_id(reader, object);
  ni_reader_label(reader, object, "label", "labels", &value->label);
  ni_reader_aliases(reader, object, &value->aliases);
  value->within = -1;
  const char *within = ni_reader_text(reader, object, "within", parent != NULL);
  if (within != NULL && parent == NULL) {
    ni_reader_error(reader, object, NIEM_ERROR_FORMAT, "a value is \"within\" another only where its facet is");
  } else if (within != NULL) {
    value->within = ni_names_find_id(&parent->names, within, strlen(within));
    if (value->within < 0) {
      ni_reader_error(reader, ni_reader_get(object, "within"), NIEM_ERROR_REFERENCE,
                      "\"%.60s\" is no value of facet \"%.60s\"", within, parent->id);
    }
  }
}

/* A facet's parent stands before it in the list, so facets cannot go round in a circle. */
static int32_t parent_facet(ni_reader *reader, const cJSON *object, const niem_framework *framework, int32_t before) {
  const char *within = ni_reader_text(reader, object, "within", 0);
  if (within == NULL) {
    return -1;
  }
  for (int32_t i = 0; i < before; i++) {
    if (framework->facets[i].id != NULL && strcmp(framework->facets[i].id, within) == 0) {
      return i;
    }
  }
  ni_reader_error(reader, ni_reader_get(object, "within"), NIEM_ERROR_REFERENCE,
                  "\"%.60s\" is no facet that stands before this one", within);
  return -1;
}

static int is_format_key(const char *id) {
  const char *found = strstr(ni_indicator_keys, id);
  size_t length = strlen(id);
  for (; found != NULL; found = strstr(found + 1, id)) {
    int starts = found == ni_indicator_keys || found[-1] == ' ';
    if (starts && (found[length] == ' ' || found[length] == '\0')) {
      return 1;
    }
  }
  static const char *const taken[] = {"index", "indicator",   "node",    "part", "kind",   "unit_of_measure", "worst",
                                      "best",  "conditional", "part_of", "only", "except", "direction",       "target"};
  for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) { /* words of tables and of levels */
    if (strcmp(id, taken[i]) == 0) {
      return 1;
    }
  }
  return 0;
}

static void read_facet(ni_reader *reader, const cJSON *object, niem_framework *framework, int32_t place) {
  ni_facet *facet = &framework->facets[place];
  ni_reader_keys(reader, object, "id label labels within values meta", NULL, 0);
  facet->id = ni_reader_id(reader, object);
  ni_reader_label(reader, object, "label", "labels", &facet->label);
  if (facet->id != NULL && is_format_key(facet->id)) {
    ni_reader_error(reader, ni_reader_get(object, "id"), NIEM_ERROR_VALUE,
                    "a facet may not be called \"%.60s\", which is a word of the format", facet->id);
  }
  facet->within = parent_facet(reader, object, framework, place);
  const cJSON *list = ni_reader_list(reader, object, "values", 1);
  facet->values = entries(reader, list, sizeof *facet->values, &facet->n_values);
  const ni_facet *parent = facet->within < 0 ? NULL : &framework->facets[facet->within];
  int32_t i = 0;
  for (const cJSON *item = list == NULL ? NULL : list->child; item != NULL && i < facet->n_values; item = item->next) {
    read_value(reader, item, parent, &facet->values[i++]);
  }
  if (facet->n_values > 0) {
    ni_reader_names(reader, list, &facet->names, &facet->values[0].id, &facet->values[0].aliases, facet->n_values,
                    sizeof *facet->values, "value");
  } else if (list != NULL) {
    ni_reader_error(reader, list, NIEM_ERROR_FORMAT, "a facet needs at least one value");
  }
}

void ni_read_facets(ni_reader *reader, const cJSON *root, niem_framework *framework) {
  const cJSON *list = ni_reader_list(reader, root, "facets", 0);
  if (ni_list_length(list) > NIEM_MAX_FACETS) {
    ni_reader_error(reader, list, NIEM_ERROR_LIMIT, "%d facets; at most %d are possible", ni_list_length(list),
                    NIEM_MAX_FACETS);
    return;
  }
  framework->facets = entries(reader, list, sizeof *framework->facets, &framework->n_facets);
  int32_t i = 0;
  for (const cJSON *item = list == NULL ? NULL : list->child; item != NULL && i < framework->n_facets;
       item = item->next) {
    read_facet(reader, item, framework, i++);
  }
  if (framework->n_facets > 0) {
    ni_reader_duplicates(reader, list, &framework->facets[0].id, framework->n_facets, sizeof *framework->facets,
                         "facet");
  }
}

/* The weight of a member in "weights", 1 where it is not named. */
static double member_weight(ni_reader *reader, const cJSON *weights, const char *member) {
  const cJSON *item = weights == NULL ? NULL : ni_reader_get(weights, member);
  return item == NULL ? 1 : ni_reader_weight(reader, item);
}

static void check_member_weights(ni_reader *reader, const cJSON *weights, const ni_group *group,
                                 const niem_framework *framework) {
  for (const cJSON *item = weights == NULL ? NULL : weights->child; item != NULL; item = item->next) {
    int found = 0;
    for (int32_t i = 0; i < group->n_members; i++) {
      found = found || strcmp(framework->groups[group->members[i]].id, item->string) == 0;
    }
    if (!found) {
      ni_reader_error(reader, item, NIEM_ERROR_REFERENCE, "\"%.60s\" is no member of this merge", item->string);
    }
  }
  double sum = 0; /* only compared with 0: weights are 0 or at least 1e-9 */
  for (int32_t i = 0; i < group->n_members; i++) {
    sum += group->weights[i];
  }
  if (group->n_members > 0 && sum == 0) {
    ni_reader_error(reader, weights, NIEM_ERROR_VALUE, "the weights of a merge may not all be 0");
  }
}

static void read_merge(ni_reader *reader, const cJSON *object, const niem_framework *framework, ni_group *group) {
  const char **ids;
  int32_t n = ni_reader_texts(reader, object, "merge", &ids);
  const cJSON *weights = ni_reader_get(object, "weights");
  group->members = ni_reader_alloc(reader, (size_t)n, sizeof *group->members);
  group->weights = ni_reader_alloc(reader, (size_t)n, sizeof *group->weights);
  group->common = ni_reader_word(reader, object, "over", "all common", 0);
  if (n < 2) {
    ni_reader_error(reader, ni_reader_get(object, "merge"), NIEM_ERROR_FORMAT, "a merge needs at least two groups");
  }
  for (int32_t i = 0; i < n && !reader->out_of_memory; i++) {
    int32_t member = ni_names_find_id(&framework->group_names, ids[i], strlen(ids[i]));
    member = member < framework->n_own_groups ? member : -1;
    for (int32_t k = 0; k < group->n_members; k++) {
      if (group->members[k] == member) {
        ni_reader_error(reader, ni_reader_get(object, "merge"), NIEM_ERROR_DUPLICATE, "group \"%.60s\" is merged twice",
                        ids[i]);
        return;
      }
    }
    if (member < 0) {
      ni_reader_error(reader, ni_reader_get(object, "merge"), NIEM_ERROR_REFERENCE,
                      "\"%.60s\" is no group that can be merged (merges of merges are not)", ids[i]);
      continue;
    }
    group->members[group->n_members] = member;
    group->weights[group->n_members] = member_weight(reader, weights, ids[i]);
    group->n_members++;
  }
  if (weights != NULL && !cJSON_IsObject(weights)) {
    ni_reader_error(reader, weights, NIEM_ERROR_FORMAT, "\"weights\" must be an object of numbers by group");
  } else if (!ni_reader_failed(reader)) {
    check_member_weights(reader, weights, group, framework);
  }
}

static void read_group(ni_reader *reader, const cJSON *object, ni_group *group) {
  ni_reader_keys(reader, object, "id label labels aliases merge over weights applies_if meta", NULL, 0);
  group->id = ni_reader_id(reader, object);
  ni_reader_label(reader, object, "label", "labels", &group->label);
  ni_reader_aliases(reader, object, &group->aliases);
  int merged = ni_reader_get(object, "merge") != NULL;
  if (!merged && (ni_reader_get(object, "over") != NULL || ni_reader_get(object, "weights") != NULL)) {
    ni_reader_error(reader, object, NIEM_ERROR_FORMAT, "\"over\" and \"weights\" belong to a merge of groups");
  }
  if (merged && ni_reader_get(object, "applies_if") != NULL) {
    ni_reader_error(reader, object, NIEM_ERROR_FORMAT, "\"applies_if\" belongs to the groups that are merged");
  }
}

/* A framework without groups has one, "all", which answers need not name. */
static void single_group(ni_reader *reader, niem_framework *framework) {
  framework->groups = ni_reader_alloc(reader, 1, sizeof *framework->groups);
  if (framework->groups != NULL) {
    framework->groups[0].id = "all";
    framework->n_groups = framework->n_own_groups = 1;
    ni_reader_names(reader, NULL, &framework->group_names, &framework->groups[0].id, NULL, 1, sizeof *framework->groups,
                    "group");
  }
}

void ni_read_groups(ni_reader *reader, const cJSON *root, niem_framework *framework) {
  const cJSON *list = ni_reader_list(reader, root, "groups", 0);
  int32_t n = ni_list_length(list);
  if (n == 0) {
    single_group(reader, framework);
    return;
  }
  if (n > NIEM_MAX_GROUPS) {
    ni_reader_error(reader, list, NIEM_ERROR_LIMIT, "%d groups; at most %d are possible", n, NIEM_MAX_GROUPS);
    return;
  }
  framework->groups = ni_reader_alloc(reader, (size_t)n, sizeof *framework->groups);
  if (framework->groups == NULL) {
    return;
  }
  int merges_begun = 0;
  int32_t i = 0;
  for (const cJSON *item = list->child; item != NULL; item = item->next, i++) {
    int merge = ni_reader_get(item, "merge") != NULL;
    if (merges_begun && !merge) {
      ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "groups stand before the merges of them");
    }
    merges_begun = merges_begun || merge;
    read_group(reader, item, &framework->groups[i]);
    framework->n_own_groups += !merge;
  }
  framework->n_groups = n;
  ni_reader_names(reader, list, &framework->group_names, &framework->groups[0].id, &framework->groups[0].aliases, n,
                  sizeof *framework->groups, "group");
  i = 0;
  for (const cJSON *item = list->child; item != NULL; item = item->next, i++) {
    if (ni_reader_get(item, "merge") != NULL) {
      read_merge(reader, item, framework, &framework->groups[i]);
    }
  }
  if (framework->n_own_groups == 0) {
    ni_reader_error(reader, list, NIEM_ERROR_FORMAT, "at least one group must be a group of its own");
  }
}

void ni_read_units(ni_reader *reader, const cJSON *root, niem_framework *framework) {
  const cJSON *list = ni_reader_list(reader, root, "units", 0);
  framework->units = entries(reader, list, sizeof *framework->units, &framework->n_units);
  int32_t i = 0;
  for (const cJSON *item = list == NULL ? NULL : list->child; item != NULL && i < framework->n_units;
       item = item->next) {
    ni_unit *unit = &framework->units[i++];
    ni_reader_keys(reader, item, "id label labels iso2 iso3 aliases meta", NULL, 0);
    unit->id = ni_reader_id(reader, item);
    unit->iso2 = ni_reader_text(reader, item, "iso2", 0);
    unit->iso3 = ni_reader_text(reader, item, "iso3", 0);
    ni_reader_label(reader, item, "label", "labels", &unit->label);
    ni_reader_aliases(reader, item, &unit->aliases);
  }
  if (framework->n_units > 0) {
    ni_reader_names(reader, list, &framework->unit_names, &framework->units[0].id, &framework->units[0].aliases,
                    framework->n_units, sizeof *framework->units, "unit");
  }
}

void ni_read_rounds(ni_reader *reader, const cJSON *root, niem_framework *framework) {
  const cJSON *list = ni_reader_list(reader, root, "rounds", 0);
  framework->rounds = entries(reader, list, sizeof *framework->rounds, &framework->n_rounds);
  int32_t i = 0;
  for (const cJSON *item = list == NULL ? NULL : list->child; item != NULL && i < framework->n_rounds;
       item = item->next) {
    ni_round *round = &framework->rounds[i++];
    ni_reader_keys(reader, item, "id label labels date aliases meta", NULL, 0);
    round->id = ni_reader_id(reader, item);
    round->date = ni_reader_date(reader, item, "date");
    ni_reader_label(reader, item, "label", "labels", &round->label);
    ni_reader_aliases(reader, item, &round->aliases);
  }
  if (framework->n_rounds > 0) {
    ni_reader_names(reader, list, &framework->round_names, &framework->rounds[0].id, &framework->rounds[0].aliases,
                    framework->n_rounds, sizeof *framework->rounds, "round");
  }
}

/* Which peer group holds a unit, for each set. */
typedef struct set_members {
  ni_dictionary sets, units;
  ni_dictionary pairs; /* a set and a unit, as the bytes of their two numbers */
  int32_t *holders;    /* the peer group, by pair */
} set_members;

/* A unit by its id, whatever it is called here. */
static const char *unit_id(const niem_framework *framework, const char *name) {
  const int32_t place = ni_find_unit(framework, name, NULL);
  return place < 0 ? name : framework->units[place].id;
}

static void enter_member(ni_reader *reader, const cJSON *item, const niem_framework *framework, set_members *members,
                         int32_t place, const char *unit) {
  const ni_peers *peers = &framework->peers[place];
  const int32_t pair[2] = {ni_dictionary_add(&members->sets, peers->set, strlen(peers->set)),
                           ni_dictionary_add(&members->units, unit, strlen(unit))};
  const int32_t before = ni_dictionary_count(&members->pairs);
  const int32_t number = ni_dictionary_add(&members->pairs, (const char *)pair, sizeof pair);
  if (pair[0] < 0 || pair[1] < 0 || number < 0) {
    reader->out_of_memory = 1;
  } else if (number == before) {
    members->holders[number] = place;
  } else if (members->holders[number] != place) {
    ni_reader_error(reader, ni_reader_get(item, "units"), NIEM_ERROR_DUPLICATE,
                    "unit \"%.60s\" is in \"%.60s\" and in \"%.60s\", two peer groups of set \"%.60s\"; a set puts a "
                    "unit into one",
                    unit, framework->peers[members->holders[number]].id, peers->id, peers->set);
  }
}

/* The peer groups of one set divide units among them. */
static void check_sets(ni_reader *reader, const cJSON *list, const niem_framework *framework) {
  set_members members;
  size_t room = 0;
  for (int32_t i = 0; i < framework->n_peers; i++) {
    room += (size_t)framework->peers[i].n_units;
  }
  ni_dictionary_init(&members.sets);
  ni_dictionary_init(&members.units);
  ni_dictionary_init(&members.pairs);
  members.holders = ni_reader_alloc(reader, room, sizeof *members.holders);
  int32_t i = 0;
  for (const cJSON *item = list->child; item != NULL && i < framework->n_peers; item = item->next, i++) {
    const ni_peers *peers = &framework->peers[i];
    for (int32_t u = 0; u < peers->n_units && peers->set != NULL && peers->id != NULL && !reader->out_of_memory; u++) {
      enter_member(reader, item, framework, &members, i, unit_id(framework, peers->units[u]));
    }
  }
  ni_dictionary_free(&members.sets);
  ni_dictionary_free(&members.units);
  ni_dictionary_free(&members.pairs);
}

void ni_read_peers(ni_reader *reader, const cJSON *root, niem_framework *framework) {
  const cJSON *list = ni_reader_list(reader, root, "peers", 0);
  framework->peers = entries(reader, list, sizeof *framework->peers, &framework->n_peers);
  int32_t i = 0;
  for (const cJSON *item = list == NULL ? NULL : list->child; item != NULL && i < framework->n_peers;
       item = item->next) {
    ni_peers *peers = &framework->peers[i++];
    ni_reader_keys(reader, item, "id set label labels units meta", NULL, 0);
    peers->id = ni_reader_id(reader, item);
    peers->set = ni_reader_text(reader, item, "set", 0);
    if (peers->set != NULL && peers->set[0] == '\0') {
      ni_reader_error(reader, ni_reader_get(item, "set"), NIEM_ERROR_VALUE,
                      "\"set\" is a name, not an empty text; leave it out where the group is of no set");
    }
    ni_reader_label(reader, item, "label", "labels", &peers->label);
    peers->n_units = ni_reader_texts(reader, item, "units", &peers->units);
    for (int32_t u = 0; u < peers->n_units && framework->closed; u++) {
      if (ni_find_unit(framework, peers->units[u], NULL) < 0) {
        ni_reader_error(reader, ni_reader_get(item, "units"), NIEM_ERROR_REFERENCE,
                        "\"%.60s\" is no unit of this framework, whose list is closed", peers->units[u]);
      }
    }
    if (peers->n_units == 0) {
      ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "a peer group needs \"units\", a list of their ids");
    }
  }
  if (framework->n_peers > 0) {
    ni_reader_duplicates(reader, list, &framework->peers[0].id, framework->n_peers, sizeof *framework->peers,
                         "peer group");
    check_sets(reader, list, framework);
  }
}

void ni_read_instruments(ni_reader *reader, const cJSON *root, niem_framework *framework) {
  const cJSON *list = ni_reader_list(reader, root, "instruments", 0);
  framework->instruments = entries(reader, list, sizeof *framework->instruments, &framework->n_instruments);
  int32_t i = 0;
  for (const cJSON *item = list == NULL ? NULL : list->child; item != NULL && i < framework->n_instruments;
       item = item->next) {
    ni_instrument *instrument = &framework->instruments[i++];
    ni_reader_keys(reader, item, "id label labels source valid_from valid_to meta", NULL, 0);
    instrument->id = ni_reader_text(reader, item, "id", 1); /* "2011/95/EU": a slash is part of the name */
    instrument->source = ni_reader_text(reader, item, "source", 0);
    instrument->valid_from = ni_reader_date(reader, item, "valid_from");
    instrument->valid_to = ni_reader_date(reader, item, "valid_to");
    ni_reader_label(reader, item, "label", "labels", &instrument->label);
  }
  if (framework->n_instruments > 0) {
    ni_reader_names(reader, list, &framework->instrument_names, &framework->instruments[0].id, NULL,
                    framework->n_instruments, sizeof *framework->instruments, "instrument");
  }
}
