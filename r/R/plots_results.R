# Plots of results: changes, correlations, uncertainty, sensitivity.

#' Plots of results
#'
#' What results say, drawn by \pkg{ggplot2}, which must be installed.
#'
#' * `niem_plot_change()`: a line from round to round for each unit
#' * `niem_plot_corr()`: correlations as a heat map; blue is positive, red negative; insignificant cells stay blank, a
#'   frame around a cell is its flag, and nodes of one parent are boxed where there is a framework
#' * `niem_plot_uncertainty()`: intervals of ranks or scores over the replicates, in the order of the nominal ranks
#' * `niem_plot_sensitivity()`: first-order and total indices of the inputs, with their intervals
#'
#' @param change A change ([niem_change()]).
#' @param correlations Correlations, as a data frame or a table.
#' @param result What was given by the analysis of uncertainty (or its table of scores), or of sensitivity.
#' @param node One of its nodes. Default: the first.
#' @param round,group,unit,target One of each is drawn. Default: the last round, and the first of the others; several groups
#'   of correlations or scores are refused.
#' @param significance Cells whose adjusted p-value is above this stay blank; 1 leaves none blank. Without p-values none is.
#' @param what `"rank"` or `"score"`.
#' @param kind `"bar"`: two bars an input; `"stack"`: one, the first-order index and what interactions add up to the total.
#' @param framework A framework, whose labels stand for ids. Of a change: its own.
#' @param labels `TRUE`: labels, where there is a framework; `FALSE`: ids.
#' @param language The language of labels. Default: English.
#' @return A ggplot. Units without a value are not drawn; they are listed or counted.
#' @inheritSection niem_plot_bar Errors
#' @examples
#' if (requireNamespace("ggplot2", quietly = TRUE)) {
#'   fw <- niem_framework(niem_example("mini.json"))
#'   scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#'   niem_plot_change(niem_change(scores, "2019", "2021", node = "overall"))
#' }
#' @export
niem_plot_change <- function(change, node = NULL, labels = TRUE, language = NULL) {
  need_ggplot2()
  if (!inherits(change, "niem_change")) {
    fail_argument("change", "must be a change, from niem_change()")
  }
  known <- names_of(niem_scores_framework(change$scores), labels, language)
  frame <- chosen_rows(change$points, node = if (is.null(node)) change$points$node[1] else node)
  only_one(frame, "group")
  has <- frame[!is.na(frame$change), ]
  if (nrow(has) == 0) {
    fail_argument("change", "no unit has a value in both rounds")
  }
  gap <- max(diff(range(has$from, has$to)), 1e-9) * 0.16 / (0.17 * max(nrow(has), 14))
  has$label <- called_units(known, has$unit)
  has$left <- apart(has$from, gap)
  has$right <- apart(has$to, gap)
  counts <- table(factor(has$direction, names(way_colours)))
  counts <- counts[counts > 0]
  side <- function(at, row, hjust) {
    ggplot2::geom_text(
      ggplot2::aes(y = .data[[row]], label = .data$label),
      x = at, hjust = hjust, size = 2.6, colour = plot_colours$ink
    )
  }
  leader <- function(start, end, value, row) {
    ggplot2::geom_segment(
      ggplot2::aes(y = .data[[value]], yend = .data[[row]]),
      x = start, xend = end, colour = "#D5DCE3", linewidth = 0.2
    )
  }
  note <- if (nrow(has) < nrow(frame)) paste(nrow(frame) - nrow(has), "without both values")
  ggplot2::ggplot(has) +
    leader(0.98, 0.94, "from", "left") + leader(2.02, 2.06, "to", "right") +
    ggplot2::geom_segment(
      ggplot2::aes(x = 1, xend = 2, y = .data$from, yend = .data$to, colour = .data$direction),
      linewidth = 0.6
    ) +
    ggplot2::geom_point(ggplot2::aes(x = 1, y = .data$from, colour = .data$direction), size = 1.2) +
    ggplot2::geom_point(ggplot2::aes(x = 2, y = .data$to, colour = .data$direction), size = 1.2) +
    side(0.93, "left", 1) + side(2.07, "right", 0) +
    ggplot2::scale_colour_manual(
      NULL,
      values = way_colours, breaks = names(counts), labels = sprintf("%s (%d)", names(counts), as.integer(counts))
    ) +
    ggplot2::scale_x_continuous(
      NULL,
      breaks = 1:2, labels = called(known, "round", c(change$from, change$to)), limits = c(0.4, 2.6), minor_breaks = NULL
    ) +
    ggplot2::labs(y = drawn_scale(has$from, has$to)$label) + plot_theme("y") +
    ggplot2::theme(legend.position = "bottom") +
    plot_titles(called(known, "node", has$node[1]), called_place(known, has), note)
}

#' @rdname niem_plot_change
#' @export
niem_plot_corr <- function(correlations, round = NULL, group = NULL, significance = 0.05, framework = NULL, labels = TRUE,
                           language = NULL) {
  need_ggplot2()
  whole <- frame_in(correlations)
  known <- names_of(framework, labels, language, unname(attr(whole, "notes")["index"]))
  frame <- chosen_rows(whole, round = round, group = group)
  rounds <- frame$round[!is.na(frame$round)]
  if (is.null(round) && length(rounds) > 0) {
    frame <- frame[frame$round %in% rounds[length(rounds)], ]
  }
  only_one(frame, "group")
  cells <- heat_cells(frame, significance)
  told <- length(cells$across) * length(cells$down) <= 420
  place <- c(
    called_place(known, frame),
    if (any(!is.na(frame$p_adjusted)) && significance < 1) paste("blank: p >", format(significance))
  )
  shown <- cells$frame[cells$frame$shown, ]
  flagged <- cells$frame[cells$frame$flag %in% names(flag_colours), ]
  plot <- ggplot2::ggplot(cells$frame, ggplot2::aes(x = .data$x, y = .data$y)) +
    ggplot2::geom_tile(fill = "#F5F6F8", colour = "white", linewidth = 0.4) +
    ggplot2::geom_tile(ggplot2::aes(fill = .data$correlation), data = shown, colour = "white", linewidth = 0.4) +
    ggplot2::scale_fill_gradientn(
      NULL,
      colours = grDevices::hcl.colors(11, "RdBu"), limits = c(-1, 1), na.value = "#F5F6F8"
    )
  if (nrow(flagged) > 0) {
    plot <- plot + ggplot2::geom_tile(
      ggplot2::aes(colour = .data$flag),
      data = flagged, fill = NA, width = 0.88, height = 0.88, linewidth = 0.9
    ) + ggplot2::scale_colour_manual("flag", values = flag_colours)
  }
  if (told) {
    plot <- plot + ggplot2::geom_text(
      ggplot2::aes(label = sprintf("%.2f", .data$correlation)),
      data = shown, size = 2.3, colour = ifelse(abs(shown$correlation) > 0.6, "#FFFFFF", "#000000")
    )
  }
  plot + family_layer(cells, known$parents) +
    ggplot2::scale_x_continuous(
      NULL,
      breaks = seq_along(cells$across), labels = called_nodes(known, cells$across, 30), expand = c(0, 0), minor_breaks = NULL
    ) +
    row_scale(called_nodes(known, cells$down, 30)) + ggplot2::coord_fixed() + plot_theme() +
    ggplot2::theme(
      axis.text.x = ggplot2::element_text(angle = 45, hjust = 1), panel.grid.major.x = ggplot2::element_blank()
    ) +
    plot_titles("Correlations", place)
}

# The cells of a heat map: column, row, correlation, flag, is it shown. Of pairs within one list both halves.
heat_cells <- function(frame, significance) {
  a <- unique(frame$node_a)
  b <- unique(frame$node_b)
  within <- length(intersect(a, b)) > 0
  down <- if (within) unique(c(rbind(frame$node_a, frame$node_b))) else a
  across <- if (within) down else b
  p <- ifelse(is.finite(frame$p_adjusted), frame$p_adjusted, frame$p)
  shown <- is.finite(frame$correlation) & !(is.finite(p) & p > significance)
  one <- function(x, y) {
    data.frame(
      x = match(x, across), y = match(y, down), correlation = frame$correlation, flag = frame$flag, shown = shown
    )
  }
  cells <- rbind(one(frame$node_b, frame$node_a), if (within) one(frame$node_a, frame$node_b))
  list(across = across, down = down, frame = cells, within = within)
}

# A box around neighbours on both axes that have one parent, where there are several parents.
family_layer <- function(cells, parents) {
  if (!cells$within || is.null(parents)) {
    return(NULL)
  }
  of <- unname(parents[cells$down])
  of[is.na(of)] <- ""
  runs <- rle(of)
  if (length(unique(of)) < 2) {
    return(NULL)
  }
  ends <- cumsum(runs$lengths)
  boxes <- data.frame(low = ends - runs$lengths + 0.5, high = ends + 0.5)
  ggplot2::geom_rect(
    ggplot2::aes(xmin = .data$low, xmax = .data$high, ymin = .data$low, ymax = .data$high),
    data = boxes, inherit.aes = FALSE, fill = NA, colour = plot_colours$ink, linewidth = 0.6
  )
}

#' @rdname niem_plot_change
#' @export
niem_plot_uncertainty <- function(result, node = NULL, what = "rank", round = NULL, group = NULL, framework = NULL,
                                  labels = TRUE, language = NULL) {
  need_ggplot2()
  choose_kind(what, c("rank", "score"), "what")
  known <- names_of(framework, labels, language)
  whole <- frame_in(result)
  level <- attr(whole, "notes")["interval_level"]
  level <- if (is.null(level) || is.na(level)) "interval" else sprintf("%g %% of replicates", 100 * as.numeric(level))
  frame <- chosen_rows(whole, node = node, round = round, group = group)
  if (is.null(node)) frame <- frame[frame$node %in% frame$node[1], ]
  if (is.null(round)) frame <- frame[frame$round %in% utils::tail(frame$round, 1), ]
  only_one(frame, "group")
  frame <- frame[order(frame$rank), ]
  frame$row <- seq_len(nrow(frame))
  columns <- if (what == "rank") c("rank", "rank_low", "rank_median", "rank_high") else c("value", "low", "median", "high")
  drawn <- stats::setNames(frame[columns], c("nominal", "low", "median", "high"))
  drawn$row <- frame$row
  scale <- if (what == "rank") {
    list(limits = c(0.4, nrow(frame) + 0.6), label = "rank")
  } else {
    list(limits = NULL, label = drawn_scale(drawn$nominal, drawn$low, drawn$high)$label)
  }
  points <- data.frame(
    x = c(drawn$median, drawn$nominal), row = rep(drawn$row, 2), point = rep(c("median", "nominal"), each = nrow(drawn))
  )
  none <- drawn$row[is.na(drawn$nominal)]
  ggplot2::ggplot(drawn) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$low, xend = .data$high, y = .data$row, yend = .data$row, linewidth = "interval"),
      colour = plot_colours$pale, na.rm = TRUE
    ) +
    ggplot2::geom_point(
      ggplot2::aes(x = .data$x, y = .data$row, shape = .data$point, colour = .data$point, size = .data$point),
      data = points, na.rm = TRUE
    ) +
    ggplot2::scale_linewidth_manual(NULL, values = c(interval = 1.8), labels = level) +
    ggplot2::scale_shape_manual(NULL, values = c(median = 124, nominal = 19)) +
    ggplot2::scale_colour_manual(NULL, values = c(median = plot_colours$ink, nominal = plot_colours$accent)) +
    ggplot2::scale_size_manual(NULL, values = c(median = 3.5, nominal = 1.8)) +
    no_value_layer(none, list(limits = NULL)) + row_scale(called_units(known, frame$unit)) +
    score_scale(scale, breaks = if (what == "rank") whole_breaks else ggplot2::waiver()) + plot_theme() +
    ggplot2::theme(legend.position = "bottom") +
    plot_titles(called(known, "node", frame$node[1]), called_place(known, frame))
}

whole_breaks <- function(limits) {
  breaks <- unique(round(pretty(limits)))
  breaks[breaks >= 1]
}

#' @rdname niem_plot_change
#' @export
niem_plot_sensitivity <- function(result, target = NULL, kind = "bar", unit = NULL, round = NULL, group = NULL, node = NULL,
                                  framework = NULL, labels = TRUE, language = NULL) {
  need_ggplot2()
  choose_kind(kind, c("bar", "stack"))
  known <- names_of(framework, labels, language)
  frame <- chosen_rows(frame_in(result), target = target, unit = unit, round = round, group = group, node = node)
  for (part in c("target", "unit", "round", "group", "node")) {
    there <- frame[[part]][!is.na(frame[[part]])]
    if (length(there) > 0) {
      frame <- frame[frame[[part]] %in% (if (part == "round") there[length(there)] else there[1]), ]
    }
  }
  only_one(frame, "target")
  frame$row <- seq_len(nrow(frame))
  none <- frame$row[is.na(frame$first) & is.na(frame$total)]
  bars <- if (kind == "stack") sensitivity_stack(frame) else sensitivity_bars(frame)
  place <- unlist(lapply(c("unit", "node", "round", "group"), function(part) {
    if (!is.na(frame[[part]][1])) called(known, part, frame[[part]][1])
  }))
  ggplot2::ggplot(frame) + bars + no_value_layer(none, list(limits = NULL)) +
    row_scale(cut_text(as.character(frame$input), 44)) + ggplot2::labs(x = "share of the variance") + plot_theme() +
    ggplot2::theme(legend.position = "bottom") + plot_titles(paste("Sensitivity of", gsub("_", " ", frame$target[1])), place)
}

sensitivity_bars <- function(frame) {
  one <- function(name, shift) {
    data.frame(
      row = frame$row + shift, what = name, value = frame[[name]], low = frame[[paste0(name, "_low")]],
      high = frame[[paste0(name, "_high")]]
    )
  }
  bars <- rbind(one("first", -0.19), one("total", 0.19))
  ends <- bars[!is.na(bars$low) & !is.na(bars$high), ]
  list(
    ggplot2::geom_col(
      ggplot2::aes(x = .data$value, y = .data$row, fill = .data$what),
      data = bars[!is.na(bars$value), ], orientation = "y", width = 0.36
    ),
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$low, xend = .data$high, y = .data$row, yend = .data$row),
      data = ends, colour = plot_colours$ink, linewidth = 0.5
    ),
    ggplot2::scale_fill_manual(
      NULL,
      values = c(first = palette_colours[1], total = palette_colours[2]), labels = c(first = "first order", total = "total")
    )
  )
}

# What interactions add: from the first-order index to the total, where this is more.
sensitivity_stack <- function(frame) {
  parts <- rbind(
    data.frame(row = frame$row, what = "first", from = 0, to = frame$first),
    data.frame(row = frame$row, what = "interactions", from = frame$first, to = pmax(frame$first, frame$total))
  )
  list(
    ggplot2::geom_rect(
      ggplot2::aes(xmin = .data$from, xmax = .data$to, ymin = .data$row - 0.3, ymax = .data$row + 0.3, fill = .data$what),
      data = parts, na.rm = TRUE
    ),
    ggplot2::scale_fill_manual(
      NULL,
      values = c(first = palette_colours[1], interactions = palette_colours[2]),
      labels = c(first = "first order", interactions = "interactions")
    )
  )
}
