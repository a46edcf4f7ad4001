/* UTF-8 (RFC 3629): what is valid, and how many characters it holds. */
#ifndef NI_UTF8_H
#define NI_UTF8_H

#include "base/platform.h"

/* Bytes (1-4) of the character that begins at `bytes`, of which `left` may be read; 0 when it is not valid: overlong, a
 * surrogate, above U+10FFFF, a stray continuation, or cut off by the end. */
size_t ni_utf8_step(const char *bytes, size_t left);

/* Offset of the first byte that is not valid UTF-8, -1 when all are. NUL is valid here. */
int64_t ni_utf8_invalid_at(const char *bytes, size_t n);

/* What is likely the matter with the invalid bytes at `bytes`, and the remedy, to follow "this is": "no UTF-8; ...". */
const char *ni_utf8_advice(const char *bytes, size_t left);

/* Whether the text begins with the byte order mark of UTF-8, or of UTF-16 in either order. */
int ni_utf8_has_mark(const char *bytes, size_t n);
int ni_utf16_has_mark(const char *bytes, size_t n);

/* Characters (code points) in valid UTF-8. */
int64_t ni_utf8_length(const char *bytes, size_t n);

/* The UTF-8 of a code point into `out`; gives its length (1-4). Surrogates are the caller's to refuse. */
size_t ni_utf8_put(char out[4], uint32_t code);

#endif
