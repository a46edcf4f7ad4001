/* Pairwise comparison of units over criteria.
 *
 * Sources: A. H. Copeland, "A reasonable social welfare function" (1951); G. Munda & M. Nardo,
 * "Noncompensatory/nonlinear composite indicators for ranking countries", Applied Economics 41 (2009), for the
 * outranking matrix. */
#include "base/platform.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3") /* packages are often built with -O2, at which GCC leaves these loops as they are */
#endif

#include "methods/outranking.h"

#include "base/memory.h"
#include "base/number.h"
#include "base/order.h"
#include "statistics/lanes.h"

/* A comparison with NaN is false, so a criterion that one of two units lacks counts for neither. */
static int64_t net_preference(const double *a, const double *b, const int64_t *weights, int64_t n, double tolerance) {
  int64_t net = 0;
  for (int64_t j = 0; j < n; j++) {
    const double d = a[j] - b[j];
    net += weights[j] & -(int64_t)(d > tolerance);
    net -= weights[j] & -(int64_t)(d < -tolerance);
  }
  return net;
}

void ni_integer_weights(int64_t *out, const double *weights, int64_t n) {
  double greatest = 0;
  int bits = 50;
  for (int64_t room = n; room > 2048; room = (room + 1) / 2) {
    bits--;
  }
  for (int64_t j = 0; weights != NULL && j < n; j++) {
    greatest = weights[j] > greatest ? weights[j] : greatest;
  }
  for (int64_t j = 0; j < n; j++) {
    const double share = weights != NULL ? weights[j] / greatest : 1;
    out[j] = (int64_t)(share * (double)((int64_t)1 << bits) + 0.5);
  }
}

int64_t ni_preference(int64_t *common, const double *a, const double *b, const int64_t *weights, int64_t n,
                      double tolerance) {
  *common = 0;
  for (int64_t j = 0; j < n; j++) {
    const double d = a[j] - b[j];
    *common += weights[j] & -(int64_t)(d == d);
  }
  return net_preference(a, b, weights, n, tolerance);
}

void ni_copeland(double *out, const double *rows, const int64_t *weights, int64_t n_rows, int64_t n_cols,
                 double tolerance) {
  for (int64_t i = 0; i < n_rows; i++) {
    out[i] = 0;
  }
  for (int64_t i = 0; i < n_rows; i++) {
    for (int64_t k = i + 1; k < n_rows; k++) {
      const int64_t net = net_preference(rows + i * n_cols, rows + k * n_cols, weights, n_cols, tolerance);
      const double sign = (double)((net > n_cols) - (net < -n_cols));
      out[i] += sign;
      out[k] -= sign;
    }
  }
}

/* How many rows, and how few for which ranks are not worth their cost; those of more do not fit 16 bits. */
enum { FEWEST_FOR_RANKS = 48, MOST_FOR_RANKS = 32000, ROUND = 16384 };

/* Criteria on which a has the higher rank less those on which b has. Rank 0 is a gap, whose partner's rank does not
 * count. Sums of up to ROUND criteria fit 16 bits. */
NI_WIDE static int64_t net_ranks(const int16_t *a, const int16_t *b, int64_t n) {
  int64_t net = 0;
  for (int64_t begin = 0; begin < n; begin += ROUND) {
    const int64_t end = n - begin < ROUND ? n : begin + ROUND;
    int16_t part = 0;
    for (int64_t j = begin; j < end; j++) {
      const int16_t both = (int16_t)((a[j] != 0) & (b[j] != 0));
      part = (int16_t)(part + (int16_t)(((a[j] > b[j]) - (a[j] < b[j])) & -both));
    }
    net += part;
  }
  return net;
}

/* Ranks of the columns, row after row. */
static int rank_columns(int16_t *ranks, const double *rows, int64_t n_rows, int64_t n_cols) {
  double *room = ni_alloc((size_t)n_rows, sizeof *room);
  int good = room != NULL;
  for (int64_t j = 0; good && j < n_cols; j++) {
    good = ni_rank(room, rows + j, n_rows, n_cols, 0, NI_TIES_DENSE, 0);
    for (int64_t i = 0; good && i < n_rows; i++) {
      ranks[i * n_cols + j] = ni_is_nan(room[i]) ? 0 : (int16_t)room[i];
    }
  }
  ni_free(room);
  return good;
}

int ni_copeland_by_ranks(double *out, const double *rows, int64_t n_rows, int64_t n_cols) {
  if (n_rows < FEWEST_FOR_RANKS || n_rows > MOST_FOR_RANKS) {
    return 0;
  }
  int16_t *ranks = ni_alloc((size_t)(n_rows * n_cols), sizeof *ranks);
  const int good = ranks != NULL && rank_columns(ranks, rows, n_rows, n_cols);
  for (int64_t i = 0; good && i < n_rows; i++) {
    out[i] = 0;
  }
  for (int64_t i = 0; good && i < n_rows; i++) {
    for (int64_t k = i + 1; k < n_rows; k++) {
      const int64_t net = net_ranks(ranks + i * n_cols, ranks + k * n_cols, n_cols);
      const double sign = (double)((net > 0) - (net < 0));
      out[i] += sign;
      out[k] -= sign;
    }
  }
  ni_free(ranks);
  return good;
}
