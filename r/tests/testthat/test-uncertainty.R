fw <- niem_framework(niem_example("mini.json"))
answers <- niem_read_answers(niem_example("answers.csv"), fw)
areas <- list(name = "areas", kind = "weights", level = "area")
gaps <- list(name = "gaps", kind = "gaps")

test_that("scores under uncertainty have the columns and notes that are promised", {
  u <- niem_uncertainty(fw, answers, replicates = 300, seed = 2)
  expect_s3_class(u, "niem_uncertainty")
  frame <- as.data.frame(u)
  expect_named(frame, c(
    "unit", "round", "group", "node", "value", "n", "mean", "sd", "low", "median", "high", "rank", "rank_mean", "rank_median",
    "rank_low", "rank_high"
  ))
  scores <- niem_score(fw, answers)
  for (i in seq_len(nrow(frame))) {
    expect_identical(frame$value[i], niem_value(scores, frame$unit[i], frame$round[i], group = frame$group[i]))
  }
  expect_true(all(frame$low <= frame$median & frame$median <= frame$high))
  notes <- attr(frame, "notes")
  expect_equal(notes[["replicates"]], "300")
  expect_equal(notes[["seed"]], "2")
  expect_named(niem_uncertainty_ranks(u), c("unit", "round", "group", "node", "rank", "share"))
  expect_named(niem_uncertainty_pairs(u), c("round", "group", "node", "unit_a", "unit_b", "share_above", "share_tied"))
  expect_named(niem_uncertainty_changes(u), c(
    "unit", "group", "node", "from", "to", "change", "n", "mean", "low", "high", "share_improved", "share_unchanged",
    "share_worsened"
  ))
  expect_named(niem_uncertainty_inputs(u), c("replicate", "input", "what", "value", "text"))
  expect_identical(nrow(niem_uncertainty_failures(u)), 0L)
  expect_output(print(u), "300 replicates, 0 failed")
})

test_that("inputs may be a list, JSON, raw bytes or a file, and the same call gives the same bits", {
  text <- '{"format": "niem-uncertainty/1", "inputs": [{"name": "areas", "kind": "weights", "level": "area"}]}'
  path <- tempfile(fileext = ".json")
  writeLines(text, path)
  forms <- list(list(areas), list(inputs = list(areas)), text, I(text), charToRaw(text), path)
  found <- lapply(forms, function(form) as.data.frame(niem_uncertainty(fw, answers, form, replicates = 20)))
  for (frame in found) expect_identical(frame, found[[1]])
  threads <- as.data.frame(niem_uncertainty(fw, answers, replicates = 2000, threads = 3))
  expect_identical(threads, as.data.frame(niem_uncertainty(fw, answers, replicates = 2000)))
})

test_that("a step may be taken out by NULL", {
  method <- list(steps = list(list(step = "aggregate", method = "minimum", level = "index")))
  inputs <- list(list(name = "mean", kind = "choice", at = "/steps/0", values = list(NULL, method$steps[[1]])))
  u <- niem_uncertainty(fw, answers, inputs, method, replicates = 30, shown = 30)
  expect_setequal(niem_uncertainty_inputs(u)$text, c("null", '{"level":"index","method":"minimum","step":"aggregate"}'))
})

test_that("what is wrong is an error with its place", {
  error <- tryCatch(niem_uncertainty(fw, answers, list(c(areas, share = 7))), niem_error_value = identity)
  expect_match(conditionMessage(error), "share")
  expect_error(
    niem_uncertainty(fw, answers, list(list(name = "x", kind = "choice", at = "/steps/4", values = list(1, 2)))),
    "leads nowhere",
    class = "niem_error_reference"
  )
  expect_error(niem_uncertainty(fw, answers, replicates = 0), class = "niem_error_argument")
  expect_error(niem_uncertainty(fw, answers, 7), class = "niem_error_argument")
  expect_error(niem_uncertainty_ranks(fw), class = "niem_error_argument")
})

test_that("it is not saved, and says so", {
  u <- niem_uncertainty(fw, answers, replicates = 5)
  path <- tempfile()
  saveRDS(u, path)
  expect_error(niem_uncertainty_ranks(readRDS(path)), "make it anew", class = "niem_error_argument")
})

test_that("sensitivity has the columns that are promised", {
  found <- niem_sensitivity(fw, answers, list(areas, gaps), base = 64, resamples = 20, targets = "score change")
  expect_named(found, c(
    "target", "unit", "round", "group", "node", "input", "first", "first_low", "first_high", "total", "total_low",
    "total_high", "n", "n_failed"
  ))
  expect_setequal(found$target, c("score", "change"))
  expect_identical(
    found,
    niem_sensitivity(fw, answers, list(areas, gaps), base = 64, resamples = 20, targets = "score change", threads = 2)
  )
  expect_s3_class(niem_sensitivity(fw, answers, base = 8, resamples = 0, table = TRUE), "niem_table")
})
