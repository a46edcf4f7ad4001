# A column of a data frame as fields of CSV. A double has 17 digits, which read back as the same double everywhere.
csv_fields <- function(x, name) {
  if (is.list(x) || !is.null(dim(x))) {
    fail_argument(name, "must be a column of text, numbers or a factor")
  }
  if (is.double(x) && !inherits(x, c("Date", "POSIXt", "integer64"))) {
    return(sprintf("%.17g", unclass(x)))
  }
  x <- enc2utf8(as.character(x))
  ifelse(is.na(x), "", paste0("\"", gsub("\"", "\"\"", x, fixed = TRUE), "\""))
}

csv_text <- function(x) {
  fields <- Map(csv_fields, x, names(x))
  header <- paste(csv_fields(names(x), "names"), collapse = ",")
  lines <- if (nrow(x) > 0) do.call(paste, c(unname(fields), sep = ","))
  paste(c(header, lines, ""), collapse = "\n")
}

# A table that is no path, as text. What says how files are written is not for data frames.
flat_text <- function(x, name, options) {
  if (is.data.frame(x)) {
    for (option in c("separator", "decimal_comma")) {
      if (!is.null(options[[option]])) {
        fail_argument(option, paste("is for text and files;", name, "is a data frame"))
      }
    }
    return(csv_text(x))
  }
  if (!is_literal(x)) {
    fail_argument(name, "must be a path, a data frame, I(\"text\") or a raw vector")
  }
  literal(x)
}

is_file <- function(x) {
  is_string(x) && !is_literal(x)
}

# The bytes of a file that stands beside a data frame. The library says why there are none.
file_bytes <- function(path) {
  path <- path.expand(path)
  if (!file.exists(path) || dir.exists(path)) {
    .Call(r_framework_read_tables, path, NULL, list())
  }
  readBin(path, "raw", file.size(path))
}

#' A framework from two flat tables
#'
#' The makers of composite indices keep their data in two tables: a table of indicators, a row for each indicator and
#' aggregate, and a table of data, a row for each unit (and round) with a column for each indicator. Those of the package
#' COINr (`iMeta` and `iData`) are taken as they are. The framework has the tree; [niem_answers_from_table()] reads the
#' values.
#'
#' The table of indicators has the columns `iCode` (or `indicator`, `id`, `code`), `iName` (`label`, `name`), `Level`,
#' `Parent`, `Direction` (1: more is better, -1: less is), `Weight`, `Unit`, `Target`, `Denominator`, `Type`, `Worst` and
#' `Best`, in letters of either case; `iCode` and `Parent` are needed. `Type` is Indicator, Aggregate, Group, Denominator or
#' Other; where it is not said it follows from the tree. The aggregate without a `Parent` is the index. Where every indicator
#' is the same number of steps below it, levels are facets, `level2` right above the indicators; other trees are of explicit
#' nodes.
#'
#' The table of data has the columns `uCode` (or `unit`), `uName` (`label`), `Time` (`round`), and one for each indicator,
#' denominator and group. Each column of groups is a set of peer groups, named as in `GDP_group:S`.
#'
#' @param indicators,data The tables, each one of
#'   * the path of a CSV file, in UTF-8;
#'   * such a text itself: `I("...")`, also of several lines, or a raw vector;
#'   * a data frame.
#'
#'   `data` may be left out: the framework then names no units, rounds and peer groups.
#' @param id,version,title What the framework is called. Default: the code and the name of the index, version `"1"`.
#' @param round The round of rows that name none. Default: `"all"`, where there is no column of time.
#' @param ignore Names of columns of either table that are passed over.
#' @param separator The separator of CSV texts, one of `","`, `";"` and `"\t"`. Default: found from each header.
#' @param decimal_comma `TRUE` if numbers are written 12,5. Default: only where the separator is a semicolon.
#' @return An object of class `niem_framework`. Warnings, such as a column that is not known, are also R warnings of class
#'   `niem_warning`.
#' @section Errors:
#' All problems of both tables are in the field `problems` of the condition, with their rows (header not counted) and
#' columns: a code twice, a parent that there is not, a cycle (`niem_error_tree`), a direction that is not 1 or -1, a
#' column of the data that the table of indicators lacks, and the other way round.
#' @seealso [niem_answers_from_table()], [niem_framework()]
#' @examples
#' indicators <- data.frame(
#'   iCode = c("Roads", "Debt", "Books", "Means", "Minds", "Whole"),
#'   Parent = c("Means", "Means", "Minds", "Whole", "Whole", NA),
#'   Direction = c(1, -1, 1, NA, NA, NA),
#'   Weight = c(1, 0.5, 1, 2, 1, NA),
#'   Worst = c(0, 200, 0, NA, NA, NA), Best = c(100, 0, 10, NA, NA, NA)
#' )
#' data <- data.frame(
#'   uCode = c("A", "B"), Time = 2020, Roads = c(50, NA), Debt = c(100, 50), Books = c(5, 8)
#' )
#' fw <- niem_framework_from_tables(indicators, data)
#' answers <- niem_answers_from_table(data, fw)
#' as.data.frame(niem_score(fw, answers), level = "level2")
#' @export
niem_framework_from_tables <- function(indicators, data = NULL, id = NULL, version = NULL, title = NULL, round = NULL,
                                       ignore = NULL, separator = NULL, decimal_comma = NULL) {
  options <- list(
    id = id, version = version, title = title, round = round, ignore = ignore, separator = separator,
    decimal_comma = decimal_comma
  )
  if (is_file(indicators) && (is.null(data) || is_file(data))) {
    data <- if (!is.null(data)) path.expand(data)
    return(.Call(r_framework_read_tables, path.expand(indicators), data, options))
  }
  indicators <- if (is_file(indicators)) file_bytes(indicators) else flat_text(indicators, "indicators", options)
  data <- if (!is.null(data)) if (is_file(data)) file_bytes(data) else flat_text(data, "data", options)
  .Call(r_framework_parse_tables, indicators, data, options)
}

#' Answers from a wide table
#'
#' Reads a table with a row for each unit and round (and group) and a column for each indicator, named by its id. The other
#' columns are `uCode` (or `unit`), `Time` (`round`), `group` and `coder`, in letters of either case; `uName` (`label`) and
#' the columns of peer groups, named by their set, are known and not read. A cell that is blank or `NA` is the state
#' `missing`. Any other column is an error, unless it is in `ignore`.
#'
#' @param data One of
#'   * the path of a CSV file, in UTF-8;
#'   * such a text itself: `I("...")`, also of several lines, or a raw vector;
#'   * a data frame.
#' @param framework The framework of the answers ([niem_framework()], [niem_framework_from_tables()]).
#' @param round,group,coder The round, group or coder of rows that name none. Default: an error, unless the framework has
#'   one only; no coder.
#' @param ignore Names of columns that are passed over.
#' @param separator The separator of a CSV text, one of `","`, `";"` and `"\t"`. Default: found from its header.
#' @param decimal_comma `TRUE` if numbers are written 12,5. Default: only where the separator is a semicolon.
#' @return An object of class `niem_answers`, as [niem_read_answers()] gives of the long form.
#' @section Errors:
#' As those of [niem_read_answers()]; all problems are in the condition's field `problems`, with their rows (header not
#' counted) and columns.
#' @seealso [niem_framework_from_tables()], [niem_read_answers()], [niem_score()]
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' sheet <- data.frame(unit = "PL", group = c("refugee", "subsidiary"))
#' sheet[["RES-1"]] <- c("a", NA)
#' answers <- niem_answers_from_table(sheet, fw, round = "2021")
#' as.data.frame(answers)[c("group", "indicator", "answer", "state")]
#' @export
niem_answers_from_table <- function(data, framework, round = NULL, group = NULL, coder = NULL, ignore = NULL,
                                    separator = NULL, decimal_comma = NULL) {
  options <- list(
    round = round, group = group, coder = coder, ignore = ignore, separator = separator, decimal_comma = decimal_comma
  )
  if (is_file(data)) {
    .Call(r_answers_read_table, framework, path.expand(data), options)
  } else {
    .Call(r_answers_parse_table, framework, flat_text(data, "data", options), options)
  }
}
