/* niem/comparison.h: every comparison on a small assessment whose values are worked by hand, and on one of arbitrary
 * answers for what must hold whatever they are.
 *
 *              RES-1 RES-2 | HOU-1 HOU-2    residency  housing  overall
 *   2019  SE    80    60   |  90    70         70        80       75
 *         PL    40    20   |  30    -          30        30       30
 *         LT    50    40   |  60    50         45        55       50
 *         RO    55    35   |  45    65         45        55       50
 *   2021  SE    80    70   |  90    80         75        85       80
 *         PL    40    20   |  -     50         30        50       40
 *         LT    50    40   |  60    50         45        55       50
 *         XX    10    -    |  -     -          10        -        -      (coverage 1/4 is below 1/2)
 * all for refugees; for subsidiary protection SE alone, in 2021: 60, -, 80, 80. */
#include "base/platform.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/number.h"
#include "fail_allocation.h"
#include "niem.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

#define LENGTH(array) ((int64_t)(sizeof(array) / sizeof *(array)))

static const char FRAMEWORK[] =
    "{\"format\": \"niem-framework/1\", \"id\": \"small\", \"version\": \"1\","
    " \"facets\": [{\"id\": \"dimension\", \"values\": [{\"id\": \"residency\"}, {\"id\": \"housing\"}]}],"
    " \"groups\": [{\"id\": \"refugee\"}, {\"id\": \"subsidiary\"},"
    "  {\"id\": \"both\", \"merge\": [\"refugee\", \"subsidiary\"], \"over\": \"all\"},"
    "  {\"id\": \"shared\", \"merge\": [\"refugee\", \"subsidiary\"], \"over\": \"common\"}],"
    " \"units\": [{\"id\": \"SE\"}, {\"id\": \"PL\", \"aliases\": [\"POL\"]}, {\"id\": \"LT\"}, {\"id\": \"RO\"},"
    "  {\"id\": \"DE\"}],"
    " \"rounds\": [{\"id\": \"2019\", \"date\": \"2019-03-31\", \"aliases\": [\"first\"]},"
    "  {\"id\": \"2021\", \"date\": \"2021-03-31\"}],"
    " \"peers\": [{\"id\": \"baltic\", \"units\": [\"LT\", \"PL\"]}],"
    " \"indicators\": ["
    "  {\"id\": \"RES-1\", \"dimension\": \"residency\", \"scale\": {\"kind\": \"numeric\", \"worst\": 0, \"best\": "
    "100}},"
    "  {\"id\": \"RES-2\", \"dimension\": \"residency\", \"scale\": {\"kind\": \"numeric\", \"worst\": 0, \"best\": "
    "100}},"
    "  {\"id\": \"HOU-1\", \"dimension\": \"housing\", \"scale\": {\"kind\": \"numeric\", \"worst\": 0, \"best\": "
    "100}},"
    "  {\"id\": \"HOU-2\", \"dimension\": \"housing\", \"scale\": {\"kind\": \"numeric\", \"worst\": 0, \"best\": "
    "100}}],"
    " \"indexes\": [{\"id\": \"overall\", \"levels\": [\"dimension\"],"
    "  \"missing\": {\"rule\": \"available\", \"min_coverage\": 0.5}}],"
    " \"default_index\": \"overall\", \"default_group\": \"refugee\"}";

static const char ANSWERS[] =
    "unit,round,group,indicator,answer\n"
    "SE,2019,refugee,RES-1,80\nSE,2019,refugee,RES-2,60\nSE,2019,refugee,HOU-1,90\nSE,2019,refugee,HOU-2,70\n"
    "PL,2019,refugee,RES-1,40\nPL,2019,refugee,RES-2,20\nPL,2019,refugee,HOU-1,30\n"
    "LT,2019,refugee,RES-1,50\nLT,2019,refugee,RES-2,40\nLT,2019,refugee,HOU-1,60\nLT,2019,refugee,HOU-2,50\n"
    "RO,2019,refugee,RES-1,55\nRO,2019,refugee,RES-2,35\nRO,2019,refugee,HOU-1,45\nRO,2019,refugee,HOU-2,65\n"
    "SE,2021,refugee,RES-1,80\nSE,2021,refugee,RES-2,70\nSE,2021,refugee,HOU-1,90\nSE,2021,refugee,HOU-2,80\n"
    "PL,2021,refugee,RES-1,40\nPL,2021,refugee,RES-2,20\nPL,2021,refugee,HOU-2,50\n"
    "LT,2021,refugee,RES-1,50\nLT,2021,refugee,RES-2,40\nLT,2021,refugee,HOU-1,60\nLT,2021,refugee,HOU-2,50\n"
    "XX,2021,refugee,RES-1,10\n"
    "SE,2021,subsidiary,RES-1,60\nSE,2021,subsidiary,HOU-1,80\nSE,2021,subsidiary,HOU-2,80\n";

static niem_scores *scores; /* of the assessment above; made once */

/* ---- helpers */

static niem_scores *score_texts(const char *framework_text, const char *answers_text) {
  niem_framework *framework = NULL;
  niem_answers *answers = NULL;
  niem_scores *made = NULL;
  niem_error err = {0};
  if (niem_framework_parse(&framework, NULL, framework_text, (int64_t)strlen(framework_text), &err) != NIEM_OK ||
      niem_answers_parse(&answers, NULL, framework, answers_text, (int64_t)strlen(answers_text), NULL, NULL, &err) !=
          NIEM_OK ||
      niem_score(&made, framework, answers, NULL, NULL, NULL, &err) != NIEM_OK) {
    print_error("%s: %s\n", err.where, err.message);
  }
  niem_answers_free(answers);
  niem_framework_free(framework);
  assert_non_null(made);
  return made;
}

static void assert_ok(niem_status status, const niem_error *err) {
  if (status != NIEM_OK) {
    print_error("%s: %s\n", err->where, err->message);
  }
  assert_int_equal(status, NIEM_OK);
}

static void assert_bits(double found, double expected) {
  if (ni_double_bits(found) != ni_double_bits(expected)) {
    print_error("%.17g is not %.17g\n", found, expected);
  }
  assert_true(ni_double_bits(found) == ni_double_bits(expected));
}

static void assert_failed(niem_status status, const niem_error *err, niem_status expected, const char *where) {
  assert_int_equal(status, expected);
  assert_int_equal(err->status, expected);
  assert_string_equal(err->where, where);
  assert_true(strlen(err->message) > 10);
  assert_null(strchr(err->message, '\n'));
}

/* Whether row i has the texts of a key: "unit=PL;node=dimension=housing". */
static int has_key(const niem_table *table, int64_t i, const char *key) {
  char copy[256];
  snprintf(copy, sizeof copy, "%s", key);
  for (char *part = copy; part != NULL;) {
    char *next = strchr(part, ';');
    if (next != NULL) {
      *next++ = '\0';
    }
    char *value = strchr(part, '=');
    *value++ = '\0';
    const int32_t j = niem_table_column(table, part);
    assert_true(j >= 0);
    const char *text = niem_table_text(table, j, i);
    if (text == NULL || strcmp(text, value) != 0) {
      return 0;
    }
    part = next;
  }
  return 1;
}

/* The one row with a key; -1 where there is none. */
static int64_t find_row(const niem_table *table, const char *key) {
  int64_t found = -1;
  for (int64_t i = 0; i < niem_table_rows(table); i++) {
    if (has_key(table, i, key)) {
      assert_int_equal(found, -1);
      found = i;
    }
  }
  return found;
}

static double real_at(const niem_table *table, const char *key, const char *column) {
  const int64_t i = find_row(table, key);
  const double *values = niem_table_reals(table, niem_table_column(table, column));
  assert_true(i >= 0);
  assert_non_null(values);
  return values[i];
}

static int64_t integer_at(const niem_table *table, const char *key, const char *column) {
  const int64_t i = find_row(table, key);
  const int64_t *values = niem_table_integers(table, niem_table_column(table, column));
  assert_true(i >= 0);
  assert_non_null(values);
  return values[i];
}

static const char *text_at(const niem_table *table, const char *key, const char *column) {
  const int64_t i = find_row(table, key);
  assert_true(i >= 0);
  return niem_table_text(table, niem_table_column(table, column), i);
}

static const char *note_of(const niem_table *table, const char *key) {
  for (int32_t i = 0; i < niem_table_notes(table); i++) {
    if (strcmp(niem_table_note_key(table, i), key) == 0) {
      return niem_table_note(table, i);
    }
  }
  return NULL;
}

/* The texts of a column, joined by commas. */
static const char *column_of(const niem_table *table, const char *name) {
  static char joined[512];
  const int32_t j = niem_table_column(table, name);
  joined[0] = '\0';
  for (int64_t i = 0; i < niem_table_rows(table); i++) {
    const char *text = niem_table_text(table, j, i);
    strcat(joined, i == 0 ? "" : ",");
    strcat(joined, text == NULL ? "-" : text);
  }
  return joined;
}

static const char *columns_of(const niem_table *table) {
  static char joined[512];
  joined[0] = '\0';
  for (int32_t j = 0; j < niem_table_columns(table); j++) {
    strcat(joined, j == 0 ? "" : ",");
    strcat(joined, niem_table_column_name(table, j));
  }
  return joined;
}

static niem_query query_of(const char *round, const char *node) {
  niem_query query;
  niem_query_init(&query);
  query.round = round;
  query.node = node;
  return query;
}

static niem_compare_options options_of(void) {
  niem_compare_options options;
  niem_compare_options_init(&options);
  return options;
}

typedef niem_status (*comparison)(niem_table **, const niem_scores *, const niem_query *, const niem_compare_options *,
                                  niem_error *);

static niem_table *made_by(comparison compare, const niem_query *query, const niem_compare_options *options) {
  niem_table *table = NULL;
  niem_error err;
  assert_ok(compare(&table, scores, query, options, &err), &err);
  assert_non_null(table);
  return table;
}

/* ---- ranks */

static void ranks_share_the_least_place(void **state) {
  (void)state;
  niem_table *table = made_by(niem_rank, NULL, NULL);
  assert_string_equal(columns_of(table), "unit,round,group,node,value,rank,tied,n");
  assert_string_equal(column_of(table, "unit"), "SE,LT,RO,PL,SE,LT,PL,XX");
  assert_string_equal(column_of(table, "round"), "2019,2019,2019,2019,2021,2021,2021,2021");
  assert_bits(real_at(table, "unit=SE;round=2019", "rank"), 1);
  assert_bits(real_at(table, "unit=LT;round=2019", "rank"), 2);
  assert_bits(real_at(table, "unit=RO;round=2019", "rank"), 2);
  assert_bits(real_at(table, "unit=PL;round=2019", "rank"), 4);
  assert_bits(real_at(table, "unit=PL;round=2019", "value"), 30);
  assert_int_equal(integer_at(table, "unit=RO;round=2019", "tied"), 2);
  assert_int_equal(integer_at(table, "unit=PL;round=2019", "tied"), 1);
  assert_int_equal(integer_at(table, "unit=PL;round=2019", "n"), 4);
  assert_bits(real_at(table, "unit=XX;round=2021", "rank"), ni_nan());
  assert_bits(real_at(table, "unit=XX;round=2021", "value"), ni_nan());
  assert_int_equal(integer_at(table, "unit=XX;round=2021", "tied"), NIEM_MISSING_INTEGER);
  assert_int_equal(integer_at(table, "unit=XX;round=2021", "n"), 3);
  assert_string_equal(note_of(table, "tolerance"), "1e-9");
  assert_string_equal(note_of(table, "index"), "overall");
  /* Levels stand in the order of the units, not of the ranks. */
  const int32_t unit = niem_table_column(table, "unit");
  assert_string_equal(niem_table_level(table, unit, 1), "PL");
  assert_string_equal(niem_table_level(table, unit, 4), "XX");
  niem_table_free(table);
}

static void ranks_by_options(void **state) {
  (void)state;
  niem_query query = query_of("2019", NULL);
  niem_compare_options options = options_of();
  const double lt[] = {2, 3, 2.5, 2, 2}, ro[] = {2, 3, 2.5, 2, 3}, pl[] = {4, 4, 4, 3, 4};
  for (int32_t ties = NIEM_TIES_MIN; ties <= NIEM_TIES_FIRST; ties++) {
    options.ties = ties;
    niem_table *table = made_by(niem_rank, &query, &options);
    assert_bits(real_at(table, "unit=LT", "rank"), lt[ties]);
    assert_bits(real_at(table, "unit=RO", "rank"), ro[ties]);
    assert_bits(real_at(table, "unit=PL", "rank"), pl[ties]);
    assert_int_equal(integer_at(table, "unit=RO", "tied"), 2);
    niem_table_free(table);
  }
  options = options_of();
  options.ascending = 1;
  options.tolerance = 20;
  niem_table *table = made_by(niem_rank, &query, &options);
  assert_string_equal(column_of(table, "unit"), "PL,LT,RO,SE");
  assert_bits(real_at(table, "unit=LT", "rank"), 1);
  assert_int_equal(integer_at(table, "unit=LT", "tied"), 3);
  assert_bits(real_at(table, "unit=SE", "rank"), 4);
  niem_table_free(table);
}

/* The values of a level are ranked each for itself; units of the query only. */
static void ranks_within_the_query(void **state) {
  (void)state;
  const char *units[] = {"POL", "XX", "SE"};
  niem_query query = query_of("2021", NULL);
  query.level = "dimension";
  query.units = units;
  query.n_units = 3;
  niem_table *table = made_by(niem_rank, &query, NULL);
  assert_int_equal(niem_table_rows(table), 6);
  assert_string_equal(column_of(table, "unit"), "SE,PL,XX,SE,PL,XX");
  assert_bits(real_at(table, "unit=XX;node=dimension=residency", "rank"), 3);
  assert_int_equal(integer_at(table, "unit=XX;node=dimension=residency", "n"), 3);
  assert_int_equal(integer_at(table, "unit=PL;node=dimension=housing", "n"), 2);
  niem_table_free(table);
  query.group = "*";
  query.level = "index";
  table = made_by(niem_rank, &query, NULL);
  assert_bits(real_at(table, "unit=SE;group=both", "value"), 75); /* (80 + 70) / 2 */
  assert_int_equal(integer_at(table, "unit=SE;group=subsidiary", "n"), 1);
  niem_table_free(table);
}

/* ---- averages */

static void averages_and_the_balanced_panel(void **state) {
  (void)state;
  niem_table *table = made_by(niem_average, NULL, NULL);
  assert_string_equal(columns_of(table), "round,group,node,average,n,average_balanced,n_balanced");
  assert_int_equal(niem_table_rows(table), 6);
  assert_bits(real_at(table, "round=2019;node=overall", "average"), 51.25);
  assert_int_equal(integer_at(table, "round=2019;node=overall", "n"), 4);
  assert_bits(real_at(table, "round=2019;node=overall", "average_balanced"), 155.0 / 3);
  assert_int_equal(integer_at(table, "round=2019;node=overall", "n_balanced"), 3);
  assert_bits(real_at(table, "round=2021;node=overall", "average"), 170.0 / 3);
  assert_bits(real_at(table, "round=2021;node=overall", "average_balanced"), 170.0 / 3);
  assert_bits(real_at(table, "round=2021;node=dimension=residency", "average"), 40);
  assert_bits(real_at(table, "round=2021;node=dimension=residency", "average_balanced"), 50);
  assert_string_equal(note_of(table, "balanced_over"), "2019, 2021");
  niem_table_free(table);
  /* One round of the query: the panel is that of all rounds. */
  niem_query query = query_of("2019", "overall");
  table = made_by(niem_average, &query, NULL);
  assert_int_equal(niem_table_rows(table), 1);
  assert_bits(real_at(table, "round=2019", "average_balanced"), 155.0 / 3);
  assert_string_equal(note_of(table, "balanced_over"), "2019, 2021");
  niem_table_free(table);
}

static const char *POPULATION_UNITS[] = {"SE", "POL", "LT", "RO", "DE", "Atlantis"};
static const double POPULATION[] = {10, 38, 3, 19, 83, 1};

static niem_compare_options population(int64_t n) {
  niem_compare_options options = options_of();
  options.weight_units = POPULATION_UNITS;
  options.weights = POPULATION;
  options.n_weights = n;
  return options;
}

static void averages_weighted_by_population(void **state) {
  (void)state;
  niem_compare_options options = population(6);
  niem_query query = query_of(NULL, "overall");
  niem_table *table = made_by(niem_average, &query, &options);
  assert_bits(real_at(table, "round=2019", "average"), 2990.0 / 70);
  assert_bits(real_at(table, "round=2021", "average"), 2470.0 / 51);
  assert_bits(real_at(table, "round=2019", "average_balanced"), 2040.0 / 51);
  assert_string_equal(note_of(table, "weights"), "as given");
  niem_table_free(table);
  /* XX has no weight, and needs none where it has no value. */
  niem_error err;
  query = query_of("2021", "residency");
  table = NULL;
  assert_failed(niem_average(&table, scores, &query, &options, &err), &err, NIEM_ERROR_ARGUMENT, "weight_units");
  assert_non_null(strstr(err.message, "\"XX\""));
  assert_null(table);
  const double only_romania[] = {0, 0, 0, 1, 0, 0};
  options.weights = only_romania;
  query = query_of("2021", "overall");
  table = made_by(niem_average, &query, &options);
  assert_bits(real_at(table, "round=2021", "average"), ni_nan());
  assert_int_equal(integer_at(table, "round=2021", "n"), 3);
  niem_table_free(table);
}

static void weights_are_checked(void **state) {
  (void)state;
  niem_table *table = NULL;
  niem_error err;
  niem_compare_options options = population(3);
  niem_query query = query_of("2019", "overall");
  assert_failed(niem_average(&table, scores, &query, &options, &err), &err, NIEM_ERROR_ARGUMENT, "weight_units");
  assert_non_null(strstr(err.message, "\"RO\""));
  const double negative[] = {1, -1, 1, 1}, missing[] = {1, 1, NAN, 1}, zero[] = {0, 0, 0, 0};
  options.n_weights = 4;
  options.weights = negative;
  assert_failed(niem_average(&table, scores, &query, &options, &err), &err, NIEM_ERROR_VALUE, "weights");
  assert_int_equal(err.row, 2);
  assert_non_null(strstr(err.message, "\"POL\""));
  options.weights = missing;
  assert_failed(niem_average(&table, scores, &query, &options, &err), &err, NIEM_ERROR_VALUE, "weights");
  assert_int_equal(err.row, 3);
  options.weights = zero;
  assert_failed(niem_average(&table, scores, &query, &options, &err), &err, NIEM_ERROR_VALUE, "weights");
  const char *twice[] = {"SE", "PL", "LT", "POL"};
  options = population(4);
  options.weight_units = twice;
  assert_failed(niem_average(&table, scores, &query, &options, &err), &err, NIEM_ERROR_DUPLICATE, "weight_units");
  assert_int_equal(err.row, 4);
  const char *unnamed[] = {"SE", NULL, "LT", "RO"};
  options.weight_units = unnamed;
  assert_failed(niem_average(&table, scores, &query, &options, &err), &err, NIEM_ERROR_ARGUMENT, "weight_units");
  options.weight_units = NULL;
  assert_failed(niem_average(&table, scores, &query, &options, &err), &err, NIEM_ERROR_ARGUMENT, "weight_units");
  options = population(4);
  options.weights = NULL;
  assert_failed(niem_average(&table, scores, &query, &options, &err), &err, NIEM_ERROR_ARGUMENT, "weights");
  options = population(0);
  assert_failed(niem_average(&table, scores, &query, &options, &err), &err, NIEM_ERROR_ARGUMENT, "n_weights");
  options = population(-1);
  assert_failed(niem_average(&table, scores, &query, &options, &err), &err, NIEM_ERROR_ARGUMENT, "n_weights");
  assert_null(table);
}

/* ---- differences */

static void differences_from_the_average(void **state) {
  (void)state;
  niem_query query = query_of("2021", NULL);
  niem_table *table = made_by(niem_difference, &query, NULL);
  assert_string_equal(columns_of(table), "unit,round,group,node,value,reference,difference,n");
  assert_int_equal(niem_table_rows(table), 12);
  assert_bits(real_at(table, "unit=SE;node=overall", "reference"), 170.0 / 3);
  assert_bits(real_at(table, "unit=SE;node=overall", "difference"), 80 - 170.0 / 3);
  assert_bits(real_at(table, "unit=XX;node=overall", "difference"), ni_nan());
  assert_bits(real_at(table, "unit=XX;node=dimension=residency", "difference"), -30);
  assert_int_equal(integer_at(table, "unit=XX;node=dimension=residency", "n"), 4);
  assert_int_equal(integer_at(table, "unit=XX;node=overall", "n"), 3);
  assert_string_equal(note_of(table, "reference"), "average");
  niem_table_free(table);
}

static void differences_from_other_references(void **state) {
  (void)state;
  const char *units[] = {"SE", "RO"};
  niem_query query = query_of(NULL, "overall");
  niem_compare_options options = options_of();
  options.reference = "best";
  niem_table *table = made_by(niem_difference, &query, &options);
  assert_bits(real_at(table, "unit=PL;round=2019", "difference"), -45);
  assert_bits(real_at(table, "unit=SE;round=2021", "difference"), 0);
  niem_table_free(table);
  options.reference = "worst";
  table = made_by(niem_difference, &query, &options);
  assert_bits(real_at(table, "unit=SE;round=2021", "difference"), 40);
  niem_table_free(table);
  options.reference = NULL;
  options.reference_units = units;
  options.n_reference_units = 2;
  table = made_by(niem_difference, &query, &options);
  assert_bits(real_at(table, "unit=PL;round=2019", "reference"), 62.5);
  assert_int_equal(integer_at(table, "unit=PL;round=2021", "n"), 1);
  assert_bits(real_at(table, "unit=PL;round=2021", "reference"), 80);
  assert_string_equal(note_of(table, "reference_units"), "SE, RO");
  niem_table_free(table);
  options = options_of();
  options.reference_peers = "baltic";
  options.reference = "best";
  table = made_by(niem_difference, &query, &options);
  assert_bits(real_at(table, "unit=SE;round=2019", "difference"), 25);
  niem_table_free(table);
  options = population(6);
  table = made_by(niem_difference, &query, &options);
  assert_bits(real_at(table, "unit=SE;round=2019", "reference"), 2990.0 / 70);
  niem_table_free(table);
}

/* Nobody of the reference has a value: the difference is not known, rather than counted from zero. */
static void differences_from_nobody(void **state) {
  (void)state;
  const char *units[] = {"RO"};
  niem_query query = query_of("2021", "overall");
  niem_compare_options options = options_of();
  options.reference_units = units;
  options.n_reference_units = 1;
  for (int best = 0; best < 2; best++) {
    options.reference = best ? "best" : "average";
    niem_table *table = made_by(niem_difference, &query, &options);
    assert_bits(real_at(table, "unit=SE", "reference"), ni_nan());
    assert_bits(real_at(table, "unit=SE", "difference"), ni_nan());
    assert_int_equal(integer_at(table, "unit=SE", "n"), 0);
    niem_table_free(table);
  }
}

static void references_are_checked(void **state) {
  (void)state;
  const char *units[] = {"SE"};
  niem_table *table = NULL;
  niem_error err;
  niem_compare_options options = options_of();
  options.reference = "median";
  assert_failed(niem_difference(&table, scores, NULL, &options, &err), &err, NIEM_ERROR_ARGUMENT, "reference");
  options = population(6);
  options.reference = "best";
  assert_failed(niem_difference(&table, scores, NULL, &options, &err), &err, NIEM_ERROR_ARGUMENT, "weights");
  options = options_of();
  options.reference_units = units;
  assert_failed(niem_difference(&table, scores, NULL, &options, &err), &err, NIEM_ERROR_ARGUMENT, "n_reference_units");
  options.n_reference_units = 1;
  options.reference_peers = "baltic";
  assert_failed(niem_difference(&table, scores, NULL, &options, &err), &err, NIEM_ERROR_ARGUMENT, "reference_peers");
  options = options_of();
  options.reference_peers = "nordic";
  assert_failed(niem_difference(&table, scores, NULL, &options, &err), &err, NIEM_ERROR_REFERENCE, "reference_peers");
  units[0] = "Atlantis";
  options = options_of();
  options.reference_units = units;
  options.n_reference_units = 1;
  assert_failed(niem_difference(&table, scores, NULL, &options, &err), &err, NIEM_ERROR_REFERENCE, "reference_units");
  assert_null(table);
}

/* ---- changes */

static void changes_between_rounds(void **state) {
  (void)state;
  niem_table *table = NULL;
  niem_error err;
  assert_ok(niem_change(&table, scores, "first", "2021", NULL, NULL, &err), &err);
  assert_string_equal(columns_of(table), "unit,group,node,from,to,change,direction");
  assert_int_equal(niem_table_rows(table), 15);
  assert_bits(real_at(table, "unit=SE;node=overall", "change"), 5);
  assert_string_equal(text_at(table, "unit=SE;node=overall", "direction"), "improved");
  assert_bits(real_at(table, "unit=LT;node=overall", "change"), 0);
  assert_string_equal(text_at(table, "unit=LT;node=overall", "direction"), "unchanged");
  assert_bits(real_at(table, "unit=RO;node=overall", "from"), 50);
  assert_bits(real_at(table, "unit=RO;node=overall", "to"), ni_nan());
  assert_bits(real_at(table, "unit=RO;node=overall", "change"), ni_nan());
  assert_null(text_at(table, "unit=RO;node=overall", "direction"));
  assert_bits(real_at(table, "unit=XX;node=dimension=residency", "to"), 10);
  assert_string_equal(note_of(table, "from"), "2019");
  niem_table_free(table);
  assert_ok(niem_change(&table, scores, "2021", "2019", NULL, NULL, &err), &err);
  assert_bits(real_at(table, "unit=PL;node=overall", "change"), -10);
  assert_string_equal(text_at(table, "unit=PL;node=overall", "direction"), "worsened");
  niem_table_free(table);
  niem_compare_options options = options_of();
  options.tolerance = 5; /* a change of the tolerance itself is none */
  assert_ok(niem_change(&table, scores, "2019", "2021", NULL, &options, &err), &err);
  assert_string_equal(text_at(table, "unit=SE;node=overall", "direction"), "unchanged");
  assert_string_equal(text_at(table, "unit=PL;node=overall", "direction"), "improved");
  assert_string_equal(note_of(table, "tolerance"), "5");
  niem_table_free(table);
}

static void changes_counted(void **state) {
  (void)state;
  niem_table *table = NULL;
  niem_error err;
  assert_ok(niem_change_summary(&table, scores, "2019", "2021", NULL, NULL, &err), &err);
  assert_string_equal(columns_of(table), "group,node,n,improved,unchanged,worsened,average_change");
  assert_int_equal(integer_at(table, "node=overall", "n"), 3);
  assert_int_equal(integer_at(table, "node=overall", "improved"), 2);
  assert_int_equal(integer_at(table, "node=overall", "unchanged"), 1);
  assert_int_equal(integer_at(table, "node=overall", "worsened"), 0);
  assert_bits(real_at(table, "node=overall", "average_change"), 5);
  assert_bits(real_at(table, "node=dimension=residency", "average_change"), 5.0 / 3);
  assert_int_equal(integer_at(table, "node=dimension=residency", "unchanged"), 2);
  niem_table_free(table);
  const char *units[] = {"RO"};
  niem_query query = query_of(NULL, "overall");
  query.units = units;
  query.n_units = 1;
  assert_ok(niem_change_summary(&table, scores, "2019", "2021", &query, NULL, &err), &err);
  assert_int_equal(integer_at(table, "node=overall", "n"), 0);
  assert_bits(real_at(table, "node=overall", "average_change"), ni_nan());
  niem_table_free(table);
}

static void rounds_of_a_change_are_checked(void **state) {
  (void)state;
  niem_table *table = NULL;
  niem_error err;
  niem_query query = query_of("2019", NULL);
  assert_failed(niem_change(&table, scores, NULL, "2021", NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "from");
  assert_failed(niem_change(&table, scores, "2019", NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "to");
  assert_failed(niem_change(&table, scores, "2019", "first", NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "to");
  assert_failed(niem_change(&table, scores, "2018", "2021", NULL, NULL, &err), &err, NIEM_ERROR_REFERENCE, "from");
  assert_failed(niem_change(&table, scores, "2019", "2021", &query, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "round");
  assert_failed(niem_change_summary(&table, scores, "2019", "2019", NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "to");
  assert_failed(niem_change_causes(&table, scores, "2019", "2017", NULL, &err), &err, NIEM_ERROR_REFERENCE, "to");
  assert_null(table);
}

/* ---- causes */

static void causes_of_a_change(void **state) {
  (void)state;
  niem_table *table = NULL;
  niem_error err;
  niem_query query = query_of(NULL, "overall");
  assert_ok(niem_change_causes(&table, scores, "2019", "2021", &query, &err), &err);
  assert_string_equal(columns_of(table),
                      "unit,group,member,node,indicator,kind,from,to,weight_from,weight_to,answer_effect,"
                      "weight_effect,contribution");
  assert_int_equal(niem_table_rows(table), 12);
  assert_string_equal(text_at(table, "unit=PL;indicator=HOU-1", "kind"), "left");
  assert_bits(real_at(table, "unit=PL;indicator=HOU-1", "contribution"), 2.5); /* -1/2 (30 - 35) */
  assert_bits(real_at(table, "unit=PL;indicator=HOU-1", "weight_from"), 0.5);
  assert_bits(real_at(table, "unit=PL;indicator=HOU-1", "weight_to"), 0);
  assert_bits(real_at(table, "unit=PL;indicator=HOU-1", "from"), 30);
  assert_bits(real_at(table, "unit=PL;indicator=HOU-1", "to"), ni_nan());
  assert_string_equal(text_at(table, "unit=PL;indicator=HOU-2", "kind"), "entered");
  assert_bits(real_at(table, "unit=PL;indicator=HOU-2", "contribution"), 7.5); /* 1/2 (50 - 35) */
  assert_bits(real_at(table, "unit=PL;indicator=HOU-2", "answer_effect"), 0);
  assert_string_equal(text_at(table, "unit=PL;indicator=RES-1", "kind"), "kept");
  assert_bits(real_at(table, "unit=PL;indicator=RES-1", "contribution"), 0);
  assert_bits(real_at(table, "unit=SE;indicator=RES-2", "answer_effect"), 2.5);
  assert_bits(real_at(table, "unit=SE;indicator=RES-2", "weight_effect"), 0);
  assert_string_equal(note_of(table, "without_change"), "2");
  assert_string_equal(note_of(table, "units_without_change"), "RO, XX");
  niem_table_free(table);
}

/* Answers without any regularity: decimals, gaps and units that come and go, from a small generator of numbers. */
static niem_scores *arbitrary_scores(uint32_t seed) {
  static char text[60000];
  size_t used = (size_t)snprintf(text, sizeof text, "unit,round,group,indicator,answer\n");
  static const char *const units[] = {"SE", "PL", "LT", "RO", "DE"};
  static const char *const indicators[] = {"RES-1", "RES-2", "HOU-1", "HOU-2"};
  for (int i = 0; i < 5 * 2 * 2 * 4; i++) {
    seed = seed * 1664525u + 1013904223u;
    const unsigned number = (seed >> 8) % 100000;
    if (number % 5 == 0) {
      continue;
    }
    used += (size_t)snprintf(text + used, sizeof text - used, "%s,%s,%s,%s,%u.%03u\n", units[i / 16],
                             (i / 8) % 2 ? "2021" : "2019", (i / 4) % 2 ? "subsidiary" : "refugee", indicators[i % 4],
                             number / 1000, number % 1000);
  }
  return score_texts(FRAMEWORK, text);
}

/* The contributions of each unit, group and node sum exactly to its change, and the two effects to the contribution. */
static int64_t check_adding_up(const niem_table *causes, const niem_table *changes) {
  const int32_t keys[] = {niem_table_column(changes, "unit"), niem_table_column(changes, "group"),
                          niem_table_column(changes, "node")};
  const double *change = niem_table_reals(changes, niem_table_column(changes, "change"));
  const double *contribution = niem_table_reals(causes, niem_table_column(causes, "contribution"));
  const double *answer = niem_table_reals(causes, niem_table_column(causes, "answer_effect"));
  const double *weight = niem_table_reals(causes, niem_table_column(causes, "weight_effect"));
  int64_t checked = 0;
  for (int64_t i = 0; i < niem_table_rows(changes); i++) {
    double terms[64], sum;
    int64_t n = 0;
    char key[256];
    snprintf(key, sizeof key, "unit=%s;group=%s;node=%s", niem_table_text(changes, keys[0], i),
             niem_table_text(changes, keys[1], i), niem_table_text(changes, keys[2], i));
    for (int64_t k = 0; k < niem_table_rows(causes); k++) {
      if (has_key(causes, k, key)) {
        assert_true(fabs(answer[k] + weight[k] - contribution[k]) < 1e-12);
        terms[n++] = contribution[k];
      }
    }
    assert_int_equal(n == 0, ni_is_nan(change[i]));
    niem_exact_sum(&sum, terms, n, 1, NULL);
    if (n > 0) {
      assert_bits(sum, change[i]);
      checked++;
    }
  }
  return checked;
}

static void causes_add_up(void **state) {
  (void)state;
  int64_t checked = 0;
  for (uint32_t seed = 1; seed <= 20; seed++) {
    niem_scores *arbitrary = arbitrary_scores(seed);
    niem_table *changes = NULL, *causes = NULL;
    niem_error err;
    niem_query query = query_of(NULL, NULL);
    query.group = "*";
    assert_ok(niem_change(&changes, arbitrary, "2019", "2021", &query, NULL, &err), &err);
    assert_ok(niem_change_causes(&causes, arbitrary, "2019", "2021", &query, &err), &err);
    checked += check_adding_up(causes, changes);
    niem_table_free(changes);
    niem_table_free(causes);
    niem_scores_free(arbitrary);
  }
  assert_true(checked > 500);
}

/* ---- spread */

static void spread_over_dimensions(void **state) {
  (void)state;
  niem_table *table = NULL;
  niem_error err;
  niem_query query = query_of("2021", NULL);
  query.level = "dimension";
  assert_ok(niem_spread(&table, scores, &query, &err), &err);
  assert_string_equal(columns_of(table), "round,group,node,n,min,max,spread,min_unit,max_unit");
  assert_string_equal(column_of(table, "node"), "dimension=residency,dimension=housing,*");
  assert_bits(real_at(table, "node=dimension=residency", "spread"), 65);
  assert_string_equal(text_at(table, "node=dimension=residency", "min_unit"), "XX");
  assert_string_equal(text_at(table, "node=dimension=residency", "max_unit"), "SE");
  assert_bits(real_at(table, "node=dimension=housing", "min"), 50);
  assert_bits(real_at(table, "node=dimension=housing", "max"), 85);
  assert_int_equal(integer_at(table, "node=dimension=housing", "n"), 3);
  assert_bits(real_at(table, "node=*", "spread"), 50);
  assert_bits(real_at(table, "node=*", "min"), ni_nan());
  assert_int_equal(integer_at(table, "node=*", "n"), 2);
  assert_string_equal(note_of(table, "mean_spread"), "50");
  niem_table_free(table);
  const char *units[] = {"LT", "RO"};
  query = query_of(NULL, "overall");
  query.units = units;
  query.n_units = 2;
  assert_ok(niem_spread(&table, scores, &query, &err), &err);
  assert_string_equal(text_at(table, "round=2019;node=overall", "min_unit"), "LT");
  assert_string_equal(text_at(table, "round=2019;node=overall", "max_unit"), "LT");
  assert_bits(real_at(table, "round=2021;node=overall", "spread"), 0);
  assert_string_equal(note_of(table, "mean_spread"), "2019 refugee 0; 2021 refugee 0");
  niem_table_free(table);
  query.group = "subsidiary";
  query.round = "2021";
  assert_ok(niem_spread(&table, scores, &query, &err), &err);
  assert_bits(real_at(table, "node=overall", "spread"), ni_nan());
  assert_null(text_at(table, "node=overall", "min_unit"));
  assert_bits(real_at(table, "node=*", "spread"), ni_nan());
  assert_int_equal(integer_at(table, "node=*", "n"), 0);
  assert_string_equal(note_of(table, "mean_spread"), "NaN");
  niem_table_free(table);
}

/* ---- practice */

static void practice_of_the_best_and_the_worst(void **state) {
  (void)state;
  const char *units[] = {"PL", "LT", "RO"};
  niem_query query = query_of("2019", NULL);
  niem_compare_options options = options_of();
  query.units = units;
  query.n_units = 3;
  niem_table *table = made_by(niem_practice, &query, NULL);
  assert_string_equal(columns_of(table), "round,group,node,value,n");
  assert_bits(real_at(table, "node=dimension=residency", "value"), 47.5); /* 55, 40 */
  assert_bits(real_at(table, "node=dimension=housing", "value"), 62.5);   /* 60, 65 */
  assert_bits(real_at(table, "node=overall", "value"), 55);
  assert_int_equal(integer_at(table, "node=overall", "n"), 3);
  niem_table_free(table);
  options.reference = "worst";
  table = made_by(niem_practice, &query, &options);
  assert_bits(real_at(table, "node=overall", "value"), 35); /* 40, 20, 30, 50 */
  niem_table_free(table);
  options.reference = "average";
  niem_error err;
  assert_failed(niem_practice(&table, scores, &query, &options, &err), &err, NIEM_ERROR_ARGUMENT, "reference");
}

/* What nobody answered stays a gap; a merge merges its members' composites. */
static void practice_with_gaps_and_merges(void **state) {
  (void)state;
  const char *units[] = {"XX"};
  niem_query query = query_of("2021", NULL);
  query.group = "*";
  niem_table *table = made_by(niem_practice, &query, NULL);
  assert_bits(real_at(table, "group=refugee;node=overall", "value"), 80);
  assert_bits(real_at(table, "group=subsidiary;node=overall", "value"), 70);
  assert_bits(real_at(table, "group=both;node=overall", "value"), 75);
  /* Common to both: RES-1, HOU-1, HOU-2, (82.5 + 70) / 2. */
  assert_bits(real_at(table, "group=shared;node=overall", "value"), 76.25);
  assert_int_equal(integer_at(table, "group=both;node=overall", "n"), 4);
  niem_table_free(table);
  query.group = NULL;
  query.units = units;
  query.n_units = 1;
  table = made_by(niem_practice, &query, NULL);
  assert_bits(real_at(table, "node=dimension=residency", "value"), 10);
  assert_bits(real_at(table, "node=overall", "value"), ni_nan());
  niem_table_free(table);
  query.level = "indicator";
  table = made_by(niem_practice, &query, NULL);
  assert_bits(real_at(table, "node=RES-1", "value"), 10);
  assert_bits(real_at(table, "node=HOU-1", "value"), ni_nan());
  niem_table_free(table);
}

/* The composite of one unit is that unit, bit for bit. */
static void practice_of_one_unit_is_its_score(void **state) {
  (void)state;
  niem_scores *arbitrary = arbitrary_scores(7);
  const char *units[] = {"PL"};
  niem_query query = query_of("2021", NULL);
  query.group = "*";
  query.units = units;
  query.n_units = 1;
  niem_table *practice = NULL, *table = NULL;
  niem_error err;
  assert_ok(niem_practice(&practice, arbitrary, &query, NULL, &err), &err);
  assert_ok(niem_scores_table(&table, arbitrary, &query, &err), &err);
  const double *values = niem_table_reals(practice, niem_table_column(practice, "value"));
  assert_int_equal(niem_table_rows(practice), 12);
  for (int64_t i = 0; i < niem_table_rows(practice); i++) {
    char key[128];
    snprintf(key, sizeof key, "group=%s;node=%s", niem_table_text(practice, 1, i), niem_table_text(practice, 2, i));
    assert_bits(values[i], real_at(table, key, "value"));
  }
  niem_table_free(practice);
  niem_table_free(table);
  niem_scores_free(arbitrary);
}

/* ---- groups */

static void groups_on_common_ground(void **state) {
  (void)state;
  niem_table *table = NULL;
  niem_error err;
  assert_ok(niem_group_difference(&table, scores, "refugee", "subsidiary", NULL, &err), &err);
  assert_string_equal(columns_of(table), "unit,round,node,value_a,value_b,difference,n_common,n");
  assert_int_equal(niem_table_rows(table), 2 * 3 * 5);
  assert_bits(real_at(table, "unit=SE;round=2021;node=overall", "value_a"), 82.5);
  assert_bits(real_at(table, "unit=SE;round=2021;node=overall", "value_b"), 70);
  assert_bits(real_at(table, "unit=SE;round=2021;node=overall", "difference"), 12.5);
  assert_int_equal(integer_at(table, "unit=SE;round=2021;node=overall", "n_common"), 3);
  assert_int_equal(integer_at(table, "unit=SE;round=2021;node=dimension=residency", "n_common"), 1);
  assert_bits(real_at(table, "unit=PL;round=2021;node=overall", "difference"), ni_nan());
  assert_int_equal(integer_at(table, "unit=PL;round=2021;node=overall", "n_common"), 0);
  assert_int_equal(integer_at(table, "unit=PL;round=2021;node=overall", "n"), 1);
  assert_bits(real_at(table, "unit=*;round=2021;node=overall", "difference"), 12.5);
  assert_bits(real_at(table, "unit=*;round=2021;node=overall", "value_a"), 82.5);
  assert_int_equal(integer_at(table, "unit=*;round=2021;node=overall", "n_common"), NIEM_MISSING_INTEGER);
  assert_bits(real_at(table, "unit=*;round=2019;node=overall", "difference"), ni_nan());
  assert_int_equal(integer_at(table, "unit=*;round=2019;node=overall", "n"), 0);
  assert_string_equal(note_of(table, "group_b"), "subsidiary");
  niem_table_free(table);
}

static void groups_are_checked(void **state) {
  (void)state;
  niem_table *table = NULL;
  niem_error err;
  niem_query query = query_of(NULL, NULL);
  query.group = "refugee";
  assert_failed(niem_group_difference(&table, scores, NULL, "refugee", NULL, &err), &err, NIEM_ERROR_ARGUMENT,
                "group_a");
  assert_failed(niem_group_difference(&table, scores, "refugee", NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT,
                "group_b");
  assert_failed(niem_group_difference(&table, scores, "refugee", "refugee", NULL, &err), &err, NIEM_ERROR_ARGUMENT,
                "group_b");
  assert_failed(niem_group_difference(&table, scores, "both", "refugee", NULL, &err), &err, NIEM_ERROR_ARGUMENT,
                "group_a");
  assert_failed(niem_group_difference(&table, scores, "tourist", "refugee", NULL, &err), &err, NIEM_ERROR_REFERENCE,
                "group_a");
  assert_non_null(strstr(err.message, "refugee, subsidiary"));
  assert_failed(niem_group_difference(&table, scores, "refugee", "subsidiary", &query, &err), &err, NIEM_ERROR_ARGUMENT,
                "group");
  assert_null(table);
}

/* ---- contributions */

static void contributions_of_the_children(void **state) {
  (void)state;
  niem_table *table = NULL;
  niem_error err;
  assert_ok(niem_contributions(&table, scores, NULL, &err), &err);
  assert_string_equal(columns_of(table), "unit,round,group,node,child,value,weight,contribution");
  assert_int_equal(niem_table_rows(table), 2 * (4 + 4));
  assert_bits(real_at(table, "unit=SE;round=2021;child=dimension=residency", "contribution"), 37.5);
  assert_bits(real_at(table, "unit=SE;round=2021;child=dimension=housing", "contribution"), 42.5);
  assert_bits(real_at(table, "unit=SE;round=2021;child=dimension=housing", "weight"), 0.5);
  assert_bits(real_at(table, "unit=XX;round=2021;child=dimension=residency", "value"), 10);
  assert_bits(real_at(table, "unit=XX;round=2021;child=dimension=residency", "weight"), ni_nan());
  assert_bits(real_at(table, "unit=XX;round=2021;child=dimension=residency", "contribution"), ni_nan());
  niem_table_free(table);
  niem_query query = query_of("2021", "housing"); /* HOU-1 of PL is a gap, and does not enter */
  assert_ok(niem_contributions(&table, scores, &query, &err), &err);
  assert_bits(real_at(table, "unit=PL;child=HOU-1", "contribution"), 0);
  assert_bits(real_at(table, "unit=PL;child=HOU-1", "weight"), 0);
  assert_bits(real_at(table, "unit=PL;child=HOU-1", "value"), ni_nan());
  assert_bits(real_at(table, "unit=PL;child=HOU-2", "contribution"), 50);
  niem_table_free(table);
}

static void contributions_in_merges(void **state) {
  (void)state;
  niem_table *table = NULL;
  niem_error err;
  niem_query query = query_of("2021", NULL);
  query.group = "both";
  assert_ok(niem_contributions(&table, scores, &query, &err), &err);
  assert_bits(real_at(table, "unit=SE;child=dimension=residency", "contribution"), 33.75);
  assert_bits(real_at(table, "unit=SE;child=dimension=housing", "contribution"), 41.25);
  assert_bits(real_at(table, "unit=SE;child=dimension=housing", "value"), 82.5);
  assert_bits(real_at(table, "unit=PL;child=dimension=housing", "contribution"), 25); /* refugees alone */
  niem_table_free(table);
  query.group = "shared"; /* RES-1, HOU-1 and HOU-2: 80, 85 and 60, 80 */
  assert_ok(niem_contributions(&table, scores, &query, &err), &err);
  assert_bits(real_at(table, "unit=SE;child=dimension=residency", "contribution"), 35);
  assert_bits(real_at(table, "unit=SE;child=dimension=housing", "contribution"), 41.25);
  assert_bits(real_at(table, "unit=PL;child=dimension=housing", "contribution"), ni_nan());
  niem_table_free(table);
}

/* Whatever the answers: the exact sum is the published score. */
static void contributions_add_up(void **state) {
  (void)state;
  for (uint32_t seed = 1; seed <= 5; seed++) {
    niem_scores *arbitrary = arbitrary_scores(seed);
    niem_query query = query_of(NULL, NULL);
    niem_table *table = NULL;
    niem_error err;
    query.group = "*";
    assert_ok(niem_contributions(&table, arbitrary, &query, &err), &err);
    const double *x = niem_table_reals(table, niem_table_column(table, "contribution"));
    for (int64_t i = 0; i + 1 < niem_table_rows(table); i += 2) {
      double sum = 0, score = 0;
      assert_ok(niem_exact_sum(&sum, x + i, 2, 1, &err), &err);
      assert_ok(niem_scores_value(&score, arbitrary, niem_table_text(table, 0, i), niem_table_text(table, 1, i),
                                  niem_table_text(table, 2, i), "overall", &err),
                &err);
      assert_bits(ni_is_nan(x[i]) ? ni_nan() : sum, score);
    }
    niem_table_free(table);
    niem_scores_free(arbitrary);
  }
}

static void contributions_are_checked(void **state) {
  (void)state;
  niem_table *table = NULL;
  niem_error err;
  niem_query query = query_of(NULL, "HOU-1");
  assert_failed(niem_contributions(NULL, scores, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out");
  assert_failed(niem_contributions(&table, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "scores");
  assert_failed(niem_contributions(&table, scores, &query, &err), &err, NIEM_ERROR_ARGUMENT, "node");
  query = query_of(NULL, NULL);
  query.level = "indicator";
  assert_failed(niem_contributions(&table, scores, &query, &err), &err, NIEM_ERROR_ARGUMENT, "node");
  query = query_of(NULL, "health");
  assert_int_equal(niem_contributions(&table, scores, &query, &err), NIEM_ERROR_REFERENCE);
  assert_null(table);
}

/* ---- what all have in common */

static void options_without_a_part_are_refused(void **state) {
  (void)state;
  const char *units[] = {"SE"};
  const comparison all[] = {niem_rank, niem_average, niem_difference, niem_practice};
  niem_table *table = NULL;
  niem_error err;
  for (int64_t i = 0; i < LENGTH(all); i++) {
    niem_compare_options options = options_of();
    options.tolerance = 1;
    assert_int_equal(all[i](&table, scores, NULL, &options, &err), i == 0 ? NIEM_OK : NIEM_ERROR_ARGUMENT);
    niem_table_free(table);
    options = options_of();
    options.ties = NIEM_TIES_DENSE;
    assert_int_equal(all[i](&table, scores, NULL, &options, &err), i == 0 ? NIEM_OK : NIEM_ERROR_ARGUMENT);
    niem_table_free(table);
    options = options_of();
    options.reference = "best";
    assert_int_equal(all[i](&table, scores, NULL, &options, &err), i >= 2 ? NIEM_OK : NIEM_ERROR_ARGUMENT);
    niem_table_free(table);
    options = options_of();
    options.reference_units = units;
    options.n_reference_units = 1;
    assert_int_equal(all[i](&table, scores, NULL, &options, &err), i == 2 ? NIEM_OK : NIEM_ERROR_ARGUMENT);
    niem_table_free(table);
    niem_query query = query_of("2019", "overall");
    options = population(6);
    assert_int_equal(all[i](&table, scores, &query, &options, &err), i == 1 || i == 2 ? NIEM_OK : NIEM_ERROR_ARGUMENT);
    niem_table_free(table);
  }
}

static void arguments_are_checked(void **state) {
  (void)state;
  niem_table *table = NULL;
  niem_error err;
  niem_compare_options options = options_of();
  niem_query query = query_of(NULL, NULL);
  assert_failed(niem_rank(NULL, scores, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "out");
  assert_failed(niem_rank(&table, NULL, NULL, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "scores");
  assert_failed(niem_group_difference(&table, NULL, "a", "b", NULL, &err), &err, NIEM_ERROR_ARGUMENT, "scores");
  assert_failed(niem_change_causes(&table, NULL, "a", "b", NULL, &err), &err, NIEM_ERROR_ARGUMENT, "scores");
  const double wrong[] = {NAN, INFINITY, -INFINITY};
  for (int k = 0; k < 3; k++) {
    options.tolerance = wrong[k];
    assert_failed(niem_rank(&table, scores, NULL, &options, &err), &err, NIEM_ERROR_VALUE, "tolerance");
    assert_failed(niem_change(&table, scores, "2019", "2021", NULL, &options, &err), &err, NIEM_ERROR_VALUE,
                  "tolerance");
  }
  options = options_of();
  options.ties = 5;
  assert_failed(niem_rank(&table, scores, NULL, &options, &err), &err, NIEM_ERROR_ARGUMENT, "ties");
  options = options_of();
  options.ascending = 2;
  assert_failed(niem_rank(&table, scores, NULL, &options, &err), &err, NIEM_ERROR_ARGUMENT, "ascending");
  options = options_of();
  options.struct_size = 0;
  assert_failed(niem_rank(&table, scores, NULL, &options, &err), &err, NIEM_ERROR_ARGUMENT, "options");
  query.bands = "mipex";
  assert_failed(niem_rank(&table, scores, &query, NULL, &err), &err, NIEM_ERROR_ARGUMENT, "bands");
  query = query_of("2020", NULL);
  assert_int_equal(niem_rank(&table, scores, &query, NULL, &err), NIEM_ERROR_REFERENCE);
  query = query_of(NULL, "health");
  assert_int_equal(niem_spread(&table, scores, &query, &err), NIEM_ERROR_REFERENCE);
  assert_int_equal(niem_rank(&table, scores, &query, NULL, NULL), NIEM_ERROR_REFERENCE);
  assert_null(table);
}

/* Every comparison, in turn: each makes its table or says that memory was short. */
static void compare_all(void) {
  niem_compare_options options = population(6);
  niem_query one = query_of("2019", "overall"), all = query_of(NULL, NULL), common = query_of("2021", NULL);
  niem_table *tables[11] = {NULL};
  niem_error err;
  niem_status status = NIEM_OK;
  common.group = "shared";
  for (int k = 0; k < 11 && status == NIEM_OK; k++) {
    niem_table **to = &tables[k];
    status = k == 0   ? niem_rank(to, scores, NULL, NULL, &err)
             : k == 1 ? niem_average(to, scores, &one, &options, &err)
             : k == 2 ? niem_difference(to, scores, &one, &options, &err)
             : k == 3 ? niem_change(to, scores, "2019", "2021", NULL, NULL, &err)
             : k == 4 ? niem_change_summary(to, scores, "2019", "2021", NULL, NULL, &err)
             : k == 5 ? niem_change_causes(to, scores, "2019", "2021", &one, &err)
             : k == 6 ? niem_spread(to, scores, &all, &err)
             : k == 7 ? niem_practice(to, scores, &all, NULL, &err)
             : k == 8 ? niem_group_difference(to, scores, "refugee", "subsidiary", NULL, &err)
             : k == 9 ? niem_contributions(to, scores, NULL, &err)
                      : niem_contributions(to, scores, &common, &err);
    if (k == 5) { /* the round of `one` is refused; ask again without it */
      one.round = NULL;
      status = status == NIEM_ERROR_MEMORY ? status : niem_change_causes(to, scores, "2019", "2021", &one, &err);
    }
    assert_true(status == NIEM_OK || status == NIEM_ERROR_MEMORY);
    assert_int_equal(tables[k] == NULL, status != NIEM_OK);
  }
  for (int k = 0; k < 11; k++) {
    niem_table_free(tables[k]);
  }
}

static void memory_runs_out(void **state) {
  (void)state;
  for (long nth = 0; nth == 0 || allocation_failed; nth++) {
    allocations_left = nth;
    allocation_failed = 0;
    compare_all();
    allocations_left = -1;
  }
}

static int make_scores(void **state) {
  (void)state;
  scores = score_texts(FRAMEWORK, ANSWERS);
  return 0;
}

static int free_scores(void **state) {
  (void)state;
  niem_scores_free(scores);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ranks_share_the_least_place),
      cmocka_unit_test(ranks_by_options),
      cmocka_unit_test(ranks_within_the_query),
      cmocka_unit_test(averages_and_the_balanced_panel),
      cmocka_unit_test(averages_weighted_by_population),
      cmocka_unit_test(weights_are_checked),
      cmocka_unit_test(differences_from_the_average),
      cmocka_unit_test(differences_from_other_references),
      cmocka_unit_test(differences_from_nobody),
      cmocka_unit_test(references_are_checked),
      cmocka_unit_test(changes_between_rounds),
      cmocka_unit_test(changes_counted),
      cmocka_unit_test(rounds_of_a_change_are_checked),
      cmocka_unit_test(causes_of_a_change),
      cmocka_unit_test(causes_add_up),
      cmocka_unit_test(spread_over_dimensions),
      cmocka_unit_test(practice_of_the_best_and_the_worst),
      cmocka_unit_test(practice_with_gaps_and_merges),
      cmocka_unit_test(practice_of_one_unit_is_its_score),
      cmocka_unit_test(groups_on_common_ground),
      cmocka_unit_test(groups_are_checked),
      cmocka_unit_test(contributions_of_the_children),
      cmocka_unit_test(contributions_in_merges),
      cmocka_unit_test(contributions_add_up),
      cmocka_unit_test(contributions_are_checked),
      cmocka_unit_test(options_without_a_part_are_refused),
      cmocka_unit_test(arguments_are_checked),
      cmocka_unit_test(memory_runs_out),
  };
  return cmocka_run_group_tests(tests, make_scores, free_scores);
}
