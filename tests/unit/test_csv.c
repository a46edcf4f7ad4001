/* model/csv: what is read, whatever the window; what is refused, and how reading goes on; what is written. */
#define _XOPEN_SOURCE 700 /* mkstemp */
#include "base/platform.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "model/csv.h"
#include "fail_allocation.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

/* --- what is read --- */

/* A file as text: each row's number, line and fields, quoted ones in <>; and errors with their place and message. */
static void put_fields(niem_buffer *out, const ni_csv_slice *fields, size_t n) {
  for (size_t i = 0; i < n; i++) {
    ni_buffer_text(out, i == 0 ? "" : "|");
    ni_buffer_text(out, fields[i].quoted ? "<" : "");
    ni_buffer_append(out, fields[i].text, fields[i].length);
    ni_buffer_text(out, fields[i].quoted ? ">" : "");
  }
}

static void put_error(niem_buffer *out, const niem_error *err) {
  ni_buffer_text(out, " !");
  ni_buffer_text(out, niem_status_name(err->status));
  ni_buffer_char(out, ' ');
  ni_buffer_int(out, err->row);
  ni_buffer_char(out, ',');
  ni_buffer_int(out, err->column);
  ni_buffer_char(out, ' ');
  ni_buffer_text(out, err->where);
  ni_buffer_text(out, ": ");
  ni_buffer_text(out, err->message);
}

static niem_status put_rows(niem_buffer *out, ni_csv *csv) {
  niem_error err;
  for (;;) {
    int has_row;
    niem_status status = ni_csv_next(csv, &has_row, &err);
    if (status != NIEM_OK) {
      assert_int_equal(has_row, 0);
      put_error(out, &err);
      if (!ni_csv_can_continue(csv)) {
        assert_int_equal(ni_csv_next(csv, &has_row, NULL), status); /* it stays at its end */
        return status;
      }
      continue;
    }
    if (!has_row) {
      assert_int_equal(ni_csv_next(csv, &has_row, NULL), NIEM_OK);
      assert_int_equal(has_row, 0);
      return NIEM_OK;
    }
    ni_buffer_char(out, ' ');
    ni_buffer_int(out, ni_csv_row(csv));
    ni_buffer_char(out, '@');
    ni_buffer_int(out, ni_csv_line(csv));
    ni_buffer_char(out, '=');
    put_fields(out, ni_csv_fields(csv), ni_csv_columns(csv));
  }
}

static niem_status show(niem_buffer *out, const char *bytes, size_t n, char separator, size_t window) {
  ni_source source;
  ni_csv *csv = NULL;
  niem_error err;
  ni_source_open_memory(&source, bytes, n);
  niem_status status = ni_csv_open(&csv, &source, separator, window, &err);
  if (status != NIEM_OK) {
    assert_null(csv);
    put_error(out, &err);
    return status;
  }
  put_fields(out, ni_csv_header(csv), ni_csv_columns(csv));
  status = put_rows(out, csv);
  ni_csv_close(csv);
  return status;
}

/* The same for every small window, and for a large one. */
static void check_bytes(const char *bytes, size_t n, char separator, const char *wanted) {
  for (size_t window = 0; window <= 65; window++) {
    niem_buffer *out = NULL;
    assert_int_equal(ni_buffer_new(&out, NULL), NIEM_OK);
    show(out, bytes, n, separator, window == 65 ? 1 << 20 : window);
    if (strcmp(niem_buffer_data(out), wanted) != 0) {
      fail_msg("window %zu of %s\n  gives  %s\n  wanted %s", window, bytes, niem_buffer_data(out), wanted);
    }
    niem_buffer_free(out);
  }
}

static void check(const char *text, const char *wanted) {
  check_bytes(text, strlen(text), '\0', wanted);
}

static void rows(void **state) {
  (void)state;
  check("a,b\n1,2\n3,4\n", "a|b 1@2=1|2 2@3=3|4");
  check("a,b\r\n1,2\r\n3,4", "a|b 1@2=1|2 2@3=3|4");
  check("a,b\r1,2\r3,4\r", "a|b 1@2=1|2 2@3=3|4");
  check("a,b\n,\n1,\n,2\n", "a|b 1@2=| 2@3=1| 3@4=|2");
  check("a\n1\n", "a 1@2=1");
  check("a,b", "a|b");
  check("a,b\n1,", "a|b 1@2=1|");
  check("\xEF\xBB\xBF\xC5\x82,\xE2\x82\xAC\n\xF0\x9F\x98\x80, \xC3\xA9 \n",
        "\xC5\x82|\xE2\x82\xAC 1@2=\xF0\x9F\x98\x80| \xC3\xA9 ");
}

static void blank_lines(void **state) {
  (void)state;
  check("\n\r\n\ra,b\n\n1,2\r\n\r\n\r\r3,4\n\n\n", "a|b 1@6=1|2 2@10=3|4");
  check("a\n\"\"\n\n", "a 1@2=<>");
}

static void quotes(void **state) {
  (void)state;
  check("\"a\",\"b\"\n\"1\",\"\"\n", "<a>|<b> 1@2=<1>|<>");
  check("a,b\n\"x,y\",\"say \"\"hi\"\"\"\n\"\"\"\",\"\"\"\"\"\"\n", "a|b 1@2=<x,y>|<say \"hi\"> 2@3=<\">|<\"\">");
  check("a,b\n\"1\n2\r\n3\r4\",x\n5,6\n", "a|b 1@2=<1\n2\r\n3\r4>|x 2@6=5|6");
  check("a,b\n\"\n\",\"\n\n\"\n5,6", "a|b 1@2=<\n>|<\n\n> 2@6=5|6");
  check("a,b\n5\" pipe,x\"y\n", "a|b 1@2=5\" pipe|x\"y");
  check("a,b\n1,\"2\"", "a|b 1@2=1|<2>");
  check("\"a;b\",c\n1,2\n", "<a;b>|c 1@2=1|2");
  check("\"a\"\"x\",b\n1,2\n", "<a\"x>|b 1@2=1|2");
}

static void separators(void **state) {
  (void)state;
  check("a;b\n1,5;2\n", "a|b 1@2=1,5|2");
  check("a\tb\n1,5\t2;\n", "a|b 1@2=1,5|2;");
  check("a;b,c;d\n1;2;3\n", "a|b,c|d 1@2=1|2|3");
  check("a;b,c\n1;2\n", "a|b,c 1@2=1|2");
  check("\"a,b,c\";d\n1;2\n", "<a,b,c>|d 1@2=1|2");
  check("\"a\n,,\"\"\";d\n1;2\n", "<a\n,,\">|d 1@3=1|2");
  check("\"\";\",,\"\n1;2\n", "<>|<,,> 1@2=1|2");
  check("5\" a;b\"\n1;2\n", "5\" a|b\" 1@2=1|2");
  check("sep=;\na,b;c\n1;2\n", "a,b|c 1@3=1|2");
  check("\xEF\xBB\xBFSEP=\t\r\na,b\tc\r\n1\t2\r\n", "a,b|c 1@3=1|2");
  check("sep=,", " !format 0,0 : the file is empty; a first line with the names of the columns is expected");
  check("sep=|\na|b\n", " !syntax 0,0 : the separator of a sep= line is a comma, a semicolon or a tab");
  check("sep=,x\n1,2\n", "sep=|x 1@2=1|2");
  check("sep=\n1\n", "sep= 1@2=1"); /* the next character ends the line: a name like any other */
  check_bytes("a,b;c\n1,2;3\n", 12, ';', "a,b|c 1@2=1,2|3");
  check_bytes("a,b;c\n1,2;3\n", 12, ',', "a|b;c 1@2=1|2;3");
  check_bytes("sep=;\na,b;c\n", 12, ',', "a|b;c");
  check_bytes("a,b\n", 4, '|', " !argument 0,0 separator: the separator is a comma, a semicolon or a tab");
}

/* --- what is refused --- */

static void wrong_counts_are_told_and_reading_goes_on(void **state) {
  (void)state;
  check(
      "a,b\n1\n2,3\n4,5,6\n7,8\n",
      "a|b !format 1,0 : line 2 has 1 fields where the header has 2; an empty field still needs its separator"
      " 2@3=2|3"
      " !format 3,0 : line 4 has 3 fields where the header has 2; put a field that holds the separator in double quotes"
      " 4@5=7|8");
}

static void text_after_a_quote_is_told_and_reading_goes_on(void **state) {
  (void)state;
  check("a,b\n\"x\"y,1\n2,\"he said \"hi\", ok\"\n3,\"4\" \n5,6\n",
        "a|b !syntax 1,1 a: text after the closing quote in line 2; write a quote inside a quoted field twice"
        " !syntax 2,2 b: text after the closing quote in line 3; write a quote inside a quoted field twice"
        " !syntax 3,2 b: text after the closing quote in line 4; write a quote inside a quoted field twice"
        " 4@5=5|6");
  check("\"a\"x,b\n1,2\n",
        " !syntax 0,1 : text after the closing quote in line 1; write a quote inside a quoted field twice");
}

static void a_quote_never_closed(void **state) {
  (void)state;
  check("a,b\n1,2\n3,\"x\n5,6\n",
        "a|b 1@2=1|2 !syntax 2,2 b: the quote that opens in line 3 is never closed; close it with a \"");
  check("a,b\n\"1\n2\",\"", "a|b !syntax 1,2 b: the quote that opens in line 3 is never closed; close it with a \"");
  check("a,\"b\n1,2\n", " !syntax 0,2 : the quote that opens in line 1 is never closed; close it with a \"");
  check("a,b\n1,\"\"\"", "a|b !syntax 1,2 b: the quote that opens in line 2 is never closed; close it with a \"");
}

static void encodings(void **state) {
  (void)state;
  check("a,b\n1,2\n3,caf\xE9\n",
        "a|b 1@2=1|2 !encoding 2,2 b: text in line 3 is not UTF-8; it looks like Latin-1 or Windows-1252: save the "
        "file as "
        "UTF-8");
  check("a,b\n\"\xE9t\",2\n",
        "a|b !encoding 1,1 a: text in line 2 is not UTF-8; it looks like Latin-1 or Windows-1252: save "
        "the file as UTF-8");
  check("a,b\n\xED\xA0\x80,2\n", "a|b !encoding 1,1 a: text in line 2 is not UTF-8; save the file as UTF-8");
  check("a,b\n1,\xE2\x82", "a|b !encoding 1,2 b: text in line 2 is not UTF-8; save the file as UTF-8");
  check("\xE9,b\n1,2\n",
        " !encoding 0,1 : text in line 1 is not UTF-8; it looks like Latin-1 or Windows-1252: save the file "
        "as UTF-8");
  check_bytes(
      "\xFF\xFE"
      "a\0,\0",
      6, '\0', " !encoding 0,0 : the file is UTF-16; save it as UTF-8");
  check_bytes("\xFE\xFF\0a", 4, '\0', " !encoding 0,0 : the file is UTF-16; save it as UTF-8");
  check_bytes(
      "a,b\n1\0,2\n", 9, '\0',
      "a|b !encoding 1,1 a: a NUL byte in line 2; the file is damaged, or UTF-16, which should be saved as UTF-8");
  check_bytes(
      "a,b\n1,\"\0\"\n", 10, '\0',
      "a|b !encoding 1,2 b: a NUL byte in line 2; the file is damaged, or UTF-16, which should be saved as UTF-8");
}

static void nothing_in_the_file(void **state) {
  (void)state;
  const char *wanted = " !format 0,0 : the file is empty; a first line with the names of the columns is expected";
  check("", wanted);
  check("\n\r\n\r", wanted);
  check("\xEF\xBB\xBF", wanted);
}

/* --- limits --- */

static niem_status read_large(const char *bytes, size_t n, niem_error *err) {
  ni_csv *csv = NULL;
  niem_status status = ni_csv_open_memory(&csv, bytes, n, '\0', err);
  int has_row = 1;
  while (status == NIEM_OK && has_row) {
    status = ni_csv_next(csv, &has_row, err);
  }
  ni_csv_close(csv);
  return status;
}

static void long_fields(void **state) {
  (void)state;
  for (int quoted = 0; quoted < 2; quoted++) {
    for (size_t over = 0; over < 2; over++) {
      size_t n = 4 + NI_CSV_FIELD + over + (quoted ? 2 : 0);
      char *text = ni_alloc(n, 1);
      memset(text, 'x', n);
      memcpy(text, quoted ? "a,b\n\"" : "a,b\n", quoted ? 5 : 4);
      text[n - 1] = quoted ? '"' : 'x';
      niem_error err;
      assert_int_equal(read_large(text, n, &err), over ? NIEM_ERROR_LIMIT : NIEM_ERROR_FORMAT);
      assert_non_null(strstr(err.message, over ? "longer than 16777216 bytes" : "line 2 has 1 fields"));
      ni_free(text);
    }
  }
}

static void a_quote_never_closed_in_a_large_file(void **state) {
  (void)state;
  size_t n = 40 << 20;
  char *text = ni_alloc(n, 1);
  for (size_t i = 0; i + 4 <= n; i += 4) {
    memcpy(text + i, "1,2\n", 4);
  }
  memcpy(text + 8, "3,\"\n", 4);
  niem_error err;
  assert_int_equal(read_large(text, n, &err), NIEM_ERROR_LIMIT);
  assert_string_equal(err.message,
                      "the field that begins in line 3 is longer than 16777216 bytes; is a closing quote missing?");
  assert_int_equal(err.row, 2);
  assert_int_equal(err.column, 2);
  ni_free(text);
}

static void a_row_without_end(void **state) {
  (void)state;
  size_t n = (size_t)NI_CSV_ROW + 10;
  char *text = ni_alloc(n, 1);
  memset(text, ',', n);
  memcpy(text, "a,b\n", 4);
  niem_error err;
  assert_int_equal(read_large(text, n, &err), NIEM_ERROR_LIMIT);
  assert_non_null(strstr(err.message, "the row in line 2 is longer than 67108864 bytes"));
  ni_free(text);
}

static void many_columns(void **state) {
  (void)state;
  for (size_t over = 0; over < 2; over++) {
    size_t n = NI_CSV_COLUMNS - 1 + over;
    char *text = ni_alloc(n, 1);
    memset(text, ';', n);
    niem_error err;
    assert_int_equal(read_large(text, n, &err), over ? NIEM_ERROR_LIMIT : NIEM_OK);
    if (over) {
      assert_string_equal(err.message, "65537 columns; at most 65536 are read");
    }
    ni_free(text);
  }
}

static void files(void **state) {
  (void)state;
  ni_csv *csv = NULL;
  niem_error err;
  assert_int_equal(ni_csv_open_file(&csv, "/no/such/file.csv", '\0', &err), NIEM_ERROR_IO);
  assert_null(csv);
  assert_int_equal(ni_csv_open_file(&csv, "/", '\0', &err), NIEM_ERROR_IO);
  assert_non_null(strstr(err.message, "it is a folder"));
  assert_int_equal(ni_csv_open_file(&csv, "/dev/null", '\0', &err), NIEM_ERROR_FORMAT);
  ni_csv_close(NULL);
  niem_buffer *b = NULL;
  assert_int_equal(ni_buffer_new(&b, NULL), NIEM_OK);
  ni_buffer_text(b, "unit;round\n");
  for (int i = 0; i < 300000; i++) {
    ni_buffer_text(b, "PL;\"20\"\"21\"\r\n");
  }
  char path[] = "/tmp/niem-test-XXXXXX";
  int made = mkstemp(path);
  assert_true(made >= 0);
  close(made);
  assert_int_equal(ni_file_write(path, niem_buffer_data(b), (size_t)niem_buffer_size(b), &err), NIEM_OK);
  niem_buffer_free(b);
  assert_int_equal(ni_csv_open_file(&csv, path, '\0', &err), NIEM_OK);
  assert_int_equal(ni_csv_separator(csv), ';');
  assert_string_equal(ni_csv_header(csv)[1].text, "round");
  int has_row = 1;
  while (has_row) {
    assert_int_equal(ni_csv_next(csv, &has_row, &err), NIEM_OK);
    if (has_row) {
      assert_int_equal(ni_csv_fields(csv)[1].length, 5);
      assert_memory_equal(ni_csv_fields(csv)[1].text, "20\"21", 5);
    }
  }
  assert_int_equal(ni_csv_row(csv), 300000);
  assert_int_equal(ni_csv_line(csv), 300001);
  ni_csv_close(csv);
  remove(path);
}

static int read_growing(void) {
  niem_buffer *out = NULL;
  if (ni_buffer_new(&out, NULL) != NIEM_OK) {
    return 1;
  }
  static const char TEXT[] = "a,b,\"c\"\"d\"\n1,2,\"333333333333333333333333333333333333\"\n";
  niem_status status = show(out, TEXT, sizeof TEXT - 1, '\0', 2);
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  status = status == NIEM_OK ? ni_buffer_status(out, NULL) : status;
  niem_buffer_free(out);
  return status == NIEM_ERROR_MEMORY;
}

static void memory_short(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(read_growing());
}

/* --- what is written --- */

static void check_field(const char *text, char separator, const char *wanted) {
  niem_buffer *b = NULL;
  assert_int_equal(ni_buffer_new(&b, NULL), NIEM_OK);
  ni_csv_field(b, text, strlen(text), separator);
  assert_string_equal(niem_buffer_data(b), wanted);
  niem_buffer_free(b);
}

static void fields_written(void **state) {
  (void)state;
  check_field("", ',', "");
  check_field("plain text", ',', "plain text");
  check_field("a,b", ',', "\"a,b\"");
  check_field("a,b", ';', "a,b");
  check_field("a;b", ';', "\"a;b\"");
  check_field("\"", ',', "\"\"\"\"");
  check_field("say \"hi\"", ',', "\"say \"\"hi\"\"\"");
  check_field("\"\"x", ',', "\"\"\"\"\"x\"");
  check_field("a\nb", ',', "\"a\nb\"");
  check_field("a\rb", ',', "\"a\rb\"");
  check_field(" a", ',', "\" a\"");
  check_field("a ", ',', "\"a \"");
}

/* Every text of up to five of these characters comes back as it was written. */
static void there_and_back(void **state) {
  (void)state;
  static const char LETTERS[] = "a ,;\"\n\r";
  enum { N = sizeof LETTERS - 1 };
  niem_buffer *b = NULL;
  assert_int_equal(ni_buffer_new(&b, NULL), NIEM_OK);
  ni_buffer_text(b, "x,y\n");
  for (int i = 0; i < N * N * N * N * N; i++) {
    char text[5];
    for (int k = 0, rest = i; k < 5; k++, rest /= N) {
      text[k] = LETTERS[rest % N];
    }
    size_t n = (size_t)(i % 6);
    ni_csv_field(b, text, n, ',');
    ni_buffer_char(b, ',');
    ni_csv_field(b, text, n, ',');
    ni_buffer_text(b, "\r\n");
  }
  ni_csv *csv = NULL;
  assert_int_equal(ni_csv_open_memory(&csv, niem_buffer_data(b), (size_t)niem_buffer_size(b), '\0', NULL), NIEM_OK);
  for (int i = 0; i < N * N * N * N * N; i++) {
    int has_row;
    assert_int_equal(ni_csv_next(csv, &has_row, NULL), NIEM_OK);
    assert_int_equal(has_row, 1);
    for (int f = 0; f < 2; f++) {
      const ni_csv_slice *field = &ni_csv_fields(csv)[f];
      assert_int_equal(field->length, i % 6);
      for (int k = 0, rest = i; k < i % 6; k++, rest /= N) {
        assert_int_equal(field->text[k], LETTERS[rest % N]);
      }
    }
  }
  ni_csv_close(csv);
  niem_buffer_free(b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows),
      cmocka_unit_test(blank_lines),
      cmocka_unit_test(quotes),
      cmocka_unit_test(separators),
      cmocka_unit_test(wrong_counts_are_told_and_reading_goes_on),
      cmocka_unit_test(text_after_a_quote_is_told_and_reading_goes_on),
      cmocka_unit_test(a_quote_never_closed),
      cmocka_unit_test(encodings),
      cmocka_unit_test(nothing_in_the_file),
      cmocka_unit_test(long_fields),
      cmocka_unit_test(a_quote_never_closed_in_a_large_file),
      cmocka_unit_test(a_row_without_end),
      cmocka_unit_test(many_columns),
      cmocka_unit_test(files),
      cmocka_unit_test(memory_short),
      cmocka_unit_test(fields_written),
      cmocka_unit_test(there_and_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
