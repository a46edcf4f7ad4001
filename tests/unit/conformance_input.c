/* Reading conformance vectors: files, texts that JSON cannot hold, numbers to their last bit. */
#include "conformance.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void grow_bytes(text_bytes *bytes, const char *more, size_t n) {
  char *grown = realloc(bytes->data, (size_t)bytes->n + n + 1);
  if (grown == NULL) {
    abort();
  }
  memcpy(grown + bytes->n, more, n);
  bytes->data = grown;
  bytes->n += (int64_t)n;
  grown[bytes->n] = '\0';
}

static void grow_text(text_bytes *bytes, const char *text) {
  grow_bytes(bytes, text, strlen(text));
}

text_bytes read_whole_file(const char *path) {
  text_bytes bytes = {NULL, 0};
  char buffer[65536];
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    return bytes;
  }
  grow_text(&bytes, "");
  for (size_t n = fread(buffer, 1, sizeof buffer, file); n > 0; n = fread(buffer, 1, sizeof buffer, file)) {
    grow_bytes(&bytes, buffer, n);
  }
  fclose(file);
  return bytes;
}

const cJSON *case_item(const vector_case *c, const char *key) {
  const cJSON *own = cJSON_GetObjectItemCaseSensitive(c->own, key);
  return own != NULL ? own : cJSON_GetObjectItemCaseSensitive(c->file, key);
}

const char *case_text(const cJSON *object, const char *key) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
  return cJSON_IsString(item) ? item->valuestring : NULL;
}

int is_word_of(const char *words, const char *word) {
  const size_t n = strlen(word);
  for (const char *at = strstr(words, word); at != NULL; at = strstr(at + 1, word)) {
    if ((at == words || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0')) {
      return 1;
    }
  }
  return 0;
}

text_bytes bytes_of_item(const cJSON *item) {
  text_bytes bytes = {NULL, 0};
  const char *hex = case_text(item, "hex");
  const cJSON *parts = cJSON_GetObjectItemCaseSensitive(item, "repeat");
  grow_text(&bytes, cJSON_IsString(item) ? item->valuestring : "");
  for (size_t i = 0; hex != NULL && i + 1 < strlen(hex); i += 2) {
    const char pair[] = {hex[i], hex[i + 1], '\0'};
    const char byte = (char)strtol(pair, NULL, 16);
    grow_bytes(&bytes, &byte, 1);
  }
  for (const cJSON *part = parts == NULL ? NULL : parts->child; part != NULL; part = part->next) {
    for (int i = 0; i < part->child->next->valueint; i++) {
      grow_text(&bytes, part->child->valuestring);
    }
  }
  return bytes;
}

static void print_item(text_bytes *out, const cJSON *item) {
  const int object = cJSON_IsObject(item);
  char number[64];
  if (cJSON_IsNumber(item)) {
    snprintf(number, sizeof number, "%.17g", item->valuedouble);
    grow_text(out, number);
  } else if (object || cJSON_IsArray(item)) {
    grow_text(out, object ? "{" : "[");
    for (const cJSON *child = item->child; child != NULL; child = child->next) {
      grow_text(out, child == item->child ? "" : ",");
      if (object) {
        cJSON *key = cJSON_CreateString(child->string);
        print_item(out, key);
        cJSON_Delete(key);
        grow_text(out, ":");
      }
      print_item(out, child);
    }
    grow_text(out, object ? "}" : "]");
  } else {
    char *text = cJSON_PrintUnformatted(item);
    grow_text(out, text);
    cJSON_free(text);
  }
}

text_bytes print_json(const cJSON *item) {
  text_bytes out = {NULL, 0};
  print_item(&out, item);
  return out;
}

double number_of_item(const cJSON *item) {
  return cJSON_IsString(item)   ? strtod(item->valuestring, NULL)
         : cJSON_IsNumber(item) ? item->valuedouble
                                : (double)NAN;
}

static void add_numbers(double **numbers, int64_t *n, const cJSON *list) {
  for (const cJSON *item = list->child; item != NULL; item = item->next) {
    double *grown = realloc(*numbers, ((size_t)*n + 1) * sizeof *grown);
    if (grown == NULL) {
      abort();
    }
    grown[(*n)++] = number_of_item(item);
    *numbers = grown;
  }
}

double *numbers_of_item(const cJSON *item, int64_t *n) {
  const cJSON *parts = cJSON_GetObjectItemCaseSensitive(item, "repeat");
  double *numbers = NULL;
  *n = 0;
  if (cJSON_IsArray(item)) {
    add_numbers(&numbers, n, item);
  }
  for (const cJSON *part = parts == NULL ? NULL : parts->child; part != NULL; part = part->next) {
    for (int i = 0; i < part->child->next->valueint; i++) {
      add_numbers(&numbers, n, part->child);
    }
  }
  return numbers;
}

void outcome_free(outcome *out) {
  niem_problems_free(out->problems);
  niem_table_free(out->table);
  cJSON_Delete(out->fields);
  free(out->values);
  free(out->text);
}

void find_fault(outcome *out, const char *format, ...) {
  va_list arguments;
  if (out->fault[0] == '\0') {
    va_start(arguments, format);
    vsnprintf(out->fault, sizeof out->fault, format, arguments);
    va_end(arguments);
  }
}
