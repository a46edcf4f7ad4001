/* Do the parts of a node measure one thing? Cronbach's alpha and what belongs to it, and McDonald's omega, of each
 * node's children, or of the indicators below it. */
#include "base/platform.h"

#include "analysis/study.h"

#include <stddef.h>
#include <string.h>

typedef struct statistic {
  const char *name;
  size_t at;
} statistic;

#define AT(field) offsetof(niem_alpha, field)
static const statistic COUNTS[] = {
    {"n", AT(n)}, {"n_items", AT(n_items)}, {"n_negative", AT(n_negative)}, {"n_constant", AT(n_constant)}};
static const statistic NUMBERS[] = {{"alpha", AT(alpha)},         {"low", AT(low)},
                                    {"high", AT(high)},           {"standardised", AT(standardised)},
                                    {"average_r", AT(average_r)}, {"lambda_6", AT(lambda_6)},
                                    {"deviation", AT(deviation)}, {"error", AT(error)}};
#undef AT
#define AT(field) offsetof(niem_alpha_item, field)
static const statistic OF_ITEMS[] = {{"mean", AT(mean)},
                                     {"deviation", AT(deviation)},
                                     {"r_total", AT(r_total)},
                                     {"r_rest", AT(r_rest)},
                                     {"smc", AT(smc)},
                                     {"alpha_without", AT(alpha_without)},
                                     {"standardised_without", AT(standardised_without)}};
enum {
  N_COUNTS = sizeof COUNTS / sizeof *COUNTS,
  N_NUMBERS = sizeof NUMBERS / sizeof *NUMBERS,
  N_OF_ITEMS = sizeof OF_ITEMS / sizeof *OF_ITEMS
};

typedef struct scales {
  ni_study s;
  int of_items; /* the part */
  ni_variable *items;
  int32_t n_items;
  double *directions;
  niem_alpha_item *found;
  int32_t node, item, omega, counts[N_COUNTS], numbers[N_NUMBERS + N_OF_ITEMS];
} scales;

static niem_status read_part(scales *k, const char *part, niem_error *err) {
  if (part == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "part", "is NULL; it is one of: nodes, items");
  }
  k->of_items = strcmp(part, "items") == 0;
  return k->of_items || strcmp(part, "nodes") == 0
             ? NIEM_OK
             : ni_fail(err, NIEM_ERROR_REFERENCE, "part", "\"%.40s\" is none of: nodes, items", part);
}

static niem_status make_columns(scales *k, niem_error *err) {
  niem_status status = ni_study_table(&k->s, k->of_items ? "items of scales" : "reliability", 0, err);
  niem_table *table = k->s.a.c.table;
  if (status != NIEM_OK) {
    return status;
  }
  k->node = ni_table_text(table, "node");
  k->item = k->of_items ? ni_table_text(table, "item") : -1;
  for (int i = 0; i < (k->of_items ? 1 : N_COUNTS); i++) {
    k->counts[i] = ni_table_integer(table, COUNTS[i].name);
  }
  for (int i = 0; i < (k->of_items ? N_OF_ITEMS : N_NUMBERS); i++) {
    k->numbers[i] = ni_table_real(table, k->of_items ? OF_ITEMS[i].name : NUMBERS[i].name);
  }
  k->omega = k->of_items ? -1 : ni_table_real(table, "omega");
  ni_table_note(table, "items", k->s.options.items == NIEM_ITEMS_LEAVES ? "indicators" : "children");
  if (!k->of_items) {
    ni_table_note_real(table, "confidence", k->s.options.confidence);
  }
  return NIEM_OK;
}

static niem_status make_room(scales *k, niem_error *err) {
  const int64_t n = k->s.a.c.index->n_nodes;
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_compare_alloc(&k->items, &k->s.a.c, n, sizeof *k->items, err));
  NIEM_TRY(ni_compare_alloc(&k->directions, &k->s.a.c, n, sizeof *k->directions, err));
  NIEM_TRY(ni_compare_alloc(&k->found, &k->s.a.c, n, sizeof *k->found, err));
  NIEM_TRY(ni_study_room(&k->s, n, err));
cleanup:
  return status;
}

/* The statistics of a scale that is none: only how many rows and items there are. */
static void make_empty(niem_alpha *alpha, niem_alpha_item *items, int32_t n_items, int64_t n) {
  static const niem_alpha nothing;
  *alpha = nothing;
  alpha->n = n;
  alpha->n_items = n_items;
  for (int i = 0; i < N_NUMBERS; i++) {
    const double none = ni_nan();
    memcpy((char *)alpha + NUMBERS[i].at, &none, sizeof none);
  }
  for (int32_t j = 0; j < n_items; j++) {
    items[j].n = n;
    for (int i = 0; i < N_OF_ITEMS; i++) {
      const double none = ni_nan();
      memcpy((char *)&items[j] + OF_ITEMS[i].at, &none, sizeof none);
    }
  }
}

/* Rows that count: complete ones; pairwise, the least number of any two items (or of one, where it is alone). */
static int64_t rows_that_count(const ni_study *s) {
  const int32_t m = s->n_columns;
  const int pairwise = s->options.rows == NIEM_ROWS_PAIRWISE;
  int64_t least = s->n_rows;
  for (int32_t a = 0; a < (pairwise ? m : 1); a++) {
    for (int32_t b = pairwise ? a : 0; b < (pairwise ? m : 1); b++) {
      int64_t n = 0;
      for (int64_t i = 0; i < s->n_rows; i++) {
        int there = !ni_is_nan(s->x[i * m + a]) && !ni_is_nan(s->x[i * m + b]);
        for (int32_t j = 0; !pairwise && j < m; j++) {
          there = there && !ni_is_nan(s->x[i * m + j]);
        }
        n += there;
      }
      least = n < least ? n : least;
    }
  }
  return least;
}

static niem_status measure(niem_alpha *alpha, scales *k, niem_error *err) {
  niem_alpha_options o;
  const int64_t n = k->n_items == 0 ? 0 : rows_that_count(&k->s);
  if (k->n_items < 2 || n < 2) {
    make_empty(alpha, k->found, k->n_items, n);
    return NIEM_OK;
  }
  niem_alpha_options_init(&o);
  o.rows = k->s.options.rows;
  o.level = k->s.options.confidence;
  o.directions = k->directions;
  o.n_directions = k->n_items;
  const niem_matrix x = ni_study_matrix(&k->s);
  return niem_cronbach_alpha(alpha, k->found, &x, &o, err);
}

/* McDonald's omega of one factor; NaN where there is none: fewer than three items, one that does not vary. */
static niem_status measure_omega(double *omega, const scales *k, const niem_alpha *alpha, niem_error *err) {
  niem_omega found;
  niem_omega_options o;
  *omega = ni_nan();
  if (k->n_items < 3 || alpha->n < 2 || alpha->n_constant > 0) {
    return NIEM_OK;
  }
  niem_omega_options_init(&o);
  o.rows = k->s.options.rows;
  o.directions = k->directions;
  o.n_directions = k->n_items;
  const niem_matrix x = ni_study_matrix(&k->s);
  const niem_status status = niem_mcdonald_omega(&found, NULL, &x, &o, err);
  *omega = status == NIEM_OK && found.converged ? found.omega : ni_nan();
  return status;
}

static void set_count(niem_table *table, int32_t column, const void *from, size_t at) {
  int64_t count;
  memcpy(&count, (const char *)from + at, sizeof count);
  ni_table_set_integer(table, column, count);
}

static void set_number(niem_table *table, int32_t column, const void *from, size_t at) {
  double number;
  memcpy(&number, (const char *)from + at, sizeof number);
  ni_table_set_real(table, column, number);
}

static void write_node(scales *k, const niem_alpha *alpha, double omega, const char *node, int32_t sample,
                       int32_t group) {
  niem_table *table = k->s.a.c.table;
  ni_study_row(&k->s, sample, group);
  ni_table_set_text(table, k->node, node);
  for (int i = 0; i < N_COUNTS; i++) {
    set_count(table, k->counts[i], alpha, COUNTS[i].at);
  }
  for (int i = 0; i < N_NUMBERS; i++) {
    set_number(table, k->numbers[i], alpha, NUMBERS[i].at);
  }
  ni_table_set_real(table, k->omega, omega);
}

static void write_items(scales *k, const char *node, int32_t sample, int32_t group) {
  niem_table *table = k->s.a.c.table;
  for (int32_t j = 0; j < k->n_items; j++) {
    ni_study_row(&k->s, sample, group);
    ni_table_set_text(table, k->node, node);
    ni_table_set_text(table, k->item, k->items[j].name);
    ni_table_set_integer(table, k->counts[0], k->found[j].n);
    for (int i = 0; i < N_OF_ITEMS; i++) {
      set_number(table, k->numbers[i], &k->found[j], OF_ITEMS[i].at);
    }
  }
}

static niem_status write_scale(void *context, int32_t node, int32_t sample, int32_t group, niem_error *err) {
  scales *k = context;
  niem_status status = NIEM_OK;
  niem_alpha alpha;
  double omega;
  k->n_items = ni_study_items(&k->s, k->items, node);
  for (int32_t j = 0; j < k->n_items; j++) {
    k->directions[j] = ni_variable_direction(&k->s.a, &k->items[j]);
  }
  NIEM_TRY(ni_study_load(&k->s, k->items, k->n_items, group, err));
  NIEM_TRY(measure(&alpha, k, err));
  if (k->of_items) {
    write_items(k, k->s.a.c.index->nodes[node].name, sample, group);
  } else {
    NIEM_TRY(measure_omega(&omega, k, &alpha, err));
    write_node(k, &alpha, omega, k->s.a.c.index->nodes[node].name, sample, group);
  }
cleanup:
  return status;
}

niem_status niem_reliability(niem_table **out, const niem_scores *scores, const char *part, const niem_query *query,
                             const niem_analysis_options *options, niem_error *err) {
  niem_status status = NIEM_OK;
  scales k;
  memset(&k, 0, sizeof k);
  NIEM_TRY(ni_study_begin(&k.s, out, scores, query, options,
                          NI_ASKS_STEP | NI_ASKS_POOLED | NI_ASKS_ROWS | NI_ASKS_ITEMS | NI_ASKS_CONFIDENCE, err));
  NIEM_TRY(read_part(&k, part, err));
  NIEM_TRY(ni_study_check_items(&k.s, err));
  NIEM_TRY(ni_study_select(&k.s, 0, err));
  NIEM_TRY(make_room(&k, err));
  NIEM_TRY(make_columns(&k, err));
  NIEM_TRY(ni_study_each_node(&k.s, write_scale, &k, err));
  NIEM_TRY(ni_compare_finish(out, &k.s.a.c, err));
cleanup:
  ni_study_end(&k.s);
  return status;
}
