/* Texts as int32 ids, in order of their first appearance: 0, 1, 2, ... The ids depend on the order of the texts only,
 * never on the hash. */
#ifndef NI_DICTIONARY_H
#define NI_DICTIONARY_H

#include "base/memory.h"

struct ni_dictionary_slot;
struct ni_dictionary_entry;

typedef struct ni_dictionary {
  ni_arena texts;
  struct ni_dictionary_entry *entries; /* by id */
  struct ni_dictionary_slot *slots;    /* open addressing, a power of two of them */
  size_t capacity;                     /* of entries */
  size_t mask;                         /* slots - 1; 0 while there are none */
  uint64_t seed;
  int32_t count;
  int32_t reseeded;
} ni_dictionary;

/* Nothing is allocated before the first add. */
void ni_dictionary_init(ni_dictionary *dictionary);
void ni_dictionary_free(ni_dictionary *dictionary);

/* The id of the text, new or old; -1 when memory (or ids: INT32_MAX of them) ran out, and then nothing has changed. The
 * text is copied; it may hold any bytes. */
int32_t ni_dictionary_add(ni_dictionary *dictionary, const char *text, size_t length);
/* The id, or -1 when the text is not there. */
int32_t ni_dictionary_find(const ni_dictionary *dictionary, const char *text, size_t length);
/* NUL-terminated, valid until the dictionary is freed; NULL for an id that is none. */
const char *ni_dictionary_text(const ni_dictionary *dictionary, int32_t id);
size_t ni_dictionary_length(const ni_dictionary *dictionary, int32_t id);
int32_t ni_dictionary_count(const ni_dictionary *dictionary);

/* The hash that it uses: keyed, well mixed, the same in every run of one machine. Not for anything that is stored. */
uint64_t ni_hash(const char *text, size_t length, uint64_t seed);

#endif
