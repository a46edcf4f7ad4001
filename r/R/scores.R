#' Score answers
#'
#' Scores every unit, round, group and node on 0--100, from least to most favourable, with its coverage and its bounds.
#'
#' @param framework A framework ([niem_framework()]).
#' @param answers Answers that were read with it ([niem_read_answers()]).
#' @param method A method ([niem_method()]), or a list or a path from which one is made. Default: all defaults.
#' @param index Score this index only. Default: every index of the framework.
#' @param threads The number of threads; 0 or 1 is the one that R runs in. It never changes a bit of the result.
#' @param progress `TRUE` shows a progress bar.
#' @return An object of class `niem_scores`, which keeps what it needs of framework, answers and method. A unit and round
#'   without any answer have no scores; a node without a value has `NA`. See [niem_scores_table()] for the columns.
#' @section Interrupts:
#' A long call may be interrupted (Ctrl-C or Esc), and leaves nothing behind.
#' @section Errors:
#' `niem_error_mismatch` for answers of another framework; `niem_error_consensus` where several coders answered one
#' question and the method does not settle it; `niem_error_unsupported` for a numeric indicator without goalposts.
#' @section Source:
#' Values are computed in double-double arithmetic from the children's unrounded values and rounded once: the error is at
#' most 0.501 units in the last place for trees of weighted means.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' answers <- niem_read_answers(niem_example("answers.csv"), fw)
#' scores <- niem_score(fw, answers)
#' scores
#' as.data.frame(scores, level = "dimension", round = "2021")
#' niem_score(fw, answers, list(missing = list(rule = "strict")))
#' @export
niem_score <- function(framework, answers, method = NULL, index = NULL, threads = 0, progress = FALSE) {
  if (!is.null(method) && !inherits(method, "niem_method")) {
    method <- niem_method(method)
  }
  with_progress(progress, function(report) {
    .Call(r_score, framework, answers, method, list(index = index), threads, report)
  })
}

#' What a table of scores is about
#'
#' Functions that take scores take these options by name; every one may be left out. A name that is not known is an error
#' that lists those that are.
#'
#' @param index The index. Default: the framework's default, or its only one.
#' @param group A group or a merge of groups; `"*"` for all. Default: the framework's default, or its only one.
#' @param round The round, as text or number. Default: all rounds where the table has a column for them, the only one where
#'   it has not.
#' @param node A node: its full name, such as `"dimension=housing/step=law"`, or a short one where it is unique
#'   (`"housing"`); the index's own name is the top. Default: all nodes.
#' @param level Nodes of one level: a facet's name, `"indicator"` for the leaves, `"index"` for the top. Default: all inner
#'   nodes.
#' @param units A character vector of units. Default: all.
#' @param peers A group of peers of the framework, in place of `units`.
#' @param bands A preset (`"mipex"`, `"thirds"`, `"quintiles"`), JSON, or a list of its form, such as
#'   `list(bands = list(list(from = 50, label = "high"), list(from = 0, label = "low")))`: adds the column `band`. Default:
#'   the method's.
#' @param tolerance In points: neighbours that differ by at most this tie; changes of at most this are unchanged. Default:
#'   the method's (1e-9).
#' @param ties For ranks: `"min"` (default), `"max"`, `"average"`, `"dense"`, `"first"`.
#' @param ascending For ranks: `TRUE` gives rank 1 to the lowest value.
#' @param reference For [niem_difference()] `"average"` (default), `"best"` or `"worst"`; for [niem_practice()] `"best"`
#'   (default) or `"worst"`.
#' @param reference_units,reference_peers For [niem_difference()]: the units, or the group of peers, that the reference is
#'   made of. Default: the units of the query.
#' @param weights For [niem_average()] and [niem_difference()]: a named vector of weights, such as populations,
#'   `c(PL = 38, CZ = 10)`; finite, not negative, one for each unit. Default: all alike.
#' @return The options that were given, as a list; for `do.call()` and for keeping a query that is used again.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#' query <- niem_query(level = "dimension", round = "2021", group = "refugee")
#' do.call(niem_rank, c(list(scores), query))
#'
#' # What is misspelled is not ignored.
#' tryCatch(niem_rank(scores, gruop = "refugee"), niem_error = conditionMessage)
#' @export
niem_query <- function(index = NULL, group = NULL, round = NULL, node = NULL, level = NULL, units = NULL, peers = NULL,
                       bands = NULL, tolerance = NULL, ties = NULL, ascending = NULL, reference = NULL,
                       reference_units = NULL, reference_peers = NULL, weights = NULL) {
  Filter(Negate(is.null), as.list(environment()))
}

# The options of a call; bands may be a list, of the form that JSON has.
query <- function(...) {
  options <- list(...)
  if (is.list(options[["bands"]])) {
    options[["bands"]] <- to_json(options[["bands"]])
  }
  options
}

#' Tables of scores
#'
#' `niem_scores_table()` gives every score as a row. `as.data.frame()` gives the same, or a table with a country a row and
#' a node a column.
#'
#' @param scores,x,object Scores ([niem_score()]).
#' @param row.names,optional Not used.
#' @param ... Options of [niem_query()], by name.
#' @param level,round,group,node,index,units,peers,bands See [niem_query()].
#' @param wide `TRUE`: a country a row, a node a column (with several rounds or groups, these name the rows too). `FALSE`:
#'   every score a row. Default: wide where `level` is given and there is one round and one group.
#' @param values The column that fills a wide table: `"value"`, `"coverage"`, `"lower"` or `"upper"`.
#' @param table `TRUE` gives a [niem_table] in place of a data frame.
#' @return A data frame. The columns of the long form:
#'   * `unit`, `round`, `group`, `index`, `node`, `level`: text
#'   * `value`: the score on 0--100, `NA` where the node has none
#'   * `coverage`: the weight of what was answered over that of what applies, 0--1
#'   * `lower`, `upper`: the score with every gap at its indicator's own worst, or best, end, 0--100
#'   * `n_applicable`, `n_answered`: indicators below the node
#'   * `state`: `value`, `no_value` (too little evidence), `screened_out` (left out by the method's screening) or
#'     `not_applicable`; and `band`, on request
#'
#'   `summary()`: the averages of the top nodes, as [niem_average()] gives them.
#' @section Errors:
#' `niem_error_reference` for an index, group, round, node, level or unit that there is not; `niem_error_ambiguous` where
#' there is no default, with the choices; `niem_error_argument` for an unknown option.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#' as.data.frame(scores, level = "dimension", round = "2021")
#' as.data.frame(scores, level = "dimension", values = "coverage", wide = TRUE)
#' housing <- niem_scores_table(scores, node = "housing", group = "*")
#' housing[c("unit", "round", "group", "value", "lower", "upper")]
#' summary(scores)
#' @export
niem_scores_table <- function(scores, ..., table = FALSE) {
  result(.Call(r_scores_table, scores, query(...)), table)
}

#' @rdname niem_scores_table
#' @export
as.data.frame.niem_scores <- function(x, row.names = NULL, optional = FALSE, ..., level = NULL, round = NULL,
                                      group = NULL, node = NULL, index = NULL, units = NULL, peers = NULL, bands = NULL,
                                      wide = NULL, values = "value") {
  handle <- niem_scores_table(
    x,
    level = level, round = round, group = group, node = node, index = index, units = units, peers = peers,
    bands = bands, ..., table = TRUE
  )
  tidy <- result(handle, FALSE)
  several <- c(round = length(unique(tidy$round)) > 1, group = length(unique(tidy$group)) > 1)
  if (is.null(wide)) {
    wide <- !is.null(level) && !any(several)
  }
  if (isTRUE(wide)) niem_widen(handle, c("unit", names(several)[several]), "node", values) else tidy
}

#' @rdname niem_scores_table
#' @export
summary.niem_scores <- function(object, ...) {
  niem_average(object, level = "index", ...)
}

#' @rdname niem_scores_table
#' @export
print.niem_scores <- function(x, ...) {
  manifest <- niem_manifest(x)
  info <- framework_info(niem_scores_framework(x))
  cat("<niem scores> of framework ", info$id, " ", info$version, ", libniem ", niem_version(), "\n", sep = "")
  top <- tryCatch(niem_scores_table(x, level = "index"), niem_error_ambiguous = function(error) NULL)
  if (!is.null(top)) {
    cat(sprintf("%d units, rounds %s\n", length(unique(top$unit)), paste(unique(top$round), collapse = ", ")))
  }
  digests <- unlist(manifest)
  digests <- digests[grepl("^[0-9a-f]{64}$", digests)]
  cat(sprintf("%s %s\n", names(digests), digests), sep = "")
  invisible(x)
}

#' One score
#'
#' @param scores Scores ([niem_score()]).
#' @param unit,round A unit and a round.
#' @param group A group or a merge of groups. Default: the framework's default, or its only one.
#' @param node A node, by its full name or a short one. Default: the top.
#' @return One number on 0--100, `NA` where the node has no value.
#' @section Errors:
#' `niem_error_reference` for a unit, round, group or node that there is not.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#' niem_value(scores, "PL", "2021")
#' niem_value(scores, "PL", "2021", node = "housing", group = "refugee")
#' @export
niem_value <- function(scores, unit, round = NULL, group = NULL, node = NULL) {
  .Call(r_scores_value, scores, unit, round, group, node)
}

#' Explain a score
#'
#' A score as the sum of what each of its indicators contributes.
#'
#' @param scores Scores ([niem_score()]).
#' @param unit,round A unit and a round.
#' @param node,... A node, and further options of [niem_query()]: `index`, `group`. Default: the top.
#' @param table `TRUE` gives a [niem_table] in place of a data frame.
#' @return A data frame, an indicator a row: `group`, `indicator`, `label`, `answer`, `state`, `value` (0--100), `weight`
#'   (effective, 0--1), `contribution` (in points). The exact sum of the contributions, [niem_exact_sum()], is the score, bit
#'   for bit, in any order.
#' @section Errors:
#' `niem_error_reference` for what there is not, `niem_error_unsupported` for a node whose value does not add up.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#' why <- niem_explain(scores, "PL", "2021", node = "housing")
#' why
#' niem_exact_sum(why$contribution) == niem_value(scores, "PL", "2021", node = "housing")
#' @export
niem_explain <- function(scores, unit, round = NULL, node = NULL, ..., table = FALSE) {
  result(.Call(r_explain, scores, unit, round, query(node = node, ...)), table)
}

#' The indicators behind scores
#'
#' @param scores Scores ([niem_score()]).
#' @param ... Options of [niem_query()], by name.
#' @param table `TRUE` gives a [niem_table] in place of a data frame.
#' @return A data frame, a row for each indicator below each node asked for: `unit`, `round`, `group`, `node`,
#'   `indicator`, `state`, `value` (0--100, `NA` where there is no answer).
#' @inheritSection niem_scores_table Errors
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#' niem_members(scores, node = "housing", round = "2021", units = "PL")
#' @export
niem_members <- function(scores, ..., table = FALSE) {
  result(.Call(r_scores_members, scores, query(...)), table)
}

#' The manifest of scores
#'
#' The digests of framework, answers and method, the library's version and the options: enough to compute a table again
#' and to verify it.
#'
#' @param scores Scores ([niem_score()]).
#' @return A list of class `niem_manifest`; its attribute `json` is the text as the library writes it.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#' niem_manifest(scores)
#' @export
niem_manifest <- function(scores) {
  json <- .Call(r_scores_manifest, scores)
  structure(from_json(json), json = json, class = "niem_manifest")
}

#' @export
print.niem_manifest <- function(x, ...) {
  cat(attr(x, "json"), "\n", sep = "")
  invisible(x)
}

#' The parts of scores, and scores from their JSON
#'
#' `niem_scores_framework()`, `niem_scores_method()` and `niem_scores_answers()` give what the scores were made of.
#' `niem_scores_parse()` makes scores again from the text that [niem_json()] gives, bit for bit; they are verified.
#'
#' @param scores Scores ([niem_score()]).
#' @param x Canonical JSON of scores: a string or a raw vector.
#' @return A framework, a method, answers, or scores.
#' @section Errors:
#' `niem_error_mismatch` where the text does not give the scores that it claims.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#' niem_digest(niem_scores_framework(scores)) == niem_digest(fw)
#' again <- niem_scores_parse(niem_json(scores))
#' niem_value(again, "PL", "2021") == niem_value(scores, "PL", "2021")
#' @export
niem_scores_framework <- function(scores) {
  .Call(r_scores_framework, scores)
}

#' @rdname niem_scores_framework
#' @export
niem_scores_method <- function(scores) {
  .Call(r_scores_method, scores)
}

#' @rdname niem_scores_framework
#' @export
niem_scores_answers <- function(scores) {
  .Call(r_scores_answers, scores)
}

#' @rdname niem_scores_framework
#' @export
niem_scores_parse <- function(x) {
  .Call(r_scores_parse, literal(x))
}
