/* Scales: how the answer to an indicator becomes a score on 0-100.
 * - ordinal: options, each with its points
 * - binary: yes or no, one of which is favourable
 * - checklist: items that are there or not: the share of them, or points by how many there are
 * - numeric: a quantity between two goalposts, linear or logarithmic: 100 (x - worst) / (best - worst), as in the Human
 *   Development Index (UNDP, Technical notes: fixed goalposts, the logarithm for income)
 * - composite: other indicators; its value is made where indexes are made, in the tree */
#include "base/platform.h"

#include "base/math.h"
#include "base/number.h"
#include "model/framework_read.h"
#include "model/goalposts.h"

#include <math.h>
#include <string.h>

/* The usual ids of options are letters: these are found without a search. */
static void note_letter(ni_scale *scale, const char *id) {
  if (id != NULL && id[0] >= 'a' && id[0] <= 'z' && id[1] == '\0' && scale->letters[id[0] - 'a'] == 0) {
    scale->letters[id[0] - 'a'] = (uint8_t)scale->n_options;
  }
}

static void read_options(ni_reader *reader, const cJSON *object, const char *key, int with_points, ni_scale *scale) {
  const cJSON *list = ni_reader_list(reader, object, key, 1);
  int32_t n = ni_list_length(list);
  if (list != NULL && (n < 1 || n > NIEM_MAX_OPTIONS)) {
    ni_reader_error(reader, list, n < 1 ? NIEM_ERROR_FORMAT : NIEM_ERROR_LIMIT, "\"%s\" needs 1 to %d entries", key,
                    NIEM_MAX_OPTIONS);
    return;
  }
  scale->options = ni_reader_alloc(reader, (size_t)n, sizeof *scale->options);
  for (const cJSON *item = list == NULL ? NULL : list->child; item != NULL && scale->options != NULL;
       item = item->next) {
    ni_option *option = &scale->options[scale->n_options++];
    ni_reader_keys(reader, item, with_points ? "id label labels points meta" : "id label labels meta", NULL, 0);
    option->id = ni_reader_id(reader, item);
    note_letter(scale, option->id);
    ni_reader_label(reader, item, "label", "labels", &option->label);
    option->points = ni_nan();
    if (with_points && ni_reader_get(item, "points") == NULL) {
      ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "an option needs \"points\", 0 to 100");
    } else if (with_points) {
      option->points = ni_reader_number(reader, item, "points", 0, 0, 100) + 0.0;
    }
    if (option->id != NULL && strcmp(option->id, "none") == 0 && !with_points) {
      ni_reader_error(reader, item, NIEM_ERROR_VALUE,
                      "an item may not be called \"none\", which stands for no item at all");
    }
  }
  if (scale->n_options > 0) {
    ni_reader_duplicates(reader, list, &scale->options[0].id, scale->n_options, sizeof *scale->options, "option");
  }
}

/* Points side by side for the scoring kernel, and the scale's own worst and best. */
static void gather_points(ni_reader *reader, ni_scale *scale) {
  scale->points = ni_reader_alloc(reader, (size_t)scale->n_options, sizeof *scale->points);
  scale->least = 100;
  scale->most = 0;
  for (int32_t i = 0; i < scale->n_options; i++) {
    double points = scale->options[i].points;
    if (scale->points != NULL) {
      scale->points[i] = points;
    }
    scale->least = points < scale->least ? points : scale->least;
    scale->most = points > scale->most ? points : scale->most;
  }
}

static void read_ordinal(ni_reader *reader, const cJSON *object, ni_scale *scale) {
  ni_reader_keys(reader, object, "kind options meta", NULL, 0);
  read_options(reader, object, "options", 1, scale);
  gather_points(reader, scale);
}

/* What "yes" or "no" stands for: a text, or an object with "label" and "labels". */
static void read_answer_label(ni_reader *reader, const cJSON *object, const char *key, ni_label *label) {
  const cJSON *item = ni_reader_get(object, key);
  if (cJSON_IsObject(item)) {
    ni_reader_keys(reader, item, "label labels meta", NULL, 0);
    ni_reader_label(reader, item, "label", "labels", label);
  } else {
    ni_reader_label(reader, object, key, "", label);
  }
}

static void read_binary(ni_reader *reader, const cJSON *object, ni_scale *scale) {
  ni_reader_keys(reader, object, "kind no yes favourable meta", NULL, 0);
  int32_t favourable = ni_reader_word(reader, object, "favourable", "no yes", 1);
  scale->options = ni_reader_alloc(reader, 2, sizeof *scale->options);
  if (scale->options == NULL) {
    return;
  }
  scale->n_options = 2;
  scale->options[0].id = "no";
  scale->options[1].id = "yes";
  read_answer_label(reader, object, "no", &scale->options[0].label);
  read_answer_label(reader, object, "yes", &scale->options[1].label);
  scale->options[favourable].points = 100;
  gather_points(reader, scale);
}

static void read_count_points(ni_reader *reader, const cJSON *object, ni_scale *scale) {
  const cJSON *list = ni_reader_get(object, "points");
  if (!cJSON_IsArray(list) || ni_list_length(list) != scale->n_options + 1) {
    ni_reader_error(reader, list == NULL ? object : list, NIEM_ERROR_FORMAT,
                    "\"points\" must list %d numbers, for none to all %d items", scale->n_options + 1,
                    scale->n_options);
    return;
  }
  scale->count_points = ni_reader_alloc(reader, (size_t)scale->n_options + 1, sizeof *scale->count_points);
  scale->least = 100;
  scale->most = 0;
  int32_t i = 0;
  for (const cJSON *item = list->child; item != NULL && scale->count_points != NULL; item = item->next, i++) {
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0 && item->valuedouble <= 100)) {
      ni_reader_error(reader, item, NIEM_ERROR_VALUE, "points must be a number from 0 to 100");
      continue;
    }
    scale->count_points[i] = item->valuedouble + 0.0;
    scale->least = item->valuedouble < scale->least ? item->valuedouble : scale->least;
    scale->most = item->valuedouble > scale->most ? item->valuedouble : scale->most;
  }
}

static void read_checklist(ni_reader *reader, const cJSON *object, ni_scale *scale) {
  ni_reader_keys(reader, object, "kind items scoring points meta", NULL, 0);
  read_options(reader, object, "items", 0, scale);
  scale->least = 0;
  scale->most = 100;
  if (ni_reader_word(reader, object, "scoring", "share count", 0) == 1) {
    read_count_points(reader, object, scale);
  } else if (ni_reader_get(object, "points") != NULL) {
    ni_reader_error(reader, ni_reader_get(object, "points"), NIEM_ERROR_FORMAT,
                    "\"points\" belongs to \"scoring\": \"count\"");
  }
}

static void check_goalposts(ni_reader *reader, const cJSON *object, const ni_scale *scale) {
  int has_worst = ni_reader_get(object, "worst") != NULL;
  int has_best = ni_reader_get(object, "best") != NULL;
  if (has_worst != has_best) {
    ni_reader_error(reader, object, NIEM_ERROR_FORMAT,
                    "goalposts come in pairs: both \"worst\" and \"best\", or neither");
  } else if (has_worst && scale->worst == scale->best) {
    ni_reader_error(reader, object, NIEM_ERROR_VALUE, "\"worst\" and \"best\" must differ");
  } else if (has_worst && scale->logarithmic && !(scale->worst > 0 && scale->best > 0)) {
    ni_reader_error(reader, object, NIEM_ERROR_VALUE, "logarithmic goalposts must both be above 0");
  } else if (!has_worst && scale->logarithmic) {
    ni_reader_error(reader, object, NIEM_ERROR_FORMAT, "\"transform\" needs the goalposts \"worst\" and \"best\"");
  }
  if (scale->minimum > scale->maximum) {
    ni_reader_error(reader, object, NIEM_ERROR_VALUE, "\"minimum\" must not be above \"maximum\"");
  }
}

/* Which way the numbers run: as the goalposts do, which leaves nothing to say but the same; without them as is said,
 * and upwards where nothing is. */
static void read_direction(ni_reader *reader, const cJSON *object, ni_scale *scale) {
  const cJSON *item = ni_reader_get(object, "direction");
  int has_posts = !ni_is_nan(scale->worst) && !ni_is_nan(scale->best) && scale->worst != scale->best;
  scale->direction = has_posts && scale->worst > scale->best ? -1 : 1;
  if (item == NULL) {
    return;
  }
  if (!cJSON_IsNumber(item) || (item->valuedouble != 1 && item->valuedouble != -1)) {
    ni_reader_error(reader, item, cJSON_IsNumber(item) ? NIEM_ERROR_VALUE : NIEM_ERROR_FORMAT,
                    "\"direction\" must be 1 (more is better) or -1 (less is)");
  } else if (has_posts && item->valuedouble != scale->direction) {
    ni_reader_error(reader, item, NIEM_ERROR_VALUE,
                    "\"direction\" is %d, but \"best\" is %s \"worst\"; make them agree, or leave \"direction\" out",
                    -scale->direction, scale->direction > 0 ? "above" : "below");
  } else {
    scale->direction = item->valuedouble > 0 ? 1 : -1;
  }
}

static void read_numeric(ni_reader *reader, const cJSON *object, ni_scale *scale) {
  ni_reader_keys(reader, object, "kind unit worst best direction target transform clamp minimum maximum meta", NULL, 0);
  scale->unit = ni_reader_text(reader, object, "unit", 0);
  scale->worst = ni_reader_number(reader, object, "worst", ni_nan(), -1e100, 1e100);
  scale->best = ni_reader_number(reader, object, "best", ni_nan(), -1e100, 1e100);
  scale->minimum = ni_reader_number(reader, object, "minimum", -1e100, -1e100, 1e100);
  scale->maximum = ni_reader_number(reader, object, "maximum", 1e100, -1e100, 1e100);
  scale->logarithmic = ni_reader_word(reader, object, "transform", "linear log", 0);
  scale->clamp = ni_reader_flag(reader, object, "clamp", 1);
  scale->target = ni_reader_number(reader, object, "target", ni_nan(), -1e100, 1e100);
  scale->least = 0;
  scale->most = 100;
  check_goalposts(reader, object, scale);
  read_direction(reader, object, scale);
  if (scale->logarithmic && scale->worst > 0 && scale->best > 0) {
    scale->log_start = ni_dd_log(scale->worst);
    scale->log_whole = ni_dd_sub(ni_dd_log(scale->best), scale->log_start);
  }
}

void ni_read_scale(ni_reader *reader, const cJSON *indicator, ni_scale *scale) {
  const cJSON *object = ni_reader_get(indicator, "scale");
  scale->worst = scale->best = scale->target = ni_nan();
  scale->most = 100;
  if (!cJSON_IsObject(object)) {
    ni_reader_error(reader, object == NULL ? indicator : object, NIEM_ERROR_FORMAT,
                    "an indicator needs \"scale\", an object such as {\"kind\": \"binary\"}");
    return;
  }
  if (ni_reader_get(object, "kind") == NULL) {
    ni_reader_error(reader, object, NIEM_ERROR_FORMAT, "key \"kind\" is needed here");
    return;
  }
  scale->kind = ni_reader_word(reader, object, "kind", "ordinal binary checklist numeric composite", NI_BINARY);
  static void (*const readers[])(ni_reader *, const cJSON *, ni_scale *) = {read_ordinal, read_binary, read_checklist,
                                                                            read_numeric};
  if (scale->kind != NI_COMPOSITE) {
    readers[scale->kind](reader, object, scale);
  }
}

/* Ids of options are a letter or a short word: no call is worth it. */
static inline int is_id(const char *own, const char *id, size_t length) {
  size_t i = 0;
  while (i < length && own[i] == id[i] && own[i] != '\0') {
    i++;
  }
  return i == length && own[i] == '\0';
}

int32_t ni_find_option(const ni_scale *scale, const char *id, size_t length) {
  if (length == 1 && id[0] >= 'a' && id[0] <= 'z') {
    return ni_find_letter(scale, id[0]);
  }
  for (int32_t i = 0; length > 0 && i < scale->n_options; i++) {
    if (is_id(scale->options[i].id, id, length)) {
      return i;
    }
  }
  return -1;
}

ni_dd ni_scale_option_score(const ni_scale *scale, int32_t code) {
  return ni_dd_from(scale->points[code]);
}

ni_dd ni_scale_items_score(const ni_scale *scale, uint64_t items) {
  int32_t count = 0;
  for (int32_t i = 0; i < scale->n_options; i++) {
    count += (int32_t)((items >> i) & 1);
  }
  if (scale->count_points != NULL) {
    return ni_dd_from(scale->count_points[count]);
  }
  return ni_dd_div_d(ni_dd_from(100.0 * count), scale->n_options);
}

/* The share of the way from worst to best; beyond the goalposts it is 0 or 1. */
ni_dd ni_scale_number_score(const ni_scale *scale, double number) {
  const ni_goalposts goalposts = ni_goalposts_of(scale);
  if (!scale->logarithmic) {
    return ni_goalposts_score(&goalposts, number);
  }
  const double x = goalposts.sign * number;
  if (x <= goalposts.from || x >= goalposts.to) {
    return ni_dd_from(x >= goalposts.to ? 100 : 0);
  }
  const ni_dd way = ni_dd_sub(ni_dd_log(number), scale->log_start);
  return ni_dd_div(ni_dd_mul_d(way, 100), scale->log_whole);
}
