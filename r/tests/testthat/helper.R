mini <- function() niem_framework(niem_example("mini.json"))
mini_answers <- function(fw = mini()) niem_read_answers(niem_example("answers.csv"), fw)
mini_scores <- function(fw = mini()) niem_score(fw, mini_answers(fw))

# The bits of numbers, for comparisons that no tolerance softens; what is missing has one form.
bits <- function(x) writeBin(ifelse(is.na(x), NA_real_, as.double(x)), raw(), endian = "little")

expect_bits <- function(object, expected) {
  expect_identical(bits(object), bits(expected))
}

# The error of a class, with the fields that every error has.
expect_niem_error <- function(code, status) {
  error <- tryCatch(code, error = identity)
  expect_s3_class(error, c(paste0("niem_error_", status), "niem_error", "error", "condition"), exact = TRUE)
  expect_identical(error$status, status)
  expect_true(nzchar(conditionMessage(error)) && !grepl("\n", conditionMessage(error)))
  expect_true(all(c("row", "column", "where", "problems") %in% names(error)))
  invisible(error)
}

# A framework as a list; `...` replaces its parts.
small <- function(...) {
  parts <- list(
    format = "niem-framework/1", id = "small", version = "1",
    facets = list(list(id = "dimension", values = list(list(id = "housing"), list(id = "work")))),
    groups = list(list(id = "all")), rounds = list(list(id = "2021")),
    indicators = list(
      list(id = "H1", dimension = "housing", scale = list(kind = "binary")),
      list(id = "W1", dimension = "work", scale = list(kind = "numeric", worst = 0, best = 10))
    ),
    indexes = list(list(id = "overall", levels = I("dimension")))
  )
  replaced <- list(...)
  parts[names(replaced)] <- replaced
  parts
}

# Run R code in a fresh process with this package; gives what it prints.
in_fresh_process <- function(code) {
  file <- tempfile(fileext = ".R")
  on.exit(unlink(file))
  libraries <- paste(deparse(.libPaths()), collapse = "")
  writeLines(c(paste0(".libPaths(", libraries, ")"), code), file)
  system2(file.path(R.home("bin"), "Rscript"), c("--vanilla", shQuote(file)), stdout = TRUE, stderr = TRUE)
}
