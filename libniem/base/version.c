/* The library's own version. */
#include "base/platform.h"

#include "niem/base.h"

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

const char *niem_version(void) {
  return TEXT(NIEM_VERSION_MAJOR) "." TEXT(NIEM_VERSION_MINOR) "." TEXT(NIEM_VERSION_PATCH);
}
