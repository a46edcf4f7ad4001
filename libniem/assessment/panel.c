/* Answers as a check sees them. The rules are those of scoring (libniem/scoring/settle.c and tree.c do the work). */
#include "base/platform.h"

#include "assessment/panel.h"
#include "base/number.h"
#include "scoring/plan.h"

#include <string.h>

/* --- settling --- */

static void settle(const ni_panel *panel, ni_said *said) {
  const niem_answers *answers = panel->answers;
  const niem_method *method = panel->method;
  ni_settled settled;
  int32_t rule = method->consensus;
  if (rule == NI_CONSENSUS_REFUSE && ni_coders_agree(answers, said->from, said->to)) {
    rule = NI_CONSENSUS_UNANIMOUS;
  }
  said->indicator = answers->rows.indicator[said->from];
  said->settled = ni_settle_cell(&settled, answers, rule, method->adjudicator, said->from, said->to, NULL) == NIEM_OK;
  said->state = said->settled ? settled.state : NIEM_MISSING;
  said->value = said->settled ? settled.value : answers->rows.value[said->from];
}

static void settle_all(ni_panel *panel) {
  const niem_answers *answers = panel->answers;
  const ni_answer_rows *rows = &answers->rows;
  const int32_t n_own = panel->framework->n_own_groups;
  int64_t i = 0;
  for (int64_t p = 0; p < answers->n_pairs; p++) {
    for (int32_t g = 0; g < n_own; g++) {
      panel->start[p * n_own + g] = panel->n;
      while (i < answers->pair_start[p + 1] && rows->group[i] == g) {
        ni_said *said = &panel->said[panel->n++];
        said->from = i;
        said->to = ni_cell_end(answers, i);
        settle(panel, said);
        panel->many_coders += said->to - said->from > 1;
        i = said->to;
      }
    }
  }
  panel->start[answers->n_pairs * n_own] = panel->n;
}

/* --- the index --- */

static int can_be_scored(const niem_framework *framework, const ni_index *index) {
  for (int32_t i = 0; i < index->n_nodes; i++) {
    const int32_t leaf = index->nodes[i].leaf;
    if (leaf >= 0 && framework->indicators[leaf].scale.kind == NI_NUMERIC &&
        ni_is_nan(framework->indicators[leaf].scale.worst)) {
      return 0;
    }
  }
  return 1;
}

static int32_t choose_index(const niem_framework *framework) {
  const int32_t index = ni_unnamed_index(framework);
  return index >= 0 && can_be_scored(framework, &framework->indexes[index]) ? index : -1;
}

/* --- opening --- */

niem_status ni_panel_open(ni_panel *panel, const niem_answers *answers, const niem_method *method, niem_error *err) {
  niem_status status = NIEM_OK;
  const niem_framework *framework = answers->framework;
  memset(panel, 0, sizeof *panel);
  panel->answers = answers;
  panel->framework = framework;
  panel->index = choose_index(framework);
  if (method != NULL) {
    panel->method = ni_method_keep(method);
  } else {
    NIEM_TRY(ni_method_default(&panel->method, err));
  }
  const int32_t n_nodes = panel->index < 0 ? 0 : framework->indexes[panel->index].n_nodes;
  panel->said = ni_alloc((size_t)answers->rows.n, sizeof *panel->said);
  panel->start = ni_alloc((size_t)answers->n_pairs * (size_t)framework->n_own_groups + 1, sizeof *panel->start);
  panel->applies = ni_alloc((size_t)framework->n_indicators, 1);
  panel->leaves = ni_alloc((size_t)framework->n_indicators, sizeof *panel->leaves);
  panel->nodes = ni_alloc((size_t)n_nodes, sizeof *panel->nodes);
  if (panel->said == NULL || panel->start == NULL || panel->applies == NULL || panel->leaves == NULL ||
      panel->nodes == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  settle_all(panel);
cleanup:
  return status;
}

void ni_panel_close(ni_panel *panel) {
  ni_free(panel->said);
  ni_free(panel->start);
  ni_free(panel->applies);
  ni_free(panel->leaves);
  ni_free(panel->nodes);
  niem_method_free(panel->method);
  memset(panel, 0, sizeof *panel);
}

/* --- asking --- */

const ni_said *ni_panel_find(const ni_panel *panel, int64_t pair, int32_t group, int32_t indicator) {
  const int64_t place = pair * panel->framework->n_own_groups + group;
  int64_t low = panel->start[place];
  int64_t high = panel->start[place + 1];
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (panel->said[middle].indicator < indicator) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < panel->start[place + 1] && panel->said[low].indicator == indicator ? &panel->said[low] : NULL;
}

typedef struct asked_cell {
  const ni_panel *panel;
  int64_t pair;
  int32_t group;
  const ni_said *instead;
} asked_cell;

static const ni_said *said_of(const asked_cell *c, int32_t indicator) {
  return c->instead != NULL && c->instead->indicator == indicator
             ? c->instead
             : ni_panel_find(c->panel, c->pair, c->group, indicator);
}

static int find_said(const void *context, int32_t indicator, int32_t *state, ni_value *value) {
  const ni_said *said = said_of(context, indicator);
  if (said == NULL) {
    return 0;
  }
  *state = said->state;
  *value = said->value;
  return 1;
}

uint8_t ni_panel_applicability(ni_panel *panel, int64_t pair, int32_t group, const ni_said *instead) {
  const asked_cell asked = {panel, pair, group, instead};
  return ni_applicability(panel->applies, panel->framework, group, find_said, &asked);
}

ni_dd ni_scale_score(const ni_scale *scale, ni_value value) {
  return scale->kind == NI_NUMERIC     ? ni_scale_number_score(scale, value.number)
         : scale->kind == NI_CHECKLIST ? ni_scale_items_score(scale, value.items)
                                       : ni_scale_option_score(scale, (int32_t)value.option);
}

static ni_leaf leaf_of(const ni_said *said, const ni_scale *scale, uint8_t applies) {
  ni_leaf leaf = {{0, 0}, said == NULL ? NIEM_MISSING : said->state, said == NULL ? -1 : said->from, 0};
  if (applies == NI_APPLIES_NOT) {
    leaf.state = NIEM_NOT_APPLICABLE;
  } else if (applies == NI_APPLIES_UNKNOWN && leaf.state == NIEM_ANSWERED) {
    leaf.state = NIEM_MISSING;
  }
  if (leaf.state == NIEM_ANSWERED && (scale->kind != NI_NUMERIC || !ni_is_nan(scale->worst))) {
    leaf.score = ni_scale_score(scale, said->value);
  }
  return leaf;
}

void ni_panel_leaves(ni_panel *panel, int64_t pair, int32_t group, const ni_said *instead) {
  const asked_cell asked = {panel, pair, group, instead};
  (void)ni_panel_applicability(panel, pair, group, instead);
  for (int32_t i = 0; i < panel->framework->n_indicators; i++) {
    panel->leaves[i] = leaf_of(said_of(&asked, i), &panel->framework->indicators[i].scale, panel->applies[i]);
  }
}

double ni_panel_top(ni_panel *panel, int64_t pair, int32_t group, const ni_said *instead) {
  if (panel->index < 0 || panel->method->n_steps > 0) {
    return ni_nan();
  }
  const ni_plan plan = ni_plan_of_index(panel->framework, &panel->framework->indexes[panel->index],
                                        panel->method->has_missing ? &panel->method->missing : NULL);
  ni_panel_leaves(panel, pair, group, instead);
  const niem_status status = ni_tree_evaluate(&plan, panel->leaves, panel->nodes, NULL);
  return status == NIEM_OK ? ni_publish(&panel->nodes[0]).value : ni_nan();
}

/* --- two sets of answers --- */

int32_t ni_unit_place(const niem_answers *answers, const char *id) {
  for (int32_t u = 0; u < answers->n_units; u++) {
    if (strcmp(answers->units[u], id) == 0) {
      return u;
    }
  }
  return -1;
}

int32_t ni_round_place(const niem_answers *answers, const char *id) {
  for (int32_t r = 0; r < answers->n_rounds; r++) {
    if (strcmp(answers->rounds[r], id) == 0) {
      return r;
    }
  }
  return -1;
}

int64_t ni_pair_of(const niem_answers *answers, int32_t unit, int32_t round) {
  for (int64_t p = 0; p < answers->n_pairs && unit >= 0 && round >= 0; p++) {
    if (answers->pair_unit[p] == unit && answers->pair_round[p] == round) {
      return p;
    }
  }
  return -1;
}

static int compare_places(int32_t a, int32_t b, const char *id_a, const char *id_b) {
  if (a != b) {
    return a < 0 ? 1 : b < 0 || a < b ? -1 : 1;
  }
  return strcmp(id_a, id_b);
}

/* Dates order the rounds only where every round has one, as in the answers. */
static int all_dated(const niem_framework *framework) {
  for (int32_t r = 0; r < framework->n_rounds; r++) {
    if (framework->rounds[r].date == NULL) {
      return 0;
    }
  }
  return 1;
}

int ni_compare_rounds(const niem_framework *framework, const char *a, const char *b) {
  const int32_t place_a = ni_find_round(framework, a, NULL);
  const int32_t place_b = ni_find_round(framework, b, NULL);
  const char *date_a = place_a < 0 ? NULL : framework->rounds[place_a].date;
  const char *date_b = place_b < 0 ? NULL : framework->rounds[place_b].date;
  if (date_a != NULL && date_b != NULL && strcmp(date_a, date_b) != 0 && all_dated(framework)) {
    return strcmp(date_a, date_b);
  }
  return compare_places(place_a, place_b, a, b);
}

int ni_compare_units(const niem_framework *framework, const char *a, const char *b) {
  return compare_places(ni_find_unit(framework, a, NULL), ni_find_unit(framework, b, NULL), a, b);
}

int ni_coders_agree(const niem_answers *answers, int64_t from, int64_t to) {
  for (int64_t i = from + 1; i < to; i++) {
    if (!ni_same_answer(answers, from, i)) {
      return 0;
    }
  }
  return 1;
}

int ni_cell_of(const niem_answers *answers, int64_t pair, int32_t group, int32_t indicator, int64_t *from,
               int64_t *to) {
  const ni_answer_rows *rows = &answers->rows;
  int64_t low = pair < 0 ? 0 : answers->pair_start[pair];
  const int64_t end = pair < 0 ? 0 : answers->pair_start[pair + 1];
  int64_t high = end;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (rows->group[middle] < group || (rows->group[middle] == group && rows->indicator[middle] < indicator)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == end || rows->group[low] != group || rows->indicator[low] != indicator) {
    return 0;
  }
  *from = low;
  *to = ni_cell_end(answers, low);
  return 1;
}

niem_status ni_check_framework(const niem_framework *framework, const niem_answers *answers, const char *where,
                               niem_error *err) {
  const niem_framework *own = answers->framework;
  if (strcmp(framework->digest, own->digest) == 0) {
    return NIEM_OK;
  }
  return ni_fail(err, NIEM_ERROR_MISMATCH, where,
                 "the answers were read with framework %s %s (%.12s), not with %s %s (%.12s); read them with this one",
                 own->id, own->version, own->digest, framework->id, framework->version, framework->digest);
}
