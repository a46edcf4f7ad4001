/* What caused a change: the change of a score between two rounds as the sum of its indicators' contributions, each
 * split into what its answer did and what its effective weight did (which moves when other indicators gain or lose
 * answers).
 *
 * With effective weights e that sum to 1, values x in the two rounds and r the mean of the two scores:
 *   kept     (e1 + e2)/2 (x2 - x1)  +  (e2 - e1) ((x1 + x2)/2 - r)
 *   entered  e2 (x2 - r)            (a change of weight from 0)
 *   left     -e1 (x1 - r)           (a change of weight to 0)
 * Summed, the terms with r vanish and e2 x2 - e1 x1 is left. The form is Marshall's and Edgeworth's, weights and prices
 * averaged over both periods: A. Marshall, Contemporary Review 51 (1887); F. Y. Edgeworth, Report of the British
 * Association (1887). It is symmetric in time: read backwards every contribution changes its sign only. */
#include "base/platform.h"

#include "comparison/compare.h"

#include "base/add_up.h"

enum { OUTSIDE, KEPT, ENTERED, LEFT, ROUNDING };

static const char *const KINDS[] = {NULL, "kept", "entered", "left", "rounding"};

typedef struct causes {
  int32_t indicator, kind, from, to, weight_from, weight_to, answer_effect, weight_effect, contribution;
  int64_t n_left_out; /* unit x group x node without a change */
  uint8_t *left_out;  /* of each unit of the query */
} causes;

/* One unit, group and node. */
typedef struct decomposition {
  ni_term *from, *to; /* the same indicators in the same order */
  int64_t n, n_from;
  ni_dd reference; /* r */
  ni_dd *answer_effects, *weight_effects, *sums;
  double *contributions;
  double leftover; /* last digits that no contribution can hold; nearly always 0 */
} decomposition;

static int32_t kind_of(const ni_term *from, const ni_term *to) {
  const int before = from->weight.hi != 0;
  const int after = to->weight.hi != 0;
  if (before && after) {
    return KEPT;
  }
  return after ? ENTERED : before ? LEFT : OUTSIDE;
}

static ni_dd half_of(ni_dd a) {
  return ni_dd_make(a.hi * 0.5, a.lo * 0.5);
}

static ni_dd mean_of(ni_dd a, ni_dd b) {
  return half_of(ni_dd_add(a, b));
}

static void split_effects(decomposition *d, int64_t i) {
  const ni_term *a = &d->from[i];
  const ni_term *b = &d->to[i];
  const ni_dd change_of_weight = ni_dd_sub(b->weight, a->weight);
  ni_dd value = mean_of(a->score, b->score);
  ni_dd answer_effect = ni_dd_from(0);
  switch (kind_of(a, b)) {
    case KEPT:
      answer_effect = ni_dd_mul(mean_of(a->weight, b->weight), ni_dd_sub(b->score, a->score));
      break;
    case ENTERED:
      value = b->score;
      break;
    default:
      value = a->score;
      break;
  }
  d->answer_effects[i] = answer_effect;
  d->weight_effects[i] = ni_dd_mul(change_of_weight, ni_dd_sub(value, d->reference));
}

static niem_status make_decomposition(decomposition *d, const ni_comparison *c, int32_t unit, int32_t group,
                                      int32_t node, niem_error *err) {
  const int64_t row_from = ni_scores_row(c->scores, unit, c->pair[0]);
  const int64_t row_to = ni_scores_row(c->scores, unit, c->pair[1]);
  niem_status status;
  NIEM_TRY(ni_scores_terms(&d->from, &d->n_from, c->scores, c->selection.index, node, row_from, group, err));
  NIEM_TRY(ni_scores_terms(&d->to, &d->n, c->scores, c->selection.index, node, row_to, group, err));
  d->answer_effects = ni_alloc((size_t)d->n, sizeof *d->answer_effects);
  d->weight_effects = ni_alloc((size_t)d->n, sizeof *d->weight_effects);
  d->sums = ni_alloc((size_t)d->n, sizeof *d->sums);
  d->contributions = ni_alloc((size_t)d->n, sizeof *d->contributions);
  if (d->answer_effects == NULL || d->weight_effects == NULL || d->sums == NULL || d->contributions == NULL) {
    status = ni_fail_memory(err);
  }
cleanup:
  return status;
}

static void free_decomposition(decomposition *d) {
  ni_free(d->from);
  ni_free(d->to);
  ni_free(d->answer_effects);
  ni_free(d->weight_effects);
  ni_free(d->sums);
  ni_free(d->contributions);
}

/* Contributions of the terms that enter in either round; the others take no part in the adding up. */
static niem_status find_contributions(decomposition *d, double change, niem_error *err) {
  int64_t n = 0;
  for (int64_t i = 0; i < d->n; i++) {
    if (kind_of(&d->from[i], &d->to[i]) != OUTSIDE) {
      split_effects(d, i);
      d->sums[n++] = ni_dd_add(d->answer_effects[i], d->weight_effects[i]);
    }
  }
  return ni_add_up(d->contributions, &d->leftover, d->sums, n, change, err);
}

static void write_side(ni_comparison *c, int32_t value, int32_t weight, const ni_term *term) {
  ni_table_set_real(c->table, value, term->weight.hi != 0 ? ni_dd_value(term->score) : ni_nan());
  ni_table_set_real(c->table, weight, ni_dd_value(term->weight));
}

static void write_causes(ni_comparison *c, const causes *columns, const decomposition *d, int32_t unit, int32_t group,
                         int32_t node) {
  int64_t k = 0;
  for (int64_t i = 0; i < d->n; i++) {
    const int32_t kind = kind_of(&d->from[i], &d->to[i]);
    if (kind == OUTSIDE) {
      continue;
    }
    ni_compare_row(c, unit, -1, group, node);
    ni_table_set_text(c->table, c->member, c->framework->groups[d->to[i].group].id);
    ni_table_set_text(c->table, columns->indicator, c->framework->indicators[d->to[i].indicator].id);
    ni_table_set_text(c->table, columns->kind, KINDS[kind]);
    write_side(c, columns->from, columns->weight_from, &d->from[i]);
    write_side(c, columns->to, columns->weight_to, &d->to[i]);
    ni_table_set_real(c->table, columns->answer_effect, ni_dd_value(d->answer_effects[i]));
    ni_table_set_real(c->table, columns->weight_effect, ni_dd_value(d->weight_effects[i]));
    ni_table_set_real(c->table, columns->contribution, d->contributions[k++]);
  }
  if (d->leftover != 0) {
    ni_compare_row(c, unit, -1, group, node);
    ni_table_set_text(c->table, columns->kind, KINDS[ROUNDING]);
    ni_table_set_real(c->table, columns->contribution, d->leftover);
  }
}

static niem_status decompose(causes *columns, ni_comparison *c, int32_t i, int32_t group, int32_t node,
                             niem_error *err) {
  const int32_t unit = c->selection.units[i];
  const double from = ni_compare_value(c, unit, c->pair[0], group, node);
  const double to = ni_compare_value(c, unit, c->pair[1], group, node);
  decomposition d = {0};
  niem_status status;
  if (ni_is_nan(from) || ni_is_nan(to)) {
    columns->left_out[i] = 1;
    columns->n_left_out++;
    return NIEM_OK;
  }
  NIEM_TRY(make_decomposition(&d, c, unit, group, node, err));
  d.reference = half_of(ni_dd_two_sum(from, to));
  NIEM_TRY(find_contributions(&d, to - from, err));
  write_causes(c, columns, &d, unit, group, node);
cleanup:
  free_decomposition(&d);
  return status;
}

static niem_status make_columns(causes *columns, ni_comparison *c, niem_error *err) {
  niem_status status;
  NIEM_TRY(ni_compare_alloc(&columns->left_out, c, c->selection.n_units, sizeof *columns->left_out, err));
  NIEM_TRY(ni_compare_table(c, "causes of change", NI_BY_UNIT | NI_BY_GROUP | NI_BY_MEMBER | NI_BY_NODE, err));
  columns->indicator = ni_table_text(c->table, "indicator");
  columns->kind = ni_table_text(c->table, "kind");
  columns->from = ni_table_real(c->table, "from");
  columns->to = ni_table_real(c->table, "to");
  columns->weight_from = ni_table_real(c->table, "weight_from");
  columns->weight_to = ni_table_real(c->table, "weight_to");
  columns->answer_effect = ni_table_real(c->table, "answer_effect");
  columns->weight_effect = ni_table_real(c->table, "weight_effect");
  columns->contribution = ni_table_real(c->table, "contribution");
  for (int32_t kind = KEPT; kind <= LEFT; kind++) {
    (void)ni_table_add_level(c->table, columns->kind, KINDS[kind]);
  }
  ni_table_note(c->table, "from", c->answers->rounds[c->pair[0]]);
  ni_table_note(c->table, "to", c->answers->rounds[c->pair[1]]);
  ni_table_note(c->table, "form",
                "Marshall-Edgeworth, about the mean of the two scores; exact sums of `contribution` "
                "are the changes");
cleanup:
  return status;
}

/* How often there was no change to explain, and for which units. */
static niem_status note_left_out(const causes *columns, ni_comparison *c, niem_error *err) {
  int32_t *units;
  int32_t n = 0;
  niem_status status;
  NIEM_TRY(ni_compare_alloc(&units, c, c->selection.n_units, sizeof *units, err));
  for (int32_t i = 0; i < c->selection.n_units; i++) {
    if (columns->left_out[i]) {
      units[n++] = c->selection.units[i];
    }
  }
  ni_table_note_integer(c->table, "without_change", columns->n_left_out);
  if (n > 0) {
    NIEM_TRY(ni_compare_note_units(c, "units_without_change", units, n, err));
  }
cleanup:
  return status;
}

niem_status niem_change_causes(niem_table **out, const niem_scores *scores, const char *from, const char *to,
                               const niem_query *query, niem_error *err) {
  ni_comparison c;
  causes columns = {0};
  niem_status status;
  NIEM_TRY(ni_compare_begin(&c, out, scores, query, NULL, 0, err));
  NIEM_TRY(ni_compare_select_pair(&c, from, to, err));
  NIEM_TRY(make_columns(&columns, &c, err));
  for (int32_t g = 0; g < c.selection.n_groups; g++) {
    for (int32_t v = 0; v < c.selection.n_nodes; v++) {
      for (int32_t i = 0; i < c.selection.n_units; i++) {
        NIEM_TRY(decompose(&columns, &c, i, c.selection.groups[g], c.selection.nodes[v], err));
      }
    }
  }
  NIEM_TRY(note_left_out(&columns, &c, err));
  NIEM_TRY(ni_compare_finish(out, &c, err));
cleanup:
  ni_compare_end(&c);
  return status;
}
