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
  uint8_t *inside;  /* 1 for a unit of the balanced panel at the node */
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

static niem_status make_room(averaging *a, ni_comparison *c, niem_error *err) {
  niem_status status;
  a->n = c->selection.n_units;
  NIEM_TRY(choose_panel(a, c, err));
  NIEM_TRY(ni_compare_alloc(&a->values, c, a->n, sizeof *a->values, err));
  NIEM_TRY(ni_compare_alloc(&a->balanced, c, a->n, sizeof *a->balanced, err));
  NIEM_TRY(ni_compare_alloc(&a->inside, c, a->n, sizeof *a->inside, err));
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

static void find_balanced(averaging *a, const ni_comparison *c, int32_t group, int32_t node) {
  for (int32_t i = 0; i < a->n; i++) {
    a->inside[i] = 1;
    for (int32_t t = 0; t < a->n_panel; t++) {
      if (ni_is_nan(ni_compare_value(c, c->selection.units[i], a->panel[t], group, node))) {
        a->inside[i] = 0;
      }
    }
  }
}

static niem_status write_average(averaging *a, ni_comparison *c, int32_t round, int32_t group, int32_t node,
                                 niem_error *err) {
  const int32_t *units = c->selection.units;
  double average, average_balanced;
  int32_t n_balanced = 0;
  niem_status status;
  const int32_t n = ni_compare_values(a->values, c, units, a->n, round, group, node);
  find_balanced(a, c, group, node);
  for (int32_t i = 0; i < a->n; i++) {
    a->balanced[i] = a->inside[i] ? a->values[i] : ni_nan();
    n_balanced += a->inside[i];
  }
  NIEM_TRY(ni_compare_average(&average, c, units, a->values, a->n, err));
  NIEM_TRY(ni_compare_average(&average_balanced, c, units, a->balanced, a->n, err));
  ni_compare_row(c, -1, round, group, node);
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
        NIEM_TRY(write_average(&a, &c, c.selection.rounds[t], c.selection.groups[g], c.selection.nodes[v], err));
      }
    }
  }
  NIEM_TRY(ni_compare_finish(out, &c, err));
cleanup:
  ni_compare_end(&c);
  return status;
}
