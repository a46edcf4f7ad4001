/* Loops of which a processor does several steps at once. Whatever a loop does for one element it does for all of them,
 * without a branch: compilers then take 2, 4 or 8 at a time, with the same bits. */
#include "base/platform.h"

/* Packages are often built with -O2, at which GCC leaves most of these loops as they are. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

#include "statistics/lanes.h"

#include <math.h>
#include <string.h>

#include "base/number.h"

typedef struct {
  double hi[NI_LANES], lo[NI_LANES];
} sums;

/* Lane k takes up lane k + half, by halves: the same tree for every n. */
static ni_dd add_up(sums *s) {
  for (int half = NI_LANES / 2; half > 0; half /= 2) {
    for (int k = 0; k < half; k++) {
      const ni_dd hi = ni_dd_two_sum(s->hi[k], s->hi[k + half]);
      s->hi[k] = hi.hi;
      s->lo[k] += s->lo[k + half] + hi.lo;
    }
  }
  return ni_dd_quick_two_sum(s->hi[0], s->lo[0]);
}

/* ---- one row */

typedef struct {
  double low[NI_LANES], high[NI_LANES], n[NI_LANES];
} extents;

static inline void widen_lanes(extents *e, const double *x) {
  for (int k = 0; k < NI_LANES; k++) {
    e->low[k] = x[k] < e->low[k] ? x[k] : e->low[k];
    e->high[k] = x[k] > e->high[k] ? x[k] : e->high[k];
    e->n[k] += x[k] == x[k] ? 1 : 0;
  }
}

/* The last values of a row, gaps behind the end. */
static inline void last_lanes(double *last, const double *x, int64_t n) {
  const double nan = ni_nan();
  for (int64_t k = 0; k < n; k++) {
    last[k] = x[k];
  }
  for (int64_t k = n; k < NI_LANES; k++) {
    last[k] = nan;
  }
}

NI_WIDE static void lanes_extent_wide(ni_present *out, const double *x, int64_t n) {
  const int64_t whole = n / NI_LANES * NI_LANES;
  double last[NI_LANES];
  extents e;
  for (int k = 0; k < NI_LANES; k++) {
    e.low[k] = INFINITY;
    e.high[k] = -INFINITY;
    e.n[k] = 0;
  }
  for (int64_t i = 0; i < whole; i += NI_LANES) {
    widen_lanes(&e, x + i);
  }
  if (whole < n) {
    last_lanes(last, x + whole, n - whole);
    widen_lanes(&e, last);
  }
  for (int half = NI_LANES / 2; half > 0; half /= 2) {
    for (int k = 0; k < half; k++) {
      e.low[k] = e.low[k + half] < e.low[k] ? e.low[k + half] : e.low[k];
      e.high[k] = e.high[k + half] > e.high[k] ? e.high[k + half] : e.high[k];
      e.n[k] += e.n[k + half];
    }
  }
  out->low = e.low[0];
  out->high = e.high[0];
  out->n = (int64_t)e.n[0];
}

static inline void sum_lanes(sums *s, const double *x) {
  for (int k = 0; k < NI_LANES; k++) {
    ni_dd_sum2(&s->hi[k], &s->lo[k], x[k] == x[k] ? x[k] : 0, 0);
  }
}

NI_WIDE static ni_dd lanes_sum_wide(const double *x, int64_t n) {
  const int64_t whole = n / NI_LANES * NI_LANES;
  double last[NI_LANES];
  sums s;
  memset(&s, 0, sizeof s);
  for (int64_t i = 0; i < whole; i += NI_LANES) {
    sum_lanes(&s, x + i);
  }
  if (whole < n) {
    last_lanes(last, x + whole, n - whole);
    sum_lanes(&s, last);
  }
  return add_up(&s);
}

static inline void square_lanes(sums *s, const double *x, double centre, double scale) {
  for (int k = 0; k < NI_LANES; k++) {
    const double away = (x[k] - centre) * scale;
    const double square = away * away;
    ni_dd_sum2(&s->hi[k], &s->lo[k], square == square ? square : 0, 0);
  }
}

NI_WIDE static ni_dd lanes_squares_wide(const double *x, int64_t n, double centre, double scale) {
  const int64_t whole = n / NI_LANES * NI_LANES;
  double last[NI_LANES];
  sums s;
  memset(&s, 0, sizeof s);
  for (int64_t i = 0; i < whole; i += NI_LANES) {
    square_lanes(&s, x + i, centre, scale);
  }
  if (whole < n) {
    last_lanes(last, x + whole, n - whole);
    square_lanes(&s, last, centre, scale);
  }
  return add_up(&s);
}

NI_WIDE static void lanes_settle_wide(double *x, int64_t n, double nan) {
  for (int64_t i = 0; i < n; i++) {
    x[i] = x[i] == x[i] ? x[i] : nan;
  }
}

/* One condition a loop: two on the same one become a branch. */
NI_WIDE static void lanes_split_wide(double *values, double *shares, const double *x, const double *weights, int64_t n,
                                     double gap) {
  for (int64_t i = 0; i < n; i++) {
    values[i] = x[i] == x[i] ? x[i] : gap;
  }
  for (int64_t i = 0; i < n; i++) {
    shares[i] = x[i] == x[i] ? 1 : 0;
  }
  for (int64_t i = 0; weights != NULL && i < n; i++) {
    shares[i] *= weights[i];
  }
  for (int64_t i = n; i < ni_lanes_up(n); i++) {
    values[i] = gap;
    shares[i] = 0;
  }
}

NI_WIDE static ni_dd lanes_dot_wide(const double *values, const double *shares, int64_t n) {
  sums s;
  memset(&s, 0, sizeof s);
  for (int64_t i = 0; i < n; i += NI_LANES) {
    for (int k = 0; k < NI_LANES; k++) {
      const ni_dd product = ni_dd_two_product(shares[i + k], values[i + k]);
      ni_dd_sum2(&s.hi[k], &s.lo[k], product.hi, product.lo);
    }
  }
  return add_up(&s);
}

/* share / value as a pair: the quotient, and what it leaves over the value. */
static inline ni_dd quotient(double share, double value) {
  const double q = share / value;
  const ni_dd p = ni_dd_two_product(q, value);
  return ni_dd_make(q, ((share - p.hi) - p.lo) / value);
}

NI_WIDE static ni_dd lanes_reciprocals_wide(const double *values, const double *shares, int64_t n) {
  sums s;
  memset(&s, 0, sizeof s);
  for (int64_t i = 0; i < n; i += NI_LANES) {
    for (int k = 0; k < NI_LANES; k++) {
      const ni_dd q = quotient(shares[i + k], values[i + k]);
      ni_dd_sum2(&s.hi[k], &s.lo[k], q.hi, q.lo);
    }
  }
  return add_up(&s);
}

typedef struct {
  double hi[NI_LANES], lo[NI_LANES], exponent[NI_LANES];
} products;

/* Multiply lanes by the significands, within [1, 2), and count the exponents, as doubles from bits. */
static inline void multiply_lanes(products *p, const double *x) {
  for (int k = 0; k < NI_LANES; k++) {
    const uint64_t bits = ni_double_bits(x[k]);
    const double significand = ni_double_from_bits((bits & 0xfffffffffffffu) | 0x3ff0000000000000u);
    const ni_dd product = ni_dd_two_product(p->hi[k], significand);
    const ni_dd next = ni_dd_quick_two_sum(product.hi, product.lo + p->lo[k] * significand);
    p->hi[k] = next.hi;
    p->lo[k] = next.lo;
    p->exponent[k] += ni_double_from_bits((bits >> 52) | 0x4330000000000000u) - (0x1p52 + 1023);
  }
}

/* Bring the product of a lane, at least 1, back into [1, 2). */
static void take_exponents(products *p) {
  for (int k = 0; k < NI_LANES; k++) {
    const int64_t exponent = (int64_t)(ni_double_bits(p->hi[k]) >> 52) - 1023;
    const double scale = ni_double_from_bits((uint64_t)(1023 - exponent) << 52);
    p->hi[k] *= scale;
    p->lo[k] *= scale;
    p->exponent[k] += (double)exponent;
  }
}

/* Lane k takes up lane k + half, by halves; the product is below 2^32. */
static inline ni_dd multiply_up(int64_t *exponent, products *p) {
  for (int half = NI_LANES / 2; half > 0; half /= 2) {
    for (int k = 0; k < half; k++) {
      const ni_dd product = ni_dd_mul(ni_dd_make(p->hi[k], p->lo[k]), ni_dd_make(p->hi[k + half], p->lo[k + half]));
      p->hi[k] = product.hi;
      p->lo[k] = product.lo;
      p->exponent[k] += p->exponent[k + half];
    }
  }
  *exponent = (int64_t)p->exponent[0];
  return ni_dd_make(p->hi[0], p->lo[0]);
}

NI_WIDE static ni_dd lanes_product_wide(int64_t *exponent, const double *values, int64_t n) {
  const int64_t most = 500 * NI_LANES; /* a product of 500 numbers below 2 is no infinity */
  products p;
  for (int k = 0; k < NI_LANES; k++) {
    p.hi[k] = 1;
    p.lo[k] = p.exponent[k] = 0;
  }
  for (int64_t begin = 0; begin < n; begin += most) {
    const int64_t end = n - begin < most ? n : begin + most;
    for (int64_t i = begin; i < end; i += NI_LANES) {
      multiply_lanes(&p, values + i);
    }
    take_exponents(&p);
  }
  return multiply_up(exponent, &p);
}

NI_WIDE static void lanes_pairs_wide(double *hi, double *lo, const double *values, int64_t n, double scale,
                                     int reciprocal) {
  for (int64_t i = 0; !reciprocal && i < n; i++) {
    hi[i] = values[i] * scale;
    lo[i] = 0;
  }
  for (int64_t i = 0; reciprocal && i < n; i++) {
    const ni_dd q = quotient(1, values[i] * scale);
    hi[i] = q.hi;
    lo[i] = q.lo;
  }
}

NI_WIDE static void lanes_multiply_wide(double *hi, double *lo, const double *by_hi, const double *by_lo, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    const ni_dd p = ni_dd_mul(ni_dd_make(hi[i], lo[i]), ni_dd_make(by_hi[i], by_lo[i]));
    hi[i] = p.hi;
    lo[i] = p.lo;
  }
}

NI_WIDE static ni_dd lanes_dot_pairs_wide(const double *hi, const double *lo, const double *shares, int64_t n) {
  sums s;
  memset(&s, 0, sizeof s);
  for (int64_t i = 0; i < n; i += NI_LANES) {
    for (int k = 0; k < NI_LANES; k++) {
      const ni_dd product = ni_dd_two_product(shares[i + k], hi[i + k]);
      ni_dd_sum2(&s.hi[k], &s.lo[k], product.hi, product.lo + shares[i + k] * lo[i + k]);
    }
  }
  return add_up(&s);
}

/* ---- columns side by side */

NI_WIDE static void lanes_widen_wide(double *low, double *high, const double *x, int64_t n) {
  for (int64_t j = 0; j < n; j++) {
    low[j] = x[j] < low[j] ? x[j] : low[j];
    high[j] = x[j] > high[j] ? x[j] : high[j];
  }
}

/* Cut to [0, 1]: a loop of its own for each end, since two conditions on one value become a branch. */
static void cut_shares(double *t, int64_t n) {
  for (int64_t j = 0; j < n; j++) {
    t[j] = t[j] < 0 ? 0 : t[j];
  }
  for (int64_t j = 0; j < n; j++) {
    t[j] = t[j] > 1 ? 1 : t[j];
  }
}

/* From shares of the scale to scores; a gap is a share that is NaN. */
static inline double score(double t, double scale, double base, double top, double nan) {
  const double y = t * scale + base;
  /* base + (top - base) may miss the top by an ulp; nothing at or below it may. */
  const double held = (t == 1) | ((t < 1) & (y > top)) ? top : y;
  return t == t ? held : nan;
}

NI_WIDE static void lanes_line_wide(double *out, const double *x, const ni_line *l, int64_t n) {
  const double *shift = l->shift, *span = l->span;
  const double scale = l->scale, base = l->base, top = l->top, nan = ni_nan();
  if (!l->cut) {
    for (int64_t j = 0; j < n; j++) {
      out[j] = score((x[j] - shift[j]) / span[j], scale, base, top, nan);
    }
    return;
  }
  for (int64_t j = 0; j < n; j++) {
    out[j] = (x[j] - shift[j]) / span[j];
  }
  cut_shares(out, n);
  for (int64_t j = 0; j < n; j++) {
    out[j] = score(out[j], scale, base, top, nan);
  }
}

/* ---- what other files call: wide functions are seen in this file only (base/platform.h) */

void ni_lanes_extent(ni_present *out, const double *x, int64_t n) {
  lanes_extent_wide(out, x, n);
}

ni_dd ni_lanes_sum(const double *x, int64_t n) {
  return lanes_sum_wide(x, n);
}

ni_dd ni_lanes_squares(const double *x, int64_t n, double centre, double scale) {
  return lanes_squares_wide(x, n, centre, scale);
}

void ni_lanes_settle(double *x, int64_t n, double nan) {
  lanes_settle_wide(x, n, nan);
}

void ni_lanes_split(double *values, double *shares, const double *x, const double *weights, int64_t n, double gap) {
  lanes_split_wide(values, shares, x, weights, n, gap);
}

ni_dd ni_lanes_dot(const double *values, const double *shares, int64_t n) {
  return lanes_dot_wide(values, shares, n);
}

ni_dd ni_lanes_reciprocals(const double *values, const double *shares, int64_t n) {
  return lanes_reciprocals_wide(values, shares, n);
}

ni_dd ni_lanes_product(int64_t *exponent, const double *values, int64_t n) {
  return lanes_product_wide(exponent, values, n);
}

void ni_lanes_pairs(double *hi, double *lo, const double *values, int64_t n, double scale, int reciprocal) {
  lanes_pairs_wide(hi, lo, values, n, scale, reciprocal);
}

void ni_lanes_multiply(double *hi, double *lo, const double *by_hi, const double *by_lo, int64_t n) {
  lanes_multiply_wide(hi, lo, by_hi, by_lo, n);
}

ni_dd ni_lanes_dot_pairs(const double *hi, const double *lo, const double *shares, int64_t n) {
  return lanes_dot_pairs_wide(hi, lo, shares, n);
}

void ni_lanes_widen(double *low, double *high, const double *x, int64_t n) {
  lanes_widen_wide(low, high, x, n);
}

void ni_lanes_line(double *out, const double *x, const ni_line *l, int64_t n) {
  lanes_line_wide(out, x, l, n);
}
