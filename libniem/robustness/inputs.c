/* Uniform numbers made into inputs of a model, each by the inverse of its distribution function, so that what is spread
 * evenly stays spread evenly. */
#include "base/platform.h"

#include "niem/robustness.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/fpenv.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/options.h"
#include "base/rng.h"
#include "statistics/matrix.h"

enum { MOST_CHOICES = 1000000 };

typedef struct {
  int32_t kind;
  int32_t cut;      /* normal: bit 1 from below, bit 2 from above */
  double low, high; /* normal: the shares of the whole distribution between which it is cut */
  double middle, spread;
  const double *steps; /* discrete: cumulative shares of the first, the first two, ... */
  int64_t choices;
} input;

/* ---- arguments */

static niem_status fail_input(niem_error *err, niem_status status, int64_t j, const char *where, const char *message) {
  return ni_fail_at(err, status, 0, j + 1, where, "of input %lld %s", (long long)(j + 1), message);
}

/* An element that is set, or the default where it is not; what has no part must not be set. */
static niem_status read_number(double *out, const double *values, int64_t j, double other, int has_part,
                               const char *where, niem_error *err) {
  *out = values == NULL || ni_is_nan(values[j]) ? other : values[j];
  if (values == NULL || ni_is_nan(values[j])) {
    return NIEM_OK;
  }
  if (!has_part) {
    return fail_input(err, NIEM_ERROR_ARGUMENT, j, where, "has no part in its kind; give NaN");
  }
  return *out <= NI_MATRIX_GREATEST && *out >= -NI_MATRIX_GREATEST
             ? NIEM_OK
             : fail_input(err, NIEM_ERROR_VALUE, j, where, "is not a number within -1e100 and 1e100");
}

/* The share of the standard normal distribution below z <= 0: the p of which it is the quantile, by halving. */
static double share_below(double z) {
  double low = 0;
  double high = 0.5;
  for (int k = 0; k < 1100; k++) {
    const double p = low + (high - low) / 2;
    if (p <= low || p >= high) {
      break;
    }
    if (ni_normal_quantile(p) < z) {
      low = p;
    } else {
      high = p;
    }
  }
  return high;
}

static double normal_share(double z) {
  return z <= 0 ? share_below(z) : 1 - share_below(-z);
}

static niem_status read_normal(input *in, int64_t j, const niem_inputs_options *o, niem_error *err) {
  double low, high;
  niem_status status = NIEM_OK;
  NIEM_TRY(read_number(&low, o->low, j, 0, 1, "low", err));
  NIEM_TRY(read_number(&high, o->high, j, 0, 1, "high", err));
  if (!(in->spread > 0)) {
    return fail_input(err, NIEM_ERROR_VALUE, j, "spread", "is not positive");
  }
  in->cut = (o->low != NULL && !ni_is_nan(o->low[j])) | (o->high != NULL && !ni_is_nan(o->high[j])) << 1;
  in->low = (in->cut & 1) != 0 ? normal_share((low - in->middle) / in->spread) : 0;
  in->high = (in->cut & 2) != 0 ? normal_share((high - in->middle) / in->spread) : 1;
  if (!(in->low < in->high)) {
    return fail_input(err, NIEM_ERROR_VALUE, j, "high", "leaves nothing of the normal distribution above low");
  }
cleanup:
  return status;
}

static niem_status read_range(input *in, int64_t j, const niem_inputs_options *o, niem_error *err) {
  const int ranged = in->kind != NIEM_INPUT_DISCRETE;
  niem_status status = NIEM_OK;
  NIEM_TRY(read_number(&in->low, o->low, j, 0, ranged, "low", err));
  NIEM_TRY(read_number(&in->high, o->high, j, 1, ranged, "high", err));
  if (!(in->low < in->high)) {
    return fail_input(err, NIEM_ERROR_VALUE, j, "high", "is not above low");
  }
  NIEM_TRY(read_number(&in->middle, o->middle, j, in->low + (in->high - in->low) / 2, in->kind == NIEM_INPUT_TRIANGULAR,
                       "middle", err));
  if (!(in->middle >= in->low && in->middle <= in->high)) {
    return fail_input(err, NIEM_ERROR_VALUE, j, "middle", "is not within low and high");
  }
cleanup:
  return status;
}

static niem_status read_input(input *in, int64_t j, const niem_inputs_options *o, niem_error *err) {
  niem_status status = NIEM_OK;
  in->kind = o->kinds == NULL ? NIEM_INPUT_UNIFORM : o->kinds[j];
  const int normal = in->kind == NIEM_INPUT_NORMAL;
  const int discrete = in->kind == NIEM_INPUT_DISCRETE;
  if (in->kind < 0 || in->kind >= NIEM_INPUT_END) {
    return fail_input(err, NIEM_ERROR_ARGUMENT, j, "kinds", "is no kind of input (niem/robustness.h names them)");
  }
  in->choices = o->choices == NULL ? 0 : o->choices[j];
  if (discrete ? in->choices < 1 || in->choices > MOST_CHOICES : in->choices != 0) {
    return fail_input(err, NIEM_ERROR_ARGUMENT, j, "choices",
                      discrete ? "are not 1 to 1000000" : "have no part in its kind; give 0");
  }
  NIEM_TRY(read_number(&in->spread, o->spread, j, 1, normal, "spread", err));
  if (normal) {
    NIEM_TRY(read_number(&in->middle, o->middle, j, 0, 1, "middle", err));
  }
  NIEM_TRY(normal ? read_normal(in, j, o, err) : read_range(in, j, o, err));
cleanup:
  return status;
}

/* Cumulative shares of all discrete inputs. */
static niem_status fill_steps(double *steps, input *inputs, int64_t n_inputs, const niem_inputs_options *o,
                              niem_error *err) {
  const double *probabilities = o->probabilities;
  niem_status status = NIEM_OK;
  for (int64_t j = 0; j < n_inputs; j++) {
    const int64_t n = inputs[j].choices;
    double total = 0;
    if (n > 0 && probabilities != NULL) {
      NIEM_TRY(ni_check_weights(probabilities, n, n, "choices", "probabilities", err));
    }
    for (int64_t k = 0; k < n; k++) {
      total += probabilities == NULL ? 1 : probabilities[k];
      steps[k] = total;
    }
    for (int64_t k = 0; k < n; k++) {
      steps[k] /= total;
    }
    inputs[j].steps = steps;
    steps += n;
    probabilities = probabilities == NULL ? NULL : probabilities + n;
  }
cleanup:
  return status;
}

static niem_status read_inputs(input *inputs, double **steps, int64_t n_cols, const niem_inputs_options *o,
                               niem_error *err) {
  int64_t n_choices = 0;
  niem_status status = NIEM_OK;
  const int none = o->kinds == NULL && o->low == NULL && o->high == NULL && o->middle == NULL && o->spread == NULL &&
                   o->choices == NULL;
  if (o->n_inputs != (none ? 0 : n_cols)) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "n_inputs", "is %lld; the matrix has %lld columns, each an input",
                   (long long)o->n_inputs, (long long)n_cols);
  }
  for (int64_t j = 0; j < n_cols; j++) {
    NIEM_TRY(read_input(&inputs[j], j, o, err));
    n_choices += inputs[j].choices;
  }
  if (o->probabilities == NULL ? o->n_probabilities != 0 : o->n_probabilities != n_choices) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "probabilities",
                   "has %lld elements; the discrete inputs have %lld choices", (long long)o->n_probabilities,
                   (long long)n_choices);
  }
  *steps = ni_alloc((size_t)n_choices, sizeof **steps);
  NIEM_TRY(*steps != NULL ? NIEM_OK : ni_fail_memory(err));
  NIEM_TRY(fill_steps(*steps, inputs, n_cols, o, err));
cleanup:
  return status;
}

/* ---- one number */

/* The first choice whose cumulative share is above u. */
static double choose(const input *in, double u) {
  int64_t low = 0;
  int64_t high = in->choices - 1;
  while (low < high) {
    const int64_t k = low + (high - low) / 2;
    if (u < in->steps[k]) {
      high = k;
    } else {
      low = k + 1;
    }
  }
  while (low > 0 && in->steps[low] == in->steps[low - 1]) {
    low--; /* u = 1, and the last choices are never drawn */
  }
  return (double)low;
}

static double between(double x, double low, double high) {
  return x < low ? low : x > high ? high : x;
}

static double triangular(const input *in, double u) {
  const double width = in->high - in->low;
  const double rising = in->middle - in->low;
  const double x = u * width < rising ? in->low + sqrt(u * width * rising)
                                      : in->high - sqrt((1 - u) * width * (in->high - in->middle));
  return between(x, in->low, in->high);
}

/* NaN where the distribution has no end there. */
static double normal(const input *in, double u) {
  const double share = in->low + u * (in->high - in->low);
  return in->middle + in->spread * ni_normal_quantile(share);
}

static double transform(const input *in, double u) {
  switch (in->kind) {
    case NIEM_INPUT_DISCRETE:
      return choose(in, u);
    case NIEM_INPUT_TRIANGULAR:
      return triangular(in, u);
    case NIEM_INPUT_NORMAL:
      return normal(in, u);
    default:
      return between(in->low + u * (in->high - in->low), in->low, in->high);
  }
}

static niem_status transform_all(double *rows, int64_t n_rows, const input *inputs, int64_t n, niem_error *err) {
  for (int64_t i = 0; i < n_rows; i++) {
    for (int64_t j = 0; j < n; j++) {
      const double u = rows[i * n + j];
      if (ni_is_nan(u)) {
        continue;
      }
      if (!(u >= 0 && u <= 1)) {
        return ni_fail_cell(err, NIEM_ERROR_VALUE, i, j, u, "uniform numbers are within 0 and 1");
      }
      rows[i * n + j] = transform(&inputs[j], u);
      if (ni_is_nan(rows[i * n + j])) {
        return ni_fail_cell(err, NIEM_ERROR_VALUE, i, j, u,
                            "a normal input has no end there: scramble the sequence, or cut the input");
      }
    }
  }
  return NIEM_OK;
}

/* ---- public */

void niem_inputs_options_init(niem_inputs_options *options) {
  if (options != NULL) {
    memset(options, 0, sizeof *options);
    options->struct_size = (int64_t)sizeof *options;
  }
}

niem_status niem_transform_inputs(double *out, const niem_matrix *x, const niem_inputs_options *options,
                                  niem_error *err) {
  niem_inputs_options o;
  double *rows = NULL;
  double *steps = NULL;
  input *inputs = NULL;
  ni_fpenv saved;
  niem_status status = NIEM_OK;
  ni_fpenv_enter(&saved);
  niem_inputs_options_init(&o);
  NIEM_TRY(ni_check_out(out, "out", err));
  NIEM_TRY(ni_options_read(&o, sizeof o, options, "options", err));
  NIEM_TRY(ni_matrix_by_rows(&rows, x, err));
  inputs = ni_alloc_zero((size_t)x->n_cols, sizeof *inputs);
  NIEM_TRY(inputs != NULL ? NIEM_OK : ni_fail_memory(err));
  NIEM_TRY(read_inputs(inputs, &steps, x->n_cols, &o, err));
  NIEM_TRY(transform_all(rows, x->n_rows, inputs, x->n_cols, err));
  memcpy(out, rows, (size_t)(x->n_rows * x->n_cols) * sizeof *out);
cleanup:
  ni_free(inputs);
  ni_free(steps);
  ni_free(rows);
  ni_fpenv_leave(&saved);
  return status;
}
