/* The public functions for bare vectors (niem/numbers.h): their arguments are checked here, the arithmetic is in
 * base/exact, base/order, base/math and base/number.
 *
 * Every function computes under the default floating-point state, whatever its caller has set, so that the bits are
 * the same in a process whose rounding or flushing another library has changed. */
#include "base/platform.h"

#include "base/exact.h"
#include "base/fail.h"
#include "base/fpenv.h"
#include "base/math.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/order.h"
#include "niem/numbers.h"

_Static_assert(NI_TIES_MIN == 0 && NI_TIES_MAX == 1 && NI_TIES_AVERAGE == 2 && NI_TIES_DENSE == 3 && NI_TIES_FIRST == 4,
               "niem/comparison.h publishes these numbers as NIEM_TIES_...");

/* ---- arguments */

/* Whether element (n - 1) * stride of an array of doubles can be addressed at all. */
static int is_addressable(int64_t n, int64_t stride) {
  const int64_t most = INT64_MAX / (int64_t)sizeof(double);
  if (n <= 1) {
    return 1;
  }
  return stride <= most / (n - 1) && stride >= -(most / (n - 1));
}

static niem_status check_stride(int64_t n, int64_t stride, const char *where, niem_error *err) {
  if (stride == 0 && n > 1) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, where, "is 0, which reads one element %lld times; 1 is a plain array",
                   (long long)n);
  }
  if (!is_addressable(n, stride)) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, where,
                   "is %lld, which with %lld elements reaches beyond any memory; it counts elements, not bytes",
                   (long long)stride, (long long)n);
  }
  return NIEM_OK;
}

/* A vector that is read: NULL is a vector of none. */
static niem_status check_vector(const double *x, int64_t n, int64_t stride, niem_error *err) {
  if (n < 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "n", "is %lld; the number of elements is 0 or more", (long long)n);
  }
  if (x == NULL && n > 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "x", "is NULL though n is %lld", (long long)n);
  }
  return check_stride(n, stride, "stride", err);
}

static niem_status check_output(const double *out, int64_t n, niem_error *err) {
  if (out == NULL && n > 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "out", "is NULL; it must have room for %lld", (long long)n);
  }
  return NIEM_OK;
}

static niem_status fail_number(niem_error *err, int64_t i, const char *where, double x, const char *right) {
  char text[NI_DOUBLE_TEXT];
  (void)ni_print_double(text, x);
  return ni_fail_at(err, NIEM_ERROR_VALUE, i + 1, 0, where, "element %lld is %s; %s", (long long)(i + 1), text, right);
}

static niem_status check_weights(const double *weights, int64_t n, int64_t stride, niem_error *err) {
  niem_status status = check_stride(n, stride, "weights_stride", err);
  for (int64_t i = 0; status == NIEM_OK && i < n; i++) {
    const double w = weights[i * stride];
    if (!ni_is_finite(w) || w < 0) {
      status = fail_number(err, i, "weights", w, "weights are finite and not negative");
    }
  }
  return status;
}

static niem_status check_probabilities(const double *probabilities, int64_t n, niem_error *err) {
  if (n < 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "n_probabilities", "is %lld; the number of probabilities is 0 or more",
                   (long long)n);
  }
  if (probabilities == NULL && n > 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "probabilities", "is NULL though n_probabilities is %lld", (long long)n);
  }
  for (int64_t i = 0; i < n; i++) {
    if (!(probabilities[i] >= 0 && probabilities[i] <= 1)) {
      return fail_number(err, i, "probabilities", probabilities[i], "probabilities are within 0 and 1");
    }
  }
  return NIEM_OK;
}

static niem_status check_ranking(int32_t descending, int32_t ties, double tolerance, niem_error *err) {
  if (descending != 0 && descending != 1) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "descending",
                   "is %d; 1 gives rank 1 to the greatest value, 0 to the least", (int)descending);
  }
  if (ties < NI_TIES_MIN || ties > NI_TIES_FIRST) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "ties",
                   "is %d; it is one of 0 (min), 1 (max), 2 (average), 3 (dense), 4 (first)", (int)ties);
  }
  if (!ni_is_finite(tolerance) || tolerance < 0) {
    char text[NI_DOUBLE_TEXT];
    (void)ni_print_double(text, tolerance);
    return ni_fail(err, NIEM_ERROR_VALUE, "tolerance", "is %s; a tolerance is finite and not negative", text);
  }
  return NIEM_OK;
}

/* ---- kernels */

static double sum_present(const double *x, int64_t n, int64_t stride) {
  ni_exact acc;
  ni_exact_init(&acc);
  for (int64_t i = 0; i < n; i++) {
    if (!ni_is_nan(x[i * stride])) {
      ni_exact_add(&acc, x[i * stride]);
    }
  }
  return ni_exact_round(&acc);
}

/* The values that are not NaN, sorted, for any number of quantiles. */
static double *sort_present(const double *x, int64_t n, int64_t stride, int64_t *valid) {
  double *sorted = ni_alloc((size_t)n, sizeof *sorted);
  *valid = 0;
  for (int64_t i = 0; sorted != NULL && i < n; i++) {
    if (!ni_is_nan(x[i * stride])) {
      sorted[(*valid)++] = x[i * stride];
    }
  }
  if (sorted != NULL) {
    ni_sort_doubles(sorted, *valid);
  }
  return sorted;
}

static double round_one(double x, int32_t digits) {
  return ni_is_nan(x) ? ni_nan() : ni_round_decimals(x, (int)digits);
}

static double significant_one(double x, int32_t digits) {
  return ni_is_nan(x) ? ni_nan() : ni_round_significant(x, (int)digits);
}

static double log_one(double x, int32_t unused) {
  (void)unused;
  return ni_log(x);
}

static double exp_one(double x, int32_t unused) {
  (void)unused;
  return ni_exp(x);
}

/* out[i] = f(x[i]); out may be x itself. */
static niem_status each(double *out, const double *x, int64_t n, int64_t stride, double (*f)(double, int32_t),
                        int32_t parameter, niem_error *err) {
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  NIEM_TRY(check_vector(x, n, stride, err));
  NIEM_TRY(check_output(out, n, err));
  ni_fpenv_enter(&saved);
  for (int64_t i = 0; i < n; i++) {
    out[i] = f(x[i * stride], parameter);
  }
  ni_fpenv_leave(&saved);
cleanup:
  return status;
}

/* ---- public */

niem_status niem_exact_sum(double *out, const double *x, int64_t n, int64_t stride, niem_error *err) {
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  NIEM_TRY(check_output(out, 1, err));
  NIEM_TRY(check_vector(x, n, stride, err));
  ni_fpenv_enter(&saved);
  *out = sum_present(x, n, stride);
  ni_fpenv_leave(&saved);
cleanup:
  return status;
}

niem_status niem_exact_mean(double *out, const double *x, int64_t n, int64_t stride, const double *weights,
                            int64_t weights_stride, niem_error *err) {
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  NIEM_TRY(check_output(out, 1, err));
  NIEM_TRY(check_vector(x, n, stride, err));
  if (weights != NULL) {
    NIEM_TRY(check_weights(weights, n, weights_stride, err));
  }
  ni_fpenv_enter(&saved);
  *out = weights == NULL ? ni_exact_mean(x, n, stride) : ni_exact_weighted_mean(x, weights, n, stride, weights_stride);
  ni_fpenv_leave(&saved);
cleanup:
  return status;
}

niem_status niem_quantile(double *out, const double *x, int64_t n, int64_t stride, const double *probabilities,
                          int64_t n_probabilities, niem_error *err) {
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  int64_t valid;
  double *sorted = NULL;
  NIEM_TRY(check_vector(x, n, stride, err));
  NIEM_TRY(check_probabilities(probabilities, n_probabilities, err));
  NIEM_TRY(check_output(out, n_probabilities, err));
  sorted = sort_present(x, n, stride, &valid);
  if (sorted == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  ni_fpenv_enter(&saved);
  for (int64_t i = 0; i < n_probabilities; i++) {
    out[i] = ni_quantile_sorted(sorted, valid, probabilities[i]);
  }
  ni_fpenv_leave(&saved);
cleanup:
  ni_free(sorted);
  return status;
}

niem_status niem_rank_values(double *out, const double *x, int64_t n, int64_t stride, int32_t descending, int32_t ties,
                             double tolerance, niem_error *err) {
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  double *ranks = NULL;
  NIEM_TRY(check_vector(x, n, stride, err));
  NIEM_TRY(check_output(out, n, err));
  NIEM_TRY(check_ranking(descending, ties, tolerance, err));
  /* Ranks are made apart: out may be x itself, and is untouched when memory is short. */
  ranks = ni_alloc((size_t)n, sizeof *ranks);
  if (ranks == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  ni_fpenv_enter(&saved);
  const int done = ni_rank(ranks, x, n, stride, descending, ties, tolerance);
  ni_fpenv_leave(&saved);
  if (!done) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  for (int64_t i = 0; i < n; i++) {
    out[i] = ranks[i];
  }
cleanup:
  ni_free(ranks);
  return status;
}

niem_status niem_log(double *out, const double *x, int64_t n, int64_t stride, niem_error *err) {
  return each(out, x, n, stride, log_one, 0, err);
}

niem_status niem_exp(double *out, const double *x, int64_t n, int64_t stride, niem_error *err) {
  return each(out, x, n, stride, exp_one, 0, err);
}

niem_status niem_round(double *out, const double *x, int64_t n, int64_t stride, int32_t digits, niem_error *err) {
  if (digits < 0 || digits > 15) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "digits", "is %d; decimals are 0 to 15", (int)digits);
  }
  return each(out, x, n, stride, round_one, digits, err);
}

niem_status niem_round_significant(double *out, const double *x, int64_t n, int64_t stride, int32_t digits,
                                   niem_error *err) {
  if (digits < 1 || digits > 17) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "digits", "is %d; significant digits are 1 to 17", (int)digits);
  }
  return each(out, x, n, stride, significant_one, digits, err);
}
