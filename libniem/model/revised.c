/* Changes for a "what if": read, checked, and made in copies. */
#include "base/platform.h"

#include "model/revised.h"

#include "model/method_read.h"

#include <stdio.h>
#include <string.h>

static int is_scored_index(const ni_changes *changes, int32_t index) {
  return changes->only_index == NULL || strcmp(changes->framework->indexes[index].id, changes->only_index) == 0;
}

/* The ids of the indexes that are scored, for messages. */
static const char *list_indexes(const ni_changes *changes, char *out, size_t size) {
  out[0] = '\0';
  for (int32_t i = 0; i < changes->framework->n_indexes; i++) {
    const size_t used = strlen(out);
    if (is_scored_index(changes, i)) {
      (void)snprintf(out + used, size - used, "%s%s", used == 0 ? "" : ", ", changes->framework->indexes[i].id);
    }
  }
  return out;
}

static void read_index(ni_changes *changes) {
  const niem_framework *framework = changes->framework;
  const char *id = ni_reader_text(&changes->reader, changes->root, "index", 0);
  char choices[300];
  changes->index =
      changes->only_index != NULL ? ni_find_index(framework, changes->only_index) : ni_unnamed_index(framework);
  if (id == NULL) {
    return;
  }
  changes->index = ni_find_index(framework, id);
  if (changes->index < 0 || !is_scored_index(changes, changes->index)) {
    ni_reader_error(&changes->reader, ni_reader_get(changes->root, "index"), NIEM_ERROR_REFERENCE,
                    "\"%.60s\" is no index of these scores; there are: %s", id,
                    list_indexes(changes, choices, sizeof choices));
    changes->index = -1;
  }
}

int32_t ni_changes_index(ni_changes *changes, const cJSON *at) {
  char choices[300];
  if (changes->index < 0 && ni_reader_get(changes->root, "index") == NULL) {
    ni_reader_error(&changes->reader, at, NIEM_ERROR_AMBIGUOUS,
                    "say by \"index\" which index is meant, since the framework has no default: %s",
                    list_indexes(changes, choices, sizeof choices));
  }
  return changes->index;
}

static void read_method(niem_method **out, ni_changes *changes, niem_error *err) {
  const cJSON *item = ni_reader_get(changes->root, "method");
  if (item != NULL &&
      ni_method_read_item(out, changes->reader.json, item, changes->reader.problems, err) == NIEM_ERROR_MEMORY) {
    changes->reader.out_of_memory = 1;
  }
}

static niem_status revise(ni_revised *out, ni_changes *changes, const niem_answers *answers, niem_error *err) {
  niem_status status = NIEM_OK;
  if (!cJSON_IsObject(changes->root)) {
    ni_reader_error(&changes->reader, changes->root, NIEM_ERROR_FORMAT,
                    "changes are a JSON object such as {\"drop\": [\"HOU-1\"], \"weights\": {\"housing\": 2}}");
    return ni_reader_status(&changes->reader, err);
  }
  ni_reader_keys(&changes->reader, changes->root, "drop add weights answers index method", NULL, 0);
  read_index(changes);
  read_method(&out->method, changes, err);
  NIEM_TRY(ni_revise_framework(&out->framework, changes, err));
  NIEM_TRY(ni_revise_answers(&out->answers, changes, answers,
                             ni_reader_failed(&changes->reader) ? NULL : out->framework, err));
  NIEM_TRY(ni_reader_status(&changes->reader, err));
cleanup:
  return status;
}

niem_status ni_revise(ni_revised *out, niem_problems *problems, const niem_answers *answers, const char *only_index,
                      const char *changes, size_t n, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_error first;
  ni_changes own = {.framework = answers->framework, .only_index = only_index, .index = -1};
  own.reader.arena = &own.arena;
  own.reader.problems = problems;
  memset(out, 0, sizeof *out);
  if (ni_json_read(&own.reader.json, changes, n, &first) != NIEM_OK) {
    return ni_reader_refuse(problems, &first, err);
  }
  own.root = ni_json_root(own.reader.json);
  own.dropped = ni_reader_alloc(&own.reader, (size_t)own.framework->n_indicators, 1);
  own.added = ni_reader_alloc(&own.reader, (size_t)own.framework->n_indicators, 1);
  NIEM_TRY(ni_reader_status(&own.reader, err));
  NIEM_TRY(revise(out, &own, answers, err));
cleanup:
  if (status != NIEM_OK) {
    ni_revised_free(out);
  }
  ni_json_free(own.reader.json);
  ni_arena_free(&own.arena);
  return status;
}

void ni_revised_free(ni_revised *revised) {
  niem_framework_free(revised->framework);
  niem_answers_free(revised->answers);
  niem_method_free(revised->method);
  memset(revised, 0, sizeof *revised);
}
