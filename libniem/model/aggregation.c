/* Aggregations as data: {"aggregation": "geometric"}, or with parameters {"method": "geometric", "offset": 1}. */
#include "base/platform.h"

#include "methods/aggregate.h"
#include "model/framework_read.h"

#include <string.h>

static const char METHODS[] =
    "arithmetic geometric harmonic power median minimum maximum owa mean_min mpi ampi copeland borda wroclaw "
    "ogwa benefit_of_doubt";
static const char *const WORDS[] = {
    "arithmetic", "geometric", "harmonic", "power",    "median", "minimum", "maximum", "owa",
    "mean_min",   "mpi",       "ampi",     "copeland", "borda",  "wroclaw", "ogwa",    "benefit_of_doubt"};
_Static_assert(sizeof WORDS / sizeof WORDS[0] == NI_AGGREGATE_BENEFIT + 1, "each method has its word");

/* Parameters of the means and votes, and those of the benefit of the doubt. */
static const char KEYS[] =
    "method power alpha beta offset penalty deviation ties tolerance order_weights least_share most_share meta";
static const char *const OF_MEANS[] = {"power",     "alpha", "beta",      "offset",       "penalty",
                                       "deviation", "ties",  "tolerance", "order_weights"};

const char *ni_aggregation_word(const ni_aggregation *aggregation) {
  return WORDS[aggregation == NULL ? NIEM_AGGREGATE_ARITHMETIC : aggregation->method];
}

int ni_is_arithmetic(const ni_aggregation *aggregation) {
  return aggregation == NULL || aggregation->method == NIEM_AGGREGATE_ARITHMETIC;
}

int ni_is_over_units(const ni_aggregation *aggregation) {
  return aggregation != NULL && !ni_aggregate_is_by_row(aggregation->method);
}

static int is_mpi(const ni_aggregation *aggregation) {
  return aggregation != NULL &&
         (aggregation->method == NIEM_AGGREGATE_MPI || aggregation->method == NIEM_AGGREGATE_AMPI);
}

int ni_is_monotone(const ni_aggregation *aggregation) {
  return !ni_is_over_units(aggregation) && !is_mpi(aggregation);
}

int ni_uses_weights(const ni_aggregation *aggregation) {
  return aggregation == NULL || !(is_mpi(aggregation) || ni_aggregate_is_ordered(aggregation->method) ||
                                  aggregation->method == NI_AGGREGATE_BENEFIT);
}

static void read_penalty(ni_reader *reader, const cJSON *object, niem_aggregate_options *o) {
  const double penalty = ni_reader_number(reader, object, "penalty", -1, -1, 1);
  if (penalty != 1 && penalty != -1) {
    ni_reader_error(reader, ni_reader_get(object, "penalty"), NIEM_ERROR_VALUE,
                    "\"penalty\" is -1 where more of the index is better, 1 where more is worse");
  }
  o->penalty = penalty == 1 ? 1 : -1;
}

static void read_parameters(ni_reader *reader, const cJSON *object, ni_aggregation *a) {
  niem_aggregate_options *o = &a->options;
  o->power = ni_reader_number(reader, object, "power", o->power, -1000, 1000);
  o->alpha = ni_reader_number(reader, object, "alpha", o->alpha, 0, 1);
  o->beta = ni_reader_number(reader, object, "beta", o->beta, 0, 1e100);
  o->offset = ni_reader_number(reader, object, "offset", o->offset, -1e100, 1e100);
  o->tolerance = ni_reader_number(reader, object, "tolerance", o->tolerance, 0, 1e100);
  o->deviation = ni_reader_word(reader, object, "deviation", NI_DEVIATION_WORDS, NIEM_DEVIATION_DEFAULT);
  o->ties = ni_reader_word(reader, object, "ties", NI_TIES_WORDS, o->ties);
  o->n_order_weights = ni_reader_numbers(reader, object, "order_weights", &o->order_weights);
  read_penalty(reader, object, o);
  a->least_share = ni_reader_number(reader, object, "least_share", 0, 0, 1);
  a->most_share = ni_reader_number(reader, object, "most_share", 1, 0, 1);
}

/* A parameter that has no part in the method is told here, not when scores are made. */
static void check_parameters(ni_reader *reader, const cJSON *object, const ni_aggregation *a) {
  niem_error problem;
  const int benefit = a->method == NI_AGGREGATE_BENEFIT;
  const cJSON *foreign = NULL;
  for (size_t i = 0; benefit && foreign == NULL && i < sizeof OF_MEANS / sizeof OF_MEANS[0]; i++) {
    foreign = ni_reader_get(object, OF_MEANS[i]);
  }
  if (!benefit) {
    foreign = ni_reader_get(object, "least_share");
    foreign = foreign == NULL ? ni_reader_get(object, "most_share") : foreign;
  }
  if (foreign != NULL) {
    ni_reader_error(reader, foreign, NIEM_ERROR_ARGUMENT, "\"%s\" has no part in the aggregation \"%s\"",
                    foreign->string, ni_aggregation_word(a));
  } else if (!benefit && ni_aggregate_check(&a->options, &problem) != NIEM_OK) {
    ni_reader_error(reader, object, problem.status, "\"%.40s\" %s", problem.where, problem.message);
  }
}

/* The method's word stands under `key` of `holder`, its parameters, if it has any, in `object`. */
static const ni_aggregation *read_aggregation(ni_reader *reader, const cJSON *holder, const char *key,
                                              const cJSON *object) {
  ni_aggregation *a = ni_reader_alloc(reader, 1, sizeof *a);
  if (a == NULL) {
    return NULL;
  }
  niem_aggregate_options_init(&a->options);
  a->most_share = 1;
  a->method = ni_reader_word(reader, holder, key, METHODS, NIEM_AGGREGATE_ARITHMETIC);
  a->options.method = a->method < NIEM_AGGREGATE_END ? a->method : NIEM_AGGREGATE_ARITHMETIC;
  if (object != NULL) {
    read_parameters(reader, object, a);
  }
  check_parameters(reader, object == NULL ? ni_reader_get(holder, key) : object, a);
  return a;
}

const ni_aggregation *ni_read_aggregation_object(ni_reader *reader, const cJSON *object, const char *const *extra,
                                                 int32_t n_extra) {
  ni_reader_keys(reader, object, KEYS, extra, n_extra);
  return read_aggregation(reader, object, "method", object);
}

const ni_aggregation *ni_read_aggregation(ni_reader *reader, const cJSON *object) {
  const cJSON *item = ni_reader_get(object, "aggregation");
  if (item == NULL) {
    return NULL;
  }
  const ni_aggregation *a = cJSON_IsObject(item) ? ni_read_aggregation_object(reader, item, NULL, 0)
                                                 : read_aggregation(reader, object, "aggregation", NULL);
  return ni_is_arithmetic(a) ? NULL : a;
}
