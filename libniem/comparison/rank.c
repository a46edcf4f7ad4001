/* Ranks of units at a node: 1 is best. Neighbours in order tie when they differ by at most the tolerance, so that a
 * difference of representation never decides a rank; a unit without a value has no rank. */
#include "base/platform.h"

#include "comparison/compare.h"

#include "base/order.h"

typedef struct ranking {
  int32_t n;      /* units that took part in the round */
  int32_t *units; /* in their own order */
  double *values; /* of each */
  double *ranks;  /* as asked */
  double *first;  /* the least and the greatest place that each shares with its tie */
  double *last;
  int64_t *order; /* from rank 1 on, units without a value last */
  int32_t value, rank, tied, n_column;
} ranking;

static niem_status make_room(ranking *r, ni_comparison *c, niem_error *err) {
  const int64_t n = c->selection.n_units;
  niem_status status;
  NIEM_TRY(ni_compare_alloc(&r->units, c, n, sizeof *r->units, err));
  NIEM_TRY(ni_compare_alloc(&r->values, c, n, sizeof *r->values, err));
  NIEM_TRY(ni_compare_alloc(&r->ranks, c, n, sizeof *r->ranks, err));
  NIEM_TRY(ni_compare_alloc(&r->first, c, n, sizeof *r->first, err));
  NIEM_TRY(ni_compare_alloc(&r->last, c, n, sizeof *r->last, err));
  NIEM_TRY(ni_compare_alloc(&r->order, c, n, sizeof *r->order, err));
cleanup:
  return status;
}

static niem_status make_columns(ranking *r, ni_comparison *c, niem_error *err) {
  niem_status status = ni_compare_table(c, "ranks", NI_BY_UNIT | NI_BY_ROUND | NI_BY_GROUP | NI_BY_NODE, err);
  if (status != NIEM_OK) {
    return status;
  }
  r->value = ni_table_real(c->table, "value");
  r->rank = ni_table_real(c->table, "rank");
  r->tied = ni_table_integer(c->table, "tied");
  r->n_column = ni_table_integer(c->table, "n");
  ni_compare_note_ranks(c);
  return NIEM_OK;
}

static int rank_units(ranking *r, const ni_comparison *c) {
  const int descending = !c->options.ascending;
  return ni_compare_rank(r->ranks, r->values, r->n, c) &&
         ni_rank(r->first, r->values, r->n, 1, descending, NI_TIES_MIN, c->tolerance) &&
         ni_rank(r->last, r->values, r->n, 1, descending, NI_TIES_MAX, c->tolerance) &&
         /* By the least places, tied units stand in their own order whatever lies below the tolerance. */
         ni_order(r->order, r->first, r->n, 1, 0);
}

static niem_status write_ranks(ranking *r, ni_comparison *c, int32_t round, int32_t group, int32_t node,
                               niem_error *err) {
  r->n = ni_compare_find_units(r->units, c, round);
  const int32_t n = ni_compare_values(r->values, c, r->units, r->n, round, group, node);
  if (!rank_units(r, c)) {
    return ni_fail_memory(err);
  }
  for (int32_t k = 0; k < r->n; k++) {
    const int64_t i = r->order[k];
    ni_compare_row(c, r->units[i], round, group, node);
    ni_table_set_real(c->table, r->value, r->values[i]);
    ni_table_set_real(c->table, r->rank, r->ranks[i]);
    if (!ni_is_nan(r->ranks[i])) {
      ni_table_set_integer(c->table, r->tied, (int64_t)(r->last[i] - r->first[i]) + 1);
    }
    ni_table_set_integer(c->table, r->n_column, n);
  }
  return NIEM_OK;
}

niem_status niem_rank(niem_table **out, const niem_scores *scores, const niem_query *query,
                      const niem_compare_options *options, niem_error *err) {
  ni_comparison c;
  ranking r;
  niem_status status;
  NIEM_TRY(ni_compare_begin(&c, out, scores, query, options, NI_USES_TOLERANCE | NI_USES_TIES, err));
  NIEM_TRY(ni_compare_select(&c, NI_TOP_NODE, err));
  NIEM_TRY(make_room(&r, &c, err));
  NIEM_TRY(make_columns(&r, &c, err));
  for (int32_t v = 0; v < c.selection.n_nodes; v++) {
    for (int32_t g = 0; g < c.selection.n_groups; g++) {
      for (int32_t t = 0; t < c.selection.n_rounds; t++) {
        NIEM_TRY(write_ranks(&r, &c, c.selection.rounds[t], c.selection.groups[g], c.selection.nodes[v], err));
      }
    }
  }
  NIEM_TRY(ni_compare_finish(out, &c, err));
cleanup:
  ni_compare_end(&c);
  return status;
}
