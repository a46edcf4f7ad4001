/* Any bytes as JSON. What is refused is refused with a place and a sentence in UTF-8; what is accepted has a tree whose
 * every item has a place in the text, a pointer, and, if it is a number, a finite value. Scan and cJSON must agree: a
 * text that the scan passes and cJSON does not build is a fault. */
#include "base/platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"
#include "model/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hold(int truth, const char *what) {
  if (!truth) {
    fprintf(stderr, "fuzz_json: %s\n", what);
    abort();
  }
}

static void check_item(const ni_json *json, const cJSON *item) {
  int64_t line, column;
  char pointer[40];
  ni_json_place(json, item, &line, &column);
  ni_json_pointer(json, item, pointer, sizeof pointer);
  hold(line >= 1 && column >= 1, "an item without a place");
  hold(ni_utf8_invalid_at(pointer, strlen(pointer)) < 0, "a pointer that is not UTF-8");
  hold(!cJSON_IsNumber(item) || ni_is_finite(item->valuedouble), "a number that is not finite");
  hold(!cJSON_IsString(item) || ni_utf8_invalid_at(item->valuestring, strlen(item->valuestring)) < 0,
       "a string that is not UTF-8");
  for (const cJSON *child = item->child; child != NULL; child = child->next) {
    check_item(json, child);
  }
}

static void check_error(const niem_error *err) {
  size_t n = strlen(err->message);
  hold(n > 0 && ni_utf8_invalid_at(err->message, n) < 0, "a message that is empty or not UTF-8");
  hold(err->row >= 1 && err->column >= 1, "an error without a place");
  hold(err->status != NIEM_ERROR_MEMORY, "a text that cJSON does not build");
  hold(strstr(err->message, "two readers of this") == NULL, "two readers disagree");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ni_json *json = NULL;
  niem_error err = {0};
  niem_status status = ni_json_read(&json, (const char *)data, size, &err);
  hold((status == NIEM_OK) == (json != NULL), "a status that does not fit the result");
  if (json != NULL) {
    check_item(json, ni_json_root(json));
  } else {
    check_error(&err);
  }
  ni_json_free(json);
  return 0;
}

#ifndef NIEM_LIBFUZZER
#define SEEDS                                                                                                          \
  {                                                                                                                    \
    "{\"a\": [1, -2.5e3, true, null, \"x\\u00e9\\ud83d\\ude00\\n\"], \"b\": {\"c\": {}, \"d\": []}}",                  \
        "[[[[[[0.1, 12, 1e5, 100]]]], {\"k\": \"v\", \"l\": false}]]", "\xEF\xBB\xBF{\"\xC3\xA9\": \"\xE2\x82\xAC\"}", \
        "{\"id\":\"mini\",\"points\":100,\r\n\"options\":[{\"id\":\"a\"},{\"id\":\"b\"}],\r\"w\":0.5}"                 \
  }
#define PIECES                                                                                                         \
  {                                                                                                                    \
    "\"", "\\", "\\u", "\\ud83d", "0", "01", "1e999", "NaN", ",", ":", "{", "}", "[", "]", "\n", "\r", "\xE9", "\xC3", \
        "'", "//", "-", ".", "\"a\":1,", "null",                                                                       \
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["                                         \
  }
#include "mutate.h"
#endif
