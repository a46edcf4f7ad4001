/* The value of one row in double-double: what a node of a tree is made of, so that nothing is rounded on the way to the
 * top. The formulas are those of means.c and aggregate.c; their sources stand there.
 *
 * Why they stand twice: there a row is doubles of which the values are many, read in lanes and rounded once at the end;
 * here the values are few, pairs, and stay pairs. Neither could be the other without being slower, or rounding a tree
 * at each level. What does not hang on the values, weights of places and the place of a median, is means.c's. */
#include "base/platform.h"

#include "methods/aggregate.h"

#include <math.h>
#include <string.h>

#include "base/math.h"
#include "methods/means.h"

typedef struct numbers {
  const ni_dd *x;
  const double *weights;
  int64_t n;
} numbers;

static ni_dd square_root(ni_dd a) {
  if (a.hi <= 0) {
    return ni_dd_from(0);
  }
  const double root = sqrt(a.hi); /* one step of Newton's method doubles its digits */
  const ni_dd rest = ni_dd_sub(a, ni_dd_two_product(root, root));
  return ni_dd_quick_two_sum(root, rest.hi / (2 * root));
}

static ni_dd arithmetic(numbers v) {
  ni_dd sum = ni_dd_from(0);
  for (int64_t k = 0; k < v.n; k++) {
    sum = ni_dd_add(sum, ni_dd_mul_d(v.x[k], v.weights[k]));
  }
  return ni_dd_div(sum, ni_total_weight(v.weights, v.n));
}

static ni_dd geometric(numbers v, double offset) {
  ni_dd sum = ni_dd_from(0);
  for (int64_t k = 0; k < v.n; k++) {
    sum = ni_dd_add(sum, ni_dd_mul_d(ni_dd_log_dd(ni_dd_add_d(v.x[k], offset)), v.weights[k]));
  }
  return ni_dd_add_d(ni_dd_exp(ni_dd_div(sum, ni_total_weight(v.weights, v.n))), -offset);
}

static ni_dd harmonic(numbers v, double offset) {
  ni_dd sum = ni_dd_from(0);
  for (int64_t k = 0; k < v.n; k++) {
    sum = ni_dd_add(sum, ni_dd_div(ni_dd_from(v.weights[k]), ni_dd_add_d(v.x[k], offset)));
  }
  return ni_dd_add_d(ni_dd_div(ni_total_weight(v.weights, v.n), sum), -offset);
}

/* In units of the value whose power is greatest, no power overflows. */
static ni_dd power_mean(numbers v, double offset, double power) {
  if (fabs(power) < NI_NEGLIGIBLE_ORDER) {
    return geometric(v, offset);
  }
  ni_dd unit = ni_dd_add_d(v.x[0], offset);
  for (int64_t k = 1; k < v.n; k++) {
    const ni_dd value = ni_dd_add_d(v.x[k], offset);
    unit = ni_dd_compare(value, unit) == (power > 0 ? 1 : -1) ? value : unit;
  }
  if (unit.hi == 0) {
    return ni_dd_from(-offset);
  }
  ni_dd sum = ni_dd_from(0);
  for (int64_t k = 0; k < v.n; k++) {
    const ni_dd share = ni_dd_div(ni_dd_add_d(v.x[k], offset), unit);
    const ni_dd raised = share.hi > 0 ? ni_dd_pow(share, ni_dd_from(power)) : ni_dd_from(0);
    sum = ni_dd_add(sum, ni_dd_mul_d(raised, v.weights[k]));
  }
  const ni_dd order = ni_dd_div(ni_dd_from(1), ni_dd_from(power));
  const ni_dd mean = ni_dd_pow(ni_dd_div(sum, ni_total_weight(v.weights, v.n)), order);
  return ni_dd_add_d(ni_dd_mul(mean, unit), -offset);
}

/* Places in order, by insertion: a row is short, or sorted already. */
static void sort_places(int64_t *order, numbers v, int descending) {
  for (int64_t k = 0; k < v.n; k++) {
    int64_t at = k;
    while (at > 0 && ni_dd_compare(v.x[order[at - 1]], v.x[k]) * (descending ? -1 : 1) > 0) {
      order[at] = order[at - 1];
      at--;
    }
    order[at] = k;
  }
}

static ni_dd weighted_median(numbers v, const int64_t *order) {
  int64_t next;
  const int64_t place = ni_median_place(&next, v.weights, order, v.n);
  const ni_dd value = v.x[order[place]];
  return next == place ? value : ni_dd_mul_d(ni_dd_add(value, v.x[order[next]]), 0.5);
}

static ni_dd ordered_average(numbers v, const int64_t *order, const niem_aggregate_options *o) {
  ni_quantifier q = ni_quantifier_of(o->order_weights, o->n_order_weights, v.n);
  ni_dd sum = ni_dd_from(0);
  for (int64_t k = 0; k < v.n; k++) {
    sum = ni_dd_add(sum, ni_dd_mul(ni_quantifier_next(&q), v.x[order[k]]));
  }
  return ni_dd_div(sum, ni_total_weight(o->order_weights, o->n_order_weights));
}

static ni_dd ordered_geometric(numbers v, const int64_t *order, const niem_aggregate_options *o) {
  ni_quantifier q = ni_quantifier_of(o->order_weights, o->n_order_weights, v.n);
  ni_dd sum = ni_dd_from(0);
  for (int64_t k = 0; k < v.n; k++) {
    const ni_dd log = ni_dd_log_dd(ni_dd_add_d(v.x[order[k]], o->offset));
    sum = ni_dd_add(sum, ni_dd_mul(ni_quantifier_next(&q), log));
  }
  const ni_dd total = ni_total_weight(o->order_weights, o->n_order_weights);
  return ni_dd_add_d(ni_dd_exp(ni_dd_div(sum, total)), -o->offset);
}

static ni_dd extreme(numbers v, int greatest) {
  ni_dd found = v.x[0];
  for (int64_t k = 1; k < v.n; k++) {
    found = ni_dd_compare(v.x[k], found) == (greatest ? 1 : -1) ? v.x[k] : found;
  }
  return found;
}

static ni_dd mean_min(numbers v, const niem_aggregate_options *o) {
  const ni_dd mean = arithmetic(v);
  const ni_dd gap = ni_dd_sub(mean, extreme(v, 0));
  const ni_dd beta = ni_dd_from(o->beta);
  const ni_dd distance = o->beta == 0 ? gap : square_root(ni_dd_add(ni_dd_mul(gap, gap), ni_dd_mul(beta, beta)));
  return ni_dd_sub(mean, ni_dd_mul_d(ni_dd_sub(distance, beta), o->alpha));
}

/* M + penalty S^2 / M. */
static int mpi(ni_dd *out, numbers v, const niem_aggregate_options *o) {
  const int sample = o->deviation == NIEM_DEVIATION_SAMPLE ||
                     (o->deviation == NIEM_DEVIATION_DEFAULT && o->method == NIEM_AGGREGATE_MPI);
  ni_dd sum = ni_dd_from(0);
  ni_dd squares = ni_dd_from(0);
  for (int64_t k = 0; k < v.n; k++) {
    sum = ni_dd_add(sum, v.x[k]);
  }
  const ni_dd mean = ni_dd_div_d(sum, (double)v.n);
  if (!(mean.hi > 0)) {
    return NI_ROW_MEAN_NOT_POSITIVE;
  }
  for (int64_t k = 0; k < v.n; k++) {
    const ni_dd distance = ni_dd_sub(v.x[k], mean);
    squares = ni_dd_add(squares, ni_dd_mul(distance, distance));
  }
  const double divisor = (double)(v.n - (sample && v.n > 1 ? 1 : 0));
  const ni_dd penalty = ni_dd_mul_d(ni_dd_div(ni_dd_div_d(squares, divisor), mean), o->penalty);
  *out = ni_dd_add(mean, penalty);
  return NI_ROW_DONE;
}

static int find_not_positive(int64_t *at, numbers v, const niem_aggregate_options *o) {
  const int zero_too = o->method == NIEM_AGGREGATE_POWER && o->power > 0;
  for (int64_t k = 0; k < v.n; k++) {
    const double value = ni_dd_value(ni_dd_add_d(v.x[k], o->offset));
    if (!(value > 0 || (zero_too && value == 0))) {
      *at = k;
      return 1;
    }
  }
  return 0;
}

int ni_aggregate_row(ni_dd *out, int64_t *at, const ni_dd *x, const double *weights, int64_t n,
                     const niem_aggregate_options *o, int64_t *order) {
  const numbers v = {x, weights, n};
  const int ordered = ni_aggregate_is_ordered(o->method);
  if (ni_aggregate_is_of_positive(o->method) && find_not_positive(at, v, o)) {
    return NI_ROW_NOT_POSITIVE;
  }
  if (ordered && n > o->n_order_weights) {
    return NI_ROW_TOO_MANY;
  }
  if (o->method == NIEM_AGGREGATE_MEDIAN || ordered) {
    sort_places(order, v, ordered);
  }
  switch (o->method) {
    case NIEM_AGGREGATE_GEOMETRIC:
      *out = geometric(v, o->offset);
      break;
    case NIEM_AGGREGATE_HARMONIC:
      *out = harmonic(v, o->offset);
      break;
    case NIEM_AGGREGATE_POWER:
      *out = power_mean(v, o->offset, o->power);
      break;
    case NIEM_AGGREGATE_MEDIAN:
      *out = weighted_median(v, order);
      break;
    case NIEM_AGGREGATE_MINIMUM:
    case NIEM_AGGREGATE_MAXIMUM:
      *out = extreme(v, o->method == NIEM_AGGREGATE_MAXIMUM);
      break;
    case NIEM_AGGREGATE_OWA:
      *out = ordered_average(v, order, o);
      break;
    case NIEM_AGGREGATE_OGWA:
      *out = ordered_geometric(v, order, o);
      break;
    case NIEM_AGGREGATE_MEAN_MIN:
      *out = mean_min(v, o);
      break;
    case NIEM_AGGREGATE_MPI:
    case NIEM_AGGREGATE_AMPI:
      return mpi(out, v, o);
    default:
      *out = arithmetic(v);
  }
  return NI_ROW_DONE;
}
