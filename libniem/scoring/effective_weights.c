/* Effective weights: what each node and indicator has of the top when nothing is missing - the product of its shares
 * among its siblings on the way up. */
#include "base/platform.h"

#include "base/fail.h"
#include "base/fpenv.h"
#include "base/number.h"
#include "model/table.h"
#include "scoring/plan.h"

#include <string.h>

typedef struct columns {
  int32_t index, node, level, parent, weight, share, effective;
} columns;

/* A share among the siblings; NaN where the aggregation has no weights of its own for its children. */
static ni_dd share_of(const ni_plan *plan, int32_t place, double *weight) {
  const ni_node *node = &plan->index->nodes[place];
  *weight = ni_nan();
  if (node->parent < 0) {
    return ni_dd_from(1);
  }
  const ni_node *parent = &plan->index->nodes[node->parent];
  const double *weights = ni_plan_weights(plan, node->parent);
  const ni_aggregation *aggregation = ni_plan_aggregation(plan, node->parent);
  ni_dd sum = ni_dd_from(0);
  for (int32_t k = 0; k < parent->n_children; k++) {
    sum = ni_dd_add_d(sum, weights[k]);
    *weight = parent->children[k] == place ? weights[k] : *weight;
  }
  if (!ni_uses_weights(aggregation)) {
    *weight = ni_nan();
  }
  return ni_is_nan(*weight) ? ni_dd_from(ni_nan()) : ni_dd_div(ni_dd_from(*weight), sum);
}

static niem_status write_index(niem_table *t, const columns *c, const ni_plan *plan, niem_error *err) {
  const ni_index *index = plan->index;
  ni_dd *effective = ni_alloc((size_t)index->n_nodes, sizeof *effective);
  if (effective == NULL) {
    return ni_fail_memory(err);
  }
  for (int32_t i = 0; i < index->n_nodes; i++) { /* children stand after their parent */
    const ni_node *node = &index->nodes[i];
    double weight;
    const ni_dd share = share_of(plan, i, &weight);
    effective[i] = node->parent < 0 ? share : ni_dd_mul(effective[node->parent], share);
    ni_table_row(t);
    ni_table_set_text(t, c->index, index->id);
    ni_table_set_text(t, c->node, node->name);
    ni_table_set_text(t, c->level, node->level);
    ni_table_set_text(t, c->parent, node->parent < 0 ? NULL : index->nodes[node->parent].name);
    ni_table_set_real(t, c->weight, weight);
    ni_table_set_real(t, c->share, node->parent < 0 ? ni_nan() : ni_dd_value(share));
    ni_table_set_real(t, c->effective, ni_dd_value(effective[i]));
  }
  ni_free(effective);
  return NIEM_OK;
}

static niem_status write_weights(niem_table **out, const niem_scores *scores, const char *index, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_table *t = NULL;
  int32_t written = 0;
  if (out == NULL || scores == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "scores", "must not be NULL");
  }
  *out = NULL;
  NIEM_TRY(ni_table_new(&t, "effective weights", err));
  const columns c = {ni_table_text(t, "index"),    ni_table_text(t, "node"),   ni_table_text(t, "level"),
                     ni_table_text(t, "parent"),   ni_table_real(t, "weight"), ni_table_real(t, "share"),
                     ni_table_real(t, "effective")};
  for (int32_t i = 0; i < scores->framework->n_indexes; i++) {
    const int meant = index == NULL || strcmp(index, scores->framework->indexes[i].id) == 0;
    if (meant && scores->indexes[i].scored) {
      NIEM_TRY(write_index(t, &c, scores->indexes[i].plan, err));
      written++;
    }
  }
  if (written == 0) {
    status = ni_fail(err, NIEM_ERROR_REFERENCE, "index", "\"%.60s\" is no index of these scores", index);
    goto cleanup;
  }
  NIEM_TRY(ni_table_finish(&t, err));
  *out = t;
  t = NULL;
cleanup:
  niem_table_free(t);
  return status;
}

niem_status niem_effective_weights(niem_table **out, const niem_scores *scores, const char *index, niem_error *err) {
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  const niem_status status = write_weights(out, scores, index, err);
  ni_fpenv_leave(&saved);
  return status;
}
