/* CSV (RFC 4180, and what European spreadsheets write), a row at a time.
 *
 * Rows are found in a window onto the source. A row that reaches beyond the window is moved to its beginning, the
 * window is filled up (or doubled, when the row fills it), and the row is read again from its first byte: with the
 * doubling that stays linear. Only when a row is complete are its quoted fields unescaped. The window is followed by
 * NULs, which no field may hold, so the inner loops need no other end. */
#include "base/platform.h"

#include "model/csv.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/memory.h"
#include "base/utf8.h"

/* Which loop a byte stops. */
enum { STOPS_PLAIN = 1, STOPS_QUOTED = 2 };

/* A slice's `quoted` while its row is read: quotes were doubled in it, and are to be made single. */
enum { QUOTED = 1, DOUBLED = 2 };

/* What reading from the window came to. MORE: the window ends too early. */
enum outcome { DONE, MORE, FAILED };

struct ni_csv {
  ni_source source;
  char *window;
  size_t capacity; /* without the NI_STOPS NULs behind its end */
  size_t start;    /* of the bytes that are not read yet */
  size_t end;
  int at_end;        /* the source has no more than the window holds */
  int64_t next_line; /* the line at `start` */
  int64_t base;      /* bytes of the source before the window */
  int is_part;       /* of another reader's window: that and the header are borrowed */
  size_t begin;      /* of a part, in the window */
  size_t limit;      /* no row that begins here or later is read */

  char separator;
  unsigned char stops[256];

  ni_csv_slice *header;
  size_t columns;
  ni_arena names;

  ni_csv_slice *fields; /* of the current row, as far as there are slots; more are only counted */
  size_t slots;
  char *unescaped; /* the current row's fields that had doubled quotes */
  size_t unescaped_capacity;
  int64_t row;
  int64_t line;

  niem_status stuck; /* what ended the reading early */
  niem_error fault;  /* the last error */
  int can_continue;
};

/* The row being read. */
typedef struct cursor {
  char *at;
  int64_t line;
  size_t found; /* fields */
  size_t stray; /* 1 + the first field with text after its closing quote, 0 for none */
  int64_t stray_line;
} cursor;

/* --- errors --- */

/* Fill the reader's own error; `index` is the field, SIZE_MAX for none. */
static enum outcome fault(ni_csv *csv, size_t index, niem_status status, const char *format, ...) NI_PRINTF(4, 5);
static enum outcome fault(ni_csv *csv, size_t index, niem_status status, const char *format, ...) {
  char message[sizeof csv->fault.message];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  const char *name = index < csv->columns ? csv->header[index].text : "";
  ni_fail_at(&csv->fault, status, csv->row, index == SIZE_MAX ? 0 : (int64_t)index + 1, name, "%s", message);
  csv->stuck = status;
  return FAILED;
}

static niem_status tell(const ni_csv *csv, niem_error *err) {
  if (err != NULL) {
    *err = csv->fault;
  }
  return csv->fault.status;
}

/* --- the window --- */

static int double_window(ni_csv *csv) {
  if (csv->capacity >= NI_CSV_ROW) {
    fault(csv, SIZE_MAX, NIEM_ERROR_LIMIT, "the row in line %lld is longer than %d bytes; is a closing quote missing?",
          (long long)csv->next_line, NI_CSV_ROW);
    return 0;
  }
  char *larger = ni_resize(csv->window, csv->capacity * 2 + NI_STOPS, 1);
  if (larger == NULL) {
    csv->stuck = ni_fail_memory(&csv->fault);
    return 0;
  }
  csv->window = larger;
  csv->capacity *= 2;
  return 1;
}

/* More of the source behind what is not read yet. 0 on failure, which the reader then holds. */
static int refill(ni_csv *csv) {
  if (csv->is_part) {
    fault(csv, SIZE_MAX, NIEM_ERROR_LIMIT, "a row goes beyond the part");
    return 0;
  }
  if (csv->start > 0) {
    memmove(csv->window, csv->window + csv->start, csv->end - csv->start);
    csv->end -= csv->start;
    csv->base += (int64_t)csv->start;
    csv->start = 0;
  } else if (csv->end == csv->capacity && !double_window(csv)) {
    return 0;
  }
  size_t room = csv->capacity - csv->end;
  size_t got = 0;
  niem_status status = ni_source_read(&csv->source, csv->window + csv->end, room, &got, &csv->fault);
  csv->end += status == NIEM_OK ? got : 0;
  memset(csv->window + csv->end, 0, NI_STOPS);
  if (status != NIEM_OK) {
    csv->stuck = status;
    return 0;
  }
  csv->at_end = got < room;
  return 1;
}

/* Have at least `n` bytes from `start` on, unless the source ends before. */
static int have(ni_csv *csv, size_t n) {
  while (csv->end - csv->start < n && !csv->at_end) {
    if (!refill(csv)) {
      return 0;
    }
  }
  return 1;
}

/* --- a row --- */

static int is_window_end(const ni_csv *csv, const char *at) {
  return at == csv->window + csv->end;
}

/* The window ends at the cursor, inside the field that begins at `start` in line `line`. */
static enum outcome run_out(ni_csv *csv, const cursor *c, const char *start, int64_t line) {
  if (c->at - start > NI_CSV_FIELD) {
    return fault(csv, c->found, NIEM_ERROR_LIMIT,
                 "the field that begins in line %lld is longer than %d bytes; is a closing quote missing?",
                 (long long)line, NI_CSV_FIELD);
  }
  return MORE;
}

/* Step over the character at the cursor, which is not ASCII. */
static enum outcome step_character(ni_csv *csv, cursor *c) {
  size_t left = (size_t)(csv->window + csv->end - c->at);
  size_t step = ni_utf8_step(c->at, left);
  if (step > 0) {
    c->at += step;
    return DONE;
  }
  if (left < 4 && !csv->at_end) {
    return MORE;
  }
  return fault(csv, c->found, NIEM_ERROR_ENCODING, "text in line %lld is %s", (long long)c->line,
               ni_utf8_advice(c->at, left));
}

static enum outcome fail_nul(ni_csv *csv, const cursor *c) {
  return fault(csv, c->found, NIEM_ERROR_ENCODING,
               "a NUL byte in line %lld; the file is damaged, or UTF-16, which should be saved as UTF-8",
               (long long)c->line);
}

/* To the separator or line end (or the end of all) behind an unquoted field. */
static enum outcome read_plain(ni_csv *csv, cursor *c, ni_csv_slice *slice) {
  const unsigned char *stops = csv->stops;
  char *start = c->at;
  for (;;) {
    char *at = c->at;
    while ((stops[(unsigned char)*at] & STOPS_PLAIN) == 0) {
      at++;
    }
    c->at = at;
    if ((unsigned char)*at >= 0x80) {
      enum outcome outcome = step_character(csv, c);
      if (outcome != DONE) {
        return outcome;
      }
    } else if (*at != '\0' || (is_window_end(csv, at) && csv->at_end)) {
      break;
    } else {
      return is_window_end(csv, at) ? run_out(csv, c, start, c->line) : fail_nul(csv, c);
    }
  }
  *slice = (ni_csv_slice){.text = start, .length = (size_t)(c->at - start)};
  return DONE;
}

/* One byte inside quotes that stops the loop, other than a quote. `line` is where the quote opened. */
static enum outcome step_quoted(ni_csv *csv, cursor *c, const char *start, int64_t line) {
  char byte = *c->at;
  if (byte == '\n' || byte == '\r') {
    c->line += byte == '\n' || c->at[1] != '\n';
    c->at++;
    return DONE;
  }
  if (byte != '\0') {
    return step_character(csv, c);
  }
  if (!is_window_end(csv, c->at)) {
    return fail_nul(csv, c);
  }
  if (!csv->at_end) {
    return run_out(csv, c, start, line);
  }
  return fault(csv, c->found, NIEM_ERROR_SYNTAX,
               "the quote that opens in line %lld is never closed; close it with a \"", (long long)line);
}

/* From the opening quote to behind the closing one. */
static enum outcome read_quotes(ni_csv *csv, cursor *c, ni_csv_slice *slice) {
  const unsigned char *stops = csv->stops;
  const char *start = ++c->at;
  int64_t line = c->line;
  int32_t quoted = QUOTED;
  for (;;) {
    char *at = c->at;
    while ((stops[(unsigned char)*at] & STOPS_QUOTED) == 0) {
      at++;
    }
    c->at = at;
    if (*at != '"') {
      enum outcome outcome = step_quoted(csv, c, start, line);
      if (outcome != DONE) {
        return outcome;
      }
    } else if (is_window_end(csv, at + 1) && !csv->at_end) {
      return run_out(csv, c, start, line);
    } else if (at[1] == '"') {
      quoted = DOUBLED;
      c->at += 2;
    } else {
      break;
    }
  }
  *slice = (ni_csv_slice){.text = start, .length = (size_t)(c->at - start), .quoted = quoted};
  c->at++;
  return DONE;
}

/* A quoted field, and what should not follow it: that is noted, and read over like an unquoted field. */
static enum outcome read_quoted(ni_csv *csv, cursor *c, ni_csv_slice *slice) {
  enum outcome outcome = read_quotes(csv, c, slice);
  if (outcome != DONE) {
    return outcome;
  }
  ni_csv_slice rest;
  outcome = read_plain(csv, c, &rest);
  if (outcome == DONE && rest.length > 0 && c->stray == 0) {
    c->stray = c->found + 1;
    c->stray_line = c->line;
  }
  return outcome;
}

static enum outcome read_field(ni_csv *csv, cursor *c, ni_csv_slice *slice) {
  enum outcome outcome = *c->at == '"' ? read_quoted(csv, c, slice) : read_plain(csv, c, slice);
  if (outcome == DONE && slice->length > NI_CSV_FIELD) {
    return fault(csv, c->found, NIEM_ERROR_LIMIT, "the field that ends in line %lld is longer than %d bytes",
                 (long long)c->line, NI_CSV_FIELD);
  }
  return outcome;
}

/* Over the line end at the cursor, if there is one: LF, CRLF or CR. */
static enum outcome read_line_end(const ni_csv *csv, cursor *c) {
  if (is_window_end(csv, c->at)) {
    return DONE;
  }
  if (*c->at == '\r' && is_window_end(csv, c->at + 1) && !csv->at_end) {
    return MORE;
  }
  c->at += *c->at == '\r' && c->at[1] == '\n' ? 2 : 1;
  c->line++;
  return DONE;
}

/* The row at `start`, once; `start` stays. */
static enum outcome read_row_once(ni_csv *csv, cursor *c) {
  *c = (cursor){.at = csv->window + csv->start, .line = csv->next_line};
  for (;;) {
    ni_csv_slice slice;
    enum outcome outcome = read_field(csv, c, &slice);
    if (outcome != DONE) {
      return outcome;
    }
    if (c->found < csv->slots) {
      csv->fields[c->found] = slice;
    }
    c->found++;
    if (*c->at != csv->separator) {
      return read_line_end(csv, c);
    }
    c->at++;
  }
}

/* The row at `start`, whatever the window; `start` stays at it. 0 on failure. */
static int read_row(ni_csv *csv, cursor *c) {
  csv->line = csv->next_line;
  for (;;) {
    enum outcome outcome = read_row_once(csv, c);
    if (outcome != MORE) {
      return outcome == DONE;
    }
    if (!refill(csv)) {
      return 0;
    }
  }
}

/* A row of as many plain ASCII fields without a quote as the header has, whole in the window, as most rows are. 0: it
 * is not, and the general way reads it, from its beginning. */
static inline int read_simple_row(ni_csv *csv) {
  const char separator = csv->separator;
  char *const row = csv->window + csv->start;
  char *start = row; /* of the field in hand */
  ni_csv_slice *field = csv->fields;
  const ni_csv_slice *const fields_end = field + csv->columns;
  if (csv->start >= csv->limit || *row == '\n' || *row == '\r') { /* a line without a byte is no row */
    return 0;
  }
  for (char *block = row;; block += NI_STOPS) {
    for (uint64_t stops = ni_stops(block, separator); stops != 0; stops &= stops - 1) {
      char *at = block + ni_lowest_bit(stops);
      if (field == fields_end) {
        return 0;
      }
      *field++ = (ni_csv_slice){.text = start, .length = (size_t)(at - start)};
      start = at + 1;
      if (*at == separator) {
        continue;
      }
      at += *at == '\r' && at[1] == '\n';
      if (*at != '\n' || field != fields_end || at - row > NI_CSV_FIELD) {
        return 0;
      }
      csv->start = (size_t)(at + 1 - csv->window);
      csv->line = csv->next_line++;
      csv->row++;
      return 1;
    }
  }
}

/* Go behind the row that was read. */
static void accept_row(ni_csv *csv, const cursor *c) {
  csv->start = (size_t)(c->at - csv->window);
  csv->next_line = c->line;
}

/* Skip lines without a byte; `*has_row` is 0 at the end. 0 on failure. */
static int find_row(ni_csv *csv, int *has_row) {
  for (;;) {
    *has_row = 0;
    if (csv->start >= csv->limit) {
      return 1;
    }
    if (!have(csv, 2)) { /* CR and LF */
      return 0;
    }
    const char *at = csv->window + csv->start;
    *has_row = csv->start < csv->end;
    if (!*has_row || (*at != '\n' && *at != '\r')) {
      return 1;
    }
    csv->start += at[0] == '\r' && at[1] == '\n' ? 2 : 1;
    csv->next_line++;
  }
}

/* A field to `out`, doubled quotes made single; its end. */
static char *unescape(ni_csv_slice *slice, char *out) {
  const char *text = slice->text;
  char *end = out;
  for (size_t i = 0; i < slice->length; i++) {
    *end++ = text[i];
    i += text[i] == '"'; /* its double is next */
  }
  *slice = (ni_csv_slice){.text = out, .length = (size_t)(end - out), .quoted = QUOTED};
  return end;
}

/* The window stays as it is: parts of it may be read by others. 0 where memory is short. */
static int unescape_row(ni_csv *csv, size_t n) {
  size_t doubled = 0;
  for (size_t i = 0; i < n; i++) {
    doubled += csv->fields[i].quoted == DOUBLED ? csv->fields[i].length : 0;
  }
  if (!ni_grow(&csv->unescaped, &csv->unescaped_capacity, doubled, 1)) {
    csv->stuck = ni_fail_memory(&csv->fault);
    return 0;
  }
  char *out = csv->unescaped;
  for (size_t i = 0; i < n; i++) {
    if (csv->fields[i].quoted == DOUBLED) {
      out = unescape(&csv->fields[i], out);
    }
  }
  return 1;
}

static enum outcome fail_stray(ni_csv *csv, const cursor *c) {
  return fault(csv, c->stray - 1, NIEM_ERROR_SYNTAX,
               "text after the closing quote in line %lld; write a quote inside a quoted field twice",
               (long long)c->stray_line);
}

/* --- the beginning of a file --- */

static int is_separator(char c) {
  return c == ',' || c == ';' || c == '\t';
}

/* A first line `sep=;`, which spreadsheets write and take. 0 on failure. */
static int read_separator_line(ni_csv *csv, char *separator) {
  if (!have(csv, 7)) {
    return 0;
  }
  const char *at = csv->window + csv->start;
  size_t n = csv->end - csv->start;
  int named = n >= 5 && (at[0] | 0x20) == 's' && (at[1] | 0x20) == 'e' && (at[2] | 0x20) == 'p' && at[3] == '=';
  if (!named || (n > 5 && at[5] != '\n' && at[5] != '\r')) {
    return 1;
  }
  if (!is_separator(at[4])) {
    fault(csv, SIZE_MAX, NIEM_ERROR_SYNTAX, "the separator of a sep= line is a comma, a semicolon or a tab");
    return 0;
  }
  *separator = at[4];
  csv->start += n > 6 && at[5] == '\r' && at[6] == '\n' ? 7 : n > 5 ? 6 : 5;
  csv->next_line = 2;
  return 1;
}

/* The byte order mark and the line `sep=;`. 0 on failure. */
static int read_preamble(ni_csv *csv, char *separator) {
  if (!have(csv, 3)) {
    return 0;
  }
  if (ni_utf16_has_mark(csv->window, csv->end)) {
    fault(csv, SIZE_MAX, NIEM_ERROR_ENCODING, "the file is UTF-16; save it as UTF-8");
    return 0;
  }
  if (ni_utf8_has_mark(csv->window, csv->end)) {
    csv->start = 3;
  }
  return read_separator_line(csv, separator);
}

static char most_frequent(const size_t counts[3]) {
  static const char SEPARATORS[3] = {'\t', ';', ','};
  size_t best = 2;
  for (size_t i = 2; i-- > 0;) {
    best = counts[i] > 0 && counts[i] >= counts[best] ? i : best;
  }
  return SEPARATORS[best];
}

/* The separator of the line at `start`; 0 when its end is beyond the window. */
static char detect_in_window(const ni_csv *csv) {
  size_t counts[3] = {0, 0, 0};
  int fresh = 1; /* at the beginning of a field */
  int quoted = 0;
  for (const char *at = csv->window + csv->start; !is_window_end(csv, at); at++) {
    if (quoted) {
      int doubled = at[0] == '"' && at[1] == '"'; /* behind the last byte is a NUL */
      quoted = doubled || at[0] != '"';
      at += doubled;
      continue;
    }
    if (*at == '\n' || *at == '\r') {
      return most_frequent(counts);
    }
    quoted = fresh && *at == '"';
    counts[0] += *at == '\t';
    counts[1] += *at == ';';
    counts[2] += *at == ',';
    fresh = is_separator(*at);
  }
  return csv->at_end ? most_frequent(counts) : '\0';
}

static int detect(ni_csv *csv, char *separator) {
  while (*separator == '\0') {
    *separator = detect_in_window(csv);
    if (*separator == '\0' && !refill(csv)) {
      return 0;
    }
  }
  return 1;
}

static void set_separator(ni_csv *csv, char separator) {
  csv->separator = separator;
  for (size_t byte = 0; byte < 256; byte++) {
    int both = byte == '\0' || byte == '\n' || byte == '\r' || byte >= 0x80;
    int plain = both || byte == (unsigned char)separator;
    int quoted = both || byte == '"';
    csv->stops[byte] = (unsigned char)((plain ? STOPS_PLAIN : 0) | (quoted ? STOPS_QUOTED : 0));
  }
}

/* The header's fields into `fields`, which are made as many as there are columns. 0 on failure. */
static int read_header_fields(ni_csv *csv, cursor *c) {
  for (;;) {
    if (!read_row(csv, c)) {
      return 0;
    }
    if (c->found > NI_CSV_COLUMNS) {
      fault(csv, SIZE_MAX, NIEM_ERROR_LIMIT, "%zu columns; at most %d are read", c->found, NI_CSV_COLUMNS);
      return 0;
    }
    if (c->found <= csv->slots) {
      return c->stray == 0 || fail_stray(csv, c) == DONE;
    }
    ni_csv_slice *fields = ni_resize(csv->fields, c->found, sizeof *fields);
    if (fields == NULL) {
      csv->stuck = ni_fail_memory(&csv->fault);
      return 0;
    }
    csv->fields = fields;
    csv->slots = c->found;
  }
}

/* Keep the names beyond the window. 0 on failure. */
static int keep_header(ni_csv *csv, size_t n) {
  csv->header = ni_alloc_zero(n, sizeof *csv->header);
  for (size_t i = 0; csv->header != NULL && i < n; i++) {
    const ni_csv_slice *field = &csv->fields[i];
    const char *name = ni_arena_text(&csv->names, field->text, field->length);
    if (name == NULL) {
      break;
    }
    csv->header[i] = (ni_csv_slice){.text = name, .length = field->length, .quoted = field->quoted};
    csv->columns++;
  }
  if (csv->columns < n) {
    csv->stuck = ni_fail_memory(&csv->fault);
  }
  return csv->columns == n;
}

/* Everything up to the first row. 0 on failure. */
static int read_header(ni_csv *csv, char separator) {
  char named = '\0';
  int has_row;
  if (!read_preamble(csv, &named) || !find_row(csv, &has_row)) {
    return 0;
  }
  if (!has_row) {
    fault(csv, SIZE_MAX, NIEM_ERROR_FORMAT,
          "the file is empty; a first line with the names of the columns is expected");
    return 0;
  }
  if (separator == '\0') {
    separator = named;
  }
  if (!detect(csv, &separator)) {
    return 0;
  }
  set_separator(csv, separator);
  cursor c;
  if (!read_header_fields(csv, &c)) {
    return 0;
  }
  if (!unescape_row(csv, c.found)) {
    return 0;
  }
  accept_row(csv, &c);
  return keep_header(csv, c.found);
}

/* --- the interface --- */

static niem_status open_with(ni_csv **out, ni_csv *csv, char separator, size_t window, niem_error *err) {
  csv->capacity = window == 0 ? 1 : window;
  csv->limit = SIZE_MAX;
  csv->next_line = 1;
  csv->window = ni_alloc(csv->capacity + NI_STOPS, 1);
  if (csv->window == NULL) {
    return ni_fail_memory(err);
  }
  memset(csv->window, 0, NI_STOPS);
  if (!read_header(csv, separator)) {
    return tell(csv, err);
  }
  *out = csv;
  return NIEM_OK;
}

niem_status ni_csv_open(ni_csv **out, ni_source *source, char separator, size_t window, niem_error *err) {
  niem_status status;
  ni_csv *csv = NULL;
  if (separator != '\0' && !is_separator(separator)) {
    status = ni_fail(err, NIEM_ERROR_ARGUMENT, "separator", "the separator is a comma, a semicolon or a tab");
    goto cleanup;
  }
  csv = ni_alloc_zero(1, sizeof *csv);
  if (csv == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  csv->source = *source;
  *source = (ni_source){.file = -1};
  NIEM_TRY(open_with(out, csv, separator, window, err));
  csv = NULL;
cleanup:
  ni_source_close(source);
  ni_csv_close(csv);
  return status;
}

niem_status ni_csv_open_file(ni_csv **out, const char *path, char separator, niem_error *err) {
  ni_source source;
  niem_status status = ni_source_open_file(&source, path, err);
  if (status != NIEM_OK) {
    ni_source_close(&source);
    return status;
  }
  return ni_csv_open(out, &source, separator, NI_CSV_WINDOW, err);
}

niem_status ni_csv_open_memory(ni_csv **out, const char *bytes, size_t n, char separator, niem_error *err) {
  ni_source source;
  ni_source_open_memory(&source, bytes, n);
  return ni_csv_open(out, &source, separator, n < NI_CSV_WINDOW ? n + 1 : NI_CSV_WINDOW, err);
}

void ni_csv_close(ni_csv *csv) {
  if (csv != NULL) {
    if (!csv->is_part) {
      ni_source_close(&csv->source);
      ni_arena_free(&csv->names);
      ni_free(csv->window);
      ni_free(csv->header);
    }
    ni_free(csv->unescaped);
    ni_free(csv->fields);
    ni_free(csv);
  }
}

char ni_csv_separator(const ni_csv *csv) {
  return csv->separator;
}

size_t ni_csv_columns(const ni_csv *csv) {
  return csv->columns;
}

const ni_csv_slice *ni_csv_header(const ni_csv *csv) {
  return csv->header;
}

niem_status ni_csv_next(ni_csv *csv, int *has_row, niem_error *err) {
  int found = 0;
  cursor c;
  *has_row = 0;
  csv->can_continue = 0;
  if (csv->stuck == NIEM_OK && read_simple_row(csv)) {
    *has_row = 1;
    return NIEM_OK;
  }
  if (csv->stuck != NIEM_OK || !find_row(csv, &found)) {
    return tell(csv, err);
  }
  if (!found) {
    return NIEM_OK;
  }
  csv->row++;
  if (!read_row(csv, &c)) {
    return tell(csv, err);
  }
  accept_row(csv, &c);
  if (c.stray > 0) {
    fail_stray(csv, &c);
  } else if (c.found != csv->columns) {
    fault(csv, SIZE_MAX, NIEM_ERROR_FORMAT, "line %lld has %zu fields where the header has %zu; %s",
          (long long)csv->line, c.found, csv->columns,
          c.found < csv->columns ? "an empty field still needs its separator"
                                 : "put a field that holds the separator in double quotes");
  } else if (!unescape_row(csv, c.found)) {
    return tell(csv, err);
  } else {
    *has_row = 1;
    return NIEM_OK;
  }
  csv->stuck = NIEM_OK; /* the fault is this row's only */
  csv->can_continue = 1;
  return tell(csv, err);
}

int ni_csv_can_continue(const ni_csv *csv) {
  return csv->can_continue;
}

const ni_csv_slice *ni_csv_fields(const ni_csv *csv) {
  return csv->fields;
}

int64_t ni_csv_row(const ni_csv *csv) {
  return csv->row;
}

int64_t ni_csv_line(const ni_csv *csv) {
  return csv->line;
}

/* --- parts --- */

int ni_csv_fill(ni_csv *csv) {
  const int full = csv->start == 0 && csv->end == csv->capacity;
  if (csv->stuck != NIEM_OK || csv->at_end || full) {
    return csv->stuck == NIEM_OK;
  }
  const int filled = refill(csv);
  csv->stuck = NIEM_OK; /* who reads on will come to it again */
  return filled;
}

int64_t ni_csv_position(const ni_csv *csv) {
  return csv->base + (int64_t)csv->start;
}

int64_t ni_csv_size(const ni_csv *csv) {
  return csv->source.size;
}

size_t ni_csv_unread(const ni_csv *csv) {
  return csv->end - csv->start;
}

int ni_csv_has_more(const ni_csv *csv) {
  return !csv->at_end;
}

/* How far a line is looked at, and how many lines are, before a cut is given up. */
enum { CUT_BYTES = 4096, CUT_LINES = 256 };

/* Does a row with as many fields as the header has seem to begin here? */
static int seems_row(const ni_csv *csv, const char *at) {
  const char *window_end = csv->window + csv->end;
  const char *end = window_end - at > CUT_BYTES ? at + CUT_BYTES : window_end;
  size_t found = 1;
  int quoted = 0;
  for (int fresh = 1; at < end; at++) {
    if (*at == '"' && (fresh || quoted)) {
      quoted = !quoted; /* a doubled quote does it twice */
    } else if (!quoted && *at == '\n') {
      return found == csv->columns;
    } else if (!quoted) {
      found += *at == csv->separator;
    }
    fresh = !quoted && *at == csv->separator;
  }
  return 0;
}

size_t ni_csv_cut(const ni_csv *csv, size_t from) {
  const char *begin = csv->window + csv->start;
  const char *end = csv->window + csv->end;
  const char *at = begin + from;
  for (int i = 0; i < CUT_LINES && at < end; i++) {
    const char *line_end = memchr(at, '\n', (size_t)(end - at));
    if (line_end == NULL) {
      break;
    }
    at = line_end + 1;
    if (seems_row(csv, at)) {
      return (size_t)(at - begin);
    }
  }
  return (size_t)(end - begin);
}

niem_status ni_csv_part_new(ni_csv **out, const ni_csv *whole, niem_error *err) {
  ni_csv *part = ni_alloc_zero(1, sizeof *part);
  ni_csv_slice *fields = ni_alloc(whole->columns, sizeof *fields);
  if (part == NULL || fields == NULL) {
    ni_free(part);
    ni_free(fields);
    return ni_fail_memory(err);
  }
  part->is_part = 1;
  part->fields = fields;
  part->slots = whole->columns;
  part->header = whole->header;
  part->columns = whole->columns;
  set_separator(part, whole->separator);
  *out = part;
  return NIEM_OK;
}

void ni_csv_part_begin(ni_csv *part, const ni_csv *whole, size_t from, size_t to) {
  part->window = whole->window;
  part->capacity = whole->capacity;
  part->begin = whole->start + from;
  part->start = part->begin;
  part->end = whole->end;
  part->at_end = whole->at_end;
  part->limit = whole->start + to;
  part->next_line = 0;
  part->row = 0;
  part->stuck = NIEM_OK;
}

ni_csv_extent ni_csv_part_extent(const ni_csv *part) {
  return (ni_csv_extent){.bytes = part->start - part->begin, .rows = part->row, .lines = part->next_line};
}

void ni_csv_skip(ni_csv *csv, const ni_csv_extent *extent) {
  csv->start += extent->bytes;
  csv->row += extent->rows;
  csv->next_line += extent->lines;
}

void ni_csv_field(niem_buffer *buffer, const char *text, size_t n, char separator) {
  int quotes = n > 0 && (text[0] == ' ' || text[n - 1] == ' ');
  for (size_t i = 0; i < n && !quotes; i++) {
    quotes = text[i] == separator || text[i] == '"' || text[i] == '\r' || text[i] == '\n';
  }
  if (!quotes) {
    ni_buffer_append(buffer, text, n);
    return;
  }
  ni_buffer_char(buffer, '"');
  size_t from = 0;
  for (size_t i = 0; i < n; i++) {
    if (text[i] == '"') { /* written here, and again as the first of what follows */
      ni_buffer_append(buffer, text + from, i + 1 - from);
      from = i;
    }
  }
  ni_buffer_append(buffer, text + from, n - from);
  ni_buffer_char(buffer, '"');
}
