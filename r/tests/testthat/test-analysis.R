# A panel of numbers without goalposts, with gaps and a denominator; R's own functions say what is right.
plain <- function() {
  number <- function(id, ...) list(id = id, scale = list(kind = "numeric", ...))
  indicators <- list(
    c(number("A"), denominator = "POP"), number("B"), number("C"), number("D", direction = -1), c(number("POP"), scored = FALSE)
  )
  niem_framework(list(
    format = "niem-framework/1", id = "plain", version = "1", indicators = indicators, indexes = list(list(id = "all"))
  ))
}

plain_rows <- function() {
  rows <- expand.grid(
    unit = paste0("u", 10:21), round = as.character(2015:2019), indicator = c("A", "B", "C", "D", "POP"), stringsAsFactors = FALSE
  )
  rows$answer <- (seq_len(nrow(rows)) * 7919) %% 1009 / 8 + 1
  rows[rows$indicator == "POP" | seq_len(nrow(rows)) %% 11 != 0, ]
}

prepared <- list(list(step = "impute", method = "mean"), list(step = "normalise"))

plain_scores <- function(steps = prepared) {
  fw <- plain()
  niem_score(fw, niem_read_answers(plain_rows(), fw), list(steps = steps))
}

test_that("the data set between two steps", {
  scores <- plain_scores(c(list(list(step = "denominate")), prepared))
  raw <- niem_stage(scores, 0)
  expect_named(raw, c("unit", "round", "group", "indicator", "stage", "state", "value", "imputed", "screened"))
  expect_identical(unique(raw$stage), "raw")
  key <- function(frame) paste(frame$unit, frame$round, frame$indicator)
  rows <- plain_rows()
  expect_bits(raw$value[match(key(rows), key(raw))], rows$answer)
  divided <- niem_stage(scores, 1)
  own <- divided[divided$indicator == "A", ]
  of <- function(name) raw$value[match(paste(own$unit, own$round, name), key(raw))]
  expect_equal(own$value, of("A") / of("POP"))
  end <- niem_stage(scores, node = "all")
  expect_identical(unique(end$stage), "score")
  expect_bits(end$value, niem_members(scores)$value)
  expect_s3_class(niem_stage(scores, 0, table = TRUE), "niem_table")
  expect_identical(expect_niem_error(niem_stage(scores, 9), "argument")$where, "step")
  expect_niem_error(niem_stage(scores, 0, nodes = "x"), "argument")
})

test_that("a step of one's own", {
  log <- list(step = "treat", winsorise = FALSE, transform = "log", force = TRUE)
  built_in <- plain_scores(c(list(log), prepared))
  data <- niem_stage(plain_scores(), 0)
  data <- data[!is.na(data$value) & data$indicator != "POP", ]
  data$answer <- niem_log(data$value)
  own <- niem_what_if(plain_scores(), answers = data[c("unit", "round", "group", "indicator", "answer")])
  expect_identical(max(abs(niem_compare_scores(built_in, own)$change)), 0)
})

test_that("trends are those of R", {
  scores <- plain_scores()
  found <- niem_trends(scores, "all", step = 0)
  series <- niem_stage(scores, 0)
  for (i in seq_len(nrow(found))) {
    own <- series[series$unit == found$unit[i] & series$indicator == found$node[i] & !is.na(series$value), ]
    years <- as.numeric(own$round)
    fit <- suppressWarnings(summary(lm(own$value ~ years)))$coefficients
    expect_equal(c(found$slope[i], found$slope_error[i]), unname(fit["years", 1:2]))
    n <- length(years)
    expect_equal(found$cagr[i], (own$value[n] / own$value[1])^(1 / (years[n] - years[1])) - 1)
    better <- if (found$node[i] == "D") -1 else 1
    expect_identical(found$direction[i], c("worsening", "unchanged", "improving")[sign(better * found$change[i]) + 2])
  }
  expect_identical(unique(niem_trends(scores, "all", from = "2016", to = "2018")$first), "2016")
  expect_identical(unique(niem_trends(scores, "all", latest = 2)$years), 1)
  expect_true(sum(niem_trends(scores, step = 0, interpolate = "*")$n_interpolated) > 0)
  expect_identical(expect_niem_error(niem_trends(scores, round = "2016"), "argument")$where, "round")
  expect_niem_error(niem_trends(scores, interpolate = "yesterday"), "reference")
})

test_that("correlations and descriptions are those of R", {
  scores <- plain_scores()
  wide <- function(round) {
    raw <- niem_stage(scores, 0, round = round)
    sapply(c("A", "B", "C", "D"), function(name) raw$value[raw$indicator == name])
  }
  x <- wide("2017")
  for (method in c("pearson", "spearman", "kendall")) {
    found <- niem_correlations(scores, "all", step = 0, round = "2017", method = method, adjust = "bh", threads = 2)
    expect_identical(nrow(found), 6L)
    expect_identical(unique(found$relation), "siblings")
    for (i in seq_len(nrow(found))) {
      right <- suppressWarnings(cor.test(x[, found$node_a[i]], x[, found$node_b[i]], method = method))
      expect_equal(found$correlation[i], unname(right$estimate))
      if (method != "spearman") expect_equal(found$p[i], right$p.value)
    }
    expect_equal(found$p_adjusted, p.adjust(found$p, "BH"))
  }
  described <- niem_statistics(scores, "all", step = 0, round = "2017")
  expect_equal(described$mean, unname(colMeans(x, na.rm = TRUE)))
  expect_equal(described$deviation, unname(apply(x, 2, sd, na.rm = TRUE)))
  expect_equal(described$q05, unname(apply(x, 2, quantile, 0.05, na.rm = TRUE)))
  expect_identical(as.numeric(described$n), unname(colSums(!is.na(x))))
  expect_true(all(is.na(niem_statistics(scores, pooled = TRUE)$round)))
  pairs <- niem_correlations(scores, step = 0, pairs = "denominators", pooled = TRUE)
  expect_identical(unique(pairs$node_b), "POP")
  expect_niem_error(niem_correlations(scores, pairs = "brothers"), "argument")
  expect_niem_error(niem_statistics(scores, pairs = "siblings"), "argument")
})

test_that("reliability and components", {
  scores <- plain_scores()
  members <- niem_members(scores, round = "2017")
  x <- sapply(c("A", "B", "C", "D"), function(name) members$value[members$indicator == name])
  found <- niem_reliability(scores, round = "2017", confidence = 0.9)
  expect_equal(found$alpha, 4 / 3 * (1 - sum(diag(var(x))) / sum(var(x))))
  items <- niem_reliability(scores, round = "2017", part = "items")
  expect_equal(items$r_rest, sapply(1:4, function(j) cor(x[, j], rowSums(x[, -j]))))
  expect_equal(found$low, niem_cronbach_alpha(x, level = 0.9)$report$low)
  variances <- niem_components(scores, round = "2017")
  expect_equal(variances$eigenvalue, unname(prcomp(x, scale. = TRUE)$sdev^2))
  loadings <- niem_components(scores, round = "2017", part = "loadings", components = 1)
  expect_equal(abs(loadings$loading), unname(abs(prcomp(x, scale. = TRUE)$rotation[, 1]) * prcomp(x, scale. = TRUE)$sdev[1]))
  expect_identical(nrow(niem_components(scores, part = "scores", components = 2)), 120L)
  expect_identical(niem_components(scores, part = "nodes", round = "2017")$n_items, 4L)
  expect_identical(expect_niem_error(niem_reliability(scores, part = "leaves"), "reference")$where, "part")
  expect_identical(expect_niem_error(niem_components(scores, step = 0), "argument")$where, "items")
})

test_that("methods agree", {
  least <- c(prepared, list(list(step = "aggregate", method = "minimum")))
  several <- list(mean = plain_scores(), least = plain_scores(least))
  found <- niem_method_correlations(several, round = "2017", method = "kendall")
  values <- lapply(several, function(scores) as.data.frame(niem_scores_table(scores, round = "2017"))$value)
  expect_equal(found$correlation, cor(values$mean, values$least, method = "kendall"))
  expect_equal(found$mean_abs_rank_change, mean(abs(rank(-values$mean, ties.method = "min") - rank(-values$least, ties.method = "min"))))
  expect_identical(unique(niem_method_correlations(unname(several))$method_b), "method 2")
  expect_niem_error(niem_method_correlations(several[[1]]), "argument")
  expect_niem_error(niem_method_correlations(several[1]), "argument")
})
