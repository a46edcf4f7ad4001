/* A JSON text as a tree with places: the scan's list of values beside cJSON's tree of the same values.
 *
 * cJSON reads numbers by the locale, so it is given a copy of the text in which each number is 0, and the scan's
 * doubles are put in afterwards. */
#include "base/platform.h"

#include "model/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"

/* More than a message holds, so that a cut is seen, and made at a character's edge. */
enum { LONGER = sizeof((niem_error *)0)->message + 8 };

struct ni_json {
  cJSON *root;
  cJSON **items; /* by number, as scan.values */
  ni_json_scan scan;
};

/* The item after `item` in pre-order, NULL after the last. */
static cJSON *following(const ni_json *json, cJSON *item) {
  if (item->child != NULL) {
    return item->child;
  }
  while (item->next == NULL) {
    int32_t parent = json->scan.values[item->valueint].parent;
    if (parent < 0) {
      return NULL;
    }
    item = json->items[parent];
  }
  return item->next;
}

/* Number the items and give them their numbers' values. 0 when scan and tree differ, which would be a fault in one of
 * them. */
static int join(ni_json *json) {
  size_t count = 0;
  size_t n_numbers = 0;
  for (cJSON *item = json->root; item != NULL; item = following(json, item)) {
    if (count == json->scan.count) {
      return 0;
    }
    item->valueint = (int)count;
    json->items[count++] = item;
    if (cJSON_IsNumber(item)) {
      if (n_numbers == json->scan.n_numbers) {
        return 0;
      }
      item->valuedouble = json->scan.numbers[n_numbers++];
    }
  }
  return count == json->scan.count && n_numbers == json->scan.n_numbers;
}

static niem_status build(ni_json *json, const char *copy, size_t n, niem_error *err) {
  json->items = ni_alloc(json->scan.count, sizeof(cJSON *));
  json->root = json->items == NULL ? NULL : cJSON_ParseWithLengthOpts(copy, n + 1, NULL, 1);
  if (json->root == NULL) { /* the text is known to be right, so what failed is an allocation */
    return ni_fail_memory(err);
  }
  if (!join(json)) {
    return ni_fail(err, NIEM_ERROR_SYNTAX, "", "two readers of this JSON text disagree; please report the text");
  }
  ni_free(json->scan.numbers);
  json->scan.numbers = NULL;
  return NIEM_OK;
}

static niem_status read_text(ni_json **out, const char *bytes, size_t n, int depth, niem_error *err) {
  niem_status status;
  char *copy = NULL;
  ni_json *json = ni_alloc_zero(1, sizeof *json);
  if (ni_utf8_has_mark(bytes, n)) {
    bytes += 3;
    n -= 3;
  }
  if (n <= NI_JSON_TEXT) {
    copy = ni_alloc(n + 1, 1);
  }
  if (json == NULL || (copy == NULL && n <= NI_JSON_TEXT)) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  if (copy != NULL) {
    memcpy(copy, n == 0 ? "" : bytes, n);
    copy[n] = '\0';
  }
  NIEM_TRY(ni_json_scan_text(&json->scan, bytes, copy, n, depth, err));
  NIEM_TRY(build(json, copy, n, err));
  *out = json;
  json = NULL;
cleanup:
  ni_free(copy);
  ni_json_free(json);
  return status;
}

niem_status ni_json_read(ni_json **out, const char *bytes, size_t n, niem_error *err) {
  return read_text(out, bytes, n, NI_JSON_DEPTH, err);
}

niem_status ni_json_read_saved(ni_json **out, const char *bytes, size_t n, niem_error *err) {
  return read_text(out, bytes, n, NI_JSON_SAVED_DEPTH, err);
}

void ni_json_free(ni_json *json) {
  if (json != NULL) {
    cJSON_Delete(json->root);
    ni_free(json->items);
    ni_json_scan_free(&json->scan);
    ni_free(json);
  }
}

const cJSON *ni_json_root(const ni_json *json) {
  return json->root;
}

void ni_json_place(const ni_json *json, const cJSON *item, int64_t *line, int64_t *column) {
  *line = json->scan.values[item->valueint].line;
  *column = json->scan.values[item->valueint].column;
}

/* Append, as much as fits; 0 when something did not. Pieces are whole characters, so a cut is at a character's edge. */
static int put(char *out, size_t size, size_t *used, const char *text, size_t n) {
  if (n >= size - *used) {
    return 0;
  }
  memcpy(out + *used, text, n);
  *used += n;
  out[*used] = '\0';
  return 1;
}

/* A key as RFC 6901 writes it: ~0 for ~, ~1 for /. */
static int put_key(char *out, size_t size, size_t *used, const char *text) {
  size_t step;
  for (size_t left = strlen(text); left > 0; left -= step, text += step) {
    step = ni_utf8_step(text, left);
    int done = *text == '~'   ? put(out, size, used, "~0", 2)
               : *text == '/' ? put(out, size, used, "~1", 2)
                              : put(out, size, used, text, step);
    if (!done) {
      return 0;
    }
  }
  return 1;
}

void ni_json_pointer(const ni_json *json, const cJSON *item, char *out, size_t size) {
  const ni_json_value *values = json->scan.values;
  int32_t path[NI_JSON_SAVED_DEPTH + 1];
  size_t depth = 0;
  for (int32_t i = item->valueint; values[i].parent >= 0; i = values[i].parent) {
    path[depth++] = i;
  }
  size_t used = 0;
  int fits = size > 0;
  if (fits) {
    out[0] = '\0';
  }
  while (fits && depth > 0) {
    int32_t i = path[--depth];
    const char *name = json->items[i]->string;
    char ordinal[16];
    snprintf(ordinal, sizeof ordinal, "%d", (int)values[i].ordinal);
    fits = put(out, size, &used, "/", 1) && put_key(out, size, &used, name == NULL ? ordinal : name);
  }
}

niem_status ni_json_fail(const ni_json *json, const cJSON *item, niem_error *err, niem_status status,
                         const char *format, ...) {
  if (err == NULL) {
    return status;
  }
  char message[LONGER];
  char where[sizeof err->where];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  int64_t line, column;
  ni_json_place(json, item, &line, &column);
  ni_json_pointer(json, item, where, sizeof where);
  return ni_fail_at(err, status, line, column, where, "%s", message);
}

void ni_json_report(const ni_json *json, const cJSON *item, niem_problems *problems, int32_t severity,
                    niem_status status, const char *format, ...) {
  char message[LONGER] = "";
  char where[sizeof((niem_error *)0)->where] = "";
  int64_t line = 0;
  int64_t column = 0;
  if (niem_problems_count(problems) < NIEM_PROBLEMS_KEPT) { /* beyond, only the count is taken */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    ni_json_place(json, item, &line, &column);
    ni_json_pointer(json, item, where, sizeof where);
  }
  ni_problems_report(problems, severity, status, line, column, where, "%s", message);
}
