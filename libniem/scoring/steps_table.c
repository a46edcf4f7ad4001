/* What the method's steps did, as tables: each value that was filled or changed, each unit that was left out, and each
 * indicator's parameters, and the weights that were made. */
#include "base/platform.h"

#include "base/fail.h"
#include "base/number.h"
#include "model/steps.h"
#include "model/table.h"
#include "scoring/chain.h"
#include "scoring/plan.h"

#include <string.h>

/* A step as people call it. */
static void write_step(niem_table *t, int32_t number, int32_t kind, const ni_step *step) {
  ni_table_set_integer(t, number, step->number + 1);
  ni_table_set_text(t, kind, ni_step_word(step->kind));
}

/* --- values --- */

typedef struct value_columns {
  int32_t step, kind, unit, round, group, indicator, what, before, after;
} value_columns;

static const char *what_of(const ni_change *change) {
  if (change->what == NI_DID_SCREEN) {
    return "screened out";
  }
  if (change->what == NI_DID_IMPUTE) {
    return change->marks == NIEM_IMPUTED_FALLBACK ? "imputed by the whole column" : "imputed";
  }
  if (change->marks & NIEM_MARK_TRANSFORMED) {
    return "transformed";
  }
  return change->marks & NIEM_MARK_HIGH ? "winsorised from above" : "winsorised from below";
}

static void write_values(niem_table *t, const niem_scores *scores) {
  const value_columns c = {ni_table_integer(t, "step"), ni_table_text(t, "kind"),   ni_table_text(t, "unit"),
                           ni_table_text(t, "round"),   ni_table_text(t, "group"),  ni_table_text(t, "indicator"),
                           ni_table_text(t, "what"),    ni_table_real(t, "before"), ni_table_real(t, "after")};
  const ni_chain *chain = scores->chain;
  const niem_answers *answers = scores->answers;
  const int32_t n_own = scores->framework->n_own_groups;
  for (size_t i = 0; chain != NULL && i < chain->n_changes; i++) {
    const ni_change *change = &chain->changes[i];
    const int64_t row = change->cell / n_own;
    ni_table_row(t);
    write_step(t, c.step, c.kind, &scores->method->steps[change->step]);
    ni_table_set_text(t, c.unit, answers->units[answers->pair_unit[row]]);
    ni_table_set_text(t, c.round, answers->rounds[answers->pair_round[row]]);
    ni_table_set_text(t, c.group, scores->framework->groups[change->cell % n_own].id);
    ni_table_set_text(t, c.indicator,
                      change->column < 0 ? NULL : scores->framework->indicators[chain->indicators[change->column]].id);
    ni_table_set_text(t, c.what, what_of(change));
    ni_table_set_real(t, c.before, change->before);
    ni_table_set_real(t, c.after, change->after);
  }
}

/* --- indicators --- */

typedef struct indicator_columns {
  int32_t step, kind, indicator, round, n, n_changed, low, high, treated, passes, skewness_before, kurtosis_before,
      skewness, kurtosis, lambda;
} indicator_columns;

static const char *treated_word(int32_t treated) {
  static const char *const words[] = {"no", "winsorised", "transformed", "winsorised and transformed"};
  return words[treated & (NIEM_TREATED_WINSORISED | NIEM_TREATED_TRANSFORMED)];
}

static void write_treatment(niem_table *t, const indicator_columns *c, const ni_column_report *report) {
  const niem_treatment *done = &report->treatment;
  ni_table_set_integer(t, c->n_changed, report->n_changed);
  ni_table_set_text(t, c->treated, treated_word(done->treated));
  ni_table_set_integer(t, c->passes, done->passes < 0 ? NIEM_MISSING_INTEGER : done->passes);
  ni_table_set_real(t, c->skewness_before, done->skewness_before);
  ni_table_set_real(t, c->kurtosis_before, done->kurtosis_before);
  ni_table_set_real(t, c->skewness, done->skewness);
  ni_table_set_real(t, c->kurtosis, done->kurtosis);
  ni_table_set_real(t, c->lambda, done->lambda);
}

static void write_indicators(niem_table *t, const niem_scores *scores) {
  const indicator_columns c = {ni_table_integer(t, "step"),
                               ni_table_text(t, "kind"),
                               ni_table_text(t, "indicator"),
                               ni_table_text(t, "round"),
                               ni_table_integer(t, "n"),
                               ni_table_integer(t, "n_changed"),
                               ni_table_real(t, "low"),
                               ni_table_real(t, "high"),
                               ni_table_text(t, "treated"),
                               ni_table_integer(t, "passes"),
                               ni_table_real(t, "skewness_before"),
                               ni_table_real(t, "kurtosis_before"),
                               ni_table_real(t, "skewness"),
                               ni_table_real(t, "kurtosis"),
                               ni_table_real(t, "lambda")};
  const ni_chain *chain = scores->chain;
  for (size_t i = 0; chain != NULL && i < chain->n_reports; i++) {
    const ni_column_report *report = &chain->reports[i];
    ni_table_row(t);
    write_step(t, c.step, c.kind, &scores->method->steps[report->step]);
    ni_table_set_text(t, c.indicator, scores->framework->indicators[chain->indicators[report->column]].id);
    ni_table_set_text(t, c.round, report->round < 0 ? NULL : scores->answers->rounds[report->round]);
    ni_table_set_integer(t, c.n, report->n);
    ni_table_set_real(t, c.low, report->low);
    ni_table_set_real(t, c.high, report->high);
    if (report->has_treatment) {
      write_treatment(t, &c, report);
    }
  }
}

/* --- weights --- */

typedef struct weight_columns {
  int32_t step, kind, index, node, child, weight, share, reached, departure, explained, ratio, n;
} weight_columns;

static void write_made(niem_table *t, const weight_columns *c, const ni_plan *plan, int32_t place) {
  const ni_weights_made *made = plan->made[place];
  const ni_node *node = &plan->index->nodes[place];
  for (int32_t k = 0; k < node->n_children; k++) {
    ni_table_row(t);
    write_step(t, c->step, c->kind, made->step);
    ni_table_set_text(t, c->index, plan->index->id);
    ni_table_set_text(t, c->node, node->name);
    ni_table_set_text(t, c->child, plan->index->nodes[node->children[k]].name);
    ni_table_set_real(t, c->weight, ni_plan_weights(plan, place)[k]);
    ni_table_set_real(t, c->share, made->shares[k]);
    ni_table_set_integer(t, c->reached,
                         made->step->weigh == NIEM_WEIGHTS_INFLUENCE || made->step->weigh == NIEM_WEIGHTS_INFOMAX
                             ? made->report.reached
                             : NIEM_MISSING_INTEGER);
    ni_table_set_real(t, c->departure, made->report.departure);
    ni_table_set_real(t, c->explained, made->report.explained);
    ni_table_set_real(t, c->ratio, made->ratio);
    ni_table_set_integer(t, c->n, made->report.reached < 0 ? NIEM_MISSING_INTEGER : made->report.n_rows);
  }
}

static void write_weights(niem_table *t, const niem_scores *scores) {
  const weight_columns c = {
      ni_table_integer(t, "step"),   ni_table_text(t, "kind"),       ni_table_text(t, "index"),
      ni_table_text(t, "node"),      ni_table_text(t, "child"),      ni_table_real(t, "weight"),
      ni_table_real(t, "share"),     ni_table_integer(t, "reached"), ni_table_real(t, "departure"),
      ni_table_real(t, "explained"), ni_table_real(t, "ratio"),      ni_table_integer(t, "n")};
  for (int32_t i = 0; i < scores->framework->n_indexes; i++) {
    const ni_plan *plan = scores->indexes[i].plan;
    for (int32_t k = 0; plan != NULL && plan->made != NULL && k < plan->index->n_nodes; k++) {
      if (plan->made[k] != NULL) {
        write_made(t, &c, plan, k);
      }
    }
  }
}

/* --- the parts --- */

typedef struct steps_part {
  const char *word, *name;
  void (*write)(niem_table *t, const niem_scores *scores);
} steps_part;

static const steps_part PARTS[] = {{"values", "values changed by steps", write_values},
                                   {"indicators", "indicators in steps", write_indicators},
                                   {"weights", "weights made by steps", write_weights}};

static const steps_part *find_part(const char *word) {
  for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++) {
    if (strcmp(PARTS[i].word, word) == 0) {
      return &PARTS[i];
    }
  }
  return NULL;
}

niem_status niem_scores_steps(niem_table **out, const niem_scores *scores, const char *part, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_table *t = NULL;
  if (out == NULL || scores == NULL || part == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT,
                   out == NULL      ? "out"
                   : scores == NULL ? "scores"
                                    : "part",
                   "must not be NULL");
  }
  *out = NULL;
  const steps_part *asked = find_part(part);
  if (asked == NULL) {
    return ni_fail(err, NIEM_ERROR_REFERENCE, "part", "\"%.40s\" is none of: values, indicators, weights", part);
  }
  NIEM_TRY(ni_table_new(&t, asked->name, err));
  asked->write(t, scores);
  NIEM_TRY(ni_table_finish(&t, err));
  *out = t;
  t = NULL;
cleanup:
  niem_table_free(t);
  return status;
}
