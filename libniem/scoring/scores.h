/* Scores in memory, and what comparisons ask of them. Lower-case words are the vocabulary's: a row is a unit x round
 * pair that has answers; a place is a 0-based index. */
#ifndef NI_SCORES_H
#define NI_SCORES_H

#include "base/platform.h"
#include "base/dd.h"
#include "base/number.h"
#include "model/answers.h"
#include "model/framework.h"
#include "model/method.h"
#include "niem/scores.h"

/* The state of a node for a row and group. */
enum { NI_HAS_VALUE = 0, NI_NOT_APPLICABLE = 1, NI_NO_VALUE = 2 };

/* What is published of a node. */
typedef struct ni_score {
  double value;    /* NaN without a value */
  double coverage; /* NaN where not applicable */
  double lower, upper;
  int32_t n_applicable, n_answered;
  int32_t state;
} ni_score;

/* A node's published scores, one for each row and group: at ni_scores_place(). */
typedef struct ni_index_scores {
  int32_t scored; /* 0: this index was not asked for */
  ni_score *scores;
  struct ni_plan *plan; /* how it was scored; in the scores' arena */
} ni_index_scores;

struct niem_scores {
  atomic_int_least32_t uses;
  niem_framework *framework;
  niem_answers *answers;
  niem_method *method;
  const char *only_index; /* as in the options; NULL */
  int64_t n_rows;         /* = answers->n_pairs; row r is pair r */
  int32_t n_groups;       /* all groups of the framework, merges too */
  int64_t n_cells;        /* rows x groups */
  ni_index_scores *indexes;
  /* The answers to score: settled[i] where coders had to be settled, otherwise rows of the answers themselves (settled
   * is NULL). Row r and group of its own g have [cell_start[r * n_own + g], cell_start[r * n_own + g + 1]), sorted by
   * indicator. */
  int64_t *cell_start;
  int64_t n_settled;
  struct ni_settled *settled;
  /* Where the framework has conditions: does an indicator apply? [(r * n_own + g) * n_indicators + i]; NULL: all that
   * is asked does. */
  uint8_t *applies;
  struct ni_chain *chain;  /* leaves as the method's steps prepared them; NULL: as their scales score them */
  niem_scores *settled_by; /* whose settled answers these are, kept alive; NULL: their own */
  ni_arena arena;
};

/* Changes of the leaves before the first step is taken: of what `chain` holds of answers, as numbers or scores
 * (stage[column], scoring/preparing.h). */
typedef struct ni_leaf_changes {
  void (*apply)(struct ni_chain *chain, const uint8_t *stage, const void *context);
  const void *context;
} ni_leaf_changes;

/* Scores that are ready to be made and are not: settled, planned, and with leaves as the method's steps prepare them.
 * An index is then scored, on a copy of its plan or on this one, by ni_sweep_index. `settled` (NULL: none): scores of
 * the same answers whose settled answers are taken over, where the method settles coders alike; `changes` may be NULL.
 */
niem_status ni_scores_prepare(niem_scores **out, const niem_answers *answers, const niem_method *method,
                              const char *index, const niem_scores *settled, const ni_leaf_changes *changes,
                              niem_error *err);
/* Leaves of the panel as the steps prepare them with changes of their own, into `scores`, a copy that has no chain. */
niem_status ni_scores_chain(niem_scores *scores, const ni_leaf_changes *changes, niem_error *err);

/* Where the score of an inner node, row and group stands among those of its index. */
static inline int64_t ni_scores_place(const niem_scores *scores, int32_t inner, int64_t row, int32_t group) {
  return (int64_t)inner * scores->n_cells + row * scores->n_groups + group;
}

typedef struct ni_settled {
  int32_t indicator;
  int32_t state; /* NIEM_ANSWERED, ... */
  ni_value value;
  int64_t answer; /* a row of answers that says so, for evidence and source */
} ni_settled;

enum { NI_APPLIES = 0, NI_APPLIES_NOT = 1, NI_APPLIES_UNKNOWN = 2 };

/* --- leaves --- */

/* The leaf of an indicator for one row and group of its own. */
typedef struct ni_leaf {
  ni_dd score;     /* where answered: 0-100, or what the method's normalisation makes of it (NaN for a unit that was
                      screened out where it makes nothing of it) */
  int32_t state;   /* NIEM_ANSWERED, NIEM_NOT_APPLICABLE or a gap */
  int64_t answer;  /* row of answers; -1 */
  int32_t imputed; /* 1: a gap that the method filled; it has a score, and is no evidence */
} ni_leaf;

static inline int ni_leaf_has_score(const ni_leaf *leaf) {
  return leaf->state == NIEM_ANSWERED || leaf->imputed;
}

/* All leaves of a row and a group of its own: leaves[indicator] for every indicator of the framework. An indicator not
 * asked of the group, or that does not apply, is NIEM_NOT_APPLICABLE; without a row it is NIEM_MISSING. */
void ni_scores_leaves(const niem_scores *scores, int64_t row, int32_t group, ni_leaf *leaves);
/* The same as their scales score them, whatever the method's steps made of them. */
void ni_scores_unprepared(const niem_scores *scores, int64_t row, int32_t group, ni_leaf *leaves);
/* One of them. */
ni_leaf ni_scores_leaf(const niem_scores *scores, int64_t row, int32_t group, int32_t indicator);
/* The same where the place of its answer in the cell is known already, and nothing hangs on a condition. */
ni_leaf ni_scores_leaf_at(const niem_scores *scores, int64_t place, int32_t group, int32_t indicator);

/* What was answered, after coders were settled; for an indicator whose leaf is answered. */
ni_value ni_scores_answer(const niem_scores *scores, int64_t row, int32_t group, int32_t indicator);

/* settle.c: settled answers, cells and applicability of scores whose parts are in place. */
niem_status ni_settle(niem_scores *scores, niem_error *err);

/* --- one cell (settle.c) --- */

/* Where the rows of the cell (unit, round, group, indicator) that begins at row `from` end. */
int64_t ni_cell_end(const niem_answers *answers, int64_t from);
/* Do two rows of one cell say the same? */
int ni_same_answer(const niem_answers *answers, int64_t a, int64_t b);
/* What a consensus rule (NI_CONSENSUS_...; `adjudicator` for that one) makes of a cell's rows [from, to);
 * NIEM_ERROR_CONSENSUS where it cannot settle them. One row alone is settled by every rule. */
niem_status ni_settle_cell(ni_settled *out, const niem_answers *answers, int32_t rule, const char *adjudicator,
                           int64_t from, int64_t to, niem_error *err);

/* The settled answer of an indicator for one unit, round and group; 0 where it has none. */
typedef int (*ni_find_settled)(const void *context, int32_t indicator, int32_t *state, ni_value *value);
/* Which questions apply to a group of its own, given its answers: applies[indicator] of every indicator becomes
 * NI_APPLIES, NI_APPLIES_NOT or NI_APPLIES_UNKNOWN. What the group's own condition comes to is returned. */
uint8_t ni_applicability(uint8_t *applies, const niem_framework *framework, int32_t group, ni_find_settled find,
                         const void *context);

/* --- a tree over leaves (plan.c, node.c, tree.c, tree_panel.c) --- */

/* A node's value before it is published. */
typedef struct ni_node_value {
  ni_dd value, lower, upper, coverage;
  int32_t n_applicable, n_answered;
  int32_t state;
} ni_node_value;

/* Evaluate an index over one row's leaves: nodes[place] for every node of the index, leaves too. The same bits as the
 * scores have. NIEM_ERROR_UNSUPPORTED where a node is aggregated over all units at once; NIEM_ERROR_VALUE where a value
 * is none that its aggregation has room for. */
niem_status ni_tree_evaluate(const struct ni_plan *plan, const ni_leaf *leaves, ni_node_value *nodes, niem_error *err);
/* Was a unit screened out by the method's steps, in a row for a group of its own? */
int ni_scores_screened(const niem_scores *scores, int64_t row, int32_t group);
/* The same for a unit as the scores have it, at `top` and below: one that was screened out has no value at any inner
 * node. */
niem_status ni_tree_evaluate_row(const struct ni_plan *plan, int32_t top, const niem_scores *scores, int64_t row,
                                 int32_t group, const ni_leaf *leaves, ni_node_value *nodes, niem_error *err);
/* An indicator's own worst and best score. */
typedef struct ni_ends {
  double least, most;
} ni_ends;
ni_ends ni_leaf_ends(const niem_framework *framework, const struct ni_chain *chain, int32_t indicator);
/* A leaf as a node. */
ni_node_value ni_leaf_value(const ni_leaf *leaf, ni_ends ends);
/* What is published of it: rounded, and only what it has. */
static inline ni_score ni_publish(const ni_node_value *node) {
  ni_score score;
  score.state = node->state;
  score.n_applicable = node->n_applicable;
  score.n_answered = node->n_answered;
  const int applies = node->state != NI_NOT_APPLICABLE;
  score.value = node->state == NI_HAS_VALUE ? ni_dd_value(node->value) : ni_nan();
  score.coverage = applies ? ni_dd_value(node->coverage) : ni_nan();
  score.lower = applies ? ni_dd_value(node->lower) : ni_nan();
  score.upper = applies ? ni_dd_value(node->upper) : ni_nan();
  return score;
}
/* The value of a merge of groups at a node, from its members' values there (n = group->n_members). */
ni_node_value ni_merge_values(const ni_group *group, const ni_node_value *members);
/* The same of a leaf, which a merge over common indicators has only where all members have it. */
ni_node_value ni_merge_leaves(const ni_group *group, ni_node_value *members);
/* In the leaves of k groups keep the indicators that are answered in all of them; the others become not applicable. */
void ni_keep_common(const niem_framework *framework, ni_leaf *const *leaves, int32_t k);
/* tree_panel.c: score an index over all rows into scores->indexes[index]. */
niem_status ni_score_index(niem_scores *scores, int32_t index, const niem_exec *exec, niem_error *err);

/* --- the terms that a score is the sum of --- */

/* One indicator's part in a score: value x effective weight. Effective weights of the terms with a weight sum to 1. */
typedef struct ni_term {
  int32_t indicator;
  int32_t group; /* a group of its own */
  int32_t state;
  int64_t answer;
  int32_t imputed; /* a gap that the method filled */
  ni_dd score;     /* 0 for a gap under the rule "zero" */
  ni_dd weight;    /* 0 where the indicator does not enter */
} ni_term;
/* Terms of a node for a row and a group (for a merge: of each member in turn), in the order of the index's leaves below
 * the node. `*terms` is allocated with ni_alloc, freed by the caller. */
niem_status ni_scores_terms(ni_term **terms, int64_t *n, const niem_scores *scores, int32_t index, int32_t node,
                            int64_t row, int32_t group, niem_error *err);

/* --- asking --- */

/* A query resolved against scores. Free with ni_selection_free. */
typedef struct ni_selection {
  int32_t index; /* place in the framework */
  int32_t n_groups, n_rounds, n_nodes, n_units;
  int32_t *groups; /* places in the framework */
  int32_t *rounds; /* places in answers->rounds, chronological */
  int32_t *nodes;  /* places in the index's nodes */
  int32_t *units;  /* places in answers->units */
  const ni_bands *bands;
  ni_arena arena;
} ni_selection;

/* What a query that leaves something open means. */
enum {
  NI_ONE_ROUND = 1, /* round NULL: the only one, else NIEM_ERROR_AMBIGUOUS lists them; without it: all rounds */
  NI_TOP_NODE = 2   /* node and level NULL: the top; without it: all inner nodes */
};
niem_status ni_select(ni_selection *out, const niem_scores *scores, const niem_query *query, int flags,
                      niem_error *err);
void ni_selection_free(ni_selection *selection);
/* A round by id or alias among those of the scores; NIEM_ERROR_REFERENCE lists them. */
niem_status ni_select_round(int32_t *out, const niem_scores *scores, const char *id, const char *where,
                            niem_error *err);
/* Units by ids, or those of a peer group (units without any answers are passed over there, an error in a list). Places
 * in answers->units, in the order of the scores, allocated in `arena`. */
niem_status ni_select_units(int32_t **out, int32_t *n, const niem_scores *scores, const char *const *ids, int64_t n_ids,
                            const char *peers, const char *where, ni_arena *arena, niem_error *err);
/* The row of a unit and a round; -1 where there is none. */
int64_t ni_scores_row(const niem_scores *scores, int32_t unit, int32_t round);
/* The published score of a node, inner or leaf. */
ni_score ni_scores_at(const niem_scores *scores, int32_t index, int32_t node, int64_t row, int32_t group);

#endif
