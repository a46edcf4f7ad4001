# What the library takes as numbers: logical NA and integers are doubles.
reals <- function(x, argument = "x") {
  if (!is.numeric(x) && !(is.logical(x) && all(is.na(x)))) {
    fail_argument(argument, "must be a vector of numbers")
  }
  if (!is.double(x)) storage.mode(x) <- "double"
  x
}

#' Numbers, the same bits everywhere
#'
#' The arithmetic below the scores, for bare vectors. R's own `sum()`, `mean()`, `log()` and `exp()` give other bits on
#' other machines (long doubles, mathematical libraries); these do not.
#'
#' @param x A vector of numbers; `NA` and `NaN` are missing.
#' @param weights As many numbers as `x`, finite and not negative. Default: all alike.
#' @param probabilities Numbers from 0 to 1.
#' @param descending `TRUE` gives rank 1 to the greatest.
#' @param ties Ranks of ties: the least of their places (`"min"`), the greatest (`"max"`), their mean (`"average"`),
#'   without gaps (`"dense"`), first come (`"first"`).
#' @param tolerance Neighbours in order that differ by at most this tie; not negative.
#' @param digits Decimals, 0--15; significant digits, 1--17.
#' @return
#' * `niem_exact_sum()`: the exact sum of what is not missing, rounded once, in whatever order; 0 where there is nothing, `NA`
#'   where infinities of both signs meet
#' * `niem_exact_mean()`: the mean, at most 0.501 units in the last place off; `NA` where there is nothing or the
#'   weights sum to 0
#' * `niem_quantile()`: a number for each of `probabilities`, `NA` where there is nothing
#' * `niem_rank_values()`: ranks from 1 on, `NA` for `NA`
#' * `niem_log()`, `niem_exp()`: natural logarithm and exponential, at most 1 unit in the last place off; `NA` for `NA`
#'   and for the logarithm of a negative number
#' * `niem_round()`: rounded half away from zero, judged on the shortest decimal that reads back as `x`: 2.675 becomes
#'   2.68
#' * `niem_round_significant()`: the same to `digits` significant digits, 1 to 17
#'
#' The last five keep names and dimensions.
#' @section Errors:
#' `niem_error_argument` and `niem_error_value` for arguments outside these bounds.
#' @source Quantiles are of type 7 of Hyndman, R. J. and Fan, Y. (1996) Sample quantiles in statistical packages,
#'   *The American Statistician* **50**, 361--365.
#' @examples
#' niem_exact_sum(c(1e308, 1, -1e308))
#' niem_exact_mean(c(0.1, 0.2, NA), weights = c(1, 3, 1))
#' niem_quantile(1:9, c(0.25, 0.5))
#' niem_rank_values(c(a = 70, b = 80, c = 70), descending = TRUE)
#' niem_log(10)
#' niem_exp(c(0, 1))
#' niem_round(c(2.675, -0.5), 2)
#' niem_round_significant(c(0.02855, 123456), 2)
#' @name niem_numbers
NULL

#' @rdname niem_numbers
#' @export
niem_exact_sum <- function(x) {
  .Call(r_exact_sum, reals(x))
}

#' @rdname niem_numbers
#' @export
niem_exact_mean <- function(x, weights = NULL) {
  .Call(r_exact_mean, reals(x), if (!is.null(weights)) reals(weights, "weights"))
}

#' @rdname niem_numbers
#' @export
niem_quantile <- function(x, probabilities = c(0, 0.25, 0.5, 0.75, 1)) {
  .Call(r_quantile, reals(x), reals(probabilities, "probabilities"))
}

#' @rdname niem_numbers
#' @export
niem_rank_values <- function(x, descending = FALSE, ties = "min", tolerance = 0) {
  .Call(r_rank_values, reals(x), descending, ties, reals(tolerance, "tolerance"))
}

#' @rdname niem_numbers
#' @export
niem_log <- function(x) {
  .Call(r_log, reals(x))
}

#' @rdname niem_numbers
#' @export
niem_exp <- function(x) {
  .Call(r_exp, reals(x))
}

#' @rdname niem_numbers
#' @export
niem_round <- function(x, digits = 0) {
  .Call(r_round, reals(x), digits)
}

#' @rdname niem_numbers
#' @export
niem_round_significant <- function(x, digits) {
  .Call(r_round_significant, reals(x), digits)
}
