/* base/digest against the example messages of FIPS 180-4 (and 180-2, change notice 1) and each length around a block's
 * edge. */
#include "base/platform.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "base/digest.h"

static void published_examples(void **state) {
  (void)state;
  static const char *const CASES[][2] = {{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
                                         {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
                                         {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                                          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
                                         {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklm"
                                          "nopqklmnopqrlmnopqrsmnopqrstnopqrstu",
                                          "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"}};
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    char hex[NI_DIGEST_HEX];
    ni_digest_hex(CASES[i][0], strlen(CASES[i][0]), hex);
    assert_string_equal(hex, CASES[i][1]);
  }
}

static void a_million_letters(void **state) {
  (void)state;
  ni_digest d;
  ni_digest_init(&d);
  char piece[1000];
  memset(piece, 'a', sizeof piece);
  for (int i = 0; i < 1000; i++) {
    ni_digest_update(&d, piece, sizeof piece);
  }
  char hex[NI_DIGEST_HEX];
  ni_digest_finish_hex(&d, hex);
  assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* The digest of the digests of 0 to 300 letters, as sha256sum gives it for the same bytes; cut into two pieces
 * anywhere, each is the same. */
static void lengths_and_pieces(void **state) {
  (void)state;
  char text[300];
  memset(text, 'x', sizeof text);
  ni_digest all;
  ni_digest_init(&all);
  for (size_t n = 0; n <= sizeof text; n++) {
    char whole[NI_DIGEST_HEX];
    ni_digest_hex(text, n, whole);
    ni_digest_update(&all, whole, NI_DIGEST_HEX - 1);
    for (size_t cut = 0; cut <= n; cut += 7) {
      char pieces[NI_DIGEST_HEX];
      ni_digest d;
      ni_digest_init(&d);
      ni_digest_update(&d, text, cut);
      ni_digest_update(&d, NULL, 0);
      ni_digest_update(&d, text + cut, n - cut);
      ni_digest_finish_hex(&d, pieces);
      assert_string_equal(pieces, whole);
    }
  }
  char hex[NI_DIGEST_HEX];
  ni_digest_finish_hex(&all, hex);
  assert_string_equal(hex, "4f1214e9ef2dcfefe099f05aaaceccdad8549cc50a52723cdba372bb89323705");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(published_examples),
      cmocka_unit_test(a_million_letters),
      cmocka_unit_test(lengths_and_pieces),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
