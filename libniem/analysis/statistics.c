/* What nodes and indicators are described by over the units: the statistics of niem_describe, a row for each. */
#include "base/platform.h"

#include "analysis/study.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

typedef struct statistic {
  const char *name;
  size_t at;
} statistic;

#define AT(field) offsetof(niem_description, field)
static const statistic COUNTS[] = {{"n", AT(n)},
                                   {"n_missing", AT(n_missing)},
                                   {"n_unique", AT(n_unique)},
                                   {"n_nonzero", AT(n_nonzero)},
                                   {"n_commonest", AT(n_commonest)},
                                   {"n_low", AT(n_low)},
                                   {"n_high", AT(n_high)}};
static const statistic NUMBERS[] = {{"available", AT(available)},
                                    {"unique", AT(unique)},
                                    {"nonzero", AT(nonzero)},
                                    {"commonest", AT(commonest)},
                                    {"minimum", AT(minimum)},
                                    {"maximum", AT(maximum)},
                                    {"mean", AT(mean)},
                                    {"median", AT(median)},
                                    {"q05", AT(q05)},
                                    {"q25", AT(q25)},
                                    {"q75", AT(q75)},
                                    {"q95", AT(q95)},
                                    {"iqr", AT(iqr)},
                                    {"deviation", AT(deviation)},
                                    {"variation", AT(variation)},
                                    {"skewness", AT(skewness)},
                                    {"kurtosis", AT(kurtosis)}};
enum { N_COUNTS = sizeof COUNTS / sizeof *COUNTS, N_NUMBERS = sizeof NUMBERS / sizeof *NUMBERS };

typedef struct columns {
  int32_t node, counts[N_COUNTS], numbers[N_NUMBERS], flags;
} columns;

static niem_status make_columns(columns *c, ni_study *s, niem_error *err) {
  const niem_status status = ni_study_table(s, "statistics", 0, err);
  if (status != NIEM_OK) {
    return status;
  }
  niem_table *table = s->a.c.table;
  c->node = ni_table_text(table, "node");
  for (int k = 0; k < N_COUNTS; k++) {
    c->counts[k] = ni_table_integer(table, COUNTS[k].name);
  }
  for (int k = 0; k < N_NUMBERS; k++) {
    c->numbers[k] = ni_table_real(table, NUMBERS[k].name);
  }
  c->flags = ni_table_text(table, "flags");
  for (int32_t v = 0; v < s->a.n_variables; v++) {
    (void)ni_table_add_level(table, c->node, s->a.variables[v].name);
  }
  return NIEM_OK;
}

static void write_flags(niem_table *table, int32_t column, int32_t flags) {
  static const char *const words[] = {"available", "nonzero", "unique", "outliers", "constant"};
  char text[80] = "";
  size_t used = 0;
  for (int k = 0; k < 5; k++) {
    if (flags & 1 << k) {
      used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used == 0 ? "" : ", ", words[k]);
    }
  }
  ni_table_set_text(table, column, used == 0 ? NULL : text);
}

static void write_description(ni_study *s, const columns *c, int32_t v, const niem_description *d) {
  niem_table *table = s->a.c.table;
  const char *bytes = (const char *)d;
  ni_table_set_code(table, c->node, v);
  for (int k = 0; k < N_COUNTS; k++) {
    int64_t count;
    memcpy(&count, bytes + COUNTS[k].at, sizeof count);
    ni_table_set_integer(table, c->counts[k], count);
  }
  for (int k = 0; k < N_NUMBERS; k++) {
    double number;
    memcpy(&number, bytes + NUMBERS[k].at, sizeof number);
    ni_table_set_real(table, c->numbers[k], number);
  }
  write_flags(table, c->flags, d->flags);
}

/* What applies of column v, at the beginning of `values`; how many. */
static int64_t applicable(double *values, const ni_study *s, int32_t v) {
  int64_t n = 0;
  for (int64_t i = 0; i < s->n_rows; i++) {
    values[n] = s->x[i * s->n_columns + v];
    n += s->state[i * s->n_columns + v] != NI_NOT_APPLICABLE;
  }
  return n;
}

/* Of a variable that applies to nobody there is nothing to say, and nothing is missing. */
static void make_empty(niem_description *d) {
  d->n_missing = 0;
  d->available = ni_nan();
  d->flags = NIEM_FLAG_CONSTANT;
}

static niem_status describe_all(ni_study *s, const columns *c, const niem_describe_options *options, double *values,
                                int32_t sample, int32_t group, niem_error *err) {
  niem_status status = ni_study_load(s, s->a.variables, s->a.n_variables, group, err);
  for (int32_t v = 0; v < s->a.n_variables && status == NIEM_OK; v++) {
    niem_description found;
    const double nothing = ni_nan();
    const int64_t n = applicable(values, s, v);
    const niem_matrix x = {n == 0 ? &nothing : values, n == 0 ? 1 : n, 1, 1, 1};
    status = niem_describe(&found, &x, options, err);
    if (status == NIEM_OK && n == 0) {
      make_empty(&found);
    }
    if (status == NIEM_OK) {
      ni_study_row(s, sample, group);
      write_description(s, c, v, &found);
    }
  }
  return status;
}

niem_status niem_statistics(niem_table **out, const niem_scores *scores, const niem_query *query,
                            const niem_analysis_options *options, const niem_describe_options *describe,
                            niem_error *err) {
  niem_status status = NIEM_OK;
  double *values = NULL;
  columns c;
  ni_study s;
  NIEM_TRY(ni_study_begin(&s, out, scores, query, options, NI_ASKS_STEP | NI_ASKS_POOLED, err));
  NIEM_TRY(ni_study_select(&s, NI_LOOSE_INDICATORS, err));
  NIEM_TRY(ni_study_room(&s, s.a.n_variables, err));
  NIEM_TRY(make_columns(&c, &s, err));
  values = ni_alloc((size_t)scores->n_rows + 1, sizeof *values);
  NIEM_TRY(values == NULL ? ni_fail_memory(err) : NIEM_OK);
  for (int32_t t = 0; t < s.n_samples; t++) {
    ni_study_rows(&s, t);
    for (int32_t g = 0; s.n_rows > 0 && g < s.a.c.selection.n_groups; g++) {
      NIEM_TRY(describe_all(&s, &c, describe, values, t, s.a.c.selection.groups[g], err));
    }
  }
  NIEM_TRY(ni_compare_finish(out, &s.a.c, err));
cleanup:
  ni_free(values);
  ni_study_end(&s);
  return status;
}
