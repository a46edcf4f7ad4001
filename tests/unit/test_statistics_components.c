/* niem/statistics.h, one factor and principal components. Expected values are those of R 4.2 (prcomp, varimax) and its
 * package psych 2.2.9 (fa, KMO, cortest.bartlett), for R's `attitude` and `USArrests`. */
#include "base/platform.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fail_allocation.h"
#include "methods_matrix.h"
#include "statistics/varimax.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

enum { PEOPLE = 30, QUESTIONS = 7 };
static const double attitude[PEOPLE * QUESTIONS] = {
    43, 51, 30, 39, 61, 92, 45, 63, 64, 51, 54, 63, 73, 47, 71, 70, 68, 69, 76, 86, 48, 61, 63, 45, 47, 54, 84,
    35, 81, 78, 56, 66, 71, 83, 47, 43, 55, 49, 44, 54, 49, 34, 58, 67, 42, 56, 66, 68, 35, 71, 75, 50, 55, 70,
    66, 41, 72, 82, 72, 67, 71, 83, 31, 67, 61, 45, 47, 62, 80, 41, 64, 53, 53, 58, 58, 67, 34, 67, 60, 47, 39,
    59, 74, 41, 69, 62, 57, 42, 55, 63, 25, 68, 83, 83, 45, 59, 77, 35, 77, 77, 54, 72, 79, 77, 46, 81, 90, 50,
    72, 60, 54, 36, 74, 85, 64, 69, 79, 79, 63, 65, 60, 65, 75, 55, 80, 60, 65, 70, 46, 57, 75, 85, 46, 50, 58,
    68, 54, 64, 78, 52, 50, 40, 33, 34, 43, 64, 33, 64, 61, 52, 62, 66, 80, 41, 53, 66, 52, 50, 63, 80, 37, 40,
    37, 42, 58, 50, 57, 49, 63, 54, 42, 48, 66, 75, 33, 66, 77, 66, 63, 88, 76, 72, 78, 75, 58, 74, 80, 78, 49,
    48, 57, 44, 45, 51, 83, 38, 85, 85, 71, 71, 77, 74, 55, 82, 82, 39, 59, 64, 78, 39};

/* ---- one factor */

static void published_factor(void **state) {
  (void)state;
  const double expected[] = {0.757773200, 0.833826094, 0.603427222, 0.788726383, 0.841119925, 0.284465121, 0.491046561};
  double loadings[QUESTIONS];
  niem_omega o;
  const niem_matrix m = view(attitude, PEOPLE, QUESTIONS);
  assert_int_equal(niem_mcdonald_omega(&o, loadings, &m, NULL, NULL), NIEM_OK);
  assert_true(o.n == 30 && o.n_items == 7 && o.converged == 1 && o.n_heywood == 0 && o.steps < 100);
  assert_values(loadings, expected, QUESTIONS, 2e-6);
  assert_close(o.observed, 0.850992465, 1e-6);
  assert_close(o.standardised, 0.850682395, 1e-6);
}

/* Correlations that one factor makes exactly: x_j = l_j f + own part, all orthogonal. */
static void an_exact_factor(void **state) {
  (void)state;
  /* columns of a Hadamard matrix of order 8, without the constant one */
  static const int basis[8][5] = {{1, 1, 1, 1, 1},   {-1, 1, -1, 1, -1}, {1, -1, -1, 1, 1},   {-1, -1, 1, 1, -1},
                                  {1, 1, 1, -1, -1}, {-1, 1, -1, -1, 1}, {1, -1, -1, -1, -1}, {-1, -1, 1, -1, 1}};
  const double l[] = {0.8, 0.6, 0.28, 0.96}, own[] = {0.6, 0.8, 0.96, 0.28}, size[] = {1, 5, 2, 0.5};
  double x[32], loadings[4];
  double directions[] = {1, 1, -1, 1};
  niem_omega o;
  niem_omega_options options;
  niem_omega_options_init(&options);
  options.directions = directions;
  options.n_directions = 4;
  for (int i = 0; i < 8; i++) {
    for (int j = 0; j < 4; j++) {
      x[4 * i + j] = directions[j] * size[j] * (l[j] * basis[i][0] + own[j] * basis[i][j + 1]);
    }
  }
  const niem_matrix m = view(x, 8, 4);
  assert_int_equal(niem_mcdonald_omega(&o, loadings, &m, &options, NULL), NIEM_OK);
  assert_values(loadings, l, 4, 1e-10);
  assert_true(o.converged == 1 && o.residual < 1e-11);
  const double common = 0.8 + 3 + 0.56 + 0.48, rest = 0.36 + 16 + 4 * 0.9216 + 0.25 * 0.0784;
  assert_close(o.omega, common * common / (common * common + rest), 1e-10);
  assert_close(o.standardised, 2.64 * 2.64 / (2.64 * 2.64 + 0.36 + 0.64 + 0.9216 + 0.0784), 1e-10);
  assert_close(o.observed, o.standardised, 1e-10);
  assert_close(o.explained, (0.64 + 0.36 + 0.0784 + 0.9216) / 4, 1e-10);
}

/* Two columns that are the same leave nothing of their own: a Heywood case, held at a loading of 1. */
static void heywood(void **state) {
  (void)state;
  const double x[] = {1, 1, 2, 2, 2, 1, 3, 3, 5, 4, 4, 3, 5, 5, 4, 6, 6, 6};
  double loadings[3];
  niem_omega o;
  const double beyond[] = {0, 0, 0, 1, 2, 0, 2, 1, 2, 5, 4, 5, 3, 3, 4, 7, 7, 6, 6, 8, 5, 9, 8, 9};
  niem_matrix m = view(beyond, 8, 3); /* r12 r13 > r23: the first loading would be more than 1 */
  assert_int_equal(niem_mcdonald_omega(&o, loadings, &m, NULL, NULL), NIEM_OK);
  assert_true(o.converged == 1 && o.n_heywood == 1 && loadings[0] == 1);
  m = view(x, 6, 3);
  assert_int_equal(niem_mcdonald_omega(&o, loadings, &m, NULL, NULL), NIEM_OK);
  assert_true(o.converged == 1 && o.n_heywood == 2 && loadings[0] > 0.999999 && loadings[1] <= 1 && loadings[2] < 1);
}

static void factor_refused(void **state) {
  (void)state;
  const double flat[] = {1, 2, 7, 2, 4, 7, 3, 3, 7};
  const double gaps[] = {1, 2, GAP, 2, GAP, 1, GAP, 3, 1, 4, 4, 4};
  const double wrong[] = {1, 2, 1};
  niem_omega o;
  niem_error err;
  niem_omega_options options;
  niem_omega_options_init(&options);
  o.n = -7;
  niem_matrix m = view(flat, 3, 3);
  assert_refused(niem_mcdonald_omega(&o, NULL, &m, NULL, &err), &err, NIEM_ERROR_VALUE, "x", 0, 3);
  options.directions = wrong;
  options.n_directions = 3;
  assert_refused(niem_mcdonald_omega(&o, NULL, &m, &options, &err), &err, NIEM_ERROR_VALUE, "directions", 0, 2);
  niem_omega_options_init(&options);
  options.rows = -1;
  assert_refused(niem_mcdonald_omega(&o, NULL, &m, &options, &err), &err, NIEM_ERROR_ARGUMENT, "rows", 0, 0);
  m = view(gaps, 4, 3);
  assert_refused(niem_mcdonald_omega(&o, NULL, &m, NULL, &err), &err, NIEM_ERROR_VALUE, "x", 0, 0);
  m = view(attitude, 4, 2);
  assert_refused(niem_mcdonald_omega(&o, NULL, &m, NULL, &err), &err, NIEM_ERROR_VALUE, "x", 0, 0);
  assert_refused(niem_mcdonald_omega(NULL, NULL, &m, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out", 0, 0);
  assert_refused(niem_mcdonald_omega(&o, NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "x", 0, 0);
  assert_true(o.n == -7);
  niem_omega_options_init(NULL);
}

/* ---- components */

enum { CELLS = QUESTIONS * QUESTIONS };
typedef struct {
  niem_components_report report;
  double eigenvalues[QUESTIONS], shares[QUESTIONS], cumulated[QUESTIONS], communalities[QUESTIONS];
  double rotated_shares[QUESTIONS], adequacy[QUESTIONS];
  double loadings[CELLS], rotated[CELLS], rotation[CELLS], scores[PEOPLE * QUESTIONS];
} found;

static niem_status run(found *f, const niem_matrix *x, const niem_components_options *o, niem_error *err) {
  niem_components_arrays a;
  niem_components_arrays_init(&a);
  a.eigenvalues = f->eigenvalues;
  a.shares = f->shares;
  a.cumulated = f->cumulated;
  a.communalities = f->communalities;
  a.adequacy = f->adequacy;
  a.loadings = f->loadings;
  a.scores = f->scores;
  if (o != NULL && o->rotation == NIEM_ROTATION_VARIMAX) {
    a.rotated = f->rotated;
    a.rotated_shares = f->rotated_shares;
    a.rotation = f->rotation;
  }
  return niem_principal_components(&f->report, &a, x, o, err);
}

static niem_components_options keep(int64_t components) {
  niem_components_options o;
  niem_components_options_init(&o);
  o.components = components;
  return o;
}

static void published_components(void **state) {
  (void)state;
  found f;
  niem_components_options o = keep(3);
  o.rotation = NIEM_ROTATION_VARIMAX;
  const niem_matrix m = view(attitude, PEOPLE, QUESTIONS);
  const double rotated[] = {0.92871454, 0.04121874, 0.09085987, 0.92744720, 0.12903963,
                            0.12064992, 0.57242633, 0.42348787, -0.03508566};
  assert_int_equal(run(&f, &m, &o, NULL), NIEM_OK);
  assert_true(f.report.n == 30 && f.report.n_components == 3 && f.report.converged == 1);
  assert_values(f.rotated, rotated, 9, 2e-7);
  assert_close(f.report.kmo, 0.763275432158762, 1e-13);
  assert_close(f.report.bartlett, 98.7527786621811, 1e-13);
  assert_close(f.report.p, 4.79253903552844e-12, 1e-11);
  assert_true(f.report.df == 21);
}

/* What must hold for any data. */
static void identities(void **state) {
  (void)state;
  found f;
  const niem_matrix m = view(attitude, PEOPLE, QUESTIONS);
  for (int32_t of = 0; of < NIEM_OF_END; of++) {
    for (int64_t k = 1; k <= QUESTIONS; k++) {
      double total = 0, rotated_total = 0;
      niem_components_options o = keep(k);
      o.of = of;
      o.rotation = NIEM_ROTATION_VARIMAX;
      assert_int_equal(run(&f, &m, &o, NULL), NIEM_OK);
      for (int64_t c = 0; c < k; c++) {
        double squares = 0, sum = 0, variance = 0;
        for (int64_t j = 0; j < QUESTIONS; j++) {
          squares += f.loadings[j * k + c] * f.loadings[j * k + c];
          sum += f.loadings[j * k + c];
        }
        for (int64_t i = 0; i < PEOPLE; i++) {
          variance += f.scores[i * k + c] * f.scores[i * k + c] / (PEOPLE - 1);
        }
        assert_close(squares, f.eigenvalues[c], 1e-13);
        assert_close(variance, f.eigenvalues[c], 1e-12);
        assert_true(sum >= -1e-12 && (c == 0 || f.rotated_shares[c] <= f.rotated_shares[c - 1]));
        total += f.shares[c];
        rotated_total += f.rotated_shares[c];
      }
      assert_close(rotated_total, total, 1e-13);
      assert_close(f.report.explained, total, 1e-13);
      assert_close(f.cumulated[k - 1], total, 1e-13);
      for (int64_t j = 0; j < QUESTIONS; j++) {
        double communality = 0;
        for (int64_t c = 0; c < k; c++) {
          double turned = 0;
          for (int64_t b = 0; b < k; b++) {
            turned += f.loadings[j * k + b] * f.rotation[b * k + c];
          }
          assert_close(turned + 100, f.rotated[j * k + c] + 100, 1e-14);
          communality += f.rotated[j * k + c] * f.rotated[j * k + c];
        }
        assert_close(communality, f.communalities[j], 1e-13);
      }
    }
  }
}

static void how_many(void **state) {
  (void)state;
  found f;
  const niem_matrix m = view(attitude, PEOPLE, QUESTIONS);
  niem_components_options o = keep(0);
  assert_int_equal(run(&f, &m, NULL, NULL), NIEM_OK);
  assert_true(f.report.n_components == 2 && f.eigenvalues[1] >= 1 && f.eigenvalues[2] < 1);
  o.of = NIEM_OF_COVARIANCES;
  assert_int_equal(run(&f, &m, &o, NULL), NIEM_OK);
  const double mean = f.eigenvalues[0] / f.shares[0] / QUESTIONS;
  assert_true(f.eigenvalues[f.report.n_components - 1] >= mean && f.eigenvalues[f.report.n_components] < mean);
  o = keep(0);
  o.explained = 0.7;
  assert_int_equal(run(&f, &m, &o, NULL), NIEM_OK);
  assert_true(f.report.explained >= 0.7 && f.cumulated[f.report.n_components - 2] < 0.7);
  o.explained = 1;
  assert_int_equal(run(&f, &m, &o, NULL), NIEM_OK);
  assert_true(f.report.n_components == QUESTIONS && f.report.explained == 1 && f.cumulated[QUESTIONS - 1] == 1);
  assert_int_equal(niem_principal_components(&f.report, NULL, &m, NULL, NULL), NIEM_OK);
}

/* Fewer rows than columns: singular, but there are components. A gap: no score, the rest as without the row. */
static void singular_and_gaps(void **state) {
  (void)state;
  found f, g;
  double x[6 * QUESTIONS];
  niem_matrix m = view(attitude, 5, QUESTIONS);
  niem_components_options o = keep(2);
  assert_int_equal(run(&f, &m, &o, NULL), NIEM_OK);
  assert_same_bits(f.report.kmo, ni_nan());
  assert_same_bits(f.report.determinant, ni_nan());
  assert_same_bits(f.report.bartlett, ni_nan());
  assert_same_bits(f.report.df, ni_nan());
  assert_same_bits(f.report.p, ni_nan());
  assert_same_bits(f.adequacy[0], ni_nan());
  assert_true(f.eigenvalues[4] < 1e-14);
  memcpy(x, attitude, sizeof x);
  x[2 * QUESTIONS + 1] = GAP;
  memcpy(x + 5 * QUESTIONS, attitude + 2 * QUESTIONS, QUESTIONS * sizeof *x);
  m = view(x, 6, QUESTIONS);
  assert_int_equal(run(&g, &m, &o, NULL), NIEM_OK);
  assert_true(g.report.n == 5);
  assert_memory_equal(g.eigenvalues, f.eigenvalues, sizeof g.eigenvalues);
  assert_memory_equal(g.loadings, f.loadings, 2 * QUESTIONS * sizeof *g.loadings);
  assert_same_bits(g.scores[4], ni_nan());
  assert_same_bits(g.scores[10], f.scores[4]);
  const double pair[] = {1, 2, 2, 4, 3, 7};
  m = view(pair, 3, 2);
  o = keep(1);
  assert_int_equal(run(&f, &m, &o, NULL), NIEM_OK);
  assert_close(f.report.kmo, 0.5, 1e-13); /* two columns have no others to be adequate for */
  m = view(pair, 6, 1);
  assert_int_equal(run(&f, &m, &o, NULL), NIEM_OK);
  assert_same_bits(f.report.kmo, ni_nan());
  assert_same_bits(f.report.bartlett, ni_nan());
  assert_true(f.eigenvalues[0] == 1 && f.loadings[0] == 1);
}

static void components_refused(void **state) {
  (void)state;
  const double flat[] = {1, 2, 2, 2, 3, 2, 4, 2};
  found f;
  niem_error err;
  niem_matrix m = view(flat, 4, 2);
  niem_components_options o = keep(1);
  niem_components_arrays a;
  f.report.n = -7;
  assert_refused(run(&f, &m, &o, &err), &err, NIEM_ERROR_VALUE, "x", 0, 2);
  o.of = NIEM_OF_COVARIANCES;
  assert_int_equal(run(&f, &m, &o, NULL), NIEM_OK);
  assert_true(f.shares[0] == 1 && f.loadings[1] == 0);
  f.report.n = -7;
  const double nothing[] = {1, 1, 1, 1};
  m = view(nothing, 4, 1);
  assert_refused(run(&f, &m, &o, &err), &err, NIEM_ERROR_VALUE, "x", 0, 0);
  m = view(flat, 2, 2);
  assert_refused(run(&f, &m, &o, &err), &err, NIEM_ERROR_VALUE, "x", 0, 0);
  m = view(flat, 4, 2);
  o = keep(3);
  assert_refused(run(&f, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "components", 0, 0);
  o = keep(-1);
  assert_refused(run(&f, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "components", 0, 0);
  o = keep(1);
  o.explained = 0.5;
  assert_refused(run(&f, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "explained", 0, 0);
  o = keep(0);
  o.explained = 1.5;
  assert_refused(run(&f, &m, &o, &err), &err, NIEM_ERROR_VALUE, "explained", 0, 0);
  o = keep(1);
  o.of = 2;
  assert_refused(run(&f, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "of", 0, 0);
  o = keep(1);
  o.rotation = 2;
  assert_refused(run(&f, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "rotation", 0, 0);
  niem_components_arrays_init(&a);
  a.rotated = f.rotated;
  assert_refused(niem_principal_components(&f.report, &a, &m, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "rotation", 0, 0);
  a.struct_size = 2;
  assert_refused(niem_principal_components(&f.report, &a, &m, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "arrays", 0, 0);
  assert_refused(niem_principal_components(NULL, NULL, &m, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out", 0, 0);
  assert_refused(niem_principal_components(&f.report, NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "x", 0, 0);
  assert_true(f.report.n == -7);
  niem_components_options_init(NULL);
  niem_components_arrays_init(NULL);
}

/* Loadings of simple structure that were turned are turned back; nothing to turn stays. */
static void turned_back(void **state) {
  (void)state;
  const double simple[] = {0.9, 0, 0.8, 0, 0.7, 0, 0, 0.6, 0, 0.5, 0, 0};
  double x[12], rotation[4], room[10];
  for (int i = 0; i < 6; i++) {
    x[2 * i] = 0.6 * simple[2 * i] - 0.8 * simple[2 * i + 1];
    x[2 * i + 1] = 0.8 * simple[2 * i] + 0.6 * simple[2 * i + 1];
  }
  assert_true(ni_varimax(x, rotation, 6, 2, room));
  for (int i = 0; i < 12; i++) {
    assert_true(fabs(x[i] - simple[i]) < 1e-14);
  }
  assert_close(rotation[0], 0.6, 1e-13);
  double zeros[] = {0, 0, 0, 0};
  assert_true(ni_varimax(zeros, rotation, 2, 2, room));
  assert_true(zeros[0] == 0 && rotation[0] == 1 && rotation[1] == 0);
}

static void the_same_bits(void **state) {
  (void)state;
  found f;
  double loadings[QUESTIONS];
  niem_omega w;
  uint64_t digest = DIGEST_START;
  niem_components_options o = keep(4);
  o.rotation = NIEM_ROTATION_VARIMAX;
  const niem_matrix m = view(attitude, PEOPLE, QUESTIONS);
  assert_int_equal(run(&f, &m, &o, NULL), NIEM_OK);
  assert_int_equal(niem_mcdonald_omega(&w, loadings, &m, NULL, NULL), NIEM_OK);
  digest = digest_doubles(digest, f.rotated, 4 * QUESTIONS);
  digest = digest_doubles(digest, f.scores, 4 * PEOPLE);
  digest = digest_doubles(digest, &f.report.explained, 6);
  digest = digest_doubles(digest, loadings, QUESTIONS);
  assert_digest("components", digest_doubles(digest, &w.omega, 5), 0x2b264f1268557df5u);
}

static int all_once(void) {
  found f;
  niem_omega w;
  niem_components_options o = keep(2);
  o.rotation = NIEM_ROTATION_VARIMAX;
  const niem_matrix m = view(attitude, PEOPLE, 4);
  niem_status status = run(&f, &m, &o, NULL);
  status = status == NIEM_OK ? niem_mcdonald_omega(&w, NULL, &m, NULL, NULL) : status;
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  return status != NIEM_OK;
}

static void memory_runs_out(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(all_once());
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(published_factor), cmocka_unit_test(an_exact_factor),      cmocka_unit_test(heywood),
      cmocka_unit_test(factor_refused),   cmocka_unit_test(published_components), cmocka_unit_test(identities),
      cmocka_unit_test(how_many),         cmocka_unit_test(singular_and_gaps),    cmocka_unit_test(components_refused),
      cmocka_unit_test(turned_back),      cmocka_unit_test(the_same_bits),        cmocka_unit_test(memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
