/* What analyses share: the variables, which are nodes of an index by their scores or indicators between two steps, and
 * their values. A comparison (comparison/compare.h) that has variables.
 *
 *   NIEM_TRY(ni_analysis_begin(&a, out, scores, query, err));
 *   NIEM_TRY(ni_analysis_select(&a, step, flags, err));
 *   ...
 * cleanup:
 *   ni_analysis_end(&a);
 */
#ifndef NI_VARIABLES_H
#define NI_VARIABLES_H

#include "base/platform.h"
#include "comparison/compare.h"
#include "niem/analysis.h"
#include "scoring/chain.h"

typedef struct ni_variable {
  const char *name;
  int32_t node;      /* place in the index; -1: an indicator of no index */
  int32_t indicator; /* of a leaf; -1: an inner node */
} ni_variable;

typedef struct ni_analysis {
  ni_comparison c;
  ni_staged staged; /* no chain: the leaves as they were scored */
  int32_t step;
  int32_t n_variables;
  ni_variable *variables;
} ni_analysis;

/* Check the arguments that all analyses have; ni_analysis_end must be called whatever came of it. `*out` becomes
 * NULL. */
niem_status ni_analysis_begin(ni_analysis *a, niem_table **out, const niem_scores *scores, const niem_query *query,
                              niem_error *err);
/* Resolve a->c.query and make the variables: the nodes of the query, or with a step the leaves below them. With
 * NI_LOOSE_INDICATORS, where the query names neither node nor level, indicators of no index follow. */
enum { NI_LOOSE_INDICATORS = 256 };
niem_status ni_analysis_select(ni_analysis *a, int32_t step, int flags, niem_error *err);
void ni_analysis_end(ni_analysis *a);

/* The variable of a node of the index. */
ni_variable ni_variable_of_node(const ni_analysis *a, int32_t node);
/* The leaf of an indicator for one row and group of its own, as the step or the end left it. */
ni_leaf ni_analysis_leaf(const ni_analysis *a, int64_t row, int32_t group, int32_t indicator);
/* Was the unit left out by then? */
int ni_analysis_screened(const ni_analysis *a, int64_t row, int32_t group);
/* What a variable has for a row and a group or a merge: NI_HAS_VALUE, NI_NOT_APPLICABLE or NI_NO_VALUE. The value is
 * NaN but for the first. */
int32_t ni_variable_value(double *value, const ni_analysis *a, const ni_variable *variable, int64_t row, int32_t group);
/* The stage of an indicator: NI_STAGE_... */
int32_t ni_analysis_stage(const ni_analysis *a, int32_t indicator);
/* 1 where more of it is better, -1 where less is, 0 where nothing says so. */
int32_t ni_variable_direction(const ni_analysis *a, const ni_variable *variable);

#endif
