sheet <- function() utils::read.csv(niem_example("answers.csv"), colClasses = "character", na.strings = "")

test_that("a file, a text, a data frame of text and one of factors are the same answers", {
  fw <- mini()
  digest <- niem_digest(mini_answers(fw))
  frame <- sheet()
  factors <- as.data.frame(lapply(frame, factor))
  odd <- as.data.frame(lapply(frame, function(x) factor(x, levels = rev(c("unused", unique(x[!is.na(x)]), NA)), exclude = "")))
  bytes <- readBin(niem_example("answers.csv"), "raw", 1e5)
  expect_identical(niem_digest(niem_read_answers(frame, fw)), digest)
  expect_identical(niem_digest(niem_read_answers(factors, fw)), digest)
  expect_identical(niem_digest(niem_read_answers(odd, fw)), digest)
  expect_identical(niem_digest(niem_read_answers(bytes, fw)), digest)
  expect_identical(niem_digest(niem_read_answers(I(readLines(niem_example("answers.csv"))), fw)), digest)
  expect_identical(niem_digest(niem_read_answers(frame[sample(nrow(frame)), ], fw)), digest)
  expect_identical(niem_digest(niem_read_answers(transform(frame, round = as.integer(round)), fw)), digest)
  expect_identical(niem_digest(niem_read_answers(transform(frame, round = as.numeric(round)), fw)), digest)
})

test_that("aliases resolve and are noted", {
  fw <- mini()
  frame <- sheet()
  frame$unit[frame$unit == "PL"] <- "POL"
  answers <- niem_read_answers(frame, fw)
  expect_identical(niem_digest(answers), niem_digest(mini_answers(fw)))
  expect_match(paste(niem_problems(answers)$message, collapse = " "), "POL")
})

test_that("numbers in a numeric column keep their bits", {
  fw <- niem_framework(small())
  frame <- data.frame(unit = c("PL", "CZ", "LT"), indicator = "W1", answer = c(0.1 + 0.2, NA, 7))
  answers <- niem_read_answers(frame, fw)
  scores <- niem_score(fw, answers)
  members <- niem_members(scores, node = "work", round = "2021")
  expect_identical(members$state[match(c("PL", "CZ", "LT"), members$unit)], c("answered", "missing", "answered"))
  text <- niem_read_answers(I(c("unit,indicator,answer", "PL,W1,0.30000000000000004", "CZ,W1,", "LT,W1,7")), fw)
  expect_identical(niem_digest(answers), niem_digest(text))
})

test_that("options of reading are heard", {
  fw <- niem_framework(small(rounds = list(list(id = "2019"), list(id = "2021"))))
  lines <- c("unit;indicator;answer", "PL;H1;yes", "PL;W1;2,5")
  expect_niem_error(niem_read_answers(I(lines), fw), "format")
  a <- niem_read_answers(I(lines), fw, round = 2021)
  b <- niem_read_answers(I(lines), fw, round = "2021", separator = ";", decimal_comma = TRUE)
  expect_identical(niem_digest(a), niem_digest(b))
  expect_identical(as.data.frame(a)$answer, c("yes", "2.5"))
  expect_identical(as.data.frame(niem_read_answers(I(lines), fw, round = "2021", coder = "Anna"))$coder, c("Anna", "Anna"))
  expect_niem_error(niem_read_answers(I(lines), fw, round = NA), "argument")
  expect_niem_error(niem_read_answers(I(lines), fw, round = "2021", separator = "||"), "argument")
})

test_that("answers are written and read back", {
  fw <- mini()
  answers <- mini_answers(fw)
  for (ending in c(".csv", ".json")) {
    path <- tempfile(fileext = ending)
    expect_identical(niem_write(answers, path), path)
    expect_identical(niem_digest(niem_read_answers(path, fw)), niem_digest(answers))
  }
  expect_niem_error(niem_write(answers, file.path(tempdir(), "no", "folder.csv")), "io")
  expect_niem_error(niem_write(answers, NA), "argument")
})

test_that("methods of answers", {
  answers <- mini_answers()
  frame <- as.data.frame(answers)
  expect_length(answers, 60)
  expect_identical(nrow(frame), 60L)
  expect_identical(
    names(frame), c("unit", "round", "group", "indicator", "answer", "state", "evidence", "source", "coder", "note")
  )
  expect_identical(sum(summary(answers)$n), 60L)
  expect_output(print(answers), "60 rows")
})

rows <- function(...) I(c("unit,round,group,indicator,answer,state", ...))

test_that("each bad answer is an error with its row and column", {
  fw <- mini()
  bad <- function(...) niem_read_answers(rows(...), fw)
  error <- expect_niem_error(bad("PL,2021,refugee,RES-1,a,", "PL,2021,refugee,XXX-1,a,"), "reference")
  expect_identical(c(error$row, error$where), c("2", "indicator"))
  expect_match(conditionMessage(error), "row 2, column \"indicator\"")
  error <- expect_niem_error(bad("PL,2021,refugee,RES-1,z,"), "reference")
  expect_match(conditionMessage(error), "row 1, column \"answer\": .*a, b, c")
  expect_niem_error(bad("PL,2021,nobody,RES-1,a,"), "reference")
  expect_niem_error(bad("PL,2021,refugee,RES-1,a,", "PL,2021,refugee,RES-1,b,"), "duplicate")
  for (row in c(
    "PL,2021,refugee,RES-1,NA,", "PL,2021,refugee,RES-1,a,missing", "PL,2021,refugee,RES-1,,lost",
    "PL,2021,refugee,HOU-1,0x10,", "PL,2021,refugee,HOU-1,1e999,", "PL,2021,refugee,HOU-1,nan,", "PL,2021,refugee,HOU-1,\"12,5\","
  )) {
    error <- expect_error(bad(row), class = "niem_error")
    expect_identical(error$row, 1, info = row)
  }
  expect_error(bad("PL,2021,refugee,RES-1"), class = "niem_error")
  expect_error(bad("PL,2021,refugee,RES-1,a,,,,"), class = "niem_error")
  error <- expect_error(bad("PL,2021,refugee,RES-1,z,", "PL,2021,refugee,RES-2,q,"), class = "niem_error")
  expect_identical(error$problems$row, 1:2)
})

test_that("closed frameworks know their units and rounds", {
  closed <- niem_framework(small(closed = TRUE, units = list(list(id = "PL"))))
  read <- function(unit, round) {
    niem_read_answers(data.frame(unit = unit, round = round, indicator = "H1", answer = "yes"), closed)
  }
  expect_s3_class(read("PL", "2021"), "niem_answers")
  expect_niem_error(read("XX", "2021"), "reference")
  expect_niem_error(read("PL", "1999"), "reference")
})

test_that("what is no text of answers is an error", {
  fw <- mini()
  header <- charToRaw("unit,round,group,indicator,answer\n")
  expect_niem_error(niem_read_answers("no/such/file.csv", fw), "io")
  expect_niem_error(niem_read_answers(tempdir(), fw), "io")
  expect_niem_error(niem_read_answers(c(header, charToRaw("P"), as.raw(c(0xc5, 0x0a))), fw), "encoding")
  expect_niem_error(niem_read_answers(c(header, charToRaw("P"), as.raw(0), charToRaw("\n")), fw), "encoding")
  expect_error(niem_read_answers(I("unit,round\nPL,2021"), fw), class = "niem_error")
  expect_error(niem_read_answers(I(""), fw), class = "niem_error")
  expect_error(niem_read_answers(I("unit,indicator,answer,unit\nPL,RES-1,a,PL"), fw), class = "niem_error")
  expect_error(niem_read_answers(I("{\"format\": \"niem-answers/99\"}"), fw), class = "niem_error")
  expect_niem_error(niem_read_answers(1, fw), "argument")
  expect_niem_error(niem_read_answers(data.frame(unit = I(list(1, 2))), fw), "argument")
  expect_niem_error(niem_read_answers(niem_example("answers.csv"), "mini"), "argument")
  expect_niem_error(niem_read_answers(niem_example("answers.csv"), mini_answers(fw)), "argument")
})

test_that("a column that is not known is a warning", {
  fw <- mini()
  frame <- transform(sheet(), extra = "x")
  expect_warning(answers <- niem_read_answers(frame, fw), class = "niem_warning")
  expect_identical(niem_digest(answers), niem_digest(mini_answers(fw)))
})

# Enough for several threads to have something to do.
long_csv <- function(fw, n = 30000) {
  frame <- as.data.frame(mini_answers(fw))
  frame <- frame[frame$unit == frame$unit[1] & frame$state == "answered", c("round", "group", "indicator", "answer")]
  rows <- do.call(paste, c(frame, sep = ","))
  units <- rep(sprintf("U%05d", seq_len(ceiling(n / length(rows)))), each = length(rows))
  c("unit,round,group,indicator,answer", paste(units, rows, sep = ","))
}

test_that("the number of threads changes nothing that is read", {
  fw <- mini()
  text <- long_csv(fw)
  path <- tempfile(fileext = ".csv")
  on.exit(unlink(path))
  writeLines(text, path)
  one <- suppressWarnings(niem_read_answers(path, fw, threads = 0))
  expect_identical(length(one), length(text) - 1L)
  for (threads in 1:3) {
    several <- suppressWarnings(niem_read_answers(path, fw, threads = threads))
    expect_identical(niem_digest(several), niem_digest(one))
    expect_identical(niem_problems(several), niem_problems(one))
  }
  wrong <- I(c(text, "PL,2021,refugee,NO-SUCH,a"))
  first <- tryCatch(niem_read_answers(wrong, fw, threads = 1), niem_error = identity)
  second <- tryCatch(niem_read_answers(wrong, fw, threads = 3), niem_error = identity)
  expect_identical(conditionMessage(second), conditionMessage(first))
  expect_identical(second$problems, first$problems)
  expect_niem_error(niem_read_answers(I(text), fw, threads = -1), "argument")
})

test_that("progress of reading is shown, and an error while it is told cancels the call", {
  fw <- mini()
  expect_output(suppressWarnings(niem_read_answers(I(long_csv(fw, 100)), fw, progress = TRUE)))
  fail <- function(done) stop("no")
  path <- niem_example("answers.csv")
  outcome <- tryCatch(.Call(niem:::r_answers_read, fw, path, list(), 2, fail), error = identity)
  expect_s3_class(outcome, "niem_error_cancelled")
})
