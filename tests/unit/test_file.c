/* base/file: reading, and writing that leaves the old file or makes the new one whole. */
#define _XOPEN_SOURCE 700
#include "base/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "fail_allocation.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
ssize_t __wrap_write(int file, const void *bytes, size_t n);
ssize_t __wrap_read(int file, void *bytes, size_t n);
int __wrap_fsync(int file);
ssize_t __real_write(int file, const void *bytes, size_t n);
ssize_t __real_read(int file, void *bytes, size_t n);
int __real_fsync(int file);

/* A system that is interrupted at every second call, moves few bytes a call, and fails with `failing` after
 * `calls_left`. */
static struct {
  int on;
  int interrupt;
  size_t most;
  long calls_left;
  int failing;
} system_is;

static int system_fails(void) {
  system_is.interrupt = !system_is.interrupt;
  if (system_is.interrupt) {
    errno = EINTR;
    return 1;
  }
  if (system_is.failing != 0 && system_is.calls_left-- <= 0) {
    errno = system_is.failing;
    return 1;
  }
  return 0;
}

ssize_t __wrap_write(int file, const void *bytes, size_t n) {
  if (!system_is.on || file <= 2) {
    return __real_write(file, bytes, n);
  }
  return system_fails() ? -1 : __real_write(file, bytes, n < system_is.most ? n : system_is.most);
}

ssize_t __wrap_read(int file, void *bytes, size_t n) {
  if (!system_is.on) {
    return __real_read(file, bytes, n);
  }
  return system_fails() ? -1 : __real_read(file, bytes, n < system_is.most ? n : system_is.most);
}

static int fsync_error;

int __wrap_fsync(int file) {
  if (fsync_error != 0) {
    errno = fsync_error;
    return -1;
  }
  return __real_fsync(file);
}

static char folder[64];
static char path[256];

static const char *in_folder(const char *name) {
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static int make_folder(void **state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/niem-test-XXXXXX");
  return mkdtemp(folder) == NULL;
}

static int entries(int remove_them) {
  int n = 0;
  DIR *d = opendir(folder);
  assert_non_null(d);
  for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
    if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
      n++;
      if (remove_them && unlink(in_folder(e->d_name)) != 0) {
        rmdir(path);
      }
    }
  }
  closedir(d);
  return n;
}

static int remove_folder(void **state) {
  (void)state;
  entries(1);
  return rmdir(folder);
}

static void check_file(const char *name, const char *wanted) {
  char *bytes = NULL;
  size_t n = 0;
  assert_int_equal(ni_file_read(in_folder(name), 1 << 20, &bytes, &n, NULL), NIEM_OK);
  assert_int_equal(n, strlen(wanted));
  assert_string_equal(bytes, wanted);
  ni_free(bytes);
}

static void write_text(const char *name, const char *text) {
  niem_error err;
  assert_int_equal(ni_file_write(in_folder(name), text, strlen(text), &err), NIEM_OK);
}

static void there_and_back(void **state) {
  (void)state;
  write_text("a.txt", "first");
  check_file("a.txt", "first");
  write_text("a.txt", "second, longer");
  check_file("a.txt", "second, longer");
  write_text("a.txt", "");
  check_file("a.txt", "");
  write_text("za\xC5\xBC\xC3\xB3\xC5\x82\xC4\x87 \xE2\x82\xAC.csv", "UTF-8");
  check_file("za\xC5\xBC\xC3\xB3\xC5\x82\xC4\x87 \xE2\x82\xAC.csv", "UTF-8");
  assert_int_equal(entries(1), 2);
}

static void a_name_without_folder(void **state) {
  (void)state;
  char before[1024];
  assert_non_null(getcwd(before, sizeof before));
  assert_int_equal(chdir(folder), 0);
  assert_int_equal(ni_file_write("plain", "x", 1, NULL), NIEM_OK);
  assert_int_equal(chdir(before), 0);
  check_file("plain", "x");
  assert_int_equal(entries(1), 1);
}

static void permissions_follow_umask(void **state) {
  (void)state;
  mode_t before = umask(027);
  write_text("mode", "x");
  umask(before);
  struct stat about;
  assert_int_equal(stat(in_folder("mode"), &about), 0);
  assert_int_equal(about.st_mode & 0777, 0640);
  entries(1);
}

static void every_size_around_the_limit(void **state) {
  (void)state;
  char text[40] = "0123456789012345678901234567890123456";
  for (size_t n = 0; n < 36; n++) {
    assert_int_equal(ni_file_write(in_folder("size"), text, n, NULL), NIEM_OK);
    char *bytes = NULL;
    size_t got = 0;
    niem_error err;
    niem_status status = ni_file_read(path, 20, &bytes, &got, &err);
    assert_int_equal(status, n <= 20 ? NIEM_OK : NIEM_ERROR_LIMIT);
    if (status == NIEM_OK) {
      assert_int_equal(got, n);
      assert_int_equal(bytes[n], '\0');
    } else {
      assert_null(bytes);
      assert_non_null(strstr(err.message, "20 bytes"));
      assert_string_equal(err.where, path);
    }
    ni_free(bytes);
  }
  entries(1);
}

/* /dev/zero has no length of its own and no end. */
static void a_device_without_end(void **state) {
  (void)state;
  char *bytes = NULL;
  size_t n;
  assert_int_equal(ni_file_read("/dev/zero", 1 << 20, &bytes, &n, NULL), NIEM_ERROR_LIMIT);
  assert_null(bytes);
  assert_int_equal(ni_file_read("/dev/null", 1 << 20, &bytes, &n, NULL), NIEM_OK);
  assert_int_equal(n, 0);
  ni_free(bytes);
}

static void check_unreadable(const char *name, const char *reason) {
  char *bytes = NULL;
  size_t n = 0;
  niem_error err;
  assert_int_equal(ni_file_read(name, 100, &bytes, &n, &err), NIEM_ERROR_IO);
  assert_null(bytes);
  assert_non_null(strstr(err.message, reason));
  assert_non_null(strstr(err.message, "cannot be read"));
  assert_int_equal(ni_file_read(name, 100, &bytes, &n, NULL), NIEM_ERROR_IO);
}

static void what_cannot_be_read(void **state) {
  (void)state;
  check_unreadable(in_folder("missing"), "no such file");
  check_unreadable(folder, "it is a folder");
  check_unreadable("", "no such file");
  write_text("file", "x");
  check_unreadable(in_folder("file/below"), "not a folder");
  char name[400];
  memset(name, 'n', sizeof name);
  name[0] = '/';
  name[sizeof name - 1] = '\0';
  check_unreadable(name, "too long");
  assert_int_equal(symlink("loop", in_folder("loop")), 0);
  check_unreadable(in_folder("loop"), "circle");
  if (geteuid() != 0) {
    assert_int_equal(chmod(in_folder("file"), 0), 0);
    check_unreadable(in_folder("file"), "permission");
  }
  entries(1);
}

static void check_unwritable(const char *name, const char *reason) {
  niem_error err;
  assert_int_equal(ni_file_write(name, "new", 3, &err), NIEM_ERROR_IO);
  assert_non_null(strstr(err.message, reason));
  assert_non_null(strstr(err.message, "cannot be written"));
  assert_string_equal(err.where, name);
}

static void what_cannot_be_written(void **state) {
  (void)state;
  check_unwritable(folder, "it is a folder");
  check_unwritable(in_folder("no/such/folder"), "no such file");
  check_unwritable(in_folder(""), "it is a folder");
  check_unwritable("", "no such file");
  check_unwritable("/dev/full", "the disk is full");
  assert_int_equal(entries(0), 0);
  assert_int_equal(ni_file_write("/dev/null", "x", 1, NULL), NIEM_OK); /* and is still a device */
  struct stat about;
  assert_int_equal(stat("/dev/null", &about), 0);
  assert_true(S_ISCHR(about.st_mode));
}

static void a_link_is_followed(void **state) {
  (void)state;
  write_text("target", "old");
  assert_int_equal(symlink("target", in_folder("link")), 0);
  write_text("link", "new");
  check_file("target", "new");
  struct stat about;
  assert_int_equal(lstat(in_folder("link"), &about), 0);
  assert_true(S_ISLNK(about.st_mode));
  assert_int_equal(entries(1), 2);
}

static void a_temporary_that_is_there_already(void **state) {
  (void)state;
  char name[64];
  snprintf(name, sizeof name, ".niem-%lld-0.tmp", (long long)getpid());
  int file = open(in_folder(name), O_WRONLY | O_CREAT, 0600);
  assert_true(file >= 0);
  close(file);
  write_text("new", "x");
  check_file("new", "x");
  check_file(name, "");
  assert_int_equal(entries(1), 2);
}

/* A real limit: the file may not grow beyond 4 bytes. */
static void a_file_too_large_for_the_system(void **state) {
  (void)state;
  write_text("old", "old");
  struct rlimit before;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  struct rlimit small = {.rlim_cur = 4, .rlim_max = before.rlim_max};
  void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
  niem_error err;
  niem_status status = ni_file_write(in_folder("old"), "longer than that", 16, &err);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
  signal(SIGXFSZ, handler);
  assert_int_equal(status, NIEM_ERROR_IO);
  assert_non_null(strstr(err.message, "larger than the system allows"));
  check_file("old", "old");
  assert_int_equal(entries(1), 1);
}

static void interrupted_and_in_small_pieces(void **state) {
  (void)state;
  static char text[10000];
  for (size_t i = 0; i < sizeof text - 1; i++) {
    text[i] = (char)('a' + i % 26);
  }
  memset(&system_is, 0, sizeof system_is);
  system_is.on = 1;
  system_is.most = 7;
  write_text("pieces", text);
  check_file("pieces", text);
  system_is.on = 0;
  check_file("pieces", text);
  entries(1);
}

static void the_disk_fills_up(void **state) {
  (void)state;
  static const struct {
    int number;
    const char *reason;
  } CASES[] = {{ENOSPC, "the disk is full"}, {EIO, "the device failed"}, {12345, "system error 12345"}};
  write_text("old", "old");
  for (int calls = 0; calls < 9; calls++) {
    system_is.on = 1;
    system_is.most = 2;
    system_is.calls_left = calls / 3;
    system_is.failing = CASES[calls % 3].number;
    niem_error err;
    niem_status status = ni_file_write(in_folder("old"), "0123456789", 10, &err);
    system_is.on = 0;
    assert_int_equal(status, NIEM_ERROR_IO);
    assert_non_null(strstr(err.message, CASES[calls % 3].reason));
    check_file("old", "old");
    assert_int_equal(entries(0), 1);
  }
  fsync_error = EIO;
  check_unwritable(in_folder("old"), "the device failed");
  fsync_error = EINVAL;
  write_text("old", "newer");
  fsync_error = 0;
  check_file("old", "newer");
  assert_int_equal(entries(1), 1);
}

static void a_device_that_fails_while_reading(void **state) {
  (void)state;
  write_text("file", "0123456789");
  memset(&system_is, 0, sizeof system_is);
  system_is.on = 1;
  system_is.most = 3;
  system_is.calls_left = 2;
  system_is.failing = EIO;
  check_unreadable(in_folder("file"), "the device failed");
  system_is.on = 0;
  entries(1);
}

static void a_source_in_chunks(void **state) {
  (void)state;
  write_text("source", "0123456789");
  for (size_t chunk = 1; chunk < 13; chunk++) {
    ni_source sources[2];
    assert_int_equal(ni_source_open_file(&sources[0], in_folder("source"), NULL), NIEM_OK);
    ni_source_open_memory(&sources[1], "0123456789", 10);
    for (int k = 0; k < 2; k++) {
      char all[32] = "";
      size_t n = 0;
      size_t got;
      do {
        assert_int_equal(ni_source_read(&sources[k], all + n, chunk, &got, NULL), NIEM_OK);
        n += got;
      } while (got == chunk);
      assert_string_equal(all, "0123456789");
      ni_source_close(&sources[k]);
      ni_source_close(&sources[k]);
    }
  }
  entries(1);
}

static int write_and_read(void) {
  char *bytes = NULL;
  size_t n;
  niem_error err;
  niem_status status = ni_file_write(in_folder("memory"), "text", 4, &err);
  if (status == NIEM_OK) {
    status = ni_file_read(in_folder("memory"), 100, &bytes, &n, &err);
  }
  ni_free(bytes);
  return status == NIEM_ERROR_MEMORY;
}

static void memory_short(void **state) {
  (void)state;
  EACH_ALLOCATION_FAILS(write_and_read());
  assert_int_equal(entries(1), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(there_and_back),
      cmocka_unit_test(a_name_without_folder),
      cmocka_unit_test(permissions_follow_umask),
      cmocka_unit_test(every_size_around_the_limit),
      cmocka_unit_test(a_device_without_end),
      cmocka_unit_test(what_cannot_be_read),
      cmocka_unit_test(what_cannot_be_written),
      cmocka_unit_test(a_link_is_followed),
      cmocka_unit_test(a_temporary_that_is_there_already),
      cmocka_unit_test(a_file_too_large_for_the_system),
      cmocka_unit_test(interrupted_and_in_small_pieces),
      cmocka_unit_test(the_disk_fills_up),
      cmocka_unit_test(a_device_that_fails_while_reading),
      cmocka_unit_test(a_source_in_chunks),
      cmocka_unit_test(memory_short),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
