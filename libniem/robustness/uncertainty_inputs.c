/* Reading "niem-uncertainty/1": strictly, all problems at once, each with its place. Names and pointers are looked up
 * when the framework and the method are at hand (trials.c). */
#include "base/platform.h"

#include "base/number.h"
#include "model/canonical.h"
#include "model/reader.h"
#include "robustness/uncertainty_inputs.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char KINDS[] = "weights choice parameter gaps left_out answers";
/* The keys that each kind knows. */
static const char *const KEYS[] = {"name kind draw share level nodes meta",
                                   "name kind at values probabilities meta",
                                   "name kind at low high whole meta",
                                   "name kind draw indicators meta",
                                   "name kind draw probability level nodes meta",
                                   "name kind probability noise indicators meta"};

niem_status ni_input_fail(const ni_inputs *inputs, int32_t k, const char *key, niem_status status, niem_error *err,
                          const char *format, ...) {
  char where[64];
  char message[sizeof(((niem_error *)0)->message)];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  (void)snprintf(where, sizeof where, "inputs/%d%s%s", (int)k, key[0] == '\0' ? "" : "/", key);
  return ni_fail(err, status, where, "input \"%.60s\": %s", inputs->inputs[k].name, message);
}

/* ---- kinds */

/* A text alone is a list of one. */
static ni_names_list read_list(ni_reader *reader, const cJSON *object, const char *key) {
  ni_names_list list = {0, NULL};
  const cJSON *item = ni_reader_get(object, key);
  if (cJSON_IsString(item)) {
    list.names = ni_reader_alloc(reader, 1, sizeof *list.names);
    const char *name = ni_reader_text(reader, object, key, 1);
    list.n = list.names != NULL && name != NULL;
    if (list.n > 0) {
      list.names[0] = name;
    }
    return list;
  }
  list.n = ni_reader_texts(reader, object, key, &list.names);
  if (item != NULL && list.n == 0 && cJSON_IsArray(item)) {
    ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "\"%s\" names at least one, or is left out", key);
  }
  return list;
}

static void read_nodes(ni_reader *reader, const cJSON *item, ni_input *input) {
  input->level = ni_reader_text(reader, item, "level", 0);
  input->nodes = read_list(reader, item, "nodes");
  if (input->level != NULL && input->nodes.n > 0) {
    ni_reader_error(reader, ni_reader_get(item, "nodes"), NIEM_ERROR_FORMAT, "give a \"level\" or \"nodes\", not both");
  }
}

static void read_weights(ni_reader *reader, const cJSON *item, ni_input *input) {
  const cJSON *share = ni_reader_get(item, "share");
  input->draw = ni_reader_word(reader, item, "draw", "noise simplex", NI_WEIGHTS_NOISE);
  input->share = ni_reader_number(reader, item, "share", 0.25, 0, 1);
  if (share != NULL && input->draw == NI_WEIGHTS_SIMPLEX) {
    ni_reader_error(reader, share, NIEM_ERROR_FORMAT,
                    "\"share\" is for noise; on the simplex all weights are possible");
  }
  read_nodes(reader, item, input);
}

/* What each alternative is drawn with: the probabilities given, or the same for all. */
static void read_probabilities(ni_reader *reader, const cJSON *item, ni_input *input) {
  const double *given = NULL;
  const cJSON *list = ni_reader_get(item, "probabilities");
  const int32_t n = ni_reader_numbers(reader, item, "probabilities", &given);
  double sum = 0;
  input->upto = ni_reader_alloc(reader, (size_t)input->n_values, sizeof *input->upto);
  if (input->upto == NULL || ni_reader_failed(reader)) {
    return;
  }
  for (int32_t k = 0; k < n; k++) {
    if (!(given[k] >= 0 && given[k] <= 1)) {
      ni_reader_error(reader, list, NIEM_ERROR_VALUE, "probability %d does not lie between 0 and 1", (int)k + 1);
      return;
    }
    sum += given[k];
  }
  if (n > 0 && (n != input->n_values || sum < 1 - 1e-9 || sum > 1 + 1e-9)) {
    ni_reader_error(reader, list, NIEM_ERROR_VALUE,
                    "there must be a probability for each of the %d \"values\", and they must add up to 1",
                    (int)input->n_values);
    return;
  }
  sum = 0;
  for (int32_t k = 0; k < input->n_values; k++) {
    sum += n > 0 ? given[k] : 0;
    input->upto[k] = n > 0 ? sum : (double)(k + 1) / (double)input->n_values;
  }
  /* The last that can be drawn takes what rounding has left of 1; one of probability 0 never does. */
  for (int32_t k = input->n_values - 1; k >= 0; k--) {
    input->upto[k] = 1;
    if (n == 0 || given[k] > 0) {
      break;
    }
  }
}

static void read_at(ni_reader *reader, const cJSON *item, ni_input *input) {
  input->at = ni_reader_text(reader, item, "at", 1);
  if (input->at != NULL && input->at[0] != '/' && input->at[0] != '\0') {
    ni_reader_error(reader, ni_reader_get(item, "at"), NIEM_ERROR_VALUE,
                    "\"%.60s\" is no JSON pointer; it begins with \"/\", as in \"/steps/0/method\", or is \"\" for the "
                    "whole method",
                    input->at);
  }
}

static void read_choice(ni_reader *reader, const cJSON *item, ni_input *input) {
  const cJSON *list = ni_reader_get(item, "values");
  const int32_t n = ni_list_length(list);
  read_at(reader, item, input);
  if (!cJSON_IsArray(list) || n < 2 || n > NI_MAX_ALTERNATIVES) {
    ni_reader_error(reader, list == NULL ? item : list, NIEM_ERROR_FORMAT,
                    "\"values\" must be a list of 2 to %d alternatives", (int)NI_MAX_ALTERNATIVES);
    return;
  }
  input->values = ni_reader_alloc(reader, (size_t)n, sizeof *input->values);
  for (const cJSON *value = list->child; value != NULL && input->values != NULL; value = value->next) {
    input->values[input->n_values++] = value;
  }
  read_probabilities(reader, item, input);
}

static void read_parameter(ni_reader *reader, const cJSON *item, ni_input *input) {
  read_at(reader, item, input);
  input->low = ni_reader_number(reader, item, "low", 0, -1e300, 1e300);
  input->high = ni_reader_number(reader, item, "high", 0, -1e300, 1e300);
  input->whole = ni_reader_flag(reader, item, "whole", 0);
  if (ni_reader_get(item, "low") == NULL || ni_reader_get(item, "high") == NULL || !(input->low < input->high)) {
    ni_reader_error(reader, item, NIEM_ERROR_VALUE, "a parameter needs \"low\" and \"high\", low being less than high");
  }
  const int whole_ends =
      ni_round_decimals(input->low, 0) == input->low && ni_round_decimals(input->high, 0) == input->high;
  if (input->whole && !(whole_ends && input->low >= -1e9 && input->high <= 1e9)) {
    ni_reader_error(reader, item, NIEM_ERROR_VALUE, "\"low\" and \"high\" must be whole numbers too, within +-1e9");
  }
}

static void need_probability(ni_reader *reader, const cJSON *item, const char *what) {
  if (ni_reader_get(item, "probability") == NULL) {
    ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "key \"probability\" is needed here: %s", what);
  }
}

static void read_left_out(ni_reader *reader, const cJSON *item, ni_input *input) {
  input->draw = ni_reader_word(reader, item, "draw", "one each", NI_LEFT_OUT_ONE);
  input->probability = ni_reader_number(reader, item, "probability", 1, 0, 1);
  if (input->draw == NI_LEFT_OUT_EACH) {
    need_probability(reader, item, "that of each to be left out");
  }
  read_nodes(reader, item, input);
}

static void read_answers(ni_reader *reader, const cJSON *item, ni_input *input) {
  input->probability = ni_reader_number(reader, item, "probability", 0, 0, 1);
  input->noise = ni_reader_number(reader, item, "noise", 0, 0, 1);
  if (ni_reader_get(item, "noise") == NULL) {
    need_probability(reader, item, "that of an answer to be a neighbouring option instead; or \"noise\" for numbers");
  }
  input->indicators = read_list(reader, item, "indicators");
}

static void read_input(ni_reader *reader, const cJSON *item, ni_input *input) {
  const int32_t before = (int32_t)niem_problems_total(reader->problems, NIEM_ERROR);
  input->name = ni_reader_text(reader, item, "name", 1);
  input->kind = ni_reader_word(reader, item, "kind", KINDS, -1);
  if (input->name != NULL && (input->name[0] == '\0' || strlen(input->name) > 200)) {
    ni_reader_error(reader, ni_reader_get(item, "name"), NIEM_ERROR_VALUE, "a name has 1 to 200 bytes");
  }
  if (input->kind < 0) {
    if (niem_problems_total(reader->problems, NIEM_ERROR) == before || ni_reader_get(item, "kind") == NULL) {
      ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "an input needs a \"kind\", one of: %s", KINDS);
    }
    return;
  }
  ni_reader_keys(reader, item, KEYS[input->kind], NULL, 0);
  switch (input->kind) {
    case NI_INPUT_WEIGHTS:
      read_weights(reader, item, input);
      break;
    case NI_INPUT_CHOICE:
      read_choice(reader, item, input);
      break;
    case NI_INPUT_PARAMETER:
      read_parameter(reader, item, input);
      break;
    case NI_INPUT_GAPS:
      input->draw = ni_reader_word(reader, item, "draw", "options range observed", NI_GAPS_OPTIONS);
      input->indicators = read_list(reader, item, "indicators");
      break;
    case NI_INPUT_LEFT_OUT:
      read_left_out(reader, item, input);
      break;
    default:
      read_answers(reader, item, input);
  }
}

/* ---- the document */

static void read_all(ni_reader *reader, const cJSON *root, ni_inputs *out) {
  if (!cJSON_IsObject(root)) {
    ni_reader_error(reader, root, NIEM_ERROR_FORMAT,
                    "inputs are a JSON object {\"format\": \"niem-uncertainty/1\", \"inputs\": [...]}");
    return;
  }
  const char *format = ni_reader_text(reader, root, "format", 1);
  if (format != NULL && strcmp(format, "niem-uncertainty/1") != 0) {
    const int later = strncmp(format, "niem-uncertainty/", 17) == 0;
    ni_reader_error(reader, ni_reader_get(root, "format"), later ? NIEM_ERROR_VERSION : NIEM_ERROR_FORMAT,
                    "\"format\" must be \"niem-uncertainty/1\", not \"%.40s\"", format);
    return;
  }
  ni_reader_keys(reader, root, "format id inputs meta", NULL, 0);
  (void)ni_reader_text(reader, root, "id", 0);
  const cJSON *list = ni_reader_list(reader, root, "inputs", 1);
  const int32_t n = ni_list_length(list);
  if (list == NULL || n == 0 || n > NI_MAX_INPUTS) {
    ni_reader_error(reader, list == NULL ? root : list, n > NI_MAX_INPUTS ? NIEM_ERROR_LIMIT : NIEM_ERROR_FORMAT,
                    "\"inputs\" must list 1 to %d inputs", (int)NI_MAX_INPUTS);
    return;
  }
  out->inputs = ni_reader_alloc(reader, (size_t)n, sizeof *out->inputs);
  for (const cJSON *item = list->child; item != NULL && out->inputs != NULL; item = item->next) {
    read_input(reader, item, &out->inputs[out->n++]);
  }
  if (out->inputs != NULL) {
    ni_reader_duplicates(reader, list, &out->inputs[0].name, out->n, sizeof *out->inputs, "input");
  }
}

niem_status ni_inputs_read(ni_inputs *out, niem_problems *found, const char *bytes, int64_t n_bytes, niem_error *err) {
  static const char usual[] =
      "{\"format\": \"niem-uncertainty/1\", \"inputs\": [{\"name\": \"weights\", \"kind\": \"weights\"}]}";
  niem_status status = NIEM_OK;
  niem_error first;
  ni_reader reader = {.arena = &out->arena, .problems = found};
  const size_t n = bytes == NULL ? sizeof usual - 1 : (size_t)n_bytes;
  if (ni_json_read(&out->json, bytes == NULL ? usual : bytes, n, &first) != NIEM_OK) {
    return ni_reader_refuse(found, &first, err);
  }
  reader.json = out->json;
  read_all(&reader, ni_json_root(out->json), out);
  NIEM_TRY(ni_reader_status(&reader, err));
  NIEM_TRY(ni_canonical_json(&out->canonical, ni_json_root(out->json), err));
cleanup:
  return status;
}

void ni_inputs_free(ni_inputs *inputs) {
  ni_json_free(inputs->json);
  ni_arena_free(&inputs->arena);
  niem_buffer_free(inputs->canonical);
  memset(inputs, 0, sizeof *inputs);
}
