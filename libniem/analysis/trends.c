/* Trends of a series over rounds: change, average yearly change, compound annual growth rate, the slope of least
 * squares. A series is a unit's values for one group and one node or indicator. Computed in double-double, rounded
 * once. */
#include "base/platform.h"

#include "analysis/variables.h"
#include "base/math.h"
#include "base/options.h"
#include "scoring/rounds.h"

#include <math.h>
#include <string.h>

/* A value at a time. */
typedef struct point {
  ni_dd months;
  double value;
  const char *label; /* of its round, or the time as it was asked for */
  int32_t observed;
} point;

typedef struct trends {
  niem_trend_options options;
  double tolerance;
  ni_dd *months;    /* of the rounds of the answers */
  int32_t *in_time; /* their places in the order of time */
  ni_dd begin, end; /* of the window, in months */
  point *wanted;    /* times at which a series is interpolated */
  int32_t n_wanted;
  point *observed; /* of the series in hand */
  int32_t n_observed;
  point *points; /* and what is interpolated, within the window */
  int32_t n_points;
  int32_t group, node, n, n_interpolated, first, last, value_first, value_last, years, change, change_per_year,
      percent_change, cagr, cagr_missing, slope, slope_error, percent_slope, direction;
} trends;

void niem_trend_options_init(niem_trend_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
    options->step = NIEM_STEP_NONE;
    options->tolerance = -1;
  }
}

/* --- times --- */

static niem_status read_times(trends *t, ni_analysis *a, niem_error *err) {
  const niem_answers *answers = a->c.answers;
  niem_status status = NIEM_OK;
  NIEM_TRY(ni_compare_alloc(&t->months, &a->c, answers->n_rounds, sizeof *t->months, err));
  NIEM_TRY(ni_compare_alloc(&t->in_time, &a->c, answers->n_rounds, sizeof *t->in_time, err));
  const ni_rounds_fault found = ni_round_times(t->months, answers);
  if (found.fault == NI_ROUND_TIMELESS) {
    status = ni_fail(err, NIEM_ERROR_VALUE, "scores",
                     "round \"%.60s\" has no date, and is no year either; give the rounds of the framework their "
                     "\"date\"",
                     answers->rounds[found.round]);
  } else if (found.fault == NI_ROUNDS_AT_ONCE) {
    status = ni_fail(err, NIEM_ERROR_DUPLICATE, "scores", "rounds \"%.60s\" and \"%.60s\" are of the same time",
                     answers->rounds[found.other], answers->rounds[found.round]);
  }
  for (int32_t r = 0; status == NIEM_OK && r < answers->n_rounds; r++) {
    int32_t at = r;
    for (; at > 0 && ni_dd_compare(t->months[t->in_time[at - 1]], t->months[r]) > 0; at--) {
      t->in_time[at] = t->in_time[at - 1];
    }
    t->in_time[at] = r;
  }
cleanup:
  return status;
}

static niem_status read_window(trends *t, const ni_analysis *a, niem_error *err) {
  const int32_t n = a->c.answers->n_rounds;
  niem_status status = NIEM_OK;
  int32_t from = n == 0 ? 0 : t->in_time[0];
  int32_t to = n == 0 ? 0 : t->in_time[n - 1];
  if (t->options.from != NULL) {
    NIEM_TRY(ni_select_round(&from, a->c.scores, t->options.from, "from", err));
  }
  if (t->options.to != NULL) {
    NIEM_TRY(ni_select_round(&to, a->c.scores, t->options.to, "to", err));
  }
  t->begin = n == 0 ? ni_dd_from(0) : t->months[from];
  t->end = n == 0 ? ni_dd_from(0) : t->months[to];
  if (ni_dd_compare(t->begin, t->end) > 0) {
    status = ni_fail(err, NIEM_ERROR_ARGUMENT, "to", "\"%.60s\" is before `from` (\"%.60s\")", a->c.answers->rounds[to],
                     a->c.answers->rounds[from]);
  }
cleanup:
  return status;
}

/* Times stand once, in order. */
static void want_time(trends *t, ni_dd months, const char *label) {
  int32_t at = t->n_wanted;
  for (int32_t k = 0; k < t->n_wanted; k++) {
    if (ni_dd_compare(t->wanted[k].months, months) == 0) {
      return;
    }
  }
  for (; at > 0 && ni_dd_compare(t->wanted[at - 1].months, months) > 0; at--) {
    t->wanted[at] = t->wanted[at - 1];
  }
  const point wanted = {months, 0, label, 0};
  t->wanted[at] = wanted;
  t->n_wanted++;
}

static niem_status read_time(trends *t, const ni_analysis *a, int64_t k, niem_error *err) {
  const niem_answers *answers = a->c.answers;
  const char *text = t->options.interpolate[k];
  int32_t round;
  double years;
  if (text == NULL) {
    return ni_fail_at(err, NIEM_ERROR_ARGUMENT, k + 1, 0, "interpolate",
                      "element %lld is NULL; it is a round or a year", (long long)(k + 1));
  }
  if (strcmp(text, "*") == 0) {
    for (int32_t r = 0; r < answers->n_rounds; r++) {
      want_time(t, t->months[r], answers->rounds[r]);
    }
    return NIEM_OK;
  }
  if (ni_select_round(&round, a->c.scores, text, "interpolate", NULL) == NIEM_OK) {
    want_time(t, t->months[round], answers->rounds[round]);
    return NIEM_OK;
  }
  if (ni_parse_double(text, strlen(text), '.', &years) == NI_NUMBER_OK && fabs(years) <= 1e6) {
    want_time(t, ni_dd_two_product(years, NI_MONTHS), text);
    return NIEM_OK;
  }
  return ni_fail_at(err, NIEM_ERROR_REFERENCE, k + 1, 0, "interpolate",
                    "element %lld, \"%.60s\", is no round of these scores and no year; \"*\" is all rounds",
                    (long long)(k + 1), text);
}

static niem_status read_interpolation(trends *t, ni_analysis *a, niem_error *err) {
  const niem_trend_options *o = &t->options;
  niem_status status = NIEM_OK;
  if (o->n_interpolate < 0 || o->n_interpolate > 100000 || (o->interpolate == NULL) != (o->n_interpolate == 0)) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "interpolate", "are %lld times; give 1 to 100000, or none at all",
                   (long long)o->n_interpolate);
  }
  const int64_t room = o->n_interpolate == 0 ? 0 : o->n_interpolate + a->c.answers->n_rounds;
  NIEM_TRY(ni_compare_alloc(&t->wanted, &a->c, room, sizeof *t->wanted, err));
  for (int64_t k = 0; k < o->n_interpolate; k++) {
    NIEM_TRY(read_time(t, a, k, err));
  }
  NIEM_TRY(ni_compare_alloc(&t->observed, &a->c, a->c.answers->n_rounds, sizeof *t->observed, err));
  NIEM_TRY(ni_compare_alloc(&t->points, &a->c, room + a->c.answers->n_rounds, sizeof *t->points, err));
cleanup:
  return status;
}

static niem_status read_options(trends *t, const ni_analysis *a, const niem_trend_options *options, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_trend_options_init(&t->options);
  NIEM_TRY(ni_options_read(&t->options, sizeof t->options, options, "options", err));
  if (a->c.query.round != NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "round",
                   "is \"%.60s\"; a trend is over rounds, leave it NULL and give "
                   "`from` and `to`",
                   a->c.query.round);
  }
  if (t->options.latest < 0 || t->options.latest == 1) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "latest", "is %d; a trend needs two points, 0 takes all",
                   (int)t->options.latest);
  }
  if (!ni_is_finite(t->options.tolerance)) {
    return ni_fail(err, NIEM_ERROR_VALUE, "tolerance", "is not finite; it is a number, or -1 for the method's");
  }
  t->tolerance = t->options.tolerance < 0 ? a->c.scores->method->tolerance : t->options.tolerance;
cleanup:
  return status;
}

/* --- a series --- */

static void observe(trends *t, const ni_analysis *a, int32_t unit, int32_t group, const ni_variable *variable) {
  t->n_observed = 0;
  for (int32_t k = 0; k < a->c.answers->n_rounds; k++) {
    const int32_t round = t->in_time[k];
    const int64_t row = ni_scores_row(a->c.scores, unit, round);
    double value;
    if (row >= 0 && ni_variable_value(&value, a, variable, row, group) == NI_HAS_VALUE) {
      const point own = {t->months[round], value, a->c.answers->rounds[round], 1};
      t->observed[t->n_observed++] = own;
    }
  }
}

/* On the line between two observations. */
static point between(const point *a, const point *b, const point *wanted) {
  const ni_dd share = ni_dd_div(ni_dd_sub(wanted->months, a->months), ni_dd_sub(b->months, a->months));
  const ni_dd rise = ni_dd_mul(share, ni_dd_two_sum(b->value, -a->value));
  point made = *wanted;
  made.value = ni_dd_value(ni_dd_add_d(rise, a->value));
  return made;
}

/* The observations, and between them what is interpolated. */
static void join_points(trends *t) {
  int32_t i = 0;
  int32_t k = 0;
  t->n_points = 0;
  while (i < t->n_observed) {
    const int order = k == t->n_wanted ? -1 : ni_dd_compare(t->observed[i].months, t->wanted[k].months);
    if (order <= 0) {
      k += order == 0;
      t->points[t->n_points++] = t->observed[i++];
    } else if (i == 0) {
      k++;
    } else {
      t->points[t->n_points++] = between(&t->observed[i - 1], &t->observed[i], &t->wanted[k++]);
    }
  }
}

/* The points within the window, and of these the latest. */
static void keep_window(trends *t) {
  int32_t n = 0;
  for (int32_t i = 0; i < t->n_points; i++) {
    if (ni_dd_compare(t->points[i].months, t->begin) >= 0 && ni_dd_compare(t->points[i].months, t->end) <= 0) {
      t->points[n++] = t->points[i];
    }
  }
  const int32_t kept = t->options.latest > 0 && n > t->options.latest ? t->options.latest : n;
  memmove(t->points, t->points + (n - kept), (size_t)kept * sizeof *t->points);
  t->n_points = kept;
}

/* --- what is said of it --- */

static ni_dd years_between(const point *a, const point *b) {
  return ni_dd_div_d(ni_dd_sub(b->months, a->months), NI_MONTHS);
}

static double growth(const char **missing, const point *a, const point *b) {
  *missing = a->value < 0 || b->value < 0     ? "negative value"
             : a->value == 0 && b->value != 0 ? "first value is zero"
                                              : NULL;
  if (a->value == b->value) {
    *missing = NULL;
    return 0;
  }
  if (*missing != NULL) {
    return ni_nan();
  }
  const ni_dd ratio = ni_dd_div_d(ni_dd_from(b->value), a->value);
  const ni_dd power = ni_dd_div(ni_dd_from(1), years_between(a, b));
  return ni_dd_value(ni_dd_add_d(ni_dd_pow(ratio, power), -1));
}

static void write_ends(trends *t, niem_table *table) {
  const point *a = &t->points[0];
  const point *b = &t->points[t->n_points - 1];
  const char *missing = NULL;
  const ni_dd years = years_between(a, b);
  const ni_dd change = ni_dd_two_sum(b->value, -a->value);
  const ni_dd yearly = ni_dd_div(change, years);
  ni_table_set_real(table, t->years, ni_dd_value(years));
  ni_table_set_real(table, t->change, ni_dd_value(change));
  ni_table_set_real(table, t->change_per_year, ni_dd_value(yearly));
  if (a->value != 0) {
    const ni_dd percent = ni_dd_div_d(ni_dd_mul_d(yearly, 100), fabs(a->value));
    ni_table_set_real(table, t->percent_change, ni_dd_value(percent));
  }
  ni_table_set_real(table, t->cagr, growth(&missing, a, b));
  ni_table_set_text(table, t->cagr_missing, missing);
}

typedef struct line {
  ni_dd mean_time, mean_value, slope;
  ni_dd sxx;
} line;

static line fit_line(const trends *t) {
  line fit;
  memset(&fit, 0, sizeof fit);
  ni_dd sxy = ni_dd_from(0);
  for (int32_t i = 0; i < t->n_points; i++) {
    fit.mean_time = ni_dd_add(fit.mean_time, years_between(&t->points[0], &t->points[i]));
    fit.mean_value = ni_dd_add_d(fit.mean_value, t->points[i].value);
  }
  fit.mean_time = ni_dd_div_d(fit.mean_time, t->n_points);
  fit.mean_value = ni_dd_div_d(fit.mean_value, t->n_points);
  for (int32_t i = 0; i < t->n_points; i++) {
    const ni_dd x = ni_dd_sub(years_between(&t->points[0], &t->points[i]), fit.mean_time);
    const ni_dd y = ni_dd_sub(ni_dd_from(t->points[i].value), fit.mean_value);
    fit.sxx = ni_dd_add(fit.sxx, ni_dd_mul(x, x));
    sxy = ni_dd_add(sxy, ni_dd_mul(x, y));
  }
  fit.slope = ni_dd_div(sxy, fit.sxx);
  return fit;
}

/* The standard error of the slope: of the rest's deviation, n - 2, over that of the times. */
static double error_of(const line *fit, const trends *t) {
  ni_dd rest = ni_dd_from(0);
  if (t->n_points < 3) {
    return ni_nan();
  }
  for (int32_t i = 0; i < t->n_points; i++) {
    const ni_dd x = ni_dd_sub(years_between(&t->points[0], &t->points[i]), fit->mean_time);
    const ni_dd y = ni_dd_sub(ni_dd_from(t->points[i].value), fit->mean_value);
    const ni_dd r = ni_dd_sub(y, ni_dd_mul(fit->slope, x));
    rest = ni_dd_add(rest, ni_dd_mul(r, r));
  }
  return sqrt(ni_dd_value(ni_dd_div(ni_dd_div_d(rest, t->n_points - 2), fit->sxx)));
}

static void write_slope(trends *t, niem_table *table) {
  const line fit = fit_line(t);
  const ni_dd begin = ni_dd_sub(fit.mean_value, ni_dd_mul(fit.slope, fit.mean_time));
  ni_table_set_real(table, t->slope, ni_dd_value(fit.slope));
  ni_table_set_real(table, t->slope_error, error_of(&fit, t));
  if (begin.hi != 0) {
    const ni_dd size = begin.hi < 0 ? ni_dd_neg(begin) : begin;
    ni_table_set_real(table, t->percent_slope, ni_dd_value(ni_dd_div(ni_dd_mul_d(fit.slope, 100), size)));
  }
}

static const char *direction_of(const trends *t, int32_t better) {
  const double change = t->points[t->n_points - 1].value - t->points[0].value;
  return better == 0                    ? NULL
         : fabs(change) <= t->tolerance ? "unchanged"
         : (change > 0) == (better > 0) ? "improving"
                                        : "worsening";
}

static void write_series(trends *t, ni_analysis *a, int32_t unit, int32_t group, const ni_variable *variable) {
  niem_table *table = a->c.table;
  int64_t observed = 0;
  for (int32_t i = 0; i < t->n_points; i++) {
    observed += t->points[i].observed;
  }
  ni_compare_row(&a->c, unit, -1, group, -1);
  ni_table_set_text(table, t->node, variable->name);
  ni_table_set_integer(table, t->n, observed);
  ni_table_set_integer(table, t->n_interpolated, t->n_points - observed);
  if (t->n_points > 0) {
    ni_table_set_text(table, t->first, t->points[0].label);
    ni_table_set_text(table, t->last, t->points[t->n_points - 1].label);
    ni_table_set_real(table, t->value_first, t->points[0].value);
    ni_table_set_real(table, t->value_last, t->points[t->n_points - 1].value);
  }
  if (t->n_points < 2) {
    ni_table_set_text(table, t->cagr_missing, "fewer than two points");
    return;
  }
  write_ends(t, table);
  write_slope(t, table);
  ni_table_set_text(table, t->direction, direction_of(t, ni_variable_direction(a, variable)));
}

static niem_status make_columns(trends *t, ni_analysis *a, niem_error *err) {
  niem_status status = ni_compare_table(&a->c, "trends", NI_BY_UNIT | NI_BY_GROUP, err);
  if (status != NIEM_OK) {
    return status;
  }
  niem_table *table = a->c.table;
  t->node = ni_table_text(table, "node");
  t->n = ni_table_integer(table, "n");
  t->n_interpolated = ni_table_integer(table, "n_interpolated");
  t->first = ni_table_text(table, "first");
  t->last = ni_table_text(table, "last");
  t->value_first = ni_table_real(table, "value_first");
  t->value_last = ni_table_real(table, "value_last");
  t->years = ni_table_real(table, "years");
  t->change = ni_table_real(table, "change");
  t->change_per_year = ni_table_real(table, "change_per_year");
  t->percent_change = ni_table_real(table, "percent_change");
  t->cagr = ni_table_real(table, "cagr");
  t->cagr_missing = ni_table_text(table, "cagr_missing");
  t->slope = ni_table_real(table, "slope");
  t->slope_error = ni_table_real(table, "slope_error");
  t->percent_slope = ni_table_real(table, "percent_slope");
  t->direction = ni_table_text(table, "direction");
  ni_table_note_real(table, "tolerance", t->tolerance);
  return NIEM_OK;
}

static void write_all(trends *t, ni_analysis *a) {
  const ni_selection *s = &a->c.selection;
  for (int32_t g = 0; g < s->n_groups; g++) {
    for (int32_t v = 0; v < a->n_variables; v++) {
      for (int32_t u = 0; u < s->n_units; u++) {
        observe(t, a, s->units[u], s->groups[g], &a->variables[v]);
        join_points(t);
        keep_window(t);
        write_series(t, a, s->units[u], s->groups[g], &a->variables[v]);
      }
    }
  }
}

niem_status niem_trends(niem_table **out, const niem_scores *scores, const niem_query *query,
                        const niem_trend_options *options, niem_error *err) {
  niem_status status = NIEM_OK;
  ni_analysis a;
  trends t;
  memset(&t, 0, sizeof t);
  NIEM_TRY(ni_analysis_begin(&a, out, scores, query, err));
  NIEM_TRY(read_options(&t, &a, options, err));
  NIEM_TRY(ni_analysis_select(&a, t.options.step, NI_LOOSE_INDICATORS, err));
  NIEM_TRY(read_times(&t, &a, err));
  NIEM_TRY(read_window(&t, &a, err));
  NIEM_TRY(read_interpolation(&t, &a, err));
  NIEM_TRY(make_columns(&t, &a, err));
  write_all(&t, &a);
  NIEM_TRY(ni_compare_finish(out, &a.c, err));
cleanup:
  ni_analysis_end(&a);
  return status;
}
