/* Weights by which the correlations with the weighted mean are as wanted.
 *
 * The problem and its name: P. Paruolo, M. Saisana & A. Saltelli, "Ratings and rankings: voodoo or science?", JRSS A
 * 176 (2013); W. Becker et al., "Weights and importance in composite indicators: closing the gap", Ecological
 * Indicators 80 (2017). The conditions are those of the least of u'Ru/2 - t'u over u >= 0, found by the active set
 * method of C. L. Lawson & R. J. Hanson, Solving Least Squares Problems (1974), chapter 23. */
#include "base/platform.h"

#include "methods/influence.h"

#include <math.h>

#include "statistics/linear.h"

/* A column whose remaining variance, given those in the set, is below this share adds nothing that they do not have. */
#define DEPENDENT 1e-10
#define MET 1e-9

typedef struct {
  const double *r, *t;
  int64_t n;
  double *u;
  double *factor, *solution;
  int64_t *set; /* columns with a weight, rising */
  int64_t *barred;
  int64_t n_set;
} state;

/* Solve for the columns of the set; 0 where they are linearly dependent. */
static int solve(state *s) {
  const int64_t m = s->n_set;
  for (int64_t i = 0; i < m; i++) {
    s->solution[i] = s->t[s->set[i]];
    for (int64_t k = 0; k < m; k++) {
      s->factor[i * m + k] = s->r[s->set[i] * s->n + s->set[k]];
    }
  }
  if (!ni_cholesky(s->factor, m, DEPENDENT)) {
    return 0;
  }
  ni_cholesky_solve(s->factor, m, s->solution);
  return 1;
}

static void insert(state *s, int64_t j) {
  int64_t at = s->n_set++;
  for (; at > 0 && s->set[at - 1] > j; at--) {
    s->set[at] = s->set[at - 1];
  }
  s->set[at] = j;
}

static void drop(state *s, int64_t j) {
  int64_t kept = 0;
  for (int64_t i = 0; i < s->n_set; i++) {
    if (s->set[i] != j) {
      s->set[kept++] = s->set[i];
    }
  }
  s->n_set = kept;
}

/* The column that falls short of its target most, of those that may be tried or of all; -1 where none does. */
static int64_t most_short(const state *s, int all) {
  int64_t found = -1;
  double most = 0;
  for (int64_t j = 0; j < s->n; j++) {
    double short_of = s->t[j];
    for (int64_t i = 0; i < s->n_set; i++) {
      short_of -= s->r[j * s->n + s->set[i]] * s->u[s->set[i]];
    }
    if (s->u[j] == 0 && (all || !s->barred[j]) && short_of > MET * s->t[j] && short_of > most) {
      most = short_of;
      found = j;
    }
  }
  return found;
}

/* Move towards the solution until it is reached or weights reach 0, which then leave the set. 1 when it is reached. */
static int step(state *s) {
  double length = 1;
  for (int64_t i = 0; i < s->n_set; i++) {
    const double u = s->u[s->set[i]];
    if (s->solution[i] <= 0 && u / (u - s->solution[i]) < length) {
      length = u / (u - s->solution[i]);
    }
  }
  int reached = 1;
  int64_t kept = 0;
  for (int64_t i = 0; i < s->n_set; i++) {
    const int64_t j = s->set[i];
    const double u = s->u[j];
    const double next = length < 1 ? u + length * (s->solution[i] - u) : s->solution[i];
    const int stays = next > 0 && !(s->solution[i] <= 0 && u / (u - s->solution[i]) <= length);
    s->u[j] = stays ? next : 0;
    reached &= stays;
    if (stays) {
      s->set[kept++] = j;
    }
  }
  s->n_set = kept;
  return reached;
}

int ni_influence(double *u, const double *correlations, const double *targets, int64_t n, double *room, int64_t *set) {
  state s = {correlations, targets, n, u, room, room + n * n, set, set + n, 0};
  for (int64_t j = 0; j < n; j++) {
    u[j] = 0;
    s.barred[j] = 0;
  }
  for (int64_t k = 0; k < 10 * n + 100; k++) {
    const int64_t j = most_short(&s, 0);
    if (j < 0) {
      return most_short(&s, 1) < 0;
    }
    insert(&s, j);
    if (!solve(&s)) {
      drop(&s, j);
      s.barred[j] = 1;
      continue;
    }
    int64_t before = s.n_set + 1;
    while (!step(&s)) {
      if (s.n_set == 0 || s.n_set >= before || !solve(&s)) {
        return 0;
      }
      before = s.n_set;
    }
    /* Another set: what depended on the last one may not on this one, unless nothing but j was added. */
    for (int64_t i = 0; before <= s.n_set && i < n; i++) {
      s.barred[i] = 0;
    }
  }
  return 0;
}
