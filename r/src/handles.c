/* Handles: external pointers to the core's objects, with what is needed to make them again in another session.
 *
 * tag   a symbol that names the kind; a pointer without it is none of ours
 * prot  NULL, or list(canonical bytes, framework): saved with the pointer, whose address is not */
#include "glue.h"
#include "calls.h"

#include <string.h>

static void free_framework(void *p) {
  niem_framework_free(p);
}

static void free_method(void *p) {
  niem_method_free(p);
}

static void free_answers(void *p) {
  niem_answers_free(p);
}

static void free_scores(void *p) {
  niem_scores_free(p);
}

static void free_table(void *p) {
  niem_table_free(p);
}

static void free_normaliser(void *p) {
  niem_normaliser_free(p);
}

static void free_uncertainty(void *p) {
  niem_uncertainty_free(p);
}

static void free_problems(void *p) {
  niem_problems_free(p);
}

static void free_buffer(void *p) {
  niem_buffer_free(p);
}

static const struct {
  const char *name;
  const char *noun;
  void (*release)(void *);
} KINDS[HANDLE_KINDS] = {
    {"niem_framework", "a framework, as niem_framework() makes it", free_framework},
    {"niem_method", "a method, as niem_method() makes it", free_method},
    {"niem_answers", "answers, as niem_read_answers() makes them", free_answers},
    {"niem_scores", "scores, as niem_score() makes them", free_scores},
    {"niem_table", "a table, as functions make it when called with table = TRUE", free_table},
    {"niem_normaliser", "a normaliser, as niem_normaliser() makes it", free_normaliser},
    {"niem_uncertainty", "scores under uncertainty, as niem_uncertainty() makes them", free_uncertainty},
    {"niem_problems", "a list of problems", free_problems},
    {"niem_buffer", "a buffer", free_buffer},
};

int handle_is(SEXP handle, handle_kind kind) {
  return TYPEOF(handle) == EXTPTRSXP && R_ExternalPtrTag(handle) == Rf_install(KINDS[kind].name);
}

void handle_free(SEXP handle) {
  void *object = R_ExternalPtrAddr(handle);
  for (int kind = 0; object != NULL && kind < HANDLE_KINDS; kind++) {
    if (handle_is(handle, (handle_kind)kind)) {
      R_ClearExternalPtr(handle);
      KINDS[kind].release(object);
      return;
    }
  }
}

SEXP handle_new(handle_kind kind) {
  SEXP handle = PROTECT(R_MakeExternalPtr(NULL, Rf_install(KINDS[kind].name), R_NilValue));
  R_RegisterCFinalizerEx(handle, handle_free, FALSE);
  if (kind != HANDLE_BUFFER && kind != HANDLE_PROBLEMS) {
    SEXP class = PROTECT(Rf_mkString(KINDS[kind].name));
    Rf_setAttrib(handle, R_ClassSymbol, class);
    UNPROTECT(1);
  }
  UNPROTECT(1);
  return handle;
}

void handle_set(SEXP handle, void *object) {
  R_SetExternalPtrAddr(handle, object);
}

void handle_keep(SEXP handle, SEXP bytes, SEXP framework) {
  PROTECT(bytes);
  SEXP kept = PROTECT(Rf_allocVector(VECSXP, 2));
  SET_VECTOR_ELT(kept, 0, bytes);
  SET_VECTOR_ELT(kept, 1, framework);
  R_SetExternalPtrProtected(handle, kept);
  UNPROTECT(2);
}

SEXP handle_bytes(SEXP handle) {
  SEXP kept = R_ExternalPtrProtected(handle);
  if (TYPEOF(kept) != VECSXP || XLENGTH(kept) != 2 || TYPEOF(VECTOR_ELT(kept, 0)) != RAWSXP) {
    return R_NilValue;
  }
  return VECTOR_ELT(kept, 0);
}

static niem_status answers_again(SEXP handle, const char *bytes, int64_t n, niem_error *err) {
  SEXP framework = VECTOR_ELT(R_ExternalPtrProtected(handle), 1);
  const niem_framework *of = handle_get(framework, HANDLE_FRAMEWORK, "framework");
  niem_answers *answers = NULL;
  niem_status status = niem_answers_parse(&answers, NULL, of, bytes, n, NULL, NULL, err);
  handle_set(handle, answers);
  return status;
}

static niem_status parse_again(SEXP handle, handle_kind kind, const char *bytes, int64_t n, niem_error *err) {
  niem_status status;
  if (kind == HANDLE_FRAMEWORK) {
    niem_framework *framework = NULL;
    status = niem_framework_parse(&framework, NULL, bytes, n, err);
    handle_set(handle, framework);
  } else if (kind == HANDLE_METHOD) {
    niem_method *method = NULL;
    status = niem_method_parse(&method, NULL, bytes, n, err);
    handle_set(handle, method);
  } else if (kind == HANDLE_SCORES) {
    niem_scores *scores = NULL;
    status = niem_scores_parse(&scores, bytes, n, err);
    handle_set(handle, scores);
  } else {
    status = answers_again(handle, bytes, n, err);
  }
  return status;
}

/* The handle was saved, and lost its object: make it again from its bytes. */
static void make_again(SEXP handle, handle_kind kind, const char *argument) {
  SEXP bytes = handle_bytes(handle);
  if (bytes == R_NilValue || kind > HANDLE_SCORES) {
    fail_argument(argument, "this object comes from another session, and its contents were not saved; make it anew");
  }
  R_RegisterCFinalizerEx(handle, handle_free, FALSE);
  niem_error err = {0};
  if (parse_again(handle, kind, (const char *)RAW(bytes), XLENGTH(bytes), &err) != NIEM_OK) {
    fail_plain(&err);
  }
}

void *handle_get(SEXP handle, handle_kind kind, const char *argument) {
  if (!handle_is(handle, kind)) {
    fail_argument(argument, "must be %s", KINDS[kind].noun);
  }
  if (R_ExternalPtrAddr(handle) == NULL) {
    make_again(handle, kind, argument);
  }
  return R_ExternalPtrAddr(handle);
}

void buffer_begin(buffer_call *call) {
  call->handle = PROTECT(handle_new(HANDLE_BUFFER));
  call->buffer = NULL;
  call->err = (niem_error){0};
}

static void buffer_settle(buffer_call *call, niem_status status) {
  handle_set(call->handle, call->buffer);
  if (status != NIEM_OK) {
    fail_plain(&call->err);
  }
}

SEXP buffer_raw(buffer_call *call, niem_status status) {
  buffer_settle(call, status);
  int64_t n = niem_buffer_size(call->buffer);
  SEXP raw = Rf_allocVector(RAWSXP, (R_xlen_t)n);
  if (n > 0) {
    memcpy(RAW(raw), niem_buffer_data(call->buffer), (size_t)n);
  }
  handle_free(call->handle);
  UNPROTECT(1);
  return raw;
}

SEXP buffer_text(buffer_call *call, niem_status status) {
  buffer_settle(call, status);
  SEXP text = PROTECT(text_of_bytes(niem_buffer_data(call->buffer), niem_buffer_size(call->buffer)));
  handle_free(call->handle);
  UNPROTECT(2);
  return text;
}

SEXP buffer_drop(buffer_call *call, niem_status status) {
  buffer_settle(call, status);
  handle_free(call->handle);
  UNPROTECT(1);
  return R_NilValue;
}

void read_begin(read_call *call, handle_kind kind) {
  call->handle = PROTECT(handle_new(kind));
  call->list = PROTECT(handle_new(HANDLE_PROBLEMS));
  call->problems = NULL;
  call->err = (niem_error){0};
}

SEXP read_end(read_call *call, void *object, niem_status status, int tabular) {
  handle_set(call->handle, object);
  handle_set(call->list, call->problems);
  if (status != NIEM_OK) {
    fail_with(&call->err, call->list, tabular);
  }
  report_problems(call->handle, call->list, tabular);
  handle_free(call->list);
  UNPROTECT(2);
  return call->handle;
}

SEXP read_drop(read_call *call) {
  handle_set(call->list, call->problems);
  handle_free(call->list);
  UNPROTECT(2);
  return R_NilValue;
}

static niem_status write_canonical(niem_buffer **out, SEXP handle, niem_error *err) {
  void *object = R_ExternalPtrAddr(handle);
  if (handle_is(handle, HANDLE_FRAMEWORK)) {
    return niem_framework_json(out, object, err);
  }
  if (handle_is(handle, HANDLE_METHOD)) {
    return niem_method_json(out, object, err);
  }
  return handle_is(handle, HANDLE_ANSWERS) ? niem_answers_json(out, object, err) : niem_scores_json(out, object, err);
}

SEXP handle_write(SEXP handle) {
  buffer_call call;
  buffer_begin(&call);
  return buffer_raw(&call, write_canonical(&call.buffer, handle, &call.err));
}

SEXP keep_answers(SEXP handle, SEXP framework) {
  PROTECT(handle);
  handle_keep(handle, bytes_of_handle(handle), framework);
  UNPROTECT(1);
  return handle;
}

SEXP keep(SEXP handle) {
  return keep_answers(handle, R_NilValue);
}

SEXP r_json(SEXP handle) {
  SEXP bytes = TYPEOF(handle) == EXTPTRSXP ? handle_bytes(handle) : R_NilValue;
  if (bytes == R_NilValue) {
    fail_argument("x", "must be a framework, answers, a method or scores");
  }
  return text_of_bytes((const char *)RAW(bytes), XLENGTH(bytes));
}
