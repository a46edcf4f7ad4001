/* Runs of ordinary bytes: both ways of finding their ends beside a look at each byte. */
#include "base/platform.h"

#include "assert_close.h"
#include "base/bytes.h"

/* The way for machines without SSE2, under other names. */
#undef NI_BYTES_H
#define NI_BYTES_PLAIN
#define NI_STOPS PLAIN_STOPS
#define ni_stops plain_stops
#define ni_zeros plain_zeros
#define ni_stops_8 plain_stops_8
#define ni_lowest_bit plain_lowest_bit
#include "base/bytes.h"
#undef NI_STOPS
#undef ni_stops
#undef ni_zeros
#undef ni_stops_8
#undef ni_lowest_bit

static uint64_t looked_at(const char *at, char separator) {
  uint64_t stops = 0;
  for (int k = 0; k < NI_STOPS; k++) {
    const unsigned char byte = (unsigned char)at[k];
    const int stop = at[k] == separator || byte == '"' || byte < 0x10 || byte >= 0x80;
    stops |= (uint64_t)stop << k;
  }
  return stops;
}

static void same_stops(const char *bytes) {
  static const char separators[] = {',', ';', '\t'};
  for (size_t i = 0; i < 3; i++) {
    const uint64_t wanted = looked_at(bytes, separators[i]);
    assert_true(ni_stops(bytes, separators[i]) == wanted);
    assert_true(plain_stops(bytes, separators[i]) == wanted);
    if (wanted != 0) {
      assert_true((wanted >> ni_lowest_bit(wanted) & 1) == 1);
      assert_true((wanted & (((uint64_t)1 << ni_lowest_bit(wanted)) - 1)) == 0);
    }
  }
}

/* Each byte at each place, alone and with each neighbour. */
static void test_stops(void **state) {
  (void)state;
  char bytes[64];
  for (int value = 0; value < 256; value++) {
    for (int place = 0; place < 64; place++) {
      memset(bytes, 'a', sizeof bytes);
      bytes[place] = (char)value;
      same_stops(bytes);
      bytes[(place + 1) % 64] = (char)(value * 7 + place);
      bytes[(place + 63) % 64] = (char)(255 - value);
      same_stops(bytes);
    }
    memset(bytes, value, sizeof bytes);
    same_stops(bytes);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_stops)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
