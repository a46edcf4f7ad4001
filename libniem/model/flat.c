/* Reading a flat table: rows, cells, numbers, and problems with their places. */
#include "base/platform.h"

#include "base/number.h"
#include "model/flat.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- telling problems --- */

void ni_flat_report(ni_flat *flat, int64_t row, int32_t field, int32_t severity, niem_status status, const char *format,
                    ...) {
  char message[sizeof((niem_error *)0)->message + 8]; /* longer, so that a cut is seen */
  const size_t before = flat->name == NULL ? 0 : (size_t)snprintf(message, sizeof message, "%s: ", flat->name);
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(message + before, sizeof message - before, format, arguments);
  va_end(arguments);
  ni_problems_report(flat->problems, severity, status, row, field + 1,
                     field < 0 ? "" : ni_csv_header(flat->csv)[field].text, "%s", message);
}

/* What the reader of CSV says. */
static void add_problem(ni_flat *flat, const niem_error *problem) {
  if (problem->status == NIEM_ERROR_MEMORY) {
    flat->out_of_memory = 1;
    return;
  }
  ni_problems_report(flat->problems, NIEM_ERROR, problem->status, problem->row, problem->column, problem->where,
                     "%s%s%s", flat->name == NULL ? "" : flat->name, flat->name == NULL ? "" : ": ", problem->message);
}

/* --- rows --- */

int ni_flat_open(ni_flat *flat, const ni_flat_source *source, int32_t separator) {
  niem_error problem;
  const niem_status status = source->path != NULL
                                 ? ni_csv_open_file(&flat->csv, source->path, (char)separator, &problem)
                                 : ni_csv_open_memory(&flat->csv, source->bytes, source->n, (char)separator, &problem);
  if (status != NIEM_OK) {
    add_problem(flat, &problem);
    flat->csv = NULL;
  }
  return status == NIEM_OK;
}

void ni_flat_close(ni_flat *flat) {
  ni_csv_close(flat->csv);
  flat->csv = NULL;
}

int ni_flat_next(ni_flat *flat) {
  niem_error problem;
  int has_row = 0;
  while (ni_csv_next(flat->csv, &has_row, &problem) != NIEM_OK) {
    add_problem(flat, &problem);
    if (!ni_csv_can_continue(flat->csv)) {
      return 0;
    }
  }
  return has_row;
}

/* --- cells --- */

static int is_space(char c) {
  return c == ' ' || c == '\t';
}

static ni_csv_slice trimmed(ni_csv_slice cell) {
  while (cell.length > 0 && is_space(cell.text[0])) {
    cell.text++;
    cell.length--;
  }
  while (cell.length > 0 && is_space(cell.text[cell.length - 1])) {
    cell.length--;
  }
  return cell;
}

ni_csv_slice ni_flat_text(const ni_flat *flat, int32_t field) {
  const ni_csv_slice blank = {.text = "", .length = 0};
  return field < 0 ? blank : trimmed(ni_csv_fields(flat->csv)[field]);
}

ni_csv_slice ni_flat_header(const ni_flat *flat, int32_t field) {
  return trimmed(ni_csv_header(flat->csv)[field]);
}

static char lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int is_word(const char *word, const char *text, size_t length) {
  size_t i = 0;
  while (i < length && word[i] != '\0' && word[i] != ' ' && lower(word[i]) == lower(text[i])) {
    i++;
  }
  return i == length && (word[i] == '\0' || word[i] == ' ');
}

int ni_flat_is_missing(const char *text, size_t length) {
  return length == 0 || is_word("na", text, length) || is_word("nan", text, length);
}

ni_csv_slice ni_flat_cell(const ni_flat *flat, int32_t field) {
  ni_csv_slice cell = ni_flat_text(flat, field);
  cell.length = ni_flat_is_missing(cell.text, cell.length) ? 0 : cell.length;
  return cell;
}

double ni_flat_number(ni_flat *flat, int32_t field, double otherwise) {
  const ni_csv_slice cell = ni_flat_cell(flat, field);
  const int length = cell.length > 60 ? 60 : (int)cell.length;
  double number = otherwise;
  if (cell.length == 0) {
    return otherwise;
  }
  const int has_comma = memchr(cell.text, ',', cell.length) != NULL;
  const int comma = flat->decimal_comma || (has_comma && ni_csv_separator(flat->csv) == ';');
  const int result = ni_parse_double(cell.text, cell.length, comma ? ',' : '.', &number);
  if (result == NI_NUMBER_OK) {
    return number + 0.0;
  }
  ni_flat_report(flat, ni_csv_row(flat->csv), field, NIEM_ERROR,
                 result == NI_NUMBER_RANGE ? NIEM_ERROR_VALUE : NIEM_ERROR_SYNTAX,
                 result == NI_NUMBER_RANGE ? "number \"%.*s\" is too large"
                 : has_comma && !comma     ? "\"%.*s\" has a decimal comma; write 12.5, or say decimal_comma"
                                           : "\"%.*s\" is no number; write plain digits, as 12.5",
                 length, cell.text);
  return otherwise;
}

/* --- names --- */

int ni_flat_is_named(const char *names, ni_csv_slice name) {
  for (const char *at = names; at != NULL && name.length > 0; at = strchr(at, ' ')) {
    at += *at == ' ';
    if (is_word(at, name.text, name.length)) {
      return 1;
    }
  }
  return 0;
}

int ni_flat_is_listed(const char *const *list, int64_t n, ni_csv_slice name) {
  for (int64_t i = 0; i < n; i++) {
    if (strlen(list[i]) == name.length && memcmp(list[i], name.text, name.length) == 0) {
      return 1;
    }
  }
  return 0;
}

niem_status ni_flat_check_options(int32_t separator, int32_t decimal_comma, const char *const *ignore, int64_t n_ignore,
                                  niem_error *err) {
  if (separator != 0 && separator != ',' && separator != ';' && separator != '\t') {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "separator",
                   "must be a comma, a semicolon, a tab, or 0 to find it from the header line");
  }
  if ((decimal_comma != 0 && decimal_comma != 1) || (decimal_comma && separator == ',')) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "decimal_comma",
                   "must be 0 or 1, and cannot be 1 where fields are separated by commas");
  }
  int right = n_ignore == 0 || (n_ignore > 0 && ignore != NULL);
  for (int64_t i = 0; right && i < n_ignore; i++) {
    right = ignore[i] != NULL;
  }
  return right ? NIEM_OK
               : ni_fail(err, NIEM_ERROR_ARGUMENT, "ignore", "must list n_ignore names of columns, none of them NULL");
}
