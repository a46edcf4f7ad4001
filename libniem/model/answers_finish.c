/* Rows into canonical order: units and rounds as the framework has them, then groups, indicators and coders; no answer
 * twice. */
#include "base/platform.h"

#include "base/order.h"
#include "model/answers_build.h"
#include "model/reader.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* --- the order of units, rounds and coders --- */

typedef struct listed {
  const char *id;
  const char *date; /* NULL where rounds are not all dated */
  int32_t place;    /* in the framework; INT32_MAX when not there */
} listed;

static int compare_listed(int64_t a, int64_t b, const void *context) {
  const listed *entries = context;
  const listed *x = &entries[a];
  const listed *y = &entries[b];
  if (x->date != NULL && y->date != NULL && strcmp(x->date, y->date) != 0) {
    return strcmp(x->date, y->date);
  }
  if (x->place != y->place) {
    return x->place < y->place ? -1 : 1;
  }
  return strcmp(x->id, y->id);
}

/* The ids of a dictionary in order: `ids` and `places` by rank, `ranks` by the dictionary's number. */
static niem_status order_ids(const ni_dictionary *dictionary, listed *entries, const char **ids, int32_t *places,
                             int32_t *ranks, niem_error *err) {
  int32_t n = ni_dictionary_count(dictionary);
  int64_t *order = ni_alloc((size_t)n, sizeof *order);
  if (order == NULL) {
    return ni_fail_memory(err);
  }
  for (int32_t i = 0; i < n; i++) {
    order[i] = i;
  }
  if (!ni_sort_indices(order, n, compare_listed, entries)) {
    ni_free(order);
    return ni_fail_memory(err);
  }
  for (int32_t r = 0; r < n; r++) {
    const listed *entry = &entries[order[r]];
    ids[r] = entry->id;
    ranks[order[r]] = r;
    if (places != NULL) {
      places[r] = entry->place == INT32_MAX ? -1 : entry->place;
    }
  }
  ni_free(order);
  return NIEM_OK;
}

static int all_dated(const niem_framework *framework) {
  for (int32_t i = 0; i < framework->n_rounds; i++) {
    if (framework->rounds[i].date == NULL) {
      return 0;
    }
  }
  return 1;
}

/* Ids are copied into the answers' arena, since the dictionary goes with the builder. */
static niem_status list_ids(ni_arena *arena, const ni_dictionary *dictionary, listed *entries, niem_error *err) {
  for (int32_t i = 0; i < ni_dictionary_count(dictionary); i++) {
    const char *text = ni_dictionary_text(dictionary, i);
    entries[i].id = ni_arena_text(arena, text, strlen(text));
    entries[i].place = INT32_MAX;
    if (entries[i].id == NULL) {
      return ni_fail_memory(err);
    }
  }
  return NIEM_OK;
}

static niem_status number_ids(ni_dictionary *dictionary, const char *const *ids, int32_t n, niem_error *err) {
  for (int32_t i = 0; i < n; i++) {
    if (ni_dictionary_add(dictionary, ids[i], strlen(ids[i])) < 0) {
      return ni_fail_memory(err);
    }
  }
  return NIEM_OK;
}

typedef struct rankings {
  int32_t *units, *rounds, *coders; /* rank of each number in its dictionary */
  int32_t n_coders;
} rankings;

static niem_status order_units(ni_builder *builder, rankings *ranks, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_answers *answers = builder->answers;
  int32_t n = ni_dictionary_count(&builder->units);
  listed *entries = ni_alloc_zero((size_t)n, sizeof *entries);
  answers->units = ni_arena_alloc(&answers->arena, (size_t)n, sizeof *answers->units);
  answers->unit_places = ni_arena_alloc(&answers->arena, (size_t)n, sizeof *answers->unit_places);
  ranks->units = ni_alloc((size_t)n, sizeof *ranks->units);
  if (entries == NULL || answers->units == NULL || answers->unit_places == NULL || ranks->units == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  NIEM_TRY(list_ids(&answers->arena, &builder->units, entries, err));
  for (int32_t i = 0; i < n; i++) {
    int32_t place = ni_find_unit(builder->framework, entries[i].id, NULL);
    entries[i].place = place < 0 ? INT32_MAX : place;
  }
  NIEM_TRY(order_ids(&builder->units, entries, answers->units, answers->unit_places, ranks->units, err));
  answers->n_units = n;
  NIEM_TRY(number_ids(&answers->unit_ids, answers->units, n, err));
cleanup:
  ni_free(entries);
  return status;
}

static niem_status order_rounds(ni_builder *builder, rankings *ranks, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_answers *answers = builder->answers;
  int32_t n = ni_dictionary_count(&builder->rounds);
  int dated = all_dated(builder->framework);
  listed *entries = ni_alloc_zero((size_t)n, sizeof *entries);
  answers->rounds = ni_arena_alloc(&answers->arena, (size_t)n, sizeof *answers->rounds);
  answers->round_places = ni_arena_alloc(&answers->arena, (size_t)n, sizeof *answers->round_places);
  ranks->rounds = ni_alloc((size_t)n, sizeof *ranks->rounds);
  if (entries == NULL || answers->rounds == NULL || answers->round_places == NULL || ranks->rounds == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  NIEM_TRY(list_ids(&answers->arena, &builder->rounds, entries, err));
  for (int32_t i = 0; i < n; i++) {
    int32_t place = ni_find_round(builder->framework, entries[i].id, NULL);
    entries[i].place = place < 0 ? INT32_MAX : place;
    entries[i].date = place < 0 || !dated ? NULL : builder->framework->rounds[place].date;
  }
  NIEM_TRY(order_ids(&builder->rounds, entries, answers->rounds, answers->round_places, ranks->rounds, err));
  answers->n_rounds = n;
cleanup:
  ni_free(entries);
  return status;
}

/* Coders are numbered anew, by name, so that nothing depends on the order of a file. */
static niem_status order_coders(ni_builder *builder, rankings *ranks, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_answers *answers = builder->answers;
  int32_t n = ni_dictionary_count(&answers->coders);
  listed *entries = ni_alloc_zero((size_t)n, sizeof *entries);
  const char **ids = ni_alloc((size_t)n, sizeof *ids);
  ranks->coders = ni_alloc((size_t)n, sizeof *ranks->coders);
  if (entries == NULL || ids == NULL || ranks->coders == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  NIEM_TRY(list_ids(&answers->arena, &answers->coders, entries, err));
  NIEM_TRY(order_ids(&answers->coders, entries, ids, NULL, ranks->coders, err));
  ni_dictionary_free(&answers->coders);
  ni_dictionary_init(&answers->coders);
  NIEM_TRY(number_ids(&answers->coders, ids, n, err));
cleanup:
  ni_free(entries);
  ni_free(ids);
  return status;
}

/* --- sorting rows by one number --- */

/* Places in canonical order and rows, packed into one number each: place << row_bits | row. */
typedef struct packed_rows {
  uint64_t *entries;
  uint64_t *least, *most; /* of each SPAN entries */
  int32_t row_bits;
} packed_rows;

/* Files are mostly in order already, by unit and round, and out of it only inside of these. So rows are cut into spans
 * that sorting does not mix: every place of a span is less than those of the next. What is done span by span stays in
 * the processor's caches. */
typedef struct spans {
  int64_t n;
  int64_t *ends;
  int64_t longest;
} spans;

enum { SPAN = 4096, DIGIT_MOST = 11, ROWS_AT_ONCE = 16 * SPAN, SPANS_AT_ONCE = 4 };

static int64_t blocks_of(int64_t n) {
  return n / SPAN + (n % SPAN != 0);
}

static int64_t row_at(const packed_rows *packed, int64_t i) {
  return (int64_t)(packed->entries[i] & (((uint64_t)1 << packed->row_bits) - 1));
}

static uint64_t place_at(const packed_rows *packed, int64_t i) {
  return packed->entries[i] >> packed->row_bits;
}

/* The first row from `begin` on, before `end`, at which rows can be cut: all before have places below those of all
 * others. The places before `begin` are at most that of `most`, those from `end` on at least that of `least`. `end`
 * where there is none. */
static int64_t find_cut(const uint64_t *entries, int64_t begin, int64_t end, uint64_t most, uint64_t least,
                        int row_bits) {
  uint64_t after[SPAN];
  for (int64_t i = end; i-- > begin;) {
    least = entries[i] < least ? entries[i] : least;
    after[i - begin] = least;
  }
  for (int64_t i = begin; i < end; i++) {
    if (most >> row_bits < after[i - begin] >> row_bits) {
      return i;
    }
    most = entries[i] > most ? entries[i] : most;
  }
  return end;
}

/* One cut in each SPAN rows, where there is one. */
static void cut_rows(const packed_rows *packed, int64_t n, spans *out) {
  const int64_t n_blocks = blocks_of(n);
  uint64_t *least = packed->least;
  uint64_t most = 0;
  for (int64_t b = n_blocks - 1; b-- > 0;) { /* from now on: of all blocks from b on */
    least[b] = least[b + 1] < least[b] ? least[b + 1] : least[b];
  }
  for (int64_t b = 0; b < n_blocks; b++) {
    const int64_t begin = b * SPAN;
    const int64_t end = b == n_blocks - 1 ? n : begin + SPAN;
    const uint64_t least_behind = b == n_blocks - 1 ? UINT64_MAX : least[b + 1];
    const int64_t cut = find_cut(packed->entries, begin, end, most, least_behind, packed->row_bits);
    if (cut < end && cut > 0) {
      out->ends[out->n++] = cut;
    }
    most = packed->most[b] > most ? packed->most[b] : most;
  }
  out->ends[out->n++] = n;
}

static niem_status make_spans(const packed_rows *packed, int64_t n, spans *out, niem_error *err) {
  out->ends = ni_alloc((size_t)blocks_of(n) + 1, sizeof *out->ends);
  if (out->ends == NULL) {
    return ni_fail_memory(err);
  }
  cut_rows(packed, n, out);
  for (int64_t s = 0; s < out->n; s++) {
    const int64_t length = out->ends[s] - (s == 0 ? 0 : out->ends[s - 1]);
    out->longest = length > out->longest ? length : out->longest;
  }
  return NIEM_OK;
}

/* One pass of a radix sort, by `width` bits; stable. */
static void radix_pass(const uint64_t *from, uint64_t *to, int64_t n, int shift, int width) {
  int64_t counts[1 << DIGIT_MOST];
  const uint64_t mask = ((uint64_t)1 << width) - 1;
  memset(counts, 0, sizeof *counts << width);
  for (int64_t i = 0; i < n; i++) {
    counts[(from[i] >> shift) & mask]++;
  }
  int64_t before = 0;
  for (uint64_t d = 0; d <= mask; d++) {
    int64_t own = counts[d];
    counts[d] = before;
    before += own;
  }
  for (int64_t i = 0; i < n; i++) {
    to[counts[(from[i] >> shift) & mask]++] = from[i];
  }
}

/* Sort n entries by their places; rows come in order already. */
static void sort_span(uint64_t *entries, uint64_t *scratch, int64_t n, int row_bits) {
  uint64_t differing = 0;
  int sorted = 1;
  for (int64_t i = 1; i < n; i++) {
    differing |= entries[i] ^ entries[i - 1];
    sorted &= entries[i - 1] <= entries[i];
  }
  if (sorted) {
    return;
  }
  int bits = 0;
  while (row_bits + bits < 64 && (differing >> (row_bits + bits)) != 0) {
    bits++;
  }
  const int most = n < 8 * SPAN ? 8 : DIGIT_MOST; /* counting should not cost more than moving */
  const int passes = (bits + most - 1) / most;
  const int width = (bits + passes - 1) / passes;
  uint64_t *from = entries;
  uint64_t *to = scratch;
  for (int pass = 0; pass < passes; pass++) {
    radix_pass(from, to, n, row_bits + pass * width, width);
    uint64_t *swap = from;
    from = to;
    to = swap;
  }
  if (from != entries) {
    memcpy(entries, from, (size_t)n * sizeof *entries);
  }
}

static int32_t bits_of(double count) {
  int32_t bits = 1;
  for (double reach = 2; reach < count; reach *= 2) {
    bits++;
  }
  return bits;
}

typedef struct packing {
  const ni_answer_rows *rows;
  const rankings *ranks;
  uint64_t n_rounds, n_groups, n_indicators, n_coders;
  packed_rows *packed;
} packing;

static niem_status pack_some(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  const packing *p = context;
  const ni_answer_rows *rows = p->rows;
  const rankings *ranks = p->ranks;
  (void)worker;
  (void)err;
  for (int64_t i = begin; i < end; i++) {
    uint64_t place = (uint64_t)ranks->units[rows->unit[i]];
    place = place * p->n_rounds + (uint64_t)ranks->rounds[rows->round[i]];
    place = place * p->n_groups + (uint64_t)rows->group[i];
    place = place * p->n_indicators + (uint64_t)rows->indicator[i];
    place = place * p->n_coders + (uint64_t)ranks->coders[rows->coder[i]];
    const uint64_t entry = place << p->packed->row_bits | (uint64_t)i;
    const int64_t block = i / SPAN;
    p->packed->entries[i] = entry;
    if (i % SPAN == 0 || entry < p->packed->least[block]) {
      p->packed->least[block] = entry;
    }
    if (i % SPAN == 0 || entry > p->packed->most[block]) {
      p->packed->most[block] = entry;
    }
  }
  return NIEM_OK;
}

/* The place of a row in canonical order as one number, by mixed radix. */
static niem_status pack_rows(ni_builder *builder, const rankings *ranks, packed_rows *packed, niem_error *err) {
  const niem_answers *answers = builder->answers;
  packing p = {.rows = &answers->rows,
               .ranks = ranks,
               .n_rounds = (uint64_t)answers->n_rounds,
               .n_groups = (uint64_t)builder->framework->n_groups,
               .n_indicators = (uint64_t)builder->framework->n_indicators,
               .n_coders = (uint64_t)ranks->n_coders,
               .packed = packed};
  const double cells =
      (double)answers->n_units * (double)p.n_rounds * (double)p.n_groups * (double)p.n_indicators * (double)p.n_coders;
  packed->row_bits = bits_of((double)p.rows->n + 1);
  if (bits_of(cells + 1) + packed->row_bits > 64) {
    return ni_fail(err, NIEM_ERROR_LIMIT, "answers",
                   "units x rounds x groups x indicators x coders x rows is beyond 2^64; read the rounds apart");
  }
  return p.rows->n == 0
             ? NIEM_OK
             : ni_parallel_for(p.rows->n, ROWS_AT_ONCE, ni_stages_next(&builder->stages, 0.85), pack_some, &p, err);
}

/* The rows [begin, end) of a column into their order, its numbers by rank; a column that is not there stays so. */
static void gather_int32(int32_t *column, const packed_rows *packed, int64_t begin, int64_t end, const int32_t *ranks,
                         int32_t *scratch) {
  if (column == NULL) {
    return;
  }
  for (int64_t i = begin; i < end; i++) {
    const int32_t x = column[row_at(packed, i)];
    scratch[i - begin] = ranks == NULL ? x : ranks[x];
  }
  memcpy(column + begin, scratch, (size_t)(end - begin) * sizeof *column);
}

static void gather_states(uint8_t *states, const packed_rows *packed, int64_t begin, int64_t end, uint8_t *scratch) {
  for (int64_t i = begin; i < end; i++) {
    scratch[i - begin] = states[row_at(packed, i)];
  }
  memcpy(states + begin, scratch, (size_t)(end - begin));
}

static void gather_values(ni_value *values, const packed_rows *packed, int64_t begin, int64_t end, ni_value *scratch) {
  for (int64_t i = begin; i < end; i++) {
    scratch[i - begin] = values[row_at(packed, i)];
  }
  memcpy(values + begin, scratch, (size_t)(end - begin) * sizeof *values);
}

/* Numbers by rank, where the order of rows leaves the column as it is. */
static void rank_int32(int32_t *column, int64_t begin, int64_t end, const int32_t *ranks) {
  for (int64_t i = begin; i < end; i++) {
    column[i] = ranks[column[i]];
  }
}

/* Units and rounds of a span may be in order already, though its rows are not: then sorting leaves them. */
static int pairs_in_order(const ni_answer_rows *rows, const rankings *ranks, int64_t begin, int64_t end) {
  int in_order = 1;
  for (int64_t i = begin + 1; i < end && in_order; i++) {
    const int32_t unit = ranks->units[rows->unit[i]];
    const int32_t before = ranks->units[rows->unit[i - 1]];
    in_order = before < unit || (before == unit && ranks->rounds[rows->round[i - 1]] <= ranks->rounds[rows->round[i]]);
  }
  return in_order;
}

static void gather_rows(ni_answer_rows *rows, const packed_rows *packed, const rankings *ranks, int64_t begin,
                        int64_t end, void *scratch) {
  if (pairs_in_order(rows, ranks, begin, end)) {
    rank_int32(rows->unit, begin, end, ranks->units);
    rank_int32(rows->round, begin, end, ranks->rounds);
  } else {
    gather_int32(rows->unit, packed, begin, end, ranks->units, scratch);
    gather_int32(rows->round, packed, begin, end, ranks->rounds, scratch);
  }
  if (ranks->n_coders > 1) { /* otherwise all are 0 */
    gather_int32(rows->coder, packed, begin, end, ranks->coders, scratch);
  }
  gather_int32(rows->group, packed, begin, end, NULL, scratch);
  gather_int32(rows->indicator, packed, begin, end, NULL, scratch);
  gather_int32(rows->evidence, packed, begin, end, NULL, scratch);
  gather_int32(rows->source, packed, begin, end, NULL, scratch);
  gather_int32(rows->note, packed, begin, end, NULL, scratch);
  gather_states(rows->state, packed, begin, end, scratch);
  gather_values(rows->value, packed, begin, end, scratch);
}

static int has_same_place(const packed_rows *packed, int64_t begin, int64_t end) {
  int same = 0;
  for (int64_t i = begin + 1; i < end; i++) {
    same |= place_at(packed, i) == place_at(packed, i - 1);
  }
  return same;
}

typedef struct ordering {
  ni_answer_rows *rows;
  const packed_rows *packed;
  const rankings *ranks;
  spans spans;
  uint64_t *scratch; /* for the longest span, of each worker */
  atomic_int has_duplicates;
} ordering;

static niem_status order_spans(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  ordering *o = context;
  uint64_t *scratch = o->scratch + worker * o->spans.longest;
  (void)err;
  for (int64_t s = begin; s < end; s++) {
    const int64_t first = s == 0 ? 0 : o->spans.ends[s - 1];
    sort_span(o->packed->entries + first, scratch, o->spans.ends[s] - first, o->packed->row_bits);
    gather_rows(o->rows, o->packed, o->ranks, first, o->spans.ends[s], scratch);
    if (has_same_place(o->packed, first, o->spans.ends[s])) {
      atomic_store(&o->has_duplicates, 1);
    }
  }
  return NIEM_OK;
}

/* All rows into canonical order; whether two of them have one place. */
static niem_status order_rows(int *has_duplicates, ni_builder *builder, packed_rows *packed, const rankings *ranks,
                              niem_error *err) {
  niem_status status = NIEM_OK;
  ordering o = {.rows = &builder->answers->rows, .packed = packed, .ranks = ranks};
  atomic_init(&o.has_duplicates, 0);
  const niem_exec *exec = ni_stages_next(&builder->stages, 1);
  if (o.rows->n == 0) { /* every row had an error: there are no columns either */
    return NIEM_OK;
  }
  NIEM_TRY(make_spans(packed, o.rows->n, &o.spans, err));
  const size_t workers = (size_t)ni_workers(o.spans.n, SPANS_AT_ONCE, exec);
  o.scratch = ni_alloc(workers * (size_t)o.spans.longest, sizeof *o.scratch);
  if (o.scratch == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  NIEM_TRY(ni_parallel_for(o.spans.n, SPANS_AT_ONCE, exec, order_spans, &o, err));
  *has_duplicates = atomic_load(&o.has_duplicates);
cleanup:
  ni_free(o.spans.ends);
  ni_free(o.scratch);
  return status;
}

/* --- what is left to check and to count --- */

/* Row i answers what the row before it, in canonical order, has answered. In JSON the place is a pointer. */
static void report_duplicate(ni_builder *builder, const packed_rows *packed, int64_t i) {
  const niem_answers *answers = builder->answers;
  const ni_answer_rows *rows = &answers->rows;
  const char *coder = ni_dictionary_text(&answers->coders, rows->coder[i]);
  const int64_t row = ni_builder_row_number(builder, row_at(packed, i));
  const int64_t first = ni_builder_row_number(builder, row_at(packed, i - 1));
  char where[40] = "indicator";
  char before[40];
  (void)snprintf(before, sizeof before, "row %lld", (long long)first);
  if (builder->list_pointer != NULL) {
    (void)snprintf(where, sizeof where, "%s/%lld", builder->list_pointer, (long long)row - 1);
    (void)snprintf(before, sizeof before, "%s/%lld", builder->list_pointer, (long long)first - 1);
  }
  ni_problems_report(builder->problems, NIEM_ERROR, NIEM_ERROR_DUPLICATE, builder->list_pointer == NULL ? row : 0, 0,
                     where, "%.60s %.40s %.40s %.60s is answered twice by %s%.60s, first in %s; keep one row",
                     answers->units[rows->unit[i]], answers->rounds[rows->round[i]],
                     builder->framework->groups[rows->group[i]].id,
                     builder->framework->indicators[rows->indicator[i]].id,
                     coder[0] == '\0' ? "the same coder" : "coder ", coder, before);
}

static void report_duplicates(ni_builder *builder, const packed_rows *packed, uint64_t n_coders) {
  niem_answers *answers = builder->answers;
  const ni_answer_rows *rows = &answers->rows;
  for (int64_t i = 1; i < rows->n; i++) {
    const uint64_t place = place_at(packed, i);
    const uint64_t before = place_at(packed, i - 1);
    if (place != before && (n_coders == 1 || place / n_coders != before / n_coders)) {
      continue;
    }
    if (place != before) {
      answers->many_coders = 1;
      continue;
    }
    report_duplicate(builder, packed, i);
  }
}

static int starts_pair(const ni_answer_rows *rows, int64_t i) {
  return i == 0 || rows->unit[i] != rows->unit[i - 1] || rows->round[i] != rows->round[i - 1];
}

static niem_status find_pairs(niem_answers *answers, niem_error *err) {
  const ni_answer_rows *rows = &answers->rows;
  int64_t n = rows->n > 0;
  for (int64_t i = 1; i < rows->n; i++) {
    n += (rows->unit[i] != rows->unit[i - 1]) | (rows->round[i] != rows->round[i - 1]);
  }
  answers->pair_unit = ni_arena_alloc(&answers->arena, (size_t)n, sizeof *answers->pair_unit);
  answers->pair_round = ni_arena_alloc(&answers->arena, (size_t)n, sizeof *answers->pair_round);
  answers->pair_start = ni_arena_alloc(&answers->arena, (size_t)n + 1, sizeof *answers->pair_start);
  if (answers->pair_unit == NULL || answers->pair_round == NULL || answers->pair_start == NULL) {
    return ni_fail_memory(err);
  }
  for (int64_t i = 0; i < rows->n; i++) {
    if (starts_pair(rows, i)) {
      answers->pair_unit[answers->n_pairs] = rows->unit[i];
      answers->pair_round[answers->n_pairs] = rows->round[i];
      answers->pair_start[answers->n_pairs++] = i;
    }
  }
  answers->pair_start[n] = rows->n;
  return NIEM_OK;
}

/* Does row i answer the cell of the row before it, as another coder? */
static int is_same_cell(const ni_answer_rows *rows, int64_t i) {
  return i > 0 && !starts_pair(rows, i) && rows->group[i] == rows->group[i - 1] &&
         rows->indicator[i] == rows->indicator[i - 1];
}

/* What is asked of whom, side by side: indicator by indicator, group by group. */
static niem_status list_asked(uint8_t **out, const niem_framework *framework, niem_error *err) {
  uint8_t *asked = ni_alloc((size_t)framework->n_indicators * (size_t)framework->n_groups, sizeof *asked);
  if (asked == NULL) {
    return ni_fail_memory(err);
  }
  for (int32_t i = 0; i < framework->n_indicators; i++) {
    for (int32_t g = 0; g < framework->n_own_groups; g++) {
      asked[i * framework->n_groups + g] = framework->indicators[i].asked[g] != 0;
    }
  }
  *out = asked;
  return NIEM_OK;
}

/* Cells that are asked and have a row; rows with answers to what is not asked. */
static void count_rows(const niem_answers *answers, const uint8_t *asked, int64_t *present, int64_t *unasked) {
  const ni_answer_rows *rows = &answers->rows;
  const int32_t n_groups = answers->framework->n_groups;
  for (int64_t i = 0; i < rows->n; i++) {
    const int is_asked = asked[rows->indicator[i] * n_groups + rows->group[i]];
    *present += is_asked && !(answers->many_coders && is_same_cell(rows, i));
    *unasked += !is_asked && rows->state[i] == NIEM_ANSWERED;
  }
}

/* Notes that every reader of the report wants: how much there is, and how much was asked and is not there. */
static niem_status report_counts(ni_builder *builder, niem_error *err) {
  const niem_framework *framework = builder->framework;
  const ni_answer_rows *rows = &builder->answers->rows;
  int64_t asked = 0;
  int64_t present = 0;
  int64_t unasked = 0;
  for (int32_t i = 0; i < framework->n_indicators; i++) {
    for (int32_t g = 0; g < framework->n_own_groups; g++) {
      asked += framework->indicators[i].asked[g] && framework->indicators[i].scale.kind != NI_COMPOSITE;
    }
  }
  uint8_t *list = NULL;
  const niem_status status = list_asked(&list, framework, err);
  if (status != NIEM_OK) {
    return status;
  }
  count_rows(builder->answers, list, &present, &unasked);
  ni_free(list);
  niem_problems *problems = builder->problems;
  ni_problems_report(problems, NIEM_NOTE, NIEM_OK, 0, 0, "answers",
                     "%lld rows read, %lld of them blank and taken as missing", (long long)rows->n,
                     (long long)builder->blank);
  ni_problems_report(problems, NIEM_NOTE, NIEM_OK, 0, 0, "answers",
                     "%lld cells were asked and have no row; they count as missing",
                     (long long)(asked * builder->answers->n_pairs - present));
  if (unasked > 0) {
    ni_problems_report(problems, NIEM_WARNING, NIEM_OK, 0, 0, "group",
                       "%lld answers are to questions that are not asked of their group; they are kept and not scored",
                       (long long)unasked);
  }
  return NIEM_OK;
}

niem_status ni_builder_finish(niem_answers **out, ni_builder *builder, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_answers *answers = builder->answers;
  rankings ranks = {.n_coders = 0};
  int has_duplicates = 0;
  packed_rows packed = {.entries = NULL};
  if (builder->out_of_memory) {
    return ni_fail_memory(err);
  }
  if (answers->rows.n == 0 && niem_problems_total(builder->problems, NIEM_ERROR) == 0) {
    ni_problems_report(builder->problems, NIEM_ERROR, NIEM_ERROR_FORMAT, 0, 0, "answers",
                       "there is no row; at least one answer is needed");
  }
  NIEM_TRY(order_units(builder, &ranks, err));
  NIEM_TRY(order_rounds(builder, &ranks, err));
  NIEM_TRY(order_coders(builder, &ranks, err));
  packed.entries = ni_alloc((size_t)answers->rows.n, sizeof *packed.entries);
  packed.least = ni_alloc((size_t)blocks_of(answers->rows.n), sizeof *packed.least);
  packed.most = ni_alloc((size_t)blocks_of(answers->rows.n), sizeof *packed.most);
  if (packed.entries == NULL || packed.least == NULL || packed.most == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  ranks.n_coders = ni_dictionary_count(&answers->coders);
  NIEM_TRY(pack_rows(builder, &ranks, &packed, err));
  NIEM_TRY(order_rows(&has_duplicates, builder, &packed, &ranks, err));
  if (has_duplicates || ranks.n_coders > 1) {
    report_duplicates(builder, &packed, (uint64_t)ranks.n_coders);
  }
  NIEM_TRY(ni_reader_outcome(builder->problems, err));
  NIEM_TRY(find_pairs(answers, err));
  NIEM_TRY(report_counts(builder, err));
  NIEM_TRY(ni_reader_outcome(builder->problems, err));
  NIEM_TRY(ni_stages_end(&builder->stages, err));
  *out = answers;
  builder->answers = NULL;
cleanup:
  ni_free(packed.entries);
  ni_free(packed.least);
  ni_free(packed.most);
  ni_free(ranks.units);
  ni_free(ranks.rounds);
  ni_free(ranks.coders);
  return status;
}
