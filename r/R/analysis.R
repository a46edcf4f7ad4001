#' The data set between two steps of a method
#'
#' The indicators after some of the steps of the method: as they were answered, denominated, filled, treated, or as scores.
#' The numbers are the very bits that the scores were made from.
#'
#' @param scores Scores ([niem_score()]).
#' @param step After so many steps of the method: 0 is as the indicators were answered, coders settled. Default: as the
#'   index takes them, scores.
#' @param node The indicators below it. Default: the top.
#' @param ... Further options of [niem_query()], by name: `index`, `group`, `round`, `level`, `units`, `peers`.
#' @param table `TRUE` gives a [niem_table] in place of a data frame.
#' @return A data frame: `unit`, `round`, `group`, `indicator`, `stage` (`"raw"`: numbers that a normalisation is to make scores
#'   of; `"goalposts"`: numbers for which the framework has goalposts; `"score"`), `state`, `value`, `imputed` (1 where a step
#'   filled the gap), `screened` (1 where a step left the unit out). Without node and level the indicators of no index that
#'   have numbers follow: after a step those that the steps touch, such as denominators, before the first all. A merge of
#'   groups has the rows of its members.
#' @inheritSection niem_scores_table Errors
#' @seealso [niem_steps()] for what each step changed; [niem_what_if()], by which what was made of the data by hand is scored.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' answers <- niem_read_answers(niem_example("answers.csv"), fw)
#' scores <- niem_score(fw, answers, list(steps = list(list(step = "impute", method = "mean"))))
#' head(niem_stage(scores, 0))
#' head(niem_stage(scores))
#' @export
niem_stage <- function(scores, step = NULL, node = NULL, ..., table = FALSE) {
  result(.Call(r_stage, scores, step, query(node = node, ...)), table)
}

#' Trends over rounds
#'
#' How each unit goes over the rounds: change, average yearly change, compound annual growth, the slope of least squares.
#'
#' Times are the dates of the rounds in years of twelve months, so that the same day of the year is whole years away; where
#' no round has a date, the numbers that their ids are.
#'
#' @param scores Scores ([niem_score()]).
#' @param node A node. Default: all.
#' @param ... Options, by name.
#'   * `step`: of the indicators below the node after so many steps, 0 as they were answered; default: of the scores of the
#'     nodes
#'   * `from`, `to`: rounds, both inclusive
#'   * `latest`: the last so many points of each series only
#'   * `interpolate`: times at which a series that has no value gets one on the line between its neighbours: rounds, or years
#'     (`"2020.5"`); `"*"` for all rounds
#'   * `tolerance`: a change of at most this is no change; default the method's (1e-9)
#'   * of [niem_query()]: `index`, `group`, `level`, `units`, `peers`
#' @param table `TRUE` gives a [niem_table] in place of a data frame.
#' @return A data frame: `unit`, `group`, `node`, `n` (observations), `n_interpolated`, `first`, `last` (rounds), `value_first`,
#'   `value_last`, `years` (between them), `change`, `change_per_year`, `percent_change` (average yearly, of the first value),
#'   `cagr` (compound annual growth rate), `cagr_missing` (why there is none), `slope` (per year, least squares),
#'   `slope_error`, `percent_slope` (of the line at the first point), `direction` (`"improving"`, `"worsening"`, `"unchanged"`:
#'   less is better where the framework says so).
#' @section Errors:
#' `niem_error_value` for a round without a time; `niem_error_reference` for what there is not; `niem_error_argument` for an
#' option that does not fit.
#' @seealso [niem_change()] for scores between two rounds, and what caused the change.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#' niem_trends(scores, "overall")
#' niem_trends(scores, step = 0, units = "PL")
#' @export
niem_trends <- function(scores, node = NULL, ..., table = FALSE) {
  result(.Call(r_trends, scores, query(node = node, ...)), table)
}

#' Statistics of nodes and indicators over the units
#'
#' What an index is made of, looked at as data: descriptions, correlations, and whether the parts of a node measure one
#' thing.
#'
#' What has no value, does not apply or was screened out by the method is no row's value, never 0. Merges of groups have the
#' values that other tables give them.
#'
#' @param scores Scores ([niem_score()]).
#' @param node A node. Default: all inner nodes.
#' @param part For reliability `"nodes"` (default), or `"items"`: each part of each node. For components `"variances"`
#'   (default): every component; `"loadings"`; `"scores"` of the units; `"nodes"`: how well each node's parts go into components.
#' @param ... Options, by name; one that has no part is an error.
#'   * `step`: of the indicators below the nodes after so many steps of the method, 0 as they were answered; default: of the
#'     scores of the nodes
#'   * `pooled`: `TRUE` takes all rounds together, in which a unit is as many rows as it has rounds; `round` is `NA` then
#'   * of [niem_query()]: `index`, `group`, `round`, `level`, `units`, `peers`
#'   * `niem_statistics()`: thresholds of the flags, as in [niem_describe()]: `min_available`, `min_nonzero`, `min_unique`,
#'     `skewness`, `kurtosis`, `fence`
#'   * `niem_correlations()`: `pairs`: `"level"` (default) any two of the query's nodes, `"siblings"` two with the same parent,
#'     `"parent"` each with its parent, `"ancestors"` each with every node above, `"denominators"` indicators (with `step`) with
#'     denominators; `method`: `"pearson"` (default), `"spearman"`, `"kendall"`; `rows`: `"pairwise"` (default), `"complete"`;
#'     `test`: `"exact"` or `"asymptotic"`, default exact where that is possible; `adjust`: `"holm"` (default), `"hochberg"`,
#'     `"hommel"`, `"bonferroni"`, `"bh"`, `"by"`, over all pairs of a round and group; `high`, `low`, `negative`: thresholds of
#'     the flags, default 0.9, 0.3, -0.4; `tolerance` of tied ranks
#'   * `niem_reliability()`: `items`: `"children"` (default), or the `"leaves"` below a node (needed with `step`); `rows`:
#'     `"complete"` (default), `"pairwise"`; `confidence`: level of the interval, default 0.95
#'   * `niem_components()`: `items`, as above; `of`, `rotation`, `components`, `explained`: how components are found, as in
#'     [niem_principal_components()]
#' @param threads,progress As in [niem_score()].
#' @param table `TRUE` gives a [niem_table] in place of a data frame.
#' @return A data frame.
#'   * `niem_statistics()`: round, group, node, then what [niem_describe()] says. Rows are the units to which a node applies:
#'     what does not apply is not missing.
#'   * `niem_correlations()`: round, group, node_a, node_b, relation (siblings, parent, ancestor, denominator, other),
#'     correlation, n (units that have both), p, p_adjusted, flag (high, low, negative; `NA`: none of these)
#'   * `niem_reliability()`: round, group, node, n, n_items, n_negative, n_constant, alpha (Cronbach's), low, high (its
#'     interval), standardised, average_r, lambda_6, deviation, error, omega (McDonald's); of items round, group, node, item, n, mean, deviation,
#'     r_total, r_rest, smc, alpha_without, standardised_without
#'   * `niem_components()`: round, group, node, component, eigenvalue, share, cumulated, kept, rotated_share; or round, group,
#'     node, item, component, loading, rotated, communality, adequacy; or unit, round, group, node, component, score; or round,
#'     group, node, n, n_items, n_components, explained, kmo, determinant, bartlett, df, p, converged, problem (why a node has
#'     no components; it has rows here only)
#' @inheritSection niem_trends Errors
#' @seealso [niem_describe()], [niem_correlate()], [niem_cronbach_alpha()] for a bare matrix; [niem_method_correlations()].
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#' niem_statistics(scores, level = "dimension", round = "2021")
#' niem_correlations(scores, level = "indicator", pairs = "parent", pooled = TRUE)
#' niem_reliability(scores, pooled = TRUE)
#' niem_reliability(scores, "overall", part = "items", pooled = TRUE)
#' niem_components(scores, "overall", pooled = TRUE)
#' @export
niem_statistics <- function(scores, node = NULL, ..., table = FALSE) {
  result(.Call(r_statistics, scores, query(node = node, ...)), table)
}

#' @rdname niem_statistics
#' @export
niem_correlations <- function(scores, node = NULL, ..., threads = 0, progress = FALSE, table = FALSE) {
  made <- with_progress(progress, function(report) {
    .Call(r_correlations, scores, query(node = node, ...), threads, report)
  })
  result(made, table)
}

#' @rdname niem_statistics
#' @export
niem_reliability <- function(scores, node = NULL, part = "nodes", ..., table = FALSE) {
  result(.Call(r_reliability, scores, part, query(node = node, ...)), table)
}

#' @rdname niem_statistics
#' @export
niem_components <- function(scores, node = NULL, part = "variances", ..., table = FALSE) {
  result(.Call(r_components, scores, part, query(node = node, ...)), table)
}

#' How far several scores agree
#'
#' Correlations of the scores by several methods on the same answers, or before and after a change, and how many places units
#' move.
#'
#' @param scores A list of scores ([niem_score()]), two or more. They are called by the names of the list, else by the ids of
#'   their methods.
#' @param node A node. Default: the top.
#' @param ... Options, by name: `method`: `"pearson"` (default), `"spearman"`, `"kendall"`; `tolerance` of tied ranks; and of
#'   [niem_query()], about the first scores: `index`, `group`, `round`, `level`, `units`, `peers`.
#' @param table `TRUE` gives a [niem_table] in place of a data frame.
#' @return A data frame: `round`, `group`, `node`, `method_a`, `method_b`, `correlation`, `n` (units that have a value by both),
#'   `mean_abs_rank_change`, for each two of them. What one of them lacks is `NA` there.
#' @inheritSection niem_trends Errors
#' @seealso [niem_compare_methods()], [niem_compare_scores()].
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' answers <- niem_read_answers(niem_example("answers.csv"), fw)
#' least <- list(steps = list(list(step = "aggregate", method = "minimum")))
#' several <- list(mean = niem_score(fw, answers), least = niem_score(fw, answers, least))
#' niem_method_correlations(several, round = "2021")
#' @export
niem_method_correlations <- function(scores, node = NULL, ..., table = FALSE) {
  if (!is.list(scores)) {
    fail_argument("scores", "must be a list of scores")
  }
  result(.Call(r_method_correlations, scores, names(scores), query(node = node, ...)), table)
}
