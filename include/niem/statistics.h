/* libniem, room "statistics": what a bare matrix of units (rows) by indicators (columns) says of its indicators.
 *
 * A NaN is a missing value, said for each function; an infinity, or a number beyond 1e100 in magnitude, is
 * NIEM_ERROR_VALUE with its row and column (counted from 1). A matrix has at least one row and one column. Results go
 * into plain arrays and structs that the caller owns; on failure they are untouched. Results are the same bits on every
 * machine and for any number of threads. Sums over rows are exact or in whole numbers, so that the order of the rows
 * does not matter. What is not defined (a correlation of a column that does not vary) is NaN, never a guess.
 */
#ifndef NIEM_STATISTICS_H
#define NIEM_STATISTICS_H

#include "niem/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Which rows count where values are missing; 0 is the function's own default. */
enum {
  NIEM_ROWS_DEFAULT = 0,
  NIEM_ROWS_COMPLETE = 1, /* those without a missing value in any column */
  NIEM_ROWS_PAIRWISE = 2  /* for each pair of columns those that have both */
};

/* ---- Probabilities */
enum {
  NIEM_DISTRIBUTION_NORMAL = 0,      /* standard */
  NIEM_DISTRIBUTION_T = 1,           /* Student's with df1 degrees of freedom */
  NIEM_DISTRIBUTION_CHI_SQUARED = 2, /* df1 */
  NIEM_DISTRIBUTION_F = 3,           /* df1 above, df2 below */
  NIEM_DISTRIBUTION_END = 4
};
enum {
  NIEM_TAIL_LOWER = 0, /* P(X <= x) */
  NIEM_TAIL_UPPER = 1, /* P(X > x), without the loss of 1 - P */
  NIEM_TAIL_BOTH = 2,  /* P(|X| > |x|), normal and t only */
  NIEM_TAIL_END = 3
};
typedef struct niem_distribution_options {
  int64_t struct_size;
  int32_t distribution; /* NIEM_DISTRIBUTION_... */
  int32_t tail;         /* NIEM_TAIL_... */
  double df1;           /* within [0.001, 1e9], not necessarily whole; NaN (default): none */
  double df2;
} niem_distribution_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_distribution_options_init(niem_distribution_options *options);
/* Probabilities of `n` numbers within 1e100, elementwise, with a relative error below 1e-13 down to 1e-300 (df up to
 * 1e6). A NaN stays NaN. `out` may be x. */
NIEM_API niem_status niem_probability(double *out, const double *x, int64_t n, const niem_distribution_options *options,
                                      niem_error *err);
/* The other way: the x at which the tail is p, in [0, 1]; 0 and 1 give the ends of the distribution, which may be
 * infinite. NIEM_ERROR_VALUE where it is beyond 1e100. */
NIEM_API niem_status niem_critical_value(double *out, const double *p, int64_t n,
                                         const niem_distribution_options *options, niem_error *err);

/* p-values of many tests, adjusted for their number. */
enum {
  NIEM_ADJUST_HOLM = 0,       /* familywise (Holm 1979) */
  NIEM_ADJUST_HOCHBERG = 1,   /* familywise, independent or positively dependent tests (Hochberg 1988) */
  NIEM_ADJUST_HOMMEL = 2,     /* the same, a little stronger (Hommel 1988, as Wright 1992 computes it) */
  NIEM_ADJUST_BONFERRONI = 3, /* familywise */
  NIEM_ADJUST_BH = 4,         /* false discovery rate (Benjamini & Hochberg 1995) */
  NIEM_ADJUST_BY = 5,         /* the same under any dependence (Benjamini & Yekutieli 2001) */
  NIEM_ADJUST_END = 6
};
/* `p`: n of them, in [0, 1]; a NaN stays NaN and is no test. `out` may be p. */
NIEM_API niem_status niem_adjust_p_values(double *out, const double *p, int64_t n, int32_t method, niem_error *err);

/* ---- What each column is described by */
enum {
  NIEM_FLAG_AVAILABLE = 1, /* too few values */
  NIEM_FLAG_NONZERO = 2,   /* too many zeros */
  NIEM_FLAG_UNIQUE = 4,    /* too few different values */
  NIEM_FLAG_OUTLIERS = 8,  /* skewness and kurtosis both beyond their thresholds */
  NIEM_FLAG_CONSTANT = 16  /* all values are the same, or there is one, or none */
};
typedef struct niem_describe_options {
  int64_t struct_size;
  double min_available; /* share of the rows; default 0.65, as COINr */
  double min_nonzero;   /* share of the values there are; default 0.5 */
  double min_unique;    /* the same; default 0.5 */
  double skewness;      /* |skewness| above this and */
  double kurtosis;      /* kurtosis above this are outliers; default 2 and 3.5 */
  double fence;         /* outliers one by one: beyond the quartiles by more than this times their distance; 1.5 */
} niem_describe_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_describe_options_init(niem_describe_options *options);

typedef struct niem_description {
  int64_t n;         /* values that are there */
  int64_t n_missing; /* and those that are not */
  int64_t n_unique;
  int64_t n_nonzero;
  int64_t n_commonest; /* how often the commonest value is there */
  int64_t n_low;       /* values below the lower quartile by more than the fence */
  int64_t n_high;
  double available; /* share of the rows */
  double unique;    /* these are shares of the values that are there */
  double nonzero;
  double commonest;
  double minimum;
  double maximum;
  double mean;
  double median;
  double q05; /* quantiles of type 7 */
  double q25;
  double q75;
  double q95;
  double iqr;       /* q75 - q25 */
  double deviation; /* standard, n - 1 */
  double variation; /* deviation / |mean| */
  double skewness;  /* type 2 (G1); NaN for fewer than 3 values or one that is always the same */
  double kurtosis;  /* type 2 (G2, 0 for a normal distribution); NaN for fewer than 4 values */
  int32_t flags;    /* NIEM_FLAG_..., added up */
  int32_t reserved;
} niem_description;
/* `out`: n_cols of them. Missing values are left out of all but n_missing and available. */
NIEM_API niem_status niem_describe(niem_description *out, const niem_matrix *x, const niem_describe_options *options,
                                   niem_error *err);

/* ---- Correlations */
enum {
  NIEM_CORRELATION_PEARSON = 0,
  NIEM_CORRELATION_SPEARMAN = 1, /* Pearson's of the ranks, mean ranks for ties */
  NIEM_CORRELATION_KENDALL = 2,  /* tau-b */
  NIEM_CORRELATION_END = 3
};
/* How p-values, two-sided, are found. Pearson: always Student's t with n - 2 degrees of freedom. */
enum {
  NIEM_TEST_DEFAULT = 0, /* exact without ties: Spearman for n <= 10, Kendall for n < 50; otherwise asymptotic */
  NIEM_TEST_EXACT = 1,   /* by all permutations; with ties, or for greater n, NIEM_ERROR_UNSUPPORTED */
  NIEM_TEST_ASYMPTOTIC =
      2, /* Spearman: t with n - 2; Kendall: normal, the variance corrected for ties, no continuity */
  NIEM_TEST_END = 3
};
enum { NIEM_MAX_RANKED = 3000000 }; /* rows of Spearman's and Kendall's correlations */
typedef struct niem_correlate_options {
  int64_t struct_size;
  int32_t method; /* NIEM_CORRELATION_... */
  int32_t rows;   /* NIEM_ROWS_...; default pairwise */
  int32_t test;   /* NIEM_TEST_... */
  int32_t reserved;
  double tolerance; /* Spearman, Kendall: neighbours in order that differ by at most this tie; default 0 */
} niem_correlate_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_correlate_options_init(niem_correlate_options *options);
/* Of the columns of x with those of y, which has as many rows; y NULL: with those of x. `r`, `p` and `n` (rows that
 * counted): x.n_cols * y.n_cols, row after row; p and n may be NULL. With fewer than 3 rows, and where a column does
 * not vary in them, r and p are NaN and n says how many there were. Complete: without a missing value in x and y. */
NIEM_API niem_status niem_correlate(double *r, double *p, int64_t *n, const niem_matrix *x, const niem_matrix *y,
                                    const niem_correlate_options *options, const niem_exec *exec, niem_error *err);

/* ---- Reliability: do the columns (items) measure one thing? */
typedef struct niem_alpha_options {
  int64_t struct_size;
  int32_t rows; /* NIEM_ROWS_...; default complete */
  int32_t reserved;
  double level;             /* of the confidence interval; default 0.95 */
  const double *directions; /* 1, or -1 for an item that is reversed; NULL: all 1 */
  int64_t n_directions;
} niem_alpha_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_alpha_options_init(niem_alpha_options *options);

typedef struct niem_alpha {
  int64_t n; /* rows that counted; pairwise: the least number of any pair */
  int64_t n_items;
  int64_t n_negative; /* items whose correlation with the sum of the others is negative: reversed, or out of place */
  int64_t n_constant; /* items that do not vary, for which what rests on correlations is NaN */
  double alpha;       /* Cronbach 1951, of the covariances */
  double low;         /* confidence interval of alpha (Feldt 1965), n - 1 and (n - 1)(n_items - 1) degrees of freedom */
  double high;
  double standardised; /* of the correlations */
  double average_r;    /* mean correlation of two items */
  double lambda_6;     /* Guttman 1945, of the correlations; NaN where an item is a combination of others */
  double deviation;    /* of the sum of the items */
  double error;        /* standard error of measurement of that sum: deviation * sqrt(1 - alpha) */
} niem_alpha;
typedef struct niem_alpha_item {
  int64_t n;   /* values that counted */
  double mean; /* of the values as they came */
  double deviation;
  double r_total;       /* correlation with the sum of all items */
  double r_rest;        /* with the sum of the others */
  double smc;           /* squared multiple correlation with the others */
  double alpha_without; /* alpha of the others; NaN where there is only one */
  double standardised_without;
} niem_alpha_item;
/* `items`: n_cols of them, or NULL. At least two columns and two rows that count, otherwise NIEM_ERROR_VALUE; items
 * that add up to a constant have no alpha (NaN). */
NIEM_API niem_status niem_cronbach_alpha(niem_alpha *out, niem_alpha_item *items, const niem_matrix *x,
                                         const niem_alpha_options *options, niem_error *err);

typedef struct niem_omega_options {
  int64_t struct_size;
  int32_t rows; /* NIEM_ROWS_...; default complete */
  int32_t reserved;
  const double *directions; /* 1, or -1 for an item that is reversed; NULL: all 1 */
  int64_t n_directions;
} niem_omega_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_omega_options_init(niem_omega_options *options);

/* McDonald's omega (1999) of one factor, which is fitted to the correlations by minimum residuals (least squares off
 * the diagonal; Harman & Jones 1966), no loading beyond 1. */
typedef struct niem_omega {
  int64_t n; /* rows that counted; pairwise: the least number of any pair */
  int64_t n_items;
  int64_t n_heywood; /* items with a loading of 1 (above 0.999999): nothing of them is their own, and the model is
                        doubtful */
  int64_t steps;     /* that were taken */
  int32_t converged; /* 1: no loading moved by more than 1e-12 in the last one. 0: not in 10000, believe nothing */
  int32_t reserved;
  double omega; /* of the sum of the items, by the model: (sum of l s)^2 / ((sum of l s)^2 + sum of (1 - l^2) s^2)
                   with loadings l and deviations s */
  double standardised; /* of the sum of the standardised items: the same with s = 1 */
  double observed;     /* 1 - (sum of 1 - l^2) / (sum of all correlations), as R's package psych */
  double explained;    /* mean of l^2 */
  double residual;     /* root mean square of what the factor leaves of the correlations */
} niem_omega;
/* `loadings`: n_cols of them, whose sum is not negative, or NULL. At least three columns, each of which varies, and two
 * rows that count, otherwise NIEM_ERROR_VALUE. */
NIEM_API niem_status niem_mcdonald_omega(niem_omega *out, double *loadings, const niem_matrix *x,
                                         const niem_omega_options *options, niem_error *err);

/* ---- Principal components */
enum { NIEM_OF_CORRELATIONS = 0, NIEM_OF_COVARIANCES = 1, NIEM_OF_END = 2 };
enum {
  NIEM_ROTATION_NONE = 0,
  NIEM_ROTATION_VARIMAX = 1, /* Kaiser 1958, of loadings over the root of their column's communality */
  NIEM_ROTATION_END = 2
};
typedef struct niem_components_options {
  int64_t struct_size;
  int32_t of;         /* NIEM_OF_... */
  int32_t rotation;   /* NIEM_ROTATION_... */
  int64_t components; /* that are kept; 0 (default): those with an eigenvalue of at least the mean one, which is 1 for
                         correlations (Kaiser) */
  double explained;   /* keep as few as explain this share of the variance, in (0, 1]; NaN (default): none */
} niem_components_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_components_options_init(niem_components_options *options);

typedef struct niem_components_report {
  int64_t n;            /* rows that counted: those without a missing value */
  int64_t n_components; /* that are kept: k */
  int32_t converged;    /* the rotation: 1 it did, or there was none; 0 not in 1000 rounds */
  int32_t reserved;
  double explained;   /* share of the variance of those that are kept */
  double kmo;         /* Kaiser-Meyer-Olkin measure of sampling adequacy; NaN where the correlations are singular */
  double determinant; /* logarithm of the determinant of the correlations; NaN likewise */
  double bartlett;    /* Bartlett's test that all correlations are 0: chi-squared */
  double df;
  double p;
} niem_components_report;
/* Where the numbers go; NULL for no interest. Matrices are row after row. */
typedef struct niem_components_arrays {
  int64_t struct_size;
  double *eigenvalues;   /* n_cols of them, falling */
  double *shares;        /* n_cols: of the variance */
  double *cumulated;     /* n_cols */
  double *loadings;      /* n_cols * k: eigenvector times the root of the eigenvalue, the sum of each not negative */
  double *communalities; /* n_cols: sum of the squares of the loadings kept */
  double *rotated;       /* n_cols * k: loadings after the rotation, by falling sum of squares, each sum not negative */
  double *rotated_shares; /* k: of the variance */
  double *rotation;       /* k * k: loadings times this are the rotated ones */
  double *scores;         /* n_rows * k: of the rows, with the eigenvalue as variance; NaN for a row with a gap */
  double *adequacy;       /* n_cols: Kaiser-Meyer-Olkin by column */
} niem_components_arrays;
/* All NULL. */
NIEM_API void niem_components_arrays_init(niem_components_arrays *arrays);

/* `arrays` may be NULL; where k is left to the data, give room for k = n_cols. More than two rows without a missing
 * value; for correlations every column must vary in them (NIEM_ERROR_VALUE names the one that does not). */
NIEM_API niem_status niem_principal_components(niem_components_report *out, const niem_components_arrays *arrays,
                                               const niem_matrix *x, const niem_components_options *options,
                                               niem_error *err);

#ifdef __cplusplus
}
#endif

#endif
