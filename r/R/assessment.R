# A method, or what one is made from; NULL stays.
as_method <- function(method) {
  if (is.null(method) || inherits(method, "niem_method")) method else niem_method(method)
}

#' Invented answers
#'
#' A synthetic assessment for demonstrations, documentation and tests. The source of every row says that it is synthetic,
#' so that nothing can pass for a finding about a real country.
#'
#' @param framework A framework ([niem_framework()]).
#' @param seed A whole number; the same gives the same answers everywhere.
#' @param ... Further options by name: `missing`, the share of gaps among ordinary questions, 0--1 (default 0.04);
#'   `second_coder`, the share of answers that a second coder gives too, 0--1 (default 0); `units` and `rounds`, character
#'   vectors (default: those of the framework).
#' @return Answers, as [niem_read_answers()] gives them.
#' @section Errors:
#' `niem_error_argument` or `niem_error_value` for options outside their bounds.
#' @source The model is described in the header `niem/assessment.h`; the generator is Philox4x32-10 (Salmon, J. K. and
#'   others (2011) Parallel random numbers: as easy as 1, 2, 3).
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' answers <- niem_synthetic(fw, seed = 1)
#' head(as.data.frame(answers)[1:6])
#' @export
niem_synthetic <- function(framework, seed = 0, ...) {
  .Call(r_synthetic, framework, list(seed = seed, ...))
}

#' The questionnaire of a unit and round
#'
#' @param framework A framework ([niem_framework()]).
#' @param unit,round Whose questionnaire it is, and for which round.
#' @param previous Earlier answers, which the form shows for comparison ([niem_read_answers()]). Default: none.
#' @param ... Further options by name: `groups`, a character vector (default: all that a question may be asked of);
#'   `language` of labels and questions; `previous_round`, the round to look back to; `prefill`, `TRUE` writes the previous
#'   answers into the form.
#' @param table `TRUE` gives a [niem_table] in place of a data frame, which [niem_write()] writes as CSV.
#' @return A data frame, a row for each group and question that is asked; what is to be filled in is `NA`.
#'   [niem_read_answers()] reads the filled form as it is.
#' @inheritSection niem_scores_table Errors
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' answers <- niem_read_answers(niem_example("answers.csv"), fw)
#' form <- niem_form(fw, "PL", "2021", previous = answers)
#' form[1:3, c("group", "indicator", "options", "answer", "previous_answer")]
#' @export
niem_form <- function(framework, unit, round, previous = NULL, ..., table = FALSE) {
  result(.Call(r_form, framework, unit, round, previous, list(...)), table)
}

#' Check answers before they are scored
#'
#' @param answers Answers ([niem_read_answers()]).
#' @param previous Answers of an earlier round to compare with. Default: each round with one before it in `answers`.
#' @param method A method ([niem_method()]), or a list or path from which one is made: it settles what several coders say.
#' @param ... Further options of `niem_check()` by name: `round`, findings of this round only; `previous_round`, the round to
#'   compare with.
#' @param adjudicator The coder whose answers are shown as settled. Default: none.
#' @param table `TRUE` gives a [niem_table] in place of a data frame.
#' @return A data frame.
#'   * `niem_check()`: the findings, errors first: severity (error, warning, note), kind, unit, round, group, indicator, coder,
#'     message, effect (in points at the top of the default index, `NA` where there is none)
#'   * `niem_completeness()`: unit, round, facet, value, asked, the number in each state, share (answered of those that
#'     apply, 0--1, `NA` where none does); the unit `"*"` counts all
#'   * `niem_data_gaps()`: the same over the statistical indicators, with the share of each state
#'   * `niem_agreement()`: unit, round, group, cells, several (with more than one coder), agreed, share
#'   * `niem_disagreements()`: the cells in which coders disagree, and how each rule of consensus would settle them
#' @section Errors:
#' `niem_error_mismatch` for answers of another framework; `niem_error_unsupported` where a framework has no statistical
#' indicator; `niem_error_argument` for an unknown option.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' answers <- niem_synthetic(fw, seed = 1, second_coder = 0.3)
#' findings <- niem_check(answers, method = list(consensus = "majority"))
#' findings[c("severity", "kind", "unit", "round", "indicator")]
#' head(niem_completeness(answers), 3)
#' niem_agreement(answers)
#' head(niem_disagreements(answers)[c("unit", "indicator", "answers", "median")], 3)
#' @export
niem_check <- function(answers, previous = NULL, method = NULL, ..., table = FALSE) {
  result(.Call(r_check, answers, previous, as_method(method), list(...)), table)
}

#' @rdname niem_check
#' @export
niem_completeness <- function(answers, method = NULL, table = FALSE) {
  result(.Call(r_completeness, answers, as_method(method)), table)
}

#' @rdname niem_check
#' @export
niem_data_gaps <- function(answers, method = NULL, table = FALSE) {
  result(.Call(r_data_gaps, answers, as_method(method)), table)
}

#' @rdname niem_check
#' @export
niem_agreement <- function(answers, table = FALSE) {
  result(.Call(r_agreement, answers), table)
}

#' @rdname niem_check
#' @export
niem_disagreements <- function(answers, adjudicator = NULL, table = FALSE) {
  result(.Call(r_disagreements, answers, adjudicator), table)
}

#' What a revision of answers changed
#'
#' @param older,newer Answers before and after, read with the same framework.
#' @param method A method ([niem_method()]), or a list or path from which one is made. Default: all defaults.
#' @param ... Options of [niem_query()], by name: `index`, `group`, `node`, `level`. Default: the top.
#' @param table `TRUE` gives a [niem_table] in place of a data frame.
#' @return A data frame.
#'   * `niem_revision()`: a row for each row that was added, removed or changed: unit, round, group, indicator, coder, kind,
#'     columns, old_answer, new_answer, old_state, new_state, old_source, new_source
#'   * `niem_revision_effects()`: unit, round, group, node, old, new (0--100), difference (new - old, in points), old_rank,
#'     new_rank (1 is best); `NA` where there is no value
#' @section Errors:
#' `niem_error_mismatch` for answers of another framework.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' older <- niem_read_answers(niem_example("answers.csv"), fw)
#' rows <- as.data.frame(older)
#' rows$answer[rows$unit == "PL" & rows$indicator == "RES-1"] <- "a"
#' newer <- niem_read_answers(rows, fw)
#' niem_revision(older, newer)[c("unit", "round", "group", "indicator", "old_answer", "new_answer")]
#' niem_revision_effects(older, newer)
#' @export
niem_revision <- function(older, newer, table = FALSE) {
  result(.Call(r_revision, older, newer), table)
}

#' @rdname niem_revision
#' @export
niem_revision_effects <- function(older, newer, method = NULL, ..., table = FALSE) {
  result(.Call(r_revision_effects, older, newer, as_method(method), query(...)), table)
}

#' How well standards are implemented
#'
#' Scores turned around: for each standard that indicators cite, the mean of these indicators.
#'
#' @param scores Scores ([niem_score()]).
#' @param ... Options by name: `by`, `"ref"` (each citation, the default) or `"instrument"`; `group`, `round`, `units` and
#'   `peers` as in [niem_query()].
#' @param table `TRUE` gives a [niem_table] in place of a data frame.
#' @return A data frame: unit, round, group, instrument, ref, value (0--100), coverage (0--1), n, n_applicable, rank (1 is the
#'   furthest from met); the unit `"*"` holds the means over units. `NA` where there is no value.
#' @section Errors:
#' `niem_error_unsupported` where no scored indicator cites a standard.
#' @examples
#' fw <- niem_framework("niem")
#' scores <- niem_score(fw, niem_synthetic(fw, seed = 1, units = c("PL", "CZ"), rounds = "2021"))
#' head(niem_standards(scores, by = "instrument", group = "refugee"))
#' @export
niem_standards <- function(scores, ..., table = FALSE) {
  result(.Call(r_standards, scores, list(...)), table)
}

#' The report on a unit
#'
#' One HTML page that needs no network, holds no script, and prints: score, rank, difference from the average, coverage and
#' bounds; the parts of the index; the indicators with the highest and the lowest scores and their answers; the change
#' since an earlier round and its causes; every target group; the questions that lack evidence; digests by which it can be
#' verified.
#'
#' @param scores Scores ([niem_score()]).
#' @param unit A unit.
#' @param file A path to write the page to. Default: none.
#' @param ... Options by name: `index` and `group` (default: the framework's), `round` (default: the last in which the unit
#'   has answers), `previous_round` (the change since this one; default: the last before it), `reference_units` or
#'   `reference_peers` (the average is theirs; default: of all units), `language` of labels, `most` (indicators at either
#'   end, and causes of the change in either direction; default 5).
#' @return One string, the page; with `file`, its path, invisibly.
#' @section Errors:
#' `niem_error_reference` for a unit, or a round of it, without answers.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#' niem_unit_report(scores, "PL", tempfile(fileext = ".html"), most = 3)
#' @export
niem_unit_report <- function(scores, unit, file = NULL, ...) {
  if (is.null(file)) {
    return(.Call(r_unit_report, scores, unit, NULL, list(...)))
  }
  file <- path_of(file)
  .Call(r_unit_report, scores, unit, file, list(...))
  invisible(file)
}

#' The codebook of a framework
#'
#' @param framework A framework ([niem_framework()]).
#' @param language The language of labels. Default: English.
#' @return One string: an HTML page that needs no network, with every indicator, its question, options, points, condition
#'   and standards.
#' @examples
#' path <- tempfile(fileext = ".html")
#' writeLines(niem_codebook(niem_framework(niem_example("mini.json"))), path, useBytes = TRUE)
#' @export
niem_codebook <- function(framework, language = NULL) {
  .Call(r_codebook, framework, language)
}
