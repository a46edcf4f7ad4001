/* libniem, room "robustness": what scores and ranks would be under other weights, methods and answers.
 *
 * Uncertainty: everything that could have been otherwise is drawn, again and again, and the scores are made anew each
 * time (Saisana, Saltelli & Tarantola, "Uncertainty and sensitivity analysis techniques as tools for the quality
 * assessment of composite indicators", J. R. Stat. Soc. A 168, 2005; OECD & JRC, Handbook on Constructing Composite
 * Indicators, 2008, step 7). Sensitivity: which of these draws the spread comes from (Sobol' indices).
 *
 * What is drawn is data, one JSON object; docs/reference/uncertainty-format.md describes it whole:
 *   {"format": "niem-uncertainty/1", "inputs": [
 *     {"name": "weights", "kind": "weights", "draw": "noise", "share": 0.25, "level": "dimension"},
 *     {"name": "any weights", "kind": "weights", "draw": "simplex", "level": "area"},
 *     {"name": "normalisation", "kind": "choice", "at": "/steps/0/method", "values": ["minmax", "zscore"]},
 *     {"name": "threshold", "kind": "parameter", "at": "/missing/min_coverage", "low": 0.3, "high": 0.7},
 *     {"name": "gaps", "kind": "gaps", "draw": "options"},
 *     {"name": "one indicator less", "kind": "left_out", "draw": "one"},
 *     {"name": "coding", "kind": "answers", "probability": 0.05}]}
 * Without inputs (NULL) all weights at every level are drawn within +-25 %, and nothing else.
 *
 * Replicate k is a function of the seed and k alone: the same whatever the threads, and whether 1000 replicates are
 * asked for or a million. Random numbers are those of the generator "philox4x32-10": the stream is the place of the
 * input in its list (from 0), a uniform number two words.
 */
#ifndef NIEM_ROBUSTNESS_H
#define NIEM_ROBUSTNESS_H

#include "niem/base.h"
#include "niem/framework.h"
#include "niem/answers.h"
#include "niem/method.h"
#include "niem/methods.h"
#include "niem/scores.h"
#include "niem/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Scores on a framework */

/* What came of the replicates. Immutable, and shared by threads. It is not saved: the same call makes it again, bit for
 * bit. */
typedef struct niem_uncertain_scores niem_uncertain_scores;

typedef struct niem_uncertainty_options {
  int64_t struct_size;
  int64_t replicates; /* default 10000; at most NIEM_MAX_REPLICATES */
  int64_t seed;       /* default 1 */
  double interval;    /* share of the replicates within low and high, in (0, 1); default 0.9 */
  double tolerance;   /* as in niem_rank and niem_change; negative (default -1): the method's */
  int64_t shown;      /* so many first replicates stand in the part "inputs", default 100; at most 100000 */
} niem_uncertainty_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_uncertainty_options_init(niem_uncertainty_options *options);

/* Draw and score, so many times. `inputs`: `n_bytes` of JSON as above; NULL: weights within +-25 %. The query says
 * which scores are looked at (default: the top of the default index, the default group, all rounds and units); its
 * `bands` must be NULL. Ranks are among its units. Problems of the inputs are listed in `*problems` (may be NULL; the
 * list is made, and must be freed, on success and on failure alike).
 *
 * Refused at once, with where "inputs/0/at": names and pointers that mean nothing, and alternatives that no method can
 * have; each alternative, and each end of a parameter, is tried once. What fails for the data of a replicate only (a
 * geometric mean that meets a 0) is counted, told by the part "failures", and left out: n says how many are behind a
 * figure. NIEM_ERROR_VALUE where all fail. NIEM_ERROR_LIMIT where the result would be larger than 2^27 counts.
 *
 * Where nothing but given weights, choices and what is left out is drawn, and nodes are weighted means, replicates are
 * made in plain doubles, a lane each (relative error about 1e-15); the published value beside them is the score of
 * niem_score. */
NIEM_API niem_status niem_uncertainty(niem_uncertain_scores **out, niem_problems **problems,
                                      const niem_framework *framework, const niem_answers *answers,
                                      const niem_method *method, const char *inputs, int64_t n_bytes,
                                      const niem_query *query, const niem_uncertainty_options *options,
                                      const niem_exec *exec, niem_error *err);
NIEM_API void niem_uncertainty_free(niem_uncertain_scores *uncertain);

/* The results. `part`:
 * - "scores": unit, round, group, node, value (as published), n (replicates with a value), mean, sd (n - 1), low,
 *   median, high, rank (as published), rank_mean, rank_median, rank_low, rank_high
 * - "ranks", a row for each rank that a unit has in any replicate: unit, round, group, node, rank, share
 * - "pairs", a row for each two units: round, group, node, unit_a, unit_b, share_above, share_tied (of the replicates in
 *   which both have a value; a is above b where its rank is better)
 * - "changes", a row for each two rounds of a unit that has both: unit, group, node, from, to, change (as published), n,
 *   mean, low, high, share_improved, share_unchanged, share_worsened; a replicate draws the same for both rounds
 * - "inputs", what the first replicates drew: replicate (from 0), input, what (a node, a place in the method, or "unit
 *   round group indicator"), value (weights: the weight; gaps and answers: the number or the score), text (the
 *   alternative, or what was left out)
 * - "failures": message, n
 *
 * Quantiles are of type 7. Up to 512 replicates they are exact. Of more, the first 512 tell where the values of a figure
 * lie; the stretch of three times their range about them is cut into 2048 equal cells, and a quantile is right to
 * within one cell (note "resolution": the widest one of the table); beyond the stretch it lies on a line to the extreme.
 * Means and deviations are kept to 2^-20 of that range. Ranks are exact: their quantiles are ranks that occur (type 1).
 * Notes: replicates, failed, seed, generator, interval, index, tolerance, and the inputs. */
NIEM_API niem_status niem_uncertainty_table(niem_table **out, const niem_uncertain_scores *uncertain, const char *part,
                                            niem_error *err);

typedef struct niem_sensitivity_options {
  int64_t struct_size;
  int64_t base;        /* base points, a power of two for the balance of Sobol' sequences; default 1024 */
  int64_t seed;        /* of the scrambling; default 1 */
  int64_t resamples;   /* of the bootstrap behind the intervals; default 1000 */
  double interval;     /* level of the intervals, in (0, 1); default 0.9 */
  double tolerance;    /* of ranks; negative (default -1): the method's */
  const char *targets; /* which targets, parted by spaces; NULL: "rank_change score rank" */
} niem_sensitivity_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_sensitivity_options_init(niem_sensitivity_options *options);

/* Sobol' indices of the inputs: the share of a target's variance that goes with an input by itself (first), and with it
 * and all that it does together with others (total). Each input is one factor, however many numbers it draws; base *
 * (inputs + 2) scores are made. target, unit, round (of a change: "2019 to 2021"), group, node, input, first, first_low,
 * first_high, total, total_low, total_high, n (base points behind it), n_failed. Targets:
 * - "rank_change": the mean over the units of how many places each is away from its published rank (no unit)
 * - "score", "rank": of each unit
 * - "change": between each two rounds of each unit
 *
 * A target that does not vary has NaN. Base points of which a score fails, or has no value, are left out of that target
 * and counted. Inputs that draw more numbers than the sequence has dimensions draw them by "philox4x32-10" instead (note
 * "pseudorandom"). Note "widest_interval": the widest of all intervals, to judge whether `base` is enough. */
NIEM_API niem_status niem_sensitivity(niem_table **out, niem_problems **problems, const niem_framework *framework,
                                      const niem_answers *answers, const niem_method *method, const char *inputs,
                                      int64_t n_bytes, const niem_query *query, const niem_sensitivity_options *options,
                                      const niem_exec *exec, niem_error *err);

#ifdef __cplusplus
}
#endif

#endif
