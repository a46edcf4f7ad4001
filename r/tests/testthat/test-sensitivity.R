# What the package adds to the vectors: names, data frames, words, refusals.

data6 <- cbind(a = c(1, 2, 3, 4, 5, 6), b = c(10, 12, 9, 20, 15, 18), c = c(3, 1, 4, 2, 6, 5))

test_that("from a sample to indices", {
  inputs <- c("rain", "wind")
  u <- niem_sensitivity_sample(512, inputs, second_order = TRUE)
  expect_identical(colnames(u), inputs)
  expect_identical(nrow(u), 512L * 6L)
  x <- niem_transform_inputs(u, low = c(wind = 10, rain = 0), high = c(1, 20))
  found <- niem_sensitivity_indices(3 * x[, "rain"] + x[, "wind"], inputs, second_order = TRUE)
  expect_identical(found$indices$input, inputs)
  expect_equal(found$indices$first, c(9, 100) / 109, tolerance = 0.01)
  expect_true(all(found$indices$first_low < found$indices$first & found$indices$first < found$indices$first_high))
  expect_identical(unlist(found$pairs[c("input_a", "input_b")], use.names = FALSE), inputs)
  expect_identical(found$outputs$n_used, 512)
})

test_that("several outputs, failures, no pairs", {
  u <- niem_sensitivity_sample(64, 2, source = "random", seed = 3)
  y <- data.frame(sum = u[, 1] + u[, 2], first = u[, 1])
  y$sum[7] <- NA
  found <- niem_sensitivity_indices(y, 2, resamples = 0)
  expect_identical(found$indices$output, c("sum", "sum", "first", "first"))
  expect_identical(found$indices$n_failed, c(1, 0, 0, 0))
  expect_identical(found$indices$first_low, rep(NA_real_, 4))
  expect_identical(found$indices$total[4], 0)
  expect_identical(nrow(found$pairs), 0L)
})

test_that("points and inputs", {
  expect_identical(niem_sobol_sequence(3, 2), rbind(c(0, 0), c(0.5, 0.5), c(0.75, 0.25)))
  expect_identical(colnames(niem_sobol_sequence(2, c("a", "b"), scramble = "owen")), c("a", "b"))
  x <- niem_transform_inputs(cbind(a = c(0.1, 0.4), b = c(0.6, 1)), kinds = c("discrete", "uniform"), choices = c(2, NA),
    high = c(NA, 10))
  expect_identical(x, cbind(a = c(0, 0), b = c(6, 10)))
  expect_identical(niem_transform_inputs(cbind(c(0.1, 0.9)), kinds = "discrete", choices = 3), cbind(c(0, 2)))
})

test_that("weights with noise", {
  found <- niem_noisy_weights(c(law = 2, work = 1, health = 1), replicates = 20, blocks = c(law = "a", health = "b", work = "b"))
  expect_identical(dim(found), c(20L, 3L))
  expect_equal(unname(found[, "law"]), rep(2, 20))
  expect_equal(unname(found[, "work"] + found[, "health"]), rep(2, 20))
  later <- niem_noisy_weights(c(2, 1, 1), replicates = 5, first = 15, blocks = c(1, 2, 2))
  expect_identical(later, unname(found[16:20, ]))
})

test_that("weights by correlations", {
  out <- niem_weights(data6, "infomax", report = TRUE)
  expect_equal(out$weights, (1 / apply(data6, 2, sd)) / sum(1 / apply(data6, 2, sd)))
  expect_true(out$converged)
  out <- niem_weights(data6, "influence", correlation = "spearman", report = TRUE)
  expect_true(all(out$weights > 0) && out$evaluations > 0)
})

test_that("refusals", {
  expect_niem_error(niem_sobol_sequence(0, 2), "argument")
  expect_niem_error(niem_sobol_sequence(2, 2000), "limit")
  expect_niem_error(niem_sobol_sequence(2, 2, scramble = "sobol"), "argument")
  expect_niem_error(niem_sensitivity_sample(4, 600), "limit")
  expect_niem_error(niem_transform_inputs(cbind(2)), "value")
  expect_niem_error(niem_transform_inputs(cbind(0.5), kinds = "gaussian"), "argument")
  expect_niem_error(niem_sensitivity_indices(c(1, 2, 3), 2), "argument")
  expect_niem_error(niem_sensitivity_indices(c(1, 2, 3, 4), 2, first = "homma"), "argument")
  expect_niem_error(niem_noisy_weights(c(1, -1)), "value")
  expect_niem_error(niem_noisy_weights(c(1, 1), shares = 2), "value")
})
