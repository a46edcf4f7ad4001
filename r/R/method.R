#' Read a method
#'
#' A method is every choice of scoring that is not data. Without one, all defaults hold.
#'
#' @param x One of
#'   * the path of a JSON file (`niem-method/1`);
#'   * JSON text: a string that begins with a brace, `I("...")`, or a raw vector of UTF-8;
#'   * a list of the same form; `format` may be left out. Its elements, all optional:
#'     `id`; `consensus`: how several coders of one cell are settled, `"refuse"` (default), `"unanimous"`, `"majority"`,
#'     `"median"` or `list(rule = "adjudicator", coder = "...")`; `missing`: a missing rule that replaces the one of every
#'     inner node, such as `list(rule = "strict")`; `tolerance`: in points, neighbours that differ by at most this tie and
#'     changes of at most this are unchanged, default 1e-9; `bands`: `"mipex"`, `"thirds"`, `"quintiles"` or a list;
#'     `steps`: a list of steps, see below;
#'   * nothing: the defaults, written out.
#' @section Steps:
#' Each step is a list with its `step` and, mostly, a `method` and parameters. They are taken in order.
#'
#'   * `screen`: units with too little data have no value;
#'   * `denominate`: numbers over others, per head or per area;
#'   * `impute`: gaps are filled, and stay gaps in coverage and bounds;
#'   * `treat`: outliers are winsorised or transformed;
#'   * `normalise`: numbers without goalposts become scores;
#'   * `weigh`: weights of the children of nodes, given, from the data or from experts;
#'   * `aggregate`: how the children of nodes make one value.
#'
#' The page `docs/reference/method-format.md` of libniem has all of their keys. Names of indicators, nodes, units and rounds
#' are looked up by [niem_score()]. What the steps did is told by [niem_steps()].
#' @return An object of class `niem_method`; it never changes, and its digest names it.
#' @section Errors:
#' As for [niem_framework()].
#' @seealso [niem_score()]
#' @examples
#' niem_method(list(consensus = list(rule = "majority"), bands = "thirds"))
#' niem_method(list(steps = list(
#'   list(step = "impute", method = "latest", max_age = 2),
#'   list(step = "weigh", method = "pca", level = "dimension"),
#'   list(step = "aggregate", method = "geometric", level = "index", offset = 1)
#' )))
#' niem_digest(niem_method())
#' @export
niem_method <- function(x = list()) {
  if (is_literal(x)) {
    .Call(r_method_parse, literal(x))
  } else if (is.list(x)) {
    if (is.null(x$format)) x <- c(list(format = "niem-method/1"), x)
    .Call(r_method_parse, to_json(x))
  } else if (is_string(x)) {
    .Call(r_method_read, path.expand(x))
  } else {
    fail_argument("x", "must be a path, JSON text, a raw vector or a list")
  }
}

#' @rdname niem_framework-methods
#' @export
print.niem_method <- function(x, ...) {
  cat("<niem method>\n", niem_json(x), "\ndigest ", niem_digest(x), "\n", sep = "")
  invisible(x)
}
