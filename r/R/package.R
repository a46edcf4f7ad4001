#' niem: scores of the National Integration Evaluation Mechanism
#'
#' Reads a framework of indicators and the answers of national experts, and scores them on 0--100, from least to most
#' favourable: every unit (a country, a region), round, group and node of an index. Ranks, averages, changes between rounds
#' and their causes follow from the scores.
#'
#' The usual order is [niem_framework()], [niem_read_answers()], [niem_score()], then `as.data.frame()`, [niem_rank()],
#' [niem_change()], [niem_explain()].
#'
#' Everything is computed by the C library libniem; the same framework, answers and method give the same bits in R, Python
#' and C, on every machine and with any number of threads. The package computes nothing itself.
#'
#' @section Errors:
#' Every error is a condition of class `niem_error` and of a class that says what kind it is: `niem_error_argument`,
#' `niem_error_io`, `niem_error_encoding`, `niem_error_syntax`, `niem_error_format`, `niem_error_version`,
#' `niem_error_limit`, `niem_error_reference` (a name that names nothing), `niem_error_duplicate`, `niem_error_value`,
#' `niem_error_tree`, `niem_error_unsupported`, `niem_error_ambiguous` (the message lists the choices),
#' `niem_error_consensus`, `niem_error_mismatch`, `niem_error_memory`, `niem_error_cancelled`, `niem_error_struct_size`,
#' `niem_error_self_test`. Its fields are `status`, `row`, `column` and `where` (the place: `NA` and `""` where there is
#' none), and `problems`, a data frame of all that was found, or `NULL`.
#'
#' @section Missing values:
#' A score that cannot be given is `NA`. In the functions on bare numbers an `NA` or `NaN` is a missing value.
#'
#' @section Saving:
#' Frameworks, methods, answers and scores may be saved with [saveRDS()] or with the workspace, and sent to other
#' processes; they are made again, bit for bit, when they are first used. Objects of class `niem_table` and
#' `niem_normaliser` are not kept: using one in another session is an error.
#'
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' answers <- niem_read_answers(niem_example("answers.csv"), fw)
#' scores <- niem_score(fw, answers)
#' as.data.frame(scores, level = "dimension", round = "2021")
#' niem_rank(scores, "overall", round = "2021")
#'
#' # An error says what is wrong, where, and what would be right.
#' tryCatch(niem_rank(scores, "overal"), niem_error_reference = conditionMessage)
#' @useDynLib niem, .registration = TRUE
#' @keywords internal
"_PACKAGE"

.onLoad <- function(libname, pkgname) {
  tryCatch(.Call(r_self_test), niem_error = function(error) {
    stop(
      "niem cannot promise its numbers in this process, and is not loaded: ", conditionMessage(error),
      call. = FALSE
    )
  })
}

#' Version, states and kinds of errors of the library
#'
#' `niem_version()` gives the version of libniem that does the work, `niem_states()` the states that an answer can have,
#' and `niem_statuses()` the names from which the classes of errors are made.
#'
#' @return A string, or a character vector in the library's order.
#' @seealso [niem_read_answers()] for the states.
#' @examples
#' niem_version()
#' niem_states()
#' paste0("niem_error_", setdiff(niem_statuses(), "ok"))
#' @export
niem_version <- function() {
  .Call(r_version)
}

#' @rdname niem_version
#' @export
niem_states <- function() {
  .Call(r_states)
}

#' @rdname niem_version
#' @export
niem_statuses <- function() {
  .Call(r_statuses)
}

#' Files of the examples
#'
#' A small invented framework with its answers, on which the examples run. No country's real answers are in it.
#'
#' @param name The name of a file; without it, the names of all.
#' @return The path of the file, or the names.
#' @examples
#' niem_example()
#' readLines(niem_example("answers.csv"), n = 3)
#' @export
niem_example <- function(name = NULL) {
  folder <- system.file("extdata", package = "niem")
  if (is.null(name)) {
    return(list.files(folder))
  }
  path <- file.path(folder, name)
  if (!file.exists(path)) {
    fail_argument("name", paste0("\"", name, "\" is not one of ", paste(list.files(folder), collapse = ", ")))
  }
  path
}

# An error of an argument, of the same form as those that C makes.
fail_argument <- function(argument, message, status = "argument") {
  stop(structure(
    class = c(paste0("niem_error_", status), "niem_error", "error", "condition"),
    list(
      message = paste0(argument, ": ", message), call = NULL, status = status, row = NA_real_, column = NA_real_,
      where = argument, problems = NULL
    )
  ))
}

# The user interrupted a long call, which C has left: say it again as R says it.
signal_interrupt <- function() {
  signalCondition(structure(class = c("interrupt", "condition"), list(message = "", call = NULL)))
  invokeRestart("abort")
}

# A long call that tells its progress; NULL is what an interrupted one gives.
with_progress <- function(progress, long_call) {
  report <- NULL
  if (isTRUE(progress)) {
    bar <- utils::txtProgressBar(style = 3)
    on.exit(close(bar))
    report <- function(done) utils::setTxtProgressBar(bar, done)
  }
  made <- long_call(report)
  if (is.null(made)) {
    signal_interrupt()
  }
  made
}
