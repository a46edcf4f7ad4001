/* Memory: allocation that checks its multiplication, and arenas. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* before any header: madvise */
#endif
#include "base/platform.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

enum { ARENA_BLOCK = 16384 };

/* Arrays of millions of rows are asked for in large pages where the system has them for the asking: the first touch of
 * each small page costs as much as filling it. Refusal changes nothing. */
#if defined(__linux__) && defined(MADV_HUGEPAGE)
static void *alloc(size_t bytes) {
  const size_t page = (size_t)1 << 21;
  void *p = NULL;
  if (bytes < 3 * page / 2) {
    return malloc(bytes);
  }
  const size_t whole = (bytes + page - 1) / page * page; /* so that the last page is a large one too */
  if (posix_memalign(&p, page, whole) != 0) {
    return NULL;
  }
  (void)madvise(p, whole, MADV_HUGEPAGE);
  return p;
}
#else
static void *alloc(size_t bytes) {
  return malloc(bytes);
}
#endif

typedef struct ni_arena_block {
  struct ni_arena_block *next;
  size_t used;
  size_t capacity;
  max_align_t data[];
} ni_arena_block;

static int product(size_t *bytes, size_t n, size_t size) {
  if (size != 0 && n > SIZE_MAX / 2 / size) {
    return 0;
  }
  *bytes = n * size == 0 ? 1 : n * size;
  return 1;
}

void *ni_alloc(size_t n, size_t size) {
  size_t bytes;
  return product(&bytes, n, size) ? alloc(bytes) : NULL;
}

void *ni_alloc_zero(size_t n, size_t size) {
  size_t bytes;
  return product(&bytes, n, size) ? calloc(1, bytes) : NULL;
}

void *ni_resize(void *old, size_t n, size_t size) {
  size_t bytes;
  return product(&bytes, n, size) ? realloc(old, bytes) : NULL;
}

void *ni_move(void *old, size_t used, size_t n, size_t size) {
  void *moved = ni_alloc(n, size);
  if (moved != NULL && used > 0) {
    memcpy(moved, old, used * size);
  }
  if (moved != NULL) {
    ni_free(old);
  }
  return moved;
}

void ni_free(void *p) {
  free(p);
}

int ni_grow(void *array_pointer, size_t *capacity, size_t need, size_t size) {
  if (need <= *capacity) {
    return 1;
  }
  size_t wanted = *capacity < 8 ? 8 : *capacity;
  while (wanted < need) {
    if (wanted > SIZE_MAX / 4) {
      return 0;
    }
    wanted *= 2;
  }
  void *old;
  memcpy(&old, array_pointer, sizeof old);
  void *grown = ni_resize(old, wanted, size);
  if (grown == NULL) {
    return 0;
  }
  memcpy(array_pointer, &grown, sizeof grown);
  *capacity = wanted;
  return 1;
}

static ni_arena_block *add_block(ni_arena *arena, size_t bytes) {
  size_t capacity = bytes > ARENA_BLOCK ? bytes : ARENA_BLOCK;
  if (capacity > SIZE_MAX - sizeof(ni_arena_block)) {
    return NULL;
  }
  ni_arena_block *block = ni_alloc_zero(1, sizeof *block + capacity);
  if (block != NULL) {
    block->capacity = capacity;
    block->next = arena->blocks;
    arena->blocks = block;
  }
  return block;
}

void *ni_arena_alloc(ni_arena *arena, size_t n, size_t size) {
  const size_t align = sizeof(max_align_t);
  size_t bytes;
  if (!product(&bytes, n, size) || bytes > SIZE_MAX - align) {
    return NULL;
  }
  bytes = (bytes + align - 1) / align * align;
  ni_arena_block *block = arena->blocks;
  if (block == NULL || block->capacity - block->used < bytes) {
    block = add_block(arena, bytes);
    if (block == NULL) {
      return NULL;
    }
  }
  void *p = (char *)block->data + block->used;
  block->used += bytes;
  return p;
}

char *ni_arena_text(ni_arena *arena, const char *text, size_t length) {
  if (length == SIZE_MAX) {
    return NULL;
  }
  char *copy = ni_arena_alloc(arena, length + 1, 1);
  if (copy != NULL && length > 0) {
    memcpy(copy, text, length);
  }
  return copy;
}

void ni_arena_free(ni_arena *arena) {
  ni_arena_block *block = arena->blocks;
  while (block != NULL) {
    ni_arena_block *next = block->next;
    ni_free(block);
    block = next;
  }
  arena->blocks = NULL;
}
