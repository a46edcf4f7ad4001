/* Options structs across versions of the library. */
#include "base/platform.h"

#include "base/fail.h"
#include "base/options.h"

#include <stdalign.h>
#include <string.h>

/* No options struct of any version will be longer; a size beyond it is memory that was never filled. */
enum { LARGEST = 4096 };

/* A struct that begins with an int64_t has a size that is a multiple of its alignment. */
static int plausible(int64_t size) {
  return size >= (int64_t)sizeof size && size <= LARGEST && size % (int64_t)alignof(int64_t) == 0;
}

static int all_zero(const unsigned char *bytes, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (bytes[i] != 0) {
      return 0;
    }
  }
  return 1;
}

niem_status ni_options_read(void *ours, size_t our_size, const void *theirs, const char *where, niem_error *err) {
  if (theirs == NULL) {
    return NIEM_OK;
  }
  int64_t said;
  memcpy(&said, theirs, sizeof said);
  if (!plausible(said)) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, where,
                   "struct_size is %lld, which no version of this struct has; fill the struct by its _init function",
                   (long long)said);
  }
  size_t their_size = (size_t)said;
  if (their_size > our_size && !all_zero((const unsigned char *)theirs + our_size, their_size - our_size)) {
    return ni_fail(
        err, NIEM_ERROR_STRUCT_SIZE, where,
        "the struct sets a field that version %s does not know (its size is %lld, here %lld); leave the field "
        "zero, or use a later version",
        niem_version(), (long long)said, (long long)our_size);
  }
  int64_t our_struct_size = (int64_t)our_size;
  memcpy(ours, theirs, their_size < our_size ? their_size : our_size);
  memcpy(ours, &our_struct_size, sizeof our_struct_size);
  return NIEM_OK;
}

void niem_exec_init(niem_exec *exec) {
  if (exec != NULL) {
    memset(exec, 0, sizeof *exec);
    exec->struct_size = (int64_t)sizeof *exec;
  }
}
