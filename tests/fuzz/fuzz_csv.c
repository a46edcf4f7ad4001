/* Any bytes as CSV. The rows and the errors must not depend on the window; fields are UTF-8; rows that were read and
 * are written again are read as the same rows. The first byte chooses the window. */
#include "base/platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/utf8.h"
#include "model/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hold(int truth, const char *what) {
  if (!truth) {
    fprintf(stderr, "fuzz_csv: %s\n", what);
    abort();
  }
}

static void write_row(niem_buffer *out, const ni_csv *csv, const ni_csv_slice *fields) {
  size_t n = ni_csv_columns(csv);
  for (size_t i = 0; i < n; i++) {
    hold(ni_utf8_invalid_at(fields[i].text, fields[i].length) < 0, "a field that is not UTF-8");
    if (i > 0) {
      ni_buffer_char(out, ni_csv_separator(csv));
    }
    if (n == 1 && fields[i].length == 0) {
      ni_buffer_text(out, "\"\""); /* not a blank line */
    } else {
      ni_csv_field(out, fields[i].text, fields[i].length, ni_csv_separator(csv));
    }
  }
  ni_buffer_char(out, '\n');
}

static void write_error(niem_buffer *errors, const niem_error *err) {
  hold(err->message[0] != '\0' && ni_utf8_invalid_at(err->message, strlen(err->message)) < 0,
       "a message that is not UTF-8");
  hold(ni_utf8_invalid_at(err->where, strlen(err->where)) < 0, "a column's name that is not UTF-8");
  ni_buffer_int(errors, err->status);
  ni_buffer_text(errors, err->where);
  ni_buffer_text(errors, err->message);
  ni_buffer_int(errors, err->row);
  ni_buffer_char(errors, '\n');
}

/* All rows into `out` as CSV, and all errors into `errors`. Gives the separator. */
static char rewrite(niem_buffer *out, niem_buffer *errors, const char *bytes, size_t n, char separator, size_t window) {
  ni_source source;
  ni_csv *csv = NULL;
  niem_error err;
  ni_source_open_memory(&source, bytes, n);
  niem_status status = ni_csv_open(&csv, &source, separator, window, &err);
  if (status != NIEM_OK) {
    write_error(errors, &err);
    return '\0';
  }
  separator = ni_csv_separator(csv);
  write_row(out, csv, ni_csv_header(csv));
  int64_t row = 0;
  for (int has_row = 1;;) {
    status = ni_csv_next(csv, &has_row, &err);
    if (status != NIEM_OK) {
      write_error(errors, &err);
      if (!ni_csv_can_continue(csv)) {
        break;
      }
    } else if (!has_row) {
      break;
    } else {
      write_row(out, csv, ni_csv_fields(csv));
    }
    hold(ni_csv_row(csv) == ++row && ni_csv_line(csv) > row, "rows or lines miscounted");
  }
  ni_csv_close(csv);
  return separator;
}

static niem_buffer *fresh(void) {
  niem_buffer *buffer = NULL;
  hold(ni_buffer_new(&buffer, NULL) == NIEM_OK, "no memory");
  return buffer;
}

static int same(const niem_buffer *a, const niem_buffer *b) {
  size_t n = (size_t)niem_buffer_size(a);
  return niem_buffer_size(b) == (int64_t)n && memcmp(niem_buffer_data(a), niem_buffer_data(b), n) == 0;
}

/* A first name that begins like a line `sep=;`, or with a byte order mark, is not read as a name. */
static int begins_like_a_preamble(const niem_buffer *rows) {
  const char *text = niem_buffer_data(rows);
  size_t n = (size_t)niem_buffer_size(rows);
  return ni_utf8_has_mark(text, n) ||
         (n > 3 && (text[0] | 0x20) == 's' && (text[1] | 0x20) == 'e' && (text[2] | 0x20) == 'p' && text[3] == '=');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const char *bytes = (const char *)data + 1;
  niem_buffer *rows[3] = {fresh(), fresh(), fresh()};
  niem_buffer *errors[3] = {fresh(), fresh(), fresh()};
  char separator = rewrite(rows[0], errors[0], bytes, size - 1, '\0', NI_CSV_WINDOW / 64);
  rewrite(rows[1], errors[1], bytes, size - 1, '\0', (size_t)data[0] % 70);
  hold(same(rows[0], rows[1]) && same(errors[0], errors[1]), "the window changes what is read");
  if (separator != '\0' && !begins_like_a_preamble(rows[0])) {
    rewrite(rows[2], errors[2], niem_buffer_data(rows[0]), (size_t)niem_buffer_size(rows[0]), separator, 64);
    hold(niem_buffer_size(errors[2]) == 0, "what was written cannot be read");
    hold(same(rows[0], rows[2]), "what was written is read as something else");
  }
  for (int i = 0; i < 3; i++) {
    niem_buffer_free(rows[i]);
    niem_buffer_free(errors[i]);
  }
  return 0;
}

#ifndef NIEM_LIBFUZZER
#define SEEDS                                                                                               \
  {                                                                                                         \
    "\x05"                                                                                                  \
    "a,b,c\n1,\"x \"\"y\"\"\",3\n4,5,\"6\n7\"\n\n8,9,10\n",                                                 \
        "\x1f\xEF\xBB\xBFunit;round;answer\r\nPL;2021;a\r\nCZ;2019;\"b;c\"\r\n", "\x40sep=;\nx;y\n1,5;2\n", \
        "\x02"                                                                                              \
        "a\tb\r\xC5\x82\t\xE2\x82\xAC\r\"\"\t\"\"\r"                                                        \
  }
#define PIECES                                                                                                 \
  {                                                                                                            \
    "\"", "\"\"", ",", ";", "\t", "\n", "\r", "\r\n", "\xE9", "\xC3\xA9", "\xE2\x82", " ", "\n\n", ",,,", "x", \
        "\",\"", "sep=,\n"                                                                                     \
  }
#include "mutate.h"
#endif
