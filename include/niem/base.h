/* libniem, room "base": status and error, the library's own version, buffers, matrix views and execution.
 *
 * Conventions of the whole interface
 *   - Functions return niem_status. Zero is success; the numbers never change their meaning.
 *   - The order of arguments is outputs, object, inputs, options, exec, err.
 *   - On failure every output is left untouched or set to NULL, and `err`, unless NULL, says what, where and how to
 * mend it.
 *   - Handles are opaque and immutable once made, and may be shared by threads; `*_free(NULL)` does nothing.
 *   - Strings are UTF-8, borrowed from their handle for as long as it lives; no function depends on the locale.
 *   - An options struct begins with `struct_size`; fill it by its `_init` function, then change what should differ.
 *     Passing NULL for the options means all defaults.
 *   - Any NaN in an input is a missing value; outputs hold one canonical NaN (0x7ff8000000000000).
 */
#ifndef NIEM_BASE_H
#define NIEM_BASE_H

#include <stddef.h>
#include <stdint.h>

#if defined(NIEM_STATIC)
#define NIEM_API
#elif defined(_WIN32)
#ifdef NIEM_BUILDING
#define NIEM_API __declspec(dllexport)
#else
#define NIEM_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define NIEM_API __attribute__((visibility("default")))
#else
#define NIEM_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define NIEM_VERSION_MAJOR 0
#define NIEM_VERSION_MINOR 1
#define NIEM_VERSION_PATCH 0

/* What a call came to. */
typedef int32_t niem_status;

enum {
  NIEM_OK = 0,
  NIEM_ERROR_ARGUMENT = 1,   /* an argument is NULL, out of range or contradicts another */
  NIEM_ERROR_MEMORY = 2,     /* memory could not be had */
  NIEM_ERROR_IO = 3,         /* a file could not be read or written */
  NIEM_ERROR_ENCODING = 4,   /* text is not UTF-8, or holds a NUL byte */
  NIEM_ERROR_SYNTAX = 5,     /* JSON or CSV that breaks its grammar */
  NIEM_ERROR_FORMAT = 6,     /* well-formed, but not a framework, method or file of answers: unknown key, wrong type */
  NIEM_ERROR_VERSION = 7,    /* a format or a saved object of a later version */
  NIEM_ERROR_LIMIT = 8,      /* beyond a documented limit */
  NIEM_ERROR_REFERENCE = 9,  /* an id that names nothing: indicator, unit, round, group, option, node */
  NIEM_ERROR_DUPLICATE = 10, /* the same id, key or answer twice */
  NIEM_ERROR_VALUE =
      11,               /* a number outside its domain: points outside 0-100, a weight that is negative or not finite */
  NIEM_ERROR_TREE = 12, /* an index that is no tree: a cycle, a node with two parents, a leaf twice, no leaf at all */
  NIEM_ERROR_STRUCT_SIZE = 13, /* an options struct of a later version sets what this version does not know */
  NIEM_ERROR_UNSUPPORTED = 14, /* the method does not allow what was asked */
  NIEM_ERROR_AMBIGUOUS = 15,   /* the call leaves a choice open; the message lists the choices */
  NIEM_ERROR_CONSENSUS =
      16, /* several coders answered a cell and the method has no rule to settle it, or the rule cannot */
  NIEM_ERROR_MISMATCH = 17,  /* objects that do not belong together: answers read with another framework */
  NIEM_ERROR_CANCELLED = 18, /* the progress callback asked to stop */
  NIEM_ERROR_SELF_TEST = 19, /* this build or this process does not keep the numerics contract */
  NIEM_STATUS_END = 20       /* one past the last status */
};

/* The short name of a status ("syntax", "reference", ...), "ok" for 0 and "unknown" for a number that is no status.
 * Never NULL. Wrappers build their classes of exceptions from it. */
NIEM_API const char *niem_status_name(niem_status status);

/* One problem: what is wrong, where, and what would be right. Owned by the caller; its size never changes.
 * `row` and `column` are 1-based places in a text (for CSV the data row, header not counted, and the field; for JSON
 * the line and the character), 0 where there is none. `where` names an argument, a column or a JSON pointer. `message`
 * is one line. */
typedef struct niem_error {
  niem_status status;
  int32_t reserved;
  int64_t row;
  int64_t column;
  char where[232];
  char message[768];
} niem_error;

/* The library's version as text, "0.1.0". */
NIEM_API const char *niem_version(void);

/* Checks in a few microseconds that this build, in this process, keeps the numerics contract: no contraction to fused
 * multiply-add, round to nearest, denormals kept, binary64 evaluation. Wrappers call it on loading and refuse to go on
 * with anything but NIEM_OK. */
NIEM_API niem_status niem_self_test(niem_error *err);

/* Bytes made by the library. `niem_buffer_data` is followed by a NUL that `niem_buffer_size` does not count. */
typedef struct niem_buffer niem_buffer;
NIEM_API const char *niem_buffer_data(const niem_buffer *buffer);
NIEM_API int64_t niem_buffer_size(const niem_buffer *buffer);
NIEM_API void niem_buffer_free(niem_buffer *buffer);
/* The bytes into a file. It is written beside the old one and renamed, so that a failure (NIEM_ERROR_IO) leaves that as
 * it was. */
NIEM_API niem_status niem_buffer_write(const niem_buffer *buffer, const char *path, niem_error *err);

/* How a long call runs. `threads` is the number of threads (0 or 1: the caller's alone); it never changes a bit of the
 * result. `progress`, unless NULL, is called on the calling thread only, at most every 50 ms, with the share done in
 * [0, 1]; a return other than 0 cancels the call, which then returns NIEM_ERROR_CANCELLED. */
typedef int32_t (*niem_progress)(double done, void *context);
typedef struct niem_exec {
  int64_t struct_size;
  int32_t threads;
  int32_t reserved;
  niem_progress progress;
  void *context;
} niem_exec;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_exec_init(niem_exec *exec);

/* A matrix that is read in place: element (i, j) is data[i * row_stride + j * col_stride]. Strides count elements, may
 * be negative, and are 0 for what is repeated. For a C or NumPy array of n x m: {data, n, m, m, 1}; for R's: {data, n,
 * m, 1, n}. */
typedef struct niem_matrix {
  const double *data;
  int64_t n_rows;
  int64_t n_cols;
  int64_t row_stride;
  int64_t col_stride;
} niem_matrix;

/* A list of problems: errors, warnings and notes of one reading or checking. Capped at NIEM_PROBLEMS_KEPT entries;
 * the counts are of all that were found. */
typedef struct niem_problems niem_problems;
enum { NIEM_NOTE = 0, NIEM_WARNING = 1, NIEM_ERROR = 2 };
enum { NIEM_PROBLEMS_KEPT = 1000 };
/* Entries that were kept. */
NIEM_API int64_t niem_problems_count(const niem_problems *problems);
/* All that were found of a severity (NIEM_NOTE, NIEM_WARNING, NIEM_ERROR), kept or not; 0 for another number. */
NIEM_API int64_t niem_problems_total(const niem_problems *problems, int32_t severity);
/* Severity of entry i (0-based), and the entry itself; -1 and NULL where there is no such entry. */
NIEM_API int32_t niem_problems_severity(const niem_problems *problems, int64_t i);
NIEM_API const niem_error *niem_problems_get(const niem_problems *problems, int64_t i);
NIEM_API void niem_problems_free(niem_problems *problems);

#ifdef __cplusplus
}
#endif

#endif
