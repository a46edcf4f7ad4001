/* What one column is described by: sums are exact and rounded once, so that the order of the rows never matters. */
#include "base/platform.h"

/* Packages are often built with -O2, at which GCC leaves most of these loops as they are. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

#include "statistics/columns.h"

#include <math.h>
#include <string.h>

#include "base/exact.h"
#include "base/number.h"
#include "statistics/lanes.h"

/* Exact sums may be added up in any order, so loops have lanes, of which a processor takes several at once. */
enum { LANES = NI_LANES };

/* Blocks of LANES values; the last is filled up with `rest`. */
static const double *block(double *last, const double *x, int64_t n, int64_t begin, double rest) {
  if (n - begin >= LANES) {
    return x + begin;
  }
  for (int k = 0; k < LANES; k++) {
    last[k] = begin + k < n ? x[begin + k] : rest;
  }
  return last;
}

static double sum_lanes(const double *lanes) {
  double sum = 0;
  for (int k = 0; k < LANES; k++) {
    sum += lanes[k];
  }
  return sum;
}

/* A sum of n numbers within [-1, 1] in two bins: each is rounded to whole units of the first bin, what is left to whole
 * units of the second, so that nothing is rounded when they add up and their order does not matter. What is dropped is
 * below n^3 2^-104. */
typedef struct {
  double magic[2]; /* adding and taking away 1.5 * 2^52 units rounds to whole units */
  double sum[2][LANES];
} bins;

static void bins_init(bins *b, int64_t n) {
  const double terms = ni_power_of_two_above((double)n);
  memset(b, 0, sizeof *b);
  b->magic[0] = 0x1.8p1 * terms;
  b->magic[1] = b->magic[0] * terms * 0x1p-52;
}

static inline void bins_add(bins *b, const double *values) {
  for (int k = 0; k < LANES; k++) {
    const double whole = (values[k] + b->magic[0]) - b->magic[0];
    b->sum[0][k] += whole;
    b->sum[1][k] += ((values[k] - whole) + b->magic[1]) - b->magic[1];
  }
}

static double bins_value(const bins *b) {
  return sum_lanes(b->sum[0]) + sum_lanes(b->sum[1]);
}

/* Sums over powers of the deviations from the mean, in units of the greatest of them, so that nothing over- or
 * underflows. */
typedef struct {
  int64_t n;
  double mean;
  double greatest; /* deviation; 0 where all values are the same */
  double squares, cubes, fourths;
} moments;

static ni_dd sum_of(const double *x, int64_t n, const ni_present *there);

static double mean_of(const double *x, int64_t n, const ni_present *there) {
  return there->n > 0 ? ni_dd_value(ni_dd_div_d(sum_of(x, n, there), (double)there->n)) : ni_nan();
}

/* The deviations of a block, as shares of the greatest; 0 for a gap. */
static inline void shares_of(double *shares, const double *x, const moments *m) {
  const double mean = m->mean, greatest = m->greatest;
  for (int k = 0; k < LANES; k++) {
    const double share = (x[k] - mean) / greatest;
    shares[k] = share == share ? share : 0;
  }
}

/* `all`: cubes and fourths too. */
NI_WIDE static void gather_moments(moments *m, const double *x, int64_t n, int all) {
  bins sum[3];
  double last[LANES], d[LANES], power[LANES];
  ni_present there;
  ni_lanes_extent(&there, x, n);
  m->n = there.n;
  m->mean = mean_of(x, n, &there);
  const double above = there.high - m->mean, below = m->mean - there.low;
  m->greatest = !(there.low < there.high) ? 0 : above > below ? above : below;
  for (int k = 0; k < 3; k++) {
    bins_init(&sum[k], n);
  }
  for (int64_t i = 0; i < n && m->greatest > 0; i += LANES) {
    shares_of(d, block(last, x, n, i, ni_nan()), m);
    for (int k = 0; k < LANES; k++) {
      power[k] = d[k] * d[k];
    }
    bins_add(&sum[0], power);
    if (all) {
      for (int k = 0; k < LANES; k++) {
        d[k] = power[k] * d[k];
        power[k] = power[k] * power[k];
      }
      bins_add(&sum[1], d);
      bins_add(&sum[2], power);
    }
  }
  m->squares = bins_value(&sum[0]);
  m->cubes = bins_value(&sum[1]);
  m->fourths = bins_value(&sum[2]);
}

/* The least magnitude above 0, infinite for none. */
static double least_magnitude(const double *x, int64_t n, const ni_present *there) {
  double least = INFINITY;
  if (there->low > 0 || there->high < 0) {
    return there->low > 0 ? there->low : -there->high;
  }
  for (int64_t i = 0; i < n; i++) {
    const double size = fabs(x[i]);
    least = size > 0 && size < least ? size : least;
  }
  return least;
}

/* The sum of the values that are there, exact, in two bins: each value is split at a multiple of `unit`, so coarse that
 * the upper parts add up without rounding, and the lower parts too where the least value is not too small beside the
 * greatest. 0 where it is: the superaccumulator then does the same. */
NI_WIDE static int bin_sum(ni_dd *sum, const double *x, int64_t n, const ni_present *there) {
  const double least = least_magnitude(x, n, there);
  const double most = there->n == 0 ? 0 : -there->low > there->high ? -there->low : there->high;
  double upper[LANES] = {0};
  double lower[LANES] = {0};
  double last[LANES];
  if (n > ((int64_t)1 << 20) || most > 1e200 || (most > 0 && !(least > most * (double)n * (double)n * 0x1p-50)) ||
      (most > 0 && least < 1e-280)) {
    return 0;
  }
  /* Adding and taking away 1.5 * 2^52 units rounds to whole units; power of two so that nothing else is rounded. */
  const double unit = ni_power_of_two_above(most) * ni_power_of_two_above((double)n) * 0x1p-52;
  const double magic = 0x1.8p52 * unit;
  for (int64_t i = 0; i < n; i += LANES) {
    const double *values = block(last, x, n, i, 0);
    for (int k = 0; k < LANES; k++) {
      const double whole = (values[k] + magic) - magic;
      const double rest = values[k] - whole;
      upper[k] += whole == whole ? whole : 0;
      lower[k] += rest == rest ? rest : 0;
    }
  }
  *sum = ni_dd_two_sum(sum_lanes(upper), sum_lanes(lower));
  return 1;
}

/* The sum of the values that are there, as good as exact: what is rounded is below 2^-106 of it. */
static ni_dd sum_of(const double *x, int64_t n, const ni_present *there) {
  ni_exact acc;
  ni_dd sum;
  if (bin_sum(&sum, x, n, there)) {
    return sum;
  }
  ni_exact_init(&acc);
  for (int64_t i = 0; i < n; i++) {
    ni_exact_add(&acc, x[i] == x[i] ? x[i] : 0);
  }
  return ni_exact_round_dd(&acc);
}

int64_t ni_count(const double *x, int64_t n) {
  ni_present there;
  ni_lanes_extent(&there, x, n);
  return there.n;
}

void ni_extent(double *low, double *high, const double *x, int64_t n) {
  ni_present there;
  ni_lanes_extent(&there, x, n);
  *low = there.n > 0 ? there.low : ni_nan();
  *high = there.n > 0 ? there.high : ni_nan();
}

double ni_mean(const double *x, int64_t n) {
  ni_present there;
  ni_lanes_extent(&there, x, n);
  return mean_of(x, n, &there);
}

void ni_mean_deviation(double *mean, double *deviation, const double *x, int64_t n, int less) {
  moments m;
  gather_moments(&m, x, n, 0);
  *mean = m.mean;
  *deviation = m.n <= less ? ni_nan() : m.greatest > 0 ? m.greatest * sqrt(m.squares / (double)(m.n - less)) : 0;
}

double ni_deviation(const double *x, int64_t n, int less) {
  double mean, deviation;
  ni_mean_deviation(&mean, &deviation, x, n, less);
  return deviation;
}

void ni_skewness_kurtosis(double *skewness, double *kurtosis, const double *x, int64_t n) {
  moments m;
  gather_moments(&m, x, n, 1);
  const double count = (double)m.n;
  *skewness = ni_nan();
  *kurtosis = ni_nan();
  if (!(m.greatest > 0)) {
    return;
  }
  if (m.n >= 3) {
    const double g1 = sqrt(count) * m.cubes / (m.squares * sqrt(m.squares));
    *skewness = g1 * sqrt(count * (count - 1)) / (count - 2);
  }
  if (m.n >= 4) {
    const double g2 = count * m.fourths / (m.squares * m.squares) - 3;
    *kurtosis = ((count + 1) * g2 + 6) * (count - 1) / ((count - 2) * (count - 3));
  }
}

NI_WIDE static double sum_of_shares_wide(const double *x, int64_t n) {
  bins sum;
  bins_init(&sum, n);
  for (int64_t i = 0; i < n; i += LANES) {
    bins_add(&sum, x + i);
  }
  return bins_value(&sum);
}

/* Sum of products of shares, which are within [-1, 1] themselves. */
NI_WIDE static double sum_of_products(const double *a, const double *b, int64_t n) {
  bins sum;
  double product[LANES];
  bins_init(&sum, n);
  for (int64_t i = 0; i < n; i += LANES) {
    for (int k = 0; k < LANES; k++) {
      product[k] = a[i + k] * b[i + k];
    }
    bins_add(&sum, product);
  }
  return bins_value(&sum);
}

double ni_column_shares(double *shares, const double *x, int64_t n) {
  moments m;
  ni_present there;
  double last[LANES];
  ni_lanes_extent(&there, x, n);
  m.mean = mean_of(x, n, &there);
  const double above = there.high - m.mean, below = m.mean - there.low;
  m.greatest = above > below ? above : below;
  if (!(there.low < there.high)) {
    memset(shares, 0, (size_t)ni_lanes_up(n) * sizeof *shares);
    return 0;
  }
  for (int64_t i = 0; i < n; i += LANES) {
    shares_of(shares + i, block(last, x, n, i, ni_nan()), &m);
  }
  return sqrt(sum_of_products(shares, shares, n));
}

double ni_shares_correlation(const double *a, double root_a, const double *b, double root_b, int64_t n) {
  if (!(root_a > 0) || !(root_b > 0)) {
    return ni_nan();
  }
  const double r = sum_of_products(a, b, n) / (root_a * root_b);
  return r > 1 ? 1 : r < -1 ? -1 : r;
}

double ni_pair_correlation(const double *x, const double *y, int64_t n, double *room) {
  double *a = room;
  double *b = room + ni_lanes_up(n);
  int64_t both = 0;
  for (int64_t i = 0; i < n; i++) {
    a[both] = x[i];
    b[both] = y[i];
    both += (x[i] == x[i]) & (y[i] == y[i]);
  }
  const double root_a = ni_column_shares(a, a, both);
  const double root_b = ni_column_shares(b, b, both);
  return ni_shares_correlation(a, root_a, b, root_b, both);
}

/* ---- what other files call: wide functions are seen in this file only (base/platform.h) */

double ni_sum_of_shares(const double *x, int64_t n) {
  return sum_of_shares_wide(x, n);
}
