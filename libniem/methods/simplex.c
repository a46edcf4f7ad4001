/* The primal simplex method on a condensed tableau (pivots exchange a variable and a slack).
 *
 * Sources: G. B. Dantzig, Linear Programming and Extensions (1963); R. G. Bland, "New finite pivoting rules for the
 * simplex method", Mathematics of Operations Research 2 (1977), by whose rule no programme cycles. */
#include "base/platform.h"

#include "methods/simplex.h"

#include <math.h>

/* Coefficients of a programme whose columns are scaled to about 1. */
#define NOTHING 1e-11

enum { PATIENCE = 20 }; /* pivots without progress before Bland's rule is used */

typedef struct {
  double *t;
  int64_t m, n;
  int64_t *columns, *rows; /* which variable stands where: 0 .. n - 1, slacks from n on */
} programme;

static double *row_of(const programme *p, int64_t i) {
  return p->t + i * (p->n + 1);
}

static int64_t entering(const programme *p, int bland) {
  const double *z = row_of(p, p->m);
  int64_t found = -1;
  for (int64_t j = 0; j < p->n; j++) {
    if (z[j] < -NOTHING && (found < 0 || (bland ? p->columns[j] < p->columns[found] : z[j] < z[found]))) {
      found = j;
    }
  }
  return found;
}

static int64_t leaving(const programme *p, int64_t j) {
  int64_t found = -1;
  double best = INFINITY;
  for (int64_t i = 0; i < p->m; i++) {
    const double *row = row_of(p, i);
    if (row[j] > NOTHING) {
      const double ratio = row[p->n] / row[j];
      if (ratio < best || (ratio == best && p->rows[i] < p->rows[found])) {
        best = ratio;
        found = i;
      }
    }
  }
  return found;
}

static void pivot(programme *p, int64_t r, int64_t c) {
  double *pivot_row = row_of(p, r);
  const double inverse = 1 / pivot_row[c];
  for (int64_t j = 0; j <= p->n; j++) {
    pivot_row[j] = j == c ? inverse : pivot_row[j] * inverse;
  }
  for (int64_t i = 0; i <= p->m; i++) {
    double *row = row_of(p, i);
    const double factor = row[c];
    if (i == r || factor == 0) {
      continue;
    }
    row[c] = 0;
    for (int64_t j = 0; j <= p->n; j++) {
      row[j] -= factor * pivot_row[j];
    }
    if (i < p->m && row[p->n] < 0) {
      row[p->n] = 0; /* below 0 by rounding only */
    }
  }
  const int64_t variable = p->columns[c];
  p->columns[c] = p->rows[r];
  p->rows[r] = variable;
}

int ni_simplex(double *w, double *tableau, int64_t m, int64_t n, int64_t *basis) {
  programme p = {tableau, m, n, basis, basis + n};
  int64_t still = 0;
  for (int64_t j = 0; j < n + m; j++) {
    basis[j] = j;
  }
  for (int64_t k = 0; k < 1000 + 50 * (m + n); k++) {
    const int64_t c = entering(&p, still > PATIENCE);
    if (c < 0) {
      for (int64_t j = 0; j < n; j++) {
        w[j] = 0;
      }
      for (int64_t i = 0; i < m; i++) {
        if (p.rows[i] < n) {
          w[p.rows[i]] = row_of(&p, i)[n];
        }
      }
      return NI_SIMPLEX_DONE;
    }
    const int64_t r = leaving(&p, c);
    if (r < 0) {
      return NI_SIMPLEX_UNBOUNDED;
    }
    still = row_of(&p, r)[n] <= NOTHING ? still + 1 : 0;
    pivot(&p, r, c);
  }
  return NI_SIMPLEX_STUCK;
}
