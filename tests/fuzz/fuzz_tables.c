/* Any bytes as the two flat tables of a composite index, parted by a line "=="; the first byte chooses the options.
 * What is refused is refused with a sentence about one of the tables: whatever passes their checks the reader of
 * frameworks takes. What is accepted is written and read again as the same framework, and its data are read as answers.
 */
#include "base/platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "niem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hold(int truth, const char *what) {
  if (!truth) {
    fprintf(stderr, "fuzz_tables: %s\n", what);
    abort();
  }
}

static void check_problems(const niem_problems *problems, int of_tables) {
  for (int64_t i = 0; i < niem_problems_count(problems); i++) {
    const niem_error *p = niem_problems_get(problems, i);
    hold(p->message[0] != '\0' && ni_utf8_invalid_at(p->message, strlen(p->message)) < 0, "a message not in UTF-8");
    hold(strchr(p->message, '\n') == NULL, "a message of two lines");
    hold(ni_utf8_invalid_at(p->where, strlen(p->where)) < 0, "a place not in UTF-8");
    hold(p->row >= 0 && p->column >= 0, "a place before the beginning");
    if (of_tables && strncmp(p->message, "indicators: ", 12) != 0 && strncmp(p->message, "data: ", 6) != 0) {
      fprintf(stderr, "%s: %s\n", p->where, p->message);
      hold(0, "a problem of the framework that was no problem of the tables");
    }
  }
}

static void check_status(niem_status status, const void *out, const niem_problems *problems) {
  hold((status == NIEM_OK) == (out != NULL) && problems != NULL, "a status that does not fit the result");
  hold((status == NIEM_OK) == (niem_problems_total(problems, NIEM_ERROR) == 0),
       "a status that does not fit the problems");
  hold(status != NIEM_ERROR_MEMORY && status != NIEM_ERROR_ARGUMENT, "a status that a text cannot have");
}

static void check_again(const niem_framework *framework) {
  niem_buffer *json = NULL;
  niem_framework *again = NULL;
  hold(niem_framework_json(&json, framework, NULL) == NIEM_OK, "no JSON");
  hold(niem_framework_parse(&again, NULL, niem_buffer_data(json), niem_buffer_size(json), NULL) == NIEM_OK,
       "its JSON is not read");
  hold(strcmp(niem_framework_digest(framework), niem_framework_digest(again)) == 0, "its JSON is something else");
  niem_framework_free(again);
  niem_buffer_free(json);
}

static void check_answers(const niem_framework *framework, const char *text, size_t n,
                          const niem_framework_tables_options *options) {
  niem_answers *answers = NULL;
  niem_problems *problems = NULL;
  niem_answers_table_options own;
  niem_answers_table_options_init(&own);
  own.separator = options->separator;
  own.decimal_comma = options->decimal_comma;
  own.round = options->round;
  own.ignore = options->ignore;
  own.n_ignore = options->n_ignore;
  const niem_status status = niem_answers_parse_table(&answers, &problems, framework, text, (int64_t)n, &own, NULL);
  check_status(status, answers, problems);
  check_problems(problems, 0);
  niem_problems_free(problems);
  niem_buffer *json = NULL;
  niem_answers *again = NULL;
  if (answers != NULL) {
    hold(niem_answers_json(&json, answers, NULL) == NIEM_OK, "no JSON of answers");
    hold(niem_answers_parse(&again, NULL, framework, niem_buffer_data(json), niem_buffer_size(json), NULL, NULL,
                            NULL) == NIEM_OK &&
             niem_answers_count(again) == niem_answers_count(answers),
         "answers are read as something else");
  }
  niem_answers_free(again);
  niem_buffer_free(json);
  niem_answers_free(answers);
}

static const char *find_parting(const char *text, size_t n) {
  for (size_t i = 0; i + 4 <= n; i++) {
    if (memcmp(text + i, "\n==\n", 4) == 0) {
      return text + i;
    }
  }
  return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const ignore[] = {"spare"};
  if (size == 0) {
    return 0;
  }
  const char *text = (const char *)data + 1;
  const char *parting = find_parting(text, size - 1);
  const size_t n_indicators = parting == NULL ? size - 1 : (size_t)(parting + 1 - text);
  const char *second = parting == NULL ? NULL : parting + 4;
  const size_t n_data = parting == NULL ? 0 : (size_t)(text + size - 1 - second);
  niem_framework *framework = NULL;
  niem_problems *problems = NULL;
  niem_framework_tables_options options;
  niem_framework_tables_options_init(&options);
  options.separator = data[0] % 4 == 3 ? 0 : ",;\t"[data[0] % 4];
  options.decimal_comma = options.separator != ',' && (data[0] & 4) != 0;
  options.round = (data[0] & 8) != 0 ? "2020" : NULL;
  options.ignore = ignore;
  options.n_ignore = (data[0] & 16) != 0;
  const niem_status status = niem_framework_parse_tables(&framework, &problems, text, (int64_t)n_indicators, second,
                                                         (int64_t)n_data, &options, NULL);
  check_status(status, framework, problems);
  check_problems(problems, 1);
  niem_problems_free(problems);
  if (framework != NULL) {
    check_again(framework);
  }
  if (framework != NULL && second != NULL) {
    check_answers(framework, second, n_data, &options);
  }
  niem_framework_free(framework);
  return 0;
}

#ifndef NIEM_LIBFUZZER
#define SEEDS                                                                                                      \
  {                                                                                                                \
    "\x1biCode,iName,Level,Parent,Direction,Weight,Unit,Target,Denominator,Type\nX,x,1,S,1,1,km,4,D,Indicator\n"   \
    "Y,y,1,T,-1,0.5,,,NA,Indicator\nS,,2,R,1,1,,,,Aggregate\nT,,2,R,,2,,,,Aggregate\nR,,3,,,,,,,Aggregate\n"       \
    "g,,,,,,,,,Group\nD,,,,,,,,,Denominator\n==\nuName,uCode,g,Time,X,Y,D,spare\nAa,A,S,2018,1,2,3,4\n"            \
    "Bb,B,L,2018,NA,1.5,2,x\nAa,A,S,2020,1,2,3,\n",                                                                \
        "\x03id;parent;weight;worst;best\nA;T;0,5;0;10\nS;T;;;\nB;S;2;10;0\nT;;;;\n==\nunit;A;B\nU;1,5;2\nV;;3\n", \
        "\x07"                                                                                                     \
        "code\tparent\nA\tB\nB\tC\nC\tD\nE\tD\nD\t\n==\nuCode\tA\tE\nNA\t1\tNaN\n"                                 \
  }
#define PIECES                                                                                                         \
  {                                                                                                                    \
    "\n", "\r\n", ",", ";", "\t", "\"", "|", "=", ":", "A", "S", "T", "NA", "NaN", "-1", "0", "1e-10", "1e101", "1,5", \
        "Aggregate", "Group", "Denominator", "Other", "Indicator", ",Worst,Best", ",Level", "Parent", "Time", "uCode", \
        "round", "group", "2018", "2020-02-30", "2020-02-29", " ", "\xC5\xBC", "\xC5", "\n==\n", "\nX,x,1,R,1,1,,,,",  \
        "\ng2,,,,,,,,,Group", "a:b", "spare"                                                                           \
  }
#include "mutate.h"
#endif
