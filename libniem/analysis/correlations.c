/* Correlations of nodes and indicators over the units: siblings that say the same, or the opposite; parts that have
 * nothing to do with what they are part of; indicators that hang on a denominator.
 *
 * Source: OECD & JRC, Handbook on Constructing Composite Indicators (2008), step 4. */
#include "base/platform.h"

#include "analysis/study.h"
#include "base/order.h"
#include "base/threads.h"

#include <string.h>

/* Two sets of variables of the matrix, each of the first with each of the second (none: with each other). */
typedef struct block {
  int32_t n_a, n_b;
  int32_t *a, *b; /* places among the variables */
} block;

typedef struct pair {
  int32_t a, b;
  int64_t n;
  double r, p;
} pair;

typedef struct correlating {
  ni_study s;
  ni_stages stages;
  int64_t done, calls; /* of the statistics: blocks of each round and group */
  int32_t n_nodes;     /* the first variables are the query's nodes; after them those above, or denominators */
  int32_t *node_at;    /* by node of the index: its variable; -1 */
  int32_t n_blocks;
  block *blocks;
  double *x, *y, *r, *p;
  int64_t *n;
  int64_t n_pairs;
  pair *pairs;
  int64_t *order;
  double *adjusted;
  int32_t node_a, node_b, relation, correlation, n_column, p_column, p_adjusted, flag;
} correlating;

/* --- variables beside the query's nodes --- */

static int32_t add_node(correlating *k, int32_t node) {
  ni_analysis *a = &k->s.a;
  if (k->node_at[node] < 0) {
    k->node_at[node] = a->n_variables;
    a->variables[a->n_variables++] = ni_variable_of_node(a, node);
  }
  return k->node_at[node];
}

static void mark(uint8_t *is_denominator, const niem_framework *framework, int32_t indicator) {
  if (indicator >= 0) {
    is_denominator[indicator] = framework->indicators[indicator].scale.kind == NI_NUMERIC;
  }
}

/* Those by which the framework or the steps of the method divide. */
static void find_denominators(uint8_t *is_denominator, const ni_analysis *a) {
  const niem_framework *framework = a->c.framework;
  const niem_method *method = a->c.scores->method;
  for (int32_t i = 0; i < framework->n_indicators; i++) {
    mark(is_denominator, framework, framework->indicators[i].denominator);
  }
  for (int32_t s = 0; s < method->n_steps; s++) {
    const ni_step *step = &method->steps[s];
    for (int32_t k = 0; step->kind == NI_STEP_DENOMINATE && k < step->by.n; k++) {
      mark(is_denominator, framework, ni_find_indicator(framework, step->by.names[k], NULL));
    }
  }
}

static niem_status add_denominators(correlating *k, niem_error *err) {
  ni_analysis *a = &k->s.a;
  const niem_framework *framework = a->c.framework;
  uint8_t *is_denominator = ni_alloc_zero((size_t)framework->n_indicators, 1);
  if (is_denominator == NULL) {
    return ni_fail_memory(err);
  }
  find_denominators(is_denominator, a);
  for (int32_t i = 0; i < framework->n_indicators; i++) {
    if (is_denominator[i]) {
      const ni_variable variable = {framework->indicators[i].id, -1, i};
      a->variables[a->n_variables++] = variable;
    }
  }
  ni_free(is_denominator);
  return a->n_variables > k->n_nodes
             ? NIEM_OK
             : ni_fail(err, NIEM_ERROR_REFERENCE, "pairs",
                       "no indicator has a denominator, neither in the framework nor in a step of the method");
}

/* The indicators of these pairs are numbers: what is no number is not divided by anything. */
static void keep_numbers(ni_analysis *a) {
  int32_t n = 0;
  for (int32_t v = 0; v < a->n_variables; v++) {
    if (a->c.framework->indicators[a->variables[v].indicator].scale.kind == NI_NUMERIC) {
      a->variables[n++] = a->variables[v];
    }
  }
  a->n_variables = n;
}

/* --- blocks --- */

static niem_status new_block(block **out, correlating *k, int32_t n_a, int32_t n_b, niem_error *err) {
  niem_status status = NIEM_OK;
  block *b = &k->blocks[k->n_blocks];
  NIEM_TRY(ni_compare_alloc(&b->a, &k->s.a.c, n_a, sizeof *b->a, err));
  NIEM_TRY(ni_compare_alloc(&b->b, &k->s.a.c, n_b, sizeof *b->b, err));
  b->n_a = b->n_b = 0;
  k->n_blocks++;
  *out = b;
cleanup:
  return status;
}

static int32_t parent_of(const correlating *k, int32_t variable) {
  const int32_t node = k->s.a.variables[variable].node;
  return node < 0 ? -1 : k->s.a.c.index->nodes[node].parent;
}

/* All of them with each other, or with the denominators. */
static niem_status one_block(correlating *k, niem_error *err) {
  block *b;
  const int32_t n = k->s.a.n_variables;
  const niem_status status = new_block(&b, k, k->n_nodes, n - k->n_nodes, err);
  for (int32_t v = 0; status == NIEM_OK && v < k->n_nodes; v++) {
    b->a[b->n_a++] = v;
  }
  for (int32_t v = k->n_nodes; status == NIEM_OK && v < n; v++) {
    b->b[b->n_b++] = v;
  }
  return status;
}

/* Is the node above the variable, or its parent, as the option asks? */
static int belongs(const correlating *k, int32_t node, int32_t variable) {
  const int32_t parent = parent_of(k, variable);
  if (k->s.options.pairs == NIEM_PAIRS_ANCESTORS) {
    return parent >= 0 && ni_is_within(k->s.a.c.index, node, parent);
  }
  return parent == node;
}

/* For each node of the index what is below it: with each other (siblings), or with it. */
static niem_status blocks_by_node(correlating *k, niem_error *err) {
  const ni_index *index = k->s.a.c.index;
  const int siblings = k->s.options.pairs == NIEM_PAIRS_SIBLINGS;
  niem_status status = NIEM_OK;
  for (int32_t node = 0; node < index->n_nodes && status == NIEM_OK; node++) {
    int32_t n = 0;
    for (int32_t v = 0; v < k->n_nodes; v++) {
      n += belongs(k, node, v);
    }
    block *b;
    if (n < (siblings ? 2 : 1)) {
      continue;
    }
    status = new_block(&b, k, n, 1, err);
    for (int32_t v = 0; v < k->n_nodes && status == NIEM_OK; v++) {
      if (belongs(k, node, v)) {
        b->a[b->n_a++] = v;
      }
    }
    if (status == NIEM_OK && !siblings) {
      b->b[b->n_b++] = add_node(k, node);
    }
  }
  return status;
}

static int64_t pairs_of(const block *b) {
  return b->n_b == 0 ? (int64_t)b->n_a * (b->n_a - 1) / 2 : (int64_t)b->n_a * b->n_b;
}

static niem_status make_blocks(correlating *k, niem_error *err) {
  ni_analysis *a = &k->s.a;
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_compare_alloc(&k->blocks, &a->c, (int64_t)a->c.index->n_nodes + 1, sizeof *k->blocks, err));
  if (k->s.options.pairs == NIEM_PAIRS_DENOMINATORS) {
    keep_numbers(a);
  }
  k->n_nodes = a->n_variables;
  NIEM_TRY(ni_compare_alloc(&k->node_at, &a->c, a->c.index->n_nodes, sizeof *k->node_at, err));
  memset(k->node_at, 0xff, (size_t)a->c.index->n_nodes * sizeof *k->node_at);
  for (int32_t v = 0; v < k->n_nodes; v++) {
    if (a->variables[v].node >= 0) {
      k->node_at[a->variables[v].node] = v;
    }
  }
  if (k->s.options.pairs == NIEM_PAIRS_DENOMINATORS) {
    NIEM_TRY(add_denominators(k, err));
  }
  status = k->s.options.pairs == NIEM_PAIRS_LEVEL || k->s.options.pairs == NIEM_PAIRS_DENOMINATORS
               ? one_block(k, err)
               : blocks_by_node(k, err);
cleanup:
  return status;
}

/* --- the pairs of a round and group --- */

static niem_status make_room(correlating *k, niem_error *err) {
  const int64_t rows = k->s.a.c.scores->n_rows;
  int64_t pairs = 0;
  int64_t cells = 0;
  int32_t columns = 0;
  for (int32_t i = 0; i < k->n_blocks; i++) {
    const block *b = &k->blocks[i];
    const int64_t own = (int64_t)b->n_a * (b->n_b == 0 ? b->n_a : b->n_b);
    pairs += pairs_of(b);
    cells = own > cells ? own : cells;
    columns = b->n_a > columns ? b->n_a : columns;
    columns = b->n_b > columns ? b->n_b : columns;
  }
  k->x = ni_alloc((size_t)(rows * columns), sizeof *k->x);
  k->y = ni_alloc((size_t)(rows * columns), sizeof *k->y);
  k->r = ni_alloc((size_t)cells, sizeof *k->r);
  k->p = ni_alloc((size_t)cells, sizeof *k->p);
  k->n = ni_alloc((size_t)cells, sizeof *k->n);
  k->pairs = ni_alloc((size_t)pairs, sizeof *k->pairs);
  k->order = ni_alloc((size_t)pairs, sizeof *k->order);
  k->adjusted = ni_alloc((size_t)pairs, sizeof *k->adjusted);
  return k->x && k->y && k->r && k->p && k->n && k->pairs && k->order && k->adjusted
             ? ni_study_room(&k->s, k->s.a.n_variables, err)
             : ni_fail_memory(err);
}

static void free_room(correlating *k) {
  ni_free(k->x);
  ni_free(k->y);
  ni_free(k->r);
  ni_free(k->p);
  ni_free(k->n);
  ni_free(k->pairs);
  ni_free(k->order);
  ni_free(k->adjusted);
}

/* Some columns of the matrix in hand. */
static niem_matrix columns_of(double *out, const ni_study *s, const int32_t *columns, int32_t n) {
  const niem_matrix x = {out, s->n_rows, n, n, 1};
  for (int64_t i = 0; i < s->n_rows; i++) {
    for (int32_t j = 0; j < n; j++) {
      out[i * n + j] = s->x[i * s->n_columns + columns[j]];
    }
  }
  return x;
}

static int is_same(const correlating *k, int32_t a, int32_t b) {
  const ni_variable *one = &k->s.a.variables[a];
  const ni_variable *other = &k->s.a.variables[b];
  return one->indicator >= 0 && one->indicator == other->indicator;
}

static void take_pairs(correlating *k, const block *b) {
  const int32_t n_b = b->n_b == 0 ? b->n_a : b->n_b;
  const int32_t *others = b->n_b == 0 ? b->a : b->b;
  for (int32_t i = 0; i < b->n_a; i++) {
    for (int32_t j = b->n_b == 0 ? i + 1 : 0; j < n_b; j++) {
      const int64_t at = (int64_t)i * n_b + j;
      const pair made = {b->a[i], others[j], k->n[at], k->r[at], k->p[at]};
      k->pairs[k->n_pairs] = made;
      k->n_pairs += !is_same(k, b->a[i], others[j]); /* a denominator that is scored, too */
    }
  }
}

static niem_status correlate_block(correlating *k, const block *b, niem_error *err) {
  niem_correlate_options o;
  niem_correlate_options_init(&o);
  o.method = k->s.options.method;
  o.rows = k->s.options.rows;
  o.test = k->s.options.test;
  o.tolerance = o.method == NIEM_CORRELATION_PEARSON ? o.tolerance : k->s.options.tolerance;
  const niem_matrix x = columns_of(k->x, &k->s, b->a, b->n_a);
  const niem_matrix y = columns_of(k->y, &k->s, b->b, b->n_b);
  const niem_exec *exec = ni_stages_next(&k->stages, (double)(k->done + 1) / (double)k->calls);
  const niem_status status = niem_correlate(k->r, k->p, k->n, &x, b->n_b == 0 ? NULL : &y, &o, exec, err);
  if (status == NIEM_OK) {
    take_pairs(k, b);
  }
  k->done++;
  return status;
}

static int by_variables(int64_t a, int64_t b, const void *context) {
  const pair *one = (const pair *)context + a;
  const pair *other = (const pair *)context + b;
  return one->a != other->a ? (one->a > other->a) - (one->a < other->a) : (one->b > other->b) - (one->b < other->b);
}

/* --- the table --- */

static niem_status make_columns(correlating *k, niem_error *err) {
  const niem_status status = ni_study_table(&k->s, "correlations", 0, err);
  if (status != NIEM_OK) {
    return status;
  }
  niem_table *table = k->s.a.c.table;
  k->node_a = ni_table_text(table, "node_a");
  k->node_b = ni_table_text(table, "node_b");
  k->relation = ni_table_text(table, "relation");
  k->correlation = ni_table_real(table, "correlation");
  k->n_column = ni_table_integer(table, "n");
  k->p_column = ni_table_real(table, "p");
  k->p_adjusted = ni_table_real(table, "p_adjusted");
  k->flag = ni_table_text(table, "flag");
  ni_table_note_real(table, "high", k->s.options.high);
  ni_table_note_real(table, "low", k->s.options.low);
  ni_table_note_real(table, "negative", k->s.options.negative);
  return NIEM_OK;
}

static const char *relation_of(const correlating *k, int32_t a, int32_t b) {
  const ni_index *index = k->s.a.c.index;
  const int32_t one = k->s.a.variables[a].node;
  const int32_t other = k->s.a.variables[b].node;
  if (k->s.options.pairs == NIEM_PAIRS_DENOMINATORS) {
    return "denominator";
  }
  const int32_t up_one = index->nodes[one].parent;
  const int32_t up_other = index->nodes[other].parent;
  return up_one == other || up_other == one                                   ? "parent"
         : up_one == up_other                                                 ? "siblings"
         : ni_is_within(index, one, other) || ni_is_within(index, other, one) ? "ancestor"
                                                                              : "other";
}

/* A threshold is reached by what differs from it by the representation of numbers only. */
#define SAME_CORRELATION 1e-12

static const char *flag_of(const niem_analysis_options *o, double r) {
  return ni_is_nan(r)                          ? NULL
         : r >= o->high - SAME_CORRELATION     ? "high"
         : r <= o->negative + SAME_CORRELATION ? "negative"
         : r < o->low - SAME_CORRELATION       ? "low"
                                               : NULL;
}

static void write_pair(correlating *k, int64_t i, int32_t sample, int32_t group) {
  niem_table *table = k->s.a.c.table;
  const pair *own = &k->pairs[i];
  ni_study_row(&k->s, sample, group);
  ni_table_set_text(table, k->node_a, k->s.a.variables[own->a].name);
  ni_table_set_text(table, k->node_b, k->s.a.variables[own->b].name);
  ni_table_set_text(table, k->relation, relation_of(k, own->a, own->b));
  ni_table_set_real(table, k->correlation, own->r);
  ni_table_set_integer(table, k->n_column, own->n);
  ni_table_set_real(table, k->p_column, own->p);
  ni_table_set_real(table, k->p_adjusted, k->adjusted[i]);
  ni_table_set_text(table, k->flag, flag_of(&k->s.options, own->r));
}

static niem_status write_group(correlating *k, int32_t sample, int32_t group, niem_error *err) {
  niem_status status = NIEM_OK;
  k->n_pairs = 0;
  NIEM_TRY(ni_study_load(&k->s, k->s.a.variables, k->s.a.n_variables, group, err));
  for (int32_t i = 0; i < k->n_blocks; i++) {
    NIEM_TRY(correlate_block(k, &k->blocks[i], err));
  }
  for (int64_t i = 0; i < k->n_pairs; i++) {
    k->adjusted[i] = k->pairs[i].p;
    k->order[i] = i;
  }
  if (k->n_pairs > 0) {
    NIEM_TRY(niem_adjust_p_values(k->adjusted, k->adjusted, k->n_pairs, k->s.options.adjust, err));
  }
  if (!ni_sort_indices(k->order, k->n_pairs, by_variables, k->pairs)) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  for (int64_t i = 0; i < k->n_pairs; i++) {
    write_pair(k, k->order[i], sample, group);
  }
cleanup:
  return status;
}

static niem_status check_pairs(const ni_study *s, niem_error *err) {
  if (s->options.pairs == NIEM_PAIRS_DENOMINATORS && s->options.step == NIEM_STEP_NONE) {
    return ni_fail(
        err, NIEM_ERROR_ARGUMENT, "step",
        "is needed to correlate with denominators, which are numbers and no nodes; 0 is as they were answered");
  }
  return NIEM_OK;
}

niem_status niem_correlations(niem_table **out, const niem_scores *scores, const niem_query *query,
                              const niem_analysis_options *options, const niem_exec *exec, niem_error *err) {
  niem_status status = NIEM_OK;
  const int asks = NI_ASKS_STEP | NI_ASKS_POOLED | NI_ASKS_ROWS | NI_ASKS_METHOD | NI_ASKS_TEST | NI_ASKS_PAIRS;
  correlating k;
  niem_exec own;
  memset(&k, 0, sizeof k);
  NIEM_TRY(ni_study_begin(&k.s, out, scores, query, options, asks, err));
  NIEM_TRY(ni_exec_read(&own, exec, err));
  NIEM_TRY(check_pairs(&k.s, err));
  NIEM_TRY(ni_study_select(&k.s, 0, err));
  NIEM_TRY(make_blocks(&k, err));
  NIEM_TRY(make_room(&k, err));
  NIEM_TRY(make_columns(&k, err));
  ni_stages_begin(&k.stages, &own);
  k.calls = (int64_t)k.s.n_samples * k.s.a.c.selection.n_groups * (k.n_blocks > 0 ? k.n_blocks : 1);
  for (int32_t t = 0; t < k.s.n_samples; t++) {
    ni_study_rows(&k.s, t);
    for (int32_t g = 0; k.s.n_rows > 0 && g < k.s.a.c.selection.n_groups; g++) {
      NIEM_TRY(write_group(&k, t, k.s.a.c.selection.groups[g], err));
    }
  }
  NIEM_TRY(ni_stages_end(&k.stages, err));
  NIEM_TRY(ni_compare_finish(out, &k.s.a.c, err));
cleanup:
  free_room(&k);
  ni_study_end(&k.s);
  return status;
}
