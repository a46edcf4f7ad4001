/* Averages over units, as cross-country tables show them: over the units with a value in each round, and over the
 * balanced panel, whose units have a value in every round, so that a difference between two rounds is not a difference
 * between two sets of countries. */
#include "base/platform.h"

#include "comparison/compare.h"

typedef struct averaging {
  int32_t n;        /* units of the query */
  int32_t n_panel;  /* rounds of the panel */
  int32_t *panel;   /* those of the query; of the scores where the query has one only */
  double *values;   /* of each unit */
  double *balanced; /* the same, NaN for a unit outside the balanced panel */
  uint8_t *inside;  /* 1 for a unit of the balanced panel, at [(group * n_nodes + node) * n + unit] of the query */
  int32_t average, n_column, average_balanced, n_balanced;
} averaging;

/* One round alone has no panel: then it is that of all rounds of the scores. */
static niem_status choose_panel(averaging *a, ni_comparison *c, niem_error *err) {
  const int all = c->selection.n_rounds <= 1;
  a->n_panel = all ? c->answers->n_rounds : c->selection.n_rounds;
  niem_status status = ni_compare_alloc(&a->panel, c, a->n_panel, sizeof *a->panel, err);
  for (int32_t t = 0; status == NIEM_OK && t < a->n_panel; t++) {
    a->panel[t] = all ? t : c->selection.rounds[t];
  }
  return status;
}

static int is_balanced(const averaging *a, const ni_comparison *c, int32_t unit, int32_t group, int32_t node) {
  for (int32_t t = 0; t < a->n_panel; t++) {
    if (ni_is_nan(ni_compare_value(c, unit, a->panel[t], group, node))) {
      return 0;
    }
  }
  return 1;
}

static uint8_t *inside_at(const averaging *a, const ni_comparison *c, int32_t g, int32_t v) {
  return a->inside + ((int64_t)g * c->selection.n_nodes + v) * a->n;
}

static niem_status find_balanced(averaging *a, ni_comparison *c, niem_error *err) {
  const ni_selection *q = &c->selection;
  const int64_t n_cells = (int64_t)q->n_groups * q->n_nodes * a->n;
  niem_status status = ni_compare_alloc(&a->inside, c, n_cells, sizeof *a->inside, err);
  if (status != NIEM_OK) {
    return status;
  }
  for (int32_t g = 0; g < q->n_groups; g++) {
    for (int32_t v = 0; v < q->n_nodes; v++) {
      for (int32_t i = 0; i < a->n; i++) {
        inside_at(a, c, g, v)[i] = (uint8_t)is_balanced(a, c, q->units[i], q->groups[g], q->nodes[v]);
      }
    }
  }
  return NIEM_OK;
}

static niem_status make_room(averaging *a, ni_comparison *c, niem_error *err) {
  niem_status status;
  a->n = c->selection.n_units;
  NIEM_TRY(choose_panel(a, c, err));
  NIEM_TRY(ni_compare_alloc(&a->values, c, a->n, sizeof *a->values, err));
  NIEM_TRY(ni_compare_alloc(&a->balanced, c, a->n, sizeof *a->balanced, err));
  NIEM_TRY(find_balanced(a, c, err));
cleanup:
  return status;
}

static niem_status make_columns(averaging *a, ni_comparison *c, niem_error *err) {
  niem_status status;
  NIEM_TRY(ni_compare_table(c, "averages", NI_BY_ROUND | NI_BY_GROUP | NI_BY_NODE, err));
  a->average = ni_table_real(c->table, "average");
  a->n_column = ni_table_integer(c->table, "n");
  a->average_balanced = ni_table_real(c->table, "average_balanced");
  a->n_balanced = ni_table_integer(c->table, "n_balanced");
  ni_table_note(c->table, "weights", c->weights == NULL ? "none: every unit counts the same" : "as given");
  NIEM_TRY(ni_compare_note_units(c, "units", c->selection.units, a->n, err));
  NIEM_TRY(ni_compare_note_rounds(c, "balanced_over", a->panel, a->n_panel, err));
cleanup:
  return status;
}

/* t, g and v are places in the query. */
static niem_status write_average(averaging *a, ni_comparison *c, int32_t t, int32_t g, int32_t v, niem_error *err) {
  const ni_selection *q = &c->selection;
  const uint8_t *inside = inside_at(a, c, g, v);
  double average, average_balanced;
  int32_t n_balanced = 0;
  niem_status status;
  const int32_t n = ni_compare_values(a->values, c, q->units, a->n, q->rounds[t], q->groups[g], q->nodes[v]);
  for (int32_t i = 0; i < a->n; i++) {
    a->balanced[i] = inside[i] ? a->values[i] : ni_nan();
    n_balanced += inside[i];
  }
  NIEM_TRY(ni_compare_average(&average, c, q->units, a->values, a->n, err));
  NIEM_TRY(ni_compare_average(&average_balanced, c, q->units, a->balanced, a->n, err));
  ni_compare_row(c, -1, q->rounds[t], q->groups[g], q->nodes[v]);
  ni_table_set_real(c->table, a->average, average);
  ni_table_set_integer(c->table, a->n_column, n);
  ni_table_set_real(c->table, a->average_balanced, average_balanced);
  ni_table_set_integer(c->table, a->n_balanced, n_balanced);
cleanup:
  return status;
}

niem_status niem_average(niem_table **out, const niem_scores *scores, const niem_query *query,
                         const niem_compare_options *options, niem_error *err) {
  ni_comparison c;
  averaging a;
  niem_status status;
  NIEM_TRY(ni_compare_begin(&c, out, scores, query, options, NI_USES_WEIGHTS, err));
  NIEM_TRY(ni_compare_select(&c, 0, err));
  NIEM_TRY(make_room(&a, &c, err));
  NIEM_TRY(make_columns(&a, &c, err));
  for (int32_t t = 0; t < c.selection.n_rounds; t++) {
    for (int32_t g = 0; g < c.selection.n_groups; g++) {
      for (int32_t v = 0; v < c.selection.n_nodes; v++) {
        NIEM_TRY(write_average(&a, &c, t, g, v, err));
      }
    }
  }
  NIEM_TRY(ni_compare_finish(out, &c, err));
cleanup:
  ni_compare_end(&c);
  return status;
}
