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
 * members. Sorted by unit, round, group and indicator. */
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

#ifdef __cplusplus
}
#endif

#endif
