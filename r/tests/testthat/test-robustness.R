least <- list(id = "least", steps = list(list(step = "aggregate", method = "minimum")))
votes <- list(id = "votes", steps = list(list(step = "aggregate", method = "copeland", index = "overall")))

test_that("leave one out", {
  scores <- mini_scores()
  left <- niem_leave_one_out(scores, round = "2021")
  expect_named(left, c(
    "unit", "round", "group", "node", "left_out", "value", "value_without", "change", "rank", "rank_without", "rank_change",
    "problem"
  ))
  expect_true(all(is.na(left$problem)))
  expect_identical(unique(left$node), "overall")
  expect_bits(left$change, left$value_without - left$value)
  expect_bits(left$rank_change, left$rank - left$rank_without)
  for (i in seq_len(nrow(left))) {
    expect_bits(left$value[i], niem_value(scores, left$unit[i], "2021", left$group[i], "overall"))
  }
  left <- niem_leave_one_out(scores, left_out = "indicator")
  expect_identical(unique(left$left_out), niem_framework_table(mini(), "indicators")$indicator)
  below <- niem_leave_one_out(scores, "dimension=housing", group = "refugee", units = c("PL", "LT"))
  expect_setequal(below$left_out, c("HOU-1", "HOU-2"))
  expect_setequal(below$unit, c("PL", "LT"))
  tied <- niem_leave_one_out(scores, round = "2021", tolerance = 100, ties = "average")
  expect_identical(unique(tied$rank), 2)
})

test_that("leave one out, over the units", {
  scores <- mini_scores()
  rows <- niem_leave_one_out(scores, round = "2019", group = "refugee", left_out = "indicator")
  summary <- niem_leave_one_out(scores, round = "2019", group = "refugee", left_out = "indicator", summary = TRUE)
  expect_named(summary, c(
    "round", "group", "node", "left_out", "level", "n", "mean_change", "mean_abs_change", "mean_abs_rank_change",
    "max_abs_rank_change", "problem"
  ))
  expect_identical(unique(summary$level), "indicator")
  for (i in seq_len(nrow(summary))) {
    own <- rows[rows$left_out == summary$left_out[i], ]
    expect_identical(as.double(summary$n[i]), as.double(sum(!is.na(own$change))))
    expect_bits(summary$mean_change[i], niem_exact_mean(own$change))
    expect_bits(summary$mean_abs_rank_change[i], niem_exact_mean(abs(own$rank_change)))
    expect_bits(summary$max_abs_rank_change[i], max(abs(own$rank_change), na.rm = TRUE))
  }
})

test_that("leave one out: threads, tables, what is refused", {
  fw <- mini()
  for (method in list(NULL, least, votes)) {
    scores <- niem_score(fw, mini_answers(fw), method)
    for (summary in c(FALSE, TRUE)) {
      one <- niem_leave_one_out(scores, summary = summary, threads = 1)
      expect_identical(niem_leave_one_out(scores, summary = summary, threads = 3), one)
      table <- niem_leave_one_out(scores, summary = summary, table = TRUE)
      expect_s3_class(table, "niem_table")
      expect_identical(as.data.frame(table), one)
    }
    expect_output(shown <- niem_leave_one_out(scores, progress = TRUE), "100%")
    expect_identical(shown, niem_leave_one_out(scores))
  }
  error <- expect_niem_error(niem_leave_one_out(scores, left_out = "instrument"), "reference")
  expect_identical(error$where, "left_out")
  expect_niem_error(niem_leave_one_out(scores, level = "dimension"), "argument")
  expect_niem_error(niem_leave_one_out(scores, "RES-1"), "argument")
  expect_niem_error(niem_leave_one_out(scores, reference = "best"), "argument")
  expect_niem_error(niem_leave_one_out(scores, threads = -1), "argument")
  expect_niem_error(niem_leave_one_out(scores, left_out = c("dimension", "area")), "argument")
  expect_niem_error(niem_leave_one_out(1), "argument")
  expect_niem_error(niem_leave_one_out(scores, rounds = "2021"), "argument")
})

test_that("methods side by side", {
  fw <- mini()
  answers <- mini_answers(fw)
  strict <- niem_method(list(missing = "strict"))
  frame <- niem_compare_methods(fw, answers, list(NULL, least, strict), round = "2021")
  expect_named(frame, c(
    "unit", "round", "group", "node", "method", "value", "rank", "n", "change", "rank_change"
  ))
  expect_identical(unique(frame$method), c("method 1", "least", "method 3"))
  first <- frame[frame$method == "method 1", ]
  other <- frame[frame$method == "least", ]
  expect_identical(first$unit, other$unit)
  expect_bits(other$change, other$value - first$value)
  expect_bits(other$rank_change, first$rank - other$rank)
  expect_identical(unique(first$change), 0)
  path <- tempfile(fileext = ".json")
  writeLines(niem_json(niem_method(least)), path)
  named <- niem_compare_methods(fw, answers, list("as it is" = NULL, least, "\u0142" = path), "dimension=housing", group = "*")
  expect_identical(unique(named$method), c("as it is", "least", "\u0142"))
  expect_identical(unique(named$node), "dimension=housing")
  expect_bits(named$value[named$method == "least"], named$value[named$method == "\u0142"])
})

test_that("methods side by side: threads, tables, what is refused", {
  fw <- mini()
  answers <- mini_answers(fw)
  methods <- list(NULL, least, votes)
  one <- niem_compare_methods(fw, answers, methods, level = "dimension", threads = 1)
  expect_identical(niem_compare_methods(fw, answers, methods, level = "dimension", threads = 3), one)
  table <- niem_compare_methods(fw, answers, methods, level = "dimension", table = TRUE)
  expect_s3_class(table, "niem_table")
  expect_identical(as.data.frame(table), one)
  expect_output(niem_compare_methods(fw, answers, methods, progress = TRUE), "100%")
  error <- expect_niem_error(niem_compare_methods(fw, answers, list(least, least)), "duplicate")
  expect_match(conditionMessage(error), "least")
  expect_niem_error(niem_compare_methods(fw, answers, list()), "argument")
  unknown <- list(steps = list(list(step = "aggregate", method = "minimum", level = "instrument")))
  error <- expect_niem_error(niem_compare_methods(fw, answers, list(NULL, unknown)), "reference")
  expect_match(conditionMessage(error), "method 2")
  expect_niem_error(niem_compare_methods(fw, answers, niem_method(least)), "argument")
  expect_niem_error(niem_compare_methods(fw, answers, "least.json"), "argument")
  expect_niem_error(niem_compare_methods(fw, 1, methods), "argument")
  expect_niem_error(niem_compare_methods(1, answers, methods), "argument")
})

test_that("effective weights", {
  fw <- mini()
  scores <- mini_scores(fw)
  weights <- niem_effective_weights(scores)
  expect_named(weights, c("index", "node", "level", "parent", "weight", "share", "effective"))
  own <- niem_effective_weights(scores, weights$index[[1]])
  expect_identical(own$effective[[1]], 1)
  expect_true(is.na(own$parent[[1]]) && is.na(own$share[[1]]))
  leaves <- own[own$level == "indicator", ]
  expect_equal(sum(leaves$effective), 1)
  method <- list(steps = list(list(step = "weigh", weights = list("HOU-1" = 3))))
  given <- niem_effective_weights(niem_score(fw, mini_answers(fw), method), "overall")
  expect_identical(given$share[given$node == "HOU-1"], 0.75)
  expect_s3_class(niem_effective_weights(scores, table = TRUE), "niem_table")
  expect_niem_error(niem_effective_weights(scores, "no"), "reference")
  expect_niem_error(niem_effective_weights(scores, c("a", "b")), "argument")
})

test_that("what the steps of a method did", {
  fw <- mini()
  answers <- mini_answers(fw)
  scores <- niem_score(fw, answers, list(steps = list(list(step = "impute", method = "mean"))))
  values <- niem_steps(scores)
  expect_named(values, c("step", "kind", "unit", "round", "group", "indicator", "what", "before", "after"))
  expect_true(all(values$kind == "impute") && all(values$what == "imputed") && all(is.na(values$before)))
  expect_named(niem_steps(scores, "indicators"), c(
    "step", "kind", "indicator", "round", "n", "n_changed", "low", "high", "treated", "passes", "skewness_before",
    "kurtosis_before", "skewness", "kurtosis", "lambda"
  ))
  expect_identical(nrow(niem_steps(mini_scores(fw))), 0L)
  expect_s3_class(niem_steps(scores, table = TRUE), "niem_table")
  expect_niem_error(niem_steps(scores, "units"), "reference")
  expect_niem_error(niem_steps(scores, NULL), "argument")
})
