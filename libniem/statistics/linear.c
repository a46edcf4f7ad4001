/* Small dense linear algebra.
 *
 * Sources: A. S. Householder (1958) for the tridiagonal matrix; J. G. F. Francis (1961) and V. N. Kublanovskaya (1961)
 * for QL, with implicit shifts by J. H. Wilkinson, as B. N. Parlett, The Symmetric Eigenvalue Problem (1980), ch. 8,
 * describes them; the Cholesky factorisation as in G. H. Golub & C. F. Van Loan, Matrix Computations, 4.2. */
#include "base/platform.h"

#include "statistics/linear.h"

#include <math.h>

#include "base/number.h"

enum { STEPS = 100 };

/* Loops over rows that stand one after another: each element by itself, eight at once, which any compiler sees. */
enum { AT_ONCE = 8 };

NI_WIDE static void add_row(double *restrict out, const double *restrict x, double factor, int64_t n) {
  int64_t k = 0;
  for (; k + AT_ONCE <= n; k += AT_ONCE) {
    for (int l = 0; l < AT_ONCE; l++) {
      out[k + l] += factor * x[k + l];
    }
  }
  for (; k < n; k++) {
    out[k] += factor * x[k];
  }
}

/* out - (a x + b y) */
NI_WIDE static void take_rows(double *restrict out, const double *restrict x, double a, const double *restrict y,
                              double b, int64_t n) {
  int64_t k = 0;
  for (; k + AT_ONCE <= n; k += AT_ONCE) {
    for (int l = 0; l < AT_ONCE; l++) {
      out[k + l] -= a * x[k + l] + b * y[k + l];
    }
  }
  for (; k < n; k++) {
    out[k] -= a * x[k] + b * y[k];
  }
}

NI_WIDE static void turn_rows(double *restrict x, double *restrict y, double c, double s, int64_t n) {
  int64_t k = 0;
  for (; k + AT_ONCE <= n; k += AT_ONCE) {
    double first[AT_ONCE];
    for (int l = 0; l < AT_ONCE; l++) {
      first[l] = x[k + l];
      x[k + l] = c * first[l] - s * y[k + l];
      y[k + l] = s * first[l] + c * y[k + l];
    }
  }
  for (; k < n; k++) {
    const double first = x[k];
    x[k] = c * first - s * y[k];
    y[k] = s * first + c * y[k];
  }
}

/* Divide by a power of two near the greatest element, so that no square over- or underflows; that power. */
static double scale(double *a, int64_t n) {
  double size = 0;
  for (int64_t i = 0; i < n * n; i++) {
    size = fabs(a[i]) > size ? fabs(a[i]) : size;
  }
  const double unit = size > 1e-290 ? ni_power_of_two_above(size) : 1;
  for (int64_t i = 0; i < n * n; i++) {
    a[i] /= unit;
  }
  return unit;
}

/* The reflection that brings row k of what is left onto its first element stands in that row, behind the diagonal; 2
 * over the square of its length is returned, 0 where there is nothing to reflect. */
static double reflect(double *element, double *row, int64_t n) {
  double square = 0;
  for (int64_t i = 0; i < n; i++) {
    square += row[i] * row[i];
  }
  const double first = row[0] * row[0];
  if (square == first) { /* the others are 0, or nothing beside it */
    *element = row[0];
    for (int64_t i = 0; i < n; i++) {
      row[i] = 0;
    }
    return 0;
  }
  *element = row[0] > 0 ? -sqrt(square) : sqrt(square);
  row[0] -= *element;
  return 2 / (square - first + row[0] * row[0]);
}

/* Householder's reduction to a tridiagonal matrix: its diagonal and the elements beside it. The reflections are left in
 * the rows of `a`, their factors in `factors`; `room` has 2 n elements. */
static void make_tridiagonal(double *a, int64_t n, double *diagonal, double *beside, double *factors, double *room) {
  for (int64_t k = 0; k + 1 < n; k++) {
    const int64_t m = n - k - 1;
    double *v = a + k * n + k + 1;
    double *p = room;
    double inner = 0;
    diagonal[k] = a[k * n + k];
    factors[k] = reflect(&beside[k], v, m);
    if (factors[k] == 0) {
      continue;
    }
    for (int64_t i = 0; i < m; i++) {
      p[i] = 0;
    }
    for (int64_t i = 0; i < m; i++) {
      add_row(p, a + (k + 1 + i) * n + k + 1, factors[k] * v[i], m);
    }
    for (int64_t i = 0; i < m; i++) {
      inner += v[i] * p[i];
    }
    add_row(p, v, -factors[k] / 2 * inner, m);
    for (int64_t i = 0; i < m; i++) {
      take_rows(a + (k + 1 + i) * n + k + 1, p, v[i], v, p[i], m);
    }
  }
  diagonal[n - 1] = a[(n - 1) * n + n - 1];
}

/* The product of the reflections, its columns as rows. */
static void collect(double *rows, const double *a, const double *factors, int64_t n, double *room) {
  for (int64_t i = 0; i < n * n; i++) {
    rows[i] = i % (n + 1) == 0;
  }
  for (int64_t k = n - 2; k >= 0; k--) {
    const int64_t m = n - k - 1;
    const double *v = a + k * n + k + 1;
    for (int64_t i = 0; i < m; i++) {
      room[i] = 0;
    }
    for (int64_t i = 0; factors[k] != 0 && i < m; i++) {
      add_row(room, rows + (k + 1 + i) * n + k + 1, factors[k] * v[i], m);
    }
    for (int64_t i = 0; factors[k] != 0 && i < m; i++) {
      add_row(rows + (k + 1 + i) * n + k + 1, room, -v[i], m);
    }
  }
  for (int64_t i = 0; i < n; i++) {
    for (int64_t k = 0; k < i; k++) {
      const double t = rows[i * n + k];
      rows[i * n + k] = rows[k * n + i];
      rows[k * n + i] = t;
    }
  }
}

/* Where the block that begins at `from` ends: with an element beside the diagonal that is nothing beside that. */
static int64_t end_of_block(const double *diagonal, const double *beside, int64_t from, int64_t n) {
  int64_t m = from;
  while (m + 1 < n && fabs(beside[m]) > 0x1p-53 * (fabs(diagonal[m]) + fabs(diagonal[m + 1]))) {
    m++;
  }
  return m;
}

/* One step of QL on rows l .. m, the shift implicit: the bulge is driven from the end up. */
static void ql_step(double *d, double *e, double *vectors, int64_t n, int64_t l, int64_t m) {
  const double half = (d[l + 1] - d[l]) / (2 * e[l]);
  const double root = sqrt(half * half + 1);
  double g = d[m] - d[l] + e[l] / (half < 0 ? half - root : half + root);
  double s = 1;
  double c = 1;
  double moved = 0;
  for (int64_t i = m - 1; i >= l; i--) {
    const double f = s * e[i];
    const double b = c * e[i];
    const double r = sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r == 0) { /* the block falls apart here */
      d[i + 1] -= moved;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1] - moved;
    const double turned = (d[i] - g) * s + 2 * c * b;
    moved = s * turned;
    d[i + 1] = g + moved;
    g = c * turned - b;
    turn_rows(vectors + i * n, vectors + (i + 1) * n, c, s, n);
  }
  d[l] -= moved;
  e[l] = g;
  e[m] = 0;
}

/* 1, or 0 where an eigenvalue took too many steps. */
static int make_diagonal(double *d, double *e, double *vectors, int64_t n) {
  for (int64_t l = 0; l < n; l++) {
    int64_t m = end_of_block(d, e, l, n);
    for (int step = 0; m > l; step++) {
      if (step == STEPS) {
        return 0;
      }
      ql_step(d, e, vectors, n, l, m);
      m = end_of_block(d, e, l, n);
    }
  }
  return 1;
}

/* Selection sort, falling; of equal values the first stays first. */
static void sort_falling(double *values, double *vectors, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    int64_t at = i;
    for (int64_t k = i + 1; k < n; k++) {
      at = values[k] > values[at] ? k : at;
    }
    for (int64_t k = 0; at != i && k < n; k++) {
      const double t = vectors[i * n + k];
      vectors[i * n + k] = vectors[at * n + k];
      vectors[at * n + k] = t;
    }
    const double t = values[i];
    values[i] = values[at];
    values[at] = t;
  }
}

static void fix_sign(double *vector, int64_t n) {
  double sum = 0;
  for (int64_t k = 0; k < n; k++) {
    sum += vector[k];
  }
  const double sign = fabs(sum) > 1e-12 ? sum : vector[0];
  for (int64_t k = 0; sign < 0 && k < n; k++) {
    vector[k] = -vector[k];
  }
}

int ni_eigen(double *a, int64_t n, double *values, double *vectors, double *room) {
  double *beside = room;
  const double unit = scale(a, n);
  make_tridiagonal(a, n, values, beside, beside + n, beside + 2 * n);
  collect(vectors, a, beside + n, n, beside + 2 * n);
  beside[n - 1] = 0;
  const int found = make_diagonal(values, beside, vectors, n);
  for (int64_t i = 0; i < n; i++) {
    values[i] *= unit;
  }
  sort_falling(values, vectors, n);
  for (int64_t i = 0; i < n; i++) {
    fix_sign(vectors + i * n, n);
  }
  return found;
}

int ni_cholesky(double *a, int64_t n, double least) {
  for (int64_t j = 0; j < n; j++) {
    double pivot = a[j * n + j];
    const double floor = pivot * least;
    for (int64_t k = 0; k < j; k++) {
      pivot -= a[j * n + k] * a[j * n + k];
    }
    if (!(pivot > floor && pivot > 0)) {
      return 0;
    }
    a[j * n + j] = sqrt(pivot);
    for (int64_t i = j + 1; i < n; i++) {
      double value = a[i * n + j];
      for (int64_t k = 0; k < j; k++) {
        value -= a[i * n + k] * a[j * n + k];
      }
      a[i * n + j] = value / a[j * n + j];
    }
  }
  return 1;
}

void ni_cholesky_solve(const double *factor, int64_t n, double *b) {
  for (int64_t i = 0; i < n; i++) {
    for (int64_t k = 0; k < i; k++) {
      b[i] -= factor[i * n + k] * b[k];
    }
    b[i] /= factor[i * n + i];
  }
  for (int64_t i = n - 1; i >= 0; i--) {
    for (int64_t k = i + 1; k < n; k++) {
      b[i] -= factor[k * n + i] * b[k];
    }
    b[i] /= factor[i * n + i];
  }
}

void ni_cholesky_inverse(double *inverse, const double *factor, int64_t n) {
  for (int64_t j = 0; j < n; j++) {
    double *row = inverse + j * n; /* the matrix is symmetric: a row is a column */
    for (int64_t k = 0; k < n; k++) {
      row[k] = k == j;
    }
    ni_cholesky_solve(factor, n, row);
    for (int64_t k = 0; k < j; k++) {
      row[k] = inverse[k * n + j];
    }
  }
}
