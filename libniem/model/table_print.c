/* Tables as text: CSV (RFC 4180), JSON (RFC 8259), LaTeX with booktabs, HTML, and aligned text for a terminal.
 *
 * Texts are data and are escaped so that they read back as they are. In CSV that holds for texts which begin with = + -
 * @ too: a spreadsheet may take such a text for a formula, but a prefix against it would alter what is published. */
#include "base/platform.h"

#include "base/buffer.h"
#include "base/fail.h"
#include "base/fpenv.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/options.h"
#include "base/utf8.h"
#include "model/table.h"

#include <stdio.h>
#include <string.h>

enum { MOST_DIGITS = 15 };

typedef struct printer {
  const niem_table *table;
  niem_text_options options;
  niem_buffer *out;
  int64_t *widths; /* of the columns of plain text, in characters */
} printer;

/* What stands for the character at `at`, which may look ahead in its text; NULL: the character itself. */
typedef const char *(*escape)(const char *at);

static void put_escaped(niem_buffer *out, const char *text, escape replace) {
  const char *begin = text;
  for (const char *at = text; *at != '\0'; at++) {
    const char *instead = replace(at);
    if (instead != NULL) {
      ni_buffer_append(out, begin, (size_t)(at - begin));
      ni_buffer_text(out, instead);
      begin = at + 1;
    }
  }
  ni_buffer_text(out, begin);
}

static const char *escape_control(const char *at) {
  return (unsigned char)*at < 0x20 || *at == 0x7F ? " " : NULL;
}

/* Beside the ten special characters, what TeX's fonts turn into something else: -- << >> | and the opening quotes. */
static const char *escape_latex(const char *at) {
  switch (*at) {
    case '&':
      return "\\&";
    case '%':
      return "\\%";
    case '$':
      return "\\$";
    case '#':
      return "\\#";
    case '_':
      return "\\_";
    case '{':
      return "\\{";
    case '}':
      return "\\}";
    case '~':
      return "\\textasciitilde{}";
    case '^':
      return "\\textasciicircum{}";
    case '\\':
      return "\\textbackslash{}";
    case '<':
      return "\\textless{}";
    case '>':
      return "\\textgreater{}";
    case '|':
      return "\\textbar{}";
    case '`':
      return "{}`";
    case '-':
      return at[1] == '-' ? "-{}" : NULL;
    default:
      return escape_control(at);
  }
}

static const char *escape_html(const char *at) {
  switch (*at) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    case '\n':
      return NULL;
    default:
      return escape_control(at);
  }
}

static int is_text(const printer *p, int32_t j) {
  return niem_table_column_type(p->table, j) == NIEM_COLUMN_TEXT;
}

static void print_real(const printer *p, double x, char text[NI_FIXED_TEXT]) {
  if (p->options.digits < 0) {
    ni_print_double(text, x);
  } else {
    ni_print_fixed(text, NI_FIXED_TEXT, x, p->options.digits);
  }
}

/* The cell as text, a number's in `scratch`; NULL where it is missing. */
static const char *cell(const printer *p, int32_t j, int64_t i, char scratch[NI_FIXED_TEXT]) {
  const double *reals = niem_table_reals(p->table, j);
  const int64_t *integers = niem_table_integers(p->table, j);
  if (reals != NULL) {
    if (ni_is_nan(reals[i])) {
      return NULL;
    }
    print_real(p, reals[i], scratch);
    return scratch;
  }
  if (integers != NULL) {
    if (integers[i] == NIEM_MISSING_INTEGER) {
      return NULL;
    }
    snprintf(scratch, NI_FIXED_TEXT, "%lld", (long long)integers[i]);
    return scratch;
  }
  return niem_table_text(p->table, j, i);
}

static const char *caption(const printer *p) {
  return p->options.caption != NULL ? p->options.caption : niem_table_name(p->table);
}

/* ---- CSV ---- */

/* An empty text is quoted, so that it is not a missing one. */
static int needs_quotes(const printer *p, const char *text) {
  const char special[] = {(char)p->options.separator, '"', '\n', '\r', '\0'};
  return *text == '\0' || strpbrk(text, special) != NULL;
}

static void csv_text(const printer *p, const char *text) {
  if (!needs_quotes(p, text)) {
    ni_buffer_text(p->out, text);
    return;
  }
  ni_buffer_char(p->out, '"');
  for (const char *quote = strchr(text, '"'); quote != NULL; quote = strchr(text, '"')) {
    ni_buffer_append(p->out, text, (size_t)(quote - text) + 1);
    ni_buffer_char(p->out, '"');
    text = quote + 1;
  }
  ni_buffer_text(p->out, text);
  ni_buffer_char(p->out, '"');
}

static void csv_cell(const printer *p, int32_t j, int64_t i) {
  char scratch[NI_FIXED_TEXT];
  const char *text = cell(p, j, i, scratch);
  if (text == NULL) {
    /* Readers skip an empty line, and with it the row of a single missing cell. */
    ni_buffer_text(p->out, niem_table_columns(p->table) == 1 ? "\"\"" : "");
    return;
  }
  if (is_text(p, j)) {
    csv_text(p, text);
    return;
  }
  char *point = p->options.decimal_comma ? strchr(scratch, '.') : NULL;
  if (point != NULL) {
    *point = ',';
  }
  ni_buffer_text(p->out, text);
}

static void print_csv(const printer *p) {
  int32_t n = niem_table_columns(p->table);
  for (int32_t j = 0; j < n; j++) {
    csv_text(p, niem_table_column_name(p->table, j));
    ni_buffer_char(p->out, j + 1 < n ? (char)p->options.separator : '\n');
  }
  for (int64_t i = 0; i < niem_table_rows(p->table); i++) {
    for (int32_t j = 0; j < n; j++) {
      csv_cell(p, j, i);
      ni_buffer_char(p->out, j + 1 < n ? (char)p->options.separator : '\n');
    }
  }
}

/* ---- JSON ---- */

/* JSON has no word for an infinity; results hold none, and one would be written as null like a missing value. */
static void json_cell(const printer *p, int32_t j, int64_t i) {
  char scratch[NI_FIXED_TEXT];
  const double *reals = niem_table_reals(p->table, j);
  const char *text = reals != NULL && !ni_is_finite(reals[i]) ? NULL : cell(p, j, i, scratch);
  if (text != NULL && is_text(p, j)) {
    ni_buffer_json_string(p->out, text);
  } else {
    ni_buffer_text(p->out, text == NULL ? "null" : text);
  }
}

static void json_column(const printer *p, int32_t j) {
  static const char *const types[] = {"real", "integer", "text"};
  ni_buffer_text(p->out, "{\"name\": ");
  ni_buffer_json_string(p->out, niem_table_column_name(p->table, j));
  ni_buffer_text(p->out, ", \"type\": \"");
  ni_buffer_text(p->out, types[niem_table_column_type(p->table, j)]);
  ni_buffer_text(p->out, "\", \"values\": [");
  for (int64_t i = 0; i < niem_table_rows(p->table); i++) {
    ni_buffer_text(p->out, i > 0 ? ", " : "");
    json_cell(p, j, i);
  }
  ni_buffer_text(p->out, "]}");
}

static void print_json(const printer *p) {
  ni_buffer_text(p->out, "{\"name\": ");
  ni_buffer_json_string(p->out, niem_table_name(p->table));
  ni_buffer_text(p->out, ",\n \"notes\": {");
  for (int32_t i = 0; i < niem_table_notes(p->table); i++) {
    ni_buffer_text(p->out, i > 0 ? ",\n  " : "\n  ");
    ni_buffer_json_string(p->out, niem_table_note_key(p->table, i));
    ni_buffer_text(p->out, ": ");
    ni_buffer_json_string(p->out, niem_table_note(p->table, i));
  }
  ni_buffer_text(p->out, "},\n \"columns\": [");
  for (int32_t j = 0; j < niem_table_columns(p->table); j++) {
    ni_buffer_text(p->out, j > 0 ? ",\n  " : "\n  ");
    json_column(p, j);
  }
  ni_buffer_text(p->out, "]}\n");
}

/* ---- LaTeX ---- */

static void latex_cell(const printer *p, int32_t j, int64_t i) {
  char scratch[NI_FIXED_TEXT];
  const char *text = cell(p, j, i, scratch);
  if (text == NULL) {
    ni_buffer_text(p->out, "--");
  } else if (is_text(p, j)) {
    put_escaped(p->out, text, escape_latex);
  } else {
    ni_buffer_text(p->out, *text == '-' ? "$-$" : ""); /* a minus sign, not a hyphen */
    ni_buffer_text(p->out, *text == '-' ? text + 1 : text);
  }
}

static void latex_head(const printer *p) {
  int32_t n = niem_table_columns(p->table);
  ni_buffer_text(p->out, "% needs \\usepackage{booktabs}\n\\begin{table}\n\\centering\n");
  if (*caption(p) != '\0') {
    ni_buffer_text(p->out, "\\caption{");
    put_escaped(p->out, caption(p), escape_latex);
    ni_buffer_text(p->out, "}\n");
  }
  ni_buffer_text(p->out, "\\begin{tabular}{");
  for (int32_t j = 0; j < n; j++) {
    ni_buffer_char(p->out, is_text(p, j) ? 'l' : 'r');
  }
  ni_buffer_text(p->out, "}\n\\toprule\n");
  for (int32_t j = 0; j < n; j++) {
    ni_buffer_text(p->out, j == 0 ? "{}" : " & ");
    put_escaped(p->out, niem_table_column_name(p->table, j), escape_latex);
  }
  ni_buffer_text(p->out, " \\\\\n\\midrule\n");
}

static void latex_notes(const printer *p) {
  int32_t n = niem_table_notes(p->table);
  for (int32_t i = 0; i < n; i++) {
    ni_buffer_text(p->out, i == 0 ? "\n\\par\\smallskip\n{\\footnotesize\n" : "\\\\\n{}");
    put_escaped(p->out, niem_table_note_key(p->table, i), escape_latex);
    ni_buffer_text(p->out, ": ");
    put_escaped(p->out, niem_table_note(p->table, i), escape_latex);
  }
  ni_buffer_text(p->out, n > 0 ? "\\par}\n" : "");
}

/* Rows begin with {}: a text that begins with [ or * would be taken for an argument of the \\ (or rule) before it. */
static void print_latex(const printer *p) {
  latex_head(p);
  for (int64_t i = 0; i < niem_table_rows(p->table); i++) {
    for (int32_t j = 0; j < niem_table_columns(p->table); j++) {
      ni_buffer_text(p->out, j == 0 ? "{}" : " & ");
      latex_cell(p, j, i);
    }
    ni_buffer_text(p->out, " \\\\\n");
  }
  ni_buffer_text(p->out, "\\bottomrule\n\\end{tabular}\n");
  latex_notes(p);
  ni_buffer_text(p->out, "\\end{table}\n");
}

/* ---- HTML ---- */

static void html_begin_cell(const printer *p, const char *tag, const char *scope, int32_t j) {
  ni_buffer_char(p->out, '<');
  ni_buffer_text(p->out, tag);
  if (*scope != '\0') {
    ni_buffer_text(p->out, " scope=\"");
    ni_buffer_text(p->out, scope);
    ni_buffer_char(p->out, '"');
  }
  ni_buffer_text(p->out, is_text(p, j) ? ">" : " class=\"number\" style=\"text-align:right\">");
}

/* A text in the first column names its row, for those who hear the table read. */
static void html_cell(const printer *p, int32_t j, int64_t i) {
  char scratch[NI_FIXED_TEXT];
  const char *text = cell(p, j, i, scratch);
  int heads = j == 0 && is_text(p, j);
  html_begin_cell(p, heads ? "th" : "td", heads ? "row" : "", j);
  put_escaped(p->out, text == NULL ? "" : text, escape_html);
  ni_buffer_text(p->out, heads ? "</th>" : "</td>");
}

static void html_head(const printer *p) {
  ni_buffer_text(p->out, "<table class=\"niem\">\n");
  if (*caption(p) != '\0') {
    ni_buffer_text(p->out, "<caption>");
    put_escaped(p->out, caption(p), escape_html);
    ni_buffer_text(p->out, "</caption>\n");
  }
  ni_buffer_text(p->out, "<thead>\n<tr>");
  for (int32_t j = 0; j < niem_table_columns(p->table); j++) {
    html_begin_cell(p, "th", "col", j);
    put_escaped(p->out, niem_table_column_name(p->table, j), escape_html);
    ni_buffer_text(p->out, "</th>");
  }
  ni_buffer_text(p->out, "</tr>\n</thead>\n");
}

static void html_notes(const printer *p) {
  int32_t n = niem_table_notes(p->table);
  ni_buffer_text(p->out, n > 0 ? "<tfoot>\n" : "");
  for (int32_t i = 0; i < n; i++) {
    ni_buffer_text(p->out, "<tr><td colspan=\"");
    ni_buffer_int(p->out, niem_table_columns(p->table));
    ni_buffer_text(p->out, "\">");
    put_escaped(p->out, niem_table_note_key(p->table, i), escape_html);
    ni_buffer_text(p->out, ": ");
    put_escaped(p->out, niem_table_note(p->table, i), escape_html);
    ni_buffer_text(p->out, "</td></tr>\n");
  }
  ni_buffer_text(p->out, n > 0 ? "</tfoot>\n" : "");
}

static void print_html(const printer *p) {
  html_head(p);
  ni_buffer_text(p->out, "<tbody>\n");
  for (int64_t i = 0; i < niem_table_rows(p->table); i++) {
    ni_buffer_text(p->out, "<tr>");
    for (int32_t j = 0; j < niem_table_columns(p->table); j++) {
      html_cell(p, j, i);
    }
    ni_buffer_text(p->out, "</tr>\n");
  }
  ni_buffer_text(p->out, "</tbody>\n");
  html_notes(p);
  ni_buffer_text(p->out, "</table>\n");
}

/* ---- plain text ---- */

static const char *plain_cell(const printer *p, int32_t j, int64_t i, char scratch[NI_FIXED_TEXT]) {
  const char *text = cell(p, j, i, scratch);
  return text == NULL ? "--" : text;
}

static int64_t width_of(const char *text) {
  return ni_utf8_length(text, strlen(text));
}

static void measure(const printer *p) {
  char scratch[NI_FIXED_TEXT];
  for (int32_t j = 0; j < niem_table_columns(p->table); j++) {
    int64_t widest = width_of(niem_table_column_name(p->table, j));
    for (int64_t i = 0; i < niem_table_rows(p->table); i++) {
      int64_t width = width_of(plain_cell(p, j, i, scratch));
      widest = width > widest ? width : widest;
    }
    p->widths[j] = widest;
  }
}

static void repeat(niem_buffer *out, char c, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    ni_buffer_char(out, c);
  }
}

/* Texts stand left, numbers right; no spaces at the end of a line. */
static void plain_field(const printer *p, int32_t j, const char *text) {
  int last = j + 1 == niem_table_columns(p->table);
  int64_t room = p->widths[j] - width_of(text);
  repeat(p->out, ' ', is_text(p, j) ? 0 : room);
  put_escaped(p->out, text, escape_control);
  repeat(p->out, ' ', is_text(p, j) && !last ? room : 0);
  ni_buffer_text(p->out, last ? "\n" : "  ");
}

static void plain_head(const printer *p) {
  int32_t n = niem_table_columns(p->table);
  if (*caption(p) != '\0') {
    put_escaped(p->out, caption(p), escape_control);
    ni_buffer_text(p->out, "\n\n");
  }
  for (int32_t j = 0; j < n; j++) {
    plain_field(p, j, niem_table_column_name(p->table, j));
  }
  for (int32_t j = 0; j < n; j++) {
    repeat(p->out, '-', p->widths[j]);
    ni_buffer_text(p->out, j + 1 == n ? "\n" : "  ");
  }
}

static void print_plain(const printer *p) {
  char scratch[NI_FIXED_TEXT];
  measure(p);
  plain_head(p);
  for (int64_t i = 0; i < niem_table_rows(p->table); i++) {
    for (int32_t j = 0; j < niem_table_columns(p->table); j++) {
      plain_field(p, j, plain_cell(p, j, i, scratch));
    }
  }
  for (int32_t i = 0; i < niem_table_notes(p->table); i++) {
    ni_buffer_text(p->out, i == 0 ? "\n" : "");
    put_escaped(p->out, niem_table_note_key(p->table, i), escape_control);
    ni_buffer_text(p->out, ": ");
    put_escaped(p->out, niem_table_note(p->table, i), escape_control);
    ni_buffer_char(p->out, '\n');
  }
}

/* ---- all formats ---- */

static niem_status check_options(const niem_text_options *options, niem_error *err) {
  if (options->format < NIEM_TEXT_CSV || options->format > NIEM_TEXT_PLAIN) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "format",
                   "format is %d, which is none of NIEM_TEXT_CSV .. NIEM_TEXT_PLAIN", options->format);
  }
  if (options->digits < -1 || options->digits > MOST_DIGITS) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "digits",
                   "digits is %d; it is 0 to %d, or -1 for the shortest that reads back the same", options->digits,
                   MOST_DIGITS);
  }
  if (options->separator != ',' && options->separator != ';' && options->separator != '\t') {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "separator",
                   "separator is the character number %d; it must be a comma (44), a semicolon (59) or a tab (9)",
                   options->separator);
  }
  if (options->decimal_comma != 0 && options->decimal_comma != 1) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "decimal_comma", "decimal_comma is %d; it must be 0 or 1",
                   options->decimal_comma);
  }
  if (options->format == NIEM_TEXT_CSV && options->decimal_comma && options->separator == ',') {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "decimal_comma",
                   "a decimal comma needs another separator than the comma: a semicolon or a tab");
  }
  if (options->caption != NULL && ni_utf8_invalid_at(options->caption, strlen(options->caption)) >= 0) {
    return ni_fail(err, NIEM_ERROR_ENCODING, "caption", "the caption is not UTF-8");
  }
  return NIEM_OK;
}

static niem_status read_options(niem_text_options *ours, const niem_text_options *theirs, niem_error *err) {
  niem_text_options_init(ours);
  niem_status status = ni_options_read(ours, sizeof *ours, theirs, "options", err);
  if (status != NIEM_OK) {
    return status;
  }
  ours->separator = ours->separator == 0 ? ',' : ours->separator;
  return check_options(ours, err);
}

static void add_problem(niem_table *table, int32_t severity, const niem_error *problem) {
  static const char *const severities[] = {"note", "warning", "error"};
  ni_table_row(table);
  ni_table_set_text(table, 0, severities[severity]);
  ni_table_set_text(table, 1, niem_status_name(problem->status));
  ni_table_set_integer(table, 2, problem->row == 0 ? NIEM_MISSING_INTEGER : problem->row);
  ni_table_set_integer(table, 3, problem->column == 0 ? NIEM_MISSING_INTEGER : problem->column);
  ni_table_set_text(table, 4, problem->where[0] == '\0' ? NULL : problem->where);
  ni_table_set_text(table, 5, problem->message);
}

void niem_text_options_init(niem_text_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
    options->format = NIEM_TEXT_CSV;
    options->digits = -1;
    options->separator = ',';
  }
}

static niem_status print_table(niem_buffer **out, const niem_table *table, const niem_text_options *options,
                               niem_error *err) {
  static void (*const printers[])(const printer *) = {print_csv, print_json, print_latex, print_html, print_plain};
  if (out == NULL || table == NULL) {
    const char *name = out == NULL ? "out" : "table";
    return ni_fail(err, NIEM_ERROR_ARGUMENT, name, "%s must not be NULL", name);
  }
  niem_status status;
  printer p = {.table = table};
  NIEM_TRY(read_options(&p.options, options, err));
  NIEM_TRY(ni_buffer_new(&p.out, err));
  p.widths = ni_alloc_zero((size_t)niem_table_columns(table), sizeof *p.widths);
  if (p.widths == NULL) {
    NIEM_TRY(ni_fail_memory(err));
  }
  printers[p.options.format](&p);
  NIEM_TRY(ni_buffer_status(p.out, err));
  *out = p.out;
  p.out = NULL;
cleanup:
  niem_buffer_free(p.out);
  ni_free(p.widths);
  return status;
}

niem_status niem_table_print(niem_buffer **out, const niem_table *table, const niem_text_options *options,
                             niem_error *err) {
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  niem_status status = print_table(out, table, options, err);
  ni_fpenv_leave(&saved);
  return status;
}

niem_status niem_table_write(const niem_table *table, const char *path, const niem_text_options *options,
                             niem_error *err) {
  if (path == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "path", "path must not be NULL");
  }
  niem_buffer *text = NULL;
  niem_status status;
  NIEM_TRY(niem_table_print(&text, table, options, err));
  NIEM_TRY(ni_file_write(path, niem_buffer_data(text), (size_t)niem_buffer_size(text), err));
cleanup:
  niem_buffer_free(text);
  return status;
}

niem_status niem_problems_table(niem_table **out, const niem_problems *problems, niem_error *err) {
  if (out == NULL || problems == NULL) {
    const char *name = out == NULL ? "out" : "problems";
    return ni_fail(err, NIEM_ERROR_ARGUMENT, name, "%s must not be NULL", name);
  }
  niem_table *table = NULL;
  niem_status status = ni_table_new(&table, "problems", err);
  if (status != NIEM_OK) {
    return status;
  }
  ni_table_text(table, "severity");
  ni_table_text(table, "status");
  ni_table_integer(table, "row");
  ni_table_integer(table, "column");
  ni_table_text(table, "where");
  ni_table_text(table, "message");
  for (int64_t i = 0; i < niem_problems_count(problems); i++) {
    add_problem(table, niem_problems_severity(problems, i), niem_problems_get(problems, i));
  }
  ni_table_note_integer(table, "errors", niem_problems_total(problems, NIEM_ERROR));
  ni_table_note_integer(table, "warnings", niem_problems_total(problems, NIEM_WARNING));
  ni_table_note_integer(table, "notes", niem_problems_total(problems, NIEM_NOTE));
  status = ni_table_finish(&table, err);
  if (status == NIEM_OK) {
    *out = table;
  }
  return status;
}
