/* niem/robustness.h, sensitivity by variance. Closed forms: T. Ishigami & T. Homma (1990), the g function of A.
 * Saltelli & I. M. Sobol' (1995), evaluated to 20 digits by mpmath. */
#include "base/platform.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/order.h"
#include "base/rng.h"
#include "fail_allocation.h"
#include "methods_matrix.h"
#include "robustness/streams.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static const double PI = 3.14159265358979323846;

typedef double (*model)(const double *x, int64_t d);

static double ishigami(const double *x, int64_t d) {
  double z[3];
  (void)d;
  for (int j = 0; j < 3; j++) {
    z[j] = PI * (2 * x[j] - 1);
  }
  return sin(z[0]) + 7 * sin(z[1]) * sin(z[1]) + 0.1 * z[2] * z[2] * z[2] * z[2] * sin(z[0]);
}

static double g_function(const double *x, int64_t d) {
  static const double a[] = {0, 1, 4.5, 9, 99, 99, 99, 99};
  double product = 1;
  for (int64_t j = 0; j < d; j++) {
    product *= (fabs(4 * x[j] - 2) + a[j]) / (1 + a[j]);
  }
  return product;
}

/* 3 x_0 + 2 x_1 + x_2: shares 9 : 4 : 1, nothing together. */
static double linear(const double *x, int64_t d) {
  double sum = 0;
  for (int64_t j = 0; j < d; j++) {
    sum += (double)(d - j) * x[j];
  }
  return sum;
}

static niem_sensitivity_sample_options sampled(int32_t source, int32_t second_order) {
  niem_sensitivity_sample_options o;
  niem_sensitivity_sample_options_init(&o);
  o.source = source;
  o.second_order = second_order;
  return o;
}

static niem_sensitivity_options without_bootstrap(int32_t first, int32_t second_order) {
  niem_sensitivity_options o;
  niem_sensitivity_options_init(&o);
  o.first = first;
  o.second_order = second_order;
  o.resamples = 0;
  return o;
}

/* The results of a model, to be freed. */
static double *run(model f, int64_t n, int64_t d, const niem_sensitivity_sample_options *o) {
  const int64_t rows = niem_sensitivity_rows(n, d, o->second_order);
  double *x = malloc((size_t)(rows * d) * sizeof *x);
  double *y = malloc((size_t)rows * sizeof *y);
  assert_int_equal(niem_sensitivity_sample(x, n, d, o, NULL, NULL), NIEM_OK);
  for (int64_t i = 0; i < rows; i++) {
    y[i] = f(x + i * d, d);
  }
  free(x);
  return y;
}

static niem_matrix results(const double *y, int64_t n, int64_t d, int32_t second_order) {
  return view(y, niem_sensitivity_rows(n, d, second_order), 1);
}

static void analyse(niem_sensitivity_index *indices, niem_sensitivity_pair *pairs, niem_sensitivity_output *output,
                    const niem_matrix *y, int64_t d, const niem_sensitivity_options *o) {
  niem_error err;
  if (niem_sensitivity_indices(indices, pairs, output, y, d, o, NULL, &err) != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
    fail();
  }
}

static void assert_near(double found, double expected, double distance) {
  if (!(fabs(found - expected) <= distance)) {
    print_error("%.17g is not within %g of %.17g\n", found, distance, expected);
    fail();
  }
}

/* ---- the sample */

static void rows_of_a_base_point(void **state) {
  (void)state;
  enum { N = 5, D = 3 };
  double x[N * (2 * D + 2) * D];
  double points[N * 2 * D];
  for (int32_t source = 0; source < NIEM_SAMPLE_END; source++) {
    niem_sensitivity_sample_options o = sampled(source, 1);
    assert_int_equal(niem_sensitivity_rows(N, D, 1), N * (2 * D + 2));
    assert_int_equal(niem_sensitivity_sample(x, N, D, &o, NULL, NULL), NIEM_OK);
    for (int k = 0; k < N; k++) {
      const double *a = x + k * (2 * D + 2) * D;
      const double *b = a + D;
      for (int i = 0; i < D; i++) {
        for (int j = 0; j < D; j++) {
          assert_same_bits(b[(1 + i) * D + j], i == j ? b[j] : a[j]);
          assert_same_bits(b[(1 + D + i) * D + j], i == j ? a[j] : b[j]);
        }
      }
      memcpy(points + k * 2 * D, a, 2 * D * sizeof *a);
    }
    for (int k = 0; k < N * 2 * D; k++) {
      assert_true(points[k] > 0 && points[k] < 1);
    }
  }
  /* Sobol's sequence in twice as many coordinates, scrambled as by itself */
  double sequence[N * 2 * D];
  niem_sobol_options s;
  niem_sensitivity_sample_options o = sampled(NIEM_SAMPLE_SOBOL, 1);
  niem_sobol_options_init(&s);
  s.scramble = NIEM_SCRAMBLE_OWEN;
  assert_int_equal(niem_sensitivity_sample(x, N, D, &o, NULL, NULL), NIEM_OK);
  assert_int_equal(niem_sobol_sequence(sequence, N, 2 * D, &s, NULL, NULL), NIEM_OK);
  for (int k = 0; k < N; k++) {
    assert_memory_equal(x + k * (2 * D + 2) * D, sequence + k * 2 * D, 2 * D * sizeof *x);
  }
}

/* A longer sample begins with the shorter one, and goes on where that ended; threads change nothing. */
static void sample_is_extended(void **state) {
  (void)state;
  enum { N = 150, D = 2, ROW = (D + 2) * D };
  static double all[N * ROW], part[N * ROW];
  for (int32_t source = 0; source < NIEM_SAMPLE_END; source++) {
    niem_sensitivity_sample_options o = sampled(source, 0);
    niem_exec exec;
    niem_exec_init(&exec);
    exec.threads = 4;
    assert_int_equal(niem_sensitivity_sample(all, N, D, &o, NULL, NULL), NIEM_OK);
    assert_int_equal(niem_sensitivity_sample(part, 70, D, &o, &exec, NULL), NIEM_OK);
    assert_memory_equal(all, part, 70 * ROW * sizeof *all);
    o.skip = 70;
    assert_int_equal(niem_sensitivity_sample(part, N - 70, D, &o, &exec, NULL), NIEM_OK);
    assert_memory_equal(all + 70 * ROW, part, (N - 70) * ROW * sizeof *all);
  }
}

static void sample_refused(void **state) {
  (void)state;
  double out[16];
  niem_error err;
  niem_sensitivity_sample_options o = sampled(0, 0);
  assert_int_equal(niem_sensitivity_rows(0, 2, 0), 0);
  assert_int_equal(niem_sensitivity_rows(2, 0, 0), 0);
  assert_int_equal(niem_sensitivity_rows(INT64_MAX / 2, 3, 0), 0);
  assert_refused(niem_sensitivity_sample(NULL, 1, 1, &o, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out", 0, 0);
  assert_refused(niem_sensitivity_sample(out, 0, 1, &o, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "n", 0, 0);
  assert_refused(niem_sensitivity_sample(out, 1, 0, &o, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "d", 0, 0);
  assert_refused(niem_sensitivity_sample(out, 1, 513, &o, NULL, &err), &err, NIEM_ERROR_LIMIT, "d", 0, 0);
  assert_refused(niem_sensitivity_sample(out, (int64_t)1 << 51, 8, &o, NULL, &err), &err, NIEM_ERROR_LIMIT, "n", 0, 0);
  assert_refused(niem_sensitivity_sample(out, INT64_MAX, 1, &o, NULL, &err), &err, NIEM_ERROR_LIMIT, "n", 0, 0);
  o.skip = -1;
  assert_refused(niem_sensitivity_sample(out, 1, 1, &o, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "skip", 0, 0);
  o = sampled(NIEM_SAMPLE_END, 0);
  assert_refused(niem_sensitivity_sample(out, 1, 1, &o, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "source", 0, 0);
  o = sampled(0, 2);
  assert_refused(niem_sensitivity_sample(out, 1, 1, &o, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "second_order", 0, 0);
  o = sampled(0, 0);
  o.scramble = -1;
  assert_refused(niem_sensitivity_sample(out, 1, 1, &o, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "scramble", 0, 0);
  niem_sensitivity_sample_options_init(NULL);
}

/* ---- closed forms */

static void ishigami_known(void **state) {
  (void)state;
  enum { N = 4096, D = 3 };
  const double first[] = {0.31390519114781145, 0.44241114479004081, 0};
  const double total[] = {0.55758885520995919, 0.44241114479004081, 0.24368366406214773};
  const niem_sensitivity_sample_options sample = sampled(NIEM_SAMPLE_SOBOL, 1);
  double *y = run(ishigami, N, D, &sample);
  const niem_matrix m = results(y, N, D, 1);
  for (int32_t estimator = 0; estimator < NIEM_FIRST_END; estimator++) {
    niem_sensitivity_index index[D];
    niem_sensitivity_pair pair[3];
    niem_sensitivity_output output;
    const niem_sensitivity_options o = without_bootstrap(estimator, 1);
    analyse(index, pair, &output, &m, D, &o);
    for (int j = 0; j < D; j++) {
      assert_near(index[j].first, first[j], 0.01);
      assert_near(index[j].total, total[j], 0.01);
      assert_int_equal(index[j].n_used, N);
      assert_int_equal(index[j].n_failed, 0);
      assert_true(index[j].first_low != index[j].first_low);
    }
    assert_near(pair[0].second, 0, 0.01);
    assert_near(pair[1].second, 0.24368366406214773, 0.01);
    assert_near(pair[2].second, 0, 0.01);
    assert_int_equal(pair[1].input_a, 0);
    assert_int_equal(pair[1].input_b, 2);
    assert_near(output.mean, 3.5, 0.01);
    assert_near(output.variance, 13.844587940719257, 0.05);
    assert_close(output.sum_first, index[0].first + index[1].first + index[2].first, 1e-14);
    assert_close(output.sum_total, index[0].total + index[1].total + index[2].total, 1e-14);
  }
  free(y);
}

static void g_function_known(void **state) {
  (void)state;
  enum { N = 4096, D = 8 };
  const double first[] = {0.71619216887903331,
                          0.17904804221975833,
                          0.023675774177819283,
                          0.0071619216887903331,
                          7.16e-5,
                          7.16e-5,
                          7.16e-5,
                          7.16e-5};
  const double total[] = {0.78714412665927498,
                          0.24219819281823846,
                          0.034316910154082833,
                          0.01046038706953462,
                          1.05e-4,
                          1.05e-4,
                          1.05e-4,
                          1.05e-4};
  for (int32_t source = 0; source < NIEM_SAMPLE_END; source++) {
    niem_sensitivity_index index[D];
    niem_sensitivity_output output;
    const niem_sensitivity_sample_options sample = sampled(source, 0);
    double *y = run(g_function, N, D, &sample);
    const niem_matrix m = results(y, N, D, 0);
    const niem_sensitivity_options o = without_bootstrap(NIEM_FIRST_SALTELLI, 0);
    const double allowed = source == NIEM_SAMPLE_SOBOL ? 0.005 : 0.06;
    analyse(index, NULL, &output, &m, D, &o);
    for (int j = 0; j < D; j++) {
      assert_near(index[j].first, first[j], allowed);
      assert_near(index[j].total, total[j], allowed);
    }
    assert_near(output.variance, 0.46542443190220667, 0.03);
    free(y);
  }
}

/* Nothing together: first = total, which add up to 1. */
static void linear_known(void **state) {
  (void)state;
  enum { N = 1024, D = 3 };
  niem_sensitivity_index index[D];
  niem_sensitivity_output output;
  const niem_sensitivity_sample_options sample = sampled(NIEM_SAMPLE_SOBOL, 0);
  double *y = run(linear, N, D, &sample);
  const niem_matrix m = results(y, N, D, 0);
  const niem_sensitivity_options o = without_bootstrap(NIEM_FIRST_SALTELLI, 0);
  const double shares[] = {9.0 / 14, 4.0 / 14, 1.0 / 14};
  analyse(index, NULL, &output, &m, D, &o);
  for (int j = 0; j < D; j++) {
    assert_near(index[j].first, shares[j], 0.002);
    assert_near(index[j].total, shares[j], 0.002);
  }
  assert_near(output.sum_first, 1, 0.002);
  assert_near(output.sum_total, 1, 0.002);
  free(y);
}

/* A constant in the results changes nothing but the mean; of the estimator that is not centred it does. */
static void constant_added(void **state) {
  (void)state;
  enum { N = 256, D = 3 };
  const niem_sensitivity_sample_options sample = sampled(NIEM_SAMPLE_RANDOM, 1);
  double *y = run(ishigami, N, D, &sample);
  double *more = run(ishigami, N, D, &sample);
  for (int64_t i = 0; i < niem_sensitivity_rows(N, D, 1); i++) {
    more[i] += 100;
  }
  const niem_matrix m = results(y, N, D, 1);
  const niem_matrix m_more = results(more, N, D, 1);
  for (int32_t estimator = 0; estimator < NIEM_FIRST_END; estimator++) {
    niem_sensitivity_index a[D], b[D];
    niem_sensitivity_pair p[3], q[3];
    niem_sensitivity_output s, t;
    niem_sensitivity_options o = without_bootstrap(estimator, 1);
    o.resamples = 40;
    analyse(a, p, &s, &m, D, &o);
    analyse(b, q, &t, &m_more, D, &o);
    assert_close(t.mean, s.mean + 100, 1e-14);
    assert_close(t.variance, s.variance, 1e-12);
    for (int j = 0; j < D; j++) {
      assert_near(a[j].total, b[j].total, 1e-12);
      assert_near(a[j].total_low, b[j].total_low, 1e-12);
      if (estimator != NIEM_FIRST_SOBOL) {
        assert_near(a[j].first, b[j].first, 1e-12);
        assert_near(a[j].first_high, b[j].first_high, 1e-12);
        assert_near(p[j].second, q[j].second, 1e-12);
      }
    }
    assert_true(estimator != NIEM_FIRST_SOBOL || fabs(a[0].first - b[0].first) > 0.05);
  }
  free(more);
  free(y);
}

/* ---- by the definitions, resampled here once more */

enum { SMALL = 9, INPUTS = 2, WIDTH = INPUTS + 2 };

typedef struct {
  double first, total;
} pair_of_indices;

/* Saltelli's and Jansen's formulas over the base points of `which` that have all that input i needs. */
static pair_of_indices by_definition(const double *y, const int64_t *which, int64_t i) {
  double mean = 0, variance = 0, first = 0, total = 0;
  int64_t n = 0;
  pair_of_indices none = {GAP, GAP};
  for (int pass = 0; pass < 2; pass++) {
    n = 0;
    for (int64_t k = 0; k < SMALL; k++) {
      const double *p = y + which[k] * WIDTH;
      const double a = p[0], b = p[1], ab = p[2 + i];
      if (a + b + ab == a + b + ab) {
        n++;
        mean += pass == 0 ? a + b : 0;
        variance += pass == 1 ? (a - mean) * (a - mean) + (b - mean) * (b - mean) : 0;
        first += pass == 1 ? (b - mean) * (ab - a) : 0;
        total += pass == 1 ? (ab - a) * (ab - a) : 0;
      }
    }
    mean /= pass == 0 ? 2.0 * (double)n : 1;
  }
  variance /= 2.0 * (double)n;
  if (n < 2 || variance < 1e-20) {
    return none;
  }
  return (pair_of_indices){first / (double)n / variance, total / (double)n / (2 * variance)};
}

static double quantile(double *x, int64_t n, double p) {
  ni_sort_doubles(x, n);
  const double h = (double)(n - 1) * p;
  const int64_t k = (int64_t)h;
  return k + 1 < n ? x[k] + (h - (double)k) * (x[k + 1] - x[k]) : x[k];
}

static void resampled(void **state) {
  (void)state;
  enum { TIMES = 101 };
  double y[SMALL * WIDTH];
  uint64_t random = 3;
  for (int i = 0; i < SMALL * WIDTH; i++) {
    y[i] = next_uniform(&random, 5, 9);
  }
  y[3 * WIDTH + 2] = GAP; /* AB_1 of point 3 */
  y[5 * WIDTH + 1] = GAP; /* B of point 5 */
  const niem_matrix m = view(y, SMALL * WIDTH, 1);
  niem_sensitivity_options o = without_bootstrap(NIEM_FIRST_SALTELLI, 0);
  niem_sensitivity_index index[INPUTS];
  niem_sensitivity_output output;
  o.resamples = TIMES;
  o.seed = 77;
  o.level = 0.9;
  analyse(index, NULL, &output, &m, INPUTS, &o);
  assert_int_equal(output.n_used, SMALL - 1);
  assert_int_equal(output.n_failed, 1);
  for (int64_t i = 0; i < INPUTS; i++) {
    double first[TIMES], total[TIMES];
    int64_t all[SMALL];
    for (int64_t k = 0; k < SMALL; k++) {
      all[k] = k;
    }
    const pair_of_indices own = by_definition(y, all, i);
    assert_close(index[i].first, own.first, 1e-12);
    assert_close(index[i].total, own.total, 1e-12);
    assert_int_equal(index[i].n_failed, i == 0 ? 2 : 1);
    for (int r = 0; r < TIMES; r++) {
      ni_rng rng;
      ni_rng_init(&rng, 77, NI_STREAM_RESAMPLE, (uint64_t)r);
      for (int64_t k = 0; k < SMALL; k++) {
        all[k] = ni_rng_below(&rng, SMALL);
      }
      const pair_of_indices drawn = by_definition(y, all, i);
      first[r] = drawn.first;
      total[r] = drawn.total;
    }
    assert_close(index[i].first_low, quantile(first, TIMES, 0.05), 1e-11);
    assert_close(index[i].first_high, quantile(first, TIMES, 0.95), 1e-11);
    assert_close(index[i].total_low, quantile(total, TIMES, 0.05), 1e-11);
    assert_close(index[i].total_high, quantile(total, TIMES, 0.95), 1e-11);
    double mean = 0, square = 0;
    for (int r = 0; r < TIMES; r++) {
      mean += first[r] / TIMES;
    }
    for (int r = 0; r < TIMES; r++) {
      square += (first[r] - mean) * (first[r] - mean) / (TIMES - 1);
    }
    assert_close(index[i].first_error, sqrt(square), 1e-11);
  }
  o.interval = NIEM_INTERVAL_NORMAL; /* 1.6448536269514722: qnorm(.95) of R */
  niem_sensitivity_index about[INPUTS];
  analyse(about, NULL, NULL, &m, INPUTS, &o);
  assert_close(about[0].first_high, index[0].first + 1.6448536269514722 * index[0].first_error, 1e-13);
  assert_close(about[1].total_low, index[1].total - 1.6448536269514722 * index[1].total_error, 1e-13);
}

/* The intervals hold what they should: of 200 samples about 95 in 100 have the true index within their bounds. */
static void intervals_cover(void **state) {
  (void)state;
  enum { TIMES = 200, N = 128, D = 3 };
  int covered_first = 0;
  int covered_total = 0;
  for (int k = 0; k < TIMES; k++) {
    niem_sensitivity_index index[D];
    niem_sensitivity_sample_options sample = sampled(NIEM_SAMPLE_RANDOM, 0);
    niem_sensitivity_options o = without_bootstrap(NIEM_FIRST_SALTELLI, 0);
    sample.seed = k;
    o.resamples = 200;
    double *y = run(linear, N, D, &sample);
    const niem_matrix m = results(y, N, D, 0);
    analyse(index, NULL, NULL, &m, D, &o);
    covered_first += index[1].first_low <= 4.0 / 14 && index[1].first_high >= 4.0 / 14;
    covered_total += index[1].total_low <= 4.0 / 14 && index[1].total_high >= 4.0 / 14;
    free(y);
  }
  assert_in_range(covered_first, 175, 199);
  assert_in_range(covered_total, 175, 199);
}

/* ---- failures */

/* A failed evaluation costs the indices that need it their base point, and no other index anything: the same as a
 * sample without the point. */
static void failed_evaluations(void **state) {
  (void)state;
  enum { N = 64, D = 3, W = 2 * D + 2 };
  const niem_sensitivity_sample_options sample = sampled(NIEM_SAMPLE_RANDOM, 1);
  double *y = run(ishigami, N, D, &sample);
  double *shorter = malloc((N - 1) * W * sizeof *shorter);
  memcpy(shorter, y, 10 * W * sizeof *y);
  memcpy(shorter + 10 * W, y + 11 * W, (N - 11) * W * sizeof *y);
  niem_sensitivity_index whole[D], less[D], failed[D];
  niem_sensitivity_pair whole_pair[3], less_pair[3], failed_pair[3];
  niem_sensitivity_output output;
  const niem_matrix m = results(y, N, D, 1);
  const niem_matrix m_less = results(shorter, N - 1, D, 1);
  const niem_sensitivity_options o = without_bootstrap(NIEM_FIRST_JANON, 1);
  analyse(whole, whole_pair, NULL, &m, D, &o);
  analyse(less, less_pair, NULL, &m_less, D, &o);
  y[10 * W + 2 + D + 1] = GAP; /* BA of the second input, at point 10 */
  analyse(failed, failed_pair, &output, &m, D, &o);
  assert_int_equal(output.n_failed, 0);
  for (int j = 0; j < D; j++) {
    const niem_sensitivity_index *expected = j == 1 ? less : whole;
    assert_close(failed[j].first, expected[j].first, 1e-12);
    assert_close(failed[j].total, expected[j].total, 1e-12);
    assert_int_equal(failed[j].n_failed, j == 1);
    assert_int_equal(failed[j].n_used, N - (j == 1));
  }
  assert_close(failed_pair[1].second, whole_pair[1].second, 1e-12);
  assert_close(failed_pair[0].second + failed[0].first, less_pair[0].second + less[0].first, 1e-12);
  assert_int_equal(failed_pair[0].n_failed, 1);
  assert_int_equal(failed_pair[1].n_failed, 0);
  y[10 * W] = GAP; /* A: all of them */
  analyse(failed, failed_pair, &output, &m, D, &o);
  assert_int_equal(output.n_failed, 1);
  for (int j = 0; j < D; j++) {
    assert_close(failed[j].first, less[j].first, 1e-12);
    assert_close(failed_pair[j].second, less_pair[j].second, 1e-10);
    assert_int_equal(failed_pair[j].n_used, N - 1);
  }
  free(shorter);
  free(y);
}

/* No variance, or no points: no index, and the output says why. */
static void nothing_to_explain(void **state) {
  (void)state;
  enum { D = 2, N = 20 };
  double y[N * (D + 2)];
  niem_sensitivity_index index[D];
  niem_sensitivity_output output;
  niem_sensitivity_options o;
  niem_sensitivity_options_init(&o);
  const niem_matrix m = view(y, N * (D + 2), 1);
  for (int i = 0; i < N * (D + 2); i++) {
    y[i] = 0.1;
  }
  for (int32_t estimator = 0; estimator < NIEM_FIRST_END; estimator++) {
    o.first = estimator;
    o.resamples = 30;
    analyse(index, NULL, &output, &m, D, &o);
    assert_same_bits(output.variance, 0);
    assert_same_bits(output.mean, 0.1);
    assert_same_bits(output.sum_first, ni_nan());
    assert_same_bits(index[0].first, ni_nan());
    assert_same_bits(index[1].total, ni_nan());
    assert_same_bits(index[1].total_low, ni_nan());
    assert_int_equal(index[1].n_used, N);
  }
  for (int i = 0; i < N; i++) {
    y[i * (D + 2)] = GAP;
  }
  analyse(index, NULL, &output, &m, D, &o);
  assert_same_bits(output.mean, ni_nan());
  assert_same_bits(output.variance, ni_nan());
  assert_same_bits(index[0].first, ni_nan());
  assert_int_equal(output.n_failed, N);
  assert_int_equal(index[0].n_used, 0);
}

/* Tiny and huge results: the scale changes nothing. */
static void any_scale(void **state) {
  (void)state;
  enum { N = 64, D = 3 };
  const niem_sensitivity_sample_options sample = sampled(NIEM_SAMPLE_SOBOL, 0);
  const double scales[] = {0x1p-700, 0x1p300};
  double *y = run(ishigami, N, D, &sample);
  double *scaled = malloc(N * (D + 2) * sizeof *scaled);
  niem_sensitivity_index a[D], b[D];
  const niem_matrix m = results(y, N, D, 0);
  const niem_matrix m_scaled = results(scaled, N, D, 0);
  niem_sensitivity_options o;
  niem_sensitivity_options_init(&o);
  o.resamples = 20;
  analyse(a, NULL, NULL, &m, D, &o);
  for (int k = 0; k < 2; k++) {
    for (int i = 0; i < N * (D + 2); i++) {
      scaled[i] = y[i] * scales[k];
    }
    analyse(b, NULL, NULL, &m_scaled, D, &o);
    assert_memory_equal(a, b, sizeof a);
  }
  free(scaled);
  free(y);
}

/* Several outputs at once, column by column or row by row, with any threads: what each of them gives alone. */
static void several_outputs(void **state) {
  (void)state;
  enum { N = 700, D = 3, ROWS = N * (2 * D + 2) };
  const niem_sensitivity_sample_options sample = sampled(NIEM_SAMPLE_SOBOL, 1);
  double *one = run(ishigami, N, D, &sample);
  double *two = run(g_function, N, D, &sample);
  double *both = malloc(2 * ROWS * sizeof *both);
  niem_sensitivity_index alone[2 * D], together[2 * D];
  niem_sensitivity_pair alone_pair[6], together_pair[6];
  niem_sensitivity_output alone_output[2], together_output[2];
  niem_sensitivity_options o;
  niem_exec exec;
  niem_exec_init(&exec);
  niem_sensitivity_options_init(&o);
  o.second_order = 1;
  o.resamples = 50;
  two[4] = GAP;
  for (int i = 0; i < ROWS; i++) {
    both[2 * i] = one[i];
    both[2 * i + 1] = two[i];
  }
  memset(alone_pair, 0, sizeof alone_pair);
  const niem_matrix first = view(one, ROWS, 1);
  const niem_matrix second = view(two, ROWS, 1);
  const niem_matrix m = view(both, ROWS, 2);
  analyse(alone, alone_pair, alone_output, &first, D, &o);
  analyse(alone + D, alone_pair + 3, alone_output + 1, &second, D, &o);
  for (int32_t threads = 1; threads <= 3; threads++) {
    exec.threads = threads;
    assert_int_equal(niem_sensitivity_indices(together, together_pair, together_output, &m, D, &o, &exec, NULL),
                     NIEM_OK);
    assert_memory_equal(alone, together, sizeof alone);
    assert_memory_equal(alone_pair, together_pair, sizeof alone_pair);
    assert_memory_equal(alone_output, together_output, sizeof alone_output);
  }
  free(both);
  free(two);
  free(one);
}

static void indices_refused(void **state) {
  (void)state;
  double y[12] = {1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 5};
  niem_sensitivity_index index[2];
  niem_sensitivity_pair pair[1];
  niem_error err;
  const niem_matrix m = view(y, 12, 1);
  const niem_matrix odd = view(y, 11, 1);
  niem_sensitivity_options o;
  memset(index, 0, sizeof index);
  niem_sensitivity_options_init(&o);
#define REFUSED(y_, d_, expected, where, row, column)                                                                \
  assert_refused(niem_sensitivity_indices(index, NULL, NULL, (y_), (d_), &o, NULL, &err), &err, (expected), (where), \
                 (row), (column))
  assert_refused(niem_sensitivity_indices(NULL, NULL, NULL, &m, 2, &o, NULL, &err), &err, NIEM_ERROR_ARGUMENT,
                 "indices", 0, 0);
  REFUSED(NULL, 2, NIEM_ERROR_ARGUMENT, "y", 0, 0);
  REFUSED(&odd, 2, NIEM_ERROR_ARGUMENT, "y", 0, 0);
  REFUSED(&m, 0, NIEM_ERROR_ARGUMENT, "n_inputs", 0, 0);
  REFUSED(&m, 13, NIEM_ERROR_ARGUMENT, "n_inputs", 0, 0);
  assert_refused(niem_sensitivity_indices(index, pair, NULL, &m, 2, &o, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "pairs",
                 0, 0);
  y[7] = INFINITY;
  REFUSED(&m, 2, NIEM_ERROR_VALUE, "y", 8, 1);
  y[7] = 8;
  o.first = NIEM_FIRST_END;
  REFUSED(&m, 2, NIEM_ERROR_ARGUMENT, "first", 0, 0);
  niem_sensitivity_options_init(&o);
  o.second_order = -1;
  REFUSED(&m, 2, NIEM_ERROR_ARGUMENT, "second_order", 0, 0);
  niem_sensitivity_options_init(&o);
  o.interval = 2;
  REFUSED(&m, 2, NIEM_ERROR_ARGUMENT, "interval", 0, 0);
  niem_sensitivity_options_init(&o);
  o.resamples = -1;
  REFUSED(&m, 2, NIEM_ERROR_ARGUMENT, "resamples", 0, 0);
  niem_sensitivity_options_init(&o);
  o.level = 1;
  REFUSED(&m, 2, NIEM_ERROR_VALUE, "level", 0, 0);
  niem_sensitivity_options_init(NULL);
  assert_int_equal(index[0].n_used, 0);
}

static int32_t stop(double done, void *context) {
  (void)done;
  (void)context;
  return 1;
}

static void cancelled(void **state) {
  (void)state;
  const double y[8] = {1, 2, 3, 4, 5, 6, 7, 9};
  double out[16] = {7};
  niem_sensitivity_index index[2];
  niem_error err;
  niem_exec exec;
  const niem_matrix m = view(y, 8, 1);
  memset(index, 0, sizeof index);
  niem_exec_init(&exec);
  exec.progress = stop;
  assert_refused(niem_sensitivity_indices(index, NULL, NULL, &m, 2, NULL, &exec, &err), &err, NIEM_ERROR_CANCELLED,
                 "exec.progress", 0, 0);
  assert_int_equal(index[0].n_used, 0);
  assert_refused(niem_sensitivity_sample(out, 2, 2, NULL, &exec, &err), &err, NIEM_ERROR_CANCELLED, "exec.progress", 0,
                 0);
  assert_same_bits(out[0], 7);
}

static int sample_with_little(void) {
  double out[16];
  niem_error err;
  const niem_status status = niem_sensitivity_sample(out, 2, 2, NULL, NULL, &err);
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  return status != NIEM_OK;
}

static int analyse_with_little(void) {
  const double y[18] = {1, 2, 3, 4, 5, 6, 7, 9, 1, 3, 5, 2, 1, 6, 5, 3, 1, 2};
  const niem_matrix m = view(y, 18, 1);
  niem_sensitivity_index index[2];
  niem_sensitivity_pair pair[1];
  niem_sensitivity_options o;
  niem_error err;
  niem_sensitivity_options_init(&o);
  o.second_order = 1;
  const niem_status status = niem_sensitivity_indices(index, pair, NULL, &m, 2, &o, NULL, &err);
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  return status != NIEM_OK;
}

static void out_of_memory(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(sample_with_little());
  EACH_ALLOCATION_FAILS(analyse_with_little());
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_of_a_base_point), cmocka_unit_test(sample_is_extended), cmocka_unit_test(sample_refused),
      cmocka_unit_test(ishigami_known),       cmocka_unit_test(g_function_known),   cmocka_unit_test(linear_known),
      cmocka_unit_test(constant_added),       cmocka_unit_test(resampled),          cmocka_unit_test(intervals_cover),
      cmocka_unit_test(failed_evaluations),   cmocka_unit_test(nothing_to_explain), cmocka_unit_test(any_scale),
      cmocka_unit_test(several_outputs),      cmocka_unit_test(indices_refused),    cmocka_unit_test(cancelled),
      cmocka_unit_test(out_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
