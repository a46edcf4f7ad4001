/* A shared library with libniem inside: it exports its own function and nothing of libniem. */
#include <niem.h>

const char *embedding_version(void);

const char *embedding_version(void) {
  return niem_self_test(NULL) == NIEM_OK ? niem_version() : "";
}
