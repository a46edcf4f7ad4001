/* The data set between two steps of a method. */
#include "base/platform.h"

#include "analysis/variables.h"

static const char *const STAGES[] = {"raw", "goalposts", "score"};

typedef struct stage_columns {
  int32_t group, indicator, stage, state, value, imputed, screened;
} stage_columns;

static niem_status make_columns(stage_columns *k, ni_analysis *a, int32_t step, niem_error *err) {
  niem_status status = ni_compare_table(&a->c, "stage", NI_BY_UNIT | NI_BY_ROUND, err);
  if (status != NIEM_OK) {
    return status;
  }
  niem_table *t = a->c.table;
  k->group = ni_table_text(t, "group");
  k->indicator = ni_table_text(t, "indicator");
  k->stage = ni_table_text(t, "stage");
  k->state = ni_table_text(t, "state");
  k->value = ni_table_real(t, "value");
  k->imputed = ni_table_integer(t, "imputed");
  k->screened = ni_table_integer(t, "screened");
  for (int32_t i = 0; i < a->n_variables; i++) {
    (void)ni_table_add_level(t, k->indicator, a->variables[i].name);
  }
  if (step == NIEM_STEP_LAST) {
    ni_table_note(t, "step", "the end");
  } else {
    ni_table_note_integer(t, "step", step);
  }
  return NIEM_OK;
}

static void write_cell(ni_analysis *a, const stage_columns *k, int32_t unit, int32_t round, int64_t row,
                       int32_t group) {
  niem_table *t = a->c.table;
  const int screened = ni_analysis_screened(a, row, group);
  for (int32_t i = 0; i < a->n_variables; i++) {
    const ni_leaf leaf = ni_analysis_leaf(a, row, group, a->variables[i].indicator);
    ni_compare_row(&a->c, unit, round, -1, -1);
    ni_table_set_text(t, k->group, a->c.framework->groups[group].id);
    ni_table_set_code(t, k->indicator, i);
    ni_table_set_text(t, k->stage, STAGES[ni_analysis_stage(a, a->variables[i].indicator)]);
    ni_table_set_text(t, k->state, niem_state_name(leaf.state));
    ni_table_set_real(t, k->value, ni_leaf_has_score(&leaf) ? ni_dd_value(leaf.score) : ni_nan());
    ni_table_set_integer(t, k->imputed, leaf.imputed);
    ni_table_set_integer(t, k->screened, screened);
  }
}

static int32_t add_group(int32_t *groups, int32_t n, int32_t group) {
  for (int32_t i = 0; i < n; i++) {
    if (groups[i] == group) {
      return n;
    }
  }
  groups[n] = group;
  return n + 1;
}

/* The groups of the query, merges by their members; each once. */
static int32_t own_groups(int32_t *groups, const ni_analysis *a) {
  int32_t n = 0;
  for (int32_t g = 0; g < a->c.selection.n_groups; g++) {
    const int32_t group = a->c.selection.groups[g];
    const ni_group *own = &a->c.framework->groups[group];
    for (int32_t m = 0; m < own->n_members; m++) {
      n = add_group(groups, n, own->members[m]);
    }
    n = own->n_members == 0 ? add_group(groups, n, group) : n;
  }
  return n;
}

static void write_all(ni_analysis *a, const stage_columns *k) {
  const ni_selection *s = &a->c.selection;
  int32_t groups[NIEM_MAX_GROUPS];
  const int32_t n_groups = own_groups(groups, a);
  for (int32_t u = 0; u < s->n_units; u++) {
    for (int32_t r = 0; r < s->n_rounds; r++) {
      const int64_t row = ni_scores_row(a->c.scores, s->units[u], s->rounds[r]);
      for (int32_t g = 0; row >= 0 && g < n_groups; g++) {
        write_cell(a, k, s->units[u], s->rounds[r], row, groups[g]);
      }
    }
  }
}

niem_status niem_scores_stage(niem_table **out, const niem_scores *scores, int32_t step, const niem_query *query,
                              niem_error *err) {
  niem_status status = NIEM_OK;
  stage_columns columns;
  ni_analysis a;
  NIEM_TRY(ni_analysis_begin(&a, out, scores, query, err));
  if (step == NIEM_STEP_NONE) {
    status = ni_fail(err, NIEM_ERROR_ARGUMENT, "step", "is -2; give 0 or more, or -1 for the end of the steps");
    goto cleanup;
  }
  NIEM_TRY(ni_analysis_select(&a, step, NI_TOP_NODE | NI_LOOSE_INDICATORS, err));
  NIEM_TRY(make_columns(&columns, &a, step, err));
  write_all(&a, &columns);
  NIEM_TRY(ni_compare_finish(out, &a.c, err));
cleanup:
  ni_analysis_end(&a);
  return status;
}
