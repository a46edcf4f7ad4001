/* A synthetic assessment: invented answers of the shape of a real one, labelled as such in every row. The model stands
 * in niem/assessment.h. Every number is a function of the seed and of the names of what it belongs to (unit, round,
 * group, indicator), so that a unit's answers do not depend on which others are made. */
#include "base/platform.h"

#include "assessment/words.h"
#include "base/fpenv.h"
#include "base/math.h"
#include "base/number.h"
#include "base/options.h"
#include "base/rng.h"
#include "model/answers_build.h"
#include "niem/assessment.h"
#include "scoring/scores.h"

#include <stdio.h>
#include <string.h>

/* What is drawn: the second word of the generator's counter. The numbers never change their meaning. */
enum {
  DRAW_UNIT = 1,
  DRAW_DIMENSION = 2,
  DRAW_UNIT_DIMENSION = 3,
  DRAW_DRIFT = 4,
  DRAW_QUESTION = 5,
  DRAW_GROUP = 6,
  DRAW_CHANGE = 7,
  DRAW_ITEM = 8,
  DRAW_SIZE = 9,
  DRAW_STATUS = 10,
  DRAW_GAP = 11,
  DRAW_GAP_ROUND = 12,
  DRAW_STATE = 13,
  DRAW_SECOND = 14,
  DRAW_OTHER_OPINION = 15,
  DRAW_STATISTICS = 16
};

enum { INVENTED_UNITS = 15, NAME_SIZE = 24 };

static const char *const EVIDENCE = "synthetic: no document stands behind this answer";
static const char *const CODERS[2] = {"synthetic-1", "synthetic-2"};

typedef struct synthesis {
  const niem_framework *framework;
  niem_synthetic_options options;
  uint64_t seed;
  int32_t n_units, n_rounds;
  const char **units, **rounds;    /* own ids */
  int32_t dimension, step, type;   /* facets; -1 */
  uint8_t *referred;               /* of each indicator: a condition hangs on it */
  const ni_condition **of_a_group; /* of each indicator: the group's condition that asks for it alone; NULL */
  uint8_t *applies;                /* the cell in hand, by indicator */
  ni_value *values;
  char *text; /* an answer as it is written */
  size_t text_size;
  char source[96];
  ni_builder builder;
  ni_arena arena;
} synthesis;

/* The cell in hand. */
typedef struct place {
  const char *unit, *round;
  int32_t round_place; /* 0 is the first */
  int32_t group;
} place;

/* --- draws --- */

/* FNV-1a over up to four names, each closed by a byte that no name holds: which replicate a draw belongs to. */
static uint64_t name_of(const char *a, const char *b, const char *c, const char *d) {
  const char *const parts[] = {a, b, c, d};
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t k = 0; k < 4 && parts[k] != NULL; k++) {
    for (const char *at = parts[k]; *at != '\0'; at++) {
      hash = (hash ^ (unsigned char)*at) * 0x100000001b3u;
    }
    hash = (hash ^ 0x1f) * 0x100000001b3u;
  }
  return hash;
}

static double uniform(const synthesis *s, uint32_t stream, uint64_t name) {
  ni_rng rng;
  ni_rng_init(&rng, s->seed, stream, name);
  return ni_rng_uniform(&rng);
}

static double normal(const synthesis *s, uint32_t stream, uint64_t name) {
  return ni_normal_quantile(uniform(s, stream, name));
}

/* --- how favourable --- */

static const char *facet_value(const synthesis *s, int32_t facet, int32_t indicator) {
  const int32_t value = facet < 0 ? -1 : s->framework->indicators[indicator].facets[facet];
  return value < 0 ? "" : s->framework->facets[facet].values[value].id;
}

/* +14 for the first step, -12 for the last, between them in equal parts. */
static double of_step(const synthesis *s, int32_t indicator) {
  const int32_t value = s->step < 0 ? -1 : s->framework->indicators[indicator].facets[s->step];
  const int32_t n = s->step < 0 ? 0 : s->framework->facets[s->step].n_values;
  return value < 0 || n < 2 ? 0 : 14.0 - 26.0 * value / (n - 1);
}

/* What changed for good in the rounds since the first: a question in seven each time, mostly for the better. */
static double of_round(const synthesis *s, const place *p, const char *indicator) {
  const double drift = 8 + 8 * normal(s, DRAW_DRIFT, name_of(p->unit, NULL, NULL, NULL));
  double sum = 0;
  for (int32_t r = 1; r <= p->round_place; r++) {
    char round[NAME_SIZE];
    ni_rng rng;
    (void)snprintf(round, sizeof round, "%d", (int)r);
    ni_rng_init(&rng, s->seed, DRAW_CHANGE, name_of(p->unit, indicator, round, NULL));
    if (ni_rng_below(&rng, 7) == 0) {
      sum += drift + 18 * ni_rng_normal(&rng);
    }
  }
  return sum;
}

/* Statistics move a little every time. */
static double of_statistics(const synthesis *s, const place *p, const ni_indicator *indicator) {
  return indicator->scored ? 0 : 3 * normal(s, DRAW_STATISTICS, name_of(p->unit, indicator->id, p->round, NULL));
}

static double favour(const synthesis *s, const place *p, int32_t i) {
  const char *dimension = facet_value(s, s->dimension, i);
  const char *indicator = s->framework->indicators[i].id;
  const char *group = s->framework->groups[p->group].id;
  double sum = 52;
  sum += 9 * normal(s, DRAW_UNIT, name_of(p->unit, NULL, NULL, NULL));
  sum += 5 * normal(s, DRAW_DIMENSION, name_of(dimension, NULL, NULL, NULL));
  sum += 7 * normal(s, DRAW_UNIT_DIMENSION, name_of(p->unit, dimension, NULL, NULL));
  sum += of_step(s, i);
  sum -= p->group < 3 ? 4 * p->group : 12;
  sum += of_round(s, p, indicator);
  sum += of_statistics(s, p, &s->framework->indicators[i]);
  sum += 18 * normal(s, DRAW_QUESTION, name_of(p->unit, indicator, NULL, NULL));
  sum += 5 * normal(s, DRAW_GROUP, name_of(p->unit, indicator, group, NULL));
  return sum;
}

/* --- answers --- */

static double within(double x, double low, double high) {
  return x < low ? low : x > high ? high : x;
}

static int64_t nearest_option(const ni_scale *scale, double level) {
  int64_t nearest = 0;
  double least = 1e9;
  for (int32_t k = 0; k < scale->n_options; k++) {
    const double gap = scale->options[k].points - level;
    const double distance = gap < 0 ? -gap : gap;
    nearest = distance < least ? k : nearest;
    least = distance < least ? distance : least;
  }
  return nearest;
}

static uint64_t tick_items(const synthesis *s, const place *p, const ni_indicator *indicator, double level) {
  uint64_t items = 0;
  for (int32_t k = 0; k < indicator->scale.n_options; k++) {
    const uint64_t name = name_of(p->unit, indicator->id, indicator->scale.options[k].id, NULL);
    items |= (uint64_t)(level > 100 * uniform(s, DRAW_ITEM, name)) << k;
  }
  return items;
}

/* Whole numbers on a scale that is 10 wide or more, else one decimal. */
static double rounded(double x, double width) {
  return ni_round_decimals(x, width < 10 ? 1 : 0);
}

static double between_goalposts(const ni_scale *scale, double level) {
  const double share = level / 100;
  const double low = scale->worst < scale->best ? scale->worst : scale->best;
  const double high = scale->worst < scale->best ? scale->best : scale->worst;
  double x = scale->worst + share * (scale->best - scale->worst);
  if (scale->logarithmic) {
    const double from = ni_log(scale->worst);
    x = ni_exp(from + share * (ni_log(scale->best) - from));
  }
  return within(rounded(x, high - low), low, high);
}

static double invent_number(const synthesis *s, const place *p, const ni_indicator *indicator, double level) {
  const ni_scale *scale = &indicator->scale;
  double x;
  if (!ni_is_nan(scale->worst)) {
    x = between_goalposts(scale, level);
  } else if (scale->minimum > -1e100 && scale->maximum < 1e100) { /* both bounds are given */
    x = ni_round_decimals(scale->minimum + level / 100 * (scale->maximum - scale->minimum), 1);
  } else {
    const double size = 5 + 1.2 * normal(s, DRAW_SIZE, name_of(p->unit, NULL, NULL, NULL)) +
                        0.8 * normal(s, DRAW_SIZE, name_of(p->unit, indicator->id, NULL, NULL));
    x = ni_round_decimals(ni_exp(size + (level - 50) / 100), 0);
  }
  return within(x, scale->minimum, scale->maximum);
}

/* In how many of the units does a group's condition hold? The units with the least draws are the ones. */
static int status_exists(const synthesis *s, const char *unit, int32_t group) {
  const ni_group *own = &s->framework->groups[group];
  const int32_t n = s->framework->n_units > 0 ? s->framework->n_units : s->n_units;
  int32_t before = 0;
  if (group < 2 || strcmp(own->id, "asylum_seeker") == 0) {
    return 1;
  }
  const double draw = uniform(s, DRAW_STATUS, name_of(own->id, unit, NULL, NULL));
  for (int32_t u = 0; u < n; u++) {
    const char *other = s->framework->n_units > 0 ? s->framework->units[u].id : s->units[u];
    before += uniform(s, DRAW_STATUS, name_of(own->id, other, NULL, NULL)) < draw;
  }
  return before < (group == 2 ? 2 * n / 3 : n / 5);
}

/* The first option that a condition asks for, or the first that it does not. */
static int64_t option_for(const ni_condition *condition, const ni_scale *scale, int holds) {
  int32_t k = 0;
  while (k < scale->n_options - 1 && (int)((condition->options >> k) & 1) != holds) {
    k++;
  }
  return k;
}

static ni_value invent(const synthesis *s, const place *p, int32_t i, double level) {
  const ni_indicator *indicator = &s->framework->indicators[i];
  const double shown = within(level, 0, 100);
  ni_value value = {.option = 0};
  if (s->of_a_group[i] != NULL) {
    value.option = option_for(s->of_a_group[i], &indicator->scale, status_exists(s, p->unit, p->group));
  } else if (indicator->scale.kind == NI_NUMERIC) {
    value.number = invent_number(s, p, indicator, shown);
  } else if (indicator->scale.kind == NI_CHECKLIST) {
    value.items = tick_items(s, p, indicator, shown);
  } else {
    value.option = nearest_option(&indicator->scale, shown);
  }
  return value;
}

/* --- gaps --- */

static double gap_share(const synthesis *s, int32_t i) {
  const char *type = facet_value(s, s->type, i);
  double times = 1;
  if (strstr(type, "financ") != NULL) {
    times = 6;
  } else if (strstr(type, "outcome") != NULL || (s->type < 0 && !s->framework->indicators[i].scored)) {
    times = 5;
  } else if (strstr(type, "admin") != NULL) {
    times = 2;
  }
  return within(s->options.missing * times, 0, 0.9);
}

/* NIEM_ANSWERED, or the kind of gap. 0.6 of the variance stays with the question from round to round. */
static int32_t draw_state(const synthesis *s, const place *p, int32_t i) {
  const char *indicator = s->framework->indicators[i].id;
  const double share = gap_share(s, i);
  if (s->referred[i] || share <= 0) {
    return NIEM_ANSWERED;
  }
  const double lasting = normal(s, DRAW_GAP, name_of(p->unit, indicator, NULL, NULL));
  const double passing = normal(s, DRAW_GAP_ROUND, name_of(p->unit, indicator, p->round, NULL));
  if (0.7745966692414834 * lasting + 0.6324555320336759 * passing >= ni_normal_quantile(share)) {
    return NIEM_ANSWERED;
  }
  const double kind = uniform(s, DRAW_STATE, name_of(p->unit, indicator, p->round, NULL));
  if (s->framework->indicators[i].scored) {
    return kind < 0.6 ? NIEM_MISSING : kind < 0.8 ? NIEM_NOT_COLLECTED : NIEM_NOT_ACCESSIBLE;
  }
  return kind < 0.4   ? NIEM_NOT_COLLECTED
         : kind < 0.7 ? NIEM_NOT_DISAGGREGATED
         : kind < 0.9 ? NIEM_NOT_ACCESSIBLE
                      : NIEM_MISSING;
}

/* --- rows --- */

static void set_text(synthesis *s, int32_t column, const char *text) {
  s->builder.cells[column].text = text;
  s->builder.cells[column].length = strlen(text);
}

static void print_items(synthesis *s, const ni_scale *scale, uint64_t items) {
  size_t used = 0;
  for (int32_t k = 0; k < scale->n_options; k++) {
    if ((items >> k) & 1) {
      used += (size_t)snprintf(s->text + used, s->text_size - used, "%s%s", used == 0 ? "" : "|", scale->options[k].id);
    }
  }
}

/* The answer into its cell; a number stays one. */
static void set_answer(synthesis *s, int32_t i, const ni_value *value) {
  const ni_scale *scale = &s->framework->indicators[i].scale;
  if (scale->kind == NI_NUMERIC) {
    s->builder.cells[NI_ANSWER].number = &value->number;
  } else if (scale->kind != NI_CHECKLIST) {
    set_text(s, NI_ANSWER, scale->options[value->option].id);
  } else if (value->items == 0) {
    set_text(s, NI_ANSWER, "none");
  } else {
    print_items(s, scale, value->items);
    set_text(s, NI_ANSWER, s->text);
  }
}

static void write_row(synthesis *s, const place *p, int32_t i, int32_t state, const ni_value *value, int32_t coder) {
  memset(s->builder.cells, 0, sizeof s->builder.cells);
  set_text(s, NI_UNIT, p->unit);
  set_text(s, NI_ROUND, p->round);
  set_text(s, NI_GROUP, s->framework->groups[p->group].id);
  set_text(s, NI_INDICATOR, s->framework->indicators[i].id);
  set_text(s, NI_STATE, niem_state_name(state));
  set_text(s, NI_EVIDENCE, EVIDENCE);
  set_text(s, NI_SOURCE, s->source);
  set_text(s, NI_CODER, CODERS[coder]);
  if (state == NIEM_ANSWERED) {
    set_answer(s, i, value);
  }
  ni_builder_row(&s->builder, s->builder.row + 1);
}

static void write_second_opinion(synthesis *s, const place *p, int32_t i) {
  const char *indicator = s->framework->indicators[i].id;
  const char *group = s->framework->groups[p->group].id;
  if (s->referred[i] ||
      uniform(s, DRAW_SECOND, name_of(p->unit, p->round, indicator, group)) >= s->options.second_coder) {
    return;
  }
  ni_rng rng;
  ni_rng_init(&rng, s->seed, DRAW_OTHER_OPINION, name_of(p->unit, p->round, indicator, group));
  const double other = ni_rng_below(&rng, 4) == 0 ? 20 * ni_rng_normal(&rng) : 0;
  const ni_value value = invent(s, p, i, favour(s, p, i) + other);
  write_row(s, p, i, NIEM_ANSWERED, &value, 1);
}

static int is_asked(const synthesis *s, int32_t i, int32_t group) {
  const ni_indicator *indicator = &s->framework->indicators[i];
  return indicator->asked[group] && indicator->scale.kind != NI_COMPOSITE;
}

/* All that is asked is known to the one who invents it. */
typedef struct known_cell {
  const synthesis *s;
  int32_t group;
} known_cell;

static int find_invented(const void *context, int32_t indicator, int32_t *state, ni_value *value) {
  const known_cell *known = context;
  *state = NIEM_ANSWERED;
  *value = known->s->values[indicator];
  return is_asked(known->s, indicator, known->group);
}

static void write_cell(synthesis *s, const place *p) {
  const int32_t n = s->framework->n_indicators;
  const ni_group *group = &s->framework->groups[p->group];
  const known_cell known = {s, p->group};
  for (int32_t i = 0; i < n; i++) {
    if (is_asked(s, i, p->group)) {
      s->values[i] = invent(s, p, i, favour(s, p, i));
    }
  }
  const uint8_t exists = ni_applicability(s->applies, s->framework, p->group, find_invented, &known);
  for (int32_t i = 0; i < n; i++) {
    const int decides = group->applies_if != NULL && group->decides[i];
    if (!is_asked(s, i, p->group) || (exists != NI_APPLIES && !decides)) {
      continue;
    }
    const int32_t state = s->applies[i] == NI_APPLIES ? draw_state(s, p, i) : NIEM_NOT_APPLICABLE;
    write_row(s, p, i, state, &s->values[i], 0);
    if (state == NIEM_ANSWERED) {
      write_second_opinion(s, p, i);
    }
  }
}

/* The real panel of NIEM: Portugal took part in the baseline only, Bulgaria in the evaluations after it. */
static int took_part(const synthesis *s, const char *unit, int32_t round_place) {
  if (s->options.units != NULL || strcmp(s->framework->id, "niem") != 0) {
    return 1;
  }
  return strcmp(unit, "PT") == 0 ? round_place == 0 : strcmp(unit, "BG") == 0 ? round_place > 0 : 1;
}

static void write_panel(synthesis *s) {
  for (int32_t u = 0; u < s->n_units; u++) {
    for (int32_t r = 0; r < s->n_rounds; r++) {
      const int32_t listed = ni_find_round(s->framework, s->rounds[r], NULL);
      place p = {s->units[u], s->rounds[r], listed < 0 ? r : listed, 0};
      if (!took_part(s, p.unit, p.round_place)) {
        continue;
      }
      for (p.group = 0; p.group < s->framework->n_own_groups && !s->builder.out_of_memory; p.group++) {
        write_cell(s, &p);
      }
    }
  }
}

/* --- what to make --- */

static niem_status check_share(double x, const char *where, niem_error *err) {
  if (x >= 0 && x <= 1) {
    return NIEM_OK;
  }
  char text[NI_DOUBLE_TEXT];
  (void)ni_print_double(text, x);
  return ni_fail(err, NIEM_ERROR_VALUE, where, "is %s; a share is a number from 0 to 1", text);
}

/* Ids that the caller names, by the framework's own names where it knows them; each once. */
static niem_status take_names(const char ***out, int32_t *n, synthesis *s, const char *const *names, int64_t n_names,
                              int32_t is_unit, niem_error *err) {
  const char *where = is_unit ? "units" : "rounds";
  if (n_names < 1 || n_names > INT32_MAX) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, where, "a list of %s has at least one", where);
  }
  *out = ni_arena_alloc(&s->arena, (size_t)n_names, sizeof **out);
  if (*out == NULL) {
    return ni_fail_memory(err);
  }
  for (int64_t i = 0; i < n_names; i++) {
    if (names[i] == NULL || names[i][0] == '\0') {
      return ni_fail(err, NIEM_ERROR_ARGUMENT, where, "entry %lld is %s; it names one of the %s", (long long)i + 1,
                     names[i] == NULL ? "NULL" : "empty", where);
    }
    const int32_t listed =
        is_unit ? ni_find_unit(s->framework, names[i], NULL) : ni_find_round(s->framework, names[i], NULL);
    (*out)[i] = listed < 0 ? names[i] : is_unit ? s->framework->units[listed].id : s->framework->rounds[listed].id;
    for (int64_t k = 0; k < i; k++) {
      if (strcmp((*out)[k], (*out)[i]) == 0) {
        return ni_fail(err, NIEM_ERROR_DUPLICATE, where, "\"%.60s\" is named twice", names[i]);
      }
    }
  }
  *n = (int32_t)n_names;
  return NIEM_OK;
}

/* What the framework lists, or names that nobody could take for real ones. */
static niem_status list_names(const char ***out, int32_t *n, synthesis *s, int32_t is_unit, niem_error *err) {
  const int32_t listed = is_unit ? s->framework->n_units : s->framework->n_rounds;
  *n = listed > 0 ? listed : is_unit ? INVENTED_UNITS : 1;
  *out = ni_arena_alloc(&s->arena, (size_t)*n, sizeof **out);
  for (int32_t i = 0; i < *n && *out != NULL; i++) {
    char name[NAME_SIZE];
    (void)snprintf(name, sizeof name, is_unit ? "synthetic-%02d" : "%d", (int)i + 1);
    (*out)[i] = listed == 0 ? ni_arena_text(&s->arena, name, strlen(name))
                : is_unit   ? s->framework->units[i].id
                            : s->framework->rounds[i].id;
    if ((*out)[i] == NULL) {
      return ni_fail_memory(err);
    }
  }
  return *out == NULL ? ni_fail_memory(err) : NIEM_OK;
}

static niem_status read_options(synthesis *s, const niem_synthetic_options *options, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_synthetic_options_init(&s->options);
  NIEM_TRY(ni_options_read(&s->options, sizeof s->options, options, "options", err));
  const niem_synthetic_options *o = &s->options;
  NIEM_TRY(check_share(o->missing, "missing", err));
  NIEM_TRY(check_share(o->second_coder, "second_coder", err));
  if ((o->units == NULL && o->n_units != 0) || (o->rounds == NULL && o->n_rounds != 0)) {
    status = ni_fail(err, NIEM_ERROR_ARGUMENT, o->units == NULL && o->n_units != 0 ? "units" : "rounds",
                     "is NULL though its number is not 0");
    goto cleanup;
  }
  NIEM_TRY(o->units != NULL ? take_names(&s->units, &s->n_units, s, o->units, o->n_units, 1, err)
                            : list_names(&s->units, &s->n_units, s, 1, err));
  NIEM_TRY(o->rounds != NULL ? take_names(&s->rounds, &s->n_rounds, s, o->rounds, o->n_rounds, 0, err)
                             : list_names(&s->rounds, &s->n_rounds, s, 0, err));
  s->seed = (uint64_t)o->seed;
  (void)snprintf(s->source, sizeof s->source, "synthetic (libniem generator, seed %lld)", (long long)o->seed);
cleanup:
  return status;
}

static void mark_referred(synthesis *s, const ni_condition *condition) {
  if (condition == NULL) {
    return;
  }
  if (condition->kind >= NI_CONDITION_IN) {
    s->referred[condition->indicator] = 1;
  }
  for (int32_t k = 0; k < condition->n_children; k++) {
    mark_referred(s, &condition->children[k]);
  }
}

static niem_status study_framework(synthesis *s, niem_error *err) {
  const niem_framework *framework = s->framework;
  const size_t n = (size_t)framework->n_indicators;
  s->dimension = ni_facet_of(framework, "dimension");
  s->step = ni_facet_of(framework, "step");
  s->type = ni_facet_of(framework, "type");
  s->text_size = (size_t)NIEM_MAX_OPTIONS * 202 + 1; /* ids have at most 200 bytes */
  s->referred = ni_arena_alloc(&s->arena, n, 1);
  s->of_a_group = ni_arena_alloc(&s->arena, n, sizeof *s->of_a_group);
  s->applies = ni_arena_alloc(&s->arena, n, 1);
  s->values = ni_arena_alloc(&s->arena, n, sizeof *s->values);
  s->text = ni_arena_alloc(&s->arena, s->text_size, 1);
  if (s->referred == NULL || s->of_a_group == NULL || s->applies == NULL || s->values == NULL || s->text == NULL) {
    return ni_fail_memory(err);
  }
  for (int32_t i = 0; i < framework->n_indicators; i++) {
    mark_referred(s, framework->indicators[i].applies_if);
  }
  for (int32_t g = 0; g < framework->n_own_groups; g++) {
    const ni_condition *condition = framework->groups[g].applies_if;
    mark_referred(s, condition);
    if (condition != NULL && condition->kind == NI_CONDITION_IN &&
        framework->indicators[condition->indicator].scale.kind <= NI_BINARY) {
      s->of_a_group[condition->indicator] = condition;
    }
  }
  return NIEM_OK;
}

/* --- public --- */

void niem_synthetic_options_init(niem_synthetic_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
    options->missing = 0.04;
  }
}

niem_status niem_synthetic(niem_answers **out, const niem_framework *framework, const niem_synthetic_options *options,
                           niem_error *err) {
  niem_status status = NIEM_OK;
  niem_problems *problems = NULL;
  niem_read_options reading;
  ni_fpenv saved;
  synthesis s;
  memset(&s, 0, sizeof s);
  if (out == NULL || framework == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "framework", "must not be NULL");
  }
  *out = NULL;
  ni_fpenv_enter(&saved);
  s.framework = framework;
  niem_read_options_init(&reading);
  NIEM_TRY(read_options(&s, options, err));
  NIEM_TRY(study_framework(&s, err));
  NIEM_TRY(ni_problems_new(&problems, err));
  NIEM_TRY(ni_builder_open(&s.builder, framework, &reading, problems, err));
  write_panel(&s);
  NIEM_TRY(ni_builder_finish(out, &s.builder, err));
cleanup:
  ni_builder_close(&s.builder);
  niem_problems_free(problems);
  ni_arena_free(&s.arena);
  ni_fpenv_leave(&saved);
  return status;
}
