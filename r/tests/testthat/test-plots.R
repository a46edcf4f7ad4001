# Plots: what is drawn is what the tables say.

skip_if_not_installed("ggplot2")

odd_units <- c("_u", "$A$", "<b>", "d\\e", "PL")

# Names full of what drawing programs take for their own; PL has no value.
odd_scores <- function() {
  hundred <- function(id, dimension, ...) {
    list(id = id, dimension = dimension, ..., scale = list(kind = "numeric", worst = 0, best = 100))
  }
  fw <- niem_framework(list(
    format = "niem-framework/1", id = "odd", version = "1",
    facets = list(list(id = "dimension", values = list(
      list(id = "r", label = "$R_1$ & <i>"), list(id = "h", label = "_hidden"), list(id = "e")
    ))),
    groups = list(list(id = "g", label = "All $of$ them"), list(id = "k")),
    units = lapply(odd_units, function(unit) list(id = unit, label = paste("Unit", unit))),
    peers = list(list(id = "two", label = "$Two$", units = c("_u", "<b>"))),
    rounds = list(list(id = "2019", date = "2019-01-01"), list(id = "2021", label = "Now_$x$", date = "2021-01-01")),
    indicators = list(
      hundred("R1", "r", label = "One $x^2$"), hundred("R2", "r", label = "One $x^2$"), hundred("H1", "h", label = "_three"),
      hundred("E1", "e")
    ),
    indexes = list(
      list(
        id = "overall", label = "All_$of$ it", levels = I("dimension"), weights = list(r = 2),
        missing = list(rule = "available", min_coverage = 0.5)
      ),
      list(id = "whole", levels = I("dimension"), aggregation = list(method = "geometric", offset = 1))
    ),
    default_index = "overall", default_group = "g"
  ))
  values <- list(c(90, 70, 50, 20), c(10, 30.5, 40, NA), c(60, 60, 60, 60), c(33, 77, 88, 5), c(NA, NA, NA, 9))
  rows <- do.call(rbind, lapply(seq_along(values), function(k) {
    own <- data.frame(unit = odd_units[k], group = "g", indicator = c("R1", "R2", "H1", "E1"), answer = values[[k]])
    own <- own[!is.na(own$answer), ]
    rbind(transform(own, round = "2019", answer = answer + 5), transform(own, round = "2021"))
  }))
  niem_score(fw, niem_read_answers(rows, fw))
}

# The data of a layer as ggplot2 draws it; nothing may be dropped with a warning.
built <- function(plot) {
  expect_s3_class(plot, "ggplot")
  expect_silent(made <- ggplot2::ggplot_build(plot))
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  expect_silent(print(plot))
  made
}

layer_of <- function(plot, geom) {
  made <- built(plot)
  which <- vapply(plot$layers, function(layer) inherits(layer$geom, geom), TRUE)
  made$data[which]
}

row_labels <- function(plot) {
  panel <- ggplot2::ggplot_build(plot)$layout$panel_params[[1]]$y
  panel$get_labels()
}

title_of <- function(plot) paste(plot$labels$title, plot$labels$subtitle)

test_that("bars are the ranks", {
  scores <- odd_scores()
  plot <- niem_plot_bar(scores)
  ranks <- niem_rank(scores, round = "2021")
  bars <- layer_of(plot, "GeomCol")[[1]]
  expect_equal(bars$xmax - bars$xmin, ranks$value[!is.na(ranks$value)])
  expect_identical(row_labels(plot), paste("Unit", ranks$unit))
  expect_identical(ranks$unit[5], "PL")
  expect_match(layer_of(plot, "GeomText")[[1]]$label, "no value")
  ends <- niem_scores_table(scores, node = "overall", round = "2021")
  ends <- ends[match(ranks$unit[1:4], ends$unit), ]
  lines <- layer_of(plot, "GeomSegment")[[1]]
  expect_identical(lines$x, ends$lower)
  expect_identical(lines$xend, ends$upper)
  expect_identical(title_of(plot), "All_$of$ it Now_$x$, All $of$ them")
})

test_that("stacked bars are the contributions", {
  scores <- odd_scores()
  plot <- niem_plot_bar(scores, stack = TRUE, bounds = FALSE)
  parts <- niem_contributions(scores, round = "2021")
  parts <- parts[!is.na(parts$contribution), ]
  boxes <- layer_of(plot, "GeomRect")[[1]]
  units <- niem_rank(scores, round = "2021")$unit
  parts <- parts[order(match(parts$unit, units)), ]
  expect_equal(boxes$xmax - boxes$xmin, parts$contribution)
  best <- boxes$xmax[-(boxes$ymin + boxes$ymax) / 2 == 1]
  expect_equal(max(best), niem_rank(scores, round = "2021")$value[1])
  expect_identical(unname(plot$scales$get_scales("fill")$labels), c("$R_1$ & <i>", "_hidden", "e"))
  expect_niem_error(niem_plot_bar(scores, stack = TRUE, index = "whole"), "unsupported")
})

test_that("units stand out", {
  scores <- odd_scores()
  units <- niem_rank(scores, round = "2021")$unit
  plot <- niem_plot_bar(scores, highlight = "two")
  bars <- layer_of(plot, "GeomCol")[[1]]
  bars <- bars[order(-bars$y), ]
  expect_setequal(units[seq_len(nrow(bars))][bars$fill == "#D55E00"], c("_u", "<b>"))
  expect_identical(unname(plot$scales$get_scales("fill")$labels), c("$Two$", "others"))
  plot <- niem_plot_bar(scores, highlight = "PL", labels = FALSE)
  expect_identical(unname(plot$scales$get_scales("fill")$labels), c("PL", "others"))
  expect_identical(row_labels(plot), units)
  expect_niem_error(niem_plot_bar(scores, highlight = "nobody"), "reference")
})

test_that("bounds and coverage", {
  scores <- odd_scores()
  plot <- niem_plot_bounds(scores, round = "2019", group = "g")
  ranks <- niem_rank(scores, round = "2019")
  has <- ranks$unit[!is.na(ranks$value)]
  tidy <- niem_scores_table(scores, node = "overall", round = "2019")
  tidy <- tidy[match(has, tidy$unit), ]
  points <- layer_of(plot, "GeomPoint")[[1]]
  expect_identical(points$x[!is.na(points$x)], tidy$value)
  lines <- layer_of(plot, "GeomSegment")[[1]]
  expect_identical(lines$x, tidy$lower)
  expect_identical(lines$xend, tidy$upper)
})

test_that("boxes are the library's quantiles", {
  scores <- odd_scores()
  plot <- niem_plot_dist(scores)
  tidy <- niem_scores_table(scores, level = "dimension", round = "2021")
  boxes <- layer_of(plot, "GeomBoxplot")[[1]]
  boxes <- boxes[order(-boxes$y), ] # the axis is turned around
  for (k in 1:3) {
    values <- tidy$value[tidy$node == unique(tidy$node)[k]]
    five <- niem_quantile(values, probabilities = c(0, 0.25, 0.5, 0.75, 1))
    expect_equal(unlist(boxes[k, c("xmin", "xlower", "xmiddle", "xupper", "xmax")], use.names = FALSE), five)
  }
  expect_identical(row_labels(plot), c("$R_1$ & <i>", "_hidden", "e"))
  expect_match(title_of(plot), "5 units")
})

test_that("points of distributions, and a histogram", {
  scores <- odd_scores()
  tidy <- niem_scores_table(scores, level = "indicator", round = "2021")
  for (kind in c("dot", "violin")) {
    points <- layer_of(niem_plot_dist(scores, c("R1", "H1"), kind = kind), "GeomPoint")[[1]]
    expect_identical(sort(points$x), sort(tidy$value[tidy$node %in% c("R1", "H1") & !is.na(tidy$value)]))
  }
  expect_identical(row_labels(niem_plot_dist(scores, c("R1", "R2"), kind = "dot")), rep("$R_1$ & <i>: One $x^2$", 2))
  expect_identical(row_labels(niem_plot_dist(scores, c("R1", "R2"), kind = "dot", labels = FALSE)), c("R1", "R2"))
  expect_equal(sum(layer_of(niem_plot_dist(scores, "H1", kind = "hist"), "GeomBar")[[1]]$count), 4)
  expect_niem_error(niem_plot_dist(scores, kind = "hist"), "argument")
})

test_that("dots with a reference", {
  scores <- odd_scores()
  plot <- niem_plot_dot(scores, "h", highlight = c("_u", "PL"), reference_peers = "two")
  table <- niem_difference(scores, "h", round = "2021", reference_peers = "two")
  points <- do.call(rbind, lapply(layer_of(plot, "GeomPoint"), function(one) one["x"]))
  expect_identical(sort(points$x), sort(table$value))
  labels <- unlist(lapply(layer_of(plot, "GeomText"), function(one) one$label))
  level <- table$reference[1]
  expect_setequal(labels, c("Unit _u", sprintf("average of $Two$ %.1f (n = 2)", level)))
  expect_true(level %in% unlist(lapply(layer_of(plot, "GeomSegment"), function(one) one$x)))
  expect_match(title_of(plot), "1 without a value")
})

test_that("scatter", {
  scores <- odd_scores()
  plot <- niem_plot_scatter(scores, "R1", "h", highlight = "two")
  tidy <- niem_scores_table(scores, node = "R1", round = "2021")
  points <- layer_of(plot, "GeomPoint")[[1]]
  expect_identical(points$x, tidy$value[!is.na(tidy$value)])
  expect_setequal(layer_of(plot, "GeomText")[[1]]$label, odd_units[1:4])
  expect_identical(plot$labels$x, "One $x^2$: score, 0-100")
  expect_match(title_of(plot), "1 without both values")
  tidy$y <- niem_scores_table(scores, node = "h", round = "2021")$value
  r <- niem_correlate(as.matrix(tidy[1:4, c("value", "y")]))$r[1, 2]
  expect_match(title_of(plot), sprintf("pearson %.2f (n = 4)", r), fixed = TRUE)
  expect_no_match(title_of(niem_plot_scatter(scores, "R1", "h", correlation = NULL)), "pearson")
  other <- niem_what_if(scores, weights = c(r = 1))
  points <- layer_of(niem_plot_scatter(scores, "overall", "overall", other = other), "GeomPoint")[[1]]
  expect_identical(points$y, vapply(odd_units[1:4], function(u) niem_value(other, u, "2021"), 0, USE.NAMES = FALSE))
})

test_that("profile", {
  scores <- odd_scores()
  plot <- niem_plot_profile(scores, "PL")
  table <- niem_difference(scores, level = "dimension", round = "2021")
  own <- table[table$unit == "PL", ]
  points <- layer_of(plot, "GeomPoint")[[1]]
  expect_setequal(points$x[!is.na(points$x)], c(own$reference, own$value[!is.na(own$value)]))
  expect_identical(nrow(layer_of(plot, "GeomText")[[1]]), 2L)
  expect_niem_error(niem_plot_profile(scores, "XX"), "reference")
})

test_that("the tree is drawn by effective weights", {
  scores <- odd_scores()
  weights <- niem_effective_weights(scores, "overall")
  for (kind in c("sunburst", "stack")) {
    plot <- niem_plot_framework(scores, kind = kind)
    boxes <- layer_of(plot, "GeomRect")[[1]]
    shares <- if (kind == "sunburst") boxes$xmax - boxes$xmin else abs(boxes$ymax - boxes$ymin)
    expect_equal(shares, weights$effective)
    expect_true("$R_1$ & <i>" %in% gsub("\n", " ", layer_of(plot, "GeomText")[[1]]$label))
  }
  expect_match(title_of(niem_plot_framework(scores, "whole", labels = FALSE)), "^whole")
})

test_that("change", {
  scores <- odd_scores()
  change <- niem_change(scores, "2019", "2021", node = "overall")
  plot <- niem_plot_change(change)
  has <- change$points[!is.na(change$points$change), ]
  lines <- layer_of(plot, "GeomSegment")[[3]]
  expect_identical(lines$y, has$from)
  expect_identical(lines$yend, has$to)
  expect_setequal(layer_of(plot, "GeomText")[[1]]$label, paste("Unit", has$unit))
  expect_identical(plot$scales$get_scales("colour")$labels, "worsened (4)")
  expect_match(title_of(plot), "1 without both values")
  expect_niem_error(niem_plot_change(change, "nothing"), "reference")
  expect_niem_error(niem_plot_change(7), "argument")
  expect_niem_error(niem_plot_change(niem_change(scores, "2019", "2021", node = "overall", units = "PL")), "argument")
})

test_that("uncertainty", {
  frame <- data.frame(
    unit = c("_u", "$A$", "PL"), round = "2021", group = "g", node = "overall", value = c(60, 70, NA), n = c(10, 10, 0),
    mean = c(61, 69, NA), sd = c(1, 2, NA), low = c(58, 66, NA), median = c(60.5, 69.5, NA), high = c(63, 72, NA),
    rank = c(2, 1, NA), rank_mean = c(1.8, 1.2, NA), rank_median = c(2, 1, NA), rank_low = c(1, 1, NA),
    rank_high = c(2, 2, NA)
  )
  attr(frame, "notes") <- c(interval_level = "0.9")
  for (what in c("rank", "score")) {
    plot <- niem_plot_uncertainty(frame, what = what, framework = niem_scores_framework(odd_scores()))
    expect_identical(row_labels(plot), c("Unit $A$", "Unit _u", "Unit PL"))
    lines <- layer_of(plot, "GeomSegment")[[1]]
    expect_identical(lines$x[1:2], if (what == "rank") c(1, 1) else c(66, 58))
    expect_identical(lines$xend[1:2], if (what == "rank") c(2, 2) else c(72, 63))
    expect_match(layer_of(plot, "GeomText")[[1]]$label, "no value")
    expect_identical(plot$scales$get_scales("linewidth")$labels, "90 % of replicates")
  }
  expect_identical(row_labels(niem_plot_uncertainty(frame)), c("$A$", "_u", "PL"))
  expect_niem_error(niem_plot_uncertainty(frame, what = "mean"), "argument")
  expect_niem_error(niem_plot_uncertainty(7), "argument")
})

test_that("sensitivity", {
  frame <- data.frame(
    target = c("score", "score", "score", "rank"), unit = "PL", round = "2021", group = "g", node = "overall",
    input = c("$w$", "_gaps", "constant", "$w$"), first = c(0.6, 0.1, NA, 0.5), first_low = c(0.5, 0, NA, 0.4),
    first_high = c(0.7, 0.2, NA, 0.6), total = c(0.8, 0.05, NA, 0.7), total_low = c(0.7, 0, NA, 0.6),
    total_high = c(0.9, 0.1, NA, 0.8), n = 64, n_failed = 0
  )
  plot <- niem_plot_sensitivity(frame)
  bars <- layer_of(plot, "GeomCol")[[1]]
  expect_equal(sort(bars$x), c(0.05, 0.1, 0.6, 0.8))
  lines <- layer_of(plot, "GeomSegment")[[1]]
  expect_identical(lines$x, c(0.5, 0, 0.7, 0))
  expect_identical(row_labels(plot), c("$w$", "_gaps", "constant"))
  boxes <- layer_of(niem_plot_sensitivity(frame, "score", kind = "stack"), "GeomRect")[[1]]
  expect_equal(boxes$xmax, c(0.6, 0.1, NA, 0.8, 0.1, NA))
  expect_niem_error(niem_plot_sensitivity(frame, "change"), "reference")
  expect_niem_error(niem_plot_sensitivity(frame, kind = "pie"), "argument")
})

test_that("correlations", {
  frame <- data.frame(
    round = "2021", group = "g", node_a = c("R1", "R1", "R2"), node_b = c("R2", "H1", "H1"), relation = "other",
    correlation = c(0.95, -0.5, 0.1), n = 14, p = c(0.001, 0.04, 0.8), p_adjusted = c(0.001, 0.04, 0.8),
    flag = c("high", "negative", "low")
  )
  plot <- niem_plot_corr(frame, framework = niem_scores_framework(odd_scores()))
  expect_identical(row_labels(plot), c(rep("$R_1$ & <i>: One $x^2$", 2), "_three"))
  expect_identical(sort(layer_of(plot, "GeomText")[[1]]$label), sort(rep(c("0.95", "-0.50"), 2)))
  tiles <- layer_of(plot, "GeomTile")
  expect_identical(vapply(tiles, nrow, 0L), c(6L, 4L, 6L))
  boxes <- layer_of(plot, "GeomRect")
  boxes <- boxes[[length(boxes)]]
  expect_equal(boxes$xmax - boxes$xmin, c(2, 1))
  expect_match(title_of(plot), "blank: p > 0.05", fixed = TRUE)
  expect_identical(nrow(layer_of(niem_plot_corr(frame, significance = 1), "GeomText")[[1]]), 6L)
  frame$node_b <- "overall"
  frame$flag <- NA_character_
  expect_identical(row_labels(niem_plot_corr(frame[1, ], labels = FALSE)), "R1")
})

test_that("results of the library", {
  scores <- odd_scores()
  made <- niem_uncertainty(niem_scores_framework(scores), niem_scores_answers(scores), replicates = 64, seed = 3)
  plot <- niem_plot_uncertainty(made, framework = niem_scores_framework(scores))
  table <- as.data.frame(made)
  table <- table[table$round == "2021", ]
  table <- table[order(table$rank), ]
  expect_identical(row_labels(plot), paste("Unit", table$unit))
  lines <- layer_of(plot, "GeomSegment")[[1]]
  expect_identical(lines$x, table$rank_low)
  expect_identical(lines$xend, table$rank_high)
  indices <- niem_sensitivity(
    niem_scores_framework(scores), niem_scores_answers(scores),
    base = 64, resamples = 20, round = "2021"
  )
  bars <- layer_of(niem_plot_sensitivity(indices), "GeomCol")[[1]]
  own <- indices[indices$target == indices$target[1], ]
  expect_equal(sort(bars$x), sort(c(own$first, own$total)))
  built(niem_plot_sensitivity(indices, "score", unit = "_u", kind = "stack"))
  table <- niem_correlations(scores, level = "indicator")
  plot <- niem_plot_corr(table, significance = 1, framework = niem_scores_framework(scores))
  expect_identical(nrow(layer_of(plot, "GeomText")[[1]]), 2L * sum(!is.na(table$correlation[table$round == "2021"])))
  built(niem_plot_corr(niem_correlations(scores, level = "dimension", pairs = "parent", round = "2021")))
})

test_that("one unit, and scales that are not 0-100", {
  scores <- odd_scores()
  for (draw in list(niem_plot_bar, niem_plot_bounds, niem_plot_dot, niem_plot_dist)) {
    built(draw(scores, units = "_u"))
  }
  built(niem_plot_dist(scores, kind = "violin", units = "_u"))
  built(niem_plot_scatter(scores, "r", "h", units = "_u"))
  built(niem_plot_scatter(scores, "r", "h", units = "PL"))
  built(niem_plot_change(niem_change(scores, "2019", "2021", node = "overall", units = "_u")))
  raw <- small()
  raw$indicators <- lapply(c("H1", "W1"), function(id) {
    list(id = id, dimension = if (id == "H1") "housing" else "work", scale = list(kind = "numeric", direction = 1))
  })
  fw <- niem_framework(raw)
  rows <- expand.grid(unit = c("A", "B", "C"), indicator = c("H1", "W1"), stringsAsFactors = FALSE)
  rows$answer <- c(1, 5, 3, 2, 8, 9)
  method <- niem_method(list(steps = list(list(step = "normalise", method = "zscore"))))
  made <- niem_score(fw, niem_read_answers(rows, fw), method)
  plot <- niem_plot_bar(made, stack = TRUE)
  boxes <- layer_of(plot, "GeomRect")[[1]]
  parts <- niem_contributions(made)
  expect_true(any(parts$contribution < 0))
  expect_equal(sort(boxes$xmax - boxes$xmin), sort(parts$contribution))
})

test_that("plots say what is wrong", {
  scores <- odd_scores()
  for (draw in list(niem_plot_bar, niem_plot_bounds, niem_plot_dot, niem_plot_dist)) {
    expect_niem_error(draw(scores, "nothing"), "reference")
  }
  expect_niem_error(niem_plot_scatter(scores, "r", "nothing"), "reference")
  expect_niem_error(niem_plot_bar(scores, group = "*"), "argument")
  expect_niem_error(niem_plot_bar(scores, level = "dimension"), "argument")
  expect_niem_error(niem_plot_dist(scores, kind = "pie"), "argument")
  expect_niem_error(niem_plot_framework(scores, kind = "pie"), "argument")
  expect_niem_error(niem_plot_dist(scores, "r", level = "dimension"), "argument")
  expect_niem_error(niem_plot_bar(scores, colour = "red"), "argument")
})

test_that("plot() draws", {
  scores <- mini_scores()
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  expect_identical(plot(scores, main = "Mine")$labels$title, "Mine")
  expect_s3_class(plot(scores, "housing", round = 2021, group = "refugee"), "ggplot")
  expect_s3_class(plot(niem_change(scores, "2019", "2021")), "ggplot")
  expect_niem_error(plot(niem_change(scores, "2019", "2021"), node = "nothing"), "reference")
})

test_that("without ggplot2 the error names it", {
  found <- in_fresh_process(c(
    "library(niem)",
    "fw <- niem_framework(niem_example(\"mini.json\"))",
    "scores <- niem_score(fw, niem_read_answers(niem_example(\"answers.csv\"), fw))",
    "trace <- function(...) FALSE",
    "environment(trace) <- baseenv()",
    "unlockBinding(\"requireNamespace\", baseenv())",
    "assign(\"requireNamespace\", trace, baseenv())",
    "cat(tryCatch(niem_plot_bar(scores), niem_error_unsupported = conditionMessage))"
  ))
  expect_match(paste(found, collapse = " "), "install.packages(\"ggplot2\")", fixed = TRUE)
})

test_that("places are apart", {
  expect_equal(niem:::apart(c(1, 5), 1), c(1, 5))
  expect_equal(niem:::apart(c(5, 5, 1), 2), c(4, 6, 1))
  expect_equal(niem:::apart(numeric(), 1), numeric())
})
