/* Failures: what they are about in front of the message, and lists of problems on their way to a caller. */
#include "base/platform.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/fail.h"

static void what_it_is_about_stands_in_front(void **state) {
  (void)state;
  niem_error err;
  assert_int_equal(ni_fail_at(&err, NIEM_ERROR_VALUE, 3, 7, "x", "is %d", -1), NIEM_ERROR_VALUE);
  assert_int_equal(ni_fail_about(&err, NIEM_ERROR_VALUE, "method %d", 2), NIEM_ERROR_VALUE);
  assert_int_equal(ni_fail_about(&err, NIEM_ERROR_VALUE, "%s", "PL"), NIEM_ERROR_VALUE);
  assert_string_equal(err.message, "PL: method 2: is -1");
  assert_string_equal(err.where, "x");
  assert_int_equal(err.status, NIEM_ERROR_VALUE);
  assert_true(err.row == 0 && err.column == 0);
  assert_int_equal(ni_fail_about(NULL, NIEM_ERROR_VALUE, "%s", "PL"), NIEM_ERROR_VALUE);
}

static void memory_and_cancelling_are_about_nothing(void **state) {
  (void)state;
  niem_error err, before;
  (void)ni_fail_memory(&err);
  before = err;
  assert_int_equal(ni_fail_about(&err, NIEM_ERROR_MEMORY, "%s", "PL"), NIEM_ERROR_MEMORY);
  assert_string_equal(err.message, before.message);
  (void)ni_fail(&err, NIEM_ERROR_CANCELLED, "", "cancelled");
  assert_int_equal(ni_fail_about(&err, NIEM_ERROR_CANCELLED, "%s", "PL"), NIEM_ERROR_CANCELLED);
  assert_string_equal(err.message, "cancelled");
}

/* A message that has no room is cut between two characters, at its end. */
static void long_messages_keep_their_beginning(void **state) {
  (void)state;
  niem_error err;
  char text[sizeof err.message];
  for (size_t i = 0; i + 1 < sizeof text; i += 2) {
    memcpy(text + i, "\xc3\xa9", 2);
  }
  text[(sizeof text - 1) / 2 * 2] = '\0';
  (void)ni_fail(&err, NIEM_ERROR_VALUE, "", "%s", text);
  (void)ni_fail_about(&err, NIEM_ERROR_VALUE, "%s", "unit");
  assert_memory_equal(err.message, "unit: \xc3\xa9", 8);
  assert_true(strlen(err.message) >= sizeof err.message - 3);
  assert_null(strchr(err.message, '?'));
  assert_int_equal((unsigned char)err.message[strlen(err.message) - 1], 0xa9);
}

static void problems_go_to_whoever_asked(void **state) {
  (void)state;
  niem_problems *found = NULL, *out = NULL;
  niem_error err;
  assert_int_equal(ni_problems_new(&found, &err), NIEM_OK);
  ni_problems_report(found, NIEM_WARNING, NIEM_OK, 2, 0, "round", "is new");
  ni_problems_hand_over(&out, found);
  assert_ptr_equal(out, found);
  assert_int_equal(niem_problems_count(out), 1);
  ni_problems_hand_over(NULL, out); /* nobody asked: the sanitizer would see it if it were kept */
  out = (niem_problems *)&err;
  ni_problems_hand_over(&out, NULL);
  assert_null(out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_it_is_about_stands_in_front),
      cmocka_unit_test(memory_and_cancelling_are_about_nothing),
      cmocka_unit_test(long_messages_keep_their_beginning),
      cmocka_unit_test(problems_go_to_whoever_asked),
  };
  return cmocka_run_group_tests_name("fail", tests, NULL, NULL);
}
