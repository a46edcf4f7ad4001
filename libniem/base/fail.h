/* Status and error: how a function of the library says what is wrong, where, and what would be right. */
#ifndef NI_FAIL_H
#define NI_FAIL_H

#include "base/platform.h"
#include "niem/base.h"

#if defined(__GNUC__)
#define NI_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define NI_PRINTF(text, first)
#endif

/* The only control-flow macro. A function that uses it has a `niem_status status` and a label `cleanup` that frees
 * everything and returns `status`. */
#define NIEM_TRY(expr)       \
  do {                       \
    status = (expr);         \
    if (status != NIEM_OK) { \
      goto cleanup;          \
    }                        \
  } while (0)

/* Fill `err` (may be NULL) and return `status`. `where` names an argument, a column or a JSON pointer ("" for nothing).
 * Only %s, %d, %zu, %lld and %.*s are used in formats: floating-point conversions depend on the locale. Texts that do
 * not fit are cut at a character's edge, never inside a UTF-8 sequence; control characters are replaced, so a message
 * is one line. */
niem_status ni_fail(niem_error *err, niem_status status, const char *where, const char *format, ...) NI_PRINTF(4, 5);
niem_status ni_fail_at(niem_error *err, niem_status status, int64_t row, int64_t column, const char *where,
                       const char *format, ...) NI_PRINTF(6, 7);
/* Put what a failure is about, "method 2" or the name of a unit, in front of its message: "method 2: ...". Row and
 * column are forgotten, for they were those of something else; want of memory and cancelling are about nothing. */
niem_status ni_fail_about(niem_error *err, niem_status status, const char *format, ...) NI_PRINTF(3, 4);
/* Memory could not be had. */
niem_status ni_fail_memory(niem_error *err);

/* A list of problems while it is made. */
niem_status ni_problems_new(niem_problems **out, niem_error *err);
/* Add one; never fails (when memory is short the counts are still right). */
void ni_problems_add(niem_problems *problems, int32_t severity, const niem_error *problem);
void ni_problems_report(niem_problems *problems, int32_t severity, niem_status status, int64_t row, int64_t column,
                        const char *where, const char *format, ...) NI_PRINTF(7, 8);
/* Where a reader is done: the list, NULL if it was never made, goes to the caller who asked for it, else it is freed.
 */
void ni_problems_hand_over(niem_problems **out, niem_problems *found);
/* The first error of the list into `err`, with "and N more" when there are more; NIEM_OK when there is none. */
niem_status ni_problems_status(const niem_problems *problems, niem_error *err);

#endif
