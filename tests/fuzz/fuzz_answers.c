/* Any bytes as answers to one framework; the first byte chooses the options. What is refused is refused with a
 * sentence; what is accepted is written as JSON and as CSV and read again as the same answers, and can be scored. */
#include "base/platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "model/answers_build.h"
#include "base_framework.h"
#include "niem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hold(int truth, const char *what) {
  if (!truth) {
    fprintf(stderr, "fuzz_answers: %s\n", what);
    abort();
  }
}

static niem_framework *base_framework(void) {
  niem_framework *framework = NULL;
  hold(niem_framework_parse(&framework, NULL, BASE, (int64_t)sizeof BASE - 1, NULL) == NIEM_OK, "no framework");
  return framework;
}

static void check_problems(const niem_problems *problems) {
  for (int64_t i = 0; i < niem_problems_count(problems); i++) {
    const niem_error *p = niem_problems_get(problems, i);
    hold(p->message[0] != '\0' && ni_utf8_invalid_at(p->message, strlen(p->message)) < 0, "a message not in UTF-8");
    hold(strchr(p->message, '\n') == NULL, "a message of two lines");
    hold(ni_utf8_invalid_at(p->where, strlen(p->where)) < 0, "a place not in UTF-8");
    hold(p->row >= 0 && p->column >= 0, "a place before the beginning");
  }
}

static void check_again(const niem_framework *framework, const niem_buffer *text, const niem_buffer *digest,
                        const char *what) {
  niem_answers *again = NULL;
  niem_buffer *own = NULL;
  niem_error err;
  if (niem_answers_parse(&again, NULL, framework, niem_buffer_data(text), niem_buffer_size(text), NULL, NULL, &err) !=
      NIEM_OK) {
    fprintf(stderr, "%s\n", err.message);
    hold(0, what);
  }
  hold(niem_answers_digest(&own, again, NULL) == NIEM_OK, "no digest");
  hold(strcmp(niem_buffer_data(own), niem_buffer_data(digest)) == 0, what);
  niem_buffer_free(own);
  niem_answers_free(again);
}

static void check_round_trips(const niem_framework *framework, const niem_answers *answers) {
  niem_buffer *digest = NULL;
  niem_buffer *text = NULL;
  niem_table *table = NULL;
  niem_text_options options;
  hold(niem_answers_digest(&digest, answers, NULL) == NIEM_OK, "no digest");
  hold(niem_answers_json(&text, answers, NULL) == NIEM_OK, "no JSON");
  check_again(framework, text, digest, "JSON is read as something else");
  niem_buffer_free(text);
  niem_text_options_init(&options);
  hold(niem_answers_table(&table, answers, NULL) == NIEM_OK, "no table");
  hold(niem_table_print(&text, table, &options, NULL) == NIEM_OK, "no CSV");
  check_again(framework, text, digest, "CSV is read as something else");
  niem_buffer_free(text);
  niem_table_free(table);
  niem_buffer_free(digest);
}

static void check_scored(const niem_framework *framework, const niem_answers *answers) {
  static const char text[] = "{\"format\":\"niem-method/1\",\"consensus\":\"median\"}";
  niem_method *method = NULL;
  niem_scores *scores = NULL;
  niem_table *table = NULL;
  hold(niem_method_parse(&method, NULL, text, (int64_t)sizeof text - 1, NULL) == NIEM_OK, "no method");
  hold(niem_score(&scores, framework, answers, method, NULL, NULL, NULL) == NIEM_OK, "no scores");
  hold(niem_scores_table(&table, scores, NULL, NULL) == NIEM_OK, "no table of scores");
  niem_table_free(table);
  niem_scores_free(scores);
  niem_method_free(method);
}

static int32_t go_on(double done, void *context) {
  (void)context;
  return done >= 0 && done <= 1 ? 0 : 1;
}

/* The same text in pieces, wherever they are cut: the same problems and answers. */
static void check_pieces(const niem_framework *framework, const char *bytes, size_t n, const niem_read_options *options,
                         size_t piece_bytes, const niem_problems *problems, const niem_answers *answers) {
  niem_problems *own_problems = NULL;
  niem_answers *own = NULL;
  ni_builder builder;
  niem_error err;
  hold(ni_problems_new(&own_problems, NULL) == NIEM_OK, "no problems");
  hold(ni_builder_open(&builder, framework, options, own_problems, NULL) == NIEM_OK, "no builder");
  builder.piece_bytes = piece_bytes;
  builder.exec.progress = go_on; /* with it, one thread makes pieces too */
  ni_stages_begin(&builder.stages, &builder.exec);
  hold(ni_read_answers_csv(&builder, bytes, n, &err) == NIEM_OK, "pieces that are not read");
  (void)ni_builder_finish(&own, &builder, &err);
  ni_builder_close(&builder);
  hold((own == NULL) == (answers == NULL), "another outcome in pieces");
  hold(niem_problems_count(own_problems) == niem_problems_count(problems), "more or less problems in pieces");
  for (int64_t i = 0; i < niem_problems_count(problems); i++) {
    hold(memcmp(niem_problems_get(problems, i), niem_problems_get(own_problems, i), sizeof(niem_error)) == 0,
         "another problem in pieces");
  }
  if (answers != NULL) {
    niem_buffer *digest = NULL;
    hold(niem_answers_digest(&digest, answers, NULL) == NIEM_OK, "no digest");
    niem_buffer *json = NULL;
    hold(niem_answers_json(&json, own, NULL) == NIEM_OK, "no JSON");
    check_again(framework, json, digest, "in pieces");
    niem_buffer_free(json);
    niem_buffer_free(digest);
  }
  niem_answers_free(own);
  niem_problems_free(own_problems);
}

static int seems_json(const char *bytes, size_t n) {
  size_t i = n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  while (i < n && strchr(" \t\n\r", bytes[i]) != NULL && bytes[i] != '\0') {
    i++;
  }
  return i < n && (bytes[i] == '{' || bytes[i] == '[');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) {
    return 0;
  }
  niem_framework *framework = base_framework();
  niem_answers *answers = NULL;
  niem_problems *problems = NULL;
  niem_read_options options;
  niem_error err;
  niem_read_options_init(&options);
  options.separator = ",;\t"[data[0] % 4 < 3 ? data[0] % 4 : 0];
  options.separator = data[0] % 4 == 3 ? 0 : options.separator;
  options.decimal_comma = options.separator != ',' && (data[0] & 4) != 0;
  options.round = (data[0] & 8) != 0 ? "r2" : NULL;
  options.group = (data[0] & 16) != 0 ? "ref" : NULL;
  options.coder = (data[0] & 32) != 0 ? "c" : NULL;
  const niem_status status = niem_answers_parse(&answers, &problems, framework, (const char *)data + 1,
                                                (int64_t)size - 1, &options, NULL, &err);
  hold((status == NIEM_OK) == (answers != NULL) && problems != NULL, "a status that does not fit the result");
  hold((status == NIEM_OK) == (niem_problems_total(problems, NIEM_ERROR) == 0),
       "a status that does not fit the problems");
  hold(status != NIEM_ERROR_MEMORY && status != NIEM_ERROR_ARGUMENT, "a status that a text cannot have");
  check_problems(problems);
  if (!seems_json((const char *)data + 1, size - 1)) {
    check_pieces(framework, (const char *)data + 1, size - 1, &options, 1 + data[0], problems, answers);
  }
  niem_problems_free(problems);
  if (answers != NULL) {
    check_round_trips(framework, answers);
    check_scored(framework, answers);
  }
  niem_answers_free(answers);
  niem_framework_free(framework);
  return 0;
}

#ifndef NIEM_LIBFUZZER
#define SEEDS                                                                                                       \
  {                                                                                                                 \
    "\x03unit,round,group,indicator,answer,state,evidence,source,coder,note\nPL,r2,ref,RES-1,a,,law,OJ,ann,first\n" \
    "PL,r2,ref,HOU-1,12.5,answered,,,,\nPL,r2,ref,HOU-2,p|r,,,,,\"a\nb\"\nEL,r1,sub,RES-1,,not_collected,,,,\n",    \
        "\x1bunit;indicator;answer;coder\nPolska;R1;b;x\nPL;R1;c;y\nGR;HOU-1;12,5;x\n",                             \
        "\x03[{\"unit\":\"PL\",\"round\":\"r1\",\"group\":\"ref\",\"indicator\":\"HOU-1\",\"answer\":3.5},"         \
        "{\"unit\":\"HU\",\"round\":\"r9\",\"group\":\"sub\",\"indicator\":\"HOU-2\",\"answer\":\"none\","          \
        "\"note\":\"\\u00e9\"}]"                                                                                    \
  }
#define PIECES                                                                                                      \
  {                                                                                                                 \
    "\n", "\r\n", ",", ";", "\t", "\"", "|", "a", "b", "none", "NA", "0x10", "1e999", "-0", "1,5", "PL", "GR",      \
        "first", "refugee", "HOU-1,3", "HOU-3,yes", "missing", "not_applicable", " ", "\xC5\xBC", "\xC5", "{", "}", \
        "]", "null", "\"answer\":", "\\u0000", "RES-2,no", "STAT,7", "\nPL,r2,ref,HOU-1,12.5,,,,z,"                 \
  }
#include "mutate.h"
#endif
