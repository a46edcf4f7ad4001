# Plots of scores; their parts are in plots_parts.R.

#' Plots of scores
#'
#' What the tables of scores say, drawn by \pkg{ggplot2}, which must be installed. Every plot is a ggplot to go on with.
#' Numbers come from the library; a unit without a value is never drawn as 0: it is listed without a mark, or left out and
#' counted.
#'
#' * `niem_plot_bar()`: units as bars, best on top; what the children of the node contribute ([niem_contributions()]), or
#'   one colour, with the bounds within which the score would be if every gap were filled
#' * `niem_plot_bounds()`: scores with their bounds and the coverage of their evidence
#' * `niem_plot_dist()`: how scores are distributed over the units; boxes are quartiles ([niem_quantile()], type 7), whose
#'   lines reach to the least and the greatest value; a violin is a density as ggplot2 estimates it
#' * `niem_plot_dot()`: the values of one node or indicator on a line, some units marked, with a reference
#'   ([niem_difference()])
#' * `niem_plot_scatter()`: two nodes or indicators against each other
#' * `niem_plot_profile()`: a unit's scores by dimension against the average
#' * `niem_plot_framework()`: the tree of an index, sectors by effective weight ([niem_effective_weights()]); nodes below an
#'   aggregation that has no weights are not drawn
#'
#' @param scores Scores ([niem_score()]).
#' @param node,x,y A node or an indicator. Default: the top.
#' @param nodes,level Nodes, or all of a level. Default: those below the top.
#' @param ... Further options of [niem_query()], by name: `index`, `group`, `round` (default: the last), `units`, `peers`.
#' @param stack Stack the contributions of the children?
#' @param highlight Units, or the id of a peer group, that stand out.
#' @param bounds Draw the bounds?
#' @param kind `"box"`, `"dot"`, `"violin"` or `"hist"` (a histogram, of one node) for distributions; `"sunburst"` (rings) or
#'   `"stack"` (columns) for the tree.
#' @param unit A unit.
#' @param other Scores that `y` is taken of, by another method or what-if. Default: these.
#' @param correlation Told in the title ([niem_correlate()]): `"pearson"`, `"spearman"`, `"kendall"`, or `NULL`.
#' @param index An index. Default: the framework's.
#' @param reference,reference_units,reference_peers `"average"`, `"best"` or `"worst"` of all units, of those units, or of a
#'   peer group.
#' @param labels `TRUE`: labels of the framework; `FALSE`: ids.
#' @param language The language of labels. Default: English.
#' @return A ggplot.
#' @section Errors:
#' `niem_error_reference` for what there is not; `niem_error_argument` where more than one round, group or node would be drawn
#' in one; `niem_error_unsupported` where \pkg{ggplot2} is not installed, and for contributions to what is no weighted mean.
#' @examples
#' if (requireNamespace("ggplot2", quietly = TRUE)) {
#'   fw <- niem_framework(niem_example("mini.json"))
#'   scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#'   niem_plot_bar(scores, stack = TRUE)
#'   niem_plot_profile(scores, "PL") + ggplot2::ggtitle("Poland")
#' }
#' @export
niem_plot_bar <- function(scores, node = NULL, ..., stack = FALSE, highlight = NULL, bounds = TRUE, labels = TRUE,
                          language = NULL) {
  need_ggplot2()
  options <- with_round(scores, list(...))
  known <- names_of(niem_scores_framework(scores), labels, language)
  frame <- ranked(scores, node, options)
  scale <- drawn_scale(frame$value, if (bounds) c(frame$lower, frame$upper))
  plot <- ggplot2::ggplot(frame)
  if (isTRUE(stack)) {
    plot <- plot + stack_layer(ask(niem_contributions, scores, node = node, options), frame, known)
  } else {
    frame$others <- !frame$unit %in% marked_units(scores, highlight, options)
    plot <- plot + bar_layer(frame[!is.na(frame$value), ], if (length(highlight) == 1) highlight, known)
  }
  if (isTRUE(bounds)) {
    plot <- plot + ggplot2::geom_segment(
      ggplot2::aes(x = .data$lower, xend = .data$upper, y = .data$row, yend = .data$row),
      data = frame[!is.na(frame$lower) & !is.na(frame$upper), ], colour = plot_colours$ink, linewidth = 0.5
    )
  }
  plot + no_value_layer(frame$row[is.na(frame$value)], scale) + row_scale(called_units(known, frame$unit)) +
    score_scale(scale) + plot_theme() + plot_titles(called(known, "node", frame$node[1]), called_place(known, frame))
}

bar_layer <- function(has, name, known) {
  if (all(has$others) && is.null(name)) {
    return(ggplot2::geom_col(
      ggplot2::aes(x = .data$value, y = .data$row),
      data = has, orientation = "y", width = 0.7, fill = plot_colours$main
    ))
  }
  name <- if (is.null(name)) "highlighted" else called(known, if (name %in% names(known$peers)) "peers" else "unit", name)
  list(
    ggplot2::geom_col(
      ggplot2::aes(x = .data$value, y = .data$row, fill = factor(.data$others, c(FALSE, TRUE))),
      data = has, orientation = "y", width = 0.7
    ),
    ggplot2::scale_fill_manual(
      NULL,
      values = c("FALSE" = plot_colours$accent, "TRUE" = plot_colours$main), labels = c("FALSE" = name, "TRUE" = "others"),
      drop = FALSE
    )
  )
}

# Contributions side by side: those above 0 to the right of it, those below to the left.
stack_layer <- function(parts, frame, known) {
  children <- unique(parts$child)
  parts <- parts[!is.na(parts$contribution), ]
  parts$row <- match(parts$unit, frame$unit)
  parts <- parts[order(parts$row, match(parts$child, children)), ]
  along <- function(x) stats::ave(x, parts$row, FUN = cumsum)
  up <- along(pmax(parts$contribution, 0))
  down <- along(pmin(parts$contribution, 0))
  parts$to <- ifelse(parts$contribution < 0, down, up)
  parts$from <- ifelse(parts$contribution < 0, down, up) - parts$contribution
  parts$child <- factor(parts$child, children)
  list(
    ggplot2::geom_rect(
      ggplot2::aes(
        xmin = .data$from, xmax = .data$to, ymin = .data$row - 0.35, ymax = .data$row + 0.35, fill = .data$child
      ),
      data = parts, colour = "white", linewidth = 0.2
    ),
    ggplot2::scale_fill_manual(
      NULL,
      values = stats::setNames(some_colours(length(children)), children), labels = called_nodes(known, children, 36),
      breaks = children
    )
  )
}

#' @rdname niem_plot_bar
#' @export
niem_plot_bounds <- function(scores, node = NULL, ..., labels = TRUE, language = NULL) {
  need_ggplot2()
  options <- with_round(scores, list(...))
  known <- names_of(niem_scores_framework(scores), labels, language)
  frame <- ranked(scores, node, options)
  scale <- drawn_scale(frame$value, frame$lower, frame$upper)
  ends <- frame[!is.na(frame$lower) & !is.na(frame$upper), ]
  ggplot2::ggplot(frame) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$lower, xend = .data$upper, y = .data$row, yend = .data$row),
      data = ends, colour = plot_colours$pale, linewidth = 1.2
    ) +
    ggplot2::geom_point(
      ggplot2::aes(x = .data$value, y = .data$row, fill = .data$coverage),
      shape = 21, size = 2.4, colour = plot_colours$ink, stroke = 0.3, na.rm = TRUE
    ) +
    ggplot2::scale_fill_viridis_c("coverage of\nthe evidence", option = "cividis", limits = c(0, 1)) +
    no_value_layer(frame$row[is.na(frame$value)], scale) + row_scale(called_units(known, frame$unit)) +
    score_scale(scale) + plot_theme() + plot_titles(called(known, "node", frame$node[1]), called_place(known, frame))
}

#' @rdname niem_plot_bar
#' @export
niem_plot_dist <- function(scores, nodes = NULL, ..., level = NULL, kind = "box", labels = TRUE, language = NULL) {
  need_ggplot2()
  choose_kind(kind, c("box", "dot", "violin", "hist"))
  options <- with_round(scores, list(...))
  known <- names_of(niem_scores_framework(scores), labels, language)
  asked <- nodes_asked(scores, nodes, level, options)
  frame <- do.call(rbind, lapply(asked, function(one) ask(niem_scores_table, scores, one, options)))
  only_one(frame, c("round", "group"))
  ids <- unique(frame$node)
  frame$row <- match(frame$node, ids)
  scale <- drawn_scale(frame$value)
  has <- frame[!is.na(frame$value), ]
  top <- called(known, "node", if (length(ids) == 1) ids else frame$index[1])
  titles <- plot_titles(top, called_place(known, frame), paste(length(unique(frame$unit)), "units"))
  if (kind == "hist") {
    only_one(frame, "node")
    return(histogram(has, scale) + plot_theme("y") + titles)
  }
  layer <- switch(kind,
    box = box_layer(has),
    dot = dot_layer(has),
    violin = violin_layer(has)
  )
  ggplot2::ggplot(has) + layer + no_value_layer(setdiff(seq_along(ids), has$row), scale) +
    row_scale(called_nodes(known, ids)) + score_scale(scale) + plot_theme() + titles
}

box_layer <- function(has) {
  five <- do.call(rbind, lapply(split(has$value, has$row), niem_quantile, probabilities = c(0, 0.25, 0.5, 0.75, 1)))
  boxes <- data.frame(row = as.integer(rownames(five)), five)
  names(boxes)[-1] <- c("low", "q1", "median", "q3", "high")
  ggplot2::geom_boxplot(
    ggplot2::aes(
      y = .data$row, xmin = .data$low, xlower = .data$q1, xmiddle = .data$median, xupper = .data$q3, xmax = .data$high,
      group = .data$row
    ),
    data = boxes, stat = "identity", orientation = "y", width = 0.55, fill = plot_colours$pale, colour = plot_colours$main,
    linewidth = 0.4
  )
}

dot_layer <- function(has) {
  ggplot2::geom_point(
    ggplot2::aes(x = .data$value, y = .data$row),
    colour = plot_colours$main, alpha = 0.45, size = 1.8, stroke = 0
  )
}

# Densities where there are two different values at least.
violin_layer <- function(has) {
  several <- has[stats::ave(has$value, has$row, FUN = function(x) length(unique(x))) > 1, ]
  list(
    if (nrow(several) > 0) {
      ggplot2::geom_violin(
        ggplot2::aes(x = .data$value, y = .data$row, group = .data$row),
        data = several, orientation = "y", width = 0.8, fill = plot_colours$pale, colour = plot_colours$main, linewidth = 0.3
      )
    },
    dot_layer(has)
  )
}

histogram <- function(has, scale) {
  steps <- if (is.null(scale$limits)) list(bins = 20) else list(binwidth = 5, boundary = 0)
  bars <- do.call(ggplot2::geom_histogram, c(
    list(mapping = ggplot2::aes(x = .data$value), fill = plot_colours$main, colour = "white", linewidth = 0.2), steps
  ))
  whole <- function(limits) unique(floor(pretty(c(0, limits[2]))))
  ggplot2::ggplot(has) + bars + ggplot2::scale_x_continuous(scale$label, limits = NULL) +
    ggplot2::coord_cartesian(xlim = if (!is.null(scale$limits)) c(0, 100)) +
    ggplot2::scale_y_continuous("units", breaks = whole)
}

#' @rdname niem_plot_bar
#' @export
niem_plot_dot <- function(scores, node = NULL, ..., highlight = NULL, reference = "average", reference_units = NULL,
                          reference_peers = NULL, labels = TRUE, language = NULL) {
  need_ggplot2()
  options <- with_round(scores, list(...))
  known <- names_of(niem_scores_framework(scores), labels, language)
  of <- list(reference = reference, reference_units = reference_units, reference_peers = reference_peers)
  where <- if (is.null(node)) list(level = "index") else list(node = node)
  frame <- only_one(ask(niem_difference, scores, where, of, options), c("round", "group", "node"))
  marked <- frame$unit %in% marked_units(scores, highlight, options)
  scale <- drawn_scale(frame$value)
  has <- frame[!is.na(frame$value), ]
  named <- frame[marked & !is.na(frame$value), ]
  note <- if (nrow(has) < nrow(frame)) paste(nrow(frame) - nrow(has), "without a value")
  ggplot2::ggplot(has) +
    ggplot2::geom_point(
      ggplot2::aes(x = .data$value, y = 0),
      data = frame[!marked & !is.na(frame$value), ], shape = 21, size = 3, fill = plot_colours$pale,
      colour = plot_colours$main, stroke = 0.3, alpha = 0.8
    ) +
    reference_layer(frame, reference, if (!is.null(reference_peers)) called(known, "peers", reference_peers)) +
    named_layer(named, called_units(known, named$unit), scale) +
    ggplot2::scale_y_continuous(NULL, breaks = NULL, limits = c(-1.1, NA)) + score_scale(scale) + plot_theme() +
    plot_titles(called(known, "node", frame$node[1]), called_place(known, frame), note)
}

reference_layer <- function(frame, reference, peers) {
  level <- frame$reference[1]
  if (is.na(level)) {
    return(NULL)
  }
  label <- sprintf("%s%s %.1f (n = %d)", reference, if (is.null(peers)) "" else paste(" of", peers), level, frame$n[1])
  list(
    ggplot2::annotate(
      "segment",
      x = level, xend = level, y = -0.5, yend = 1.2, linetype = "dashed", linewidth = 0.3, colour = plot_colours$ink
    ),
    ggplot2::annotate("text", x = level, y = -0.75, label = label, size = 2.6, colour = plot_colours$ink)
  )
}

# Names above dots, in as many layers as it needs for none to cover another.
named_layer <- function(named, labels, scale) {
  if (nrow(named) == 0) {
    return(NULL)
  }
  ordered <- order(named$value)
  named <- named[ordered, ]
  named$label <- labels[ordered]
  ends <- scale$limits
  if (is.null(ends)) ends <- range(named$value) + c(-1, 1)
  half <- nchar(named$label) * diff(ends) * 0.0065
  middle <- pmin(pmax(named$value, ends[1] + half), ends[2] - half)
  last <- numeric()
  for (i in seq_along(middle)) {
    free <- which(last < middle[i] - half[i])
    layer <- if (length(free) > 0) free[1] else length(last) + 1
    last[layer] <- middle[i] + 1.1 * half[i]
    named$height[i] <- 0.4 + 0.35 * (layer - 1)
  }
  named$middle <- middle
  list(
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$value, xend = .data$value, y = 0.12, yend = .data$height - 0.12),
      data = named, colour = plot_colours$grey, linewidth = 0.2
    ),
    ggplot2::geom_point(
      ggplot2::aes(x = .data$value, y = 0),
      data = named, shape = 21, size = 3, fill = plot_colours$accent, colour = plot_colours$ink, stroke = 0.3
    ),
    ggplot2::geom_text(
      ggplot2::aes(x = .data$middle, y = .data$height, label = .data$label),
      data = named, size = 2.6, colour = plot_colours$ink
    )
  )
}

#' @rdname niem_plot_bar
#' @export
niem_plot_scatter <- function(scores, x, y, ..., other = NULL, correlation = "pearson", highlight = NULL, labels = FALSE, language = NULL) {
  need_ggplot2()
  options <- with_round(scores, list(...))
  known <- names_of(niem_scores_framework(scores), TRUE, language)
  units <- names_of(niem_scores_framework(scores), labels, language)
  one <- function(of, node) only_one(ask(niem_scores_table, of, node = node, options), c("round", "group", "node"))
  of_x <- one(scores, x)
  of_y <- one(if (is.null(other)) scores else other, y)
  keys <- c("unit", "round", "group")
  both <- merge(of_x[c(keys, "value")], of_y[c(keys, "value")], by = keys, all = TRUE, suffixes = c("_x", "_y"), sort = FALSE)
  both <- both[match(unique(c(of_x$unit, of_y$unit)), both$unit), ]
  has <- both[!is.na(both$value_x) & !is.na(both$value_y), ]
  has$label <- called_units(units, has$unit)
  has$marked <- has$unit %in% marked_units(scores, highlight, options)
  name_x <- called(known, "node", of_x$node[1])
  name_y <- called(known, "node", of_y$node[1])
  note <- if (nrow(has) < nrow(both)) paste(nrow(both) - nrow(has), "without both values")
  also <- if (is.null(other)) "" else " (other)"
  told <- told_correlation(has, correlation)
  ggplot2::ggplot(has, ggplot2::aes(x = .data$value_x, y = .data$value_y)) +
    ggplot2::geom_point(ggplot2::aes(colour = .data$marked), size = 1.8, show.legend = FALSE) +
    ggplot2::scale_colour_manual(values = c("FALSE" = plot_colours$main, "TRUE" = plot_colours$accent)) +
    ggplot2::geom_text(
      ggplot2::aes(label = .data$label),
      size = 2.4, hjust = 0, nudge_x = 0.016 * diff(range(c(has$value_x, if (nrow(has) == 0) 0))), check_overlap = TRUE, colour = plot_colours$ink
    ) +
    ggplot2::scale_x_continuous(expand = c(0.08, 0)) + ggplot2::scale_y_continuous(expand = c(0.08, 0)) +
    ggplot2::labs(
      x = paste0(name_x, ": ", drawn_scale(has$value_x)$label), y = paste0(name_y, also, ": ", drawn_scale(has$value_y)$label)
    ) +
    plot_theme("both") + plot_titles(paste(name_y, "by", name_x), called_place(known, of_x), told, note)
}

# The correlation of two columns by the library, in words; nothing where there is none.
told_correlation <- function(has, method) {
  if (is.null(method) || nrow(has) == 0) {
    return(NULL)
  }
  found <- niem_correlate(as.matrix(has[c("value_x", "value_y")]), method = method)
  if (is.finite(found$r[1, 2])) sprintf("%s %.2f (n = %d)", method, found$r[1, 2], found$n[1, 2])
}

#' @rdname niem_plot_bar
#' @export
niem_plot_profile <- function(scores, unit, nodes = NULL, ..., level = NULL, reference = "average", reference_units = NULL,
                              reference_peers = NULL, labels = TRUE, language = NULL) {
  need_ggplot2()
  options <- with_round(scores, list(...))
  known <- names_of(niem_scores_framework(scores), labels, language)
  of <- list(reference = reference, reference_units = reference_units, reference_peers = reference_peers)
  asked <- nodes_asked(scores, nodes, level, options)
  own <- c(marked_units(scores, unit, options), as.character(unit))[1]
  frame <- do.call(rbind, lapply(asked, function(one) ask(niem_difference, scores, one, of, options)))
  frame <- only_one(frame[frame$unit == own, ], c("round", "group"))
  frame$row <- seq_len(nrow(frame))
  scale <- drawn_scale(frame$value, frame$reference)
  whose <- if (is.null(reference_peers)) reference else paste(reference, "of", called(known, "peers", reference_peers))
  shapes <- stats::setNames(c(19, 124), c("own", "reference"))
  points <- data.frame(
    x = c(frame$reference, frame$value), row = rep(frame$row, 2), what = rep(c("reference", "own"), each = nrow(frame))
  )
  points$what <- factor(points$what, c("own", "reference"))
  ggplot2::ggplot(frame) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$reference, xend = .data$value, y = .data$row, yend = .data$row),
      colour = plot_colours$pale, linewidth = 1.2, na.rm = TRUE
    ) +
    ggplot2::geom_point(
      ggplot2::aes(x = .data$x, y = .data$row, shape = .data$what, colour = .data$what, size = .data$what),
      data = points, na.rm = TRUE
    ) +
    ggplot2::scale_shape_manual(NULL, values = shapes, labels = c(own = called(known, "unit", own), reference = whose)) +
    ggplot2::scale_colour_manual(
      NULL,
      values = c(own = plot_colours$main, reference = plot_colours$ink),
      labels = c(own = called(known, "unit", own), reference = whose)
    ) +
    ggplot2::scale_size_manual(
      NULL,
      values = c(own = 2.6, reference = 4), labels = c(own = called(known, "unit", own), reference = whose)
    ) +
    no_value_layer(frame$row[is.na(frame$value)], scale) + row_scale(called_nodes(known, frame$node)) +
    score_scale(scale) + plot_theme() + ggplot2::theme(legend.position = "bottom") +
    plot_titles(called(known, "unit", own), called_place(known, frame))
}

# --- the tree of an index ---

# Where the sector of each node begins and ends on 0-1, how deep it is and to which branch it belongs.
lay_out <- function(weights) {
  weights <- weights[is.finite(weights$effective), ]
  n <- nrow(weights)
  up <- match(weights$parent, weights$node)
  start <- numeric(n)
  depth <- branch <- integer(n)
  used <- numeric(n)
  keep <- is.na(weights$parent)
  for (i in which(!is.na(weights$parent))) {
    parent <- up[i]
    if (is.na(parent) || !keep[parent]) next
    keep[i] <- TRUE
    start[i] <- start[parent] + used[parent]
    used[parent] <- used[parent] + weights$effective[i]
    depth[i] <- depth[parent] + 1L
    branch[i] <- if (depth[i] == 1L) max(branch) + 1L else branch[parent]
  }
  data.frame(node = weights$node, start = start, end = start + weights$effective, depth = depth, branch = branch)[keep, ]
}

# A label in so many lines of so many letters; what does not fit is cut, and nothing is left of no room.
fitted_label <- function(label, most, room) {
  if (room < 1 || most < 3) {
    return("")
  }
  lines <- strwrap(label, most)
  if (length(lines) > room) {
    lines <- c(utils::head(lines, room - 1), cut_text(paste(lines[room:length(lines)], collapse = " "), most))
  }
  paste(lines, collapse = "\n")
}

#' @rdname niem_plot_bar
#' @export
niem_plot_framework <- function(scores, index = NULL, kind = "sunburst", labels = TRUE, language = NULL) {
  need_ggplot2()
  choose_kind(kind, c("sunburst", "stack"))
  framework <- niem_scores_framework(scores)
  groups <- niem_framework_table(framework, "groups")$group
  default <- framework_info(framework)$default_group
  group <- if (is.null(default) || is.na(default)) groups[1] else default
  index <- index_of(scores, c(list(group = group), if (!is.null(index)) list(index = index)))
  weights <- niem_effective_weights(scores, index)
  known <- names_of(framework, labels, language)
  sectors <- lay_out(weights)
  deepest <- max(sectors$depth)
  shades <- some_colours(max(sectors$branch))
  of_branch <- ifelse(sectors$branch == 0, "#EEF1F4", shades[pmax(sectors$branch, 1)])
  pale <- ifelse(sectors$depth < 1, 0, 0.55 * (sectors$depth - 1) / max(deepest - 1, 1))
  sectors$fill <- ifelse(sectors$branch == 0, of_branch, paler(of_branch, pale))
  sectors$ink <- ink_on(sectors$fill)
  sectors$label <- called_nodes(known, sectors$node, 90)
  titles <- plot_titles(called(known, "node", index), "sectors by effective weight")
  plot <- if (kind == "sunburst") sunburst(sectors, deepest) else icicle(sectors, deepest)
  plot + ggplot2::scale_fill_identity() + ggplot2::scale_colour_identity() + ggplot2::theme_void(base_size = 10) +
    ggplot2::theme(text = ggplot2::element_text(colour = plot_colours$ink), plot.title.position = "plot") + titles
}

# Rings, clockwise from noon, for a page of about seven inches; a label where it fits along the radius.
sunburst <- function(sectors, deepest) {
  ring <- 3 * 72 / (deepest + 0.6)
  sectors$low <- ifelse(sectors$depth == 0, 0, sectors$depth - 0.4)
  sectors$high <- sectors$depth + 0.6
  radius <- (sectors$low + sectors$high) / 2
  size <- ifelse(sectors$depth <= 1, 7.5, 5.5)
  room <- floor(2 * pi * radius * ring * (sectors$end - sectors$start) / (1.15 * size))
  most <- floor(ring / (0.56 * size))
  sectors$text <- mapply(fitted_label, sectors$label, ifelse(sectors$depth == 0, 14, most), ifelse(sectors$depth == 0, 4, room))
  middle <- (sectors$start + sectors$end) / 2
  turned <- (90 - 360 * middle) %% 360
  sectors$angle <- ifelse(sectors$depth == 0, 0, ifelse(turned > 90 & turned < 270, turned - 180, turned))
  sectors$at <- ifelse(sectors$depth == 0, 0, middle)
  sectors$radius <- ifelse(sectors$depth == 0, 0, radius)
  ggplot2::ggplot(sectors) +
    ggplot2::geom_rect(
      ggplot2::aes(xmin = .data$start, xmax = .data$end, ymin = .data$low, ymax = .data$high, fill = .data$fill),
      colour = "white", linewidth = 0.3
    ) +
    ggplot2::geom_text(
      ggplot2::aes(x = .data$at, y = .data$radius, label = .data$text, angle = .data$angle, colour = .data$ink),
      size = size / ggplot2::.pt, lineheight = 0.9
    ) +
    ggplot2::coord_polar(theta = "x") + ggplot2::xlim(0, 1) + ggplot2::ylim(0, deepest + 0.6)
}

# Columns from left to right, for a page of eight inches and as high as the leaves need; that of the top is half as wide.
icicle <- function(sectors, deepest) {
  leaves <- sum(sectors$depth == deepest)
  high <- min(max(4, 0.115 * leaves), 15) * 72
  across <- 8 * 72 / (deepest + 0.5)
  sectors$left <- pmax(sectors$depth - 0.5, 0)
  sectors$right <- sectors$depth + 0.5
  points <- (sectors$end - sectors$start) * high
  size <- ifelse(points > 10, 8, 5.5)
  sectors$text <- mapply(
    fitted_label, sectors$label, floor((sectors$right - sectors$left) * across / (0.56 * size)), floor(points / (1.2 * size))
  )
  ggplot2::ggplot(sectors) +
    ggplot2::geom_rect(
      ggplot2::aes(xmin = .data$left, xmax = .data$right, ymin = .data$start, ymax = .data$end, fill = .data$fill),
      colour = "white", linewidth = 0.3
    ) +
    ggplot2::geom_text(
      ggplot2::aes(
        x = .data$left + 0.02, y = (.data$start + .data$end) / 2, label = .data$text, colour = .data$ink
      ),
      size = size / ggplot2::.pt, hjust = 0, lineheight = 0.9
    ) +
    ggplot2::scale_y_reverse(expand = c(0, 0)) + ggplot2::scale_x_continuous(expand = c(0, 0))
}

#' Plots of scores and changes
#'
#' `plot()` of scores is [niem_plot_bounds()], `plot()` of a change [niem_plot_change()]: the plot is drawn.
#'
#' @param x Scores ([niem_score()]), or a change ([niem_change()]).
#' @param node A node; for a change, one of its points' nodes. Default: the top, or the change's first.
#' @param round A round. Default: the last.
#' @param ... Further arguments of [niem_plot_bounds()] or [niem_plot_change()].
#' @param main A title.
#' @return The ggplot, invisibly.
#' @examples
#' if (requireNamespace("ggplot2", quietly = TRUE)) {
#'   fw <- niem_framework(niem_example("mini.json"))
#'   scores <- niem_score(fw, niem_read_answers(niem_example("answers.csv"), fw))
#'   plot(scores, round = "2021")
#'   plot(niem_change(scores, "2019", "2021", node = "overall"))
#' }
#' @export
plot.niem_scores <- function(x, node = NULL, round = NULL, ..., main = NULL) {
  shown(niem_plot_bounds(x, node = node, round = round, ...), main)
}

#' @rdname plot.niem_scores
#' @export
plot.niem_change <- function(x, node = NULL, ..., main = NULL) {
  shown(niem_plot_change(x, node = node, ...), main)
}

shown <- function(plot, main) {
  if (!is.null(main)) {
    plot <- plot + ggplot2::labs(title = main)
  }
  print(plot)
  invisible(plot)
}
