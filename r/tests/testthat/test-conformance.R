# The conformance vectors of bindings/conformance (its README is the format) through the R package. The folder is the one that
# the environment variable NIEM_CONFORMANCE names: without vectors there, the tests fail. Where it is not set, it is that of
# the checkout; outside of one, the vectors are skipped. Where there are several ways to one result they are taken and must
# agree: rows as a data frame and as JSON, a text in memory and in a file.

numbers_known <- c("exact_sum", "exact_mean", "quantile", "rank_values", "log", "exp", "round", "round_significant")
changes_known <- c("change", "change_summary", "change_causes")
tables_known <- c("members", "rank", "average", "difference", "spread", "practice", "standards", "contributions")
assessment_known <- c(
  "agreement", "check", "completeness", "data_gaps", "disagreements", "form", "revision", "revision_effects"
)
robustness_known <- c("leave_one_out", "leave_one_out_summary", "effective_weights", "scores_steps")
analyses_known <- c("stage", "trends", "statistics", "correlations", "reliability", "components")
methods_known <- c(
  "normalise", "normaliser", "aggregate", "outranking", "treat", "weights", "weights_budget", "weights_ahp",
  "benefit_of_doubt", "smaa", "impute", "screen", "denominate"
)

probabilities_known <- c("probability", "critical_value", "adjust_p_values")
statistics_known <- c("describe", "correlate", "cronbach_alpha", "mcdonald_omega", "principal_components")
sampling_known <- c("sobol_sequence", "transform_inputs", "sensitivity_sample", "sensitivity_indices", "noisy_weights")

# The folder of the vectors; NULL where none is named and there is no checkout around.
find_folder <- function() {
  named <- Sys.getenv("NIEM_CONFORMANCE", NA)
  if (!is.na(named)) {
    return(named)
  }
  folder <- getwd()
  while (!dir.exists(file.path(folder, "bindings", "conformance"))) {
    if (dirname(folder) == folder) {
      return(NULL)
    }
    folder <- dirname(folder)
  }
  file.path(folder, "bindings", "conformance")
}

read_json <- function(path) {
  jsonlite::fromJSON(path, simplifyVector = FALSE)
}

# --- what a case gives ---

number_of <- function(value) {
  if (is.null(value)) NaN else if (is.character(value)) parse_number(value) else as.double(value)
}

# R takes hexadecimal numbers as they are, but not the words of the vectors.
parse_number <- function(text) {
  switch(text, "NaN" = NaN, "Infinity" = Inf, "-Infinity" = -Inf, as.double(text))
}

numbers_of <- function(value) {
  if (!is.null(value$`repeat`)) {
    return(unlist(lapply(value$`repeat`, function(part) rep(numbers_of(part[[1]]), part[[2]]))))
  }
  vapply(value, number_of, 0)
}

bytes_of <- function(value) {
  if (is.character(value)) {
    return(charToRaw(enc2utf8(value)))
  }
  if (!is.null(value$hex)) {
    at <- seq(1, by = 2, length.out = nchar(value$hex) / 2)
    return(as.raw(strtoi(substring(value$hex, at, at + 1), 16L)))
  }
  charToRaw(paste(vapply(value$`repeat`, function(part) strrep(part[[1]], part[[2]]), ""), collapse = ""))
}

framework_of <- function(case, folder) {
  if (!is.null(case$text) && case[["function"]] != "method") {
    return(niem_framework(bytes_of(case$text)))
  }
  if (is.character(case$framework)) {
    return(niem_framework(file.path(folder, "frameworks", paste0(case$framework, ".json"))))
  }
  niem_framework(case$framework)
}

# Rows as a data frame: a column is numbers where all of its values are.
frame_of <- function(rows) {
  names <- unique(unlist(lapply(rows, names)))
  columns <- lapply(names, function(name) {
    values <- lapply(rows, function(row) row[[name]])
    given <- !vapply(values, is.null, TRUE)
    if (all(vapply(values[given], is.numeric, TRUE))) {
      return(vapply(values, function(value) if (is.null(value)) NA_real_ else as.double(value), 0))
    }
    vapply(values, function(value) {
      if (is.null(value)) NA_character_ else if (is.numeric(value)) sprintf("%.17g", as.double(value)) else value
    }, "")
  })
  as.data.frame(stats::setNames(columns, names), stringsAsFactors = FALSE)
}

read_answers <- function(x, case, framework) {
  suppressWarnings(do.call(niem_read_answers, c(list(x, framework), case$read)))
}

answers_of <- function(case, framework) {
  text <- if (!is.null(case$csv)) case$csv else case$json
  if (is.null(text)) rows_of(case, case$answers, framework) else read_answers(bytes_of(text), case, framework)
}

rows_of <- function(case, rows, framework) {
  answers <- read_answers(frame_of(rows), case, framework)
  given <- lapply(rows, function(row) row[!vapply(row, is.null, TRUE)])
  stopifnot(niem_digest(answers) == niem_digest(read_answers(I(niem:::to_json(given)), case, framework)))
  answers
}

# The earlier answers, or the older version of a revision.
previous_of <- function(case, framework) {
  if (is.null(case$previous)) {
    return(NULL)
  }
  other <- case$previous_framework
  rows_of(case, case$previous, if (is.null(other)) framework else niem_framework(other))
}

scores_of <- function(case, folder) {
  framework <- framework_of(case, folder)
  method <- if (!is.null(case$method)) niem_method(case$method)
  answers <- answers_of(case, framework)
  scores <- niem_score(framework, answers, method, index = case$score$index)
  several <- niem_score(framework, answers, method, index = case$score$index, threads = 3)
  stopifnot(identical(attr(niem_manifest(scores), "json"), attr(niem_manifest(several), "json")))
  scores
}

# Options as R has them: numbers as numbers, lists of texts as vectors, weights as a named vector, bands as JSON.
options_of <- function(options) {
  for (name in names(options)) {
    value <- options[[name]]
    options[[name]] <- if (name == "weights") {
      vapply(value, number_of, 0)
    } else if (name == "tolerance") {
      number_of(value)
    } else if (name == "bands" && is.list(value)) {
      niem:::to_json(value)
    } else if (is.list(value)) {
      unlist(value)
    } else {
      value
    }
  }
  options
}

table_of <- function(scores, name, options) {
  options <- options_of(options)
  ask <- function(call, ...) do.call(call, c(list(scores), ..., options, table = TRUE))
  take <- function(key) {
    value <- options[key]
    options[[key]] <<- NULL
    stats::setNames(value, NULL)
  }
  if (name == "score") {
    ask(niem_scores_table)
  } else if (name == "explain") {
    ask(niem_explain, take("unit"), take("round"))
  } else if (name == "group_difference") {
    ask(niem_group_difference, take("group_a"), take("group_b"))
  } else if (name == "change") {
    ask(niem_change, take("from"), take("to"))
  } else if (name == "change_summary") { # a frame, with the change
    do.call(niem_change, c(list(scores), take("from"), take("to"), options))$summary
  } else if (name == "change_causes") {
    ask(niem_change_causes, take("from"), take("to"))
  } else if (name %in% tables_known) {
    ask(get(paste0("niem_", name), asNamespace("niem")))
  } else {
    stop("the function ", name, " is not known to this runner")
  }
}

flatten <- function(x, prefix = "") {
  out <- list()
  for (name in names(x)) {
    if (is.list(x[[name]])) {
      out <- c(out, flatten(x[[name]], paste0(prefix, name, ".")))
    } else {
      out[paste0(prefix, name)] <- list(x[[name]])
    }
  }
  out
}

# What a function makes of tables, which it must make of files too.
both_ways <- function(call, tables, options) {
  paths <- lapply(tables, function(table) {
    path <- tempfile(fileext = ".csv")
    writeBin(table, path)
    path
  })
  ask <- function(tables) suppressWarnings(do.call(call, c(tables, options)))
  found <- tryCatch(ask(tables), niem_error = identity)
  again <- tryCatch(ask(paths), niem_error = identity)
  if (inherits(found, "niem_error")) {
    stopifnot(identical(class(found), class(again)))
    stop(found)
  }
  stopifnot(niem_digest(found) == niem_digest(again))
  found
}

describe_framework <- function(framework) {
  path <- tempfile(fileext = ".json")
  niem_write(framework, path)
  stopifnot(niem_digest(niem_framework(path)) == niem_digest(framework))
  c(niem:::framework_info(framework), json = niem_json(framework))
}

describe_answers <- function(answers, framework) {
  for (ending in c(".csv", ".json")) {
    path <- tempfile(fileext = ending)
    niem_write(answers, path)
    stopifnot(niem_digest(suppressWarnings(niem_read_answers(path, framework))) == niem_digest(answers))
  }
  list(
    count = length(answers), digest = niem_digest(answers), json = niem_json(answers), table = as.data.frame(answers),
    problems = niem_problems(answers)
  )
}

run_method <- function(case) {
  method <- niem_method(if (is.null(case$text)) case$method else bytes_of(case$text))
  path <- tempfile(fileext = ".json")
  writeBin(charToRaw(niem_json(method)), path)
  stopifnot(niem_digest(niem_method(path)) == niem_digest(method))
  list(json = niem_json(method), digest = niem_digest(method))
}

run_print <- function(table, options) {
  text <- do.call(niem_print_table, c(list(table), options))
  path <- tempfile()
  do.call(niem_write, c(list(table, path), options))
  stopifnot(identical(readBin(path, "raw", file.size(path)), charToRaw(text)))
  list(text = text)
}

run_numbers <- function(name, options) {
  options <- lapply(options, function(value) if (is.list(value)) numbers_of(value) else value)
  options$tolerance <- if (!is.null(options$tolerance)) number_of(options$tolerance)
  if (length(options$x) == 0) options$x <- double()
  list(values = do.call(get(paste0("niem_", name), asNamespace("niem")), options))
}

matrix_of_rows <- function(rows) {
  matrix(unlist(lapply(rows, numbers_of)), length(rows), byrow = TRUE)
}

# What counts from 0 in the vectors counts from 1 in R, and what is none there is NA.
method_options <- function(options) {
  options <- lapply(options, function(value) {
    if (!is.list(value)) {
      return(if (is.character(value) && grepl("^-?0x", value)) parse_number(value) else value)
    }
    if (length(value) > 0 && is.list(value[[1]])) matrix_of_rows(value) else numbers_of(value)
  })
  if (!is.null(options$reference_row)) options$reference_row <- options$reference_row + 1
  if (!is.null(options$which)) options$which <- ifelse(options$which < 0, NA, options$which + 1)
  if (!is.null(options$groups)) options$groups <- ifelse(options$groups < 0, NA, options$groups)
  options
}

# The numbers of a result, row by row.
by_row <- function(x) {
  if (is.matrix(x)) as.vector(t(x)) else as.double(x)
}

run_methods <- function(name, options) {
  options <- method_options(options)
  part <- options$part
  other <- options$apply
  options$part <- options$apply <- NULL
  if (name == "normaliser") {
    return(list(values = by_row(niem_normaliser_apply(do.call(niem_normaliser, options), other))))
  }
  if (name == "denominate") options$denominators <- other
  if (name %in% c("weights_budget", "weights_ahp")) options <- unname(options)
  if (name == "weights") options$report <- TRUE
  found <- do.call(get(paste0("niem_", name), asNamespace("niem")), options)
  if (!is.list(found)) {
    return(list(values = by_row(found)))
  }
  if (is.null(part)) part <- names(found)[[1]]
  value <- if (part %in% names(found)) found[[part]] else found$report[[part]]
  if (part == "sources") value <- ifelse(is.na(value), -1, value - 1)
  list(values = by_row(value))
}

run_probabilities <- function(name, options) {
  options <- method_options(options)
  names(options)[names(options) == "x" & name != "probability"] <- "p"
  found <- do.call(get(paste0("niem_", name), asNamespace("niem")), options)
  list(values = as.double(found))
}

# Correlations with one thread and with three.
run_statistics <- function(name, options) {
  options <- method_options(options)
  part <- options$part
  options$y <- options$apply
  options$part <- options$apply <- NULL
  found <- do.call(get(paste0("niem_", name), asNamespace("niem")), options)
  if (name == "correlate") stopifnot(identical(found, do.call(niem_correlate, c(options, threads = 3))))
  list(values = by_row(statistic(found, name, part)))
}

# A part of what a function of statistics gives.
statistic <- function(found, name, part) {
  if (name == "describe") {
    return(if (part == "flags") vapply(found$flags, bits_of, 0) else found[[part]])
  }
  if (name == "correlate") {
    return(found[[if (is.null(part)) "r" else part]])
  }
  columns <- c(eigenvalues = "eigenvalue", shares = "share", cumulated = "cumulated")
  if (is.null(part)) part <- c(cronbach_alpha = "alpha", mcdonald_omega = "omega")[[name]]
  if (part %in% names(columns)) {
    return(found$eigenvalues[[columns[[part]]]])
  }
  if (part %in% names(found$report)) {
    return(found$report[[part]])
  }
  if (part %in% names(found)) found[[part]] else found$items[[if (part == "deviations") "deviation" else part]]
}

bits_of <- function(words) {
  names <- c("available", "nonzero", "unique", "outliers", "constant")
  sum(2^(match(strsplit(words, " ")[[1]], names) - 1))
}

# Bare matrices of niem/robustness.h, with one thread and with three: the same bits.
run_sampling <- function(name, options) {
  words <- lapply(options[intersect(c("kinds", "choices"), names(options))], unlist)
  options <- c(method_options(options[setdiff(names(options), names(words))]), words)
  part <- if (is.null(options$part)) "first" else options$part
  options$part <- NULL
  call <- get(paste0("niem_", name), asNamespace("niem"))
  if (name == "transform_inputs") {
    return(list(values = by_row(do.call(call, options))))
  }
  if (name == "noisy_weights") options$weights <- as.double(options$weights)
  found <- lapply(c(1, 3), function(threads) do.call(call, c(options, threads = threads)))
  expect_identical(found[[2]], found[[1]])
  if (name != "sensitivity_indices") {
    return(list(values = by_row(found[[1]])))
  }
  tables <- if (startsWith(part, "n_")) found[[1]]["indices"] else found[[1]]
  list(values = as.double(Find(function(table) part %in% names(table), tables)[[part]]))
}

# The functions of an assessment that give a table; NULL for any other.
run_assessment <- function(name, case, framework, options) {
  previous <- previous_of(case, framework)
  method <- if (!is.null(case$method)) niem_method(case$method)
  options <- options_of(options)
  ask <- function(call, ...) do.call(call, c(list(...), options, table = TRUE))
  switch(name,
    form = ask(niem_form, framework, previous = previous),
    agreement = ask(niem_agreement, answers_of(case, framework)),
    check = ask(niem_check, answers_of(case, framework), previous, method),
    completeness = ask(niem_completeness, answers_of(case, framework), method),
    data_gaps = ask(niem_data_gaps, answers_of(case, framework), method),
    disagreements = ask(niem_disagreements, answers_of(case, framework)),
    revision = ask(niem_revision, previous, answers_of(case, framework)),
    revision_effects = ask(niem_revision_effects, previous, answers_of(case, framework), method)
  )
}

# What hangs on one part of an index, or on the method.
robustness_table <- function(scores, name, options) {
  ask <- function(call, ...) do.call(call, c(list(scores), ..., options_of(options), table = TRUE))
  switch(name,
    effective_weights = ask(niem_effective_weights),
    scores_steps = ask(niem_steps),
    leave_one_out = ask(niem_leave_one_out),
    leave_one_out_summary = ask(niem_leave_one_out, summary = TRUE)
  )
}

# What an index is made of, looked at as data; where there are threads, with one and with three.
analysis_table <- function(scores, name, options) {
  ask <- function(call, ...) do.call(call, c(list(scores), list(...), options_of(options), table = TRUE))
  if (name == "correlations") {
    tables <- lapply(c(1, 3), function(threads) ask(niem_correlations, threads = threads))
    stopifnot(identical(as.data.frame(tables[[1]]), as.data.frame(tables[[2]])))
    return(tables[[1]])
  }
  switch(name,
    stage = ask(niem_stage),
    trends = ask(niem_trends),
    statistics = ask(niem_statistics),
    reliability = ask(niem_reliability),
    components = ask(niem_components)
  )
}

run_method_correlations <- function(case, framework) {
  answers <- answers_of(case, framework)
  several <- lapply(case$methods, function(method) {
    do.call(niem_score, c(list(framework, answers, method), case$score))
  })
  names(several) <- unlist(case$names)
  list(table = do.call(niem_method_correlations, c(list(several), options_of(case$options), table = TRUE)))
}

run_compare_methods <- function(case, framework) {
  methods <- case$methods
  names(methods) <- unlist(case$names)
  given <- c(list(framework, answers_of(case, framework), methods), options_of(case$options))
  tables <- lapply(c(1, 3), function(threads) do.call(niem_compare_methods, c(given, threads = threads, table = TRUE)))
  stopifnot(identical(as.data.frame(tables[[1]]), as.data.frame(tables[[2]])))
  list(table = tables[[1]])
}

# Uncertainty and sensitivity of scores, with one thread and with three.
run_uncertain <- function(name, case, framework) {
  options <- options_of(case$options)
  part <- if (is.null(options$part)) "scores" else options$part
  options$part <- NULL
  given <- c(list(framework, answers_of(case, framework), case$inputs, case$method), options)
  tables <- lapply(c(1, 3), function(threads) {
    if (name == "sensitivity") {
      return(do.call(niem_sensitivity, c(given, threads = threads, table = TRUE)))
    }
    made <- do.call(niem_uncertainty, c(given, threads = threads))
    handle <- environment(niem_uncertainty)
    handle$result(.Call(handle$r_uncertainty_table, made, part), TRUE)
  })
  stopifnot(identical(as.data.frame(tables[[1]]), as.data.frame(tables[[2]])))
  list(table = tables[[1]])
}

run <- function(case, folder) {
  name <- case[["function"]]
  options <- case$options
  if (name %in% numbers_known) {
    return(run_numbers(name, options))
  }
  if (name %in% methods_known) {
    return(run_methods(name, options))
  }
  if (name %in% probabilities_known) {
    return(run_probabilities(name, options))
  }
  if (name %in% statistics_known) {
    return(run_statistics(name, options))
  }
  if (name %in% sampling_known) {
    return(run_sampling(name, options))
  }
  switch(name,
    framework = return(describe_framework(framework_of(case, folder))),
    shipped = return(describe_framework(niem_framework(options$name))),
    framework_from_tables = {
      tables <- lapply(case[intersect(c("indicators", "data"), names(case))], bytes_of)
      return(describe_framework(both_ways(niem_framework_from_tables, tables, options_of(options))))
    },
    answers_from_table = {
      framework <- framework_of(case, folder)
      read <- function(data, ...) niem_answers_from_table(data, framework, ...)
      return(describe_answers(both_ways(read, list(data = bytes_of(case$data)), options_of(options)), framework))
    },
    framework_table = return(list(table = do.call(niem_framework_table, c(list(framework_of(case, folder)), options)))),
    method = return(run_method(case)),
    codebook = return(list(text = do.call(niem_codebook, c(list(framework_of(case, folder)), options)))),
    synthetic = {
      framework <- framework_of(case, folder)
      return(describe_answers(do.call(niem_synthetic, c(list(framework), options_of(options))), framework))
    },
    compare_methods = return(run_compare_methods(case, framework_of(case, folder))),
    method_correlations = return(run_method_correlations(case, framework_of(case, folder))),
    uncertainty = return(run_uncertain(name, case, framework_of(case, folder))),
    sensitivity = return(run_uncertain(name, case, framework_of(case, folder))),
    states = return(list(values = niem_states())),
    statuses = return(list(values = niem_statuses())),
    answers = {
      framework <- framework_of(case, folder)
      return(describe_answers(answers_of(case, framework), framework))
    }
  )
  if (name %in% assessment_known) {
    return(list(table = run_assessment(name, case, framework_of(case, folder), options)))
  }
  run_scores(name, case, scores_of(case, folder), options)
}

# The changes as R has them: names and weights as vectors, answers as a data frame.
changed_scores <- function(scores, changes) {
  if (!is.null(changes$drop)) changes$drop <- unlist(changes$drop)
  if (!is.null(changes$weights)) changes$weights <- vapply(changes$weights, number_of, 0)
  if (!is.null(changes$answers)) changes$answers <- frame_of(changes$answers)
  do.call(niem_what_if, c(list(scores), changes))
}

run_scores <- function(name, case, scores, options) {
  if (name %in% robustness_known) {
    return(list(table = robustness_table(scores, name, options)))
  }
  if (name %in% analyses_known) {
    return(list(table = analysis_table(scores, name, options)))
  }
  switch(name,
    value = list(values = do.call(niem_value, c(list(scores), options))),
    manifest = {
      found <- flatten(niem_manifest(scores))
      stopifnot(
        niem_digest(niem_scores_framework(scores)) == found$framework.digest,
        niem_digest(niem_scores_answers(scores)) == found$answers.digest
      )
      list(fields = found)
    },
    what_if = {
      other <- changed_scores(scores, case$changes)
      list(table = table_of(other, "score", options), fields = flatten(niem_manifest(other)))
    },
    compare_scores = {
      ask <- c(list(scores, changed_scores(scores, case$changes)), options_of(options), table = TRUE)
      list(table = do.call(niem_compare_scores, ask))
    },
    unit_report = {
      text <- do.call(niem_unit_report, c(list(scores), options_of(options)))
      path <- do.call(niem_unit_report, c(list(scores), options_of(options), file = tempfile()))
      stopifnot(identical(readBin(path, "raw", file.size(path)), charToRaw(text)))
      list(text = text)
    },
    saved = {
      text <- niem_json(scores)
      if (!is.null(case$replace)) text <- sub(case$replace[[1]], case$replace[[2]], text, fixed = TRUE)
      list(table = table_of(niem_scores_parse(I(text)), "score", options))
    },
    print = run_print(table_of(scores, case$of, case$of_options), options),
    widen = {
      options$rows <- strsplit(options$rows, ",")[[1]]
      list(table = do.call(niem_widen, c(list(table_of(scores, case$of, case$of_options)), options)))
    },
    with_codes = {
      table <- table_of(scores, case$of, case$of_options)
      list(table = do.call(niem_with_codes, c(list(table, niem_scores_framework(scores)), options)))
    },
    list(table = table_of(scores, name, options))
  )
}

# --- what is expected ---

same_number <- function(found, expected, relative, absolute) {
  if (is.na(found) || is.na(expected)) {
    return(is.na(found) && is.na(expected))
  }
  allowed <- if (is.finite(found) && is.finite(expected)) max(relative * max(abs(found), abs(expected)), absolute) else 0
  (allowed > 0 && abs(found - expected) <= allowed) || identical(as.double(found), expected, num.eq = FALSE)
}

# What is wrong with a column; NULL where nothing is.
column_fault <- function(found, expected, name, relative, absolute) {
  if (length(found) != length(expected)) {
    return(sprintf("%s: %d rows, not %d", name, length(found), length(expected)))
  }
  for (i in seq_along(found)) {
    wanted <- expected[[i]]
    right <- if (is.character(found)) {
      identical(found[[i]], if (is.null(wanted)) NA_character_ else wanted)
    } else {
      same_number(found[[i]], number_of(wanted), relative, absolute)
    }
    if (!right) {
      return(sprintf("%s %d is %s, not %s", name, i, format(found[[i]], digits = 17), format(wanted, digits = 17)))
    }
  }
  NULL
}

tolerance_of <- function(case, name) {
  own <- if (is.list(case$tolerance)) case$tolerance[[name]] else case$tolerance
  if (is.null(own)) 0 else own
}

column_of <- function(table, name) {
  if (inherits(table, "niem_table")) table <- as.data.frame(table)
  table[[name]]
}

sum_faults <- function(table, expected) {
  frame <- if (inherits(table, "niem_table")) as.data.frame(table) else table
  keys <- intersect(c("unit", "node", if ("member" %in% names(frame)) "group"), names(frame))
  run <- if (length(keys) == 0) rep("", nrow(frame)) else do.call(paste, c(frame[keys], sep = "\r"))
  sums_of <- cumsum(c(TRUE, run[-1] != run[-length(run)]))
  unlist(lapply(names(expected), function(name) {
    sums <- vapply(split(frame[[name]], sums_of), niem_exact_sum, 0)
    column_fault(sums, expected[[name]], paste("sum of", name), 0, 0)
  }))
}

# Which of the parts a text lacks; `expected` is a part, or a list of them, or NULL.
lacking <- function(text, expected) {
  parts <- unlist(expected)
  parts[!vapply(parts, grepl, TRUE, x = text, fixed = TRUE)]
}

# Texts in a column that need only say certain things.
cell_faults <- function(table, expected) {
  unlist(lapply(names(expected), function(name) {
    found <- column_of(table, name)
    if (length(found) != length(expected[[name]])) {
      return(sprintf("%s: %d rows, not %d", name, length(found), length(expected[[name]])))
    }
    unlist(Map(function(own, wanted) {
      lacks <- lacking(if (is.na(own)) "" else own, wanted)
      if (length(lacks) > 0) sprintf("%s lacks %s: %s", name, toString(lacks), own)
    }, found, expected[[name]]))
  }))
}

# Parts that a text must hold, or must not.
part_faults <- function(text, expected, wanted) {
  lacks <- lacking(text, expected)
  wrong <- if (wanted) lacks else setdiff(unlist(expected), lacks)
  if (length(wrong) > 0 || !nzchar(text)) sprintf("the text %s %s", if (wanted) "lacks" else "holds", toString(wrong))
}

matches <- function(found, expected) {
  keys <- c("severity", "status", "where", "row", "column", "message_contains")
  stopifnot(all(names(expected) %in% keys))
  for (name in setdiff(names(expected), "message_contains")) {
    own <- found[[name]]
    if (is.null(own) || is.na(own)) own <- if (name %in% c("row", "column")) 0 else ""
    if (own != expected[[name]]) {
      return(FALSE)
    }
  }
  all(vapply(as.list(expected$message_contains), function(part) grepl(part, found$message, fixed = TRUE), TRUE))
}

problem_faults <- function(problems, expected) {
  unlist(lapply(expected, function(entry) {
    rows <- seq_len(NROW(problems))
    if (!any(vapply(rows, function(i) matches(as.list(problems[i, ]), entry), TRUE))) {
      paste("no such problem:", niem:::to_json(entry))
    }
  }))
}

field_faults <- function(found, expected) {
  unlist(lapply(names(expected), function(name) {
    wanted <- expected[[name]]
    own <- found[[name]]
    none <- is.null(wanted) && name %in% names(found) && (is.null(own) || is.na(own))
    if (!none && !isTRUE(all.equal(own, wanted, tolerance = 0, check.attributes = FALSE))) {
      sprintf("%s is %s, not %s", name, toString(own), toString(wanted))
    }
  }))
}

faults <- function(case, key, expected, found) {
  absolute <- if (is.null(case$absolute)) 0 else case$absolute
  switch(key,
    columns = unlist(lapply(names(expected), function(name) {
      column_fault(column_of(found$table, name), expected[[name]], name, tolerance_of(case, name), absolute)
    })),
    cells_contain = cell_faults(found$table, expected),
    contains = part_faults(found$text, expected, TRUE),
    lacks = part_faults(found$text, expected, FALSE),
    sums = sum_faults(found$table, expected),
    notes = {
      frame <- if (inherits(found$table, "niem_table")) as.data.frame(found$table) else found$table
      field_faults(as.list(attr(frame, "notes")), expected)
    },
    lines = if (!identical(found$text, paste0(unlist(expected), "\n", collapse = ""))) paste("the text is", found$text),
    problems = problem_faults(found$problems, expected),
    fields = field_faults(found$fields, expected),
    value = column_fault(unname(found$values), list(expected), key, tolerance_of(case, key), absolute),
    values = column_fault(unname(found$values), expected, key, tolerance_of(case, key), absolute),
    field_faults(found, stats::setNames(list(expected), key))
  )
}

error_faults <- function(error, expected, message) {
  if (!inherits(error, "niem_error")) {
    return(paste("no error of niem, but", if (inherits(error, "condition")) conditionMessage(error) else "a result"))
  }
  found <- list(
    status = error$status, where = error$where, row = error$row, column = error$column, message = conditionMessage(error)
  )
  c(
    if (!matches(found, expected)) paste("the error is", toString(found), "and not", niem:::to_json(expected)),
    if (!inherits(error, paste0("niem_error_", error$status))) "the class of the error is not its status"
  )
}

check_case <- function(case, folder) {
  expected <- case$expect
  if (is.null(case$source) || length(expected) == 0) {
    return("a case needs a source and expectations")
  }
  found <- tryCatch(run(case, folder), error = identity)
  wrong <- NULL
  if (!is.null(expected$error)) {
    wrong <- error_faults(found, expected$error)
    expected$error <- NULL
    found <- list(problems = if (inherits(found, "condition")) found$problems)
  } else if (inherits(found, "error")) {
    return(conditionMessage(found))
  }
  c(wrong, unlist(lapply(names(expected), function(key) faults(case, key, expected[[key]], found))))
}

# The keys that stand in a file hold for all of its cases.
cases_of <- function(path) {
  document <- read_json(path)
  if (is.null(document$cases)) {
    return(list(document))
  }
  shared <- document[names(document) != "cases"]
  lapply(document$cases, function(case) {
    own <- if (any(c("csv", "json") %in% names(case))) shared[names(shared) != "answers"] else shared
    c(case, own[setdiff(names(own), names(case))])
  })
}

folder <- find_folder()
named <- !is.na(Sys.getenv("NIEM_CONFORMANCE", NA))
files <- if (is.null(folder) || !nzchar(folder)) character() else list.files(folder, "[.]json$")
readable <- requireNamespace("jsonlite", quietly = TRUE)

test_that("there are vectors", {
  skip_if(is.null(folder), "no checkout is around, and NIEM_CONFORMANCE does not name the folder of the vectors")
  skip_if(!readable && !named, "jsonlite is not installed")
  expect(readable, "NIEM_CONFORMANCE is set, but jsonlite, which reads the vectors, is not installed")
  expect(length(files) > 0, paste0("NIEM_CONFORMANCE=", folder, ": there are no vectors"))
})

for (file in if (readable) files) {
  test_that(paste("conformance vectors:", file), {
    cases <- cases_of(file.path(folder, file))
    expect_gt(length(cases), 0)
    for (number in seq_along(cases)) {
      wrong <- check_case(cases[[number]], folder)
      place <- paste0(file, " case ", number, " (", cases[[number]]$name, "): ")
      expect(length(wrong) == 0, paste0(place, paste(wrong, collapse = "\n")))
    }
  })
}
