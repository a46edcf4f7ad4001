/* libniem, room "methods": the methods of composite indices for a bare matrix of units (rows) by indicators (columns).
 *
 * A NaN is a missing value, said for each function; an infinity, or a number beyond 1e100 in magnitude, is
 * NIEM_ERROR_VALUE with its row and column (counted from 1). A matrix has at least one row and one column. Results go
 * into plain arrays that the caller owns: for a matrix `n_rows * n_cols` doubles, row after row, which may be x's own
 * data. On failure they are untouched. Results are the same bits on every machine. Means, deviations and correlations
 * of columns are exact sums rounded once, so that the order of the rows does not matter (it may, in the last digits,
 * for regression, EM and benefit of the doubt, and for ranks of NIEM_TIES_FIRST). An option that is set and has no part
 * in a method is NIEM_ERROR_ARGUMENT, never ignored; an array of the wrong length is too.
 *
 * Where sources differ, the choice is an option: the header says which source has which.
 */
#ifndef NIEM_METHODS_H
#define NIEM_METHODS_H

#include "niem/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A standard deviation divides by n - 1 (sample) or n (population); 0 is the method's own default. */
enum { NIEM_DEVIATION_DEFAULT = 0, NIEM_DEVIATION_SAMPLE = 1, NIEM_DEVIATION_POPULATION = 2 };

/* ---- Normalisation. x' is the value times its direction, and so are the parameters: they are in the units of the
 * data. */
enum {
  NIEM_NORMALISE_MINMAX = 0,             /* (x' - min) / (max - min), onto [lower, upper] = [0, 100] */
  NIEM_NORMALISE_ZSCORE = 1,             /* (x' - mean) / deviation * sd + mean wanted; n - 1 by default */
  NIEM_NORMALISE_SCALED = 2,             /* (x' - low) / (high - low), onto [0, 100] (Global Innovation Index) */
  NIEM_NORMALISE_GOALPOSTS = 3,          /* the same, cut at the posts; logarithmic as the HDI's income */
  NIEM_NORMALISE_RANK = 4,               /* r: 1 is the least value, so that more is better */
  NIEM_NORMALISE_PERCENTILE_RANK = 5,    /* (r - 1) / (n - 1) */
  NIEM_NORMALISE_BORDA = 6,              /* r - 1 */
  NIEM_NORMALISE_DISTANCE_TARGET = 7,    /* 1 - (target - x') / (target - min) */
  NIEM_NORMALISE_DISTANCE_REFERENCE = 8, /* the same with the value of the unit in `reference_row` */
  NIEM_NORMALISE_DISTANCE_MAXIMUM = 9,   /* the same with the greatest value */
  NIEM_NORMALISE_FRACTION_MAXIMUM = 10,  /* x' / max */
  NIEM_NORMALISE_BANDS = 11,             /* a score for each class between percentiles (Handbook, categorical scale) */
  NIEM_NORMALISE_ABOUT_MEAN = 12, /* lower, middle or upper as x' is below, within or above mean -+ threshold * |mean|
                                     (Handbook, indicators above or below the mean) */
  NIEM_NORMALISE_AMPI = 13,       /* 70 to 130 about the reference 100 (Mazziotta & Pareto 2016), for niem_aggregate */
  NIEM_NORMALISE_END = 14
};
/* Whether what lies beyond the posts, the target or the fitted extremes is cut there; by default goalposts only. */
enum { NIEM_TRUNCATE_DEFAULT = 0, NIEM_TRUNCATE_YES = 1, NIEM_TRUNCATE_NO = 2 };

typedef struct niem_normalise_options {
  int64_t struct_size;
  int32_t method; /* NIEM_NORMALISE_... */
  int32_t deviation;
  int32_t ties; /* rank, percentile rank, Borda: NIEM_TIES_... of niem/comparison.h; default the least, as COINr */
  int32_t truncate;
  int32_t logarithmic;      /* goalposts: 1 takes the logarithms of values and posts, which must be positive */
  int32_t negative_maximum; /* fraction of the maximum, of a column whose greatest x' is negative: the worse the value
                               the greater the quotient, so it is refused; 1 gives it all the same, as COINr does */
  int64_t n_columns;        /* elements of the four arrays: the matrix's columns, or 1: the same for each of them */
  const double *directions; /* 1: more is better; -1: less is; NULL: all 1 */
  const double *low;     /* goalposts, scaled: low < high, whatever the direction. AMPI: the least and the greatest */
  const double *high;    /* value over all rounds; NULL: those of the fitted matrix */
  const double *targets; /* distance to target. AMPI: the reference values; NULL: the means */
  double lower;          /* the scores' scale. Default (NaN) [0, 100]; distances and fraction [0, 1]; about the mean
                            [-1, 1] */
  double upper;
  double mean;      /* z-scores: wanted, default 0 */
  double sd;        /* and 1 */
  double threshold; /* about the mean; default 0.2 */
  double tolerance; /* ranks: neighbours that differ by at most this tie; default 0 */
  double constant;  /* the score of every value of a column in which all are the same, where the method divides by their
                       spread. Default (NaN): NIEM_ERROR_VALUE names the column (COINr: NaN, which then vanishes from the
                       means) */
  int64_t reference_row; /* from 0; -1 (default): none */
  const double *cuts;    /* bands: percentiles as shares in (0, 1), rising (type 7); NULL: .15 .25 .65 .85 .95 */
  int64_t n_cuts;
  const double *scores; /* bands: n_cuts + 1 of them; NULL: evenly from lower to upper. A value at a cut is above it */
  int64_t n_scores;
} niem_normalise_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_normalise_options_init(niem_normalise_options *options);

/* A missing value stays missing and counts for nobody; a column without a value stays one. One value in a column is a
 * column in which all are the same. Ties: ranks of NIEM_TIES_FIRST follow the rows. */
NIEM_API niem_status niem_normalise(double *out, const niem_matrix *x, const niem_normalise_options *options,
                                    niem_error *err);

/* What was learned on one matrix (all rounds together, or a base round), to be applied to others with the same columns:
 * a value beyond the extremes gets a score beyond the scale (unless truncated), or the rank that it would have among
 * the fitted values, at most n. Applied to the fitted matrix it gives what niem_normalise gives. Ranks: with
 * NIEM_TIES_FIRST, or a tolerance, they belong to one matrix: NIEM_ERROR_UNSUPPORTED. A column that had no value in the
 * fit, and has one now, is NIEM_ERROR_VALUE. */
typedef struct niem_normaliser niem_normaliser;
NIEM_API niem_status niem_normaliser_fit(niem_normaliser **out, const niem_matrix *x,
                                         const niem_normalise_options *options, niem_error *err);
/* `out`: n_rows * n_cols of x, which has the columns of the fitted matrix (else NIEM_ERROR_MISMATCH). */
NIEM_API niem_status niem_normaliser_apply(double *out, const niem_normaliser *normaliser, const niem_matrix *x,
                                           niem_error *err);
/* NULL is fine. */
NIEM_API void niem_normaliser_free(niem_normaliser *normaliser);

/* ---- Aggregation: one number for each unit (row). Missing values are skipped and the weights of the others count for
 * all; a row without a value gets NaN, and so does one in which the values there are have no weight. */
enum {
  NIEM_AGGREGATE_ARITHMETIC = 0,
  NIEM_AGGREGATE_GEOMETRIC = 1, /* positive values */
  NIEM_AGGREGATE_HARMONIC = 2,  /* positive values */
  NIEM_AGGREGATE_POWER = 3,     /* (mean of x^p)^(1/p), the geometric mean for p = 0; positive values, or 0 for p > 0 */
  NIEM_AGGREGATE_MEDIAN = 4,    /* weighted: half of the weight lies on either side; the mean of two values that both
                                   do that */
  NIEM_AGGREGATE_MINIMUM = 5,   /* of the values whose weight is not 0 */
  NIEM_AGGREGATE_MAXIMUM = 6,
  NIEM_AGGREGATE_OWA = 7,       /* ordered weighted average (Yager 1988): `order_weights` belong to places, the first to
                                   the greatest value. With values missing the weights are drawn together over fewer
                                   places by the piecewise linear quantifier that they stand for */
  NIEM_AGGREGATE_MEAN_MIN = 8,  /* M - alpha (sqrt((M - min)^2 + beta^2) - beta) (Casadio Tarabusi & Guarini 2013) */
  NIEM_AGGREGATE_MPI = 9,       /* M + penalty S^2 / M (Mazziotta & Pareto), for indicators standardised to mean 100 and
                                   sd 10; S divides by n - 1 as in Compind (by n in the paper: set `deviation`) */
  NIEM_AGGREGATE_AMPI = 10,     /* the same after NIEM_NORMALISE_AMPI; S divides by n, as in paper and Compind */
  NIEM_AGGREGATE_COPELAND = 11, /* units outranked less units that outrank, decided pair by pair on the criteria that
                                   both have, in integers: ties are exact, also of 0.1 + 0.2 and 0.3 */
  NIEM_AGGREGATE_BORDA = 12,    /* sum over criteria of the units beaten, half of those tied with (`ties`) */
  NIEM_AGGREGATE_WROCLAW = 13,  /* distance from the best value of each column, over (mean + 2 deviations) of all
                                   distances (Florek et al. 1952; Compind: n - 1): 0 is the ideal, more is worse */
  NIEM_AGGREGATE_OGWA = 14,     /* ordered geometric weighted average (Chiclana, Herrera & Herrera-Viedma 2000): the
                                   geometric mean with weights of places, as OWA has them; positive values */
  NIEM_AGGREGATE_END = 15
};

typedef struct niem_aggregate_options {
  int64_t struct_size;
  int32_t method;        /* NIEM_AGGREGATE_... */
  int32_t deviation;     /* MPI, AMPI, Wroclaw */
  int32_t penalty;       /* MPI, AMPI: -1 (default) for an index where more is better, 1 where more is worse */
  int32_t ties;          /* Borda: NIEM_TIES_... of niem/comparison.h; default the mean */
  const double *weights; /* one for each column, finite, not negative, not all zero; NULL: equal. OWA, OGWA, MPI and
                            AMPI have none */
  int64_t n_weights;
  const double *order_weights; /* OWA, OGWA */
  int64_t n_order_weights;
  double power;     /* the power mean's order, within [-1000, 1000]; default 1 */
  double alpha;     /* mean-min: within [0, 1], default 0.5 */
  double beta;      /* not negative, default 0 */
  double offset;    /* geometric, harmonic, power, OGWA: added to every value before and taken from the mean after */
  double tolerance; /* Copeland, Borda: values that differ by at most this tie; default 0 */
  double min_available; /* a row with a smaller share of values than this gets NaN; within [0, 1], default 0 */
} niem_aggregate_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_aggregate_options_init(niem_aggregate_options *options);

/* `out`: one number for each row. Arithmetic, geometric and harmonic means are computed with twice the precision of a
 * double, and rounded once. NIEM_ERROR_VALUE with row and column for a value that the method has no room for (0 and
 * below in a geometric mean): state an `offset`, or normalise to positive scores. MPI and AMPI need a positive mean in
 * each row. Copeland costs n_rows^2 * n_cols / 2 comparisons. */
NIEM_API niem_status niem_aggregate(double *out, const niem_matrix *x, const niem_aggregate_options *options,
                                    niem_error *err);
/* The outranking matrix, n_rows * n_rows: the share of the weight of the criteria that both units have on which the row
 * is better than the column, ties by half; the diagonal is 1. NaN for two units without a criterion in common. Element
 * (i, k) and (k, i) add up to 1. `weights` as above (NULL: equal). */
NIEM_API niem_status niem_outranking(double *out, const niem_matrix *x, const double *weights, int64_t n_weights,
                                     double tolerance, niem_error *err);

/* ---- Treatment of outliers: a column whose skewness and kurtosis (type 2) both exceed their thresholds is winsorised,
 * tested again, and transformed when that failed. */
enum {
  NIEM_TRANSFORM_NONE = 0,
  NIEM_TRANSFORM_LOG_CT = 1,       /* ln(x - min + 0.01 (max - min)): the COIN Tool's, as COINr has it */
  NIEM_TRANSFORM_LOG_CT_SHIFT = 2, /* ln(x - min + 1): the COIN Tool's original */
  NIEM_TRANSFORM_LOG_CT_SIGNED =
      3,                          /* the first; mirrored, -ln(max - x + 0.01 (max - min)), where skewness is negative */
  NIEM_TRANSFORM_LOG_GII = 4,     /* ln((max f - 1) (x - min) / (max - min) + 1), mirrored where skewness is negative
                                     (Global     Innovation Index); needs max f > 1. COINr returns its input */
  NIEM_TRANSFORM_LOG = 5,         /* ln(x), positive values */
  NIEM_TRANSFORM_BOX_COX = 6,     /* (x^lambda - 1) / lambda, positive values */
  NIEM_TRANSFORM_YEO_JOHNSON = 7, /* any values */
  NIEM_TRANSFORM_END = 8
};

typedef struct niem_treat_options {
  int64_t struct_size;
  int32_t winsorise;     /* 1 (default): the first treatment; 0: none */
  int32_t transform;     /* the second, NIEM_TRANSFORM_...; default LOG_CT */
  int32_t combine;       /* 1: the second begins with the winsorised values; 0 (default): with the original ones */
  int32_t force;         /* 1: the first treatment that is switched on is done to every column, tested or not */
  int32_t make_positive; /* Box-Cox: 1 takes x - min + 1, as COINr does by default */
  int32_t reserved;
  int64_t max_points;     /* that are winsorised in a column, of both ends; default 5. Tied points move together; a step
                             that would exceed this, or leave all values the same, is not taken */
  double skewness;        /* thresholds: 2 */
  double kurtosis;        /* and 3.5. A column passes below either */
  double factor;          /* LOG_GII: f; default 1 */
  double lambda;          /* Box-Cox, Yeo-Johnson; default (NaN): maximum likelihood within [-5, 5] */
  const int32_t *columns; /* 1 for a column that may be treated, 0 for one that is left; NULL: all may */
  int64_t n_columns;
} niem_treat_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_treat_options_init(niem_treat_options *options);

/* What was done to a column: a bit set. */
enum { NIEM_TREATED_WINSORISED = 1, NIEM_TREATED_TRANSFORMED = 2 };
/* What was done to a value: a bit set. */
enum { NIEM_MARK_HIGH = 1, NIEM_MARK_LOW = 2, NIEM_MARK_TRANSFORMED = 4 };
typedef struct niem_treatment {
  int32_t treated; /* NIEM_TREATED_... */
  int32_t passes;  /* 1 or 0 at the end; -1: cannot be tested (fewer than 4 values, or all the same), left as it is */
  int64_t n_high;  /* points winsorised from above; 0 where the transformation began again from the original values */
  int64_t n_low;
  double skewness_before;
  double kurtosis_before;
  double skewness;
  double kurtosis;
  double lambda; /* used; NaN where there is none */
} niem_treatment;

/* `report`: n_cols of them, or NULL. `marks`: n_rows * n_cols bit sets, or NULL. Missing values stay missing. For a
 * panel stack the rounds into one matrix: they are then treated alike and still compare (COINr treats each year by
 * itself). */
NIEM_API niem_status niem_treat(double *out, niem_treatment *report, int32_t *marks, const niem_matrix *x,
                                const niem_treat_options *options, niem_error *err);

/* ---- Weights, which add up to 1. Given weights need no function: every method takes them. */
enum {
  NIEM_WEIGHTS_EQUAL = 0,
  NIEM_WEIGHTS_PCA = 1,       /* squared loadings on the first `components` principal components of the correlations,
                                 added up (communalities: no sign and no rotation matters), over their sum */
  NIEM_WEIGHTS_ENTROPY = 2,   /* 1 - Shannon entropy of a column's shares (Zeleny 1982): values not negative */
  NIEM_WEIGHTS_CRITIC = 3,    /* deviation of the min-max values times the sum of 1 - r (Diakoulaki et al. 1995) */
  NIEM_WEIGHTS_DEVIATION = 4, /* standard deviation of the values as they are: normalise first */
  NIEM_WEIGHTS_INFLUENCE = 5, /* such that the correlations of the columns with the weighted mean are to one another as
                                 the targets are (equal ones: every indicator has the same influence) */
  NIEM_WEIGHTS_INFOMAX = 6,   /* such that the mean correlation of the columns with the weighted mean is greatest. For
                                 Pearson's that is where all standardised columns have the same weight, 1 / sd (Cauchy &
                                 Schwarz); COINr searches for it */
  NIEM_WEIGHTS_END = 7
};

typedef struct niem_weights_options {
  int64_t struct_size;
  int32_t method;        /* NIEM_WEIGHTS_... */
  int32_t deviation;     /* CRITIC, deviation: default n - 1 */
  int64_t components;    /* PCA: default 1; 0: those with an eigenvalue of at least 1 (Kaiser) */
  const double *targets; /* influence: shares of the correlations; NULL: equal. Positive, of any sum */
  int64_t n_targets;
  int32_t correlation; /* influence, infomax: NIEM_CORRELATION_... of niem/statistics.h; default Pearson's */
  int32_t reserved;
  int64_t max_evaluations; /* of a search: default 20000 */
} niem_weights_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_weights_options_init(niem_weights_options *options);

typedef struct niem_weights_report {
  int32_t reached;  /* influence: 1 where every target is met within 1e-9. 0: no weights >= 0 do that; each column with
                       a weight then has correlations as its target asks, and each without one has more than that */
  int32_t n_zero;   /* columns with a weight of 0 */
  int64_t n_rows;   /* rows that were used */
  double departure; /* influence: greatest |share reached - share wanted| */
  double explained; /* PCA: share of the variance behind the components */
  double mean_correlation; /* influence, infomax: of the columns with the weighted mean; NaN for others */
  int64_t evaluations;     /* of a search; 0 where the weights were solved for */
  int32_t converged;       /* influence, infomax: 0 where a search ended with max_evaluations */
  int32_t reserved;
} niem_weights_report;

/* Spearman's and Kendall's correlations are step functions of the weights: what solves the problem for Pearson's has no
 * meaning for them. Weights, none of which is 0, are looked for by a search without derivatives, in a fixed order,
 * from equal weights of the standardised columns and, for influence, from the solution for Pearson's: the least sum of
 * squared distances of the shares from the targets (COINr's), or the greatest mean correlation. It ends where no weight
 * can be raised or lowered, by factors down to 1.0001, to any gain: another search may find better ones, `departure`
 * says how far these are, and `reached` is as said, which a step function seldom is. */

/* `out`: n_cols weights, none negative; `shares`: for influence and infomax the shares of the correlations reached,
 * otherwise the weights; NULL for no interest, as is `report`. PCA, influence and infomax use the rows without a
 * missing value, of which they need more than two; entropy, CRITIC and deviation use what each column (or pair) has.
 * NIEM_ERROR_VALUE names a column without spread (PCA, influence, infomax), or says that no column has any. */
NIEM_API niem_status niem_weights(double *out, double *shares, niem_weights_report *report, const niem_matrix *x,
                                  const niem_weights_options *options, niem_error *err);

/* Budget allocation: experts (rows) share out points among indicators (columns); a blank is no points. The mean of the
 * experts' shares. */
NIEM_API niem_status niem_weights_budget(double *out, const niem_matrix *points, niem_error *err);

/* Analytic hierarchy process (Saaty 1980): how many times the row is more important than the column, positive, with
 * a_ik a_ki = 1 (one of the two may be missing). `ratio`: Saaty's consistency ratio; above 0.1 the comparisons
 * contradict each other too much. `eigenvalue`: the greatest one. Both may be NULL. Up to 15 indicators. */
NIEM_API niem_status niem_weights_ahp(double *out, double *ratio, double *eigenvalue, const niem_matrix *comparisons,
                                      niem_error *err);

typedef struct niem_benefit_options {
  int64_t struct_size;
  const double *least_shares; /* of an indicator in each unit's score, in [0, 1]; NULL: 0 */
  const double *most_shares;  /* NULL: 1 */
  int64_t n_shares;
} niem_benefit_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_benefit_options_init(niem_benefit_options *options);

/* Benefit of the doubt (Cherchye et al. 2007): each unit has the weights that are best for it and give no unit more
 * than 1. `scores`: n_rows, in [0, 1]; `weights`: n_rows * n_cols, or NULL. Values are not negative, more is better. A
 * unit with a missing value has no score (NaN) and sets no standard for others (Compind: it scores 1). A unit with 0
 * where a share is prescribed scores 0. NIEM_ERROR_VALUE: shares that cannot add up to 1. */
NIEM_API niem_status niem_benefit_of_doubt(double *scores, double *weights, const niem_matrix *x,
                                           const niem_benefit_options *options, niem_error *err);

/* Stochastic multicriteria acceptability analysis (Lahdelma & Salminen 2001): which ranks units have over weights that
 * are drawn uniformly among all that there are. */
enum { NIEM_MAX_SMAA_ROWS = 4096, NIEM_MAX_REPLICATES = 1000000000 };
typedef struct niem_smaa_options {
  int64_t struct_size;
  int64_t replicates;          /* default 10000 */
  int64_t seed;                /* default 1; the same seed gives the same bits, whatever the threads */
  const double *least_weights; /* below which no weight is drawn: not negative, adding up to at most 1; NULL: 0 */
  int64_t n_least_weights;
  double tolerance; /* scores that differ by at most this tie, and share the least of their places; default 1e-9 */
} niem_smaa_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_smaa_options_init(niem_smaa_options *options);
/* More is better, and all columns on one scale: normalise first. `acceptability`: n_rows * n_rows, the share of the
 * replicates in which the unit (row) has the rank (column, from 1). `mean_ranks`: n_rows, or NULL. `central_weights`:
 * n_rows * n_cols, the mean of the weights with which the unit is first (NaN where it never is), or NULL. Missing
 * values are skipped and the weights of the others count for all; a row without a value has NaN and no rank. Generator:
 * philox4x32-10. NIEM_ERROR_CANCELLED where the callback of `exec` says so. */
NIEM_API niem_status niem_smaa(double *acceptability, double *mean_ranks, double *central_weights, const niem_matrix *x,
                               const niem_smaa_options *options, const niem_exec *exec, niem_error *err);

/* ---- Imputation. An observed value is never changed. */
enum {
  NIEM_IMPUTE_MEAN = 0,            /* of the column, in the row's group where there are `groups` */
  NIEM_IMPUTE_MEDIAN = 1,          /* the same */
  NIEM_IMPUTE_ROW_MEAN = 2,        /* of the row: normalise first */
  NIEM_IMPUTE_ROW_MEDIAN = 3,      /* the same */
  NIEM_IMPUTE_LATEST = 4,          /* the unit's last earlier value, not older than `max_age` */
  NIEM_IMPUTE_LINEAR = 5,          /* between the unit's neighbouring observations in time */
  NIEM_IMPUTE_LINEAR_CONSTANT = 6, /* the same; before the first and after the last observation their values: one
                                      observation is enough */
  NIEM_IMPUTE_NEIGHBOURS = 7, /* mean of the k rows nearest by Gower's distance (1971) that have a value; all of those
                                 tied for the last place count */
  NIEM_IMPUTE_REGRESSION = 8, /* least squares on the predictors that the row has */
  NIEM_IMPUTE_EM = 9,         /* multivariate normal, maximum likelihood (Dempster, Laird & Rubin 1977): the conditional
                                 expectation given what the row has */
  NIEM_IMPUTE_CONSTANT =
      10, /* the unit's last earlier observation, else its first later one: a step function over time */
  NIEM_IMPUTE_END = 11
};

typedef struct niem_impute_options {
  int64_t struct_size;
  int32_t method;   /* NIEM_IMPUTE_... */
  int32_t fallback; /* mean, median with groups: 1 takes the whole column for a row without a group, or whose group has
                       no value; 0 (default): its gaps stay */
  const int32_t *groups;     /* mean, median: the group of each row, a negative number for none; NULL: one group */
  int64_t n_groups;          /* elements of groups */
  const int32_t *units;      /* latest, linear, constant: which unit each row is */
  const double *times;       /* and its time, once for each unit */
  int64_t n_times;           /* elements of units and of times */
  double max_age;            /* latest: default (NaN) any */
  int64_t neighbours;        /* default 5 */
  const int32_t *predictors; /* regression: 1 for columns that predict; NULL: all */
  int64_t n_predictors;
  double tolerance;       /* EM: stop when no mean or covariance of the standardised columns moves by more; 1e-8 */
  int64_t max_iterations; /* EM: default 1000 */
} niem_impute_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_impute_options_init(niem_impute_options *options);

/* How a value came to be. */
enum { NIEM_IMPUTED_NOT = 0, NIEM_IMPUTED = 1, NIEM_IMPUTED_FALLBACK = 2 };
typedef struct niem_impute_report {
  int64_t n_missing; /* before */
  int64_t n_imputed;
  int64_t n_left;     /* gaps for which the method had nothing to go by: they stay NaN */
  int64_t iterations; /* EM */
} niem_impute_report;

/* `marks`: n_rows * n_cols of NIEM_IMPUTED_..., or NULL. `sources`: n_rows * n_cols, the row (from 0) that `latest`
 * or `constant` took a value from, -1 elsewhere; or NULL. `report` may be NULL. What is not applicable is no gap: leave
 * its rows out. A row or a column without any value keeps its gaps (EM: such a column is NIEM_ERROR_VALUE). EM:
 * NIEM_ERROR_LIMIT where it does not converge, NIEM_ERROR_VALUE where the covariances are singular (more columns than
 * the rows can tell). */
NIEM_API niem_status niem_impute(double *out, int32_t *marks, int64_t *sources, niem_impute_report *report,
                                 const niem_matrix *x, const niem_impute_options *options, niem_error *err);

/* ---- Screening: which units have enough data. */
enum { NIEM_SCREEN_MISSING = 0, NIEM_SCREEN_ZEROS = 1, NIEM_SCREEN_BOTH = 2, NIEM_SCREEN_END = 3 };
typedef struct niem_screen_options {
  int64_t struct_size;
  int32_t method; /* NIEM_SCREEN_... */
  int32_t reserved;
  double min_available;  /* share of values that a unit must have; default 2/3 */
  double min_nonzero;    /* share of these that must not be 0; default 0.05 */
  const int32_t *forced; /* 1: in, -1: out, 0: as screened; NULL: none */
  int64_t n_forced;
} niem_screen_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_screen_options_init(niem_screen_options *options);
/* `keep`: 1 or 0 for each row. `available` and `nonzero`: the shares (nonzero is NaN for a row without a value, which
 * fails), or NULL. For a group of indicators give a view of its columns. */
NIEM_API niem_status niem_screen(int32_t *keep, double *available, double *nonzero, const niem_matrix *x,
                                 const niem_screen_options *options, niem_error *err);

/* Denomination: x times its column's scale over its denominator. `which`: for each column of x the column of
 * `denominators` (from 0; -1: none, and then no scale) ; `scales`: for each column of x, NULL: 1. A missing denominator
 * gives NaN; one that is not positive below a value is NIEM_ERROR_VALUE. */
NIEM_API niem_status niem_denominate(double *out, const niem_matrix *x, const niem_matrix *denominators,
                                     const int32_t *which, const double *scales, int64_t n_columns, niem_error *err);

#ifdef __cplusplus
}
#endif

#endif
