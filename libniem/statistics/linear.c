/* Small dense linear algebra.
 *
 * Sources: C. G. J. Jacobi (1846) in the cyclic form of G. E. Forsythe & P. Henrici (1960), rotations by H.
 * Rutishauser (1966); the Cholesky factorisation as in G. H. Golub & C. F. Van Loan, Matrix Computations, 4.2. */
#include "base/platform.h"

#include "statistics/linear.h"

#include <math.h>

enum { SWEEPS = 100 };

static void rotate(double *x, double *y, double s, double tau) {
  const double g = *x;
  const double h = *y;
  *x = g - s * (h + g * tau);
  *y = h + s * (g - h * tau);
}

/* Turn the plane of p and q so that a[p][q] becomes 0. Only the upper triangle is kept. */
static void annihilate(double *a, double *vectors, int64_t n, int64_t p, int64_t q) {
  const double apq = a[p * n + q];
  const double theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
  const double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
  const double c = 1 / sqrt(t * t + 1);
  const double s = t * c;
  const double tau = s / (1 + c);
  a[p * n + p] -= t * apq;
  a[q * n + q] += t * apq;
  a[p * n + q] = 0;
  for (int64_t k = 0; k < n; k++) {
    if (k != p && k != q) {
      rotate(k < p ? &a[k * n + p] : &a[p * n + k], k < q ? &a[k * n + q] : &a[q * n + k], s, tau);
    }
    rotate(&vectors[p * n + k], &vectors[q * n + k], s, tau);
  }
}

/* Whether an element is nothing beside the diagonal ones. */
static int is_negligible(const double *a, int64_t n, int64_t p, int64_t q) {
  const double size = fabs(a[p * n + q]);
  return size <= 0x1p-54 * fabs(a[p * n + p]) && size <= 0x1p-54 * fabs(a[q * n + q]);
}

static int sweep(double *a, double *vectors, int64_t n, double absolute) {
  int turned = 0;
  for (int64_t p = 0; p < n - 1; p++) {
    for (int64_t q = p + 1; q < n; q++) {
      if (fabs(a[p * n + q]) > absolute && !is_negligible(a, n, p, q)) {
        annihilate(a, vectors, n, p, q);
        turned = 1;
      }
    }
  }
  return turned;
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

int ni_eigen(double *a, int64_t n, double *values, double *vectors) {
  double size = 0;
  int turned = 1;
  for (int64_t i = 0; i < n; i++) {
    for (int64_t k = 0; k < n; k++) {
      vectors[i * n + k] = i == k;
      size = fabs(a[i * n + k]) > size ? fabs(a[i * n + k]) : size;
    }
  }
  for (int k = 0; turned && k < SWEEPS; k++) {
    turned = sweep(a, vectors, n, 0x1p-60 * size);
  }
  for (int64_t i = 0; i < n; i++) {
    values[i] = a[i * n + i];
  }
  sort_falling(values, vectors, n);
  for (int64_t i = 0; i < n; i++) {
    fix_sign(vectors + i * n, n);
  }
  return !turned;
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
