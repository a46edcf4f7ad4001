/* What is drawn in a replicate: the inputs of an uncertainty analysis, "niem-uncertainty/1". */
#ifndef NI_INPUTS_H
#define NI_INPUTS_H

#include "base/platform.h"
#include "model/json.h"
#include "model/steps.h"
#include "niem/robustness.h"

enum { NI_INPUT_WEIGHTS, NI_INPUT_CHOICE, NI_INPUT_PARAMETER, NI_INPUT_GAPS, NI_INPUT_LEFT_OUT, NI_INPUT_ANSWERS };
enum { NI_WEIGHTS_NOISE, NI_WEIGHTS_SIMPLEX };
enum { NI_GAPS_OPTIONS, NI_GAPS_RANGE, NI_GAPS_OBSERVED };
enum { NI_LEFT_OUT_ONE, NI_LEFT_OUT_EACH };
enum { NI_MAX_INPUTS = 1000, NI_MAX_ALTERNATIVES = 1000 };

typedef struct ni_input {
  const char *name;
  int32_t kind;
  int32_t draw;             /* weights, gaps, left out: how */
  double share;             /* weights: noise within 1 - share and 1 + share */
  const char *level;        /* weights, left out: nodes of it */
  ni_names_list nodes;      /* weights, left out: or these */
  ni_names_list indicators; /* gaps, answers; none: all */
  const char *at;           /* choice, parameter: a JSON pointer into the method */
  int32_t n_values;         /* choice */
  const cJSON **values;
  double *upto; /* of each alternative: the probability of it and those before */
  double low, high;
  int32_t whole;      /* parameter: whole numbers only */
  double probability; /* left out, answers */
  double noise;       /* answers: numbers within 1 - noise and 1 + noise of themselves */
} ni_input;

typedef struct ni_inputs {
  ni_json *json;
  ni_arena arena;
  int32_t n;
  ni_input *inputs;
  niem_buffer *canonical;
} ni_inputs;

/* Read them; NULL bytes: the default. Problems go into `found`. Free with ni_inputs_free, also on failure. */
niem_status ni_inputs_read(ni_inputs *out, niem_problems *found, const char *bytes, int64_t n_bytes, niem_error *err);
void ni_inputs_free(ni_inputs *inputs);
/* A failure of input k, at "inputs/2/at". */
niem_status ni_input_fail(const ni_inputs *inputs, int32_t k, const char *key, niem_status status, niem_error *err,
                          const char *format, ...) NI_PRINTF(6, 7);

#endif
