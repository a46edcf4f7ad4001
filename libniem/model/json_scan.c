/* The scan of a JSON text (RFC 8259) before its tree is built: whether it is JSON in every detail, where each value
 * stands, and what the numbers are. One pass, linear in the text; the recursion goes as deep as the depth limit. */
#include "base/platform.h"

#include "model/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/dictionary.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/utf8.h"

enum { EXCERPT = 40, FEW_KEYS = 32 };

static const size_t NO_NUMBER = SIZE_MAX;

/* A key, decoded. */
typedef struct key {
  const char *text;
  size_t length;
  uint64_t hash;
  size_t at; /* where it stands in the text */
} key;

typedef struct scanner {
  const char *text;
  char *copy;
  size_t n;
  size_t at;
  size_t line_start;
  size_t continuations; /* bytes in this line that continue a character */
  int32_t line;
  int depth;
  int deepest;       /* that depth may be */
  size_t number_end; /* where the last number ended */
  key *keys;         /* those of all objects that are open, the innermost last */
  size_t n_keys;
  size_t keys_capacity;
  ni_arena texts; /* of keys that were written with escapes */
  ni_json_scan *out;
  niem_error *err;
} scanner;

/* --- saying what is wrong --- */

static int64_t line_of(const scanner *s, size_t offset, size_t *line_start) {
  int64_t line = 1;
  *line_start = 0;
  for (size_t i = 0; i < offset; i++) {
    if (s->text[i] == '\n' || (s->text[i] == '\r' && (i + 1 == s->n || s->text[i + 1] != '\n'))) {
      line++;
      *line_start = i + 1;
    }
  }
  return line;
}

/* The place is counted anew: an error is told once. */
static niem_status fail_in(const scanner *s, size_t offset, niem_status status, const char *format, ...)
    NI_PRINTF(4, 5);
static niem_status fail_in(const scanner *s, size_t offset, niem_status status, const char *format, ...) {
  if (s->err == NULL) {
    return status;
  }
  char message[sizeof s->err->message + 8]; /* longer, so that a cut is seen, and made at a character's edge */
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  size_t line_start;
  int64_t line = line_of(s, offset, &line_start);
  int64_t column = ni_utf8_length(s->text + line_start, offset - line_start) + 1;
  return ni_fail_at(s->err, status, line, column, "", "%s", message);
}

static int peek(const scanner *s) {
  return s->at < s->n ? (unsigned char)s->text[s->at] : '\0'; /* the text itself holds no NUL */
}

static int is_digit(int c) {
  return c >= '0' && c <= '9';
}

static int is_word(int c) {
  return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '+' || c == '-' ||
         c == '.';
}

static size_t word_length(const scanner *s) {
  size_t end = s->at;
  while (end < s->n && is_word((unsigned char)s->text[end])) {
    end++;
  }
  return end - s->at;
}

/* How much of a text goes into a message: all of it, or its beginning up to a character's edge. */
static int excerpt(const char *text, size_t length) {
  if (length > EXCERPT) {
    length = EXCERPT;
    while (length > 0 && (text[length] & 0xC0) == 0x80) {
      length--;
    }
  }
  return (int)length;
}

/* The text ends too early; `holder` is the innermost value that is open, -1 for none. */
static niem_status fail_end(const scanner *s, int32_t holder) {
  if (holder < 0) {
    return fail_in(s, s->n, NIEM_ERROR_SYNTAX, "the text is empty; one JSON value is expected");
  }
  const ni_json_value *value = &s->out->values[holder];
  return fail_in(s, s->n, NIEM_ERROR_SYNTAX,
                 "the text ends inside the array or object that begins in line %d, column %d; is the rest missing?",
                 (int)value->line, (int)value->column);
}

/* Something else stands where `wanted` should. */
static niem_status fail_expected(const scanner *s, int32_t holder, const char *wanted) {
  if (s->at >= s->n) {
    return fail_end(s, holder);
  }
  int c = peek(s);
  if (c == '/' || c == '#') {
    return fail_in(s, s->at, NIEM_ERROR_SYNTAX,
                   "JSON has no comments; remove it, or keep it in a key such as \"meta\"");
  }
  if (c == '\'') {
    return fail_in(s, s->at, NIEM_ERROR_SYNTAX, "a string in single quotes; write double quotes");
  }
  size_t length = word_length(s);
  if (length == 0) {
    length = ni_utf8_step(s->text + s->at, s->n - s->at);
  }
  if (c < 0x20) {
    return fail_in(s, s->at, NIEM_ERROR_SYNTAX, "a control character (code %d) where %s is expected", c, wanted);
  }
  return fail_in(s, s->at, NIEM_ERROR_SYNTAX, "%.*s where %s is expected", excerpt(s->text + s->at, length),
                 s->text + s->at, wanted);
}

/* --- words and numbers --- */

static int is_text(const char *text, size_t length, const char *word) {
  return strlen(word) == length && memcmp(text, word, length) == 0;
}

/* Words of other languages, and what JSON writes for them. */
static const char *remedy_for(const char *text, size_t length) {
  static const char *const REMEDIES[][2] = {{"NaN", "null for a missing number"},
                                            {"nan", "null for a missing number"},
                                            {"NA", "null for a missing value"},
                                            {"Infinity", "a finite number, or null"},
                                            {"-Infinity", "a finite number, or null"},
                                            {"+Infinity", "a finite number, or null"},
                                            {"Inf", "a finite number, or null"},
                                            {"-Inf", "a finite number, or null"},
                                            {"inf", "a finite number, or null"},
                                            {"-inf", "a finite number, or null"},
                                            {"-NaN", "null for a missing number"},
                                            {"True", "true"},
                                            {"TRUE", "true"},
                                            {"False", "false"},
                                            {"FALSE", "false"},
                                            {"None", "null"},
                                            {"NULL", "null"},
                                            {"Null", "null"},
                                            {"undefined", "null"}};
  for (size_t i = 0; i < sizeof REMEDIES / sizeof REMEDIES[0]; i++) {
    if (is_text(text, length, REMEDIES[i][0])) {
      return REMEDIES[i][1];
    }
  }
  return NULL;
}

static niem_status scan_word(scanner *s, int32_t holder) {
  size_t length = word_length(s);
  const char *text = s->text + s->at;
  if (is_text(text, length, "true") || is_text(text, length, "false") || is_text(text, length, "null")) {
    s->at += length;
    return NIEM_OK;
  }
  const char *remedy = remedy_for(text, length);
  if (remedy != NULL) {
    return fail_in(s, s->at, NIEM_ERROR_SYNTAX, "%.*s is no word of JSON; write %s", excerpt(text, length), text,
                   remedy);
  }
  if (peek(s) == ']' || peek(s) == '}') {
    return fail_in(s, s->at, NIEM_ERROR_SYNTAX, "%c where a value is expected; is there a comma or colon too many?",
                   peek(s));
  }
  return fail_expected(s, holder, "a value (a string in double quotes, a number, true, false, null, [ or {)");
}

/* What is wrong with the spelling of a number. */
static const char *number_fault(const char *text, size_t length) {
  size_t i = text[0] == '-' || text[0] == '+';
  int first = i < length ? text[i] : '\0';
  int second = i + 1 < length ? text[i + 1] : '\0';
  if (first == '0' && (second == 'x' || second == 'X')) {
    return "is hexadecimal";
  }
  if (text[0] == '+') {
    return "begins with a plus sign";
  }
  if (first == '0' && is_digit(second)) {
    return "has a leading zero";
  }
  if (first == '.') {
    return "has no digit before its point";
  }
  const char *point = memchr(text, '.', length);
  if (point != NULL && (point + 1 == text + length || !is_digit(point[1]))) {
    return "has no digit after its point";
  }
  return "is not a number of JSON";
}

/* The spelling that was meant, when the fault is one of those above; 0 when it is not. */
static int repair_number(char out[EXCERPT + 2], const char *text, size_t length) {
  if (length > EXCERPT) {
    return 0;
  }
  size_t n = 0;
  size_t i = text[0] == '-' || text[0] == '+';
  if (text[0] == '-') {
    out[n++] = '-';
  }
  while (i + 1 < length && text[i] == '0' && is_digit(text[i + 1])) {
    i++;
  }
  if (i < length && text[i] == '.') {
    out[n++] = '0';
  }
  for (; i < length; i++) {
    if (text[i] != '.' || (i + 1 < length && is_digit(text[i + 1]))) {
      out[n++] = text[i];
    }
  }
  out[n] = '\0';
  double ignored;
  return n > 0 && ni_parse_json_number(out, n, &ignored) == NI_NUMBER_OK;
}

static niem_status fail_number(const scanner *s, size_t length) {
  const char *text = s->text + s->at;
  const char *remedy = remedy_for(text, length);
  if (remedy != NULL) {
    return fail_in(s, s->at, NIEM_ERROR_SYNTAX, "%.*s is no word of JSON; write %s", excerpt(text, length), text,
                   remedy);
  }
  char meant[EXCERPT + 2];
  const char *fault = number_fault(text, length);
  if (repair_number(meant, text, length)) {
    return fail_in(s, s->at, NIEM_ERROR_SYNTAX, "number %.*s %s; write %s", excerpt(text, length), text, fault, meant);
  }
  return fail_in(s, s->at, NIEM_ERROR_SYNTAX, "number %.*s %s; write digits as in 12, -0.5 or 1e-3",
                 excerpt(text, length), text, fault);
}

static niem_status scan_number(scanner *s) {
  ni_json_scan *out = s->out;
  size_t length = word_length(s);
  double x;
  int parsed = ni_parse_json_number(s->text + s->at, length, &x);
  if (parsed == NI_NUMBER_RANGE) {
    return fail_in(s, s->at, NIEM_ERROR_VALUE, "number %.*s is too large for a double (at most about 1.8e308)",
                   excerpt(s->text + s->at, length), s->text + s->at);
  }
  if (parsed != NI_NUMBER_OK) {
    return fail_number(s, length);
  }
  if (!ni_grow(&out->numbers, &out->numbers_capacity, out->n_numbers + 1, sizeof *out->numbers)) {
    return ni_fail_memory(s->err);
  }
  out->numbers[out->n_numbers++] = x;
  memset(s->copy + s->at, ' ', length);
  s->copy[s->at] = '0';
  s->at += length;
  s->number_end = s->at;
  return NIEM_OK;
}

/* --- strings --- */

static int hex_digit(int c) {
  if (is_digit(c)) {
    return c - '0';
  }
  int lower = c | 0x20;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The 16 bits of a \u escape whose backslash is at `at`; -1 where there is no such escape. */
static int32_t unicode_escape(const scanner *s, size_t at) {
  if (s->n - at < 6 || s->text[at] != '\\' || s->text[at + 1] != 'u') {
    return -1;
  }
  int32_t code = 0;
  for (size_t i = at + 2; i < at + 6; i++) {
    int digit = hex_digit((unsigned char)s->text[i]);
    if (digit < 0) {
      return -1;
    }
    code = code * 16 + digit;
  }
  return code;
}

/* The code point of the \u escape at `at`, with its second half where it has one; `*length` is how much was read. Only
 * for escapes that were scanned. */
static uint32_t decode_unicode(const scanner *s, size_t at, size_t *length) {
  uint32_t code = (uint32_t)unicode_escape(s, at);
  *length = 6;
  if (code >= 0xD800 && code < 0xDC00) {
    *length = 12;
    code = 0x10000 + ((code - 0xD800) << 10) + ((uint32_t)unicode_escape(s, at + 6) - 0xDC00);
  }
  return code;
}

static niem_status scan_unicode(scanner *s) {
  int32_t code = unicode_escape(s, s->at);
  if (code < 0) {
    return fail_in(s, s->at, NIEM_ERROR_SYNTAX, "\\u needs four hexadecimal digits, as in \\u00e9");
  }
  if (code == 0) {
    return fail_in(s, s->at, NIEM_ERROR_ENCODING, "\\u0000 is a NUL character, which no text here may hold; remove it");
  }
  if (code < 0xD800 || code > 0xDFFF) {
    s->at += 6;
    return NIEM_OK;
  }
  int32_t low = unicode_escape(s, s->at + 6 < s->n ? s->at + 6 : s->n);
  if (code > 0xDBFF || low < 0xDC00 || low > 0xDFFF) {
    return fail_in(s, s->at, NIEM_ERROR_ENCODING,
                   "%.6s is half of a character; write both surrogates, or the character", s->text + s->at);
  }
  s->at += 12;
  return NIEM_OK;
}

static niem_status scan_escape(scanner *s) {
  int c = s->at + 1 < s->n ? (unsigned char)s->text[s->at + 1] : '\0';
  if (c == 'u') {
    return scan_unicode(s);
  }
  if (c == '\0' || strchr("\"\\/bfnrt", c) == NULL) {
    return fail_in(s, s->at, NIEM_ERROR_SYNTAX,
                   "a backslash that begins none of the escapes of JSON (\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u); "
                   "write \\\\ for a backslash");
  }
  s->at += 2;
  return NIEM_OK;
}

static niem_status fail_open_string(const scanner *s, size_t start) {
  size_t line_start;
  int64_t line = line_of(s, start, &line_start);
  if (s->at >= s->n) {
    return fail_in(s, s->n, NIEM_ERROR_SYNTAX,
                   "the text ends inside the string that begins in line %lld; is the rest missing?", (long long)line);
  }
  if (peek(s) == '\n' || peek(s) == '\r') {
    return fail_in(s, start, NIEM_ERROR_SYNTAX,
                   "the string is not closed in its line; close it with a double quote, or write \\n for a line break");
  }
  return fail_in(s, s->at, NIEM_ERROR_SYNTAX, "a control character (code %d) inside a string; write it as an escape%s",
                 peek(s), peek(s) == '\t' ? ", \\t" : "");
}

/* A string from its opening quote to after its closing one. `*escaped`: whether it holds escapes. */
static niem_status scan_string(scanner *s, int *escaped) {
  size_t start = s->at++;
  *escaped = 0;
  for (;;) {
    int c = peek(s);
    if (c == '"') {
      break;
    }
    if (c == '\\') {
      *escaped = 1;
      niem_status status = scan_escape(s);
      if (status != NIEM_OK) {
        return status;
      }
      continue;
    }
    if (c < 0x20) {
      return fail_open_string(s, start);
    }
    s->continuations += (c & 0xC0) == 0x80;
    s->at++;
  }
  s->at++;
  if (s->at - start - 2 > NI_JSON_STRING) {
    return fail_in(s, start, NIEM_ERROR_LIMIT, "a string of more than %d bytes; is a closing quote missing?",
                   NI_JSON_STRING);
  }
  return NIEM_OK;
}

/* --- keys --- */

static char escaped_letter(char letter) {
  static const char PAIRS[] = "b\bf\fn\nr\rt\t";
  const char *pair = strchr(PAIRS, letter);
  return pair == NULL ? letter : pair[1];
}

/* Decode `length` bytes of a scanned string at `from`. NULL when memory is short. */
static const char *decode(scanner *s, size_t from, size_t length, size_t *decoded) {
  char *text = ni_arena_alloc(&s->texts, length + 1, 1); /* no escape is shorter than what it stands for */
  size_t n = 0;
  for (size_t i = from; text != NULL && i < from + length;) {
    size_t step = 2;
    if (s->text[i] != '\\') {
      text[n++] = s->text[i];
      step = 1;
    } else if (s->text[i + 1] != 'u') {
      text[n++] = escaped_letter(s->text[i + 1]);
    } else {
      uint32_t code = decode_unicode(s, i, &step);
      n += ni_utf8_put(text + n, code);
    }
    i += step;
  }
  *decoded = n;
  return text;
}

static niem_status scan_key(scanner *s) {
  int escaped;
  size_t start = s->at;
  niem_status status = scan_string(s, &escaped);
  if (status != NIEM_OK) {
    return status;
  }
  key k = {.text = s->text + start + 1, .length = s->at - start - 2, .at = start};
  if (escaped) {
    k.text = decode(s, start + 1, k.length, &k.length);
  }
  if (k.text == NULL || !ni_grow(&s->keys, &s->keys_capacity, s->n_keys + 1, sizeof *s->keys)) {
    return ni_fail_memory(s->err);
  }
  k.hash = ni_hash(k.text, k.length, 0);
  s->keys[s->n_keys++] = k;
  return NIEM_OK;
}

static niem_status fail_duplicate(const scanner *s, const key *first, const key *second) {
  size_t line_start;
  int64_t line = line_of(s, first->at, &line_start);
  return fail_in(s, second->at, NIEM_ERROR_DUPLICATE,
                 "key \"%.*s\" stands twice in one object (first in line %lld); keep one",
                 excerpt(second->text, second->length), second->text, (long long)line);
}

static niem_status check_few_keys(const scanner *s, const key *keys, size_t n) {
  for (size_t i = 1; i < n; i++) {
    for (size_t j = 0; j < i; j++) {
      const key *a = &keys[j];
      const key *b = &keys[i];
      if (a->hash == b->hash && a->length == b->length && memcmp(a->text, b->text, a->length) == 0) {
        return fail_duplicate(s, a, b);
      }
    }
  }
  return NIEM_OK;
}

static niem_status check_many_keys(const scanner *s, const key *keys, size_t n) {
  niem_status status = NIEM_OK;
  ni_dictionary seen;
  ni_dictionary_init(&seen);
  for (size_t i = 0; status == NIEM_OK && i < n; i++) {
    int32_t id = ni_dictionary_add(&seen, keys[i].text, keys[i].length);
    if (id < 0) {
      status = ni_fail_memory(s->err);
    } else if ((size_t)id != i) { /* ids are given in order, so an older one is a key seen before */
      status = fail_duplicate(s, &keys[id], &keys[i]);
    }
  }
  ni_dictionary_free(&seen);
  return status;
}

/* The keys of the object that closes: those from `first` on. */
static niem_status check_keys(const scanner *s, size_t first) {
  size_t n = s->n_keys - first;
  if (n < 2) {
    return NIEM_OK;
  }
  return n <= FEW_KEYS ? check_few_keys(s, s->keys + first, n) : check_many_keys(s, s->keys + first, n);
}

/* --- values --- */

static void skip_space(scanner *s) {
  for (; s->at < s->n; s->at++) {
    int c = s->text[s->at];
    if (c == '\n' || (c == '\r' && (s->at + 1 == s->n || s->text[s->at + 1] != '\n'))) {
      s->line++;
      s->line_start = s->at + 1;
      s->continuations = 0;
    } else if (c != ' ' && c != '\t' && c != '\r') {
      return;
    }
  }
}

static niem_status scan_value(scanner *s, int32_t parent, int32_t ordinal);

static niem_status enter(scanner *s) {
  if (s->depth == s->deepest) {
    return fail_in(s, s->at, NIEM_ERROR_LIMIT, "more than %d arrays and objects inside each other", s->deepest);
  }
  s->depth++;
  s->at++;
  skip_space(s);
  return NIEM_OK;
}

/* After a member: 1 at the closing bracket (read), 0 after a comma (read), with the space behind it. */
static niem_status scan_separator(scanner *s, int32_t holder, char close, int *closed) {
  skip_space(s);
  *closed = peek(s) == close;
  if (!*closed && peek(s) != ',') {
    return fail_expected(s, holder, close == ']' ? "a comma or ]" : "a comma or }");
  }
  s->at++;
  if (!*closed) {
    skip_space(s);
  }
  return NIEM_OK;
}

static niem_status fail_trailing_comma(const scanner *s, char close) {
  return fail_in(s, s->at, NIEM_ERROR_SYNTAX, "a comma before %c; remove the comma", close);
}

static niem_status scan_array(scanner *s, int32_t self) {
  niem_status status;
  int closed = 0;
  NIEM_TRY(enter(s));
  if (peek(s) == ']') {
    s->at++;
    closed = 1;
  }
  for (int32_t ordinal = 0; !closed; ordinal++) {
    if (ordinal > 0 && peek(s) == ']') {
      return fail_trailing_comma(s, ']');
    }
    NIEM_TRY(scan_value(s, self, ordinal));
    NIEM_TRY(scan_separator(s, self, ']', &closed));
  }
  s->depth--;
cleanup:
  return status;
}

/* 12,5 in an object: the comma seems to end the number, and a key is missing. */
static int is_decimal_comma(const scanner *s) {
  return is_digit(peek(s)) && s->at > 0 && s->text[s->at - 1] == ',' && s->number_end == s->at - 1;
}

static niem_status fail_decimal_comma(const scanner *s) {
  size_t start = s->number_end;
  while (start > 0 && is_word((unsigned char)s->text[start - 1])) {
    start--;
  }
  size_t whole = s->number_end - start;
  size_t decimals = word_length(s);
  const char *text = s->text + start;
  return fail_in(s, start, NIEM_ERROR_SYNTAX, "number %.*s,%.*s has a decimal comma; write %.*s.%.*s",
                 excerpt(text, whole), text, excerpt(s->text + s->at, decimals), s->text + s->at, excerpt(text, whole),
                 text, excerpt(s->text + s->at, decimals), s->text + s->at);
}

static niem_status scan_member(scanner *s, int32_t self, int32_t ordinal) {
  niem_status status;
  if (ordinal > 0 && peek(s) == '}') {
    return fail_trailing_comma(s, '}');
  }
  if (is_decimal_comma(s)) {
    return fail_decimal_comma(s);
  }
  if (peek(s) != '"') {
    return fail_expected(s, self, "a key in double quotes");
  }
  NIEM_TRY(scan_key(s));
  skip_space(s);
  if (peek(s) != ':') {
    return fail_expected(s, self, "the colon after a key");
  }
  s->at++;
  skip_space(s);
  status = scan_value(s, self, ordinal);
cleanup:
  return status;
}

static niem_status scan_object(scanner *s, int32_t self) {
  niem_status status;
  int closed = 0;
  size_t first_key = s->n_keys;
  NIEM_TRY(enter(s));
  if (peek(s) == '}') {
    s->at++;
    closed = 1;
  }
  for (int32_t ordinal = 0; !closed; ordinal++) {
    NIEM_TRY(scan_member(s, self, ordinal));
    NIEM_TRY(scan_separator(s, self, '}', &closed));
  }
  NIEM_TRY(check_keys(s, first_key));
  s->n_keys = first_key;
  s->depth--;
cleanup:
  return status;
}

static niem_status scan_value(scanner *s, int32_t parent, int32_t ordinal) {
  ni_json_scan *out = s->out;
  if (!ni_grow(&out->values, &out->capacity, out->count + 1, sizeof *out->values)) {
    return ni_fail_memory(s->err);
  }
  int32_t self = (int32_t)out->count++; /* a value needs two bytes of a text of at most 2^30 */
  out->values[self] = (ni_json_value){.line = s->line,
                                      .column = (int32_t)(s->at - s->line_start - s->continuations) + 1,
                                      .parent = parent,
                                      .ordinal = ordinal};
  int c = peek(s);
  int escaped;
  if (c == '{') {
    return scan_object(s, self);
  }
  if (c == '[') {
    return scan_array(s, self);
  }
  if (c == '"') {
    return scan_string(s, &escaped);
  }
  if (is_digit(c) || c == '-' || c == '+' || c == '.') {
    return scan_number(s);
  }
  return scan_word(s, parent);
}

static niem_status scan_document(scanner *s) {
  niem_status status;
  skip_space(s);
  NIEM_TRY(scan_value(s, -1, 0));
  skip_space(s);
  if (s->at == s->n) {
    return NIEM_OK;
  }
  size_t comma = s->at;
  if (peek(s) == ',' && s->number_end == comma && comma + 1 < s->n && is_digit(s->text[comma + 1])) {
    s->at++;
    return fail_decimal_comma(s);
  }
  return fail_expected(s, -1, "nothing more, since the JSON value is complete,");
cleanup:
  return status;
}

static niem_status check_encoding(const scanner *s) {
  if (ni_utf16_has_mark(s->text, s->n)) {
    return fail_in(s, 0, NIEM_ERROR_ENCODING, "the text is UTF-16; save it as UTF-8");
  }
  const char *nul = s->n == 0 ? NULL : memchr(s->text, '\0', s->n);
  if (nul != NULL) {
    return fail_in(s, (size_t)(nul - s->text), NIEM_ERROR_ENCODING,
                   "a NUL byte; the text is damaged, or UTF-16, which should be saved as UTF-8");
  }
  int64_t invalid = ni_utf8_invalid_at(s->text, s->n);
  if (invalid >= 0) {
    size_t at = (size_t)invalid;
    return fail_in(s, at, NIEM_ERROR_ENCODING, "this is %s", ni_utf8_advice(s->text + at, s->n - at));
  }
  return NIEM_OK;
}

niem_status ni_json_scan_text(ni_json_scan *out, const char *text, char *copy, size_t n, int depth, niem_error *err) {
  *out = (ni_json_scan){0};
  scanner s = {
      .text = text, .copy = copy, .n = n, .line = 1, .deepest = depth, .number_end = NO_NUMBER, .out = out, .err = err};
  niem_status status;
  if (n > NI_JSON_TEXT) {
    return ni_fail(err, NIEM_ERROR_LIMIT, "", "the text has more than %d bytes; split it", NI_JSON_TEXT);
  }
  NIEM_TRY(check_encoding(&s));
  NIEM_TRY(scan_document(&s));
cleanup:
  ni_free(s.keys);
  ni_arena_free(&s.texts);
  if (status != NIEM_OK) {
    ni_json_scan_free(out);
  }
  return status;
}

void ni_json_scan_free(ni_json_scan *scan) {
  ni_free(scan->values);
  ni_free(scan->numbers);
  *scan = (ni_json_scan){0};
}
