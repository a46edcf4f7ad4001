/* Excerpts of the panel: the matrix that a step hands to a method for a bare matrix, and what the method says of it in
 * the names of indicators and units. */
#include "base/platform.h"

#include "base/number.h"
#include "scoring/preparing.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

niem_status ni_preparing_fail(const preparing *p, niem_status status, const char *key, niem_error *err,
                              const char *format, ...) {
  char where[64];
  niem_error text;
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(text.message, sizeof text.message, format, arguments);
  va_end(arguments);
  (void)snprintf(where, sizeof where, "method/steps/%d%s%.30s", (int)p->step->number, key[0] == '\0' ? "" : "/", key);
  return ni_fail(err, status, where, "step %d (%s): %s", (int)p->step->number + 1, ni_step_word(p->step->kind),
                 text.message);
}

static niem_status take_named(ni_excerpt *e, const preparing *p, unsigned stage_mask, niem_error *err) {
  static const char *const why[] = {"has no scores yet: a step \"normalise\" comes first",
                                    "has goalposts in the framework, which normalise it; it is no matter of this step",
                                    "is on its scale of 0-100 already"};
  for (int32_t k = 0; k < p->step->indicators.n; k++) {
    const int32_t indicator = ni_find_indicator(p->framework, p->step->indicators.names[k], NULL);
    const int32_t column = p->chain->column_of[indicator];
    if (column < 0) {
      return ni_preparing_fail(p, NIEM_ERROR_REFERENCE, "indicators", err,
                               "\"%.60s\" is a composite; name the indicators that it is made of",
                               p->step->indicators.names[k]);
    }
    if ((stage_mask >> p->chain->stage[column] & 1) == 0) {
      return ni_preparing_fail(p, NIEM_ERROR_UNSUPPORTED, "indicators", err, "indicator \"%.60s\" %s",
                               p->step->indicators.names[k], why[p->chain->stage[column]]);
    }
    for (int32_t before = 0; before < e->n_cols; before++) {
      if (e->columns[before] == column) {
        return ni_preparing_fail(p, NIEM_ERROR_DUPLICATE, "indicators", err, "\"%.60s\" is named twice",
                                 p->step->indicators.names[k]);
      }
    }
    e->columns[e->n_cols++] = column;
  }
  return NIEM_OK;
}

niem_status ni_excerpt_begin(ni_excerpt *e, const preparing *p, unsigned stage_mask, niem_error *err) {
  const ni_chain *chain = p->chain;
  memset(e, 0, sizeof *e);
  e->round = -1;
  const size_t room = (size_t)(chain->n_columns > p->step->indicators.n ? chain->n_columns : p->step->indicators.n);
  e->columns = ni_alloc(room, sizeof *e->columns);
  e->cells = ni_alloc((size_t)chain->n_cells, sizeof *e->cells);
  e->x = ni_alloc((size_t)chain->n_cells * room, sizeof *e->x);
  if (e->columns == NULL || e->cells == NULL || e->x == NULL) {
    return ni_fail_memory(err);
  }
  if (p->step->indicators.n > 0) {
    return take_named(e, p, stage_mask, err);
  }
  for (int32_t column = 0; column < chain->n_columns; column++) {
    if (p->is_leaf[chain->indicators[column]] && (stage_mask >> p->chain->stage[column] & 1) != 0) {
      e->columns[e->n_cols++] = column;
    }
  }
  return NIEM_OK;
}

static void read_cell(ni_excerpt *e, const preparing *p, int64_t cell) {
  double *row = e->x + e->n_rows * e->n_cols;
  for (int32_t j = 0; j < e->n_cols; j++) {
    row[j] = p->chain->hi[e->columns[j] * p->chain->n_cells + cell];
  }
  e->cells[e->n_rows++] = cell;
}

void ni_excerpt_load(ni_excerpt *e, const preparing *p, int32_t round, int screened_too) {
  const int32_t n_own = p->framework->n_own_groups;
  e->n_rows = 0;
  e->round = round;
  for (int64_t cell = 0; cell < p->chain->n_cells; cell++) {
    const int in_round = round < 0 || p->scores->answers->pair_round[cell / n_own] == round;
    const int screened = p->chain->screened != NULL && p->chain->screened[cell];
    if (in_round && (screened_too || !screened)) {
      read_cell(e, p, cell);
    }
  }
}

void ni_excerpt_extent(ni_column_report *report, const ni_excerpt *e, int32_t j) {
  report->n = 0;
  report->low = report->high = ni_nan();
  for (int64_t i = 0; i < e->n_rows; i++) {
    const double x = e->x[i * e->n_cols + j];
    if (!ni_is_nan(x)) {
      report->low = report->n == 0 || x < report->low ? x : report->low;
      report->high = report->n == 0 || x > report->high ? x : report->high;
      report->n++;
    }
  }
}

niem_matrix ni_excerpt_matrix(const ni_excerpt *e) {
  const niem_matrix matrix = {e->x, e->n_rows, e->n_cols, e->n_cols, 1};
  return matrix;
}

void ni_excerpt_end(ni_excerpt *e) {
  ni_free(e->columns);
  ni_free(e->cells);
  ni_free(e->x);
  memset(e, 0, sizeof *e);
}

static const char *skip_place(const char *message, const char *word) {
  const size_t length = strlen(word);
  if (strncmp(message, word, length) != 0) {
    return message;
  }
  const char *rest = message + length;
  while (*rest >= '0' && *rest <= '9') {
    rest++;
  }
  return rest;
}

/* What follows "row 3, column 7: ". */
static const char *without_place(const char *message) {
  const char *rest = skip_place(message, "row ");
  rest = skip_place(rest, rest == message ? "column " : ", column ");
  rest = rest == message ? skip_place(message, "of column ") : rest;
  return strncmp(rest, ": ", 2) == 0 ? rest + 2 : rest[0] == ' ' && rest != message ? rest + 1 : rest;
}

/* The option that is wrong; "" where it is the values. */
static const char *option_of(const niem_error *said) {
  return strcmp(said->where, "x") == 0 || strcmp(said->where, "options") == 0 ? "" : said->where;
}

void ni_tell_of_matrix(char *text, size_t size, const char *name, const niem_error *said) {
  const char *key = option_of(said);
  const char *what = without_place(said->message);
  const char *after = name[0] == '\0' ? "" : key[0] == '\0' && strncmp(what, "is ", 3) == 0 ? " " : ": ";
  (void)snprintf(text, size, "%s%s%s%s%s", name, after, key, key[0] == '\0' ? "" : " ", what);
}

niem_status ni_excerpt_fail(const ni_excerpt *e, const preparing *p, niem_status status, niem_error *err) {
  const niem_answers *answers = p->scores->answers;
  const int32_t n_own = p->framework->n_own_groups;
  char unit[200] = "";
  char indicator[100] = "";
  char text[640];
  if (err == NULL || status == NIEM_ERROR_MEMORY || strncmp(err->where, "method/", 7) == 0) {
    return status;
  }
  const niem_error own = *err;
  if (own.column > 0 && own.column <= e->n_cols) {
    (void)snprintf(indicator, sizeof indicator, "indicator %.60s",
                   p->framework->indicators[p->chain->indicators[e->columns[own.column - 1]]].id);
  }
  if (own.row > 0 && own.row <= e->n_rows) {
    const int64_t cell = e->cells[own.row - 1];
    (void)snprintf(unit, sizeof unit, "%.50s %.40s %.40s, ", answers->units[answers->pair_unit[cell / n_own]],
                   answers->rounds[answers->pair_round[cell / n_own]], p->framework->groups[cell % n_own].id);
  } else if (e->round >= 0) {
    (void)snprintf(unit, sizeof unit, "round %.40s%s", answers->rounds[e->round], indicator[0] == '\0' ? ": " : ", ");
  }
  ni_tell_of_matrix(text, sizeof text, indicator, &own);
  return ni_preparing_fail(p, status, option_of(&own), err, "%s%s", unit, text);
}

int ni_note_change(preparing *p, ni_change change) {
  ni_chain *chain = p->chain;
  change.step = p->step->number;
  if (!ni_grow(&chain->changes, &chain->changes_capacity, chain->n_changes + 1, sizeof *chain->changes)) {
    return 0;
  }
  chain->changes[chain->n_changes++] = change;
  return 1;
}

int ni_note_column(preparing *p, ni_column_report report) {
  ni_chain *chain = p->chain;
  report.step = p->step->number;
  if (!ni_grow(&chain->reports, &chain->reports_capacity, chain->n_reports + 1, sizeof *chain->reports)) {
    return 0;
  }
  chain->reports[chain->n_reports++] = report;
  return 1;
}
