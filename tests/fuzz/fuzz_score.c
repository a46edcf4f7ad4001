/* A byte string decides the shape of a framework, its rules and weights, the answers and the method. What must hold of
 * any scores is said in unit/random_model.h: the kernel of many lanes, the evaluation of one row and a plain recursion
 * agree; values, coverage and bounds are where they belong; explanations add up. Threads change no bit, and what is
 * saved is scored again to the same bits. */
#include "base/platform.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hold(int truth, const char *what) {
  if (!truth) {
    fprintf(stderr, "fuzz_score: %s\n", what);
    abort();
  }
}

#define HOLD(truth, what) hold((truth), (what))
#include "random_model.h"

static void check_saved(const niem_scores *scores) {
  niem_buffer *text = NULL;
  niem_buffer *manifest = NULL;
  niem_buffer *again_manifest = NULL;
  niem_scores *again = NULL;
  hold(niem_scores_json(&text, scores, NULL) == NIEM_OK, "scores that cannot be saved");
  hold(niem_scores_parse(&again, niem_buffer_data(text), niem_buffer_size(text), NULL) == NIEM_OK,
       "saved scores that cannot be read");
  hold(niem_scores_manifest(&manifest, scores, NULL) == NIEM_OK &&
           niem_scores_manifest(&again_manifest, again, NULL) == NIEM_OK,
       "no manifest");
  hold(strcmp(niem_buffer_data(manifest), niem_buffer_data(again_manifest)) == 0, "other scores after saving");
  niem_buffer_free(text);
  niem_buffer_free(manifest);
  niem_buffer_free(again_manifest);
  niem_scores_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  chooser c = {data, size, 1};
  niem_scores *scores = random_scores(&c, size > 0 && data[0] % 2 == 0 ? 1 : 3);
  if (scores != NULL) {
    check_scores(scores);
    check_saved(scores);
  }
  niem_scores_free(scores);
  return 0;
}

#ifndef NIEM_LIBFUZZER
#define SEEDS CHOOSER_SEEDS
#define PIECES CHOOSER_PIECES
#include "mutate.h"
#endif
