/* The glue between R and libniem: what its files share.
 *
 * R leaves C by longjmp when it signals an error or runs out of memory. So whatever the core allocates belongs to a
 * handle (an external pointer with a finalizer) that exists before it does, and a jump at any place leaks nothing. */
#ifndef NIEM_R_GLUE_H
#define NIEM_R_GLUE_H

#ifndef R_NO_REMAP
#define R_NO_REMAP
#endif
#define STRICT_R_HEADERS
#include <R.h>
#include <R_ext/Rdynload.h>
#include <Rinternals.h>

#include "niem.h"

/* --- handles.c --- */

typedef enum handle_kind {
  HANDLE_FRAMEWORK,
  HANDLE_METHOD,
  HANDLE_ANSWERS,
  HANDLE_SCORES,
  HANDLE_TABLE,
  HANDLE_NORMALISER,
  HANDLE_UNCERTAINTY,
  HANDLE_PROBLEMS,
  HANDLE_BUFFER,
  HANDLE_KINDS
} handle_kind;

/* An empty handle; the caller protects it. Kinds that users see have a class of that name. */
SEXP handle_new(handle_kind kind);
/* Give the handle its object. Never allocates, never jumps. */
void handle_set(SEXP handle, void *object);
/* What a handle that was saved needs to be made again: a list of its canonical bytes and, for answers, of its
 * framework. */
void handle_keep(SEXP handle, SEXP bytes, SEXP framework);
/* The canonical bytes that are kept (a raw vector). */
SEXP handle_bytes(SEXP handle);
/* The object behind a handle; a handle of another session is made again from its bytes. Fails with an error that names
 * `argument` for anything else. */
void *handle_get(SEXP handle, handle_kind kind, const char *argument);
int handle_is(SEXP handle, handle_kind kind);
/* Free the object now, without waiting for the garbage collector. */
void handle_free(SEXP handle);
/* A call that makes a buffer: begin, hand &call.buffer and &call.err to the core, end. */
typedef struct buffer_call {
  SEXP handle;
  niem_buffer *buffer;
  niem_error err;
} buffer_call;
void buffer_begin(buffer_call *call);
/* The bytes as a raw vector or as a string, or an R error. The buffer is freed, and the protection balanced. */
SEXP buffer_raw(buffer_call *call, niem_status status);
SEXP buffer_text(buffer_call *call, niem_status status);
/* For bytes that went elsewhere: NULL, or an R error. */
SEXP buffer_drop(buffer_call *call, niem_status status);

/* A call that reads something: begin, hand &call.problems and &call.err to the core, end. */
typedef struct read_call {
  SEXP handle;
  SEXP list;
  niem_problems *problems;
  niem_error err;
} read_call;
void read_begin(read_call *call, handle_kind kind);
/* The handle of `object`, or an R error that has the problems. `tabular` as in errors.c. Balances the protection. */
SEXP read_end(read_call *call, void *object, niem_status status, int tabular);
/* The end of a call that was interrupted: NULL. */
SEXP read_drop(read_call *call);

/* The canonical bytes of a handle that was just made go with it when it is saved; gives the handle. */
SEXP keep(SEXP handle);
SEXP keep_answers(SEXP handle, SEXP framework);
/* The canonical bytes of a framework, a method, answers or scores, written now. */
SEXP handle_write(SEXP handle);

/* --- bytes.c --- */

/* The same, written when they are first asked for. */
SEXP bytes_of_handle(SEXP handle);
void bytes_register(DllInfo *library);

/* --- exec.c --- */

/* What the progress callback knows: R's function to tell (or R_NilValue), and why it stopped. */
typedef struct watch {
  SEXP report;
  double done;
  int interrupted;
  int failed;
} watch;
/* How a long call runs: `exec` tells `of`, which lives as long as the call. A call that the user interrupted gives
 * NULL, and its R function signals the interrupt again, where no frame of C is left (with_progress in R). */
void fill_exec(niem_exec *exec, watch *of, SEXP threads, SEXP report);
int was_interrupted(const watch *of, niem_status status);

/* --- errors.c --- */

/* Signal an R condition of classes niem_error_<status> and niem_error. `problems` is a handle of problems or
 * R_NilValue. `tabular`: places are a row and a column, not a line and a character. Nothing but handles may own memory
 * of the core. */
_Noreturn void fail_with(const niem_error *err, SEXP problems, int tabular);
/* The same without problems. */
_Noreturn void fail_plain(const niem_error *err);
/* The same for a matrix: the message says row and column, and begins with the argument. */
_Noreturn void fail_matrix(const niem_error *err);
/* An argument of the R function is not what it should be. */
_Noreturn void fail_argument(const char *argument, const char *format, ...);
/* The problems of a reading that went well, as the attribute "problems" of its result; warnings become an R warning. */
void report_problems(SEXP result, SEXP problems, int tabular);

/* --- options.c --- */

typedef enum option_kind {
  OPTION_TEXT,
  OPTION_TEXTS,
  OPTION_INTEGER,
  OPTION_LONG,
  OPTION_REAL,
  OPTION_REALS,
  OPTION_INTEGERS
} option_kind;

/* A field of an options struct: where it is, and for an array where its count and the names of its elements are. */
typedef struct option_field {
  const char *name;
  option_kind kind;
  size_t at;
  size_t count_at;
  size_t names_at;
  const char *const *words; /* an integer that is given by one of these words */
} option_field;
#define NO_FIELD ((size_t)-1)

extern const option_field *const OPTIONS_NIEM_TEXT_OPTIONS;
extern const option_field *const OPTIONS_NIEM_READ_OPTIONS;
extern const option_field *const OPTIONS_NIEM_ANSWERS_TABLE_OPTIONS;
extern const option_field *const OPTIONS_NIEM_FRAMEWORK_TABLES_OPTIONS;
extern const option_field *const OPTIONS_NIEM_SCORE_OPTIONS;
extern const option_field *const OPTIONS_NIEM_INPUTS_OPTIONS;
extern const option_field *const OPTIONS_NIEM_NOISE_OPTIONS;
extern const option_field *const OPTIONS_NIEM_SENSITIVITY_OPTIONS;
extern const option_field *const OPTIONS_NIEM_SENSITIVITY_SAMPLE_OPTIONS;
extern const option_field *const OPTIONS_NIEM_SOBOL_OPTIONS;
extern const option_field *const OPTIONS_NIEM_UNCERTAINTY_OPTIONS;
extern const option_field *const OPTIONS_NIEM_SCORES_SENSITIVITY_OPTIONS;
extern const option_field *const OPTIONS_NIEM_QUERY;
extern const option_field *const OPTIONS_NIEM_COMPARE_OPTIONS;
extern const option_field *const OPTIONS_NIEM_TREND_OPTIONS;
extern const option_field *const OPTIONS_NIEM_ANALYSIS_OPTIONS;
extern const option_field *const OPTIONS_NIEM_DESCRIBE_OPTIONS;
extern const option_field *const OPTIONS_NIEM_SYNTHETIC_OPTIONS;
extern const option_field *const OPTIONS_NIEM_FORM_OPTIONS;
extern const option_field *const OPTIONS_NIEM_CHECK_OPTIONS;
extern const option_field *const OPTIONS_NIEM_STANDARDS_OPTIONS;
extern const option_field *const OPTIONS_NIEM_REPORT_OPTIONS;
extern const option_field *const OPTIONS_NIEM_NORMALISE_OPTIONS;
extern const option_field *const OPTIONS_NIEM_AGGREGATE_OPTIONS;
extern const option_field *const OPTIONS_NIEM_TREAT_OPTIONS;
extern const option_field *const OPTIONS_NIEM_WEIGHTS_OPTIONS;
extern const option_field *const OPTIONS_NIEM_BENEFIT_OPTIONS;
extern const option_field *const OPTIONS_NIEM_SMAA_OPTIONS;
extern const option_field *const OPTIONS_NIEM_IMPUTE_OPTIONS;
extern const option_field *const OPTIONS_NIEM_SCREEN_OPTIONS;
extern const option_field *const OPTIONS_NIEM_DISTRIBUTION_OPTIONS;
extern const option_field *const OPTIONS_NIEM_DESCRIBE_OPTIONS;
extern const option_field *const OPTIONS_NIEM_CORRELATE_OPTIONS;
extern const option_field *const OPTIONS_NIEM_ALPHA_OPTIONS;
extern const option_field *const OPTIONS_NIEM_OMEGA_OPTIONS;
extern const option_field *const OPTIONS_NIEM_COMPONENTS_OPTIONS;

typedef struct option_target {
  const option_field *fields;
  void *options;
} option_target;

/* Fill structs from a named R list; NULL elements are defaults, a name that no struct has is an error that lists the
 * names. Strings and arrays are borrowed from the list, or live until the .Call returns. */
void fill_options(SEXP list, const option_target *targets, int n_targets);
void fill_query(SEXP list, niem_query *query);
void fill_query_and_compare(SEXP list, niem_query *query, niem_compare_options *compare);

/* The bytes of a raw vector or of a string. */
const char *bytes_of(SEXP x, int64_t *n, const char *argument);
/* One string as UTF-8 (a whole number is taken as its digits); NULL for R's NULL in the second. */
const char *text_of(SEXP x, const char *argument);
const char *optional_text(SEXP x, const char *argument);
/* The path of a file, in the bytes that R's own functions give to the system. */
const char *path_of(SEXP x, const char *argument);
/* An element of a character vector as UTF-8, NULL for NA. */
const char *utf8_of(SEXP string);
const char *const *texts_of(SEXP x, const char *argument);
int32_t integer_of(SEXP x, const char *argument);
/* The same up to 2^53, beyond which a double has gaps. */
int64_t long_of(SEXP x, const char *argument);
const double *reals_of(SEXP x, const char *argument);
/* Whole numbers, TRUE and FALSE; none of them NA. */
const int32_t *integers_of(SEXP x, const char *argument);
int32_t word_of(SEXP x, const char *const *words, const char *argument);

/* --- tables.c --- */

/* A call that makes a table: begin, hand &call.table and &call.err to the core, end. */
typedef struct table_call {
  SEXP handle;
  niem_table *table;
  niem_error err;
} table_call;
void table_begin(table_call *call);
/* The handle of the table, or an R error. Balances the protection that table_begin made. */
SEXP table_end(table_call *call, niem_status status);
/* The same of a call that the user may interrupt. */
SEXP table_or_interrupt(table_call *call, const watch *on, niem_status status);
/* A data frame of the table; text becomes character, missing becomes NA. */
SEXP frame_of(const niem_table *table);

/* A C string as an R string, NA for NULL. */
SEXP string_of(const char *text);
SEXP text_scalar(const char *text);
/* Bytes of UTF-8 as one R string. */
SEXP text_of_bytes(const char *bytes, int64_t n);

#endif
