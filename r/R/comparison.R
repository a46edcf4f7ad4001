#' Ranks, averages, differences
#'
#' Comparisons of units in the same round. Each is a function of the published scores.
#'
#' @param scores Scores ([niem_score()]).
#' @param node,round A node and a round, see [niem_query()]. Default: all.
#' @param ... Further options of [niem_query()], by name: `index`, `group`, `level`, `units`, `peers`; `ties`,
#'   `tolerance` and `ascending` for ranks; `weights` for averages; `reference`, `reference_units`, `reference_peers` and
#'   `weights` for differences; `reference` for practice.
#' @param table `TRUE` gives a [niem_table] in place of a data frame.
#' @return A data frame; values are on 0--100, differences in points, and `NA` where a unit has no value. Units without a
#'   value stay in the table and are left out of the counts.
#'   * `niem_rank()`: unit, round, group, node, value, rank (1 is best), tied (units that share the rank, itself included),
#'     n (units with a value)
#'   * `niem_average()`: round, group, node, average, n, and the same over the units with a value in every round of the query
#'     (of the scores, where it has one round only): average_balanced, n_balanced
#'   * `niem_difference()`: unit, round, group, node, value, reference, difference (value - reference), n
#'   * `niem_spread()`: round, group, node, n, min, max, spread, min_unit, max_unit; in rows with the node `"*"` the mean of
#'     the spreads
#'   * `niem_practice()`: round, group, node, value, n: what a unit would score that had, for each indicator, the best (or
#'     worst) value of any unit
#' @section Errors:
#' `niem_error_reference` for what there is not; `niem_error_ambiguous` where there is no default; `niem_error_argument` for an
#' unknown option or a unit without a weight; `niem_error_value` for weights that are negative, not finite or all zero.
#' @section Ties:
#' Neighbours in order that differ by at most the tolerance (1e-9 points) tie: differences of representation never decide
#' a rank.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#' niem_rank(scores, "overall", round = "2021")
#' niem_average(scores, "overall")
#' niem_average(scores, "overall", weights = c(PL = 38, CZ = 10, LT = 3))
#' niem_difference(scores, "overall", round = "2021", reference = "best")
#' niem_spread(scores, level = "dimension", round = "2021")
#' niem_practice(scores, level = "dimension", round = "2021")
#' @export
niem_rank <- function(scores, node = NULL, round = NULL, ..., table = FALSE) {
  result(.Call(r_rank, scores, query(node = node, round = round, ...)), table)
}

#' @rdname niem_rank
#' @export
niem_average <- function(scores, node = NULL, round = NULL, ..., table = FALSE) {
  result(.Call(r_average, scores, query(node = node, round = round, ...)), table)
}

#' @rdname niem_rank
#' @export
niem_difference <- function(scores, node = NULL, round = NULL, ..., table = FALSE) {
  result(.Call(r_difference, scores, query(node = node, round = round, ...)), table)
}

#' @rdname niem_rank
#' @export
niem_spread <- function(scores, node = NULL, round = NULL, ..., table = FALSE) {
  result(.Call(r_spread, scores, query(node = node, round = round, ...)), table)
}

#' @rdname niem_rank
#' @export
niem_practice <- function(scores, node = NULL, round = NULL, ..., table = FALSE) {
  result(.Call(r_practice, scores, query(node = node, round = round, ...)), table)
}

#' Two groups on common ground
#'
#' Compares two groups over the indicators that are answered for both, unit by unit.
#'
#' @param scores Scores ([niem_score()]).
#' @param group_a,group_b Two groups of their own, not merges.
#' @param node,... A node and further options of [niem_query()], by name: `index`, `round`, `level`, `units`, `peers`.
#' @param table `TRUE` gives a [niem_table] in place of a data frame.
#' @return A data frame: `unit`, `round`, `node`, `value_a`, `value_b` (0--100), `difference` (a - b, in points),
#'   `n_common` (indicators that are answered for both), `n` (units with a difference). A last row per round and node, with
#'   the unit `"*"`, holds the means over the `n` units.
#' @inheritSection niem_scores_table Errors
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#' niem_group_difference(scores, "refugee", "subsidiary", round = "2021", level = "dimension")
#' @export
niem_group_difference <- function(scores, group_a, group_b, node = NULL, ..., table = FALSE) {
  result(.Call(r_group_difference, scores, group_a, group_b, query(node = node, ...)), table)
}

#' Change between two rounds
#'
#' How many points each unit gained or lost, how many improved, and what caused it.
#'
#' @param scores Scores ([niem_score()]); for `niem_change_causes()` also a change, whose rounds and options then hold.
#' @param from,to Two rounds.
#' @param ... Options of [niem_query()], by name: `index`, `group`, `node`, `level`, `units`, `peers`, `tolerance`.
#' @param table `TRUE` gives a [niem_table] in place of a data frame (for a change: of the points).
#' @param x,object A change.
#' @param row.names,optional Not used.
#' @return `niem_change()`: a list of class `niem_change` with the rounds `from` and `to`, and the data frames
#'   * `points`: unit, group, node, from, to (0--100), change (to - from, in points), direction (improved, unchanged,
#'     worsened)
#'   * `summary`: group, node, n, improved, unchanged, worsened, average_change
#'
#'   `as.data.frame()` gives the points, `summary()` the summary.
#'
#'   `niem_change_causes()`: a data frame, an indicator a row: unit, group, member (the group that the indicator is answered
#'   for: another one where `group` is a merge), node, indicator, kind (kept, entered, left), from, to, weight_from,
#'   weight_to, answer_effect, weight_effect, contribution (in points). The exact sum of the contributions of a unit,
#'   group and node, [niem_exact_sum()], is its change, bit for bit.
#' @inheritSection niem_scores_table Errors
#' @section Source:
#' Contributions have the Marshall-Edgeworth form: answers at mean weights, weights at mean values, alike in both
#' directions of time.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#' change <- niem_change(scores, "2019", "2021", node = "overall")
#' change
#' causes <- niem_change_causes(change)
#' causes[c("unit", "indicator", "kind", "contribution")]
#' @export
niem_change <- function(scores, from, to, ..., table = FALSE) {
  points <- .Call(r_change, scores, from, to, query(...))
  if (isTRUE(table)) {
    return(points)
  }
  structure(
    list(
      from = as.character(from), to = as.character(to), points = result(points, FALSE),
      summary = result(.Call(r_change_summary, scores, from, to, query(...)), FALSE), scores = scores, options = list(...)
    ),
    class = "niem_change"
  )
}

#' @rdname niem_change
#' @export
niem_change_causes <- function(scores, from, to, ..., table = FALSE) {
  options <- list(...)
  if (inherits(scores, "niem_change")) {
    change <- scores
    options <- utils::modifyList(change$options[setdiff(names(change$options), "tolerance")], options)
    scores <- change$scores
    from <- change$from
    to <- change$to
  }
  result(.Call(r_change_causes, scores, from, to, options), table)
}

#' @rdname niem_change
#' @export
as.data.frame.niem_change <- function(x, row.names = NULL, optional = FALSE, ...) {
  x$points
}

#' @rdname niem_change
#' @export
summary.niem_change <- function(object, ...) {
  object$summary
}

#' @rdname niem_change
#' @export
print.niem_change <- function(x, ...) {
  cat("<niem change> from ", x$from, " to ", x$to, "\n", sep = "")
  print(x$summary, row.names = FALSE, ...)
  cat("\n")
  print(x$points, row.names = FALSE, ...)
  invisible(x)
}
