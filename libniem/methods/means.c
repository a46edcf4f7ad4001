/* Means of a few values with their weights, and the parts of their formulas that aggregate_row.c shares. The rows of a
 * matrix come here where the quick ways of aggregate.c have no room for them: an offset, numbers near the ends of the
 * range, an order of no small number.
 *
 * Sources: G. H. Hardy, J. E. Littlewood & G. Polya, Inequalities (1934), for the power means; R. R. Yager, "On ordered
 * weighted averaging aggregation operators in multicriteria decisionmaking", IEEE Trans. SMC 18 (1988), for OWA and the
 * quantifier that its weights stand for. */
#include "base/platform.h"

#include "methods/means.h"

#include <math.h>

#include "base/dd.h"
#include "base/math.h"
#include "base/memory.h"
#include "statistics/lanes.h"

/* Two halves of the weight that differ by less, relatively, differ by how decimals are represented. */
#define SAME_WEIGHT 1e-12

ni_dd ni_total_weight(const double *weights, int64_t n) {
  ni_dd sum = ni_dd_from(0);
  for (int64_t k = 0; k < n; k++) {
    sum = ni_dd_add_d(sum, weights[k]);
  }
  return sum;
}

/* The mean logarithm by the product: one logarithm for all of them. The product's exponent is kept apart. 0 where the
 * values are not within what its steps have room for. */
static int mean_log_of_product(ni_dd *mean, const double *x, int64_t n, double offset) {
  const ni_dd log_of_step = ni_dd_log(0x1p400);
  ni_dd product = ni_dd_from(1);
  double steps = 0;
  for (int64_t k = 0; k < n; k++) {
    const ni_dd value = ni_dd_two_sum(x[k], offset);
    if (!(value.hi > 0x1p-300 && value.hi < 0x1p300)) {
      return 0;
    }
    product = ni_dd_mul(product, value);
    const double factor = product.hi > 0x1p400 ? 0x1p-400 : product.hi < 0x1p-400 ? 0x1p400 : 1;
    steps += product.hi > 0x1p400 ? 1 : product.hi < 0x1p-400 ? -1 : 0;
    product = ni_dd_make(product.hi * factor, product.lo * factor);
  }
  const ni_dd log = ni_dd_add(ni_dd_log_dd(product), ni_dd_mul_d(log_of_step, steps));
  *mean = ni_dd_div_d(log, (double)n);
  return 1;
}

static int are_equal(const double *weights, int64_t n) {
  for (int64_t k = 1; k < n; k++) {
    if (weights[k] != weights[0]) {
      return 0;
    }
  }
  return 1;
}

double ni_geometric(const double *x, const double *weights, int64_t n, double offset) {
  ni_dd sum = ni_dd_from(0);
  ni_dd log;
  if (!are_equal(weights, n) || !mean_log_of_product(&log, x, n, offset)) {
    for (int64_t k = 0; k < n; k++) {
      sum = ni_dd_add(sum, ni_dd_mul_d(ni_dd_log_dd(ni_dd_two_sum(x[k], offset)), weights[k]));
    }
    log = ni_dd_div(sum, ni_total_weight(weights, n));
  }
  return ni_dd_value(ni_dd_add_d(ni_dd_exp(log), -offset));
}

double ni_harmonic(const double *x, const double *weights, int64_t n, double offset) {
  ni_dd sum = ni_dd_from(0);
  for (int64_t k = 0; k < n; k++) {
    sum = ni_dd_add(sum, ni_dd_div(ni_dd_from(weights[k]), ni_dd_two_sum(x[k], offset)));
  }
  return ni_dd_value(ni_dd_add_d(ni_dd_div(ni_total_weight(weights, n), sum), -offset));
}

/* share^power for 0 <= share <= 1 or, with a negative power, share >= 1. Small whole orders need no logarithm. */
static ni_dd raised(ni_dd share, double power) {
  if (power != (double)(int)power || fabs(power) > 16) {
    return ni_dd_pow(share, ni_dd_from(power));
  }
  const ni_dd base = power > 0 ? share : ni_dd_div(ni_dd_from(1), share);
  ni_dd result = base;
  for (int k = 1; k < (int)fabs(power); k++) {
    result = ni_dd_mul(result, base);
  }
  return result;
}

double ni_power_mean(const double *x, const double *weights, int64_t n, double offset, double power) {
  if (fabs(power) < NI_NEGLIGIBLE_ORDER) {
    return ni_geometric(x, weights, n, offset);
  }
  /* In units of the value whose power is greatest, no power overflows. */
  ni_dd unit = ni_dd_two_sum(x[0], offset);
  for (int64_t k = 1; k < n; k++) {
    const ni_dd value = ni_dd_two_sum(x[k], offset);
    unit = ni_dd_compare(value, unit) == (power > 0 ? 1 : -1) ? value : unit;
  }
  if (unit.hi == 0) {
    return -offset;
  }
  ni_dd sum = ni_dd_from(0);
  for (int64_t k = 0; k < n; k++) {
    const ni_dd share = ni_dd_div(ni_dd_two_sum(x[k], offset), unit);
    sum = ni_dd_add(sum, ni_dd_mul_d(raised(share, power), weights[k]));
  }
  const ni_dd order = ni_dd_div(ni_dd_from(1), ni_dd_from(power));
  const ni_dd mean = ni_dd_pow(ni_dd_div(sum, ni_total_weight(weights, n)), order);
  return ni_dd_value(ni_dd_add_d(ni_dd_mul(mean, unit), -offset));
}

int64_t ni_median_place(int64_t *next, const double *weights, const int64_t *order, int64_t n) {
  const ni_dd all = ni_total_weight(weights, n);
  ni_dd sum = ni_dd_from(0);
  for (int64_t k = 0; k < n; k++) {
    const double weight = weights[order == NULL ? k : order[k]];
    sum = ni_dd_add_d(sum, weight);
    const double excess = ni_dd_value(ni_dd_sub(ni_dd_mul_d(sum, 2), all));
    *next = k;
    if (excess > SAME_WEIGHT * all.hi) {
      return k;
    }
    if (excess >= -SAME_WEIGHT * all.hi && weight > 0) {
      *next = k + 1;
      while (*next < n - 1 && weights[order == NULL ? *next : order[*next]] == 0) {
        ++*next;
      }
      *next = *next < n ? *next : k;
      return k;
    }
  }
  return n - 1;
}

double ni_weighted_median(const double *sorted, const double *weights, int64_t n) {
  int64_t next;
  const int64_t place = ni_median_place(&next, weights, NULL, n);
  return next == place ? sorted[place] : sorted[place] / 2 + sorted[next] / 2;
}

ni_quantifier ni_quantifier_of(const double *weights, int64_t n_weights, int64_t n) {
  const ni_quantifier q = {weights, n_weights, n, 0, 0, {0, 0}, {0, 0}};
  return q;
}

/* The weight of the first `places` of n: linear between the places that there are weights for. */
static ni_dd weight_upto(ni_quantifier *q, int64_t places) {
  const int64_t whole = places * q->n_weights / q->n;
  const int64_t rest = places * q->n_weights % q->n;
  for (; q->summed < whole; q->summed++) {
    q->sum = ni_dd_add_d(q->sum, q->weights[q->summed]);
  }
  if (rest == 0) {
    return q->sum;
  }
  const ni_dd part = ni_dd_div_d(ni_dd_two_product(q->weights[whole], (double)rest), (double)q->n);
  return ni_dd_add(q->sum, part);
}

ni_dd ni_quantifier_next(ni_quantifier *q) {
  const ni_dd upto = weight_upto(q, ++q->place);
  const ni_dd share = ni_dd_sub(upto, q->before);
  q->before = upto;
  return share;
}

/* ---- ordered averages of many rows: the weights of n places are kept for the next row that has as many values */

enum { KEPT = 64 };

typedef struct {
  int64_t n;
  double *hi, *lo;
} shares;

struct ni_places {
  const double *weights;
  int64_t n_weights;
  ni_dd total;
  shares kept[KEPT]; /* those of n at n % KEPT */
};

ni_places *ni_places_new(const double *weights, int64_t n_weights) {
  ni_places *p = ni_alloc_zero(1, sizeof *p);
  if (p != NULL) {
    p->weights = weights;
    p->n_weights = n_weights;
    p->total = ni_total_weight(weights, n_weights);
  }
  return p;
}

void ni_places_free(ni_places *places) {
  for (int k = 0; places != NULL && k < KEPT; k++) {
    ni_free(places->kept[k].hi);
  }
  ni_free(places);
}

static void fill_shares(shares *s, const ni_places *p, int64_t n) {
  ni_quantifier q = ni_quantifier_of(p->weights, p->n_weights, n);
  for (int64_t k = 0; k < n; k++) {
    const ni_dd share = ni_quantifier_next(&q);
    s->hi[k] = share.hi;
    s->lo[k] = share.lo;
  }
  for (int64_t k = n; k < ni_lanes_up(n); k++) {
    s->hi[k] = s->lo[k] = 0;
  }
  s->n = n;
}

/* The weights of n places; NULL where memory is short. */
static const shares *shares_of(ni_places *places, int64_t n) {
  shares *s = &places->kept[n % KEPT];
  if (s->hi == NULL) {
    const size_t most = (size_t)ni_lanes_up(places->n_weights);
    s->hi = ni_alloc(most, 2 * sizeof *s->hi);
    if (s->hi == NULL) {
      return NULL;
    }
    s->lo = s->hi + most;
  }
  if (s->n != n) {
    fill_shares(s, places, n);
  }
  return s;
}

int ni_places_average(double *out, ni_places *places, double *sorted, int64_t n) {
  const shares *s = shares_of(places, n);
  if (s == NULL) {
    return 0;
  }
  for (int64_t k = n; k < ni_lanes_up(n); k++) {
    sorted[k] = 0;
  }
  *out = ni_dd_value(ni_dd_div(ni_lanes_dot_pairs(s->hi, s->lo, sorted, n), places->total));
  return 1;
}

int ni_places_average_pairs(ni_dd *out, ni_places *places, const double *hi, const double *lo, int64_t n) {
  const shares *s = shares_of(places, n);
  if (s == NULL) {
    return 0;
  }
  ni_dd sum = ni_dd_from(0);
  for (int64_t k = 0; k < n; k++) {
    sum = ni_dd_add(sum, ni_dd_mul(ni_dd_make(s->hi[k], s->lo[k]), ni_dd_make(hi[k], lo[k])));
  }
  *out = ni_dd_div(sum, places->total);
  return 1;
}
