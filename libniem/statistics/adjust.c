/* p-values adjusted for the number of tests.
 *
 * Sources: S. Holm, Scand. J. Statist. 6 (1979); Y. Hochberg, Biometrika 75 (1988); G. Hommel, Biometrika 75 (1988), by
 * the algorithm of S. P. Wright, "Adjusted p-values for simultaneous inference", Biometrics 48 (1992); Y. Benjamini &
 * Y. Hochberg, JRSS B 57 (1995); Y. Benjamini & D. Yekutieli, Ann. Statist. 29 (2001). */
#include "base/platform.h"

#include "niem/statistics.h"

#include "base/fail.h"
#include "base/fpenv.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/order.h"
#include "statistics/matrix.h"

static double at_most_one(double p) {
  return p < 1 ? p : 1;
}

/* p[i] times a factor, made monotone from the greatest p downwards ("step up"): BH divides by the place, Hochberg
 * multiplies by the number of tests from there on. */
static void step_up(double *p, int64_t m, int32_t method) {
  double factor = method == NIEM_ADJUST_HOCHBERG ? 1 : (double)m;
  for (int64_t i = 1; method == NIEM_ADJUST_BY && i <= m; i++) {
    factor = i == 1 ? 1 : factor + 1 / (double)i;
  }
  factor = method == NIEM_ADJUST_BY ? factor * (double)m : factor;
  double least = 1;
  for (int64_t i = m - 1; i >= 0; i--) {
    const double here = method == NIEM_ADJUST_HOCHBERG ? (double)(m - i) * p[i] : factor / (double)(i + 1) * p[i];
    least = here < least ? here : least;
    p[i] = least;
  }
}

/* From the least p upwards. */
static void step_down(double *p, int64_t m) {
  double greatest = 0;
  for (int64_t i = 0; i < m; i++) {
    const double here = at_most_one((double)(m - i) * p[i]);
    greatest = here > greatest ? here : greatest;
    p[i] = greatest;
  }
}

/* Wright's table 2: for each size of a set of hypotheses, what Simes' test of the greatest of them asks of each. */
static void hommel(double *adjusted, const double *p, int64_t m) {
  for (int64_t i = 0; i < m; i++) {
    adjusted[i] = p[i];
  }
  for (int64_t size = m; size >= 2; size--) {
    const int64_t first = m - size + 1; /* of the last size - 1 */
    double least = 1;
    for (int64_t k = 1; k < size; k++) {
      const double here = (double)size * p[m - size + k] / (double)(k + 1);
      least = here < least ? here : least;
    }
    for (int64_t i = 0; i < m; i++) {
      const double own = (double)size * p[i < first ? i : first - 1];
      const double wanted = own < least ? own : least;
      adjusted[i] = wanted > adjusted[i] ? wanted : adjusted[i];
    }
  }
}

/* Sorted p-values, in place; `room` has m elements. */
static void adjust(double *p, int64_t m, int32_t method, double *room) {
  if (method == NIEM_ADJUST_HOLM) {
    step_down(p, m);
  } else if (method == NIEM_ADJUST_HOMMEL) {
    hommel(room, p, m);
    for (int64_t i = 0; i < m; i++) {
      p[i] = at_most_one(room[i]);
    }
  } else if (method == NIEM_ADJUST_BONFERRONI) {
    for (int64_t i = 0; i < m; i++) {
      p[i] = at_most_one((double)m * p[i]);
    }
  } else {
    step_up(p, m, method);
  }
}

static niem_status check(const double *out, const double *p, int64_t n, int32_t method, niem_error *err) {
  if (n < 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "n", "is %lld; it is a number of p-values", (long long)n);
  }
  if (n > 0 && p == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "p", "is NULL; it has %lld elements", (long long)n);
  }
  if (n > 0 && out == NULL) {
    return ni_check_out(out, "out", err);
  }
  for (int64_t i = 0; i < n; i++) {
    if (!ni_is_nan(p[i]) && !(p[i] >= 0 && p[i] <= 1)) {
      char text[NI_DOUBLE_TEXT];
      (void)ni_print_double(text, p[i]);
      return ni_fail_at(err, NIEM_ERROR_VALUE, i + 1, 0, "p", "element %lld is %s; a p-value is within 0 and 1",
                        (long long)(i + 1), text);
    }
  }
  return ni_check_choice(method, NIEM_ADJUST_END, "method", err);
}

/* ---- public */

niem_status niem_adjust_p_values(double *out, const double *p, int64_t n, int32_t method, niem_error *err) {
  int64_t *order = NULL;
  double *sorted = NULL;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  NIEM_TRY(check(out, p, n, method, err));
  order = ni_alloc((size_t)n, sizeof *order);
  sorted = ni_alloc((size_t)n, 2 * sizeof *sorted);
  if (order == NULL || sorted == NULL || (n > 0 && !ni_order(order, p, n, 1, 0))) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  int64_t m = 0;
  for (; m < n && !ni_is_nan(p[order[m]]); m++) {
    sorted[m] = p[order[m]];
  }
  adjust(sorted, m, method, sorted + n);
  for (int64_t i = 0; i < n; i++) {
    out[order[i]] = i < m ? sorted[i] : ni_nan();
  }
cleanup:
  ni_free(sorted);
  ni_free(order);
  ni_fpenv_leave(&saved);
  return status;
}
