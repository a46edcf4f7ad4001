/* Correlations of two columns, with two-sided p-values.
 *
 * Sources: M. G. Kendall, Rank Correlation Methods (1948), for tau-b and its variance with ties (ch. 3 to 5) and for
 * Spearman's coefficient; W. R. Knight, JASA 61 (1966), for counting discordant pairs in n log n steps, here with the
 * sums of P. M. Fenwick, Software: Practice and Experience 24 (1994). All counts are whole numbers, and so is what
 * Spearman's coefficient is a quotient of: perfect agreement is exactly 1, whatever the order of the rows. */
#include "base/platform.h"

/* Packages are often built with -O2, at which GCC leaves most of these loops as they are. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

#include "statistics/correlation.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/order.h"
#include "statistics/columns.h"
#include "statistics/lanes.h"

/* Up to so many pairs they are compared one by one, many at a time; sums of a tree are faster for more. */
enum { FEW = 512 };
/* Numbers of pairs, down from that of the rows, for which Student's t is made ready. */
enum { MANY = 256 };

/* ---- ranks */

typedef struct {
  int64_t *rows;              /* by rising value, those that count */
  int32_t *ranks_a, *ranks_b; /* by row */
  int32_t *sequence;          /* ranks of b, by rising a */
  int32_t *ends;              /* where the group of values of a that tie ends, by rising a */
  int32_t *tree;
  double *pair;
} room_of_pair;

size_t ni_pair_room(int64_t n_rows) {
  return (size_t)ni_lanes_up(n_rows) * (2 * sizeof(double) + sizeof(int64_t) + 6 * sizeof(int32_t)) + 64;
}

static room_of_pair lay_out(void *room, int64_t n_rows) {
  const int64_t up = ni_lanes_up(n_rows);
  room_of_pair r;
  r.pair = room;
  r.rows = (int64_t *)(void *)(r.pair + 2 * up);
  r.ranks_a = (int32_t *)(void *)(r.rows + up);
  r.ranks_b = r.ranks_a + up;
  r.sequence = r.ranks_b + up;
  r.ends = r.sequence + up;
  r.tree = r.ends + up;
  return r;
}

static void add_group(ni_tied *tied, int64_t size) {
  const double t = (double)size;
  tied->pairs += size * (size - 1) / 2;
  tied->fives += t * (t - 1) * (2 * t + 5);
  tied->triples += t * (t - 1) * (t - 2);
}

/* The rows of a column that count, those in which `other` has a value too, by rising value. */
static int64_t take_rows(int64_t *rows, const ni_ready *ready, int64_t j, const double *other) {
  const int64_t *order = ready->order + j * ready->n_rows;
  int64_t n = 0;
  for (int64_t i = 0; i < ready->there[j]; i++) {
    rows[n] = order[i];
    n += other == NULL || !ni_is_nan(other[order[i]]);
  }
  return n;
}

/* Ranks of n rows that stand by rising value. */
static ni_tied rank_rows(int32_t *ranks, const int64_t *rows, int64_t n, const double *x, double tolerance,
                         int32_t method) {
  ni_tied tied = {0, 0, 0};
  int32_t place = 0;
  for (int64_t begin = 0, end; begin < n; begin = end, place++) {
    for (end = begin + 1; end < n && x[rows[end]] - x[rows[end - 1]] <= tolerance; end++) {
    }
    const int32_t rank = method == NIEM_CORRELATION_SPEARMAN ? (int32_t)(begin + end - n) : place;
    for (int64_t i = begin; i < end; i++) {
      ranks[rows[i]] = rank;
    }
    add_group(&tied, end - begin);
  }
  return tied;
}

/* ---- a column made ready */

static int make_ranks(ni_ready *ready, int64_t j) {
  const double *x = ready->columns + j * ready->n_rows;
  int64_t *order = ready->order + j * ready->n_rows;
  memset(&ready->tied[j], 0, sizeof ready->tied[j]);
  if (!ni_order(order, x, ready->n_rows, 1, 0)) {
    return 0;
  }
  if (ready->there[j] == ready->n_rows) {
    ready->tied[j] =
        rank_rows(ready->ranks + j * ready->n_rows, order, ready->n_rows, x, ready->tolerance, ready->method);
  }
  return 1;
}

static int allocate(ni_ready *ready) {
  const size_t m = (size_t)ready->n_cols, n = (size_t)ready->n_rows;
  ready->there = ni_alloc(m, sizeof *ready->there);
  if (ready->method == NIEM_CORRELATION_PEARSON) {
    ready->shares = ni_alloc((size_t)ni_lanes_up(ready->n_rows), m * sizeof *ready->shares);
    ready->roots = ni_alloc(m, sizeof *ready->roots);
    return ready->there != NULL && ready->shares != NULL && ready->roots != NULL;
  }
  ready->order = ni_alloc(n, m * sizeof *ready->order);
  ready->ranks = ni_alloc(n, m * sizeof *ready->ranks);
  ready->tied = ni_alloc(m, sizeof *ready->tied);
  return ready->there != NULL && ready->order != NULL && ready->ranks != NULL && ready->tied != NULL;
}

niem_status ni_ready_make(ni_ready *ready, const double *columns, int64_t n_rows, int64_t n_cols,
                          const niem_correlate_options *options, niem_error *err) {
  memset(ready, 0, sizeof *ready);
  ready->columns = columns;
  ready->n_rows = n_rows;
  ready->n_cols = n_cols;
  ready->method = options->method;
  ready->tolerance = options->tolerance;
  if (!allocate(ready)) {
    return ni_fail_memory(err);
  }
  for (int64_t j = 0; j < n_cols; j++) {
    ready->there[j] = ni_count(columns + j * n_rows, n_rows);
    if (ready->method == NIEM_CORRELATION_PEARSON) {
      ready->roots[j] = ni_column_shares(ready->shares + j * ni_lanes_up(n_rows), columns + j * n_rows, n_rows);
    } else if (!make_ranks(ready, j)) {
      return ni_fail_memory(err);
    }
  }
  return NIEM_OK;
}

void ni_ready_free(ni_ready *ready) {
  ni_free(ready->there);
  ni_free(ready->shares);
  ni_free(ready->roots);
  ni_free(ready->order);
  ni_free(ready->ranks);
  ni_free(ready->tied);
  memset(ready, 0, sizeof *ready);
}

/* ---- coefficients */

static double pearson(int64_t *n, const ni_ready *a, int64_t j, const ni_ready *b, int64_t k, double *pair) {
  const int64_t up = ni_lanes_up(a->n_rows);
  const double *x = a->columns + j * a->n_rows, *y = b->columns + k * b->n_rows;
  *n = a->n_rows;
  if (x == y) { /* a column with itself */
    *n = a->there[j];
    return a->roots[j] > 0 ? 1 : ni_nan();
  }
  if (a->there[j] == a->n_rows && b->there[k] == b->n_rows) {
    return ni_shares_correlation(a->shares + j * up, a->roots[j], b->shares + k * up, b->roots[k], a->n_rows);
  }
  *n = 0;
  for (int64_t i = 0; i < a->n_rows; i++) {
    *n += (x[i] == x[i]) & (y[i] == y[i]);
  }
  return ni_pair_correlation(x, y, a->n_rows, pair);
}

NI_WIDE static int64_t whole_dot(const int32_t *a, const int32_t *b, int64_t n) {
  int64_t sum = 0;
  for (int64_t i = 0; i < n; i++) {
    sum += (int64_t)a[i] * b[i];
  }
  return sum;
}

/* From twice the centred ranks. `*half` is half the sum of the squared differences of the ranks, whole without ties. */
static double spearman(int64_t *half, const int32_t *a, const int32_t *b, int64_t n) {
  const int64_t aa = whole_dot(a, a, n), bb = whole_dot(b, b, n), ab = whole_dot(a, b, n);
  *half = (aa / 2 + bb / 2 - ab) / 4;
  return aa > 0 && bb > 0 ? (double)ab / sqrt((double)aa * (double)bb) : ni_nan();
}

/* Concordant less discordant pairs among later ones, the sequence standing by rising a. */
NI_WIDE static int64_t compare_few(const int32_t *sequence, const int32_t *ends, int64_t n) {
  int64_t total = 0;
  for (int64_t i = 0; i < n; i++) {
    const int32_t own = sequence[i];
    int32_t here = 0;
    for (int64_t k = ends[i]; k < n; k++) {
      here += (sequence[k] > own) - (sequence[k] < own);
    }
    total += here;
  }
  return total;
}

static int64_t count_up_to(const int32_t *tree, int64_t place) {
  int64_t count = 0;
  for (int64_t at = place + 1; at > 0; at -= at & -at) {
    count += tree[at];
  }
  return count;
}

static void count_in(int32_t *tree, int64_t n, int64_t place) {
  for (int64_t at = place + 1; at <= n; at += at & -at) {
    tree[at]++;
  }
}

/* The same with earlier ones, by counts of those that came before. */
static int64_t compare_many(const int32_t *sequence, const int32_t *ends, int64_t n, int32_t *tree) {
  int64_t total = 0;
  memset(tree, 0, (size_t)(n + 1) * sizeof *tree);
  for (int64_t begin = 0; begin < n; begin = ends[begin]) {
    for (int64_t i = begin; i < ends[begin]; i++) {
      const int64_t below = count_up_to(tree, (int64_t)sequence[i] - 1);
      total += below - (begin - count_up_to(tree, sequence[i]));
    }
    for (int64_t i = begin; i < ends[begin]; i++) {
      count_in(tree, n, sequence[i]);
    }
  }
  return total;
}

/* Concordant less discordant pairs of n rows that stand by rising a. */
static int64_t kendall_sum(const room_of_pair *r, const int32_t *a, const int32_t *b, const int64_t *rows, int64_t n) {
  for (int64_t begin = 0, end; begin < n; begin = end) {
    for (end = begin; end < n && a[rows[end]] == a[rows[begin]]; end++) {
      r->sequence[end] = b[rows[end]];
    }
    for (int64_t i = begin; i < end; i++) {
      r->ends[i] = (int32_t)end;
    }
  }
  return n <= FEW ? compare_few(r->sequence, r->ends, n) : compare_many(r->sequence, r->ends, n, r->tree);
}

/* ---- p-values */

/* A distribution is costly to begin with: one for each number of pairs that is likely to come. */
static int make_students(ni_tests *tests, int64_t least) {
  const int64_t from = tests->n_rows - MANY > least ? tests->n_rows - MANY : least;
  tests->from = from < 3 ? 3 : from;
  const int64_t count = tests->n_rows - tests->from + 1;
  tests->by_n = ni_alloc((size_t)(count > 0 ? count : 0), sizeof *tests->by_n);
  for (int64_t k = 0; tests->by_n != NULL && k < count; k++) {
    ni_distribution_init(&tests->by_n[k], NIEM_DISTRIBUTION_T, (double)(tests->from + k - 2), ni_nan());
  }
  return tests->by_n != NULL;
}

niem_status ni_tests_make(ni_tests *tests, int64_t least, int64_t n_rows, const niem_correlate_options *options,
                          niem_error *err) {
  const int kendall = options->method == NIEM_CORRELATION_KENDALL;
  const int64_t limit = kendall ? NI_EXACT_KENDALL : NI_EXACT_SPEARMAN;
  const int64_t most = n_rows < limit ? n_rows : limit;
  memset(tests, 0, sizeof *tests);
  tests->test = options->test;
  tests->n_rows = n_rows;
  ni_distribution_init(&tests->normal, NIEM_DISTRIBUTION_NORMAL, ni_nan(), ni_nan());
  if (!kendall && !make_students(tests, least)) {
    return ni_fail_memory(err);
  }
  if (options->method == NIEM_CORRELATION_PEARSON || options->test == NIEM_TEST_ASYMPTOTIC || least > most ||
      most < 3) {
    return NIEM_OK;
  }
  const int good = kendall ? ni_null_kendall(&tests->exact, most) : ni_null_spearman(&tests->exact, most);
  return good ? NIEM_OK : ni_fail_memory(err);
}

void ni_tests_free(ni_tests *tests) {
  ni_null_free(&tests->exact);
  ni_free(tests->by_n);
  tests->by_n = NULL;
}

static double by_student(const ni_tests *tests, double r, int64_t n) {
  if (n >= tests->from) {
    return ni_correlation_p(&tests->by_n[n - tests->from], r);
  }
  ni_distribution d;
  ni_distribution_init(&d, NIEM_DISTRIBUTION_T, (double)(n - 2), ni_nan());
  return ni_correlation_p(&d, r);
}

/* Kendall (1948), 4.4 to 5.13. */
static double by_normal(const ni_tests *tests, int64_t sum, int64_t n, const ni_tied *a, const ni_tied *b) {
  const double m = (double)n, pairs = m * (m - 1);
  const double all = pairs * (2 * m + 5);
  const double both = 2 * (double)a->pairs * (double)b->pairs / pairs;
  const double three = a->triples * b->triples / (9 * pairs * (m - 2));
  const double variance = (all - a->fives - b->fives) / 18 + both + three;
  const double z = (double)(sum < 0 ? -sum : sum) / sqrt(variance);
  return 2 * ni_distribution_tails(&tests->normal, z).upper;
}

/* Whether the exact distribution is to be used. */
static int is_exact(const ni_tests *tests, int64_t n, const ni_tied *a, const ni_tied *b) {
  return tests->test != NIEM_TEST_ASYMPTOTIC && n <= tests->exact.most && a->pairs == 0 && b->pairs == 0;
}

/* ---- a pair */

/* Ranks of both columns among the rows that both have; those of complete columns are there already. */
typedef struct {
  const int32_t *a, *b;
  const int64_t *rows; /* by rising a */
  int64_t n;
  ni_tied tied_a, tied_b;
} ranked;

static ranked rank_pair(const room_of_pair *r, const ni_ready *a, int64_t j, const ni_ready *b, int64_t k) {
  ranked out;
  const double *x = a->columns + j * a->n_rows, *y = b->columns + k * b->n_rows;
  if (a->there[j] == a->n_rows && b->there[k] == b->n_rows) {
    const ranked whole = {a->ranks + j * a->n_rows,
                          b->ranks + k * b->n_rows,
                          a->order + j * a->n_rows,
                          a->n_rows,
                          a->tied[j],
                          b->tied[k]};
    return whole;
  }
  out.n = take_rows(r->rows, b, k, x);
  out.tied_b = rank_rows(r->ranks_b, r->rows, out.n, y, b->tolerance, b->method);
  out.n = take_rows(r->rows, a, j, y);
  out.tied_a = rank_rows(r->ranks_a, r->rows, out.n, x, a->tolerance, a->method);
  out.a = r->ranks_a;
  out.b = r->ranks_b;
  out.rows = r->rows;
  return out;
}

/* Those of the rows that count one after another. */
static void gather(const room_of_pair *r, ranked *p) {
  for (int64_t i = 0; i < p->n; i++) {
    r->sequence[i] = p->a[p->rows[i]];
    r->ends[i] = p->b[p->rows[i]];
  }
  p->a = r->sequence;
  p->b = r->ends;
}

static int spearman_pair(ni_correlation *out, const room_of_pair *r, ranked *p, const ni_tests *tests, int64_t n_rows) {
  int64_t half;
  out->n = p->n;
  if (p->n != n_rows) {
    gather(r, p);
  }
  const double value = spearman(&half, p->a, p->b, p->n);
  if (p->n < 3 || ni_is_nan(value)) {
    return 1;
  }
  out->r = value;
  if (tests != NULL && is_exact(tests, p->n, &p->tied_a, &p->tied_b)) {
    out->p = ni_null_p(&tests->exact, p->n, half, (p->n * p->n * p->n - p->n) / 6);
  } else if (tests != NULL && tests->test == NIEM_TEST_EXACT) {
    return 0;
  } else if (tests != NULL) {
    out->p = by_student(tests, value, p->n);
  }
  return 1;
}

static int kendall_pair(ni_correlation *out, const room_of_pair *r, const ranked *p, const ni_tests *tests) {
  const int64_t pairs = p->n * (p->n - 1) / 2;
  const int64_t of_a = pairs - p->tied_a.pairs, of_b = pairs - p->tied_b.pairs;
  out->n = p->n;
  if (p->n < 3 || of_a == 0 || of_b == 0) {
    return 1;
  }
  const int64_t sum = kendall_sum(r, p->a, p->b, p->rows, p->n);
  out->r = (double)sum / sqrt((double)of_a * (double)of_b);
  if (tests != NULL && is_exact(tests, p->n, &p->tied_a, &p->tied_b)) {
    out->p = ni_null_p(&tests->exact, p->n, (pairs - sum) / 2, pairs);
  } else if (tests != NULL && tests->test == NIEM_TEST_EXACT) {
    return 0;
  } else if (tests != NULL) {
    out->p = by_normal(tests, sum, p->n, &p->tied_a, &p->tied_b);
  }
  return 1;
}

int ni_correlate_pair(ni_correlation *out, const ni_ready *a, int64_t j, const ni_ready *b, int64_t k,
                      const ni_tests *tests, void *room) {
  const room_of_pair r = lay_out(room, a->n_rows);
  out->r = ni_nan();
  out->p = ni_nan();
  if (a->method == NIEM_CORRELATION_PEARSON) {
    const double value = pearson(&out->n, a, j, b, k, r.pair);
    if (out->n >= 3 && !ni_is_nan(value)) {
      out->r = value;
      out->p = tests != NULL ? by_student(tests, value, out->n) : ni_nan();
    }
    return 1;
  }
  ranked p = rank_pair(&r, a, j, b, k);
  return a->method == NIEM_CORRELATION_SPEARMAN ? spearman_pair(out, &r, &p, tests, a->n_rows)
                                                : kendall_pair(out, &r, &p, tests);
}
