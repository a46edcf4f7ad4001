/* base/dictionary: ids in order of appearance, whatever the texts. */
#include "base/platform.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/dictionary.h"
#include "fail_allocation.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static void nothing_in_it(void **state) {
  (void)state;
  ni_dictionary d;
  ni_dictionary_init(&d);
  assert_int_equal(ni_dictionary_find(&d, "a", 1), -1);
  assert_int_equal(ni_dictionary_count(&d), 0);
  assert_null(ni_dictionary_text(&d, 0));
  assert_int_equal(ni_dictionary_length(&d, 0), 0);
  ni_dictionary_free(&d);
  ni_dictionary_free(&d);
}

static void ids_in_order_of_appearance(void **state) {
  (void)state;
  static const struct {
    const char *text;
    size_t length;
    int32_t id;
  } STEPS[] = {{"PL", 2, 0},          {"CZ", 2, 1}, {"PL", 2, 0},          {"", 0, 2},   {"P", 1, 3},    {"PL\0", 3, 4},
               {"subsidiary", 10, 5}, {"", 0, 2},   {"subsidiary", 10, 5}, {"\0", 1, 6}, {"\0\0", 2, 7}, {"CZ", 2, 1}};
  ni_dictionary d;
  ni_dictionary_init(&d);
  for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0]; i++) {
    assert_int_equal(ni_dictionary_add(&d, STEPS[i].text, STEPS[i].length), STEPS[i].id);
    assert_int_equal(ni_dictionary_find(&d, STEPS[i].text, STEPS[i].length), STEPS[i].id);
    assert_int_equal(ni_dictionary_length(&d, STEPS[i].id), STEPS[i].length);
    assert_memory_equal(ni_dictionary_text(&d, STEPS[i].id), STEPS[i].text, STEPS[i].length + 1);
  }
  assert_int_equal(ni_dictionary_count(&d), 8);
  assert_int_equal(ni_dictionary_find(&d, "p", 1), -1);
  assert_null(ni_dictionary_text(&d, 8));
  assert_null(ni_dictionary_text(&d, -1));
  ni_dictionary_free(&d);
}

/* Lengths 1 to 20 and more: both hashes, and their edge. */
static size_t make_text(char *out, size_t size, int i) {
  return (size_t)snprintf(out, size, "%d%.*s", i, i % 14, "ABCDEFGHIJKLMN");
}

static void many_texts(void **state) {
  (void)state;
  enum { N = 300000 };
  ni_dictionary d;
  ni_dictionary_init(&d);
  char text[64];
  for (int i = 0; i < N; i++) {
    size_t n = make_text(text, sizeof text, i);
    assert_int_equal(ni_dictionary_add(&d, text, n), i);
  }
  for (int i = 0; i < N; i++) {
    size_t n = make_text(text, sizeof text, i);
    assert_int_equal(ni_dictionary_find(&d, text, n), i);
    assert_int_equal(ni_dictionary_add(&d, text, n), i);
    assert_string_equal(ni_dictionary_text(&d, i), text);
  }
  assert_int_equal(d.reseeded, 0);
  ni_dictionary_free(&d);
}

static void short_texts_never_share_a_hash(void **state) {
  (void)state;
  enum { N = 65536 };
  static uint64_t seen[N + 256];
  size_t n = 0;
  for (int i = 0; i < N + 256; i++) {
    char text[2] = {(char)(i & 255), (char)(i >> 8)};
    seen[n++] = ni_hash(text, i < N ? 2 : 1, 7);
  }
  for (size_t i = 0; i + 1 < n; i += 97) {
    for (size_t j = i + 1; j < n; j++) {
      assert_true(seen[i] != seen[j]);
    }
  }
}

/* Texts made to begin their probing in the same few slots: the key of the hash changes, and the ids do not. */
static void keys_made_to_collide(void **state) {
  (void)state;
  enum { N = 3000, BITS = 12 };
  ni_dictionary d;
  ni_dictionary_init(&d);
  uint64_t seed = d.seed;
  char text[32];
  int32_t added = 0;
  for (int i = 0; added < N; i++) {
    size_t n = (size_t)snprintf(text, sizeof text, "k%d", i);
    if ((ni_hash(text, n, seed) & ((1u << BITS) - 1)) < 4) {
      assert_int_equal(ni_dictionary_add(&d, text, n), added);
      added++;
    }
  }
  assert_true(d.reseeded > 0);
  for (int32_t id = 0; id < N; id++) {
    assert_int_equal(ni_dictionary_find(&d, ni_dictionary_text(&d, id), ni_dictionary_length(&d, id)), id);
  }
  ni_dictionary_free(&d);
}

static int fill_and_use(void) {
  ni_dictionary d;
  ni_dictionary_init(&d);
  int failed = 0;
  char text[400];
  memset(text, 'x', sizeof text);
  for (int32_t i = 0; i < 200 && !failed; i++) {
    text[0] = (char)i;
    int32_t count = ni_dictionary_count(&d);
    failed = ni_dictionary_add(&d, text, sizeof text) != i;
    assert_int_equal(ni_dictionary_count(&d), failed ? count : i + 1);
    for (int32_t id = 0; id < count; id++) { /* what was there stays */
      assert_int_equal(ni_dictionary_text(&d, id)[0], (char)id);
    }
  }
  ni_dictionary_free(&d);
  return failed;
}

static void memory_short(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(fill_and_use());
}

static void no_more_ids(void **state) {
  (void)state;
  ni_dictionary d;
  ni_dictionary_init(&d);
  assert_int_equal(ni_dictionary_add(&d, "a", 1), 0);
  d.count = INT32_MAX;
  assert_int_equal(ni_dictionary_add(&d, "b", 1), -1);
  assert_int_equal(ni_dictionary_add(&d, "a", 1), 0);
  d.count = 1;
  ni_dictionary_free(&d);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_in_it),        cmocka_unit_test(ids_in_order_of_appearance),
      cmocka_unit_test(many_texts),           cmocka_unit_test(short_texts_never_share_a_hash),
      cmocka_unit_test(keys_made_to_collide), cmocka_unit_test(memory_short),
      cmocka_unit_test(no_more_ids),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
