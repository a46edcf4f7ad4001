# Is x a text itself, and not the name of a file? I("...") says so, and so does an opening brace.
is_literal <- function(x) {
  is.raw(x) || (is.character(x) && (inherits(x, "AsIs") || (length(x) == 1 && grepl("^[[:space:]]*[{[]", x, useBytes = TRUE))))
}

literal <- function(x) {
  if (is.raw(x)) unclass(x) else paste(unclass(x), collapse = "\n")
}

is_string <- function(x) {
  is.character(x) && length(x) == 1 && !is.na(x)
}

#' Read a framework
#'
#' A framework is the model of indicators: facets (areas, dimensions, steps), groups, scales, indicators and indexes. It is
#' data: the format `niem-framework/1` is JSON, and any framework of that format is scored alike.
#'
#' @param x One of
#'   * the name of a framework that ships with the library (`niem_frameworks()` lists them);
#'   * the path of a JSON file;
#'   * JSON text: a string that begins with a brace, `I("...")`, or a raw vector of UTF-8;
#'   * a list of the same form. Vectors and lists with names become objects, those without become arrays, and a vector of
#'     one element becomes a value unless it is in `I()`: `merge = c("refugee", "subsidiary")`, `levels = I("dimension")`.
#' @return An object of class `niem_framework`. It never changes; its digest (SHA-256 of the canonical JSON) names it.
#'   What was noted on reading is in [niem_problems()].
#' @section Errors:
#' `niem_error_io` for a file that cannot be read; `niem_error_encoding`, `niem_error_syntax` and `niem_error_format` for
#' text that is not UTF-8, not JSON or not a framework; `niem_error_reference`, `niem_error_duplicate`,
#' `niem_error_value` and `niem_error_tree` for contents that contradict themselves; `niem_error_version` for a later
#' format; `niem_error_limit`. The field `problems` of the condition lists all that was found.
#' @section Source:
#' The vocabulary is that of the NIEM project. NIEM's official answer points and weights could not be confirmed from
#' public text; what ships is a documented default.
#' @seealso [niem_framework_table()], [niem_read_answers()], [niem_score()]
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' fw
#' niem_digest(fw)
#' niem_frameworks()
#'
#' # A list is as good as a file.
#' tiny <- niem_framework(list(
#'   format = "niem-framework/1", id = "tiny", version = "1",
#'   facets = list(list(id = "dimension", values = list(list(id = "housing")))),
#'   groups = list(list(id = "all")),
#'   indicators = list(list(
#'     id = "H1", dimension = "housing",
#'     scale = list(kind = "numeric", unit = "months", worst = 24, best = 0)
#'   )),
#'   indexes = list(list(id = "overall", levels = I("dimension")))
#' ))
#' tiny
#' @export
niem_framework <- function(x) {
  if (is_literal(x)) {
    .Call(r_framework_parse, literal(x))
  } else if (is.list(x)) {
    .Call(r_framework_parse, to_json(x))
  } else if (!is_string(x)) {
    fail_argument("x", "must be a shipped name, a path, JSON text, a raw vector or a list")
  } else if (!(x %in% niem_frameworks()) && (file.exists(x) || grepl("[/\\\\]|[.]json$", x))) {
    .Call(r_framework_read, path.expand(x))
  } else {
    .Call(r_framework_shipped, x)
  }
}

#' @rdname niem_framework
#' @export
niem_frameworks <- function() {
  .Call(r_framework_shipped_names)
}

#' A part of a framework as a table
#'
#' @param framework A framework ([niem_framework()]).
#' @param part What to show, and the columns that it has:
#'   * `"facets"`: facet, value, label, within, order
#'   * `"groups"`: group, label, members, over
#'   * `"units"`: unit, label, iso2, iso3, aliases
#'   * `"rounds"`: round, label, date
#'   * `"peers"`: peers, label, unit, set
#'   * `"indicators"`: indicator, label, question, guidance, kind, unit_of_measure, worst, best, direction (1: more is
#'     better, -1: less is), target, denominator, scored, conditional (1: it hangs on another answer), part_of (its
#'     composite), groups, and a column for each facet
#'   * `"options"`: indicator, option, label, points (0--100; numeric scales have no rows)
#'   * `"standards"`: indicator, ref, instrument, article, checked
#'   * `"instruments"`: instrument, label, source, valid_from, valid_to
#'   * `"indexes"`: index, label, nodes, leaves, default (1 or 0)
#'   * `"nodes"`: index, node, label, level, parent, weight, aggregation, missing, min_coverage, indicator
#' @param language The language of labels, such as `"pl"`; English where a label lacks it. Default: English.
#' @param table `TRUE` gives a [niem_table] in place of a data frame.
#' @return A data frame, one row an entry; `NA` where the framework says nothing. Attribute `notes`: see [niem_table].
#' @section Errors:
#' `niem_error_argument` or `niem_error_reference` for a part that there is not.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' niem_framework_table(fw, "options")
#' niem_framework_table(fw, "nodes")[c("node", "level", "weight")]
#' @export
niem_framework_table <- function(framework, part, language = NULL, table = FALSE) {
  result(.Call(r_framework_table, framework, part, language), table)
}

framework_info <- function(framework) {
  .Call(r_framework_info, framework)
}

#' Methods of frameworks and methods
#'
#' `print()` shows what it is in a few lines, `summary()` counts what it is made of.
#'
#' @param x,object A framework ([niem_framework()]) or a method ([niem_method()]).
#' @param ... Not used.
#' @return `print()` gives its argument, invisibly; `summary()` of a framework a data frame with the columns `part` and `n`.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' print(fw)
#' summary(fw)
#' @name niem_framework-methods
NULL

#' @rdname niem_framework-methods
#' @export
print.niem_framework <- function(x, ...) {
  info <- framework_info(x)
  none <- function(text) if (is.na(text)) "none" else text
  cat("<niem framework> ", info$id, " ", info$version, "\n", sep = "")
  if (nzchar(info$title)) cat(info$title, "\n", sep = "")
  cat(sprintf("%d indicators\n", nrow(niem_framework_table(x, "indicators"))))
  cat("default index ", none(info$default_index), ", default group ", none(info$default_group), "\n", sep = "")
  cat("digest ", info$digest, "\n", sep = "")
  invisible(x)
}

#' @rdname niem_framework-methods
#' @export
summary.niem_framework <- function(object, ...) {
  parts <- c("facets", "groups", "units", "rounds", "peers", "indicators", "options", "indexes", "nodes")
  n <- vapply(parts, function(part) nrow(niem_framework_table(object, part)), 1L)
  data.frame(part = parts, n = n, row.names = NULL)
}
