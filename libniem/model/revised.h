/* A framework, answers and a method with changes in them: what is behind a "what if". The changes are one JSON object,
 * whose form is told in niem/comparison.h; the changed framework is a changed document that the one parser reads. */
#ifndef NI_REVISED_H
#define NI_REVISED_H

#include "base/platform.h"
#include "model/answers.h"
#include "model/method.h"
#include "model/reader.h"

typedef struct ni_revised {
  niem_framework *framework;
  niem_answers *answers;
  niem_method *method; /* NULL: the changes name none */
} ni_revised;

/* Read `changes` and make them in copies of `answers` and their framework. `only_index` is the index that is scored;
 * NULL: all are. Every problem goes into `problems`, with its place in the text; the first one into `err`. */
niem_status ni_revise(ni_revised *out, niem_problems *problems, const niem_answers *answers, const char *only_index,
                      const char *changes, size_t n, niem_error *err);
void ni_revised_free(ni_revised *revised);

/* --- between the parts of it --- */

typedef struct ni_changes {
  ni_reader reader;
  ni_arena arena;
  const cJSON *root;
  const niem_framework *framework; /* as it is */
  const char *only_index;
  int32_t index;    /* whose nodes and weights are named; -1 where it is left open */
  uint8_t *dropped; /* of each indicator */
  uint8_t *added;
} ni_changes;

/* The index of the changes; -1, and an error at `at`, where they name none and the framework leaves it open. */
int32_t ni_changes_index(ni_changes *changes, const cJSON *at);

/* revised_framework.c: the framework with what is dropped, added and weighed. `*out` stays NULL where something is
 * wrong, which is reported; only a shortage of memory is returned. */
niem_status ni_revise_framework(niem_framework **out, ni_changes *changes, niem_error *err);

/* revised_answers.c: the answers of `from` and those of the changes, as answers to `framework`, which has the
 * indicators and groups of the framework as it is; NULL: the changes are only checked. */
niem_status ni_revise_answers(niem_answers **out, ni_changes *changes, const niem_answers *from,
                              const niem_framework *framework, niem_error *err);

#endif
