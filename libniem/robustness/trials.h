/* Scores made again and again with what the inputs draw. A run is one such scoring, numbered by its caller, who says
 * which uniform numbers each input has in it; what is made of them is a function of these alone. */
#ifndef NI_TRIALS_H
#define NI_TRIALS_H

#include "base/platform.h"
#include "robustness/edited.h"
#include "robustness/uncertainty_inputs.h"
#include "scoring/plan.h"
#include "scoring/scores.h"

enum { NI_TRIAL_LANES = 16, NI_TRIAL_RUNS = 256, NI_TRIAL_VARIANTS = 256 };

/* An answer, or a gap, of which something is drawn: one uniform number of its input. */
typedef struct ni_leaf_draw {
  int32_t indicator;
  int64_t cell;        /* row x groups of their own */
  ni_dd lower, higher; /* a neighbouring option's score, NaN for none */
} ni_leaf_draw;

/* What an input draws. */
typedef struct ni_layout {
  int32_t n; /* uniform numbers */
  int32_t n_nodes;
  int32_t *nodes;       /* weights: whose they are; left out: what may be */
  int32_t *siblings;    /* of each: the first of these nodes that has the same parent */
  ni_leaf_draw *leaves; /* gaps, answers: n of them */
} ni_layout;

/* Answers of an indicator as they are loaded, for gaps drawn among them. */
typedef struct ni_pool {
  int64_t n;
  ni_dd *values;
} ni_pool;

/* Units that are ranked together, and whose values stand side by side. */
typedef struct ni_contest {
  int32_t node, group, round; /* places in the index, the framework, the answers */
  int32_t n;
  int32_t first; /* place of the first unit's value */
} ni_contest;

/* One combination of alternatives: the method, its leaves and its tree. */
typedef struct ni_variant {
  niem_method *method;
  niem_scores *scores;
  struct ni_program *program; /* the kernel's; NULL: by sweep.c */
  niem_status status;         /* of what cannot be made, and why */
  niem_error error;
} ni_variant;

typedef struct ni_trials {
  ni_inputs inputs;
  niem_scores *nominal;
  niem_scores *loaded; /* the same, prepared */
  niem_method *method;
  ni_selection selection;
  const ni_index *index;
  int32_t n_contests, n_values;
  ni_contest *contests;
  int32_t *units;    /* by value: place in the answers */
  int64_t *rows;     /* by value */
  double *published; /* by value */
  double tolerance;
  ni_layout *layouts; /* by input */
  int64_t n_numbers;  /* of all inputs */
  ni_pool *pools;     /* by indicator; NULL: no input draws from them */
  int32_t pooled;
  int32_t has_parameters, has_leaves, leaves_out;
  int32_t n_without_pool; /* gaps that stay, for no answer was observed */
  int64_t n_variants;
  ni_variant *variants; /* NULL: too many to be kept */
  struct ni_cells *cells;
  ni_arena arena;
} ni_trials;

/* `out` must be zeroed, and is freed by ni_trials_free whatever came of it. */
niem_status ni_trials_make(ni_trials *out, niem_problems *found, const niem_framework *framework,
                           const niem_answers *answers, const niem_method *method, const char *inputs, int64_t n_bytes,
                           const niem_query *query, double tolerance, const niem_exec *exec, niem_error *err);
/* The note "idle_weights", where there are any: weights that are drawn below aggregations that have none for their
 * children (OWA, MPI), by the method as it is. They move nothing. */
void ni_trials_note_idle_weights(niem_table *table, const ni_trials *trials);
void ni_trials_free(ni_trials *trials);

/* n numbers of an input from number `from` on, for NI_TRIAL_LANES runs (the last ones repeated where there are fewer):
 * u[number * NI_TRIAL_LANES + lane]. */
typedef void (*ni_numbers_of)(double *u, const void *context, const int64_t *runs, int32_t input, int32_t n);
/* What became of a run: n_values values, NaN for none; or values NULL, and why. */
typedef niem_status (*ni_take_run)(void *context, int64_t run, const double *values, const niem_error *failed,
                                   niem_error *err);

typedef struct ni_trial_space ni_trial_space;
niem_status ni_trial_space_make(ni_trial_space **out, const ni_trials *trials, niem_error *err);
void ni_trial_space_free(ni_trial_space *space);
/* At most NI_TRIAL_RUNS runs. Fails for want of memory only, or where `take` does. */
niem_status ni_trials_run(const ni_trials *trials, ni_trial_space *space, const int64_t *runs, int32_t n,
                          ni_numbers_of numbers, const void *numbers_context, ni_take_run take, void *take_context,
                          niem_error *err);

/* Score the index once on prepared scores into `values` (NULL: only to see whether it can be); with what is drawn in a
 * lane of the space's numbers, where `drawn`. */
niem_status ni_trial_score(double *values, const ni_trials *trials, ni_trial_space *space, const niem_scores *prepared,
                           int drawn, int32_t lane, niem_error *err);

/* ---- between trials.c, trials_layout.c, trials_kernel.c */

/* What the first number(s) of an input mean. */
ni_edit ni_draw_edit(const ni_input *input, double u);
double ni_draw_noise(const ni_input *input, double u);
/* Which of an input's nodes is left out; -1: none. */
int32_t ni_draw_left_out(const ni_input *input, const ni_layout *layout, double u);
/* The value that a leaf has instead, as it is loaded; 0: it stays. `stage` is that of its column, `own` what is loaded
 * there. */
int ni_draw_leaf(ni_dd *out, const ni_trials *trials, int32_t input, const ni_leaf_draw *leaf, int stage, ni_dd own,
                 double u);
/* Draws of all inputs that change leaves into a chain. */
typedef struct ni_drawn {
  const ni_trials *trials;
  const double *const *numbers; /* by input, NI_TRIAL_LANES apart */
  int32_t lane;
} ni_drawn;
void ni_draw_leaves(struct ni_chain *chain, const uint8_t *stage, const void *drawn);

/* trials_layout.c */
niem_status ni_trials_lay_out(ni_trials *trials, niem_error *err);

/* trials_kernel.c: weighted means throughout, replicates side by side. */
niem_status ni_cells_make(ni_trials *trials, niem_error *err);
/* The program of a variant; NULL where the kernel cannot do it. */
niem_status ni_program_make(struct ni_program **out, const ni_trials *trials, const niem_scores *scores,
                            niem_error *err);
void ni_program_free(struct ni_program *program);
typedef struct ni_kernel_space {
  double *weights, *shares, *sums;       /* by node */
  double *value, *has, *applies, *cover; /* by inner node and cell */
  double *drawn;                         /* by drawn leaf: its score */
} ni_kernel_space;
int ni_kernel_space_make(ni_kernel_space *space, const ni_trials *trials);
void ni_kernel_space_free(ni_kernel_space *space);
/* values[place * NI_TRIAL_LANES + lane] */
void ni_kernel_run(double *values, const ni_trials *trials, const struct ni_program *program,
                   const double *const *numbers, ni_kernel_space *space);
/* Weights of the nodes of an input on the simplex, those and the numbers NI_TRIAL_LANES apart. */
void ni_draw_simplex(double *weights, const ni_trials *trials, int32_t input, const double *numbers);

#endif
