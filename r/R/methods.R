# A matrix of numbers from what the user has: a matrix, or a data frame whose columns are all numbers.
matrix_of <- function(x, argument = "x") {
  if (is.data.frame(x)) {
    numbers <- vapply(x, function(column) {
      (is.numeric(column) && !inherits(column, "integer64") && is.null(dim(column))) ||
        (is.logical(column) && all(is.na(column)))
    }, logical(1))
    if (!all(numbers)) {
      fail_argument(argument, paste0("its column \"", names(x)[!numbers][1], "\" is not of numbers; leave it out"))
    }
    x <- as.matrix(x)
    # A data frame without columns, or all of whose values are NA, is a logical matrix.
    if (is.logical(x)) storage.mode(x) <- "double"
  }
  if (!is.matrix(x) || inherits(x, "integer64")) {
    fail_argument(argument, "must be a matrix of numbers, or a data frame of them")
  }
  reals(x, argument)
}

# Numbers one for each row or column, in its order. Names, where both sides have them, say which is which: numbers in
# another order than the columns would otherwise pass unseen.
in_order <- function(value, names, argument, what) {
  given <- base::names(value)
  if (is.null(given) || is.null(names) || anyDuplicated(names)) {
    return(unname(value))
  }
  if (anyDuplicated(given) || !setequal(given, names)) {
    odd <- c(given[duplicated(given)], setdiff(given, names), setdiff(names, given))[1]
    fail_argument(argument, paste0("its names are not those of the ", what, ": see \"", odd, "\""))
  }
  unname(value[names])
}

by_columns <- function(options, x, which) {
  for (name in intersect(which, names(options))) {
    if (!is.null(options[[name]])) {
      options[[name]] <- in_order(options[[name]], colnames(x), name, "columns")
    }
  }
  options
}

# Columns that are marked: TRUE or FALSE for each, or the names of those that are.
marked_columns <- function(value, x, argument) {
  if (is.character(value)) {
    unknown <- setdiff(value, colnames(x))
    if (length(unknown) > 0) fail_argument(argument, paste0("there is no column \"", unknown[1], "\""))
    return(as.integer(colnames(x) %in% value))
  }
  in_order(value, colnames(x), argument, "columns")
}

# The place, from 0, of one thing that is given by its place from 1 or by its name.
place_of <- function(value, names, n, argument, what) {
  place <- if (is.character(value)) match(value, names) else value
  if (length(place) != 1 || !is.numeric(place) || is.na(place) || place != floor(place) || place < 1 || place > n) {
    fail_argument(argument, paste0("must be the name or the number (1 to ", n, ") of a ", what))
  }
  place - 1
}

# Codes from 0 of what names groups or units; -1 for NA.
codes_of <- function(value) {
  codes <- match(value, unique(value)) - 1L
  codes[is.na(value)] <- -1L
  codes
}

normalise_options <- function(x, method, ...) {
  options <- list(method = method, ...)
  per_column <- c("directions", "low", "high", "targets")
  for (name in intersect(per_column, names(options))) {
    if (length(options[[name]]) == 1 && is.null(names(options[[name]]))) {
      options[[name]] <- rep(options[[name]], ncol(x))
    }
  }
  if (is.logical(options$truncate) && length(options$truncate) == 1 && !is.na(options$truncate)) {
    options$truncate <- if (options$truncate) "yes" else "no"
  }
  if (!is.null(options$reference_row)) {
    options$reference_row <- place_of(options$reference_row, rownames(x), nrow(x), "reference_row", "row")
  }
  by_columns(options, x, per_column)
}

#' Normalisation of indicators
#'
#' Brings the columns of a bare matrix of units (rows) by indicators (columns) onto one scale. `niem_normaliser()` learns
#' on one matrix (a base round, or all rounds together) what `niem_normaliser_apply()` does to others, so that rounds
#' compare.
#'
#' @param x A numeric matrix, or a data frame of numeric columns: units by indicators. `NA` and `NaN` are missing; other
#'   values are within -1e100 and 1e100.
#' @param method One of
#'   * `"minmax"`: (x - min) / (max - min), onto 0--100; `"scaled"`: the same between `low` and `high`; `"goalposts"`: the
#'     same, cut at these
#'   * `"zscore"`: mean 0 and standard deviation 1, which divides by n - 1
#'   * `"rank"`: 1 is the least value, so that more is better; `"percentile_rank"`: (rank - 1) / (n - 1); `"borda"`: rank - 1
#'   * `"distance_target"`: 1 - (target - x) / (target - min); `"distance_reference"`: the same with the value of the unit in
#'     `reference_row`; `"distance_maximum"`: the same with the greatest value; `"fraction_maximum"`: x / max
#'   * `"bands"`: a score for each class between percentiles; `"about_mean"`: lower, middle or upper as x is below, within or
#'     above mean -+ threshold * |mean|
#'   * `"ampi"`: 70 to 130 about the reference 100, for the aggregation of that name
#' @param ... Options, by name; one that has no part in the method is an error. What is one for each column may be one
#'   number for all of them; its names, where `x` has column names, are matched to these.
#'   * `directions`: 1 where more is better (default), -1 where less is, for each column
#'   * `low`, `high`: posts, in the units of the data and with `low` below `high` whatever the direction, for each column.
#'     For AMPI the least and the greatest value over all rounds
#'   * `targets`: for each column; for AMPI the reference values, by default the means
#'   * `lower`, `upper`: the scale of the scores; default 0 and 100, for distances and fractions 0 and 1, about the mean -1
#'     and 1
#'   * `truncate`: `TRUE` cuts what lies beyond posts, target or fitted extremes; by default goalposts only
#'   * `logarithmic`: `TRUE` takes logarithms of values and goalposts, which must be positive
#'   * `mean`, `sd`: of the z-scores; `deviation`: `"sample"` (n - 1) or `"population"` (n)
#'   * `ties`, `tolerance`: of ranks, as in [niem_rank_values()]
#'   * `reference_row`: the name or the number of a row
#'   * `cuts`: percentiles as shares in (0, 1), rising, default 0.15, 0.25, 0.65, 0.85, 0.95; `scores`: one more than there
#'     are cuts
#'   * `threshold`: about the mean, default 0.2
#'   * `constant`: the score of all values of a column in which all are the same, which otherwise is an error where the method
#'     divides by their spread
#'   * `negative_maximum`: `TRUE` allows fractions of a negative maximum
#' @param normaliser What `niem_normaliser()` gave. It does not survive [saveRDS()]: using it in another session is an error.
#' @return A matrix of the shape and names of `x`. A missing value stays `NA` and counts for nobody; a column without a value
#'   stays one. `niem_normaliser()`: an object of class `niem_normaliser`. Applied to other data, a value beyond the fitted
#'   extremes gets a score beyond the scale, unless truncated, or the rank that it would have among the fitted values.
#' @section Errors:
#' `niem_error_value` for values that the method has no room for (`row` and `column` say where, from 1);
#' `niem_error_argument` for an option that is unknown, of the wrong length or without a part in the method;
#' `niem_error_mismatch` for a matrix with other columns than the fitted one; `niem_error_unsupported` for a normaliser of
#' ranks with `ties = "first"` or a tolerance.
#' @source OECD and JRC (2008) *Handbook on Constructing Composite Indicators*. Mazziotta, M. and Pareto, A. (2016) On a
#'   generalized non-compensatory composite index for measuring socio-economic phenomena, *Social Indicators Research* **127**,
#'   983--1003.
#' @seealso [niem_aggregate()], [niem_treat()]
#' @examples
#' x <- cbind(schooling = c(PL = 10, CZ = 30, LT = NA, HU = 50), waiting = c(2, 8, 4, 6))
#' niem_normalise(x, "minmax", directions = c(schooling = 1, waiting = -1))
#' niem_normalise(x, "goalposts", low = 0, high = c(40, 10), upper = 1)
#'
#' base <- niem_normaliser(x, "minmax")
#' niem_normaliser_apply(base, x + 10)
#' @export
niem_normalise <- function(x, method = "minmax", ...) {
  x <- matrix_of(x)
  .Call(r_normalise, x, normalise_options(x, method, ...))
}

#' @rdname niem_normalise
#' @export
niem_normaliser <- function(x, method = "minmax", ...) {
  x <- matrix_of(x)
  normaliser <- .Call(r_normaliser_fit, x, normalise_options(x, method, ...))
  attr(normaliser, "method") <- method
  attr(normaliser, "columns") <- colnames(x)
  normaliser
}

#' @rdname niem_normalise
#' @export
niem_normaliser_apply <- function(normaliser, x) {
  x <- matrix_of(x)
  fitted <- attr(normaliser, "columns")
  if (!is.null(fitted) && !is.null(colnames(x)) && length(fitted) == ncol(x) && any(fitted != colnames(x))) {
    odd <- which(fitted != colnames(x))[1]
    fail_argument(
      "x", paste0("column ", odd, " is \"", colnames(x)[odd], "\"; the fitted matrix has \"", fitted[odd], "\" there"),
      "mismatch"
    )
  }
  .Call(r_normaliser_apply, normaliser, x)
}

#' @export
print.niem_normaliser <- function(x, ...) {
  cat("<niem normaliser> ", attr(x, "method"), "\n", sep = "")
  if (!is.null(attr(x, "columns"))) cat("columns: ", paste(attr(x, "columns"), collapse = ", "), "\n", sep = "")
  invisible(x)
}

#' Aggregation of indicators
#'
#' `niem_aggregate()` gives one number for each unit (row) of a bare matrix; `niem_outranking()` compares units pair by pair.
#'
#' @inheritParams niem_normalise
#' @param method One of
#'   * `"arithmetic"`, `"geometric"`, `"harmonic"` (these two of positive values), `"power"` (of order `power`), `"median"`,
#'     `"minimum"`, `"maximum"`: weighted means and their like
#'   * `"owa"`: ordered weighted average; the first of `order_weights` belongs to the greatest value
#'   * `"ogwa"`: ordered geometric weighted average: the same of logarithms, of positive values
#'   * `"mean_min"`: between mean and minimum, by `alpha` and `beta`
#'   * `"mpi"`, `"ampi"`: the mean less a penalty for imbalance, of indicators standardised to mean 100 and standard deviation
#'     10, and by the normalisation AMPI
#'   * `"copeland"`: units outranked less units that outrank; `"borda"`: the sum of units beaten, half of those tied with
#'   * `"wroclaw"`: the distance from the best value of each column: 0 is the ideal, more is worse
#' @param ... Options, by name; one that has no part in the method is an error.
#'   * `weights`: one for each column, finite, not negative, not all zero; default equal. Names, where `x` has column names,
#'     are matched to these. OWA, OGWA, MPI and AMPI have none
#'   * `order_weights`: for OWA and OGWA
#'   * `power`: the order of the power mean, default 1; 0 is the geometric mean
#'   * `offset`: added to every value before, and taken from the mean after: geometric, harmonic and power means
#'   * `alpha`, `beta`: of mean-min, default 0.5 and 0
#'   * `penalty`: MPI and AMPI, -1 (default) where more of the index is better, 1 where more is worse
#'   * `deviation`: MPI, AMPI, Wroclaw: `"sample"` (n - 1) or `"population"` (n)
#'   * `ties`: Borda, as in [niem_rank_values()], default the mean; `tolerance`: Copeland and Borda
#'   * `min_available`: a unit with a smaller share of values than this gets `NA`; default 0
#' @param weights Weights of the columns; default equal.
#' @param tolerance Values that differ by at most this tie.
#' @return `niem_aggregate()`: a number for each row, named as the rows are. Missing values are skipped and the weights of the
#'   others count for all; a row without a value gets `NA`.
#'
#'   `niem_outranking()`: a square matrix, the share of the weight of the criteria that both units have on which the row is
#'   better than the column, ties by half; the diagonal is 1. `NA` for two units without a criterion in common.
#' @section Errors:
#' `niem_error_value`, with `row` and `column`, for a value that the method has no room for, such as 0 in a geometric mean;
#' `niem_error_argument` for an option that is unknown, of the wrong length or without a part in the method.
#' @source OECD and JRC (2008) *Handbook on Constructing Composite Indicators*. Yager, R. (1988) On ordered weighted averaging
#'   aggregation operators, *IEEE Transactions on Systems, Man and Cybernetics* **18**, 183--190. Casadio Tarabusi, E. and
#'   Guarini, G. (2013) An unbalance adjustment method for development indicators, *Social Indicators Research* **112**, 19--45.
#' @seealso [niem_normalise()], [niem_weights()]
#' @examples
#' x <- rbind(PL = c(law = 80, work = 20), CZ = c(50, NA), LT = c(50, 60))
#' niem_aggregate(x)
#' niem_aggregate(x, "geometric", weights = c(work = 1, law = 3))
#' niem_aggregate(x, "copeland")
#' niem_outranking(x)
#' @export
niem_aggregate <- function(x, method = "arithmetic", ...) {
  x <- matrix_of(x)
  out <- .Call(r_aggregate, x, by_columns(list(method = method, ...), x, "weights"))
  names(out) <- rownames(x)
  out
}

#' @rdname niem_aggregate
#' @export
niem_outranking <- function(x, weights = NULL, tolerance = 0) {
  x <- matrix_of(x)
  if (!is.null(weights)) weights <- in_order(reals(weights, "weights"), colnames(x), "weights", "columns")
  out <- .Call(r_outranking, x, weights, reals(tolerance, "tolerance"))
  if (!is.null(rownames(x))) dimnames(out) <- list(rownames(x), rownames(x))
  out
}

#' Treatment of outliers
#'
#' A column whose skewness and kurtosis both exceed their thresholds is winsorised, tested again, and transformed when that
#' failed. For a panel stack the rounds into one matrix: they are then treated alike and still compare.
#'
#' @inheritParams niem_normalise
#' @param transform The transformation: `"none"`, `"log_ct"` (default: ln(x - min + 0.01 (max - min))), `"log_ct_shift"`
#'   (ln(x - min + 1)), `"log_ct_signed"` (the first, mirrored where skewness is negative), `"log_gii"` (Global Innovation
#'   Index), `"log"`, `"box_cox"`, `"yeo_johnson"`.
#' @param ... Options, by name:
#'   * `winsorise`: `FALSE` leaves out the first treatment; `max_points`: the most that are winsorised in a column, default 5
#'   * `combine`: `TRUE` transforms the winsorised values; by default the original ones
#'   * `force`: `TRUE` treats every column, tested or not
#'   * `skewness`, `kurtosis`: the thresholds, 2 and 3.5; a column passes below either
#'   * `lambda`: Box-Cox, Yeo-Johnson; default by maximum likelihood. `make_positive`: `TRUE` gives Box-Cox x - min + 1
#'   * `factor`: of `"log_gii"`, default 1
#'   * `columns`: which columns may be treated: their names, or `TRUE` or `FALSE` for each
#' @return A list:
#'   * `x`: the treated matrix, of the shape and names of `x`; missing values stay `NA`
#'   * `report`: a data frame with a row for each column: `column` (its name or number), `winsorised` and `transformed`
#'     (`TRUE` or `FALSE`), `passes` (at the end; `NA` where it cannot be tested: fewer than 4 values, or all the same),
#'     `n_high` and `n_low` (points winsorised from above and below), `skewness_before`, `kurtosis_before`, `skewness`,
#'     `kurtosis`, `lambda` (`NA` where there is none)
#'   * `marks`: what was done to each value: a sum of 1 (winsorised from above), 2 (from below) and 4 (transformed)
#' @section Errors:
#' `niem_error_value` for values that a transformation has no room for; `niem_error_argument` for an option that is unknown, of
#' the wrong length or without a part.
#' @source OECD and JRC (2008) *Handbook on Constructing Composite Indicators*; JRC (2019) *COIN Tool User's Guide*. Yeo, I.-K.
#'   and Johnson, R. (2000) A new family of power transformations to improve normality or symmetry, *Biometrika* **87**,
#'   954--959.
#' @seealso [niem_normalise()], [niem_impute()]
#' @examples
#' treated <- niem_treat(cbind(income = c(1:10, 30, 100)))
#' treated$x[, "income"]
#' treated$report
#' @export
niem_treat <- function(x, transform = "log_ct", ...) {
  x <- matrix_of(x)
  options <- list(transform = transform, ...)
  if (!is.null(options$columns)) options$columns <- marked_columns(options$columns, x, "columns")
  out <- .Call(r_treat, x, options)
  done <- out$report$treated
  out$report <- data.frame(
    column = if (is.null(colnames(x))) seq_len(ncol(x)) else colnames(x), winsorised = bitwAnd(done, 1L) > 0,
    transformed = bitwAnd(done, 2L) > 0, passes = as.logical(out$report$passes),
    out$report[setdiff(names(out$report), c("treated", "passes"))]
  )
  out
}

#' Weights of indicators
#'
#' Weights from the data (`niem_weights()`), from experts who share out points (`niem_weights_budget()`), from comparisons
#' of indicators pair by pair (`niem_weights_ahp()`), or those that are best for each unit (`niem_benefit_of_doubt()`).
#'
#' @inheritParams niem_normalise
#' @param method One of
#'   * `"equal"`
#'   * `"pca"`: squared loadings on the first principal components of the correlations, added up
#'   * `"entropy"`: 1 less Shannon's entropy of a column's shares; values not negative
#'   * `"critic"`: deviation of the min-max values times the sum of 1 - correlation
#'   * `"deviation"`: standard deviation of the values as they are: normalise first
#'   * `"influence"`: such that the correlations of the columns with the weighted mean are to one another as `targets` are
#'   * `"infomax"`: such that the mean of these correlations is greatest
#' @param ... Options, by name; one that has no part in the method is an error.
#'   * `components`: PCA, default 1; 0 takes those with an eigenvalue of at least 1
#'   * `deviation`: CRITIC, deviation: `"sample"` (n - 1, default) or `"population"` (n)
#'   * `targets`: influence, one for each column, positive, of any sum; default equal
#'   * `correlation`: influence and infomax, `"pearson"` (default: the weights are solved for), `"spearman"` or `"kendall"`: step
#'     functions of the weights, which are searched for, with at most `max_evaluations`, default 20000
#' @param report `TRUE` gives a list in place of the weights.
#' @param points A matrix or data frame, experts by indicators; `NA` is no points.
#' @param comparisons A square matrix: how many times the row is more important than the column, positive; one of two that
#'   mirror each other may be `NA`. Up to 15 indicators.
#' @param least_shares,most_shares The least and the greatest share of an indicator in each unit's score, within 0 and 1: one
#'   for each column, or one for all of them. Default 0 and 1.
#' @return `niem_weights()` and `niem_weights_budget()`: a weight for each column, named as the columns are; none is negative,
#'   and they add up to 1. With `report = TRUE` a list of `weights`; `shares` (influence, infomax: those of the correlations, which need
#'   not be those wanted); `reached` (influence: whether every target is met); `n_zero` (columns with a weight of 0); `n_rows` (rows that were
#'   used); `departure` (influence: the greatest distance of a share from its target); `explained` (PCA: share of the
#'   variance); `mean_correlation` (influence, infomax); `evaluations` and `converged` (of a search; 0 and `TRUE` where the weights
#'   were solved for). PCA, influence and infomax use the rows without a missing value; the others what each column has.
#'
#'   `niem_weights_ahp()`: a list of `weights`, `ratio` (Saaty's consistency ratio; above 0.1 the comparisons contradict each
#'   other too much) and `eigenvalue`.
#'
#'   `niem_benefit_of_doubt()`: a list of `scores`, one for each row within 0 and 1, and `weights`, of the shape of `x`. A
#'   unit with a missing value has `NA`, and sets no standard for others.
#' @section Errors:
#' `niem_error_value`, with `row` and `column`, for data that the method has no room for, a column without spread, shares that
#' cannot add up to 1; `niem_error_argument` for an option that is unknown, of the wrong length or without a part in the method.
#' @source Saaty, T. (1980) *The Analytic Hierarchy Process*, McGraw-Hill. Zeleny, M. (1982) *Multiple Criteria Decision
#'   Making*, McGraw-Hill. Diakoulaki, D., Mavrotas, G. and Papayannakis, L. (1995) Determining objective weights in multiple
#'   criteria problems: the CRITIC method, *Computers and Operations Research* **22**, 763--770. Cherchye, L., Moesen, W., Rogge,
#'   N. and Van Puyenbroeck, T. (2007) An introduction to 'benefit of the doubt' composite indicators, *Social Indicators
#'   Research* **82**, 111--145.
#' @seealso [niem_aggregate()]
#' @examples
#' x <- cbind(law = c(1, 2, 3, 4, 5, 6), work = c(10, 12, 9, 20, 15, 18), health = c(3, 1, 4, 2, 6, 5))
#' niem_weights(x, "pca")
#' niem_weights(x, "influence", report = TRUE)$shares
#' niem_weights_budget(rbind(expert_1 = c(law = 60, work = 40), expert_2 = c(NA, 10)))
#' niem_weights_ahp(rbind(c(1, 2, 4), c(NA, 1, 2), c(NA, NA, 1)))
#' niem_benefit_of_doubt(x, least_shares = 0.2)$scores
#' @export
niem_weights <- function(x, method = "equal", ..., report = FALSE) {
  x <- matrix_of(x)
  out <- .Call(r_weights, x, by_columns(list(method = method, ...), x, "targets"))
  names(out$weights) <- names(out$shares) <- colnames(x)
  if (report) out else out$weights
}

#' @rdname niem_weights
#' @export
niem_weights_budget <- function(points) {
  points <- matrix_of(points, "points")
  out <- .Call(r_weights_budget, points)
  names(out) <- colnames(points)
  out
}

#' @rdname niem_weights
#' @export
niem_weights_ahp <- function(comparisons) {
  comparisons <- matrix_of(comparisons, "comparisons")
  out <- .Call(r_weights_ahp, comparisons)
  names(out$weights) <- colnames(comparisons)
  out
}

#' @rdname niem_weights
#' @export
niem_benefit_of_doubt <- function(x, least_shares = NULL, most_shares = NULL) {
  x <- matrix_of(x)
  every <- function(shares) if (length(shares) == 1 && is.null(names(shares))) rep(shares, ncol(x)) else shares
  options <- list(least_shares = every(least_shares), most_shares = every(most_shares))
  out <- .Call(r_benefit_of_doubt, x, by_columns(options, x, c("least_shares", "most_shares")))
  names(out$scores) <- rownames(x)
  out
}

#' Ranks over all possible weights
#'
#' Stochastic multicriteria acceptability analysis: weights are drawn uniformly among all that are not negative and add up
#' to 1, and the ranks that units have are counted. The same seed gives the same bits, whatever the number of threads.
#'
#' @param x A numeric matrix or data frame of units (rows) by indicators (columns) on one scale, more is better: normalise
#'   first. `NA` is skipped, and the weights of the others count for all.
#' @param replicates How many weights are drawn.
#' @param seed A whole number.
#' @param least_weights Below which no weight is drawn, one for each column; adding up to at most 1.
#' @param tolerance Scores that differ by at most this tie, and share the least of their places.
#' @param threads,progress As in [niem_score()].
#' @return A list of `acceptability`, shares of the replicates with a row for each unit and a column for each rank;
#'   `mean_ranks`; and `central_weights`, of the shape of `x`: the mean of the weights with which the unit is first, `NA`
#'   where it never is.
#' @section Errors:
#' `niem_error_value` for least weights that are negative or add up to more than 1; `niem_error_limit` for more than 4096
#' rows.
#' @references Lahdelma, R. and Salminen, P. (2001) SMAA-2: stochastic multicriteria acceptability analysis for group
#'   decision making, *Operations Research* 49.
#' @examples
#' x <- rbind(a = c(80, 20), b = c(50, 60), c = c(30, 90))
#' niem_smaa(x, replicates = 1000)$acceptability
#' @export
niem_smaa <- function(x, replicates = 10000, seed = 1, least_weights = NULL, tolerance = 1e-9, threads = 0,
                      progress = FALSE) {
  x <- matrix_of(x)
  options <- list(replicates = replicates, seed = seed, least_weights = least_weights, tolerance = tolerance)
  out <- with_progress(progress, function(report) {
    .Call(r_smaa, x, by_columns(options, x, "least_weights"), threads, report)
  })
  dimnames(out$acceptability) <- list(rownames(x), seq_len(nrow(x)))
  names(out$mean_ranks) <- rownames(x)
  out
}

#' Imputation of missing values
#'
#' Fills gaps of a bare matrix. An observed value is never changed. What is not applicable is no gap: leave its rows out.
#'
#' @inheritParams niem_normalise
#' @param method One of
#'   * `"mean"`, `"median"`: of the column, in the row's group where there are `groups`
#'   * `"row_mean"`, `"row_median"`: of the row: normalise first
#'   * `"latest"`: the unit's last earlier value; `"linear"`: between its neighbouring observations in time;
#'     `"linear_constant"`: the same, and before the first and after the last observation their values;
#'     `"constant"`: its last earlier observation, else its first later one, a step function over time
#'   * `"neighbours"`: mean of the nearest rows by Gower's distance
#'   * `"regression"`: least squares on the predictors that the row has
#'   * `"em"`: multivariate normal, maximum likelihood: the conditional expectation given what the row has
#' @param ... Options, by name; one that has no part in the method is an error.
#'   * `groups`: mean, median: the group of each row, `NA` for none; `fallback`: `TRUE` takes the whole column for a row without
#'     a group, or whose group has no value
#'   * `units`, `times`: latest, linear, constant: the unit of each row, and its time as a number, once for each unit
#'   * `max_age`: latest: the oldest value that is taken, in the units of `times`
#'   * `neighbours`: how many, default 5; all of those tied for the last place count
#'   * `predictors`: regression: the names of columns, or `TRUE` or `FALSE` for each; default all
#'   * `tolerance`, `max_iterations`: EM, default 1e-8 and 1000
#' @return A list:
#'   * `x`: the matrix, of the shape and names of `x`; `NA` where the method had nothing to go by
#'   * `marks`: 0 for what was observed or is still missing, 1 for what was imputed, 2 by the fallback
#'   * `sources`: the number of the row that `"latest"` or `"constant"` took a value from, `NA` elsewhere
#'   * `report`: a list of `n_missing` (before), `n_imputed`, `n_left`, `iterations` (EM)
#' @section Errors:
#' `niem_error_argument` for an option that is unknown, of the wrong length or without a part in the method;
#' `niem_error_duplicate` for two rows of a unit at the same time; for EM `niem_error_limit` where it does not converge and
#' `niem_error_value` where the covariances are singular.
#' @source Gower, J. (1971) A general coefficient of similarity and some of its properties, *Biometrics* **27**, 857--871.
#'   Dempster, A., Laird, N. and Rubin, D. (1977) Maximum likelihood from incomplete data via the EM algorithm, *Journal of the
#'   Royal Statistical Society B* **39**, 1--38.
#' @seealso [niem_screen()], [niem_treat()]
#' @examples
#' x <- cbind(law = c(PL = 10, CZ = NA, LT = 30), work = c(NA, 4, 6))
#' niem_impute(x, "mean")$x
#' niem_impute(cbind(c(10, NA, 30)), "latest", units = rep("PL", 3), times = c(2019, 2021, 2023))
#' @export
niem_impute <- function(x, method = "mean", ...) {
  x <- matrix_of(x)
  options <- list(method = method, ...)
  for (name in c("groups", "units")) {
    if (!is.null(options[[name]])) {
      if (name == "units" && anyNA(options$units)) fail_argument("units", "holds NA; each row belongs to a unit")
      options[[name]] <- codes_of(in_order(options[[name]], rownames(x), name, "rows"))
    }
  }
  if (!is.null(options$times)) options$times <- in_order(reals(options$times, "times"), rownames(x), "times", "rows")
  if (!is.null(options$predictors)) options$predictors <- marked_columns(options$predictors, x, "predictors")
  .Call(r_impute, x, options)
}

#' Screening and denomination
#'
#' `niem_screen()` says which units (rows) of a bare matrix have enough data; `niem_denominate()` divides columns by others,
#' such as the population.
#'
#' @inheritParams niem_normalise
#' @param method What is counted: `"missing"` values, `"zeros"`, or `"both"`.
#' @param min_available The share of values that a unit must have; default 2/3.
#' @param min_nonzero The share of these that must not be 0; default 0.05.
#' @param forced 1 for a unit that is in, -1 for one that is out, 0 as screened: one for each row, or for some of them by name.
#' @param denominators A numeric matrix or a data frame of numbers with the rows of `x`, or a vector for all columns.
#' @param which For each column of `x` the name or the number of a column of `denominators`, `NA` for none; or one for all
#'   columns. Names, where `x` has column names, are matched to these. May be left out where there is one denominator.
#' @param scales For each column of `x`, or for all, a number to multiply by, such as 1000 for "per thousand"; it has no part
#'   in a column without a denominator.
#' @return `niem_screen()`: a data frame with a row for each row of `x`: `keep` (`TRUE` or `FALSE`), `available` and `nonzero`
#'   (shares within 0 and 1; nonzero is `NA` for a row without a value, which fails).
#'
#'   `niem_denominate()`: a matrix of the shape and names of `x`. `NA` where value or denominator is missing.
#' @section Errors:
#' `niem_error_value` for shares outside 0 and 1, and for a denominator that is not positive below a value (`row` and `column`
#' say where); `niem_error_mismatch` for denominators of other rows; `niem_error_argument` for the rest.
#' @source OECD and JRC (2008) *Handbook on Constructing Composite Indicators*.
#' @seealso [niem_impute()], [niem_normalise()]
#' @examples
#' x <- rbind(PL = c(pupils = 10, jobs = 20), CZ = c(30, NA), LT = c(NA, NA))
#' niem_screen(x, min_available = 0.5)
#' niem_denominate(x, c(2, 5, 4), scales = 1000)
#' @export
niem_screen <- function(x, method = "missing", min_available = NULL, min_nonzero = NULL, forced = NULL) {
  x <- matrix_of(x)
  if (!is.null(names(forced)) && !is.null(rownames(x))) {
    unknown <- setdiff(names(forced), rownames(x))
    if (length(unknown) > 0) fail_argument("forced", paste0("there is no row \"", unknown[1], "\""))
    forced <- forced[rownames(x)]
    forced[is.na(names(forced))] <- 0
  }
  out <- .Call(r_screen, x, list(
    method = method, min_available = min_available, min_nonzero = min_nonzero, forced = forced
  ))
  data.frame(out, row.names = if (!anyDuplicated(rownames(x))) rownames(x))
}

#' @rdname niem_screen
#' @export
niem_denominate <- function(x, denominators, which = NULL, scales = NULL) {
  x <- matrix_of(x)
  if (is.null(dim(denominators)) && is.numeric(denominators)) {
    denominators <- matrix(in_order(denominators, rownames(x), "denominators", "rows"))
  }
  denominators <- matrix_of(denominators, "denominators")
  if (is.null(which)) {
    if (ncol(denominators) != 1) fail_argument("which", "says which of the denominators belongs to each column; give it")
    which <- 1
  }
  every <- function(value) if (length(value) == 1 && is.null(names(value))) rep(value, ncol(x)) else value
  places <- vapply(in_order(every(which), colnames(x), "which", "columns"), function(one) {
    if (is.na(one)) -1 else place_of(one, colnames(denominators), ncol(denominators), "which", "denominator")
  }, numeric(1), USE.NAMES = FALSE)
  if (!is.null(scales)) scales <- in_order(reals(every(scales), "scales"), colnames(x), "scales", "columns")
  .Call(r_denominate, x, denominators, places, scales)
}
