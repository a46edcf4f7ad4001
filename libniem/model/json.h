/* Reading JSON (RFC 8259), strictly. A scan of ours checks the text, says what is wrong in it, keeps the place of each
 * value and parses the numbers; then cJSON builds the tree. What comes out has no duplicate keys, no numbers but finite
 * doubles (correctly rounded, whatever the locale), no NUL in a string, and valid UTF-8 throughout. */
#ifndef NI_JSON_H
#define NI_JSON_H

#include <cjson/cJSON.h>

#include "base/fail.h"

/* Limits, each with its NIEM_ERROR_LIMIT. A string is measured as it is written between its quotes. */
enum { NI_JSON_DEPTH = 64, NI_JSON_SAVED_DEPTH = 65, NI_JSON_STRING = 16 << 20, NI_JSON_TEXT = 1 << 30 };

typedef struct ni_json ni_json;

/* Read `n` bytes, with or without a byte order mark. The bytes are not needed afterwards. Errors have line and column
 * (1-based, the column in characters) in `row` and `column`: NIEM_ERROR_ENCODING, _SYNTAX, _DUPLICATE (a key twice in
 * one object), _VALUE (a number beyond the range of a double), _LIMIT, _MEMORY. */
niem_status ni_json_read(ni_json **out, const char *bytes, size_t n, niem_error *err);
/* The same for a document that holds another one: NI_JSON_SAVED_DEPTH deep. */
niem_status ni_json_read_saved(ni_json **out, const char *bytes, size_t n, niem_error *err);
void ni_json_free(ni_json *json);

/* The tree; never NULL. A number's value is in `valuedouble`; `valueint` belongs to this reader (never read it as a
 * number). */
const cJSON *ni_json_root(const ni_json *json);

/* Where an item of this tree stands in the text, 1-based. */
void ni_json_place(const ni_json *json, const cJSON *item, int64_t *line, int64_t *column);

/* Its RFC 6901 pointer, "" for the root. Cut at a character's edge when `size` is too small. The time goes with the
 * depth only. */
void ni_json_pointer(const ni_json *json, const cJSON *item, char *out, size_t size);

/* What is wrong with an item: `row`, `column` and `where` (the pointer) are filled in; gives `status`. */
niem_status ni_json_fail(const ni_json *json, const cJSON *item, niem_error *err, niem_status status,
                         const char *format, ...) NI_PRINTF(5, 6);
/* The same into a list of problems. Beyond the number of problems kept it only counts. */
void ni_json_report(const ni_json *json, const cJSON *item, niem_problems *problems, int32_t severity,
                    niem_status status, const char *format, ...) NI_PRINTF(6, 7);

/* --- between json_scan.c and json.c --- */

/* A value's place in the text and in the tree. Values are numbered in the order in which they begin (pre-order). */
typedef struct ni_json_value {
  int32_t line;
  int32_t column;
  int32_t parent;  /* number of the array or object that holds it, -1 for the root */
  int32_t ordinal; /* 0-based place among its siblings */
} ni_json_value;

typedef struct ni_json_scan {
  ni_json_value *values;
  size_t count;
  size_t capacity;
  double *numbers; /* in the order of the text */
  size_t n_numbers;
  size_t numbers_capacity;
} ni_json_scan;

/* Check `text`, no deeper than `depth`, and overwrite each number in `copy` (the same bytes) by a 0 and spaces. On
 * failure nothing is left to free. */
niem_status ni_json_scan_text(ni_json_scan *out, const char *text, char *copy, size_t n, int depth, niem_error *err);
void ni_json_scan_free(ni_json_scan *scan);

#endif
