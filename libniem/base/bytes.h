/* Bytes that end a run of ordinary text, found many at a time. */
#ifndef NI_BYTES_H
#define NI_BYTES_H

#include "base/platform.h"

#include <string.h>

#if defined(__SSE2__) && !defined(NI_BYTES_PLAIN)
#include <emmintrin.h>
#endif

/* How many bytes ni_stops looks at; as many must be readable. */
enum { NI_STOPS = 64 };

#if defined(__SSE2__) && !defined(NI_BYTES_PLAIN)

static inline uint64_t ni_stops_16(const char *at, __m128i separators) {
  const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
  const __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x10)); /* signed: what is not ASCII is below too */
  const __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(bytes, separators), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
  return (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_or_si128(low, marks));
}

/* Bit k tells whether byte k may end a run: it is the separator, a quote, a control character below 0x10 (NUL, tab, LF
 * and CR among them), or not ASCII. */
static inline uint64_t ni_stops(const char *at, char separator) {
  const __m128i separators = _mm_set1_epi8(separator);
  return ni_stops_16(at, separators) | ni_stops_16(at + 16, separators) << 16 | ni_stops_16(at + 32, separators) << 32 |
         ni_stops_16(at + 48, separators) << 48;
}

#else

/* The high bit of each byte that is 0. No sum here and below carries from a byte into the next. */
static inline uint64_t ni_zeros(uint64_t word) {
  const uint64_t lows = UINT64_C(0x7F7F7F7F7F7F7F7F);
  return ~(((word & lows) + lows) | word | lows);
}

/* The same for 8 bytes in one word. */
static inline uint64_t ni_stops_8(const char *at, uint64_t separators) {
  uint64_t word = 0;
  for (int k = 0; k < 8; k++) { /* byte k at bit 8 k, whatever the machine's order; compilers make one load of it */
    word |= (uint64_t)(unsigned char)at[k] << (8 * k);
  }
  const uint64_t is_high_digit = (word & UINT64_C(0x7070707070707070)) + UINT64_C(0x7070707070707070);
  const uint64_t stops = ni_zeros(word ^ separators) | ni_zeros(word ^ UINT64_C(0x2222222222222222)) |
                         ((~is_high_digit | word) & UINT64_C(0x8080808080808080));
  return ((stops >> 7) * UINT64_C(0x0102040810204080)) >> 56;
}

static inline uint64_t ni_stops(const char *at, char separator) {
  const uint64_t separators = (unsigned char)separator * UINT64_C(0x0101010101010101);
  uint64_t stops = 0;
  for (int k = 0; k < NI_STOPS; k += 8) {
    stops |= ni_stops_8(at + k, separators) << k;
  }
  return stops;
}

#endif

/* The place of the lowest bit of a mask that is not 0. */
static inline int ni_lowest_bit(uint64_t mask) {
#if defined(__GNUC__)
  return __builtin_ctzll(mask);
#else
  int place = 0;
  while ((mask >> place & 1) == 0) {
    place++;
  }
  return place;
#endif
}

#endif
