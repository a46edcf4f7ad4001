/* The parts of reading a method. */
#ifndef NI_METHOD_READ_H
#define NI_METHOD_READ_H

#include "model/framework_read.h"
#include "model/method.h"
#include "model/steps.h"

enum { NI_MAX_STEPS = 1000 };

/* steps.c: the list "steps", in the reader's arena. */
void ni_read_steps(ni_reader *reader, const cJSON *root, const ni_step **out, int32_t *n_out);

/* method.c: a method that stands in another document, `json`; its problems are added to those of that document. */
niem_status ni_method_read_item(niem_method **out, ni_json *json, const cJSON *item, niem_problems *problems,
                                niem_error *err);

#endif
