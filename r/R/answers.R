# A column of a data frame as C takes it: doubles for numeric answers, otherwise codes with their levels.
as_column <- function(x, name) {
  if (is.factor(x)) {
    return(structure(as.integer(x), levels = levels(x)))
  }
  if (is.list(x) || !is.null(dim(x))) {
    fail_argument(name, "must be a column of text, numbers or a factor")
  }
  if (is.numeric(x) && !is.object(x)) {
    if (name == "answer") {
      return(as.double(x))
    }
    values <- unique(x[!is.na(x)])
    return(structure(match(x, values), levels = vapply(values, format, "", digits = 15, scientific = FALSE)))
  }
  x <- enc2utf8(as.character(x))
  values <- unique(x[!is.na(x)])
  structure(match(x, values), levels = values)
}

#' Read answers
#'
#' Reads what coders answered, for each unit, round, group and indicator. The columns are `unit`, `round`, `group`,
#' `indicator`, `answer`, `state`, `evidence`, `source`, `coder` and `note`; `unit`, `indicator` and `answer` are needed,
#' `round` and `group` where there is a choice.
#'
#' An answer names an option (never its points), the items of a checklist joined by `|` (or `none`), or is a number. The
#' states are those of [niem_states()]; an answer without a state is answered, a row without both is missing. *Not
#' applicable* is not missing: it leaves the denominator, while the other states are gaps in the evidence.
#'
#' @param x One of
#'   * the path of a CSV or JSON file, in UTF-8;
#'   * such a text itself: `I("...")`, also of several lines, or a raw vector;
#'   * a data frame. Factors are taken as they are, an `NA` is a blank, and a numeric column `answer` holds the answers to
#'     numeric indicators. Prefer the file itself to reading it with `read.csv()`: the library reads numbers to the last
#'     bit, on every machine.
#' @param framework The framework of the answers ([niem_framework()]).
#' @param round,group,coder The round, group or coder of rows that name none. Default: an error, unless the framework has
#'   one only; no coder.
#' @param separator The separator of a CSV text, one of `","`, `";"` and `"\t"`. Default: found from its header.
#' @param decimal_comma `TRUE` if numbers are written 12,5. Default: only where the separator is a semicolon.
#' @param threads The number of threads that read a CSV text and sort the rows; 0 or 1 is the one that R runs in. It never
#'   changes a bit of the result, nor a message; a small file is read by R's own.
#' @param progress `TRUE` shows a progress bar.
#' @return An object of class `niem_answers`. `as.data.frame()` gives the rows in canonical order; [niem_problems()] what
#'   was noted on reading, such as aliases that were resolved and cells that are absent. Warnings are also R warnings, of
#'   class `niem_warning`.
#' @section Interrupts:
#' A long call may be interrupted (Ctrl-C or Esc), and leaves nothing behind.
#' @section Errors:
#' `niem_error_io`, `niem_error_encoding`, `niem_error_syntax` and `niem_error_format` for what cannot be read;
#' `niem_error_reference` for an indicator, option, group, or (where the framework is closed) unit or round that there is
#' not; `niem_error_duplicate` for two answers to one question; `niem_error_value` for a number outside its domain. All
#' problems are in the condition's field `problems`, with their rows (header not counted) and columns.
#' @seealso [niem_score()], [niem_write()]
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' answers <- niem_read_answers(niem_example("answers.csv"), fw)
#' answers
#' head(as.data.frame(answers))
#'
#' # A data frame; the round is the same for all.
#' sheet <- data.frame(
#'   unit = "PL", group = "refugee", indicator = c("RES-1", "RES-2"), answer = c("a", "yes")
#' )
#' niem_read_answers(sheet, fw, round = "2021")
#'
#' # Everything that is wrong, at once.
#' sheet$answer <- c("z", "maybe")
#' tryCatch(
#'   niem_read_answers(sheet, fw, round = "2021"),
#'   niem_error = function(error) error$problems[c("row", "column", "message")]
#' )
#' @export
niem_read_answers <- function(x, framework, round = NULL, group = NULL, coder = NULL, separator = NULL,
                              decimal_comma = NULL, threads = 2, progress = FALSE) {
  options <- list(round = round, group = group, coder = coder, separator = separator, decimal_comma = decimal_comma)
  with_progress(progress, function(report) {
    if (is.data.frame(x)) {
      columns <- Map(as_column, x, names(x))
      .Call(r_answers_columns, framework, columns, options, threads, report)
    } else if (is_literal(x)) {
      .Call(r_answers_parse, framework, literal(x), options, threads, report)
    } else if (is_string(x)) {
      .Call(r_answers_read, framework, path.expand(x), options, threads, report)
    } else {
      fail_argument("x", "must be a path, a data frame, I(\"text\") or a raw vector")
    }
  })
}

#' Methods of answers
#'
#' @param x,object Answers ([niem_read_answers()]).
#' @param row.names,optional,... Not used.
#' @return `as.data.frame()`: the rows in canonical order (unit, round, group, indicator, coder) with the ten columns of the
#'   long form, as text; `NA` for what is blank. `summary()`: a data frame with the number of rows of each `state`.
#'   `length()`: the number of rows. `print()`: its argument, invisibly.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' answers <- niem_read_answers(niem_example("answers.csv"), fw)
#' length(answers)
#' summary(answers)
#' head(as.data.frame(answers), 3)
#' @name niem_answers-methods
NULL

#' @rdname niem_answers-methods
#' @export
as.data.frame.niem_answers <- function(x, row.names = NULL, optional = FALSE, ...) {
  result(.Call(r_answers_table, x), FALSE)
}

#' @rdname niem_answers-methods
#' @export
length.niem_answers <- function(x) {
  as.integer(.Call(r_answers_count, x))
}

#' @rdname niem_answers-methods
#' @export
print.niem_answers <- function(x, ...) {
  cat("<niem answers> ", length(x), " rows\n", sep = "")
  problems <- niem_problems(x)
  if (nrow(problems) > 0) {
    cat(nrow(problems), "notes and warnings on reading; niem_problems() lists them\n")
  }
  cat("digest ", niem_digest(x), "\n", sep = "")
  invisible(x)
}

#' @rdname niem_answers-methods
#' @export
summary.niem_answers <- function(object, ...) {
  state <- factor(as.data.frame(object)$state, levels = niem_states())
  data.frame(state = niem_states(), n = as.vector(table(state)))
}

#' What was found on reading
#'
#' @param x A framework, a method, answers, or scores that [niem_what_if()] made.
#' @return A data frame with the columns `severity` (note, warning, error), `status`, `row`, `column`, `where` and
#'   `message`, a row for each problem; without rows where nothing was found. At most 1000 are kept.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' niem_problems(niem_read_answers(niem_example("answers.csv"), fw))
#' @export
niem_problems <- function(x) {
  problems <- attr(x, "problems")
  if (is.null(problems)) {
    problems <- data.frame(
      severity = character(), status = character(), row = integer(), column = integer(), where = character(),
      message = character()
    )
  }
  problems
}
