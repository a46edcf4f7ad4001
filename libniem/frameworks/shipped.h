/* The frameworks that ship with the library, embedded as bytes by the build. */
#ifndef NI_SHIPPED_H
#define NI_SHIPPED_H

#include "base/platform.h"

/* A framework file: its name without ".json", and its UTF-8 text (no NUL at the end). */
typedef struct ni_shipped {
  const char *name;
  const unsigned char *bytes;
  int64_t size;
} ni_shipped;

/* All of them, sorted by name; the row after the last has the name NULL. */
const ni_shipped *ni_shipped_frameworks(void);

#endif
