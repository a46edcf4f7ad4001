test_that("a small case computed by hand", {
  fw <- niem_framework(small())
  answers <- niem_read_answers(data.frame(unit = c("PL", "PL", "CZ"), indicator = c("H1", "W1", "H1"), answer = c("yes", "4", "no")), fw)
  scores <- niem_score(fw, answers)
  expect_identical(niem_value(scores, "PL", "2021"), 70)
  expect_identical(niem_value(scores, "PL", 2021, node = "work"), 40)
  expect_identical(niem_value(scores, "CZ", "2021", node = "work"), NA_real_)
  wide <- as.data.frame(scores, level = "dimension", round = "2021")
  expect_identical(wide$unit, c("CZ", "PL"))
  expect_identical(wide[[2]], c(0, 100))
  expect_identical(wide[[3]], c(NA, 40))
})

test_that("tables have their columns, types and notes", {
  scores <- mini_scores()
  tidy <- niem_scores_table(scores)
  expect_true(all(
    c("unit", "round", "group", "index", "node", "level", "value", "coverage", "lower", "upper", "state") %in% names(tidy)
  ))
  expect_type(tidy$value, "double")
  expect_type(tidy$n_answered, "integer")
  expect_type(tidy$unit, "character")
  expect_true(all(tidy$lower <= tidy$value & tidy$value <= tidy$upper, na.rm = TRUE))
  expect_identical(as.data.frame(scores), tidy)
  expect_true("band" %in% names(niem_scores_table(scores, bands = "thirds")))
  own <- list(bands = list(list(from = 50, label = "high"), list(from = 0, label = "low")))
  expect_identical(unique(niem_scores_table(scores, units = "CZ", round = "2021", bands = own)$band), "high")
  expect_type(attr(tidy, "notes"), "character")
  expect_identical(unique(niem_scores_table(scores, units = c("PL", "LT"))$unit), c("PL", "LT"))
})

test_that("a country is a row where that is possible", {
  scores <- mini_scores()
  wide <- as.data.frame(scores, level = "dimension", round = "2021")
  expect_identical(dim(wide), c(3L, 4L))
  expect_identical(dim(as.data.frame(scores, level = "dimension", wide = TRUE)), c(6L, 5L))
  expect_identical(nrow(as.data.frame(scores, level = "dimension")), 18L)
  expect_identical(nrow(as.data.frame(scores, level = "dimension", round = "2021", wide = FALSE)), 9L)
  expect_named(as.data.frame(scores, level = "dimension", group = "*", round = "2021", wide = TRUE)[1:2], c("unit", "group"))
})

test_that("values are those of the table, to the bit", {
  scores <- mini_scores()
  tidy <- niem_scores_table(scores, level = "dimension", round = "2021")
  one <- mapply(niem_value, unit = tidy$unit, node = tidy$node, MoreArgs = list(scores = scores, round = "2021"))
  expect_bits(one, tidy$value)
})

test_that("explanations add up to the bit, in any order", {
  scores <- mini_scores()
  for (node in c("overall", "housing", "residency")) {
    why <- niem_explain(scores, "PL", "2021", node = node)
    expect_bits(niem_exact_sum(sample(why$contribution)), niem_value(scores, "PL", "2021", node = node))
  }
})

test_that("the order of rows, threads and the way of reading change no bit", {
  fw <- mini()
  frame <- as.data.frame(mini_answers(fw))
  a <- niem_score(fw, niem_read_answers(frame, fw))
  b <- niem_score(fw, niem_read_answers(frame[rev(seq_len(nrow(frame))), ], fw), threads = 4)
  expect_bits(niem_scores_table(a)$value, niem_scores_table(b)$value)
  expect_identical(niem_json(a), niem_json(b))
})

test_that("parts and manifest lead back to the scores", {
  fw <- mini()
  answers <- mini_answers(fw)
  scores <- niem_score(fw, answers, niem_method(list(bands = "thirds")))
  manifest <- niem_manifest(scores)
  expect_identical(manifest$framework$digest, niem_digest(fw))
  expect_identical(manifest$answers$digest, niem_digest(answers))
  expect_identical(niem_digest(niem_scores_framework(scores)), niem_digest(fw))
  expect_identical(niem_digest(niem_scores_answers(scores)), niem_digest(answers))
  expect_identical(niem_json(niem_scores_parse(niem_json(scores))), niem_json(scores))
  expect_output(print(manifest), "digest")
  expect_output(print(scores), "3 units, rounds 2019, 2021")
  expect_s3_class(summary(scores), "data.frame")
})

test_that("queries that name nothing are errors", {
  fw <- mini()
  scores <- mini_scores(fw)
  for (query in list(
    list(index = "x"), list(group = "x"), list(round = "x"), list(node = "x"), list(level = "x"), list(units = "x"),
    list(peers = "x"), list(bands = "x")
  )) {
    expect_niem_error(do.call(niem_scores_table, c(list(scores), query)), "reference")
  }
  expect_niem_error(niem_value(scores, "XX", "2021"), "reference")
  expect_niem_error(niem_value(scores, "PL", "1999"), "reference")
  expect_niem_error(niem_explain(scores, "PL", "1999"), "reference")
  error <- expect_niem_error(niem_scores_table(scores, gruop = "refugee"), "argument")
  expect_match(conditionMessage(error), "gruop.*there are: index, group, round")
  expect_niem_error(niem_scores_table(scores, "refugee"), "argument")
  expect_niem_error(niem_scores_table(scores, units = 1), "argument")
  expect_niem_error(niem_scores_table(scores, units = c("PL", NA)), "argument")
  expect_niem_error(niem_scores_table(scores, node = c("a", "b")), "argument")
  expect_niem_error(niem_score(fw, mini_answers(fw), index = "x"), "reference")
  expect_niem_error(niem_score(fw, mini_answers(fw), threads = -1), "argument")
  expect_niem_error(niem_score(fw, mini_answers(fw), threads = 1.5), "argument")
  expect_niem_error(niem_score(fw, mini_answers(fw), threads = "4"), "argument")
  expect_niem_error(niem_score(fw, fw), "argument")
})

test_that("answers of another framework are refused", {
  fw <- mini()
  other <- niem_framework(sub("A small invented example", "Another", niem_json(fw)))
  expect_niem_error(niem_score(other, mini_answers(fw)), "mismatch")
})

test_that("several coders need a rule", {
  fw <- niem_framework(small())
  frame <- data.frame(unit = "PL", indicator = "H1", answer = c("yes", "no", "yes"), coder = c("a", "b", "c"))
  answers <- niem_read_answers(frame, fw)
  expect_niem_error(niem_score(fw, answers), "consensus")
  expect_identical(niem_value(niem_score(fw, answers, list(consensus = list(rule = "majority"))), "PL", "2021"), 100)
})

test_that("progress is shown", {
  fw <- mini()
  expect_output(niem_score(fw, mini_answers(fw), progress = TRUE))
})

# Enough to keep the library busy for longer than the 50 ms between two looks.
large <- function() {
  n <- 1000
  indicators <- lapply(seq_len(n), function(i) list(id = paste0("I", i), dimension = "work", scale = list(kind = "binary")))
  fw <- niem_framework(small(indicators = indicators))
  frame <- expand.grid(indicator = factor(paste0("I", seq_len(n))), unit = factor(paste0("U", seq_len(800))))
  frame$answer <- factor("yes")
  list(fw = fw, answers = niem_read_answers(frame, fw))
}

test_that("an interrupt ends a long call, and is an interrupt afterwards", {
  skip_on_cran()
  skip_on_os("windows")
  big <- large()
  told <- 0
  interrupt <- function(done) {
    told <<- told + 1
    tools::pskill(Sys.getpid(), tools::SIGINT)
  }
  call <- function() .Call(niem:::r_score, big$fw, big$answers, NULL, list(), 0, interrupt)
  outcome <- tryCatch(
    {
      result <- call()
      if (is.null(result)) niem:::signal_interrupt()
      "finished"
    },
    interrupt = function(condition) "interrupted"
  )
  skip_if(told == 0, "scoring was too fast to be interrupted")
  expect_identical(outcome, "interrupted")
  expect_s3_class(niem_score(big$fw, big$answers), "niem_scores")
})

test_that("an error while progress is told cancels the call", {
  skip_on_cran()
  big <- large()
  told <- 0
  fail <- function(done) {
    told <<- told + 1
    stop("no")
  }
  outcome <- tryCatch(.Call(niem:::r_score, big$fw, big$answers, NULL, list(), 0, fail), error = identity)
  skip_if(told == 0, "scoring was too fast to be interrupted")
  expect_s3_class(outcome, "niem_error_cancelled")
})
