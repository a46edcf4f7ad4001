/* The conformance vectors of bindings/conformance (its README is the format) for the C runner: reading a case, running
 * it through the public functions, and comparing what came of it with what is expected. Only public headers are used.
 */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "niem.h"

/* A case and the file that it stands in, whose keys hold for each of its cases. */
typedef struct vector_case {
  const cJSON *own, *file;
  const char *folder; /* where the vectors are */
  int64_t number;     /* of the case in its file, from 1 */
} vector_case;

/* What came of a case: an error, or whatever the function gives. */
typedef struct outcome {
  niem_error err; /* status NIEM_OK: none */
  niem_problems *problems;
  niem_table *table;
  cJSON *fields; /* texts and numbers by name, for "id", "digest", "fields", ... */
  double *values;
  int64_t n_values;
  char *text;
  char fault[1024]; /* what the runner itself found wrong with the case, or between two ways that must agree; "" */
} outcome;

void outcome_free(outcome *out);
/* Keep the first fault. */
void find_fault(outcome *out, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* --- reading (conformance_input.c) --- */

typedef struct text_bytes {
  char *data; /* NUL-terminated; freed by the caller */
  int64_t n;
} text_bytes;

/* A whole file; NULL where there is none. */
text_bytes read_whole_file(const char *path);
void temporary_path(char path[64], const char *ending);
/* A key of the case, else of its file; NULL. */
const cJSON *case_item(const vector_case *c, const char *key);
const char *case_text(const cJSON *object, const char *key);
/* Is `word` one of `words`, which are parted by spaces? */
int is_word_of(const char *words, const char *word);
/* A text, {"hex": "..."} or {"repeat": [["[", 10000], ...]} as bytes. */
text_bytes bytes_of_item(const cJSON *item);
/* JSON with numbers to their last bit (cJSON's own printer takes the last place off some). */
text_bytes print_json(const cJSON *item);
/* A number, "0x1.8p+1", "NaN", "Infinity", or null for a NaN. */
double number_of_item(const cJSON *item);
/* A list of numbers, or {"repeat": [[[...], 500], ...]}; `*n` of them, freed by the caller. */
double *numbers_of_item(const cJSON *item, int64_t *n);

/* --- what a case is made of (conformance_run.c) --- */

/* Whether the case goes on: the status is kept with the error. */
int went_well(outcome *out, niem_status status);
const cJSON *options_of(const vector_case *c);
const char *option_text(const vector_case *c, const char *key);
/* An option that the function has no use for would be passed over: that is a fault of the case. */
void check_options(outcome *out, const cJSON *options, const char *known);
niem_framework *load_framework(const vector_case *c, outcome *out);
/* The method of the case, NULL where it has none; "format" may be left out there. */
niem_method *load_method(const vector_case *c, outcome *out, niem_problems **problems);
/* The same of any object of JSON. */
niem_method *method_of_item(const cJSON *given, outcome *out, niem_problems **problems);
/* The answers of the case, or other rows read by its options. */
niem_answers *load_answers(const vector_case *c, const niem_framework *framework, outcome *out);
niem_answers *load_rows(const vector_case *c, const cJSON *rows, const niem_framework *framework, outcome *out);
niem_scores *load_scores(const vector_case *c, outcome *out);
/* Digest, JSON and table of answers; they must come back from files. */
void describe_answers(const niem_answers *answers, const niem_framework *framework, outcome *out);

enum { MOST_NAMES = 64 };

/* A query and the options of a comparison, and what their pointers point to. */
typedef struct asked {
  niem_query query;
  niem_compare_options compare;
  const char *units[MOST_NAMES], *reference_units[MOST_NAMES], *weight_units[MOST_NAMES];
  double weights[MOST_NAMES];
  char *bands; /* freed by the caller */
} asked;

#define QUERY_KEYS "index group round node level units peers bands"
#define COMPARE_KEYS QUERY_KEYS " tolerance ties ascending reference reference_units reference_peers weights"
void fill_query(asked *a, const cJSON *options);
void fill_compare(asked *a, const cJSON *options);
/* At most MOST_NAMES texts of a list; how many. */
int64_t list_texts(const char **texts, const cJSON *list);

/* --- running (conformance_run.c, conformance_analysis.c, conformance_assessment.c, conformance_methods.c) and
 * comparing (conformance_expect.c)
 * --- */

/* 0 where the function is not known. */
int run_case(const vector_case *c, outcome *out);
/* The same for the functions of niem/assessment.h only. */
int run_assessment(const vector_case *c, const char *function, outcome *out);
/* The same for the functions of niem/methods.h only. */
int run_methods(const vector_case *c, const char *function, outcome *out);
int run_statistics(const vector_case *c, const char *function, outcome *out);
/* The same for the functions of niem/robustness.h on bare matrices. */
int run_sampling(const vector_case *c, const char *function, outcome *out);
/* The same for uncertainty and sensitivity of scores. */
int run_uncertainty(const vector_case *c, const char *function, outcome *out);
/* The same for leave one out, methods side by side, effective weights and steps. */
int run_robustness(const vector_case *c, const char *function, outcome *out);
/* The same for the functions of niem/analysis.h. */
int run_analysis(const vector_case *c, const char *function, outcome *out);
/* The same names, rows and bits. */
int same_tables(const niem_table *a, const niem_table *b);
/* How many expectations failed, each of which is printed after `name`. */
int check_case(const vector_case *c, const outcome *out, const char *name);

#endif
