/* Options structs across versions of the library: each begins with `int64_t struct_size`, which says how much of it the
 * caller's header knew. */
#ifndef NI_BASE_OPTIONS_H
#define NI_BASE_OPTIONS_H

#include "base/platform.h"
#include "niem/base.h"

/* Read a caller's options over the defaults that `ours` (filled by its _init) already holds:
 *   theirs NULL                        ours stays as it is
 *   shorter than ours                  an older caller: what it has is taken, the tail keeps its defaults
 *   longer, its unknown tail all zero  a newer caller that asks for nothing new: the known part is taken
 *   longer, something set in its tail  NIEM_ERROR_STRUCT_SIZE
 *   no size that a struct can have     NIEM_ERROR_ARGUMENT (the struct was not filled by its _init)
 * `where` names the argument. Afterwards ours->struct_size is `our_size`; on failure ours is untouched. */
niem_status ni_options_read(void *ours, size_t our_size, const void *theirs, const char *where, niem_error *err);

#endif
