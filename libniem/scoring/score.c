/* Scoring: from framework, answers and method to scores; the scores' handle, their manifest and their canonical bytes.
 */
#include "base/platform.h"

#include "base/buffer.h"
#include "base/digest.h"
#include "base/fail.h"
#include "base/fpenv.h"
#include "base/number.h"
#include "base/options.h"
#include "base/threads.h"
#include "model/json.h"
#include "model/canonical.h"
#include "scoring/chain.h"
#include "scoring/plan.h"

#include <string.h>

void niem_score_options_init(niem_score_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
  }
}

/* --- scoring --- */

static niem_status check_parts(const niem_framework *framework, const niem_answers *answers, niem_error *err) {
  if (framework == NULL || answers == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, framework == NULL ? "framework" : "answers", "must not be NULL");
  }
  if (strcmp(framework->digest, answers->framework->digest) != 0) {
    return ni_fail(
        err, NIEM_ERROR_MISMATCH, "answers",
        "the answers were read with framework %s %s (%.12s), not with %s %s (%.12s); read them again with this one",
        answers->framework->id, answers->framework->version, answers->framework->digest, framework->id,
        framework->version, framework->digest);
  }
  if (framework->n_indexes == 0) {
    return ni_fail(err, NIEM_ERROR_TREE, "framework", "framework %s has no index; nothing can be scored",
                   framework->id);
  }
  return NIEM_OK;
}

/* A number without goalposts needs a normalisation, which this method has not. */
static niem_status check_goalposts(const niem_framework *framework, const ni_index *index, niem_error *err) {
  for (int32_t i = 0; i < index->n_nodes; i++) {
    int32_t leaf = index->nodes[i].leaf;
    if (leaf >= 0 && framework->indicators[leaf].scale.kind == NI_NUMERIC &&
        ni_is_nan(framework->indicators[leaf].scale.worst)) {
      return ni_fail(err, NIEM_ERROR_UNSUPPORTED, "framework",
                     "numeric indicator %s is scored in index %s but has no goalposts; give it \"worst\" and \"best\", "
                     "or the method a step \"normalise\"",
                     framework->indicators[leaf].id, index->id);
    }
  }
  return NIEM_OK;
}

static niem_status choose_indexes(niem_scores *scores, const char *only, niem_error *err) {
  const niem_framework *framework = scores->framework;
  scores->indexes = ni_arena_alloc(&scores->arena, (size_t)framework->n_indexes, sizeof *scores->indexes);
  if (scores->indexes == NULL) {
    return ni_fail_memory(err);
  }
  if (only == NULL) {
    return NIEM_OK;
  }
  int32_t place = ni_find_index(framework, only);
  if (place < 0) {
    return ni_fail(err, NIEM_ERROR_REFERENCE, "index",
                   "\"%.60s\" is no index of framework %s; its indexes are listed by its table \"indexes\"", only,
                   framework->id);
  }
  scores->only_index = framework->indexes[place].id;
  return NIEM_OK;
}

static niem_status make_parts(niem_scores *scores, const niem_answers *answers, const niem_method *method,
                              niem_error *err) {
  scores->answers = ni_answers_keep(answers);
  scores->framework = ni_framework_keep(answers->framework);
  scores->n_rows = answers->n_pairs;
  scores->n_groups = scores->framework->n_groups;
  scores->n_cells = scores->n_rows * scores->n_groups;
  if (method != NULL) {
    scores->method = ni_method_keep(method);
    return NIEM_OK;
  }
  return ni_method_default(&scores->method, err);
}

static int is_chosen(const niem_scores *scores, int32_t index) {
  return scores->only_index == NULL || strcmp(scores->framework->indexes[index].id, scores->only_index) == 0;
}

static niem_status plan_indexes(niem_scores *scores, int *all_plain, niem_error *err) {
  niem_status status = NIEM_OK;
  *all_plain = 1;
  uint8_t *used = ni_alloc_zero((size_t)scores->method->n_steps, 1);
  if (used == NULL) {
    return ni_fail_memory(err);
  }
  for (int32_t i = 0; i < scores->framework->n_indexes; i++) {
    if (is_chosen(scores, i)) {
      NIEM_TRY(ni_plan_make(scores, i, used, err));
      *all_plain &= scores->indexes[i].plan->plain;
    }
  }
  NIEM_TRY(ni_plan_check_used(scores, used, err));
  for (int32_t i = 0; *all_plain && i < scores->framework->n_indexes; i++) {
    if (is_chosen(scores, i)) {
      NIEM_TRY(check_goalposts(scores->framework, &scores->framework->indexes[i], err));
    }
  }
cleanup:
  ni_free(used);
  return status;
}

static void plans_take_chain(niem_scores *scores) {
  for (int32_t i = 0; i < scores->framework->n_indexes; i++) {
    if (is_chosen(scores, i)) {
      ni_plan_take_chain(scores->indexes[i].plan, scores->chain);
    }
  }
}

/* How each index is scored; and the leaves, where the method prepares them, or a tree is no mean of scores on 0-100. */
static niem_status make_plans(niem_scores *scores, niem_error *err) {
  niem_status status = NIEM_OK;
  int all_plain;
  NIEM_TRY(plan_indexes(scores, &all_plain, err));
  if (!all_plain) {
    NIEM_TRY(ni_chain_make(scores, NULL, err));
  }
  plans_take_chain(scores);
  for (int32_t i = 0; i < scores->framework->n_indexes; i++) {
    if (is_chosen(scores, i)) {
      NIEM_TRY(ni_plan_check_bands(scores->indexes[i].plan, scores->method->bands, "method", err));
    }
  }
cleanup:
  return status;
}

static double count_leaves(const niem_scores *scores) {
  double n = 0;
  for (int32_t i = 0; i < scores->framework->n_indexes; i++) {
    n += is_chosen(scores, i) ? scores->framework->indexes[i].n_leaves : 0;
  }
  return n;
}

/* Progress over several indexes is one share, by their leaves. */
static niem_status score_indexes(niem_scores *scores, const niem_exec *exec, niem_error *err) {
  const double n_leaves = count_leaves(scores);
  double done = 0;
  ni_stages stages;
  niem_status status = NIEM_OK;
  ni_stages_begin(&stages, exec);
  for (int32_t i = 0; i < scores->framework->n_indexes; i++) {
    if (is_chosen(scores, i)) {
      done += scores->framework->indexes[i].n_leaves;
      const niem_exec *next = ni_stages_next(&stages, done / n_leaves);
      NIEM_TRY(scores->indexes[i].plan->plain ? ni_score_index(scores, i, next, err)
                                              : ni_sweep_index(scores, i, next, err));
    }
  }
  status = ni_stages_end(&stages, err);
cleanup:
  return status;
}

static niem_status score_all(niem_scores *scores, const char *only, const niem_exec *exec, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_exec own;
  NIEM_TRY(ni_exec_read(&own, exec, err));
  NIEM_TRY(choose_indexes(scores, only, err));
  NIEM_TRY(ni_settle(scores, err));
  NIEM_TRY(make_plans(scores, err));
  NIEM_TRY(score_indexes(scores, &own, err));
cleanup:
  return status;
}

static niem_status score(niem_scores **out, const niem_framework *framework, const niem_answers *answers,
                         const niem_method *method, const niem_score_options *options, const niem_exec *exec,
                         niem_error *err) {
  niem_status status = NIEM_OK;
  niem_scores *scores = NULL;
  niem_score_options own;
  if (out == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "out", "must not be NULL");
  }
  *out = NULL;
  niem_score_options_init(&own);
  NIEM_TRY(ni_options_read(&own, sizeof own, options, "options", err));
  NIEM_TRY(check_parts(framework, answers, err));
  scores = ni_alloc_zero(1, sizeof *scores);
  if (scores == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  atomic_init(&scores->uses, 1);
  NIEM_TRY(make_parts(scores, answers, method, err));
  NIEM_TRY(score_all(scores, own.index, exec, err));
  *out = scores;
  scores = NULL;
cleanup:
  niem_scores_free(scores);
  return status;
}

niem_status niem_score(niem_scores **out, const niem_framework *framework, const niem_answers *answers,
                       const niem_method *method, const niem_score_options *options, const niem_exec *exec,
                       niem_error *err) {
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  niem_status status = score(out, framework, answers, method, options, exec, err);
  ni_fpenv_leave(&saved);
  return status;
}

/* --- scores in many versions --- */

static void take_settled(niem_scores *scores, const niem_scores *settled) {
  scores->settled_by = (niem_scores *)settled; /* only the count of owners ever changes */
  atomic_fetch_add_explicit(&scores->settled_by->uses, 1, memory_order_relaxed);
  scores->cell_start = settled->cell_start;
  scores->n_settled = settled->n_settled;
  scores->settled = settled->settled;
  scores->applies = settled->applies;
}

niem_status ni_scores_chain(niem_scores *scores, const ni_leaf_changes *changes, niem_error *err) {
  const niem_status status = ni_chain_make(scores, changes, err);
  if (status == NIEM_OK) {
    plans_take_chain(scores);
  }
  return status;
}

niem_status ni_scores_prepare(niem_scores **out, const niem_answers *answers, const niem_method *method,
                              const char *index, const niem_scores *settled, const ni_leaf_changes *changes,
                              niem_error *err) {
  niem_status status = NIEM_OK;
  int all_plain;
  niem_scores *scores = ni_alloc_zero(1, sizeof *scores);
  *out = NULL;
  if (scores == NULL) {
    return ni_fail_memory(err);
  }
  atomic_init(&scores->uses, 1);
  NIEM_TRY(make_parts(scores, answers, method, err));
  NIEM_TRY(choose_indexes(scores, index, err));
  if (settled != NULL) {
    take_settled(scores, settled);
  } else {
    NIEM_TRY(ni_settle(scores, err));
  }
  NIEM_TRY(plan_indexes(scores, &all_plain, err));
  NIEM_TRY(ni_scores_chain(scores, changes, err));
  *out = scores;
  scores = NULL;
cleanup:
  niem_scores_free(scores);
  return status;
}

void niem_scores_free(niem_scores *scores) {
  if (scores == NULL || atomic_fetch_sub_explicit(&scores->uses, 1, memory_order_acq_rel) != 1) {
    return;
  }
  for (int32_t i = 0; scores->indexes != NULL && i < scores->framework->n_indexes; i++) {
    ni_free(scores->indexes[i].scores);
  }
  if (scores->settled_by == NULL) {
    ni_free(scores->cell_start);
    ni_free(scores->settled);
    ni_free(scores->applies);
  }
  niem_scores_free(scores->settled_by);
  ni_chain_free(scores->chain);
  ni_arena_free(&scores->arena);
  niem_method_free(scores->method);
  niem_answers_free(scores->answers);
  niem_framework_free(scores->framework);
  ni_free(scores);
}

niem_status niem_scores_framework(niem_framework **out, const niem_scores *scores, niem_error *err) {
  if (out == NULL || scores == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "scores", "must not be NULL");
  }
  *out = ni_framework_keep(scores->framework);
  return NIEM_OK;
}

niem_status niem_scores_method(niem_method **out, const niem_scores *scores, niem_error *err) {
  if (out == NULL || scores == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "scores", "must not be NULL");
  }
  *out = ni_method_keep(scores->method);
  return NIEM_OK;
}

niem_status niem_scores_answers(niem_answers **out, const niem_scores *scores, niem_error *err) {
  if (out == NULL || scores == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "scores", "must not be NULL");
  }
  *out = ni_answers_keep(scores->answers);
  return NIEM_OK;
}

/* --- manifest and canonical bytes --- */

/* SHA-256 over every published number of every index, as big-endian bits: what a reader of saved scores verifies. */
static void digest_values(const niem_scores *scores, char out[NI_DIGEST_HEX]) {
  ni_digest digest;
  ni_digest_init(&digest);
  for (int32_t i = 0; i < scores->framework->n_indexes; i++) {
    int64_t n = scores->indexes[i].scored ? scores->framework->indexes[i].n_inner * scores->n_cells : 0;
    for (int64_t k = 0; k < n; k++) {
      const ni_score *score = &scores->indexes[i].scores[k];
      const double published[] = {score->value, score->coverage, score->lower, score->upper};
      unsigned char bytes[32];
      for (int b = 0; b < 32; b++) {
        bytes[b] = (unsigned char)(ni_double_bits(published[b / 8]) >> (56 - 8 * (b % 8)));
      }
      ni_digest_update(&digest, bytes, sizeof bytes);
    }
  }
  ni_digest_finish_hex(&digest, out);
}

static void write_pair(niem_buffer *text, const char *key, const char *value) {
  ni_buffer_json_string(text, key);
  ni_buffer_char(text, ':');
  if (value == NULL) {
    ni_buffer_text(text, "null");
  } else {
    ni_buffer_json_string(text, value);
  }
}

static void write_part(niem_buffer *text, const char *key, const char *id, const char *version, const char *digest) {
  ni_buffer_json_string(text, key);
  ni_buffer_text(text, ":{");
  write_pair(text, "digest", digest);
  if (id != NULL) {
    ni_buffer_char(text, ',');
    write_pair(text, "id", id);
    ni_buffer_char(text, ',');
    write_pair(text, "version", version);
  }
  ni_buffer_text(text, "},");
}

niem_status niem_scores_manifest(niem_buffer **out, const niem_scores *scores, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_buffer *text = NULL;
  niem_buffer *answers = NULL;
  char values[NI_DIGEST_HEX];
  if (out == NULL || scores == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "scores", "must not be NULL");
  }
  *out = NULL;
  NIEM_TRY(niem_answers_digest(&answers, scores->answers, err));
  digest_values(scores, values);
  NIEM_TRY(ni_buffer_new(&text, err));
  ni_buffer_char(text, '{');
  write_part(text, "answers", NULL, NULL, niem_buffer_data(answers));
  write_pair(text, "format", "niem-manifest/1");
  ni_buffer_char(text, ',');
  write_part(text, "framework", scores->framework->id, scores->framework->version, scores->framework->digest);
  write_pair(text, "index", scores->only_index);
  ni_buffer_char(text, ',');
  write_pair(text, "library", niem_version());
  ni_buffer_char(text, ',');
  write_part(text, "method", NULL, NULL, scores->method->digest);
  write_part(text, "scores", NULL, NULL, values);
  ni_buffer_text(text, "\"rows\":");
  ni_buffer_int(text, scores->n_rows);
  ni_buffer_char(text, '}');
  NIEM_TRY(ni_buffer_status(text, err));
  *out = text;
  text = NULL;
cleanup:
  niem_buffer_free(text);
  niem_buffer_free(answers);
  return status;
}

niem_status niem_scores_json(niem_buffer **out, const niem_scores *scores, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_buffer *text = NULL;
  niem_buffer *answers = NULL;
  char values[NI_DIGEST_HEX];
  if (out == NULL || scores == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "scores", "must not be NULL");
  }
  *out = NULL;
  NIEM_TRY(niem_answers_json(&answers, scores->answers, err));
  digest_values(scores, values);
  NIEM_TRY(ni_buffer_new(&text, err));
  ni_buffer_text(text, "{\"answers\":");
  ni_buffer_append(text, niem_buffer_data(answers), (size_t)niem_buffer_size(answers));
  ni_buffer_text(text, ",\"format\":\"niem-scores/1\",\"framework\":");
  ni_buffer_append(text, niem_buffer_data(scores->framework->json), (size_t)niem_buffer_size(scores->framework->json));
  ni_buffer_char(text, ',');
  write_pair(text, "index", scores->only_index);
  ni_buffer_char(text, ',');
  write_pair(text, "library", niem_version());
  ni_buffer_text(text, ",\"method\":");
  ni_buffer_append(text, niem_buffer_data(scores->method->json), (size_t)niem_buffer_size(scores->method->json));
  ni_buffer_char(text, ',');
  write_pair(text, "values", values);
  ni_buffer_char(text, '}');
  NIEM_TRY(ni_buffer_status(text, err));
  *out = text;
  text = NULL;
cleanup:
  niem_buffer_free(text);
  niem_buffer_free(answers);
  return status;
}

/* The parts of saved scores, as handles. */
typedef struct saved_parts {
  niem_framework *framework;
  niem_answers *answers;
  niem_method *method;
  niem_buffer *parts[3];
} saved_parts;

static niem_status read_saved(saved_parts *s, const cJSON *root, niem_error *err) {
  niem_status status = NIEM_OK;
  static const char *const keys[] = {"framework", "answers", "method"};
  for (int i = 0; i < 3; i++) {
    const cJSON *part = cJSON_GetObjectItemCaseSensitive(root, keys[i]);
    if (part == NULL) {
      return ni_fail(err, NIEM_ERROR_FORMAT, keys[i], "saved scores need this part");
    }
    NIEM_TRY(ni_canonical_json(&s->parts[i], part, err));
  }
  NIEM_TRY(
      niem_framework_parse(&s->framework, NULL, niem_buffer_data(s->parts[0]), niem_buffer_size(s->parts[0]), err));
  NIEM_TRY(niem_answers_parse(&s->answers, NULL, s->framework, niem_buffer_data(s->parts[1]),
                              niem_buffer_size(s->parts[1]), NULL, NULL, err));
  NIEM_TRY(niem_method_parse(&s->method, NULL, niem_buffer_data(s->parts[2]), niem_buffer_size(s->parts[2]), err));
cleanup:
  return status;
}

static niem_status rescore(niem_scores **out, const saved_parts *s, const cJSON *root, niem_error *err) {
  const cJSON *index = cJSON_GetObjectItemCaseSensitive(root, "index");
  const cJSON *values = cJSON_GetObjectItemCaseSensitive(root, "values");
  char own[NI_DIGEST_HEX];
  niem_score_options options;
  niem_score_options_init(&options);
  options.index = cJSON_IsString(index) ? index->valuestring : NULL;
  niem_status status = niem_score(out, s->framework, s->answers, s->method, &options, NULL, err);
  if (status != NIEM_OK) {
    return status;
  }
  digest_values(*out, own);
  if (!cJSON_IsString(values) || strcmp(values->valuestring, own) != 0) {
    niem_scores_free(*out);
    *out = NULL;
    return ni_fail(err, NIEM_ERROR_MISMATCH, "bytes",
                   "the saved scores do not come out of their own framework, answers and method (digest %.12s); they "
                   "were changed, or made by another version",
                   own);
  }
  return NIEM_OK;
}

static niem_status check_saved_format(const cJSON *root, niem_error *err) {
  const cJSON *format = cJSON_IsObject(root) ? cJSON_GetObjectItemCaseSensitive(root, "format") : NULL;
  if (!cJSON_IsString(format) || strncmp(format->valuestring, "niem-scores/", 12) != 0) {
    return ni_fail(err, NIEM_ERROR_FORMAT, "bytes", "not saved scores: the format must be \"niem-scores/1\"");
  }
  if (strcmp(format->valuestring, "niem-scores/1") != 0) {
    return ni_fail(err, NIEM_ERROR_VERSION, "bytes",
                   "format \"%.40s\" is not known to libniem %s, which reads niem-scores/1", format->valuestring,
                   niem_version());
  }
  return NIEM_OK;
}

static niem_status parse_scores(niem_scores **out, const char *bytes, int64_t n_bytes, niem_error *err) {
  niem_status status = NIEM_OK;
  ni_json *json = NULL;
  saved_parts s;
  memset(&s, 0, sizeof s);
  if (out == NULL || bytes == NULL || n_bytes < 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "bytes",
                   "must not be NULL, and n_bytes not negative");
  }
  *out = NULL;
  NIEM_TRY(ni_json_read_saved(&json, bytes, (size_t)n_bytes, err));
  NIEM_TRY(check_saved_format(ni_json_root(json), err));
  NIEM_TRY(read_saved(&s, ni_json_root(json), err));
  NIEM_TRY(rescore(out, &s, ni_json_root(json), err));
cleanup:
  ni_json_free(json);
  niem_framework_free(s.framework);
  niem_answers_free(s.answers);
  niem_method_free(s.method);
  for (int i = 0; i < 3; i++) {
    niem_buffer_free(s.parts[i]);
  }
  return status;
}

niem_status niem_scores_parse(niem_scores **out, const char *bytes, int64_t n_bytes, niem_error *err) {
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  niem_status status = parse_scores(out, bytes, n_bytes, err);
  ni_fpenv_leave(&saved);
  return status;
}
