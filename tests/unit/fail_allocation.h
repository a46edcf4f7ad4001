/* Let the nth allocation fail, for every n until a run needs fewer: link with --wrap for malloc, calloc and realloc,
 * which the including file asks for by declaring the three __wrap functions. */
#ifndef FAIL_ALLOCATION_H
#define FAIL_ALLOCATION_H

#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);

static long allocations_left = -1; /* before one fails; -1: none fails */
static int allocation_failed;

static int allocation_fails(void) {
  if (allocations_left < 0) {
    return 0;
  }
  if (allocations_left == 0) {
    allocation_failed = 1;
    return 1;
  }
  allocations_left--;
  return 0;
}

void *__wrap_malloc(size_t size) {
  return allocation_fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size) {
  return allocation_fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size) {
  return allocation_fails() ? NULL : __real_realloc(old, size);
}

/* Run `body` (an expression that is 1 when it failed for memory and 0 when it succeeded) with the first, second, ...
 * allocation failing, until it succeeds because it needs no more. Leaks are the sanitizer's to find. */
#define EACH_ALLOCATION_FAILS(body)              \
  for (long nth = 0;; nth++) {                   \
    allocations_left = nth;                      \
    allocation_failed = 0;                       \
    int failed = (body);                         \
    allocations_left = -1;                       \
    assert_int_equal(failed, allocation_failed); \
    if (!failed) {                               \
      assert_true(nth > 0);                      \
      break;                                     \
    }                                            \
  }

/* The same where something may be done all the same though an allocation failed: a table that cannot be made smaller at
 * the end is left as it is. More than `least` allocations are to be made. */
#define EACH_ALLOCATION_FAILS_OR_IS_SPARED(least, body) \
  for (long nth = 0;; nth++) {                          \
    allocations_left = nth;                             \
    allocation_failed = 0;                              \
    const int failed = (body);                          \
    allocations_left = -1;                              \
    assert_true(!failed || allocation_failed);          \
    if (!allocation_failed) {                           \
      assert_true(nth > (least));                       \
      break;                                            \
    }                                                   \
  }

#endif
