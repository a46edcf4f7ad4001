/* What the comparisons share. A comparison is a function of the published doubles, so that a reader who takes a printed
 * table and a pencil comes to the same numbers. */
#include "base/platform.h"

#include "comparison/compare.h"

#include "base/buffer.h"
#include "base/dictionary.h"
#include "base/exact.h"
#include "base/options.h"
#include "base/order.h"

#include <string.h>

/* ---- options */

static niem_status refuse_option(niem_error *err, const char *where, const char *what) {
  return ni_fail(err, NIEM_ERROR_ARGUMENT, where, "%s", what);
}

static niem_status refuse_unused(const niem_compare_options *o, int uses, niem_error *err) {
  if (!(uses & NI_USES_TOLERANCE) && !(o->tolerance < 0)) {
    return refuse_option(err, "tolerance", "has no part in this comparison; leave it at -1");
  }
  if (!(uses & NI_USES_TIES) && (o->ties != NIEM_TIES_MIN || o->ascending != 0)) {
    return refuse_option(err, o->ascending != 0 ? "ascending" : "ties", "is for ranks only; leave it 0");
  }
  if (!(uses & (NI_USES_REFERENCE | NI_USES_PRACTICE)) && o->reference != NULL) {
    return refuse_option(err, "reference", "has no part in this comparison; leave it NULL");
  }
  if (!(uses & NI_USES_REFERENCE_UNITS) &&
      (o->reference_units != NULL || o->n_reference_units != 0 || o->reference_peers != NULL)) {
    return refuse_option(err, o->reference_peers != NULL ? "reference_peers" : "reference_units",
                         "is for differences only; leave it NULL, and choose units by the query");
  }
  if (!(uses & NI_USES_WEIGHTS) && (o->weight_units != NULL || o->weights != NULL || o->n_weights != 0)) {
    return refuse_option(err, "weights", "are for averages, and differences from an average, only; leave them NULL");
  }
  return NIEM_OK;
}

static niem_status read_tolerance(ni_comparison *c, niem_error *err) {
  const double given = c->options.tolerance;
  if (!ni_is_finite(given)) {
    return ni_fail(err, NIEM_ERROR_VALUE, "tolerance",
                   "is not finite; it is a number of points, or -1 for the method's");
  }
  c->tolerance = given < 0 ? c->scores->method->tolerance : given;
  return NIEM_OK;
}

static niem_status read_ties(const niem_compare_options *o, niem_error *err) {
  if (o->ties < NIEM_TIES_MIN || o->ties > NIEM_TIES_FIRST) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "ties",
                   "is %d; it is one of 0 (min), 1 (max), 2 (average), 3 (dense), 4 (first)", (int)o->ties);
  }
  if (o->ascending != 0 && o->ascending != 1) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "ascending", "is %d; 1 gives rank 1 to the lowest value, 0 to the highest",
                   (int)o->ascending);
  }
  return NIEM_OK;
}

static niem_status read_reference(ni_comparison *c, int uses, niem_error *err) {
  static const char *const words[] = {"average", "best", "worst"};
  const int32_t first = uses & NI_USES_PRACTICE ? NI_REFERENCE_BEST : NI_REFERENCE_AVERAGE;
  c->reference = first;
  if (c->options.reference == NULL) {
    return NIEM_OK;
  }
  for (int32_t k = first; k <= NI_REFERENCE_WORST; k++) {
    if (strcmp(c->options.reference, words[k]) == 0) {
      c->reference = k;
      return NIEM_OK;
    }
  }
  return ni_fail(err, NIEM_ERROR_ARGUMENT, "reference", "is \"%s\"; it is one of %sbest, worst", c->options.reference,
                 first == NI_REFERENCE_AVERAGE ? "average, " : "");
}

/* ---- weights */

static niem_status check_weight_arrays(const niem_compare_options *o, niem_error *err) {
  if (o->n_weights < 0 || (o->n_weights == 0 && (o->weight_units != NULL || o->weights != NULL))) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "n_weights",
                   "is %lld; it is the length of weight_units and of weights, which name at least one unit",
                   (long long)o->n_weights);
  }
  if (o->n_weights > 0 && (o->weight_units == NULL || o->weights == NULL)) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, o->weights == NULL ? "weights" : "weight_units",
                   "is NULL; weight_units and weights go together, a weight for each unit");
  }
  return NIEM_OK;
}

/* The id by which a unit is known here, whatever it was called. */
static const char *own_id(const niem_framework *framework, const char *name) {
  const int32_t place = ni_find_unit(framework, name, NULL);
  return place >= 0 ? framework->units[place].id : name;
}

static niem_status check_weight(const niem_compare_options *o, int64_t i, niem_error *err) {
  if (o->weight_units[i] == NULL) {
    return ni_fail_at(err, NIEM_ERROR_ARGUMENT, i + 1, 0, "weight_units", "element %lld is NULL; it names a unit",
                      (long long)(i + 1));
  }
  if (!ni_is_finite(o->weights[i]) || o->weights[i] < 0) {
    char text[NI_DOUBLE_TEXT];
    (void)ni_print_double(text, o->weights[i]);
    return ni_fail_at(err, NIEM_ERROR_VALUE, i + 1, 0, "weights",
                      "element %lld, of unit \"%s\", is %s; weights are finite and not negative", (long long)(i + 1),
                      o->weight_units[i], text);
  }
  return NIEM_OK;
}

/* Put the units into a dictionary by their own ids, in the order of the weights; each stands once. */
static niem_status name_weights(ni_dictionary *ids, const ni_comparison *c, niem_error *err) {
  const niem_compare_options *o = &c->options;
  int positive = 0;
  for (int64_t i = 0; i < o->n_weights; i++) {
    niem_status status = check_weight(o, i, err);
    if (status != NIEM_OK) {
      return status;
    }
    const char *id = own_id(c->framework, o->weight_units[i]);
    const int32_t place = ni_dictionary_add(ids, id, strlen(id));
    if (place < 0) {
      return ni_fail_memory(err);
    }
    if (place < i) {
      return ni_fail_at(err, NIEM_ERROR_DUPLICATE, i + 1, 0, "weight_units",
                        "elements %lld and %lld (\"%s\" and \"%s\") are the same unit; name each unit once",
                        (long long)place + 1, (long long)(i + 1), o->weight_units[place], o->weight_units[i]);
    }
    positive = positive || o->weights[i] > 0;
  }
  return positive ? NIEM_OK
                  : ni_fail(err, NIEM_ERROR_VALUE, "weights", "are all 0; at least one unit needs a weight above 0");
}

static niem_status read_weights(ni_comparison *c, niem_error *err) {
  niem_status status;
  ni_dictionary ids;
  ni_dictionary_init(&ids);
  NIEM_TRY(check_weight_arrays(&c->options, err));
  if (c->options.n_weights == 0) {
    goto cleanup;
  }
  NIEM_TRY(name_weights(&ids, c, err));
  NIEM_TRY(ni_compare_alloc(&c->weights, c, c->answers->n_units, sizeof *c->weights, err));
  for (int32_t u = 0; u < c->answers->n_units; u++) {
    const char *id = c->answers->units[u];
    const int32_t place = ni_dictionary_find(&ids, id, strlen(id));
    c->weights[u] = place < 0 ? ni_nan() : c->options.weights[place];
  }
cleanup:
  ni_dictionary_free(&ids);
  return status;
}

static niem_status read_options(ni_comparison *c, int uses, niem_error *err) {
  niem_status status;
  NIEM_TRY(refuse_unused(&c->options, uses, err));
  NIEM_TRY(read_tolerance(c, err));
  NIEM_TRY(read_ties(&c->options, err));
  NIEM_TRY(read_reference(c, uses, err));
  NIEM_TRY(read_weights(c, err));
cleanup:
  return status;
}

/* ---- texts */

static niem_status note_list(ni_comparison *c, const char *key, const char *const *ids, const int32_t *places,
                             int32_t n, niem_error *err) {
  niem_buffer *text = NULL;
  niem_status status;
  NIEM_TRY(ni_buffer_new(&text, err));
  for (int32_t i = 0; i < n; i++) {
    ni_buffer_text(text, i == 0 ? "" : ", ");
    ni_buffer_text(text, ids[places[i]]);
  }
  NIEM_TRY(ni_buffer_status(text, err));
  ni_table_note(c->table, key, niem_buffer_data(text));
cleanup:
  niem_buffer_free(text);
  return status;
}

/* Levels are added before the rows, in the order of the scores: a table that is sorted by rank still widens, or becomes
 * a categorical of a data frame, with its units in their own order. */
static void add_levels(ni_comparison *c, int by) {
  for (int32_t i = 0; (by & NI_BY_UNIT) && i < c->selection.n_units; i++) {
    if (ni_compare_took_part(c, c->selection.units[i], c->rounds, c->n_rounds)) {
      (void)ni_table_add_level(c->table, c->unit, c->answers->units[c->selection.units[i]]);
    }
  }
  for (int32_t i = 0; (by & NI_BY_ROUND) && i < c->n_rounds; i++) {
    (void)ni_table_add_level(c->table, c->round, c->answers->rounds[c->rounds[i]]);
  }
  for (int32_t i = 0; (by & NI_BY_GROUP) && i < c->selection.n_groups; i++) {
    (void)ni_table_add_level(c->table, c->group, c->framework->groups[c->selection.groups[i]].id);
  }
  for (int32_t i = 0; (by & NI_BY_NODE) && i < c->selection.n_nodes; i++) {
    (void)ni_table_add_level(c->table, c->node, c->index->nodes[c->selection.nodes[i]].name);
  }
}

/* ---- shared */

void niem_compare_options_init(niem_compare_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
    options->tolerance = -1;
  }
}

niem_status ni_compare_begin(ni_comparison *c, niem_table **out, const niem_scores *scores, const niem_query *query,
                             const niem_compare_options *options, int uses, niem_error *err) {
  niem_status status;
  memset(c, 0, sizeof *c);
  ni_fpenv_enter(&c->saved);
  niem_query_init(&c->query);
  niem_compare_options_init(&c->options);
  if (out == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "out", "is NULL; it must point to where the table goes");
  }
  *out = NULL;
  if (scores == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "scores", "is NULL; scores come from niem_score");
  }
  c->scores = scores;
  c->framework = scores->framework;
  c->answers = scores->answers;
  NIEM_TRY(ni_options_read(&c->query, sizeof c->query, query, "query", err));
  NIEM_TRY(ni_options_read(&c->options, sizeof c->options, options, "options", err));
  if (c->query.bands != NULL) {
    status = ni_fail(err, NIEM_ERROR_ARGUMENT, "bands", "are for tables of scores only; leave them NULL here");
    goto cleanup;
  }
  NIEM_TRY(read_options(c, uses, err));
cleanup:
  return status;
}

niem_status ni_compare_select(ni_comparison *c, int flags, niem_error *err) {
  niem_status status;
  NIEM_TRY(ni_select(&c->selection, c->scores, &c->query, flags, err));
  c->index = &c->framework->indexes[c->selection.index];
  c->rounds = c->selection.rounds;
  c->n_rounds = c->selection.n_rounds;
cleanup:
  return status;
}

niem_status ni_compare_select_pair(ni_comparison *c, const char *from, const char *to, niem_error *err) {
  niem_status status;
  if (from == NULL || to == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, from == NULL ? "from" : "to", "is NULL; it names a round");
  }
  if (c->query.round != NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "round", "is \"%s\"; a change is between `from` and `to`, leave it NULL",
                   c->query.round);
  }
  NIEM_TRY(ni_compare_select(c, 0, err));
  NIEM_TRY(ni_select_round(&c->pair[0], c->scores, from, "from", err));
  NIEM_TRY(ni_select_round(&c->pair[1], c->scores, to, "to", err));
  if (c->pair[0] == c->pair[1]) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "to", "\"%s\" is the same round as `from` (\"%s\"); name two rounds", to,
                   from);
  }
  c->rounds = c->pair;
  c->n_rounds = 2;
cleanup:
  return status;
}

niem_status ni_compare_table(ni_comparison *c, const char *name, int by, niem_error *err) {
  niem_status status;
  NIEM_TRY(ni_table_new(&c->table, name, err));
  c->unit = by & NI_BY_UNIT ? ni_table_text(c->table, "unit") : -1;
  c->round = by & NI_BY_ROUND ? ni_table_text(c->table, "round") : -1;
  c->group = by & NI_BY_GROUP ? ni_table_text(c->table, "group") : -1;
  c->member = by & NI_BY_MEMBER ? ni_table_text(c->table, "member") : -1;
  c->node = by & NI_BY_NODE ? ni_table_text(c->table, "node") : -1;
  add_levels(c, by);
  ni_table_note(c->table, "index", c->index->id);
cleanup:
  return status;
}

void ni_compare_row(ni_comparison *c, int32_t unit, int32_t round, int32_t group, int32_t node) {
  ni_table_row(c->table);
  if (unit >= 0) {
    ni_table_set_text(c->table, c->unit, c->answers->units[unit]);
  }
  if (round >= 0) {
    ni_table_set_text(c->table, c->round, c->answers->rounds[round]);
  }
  if (group >= 0) {
    ni_table_set_text(c->table, c->group, c->framework->groups[group].id);
  }
  if (node >= 0) {
    ni_table_set_text(c->table, c->node, c->index->nodes[node].name);
  }
}

niem_status ni_compare_finish(niem_table **out, ni_comparison *c, niem_error *err) {
  niem_status status = ni_table_finish(&c->table, err);
  if (status == NIEM_OK) {
    *out = c->table;
    c->table = NULL;
  }
  return status;
}

void ni_compare_end(ni_comparison *c) {
  niem_table_free(c->table);
  ni_selection_free(&c->selection);
  ni_arena_free(&c->arena);
  ni_fpenv_leave(&c->saved);
}

int ni_compare_took_part(const ni_comparison *c, int32_t unit, const int32_t *rounds, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    if (ni_scores_row(c->scores, unit, rounds[i]) >= 0) {
      return 1;
    }
  }
  return 0;
}

int32_t ni_compare_find_units(int32_t *units, const ni_comparison *c, int32_t round) {
  int32_t n = 0;
  for (int32_t i = 0; i < c->selection.n_units; i++) {
    if (ni_compare_took_part(c, c->selection.units[i], &round, 1)) {
      units[n++] = c->selection.units[i];
    }
  }
  return n;
}

double ni_compare_value(const ni_comparison *c, int32_t unit, int32_t round, int32_t group, int32_t node) {
  const int64_t row = ni_scores_row(c->scores, unit, round);
  return row < 0 ? ni_nan() : ni_scores_at(c->scores, c->selection.index, node, row, group).value;
}

int32_t ni_compare_values(double *values, const ni_comparison *c, const int32_t *units, int32_t n, int32_t round,
                          int32_t group, int32_t node) {
  int32_t present = 0;
  for (int32_t i = 0; i < n; i++) {
    values[i] = ni_compare_value(c, units[i], round, group, node);
    present += !ni_is_nan(values[i]);
  }
  return present;
}

niem_status ni_compare_average(double *out, const ni_comparison *c, const int32_t *units, const double *values,
                               int32_t n, niem_error *err) {
  ni_exact sum, weights;
  ni_exact_init(&sum);
  ni_exact_init(&weights);
  for (int32_t i = 0; i < n; i++) {
    const double weight = c->weights == NULL ? 1.0 : c->weights[units[i]];
    if (ni_is_nan(values[i])) {
      continue;
    }
    if (ni_is_nan(weight)) {
      return ni_fail(err, NIEM_ERROR_ARGUMENT, "weight_units",
                     "unit \"%s\" has a score but no weight; give it one, or leave the unit out of the query",
                     c->answers->units[units[i]]);
    }
    ni_exact_add_product(&sum, weight, values[i]);
    ni_exact_add(&weights, weight);
  }
  *out = ni_exact_quotient(&sum, &weights);
  return NIEM_OK;
}

int32_t ni_compare_most_members(const ni_comparison *c) {
  int32_t most = 1;
  for (int32_t g = 0; g < c->selection.n_groups; g++) {
    const int32_t n = c->framework->groups[c->selection.groups[g]].n_members;
    most = n > most ? n : most;
  }
  return most;
}

niem_status ni_compare_alloc(void *array_pointer, ni_comparison *c, int64_t n, size_t size, niem_error *err) {
  void *array = ni_arena_alloc(&c->arena, (size_t)n, size);
  if (array == NULL) {
    return ni_fail_memory(err);
  }
  memcpy(array_pointer, &array, sizeof array);
  return NIEM_OK;
}

niem_status ni_compare_note_units(ni_comparison *c, const char *key, const int32_t *units, int32_t n, niem_error *err) {
  return note_list(c, key, c->answers->units, units, n, err);
}

niem_status ni_compare_note_rounds(ni_comparison *c, const char *key, const int32_t *rounds, int32_t n,
                                   niem_error *err) {
  return note_list(c, key, c->answers->rounds, rounds, n, err);
}

static const char *ties_text(int32_t ties) {
  switch (ties) {
    case NIEM_TIES_MAX:
      return "tied units share the greatest of their places";
    case NIEM_TIES_AVERAGE:
      return "tied units share the mean of their places";
    case NIEM_TIES_DENSE:
      return "tied units share a rank, and the next rank follows without a gap";
    case NIEM_TIES_FIRST:
      return "tied units are ranked in the order of the units";
    default:
      return "tied units share the least of their places";
  }
}

int ni_compare_rank(double *ranks, const double *values, int64_t n, const ni_comparison *c) {
  return ni_rank(ranks, values, n, 1, !c->options.ascending, c->options.ties, c->tolerance);
}

void ni_compare_note_ranks(ni_comparison *c) {
  ni_table_note(c->table, "order", c->options.ascending ? "rank 1 is the lowest value" : "rank 1 is the highest value");
  ni_table_note(c->table, "ties", ties_text(c->options.ties));
  ni_table_note_real(c->table, "tolerance", c->tolerance);
}
