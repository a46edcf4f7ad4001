/* Methods: every choice that is not data; bands. */
#include "base/platform.h"

#include "made.h"

#include "model/method.h"

#define METHOD(more) "{\"format\":\"niem-method/1\"" more "}"

static void refuse(const char *text, niem_status status, const char *where, const char *part) {
  niem_method *method = (niem_method *)(uintptr_t)1;
  niem_problems *problems = NULL;
  niem_error err;
  assert_int_equal(niem_method_parse(&method, &problems, text, (int64_t)strlen(text), &err), status);
  assert_null(method);
  check_error(&err, status, -1, where, part);
  assert_true(niem_problems_total(problems, NIEM_ERROR) > 0);
  niem_problems_free(problems);
}

static void test_reads(void **state) {
  (void)state;
  niem_method *method = method_of(METHOD(""));
  assert_int_equal(method->consensus, NI_CONSENSUS_REFUSE);
  assert_int_equal(method->has_missing, 0);
  assert_true(method->tolerance == 1e-9);
  assert_null(method->bands);
  niem_method_free(method);
  method =
      method_of(METHOD(",\"id\":\"m\",\"label\":\"L\",\"labels\":{\"pl\":\"P\"},\"meta\":[1],\"tolerance\":0.5,"
                       "\"consensus\":{\"rule\":\"adjudicator\",\"coder\":\"ann\"},"
                       "\"missing\":{\"rule\":\"zero\",\"min_coverage\":0.25},\"bands\":\"quintiles\""));
  assert_int_equal(method->consensus, NI_CONSENSUS_ADJUDICATOR);
  assert_string_equal(method->adjudicator, "ann");
  assert_int_equal(method->missing.rule, NI_RULE_ZERO);
  assert_true(method->missing.min_coverage == 0.25 && method->tolerance == 0.5);
  assert_string_equal(method->bands->id, "quintiles");
  niem_buffer *json = NULL;
  assert_int_equal(niem_method_json(&json, method, NULL), NIEM_OK);
  niem_method *again = method_of(niem_buffer_data(json));
  assert_string_equal(niem_method_digest(again), niem_method_digest(method));
  niem_method_free(again);
  niem_buffer_free(json);
  niem_method_free(method);
}

static void test_refused(void **state) {
  (void)state;
  refuse("[]", NIEM_ERROR_FORMAT, "", "JSON object");
  refuse("{}", NIEM_ERROR_FORMAT, "", "\"format\" is needed");
  refuse("{\"format\":\"niem-method/2\"}", NIEM_ERROR_VERSION, "/format", "niem-method/1");
  refuse("{\"format\":\"method\"}", NIEM_ERROR_FORMAT, "/format", "niem-method/1");
  refuse(METHOD(",\"weights\":{}"), NIEM_ERROR_FORMAT, "/weights", "unknown");
  refuse(METHOD(",\"consensus\":\"best\""), NIEM_ERROR_VALUE, "/consensus", "refuse unanimous majority");
  refuse(METHOD(",\"consensus\":\"adjudicator\""), NIEM_ERROR_FORMAT, "/consensus", "\"coder\"");
  refuse(METHOD(",\"consensus\":{\"rule\":\"median\",\"coder\":\"x\"}"), NIEM_ERROR_FORMAT, "/consensus", "it alone");
  refuse(METHOD(",\"missing\":\"drop\""), NIEM_ERROR_VALUE, "/missing", "available strict zero");
  refuse(METHOD(",\"missing\":{\"min_coverage\":-0.1}"), NIEM_ERROR_VALUE, "/missing/min_coverage", "between 0 and 1");
  refuse(METHOD(",\"tolerance\":-1"), NIEM_ERROR_VALUE, "/tolerance", "between 0 and 100");
  refuse(METHOD(",\"tolerance\":1e999"), NIEM_ERROR_VALUE, "", "too large");
  refuse(METHOD(",\"bands\":\"fifths\""), NIEM_ERROR_REFERENCE, "/bands", "thirds");
  refuse(METHOD(",\"bands\":7"), NIEM_ERROR_REFERENCE, "/bands", "thirds");
  refuse(METHOD(",\"bands\":{\"bands\":[]}"), NIEM_ERROR_VALUE, "/bands/bands", "\"from\": 0");
  refuse(METHOD(",\"bands\":{\"bands\":[{\"from\":50,\"label\":\"x\"}]}"), NIEM_ERROR_VALUE, "/bands/bands",
         "\"from\": 0");
  refuse(METHOD(",\"bands\":{\"bands\":[{\"from\":0,\"label\":\"x\"},{\"from\":50,\"label\":\"y\"}]}"),
         NIEM_ERROR_VALUE, "/bands/bands/1", "from the highest down");
  refuse(METHOD(",\"bands\":{\"bands\":[{\"from\":50,\"label\":\"x\"},{\"from\":50,\"label\":\"z\"},{\"from\":0,"
                "\"label\":\"y\"}]}"),
         NIEM_ERROR_VALUE, "/bands/bands/1", "less than the one before");
  refuse(METHOD(",\"bands\":{\"bands\":[{\"label\":\"x\"},{\"from\":0,\"label\":\"y\"}]}"), NIEM_ERROR_FORMAT,
         "/bands/bands/0", "needs \"from\"");
  refuse(METHOD(",\"bands\":{\"bands\":[{\"from\":0}]}"), NIEM_ERROR_FORMAT, "/bands/bands/0", "\"label\" is needed");
  refuse(METHOD("} x"), NIEM_ERROR_SYNTAX, "", "nothing more");
}

static void test_bands(void **state) {
  (void)state;
  static const struct {
    const char *bands;
    double score;
    const char *label;
  } cases[] = {{"mipex", 79.5, "favourable"},           {"mipex", 79.4999, "slightly favourable"},
               {"mipex", 0, "critically unfavourable"}, {"mipex", 0.4999, "critically unfavourable"},
               {"mipex", 0.5, "unfavourable"},          {"thirds", 200.0 / 3, "upper third"},
               {"thirds", 66.66, "middle third"},       {"quintiles", 100, "highest fifth"},
               {"quintiles", 20, "second fifth"},       {"quintiles", 19.999, "lowest fifth"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const ni_bands *bands = NULL;
    ni_arena arena = {NULL};
    assert_int_equal(ni_bands_read(&bands, &arena, cases[i].bands, NULL), NIEM_OK);
    assert_string_equal(ni_band_of(bands, cases[i].score), cases[i].label);
    assert_null(ni_band_of(bands, from_bits(0x7ff8000000000000u)));
    ni_arena_free(&arena);
  }
}

static void test_arguments(void **state) {
  (void)state;
  niem_method *method = (niem_method *)(uintptr_t)1;
  niem_problems *problems = (niem_problems *)(uintptr_t)1;
  niem_buffer *buffer = NULL;
  niem_error err;
  assert_int_equal(niem_method_parse(&method, &problems, NULL, 0, &err), NIEM_ERROR_ARGUMENT);
  assert_null(problems);
  assert_int_equal(niem_method_parse(NULL, NULL, "{}", 2, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_method_read(&method, NULL, "no-such-file.json", &err), NIEM_ERROR_IO);
  assert_null(method);
  assert_int_equal(niem_method_json(&buffer, NULL, &err), NIEM_ERROR_ARGUMENT);
  check_error(&err, NIEM_ERROR_ARGUMENT, 0, "method", "NULL");
  assert_string_equal(niem_method_digest(NULL), "");
  niem_method_free(NULL);
  write_file("test_method.json", METHOD(",\"tolerance\":2"), strlen(METHOD(",\"tolerance\":2")));
  assert_int_equal(niem_method_read(&method, NULL, "test_method.json", &err), NIEM_OK);
  assert_true(method->tolerance == 2);
  niem_method_free(method);
  (void)remove("test_method.json");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_reads), cmocka_unit_test(test_refused),
                                     cmocka_unit_test(test_bands), cmocka_unit_test(test_arguments)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
