/* A changed copy of a framework: its document is read again, what is dropped, added and weighed is written into the
 * tree, and the one parser makes a framework of it. Names are resolved in the framework as it is; those of weights
 * after what is dropped and added, since a weight may be given to what was just added. */
#include "base/platform.h"

#include "model/revised.h"

#include "base/buffer.h"
#include "base/dictionary.h"
#include "model/canonical.h"

#include <stdio.h>
#include <string.h>

static const char MARK[] = " (what if)";

/* --- the document --- */

static void short_of_memory(ni_changes *changes) {
  changes->reader.out_of_memory = 1;
}

static void remove_item(cJSON *holder, cJSON *item) {
  cJSON_Delete(cJSON_DetachItemViaPointer(holder, item));
}

static void remove_key(cJSON *object, const char *key) {
  cJSON *item = object == NULL ? NULL : cJSON_GetObjectItemCaseSensitive(object, key);
  if (item != NULL) {
    remove_item(object, item);
  }
}

/* A new item into an object or, without a key, at the end of a list. */
static void add_item(ni_changes *changes, cJSON *holder, const char *key, cJSON *item) {
  const int added =
      item != NULL && (key == NULL ? cJSON_AddItemToArray(holder, item) : cJSON_AddItemToObject(holder, key, item));
  if (!added) {
    cJSON_Delete(item);
    short_of_memory(changes);
  }
}

static void set_flag(ni_changes *changes, cJSON *object, const char *key, int flag) {
  remove_key(object, key);
  add_item(changes, object, key, cJSON_CreateBool(flag));
}

/* holder["weights"][key] = weight */
static void set_weight(ni_changes *changes, cJSON *holder, const char *key, double weight) {
  cJSON *weights = cJSON_GetObjectItemCaseSensitive(holder, "weights");
  if (weights == NULL) {
    add_item(changes, holder, "weights", cJSON_CreateObject());
    weights = cJSON_GetObjectItemCaseSensitive(holder, "weights");
  }
  if (weights != NULL) {
    remove_key(weights, key);
    add_item(changes, weights, key, cJSON_CreateNumber(weight));
  }
}

static cJSON *find_by_id(const cJSON *list, const char *id) {
  for (cJSON *item = list == NULL ? NULL : list->child; item != NULL; item = item->next) {
    if (strcmp(cJSON_GetObjectItemCaseSensitive(item, "id")->valuestring, id) == 0) {
      return item;
    }
  }
  return NULL;
}

static cJSON *get(const cJSON *object, const char *key) {
  return cJSON_GetObjectItemCaseSensitive(object, key);
}

static cJSON *nodes_of(const cJSON *index) {
  return get(index, "nodes");
}

/* Is a node the child of no other? */
static int is_top(const cJSON *nodes, const char *id) {
  for (const cJSON *node = nodes->child; node != NULL; node = node->next) {
    for (const cJSON *child = get(node, "children")->child; child != NULL; child = child->next) {
      if (strcmp(child->valuestring, id) == 0) {
        return 0;
      }
    }
  }
  return 1;
}

/* The object in the document of an explicit tree's inner node; the top may be called otherwise than the index. */
static cJSON *explicit_node(const cJSON *nodes, const ni_index *index, int32_t node) {
  if (node > 0) {
    return find_by_id(nodes, index->nodes[node].name);
  }
  for (cJSON *item = nodes->child; item != NULL; item = item->next) {
    if (is_top(nodes, get(item, "id")->valuestring)) {
      return item;
    }
  }
  return NULL;
}

/* --- reading what is dropped and added --- */

/* Is an indicator, or the composite that it is a part of, scored? */
static int in_use(const niem_framework *framework, int32_t indicator) {
  while (framework->indicators[indicator].part_of >= 0) {
    indicator = framework->indicators[indicator].part_of;
  }
  return framework->indicators[indicator].scored;
}

static void drop_node(ni_changes *changes, const cJSON *item) {
  const int32_t place = ni_changes_index(changes, item);
  const ni_index *index = place < 0 ? NULL : &changes->framework->indexes[place];
  int32_t top;
  niem_error problem;
  if (index == NULL) {
    return;
  }
  const niem_status status = ni_find_node(&top, changes->framework, index, item->valuestring, &problem);
  if (status == NIEM_ERROR_REFERENCE) {
    ni_reader_error(&changes->reader, item, status,
                    "\"%.60s\" is no indicator of framework %s and no node of its index \"%s\"; its tables "
                    "\"indicators\" and \"nodes\" list them",
                    item->valuestring, changes->framework->id, index->id);
  } else if (status != NIEM_OK) {
    ni_reader_error(&changes->reader, item, status, "%s", problem.message);
  } else { /* what is below a node stands right after it */
    for (int32_t i = top; i < index->n_nodes && (i == top || index->nodes[i].parent >= top); i++) {
      if (index->nodes[i].indicator >= 0) {
        changes->dropped[index->nodes[i].indicator] = 1;
      }
    }
  }
}

static void drop_named(ni_changes *changes, const cJSON *item) {
  if (!cJSON_IsString(item)) {
    ni_reader_error(&changes->reader, item, NIEM_ERROR_FORMAT,
                    "\"drop\" lists the ids of indicators and the names of nodes, as texts in quotes");
    return;
  }
  const int32_t found = ni_find_indicator(changes->framework, item->valuestring, NULL);
  if (found < 0) {
    drop_node(changes, item);
  } else if (!in_use(changes->framework, found)) {
    ni_reader_error(&changes->reader, item, NIEM_ERROR_VALUE,
                    "indicator \"%s\" is not scored; there is nothing to drop",
                    changes->framework->indicators[found].id);
  } else {
    changes->dropped[found] = 1;
  }
}

/* A composite all of whose parts are dropped is dropped too, and then perhaps the one that it is a part of. */
static void drop_empty_composites(ni_changes *changes) {
  const niem_framework *framework = changes->framework;
  for (int more = 1; more;) {
    more = 0;
    for (int32_t i = 0; i < framework->n_indicators; i++) {
      const ni_indicator *own = &framework->indicators[i];
      int32_t left = 0;
      for (int32_t k = 0; k < own->n_parts; k++) {
        left += !changes->dropped[own->parts[k]];
      }
      if (own->n_parts > 0 && left == 0 && !changes->dropped[i]) {
        changes->dropped[i] = 1;
        more = 1;
      }
    }
  }
}

/* The list under a key; NULL where there is none, or something else, which is told. */
static const cJSON *list_of(ni_changes *changes, const char *key) {
  const cJSON *list = ni_reader_get(changes->root, key);
  if (list != NULL && !cJSON_IsArray(list)) {
    ni_reader_error(&changes->reader, list, NIEM_ERROR_FORMAT, "\"%s\" must be a list", key);
    return NULL;
  }
  return list;
}

static void read_drop(ni_changes *changes) {
  const cJSON *list = list_of(changes, "drop");
  for (const cJSON *item = list == NULL ? NULL : list->child; item != NULL; item = item->next) {
    drop_named(changes, item);
  }
  drop_empty_composites(changes);
}

/* What an entry of "add" names: "X" or {"indicator": "X", "parent": "node"}; NULL where it is wrong, which is told. */
static const char *added_name(ni_changes *changes, const cJSON *item) {
  if (cJSON_IsString(item)) {
    return item->valuestring;
  }
  if (!cJSON_IsObject(item)) {
    ni_reader_error(&changes->reader, item, NIEM_ERROR_FORMAT,
                    "\"add\" lists the ids of indicators, or {\"indicator\": \"X\", \"parent\": \"a node\"}");
    return NULL;
  }
  ni_reader_keys(&changes->reader, item, "indicator parent", NULL, 0);
  return ni_reader_text(&changes->reader, item, "indicator", 1);
}

static void add_named(ni_changes *changes, const cJSON *item) {
  const niem_framework *framework = changes->framework;
  const char *name = added_name(changes, item);
  const int32_t found = name == NULL ? -1 : ni_find_indicator(framework, name, NULL);
  if (name == NULL) {
    return;
  }
  if (found < 0) {
    ni_reader_error(&changes->reader, item, NIEM_ERROR_REFERENCE,
                    "\"%.60s\" is no indicator of framework %s; its table \"indicators\" lists them", name,
                    framework->id);
  } else if (framework->indicators[found].part_of >= 0) {
    ni_reader_error(&changes->reader, item, NIEM_ERROR_VALUE,
                    "indicator \"%s\" is a part of \"%s\", with which it is scored or not",
                    framework->indicators[found].id, framework->indicators[framework->indicators[found].part_of].id);
  } else if (framework->indicators[found].scored) {
    ni_reader_error(&changes->reader, item, NIEM_ERROR_VALUE,
                    "indicator \"%s\" is scored already; only one with \"scored\": false can be added",
                    framework->indicators[found].id);
  } else if (changes->added[found]) {
    ni_reader_error(&changes->reader, item, NIEM_ERROR_DUPLICATE, "indicator \"%s\" is added twice",
                    framework->indicators[found].id);
  } else {
    changes->added[found] = 1;
  }
}

static void read_add(ni_changes *changes) {
  const cJSON *list = list_of(changes, "add");
  for (const cJSON *item = list == NULL ? NULL : list->child; item != NULL; item = item->next) {
    add_named(changes, item);
  }
}

/* --- writing it into the document --- */

static void cut_parts(const ni_changes *changes, cJSON *scale) {
  cJSON *parts = get(scale, "of");
  for (cJSON *part = parts->child, *next; part != NULL; part = next) {
    next = part->next;
    if (changes->dropped[ni_find_indicator(changes->framework, part->valuestring, NULL)]) {
      remove_key(get(scale, "weights"), part->valuestring);
      remove_item(parts, part);
    }
  }
}

static void write_indicators(ni_changes *changes, cJSON *document) {
  int32_t i = 0;
  for (cJSON *item = get(document, "indicators")->child; item != NULL; item = item->next, i++) {
    if (changes->dropped[i] || changes->added[i]) {
      set_flag(changes, item, "scored", changes->added[i]);
    }
    if (!changes->dropped[i] && changes->framework->indicators[i].n_parts > 0) {
      cut_parts(changes, get(item, "scale"));
    }
  }
}

static void cut_children(const ni_changes *changes, cJSON *nodes) {
  for (cJSON *node = nodes->child; node != NULL; node = node->next) {
    cJSON *children = get(node, "children");
    for (cJSON *child = children->child, *next; child != NULL; child = next) {
      next = child->next;
      const int32_t indicator = ni_find_indicator(changes->framework, child->valuestring, NULL);
      if (indicator >= 0 && changes->dropped[indicator]) {
        remove_key(get(node, "weights"), child->valuestring);
        remove_item(children, child);
      }
    }
  }
}

static cJSON *childless(const cJSON *nodes) {
  for (cJSON *node = nodes->child; node != NULL; node = node->next) {
    if (get(node, "children")->child == NULL) {
      return node;
    }
  }
  return NULL;
}

/* Nodes without children go, and with them perhaps the nodes above. */
static void cut_nodes(cJSON *nodes) {
  for (cJSON *empty = childless(nodes); empty != NULL; empty = childless(nodes)) {
    const char *id = get(empty, "id")->valuestring;
    for (cJSON *node = nodes->child; node != NULL; node = node->next) {
      cJSON *children = get(node, "children");
      remove_key(get(node, "weights"), id);
      for (cJSON *child = children->child, *next; child != NULL; child = next) {
        next = child->next;
        if (strcmp(child->valuestring, id) == 0) {
          remove_item(children, child);
        }
      }
    }
    remove_item(nodes, empty);
  }
}

/* An indicator below a node of an explicit tree. */
static void hang_added(ni_changes *changes, const cJSON *item, cJSON *nodes, const ni_index *index) {
  const char *parent = ni_reader_text(&changes->reader, item, "parent", 1);
  const int32_t found = ni_find_indicator(changes->framework, added_name(changes, item), NULL);
  niem_error problem;
  int32_t node;
  if (parent == NULL) {
    return;
  }
  if (ni_find_node(&node, changes->framework, index, parent, &problem) != NIEM_OK ||
      index->nodes[node].indicator >= 0) {
    ni_reader_error(&changes->reader, ni_reader_get(item, "parent"), NIEM_ERROR_REFERENCE,
                    "\"%.60s\" is no inner node of index \"%s\"; the framework's table \"nodes\" lists them", parent,
                    index->id);
    return;
  }
  add_item(changes, get(explicit_node(nodes, index, node), "children"), NULL,
           cJSON_CreateString(changes->framework->indicators[found].id));
}

/* Where an added indicator goes: by levels its facets say it, in an explicit tree the parent that is named. */
static void place_added(ni_changes *changes, cJSON *document, const cJSON *item) {
  const int32_t place = ni_changes_index(changes, item);
  if (place < 0) {
    return;
  }
  const ni_index *index = &changes->framework->indexes[place];
  cJSON *nodes = nodes_of(find_by_id(get(document, "indexes"), index->id));
  if (nodes != NULL && !cJSON_IsObject(item)) {
    ni_reader_error(&changes->reader, item, NIEM_ERROR_FORMAT,
                    "index \"%s\" lists its nodes; say below which one \"%.60s\" stands, by {\"indicator\": \"%.60s\", "
                    "\"parent\": \"a node\"}",
                    index->id, item->valuestring, item->valuestring);
  } else if (nodes != NULL) {
    hang_added(changes, item, nodes, index);
  } else if (cJSON_IsObject(item) && ni_reader_get(item, "parent") != NULL) {
    ni_reader_error(&changes->reader, ni_reader_get(item, "parent"), NIEM_ERROR_FORMAT,
                    "index \"%s\" is built by levels, so the facets of an indicator say where it stands; leave "
                    "\"parent\" out",
                    index->id);
  }
}

static void write_added(ni_changes *changes, cJSON *document) {
  const cJSON *list = ni_reader_get(changes->root, "add");
  for (const cJSON *item = list == NULL ? NULL : list->child; item != NULL; item = item->next) {
    place_added(changes, document, item);
  }
}

/* --- keys of "weights" and "overrides" that no node uses any more --- */

typedef struct named_keys {
  ni_dictionary names;
  uint8_t *used;
} named_keys;

/* The key that is for a node, as an index has it; -1. */
static int32_t find_key(const ni_dictionary *names, const ni_node *node) {
  const char *own[NI_NODE_NAMES];
  int32_t found = -1;
  ni_node_names(own, node);
  for (int i = 0; i < NI_NODE_NAMES && found < 0; i++) {
    found = ni_dictionary_find(names, own[i], strlen(own[i]));
  }
  return found;
}

static int takes_weight(const ni_index *index, int32_t node) {
  return node > 0 && strcmp(index->nodes[node].level, "part") != 0;
}

static void add_names(ni_changes *changes, ni_dictionary *names, const cJSON *object) {
  for (const cJSON *item = object->child; item != NULL; item = item->next) {
    if (ni_dictionary_add(names, item->string, strlen(item->string)) < 0) {
      short_of_memory(changes);
    }
  }
}

/* `alive`: of each node, whether it is still there; NULL: all are. */
static void prune_keys(ni_changes *changes, cJSON *object, const ni_index *index, const uint8_t *alive,
                       int of_weights) {
  ni_dictionary names;
  ni_dictionary_init(&names);
  add_names(changes, &names, object);
  uint8_t *used = ni_alloc_zero((size_t)ni_list_length(object), 1);
  if (used == NULL) {
    short_of_memory(changes);
  }
  for (int32_t i = 0; i < index->n_nodes && !changes->reader.out_of_memory; i++) {
    const int counts = of_weights ? takes_weight(index, i) : index->nodes[i].indicator < 0;
    const int32_t key = counts && (alive == NULL || alive[i]) ? find_key(&names, &index->nodes[i]) : -1;
    if (key >= 0) {
      used[key] = 1;
    }
  }
  int32_t place = 0;
  for (cJSON *item = object->child, *next; item != NULL && !changes->reader.out_of_memory; item = next) {
    next = item->next;
    if (!used[place++]) {
      remove_item(object, item);
    }
  }
  ni_free(used);
  ni_dictionary_free(&names);
}

static void prune_index(ni_changes *changes, cJSON *item, const ni_index *index, const uint8_t *alive) {
  cJSON *weights = get(item, "weights");
  cJSON *overrides = get(item, "overrides");
  if (weights != NULL) {
    prune_keys(changes, weights, index, alive, 1);
  }
  if (overrides != NULL) {
    prune_keys(changes, overrides, index, alive, 0);
  }
}

/* Which nodes of an index have a leaf left; whether the top has. */
static int mark_alive(const ni_changes *changes, const ni_index *index, uint8_t *alive) {
  memset(alive, 0, (size_t)index->n_nodes);
  for (int32_t i = index->n_nodes - 1; i >= 0; i--) { /* children stand after their parents */
    const int32_t indicator = index->nodes[i].indicator;
    alive[i] |= index->nodes[i].leaf >= 0;
    if (indicator >= 0 && changes->dropped[indicator]) {
      alive[i] = 0;
    }
    if (i > 0) {
      alive[index->nodes[i].parent] |= alive[i];
    }
  }
  return alive[0];
}

/* --- indexes after what is dropped and added --- */

/* Has the indicator one of the values that a filter ({"dimension": ["housing"]}) lists of a facet? */
static int has_listed(const niem_framework *framework, const cJSON *of_facet, int32_t indicator) {
  int32_t f = 0;
  while (strcmp(framework->facets[f].id, of_facet->string) != 0) { /* the parser knows it */
    f++;
  }
  const int32_t own = framework->indicators[indicator].facets[f];
  for (const cJSON *item = of_facet->child; item != NULL && own >= 0; item = item->next) {
    if (strcmp(framework->facets[f].values[own].id, item->valuestring) == 0) {
      return 1;
    }
  }
  return 0;
}

/* Would an indicator that is scored stand in an index by levels? */
static int is_let_in(const niem_framework *framework, const cJSON *index, int32_t indicator) {
  const cJSON *only = get(index, "only");
  const cJSON *except = get(index, "except");
  int in = 1;
  for (const cJSON *facet = only == NULL ? NULL : only->child; facet != NULL; facet = facet->next) {
    in = in && has_listed(framework, facet, indicator);
  }
  for (const cJSON *facet = except == NULL ? NULL : except->child; facet != NULL; facet = facet->next) {
    in = in && !has_listed(framework, facet, indicator);
  }
  return in;
}

static int is_joined(const ni_changes *changes, const cJSON *index) {
  for (int32_t i = 0; i < changes->framework->n_indicators; i++) {
    if (changes->added[i] && is_let_in(changes->framework, index, i)) {
      return 1;
    }
  }
  return 0;
}

static void write_index(ni_changes *changes, cJSON *item, const ni_index *index, uint8_t *alive, int *empty) {
  cJSON *nodes = nodes_of(item);
  const int some = mark_alive(changes, index, alive);
  *empty = nodes == NULL && !some && !is_joined(changes, item);
  if (nodes != NULL) {
    cut_children(changes, nodes);
    cut_nodes(nodes);
    *empty = nodes->child == NULL;
  } else if (!*empty) {
    prune_index(changes, item, index, alive);
  }
}

/* An index of which nothing is left goes, unless it is the one that is meant, or the last. */
static void write_indexes(ni_changes *changes, cJSON *document) {
  const niem_framework *framework = changes->framework;
  cJSON *list = get(document, "indexes");
  const cJSON *drop = ni_reader_get(changes->root, "drop");
  int32_t i = 0;
  for (cJSON *item = list == NULL ? NULL : list->child, *next; item != NULL; item = next, i++) {
    const ni_index *index = &framework->indexes[i];
    uint8_t *alive = ni_alloc((size_t)index->n_nodes, 1);
    int empty = 0;
    next = item->next;
    if (alive == NULL) {
      short_of_memory(changes);
      return;
    }
    write_index(changes, item, index, alive, &empty);
    ni_free(alive);
    const int last = list->child == item && next == NULL;
    if (empty && (i == changes->index || i == framework->default_index || last)) {
      ni_reader_error(&changes->reader, drop, NIEM_ERROR_TREE,
                      "nothing is left of index \"%s\"; keep at least one of its indicators", index->id);
    } else if (empty) {
      remove_item(list, item);
    }
  }
}

static void write_mark(ni_changes *changes, cJSON *document) {
  char id[256];
  const size_t length = strlen(changes->framework->id);
  const size_t mark = sizeof MARK - 1;
  if (length >= mark && strcmp(changes->framework->id + length - mark, MARK) == 0) {
    return; /* changed before */
  }
  /* An id has at most 200 bytes; a long one gives way. It may not be cut inside of a character. */
  size_t kept = length + mark > 200 ? 200 - mark : length;
  while (kept < length && ((unsigned char)changes->framework->id[kept] & 0xC0) == 0x80) {
    kept--;
  }
  (void)snprintf(id, sizeof id, "%.*s%s", (int)kept, changes->framework->id, MARK);
  remove_key(document, "id");
  add_item(changes, document, "id", cJSON_CreateString(id));
}

/* The framework of the document. What the parser refuses is told at `at`. */
static niem_status parse_document(niem_framework **out, ni_changes *changes, const cJSON *document, const cJSON *at,
                                  niem_error *err) {
  niem_status status = NIEM_OK;
  niem_buffer *text = NULL;
  niem_error problem;
  if (changes->reader.out_of_memory) {
    return ni_fail_memory(err);
  }
  NIEM_TRY(ni_canonical_json(&text, document, err));
  status = niem_framework_parse(out, NULL, niem_buffer_data(text), niem_buffer_size(text), &problem);
  if (status == NIEM_ERROR_MEMORY) {
    status = ni_fail_memory(err);
  } else if (status != NIEM_OK) {
    ni_reader_error(&changes->reader, at, status, "the changed framework would be wrong: %s", problem.message);
    status = NIEM_OK;
  }
cleanup:
  niem_buffer_free(text);
  return status;
}

/* What was added stands in some index, or the change would do nothing. */
static void check_added(ni_changes *changes, const niem_framework *changed) {
  const cJSON *list = ni_reader_get(changes->root, "add");
  for (const cJSON *item = list == NULL ? NULL : list->child; item != NULL; item = item->next) {
    const int32_t indicator = ni_find_indicator(changed, added_name(changes, item), NULL);
    int stands = 0;
    for (int32_t i = 0; i < changed->n_indexes && !stands; i++) {
      for (int32_t k = 0; k < changed->indexes[i].n_nodes && !stands; k++) {
        stands = changed->indexes[i].nodes[k].indicator == indicator;
      }
    }
    if (!stands) {
      ni_reader_error(&changes->reader, item, NIEM_ERROR_TREE,
                      "indicator \"%s\" would stand in no index; \"only\" or \"except\" of the indexes keep it out",
                      changed->indicators[indicator].id);
    }
  }
}

/* --- weights --- */

/* An indicator as the list of a parent calls it, perhaps by an alias. */
static const char *name_in_list(const niem_framework *framework, const cJSON *list, const ni_node *node) {
  for (const cJSON *item = list->child; item != NULL; item = item->next) {
    if (strcmp(item->valuestring, node->name) == 0 ||
        (node->indicator >= 0 && ni_find_indicator(framework, item->valuestring, NULL) == node->indicator)) {
      return item->valuestring;
    }
  }
  return node->name;
}

/* The weight of a node in the place where the document has it. */
static void write_weight(ni_changes *changes, cJSON *document, const niem_framework *named, const ni_index *index,
                         int32_t i, double weight) {
  const ni_node *node = &index->nodes[i];
  cJSON *item = find_by_id(get(document, "indexes"), index->id);
  const int32_t composite = index->nodes[node->parent].indicator;
  if (composite >= 0) {
    cJSON *scale = get(cJSON_GetArrayItem(get(document, "indicators"), composite), "scale");
    set_weight(changes, scale, name_in_list(named, get(scale, "of"), node), weight);
  } else if (nodes_of(item) != NULL) {
    cJSON *parent = explicit_node(nodes_of(item), index, node->parent);
    set_weight(changes, parent, name_in_list(named, get(parent, "children"), node), weight);
  } else {
    set_weight(changes, item, node->name, weight);
  }
}

static void report_unused_weights(ni_changes *changes, const cJSON *weights, const ni_index *index,
                                  const uint8_t *used) {
  int32_t place = 0;
  for (const cJSON *item = weights->child; item != NULL; item = item->next) {
    if (used[place++]) {
      continue;
    }
    if (strcmp(item->string, index->id) == 0) {
      ni_reader_error(&changes->reader, item, NIEM_ERROR_VALUE,
                      "\"%s\" is the top of the index, which has no weight; name nodes below it", index->id);
    } else {
      ni_reader_error(&changes->reader, item, NIEM_ERROR_REFERENCE,
                      "\"%.60s\" is no node of index \"%s\" after what is dropped and added; the framework's table "
                      "\"nodes\" lists them",
                      item->string, index->id);
    }
  }
}

/* The weights of the changes into the document, whose framework is `named` so far. */
static void write_weights(ni_changes *changes, cJSON *document, const niem_framework *named, const cJSON *weights) {
  const int32_t place = ni_find_index(named, changes->framework->indexes[changes->index].id);
  const ni_index *index = &named->indexes[place];
  ni_dictionary names;
  ni_dictionary_init(&names);
  add_names(changes, &names, weights);
  uint8_t *used = ni_reader_alloc(&changes->reader, (size_t)ni_list_length(weights), 1);
  for (int32_t i = 1; i < index->n_nodes && !changes->reader.out_of_memory; i++) {
    const int32_t key = find_key(&names, &index->nodes[i]);
    if (key >= 0) {
      const cJSON *item = cJSON_GetArrayItem(weights, key);
      used[key] = 1;
      write_weight(changes, document, named, index, i, item->valuedouble);
    }
  }
  cJSON *item = find_by_id(get(document, "indexes"), index->id);
  if (!changes->reader.out_of_memory) {
    report_unused_weights(changes, weights, index, used);
  }
  if (!changes->reader.out_of_memory && nodes_of(item) == NULL) {
    prune_index(changes, item, index, NULL);
  }
  ni_dictionary_free(&names);
}

/* The object of weights, each of which is one; NULL where there is none, or something wrong, which is told. */
static const cJSON *read_weights(ni_changes *changes) {
  const cJSON *weights = ni_reader_get(changes->root, "weights");
  if (weights == NULL) {
    return NULL;
  }
  if (!cJSON_IsObject(weights)) {
    ni_reader_error(&changes->reader, weights, NIEM_ERROR_FORMAT,
                    "\"weights\" must be an object of numbers by node, such as {\"dimension=housing\": 2}");
    return NULL;
  }
  for (const cJSON *item = weights->child; item != NULL; item = item->next) {
    (void)ni_reader_weight(&changes->reader, item);
  }
  return weights->child != NULL && ni_changes_index(changes, weights) >= 0 ? weights : NULL;
}

/* --- all of it --- */

static niem_status revise_document(niem_framework **out, ni_changes *changes, cJSON *document, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_framework *first = NULL;
  const cJSON *weights = read_weights(changes);
  const cJSON *drop = ni_reader_get(changes->root, "drop");
  const cJSON *at = drop == NULL ? ni_reader_get(changes->root, "add") : drop;
  write_indicators(changes, document);
  write_added(changes, document);
  write_indexes(changes, document);
  write_mark(changes, document);
  if (ni_reader_failed(&changes->reader)) {
    goto cleanup; /* told at the end */
  }
  if (weights == NULL || at != NULL) {
    NIEM_TRY(parse_document(&first, changes, document, at == NULL ? changes->root : at, err));
  }
  if (first != NULL) {
    check_added(changes, first);
  }
  if (weights != NULL && !ni_reader_failed(&changes->reader)) {
    write_weights(changes, document, first == NULL ? changes->framework : first, weights);
    niem_framework_free(first);
    first = NULL;
  }
  if (weights != NULL && !ni_reader_failed(&changes->reader)) {
    NIEM_TRY(parse_document(&first, changes, document, weights, err));
  }
  *out = first;
  first = NULL;
cleanup:
  niem_framework_free(first);
  return status;
}

niem_status ni_revise_framework(niem_framework **out, ni_changes *changes, niem_error *err) {
  niem_status status = NIEM_OK;
  const niem_buffer *text = changes->framework->json;
  ni_json *json = NULL;
  read_drop(changes);
  read_add(changes);
  if (ni_reader_failed(&changes->reader)) {
    (void)read_weights(changes);
    return NIEM_OK;
  }
  NIEM_TRY(ni_json_read(&json, niem_buffer_data(text), (size_t)niem_buffer_size(text), err));
  NIEM_TRY(revise_document(out, changes, (cJSON *)ni_json_root(json), err)); /* this tree is nobody else's */
cleanup:
  ni_json_free(json);
  return status;
}
