/* The table of data: its units, its rounds and the classes that units are in. The values themselves are answers, which
 * answers_flat.c reads with the framework. */
#include "base/platform.h"

#include "base/number.h"
#include "base/order.h"
#include "model/flat_framework.h"
#include "model/reader.h"

#include <string.h>

#define REPORT(d, field, status, ...) \
  ni_flat_report(&(d)->flat, ni_csv_row((d)->flat.csv), field, NIEM_ERROR, status, __VA_ARGS__)

static int cut(size_t length) {
  return length > 60 ? 60 : (int)length;
}

/* --- the header --- */

static void map_special(ni_flat_data *d, int32_t f, int32_t *field) {
  if (*field >= 0) {
    ni_flat_report(&d->flat, 0, f, NIEM_ERROR, NIEM_ERROR_DUPLICATE,
                   "columns \"%.60s\" and \"%.60s\" mean the same; keep one, or name the other in \"ignore\"",
                   ni_csv_header(d->flat.csv)[*field].text, ni_csv_header(d->flat.csv)[f].text);
  } else {
    *field = f;
  }
}

/* A column whose name is a code of the table of indicators. */
static void map_code(ni_flat_data *d, ni_flat_indicators *t, int32_t f, int32_t place) {
  ni_flat_row *row = &t->rows[place];
  if (row->type == NI_FLAT_AGGREGATE) {
    ni_flat_report(&d->flat, 0, f, NIEM_ERROR, NIEM_ERROR_VALUE,
                   "\"%.60s\" is an aggregate, which is computed from what is below it; name it in \"ignore\"",
                   row->code);
  } else if (row->in_data) {
    ni_flat_report(&d->flat, 0, f, NIEM_ERROR, NIEM_ERROR_DUPLICATE, "column \"%.60s\" stands twice", row->code);
  } else if (row->type == NI_FLAT_GROUP) {
    d->group_fields[d->n_groups] = f;
    d->group_rows[d->n_groups++] = place;
  }
  row->in_data = 1;
}

static void map_column(ni_flat_data *d, ni_flat_indicators *t, int32_t f) {
  const ni_csv_slice name = ni_flat_header(&d->flat, f);
  const int32_t place = ni_dictionary_find(&t->codes, name.text, name.length);
  if (place >= 0) {
    map_code(d, t, f, place);
  } else if (ni_flat_is_named("uCode unit", name)) {
    map_special(d, f, &d->unit_field);
  } else if (ni_flat_is_named("uName label", name)) {
    map_special(d, f, &d->label_field);
  } else if (ni_flat_is_named("Time round", name)) {
    map_special(d, f, &d->round_field);
  } else {
    ni_flat_report(&d->flat, 0, f, NIEM_ERROR, NIEM_ERROR_REFERENCE,
                   "column \"%.*s\" is not in the table of indicators; add a row with this code (of Type Indicator, "
                   "Denominator, Group or Other), or name it in \"ignore\"",
                   cut(name.length), name.text);
  }
}

static int is_ignored(const niem_framework_tables_options *options, ni_csv_slice name) {
  return ni_flat_is_listed(options->ignore, options->n_ignore, name);
}

static void map_header(ni_flat_data *d, ni_flat_indicators *t, const niem_framework_tables_options *options) {
  const int32_t n = (int32_t)ni_csv_columns(d->flat.csv);
  d->unit_field = d->label_field = d->round_field = -1;
  d->group_fields = ni_arena_alloc(&d->arena, (size_t)n, sizeof *d->group_fields);
  d->group_rows = ni_arena_alloc(&d->arena, (size_t)n, sizeof *d->group_rows);
  if (d->group_fields == NULL || d->group_rows == NULL) {
    d->flat.out_of_memory = 1;
    return;
  }
  for (int32_t f = 0; f < n; f++) {
    if (!is_ignored(options, ni_flat_header(&d->flat, f))) {
      map_column(d, t, f);
    }
  }
  if (d->unit_field < 0) {
    ni_flat_report(&d->flat, 0, -1, NIEM_ERROR, NIEM_ERROR_FORMAT,
                   "there is no column \"uCode\" (or \"unit\"), which names the unit of each row");
  }
  for (int32_t i = 0; i < t->n; i++) {
    const ni_flat_row *row = &t->rows[i];
    const ni_csv_slice name = {.text = row->code, .length = strlen(row->code)};
    if (row->type != NI_FLAT_AGGREGATE && row->type >= 0 && !row->in_data && !is_ignored(options, name)) {
      ni_flat_report(&t->flat, row->row, t->fields[NI_FLAT_CODE], NIEM_ERROR, NIEM_ERROR_REFERENCE,
                     "\"%.60s\" has no column in the data; add one, take the row out, or name it in \"ignore\"",
                     row->code);
    }
  }
}

/* --- units and rounds --- */

/* The number of an id in the row in hand; -1 where it cannot be one. */
static int32_t enter_id(ni_flat_data *d, ni_dictionary *ids, int32_t field, ni_csv_slice cell, const char *what) {
  char id[201];
  if (cell.length == 0) {
    REPORT(d, field, NIEM_ERROR_FORMAT, "blank; name the %s in each row", what);
    return -1;
  }
  if (cell.length < sizeof id) {
    memcpy(id, cell.text, cell.length);
    id[cell.length] = '\0';
  }
  if (cell.length >= sizeof id || !ni_is_id(id)) {
    REPORT(d, field, NIEM_ERROR_VALUE,
           "%s \"%.*s\" must have 1 to 200 bytes, no / = | , quote or control character, and not be *", what,
           cut(cell.length), cell.text);
    return -1;
  }
  const int32_t number = ni_dictionary_add(ids, cell.text, cell.length);
  d->flat.out_of_memory |= number < 0;
  return number;
}

/* A unit's code may be NA, which is Namibia's. */
static int32_t enter_unit(ni_flat_data *d) {
  const int32_t before = ni_dictionary_count(&d->units);
  const int32_t unit = enter_id(d, &d->units, d->unit_field, ni_flat_text(&d->flat, d->unit_field), "unit");
  if (unit < before) {
    return unit;
  }
  const size_t n_groups = (size_t)d->n_groups;
  if (!ni_grow(&d->labels, &d->labels_capacity, (size_t)unit + 1, sizeof *d->labels) ||
      !ni_grow(&d->class_of, &d->class_of_capacity, ((size_t)unit + 1) * n_groups, sizeof *d->class_of)) {
    d->flat.out_of_memory = 1;
    return -1;
  }
  d->labels[unit] = NULL;
  for (size_t g = 0; g < n_groups; g++) {
    d->class_of[(size_t)unit * n_groups + g] = -1;
  }
  return unit;
}

static void enter_label(ni_flat_data *d, int32_t unit) {
  const ni_csv_slice cell = ni_flat_text(&d->flat, d->label_field);
  const char *label = d->labels[unit];
  if (cell.length == 0) {
    return;
  }
  if (label == NULL) {
    d->labels[unit] = ni_arena_text(&d->arena, cell.text, cell.length);
    d->flat.out_of_memory |= d->labels[unit] == NULL;
  } else if (strlen(label) != cell.length || memcmp(label, cell.text, cell.length) != 0) {
    ni_flat_report(&d->flat, ni_csv_row(d->flat.csv), d->label_field, NIEM_WARNING, NIEM_OK,
                   "unit \"%.60s\" is called \"%.*s\" here and \"%.60s\" before, which is kept",
                   ni_dictionary_text(&d->units, unit), cut(cell.length), cell.text, label);
  }
}

static int32_t enter_round(ni_flat_data *d) {
  ni_csv_slice cell = ni_flat_cell(&d->flat, d->round_field);
  if (cell.length == 0 && d->round != NULL) {
    cell.text = d->round;
    cell.length = strlen(d->round);
  }
  return enter_id(d, &d->rounds, d->round_field, cell, "round");
}

static void enter_pair(ni_flat_data *d, int32_t unit, int32_t round) {
  const int32_t pair[2] = {unit, round};
  const int32_t before = ni_dictionary_count(&d->pairs);
  const int32_t number = ni_dictionary_add(&d->pairs, (const char *)pair, sizeof pair);
  if (number < 0 || !ni_grow(&d->pair_rows, &d->pairs_capacity, (size_t)number + 1, sizeof *d->pair_rows)) {
    d->flat.out_of_memory = 1;
  } else if (number < before) {
    REPORT(d, d->unit_field, NIEM_ERROR_DUPLICATE, "unit \"%.60s\" in round \"%.60s\" stands in row %lld already",
           ni_dictionary_text(&d->units, unit), ni_dictionary_text(&d->rounds, round), (long long)d->pair_rows[number]);
  } else {
    d->pair_rows[number] = ni_csv_row(d->flat.csv);
  }
}

/* --- classes --- */

/* The class of a value in column of groups `g`: "GDP_group:S"; -1 where its name cannot be an id. */
static int32_t enter_class(ni_flat_data *d, const ni_flat_indicators *t, int32_t g, ni_csv_slice value) {
  const char *code = t->rows[d->group_rows[g]].code;
  char id[201];
  const size_t start = strlen(code) + 1;
  const size_t length = start + value.length;
  if (length < sizeof id) {
    memcpy(id, code, start - 1);
    id[start - 1] = ':';
    memcpy(id + start, value.text, value.length);
    id[length] = '\0';
  }
  if (length >= sizeof id || !ni_is_id(id)) {
    REPORT(d, d->group_fields[g], NIEM_ERROR_VALUE,
           "\"%.*s\" cannot name a group of units: \"%.60s:\" and it must have at most 200 bytes, no / = | , quote or "
           "control character",
           cut(value.length), value.text, code);
    return -1;
  }
  const int32_t before = ni_dictionary_count(&d->class_ids);
  const int32_t number = ni_dictionary_add(&d->class_ids, id, length);
  if (number < 0 || !ni_grow(&d->classes, &d->classes_capacity, (size_t)number + 1, sizeof *d->classes)) {
    d->flat.out_of_memory = 1;
    return -1;
  }
  if (number == before) {
    d->classes[number] = (ni_flat_class){d->group_rows[g], ni_dictionary_text(&d->class_ids, number) + start, -1, -1};
  } else if (d->classes[number].group != d->group_rows[g]) {
    REPORT(d, d->group_fields[g], NIEM_ERROR_DUPLICATE,
           "group \"%.60s\" of column \"%.60s\" has the same name; rename one", id,
           t->rows[d->classes[number].group].code);
    return -1;
  }
  return number;
}

static void add_member(ni_flat_data *d, int32_t class, int32_t unit) {
  if (!ni_grow(&d->members, &d->members_capacity, (size_t)d->n_members + 1, sizeof *d->members)) {
    d->flat.out_of_memory = 1;
    return;
  }
  ni_flat_class *own = &d->classes[class];
  const int32_t place = d->n_members++;
  d->members[place] = (ni_flat_member){unit, -1};
  if (own->first < 0) {
    own->first = place;
  } else {
    d->members[own->last].next = place;
  }
  own->last = place;
}

static void enter_classes(ni_flat_data *d, const ni_flat_indicators *t, int32_t unit) {
  for (int32_t g = 0; g < d->n_groups && !d->flat.out_of_memory; g++) {
    const ni_csv_slice value = ni_flat_cell(&d->flat, d->group_fields[g]);
    const int32_t class = value.length == 0 ? -1 : enter_class(d, t, g, value);
    int32_t *own = &d->class_of[(size_t)unit * (size_t)d->n_groups + (size_t)g];
    if (class >= 0 && *own < 0) {
      *own = class;
      add_member(d, class, unit);
    } else if (class >= 0 && *own != class) {
      REPORT(d, d->group_fields[g], NIEM_ERROR_VALUE,
             "unit \"%.60s\" is in \"%.60s\" here and in \"%.60s\" before; a unit is in one group of a column in all "
             "rounds",
             ni_dictionary_text(&d->units, unit), d->classes[class].value, d->classes[*own].value);
    }
  }
}

/* --- rows --- */

static void read_row(ni_flat_data *d, const ni_flat_indicators *t) {
  const int32_t unit = enter_unit(d);
  const int32_t round = enter_round(d);
  if (unit >= 0 && round >= 0 && !d->flat.out_of_memory) {
    enter_pair(d, unit, round);
  }
  if (unit >= 0 && !d->flat.out_of_memory) {
    enter_label(d, unit);
    enter_classes(d, t, unit);
  }
}

/* Rounds that are numbers stand in the order of these, and before others, which stand in the order of their texts. */
static int compare_rounds(int64_t a, int64_t b, const void *context) {
  const ni_dictionary *rounds = context;
  const char *texts[2] = {ni_dictionary_text(rounds, (int32_t)a), ni_dictionary_text(rounds, (int32_t)b)};
  double x[2];
  int is_number[2];
  for (int i = 0; i < 2; i++) {
    is_number[i] = ni_parse_double(texts[i], strlen(texts[i]), '.', &x[i]) == NI_NUMBER_OK;
  }
  if (is_number[0] && is_number[1] && x[0] != x[1]) {
    return x[0] < x[1] ? -1 : 1;
  }
  return is_number[0] != is_number[1] ? is_number[1] - is_number[0] : strcmp(texts[0], texts[1]);
}

static void order_rounds(ni_flat_data *d) {
  const int32_t n = ni_dictionary_count(&d->rounds);
  int64_t *order = ni_alloc((size_t)n, sizeof *order);
  d->round_order = ni_arena_alloc(&d->arena, (size_t)n, sizeof *d->round_order);
  for (int32_t i = 0; order != NULL && i < n; i++) {
    order[i] = i;
  }
  if (order == NULL || d->round_order == NULL || !ni_sort_indices(order, n, compare_rounds, &d->rounds)) {
    d->flat.out_of_memory = 1;
  }
  for (int32_t i = 0; i < n && !d->flat.out_of_memory; i++) {
    d->round_order[i] = (int32_t)order[i];
  }
  ni_free(order);
}

void ni_flat_read_data(ni_flat_data *d, ni_flat_indicators *t, const niem_framework_tables_options *options) {
  map_header(d, t, options);
  if (d->unit_field < 0 || d->flat.out_of_memory) {
    return;
  }
  /* data of one time need not name it */
  d->round = options->round != NULL ? options->round : d->round_field < 0 ? "all" : NULL;
  while (!d->flat.out_of_memory && ni_flat_next(&d->flat)) {
    read_row(d, t);
  }
  if (ni_dictionary_count(&d->units) == 0 && niem_problems_total(d->flat.problems, NIEM_ERROR) == 0) {
    ni_flat_report(&d->flat, 0, -1, NIEM_ERROR, NIEM_ERROR_FORMAT, "there is no row; at least one unit is needed");
  }
  order_rounds(d);
}

void ni_flat_close_data(ni_flat_data *d) {
  ni_flat_close(&d->flat);
  ni_dictionary_free(&d->units);
  ni_dictionary_free(&d->rounds);
  ni_dictionary_free(&d->pairs);
  ni_dictionary_free(&d->class_ids);
  ni_free(d->labels);
  ni_free(d->class_of);
  ni_free(d->pair_rows);
  ni_free(d->classes);
  ni_free(d->members);
  ni_arena_free(&d->arena);
}
