/* Parts that add up exactly to a published number. */
#include "base/platform.h"

#include "base/add_up.h"
#include "base/exact.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/order.h"

/* What the exact sum of x lacks of `total`; 0 where it rounds to it. */
static double missing_of(const double *x, int64_t n, double total) {
  ni_exact sum;
  ni_exact_init(&sum);
  for (int64_t i = 0; i < n; i++) {
    ni_exact_add(&sum, x[i]);
  }
  if (ni_exact_round(&sum) == total) {
    return 0;
  }
  ni_exact_add(&sum, -total);
  return -ni_exact_round(&sum);
}

static int larger_first(int64_t a, int64_t b, const void *context) {
  const double *x = context;
  const double p = x[a] < 0 ? -x[a] : x[a];
  const double q = x[b] < 0 ? -x[b] : x[b];
  return (p < q) - (p > q);
}

/* The largest part usually takes what is missing. It cannot where that is half of its last place, or less: then the
 * next one may. */
static double place_missing(double *x, int64_t n, const int64_t *by_size, double total) {
  const double missing = missing_of(x, n, total);
  for (int64_t k = 0; missing != 0 && k < n; k++) {
    const double before = x[by_size[k]];
    x[by_size[k]] = before + missing;
    if (missing_of(x, n, total) == 0) {
      return 0;
    }
    x[by_size[k]] = before;
  }
  return missing;
}

niem_status ni_add_up(double *out, double *leftover, const ni_dd *parts, int64_t n, double total, niem_error *err) {
  *leftover = 0;
  for (int64_t i = 0; i < n; i++) {
    out[i] = ni_dd_value(parts[i]) + 0.0;
  }
  if (n == 0 || ni_is_nan(total) || missing_of(out, n, total) == 0) {
    return NIEM_OK;
  }
  int64_t *by_size = ni_alloc((size_t)n, sizeof *by_size);
  for (int64_t i = 0; by_size != NULL && i < n; i++) {
    by_size[i] = i;
  }
  if (by_size == NULL || !ni_sort_indices(by_size, n, larger_first, out)) {
    ni_free(by_size);
    return ni_fail_memory(err);
  }
  *leftover = place_missing(out, n, by_size, total);
  ni_free(by_size);
  return NIEM_OK;
}
