/* The parts of a framework as tables. */
#include "base/platform.h"

#include "base/buffer.h"
#include "base/fail.h"
#include "base/number.h"
#include "model/framework.h"
#include "model/table.h"

#include <string.h>

typedef struct part_writer {
  niem_table *table;
  const niem_framework *framework;
  const char *language;
  niem_error *err;
} part_writer;

static const char *text_of(const part_writer *w, const ni_label *label) {
  return ni_label_text(label, w->language);
}

/* Texts joined by commas into a cell. */
static niem_status set_joined(const part_writer *w, int32_t column, const char *const *texts, int32_t n) {
  niem_status status = NIEM_OK;
  niem_buffer *joined = NULL;
  NIEM_TRY(ni_buffer_new(&joined, w->err));
  for (int32_t i = 0; i < n; i++) {
    ni_buffer_text(joined, i == 0 ? "" : ",");
    ni_buffer_text(joined, texts[i]);
  }
  NIEM_TRY(ni_buffer_status(joined, w->err));
  ni_table_set_text(w->table, column, n == 0 ? NULL : niem_buffer_data(joined));
cleanup:
  niem_buffer_free(joined);
  return status;
}

static niem_status write_facets(const part_writer *w) {
  niem_table *t = w->table;
  const int32_t facet = ni_table_text(t, "facet");
  const int32_t value = ni_table_text(t, "value");
  const int32_t label = ni_table_text(t, "label");
  const int32_t within = ni_table_text(t, "within");
  const int32_t order = ni_table_integer(t, "order");
  for (int32_t f = 0; f < w->framework->n_facets; f++) {
    const ni_facet *own = &w->framework->facets[f];
    for (int32_t v = 0; v < own->n_values; v++) {
      const int32_t parent = own->values[v].within;
      ni_table_row(t);
      ni_table_set_text(t, facet, own->id);
      ni_table_set_text(t, value, own->values[v].id);
      ni_table_set_text(t, label, text_of(w, &own->values[v].label));
      ni_table_set_text(t, within, parent < 0 ? NULL : w->framework->facets[own->within].values[parent].id);
      ni_table_set_integer(t, order, v + 1);
    }
  }
  return NIEM_OK;
}

static niem_status write_groups(const part_writer *w) {
  niem_table *t = w->table;
  const int32_t group = ni_table_text(t, "group");
  const int32_t label = ni_table_text(t, "label");
  const int32_t members = ni_table_text(t, "members");
  const int32_t over = ni_table_text(t, "over");
  for (int32_t g = 0; g < w->framework->n_groups; g++) {
    const ni_group *own = &w->framework->groups[g];
    const char *ids[NIEM_MAX_GROUPS];
    for (int32_t k = 0; k < own->n_members; k++) {
      ids[k] = w->framework->groups[own->members[k]].id;
    }
    ni_table_row(t);
    ni_table_set_text(t, group, own->id);
    ni_table_set_text(t, label, text_of(w, &own->label));
    ni_table_set_text(t, over, own->n_members == 0 ? NULL : own->common ? "common" : "all");
    niem_status status = set_joined(w, members, ids, own->n_members);
    if (status != NIEM_OK) {
      return status;
    }
  }
  return NIEM_OK;
}

static niem_status write_units(const part_writer *w) {
  niem_table *t = w->table;
  const int32_t unit = ni_table_text(t, "unit");
  const int32_t label = ni_table_text(t, "label");
  const int32_t iso2 = ni_table_text(t, "iso2");
  const int32_t iso3 = ni_table_text(t, "iso3");
  const int32_t aliases = ni_table_text(t, "aliases");
  for (int32_t u = 0; u < w->framework->n_units; u++) {
    const ni_unit *own = &w->framework->units[u];
    ni_table_row(t);
    ni_table_set_text(t, unit, own->id);
    ni_table_set_text(t, label, text_of(w, &own->label));
    ni_table_set_text(t, iso2, own->iso2);
    ni_table_set_text(t, iso3, own->iso3);
    niem_status status = set_joined(w, aliases, own->aliases.ids, own->aliases.n);
    if (status != NIEM_OK) {
      return status;
    }
  }
  return NIEM_OK;
}

static niem_status write_rounds(const part_writer *w) {
  niem_table *t = w->table;
  const int32_t round = ni_table_text(t, "round");
  const int32_t label = ni_table_text(t, "label");
  const int32_t date = ni_table_text(t, "date");
  for (int32_t r = 0; r < w->framework->n_rounds; r++) {
    ni_table_row(t);
    ni_table_set_text(t, round, w->framework->rounds[r].id);
    ni_table_set_text(t, label, text_of(w, &w->framework->rounds[r].label));
    ni_table_set_text(t, date, w->framework->rounds[r].date);
  }
  return NIEM_OK;
}

static niem_status write_peers(const part_writer *w) {
  niem_table *t = w->table;
  const int32_t peers = ni_table_text(t, "peers");
  const int32_t label = ni_table_text(t, "label");
  const int32_t unit = ni_table_text(t, "unit");
  const int32_t set = ni_table_text(t, "set");
  for (int32_t p = 0; p < w->framework->n_peers; p++) {
    for (int32_t u = 0; u < w->framework->peers[p].n_units; u++) {
      ni_table_row(t);
      ni_table_set_text(t, peers, w->framework->peers[p].id);
      ni_table_set_text(t, label, text_of(w, &w->framework->peers[p].label));
      ni_table_set_text(t, unit, w->framework->peers[p].units[u]);
      ni_table_set_text(t, set, w->framework->peers[p].set);
    }
  }
  return NIEM_OK;
}

static const char *const KINDS[] = {"ordinal", "binary", "checklist", "numeric", "composite"};

static void set_goalpost(niem_table *t, int32_t column, const ni_scale *scale, double goalpost) {
  ni_table_set_real(t, column, scale->kind == NI_NUMERIC ? goalpost : ni_nan());
}

static niem_status write_indicators(const part_writer *w) {
  niem_table *t = w->table;
  const niem_framework *framework = w->framework;
  const int32_t id = ni_table_text(t, "indicator");
  const int32_t label = ni_table_text(t, "label");
  const int32_t question = ni_table_text(t, "question");
  const int32_t guidance = ni_table_text(t, "guidance");
  const int32_t kind = ni_table_text(t, "kind");
  const int32_t unit = ni_table_text(t, "unit_of_measure");
  const int32_t worst = ni_table_real(t, "worst");
  const int32_t best = ni_table_real(t, "best");
  const int32_t direction = ni_table_integer(t, "direction");
  const int32_t target = ni_table_real(t, "target");
  const int32_t denominator = ni_table_text(t, "denominator");
  const int32_t scored = ni_table_integer(t, "scored");
  const int32_t conditional = ni_table_integer(t, "conditional");
  const int32_t part_of = ni_table_text(t, "part_of");
  const int32_t groups = ni_table_text(t, "groups");
  int32_t first_facet = -1;
  for (int32_t f = 0; f < framework->n_facets; f++) {
    const int32_t column = ni_table_text(t, framework->facets[f].id);
    first_facet = f == 0 ? column : first_facet;
  }
  for (int32_t i = 0; i < framework->n_indicators; i++) {
    const ni_indicator *own = &framework->indicators[i];
    const char *asked[NIEM_MAX_GROUPS];
    int32_t n_asked = 0;
    for (int32_t g = 0; g < framework->n_own_groups; g++) {
      if (own->asked[g]) {
        asked[n_asked++] = framework->groups[g].id;
      }
    }
    ni_table_row(t);
    ni_table_set_text(t, id, own->id);
    ni_table_set_text(t, label, text_of(w, &own->label));
    ni_table_set_text(t, question, text_of(w, &own->question));
    ni_table_set_text(t, guidance, text_of(w, &own->guidance));
    ni_table_set_text(t, kind, KINDS[own->scale.kind]);
    ni_table_set_text(t, unit, own->scale.unit);
    set_goalpost(t, worst, &own->scale, own->scale.worst);
    set_goalpost(t, best, &own->scale, own->scale.best);
    set_goalpost(t, target, &own->scale, own->scale.target);
    ni_table_set_integer(t, direction, own->scale.kind == NI_NUMERIC ? own->scale.direction : NIEM_MISSING_INTEGER);
    ni_table_set_text(t, denominator, own->denominator < 0 ? NULL : framework->indicators[own->denominator].id);
    ni_table_set_integer(t, scored, own->scored);
    ni_table_set_integer(t, conditional, own->applies_if != NULL);
    ni_table_set_text(t, part_of, own->part_of < 0 ? NULL : framework->indicators[own->part_of].id);
    for (int32_t f = 0; f < framework->n_facets; f++) {
      ni_table_set_text(t, first_facet + f, own->facets[f] < 0 ? NULL : framework->facets[f].values[own->facets[f]].id);
    }
    niem_status status = set_joined(w, groups, asked, n_asked);
    if (status != NIEM_OK) {
      return status;
    }
  }
  return NIEM_OK;
}

static niem_status write_options(const part_writer *w) {
  niem_table *t = w->table;
  const int32_t indicator = ni_table_text(t, "indicator");
  const int32_t option = ni_table_text(t, "option");
  const int32_t label = ni_table_text(t, "label");
  const int32_t points = ni_table_real(t, "points");
  for (int32_t i = 0; i < w->framework->n_indicators; i++) {
    const ni_scale *scale = &w->framework->indicators[i].scale;
    for (int32_t k = 0; k < scale->n_options; k++) {
      ni_table_row(t);
      ni_table_set_text(t, indicator, w->framework->indicators[i].id);
      ni_table_set_text(t, option, scale->options[k].id);
      ni_table_set_text(t, label, text_of(w, &scale->options[k].label));
      ni_table_set_real(t, points, scale->options[k].points);
    }
  }
  return NIEM_OK;
}

static niem_status write_standards(const part_writer *w) {
  niem_table *t = w->table;
  const int32_t indicator = ni_table_text(t, "indicator");
  const int32_t ref = ni_table_text(t, "ref");
  const int32_t instrument = ni_table_text(t, "instrument");
  const int32_t article = ni_table_text(t, "article");
  const int32_t checked = ni_table_integer(t, "checked");
  for (int32_t i = 0; i < w->framework->n_indicators; i++) {
    const ni_indicator *own = &w->framework->indicators[i];
    for (int32_t k = 0; k < own->n_standards; k++) {
      const ni_standard *standard = &own->standards[k];
      ni_table_row(t);
      ni_table_set_text(t, indicator, own->id);
      ni_table_set_text(t, ref, standard->ref);
      ni_table_set_text(t, instrument,
                        standard->instrument < 0 ? NULL : w->framework->instruments[standard->instrument].id);
      ni_table_set_text(t, article, standard->article);
      ni_table_set_integer(t, checked, standard->checked < 0 ? NIEM_MISSING_INTEGER : standard->checked);
    }
  }
  return NIEM_OK;
}

static niem_status write_instruments(const part_writer *w) {
  niem_table *t = w->table;
  const int32_t instrument = ni_table_text(t, "instrument");
  const int32_t label = ni_table_text(t, "label");
  const int32_t source = ni_table_text(t, "source");
  const int32_t valid_from = ni_table_text(t, "valid_from");
  const int32_t valid_to = ni_table_text(t, "valid_to");
  for (int32_t i = 0; i < w->framework->n_instruments; i++) {
    const ni_instrument *own = &w->framework->instruments[i];
    ni_table_row(t);
    ni_table_set_text(t, instrument, own->id);
    ni_table_set_text(t, label, text_of(w, &own->label));
    ni_table_set_text(t, source, own->source);
    ni_table_set_text(t, valid_from, own->valid_from);
    ni_table_set_text(t, valid_to, own->valid_to);
  }
  return NIEM_OK;
}

static niem_status write_indexes(const part_writer *w) {
  niem_table *t = w->table;
  const int32_t index = ni_table_text(t, "index");
  const int32_t label = ni_table_text(t, "label");
  const int32_t nodes = ni_table_integer(t, "nodes");
  const int32_t leaves = ni_table_integer(t, "leaves");
  const int32_t by_default = ni_table_integer(t, "default");
  for (int32_t i = 0; i < w->framework->n_indexes; i++) {
    const ni_index *own = &w->framework->indexes[i];
    ni_table_row(t);
    ni_table_set_text(t, index, own->id);
    ni_table_set_text(t, label, text_of(w, &own->label));
    ni_table_set_integer(t, nodes, own->n_nodes);
    ni_table_set_integer(t, leaves, own->n_leaves);
    ni_table_set_integer(t, by_default, i == w->framework->default_index);
  }
  return NIEM_OK;
}

typedef struct node_columns {
  int32_t index, node, label, level, parent, weight, aggregation, missing, min_coverage, indicator;
} node_columns;

static void write_node(const part_writer *w, const node_columns *c, const ni_index *index, int32_t i, double weight) {
  static const char *const rules[] = {"available", "strict", "zero"};
  const ni_node *node = &index->nodes[i];
  niem_table *t = w->table;
  ni_table_row(t);
  ni_table_set_text(t, c->index, index->id);
  ni_table_set_text(t, c->node, node->name);
  ni_table_set_text(t, c->label, node->label == NULL ? NULL : text_of(w, node->label));
  ni_table_set_text(t, c->level, node->level);
  ni_table_set_text(t, c->parent, node->parent < 0 ? NULL : index->nodes[node->parent].name);
  ni_table_set_real(t, c->weight, weight);
  ni_table_set_text(t, c->indicator, node->indicator < 0 ? NULL : w->framework->indicators[node->indicator].id);
  if (node->leaf < 0) {
    ni_table_set_text(t, c->aggregation, "arithmetic");
    ni_table_set_text(t, c->missing, rules[node->missing.rule]);
    ni_table_set_real(t, c->min_coverage, node->missing.min_coverage);
  }
}

static niem_status write_nodes(const part_writer *w) {
  niem_table *t = w->table;
  const node_columns c = {ni_table_text(t, "index"),        ni_table_text(t, "node"),
                          ni_table_text(t, "label"),        ni_table_text(t, "level"),
                          ni_table_text(t, "parent"),       ni_table_real(t, "weight"),
                          ni_table_text(t, "aggregation"),  ni_table_text(t, "missing"),
                          ni_table_real(t, "min_coverage"), ni_table_text(t, "indicator")};
  for (int32_t x = 0; x < w->framework->n_indexes; x++) {
    const ni_index *index = &w->framework->indexes[x];
    int32_t *seen = ni_alloc_zero((size_t)index->n_nodes, sizeof *seen); /* children already met, by parent */
    if (seen == NULL) {
      return ni_fail_memory(w->err);
    }
    for (int32_t i = 0; i < index->n_nodes; i++) {
      const int32_t parent = index->nodes[i].parent;
      write_node(w, &c, index, i, parent < 0 ? ni_nan() : index->nodes[parent].weights[seen[parent]++]);
    }
    ni_free(seen);
  }
  return NIEM_OK;
}

typedef struct part {
  const char *name;
  niem_status (*write)(const part_writer *);
} part;

static const part PARTS[] = {
    {"facets", write_facets},   {"groups", write_groups},       {"units", write_units},
    {"rounds", write_rounds},   {"peers", write_peers},         {"indicators", write_indicators},
    {"options", write_options}, {"standards", write_standards}, {"instruments", write_instruments},
    {"indexes", write_indexes}, {"nodes", write_nodes}};

static const part *find_part(const char *name) {
  for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++) {
    if (strcmp(PARTS[i].name, name) == 0) {
      return &PARTS[i];
    }
  }
  return NULL;
}

niem_status niem_framework_table(niem_table **out, const niem_framework *framework, const char *part_name,
                                 const char *language, niem_error *err) {
  niem_status status = NIEM_OK;
  part_writer w = {.framework = framework, .language = language, .err = err};
  if (out == NULL || framework == NULL || part_name == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT,
                   out == NULL         ? "out"
                   : framework == NULL ? "framework"
                                       : "part",
                   "must not be NULL");
  }
  *out = NULL;
  const part *found = find_part(part_name);
  if (found == NULL) {
    return ni_fail(err, NIEM_ERROR_REFERENCE, "part",
                   "\"%.40s\" is no part of a framework; parts are facets, groups, units, rounds, peers, indicators, "
                   "options, standards, instruments, indexes, nodes",
                   part_name);
  }
  NIEM_TRY(ni_table_new(&w.table, part_name, err));
  ni_table_note(w.table, "framework", framework->id);
  ni_table_note(w.table, "version", framework->version);
  NIEM_TRY(found->write(&w));
  NIEM_TRY(ni_table_finish(&w.table, err));
  *out = w.table;
  w.table = NULL;
cleanup:
  niem_table_free(w.table);
  return status;
}
