/* What one column is described by: sums are exact and rounded once, so that the order of the rows never matters. */
#include "base/platform.h"

#include "methods/columns.h"

#include <math.h>

#include "base/exact.h"
#include "base/number.h"

/* A sum of n numbers within [-1, 1] in two bins: each is rounded to whole units of the first bin, what is left to whole
 * units of the second, so that nothing is rounded when they add up and their order does not matter. What is dropped is
 * below n^3 2^-104. */
typedef struct {
  double magic[2]; /* adding and taking away 1.5 * 2^52 units rounds to whole units */
  double sum[2];
} bins;

static void bins_init(bins *b, int64_t n) {
  const double terms = ni_power_of_two_above((double)n);
  b->magic[0] = 0x1.8p1 * terms;
  b->magic[1] = b->magic[0] * terms * 0x1p-52;
  b->sum[0] = b->sum[1] = 0;
}

static inline void bins_add(bins *b, double value) {
  const double whole = (value + b->magic[0]) - b->magic[0];
  b->sum[0] += whole;
  b->sum[1] += ((value - whole) + b->magic[1]) - b->magic[1];
}

static double bins_value(const bins *b) {
  return b->sum[0] + b->sum[1];
}

/* Sums over powers of the deviations from the mean, in units of the greatest of them, so that nothing over- or
 * underflows. */
typedef struct {
  int64_t n;
  double mean;
  double greatest; /* deviation; 0 where all values are the same */
  double squares, cubes, fourths;
} moments;

static void gather_moments(moments *m, const double *x, int64_t n) {
  bins sum[3];
  double low, high;
  ni_extent(&low, &high, x, n);
  m->n = ni_count(x, n);
  m->mean = ni_mean(x, n);
  m->greatest = low == high ? 0 : high - m->mean > m->mean - low ? high - m->mean : m->mean - low;
  for (int k = 0; k < 3; k++) {
    bins_init(&sum[k], n);
  }
  for (int64_t i = 0; i < n && m->greatest > 0; i++) {
    const double d = x[i] == x[i] ? (x[i] - m->mean) / m->greatest : 0;
    const double square = d * d;
    bins_add(&sum[0], square);
    bins_add(&sum[1], square * d);
    bins_add(&sum[2], square * square);
  }
  m->squares = bins_value(&sum[0]);
  m->cubes = bins_value(&sum[1]);
  m->fourths = bins_value(&sum[2]);
}

/* The sum of the values that are there, exact, in two bins: each value is split at a multiple of `unit`, so coarse that
 * the upper parts add up without rounding, and the lower parts too where the least value is not too small beside the
 * greatest. 0 where it is: the superaccumulator then does the same. Exact, so four lanes are as good as one. */
static int bin_sum(ni_dd *sum, const double *x, int64_t n) {
  double most = 0;
  double least = INFINITY;
  double upper[4] = {0, 0, 0, 0};
  double lower[4] = {0, 0, 0, 0};
  for (int64_t i = 0; i < n; i++) {
    const double size = x[i] == x[i] ? fabs(x[i]) : 0;
    most = size > most ? size : most;
    least = size > 0 && size < least ? size : least;
  }
  if (n > ((int64_t)1 << 20) || most > 1e200 || (most > 0 && !(least > most * (double)n * (double)n * 0x1p-50)) ||
      (most > 0 && least < 1e-280)) {
    return 0;
  }
  /* Adding and taking away 1.5 * 2^52 units rounds to whole units; power of two so that nothing else is rounded. */
  const double unit = ni_power_of_two_above(most) * ni_power_of_two_above((double)n) * 0x1p-52;
  const double magic = 0x1.8p52 * unit;
  for (int64_t i = 0; i < n; i++) {
    const double value = x[i] == x[i] ? x[i] : 0;
    const double whole = (value + magic) - magic;
    upper[i & 3] += whole;
    lower[i & 3] += value - whole;
  }
  *sum = ni_dd_two_sum((upper[0] + upper[1]) + (upper[2] + upper[3]), (lower[0] + lower[1]) + (lower[2] + lower[3]));
  return 1;
}

/* The sum of the values that are there, as good as exact: what is rounded is below 2^-106 of it. */
static ni_dd sum_of(const double *x, int64_t n) {
  ni_exact acc;
  ni_dd sum;
  if (bin_sum(&sum, x, n)) {
    return sum;
  }
  ni_exact_init(&acc);
  for (int64_t i = 0; i < n; i++) {
    ni_exact_add(&acc, x[i] == x[i] ? x[i] : 0);
  }
  return ni_exact_round_dd(&acc);
}

int64_t ni_count(const double *x, int64_t n) {
  int64_t count = 0;
  for (int64_t i = 0; i < n; i++) {
    count += !ni_is_nan(x[i]);
  }
  return count;
}

/* Whatever is compared with NaN is false. Four lanes, since one would wait for itself. */
void ni_extent(double *low, double *high, const double *x, int64_t n) {
  double least[4] = {INFINITY, INFINITY, INFINITY, INFINITY};
  double most[4] = {-INFINITY, -INFINITY, -INFINITY, -INFINITY};
  for (int64_t i = 0; i < n; i++) {
    least[i & 3] = x[i] < least[i & 3] ? x[i] : least[i & 3];
    most[i & 3] = x[i] > most[i & 3] ? x[i] : most[i & 3];
  }
  for (int k = 1; k < 4; k++) {
    least[0] = least[k] < least[0] ? least[k] : least[0];
    most[0] = most[k] > most[0] ? most[k] : most[0];
  }
  const int there = least[0] <= most[0];
  *low = there ? least[0] : ni_nan();
  *high = there ? most[0] : ni_nan();
}

double ni_mean(const double *x, int64_t n) {
  const int64_t count = ni_count(x, n);
  return count > 0 ? ni_dd_value(ni_dd_div_d(sum_of(x, n), (double)count)) : ni_nan();
}

double ni_deviation(const double *x, int64_t n, int less) {
  moments m;
  gather_moments(&m, x, n);
  if (m.n <= less) {
    return ni_nan();
  }
  return m.greatest > 0 ? m.greatest * sqrt(m.squares / (double)(m.n - less)) : 0;
}

void ni_skewness_kurtosis(double *skewness, double *kurtosis, const double *x, int64_t n) {
  moments m;
  gather_moments(&m, x, n);
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

/* The mean of x over the rows where y too has a value. */
static double mean_of_pairs(const double *x, const double *y, int64_t n) {
  ni_exact sum;
  int64_t count = 0;
  ni_exact_init(&sum);
  for (int64_t i = 0; i < n; i++) {
    if (!ni_is_nan(x[i]) && !ni_is_nan(y[i])) {
      ni_exact_add(&sum, x[i]);
      count++;
    }
  }
  return count > 0 ? ni_exact_round(&sum) / (double)count : ni_nan();
}

double ni_correlation(const double *x, const double *y, int64_t n) {
  const double mean_x = mean_of_pairs(x, y, n);
  const double mean_y = mean_of_pairs(y, x, n);
  double low[2] = {INFINITY, INFINITY};
  double high[2] = {-INFINITY, -INFINITY};
  ni_exact xx, yy, xy;
  ni_exact_init(&xx);
  ni_exact_init(&yy);
  ni_exact_init(&xy);
  for (int64_t i = 0; i < n; i++) {
    if (!ni_is_nan(x[i]) && !ni_is_nan(y[i])) {
      const double d[2] = {x[i] - mean_x, y[i] - mean_y};
      ni_exact_add_product(&xx, d[0], d[0]);
      ni_exact_add_product(&yy, d[1], d[1]);
      ni_exact_add_product(&xy, d[0], d[1]);
      for (int k = 0; k < 2; k++) {
        low[k] = d[k] < low[k] ? d[k] : low[k];
        high[k] = d[k] > high[k] ? d[k] : high[k];
      }
    }
  }
  if (!(low[0] < high[0]) || !(low[1] < high[1])) {
    return ni_nan();
  }
  const double r = ni_exact_round(&xy) / (sqrt(ni_exact_round(&xx)) * sqrt(ni_exact_round(&yy)));
  return r > 1 ? 1 : r < -1 ? -1 : r;
}
