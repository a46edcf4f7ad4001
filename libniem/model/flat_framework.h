/* A framework from two flat tables, between its parts: the table of indicators is read and made a tree
 * (flat_indicators.c), the table of data gives units, rounds and classes of units (flat_data.c), and both are written
 * as a framework in JSON (flat_framework.c), which the one reader of frameworks reads. */
#ifndef NI_FLAT_FRAMEWORK_H
#define NI_FLAT_FRAMEWORK_H

#include "base/dictionary.h"
#include "model/flat.h"
#include "niem/framework.h"

/* What a row of the table of indicators is. */
enum { NI_FLAT_INDICATOR, NI_FLAT_AGGREGATE, NI_FLAT_GROUP, NI_FLAT_DENOMINATOR, NI_FLAT_OTHER, NI_FLAT_TYPES };

/* Columns of the table of indicators. */
enum {
  NI_FLAT_CODE,
  NI_FLAT_LABEL,
  NI_FLAT_LEVEL,
  NI_FLAT_PARENT,
  NI_FLAT_DIRECTION,
  NI_FLAT_WEIGHT,
  NI_FLAT_UNIT,
  NI_FLAT_TARGET,
  NI_FLAT_DIVISOR,
  NI_FLAT_TYPE,
  NI_FLAT_WORST,
  NI_FLAT_BEST,
  NI_FLAT_COLUMNS
};

typedef struct ni_flat_row {
  const char *code, *label, *unit; /* NULL: none */
  const char *parent_code, *divisor_code;
  int64_t row;             /* its number in the table */
  int32_t type;            /* -1: not said */
  int32_t parent, divisor; /* places in the table, -1 */
  int32_t has_direction;   /* its cell is not blank, be it right or wrong */
  int32_t is_divisor;      /* another row names it as its denominator */
  int32_t first_child, next_sibling;
  int32_t depth;                                        /* steps from the top; below 0: not known, or none */
  double level, direction, weight, target, worst, best; /* NaN: not said */
  int32_t in_data;                                      /* the data have a column of its name */
} ni_flat_row;

typedef struct ni_flat_indicators {
  ni_flat flat;
  int32_t fields[NI_FLAT_COLUMNS]; /* -1: there is no such column */
  ni_arena arena;
  ni_dictionary codes; /* numbered as the rows */
  ni_flat_row *rows;
  size_t capacity;
  int32_t n;
  int32_t top;   /* -1 */
  int32_t depth; /* of every indicator; -1 where they differ */
} ni_flat_indicators;

/* Read an opened table and check it; problems are in flat.problems. */
void ni_flat_read_indicators(ni_flat_indicators *t, const char *const *ignore, int64_t n_ignore);
void ni_flat_close_indicators(ni_flat_indicators *t);

/* A class of units: a value of a column of groups. */
typedef struct ni_flat_class {
  int32_t group; /* the row of the table of indicators */
  const char *value;
  int32_t first, last; /* members, places in `members` */
} ni_flat_class;

typedef struct ni_flat_member {
  int32_t unit;
  int32_t next; /* -1 */
} ni_flat_member;

typedef struct ni_flat_data {
  ni_flat flat;
  int32_t unit_field, label_field, round_field; /* -1: there is no such column */
  int32_t *group_fields, *group_rows;           /* columns of groups, and their rows in the table of indicators */
  int32_t n_groups;
  const char *round; /* of rows that name none */
  ni_arena arena;
  ni_dictionary units, rounds;
  ni_dictionary pairs; /* unit and round, as the bytes of their two numbers */
  ni_dictionary class_ids;
  const char **labels; /* of units; NULL: none */
  int32_t *class_of;   /* of each unit in each column of groups; -1 */
  int64_t *pair_rows;
  ni_flat_class *classes;
  ni_flat_member *members;
  size_t labels_capacity, class_of_capacity, pairs_capacity, classes_capacity, members_capacity;
  int32_t n_members;
  int32_t *round_order; /* rounds from the first to the last */
} ni_flat_data;

/* Read an opened table and check it against the table of indicators. */
void ni_flat_read_data(ni_flat_data *d, ni_flat_indicators *t, const niem_framework_tables_options *options);
void ni_flat_close_data(ni_flat_data *d);

#endif
