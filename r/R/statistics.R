#' Probabilities of distributions
#'
#' `niem_probability()` gives the probability of a tail, far ones included; `niem_critical_value()` the value at which a tail
#' has a given probability; `niem_adjust_p_values()` p-values adjusted for the number of tests. R's own functions give other
#' bits on other machines; these do not.
#'
#' @param x A vector of numbers within -1e100 and 1e100; `NA` stays `NA`.
#' @param p A vector of numbers from 0 to 1; `NA` stays `NA`, and is no test. 0 and 1 give the ends of the distribution.
#' @param distribution `"normal"` (standard), `"t"`, `"chi_squared"` or `"f"`.
#' @param tail `"lower"`: P(X <= x); `"upper"`: P(X > x), without the loss of 1 - P; `"both"`: P(|X| > |x|), of the normal and
#'   the t distribution.
#' @param df1,df2 Degrees of freedom, within 0.001 and 1e9: `df1` of t, of chi-squared and above in F, `df2` below in F.
#' @param method `"holm"`, `"hochberg"`, `"hommel"`, `"bonferroni"`: the chance of any false rejection; `"bh"` (Benjamini and
#'   Hochberg), `"by"` (Benjamini and Yekutieli): the share of false ones among the rejections.
#' @return A vector as long as the argument, with its names. Probabilities have a relative error below 1e-13 down to 1e-300.
#' @section Errors:
#' `niem_error_argument` for degrees of freedom that the distribution has not, or has and are not given; `niem_error_value` for
#' numbers out of range, and for a critical value beyond 1e100.
#' @source Abramowitz, M. and Stegun, I. (1964) *Handbook of Mathematical Functions*. DiDonato, A. R. and Morris, A. H. (1992)
#'   Significant digit computation of the incomplete beta function ratios, *ACM TOMS* **18**, 360--373. Wright, S. P. (1992)
#'   Adjusted p-values for simultaneous inference, *Biometrics* **48**, 1005--1013.
#' @seealso [niem_correlate()]
#' @examples
#' niem_probability(c(1.96, 3), tail = "both")
#' niem_critical_value(0.05, "t", "both", df1 = 10)
#' niem_adjust_p_values(c(0.01, 0.04, NA, 0.03), "bh")
#' @export
niem_probability <- function(x, distribution = "normal", tail = "lower", df1 = NULL, df2 = NULL) {
  x <- reals(x)
  out <- .Call(r_probability, x, list(distribution = distribution, tail = tail, df1 = df1, df2 = df2))
  names(out) <- names(x)
  out
}

#' @rdname niem_probability
#' @export
niem_critical_value <- function(p, distribution = "normal", tail = "lower", df1 = NULL, df2 = NULL) {
  p <- reals(p, "p")
  out <- .Call(r_critical_value, p, list(distribution = distribution, tail = tail, df1 = df1, df2 = df2))
  names(out) <- names(p)
  out
}

#' @rdname niem_probability
#' @export
niem_adjust_p_values <- function(p, method = "holm") {
  p <- reals(p, "p")
  out <- .Call(r_adjust_p_values, p, method)
  names(out) <- names(p)
  out
}

# Lists of columns as a data frame with a row for each column of x.
by_column <- function(columns, x) {
  data.frame(column = if (is.null(colnames(x))) seq_len(ncol(x)) else colnames(x), columns)
}

# The words of a set of bits, the first word for 1, the second for 2, and so on.
words_of_bits <- function(bits, words) {
  vapply(bits, function(set) {
    paste(words[bitwAnd(set, 2^(seq_along(words) - 1)) > 0], collapse = " ")
  }, character(1))
}

#' Description of indicators
#'
#' What each column of a bare matrix is described by, and which of them want a second look.
#'
#' @inheritParams niem_normalise
#' @param ... Thresholds, by name, whose defaults are those of COINr's `get_stats()`:
#'   * `min_available`: the least share of values that are there, 0.65
#'   * `min_nonzero`, `min_unique`: the least share of them that are not 0, and that are different values, 0.5
#'   * `skewness`, `kurtosis`: outliers where |skewness| and kurtosis are both above these, 2 and 3.5
#'   * `fence`: outliers one by one, beyond the quartiles by more than this times their distance, 1.5
#' @return A data frame with a row for each column of `x`: `column` (its name or number), `n`, `n_missing`, `n_unique`,
#'   `n_nonzero`, `n_commonest` (how often the commonest value is there), `n_low` and `n_high` (values beyond the fence); as
#'   shares `available` (of the rows), `unique`, `nonzero` and `commonest` (of the values); `minimum`, `maximum`, `mean`,
#'   `median`, `q05`, `q25`, `q75`, `q95` (type 7), `iqr`, `deviation` (n - 1), `variation` (deviation over |mean|),
#'   `skewness` and `kurtosis` (type 2); `flags`: which thresholds are missed, of `available`, `nonzero`, `unique`, `outliers`,
#'   and `constant` for values that are all the same. What is not defined is `NA`.
#' @section Errors:
#' `niem_error_value` for a threshold out of range; `niem_error_argument` for an option that is unknown.
#' @source Becker, W., Caperna, G., Del Sorbo, M. and others (2022) COINr: an R package for developing composite indicators,
#'   *Journal of Open Source Software* **7**(78), 4567.
#' @seealso [niem_treat()], [niem_correlate()]
#' @examples
#' niem_describe(cbind(law = c(0, 50, 100, NA), work = c(0, 0, 0, 80)))
#' @export
niem_describe <- function(x, ...) {
  x <- matrix_of(x)
  out <- by_column(.Call(r_describe, x, list(...)), x)
  out$flags <- words_of_bits(out$flags, c("available", "nonzero", "unique", "outliers", "constant"))
  out
}

#' Correlations of indicators
#'
#' Pearson's, Spearman's and Kendall's correlations of the columns of a bare matrix, with p-values.
#'
#' @inheritParams niem_normalise
#' @param y A second matrix with the same rows, or `NULL`: the columns of `x` with one another.
#' @param method `"pearson"`; `"spearman"`, of mean ranks; `"kendall"`, tau-b.
#' @param ... Options, by name:
#'   * `rows`: `"pairwise"` (default) takes for each pair of columns the rows that have both, `"complete"` those without a
#'     missing value in `x` and `y`
#'   * `test`: `"default"`, `"exact"` or `"asymptotic"`; see below
#'   * `tolerance`: Spearman and Kendall, neighbours in order that differ by at most this tie; default 0
#' @param threads,progress As in [niem_score()].
#' @return A list of `r`, `p` (two-sided) and `n` (rows that counted), each a matrix of the columns of `x` by those of `y`. With
#'   fewer than 3 rows, and where a column does not vary in them, `r` and `p` are `NA`.
#' @section p-values:
#' Pearson's are by Student's t with n - 2 degrees of freedom. Without ties Spearman's for n <= 10 and Kendall's for n < 50 are
#' by all permutations; with ties, and for greater n, Spearman's are by t, and Kendall's by the normal distribution, with the
#' variance corrected for ties and without a correction for continuity, as in [stats::cor.test()], which has for Spearman's and
#' n from 10 to 1289 an Edgeworth series. `test = "exact"` refuses pairs that have ties or too many rows.
#' @section Errors:
#' `niem_error_mismatch` for a `y` with other rows; `niem_error_unsupported` for exact p-values that there are not;
#' `niem_error_argument` for an option that is unknown or has no part in the method.
#' @source Kendall, M. G. (1948) *Rank Correlation Methods*. Knight, W. R. (1966) A computer method for calculating Kendall's tau
#'   with ungrouped data, *JASA* **61**, 436--439.
#' @seealso [niem_adjust_p_values()], [niem_cronbach_alpha()]
#' @examples
#' x <- cbind(law = c(80, 50, 50, 20, 90), work = c(20, NA, 60, 10, 70), school = c(1, 2, 3, 5, 4))
#' niem_correlate(x)
#' niem_correlate(x, method = "kendall")$p
#' niem_correlate(x[, 1:2], x[, "school", drop = FALSE], "spearman")$r
#' @export
niem_correlate <- function(x, y = NULL, method = "pearson", ..., threads = 0, progress = FALSE) {
  x <- matrix_of(x)
  if (!is.null(y)) {
    y <- matrix_of(y, "y")
    if (!is.null(rownames(x)) && !is.null(rownames(y)) && !identical(rownames(x), rownames(y))) {
      fail_argument("y", "has other rows than x, or in another order", "mismatch")
    }
  }
  out <- with_progress(progress, function(report) {
    .Call(r_correlate, x, y, list(method = method, ...), threads, report)
  })
  names <- list(colnames(x), colnames(if (is.null(y)) x else y))
  if (is.null(names[[1]]) && is.null(names[[2]])) {
    return(out)
  }
  lapply(out, function(cells) {
    dimnames(cells) <- names
    cells
  })
}

#' Reliability of indicators
#'
#' Whether the columns (items) of a bare matrix measure one thing: Cronbach's alpha and its kin, and McDonald's omega of one
#' factor, which is fitted by minimum residuals.
#'
#' @inheritParams niem_normalise
#' @param directions 1, or -1 for an item that is reversed, for each column; default all 1. Names, where `x` has column names,
#'   are matched to these.
#' @param rows `"complete"` takes the rows without a missing value, `"pairwise"` for each covariance those that have both, as
#'   the package psych does by default.
#' @param level Of the confidence interval.
#' @return `niem_cronbach_alpha()`: a list of
#'   * `report`, a list: `n` (rows that counted; pairwise the least number of any pair), `n_items`, `n_negative` (items with a
#'     negative correlation with the sum of the others: reversed, or out of place), `n_constant` (items that do not vary),
#'     `alpha`, its interval `low` to `high` (Feldt), `standardised` (of the correlations), `average_r`, `lambda_6` (Guttman;
#'     `NA` where an item is a combination of others), `deviation` and `error` (standard deviation of the sum of the items, and
#'     its standard error of measurement)
#'   * `items`, a data frame: `column`, `n`, `mean` and `deviation` as the item came, `r_total` and `r_rest` (correlations with
#'     the sum of all items, and of the others), `smc` (squared multiple correlation), `alpha_without` and
#'     `standardised_without` the item
#'
#'   `niem_mcdonald_omega()`: a list of
#'   * `report`, a list: `n`, `n_items`, `n_heywood` (items with a loading of 1, which make the model doubtful), `steps`,
#'     `converged`, `omega` (of the sum of the items, by the model), `standardised` (of the sum of the standardised items),
#'     `observed` (the same over the observed variance, as the package psych has it), `explained` (share of the variance),
#'     `residual` (root mean square of the correlations that the factor leaves)
#'   * `loadings`, of the correlations
#' @section Errors:
#' `niem_error_value` for too few columns (2, for omega 3) or rows (2), and, for omega, for a column that does not vary.
#' @source Cronbach, L. J. (1951) Coefficient alpha and the internal structure of tests, *Psychometrika* **16**, 297--334.
#'   Guttman, L. (1945) A basis for analyzing test-retest reliability, *Psychometrika* **10**, 255--282. Feldt, L. S. (1965) The
#'   approximate sampling distribution of Kuder-Richardson reliability coefficient twenty, *Psychometrika* **30**, 357--370.
#'   McDonald, R. P. (1999) *Test Theory*. Harman, H. H. and Jones, W. H. (1966) Factor analysis by minimizing residuals,
#'   *Psychometrika* **31**, 351--368.
#' @seealso [niem_correlate()], [niem_principal_components()]
#' @examples
#' alpha <- niem_cronbach_alpha(attitude)
#' alpha$report$alpha
#' alpha$items[c("column", "r_rest", "alpha_without")]
#' niem_mcdonald_omega(attitude)$report$omega
#' @export
niem_cronbach_alpha <- function(x, directions = NULL, rows = "complete", level = 0.95) {
  x <- matrix_of(x)
  options <- by_columns(list(directions = directions, rows = rows, level = level), x, "directions")
  out <- .Call(r_cronbach_alpha, x, options)
  out$items <- by_column(out$items, x)
  out
}

#' @rdname niem_cronbach_alpha
#' @export
niem_mcdonald_omega <- function(x, directions = NULL, rows = "complete") {
  x <- matrix_of(x)
  out <- .Call(r_mcdonald_omega, x, by_columns(list(directions = directions, rows = rows), x, "directions"))
  names(out$loadings) <- colnames(x)
  out
}

#' Principal components of indicators
#'
#' Components of the correlations or covariances of the columns of a bare matrix, whether the correlations suit them, and
#' their rotation.
#'
#' @inheritParams niem_normalise
#' @param of `"correlations"` or `"covariances"`.
#' @param components How many are kept; by default those with an eigenvalue of at least the mean one, which is 1 for
#'   correlations (Kaiser).
#' @param explained In place of that: keep as few as explain this share of the variance.
#' @param rotation `"none"` or `"varimax"` (normalised).
#' @return A list, of the rows without a missing value:
#'   * `report`, a list: `n` (rows that counted), `n_components` (that are kept), `converged` (the rotation; `TRUE` where there
#'     is none), `explained` (share of the variance), `kmo` (Kaiser, Meyer and Olkin), `determinant` (logarithm, of the
#'     correlations), `bartlett`, `df` and `p` (Bartlett's test of sphericity); `NA` where the correlations are singular
#'   * `eigenvalues`, a data frame with a row for each component: `eigenvalue`, `share`, `cumulated`
#'   * `loadings`: eigenvector times the root of the eigenvalue, the sum of each not negative; `communalities`
#'   * `scores` of the rows; `NA` for a row with a gap
#'   * `adequacy`: Kaiser, Meyer and Olkin's measure for each column
#'   * `rotated`, by falling share and the sum of each not negative, `rotated_shares` and `rotation`: the loadings times this
#'     are the rotated ones. `NULL` without a rotation
#' @section Errors:
#' `niem_error_value` for fewer than 3 rows without a missing value, and for a column that does not vary in them.
#' @source OECD and JRC (2008) *Handbook on Constructing Composite Indicators*, step 4. Kaiser, H. F. (1958) The varimax criterion
#'   for analytic rotation in factor analysis, *Psychometrika* **23**, 187--200. Kaiser, H. F. and Rice, J. (1974) Little jiffy,
#'   mark IV, *Educational and Psychological Measurement* **34**, 111--117. Bartlett, M. S. (1950) Tests of significance in
#'   factor analysis, *British Journal of Psychology, Statistical Section* **3**, 77--85.
#' @seealso [niem_weights()], [niem_cronbach_alpha()]
#' @examples
#' found <- niem_principal_components(attitude, rotation = "varimax")
#' found$report$kmo
#' found$eigenvalues
#' found$rotated
#' @export
niem_principal_components <- function(x, of = "correlations", components = NULL, explained = NULL, rotation = "none") {
  x <- matrix_of(x)
  options <- list(of = of, components = components, explained = explained, rotation = rotation)
  out <- .Call(r_principal_components, x, options)
  out$eigenvalues <- data.frame(eigenvalue = out$eigenvalues, share = out$shares, cumulated = out$cumulated)
  out[c("shares", "cumulated")] <- NULL
  numbers <- as.character(seq_len(out$report$n_components))
  dimnames(out$loadings) <- list(colnames(x), numbers)
  dimnames(out$scores) <- list(rownames(x), numbers)
  names(out$communalities) <- names(out$adequacy) <- colnames(x)
  if (rotation != "none") {
    dimnames(out$rotated) <- list(colnames(x), numbers)
    dimnames(out$rotation) <- list(numbers, numbers)
    names(out$rotated_shares) <- numbers
  }
  out
}
