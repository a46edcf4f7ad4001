/* Random frameworks, answers and methods, drawn from a generator or from the bytes of a fuzzer; and what must hold of
 * any scores made of them: the block kernel, the evaluation of single rows and a plain recursion agree, everything is
 * within its bounds, explanations add up. The including file defines HOLD(truth, what). */
#ifndef RANDOM_MODEL_H
#define RANDOM_MODEL_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "niem.h"

#include "base/buffer.h"
#include "base/exact.h"
#include "base/number.h"
#include "scoring/plan.h"
#include "scoring/scores.h"
#include "chooser.h"

static const char *one_of(chooser *c, const char *const *texts, uint32_t n) {
  return texts[choose(c, n)];
}

/* --- a framework --- */

enum { MAX_GROUPS = 4, MAX_INDICATORS = 14 };

typedef struct shape {
  int32_t n_own, n_indicators;
  int32_t kind[MAX_INDICATORS];    /* NI_ORDINAL, ... */
  int32_t options[MAX_INDICATORS]; /* options or items */
  int32_t part_of[MAX_INDICATORS]; /* 1: a part of a composite */
} shape;

static void put_id(niem_buffer *out, char letter, int32_t i) {
  ni_buffer_char(out, '"');
  ni_buffer_char(out, letter);
  ni_buffer_int(out, i);
  ni_buffer_char(out, '"');
}

static void put_weight(niem_buffer *out, chooser *c) {
  static const char *const weights[] = {"1", "1", "2", "0.1", "0.3", "0", "7", "1e-9", "1e9", "0.333333"};
  ni_buffer_text(out, one_of(c, weights, 10));
}

static void put_points(niem_buffer *out, chooser *c) {
  static const char *const points[] = {"0", "100", "50", "33.3", "66.7", "0.1", "12.5", "99.9", "1e-9"};
  ni_buffer_text(out, one_of(c, points, 9));
}

static void put_rule(niem_buffer *out, chooser *c) {
  static const char *const rules[] = {"\"available\"",
                                      "\"available\"",
                                      "\"strict\"",
                                      "\"zero\"",
                                      "{\"rule\":\"available\",\"min_coverage\":0.5}",
                                      "{\"rule\":\"zero\",\"min_coverage\":0.3}"};
  ni_buffer_text(out, ",\"missing\":");
  ni_buffer_text(out, one_of(c, rules, 6));
}

static void put_groups(niem_buffer *out, chooser *c, shape *s) {
  s->n_own = 1 + (int32_t)choose(c, MAX_GROUPS);
  ni_buffer_text(out, ",\"groups\":[");
  for (int32_t g = 0; g < s->n_own; g++) {
    ni_buffer_text(out, g == 0 ? "{\"id\":" : ",{\"id\":");
    put_id(out, 'g', g);
    if (choose(c, 8) == 0) {
      ni_buffer_text(out, ",\"applies_if\":{\"indicator\":\"i0\",\"in\":[\"o0\"]}");
    }
    ni_buffer_char(out, '}');
  }
  for (uint32_t m = s->n_own < 2 ? 0 : choose(c, 3); m > 0; m--) {
    ni_buffer_text(out, ",{\"id\":");
    put_id(out, 'm', (int32_t)m);
    ni_buffer_text(out, ",\"merge\":[\"g0\",");
    put_id(out, 'g', s->n_own - 1);
    ni_buffer_text(out, choose(c, 2) ? "],\"over\":\"common\"" : "]");
    ni_buffer_text(out, ",\"weights\":{\"g0\":");
    put_weight(out, c);
    ni_buffer_text(out, "}}");
  }
  ni_buffer_char(out, ']');
}

static void put_scale(niem_buffer *out, chooser *c, shape *s, int32_t i) {
  static const char *const goalposts[] = {"24,\"best\":0", "0,\"best\":100", "0.1,\"best\":0.3", "-5,\"best\":1e6",
                                          "1,\"best\":1000,\"transform\":\"log\""};
  s->kind[i] = i == 0 ? NI_ORDINAL : (int32_t)choose(c, 4);
  s->options[i] = s->kind[i] == NI_BINARY ? 2 : 1 + (int32_t)choose(c, 4);
  if (s->kind[i] == NI_BINARY) {
    ni_buffer_text(out, "{\"kind\":\"binary\"}");
    return;
  }
  if (s->kind[i] == NI_NUMERIC) {
    ni_buffer_text(out, "{\"kind\":\"numeric\",\"worst\":");
    ni_buffer_text(out, one_of(c, goalposts, 5));
    ni_buffer_char(out, '}');
    return;
  }
  ni_buffer_text(
      out, s->kind[i] == NI_ORDINAL ? "{\"kind\":\"ordinal\",\"options\":[" : "{\"kind\":\"checklist\",\"items\":[");
  for (int32_t k = 0; k < s->options[i]; k++) {
    ni_buffer_text(out, k == 0 ? "{\"id\":" : ",{\"id\":");
    put_id(out, 'o', k);
    if (s->kind[i] == NI_ORDINAL) {
      ni_buffer_text(out, ",\"points\":");
      put_points(out, c);
    }
    ni_buffer_char(out, '}');
  }
  ni_buffer_text(out, "]");
  if (s->kind[i] == NI_CHECKLIST && choose(c, 3) == 0) {
    ni_buffer_text(out, ",\"scoring\":\"count\",\"points\":[");
    for (int32_t k = 0; k <= s->options[i]; k++) {
      ni_buffer_text(out, k == 0 ? "" : ",");
      put_points(out, c);
    }
    ni_buffer_char(out, ']');
  }
  ni_buffer_char(out, '}');
}

static void put_condition(niem_buffer *out, chooser *c, const shape *s, int32_t i) {
  const int32_t other = (int32_t)choose(c, (uint32_t)i);
  ni_buffer_text(out, ",\"applies_if\":");
  const uint32_t form = choose(c, 4);
  ni_buffer_text(out, form == 0 ? "{\"not\":" : form == 1 ? "{\"any\":[{\"indicator\":\"i0\",\"in\":[\"o0\"]}," : "");
  ni_buffer_text(out, "{\"indicator\":");
  put_id(out, 'i', other);
  if (s->kind[other] == NI_NUMERIC) {
    ni_buffer_text(out, ",\"at_least\":0.2}");
  } else {
    ni_buffer_text(out, s->kind[other] == NI_BINARY ? ",\"in\":[\"yes\"]}" : ",\"in\":[\"o0\"]}");
  }
  ni_buffer_text(out, form == 0 ? "}" : form == 1 ? "]}" : "");
}

static void put_indicators(niem_buffer *out, chooser *c, shape *s) {
  s->n_indicators = 1 + (int32_t)choose(c, MAX_INDICATORS - 1);
  ni_buffer_text(out, ",\"indicators\":[");
  for (int32_t i = 0; i < s->n_indicators; i++) {
    ni_buffer_text(out, i == 0 ? "{\"id\":" : ",{\"id\":");
    put_id(out, 'i', i);
    ni_buffer_text(out, choose(c, 2) ? ",\"f\":\"x\"" : ",\"f\":\"y\"");
    if (choose(c, 6) == 0) {
      ni_buffer_text(out, ",\"groups\":[");
      put_id(out, 'g', (int32_t)choose(c, (uint32_t)s->n_own));
      ni_buffer_char(out, ']');
    }
    if (i > 0 && choose(c, 6) == 0) {
      put_condition(out, c, s, i);
    }
    ni_buffer_text(out, ",\"scale\":");
    put_scale(out, c, s, i);
    ni_buffer_char(out, '}');
  }
  if (s->n_indicators > 3 && choose(c, 2)) { /* a composite of the last two or three */
    const int32_t n = 2 + (int32_t)choose(c, 2);
    ni_buffer_text(out, ",{\"id\":\"k\",\"f\":\"x\",\"scale\":{\"kind\":\"composite\",\"of\":[");
    for (int32_t k = 1; k <= n; k++) {
      s->part_of[s->n_indicators - k] = 1;
      ni_buffer_text(out, k == 1 ? "" : ",");
      put_id(out, 'i', s->n_indicators - k);
    }
    ni_buffer_text(out, "],\"weights\":{");
    put_id(out, 'i', s->n_indicators - 1);
    ni_buffer_char(out, ':');
    put_weight(out, c);
    ni_buffer_char(out, '}');
    put_rule(out, c);
    ni_buffer_text(out, "}}");
  }
  ni_buffer_char(out, ']');
}

/* A tree by nodes: indicators dealt out to n nodes, each node under an earlier one. */
static void put_tree(niem_buffer *out, chooser *c, const shape *s) {
  const int32_t n = 1 + (int32_t)choose(c, 6);
  int32_t parent[8] = {0};
  int32_t home[MAX_INDICATORS + 1];
  for (int32_t k = 1; k < n; k++) {
    parent[k] = (int32_t)choose(c, (uint32_t)k);
  }
  for (int32_t i = 0; i < s->n_indicators; i++) {
    home[i] = i < n ? i : (int32_t)choose(c, (uint32_t)n);
  }
  ni_buffer_text(out, "{\"id\":\"tree\",\"nodes\":[");
  for (int32_t k = 0; k < n; k++) {
    int first = 1;
    ni_buffer_text(out, k == 0 ? "{\"id\":" : ",{\"id\":");
    put_id(out, 'n', k);
    ni_buffer_text(out, ",\"children\":[");
    for (int32_t i = 0; i < s->n_indicators; i++) {
      if (home[i] == k && !s->part_of[i]) {
        ni_buffer_text(out, first ? "" : ",");
        put_id(out, 'i', i);
        first = 0;
      }
    }
    for (int32_t child = k + 1; child < n; child++) {
      if (parent[child] == k) {
        ni_buffer_text(out, first ? "" : ",");
        put_id(out, 'n', child);
        first = 0;
      }
    }
    ni_buffer_char(out, ']');
    if (k < s->n_indicators && !s->part_of[k] && choose(c, 2)) {
      ni_buffer_text(out, ",\"weights\":{");
      put_id(out, 'i', k);
      ni_buffer_char(out, ':');
      put_weight(out, c);
      ni_buffer_char(out, '}');
    }
    put_rule(out, c);
    ni_buffer_char(out, '}');
  }
  ni_buffer_text(out, "]}");
}

static niem_buffer *random_framework(chooser *c, shape *s) {
  niem_buffer *out = NULL;
  memset(s, 0, sizeof *s);
  if (ni_buffer_new(&out, NULL) != NIEM_OK) {
    abort();
  }
  ni_buffer_text(out,
                 "{\"format\":\"niem-framework/1\",\"id\":\"random\",\"version\":\"1\",\"facets\":[{\"id\":\"f\","
                 "\"values\":[{\"id\":\"x\"},{\"id\":\"y\"}]}]");
  put_groups(out, c, s);
  put_indicators(out, c, s);
  ni_buffer_text(out, ",\"indexes\":[");
  put_tree(out, c, s);
  ni_buffer_text(out, ",{\"id\":\"levels\",\"levels\":[\"f\"],\"weights\":{\"i0\":");
  put_weight(out, c);
  ni_buffer_char(out, '}');
  put_rule(out, c);
  ni_buffer_text(out, "}]}");
  return out;
}

/* --- answers --- */

static void put_answer(niem_buffer *out, chooser *c, const shape *s, int32_t i) {
  static const char *const numbers[] = {"0",     "0.1",  "0.2", "12",  "24",
                                        "99.99", "1000", "-7",  "1e5", "0.30000000000000004"};
  if (s->kind[i] == NI_NUMERIC) {
    ni_buffer_text(out, one_of(c, numbers, 10));
  } else if (s->kind[i] == NI_BINARY) {
    ni_buffer_text(out, choose(c, 2) ? "yes" : "no");
  } else {
    const uint32_t first = choose(c, (uint32_t)s->options[i] + (s->kind[i] == NI_CHECKLIST));
    if (first == (uint32_t)s->options[i]) {
      ni_buffer_text(out, "none");
      return;
    }
    ni_buffer_char(out, 'o');
    ni_buffer_int(out, first);
    if (s->kind[i] == NI_CHECKLIST && first + 1 < (uint32_t)s->options[i] && choose(c, 2)) {
      ni_buffer_text(out, "|o");
      ni_buffer_int(out, first + 1);
    }
  }
}

static void put_row(niem_buffer *out, chooser *c, const shape *s, int32_t unit, int32_t round, int32_t group, int32_t i,
                    int32_t coder) {
  static const char *const states[] = {"missing", "not_applicable", "not_collected", "not_accessible"};
  ni_buffer_char(out, 'U');
  ni_buffer_int(out, unit);
  ni_buffer_text(out, ",r");
  ni_buffer_int(out, round);
  ni_buffer_text(out, ",g");
  ni_buffer_int(out, group);
  ni_buffer_text(out, ",i");
  ni_buffer_int(out, i);
  ni_buffer_char(out, ',');
  if (choose(c, 5) != 0) {
    put_answer(out, c, s, i);
    ni_buffer_char(out, ',');
  } else {
    ni_buffer_char(out, ',');
    ni_buffer_text(out, one_of(c, states, 4));
  }
  ni_buffer_text(out, ",c");
  ni_buffer_int(out, coder);
  ni_buffer_char(out, '\n');
}

static niem_buffer *random_answers(chooser *c, const shape *s) {
  niem_buffer *out = NULL;
  if (ni_buffer_new(&out, NULL) != NIEM_OK) {
    abort();
  }
  const int32_t units = 1 + (int32_t)choose(c, 5);
  const int32_t rounds = 1 + (int32_t)choose(c, 2);
  const int32_t coders = choose(c, 4) == 0 ? 3 : 1;
  ni_buffer_text(out, "unit,round,group,indicator,answer,state,coder\n");
  for (int32_t u = 0; u < units; u++) {
    for (int32_t r = 0; r < rounds; r++) {
      for (int32_t g = 0; g < s->n_own; g++) {
        for (int32_t i = 0; i < s->n_indicators; i++) {
          for (int32_t k = choose(c, 6) == 0 ? coders : 0; k < coders; k++) {
            put_row(out, c, s, u, r, g, i, k);
          }
        }
      }
    }
  }
  return out;
}

static const char *random_method(chooser *c) {
#define MEDIAN(more) "{\"format\":\"niem-method/1\",\"consensus\":\"median\"" more "}"
  static const char *const methods[] = {MEDIAN(""), MEDIAN(",\"missing\":\"zero\""), MEDIAN(",\"missing\":\"strict\""),
                                        MEDIAN(",\"missing\":{\"min_coverage\":0.6}")};
#undef MEDIAN
  return one_of(c, methods, 4);
}

/* Scores of random parts; NULL where the parts that were drawn are refused (no row, weights that are all 0). */
static niem_scores *random_scores(chooser *c, int32_t threads) {
  shape s;
  niem_framework *framework = NULL;
  niem_answers *answers = NULL;
  niem_method *method = NULL;
  niem_scores *scores = NULL;
  niem_exec exec;
  niem_error err;
  niem_buffer *framework_text = random_framework(c, &s);
  niem_buffer *text = random_answers(c, &s);
  const char *method_text = random_method(c);
  niem_exec_init(&exec);
  exec.threads = threads;
  if (niem_framework_parse(&framework, NULL, niem_buffer_data(framework_text), niem_buffer_size(framework_text),
                           &err) == NIEM_OK) {
    niem_status status =
        niem_answers_parse(&answers, NULL, framework, niem_buffer_data(text), niem_buffer_size(text), NULL, NULL, &err);
    HOLD(status == NIEM_OK || status == NIEM_ERROR_FORMAT, err.message);
    HOLD(niem_method_parse(&method, NULL, method_text, (int64_t)strlen(method_text), &err) == NIEM_OK, err.message);
  } else {
    HOLD(err.status == NIEM_ERROR_VALUE || err.status == NIEM_ERROR_TREE || err.status == NIEM_ERROR_FORMAT,
         err.message);
  }
  if (answers != NULL) {
    HOLD(niem_score(&scores, framework, answers, method, NULL, &exec, &err) == NIEM_OK, err.message);
  }
  niem_buffer_free(framework_text);
  niem_buffer_free(text);
  niem_framework_free(framework);
  niem_answers_free(answers);
  niem_method_free(method);
  return scores;
}

/* --- what must hold --- */

/* The plain recursion, by the definition at the head of tree_lanes.h, in long double. `tame`: nothing below can put a
 * value outside its bounds (no node without a value in spite of answers, all scales from 0 to 100). */
typedef struct plain {
  long double value, coverage, lower, upper;
  int32_t state, applicable, answered, tame;
} plain;

static plain plain_leaf(const ni_leaf *leaf, const ni_scale *scale) {
  plain p = {0, 0, 0, 0, NI_NO_VALUE, 1, 0, scale->least == 0 && scale->most == 100};
  if (leaf->state == NIEM_NOT_APPLICABLE) {
    p.state = NI_NOT_APPLICABLE;
    p.applicable = 0;
  } else if (leaf->state == NIEM_ANSWERED) {
    p.value = p.lower = p.upper = (long double)leaf->score.hi + leaf->score.lo;
    p.coverage = p.answered = 1;
    p.state = NI_HAS_VALUE;
  } else {
    p.lower = scale->least;
    p.upper = scale->most;
  }
  return p;
}

static plain plain_mean(const plain *children, const double *weights, int32_t n, const ni_missing_rule *rule) {
  plain p = {0, 0, 0, 0, NI_NOT_APPLICABLE, 0, 0, 1};
  long double have = 0, apply = 0;
  int32_t n_have = 0, n_apply = 0;
  for (int32_t k = 0; k < n; k++) {
    const plain *x = &children[k];
    p.tame = p.tame && (x->tame || x->state == NI_NOT_APPLICABLE);
    if (x->state == NI_NOT_APPLICABLE) {
      continue;
    }
    p.applicable += x->applicable;
    p.answered += x->answered;
    n_apply++;
    apply += weights[k];
    p.coverage += weights[k] * x->coverage;
    p.lower += weights[k] * x->lower;
    p.upper += weights[k] * x->upper;
    if (x->state == NI_HAS_VALUE) {
      n_have++;
      have += weights[k];
      p.value += weights[k] * x->value;
    }
  }
  if (n_apply == 0) {
    return p;
  }
  p.state = NI_NO_VALUE;
  p.coverage = apply > 0 ? p.coverage / apply : 0;
  p.lower = apply > 0 ? p.lower / apply : 0;
  p.upper = apply > 0 ? p.upper / apply : 100;
  const int holds = n_have > 0 && have > 0 && !(rule->rule == NI_RULE_STRICT && n_have < n_apply) &&
                    !((double)p.coverage < rule->min_coverage);
  if (holds) {
    p.state = NI_HAS_VALUE;
    p.value /= rule->rule == NI_RULE_ZERO ? apply : have;
  }
  p.tame = p.tame && (holds || p.answered == 0);
  return p;
}

static plain plain_node(const niem_scores *scores, const ni_index *index, int32_t node, const ni_leaf *leaves) {
  const ni_node *own = &index->nodes[node];
  const ni_missing_rule *rule = scores->method->has_missing ? &scores->method->missing : &own->missing;
  plain children[64];
  if (own->leaf >= 0) {
    return plain_leaf(&leaves[own->leaf], &scores->framework->indicators[own->leaf].scale);
  }
  for (int32_t k = 0; k < own->n_children; k++) {
    children[k] = plain_node(scores, index, own->children[k], leaves);
  }
  return plain_mean(children, own->weights, own->n_children, rule);
}

static int near(long double a, double b) {
  const long double distance = a < b ? b - a : a - b;
  return distance <= 1e-12L * (1 + (a < 0 ? -a : a));
}

static void check_plain(const plain *p, const ni_score *score) {
  HOLD(p->state == score->state, "a state differs from the plain recursion's");
  HOLD(p->applicable == score->n_applicable && p->answered == score->n_answered, "counts differ");
  if (p->state == NI_NOT_APPLICABLE) {
    HOLD(ni_is_nan(score->coverage) && ni_is_nan(score->value) && ni_is_nan(score->lower), "no NaN");
    return;
  }
  HOLD(near(p->coverage, score->coverage), "coverage differs from the plain recursion's");
  HOLD(near(p->lower, score->lower) && near(p->upper, score->upper), "bounds differ from the plain recursion's");
  HOLD(p->state != NI_HAS_VALUE || near(p->value, score->value), "a value differs from the plain recursion's");
  HOLD(score->coverage >= 0 && score->coverage <= 1, "coverage outside 0-1");
  HOLD(score->lower >= 0 && score->lower <= score->upper && score->upper <= 100, "bounds out of order or of 0-100");
  if (p->state == NI_HAS_VALUE) {
    HOLD(score->value >= 0 && score->value <= 100, "a value outside 0-100");
    HOLD(!p->tame || (score->value >= score->lower && score->value <= score->upper), "a value outside its bounds");
  } else {
    HOLD(ni_is_nan(score->value), "a value that should not be");
  }
}

static int same_score(const ni_score *a, const ni_score *b) {
  return ni_double_bits(a->value) == ni_double_bits(b->value) &&
         ni_double_bits(a->coverage) == ni_double_bits(b->coverage) &&
         ni_double_bits(a->lower) == ni_double_bits(b->lower) && ni_double_bits(a->upper) == ni_double_bits(b->upper) &&
         a->n_applicable == b->n_applicable && a->n_answered == b->n_answered && a->state == b->state;
}

/* One row and group of its own, or merge, at every node of an index. */
static void check_cell(const niem_scores *scores, int32_t x, int64_t row, int32_t group) {
  const niem_framework *framework = scores->framework;
  const ni_index *index = &framework->indexes[x];
  const ni_group *own = &framework->groups[group];
  const ni_missing_rule *missing = scores->method->has_missing ? &scores->method->missing : NULL;
  const ni_plan plan = ni_plan_of_index(framework, index, missing);
  static const ni_missing_rule available = {NI_RULE_AVAILABLE, 0};
  const int32_t n = own->n_members == 0 ? 1 : own->n_members;
  ni_leaf *leaves[MAX_GROUPS] = {NULL};
  ni_node_value *nodes[MAX_GROUPS];
  for (int32_t k = 0; k < n; k++) {
    leaves[k] = calloc((size_t)framework->n_indicators, sizeof **leaves);
    nodes[k] = calloc((size_t)index->n_nodes, sizeof **nodes);
    HOLD(leaves[k] != NULL && nodes[k] != NULL, "no memory");
    ni_scores_leaves(scores, row, own->n_members == 0 ? group : own->members[k], leaves[k]);
  }
  if (own->common) {
    ni_keep_common(framework, leaves, n);
  }
  for (int32_t k = 0; k < n; k++) {
    HOLD(ni_tree_evaluate(&plan, leaves[k], nodes[k], NULL) == NIEM_OK, "a plain tree failed");
  }
  for (int32_t node = 0; node < index->n_nodes; node++) {
    ni_node_value members[MAX_GROUPS];
    plain plains[MAX_GROUPS];
    for (int32_t k = 0; k < n; k++) {
      members[k] = nodes[k][node];
      plains[k] = plain_node(scores, index, node, leaves[k]);
    }
    const ni_node_value merged = own->n_members == 0 ? members[0] : ni_merge_values(own, members);
    const plain p = own->n_members == 0 ? plains[0] : plain_mean(plains, own->weights, n, &available);
    const ni_score single = ni_publish(&merged);
    const ni_score published = ni_scores_at(scores, x, node, row, group);
    HOLD(same_score(&single, &published), "the block kernel and the single evaluation differ");
    check_plain(&p, &published);
  }
  for (int32_t k = 0; k < n; k++) {
    free(leaves[k]);
    free(nodes[k]);
  }
}

static void check_explained(const niem_scores *scores, int32_t x, int32_t node, int64_t row, int32_t group) {
  const niem_framework *framework = scores->framework;
  const ni_score score = ni_scores_at(scores, x, node, row, group);
  niem_query query;
  niem_table *t = NULL;
  niem_error err;
  niem_query_init(&query);
  query.index = framework->indexes[x].id;
  query.group = framework->groups[group].id;
  query.node = framework->indexes[x].nodes[node].name;
  HOLD(niem_explain(&t, scores, scores->answers->units[scores->answers->pair_unit[row]],
                    scores->answers->rounds[scores->answers->pair_round[row]], &query, &err) == NIEM_OK,
       err.message);
  const double *parts = niem_table_reals(t, niem_table_column(t, "contribution"));
  const double *weights = niem_table_reals(t, niem_table_column(t, "weight"));
  const int64_t n = niem_table_rows(t);
  const double sum = ni_exact_sum(parts, n, 1);
  const double whole = ni_exact_sum(weights, n, 1);
  if (score.state == NI_HAS_VALUE) {
    HOLD(sum == score.value, "contributions do not add up");
    HOLD(near(1, whole), "effective weights do not add up to 1");
  } else {
    HOLD(sum == 0 && whole == 0, "contributions to no value");
  }
  niem_table_free(t);
}

static void check_scores(const niem_scores *scores) {
  for (int32_t x = 0; x < scores->framework->n_indexes; x++) {
    for (int64_t row = 0; row < scores->n_rows; row++) {
      for (int32_t group = 0; group < scores->n_groups; group++) {
        check_cell(scores, x, row, group);
        for (int32_t node = (int32_t)(row % 3); node < scores->framework->indexes[x].n_nodes; node += 3) {
          check_explained(scores, x, node, row, group);
        }
      }
    }
  }
}

#endif
