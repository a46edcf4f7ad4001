/* Principal components of a node's parts: how many dimensions there are in what is added up, and what each is made of.
 *
 * Source: OECD & JRC, Handbook on Constructing Composite Indicators (2008), step 4. */
#include "base/platform.h"

#include "analysis/study.h"
#include "base/options.h"

#include <string.h>

enum { OF_NODES, OF_VARIANCES, OF_LOADINGS, OF_SCORES };

typedef struct studying {
  ni_study s;
  niem_components_options options;
  int32_t part;
  ni_variable *items;
  int32_t n_items;
  niem_components_report report;
  niem_components_arrays arrays;
  const char *problem; /* why the node has no components */
  /* columns */
  int32_t unit, node, item, component, n, n_items_column, n_components, explained, kmo, determinant, bartlett, df, p,
      converged, problem_column, eigenvalue, share, cumulated, kept, rotated_share, loading, rotated, communality,
      adequacy, score;
} studying;

static niem_status read_part(studying *k, const char *part, niem_error *err) {
  static const char *const words[] = {"nodes", "variances", "loadings", "scores"};
  if (part == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "part", "is NULL; it is one of: nodes, variances, loadings, scores");
  }
  for (int32_t i = 0; i < 4; i++) {
    if (strcmp(part, words[i]) == 0) {
      k->part = i;
      return NIEM_OK;
    }
  }
  return ni_fail(err, NIEM_ERROR_REFERENCE, "part", "\"%.40s\" is none of: nodes, variances, loadings, scores", part);
}

/* --- room --- */

static niem_status allocate(double **array, ni_comparison *c, int64_t n, niem_error *err) {
  return ni_compare_alloc(array, c, n, sizeof **array, err);
}

/* Room for the node with the most parts. */
static niem_status make_room(studying *k, niem_error *err) {
  ni_comparison *c = &k->s.a.c;
  niem_components_arrays *a = &k->arrays;
  const int64_t nodes = c->index->n_nodes;
  int64_t m = 1;
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_compare_alloc(&k->items, c, nodes, sizeof *k->items, err));
  for (int32_t v = 0; v < c->selection.n_nodes; v++) {
    const int64_t own = ni_study_items(&k->s, k->items, c->selection.nodes[v]);
    m = own > m ? own : m;
  }
  niem_components_arrays_init(a);
  NIEM_TRY(allocate(&a->eigenvalues, c, m, err));
  NIEM_TRY(allocate(&a->shares, c, m, err));
  NIEM_TRY(allocate(&a->cumulated, c, m, err));
  NIEM_TRY(allocate(&a->loadings, c, m * m, err));
  NIEM_TRY(allocate(&a->communalities, c, m, err));
  if (k->options.rotation != NIEM_ROTATION_NONE) {
    NIEM_TRY(allocate(&a->rotated, c, m * m, err));
    NIEM_TRY(allocate(&a->rotated_shares, c, m, err));
  }
  NIEM_TRY(allocate(&a->adequacy, c, m, err));
  NIEM_TRY(allocate(&a->scores, c, k->part == OF_SCORES ? m * c->scores->n_rows : 1, err));
  a->scores = k->part == OF_SCORES ? a->scores : NULL;
  NIEM_TRY(ni_study_room(&k->s, m, err));
cleanup:
  return status;
}

/* --- a node --- */

static int is_complete(const ni_study *s, int64_t row) {
  for (int32_t j = 0; j < s->n_columns; j++) {
    if (ni_is_nan(s->x[row * s->n_columns + j])) {
      return 0;
    }
  }
  return 1;
}

static int varies(const ni_study *s, int32_t column) {
  double first = ni_nan();
  for (int64_t i = 0; i < s->n_rows; i++) {
    const double own = s->x[i * s->n_columns + column];
    if (is_complete(s, i) && !ni_is_nan(first) && own != first) {
      return 1;
    }
    first = is_complete(s, i) ? own : first;
  }
  return 0;
}

static const char *problem_of(const studying *k, int64_t n) {
  int32_t varying = 0;
  for (int32_t j = 0; j < k->n_items; j++) {
    varying += varies(&k->s, j);
  }
  const int needs_all = k->options.of == NIEM_OF_CORRELATIONS;
  return k->n_items < 2                                        ? "fewer than two items"
         : n < 3                                               ? "fewer than three complete rows"
         : varying < k->n_items && (needs_all || varying == 0) ? "an item does not vary"
                                                               : NULL;
}

static niem_status find_components(studying *k, niem_error *err) {
  niem_components_options o = k->options;
  const niem_components_report nothing = {.explained = ni_nan(),
                                          .kmo = ni_nan(),
                                          .determinant = ni_nan(),
                                          .bartlett = ni_nan(),
                                          .df = ni_nan(),
                                          .p = ni_nan()};
  int64_t n = 0;
  for (int64_t i = 0; i < k->s.n_rows; i++) {
    n += is_complete(&k->s, i);
  }
  k->report = nothing;
  k->report.n = k->n_items == 0 ? 0 : n;
  k->problem = problem_of(k, n);
  if (k->problem != NULL) {
    return NIEM_OK;
  }
  o.components = o.components > k->n_items ? k->n_items : o.components;
  const niem_matrix x = ni_study_matrix(&k->s);
  return niem_principal_components(&k->report, &k->arrays, &x, &o, err);
}

/* --- the table --- */

static void add_summary_columns(studying *k, niem_table *t) {
  k->n = ni_table_integer(t, "n");
  k->n_items_column = ni_table_integer(t, "n_items");
  k->n_components = ni_table_integer(t, "n_components");
  k->explained = ni_table_real(t, "explained");
  k->kmo = ni_table_real(t, "kmo");
  k->determinant = ni_table_real(t, "determinant");
  k->bartlett = ni_table_real(t, "bartlett");
  k->df = ni_table_real(t, "df");
  k->p = ni_table_real(t, "p");
  k->converged = ni_table_integer(t, "converged");
  k->problem_column = ni_table_text(t, "problem");
}

static niem_status make_columns(studying *k, niem_error *err) {
  static const char *const names[] = {"components", "variances of components", "loadings of components",
                                      "scores of components"};
  const int by = k->part == OF_SCORES ? NI_BY_UNIT : 0;
  const niem_status status = ni_study_table(&k->s, names[k->part], by, err);
  niem_table *t = k->s.a.c.table;
  if (status != NIEM_OK) {
    return status;
  }
  k->node = ni_table_text(t, "node");
  k->item = k->part == OF_LOADINGS ? ni_table_text(t, "item") : -1;
  k->component = k->part == OF_NODES ? -1 : ni_table_integer(t, "component");
  if (k->part == OF_NODES) {
    add_summary_columns(k, t);
  } else if (k->part == OF_VARIANCES) {
    k->eigenvalue = ni_table_real(t, "eigenvalue");
    k->share = ni_table_real(t, "share");
    k->cumulated = ni_table_real(t, "cumulated");
    k->kept = ni_table_integer(t, "kept");
    k->rotated_share = ni_table_real(t, "rotated_share");
  } else if (k->part == OF_LOADINGS) {
    k->loading = ni_table_real(t, "loading");
    k->rotated = ni_table_real(t, "rotated");
    k->communality = ni_table_real(t, "communality");
    k->adequacy = ni_table_real(t, "adequacy");
  } else {
    k->score = ni_table_real(t, "score");
  }
  ni_table_note(t, "items", k->s.options.items == NIEM_ITEMS_LEAVES ? "indicators" : "children");
  ni_table_note(t, "of", k->options.of == NIEM_OF_CORRELATIONS ? "correlations" : "covariances");
  return NIEM_OK;
}

static void write_summary(studying *k, int32_t sample, int32_t group, const char *node) {
  niem_table *t = k->s.a.c.table;
  const niem_components_report *r = &k->report;
  ni_study_row(&k->s, sample, group);
  ni_table_set_text(t, k->node, node);
  ni_table_set_integer(t, k->n, r->n);
  ni_table_set_integer(t, k->n_items_column, k->n_items);
  ni_table_set_integer(t, k->n_components, r->n_components);
  ni_table_set_real(t, k->explained, r->explained);
  ni_table_set_real(t, k->kmo, r->kmo);
  ni_table_set_real(t, k->determinant, r->determinant);
  ni_table_set_real(t, k->bartlett, r->bartlett);
  ni_table_set_real(t, k->df, r->df);
  ni_table_set_real(t, k->p, r->p);
  ni_table_set_integer(t, k->converged, k->problem == NULL ? r->converged : NIEM_MISSING_INTEGER);
  ni_table_set_text(t, k->problem_column, k->problem);
}

static void write_variances(studying *k, int32_t sample, int32_t group, const char *node) {
  niem_table *t = k->s.a.c.table;
  for (int32_t i = 0; i < k->n_items; i++) {
    const int kept = i < k->report.n_components;
    const int rotated = kept && k->arrays.rotated_shares != NULL;
    ni_study_row(&k->s, sample, group);
    ni_table_set_text(t, k->node, node);
    ni_table_set_integer(t, k->component, i + 1);
    ni_table_set_real(t, k->eigenvalue, k->arrays.eigenvalues[i]);
    ni_table_set_real(t, k->share, k->arrays.shares[i]);
    ni_table_set_real(t, k->cumulated, k->arrays.cumulated[i]);
    ni_table_set_integer(t, k->kept, kept);
    ni_table_set_real(t, k->rotated_share, rotated ? k->arrays.rotated_shares[i] : ni_nan());
  }
}

static void write_loadings(studying *k, int32_t sample, int32_t group, const char *node) {
  niem_table *t = k->s.a.c.table;
  const int64_t n = k->report.n_components;
  for (int32_t j = 0; j < k->n_items; j++) {
    for (int64_t i = 0; i < n; i++) {
      ni_study_row(&k->s, sample, group);
      ni_table_set_text(t, k->node, node);
      ni_table_set_text(t, k->item, k->items[j].name);
      ni_table_set_integer(t, k->component, i + 1);
      ni_table_set_real(t, k->loading, k->arrays.loadings[j * n + i]);
      ni_table_set_real(t, k->rotated, k->arrays.rotated == NULL ? ni_nan() : k->arrays.rotated[j * n + i]);
      ni_table_set_real(t, k->communality, k->arrays.communalities[j]);
      ni_table_set_real(t, k->adequacy, k->arrays.adequacy[j]);
    }
  }
}

static void write_scores(studying *k, int32_t group, const char *node) {
  niem_table *t = k->s.a.c.table;
  const niem_answers *answers = k->s.a.c.answers;
  const int64_t n = k->report.n_components;
  for (int64_t i = 0; i < k->s.n_rows; i++) {
    for (int64_t c = 0; c < n; c++) {
      const int64_t row = k->s.rows[i];
      ni_compare_row(&k->s.a.c, answers->pair_unit[row], answers->pair_round[row], group, -1);
      ni_table_set_text(t, k->node, node);
      ni_table_set_integer(t, k->component, c + 1);
      ni_table_set_real(t, k->score, k->arrays.scores[i * n + c]);
    }
  }
}

static niem_status write_node(void *context, int32_t place, int32_t sample, int32_t group, niem_error *err) {
  studying *k = context;
  const char *node = k->s.a.c.index->nodes[place].name;
  niem_status status = NIEM_OK;
  k->n_items = ni_study_items(&k->s, k->items, place);
  NIEM_TRY(ni_study_load(&k->s, k->items, k->n_items, group, err));
  NIEM_TRY(find_components(k, err));
  if (k->part == OF_NODES) {
    write_summary(k, sample, group, node);
  } else if (k->problem == NULL && k->part == OF_VARIANCES) {
    write_variances(k, sample, group, node);
  } else if (k->problem == NULL && k->part == OF_LOADINGS) {
    write_loadings(k, sample, group, node);
  } else if (k->problem == NULL) {
    write_scores(k, group, node);
  }
cleanup:
  return status;
}

niem_status niem_components(niem_table **out, const niem_scores *scores, const char *part, const niem_query *query,
                            const niem_analysis_options *options, const niem_components_options *components,
                            niem_error *err) {
  niem_status status = NIEM_OK;
  studying k;
  memset(&k, 0, sizeof k);
  niem_components_options_init(&k.options);
  NIEM_TRY(ni_study_begin(&k.s, out, scores, query, options, NI_ASKS_STEP | NI_ASKS_POOLED | NI_ASKS_ITEMS, err));
  NIEM_TRY(ni_options_read(&k.options, sizeof k.options, components, "components", err));
  NIEM_TRY(read_part(&k, part, err));
  NIEM_TRY(ni_study_check_items(&k.s, err));
  NIEM_TRY(ni_study_select(&k.s, 0, err));
  NIEM_TRY(make_room(&k, err));
  NIEM_TRY(make_columns(&k, err));
  NIEM_TRY(ni_study_each_node(&k.s, write_node, &k, err));
  NIEM_TRY(ni_compare_finish(out, &k.s.a.c, err));
cleanup:
  ni_study_end(&k.s);
  return status;
}
