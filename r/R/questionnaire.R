KEY_COLUMNS <- c("unit", "round", "group", "indicator")
FILL_COLUMNS <- c("answer", "state", "evidence", "source", "coder", "note")
MAX_UNPACKED <- 64 * 2^20 # bytes; a questionnaire unpacks to one or two MiB

#' Read filled questionnaires
#'
#' Reads questionnaires that were filled in as spreadsheets (`.xlsx`). Python's `niem.write_questionnaire()` makes them;
#' the same questionnaire as CSV is [niem_form()], which [niem_read_answers()] reads.
#'
#' Rows are found by the columns `indicator` and `group`, wherever they stand: rows may be sorted, blank rows and notes
#' added, sheets renamed or deleted (their questions are then missing). The answers are checked by the same reader as any,
#' and every problem is told with its sheet, row and column. A row that stays blank is missing, and yields to another
#' coder's row for the same question. The package \pkg{readxl} must be installed.
#'
#' @param path The path of a file, or of several that belong together: of several coders, or of several units.
#' @param framework The framework of the answers ([niem_framework()]). It is said if the questionnaire was made with
#'   another.
#' @param round,group,coder The round, group or coder of rows that name none. Default: what the questionnaire says; no coder.
#' @param decimal_comma `TRUE` if numbers that stand as text are written 12,5. Cells with numbers need no option.
#' @return Answers, as [niem_read_answers()] gives them; [niem_problems()] has the columns `file` (`NA` where one was read),
#'   `sheet` and `cell` besides, and `row` and `column` are those of the sheet.
#' @section Errors:
#' Those of [niem_read_answers()]; `niem_error_io`, `niem_error_format` and `niem_error_limit` also for a file that cannot
#' be read, is no workbook, or is of absurd size; `niem_error_value` also for cells of which a spreadsheet program has made
#' something else than was typed: dates, truth values, errors, formulas without a value. All problems are in the
#' condition's field `problems`, with file, sheet, row, column and cell. `niem_error_unsupported` if \pkg{readxl} is not
#' installed.
#' @seealso [niem_form()], [niem_check()]
#' @examples
#' if (requireNamespace("readxl", quietly = TRUE)) {
#'   fw <- niem_framework(niem_example("mini.json"))
#'   answers <- niem_read_questionnaire(niem_example("filled.xlsx"), fw)
#'   print(answers)
#'   niem_problems(answers)[c("severity", "message")]
#' }
#' @export
niem_read_questionnaire <- function(path, framework, round = NULL, group = NULL, coder = NULL, decimal_comma = NULL) {
  if (!is.character(path) || length(path) == 0 || anyNA(path)) {
    fail_argument("path", "must be the path of a file, or of several")
  }
  if (!requireNamespace("readxl", quietly = TRUE)) {
    fail_questionnaire("unsupported", paste(
      "reading questionnaires as spreadsheets needs the package readxl; install it with: install.packages(\"readxl\")",
      "(or fill in the CSV form of niem_form())"
    ))
  }
  several <- length(path) > 1
  decimal <- if (isTRUE(decimal_comma)) "," else "."
  parts <- lapply(path, function(one) read_workbook(path.expand(one), framework, decimal, several))
  rows <- without_silent(do.call(rbind, lapply(parts, `[[`, "rows")))
  problems <- do.call(rbind, lapply(parts, `[[`, "problems"))
  options <- list(round = round, group = group, coder = coder, decimal_comma = decimal_comma)
  answers_of_rows(rows, problems, framework, options)
}

# --- is it a workbook? ---

fail_questionnaire <- function(status, message, where = "path", row = NA_real_, column = NA_real_, problems = NULL) {
  stop(structure(
    class = c(paste0("niem_error_", status), "niem_error", "error", "condition"),
    list(
      message = message, call = NULL, status = status, row = row, column = column, where = where, problems = problems
    )
  ))
}

refuse_file <- function(path, status, message) {
  fail_questionnaire(status, paste0("path: '", basename(path), "' ", message))
}

# Refuses what is no workbook, or is one of absurd size; gives the names of its parts.
check_workbook <- function(path) {
  if (!file.exists(path) || dir.exists(path) || file.access(path, 4) != 0) {
    fail_questionnaire("io", paste0("path: '", path, "' cannot be read"))
  }
  start <- readBin(path, "raw", 8)
  if (identical(start[1:4], as.raw(c(0xd0, 0xcf, 0x11, 0xe0)))) {
    about <- "is a workbook of the old kind (.xls), or protected by a password; save it as .xlsx without one"
    refuse_file(path, "format", about)
  }
  if (length(start) < 4 || !identical(start[1:2], charToRaw("PK"))) {
    refuse_file(path, "format", "is no workbook (.xlsx); a form as CSV is read by niem_read_answers()")
  }
  parts <- tryCatch(utils::unzip(path, list = TRUE), error = identity, warning = identity)
  if (inherits(parts, "condition")) {
    refuse_file(path, "format", "is damaged, or cut off in the middle; take it again from where it came")
  }
  if (nrow(parts) > 2000 || sum(parts$Length) > MAX_UNPACKED || file.size(path) > MAX_UNPACKED / 2) {
    refuse_file(path, "limit", "unpacks to more than 64 MiB, which no questionnaire does")
  }
  if (!("xl/workbook.xml" %in% parts$Name)) {
    about <- "is an archive, but no workbook (.xlsx); open it in a spreadsheet program and save it as .xlsx"
    refuse_file(path, "format", about)
  }
  parts$Name
}

# A part of the archive as one string of bytes.
part_text <- function(path, name) {
  connection <- unz(path, name, open = "rb")
  on.exit(close(connection))
  rawToChar(readBin(connection, "raw", MAX_UNPACKED))
}

matches <- function(text, pattern) {
  regmatches(text, gregexpr(pattern, text, perl = TRUE, useBytes = TRUE))[[1]]
}

attribute <- function(tags, name) {
  found <- regmatches(tags, regexec(paste0("[[:space:]]", name, "=\"([^\"]*)\""), tags, useBytes = TRUE))
  vapply(found, function(one) if (length(one) == 2) one[2] else NA_character_, "")
}

tags_of <- function(text, name) {
  matches(text, paste0("<(?:\\w+:)?", name, "\\s[^>]*>"))
}

# The part in which each sheet stands, in the order of the workbook.
sheet_parts <- function(path) {
  sheets <- attribute(tags_of(part_text(path, "xl/workbook.xml"), "sheet"), "[a-zA-Z0-9]+:id")
  relations <- tags_of(part_text(path, "xl/_rels/workbook.xml.rels"), "Relationship")
  targets <- attribute(relations, "Target")[match(sheets, attribute(relations, "Id"))]
  ifelse(startsWith(targets, "/"), substring(targets, 2), paste0("xl/", targets))
}

ODD_FORMULA <- paste(
  "the cell holds a formula without a value; type the answer itself,",
  "or open and save the file in a spreadsheet program"
)
ODD_ERROR <- "the cell holds an error; type the answer in its place"

# Cells that readxl gives as blank though they are not: formulas without a value, and errors.
odd_cells <- function(text) {
  cells <- matches(text, "(?s)<(?:\\w+:)?c\\s(?:[^>]*[^>/])?>.*?</(?:\\w+:)?c>")
  has <- function(pattern) grepl(pattern, cells, perl = TRUE, useBytes = TRUE)
  formula <- has("<(?:\\w+:)?f[\\s/>]") & !has("<(?:\\w+:)?v>[^<]")
  error <- has("^<[^>]*\\st=\"e\"") & !formula
  at <- attribute(sub(">.*", ">", cells, useBytes = TRUE), "r")
  structure(rep(c(ODD_FORMULA, ODD_ERROR), c(sum(formula), sum(error))), names = c(at[formula], at[error]))
}

# How far a sheet goes, by its cells: the size that a file states is not believed, and what is read must fit memory.
extent <- function(path, sheet, text) {
  tags <- tags_of(text, "c")
  at <- attribute(tags[!endsWith(tags, "/>")], "r")
  at <- at[!is.na(at) & grepl("^[A-Z]{1,3}[0-9]+$", at)]
  rows <- as.numeric(sub("^[A-Z]+", "", at))
  columns <- column_numbers(sub("[0-9]+$", "", at))
  if (length(at) > 0 && max(rows) > 100000) {
    refuse_file(path, "limit", paste0("sheet \"", sheet, "\" has cells beyond row 100000; no questionnaire does"))
  }
  if (length(at) == 0) c(0L, 0L) else as.integer(c(max(rows), min(max(columns), 256)))
}

# --- cells ---

column_numbers <- function(letters) {
  vapply(strsplit(letters, ""), function(one) Reduce(function(sum, x) 26 * sum + match(x, LETTERS), one, 0), 1)
}

column_letters <- function(numbers) {
  first <- (numbers - 1) %/% 26
  paste0(ifelse(first > 0, LETTERS[pmax(first, 1)], ""), LETTERS[(numbers - 1) %% 26 + 1])
}

# Numbers as texts that read back the same, whatever the platform's printf rounds to.
number_words <- function(x, decimal) {
  if (x == trunc(x) && abs(x) < 2^53) sprintf("%.0f", x) else sub(".", decimal, sprintf("%.17g", x), fixed = TRUE)
}

# What a cell says, NA for nothing; a condition for what was not meant.
cell_words <- function(x, name, decimal) {
  if (length(x) == 0 || is.na(x)) {
    NA_character_
  } else if (inherits(x, "POSIXt")) {
    when <- format(x, "%Y-%m-%d", tz = "UTC")
    if (name %in% c("evidence", "source", "coder", "note")) when else simpleCondition(paste0(
      "the cell holds a date or time (", when, "), made of what was typed; format the cell as text or number and type it again"
    ))
  } else if (is.logical(x)) {
    simpleCondition(paste0("the cell holds the truth value ", x, ", made of what was typed; type the option's id as text"))
  } else if (is.numeric(x)) {
    number_words(x, if (name == "answer") decimal else ".")
  } else {
    words <- trimws(x, whitespace = "[\\h\\v]")
    if (nzchar(words)) words else NA_character_
  }
}

# --- sheets ---

no_problems <- function() {
  data.frame(
    severity = character(), status = character(), file = character(), sheet = character(), row = numeric(),
    column = numeric(), cell = character(), where = character(), message = character()
  )
}

problem_at <- function(severity, status, file, sheet, row, column, where, message) {
  data.frame(
    severity = severity, status = status, file = file, sheet = sheet, row = row, column = column,
    cell = ifelse(is.na(column), NA_character_, paste0(column_letters(ifelse(is.na(column), 1, column)), row)),
    where = where, message = message
  )
}

read_workbook <- function(path, framework, decimal, several) {
  names <- check_workbook(path)
  file <- if (several) basename(path) else NA_character_
  parts <- tryCatch(
    {
      sheets <- readxl::excel_sheets(path)
      places <- sheet_parts(path)
      lapply(which(places %in% names), function(k) {
        read_sheet(path, sheets[k], part_text(path, places[k]), framework, decimal, file)
      })
    },
    error = function(error) {
      if (inherits(error, "niem_error")) stop(error)
      refuse_file(path, "format", paste0(
        "cannot be opened as a workbook (", gsub("\n", " ", conditionMessage(error)),
        "); open it in a spreadsheet program and save it as .xlsx"
      ))
    }
  )
  rows <- do.call(rbind, lapply(parts, `[[`, "rows"))
  problems <- do.call(rbind, c(list(no_problems()), lapply(parts, `[[`, "problems")))
  if (is.null(rows) && !any(problems$severity == "error")) {
    about <- "holds no question: no sheet has a row with the column names indicator and answer, and rows below"
    refuse_file(path, "format", about)
  }
  again <- problems$where == "framework" & duplicated(paste(problems$where, problems$message)) # said once for a file
  list(rows = fill_keys(rows), problems = problems[!again, ])
}

# The columns by name, and the row where the names stand: the first one with indicator, and answer or state.
header_of <- function(cells) {
  n <- if (length(cells) > 0) min(length(cells[[1]]), 50) else 0
  for (i in seq_len(n)) {
    names <- vapply(cells, function(column) {
      value <- column[[i]]
      if (is.character(value) && !is.na(value)) tolower(trimws(value)) else ""
    }, "")
    if ("indicator" %in% names && any(c("answer", "state") %in% names)) {
      places <- which(names %in% c("framework", KEY_COLUMNS, FILL_COLUMNS))
      return(list(row = i, columns = structure(places, names = names[places])))
    }
  }
  NULL
}

read_sheet <- function(path, sheet, text, framework, decimal, file) {
  size <- extent(path, sheet, text)
  if (min(size) == 0) {
    return(NULL)
  }
  limits <- readxl::cell_limits(c(1L, 1L), size)
  cells <- as.list(suppressMessages(suppressWarnings(readxl::read_excel(
    path, sheet,
    range = limits, col_names = FALSE, col_types = "list", na = "", .name_repair = "minimal"
  ))))
  header <- header_of(cells)
  if (is.null(header)) {
    ours <- sheet %in% c("Read me", "Lists")
    about <- "has no row of column names (indicator, answer ...) and is not read"
    return(if (!ours) list(problems = problem_at("warning", "ok", file, sheet, NA_real_, NA_real_, "", about)))
  }
  rows_of_sheet(cells, header, sheet, file, odd_cells(text), niem_digest(framework), decimal)
}

# What the rows below the column names say, and what is wrong with single cells; a row with such a cell is left out.
rows_of_sheet <- function(cells, header, sheet, file, odd, digest, decimal) {
  columns <- header$columns[!duplicated(names(header$columns))]
  at <- seq_along(cells[[1]])[-seq_len(header$row)]
  problems <- columns_twice(header, sheet, file)
  texts <- matrix(NA_character_, length(at), 11, dimnames = list(NULL, c("framework", KEY_COLUMNS, FILL_COLUMNS)))
  wrong <- logical(length(at))
  for (name in names(columns)) {
    j <- columns[[name]]
    said <- lapply(at, function(row) words_or_problem(cells[[j]][[row]], paste0(column_letters(j), row), odd, name, decimal))
    failed <- vapply(said, inherits, NA, "condition")
    texts[!failed, name] <- as.character(unlist(said[!failed]))
    wrong <- wrong | failed
    problems <- c(problems, lapply(which(failed), function(i) {
      problem_at("error", "value", file, sheet, at[i], j, name, conditionMessage(said[[i]]))
    }))
  }
  problems <- c(problems, other_framework(texts[, "framework"], digest, at, columns, sheet, file))
  filled <- rowSums(!is.na(texts[, c("group", "indicator", FILL_COLUMNS), drop = FALSE])) > 0 & !wrong
  rows <- data.frame(texts[filled, -1, drop = FALSE], check.names = FALSE)
  rows$.file <- rep(file, sum(filled))
  rows$.sheet <- rep(sheet, sum(filled))
  rows$.row <- at[filled]
  rows$.columns <- rep(list(columns), sum(filled))
  list(rows = rows, problems = do.call(rbind, problems))
}

words_or_problem <- function(value, at, odd, name, decimal) {
  if (at %in% names(odd)) simpleCondition(odd[[at]]) else cell_words(value, name, decimal)
}

columns_twice <- function(header, sheet, file) {
  twice <- unique(names(header$columns)[duplicated(names(header$columns))])
  lapply(twice, function(name) {
    message <- paste0("column \"", name, "\" stands twice; keep one")
    problem_at("error", "duplicate", file, sheet, header$row, header$columns[[name]], name, message)
  })
}

# Answers that were given to another framework, or another version of it, may be read; that is said.
other_framework <- function(digests, digest, at, columns, sheet, file) {
  other <- which(!is.na(digests) & digests != digest)
  lapply(other[!duplicated(digests[other])], function(i) {
    problem_at("warning", "mismatch", file, sheet, at[i], columns[["framework"]], "framework", paste0(
      "the questionnaire was made with another framework or version (", substr(digests[i], 1, 12), ", not ",
      substr(digest, 1, 12), ")"
    ))
  })
}

# A row that somebody has added by hand belongs to the file's only unit and round.
fill_keys <- function(rows) {
  for (name in c("unit", "round")) {
    only <- unique(rows[[name]][!is.na(rows[[name]])])
    if (length(only) == 1) rows[[name]][is.na(rows[[name]])] <- only
  }
  rows
}

# A row without answer, evidence, source or note says nothing: it yields to others for the same cell.
without_silent <- function(rows) {
  if (is.null(rows)) {
    return(NULL)
  }
  silent <- rowSums(!is.na(rows[c("answer", "state", "evidence", "source", "note")])) == 0
  key <- do.call(paste, c(lapply(rows[KEY_COLUMNS], function(x) ifelse(is.na(x), "", x)), sep = "\r"))
  rows[!silent | !(key %in% key[!silent] | duplicated(key)), ]
}

# --- problems, by sheet, row and column ---

# `sheet "housing", row 14, column "answer" (J14)`
place_words <- function(problem) {
  words <- c(
    if (!is.na(problem$file)) paste0("file \"", problem$file, "\""),
    if (!is.na(problem$sheet)) paste0("sheet \"", problem$sheet, "\""),
    if (!is.na(problem$row)) paste("row", problem$row)
  )
  column <- if (nzchar(problem$where) && !is.na(problem$sheet)) paste0("column \"", problem$where, "\"") else problem$where
  cell <- if (!is.na(problem$cell)) paste0(" (", problem$cell, ")") else ""
  paste(c(words, if (nzchar(column)) paste0(column, cell)), collapse = ", ")
}

# Other rows that a message names, outside quotation marks.
row_words <- function(message, rows) {
  at <- gregexpr("\"[^\"]*\"|\\brow [0-9]+", message, perl = TRUE)
  found <- regmatches(message, at)[[1]]
  is_row <- startsWith(found, "row ")
  for (k in which(is_row)) {
    i <- as.numeric(substring(found[k], 5))
    if (i >= 1 && i <= nrow(rows)) {
      file <- if (is.na(rows$.file[i])) "" else paste0("file \"", rows$.file[i], "\", ")
      found[k] <- paste0(file, "sheet \"", rows$.sheet[i], "\" row ", rows$.row[i])
    }
  }
  regmatches(message, at) <- list(found)
  message
}

# Problems that the library has found in rows of a data frame, in the sheets where these rows stand.
relocate <- function(problems, rows) {
  each <- lapply(seq_len(NROW(problems)), function(k) {
    one <- problems[k, ]
    i <- if (is.na(one$row) || one$row < 1 || one$row > nrow(rows)) NA else one$row
    message <- row_words(one$message, rows)
    if (is.na(i)) {
      return(problem_at(one$severity, one$status, NA_character_, NA_character_, NA_real_, NA_real_, one$where, message))
    }
    column <- unname(rows$.columns[[i]][one$where])
    problem_at(one$severity, one$status, rows$.file[i], rows$.sheet[i], rows$.row[i], as.numeric(column), one$where, message)
  })
  do.call(rbind, c(list(no_problems()), each))
}

# As a reader goes through the files; what is about all answers stands first.
by_sheet <- function(problems, sheets) {
  place <- match(paste(problems$file, problems$sheet, sep = "\r"), sheets)
  problems <- problems[order(!is.na(problems$sheet), place, ifelse(is.na(problems$row), 0, problems$row)), ]
  rownames(problems) <- NULL
  problems
}

counted <- function(problem, others, what) {
  more <- if (others > 0) paste0(" (and ", others, " more", what, ")") else ""
  place <- place_words(problem)
  paste0(if (nzchar(place)) paste0(place, ": "), problem$message, more)
}

answers_of_rows <- function(rows, problems, framework, options) {
  sheets <- unique(c(paste(rows$.file, rows$.sheet, sep = "\r"), paste(problems$file, problems$sheet, sep = "\r")))
  answers <- NULL
  if (!is.null(rows) && nrow(rows) > 0) {
    data <- rows[c(KEY_COLUMNS, FILL_COLUMNS)]
    answers <- withCallingHandlers(
      tryCatch(do.call(niem_read_answers, c(list(data, framework), options)), niem_error = identity),
      niem_warning = function(warning) invokeRestart("muffleWarning")
    )
    failed <- inherits(answers, "niem_error")
    if (failed && is.null(answers$problems)) stop(answers)
    problems <- rbind(problems, relocate(if (failed) answers$problems else niem_problems(answers), rows))
    if (!failed) problems <- rbind(problems, absent_questions(answers, framework))
  }
  problems <- by_sheet(problems, sheets)
  errors <- problems[problems$severity == "error", ]
  if (nrow(errors) > 0) {
    message <- counted(errors[1, ], nrow(errors) - 1, " problems; see the field problems")
    fail_questionnaire(errors$status[1], message, errors$where[1], errors$row[1], errors$column[1], problems)
  }
  attr(answers, "problems") <- problems
  warn_of(problems)
  answers
}

warn_of <- function(problems) {
  warnings <- problems[problems$severity == "warning", ]
  if (nrow(warnings) > 0) {
    message <- counted(warnings[1, ], nrow(warnings) - 1, "; niem_problems() lists them")
    warning(structure(class = c("niem_warning", "warning", "condition"), list(message = message, call = NULL)))
  }
}

# Questions of the groups in hand that no row is about, counted by dimension: a sheet was deleted.
absent_questions <- function(answers, framework) {
  rows <- as.data.frame(answers)
  found <- no_problems()
  for (pair in split(rows, paste(rows$unit, rows$round, sep = "\r"))) {
    asked <- niem_form(framework, pair$unit[1], pair$round[1], groups = unique(pair$group))
    gone <- !(paste(asked$group, asked$indicator, sep = "\r") %in% paste(pair$group, pair$indicator, sep = "\r"))
    dimension <- ifelse(is.na(asked$dimension), "", asked$dimension)
    for (name in if (is.null(asked$dimension)) NULL else unique(dimension[gone])) {
      n <- sum(dimension[gone] == name)
      of <- sum(dimension == name)
      message <- paste0(
        pair$unit[1], " ", pair$round[1], ": ", n, " of ", of, " questions ",
        if (nzchar(name)) paste0("of dimension \"", name, "\"") else "of no dimension",
        " are not in the file and count as missing", if (n == of) "; was its sheet deleted?" else ""
      )
      found <- rbind(found, problem_at("warning", "ok", NA_character_, NA_character_, NA_real_, NA_real_, "answers", message))
    }
  }
  found
}
