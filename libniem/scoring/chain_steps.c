/* The steps before normalisation that need no fit of their own: screening, denomination, treatment of outliers. */
#include "base/platform.h"

#include "base/number.h"
#include "scoring/preparing.h"

#include <string.h>

/* A step that works on numbers has none left where an earlier one made scores of them all. */
static int comes_after_normalise(const preparing *p) {
  for (int32_t k = 0; k < p->step->number; k++) {
    if (p->method->steps[k].kind == NI_STEP_NORMALISE) {
      return 1;
    }
  }
  return 0;
}

static niem_status fail_normalised(const preparing *p, niem_error *err) {
  return ni_preparing_fail(p, NIEM_ERROR_UNSUPPORTED, "", err,
                           "the indicators are scores already; let the step come before \"normalise\"");
}

/* --- screening --- */

static int is_among(const ni_names_list *list, const preparing *p, int32_t unit) {
  int found = 0;
  for (int32_t k = 0; k < list->n && !found; k++) {
    found = ni_is_unit(p->scores->answers, unit, list->names[k]);
  }
  return found;
}

static niem_status check_units(const ni_names_list *list, const preparing *p, const char *key, niem_error *err) {
  for (int32_t k = 0; k < list->n; k++) {
    const ni_names_list one = {1, &list->names[k]};
    int found = 0;
    for (int32_t u = 0; u < p->scores->answers->n_units && !found; u++) {
      found = is_among(&one, p, u);
    }
    if (!found) {
      return ni_preparing_fail(p, NIEM_ERROR_REFERENCE, key, err, "\"%.60s\" is no unit that has answers",
                               list->names[k]);
    }
  }
  return NIEM_OK;
}

static niem_status check_forced(const preparing *p, niem_error *err) {
  niem_status status = NIEM_OK;
  NIEM_TRY(check_units(&p->step->in, p, "in", err));
  NIEM_TRY(check_units(&p->step->out, p, "out", err));
  for (int32_t u = 0; u < p->scores->answers->n_units; u++) {
    if (is_among(&p->step->in, p, u) && is_among(&p->step->out, p, u)) {
      return ni_preparing_fail(p, NIEM_ERROR_DUPLICATE, "out", err, "\"%.60s\" is both kept and left out",
                               p->scores->answers->units[u]);
    }
  }
cleanup:
  return status;
}

/* A row of what applies: a question that is not put is none that lacks an answer. */
static int64_t applicable_values(double *out, const ni_excerpt *e, const preparing *p, int64_t cell) {
  int64_t n = 0;
  for (int32_t j = 0; j < e->n_cols; j++) {
    const int64_t at = e->columns[j] * p->chain->n_cells + cell;
    if (p->chain->state[at] != NIEM_NOT_APPLICABLE) {
      out[n++] = p->chain->hi[at];
    }
  }
  return n;
}

static niem_status screen_cell(preparing *p, const ni_excerpt *e, int64_t cell, double *row, niem_error *err) {
  const int32_t unit = p->scores->answers->pair_unit[cell / p->framework->n_own_groups];
  const int64_t n = applicable_values(row, e, p, cell);
  niem_screen_options options = p->step->screen;
  const int32_t forced = is_among(&p->step->in, p, unit) ? 1 : is_among(&p->step->out, p, unit) ? -1 : 0;
  int32_t keep = 1;
  double available = ni_nan();
  options.forced = &forced;
  options.n_forced = 1;
  const niem_matrix matrix = {row, 1, n, n, 1};
  if (n == 0) { /* nothing that could be missing */
    keep = forced >= 0;
  } else {
    const niem_status status = niem_screen(&keep, &available, NULL, &matrix, &options, err);
    if (status != NIEM_OK) {
      return ni_excerpt_fail(e, p, status, err);
    }
  }
  p->chain->screened[cell] |= !keep;
  const ni_change change = {.column = -1, .cell = cell, .what = NI_DID_SCREEN, .before = available, .after = ni_nan()};
  return keep || ni_note_change(p, change) ? NIEM_OK : ni_fail_memory(err);
}

niem_status ni_step_screen(preparing *p, niem_error *err) {
  enum { ALL = 1 << NI_STAGE_RAW | 1 << NI_STAGE_POSTS | 1 << NI_STAGE_SCORES };
  niem_status status = NIEM_OK;
  ni_excerpt e;
  double *row = ni_alloc((size_t)p->chain->n_columns, sizeof *row);
  NIEM_TRY(ni_excerpt_begin(&e, p, ALL, err));
  if (p->chain->screened == NULL) {
    p->chain->screened = ni_alloc_zero((size_t)p->chain->n_cells, 1);
  }
  if (row == NULL || p->chain->screened == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  NIEM_TRY(check_forced(p, err));
  for (int64_t cell = 0; cell < p->chain->n_cells; cell++) {
    NIEM_TRY(screen_cell(p, &e, cell, row, err));
  }
cleanup:
  ni_free(row);
  ni_excerpt_end(&e);
  return status;
}

/* --- denomination --- */

/* The column that divides each column of the excerpt; -1. */
static niem_status find_denominators(int32_t *by, const preparing *p, const ni_excerpt *e, niem_error *err) {
  int32_t found = 0;
  for (int32_t j = 0; j < e->n_cols; j++) {
    const int32_t indicator = p->chain->indicators[e->columns[j]];
    int32_t denominator = p->step->divided.n == 0 ? p->framework->indicators[indicator].denominator : -1;
    for (int32_t k = 0; k < p->step->divided.n; k++) {
      if (ni_find_indicator(p->framework, p->step->divided.names[k], NULL) == indicator) {
        denominator = ni_find_indicator(p->framework, p->step->by.names[k], NULL);
      }
    }
    by[j] = denominator < 0 ? -1 : p->chain->column_of[denominator];
    if (denominator >= 0 && (by[j] < 0 || p->chain->stage[by[j]] == NI_STAGE_SCORES)) {
      return ni_preparing_fail(p, NIEM_ERROR_UNSUPPORTED, "by", err,
                               "denominator \"%.60s\" of \"%.60s\" is no number as it was answered",
                               p->framework->indicators[denominator].id, p->framework->indicators[indicator].id);
    }
    found += by[j] >= 0;
  }
  if (found == 0 && comes_after_normalise(p)) {
    return fail_normalised(p, err);
  }
  return found > 0 ? NIEM_OK
                   : ni_preparing_fail(p, NIEM_ERROR_REFERENCE, "by", err,
                                       "no indicator has a denominator; name them by \"by\", or in the framework");
}

static niem_status check_divided(const preparing *p, const ni_excerpt *e, niem_error *err) {
  for (int32_t k = 0; k < p->step->divided.n; k++) {
    const int32_t indicator = ni_find_indicator(p->framework, p->step->divided.names[k], NULL);
    int found = 0;
    for (int32_t j = 0; j < e->n_cols; j++) {
      found |= p->chain->indicators[e->columns[j]] == indicator;
    }
    if (!found) {
      return ni_preparing_fail(p, NIEM_ERROR_UNSUPPORTED, "by", err,
                               "\"%.60s\" is no numeric indicator of a scored index that is still to be normalised",
                               p->step->divided.names[k]);
    }
  }
  return NIEM_OK;
}

/* The number of a name; `otherwise` where it is not named. */
static double named_number(const ni_named_numbers *named, const preparing *p, int32_t indicator, double otherwise) {
  for (int32_t k = 0; k < named->n; k++) {
    if (ni_find_indicator(p->framework, named->names[k], NULL) == indicator) {
      return named->numbers[k];
    }
  }
  return ni_is_nan(named->all) ? otherwise : named->all;
}

/* An answer whose denominator is missing is a gap of the denominator's kind. */
static void put_quotients(preparing *p, const ni_excerpt *e, const double *quotients, const int32_t *by) {
  ni_chain *chain = p->chain;
  for (int64_t i = 0; i < e->n_rows; i++) {
    for (int32_t j = 0; j < e->n_cols; j++) {
      const int64_t at = e->columns[j] * chain->n_cells + e->cells[i];
      const double quotient = quotients[i * e->n_cols + j];
      if (by[j] < 0 || ni_is_nan(chain->hi[at])) {
        continue;
      }
      chain->hi[at] = quotient;
      if (ni_is_nan(quotient)) {
        const uint8_t own = chain->state[by[j] * chain->n_cells + e->cells[i]];
        chain->state[at] = own == NIEM_ANSWERED || own == NIEM_NOT_APPLICABLE ? NIEM_MISSING : own;
        chain->imputed[at] = 0;
      }
    }
  }
}

typedef struct dividing {
  int32_t *by;    /* by column of the excerpt, a column of the chain */
  int32_t *which; /* the same, a column of the denominators' matrix: the same place */
  double *scales;
  double *divisors, *quotients;
} dividing;

static void load_divisors(dividing *d, const preparing *p, const ni_excerpt *e) {
  for (int32_t j = 0; j < e->n_cols; j++) {
    const int32_t indicator = p->chain->indicators[e->columns[j]];
    d->which[j] = d->by[j] < 0 ? -1 : j;
    d->scales[j] = d->by[j] < 0 ? 1 : named_number(&p->step->scales, p, indicator, 1);
    for (int64_t i = 0; i < e->n_rows; i++) {
      d->divisors[i * e->n_cols + j] =
          d->by[j] < 0 ? ni_nan() : p->chain->hi[d->by[j] * p->chain->n_cells + e->cells[i]];
    }
  }
}

static niem_status check_divisors(const dividing *d, const preparing *p, const ni_excerpt *e, niem_error *err) {
  const niem_answers *answers = p->scores->answers;
  const int32_t n_own = p->framework->n_own_groups;
  for (int64_t i = 0; i < e->n_rows * e->n_cols; i++) {
    const int64_t cell = e->cells[i / e->n_cols];
    const int32_t j = (int32_t)(i % e->n_cols);
    if (d->by[j] >= 0 && !ni_is_nan(e->x[i]) && d->divisors[i] <= 0) {
      return ni_preparing_fail(
          p, NIEM_ERROR_VALUE, "by", err,
          "%.50s %.40s %.40s: denominator %.60s of indicator %.60s is not positive; mend it, or "
          "make it missing",
          answers->units[answers->pair_unit[cell / n_own]], answers->rounds[answers->pair_round[cell / n_own]],
          p->framework->groups[cell % n_own].id, p->framework->indicators[p->chain->indicators[d->by[j]]].id,
          p->framework->indicators[p->chain->indicators[e->columns[j]]].id);
    }
  }
  return NIEM_OK;
}

niem_status ni_step_denominate(preparing *p, niem_error *err) {
  enum { NUMBERS = 1 << NI_STAGE_RAW | 1 << NI_STAGE_POSTS };
  niem_status status = NIEM_OK;
  ni_excerpt e;
  dividing d;
  memset(&d, 0, sizeof d);
  NIEM_TRY(ni_excerpt_begin(&e, p, NUMBERS, err));
  ni_excerpt_load(&e, p, -1, NI_SCREENED_TOO);
  const size_t n = (size_t)e.n_rows * (size_t)e.n_cols;
  d.by = ni_alloc((size_t)e.n_cols, sizeof *d.by);
  d.which = ni_alloc((size_t)e.n_cols, sizeof *d.which);
  d.scales = ni_alloc((size_t)e.n_cols, sizeof *d.scales);
  d.divisors = ni_alloc(n, sizeof *d.divisors);
  d.quotients = ni_alloc(n, sizeof *d.quotients);
  if (d.by == NULL || d.which == NULL || d.scales == NULL || d.divisors == NULL || d.quotients == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  NIEM_TRY(check_divided(p, &e, err));
  NIEM_TRY(find_denominators(d.by, p, &e, err));
  load_divisors(&d, p, &e);
  NIEM_TRY(check_divisors(&d, p, &e, err));
  const niem_matrix x = ni_excerpt_matrix(&e);
  const niem_matrix divisors = {d.divisors, e.n_rows, e.n_cols, e.n_cols, 1};
  status = niem_denominate(d.quotients, &x, &divisors, d.which, d.scales, e.n_cols, err);
  if (status != NIEM_OK) {
    status = ni_excerpt_fail(&e, p, status, err);
    goto cleanup;
  }
  put_quotients(p, &e, d.quotients, d.by);
cleanup:
  ni_free(d.by);
  ni_free(d.which);
  ni_free(d.scales);
  ni_free(d.divisors);
  ni_free(d.quotients);
  ni_excerpt_end(&e);
  return status;
}

/* --- treatment --- */

/* A transformation is of the values that it was made for: a unit that was screened out has none by it. */
static void forget_screened(preparing *p, int32_t column, int32_t round) {
  ni_chain *chain = p->chain;
  for (int64_t cell = 0; chain->screened != NULL && cell < chain->n_cells; cell++) {
    const int32_t own = p->scores->answers->pair_round[cell / p->framework->n_own_groups];
    if (chain->screened[cell] && (round < 0 || own == round)) {
      chain->hi[column * chain->n_cells + cell] = ni_nan();
    }
  }
}

static int put_treated(preparing *p, const ni_excerpt *e, const double *treated, const int32_t *marks,
                       const niem_treatment *treatments, int32_t round) {
  for (int32_t j = 0; j < e->n_cols; j++) {
    ni_column_report report = {.column = e->columns[j], .round = round, .has_treatment = 1, .treatment = treatments[j]};
    ni_excerpt_extent(&report, e, j);
    for (int64_t i = 0; i < e->n_rows; i++) {
      const int64_t at = i * e->n_cols + j;
      const ni_change change = {.column = e->columns[j],
                                .cell = e->cells[i],
                                .what = NI_DID_TREAT,
                                .marks = marks[at],
                                .before = e->x[at],
                                .after = treated[at]};
      if (marks[at] != 0) {
        report.n_changed++;
        p->chain->hi[e->columns[j] * p->chain->n_cells + e->cells[i]] = treated[at];
        if (!ni_note_change(p, change)) {
          return 0;
        }
      }
    }
    if ((treatments[j].treated & NIEM_TREATED_TRANSFORMED) != 0) {
      forget_screened(p, e->columns[j], round);
    }
    if (!ni_note_column(p, report)) {
      return 0;
    }
  }
  return 1;
}

static niem_status treat_round(preparing *p, ni_excerpt *e, int32_t round, niem_error *err) {
  niem_status status = NIEM_OK;
  ni_excerpt_load(e, p, round, NI_NOT_SCREENED);
  const size_t n = (size_t)e->n_rows * (size_t)e->n_cols;
  double *treated = ni_alloc(n, sizeof *treated);
  int32_t *marks = ni_alloc(n, sizeof *marks);
  niem_treatment *treatments = ni_alloc((size_t)e->n_cols, sizeof *treatments);
  if (treated == NULL || marks == NULL || treatments == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  if (n > 0) {
    const niem_matrix x = ni_excerpt_matrix(e);
    status = niem_treat(treated, treatments, marks, &x, &p->step->treat, err);
    status = status == NIEM_OK ? status : ni_excerpt_fail(e, p, status, err);
  }
  if (n > 0 && status == NIEM_OK && !put_treated(p, e, treated, marks, treatments, round)) {
    status = ni_fail_memory(err);
  }
cleanup:
  ni_free(treated);
  ni_free(marks);
  ni_free(treatments);
  return status;
}

niem_status ni_step_treat(preparing *p, niem_error *err) {
  const unsigned stages =
      1u << NI_STAGE_RAW | (p->step->indicators.n > 0 ? 1u << NI_STAGE_POSTS : 0); /* named ones with goalposts, too */
  niem_status status = NIEM_OK;
  ni_excerpt e;
  NIEM_TRY(ni_excerpt_begin(&e, p, stages, err));
  NIEM_TRY(e.n_cols == 0 && comes_after_normalise(p) ? fail_normalised(p, err) : NIEM_OK);
  const int32_t n_rounds = p->step->fit == NI_FIT_ROUND ? p->scores->answers->n_rounds : 0;
  for (int32_t round = n_rounds == 0 ? -1 : 0; round < n_rounds && status == NIEM_OK; round++) {
    status = treat_round(p, &e, round, err);
  }
cleanup:
  ni_excerpt_end(&e);
  return status;
}
