/* The floating-point control state. A caller may have set another rounding mode or flush-to-zero (a library linked with
 * -ffast-math does so for a whole thread); entry points that compute for long save it, set the default, and restore it.
 */
#ifndef NI_FPENV_H
#define NI_FPENV_H

#include <fenv.h>

#include "base/platform.h"

typedef struct ni_fpenv {
  fenv_t environment;
  uint64_t control; /* MXCSR or FPCR, where fenv_t might not hold it */
} ni_fpenv;

/* Save, then round to nearest, subnormals kept, no traps. Compute in a function called between the two, not in the one
 * that calls them: compilers may move arithmetic across. Every thread has a state of its own. */
void ni_fpenv_enter(ni_fpenv *saved);
/* Put back what was saved, exception flags included. */
void ni_fpenv_leave(const ni_fpenv *saved);

#endif
