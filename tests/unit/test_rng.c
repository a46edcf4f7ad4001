/* base/rng.h: Philox4x32-10 by the published known answers (J. K. Salmon et al., Random123, tests/kat_vectors), and the
 * normal quantile by values of R 4's qnorm, which is the same algorithm (AS 241). */
#include "base/platform.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "assert_close.h"
#include "base/rng.h"

static void assert_block(const uint32_t counter[4], uint32_t key_low, uint32_t key_high, const uint32_t expected[4]) {
  uint32_t block[4];
  memcpy(block, counter, sizeof block);
  ni_philox(block, (uint64_t)key_high << 32 | key_low);
  for (int k = 0; k < 4; k++) {
    assert_int_equal(block[k], expected[k]);
  }
}

static void known_answers(void **state) {
  (void)state;
  const uint32_t zero[4] = {0, 0, 0, 0};
  const uint32_t of_zero[4] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
  const uint32_t ones[4] = {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff};
  const uint32_t of_ones[4] = {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
  const uint32_t pi[4] = {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344};
  const uint32_t of_pi[4] = {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
  assert_block(zero, 0, 0, of_zero);
  assert_block(ones, 0xffffffff, 0xffffffff, of_ones);
  assert_block(pi, 0xa4093822, 0x299f31d0, of_pi);
}

/* All published answers, where the reference data are at hand. */
static void published_file(void **state) {
  (void)state;
  const char *folder = getenv("NIEM_REFERENCE_DATA");
  char path[1024];
  char line[256];
  int n = 0;
  snprintf(path, sizeof path, "%s/refs/philox/kat_vectors.txt", folder == NULL ? "" : folder);
  FILE *file = folder == NULL ? NULL : fopen(path, "r");
  if (file == NULL) {
    print_message("NIEM_REFERENCE_DATA does not lead to refs/philox/kat_vectors.txt: skipped\n");
    skip();
  }
  while (fgets(line, sizeof line, file) != NULL) {
    uint32_t c[4], k[2], e[4];
    if (sscanf(line, "philox4x32 10 %x %x %x %x %x %x %x %x %x %x", &c[0], &c[1], &c[2], &c[3], &k[0], &k[1], &e[0],
               &e[1], &e[2], &e[3]) == 10) {
      assert_block(c, k[0], k[1], e);
      n++;
    }
  }
  fclose(file);
  assert_true(n >= 3);
}

/* The counter is (block, stream, replicate low, replicate high), the key the seed. */
static void counter_and_key(void **state) {
  (void)state;
  ni_rng rng;
  const uint64_t seed = 0x0123456789abcdefu;
  const uint64_t replicate = 0xfedcba9876543210u;
  ni_rng_init(&rng, seed, 7, replicate);
  for (uint32_t block = 0; block < 3; block++) {
    uint32_t expected[4] = {block, 7, 0x76543210, 0xfedcba98};
    ni_philox(expected, seed);
    for (int k = 0; k < 4; k++) {
      assert_int_equal(ni_rng_bits(&rng), expected[k]);
    }
  }
}

static void uniform_numbers(void **state) {
  (void)state;
  assert_true(ni_uniform_of(0, 0) == 0x1p-53);
  assert_true(ni_uniform_of(0xffffffff, 0xffffffff) == 1 - 0x1p-53);
  double sum = 0;
  double squares = 0;
  for (uint64_t replicate = 0; replicate < 20000; replicate++) {
    ni_rng rng;
    ni_rng_init(&rng, 1, 0, replicate);
    const double x = ni_rng_uniform(&rng);
    assert_true(x > 0 && x < 1);
    sum += x;
    squares += x * x;
  }
  assert_true(sum / 20000 > 0.49 && sum / 20000 < 0.51);
  assert_true(squares / 20000 > 0.323 && squares / 20000 < 0.343);
}

static void whole_numbers(void **state) {
  (void)state;
  ni_rng rng;
  int counts[7] = {0};
  ni_rng_init(&rng, 2, 0, 0);
  for (int i = 0; i < 70000; i++) {
    const uint32_t x = ni_rng_below(&rng, 7);
    assert_true(x < 7);
    counts[x]++;
  }
  for (int k = 0; k < 7; k++) {
    assert_true(counts[k] > 9600 && counts[k] < 10400);
  }
  assert_int_equal(ni_rng_below(&rng, 1), 0);
  assert_true(ni_rng_below(&rng, 0xffffffff) < 0xffffffff);
  for (int i = 0; i < 100; i++) { /* where nearly half of the draws are made again */
    assert_true(ni_rng_below(&rng, 0x80000001u) <= 0x80000000u);
  }
}

static void normal_quantiles(void **state) {
  (void)state;
  assert_true(ni_normal_quantile(0.5) == 0);
  assert_close(ni_normal_quantile(0.975), 1.959963984540054, 1e-15);
  assert_close(ni_normal_quantile(0.025), -1.959963984540054, 1e-15);
  assert_close(ni_normal_quantile(0.2), -0.8416212335729142, 1e-15);
  assert_close(ni_normal_quantile(1e-5), -4.264890793922825, 1e-15);
  assert_close(ni_normal_quantile(1e-20), -9.262340089798408, 1e-15);
  assert_close(ni_normal_quantile(1e-300), -37.0471, 1e-6);
  const double none[] = {0, 1, -1, 2, from_bits(0x7ff8000000000000u)};
  for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
    assert_same_bits(ni_normal_quantile(none[i]), from_bits(0x7ff8000000000000u));
  }
}

static void same_everywhere(void **state) {
  (void)state;
  uint64_t digest = DIGEST_START;
  double sum = 0;
  double squares = 0;
  for (uint64_t replicate = 0; replicate < 20000; replicate++) {
    ni_rng rng;
    ni_rng_init(&rng, 3, 1, replicate);
    const double x = ni_rng_normal(&rng);
    digest = digest_double(digest, x);
    sum += x;
    squares += x * x;
  }
  assert_true(sum / 20000 > -0.03 && sum / 20000 < 0.03);
  assert_true(squares / 20000 > 0.96 && squares / 20000 < 1.04);
  assert_digest("normal", digest, 0x72ec133688fa0ae4u);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_answers),   cmocka_unit_test(published_file), cmocka_unit_test(counter_and_key),
      cmocka_unit_test(uniform_numbers), cmocka_unit_test(whole_numbers),  cmocka_unit_test(normal_quantiles),
      cmocka_unit_test(same_everywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
