/* Making answers: each source (CSV, JSON, columns of a data frame) hands its rows to one builder, which resolves ids,
 * checks every cell, tells all problems together, and at the end sorts the rows into canonical order. */
#ifndef NI_ANSWERS_BUILD_H
#define NI_ANSWERS_BUILD_H

#include "base/platform.h"
#include "base/fail.h"
#include "base/threads.h"
#include "model/answers.h"
#include "model/csv.h"
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
/* How much of a file one thread reads at a time, and how many pieces are cut for each thread at once. */
enum { NI_PIECE_BYTES = 1 << 18, NI_PIECES_A_THREAD = 4, NI_PIECE_ROWS = 1 << 13 };
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

/* Without spaces and tabs at its ends. */
static inline void ni_trim(ni_cell *cell) {
  while (cell->length > 0 && (cell->text[0] == ' ' || cell->text[0] == '\t')) {
    cell->text++;
    cell->length--;
  }
  while (cell->length > 0 && (cell->text[cell->length - 1] == ' ' || cell->text[cell->length - 1] == '\t')) {
    cell->length--;
  }
}

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

/* A raw text that a piece met for the first time: what is to be said about it, the whole says when it has the piece. */
typedef struct ni_first {
  int32_t row;
  int32_t column;
  int32_t raw;
} ni_first;

/* A source is read as a whole by one builder, or in pieces by several: a piece says nothing. What it has read without a
 * single error becomes part of the whole, in the order of the source; what has one is read again by the whole itself,
 * so that every message is the same however the source was cut. */
typedef struct ni_builder {
  const niem_framework *framework;
  niem_problems *problems;
  niem_read_options options;
  niem_answers *answers;
  size_t capacity;             /* of the row arrays */
  int32_t *row_numbers;        /* of each row in its source; NULL while row i is number i + 1 */
  ni_dictionary units, rounds; /* ids in order of appearance */
  ni_resolver resolvers[NI_COLUMNS];
  ni_cell cells[NI_COLUMNS];
  ni_cell blanks[NI_COLUMNS]; /* of a file: what a blank round, group or coder stands for; NULL where it may not be */
  int may_have_texts;         /* there may be evidence, sources or notes */
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
  /* Of a piece. */
  int is_piece;
  int has_error;
  ni_first *firsts;
  size_t n_firsts, firsts_capacity;
  /* Of a whole: how it is read, and the file, whose size tells how many rows are to be expected; or NULL. */
  const ni_csv *csv;
  niem_exec exec;
  ni_stages stages;
  size_t piece_bytes;
} ni_builder;

niem_status ni_builder_open(ni_builder *builder, const niem_framework *framework, const niem_read_options *options,
                            niem_problems *problems, niem_error *err);
/* A problem of the row in hand in one of its columns. */
void ni_builder_report(ni_builder *builder, int32_t column, int32_t severity, niem_status status, const char *format,
                       ...) NI_PRINTF(5, 6);
/* Which columns a source has: missing ones are reported as it is due. */
void ni_builder_check_columns(ni_builder *builder, const int32_t *present);
/* What the text of a cell that is not blank means; -1 where it has no meaning, which is not told. */
int32_t ni_builder_place(ni_builder *builder, int32_t column, const ni_cell *cell);
/* Room for so many rows in all; 0 where memory is short. */
int ni_builder_reserve(ni_builder *builder, int64_t n_rows);
/* The first text of a column makes it, blank in the `n` rows before; 0 where memory is short. */
int ni_builder_make_texts(ni_builder *builder, int32_t **texts, int64_t n);
/* Begin to keep the numbers of rows, of which there are n; 0 where memory is short. */
int ni_builder_number_rows(ni_builder *builder, int64_t n);
/* One row, its cells in builder->cells; `row` is its 1-based number in the source. */
void ni_builder_row(ni_builder *builder, int64_t row);
/* One row that is known to be right: its ids by column (NI_UNIT and NI_ROUND in builder->units and ->rounds, NI_CODER
 * in the answers' coders, the others in the framework), its texts in builder->cells. */
void ni_builder_keep_row(ni_builder *builder, int32_t state, ni_value value, const int32_t *ids);
/* The same as ni_builder_row for a file, whose fields stand where builder->fields says: once before the first row, and
 * each row. */
void ni_builder_begin_fields(ni_builder *builder);
void ni_builder_fields(ni_builder *builder, const ni_csv_slice *fields, int64_t row);
/* What the cell "answer" of the row in hand says; 0 where that is wrong, which is told. */
int ni_read_answer(ni_builder *builder, const ni_indicator *indicator, ni_value *value);
/* The same for a text as most rows have it, without spaces; 0 for any other, of which nothing is said. */
int ni_read_usual_answer(const ni_builder *builder, const ni_indicator *indicator, ni_value *value);
/* The number in its source of a row that was kept, from 1. */
static inline int64_t ni_builder_row_number(const ni_builder *builder, int64_t row) {
  return builder->row_numbers == NULL ? row + 1 : builder->row_numbers[row];
}
/* Sort, refuse duplicates, find pairs; the answers, or the problems' first error. */
niem_status ni_builder_finish(niem_answers **out, ni_builder *builder, niem_error *err);
void ni_builder_close(ni_builder *builder);

/* Pieces of a whole (answers_pieces.c). */
typedef struct ni_pieces ni_pieces;
niem_status ni_pieces_open(ni_pieces **out, ni_builder *whole, int32_t n, niem_error *err);
void ni_pieces_close(ni_pieces *pieces);
/* Piece k, emptied: ready to be read. */
ni_builder *ni_piece_begin(ni_pieces *pieces, int32_t k);
/* Take piece k, whose first row is number `before` + 1 of the source, into the whole: what it says is told, and its
 * rows have their places. 0: it cannot be, and the whole has to read it itself. */
int ni_piece_take(ni_pieces *pieces, int32_t k, int64_t before);
/* Copy the rows of piece k, if it was taken, to their places; several pieces may do so at a time, but nothing else with
 * the whole. */
void ni_piece_append(const ni_pieces *pieces, int32_t k);

/* Sources: each opens nothing but its own input and calls ni_builder_row for each row. */
niem_status ni_read_answers_csv_file(ni_builder *builder, const char *path, niem_error *err);
niem_status ni_read_answers_csv(ni_builder *builder, const char *bytes, size_t n, niem_error *err);
niem_status ni_read_answers_json(ni_builder *builder, const char *bytes, size_t n, niem_error *err);
/* The same from a list that stands in another document, whose pointer in it is `pointer`. */
niem_status ni_read_answer_items(ni_builder *builder, const ni_json *json, const cJSON *list, const char *pointer,
                                 niem_error *err);
niem_status ni_read_answers_columns(ni_builder *builder, const niem_column *columns, int64_t n_columns,
                                    niem_error *err);

#endif
