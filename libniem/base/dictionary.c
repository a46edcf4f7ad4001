/* Texts as ids: open addressing with linear probing.
 *
 * The hash is SipHash-1-3 (Aumasson and Bernstein, 2012) for long texts and a keyed bijection of one word for texts of
 * up to 7 bytes, which most ids are. Keys that were made to collide cannot slow it down for long: an add that has to
 * probe more than PROBES slots changes the hash's key and lays the table out anew. With half of the slots free that
 * does not happen by chance. */
#include "base/platform.h"

#include "base/dictionary.h"

#include <string.h>

struct ni_dictionary_slot {
  uint32_t tag; /* the upper half of the hash */
  int32_t next; /* id + 1; 0 in a free slot */
};

struct ni_dictionary_entry {
  const char *text;
  size_t length;
};

typedef struct ni_dictionary_slot slot;
typedef struct ni_dictionary_entry entry;

enum { FIRST_SLOTS = 32, PROBES = 512, RESEEDS = 16 };

/* Four bytes, whatever the machine's order of bytes; compilers make one load of it. */
static uint32_t four(const unsigned char *b) {
  return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static uint64_t eight(const char *text) {
  const unsigned char *b = (const unsigned char *)text;
  return four(b) | (uint64_t)four(b + 4) << 32;
}

/* Up to 7 bytes, without a loop: texts of one length differ in the result when they differ. */
static uint64_t up_to_seven(const char *text, size_t n) {
  const unsigned char *b = (const unsigned char *)text;
  if (n >= 4) {
    return four(b) | (uint64_t)four(b + n - 4) >> (8 * (8 - n)) << 32;
  }
  return n == 0 ? 0 : b[0] | (uint64_t)b[n / 2] << 8 | (uint64_t)b[n - 1] << 16;
}

static uint64_t rotate(uint64_t x, int by) {
  return (x << by) | (x >> (64 - by));
}

static void sip_round(uint64_t v[4]) {
  v[0] += v[1];
  v[1] = rotate(v[1], 13) ^ v[0];
  v[0] = rotate(v[0], 32);
  v[2] += v[3];
  v[3] = rotate(v[3], 16) ^ v[2];
  v[0] += v[3];
  v[3] = rotate(v[3], 21) ^ v[0];
  v[2] += v[1];
  v[1] = rotate(v[1], 17) ^ v[2];
  v[2] = rotate(v[2], 32);
}

static uint64_t sip(const char *text, size_t length, uint64_t seed) {
  /* The paper's constants, with the key (seed, ~seed). */
  uint64_t v[4] = {seed ^ UINT64_C(0x736f6d6570736575), ~seed ^ UINT64_C(0x646f72616e646f6d),
                   seed ^ UINT64_C(0x6c7967656e657261), ~seed ^ UINT64_C(0x7465646279746573)};
  size_t whole = length / 8 * 8;
  for (size_t i = 0; i < whole; i += 8) {
    uint64_t word = eight(text + i);
    v[3] ^= word;
    sip_round(v);
    v[0] ^= word;
  }
  uint64_t last = up_to_seven(text + whole, length - whole) | (uint64_t)length << 56;
  v[3] ^= last;
  sip_round(v);
  v[0] ^= last;
  v[2] ^= 0xFF;
  sip_round(v);
  sip_round(v);
  sip_round(v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t ni_hash(const char *text, size_t length, uint64_t seed) {
  if (length > 7) {
    return sip(text, length, seed);
  }
  /* Text and length fill one word, and each step below is a bijection: no two short texts share a hash. */
  uint64_t h = (up_to_seven(text, length) ^ (uint64_t)length << 56) + seed;
  h = (h ^ h >> 32) * UINT64_C(0x9e3779b97f4a7c15) + seed;
  h = (h ^ h >> 29) * UINT64_C(0xd6e8feb86659fd93);
  return h ^ h >> 32;
}

static int same(const entry *e, const char *text, size_t length) {
  return e->length == length && (length == 0 || memcmp(e->text, text, length) == 0);
}

/* The slot that holds the text, or the free one where it belongs; `*probes` counts the steps. */
static slot *probe(const ni_dictionary *d, uint64_t hash, const char *text, size_t length, size_t *probes) {
  uint32_t tag = (uint32_t)(hash >> 32);
  size_t at = (size_t)hash & d->mask;
  for (*probes = 0;; ++*probes) {
    slot *s = &d->slots[at];
    if (s->next == 0 || (s->tag == tag && same(&d->entries[s->next - 1], text, length))) {
      return s;
    }
    at = (at + 1) & d->mask;
  }
}

/* Lay all entries out in `slots`, of which there are mask + 1. */
static void lay_out(ni_dictionary *d, slot *slots, size_t mask) {
  for (int32_t id = 0; id < d->count; id++) {
    const entry *e = &d->entries[id];
    uint64_t hash = ni_hash(e->text, e->length, d->seed);
    size_t at = (size_t)hash & mask;
    while (slots[at].next != 0) {
      at = (at + 1) & mask;
    }
    slots[at] = (slot){.tag = (uint32_t)(hash >> 32), .next = id + 1};
  }
  d->slots = slots;
  d->mask = mask;
}

static int rebuild(ni_dictionary *d, size_t n_slots) {
  slot *slots = ni_alloc_zero(n_slots, sizeof *slots);
  if (slots == NULL) {
    return 0;
  }
  ni_free(d->slots);
  lay_out(d, slots, n_slots - 1);
  return 1;
}

/* Another key for the hash. Without memory it is put off: the table is right all the same. */
static void reseed(ni_dictionary *d) {
  slot *slots = ni_alloc_zero(d->mask + 1, sizeof *slots);
  if (slots == NULL) {
    return;
  }
  d->seed = d->seed * UINT64_C(0xbf58476d1ce4e5b9) + UINT64_C(0x94d049bb133111eb);
  d->reseeded++;
  ni_free(d->slots);
  lay_out(d, slots, d->mask);
}

static int make_room(ni_dictionary *d) {
  if (d->count == INT32_MAX) {
    return 0;
  }
  size_t need = (size_t)d->count + 1;
  if (d->slots == NULL) {
    return rebuild(d, FIRST_SLOTS);
  }
  return need <= (d->mask + 1) / 2 || (d->mask < SIZE_MAX / 4 && rebuild(d, (d->mask + 1) * 2));
}

static int32_t append(ni_dictionary *d, const char *text, size_t length) {
  if (!ni_grow(&d->entries, &d->capacity, (size_t)d->count + 1, sizeof *d->entries)) {
    return -1;
  }
  char *copy = ni_arena_text(&d->texts, text, length);
  if (copy == NULL) {
    return -1;
  }
  d->entries[d->count] = (entry){.text = copy, .length = length};
  return d->count++;
}

void ni_dictionary_init(ni_dictionary *dictionary) {
  *dictionary = (ni_dictionary){.seed = UINT64_C(0x6e69656d2d696473)};
}

void ni_dictionary_free(ni_dictionary *dictionary) {
  ni_arena_free(&dictionary->texts);
  ni_free(dictionary->entries);
  ni_free(dictionary->slots);
  ni_dictionary_init(dictionary);
}

int32_t ni_dictionary_add(ni_dictionary *dictionary, const char *text, size_t length) {
  size_t probes = 0;
  uint64_t hash = ni_hash(text, length, dictionary->seed);
  if (dictionary->slots != NULL) {
    const slot *s = probe(dictionary, hash, text, length, &probes);
    if (s->next != 0) {
      return s->next - 1;
    }
  }
  if (!make_room(dictionary)) {
    return -1;
  }
  slot *s = probe(dictionary, hash, text, length, &probes);
  int32_t id = append(dictionary, text, length);
  if (id < 0) {
    return -1;
  }
  *s = (slot){.tag = (uint32_t)(hash >> 32), .next = id + 1};
  if (probes > PROBES && dictionary->reseeded < RESEEDS) {
    reseed(dictionary);
  }
  return id;
}

int32_t ni_dictionary_find(const ni_dictionary *dictionary, const char *text, size_t length) {
  if (dictionary->slots == NULL) {
    return -1;
  }
  size_t probes;
  return probe(dictionary, ni_hash(text, length, dictionary->seed), text, length, &probes)->next - 1;
}

const char *ni_dictionary_text(const ni_dictionary *dictionary, int32_t id) {
  return id < 0 || id >= dictionary->count ? NULL : dictionary->entries[id].text;
}

size_t ni_dictionary_length(const ni_dictionary *dictionary, int32_t id) {
  return id < 0 || id >= dictionary->count ? 0 : dictionary->entries[id].length;
}

int32_t ni_dictionary_count(const ni_dictionary *dictionary) {
  return dictionary->count;
}
