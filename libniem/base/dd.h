/* Double-double arithmetic: a number as the unevaluated sum of two doubles, about 106 bits of significand, in which the
 * published scores are computed through the whole tree and rounded once at the end.
 *
 * Sources: T. J. Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18 (1971);
 * D. E. Knuth, TAOCP 2, 4.2.2 (the sum without comparison); M. Joldes, J.-M. Muller & V. Popescu, "Tight and rigorous
 * error bounds for basic building blocks of double-word arithmetic", ACM TOMS 44 (2017), by whose names the algorithms
 * are cited; J.-M. Muller & L. Rideau, ACM TOMS 48 (2022), for the bound of the product. u = 2^-53.
 *
 *   ni_dd_two_sum, _quick_two_sum, _two_product  exact
 *   ni_dd_add, ni_dd_sub    3 u^2 / (1 - 4 u)    relative   AccurateDWPlusDW
 *   ni_dd_add_d             2 u^2                relative   DWPlusFP
 *   ni_dd_mul               5 u^2                relative   DWTimesDW1
 *   ni_dd_mul_d             1.5 u^2 + 4 u^3      relative   DWTimesFP1
 *   ni_dd_div               15 u^2 + 56 u^3      relative   DWDivDW2
 *   ni_dd_div_d             3 u^2                relative   DWDivFP3
 *
 * Range. The product needs no fused multiply-add: factors are split in halves (Veltkamp), which is right while both
 * factors are below 2^996 (6.7e299), and the error term is exact while the product is 0 or at least 2^-968 (4e-292) in
 * magnitude and does not overflow; so everything holds for |a|, |b| in [1e-145, 1e150], and zero. Below that range the
 * result is still good to 2^-1074 absolute. The quotient needs in addition that it be in the product's range itself.
 *
 * Invariant: |lo| <= ulp(hi) / 2, so hi is the sum correctly rounded. NaN and infinities are for callers to keep out:
 * they end as NaN in hi sooner or later, never as a plausible number. No function branches, so loops over arrays of hi
 * and lo vectorise, and a lane computes the same bits as a scalar. */
#ifndef NI_DD_H
#define NI_DD_H

#include "base/platform.h"

typedef struct ni_dd {
  double hi, lo;
} ni_dd;

static inline ni_dd ni_dd_make(double hi, double lo) {
  ni_dd r;
  r.hi = hi;
  r.lo = lo;
  return r;
}

static inline ni_dd ni_dd_from(double x) {
  return ni_dd_make(x, 0.0);
}

/* a + b exactly, whatever their order. */
static inline ni_dd ni_dd_two_sum(double a, double b) {
  const double s = a + b;
  const double a_part = s - b;
  const double b_part = s - a_part;
  return ni_dd_make(s, (a - a_part) + (b - b_part));
}

/* a + b exactly where |a| >= |b| or a == 0. Also the normalisation of a pair. */
static inline ni_dd ni_dd_quick_two_sum(double a, double b) {
  const double s = a + b;
  return ni_dd_make(s, b - (s - a));
}

/* a * b exactly, within the range above. */
static inline ni_dd ni_dd_two_product(double a, double b) {
  const double splitter = 134217729.0; /* 2^27 + 1 */
  const double p = a * b;
  const double a_big = splitter * a;
  const double b_big = splitter * b;
  const double a_hi = a_big - (a_big - a);
  const double b_hi = b_big - (b_big - b);
  const double a_lo = a - a_hi;
  const double b_lo = b - b_hi;
  return ni_dd_make(p, ((a_hi * b_hi - p) + a_hi * b_lo + a_lo * b_hi) + a_lo * b_lo);
}

static inline ni_dd ni_dd_neg(ni_dd a) {
  return ni_dd_make(-a.hi, -a.lo);
}

static inline ni_dd ni_dd_add(ni_dd a, ni_dd b) {
  const ni_dd s = ni_dd_two_sum(a.hi, b.hi);
  const ni_dd t = ni_dd_two_sum(a.lo, b.lo);
  const ni_dd v = ni_dd_quick_two_sum(s.hi, s.lo + t.hi);
  return ni_dd_quick_two_sum(v.hi, t.lo + v.lo);
}

static inline ni_dd ni_dd_sub(ni_dd a, ni_dd b) {
  return ni_dd_add(a, ni_dd_neg(b));
}

static inline ni_dd ni_dd_add_d(ni_dd a, double b) {
  const ni_dd s = ni_dd_two_sum(a.hi, b);
  return ni_dd_quick_two_sum(s.hi, a.lo + s.lo);
}

static inline ni_dd ni_dd_mul(ni_dd a, ni_dd b) {
  const ni_dd c = ni_dd_two_product(a.hi, b.hi);
  const double cross = a.hi * b.lo + a.lo * b.hi;
  return ni_dd_quick_two_sum(c.hi, c.lo + cross);
}

static inline ni_dd ni_dd_mul_d(ni_dd a, double b) {
  const ni_dd c = ni_dd_two_product(a.hi, b);
  const ni_dd t = ni_dd_quick_two_sum(c.hi, a.lo * b);
  return ni_dd_quick_two_sum(t.hi, t.lo + c.lo);
}

static inline ni_dd ni_dd_div_d(ni_dd a, double b) {
  const double q = a.hi / b;
  const ni_dd p = ni_dd_two_product(q, b);
  const double rest = ((a.hi - p.hi) - p.lo) + a.lo;
  return ni_dd_quick_two_sum(q, rest / b);
}

static inline ni_dd ni_dd_div(ni_dd a, ni_dd b) {
  const double q = a.hi / b.hi;
  const ni_dd p = ni_dd_mul_d(b, q);
  const double rest = (a.hi - p.hi) + (a.lo - p.lo);
  return ni_dd_quick_two_sum(q, rest / b.hi);
}

/* The number correctly rounded to a double (round to nearest even). */
static inline double ni_dd_value(ni_dd a) {
  return a.hi + a.lo;
}

static inline int ni_dd_is_nan(ni_dd a) {
  return a.hi != a.hi;
}

/* -1, 0 or 1; 0 also where either is NaN. */
static inline int ni_dd_compare(ni_dd a, ni_dd b) {
  const int high = (a.hi > b.hi) - (a.hi < b.hi);
  const int low = (a.lo > b.lo) - (a.lo < b.lo);
  return high + (high == 0) * (a.hi == b.hi) * low;
}

/* A step of Sum2 (Ogita, Rump & Oishi 2005): x and its error are added to a sum whose errors are kept in *lo. */
static inline void ni_dd_sum2(double *hi, double *lo, double x, double error) {
  const ni_dd s = ni_dd_two_sum(*hi, x);
  *hi = s.hi;
  *lo += s.lo + error;
}

/* The accumulating forms for loops over lanes whose halves stand in two arrays: (*hi, *lo) += ... */
static inline void ni_dd_accumulate(double *hi, double *lo, ni_dd b) {
  const ni_dd s = ni_dd_add(ni_dd_make(*hi, *lo), b);
  *hi = s.hi;
  *lo = s.lo;
}

/* (*hi, *lo) += weight * x, the product exact. */
static inline void ni_dd_accumulate_product(double *hi, double *lo, double weight, double x) {
  ni_dd_accumulate(hi, lo, ni_dd_two_product(weight, x));
}

#endif
