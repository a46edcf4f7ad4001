/* The indicators of a framework, and what refers to them: facets, groups, standards, conditions, composites. */
#include "base/platform.h"

#include "base/number.h"
#include "model/framework_read.h"

#include <string.h>

const char ni_indicator_keys[] =
    "id label labels question questions guidance guidances scored groups applies_if standards evidence scale "
    "denominator aliases meta";

/* An indicator names its dimension; the area follows from it. Where both are named they must agree. */
static void inherit_facets(ni_reader *reader, const cJSON *object, const niem_framework *framework, int32_t *facets) {
  for (int32_t f = framework->n_facets - 1; f >= 0; f--) { /* a parent stands before its children */
    const ni_facet *facet = &framework->facets[f];
    if (facets[f] < 0 || facet->within < 0) {
      continue;
    }
    int32_t implied = facet->values[facets[f]].within;
    int32_t *own = &facets[facet->within];
    if (*own >= 0 && *own != implied) {
      const ni_facet *parent = &framework->facets[facet->within];
      ni_reader_error(reader, object, NIEM_ERROR_VALUE, "%s \"%.60s\" lies within %s \"%.60s\", not \"%.60s\"",
                      facet->id, facet->values[facets[f]].id, parent->id,
                      implied < 0 ? "(none)" : parent->values[implied].id, parent->values[*own].id);
    }
    *own = implied;
  }
}

static void read_facet_values(ni_reader *reader, const cJSON *object, const niem_framework *framework,
                              ni_indicator *indicator) {
  indicator->facets = ni_reader_alloc(reader, (size_t)framework->n_facets, sizeof *indicator->facets);
  for (int32_t f = 0; f < framework->n_facets && indicator->facets != NULL; f++) {
    const ni_facet *facet = &framework->facets[f];
    const char *id = ni_reader_text(reader, object, facet->id, 0);
    indicator->facets[f] = id == NULL ? -1 : ni_names_find_id(&facet->names, id, strlen(id));
    if (id != NULL && indicator->facets[f] < 0) {
      ni_reader_error(reader, ni_reader_get(object, facet->id), NIEM_ERROR_REFERENCE,
                      "\"%.60s\" is no value of facet \"%s\"", id, facet->id);
    }
  }
  if (indicator->facets != NULL) {
    inherit_facets(reader, object, framework, indicator->facets);
  }
}

static void read_asked(ni_reader *reader, const cJSON *object, const niem_framework *framework,
                       ni_indicator *indicator) {
  indicator->asked = ni_reader_alloc(reader, (size_t)framework->n_groups, sizeof *indicator->asked);
  if (indicator->asked == NULL) {
    return;
  }
  const char **ids;
  int32_t n = ni_reader_texts(reader, object, "groups", &ids);
  int all = ni_reader_get(object, "groups") == NULL;
  memset(indicator->asked, all, (size_t)framework->n_groups);
  for (int32_t i = 0; i < n; i++) {
    int32_t g = ni_names_find_id(&framework->group_names, ids[i], strlen(ids[i]));
    if (g < 0 || g >= framework->n_own_groups) {
      ni_reader_error(reader, ni_reader_get(object, "groups"), NIEM_ERROR_REFERENCE,
                      "\"%.60s\" is no group of its own in this framework", ids[i]);
    } else if (indicator->asked[g]) {
      ni_reader_error(reader, ni_reader_get(object, "groups"), NIEM_ERROR_DUPLICATE, "group \"%.60s\" is named twice",
                      ids[i]);
    } else {
      indicator->asked[g] = 1;
    }
  }
  if (!all && n == 0) {
    ni_reader_error(reader, object, NIEM_ERROR_FORMAT,
                    "an indicator is asked of at least one group; leave \"groups\" out for all");
  }
  for (int32_t g = framework->n_own_groups; g < framework->n_groups; g++) {
    const ni_group *merge = &framework->groups[g];
    indicator->asked[g] = 0;
    for (int32_t k = 0; k < merge->n_members; k++) {
      indicator->asked[g] |= indicator->asked[merge->members[k]];
    }
  }
}

static void read_standards(ni_reader *reader, const cJSON *object, const niem_framework *framework,
                           ni_indicator *indicator) {
  const cJSON *list = ni_reader_list(reader, object, "standards", 0);
  indicator->standards = ni_reader_alloc(reader, (size_t)ni_list_length(list), sizeof *indicator->standards);
  for (const cJSON *item = list == NULL ? NULL : list->child; item != NULL && indicator->standards != NULL;
       item = item->next) {
    ni_standard *standard = &indicator->standards[indicator->n_standards++];
    ni_reader_keys(reader, item, "ref instrument article read checked note meta", NULL, 0);
    standard->ref = ni_reader_text(reader, item, "ref", 1);
    standard->article = ni_reader_text(reader, item, "article", 0);
    standard->checked = ni_reader_flag(reader, item, "checked", -1);
    (void)ni_reader_text(reader, item, "read", 0);
    (void)ni_reader_text(reader, item, "note", 0);
    const char *instrument = ni_reader_text(reader, item, "instrument", 0);
    standard->instrument =
        instrument == NULL ? -1 : ni_names_find_id(&framework->instrument_names, instrument, strlen(instrument));
    if (instrument != NULL && standard->instrument < 0) {
      ni_reader_error(reader, ni_reader_get(item, "instrument"), NIEM_ERROR_REFERENCE,
                      "\"%.60s\" is not among the framework's \"instruments\"", instrument);
    }
  }
}

static void read_indicator(ni_reader *reader, const cJSON *object, const niem_framework *framework,
                           const char *const *facet_ids, ni_indicator *indicator) {
  ni_reader_keys(reader, object, ni_indicator_keys, facet_ids, framework->n_facets);
  indicator->part_of = indicator->denominator = -1;
  indicator->id = ni_reader_id(reader, object);
  ni_reader_label(reader, object, "label", "labels", &indicator->label);
  ni_reader_label(reader, object, "question", "questions", &indicator->question);
  ni_reader_label(reader, object, "guidance", "guidances", &indicator->guidance);
  ni_reader_aliases(reader, object, &indicator->aliases);
  indicator->scored = ni_reader_flag(reader, object, "scored", 1);
  const char **kinds_of_evidence; /* kept in the document for the questionnaire */
  (void)ni_reader_texts(reader, object, "evidence", &kinds_of_evidence);
  read_facet_values(reader, object, framework, indicator);
  read_asked(reader, object, framework, indicator);
  read_standards(reader, object, framework, indicator);
  ni_read_scale(reader, object, &indicator->scale);
}

/* --- conditions --- */

static void condition_options(ni_reader *reader, const cJSON *object, const niem_framework *framework,
                              ni_condition *condition) {
  const ni_scale *scale = &framework->indicators[condition->indicator].scale;
  const char **ids;
  int32_t n = ni_reader_texts(reader, object, "in", &ids);
  if (scale->kind == NI_NUMERIC || scale->kind == NI_COMPOSITE) {
    ni_reader_error(reader, object, NIEM_ERROR_FORMAT, "\"in\" asks for options, which indicator \"%s\" has not",
                    framework->indicators[condition->indicator].id);
    return;
  }
  for (int32_t i = 0; i < n; i++) {
    int32_t option = ni_find_option(scale, ids[i], strlen(ids[i]));
    if (option < 0) {
      ni_reader_error(reader, ni_reader_get(object, "in"), NIEM_ERROR_REFERENCE,
                      "\"%.60s\" is no option of indicator \"%s\"", ids[i],
                      framework->indicators[condition->indicator].id);
    } else {
      condition->options |= (uint64_t)1 << option;
    }
  }
  if (n == 0) {
    ni_reader_error(reader, object, NIEM_ERROR_FORMAT, "\"in\" must name at least one option");
  }
}

static void read_question_condition(ni_reader *reader, const cJSON *object, const niem_framework *framework,
                                    ni_condition *condition) {
  ni_reader_keys(reader, object, "indicator in at_least at_most meta", NULL, 0);
  const char *id = ni_reader_text(reader, object, "indicator", 1);
  condition->indicator = id == NULL ? -1 : ni_find_indicator(framework, id, NULL);
  if (condition->indicator < 0) {
    ni_reader_error(reader, object, NIEM_ERROR_REFERENCE,
                    "a condition names an indicator of this framework, not \"%.60s\"", id == NULL ? "" : id);
    return;
  }
  int in = ni_reader_get(object, "in") != NULL;
  int least = ni_reader_get(object, "at_least") != NULL;
  int most = ni_reader_get(object, "at_most") != NULL;
  if (in + least + most != 1) {
    ni_reader_error(reader, object, NIEM_ERROR_FORMAT,
                    "a condition has exactly one of \"in\", \"at_least\", \"at_most\"");
  } else if (in) {
    condition->kind = NI_CONDITION_IN;
    condition_options(reader, object, framework, condition);
  } else {
    condition->kind = least ? NI_CONDITION_AT_LEAST : NI_CONDITION_AT_MOST;
    condition->bound = ni_reader_number(reader, object, least ? "at_least" : "at_most", 0, -1e100, 1e100);
    if (framework->indicators[condition->indicator].scale.kind != NI_NUMERIC) {
      ni_reader_error(reader, object, NIEM_ERROR_FORMAT,
                      "\"at_least\" and \"at_most\" ask for a number, which indicator \"%s\" has not", id);
    }
  }
}

static void read_condition(ni_reader *reader, const cJSON *object, const niem_framework *framework,
                           ni_condition *condition);

static void read_condition_list(ni_reader *reader, const cJSON *first, int32_t n, const niem_framework *framework,
                                ni_condition *condition) {
  condition->children = ni_reader_alloc(reader, (size_t)n, sizeof *condition->children);
  for (const cJSON *item = first; condition->children != NULL && condition->n_children < n; item = item->next) {
    read_condition(reader, item, framework, &condition->children[condition->n_children++]);
  }
}

/* Conditions nest no deeper than the document does, and that has its limit. */
static void read_condition(ni_reader *reader, const cJSON *object, const niem_framework *framework,
                           ni_condition *condition) {
  static const char *const words[] = {"all", "any", "not"};
  condition->indicator = -1;
  if (!cJSON_IsObject(object)) {
    ni_reader_error(reader, object, NIEM_ERROR_FORMAT,
                    "a condition is an object such as {\"indicator\": \"HOU-01\", \"in\": [\"b\"]}");
    return;
  }
  for (int32_t kind = NI_CONDITION_ALL; kind <= NI_CONDITION_NOT; kind++) {
    const cJSON *item = ni_reader_get(object, words[kind]);
    if (item == NULL) {
      continue;
    }
    ni_reader_keys(reader, object, words[kind], NULL, 0);
    condition->kind = kind;
    if (kind == NI_CONDITION_NOT) {
      read_condition_list(reader, item, 1, framework, condition);
    } else if (cJSON_IsArray(item) && item->child != NULL) {
      read_condition_list(reader, item->child, ni_list_length(item), framework, condition);
    } else {
      ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "\"%s\" holds a list of conditions", words[kind]);
    }
    return;
  }
  read_question_condition(reader, object, framework, condition);
}

ni_condition *ni_read_condition(ni_reader *reader, const cJSON *holder, const niem_framework *framework) {
  const cJSON *object = ni_reader_get(holder, "applies_if");
  if (object == NULL) {
    return NULL;
  }
  ni_condition *condition = ni_reader_alloc(reader, 1, sizeof *condition);
  if (condition != NULL) {
    read_condition(reader, object, framework, condition);
  }
  return condition;
}

/* --- composites --- */

int32_t ni_read_aggregation(ni_reader *reader, const cJSON *object) {
  const cJSON *item = ni_reader_get(object, "aggregation");
  if (item != NULL && (!cJSON_IsString(item) || strcmp(item->valuestring, "arithmetic") != 0)) {
    ni_reader_error(reader, item, NIEM_ERROR_UNSUPPORTED, "\"aggregation\" must be \"arithmetic\"");
  }
  return NI_ARITHMETIC;
}

/* Weights are keyed by the parts as "of" calls them. */
static void check_weighed_parts(ni_reader *reader, const cJSON *weights, const char *const *ids, int32_t n) {
  for (const cJSON *item = weights == NULL ? NULL : weights->child; item != NULL; item = item->next) {
    int32_t i = 0;
    while (i < n && strcmp(ids[i], item->string) != 0) {
      i++;
    }
    if (i == n) {
      ni_reader_error(reader, item, NIEM_ERROR_REFERENCE, "\"%.60s\" is none of the parts listed in \"of\"",
                      item->string);
    }
  }
}

static void read_parts(ni_reader *reader, const cJSON *object, niem_framework *framework, int32_t place) {
  ni_indicator *indicator = &framework->indicators[place];
  const char **ids;
  int32_t n = ni_reader_texts(reader, object, "of", &ids);
  if (n == 0 || n > NIEM_MAX_OPTIONS) {
    ni_reader_error(reader, object, n == 0 ? NIEM_ERROR_FORMAT : NIEM_ERROR_LIMIT,
                    "a composite needs \"of\", a list of 1 to %d indicators", NIEM_MAX_OPTIONS);
    return;
  }
  indicator->parts = ni_reader_alloc(reader, (size_t)n, sizeof *indicator->parts);
  indicator->part_weights = ni_reader_alloc(reader, (size_t)n, sizeof *indicator->part_weights);
  const cJSON *weights = ni_reader_get(object, "weights");
  for (int32_t i = 0; i < n && !reader->out_of_memory; i++) {
    int32_t part = ni_find_indicator(framework, ids[i], NULL);
    if (part < 0) {
      ni_reader_error(reader, ni_reader_get(object, "of"), NIEM_ERROR_REFERENCE,
                      "\"%.60s\" is no indicator of this framework", ids[i]);
    } else if (framework->indicators[part].part_of >= 0) {
      ni_reader_error(reader, ni_reader_get(object, "of"), NIEM_ERROR_TREE,
                      "indicator \"%.60s\" has two parents, \"%s\" and \"%s\"", ids[i],
                      framework->indicators[framework->indicators[part].part_of].id, indicator->id);
    } else {
      const cJSON *weight = ni_reader_get(weights, ids[i]);
      framework->indicators[part].part_of = place;
      indicator->part_weights[indicator->n_parts] = weight == NULL ? 1 : ni_reader_weight(reader, weight);
      indicator->parts[indicator->n_parts++] = part;
    }
  }
  check_weighed_parts(reader, weights, ids, n);
}

static void check_part_weights(ni_reader *reader, const cJSON *object, const ni_indicator *indicator) {
  const cJSON *weights = ni_reader_get(object, "weights");
  double sum = 0;
  for (int32_t i = 0; i < indicator->n_parts; i++) {
    sum += indicator->part_weights[i];
  }
  if (indicator->n_parts > 0 && sum == 0) {
    ni_reader_error(reader, weights, NIEM_ERROR_VALUE, "the weights may not all be 0");
  }
}

static void read_composite(ni_reader *reader, const cJSON *object, niem_framework *framework, int32_t place) {
  const cJSON *scale = ni_reader_get(object, "scale");
  ni_reader_keys(reader, scale, "kind of weights aggregation missing meta", NULL, 0);
  if (ni_reader_get(object, "groups") != NULL || ni_reader_get(object, "applies_if") != NULL) {
    ni_reader_error(reader, object, NIEM_ERROR_FORMAT,
                    "a composite is asked of nobody: \"groups\" and \"applies_if\" belong to its parts");
  }
  const cJSON *weights = ni_reader_get(scale, "weights");
  if (weights != NULL && !cJSON_IsObject(weights)) {
    ni_reader_error(reader, weights, NIEM_ERROR_FORMAT, "\"weights\" must be an object of numbers by part");
    return;
  }
  read_parts(reader, scale, framework, place);
  framework->indicators[place].aggregation = ni_read_aggregation(reader, scale);
  ni_reader_missing_rule(reader, scale, "missing", &framework->indicators[place].missing);
  check_part_weights(reader, scale, &framework->indicators[place]);
}

/* A composite that is, over some parts, a part of itself. */
static void check_circles(ni_reader *reader, const cJSON *list, const niem_framework *framework) {
  int32_t i = 0;
  for (const cJSON *item = list->child; item != NULL; item = item->next, i++) {
    int32_t up = framework->indicators[i].part_of;
    for (int32_t steps = 0; up >= 0 && up != i && steps <= NIEM_MAX_TREE_DEPTH; steps++) {
      up = framework->indicators[up].part_of;
    }
    if (up == i) {
      ni_reader_error(reader, item, NIEM_ERROR_TREE, "composite \"%s\" is a part of itself: a cycle",
                      framework->indicators[i].id);
    } else if (up >= 0) {
      ni_reader_error(reader, item, NIEM_ERROR_LIMIT, "composites nest deeper than %d, or go round in a cycle",
                      NIEM_MAX_TREE_DEPTH);
    }
  }
}

/* --- denominators --- */

static void read_denominator(ni_reader *reader, const cJSON *object, niem_framework *framework, int32_t place) {
  ni_indicator *indicator = &framework->indicators[place];
  const char *id = ni_reader_text(reader, object, "denominator", 0);
  if (id == NULL) {
    return;
  }
  const cJSON *item = ni_reader_get(object, "denominator");
  const int32_t found = ni_find_indicator(framework, id, NULL);
  if (indicator->scale.kind != NI_NUMERIC) {
    ni_reader_error(reader, item, NIEM_ERROR_FORMAT,
                    "only a numeric indicator has a \"denominator\"; \"%s\" is of another kind", indicator->id);
  } else if (found < 0) {
    ni_reader_error(reader, item, NIEM_ERROR_REFERENCE, "\"%.60s\" is no indicator of this framework", id);
  } else if (found == place) {
    ni_reader_error(reader, item, NIEM_ERROR_VALUE,
                    "indicator \"%s\" is its own denominator; name another, or leave \"denominator\" out",
                    indicator->id);
  } else if (framework->indicators[found].scale.kind != NI_NUMERIC) {
    ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "a denominator is a numeric indicator, which \"%.60s\" is not",
                    id);
  } else {
    indicator->denominator = found;
  }
}

static void read_references(ni_reader *reader, const cJSON *root, const cJSON *list, niem_framework *framework) {
  int32_t i = 0;
  for (const cJSON *item = list->child; item != NULL; item = item->next, i++) {
    if (framework->indicators[i].scale.kind == NI_COMPOSITE) {
      read_composite(reader, item, framework, i);
    }
    read_denominator(reader, item, framework, i);
    framework->indicators[i].applies_if = ni_read_condition(reader, item, framework);
    framework->has_conditions |= framework->indicators[i].applies_if != NULL;
  }
  const cJSON *groups = ni_reader_get(root, "groups");
  int32_t g = 0;
  for (const cJSON *item = groups == NULL ? NULL : groups->child; item != NULL && g < framework->n_groups;
       item = item->next) {
    framework->groups[g].applies_if = ni_read_condition(reader, item, framework);
    framework->has_conditions |= framework->groups[g++].applies_if != NULL;
  }
  check_circles(reader, list, framework);
}

/* --- conditions may not depend on themselves --- */

enum { CHAIN_LIMIT = 100 }; /* a condition on an answer whose question has a condition, and so on */
enum { UNSEEN = -1, ON_THE_WAY = -2, CIRCLE = -3, TOO_LONG = -4 };

static int32_t height_of(const niem_framework *framework, int32_t indicator, int32_t *heights, int32_t depth);

/* The longest chain of conditions that a condition hangs on, or what is wrong with it. */
static int32_t condition_height(const niem_framework *framework, const ni_condition *condition, int32_t *heights,
                                int32_t depth) {
  int32_t highest = condition->indicator < 0 ? 0 : height_of(framework, condition->indicator, heights, depth);
  for (int32_t i = 0; i < condition->n_children && highest >= 0; i++) {
    int32_t own = condition_height(framework, &condition->children[i], heights, depth);
    highest = own < 0 || own > highest ? own : highest;
  }
  return highest;
}

/* Depth-first search. The heights, and not only the depth at which the search happened to come by, are held below the
 * limit, since scoring comes by other ways. */
static int32_t height_of(const niem_framework *framework, int32_t indicator, int32_t *heights, int32_t depth) {
  if (heights[indicator] != UNSEEN) {
    return heights[indicator] == ON_THE_WAY ? CIRCLE : heights[indicator];
  }
  if (depth > CHAIN_LIMIT) {
    return TOO_LONG;
  }
  heights[indicator] = ON_THE_WAY;
  const ni_condition *condition = framework->indicators[indicator].applies_if;
  int32_t below = condition == NULL ? -1 : condition_height(framework, condition, heights, depth + 1);
  if (condition != NULL && below < 0) {
    return below;
  }
  heights[indicator] = below + 1;
  return below + 1 > CHAIN_LIMIT ? TOO_LONG : below + 1;
}

static void check_condition_circles(ni_reader *reader, const cJSON *list, const niem_framework *framework) {
  int32_t *heights = ni_reader_alloc(reader, (size_t)framework->n_indicators, sizeof *heights);
  for (int32_t i = 0; heights != NULL && i < framework->n_indicators; i++) {
    heights[i] = UNSEEN;
  }
  int32_t i = 0;
  for (const cJSON *item = list->child; item != NULL && heights != NULL; item = item->next, i++) {
    int32_t found = height_of(framework, i, heights, 0);
    if (found < 0) {
      ni_reader_error(reader, item, found == CIRCLE ? NIEM_ERROR_TREE : NIEM_ERROR_LIMIT,
                      found == CIRCLE ? "the condition of \"%s\" depends on its own answer: a cycle"
                                      : "the condition of \"%s\" hangs on a chain of more than 100 others",
                      framework->indicators[i].id);
      return;
    }
  }
}

static void mark_referred(const niem_framework *framework, const ni_condition *condition, uint8_t *marks) {
  for (int32_t i = 0; i < condition->n_children; i++) {
    mark_referred(framework, &condition->children[i], marks);
  }
  if (condition->indicator >= 0 && !marks[condition->indicator]) {
    const ni_condition *own = framework->indicators[condition->indicator].applies_if;
    marks[condition->indicator] = 1;
    if (own != NULL) {
      mark_referred(framework, own, marks);
    }
  }
}

/* The questions that decide whether a group's condition holds, over others or not, are put whether it holds or not. */
static void find_deciding(ni_reader *reader, const niem_framework *framework) {
  for (int32_t g = 0; g < framework->n_own_groups; g++) {
    ni_group *group = &framework->groups[g];
    group->decides = group->applies_if == NULL ? NULL : ni_reader_alloc(reader, (size_t)framework->n_indicators, 1);
    if (group->decides != NULL) {
      mark_referred(framework, group->applies_if, group->decides);
    }
  }
}

void ni_read_indicators(ni_reader *reader, const cJSON *root, niem_framework *framework) {
  const cJSON *list = ni_reader_list(reader, root, "indicators", 1);
  int32_t n = ni_list_length(list);
  if (list != NULL && (n == 0 || n > NIEM_MAX_INDICATORS)) {
    ni_reader_error(
        reader, list, n == 0 ? NIEM_ERROR_FORMAT : NIEM_ERROR_LIMIT,
        n == 0 ? "a framework needs at least one indicator (at most %d)" : "at most %d indicators are possible",
        NIEM_MAX_INDICATORS);
  }
  const char **facet_ids = ni_reader_alloc(reader, (size_t)framework->n_facets, sizeof *facet_ids);
  if (list == NULL || n == 0 || ni_reader_failed(reader)) {
    return; /* indicators refer to facets and groups, which must be right first */
  }
  for (int32_t f = 0; f < framework->n_facets; f++) {
    facet_ids[f] = framework->facets[f].id;
  }
  framework->indicators = ni_reader_alloc(reader, (size_t)n, sizeof *framework->indicators);
  for (const cJSON *item = list->child; item != NULL && framework->indicators != NULL && !reader->out_of_memory;
       item = item->next) {
    read_indicator(reader, item, framework, facet_ids, &framework->indicators[framework->n_indicators++]);
  }
  if (framework->n_indicators == n) {
    ni_reader_names(reader, list, &framework->indicator_names, &framework->indicators[0].id,
                    &framework->indicators[0].aliases, n, sizeof *framework->indicators, "indicator");
  }
  if (!ni_reader_failed(reader)) {
    read_references(reader, root, list, framework);
  }
  if (!ni_reader_failed(reader)) {
    check_condition_circles(reader, list, framework);
  }
  if (!ni_reader_failed(reader)) {
    find_deciding(reader, framework);
  }
}
