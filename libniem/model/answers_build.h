/* Making answers: each source (CSV, JSON, columns of a data frame) hands its rows to one builder, which resolves ids,
 * checks every cell, tells all problems together, and at the end sorts the rows into canonical order. */
#ifndef NI_ANSWERS_BUILD_H
#define NI_ANSWERS_BUILD_H

#include "base/platform.h"
#include "base/fail.h"
#include "model/answers.h"
#include "model/json.h"

enum {
  NI_UNIT,
  NI_ROUND,
  NI_GROUP,
  NI_INDICATOR,
  NI_ANSWER,
  NI_STATE,
  NI_EVIDENCE,
  NI_SOURCE,
  NI_CODER,
  NI_NOTE,
  NI_COLUMNS
};
/* Names of the columns, in the order above. */
extern const char *const ni_column_names[NI_COLUMNS];
/* The place of a column's name; -1. */
int32_t ni_column_of(const char *name, size_t length);

/* Does a name mean a column that a questionnaire has beside these: what a coder reads, or a facet of the framework (may
 * be NULL)? Such columns are passed over without a word. */
int ni_is_form_column(const niem_framework *framework, const char *name, size_t length);

/* One cell of a row: a text, or a number that the source has already (then `text` is NULL and `number` is not NaN). */
typedef struct ni_cell {
  const char *text;
  size_t length;
  const double *number;
} ni_cell;

/* A raw text of a column, what it means, and the one that came in the row after it the last time. */
typedef struct ni_meaning {
  const char *text;
  size_t length;
  int32_t place; /* -1 for what is wrong */
  int32_t follower;
} ni_meaning;

/* Raw texts of one column resolved once each. */
typedef struct ni_resolver {
  ni_dictionary raw;
  ni_meaning *meanings; /* by raw text */
  size_t capacity;
  int32_t last; /* the raw text met last */
} ni_resolver;

typedef struct ni_builder {
  const niem_framework *framework;
  niem_problems *problems;
  niem_read_options options;
  niem_answers *answers;
  size_t capacity;             /* of the row arrays */
  int32_t *row_numbers;        /* of each row in its source */
  ni_dictionary units, rounds; /* ids in order of appearance */
  ni_resolver resolvers[NI_COLUMNS];
  ni_cell cells[NI_COLUMNS];
  int32_t last_texts[NI_COLUMNS]; /* of evidence, source and note: what the row before had; -1 */
  int64_t row;                    /* number of the row in hand, from 1 */
  /* Where problems are: the field of each column in a file or among a frame's columns (from 1), or, in JSON, the item
   * of each cell and of the row, and the pointer to the list of rows. */
  int64_t fields[NI_COLUMNS];
  const char *names[NI_COLUMNS]; /* of the columns in the source where they are others than ours (a wide table); NULL */
  const ni_json *json;
  const cJSON *items[NI_COLUMNS];
  const cJSON *row_item;
  const char *list_pointer; /* "" or "/answers"; NULL where the source is no JSON */
  int32_t separator;
  int32_t decimal; /* '.' or ',' once a number has shown it; 0 */
  int64_t decimal_row;
  int64_t blank; /* rows without answer and state */
  int out_of_memory;
} ni_builder;

niem_status ni_builder_open(ni_builder *builder, const niem_framework *framework, const niem_read_options *options,
                            niem_problems *problems, niem_error *err);
/* A problem of the row in hand in one of its columns. */
void ni_builder_report(ni_builder *builder, int32_t column, int32_t severity, niem_status status, const char *format,
                       ...) NI_PRINTF(5, 6);
/* Which columns a source has: missing ones are reported as it is due. */
void ni_builder_check_columns(ni_builder *builder, const int32_t *present);
/* One row, its cells in builder->cells; `row` is its 1-based number in the source. */
void ni_builder_row(ni_builder *builder, int64_t row);
/* One row that is known to be right: its ids by column (NI_UNIT and NI_ROUND in builder->units and ->rounds, NI_CODER
 * in the answers' coders, the others in the framework), its texts in builder->cells. */
void ni_builder_keep_row(ni_builder *builder, int32_t state, ni_value value, const int32_t *ids);
/* Sort, refuse duplicates, find pairs; the answers, or the problems' first error. */
niem_status ni_builder_finish(niem_answers **out, ni_builder *builder, niem_error *err);
void ni_builder_close(ni_builder *builder);

/* Sources: each opens nothing but its own input and calls ni_builder_row for each row. */
niem_status ni_read_answers_csv_file(ni_builder *builder, const char *path, niem_error *err);
niem_status ni_read_answers_csv(ni_builder *builder, const char *bytes, size_t n, niem_error *err);
niem_status ni_read_answers_json(ni_builder *builder, const char *bytes, size_t n, niem_error *err);
/* The same from a list that stands in another document, whose pointer in it is `pointer`. */
void ni_read_answer_items(ni_builder *builder, const ni_json *json, const cJSON *list, const char *pointer);
niem_status ni_read_answers_columns(ni_builder *builder, const niem_column *columns, int64_t n_columns,
                                    niem_error *err);

#endif
