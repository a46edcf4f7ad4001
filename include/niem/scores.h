/* libniem, room "scores": every unit x round x group x node on 0-100, least to most favourable, with coverage and
 * bounds.
 *
 * Numerics: a node's value is computed in double-double from its children's double-double values and rounded once
 * (error at most 0.501 ulp for trees of weighted arithmetic means). A unit x round without any answer has no row. A
 * node without a value has NaN.
 */
#ifndef NIEM_SCORES_H
#define NIEM_SCORES_H

#include "niem/answers.h"
#include "niem/base.h"
#include "niem/framework.h"
#include "niem/method.h"
#include "niem/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The scores of answers. Immutable, and shared by threads. */
typedef struct niem_scores niem_scores;

typedef struct niem_score_options {
  int64_t struct_size;
  const char *index; /* score this index only; NULL (default): every index of the framework */
} niem_score_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_score_options_init(niem_score_options *options);

/* Score answers. The scores keep what they need of framework, answers and method: each may be freed afterwards, in any
 * order. NIEM_ERROR_MISMATCH: answers of another framework. NIEM_ERROR_CONSENSUS: several coders on a cell, and the
 * method does not settle it. NIEM_ERROR_UNSUPPORTED: a scored numeric indicator without goalposts. */
NIEM_API niem_status niem_score(niem_scores **out, const niem_framework *framework, const niem_answers *answers,
                                const niem_method *method, const niem_score_options *options, const niem_exec *exec,
                                niem_error *err);
NIEM_API void niem_scores_free(niem_scores *scores);

/* Which scores a table is about. Every field may be NULL or 0. */
typedef struct niem_query {
  int64_t struct_size;
  const char
      *index; /* NULL: the framework's default, or its only one; otherwise NIEM_ERROR_AMBIGUOUS lists the choices */
  const char
      *group; /* a group or a merge of groups; NULL: the framework's default, or its only one; "*": all of them */
  const char *round; /* NULL: all rounds where a table has a column for them, the only one where it has not */
  const char *node;  /* "dimension=housing/step=law", or a short name where it is unique; the index's own name is the
                        top. NULL: all */
  const char
      *level; /* nodes of one level: a facet's id, "indicator" for leaves, "index" for the top; NULL: all inner nodes */
  const char *const *units; /* NULL: all units */
  int64_t n_units;
  const char *peers; /* a peer group of the framework, instead of `units` */
  const char *bands; /* a preset or JSON: adds the column "band"; NULL: the method's, or none */
} niem_query;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_query_init(niem_query *query);

/* Tidy scores: unit, round, group, index, node, level, value, coverage, lower, upper, n_applicable, n_answered
 * (indicators below the node; NIEM_MISSING_INTEGER for a merge `over: all` means never: merges count over their
 * groups), state and, on request, band. state: value, no_value (too little evidence), screened_out (no value at a node
 * because the method's screening left the unit out, of all members where the group is a merge), not_applicable. Bounds:
 * every gap at its indicator's own worst or best end. */
NIEM_API niem_status niem_scores_table(niem_table **out, const niem_scores *scores, const niem_query *query,
                                       niem_error *err);
/* One value; NaN where the node has none. NIEM_ERROR_REFERENCE where there is no such unit, round, group or node. */
NIEM_API niem_status niem_scores_value(double *out, const niem_scores *scores, const char *unit, const char *round,
                                       const char *group, const char *node, niem_error *err);
/* The member set: a row for each indicator below each node asked for: unit, round, group, node, indicator, state,
 * value, imputed (1 where the method filled the gap, 0). */
NIEM_API niem_status niem_scores_members(niem_table **out, const niem_scores *scores, const niem_query *query,
                                         niem_error *err);
/* A score as the sum of its indicators' contributions: group, indicator, label, answer, state, value, weight,
 * contribution. `math.fsum` of the contributions, in any order, is the published score, bit for bit: where
 * contributions of both signs (z-scores) are too coarse for their sum, a last row "rounding" without an indicator holds
 * the rest. `round` NULL: the only one. query: index, group, node (default: the top). */
NIEM_API niem_status niem_explain(niem_table **out, const niem_scores *scores, const char *unit, const char *round,
                                  const niem_query *query, niem_error *err);

/* What the method's steps did. `part`:
 * - "values", a row for each value that a step filled or changed and each unit that it left out: step (its place in the
 *   list, from 1), kind, unit, round, group, indicator (missing where a unit was screened out), what (imputed, imputed
 *   by the whole column, winsorised from above, winsorised from below, transformed, screened out), before (screening:
 *   the share of values that the unit has), after
 * - "indicators", a row for each indicator that a step learned something of: step, kind, indicator, round (missing: all
 *   together), n (values), n_changed, low, high (the least and the greatest value that it learned on), and for a
 *   treatment treated, passes (1 or 0; missing: cannot be tested), skewness_before, kurtosis_before, skewness,
 *   kurtosis, lambda
 * - "weights", a row for each child of a node whose weights a step made (given weights are in the method): step, kind,
 *   index, node, child, weight, share (for equal influence the share of the correlations that was reached, otherwise
 *   the weight), reached (1 where equal influence is, 0 where no weights that are not negative do that), departure (the
 *   greatest |share - share wanted|), explained (PCA: share of the variance), ratio (AHP: consistency ratio; above 0.1
 *   the comparisons contradict each other too much), n (rows that were used)
 *
 * Without steps the tables have no rows; else "values" and "indicators" stand in the order in which the steps did it.
 */
NIEM_API niem_status niem_scores_steps(niem_table **out, const niem_scores *scores, const char *part, niem_error *err);
/* The weights that the scores were made with: index, node, level, parent, weight (as given, or as the method made it
 * from the data), share (of the sum of its siblings'), effective (share of the top when nothing is missing: the product
 * of the shares on the way up). NaN below an aggregation that has no weights for its children (OWA, OGWA, MPI, AMPI,
 * benefit of the doubt, in which each unit has its own). `index` NULL: all that were scored. */
NIEM_API niem_status niem_effective_weights(niem_table **out, const niem_scores *scores, const char *index,
                                            niem_error *err);

/* Digests of framework, answers and method, the library's version and the options: enough to recompute and verify.
 * JSON. */
NIEM_API niem_status niem_scores_manifest(niem_buffer **out, const niem_scores *scores, niem_error *err);
/* Canonical bytes from which the same scores are made again, bit for bit (they are verified on reading:
 * NIEM_ERROR_MISMATCH). */
NIEM_API niem_status niem_scores_json(niem_buffer **out, const niem_scores *scores, niem_error *err);
NIEM_API niem_status niem_scores_parse(niem_scores **out, const char *bytes, int64_t n_bytes, niem_error *err);

/* The parts that the scores were made of, as new handles that the caller frees. */
NIEM_API niem_status niem_scores_framework(niem_framework **out, const niem_scores *scores, niem_error *err);
NIEM_API niem_status niem_scores_method(niem_method **out, const niem_scores *scores, niem_error *err);
NIEM_API niem_status niem_scores_answers(niem_answers **out, const niem_scores *scores, niem_error *err);

#ifdef __cplusplus
}
#endif

#endif
