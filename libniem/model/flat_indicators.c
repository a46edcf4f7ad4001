/* The table of indicators: its rows, and the tree that they make by their parents. */
#include "base/platform.h"

#include "base/number.h"
#include "model/flat_framework.h"
#include "model/reader.h"

#include <string.h>

/* The names of each column: COINr's first, then our own. */
static const char *const NAMES[NI_FLAT_COLUMNS] = {
    "iCode indicator id code", "iName label name", "Level",       "Parent", "Direction", "Weight",
    "Unit unit_of_measure",    "Target",           "Denominator", "Type",   "Worst",     "Best"};
static const char *const TYPES[NI_FLAT_TYPES] = {"Indicator", "Aggregate", "Group", "Denominator", "Other"};

enum { UNKNOWN = -1, ON_THE_WAY = -2, BROKEN = -3 }; /* depths that are none */

#define REPORT(t, row, column, status, ...) \
  ni_flat_report(&(t)->flat, row, (t)->fields[column], NIEM_ERROR, status, __VA_ARGS__)

/* The name of a column as the table has it. */
static const char *name_of(const ni_flat_indicators *t, int32_t column) {
  return t->fields[column] < 0 ? NAMES[column] : ni_csv_header(t->flat.csv)[t->fields[column]].text;
}

static int in_tree(const ni_flat_row *row) {
  return row->type == NI_FLAT_INDICATOR || row->type == NI_FLAT_AGGREGATE;
}

/* --- the header --- */

static int32_t column_named(ni_csv_slice name) {
  for (int32_t c = 0; c < NI_FLAT_COLUMNS; c++) {
    if (ni_flat_is_named(NAMES[c], name)) {
      return c;
    }
  }
  return -1;
}

static void map_header(ni_flat_indicators *t, const char *const *ignore, int64_t n_ignore) {
  ni_flat *flat = &t->flat;
  for (int32_t c = 0; c < NI_FLAT_COLUMNS; c++) {
    t->fields[c] = -1;
  }
  for (int32_t f = 0; f < (int32_t)ni_csv_columns(flat->csv); f++) {
    const ni_csv_slice name = ni_flat_header(flat, f);
    const int32_t column = column_named(name);
    if (ni_flat_is_listed(ignore, n_ignore, name)) {
      continue;
    }
    if (column < 0) {
      ni_flat_report(
          flat, 0, f, NIEM_WARNING, NIEM_OK,
          "column \"%.60s\" is not read; it is none of iCode, iName, Level, Parent, Direction, Weight, Unit, "
          "Target, Denominator, Type, Worst, Best",
          name.text);
    } else if (t->fields[column] >= 0) {
      ni_flat_report(flat, 0, f, NIEM_ERROR, NIEM_ERROR_DUPLICATE,
                     "columns \"%.60s\" and \"%.60s\" mean the same; keep one, or name the other in \"ignore\"",
                     name_of(t, column), name.text);
    } else {
      t->fields[column] = f;
    }
  }
  if (t->fields[NI_FLAT_CODE] < 0 || t->fields[NI_FLAT_PARENT] < 0) {
    ni_flat_report(flat, 0, -1, NIEM_ERROR, NIEM_ERROR_FORMAT,
                   "there is no column \"%s\"; iCode and Parent are needed, a row for each indicator and aggregate",
                   t->fields[NI_FLAT_CODE] < 0 ? "iCode" : "Parent");
  }
}

/* --- rows --- */

static const char *copy_cell(ni_flat_indicators *t, int32_t column) {
  const ni_csv_slice cell = ni_flat_cell(&t->flat, t->fields[column]);
  const char *text = cell.length == 0 ? NULL : ni_arena_text(&t->arena, cell.text, cell.length);
  t->flat.out_of_memory |= cell.length > 0 && text == NULL;
  return text;
}

static int32_t read_type(ni_flat_indicators *t) {
  const ni_csv_slice cell = ni_flat_cell(&t->flat, t->fields[NI_FLAT_TYPE]);
  for (int32_t type = 0; type < NI_FLAT_TYPES && cell.length > 0; type++) {
    if (ni_flat_is_named(TYPES[type], cell)) {
      return type;
    }
  }
  if (cell.length > 0) {
    REPORT(t, ni_csv_row(t->flat.csv), NI_FLAT_TYPE, NIEM_ERROR_VALUE,
           "\"%.*s\" is no type; types are Indicator, Aggregate, Group, Denominator, Other",
           cell.length > 60 ? 60 : (int)cell.length, cell.text);
  }
  return -1;
}

/* A number of the row in hand, which must be right by `is_right`. */
static double read_number(ni_flat_indicators *t, int32_t column, int (*is_right)(double), niem_status status,
                          const char *rule) {
  const double x = ni_flat_number(&t->flat, t->fields[column], ni_nan());
  if (!ni_is_nan(x) && !is_right(x)) {
    char text[NI_DOUBLE_TEXT];
    text[ni_print_double(text, x)] = '\0';
    REPORT(t, ni_csv_row(t->flat.csv), column, status, "%s %s", text, rule);
    return ni_nan();
  }
  return x;
}

static int is_direction(double x) {
  return x == 1 || x == -1;
}

static int is_level(double x) {
  return x >= 1 && x <= 1000 && (double)(int32_t)x == x;
}

static int is_weight(double x) {
  return x == 0 || (x >= 1e-9 && x <= 1e9);
}

static int is_quantity(double x) {
  return x >= -1e100 && x <= 1e100;
}

static void read_numbers(ni_flat_indicators *t, ni_flat_row *row) {
  static const char bounds[] = "is no quantity; numbers lie between -1e100 and 1e100";
  row->level = read_number(t, NI_FLAT_LEVEL, is_level, NIEM_ERROR_VALUE,
                           "is no level; levels are 1 for indicators, 2 for what is right above them, and so on");
  row->direction = read_number(t, NI_FLAT_DIRECTION, is_direction, NIEM_ERROR_VALUE,
                               "is no direction; write 1 (more is better) or -1 (less is)");
  row->has_direction = ni_flat_cell(&t->flat, t->fields[NI_FLAT_DIRECTION]).length > 0;
  row->weight = read_number(t, NI_FLAT_WEIGHT, is_weight, NIEM_ERROR_VALUE,
                            "is no weight; a weight is 0, or a number from 1e-9 to 1e9");
  row->target = read_number(t, NI_FLAT_TARGET, is_quantity, NIEM_ERROR_VALUE, bounds);
  row->worst = read_number(t, NI_FLAT_WORST, is_quantity, NIEM_ERROR_VALUE, bounds);
  row->best = read_number(t, NI_FLAT_BEST, is_quantity, NIEM_ERROR_VALUE, bounds);
}

/* The code of the row in hand; NULL where it has none that can be one. */
static const char *read_code(ni_flat_indicators *t) {
  const int64_t row = ni_csv_row(t->flat.csv);
  const char *code = copy_cell(t, NI_FLAT_CODE);
  if (code == NULL || t->flat.out_of_memory) {
    REPORT(t, row, NI_FLAT_CODE, NIEM_ERROR_FORMAT, "blank; each row needs a code");
    return NULL;
  }
  if (!ni_is_id(code)) {
    REPORT(t, row, NI_FLAT_CODE, NIEM_ERROR_VALUE,
           "code \"%.60s\" must have 1 to 200 bytes, no / = | , quote or control character, and not be *", code);
    return NULL;
  }
  const int32_t before = ni_dictionary_count(&t->codes);
  const int32_t place = ni_dictionary_add(&t->codes, code, strlen(code));
  t->flat.out_of_memory |= place < 0;
  if (place >= 0 && place < before) {
    REPORT(t, row, NI_FLAT_CODE, NIEM_ERROR_DUPLICATE, "code \"%.60s\" stands in row %lld already; codes must differ",
           code, (long long)t->rows[place].row);
    return NULL;
  }
  return place < 0 ? NULL : code;
}

static void read_row(ni_flat_indicators *t) {
  ni_flat_row row = {.parent = -1, .divisor = -1, .first_child = -1, .next_sibling = -1, .depth = UNKNOWN};
  row.row = ni_csv_row(t->flat.csv);
  row.code = read_code(t);
  row.label = copy_cell(t, NI_FLAT_LABEL);
  row.unit = copy_cell(t, NI_FLAT_UNIT);
  row.parent_code = copy_cell(t, NI_FLAT_PARENT);
  row.divisor_code = copy_cell(t, NI_FLAT_DIVISOR);
  row.type = read_type(t);
  read_numbers(t, &row);
  if (row.code == NULL || t->flat.out_of_memory) {
    return;
  }
  if (!ni_grow(&t->rows, &t->capacity, (size_t)t->n + 1, sizeof *t->rows)) {
    t->flat.out_of_memory = 1;
    return;
  }
  t->rows[t->n++] = row;
}

static void read_rows(ni_flat_indicators *t) {
  while (!t->flat.out_of_memory && ni_flat_next(&t->flat)) {
    if (t->n == NIEM_MAX_INDICATORS) {
      REPORT(t, ni_csv_row(t->flat.csv), NI_FLAT_CODE, NIEM_ERROR_LIMIT, "at most %d rows are possible",
             NIEM_MAX_INDICATORS);
      return;
    }
    read_row(t);
  }
}

/* --- what rows say about each other --- */

/* The row of a code that is named in `column`; -1. */
static int32_t find_code(ni_flat_indicators *t, const ni_flat_row *row, const char *code, int32_t column) {
  const int32_t place = code == NULL ? -1 : ni_dictionary_find(&t->codes, code, strlen(code));
  if (code != NULL && place < 0) {
    REPORT(t, row->row, column, NIEM_ERROR_REFERENCE,
           "\"%.60s\" is no code of this table; correct it, or add a row whose %.40s it is", code,
           name_of(t, NI_FLAT_CODE));
  }
  return place;
}

/* Children hang in the order of their rows: the last one is hung first. */
static void link_rows(ni_flat_indicators *t) {
  for (int32_t i = 0; i < t->n; i++) {
    ni_flat_row *row = &t->rows[i];
    row->parent = find_code(t, row, row->parent_code, NI_FLAT_PARENT);
    row->divisor = find_code(t, row, row->divisor_code, NI_FLAT_DIVISOR);
    if (row->divisor >= 0) {
      t->rows[row->divisor].is_divisor = 1;
    }
  }
  for (int32_t i = t->n - 1; i >= 0; i--) {
    if (t->rows[i].parent >= 0) {
      ni_flat_row *parent = &t->rows[t->rows[i].parent];
      t->rows[i].next_sibling = parent->first_child;
      parent->first_child = i;
    }
  }
}

/* What a row without a type is, by its place. */
static void settle_type(ni_flat_indicators *t, ni_flat_row *row) {
  if (row->type >= 0) {
    return;
  }
  row->type = row->first_child >= 0      ? NI_FLAT_AGGREGATE
              : row->parent_code != NULL ? NI_FLAT_INDICATOR
              : row->is_divisor          ? NI_FLAT_DENOMINATOR
                                         : -1;
  if (row->type < 0) {
    REPORT(t, row->row, NI_FLAT_TYPE, NIEM_ERROR_FORMAT,
           "\"%.60s\" has no parent and nothing below it; say its Type, or give it a Parent", row->code);
  }
}

static void check_parent(ni_flat_indicators *t, const ni_flat_row *row) {
  const ni_flat_row *parent = row->parent < 0 ? NULL : &t->rows[row->parent];
  if (!in_tree(row) && row->type >= 0 && row->parent_code != NULL) {
    REPORT(t, row->row, NI_FLAT_PARENT, NIEM_ERROR_TREE,
           "\"%.60s\" is of type %s, which stands outside the tree; leave its Parent blank, or make it an Indicator",
           row->code, TYPES[row->type]);
  } else if (row->type == NI_FLAT_INDICATOR && row->parent_code == NULL) {
    REPORT(t, row->row, NI_FLAT_PARENT, NIEM_ERROR_TREE,
           "indicator \"%.60s\" has no Parent; name the aggregate above it, or give it the Type Other", row->code);
  } else if (parent != NULL && parent->type >= 0 && parent->type != NI_FLAT_AGGREGATE) {
    REPORT(t, row->row, NI_FLAT_PARENT, NIEM_ERROR_TREE,
           "\"%.60s\" is of type %s and cannot stand above \"%.60s\"; a Parent is an Aggregate", parent->code,
           TYPES[parent->type], row->code);
  } else if (parent != NULL && !ni_is_nan(parent->level) && !ni_is_nan(row->level) && parent->level <= row->level) {
    REPORT(t, row->row, NI_FLAT_LEVEL, NIEM_ERROR_TREE,
           "level %d of \"%.60s\" is not below level %d of its Parent \"%.60s\"; levels count upwards from 1",
           (int)row->level, row->code, (int)parent->level, parent->code);
  }
  if (row->type == NI_FLAT_AGGREGATE && row->first_child < 0) {
    REPORT(t, row->row, NI_FLAT_CODE, NIEM_ERROR_TREE,
           "no row names aggregate \"%.60s\" as its Parent; give it something to be made of, or leave it out",
           row->code);
  }
}

static void find_top(ni_flat_indicators *t) {
  t->top = -1;
  for (int32_t i = 0; i < t->n; i++) {
    const ni_flat_row *row = &t->rows[i];
    if (row->type != NI_FLAT_AGGREGATE || row->parent_code != NULL) {
      continue;
    }
    if (t->top >= 0) {
      REPORT(t, row->row, NI_FLAT_PARENT, NIEM_ERROR_TREE,
             "two aggregates have no Parent, \"%.60s\" and \"%.60s\"; one stands above all others",
             t->rows[t->top].code, row->code);
    } else {
      t->top = i;
    }
  }
}

/* --- depths --- */

/* The depth of a row and of all above it, by a walk upwards; `way` has room for every row. */
static void find_depth(ni_flat_indicators *t, int32_t from, int32_t *way) {
  int32_t steps = 0;
  int32_t at = from;
  for (; at >= 0 && t->rows[at].depth == UNKNOWN; at = t->rows[at].parent) {
    t->rows[at].depth = ON_THE_WAY;
    way[steps++] = at;
  }
  int32_t depth = at >= 0 ? t->rows[at].depth : -1;
  if (depth == ON_THE_WAY) {
    REPORT(t, t->rows[at].row, NI_FLAT_PARENT, NIEM_ERROR_TREE,
           "\"%.60s\" stands above itself, over its Parent \"%.60s\": a cycle", t->rows[at].code,
           t->rows[at].parent_code);
    depth = BROKEN;
  } else if (at < 0 && steps > 0 && way[steps - 1] != t->top) {
    depth = BROKEN; /* it hangs on what is wrong, which was told */
  }
  while (steps > 0) {
    depth = depth == BROKEN ? BROKEN : depth + 1;
    t->rows[way[--steps]].depth = depth;
  }
}

static void find_depths(ni_flat_indicators *t) {
  int32_t *way = ni_alloc((size_t)t->n, sizeof *way);
  t->flat.out_of_memory |= way == NULL;
  for (int32_t i = 0; i < t->n && way != NULL; i++) {
    if (in_tree(&t->rows[i])) {
      find_depth(t, i, way);
    }
  }
  ni_free(way);
  t->depth = UNKNOWN;
  for (int32_t i = 0; i < t->n; i++) {
    const ni_flat_row *row = &t->rows[i];
    if (row->depth > NIEM_MAX_TREE_DEPTH - 2) {
      REPORT(t, row->row, NI_FLAT_PARENT, NIEM_ERROR_LIMIT, "\"%.60s\" is more than %d steps below the top", row->code,
             NIEM_MAX_TREE_DEPTH - 2);
      return;
    }
    if (row->type == NI_FLAT_INDICATOR && row->depth >= 0) {
      t->depth = t->depth == UNKNOWN || t->depth == row->depth ? row->depth : BROKEN;
    }
  }
}

/* --- what an indicator says of itself --- */

static void check_divisor(ni_flat_indicators *t, const ni_flat_row *row) {
  if (row->divisor < 0) {
    return;
  }
  const ni_flat_row *divisor = &t->rows[row->divisor];
  if (row->type == NI_FLAT_AGGREGATE || row->type == NI_FLAT_GROUP) {
    REPORT(t, row->row, NI_FLAT_DIVISOR, NIEM_ERROR_VALUE, "\"%.60s\" is of type %s, which nothing divides", row->code,
           TYPES[row->type]);
  } else if (divisor == row) {
    REPORT(t, row->row, NI_FLAT_DIVISOR, NIEM_ERROR_VALUE, "\"%.60s\" is its own denominator; name another", row->code);
  } else if (divisor->type == NI_FLAT_AGGREGATE || divisor->type == NI_FLAT_GROUP) {
    REPORT(t, row->row, NI_FLAT_DIVISOR, NIEM_ERROR_VALUE,
           "\"%.60s\" is of type %s and cannot divide; name a row of Type Denominator", divisor->code,
           TYPES[divisor->type]);
  }
}

static void check_goalposts(ni_flat_indicators *t, const ni_flat_row *row) {
  const int has_worst = !ni_is_nan(row->worst);
  const int has_best = !ni_is_nan(row->best);
  const int column = has_worst ? NI_FLAT_WORST : NI_FLAT_BEST;
  if (has_worst != has_best) {
    REPORT(t, row->row, column, NIEM_ERROR_FORMAT, "goalposts come in pairs: give Worst and Best, or neither");
  } else if (has_worst && row->worst == row->best) {
    REPORT(t, row->row, column, NIEM_ERROR_VALUE, "Worst and Best must differ");
  } else if (has_worst && !ni_is_nan(row->direction) && (row->best > row->worst) != (row->direction > 0)) {
    REPORT(t, row->row, NI_FLAT_DIRECTION, NIEM_ERROR_VALUE,
           "the direction is %d, but Best is %s Worst; make them agree", row->direction > 0 ? 1 : -1,
           row->best > row->worst ? "above" : "below");
  }
}

static void check_direction(ni_flat_indicators *t, const ni_flat_row *row) {
  if (row->type == NI_FLAT_AGGREGATE && row->direction == -1) {
    ni_flat_report(&t->flat, row->row, t->fields[NI_FLAT_DIRECTION], NIEM_WARNING, NIEM_OK,
                   "the direction -1 of aggregate \"%.60s\" is not used; what is aggregated runs upwards already",
                   row->code);
  } else if (row->type == NI_FLAT_INDICATOR && t->fields[NI_FLAT_DIRECTION] >= 0 && !row->has_direction &&
             ni_is_nan(row->worst)) {
    REPORT(t, row->row, NI_FLAT_DIRECTION, NIEM_ERROR_FORMAT,
           "indicator \"%.60s\" needs a direction, 1 (more is better) or -1 (less is)", row->code);
  }
}

/* The weights of what stands below a node may not all be 0. */
static void check_weights(ni_flat_indicators *t, const ni_flat_row *row) {
  for (int32_t child = row->first_child; child >= 0; child = t->rows[child].next_sibling) {
    if (t->rows[child].weight != 0) { /* a NaN, which is not said, is 1 */
      return;
    }
  }
  if (row->first_child >= 0) {
    REPORT(t, row->row, NI_FLAT_WEIGHT, NIEM_ERROR_VALUE, "the weights of what is below \"%.60s\" are all 0",
           row->code);
  }
}

void ni_flat_read_indicators(ni_flat_indicators *t, const char *const *ignore, int64_t n_ignore) {
  map_header(t, ignore, n_ignore);
  if (niem_problems_total(t->flat.problems, NIEM_ERROR) > 0) {
    return; /* rows mean nothing under a header that is wrong */
  }
  read_rows(t);
  if (t->flat.out_of_memory) {
    return;
  }
  link_rows(t);
  for (int32_t i = 0; i < t->n; i++) {
    settle_type(t, &t->rows[i]);
  }
  find_top(t);
  find_depths(t);
  if (t->top < 0 &&
      niem_problems_total(t->flat.problems, NIEM_ERROR) == 0) { /* otherwise it may be lacking for these */
    ni_flat_report(&t->flat, 0, t->fields[NI_FLAT_PARENT], NIEM_ERROR, NIEM_ERROR_TREE,
                   "no aggregate is without a Parent; the top of the index is one");
  }
  for (int32_t i = 0; i < t->n; i++) {
    check_parent(t, &t->rows[i]);
    check_divisor(t, &t->rows[i]);
    check_goalposts(t, &t->rows[i]);
    check_direction(t, &t->rows[i]);
    check_weights(t, &t->rows[i]);
  }
}

void ni_flat_close_indicators(ni_flat_indicators *t) {
  ni_flat_close(&t->flat);
  ni_dictionary_free(&t->codes);
  ni_free(t->rows);
  ni_arena_free(&t->arena);
}
