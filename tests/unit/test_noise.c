/* niem/robustness.h, weights with noise. */
#include "base/platform.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fail_allocation.h"
#include "methods_matrix.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

enum { N = 5, TIMES = 20000 };
static const double weights[N] = {2, 1, 0, 4, 3};
static const int32_t blocks[N] = {8, 3, 8, 8, 3};
static double drawn[TIMES * N];

static niem_noise_options noise(int32_t method, int32_t rescale) {
  niem_noise_options o;
  niem_noise_options_init(&o);
  o.method = method;
  o.rescale = rescale;
  o.replicates = TIMES;
  return o;
}

static void draw(const niem_noise_options *o) {
  niem_error err;
  if (niem_noisy_weights(drawn, weights, N, o, NULL, &err) != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
    fail();
  }
}

typedef struct {
  double mean, variance, low, high;
} moments;

static moments of_weight(int j) {
  moments m = {0, 0, INFINITY, -INFINITY};
  for (int k = 0; k < TIMES; k++) {
    const double w = drawn[k * N + j];
    m.mean += w / TIMES;
    m.low = w < m.low ? w : m.low;
    m.high = w > m.high ? w : m.high;
  }
  for (int k = 0; k < TIMES; k++) {
    m.variance += (drawn[k * N + j] - m.mean) * (drawn[k * N + j] - m.mean) / TIMES;
  }
  return m;
}

/* Within five standard errors of the mean, and 5 % of the variance. */
static void assert_moments(int j, double mean, double variance) {
  const moments m = of_weight(j);
  if (!(fabs(m.mean - mean) <= 5 * sqrt(variance / TIMES) + 1e-12 &&
        fabs(m.variance - variance) <= 0.05 * variance + 1e-20)) {
    print_error("weight %d: mean %g for %g, variance %g for %g\n", j, m.mean, mean, m.variance, variance);
    fail();
  }
}

static void uniform(void **state) {
  (void)state;
  const double shares[N] = {0.5, 0, 0.3, 1, 0.1};
  niem_noise_options o = noise(NIEM_NOISE_UNIFORM, 0);
  o.shares = shares;
  o.n_shares = N;
  draw(&o);
  for (int j = 0; j < N; j++) {
    const double reach = weights[j] * shares[j];
    const moments m = of_weight(j);
    assert_moments(j, weights[j], reach * reach / 3);
    assert_true(m.low >= weights[j] - reach && m.high <= weights[j] + reach && m.low >= 0);
    assert_true(reach == 0 || (m.low < weights[j] - 0.99 * reach && m.high > weights[j] + 0.99 * reach));
  }
}

/* The variance of a standard normal cut at c is 1 - 2 c phi(c) / (2 Phi(c) - 1): 0.7737413 for c = 2, 0.2911251 for 1
 * (R 4: dnorm, pnorm). */
static void normal(void **state) {
  (void)state;
  const double half = 0.5;
  const double one = 1;
  niem_noise_options o = noise(NIEM_NOISE_NORMAL, 0);
  o.shares = &half;
  o.n_shares = 1;
  draw(&o);
  assert_moments(0, 2, 0.7737413 * 1 * 1);
  assert_moments(3, 4, 0.7737413 * 2 * 2);
  assert_true(of_weight(3).low >= 0 && of_weight(3).high <= 8);
  o.shares = &one;
  draw(&o);
  assert_moments(0, 2, 0.2911251 * 2 * 2);
  assert_moments(2, 0, 0);
}

/* Uniform on a simplex of k corners: each share has the mean 1 / k and the variance (k - 1) / (k^2 (k + 1)); of two
 * corners it is uniform. */
static void simplex(void **state) {
  (void)state;
  niem_noise_options o = noise(NIEM_NOISE_SIMPLEX, 1);
  draw(&o);
  for (int j = 0; j < N; j++) {
    const double sum = j == 2 ? 0 : 10;
    assert_moments(j, sum / 4, sum * sum * 3.0 / (16 * 5));
  }
  o.blocks = blocks;
  o.n_blocks = N;
  o.rescale = 0; /* it adds up all the same */
  draw(&o);
  for (int k = 0; k < TIMES; k++) {
    assert_close(drawn[k * N] + drawn[k * N + 3], 6, 1e-15);
    assert_close(drawn[k * N + 1] + drawn[k * N + 4], 4, 1e-15);
  }
  assert_moments(0, 3, 36.0 / 12);
  assert_moments(4, 2, 16.0 / 12);
}

static void rescaled(void **state) {
  (void)state;
  niem_noise_options o = noise(NIEM_NOISE_UNIFORM, 0);
  static double raw[TIMES * N];
  o.replicates = 100;
  draw(&o);
  memcpy(raw, drawn, sizeof raw);
  o.rescale = 1;
  draw(&o);
  for (int k = 0; k < 100; k++) {
    const double *r = raw + k * N;
    const double sum = r[0] + r[1] + r[2] + r[3] + r[4];
    for (int j = 0; j < N; j++) {
      assert_close(drawn[k * N + j], r[j] / sum * 10, 1e-15);
    }
  }
  o.blocks = blocks;
  o.n_blocks = N;
  draw(&o);
  for (int k = 0; k < 100; k++) {
    assert_close(drawn[k * N] + drawn[k * N + 2] + drawn[k * N + 3], 6, 1e-15);
    assert_close(drawn[k * N + 1] + drawn[k * N + 4], 4, 1e-15);
    assert_close(drawn[k * N] / drawn[k * N + 3], raw[k * N] / raw[k * N + 3], 1e-15);
  }
}

/* Replicate k is the same with any threads, from any first one; another seed is another one; a weight's noise does not
 * hang on its neighbours. */
static void replicates(void **state) {
  (void)state;
  static double other[TIMES * N];
  for (int32_t method = 0; method < NIEM_NOISE_END; method++) {
    niem_noise_options o = noise(method, method == NIEM_NOISE_SIMPLEX);
    niem_exec exec;
    o.replicates = 500;
    draw(&o);
    niem_exec_init(&exec);
    exec.threads = 3;
    assert_int_equal(niem_noisy_weights(other, weights, N, &o, &exec, NULL), NIEM_OK);
    assert_memory_equal(other, drawn, 500 * N * sizeof *drawn);
    o.first = 100;
    o.replicates = 400;
    assert_int_equal(niem_noisy_weights(other, weights, N, &o, &exec, NULL), NIEM_OK);
    assert_memory_equal(other, drawn + 100 * N, 400 * N * sizeof *drawn);
    o.seed = 2;
    assert_int_equal(niem_noisy_weights(other, weights, N, &o, &exec, NULL), NIEM_OK);
    assert_true(other[0] != drawn[100 * N]);
    if (method != NIEM_NOISE_SIMPLEX) {
      o.seed = 1;
      assert_int_equal(niem_noisy_weights(other, weights, 2, &o, &exec, NULL), NIEM_OK);
      assert_same_bits(other[1], drawn[100 * N + 1]);
    }
  }
}

static void refused(void **state) {
  (void)state;
  double out[N] = {7};
  const double negative[] = {1, -1};
  const double zeros[] = {0, 0};
  const double share = 1.5;
  const int32_t block[] = {0, -1};
  niem_error err;
  niem_noise_options o = noise(0, 1);
  o.replicates = 1;
#define REFUSED(w_, n_, expected, where, column) \
  assert_refused(niem_noisy_weights(out, (w_), (n_), &o, NULL, &err), &err, (expected), (where), 0, (column))
  assert_refused(niem_noisy_weights(NULL, weights, N, &o, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out", 0, 0);
  REFUSED(NULL, N, NIEM_ERROR_ARGUMENT, "weights", 0);
  REFUSED(weights, 0, NIEM_ERROR_ARGUMENT, "n_weights", 0);
  REFUSED(weights, 65537, NIEM_ERROR_ARGUMENT, "n_weights", 0);
  REFUSED(negative, 2, NIEM_ERROR_VALUE, "weights", 2);
  REFUSED(zeros, 2, NIEM_ERROR_VALUE, "weights", 0);
  o.method = NIEM_NOISE_END;
  REFUSED(weights, N, NIEM_ERROR_ARGUMENT, "method", 0);
  o = noise(0, 2);
  REFUSED(weights, N, NIEM_ERROR_ARGUMENT, "rescale", 0);
  o = noise(0, 1);
  o.replicates = 0;
  REFUSED(weights, N, NIEM_ERROR_ARGUMENT, "replicates", 0);
  o = noise(0, 1);
  o.first = -1;
  REFUSED(weights, N, NIEM_ERROR_ARGUMENT, "first", 0);
  o = noise(0, 1);
  o.shares = &share;
  o.n_shares = 1;
  REFUSED(weights, N, NIEM_ERROR_VALUE, "shares", 1);
  o.n_shares = 2;
  REFUSED(weights, N, NIEM_ERROR_ARGUMENT, "shares", 0);
  o.n_shares = 1;
  o.method = NIEM_NOISE_SIMPLEX;
  REFUSED(weights, N, NIEM_ERROR_ARGUMENT, "shares", 0);
  o = noise(0, 1);
  o.blocks = block;
  o.n_blocks = 2;
  REFUSED(weights, N, NIEM_ERROR_ARGUMENT, "blocks", 0);
  REFUSED(weights, 2, NIEM_ERROR_VALUE, "blocks", 2);
  niem_noise_options_init(NULL);
  assert_same_bits(out[0], 7);
}

static int draw_with_little(void) {
  double out[N];
  niem_error err;
  niem_noise_options o = noise(0, 1);
  o.replicates = 1;
  const niem_status status = niem_noisy_weights(out, weights, N, &o, NULL, &err);
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  return status != NIEM_OK;
}

static void out_of_memory(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(draw_with_little());
}

static void same_everywhere(void **state) {
  (void)state;
  uint64_t digest = DIGEST_START;
  for (int32_t method = 0; method < NIEM_NOISE_END; method++) {
    niem_noise_options o = noise(method, 1);
    o.replicates = 50;
    draw(&o);
    digest = digest_doubles(digest, drawn, 50 * N);
  }
  assert_digest("noise", digest, 0x0cc966c80a7525e6u);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(uniform),       cmocka_unit_test(normal),          cmocka_unit_test(simplex),
      cmocka_unit_test(rescaled),      cmocka_unit_test(replicates),      cmocka_unit_test(refused),
      cmocka_unit_test(out_of_memory), cmocka_unit_test(same_everywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
