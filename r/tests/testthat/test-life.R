test_that("objects survive saving, in this process and in another", {
  fw <- mini()
  answers <- mini_answers(fw)
  method <- niem_method(list(bands = "thirds"))
  scores <- niem_score(fw, answers, method)
  path <- tempfile(fileext = ".rds")
  saveRDS(list(fw = fw, answers = answers, method = method, scores = scores), path)
  kept <- readRDS(path)
  expect_identical(niem_digest(kept$fw), niem_digest(fw))
  expect_identical(niem_digest(kept$answers), niem_digest(answers))
  expect_identical(niem_digest(kept$method), niem_digest(method))
  expect_bits(niem_scores_table(kept$scores)$value, niem_scores_table(scores)$value)
  expect_identical(niem_problems(kept$answers), niem_problems(answers))
  skip_on_cran()
  printed <- in_fresh_process(c(
    sprintf("kept <- readRDS(%s)", deparse(path)),
    "library(niem)",
    "again <- niem_score(kept$fw, kept$answers, kept$method)",
    "cat(niem_digest(kept$answers), niem_json(again) == niem_json(kept$scores), niem_manifest(kept$scores)$scores$digest)"
  ))
  expect_identical(
    printed[length(printed)], paste(niem_digest(answers), TRUE, niem_manifest(scores)$scores$digest)
  )
})

test_that("a table of another session fails with a sentence", {
  table <- unserialize(serialize(niem_rank(mini_scores(), table = TRUE), NULL))
  error <- expect_niem_error(as.data.frame(table), "argument")
  expect_match(conditionMessage(error), "make it anew")
  expect_niem_error(dim(table), "argument")
  expect_niem_error(format(table), "argument")
})

test_that("what was tampered with fails with a sentence", {
  scores <- mini_scores()
  bytes <- serialize(scores, NULL, ascii = TRUE)
  text <- rawToChar(bytes)
  broken <- unserialize(charToRaw(sub("niem_scores\n", "niem_method\n", text)))
  expect_error(niem_value(broken, "PL", "2021"), class = "niem_error")
  json <- sub("\"answer\":\"a\"", "\"answer\":\"b\"", niem_json(scores), fixed = TRUE)
  expect_false(json == niem_json(scores))
  expect_error(niem_scores_parse(json), class = "niem_error")
  pointer <- methods::new("externalptr")
  for (f in list(niem_value, niem_rank, niem_manifest, niem_scores_framework)) {
    expect_error(f(structure(pointer, class = "niem_scores"), "PL"), class = "error")
  }
  expect_niem_error(niem_rank(NULL), "argument")
  expect_niem_error(niem_rank(pointer), "argument")
  expect_niem_error(niem_json(1), "argument")
  expect_niem_error(niem_json(pointer), "argument")
  expect_niem_error(niem_digest(scores), "argument")
})

test_that("forked processes and clusters work", {
  skip_on_os("windows")
  skip_if_not_installed("parallel")
  fw <- mini()
  answers <- mini_answers(fw)
  scores <- parallel::mclapply(1:4, function(i) niem_score(fw, answers, threads = i), mc.cores = 2)
  json <- niem_json(niem_score(fw, answers))
  for (one in scores) {
    expect_identical(niem_json(one), json)
    expect_identical(niem_value(one, "PL", "2021"), niem_value(scores[[1]], "PL", "2021"))
  }
})

test_that("nothing is lost when garbage is collected at any time", {
  skip_on_cran()
  fw <- mini()
  answers <- mini_answers(fw)
  scores <- niem_score(fw, answers)
  expected <- niem_rank(scores, "overall", round = "2021", weights = NULL)
  gctorture2(7)
  on.exit(gctorture2(0))
  again <- niem_rank(scores, "overall", round = "2021")
  saved <- unserialize(serialize(scores, NULL))
  value <- niem_value(saved, "PL", "2021")
  error <- tryCatch(niem_read_answers(I("unit,indicator,answer\nPL,X,a"), fw), error = identity)
  read <- niem_read_answers(data.frame(unit = "PL", round = 2021, group = "refugee", indicator = "RES-1", answer = "a"), fw)
  query <- niem_scores_table(scores, units = c("PL", "LT"), round = 2021)
  gctorture2(0)
  expect_identical(again, expected)
  expect_identical(value, niem_value(scores, "PL", "2021"))
  expect_s3_class(error, "niem_error")
  expect_length(read, 1)
  expect_gt(nrow(query), 1)
})

test_that("no number depends on the locale", {
  skip_on_cran()
  fw <- mini()
  json <- niem_json(mini_scores(fw))
  list <- small(meta = list(x = 0.5))
  digest <- niem_digest(niem_framework(list))
  old <- Sys.getlocale("LC_NUMERIC")
  on.exit(suppressWarnings(Sys.setlocale("LC_NUMERIC", old)))
  found <- Filter(
    function(name) nzchar(suppressWarnings(Sys.setlocale("LC_NUMERIC", name))), c("de_DE.UTF-8", "pl_PL.UTF-8", "fr_FR.UTF-8")
  )
  skip_if(length(found) == 0, "this machine has no locale with a decimal comma")
  skip_if(Sys.localeconv()[["decimal_point"]] != ",", "the locale did not take")
  expect_identical(niem_json(mini_scores(fw)), json)
  expect_identical(niem_digest(niem_framework(list)), digest)
  expect_match(niem_print_table(niem_rank(mini_scores(fw), table = TRUE), digits = 1), "78.1", fixed = TRUE)
})

test_that("nothing is registered but what the package calls", {
  routines <- getDLLRegisteredRoutines("niem")$.Call
  called <- unlist(lapply(ls(asNamespace("niem"), all.names = TRUE), function(name) {
    value <- get(name, asNamespace("niem"))
    if (is.function(value)) grep("^r_", all.names(body(value)), value = TRUE)
  }))
  expect_setequal(unique(called), names(routines))
})

test_that("canonical bytes are written when they are asked for, and not before", {
  scores <- mini_scores()
  written <- function() grepl("not written yet", paste(capture.output(.Internal(inspect(scores))), collapse = ""))
  expect_true(written())
  text <- niem_json(scores)
  expect_false(written())
  expect_identical(niem_json(scores), text)
  other <- mini_scores()
  gc()
  expect_identical(niem_json(unserialize(serialize(other, NULL))), text)
  expect_identical(niem_json(unserialize(serialize(other, NULL, version = 2))), text)
})
