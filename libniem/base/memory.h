/* Memory: allocation that checks its multiplication, and the arena in which a handle's parts live and die together. */
#ifndef NI_MEMORY_H
#define NI_MEMORY_H

#include "base/platform.h"

#include <string.h>

/* NULL when memory is short or n * size overflows; n == 0 gives a pointer that may be freed. */
void *ni_alloc(size_t n, size_t size);
void *ni_alloc_zero(size_t n, size_t size);
void *ni_resize(void *old, size_t n, size_t size);
/* The same where `used` items are worth keeping and the rest comes at once: a large array gets a place of its own. */
void *ni_move(void *old, size_t used, size_t n, size_t size);
void ni_free(void *p);

/* Make room for `need` items of `size` bytes in a growing array; capacities at least double. 0 when memory is short
 * (array kept). */
int ni_grow(void *array_pointer, size_t *capacity, size_t need, size_t size);

/* Everything allocated from an arena is freed with it. */
typedef struct ni_arena {
  struct ni_arena_block *blocks;
} ni_arena;
void *ni_arena_alloc(ni_arena *arena, size_t n,
                     size_t size); /* zeroed, aligned for any type; NULL when memory is short */
char *ni_arena_text(ni_arena *arena, const char *text,
                    size_t length); /* NUL-terminated copy; NULL when memory is short */
void ni_arena_free(ni_arena *arena);

static inline int ni_same_words(const char *a, const char *b) {
  uint64_t x, y;
  memcpy(&x, a, sizeof x);
  memcpy(&y, b, sizeof y);
  return x == y;
}

static inline int ni_same_halves(const char *a, const char *b) {
  uint32_t x, y;
  memcpy(&x, a, sizeof x);
  memcpy(&y, b, sizeof y);
  return x == y;
}

/* Whether n bytes are the same; for ids, which are short, without a call. */
static inline int ni_same_bytes(const char *a, const char *b, size_t n) {
  if (n > 16) {
    return memcmp(a, b, n) == 0;
  }
  if (n >= 8) {
    return ni_same_words(a, b) && ni_same_words(a + n - 8, b + n - 8);
  }
  if (n >= 4) {
    return ni_same_halves(a, b) && ni_same_halves(a + n - 4, b + n - 4);
  }
  return n == 0 || (a[0] == b[0] && a[n / 2] == b[n / 2] && a[n - 1] == b[n - 1]);
}

#endif
