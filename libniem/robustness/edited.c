/* A method with other choices in some places: its JSON is copied, changed at the inputs' pointers (RFC 6901), and read
 * like any method, so that what no method can have is refused in the same words. */
#include "base/platform.h"

#include "base/buffer.h"
#include "model/canonical.h"
#include "robustness/edited.h"

#include <string.h>

/* Where a pointer leads: an entry of `parent`, by key or place; parent NULL: the whole document. */
typedef struct place {
  cJSON *parent;
  char key[256];
  int32_t number; /* in an array */
} place;

/* One part of a pointer, with ~1 and ~0 made "/" and "~"; 0 where it is too long. */
static int read_part(char key[256], const char **at) {
  size_t n = 0;
  const char *c = *at + 1; /* behind the "/" */
  for (; *c != '\0' && *c != '/'; c++) {
    if (n == 255) {
      return 0;
    }
    key[n] = *c;
    if (c[0] == '~' && (c[1] == '0' || c[1] == '1')) {
      key[n] = c[1] == '0' ? '~' : '/';
      c++;
    }
    n++;
  }
  key[n] = '\0';
  *at = c;
  return 1;
}

static int32_t number_of(const char *key) {
  int32_t n = 0;
  for (const char *c = key; *c != '\0'; c++) {
    if (*c < '0' || *c > '9' || n > 100000) {
      return -1;
    }
    n = n * 10 + (*c - '0');
  }
  return key[0] == '\0' || (key[0] == '0' && key[1] != '\0') ? -1 : n;
}

static cJSON *entry_of(const place *p) {
  return cJSON_IsArray(p->parent) ? cJSON_GetArrayItem(p->parent, p->number)
                                  : cJSON_GetObjectItemCaseSensitive(p->parent, p->key);
}

/* The last part may be a key that is not there yet; all before it must be. */
static int find_place(place *out, cJSON *root, const char *at) {
  cJSON *here = root;
  out->parent = NULL;
  while (*at != '\0') {
    out->parent = here;
    if (!read_part(out->key, &at) || !(cJSON_IsObject(here) || cJSON_IsArray(here))) {
      return 0;
    }
    out->number = cJSON_IsArray(here) ? number_of(out->key) : 0;
    if (out->number < 0) {
      return 0;
    }
    here = entry_of(out);
    if (here == NULL && (*at != '\0' || cJSON_IsArray(out->parent))) {
      return 0;
    }
  }
  return 1;
}

/* The entry becomes `value`, which is taken over; 0 where memory is short. */
static int put(cJSON **root, const place *p, cJSON *value) {
  int done;
  if (value == NULL) {
    return 0;
  }
  if (p->parent == NULL) {
    cJSON_Delete(*root);
    *root = value;
    return 1;
  }
  if (cJSON_IsArray(p->parent)) {
    done = cJSON_ReplaceItemInArray(p->parent, p->number, value);
  } else if (entry_of(p) != NULL) {
    done = cJSON_ReplaceItemInObjectCaseSensitive(p->parent, p->key, value);
  } else {
    done = cJSON_AddItemToObject(p->parent, p->key, value);
  }
  if (!done) {
    cJSON_Delete(value);
  }
  return done;
}

/* No method has a null: what an alternative takes out. Depth is that of a document that was read. */
static void remove_nulls(cJSON *item) {
  cJSON *next;
  for (cJSON *child = item->child; child != NULL; child = next) {
    next = child->next;
    if (cJSON_IsNull(child)) {
      cJSON_Delete(cJSON_DetachItemViaPointer(item, child));
    } else {
      remove_nulls(child);
    }
  }
}

/* A whole method may leave its format out; null is that of all defaults. */
static int add_format(cJSON **root) {
  if (cJSON_IsNull(*root)) {
    cJSON_Delete(*root);
    *root = cJSON_CreateObject();
  }
  return *root != NULL && (!cJSON_IsObject(*root) || cJSON_GetObjectItemCaseSensitive(*root, "format") != NULL ||
                           cJSON_AddStringToObject(*root, "format", "niem-method/1") != NULL);
}

static niem_status take_edit(cJSON **root, const ni_inputs *inputs, int32_t k, const ni_edit *edit, niem_error *err) {
  const ni_input *input = &inputs->inputs[k];
  const int is_choice = input->kind == NI_INPUT_CHOICE && edit->alternative >= 0;
  const int is_parameter = input->kind == NI_INPUT_PARAMETER && edit->number == edit->number;
  place p;
  if (!is_choice && !is_parameter) {
    return NIEM_OK;
  }
  if (!find_place(&p, *root, input->at)) {
    return ni_input_fail(inputs, k, "at", NIEM_ERROR_REFERENCE, err,
                         "\"%.60s\" leads nowhere in the method; what it changes must stand there, and the steps of a "
                         "list count from 0",
                         input->at);
  }
  cJSON *value = is_choice ? cJSON_Duplicate(input->values[edit->alternative], 1) : cJSON_CreateNumber(edit->number);
  return put(root, &p, value) && add_format(root) ? NIEM_OK : ni_fail_memory(err);
}

niem_status ni_method_edited(niem_method **out, const niem_method *base, const ni_inputs *inputs, const ni_edit *edits,
                             niem_error *err) {
  niem_status status = NIEM_OK;
  ni_json *json = NULL;
  cJSON *root = NULL;
  niem_buffer *text = NULL;
  NIEM_TRY(ni_json_read(&json, niem_buffer_data(base->json), (size_t)niem_buffer_size(base->json), err));
  root = cJSON_Duplicate(ni_json_root(json), 1);
  NIEM_TRY(root == NULL ? ni_fail_memory(err) : NIEM_OK);
  for (int32_t k = 0; k < inputs->n; k++) {
    NIEM_TRY(take_edit(&root, inputs, k, &edits[k], err));
  }
  remove_nulls(root);
  NIEM_TRY(ni_canonical_json(&text, root, err));
  NIEM_TRY(niem_method_parse(out, NULL, niem_buffer_data(text), niem_buffer_size(text), err));
cleanup:
  ni_json_free(json);
  cJSON_Delete(root);
  niem_buffer_free(text);
  return status;
}
