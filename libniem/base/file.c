/* Files by POSIX calls: whole, in chunks, and written so that a failure leaves the old file as it was. The system's
 * reasons are spelled here, since strerror depends on the locale. */
#define _XOPEN_SOURCE 700 /* before any header: fsync, realpath, O_CLOEXEC */
#include "base/platform.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

enum { FIRST_CHUNK = 65536, ATTEMPTS = 10000 };

/* Calls of more than 2 GiB fail on some systems. */
static const size_t LARGEST_CALL = (size_t)1 << 30;

static const struct {
  int number;
  const char *text;
} REASONS[] = {{ENOENT, "there is no such file or folder"},
               {EACCES, "permission is denied"},
               {EPERM, "the system does not permit it"},
               {EISDIR, "it is a folder"},
               {ENOTDIR, "a part of its path is not a folder"},
               {ENOSPC, "the disk is full"},
               {EDQUOT, "the quota of the disk is used up"},
               {EFBIG, "the file would be larger than the system allows"},
               {EIO, "the device failed"},
               {EMFILE, "too many files are open in this process"},
               {ENFILE, "too many files are open on this system"},
               {ENAMETOOLONG, "its name is too long"},
               {ELOOP, "its symbolic links go round in a circle"},
               {EROFS, "the file system is read-only"},
               {ENOMEM, "the system is short of memory"},
               {EBUSY, "it is in use"},
               {ENODEV, "there is no such device"},
               {ENXIO, "there is no such device"}};

static niem_status fail_io(niem_error *err, const char *what, const char *path, int number) {
  for (size_t i = 0; i < sizeof REASONS / sizeof REASONS[0]; i++) {
    if (REASONS[i].number == number) {
      return ni_fail(err, NIEM_ERROR_IO, path, "\"%s\" cannot be %s: %s", path, what, REASONS[i].text);
    }
  }
  return ni_fail(err, NIEM_ERROR_IO, path, "\"%s\" cannot be %s: system error %d", path, what, number);
}

static int open_again(const char *path, int flags) {
  int file;
  do {
    file = open(path, flags | O_CLOEXEC, 0666);
  } while (file < 0 && errno == EINTR);
  return file;
}

/* Read until `capacity` bytes are there or the file ends. 0, or the system's error number. */
static int read_fully(int file, char *out, size_t capacity, size_t *got) {
  *got = 0;
  while (*got < capacity) {
    size_t wanted = capacity - *got < LARGEST_CALL ? capacity - *got : LARGEST_CALL;
    ssize_t n = read(file, out + *got, wanted);
    if (n == 0) {
      break;
    }
    if (n < 0 && errno != EINTR) {
      return errno;
    }
    *got += n > 0 ? (size_t)n : 0;
  }
  return 0;
}

static int write_fully(int file, const char *bytes, size_t n) {
  while (n > 0) {
    ssize_t done = write(file, bytes, n < LARGEST_CALL ? n : LARGEST_CALL);
    if (done < 0 && errno != EINTR) {
      return errno;
    }
    if (done > 0) {
      bytes += done;
      n -= (size_t)done;
    }
  }
  return 0;
}

/* A first capacity from the file's own word, or 0 when it is too long already. What is no regular file has no length,
 * and a length may be wrong: what counts is what is read. */
static size_t first_capacity(int file, size_t limit) {
  struct stat about;
  if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size <= 0) {
    return FIRST_CHUNK;
  }
  if ((uintmax_t)about.st_size > limit) {
    return 0;
  }
  return (size_t)about.st_size + 2; /* one for the NUL, one to see the end */
}

static niem_status fail_limit(niem_error *err, const char *path, size_t limit) {
  return ni_fail(err, NIEM_ERROR_LIMIT, path, "\"%s\" is longer than %zu bytes, the most that is read; split it", path,
                 limit);
}

/* Read to the end, growing; the NUL has its place at all times. */
static niem_status read_growing(ni_source *source, size_t limit, char **bytes, size_t *n, niem_error *err) {
  niem_status status = NIEM_OK;
  char *all = NULL;
  size_t capacity = 0;
  size_t size = 0;
  size_t wanted = first_capacity(source->file, limit);
  if (wanted == 0) {
    return fail_limit(err, source->path, limit);
  }
  for (size_t got = 1; got > 0;) {
    if (!ni_grow(&all, &capacity, wanted, 1)) {
      status = ni_fail_memory(err);
      goto cleanup;
    }
    NIEM_TRY(ni_source_read(source, all + size, capacity - size - 1, &got, err));
    size += got;
    if (size > limit) {
      status = fail_limit(err, source->path, limit);
      goto cleanup;
    }
    wanted = size < capacity - 1 ? capacity : capacity + 1;
  }
  all[size] = '\0';
  *bytes = all;
  *n = size;
  all = NULL;
cleanup:
  ni_free(all);
  return status;
}

niem_status ni_file_read(const char *path, size_t limit, char **bytes, size_t *n, niem_error *err) {
  ni_source source;
  niem_status status = ni_source_open_file(&source, path, err);
  if (status == NIEM_OK) {
    status = read_growing(&source, limit, bytes, n, err);
  }
  ni_source_close(&source);
  return status;
}

/* Write, sync and close. What cannot be synced (a pipe, a device) says EINVAL or ENOTSUP, and is no failure. */
static int write_and_close(int file, const char *bytes, size_t n) {
  int reason = write_fully(file, bytes, n);
  if (reason == 0 && fsync(file) != 0 && errno != EINVAL && errno != ENOTSUP && errno != EROFS) {
    reason = errno;
  }
  if (close(file) != 0 && errno != EINTR && reason == 0) {
    reason = errno;
  }
  return reason;
}

/* Create a file of a new name in the folder of `path`; `name` has room for the folder and 64 more. -1 with errno. */
static int create_beside(char *name, size_t size, const char *path) {
  const char *slash = strrchr(path, '/');
  int folder = slash == NULL ? 0 : (int)(slash - path + 1);
  for (int i = 0; i < ATTEMPTS; i++) {
    snprintf(name, size, "%.*s.niem-%lld-%d.tmp", folder, path, (long long)getpid(), i);
    int file = open_again(name, O_WRONLY | O_CREAT | O_EXCL);
    if (file >= 0 || errno != EEXIST) {
      return file;
    }
  }
  return -1;
}

/* 0, or the system's error number. */
static int replace(const char *path, char *name, size_t size, const char *bytes, size_t n) {
  int file = create_beside(name, size, path);
  if (file < 0) {
    return errno;
  }
  int reason = write_and_close(file, bytes, n);
  if (reason == 0 && rename(name, path) != 0) {
    reason = errno;
  }
  if (reason != 0) {
    unlink(name);
  }
  return reason;
}

static int overwrite(const char *path, const char *bytes, size_t n) {
  int file = open_again(path, O_WRONLY);
  return file < 0 ? errno : write_and_close(file, bytes, n);
}

niem_status ni_file_write(const char *path, const char *bytes, size_t n, niem_error *err) {
  struct stat about;
  int exists = stat(path, &about) == 0;
  if (exists && !S_ISREG(about.st_mode)) { /* a folder says so itself */
    int reason = overwrite(path, bytes, n);
    return reason == 0 ? NIEM_OK : fail_io(err, "written", path, reason);
  }
  char *followed = exists ? realpath(path, NULL) : NULL;
  const char *target = followed == NULL ? path : followed;
  size_t size = strlen(target) + 64;
  char *name = ni_alloc(size, 1);
  niem_status status = name == NULL ? ni_fail_memory(err) : NIEM_OK;
  if (status == NIEM_OK) {
    int reason = replace(target, name, size, bytes, n);
    status = reason == 0 ? NIEM_OK : fail_io(err, "written", path, reason);
  }
  ni_free(name);
  ni_free(followed);
  return status;
}

niem_status ni_source_open_file(ni_source *source, const char *path, niem_error *err) {
  *source = (ni_source){.file = -1};
  size_t length = strlen(path) + 1;
  char *copy = ni_alloc(length, 1);
  if (copy == NULL) {
    return ni_fail_memory(err);
  }
  memcpy(copy, path, length);
  source->path = copy;
  source->file = open_again(path, O_RDONLY);
  if (source->file < 0) {
    return fail_io(err, "read", path, errno);
  }
  struct stat about;
  source->size = fstat(source->file, &about) == 0 && S_ISREG(about.st_mode) ? (int64_t)about.st_size : 0;
  return NIEM_OK;
}

void ni_source_open_memory(ni_source *source, const char *bytes, size_t n) {
  *source = (ni_source){.memory = bytes, .left = n, .file = -1, .size = (int64_t)n};
}

niem_status ni_source_read(ni_source *source, char *out, size_t capacity, size_t *got, niem_error *err) {
  if (source->file >= 0) {
    int reason = read_fully(source->file, out, capacity, got);
    return reason == 0 ? NIEM_OK : fail_io(err, "read", source->path, reason);
  }
  *got = capacity < source->left ? capacity : source->left;
  if (*got > 0) {
    memcpy(out, source->memory, *got);
    source->memory += *got;
    source->left -= *got;
  }
  return NIEM_OK;
}

void ni_source_close(ni_source *source) {
  if (source->file >= 0) {
    close(source->file);
  }
  ni_free(source->path);
  *source = (ni_source){.file = -1};
}
