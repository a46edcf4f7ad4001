test_that("one framework has one digest, wherever it comes from", {
  fw <- mini()
  path <- tempfile(fileext = ".json")
  niem_write(fw, path)
  text <- paste(readLines(niem_example("mini.json"), encoding = "UTF-8"), collapse = "\n")
  expect_match(niem_digest(fw), "^[0-9a-f]{64}$")
  expect_identical(niem_digest(niem_framework(path)), niem_digest(fw))
  expect_identical(niem_digest(niem_framework(text)), niem_digest(fw))
  expect_identical(niem_digest(niem_framework(I(strsplit(text, "\n")[[1]]))), niem_digest(fw))
  expect_identical(niem_digest(niem_framework(charToRaw(text))), niem_digest(fw))
  expect_identical(niem_digest(niem_framework(niem_json(fw))), niem_digest(fw))
})

test_that("a list is as good as a file", {
  skip_if_not_installed("jsonlite")
  list <- jsonlite::fromJSON(niem_example("mini.json"), simplifyVector = FALSE)
  expect_identical(niem_digest(niem_framework(list)), niem_digest(mini()))
})

test_that("texts in lists are escaped, and numbers keep their bits", {
  title <- "a \"b\" \\ c\n\t\u017c \u0001"
  list <- small(title = title, meta = list(x = 0.1 + 0.2, y = 1e-300, z = c(1, 2)))
  json <- niem_json(niem_framework(list))
  again <- niem:::from_json(json)
  expect_identical(again$title, title)
  expect_match(json, "0.30000000000000004", fixed = TRUE)
  expect_match(json, "1e-300", fixed = TRUE)
})

test_that("the shipped frameworks load", {
  expect_true("niem" %in% niem_frameworks())
  for (name in niem_frameworks()) {
    expect_s3_class(niem_framework(name), "niem_framework")
  }
  error <- expect_niem_error(niem_framework("nothing"), "reference")
  expect_match(conditionMessage(error), "niem")
})

test_that("parts of a framework are data frames", {
  fw <- mini()
  for (part in c(
    "facets", "groups", "units", "rounds", "peers", "indicators", "options", "standards", "instruments", "indexes", "nodes"
  )) {
    expect_s3_class(niem_framework_table(fw, part), "data.frame")
  }
  options <- niem_framework_table(fw, "options")
  expect_identical(options$points[options$indicator == "RES-1"], c(100, 50, 0))
  expect_type(options$label, "character")
  expect_identical(summary(fw)$n[summary(fw)$part == "indicators"], 5L)
  expect_s3_class(expect_error(niem_framework_table(fw, "nothing")), "niem_error")
  expect_output(print(fw), "mini 1.0")
})

test_that("labels are UTF-8", {
  fw <- niem_framework(small(title = "Mieszkania \u017c\u00f3\u0142\u0107"))
  title <- niem:::framework_info(fw)$title
  expect_identical(title, "Mieszkania \u017c\u00f3\u0142\u0107")
  expect_identical(Encoding(title), "UTF-8")
})

test_that("a bad framework is an error with its place", {
  expect_niem_error(niem_framework("no/such/file.json"), "io")
  expect_niem_error(niem_framework(file.path(tempdir(), "")), "io")
  expect_niem_error(niem_framework(I("")), "syntax")
  expect_niem_error(niem_framework(I("{\"format\": \"niem-framework/1\"} {}")), "syntax")
  expect_niem_error(niem_framework(I("{\"format\": 0x10}")), "syntax")
  expect_niem_error(niem_framework(I("{\"a\": 1, \"a\": 2}")), "duplicate")
  expect_niem_error(niem_framework(I("[]")), "format")
  expect_niem_error(niem_framework(small(format = "niem-framework/99")), "version")
  expect_niem_error(niem_framework(small(typo = 1)), "format")
  expect_niem_error(niem_framework(strrep("[", 10000)), "limit")
  expect_niem_error(niem_framework(Reduce(function(x, i) list(x), 1:10000, 1)), "argument")
  expect_niem_error(niem_framework(c(charToRaw("{\"a\": \""), as.raw(c(0xc5, 0x22, 0x7d)))), "encoding")
  expect_niem_error(niem_framework(c(charToRaw("{\"a\": \""), as.raw(0), charToRaw("\"}"))), "encoding")
  error <- expect_niem_error(niem_framework(I("{\"a\":\n  1e999}")), "value")
  expect_identical(error$row, 2)
  for (x in list(NULL, NA_character_, 1, TRUE, character(), c("a", "b"), mini)) {
    expect_niem_error(niem_framework(x), "argument")
  }
})

test_that("contents that contradict themselves are errors", {
  expect_niem_error(niem_framework(small(indicators = list())), "format")
  points <- list(kind = "ordinal", options = list(list(id = "a", points = 101), list(id = "b", points = 0)))
  expect_niem_error(
    niem_framework(small(indicators = list(list(id = "H1", dimension = "housing", scale = points)))), "value"
  )
  twice <- list(id = "H1", dimension = "housing", scale = list(kind = "binary"))
  expect_niem_error(niem_framework(small(indicators = list(twice, twice))), "duplicate")
  expect_niem_error(niem_framework(small(indexes = list(list(id = "o", levels = I("nothing"))))), "reference")
  for (weight in list(-1, "x")) {
    weights <- list(housing = weight)
    error <- expect_error(niem_framework(small(indexes = list(list(id = "o", levels = I("dimension"), weights = weights)))))
    expect_s3_class(error, "niem_error")
  }
})

test_that("all problems are listed", {
  bad <- list(
    list(id = "A", dimension = "nowhere", scale = list(kind = "binary")), list(id = "B", scale = list(kind = "magic"))
  )
  error <- expect_niem_error(niem_framework(small(indicators = bad)), "reference")
  expect_s3_class(error$problems, "data.frame")
  expect_gt(nrow(error$problems), 1)
  expect_true(all(c("severity", "status", "row", "column", "where", "message") %in% names(error$problems)))
})

test_that("methods are read from lists, text and files", {
  method <- niem_method(list(consensus = list(rule = "majority"), bands = "thirds"))
  path <- tempfile(fileext = ".json")
  writeLines(niem_json(method), path)
  expect_identical(niem_digest(niem_method(path)), niem_digest(method))
  expect_identical(niem_digest(niem_method(niem_json(method))), niem_digest(method))
  expect_false(niem_digest(niem_method()) == niem_digest(method))
  expect_output(print(method), "majority")
  expect_niem_error(niem_method(list(consensus = list(rule = "dictator"))), "value")
  expect_niem_error(niem_method("no/such/method.json"), "io")
  expect_niem_error(niem_method(1), "argument")
})
