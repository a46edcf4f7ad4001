# What plots by ggplot2 share: colours, names, and which rows of a table are drawn. Numbers come from the library.

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
