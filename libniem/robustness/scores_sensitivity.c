/* Sobol' indices of the inputs of an uncertainty analysis on scores, ranks and changes: the design of A. Saltelli et
 * al., "Variance based sensitivity analysis of model output", Comput. Phys. Commun. 181 (2010), over groups of numbers:
 * an input is one factor, however many numbers it draws. The indices themselves are those of niem_sensitivity_indices.
 *
 * The numbers are points of a scrambled Sobol' sequence. Inputs that draw more of them than the sequence has
 * coordinates to give (a gap in each of a thousand cells) draw them by counter instead, which is right for any number
 * of them and only converges as slowly as random draws do. */
#include "base/platform.h"

#include "robustness/tally.h"
#include "robustness/trials.h"

#include "base/buffer.h"
#include "base/fail.h"
#include "base/fpenv.h"
#include "base/number.h"
#include "base/options.h"
#include "base/order.h"
#include "base/rng.h"
#include "base/threads.h"
#include "model/table.h"
#include "robustness/sobol.h"
#include "robustness/streams.h"

#include <stdio.h>
#include <string.h>

enum { LANES = NI_TRIAL_LANES };
enum { RANK_CHANGE, SCORE, RANK, CHANGE, N_TARGETS };
static const char *const TARGETS[N_TARGETS] = {"rank_change", "score", "rank", "change"};

/* ---- options */

void niem_scores_sensitivity_options_init(niem_scores_sensitivity_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
    options->base = 1024;
    options->seed = 1;
    options->resamples = 1000;
    options->interval_level = 0.9;
    options->tolerance = -1;
  }
}

static niem_status check_options(const niem_scores_sensitivity_options *o, niem_error *err) {
  if (o->base < 2 || o->base > (int64_t)1 << 30) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "base", "is %lld; 2 to 2^30 are possible, powers of two are best",
                   (long long)o->base);
  }
  if (o->resamples < 0 || o->resamples > NIEM_MAX_RESAMPLES) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "resamples", "is %lld; 0 to %d are possible", (long long)o->resamples,
                   (int)NIEM_MAX_RESAMPLES);
  }
  if (!(o->interval_level > 0 && o->interval_level < 1)) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "interval_level", "must lie between 0 and 1, as 0.9 does");
  }
  if (!ni_is_finite(o->tolerance)) {
    return ni_fail(err, NIEM_ERROR_VALUE, "tolerance",
                   "is not finite; it is a number of points, or -1 for the method's");
  }
  return NIEM_OK;
}

static niem_status read_targets(int wanted[N_TARGETS], const char *text, niem_error *err) {
  text = text == NULL ? "rank_change score rank" : text;
  memset(wanted, 0, N_TARGETS * sizeof *wanted);
  while (*text != '\0') {
    const size_t n = strcspn(text, " ");
    int found = n == 0;
    for (int k = 0; k < N_TARGETS && n > 0; k++) {
      if (strlen(TARGETS[k]) == n && strncmp(TARGETS[k], text, n) == 0) {
        wanted[k] = found = 1;
      }
    }
    if (!found) {
      return ni_fail(err, NIEM_ERROR_ARGUMENT, "targets", "\"%.*s\" is none of rank_change, score, rank, change",
                     (int)(n < 40 ? n : 40), text);
    }
    text += n + (text[n] == ' ');
  }
  for (int k = 0; k < N_TARGETS; k++) {
    if (wanted[k]) {
      return NIEM_OK;
    }
  }
  return ni_fail(err, NIEM_ERROR_ARGUMENT, "targets", "names none of rank_change, score, rank, change");
}

/* ---- the study */

typedef struct study_space {
  ni_trial_space *trial;
  double *points; /* of the base points in hand */
  uint64_t *place;
  double *ranks, *room; /* of the units of a contest */
  int32_t *places, *order;
} study_space;

typedef struct study {
  ni_trials trials;
  ni_arena arena;
  ni_figures figures;
  niem_scores_sensitivity_options options;
  int wanted[N_TARGETS];
  int32_t n_inputs, width; /* runs of a base point */
  int64_t *first;          /* of each input: its first coordinate; -1: by counter */
  int64_t n_coordinates;   /* of A, and of B */
  ni_sobol sobol;
  int64_t points_at_once;
  int64_t n_outputs;
  double *y;         /* [run * n_outputs + output] */
  double *published; /* ranks, by value */
  study_space *spaces;
  int32_t n_workers;
} study;

typedef struct by_size {
  int32_t n, input;
} by_size;

/* The inputs that draw the fewest numbers first, equal ones as they stand. */
static void sort_sizes(by_size *sizes, int32_t n) {
  for (int32_t i = 1; i < n; i++) {
    const by_size own = sizes[i];
    int32_t k = i;
    for (; k > 0 && sizes[k - 1].n > own.n; k--) {
      sizes[k] = sizes[k - 1];
    }
    sizes[k] = own;
  }
}

/* Coordinates go to the inputs that need the fewest. */
static niem_status assign_coordinates(study *s, niem_error *err) {
  enum { MOST = NIEM_MAX_SOBOL_COLUMNS / 2 };
  by_size *sizes = ni_arena_alloc(&s->arena, (size_t)s->n_inputs, sizeof *sizes);
  s->first = ni_arena_alloc(&s->arena, (size_t)s->n_inputs, sizeof *s->first);
  if (sizes == NULL || s->first == NULL) {
    return ni_fail_memory(err);
  }
  for (int32_t k = 0; k < s->n_inputs; k++) {
    sizes[k].n = s->trials.layouts[k].n;
    sizes[k].input = k;
  }
  sort_sizes(sizes, s->n_inputs);
  for (int32_t k = 0; k < s->n_inputs; k++) {
    const int fits = s->n_coordinates + sizes[k].n <= MOST;
    s->first[sizes[k].input] = fits ? s->n_coordinates : -1;
    s->n_coordinates += fits ? sizes[k].n : 0;
  }
  return s->n_coordinates == 0
             ? NIEM_OK
             : ni_sobol_make(&s->sobol, 2 * s->n_coordinates, NIEM_SCRAMBLE_OWEN, (uint64_t)s->options.seed, err);
}

static niem_status make_published(study *s, niem_error *err) {
  s->published = ni_arena_alloc(&s->arena, (size_t)s->trials.n_values, sizeof *s->published);
  if (s->published == NULL) {
    return ni_fail_memory(err);
  }
  for (int32_t k = 0; k < s->trials.n_contests; k++) {
    const ni_contest *c = &s->trials.contests[k];
    if (!ni_rank(s->published + c->first, s->trials.published + c->first, c->n, 1, 1, NI_TIES_MIN,
                 s->trials.tolerance)) {
      return ni_fail_memory(err);
    }
  }
  return NIEM_OK;
}

static niem_status make_outputs(study *s, niem_error *err) {
  const int64_t runs = s->options.base * s->width;
  s->n_outputs = (s->wanted[RANK_CHANGE] ? s->trials.n_contests : 0) + (s->wanted[SCORE] ? s->trials.n_values : 0) +
                 (s->wanted[RANK] ? s->trials.n_values : 0) + (s->wanted[CHANGE] ? s->figures.n_changes : 0);
  if (s->n_outputs == 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "targets", "there is no change, for no unit has two rounds");
  }
  if (runs > ((int64_t)1 << 26) / s->n_outputs) {
    return ni_fail(err, NIEM_ERROR_LIMIT, "base",
                   "%lld runs of %lld targets are more than 2^26 numbers; take fewer base points, targets, nodes or "
                   "units",
                   (long long)runs, (long long)s->n_outputs);
  }
  s->y = ni_alloc((size_t)runs * (size_t)s->n_outputs, sizeof *s->y);
  if (s->y == NULL) {
    return ni_fail_memory(err);
  }
  for (int64_t i = 0; i < runs * s->n_outputs; i++) {
    s->y[i] = ni_nan();
  }
  return NIEM_OK;
}

static niem_status make_space(study_space *w, const study *s, niem_error *err) {
  const size_t most = (size_t)s->trials.n_values;
  w->points = ni_alloc((size_t)s->points_at_once, (size_t)(2 * s->n_coordinates) * sizeof(double));
  w->place = ni_alloc((size_t)(2 * s->n_coordinates), sizeof *w->place);
  w->room = ni_alloc(most, sizeof *w->room);
  w->places = ni_alloc(most, sizeof *w->places);
  w->order = ni_alloc(most, sizeof *w->order);
  if (w->points == NULL || w->place == NULL || w->room == NULL || w->places == NULL || w->order == NULL) {
    return ni_fail_memory(err);
  }
  for (int32_t k = 0; k < s->trials.n_contests; k++) {
    for (int32_t i = 0; i < s->trials.contests[k].n; i++) {
      w->order[s->trials.contests[k].first + i] = i;
    }
  }
  return ni_trial_space_make(&w->trial, &s->trials, err);
}

static void free_study(study *s) {
  for (int32_t w = 0; s->spaces != NULL && w < s->n_workers; w++) {
    ni_trial_space_free(s->spaces[w].trial);
    ni_free(s->spaces[w].points);
    ni_free(s->spaces[w].place);
    ni_free(s->spaces[w].room);
    ni_free(s->spaces[w].places);
    ni_free(s->spaces[w].order);
  }
  ni_free(s->spaces);
  ni_free(s->y);
  ni_sobol_free(&s->sobol);
  ni_trials_free(&s->trials);
  ni_arena_free(&s->arena);
}

/* ---- runs */

typedef struct working {
  const study *s;
  study_space *w;
  int64_t begin; /* base point of the first in `points` */
} working;

/* Run r of base point j: A, B, then A with the input r - 2 of B. */
static int is_of_b(const study *s, int64_t run, int32_t input) {
  const int64_t r = run % s->width;
  return r == 1 || r == 2 + input;
}

/* By counter: both points of all lanes are drawn, and each lane takes its own. */
static void draw_by_counter(double *u, const study *s, const int64_t *runs, int32_t input, int32_t n) {
  for (int32_t from = 0; from < n; from++) {
    for (int32_t l = 0; l < LANES; l++) {
      const int b = is_of_b(s, runs[l], input);
      uint32_t words[4] = {(uint32_t)(from / 2), (uint32_t)((b ? NI_STREAM_INPUTS_B : NI_STREAM_INPUTS_A) + input),
                           (uint32_t)(runs[l] / s->width), 0};
      ni_philox(words, (uint64_t)s->options.seed);
      u[(int64_t)from * LANES + l] = ni_uniform_of(words[2 * (from % 2)], words[2 * (from % 2) + 1]);
    }
  }
}

static void numbers_of_run(double *u, const void *context, const int64_t *runs, int32_t input, int32_t n) {
  const working *own = context;
  const study *s = own->s;
  if (s->first[input] < 0) {
    draw_by_counter(u, s, runs, input, n);
    return;
  }
  for (int32_t l = 0; l < LANES; l++) {
    const double *point = own->w->points + (runs[l] / s->width - own->begin) * 2 * s->n_coordinates;
    const double *from = point + (is_of_b(s, runs[l], input) ? s->n_coordinates : 0) + s->first[input];
    for (int32_t i = 0; i < n; i++) {
      u[(int64_t)i * LANES + l] = from[i];
    }
  }
}

static double mean_rank_change(const int32_t *places, const double *published, int32_t n) {
  double sum = 0;
  int32_t counted = 0;
  for (int32_t i = 0; i < n; i++) {
    if (places[i] > 0 && !ni_is_nan(published[i])) {
      sum += places[i] > published[i] ? places[i] - published[i] : published[i] - places[i];
      counted++;
    }
  }
  return counted > 0 ? sum / counted : ni_nan();
}

static niem_status take_ranks(double *changes, double *ranks, const working *own, const double *values,
                              niem_error *err) {
  const ni_trials *t = &own->s->trials;
  niem_status status = NIEM_OK;
  for (int32_t k = 0; k < t->n_contests && status == NIEM_OK; k++) {
    const ni_contest *c = &t->contests[k];
    status = ni_rank_units(own->w->places, values + c->first, c->n, t->tolerance, own->w->order + c->first,
                           own->w->room, err);
    if (changes != NULL) {
      changes[k] = mean_rank_change(own->w->places, own->s->published + c->first, c->n);
    }
    for (int32_t i = 0; ranks != NULL && i < c->n; i++) {
      ranks[c->first + i] = own->w->places[i] > 0 ? own->w->places[i] : ni_nan();
    }
  }
  return status;
}

static niem_status take_run(void *context, int64_t run, const double *values, const niem_error *failed,
                            niem_error *err) {
  const working *own = context;
  const study *s = own->s;
  double *at = s->y + run * s->n_outputs;
  (void)failed; /* its outputs stay NaN */
  if (values == NULL) {
    return NIEM_OK;
  }
  double *changes = s->wanted[RANK_CHANGE] ? at : NULL;
  at += s->wanted[RANK_CHANGE] ? s->trials.n_contests : 0;
  if (s->wanted[SCORE]) {
    memcpy(at, values, (size_t)s->trials.n_values * sizeof *values);
    at += s->trials.n_values;
  }
  double *ranks = s->wanted[RANK] ? at : NULL;
  at += s->wanted[RANK] ? s->trials.n_values : 0;
  for (int64_t c = 0; s->wanted[CHANGE] && c < s->figures.n_changes; c++) {
    at[c] = values[s->figures.changes[c].to] - values[s->figures.changes[c].from];
  }
  return changes != NULL || ranks != NULL ? take_ranks(changes, ranks, own, values, err) : NIEM_OK;
}

static niem_status run_points(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  const study *s = context;
  study_space *w = &s->spaces[worker];
  const working own = {s, w, begin};
  niem_status status = NIEM_OK;
  for (int64_t j = begin; j < end && s->n_coordinates > 0; j++) {
    if (j == begin) {
      ni_sobol_go(w->place, &s->sobol, j);
    } else {
      ni_sobol_step(w->place, &s->sobol, j - 1);
    }
    ni_sobol_read(w->points + (j - begin) * 2 * s->n_coordinates, &s->sobol, w->place);
  }
  for (int64_t from = begin * s->width; from < end * s->width && status == NIEM_OK; from += NI_TRIAL_RUNS) {
    int64_t runs[NI_TRIAL_RUNS];
    int32_t n = 0;
    while (n < NI_TRIAL_RUNS && from + n < end * s->width) {
      runs[n] = from + n;
      n++;
    }
    working mine = own;
    status = ni_trials_run(&s->trials, w->trial, runs, n, numbers_of_run, &own, take_run, &mine, err);
  }
  return status;
}

static niem_status run_all(study *s, const niem_exec *exec, niem_error *err) {
  niem_status status = NIEM_OK;
  s->n_workers = ni_workers(s->options.base, s->points_at_once, exec);
  s->spaces = ni_alloc_zero((size_t)s->n_workers, sizeof *s->spaces);
  NIEM_TRY(s->spaces == NULL ? ni_fail_memory(err) : NIEM_OK);
  for (int32_t w = 0; w < s->n_workers; w++) {
    NIEM_TRY(make_space(&s->spaces[w], s, err));
  }
  NIEM_TRY(ni_parallel_for(s->options.base, s->points_at_once, exec, run_points, s, err));
cleanup:
  return status;
}

/* ---- the table */

typedef struct writing {
  const study *s;
  niem_table *table;
  int32_t target, unit, round, group, node, input, reals[6], n, n_failed;
  const niem_sensitivity_index *next; /* of the output to be written */
  double widest;
} writing;

static const char *const REALS[6] = {"first", "first_low", "first_high", "total", "total_low", "total_high"};

static void make_columns(writing *w) {
  w->target = ni_table_text(w->table, "target");
  w->unit = ni_table_text(w->table, "unit");
  w->round = ni_table_text(w->table, "round");
  w->group = ni_table_text(w->table, "group");
  w->node = ni_table_text(w->table, "node");
  w->input = ni_table_text(w->table, "input");
  for (int k = 0; k < 6; k++) {
    w->reals[k] = ni_table_real(w->table, REALS[k]);
  }
  w->n = ni_table_integer(w->table, "n");
  w->n_failed = ni_table_integer(w->table, "n_failed");
}

/* A row for each input. */
static void write_output(writing *w, int target, int32_t unit, const char *round, int32_t group, int32_t node) {
  const ni_trials *t = &w->s->trials;
  for (int32_t k = 0; k < w->s->n_inputs; k++) {
    const niem_sensitivity_index *x = w->next++;
    const double row[6] = {x->first, x->first_low, x->first_high, x->total, x->total_low, x->total_high};
    ni_table_row(w->table);
    ni_table_set_text(w->table, w->target, TARGETS[target]);
    ni_table_set_text(w->table, w->unit, unit < 0 ? NULL : t->nominal->answers->units[unit]);
    ni_table_set_text(w->table, w->round, round);
    ni_table_set_text(w->table, w->group, t->nominal->framework->groups[group].id);
    ni_table_set_text(w->table, w->node, t->index->nodes[node].name);
    ni_table_set_text(w->table, w->input, t->inputs.inputs[k].name);
    for (int i = 0; i < 6; i++) {
      ni_table_set_real(w->table, w->reals[i], row[i]);
    }
    ni_table_set_integer(w->table, w->n, x->n_used);
    ni_table_set_integer(w->table, w->n_failed, x->n_failed);
    for (int i = 0; i < 6; i += 3) {
      w->widest = row[i + 2] - row[i + 1] > w->widest ? row[i + 2] - row[i + 1] : w->widest;
    }
  }
}

static void write_values(writing *w, int target) {
  const ni_trials *t = &w->s->trials;
  for (int32_t k = 0; k < t->n_contests; k++) {
    const ni_contest *c = &t->contests[k];
    const char *round = t->nominal->answers->rounds[c->round];
    for (int32_t i = 0; i < (target == RANK_CHANGE ? 1 : c->n); i++) {
      write_output(w, target, target == RANK_CHANGE ? -1 : t->units[c->first + i], round, c->group, c->node);
    }
  }
}

static void write_changes(writing *w) {
  const ni_trials *t = &w->s->trials;
  for (int64_t c = 0; c < w->s->figures.n_changes; c++) {
    const ni_change_of *own = &w->s->figures.changes[c];
    char round[450];
    (void)snprintf(round, sizeof round, "%s to %s", t->nominal->answers->rounds[own->from_round],
                   t->nominal->answers->rounds[own->to_round]);
    write_output(w, CHANGE, t->units[own->from], round, own->group, own->node);
  }
}

static niem_status note_counter(const writing *w, niem_error *err) {
  const study *s = w->s;
  niem_status status = NIEM_OK;
  niem_buffer *text = NULL;
  NIEM_TRY(ni_buffer_new(&text, err));
  for (int32_t k = 0; k < s->n_inputs; k++) {
    if (s->first[k] < 0) {
      ni_buffer_text(text, niem_buffer_size(text) > 0 ? ", " : "");
      ni_buffer_text(text, s->trials.inputs.inputs[k].name);
    }
  }
  NIEM_TRY(ni_buffer_status(text, err));
  if (niem_buffer_size(text) > 0) {
    ni_table_note(w->table, "pseudorandom", niem_buffer_data(text));
  }
cleanup:
  niem_buffer_free(text);
  return status;
}

static void write_notes(const writing *w) {
  const study *s = w->s;
  ni_table_note(w->table, "index", s->trials.index->id);
  ni_table_note_integer(w->table, "base", s->options.base);
  ni_table_note_integer(w->table, "runs", s->options.base * s->width);
  ni_table_note_integer(w->table, "resamples", s->options.resamples);
  ni_table_note_integer(w->table, "seed", s->options.seed);
  ni_table_note_real(w->table, "interval_level", s->options.interval_level);
  ni_table_note_real(w->table, "tolerance", s->trials.tolerance);
  ni_table_note_real(w->table, "widest_interval", w->widest);
  ni_table_note(w->table, "inputs", niem_buffer_data(s->trials.inputs.canonical));
  ni_trials_note_idle_weights(w->table, &s->trials);
}

static niem_status write_table(niem_table **out, const study *s, const niem_sensitivity_index *indices,
                               niem_error *err) {
  writing w = {.s = s, .next = indices};
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_table_new(&w.table, "sensitivity", err));
  make_columns(&w);
  for (int target = 0; target < N_TARGETS; target++) {
    if (s->wanted[target] && target == CHANGE) {
      write_changes(&w);
    } else if (s->wanted[target]) {
      write_values(&w, target);
    }
  }
  write_notes(&w);
  NIEM_TRY(note_counter(&w, err));
  NIEM_TRY(ni_table_finish(&w.table, err));
  *out = w.table;
  w.table = NULL;
cleanup:
  niem_table_free(w.table);
  return status;
}

static niem_status find_indices(niem_sensitivity_index *indices, const study *s, const niem_exec *exec,
                                niem_error *err) {
  const niem_matrix y = {s->y, s->options.base * s->width, s->n_outputs, s->n_outputs, 1};
  niem_sensitivity_options options;
  niem_sensitivity_options_init(&options);
  options.resamples = s->options.resamples;
  options.seed = s->options.seed;
  options.level = s->options.interval_level;
  return niem_sensitivity_indices(indices, NULL, NULL, &y, s->n_inputs, &options, exec, err);
}

/* ---- public */

static niem_status make(niem_table **out, study *s, niem_problems *found, const niem_framework *framework,
                        const niem_answers *answers, const niem_method *method, const char *inputs, int64_t n_bytes,
                        const niem_query *query, const niem_scores_sensitivity_options *options, const niem_exec *exec,
                        niem_error *err) {
  niem_status status = NIEM_OK;
  niem_exec own;
  ni_stages stages;
  niem_sensitivity_index *indices = NULL;
  niem_scores_sensitivity_options_init(&s->options);
  NIEM_TRY(ni_options_read(&s->options, sizeof s->options, options, "options", err));
  NIEM_TRY(check_options(&s->options, err));
  NIEM_TRY(read_targets(s->wanted, s->options.targets, err));
  NIEM_TRY(ni_exec_read(&own, exec, err));
  NIEM_TRY(ni_trials_make(&s->trials, found, framework, answers, method, inputs, n_bytes, query, s->options.tolerance,
                          NULL, err));
  NIEM_TRY(ni_figures_make(&s->figures, &s->trials, &s->arena, err));
  s->n_inputs = s->trials.inputs.n;
  s->width = s->n_inputs + 2;
  s->points_at_once = s->width < NI_TRIAL_RUNS ? NI_TRIAL_RUNS / s->width : 1;
  NIEM_TRY(assign_coordinates(s, err));
  NIEM_TRY(make_published(s, err));
  NIEM_TRY(make_outputs(s, err));
  ni_stages_begin(&stages, &own);
  NIEM_TRY(run_all(s, ni_stages_next(&stages, 0.8), err));
  indices = ni_alloc((size_t)s->n_outputs * (size_t)s->n_inputs, sizeof *indices);
  NIEM_TRY(indices == NULL ? ni_fail_memory(err) : NIEM_OK);
  NIEM_TRY(find_indices(indices, s, ni_stages_next(&stages, 1), err));
  NIEM_TRY(ni_stages_end(&stages, err));
  NIEM_TRY(write_table(out, s, indices, err));
cleanup:
  ni_free(indices);
  return status;
}

niem_status niem_sensitivity(niem_table **out, niem_problems **problems, const niem_framework *framework,
                             const niem_answers *answers, const niem_method *method, const char *inputs,
                             int64_t n_bytes, const niem_query *query, const niem_scores_sensitivity_options *options,
                             const niem_exec *exec, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_problems *found = NULL;
  study s;
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  memset(&s, 0, sizeof s);
  if (problems != NULL) {
    *problems = NULL;
  }
  if (out == NULL || (inputs != NULL && n_bytes < 0)) {
    status = ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "inputs",
                     out == NULL ? "must not be NULL" : "n_bytes must not be negative");
    goto cleanup;
  }
  *out = NULL;
  NIEM_TRY(ni_problems_new(&found, err));
  NIEM_TRY(make(out, &s, found, framework, answers, method, inputs, n_bytes, query, options, exec, err));
cleanup:
  free_study(&s);
  ni_problems_hand_over(problems, found);
  ni_fpenv_leave(&saved);
  return status;
}
