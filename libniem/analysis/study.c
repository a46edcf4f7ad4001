/* What the statistics of variables share. */
#include "base/platform.h"

#include "analysis/study.h"
#include "base/options.h"
#include "statistics/matrix.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void niem_analysis_options_init(niem_analysis_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
    options->step = NIEM_STEP_NONE;
    options->tolerance = -1;
    options->high = 0.9;
    options->low = 0.3;
    options->negative = -0.4;
    options->confidence = 0.95;
  }
}

/* --- options --- */

typedef struct part {
  const char *where;
  int is_set;
  int asked_by;
} part;

static niem_status refuse_unused(const niem_analysis_options *o, int asks, niem_error *err) {
  niem_analysis_options plain;
  niem_analysis_options_init(&plain);
  const part parts[] = {
      {"step", o->step != plain.step, NI_ASKS_STEP},
      {"pooled", o->pooled != 0, NI_ASKS_POOLED},
      {"rows", o->rows != 0, NI_ASKS_ROWS},
      {"method", o->method != 0, NI_ASKS_METHOD},
      {"tolerance", !(o->tolerance < 0), NI_ASKS_METHOD},
      {"test", o->test != 0, NI_ASKS_TEST},
      {"adjust", o->adjust != 0, NI_ASKS_TEST},
      {"pairs", o->pairs != 0, NI_ASKS_PAIRS},
      {"high", o->high != plain.high, NI_ASKS_PAIRS},
      {"low", o->low != plain.low, NI_ASKS_PAIRS},
      {"negative", o->negative != plain.negative, NI_ASKS_PAIRS},
      {"items", o->items != 0, NI_ASKS_ITEMS},
      {"confidence", o->confidence != plain.confidence, NI_ASKS_CONFIDENCE},
  };
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (parts[i].is_set && !(parts[i].asked_by & asks)) {
      return ni_fail(err, NIEM_ERROR_ARGUMENT, parts[i].where,
                     "has no part in this analysis; leave it as the _init function made it");
    }
  }
  return NIEM_OK;
}

static niem_status check_thresholds(const niem_analysis_options *o, niem_error *err) {
  const part parts[] = {{"negative", !(o->negative >= -1), 0},
                        {"low", !(o->low >= o->negative), 0},
                        {"high", !(o->high >= o->low && o->high <= 1), 0}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (parts[i].is_set) {
      return ni_fail(err, NIEM_ERROR_VALUE, parts[i].where,
                     "does not fit: the thresholds of correlations stand as -1 <= negative <= low <= high <= 1");
    }
  }
  return NIEM_OK;
}

static niem_status check_options(const niem_analysis_options *o, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_check_choice(o->pooled, 2, "pooled", err));
  NIEM_TRY(ni_check_choice(o->rows, 3, "rows", err));
  NIEM_TRY(ni_check_choice(o->method, NIEM_CORRELATION_END, "method", err));
  NIEM_TRY(ni_check_choice(o->test, NIEM_TEST_END, "test", err));
  NIEM_TRY(ni_check_choice(o->adjust, NIEM_ADJUST_END, "adjust", err));
  NIEM_TRY(ni_check_choice(o->pairs, NIEM_PAIRS_END, "pairs", err));
  NIEM_TRY(ni_check_choice(o->items, NIEM_ITEMS_END, "items", err));
  if (!ni_is_finite(o->tolerance)) {
    return ni_fail(err, NIEM_ERROR_VALUE, "tolerance",
                   "is not finite; it is a number of points, or -1 for the method's");
  }
  if (!(o->tolerance < 0) && o->method == NIEM_CORRELATION_PEARSON) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "tolerance",
                   "is for ranks; Pearson's correlation has none, leave it at -1");
  }
  if (!(o->confidence > 0 && o->confidence < 1)) {
    return ni_fail(err, NIEM_ERROR_VALUE, "confidence", "is not between 0 and 1; 0.95 is usual");
  }
  NIEM_TRY(check_thresholds(o, err));
cleanup:
  return status;
}

niem_status ni_study_begin(ni_study *s, niem_table **out, const niem_scores *scores, const niem_query *query,
                           const niem_analysis_options *options, int asks, niem_error *err) {
  niem_status status = NIEM_OK;
  memset(s, 0, sizeof *s);
  niem_analysis_options_init(&s->options);
  NIEM_TRY(ni_analysis_begin(&s->a, out, scores, query, err));
  NIEM_TRY(ni_options_read(&s->options, sizeof s->options, options, "options", err));
  NIEM_TRY(refuse_unused(&s->options, asks, err));
  NIEM_TRY(check_options(&s->options, err));
cleanup:
  return status;
}

niem_status ni_study_select(ni_study *s, int flags, niem_error *err) {
  const niem_status status = ni_analysis_select(&s->a, s->options.step, flags, err);
  if (status == NIEM_OK && s->options.tolerance < 0 && s->options.method != NIEM_CORRELATION_PEARSON) {
    s->options.tolerance = s->options.step == NIEM_STEP_NONE ? s->a.c.tolerance : 0;
  }
  s->n_samples = s->options.pooled ? 1 : s->a.c.n_rounds;
  return status;
}

void ni_study_end(ni_study *s) {
  ni_free(s->rows);
  ni_free(s->x);
  ni_free(s->state);
  ni_analysis_end(&s->a);
}

/* --- samples --- */

niem_status ni_study_room(ni_study *s, int64_t n_columns, niem_error *err) {
  const size_t rows = (size_t)s->a.c.scores->n_rows;
  const size_t columns = (size_t)(n_columns < 1 ? 1 : n_columns);
  s->rows = ni_alloc(rows, sizeof *s->rows);
  s->x = rows > SIZE_MAX / columns ? NULL : ni_alloc(rows * columns, sizeof *s->x);
  s->state = s->x == NULL ? NULL : ni_alloc(rows * columns, 1);
  return s->rows != NULL && s->state != NULL ? NIEM_OK : ni_fail_memory(err);
}

int32_t ni_study_round(const ni_study *s, int32_t sample) {
  return s->options.pooled ? -1 : s->a.c.rounds[sample];
}

void ni_study_rows(ni_study *s, int32_t sample) {
  const ni_selection *chosen = &s->a.c.selection;
  const int32_t only = ni_study_round(s, sample);
  s->n_rows = 0;
  for (int32_t u = 0; u < chosen->n_units; u++) {
    for (int32_t r = 0; r < s->a.c.n_rounds; r++) {
      const int32_t round = s->a.c.rounds[r];
      const int64_t row = only < 0 || only == round ? ni_scores_row(s->a.c.scores, chosen->units[u], round) : -1;
      if (row >= 0) {
        s->rows[s->n_rows++] = row;
      }
    }
  }
}

static niem_status fail_too_large(const ni_study *s, int64_t row, const ni_variable *variable, niem_error *err) {
  const niem_answers *answers = s->a.c.answers;
  return ni_fail(err, NIEM_ERROR_VALUE, "scores", "%.60s %.60s, %.60s: a value is beyond 1e100 in magnitude",
                 answers->units[answers->pair_unit[row]], answers->rounds[answers->pair_round[row]], variable->name);
}

niem_status ni_study_load(ni_study *s, const ni_variable *variables, int32_t n, int32_t group, niem_error *err) {
  s->n_columns = n;
  for (int64_t i = 0; i < s->n_rows; i++) {
    for (int32_t j = 0; j < n; j++) {
      double *value = &s->x[i * n + j];
      s->state[i * n + j] = (uint8_t)ni_variable_value(value, &s->a, &variables[j], s->rows[i], group);
      *value = s->state[i * n + j] == NI_HAS_VALUE ? *value : ni_nan();
      if (fabs(*value) > NI_MATRIX_GREATEST) {
        return fail_too_large(s, s->rows[i], &variables[j], err);
      }
    }
  }
  return NIEM_OK;
}

niem_matrix ni_study_matrix(const ni_study *s) {
  const niem_matrix x = {s->x, s->n_rows, s->n_columns, s->n_columns, 1};
  return x;
}

/* --- the table --- */

niem_status ni_study_table(ni_study *s, const char *name, int by, niem_error *err) {
  niem_status status = ni_compare_table(&s->a.c, name, by | NI_BY_ROUND | NI_BY_GROUP, err);
  if (status != NIEM_OK) {
    return status;
  }
  niem_table *table = s->a.c.table;
  if (s->options.step == NIEM_STEP_LAST) {
    ni_table_note(table, "step", "the end");
  } else if (s->options.step >= 0) {
    ni_table_note_integer(table, "step", s->options.step);
  }
  if (s->options.pooled) {
    ni_table_note(table, "rounds", "all together; units in several rounds are several rows");
  }
  return NIEM_OK;
}

void ni_study_row(ni_study *s, int32_t sample, int32_t group) {
  ni_compare_row(&s->a.c, -1, ni_study_round(s, sample), group, -1);
}

/* --- items --- */

int32_t ni_study_items(const ni_study *s, ni_variable *items, int32_t node) {
  const ni_index *index = s->a.c.index;
  int32_t n = 0;
  for (int32_t i = node + 1; i < index->n_nodes; i++) {
    const int is_item = s->options.items == NIEM_ITEMS_LEAVES
                            ? index->nodes[i].leaf >= 0 && ni_is_within(index, node, i)
                            : index->nodes[i].parent == node;
    if (is_item) {
      items[n++] = ni_variable_of_node(&s->a, i);
    }
  }
  return n;
}

niem_status ni_study_check_items(const ni_study *s, niem_error *err) {
  if (s->options.step != NIEM_STEP_NONE && s->options.items != NIEM_ITEMS_LEAVES) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "items",
                   "are indicators between two steps; leave `step` out, or take the leaves (%d) as items",
                   (int)NIEM_ITEMS_LEAVES);
  }
  return NIEM_OK;
}

niem_status ni_study_each_node(ni_study *s, ni_study_visit visit, void *context, niem_error *err) {
  const ni_selection *chosen = &s->a.c.selection;
  niem_status status = NIEM_OK;
  for (int32_t t = 0; t < s->n_samples; t++) {
    ni_study_rows(s, t);
    for (int32_t g = 0; s->n_rows > 0 && g < chosen->n_groups; g++) {
      for (int32_t v = 0; v < chosen->n_nodes; v++) {
        if (s->a.c.index->nodes[chosen->nodes[v]].n_children > 0) {
          NIEM_TRY(visit(context, chosen->nodes[v], t, chosen->groups[g], err));
        }
      }
    }
  }
cleanup:
  return status;
}
