/* Running a conformance case of a function on a matrix: what conformance_methods.c and conformance_statistics.c share.
 *
 * A matrix is read where it lies: row after row, column after column, with gaps and backwards, and each of these must
 * give the same bits. A call that is refused must leave its result untouched. */
#ifndef CONFORMANCE_MATRICES_H
#define CONFORMANCE_MATRICES_H

#include "conformance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LISTS = 16, LAYOUTS = 4 };

/* --- matrices --- */

typedef struct laid_matrix {
  double *cells;
  niem_matrix view;
} laid_matrix;

static inline int64_t longest_row(const cJSON *rows) {
  int64_t longest = 0;
  for (const cJSON *row = rows == NULL ? NULL : rows->child; row != NULL; row = row->next) {
    longest = cJSON_GetArraySize(row) > longest ? cJSON_GetArraySize(row) : longest;
  }
  return longest;
}

/* What lies between the elements must never be read: infinities, which are refused. */
static inline laid_matrix lay_out(const cJSON *rows, int layout) {
  const int64_t n = cJSON_GetArraySize(rows), m = longest_row(rows);
  const size_t room = (size_t)((2 * n + 1) * (3 * m + 1));
  laid_matrix a = {malloc(room * sizeof(double)), {NULL, n, m, m, 1}};
  if (a.cells == NULL) {
    abort();
  }
  for (size_t k = 0; k < room; k++) {
    a.cells[k] = (double)INFINITY;
  }
  a.view.row_stride = layout == 1 ? 1 : layout == 2 ? 6 * m + 1 : layout == 3 ? -m : m;
  a.view.col_stride = layout == 1 ? n : layout == 2 ? 3 : layout == 3 ? -1 : 1;
  double *first = a.cells + (layout == 3 && n * m > 0 ? n * m - 1 : 0);
  int64_t i = 0;
  for (const cJSON *row = rows == NULL ? NULL : rows->child; row != NULL; row = row->next, i++) {
    int64_t j = 0;
    for (const cJSON *cell = row->child; cell != NULL; cell = cell->next, j++) {
      first[i * a.view.row_stride + j * a.view.col_stride] = number_of_item(cell);
    }
  }
  a.view.data = first;
  return a;
}

/* --- options --- */

typedef enum field_kind { WORD, FLAG, COUNT, REAL, REALS, INTEGERS } field_kind;

/* A field of an options struct; a WORD has the names of its values, `first` is the value of the first of them. */
typedef struct field {
  const char *name;
  field_kind kind;
  size_t at, count_at;
  const char *words;
  int32_t first;
} field;

/* What a call is asked, and the lists that its options point to. */
typedef struct call {
  const cJSON *options;
  const char *part;
  niem_matrix x, second; /* second: what a normaliser is applied to; denominators */
  void *lists[MOST_LISTS];
  int n_lists;
  outcome *out;
} call;

/* Place of a word among `words`, plus `first`; -1 for none. */
static inline int32_t value_of_word(const field *f, const cJSON *item) {
  const char *word = cJSON_IsBool(item) ? (cJSON_IsTrue(item) ? "yes" : "no") : cJSON_GetStringValue(item);
  int32_t place = f->first;
  for (const char *at = f->words; word != NULL && *at != '\0'; place++) {
    const size_t n = strcspn(at, " ");
    if (strlen(word) == n && strncmp(at, word, n) == 0) {
      return place;
    }
    at += n + (at[n] == ' ');
  }
  return -1;
}

static inline void *keep(call *k, void *list) {
  if (k->n_lists == MOST_LISTS) {
    abort();
  }
  return k->lists[k->n_lists++] = list;
}

static inline const int32_t *integers_of_item(call *k, const cJSON *item, int64_t *n) {
  double *reals = numbers_of_item(item, n);
  int32_t *list = keep(k, calloc((size_t)*n + 1, sizeof *list));
  for (int64_t i = 0; i < *n; i++) {
    list[i] = (int32_t)reals[i];
  }
  free(reals);
  return list;
}

/* The length of a list, which several may share. */
static inline void set_count(call *k, char *options, const field *f, int64_t n) {
  int64_t other;
  memcpy(&other, options + f->count_at, sizeof other);
  if (other != 0 && other != n) {
    find_fault(k->out, "%s is not as long as the list that goes with it", f->name);
  }
  memcpy(options + f->count_at, &n, sizeof n);
}

static inline void fill_field(call *k, char *options, const field *f, const cJSON *item) {
  int64_t n = 0;
  if (f->kind == WORD || f->kind == FLAG) {
    const int32_t value = f->kind == WORD ? value_of_word(f, item) : (int32_t)number_of_item(item);
    memcpy(options + f->at, &value, sizeof value);
  } else if (f->kind == COUNT) {
    n = (int64_t)number_of_item(item);
    memcpy(options + f->at, &n, sizeof n);
  } else if (f->kind == REAL) {
    const double value = number_of_item(item);
    memcpy(options + f->at, &value, sizeof value);
  } else if (f->kind == REALS) {
    const double *list = keep(k, numbers_of_item(item, &n));
    memcpy(options + f->at, &list, sizeof list);
    set_count(k, options, f, n);
  } else {
    const int32_t *list = integers_of_item(k, item, &n);
    memcpy(options + f->at, &list, sizeof list);
    set_count(k, options, f, n);
  }
}

/* The options of the case, but for the matrices, into the struct. */
static inline void fill_options(call *k, void *options, const field *fields, size_t n_fields) {
  for (const cJSON *item = k->options->child; item != NULL; item = item->next) {
    int known = is_word_of("x apply part", item->string);
    for (size_t i = 0; i < n_fields && !known; i++) {
      known = strcmp(fields[i].name, item->string) == 0;
      if (known) {
        fill_field(k, options, &fields[i], item);
      }
    }
    if (!known) {
      find_fault(k->out, "option \"%s\" is unknown", item->string);
    }
  }
}

#define AT(member) offsetof(OPTIONS, member)
#define HAS_PART(wanted) (strcmp(k->part, wanted) == 0)

/* --- a case --- */

typedef struct matrix_function {
  const char *name;
  int64_t (*run)(call *, double *);
} matrix_function;

static inline void run_layout(const matrix_function *f, const cJSON *options, int layout, outcome *out) {
  const char *part = case_text(options, "part");
  laid_matrix x = lay_out(cJSON_GetObjectItemCaseSensitive(options, "x"), layout);
  laid_matrix second = lay_out(cJSON_GetObjectItemCaseSensitive(options, "apply"), layout);
  const int64_t longest = x.view.n_rows > x.view.n_cols ? x.view.n_rows : x.view.n_cols;
  const size_t room = (size_t)(longest * longest + second.view.n_rows * second.view.n_cols) + 1;
  call k = {.options = options, .part = part == NULL ? "" : part, .x = x.view, .second = second.view, .out = out};
  double *values = malloc(room * sizeof *values), *before = malloc(room * sizeof *before);
  if (values == NULL || before == NULL) {
    abort();
  }
  memset(values, 0x5a, room * sizeof *values);
  memset(before, 0x5a, room * sizeof *before);
  memset(&out->err, 0, sizeof out->err);
  out->n_values = f->run(&k, values);
  if (out->err.status != NIEM_OK && memcmp(values, before, room * sizeof *values) != 0) {
    find_fault(out, "a call that is refused has written into its result");
  }
  if (layout > 0 && memcmp(values, out->values, (size_t)out->n_values * sizeof *values) != 0) {
    find_fault(out, "layout %d of the matrix gives other bits", layout);
  }
  free(out->values);
  out->values = values;
  for (int i = 0; i < k.n_lists; i++) {
    free(k.lists[i]);
  }
  free(before);
  free(x.cells);
  free(second.cells);
}

/* Run the function of that name; 0 where none of them has it. */
static inline int run_of(const matrix_function *functions, size_t n, const vector_case *c, const char *name,
                         outcome *out) {
  for (size_t i = 0; i < n; i++) {
    if (strcmp(name, functions[i].name) == 0) {
      for (int layout = 0; layout < LAYOUTS; layout++) {
        run_layout(&functions[i], options_of(c), layout, out);
      }
      return 1;
    }
  }
  return 0;
}

#endif
