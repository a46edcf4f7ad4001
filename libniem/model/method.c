/* The method: consensus, missing rule, tolerance, bands, steps. */
#include "base/platform.h"

#include "base/buffer.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/fpenv.h"
#include "base/number.h"
#include "model/canonical.h"
#include "model/method.h"
#include "model/reader.h"
#include "model/method_read.h"

#include <string.h>

/* --- bands --- */

/* MIPEX's six labels as its publications use them, on rounded scores. Of the edges only 80 and the label of 40 are
 * confirmed by public text; the others are those of a re-use (docs/method/bands.md). */
static const ni_band MIPEX_BANDS[] = {{80, "favourable"},         {60, "slightly favourable"},
                                      {41, "halfway favourable"}, {21, "slightly unfavourable"},
                                      {1, "unfavourable"},        {0, "critically unfavourable"}};
static const ni_band THIRD_BANDS[] = {{200.0 / 3, "upper third"}, {100.0 / 3, "middle third"}, {0, "lower third"}};
static const ni_band QUINTILE_BANDS[] = {
    {80, "highest fifth"}, {60, "fourth fifth"}, {40, "third fifth"}, {20, "second fifth"}, {0, "lowest fifth"}};

static const ni_bands PRESETS[] = {
    {"mipex", 1, 6, MIPEX_BANDS}, {"thirds", 0, 3, THIRD_BANDS}, {"quintiles", 0, 5, QUINTILE_BANDS}};

static const ni_bands *preset(const char *name) {
  for (size_t i = 0; i < sizeof PRESETS / sizeof PRESETS[0]; i++) {
    if (strcmp(PRESETS[i].id, name) == 0) {
      return &PRESETS[i];
    }
  }
  return NULL;
}

/* {"rounded": true, "bands": [{"from": 80, "label": "favourable"}, ..., {"from": 0, "label": "..."}]}, from the highest
 * down. */
static const ni_bands *read_bands(ni_reader *reader, const cJSON *object) {
  ni_bands *bands = ni_reader_alloc(reader, 1, sizeof *bands);
  ni_reader_keys(reader, object, "id rounded bands meta", NULL, 0);
  const cJSON *list = ni_reader_list(reader, object, "bands", 1);
  int32_t n = ni_list_length(list);
  if (bands == NULL || list == NULL) {
    return NULL;
  }
  bands->id = ni_reader_text(reader, object, "id", 0);
  bands->rounded = ni_reader_flag(reader, object, "rounded", 0);
  ni_band *room = ni_reader_alloc(reader, (size_t)n, sizeof *room);
  bands->bands = room;
  for (const cJSON *item = list->child; item != NULL && room != NULL; item = item->next) {
    ni_band *band = &room[bands->n++];
    ni_reader_keys(reader, item, "from label meta", NULL, 0);
    band->label = ni_reader_text(reader, item, "label", 1);
    band->lower = ni_reader_number(reader, item, "from", 0, 0, 100);
    if (ni_reader_get(item, "from") == NULL) {
      ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "a band needs \"from\", the least score that belongs to it");
    } else if (bands->n > 1 && !(band->lower < room[bands->n - 2].lower)) {
      ni_reader_error(reader, item, NIEM_ERROR_VALUE,
                      "bands stand from the highest down, each \"from\" less than the one before");
    }
  }
  if (bands->n == 0 || bands->bands[bands->n - 1].lower != 0) {
    ni_reader_error(reader, list, NIEM_ERROR_VALUE, "the last band must begin \"from\": 0");
  }
  return bands;
}

static niem_status parse_bands(const ni_bands **out, ni_arena *arena, const char *text, niem_error *err) {
  niem_status status = NIEM_OK;
  ni_reader reader = {.arena = arena};
  NIEM_TRY(ni_problems_new(&reader.problems, err));
  NIEM_TRY(ni_json_read(&reader.json, text, strlen(text), err));
  if (!cJSON_IsObject(ni_json_root(reader.json))) {
    status = ni_fail(err, NIEM_ERROR_FORMAT, "bands", "must be a preset or a JSON object {\"bands\": [...]}");
    goto cleanup;
  }
  *out = read_bands(&reader, ni_json_root(reader.json));
  NIEM_TRY(ni_reader_status(&reader, err));
cleanup:
  ni_json_free(reader.json);
  niem_problems_free(reader.problems);
  return status;
}

niem_status ni_bands_read(const ni_bands **out, ni_arena *arena, const char *text, niem_error *err) {
  *out = preset(text);
  if (*out != NULL) {
    return NIEM_OK;
  }
  if (text[0] != '{') {
    return ni_fail(err, NIEM_ERROR_REFERENCE, "bands",
                   "\"%.40s\" is no preset of bands; there are mipex, thirds, quintiles, or give JSON", text);
  }
  return parse_bands(out, arena, text, err);
}

const char *ni_band_of(const ni_bands *bands, double score) {
  if (ni_is_nan(score)) {
    return NULL;
  }
  double judged = bands->rounded ? ni_round_decimals(score, 0) : score;
  for (int32_t i = 0; i < bands->n; i++) {
    if (judged >= bands->bands[i].lower) {
      return bands->bands[i].label;
    }
  }
  return NULL;
}

/* --- the method --- */

static void read_consensus(ni_reader *reader, const cJSON *root, niem_method *method) {
  const cJSON *item = ni_reader_get(root, "consensus");
  if (item == NULL) {
    return;
  }
  const cJSON *holder = cJSON_IsObject(item) ? item : root;
  const char *key = cJSON_IsObject(item) ? "rule" : "consensus";
  if (cJSON_IsObject(item)) {
    ni_reader_keys(reader, item, "rule coder", NULL, 0);
    method->adjudicator = ni_reader_text(reader, item, "coder", 0);
  }
  method->consensus =
      ni_reader_word(reader, holder, key, "refuse unanimous majority median adjudicator", NI_CONSENSUS_REFUSE);
  if ((method->consensus == NI_CONSENSUS_ADJUDICATOR) != (method->adjudicator != NULL)) {
    ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "the rule \"adjudicator\", and it alone, names its \"coder\"");
  }
}

static void read_bands_key(ni_reader *reader, const cJSON *root, niem_method *method) {
  const cJSON *item = ni_reader_get(root, "bands");
  if (cJSON_IsObject(item)) {
    method->bands = read_bands(reader, item);
  } else if (cJSON_IsString(item)) {
    method->bands = preset(item->valuestring);
  }
  if (item != NULL && method->bands == NULL) {
    ni_reader_error(reader, item, NIEM_ERROR_REFERENCE,
                    "\"bands\" is a preset (mipex, thirds, quintiles) or an object");
  }
}

static void read_method(ni_reader *reader, const cJSON *root, niem_method *method) {
  if (!cJSON_IsObject(root)) {
    ni_reader_error(reader, root, NIEM_ERROR_FORMAT, "a method is a JSON object {\"format\": \"niem-method/1\", ...}");
    return;
  }
  const char *format = ni_reader_text(reader, root, "format", 1);
  if (format != NULL && strcmp(format, "niem-method/1") != 0) {
    int later = strncmp(format, "niem-method/", 12) == 0;
    ni_reader_error(reader, ni_reader_get(root, "format"), later ? NIEM_ERROR_VERSION : NIEM_ERROR_FORMAT,
                    "\"format\" must be \"niem-method/1\", not \"%.40s\"", format);
    return;
  }
  ni_reader_keys(reader, root, "format id label labels consensus missing tolerance bands steps meta", NULL, 0);
  method->id = ni_reader_text(reader, root, "id", 0);
  ni_label label;
  memset(&label, 0, sizeof label);
  ni_reader_label(reader, root, "label", "labels", &label);
  read_consensus(reader, root, method);
  method->has_missing = ni_reader_get(root, "missing") != NULL;
  ni_reader_missing_rule(reader, root, "missing", &method->missing);
  method->tolerance = ni_reader_number(reader, root, "tolerance", 1e-9, 0, 100);
  read_bands_key(reader, root, method);
  ni_read_steps(reader, root, &method->steps, &method->n_steps);
}

/* Read `root`, of the reader's document, into the method. */
static niem_status fill_method(niem_method *method, ni_reader *reader, const cJSON *root, niem_error *err) {
  niem_status status = NIEM_OK;
  read_method(reader, root, method);
  NIEM_TRY(ni_reader_status(reader, err));
  NIEM_TRY(ni_canonical_json(&method->json, root, err));
  ni_digest_hex(niem_buffer_data(method->json), (size_t)niem_buffer_size(method->json), method->digest);
cleanup:
  return status;
}

static niem_status parse_method(niem_method *method, niem_problems *problems, const char *bytes, size_t n,
                                niem_error *err) {
  niem_error first;
  ni_reader reader = {.arena = &method->arena, .problems = problems};
  if (ni_json_read(&reader.json, bytes, n, &first) != NIEM_OK) {
    return ni_reader_refuse(problems, &first, err);
  }
  niem_status status = fill_method(method, &reader, ni_json_root(reader.json), err);
  ni_json_free(reader.json);
  return status;
}

static niem_method *new_method(void) {
  niem_method *method = ni_alloc_zero(1, sizeof *method);
  if (method != NULL) {
    atomic_init(&method->uses, 1);
  }
  return method;
}

niem_status ni_method_read_item(niem_method **out, ni_json *json, const cJSON *item, niem_problems *problems,
                                niem_error *err) {
  niem_method *method = new_method();
  if (method == NULL) {
    return ni_fail_memory(err);
  }
  ni_reader reader = {.json = json, .arena = &method->arena, .problems = problems};
  niem_status status = fill_method(method, &reader, item, err);
  if (status != NIEM_OK) {
    niem_method_free(method);
    return status;
  }
  *out = method;
  return NIEM_OK;
}

static niem_status parse_whole(niem_method **out, niem_problems **problems, const char *bytes, int64_t n_bytes,
                               niem_error *err) {
  niem_status status = NIEM_OK;
  niem_method *method = NULL;
  niem_problems *found = NULL;
  if (problems != NULL) {
    *problems = NULL;
  }
  if (out == NULL || bytes == NULL || n_bytes < 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "bytes",
                   "must not be NULL, and n_bytes not negative");
  }
  *out = NULL;
  NIEM_TRY(ni_problems_new(&found, err));
  method = new_method();
  if (method == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  NIEM_TRY(parse_method(method, found, bytes, (size_t)n_bytes, err));
  *out = method;
  method = NULL;
cleanup:
  ni_problems_hand_over(problems, found);
  niem_method_free(method);
  return status;
}

niem_status niem_method_parse(niem_method **out, niem_problems **problems, const char *bytes, int64_t n_bytes,
                              niem_error *err) {
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  niem_status status = parse_whole(out, problems, bytes, n_bytes, err);
  ni_fpenv_leave(&saved);
  return status;
}

niem_status niem_method_read(niem_method **out, niem_problems **problems, const char *path, niem_error *err) {
  niem_status status = NIEM_OK;
  char *bytes = NULL;
  size_t n = 0;
  if (problems != NULL) {
    *problems = NULL;
  }
  if (out == NULL || path == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "path", "must not be NULL");
  }
  *out = NULL;
  NIEM_TRY(ni_file_read(path, NI_JSON_TEXT, &bytes, &n, err));
  NIEM_TRY(niem_method_parse(out, problems, bytes, (int64_t)n, err));
cleanup:
  ni_free(bytes);
  return status;
}

niem_status ni_method_default(niem_method **out, niem_error *err) {
  static const char text[] = "{\"format\": \"niem-method/1\"}";
  return niem_method_parse(out, NULL, text, (int64_t)(sizeof text - 1), err);
}

niem_method *ni_method_keep(const niem_method *method) {
  niem_method *kept = (niem_method *)method; /* only the count of owners ever changes */
  atomic_fetch_add_explicit(&kept->uses, 1, memory_order_relaxed);
  return kept;
}

void niem_method_free(niem_method *method) {
  if (method == NULL || atomic_fetch_sub_explicit(&method->uses, 1, memory_order_acq_rel) != 1) {
    return;
  }
  niem_buffer_free(method->json);
  ni_arena_free(&method->arena);
  ni_free(method);
}

const char *niem_method_digest(const niem_method *method) {
  return method == NULL ? "" : method->digest;
}

niem_status niem_method_json(niem_buffer **out, const niem_method *method, niem_error *err) {
  return ni_canonical_copy(out, method == NULL ? NULL : method->json, "method", err);
}
