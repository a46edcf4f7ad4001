/* libniem, room "robustness": what results hang on. How far scores and ranks move with what could have been chosen
 * otherwise, and which of the choices moves them.
 *
 * Seeds: the same seed gives the same bits, on every machine and whatever the threads. Generator: philox4x32-10;
 * replicate k, and point k of a sample, is the same whoever computes it and however many there are.
 */
#ifndef NIEM_ROBUSTNESS_H
#define NIEM_ROBUSTNESS_H

#include "niem/answers.h"
#include "niem/base.h"
#include "niem/framework.h"
#include "niem/method.h"
#include "niem/scores.h"
#include "niem/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ==== bare matrices: any model, in this library or outside of it. A sample is drawn here, the model is run on its
 * rows by the caller, and what came out is read here. Matrices and arrays are as in niem/methods.h. */

/* ---- Points in the unit cube */
enum { NIEM_MAX_SOBOL_COLUMNS = 1024 };
enum {
  NIEM_SCRAMBLE_NONE = 0,
  NIEM_SCRAMBLE_LINEAR = 1, /* a random lower triangular matrix and a digital shift (Matousek 1998) */
  NIEM_SCRAMBLE_OWEN = 2,   /* nested uniform scrambling (Owen 1995), the whole tree of it */
  NIEM_SCRAMBLE_END = 3
};
typedef struct niem_sobol_options {
  int64_t struct_size;
  int32_t scramble; /* NIEM_SCRAMBLE_...; default none */
  int32_t reserved;
  int64_t skip; /* points of the sequence that are left out before the first; default 0 */
  int64_t seed; /* of the scrambling; default 1. Without scrambling it has no part */
} niem_sobol_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_sobol_options_init(niem_sobol_options *options);
/* Sobol's sequence (1967) with the direction numbers of Joe & Kuo (2008), in the order of the Gray code (Antonov &
 * Saleev 1979), as SciPy and Joe & Kuo have it: `n` points of `d` coordinates, row after row. 2^k points at the start
 * (or from a multiple of 2^k) are spread evenly: take powers of 2. Without scrambling: [0, 1), the first point is the
 * origin, 53 bits. Scrambled: (0, 1), the middles of 2^52 cells; every point is uniform by itself, and the points are
 * spread as evenly as before. NIEM_ERROR_LIMIT for more than NIEM_MAX_SOBOL_COLUMNS coordinates or beyond point 2^52.
 */
NIEM_API niem_status niem_sobol_sequence(double *out, int64_t n, int64_t d, const niem_sobol_options *options,
                                         const niem_exec *exec, niem_error *err);

/* ---- Uniform numbers made into inputs */
enum {
  NIEM_INPUT_UNIFORM = 0,    /* on [low, high] */
  NIEM_INPUT_DISCRETE = 1,   /* one of `choices`, from 0: [0, 1] is cut by the probabilities, whatever was drawn */
  NIEM_INPUT_TRIANGULAR = 2, /* on [low, high], most likely at `middle` */
  NIEM_INPUT_NORMAL = 3,     /* mean `middle`, standard deviation `spread`, cut to [low, high] */
  NIEM_INPUT_END = 4
};
/* For each input one element; a NULL array, or a NaN in it, stands for the default. What has no part in an input's kind
 * must be NaN (or 0 choices). Without any array all inputs are uniform on [0, 1]. */
typedef struct niem_inputs_options {
  int64_t struct_size;
  const int32_t *kinds;        /* NIEM_INPUT_...; NULL: uniform */
  const double *low;           /* default 0; normal: not cut */
  const double *high;          /* default 1; normal: not cut */
  const double *middle;        /* default the middle of the range; normal: 0 */
  const double *spread;        /* default 1 */
  const int32_t *choices;      /* discrete: how many, 1 to 1000000 */
  int64_t n_inputs;            /* elements of the arrays: the matrix's columns; 0: there are none */
  const double *probabilities; /* those of all discrete inputs, one after another, for each input of any sum; NULL:
                                  all choices alike */
  int64_t n_probabilities;
} niem_inputs_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_inputs_options_init(niem_inputs_options *options);
/* `x`: numbers within [0, 1], a column an input; by the inverse of each distribution. `out`: n_rows * n_cols, may be
 * x's own data. A missing number stays missing. NIEM_ERROR_VALUE with row and column for a number outside [0, 1], and
 * for 0 or 1 where a normal input is not cut there: scramble the sequence. */
NIEM_API niem_status niem_transform_inputs(double *out, const niem_matrix *x, const niem_inputs_options *options,
                                           niem_error *err);

/* ---- Sensitivity by variance (Sobol 1993; Saltelli et al. 2010) */
enum {
  NIEM_SAMPLE_SOBOL = 0,  /* Sobol's sequence: twice as many coordinates as inputs */
  NIEM_SAMPLE_RANDOM = 1, /* independent draws */
  NIEM_SAMPLE_END = 2
};
typedef struct niem_sensitivity_sample_options {
  int64_t struct_size;
  int32_t source;       /* NIEM_SAMPLE_... */
  int32_t scramble;     /* of Sobol's sequence: NIEM_SCRAMBLE_...; default Owen's */
  int32_t second_order; /* 1: with the rows that effects of pairs need; default 0 */
  int32_t reserved;
  int64_t skip; /* base points before the first; a sample is made longer by appending one that skips its points */
  int64_t seed; /* default 1 */
} niem_sensitivity_sample_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_sensitivity_sample_options_init(niem_sensitivity_sample_options *options);
/* The rows of a sample of n base points for d inputs: n (d + 2), or n (2 d + 2) with second order; 0 for none. */
NIEM_API int64_t niem_sensitivity_rows(int64_t n, int64_t d, int32_t second_order);
/* `out`: niem_sensitivity_rows(n, d, second_order) rows of d uniform numbers. Rows stand base point by base point. For
 * base point j, with two independent points A_j and B_j:
 *   - A_j;
 *   - B_j;
 *   - AB_j1 ... AB_jd: A_j, but for input i, which is B_j's;
 *   - with second order BA_j1 ... BA_jd: B_j, but for input i, which is A_j's.
 * For Sobol's sequence take n = 2^k. NIEM_ERROR_LIMIT for more than 512 inputs of Sobol's sequence. */
NIEM_API niem_status niem_sensitivity_sample(double *out, int64_t n, int64_t d,
                                             const niem_sensitivity_sample_options *options, const niem_exec *exec,
                                             niem_error *err);

/* How the effect of an input by itself is estimated. B and AB_i share input i; m is the mean, V the variance. */
enum {
  NIEM_FIRST_SALTELLI = 0, /* mean of (B - m)(AB_i - A) over V: Saltelli et al. 2010, centred. Good for small effects */
  NIEM_FIRST_JANON = 1,  /* covariance of B and AB_i over the variance of the two (Janon et al. 2014). For large ones */
  NIEM_FIRST_JANSEN = 2, /* 1 - mean of (B - AB_i)^2 over 2 V (Jansen 1999) */
  NIEM_FIRST_SOBOL = 3,  /* (mean of B AB_i - m^2) over V (Sobol 1993), to compare with: it is not centred, so that
                            adding a constant to the results changes it */
  NIEM_FIRST_END = 4
};
enum { NIEM_INTERVAL_PERCENTILE = 0, NIEM_INTERVAL_NORMAL = 1, NIEM_INTERVAL_END = 2 };
enum { NIEM_MAX_RESAMPLES = 1000000 };
typedef struct niem_sensitivity_options {
  int64_t struct_size;
  int32_t first;        /* NIEM_FIRST_... */
  int32_t second_order; /* 1: the rows hold BA; default 0 */
  int32_t interval; /* NIEM_INTERVAL_...: between quantiles of the resamples, or their deviation about the estimate */
  int32_t reserved;
  int64_t resamples; /* of the bootstrap; default 1000, 0: none */
  int64_t seed;      /* default 1 */
  double level;      /* of the intervals, in (0, 1); default 0.95 */
} niem_sensitivity_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_sensitivity_options_init(niem_sensitivity_options *options);

/* Of one input on one output. Errors and bounds are NaN without resamples. */
typedef struct niem_sensitivity_index {
  double first; /* share of the variance that the input explains by itself */
  double first_error;
  double first_low;
  double first_high;
  double total; /* share that goes when all others are known: mean of (A - AB_i)^2 over 2 V (Jansen 1999) */
  double total_error;
  double total_low;
  double total_high;
  int64_t n_used;   /* base points whose evaluations for this input are all there */
  int64_t n_failed; /* the others */
} niem_sensitivity_index;
/* Of two inputs together, beyond what each of them does by itself. */
typedef struct niem_sensitivity_pair {
  int64_t input_a; /* from 0 */
  int64_t input_b;
  double second;
  double second_error;
  double second_low;
  double second_high;
  int64_t n_used;
  int64_t n_failed;
} niem_sensitivity_pair;
typedef struct niem_sensitivity_output {
  double mean;     /* of A and B */
  double variance; /* of A and B together, divided by their number. 0: nothing to explain, all indices are NaN */
  double sum_first;
  double sum_total;
  int64_t n_used; /* base points with both A and B */
  int64_t n_failed;
} niem_sensitivity_output;

/* What came out of the model for the rows of niem_sensitivity_sample, a column an output. `indices`: for each output
 * n_inputs of them. `pairs`: for each output n_inputs (n_inputs - 1) / 2, in the order (0, 1), (0, 2) ... (1, 2) ...;
 * NULL for no interest, and without second order. `outputs`: n_outputs, or NULL. With second order both halves of the
 * rows count for the first and total effects too.
 * A failed evaluation is NaN: its base point is left out of the indices that need it, and only of these, with mean and
 * variance over the points that are left; `n_failed` says so. An index without a variance, or with fewer than two
 * points, is NaN. The bootstrap draws whole base points and computes everything anew, the variance too; a resample in
 * which an index is NaN has no part in its bounds. Estimates are sums that are exact but for the rounding of their
 * terms, the same in any order of the base points. NIEM_ERROR_ARGUMENT where the rows are not whole base points. */
NIEM_API niem_status niem_sensitivity_indices(niem_sensitivity_index *indices, niem_sensitivity_pair *pairs,
                                              niem_sensitivity_output *outputs, const niem_matrix *y, int64_t n_inputs,
                                              const niem_sensitivity_options *options, const niem_exec *exec,
                                              niem_error *err);

/* ---- Weights with noise */
enum {
  NIEM_NOISE_UNIFORM = 0, /* weight * (1 + share * u), u uniform on (-1, 1) (COINr's) */
  NIEM_NOISE_NORMAL = 1,  /* weight * (1 + share * z), z standard normal, cut evenly to where the weight stays within 0
                             and twice what it was: its mean stays */
  NIEM_NOISE_SIMPLEX = 2, /* nothing is known but the sum: uniform among all weights of a block (Dirichlet of ones);
                             a given weight of 0 stays 0 */
  NIEM_NOISE_END = 3
};
typedef struct niem_noise_options {
  int64_t struct_size;
  int32_t method;       /* NIEM_NOISE_... */
  int32_t rescale;      /* 1 (default): the weights of a block add up to what they did; 0: they are left as drawn.
                           The simplex always adds up */
  const double *shares; /* within [0, 1], for each weight, or one for all; NULL: 0.25. The simplex has none */
  int64_t n_shares;
  const int32_t *blocks; /* which weights belong together, as the children of one node do; not negative. NULL: all */
  int64_t n_blocks;      /* elements of blocks: the weights, or 0 */
  int64_t replicates;    /* default 1000 */
  int64_t first;         /* number of the first replicate; default 0 */
  int64_t seed;          /* default 1 */
} niem_noise_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_noise_options_init(niem_noise_options *options);
/* `out`: replicates * n_weights, a replicate a row. `weights` are finite, not negative and not all zero. A block in
 * which all weights are drawn as 0 (which only shares of 1 can do) keeps zeros. */
NIEM_API niem_status niem_noisy_weights(double *out, const double *weights, int64_t n_weights,
                                        const niem_noise_options *options, const niem_exec *exec, niem_error *err);

/* ==== scores on a framework
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
 * asked for or a million. Random numbers are those of the generator "philox4x32-10": the stream is 1024 and the
 * place of the input in its list (from 0), a uniform number two words.
 */

/* What came of the replicates. Immutable, and shared by threads. It is not saved: the same call makes it again, bit for
 * bit. */
typedef struct niem_uncertain_scores niem_uncertain_scores;

typedef struct niem_uncertainty_options {
  int64_t struct_size;
  int64_t replicates;    /* default 10000; at most NIEM_MAX_REPLICATES */
  int64_t seed;          /* default 1 */
  double interval_level; /* share of the replicates within low and high, in (0, 1); default 0.9 */
  double tolerance;      /* as in niem_rank and niem_change; negative (default -1): the method's */
  int64_t shown;         /* so many first replicates stand in the part "inputs", default 100; at most 100000 */
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
 * figure. NIEM_ERROR_VALUE where all fail. NIEM_ERROR_LIMIT where the result would be larger than 2^25 counts.
 *
 * Where nodes are weighted means (arithmetic, geometric, harmonic) of given weights, no parameter is drawn, and gaps
 * and answers are not while a step of the method prepares leaves, replicates are made in plain doubles, a lane each
 * (relative error about 1e-15); the published value beside them is the score of niem_score. */
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
 * - "pairs", a row for each two units: round, group, node, unit_a, unit_b, share_above, share_tied (of the replicates
 * in which both have a value; a is above b where its rank is better)
 * - "changes", a row for each two rounds of a unit that has both: unit, group, node, from, to, change (as published),
 * n, mean, low, high, share_improved, share_unchanged, share_worsened; a replicate draws the same for both rounds
 * - "inputs", what the first replicates drew: replicate (from 0), input, what (a node, a place in the method, or "unit
 *   round group indicator"), value (weights: the weight, or a factor where a step makes it from the data; gaps and
 * answers: the number or the score), text (the alternative, or what was left out)
 * - "failures": message, n
 *
 * Quantiles are of type 7. Up to 512 replicates they are exact. Of more, the first 512 tell where the values of a
 * figure lie; the stretch of three times their range about them is cut into 2048 equal cells, and a quantile is right
 * to within one cell (note "resolution": the widest one of the table), and exact where all values in its cell are the
 * same; beyond the stretch it lies on a line to the extreme. Means and deviations are those of values rounded to 2^-19
 * of that range (or of 1/256 of the value, if that is more). Ranks are exact: their quantiles are ranks that occur
 * (type 1). Notes: replicates, failed, seed, generator, interval_level, index, tolerance, the inputs, and, where there
 * are any, idle_weights: how many weights are drawn below aggregations that have none for their children (OWA, MPI),
 * and so move nothing. */
NIEM_API niem_status niem_uncertainty_table(niem_table **out, const niem_uncertain_scores *uncertain, const char *part,
                                            niem_error *err);

typedef struct niem_scores_sensitivity_options {
  int64_t struct_size;
  int64_t base;          /* base points, a power of two for the balance of Sobol' sequences; default 1024 */
  int64_t seed;          /* of the scrambling; default 1 */
  int64_t resamples;     /* of the bootstrap behind the intervals; default 1000 */
  double interval_level; /* in (0, 1); default 0.9 */
  double tolerance;      /* of ranks; negative (default -1): the method's */
  const char *targets;   /* which targets, parted by spaces; NULL: "rank_change score rank" */
} niem_scores_sensitivity_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_scores_sensitivity_options_init(niem_scores_sensitivity_options *options);

/* Sobol' indices of the inputs: the share of a target's variance that goes with an input by itself (first), and with it
 * and all that it does together with others (total). Each input is one factor, however many numbers it draws; base *
 * (inputs + 2) scores are made. target, unit, round (of a change: "2019 to 2021"), group, node, input, first,
 * first_low, first_high, total, total_low, total_high, n (base points behind it), n_failed. Targets:
 * - "rank_change": the mean over the units of how many places each is away from its published rank (no unit)
 * - "score", "rank": of each unit
 * - "change": between each two rounds of each unit
 *
 * A target that does not vary has NaN. Base points of which a score fails, or has no value, are left out of that target
 * and counted. Inputs that draw more numbers than the sequence has dimensions draw them by "philox4x32-10" instead
 * (note "pseudorandom"). Note "widest_interval": the widest of all intervals, to judge whether `base` is enough. */
NIEM_API niem_status niem_sensitivity(niem_table **out, niem_problems **problems, const niem_framework *framework,
                                      const niem_answers *answers, const niem_method *method, const char *inputs,
                                      int64_t n_bytes, const niem_query *query,
                                      const niem_scores_sensitivity_options *options, const niem_exec *exec,
                                      niem_error *err);

#ifdef __cplusplus
}
#endif

#endif
