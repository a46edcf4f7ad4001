/* Growable bytes with a sticky out-of-memory flag, and the JSON spellings of texts and numbers (RFC 8259). */
#include "base/platform.h"

#include "base/buffer.h"

#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"

struct niem_buffer {
  char *bytes; /* NULL while nothing was appended; otherwise followed by a NUL */
  size_t size;
  size_t capacity;
  int failed;
};

niem_status ni_buffer_new(niem_buffer **out, niem_error *err) {
  niem_buffer *buffer = ni_alloc_zero(1, sizeof *buffer);
  if (buffer == NULL) {
    return ni_fail_memory(err);
  }
  *out = buffer;
  return NIEM_OK;
}

/* Room for n more bytes and the NUL; NULL when the buffer has failed, now or before. */
static char *extend(niem_buffer *buffer, size_t n) {
  if (!buffer->failed && (n > SIZE_MAX / 4 - buffer->size ||
                          !ni_grow(&buffer->bytes, &buffer->capacity, buffer->size + n + 1, sizeof *buffer->bytes))) {
    buffer->failed = 1;
  }
  if (buffer->failed) {
    return NULL;
  }
  char *place = buffer->bytes + buffer->size;
  buffer->size += n;
  place[n] = '\0';
  return place;
}

void ni_buffer_append(niem_buffer *buffer, const void *bytes, size_t n) {
  char *place = extend(buffer, n);
  if (place != NULL && n > 0) {
    memcpy(place, bytes, n);
  }
}

void ni_buffer_text(niem_buffer *buffer, const char *text) {
  ni_buffer_append(buffer, text, strlen(text));
}

void ni_buffer_char(niem_buffer *buffer, char c) {
  ni_buffer_append(buffer, &c, 1);
}

void ni_buffer_int(niem_buffer *buffer, int64_t x) {
  char digits[20];
  size_t at = sizeof digits;
  uint64_t left = x < 0 ? 0 - (uint64_t)x : (uint64_t)x;
  do {
    digits[--at] = (char)('0' + left % 10);
    left /= 10;
  } while (left > 0);
  if (x < 0) {
    digits[--at] = '-';
  }
  ni_buffer_append(buffer, digits + at, sizeof digits - at);
}

void ni_buffer_double(niem_buffer *buffer, double x) {
  char text[32];
  size_t n = ni_print_double(text, x);
  ni_buffer_append(buffer, text, n);
}

void ni_buffer_json_double(niem_buffer *buffer, double x) {
  if (ni_is_finite(x)) {
    ni_buffer_double(buffer, x);
  } else {
    ni_buffer_text(buffer, "null");
  }
}

static void escape(niem_buffer *buffer, unsigned char c) {
  static const char HEX[] = "0123456789abcdef";
  static const char SHORT[] = "\bb\ff\nn\rr\tt\"\"\\\\"; /* pairs of a character and its letter */
  for (const char *pair = SHORT; *pair != '\0'; pair += 2) {
    if ((unsigned char)*pair == c) {
      char text[2] = {'\\', pair[1]};
      ni_buffer_append(buffer, text, sizeof text);
      return;
    }
  }
  char text[6] = {'\\', 'u', '0', '0', HEX[c >> 4], HEX[c & 15]};
  ni_buffer_append(buffer, text, sizeof text);
}

void ni_buffer_json_string_n(niem_buffer *buffer, const char *text, size_t n) {
  ni_buffer_char(buffer, '"');
  size_t from = 0;
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c < 0x20 || c == '"' || c == '\\') {
      ni_buffer_append(buffer, text + from, i - from);
      escape(buffer, c);
      from = i + 1;
    }
  }
  ni_buffer_append(buffer, text + from, n - from);
  ni_buffer_char(buffer, '"');
}

void ni_buffer_json_string(niem_buffer *buffer, const char *text) {
  ni_buffer_json_string_n(buffer, text, strlen(text));
}

niem_status ni_buffer_status(const niem_buffer *buffer, niem_error *err) {
  return buffer->failed ? ni_fail_memory(err) : NIEM_OK;
}

const char *niem_buffer_data(const niem_buffer *buffer) {
  if (buffer == NULL) {
    return NULL;
  }
  return buffer->bytes == NULL ? "" : buffer->bytes;
}

int64_t niem_buffer_size(const niem_buffer *buffer) {
  return buffer == NULL ? 0 : (int64_t)buffer->size;
}

void niem_buffer_free(niem_buffer *buffer) {
  if (buffer != NULL) {
    ni_free(buffer->bytes);
    ni_free(buffer);
  }
}

niem_status niem_buffer_write(const niem_buffer *buffer, const char *path, niem_error *err) {
  if (buffer == NULL || path == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, buffer == NULL ? "buffer" : "path", "must not be NULL");
  }
  return ni_file_write(path, niem_buffer_data(buffer), buffer->size, err);
}
