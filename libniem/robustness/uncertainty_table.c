/* The tables of scores under uncertainty. */
#include "base/platform.h"

#include "robustness/uncertain_scores.h"

#include "base/buffer.h"
#include "base/fail.h"
#include "base/fpenv.h"
#include "base/number.h"
#include "base/order.h"
#include "base/rng.h"
#include "model/table.h"

#include <string.h>

/* ---- what tables share */

enum { BY_UNIT = 1, BY_ROUND = 2 };

typedef struct sheet {
  const niem_uncertain_scores *u;
  const ni_trials *t;
  niem_table *table;
  int32_t unit, round, group, node;
} sheet;

void ni_uncertainty_notes(niem_table *table, const niem_uncertain_scores *u) {
  ni_table_note(table, "index", u->trials.index->id);
  ni_table_note_integer(table, "replicates", u->options.replicates);
  ni_table_note_integer(table, "failed", u->tally.n_failed);
  ni_table_note_real(table, "failed_share", (double)u->tally.n_failed / (double)u->options.replicates);
  ni_table_note_integer(table, "seed", u->options.seed);
  ni_table_note(table, "generator", NI_RNG_NAME);
  ni_table_note_real(table, "interval_level", u->options.interval_level);
  ni_table_note_real(table, "tolerance", u->trials.tolerance);
  ni_table_note(table, "inputs", niem_buffer_data(u->trials.inputs.canonical));
  ni_trials_note_idle_weights(table, &u->trials);
  if (u->trials.n_without_pool > 0) {
    ni_table_note_integer(table, "gaps_left", u->trials.n_without_pool);
  }
  if (u->tally.beyond > 0) {
    ni_table_note_integer(table, "beyond_sums", u->tally.beyond);
  }
}

static void add_levels(const sheet *s) {
  const ni_trials *t = s->t;
  for (int32_t i = 0; s->unit >= 0 && i < t->selection.n_units; i++) {
    (void)ni_table_add_level(s->table, s->unit, t->nominal->answers->units[t->selection.units[i]]);
  }
  for (int32_t i = 0; s->round >= 0 && i < t->selection.n_rounds; i++) {
    (void)ni_table_add_level(s->table, s->round, t->nominal->answers->rounds[t->selection.rounds[i]]);
  }
  for (int32_t i = 0; i < t->selection.n_groups; i++) {
    (void)ni_table_add_level(s->table, s->group, t->nominal->framework->groups[t->selection.groups[i]].id);
  }
  for (int32_t i = 0; i < t->selection.n_nodes; i++) {
    (void)ni_table_add_level(s->table, s->node, t->index->nodes[t->selection.nodes[i]].name);
  }
}

static niem_status begin(sheet *s, const niem_uncertain_scores *u, const char *name, int by, niem_error *err) {
  s->u = u;
  s->t = &u->trials;
  const niem_status status = ni_table_new(&s->table, name, err);
  if (status == NIEM_OK) {
    s->unit = by & BY_UNIT ? ni_table_text(s->table, "unit") : -1;
    s->round = by & BY_ROUND ? ni_table_text(s->table, "round") : -1;
    s->group = ni_table_text(s->table, "group");
    s->node = ni_table_text(s->table, "node");
    add_levels(s);
    ni_uncertainty_notes(s->table, u);
  }
  return status;
}

static void row_of(const sheet *s, int32_t value, int32_t round, int32_t group, int32_t node) {
  const ni_trials *t = s->t;
  ni_table_row(s->table);
  if (s->unit >= 0) {
    ni_table_set_text(s->table, s->unit, t->nominal->answers->units[t->units[value]]);
  }
  if (s->round >= 0) {
    ni_table_set_text(s->table, s->round, t->nominal->answers->rounds[round]);
  }
  ni_table_set_text(s->table, s->group, t->nominal->framework->groups[group].id);
  ni_table_set_text(s->table, s->node, t->index->nodes[node].name);
}

/* All values are kept where there are few replicates. */
static const double *exact_values(const niem_uncertain_scores *u) {
  return u->options.replicates <= NI_TALLY_PILOT ? u->pilot : NULL;
}

static niem_status summary_of(ni_summary *out, const niem_uncertain_scores *u, int64_t figure, niem_error *err) {
  return ni_tally_summary(out, &u->tally, &u->figures, figure, u->options.interval_level, exact_values(u), u->n_pilot,
                          err);
}

static void note_resolution(const sheet *s, int64_t from, int64_t to) {
  double widest = 0;
  for (int64_t f = from; f < to && exact_values(s->u) == NULL; f++) {
    const double width =
        s->u->tally.n[f] > 0 && s->u->tally.least[f] < s->u->tally.most[f] ? s->u->figures.grids[f].width : 0;
    widest = width > widest ? width : widest;
  }
  ni_table_note_real(s->table, "resolution", widest);
}

/* ---- scores */

typedef struct rank_summary {
  double mean, median, low, high;
} rank_summary;

/* The least rank that a share p of the replicates does not pass. */
static double rank_at(const uint32_t *counts, int32_t n, double total, double p) {
  const double needed = p * total - 1e-9 * total; /* 0.05 is no double */
  double upto = 0;
  for (int32_t r = 0; r < n; r++) {
    upto += counts[r];
    if (upto > 0 && upto >= needed) {
      return r + 1;
    }
  }
  return ni_nan();
}

static rank_summary summarise_ranks(const uint32_t *counts, int32_t n, double level) {
  rank_summary out;
  int64_t total = 0, sum = 0;
  for (int32_t r = 0; r < n; r++) {
    total += counts[r];
    sum += (int64_t)counts[r] * (r + 1);
  }
  out.mean = total > 0 ? (double)sum / (double)total : ni_nan();
  out.median = rank_at(counts, n, (double)total, 0.5);
  out.low = rank_at(counts, n, (double)total, (1 - level) / 2);
  out.high = rank_at(counts, n, (double)total, 1 - (1 - level) / 2);
  return out;
}

static const char *const SCORE_COLUMNS[] = {"mean", "sd",        "low",         "median",   "high",
                                            "rank", "rank_mean", "rank_median", "rank_low", "rank_high"};
enum { N_SCORE_COLUMNS = 10 };

static niem_status write_contest(const sheet *s, int32_t contest, int32_t value, int32_t n, const int32_t *reals,
                                 double *ranks, niem_error *err) {
  const niem_uncertain_scores *u = s->u;
  const ni_contest *own = &s->t->contests[contest];
  niem_status status = NIEM_OK;
  if (!ni_rank(ranks, s->t->published + own->first, own->n, 1, 1, NI_TIES_MIN, s->t->tolerance)) {
    return ni_fail_memory(err);
  }
  for (int32_t i = 0; i < own->n; i++) {
    ni_summary x;
    const int32_t at = own->first + i;
    NIEM_TRY(summary_of(&x, u, at, err));
    const rank_summary r = summarise_ranks(u->tally.ranks + u->figures.square[contest] + (int64_t)i * own->n, own->n,
                                           u->options.interval_level);
    const double row[N_SCORE_COLUMNS] = {x.mean,   x.sd,   x.low,    x.median, x.high,
                                         ranks[i], r.mean, r.median, r.low,    r.high};
    row_of(s, at, own->round, own->group, own->node);
    ni_table_set_real(s->table, value, s->t->published[at]);
    ni_table_set_integer(s->table, n, x.n);
    for (int32_t k = 0; k < N_SCORE_COLUMNS; k++) {
      ni_table_set_real(s->table, reals[k], row[k]);
    }
  }
cleanup:
  return status;
}

static niem_status make_scores(sheet *s, const niem_uncertain_scores *u, niem_error *err) {
  niem_status status = NIEM_OK;
  int32_t reals[N_SCORE_COLUMNS];
  double *ranks = NULL;
  NIEM_TRY(begin(s, u, "uncertain scores", BY_UNIT | BY_ROUND, err));
  const int32_t value = ni_table_real(s->table, "value");
  const int32_t n = ni_table_integer(s->table, "n");
  for (int32_t k = 0; k < N_SCORE_COLUMNS; k++) {
    reals[k] = ni_table_real(s->table, SCORE_COLUMNS[k]);
  }
  ranks = ni_alloc((size_t)s->t->n_values, sizeof *ranks);
  NIEM_TRY(ranks == NULL ? ni_fail_memory(err) : NIEM_OK);
  for (int32_t k = 0; k < s->t->n_contests; k++) {
    NIEM_TRY(write_contest(s, k, value, n, reals, ranks, err));
  }
  note_resolution(s, 0, s->t->n_values);
cleanup:
  ni_free(ranks);
  return status;
}

/* ---- ranks and pairs */

static niem_status make_ranks(sheet *s, const niem_uncertain_scores *u, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(begin(s, u, "ranks of replicates", BY_UNIT | BY_ROUND, err));
  const int32_t rank = ni_table_integer(s->table, "rank");
  const int32_t share = ni_table_real(s->table, "share");
  for (int32_t k = 0; k < s->t->n_contests; k++) {
    const ni_contest *own = &s->t->contests[k];
    for (int32_t i = 0; i < own->n; i++) {
      const uint32_t *counts = u->tally.ranks + u->figures.square[k] + (int64_t)i * own->n;
      for (int32_t r = 0; r < own->n; r++) {
        if (counts[r] > 0) {
          row_of(s, own->first + i, own->round, own->group, own->node);
          ni_table_set_integer(s->table, rank, r + 1);
          ni_table_set_real(s->table, share, (double)counts[r] / (double)u->tally.n[own->first + i]);
        }
      }
    }
  }
cleanup:
  return status;
}

static niem_status make_pairs(sheet *s, const niem_uncertain_scores *u, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(begin(s, u, "pairs of units", BY_ROUND, err));
  const char **units = u->trials.nominal->answers->units;
  const int32_t unit_a = ni_table_text(s->table, "unit_a");
  const int32_t unit_b = ni_table_text(s->table, "unit_b");
  const int32_t above = ni_table_real(s->table, "share_above");
  const int32_t tied = ni_table_real(s->table, "share_tied");
  for (int32_t i = 0; i < s->t->selection.n_units; i++) {
    (void)ni_table_add_level(s->table, unit_a, units[s->t->selection.units[i]]);
    (void)ni_table_add_level(s->table, unit_b, units[s->t->selection.units[i]]);
  }
  for (int32_t k = 0; k < s->t->n_contests; k++) {
    const ni_contest *own = &s->t->contests[k];
    const uint32_t *wins = u->tally.above + u->figures.square[k];
    const uint32_t *ties = u->tally.tied + u->figures.square[k];
    for (int32_t a = 0; a < own->n; a++) {
      for (int32_t b = a + 1; b < own->n; b++) {
        const int64_t ab = (int64_t)a * own->n + b, ba = (int64_t)b * own->n + a;
        const double both = (double)wins[ab] + (double)wins[ba] + (double)ties[ab];
        row_of(s, own->first + a, own->round, own->group, own->node);
        ni_table_set_text(s->table, unit_a, units[s->t->units[own->first + a]]);
        ni_table_set_text(s->table, unit_b, units[s->t->units[own->first + b]]);
        ni_table_set_real(s->table, above, both > 0 ? wins[ab] / both : ni_nan());
        ni_table_set_real(s->table, tied, both > 0 ? ties[ab] / both : ni_nan());
      }
    }
  }
cleanup:
  return status;
}

/* ---- changes */

static niem_status make_changes(sheet *s, const niem_uncertain_scores *u, niem_error *err) {
  static const char *const names[] = {"mean", "low", "high", "share_improved", "share_unchanged", "share_worsened"};
  niem_status status = NIEM_OK;
  int32_t reals[6];
  NIEM_TRY(begin(s, u, "changes under uncertainty", BY_UNIT, err));
  const char **rounds = u->trials.nominal->answers->rounds;
  const int32_t from = ni_table_text(s->table, "from");
  const int32_t to = ni_table_text(s->table, "to");
  const int32_t change = ni_table_real(s->table, "change");
  const int32_t n = ni_table_integer(s->table, "n");
  for (int32_t k = 0; k < 6; k++) {
    reals[k] = ni_table_real(s->table, names[k]);
  }
  for (int64_t c = 0; c < u->figures.n_changes; c++) {
    const ni_change_of *own = &u->figures.changes[c];
    const int64_t *directions = u->tally.directions + 3 * c;
    ni_summary x;
    NIEM_TRY(summary_of(&x, u, s->t->n_values + c, err));
    const double total = x.n > 0 ? (double)x.n : ni_nan();
    const double row[6] = {x.mean,
                           x.low,
                           x.high,
                           (double)directions[0] / total,
                           (double)directions[1] / total,
                           (double)directions[2] / total};
    row_of(s, own->from, -1, own->group, own->node);
    ni_table_set_text(s->table, from, rounds[own->from_round]);
    ni_table_set_text(s->table, to, rounds[own->to_round]);
    ni_table_set_real(s->table, change, s->t->published[own->to] - s->t->published[own->from]);
    ni_table_set_integer(s->table, n, x.n);
    for (int32_t k = 0; k < 6; k++) {
      ni_table_set_real(s->table, reals[k], row[k]);
    }
  }
  note_resolution(s, s->t->n_values, u->figures.n);
cleanup:
  return status;
}

/* ---- failures */

typedef struct messages {
  const ni_tally *tally;
} messages;

static int compare_messages(int64_t a, int64_t b, const void *context) {
  const messages *m = context;
  if (m->tally->message_counts[a] != m->tally->message_counts[b]) {
    return m->tally->message_counts[a] > m->tally->message_counts[b] ? -1 : 1;
  }
  return strcmp(ni_dictionary_text(&m->tally->messages, (int32_t)a),
                ni_dictionary_text(&m->tally->messages, (int32_t)b));
}

/* The commonest first. */
static niem_status write_messages(niem_table *table, int32_t message, int32_t n, const ni_tally *y, niem_error *err) {
  const int32_t count = ni_dictionary_count(&y->messages);
  const messages m = {y};
  int64_t *order = ni_alloc((size_t)count, sizeof *order);
  if (order == NULL) {
    return ni_fail_memory(err);
  }
  for (int32_t k = 0; k < count; k++) {
    order[k] = k;
  }
  const int sorted = ni_sort_indices(order, count, compare_messages, &m);
  for (int32_t k = 0; k < count && sorted; k++) {
    ni_table_row(table);
    ni_table_set_text(table, message, ni_dictionary_text(&y->messages, (int32_t)order[k]));
    ni_table_set_integer(table, n, y->message_counts[order[k]]);
  }
  ni_free(order);
  return sorted ? NIEM_OK : ni_fail_memory(err);
}

/* More messages than can be told apart: how often each status came, and what the first of all was. */
static niem_status write_statuses(niem_table *table, int32_t message, int32_t n, const ni_tally *y, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_buffer *text = NULL;
  for (int32_t s = 0; s < NIEM_STATUS_END && status == NIEM_OK; s++) {
    if (y->statuses[s] == 0) {
      continue;
    }
    NIEM_TRY(ni_buffer_new(&text, err));
    ni_buffer_text(text, "status ");
    ni_buffer_text(text, niem_status_name(s));
    ni_buffer_text(text, "; the first of all: ");
    ni_buffer_text(text, y->first_error.message);
    NIEM_TRY(ni_buffer_status(text, err));
    ni_table_row(table);
    ni_table_set_text(table, message, niem_buffer_data(text));
    ni_table_set_integer(table, n, y->statuses[s]);
    niem_buffer_free(text);
    text = NULL;
  }
cleanup:
  niem_buffer_free(text);
  return status;
}

static niem_status make_failures(sheet *s, const niem_uncertain_scores *u, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_table_new(&s->table, "failures", err));
  const int32_t message = ni_table_text(s->table, "message");
  const int32_t n = ni_table_integer(s->table, "n");
  ni_uncertainty_notes(s->table, u);
  status = u->tally.too_many ? write_statuses(s->table, message, n, &u->tally, err)
                             : write_messages(s->table, message, n, &u->tally, err);
cleanup:
  return status;
}

/* ---- public */

static niem_status make_inputs(sheet *s, const niem_uncertain_scores *u, niem_error *err) {
  return ni_inputs_table(&s->table, u, err);
}

static niem_status make_part(niem_table **out, const niem_uncertain_scores *u, const char *part, niem_error *err) {
  static const struct {
    const char *name;
    niem_status (*make)(sheet *, const niem_uncertain_scores *, niem_error *);
  } parts[] = {{"scores", make_scores},   {"ranks", make_ranks},   {"pairs", make_pairs},
               {"changes", make_changes}, {"inputs", make_inputs}, {"failures", make_failures}};
  sheet s = {.table = NULL};
  niem_status status = NIEM_OK;
  size_t k = 0;
  while (k < sizeof parts / sizeof parts[0] && strcmp(parts[k].name, part) != 0) {
    k++;
  }
  if (k == sizeof parts / sizeof parts[0]) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "part",
                   "is \"%.40s\"; it is one of scores, ranks, pairs, changes, inputs, failures", part);
  }
  NIEM_TRY(parts[k].make(&s, u, err));
  NIEM_TRY(ni_table_finish(&s.table, err));
  *out = s.table;
  s.table = NULL;
cleanup:
  niem_table_free(s.table);
  return status;
}

niem_status niem_uncertainty_table(niem_table **out, const niem_uncertain_scores *uncertain, const char *part,
                                   niem_error *err) {
  ni_fpenv saved;
  if (out == NULL || uncertain == NULL || part == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT,
                   out == NULL         ? "out"
                   : uncertain == NULL ? "uncertain"
                                       : "part",
                   "must not be NULL");
  }
  *out = NULL;
  ni_fpenv_enter(&saved);
  const niem_status status = make_part(out, uncertain, part, err);
  ni_fpenv_leave(&saved);
  return status;
}
