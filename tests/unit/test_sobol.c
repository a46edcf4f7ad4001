/* niem/robustness.h, points and inputs. The first points are those of SciPy 1.11 (scipy.stats.qmc.Sobol, unscrambled),
 * which has the same table of Joe & Kuo. */
#include "base/platform.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fail_allocation.h"
#include "methods_matrix.h"
#include "robustness/sobol.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static niem_sobol_options scrambled(int32_t scramble, int64_t seed) {
  niem_sobol_options o;
  niem_sobol_options_init(&o);
  o.scramble = scramble;
  o.seed = seed;
  return o;
}

static void draw(double *out, int64_t n, int64_t d, const niem_sobol_options *o) {
  niem_error err;
  if (niem_sobol_sequence(out, n, d, o, NULL, &err) != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
    fail();
  }
}

static void published_points(void **state) {
  (void)state;
  double out[16 * 8];
  const double fourth[] = {0.25, 0.75, 0.75, 0.75, 0.25, 0.25, 0.75, 0.25};
  const double sixteenth[] = {0.0625, 0.9375, 0.5625, 0.3125, 0.6875, 0.1875, 0.8125, 0.3125};
  draw(out, 16, 8, NULL);
  for (int j = 0; j < 8; j++) {
    assert_same_bits(out[j], 0);
    assert_same_bits(out[8 + j], 0.5);
    assert_same_bits(out[24 + j], fourth[j]);
    assert_same_bits(out[120 + j], sixteenth[j]);
  }
}

static void published_file(void **state) {
  (void)state;
  const char *folder = getenv("NIEM_REFERENCE_DATA");
  char path[1024];
  double out[16 * 8];
  snprintf(path, sizeof path, "%s/refs/sobol/sobol_first16_dim8_scipy.csv", folder == NULL ? "" : folder);
  FILE *file = folder == NULL ? NULL : fopen(path, "r");
  if (file == NULL) {
    print_message("NIEM_REFERENCE_DATA does not lead to refs/sobol: skipped\n");
    skip();
  }
  draw(out, 16, 8, NULL);
  for (int k = 0; k < 16 * 8; k++) {
    double expected = -1;
    assert_int_equal(fscanf(file, k % 8 == 7 ? "%lf\n" : "%lf,", &expected), 1);
    assert_same_bits(out[k], expected);
  }
  fclose(file);
}

/* Of 2^m points at the start, or from a multiple of 2^m, each of the 2^m intervals of a coordinate holds one: a
 * property of every dimension of the sequence, which an entry of the table that is even or too large breaks. */
static void even_in_each_coordinate(const niem_sobol_options *o) {
  enum { N = 256 };
  static double out[N * NIEM_MAX_SOBOL_COLUMNS];
  draw(out, N, NIEM_MAX_SOBOL_COLUMNS, o);
  for (int64_t j = 0; j < NIEM_MAX_SOBOL_COLUMNS; j++) {
    int seen[N] = {0};
    for (int64_t i = 0; i < N; i++) {
      const double x = out[i * NIEM_MAX_SOBOL_COLUMNS + j];
      assert_true(x >= 0 && x < 1);
      seen[(int)(x * N)]++;
    }
    for (int k = 0; k < N; k++) {
      assert_int_equal(seen[k], 1);
    }
  }
}

/* The first two coordinates are a (0, 2)-sequence: every elementary box of area 2^-m holds one of 2^m points. */
static void even_in_boxes(const niem_sobol_options *o) {
  enum { BITS = 10, N = 1 << BITS };
  static double out[N * 2];
  draw(out, N, 2, o);
  for (int along = 0; along <= BITS; along++) {
    int seen[N] = {0};
    for (int i = 0; i < N; i++) {
      const int column = (int)(out[2 * i] * (1 << along));
      const int row = (int)(out[2 * i + 1] * (1 << (BITS - along)));
      seen[column << (BITS - along) | row]++;
    }
    for (int k = 0; k < N; k++) {
      assert_int_equal(seen[k], 1);
    }
  }
}

static void evenly_spread(void **state) {
  (void)state;
  for (int32_t scramble = 0; scramble < NIEM_SCRAMBLE_END; scramble++) {
    niem_sobol_options o = scrambled(scramble, 5);
    even_in_each_coordinate(&o);
    even_in_boxes(&o);
    o.skip = 3 * 1024;
    even_in_each_coordinate(&o);
    even_in_boxes(&o);
  }
}

/* What evenness needs of every dimension, in all 53 bits, and that no dimension is there twice. */
static void distinct_dimensions(void **state) {
  (void)state;
  ni_sobol s;
  niem_error err;
  assert_int_equal(ni_sobol_make(&s, NIEM_MAX_SOBOL_COLUMNS, NIEM_SCRAMBLE_NONE, 0, &err), NIEM_OK);
  for (int64_t j = 0; j < s.d; j++) {
    for (int k = 0; k < 53; k++) {
      const uint64_t v = s.directions[k * s.d + j];
      assert_true((v >> (52 - k) & 1) == 1 && (v & (((uint64_t)1 << (52 - k)) - 1)) == 0);
    }
    for (int64_t i = 0; i < j; i++) {
      int same = 1;
      for (int k = 0; k < 53; k++) {
        same &= s.directions[k * s.d + i] == s.directions[k * s.d + j];
      }
      assert_false(same);
    }
  }
  ni_sobol_free(&s);
}

/* Any point by its index, from anywhere, by steps, on any thread. */
static void by_index(void **state) {
  (void)state;
  enum { N = 700, D = 5 };
  static double all[N * D], some[N * D];
  for (int32_t scramble = 0; scramble < NIEM_SCRAMBLE_END; scramble++) {
    niem_sobol_options o = scrambled(scramble, -9);
    niem_exec exec;
    niem_exec_init(&exec);
    exec.threads = 3;
    draw(all, N, D, &o);
    assert_int_equal(niem_sobol_sequence(some, N, D, &o, &exec, NULL), NIEM_OK);
    assert_memory_equal(all, some, sizeof all);
    o.skip = 123;
    draw(some, N - 123, D, &o);
    assert_memory_equal(all + 123 * D, some, (N - 123) * D * sizeof *all);
    o.skip = 0;
    draw(some, N, D - 2, &o); /* fewer coordinates are the first ones */
    for (int i = 0; i < N; i++) {
      assert_memory_equal(all + i * D, some + i * (D - 2), (D - 2) * sizeof *all);
    }
  }
}

/* Scrambled points are uniform by themselves: mean and variance over seeds of one coordinate of one point, within five
 * deviations; and another seed gives others. The mean of x y over a net is near 1 / 4, much nearer than by chance. */
static void scrambling_is_random(void **state) {
  (void)state;
  enum { SEEDS = 4000, D = 3 };
  for (int32_t scramble = 1; scramble < NIEM_SCRAMBLE_END; scramble++) {
    double sum = 0;
    double square = 0;
    for (int k = 0; k < SEEDS; k++) {
      double out[2 * D];
      niem_sobol_options o = scrambled(scramble, k);
      o.skip = 1;
      draw(out, 2, D, &o);
      sum += out[D + 1];
      square += out[D + 1] * out[D + 1];
      assert_true(out[0] > 0 && out[0] < 1);
    }
    assert_true(fabs(sum / SEEDS - 0.5) < 5 * sqrt(1.0 / 12 / SEEDS));
    assert_true(fabs(square / SEEDS - 1.0 / 3) < 5 * sqrt(4.0 / 45 / SEEDS));
    static double net[1024 * D];
    niem_sobol_options o = scrambled(scramble, 1);
    double mean = 0;
    draw(net, 1024, D, &o);
    for (int i = 0; i < 1024; i++) {
      mean += net[i * D + 1] * net[i * D + 2] / 1024;
    }
    assert_true(fabs(mean - 0.25) < 1e-4);
  }
}

static void sobol_refused(void **state) {
  (void)state;
  double out[4] = {7, 7, 7, 7};
  niem_error err;
  niem_exec exec;
  niem_sobol_options o = scrambled(0, 1);
  assert_refused(niem_sobol_sequence(NULL, 1, 1, &o, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out", 0, 0);
  assert_refused(niem_sobol_sequence(out, 0, 1, &o, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "n", 0, 0);
  assert_refused(niem_sobol_sequence(out, 1, 0, &o, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "d", 0, 0);
  assert_refused(niem_sobol_sequence(out, 1, 1025, &o, NULL, &err), &err, NIEM_ERROR_LIMIT, "d", 0, 0);
  assert_refused(niem_sobol_sequence(out, ((int64_t)1 << 52) + 1, 1, &o, NULL, &err), &err, NIEM_ERROR_LIMIT, "n", 0,
                 0);
  o.skip = -1;
  assert_refused(niem_sobol_sequence(out, 1, 1, &o, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "skip", 0, 0);
  o.skip = (int64_t)1 << 52;
  assert_refused(niem_sobol_sequence(out, 1, 1, &o, NULL, &err), &err, NIEM_ERROR_LIMIT, "skip", 0, 0);
  o = scrambled(NIEM_SCRAMBLE_END, 1);
  assert_refused(niem_sobol_sequence(out, 1, 1, &o, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "scramble", 0, 0);
  o = scrambled(0, 1);
  o.struct_size = 3;
  assert_refused(niem_sobol_sequence(out, 1, 1, &o, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "options", 0, 0);
  niem_exec_init(&exec);
  exec.threads = -1;
  assert_refused(niem_sobol_sequence(out, 1, 1, NULL, &exec, &err), &err, NIEM_ERROR_ARGUMENT, "exec.threads", 0, 0);
  niem_sobol_options_init(NULL);
  assert_same_bits(out[0], 7);
}

/* ---- inputs */

static void transform(double *out, double u, int32_t kind, double low, double high, double middle, double spread) {
  niem_inputs_options o;
  niem_error err;
  const niem_matrix x = view(&u, 1, 1);
  niem_inputs_options_init(&o);
  o.n_inputs = 1;
  o.kinds = &kind;
  o.low = &low;
  o.high = &high;
  o.middle = &middle;
  o.spread = &spread;
  if (niem_transform_inputs(out, &x, &o, &err) != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
    fail();
  }
}

/* Quantiles of the triangular distribution by its formula; of the normal one by R 4 (qnorm). */
static void by_inverse(void **state) {
  (void)state;
  double out;
  transform(&out, 0.25, NIEM_INPUT_UNIFORM, -2, 6, GAP, GAP);
  assert_same_bits(out, 0);
  transform(&out, 0.25, NIEM_INPUT_UNIFORM, GAP, GAP, GAP, GAP);
  assert_same_bits(out, 0.25);
  transform(&out, 0.125, NIEM_INPUT_TRIANGULAR, 0, 4, 2, GAP);
  assert_same_bits(out, 1);
  transform(&out, 0.875, NIEM_INPUT_TRIANGULAR, 0, 4, GAP, GAP);
  assert_same_bits(out, 3);
  transform(&out, 0.25, NIEM_INPUT_TRIANGULAR, 0, 1, 0, GAP);
  assert_close(out, 1 - sqrt(0.75), 1e-15);
  transform(&out, 0.975, NIEM_INPUT_NORMAL, GAP, GAP, 10, 2);
  assert_close(out, 13.919927969080108, 1e-15);
  transform(&out, 0.5, NIEM_INPUT_NORMAL, 0, GAP, GAP, GAP); /* half normal: qnorm(0.75) */
  assert_close(out, 0.674489750196082, 1e-14);
  transform(&out, 0, NIEM_INPUT_NORMAL, -1, 1, GAP, GAP);
  assert_close(out, -1, 1e-13);
  transform(&out, 1, NIEM_INPUT_NORMAL, -1, 1, GAP, GAP);
  assert_close(out, 1, 1e-13);
  transform(&out, 0.9, NIEM_INPUT_NORMAL, -1, 1, GAP, GAP); /* Python 3.13, statistics.NormalDist */
  assert_close(out, 0.7490145989695701, 1e-13);
  transform(&out, GAP, NIEM_INPUT_NORMAL, GAP, GAP, GAP, GAP);
  assert_same_bits(out, ni_nan());
}

/* [0, 1] is cut, not what happened to be drawn: of draws within (.1, .4) with two choices none is the second. */
static void discrete(void **state) {
  (void)state;
  const double drawn[] = {0.1, 0.4, 0.2, 0.3, 0.39, 0.11};
  const int32_t kinds[] = {NIEM_INPUT_DISCRETE, NIEM_INPUT_DISCRETE};
  const int32_t choices[] = {2, 3};
  const double probabilities[] = {1, 1, 1, 0, 3};
  double out[6];
  niem_inputs_options o;
  const niem_matrix x = view(drawn, 3, 2);
  niem_inputs_options_init(&o);
  o.n_inputs = 2;
  o.kinds = kinds;
  o.choices = choices;
  assert_int_equal(niem_transform_inputs(out, &x, &o, NULL), NIEM_OK);
  const double alike[] = {0, 1, 0, 0, 0, 0};
  assert_values(out, alike, 6, 0);
  o.probabilities = probabilities;
  o.n_probabilities = 5;
  const double edges[] = {0.5, 0.25, 1, 1, 0, 0};
  const niem_matrix e = view(edges, 3, 2);
  assert_int_equal(niem_transform_inputs(out, &e, &o, NULL), NIEM_OK);
  const double expected[] = {1, 2, 1, 2, 0, 0}; /* an edge belongs to what is above it; a choice of 0 is never drawn */
  assert_values(out, expected, 6, 0);
}

static niem_status refuse_input(niem_error *err, int field, double number, int64_t whole) {
  const double u[] = {0.5, 0.5};
  const niem_matrix x = view(u, 1, 2);
  const double out_before = 7;
  double out[2] = {out_before, out_before};
  int32_t kinds[] = {NIEM_INPUT_UNIFORM, field == 5 || field == 6 ? NIEM_INPUT_DISCRETE
                                         : field == 4             ? NIEM_INPUT_NORMAL
                                                                  : NIEM_INPUT_TRIANGULAR};
  const double values[] = {GAP, number};
  const int32_t choices[] = {0, field == 5 ? (int32_t)whole : field == 6 ? 2 : 0};
  niem_inputs_options o;
  niem_inputs_options_init(&o);
  o.n_inputs = 2;
  o.kinds = kinds;
  o.choices = choices;
  o.low = field == 1 ? values : NULL;
  o.high = field == 2 ? values : NULL;
  o.middle = field == 3 ? values : NULL;
  o.spread = field == 4 || field == 7 ? values : NULL;
  o.probabilities = field == 6 ? values + 1 : NULL;
  o.n_probabilities = field == 6 ? whole : 0;
  if (field == 8) {
    kinds[1] = (int32_t)whole;
  }
  const niem_status status = niem_transform_inputs(out, &x, &o, err);
  assert_same_bits(out[0], out_before);
  return status;
}

static void inputs_refused(void **state) {
  (void)state;
  niem_error err;
  double out[1];
  const double outside = 1.5;
  const double end = 1;
  const int32_t kind = NIEM_INPUT_NORMAL;
  const niem_matrix x = view(&outside, 1, 1);
  const niem_matrix at_end = view(&end, 1, 1);
  niem_inputs_options o;
  assert_refused(refuse_input(&err, 1, 1, 0), &err, NIEM_ERROR_VALUE, "high", 0, 2);
  assert_refused(refuse_input(&err, 1, INFINITY, 0), &err, NIEM_ERROR_VALUE, "low", 0, 2);
  assert_refused(refuse_input(&err, 2, 0, 0), &err, NIEM_ERROR_VALUE, "high", 0, 2);
  assert_refused(refuse_input(&err, 3, 2, 0), &err, NIEM_ERROR_VALUE, "middle", 0, 2);
  assert_refused(refuse_input(&err, 4, 0, 0), &err, NIEM_ERROR_VALUE, "spread", 0, 2);
  assert_refused(refuse_input(&err, 7, 1, 0), &err, NIEM_ERROR_ARGUMENT, "spread", 0, 2);
  assert_refused(refuse_input(&err, 5, 0, 0), &err, NIEM_ERROR_ARGUMENT, "choices", 0, 2);
  assert_refused(refuse_input(&err, 6, 1, 1), &err, NIEM_ERROR_ARGUMENT, "probabilities", 0, 0);
  assert_refused(refuse_input(&err, 8, 1, NIEM_INPUT_END), &err, NIEM_ERROR_ARGUMENT, "kinds", 0, 2);
  assert_refused(niem_transform_inputs(NULL, &x, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out", 0, 0);
  assert_refused(niem_transform_inputs(out, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "x", 0, 0);
  assert_refused(niem_transform_inputs(out, &x, NULL, &err), &err, NIEM_ERROR_VALUE, "x", 1, 1);
  niem_inputs_options_init(&o);
  o.n_inputs = 1;
  assert_refused(niem_transform_inputs(out, &x, &o, &err), &err, NIEM_ERROR_ARGUMENT, "n_inputs", 0, 0);
  o.kinds = &kind;
  o.n_inputs = 2;
  assert_refused(niem_transform_inputs(out, &x, &o, &err), &err, NIEM_ERROR_ARGUMENT, "n_inputs", 0, 0);
  o.n_inputs = 1;
  assert_refused(niem_transform_inputs(out, &at_end, &o, &err), &err, NIEM_ERROR_VALUE, "x", 1, 1);
  const double low = 5;
  const double high = 4;
  o.low = &low;
  o.high = &high;
  assert_refused(niem_transform_inputs(out, &at_end, &o, &err), &err, NIEM_ERROR_VALUE, "high", 0, 1);
  niem_inputs_options_init(NULL);
}

static int draw_with_little(void) {
  double out[8];
  niem_sobol_options o = scrambled(NIEM_SCRAMBLE_OWEN, 1);
  niem_error err;
  const niem_status status = niem_sobol_sequence(out, 4, 2, &o, NULL, &err);
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  return status != NIEM_OK;
}

static int transform_with_little(void) {
  double out[1];
  const double u = 0.5;
  const niem_matrix x = view(&u, 1, 1);
  niem_error err;
  const niem_status status = niem_transform_inputs(out, &x, NULL, &err);
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  return status != NIEM_OK;
}

static void out_of_memory(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(draw_with_little());
  EACH_ALLOCATION_FAILS(transform_with_little());
}

static int32_t stop(double done, void *context) {
  (void)done;
  (void)context;
  return 1;
}

static void cancelled(void **state) {
  (void)state;
  double out[2] = {7, 7};
  niem_error err;
  niem_exec exec;
  niem_exec_init(&exec);
  exec.progress = stop;
  assert_refused(niem_sobol_sequence(out, 2, 1, NULL, &exec, &err), &err, NIEM_ERROR_CANCELLED, "exec.progress", 0, 0);
  assert_same_bits(out[0], 7);
}

/* The same bits on every build. */
static void same_everywhere(void **state) {
  (void)state;
  enum { N = 64, D = 9 };
  double out[N * D];
  uint64_t digest = DIGEST_START;
  for (int32_t scramble = 0; scramble < NIEM_SCRAMBLE_END; scramble++) {
    niem_sobol_options o = scrambled(scramble, 42);
    draw(out, N, D, &o);
    digest = digest_doubles(digest, out, N * D);
  }
  assert_digest("sobol", digest, 0x324d58a4c5a6fdc8u);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(published_points),    cmocka_unit_test(published_file), cmocka_unit_test(evenly_spread),
      cmocka_unit_test(distinct_dimensions), cmocka_unit_test(by_index),       cmocka_unit_test(scrambling_is_random),
      cmocka_unit_test(sobol_refused),       cmocka_unit_test(by_inverse),     cmocka_unit_test(discrete),
      cmocka_unit_test(inputs_refused),      cmocka_unit_test(out_of_memory),  cmocka_unit_test(cancelled),
      cmocka_unit_test(same_everywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
