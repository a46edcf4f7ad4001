# The demonstration in R: the tables of demo.c again, every cell written to a file to be compared with it.
#   Rscript demo.R EXAMPLES VALUES [CITRIX]
library(niem)

# Cells as demo.c writes them: the bits of a number, the bytes of a text.
bits_of_reals <- function(x) {
  bytes <- matrix(as.character(writeBin(as.double(x), raw(), endian = "big")), nrow = 8)
  ifelse(is.na(x), "missing", apply(bytes, 2, paste, collapse = ""))
}

bits_of_texts <- function(x) {
  different <- unique(x)
  bytes <- vapply(enc2utf8(different), function(text) paste(charToRaw(text), collapse = ""), "")
  ifelse(is.na(x), "missing", paste0("text:", bytes[match(x, different)]))
}

# The file of values: a line "table row column bits" for each cell.
keep <- function(file, name, frame) {
  for (column in names(frame)) {
    cells <- frame[[column]]
    bits <- if (is.character(cells)) bits_of_texts(cells) else bits_of_reals(cells)
    writeLines(paste(name, seq_along(cells), column, bits), file, useBytes = TRUE)
  }
}

score_file <- function(examples, framework, answers, ...) {
  fw <- niem_framework(file.path(examples, "frameworks", paste0(framework, ".json")))
  niem_score(fw, niem_read_answers(answers, fw, ...))
}

reproduced <- function(scores, published, digits, tolerance) {
  rows <- read.csv(published, colClasses = c("character", "character", "numeric"))
  values <- mapply(function(unit, round) niem_value(scores, unit, round), rows$unit, rows$round)
  hits <- sum(abs(niem_round(values, digits) - rows$published) <= tolerance)
  if (nrow(rows) == 0 || hits != nrow(rows)) {
    stop(sprintf("%s: %d of %d published scores reproduced", published, hits, nrow(rows)))
  }
  sprintf("%d of %d", hits, nrow(rows))
}

mipex <- function(examples, file) {
  scores <- score_file(examples, "mipex-strands", file.path(examples, "data", "mipex-strands.csv"))
  keep(file, "mipex", niem_scores_table(scores, level = "index"))
  paste("MIPEX", reproduced(scores, file.path(examples, "data", "mipex-overall.csv"), 2, 1e-9))
}

citrix <- function(examples, file, folder) {
  scores <- score_file(examples, "citrix", file.path(folder, "citrix-answers.csv"), round = "2019")
  keep(file, "citrix", niem_scores_table(scores, level = "index"))
  paste("CITRIX", reproduced(scores, file.path(folder, "citrix-published.csv"), 15, 1e-4))
}

synthetic <- function(file) {
  fw <- niem_framework("niem")
  scores <- niem_score(fw, niem_synthetic(fw, seed = 2021))
  dimensions <- niem_scores_table(scores, level = "dimension", round = "2021", table = TRUE)
  keep(file, "synthetic-dimensions-2021", niem_widen(dimensions, "node", "unit", "value"))
  keep(file, "synthetic-scores", niem_scores_table(scores, group = "*"))
  keep(file, "synthetic-steps", niem_scores_table(scores, group = "*", index = "dimension_step"))
  keep(file, "synthetic-ranking-2021", niem_rank(scores, level = "index", round = "2021", tolerance = 0.5))
  keep(file, "synthetic-ranking-dimensions-2021", niem_rank(scores, level = "dimension", round = "2021"))
  keep(file, "synthetic-average-2021", niem_average(scores, level = "dimension", round = "2021"))
  keep(file, "synthetic-spread-2021", niem_spread(scores, level = "dimension", round = "2021"))
  keep(file, "synthetic-change-2019-2021", as.data.frame(niem_change(scores, "2019", "2021", level = "index")))
  keep(file, "synthetic-change-dimensions-2019-2021", summary(niem_change(scores, "2019", "2021", level = "dimension")))
  keep(file, "synthetic-causes-2019-2021", niem_change_causes(scores, "2019", "2021", level = "index"))
  keep(file, "synthetic-groups", niem_group_difference(scores, "refugee", "subsidiary", level = "dimension"))
  keep(file, "synthetic-explanation", niem_explain(scores, "PL", "2021", node = "housing", group = "refugee"))
}

main <- function(arguments) {
  if (!length(arguments) %in% 2:3) {
    stop("Rscript demo.R EXAMPLES VALUES [CITRIX]")
  }
  file <- file(arguments[2], "wb")
  lines <- mipex(arguments[1], file)
  if (length(arguments) == 3) {
    lines <- c(lines, citrix(arguments[1], file, arguments[3]))
  }
  synthetic(file)
  close(file)
  version <- paste(R.version$major, R.version$minor, sep = ".")
  cat(sprintf("R %s, niem %s: %s\n", version, packageVersion("niem"), paste(lines, collapse = ", ")))
}

main(commandArgs(trailingOnly = TRUE))
