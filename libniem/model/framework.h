/* The framework in memory: facets, groups, units, rounds, scales, indicators and indexes, all in one arena.
 * Everything is immutable once niem_framework_parse has returned it; what is made of a framework keeps it by
 * ni_framework_keep. */
#ifndef NI_FRAMEWORK_H
#define NI_FRAMEWORK_H

#include "base/platform.h"
#include "base/dd.h"
#include "base/dictionary.h"
#include "base/memory.h"
#include "model/aggregation.h"
#include "niem/framework.h"

#include <stdatomic.h>

/* A text in several languages; the first is the one to fall back on. */
typedef struct ni_label {
  int32_t n;
  const char **languages;
  const char **texts;
} ni_label;

/* The label in `language` (NULL: English), else in English, else the first; NULL where there is none. */
const char *ni_label_text(const ni_label *label, const char *language);

typedef struct ni_aliases {
  int32_t n;
  const char **ids;
} ni_aliases;

/* What the ids and aliases of a list mean. Ids are entered first, so an id is never shadowed by an alias. */
typedef struct ni_names {
  ni_dictionary texts;
  int32_t n_ids;   /* texts from here on are aliases */
  int32_t *places; /* in the list, by text */
} ni_names;

typedef struct ni_facet_value {
  const char *id;
  ni_label label;
  ni_aliases aliases;
  int32_t within; /* the parent facet's value, -1 */
} ni_facet_value;

typedef struct ni_facet {
  const char *id;
  ni_label label;
  int32_t within; /* the parent facet, -1 */
  int32_t n_values;
  ni_facet_value *values;
  ni_names names; /* of the values */
} ni_facet;

/* A question about earlier answers of the same unit, round and group. */
enum {
  NI_CONDITION_ALL,
  NI_CONDITION_ANY,
  NI_CONDITION_NOT,
  NI_CONDITION_IN,
  NI_CONDITION_AT_LEAST,
  NI_CONDITION_AT_MOST
};
typedef struct ni_condition {
  int32_t kind;
  int32_t indicator;  /* IN, AT_LEAST, AT_MOST */
  uint64_t options;   /* IN: the options that satisfy it, a bit each */
  double bound;       /* AT_LEAST, AT_MOST */
  int32_t n_children; /* ALL, ANY, NOT */
  struct ni_condition *children;
} ni_condition;

typedef struct ni_group {
  const char *id;
  ni_label label;
  ni_aliases aliases;
  int32_t n_members; /* 0: a group of its own; otherwise a merge of so many */
  int32_t *members;
  double *weights;
  int32_t common; /* a merge over the indicators answered in all members */
  ni_condition *applies_if;
  uint8_t *decides; /* with applies_if, of each indicator: 1 where the condition hangs on it, over others or not */
} ni_group;

typedef struct ni_unit {
  const char *id;
  const char *iso2;
  const char *iso3;
  ni_label label;
  ni_aliases aliases;
} ni_unit;

typedef struct ni_round {
  const char *id;
  const char *date; /* NULL where none is given */
  ni_label label;
  ni_aliases aliases;
} ni_round;

typedef struct ni_peers {
  const char *id;
  const char *set; /* the partition of units that this group is a class of; NULL */
  ni_label label;
  int32_t n_units;
  const char **units;
} ni_peers;

typedef struct ni_instrument {
  const char *id;
  const char *source;
  const char *valid_from;
  const char *valid_to;
  ni_label label;
} ni_instrument;

typedef struct ni_standard {
  const char *ref;
  const char *article;
  int32_t instrument; /* -1 */
  int32_t checked;    /* 1, 0, or -1 where nothing is said */
} ni_standard;

enum { NI_ORDINAL, NI_BINARY, NI_CHECKLIST, NI_NUMERIC, NI_COMPOSITE };

typedef struct ni_option {
  const char *id;
  ni_label label;
  double points; /* of an ordinal or binary option; of a checklist's item NaN */
} ni_option;

typedef struct ni_scale {
  int32_t kind;
  int32_t n_options; /* options or items */
  ni_option *options;
  uint8_t letters[26];     /* 1 + the option whose id is a, b, c, ...; 0 for none */
  double *points;          /* ordinal and binary: of the options, side by side */
  double *count_points;    /* checklist scored by count: points for 0..n_options items; NULL: by share */
  const char *unit;        /* numeric */
  double worst, best;      /* numeric goalposts; NaN: none */
  double minimum, maximum; /* numeric: what may be entered; -inf, +inf */
  int32_t logarithmic;
  ni_dd log_start, log_whole; /* where logarithmic: log worst, log best - log worst */
  int32_t clamp;              /* numeric: beyond the goalposts 1: counts as the goalpost, 0: an error */
  int32_t direction;          /* numeric: 1 where more is better, -1 where less is; 0 for other kinds */
  double target;              /* numeric: what is aimed at; NaN: none */
  double least, most;         /* the indicator's own worst and best score, 0-100 */
} ni_scale;

enum { NI_RULE_AVAILABLE, NI_RULE_STRICT, NI_RULE_ZERO };
typedef struct ni_missing_rule {
  int32_t rule;
  double min_coverage; /* 0: no threshold */
} ni_missing_rule;

typedef struct ni_indicator {
  const char *id;
  ni_label label, question, guidance;
  ni_aliases aliases;
  ni_scale scale;
  int32_t *facets; /* the value of each facet, -1: none */
  uint8_t *asked;  /* of each group: 1 where the question is put (a merge: of any member) */
  int32_t scored;
  int32_t part_of;     /* the composite that it is a part of, -1 */
  int32_t denominator; /* the numeric indicator by which a denomination divides it, -1 */
  ni_condition *applies_if;
  int32_t n_standards;
  ni_standard *standards;
  /* composite only: its parts, as indicators, and how they make one value */
  int32_t n_parts;
  int32_t *parts;
  double *part_weights;
  const ni_aggregation *aggregation; /* NULL: arithmetic */
  ni_missing_rule missing;
} ni_indicator;

/* A node of an index. Nodes stand in pre-order: the top first, every child after its parent. */
typedef struct ni_node {
  const char *name;  /* "dimension=housing/step=law"; the top has the index's id; a leaf its indicator's id */
  const char *alone; /* the last part of the name without its facet: "law" */
  const ni_label *label;
  const char *level;  /* a facet's id, "index", "indicator", or "node" in an explicit tree */
  int32_t parent;     /* -1 for the top */
  int32_t indicator;  /* of a leaf or a composite; -1 */
  int32_t n_children; /* 0: a leaf */
  int32_t *children;
  double *weights;                   /* of the children, as given */
  int32_t equal;                     /* all weights are 1 */
  const ni_aggregation *aggregation; /* NULL: arithmetic */
  ni_missing_rule missing;
  int32_t leaf;  /* a leaf's place among the leaves of the framework's indexes: its indicator; -1 */
  int32_t inner; /* an inner node's place among the inner nodes; -1 for a leaf */
} ni_node;

/* By which names "weights" and "overrides" know a node, the first that is there: its full name, the last part of it
 * ("step=law"), its short name. */
enum { NI_NODE_NAMES = 3 };
void ni_node_names(const char *names[NI_NODE_NAMES], const ni_node *node);

typedef struct ni_index {
  const char *id;
  ni_label label;
  int32_t n_nodes;
  int32_t n_inner;
  int32_t n_leaves;
  ni_node *nodes;
  int32_t *inner; /* nodes of the inner places */
} ni_index;

/* Is a node `top` itself, or below it? Children stand after their parents. */
static inline int ni_is_within(const ni_index *index, int32_t top, int32_t node) {
  while (node > top) {
    node = index->nodes[node].parent;
  }
  return node == top;
}

struct niem_framework {
  atomic_int_least32_t uses;
  ni_arena arena;
  const char *id, *version, *language;
  ni_label title;
  int32_t closed;
  int32_t n_facets, n_groups, n_own_groups, n_units, n_rounds, n_peers, n_instruments, n_indicators, n_indexes;
  ni_facet *facets;
  ni_group *groups; /* groups of their own first, then merges */
  ni_unit *units;
  ni_round *rounds;
  ni_peers *peers;
  ni_instrument *instruments;
  ni_indicator *indicators;
  ni_index *indexes;
  int32_t default_index, default_group; /* -1 where there is none */
  int32_t has_conditions;
  ni_names group_names, unit_names, round_names, instrument_names, indicator_names;
  niem_buffer *json;
  char digest[65];
};

/* Keep a framework alive for one more owner; niem_framework_free lets it go. */
niem_framework *ni_framework_keep(const niem_framework *framework);

/* The place that a text means in a list; -1. */
int32_t ni_names_find(const ni_names *names, const char *text, int32_t *alias);
/* The same for ids alone, and for texts that are not NUL-terminated. */
int32_t ni_names_find_id(const ni_names *names, const char *text, size_t length);

/* Places by id or alias; -1. `*alias`, where not NULL, says whether an alias was resolved. */
int32_t ni_find_group(const niem_framework *framework, const char *id, int32_t *alias);
int32_t ni_find_unit(const niem_framework *framework, const char *id, int32_t *alias);
int32_t ni_find_round(const niem_framework *framework, const char *id, int32_t *alias);
int32_t ni_find_indicator(const niem_framework *framework, const char *id, int32_t *alias);
int32_t ni_find_peers(const niem_framework *framework, const char *id);
int32_t ni_find_index(const niem_framework *framework, const char *id);
/* The index that is meant where none is named: the only one, else the default; -1. */
int32_t ni_unnamed_index(const niem_framework *framework);
/* An option by id within a scale; -1. */
int32_t ni_find_option(const ni_scale *scale, const char *id, size_t length);
/* The same for an id of one letter; -1 for what is none. */
static inline int32_t ni_find_letter(const ni_scale *scale, char letter) {
  return letter >= 'a' && letter <= 'z' ? scale->letters[letter - 'a'] - 1 : -1;
}

/* The node that a name means in an index: its full name, a leaf's indicator, or a short name that is unique ("housing",
 * an alias); NIEM_ERROR_REFERENCE or NIEM_ERROR_AMBIGUOUS with the choices. */
niem_status ni_find_node(int32_t *out, const niem_framework *framework, const ni_index *index, const char *name,
                         niem_error *err);

/* The score of an answer, 0-100, as a double-double. `number` for numeric scales, `code` for ordinal and binary,
 * `items` for checklists. */
ni_dd ni_scale_option_score(const ni_scale *scale, int32_t code);
ni_dd ni_scale_items_score(const ni_scale *scale, uint64_t items);
ni_dd ni_scale_number_score(const ni_scale *scale, double number);

#endif
