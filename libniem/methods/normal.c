/* Filling gaps by the multivariate normal distribution and by least squares.
 *
 * Sources: A. P. Dempster, N. M. Laird & D. B. Rubin, "Maximum likelihood from incomplete data via the EM algorithm",
 * JRSS B 39 (1977); R. J. A. Little & D. B. Rubin, Statistical Analysis with Missing Data, 11.2. Columns are
 * standardised first, so that one tolerance fits all of them. */
#include "base/platform.h"

#include "methods/normal.h"

#include <math.h>
#include <string.h>

#include "base/exact.h"
#include "base/memory.h"
#include "base/number.h"
#include "statistics/columns.h"
#include "statistics/linear.h"

/* A column whose variance, given the others, is below this share is a combination of them. */
#define SINGULAR 1e-10

typedef struct {
  int64_t n, p;           /* rows with a value; columns */
  double *z;              /* standardised rows, one after another */
  double *filled;         /* the same with expectations in the gaps */
  double *mean, *sigma;   /* now */
  double *next, *cross;   /* next covariances; their conditional part */
  double *factor, *gain;  /* of the observed part; its products with the rest */
  int64_t *seen, *hidden; /* places of a row */
  int64_t n_seen, n_hidden;
} em;

static void split(em *s, const double *row) {
  s->n_seen = s->n_hidden = 0;
  for (int64_t j = 0; j < s->p; j++) {
    if (ni_is_nan(row[j])) {
      s->hidden[s->n_hidden++] = j;
    } else {
      s->seen[s->n_seen++] = j;
    }
  }
}

/* gain[h] = inverse(sigma_seen) sigma_seen,h for each hidden column. */
static int regress_hidden(em *s) {
  const int64_t m = s->n_seen;
  for (int64_t a = 0; a < m; a++) {
    for (int64_t b = 0; b < m; b++) {
      s->factor[a * m + b] = s->sigma[s->seen[a] * s->p + s->seen[b]];
    }
  }
  if (!ni_cholesky(s->factor, m, SINGULAR)) {
    return 0;
  }
  for (int64_t h = 0; h < s->n_hidden; h++) {
    for (int64_t a = 0; a < m; a++) {
      s->gain[h * m + a] = s->sigma[s->seen[a] * s->p + s->hidden[h]];
    }
    ni_cholesky_solve(s->factor, m, s->gain + h * m);
  }
  return 1;
}

/* Expectations into the row; what their uncertainty adds to the covariances into `cross`. */
static int expect(em *s, const double *row, double *filled) {
  split(s, row);
  memcpy(filled, row, (size_t)s->p * sizeof *row);
  if (s->n_hidden == 0) {
    return 1;
  }
  if (!regress_hidden(s)) {
    return 0;
  }
  for (int64_t h = 0; h < s->n_hidden; h++) {
    const double *gain = s->gain + h * s->n_seen;
    double value = s->mean[s->hidden[h]];
    for (int64_t a = 0; a < s->n_seen; a++) {
      value += gain[a] * (row[s->seen[a]] - s->mean[s->seen[a]]);
    }
    filled[s->hidden[h]] = value;
    for (int64_t g = 0; g < s->n_hidden; g++) {
      double rest = s->sigma[s->hidden[h] * s->p + s->hidden[g]];
      for (int64_t a = 0; a < s->n_seen; a++) {
        rest -= gain[a] * s->sigma[s->seen[a] * s->p + s->hidden[g]];
      }
      s->cross[s->hidden[h] * s->p + s->hidden[g]] += rest;
    }
  }
  return 1;
}

/* Means and covariances (divisor n) of the filled rows; gives the greatest move. */
static double maximise(em *s) {
  const int64_t p = s->p;
  double moved = 0;
  for (int64_t j = 0; j < p; j++) {
    const double mean = ni_exact_mean(s->filled + j, s->n, p);
    moved = fabs(mean - s->mean[j]) > moved ? fabs(mean - s->mean[j]) : moved;
    s->mean[j] = mean;
  }
  memcpy(s->next, s->cross, (size_t)(p * p) * sizeof *s->next);
  for (int64_t i = 0; i < s->n; i++) {
    const double *row = s->filled + i * p;
    for (int64_t a = 0; a < p; a++) {
      const double d = row[a] - s->mean[a];
      for (int64_t b = 0; b <= a; b++) {
        s->next[a * p + b] += d * (row[b] - s->mean[b]);
      }
    }
  }
  for (int64_t a = 0; a < p; a++) {
    for (int64_t b = 0; b <= a; b++) {
      const double value = s->next[a * p + b] / (double)s->n;
      const double away = fabs(value - s->sigma[a * p + b]);
      moved = away > moved ? away : moved;
      s->sigma[a * p + b] = s->sigma[b * p + a] = value;
    }
  }
  return moved;
}

static int expect_all(em *s) {
  memset(s->cross, 0, (size_t)(s->p * s->p) * sizeof *s->cross);
  for (int64_t i = 0; i < s->n; i++) {
    if (!expect(s, s->z + i * s->p, s->filled + i * s->p)) {
      return 0;
    }
  }
  return 1;
}

static int iterate(em *s, double tolerance, int64_t most, int64_t *iterations) {
  for (int64_t j = 0; j < s->p; j++) {
    s->mean[j] = 0;
    for (int64_t k = 0; k < s->p; k++) {
      s->sigma[j * s->p + k] = j == k;
    }
  }
  for (*iterations = 1; *iterations <= most; ++*iterations) {
    if (!expect_all(s)) {
      return NI_EM_SINGULAR;
    }
    if (maximise(s) <= tolerance) {
      return expect_all(s) ? NI_EM_DONE : NI_EM_SINGULAR;
    }
  }
  return NI_EM_LIMIT;
}

static int has_value(const double *columns, int64_t n_rows, int64_t n_cols, int64_t i) {
  for (int64_t j = 0; j < n_cols; j++) {
    if (!ni_is_nan(columns[j * n_rows + i])) {
      return 1;
    }
  }
  return 0;
}

/* Into rows of standard values, without the rows that have none. */
static void standardise(em *s, const double *columns, int64_t n_rows, double *centre, double *spread) {
  for (int64_t j = 0; j < s->p; j++) {
    centre[j] = ni_mean(columns + j * n_rows, n_rows);
    spread[j] = ni_deviation(columns + j * n_rows, n_rows, 0);
  }
  s->n = 0;
  for (int64_t i = 0; i < n_rows; i++) {
    if (has_value(columns, n_rows, s->p, i)) {
      for (int64_t j = 0; j < s->p; j++) {
        s->z[s->n * s->p + j] = (columns[j * n_rows + i] - centre[j]) / spread[j];
      }
      s->n++;
    }
  }
}

static void unstandardise(double *out, const em *s, const double *columns, int64_t n_rows, const double *centre,
                          const double *spread) {
  int64_t row = 0;
  for (int64_t i = 0; i < n_rows; i++) {
    const int there = has_value(columns, n_rows, s->p, i);
    for (int64_t j = 0; j < s->p; j++) {
      const double value = columns[j * n_rows + i];
      out[j * n_rows + i] = !there             ? ni_nan()
                            : ni_is_nan(value) ? s->filled[row * s->p + j] * spread[j] + centre[j]
                                               : value;
    }
    row += there;
  }
}

int ni_em(double *out, const double *columns, int64_t n_rows, int64_t n_cols, double tolerance, int64_t most,
          int64_t *iterations) {
  const size_t cells = (size_t)(n_rows * n_cols);
  const size_t square = (size_t)(n_cols * n_cols);
  double *reals = ni_alloc(2 * cells + 5 * square + 3 * (size_t)n_cols, sizeof *reals);
  int64_t *places = ni_alloc(2 * (size_t)n_cols, sizeof *places);
  int result = NI_EM_MEMORY;
  if (reals != NULL && places != NULL) {
    em s = {.p = n_cols, .z = reals, .filled = reals + cells, .seen = places, .hidden = places + n_cols};
    double *squares = reals + 2 * cells;
    s.sigma = squares;
    s.next = squares + square;
    s.cross = squares + 2 * square;
    s.factor = squares + 3 * square;
    s.gain = squares + 4 * square;
    s.mean = squares + 5 * square;
    standardise(&s, columns, n_rows, s.mean + n_cols, s.mean + 2 * n_cols);
    result = iterate(&s, tolerance, most, iterations);
    if (result == NI_EM_DONE) {
      unstandardise(out, &s, columns, n_rows, s.mean + n_cols, s.mean + 2 * n_cols);
    }
  }
  ni_free(places);
  ni_free(reals);
  return result;
}

/* Whether a row has a value in each of the places. */
static int has_all(const double *columns, int64_t n_rows, int64_t i, const int64_t *places, int64_t n) {
  for (int64_t k = 0; k < n; k++) {
    if (ni_is_nan(columns[places[k] * n_rows + i])) {
      return 0;
    }
  }
  return 1;
}

/* The mean of column c over the rows that serve. */
static double mean_where(const double *columns, int64_t n_rows, int64_t c, int64_t j, const int64_t *places, int64_t n,
                         int64_t *used) {
  ni_exact sum;
  ni_exact_init(&sum);
  *used = 0;
  for (int64_t i = 0; i < n_rows; i++) {
    if (!ni_is_nan(columns[j * n_rows + i]) && has_all(columns, n_rows, i, places, n)) {
      ni_exact_add(&sum, columns[c * n_rows + i]);
      ++*used;
    }
  }
  return *used > 0 ? ni_exact_round(&sum) / (double)*used : ni_nan();
}

double ni_regress(const double *columns, int64_t n_rows, int64_t i, int64_t j, const int64_t *places, int64_t n,
                  double *room) {
  double *square = room;
  double *right = room + n * n;
  double *means = right + n;
  int64_t used = 0;
  const double mean = mean_where(columns, n_rows, j, j, places, n, &used);
  if (n == 0 || used < n + 2) {
    return ni_nan();
  }
  memset(room, 0, (size_t)(n * n + n) * sizeof *room);
  for (int64_t a = 0; a < n; a++) {
    means[a] = mean_where(columns, n_rows, places[a], j, places, n, &used);
  }
  for (int64_t k = 0; k < n_rows; k++) {
    if (ni_is_nan(columns[j * n_rows + k]) || !has_all(columns, n_rows, k, places, n)) {
      continue;
    }
    for (int64_t a = 0; a < n; a++) {
      const double d = columns[places[a] * n_rows + k] - means[a];
      right[a] += d * (columns[j * n_rows + k] - mean);
      for (int64_t b = 0; b <= a; b++) {
        square[a * n + b] += d * (columns[places[b] * n_rows + k] - means[b]);
      }
    }
  }
  if (!ni_cholesky(square, n, SINGULAR)) {
    return ni_nan();
  }
  ni_cholesky_solve(square, n, right);
  double value = mean;
  for (int64_t a = 0; a < n; a++) {
    value += right[a] * (columns[places[a] * n_rows + i] - means[a]);
  }
  return value;
}
