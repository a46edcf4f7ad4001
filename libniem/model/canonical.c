/* Canonical JSON: keys sorted by their bytes, no white space, shortest numbers. */
#include "base/platform.h"

#include "base/memory.h"
#include "base/order.h"
#include "model/canonical.h"

#include <string.h>

static niem_status write_value(niem_buffer *buffer, const cJSON *item, niem_error *err);

static int by_key(int64_t a, int64_t b, const void *context) {
  const cJSON *const *items = context;
  return strcmp(items[a]->string, items[b]->string); /* keys of one object differ, so the order is total */
}

static niem_status write_object(niem_buffer *buffer, const cJSON *object, niem_error *err) {
  niem_status status = NIEM_OK;
  size_t n = 0;
  for (const cJSON *item = object->child; item != NULL; item = item->next) {
    n++;
  }
  const cJSON **items = ni_alloc(n, sizeof *items);
  int64_t *order = ni_alloc(n, sizeof *order);
  if (items == NULL || order == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  n = 0;
  for (const cJSON *item = object->child; item != NULL; item = item->next) {
    order[n] = (int64_t)n;
    items[n++] = item;
  }
  if (!ni_sort_indices(order, (int64_t)n, by_key, items)) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  ni_buffer_char(buffer, '{');
  for (size_t i = 0; i < n; i++) {
    if (i > 0) {
      ni_buffer_char(buffer, ',');
    }
    ni_buffer_json_string(buffer, items[order[i]]->string);
    ni_buffer_char(buffer, ':');
    NIEM_TRY(write_value(buffer, items[order[i]], err));
  }
  ni_buffer_char(buffer, '}');
cleanup:
  ni_free(items);
  ni_free(order);
  return status;
}

static niem_status write_array(niem_buffer *buffer, const cJSON *array, niem_error *err) {
  niem_status status = NIEM_OK;
  ni_buffer_char(buffer, '[');
  for (const cJSON *item = array->child; item != NULL; item = item->next) {
    if (item != array->child) {
      ni_buffer_char(buffer, ',');
    }
    NIEM_TRY(write_value(buffer, item, err));
  }
  ni_buffer_char(buffer, ']');
cleanup:
  return status;
}

/* Recursion is as deep as the document, which has its limit. */
static niem_status write_value(niem_buffer *buffer, const cJSON *item, niem_error *err) {
  if (cJSON_IsObject(item)) {
    return write_object(buffer, item, err);
  }
  if (cJSON_IsArray(item)) {
    return write_array(buffer, item, err);
  }
  if (cJSON_IsString(item)) {
    ni_buffer_json_string(buffer, item->valuestring);
  } else if (cJSON_IsNumber(item)) {
    ni_buffer_json_double(buffer, item->valuedouble + 0.0); /* -0 and 0 are one number */
  } else {
    ni_buffer_text(buffer, cJSON_IsTrue(item) ? "true" : cJSON_IsFalse(item) ? "false" : "null");
  }
  return NIEM_OK;
}

niem_status ni_canonical_json(niem_buffer **out, const cJSON *root, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_buffer *buffer = NULL;
  NIEM_TRY(ni_buffer_new(&buffer, err));
  NIEM_TRY(write_value(buffer, root, err));
  NIEM_TRY(ni_buffer_status(buffer, err));
  *out = buffer;
  buffer = NULL;
cleanup:
  niem_buffer_free(buffer);
  return status;
}

niem_status ni_canonical_copy(niem_buffer **out, const niem_buffer *json, const char *where, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_buffer *copy = NULL;
  if (out == NULL || json == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : where, "must not be NULL");
  }
  *out = NULL;
  NIEM_TRY(ni_buffer_new(&copy, err));
  ni_buffer_append(copy, niem_buffer_data(json), (size_t)niem_buffer_size(json));
  NIEM_TRY(ni_buffer_status(copy, err));
  *out = copy;
  copy = NULL;
cleanup:
  niem_buffer_free(copy);
  return status;
}
