/* How far units lie apart at a node: the greatest value less the least, and who has them; and the mean of these spreads
 * over the nodes asked for, as NIEM publishes it over its dimensions. */
#include "base/platform.h"

#include "comparison/compare.h"

#include "base/buffer.h"
#include "base/exact.h"

typedef struct spreading {
  double *values;  /* of each unit */
  double *spreads; /* of each node */
  int32_t n, min, max, spread, min_unit, max_unit;
  double tolerance;
  niem_buffer *means; /* the note, where there are several */
} spreading;

/* The first unit, in order, whose value is within the tolerance of `edge`. */
static const char *unit_at(const spreading *s, const ni_comparison *c, double edge) {
  for (int32_t i = 0; i < c->selection.n_units; i++) {
    const double distance = s->values[i] - edge;
    if (distance <= s->tolerance && -distance <= s->tolerance) {
      return c->answers->units[c->selection.units[i]];
    }
  }
  return NULL;
}

static double write_spread(const spreading *s, ni_comparison *c, int32_t round, int32_t group, int32_t node) {
  const ni_selection *q = &c->selection;
  const int32_t n = ni_compare_values(s->values, c, q->units, q->n_units, round, group, node);
  double min = ni_nan(), max = ni_nan();
  for (int32_t i = 0; i < q->n_units; i++) {
    min = ni_is_nan(min) || s->values[i] < min ? s->values[i] : min;
    max = ni_is_nan(max) || s->values[i] > max ? s->values[i] : max;
  }
  ni_compare_row(c, -1, round, group, node);
  ni_table_set_integer(c->table, s->n, n);
  ni_table_set_real(c->table, s->min, min);
  ni_table_set_real(c->table, s->max, max);
  ni_table_set_real(c->table, s->spread, max - min);
  ni_table_set_text(c->table, s->min_unit, unit_at(s, c, min));
  ni_table_set_text(c->table, s->max_unit, unit_at(s, c, max));
  return max - min;
}

static void note_mean(const spreading *s, ni_comparison *c, int32_t round, int32_t group, double mean) {
  if (c->selection.n_rounds == 1 && c->selection.n_groups == 1) {
    ni_table_note_real(c->table, "mean_spread", mean);
    return;
  }
  ni_buffer_text(s->means, niem_buffer_size(s->means) == 0 ? "" : "; ");
  ni_buffer_text(s->means, c->answers->rounds[round]);
  ni_buffer_char(s->means, ' ');
  ni_buffer_text(s->means, c->framework->groups[group].id);
  ni_buffer_char(s->means, ' ');
  ni_buffer_double(s->means, mean);
}

/* A row for each node, and the one of their mean, whose n is the number of nodes behind it. */
static void write_cell(const spreading *s, ni_comparison *c, int32_t round, int32_t group) {
  int32_t n = 0;
  for (int32_t v = 0; v < c->selection.n_nodes; v++) {
    s->spreads[v] = write_spread(s, c, round, group, c->selection.nodes[v]);
  }
  for (int32_t v = 0; v < c->selection.n_nodes; v++) {
    n += !ni_is_nan(s->spreads[v]);
  }
  const double mean = ni_exact_mean(s->spreads, c->selection.n_nodes, 1);
  ni_compare_row(c, -1, round, group, -1);
  ni_table_set_text(c->table, c->node, "*");
  ni_table_set_integer(c->table, s->n, n);
  ni_table_set_real(c->table, s->spread, mean);
  note_mean(s, c, round, group, mean);
}

static niem_status make_columns(spreading *s, ni_comparison *c, niem_error *err) {
  niem_status status;
  NIEM_TRY(ni_compare_alloc(&s->values, c, c->selection.n_units, sizeof *s->values, err));
  NIEM_TRY(ni_compare_alloc(&s->spreads, c, c->selection.n_nodes, sizeof *s->spreads, err));
  NIEM_TRY(ni_buffer_new(&s->means, err));
  NIEM_TRY(ni_compare_table(c, "spread", NI_BY_ROUND | NI_BY_GROUP | NI_BY_NODE, err));
  s->tolerance = c->tolerance;
  s->n = ni_table_integer(c->table, "n");
  s->min = ni_table_real(c->table, "min");
  s->max = ni_table_real(c->table, "max");
  s->spread = ni_table_real(c->table, "spread");
  s->min_unit = ni_table_text(c->table, "min_unit");
  s->max_unit = ni_table_text(c->table, "max_unit");
  NIEM_TRY(ni_compare_note_units(c, "units", c->selection.units, c->selection.n_units, err));
  ni_table_note(c->table, "ties", "of units within the tolerance of an end the first in order is named");
  ni_table_note_real(c->table, "tolerance", c->tolerance);
cleanup:
  return status;
}

niem_status niem_spread(niem_table **out, const niem_scores *scores, const niem_query *query, niem_error *err) {
  ni_comparison c;
  spreading s = {0};
  niem_status status;
  NIEM_TRY(ni_compare_begin(&c, out, scores, query, NULL, 0, err));
  NIEM_TRY(ni_compare_select(&c, 0, err));
  NIEM_TRY(make_columns(&s, &c, err));
  for (int32_t t = 0; t < c.selection.n_rounds; t++) {
    for (int32_t g = 0; g < c.selection.n_groups; g++) {
      write_cell(&s, &c, c.selection.rounds[t], c.selection.groups[g]);
    }
  }
  NIEM_TRY(ni_buffer_status(s.means, err));
  if (niem_buffer_size(s.means) > 0) {
    ni_table_note(c.table, "mean_spread", niem_buffer_data(s.means));
  }
  NIEM_TRY(ni_compare_finish(out, &c, err));
cleanup:
  niem_buffer_free(s.means);
  ni_compare_end(&c);
  return status;
}
