/* Calls of include/niem/robustness.h on bare matrices. What the core gives row after row is laid out for R here. */
#include "calls.h"
#include "glue.h"

static void settle(niem_status status, const niem_error *err) {
  if (status != NIEM_OK) {
    fail_matrix(err);
  }
}

static niem_matrix matrix_of(SEXP x, const char *argument) {
  if (TYPEOF(x) != REALSXP || !Rf_isMatrix(x)) {
    fail_argument(argument, "must be a matrix of numbers");
  }
  int64_t n_rows = Rf_nrows(x);
  return (niem_matrix){REAL(x), n_rows, Rf_ncols(x), 1, n_rows};
}

/* Room for results, which lives until the .Call returns; never NULL. */
static double *room_for(int64_t n_rows, int64_t n_cols) {
  return (double *)R_alloc((size_t)n_rows * (size_t)n_cols + 1, sizeof(double));
}

/* Rows after rows as R's matrix. */
static SEXP matrix_from(const double *rows, int64_t n_rows, int64_t n_cols) {
  SEXP out = PROTECT(Rf_allocMatrix(REALSXP, (int)n_rows, (int)n_cols));
  for (int64_t j = 0; j < n_cols; j++) {
    for (int64_t i = 0; i < n_rows; i++) {
      const double value = rows[i * n_cols + j];
      REAL(out)[j * n_rows + i] = ISNAN(value) ? NA_REAL : value;
    }
  }
  UNPROTECT(1);
  return out;
}

static void fill_one(SEXP list, const option_field *fields, void *options) {
  option_target target = {fields, options};
  fill_options(list, &target, 1);
}

static void check_rows(int64_t n_rows, const char *argument) {
  if (n_rows > INT32_MAX) {
    fail_argument(argument, "asks for %lld rows; a matrix of R has at most 2^31 - 1", (long long)n_rows);
  }
}

/* ---- points and inputs */

SEXP r_sobol_sequence(SEXP n, SEXP d, SEXP list, SEXP threads, SEXP report) {
  niem_sobol_options options;
  niem_sobol_options_init(&options);
  fill_one(list, OPTIONS_NIEM_SOBOL_OPTIONS, &options);
  niem_exec exec;
  watch on;
  fill_exec(&exec, &on, threads, report);
  const int64_t of_n = long_of(n, "n");
  const int64_t of_d = long_of(d, "d");
  check_rows(of_n, "n");
  const int possible = of_n > 0 && of_d > 0 && of_d <= NIEM_MAX_SOBOL_COLUMNS;
  double *out = room_for(possible ? of_n : 0, possible ? of_d : 0);
  niem_error err = {0};
  const niem_status status = niem_sobol_sequence(out, of_n, of_d, &options, &exec, &err);
  if (was_interrupted(&on, status)) {
    return R_NilValue;
  }
  settle(status, &err);
  return matrix_from(out, of_n, of_d);
}

SEXP r_transform_inputs(SEXP x, SEXP list) {
  const niem_matrix of_x = matrix_of(x, "x");
  niem_inputs_options options;
  niem_inputs_options_init(&options);
  fill_one(list, OPTIONS_NIEM_INPUTS_OPTIONS, &options);
  double *out = room_for(of_x.n_rows, of_x.n_cols);
  niem_error err = {0};
  settle(niem_transform_inputs(out, &of_x, &options, &err), &err);
  return matrix_from(out, of_x.n_rows, of_x.n_cols);
}

/* ---- sensitivity */

SEXP r_sensitivity_sample(SEXP n, SEXP d, SEXP list, SEXP threads, SEXP report) {
  niem_sensitivity_sample_options options;
  niem_sensitivity_sample_options_init(&options);
  fill_one(list, OPTIONS_NIEM_SENSITIVITY_SAMPLE_OPTIONS, &options);
  niem_exec exec;
  watch on;
  fill_exec(&exec, &on, threads, report);
  const int64_t of_n = long_of(n, "n");
  const int64_t of_d = long_of(d, "d");
  const int64_t rows = niem_sensitivity_rows(of_n, of_d, options.second_order);
  check_rows(rows, "n");
  double *out = room_for(rows, rows > 0 ? of_d : 0);
  niem_error err = {0};
  const niem_status status = niem_sensitivity_sample(out, of_n, of_d, &options, &exec, &err);
  if (was_interrupted(&on, status)) {
    return R_NilValue;
  }
  settle(status, &err);
  return matrix_from(out, rows, of_d);
}

/* A list of columns, n long, from an array of structs whose fields are all doubles and 64-bit integers. */
typedef struct column {
  const char *name;
  size_t at;
  int whole;
} column;

static SEXP columns_of(const void *structs, size_t size, R_xlen_t n, const column *columns, int n_columns) {
  SEXP out = PROTECT(Rf_allocVector(VECSXP, n_columns));
  SEXP names = PROTECT(Rf_allocVector(STRSXP, n_columns));
  for (int k = 0; k < n_columns; k++) {
    SEXP values = Rf_allocVector(REALSXP, n);
    SET_VECTOR_ELT(out, k, values);
    SET_STRING_ELT(names, k, Rf_mkChar(columns[k].name));
    for (R_xlen_t i = 0; i < n; i++) {
      const char *at = (const char *)structs + (size_t)i * size + columns[k].at;
      const double value =
          columns[k].whole ? (double)*(const int64_t *)(const void *)at : *(const double *)(const void *)at;
      REAL(values)[i] = ISNAN(value) ? NA_REAL : value;
    }
  }
  Rf_setAttrib(out, R_NamesSymbol, names);
  UNPROTECT(2);
  return out;
}

#define INDEX(field, whole) \
  { #field, offsetof(niem_sensitivity_index, field), whole }
#define PAIR(field, whole) \
  { #field, offsetof(niem_sensitivity_pair, field), whole }
#define OUTPUT(field, whole) \
  { #field, offsetof(niem_sensitivity_output, field), whole }
static const column INDEX_COLUMNS[] = {
    INDEX(first, 0),       INDEX(first_error, 0), INDEX(first_low, 0),  INDEX(first_high, 0), INDEX(total, 0),
    INDEX(total_error, 0), INDEX(total_low, 0),   INDEX(total_high, 0), INDEX(n_used, 1),     INDEX(n_failed, 1)};
static const column PAIR_COLUMNS[] = {PAIR(input_a, 1),    PAIR(input_b, 1),     PAIR(second, 0), PAIR(second_error, 0),
                                      PAIR(second_low, 0), PAIR(second_high, 0), PAIR(n_used, 1), PAIR(n_failed, 1)};
static const column OUTPUT_COLUMNS[] = {OUTPUT(mean, 0),      OUTPUT(variance, 0), OUTPUT(sum_first, 0),
                                        OUTPUT(sum_total, 0), OUTPUT(n_used, 1),   OUTPUT(n_failed, 1)};
#define COUNT(columns) ((int)(sizeof(columns) / sizeof(columns)[0]))

SEXP r_sensitivity_indices(SEXP y, SEXP d, SEXP list, SEXP threads, SEXP report) {
  static const char *const NAMES[] = {"indices", "pairs", "outputs", ""};
  const niem_matrix of_y = matrix_of(y, "y");
  niem_sensitivity_options options;
  niem_sensitivity_options_init(&options);
  fill_one(list, OPTIONS_NIEM_SENSITIVITY_OPTIONS, &options);
  niem_exec exec;
  watch on;
  fill_exec(&exec, &on, threads, report);
  const int64_t of_d = long_of(d, "d");
  const int64_t room = of_d > 0 && of_d <= of_y.n_rows ? of_d : 0; /* the core refuses the others */
  const int64_t n_pairs = options.second_order == 1 ? room * (room - 1) / 2 : 0;
  const size_t n_outputs = (size_t)of_y.n_cols;
  niem_sensitivity_index *indices = (niem_sensitivity_index *)R_alloc(n_outputs * (size_t)room + 1, sizeof *indices);
  niem_sensitivity_pair *pairs = (niem_sensitivity_pair *)R_alloc(n_outputs * (size_t)n_pairs + 1, sizeof *pairs);
  niem_sensitivity_output *outputs = (niem_sensitivity_output *)R_alloc(n_outputs + 1, sizeof *outputs);
  niem_error err = {0};
  const niem_status status = niem_sensitivity_indices(indices, options.second_order == 1 ? pairs : NULL, outputs, &of_y,
                                                      of_d, &options, &exec, &err);
  if (was_interrupted(&on, status)) {
    return R_NilValue;
  }
  settle(status, &err);
  SEXP result = PROTECT(Rf_mkNamed(VECSXP, (const char **)NAMES));
  SET_VECTOR_ELT(result, 0,
                 columns_of(indices, sizeof *indices, (R_xlen_t)of_y.n_cols * (R_xlen_t)room, INDEX_COLUMNS,
                            COUNT(INDEX_COLUMNS)));
  SET_VECTOR_ELT(
      result, 1,
      columns_of(pairs, sizeof *pairs, (R_xlen_t)of_y.n_cols * (R_xlen_t)n_pairs, PAIR_COLUMNS, COUNT(PAIR_COLUMNS)));
  SET_VECTOR_ELT(result, 2,
                 columns_of(outputs, sizeof *outputs, (R_xlen_t)of_y.n_cols, OUTPUT_COLUMNS, COUNT(OUTPUT_COLUMNS)));
  UNPROTECT(1);
  return result;
}

/* ---- weights with noise */

SEXP r_noisy_weights(SEXP weights, SEXP list, SEXP threads, SEXP report) {
  const double *of_weights = reals_of(weights, "weights");
  niem_noise_options options;
  niem_noise_options_init(&options);
  fill_one(list, OPTIONS_NIEM_NOISE_OPTIONS, &options);
  niem_exec exec;
  watch on;
  fill_exec(&exec, &on, threads, report);
  check_rows(options.replicates, "replicates");
  const int64_t n = XLENGTH(weights);
  double *out = room_for(options.replicates > 0 ? options.replicates : 0, n);
  niem_error err = {0};
  const niem_status status = niem_noisy_weights(out, of_weights, n, &options, &exec, &err);
  if (was_interrupted(&on, status)) {
    return R_NilValue;
  }
  settle(status, &err);
  return matrix_from(out, options.replicates, n);
}
