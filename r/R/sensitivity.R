# Words as the numbers of their constants, and 0 for no choices.
input_kinds <- c("uniform", "discrete", "triangular", "normal")

kinds_of <- function(kinds) {
  if (is.null(kinds) || is.numeric(kinds)) return(kinds)
  found <- match(kinds, input_kinds)
  if (anyNA(found)) {
    fail_argument("kinds", paste0("\"", kinds[is.na(found)][1], "\" is not one of ", paste(input_kinds, collapse = ", ")))
  }
  stats::setNames(found - 1L, names(kinds))
}

# How many inputs there are, and their names where there are some.
n_of_inputs <- function(d) if (is.character(d)) length(d) else d

names_of_inputs <- function(d) if (is.character(d)) d else seq_len(d)

with_columns <- function(x, d) {
  if (is.character(d)) colnames(x) <- d
  x
}

#' Sensitivity of a model to its uncertain inputs
#'
#' For any model, in this package or outside of it: `niem_sensitivity_sample()` draws a sample, the model is run on its rows,
#' and `niem_sensitivity_indices()` reads what came out. `niem_transform_inputs()` makes uniform numbers into inputs;
#' `niem_sobol_sequence()` gives points by themselves. Points and resamples are numbered: the same seed gives the same bits,
#' whatever the number of threads.
#'
#' @param n How many points, or base points. For Sobol's sequence take a power of 2.
#' @param d How many coordinates or inputs there are, or their names.
#' @param x Numbers within 0 and 1: a matrix or data frame, a column an input. `NA` stays missing.
#' @param y What came out of the model for the rows of `niem_sensitivity_sample()`: a vector, or a matrix or data frame with a
#'   column for each output. A failed evaluation is `NA`: its base point is left out of the indices that need it, and of no other.
#' @param ... Options, by name.
#'
#'   `niem_sobol_sequence()`:
#'   * `scramble`: `"none"` (default): as Joe and Kuo and SciPy have it, within 0 and 1, the first point is the origin;
#'     `"linear"`: a random matrix and a digital shift; `"owen"`: nested uniform scrambling. Scrambled points are never 0 or 1
#'   * `skip`: points that are left out before the first, default 0; `seed`: of the scrambling, default 1
#'
#'   `niem_transform_inputs()`, one for each column:
#'   * `kinds`: `"uniform"` on `low` to `high` (default); `"discrete"`: one of `choices`, from 0; `"triangular"` on `low` to
#'     `high`, most likely at `middle`; `"normal"` of mean `middle` and standard deviation `spread`, cut to `low` and `high`
#'   * `low`, `high`: default 0 and 1; a normal input is not cut where it has none. `NA` is none
#'   * `middle`, `spread`: default the middle of the range; normal: 0 and 1
#'   * `choices`: how many a discrete input has, 0 for the others
#'   * `probabilities`: those of all discrete inputs, one after another, of any sum for each; by default all choices are alike
#'
#'   `niem_sensitivity_sample()`:
#'   * `source`: `"sobol"` (default; for up to 512 inputs) or `"random"`; `scramble` as above, default `"owen"`
#'   * `second_order`: `TRUE` adds the rows that effects of pairs need
#'   * `skip`: base points before the first: a sample is made longer by appending one that skips its points
#'   * `seed`: default 1
#'
#'   `niem_sensitivity_indices()`:
#'   * `first`: the estimator of first-order effects: `"saltelli"` (2010, centred; default), `"janon"` (2014), `"jansen"` (1999),
#'     `"sobol"` (1993, not centred: to compare with). The total effect is Jansen's
#'   * `second_order`: `TRUE` where the sample was drawn so
#'   * `resamples`: of the bootstrap over base points, default 1000, 0 for none; `seed`: default 1
#'   * `level`: of the intervals, default 0.95; `interval`: `"percentile"` (default) or `"normal"`
#' @param threads,progress As in [niem_score()].
#' @return `niem_sobol_sequence()`: a matrix, a row for each point.
#'
#'   `niem_transform_inputs()`: a matrix of the shape and names of `x`.
#'
#'   `niem_sensitivity_sample()`: a matrix of n (d + 2) rows, or n (2 d + 2) with second order, base point by base point: A, B,
#'   then for each input A with that input of B and, with second order, for each input B with that input of A.
#'
#'   `niem_sensitivity_indices()`: a list of data frames. `indices`: for each `output` and `input` the effect by itself (`first`)
#'   and with all others (`total`), the standard error and the bounds of each, and the base points used and failed. `pairs`:
#'   for each output and two inputs `second`, what they explain together beyond what each does by itself. `outputs`: `mean`
#'   and `variance` of the outputs, sums of the indices. An output without a variance has `NA`.
#' @section Errors:
#' `niem_error_value`, with `row` and `column`, for numbers outside of 0 and 1 and options without sense; `niem_error_limit` for
#' more inputs than Sobol's sequence has numbers for; `niem_error_argument` for rows that are not whole base points.
#' @references Saltelli, A. and others (2010) Variance based sensitivity analysis of model output, *Computer Physics
#'   Communications* **181**, 259--270. Jansen, M. (1999) Analysis of variance designs for model output, *Computer Physics
#'   Communications* **117**, 35--43. Janon, A. and others (2014) Asymptotic normality and efficiency of two Sobol index
#'   estimators, *ESAIM: Probability and Statistics* **18**, 342--364. Joe, S. and Kuo, F. (2008) Constructing Sobol sequences
#'   with better two-dimensional projections, *SIAM Journal on Scientific Computing* **30**, 2635--2654.
#' @seealso [niem_noisy_weights()], [niem_smaa()]
#' @examples
#' u <- niem_sensitivity_sample(256, c("rain", "wind"))
#' x <- niem_transform_inputs(u, low = c(0, 10), high = c(1, 20))
#' y <- 3 * x[, "rain"] + x[, "wind"]
#' niem_sensitivity_indices(y, c("rain", "wind"))$indices[, c("input", "first", "total")]
#' niem_sobol_sequence(4, 2)
#' @name niem_sampling
NULL

#' @rdname niem_sampling
#' @export
niem_sobol_sequence <- function(n, d, ..., threads = 0, progress = FALSE) {
  out <- with_progress(progress, function(report) {
    .Call(r_sobol_sequence, n, n_of_inputs(d), list(...), threads, report)
  })
  with_columns(out, d)
}

#' @rdname niem_sampling
#' @export
niem_transform_inputs <- function(x, ...) {
  x <- matrix_of(x)
  options <- list(...)
  options$kinds <- kinds_of(options$kinds)
  if (!is.null(options$choices)) options$choices[is.na(options$choices)] <- 0
  each <- c("kinds", "low", "high", "middle", "spread", "choices")
  for (name in intersect(each, names(options))) {
    if (length(options[[name]]) == 1 && is.null(names(options[[name]]))) options[[name]] <- rep(options[[name]], ncol(x))
  }
  out <- .Call(r_transform_inputs, x, by_columns(options, x, each))
  if (!is.null(dimnames(x))) dimnames(out) <- dimnames(x)
  out
}

#' @rdname niem_sampling
#' @export
niem_sensitivity_sample <- function(n, d, ..., threads = 0, progress = FALSE) {
  out <- with_progress(progress, function(report) {
    .Call(r_sensitivity_sample, n, n_of_inputs(d), list(...), threads, report)
  })
  with_columns(out, d)
}

#' @rdname niem_sampling
#' @export
niem_sensitivity_indices <- function(y, d, ..., threads = 0, progress = FALSE) {
  y <- matrix_of(if (is.null(dim(y))) cbind(reals(y, "y")) else y, "y")
  found <- with_progress(progress, function(report) {
    .Call(r_sensitivity_indices, y, n_of_inputs(d), list(...), threads, report)
  })
  inputs <- names_of_inputs(d)
  outputs <- if (is.null(colnames(y))) seq_len(ncol(y)) else colnames(y)
  of_pairs <- found$pairs
  list(
    indices = data.frame(output = rep(outputs, each = length(inputs)), input = rep(inputs, length(outputs)), found$indices),
    pairs = data.frame(
      output = rep(outputs, each = length(of_pairs$input_a) / length(outputs)), input_a = inputs[of_pairs$input_a + 1],
      input_b = inputs[of_pairs$input_b + 1], of_pairs[setdiff(names(of_pairs), c("input_a", "input_b"))]
    ),
    outputs = data.frame(output = outputs, found$outputs)
  )
}

#' Weights with noise
#'
#' Replicates of weights as others could have given them. Replicate k is the same whoever draws it: the same seed gives the same
#' bits, whatever the number of threads.
#'
#' @param weights Numbers that are not negative and not all zero; their names are the columns of the result.
#' @param ... Options, by name.
#'   * `method`: `"uniform"` (default): weight * (1 + share * u), u uniform on -1 to 1. `"normal"`: weight * (1 + share * z), z
#'     standard normal, cut evenly to where the weight stays within 0 and twice what it was. `"simplex"`: uniform among all
#'     weights of a block; a weight of 0 stays 0
#'   * `shares`: within 0 and 1, one for each weight or one for all; default 0.25. The simplex has none
#'   * `blocks`: labels, which weights belong together, as the children of one node do; default all
#'   * `rescale`: `FALSE` leaves the weights as they were drawn; by default those of a block add up to what they did
#'   * `replicates`: default 1000; `first`: the number of the first one, default 0; `seed`: default 1
#' @param threads,progress As in [niem_score()].
#' @return A matrix with a row for each replicate and a column for each weight.
#' @section Errors:
#' `niem_error_value` for a weight that is negative and a share outside of 0 and 1; `niem_error_argument` for an option that is
#' unknown, of the wrong length or without a part in the method.
#' @seealso [niem_sensitivity_sample()], [niem_smaa()]
#' @examples
#' niem_noisy_weights(c(law = 2, work = 1, health = 1), replicates = 3)
#' niem_noisy_weights(c(2, 1, 1), method = "simplex", replicates = 3)
#' @export
niem_noisy_weights <- function(weights, ..., threads = 0, progress = FALSE) {
  weights <- reals(weights, "weights")
  options <- list(...)
  for (name in intersect(c("shares", "blocks"), names(options))) {
    options[[name]] <- in_order(options[[name]], names(weights), name, "weights")
  }
  if (!is.null(options$blocks)) options$blocks <- match(options$blocks, unique(options$blocks)) - 1L
  out <- with_progress(progress, function(report) .Call(r_noisy_weights, weights, options, threads, report))
  colnames(out) <- names(weights)
  out
}
