/* base/buffer and base/utf8. */
#include "base/platform.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/number.h"
#include "base/utf8.h"
#include "fail_allocation.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static niem_buffer *fresh(void) {
  niem_buffer *buffer = NULL;
  assert_int_equal(ni_buffer_new(&buffer, NULL), NIEM_OK);
  return buffer;
}

static void check_and_free(niem_buffer *buffer, const char *wanted) {
  assert_int_equal(ni_buffer_status(buffer, NULL), NIEM_OK);
  assert_int_equal(niem_buffer_size(buffer), strlen(wanted));
  assert_string_equal(niem_buffer_data(buffer), wanted);
  niem_buffer_free(buffer);
}

static void empty_buffer(void **state) {
  (void)state;
  check_and_free(fresh(), "");
  niem_buffer_free(NULL);
  assert_null(niem_buffer_data(NULL));
  assert_int_equal(niem_buffer_size(NULL), 0);
}

static void pieces_follow_each_other(void **state) {
  (void)state;
  niem_buffer *b = fresh();
  ni_buffer_append(b, NULL, 0);
  ni_buffer_text(b, "a");
  ni_buffer_char(b, ',');
  ni_buffer_append(b, "bcd", 2);
  check_and_free(b, "a,bc");
}

static void integers(void **state) {
  (void)state;
  niem_buffer *b = fresh();
  const int64_t values[] = {0, -1, 10, INT64_MAX, INT64_MIN};
  for (size_t i = 0; i < 5; i++) {
    ni_buffer_int(b, values[i]);
    ni_buffer_char(b, ' ');
  }
  check_and_free(b, "0 -1 10 9223372036854775807 -9223372036854775808 ");
}

static void doubles(void **state) {
  (void)state;
  niem_buffer *b = fresh();
  ni_buffer_double(b, 0.1);
  ni_buffer_char(b, ' ');
  ni_buffer_json_double(b, 66.5);
  ni_buffer_char(b, ' ');
  ni_buffer_json_double(b, ni_nan());
  ni_buffer_char(b, ' ');
  ni_buffer_json_double(b, ni_double_from_bits(0x7ff0000000000000u));
  check_and_free(b, "0.1 66.5 null null");
}

static void json_strings(void **state) {
  (void)state;
  niem_buffer *b = fresh();
  ni_buffer_json_string(b, "a\"b\\c/\b\f\n\r\t\x01\x1f\x7f\xC3\xA9\xF0\x9F\x98\x80");
  check_and_free(b, "\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\xC3\xA9\xF0\x9F\x98\x80\"");
  b = fresh();
  ni_buffer_json_string(b, "");
  ni_buffer_json_string_n(b, "x\0y", 3);
  check_and_free(b, "\"\"\"x\\u0000y\"");
}

static void grows_far(void **state) {
  (void)state;
  niem_buffer *b = fresh();
  for (int i = 0; i < 100000; i++) {
    ni_buffer_text(b, "0123456789");
  }
  assert_int_equal(niem_buffer_size(b), 1000000);
  assert_int_equal(strlen(niem_buffer_data(b)), 1000000);
  niem_buffer_free(b);
}

static int write_some(void) {
  niem_buffer *b = NULL;
  niem_error err;
  if (ni_buffer_new(&b, &err) != NIEM_OK) {
    return 1;
  }
  for (int i = 0; i < 100; i++) {
    ni_buffer_json_string(b, "text");
    ni_buffer_int(b, i);
  }
  niem_status status = ni_buffer_status(b, &err);
  niem_buffer_free(b);
  return status == NIEM_ERROR_MEMORY && err.status == NIEM_ERROR_MEMORY;
}

static void memory_short(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(write_some());
}

static void an_impossible_size_is_a_memory_error(void **state) {
  (void)state;
  niem_buffer *b = fresh();
  ni_buffer_append(b, "", SIZE_MAX / 2);
  assert_int_equal(ni_buffer_status(b, NULL), NIEM_ERROR_MEMORY);
  ni_buffer_text(b, "later");
  assert_int_equal(niem_buffer_size(b), 0);
  niem_buffer_free(b);
}

/* Table 3-7 of the Unicode Standard, spelled out another way than in the library. */
static int is_valid_by_value(const unsigned char *b, size_t n) {
  static const uint32_t LEAST[5] = {0, 0, 0x80, 0x800, 0x10000};
  size_t length = b[0] < 0x80 ? 1 : b[0] >= 0xF0 ? 4 : b[0] >= 0xE0 ? 3 : 2;
  if (b[0] >= 0xF8 || (b[0] >= 0x80 && b[0] < 0xC0) || n != length) {
    return 0;
  }
  uint32_t code = length == 1 ? b[0] : b[0] & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; i++) {
    if (b[i] >> 6 != 2) {
      return 0;
    }
    code = code << 6 | (b[i] & 0x3Fu);
  }
  return code >= LEAST[length] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

/* Every sequence of one to three bytes, and of four with a choice of ends. */
static void every_short_sequence(void **state) {
  (void)state;
  size_t wrong = 0;
  for (uint32_t x = 0; x < 0x1000000; x++) {
    unsigned char b[4] = {(unsigned char)(x >> 16), (unsigned char)(x >> 8), (unsigned char)x, 0x80};
    for (size_t n = 1; n <= 4; n++) {
      int repeated = (n == 1 && (x & 0xFFFF) != 0) || (n == 2 && (x & 0xFF) != 0);
      if (!repeated && (ni_utf8_step((const char *)b, n) == n) != is_valid_by_value(b, n)) {
        wrong++;
      }
    }
  }
  assert_int_equal(wrong, 0);
}

static void every_code_point_there_and_back(void **state) {
  (void)state;
  for (uint32_t code = 0; code <= 0x10FFFF; code += code < 0x3000 ? 1 : 31) {
    char text[4];
    size_t n = ni_utf8_put(text, code);
    int surrogate = code >= 0xD800 && code <= 0xDFFF;
    assert_int_equal(ni_utf8_step(text, n), surrogate ? 0 : n);
    assert_int_equal(ni_utf8_length(text, n), 1);
  }
}

static void finds_the_first_fault_anywhere(void **state) {
  (void)state;
  static const char *const FAULTS[] = {"\x80", "\xC0\xAF", "\xE0\x9F\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                       "\xF5", "\xFF",     "\xC3",         "\xE2\x82",     "\xF0\x9F\x98"};
  for (size_t f = 0; f < sizeof FAULTS / sizeof FAULTS[0]; f++) {
    for (size_t at = 0; at < 40; at++) {
      char text[64];
      memset(text, 'a', sizeof text);
      if (at >= 3) {
        memcpy(text + at - 3, "\xE2\x82\xAC", 3);
      }
      assert_int_equal(ni_utf8_invalid_at(text, at), -1);
      memcpy(text + at, FAULTS[f], strlen(FAULTS[f]));
      assert_int_equal(ni_utf8_invalid_at(text, sizeof text), at);
      assert_int_equal(ni_utf8_invalid_at(text, at + strlen(FAULTS[f])), at); /* cut off by the end */
    }
  }
  assert_int_equal(ni_utf8_invalid_at("", 0), -1);
  assert_int_equal(ni_utf8_step("", 0), 0);
}

static void marks_and_advice(void **state) {
  (void)state;
  assert_true(ni_utf8_has_mark("\xEF\xBB\xBFx", 4));
  assert_false(ni_utf8_has_mark("\xEF\xBB", 2));
  assert_true(ni_utf16_has_mark("\xFF\xFE", 2));
  assert_true(ni_utf16_has_mark("\xFE\xFF", 2));
  assert_false(ni_utf16_has_mark("\xFE", 1));
  assert_non_null(strstr(ni_utf8_advice("\xE9g", 2), "Latin-1"));
  assert_non_null(strstr(ni_utf8_advice("\xE9", 1), "Latin-1"));
  assert_null(strstr(ni_utf8_advice("\xED\xA0\x80", 3), "Latin-1"));
}

static size_t read_back(char *into, size_t size, const char *path) {
  FILE *file = fopen(path, "rb");
  const size_t n = file == NULL ? 0 : fread(into, 1, size, file);
  if (file != NULL) {
    (void)fclose(file);
  }
  return n;
}

/* Bytes of any kind go out as they are; what cannot be written leaves the old file, and says where it stands. */
static void written_whole_or_not_at_all(void **state) {
  (void)state;
  static const char bytes[] = "a\0b\n\xff";
  char path[64], within[96], found[16];
  niem_error err;
  niem_buffer *buffer = fresh();
  (void)snprintf(path, sizeof path, "/tmp/niem-buffer-%ld", (long)getpid());
  (void)snprintf(within, sizeof within, "%s/below", path);
  ni_buffer_append(buffer, bytes, 5);
  assert_int_equal(niem_buffer_write(buffer, path, &err), NIEM_OK);
  assert_int_equal(read_back(found, sizeof found, path), 5);
  assert_memory_equal(found, bytes, 5);
  assert_int_equal(niem_buffer_write(buffer, within, &err), NIEM_ERROR_IO); /* below what is no folder */
  assert_int_equal(read_back(found, sizeof found, path), 5);
  assert_int_equal(niem_buffer_write(NULL, path, &err), NIEM_ERROR_ARGUMENT);
  assert_string_equal(err.where, "buffer");
  assert_int_equal(niem_buffer_write(buffer, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_string_equal(err.where, "path");
  (void)remove(path);
  niem_buffer_free(buffer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(empty_buffer),
      cmocka_unit_test(pieces_follow_each_other),
      cmocka_unit_test(integers),
      cmocka_unit_test(doubles),
      cmocka_unit_test(json_strings),
      cmocka_unit_test(grows_far),
      cmocka_unit_test(memory_short),
      cmocka_unit_test(an_impossible_size_is_a_memory_error),
      cmocka_unit_test(every_short_sequence),
      cmocka_unit_test(every_code_point_there_and_back),
      cmocka_unit_test(finds_the_first_fault_anywhere),
      cmocka_unit_test(marks_and_advice),
      cmocka_unit_test(written_whole_or_not_at_all),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
