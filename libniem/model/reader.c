/* Typed access to a JSON document that reports what is wrong, where, and goes on. */
#include "base/platform.h"

#include "base/dictionary.h"
#include "base/number.h"
#include "model/reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void *ni_reader_alloc(ni_reader *reader, size_t n, size_t size) {
  void *p = ni_arena_alloc(reader->arena, n, size);
  if (p == NULL) {
    reader->out_of_memory = 1;
  }
  return p;
}

const char *ni_reader_copy(ni_reader *reader, const char *text) {
  char *copy = ni_arena_text(reader->arena, text, strlen(text));
  if (copy == NULL) {
    reader->out_of_memory = 1;
  }
  return copy;
}

void ni_reader_error(ni_reader *reader, const cJSON *at, niem_status status, const char *format, ...) {
  char message[sizeof(((niem_error *)0)->message)];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  ni_json_report(reader->json, at, reader->problems, NIEM_ERROR, status, "%s", message);
}

int ni_reader_failed(const ni_reader *reader) {
  return reader->out_of_memory || niem_problems_total(reader->problems, NIEM_ERROR) > 0;
}

niem_status ni_reader_outcome(const niem_problems *problems, niem_error *err) {
  int64_t found = niem_problems_total(problems, NIEM_NOTE) + niem_problems_total(problems, NIEM_WARNING) +
                  niem_problems_total(problems, NIEM_ERROR);
  int64_t kept = niem_problems_count(problems);
  return kept < found && kept < NIEM_PROBLEMS_KEPT ? ni_fail_memory(err) : ni_problems_status(problems, err);
}

niem_status ni_reader_status(const ni_reader *reader, niem_error *err) {
  return reader->out_of_memory ? ni_fail_memory(err) : ni_reader_outcome(reader->problems, err);
}

niem_status ni_reader_refuse(niem_problems *problems, const niem_error *problem, niem_error *err) {
  if (problem->status == NIEM_ERROR_MEMORY) {
    return ni_fail_memory(err);
  }
  ni_problems_add(problems, NIEM_ERROR, problem);
  return ni_reader_outcome(problems, err);
}

int32_t ni_list_length(const cJSON *list) {
  int32_t n = 0;
  for (const cJSON *item = list == NULL ? NULL : list->child; item != NULL; item = item->next) {
    n++;
  }
  return n;
}

/* The place of `word` in a list of words parted by spaces; -1. */
static int32_t place_of(const char *words, const char *word) {
  size_t length = strlen(word);
  int32_t place = 0;
  for (const char *at = words; *at != '\0'; place++) {
    size_t span = strcspn(at, " ");
    if (span == length && memcmp(at, word, length) == 0) {
      return place;
    }
    at += span + (at[span] == ' ');
  }
  return -1;
}

static int is_one_of(const char *const *texts, int32_t n, const char *text) {
  for (int32_t i = 0; i < n; i++) {
    if (strcmp(texts[i], text) == 0) {
      return 1;
    }
  }
  return 0;
}

void ni_reader_keys(ni_reader *reader, const cJSON *object, const char *keys, const char *const *extra,
                    int32_t n_extra) {
  for (const cJSON *item = object->child; item != NULL; item = item->next) {
    if (place_of(keys, item->string) < 0 && !is_one_of(extra, n_extra, item->string)) {
      ni_reader_error(
          reader, item, NIEM_ERROR_FORMAT,
          "key \"%.60s\" is unknown here; known are: %s; what is not part of the format goes under \"meta\"",
          item->string, keys);
    }
  }
}

const cJSON *ni_reader_get(const cJSON *object, const char *key) {
  return cJSON_GetObjectItemCaseSensitive(object, key);
}

static void report_needed(ni_reader *reader, const cJSON *object, const char *key) {
  ni_reader_error(reader, object, NIEM_ERROR_FORMAT, "key \"%s\" is needed here", key);
}

const cJSON *ni_reader_list(ni_reader *reader, const cJSON *object, const char *key, int needed) {
  const cJSON *list = ni_reader_get(object, key);
  if (list == NULL) {
    if (needed) {
      report_needed(reader, object, key);
    }
    return NULL;
  }
  if (!cJSON_IsArray(list)) {
    ni_reader_error(reader, list, NIEM_ERROR_FORMAT, "\"%s\" must be a list of objects", key);
    return NULL;
  }
  int right = 1;
  for (const cJSON *item = list->child; item != NULL; item = item->next) {
    if (!cJSON_IsObject(item)) {
      ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "an entry of \"%s\" must be an object {...}", key);
      right = 0;
    }
  }
  return right ? list : NULL;
}

const char *ni_reader_text(ni_reader *reader, const cJSON *object, const char *key, int needed) {
  const cJSON *item = ni_reader_get(object, key);
  if (item == NULL) {
    if (needed) {
      report_needed(reader, object, key);
    }
    return NULL;
  }
  if (!cJSON_IsString(item)) {
    ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "\"%s\" must be a text in quotes", key);
    return NULL;
  }
  return ni_reader_copy(reader, item->valuestring);
}

/* Ids appear in names of nodes, in lists and in files: they hold no separator and no space at their ends. */
int ni_is_id(const char *text) {
  size_t length = strlen(text);
  if (length == 0 || length > 200 || text[0] == ' ' || text[length - 1] == ' ' || strcmp(text, "*") == 0) {
    return 0;
  }
  for (const char *c = text; *c != '\0'; c++) {
    if ((unsigned char)*c < 0x20 || *c == 0x7F || strchr("/=|,\"", *c) != NULL) {
      return 0;
    }
  }
  return 1;
}

const char *ni_reader_id(ni_reader *reader, const cJSON *object) {
  const char *id = ni_reader_text(reader, object, "id", 1);
  if (id != NULL && !ni_is_id(id)) {
    ni_reader_error(reader, ni_reader_get(object, "id"), NIEM_ERROR_VALUE,
                    "id \"%.60s\" must have 1 to 200 bytes, no / = | , quote or control character, no space at its "
                    "ends, and not be *",
                    id);
    return NULL;
  }
  return id;
}

static int is_digits(const char *text, int from, int to) {
  for (int i = from; i < to; i++) {
    if (text[i] < '0' || text[i] > '9') {
      return 0;
    }
  }
  return 1;
}

static int two_digits(const char *text) {
  return (text[0] - '0') * 10 + (text[1] - '0');
}

int ni_is_date(const char *text) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (strlen(text) != 10 || text[4] != '-' || text[7] != '-' || !is_digits(text, 0, 4) || !is_digits(text, 5, 7) ||
      !is_digits(text, 8, 10)) {
    return 0;
  }
  int year = two_digits(text) * 100 + two_digits(text + 2);
  int month = two_digits(text + 5);
  int day = two_digits(text + 8);
  int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (month == 2 && leap);
}

const char *ni_reader_date(ni_reader *reader, const cJSON *object, const char *key) {
  const char *text = ni_reader_text(reader, object, key, 0);
  if (text != NULL && !ni_is_date(text)) {
    ni_reader_error(reader, ni_reader_get(object, key), NIEM_ERROR_VALUE,
                    "\"%.40s\" is no date; write it as 2021-03-31", text);
    return NULL;
  }
  return text;
}

double ni_reader_number(ni_reader *reader, const cJSON *object, const char *key, double otherwise, double from,
                        double to) {
  const cJSON *item = ni_reader_get(object, key);
  if (item == NULL) {
    return otherwise;
  }
  if (!cJSON_IsNumber(item)) {
    ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "\"%s\" must be a number", key);
    return otherwise;
  }
  if (!(item->valuedouble >= from && item->valuedouble <= to)) {
    char low[32], high[32];
    low[ni_print_double(low, from)] = '\0';
    high[ni_print_double(high, to)] = '\0';
    ni_reader_error(reader, item, NIEM_ERROR_VALUE, "\"%s\" must lie between %s and %s", key, low, high);
    return otherwise;
  }
  return item->valuedouble;
}

int ni_reader_flag(ni_reader *reader, const cJSON *object, const char *key, int otherwise) {
  const cJSON *item = ni_reader_get(object, key);
  if (item == NULL) {
    return otherwise;
  }
  if (!cJSON_IsBool(item)) {
    ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "\"%s\" must be true or false", key);
    return otherwise;
  }
  return cJSON_IsTrue(item);
}

int32_t ni_reader_word(ni_reader *reader, const cJSON *object, const char *key, const char *words, int32_t otherwise) {
  const cJSON *item = ni_reader_get(object, key);
  if (item == NULL) {
    return otherwise;
  }
  int32_t place = cJSON_IsString(item) ? place_of(words, item->valuestring) : -1;
  if (place < 0) {
    ni_reader_error(reader, item, NIEM_ERROR_VALUE, "\"%s\" must be one of: %s", key, words);
    return otherwise;
  }
  return place;
}

static void add_text(ni_reader *reader, ni_label *label, const char *language, const char *text) {
  label->languages[label->n] = ni_reader_copy(reader, language);
  label->texts[label->n] = ni_reader_copy(reader, text);
  label->n++;
}

void ni_reader_label(ni_reader *reader, const cJSON *object, const char *key, const char *translations,
                     ni_label *label) {
  const cJSON *own = ni_reader_get(object, key);
  const cJSON *others = ni_reader_get(object, translations);
  if (others != NULL && !cJSON_IsObject(others)) {
    ni_reader_error(reader, others, NIEM_ERROR_FORMAT,
                    "\"%s\" must be an object of texts by language tag, {\"pl\": \"...\"}", translations);
    others = NULL;
  }
  size_t room = (size_t)ni_list_length(others) + 1;
  label->languages = ni_reader_alloc(reader, room, sizeof *label->languages);
  label->texts = ni_reader_alloc(reader, room, sizeof *label->texts);
  if (label->languages == NULL || label->texts == NULL) {
    return;
  }
  if (own != NULL && !cJSON_IsString(own)) {
    ni_reader_error(reader, own, NIEM_ERROR_FORMAT, "\"%s\" must be a text in quotes; translations go into \"%s\"", key,
                    translations);
  } else if (own != NULL) {
    add_text(reader, label, "en", own->valuestring);
  }
  for (const cJSON *item = others == NULL ? NULL : others->child; item != NULL; item = item->next) {
    if (!cJSON_IsString(item)) {
      ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "a translation must be a text in quotes");
    } else if (own == NULL || strcmp(item->string, "en") != 0) { /* the text beside "label" stands */
      add_text(reader, label, item->string, item->valuestring);
    }
  }
}

int32_t ni_reader_texts(ni_reader *reader, const cJSON *object, const char *key, const char ***out) {
  *out = NULL;
  const cJSON *list = ni_reader_get(object, key);
  if (list == NULL) {
    return 0;
  }
  if (!cJSON_IsArray(list)) {
    ni_reader_error(reader, list, NIEM_ERROR_FORMAT, "\"%s\" must be a list of texts", key);
    return 0;
  }
  const char **texts = ni_reader_alloc(reader, (size_t)ni_list_length(list), sizeof *texts);
  int32_t n = 0;
  for (const cJSON *item = list->child; item != NULL && texts != NULL; item = item->next) {
    if (!cJSON_IsString(item) || item->valuestring[0] == '\0') {
      ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "an entry of \"%s\" must be a text in quotes that is not empty",
                      key);
    } else {
      texts[n++] = ni_reader_copy(reader, item->valuestring);
    }
  }
  *out = texts;
  return reader->out_of_memory ? 0 : n; /* no entry is NULL */
}

int32_t ni_reader_numbers(ni_reader *reader, const cJSON *object, const char *key, const double **out) {
  *out = NULL;
  const cJSON *list = ni_reader_get(object, key);
  if (list == NULL) {
    return 0;
  }
  const int32_t length = ni_list_length(list);
  double *numbers = ni_reader_alloc(reader, (size_t)length, sizeof *numbers);
  int32_t n = 0;
  for (const cJSON *item = cJSON_IsArray(list) ? list->child : NULL; item != NULL && numbers != NULL;
       item = item->next) {
    if (cJSON_IsNumber(item)) {
      numbers[n++] = item->valuedouble;
    }
  }
  if (!reader->out_of_memory && (n == 0 || n != length)) {
    ni_reader_error(reader, list, NIEM_ERROR_FORMAT, "\"%s\" must be a list of numbers that is not empty", key);
    return 0;
  }
  *out = numbers;
  return n;
}

void ni_reader_aliases(ni_reader *reader, const cJSON *object, ni_aliases *aliases) {
  aliases->n = ni_reader_texts(reader, object, "aliases", &aliases->ids);
}

void ni_reader_missing_rule(ni_reader *reader, const cJSON *object, const char *key, ni_missing_rule *rule) {
  const cJSON *item = ni_reader_get(object, key);
  if (item == NULL) {
    return;
  }
  rule->min_coverage = 0;
  if (cJSON_IsString(item)) {
    rule->rule = ni_reader_word(reader, object, key, "available strict zero", NI_RULE_AVAILABLE);
  } else if (cJSON_IsObject(item)) {
    ni_reader_keys(reader, item, "rule min_coverage meta", NULL, 0);
    rule->rule = ni_reader_word(reader, item, "rule", "available strict zero", NI_RULE_AVAILABLE);
    rule->min_coverage = ni_reader_number(reader, item, "min_coverage", 0, 0, 1);
  } else {
    ni_reader_error(reader, item, NIEM_ERROR_FORMAT,
                    "\"%s\" must be an object such as {\"rule\": \"available\", \"min_coverage\": 0.5}", key);
  }
}

double ni_reader_weight(ni_reader *reader, const cJSON *item) {
  if (!cJSON_IsNumber(item)) {
    ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "a weight must be a number");
    return 1;
  }
  if (!(item->valuedouble >= 0 && item->valuedouble <= 1e9 && (item->valuedouble == 0 || item->valuedouble >= 1e-9))) {
    ni_reader_error(reader, item, NIEM_ERROR_VALUE, "a weight must be 0, or lie between 1e-9 and 1e9");
    return 1;
  }
  return item->valuedouble;
}

/* Enter a name that means entry `place`; one that is there already is reported. */
static void enter_name(ni_reader *reader, const cJSON *item, ni_names *names, const char *text, int32_t place,
                       const char *what, const char *which) {
  int32_t before = ni_dictionary_count(&names->texts);
  int32_t number = ni_dictionary_add(&names->texts, text, strlen(text));
  if (number < 0) {
    reader->out_of_memory = 1;
  } else if (number == before) {
    names->places[number] = place;
  } else if (item != NULL) {
    ni_reader_error(reader, item, NIEM_ERROR_DUPLICATE, "%s \"%.60s\" is given twice; %s must differ", what, text,
                    which);
  }
}

static ni_aliases aliases_at(const void *first_aliases, int32_t i, size_t stride) {
  ni_aliases aliases = {0, NULL};
  if (first_aliases != NULL) {
    memcpy(&aliases, (const char *)first_aliases + (size_t)i * stride, sizeof aliases);
  }
  return aliases;
}

void ni_reader_names(ni_reader *reader, const cJSON *list, ni_names *names, const void *first_id,
                     const void *first_aliases, int32_t n, size_t stride, const char *what) {
  size_t room = (size_t)n;
  for (int32_t i = 0; i < n; i++) {
    room += (size_t)aliases_at(first_aliases, i, stride).n;
  }
  ni_dictionary_init(&names->texts);
  names->places = ni_reader_alloc(reader, room, sizeof *names->places);
  const cJSON *item = list == NULL ? NULL : list->child;
  for (int32_t i = 0; i < n && !reader->out_of_memory; i++) {
    const char *id;
    memcpy(&id, (const char *)first_id + (size_t)i * stride, sizeof id);
    if (id != NULL) {
      enter_name(reader, item, names, id, i, what, "ids");
    }
    item = item == NULL ? NULL : item->next;
  }
  names->n_ids = ni_dictionary_count(&names->texts);
  item = list == NULL ? NULL : list->child;
  for (int32_t i = 0; i < n && !reader->out_of_memory; i++) {
    ni_aliases aliases = aliases_at(first_aliases, i, stride);
    for (int32_t k = 0; k < aliases.n && !reader->out_of_memory; k++) {
      enter_name(reader, item, names, aliases.ids[k], i, what, "ids and aliases");
    }
    item = item == NULL ? NULL : item->next;
  }
}

void ni_reader_duplicates(ni_reader *reader, const cJSON *list, const void *first_id, int32_t n, size_t stride,
                          const char *what) {
  ni_names names;
  memset(&names, 0, sizeof names);
  ni_reader_names(reader, list, &names, first_id, NULL, n, stride, what);
  ni_dictionary_free(&names.texts);
}
