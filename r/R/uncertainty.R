# Inputs as JSON, whatever they were given as.
inputs_json <- function(x) {
  if (is.null(x)) {
    NULL
  } else if (is_literal(x)) {
    literal(x)
  } else if (is.list(x)) {
    if (is.null(x$inputs)) x <- list(inputs = x)
    if (is.null(x$format)) x <- c(list(format = "niem-uncertainty/1"), x)
    to_json(x)
  } else if (is_string(x)) {
    readBin(x, "raw", file.size(x))
  } else {
    fail_argument("inputs", "must be a list of inputs, JSON text, a raw vector or a path")
  }
}

method_or_null <- function(method) {
  if (is.null(method) || inherits(method, "niem_method")) method else niem_method(method)
}

#' Uncertainty of scores and ranks
#'
#' Everything that could have been otherwise is drawn, again and again, and the scores are made anew each time.
#'
#' @param framework,answers,method,threads,progress As in [niem_score()].
#' @param inputs What is drawn: a list of inputs, each a list with `name` and `kind`; or the same as JSON text, a raw vector or
#'   the path of a JSON file (`niem-uncertainty/1`). By default all weights at every level within +-25 %.
#'   * `weights`: `draw = "noise"` within `share` (0.25) of themselves, or `"simplex"`; of a `level`, of `nodes`, or all;
#'   * `choice`: one of the list `values` (with `probabilities`) at the place `at` of the method, a JSON pointer such as
#'     `"/steps/0/method"`; `NULL` takes out what stands there;
#'   * `parameter`: a number from `low` to `high` (`whole = TRUE`: whole numbers) there;
#'   * `gaps`: missing answers, `draw` among the `"options"`, the `"range"` or what was `"observed"`;
#'   * `left_out`: `draw = "one"` of the indicators (or of a `level`, of `nodes`), or `"each"` with its `probability`;
#'   * `answers`: options that move to a neighbour with `probability`, numbers with `noise`.
#'
#'   The page `docs/reference/uncertainty-format.md` of libniem has all of it.
#' @param node The top by default.
#' @param ... Of a query: `index`, `group`, `round`, `level`, `units`, `peers`; and
#'   * `replicates`: default 10000; `seed`: default 1. Replicate k hangs on the seed and k alone
#'   * `interval_level`: share of the replicates between low and high, default 0.9
#'   * `tolerance`: of ties and unchanged scores; by default the method's
#'   * `shown`: how many replicates `niem_uncertainty_inputs()` shows, default 100
#' @param x What `niem_uncertainty()` gave.
#' @param table `TRUE` gives a [niem_table] in place of a data frame.
#' @param row.names,optional Not used.
#' @return `niem_uncertainty()`: an object of class `niem_uncertainty`. The others a data frame, with notes (replicates, failed,
#'   seed, resolution of quantiles):
#'   * `as.data.frame()`: unit, round, group, node, value (as published), n (replicates with a value), mean, sd, low, median,
#'     high, rank (as published), rank_mean, rank_median, rank_low, rank_high;
#'   * `niem_uncertainty_ranks()`: unit, round, group, node, rank, share; ranks that occur;
#'   * `niem_uncertainty_pairs()`: round, group, node, unit_a, unit_b, share_above, share_tied;
#'   * `niem_uncertainty_changes()`: unit, group, node, from, to, change, n, mean, low, high, share_improved, share_unchanged,
#'     share_worsened; a replicate draws the same for both rounds;
#'   * `niem_uncertainty_inputs()`: replicate, input, what, value, text: what the first replicates drew;
#'   * `niem_uncertainty_failures()`: message, n.
#' @section Saving:
#' The object is not saved: in another session the same call makes it again, bit for bit. Save its data frames.
#' @section Errors:
#' Inputs that are wrong, name what there is not, or have alternatives that no method can have are refused, with their place.
#' Replicates that fail for their data are counted and left out; `niem_error_value` where all fail.
#' @seealso [niem_sensitivity()], [niem_leave_one_out()], [niem_noisy_weights()]
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' answers <- niem_read_answers(niem_example("answers.csv"), fw)
#' u <- niem_uncertainty(fw, answers, replicates = 500, seed = 1)
#' as.data.frame(u)
#' niem_uncertainty_pairs(u)
#' niem_uncertainty_changes(u)
#' niem_uncertainty(fw, answers, list(
#'   list(name = "weights", kind = "weights", draw = "simplex", level = "area"),
#'   list(name = "gaps", kind = "gaps")
#' ), replicates = 100)
#' @export
niem_uncertainty <- function(framework, answers, inputs = NULL, method = NULL, node = NULL, ..., threads = 0,
                             progress = FALSE) {
  method <- method_or_null(method)
  text <- inputs_json(inputs)
  with_progress(progress, function(report) {
    .Call(r_uncertainty, framework, answers, method, text, list(node = node, ...), threads, report)
  })
}

#' @rdname niem_uncertainty
#' @export
as.data.frame.niem_uncertainty <- function(x, row.names = NULL, optional = FALSE, ..., table = FALSE) {
  result(.Call(r_uncertainty_table, x, "scores"), table)
}

#' @rdname niem_uncertainty
#' @export
niem_uncertainty_ranks <- function(x, table = FALSE) {
  result(.Call(r_uncertainty_table, x, "ranks"), table)
}

#' @rdname niem_uncertainty
#' @export
niem_uncertainty_pairs <- function(x, table = FALSE) {
  result(.Call(r_uncertainty_table, x, "pairs"), table)
}

#' @rdname niem_uncertainty
#' @export
niem_uncertainty_changes <- function(x, table = FALSE) {
  result(.Call(r_uncertainty_table, x, "changes"), table)
}

#' @rdname niem_uncertainty
#' @export
niem_uncertainty_inputs <- function(x, table = FALSE) {
  result(.Call(r_uncertainty_table, x, "inputs"), table)
}

#' @rdname niem_uncertainty
#' @export
niem_uncertainty_failures <- function(x, table = FALSE) {
  result(.Call(r_uncertainty_table, x, "failures"), table)
}

#' @rdname niem_uncertainty
#' @export
print.niem_uncertainty <- function(x, ...) {
  frame <- as.data.frame(x)
  notes <- attr(frame, "notes")
  cat(sprintf(
    "<niem uncertainty> of index %s: %s replicates, %s failed, seed %s\n", notes[["index"]], notes[["replicates"]],
    notes[["failed"]], notes[["seed"]]
  ))
  print(utils::head(frame, 10))
  invisible(x)
}

#' Sensitivity of scores and ranks
#'
#' Sobol' indices of the inputs of [niem_uncertainty()]: where the spread of scores and ranks comes from.
#'
#' @param framework,answers,method,threads,progress As in [niem_score()].
#' @param inputs,node As in [niem_uncertainty()]. Each input is one factor, whatever it draws.
#' @param table `TRUE` gives a [niem_table] in place of a data frame.
#' @param ... Of a query: `index`, `group`, `round`, `level`, `units`, `peers`; and
#'   * `base`: base points, a power of two, default 1024; `base * (inputs + 2)` scores are made
#'   * `seed`: of the scrambled sequence, default 1
#'   * `resamples`: of the bootstrap behind the intervals, default 1000, 0 for none
#'   * `interval_level`: default 0.9; `tolerance`: as in [niem_uncertainty()]
#'   * `targets`: `"rank_change score rank"` by default; also `"change"`
#' @return A data frame: target, unit, round, group, node, input, first, first_low, first_high, total, total_low, total_high, n
#'   (base points), n_failed. `first`: the share of the variance that goes with the input by itself; `total`: with all that it
#'   does together with others. `NA` where the target does not vary. The note `widest_interval` tells whether `base` was enough.
#' @seealso [niem_uncertainty()], [niem_sensitivity_indices()]
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' answers <- niem_read_answers(niem_example("answers.csv"), fw)
#' niem_sensitivity(fw, answers, list(
#'   list(name = "areas", kind = "weights", level = "area"),
#'   list(name = "gaps", kind = "gaps")
#' ), base = 64, resamples = 100, round = "2021")
#' @export
niem_sensitivity <- function(framework, answers, inputs = NULL, method = NULL, node = NULL, ..., threads = 0,
                             progress = FALSE, table = FALSE) {
  method <- method_or_null(method)
  text <- inputs_json(inputs)
  made <- with_progress(progress, function(report) {
    .Call(r_sensitivity, framework, answers, method, text, list(node = node, ...), threads, report)
  })
  result(made, table)
}
