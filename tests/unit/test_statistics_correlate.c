/* niem/statistics.h, correlations. Expected values are those of SciPy 1.17 (pearsonr, spearmanr, kendalltau) and R 4.2
 * (cor.test), and counts of all permutations made here. */
#include "base/platform.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fail_allocation.h"
#include "methods_matrix.h"
#include "statistics/correlation.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static niem_correlate_options by(int32_t method) {
  niem_correlate_options o;
  niem_correlate_options_init(&o);
  o.method = method;
  return o;
}

typedef struct {
  double r, p;
  int64_t n;
} answer;

/* Of two vectors as two matrices of one column. */
static answer correlate(const double *x, const double *y, int64_t n, const niem_correlate_options *o) {
  answer a = {-7, -7, -7};
  niem_error err;
  const niem_matrix mx = view(x, n, 1), my = view(y, n, 1);
  const niem_status status = niem_correlate(&a.r, &a.p, &a.n, &mx, &my, o, NULL, &err);
  if (status != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
  }
  assert_int_equal(status, NIEM_OK);
  return a;
}

static void assert_answer(const double *x, const double *y, int64_t n, int32_t method, double r, double p) {
  const niem_correlate_options o = by(method);
  const answer a = correlate(x, y, n, &o), turned = correlate(y, x, n, &o);
  assert_close(a.r, r, 4e-15);
  assert_close(a.p, p, 2e-14);
  assert_same_bits(a.r, turned.r);
  assert_close(a.p, turned.p, 4e-16);
  assert_true(a.n == n);
}

/* Hollander & Wolfe (1973), p. 187: the tuna quality of R's help on cor.test. */
static const double hunter[] = {44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1};
static const double panel[] = {2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8};

static void published(void **state) {
  (void)state;
  assert_answer(hunter, panel, 9, NIEM_CORRELATION_PEARSON, 0.5711815575638288, 0.10817305434949379);
  assert_answer(hunter, panel, 9, NIEM_CORRELATION_SPEARMAN, 0.6, 0.096797839506172836);
  assert_answer(hunter, panel, 9, NIEM_CORRELATION_KENDALL, 4.0 / 9, 0.11943893298059964);
}

static void with_ties(void **state) {
  (void)state;
  const double x[] = {1, 2, 2, 3, 3, 3, 4, 7, 7, 9, 10, 10};
  const double y[] = {2, 1, 2, 2, 4, 3, 3, 5, 3, 5, 5, 9};
  assert_answer(x, y, 12, NIEM_CORRELATION_PEARSON, 0.8219242697727048, 0.0010371209057688522);
  assert_answer(x, y, 12, NIEM_CORRELATION_SPEARMAN, 0.8824953857400599, 0.00014438379995239107);
  assert_answer(x, y, 12, NIEM_CORRELATION_KENDALL, 0.7694837640638655, 0.0013012544198127429);
}

/* ---- against the definition */

static void count_by_definition(int64_t *sum, int64_t *of_x, int64_t *of_y, const double *x, const double *y,
                                int64_t n) {
  *sum = *of_x = *of_y = 0;
  for (int64_t i = 0; i < n; i++) {
    for (int64_t k = 0; k < i; k++) {
      const int a = (x[i] > x[k]) - (x[i] < x[k]), b = (y[i] > y[k]) - (y[i] < y[k]);
      *sum += a * b;
      *of_x += a != 0;
      *of_y += b != 0;
    }
  }
}

static void tau_by_definition(void **state) {
  (void)state;
  uint64_t random = 5;
  static double x[1500], y[1500];
  const int64_t sizes[] = {3, 31, 32, 33, 200, 512, 513, 700, 1500};
  const niem_correlate_options o = by(NIEM_CORRELATION_KENDALL);
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    for (int levels = 3; levels < 4000; levels *= 17) {
      const int64_t n = sizes[s];
      int64_t sum, of_x, of_y;
      for (int64_t i = 0; i < n; i++) {
        x[i] = floor(next_uniform(&random, 0, levels));
        y[i] = floor(next_uniform(&random, 0, levels) + x[i] / 2);
      }
      count_by_definition(&sum, &of_x, &of_y, x, y, n);
      const double expected = of_x > 0 && of_y > 0 ? (double)sum / sqrt((double)of_x * (double)of_y) : GAP;
      assert_close(correlate(x, y, n, &o).r, expected, 0);
    }
  }
}

/* The next order of n different numbers; 0 after the last. */
static int next_order(double *x, int64_t n) {
  int64_t i = n - 2, k = n - 1;
  for (; i >= 0 && x[i] > x[i + 1]; i--) {
  }
  if (i < 0) {
    return 0;
  }
  for (; x[k] < x[i]; k--) {
  }
  double t = x[i];
  x[i] = x[k];
  x[k] = t;
  for (int64_t a = i + 1, b = n - 1; a < b; a++, b--) {
    t = x[a];
    x[a] = x[b];
    x[b] = t;
  }
  return 1;
}

/* Two-sided: twice the share of orders that are as far or farther on the same side. */
static double p_by_all_orders(double r, int64_t n, int32_t method) {
  double x[8], y[8];
  int64_t below = 0, above = 0, all = 0;
  niem_correlate_options o = by(method);
  for (int64_t i = 0; i < n; i++) {
    x[i] = y[i] = (double)i;
  }
  do {
    answer a = {0, 0, 0};
    const niem_matrix mx = view(x, n, 1), my = view(y, n, 1);
    assert_int_equal(niem_correlate(&a.r, NULL, NULL, &mx, &my, &o, NULL, NULL), NIEM_OK);
    below += a.r <= r + 1e-9;
    above += a.r >= r - 1e-9;
    all++;
  } while (next_order(y, n));
  const double p = 2 * (double)(below < above ? below : above) / (double)all;
  return p < 1 ? p : 1;
}

static void p_by_permutations(void **state) {
  (void)state;
  const double x[] = {1, 2, 3, 4, 5, 6};
  const double orders[3][6] = {{2, 1, 4, 3, 6, 5}, {6, 4, 5, 2, 3, 1}, {3, 5, 1, 6, 2, 4}};
  for (int32_t method = NIEM_CORRELATION_SPEARMAN; method <= NIEM_CORRELATION_KENDALL; method++) {
    niem_correlate_options o = by(method);
    for (int i = 0; i < 3; i++) {
      for (int64_t n = 3; n <= 6; n++) {
        const answer a = correlate(x, orders[i], n, &o);
        assert_close(a.p, p_by_all_orders(a.r, n, method), 1e-15);
        o.test = NIEM_TEST_EXACT;
        assert_same_bits(correlate(x, orders[i], n, &o).p, a.p);
        o.test = NIEM_TEST_DEFAULT;
      }
    }
  }
}

/* Perfect agreement is exactly 1, and its exact p-value 2 / n!. */
static void perfect(void **state) {
  (void)state;
  double x[49], y[49], factorial = 1;
  for (int32_t method = 0; method <= NIEM_CORRELATION_KENDALL; method++) {
    niem_correlate_options o = by(method);
    for (int64_t n = 0; n < 49; n++) {
      x[n] = (double)(n * n) / 7;
      y[n] = -0.3 - 2 * x[n];
      factorial = n == 0 ? 1 : factorial * (double)(n + 1);
      if (n < 2) {
        assert_same_bits(correlate(x, y, n + 1, &o).r, ni_nan());
        continue;
      }
      const answer a = correlate(x, y, n + 1, &o);
      assert_close(a.r, -1, method == NIEM_CORRELATION_PEARSON ? 1e-15 : 0);
      if (method == NIEM_CORRELATION_KENDALL || (method == NIEM_CORRELATION_SPEARMAN && n < 10)) {
        assert_close(a.p, 2 / factorial, 1e-14);
      } else {
        assert_true(a.p < 1e-6 || n == 2);
      }
    }
  }
}

/* ---- matrices */

static void matrices(void **state) {
  (void)state;
  double x[SAMPLE], r[36], p[36], one_r[36], one_p[36], y[2 * SAMPLE_ROWS], part_r[12], part_p[12];
  int64_t n[36], one_n[36], part_n[12];
  niem_exec exec;
  niem_exec_init(&exec);
  exec.threads = 3;
  make_sample(x);
  const niem_matrix m = view(x, SAMPLE_ROWS, SAMPLE_COLS);
  for (int64_t i = 0; i < SAMPLE_ROWS; i++) {
    y[2 * i] = x[i * SAMPLE_COLS + 4];
    y[2 * i + 1] = x[i * SAMPLE_COLS];
  }
  const niem_matrix two = view(y, SAMPLE_ROWS, 2);
  for (int32_t method = 0; method < NIEM_CORRELATION_END; method++) {
    for (int32_t rows = NIEM_ROWS_DEFAULT; rows <= NIEM_ROWS_PAIRWISE; rows++) {
      niem_correlate_options o = by(method);
      o.rows = rows;
      assert_int_equal(niem_correlate(r, p, n, &m, NULL, &o, &exec, NULL), NIEM_OK);
      assert_int_equal(niem_correlate(one_r, one_p, one_n, &m, NULL, &o, NULL, NULL), NIEM_OK);
      assert_memory_equal(r, one_r, sizeof r);
      assert_memory_equal(p, one_p, sizeof p);
      assert_memory_equal(n, one_n, sizeof n);
      for (int i = 0; i < 36; i++) {
        assert_true(r[i] == r[(i % 6) * 6 + i / 6] && (i % 7 != 0 || fabs(r[i] - 1) < 1e-15));
        assert_true(rows != NIEM_ROWS_COMPLETE || n[i] == n[0]);
      }
      o.rows = rows == NIEM_ROWS_COMPLETE ? NIEM_ROWS_DEFAULT : rows;
      if (rows != NIEM_ROWS_COMPLETE) {
        assert_int_equal(niem_correlate(part_r, part_p, part_n, &m, &two, &o, NULL, NULL), NIEM_OK);
        for (int i = 0; i < 6; i++) {
          assert_same_bits(part_r[2 * i], r[6 * i + 4]);
          assert_same_bits(part_r[2 * i + 1], r[6 * i]);
          assert_close(part_p[2 * i], p[6 * i + 4], 4e-16);
          assert_true(part_n[2 * i] == n[6 * i + 4]);
        }
      }
    }
  }
}

static void gaps_and_constants(void **state) {
  (void)state;
  const double x[] = {1, 5, GAP, 2, 5, 4, 3, 5, 1, GAP, 5, 7, 5, 5, GAP};
  double r[9], p[9];
  int64_t n[9];
  const niem_matrix m = view(x, 5, 3);
  for (int32_t method = 0; method < NIEM_CORRELATION_END; method++) {
    niem_correlate_options o = by(method);
    assert_int_equal(niem_correlate(r, p, n, &m, NULL, &o, NULL, NULL), NIEM_OK);
    assert_true(n[0] == 4 && n[1] == 4 && n[2] == 2 && n[4] == 5 && n[5] == 3 && n[8] == 3);
    assert_true(r[0] == 1);
    for (int i = 1; i < 8; i++) {
      assert_same_bits(r[i], ni_nan());
      assert_same_bits(p[i], ni_nan());
    }
    o.rows = NIEM_ROWS_COMPLETE;
    assert_int_equal(niem_correlate(r, NULL, n, &m, NULL, &o, NULL, NULL), NIEM_OK);
    for (int i = 0; i < 9; i++) {
      assert_true(n[i] == 2);
      assert_same_bits(r[i], ni_nan());
    }
    const double none[] = {GAP, 1, 2, GAP};
    const niem_matrix empty = view(none, 2, 2);
    assert_int_equal(niem_correlate(r, p, n, &empty, NULL, &o, NULL, NULL), NIEM_OK);
    assert_true(n[0] == 0 && n[3] == 0);
  }
}

static void a_tolerance_ties(void **state) {
  (void)state;
  const double x[] = {1, 1 + 1e-12, 2, 3}, exact[] = {1, 1, 2, 3}, y[] = {4, 5, 7, 6};
  for (int32_t method = NIEM_CORRELATION_SPEARMAN; method <= NIEM_CORRELATION_KENDALL; method++) {
    niem_correlate_options o = by(method);
    const answer tied = correlate(exact, y, 4, &o);
    assert_true(correlate(x, y, 4, &o).r != tied.r);
    o.tolerance = 1e-9;
    assert_same_bits(correlate(x, y, 4, &o).r, tied.r);
    assert_same_bits(correlate(x, y, 4, &o).p, tied.p);
  }
}

/* ---- what is refused */

static niem_status refused(const niem_matrix *x, const niem_matrix *y, const niem_correlate_options *o,
                           niem_error *err) {
  double r[9] = {7};
  const niem_status status = niem_correlate(r, NULL, NULL, x, y, o, NULL, err);
  assert_true(r[0] == 7);
  return status;
}

static void what_is_refused(void **state) {
  (void)state;
  const double x[] = {1, 2, 2, 1, 3, 3, 4, 4};
  const double bad[] = {1, 2, (double)INFINITY, 4};
  double r[4] = {7}, p[4];
  niem_error err;
  const niem_matrix m = view(x, 4, 2), short_one = view(x, 2, 2), infinite = view(bad, 4, 1);
  niem_correlate_options o = by(3);
  assert_refused(refused(&m, NULL, &o, &err), &err, NIEM_ERROR_ARGUMENT, "method", 0, 0);
  o = by(0);
  o.rows = 3;
  assert_refused(refused(&m, NULL, &o, &err), &err, NIEM_ERROR_ARGUMENT, "rows", 0, 0);
  o = by(0);
  o.test = 3;
  assert_refused(refused(&m, NULL, &o, &err), &err, NIEM_ERROR_ARGUMENT, "test", 0, 0);
  o.test = NIEM_TEST_EXACT;
  assert_refused(refused(&m, NULL, &o, &err), &err, NIEM_ERROR_ARGUMENT, "test", 0, 0);
  o = by(0);
  o.tolerance = 0.1;
  assert_refused(refused(&m, NULL, &o, &err), &err, NIEM_ERROR_ARGUMENT, "tolerance", 0, 0);
  o = by(1);
  o.tolerance = -1;
  assert_refused(refused(&m, NULL, &o, &err), &err, NIEM_ERROR_VALUE, "tolerance", 0, 0);
  assert_refused(refused(&m, &short_one, NULL, &err), &err, NIEM_ERROR_MISMATCH, "y", 0, 0);
  assert_refused(refused(&m, &infinite, NULL, &err), &err, NIEM_ERROR_VALUE, "y", 3, 1);
  assert_refused(refused(NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "x", 0, 0);
  assert_refused(niem_correlate(NULL, NULL, NULL, &m, NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "r", 0, 0);
  o = by(2);
  o.test = NIEM_TEST_EXACT;
  const double tied[] = {1, 2, 2, 1, 3, 2, 4, 4};
  const niem_matrix with_ties = view(tied, 4, 2);
  assert_refused(niem_correlate(r, p, NULL, &with_ties, NULL, &o, NULL, &err), &err, NIEM_ERROR_UNSUPPORTED, "test", 0,
                 2);
  double many[11];
  for (int i = 0; i < 11; i++) {
    many[i] = i;
  }
  const niem_matrix eleven = view(many, 11, 1);
  o.method = NIEM_CORRELATION_SPEARMAN;
  assert_refused(niem_correlate(r, p, NULL, &eleven, NULL, &o, NULL, &err), &err, NIEM_ERROR_UNSUPPORTED, "test", 0, 1);
  const niem_matrix tall = {many, NIEM_MAX_RANKED + 1, 1, 0, 0};
  assert_refused(refused(&tall, NULL, &o, &err), &err, NIEM_ERROR_LIMIT, "x", 0, 0);
  assert_true(r[0] == 7);
  niem_correlate_options_init(NULL);
}

/* ---- the same everywhere */

static void the_order_of_rows_is_nothing(void **state) {
  (void)state;
  double x[SAMPLE], turned[SAMPLE], r[36], other[36], p[36], other_p[36];
  make_sample(x);
  for (int64_t i = 0; i < SAMPLE_ROWS; i++) {
    memcpy(turned + i * SAMPLE_COLS, x + (i * 7 + 3) % SAMPLE_ROWS * SAMPLE_COLS, SAMPLE_COLS * sizeof *x);
  }
  const niem_matrix m = view(x, SAMPLE_ROWS, SAMPLE_COLS), t = view(turned, SAMPLE_ROWS, SAMPLE_COLS);
  for (int32_t method = 0; method < NIEM_CORRELATION_END; method++) {
    const niem_correlate_options o = by(method);
    assert_int_equal(niem_correlate(r, p, NULL, &m, NULL, &o, NULL, NULL), NIEM_OK);
    assert_int_equal(niem_correlate(other, other_p, NULL, &t, NULL, &o, NULL, NULL), NIEM_OK);
    assert_memory_equal(r, other, sizeof r);
    assert_memory_equal(p, other_p, sizeof p);
  }
}

static void the_same_bits(void **state) {
  (void)state;
  double x[SAMPLE], r[36], p[36];
  uint64_t digest = DIGEST_START;
  make_sample(x);
  const niem_matrix m = view(x, SAMPLE_ROWS, SAMPLE_COLS);
  for (int32_t method = 0; method < NIEM_CORRELATION_END; method++) {
    const niem_correlate_options o = by(method);
    assert_int_equal(niem_correlate(r, p, NULL, &m, NULL, &o, NULL, NULL), NIEM_OK);
    digest = digest_doubles(digest_doubles(digest, r, 36), p, 36);
  }
  assert_digest("correlations", digest, 0x15f703bf5ba2fe0bu);
}

static int correlate_once(int32_t method, int32_t rows) {
  const double x[] = {1, 4, GAP, 2, 3, 3, 4, 1, 3, 5, 2, 2};
  double r[9], p[9];
  const niem_matrix m = view(x, 4, 3), second = view(x, 4, 2);
  niem_correlate_options o = by(method);
  o.rows = rows;
  const niem_status status = niem_correlate(r, p, NULL, &m, &second, &o, NULL, NULL);
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  return status != NIEM_OK;
}

static void memory_runs_out(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(correlate_once(NIEM_CORRELATION_PEARSON, NIEM_ROWS_COMPLETE));
  EACH_ALLOCATION_FAILS(correlate_once(NIEM_CORRELATION_SPEARMAN, NIEM_ROWS_PAIRWISE));
  EACH_ALLOCATION_FAILS(correlate_once(NIEM_CORRELATION_KENDALL, NIEM_ROWS_PAIRWISE));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(published),
      cmocka_unit_test(with_ties),
      cmocka_unit_test(tau_by_definition),
      cmocka_unit_test(p_by_permutations),
      cmocka_unit_test(perfect),
      cmocka_unit_test(matrices),
      cmocka_unit_test(gaps_and_constants),
      cmocka_unit_test(a_tolerance_ties),
      cmocka_unit_test(what_is_refused),
      cmocka_unit_test(the_order_of_rows_is_nothing),
      cmocka_unit_test(the_same_bits),
      cmocka_unit_test(memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
