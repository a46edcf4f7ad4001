/* Models and methods made at random from the bytes of a fuzzer, or from a seed. */
#ifndef CHOOSER_H
#define CHOOSER_H

#include <stddef.h>
#include <stdint.h>

/* Where choices come from: the bytes while there are any, then a generator that they have started. */
typedef struct chooser {
  const uint8_t *bytes;
  size_t n;
  uint64_t state;
} chooser;

static uint32_t choose(chooser *c, uint32_t n) {
  if (c->n > 0) {
    const uint32_t byte = *c->bytes++;
    c->n--;
    c->state = (c->state + byte) * 0x9e3779b97f4a7c15u;
    return byte % n;
  }
  uint64_t z = (c->state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (uint32_t)((z ^ (z >> 31)) % n);
}

/* What a fuzzer of these begins with, and puts in (mutate.h). */
#define CHOOSER_SEEDS                                                                                                \
  {                                                                                                                  \
    "", "a", "2", "niem", "01234567890123456789", "the quick brown fox", "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a", \
        "zyxwvutsrqponmlkjihgfedcba", "\xff\xfe\xfd\xfc\xfb\xfa", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrs"    \
  }
#define CHOOSER_PIECES \
  { "\x01", "\x02\x03", "AAAA", "\x80\x81\x82", "zz", "0", "99999999", "\x7f" }

#endif
