/* How far a unit is from a reference: the average, the best or the worst of a set of units, in the same round and group
 * and at the same node. One subtraction of published values: value - reference. */
#include "base/platform.h"

#include "comparison/compare.h"

typedef struct differing {
  int32_t n; /* reference units */
  int32_t *units;
  double *values;
  int32_t value, reference, difference, n_column;
} differing;

static const char *const KINDS[] = {"average", "best", "worst"};

static niem_status check_reference(const ni_comparison *c, niem_error *err) {
  const niem_compare_options *o = &c->options;
  if ((o->reference_units == NULL) != (o->n_reference_units == 0) || o->n_reference_units < 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "n_reference_units",
                   "is %lld; it is the length of reference_units, which names at least one unit or is NULL",
                   (long long)o->n_reference_units);
  }
  if (o->reference_units != NULL && o->reference_peers != NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "reference_peers",
                   "is \"%s\" though reference_units are named too; give one of the two", o->reference_peers);
  }
  if (c->weights != NULL && c->reference != NI_REFERENCE_AVERAGE) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "weights",
                   "have no part in the %s value; leave them NULL, or take the reference \"average\"",
                   KINDS[c->reference]);
  }
  return NIEM_OK;
}

static niem_status find_reference(differing *d, ni_comparison *c, niem_error *err) {
  const niem_compare_options *o = &c->options;
  niem_status status;
  d->units = c->selection.units;
  d->n = c->selection.n_units;
  NIEM_TRY(check_reference(c, err));
  if (o->reference_units != NULL || o->reference_peers != NULL) {
    NIEM_TRY(ni_select_units(&d->units, &d->n, c->scores, o->reference_units, o->n_reference_units, o->reference_peers,
                             o->reference_units != NULL ? "reference_units" : "reference_peers", &c->arena, err));
  }
  NIEM_TRY(ni_compare_alloc(&d->values, c, d->n, sizeof *d->values, err));
cleanup:
  return status;
}

static niem_status make_columns(differing *d, ni_comparison *c, niem_error *err) {
  niem_status status;
  NIEM_TRY(ni_compare_table(c, "differences", NI_BY_UNIT | NI_BY_ROUND | NI_BY_GROUP | NI_BY_NODE, err));
  d->value = ni_table_real(c->table, "value");
  d->reference = ni_table_real(c->table, "reference");
  d->difference = ni_table_real(c->table, "difference");
  d->n_column = ni_table_integer(c->table, "n");
  ni_table_note(c->table, "reference", KINDS[c->reference]);
  NIEM_TRY(ni_compare_note_units(c, "reference_units", d->units, d->n, err));
  ni_table_note(c->table, "weights", c->weights == NULL ? "none: every unit counts the same" : "as given");
cleanup:
  return status;
}

/* The greatest (or least) of the values; NaN for none. */
static double extreme(const double *values, int32_t n, int greatest) {
  double found = ni_nan();
  for (int32_t i = 0; i < n; i++) {
    if (ni_is_nan(found) || (greatest ? values[i] > found : values[i] < found)) {
      found = values[i];
    }
  }
  return found;
}

static niem_status write_differences(differing *d, ni_comparison *c, int32_t round, int32_t group, int32_t node,
                                     niem_error *err) {
  double reference;
  niem_status status = NIEM_OK;
  const int32_t n = ni_compare_values(d->values, c, d->units, d->n, round, group, node);
  if (c->reference == NI_REFERENCE_AVERAGE) {
    NIEM_TRY(ni_compare_average(&reference, c, d->units, d->values, d->n, err));
  } else {
    reference = extreme(d->values, d->n, c->reference == NI_REFERENCE_BEST);
  }
  for (int32_t i = 0; i < c->selection.n_units; i++) {
    const int32_t unit = c->selection.units[i];
    if (ni_compare_took_part(c, unit, &round, 1)) {
      const double value = ni_compare_value(c, unit, round, group, node);
      ni_compare_row(c, unit, round, group, node);
      ni_table_set_real(c->table, d->value, value);
      ni_table_set_real(c->table, d->reference, reference);
      ni_table_set_real(c->table, d->difference, value - reference);
      ni_table_set_integer(c->table, d->n_column, n);
    }
  }
cleanup:
  return status;
}

niem_status niem_difference(niem_table **out, const niem_scores *scores, const niem_query *query,
                            const niem_compare_options *options, niem_error *err) {
  const int uses = NI_USES_REFERENCE | NI_USES_REFERENCE_UNITS | NI_USES_WEIGHTS;
  ni_comparison c;
  differing d;
  niem_status status;
  NIEM_TRY(ni_compare_begin(&c, out, scores, query, options, uses, err));
  NIEM_TRY(ni_compare_select(&c, 0, err));
  NIEM_TRY(find_reference(&d, &c, err));
  NIEM_TRY(make_columns(&d, &c, err));
  for (int32_t t = 0; t < c.selection.n_rounds; t++) {
    for (int32_t g = 0; g < c.selection.n_groups; g++) {
      for (int32_t v = 0; v < c.selection.n_nodes; v++) {
        NIEM_TRY(write_differences(&d, &c, c.selection.rounds[t], c.selection.groups[g], c.selection.nodes[v], err));
      }
    }
  }
  NIEM_TRY(ni_compare_finish(out, &c, err));
cleanup:
  ni_compare_end(&c);
  return status;
}
