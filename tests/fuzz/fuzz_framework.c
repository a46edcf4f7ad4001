/* Any bytes as a framework. What is refused is refused with a sentence and no handle; what is accepted is written and
 * read again as the same framework, and describes itself. */
#include "base/platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base_framework.h"
#include "niem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hold(int truth, const char *what) {
  if (!truth) {
    fprintf(stderr, "fuzz_framework: %s\n", what);
    abort();
  }
}

static void check_error(const niem_error *err, niem_status status) {
  hold(err->status == status && status > NIEM_OK && status < NIEM_STATUS_END, "an error without a status");
  hold(status != NIEM_ERROR_MEMORY && status != NIEM_ERROR_ARGUMENT, "a status that a text cannot have");
  hold(err->message[0] != '\0' && ni_utf8_invalid_at(err->message, strlen(err->message)) < 0, "a message not in UTF-8");
  hold(ni_utf8_invalid_at(err->where, strlen(err->where)) < 0, "a place not in UTF-8");
  hold(err->row >= 1 && err->column >= 1, "an error without a place");
}

static void check_tables(const niem_framework *framework) {
  static const char *const parts[] = {"facets",  "groups",    "units",       "rounds",  "peers", "indicators",
                                      "options", "standards", "instruments", "indexes", "nodes"};
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    niem_table *table = NULL;
    hold(niem_framework_table(&table, framework, parts[i], "pl", NULL) == NIEM_OK, "a part without a table");
    niem_table_free(table);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  niem_framework *framework = NULL;
  niem_framework *again = NULL;
  niem_problems *problems = NULL;
  niem_buffer *json = NULL;
  niem_error err;
  const niem_status status = niem_framework_parse(&framework, &problems, (const char *)data, (int64_t)size, &err);
  hold((status == NIEM_OK) == (framework != NULL) && problems != NULL, "a status that does not fit the result");
  hold((status == NIEM_OK) == (niem_problems_total(problems, NIEM_ERROR) == 0),
       "a status that does not fit the problems");
  if (framework == NULL) {
    check_error(&err, status);
  } else {
    check_tables(framework);
    hold(niem_framework_json(&json, framework, NULL) == NIEM_OK, "what was read cannot be written");
    hold(niem_framework_parse(&again, NULL, niem_buffer_data(json), niem_buffer_size(json), NULL) == NIEM_OK,
         "what was written cannot be read");
    hold(strcmp(niem_framework_digest(framework), niem_framework_digest(again)) == 0, "another digest");
    hold(strcmp(niem_framework_title(framework), niem_framework_title(again)) == 0, "another title");
  }
  niem_buffer_free(json);
  niem_problems_free(problems);
  niem_framework_free(framework);
  niem_framework_free(again);
  return 0;
}

#ifndef NIEM_LIBFUZZER
#define SEEDS                                                                                                       \
  {                                                                                                                 \
    BASE,                                                                                                           \
        "{\"format\":\"niem-framework/1\",\"id\":\"x\",\"version\":\"1\",\"indicators\":[{\"id\":\"K\",\"scale\":"  \
        "{\"kind\":\"composite\",\"of\":[\"A\"],\"weights\":{\"A\":2}}},{\"id\":\"A\",\"applies_if\":{\"not\":"     \
        "{\"any\":[{\"indicator\":\"B\",\"at_least\":2}]}},\"scale\":{\"kind\":\"checklist\",\"items\":[{\"id\":"   \
        "\"p\"}],\"scoring\":\"count\",\"points\":[0,9]}},{\"id\":\"B\",\"scale\":{\"kind\":\"numeric\",\"worst\":" \
        "1,\"best\":9,\"transform\":\"log\"}}],\"indexes\":[{\"id\":\"i\",\"overrides\":{\"i\":{\"missing\":"       \
        "\"zero\"}},\"weights\":{\"K\":0.5}}]}"                                                                     \
  }
#define PIECES                                                                                                        \
  {                                                                                                                   \
    "\"", "0", "1e999", "-1", "1e9", "{", "}", "[", "]", ",", ":", "null", "true", "\"RES-1\"", "\"ref\"", "\"all\"", \
        "\"area\"", "\"groups\":[\"sub\"],", "\"weights\":{\"RES-1\":0},", "\"missing\":\"zero\",",                   \
        "\"applies_if\":{\"indicator\":\"HOU-3\",\"in\":[\"yes\"]},", "\"scored\":false,", "\"of\":[\"HOU-2\"],",     \
        "\"kind\":\"composite\"", "\"levels\":[\"step\"]", "\"aliases\":[\"X\"],", "\"meta\":{},", "\\u0000", "\xC5"  \
  }
#include "mutate.h"
#endif
