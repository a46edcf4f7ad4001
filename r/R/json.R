# Lists as JSON text, and back. No numbers are computed here: 17 digits name a double exactly.

json_text <- function(x) {
  if (length(x) == 0) {
    return(character())
  }
  x <- enc2utf8(as.character(x))
  if (anyNA(x)) {
    fail_argument("x", "a list that becomes JSON cannot hold NA; leave the element out")
  }
  x <- gsub("\\", "\\\\", x, fixed = TRUE)
  x <- gsub("\"", "\\\"", x, fixed = TRUE)
  for (code in if (any(grepl("[[:cntrl:]]", x))) 1:31) {
    x <- gsub(intToUtf8(code), sprintf("\\u%04x", code), x, fixed = TRUE)
  }
  paste0("\"", x, "\"")
}

json_number <- function(x) {
  if (!all(is.finite(x))) {
    fail_argument("x", "a list that becomes JSON cannot hold NA, NaN or infinite numbers; leave the element out")
  }
  gsub(Sys.localeconv()[["decimal_point"]], ".", sprintf("%.17g", x), fixed = TRUE)
}

json_atoms <- function(x) {
  if (is.character(x) || is.factor(x)) {
    json_text(x)
  } else if (is.logical(x) && !anyNA(x)) {
    ifelse(x, "true", "false")
  } else if (is.numeric(x)) {
    json_number(as.double(x))
  } else {
    fail_argument("x", paste0("a list that becomes JSON cannot hold NA or an object of class ", class(x)[1]))
  }
}

# A list or a vector with names is an object, one without is an array; one value is a value, unless it is in I().
to_json <- function(x, depth = 0) {
  if (depth > 100) {
    fail_argument("x", "the list is nested deeper than 100 levels; the format allows 64")
  }
  if (is.data.frame(x)) {
    fail_argument("x", "a list that becomes JSON cannot hold a data frame; read JSON with simplifyVector = FALSE")
  }
  if (is.null(x)) {
    return("null")
  }
  items <- if (is.list(x)) vapply(x, to_json, "", depth = depth + 1) else json_atoms(x)
  if (!is.null(names(x))) {
    paste0("{", paste(sprintf("%s:%s", json_text(names(x)), items), collapse = ","), "}")
  } else if (is.list(x) || length(x) != 1 || inherits(x, "AsIs")) {
    paste0("[", paste(items, collapse = ","), "]")
  } else {
    items
  }
}

json_tokens <- function(text) {
  pattern <- "\"([^\"\\\\]|\\\\.)*\"|[][{}:,]|[^][{}:,\"[:space:]]+"
  regmatches(text, gregexpr(pattern, text))[[1]]
}

json_string <- function(token) {
  text <- substr(token, 2, nchar(token) - 1)
  escapes <- c("\\n" = "\n", "\\t" = "\t", "\\r" = "\r", "\\b" = "\b", "\\f" = "\f", "\\/" = "/", "\\\"" = "\"", "\\\\" = "\\")
  found <- gregexpr("\\\\(u[0-9a-fA-F]{4}|.)", text)
  regmatches(text, found) <- lapply(regmatches(text, found), function(parts) {
    vapply(parts, function(part) {
      if (startsWith(part, "\\u")) intToUtf8(strtoi(substring(part, 3), 16L)) else escapes[[part]]
    }, "")
  })
  text
}

# Valid JSON, which the library wrote, as lists. Integers beyond 2^53 lose digits: this is for looking, not for computing.
from_json <- function(text) {
  tokens <- json_tokens(text)
  at <- 0
  take <- function() tokens[[at <<- at + 1]]
  value <- function() {
    token <- take()
    switch(substr(token, 1, 1),
      "{" = members(), "[" = elements(), "\"" = json_string(token),
      t = TRUE, f = FALSE, n = NULL, as.numeric(token)
    )
  }
  members <- function() {
    out <- list()
    while (tokens[[at + 1]] != "}") {
      if (tokens[[at + 1]] == ",") take()
      name <- json_string(take())
      take()
      out[name] <- list(value())
    }
    take()
    out
  }
  elements <- function() {
    out <- list()
    while (tokens[[at + 1]] != "]") {
      if (tokens[[at + 1]] == ",") take()
      out[length(out) + 1] <- list(value())
    }
    take()
    out
  }
  value()
}
