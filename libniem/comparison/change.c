/* Change between two rounds: one subtraction of published values, unit by unit, and the same counted over units - who
 * improved, who slipped back. A change of at most the tolerance is none. */
#include "base/platform.h"

#include "comparison/compare.h"

#include "base/exact.h"

#include <string.h>

enum { UNCHANGED, IMPROVED, WORSENED, UNKNOWN, N_DIRECTIONS };

static const char *const DIRECTIONS[N_DIRECTIONS] = {"unchanged", "improved", "worsened", NULL};

static int32_t direction_of(double change, double tolerance) {
  if (ni_is_nan(change)) {
    return UNKNOWN;
  }
  if (change > tolerance) {
    return IMPROVED;
  }
  return change < -tolerance ? WORSENED : UNCHANGED;
}

static void note_pair(ni_comparison *c) {
  ni_table_note(c->table, "from", c->answers->rounds[c->pair[0]]);
  ni_table_note(c->table, "to", c->answers->rounds[c->pair[1]]);
  ni_table_note_real(c->table, "tolerance", c->tolerance);
}

/* ---- unit by unit */

typedef struct change_columns {
  int32_t from, to, change, direction;
} change_columns;

static void write_changes(ni_comparison *c, const change_columns *columns, int32_t group, int32_t node) {
  for (int32_t i = 0; i < c->selection.n_units; i++) {
    const int32_t unit = c->selection.units[i];
    if (!ni_compare_took_part(c, unit, c->pair, 2)) {
      continue;
    }
    const double from = ni_compare_value(c, unit, c->pair[0], group, node);
    const double to = ni_compare_value(c, unit, c->pair[1], group, node);
    ni_compare_row(c, unit, -1, group, node);
    ni_table_set_real(c->table, columns->from, from);
    ni_table_set_real(c->table, columns->to, to);
    ni_table_set_real(c->table, columns->change, to - from);
    ni_table_set_text(c->table, columns->direction, DIRECTIONS[direction_of(to - from, c->tolerance)]);
  }
}

static niem_status make_change_columns(change_columns *columns, ni_comparison *c, niem_error *err) {
  niem_status status = ni_compare_table(c, "changes", NI_BY_UNIT | NI_BY_GROUP | NI_BY_NODE, err);
  if (status != NIEM_OK) {
    return status;
  }
  columns->from = ni_table_real(c->table, "from");
  columns->to = ni_table_real(c->table, "to");
  columns->change = ni_table_real(c->table, "change");
  columns->direction = ni_table_text(c->table, "direction");
  (void)ni_table_add_level(c->table, columns->direction, DIRECTIONS[IMPROVED]);
  (void)ni_table_add_level(c->table, columns->direction, DIRECTIONS[UNCHANGED]);
  (void)ni_table_add_level(c->table, columns->direction, DIRECTIONS[WORSENED]);
  note_pair(c);
  return NIEM_OK;
}

/* ---- counted */

typedef struct summary_columns {
  int32_t n, directions[N_DIRECTIONS], average;
  double *changes; /* of each unit */
} summary_columns;

static void write_summary(ni_comparison *c, const summary_columns *columns, int32_t group, int32_t node) {
  const int32_t n = c->selection.n_units;
  int64_t counts[N_DIRECTIONS] = {0};
  for (int32_t i = 0; i < n; i++) {
    const double from = ni_compare_value(c, c->selection.units[i], c->pair[0], group, node);
    const double to = ni_compare_value(c, c->selection.units[i], c->pair[1], group, node);
    columns->changes[i] = to - from;
    counts[direction_of(to - from, c->tolerance)]++;
  }
  ni_compare_row(c, -1, -1, group, node);
  ni_table_set_integer(c->table, columns->n, n - counts[UNKNOWN]);
  for (int32_t k = 0; k < UNKNOWN; k++) {
    ni_table_set_integer(c->table, columns->directions[k], counts[k]);
  }
  ni_table_set_real(c->table, columns->average, ni_exact_mean(columns->changes, n, 1));
}

static niem_status make_summary_columns(summary_columns *columns, ni_comparison *c, niem_error *err) {
  niem_status status;
  NIEM_TRY(ni_compare_alloc(&columns->changes, c, c->selection.n_units, sizeof *columns->changes, err));
  NIEM_TRY(ni_compare_table(c, "change summary", NI_BY_GROUP | NI_BY_NODE, err));
  columns->n = ni_table_integer(c->table, "n");
  columns->directions[IMPROVED] = ni_table_integer(c->table, DIRECTIONS[IMPROVED]);
  columns->directions[UNCHANGED] = ni_table_integer(c->table, DIRECTIONS[UNCHANGED]);
  columns->directions[WORSENED] = ni_table_integer(c->table, DIRECTIONS[WORSENED]);
  columns->average = ni_table_real(c->table, "average_change");
  note_pair(c);
  NIEM_TRY(ni_compare_note_units(c, "units", c->selection.units, c->selection.n_units, err));
cleanup:
  return status;
}

/* ---- public */

niem_status niem_change(niem_table **out, const niem_scores *scores, const char *from, const char *to,
                        const niem_query *query, const niem_compare_options *options, niem_error *err) {
  ni_comparison c;
  change_columns columns;
  niem_status status;
  NIEM_TRY(ni_compare_begin(&c, out, scores, query, options, NI_USES_TOLERANCE, err));
  NIEM_TRY(ni_compare_select_pair(&c, from, to, err));
  NIEM_TRY(make_change_columns(&columns, &c, err));
  for (int32_t g = 0; g < c.selection.n_groups; g++) {
    for (int32_t v = 0; v < c.selection.n_nodes; v++) {
      write_changes(&c, &columns, c.selection.groups[g], c.selection.nodes[v]);
    }
  }
  NIEM_TRY(ni_compare_finish(out, &c, err));
cleanup:
  ni_compare_end(&c);
  return status;
}

niem_status niem_change_summary(niem_table **out, const niem_scores *scores, const char *from, const char *to,
                                const niem_query *query, const niem_compare_options *options, niem_error *err) {
  ni_comparison c;
  summary_columns columns;
  niem_status status;
  NIEM_TRY(ni_compare_begin(&c, out, scores, query, options, NI_USES_TOLERANCE, err));
  NIEM_TRY(ni_compare_select_pair(&c, from, to, err));
  NIEM_TRY(make_summary_columns(&columns, &c, err));
  for (int32_t g = 0; g < c.selection.n_groups; g++) {
    for (int32_t v = 0; v < c.selection.n_nodes; v++) {
      write_summary(&c, &columns, c.selection.groups[g], c.selection.nodes[v]);
    }
  }
  NIEM_TRY(ni_compare_finish(out, &c, err));
cleanup:
  ni_compare_end(&c);
  return status;
}
