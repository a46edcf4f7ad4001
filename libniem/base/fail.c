/* Status and error, and lists of problems. */
#include "base/platform.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct niem_problems {
  niem_error *entries;
  int32_t *severities;
  int64_t count;
  int64_t totals[3];
  int64_t first_error; /* index of the first kept error, -1 */
};

static const char *const STATUS_NAMES[] = {"ok",        "argument",  "memory",   "io",          "encoding",
                                           "syntax",    "format",    "version",  "limit",       "reference",
                                           "duplicate", "value",     "tree",     "struct_size", "unsupported",
                                           "ambiguous", "consensus", "mismatch", "cancelled",   "self_test"};

_Static_assert(sizeof STATUS_NAMES / sizeof STATUS_NAMES[0] == NIEM_STATUS_END, "each status has its name");

const char *niem_status_name(niem_status status) {
  return status >= 0 && status < NIEM_STATUS_END ? STATUS_NAMES[status] : "unknown";
}

/* Texts come from files and callers: what is cut inside a character or is no UTF-8 becomes "?", control characters a
 * space, so that a message is one line that every host can show. */
static void tidy(char *text) {
  size_t left = strlen(text);
  for (char *c = text; left > 0;) {
    size_t step = ni_utf8_step(c, left);
    if (step == 0 && left < 4 && (unsigned char)*c >= 0xC0) {
      *c = '\0'; /* cut inside the last character */
      return;
    }
    if (step == 0) {
      *c = '?';
    } else if (step == 1 && ((unsigned char)*c < 0x20 || *c == 0x7F)) {
      *c = ' ';
    }
    step = step == 0 ? 1 : step;
    c += step;
    left -= step;
  }
}

static void fill(niem_error *err, niem_status status, int64_t row, int64_t column, const char *where,
                 const char *format, va_list arguments) {
  memset(err, 0, sizeof *err);
  err->status = status;
  err->row = row;
  err->column = column;
  (void)snprintf(err->where, sizeof err->where, "%s", where);
  tidy(err->where);
  (void)vsnprintf(err->message, sizeof err->message, format, arguments);
  tidy(err->message);
}

niem_status ni_fail(niem_error *err, niem_status status, const char *where, const char *format, ...) {
  if (err != NULL) {
    va_list arguments;
    va_start(arguments, format);
    fill(err, status, 0, 0, where, format, arguments);
    va_end(arguments);
  }
  return status;
}

niem_status ni_fail_at(niem_error *err, niem_status status, int64_t row, int64_t column, const char *where,
                       const char *format, ...) {
  if (err != NULL) {
    va_list arguments;
    va_start(arguments, format);
    fill(err, status, row, column, where, format, arguments);
    va_end(arguments);
  }
  return status;
}

niem_status ni_fail_about(niem_error *err, niem_status status, const char *format, ...) {
  char about[256];
  if (err != NULL && status != NIEM_ERROR_MEMORY && status != NIEM_ERROR_CANCELLED) {
    const niem_error own = *err;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(about, sizeof about, format, arguments);
    va_end(arguments);
    return ni_fail(err, status, own.where, "%s: %s", about, own.message);
  }
  return status;
}

niem_status ni_fail_memory(niem_error *err) {
  return ni_fail(err, NIEM_ERROR_MEMORY, "", "memory could not be had; free some, or work on fewer units at once");
}

niem_status ni_problems_new(niem_problems **out, niem_error *err) {
  niem_problems *problems = ni_alloc_zero(1, sizeof *problems);
  if (problems == NULL) {
    return ni_fail_memory(err);
  }
  problems->first_error = -1;
  *out = problems;
  return NIEM_OK;
}

/* Room for one more entry; entries come in few steps, since most lists are short. */
static int has_room(niem_problems *problems) {
  if (problems->count >= NIEM_PROBLEMS_KEPT) {
    return 0;
  }
  if ((problems->count & (problems->count - 1)) != 0 && problems->count != 0) {
    return 1;
  }
  size_t wanted = problems->count == 0 ? 1 : (size_t)problems->count * 2;
  niem_error *entries = ni_resize(problems->entries, wanted, sizeof *entries);
  if (entries == NULL) {
    return 0;
  }
  problems->entries = entries;
  int32_t *severities = ni_resize(problems->severities, wanted, sizeof *severities);
  if (severities == NULL) {
    return 0;
  }
  problems->severities = severities;
  return 1;
}

void ni_problems_add(niem_problems *problems, int32_t severity, const niem_error *problem) {
  problems->totals[severity]++;
  if (problems->count == NIEM_PROBLEMS_KEPT && severity == NIEM_ERROR && problems->first_error < 0) {
    problems->count--; /* the first error is never lost: it takes the place of the last note or warning */
  } else if (!has_room(problems)) {
    return;
  }
  problems->entries[problems->count] = *problem;
  problems->severities[problems->count] = severity;
  if (severity == NIEM_ERROR && problems->first_error < 0) {
    problems->first_error = problems->count;
  }
  problems->count++;
}

void ni_problems_report(niem_problems *problems, int32_t severity, niem_status status, int64_t row, int64_t column,
                        const char *where, const char *format, ...) {
  niem_error problem;
  va_list arguments;
  va_start(arguments, format);
  fill(&problem, status, row, column, where, format, arguments);
  va_end(arguments);
  ni_problems_add(problems, severity, &problem);
}

void ni_problems_hand_over(niem_problems **out, niem_problems *found) {
  if (out != NULL) {
    *out = found;
  } else {
    niem_problems_free(found);
  }
}

niem_status ni_problems_status(const niem_problems *problems, niem_error *err) {
  if (problems->totals[NIEM_ERROR] == 0) {
    return NIEM_OK;
  }
  if (problems->first_error < 0) { /* found, but memory was too short to keep it, or notes filled the list */
    return ni_fail(err, NIEM_ERROR_LIMIT, "", "%lld errors, none of which could be kept",
                   (long long)problems->totals[NIEM_ERROR]);
  }
  const niem_error *first = &problems->entries[problems->first_error];
  if (err != NULL) {
    *err = *first;
    if (problems->totals[NIEM_ERROR] > 1) {
      size_t used = strlen(err->message);
      (void)snprintf(err->message + used, sizeof err->message - used, " (and %lld more errors)",
                     (long long)(problems->totals[NIEM_ERROR] - 1));
      tidy(err->message);
    }
  }
  return first->status;
}

int64_t niem_problems_count(const niem_problems *problems) {
  return problems == NULL ? 0 : problems->count;
}

int64_t niem_problems_total(const niem_problems *problems, int32_t severity) {
  return problems == NULL || severity < NIEM_NOTE || severity > NIEM_ERROR ? 0 : problems->totals[severity];
}

int32_t niem_problems_severity(const niem_problems *problems, int64_t i) {
  return problems == NULL || i < 0 || i >= problems->count ? -1 : problems->severities[i];
}

const niem_error *niem_problems_get(const niem_problems *problems, int64_t i) {
  return problems == NULL || i < 0 || i >= problems->count ? NULL : &problems->entries[i];
}

void niem_problems_free(niem_problems *problems) {
  if (problems != NULL) {
    ni_free(problems->entries);
    ni_free(problems->severities);
    ni_free(problems);
  }
}
