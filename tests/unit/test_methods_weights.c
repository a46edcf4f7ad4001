/* niem/methods.h, weights. Expected values of methods without a closed form are those of NumPy 2.4 (linalg.eig,
 * corrcoef) and SciPy 1.17 (optimize.linprog, HiGHS). */
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

enum { ROWS = 6, COLS = 3 };
static const double data[ROWS * COLS] = {1, 10, 3, 2, 12, 1, 3, 9, 4, 4, 20, 2, 5, 15, 6, 6, 18, 5};

static niem_weights_options by(int32_t method) {
  niem_weights_options o;
  niem_weights_options_init(&o);
  o.method = method;
  return o;
}

static void assert_weights(int32_t method, int64_t components, const double *expected) {
  double out[COLS];
  niem_error err;
  const niem_matrix m = view(data, ROWS, COLS);
  niem_weights_options o = by(method);
  o.components = components;
  const niem_status status = niem_weights(out, NULL, NULL, &m, &o, &err);
  if (status != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
  }
  assert_int_equal(status, NIEM_OK);
  assert_values(out, expected, COLS, 1e-13);
  assert_close(out[0] + out[1] + out[2], 1.0, 1e-15);
}

static void from_the_data(void **state) {
  (void)state;
  const double third = 1.0 / 3;
  const double equal[] = {third, third, third};
  const double pca[] = {0.4754203361280713, 0.28340944051996386, 0.24117022335196478};
  const double pca_two[] = {0.32884892280046035, 0.3349089822411908, 0.33624209495834867};
  const double entropy[] = {0.43063782530132255, 0.13872434939735553, 0.4306378253013219};
  const double critic[] = {0.19740201076411865, 0.40479684420191075, 0.3978011450339706};
  const double deviation[] = {0.229019945774904, 0.5419601084501919, 0.229019945774904};
  assert_weights(NIEM_WEIGHTS_EQUAL, 1, equal);
  assert_weights(NIEM_WEIGHTS_PCA, 1, pca);
  assert_weights(NIEM_WEIGHTS_PCA, 2, pca_two);
  assert_weights(NIEM_WEIGHTS_PCA, 3, equal);
  assert_weights(NIEM_WEIGHTS_PCA, 0, pca);
  assert_weights(NIEM_WEIGHTS_ENTROPY, 1, entropy);
  assert_weights(NIEM_WEIGHTS_CRITIC, 1, critic);
  assert_weights(NIEM_WEIGHTS_DEVIATION, 1, deviation);
}

static double correlation(const double *x, int64_t stride, const double *y, int64_t n) {
  double mx = 0;
  double my = 0;
  double xx = 0;
  double yy = 0;
  double xy = 0;
  for (int64_t i = 0; i < n; i++) {
    mx += x[i * stride] / (double)n;
    my += y[i] / (double)n;
  }
  for (int64_t i = 0; i < n; i++) {
    xx += (x[i * stride] - mx) * (x[i * stride] - mx);
    yy += (y[i] - my) * (y[i] - my);
    xy += (x[i * stride] - mx) * (y[i] - my);
  }
  return xy / sqrt(xx * yy);
}

/* COINr's optimiser stops at once and says success; tightened, it returns negative weights. */
static void equal_influence(void **state) {
  (void)state;
  const double targets[] = {2.4, 1.8, 1.75};
  double w[COLS], shares[COLS], index[ROWS];
  niem_weights_report r;
  const niem_matrix m = view(data, ROWS, COLS);
  niem_weights_options o = by(NIEM_WEIGHTS_INFLUENCE);
  for (int given = 0; given < 2; given++) {
    o.targets = given ? targets : NULL;
    o.n_targets = given ? COLS : 0;
    assert_int_equal(niem_weights(w, shares, &r, &m, &o, NULL), NIEM_OK);
    assert_true(r.n_rows == ROWS && (!given || (r.reached == 1 && r.departure < 1e-12 && r.n_zero == 0)));
    double sum = 0;
    for (int i = 0; i < ROWS; i++) {
      index[i] = w[0] * data[i * COLS] + w[1] * data[i * COLS + 1] + w[2] * data[i * COLS + 2];
    }
    for (int j = 0; j < COLS; j++) {
      assert_true(w[j] >= 0);
      sum += correlation(data + j, COLS, index, ROWS);
    }
    for (int j = 0; j < COLS; j++) {
      assert_close(correlation(data + j, COLS, index, ROWS) / sum, shares[j], 1e-12);
    }
  }
}

/* Two columns that are nearly the same and a third that they carry: no weights >= 0 give it less influence. */
static void influence_out_of_reach(void **state) {
  (void)state;
  const double targets[] = {1, 1, 0.01};
  double w[COLS], shares[COLS];
  niem_weights_report r;
  const niem_matrix m = view(data, ROWS, COLS);
  niem_weights_options o = by(NIEM_WEIGHTS_INFLUENCE);
  o.targets = targets;
  o.n_targets = COLS;
  assert_int_equal(niem_weights(w, shares, &r, &m, &o, NULL), NIEM_OK);
  assert_true(r.reached == 0 && r.n_zero == 1 && w[2] == 0 && shares[2] > 0.01 / 2.01 && r.departure > 0.01);
  assert_close(shares[0], shares[1], 1e-12);
}

static double mean_correlation(const double *w) {
  double index[ROWS], sum = 0;
  for (int i = 0; i < ROWS; i++) {
    index[i] = w[0] * data[i * COLS] + w[1] * data[i * COLS + 1] + w[2] * data[i * COLS + 2];
  }
  for (int j = 0; j < COLS; j++) {
    sum += correlation(data + j, COLS, index, ROWS);
  }
  return sum / COLS;
}

/* No other weights have a greater mean correlation, which the report says. */
static void most_information(void **state) {
  (void)state;
  double w[COLS];
  niem_weights_report r;
  uint64_t random = 5;
  const niem_matrix m = view(data, ROWS, COLS);
  const niem_weights_options o = by(NIEM_WEIGHTS_INFOMAX);
  assert_int_equal(niem_weights(w, NULL, &r, &m, &o, NULL), NIEM_OK);
  assert_close(r.mean_correlation, mean_correlation(w), 1e-13);
  assert_true(r.reached == 1 && r.converged == 1 && r.evaluations == 0 && r.n_zero == 0);
  for (int k = 0; k < 1000; k++) {
    double other[COLS];
    for (int j = 0; j < COLS; j++) {
      other[j] = k % 2 == 0 ? next_uniform(&random, 0, 1) : w[j] * next_uniform(&random, 0.95, 1.05);
    }
    assert_true(mean_correlation(other) <= r.mean_correlation + 1e-14);
  }
}

/* By rank correlations: positive weights, at least as good as those for Pearson's and equal ones; a search that may
 * look only twice says that it has not come to an end. */
static void searched_weights(void **state) {
  (void)state;
  double x[SAMPLE], w[SAMPLE_COLS], shares[SAMPLE_COLS];
  niem_weights_report r, equal;
  make_sample(x);
  const niem_matrix m = view(x, SAMPLE_ROWS, SAMPLE_COLS);
  for (int32_t method = NIEM_WEIGHTS_INFLUENCE; method <= NIEM_WEIGHTS_INFOMAX; method++) {
    for (int32_t kind = NIEM_CORRELATION_SPEARMAN; kind <= NIEM_CORRELATION_KENDALL; kind++) {
      niem_weights_options o = by(method);
      o.correlation = kind;
      assert_int_equal(niem_weights(w, shares, &r, &m, &o, NULL), NIEM_OK);
      assert_true(r.converged == 1 && r.evaluations > 2 * SAMPLE_COLS && r.n_zero == 0);
      double sum = 0;
      for (int j = 0; j < SAMPLE_COLS; j++) {
        assert_true(w[j] > 0);
        sum += shares[j];
      }
      assert_close(sum, 1, 1e-14);
      o.max_evaluations = 2;
      assert_int_equal(niem_weights(w, shares, &equal, &m, &o, NULL), NIEM_OK);
      assert_true(equal.converged == 0 && equal.evaluations >= 1 && equal.evaluations <= 4);
      assert_true(method == NIEM_WEIGHTS_INFOMAX ? r.mean_correlation >= equal.mean_correlation
                                                 : r.departure <= equal.departure);
    }
  }
}

static void bad_data(void **state) {
  (void)state;
  const double constant[] = {1, 5, 2, 5, 3, 5, 4, 5};
  const double opposite[] = {1, 4, 2, 3, 3, 2, 4, 1};
  const double gaps[] = {1, GAP, GAP, 2, 3, 4, 5, 7};
  const double targets[] = {1, 0};
  double w[2];
  niem_error err;
  niem_matrix m = view(constant, 4, 2);
  niem_weights_options o = by(NIEM_WEIGHTS_PCA);
  assert_refused(niem_weights(w, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_VALUE, "x", 0, 2);
  o.method = NIEM_WEIGHTS_DEVIATION;
  assert_int_equal(niem_weights(w, NULL, NULL, &m, &o, NULL), NIEM_OK);
  assert_true(w[0] == 1 && w[1] == 0);
  m = view(constant + 1, 3, 1);
  m.row_stride = 2;
  assert_refused(niem_weights(w, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_VALUE, "x", 0, 0);
  m = view(opposite, 4, 2);
  o.method = NIEM_WEIGHTS_INFLUENCE;
  assert_refused(niem_weights(w, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_VALUE, "x", 0, 0);
  o.targets = targets;
  o.n_targets = 2;
  assert_refused(niem_weights(w, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_VALUE, "targets", 0, 2);
  o = by(NIEM_WEIGHTS_PCA);
  m = view(gaps, 4, 2);
  assert_refused(niem_weights(w, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_VALUE, "x", 0, 0);
  o.components = 3;
  assert_refused(niem_weights(w, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "components", 0, 0);
  o = by(NIEM_WEIGHTS_PCA);
  o.correlation = NIEM_CORRELATION_KENDALL;
  assert_refused(niem_weights(w, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "correlation", 0, 0);
  o = by(NIEM_WEIGHTS_INFOMAX);
  o.correlation = NIEM_CORRELATION_END;
  assert_refused(niem_weights(w, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "correlation", 0, 0);
  o.correlation = NIEM_CORRELATION_SPEARMAN;
  o.max_evaluations = 0;
  assert_refused(niem_weights(w, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "max_evaluations", 0, 0);
  o.correlation = NIEM_CORRELATION_PEARSON;
  o.max_evaluations = 7;
  assert_refused(niem_weights(w, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "max_evaluations", 0, 0);
  o = by(NIEM_WEIGHTS_ENTROPY);
  const double negative[] = {1, 2, 3, -4};
  m = view(negative, 2, 2);
  assert_refused(niem_weights(w, NULL, NULL, &m, &o, &err), &err, NIEM_ERROR_VALUE, "x", 2, 2);
}

static void budgets(void **state) {
  (void)state;
  const double points[] = {60, 40, GAP, 10};
  const double expected[] = {0.3, 0.7};
  double w[2];
  niem_error err;
  niem_matrix m = view(points, 2, 2);
  assert_int_equal(niem_weights_budget(w, &m, NULL), NIEM_OK);
  assert_values(w, expected, 2, 1e-15);
  assert_refused(niem_weights_budget(w, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "points", 0, 0);
  const double none[] = {1, 2, 0, GAP};
  m = view(none, 2, 2);
  assert_refused(niem_weights_budget(w, &m, &err), &err, NIEM_ERROR_VALUE, "points", 2, 0);
}

static void pairwise_comparisons(void **state) {
  (void)state;
  const double a[] = {1, 3, 5, GAP, 1, 2, GAP, GAP, GAP};
  const double consistent[] = {1, 2, 4, 0.5, 1, 2, 0.25, 0.5, 1};
  const double four_two_one[] = {4.0 / 7, 2.0 / 7, 1.0 / 7};
  const double expected[] = {0.6483290138222365, 0.2296507940626372, 0.12202019211512623};
  const double broken[] = {1, 3, 3, 1};
  const double half[] = {1, GAP, GAP, 1};
  double w[3], ratio, eigenvalue;
  niem_error err;
  niem_matrix m = view(a, 3, 3);
  assert_int_equal(niem_weights_ahp(w, &ratio, &eigenvalue, &m, NULL), NIEM_OK);
  assert_values(w, expected, 3, 1e-14);
  assert_close(eigenvalue, 3.003694598063639, 1e-14);
  assert_close(ratio, (3.003694598063639 - 3) / 2 / 0.58, 1e-11);
  m = view(consistent, 3, 3);
  assert_int_equal(niem_weights_ahp(w, &ratio, NULL, &m, NULL), NIEM_OK);
  assert_values(w, four_two_one, 3, 1e-15);
  assert_true(ratio < 1e-14);
  m = view(broken, 2, 2);
  assert_refused(niem_weights_ahp(w, NULL, NULL, &m, &err), &err, NIEM_ERROR_VALUE, "comparisons", 2, 1);
  m = view(half, 2, 2);
  assert_refused(niem_weights_ahp(w, NULL, NULL, &m, &err), &err, NIEM_ERROR_VALUE, "comparisons", 1, 2);
  m = view(a, 3, 2);
  assert_refused(niem_weights_ahp(w, NULL, NULL, &m, &err), &err, NIEM_ERROR_ARGUMENT, "comparisons", 0, 0);
}

/* ---- benefit of the doubt */

static void favourable_weights(void **state) {
  (void)state;
  const double expected[] = {0.575757575757576, 0.5999999999999996, 0.6666666666666666, 1.0, 1.0, 1.0000000000000007};
  const double restricted[] = {0.3886010362694301, 0.37735849056603776, 0.6153846153846154,
                               0.7142857142857142, 0.9836065573770492,  1.0000000000000002};
  const double least[] = {0.2, 0.2, 0.2};
  const double most[] = {0.5, 0.5, 0.5};
  double scores[ROWS], weights[ROWS * COLS];
  niem_benefit_options o;
  const niem_matrix m = view(data, ROWS, COLS);
  niem_benefit_options_init(&o);
  assert_int_equal(niem_benefit_of_doubt(scores, weights, &m, &o, NULL), NIEM_OK);
  assert_values(scores, expected, ROWS, 1e-13);
  for (int i = 0; i < ROWS; i++) {
    for (int k = 0; k < ROWS; k++) {
      double sum = 0;
      for (int j = 0; j < COLS; j++) {
        sum += weights[i * COLS + j] * data[k * COLS + j];
      }
      assert_true(sum <= 1 + 1e-12);
    }
  }
  o.least_shares = least;
  o.most_shares = most;
  o.n_shares = COLS;
  assert_int_equal(niem_benefit_of_doubt(scores, weights, &m, &o, NULL), NIEM_OK);
  assert_values(scores, restricted, ROWS, 1e-13);
  for (int k = 0; k < ROWS * COLS; k++) {
    const double share = weights[k] * data[k] / scores[k / COLS];
    assert_true(share > 0.2 - 1e-12 && share < 0.5 + 1e-12);
  }
}

/* Compind gives a unit with a missing value 1.000, the best score. */
static void a_gap_is_no_advantage(void **state) {
  (void)state;
  const double x[] = {2, 2, 9, GAP, 1, 2, 0, 0};
  const double expected[] = {1, GAP, 1, 0};
  const double least[] = {0.6, 0.6};
  double scores[4];
  niem_error err;
  niem_benefit_options o;
  const niem_matrix m = view(x, 4, 2);
  assert_int_equal(niem_benefit_of_doubt(scores, NULL, &m, NULL, NULL), NIEM_OK);
  assert_values(scores, expected, 4, 0);
  niem_benefit_options_init(&o);
  o.least_shares = least;
  o.n_shares = 2;
  assert_refused(niem_benefit_of_doubt(scores, NULL, &m, &o, &err), &err, NIEM_ERROR_VALUE, "least_shares", 0, 0);
  o.n_shares = 3;
  assert_refused(niem_benefit_of_doubt(scores, NULL, &m, &o, &err), &err, NIEM_ERROR_ARGUMENT, "least_shares", 0, 0);
  const double negative[] = {1, -1};
  const niem_matrix n = view(negative, 1, 2);
  assert_refused(niem_benefit_of_doubt(scores, NULL, &n, NULL, &err), &err, NIEM_ERROR_VALUE, "x", 1, 2);
}

/* ---- bits and memory */

static void the_same_bits(void **state) {
  (void)state;
  double x[SAMPLE], w[SAMPLE_COLS], scores[SAMPLE_ROWS], weights[SAMPLE];
  uint64_t digest = DIGEST_START;
  make_sample(x);
  const niem_matrix m = view(x, SAMPLE_ROWS, SAMPLE_COLS);
  for (int32_t method = 0; method < NIEM_WEIGHTS_END; method++) {
    const niem_weights_options o = by(method);
    assert_int_equal(niem_weights(w, NULL, NULL, &m, &o, NULL), NIEM_OK);
    digest = method == NIEM_WEIGHTS_INFOMAX ? digest : digest_doubles(digest, w, SAMPLE_COLS);
  }
  uint64_t searched = DIGEST_START;
  for (int k = 0; k < 4; k++) {
    niem_weights_options o = by(k < 2 ? NIEM_WEIGHTS_INFLUENCE : NIEM_WEIGHTS_INFOMAX);
    o.correlation = k % 2 == 0 ? NIEM_CORRELATION_SPEARMAN : NIEM_CORRELATION_KENDALL;
    assert_int_equal(niem_weights(w, NULL, NULL, &m, &o, NULL), NIEM_OK);
    searched = digest_doubles(searched, w, SAMPLE_COLS);
  }
  assert_digest("weights that are searched for", searched, 0x5fbc504f0c067d2du);
  assert_int_equal(niem_benefit_of_doubt(scores, weights, &m, NULL, NULL), NIEM_OK);
  digest = digest_doubles(digest_doubles(digest, scores, SAMPLE_ROWS), weights, SAMPLE);
  assert_digest("weights", digest, 0x8213f4583b5d3f6cu);
}

static int weigh_all(int32_t method) {
  double x[SAMPLE], w[SAMPLE_COLS], scores[SAMPLE_ROWS], weights[SAMPLE];
  const double a[] = {1, 3, 1.0 / 3, 1};
  make_sample(x);
  const niem_matrix m = view(x, SAMPLE_ROWS, SAMPLE_COLS);
  const niem_matrix pairs = view(a, 2, 2);
  const niem_weights_options o = by(method);
  niem_status status = niem_weights(w, scores, NULL, &m, &o, NULL);
  if (status == NIEM_OK) {
    status = niem_benefit_of_doubt(scores, weights, &m, NULL, NULL);
  }
  if (status == NIEM_OK) {
    status = niem_weights_budget(w, &pairs, NULL);
  }
  if (status == NIEM_OK) {
    status = niem_weights_ahp(w, NULL, NULL, &pairs, NULL);
  }
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  return status != NIEM_OK;
}

static int search_once(void) {
  double w[COLS];
  const niem_matrix m = view(data, ROWS, COLS);
  niem_weights_options o = by(NIEM_WEIGHTS_INFLUENCE);
  o.correlation = NIEM_CORRELATION_KENDALL;
  o.max_evaluations = 4;
  const niem_status status = niem_weights(w, NULL, NULL, &m, &o, NULL);
  assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
  return status != NIEM_OK;
}

static void memory_runs_out(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(weigh_all(NIEM_WEIGHTS_PCA));
  EACH_ALLOCATION_FAILS(weigh_all(NIEM_WEIGHTS_ENTROPY));
  EACH_ALLOCATION_FAILS(search_once());
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(from_the_data),
      cmocka_unit_test(equal_influence),
      cmocka_unit_test(influence_out_of_reach),
      cmocka_unit_test(most_information),
      cmocka_unit_test(searched_weights),
      cmocka_unit_test(bad_data),
      cmocka_unit_test(budgets),
      cmocka_unit_test(pairwise_comparisons),
      cmocka_unit_test(favourable_weights),
      cmocka_unit_test(a_gap_is_no_advantage),
      cmocka_unit_test(the_same_bits),
      cmocka_unit_test(memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
