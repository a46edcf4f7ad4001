/* Running a conformance case of niem/robustness.h, bare matrices: on one thread and on three, which must give the same
 * bits. */
#include "conformance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_KEPT = 32 };

/* A case, and what its lists were read into. */
typedef struct call {
  const cJSON *options;
  outcome *out;
  niem_exec exec;
  void *kept[MOST_KEPT];
  int n_kept;
} call;

static void *keep(call *k, void *list) {
  if (list == NULL || k->n_kept == MOST_KEPT) {
    abort();
  }
  return k->kept[k->n_kept++] = list;
}

static const cJSON *given(const call *k, const char *key) {
  return cJSON_GetObjectItemCaseSensitive(k->options, key);
}

static void take_whole(const call *k, const char *key, int64_t *into) {
  const cJSON *item = given(k, key);
  *into = item == NULL ? *into : (int64_t)number_of_item(item);
}

static void take_flag(const call *k, const char *key, int32_t *into) {
  const cJSON *item = given(k, key);
  *into = item == NULL ? *into : (int32_t)number_of_item(item);
}

/* The place of a word; a word that is none of them is -1, and a number is itself. */
static int32_t place_of_word(const char *words, const cJSON *item) {
  const char *word = cJSON_GetStringValue(item);
  int32_t place = 0;
  for (const char *at = words; word != NULL && *at != '\0'; place++) {
    const size_t n = strcspn(at, " ");
    if (strlen(word) == n && strncmp(at, word, n) == 0) {
      return place;
    }
    at += n + (at[n] == ' ');
  }
  return word == NULL ? (int32_t)number_of_item(item) : -1;
}

static void take_word(const call *k, const char *key, const char *words, int32_t *into) {
  const cJSON *item = given(k, key);
  *into = item == NULL ? *into : place_of_word(words, item);
}

static const double *take_reals(call *k, const char *key, int64_t *n) {
  const cJSON *item = given(k, key);
  return item == NULL ? NULL : keep(k, numbers_of_item(item, n));
}

static const int32_t *take_integers(call *k, const char *key, const char *words, int64_t *n) {
  const cJSON *item = given(k, key);
  if (item == NULL) {
    return NULL;
  }
  int32_t *list = keep(k, calloc((size_t)cJSON_GetArraySize(item) + 1, sizeof *list));
  *n = 0;
  for (const cJSON *entry = item->child; entry != NULL; entry = entry->next) {
    list[(*n)++] = place_of_word(words, entry);
  }
  return list;
}

static niem_matrix take_matrix(call *k, const char *key) {
  const cJSON *rows = given(k, key);
  niem_matrix x = {NULL, cJSON_GetArraySize(rows), 0, 0, 1};
  x.n_cols = x.n_rows == 0 ? 0 : cJSON_GetArraySize(rows->child);
  x.row_stride = x.n_cols;
  double *cells = keep(k, calloc((size_t)(x.n_rows * x.n_cols) + 1, sizeof *cells));
  int64_t at = 0;
  for (const cJSON *row = rows == NULL ? NULL : rows->child; row != NULL; row = row->next) {
    for (const cJSON *cell = row->child; cell != NULL; cell = cell->next) {
      cells[at++] = number_of_item(cell);
    }
  }
  x.data = cells;
  return x;
}

/* Room for n results that a refused call must leave as they are. */
static double *room_for(call *k, int64_t n) {
  double *room = keep(k, malloc((size_t)(n + 1) * sizeof *room));
  memset(room, 0x5a, (size_t)(n + 1) * sizeof *room);
  return room;
}

/* --- each gives its values, and how many there are --- */

#define SCRAMBLES "none linear owen"

static double *call_sobol(call *k, int64_t *n_values) {
  niem_sobol_options o;
  int64_t n = 0, d = 0;
  niem_sobol_options_init(&o);
  check_options(k->out, k->options, "n d scramble skip seed");
  take_whole(k, "n", &n);
  take_whole(k, "d", &d);
  take_whole(k, "skip", &o.skip);
  take_whole(k, "seed", &o.seed);
  take_word(k, "scramble", SCRAMBLES, &o.scramble);
  *n_values = n > 0 && d > 0 && d < 2000 ? n * d : 0;
  double *values = room_for(k, *n_values);
  (void)went_well(k->out, niem_sobol_sequence(values, n, d, &o, &k->exec, &k->out->err));
  return values;
}

static double *call_inputs(call *k, int64_t *n_values) {
  niem_inputs_options o;
  niem_inputs_options_init(&o);
  check_options(k->out, k->options, "x kinds low high middle spread choices probabilities");
  const niem_matrix x = take_matrix(k, "x");
  o.kinds = take_integers(k, "kinds", "uniform discrete triangular normal", &o.n_inputs);
  o.low = take_reals(k, "low", &o.n_inputs);
  o.high = take_reals(k, "high", &o.n_inputs);
  o.middle = take_reals(k, "middle", &o.n_inputs);
  o.spread = take_reals(k, "spread", &o.n_inputs);
  o.choices = take_integers(k, "choices", "", &o.n_inputs);
  o.probabilities = take_reals(k, "probabilities", &o.n_probabilities);
  *n_values = x.n_rows * x.n_cols;
  double *values = room_for(k, *n_values);
  (void)went_well(k->out, niem_transform_inputs(values, &x, &o, &k->out->err));
  return values;
}

static double *call_sample(call *k, int64_t *n_values) {
  niem_sensitivity_sample_options o;
  int64_t n = 0, d = 0;
  niem_sensitivity_sample_options_init(&o);
  check_options(k->out, k->options, "n d source scramble second_order skip seed");
  take_whole(k, "n", &n);
  take_whole(k, "d", &d);
  take_word(k, "source", "sobol random", &o.source);
  take_word(k, "scramble", SCRAMBLES, &o.scramble);
  take_flag(k, "second_order", &o.second_order);
  take_whole(k, "skip", &o.skip);
  take_whole(k, "seed", &o.seed);
  *n_values = n < 1000 && d < 1000 ? niem_sensitivity_rows(n, d, o.second_order) * d : 0;
  double *values = room_for(k, *n_values);
  (void)went_well(k->out, niem_sensitivity_sample(values, n, d, &o, &k->exec, &k->out->err));
  return values;
}

static double of_index(const niem_sensitivity_index *x, const char *part) {
  const struct {
    const char *name;
    double value;
  } parts[] = {{"first", x->first},           {"first_error", x->first_error},
               {"first_low", x->first_low},   {"first_high", x->first_high},
               {"total", x->total},           {"total_error", x->total_error},
               {"total_low", x->total_low},   {"total_high", x->total_high},
               {"n_used", (double)x->n_used}, {"n_failed", (double)x->n_failed}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (strcmp(parts[i].name, part) == 0) {
      return parts[i].value;
    }
  }
  return (double)NAN;
}

/* "second...", "n_used_of_pairs"; NaN for what is none. */
static double of_pair(const niem_sensitivity_pair *x, const char *part) {
  return strcmp(part, "second") == 0         ? x->second
         : strcmp(part, "second_error") == 0 ? x->second_error
         : strcmp(part, "second_low") == 0   ? x->second_low
         : strcmp(part, "second_high") == 0  ? x->second_high
                                             : (double)NAN;
}

static double of_output(const niem_sensitivity_output *x, const char *part) {
  return strcmp(part, "mean") == 0        ? x->mean
         : strcmp(part, "variance") == 0  ? x->variance
         : strcmp(part, "sum_first") == 0 ? x->sum_first
         : strcmp(part, "sum_total") == 0 ? x->sum_total
                                          : (double)NAN;
}

static double *call_indices(call *k, int64_t *n_values) {
  niem_sensitivity_options o;
  int64_t d = 0;
  const char *part = case_text(k->options, "part");
  niem_sensitivity_options_init(&o);
  check_options(k->out, k->options, "y d first second_order interval resamples seed level part");
  const niem_matrix y = take_matrix(k, "y");
  take_whole(k, "d", &d);
  take_word(k, "first", "saltelli janon jansen sobol", &o.first);
  take_flag(k, "second_order", &o.second_order);
  take_word(k, "interval", "percentile normal", &o.interval);
  take_whole(k, "resamples", &o.resamples);
  take_whole(k, "seed", &o.seed);
  o.level = given(k, "level") == NULL ? o.level : number_of_item(given(k, "level"));
  part = part == NULL ? "first" : part;
  const int64_t room = (d > 0 ? d : 1) * y.n_cols;
  niem_sensitivity_index *indices = keep(k, calloc((size_t)room + 1, sizeof *indices));
  niem_sensitivity_pair *pairs = keep(k, calloc((size_t)(room * room) + 1, sizeof *pairs));
  niem_sensitivity_output *outputs = keep(k, calloc((size_t)y.n_cols + 1, sizeof *outputs));
  const int of_outputs = is_word_of("mean variance sum_first sum_total", part);
  const int of_pairs = strncmp(part, "second", 6) == 0;
  const niem_status status =
      niem_sensitivity_indices(indices, o.second_order == 1 ? pairs : NULL, outputs, &y, d, &o, &k->exec, &k->out->err);
  *n_values = of_outputs ? y.n_cols : of_pairs ? y.n_cols * d * (d - 1) / 2 : room;
  double *values = room_for(k, *n_values);
  for (int64_t i = 0; went_well(k->out, status) && i < *n_values; i++) {
    values[i] = of_outputs ? of_output(&outputs[i], part)
                : of_pairs ? of_pair(&pairs[i], part)
                           : of_index(&indices[i], part);
  }
  return values;
}

static double *call_noise(call *k, int64_t *n_values) {
  niem_noise_options o;
  int64_t n = 0;
  niem_noise_options_init(&o);
  check_options(k->out, k->options, "weights method rescale shares blocks replicates first seed");
  const double *weights = take_reals(k, "weights", &n);
  take_word(k, "method", "uniform normal simplex", &o.method);
  take_flag(k, "rescale", &o.rescale);
  o.shares = take_reals(k, "shares", &o.n_shares);
  o.blocks = take_integers(k, "blocks", "", &o.n_blocks);
  take_whole(k, "replicates", &o.replicates);
  take_whole(k, "first", &o.first);
  take_whole(k, "seed", &o.seed);
  *n_values = o.replicates > 0 ? n * o.replicates : 0;
  double *values = room_for(k, *n_values);
  (void)went_well(k->out, niem_noisy_weights(values, weights, n, &o, &k->exec, &k->out->err));
  return values;
}

/* --- a case --- */

typedef struct sampling_function {
  const char *name;
  double *(*run)(call *, int64_t *);
} sampling_function;

static void run_threads(const sampling_function *f, const cJSON *options, int32_t threads, outcome *out) {
  call k = {.options = options, .out = out};
  int64_t n = 0;
  niem_exec_init(&k.exec);
  k.exec.threads = threads;
  memset(&out->err, 0, sizeof out->err);
  const double *found = f->run(&k, &n);
  double *values = malloc((size_t)(n + 1) * sizeof *values);
  if (values == NULL) {
    abort();
  }
  memcpy(values, found, (size_t)n * sizeof *values);
  for (int64_t i = 0; out->err.status != NIEM_OK && i < n * (int64_t)sizeof *values; i++) {
    if (((const char *)found)[i] != 0x5a) {
      find_fault(out, "a call that is refused has written into its result");
    }
  }
  if (threads > 1 && (n != out->n_values || memcmp(values, out->values, (size_t)n * sizeof *values) != 0)) {
    find_fault(out, "three threads give other bits than one");
  }
  free(out->values);
  out->values = values;
  out->n_values = n;
  for (int i = 0; i < k.n_kept; i++) {
    free(k.kept[i]);
  }
}

int run_sampling(const vector_case *c, const char *function, outcome *out) {
  static const sampling_function functions[] = {{"sobol_sequence", call_sobol},
                                                {"transform_inputs", call_inputs},
                                                {"sensitivity_sample", call_sample},
                                                {"sensitivity_indices", call_indices},
                                                {"noisy_weights", call_noise}};
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
    if (strcmp(function, functions[i].name) == 0) {
      run_threads(&functions[i], options_of(c), 1, out);
      run_threads(&functions[i], options_of(c), 3, out);
      return 1;
    }
  }
  return 0;
}
