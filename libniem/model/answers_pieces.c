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

typedef struct piece {
  ni_builder builder;
  translation columns[NI_COLUMNS]; /* of units, rounds and coders */
  translation texts;
  int is_taken; /* its rows have their place among the whole's, from row `at` on */
  int64_t at;
  int64_t before; /* rows of the source before it */
} piece;

struct ni_pieces {
  ni_builder *whole;
  piece *pieces;
  int32_t n; /* that are open */
};

niem_status ni_pieces_open(ni_pieces **out, ni_builder *whole, int32_t n, niem_error *err) {
  niem_status status = NIEM_OK;
  ni_pieces *all = ni_alloc_zero(1, sizeof *all);
  if (all == NULL) {
    return ni_fail_memory(err);
  }
  all->whole = whole;
  all->pieces = ni_alloc_zero((size_t)n, sizeof *all->pieces);
  if (all->pieces == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  while (all->n < n) {
    ni_builder *builder = &all->pieces[all->n++].builder; /* what was opened in part is closed too */
    NIEM_TRY(ni_builder_open(builder, whole->framework, &whole->options, NULL, err));
    builder->is_piece = 1;
  }
  *out = all;
  all = NULL;
cleanup:
  ni_pieces_close(all);
  return status;
}

void ni_pieces_close(ni_pieces *all) {
  if (all == NULL) {
    return;
  }
  for (int32_t k = 0; k < all->n; k++) {
    ni_builder_close(&all->pieces[k].builder);
    for (int32_t c = 0; c < NI_COLUMNS; c++) {
      ni_free(all->pieces[k].columns[c].numbers);
    }
    ni_free(all->pieces[k].texts.numbers);
  }
  ni_free(all->pieces);
  ni_free(all);
}

static void empty_column(int32_t **column) {
  ni_free(*column);
  *column = NULL;
}

ni_builder *ni_piece_begin(ni_pieces *all, int32_t k) {
  ni_builder *builder = &all->pieces[k].builder;
  niem_answers *answers = builder->answers;
  ni_dictionary_free(&builder->units);
  ni_dictionary_free(&builder->rounds);
  ni_dictionary_free(&answers->coders);
  ni_dictionary_free(&answers->texts);
  for (int32_t c = 0; c < NI_COLUMNS; c++) {
    ni_resolver *resolver = &builder->resolvers[c];
    ni_dictionary_free(&resolver->raw);
    ni_free(resolver->meanings);
    *resolver = (ni_resolver){.raw = resolver->raw};
    builder->last_texts[c] = -1;
  }
  empty_column(&answers->rows.evidence);
  empty_column(&answers->rows.source);
  empty_column(&answers->rows.note);
  empty_column(&builder->row_numbers);
  answers->rows.n = 0;
  memcpy(builder->fields, all->whole->fields, sizeof builder->fields);
  ni_builder_begin_fields(builder);
  builder->separator = all->whole->separator;
  builder->decimal = 0;
  builder->blank = 0;
  builder->row = 0;
  builder->n_firsts = 0;
  builder->has_error = 0;
  all->pieces[k].is_taken = 0;
  return builder;
}

static int has_room(translation *t, int32_t n) {
  return ni_grow(&t->numbers, &t->capacity, (size_t)n, sizeof *t->numbers);
}

/* The whole meets what the piece has met. 0 where memory is short. */
static int take_meanings(ni_builder *whole, piece *p) {
  const ni_builder *own = &p->builder;
  for (int32_t c = 0; c < NI_COLUMNS; c++) {
    if (!has_room(&p->columns[c], ni_dictionary_count(&own->resolvers[c].raw))) {
      return 0;
    }
  }
  for (size_t i = 0; i < own->n_firsts; i++) {
    const ni_first *first = &own->firsts[i];
    const ni_resolver *resolver = &own->resolvers[first->column];
    const ni_cell cell = {.text = ni_dictionary_text(&resolver->raw, first->raw),
                          .length = ni_dictionary_length(&resolver->raw, first->raw)};
    whole->row = p->before + first->row;
    const int32_t place = ni_builder_place(whole, first->column, &cell);
    if (place < 0) {
      return 0;
    }
    if (first->column == NI_UNIT || first->column == NI_ROUND || first->column == NI_CODER) {
      p->columns[first->column].numbers[resolver->meanings[first->raw].place] = place; /* no more places than texts */
    }
  }
  return 1;
}

static int take_texts(ni_builder *whole, piece *p) {
  const ni_dictionary *texts = &p->builder.answers->texts;
  const int32_t n = ni_dictionary_count(texts);
  if (!has_room(&p->texts, n)) {
    return 0;
  }
  for (int32_t i = 0; i < n; i++) {
    const int32_t number =
        ni_dictionary_add(&whole->answers->texts, ni_dictionary_text(texts, i), ni_dictionary_length(texts, i));
    if (number < 0) {
      return 0;
    }
    p->texts.numbers[i] = number;
  }
  return 1;
}

/* The whole has a column of texts when the piece has one. */
static int make_texts(ni_builder *whole, int32_t **to, const int32_t *from) {
  return from == NULL || *to != NULL || ni_builder_make_texts(whole, to, whole->answers->rows.n);
}

/* Room for the piece's rows behind those that the whole has. None of a piece's rows was left out. */
static int make_room(ni_builder *whole, piece *p) {
  ni_answer_rows *to = &whole->answers->rows;
  const ni_answer_rows *from = &p->builder.answers->rows;
  p->at = to->n;
  if (!ni_builder_reserve(whole, to->n + from->n) || !make_texts(whole, &to->evidence, from->evidence) ||
      !make_texts(whole, &to->source, from->source) || !make_texts(whole, &to->note, from->note)) {
    return 0;
  }
  if (whole->row_numbers == NULL && p->before != p->at && !ni_builder_number_rows(whole, p->at)) {
    return 0;
  }
  to->n += from->n;
  return 1;
}

int ni_piece_take(ni_pieces *all, int32_t k, int64_t before) {
  ni_builder *whole = all->whole;
  piece *p = &all->pieces[k];
  const ni_builder *own = &p->builder;
  if (own->out_of_memory) {
    whole->out_of_memory = 1;
    return 1;
  }
  if (own->has_error || (own->decimal != 0 && whole->decimal != 0 && own->decimal != whole->decimal) ||
      before + own->row > INT32_MAX) {
    return 0;
  }
  p->before = before;
  if (whole->decimal == 0 && own->decimal != 0) {
    whole->decimal = own->decimal;
    whole->decimal_row = before + own->decimal_row;
  }
  whole->blank += own->blank;
  p->is_taken = take_meanings(whole, p) && take_texts(whole, p) && make_room(whole, p);
  whole->out_of_memory |= !p->is_taken;
  return 1;
}

static void translate(int32_t *to, const int32_t *from, int64_t n, const translation *t) {
  for (int64_t i = 0; i < n; i++) {
    to[i] = t->numbers[from[i]];
  }
}

static void append_texts(const piece *p, int32_t *to, const int32_t *from, int64_t n) {
  for (int64_t i = 0; to != NULL && i < n; i++) {
    to[p->at + i] = from == NULL || from[i] < 0 ? -1 : p->texts.numbers[from[i]];
  }
}

void ni_piece_append(const ni_pieces *all, int32_t k) {
  const piece *p = &all->pieces[k];
  const ni_answer_rows *to = &all->whole->answers->rows;
  const ni_answer_rows *from = &p->builder.answers->rows;
  const int64_t n = p->is_taken ? from->n : 0;
  const int64_t at = p->at;
  if (n == 0) {
    return;
  }
  translate(to->unit + at, from->unit, n, &p->columns[NI_UNIT]);
  translate(to->round + at, from->round, n, &p->columns[NI_ROUND]);
  translate(to->coder + at, from->coder, n, &p->columns[NI_CODER]);
  memcpy(to->group + at, from->group, (size_t)n * sizeof *to->group);
  memcpy(to->indicator + at, from->indicator, (size_t)n * sizeof *to->indicator);
  memcpy(to->value + at, from->value, (size_t)n * sizeof *to->value);
  memcpy(to->state + at, from->state, (size_t)n);
  append_texts(p, to->evidence, from->evidence, n);
  append_texts(p, to->source, from->source, n);
  append_texts(p, to->note, from->note, n);
  for (int64_t i = 0; all->whole->row_numbers != NULL && i < n; i++) {
    all->whole->row_numbers[at + i] = (int32_t)(p->before + i + 1);
  }
}
