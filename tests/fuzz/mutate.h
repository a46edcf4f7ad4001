/* A main for a fuzzer that is run without libFuzzer: it mutates seeds by a generator with a fixed start, so that a run
 * can be repeated. Before including it, define SEEDS (texts to begin with) and PIECES (texts to put in), each a braced
 * list of strings. argv[1] is the number of inputs to make. */
#ifndef MUTATE_H
#define MUTATE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const mutation_seeds[] = SEEDS;
static const char *const mutation_pieces[] = PIECES;

enum {
  MUTATION_ROOM = 4096,
  MUTATION_SEEDS = sizeof mutation_seeds / sizeof mutation_seeds[0],
  MUTATION_PIECES = sizeof mutation_pieces / sizeof mutation_pieces[0]
};

/* SplitMix64. */
static size_t mutation_below(uint64_t *generator, size_t n) {
  uint64_t z = *generator += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return (size_t)((z ^ z >> 31) % n);
}

/* Replace `cut` bytes at `at` by `n` others, as far as there is room. */
static size_t mutation_splice(char *text, size_t size, size_t at, size_t cut, const char *bytes, size_t n) {
  cut = cut < size - at ? cut : size - at;
  if (size - cut + n > MUTATION_ROOM) {
    return size;
  }
  memmove(text + at + n, text + at + cut, size - at - cut);
  memcpy(text + at, bytes, n);
  return size - cut + n;
}

static size_t mutate(char *text, size_t size, uint64_t *generator) {
  size_t at = mutation_below(generator, size + 1);
  size_t length = mutation_below(generator, 12);
  char copy[12] = {0};
  switch (mutation_below(generator, 5)) {
    case 0: /* any byte */
      copy[0] = (char)mutation_below(generator, 256);
      return mutation_splice(text, size, at, 1, copy, 1);
    case 1: /* less */
      return mutation_splice(text, size, at, length, "", 0);
    case 2: { /* a part of itself, elsewhere */
      size_t from = mutation_below(generator, size + 1);
      length = length < size - from ? length : size - from;
      memcpy(copy, text + from, length);
      return mutation_splice(text, size, at, mutation_below(generator, 2) * length, copy, length);
    }
    case 3: /* the end is missing */
      return mutation_below(generator, 8) == 0 ? at : size;
    default: {
      const char *piece = mutation_pieces[mutation_below(generator, MUTATION_PIECES)];
      return mutation_splice(text, size, at, mutation_below(generator, 3), piece, strlen(piece));
    }
  }
}

int main(int argc, char **argv) {
  long inputs = argc > 1 ? strtol(argv[1], NULL, 10) : 1000;
  uint64_t generator = 1;
  static char text[MUTATION_ROOM];
  for (long i = 0; i < inputs; i++) {
    const char *seed = mutation_seeds[mutation_below(&generator, MUTATION_SEEDS)];
    size_t size = strlen(seed);
    memcpy(text, seed, size);
    for (size_t steps = mutation_below(&generator, 8); steps > 0; steps--) {
      size = mutate(text, size, &generator);
    }
    char *exact = malloc(size == 0 ? 1 : size); /* its own block, so that reading beyond the end is seen */
    if (exact == NULL) {
      return 1;
    }
    memcpy(exact, text, size);
    LLVMFuzzerTestOneInput((const uint8_t *)exact, size);
    free(exact);
  }
  printf("%ld inputs\n", inputs);
  return 0;
}

#endif
