#' What if: other indicators, weights or answers
#'
#' `niem_what_if()` scores again with changes: indicators or dimensions dropped or added, other weights, other answers,
#' another method. `niem_compare_scores()` puts two scores side by side.
#'
#' @param scores,a,b Scores ([niem_score()]). `a` and `b` may be of two frameworks.
#' @param drop A character vector: indicators by id or alias, or nodes by name (`"dimension=housing"`) with all that is
#'   below. What loses all that is below it goes too: composites, nodes, indexes.
#' @param add A character vector: indicators that the framework holds with `"scored": false`. In an index by levels their
#'   facets say where they stand; in one that lists its nodes each is `list(indicator = "STAT-1", parent = "housing")`.
#' @param weights A named vector or list: weights of nodes, by name as the index's own weights have them, after what is
#'   dropped and added; also of indicators and of the parts of a composite.
#' @param answers A data frame with the columns of [niem_read_answers()], or a list of such rows. An answer takes the place
#'   of what its cell holds, or is added; without a coder it takes the place of all coders' answers. The state `"missing"`
#'   (or a blank answer) removes. Units and rounds are those of the framework and of the scores.
#' @param index The index whose nodes and weights are named. Default: the framework's default, or its only one.
#' @param method A method ([niem_method()]), or a list or a path from which one is made. Default: that of the scores.
#' @param threads,progress See [niem_score()].
#' @param node,round A node and a round, see [niem_query()]. Default: the top; all rounds.
#' @param ... Further options of [niem_query()], by name: `index`, `group`, `level`, `units`, `peers`, `ties`,
#'   `tolerance`, `ascending`.
#' @param table `TRUE` gives a [niem_table] in place of a data frame.
#' @return `niem_what_if()`: scores like any others, of a framework whose id ends in `" (what if)"`, for these are no published
#'   scores. [niem_problems()] of them gives notes on the changes, and warnings of what has no effect, which are also R
#'   warnings.
#'
#'   `niem_compare_scores()`: a data frame: `unit`, `round`, `group`, `node`, `value_a`, `value_b`, `change` (b - a),
#'   `rank_a`, `rank_b`, `rank_change` (positive where the unit moved up). Ranks are those of [niem_rank()] in each of
#'   the two. Index, groups and rounds are those that both have; a unit or node that only one has is `NA` on the other side.
#' @section Errors:
#' `niem_error_reference` for a name that names nothing; `niem_error_value` for what is scored already, or is not;
#' `niem_error_tree` where nothing is left to score; those of [niem_read_answers()], [niem_method()] and [niem_score()].
#' All problems are in the condition's field `problems`; `where` is the place, such as `/answers/3/indicator`, counted from
#' 0. `niem_error_mismatch` for two scores that have no index, group or round in common.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#' other <- niem_what_if(scores, drop = "dimension=employment", weights = c("area=legal" = 2))
#' niem_compare_scores(scores, other, round = "2021")
#'
#' # What if Poland had given the longest permit to all?
#' answers <- data.frame(
#'   unit = "PL", round = "2021", group = c("refugee", "subsidiary"), indicator = "RES-1", answer = "a"
#' )
#' better <- niem_what_if(scores, answers = answers)
#' niem_compare_scores(scores, better, "residency", round = "2021")
#' @export
niem_what_if <- function(scores, drop = NULL, add = NULL, weights = NULL, answers = NULL, index = NULL, method = NULL,
                         threads = 0, progress = FALSE) {
  if (!is.null(method) && !inherits(method, "niem_method")) {
    method <- niem_method(method)
  }
  changes <- c(
    drop = if (!is.null(drop)) to_json(as.list(drop)),
    add = if (!is.null(add)) to_json(if (is.list(add) && !is.null(names(add))) list(add) else as.list(add)),
    weights = if (length(weights) > 0) to_json(as.list(weights)),
    answers = if (!is.null(answers)) to_json(answer_rows(answers)),
    index = if (!is.null(index)) to_json(index),
    method = if (!is.null(method)) niem_json(method)
  )
  text <- paste0("{", paste(sprintf("\"%s\":%s", names(changes), changes), collapse = ","), "}")
  with_progress(progress, function(report) .Call(r_what_if, scores, text, threads, report))
}

# Rows of answers as lists, without what is missing. Numbers that are answers stay numbers.
answer_rows <- function(answers) {
  if (!is.data.frame(answers)) {
    rows <- if (is.null(names(answers))) as.list(answers) else list(answers)
    return(lapply(rows, function(row) Filter(function(cell) length(cell) > 0 && !anyNA(cell), row)))
  }
  columns <- Map(as_column, answers, names(answers))
  lapply(seq_len(nrow(answers)), function(i) {
    cells <- lapply(columns, function(column) {
      levels <- attr(column, "levels")
      if (is.null(levels) || is.na(column[[i]])) column[[i]] else levels[[column[[i]]]]
    })
    Filter(Negate(is.na), cells)
  })
}

#' @rdname niem_what_if
#' @export
niem_compare_scores <- function(a, b, node = NULL, round = NULL, ..., table = FALSE) {
  result(.Call(r_compare_scores, a, b, query(node = node, round = round, ...)), table)
}
