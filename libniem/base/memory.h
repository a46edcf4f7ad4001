/* Memory: allocation that checks its multiplication, and the arena in which a handle's parts live and die together. */
#ifndef NI_MEMORY_H
#define NI_MEMORY_H

#include "base/platform.h"

/* NULL when memory is short or n * size overflows; n == 0 gives a pointer that may be freed. */
void *ni_alloc(size_t n, size_t size);
void *ni_alloc_zero(size_t n, size_t size);
void *ni_resize(void *old, size_t n, size_t size);
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

#endif
