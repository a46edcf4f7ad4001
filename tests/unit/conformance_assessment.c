/* Running a conformance case of niem/assessment.h: forms, checks, gaps, coders, revisions, standards, codebooks and
 * invented answers. */
#include "conformance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What these functions are given; `previous` are the earlier answers, or the older version of a revision. */
typedef struct material {
  const vector_case *c;
  niem_framework *framework, *previous_framework;
  niem_answers *answers, *previous;
  niem_method *method;
} material;

static niem_answers *load_previous(material *m, outcome *out) {
  const cJSON *rows = case_item(m->c, "previous");
  const cJSON *other = case_item(m->c, "previous_framework");
  if (rows == NULL || m->framework == NULL) {
    return NULL;
  }
  if (other == NULL) {
    return load_rows(m->c, rows, m->framework, out);
  }
  text_bytes bytes = print_json(other);
  (void)went_well(out, niem_framework_parse(&m->previous_framework, NULL, bytes.data, bytes.n, &out->err));
  free(bytes.data);
  return m->previous_framework == NULL ? NULL : load_rows(m->c, rows, m->previous_framework, out);
}

/* 0 where the case goes no further. */
static int load_material(material *m, const vector_case *c, int with_answers, outcome *out) {
  memset(m, 0, sizeof *m);
  m->c = c;
  m->framework = load_framework(c, out);
  m->previous = load_previous(m, out);
  m->answers = m->framework != NULL && with_answers ? load_answers(c, m->framework, out) : NULL;
  m->method = load_method(c, out, NULL);
  return out->err.status == NIEM_OK && out->fault[0] == '\0';
}

static void free_material(material *m) {
  niem_method_free(m->method);
  niem_answers_free(m->answers);
  niem_answers_free(m->previous);
  niem_framework_free(m->previous_framework);
  niem_framework_free(m->framework);
}

/* --- tables of answers --- */

static niem_status call_check(const material *m, outcome *out) {
  niem_check_options options;
  niem_check_options_init(&options);
  options.round = option_text(m->c, "round");
  options.previous_round = option_text(m->c, "previous_round");
  return niem_check(&out->table, m->answers, m->previous, m->method, &options, &out->err);
}

static niem_status call_effects(const material *m, outcome *out) {
  asked q;
  memset(&q, 0, sizeof q);
  fill_query(&q, options_of(m->c));
  const niem_status status =
      niem_revision_effects(&out->table, m->previous, m->answers, m->method, &q.query, &out->err);
  free(q.bands);
  return status;
}

static niem_status call_agreement(const material *m, outcome *out) {
  return niem_agreement(&out->table, m->answers, &out->err);
}

static niem_status call_completeness(const material *m, outcome *out) {
  return niem_completeness(&out->table, m->answers, m->method, &out->err);
}

static niem_status call_data_gaps(const material *m, outcome *out) {
  return niem_data_gaps(&out->table, m->answers, m->method, &out->err);
}

static niem_status call_disagreements(const material *m, outcome *out) {
  return niem_disagreements(&out->table, m->answers, option_text(m->c, "adjudicator"), &out->err);
}

static niem_status call_revision(const material *m, outcome *out) {
  return niem_revision(&out->table, m->previous, m->answers, &out->err);
}

/* --- what needs a framework only --- */

static niem_status call_form(const material *m, outcome *out) {
  const char *groups[MOST_NAMES];
  const cJSON *given = cJSON_GetObjectItemCaseSensitive(options_of(m->c), "groups");
  niem_form_options options;
  niem_form_options_init(&options);
  options.n_groups = list_texts(groups, given);
  options.groups = given == NULL ? NULL : groups;
  options.language = option_text(m->c, "language");
  options.previous_round = option_text(m->c, "previous_round");
  options.prefill = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(options_of(m->c), "prefill"));
  return niem_form(&out->table, m->framework, option_text(m->c, "unit"), option_text(m->c, "round"), m->previous,
                   &options, &out->err);
}

static niem_status call_codebook(const material *m, outcome *out) {
  niem_buffer *page = NULL;
  const niem_status status = niem_codebook(&page, m->framework, option_text(m->c, "language"), &out->err);
  out->text = page == NULL ? NULL : strdup(niem_buffer_data(page));
  niem_buffer_free(page);
  return status;
}

static double share_of(const cJSON *options, const char *key, double otherwise) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(options, key);
  return item == NULL ? otherwise : number_of_item(item);
}

static niem_status call_synthetic(const material *m, outcome *out) {
  const char *units[MOST_NAMES], *rounds[MOST_NAMES];
  const cJSON *given = options_of(m->c);
  const cJSON *of_units = cJSON_GetObjectItemCaseSensitive(given, "units");
  const cJSON *of_rounds = cJSON_GetObjectItemCaseSensitive(given, "rounds");
  niem_answers *answers = NULL;
  niem_synthetic_options options;
  niem_synthetic_options_init(&options);
  options.seed = (int64_t)share_of(given, "seed", 0);
  options.missing = share_of(given, "missing", options.missing);
  options.second_coder = share_of(given, "second_coder", options.second_coder);
  options.n_units = list_texts(units, of_units);
  options.units = of_units == NULL ? NULL : units;
  options.n_rounds = list_texts(rounds, of_rounds);
  options.rounds = of_rounds == NULL ? NULL : rounds;
  const niem_status status = niem_synthetic(&answers, m->framework, &options, &out->err);
  if (answers != NULL) {
    describe_answers(answers, m->framework, out);
  }
  niem_answers_free(answers);
  return status;
}

/* --- scores turned around --- */

static void run_standards(const vector_case *c, outcome *out) {
  niem_scores *scores = load_scores(c, out);
  niem_standards_options options;
  asked q;
  memset(&q, 0, sizeof q);
  check_options(out, options_of(c), "by " QUERY_KEYS);
  fill_query(&q, options_of(c));
  niem_standards_options_init(&options);
  options.by = option_text(c, "by");
  if (scores != NULL) {
    (void)went_well(out, niem_standards(&out->table, scores, &q.query, &options, &out->err));
  }
  free(q.bands);
  niem_scores_free(scores);
}

static void check_page_file(const niem_buffer *page, outcome *out) {
  char path[64];
  temporary_path(path, ".html");
  const niem_status status = niem_buffer_write(page, path, NULL);
  text_bytes written = read_whole_file(path);
  if (status != NIEM_OK || written.data == NULL || strcmp(written.data, out->text) != 0) {
    find_fault(out, "the page is written otherwise than given");
  }
  free(written.data);
  remove(path);
}

static void run_unit_report(const vector_case *c, outcome *out) {
  const char *units[MOST_NAMES];
  const cJSON *given = options_of(c), *of_units = cJSON_GetObjectItemCaseSensitive(given, "reference_units");
  niem_scores *scores = load_scores(c, out);
  niem_buffer *page = NULL;
  niem_report_options options;
  niem_report_options_init(&options);
  check_options(out, given, "unit index group round previous_round reference_units reference_peers language most");
  options.index = option_text(c, "index");
  options.group = option_text(c, "group");
  options.round = option_text(c, "round");
  options.previous_round = option_text(c, "previous_round");
  options.reference_peers = option_text(c, "reference_peers");
  options.language = option_text(c, "language");
  options.most = (int32_t)share_of(given, "most", options.most);
  options.n_reference_units = list_texts(units, of_units);
  options.reference_units = of_units == NULL ? NULL : units;
  if (scores != NULL && went_well(out, niem_unit_report(&page, scores, option_text(c, "unit"), &options, &out->err))) {
    out->text = strdup(niem_buffer_data(page));
    check_page_file(page, out);
  }
  niem_buffer_free(page);
  niem_scores_free(scores);
}

typedef struct assessment_function {
  const char *name, *options;
  int with_answers;
  niem_status (*call)(const material *, outcome *);
} assessment_function;

int run_assessment(const vector_case *c, const char *function, outcome *out) {
  static const assessment_function functions[] = {
      {"agreement", "", 1, call_agreement},
      {"check", "round previous_round", 1, call_check},
      {"codebook", "language", 0, call_codebook},
      {"completeness", "", 1, call_completeness},
      {"data_gaps", "", 1, call_data_gaps},
      {"disagreements", "adjudicator", 1, call_disagreements},
      {"form", "unit round groups language previous_round prefill", 0, call_form},
      {"revision", "", 1, call_revision},
      {"revision_effects", QUERY_KEYS, 1, call_effects},
      {"synthetic", "seed missing second_coder units rounds", 0, call_synthetic}};
  if (strcmp(function, "standards") == 0) {
    run_standards(c, out);
    return 1;
  }
  if (strcmp(function, "unit_report") == 0) {
    run_unit_report(c, out);
    return 1;
  }
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
    material m;
    if (strcmp(function, functions[i].name) != 0) {
      continue;
    }
    check_options(out, options_of(c), functions[i].options);
    if (load_material(&m, c, functions[i].with_answers, out)) {
      (void)went_well(out, functions[i].call(&m, out));
    }
    free_material(&m);
    return 1;
  }
  return 0;
}
