/* libniem, room "answers": what coders say for unit x round x group x indicator, with evidence, source and state.
 *
 * Columns of the long form: unit, round, group, indicator, answer, state, evidence, source, coder, note. `unit`,
 * `indicator` and `answer` are needed; `round` and `group` may be absent where the framework or the options leave one
 * choice only. An answer names an option's id (never its points), a checklist's items joined by "|" (or "none"), or a
 * number. State is one of answered, not_applicable, missing, not_collected, not_accessible, not_disaggregated; a row
 * without answer and state is missing; an answer without a state is answered.
 */
#ifndef NIEM_ANSWERS_H
#define NIEM_ANSWERS_H

#include "niem/base.h"
#include "niem/framework.h"
#include "niem/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Answers read with a framework, checked, in canonical order. Immutable. */
typedef struct niem_answers niem_answers;

/* States of an answer. Not applicable is not missing: it leaves the denominator; the other four are gaps in the
 * evidence. */
enum {
  NIEM_ANSWERED = 0,
  NIEM_NOT_APPLICABLE = 1,
  NIEM_MISSING = 2,
  NIEM_NOT_COLLECTED = 3,
  NIEM_NOT_ACCESSIBLE = 4,
  NIEM_NOT_DISAGGREGATED = 5,
  NIEM_STATE_END = 6
};
/* "answered", ...; NULL for a number that is no state. */
NIEM_API const char *niem_state_name(int32_t state);

typedef struct niem_read_options {
  int64_t struct_size;
  int32_t separator;     /* CSV: ',' ';' '\t'; 0 (default): found from the header line */
  int32_t decimal_comma; /* 1: numbers are written 12,5; 0 (default): only where the separator is ';' and a number has a
                            comma */
  const char *round;     /* the round of rows that name none; NULL: an error unless the framework has one round only */
  const char *group;     /* the group of rows that name none; NULL: an error unless the framework has one group only */
  const char *coder;     /* the coder of rows that name none; NULL: no name */
} niem_read_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_read_options_init(niem_read_options *options);

/* Read CSV or JSON ("niem-answers/1", or a bare array of row objects), told apart by the first character. Every problem
 * of the text is listed in `*problems` (may be NULL; made on success and failure alike): errors, warnings, and notes
 * such as resolved aliases and counts of absent cells. With any error there are no answers.
 * CSV is read by exec->threads threads where the text is long enough to be cut, JSON by the caller's alone; the result,
 * the problems and their order are the same for any number. Beside the answers themselves CSV needs a window onto the
 * text and the rows in hand, some 2 MB a thread. `exec` may be NULL: the caller's thread alone, no progress. */
NIEM_API niem_status niem_answers_read(niem_answers **out, niem_problems **problems, const niem_framework *framework,
                                       const char *path, const niem_read_options *options, const niem_exec *exec,
                                       niem_error *err);
NIEM_API niem_status niem_answers_parse(niem_answers **out, niem_problems **problems, const niem_framework *framework,
                                        const char *bytes, int64_t n_bytes, const niem_read_options *options,
                                        const niem_exec *exec, niem_error *err);

/* One column of a data frame: `codes` into `levels` (-1 or an out-of-range code is an error, -1 is blank), or, for the
 * answers to numeric indicators, `reals` (NaN is blank); exactly one of the two. Strings are UTF-8. */
typedef struct niem_column {
  const char *name;
  int64_t n_rows;
  const int32_t *codes;
  const char *const *levels;
  int64_t n_levels;
  const double *reals;
} niem_column;
NIEM_API niem_status niem_answers_columns(niem_answers **out, niem_problems **problems, const niem_framework *framework,
                                          const niem_column *columns, int64_t n_columns,
                                          const niem_read_options *options, const niem_exec *exec, niem_error *err);

/* How a wide table is read as answers. */
typedef struct niem_answers_table_options {
  int64_t struct_size;
  int32_t separator;         /* as in niem_read_options */
  int32_t decimal_comma;     /* as in niem_read_options */
  const char *round;         /* as in niem_read_options */
  const char *group;         /* as in niem_read_options */
  const char *coder;         /* as in niem_read_options */
  const char *const *ignore; /* columns that are passed over */
  int64_t n_ignore;
} niem_answers_table_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_answers_table_options_init(niem_answers_table_options *options);

/* Read a wide table in CSV: a row for each unit and round (and group), a column for each indicator, named by its id.
 * The other columns, in letters of either case: uCode (or unit), Time (round), group, coder; uName (or label) and the
 * columns of peer groups, named by their set, are known and not read. Any other column is an error, unless it is in
 * `ignore`. A cell that is blank, NA or NaN is the state missing, and nothing where the question is not asked of the
 * group. Problems are told as by niem_answers_read. */
NIEM_API niem_status niem_answers_read_table(niem_answers **out, niem_problems **problems,
                                             const niem_framework *framework, const char *path,
                                             const niem_answers_table_options *options, niem_error *err);
NIEM_API niem_status niem_answers_parse_table(niem_answers **out, niem_problems **problems,
                                              const niem_framework *framework, const char *bytes, int64_t n_bytes,
                                              const niem_answers_table_options *options, niem_error *err);
NIEM_API void niem_answers_free(niem_answers *answers);

/* Number of rows held. */
NIEM_API int64_t niem_answers_count(const niem_answers *answers);
/* SHA-256 of the canonical JSON, whatever the order of the rows was: 64 hexadecimal characters. */
NIEM_API niem_status niem_answers_digest(niem_buffer **out, const niem_answers *answers, niem_error *err);
/* The rows in canonical order (unit, round, group, indicator, coder) as a table with the ten columns of the long form.
 */
NIEM_API niem_status niem_answers_table(niem_table **out, const niem_answers *answers, niem_error *err);
/* The canonical JSON; reading it with the same framework gives the same digest. */
NIEM_API niem_status niem_answers_json(niem_buffer **out, const niem_answers *answers, niem_error *err);
/* Write to a file: canonical JSON where `path` ends in ".json", otherwise CSV. */
NIEM_API niem_status niem_answers_write(const niem_answers *answers, const char *path, niem_error *err);

#ifdef __cplusplus
}
#endif

#endif
