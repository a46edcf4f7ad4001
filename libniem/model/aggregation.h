/* How the children of a node make one value: the method and its parameters. */
#ifndef NI_AGGREGATION_H
#define NI_AGGREGATION_H

#include "base/platform.h"
#include "niem/methods.h"

/* Benefit of the doubt is a method of a node, too: each unit with the weights that are best for it. */
enum { NI_AGGREGATE_BENEFIT = NIEM_AGGREGATE_END };

typedef struct ni_aggregation {
  int32_t method;                 /* NIEM_AGGREGATE_... or NI_AGGREGATE_BENEFIT */
  niem_aggregate_options options; /* its weights are those of the node */
  double least_share, most_share; /* benefit of the doubt: of a child in each unit's score */
} ni_aggregation;

/* The word for a method, as JSON has it: "geometric". */
const char *ni_aggregation_word(const ni_aggregation *aggregation);
/* A weighted arithmetic mean; so is NULL. */
int ni_is_arithmetic(const ni_aggregation *aggregation);
/* Does the value of a unit hang on the values of the others? */
int ni_is_over_units(const ni_aggregation *aggregation);
/* Does a better child never make a worse value? Only then do bounds follow from the bounds of the children. */
int ni_is_monotone(const ni_aggregation *aggregation);
/* Do the weights of the children have a part in it? */
int ni_uses_weights(const ni_aggregation *aggregation);

#endif
