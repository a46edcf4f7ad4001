/* Bytes are changes to a small framework with every kind of index, a composite and a statistic. Whatever they are, they
 * are refused with a problem, or make scores that can be saved and scored again to the same bits, whose framework has
 * the mark, and that can be put beside the others. */
#include "base/platform.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "niem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NUMBER "\"scale\": {\"kind\": \"numeric\", \"worst\": 0, \"best\": 100}}"

static const char FRAMEWORK[] =
    "{\"format\": \"niem-framework/1\", \"id\": \"small\", \"version\": \"1\","
    " \"facets\": [{\"id\": \"dimension\", \"values\": [{\"id\": \"law\"}, {\"id\": \"home\"}]}],"
    " \"indicators\": [{\"id\": \"A\", \"dimension\": \"law\", " NUMBER
    ", {\"id\": \"B\", \"dimension\": \"home\", " NUMBER
    ", {\"id\": \"C\", \"aliases\": [\"old\"], \"dimension\": \"home\", " NUMBER
    ", {\"id\": \"S\", \"dimension\": \"home\", \"scored\": false, " NUMBER ", {\"id\": \"P\", " NUMBER
    ", {\"id\": \"Q\", "
    "\"applies_if\": {\"indicator\": \"A\", \"at_least\": 50}, " NUMBER
    ", {\"id\": \"K\", \"dimension\": \"law\", \"scale\": {\"kind\": \"composite\", \"of\": [\"P\", \"Q\"], "
    "\"weights\": {\"P\": 2}}}],"
    " \"indexes\": [{\"id\": \"overall\", \"levels\": [\"dimension\"], \"weights\": {\"law\": 2, \"B\": 3}, "
    "\"overrides\": "
    "{\"home\": {\"missing\": \"strict\"}}},"
    "  {\"id\": \"tree\", \"nodes\": [{\"id\": \"top\", \"children\": [\"n\", \"K\"], \"weights\": {\"n\": 2}}, "
    "{\"id\": "
    "\"n\", \"children\": [\"A\", \"old\"], \"weights\": {\"old\": 3}}]},"
    "  {\"id\": \"house\", \"levels\": [], \"only\": {\"dimension\": [\"home\"]}}], \"default_index\": \"overall\"}";

static const char ANSWERS[] =
    "unit,round,indicator,answer\nX,1,A,40\nX,1,B,20\nX,1,C,30\nX,1,S,5\nX,1,P,60\nX,1,Q,80\n"
    "Y,1,A,90\nY,1,C,70\nY,2,P,10\n";

static void hold(int truth, const char *what) {
  if (!truth) {
    fprintf(stderr, "fuzz_what_if: %s\n", what);
    abort();
  }
}

static niem_scores *make_scores(void) {
  niem_framework *framework = NULL;
  niem_answers *answers = NULL;
  niem_scores *scores = NULL;
  hold(niem_framework_parse(&framework, NULL, FRAMEWORK, (int64_t)strlen(FRAMEWORK), NULL) == NIEM_OK, "no framework");
  hold(niem_answers_parse(&answers, NULL, framework, ANSWERS, (int64_t)strlen(ANSWERS), NULL, NULL, NULL) == NIEM_OK,
       "no answers");
  hold(niem_score(&scores, framework, answers, NULL, NULL, NULL, NULL) == NIEM_OK, "no scores");
  niem_framework_free(framework);
  niem_answers_free(answers);
  return scores;
}

static void check_saved(const niem_scores *other) {
  niem_buffer *text = NULL;
  niem_scores *again = NULL;
  hold(niem_scores_json(&text, other, NULL) == NIEM_OK, "scores that cannot be saved");
  hold(niem_scores_parse(&again, niem_buffer_data(text), niem_buffer_size(text), NULL) == NIEM_OK,
       "saved scores that cannot be read");
  niem_scores_free(again);
  niem_buffer_free(text);
}

static void check_made(const niem_scores *scores, const niem_scores *other) {
  niem_framework *framework = NULL;
  niem_table *table = NULL;
  niem_query query;
  niem_error err;
  hold(niem_scores_framework(&framework, other, NULL) == NIEM_OK, "no framework of scores");
  hold(strcmp(niem_framework_id(framework), "small (what if)") == 0, "no mark");
  niem_framework_free(framework);
  check_saved(other);
  niem_query_init(&query);
  const niem_status status = niem_compare_scores(&table, scores, other, &query, NULL, &err);
  hold((status == NIEM_OK) == (table != NULL), "a table with an error, or none without");
  hold(status == NIEM_OK || status == NIEM_ERROR_MISMATCH, "scores that cannot be compared");
  niem_table_free(table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  niem_scores *scores = make_scores();
  niem_scores *other = NULL;
  niem_problems *problems = NULL;
  niem_error err;
  const niem_status status = niem_what_if(&other, &problems, scores, (const char *)data, (int64_t)size, NULL, &err);
  hold((status == NIEM_OK) == (other != NULL), "scores with an error, or none without");
  hold((niem_problems_total(problems, NIEM_ERROR) > 0) == (status != NIEM_OK), "an error that is no problem");
  hold(status == NIEM_OK || err.message[0] != '\0', "an error without a message");
  if (other != NULL) {
    check_made(scores, other);
  }
  niem_problems_free(problems);
  niem_scores_free(other);
  niem_scores_free(scores);
  return 0;
}

#ifndef NIEM_LIBFUZZER
#define ROW "{\"unit\": \"X\", \"round\": \"1\", \"indicator\": \"B\", \"answer\": 50}"
#define SEEDS                                                                                                          \
  {                                                                                                                    \
    "{}", "{\"drop\": [\"A\", \"law\"]}", "{\"drop\": [\"P\"], \"weights\": {\"home\": 2, \"Q\": 3}}",                 \
        "{\"add\": [\"S\"], \"weights\": {\"S\": 1.5}}",                                                               \
        "{\"add\": [{\"indicator\": \"S\", \"parent\": \"n\"}], \"drop\": [\"n\"], \"index\": \"tree\"}",              \
        "{\"answers\": [" ROW ", {\"unit\": \"Y\", \"round\": \"2\", \"indicator\": \"P\", \"state\": \"missing\"}]}", \
        "{\"method\": {\"format\": \"niem-method/1\", \"missing\": \"zero\", \"tolerance\": 0}}",                      \
        "{\"drop\": [\"house\", \"K\"], \"index\": \"overall\", \"weights\": {\"dimension=law\": 0}}"                  \
  }
#define PIECES                                                                                                         \
  {                                                                                                                    \
    "\"A\"", "\"B\"", "\"C\"", "\"S\"", "\"P\"", "\"Q\"", "\"K\"", "\"n\"", "\"top\"", "\"home\"", "\"drop\": [",      \
        "\"add\": [", "\"weights\": {", "], ", "}, ", "\"index\": \"tree\"", "\"index\": \"house\"", ROW, "null", "0", \
        "\"state\": \"not_applicable\"", "\"coder\": \"a\"", ", "                                                      \
  }
#include "mutate.h"
#endif
