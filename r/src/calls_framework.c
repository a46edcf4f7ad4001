/* Calls of include/niem/framework.h and include/niem/method.h. */
#include "glue.h"
#include "calls.h"

SEXP r_framework_read(SEXP path) {
  const char *of_path = path_of(path, "x");
  niem_framework *framework = NULL;
  read_call call;
  read_begin(&call, HANDLE_FRAMEWORK);
  niem_status status = niem_framework_read(&framework, &call.problems, of_path, &call.err);
  return keep(read_end(&call, framework, status, 0));
}

SEXP r_framework_parse(SEXP bytes) {
  int64_t n = 0;
  const char *text = bytes_of(bytes, &n, "x");
  niem_framework *framework = NULL;
  read_call call;
  read_begin(&call, HANDLE_FRAMEWORK);
  niem_status status = niem_framework_parse(&framework, &call.problems, text, n, &call.err);
  return keep(read_end(&call, framework, status, 0));
}

static void fill_tables_options(SEXP list, niem_framework_tables_options *options) {
  niem_framework_tables_options_init(options);
  option_target target = {OPTIONS_NIEM_FRAMEWORK_TABLES_OPTIONS, options};
  fill_options(list, &target, 1);
}

SEXP r_framework_read_tables(SEXP indicators, SEXP data, SEXP list_of_options) {
  const char *of_indicators = path_of(indicators, "indicators");
  const char *of_data = data == R_NilValue ? NULL : path_of(data, "data");
  niem_framework_tables_options options;
  fill_tables_options(list_of_options, &options);
  niem_framework *framework = NULL;
  read_call call;
  read_begin(&call, HANDLE_FRAMEWORK);
  niem_status status =
      niem_framework_read_tables(&framework, &call.problems, of_indicators, of_data, &options, &call.err);
  return keep(read_end(&call, framework, status, 1));
}

SEXP r_framework_parse_tables(SEXP indicators, SEXP data, SEXP list_of_options) {
  int64_t n_indicators = 0;
  int64_t n_data = 0;
  const char *of_indicators = bytes_of(indicators, &n_indicators, "indicators");
  const char *of_data = data == R_NilValue ? NULL : bytes_of(data, &n_data, "data");
  niem_framework_tables_options options;
  fill_tables_options(list_of_options, &options);
  niem_framework *framework = NULL;
  read_call call;
  read_begin(&call, HANDLE_FRAMEWORK);
  niem_status status = niem_framework_parse_tables(&framework, &call.problems, of_indicators, n_indicators, of_data,
                                                   n_data, &options, &call.err);
  return keep(read_end(&call, framework, status, 1));
}

SEXP r_framework_shipped(SEXP name) {
  const char *of_name = text_of(name, "x");
  niem_framework *framework = NULL;
  read_call call;
  read_begin(&call, HANDLE_FRAMEWORK);
  niem_status status = niem_framework_shipped(&framework, of_name, &call.err);
  return keep(read_end(&call, framework, status, 0));
}

SEXP r_framework_shipped_names(void) {
  int32_t n = 0;
  while (niem_framework_shipped_name(n) != NULL) {
    n++;
  }
  SEXP names = PROTECT(Rf_allocVector(STRSXP, n));
  for (int32_t i = 0; i < n; i++) {
    SET_STRING_ELT(names, i, string_of(niem_framework_shipped_name(i)));
  }
  UNPROTECT(1);
  return names;
}

SEXP r_framework_info(SEXP handle) {
  static const char *const NAMES[] = {"id", "version", "title", "digest", "default_index", "default_group", ""};
  const niem_framework *framework = handle_get(handle, HANDLE_FRAMEWORK, "framework");
  SEXP info = PROTECT(Rf_mkNamed(VECSXP, (const char **)NAMES));
  SET_VECTOR_ELT(info, 0, text_scalar(niem_framework_id(framework)));
  SET_VECTOR_ELT(info, 1, text_scalar(niem_framework_version(framework)));
  SET_VECTOR_ELT(info, 2, text_scalar(niem_framework_title(framework)));
  SET_VECTOR_ELT(info, 3, text_scalar(niem_framework_digest(framework)));
  SET_VECTOR_ELT(info, 4, text_scalar(niem_framework_default_index(framework)));
  SET_VECTOR_ELT(info, 5, text_scalar(niem_framework_default_group(framework)));
  UNPROTECT(1);
  return info;
}

SEXP r_framework_table(SEXP handle, SEXP part, SEXP language) {
  const niem_framework *framework = handle_get(handle, HANDLE_FRAMEWORK, "framework");
  const char *of_part = text_of(part, "part");
  const char *of_language = optional_text(language, "language");
  table_call call;
  table_begin(&call);
  return table_end(&call, niem_framework_table(&call.table, framework, of_part, of_language, &call.err));
}

SEXP r_framework_write(SEXP handle, SEXP path) {
  const niem_framework *framework = handle_get(handle, HANDLE_FRAMEWORK, "x");
  niem_error err = {0};
  if (niem_framework_write(framework, path_of(path, "path"), &err) != NIEM_OK) {
    fail_plain(&err);
  }
  return R_NilValue;
}

SEXP r_method_read(SEXP path) {
  const char *of_path = path_of(path, "x");
  niem_method *method = NULL;
  read_call call;
  read_begin(&call, HANDLE_METHOD);
  niem_status status = niem_method_read(&method, &call.problems, of_path, &call.err);
  return keep(read_end(&call, method, status, 0));
}

SEXP r_method_parse(SEXP bytes) {
  int64_t n = 0;
  const char *text = bytes_of(bytes, &n, "x");
  niem_method *method = NULL;
  read_call call;
  read_begin(&call, HANDLE_METHOD);
  niem_status status = niem_method_parse(&method, &call.problems, text, n, &call.err);
  return keep(read_end(&call, method, status, 0));
}

SEXP r_method_digest(SEXP handle) {
  return text_scalar(niem_method_digest(handle_get(handle, HANDLE_METHOD, "x")));
}
