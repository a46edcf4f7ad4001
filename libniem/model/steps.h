/* The steps of a method: the chain of choices from answers to scores, in the order in which they are taken. What a step
 * says of indicators, nodes, rounds and units are names: they are looked up when scores are made. */
#ifndef NI_STEPS_H
#define NI_STEPS_H

#include "base/platform.h"
#include "model/aggregation.h"
#include "niem/methods.h"

enum {
  NI_STEP_SCREEN,
  NI_STEP_DENOMINATE,
  NI_STEP_IMPUTE,
  NI_STEP_TREAT,
  NI_STEP_NORMALISE,
  NI_STEP_WEIGH,
  NI_STEP_AGGREGATE
};

/* What parameters are learned on: all rounds together, each round by itself, one round. */
enum { NI_FIT_POOLED, NI_FIT_ROUND, NI_FIT_BASE };

/* Where weights come from. The first are NIEM_WEIGHTS_... */
enum { NI_WEIGH_BUDGET = NIEM_WEIGHTS_END, NI_WEIGH_AHP, NI_WEIGH_GIVEN };

/* Numbers by name, or one for all. */
typedef struct ni_named_numbers {
  int32_t n;
  const char **names;
  double *numbers;
  double all; /* NaN: none */
} ni_named_numbers;

typedef struct ni_names_list {
  int32_t n;
  const char **names;
} ni_names_list;

typedef struct ni_step {
  int32_t kind;
  int32_t number;           /* its place in the list, from 0 */
  ni_names_list indicators; /* that it is about; none: those that it is for */
  const char *level;        /* impute: within each node of it; weigh, aggregate: the nodes of it */
  ni_names_list nodes;      /* weigh, aggregate */
  const char *index;        /* whose nodes these are; NULL: of each index that has them */
  /* screen */
  niem_screen_options screen;
  ni_names_list in, out; /* units that are kept, or left out, whatever their data */
  /* denominate: the denominator of each indicator; none: those that the framework gives */
  ni_names_list divided, by;
  ni_named_numbers scales;
  /* impute */
  niem_impute_options impute;
  const char *group_set;    /* units of one peer group of the set are a group */
  ni_names_list predictors; /* indicators */
  /* treat */
  niem_treat_options treat;
  /* normalise */
  niem_normalise_options normalise;
  int32_t fit;
  const char *base; /* a round */
  ni_named_numbers low, high, targets;
  const char *reference_unit, *reference_round, *reference_group;
  /* weigh */
  int32_t weigh; /* NIEM_WEIGHTS_... or NI_WEIGH_... */
  niem_weights_options weights;
  ni_named_numbers given;            /* weights by node, or the targets of equal influence by child */
  int32_t n_rows;                    /* budget: experts; AHP: as many as children */
  const double *matrix;              /* n_rows x children, NaN for none */
  ni_names_list children;            /* whose columns these are */
  const ni_aggregation *aggregation; /* aggregate */
} ni_step;

/* "screen", "denominate", ... */
const char *ni_step_word(int32_t kind);

#endif
