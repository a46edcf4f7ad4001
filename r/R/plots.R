# Plots by ggplot2: what the tables say. Numbers come from the library; here only is decided where they stand on paper.

utils::globalVariables(".data") # ggplot2's word for the data that is drawn

# Okabe & Ito (2008): colours that people with any colour vision tell apart.
palette_colours <- c("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
plot_colours <- list(main = "#0072B2", accent = "#D55E00", pale = "#9DBAD6", grey = "#8A949E", ink = "#1C2733")
way_colours <- c(improved = "#0072B2", unchanged = "#8A949E", worsened = "#D55E00")
flag_colours <- c(high = "#E69F00", low = "#CC79A7", negative = "#D55E00")

need_ggplot2 <- function() {
  if (!requireNamespace("ggplot2", quietly = TRUE)) {
    fail_argument(
      "plot", "plots are drawn by the package ggplot2; install it with: install.packages(\"ggplot2\")", "unsupported"
    )
  }
}

# n colours: the palette, or where it has too few, steps of viridis, dark beside light.
some_colours <- function(n) {
  if (n <= length(palette_colours)) {
    return(palette_colours[seq_len(n)])
  }
  k <- seq_len(n) - 1
  grDevices::hcl.colors(n, "viridis")[k %/% 2 + k %% 2 * ((n + 1) %/% 2) + 1]
}

# Black or white, whichever is read on a colour.
ink_on <- function(colours) {
  parts <- grDevices::col2rgb(colours)
  ifelse(colSums(parts * c(0.299, 0.587, 0.114)) < 140, "#FFFFFF", "#000000")
}

paler <- function(colours, by) {
  parts <- t(grDevices::col2rgb(colours))
  grDevices::rgb(parts + (255 - parts) * by, maxColorValue = 255)
}

cut_text <- function(text, most) {
  ifelse(nchar(text) <= most, text, paste0(substr(text, 1, most - 3), "..."))
}

wrapped <- function(text, width) {
  vapply(text, function(one) paste(strwrap(one, width), collapse = "\n"), "", USE.NAMES = FALSE)
}

# 0-100, unless a method's normalisation or aggregation makes scores that lie elsewhere.
drawn_scale <- function(...) {
  x <- c(...)
  x <- x[is.finite(x)]
  if (all(x >= 0 & x <= 100)) list(limits = c(-1, 101), label = "score, 0-100") else list(limits = NULL, label = "score")
}

# Places moved as little as need be so that neighbours are `least` apart; in the order given.
apart <- function(places, least) {
  totals <- sizes <- numeric()
  ranked <- order(places)
  for (rank in seq_along(ranked)) {
    totals <- c(totals, places[ranked[rank]] - (rank - 1) * least)
    sizes <- c(sizes, 1)
    last <- length(totals)
    while (last > 1 && totals[last - 1] / sizes[last - 1] > totals[last] / sizes[last]) {
      totals <- c(totals[seq_len(last - 2)], totals[last - 1] + totals[last])
      sizes <- c(sizes[seq_len(last - 2)], sizes[last - 1] + sizes[last])
      last <- last - 1
    }
  }
  moved <- numeric(length(places))
  moved[ranked] <- rep(totals / sizes, sizes) + (seq_along(places) - 1) * least
  moved
}

# --- names ---

# What units, nodes, groups and rounds are called: their labels, or their ids. Named vectors by part, and parents of nodes.
names_of <- function(framework, labels, language, index = NULL) {
  if (is.null(framework)) {
    return(list())
  }
  table_of <- function(part) niem_framework_table(framework, part, language)
  nodes <- table_of("nodes")
  if (is.null(index) || is.na(index)) index <- framework_info(framework)$default_index
  first <- nodes[order(!nodes$index %in% index), ] # of several trees this one holds
  known <- list(
    parents = stats::setNames(first$parent, first$node)[!is.na(first$parent)], one_group = nrow(table_of("groups")) == 1
  )
  if (!isTRUE(labels)) {
    inner <- nodes$node[nodes$level != "indicator"]
    known$node <- stats::setNames(sub(".*=", "", sub(".*/", "", inner)), inner)
    return(known)
  }
  labelled <- function(frame, part) {
    has <- !is.na(frame$label) & nzchar(frame$label)
    stats::setNames(frame$label[has], frame[[part]][has])
  }
  for (part in c("unit", "group", "round")) {
    known[[part]] <- labelled(table_of(paste0(part, "s")), part)
  }
  known$peers <- labelled(table_of("peers"), "peers")
  known$node <- c(labelled(nodes, "node"), labelled(table_of("indexes"), "index"))
  known
}

called <- function(known, part, ids) {
  ids <- as.character(ids)
  found <- unname(known[[part]][ids])
  if (length(known) > 0 && part == "node") {
    short <- ifelse(grepl("=", ids, fixed = TRUE), sub(".*=", "", sub(".*/", "", ids)), ids)
    return(ifelse(is.na(found), short, found))
  }
  if (is.null(found)) ids else ifelse(is.na(found), ids, found)
}

called_units <- function(known, ids) cut_text(called(known, "unit", ids), 28)

# Labels of nodes; where two are the same, with that of the node above.
called_nodes <- function(known, ids, most = 44) {
  found <- called(known, "node", ids)
  twin <- found %in% found[duplicated(found)] & ids %in% names(known$parents)
  found[twin] <- paste0(called(known, "node", known$parents[ids[twin]]), ": ", found[twin])
  cut_text(found, most)
}

# Round and group of a frame that is about one of each; not the only group there is.
called_place <- function(known, frame) {
  parts <- intersect(c("round", if (!isTRUE(known$one_group)) "group"), names(frame))
  parts <- parts[!vapply(parts, function(part) is.na(frame[[part]][1]), TRUE)]
  vapply(parts, function(part) called(known, part, frame[[part]][1]), "")
}

# --- what is drawn ---

# A frame that is about one round, group and node; otherwise it is said which to name.
only_one <- function(frame, parts) {
  for (part in parts) {
    found <- unique(frame[[part]])
    if (length(found) > 1) {
      fail_argument(part, paste0("one ", part, " is drawn at a time; name one of ", listing(found)))
    }
  }
  if (nrow(frame) == 0) {
    fail_argument("units", "there is nothing to draw")
  }
  frame
}

listing <- function(names) {
  paste0(paste(utils::head(names, 12), collapse = ", "), if (length(names) > 12) ", ...")
}

# The rows of a result that are asked for; a name that it has not is an error that lists those it has.
chosen_rows <- function(frame, ...) {
  wanted <- list(...)
  for (part in names(wanted)[!vapply(wanted, is.null, TRUE)]) {
    there <- unique(frame[[part]][!is.na(frame[[part]])])
    if (!as.character(wanted[[part]]) %in% there) {
      fail_argument(part, sprintf("\"%s\" is not one of %s", wanted[[part]], listing(there)), "reference")
    }
    frame <- frame[frame[[part]] %in% as.character(wanted[[part]]), ]
  }
  frame
}

# A result as a data frame: it is one, or it can be made one.
frame_in <- function(result) {
  frame <- tryCatch(as.data.frame(result), error = function(error) NULL)
  if (is.null(frame) || !is.list(result) && typeof(result) != "externalptr") {
    fail_argument("result", "must be a data frame or a table")
  }
  frame
}

choose_kind <- function(kind, kinds, what = "kind") {
  if (!is_string(kind) || !kind %in% kinds) {
    fail_argument(what, sprintf("\"%s\" is not one of %s", kind[1], paste(kinds, collapse = ", ")))
  }
}

# Options without those that the scores' parts do not need.
place_options <- function(options, names = c("index", "group", "round")) {
  options[intersect(names, names(options))]
}

ask <- function(call, scores, ...) {
  do.call(call, c(list(scores), ...))
}

# The options with the last round, unless one is named.
with_round <- function(scores, options) {
  if (is.null(options$round)) {
    rounds <- ask(niem_average, scores, level = "index", place_options(options, c("index", "group")))$round
    options$round <- rounds[length(rounds)]
  }
  options
}

index_of <- function(scores, options) {
  ask(niem_scores_table, scores, level = "index", place_options(options))$index[1]
}

# Queries for the nodes to draw: those named, those of a level, or the children of the top.
nodes_asked <- function(scores, nodes, level, options) {
  if (!is.null(nodes) && !is.null(level)) {
    fail_argument("level", "name nodes or a level, not both")
  }
  if (!is.null(level)) {
    return(list(list(level = level)))
  }
  if (is.null(nodes)) {
    tree <- niem_framework_table(niem_scores_framework(scores), "nodes")
    index <- index_of(scores, options)
    nodes <- tree$node[tree$index == index & tree$parent %in% index]
  }
  if (length(nodes) == 0) {
    fail_argument("nodes", "is empty; name one at least, or leave it out")
  }
  lapply(nodes, function(node) list(node = node))
}

# The units that are to stand out: a vector of them, or those of a peer group.
marked_units <- function(scores, highlight, options) {
  if (is.null(highlight)) {
    return(character())
  }
  peers <- niem_framework_table(niem_scores_framework(scores), "peers")$peers
  named <- if (length(highlight) == 1 && highlight %in% peers) list(peers = highlight) else list(units = highlight)
  unique(ask(niem_rank, scores, named, place_options(options))$unit)
}

# --- parts of plots ---

plot_theme <- function(grid = "x") {
  line <- ggplot2::element_line(colour = "#D5DCE3", linewidth = 0.3)
  none <- ggplot2::element_blank()
  ggplot2::theme_minimal(base_size = 10) +
    ggplot2::theme(
      text = ggplot2::element_text(colour = plot_colours$ink), plot.title.position = "plot",
      plot.title = ggplot2::element_text(size = 11), plot.subtitle = ggplot2::element_text(size = 9),
      axis.text = ggplot2::element_text(colour = plot_colours$ink, size = 8), axis.title = ggplot2::element_text(size = 8),
      panel.grid.minor = none, panel.grid.major.x = if (grid != "y") line else none,
      panel.grid.major.y = if (grid != "x") line else none, legend.text = ggplot2::element_text(size = 8),
      legend.title = ggplot2::element_text(size = 8), legend.key.size = ggplot2::unit(0.9, "lines")
    )
}

plot_titles <- function(first, ...) {
  below <- c(...)
  below <- paste(below[nzchar(below)], collapse = ", ")
  ggplot2::labs(title = wrapped(first, 70), subtitle = if (nzchar(below)) wrapped(below, 76))
}

# Rows down the side, the first on top, with literal labels.
row_scale <- function(labels) {
  ggplot2::scale_y_continuous(
    NULL,
    breaks = seq_along(labels), labels = labels, trans = "reverse", limits = c(length(labels) + 0.6, 0.4),
    expand = c(0, 0), minor_breaks = NULL
  )
}

score_scale <- function(scale, ...) {
  ggplot2::scale_x_continuous(scale$label, limits = scale$limits, ...)
}

# Said in the rows of what has no value.
no_value_layer <- function(rows, scale) {
  if (length(rows) == 0) {
    return(NULL)
  }
  at <- if (is.null(scale$limits)) -Inf else 0
  ggplot2::annotate(
    "text",
    x = at, y = rows, label = " no value", hjust = 0, size = 2.6, fontface = "italic", colour = plot_colours$grey
  )
}

# Ranks of one node with the bounds of its scores, a unit a row.
ranked <- function(scores, node, options) {
  frame <- only_one(ask(niem_rank, scores, node = node, options), c("round", "group", "node"))
  ends <- ask(niem_scores_table, scores, node = frame$node[1], options)
  ends <- ends[match(frame$unit, ends$unit), ]
  frame[c("lower", "upper", "coverage")] <- ends[c("lower", "upper", "coverage")]
  frame[is.na(frame$value), c("lower", "upper")] <- NA_real_
  frame$row <- seq_len(nrow(frame))
  frame
}

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

# --- results ---

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
