/* libniem, room "comparison": ranks, averages, differences, changes, spread, practice composites - what reports are
 * made of - and what the scores would be if something were otherwise.
 *
 * Every comparison is a function of the published doubles: a difference or a change is one subtraction, a mean is exact
 * and rounded once. A unit that has answers in a round but no value at a node stays in the table with NaN, is counted
 * nowhere, and the column "n" says how many have one; a unit without any answer in the round has no row, as in the
 * scores. Rows stand in the order of the columns round, group, node, then unit (in the order of the scores), unless
 * said otherwise. The query's nodes are all inner nodes where it names neither node nor level; for ranks the top. Its
 * `bands` must be NULL. An option that is set and has no part in a comparison is NIEM_ERROR_ARGUMENT, never ignored.
 * Notes say how a table was made: index, units, tolerance, ties, reference, weights, as they apply.
 */
#ifndef NIEM_COMPARISON_H
#define NIEM_COMPARISON_H

#include "niem/base.h"
#include "niem/scores.h"
#include "niem/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Ranks of tied units: the least of their places (default), the greatest, their mean, dense (no gaps), first come. */
enum { NIEM_TIES_MIN = 0, NIEM_TIES_MAX = 1, NIEM_TIES_AVERAGE = 2, NIEM_TIES_DENSE = 3, NIEM_TIES_FIRST = 4 };

typedef struct niem_compare_options {
  int64_t struct_size;
  double tolerance; /* points, finite; negative (default -1): the method's (1e-9). rank, compare_scores: neighbours that
                       differ by at most this tie; change, change_summary: a change of at most this is "unchanged" */
  int32_t ties;     /* rank, compare_scores: NIEM_TIES_... */
  int32_t ascending;     /* rank, compare_scores: 1 gives rank 1 to the lowest value; default 0 */
  const char *reference; /* difference: "average" (default), "best", "worst"; practice: "best" (default), "worst" */
  const char *const
      *reference_units; /* difference: average, best or worst of these units; NULL: of the units of the query */
  int64_t n_reference_units;
  const char *reference_peers;     /* difference: the same by the name of a peer group */
  const char *const *weight_units; /* average, difference from an average: units and their weights (population); NULL:
                                      plain. Units that are not in the scores may be among them; ids or aliases name a
                                      unit, each once */
  const double *weights;           /* one for each of weight_units; finite, not negative, not all zero */
  int64_t n_weights;
} niem_compare_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_compare_options_init(niem_compare_options *options);

/* 1 is best. unit, round, group, node, value, rank (a real: "average" makes halves; NaN without a value), tied (units
 * that share the rank, itself included: 1 is alone), n (units with a value). Sorted by node, group, round and rank,
 * tied units in the order of the scores, units without a value last. */
NIEM_API niem_status niem_rank(niem_table **out, const niem_scores *scores, const niem_query *query,
                               const niem_compare_options *options, niem_error *err);
/* round, group, node, average, n, average_balanced, n_balanced: over the units with a value in the round, and over the
 * balanced panel: units with a value at that node in every round of the query (where it has one round only: in every
 * round of the scores; the note "balanced_over" lists them). Correctly rounded. With weights, a unit that has a value
 * and no weight is NIEM_ERROR_ARGUMENT; NaN where the weights of all units with a value are zero. */
NIEM_API niem_status niem_average(niem_table **out, const niem_scores *scores, const niem_query *query,
                                  const niem_compare_options *options, niem_error *err);
/* unit, round, group, node, value, reference, difference (value - reference), n (units behind the reference). A
 * reference unit's own value counts in its reference. The reference is NaN where no reference unit has a value. */
NIEM_API niem_status niem_difference(niem_table **out, const niem_scores *scores, const niem_query *query,
                                     const niem_compare_options *options, niem_error *err);
/* Change between two rounds, by id or alias; the query's round must be NULL. unit, group, node, from, to, change (to -
 * from), direction (improved, unchanged, worsened; missing where a value is). Units with answers in either round. */
NIEM_API niem_status niem_change(niem_table **out, const niem_scores *scores, const char *from, const char *to,
                                 const niem_query *query, const niem_compare_options *options, niem_error *err);
/* The same counted over the units with a value in both rounds: group, node, n, improved, unchanged, worsened,
 * average_change. */
NIEM_API niem_status niem_change_summary(niem_table **out, const niem_scores *scores, const char *from, const char *to,
                                         const niem_query *query, const niem_compare_options *options, niem_error *err);
/* What caused a change: unit, group, member, node, indicator, kind (kept, entered, left), from, to, weight_from,
 * weight_to, answer_effect, weight_effect, contribution; sorted by group, node, unit, member and indicator. `group` is
 * the one asked for; `member` is the group that the indicator is answered for: another one where `group` is a merge,
 * which has a row for each member x indicator. `math.fsum` of the contributions of a unit, group and node is its
 * change, bit for bit; the two effects are the parts of a contribution before that fixing of last digits. With
 * effective weights e and values x in the two rounds and r the mean of the two scores: answer_effect = (e1 + e2)/2 *
 * (x2 - x1) and weight_effect = (e2 - e1) * ((x1 + x2)/2 - r) for an indicator kept; answer_effect = 0 and
 * weight_effect = e2 * (x2 - r) for one that entered (its weight was 0 before), -e1 * (x1 - r) for one that left
 * (Marshall-Edgeworth form: symmetric in time). `from` or `to` is NaN where the indicator has no weight. Last digits
 * that no contribution can hold, should there ever be any, have a row of their own, of kind "rounding" and without an
 * indicator. Units without a change have no rows: notes "without_change" (how often) and "units_without_change" (who).
 */
NIEM_API niem_status niem_change_causes(niem_table **out, const niem_scores *scores, const char *from, const char *to,
                                        const niem_query *query, niem_error *err);
/* round, group, node, n (units with a value), min, max, spread (max - min), min_unit, max_unit (of several within the
 * method's tolerance the first in order). A last row per round and group with the node "*" holds the mean of the
 * spreads over the nodes asked for (query `level`: "dimension") and their number n; so does the note "mean_spread". */
NIEM_API niem_status niem_spread(niem_table **out, const niem_scores *scores, const niem_query *query, niem_error *err);
/* Best- or worst-practice composite: for each indicator the best (worst) score of any unit of the query, aggregated by
 * the index: round, group, node, value, n (units with answers in the round), for the nodes of the query. For a merge of
 * groups each member has its composite. An indicator that no unit answered stays a gap. Units that the method screened
 * out take no part. */
NIEM_API niem_status niem_practice(niem_table **out, const niem_scores *scores, const niem_query *query,
                                   const niem_compare_options *options, niem_error *err);
/* Two groups of their own (no merges) on common ground: only indicators answered for both, unit by unit: unit, round,
 * node, value_a, value_b, difference (a - b), n_common (indicators below the node that are answered for both), n (units
 * with a difference), sorted by round, node and unit. A last row per round and node with the unit "*" holds the means
 * over the n units. The query's group must be NULL. */
NIEM_API niem_status niem_group_difference(niem_table **out, const niem_scores *scores, const char *group_a,
                                           const char *group_b, const niem_query *query, niem_error *err);

/* Several methods on the same answers, side by side: unit, round, group, node, method, value, rank, n (units with a
 * value), change and rank_change against the first method (value - first value; first rank - rank: positive where the
 * unit stands higher), sorted by node, group, round, method and unit. A method is called by its entry of `names` (the
 * array or an entry may be NULL), else by its id, else "method 2" by its place; two of one name are
 * NIEM_ERROR_DUPLICATE. A method that is NULL means all defaults. One that fails says which it is. The query's nodes:
 * the top where it names none. */
NIEM_API niem_status niem_compare_methods(niem_table **out, const niem_framework *framework,
                                          const niem_answers *answers, const niem_method *const *methods,
                                          const char *const *names, int64_t n_methods, const niem_query *query,
                                          const niem_compare_options *options, const niem_exec *exec, niem_error *err);
/* Leave one out: the score of a node of the query (default: the top) and its rank, without each node below it in its
 * turn. `left_out`: a level ("indicator", "dimension"), NULL: every node below. unit, round, group, node, left_out,
 * value, value_without, change (value_without - value), rank, rank_without, rank_change (rank - rank_without: positive
 * where the unit moves up), problem, sorted by round, group, left_out and unit. What is left out counts as not
 * applicable: its siblings' weights count for all. Leaves stay as the method prepared them; weights made from data are
 * made anew. What cannot be scored without something (a geometric mean that meets a zero) has NaN in value_without and
 * the reason in `problem`, which is missing elsewhere; where units are looked at together (votes, weights made from
 * data) it is the reason of all of them. `exec`: threads. (OECD & JRC, Handbook on Constructing Composite Indicators,
 * 2008, step 7.) */
NIEM_API niem_status niem_leave_one_out(niem_table **out, const niem_scores *scores, const char *left_out,
                                        const niem_query *query, const niem_compare_options *options,
                                        const niem_exec *exec, niem_error *err);
/* The same over the units: round, group, node, left_out, level, n (units with a value both times), mean_change,
 * mean_abs_change, mean_abs_rank_change, max_abs_rank_change, problem (of the first unit that has one). Means are exact
 * and rounded once. */
NIEM_API niem_status niem_leave_one_out_summary(niem_table **out, const niem_scores *scores, const char *left_out,
                                                const niem_query *query, const niem_compare_options *options,
                                                const niem_exec *exec, niem_error *err);
/* What if: the scores with other indicators, weights or answers, or by another method. The result is scores like any:
 * they can be tabled, explained, compared and saved, and know nothing of those that they were made from. The changed
 * framework has the id of the other with " (what if)" at its end, so that a manifest shows that these are no published
 * scores. `changes` is one JSON object, of which every key may be absent:
 *   - "drop": ["HOU-03", "dimension=health"]: indicators by id or alias, or nodes by name with all that is below them,
 *     are not scored. What loses all that is below it goes too: composites, nodes, indexes, and the weights of these.
 *   - "add": ["STAT-1"]: indicators with "scored": false are scored. In an index by levels their facets say where they
 *     stand; in one that lists its nodes an entry is {"indicator": "STAT-1", "parent": "housing"}.
 *   - "weights": {"dimension=housing": 2}: weights of nodes, by name as the index's own "weights" have them, after what
 *     is dropped and added; also of indicators, and of the parts of a composite, which all indexes share.
 *   - "answers": [{"unit": "PL", "round": "2021", "group": "refugee", "indicator": "HOU-01", "answer": "a"}]: answers
 *     or states as in a file of answers. One takes the place of what its cell holds, or is added; without a coder it
 *     takes the place of all coders' answers. The state "missing" removes. Units and rounds are those that the
 *     framework or the scores know.
 *   - "index": "overall": whose nodes and weights are named; default: the framework's default, or its only one.
 *   - "method": {"format": "niem-method/1", ...}: another method; default: that of the scores.
 *
 * All problems of the changes are listed in `*problems` (may be NULL; made on success and failure alike) with their
 * line, and in `where` as JSON pointers, "/answers/3/indicator"; warnings tell of what has no effect. Statuses are
 * those of reading frameworks, answers and methods, and of niem_score; NIEM_ERROR_TREE where nothing is left of an
 * index. */
NIEM_API niem_status niem_what_if(niem_scores **out, niem_problems **problems, const niem_scores *scores,
                                  const char *changes, int64_t n_bytes, const niem_exec *exec, niem_error *err);
/* Two scores side by side, of one framework or of two: unit, round, group, node, value_a, value_b, change (b - a),
 * rank_a, rank_b, rank_change (rank_a - rank_b: positive where the unit moved up). Ranks are those of niem_rank with
 * the same query and options in each of the two. Index, groups and rounds are those that both have, by id:
 * NIEM_ERROR_MISMATCH where there is none, NIEM_ERROR_REFERENCE for a group or round of the query that one of them has
 * not. A unit or node that only one of them has is NaN on the other side. The query's nodes are the top where it names
 * neither node nor level. Sorted by round, group, node and unit: those of `a` in their order, then those of `b` alone.
 */
NIEM_API niem_status niem_compare_scores(niem_table **out, const niem_scores *a, const niem_scores *b,
                                         const niem_query *query, const niem_compare_options *options, niem_error *err);

#ifdef __cplusplus
}
#endif

#endif
