# The last round by name, unless one is asked for.
one_round <- function(frame, round) {
  if (is.null(round)) {
    round <- max(frame$round)
  }
  frame[frame$round == as.character(round), ]
}

# 0-100, unless a method's normalisation or aggregation makes scores that lie elsewhere.
drawn_scale <- function(x) {
  x <- x[is.finite(x)]
  if (all(x >= 0 & x <= 100)) list(limits = c(0, 100), label = "score, 0-100") else list(limits = range(x), label = "score")
}

#' Plots of scores and changes
#'
#' `plot()` of scores draws, best unit on top, the score of a node and the bounds within which it would be if every gap in
#' the evidence were filled (none where the method leaves them open). `plot()` of a change draws a line from round to round
#' for each unit. The axis is 0--100, unless the method makes scores that lie elsewhere.
#'
#' @param x Scores ([niem_score()]), or a change ([niem_change()]).
#' @param node A node; for a change, one of its points' nodes. Default: the top, or the change's first.
#' @param round A round. Default: the last by name.
#' @param ... For scores, further options of [niem_query()]; for a change, not used.
#' @param main A title.
#' @return The data frame that was drawn, invisibly. Units without a value are not drawn.
#' @examples
#' fw <- niem_framework(niem_example("mini.json"))
#' scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#' plot(scores, round = "2021")
#' plot(niem_change(scores, "2019", "2021", node = "overall"))
#' @export
plot.niem_scores <- function(x, node = NULL, round = NULL, ..., main = NULL) {
  level <- if (is.null(node)) "index"
  frame <- one_round(niem_scores_table(x, node = node, level = level, round = round, ...), round)
  frame <- frame[!is.na(frame$value), ]
  frame <- frame[order(frame$value, rev(frame$unit)), ]
  if (nrow(frame) == 0) {
    fail_argument("node", "no unit has a value to draw")
  }
  if (is.null(main)) {
    main <- paste(unique(frame$node), unique(frame$round), sep = ", ", collapse = "; ")
  }
  place <- seq_len(nrow(frame))
  scale <- drawn_scale(c(frame$value, frame$lower, frame$upper))
  graphics::plot.default(
    frame$value, place,
    xlim = scale$limits, ylim = c(0.5, nrow(frame) + 0.5), pch = 19, yaxt = "n", xlab = scale$label, ylab = "", main = main
  )
  graphics::abline(h = place, col = "grey90", lty = 3)
  graphics::segments(frame$lower, place, frame$upper, place, lwd = 2, col = "grey60")
  graphics::points(frame$value, place, pch = 19)
  graphics::axis(2, at = place, labels = frame$unit, las = 1)
  invisible(frame)
}

#' @rdname plot.niem_scores
#' @export
plot.niem_change <- function(x, node = NULL, ..., main = NULL) {
  frame <- x$points[!is.na(x$points$change), ]
  frame <- frame[frame$node == if (is.null(node)) frame$node[1] else node, ]
  if (nrow(frame) == 0) {
    fail_argument("x", "no unit has a value in both rounds")
  }
  if (is.null(main)) {
    main <- paste(unique(frame$node), collapse = "; ")
  }
  scale <- drawn_scale(c(frame$from, frame$to))
  colours <- c(improved = "darkgreen", unchanged = "grey50", worsened = "firebrick")
  graphics::plot.default(
    NA,
    xlim = c(0.8, 2.2), ylim = scale$limits, xaxt = "n", xlab = "", ylab = scale$label, main = main
  )
  graphics::segments(1, frame$from, 2, frame$to, col = colours[frame$direction], lwd = 2)
  graphics::text(1, frame$from, frame$unit, pos = 2)
  graphics::text(2, frame$to, frame$unit, pos = 4)
  graphics::axis(1, at = 1:2, labels = c(x$from, x$to))
  invisible(frame)
}
