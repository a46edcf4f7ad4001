/* Reading a JSON document into a framework or a method: typed access that reports what is wrong, where, and goes on, so
 * that all problems of a file are told together. A getter that fails reports a problem and returns its nothing. */
#ifndef NI_READER_H
#define NI_READER_H

#include "base/platform.h"
#include "base/fail.h"
#include "base/memory.h"
#include "model/framework.h"
#include "model/json.h"

#include <cjson/cJSON.h>

typedef struct ni_reader {
  ni_json *json;
  ni_arena *arena;
  niem_problems *problems;
  int out_of_memory;
} ni_reader;

/* Words for the constants of niem/methods.h and niem/comparison.h, in their order. */
#define NI_TIES_WORDS "min max average dense first"
#define NI_DEVIATION_WORDS "default sample population"

/* Zeroed memory in the reader's arena; a shortage is remembered and told at the end. */
void *ni_reader_alloc(ni_reader *reader, size_t n, size_t size);
const char *ni_reader_copy(ni_reader *reader, const char *text);
void ni_reader_error(ni_reader *reader, const cJSON *at, niem_status status, const char *format, ...) NI_PRINTF(4, 5);
int ni_reader_failed(const ni_reader *reader);
/* What came of the reading: memory, the first error, or NIEM_OK. */
niem_status ni_reader_status(const ni_reader *reader, niem_error *err);
/* The first error of a list, or NIEM_OK; NIEM_ERROR_MEMORY where the list could not keep what was found. */
niem_status ni_reader_outcome(const niem_problems *problems, niem_error *err);
/* A text that could not be read at all: the problem into the list, and its status. */
niem_status ni_reader_refuse(niem_problems *problems, const niem_error *problem, niem_error *err);

/* Number of entries of a list or keys of an object; 0 for NULL. */
int32_t ni_list_length(const cJSON *list);

/* Report every key of `object` that is not in `keys` ("id label labels"); keys of `extra`, unless NULL, are allowed
 * too. */
void ni_reader_keys(ni_reader *reader, const cJSON *object, const char *keys, const char *const *extra,
                    int32_t n_extra);
const cJSON *ni_reader_get(const cJSON *object, const char *key);
/* A list of objects under `key`; NULL when absent (an error if `needed`) or of another type. */
const cJSON *ni_reader_list(ni_reader *reader, const cJSON *object, const char *key, int needed);
/* Texts are copied; NULL when absent or wrong. Ids are texts that are not blank and have no "/", "=", "|", "," or
 * control character. */
const char *ni_reader_text(ni_reader *reader, const cJSON *object, const char *key, int needed);
const char *ni_reader_id(ni_reader *reader, const cJSON *object);
int ni_is_id(const char *text);
int ni_is_date(const char *text); /* "2021-03-31" */
const char *ni_reader_date(ni_reader *reader, const cJSON *object, const char *key);
double ni_reader_number(ni_reader *reader, const cJSON *object, const char *key, double otherwise, double from,
                        double to);
int ni_reader_flag(ni_reader *reader, const cJSON *object, const char *key, int otherwise);
/* One of the words in `words` ("available strict zero"): its place; `otherwise` when absent. */
int32_t ni_reader_word(ni_reader *reader, const cJSON *object, const char *key, const char *words, int32_t otherwise);
void ni_reader_label(ni_reader *reader, const cJSON *object, const char *key, const char *translations,
                     ni_label *label);
void ni_reader_aliases(ni_reader *reader, const cJSON *object, ni_aliases *aliases);
/* {"rule": ..., "min_coverage": ...} or the rule's word alone; `rule` keeps its value when absent. */
void ni_reader_missing_rule(ni_reader *reader, const cJSON *object, const char *key, ni_missing_rule *rule);
/* A list of texts into an array in the arena. */
int32_t ni_reader_texts(ni_reader *reader, const cJSON *object, const char *key, const char ***out);
/* A list of finite numbers into an array in the arena; its length, 0 when absent. */
int32_t ni_reader_numbers(ni_reader *reader, const cJSON *object, const char *key, const double **out);
/* A weight: a number that is finite and not negative. */
double ni_reader_weight(ni_reader *reader, const cJSON *item);
/* The names of the `n` entries of a list: what stands twice among ids and aliases is reported. `first_id` and
 * `first_aliases` (NULL: there are none) are those of entry 0, the next `stride` bytes on. `what` is an entry: "unit".
 */
void ni_reader_names(ni_reader *reader, const cJSON *list, ni_names *names, const void *first_id,
                     const void *first_aliases, int32_t n, size_t stride, const char *what);
/* Two of `n` ids that are the same, each reported once; ids are `stride` bytes apart, entries that are NULL are passed
 * over. */
void ni_reader_duplicates(ni_reader *reader, const cJSON *list, const void *first_id, int32_t n, size_t stride,
                          const char *what);

#endif
