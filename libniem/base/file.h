/* Files: read whole, read in chunks, and written so that a failure leaves the old file as it was. */
#ifndef NI_FILE_H
#define NI_FILE_H

#include "base/fail.h"

/* The whole file. `*bytes` is NUL-terminated (the NUL is not counted) and belongs to the caller, who frees it by
 * ni_free. NIEM_ERROR_IO: missing, a directory, not readable; NIEM_ERROR_LIMIT: longer than `limit` bytes. `where` in
 * the error is the path. */
niem_status ni_file_read(const char *path, size_t limit, char **bytes, size_t *n, niem_error *err);

/* Written beside its place, synced and renamed, so that readers see the old file or the new one and never a part. On
 * failure the old file is untouched and no temporary is left. A symbolic link is followed; a device or a pipe is
 * written to directly. */
niem_status ni_file_write(const char *path, const char *bytes, size_t n, niem_error *err);

/* Bytes that come in chunks, from a file or from memory. */
typedef struct ni_source {
  const char *memory; /* what is left of the range */
  size_t left;
  char *path;   /* of the file, for messages; NULL for memory */
  int file;     /* descriptor, -1 for memory */
  int64_t size; /* in bytes, by the file's own word; 0 where there is none */
} ni_source;

niem_status ni_source_open_file(ni_source *source, const char *path, niem_error *err);
/* The range is borrowed until the source is closed. */
void ni_source_open_memory(ni_source *source, const char *bytes, size_t n);
/* Fill `out` with up to `capacity` bytes; `*got` is less than that only at the end. */
niem_status ni_source_read(ni_source *source, char *out, size_t capacity, size_t *got, niem_error *err);
/* A source that is all zero bytes may not be closed; one whose opening failed may. */
void ni_source_close(ni_source *source);

#endif
