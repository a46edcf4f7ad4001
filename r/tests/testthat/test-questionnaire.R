questionnaire <- function(name) test_path("questionnaires", name)

test_that("a filled questionnaire gives the answers of the same CSV", {
  skip_if_not_installed("readxl")
  fw <- mini()
  answers <- niem_read_questionnaire(niem_example("filled.xlsx"), fw)
  expect_s3_class(answers, "niem_answers")
  rows <- as.data.frame(mini_answers(fw))
  rows <- rows[rows$unit == "PL" & rows$round == "2021", ]
  form <- niem_form(fw, "PL", "2021")
  key <- function(x) paste(x$group, x$indicator)
  form$answer <- rows$answer[match(key(form), key(rows))]
  state <- rows$state[match(key(form), key(rows))]
  form$state <- ifelse(state == "answered", NA, state)
  form$coder <- "anna"
  expect_identical(niem_digest(answers), niem_digest(niem_read_answers(form, fw)))
  problems <- niem_problems(answers)
  expect_true(all(problems$severity == "note"))
  expect_true(all(c("file", "sheet", "row", "column", "cell") %in% names(problems)))
})

test_that("mistakes are told by sheet, row and column, all at once", {
  skip_if_not_installed("readxl")
  error <- expect_niem_error(niem_read_questionnaire(questionnaire("mistakes.xlsx"), mini()), "reference")
  first <- "sheet \"residency\", row 5, column \"answer\" (K5): option \"3 years\" is not one of"
  expect_match(conditionMessage(error), first, fixed = TRUE)
  expect_match(conditionMessage(error), "and 6 more problems; see the field problems")
  problems <- error$problems[error$problems$severity == "error", ]
  expect_identical(problems$sheet, rep(c("residency", "housing"), c(4, 3)))
  expect_identical(problems$cell[1], "K5")
  told <- c(
    "is not one of", "a date or time (2021-05-12)", "truth value TRUE", "formula without a value", "decimal comma",
    "holds an error", "is no state"
  )
  for (words in told) {
    expect_length(grep(words, problems$message, fixed = TRUE), 1)
  }
  expect_identical(error$row, problems$row[1])
})

test_that("rows are found wherever they stand, and what is not there is said", {
  skip_if_not_installed("readxl")
  fw <- mini()
  expect_warning(answers <- niem_read_questionnaire(questionnaire("moved.xlsx"), fw), class = "niem_warning")
  whole <- as.data.frame(niem_read_questionnaire(niem_example("filled.xlsx"), fw))
  rows <- as.data.frame(answers)
  employment <- niem_framework_table(fw, "indicators")
  employment <- employment$indicator[employment$dimension %in% "employment"]
  expected <- whole[!(whole$indicator %in% employment), ]
  rownames(expected) <- NULL
  expect_identical(rows, expected)
  messages <- niem_problems(answers)$message
  expect_true(any(grepl("questions of dimension \"employment\" are not in the file", messages)))
  expect_true(any(grepl("has no row of column names", messages)))
})

test_that("several files are read together", {
  skip_if_not_installed("readxl")
  fw <- mini()
  file <- niem_example("filled.xlsx")
  error <- expect_niem_error(niem_read_questionnaire(c(file, file), fw), "duplicate")
  expect_match(conditionMessage(error), "^file \"filled.xlsx\", sheet \"residency\", row 5, ")
  expect_match(conditionMessage(error), "answered twice.* sheet \"residency\" row 5; keep one")
})

test_that("another framework is said", {
  skip_if_not_installed("readxl")
  framework <- sub("\"version\":\"1.0\"", "\"version\":\"1.1\"", niem_json(mini()), fixed = TRUE)
  expect_warning(
    niem_read_questionnaire(niem_example("filled.xlsx"), niem_framework(I(framework))),
    "made with another framework or version",
    class = "niem_warning"
  )
})

test_that("what is no questionnaire is refused with a sentence", {
  skip_if_not_installed("readxl")
  fw <- mini()
  file <- tempfile(fileext = ".xlsx")
  refused <- function(status, words) {
    expect_match(conditionMessage(expect_niem_error(niem_read_questionnaire(file, fw), status)), words, fixed = TRUE)
  }
  refused("io", "cannot be read")
  writeLines("unit,round", file)
  refused("format", "is no workbook")
  writeBin(as.raw(c(0xd0, 0xcf, 0x11, 0xe0, rep(0, 600))), file)
  refused("format", "of the old kind (.xls)")
  whole <- readBin(niem_example("filled.xlsx"), "raw", 1e6)
  writeBin(head(whole, 3000), file)
  refused("format", "is damaged")
  expect_niem_error(niem_read_questionnaire(character(), fw), "argument")
  expect_niem_error(niem_read_questionnaire(tempdir(), fw), "io")
})

test_that("a damaged file never crashes", {
  skip_if_not_installed("readxl")
  skip_on_cran()
  fw <- mini()
  file <- tempfile(fileext = ".xlsx")
  whole <- readBin(niem_example("filled.xlsx"), "raw", 1e6)
  set.seed(1)
  for (trial in 1:60) {
    broken <- whole
    broken[sample(length(whole), sample(12, 1))] <- as.raw(sample(0:255, 1))
    writeBin(broken, file)
    result <- tryCatch(suppressWarnings(niem_read_questionnaire(file, fw)), niem_error = identity)
    expect_true(inherits(result, c("niem_answers", "niem_error")))
  }
})
