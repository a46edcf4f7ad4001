cell <- function(...) {
  row <- list(unit = "PL", round = "2021", group = "refugee", indicator = "RES-1")
  given <- list(...)
  row[names(given)] <- given
  row
}

test_that("changed scores are scores like any others", {
  scores <- mini_scores()
  before <- attr(niem_manifest(scores), "json")
  other <- niem_what_if(scores, drop = "dimension=housing", weights = c("area=legal" = 2))
  expect_s3_class(other, "niem_scores")
  expect_identical(niem_manifest(other)$framework$id, "mini (what if)")
  expect_identical(attr(niem_manifest(scores), "json"), before)
  expect_false("dimension=housing" %in% niem_scores_table(other)$node)
  again <- niem_scores_parse(niem_json(other))
  expect_identical(attr(niem_manifest(again), "json"), attr(niem_manifest(other), "json"))
  path <- tempfile(fileext = ".rds")
  saveRDS(other, path)
  expect_bits(niem_value(readRDS(path), "PL", "2021"), niem_value(other, "PL", "2021"))
  once_more <- niem_what_if(other, drop = c("RES-1", "EMP-1"))
  expect_identical(niem_manifest(once_more)$framework$id, "mini (what if)")
})

test_that("answers come as a data frame or as rows", {
  scores <- mini_scores()
  frame <- data.frame(
    unit = factor("PL"), round = 2021, group = "refugee", indicator = c("RES-1", "HOU-1"), answer = c("c", "12.5"), state = NA
  )
  rows <- list(cell(answer = "c", state = NA), cell(indicator = "HOU-1", answer = 12.5))
  digest <- function(x) niem_digest(niem_scores_answers(x))
  made <- niem_what_if(scores, answers = frame)
  expect_identical(digest(niem_what_if(scores, answers = rows)), digest(made))
  expect_false(digest(made) == digest(scores))
  numbers <- data.frame(cell(indicator = "HOU-1", answer = 24))
  expect_bits(niem_value(niem_what_if(scores, answers = numbers), "PL", "2021", "refugee", "HOU-1"), 0)
  one <- niem_what_if(scores, answers = cell(state = "missing"))
  expect_identical(length(niem_scores_answers(one)), length(niem_scores_answers(scores)) - 1L)
  none <- niem_what_if(scores, answers = frame[0, ])
  expect_bits(niem_value(none, "PL", "2021"), niem_value(scores, "PL", "2021"))
})

test_that("another method, and statistics that are added", {
  scores <- mini_scores()
  strict <- niem_method(list(missing = "strict"))
  for (method in list(strict, list(missing = "strict"))) {
    expect_identical(niem_digest(niem_scores_method(niem_what_if(scores, method = method))), niem_digest(strict))
  }
  parts <- small()
  parts$indicators[[1]]$scored <- FALSE
  parts$indexes <- list(list(id = "overall", nodes = list(list(id = "top", children = I("W1")))))
  fw <- niem_framework(parts)
  answers <- data.frame(unit = "PL", round = "2021", indicator = c("H1", "W1"), answer = c("yes", "5"))
  scores <- niem_score(fw, niem_read_answers(answers, fw))
  expect_bits(niem_value(scores, "PL"), 50)
  where <- list(indicator = "H1", parent = "overall")
  expect_bits(niem_value(niem_what_if(scores, add = where), "PL"), 75)
  expect_bits(niem_value(niem_what_if(scores, add = list(where), weights = list(H1 = 3)), "PL"), 87.5)
  expect_niem_error(niem_what_if(scores, add = "H1"), "format")
})

test_that("what is wrong is told with its place, and what has no effect is a warning", {
  scores <- mini_scores()
  error <- expect_niem_error(
    niem_what_if(scores, drop = "X-1", answers = cell(indicator = "X-2", answer = "a")), "reference"
  )
  expect_identical(error$problems$where, c("/drop/0", "/answers/0/indicator"))
  error <- expect_niem_error(niem_what_if(scores, weights = c(nowhere = 1)), "reference")
  expect_identical(error$where, "/weights/nowhere")
  expect_niem_error(niem_what_if(scores, weights = c(housing = NA)), "argument")
  expect_niem_error(niem_what_if(scores, weights = 2), "format")
  expect_niem_error(niem_what_if(1, drop = "RES-1"), "argument")
  expect_warning(
    other <- niem_what_if(scores, answers = cell(unit = "POL", coder = "nobody", state = "missing")),
    class = "niem_warning"
  )
  expect_identical(niem_problems(other)$severity, c("note", "warning"))
  expect_identical(nrow(niem_problems(scores)), 0L)
})

test_that("two scores side by side", {
  scores <- mini_scores()
  other <- niem_what_if(scores, answers = cell(answer = "c"), threads = 2)
  both <- niem_compare_scores(scores, other, round = "2021", group = "refugee")
  expect_named(both, c(
    "unit", "round", "group", "node", "value_a", "value_b", "change", "rank_a", "rank_b", "rank_change"
  ))
  expect_bits(both$change, both$value_b - both$value_a)
  ranks <- niem_rank(other, round = "2021", group = "refugee")
  expect_identical(both$rank_b, ranks$rank[match(both$unit, ranks$unit)])
  expect_s3_class(niem_compare_scores(scores, other, "residency", table = TRUE), "niem_table")
  expect_niem_error(niem_compare_scores(scores, other, "nowhere"), "reference")
  expect_niem_error(niem_compare_scores(scores, mini()), "argument")
  expect_niem_error(niem_compare_scores(scores, other, reference = "best"), "argument")
})
