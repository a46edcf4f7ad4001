/* UTF-8 (RFC 3629, table 3-7 of the Unicode Standard: well-formed byte sequences). */
#include "base/platform.h"

#include "base/utf8.h"

#include <string.h>

static int continues(unsigned char byte) {
  return (byte & 0xC0) == 0x80;
}

static int is_ascii_word(const char *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return (word & UINT64_C(0x8080808080808080)) == 0;
}

size_t ni_utf8_step(const char *bytes, size_t left) {
  const unsigned char *b = (const unsigned char *)bytes;
  if (left == 0) {
    return 0;
  }
  unsigned char lead = b[0];
  if (lead < 0x80) {
    return 1;
  }
  size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (lead < 0xC2 || lead > 0xF4 || left < length) {
    return 0;
  }
  /* The second byte's range depends on the lead: here overlong forms, surrogates and what lies above U+10FFFF end. */
  unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (b[1] < low || b[1] > high) {
    return 0;
  }
  for (size_t i = 2; i < length; i++) {
    if (!continues(b[i])) {
      return 0;
    }
  }
  return length;
}

int64_t ni_utf8_invalid_at(const char *bytes, size_t n) {
  size_t i = 0;
  while (i < n) {
    if (n - i >= 8 && is_ascii_word(bytes + i)) {
      i += 8;
      continue;
    }
    size_t step = ni_utf8_step(bytes + i, n - i);
    if (step == 0) {
      return (int64_t)i;
    }
    i += step;
  }
  return -1;
}

const char *ni_utf8_advice(const char *bytes, size_t left) {
  /* A letter with an accent in an 8-bit encoding stands alone among ASCII; damaged UTF-8 mostly has more than one such
   * byte. */
  if (left < 2 || (unsigned char)bytes[1] < 0x80) {
    return "not UTF-8; it looks like Latin-1 or Windows-1252: save the file as UTF-8";
  }
  return "not UTF-8; save the file as UTF-8";
}

int ni_utf8_has_mark(const char *bytes, size_t n) {
  return n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
}

int ni_utf16_has_mark(const char *bytes, size_t n) {
  return n >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0);
}

int64_t ni_utf8_length(const char *bytes, size_t n) {
  int64_t characters = 0;
  for (size_t i = 0; i < n; i++) {
    characters += !continues((unsigned char)bytes[i]);
  }
  return characters;
}

size_t ni_utf8_put(char out[4], uint32_t code) {
  static const unsigned char LEADS[] = {0, 0, 0xC0, 0xE0, 0xF0};
  size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (size_t i = length - 1; i > 0; i--) {
    out[i] = (char)(0x80 | (code & 0x3F));
    code >>= 6;
  }
  out[0] = (char)(LEADS[length] | code);
  return length;
}
