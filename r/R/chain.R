#' What the steps of a method did
#'
#' A method may fill gaps, treat outliers, normalise numbers and make weights from the data. Here is what it did.
#'
#' @param scores Scores ([niem_score()]).
#' @param part `"values"` (default): each value that a step filled or changed, and each unit that it left out.
#'   `"indicators"`: what a step learned of each indicator. `"weights"`: how weights were made.
#' @param index An index. Default: all that were scored.
#' @param table `TRUE` gives a [niem_table] in place of a data frame.
#' @return `niem_steps()`: a data frame with `step` (its place in the method, from 1), `kind`, `unit`, `round`, `group`,
#'   `indicator`, `what`, `before` and `after`; or `step`, `kind`, `indicator`, `round` (`NA`: all together), `n` (values),
#'   `n_changed`, `low`, `high`, and for a treatment of outliers `treated`, `passes`, `skewness_before`, `kurtosis_before`,
#'   `skewness`, `kurtosis`, `lambda`; or `step`, `kind`, `index`, `node`, `child`, `weight`, `share` (that equal influence
#'   reached), `reached`, `departure`, `explained` (PCA: share of the variance), `ratio` (AHP: consistency), `n` (rows used).
#'   Without steps there are no rows.
#'
#'   `niem_effective_weights()`: `index`, `node`, `level`, `parent`, `weight` (as given, or as made from the data), `share` (of
#'   the sum of its siblings'), `effective` (share of the top when nothing is missing; `NA` below an aggregation without
#'   weights).
#' @inheritSection niem_scores_table Errors
#' @seealso [niem_method()] for the steps.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' answers <- niem_read_answers(niem_example("answers.csv"), fw)
#' scores <- niem_score(fw, answers, list(steps = list(list(step = "impute", method = "mean"))))
#' niem_steps(scores)
#' niem_effective_weights(scores)
#' @export
niem_steps <- function(scores, part = "values", table = FALSE) {
  result(.Call(r_scores_steps, scores, part), table)
}

#' @rdname niem_steps
#' @export
niem_effective_weights <- function(scores, index = NULL, table = FALSE) {
  result(.Call(r_effective_weights, scores, index), table)
}

#' Leave one out
#'
#' The score of a node and its rank without each indicator, and each node, below it in turn.
#'
#' What is left out counts as not applicable: the weights of its siblings count for all. Indicators stay as the method
#' prepared them; weights that are made from data are made anew.
#'
#' @param scores Scores ([niem_score()]).
#' @param node The node whose score is looked at. Default: the top.
#' @param left_out Leave out the nodes of this level only; `"indicator"` for indicators. Default: everything below the node.
#' @param summary `TRUE`: over the units, in place of unit by unit.
#' @param ... Further options of [niem_query()], by name: `index`, `group`, `round`, `units`, `peers`, `tolerance`, `ties`,
#'   `ascending`.
#' @param threads,progress As in [niem_score()].
#' @param table `TRUE` gives a [niem_table] in place of a data frame.
#' @return A data frame: `unit`, `round`, `group`, `node`, `left_out`, `value`, `value_without`, `change` (in points), `rank`,
#'   `rank_without`, `rank_change` (positive where the unit moves up), `problem` (why there is no score without it;
#'   mostly `NA`). The summary: `round`, `group`, `node`, `left_out`, `level`, `n`, `mean_change`, `mean_abs_change`,
#'   `mean_abs_rank_change`, `max_abs_rank_change`, `problem`.
#' @inheritSection niem_scores_table Errors
#' @section Source:
#' OECD & JRC, Handbook on Constructing Composite Indicators (2008), step 7.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#' niem_leave_one_out(scores, round = "2021", left_out = "indicator")
#' niem_leave_one_out(scores, round = "2021", summary = TRUE)
#' @export
niem_leave_one_out <- function(scores, node = NULL, left_out = NULL, summary = FALSE, ..., threads = 0, progress = FALSE,
                               table = FALSE) {
  made <- with_progress(progress, function(report) {
    .Call(r_leave_one_out, scores, left_out, summary, query(node = node, ...), threads, report)
  })
  result(made, table)
}

#' Methods side by side
#'
#' Scores and ranks of the same answers by several methods.
#'
#' @param framework,answers,threads,progress As in [niem_score()].
#' @param methods A list of methods ([niem_method()]), or of lists and paths from which they are made; `NULL` means all
#'   defaults. Where the list has names the methods are called by these, else by their ids. The first one is what the others are held against.
#' @param node A node. Default: the top.
#' @param ... Further options of [niem_query()], by name: `index`, `group`, `round`, `level`, `units`, `peers`, `tolerance`,
#'   `ties`, `ascending`.
#' @param table `TRUE` gives a [niem_table] in place of a data frame.
#' @return A data frame: `unit`, `round`, `group`, `node`, `method`, `value`, `rank`, `n` (units with a value), `change` (value
#'   less first value), `rank_change` (positive where the unit stands higher than by the first method).
#' @inheritSection niem_scores_table Errors
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' answers <- niem_read_answers(niem_example("answers.csv"), fw)
#' niem_compare_methods(fw, answers, list(
#'   mean = NULL,
#'   least = list(steps = list(list(step = "aggregate", method = "minimum")))
#' ), round = "2021")
#' @export
niem_compare_methods <- function(framework, answers, methods, node = NULL, ..., threads = 0, progress = FALSE,
                                 table = FALSE) {
  if (!is.list(methods) || inherits(methods, "niem_method")) {
    fail_argument("methods", "must be a list of methods")
  }
  loaded <- lapply(methods, function(method) {
    if (is.null(method) || inherits(method, "niem_method")) method else niem_method(method)
  })
  made <- with_progress(progress, function(report) {
    .Call(r_compare_methods, framework, answers, loaded, names(methods), query(node = node, ...), threads, report)
  })
  result(made, table)
}
