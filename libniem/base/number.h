/* Numbers as bits and as text: NaN, and parsing and printing that never depend on the locale or on the host's libc. */
#ifndef NI_NUMBER_H
#define NI_NUMBER_H

#include <string.h>

#include "base/platform.h"

static inline uint64_t ni_double_bits(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline double ni_double_from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* By the bits, so that no compiler option can optimise it away. */
static inline int ni_is_nan(double x) {
  return (ni_double_bits(x) & 0x7fffffffffffffffu) > 0x7ff0000000000000u;
}

static inline int ni_is_finite(double x) {
  return (ni_double_bits(x) & 0x7ff0000000000000u) != 0x7ff0000000000000u;
}

/* A power of two that is at least x (x > 0, normal), and less than 4 x. */
static inline double ni_power_of_two_above(double x) {
  return ni_double_from_bits((ni_double_bits(x) & 0x7ff0000000000000u) + ((uint64_t)1 << 52));
}

/* The one NaN of all outputs, 0x7ff8000000000000. */
double ni_nan(void);

/* What parsing came to. `*out` is written for NI_NUMBER_OK only. */
enum {
  NI_NUMBER_OK = 0,
  NI_NUMBER_SYNTAX = 1, /* not a number by the grammar */
  NI_NUMBER_RANGE = 2   /* a number, too large in magnitude for the type */
};

/* The whole of text[0 .. length) as a double, correctly rounded (nearest even) for any number of digits; what is too
 * small becomes a subnormal or zero. Grammar: an optional + or -, digits with at most one decimal point among or beside
 * them and at least one digit (".5" and "5." are numbers), an optional e or E with an optional sign and digits. No
 * spaces, no words, no hexadecimals, no grouping of digits. `decimal_point` is '.' or ','. Linear in length. */
int ni_parse_double(const char *text, size_t length, char decimal_point, double *out);
/* The same by the grammar of JSON (RFC 8259): no +, no leading zeros, a digit on either side of the point. */
int ni_parse_json_number(const char *text, size_t length, double *out);
/* An optional + or - and digits, nothing else. */
int ni_parse_int64(const char *text, size_t length, int64_t *out);

/* The fewest digits that read back as x, and of these the closest to x (Steele & White 1990): "100", "0.1", "66.67",
 * "-0". Plain notation for 1e-5 <= |x| < 1e21, else "1e21", "1.5e-7"; always a JSON number, but for "NaN", "Infinity"
 * and "-Infinity". Returns the length without the NUL that follows. */
enum { NI_DOUBLE_TEXT = 32 };
size_t ni_print_double(char out[NI_DOUBLE_TEXT], double x);

/* Rounding at output. Half goes away from zero on the shortest decimal that reads back as x, which is the number that a
 * reader sees printed: 0.285 becomes 0.29 although the double is a little less. `digits` is taken into 0 .. 15; a
 * result of zero is never negative. NaN and infinities stay. */
double ni_round_decimals(double x, int digits);
/* The same to `digits` significant digits, from 1 on: 0.0285 to two becomes 0.029. A result beyond the greatest double
 * is that one. */
double ni_round_significant(double x, int digits);
/* The first as text with exactly `digits` decimals: "66.67", "-0.50", "0.00". Returns the length without the NUL, or 0
 * with an empty text where `size` is too small; NI_FIXED_TEXT is enough for every double. */
enum { NI_FIXED_TEXT = 336 };
size_t ni_print_fixed(char *out, size_t size, double x, int digits);

#endif
