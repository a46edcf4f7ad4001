/* Linear goalposts: 100 (x - worst) / (best - worst), 0 and 100 beyond them. Written once and without a branch, so that
 * one number and the lanes of the scoring kernel come to the same bits.
 *
 * Where worst is above best everything is mirrored at 0: every operation of a double-double is odd, so the mirrored
 * quotient has the bits of the plain one. */
#ifndef NI_GOALPOSTS_H
#define NI_GOALPOSTS_H

#include "base/dd.h"
#include "model/framework.h"

typedef struct ni_goalposts {
  double sign;     /* -1 where mirrored */
  double from, to; /* worst and best, mirrored so that from < to */
  ni_dd whole;     /* to - from */
} ni_goalposts;

static inline ni_goalposts ni_goalposts_of(const ni_scale *scale) {
  ni_goalposts g;
  g.sign = scale->best > scale->worst ? 1 : -1;
  g.from = g.sign * scale->worst;
  g.to = g.sign * scale->best;
  g.whole = ni_dd_two_sum(g.to, -g.from);
  return g;
}

/* From 0 to 100, say: the way from the worst is the score, exactly. */
static inline int ni_goalposts_exact(const ni_goalposts *g) {
  return g->whole.hi == 100 && g->whole.lo == 0;
}

static inline ni_dd ni_goalposts_way(const ni_goalposts *g, double number) {
  return ni_dd_two_sum(g->sign * number, -g->from);
}

/* The score of a way between the goalposts. */
static inline ni_dd ni_goalposts_share(const ni_goalposts *g, ni_dd way) {
  return ni_dd_div(ni_dd_mul_d(way, 100), g->whole);
}

/* The score, where the number lies between the goalposts, else 0 or 100. */
static inline ni_dd ni_goalposts_clamp(const ni_goalposts *g, double number, ni_dd score) {
  const double x = g->sign * number;
  const double hi = x <= g->from ? 0 : score.hi;
  const double lo = x <= g->from ? 0 : score.lo;
  return ni_dd_make(x >= g->to ? 100 : hi, x >= g->to ? 0 : lo);
}

static inline ni_dd ni_goalposts_score(const ni_goalposts *g, double number) {
  const ni_dd way = ni_goalposts_way(g, number);
  return ni_goalposts_clamp(g, number, ni_goalposts_exact(g) ? way : ni_goalposts_share(g, way));
}

#endif
