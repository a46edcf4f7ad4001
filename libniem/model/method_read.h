/* The parts of reading a method. */
#ifndef NI_METHOD_READ_H
#define NI_METHOD_READ_H

#include "model/framework_read.h"
#include "model/steps.h"

enum { NI_MAX_STEPS = 1000 };

/* steps.c: the list "steps", in the reader's arena. */
void ni_read_steps(ni_reader *reader, const cJSON *root, const ni_step **out, int32_t *n_out);

#endif
