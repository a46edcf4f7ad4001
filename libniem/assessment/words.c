/* Words for people: options, conditions, answers, evidence. */
#include "base/platform.h"

#include "assessment/words.h"
#include "model/json.h"
#include "model/reader.h"

#include <string.h>

/* --- answers --- */

static void list_items(niem_buffer *out, const ni_scale *scale, uint64_t items, const char *between) {
  int first = 1;
  for (int32_t k = 0; k < scale->n_options; k++) {
    if ((items >> k) & 1) {
      ni_buffer_text(out, first ? "" : between);
      ni_buffer_text(out, scale->options[k].id);
      first = 0;
    }
  }
}

void ni_words_answer(niem_buffer *out, const ni_scale *scale, int32_t state, ni_value value) {
  if (state != NIEM_ANSWERED) {
    ni_buffer_text(out, niem_state_name(state));
  } else if (scale->kind == NI_NUMERIC) {
    ni_buffer_double(out, value.number);
  } else if (scale->kind != NI_CHECKLIST) {
    ni_buffer_text(out, scale->options[value.option].id);
  } else if (value.items == 0) {
    ni_buffer_text(out, "none");
  } else {
    list_items(out, scale, value.items, "|");
  }
}

/* --- options --- */

static void number_range(niem_buffer *out, const ni_scale *scale) {
  const int low = scale->minimum > -1e100; /* what a scale without the bound has */
  const int high = scale->maximum < 1e100;
  ni_buffer_text(out, "a number");
  if (scale->unit != NULL) {
    ni_buffer_text(out, " (");
    ni_buffer_text(out, scale->unit);
    ni_buffer_text(out, ")");
  }
  if (low) {
    ni_buffer_text(out, high ? " from " : ", at least ");
    ni_buffer_double(out, scale->minimum);
  }
  if (high) {
    ni_buffer_text(out, low ? " to " : ", at most ");
    ni_buffer_double(out, scale->maximum);
  }
}

void ni_words_options(niem_buffer *out, const ni_scale *scale, const char *language) {
  if (scale->kind == NI_NUMERIC) {
    number_range(out, scale);
    return;
  }
  if (scale->kind == NI_CHECKLIST) {
    ni_buffer_text(out, "all that apply, joined by | (");
    ni_buffer_text(out, scale->options[0].id);
    if (scale->n_options > 1) {
      ni_buffer_char(out, '|');
      ni_buffer_text(out, scale->options[1].id);
    }
    ni_buffer_text(out, "), or none: ");
  }
  for (int32_t k = 0; k < scale->n_options; k++) {
    const char *label = ni_label_text(&scale->options[k].label, language);
    ni_buffer_text(out, k == 0 ? "" : "; ");
    ni_buffer_text(out, scale->options[k].id);
    if (label != NULL) {
      ni_buffer_text(out, " = ");
      ni_buffer_text(out, label);
    }
  }
}

/* --- conditions --- */

static void words_all(niem_buffer *out, const niem_framework *framework, const ni_condition *condition, int inside);

static void words_leaf(niem_buffer *out, const niem_framework *framework, const ni_condition *condition) {
  const ni_indicator *indicator = &framework->indicators[condition->indicator];
  ni_buffer_text(out, indicator->id);
  if (condition->kind == NI_CONDITION_IN) {
    ni_buffer_text(out, indicator->scale.kind == NI_CHECKLIST ? " has " : " is ");
    list_items(out, &indicator->scale, condition->options, " or ");
  } else {
    ni_buffer_text(out, condition->kind == NI_CONDITION_AT_LEAST ? " is at least " : " is at most ");
    ni_buffer_double(out, condition->bound);
  }
}

/* Recursion is as deep as the framework's document, which has its limit. */
static void words_all(niem_buffer *out, const niem_framework *framework, const ni_condition *condition, int inside) {
  if (condition->kind >= NI_CONDITION_IN) {
    words_leaf(out, framework, condition);
    return;
  }
  const int brackets = condition->kind == NI_CONDITION_NOT || (inside && condition->n_children > 1);
  ni_buffer_text(out, condition->kind == NI_CONDITION_NOT ? "not " : "");
  ni_buffer_text(out, brackets ? "(" : "");
  for (int32_t k = 0; k < condition->n_children; k++) {
    ni_buffer_text(out, k == 0 ? "" : condition->kind == NI_CONDITION_ANY ? " or " : " and ");
    words_all(out, framework, &condition->children[k], condition->kind != NI_CONDITION_NOT);
  }
  ni_buffer_text(out, brackets ? ")" : "");
}

void ni_words_condition(niem_buffer *out, const niem_framework *framework, const ni_condition *condition) {
  words_all(out, framework, condition, 0);
}

int ni_condition_refers(const ni_condition *condition, int32_t indicator) {
  if (condition == NULL) {
    return 0;
  }
  for (int32_t k = 0; k < condition->n_children; k++) {
    if (ni_condition_refers(&condition->children[k], indicator)) {
      return 1;
    }
  }
  return condition->kind >= NI_CONDITION_IN && condition->indicator == indicator;
}

void ni_words_applies(niem_buffer *out, const niem_framework *framework, int32_t group, int32_t indicator) {
  const ni_condition *of_group = group < 0 ? NULL : framework->groups[group].applies_if;
  const ni_condition *own = framework->indicators[indicator].applies_if;
  const int both = of_group != NULL && !framework->groups[group].decides[indicator];
  if (both) {
    words_all(out, framework, of_group, own != NULL);
  }
  if (own != NULL) {
    ni_buffer_text(out, both ? " and " : "");
    words_all(out, framework, own, both);
  }
}

const char *ni_words_since(const niem_buffer *buffer, int64_t before) {
  return niem_buffer_size(buffer) > before ? niem_buffer_data(buffer) + before : NULL;
}

/* --- evidence --- */

static niem_status join_evidence(const char **out, const cJSON *list, ni_arena *arena, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_buffer *text = NULL;
  NIEM_TRY(ni_buffer_new(&text, err));
  for (const cJSON *item = list->child; item != NULL; item = item->next) {
    ni_buffer_text(text, item == list->child ? "" : ", ");
    ni_buffer_text(text, cJSON_IsString(item) ? item->valuestring : "");
  }
  NIEM_TRY(ni_buffer_status(text, err));
  if (niem_buffer_size(text) > 0) {
    *out = ni_arena_text(arena, niem_buffer_data(text), (size_t)niem_buffer_size(text));
    status = *out == NULL ? ni_fail_memory(err) : NIEM_OK;
  }
cleanup:
  niem_buffer_free(text);
  return status;
}

niem_status ni_words_evidence(const char ***out, const niem_framework *framework, ni_arena *arena, niem_error *err) {
  niem_status status = NIEM_OK;
  ni_json *json = NULL;
  const char **texts = ni_arena_alloc(arena, (size_t)framework->n_indicators, sizeof *texts);
  if (texts == NULL) {
    return ni_fail_memory(err);
  }
  NIEM_TRY(ni_json_read(&json, niem_buffer_data(framework->json), (size_t)niem_buffer_size(framework->json), err));
  const cJSON *list = ni_reader_get(ni_json_root(json), "indicators");
  for (const cJSON *item = list->child; item != NULL; item = item->next) {
    const cJSON *id = ni_reader_get(item, "id");
    const cJSON *kinds = ni_reader_get(item, "evidence");
    const int32_t place = kinds == NULL ? -1 : ni_find_indicator(framework, id->valuestring, NULL);
    if (place >= 0) {
      NIEM_TRY(join_evidence(&texts[place], kinds, arena, err));
    }
  }
  *out = texts;
cleanup:
  ni_json_free(json);
  return status;
}

/* --- facets --- */

int32_t ni_facet_of(const niem_framework *framework, const char *id) {
  for (int32_t f = 0; f < framework->n_facets; f++) {
    if (strcmp(framework->facets[f].id, id) == 0) {
      return f;
    }
  }
  return -1;
}

const char *ni_facet_value_of(const niem_framework *framework, int32_t facet, int32_t indicator) {
  const int32_t value = facet < 0 ? -1 : framework->indicators[indicator].facets[facet];
  return value < 0 ? NULL : framework->facets[facet].values[value].id;
}
