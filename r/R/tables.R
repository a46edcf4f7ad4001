# What a function that makes a table gives: a data frame, or the table itself.
result <- function(handle, table) {
  if (isTRUE(table)) handle else .Call(r_table_frame, handle)
}

#' Tables
#'
#' The functions that give a data frame give, with `table = TRUE`, an object of class `niem_table` in its place: the
#' library's own table, which is printed by the library, alike in R, Python and C.
#'
#' @param x,object A `niem_table`.
#' @param rows The columns that name the rows of the wide table, such as `"unit"` or `c("unit", "round")`.
#' @param columns The text column whose levels become columns.
#' @param values The column of numbers that fills them.
#' @param table `TRUE` gives a `niem_table` in place of a data frame.
#' @param framework The framework that names the units ([niem_framework()]).
#' @param language The language of their labels. Default: English.
#' @param row.names,optional Not used.
#' @param name The name of a column.
#' @param row A row, from 1. Default: all.
#' @param format One of `"csv"`, `"json"`, `"latex"`, `"html"` and `"plain"`.
#' @param digits Decimals, 0--15, rounded half away from zero; -1 for the shortest that reads back the same.
#' @param ... Further options by name: `separator` (`","`, `";"` or `"\t"`) and `decimal_comma` (`TRUE` or `FALSE`) for
#'   CSV, `caption` for LaTeX, HTML and plain text.
#' @return `niem_print_table()` and `format()`: one string, in UTF-8. `as.data.frame()`: a data frame, in which texts are
#'   character, integers are integer (double where one is beyond R's integers) and what is missing is `NA`; its attribute
#'   `notes`, a named character vector, says what a reader must know (the method, N, what was left out). `niem_widen()`: a
#'   wide table, one row for each combination of `rows`, `NA` where there is no value. `niem_with_codes()`: the table, which
#'   must have a column `unit`, with the columns `label`, `iso2` and `iso3` right after it, `NA` where the framework gives
#'   none. `dim()`: rows and columns.
#'   `x[["name"]]`: a column, `NULL` if there is none; `x[["name", row]]`: one of its values, `NA` if there is none.
#' @section Errors:
#' `niem_error_argument` for an option that there is not; `niem_error_duplicate` where two values fall into one cell of a wide
#' table. A table that comes from another session is an error.
#' @seealso [niem_write()]
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#' ranks <- niem_rank(scores, "overall", round = "2021", table = TRUE)
#' ranks
#' cat(niem_print_table(ranks, "latex", digits = 1))
#' ranks[["rank"]]
#' attr(as.data.frame(ranks), "notes")
#' tidy <- niem_scores_table(scores, level = "dimension", table = TRUE)
#' niem_widen(tidy, c("unit", "round"), "node", "value")
#' niem_with_codes(ranks, fw)
#' @name niem_table
NULL

#' @rdname niem_table
#' @export
niem_print_table <- function(x, format = "csv", digits = -1, ...) {
  if (inherits(x, "niem_scores")) {
    x <- niem_scores_table(x, table = TRUE)
  }
  if (!inherits(x, "niem_table")) {
    fail_argument("x", "must be a table, as functions make it when called with table = TRUE")
  }
  .Call(r_table_print, x, list(format = format, digits = digits, ...))
}

#' @rdname niem_table
#' @export
niem_widen <- function(x, rows, columns, values = "value", table = FALSE) {
  result(.Call(r_table_widen, x, paste(rows, collapse = ","), columns, values), table)
}

#' @rdname niem_table
#' @export
niem_with_codes <- function(x, framework, language = NULL, table = FALSE) {
  result(.Call(r_with_codes, x, framework, language), table)
}

#' @rdname niem_table
#' @export
as.data.frame.niem_table <- function(x, row.names = NULL, optional = FALSE, ...) {
  result(x, FALSE)
}

#' @rdname niem_table
#' @export
format.niem_table <- function(x, format = "plain", digits = -1, ...) {
  niem_print_table(x, format, digits, ...)
}

#' @rdname niem_table
#' @export
print.niem_table <- function(x, ...) {
  cat(format(x, ...))
  invisible(x)
}

#' @rdname niem_table
#' @export
dim.niem_table <- function(x) {
  as.integer(.Call(r_table_size, x))
}

#' @rdname niem_table
#' @export
`[[.niem_table` <- function(x, name, row = NULL) {
  column <- .Call(r_table_column, x, name, row)
  if (is.null(row) || is.character(column)) column else column[row]
}

#' @rdname niem_table
#' @export
summary.niem_table <- function(object, ...) {
  size <- dim(object)
  list(name = .Call(r_table_name, object), rows = size[1], columns = size[2], notes = attr(result(object, FALSE), "notes"))
}

#' Write to a file
#'
#' The file is written beside and renamed, so that a failure leaves an old file as it was.
#'
#' @param x A framework, answers, a table ([niem_table]) or scores.
#' @param path The path of the file.
#' @param ... For tables and scores, options of [niem_print_table()].
#' @return `path`, invisibly. A framework is written as canonical JSON; answers as canonical JSON where the path ends in
#'   `.json`, otherwise as CSV; a table in the format that is asked for (default CSV); scores as the table of all scores.
#'   To keep scores for another session, use [saveRDS()] or [niem_json()].
#' @section Errors:
#' `niem_error_io` for a file that cannot be written.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' answers <- niem_read_answers(niem_example("answers.csv"), fw)
#' path <- tempfile(fileext = ".csv")
#' niem_write(answers, path)
#' niem_digest(niem_read_answers(path, fw)) == niem_digest(answers)
#' niem_write(niem_rank(niem_score(fw, answers), round = "2021", table = TRUE), path, digits = 1)
#' readLines(path, n = 2)
#' @export
niem_write <- function(x, path, ...) {
  UseMethod("niem_write")
}

#' @export
niem_write.default <- function(x, path, ...) {
  fail_argument("x", "must be a framework, answers, scores or a table, as functions make it when called with table = TRUE")
}

#' @export
niem_write.niem_framework <- function(x, path, ...) {
  .Call(r_framework_write, x, path_of(path))
  invisible(path)
}

#' @export
niem_write.niem_answers <- function(x, path, ...) {
  .Call(r_answers_write, x, path_of(path))
  invisible(path)
}

#' @export
niem_write.niem_table <- function(x, path, ...) {
  .Call(r_table_write, x, path_of(path), list(...))
  invisible(path)
}

#' @export
niem_write.niem_scores <- function(x, path, ...) {
  niem_write(niem_scores_table(x, table = TRUE), path, ...)
}

path_of <- function(path) {
  if (!is_string(path)) {
    fail_argument("path", "must be one string, not NA")
  }
  path.expand(path)
}

#' Canonical JSON and digests
#'
#' The canonical JSON of an object is what its digest is taken of: whatever the order or layout of what was read, the same
#' contents have the same digest.
#'
#' @param x A framework, answers or a method; for `niem_json()` also scores, which [niem_scores_parse()] reads back.
#' @return `niem_json()`: one string, in UTF-8. `niem_digest()`: the SHA-256 as 64 hexadecimal characters.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' niem_digest(fw) == niem_digest(niem_framework(niem_json(fw)))
#' @export
niem_json <- function(x) {
  .Call(r_json, x)
}

#' @rdname niem_json
#' @export
niem_digest <- function(x) {
  if (inherits(x, "niem_framework")) {
    framework_info(x)$digest
  } else if (inherits(x, "niem_answers")) {
    .Call(r_answers_digest, x)
  } else if (inherits(x, "niem_method")) {
    .Call(r_method_digest, x)
  } else {
    fail_argument("x", "must be a framework, answers or a method; the digests behind scores are in niem_manifest()")
  }
}
