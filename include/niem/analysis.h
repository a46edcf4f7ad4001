/* libniem, room "analysis": what an index is made of, looked at as data: the data set between two steps of a method,
 * trends, descriptions, correlations, reliability and principal components of its nodes and indicators.
 *
 * What is analysed are variables: nodes of an index by their published scores, or indicators between two steps of the
 * method (`step`). A unit in a round is a row. What has no value, does not apply or was screened out by the method is
 * no row's value, never 0. Merges of groups have the values that other tables give them: the mean of the groups, at the
 * node or indicator that is asked for. The query's nodes are all inner nodes where it names neither node nor level.
 * Rows stand in the order of the columns round, group and node, then unit, unless said otherwise; notes say how a table
 * was made. The statistics themselves are those of niem/statistics.h, of which the same limits hold.
 */
#ifndef NIEM_ANALYSIS_H
#define NIEM_ANALYSIS_H

#include "niem/base.h"
#include "niem/scores.h"
#include "niem/statistics.h"
#include "niem/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where between the steps: k, from 0, is after the first k steps of the method. */
enum {
  NIEM_STEP_LAST = -1, /* at the end, as the index takes the indicators: scores */
  NIEM_STEP_NONE = -2  /* no indicators, but the scores of the query's nodes */
};

/* The data set between two steps: the indicators after the first `step` steps of the method (0: as they were answered,
 * coders settled; NIEM_STEP_LAST: scores): unit, round, group, indicator, stage ("raw": numbers that a normalisation is
 * to make scores of; "goalposts": numbers for which the framework has goalposts; "score"), state, value, imputed (1
 * where a step filled the gap, 0), screened (1 where a step left the unit out in this round, 0). The numbers are the
 * very bits that the scores were made from. A row for each indicator below the nodes of the query (default: the top);
 * where it names neither node nor level the indicators of no index follow that have numbers: after a step those that
 * the steps touch, such as denominators, before the first step all. A group that is a merge has the rows of its
 * members, each group once. Sorted by unit, round, group and indicator. */
NIEM_API niem_status niem_scores_stage(niem_table **out, const niem_scores *scores, int32_t step,
                                       const niem_query *query, niem_error *err);

/* ---- Trends over rounds */
typedef struct niem_trend_options {
  int64_t struct_size;
  int32_t step;     /* NIEM_STEP_NONE (default): scores of the query's nodes; otherwise the indicators below them */
  int32_t latest;   /* the last so many points of each series only; 0 (default): all */
  const char *from; /* a round, by id or alias, the first of the window; NULL: the first there is */
  const char *to;   /* the last, likewise */
  const char *const *interpolate; /* times at which a series that has no value there gets one on the line between its
                                     neighbours: rounds, or years as numbers ("2020", "2020.5"); "*": all rounds */
  int64_t n_interpolate;
  double tolerance; /* a change of at most this is "unchanged"; negative (default -1): the method's (1e-9) */
} niem_trend_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_trend_options_init(niem_trend_options *options);
/* How each series of a unit, group and node (or indicator) goes over the rounds; the query's round must be NULL. unit,
 * group, node, n (observations), n_interpolated, first, last (their rounds, or the year that was interpolated),
 * value_first, value_last, years (between them), change (last - first), change_per_year, percent_change (average
 * yearly: 100 change_per_year / |value_first|), cagr (compound annual growth rate, (last / first)^(1 / years) - 1),
 * cagr_missing (why there is none: "fewer than two points", "first value is zero", "negative value"), slope (per year,
 * least squares), slope_error (its standard error, from three points), percent_slope (100 slope / |the line at the
 * first point|), direction ("improving", "worsening", "unchanged", of the change and of what is better: for scores
 * more, for numbers as the framework's `direction` or goalposts say; missing for indicators of no index). With one
 * point what needs two is NaN; a series without any has a row where the unit has answers. Sorted by group, node and
 * unit.
 *
 * Times are the dates of the rounds in years of twelve months, so that the same day of the year is whole years away;
 * where no round has a date, the numbers that their ids are. NIEM_ERROR_VALUE: a round has no time;
 * NIEM_ERROR_DUPLICATE: two have the same. Everything is computed in double-double and rounded once; the growth rate
 * is off by less than 0.51 ulp, or 2^-90. */
NIEM_API niem_status niem_trends(niem_table **out, const niem_scores *scores, const niem_query *query,
                                 const niem_trend_options *options, niem_error *err);

/* ---- Statistics of the variables, round by round or pooled */

/* Which pairs are correlated. node_a is one of the query's nodes. */
enum {
  NIEM_PAIRS_LEVEL = 0,        /* any two of the query's nodes, each pair once */
  NIEM_PAIRS_SIBLINGS = 1,     /* of these, two with the same parent */
  NIEM_PAIRS_PARENT = 2,       /* each with its parent */
  NIEM_PAIRS_ANCESTORS = 3,    /* each with every node above it */
  NIEM_PAIRS_DENOMINATORS = 4, /* the indicators below them, as numbers, with each denominator: with `step` only */
  NIEM_PAIRS_END = 5
};
/* What a scale is made of. */
enum {
  NIEM_ITEMS_CHILDREN = 0, /* the children of a node */
  NIEM_ITEMS_LEAVES = 1,   /* the indicators below it */
  NIEM_ITEMS_END = 2
};

/* An option that has no part in an analysis is NIEM_ERROR_ARGUMENT where it is set. */
typedef struct niem_analysis_options {
  int64_t struct_size;
  int32_t step;      /* NIEM_STEP_NONE (default): scores of the query's nodes; otherwise the indicators below them */
  int32_t pooled;    /* 1: all rounds together, in which a unit is as many rows as it has rounds; `round` is missing */
  int32_t rows;      /* NIEM_ROWS_...; default: correlations pairwise, reliability and components complete */
  int32_t method;    /* correlations: NIEM_CORRELATION_... */
  int32_t test;      /* correlations: NIEM_TEST_... */
  int32_t adjust;    /* correlations: NIEM_ADJUST_..., over all pairs of a round and group */
  int32_t pairs;     /* correlations: NIEM_PAIRS_... */
  int32_t items;     /* reliability, components: NIEM_ITEMS_... */
  double tolerance;  /* Spearman, Kendall: neighbours in order that differ by at most this tie; negative (default -1):
                        the method's (1e-9) for scores of nodes, 0 for indicators at a step */
  double high;       /* correlations: the flag "high" (redundant) from here on; default 0.9 */
  double low;        /* "low" below this; default 0.3 */
  double negative;   /* "negative" up to this; default -0.4 */
  double confidence; /* reliability: level of the interval; default 0.95 */
} niem_analysis_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_analysis_options_init(niem_analysis_options *options);

/* What each node, or with `step` each indicator, is described by: round, group, node, then what niem_describe says, by
 * the names of niem_description: n to kurtosis and flags (the words of NIEM_FLAG_... by commas; missing: none). Rows
 * are the units to which the node applies: what does not apply is not missing. `describe` may be NULL. With `step` and
 * a query of neither node nor level the indicators of no index follow, as in niem_scores_stage. */
NIEM_API niem_status niem_statistics(niem_table **out, const niem_scores *scores, const niem_query *query,
                                     const niem_analysis_options *options, const niem_describe_options *describe,
                                     niem_error *err);
/* Correlations over the units: round, group, node_a, node_b, relation ("siblings", "parent": node_b is that of node_a
 * or the other way round, "ancestor", "denominator", "other"), correlation, n (units that have both), p, p_adjusted,
 * flag ("high", "low", "negative"; missing: none of these, or no correlation). With fewer than 3 units, and where one
 * does not vary, the correlation is NaN. With `step` the nodes are the indicators below the query's nodes; nodes above
 * them keep their scores. Sorted by round, group, node_a and node_b in the order of the index. Of a parent and its
 * child remember that the parent is made of the child. */
NIEM_API niem_status niem_correlations(niem_table **out, const niem_scores *scores, const niem_query *query,
                                       const niem_analysis_options *options, const niem_exec *exec, niem_error *err);
/* How far several scores agree, such as those of several methods on the same answers: round, group, node, method_a,
 * method_b, correlation, n (units that have a value by both), mean_abs_rank_change (of the ranks among these, tied
 * units sharing the least), for each two of the `n_scores` scores. They are called by their entry of `names` (the array
 * or an entry may be NULL), else by their methods' ids, else "method 2" by their place. The query is one about the
 * first; what another lacks, by id, is NaN there. The query's nodes: the top where it names neither node nor level.
 * Options: method and its tolerance (for Spearman and Kendall); ranks tie within the tolerance of the first scores'
 * method. */
NIEM_API niem_status niem_method_correlations(niem_table **out, const niem_scores *const *scores,
                                              const char *const *names, int64_t n_scores, const niem_query *query,
                                              const niem_analysis_options *options, niem_error *err);
/* Do the parts of a node measure one thing? For each inner node of the query its children, or the indicators below it
 * (`items`), as a scale. `part`:
 * - "nodes": round, group, node, then what niem_cronbach_alpha says of it by the names of niem_alpha: n, n_items,
 *   n_negative, n_constant, alpha, low, high, standardised, average_r, lambda_6, deviation, error, and
 *   omega (McDonald's of one factor, as niem_mcdonald_omega; from three items that vary, and where it converges)
 * - "items": round, group, node, item, then by the names of niem_alpha_item: n, mean, deviation, r_total, r_rest, smc,
 *   alpha_without, standardised_without
 *
 * With `step` the items are the indicators at that step (`items` must be NIEM_ITEMS_LEAVES); numbers of which less is
 * better are reversed. A node with one item, or with fewer than two rows that count, has NaN. */
NIEM_API niem_status niem_reliability(niem_table **out, const niem_scores *scores, const char *part,
                                      const niem_query *query, const niem_analysis_options *options, niem_error *err);

/* How many dimensions are in what is added up: principal components of the children of each inner node of the query, or
 * of the indicators below it (`items`), over the complete rows. `part`:
 * - "nodes": round, group, node, n (rows), n_items, n_components (kept), explained, kmo, determinant (its logarithm),
 *   bartlett, df, p, converged (the rotation), by the names of niem_components_report; problem: why a node has no
 *   components ("fewer than two items", "fewer than three complete rows", "an item does not vary"; missing: none)
 * - "variances": round, group, node, component (from 1), eigenvalue, share, cumulated, kept (1 or 0), rotated_share
 * - "loadings": round, group, node, item, component, loading, rotated, communality, adequacy (Kaiser-Meyer-Olkin), of
 *   the components that are kept
 * - "scores": unit, round, group, node, component, score, of the same; NaN for a unit with a gap
 *
 * What is rotated is NaN where nothing is. Nodes without components have rows in "nodes" only. `components` (may be
 * NULL): how they are found; more than a node has items are as many. With `step` the items are the indicators at that
 * step, as they stand (`items` must be NIEM_ITEMS_LEAVES). */
NIEM_API niem_status niem_components(niem_table **out, const niem_scores *scores, const char *part,
                                     const niem_query *query, const niem_analysis_options *options,
                                     const niem_components_options *components, niem_error *err);

#ifdef __cplusplus
}
#endif

#endif
