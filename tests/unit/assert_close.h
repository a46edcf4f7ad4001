/* Comparing doubles in cmocka tests (its own assert_float_equal casts to float), and what tests of bits share: random
 * numbers and a digest. */
#ifndef ASSERT_CLOSE_H
#define ASSERT_CLOSE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static inline uint64_t bits_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline double from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static inline void check_close(double a, double b, double relative, const char *file, int line) {
  const double size_a = a < 0 ? -a : a;
  const double size_b = b < 0 ? -b : b;
  const double distance = a < b ? b - a : a - b;
  const double allowed = relative * (size_a > size_b ? size_a : size_b);
  const int both_nan = a != a && b != b;
  if (!(a == b || both_nan || distance <= allowed)) {
    print_error("%.17g (%a) is not within %g of %.17g (%a)\n", a, a, relative, b, b);
    _fail(file, line);
  }
}

static inline void check_same_bits(double a, double b, const char *file, int line) {
  if (bits_of(a) != bits_of(b)) {
    print_error("%.17g (%a) has not the bits of %.17g (%a)\n", a, a, b, b);
    _fail(file, line);
  }
}

/* a and b differ by at most `relative` times the larger; two NaNs are close. */
#define assert_close(a, b, relative) check_close((a), (b), (relative), __FILE__, __LINE__)
#define assert_same_bits(a, b) check_same_bits((a), (b), __FILE__, __LINE__)

/* splitmix64 (Steele, Lea & Flood 2014) */
static inline uint64_t next_bits(uint64_t *state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/* Uniform in [low, high). */
static inline double next_uniform(uint64_t *state, double low, double high) {
  return low + (high - low) * ((double)(next_bits(state) >> 11) * 0x1p-53);
}

/* A finite double of any exponent within 2^-range ... 2^range, and any sign. */
static inline double next_double(uint64_t *state, int range) {
  const uint64_t random = next_bits(state);
  const uint64_t exponent = (uint64_t)(1023 - range) + (random >> 52) % (uint64_t)(2 * range + 1);
  return from_bits((random & 0x800fffffffffffffu & ~((uint64_t)0x7ff << 52)) | exponent << 52);
}

/* FNV-1a over the bits of a double: the same on every build, or a build does not keep the contract. */
static inline uint64_t digest_bits(uint64_t digest, uint64_t bits) {
  for (int i = 0; i < 8; i++) {
    digest = (digest ^ ((bits >> (8 * i)) & 0xff)) * 0x100000001b3u;
  }
  return digest;
}

static inline uint64_t digest_double(uint64_t digest, double x) {
  return digest_bits(digest, bits_of(x));
}

#define DIGEST_START 0xcbf29ce484222325u

/* The digest that every compiler, option and processor came to so far. */
static inline void check_digest(const char *name, uint64_t digest, uint64_t expected, const char *file, int line) {
  print_message("digest %s %016llx\n", name, (unsigned long long)digest);
  if (digest != expected) {
    print_error("the digest of %s was %016llx on every build so far\n", name, (unsigned long long)expected);
    _fail(file, line);
  }
}

#define assert_digest(name, digest, expected) check_digest((name), (digest), (expected), __FILE__, __LINE__)

#endif
