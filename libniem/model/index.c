/* Indexes: named trees over indicators, given as levels of facets or as an explicit list of nodes.
 * A composite indicator becomes an inner node whose children are its parts, so that coverage, bounds and explanations
 * go down to the answers by one rule. Nodes are laid out in pre-order. */
#include "base/platform.h"

#include "base/order.h"
#include "model/framework_read.h"

#include <stdio.h>
#include <string.h>

typedef struct builder {
  ni_reader *reader;
  const niem_framework *framework;
  const cJSON *object; /* the index in the document */
  ni_index *index;
  ni_node *nodes;
  double *own_weights; /* of each node in its parent */
  size_t capacity, weights_capacity;
  int32_t n;
  int32_t n_before;                  /* nodes of the indexes before it */
  ni_missing_rule missing;           /* of inner nodes, unless overridden */
  const ni_aggregation *aggregation; /* the same */
  uint8_t *used;                     /* indicators already in this index */
  int stopped;                       /* a limit or a shortage was met: build no further */
} builder;

static int32_t add_node(builder *b, int32_t parent, double weight) {
  if (b->stopped) {
    return -1;
  }
  int32_t depth = 0;
  for (int32_t up = parent; up >= 0; up = b->nodes[up].parent) {
    depth++;
  }
  if (b->n_before + b->n >= NIEM_MAX_NODES || depth > NIEM_MAX_TREE_DEPTH) {
    ni_reader_error(b->reader, b->object, NIEM_ERROR_LIMIT,
                    "all indexes together have at most %d nodes, at most %d deep", NIEM_MAX_NODES, NIEM_MAX_TREE_DEPTH);
    b->stopped = 1;
    return -1;
  }
  if (!ni_grow(&b->nodes, &b->capacity, (size_t)b->n + 1, sizeof *b->nodes) ||
      !ni_grow(&b->own_weights, &b->weights_capacity, (size_t)b->n + 1, sizeof *b->own_weights)) {
    b->reader->out_of_memory = 1;
    b->stopped = 1;
    return -1;
  }
  ni_node *node = &b->nodes[b->n];
  memset(node, 0, sizeof *node);
  node->parent = parent;
  node->indicator = node->leaf = node->inner = -1;
  node->missing = b->missing;
  node->aggregation = b->aggregation;
  b->own_weights[b->n] = weight;
  return b->n++;
}

/* A leaf, or for a composite an inner node with its parts below. */
static void add_indicator(builder *b, int32_t parent, int32_t place, double weight, const char *level) {
  const ni_indicator *indicator = &b->framework->indicators[place];
  int32_t n = add_node(b, parent, weight);
  if (n < 0) {
    return;
  }
  if (b->used[place]) {
    ni_reader_error(b->reader, b->object, NIEM_ERROR_TREE, "indicator \"%s\" stands twice in index \"%s\"",
                    indicator->id, b->index->id);
    b->stopped = 1;
    return;
  }
  if (strcmp(indicator->id, b->index->id) == 0) {
    ni_reader_error(b->reader, b->object, NIEM_ERROR_DUPLICATE,
                    "\"%.60s\" is an index and an indicator in it; rename the index", indicator->id);
  }
  b->used[place] = 1;
  b->nodes[n].name = b->nodes[n].alone = indicator->id;
  b->nodes[n].label = &indicator->label;
  b->nodes[n].level = level;
  b->nodes[n].indicator = place;
  if (indicator->scale.kind != NI_COMPOSITE) {
    b->nodes[n].leaf = place;
    return;
  }
  b->nodes[n].missing = indicator->missing;
  b->nodes[n].aggregation = indicator->aggregation;
  for (int32_t i = 0; i < indicator->n_parts; i++) {
    add_indicator(b, n, indicator->parts[i], indicator->part_weights[i], "part");
  }
}

/* --- by levels --- */

/* Is facet `outer` a parent, near or far, of facet `inner`? */
static int is_outer(const niem_framework *framework, int32_t outer, int32_t inner) {
  for (int32_t f = framework->facets[inner].within; f >= 0; f = framework->facets[f].within) {
    if (f == outer) {
      return 1;
    }
  }
  return 0;
}

/* "dimension=housing/step=law": the levels on the way, without those that a later one implies. */
static const char *level_name(builder *b, const int32_t *levels, const int32_t *values, int32_t depth) {
  size_t length = 1;
  for (int32_t k = 0; k < depth; k++) {
    const ni_facet *facet = &b->framework->facets[levels[k]];
    length += strlen(facet->id) + strlen(facet->values[values[k]].id) + 2;
  }
  char *name = ni_reader_alloc(b->reader, length, 1);
  char *end = name;
  for (int32_t k = 0; k < depth && name != NULL; k++) {
    int implied = 0;
    for (int32_t later = k + 1; later < depth; later++) {
      implied = implied || is_outer(b->framework, levels[k], levels[later]);
    }
    if (!implied) {
      const ni_facet *facet = &b->framework->facets[levels[k]];
      end += snprintf(end, length - (size_t)(end - name), "%s%s=%s", end == name ? "" : "/", facet->id,
                      facet->values[values[k]].id);
    }
  }
  return name;
}

typedef struct level_path {
  const int32_t *levels;
  int32_t n_levels;
  int32_t values[NIEM_MAX_TREE_DEPTH];
} level_path;

/* Members in the order of their values of one facet. */
typedef struct parting {
  const niem_framework *framework;
  const int32_t *members;
  int32_t facet;
} parting;

static int32_t value_of(const parting *p, int64_t i) {
  return p->framework->indicators[p->members[i]].facets[p->facet];
}

static int compare_values(int64_t a, int64_t b, const void *context) {
  const parting *p = context;
  return (value_of(p, a) > value_of(p, b)) - (value_of(p, a) < value_of(p, b));
}

/* 0 when memory is short. */
static int part_members(int32_t *out, const parting *p, int32_t n) {
  int64_t *order = ni_alloc((size_t)n, sizeof *order);
  for (int32_t i = 0; order != NULL && i < n; i++) {
    order[i] = i;
  }
  int parted = order != NULL && ni_sort_indices(order, n, compare_values, p);
  for (int32_t i = 0; parted && i < n; i++) {
    out[i] = p->members[order[i]];
  }
  ni_free(order);
  return parted;
}

/* The members of a node, `members[0 .. n)`, parted by the values of the next level; below the last level they are its
 * leaves. */
static void grow_levels(builder *b, int32_t parent, const int32_t *members, int32_t n, level_path *path,
                        int32_t depth) {
  if (depth == path->n_levels) {
    for (int32_t i = 0; i < n && !b->stopped; i++) {
      add_indicator(b, parent, members[i], 1, "indicator");
    }
    return;
  }
  parting p = {b->framework, members, path->levels[depth]};
  const ni_facet *facet = &b->framework->facets[p.facet];
  int32_t *parted = ni_alloc((size_t)n, sizeof *parted);
  if (parted == NULL || !part_members(parted, &p, n)) {
    b->reader->out_of_memory = b->stopped = 1;
  }
  p.members = parted;
  for (int32_t from = 0, to; from < n && !b->stopped; from = to) {
    const int32_t v = value_of(&p, from);
    for (to = from + 1; to < n && value_of(&p, to) == v; to++) {
    }
    int32_t node = add_node(b, parent, 1);
    if (node >= 0) {
      path->values[depth] = v;
      b->nodes[node].name = level_name(b, path->levels, path->values, depth + 1);
      b->nodes[node].alone = facet->values[v].id;
      b->nodes[node].label = &facet->values[v].label;
      b->nodes[node].level = facet->id;
      b->stopped |= b->reader->out_of_memory;
      grow_levels(b, node, parted + from, to - from, path, depth + 1);
    }
  }
  ni_free(parted);
}

static int32_t facet_by_id(const niem_framework *framework, const char *id) {
  for (int32_t f = 0; f < framework->n_facets; f++) {
    if (strcmp(framework->facets[f].id, id) == 0) {
      return f;
    }
  }
  return -1;
}

/* {"dimension": ["housing", ...], "step": [...]}: of each facet that is named, which values are. */
typedef struct filter {
  uint8_t *marks[NIEM_MAX_FACETS];
} filter;

static void mark_values(builder *b, const cJSON *object, const cJSON *item, int32_t f, filter *out) {
  const ni_facet *facet = &b->framework->facets[f];
  const char **values;
  int32_t n = ni_reader_texts(b->reader, object, item->string, &values);
  out->marks[f] = ni_reader_alloc(b->reader, (size_t)facet->n_values, 1);
  for (int32_t i = 0; i < n && out->marks[f] != NULL; i++) {
    int32_t v = ni_names_find_id(&facet->names, values[i], strlen(values[i]));
    if (v < 0) {
      ni_reader_error(b->reader, item, NIEM_ERROR_REFERENCE, "\"%.60s\" is no value of facet \"%s\"", values[i],
                      facet->id);
    } else {
      out->marks[f][v] = 1;
    }
  }
}

static filter read_filter(builder *b, const char *key) {
  filter out;
  memset(&out, 0, sizeof out);
  const cJSON *object = ni_reader_get(b->object, key);
  if (object != NULL && !cJSON_IsObject(object)) {
    ni_reader_error(b->reader, object, NIEM_ERROR_FORMAT,
                    "\"%s\" must be an object such as {\"dimension\": [\"housing\"]}", key);
    return out;
  }
  for (const cJSON *item = object == NULL ? NULL : object->child; item != NULL; item = item->next) {
    int32_t f = facet_by_id(b->framework, item->string);
    if (f < 0) {
      ni_reader_error(b->reader, item, NIEM_ERROR_REFERENCE, "\"%.60s\" is no facet of this framework", item->string);
    } else {
      mark_values(b, object, item, f, &out);
    }
  }
  return out;
}

/* Is the indicator within "only", in each facet that it names, and not within "except" in any? */
static int is_chosen(const builder *b, const filter *only, const filter *except, const ni_indicator *indicator) {
  for (int32_t f = 0; f < b->framework->n_facets; f++) {
    const int32_t own = indicator->facets[f];
    if ((only->marks[f] != NULL && (own < 0 || !only->marks[f][own])) ||
        (except->marks[f] != NULL && own >= 0 && except->marks[f][own])) {
      return 0;
    }
  }
  return 1;
}

/* The indicators of an index by levels: scored, no part of a composite, chosen. */
static int32_t choose_members(builder *b, const level_path *path, int32_t *members) {
  const filter only = read_filter(b, "only");
  const filter except = read_filter(b, "except");
  int32_t n = 0;
  for (int32_t i = 0; i < b->framework->n_indicators; i++) {
    const ni_indicator *indicator = &b->framework->indicators[i];
    if (!indicator->scored || indicator->part_of >= 0 || !is_chosen(b, &only, &except, indicator)) {
      continue;
    }
    for (int32_t k = 0; k < path->n_levels; k++) {
      if (indicator->facets[path->levels[k]] < 0) {
        ni_reader_error(
            b->reader, b->object, NIEM_ERROR_TREE,
            "indicator \"%s\" has no %s, by which index \"%s\" is built; give it one, or leave it out by \"except\"",
            indicator->id, b->framework->facets[path->levels[k]].id, b->index->id);
        b->stopped = 1;
      }
    }
    members[n++] = i;
  }
  return n;
}

static int read_levels(builder *b, int32_t *levels) {
  const char **ids;
  int32_t n = ni_reader_texts(b->reader, b->object, "levels", &ids);
  if (n > NIEM_MAX_TREE_DEPTH - 2) {
    ni_reader_error(b->reader, b->object, NIEM_ERROR_LIMIT, "at most %d levels are possible", NIEM_MAX_TREE_DEPTH - 2);
    return -1;
  }
  for (int32_t k = 0; k < n; k++) {
    levels[k] = facet_by_id(b->framework, ids[k]);
    if (levels[k] < 0) {
      ni_reader_error(b->reader, ni_reader_get(b->object, "levels"), NIEM_ERROR_REFERENCE,
                      "\"%.60s\" is no facet of this framework", ids[k]);
      return -1;
    }
    for (int32_t before = 0; before < k; before++) {
      if (levels[before] == levels[k] || is_outer(b->framework, levels[k], levels[before])) {
        ni_reader_error(b->reader, ni_reader_get(b->object, "levels"), NIEM_ERROR_TREE,
                        "level \"%s\" may not stand below \"%s\"", ids[k], ids[before]);
        return -1;
      }
    }
  }
  return n;
}

static void build_levels(builder *b) {
  int32_t levels[NIEM_MAX_TREE_DEPTH];
  level_path path = {.levels = levels, .n_levels = read_levels(b, levels)};
  int32_t *members = ni_alloc((size_t)b->framework->n_indicators, sizeof *members);
  if (members == NULL) {
    b->reader->out_of_memory = 1;
  } else if (path.n_levels >= 0) {
    int32_t n = choose_members(b, &path, members);
    if (!b->stopped) {
      grow_levels(b, 0, members, n, &path, 0);
    }
  }
  ni_free(members);
}

/* --- objects keyed by names --- */

/* The entries of an object keyed by the names of nodes or children, and which of them were used. */
typedef struct named_items {
  ni_dictionary keys;
  const cJSON **items;
  uint8_t *used;
} named_items;

/* 1 where there is any entry. Closed by close_named in any case. */
static int open_named(builder *b, const cJSON *holder, const char *key, named_items *named) {
  memset(named, 0, sizeof *named);
  ni_dictionary_init(&named->keys);
  const cJSON *object = ni_reader_get(holder, key);
  if (object != NULL && !cJSON_IsObject(object)) {
    ni_reader_error(b->reader, object, NIEM_ERROR_FORMAT, "\"%s\" must be an object keyed by the names of nodes", key);
    object = NULL;
  }
  int32_t n = ni_list_length(object);
  named->items = ni_reader_alloc(b->reader, (size_t)n, sizeof *named->items);
  named->used = ni_reader_alloc(b->reader, (size_t)n, 1);
  for (const cJSON *item = object == NULL ? NULL : object->child; item != NULL && !b->reader->out_of_memory;
       item = item->next) {
    int32_t place = ni_dictionary_add(&named->keys, item->string, strlen(item->string));
    if (place < 0) {
      b->reader->out_of_memory = 1;
    } else {
      named->items[place] = item;
    }
  }
  return n > 0 && !b->reader->out_of_memory;
}

/* The entry under a name; NULL. */
static const cJSON *use_named(const named_items *named, const char *name) {
  int32_t place = ni_dictionary_find(&named->keys, name, strlen(name));
  if (place < 0) {
    return NULL;
  }
  named->used[place] = 1;
  return named->items[place];
}

/* Entries that nobody used are errors: they are no `what` ("node of index") of `whose`. */
static void close_named(builder *b, named_items *named, const char *what, const char *whose) {
  for (int32_t i = 0; i < ni_dictionary_count(&named->keys) && !b->reader->out_of_memory && !b->stopped; i++) {
    if (!named->used[i]) {
      ni_reader_error(b->reader, named->items[i], NIEM_ERROR_REFERENCE, "\"%.60s\" is no %s \"%s\"",
                      ni_dictionary_text(&named->keys, i), what, whose);
    }
  }
  ni_dictionary_free(&named->keys);
}

/* --- by explicit nodes --- */

typedef struct explicit_node {
  const cJSON *object;
  const char *id;
  ni_label *label;
  const char **children;
  int32_t n_children;
  int32_t parent; /* -1 so far */
  int32_t placed;
} explicit_node;

typedef struct explicit_tree {
  explicit_node *nodes;
  int32_t n;
  ni_dictionary ids;
} explicit_tree;

static void read_explicit_node(builder *b, const cJSON *object, explicit_tree *tree) {
  explicit_node *node = &tree->nodes[tree->n];
  ni_reader_keys(b->reader, object, "id label labels children weights aggregation missing meta", NULL, 0);
  node->object = object;
  node->parent = -1;
  node->id = ni_reader_id(b->reader, object);
  node->label = ni_reader_alloc(b->reader, 1, sizeof *node->label);
  if (node->label != NULL) {
    ni_reader_label(b->reader, object, "label", "labels", node->label);
  }
  node->n_children = ni_reader_texts(b->reader, object, "children", &node->children);
  if (node->n_children == 0) {
    ni_reader_error(b->reader, object, NIEM_ERROR_TREE, "a node needs \"children\", a list of nodes and indicators");
  }
  int32_t before = tree->n;
  int32_t place = node->id == NULL ? -1 : ni_dictionary_add(&tree->ids, node->id, strlen(node->id));
  if (node->id != NULL && place < 0) {
    b->reader->out_of_memory = 1;
  } else if (node->id != NULL && place < before) {
    ni_reader_error(b->reader, object, NIEM_ERROR_DUPLICATE, "node \"%.60s\" is given twice", node->id);
  }
  tree->n++;
}

/* Who is whose child: each node at most once, or the index is no tree. */
static void link_children(builder *b, explicit_tree *tree) {
  for (int32_t i = 0; i < tree->n; i++) {
    explicit_node *node = &tree->nodes[i];
    for (int32_t k = 0; k < node->n_children; k++) {
      int32_t child = ni_dictionary_find(&tree->ids, node->children[k], strlen(node->children[k]));
      int32_t indicator = ni_find_indicator(b->framework, node->children[k], NULL);
      if (child >= 0 && indicator >= 0) {
        ni_reader_error(b->reader, node->object, NIEM_ERROR_AMBIGUOUS,
                        "\"%.60s\" is a node and an indicator; rename the node", node->children[k]);
      } else if (child >= 0 && tree->nodes[child].parent >= 0) {
        ni_reader_error(b->reader, node->object, NIEM_ERROR_TREE,
                        "node \"%.60s\" has two parents, \"%.60s\" and \"%.60s\"", node->children[k],
                        tree->nodes[tree->nodes[child].parent].id, node->id);
      } else if (child >= 0) {
        tree->nodes[child].parent = i;
      } else if (indicator < 0) {
        ni_reader_error(b->reader, node->object, NIEM_ERROR_REFERENCE,
                        "\"%.60s\" is neither a node of this index nor an indicator", node->children[k]);
      }
    }
  }
}

static void place_explicit(builder *b, explicit_tree *tree, int32_t i, int32_t at) {
  explicit_node *node = &tree->nodes[i];
  named_items weights;
  (void)open_named(b, node->object, "weights", &weights);
  node->placed = 1;
  if (node->label != NULL && node->label->n > 0) { /* a top without a label keeps the index's */
    b->nodes[at].label = node->label;
  }
  b->nodes[at].aggregation = ni_read_aggregation(b->reader, node->object);
  ni_reader_missing_rule(b->reader, node->object, "missing", &b->nodes[at].missing);
  for (int32_t k = 0; k < node->n_children && !b->stopped; k++) {
    const cJSON *given = use_named(&weights, node->children[k]);
    double weight = given == NULL ? 1 : ni_reader_weight(b->reader, given);
    int32_t child = ni_dictionary_find(&tree->ids, node->children[k], strlen(node->children[k]));
    int32_t indicator = ni_find_indicator(b->framework, node->children[k], NULL);
    if (child >= 0 && strcmp(tree->nodes[child].id, b->index->id) == 0) {
      ni_reader_error(b->reader, tree->nodes[child].object, NIEM_ERROR_DUPLICATE,
                      "\"%.60s\" is the index's own name, which means its top; rename the node", b->index->id);
    } else if (child >= 0) {
      int32_t place = add_node(b, at, weight);
      if (place >= 0) {
        b->nodes[place].name = b->nodes[place].alone = tree->nodes[child].id;
        b->nodes[place].level = "node";
        place_explicit(b, tree, child, place);
      }
    } else if (b->framework->indicators[indicator].part_of >= 0) {
      ni_reader_error(b->reader, node->object, NIEM_ERROR_TREE,
                      "indicator \"%.60s\" has two parents: it is a part of composite \"%s\" already",
                      node->children[k], b->framework->indicators[b->framework->indicators[indicator].part_of].id);
    } else if (!b->framework->indicators[indicator].scored) {
      ni_reader_error(b->reader, node->object, NIEM_ERROR_TREE,
                      "indicator \"%.60s\" is not scored, so it cannot stand in an index", node->children[k]);
    } else {
      add_indicator(b, at, indicator, weight, "indicator");
    }
  }
  close_named(b, &weights, "child of node", node->id);
}

static void place_tree(builder *b, explicit_tree *tree) {
  int32_t top = -1;
  for (int32_t i = 0; i < tree->n; i++) {
    if (tree->nodes[i].parent < 0 && top < 0) {
      top = i;
    } else if (tree->nodes[i].parent < 0) {
      ni_reader_error(b->reader, tree->nodes[i].object, NIEM_ERROR_TREE,
                      "two tops, \"%.60s\" and \"%.60s\": one node must be above all others", tree->nodes[top].id,
                      tree->nodes[i].id);
      return;
    }
  }
  if (top < 0) {
    ni_reader_error(b->reader, b->object, NIEM_ERROR_TREE, "every node is a child of another: a cycle");
    return;
  }
  place_explicit(b, tree, top, 0);
  for (int32_t i = 0; i < tree->n && !b->stopped; i++) {
    if (!tree->nodes[i].placed) {
      ni_reader_error(b->reader, tree->nodes[i].object, NIEM_ERROR_TREE,
                      "node \"%.60s\" hangs in a cycle and never reaches the top", tree->nodes[i].id);
      return;
    }
  }
}

static void build_explicit(builder *b) {
  const cJSON *list = ni_reader_list(b->reader, b->object, "nodes", 1);
  explicit_tree tree = {.nodes = NULL};
  ni_dictionary_init(&tree.ids);
  int32_t n = ni_list_length(list);
  tree.nodes = ni_alloc_zero((size_t)n, sizeof *tree.nodes);
  if (tree.nodes == NULL) {
    b->reader->out_of_memory = 1;
  } else if (n == 0) {
    ni_reader_error(b->reader, b->object, NIEM_ERROR_TREE, "an index needs at least one node");
  } else {
    for (const cJSON *item = list->child; item != NULL; item = item->next) {
      read_explicit_node(b, item, &tree);
    }
    if (!ni_reader_failed(b->reader)) {
      link_children(b, &tree);
    }
    if (!ni_reader_failed(b->reader)) {
      place_tree(b, &tree);
    }
  }
  ni_dictionary_free(&tree.ids);
  ni_free(tree.nodes);
}

/* --- weights and overrides by name --- */

void ni_node_names(const char *names[NI_NODE_NAMES], const ni_node *node) {
  const char *slash = strrchr(node->name, '/');
  names[0] = node->name;
  names[1] = slash == NULL ? node->name : slash + 1;
  names[2] = node->alone;
}

/* The entry for a node; NULL. */
static const cJSON *named_item(const named_items *named, const ni_node *node) {
  const char *names[NI_NODE_NAMES];
  const cJSON *item = NULL;
  ni_node_names(names, node);
  for (int i = 0; i < NI_NODE_NAMES && item == NULL; i++) {
    item = use_named(named, names[i]);
  }
  return item;
}

static void read_level_weights(builder *b) {
  named_items named;
  if (open_named(b, b->object, "weights", &named)) {
    for (int32_t i = 1; i < b->n; i++) {
      const cJSON *item = strcmp(b->nodes[i].level, "part") == 0 ? NULL : named_item(&named, &b->nodes[i]);
      if (item != NULL) {
        b->own_weights[i] = ni_reader_weight(b->reader, item);
      }
    }
  }
  close_named(b, &named, "node of index", b->index->id);
}

static void read_overrides(builder *b) {
  named_items named;
  if (open_named(b, b->object, "overrides", &named)) {
    for (int32_t i = 0; i < b->n; i++) {
      const cJSON *item = b->nodes[i].indicator >= 0 ? NULL : named_item(&named, &b->nodes[i]);
      if (item != NULL && cJSON_IsObject(item)) {
        ni_reader_keys(b->reader, item, "aggregation missing", NULL, 0);
        if (ni_reader_get(item, "aggregation") != NULL) {
          b->nodes[i].aggregation = ni_read_aggregation(b->reader, item);
        }
        ni_reader_missing_rule(b->reader, item, "missing", &b->nodes[i].missing);
      } else if (item != NULL) {
        ni_reader_error(b->reader, item, NIEM_ERROR_FORMAT,
                        "an override is an object with \"missing\" or \"aggregation\"");
      }
    }
  }
  close_named(b, &named, "node of index", b->index->id);
}

/* --- the finished tree --- */

static void hang_children(builder *b, ni_index *index) {
  int32_t *counts = ni_reader_alloc(b->reader, (size_t)b->n, sizeof *counts);
  if (counts == NULL) {
    return;
  }
  for (int32_t i = 1; i < b->n; i++) {
    index->nodes[index->nodes[i].parent].n_children++;
  }
  for (int32_t i = 0; i < b->n; i++) {
    ni_node *node = &index->nodes[i];
    node->children = ni_reader_alloc(b->reader, (size_t)node->n_children, sizeof *node->children);
    node->weights = ni_reader_alloc(b->reader, (size_t)node->n_children, sizeof *node->weights);
    if (b->reader->out_of_memory) {
      return;
    }
    if (i > 0) {
      ni_node *parent = &index->nodes[node->parent];
      parent->children[counts[node->parent]] = i;
      parent->weights[counts[node->parent]++] = b->own_weights[i];
    }
  }
}

static void check_weights(builder *b, ni_index *index) {
  for (int32_t i = 0; i < index->n_nodes; i++) {
    ni_node *node = &index->nodes[i];
    double sum = 0;
    node->equal = 1;
    for (int32_t k = 0; k < node->n_children; k++) {
      sum += node->weights[k];
      node->equal = node->equal && node->weights[k] == 1;
    }
    if (node->n_children > 0 && sum == 0) {
      ni_reader_error(b->reader, b->object, NIEM_ERROR_VALUE, "the weights of the children of \"%.60s\" are all 0",
                      node->name);
    }
  }
}

static void number_nodes(builder *b, ni_index *index) {
  for (int32_t i = 0; i < index->n_nodes; i++) {
    index->n_leaves += index->nodes[i].leaf >= 0;
    index->n_inner += index->nodes[i].leaf < 0;
  }
  index->inner = ni_reader_alloc(b->reader, (size_t)index->n_inner, sizeof *index->inner);
  int32_t inner = 0;
  for (int32_t i = 0; i < index->n_nodes && index->inner != NULL; i++) {
    if (index->nodes[i].leaf < 0) {
      index->inner[inner] = i;
      index->nodes[i].inner = inner++;
    }
  }
}

static void finish_index(builder *b) {
  ni_index *index = b->index;
  index->nodes = ni_reader_alloc(b->reader, (size_t)b->n, sizeof *index->nodes);
  if (index->nodes == NULL) {
    return;
  }
  memcpy(index->nodes, b->nodes, (size_t)b->n * sizeof *index->nodes);
  index->n_nodes = b->n;
  hang_children(b, index);
  if (!b->reader->out_of_memory) {
    check_weights(b, index);
    number_nodes(b, index);
  }
  if (index->n_leaves == 0) {
    ni_reader_error(b->reader, b->object, NIEM_ERROR_TREE, "index \"%s\" has no scored indicator", index->id);
  }
}

static void read_index(ni_reader *reader, const cJSON *object, const niem_framework *framework, ni_index *index) {
  builder b = {.reader = reader, .framework = framework, .object = object, .index = index};
  for (const ni_index *before = framework->indexes; before < index; before++) {
    b.n_before += before->n_nodes;
  }
  int by_nodes = ni_reader_get(object, "nodes") != NULL;
  ni_reader_keys(reader, object,
                 by_nodes ? "id label labels nodes missing meta"
                          : "id label labels levels only except weights overrides aggregation missing meta",
                 NULL, 0);
  index->id = ni_reader_id(reader, object);
  ni_reader_label(reader, object, "label", "labels", &index->label);
  ni_reader_missing_rule(reader, object, "missing", &b.missing);
  b.aggregation = by_nodes ? NULL : ni_read_aggregation(reader, object);
  b.used = ni_alloc_zero((size_t)framework->n_indicators, 1);
  int32_t top = b.used == NULL || index->id == NULL ? -1 : add_node(&b, -1, 1);
  if (b.used == NULL) {
    reader->out_of_memory = 1;
  }
  if (top >= 0) {
    b.nodes[0].name = b.nodes[0].alone = index->id;
    b.nodes[0].label = &index->label;
    b.nodes[0].level = "index";
    if (by_nodes) {
      build_explicit(&b);
    } else {
      build_levels(&b);
      read_level_weights(&b);
      read_overrides(&b);
    }
    if (!ni_reader_failed(reader)) {
      finish_index(&b);
    }
  }
  ni_free(b.used);
  ni_free(b.nodes);
  ni_free(b.own_weights);
}

void ni_read_indexes(ni_reader *reader, const cJSON *root, niem_framework *framework) {
  const cJSON *list = ni_reader_list(reader, root, "indexes", 0);
  int32_t n = ni_list_length(list);
  if (n > NIEM_MAX_INDEXES) {
    ni_reader_error(reader, list, NIEM_ERROR_LIMIT, "%d indexes; at most %d are possible", n, NIEM_MAX_INDEXES);
    return;
  }
  if (n == 0 || ni_reader_failed(reader)) {
    return; /* an index refers to indicators, which must be right first */
  }
  framework->indexes = ni_reader_alloc(reader, (size_t)n, sizeof *framework->indexes);
  for (const cJSON *item = list->child; item != NULL && framework->indexes != NULL; item = item->next) {
    read_index(reader, item, framework, &framework->indexes[framework->n_indexes++]);
  }
  if (framework->n_indexes > 0) {
    ni_reader_duplicates(reader, list, &framework->indexes[0].id, framework->n_indexes, sizeof *framework->indexes,
                         "index");
  }
}
