/* Varimax: H. F. Kaiser, "The varimax criterion for analytic rotation in factor analysis", Psychometrika 23 (1958),
 * with rows normalised by the root of their communality. Two columns at a time are turned to where their criterion is
 * greatest; the angle, a quarter of that of (num, den), is found by halving it twice, with roots only. */
#include "base/platform.h"

#include "statistics/varimax.h"

#include <math.h>

enum { ROUNDS = 1000 };
#define STILL 1e-12

typedef struct {
  double sine, cosine;
} turn;

/* Of half the angle, which is within [-pi, pi]. */
static turn halve(turn t) {
  turn half;
  if (t.cosine >= 0) {
    half.cosine = sqrt((1 + t.cosine) / 2);
    half.sine = t.sine / (2 * half.cosine);
  } else {
    half.sine = t.sine < 0 ? -sqrt((1 - t.cosine) / 2) : sqrt((1 - t.cosine) / 2);
    half.cosine = t.sine / (2 * half.sine);
  }
  return half;
}

static turn best_turn(const double *loadings, int64_t n, int64_t k, int64_t p, int64_t q) {
  const turn none = {0, 1};
  double u_sum = 0, v_sum = 0, difference = 0, product = 0, size = 0;
  for (int64_t i = 0; i < n; i++) {
    const double x = loadings[i * k + p], y = loadings[i * k + q];
    const double u = x * x - y * y, v = 2 * x * y;
    u_sum += u;
    v_sum += v;
    difference += u * u - v * v;
    product += 2 * u * v;
    size += u * u + v * v;
  }
  const double above = product - 2 * u_sum * v_sum / (double)n;
  const double below = difference - (u_sum * u_sum - v_sum * v_sum) / (double)n;
  const double length = sqrt(above * above + below * below);
  if (!(length > 1e-14 * size)) {
    return none; /* whatever the angle, the criterion is the same */
  }
  const turn fourfold = {above / length, below / length};
  return halve(halve(fourfold));
}

static void apply(double *x, int64_t n, int64_t k, int64_t p, int64_t q, turn t) {
  for (int64_t i = 0; i < n; i++) {
    const double a = x[i * k + p], b = x[i * k + q];
    x[i * k + p] = a * t.cosine + b * t.sine;
    x[i * k + q] = b * t.cosine - a * t.sine;
  }
}

static int round_of_turns(double *loadings, double *rotation, int64_t n, int64_t k) {
  int turned = 0;
  for (int64_t p = 0; p < k - 1; p++) {
    for (int64_t q = p + 1; q < k; q++) {
      const turn t = best_turn(loadings, n, k, p, q);
      if (fabs(t.sine) > STILL) {
        apply(loadings, n, k, p, q, t);
        apply(rotation, k, k, p, q, t);
        turned = 1;
      }
    }
  }
  return turned;
}

/* Divide rows by the root of their communality, or multiply them by it again. */
static void scale_rows(double *loadings, const double *roots, int64_t n, int64_t k, int back) {
  for (int64_t i = 0; i < n; i++) {
    for (int64_t c = 0; roots[i] > 0 && c < k; c++) {
      loadings[i * k + c] = back ? loadings[i * k + c] * roots[i] : loadings[i * k + c] / roots[i];
    }
  }
}

static void swap_columns(double *x, int64_t n, int64_t k, int64_t a, int64_t b) {
  for (int64_t i = 0; i < n; i++) {
    const double t = x[i * k + a];
    x[i * k + a] = x[i * k + b];
    x[i * k + b] = t;
  }
}

static void negate_column(double *x, int64_t n, int64_t k, int64_t c) {
  for (int64_t i = 0; i < n; i++) {
    x[i * k + c] = -x[i * k + c];
  }
}

/* By falling sum of squares, each sum not negative. */
static void put_in_order(double *loadings, double *rotation, int64_t n, int64_t k, double *sums, double *squares) {
  for (int64_t c = 0; c < k; c++) {
    sums[c] = squares[c] = 0;
    for (int64_t i = 0; i < n; i++) {
      sums[c] += loadings[i * k + c];
      squares[c] += loadings[i * k + c] * loadings[i * k + c];
    }
    if (sums[c] < 0) {
      negate_column(loadings, n, k, c);
      negate_column(rotation, k, k, c);
    }
  }
  for (int64_t c = 0; c < k; c++) {
    int64_t most = c;
    for (int64_t other = c + 1; other < k; other++) {
      most = squares[other] > squares[most] ? other : most;
    }
    swap_columns(loadings, n, k, c, most);
    swap_columns(rotation, k, k, c, most);
    const double t = squares[c];
    squares[c] = squares[most];
    squares[most] = t;
  }
}

int ni_varimax(double *loadings, double *rotation, int64_t n_rows, int64_t k, double *room) {
  double *roots = room, *sums = room + n_rows, *squares = sums + k;
  int turned = 1;
  for (int64_t i = 0; i < k * k; i++) {
    rotation[i] = i / k == i % k;
  }
  for (int64_t i = 0; i < n_rows; i++) {
    double communality = 0;
    for (int64_t c = 0; c < k; c++) {
      communality += loadings[i * k + c] * loadings[i * k + c];
    }
    roots[i] = sqrt(communality);
  }
  scale_rows(loadings, roots, n_rows, k, 0);
  for (int i = 0; turned && i < ROUNDS; i++) {
    turned = round_of_turns(loadings, rotation, n_rows, k);
  }
  scale_rows(loadings, roots, n_rows, k, 1);
  put_in_order(loadings, rotation, n_rows, k, sums, squares);
  return !turned;
}
