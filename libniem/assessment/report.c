/* The report on a unit: its scores, ranks and differences from the average, strengths and weaknesses, change and gaps.
 * Everything is taken from the tables that anybody can ask for; here they are asked for and put side by side. */
#include "base/platform.h"

#include "assessment/report.h"
#include "base/fail.h"
#include "base/fpenv.h"
#include "base/options.h"
#include "scoring/plan.h"

#include <string.h>

enum { SHOWN_LEVELS = 2, DEFAULT_MOST = 5, LARGEST_MOST = 1000 };

/* --- tables --- */

double ni_report_real(const niem_table *table, const char *column, int64_t row) {
  const double *values = niem_table_reals(table, niem_table_column(table, column));
  return values == NULL ? ni_nan() : values[row];
}

int64_t ni_report_integer(const niem_table *table, const char *column, int64_t row) {
  const int64_t *values = niem_table_integers(table, niem_table_column(table, column));
  return values == NULL ? NIEM_MISSING_INTEGER : values[row];
}

const char *ni_report_text(const niem_table *table, const char *column, int64_t row) {
  return niem_table_text(table, niem_table_column(table, column), row);
}

static const char *unit_id(const ni_report *r) {
  return r->scores->answers->units[r->unit];
}

static const char *round_id(const ni_report *r) {
  return r->scores->answers->rounds[r->round];
}

/* --- what is asked for --- */

/* The last round, no later than `latest`, in which the unit has answers; -1. */
static int32_t last_round(const ni_report *r, int32_t latest) {
  int32_t round = latest;
  while (round >= 0 && ni_scores_row(r->scores, r->unit, round) < 0) {
    round--;
  }
  return round;
}

static niem_status choose_round(ni_report *r, niem_error *err) {
  if (r->options.round == NULL) {
    r->round = last_round(r, r->scores->answers->n_rounds - 1);
  } else {
    const niem_status status = ni_select_round(&r->round, r->scores, r->options.round, "round", err);
    if (status != NIEM_OK) {
      return status;
    }
  }
  r->row = r->round < 0 ? -1 : ni_scores_row(r->scores, r->unit, r->round);
  return r->row >= 0 ? NIEM_OK
                     : ni_fail(err, NIEM_ERROR_REFERENCE, "round", "\"%.60s\" has no answers in round \"%.60s\"",
                               unit_id(r), round_id(r));
}

static niem_status choose_previous(ni_report *r, niem_error *err) {
  niem_status status = NIEM_OK;
  if (r->options.previous_round == NULL) {
    r->previous = last_round(r, r->round - 1);
    return NIEM_OK;
  }
  NIEM_TRY(ni_select_round(&r->previous, r->scores, r->options.previous_round, "previous_round", err));
  if (r->previous >= r->round) {
    status = ni_fail(err, NIEM_ERROR_ARGUMENT, "previous_round", "\"%.60s\" is not before the round \"%.60s\"",
                     r->options.previous_round, round_id(r));
  } else if (ni_scores_row(r->scores, r->unit, r->previous) < 0) {
    status = ni_fail(err, NIEM_ERROR_REFERENCE, "previous_round", "\"%.60s\" has no answers in round \"%.60s\"",
                     unit_id(r), r->options.previous_round);
  }
cleanup:
  return status;
}

static niem_status check_options(const ni_report *r, niem_error *err) {
  if (r->options.most < 1 || r->options.most > LARGEST_MOST) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "most", "is %d; it is 1 to %d", r->options.most, LARGEST_MOST);
  }
  return NIEM_OK;
}

static niem_status choose(ni_report *r, const char *unit, niem_error *err) {
  niem_status status;
  niem_query query;
  int32_t *units = NULL, n_units = 0;
  NIEM_TRY(check_options(r, err));
  NIEM_TRY(ni_select_units(&units, &n_units, r->scores, &unit, 1, NULL, "unit", &r->arena, err));
  r->unit = units[0];
  NIEM_TRY(choose_round(r, err));
  NIEM_TRY(choose_previous(r, err));
  niem_query_init(&query);
  query.index = r->options.index;
  query.group = r->options.group;
  NIEM_TRY(ni_select(&r->s, r->scores, &query, NI_TOP_NODE, err));
  if (r->s.n_groups != 1) {
    status = ni_fail(err, NIEM_ERROR_ARGUMENT, "group", "a report is about one group, or one merge of groups");
    goto cleanup;
  }
  r->group = r->s.groups[0];
  r->index = &r->framework->indexes[r->s.index];
cleanup:
  return status;
}

/* The query for this unit, round, index and group. */
static niem_query query_of(const ni_report *r, const char **unit) {
  niem_query query;
  niem_query_init(&query);
  *unit = unit_id(r);
  query.units = unit;
  query.n_units = 1;
  query.round = round_id(r);
  query.index = r->index->id;
  query.group = r->framework->groups[r->group].id;
  return query;
}

/* --- what it is made of --- */

static niem_status ask_differences(ni_report *r, niem_error *err) {
  niem_status status;
  const char *unit;
  niem_query query = query_of(r, &unit);
  niem_compare_options options;
  niem_compare_options_init(&options);
  options.reference_peers = r->options.reference_peers;
  options.reference_units = r->options.reference_units;
  options.n_reference_units = r->options.n_reference_units;
  if (options.reference_peers == NULL && options.reference_units == NULL && options.n_reference_units == 0) {
    options.reference_units = r->scores->answers->units;
    options.n_reference_units = r->scores->answers->n_units;
  }
  NIEM_TRY(niem_difference(&r->differences, r->scores, &query, &options, err));
  query.level = "indicator";
  NIEM_TRY(niem_difference(&r->leaves, r->scores, &query, &options, err));
cleanup:
  return status;
}

static niem_status ask_change(ni_report *r, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_error own;
  const char *unit;
  niem_query query = query_of(r, &unit);
  const char *from = r->previous < 0 ? NULL : r->scores->answers->rounds[r->previous];
  r->additive = 1;
  if (from == NULL) {
    return NIEM_OK;
  }
  query.round = NULL;
  NIEM_TRY(niem_change(&r->changes, r->scores, from, round_id(r), &query, NULL, err));
  query.node = r->index->nodes[0].name;
  memset(&own, 0, sizeof own);
  status = niem_change_causes(&r->causes, r->scores, from, round_id(r), &query, &own);
  if (status == NIEM_ERROR_UNSUPPORTED) {
    r->additive = 0;
    status = NIEM_OK;
  } else if (status != NIEM_OK && err != NULL) {
    *err = own;
  }
cleanup:
  return status;
}

/* The unit's row among ranks. */
static void find_standing(ni_standing *out, const niem_table *ranks, const char *unit, const char *group) {
  out->rank = ni_nan();
  out->tied = NIEM_MISSING_INTEGER;
  out->n = 0;
  for (int64_t i = 0; i < niem_table_rows(ranks); i++) {
    if (strcmp(ni_report_text(ranks, "group", i), group) == 0) {
      out->n = ni_report_integer(ranks, "n", i);
      if (strcmp(ni_report_text(ranks, "unit", i), unit) == 0) {
        out->rank = ni_report_real(ranks, "rank", i);
        out->tied = ni_report_integer(ranks, "tied", i);
        return;
      }
    }
  }
}

static niem_status ask_groups(ni_report *r, niem_error *err) {
  niem_status status;
  const char *unit;
  niem_table *ranks = NULL;
  niem_query query = query_of(r, &unit);
  query.group = "*";
  query.node = r->index->nodes[0].name;
  NIEM_TRY(niem_scores_table(&r->groups, r->scores, &query, err));
  query.units = NULL;
  query.n_units = 0;
  NIEM_TRY(niem_rank(&ranks, r->scores, &query, NULL, err));
  r->standings = ni_arena_alloc(&r->arena, (size_t)niem_table_rows(r->groups), sizeof *r->standings);
  if (r->standings == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  for (int64_t i = 0; i < niem_table_rows(r->groups); i++) {
    find_standing(&r->standings[i], ranks, unit, ni_report_text(r->groups, "group", i));
  }
cleanup:
  niem_table_free(ranks);
  return status;
}

static niem_status ask_rank(ni_standing *out, const ni_report *r, int32_t node, niem_error *err) {
  const char *unit;
  niem_table *ranks = NULL;
  niem_query query = query_of(r, &unit);
  query.units = NULL;
  query.n_units = 0;
  query.node = r->index->nodes[node].name;
  const niem_status status = niem_rank(&ranks, r->scores, &query, NULL, err);
  if (status == NIEM_OK) {
    find_standing(out, ranks, unit, query.group);
  }
  niem_table_free(ranks);
  return status;
}

static int32_t depth_of(const ni_index *index, int32_t node) {
  int32_t depth = 0;
  while (index->nodes[node].parent >= 0) {
    node = index->nodes[node].parent;
    depth++;
  }
  return depth;
}

/* Inner nodes stand in the tables in the order of the index. */
static niem_status ask_nodes(ni_report *r, niem_error *err) {
  niem_status status = NIEM_OK;
  int64_t row = 0;
  r->nodes = ni_arena_alloc(&r->arena, (size_t)r->index->n_inner, sizeof *r->nodes);
  if (r->nodes == NULL) {
    return ni_fail_memory(err);
  }
  for (int32_t i = 0; i < r->index->n_nodes; i++) {
    if (r->index->nodes[i].leaf >= 0) {
      continue;
    }
    const int32_t depth = depth_of(r->index, i);
    if (depth <= SHOWN_LEVELS && r->index->nodes[i].indicator < 0) { /* a composite is an indicator */
      ni_report_node *own = &r->nodes[r->n_nodes++];
      own->node = i;
      own->depth = depth;
      own->row = row;
      NIEM_TRY(ask_rank(&own->standing, r, i, err));
    }
    row++;
  }
cleanup:
  return status;
}

static niem_status ask(ni_report *r, niem_error *err) {
  niem_status status;
  const char *unit;
  niem_query query = query_of(r, &unit);
  NIEM_TRY(niem_scores_table(&r->values, r->scores, &query, err));
  NIEM_TRY(ask_differences(r, err));
  NIEM_TRY(ask_nodes(r, err));
  NIEM_TRY(ask_groups(r, err));
  NIEM_TRY(ask_change(r, err));
  query.node = r->index->nodes[0].name;
  NIEM_TRY(niem_scores_members(&r->members, r->scores, &query, err));
cleanup:
  return status;
}

/* --- public --- */

void niem_report_options_init(niem_report_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
    options->most = DEFAULT_MOST;
  }
}

static void free_report(ni_report *r) {
  niem_table *tables[] = {r->values, r->differences, r->leaves, r->members, r->groups, r->changes, r->causes};
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
    niem_table_free(tables[i]);
  }
  ni_selection_free(&r->s);
  ni_arena_free(&r->arena);
}

static niem_status report_on(niem_buffer **out, const niem_scores *scores, const char *unit,
                             const niem_report_options *options, niem_error *err) {
  niem_status status;
  ni_report r;
  memset(&r, 0, sizeof r);
  r.scores = scores;
  r.framework = scores->framework;
  niem_report_options_init(&r.options);
  NIEM_TRY(ni_options_read(&r.options, sizeof r.options, options, "options", err));
  NIEM_TRY(choose(&r, unit, err));
  NIEM_TRY(ask(&r, err));
  NIEM_TRY(ni_report_write(out, &r, err));
cleanup:
  free_report(&r);
  return status;
}

niem_status niem_unit_report(niem_buffer **out, const niem_scores *scores, const char *unit,
                             const niem_report_options *options, niem_error *err) {
  ni_fpenv saved;
  if (out == NULL || scores == NULL || unit == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT,
                   out == NULL      ? "out"
                   : scores == NULL ? "scores"
                                    : "unit",
                   "must not be NULL");
  }
  *out = NULL;
  ni_fpenv_enter(&saved);
  const niem_status status = report_on(out, scores, unit, options, err);
  ni_fpenv_leave(&saved);
  return status;
}
