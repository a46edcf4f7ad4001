/* The chain of a method's steps on a framework: what is refused and in which words; units that were screened out;
 * columns without values; rounds without a fit; memory that runs out. That the numbers are right is for the vectors of
 * bindings/conformance/chain.json. */
#include "base/platform.h"

#include "made.h"

#include "base/exact.h"
#include "fail_allocation.h"

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

#define FRAMEWORK_OF(rounds, indexes)                                                                     \
  "{\"format\":\"niem-framework/1\",\"id\":\"steps\",\"version\":\"1\","                                  \
  "\"facets\":[{\"id\":\"topic\",\"values\":[{\"id\":\"material\"},{\"id\":\"social\"}]}],"               \
  "\"groups\":[{\"id\":\"ref\"},{\"id\":\"sub\"},{\"id\":\"both\",\"merge\":[\"ref\",\"sub\"]},"          \
  "{\"id\":\"common\",\"merge\":[\"ref\",\"sub\"],\"over\":\"common\"}],\"default_group\":\"ref\","       \
  "\"units\":[{\"id\":\"A\",\"aliases\":[\"Alpha\"]},{\"id\":\"B\"},{\"id\":\"C\"},{\"id\":\"D\"}],"      \
  "\"rounds\":[" rounds                                                                                   \
  "],"                                                                                                    \
  "\"peers\":[{\"id\":\"near\",\"set\":\"place\",\"units\":[\"A\",\"Z\"]},"                               \
  "{\"id\":\"far\",\"set\":\"place\",\"units\":[\"C\",\"D\"]},{\"id\":\"alone\",\"units\":[\"B\"]}],"     \
  "\"indicators\":["                                                                                      \
  "{\"id\":\"GDP\",\"scored\":false,\"scale\":{\"kind\":\"numeric\"}},"                                   \
  "{\"id\":\"X\",\"topic\":\"material\",\"denominator\":\"GDP\",\"scale\":{\"kind\":\"numeric\"}},"       \
  "{\"id\":\"Y\",\"topic\":\"material\",\"scale\":{\"kind\":\"numeric\",\"direction\":-1,\"target\":1}}," \
  "{\"id\":\"P\",\"topic\":\"social\",\"scale\":{\"kind\":\"numeric\",\"worst\":0,\"best\":10}},"         \
  "{\"id\":\"B1\",\"topic\":\"social\",\"scale\":{\"kind\":\"binary\"}},"                                 \
  "{\"id\":\"K\",\"topic\":\"social\",\"scale\":{\"kind\":\"composite\",\"of\":[\"K1\",\"K2\"]}},"        \
  "{\"id\":\"K1\",\"scale\":{\"kind\":\"numeric\"}},{\"id\":\"K2\",\"scale\":{\"kind\":\"binary\"}}],"    \
  "\"indexes\":[" indexes "],\"default_index\":\"all\"}"
#define DATED \
  "{\"id\":\"2017\",\"date\":\"2017-03-31\"},{\"id\":\"2019\",\"date\":\"2019-03-31\",\"aliases\":[\"last\"]}"
#define BY_TOPIC "{\"id\":\"all\",\"levels\":[\"topic\"]}"
static const char FRAMEWORK[] = FRAMEWORK_OF(DATED, BY_TOPIC);
static const char TWO_INDEXES[] =
    FRAMEWORK_OF(DATED, BY_TOPIC ",{\"id\":\"few\",\"only\":{\"topic\":[\"material\"]},\"weights\":{\"X\":3}}");

/* unit, round, group: GDP X Y P B1 K1 K2; a blank cell is a gap. */
#define CELL(place, gdp, x, y, p, b, k1, k2)                                                                          \
  place ",GDP," gdp "\n" place ",X," x "\n" place ",Y," y "\n" place ",P," p "\n" place ",B1," b "\n" place ",K1," k1 \
        "\n" place ",K2," k2 "\n"
static const char ROWS[] = "unit,round,group,indicator,answer\n" CELL(
    "A,2017,ref", "10", "5", "1", "5", "yes", "3", "no") CELL("A,2017,sub", "10", "7", "2", "2", "no", "4", "yes")
    CELL("A,2019,ref", "20", "9", "3", "", "yes", "", "no") CELL("A,2019,sub", "20", "", "9", "8", "no", "8", "yes")
        CELL("B,2017,ref", "10", "1", "8", "10", "no", "9", "yes")
            CELL("B,2017,sub", "10", "2", "", "1", "yes", "7", "no")
                CELL("C,2017,ref", "5", "3", "6", "9", "no", "1", "no")
                    CELL("C,2019,ref", "8", "4", "5", "6", "yes", "2", "yes")
                        CELL("D,2019,ref", "4", "", "", "", "yes", "", "");

#define METHOD(steps) "{\"format\":\"niem-method/1\",\"steps\":[" steps "]}"
#define MINMAX "{\"step\":\"normalise\",\"method\":\"minmax\"}"

static int is_nan(double x) {
  return x != x;
}

static niem_status score_by(niem_scores **scores, const char *framework_text, const char *rows, const char *method_text,
                            const char *index, niem_error *err) {
  niem_framework *framework = framework_of(framework_text);
  niem_answers *answers = answers_of(framework, rows);
  niem_method *method = method_of(method_text);
  niem_score_options options;
  niem_score_options_init(&options);
  options.index = index;
  *scores = (niem_scores *)(uintptr_t)1;
  const niem_status status = niem_score(scores, framework, answers, method, &options, NULL, err);
  assert_true((status == NIEM_OK) == (*scores != NULL));
  niem_framework_free(framework);
  niem_answers_free(answers);
  niem_method_free(method);
  return status;
}

static niem_scores *scored(const char *framework_text, const char *rows, const char *method_text) {
  niem_scores *scores = NULL;
  niem_error err;
  if (score_by(&scores, framework_text, rows, method_text, NULL, &err) != NIEM_OK) {
    show(&err);
    fail();
  }
  return scores;
}

/* --- what a method is refused for --- */

static void refuse_method(const char *steps, niem_status status, const char *where, const char *part) {
  char text[2000];
  niem_method *method = (niem_method *)(uintptr_t)1;
  niem_error err;
  (void)snprintf(text, sizeof text, METHOD("%s"), steps);
  if (niem_method_parse(&method, NULL, text, (int64_t)strlen(text), &err) != status) {
    print_error("%s\n", steps);
    show(&err);
  }
  assert_null(method);
  check_error(&err, status, -1, where, part);
}

static void test_refused_methods(void **state) {
  (void)state;
  static const struct {
    const char *steps;
    niem_status status;
    const char *where, *part;
  } cases[] = {
      {"{}", NIEM_ERROR_FORMAT, "/steps/0", "a step needs \"step\""},
      {"{\"step\":\"rank\"}", NIEM_ERROR_VALUE, "/steps/0/step", "one of: screen denominate"},
      {"3", NIEM_ERROR_FORMAT, "/steps/0", "object"},
      {MINMAX ",{\"step\":\"screen\",\"level\":\"topic\"}", NIEM_ERROR_FORMAT, "/steps/1/level", "unknown"},
      {"{\"step\":\"screen\",\"min_available\":1.5}", NIEM_ERROR_VALUE, "/steps/0/min_available", "between 0 and 1"},
      {"{\"step\":\"screen\",\"method\":\"all\"}", NIEM_ERROR_VALUE, "/steps/0/method", "missing zeros both"},
      {"{\"step\":\"screen\",\"in\":7}", NIEM_ERROR_FORMAT, "/steps/0/in", "list"},
      {"{\"step\":\"denominate\",\"by\":[\"GDP\"]}", NIEM_ERROR_FORMAT, "/steps/0/by", "must be an object such as"},
      {"{\"step\":\"denominate\",\"by\":{\"X\":1}}", NIEM_ERROR_FORMAT, "/steps/0/by/X", "text"},
      {"{\"step\":\"denominate\",\"scales\":\"k\"}", NIEM_ERROR_FORMAT, "/steps/0/scales", "numbers by name"},
      {"{\"step\":\"denominate\",\"scales\":{\"X\":null}}", NIEM_ERROR_FORMAT, "/steps/0/scales/X", "a number"},
      {"{\"step\":\"impute\",\"method\":\"guess\"}", NIEM_ERROR_VALUE, "/steps/0/method", "row_mean"},
      {"{\"step\":\"impute\",\"max_age\":2}", NIEM_ERROR_ARGUMENT, "/steps/0/max_age",
       "no part in the method \"mean\""},
      {"{\"step\":\"impute\",\"method\":\"latest\",\"groups\":\"place\"}", NIEM_ERROR_ARGUMENT, "/steps/0/groups",
       "\"latest\""},
      {"{\"step\":\"impute\",\"method\":\"em\",\"neighbours\":3}", NIEM_ERROR_ARGUMENT, "/steps/0/neighbours",
       "\"em\""},
      {"{\"step\":\"impute\",\"method\":\"neighbours\",\"neighbours\":2.5}", NIEM_ERROR_VALUE, "/steps/0/neighbours",
       "whole number"},
      {"{\"step\":\"impute\",\"method\":\"em\",\"max_iterations\":1.5}", NIEM_ERROR_VALUE, "/steps/0/max_iterations",
       "whole number"},
      {"{\"step\":\"impute\",\"fit\":{\"round\":\"2017\"}}", NIEM_ERROR_VALUE, "/steps/0/fit", "pooled round"},
      {"{\"step\":\"impute\",\"level\":\"topic\"}", NIEM_ERROR_ARGUMENT, "/steps/0/level", "\"mean\""},
      {"{\"step\":\"treat\",\"max_points\":0.5}", NIEM_ERROR_VALUE, "/steps/0/max_points", "whole number"},
      {"{\"step\":\"treat\",\"transform\":\"sqrt\"}", NIEM_ERROR_VALUE, "/steps/0/transform", "box_cox"},
      {"{\"step\":\"treat\",\"winsorise\":1}", NIEM_ERROR_FORMAT, "/steps/0/winsorise", "true or false"},
      {"{\"step\":\"normalise\",\"method\":\"best\"}", NIEM_ERROR_VALUE, "/steps/0/method", "minmax zscore"},
      {"{\"step\":\"normalise\",\"fit\":\"base\"}", NIEM_ERROR_VALUE, "/steps/0/fit", "pooled round"},
      {"{\"step\":\"normalise\",\"fit\":{}}", NIEM_ERROR_FORMAT, "/steps/0/fit", "\"round\" is needed"},
      {"{\"step\":\"normalise\",\"reference\":{\"unit\":\"A\"}}", NIEM_ERROR_FORMAT, "/steps/0/reference", "it alone"},
      {"{\"step\":\"normalise\",\"method\":\"distance_reference\"}", NIEM_ERROR_FORMAT, "/steps/0", "\"reference\""},
      {"{\"step\":\"normalise\",\"method\":\"distance_reference\",\"reference\":{}}", NIEM_ERROR_FORMAT,
       "/steps/0/reference", "\"unit\" is needed"},
      {"{\"step\":\"normalise\",\"method\":\"bands\",\"cuts\":[]}", NIEM_ERROR_FORMAT, "/steps/0/cuts", "not empty"},
      {"{\"step\":\"normalise\",\"method\":\"zscore\",\"low\":0}", NIEM_ERROR_ARGUMENT, "/steps/0/low",
       "no part in the method \"zscore\""},
      {"{\"step\":\"normalise\",\"sd\":10}", NIEM_ERROR_ARGUMENT, "/steps/0/sd", "\"minmax\""},
      {"{\"step\":\"normalise\",\"method\":\"rank\",\"lower\":1}", NIEM_ERROR_ARGUMENT, "/steps/0/lower", "\"rank\""},
      {"{\"step\":\"normalise\",\"method\":\"goalposts\",\"low\":1}", NIEM_ERROR_FORMAT, "/steps/0",
       "needs \"low\" and \"high\""},
      {"{\"step\":\"treat\",\"factor\":2}", NIEM_ERROR_ARGUMENT, "/steps/0/factor", "\"log_ct\""},
      {"{\"step\":\"treat\",\"transform\":\"log\",\"lambda\":0.5}", NIEM_ERROR_ARGUMENT, "/steps/0/lambda", "\"log\""},
      {"{\"step\":\"screen\",\"min_nonzero\":0.5}", NIEM_ERROR_ARGUMENT, "/steps/0/min_nonzero", "\"missing\""},
      {"{\"step\":\"impute\",\"method\":\"latest\",\"fit\":\"round\"}", NIEM_ERROR_ARGUMENT, "/steps/0/fit",
       "\"latest\""},
      {"{\"step\":\"impute\",\"method\":\"row_mean\",\"index\":\"all\"}", NIEM_ERROR_ARGUMENT, "/steps/0/index",
       "there is none"},
      {"{\"step\":\"weigh\",\"method\":\"influence\",\"targets\":2}", NIEM_ERROR_FORMAT, "/steps/0/targets",
       "by child"},
      {"{\"step\":\"normalise\",\"level\":\"topic\"}", NIEM_ERROR_FORMAT, "/steps/0/level", "unknown"},
      {"{\"step\":\"weigh\",\"level\":\"topic\",\"nodes\":[\"social\"]}", NIEM_ERROR_FORMAT, "/steps/0",
       "not for both"},
      {"{\"step\":\"weigh\",\"weights\":{\"X\":1},\"level\":\"topic\"}", NIEM_ERROR_ARGUMENT, "/steps/0/level",
       "\"given\""},
      {"{\"step\":\"weigh\",\"components\":2}", NIEM_ERROR_ARGUMENT, "/steps/0/components", "\"equal\""},
      {"{\"step\":\"weigh\",\"method\":\"pca\",\"components\":1.5}", NIEM_ERROR_VALUE, "/steps/0/components", "whole"},
      {"{\"step\":\"weigh\",\"method\":\"pca\",\"targets\":{\"X\":1}}", NIEM_ERROR_ARGUMENT, "/steps/0/targets",
       "\"pca\""},
      {"{\"step\":\"weigh\",\"weights\":3}", NIEM_ERROR_FORMAT, "/steps/0", "numbers by node"},
      {"{\"step\":\"weigh\",\"weights\":{}}", NIEM_ERROR_FORMAT, "/steps/0", "numbers by node"},
      {"{\"step\":\"weigh\",\"weights\":{\"X\":null}}", NIEM_ERROR_FORMAT, "/steps/0/weights/X", "a number"},
      {"{\"step\":\"weigh\",\"weights\":{\"X\":-1}}", NIEM_ERROR_VALUE, "/steps/0/weights/X", "between 0 and"},
      {"{\"step\":\"weigh\",\"weights\":{\"X\":1e-300}}", NIEM_ERROR_VALUE, "/steps/0/weights/X", "1e-9"},
      {"{\"step\":\"weigh\",\"method\":\"ahp\",\"children\":[\"X\",\"Y\"]}", NIEM_ERROR_FORMAT, "/steps/0",
       "\"matrix\""},
      {"{\"step\":\"weigh\",\"method\":\"ahp\",\"children\":[\"X\",\"Y\"],\"matrix\":[[1,2]]}", NIEM_ERROR_FORMAT,
       "/steps/0/matrix", "as many rows"},
      {"{\"step\":\"weigh\",\"method\":\"budget\",\"children\":[\"X\",\"Y\"],\"matrix\":[[1,2,3]]}", NIEM_ERROR_FORMAT,
       "/steps/0/matrix/0", "a list of 2 numbers"},
      {"{\"step\":\"weigh\",\"method\":\"budget\",\"children\":[\"X\",\"Y\"],\"matrix\":[[1,\"2\"]]}",
       NIEM_ERROR_FORMAT, "/steps/0/matrix/0/1", "or null"},
      {"{\"step\":\"weigh\",\"method\":\"budget\",\"level\":\"topic\",\"children\":[\"X\"],\"matrix\":[[1]]}",
       NIEM_ERROR_ARGUMENT, "/steps/0/level", "\"budget\""},
      {"{\"step\":\"aggregate\",\"method\":\"mode\"}", NIEM_ERROR_VALUE, "/steps/0/method", "benefit_of_doubt"},
      {"{\"step\":\"aggregate\",\"method\":\"owa\"}", NIEM_ERROR_ARGUMENT, "/steps/0", "order_weights"},
      {"{\"step\":\"aggregate\",\"power\":2}", NIEM_ERROR_ARGUMENT, "/steps/0", "power"},
      {"{\"step\":\"aggregate\",\"method\":\"mpi\",\"penalty\":0}", NIEM_ERROR_VALUE, "/steps/0/penalty", "-1 where"},
      {"{\"step\":\"aggregate\",\"method\":\"median\",\"least_share\":0.1}", NIEM_ERROR_ARGUMENT,
       "/steps/0/least_share", "\"median\""},
      {"{\"step\":\"aggregate\",\"method\":\"benefit_of_doubt\",\"alpha\":1}", NIEM_ERROR_ARGUMENT, "/steps/0/alpha",
       "\"benefit_of_doubt\""},
      {"{\"step\":\"aggregate\",\"indicators\":[\"X\"]}", NIEM_ERROR_FORMAT, "/steps/0/indicators", "unknown"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    refuse_method(cases[i].steps, cases[i].status, cases[i].where, cases[i].part);
  }
}

static void test_too_many_steps(void **state) {
  (void)state;
  enum { STEPS = 1001 };
  char *text = calloc(STEPS * 24 + 100, 1);
  niem_method *method = NULL;
  niem_error err;
  assert_non_null(text);
  strcpy(text, "{\"format\":\"niem-method/1\",\"steps\":[");
  for (int i = 0; i < STEPS; i++) {
    strcat(text, i == 0 ? "{\"step\":\"treat\"}" : ",{\"step\":\"treat\"}");
  }
  strcat(text, "]}");
  assert_int_equal(niem_method_parse(&method, NULL, text, (int64_t)strlen(text), &err), NIEM_ERROR_LIMIT);
  check_error(&err, NIEM_ERROR_LIMIT, -1, "/steps", "at most 1000");
  free(text);
}

/* --- what scoring is refused for --- */

static void refuse_on(const char *framework, const char *rows, const char *steps, niem_status status, const char *where,
                      const char *part) {
  char text[2000];
  niem_scores *scores = NULL;
  niem_error err;
  (void)snprintf(text, sizeof text, METHOD("%s"), steps);
  if (score_by(&scores, framework, rows, text, NULL, &err) != status) {
    print_error("%s\n", steps);
    show(&err);
  }
  assert_null(scores);
  check_error(&err, status, -1, where, part);
  assert_int_equal(score_by(&scores, framework, rows, text, NULL, NULL), status);
}

static void refuse(const char *steps, niem_status status, const char *where, const char *part) {
  refuse_on(FRAMEWORK, ROWS, steps, status, where, part);
}

static void test_refused_preparations(void **state) {
  (void)state;
  refuse("{\"step\":\"screen\"}", NIEM_ERROR_UNSUPPORTED, "method", "X is scored but has neither goalposts");
  refuse("{\"step\":\"screen\",\"indicators\":[\"Q\"]}," MINMAX, NIEM_ERROR_REFERENCE, "method/steps/0/indicators",
         "step 1 (screen): \"Q\" is no indicator");
  refuse("{\"step\":\"screen\",\"indicators\":[\"K\"]}," MINMAX, NIEM_ERROR_REFERENCE, "method/steps/0/indicators",
         "\"K\" is a composite");
  refuse("{\"step\":\"screen\",\"indicators\":[\"X\",\"P\",\"X\"]}," MINMAX, NIEM_ERROR_DUPLICATE,
         "method/steps/0/indicators", "\"X\" is named twice");
  refuse("{\"step\":\"screen\",\"in\":[\"Z\"]}," MINMAX, NIEM_ERROR_REFERENCE, "method/steps/0/in", "\"Z\" is no unit");
  refuse("{\"step\":\"screen\",\"in\":[\"A\"],\"out\":[\"Alpha\"]}," MINMAX, NIEM_ERROR_DUPLICATE, "method/steps/0/out",
         "\"A\" is both kept and left out");
  char *negative = edited(ROWS, "A,2017,ref,X,5", "A,2017,ref,X,-5");
  refuse_on(FRAMEWORK, negative,
            "{\"step\":\"treat\",\"transform\":\"log\",\"winsorise\":false,\"force\":true}," MINMAX, NIEM_ERROR_VALUE,
            "method/steps/0", "step 1 (treat): A 2017 ref, indicator X is -5; ");
  free(negative);
  refuse(MINMAX ",{\"step\":\"denominate\"}", NIEM_ERROR_UNSUPPORTED, "method/steps/1", "before \"normalise\"");
  refuse(MINMAX ",{\"step\":\"treat\"}", NIEM_ERROR_UNSUPPORTED, "method/steps/1", "before \"normalise\"");
  refuse("{\"step\":\"denominate\",\"indicators\":[\"Y\"]}," MINMAX, NIEM_ERROR_REFERENCE, "method/steps/0/by",
         "no indicator has a denominator");
  refuse("{\"step\":\"denominate\",\"by\":{\"Y\":\"P\"}}," MINMAX ",{\"step\":\"denominate\",\"by\":{\"X\":\"P\"}}",
         NIEM_ERROR_UNSUPPORTED, "method/steps/2/by", "\"X\" is no numeric indicator");
  refuse("{\"step\":\"denominate\",\"by\":{\"X\":\"B1\"}}," MINMAX, NIEM_ERROR_UNSUPPORTED, "method/steps/0/by",
         "denominator \"B1\" of \"X\" is no number");
  refuse("{\"step\":\"denominate\",\"by\":{\"B1\":\"GDP\"}}," MINMAX, NIEM_ERROR_UNSUPPORTED, "method/steps/0/by",
         "\"B1\" is no numeric indicator");
  refuse("{\"step\":\"denominate\",\"by\":{\"X\":\"NO\"}}," MINMAX, NIEM_ERROR_REFERENCE, "method/steps/0/by",
         "\"NO\"");
  char *zero = edited(ROWS, "A,2017,sub,GDP,10", "A,2017,sub,GDP,0");
  refuse_on(FRAMEWORK, zero, "{\"step\":\"denominate\"}," MINMAX, NIEM_ERROR_VALUE, "method/steps/0/by",
            "A 2017 sub: denominator GDP of indicator X is not positive");
  free(zero);
  refuse("{\"step\":\"treat\",\"indicators\":[\"B1\"]}," MINMAX, NIEM_ERROR_UNSUPPORTED, "method/steps/0/indicators",
         "\"B1\" is on its scale of 0-100 already");
  refuse(MINMAX ",{\"step\":\"normalise\",\"indicators\":[\"X\"]}", NIEM_ERROR_UNSUPPORTED, "method/steps/1/indicators",
         "\"X\" is on its scale");
  refuse(
      "{\"step\":\"treat\",\"transform\":\"log\",\"max_points\":0,\"force\":true,\"winsorise\":false},"
      "{\"step\":\"normalise\",\"method\":\"minmax\",\"indicators\":[\"X\"]},"
      "{\"step\":\"normalise\",\"method\":\"rank\",\"indicators\":[\"GDP\"]}",
      NIEM_ERROR_UNSUPPORTED, "method", "Y is scored");
}

static void test_refused_imputations(void **state) {
  (void)state;
  refuse("{\"step\":\"impute\",\"groups\":\"alone\"}," MINMAX, NIEM_ERROR_REFERENCE, "method/steps/0/groups",
         "no set of peer groups");
  refuse("{\"step\":\"impute\",\"method\":\"em\",\"max_iterations\":1,\"indicators\":[\"X\",\"Y\"]}," MINMAX,
         NIEM_ERROR_LIMIT, "method/steps/0/max_iterations", "(impute): max_iterations is 1, and EM did not converge");
  refuse("{\"step\":\"impute\",\"method\":\"row_mean\"}," MINMAX, NIEM_ERROR_UNSUPPORTED, "method/steps/0/method",
         "X is not normalised yet");
  refuse(MINMAX ",{\"step\":\"impute\",\"method\":\"row_mean\",\"level\":\"area\"}", NIEM_ERROR_REFERENCE,
         "method/steps/1/level", "no level \"area\"");
  refuse(MINMAX ",{\"step\":\"impute\",\"method\":\"row_mean\",\"level\":\"topic\",\"index\":\"none\"}",
         NIEM_ERROR_REFERENCE, "method/steps/1/index", "\"none\" is no index");
  refuse("{\"step\":\"impute\",\"method\":\"regression\",\"predictors\":[\"GDP\",\"P\"]}," MINMAX, NIEM_ERROR_REFERENCE,
         "method/steps/0/predictors", "\"GDP\" is not among the indicators");
  char *none = edited(TWO_INDEXES, ",\"default_index\":\"all\"", "");
  refuse_on(none, ROWS, MINMAX ",{\"step\":\"impute\",\"method\":\"row_mean\",\"level\":\"topic\"}",
            NIEM_ERROR_AMBIGUOUS, "method/steps/1/index", "the framework has several");
  free(none);
  static const char undated[] = FRAMEWORK_OF("{\"id\":\"2017\"},{\"id\":\"2019\"}", BY_TOPIC);
  static const char named[] = FRAMEWORK_OF("{\"id\":\"2017\",\"date\":\"2017-03-31\"},{\"id\":\"2019\"}", BY_TOPIC);
  static const char alike[] =
      FRAMEWORK_OF("{\"id\":\"2017\",\"date\":\"2017-03-31\"},{\"id\":\"2019\",\"date\":\"2017-03-31\"}", BY_TOPIC);
  static const char latest[] = "{\"step\":\"impute\",\"method\":\"latest\"}," MINMAX;
  niem_scores *years =
      scored(undated, ROWS, METHOD("{\"step\":\"impute\",\"method\":\"latest\",\"max_age\":2}," MINMAX));
  niem_scores_free(years);
  refuse_on(named, ROWS, latest, NIEM_ERROR_VALUE, "method/steps/0/method", "round \"2019\" has no date");
  refuse_on(alike, ROWS, latest, NIEM_ERROR_DUPLICATE, "method/steps/0/method", "are of the same time");
}

static void test_refused_normalisations(void **state) {
  (void)state;
#define NORMALISE(more) "{\"step\":\"normalise\"," more "}"
  refuse(NORMALISE("\"method\":\"scaled\",\"low\":0,\"high\":{\"X\":9}"), NIEM_ERROR_ARGUMENT, "method/steps/0/high",
         "Y has no number in \"high\"");
  refuse(NORMALISE("\"method\":\"scaled\",\"low\":0,\"high\":{\"Q\":9}"), NIEM_ERROR_REFERENCE, "method/steps/0/high",
         "\"Q\" is no indicator");
  refuse(NORMALISE("\"method\":\"distance_target\""), NIEM_ERROR_ARGUMENT, "method/steps/0/targets", "X has no number");
  refuse(NORMALISE("\"fit\":{\"round\":\"2021\"}"), NIEM_ERROR_REFERENCE, "method/steps/0/fit",
         "\"2021\" is no round of these scores; there are: 2017, 2019");
  refuse(NORMALISE("\"method\":\"rank\",\"ties\":\"first\",\"fit\":{\"round\":\"2017\"}"), NIEM_ERROR_UNSUPPORTED,
         "method/steps/0/ties", "(normalise): round 2017: ties cannot be applied to another matrix");
  refuse("{\"step\":\"screen\",\"method\":\"missing\",\"min_available\":0,\"out\":[\"A\",\"B\",\"C\"]}," NORMALISE(
             "\"fit\":{\"round\":\"2017\"}"),
         NIEM_ERROR_VALUE, "method/steps/1/fit", "every unit of round \"2017\" was screened out");
  refuse(NORMALISE("\"method\":\"scaled\",\"low\":9,\"high\":5"), NIEM_ERROR_VALUE, "method/steps/0/low",
         "(normalise): indicator X: low is not below its high");
  refuse("{\"step\":\"screen\",\"min_available\":0,\"out\":[\"A\"]}," NORMALISE("\"fit\":\"round\""), NIEM_ERROR_VALUE,
         "method/steps/1", "(normalise): round 2019, indicator X: all its values are the same");
  refuse("{\"step\":\"screen\",\"min_available\":0,\"out\":[\"A\"]}," NORMALISE("\"fit\":{\"round\":\"2019\"}"),
         NIEM_ERROR_VALUE, "method/steps/1", "(normalise): round 2019, indicator X: all its values are the same");
#define REFERENCE(more) NORMALISE("\"method\":\"distance_reference\",\"reference\":{" more "}")
  refuse(REFERENCE("\"unit\":\"A\""), NIEM_ERROR_REFERENCE, "method/steps/0/reference", "\"group\" must name");
  refuse(REFERENCE("\"unit\":\"A\",\"group\":\"both\""), NIEM_ERROR_REFERENCE, "method/steps/0/reference", "no merges");
  refuse(REFERENCE("\"unit\":\"A\",\"group\":\"ref\""), NIEM_ERROR_AMBIGUOUS, "method/steps/0/reference",
         "its \"round\"");
  refuse(REFERENCE("\"unit\":\"Z\",\"group\":\"ref\""), NIEM_ERROR_REFERENCE, "method/steps/0/reference", "no answers");
  refuse(REFERENCE("\"unit\":\"A\",\"group\":\"ref\",\"round\":\"2021\""), NIEM_ERROR_REFERENCE,
         "method/steps/0/reference", "\"2021\" is no round");
  refuse(REFERENCE("\"unit\":\"D\",\"group\":\"ref\""), NIEM_ERROR_VALUE, "method/steps/0/reference",
         "\"D\" has no value of indicator X");
  char *same = edited(ROWS, "A,2017,sub,K1,4\n", "A,2017,sub,K1,\n");
  niem_framework *framework = framework_of(FRAMEWORK);
  niem_framework_free(framework);
  refuse_on(FRAMEWORK, same, NORMALISE("\"method\":\"scaled\",\"low\":5,\"high\":5"), NIEM_ERROR_VALUE,
            "method/steps/0/low", "indicator X");
  free(same);
}

static void test_refused_trees(void **state) {
  (void)state;
  refuse(MINMAX ",{\"step\":\"aggregate\",\"method\":\"median\",\"level\":\"area\"}", NIEM_ERROR_REFERENCE,
         "method/steps/1/level", "their levels are: index, topic, indicator");
  refuse(MINMAX ",{\"step\":\"aggregate\",\"method\":\"median\",\"nodes\":[\"material\",\"nothing\"]}",
         NIEM_ERROR_REFERENCE, "method/steps/1/nodes", "\"nothing\" is no node of any index");
  refuse(MINMAX ",{\"step\":\"aggregate\",\"method\":\"median\",\"nodes\":[\"X\"]}", NIEM_ERROR_REFERENCE,
         "method/steps/1/nodes", "\"X\" is an indicator");
  refuse(MINMAX ",{\"step\":\"aggregate\",\"method\":\"median\",\"index\":\"none\"}", NIEM_ERROR_REFERENCE,
         "method/steps/1/index", "\"none\" is no index");
  refuse(MINMAX ",{\"step\":\"weigh\",\"weights\":{\"all\":2}}", NIEM_ERROR_REFERENCE, "method/steps/1/weights",
         "the top");
  refuse(MINMAX ",{\"step\":\"weigh\",\"weights\":{\"XX\":2}}", NIEM_ERROR_REFERENCE, "method/steps/1/weights",
         "\"XX\"");
  refuse(MINMAX ",{\"step\":\"weigh\",\"weights\":{\"X\":0,\"Y\":0}}", NIEM_ERROR_VALUE, "method/steps/1/weights",
         "the children of \"topic=material\" are all 0");
  refuse(MINMAX
         ",{\"step\":\"weigh\",\"method\":\"influence\",\"nodes\":[\"material\"],\"targets\":{\"X\":1,\"Y\":1,"
         "\"QQ\":2}}",
         NIEM_ERROR_REFERENCE, "method/steps/1/targets", "\"QQ\"");
  refuse(MINMAX ",{\"step\":\"weigh\",\"method\":\"influence\",\"nodes\":[\"material\"],\"targets\":{\"X\":1}}",
         NIEM_ERROR_ARGUMENT, "method", "child \"Y\" of \"topic=material\" has no target");
#define BUDGET(children, row) \
  ",{\"step\":\"weigh\",\"method\":\"budget\",\"children\":[" children "],\"matrix\":[[" row "]]}"
  refuse(MINMAX BUDGET("\"X\",\"P\"", "1,2"), NIEM_ERROR_TREE, "method/steps/1/children", "all those of one node");
  refuse(MINMAX BUDGET("\"X\",\"X\"", "1,2"), NIEM_ERROR_TREE, "method/steps/1/children", "each once");
  refuse(MINMAX BUDGET("\"P\",\"B1\"", "1,2"), NIEM_ERROR_TREE, "method/steps/1/children", "all those of one node");
  refuse(MINMAX BUDGET("\"X\",\"ZZ\"", "1,2"), NIEM_ERROR_REFERENCE, "method/steps/1/children", "\"ZZ\"");
  refuse(MINMAX BUDGET("\"X\",\"Y\"", "1,-2"), NIEM_ERROR_VALUE, "method/steps/1/matrix", "not negative");
  refuse(MINMAX ",{\"step\":\"weigh\",\"method\":\"ahp\",\"children\":[\"X\",\"Y\"],\"matrix\":[[1,2],[2,1]]}",
         NIEM_ERROR_VALUE, "method/steps/1/matrix", "");
  refuse(
      "{\"step\":\"normalise\",\"method\":\"zscore\"},{\"step\":\"weigh\",\"method\":\"entropy\",\"nodes\":["
      "\"material\"]}",
      NIEM_ERROR_VALUE, "method/steps/1", "ref: weights of node \"topic=material\": child X is -");
  refuse("{\"step\":\"normalise\",\"method\":\"zscore\"},{\"step\":\"aggregate\",\"method\":\"geometric\"}",
         NIEM_ERROR_VALUE, "method", "is a mean (geometric) of positive values");
  refuse(
      "{\"step\":\"normalise\",\"method\":\"zscore\"},{\"step\":\"aggregate\",\"method\":\"benefit_of_doubt\","
      "\"nodes\":["
      "\"material\"]}",
      NIEM_ERROR_VALUE, "method", "benefit_of_doubt of node \"topic=material\": child X is -");
  refuse(MINMAX ",{\"step\":\"aggregate\",\"method\":\"benefit_of_doubt\",\"nodes\":[\"material\"],\"most_share\":0.3}",
         NIEM_ERROR_VALUE, "method", "most_shares add up to less than 1");
  refuse(MINMAX ",{\"step\":\"aggregate\",\"method\":\"owa\",\"order_weights\":[1,1]}", NIEM_ERROR_VALUE, "method",
         "A 2017 ref: node \"topic=social\" has 3 children, and \"order_weights\" 2 places");
  refuse(
      "{\"step\":\"normalise\",\"method\":\"zscore\"},{\"step\":\"aggregate\",\"method\":\"mpi\",\"nodes\":["
      "\"material\"]}",
      NIEM_ERROR_VALUE, "method", "the mean of the children of \"topic=material\" is not positive");
  refuse("{\"step\":\"screen\",\"out\":[\"A\",\"B\",\"C\",\"D\"]}," MINMAX
         ",{\"step\":\"weigh\",\"method\":\"deviation\"}",
         NIEM_ERROR_VALUE, "method/steps/2", "every one was screened out");
}

static void test_too_many_children(void **state) {
  (void)state;
  enum { CHILDREN = 1025 };
  char *text = calloc(CHILDREN * 12 + 200, 1);
  niem_scores *scores = NULL;
  niem_error err;
  assert_non_null(text);
  strcpy(text, "{\"format\":\"niem-method/1\",\"steps\":[{\"step\":\"weigh\",\"method\":\"budget\",\"children\":[");
  for (int i = 0; i < CHILDREN; i++) {
    strcat(text, i == 0 ? "\"X\"" : ",\"X\"");
  }
  strcat(text, "],\"matrix\":[[");
  for (int i = 0; i < CHILDREN; i++) {
    strcat(text, i == 0 ? "1" : ",1");
  }
  strcat(text, "]]}]}");
  assert_int_equal(score_by(&scores, FRAMEWORK, ROWS, text, NULL, &err), NIEM_ERROR_LIMIT);
  check_error(&err, NIEM_ERROR_LIMIT, -1, "method/steps/0/children", "1025 children");
  free(text);
}

static void test_bands_off_the_scale(void **state) {
  (void)state;
  niem_scores *scores = NULL;
  niem_error err;
  static const char method[] =
      "{\"format\":\"niem-method/1\",\"bands\":\"thirds\",\"steps\":[{\"step\":\"normalise\","
      "\"method\":\"zscore\"}]}";
  assert_int_equal(score_by(&scores, FRAMEWORK, ROWS, method, NULL, &err), NIEM_ERROR_UNSUPPORTED);
  check_error(&err, NIEM_ERROR_UNSUPPORTED, -1, "method", "need not lie there");
}

/* --- several indexes --- */

/* A step for another index than the one that is scored is none that is unknown; scores are the same as among all. */
static void test_one_of_several_indexes(void **state) {
  (void)state;
  static const char method[] = METHOD(MINMAX
                                      ",{\"step\":\"aggregate\",\"method\":\"median\",\"index\":\"few\"},{\"step\":"
                                      "\"weigh\",\"weights\":{\"topic=social\":3}},{\"step\":\"aggregate\",\"method\":"
                                      "\"minimum\",\"level\":\"topic\"}");
  niem_scores *both = scored(TWO_INDEXES, ROWS, method);
  for (int i = 0; i < 2; i++) {
    static const char *const names[] = {"all", "few"};
    niem_scores *one = NULL;
    niem_error err;
    if (score_by(&one, TWO_INDEXES, ROWS, method, names[i], &err) != NIEM_OK) {
      show(&err);
    }
    assert_non_null(one);
    assert_true(value_of(one, "A", "2017", "ref", names[i]) == value_of(both, "A", "2017", "ref", names[i]));
    niem_scores_free(one);
  }
  niem_scores_free(both);
  niem_scores *scores = NULL;
  niem_error err;
  static const char wrong[] = METHOD(MINMAX ",{\"step\":\"aggregate\",\"method\":\"median\",\"level\":\"nothing\"}");
  assert_int_equal(score_by(&scores, TWO_INDEXES, ROWS, wrong, "all", &err), NIEM_ERROR_REFERENCE);
}

/* Experts' weights are for an index that has all the children; one that has some of them keeps its own. */
static void test_experts_of_one_index(void **state) {
  (void)state;
  static const char flat[] = FRAMEWORK_OF(DATED, BY_TOPIC ",{\"id\":\"few\",\"only\":{\"topic\":[\"material\"]}}");
  static const char method[] = METHOD(MINMAX BUDGET("\"topic=material\",\"topic=social\"", "1,4"));
  niem_scores *scores = scored(flat, ROWS, method);
  niem_scores *equal = scored(flat, ROWS, METHOD(MINMAX));
  assert_true(value_of(scores, "A", "2017", "ref", "all") != value_of(equal, "A", "2017", "ref", "all"));
  assert_true(value_of(scores, "A", "2017", "ref", "few") == value_of(equal, "A", "2017", "ref", "few"));
  niem_scores_free(scores);
  niem_scores_free(equal);
}

/* A later step goes over an earlier one, also over weights that come from the data. */
static void test_later_weights(void **state) {
  (void)state;
  niem_scores *later = scored(FRAMEWORK, ROWS,
                              METHOD(MINMAX ",{\"step\":\"weigh\",\"method\":\"deviation\",\"nodes\":[\"material\"]},"
                                            "{\"step\":\"weigh\",\"weights\":{\"X\":0}}"));
  niem_table *row = score_row(later, "A", "2017", "ref", "Y");
  assert_true(value_of(later, "A", "2017", "ref", "material") == real_at(row, "value", 0));
  niem_table_free(row);
  niem_scores_free(later);
}

/* --- units that were screened out --- */

#define OUT_A "{\"step\":\"screen\",\"min_available\":0,\"out\":[\"A\"]},"

static void assert_screened_out(const niem_scores *scores, const char *unit, const char *round, const char *group) {
  niem_table *row = score_row(scores, unit, round, group, "all");
  assert_string_equal(text_at(row, "state", 0), "screened_out");
  assert_true(is_nan(real_at(row, "value", 0)));
  assert_true(!is_nan(real_at(row, "coverage", 0)));
  niem_table_free(row);
}

/* Its values are not looked at, in merges it is as if it had none, and the bounds of others do not move. */
static void test_screened_takes_no_part(void **state) {
  (void)state;
  char *extreme = edited(ROWS, "A,2017,ref,X,5", "A,2017,ref,X,1e6");
  static const char steps[] = METHOD(OUT_A
                                     "{\"step\":\"normalise\",\"method\":\"minmax\",\"lower\":1},"
                                     "{\"step\":\"aggregate\",\"method\":\"geometric\",\"nodes\":[\"material\"]}");
  niem_scores *scores = scored(FRAMEWORK, extreme, steps);
  assert_screened_out(scores, "A", "2017", "ref");
  niem_table *row = score_row(scores, "B", "2017", "sub", "material");
  assert_true(real_at(row, "upper", 0) <= 100);
  niem_table_free(row);
  niem_scores_free(scores);
  free(extreme);
  /* -4 of the screened unit is no reason to refuse a geometric mean to the others */
  char *low = edited(ROWS, "A,2017,ref,X,5", "A,2017,ref,X,-4");
  niem_scores *kept = scored(FRAMEWORK, low, steps);
  assert_screened_out(kept, "A", "2017", "ref");
  niem_scores_free(kept);
  free(low);
}

static void test_screened_in_merges(void **state) {
  (void)state;
  static const char one_group[] = METHOD("{\"step\":\"screen\",\"indicators\":[\"Y\"],\"min_available\":1}," MINMAX);
  niem_scores *scores = scored(FRAMEWORK, ROWS, one_group); /* B 2017 sub has no Y */
  assert_screened_out(scores, "B", "2017", "sub");
  assert_true(value_of(scores, "B", "2017", "both", "all") == value_of(scores, "B", "2017", "ref", "all"));
  niem_table *row = score_row(scores, "B", "2017", "common", "all");
  niem_table *own = score_row(scores, "B", "2017", "ref", "all");
  assert_true(!is_nan(real_at(row, "value", 0)));
  niem_table_free(row);
  niem_table_free(own);
  niem_table *difference = NULL;
  niem_error err;
  if (niem_group_difference(&difference, scores, "ref", "sub", NULL, &err) != NIEM_OK) {
    show(&err);
  }
  assert_non_null(difference);
  for (int64_t i = 0; i < niem_table_rows(difference); i++) {
    if (strcmp(text_at(difference, "unit", i), "B") == 0) {
      assert_true(is_nan(real_at(difference, "value_b", i)));
    }
  }
  niem_table_free(difference);
  niem_scores_free(scores);
}

/* Nobody is left to learn from: there are no scores, and no raw numbers in their place. */
static void test_nobody_is_left(void **state) {
  (void)state;
  static const char *const fits[] = {"", ",\"fit\":\"round\"", ",\"ties\":\"first\",\"method\":\"rank\""};
  for (int i = 0; i < 3; i++) {
    char method[400];
    (void)snprintf(method, sizeof method,
                   METHOD("{\"step\":\"screen\",\"out\":[\"A\",\"B\",\"C\",\"D\"]},{\"step\":\"normalise\"%s}"),
                   fits[i]);
    niem_scores *scores = scored(FRAMEWORK, ROWS, method);
    niem_table *leaf = score_row(scores, "A", "2017", "ref", "X");
    assert_true(is_nan(real_at(leaf, "value", 0)));
    niem_table_free(leaf);
    assert_screened_out(scores, "A", "2017", "ref");
    niem_scores_free(scores);
  }
}

/* Ranks of one matrix, logarithms that a value has none of, an indicator that only the screened unit has. */
static void test_screened_has_no_score_by_the_fit(void **state) {
  (void)state;
  niem_scores *ranks =
      scored(FRAMEWORK, ROWS, METHOD(OUT_A "{\"step\":\"normalise\",\"method\":\"rank\",\"ties\":\"first\"}"));
  niem_table *row = score_row(ranks, "A", "2017", "ref", "X");
  assert_true(is_nan(real_at(row, "value", 0)));
  niem_table_free(row);
  niem_scores_free(ranks);
  niem_scores *logged =
      scored(FRAMEWORK, ROWS, METHOD(OUT_A "{\"step\":\"treat\",\"winsorise\":false,\"force\":true}," MINMAX));
  row = score_row(logged, "A", "2017", "ref", "X");
  assert_true(is_nan(real_at(row, "value", 0)));
  niem_table_free(row);
  niem_scores_free(logged);
  char *zero = edited(ROWS, "A,2017,ref,X,5", "A,2017,ref,X,0");
  niem_scores *logs = scored(FRAMEWORK, zero,
                             METHOD(OUT_A "{\"step\":\"normalise\",\"method\":\"goalposts\",\"low\":1,\"high\":20,"
                                          "\"logarithmic\":true,\"truncate\":false}"));
  row = score_row(logs, "A", "2017", "ref", "X");
  assert_true(is_nan(real_at(row, "value", 0)));
  niem_table_free(row);
  row = score_row(logs, "A", "2017", "ref", "K1");
  assert_true(!is_nan(real_at(row, "value", 0)));
  niem_table_free(row);
  niem_scores_free(logs);
  free(zero);
  niem_scores *alone = scored(FRAMEWORK,
                              "unit,round,group,indicator,answer\nA,2017,ref,X,5\nA,2017,ref,P,5\nB,2017,ref,P,1\n"
                              "C,2017,ref,Y,1\nB,2017,ref,Y,2\nB,2017,ref,K1,2\nC,2017,ref,K1,3\n",
                              METHOD(OUT_A MINMAX));
  assert_screened_out(alone, "A", "2017", "ref");
  niem_scores_free(alone);
}

/* A unit is left out whatever its data, also where nothing that is looked at applies to it. */
static void test_out_without_applicable(void **state) {
  (void)state;
  static const char rows[] =
      "unit,round,group,indicator,answer,state\nA,2017,ref,X,,not_applicable\nA,2017,ref,Y,3,\nA,2017,ref,P,3,\n"
      "B,2017,ref,X,3,\nB,2017,ref,Y,1,\nB,2017,ref,K1,3,\nC,2017,ref,X,4,\nC,2017,ref,Y,2,\nC,2017,ref,K1,1,\n";
  niem_scores *scores =
      scored(FRAMEWORK, rows, METHOD("{\"step\":\"screen\",\"indicators\":[\"X\"],\"out\":[\"Alpha\"]}," MINMAX));
  assert_screened_out(scores, "A", "2017", "ref");
  niem_scores_free(scores);
}

/* --- columns and panels at their edges --- */

static void test_edges(void **state) {
  (void)state;
#define ONE_UNIT "unit,round,group,indicator,answer\nA,2017,ref,X,5\nA,2017,ref,Y,2\nA,2017,ref,P,7\nA,2017,ref,K1,1\n"
  static const char *const methods[] = {
      "{\"step\":\"normalise\",\"method\":\"minmax\",\"constant\":50}",
      "{\"step\":\"normalise\",\"method\":\"rank\"}",
      "{\"step\":\"normalise\",\"method\":\"rank\"},{\"step\":\"aggregate\",\"method\":\"copeland\"}",
      "{\"step\":\"normalise\",\"method\":\"rank\"},{\"step\":\"aggregate\",\"method\":\"borda\"}",
      "{\"step\":\"normalise\",\"method\":\"rank\"},{\"step\":\"aggregate\",\"method\":\"wroclaw\"}",
      "{\"step\":\"normalise\",\"method\":\"rank\"},{\"step\":\"aggregate\",\"method\":\"benefit_of_doubt\"}",
      "{\"step\":\"impute\",\"method\":\"neighbours\"},{\"step\":\"normalise\",\"method\":\"rank\"}",
      "{\"step\":\"treat\"},{\"step\":\"normalise\",\"method\":\"rank\"}",
      "{\"step\":\"normalise\",\"method\":\"rank\"},{\"step\":\"weigh\",\"method\":\"equal\"}",
  };
  for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
    char method[400];
    (void)snprintf(method, sizeof method, METHOD("%s"), methods[i]);
    niem_scores *scores = scored(FRAMEWORK, ONE_UNIT, method);
    assert_true(!is_nan(value_of(scores, "A", "2017", "ref", "material")));
    niem_scores_free(scores);
  }
  /* One unit alone is the ideal. */
  niem_scores *ideal =
      scored(FRAMEWORK, ONE_UNIT,
             METHOD("{\"step\":\"normalise\",\"method\":\"rank\"},{\"step\":\"aggregate\",\"method\":\"wroclaw\"}"));
  assert_true(value_of(ideal, "A", "2017", "ref", "material") == 100);
  niem_scores_free(ideal);
  /* An indicator that nobody answered is a gap from end to end. */
  niem_scores *gap =
      scored(FRAMEWORK, "unit,round,group,indicator,answer\nA,2017,ref,Y,2\nB,2017,ref,Y,4\n", METHOD(MINMAX));
  niem_table *row = score_row(gap, "A", "2017", "ref", "material");
  assert_true(real_at(row, "value", 0) == 100 && real_at(row, "lower", 0) == 50 && real_at(row, "upper", 0) == 100);
  assert_true(real_at(row, "coverage", 0) == 0.5);
  niem_table_free(row);
  niem_scores_free(gap);
}

/* A column that nobody answered, filled by the mean of the row: the ends are those of what was filled. */
static void test_ends_of_what_was_filled(void **state) {
  (void)state;
  niem_scores *scores = scored(FRAMEWORK, "unit,round,group,indicator,answer\nA,2017,ref,Y,2\nB,2017,ref,Y,4\n",
                               METHOD("{\"step\":\"normalise\",\"method\":\"zscore\"},{\"step\":\"impute\",\"method\":"
                                      "\"row_mean\",\"indicators\":[\"X\",\"Y\"]}"));
  niem_table *row = score_row(scores, "A", "2017", "ref", "material");
  assert_true(!is_nan(real_at(row, "lower", 0)) && !is_nan(real_at(row, "upper", 0)));
  assert_true(real_at(row, "lower", 0) <= real_at(row, "value", 0) &&
              real_at(row, "value", 0) <= real_at(row, "upper", 0));
  niem_table_free(row);
  niem_scores_free(scores);
}

/* A chain of no effect gives the scores there are without it, where nothing weighs anything, too. */
static void test_no_effect(void **state) {
  (void)state;
  static const char posts[] =
      "{\"format\":\"niem-framework/1\",\"id\":\"p\",\"version\":\"1\",\"rounds\":[{\"id\":\"r\"}],\"indicators\":["
      "{\"id\":\"P\",\"scale\":{\"kind\":\"numeric\",\"worst\":0,\"best\":3}},{\"id\":\"Q\",\"scale\":{\"kind\":"
      "\"binary\"}},{\"id\":\"R\",\"scale\":{\"kind\":\"binary\"}}],\"indexes\":[{\"id\":\"x\",\"weights\":{\"P\":0,"
      "\"Q\":0.1,"
      "\"R\":0.3}}]}";
  static const char rows[] =
      "unit,round,indicator,answer,state\nA,r,P,1,\nA,r,Q,yes,\nA,r,R,no,\nB,r,P,2,\nB,r,Q,,not_applicable\n"
      "B,r,R,,not_applicable\nC,r,P,,missing\nC,r,Q,yes,\n";
  static const char *const without_effect[] = {METHOD("{\"step\":\"aggregate\",\"method\":\"arithmetic\"}"),
                                               METHOD("{\"step\":\"normalise\"}"), METHOD("{\"step\":\"treat\"}"),
                                               METHOD("{\"step\":\"weigh\",\"weights\":{\"Q\":0.1}}")};
  niem_scores *plain = scores_of(posts, rows, NULL);
  for (size_t i = 0; i < 4; i++) {
    niem_scores *scores = scores_of(posts, rows, without_effect[i]);
    static const char *const units[] = {"A", "B", "C"};
    for (int u = 0; u < 3; u++) {
      niem_table *a = score_row(plain, units[u], "r", "all", "x");
      niem_table *b = score_row(scores, units[u], "r", "all", "x");
      static const char *const columns[] = {"value", "coverage", "lower", "upper"};
      for (int k = 0; k < 4; k++) {
        const double x = real_at(a, columns[k], 0);
        const double y = real_at(b, columns[k], 0);
        assert_true(x == y || (is_nan(x) && is_nan(y)));
      }
      niem_table_free(a);
      niem_table_free(b);
    }
    niem_scores_free(scores);
  }
  niem_scores_free(plain);
}

/* Gaps that the benefit of the doubt has no room for are none of the merge's. */
static void test_merge_without_a_member(void **state) {
  (void)state;
  niem_scores *scores =
      scored(FRAMEWORK, ROWS,
             METHOD(MINMAX ",{\"step\":\"aggregate\",\"method\":\"benefit_of_doubt\",\"nodes\":[\"material\"]}"));
  assert_true(is_nan(value_of(scores, "B", "2017", "sub", "material")));
  assert_true(value_of(scores, "B", "2017", "both", "material") == value_of(scores, "B", "2017", "ref", "material"));
  niem_scores_free(scores);
}

/* --- explanations --- */

/* Contributions of both signs: whatever cancels, the exact sum is the score. */
static void test_negative_contributions(void **state) {
  (void)state;
  static const char *const pairs[][2] = {{"1", "-1.0000000000000002"}, {"3.3", "-3.2999999"}, {"0.1", "-0.3"}};
  for (int i = 0; i < 3; i++) {
    char method[300];
    (void)snprintf(method, sizeof method,
                   METHOD("{\"step\":\"normalise\",\"method\":\"about_mean\",\"lower\":%s,\"upper\":%s},"
                          "{\"step\":\"weigh\",\"weights\":{\"X\":0.3333333333333333,\"Y\":0.3333333333333332}}"),
                   pairs[i][1], pairs[i][0]);
    niem_scores *scores = scored(FRAMEWORK, ROWS, method);
    niem_query query;
    niem_table *t = NULL;
    niem_query_init(&query);
    query.node = "material";
    query.group = "ref";
    assert_int_equal(niem_explain(&t, scores, "B", "2017", &query, NULL), NIEM_OK);
    const double *parts = niem_table_reals(t, niem_table_column(t, "contribution"));
    assert_true(ni_exact_sum(parts, niem_table_rows(t), 1) == value_of(scores, "B", "2017", "ref", "material"));
    niem_table_free(t);
    niem_scores_free(scores);
  }
}

/* Below a node that is aggregated over all units there are sums all the same. */
static void test_explained_below_votes(void **state) {
  (void)state;
  niem_scores *scores =
      scored(FRAMEWORK, ROWS, METHOD(MINMAX ",{\"step\":\"aggregate\",\"method\":\"copeland\",\"level\":\"index\"}"));
  niem_query query;
  niem_table *t = NULL;
  niem_error err;
  niem_query_init(&query);
  query.group = "ref";
  assert_int_equal(niem_explain(&t, scores, "A", "2017", &query, &err), NIEM_ERROR_UNSUPPORTED);
  check_error(&err, NIEM_ERROR_UNSUPPORTED, -1, "node", "\"copeland\"");
  query.node = "material";
  if (niem_explain(&t, scores, "A", "2017", &query, &err) != NIEM_OK) {
    show(&err);
  }
  assert_non_null(t);
  const double *parts = niem_table_reals(t, niem_table_column(t, "contribution"));
  assert_true(ni_exact_sum(parts, niem_table_rows(t), 1) == value_of(scores, "A", "2017", "ref", "material"));
  niem_table_free(t);
  niem_scores_free(scores);
}

/* Who was screened out sets no best practice. */
static void test_practice_of_others(void **state) {
  (void)state;
  niem_scores *scores =
      scored(FRAMEWORK, ROWS, METHOD("{\"step\":\"screen\",\"out\":[\"B\"],\"min_available\":0}," MINMAX));
  niem_query query;
  niem_table *t = NULL;
  niem_query_init(&query);
  query.round = "2017";
  query.node = "P";
  assert_int_equal(niem_practice(&t, scores, &query, NULL, NULL), NIEM_OK);
  assert_true(real_at(t, "value", 0) == 90); /* of C; 100 of B */
  niem_table_free(t);
  niem_scores_free(scores);
}

/* What was filled is shown with the score that it enters by. */
/* The same day of the year is whole years away, though 2020 had a leap day. */
static void test_years_of_leap_days(void **state) {
  (void)state;
  static const char framework[] =
      "{\"format\":\"niem-framework/1\",\"id\":\"years\",\"version\":\"1\","
      "\"rounds\":[{\"id\":\"a\",\"date\":\"2019-03-31\"},{\"id\":\"b\",\"date\":\"2021-03-31\"},{\"id\":\"c\","
      "\"date\":"
      "\"2023-03-31\"}],\"indicators\":[{\"id\":\"X\",\"scale\":{\"kind\":\"numeric\",\"worst\":0,\"best\":100}},{"
      "\"id\":\"Y\","
      "\"scale\":{\"kind\":\"numeric\",\"worst\":0,\"best\":100}}],\"indexes\":[{\"id\":\"all\"}]}";
  static const char rows[] = "unit,round,indicator,answer\nA,a,X,10\nA,a,Y,1\nA,b,X,\nA,b,Y,1\nA,c,X,90\nA,c,Y,1\n";
  niem_scores *latest = scored(framework, rows, METHOD("{\"step\":\"impute\",\"method\":\"latest\",\"max_age\":2}"));
  niem_scores *linear = scored(framework, rows, METHOD("{\"step\":\"impute\",\"method\":\"linear\"}"));
  assert_true(value_of(latest, "A", "b", "all", "X") == 10);
  assert_true(value_of(linear, "A", "b", "all", "X") == 50);
  niem_scores_free(latest);
  niem_scores_free(linear);
}

static void test_filled_is_shown(void **state) {
  (void)state;
  niem_scores *scores = scored(FRAMEWORK, ROWS, METHOD("{\"step\":\"impute\",\"indicators\":[\"X\"]}," MINMAX));
  niem_query query;
  niem_table *t = NULL;
  niem_query_init(&query);
  query.node = "material";
  query.group = "sub";
  assert_int_equal(niem_explain(&t, scores, "A", "2019", &query, NULL), NIEM_OK);
  const int64_t row = row_with(t, "indicator", "X");
  assert_string_equal(text_at(t, "state", row), "missing");
  assert_close(real_at(t, "value", row) * real_at(t, "weight", row), real_at(t, "contribution", row), 1e-14);
  niem_table_free(t);
  niem_scores_free(scores);
}

/* --- memory --- */

static const char *const WHOLE[] = {
    METHOD("{\"step\":\"screen\",\"out\":[\"D\"],\"in\":[\"A\"]},{\"step\":\"denominate\"},"
           "{\"step\":\"impute\",\"groups\":\"place\",\"fallback\":true},{\"step\":\"treat\",\"indicators\":[\"X\","
           "\"P\"]},"
           "{\"step\":\"normalise\",\"fit\":{\"round\":\"2017\"},\"constant\":1},"
           "{\"step\":\"impute\",\"method\":\"row_mean\",\"level\":\"topic\"},"
           "{\"step\":\"weigh\",\"method\":\"deviation\"},{\"step\":\"weigh\",\"weights\":{\"X\":2}}" BUDGET(
               "\"X\",\"Y\"", "1,2") ",{\"step\":\"aggregate\",\"method\":\"median\",\"nodes\":[\"material\"]},"
                                     "{\"step\":\"aggregate\",\"method\":\"copeland\",\"level\":\"index\"}"),
    METHOD("{\"step\":\"screen\",\"out\":[\"D\"]},{\"step\":\"impute\",\"method\":\"latest\"},{\"step\":\"impute\","
           "\"method\":\"regression\",\"predictors\":[\"P\"],\"indicators\":[\"X\",\"P\"]},"
           "{\"step\":\"normalise\",\"method\":\"rank\",\"ties\":\"first\",\"fit\":\"round\"},"
           "{\"step\":\"aggregate\",\"method\":\"benefit_of_doubt\",\"level\":\"topic\"}"),
    METHOD("{\"step\":\"impute\",\"method\":\"linear_constant\"},{\"step\":\"normalise\",\"method\":\"distance_"
           "reference\","
           "\"indicators\":[\"X\"],\"reference\":{\"unit\":\"C\",\"round\":\"last\",\"group\":\"ref\"}},"
           "{\"step\":\"normalise\",\"method\":\"scaled\",\"low\":{\"Y\":0,\"K1\":0},\"high\":10},"
           "{\"step\":\"aggregate\",\"method\":\"power\",\"power\":2,\"level\":\"topic\"}")};

static int score_fails(const niem_framework *framework, const niem_answers *answers, const niem_method *method) {
  niem_scores *scores = (niem_scores *)(uintptr_t)1;
  niem_error err;
  const niem_status status = niem_score(&scores, framework, answers, method, NULL, NULL, &err);
  if (status == NIEM_OK) {
    niem_scores_free(scores);
    return 0;
  }
  allocations_left = -1;
  if (status != NIEM_ERROR_MEMORY) {
    show(&err);
  }
  assert_int_equal(status, NIEM_ERROR_MEMORY);
  assert_null(scores);
  return 1;
}

static int method_fails(const char *text) {
  niem_method *method = (niem_method *)(uintptr_t)1;
  const niem_status status = niem_method_parse(&method, NULL, text, (int64_t)strlen(text), NULL);
  allocations_left = -1;
  assert_true(status == NIEM_OK || (status == NIEM_ERROR_MEMORY && method == NULL));
  niem_method_free(method);
  return status != NIEM_OK;
}

static void test_memory(void **state) {
  (void)state;
  niem_framework *framework = framework_of(FRAMEWORK);
  niem_answers *answers = answers_of(framework, ROWS);
  for (size_t i = 0; i < sizeof WHOLE / sizeof WHOLE[0]; i++) {
    niem_method *method = method_of(WHOLE[i]);
    assert_int_equal(score_fails(framework, answers, method), 0);
    EACH_ALLOCATION_FAILS(score_fails(framework, answers, method))
    EACH_ALLOCATION_FAILS(method_fails(WHOLE[i]))
    niem_method_free(method);
  }
  niem_answers_free(answers);
  niem_framework_free(framework);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_refused_methods),
      cmocka_unit_test(test_too_many_steps),
      cmocka_unit_test(test_refused_preparations),
      cmocka_unit_test(test_refused_imputations),
      cmocka_unit_test(test_refused_normalisations),
      cmocka_unit_test(test_refused_trees),
      cmocka_unit_test(test_too_many_children),
      cmocka_unit_test(test_bands_off_the_scale),
      cmocka_unit_test(test_one_of_several_indexes),
      cmocka_unit_test(test_experts_of_one_index),
      cmocka_unit_test(test_later_weights),
      cmocka_unit_test(test_screened_takes_no_part),
      cmocka_unit_test(test_screened_in_merges),
      cmocka_unit_test(test_nobody_is_left),
      cmocka_unit_test(test_screened_has_no_score_by_the_fit),
      cmocka_unit_test(test_out_without_applicable),
      cmocka_unit_test(test_edges),
      cmocka_unit_test(test_ends_of_what_was_filled),
      cmocka_unit_test(test_no_effect),
      cmocka_unit_test(test_merge_without_a_member),
      cmocka_unit_test(test_negative_contributions),
      cmocka_unit_test(test_explained_below_votes),
      cmocka_unit_test(test_practice_of_others),
      cmocka_unit_test(test_years_of_leap_days),
      cmocka_unit_test(test_filled_is_shown),
      cmocka_unit_test(test_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
