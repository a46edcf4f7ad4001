/* Sorting, ranks and quantiles.
 *
 * The stable sort is a merge sort from the bottom up (Knuth, TAOCP 3, 5.2.4); sorting plain doubles is a quicksort by
 * the median of three with heapsort below a bounded depth (D. R. Musser, "Introspective sorting", 1997), by an order in
 * which no two different doubles are equal, so the result does not depend on the order of the input. Parts that fit the
 * nearest cache are dealt out by their size first (E. J. Isaac & R. C. Singleton, "Sorting by address calculation", J.
 * ACM 3, 1956): most pieces then have a few values; where one has many, the other sorts take over. Quantiles:
 * R. J. Hyndman & Y. Fan, "Sample quantiles in statistical packages", The American Statistician 50 (1996), type 7. */
#include "base/platform.h"

/* Packages are often built with -O2, at which GCC leaves most loops as they are. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

#include "base/order.h"

#include <math.h>
#include <string.h>

#include "base/dd.h"
#include "base/exact.h"
#include "base/memory.h"
#include "base/number.h"

enum {
  SHORT_RUN = 16,
  DEALT = 1024,    /* values that are dealt out at once */
  LONG_PIECE = 48, /* the most that an insertion sort is given */
  SELECT_PIECES = 256,
  SELECT_ROUNDS = 6
};

/* ---- plain doubles */

/* Integers in the order of the doubles; every NaN comes last. */
static uint64_t sort_key(double x) {
  const uint64_t bits = ni_double_bits(x);
  if (ni_is_nan(x) || !(bits >> 63)) {
    return bits | 0x8000000000000000u;
  }
  return ~bits;
}

static int is_before(double a, double b) {
  if (a < b || a > b) {
    return a < b;
  }
  const uint64_t p = sort_key(a);
  const uint64_t q = sort_key(b);
  return p < q || (p == q && ni_double_bits(a) < ni_double_bits(b));
}

static void swap_doubles(double *a, double *b) {
  const double t = *a;
  *a = *b;
  *b = t;
}

static void insertion_sort(double *x, int64_t n) {
  for (int64_t i = 1; i < n; i++) {
    const double moved = x[i];
    int64_t k = i;
    for (; k > 0 && is_before(moved, x[k - 1]); k--) {
      x[k] = x[k - 1];
    }
    x[k] = moved;
  }
}

/* Let x[root] sink to its place in a heap of n items. */
static void sift_down(double *x, int64_t root, int64_t n) {
  for (int64_t child = 2 * root + 1; child < n; child = 2 * root + 1) {
    if (child + 1 < n && is_before(x[child], x[child + 1])) {
      child++;
    }
    if (!is_before(x[root], x[child])) {
      return;
    }
    swap_doubles(&x[root], &x[child]);
    root = child;
  }
}

static void heap_sort(double *x, int64_t n) {
  for (int64_t root = n / 2 - 1; root >= 0; root--) {
    sift_down(x, root, n);
  }
  for (int64_t last = n - 1; last > 0; last--) {
    swap_doubles(&x[0], &x[last]);
    sift_down(x, 0, last);
  }
}

static double median_of_three(double a, double b, double c) {
  if (is_before(a, b)) {
    return is_before(b, c) ? b : is_before(a, c) ? c : a;
  }
  return is_before(a, c) ? a : is_before(b, c) ? c : b;
}

/* Hoare's partition: the left part's length, 0 < length < n; no item of it is after one of the right part. */
static int64_t partition(double *x, int64_t n) {
  const double pivot = median_of_three(x[0], x[(n - 1) / 2], x[n - 2]);
  int64_t i = -1;
  int64_t j = n;
  for (;;) {
    do {
      i++;
    } while (is_before(x[i], pivot));
    do {
      j--;
    } while (is_before(pivot, x[j]));
    if (i >= j) {
      return j + 1;
    }
    swap_doubles(&x[i], &x[j]);
  }
}

/* Where values go that are dealt out into pieces by their size: never falling as x grows. */
typedef struct {
  double low, scale;
  int32_t last;
} deal;

static inline int32_t piece_of(const deal *d, double x) {
  const int32_t piece = (int32_t)((x - d->low) * d->scale);
  return piece < d->last ? piece : d->last;
}

/* 0 where values within [low, high] cannot be dealt out: they are not finite, all the same, or too near one another or
 * too far apart. */
static int set_deal(deal *d, double low, double high, int64_t pieces) {
  d->low = low;
  d->scale = (double)pieces / (high - low);
  d->last = (int32_t)(pieces - 1);
  return high > low && d->scale > 0 && ni_is_finite(d->scale) && ni_is_finite(high - low) && pieces < INT32_MAX;
}

/* The same from the values. Four at a time, since one would wait for itself. */
static int make_deal(deal *d, const double *x, int64_t n, int64_t pieces) {
  double low[4] = {x[0], x[0], x[0], x[0]};
  double high[4] = {x[0], x[0], x[0], x[0]};
  int finite = 1;
  for (int64_t i = 0; i < n; i++) {
    low[i & 3] = x[i] < low[i & 3] ? x[i] : low[i & 3];
    high[i & 3] = x[i] > high[i & 3] ? x[i] : high[i & 3];
    finite &= x[i] - x[i] == 0;
  }
  for (int k = 1; k < 4; k++) {
    low[0] = low[k] < low[0] ? low[k] : low[0];
    high[0] = high[k] > high[0] ? high[k] : high[0];
  }
  return finite && set_deal(d, low[0], high[0], pieces);
}

static void quick_sort(double *x, int64_t n, int depth);

/* Sort up to DEALT values; 0 where they cannot be dealt out. */
static int deal_sort(double *x, int64_t n, int depth) {
  double room[DEALT];
  int32_t begins[DEALT + 1];
  deal d;
  int64_t most = 0;
  if (!make_deal(&d, x, n, n)) {
    return 0;
  }
  memset(begins, 0, (size_t)(n + 1) * sizeof *begins);
  for (int64_t i = 0; i < n; i++) {
    begins[piece_of(&d, x[i]) + 1]++;
    room[i] = x[i];
  }
  for (int64_t k = 1; k <= n; k++) {
    most = begins[k] > most ? begins[k] : most;
    begins[k] += begins[k - 1];
  }
  if (most > n / 2) {
    return 0;
  }
  for (int64_t i = 0; i < n; i++) {
    x[begins[piece_of(&d, room[i])]++] = room[i];
  }
  for (int64_t k = 0, begin = 0; most > LONG_PIECE && k < n; begin = begins[k++]) {
    if (begins[k] - begin > LONG_PIECE) { /* begins[k] is where piece k ends, now that it is full */
      quick_sort(x + begin, begins[k] - begin, depth);
    }
  }
  insertion_sort(x, n);
  return 1;
}

static void quick_sort(double *x, int64_t n, int depth) {
  while (n > SHORT_RUN) {
    if (n <= DEALT && depth > 0 && deal_sort(x, n, depth - 1)) {
      return;
    }
    if (depth-- <= 0) {
      heap_sort(x, n);
      return;
    }
    const int64_t left = partition(x, n);
    if (left < n - left) {
      quick_sort(x, left, depth);
      x += left;
      n -= left;
    } else {
      quick_sort(x + left, n - left, depth);
      n = left;
    }
  }
  insertion_sort(x, n);
}

/* ---- indices */

static void insertion_sort_indices(int64_t *indices, int64_t n, ni_compare_indices compare, const void *context) {
  for (int64_t i = 1; i < n; i++) {
    const int64_t moved = indices[i];
    int64_t k = i;
    for (; k > 0 && compare(indices[k - 1], moved, context) > 0; k--) {
      indices[k] = indices[k - 1];
    }
    indices[k] = moved;
  }
}

/* Merge from[0, middle) and from[middle, n) into to; of equals the left goes first. */
static void merge_runs(int64_t *to, const int64_t *from, int64_t middle, int64_t n, ni_compare_indices compare,
                       const void *context) {
  int64_t left = 0;
  int64_t right = middle;
  for (int64_t k = 0; k < n; k++) {
    const int take_left = left < middle && (right >= n || compare(from[left], from[right], context) <= 0);
    to[k] = take_left ? from[left++] : from[right++];
  }
}

static int64_t least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

/* Merge runs of `run` items into `to`, pair by pair. */
static void merge_pass(int64_t *to, const int64_t *from, int64_t n, int64_t run, ni_compare_indices compare,
                       const void *context) {
  for (int64_t begin = 0; begin < n; begin += 2 * run) {
    const int64_t middle = least(run, n - begin);
    const int64_t length = least(2 * run, n - begin);
    merge_runs(to + begin, from + begin, middle, length, compare, context);
  }
}

/* ---- doubles with their places */

typedef struct {
  double value;
  int64_t place;
} item;

static inline int item_before(const item *a, const item *b) {
  return a->value < b->value || (a->value == b->value && a->place < b->place);
}

static void insert_items(item *items, int64_t n) {
  for (int64_t i = 1; i < n; i++) {
    const item moved = items[i];
    int64_t k = i;
    for (; k > 0 && item_before(&moved, &items[k - 1]); k--) {
      items[k] = items[k - 1];
    }
    items[k] = moved;
  }
}

/* Merge sort from the bottom up: whatever the values, n log n. */
static void merge_items(item *items, item *room, int64_t n) {
  item *from = items;
  item *to = room;
  for (int64_t begin = 0; begin < n; begin += SHORT_RUN) {
    insert_items(items + begin, least(SHORT_RUN, n - begin));
  }
  for (int64_t run = SHORT_RUN; run < n; run *= 2) {
    for (int64_t begin = 0; begin < n; begin += 2 * run) {
      const int64_t middle = begin + least(run, n - begin);
      const int64_t end = begin + least(2 * run, n - begin);
      for (int64_t k = begin, left = begin, right = middle; k < end; k++) {
        const int take_left = left < middle && (right >= end || item_before(&from[left], &from[right]));
        to[k] = take_left ? from[left++] : from[right++];
      }
    }
    item *t = from;
    from = to;
    to = t;
  }
  if (from != items) {
    memcpy(items, from, (size_t)n * sizeof *items);
  }
}

/* Deal the items out into as many pieces as there are items, then sort the pieces. `begins` has n + 1 elements. */
static void sort_items(item *items, item *room, int64_t *begins, const double *values, int64_t n) {
  deal d;
  int64_t most = 0;
  if (n <= SHORT_RUN || n >= INT32_MAX || !make_deal(&d, values, n, n)) {
    merge_items(items, room, n);
    return;
  }
  memset(begins, 0, (size_t)(n + 1) * sizeof *begins);
  for (int64_t i = 0; i < n; i++) {
    begins[piece_of(&d, items[i].value) + 1]++;
    room[i] = items[i];
  }
  for (int64_t k = 1; k <= n; k++) {
    most = begins[k] > most ? begins[k] : most;
    begins[k] += begins[k - 1];
  }
  for (int64_t i = 0; i < n; i++) {
    items[begins[piece_of(&d, room[i].value)]++] = room[i];
  }
  for (int64_t k = 0, begin = 0; most > LONG_PIECE && k < n; begin = begins[k++]) {
    if (begins[k] - begin > LONG_PIECE) {
      merge_items(items + begin, room, begins[k] - begin);
    }
  }
  insert_items(items, n);
}

/* The order of the values that are there, then the places of those that are not. */
static void order_items(int64_t *permutation, item *items, item *room, double *values, int64_t *begins, const double *x,
                        int64_t n, int64_t stride, int descending) {
  int64_t there = 0;
  int64_t gaps = 0;
  for (int64_t i = 0; i < n; i++) {
    const double value = x[i * stride];
    values[there] = items[there].value = descending ? -value : value;
    items[there].place = i;
    there += !ni_is_nan(value);
  }
  for (int64_t i = 0; there < n && i < n; i++) {
    if (ni_is_nan(x[i * stride])) {
      permutation[there + gaps++] = i;
    }
  }
  sort_items(items, room, begins, values, there);
  for (int64_t k = 0; k < there; k++) {
    permutation[k] = items[k].place;
  }
}

/* What is ranked. */
typedef struct {
  const double *x;
  int64_t stride;
} column;

static int compare_places(int64_t a, int64_t b, const void *context) {
  (void)context;
  return (a > b) - (a < b);
}

/* ---- ranks */

static int is_tied(double a, double b, double tolerance) {
  return a == b || (a - b <= tolerance && b - a <= tolerance);
}

/* The rank of the k-th member of a tie that holds the positions [begin, end), counted from 0, and is the group-th tie.
 */
static double tied_rank(int32_t ties, int64_t begin, int64_t end, int64_t k, int64_t group) {
  switch (ties) {
    case NI_TIES_MAX:
      return (double)end;
    case NI_TIES_AVERAGE:
      return (double)(begin + 1 + end) / 2;
    case NI_TIES_DENSE:
      return (double)group;
    case NI_TIES_FIRST:
      return (double)(k + 1);
    default:
      return (double)(begin + 1);
  }
}

/* Rank the values at order[0 .. n), none of them NaN. */
static int rank_ordered(double *ranks, int64_t *order, int64_t n, const column *c, int32_t ties, double tolerance) {
  int64_t group = 0;
  for (int64_t begin = 0, end; begin < n; begin = end) {
    end = begin + 1;
    while (end < n && is_tied(c->x[order[end - 1] * c->stride], c->x[order[end] * c->stride], tolerance)) {
      end++;
    }
    group++;
    if (ties == NI_TIES_FIRST && !ni_sort_indices(order + begin, end - begin, compare_places, NULL)) {
      return 0;
    }
    for (int64_t k = begin; k < end; k++) {
      ranks[order[k]] = tied_rank(ties, begin, end, k, group);
    }
  }
  return 1;
}

/* ---- quantiles */

/* The same in double-double; 0 where that is too near the middle of two doubles, or out of its range. */
static int interpolate_quickly(double *out, double a, double b, double f) {
  const double size = (a < 0 ? -a : a) + (b < 0 ? -b : b);
  const ni_dd products = ni_dd_add(ni_dd_two_product(f, b), ni_dd_two_product(-f, a));
  const ni_dd sum = ni_dd_add_d(products, a);
  const double error = size * 0x1p-96; /* many times what the three additions can be off */
  *out = sum.hi + sum.lo;
  return size > 1e-100 && size < 1e100 && f > 1e-100 && sum.hi + (sum.lo - error) == sum.hi + (sum.lo + error);
}

/* a + f (b - a), rounded once. */
static double interpolate(double a, double b, double f) {
  double quick;
  ni_exact acc;
  if (f == 0 || a == b) {
    return a;
  }
  if (!ni_is_finite(a) || !ni_is_finite(b)) {
    const double value = a + b;
    return ni_is_nan(value) ? ni_nan() : value;
  }
  if (interpolate_quickly(&quick, a, b, f)) {
    return quick;
  }
  ni_exact_init(&acc);
  ni_exact_add(&acc, a);
  ni_exact_add_product(&acc, f, b);
  ni_exact_add_product(&acc, -f, a);
  return ni_exact_round(&acc);
}

void ni_sort_doubles(double *x, int64_t n) {
  int depth = 0;
  for (int64_t rest = n; rest > 1; rest /= 2) {
    depth += 2;
  }
  quick_sort(x, n, depth);
}

int ni_sort_indices(int64_t *indices, int64_t n, ni_compare_indices compare, const void *context) {
  if (n <= SHORT_RUN) {
    insertion_sort_indices(indices, n, compare, context);
    return 1;
  }
  int64_t *room = ni_alloc((size_t)n, sizeof *room);
  int64_t *from = indices;
  int64_t *to = room;
  if (room == NULL) {
    return 0;
  }
  for (int64_t begin = 0; begin < n; begin += SHORT_RUN) {
    insertion_sort_indices(indices + begin, least(SHORT_RUN, n - begin), compare, context);
  }
  for (int64_t run = SHORT_RUN; run < n; run *= 2) {
    merge_pass(to, from, n, run, compare, context);
    int64_t *t = from;
    from = to;
    to = t;
  }
  if (from != indices) {
    memcpy(indices, from, (size_t)n * sizeof *indices);
  }
  ni_free(room);
  return 1;
}

int ni_order(int64_t *permutation, const double *x, int64_t n, int64_t stride, int descending) {
  const size_t size = (size_t)(n > 0 ? n : 0);
  item *items = ni_alloc(size, 2 * sizeof *items);
  double *values = ni_alloc(size, sizeof *values);
  int64_t *begins = ni_alloc(size + 1, sizeof *begins);
  const int done = items != NULL && values != NULL && begins != NULL;
  if (done) {
    order_items(permutation, items, items + n, values, begins, x, n, stride, descending);
  }
  ni_free(begins);
  ni_free(values);
  ni_free(items);
  return done;
}

int ni_rank(double *ranks, const double *x, int64_t n, int64_t stride, int descending, int32_t ties, double tolerance) {
  const column c = {x, stride};
  int64_t *order = ni_alloc((size_t)n, sizeof *order);
  int64_t valid = n;
  if (order == NULL || !ni_order(order, x, n, stride, descending)) {
    ni_free(order);
    return 0;
  }
  while (valid > 0 && ni_is_nan(x[order[valid - 1] * stride])) {
    valid--;
    ranks[order[valid]] = ni_nan();
  }
  const int done = rank_ordered(ranks, order, valid, &c, ties, tolerance);
  ni_free(order);
  return done;
}

/* The k-th and the next of a few values by sorting them. */
static void select_sorted(double *kth, double *next, double *x, int64_t n, int64_t k) {
  ni_sort_doubles(x, n);
  *kth = x[k];
  *next = k + 1 < n ? x[k + 1] : *next;
}

enum { SELECT_BLOCK = 256 };

/* How many values each piece gets. */
NI_WIDE static void count_pieces(int32_t *counts, const deal *d, const double *x, int64_t n) {
  int32_t pieces[SELECT_BLOCK];
  for (int64_t begin = 0; begin < n; begin += SELECT_BLOCK) {
    const int64_t length = least(SELECT_BLOCK, n - begin);
    for (int64_t i = 0; i < length; i++) {
      pieces[i] = piece_of(d, x[begin + i]);
    }
    for (int64_t i = 0; i < length; i++) {
      counts[pieces[i]]++;
    }
  }
}

/* The values of one piece come to the front; how many they are. */
NI_WIDE static int64_t keep_piece(double *x, const deal *d, int32_t piece, int64_t n) {
  int32_t pieces[SELECT_BLOCK];
  int64_t kept = 0;
  for (int64_t begin = 0; begin < n; begin += SELECT_BLOCK) {
    const int64_t length = least(SELECT_BLOCK, n - begin);
    for (int64_t i = 0; i < length; i++) {
      pieces[i] = piece_of(d, x[begin + i]);
    }
    for (int64_t i = 0; i < length; i++) {
      x[kept] = x[begin + i];
      kept += pieces[i] == piece;
    }
  }
  return kept;
}

/* The least value of the pieces above one of them. */
static double least_above(const double *x, const deal *d, int32_t piece, int64_t n) {
  double found = INFINITY;
  for (int64_t i = 0; i < n; i++) {
    found = piece_of(d, x[i]) > piece && x[i] < found ? x[i] : found;
  }
  return found;
}

void ni_select_pair(double *kth, double *next, double *x, int64_t n, int64_t k, double low, double high) {
  deal d;
  *next = ni_nan();
  for (int round = 0; round < SELECT_ROUNDS && n > 2 * SHORT_RUN && n < INT32_MAX; round++) {
    int32_t counts[SELECT_PIECES];
    int32_t piece = 0;
    int64_t before = 0;
    const int64_t pieces = least(n / 4, SELECT_PIECES);
    if (round == 0 ? !set_deal(&d, low, high, pieces) : !make_deal(&d, x, n, pieces)) {
      break;
    }
    memset(counts, 0, (size_t)pieces * sizeof *counts);
    count_pieces(counts, &d, x, n);
    while (before + counts[piece] <= k) {
      before += counts[piece++];
    }
    if (k + 1 == before + counts[piece] && k + 1 < n) {
      *next = least_above(x, &d, piece, n);
    }
    n = keep_piece(x, &d, piece, n);
    k -= before;
  }
  select_sorted(kth, next, x, n, k);
}

double ni_quantile_sorted(const double *sorted, int64_t n, double p) {
  if (n <= 0 || !(p >= 0 && p <= 1)) {
    return ni_nan();
  }
  const double h = (double)(n - 1) * p;
  const int64_t below = (int64_t)h;
  const int64_t nearest = (int64_t)(h + 0.5);
  const double distance = h - (double)nearest;
  /* p is a double near the number that was meant: an order statistic asked for by 0.35 is met within some ulps of h. */
  const double doubt = 4 * DBL_EPSILON * (h > 1 ? h : 1);
  if (nearest < n && distance <= doubt && -distance <= doubt) {
    return sorted[nearest];
  }
  return interpolate(sorted[below], sorted[below + 1], h - (double)below);
}

int ni_quantile(double *out, const double *x, int64_t n, int64_t stride, double p) {
  int64_t valid = 0;
  double *sorted = ni_alloc((size_t)n, sizeof *sorted);
  if (sorted == NULL) {
    return 0;
  }
  for (int64_t i = 0; i < n; i++) {
    if (!ni_is_nan(x[i * stride])) {
      sorted[valid++] = x[i * stride];
    }
  }
  ni_sort_doubles(sorted, valid);
  *out = ni_quantile_sorted(sorted, valid, p);
  ni_free(sorted);
  return 1;
}
