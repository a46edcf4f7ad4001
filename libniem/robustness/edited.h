/* A method with other choices in some places. */
#ifndef NI_EDITED_H
#define NI_EDITED_H

#include "base/platform.h"
#include "model/method.h"
#include "robustness/uncertainty_inputs.h"

/* What is drawn for an input that changes the method: the alternative of a choice (-1: as it is), the number of a
 * parameter (NaN: as it is). */
typedef struct ni_edit {
  int32_t alternative;
  double number;
} ni_edit;

/* The method with the edits of all inputs (edits[input]), in the order of the inputs; alternatives that are null are
 * taken out at the end. An input that fails says which it is. */
niem_status ni_method_edited(niem_method **out, const niem_method *base, const ni_inputs *inputs, const ni_edit *edits,
                             niem_error *err);

#endif
