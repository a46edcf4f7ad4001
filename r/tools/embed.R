# Write the frameworks that ship as byte arrays: Rscript embed.R FOLDER OUTPUT
arguments <- commandArgs(trailingOnly = TRUE)
paths <- sort(list.files(arguments[1], pattern = "[.]json$", full.names = TRUE), method = "radix")

array_of <- function(path, number) {
  bytes <- as.character(readBin(path, "raw", file.size(path)))
  line <- (seq_along(bytes) - 1) %/% 24
  c(
    sprintf("static const unsigned char BYTES_%d[] = {", number),
    vapply(split(paste0("0x", bytes, ","), line), paste, "", collapse = ""),
    "};"
  )
}

number <- seq_along(paths) - 1L
rows <- sprintf("    {\"%s\", BYTES_%d, %.0f},", sub("[.]json$", "", basename(paths)), number, file.size(paths))
writeLines(c(
  "/* Generated from the frameworks that ship: do not edit. */",
  "#include \"base/platform.h\"", "", "#include \"frameworks/shipped.h\"", "",
  unlist(Map(array_of, paths, number)),
  "static const ni_shipped SHIPPED[] = {", rows, "    {NULL, NULL, 0},", "};", "",
  "const ni_shipped *ni_shipped_frameworks(void) {", "  return SHIPPED;", "}"
), arguments[2])
