/* Pieces of a source of answers, read apart and put together in the order of the source.
 *
 * A piece numbers units, rounds, coders and texts by its own dictionaries. They are translated when the piece is taken:
 * texts met for the first time come in the order of rows, as if the whole had met them, so numbers, notes and warnings
 * are what they would be had the source never been cut. */
#include "base/platform.h"

#include "model/answers_build.h"

#include <string.h>

/* From a piece's numbers to those of the whole. */
typedef struct translation {
  int32_t *numbers;
  size_t capacity;
} translation;

struct ni_pieces {
  ni_builder *whole;
  ni_builder *builders;
  int32_t n; /* builders that are open */
  translation columns[NI_COLUMNS];
  translation texts;
};

niem_status ni_pieces_open(ni_pieces **out, ni_builder *whole, int32_t n, niem_error *err) {
  niem_status status = NIEM_OK;
  ni_pieces *pieces = ni_alloc_zero(1, sizeof *pieces);
  if (pieces == NULL) {
    return ni_fail_memory(err);
  }
  pieces->whole = whole;
  pieces->builders = ni_alloc_zero((size_t)n, sizeof *pieces->builders);
  if (pieces->builders == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  while (pieces->n < n) {
    ni_builder *piece = &pieces->builders[pieces->n++]; /* what was opened in part is closed too */
    NIEM_TRY(ni_builder_open(piece, whole->framework, &whole->options, NULL, err));
    piece->is_piece = 1;
  }
  *out = pieces;
  pieces = NULL;
cleanup:
  ni_pieces_close(pieces);
  return status;
}

void ni_pieces_close(ni_pieces *pieces) {
  if (pieces == NULL) {
    return;
  }
  for (int32_t k = 0; k < pieces->n; k++) {
    ni_builder_close(&pieces->builders[k]);
  }
  for (int32_t c = 0; c < NI_COLUMNS; c++) {
    ni_free(pieces->columns[c].numbers);
  }
  ni_free(pieces->texts.numbers);
  ni_free(pieces->builders);
  ni_free(pieces);
}

static void empty_column(int32_t **column) {
  ni_free(*column);
  *column = NULL;
}

ni_builder *ni_piece_begin(ni_pieces *pieces, int32_t k) {
  ni_builder *piece = &pieces->builders[k];
  niem_answers *answers = piece->answers;
  ni_dictionary_free(&piece->units);
  ni_dictionary_free(&piece->rounds);
  ni_dictionary_free(&answers->coders);
  ni_dictionary_free(&answers->texts);
  for (int32_t c = 0; c < NI_COLUMNS; c++) {
    ni_resolver *resolver = &piece->resolvers[c];
    ni_dictionary_free(&resolver->raw);
    ni_free(resolver->meanings);
    *resolver = (ni_resolver){.raw = resolver->raw};
    piece->last_texts[c] = -1;
  }
  empty_column(&answers->rows.evidence);
  empty_column(&answers->rows.source);
  empty_column(&answers->rows.note);
  answers->rows.n = 0;
  memcpy(piece->fields, pieces->whole->fields, sizeof piece->fields);
  ni_builder_begin_fields(piece);
  piece->separator = pieces->whole->separator;
  piece->decimal = 0;
  piece->blank = 0;
  piece->n_firsts = 0;
  piece->has_error = 0;
  return piece;
}

static int has_room(translation *t, int32_t n) {
  return ni_grow(&t->numbers, &t->capacity, (size_t)n, sizeof *t->numbers);
}

/* Meet what the piece has met. 0 where memory is short. */
static int take_meanings(ni_pieces *pieces, const ni_builder *piece, int64_t before) {
  ni_builder *whole = pieces->whole;
  for (int32_t c = 0; c < NI_COLUMNS; c++) {
    if (!has_room(&pieces->columns[c], ni_dictionary_count(&piece->resolvers[c].raw))) {
      return 0;
    }
  }
  for (size_t i = 0; i < piece->n_firsts; i++) {
    const ni_first *first = &piece->firsts[i];
    const ni_resolver *resolver = &piece->resolvers[first->column];
    const ni_cell cell = {.text = ni_dictionary_text(&resolver->raw, first->raw),
                          .length = ni_dictionary_length(&resolver->raw, first->raw)};
    whole->row = before + first->row;
    const int32_t place = ni_builder_place(whole, first->column, &cell);
    if (place < 0) {
      return 0;
    }
    const int32_t own = resolver->meanings[first->raw].place;
    if (first->column == NI_UNIT || first->column == NI_ROUND || first->column == NI_CODER) {
      pieces->columns[first->column].numbers[own] = place; /* at most as many places as raw texts */
    }
  }
  return 1;
}

static int take_texts(ni_pieces *pieces, const ni_builder *piece) {
  const ni_dictionary *texts = &piece->answers->texts;
  const int32_t n = ni_dictionary_count(texts);
  if (!has_room(&pieces->texts, n)) {
    return 0;
  }
  for (int32_t i = 0; i < n; i++) {
    const int32_t number =
        ni_dictionary_add(&pieces->whole->answers->texts, ni_dictionary_text(texts, i), ni_dictionary_length(texts, i));
    if (number < 0) {
      return 0;
    }
    pieces->texts.numbers[i] = number;
  }
  return 1;
}

static void translate(int32_t *to, const int32_t *from, int64_t n, const translation *t) {
  for (int64_t i = 0; i < n; i++) {
    to[i] = t->numbers[from[i]];
  }
}

/* A column of texts behind the `before` rows that the whole has. 0 where memory is short. */
static int append_texts(ni_pieces *pieces, int32_t **to, const int32_t *from, int64_t before, int64_t n) {
  if (*to == NULL && from == NULL) {
    return 1;
  }
  if (*to == NULL && !ni_builder_make_texts(pieces->whole, to, before)) {
    return 0;
  }
  for (int64_t i = 0; i < n; i++) {
    (*to)[before + i] = from == NULL || from[i] < 0 ? -1 : pieces->texts.numbers[from[i]];
  }
  return 1;
}

/* A piece has no error, so none of its rows was left out. */
static int append_numbers(ni_builder *whole, int64_t at, int64_t n, int64_t rows_before) {
  if (whole->row_numbers == NULL && rows_before == at) {
    return 1;
  }
  if (whole->row_numbers == NULL && !ni_builder_number_rows(whole, at)) {
    return 0;
  }
  for (int64_t i = 0; i < n; i++) {
    whole->row_numbers[at + i] = (int32_t)(rows_before + i + 1);
  }
  return 1;
}

static int append_rows(ni_pieces *pieces, const ni_builder *piece, int64_t rows_before) {
  ni_builder *whole = pieces->whole;
  ni_answer_rows *to = &whole->answers->rows;
  const ni_answer_rows *from = &piece->answers->rows;
  const int64_t n = from->n;
  const int64_t at = to->n;
  if (n == 0) {
    return 1;
  }
  if (!ni_builder_reserve(whole, at + n) || !append_texts(pieces, &to->evidence, from->evidence, at, n) ||
      !append_texts(pieces, &to->source, from->source, at, n) || !append_texts(pieces, &to->note, from->note, at, n)) {
    return 0;
  }
  translate(to->unit + at, from->unit, n, &pieces->columns[NI_UNIT]);
  translate(to->round + at, from->round, n, &pieces->columns[NI_ROUND]);
  translate(to->coder + at, from->coder, n, &pieces->columns[NI_CODER]);
  memcpy(to->group + at, from->group, (size_t)n * sizeof *to->group);
  memcpy(to->indicator + at, from->indicator, (size_t)n * sizeof *to->indicator);
  memcpy(to->value + at, from->value, (size_t)n * sizeof *to->value);
  memcpy(to->state + at, from->state, (size_t)n);
  to->n = at + n;
  return append_numbers(whole, at, n, rows_before);
}

int ni_piece_take(ni_pieces *pieces, int32_t k, int64_t before) {
  ni_builder *whole = pieces->whole;
  const ni_builder *piece = &pieces->builders[k];
  if (piece->out_of_memory) {
    whole->out_of_memory = 1;
    return 1;
  }
  if (piece->has_error || (piece->decimal != 0 && whole->decimal != 0 && piece->decimal != whole->decimal) ||
      before + piece->row > INT32_MAX) {
    return 0;
  }
  if (whole->decimal == 0 && piece->decimal != 0) {
    whole->decimal = piece->decimal;
    whole->decimal_row = before + piece->decimal_row;
  }
  whole->blank += piece->blank;
  if (!take_meanings(pieces, piece, before) || !take_texts(pieces, piece) || !append_rows(pieces, piece, before)) {
    whole->out_of_memory = 1;
  }
  return 1;
}
