/* statistics/linear.h: eigenvalues and vectors by what they are. */
#include "base/platform.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "assert_close.h"
#include "statistics/linear.h"

enum { MOST = 61 };

typedef struct {
  int64_t n;
  double a[MOST * MOST], values[MOST], vectors[MOST * MOST];
} problem;

/* A v = lambda v, V V' = 1, values falling, sums of vectors not negative; within 1e-13 of the greatest. */
static void check(problem *p) {
  static double copy[MOST * MOST], room[4 * MOST];
  const int64_t n = p->n;
  double size = 0;
  memcpy(copy, p->a, (size_t)(n * n) * sizeof *copy);
  assert_int_equal(ni_eigen(copy, n, p->values, p->vectors, room), 1);
  for (int64_t i = 0; i < n; i++) {
    size = fabs(p->values[i]) > size ? fabs(p->values[i]) : size;
  }
  for (int64_t i = 0; i < n; i++) {
    const double *v = p->vectors + i * n;
    double sum = 0;
    assert_true(i == 0 || p->values[i] <= p->values[i - 1]);
    for (int64_t j = 0; j < n; j++) {
      double product = 0;
      double inner = 0;
      for (int64_t k = 0; k < n; k++) {
        product += p->a[j * n + k] * v[k];
        inner += v[k] * p->vectors[j * n + k];
      }
      sum += v[j];
      assert_true(fabs(product - p->values[i] * v[j]) <= 1e-13 * size);
      assert_true(fabs(inner - (i == j)) <= 1e-13);
    }
    assert_true(sum > -1e-12);
  }
}

static void random_matrices(void **state) {
  (void)state;
  static problem p;
  uint64_t random = 2;
  for (p.n = 1; p.n <= MOST; p.n += p.n < 12 ? 1 : 7) {
    for (int64_t i = 0; i < p.n; i++) {
      for (int64_t k = 0; k <= i; k++) {
        p.a[i * p.n + k] = p.a[k * p.n + i] = next_uniform(&random, -1, 1);
      }
    }
    check(&p);
  }
}

/* Correlations of columns that are the same, or opposite, in groups: eigenvalues n, and 0 many times over. */
static void repeated_values(void **state) {
  (void)state;
  static problem p;
  for (p.n = 2; p.n <= 20; p.n += 3) {
    for (int64_t i = 0; i < p.n * p.n; i++) {
      p.a[i] = 1;
    }
    check(&p);
    assert_close(p.values[0], (double)p.n, 1e-14);
    for (int64_t i = 0; i < p.n * p.n; i++) {
      p.a[i] = i % (p.n + 1) == 0 ? 3 : 0;
    }
    check(&p);
    for (int64_t i = 0; i < p.n; i++) {
      assert_same_bits(p.values[i], 3);
    }
    for (int64_t i = 0; i < p.n; i++) {
      for (int64_t k = 0; k < p.n; k++) {
        p.a[i * p.n + k] = i % 2 == k % 2 ? 1 : i % 3 == k % 3 ? -0.5 : 0;
      }
    }
    check(&p);
  }
}

/* Known by hand: 2 and 2 - sqrt(2), 2 + sqrt(2); a diagonal in any order; zeros; any scale. */
static void by_hand(void **state) {
  (void)state;
  static problem p = {.n = 3, .a = {2, -1, 0, -1, 2, -1, 0, -1, 2}};
  check(&p);
  assert_close(p.values[0], 2 + sqrt(2), 1e-15);
  assert_close(p.values[1], 2, 1e-15);
  assert_close(p.values[2], 2 - sqrt(2), 1e-14);
  const double scales[] = {0x1p-900, 0x1p-500, 0x1p500, 0x1p1000};
  for (int s = 0; s < 4; s++) {
    double a[9], values[3], vectors[9], room[12];
    for (int i = 0; i < 9; i++) {
      a[i] = p.a[i] * scales[s];
    }
    assert_int_equal(ni_eigen(a, 3, values, vectors, room), 1);
    for (int i = 0; i < 3; i++) {
      assert_same_bits(values[i], p.values[i] * scales[s]);
    }
    assert_memory_equal(vectors, p.vectors, sizeof vectors);
  }
  static problem diagonal = {.n = 4, .a = {1, 0, 0, 0, 0, -7, 0, 0, 0, 0, 5, 0, 0, 0, 0, 2}};
  check(&diagonal);
  assert_true(diagonal.values[0] == 5 && diagonal.values[1] == 2 && diagonal.values[3] == -7);
  assert_true(diagonal.vectors[2] == 1);
  static problem zero = {.n = 5};
  check(&zero);
  assert_true(zero.values[0] == 0 && zero.values[4] == 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_matrices),
      cmocka_unit_test(repeated_values),
      cmocka_unit_test(by_hand),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
