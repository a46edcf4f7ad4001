/* Bytes are inputs of uncertainty for a small framework with a composite, options, numbers and two rounds. Whatever
 * they are, they are refused with a problem or a place, or make replicates whose shares lie within 0 and 1. */
#include "base/platform.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "niem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NUMBER "\"scale\": {\"kind\": \"numeric\", \"worst\": 0, \"best\": 100}}"
#define OPTIONS                                                                                         \
  "\"scale\": {\"kind\": \"ordinal\", \"options\": [{\"id\": \"a\", \"points\": 100}, {\"id\": \"b\", " \
  "\"points\": 40}, {\"id\": \"c\", \"points\": 0}]}}"

static const char FRAMEWORK[] =
    "{\"format\": \"niem-framework/1\", \"id\": \"small\", \"version\": \"1\","
    " \"facets\": [{\"id\": \"dimension\", \"values\": [{\"id\": \"law\"}, {\"id\": \"home\"}]}],"
    " \"groups\": [{\"id\": \"g\"}, {\"id\": \"h\"}, {\"id\": \"both\", \"merge\": [\"g\", \"h\"], \"over\": "
    "\"common\"}],"
    " \"indicators\": [{\"id\": \"A\", \"dimension\": \"law\", " OPTIONS
    ", {\"id\": \"B\", \"dimension\": \"home\", " NUMBER
    ", {\"id\": \"C\", \"dimension\": \"home\", \"scale\": {\"kind\": \"numeric\"}}, {\"id\": \"P\", " NUMBER
    ", {\"id\": \"K\", \"dimension\": \"law\", \"scale\": {\"kind\": \"composite\", \"of\": [\"P\"]}}],"
    " \"indexes\": [{\"id\": \"overall\", \"levels\": [\"dimension\"], \"missing\": {\"rule\": \"available\", "
    "\"min_coverage\": 0.4}}]}";

static const char ANSWERS[] =
    "unit,round,group,indicator,answer\nX,1,g,A,a\nX,1,g,B,20\nX,1,g,C,3\nX,1,h,A,b\nX,2,g,A,c\nX,2,g,P,50\nY,1,g,A,b\n"
    "Y,1,g,C,7\nY,2,h,B,70\nZ,1,g,B,33\nZ,1,g,C,5\n";

static const char METHOD[] =
    "{\"format\": \"niem-method/1\", \"missing\": \"available\", \"steps\": [{\"step\": \"normalise\", \"method\": "
    "\"minmax\"}, {\"step\": \"aggregate\", \"method\": \"arithmetic\"}]}";

static void hold(int truth, const char *what) {
  if (!truth) {
    fprintf(stderr, "fuzz_uncertainty: %s\n", what);
    abort();
  }
}

static void check_made(const niem_uncertain_scores *made) {
  static const char *const parts[] = {"scores", "ranks", "pairs", "changes", "inputs", "failures"};
  for (int p = 0; p < 6; p++) {
    niem_table *table = NULL;
    hold(niem_uncertainty_table(&table, made, parts[p], NULL) == NIEM_OK, "a part that cannot be had");
    const int32_t share = niem_table_column(table, p == 2 ? "share_above" : "share");
    for (int64_t i = 0; share >= 0 && i < niem_table_rows(table); i++) {
      const double x = niem_table_reals(table, share)[i];
      hold(x != x || (x >= 0 && x <= 1), "a share beyond 1");
    }
    niem_table_free(table);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  niem_framework *framework = NULL;
  niem_answers *answers = NULL;
  niem_method *method = NULL;
  niem_uncertain_scores *made = NULL;
  niem_problems *problems = NULL;
  niem_uncertainty_options options;
  niem_query query;
  niem_error err;
  hold(niem_framework_parse(&framework, NULL, FRAMEWORK, (int64_t)strlen(FRAMEWORK), NULL) == NIEM_OK, "no framework");
  hold(niem_answers_parse(&answers, NULL, framework, ANSWERS, (int64_t)strlen(ANSWERS), NULL, NULL, NULL) == NIEM_OK,
       "no answers");
  hold(niem_method_parse(&method, NULL, METHOD, (int64_t)strlen(METHOD), NULL) == NIEM_OK, "no method");
  niem_uncertainty_options_init(&options);
  options.replicates = 20;
  niem_query_init(&query);
  query.group = "*";
  const niem_status status = niem_uncertainty(&made, &problems, framework, answers, method, (const char *)data,
                                              (int64_t)size, &query, &options, NULL, &err);
  hold((status == NIEM_OK) == (made != NULL), "scores with an error, or none without");
  hold(status == NIEM_OK || (err.message[0] != '\0' && err.where[0] != '\0') || err.row > 0,
       "an error without a place");
  if (made != NULL) {
    check_made(made);
  }
  niem_problems_free(problems);
  niem_uncertainty_free(made);
  niem_method_free(method);
  niem_answers_free(answers);
  niem_framework_free(framework);
  return 0;
}

#ifndef NIEM_LIBFUZZER
#define OF(list) "{\"format\": \"niem-uncertainty/1\", \"inputs\": [" list "]}"
#define SEEDS                                                                                                         \
  {                                                                                                                   \
    OF("{\"name\": \"w\", \"kind\": \"weights\", \"share\": 0.5, \"level\": \"dimension\"}"),                         \
        OF("{\"name\": \"w\", \"kind\": \"weights\", \"draw\": \"simplex\", \"nodes\": [\"A\", \"home\"]}"),          \
        OF("{\"name\": \"c\", \"kind\": \"choice\", \"at\": \"/steps/1\", \"values\": [null, {\"step\": "             \
           "\"aggregate\", \"method\": \"geometric\"}, {\"step\": \"weigh\", \"method\": \"deviation\"}]}"),          \
        OF("{\"name\": \"c\", \"kind\": \"choice\", \"at\": \"\", \"values\": [null, {\"missing\": \"zero\"}]}"),     \
        OF("{\"name\": \"p\", \"kind\": \"parameter\", \"at\": \"/steps/0/lower\", \"low\": 0, \"high\": 90}"),       \
        OF("{\"name\": \"g\", \"kind\": \"gaps\", \"draw\": \"observed\"}, {\"name\": \"d\", \"kind\": \"answers\", " \
           "\"probability\": 0.5, \"noise\": 0.2}"),                                                                  \
        OF("{\"name\": \"l\", \"kind\": \"left_out\", \"draw\": \"each\", \"probability\": 0.4}")                     \
  }
#define PIECES                                                                                                        \
  {                                                                                                                   \
    "\"weights\"", "\"choice\"", "\"parameter\"", "\"gaps\"", "\"left_out\"", "\"answers\"", "\"draw\": ", "\"one\"", \
        "\"each\"", "\"range\"", "\"options\"", "\"simplex\"", "\"at\": \"/missing\"", "\"/steps/0\"",                \
        "\"/tolerance\"", "\"~1\"", "null", "0", "1e9", "-1", "{\"step\": \"screen\"}", "\"indicators\": [\"A\"]",    \
        "\"level\": \"indicator\"", "\"probabilities\": [0.5, 0.5]", "], ", "}, "                                     \
  }
#include "mutate.h"
#endif
