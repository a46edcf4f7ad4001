/* The canonical bytes of a handle, as a raw vector that is written when it is first asked for: mostly never, since only
 * saving, sending to another process and niem_json() ask. An alternative representation (ALTREP, "R Internals") without
 * a way of its own to be saved: R then saves the bytes themselves, and they can be read without this package. */
#include "glue.h"

#include <R_ext/Altrep.h>

static R_altrep_class_t bytes_class;

/* data1: the handle, until the bytes are there. data2: NULL, then the bytes. */
static SEXP written(SEXP x) {
  SEXP bytes = R_altrep_data2(x);
  if (bytes == R_NilValue) {
    bytes = PROTECT(handle_write(R_altrep_data1(x)));
    R_set_altrep_data2(x, bytes);
    R_set_altrep_data1(x, R_NilValue);
    UNPROTECT(1);
  }
  return bytes;
}

static R_xlen_t bytes_length(SEXP x) {
  return XLENGTH(written(x));
}

static void *bytes_pointer(SEXP x, Rboolean writable) {
  (void)writable;
  return RAW(written(x));
}

static const void *bytes_pointer_or_null(SEXP x) {
  SEXP bytes = R_altrep_data2(x);
  return bytes == R_NilValue ? NULL : RAW_RO(bytes);
}

static Rbyte bytes_element(SEXP x, R_xlen_t i) {
  return RAW_RO(written(x))[i];
}

static Rboolean bytes_inspect(SEXP x, int before, int deep, int after, void (*inspect)(SEXP, int, int, int)) {
  (void)before, (void)deep, (void)after, (void)inspect;
  Rprintf(" canonical bytes, %s\n", R_altrep_data2(x) == R_NilValue ? "not written yet" : "written");
  return TRUE;
}

SEXP bytes_of_handle(SEXP handle) {
  return R_new_altrep(bytes_class, handle, R_NilValue);
}

void bytes_register(DllInfo *library) {
  bytes_class = R_make_altraw_class("niem_bytes", "niem", library);
  R_set_altrep_Length_method(bytes_class, bytes_length);
  R_set_altrep_Inspect_method(bytes_class, bytes_inspect);
  R_set_altvec_Dataptr_method(bytes_class, bytes_pointer);
  R_set_altvec_Dataptr_or_null_method(bytes_class, bytes_pointer_or_null);
  R_set_altraw_Elt_method(bytes_class, bytes_element);
}
