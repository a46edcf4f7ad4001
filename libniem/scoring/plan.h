/* How an index is scored: the framework's tree with what the method says otherwise. */
#ifndef NI_PLAN_H
#define NI_PLAN_H

#include "base/platform.h"
#include "model/steps.h"
#include "scoring/scores.h"

/* How the weights of a node's children were made, for those who ask. */
typedef struct ni_weights_made {
  const ni_step *step;
  niem_weights_report report; /* from data */
  double ratio;               /* AHP: Saaty's consistency ratio; else NaN */
  double *shares;             /* of the children: what equal influence reached; else the weights. NaN: left out */
} ni_weights_made;

typedef struct ni_plan {
  const niem_framework *framework;
  const ni_index *index;
  const ni_missing_rule *missing; /* the method's, instead of those of the nodes; NULL */
  const struct ni_chain *chain;   /* whose leaves these are; NULL: scored by their scales */
  /* By node; NULL where nothing is other than in the framework. */
  const ni_aggregation **aggregations;
  double **weights;         /* of its children */
  const ni_step **weighing; /* the step that makes its weights from the data; NULL: they are given */
  ni_weights_made **made;   /* by steps other than given weights; NULL: none */
  double **factors;         /* of its children, by which weights that are made from data are multiplied; NULL: none */
  const uint8_t *dropped;   /* by node: 1 where it is left out with all below it; NULL: none is */
  int32_t plain;            /* weighted means of scores on 0-100: the kernel of tree_lanes.h */
  int32_t over_units;       /* some node is aggregated over all units, or weighed from their data */
  int32_t bounded;          /* every score lies within 0-100 */
} ni_plan;

/* The framework's own tree, with the method's missing rule (NULL: none). */
ni_plan ni_plan_of_index(const niem_framework *framework, const ni_index *index, const ni_missing_rule *missing);
/* The method's plan of index `place` into scores->indexes[place].plan. `used[k]` is set for each step k that had a node
 * here. */
niem_status ni_plan_make(niem_scores *scores, int32_t place, uint8_t *used, niem_error *err);
/* The prepared leaves that the plan is carried out on (NULL: none are). */
void ni_plan_take_chain(ni_plan *plan, const struct ni_chain *chain);
/* A step that had no node in any index is an error that lists what there is. */
niem_status ni_plan_check_used(niem_scores *scores, const uint8_t *used, niem_error *err);

static inline const ni_aggregation *ni_plan_aggregation(const ni_plan *plan, int32_t node) {
  return plan->aggregations != NULL ? plan->aggregations[node] : plan->index->nodes[node].aggregation;
}
static inline const double *ni_plan_weights(const ni_plan *plan, int32_t node) {
  return plan->weights != NULL ? plan->weights[node] : plan->index->nodes[node].weights;
}
static inline const ni_missing_rule *ni_plan_rule(const ni_plan *plan, int32_t node) {
  return plan->missing != NULL ? plan->missing : &plan->index->nodes[node].missing;
}

/* Room for the children of one node; ni_node_room_free. */
typedef struct ni_node_room {
  ni_node_value *children;
  ni_dd *x;
  double *weights;
  int64_t *order;
} ni_node_room;
int ni_node_room_make(ni_node_room *room, const ni_index *index);
void ni_node_room_free(ni_node_room *room);

/* tree.c: one inner node whose children are done, over one row's leaves. */
niem_status ni_tree_evaluate_node(const ni_plan *plan, int32_t node, const ni_node_room *room, const ni_leaf *leaves,
                                  ni_node_value *nodes, niem_error *err);

/* node.c: a node from room->children by any aggregation. Where it is aggregated over all units its value is left open:
 * the state says whether it shall have one. A unit that was screened out has none, and its values are not looked at. */
niem_status ni_node_evaluate(ni_node_value *out, const ni_plan *plan, int32_t node, int screened,
                             const ni_node_room *room, niem_error *err);

/* sweep.c: all inner nodes from the leaves up, each over the whole panel: values[inner * n_cells + cell], a cell being
 * row * n_own_groups + group. Weights that are made from data are written into plan->weights. */
niem_status ni_sweep(ni_node_value *values, const niem_scores *scores, ni_plan *plan, const niem_exec *exec,
                     niem_error *err);
/* The same over the indicators that are answered for all groups of a merge alone, with the weights as they are. */
niem_status ni_sweep_common(ni_node_value *values, const niem_scores *scores, const ni_plan *plan, int32_t group,
                            const niem_exec *exec, niem_error *err);
/* Score an index by it. */
niem_status ni_sweep_index(niem_scores *scores, int32_t index, const niem_exec *exec, niem_error *err);

/* Bands are edges on 0-100: where they are asked for and scores may lie elsewhere it is said, NIEM_ERROR_UNSUPPORTED.
 */
niem_status ni_plan_check_bands(const ni_plan *plan, const ni_bands *bands, const char *where, niem_error *err);

/* chain_excerpt.c: what a method said of its matrix, for the user of a framework, who never saw it: `name` (of a
 * column; "") stands in place of row and column. "E1: all its values ...", "E1 is -3, ...". */
void ni_tell_of_matrix(char *text, size_t size, const char *name, const niem_error *said);

/* A failure in a cell says whose it is. */
niem_status ni_fail_of_cell(niem_status status, const niem_scores *scores, int64_t row, int32_t group, niem_error *err);

#endif
