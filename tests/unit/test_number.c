/* Numbers as text: CPython's repr() and float() as the reference, the grammars, the ends of the range and hostile
 * lengths. */
#include "base/platform.h"

#include <stdlib.h>

#include "base/number.h"
#include "assert_close.h"
#include "number_vectors.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static int parse(const char *text, double *out) {
  return ni_parse_double(text, strlen(text), '.', out);
}

static double parsed(const char *text) {
  double x = -1;
  if (parse(text, &x) != NI_NUMBER_OK) {
    print_error("\"%s\" was refused\n", text);
    fail();
  }
  return x;
}

static void test_vectors(void **state) {
  (void)state;
  char text[NI_DOUBLE_TEXT];
  for (size_t i = 0; i < COUNT(shortest_vectors); i++) {
    const double x = from_bits(shortest_vectors[i].bits);
    assert_same_bits(parsed(shortest_vectors[i].text), x);
    assert_int_equal(ni_print_double(text, x), strlen(shortest_vectors[i].text));
    assert_string_equal(text, shortest_vectors[i].text);
  }
  for (size_t i = 0; i < COUNT(parse_vectors); i++) {
    assert_same_bits(parsed(parse_vectors[i].text), from_bits(parse_vectors[i].bits));
  }
}

static void test_what_is_printed_reads_back(void **state) {
  (void)state;
  uint64_t random = 21;
  uint64_t digest = DIGEST_START;
  for (int i = 0; i < 100000; i++) {
    char text[NI_DOUBLE_TEXT];
    double back = 0;
    const double x = i % 2 ? next_double(&random, 1022) : next_uniform(&random, 0, 100);
    const size_t length = ni_print_double(text, x);
    assert_int_equal(ni_parse_json_number(text, length, &back), NI_NUMBER_OK);
    assert_same_bits(back, x);
    digest = digest_double(digest, ni_round_decimals(x, i % 16));
    for (size_t k = 0; k < length; k++) {
      digest = (digest ^ (unsigned char)text[k]) * 0x100000001b3u;
    }
  }
  assert_digest("number", digest, 0x4947702f1745dc62u);
}

static void test_special_values_are_words(void **state) {
  (void)state;
  char text[NI_DOUBLE_TEXT];
  ni_print_double(text, ni_nan());
  assert_string_equal(text, "NaN");
  ni_print_double(text, from_bits(0xfff8000000000000u));
  assert_string_equal(text, "NaN");
  ni_print_double(text, from_bits(0x7ff0000000000000u));
  assert_string_equal(text, "Infinity");
  assert_int_equal(ni_print_double(text, from_bits(0xfff0000000000000u)), 9);
  assert_string_equal(text, "-Infinity");
  assert_int_equal(bits_of(ni_nan()) == 0x7ff8000000000000u, 1);
}

static void test_grammar(void **state) {
  (void)state;
  static const char *const both[] = {"0", "-0", "10", "0.5", "1e5", "1E+5", "-1.25e-05", "0e0"};
  static const char *const ours[] = {"+1", "01", ".5", "5.", "-.5e1", "00.10", "+5.e-1"};
  static const char *const neither[] = {"",    "-",   "+",   ".",     "e5",   "1e",       "1e+", "1.5.2", "0x10",
                                        "inf", "nan", "1 ",  " 1",    "1,5",  "--1",      "+-1", "1e5.",  "1_0",
                                        "1f",  "-e1", ".e1", "1e1e1", "1e 5", "\xc2\xb2", "1\n"};
  double x = 7;
  for (size_t i = 0; i < COUNT(both); i++) {
    assert_int_equal(parse(both[i], &x), NI_NUMBER_OK);
    assert_int_equal(ni_parse_json_number(both[i], strlen(both[i]), &x), NI_NUMBER_OK);
  }
  for (size_t i = 0; i < COUNT(ours); i++) {
    assert_int_equal(parse(ours[i], &x), NI_NUMBER_OK);
    assert_int_equal(ni_parse_json_number(ours[i], strlen(ours[i]), &x), NI_NUMBER_SYNTAX);
  }
  x = 7;
  for (size_t i = 0; i < COUNT(neither); i++) {
    assert_int_equal(parse(neither[i], &x), NI_NUMBER_SYNTAX);
    assert_int_equal(ni_parse_json_number(neither[i], strlen(neither[i]), &x), NI_NUMBER_SYNTAX);
  }
  assert_same_bits(x, 7.0);
  assert_int_equal(ni_parse_double("1\0", 2, '.', &x), NI_NUMBER_SYNTAX);
  assert_int_equal(ni_parse_double("12345", 2, '.', &x), NI_NUMBER_OK);
  assert_same_bits(x, 12.0);
}

static void test_decimal_comma(void **state) {
  (void)state;
  double x = 7;
  assert_int_equal(ni_parse_double("66,67", 5, ',', &x), NI_NUMBER_OK);
  assert_same_bits(x, 66.67);
  assert_int_equal(ni_parse_double("66.67", 5, ',', &x), NI_NUMBER_SYNTAX);
}

static void test_out_of_range(void **state) {
  (void)state;
  double x = 7;
  assert_int_equal(parse("1e999", &x), NI_NUMBER_RANGE);
  assert_int_equal(parse("-1e309", &x), NI_NUMBER_RANGE);
  assert_int_equal(parse("1e99999999999999999999999999", &x), NI_NUMBER_RANGE);
  assert_int_equal(parse("1.7976931348623159e308", &x), NI_NUMBER_RANGE);
  assert_int_equal(
      parse("179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587"
            "207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711"
            "531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093"
            "042880177904174497792",
            &x),
      NI_NUMBER_RANGE); /* the midpoint of DBL_MAX and 2^1024 */
  assert_same_bits(x, 7.0);
  assert_same_bits(parsed("-1e-999"), -0.0);
  assert_same_bits(parsed("0e99999999999999999999999999"), 0.0);
}

/* Texts of a million digits: right, and in linear time. */
static void test_hostile_lengths(void **state) {
  (void)state;
  enum { N = 1000000 };
  char *text = malloc(N + 32);
  double x = 0;
  assert_non_null(text);
  memset(text, '0', N);
  text[0] = '1';
  memcpy(text + N, "e-999999", 9);
  assert_same_bits(parsed(text), 1.0);
  memcpy(text, "0.", 2);
  memcpy(text + N, "15e1000000", 11);
  assert_same_bits(parsed(text), 15.0);
  memcpy(text + N, "0", 2);
  assert_same_bits(parsed(text), 0.0);
  memset(text, '9', N);
  memcpy(text + N, "e-1000000", 10);
  assert_same_bits(parsed(text), 1.0);
  text[N] = '\0';
  assert_int_equal(parse(text, &x), NI_NUMBER_RANGE);
  /* a midpoint, and a digit a million places further on */
  memset(text, '0', N);
  memcpy(text, "9007199254740993.", 17);
  text[N] = '\0';
  assert_same_bits(parsed(text), 9007199254740992.0);
  text[N - 1] = '1';
  assert_same_bits(parsed(text), 9007199254740994.0);
  free(text);
}

static void test_int64(void **state) {
  (void)state;
  int64_t i = 7;
  static const char *const wrong[] = {
      "", "-", "+", "1.", "1e3", " 1", "1 ", "0x1", "--1", "12a", "99999999999999999999a"};
  static const char *const too_large[] = {"9223372036854775808", "-9223372036854775809", "18446744073709551616",
                                          "100000000000000000000000000"};
  for (size_t k = 0; k < COUNT(wrong); k++) {
    assert_int_equal(ni_parse_int64(wrong[k], strlen(wrong[k]), &i), NI_NUMBER_SYNTAX);
  }
  for (size_t k = 0; k < COUNT(too_large); k++) {
    assert_int_equal(ni_parse_int64(too_large[k], strlen(too_large[k]), &i), NI_NUMBER_RANGE);
  }
  assert_int_equal(i, 7);
  assert_int_equal(ni_parse_int64("9223372036854775807", 19, &i), NI_NUMBER_OK);
  assert_true(i == INT64_MAX);
  assert_int_equal(ni_parse_int64("-9223372036854775808", 20, &i), NI_NUMBER_OK);
  assert_true(i == INT64_MIN);
  assert_int_equal(ni_parse_int64("-9223372036854775807", 20, &i), NI_NUMBER_OK);
  assert_true(i == -INT64_MAX);
  assert_int_equal(ni_parse_int64("+0012", 5, &i), NI_NUMBER_OK);
  assert_true(i == 12);
  assert_int_equal(ni_parse_int64("-0", 2, &i), NI_NUMBER_OK);
  assert_true(i == 0);
}

typedef struct {
  double x;
  int digits;
  const char *text;
} fixed_vector;

/* What a reader of the shortest decimal expects, half away from zero. */
static const fixed_vector fixed_vectors[] = {
    {0.285, 2, "0.29"},
    {1.005, 2, "1.01"},
    {-1.005, 2, "-1.01"},
    {2.5, 0, "3"},
    {-0.5, 0, "-1"},
    {0.5, 0, "1"},
    {0.05, 1, "0.1"},
    {0.04, 1, "0.0"},
    {-0.001, 2, "0.00"},
    {-0.0, 1, "0.0"},
    {0.0, 0, "0"},
    {99.995, 2, "100.00"},
    {66.666666666666671, 2, "66.67"},
    {66.666666666666671, 15, "66.666666666666670"},
    {9.9999, 3, "10.000"},
    {123456.0, 2, "123456.00"},
    {1e21, 1, "1000000000000000000000.0"},
    {1e-300, 15, "0.000000000000000"},
    {5e-16, 15, "0.000000000000001"},
    {0.285, -3, "0"},
    {0.1, 99, "0.100000000000000"},
    {1, 0, "1"},
};

static void test_fixed_decimals(void **state) {
  (void)state;
  char text[NI_FIXED_TEXT];
  for (size_t i = 0; i < COUNT(fixed_vectors); i++) {
    const fixed_vector *v = &fixed_vectors[i];
    assert_int_equal(ni_print_fixed(text, sizeof text, v->x, v->digits), strlen(v->text));
    assert_string_equal(text, v->text);
    assert_same_bits(ni_round_decimals(v->x, v->digits), parsed(v->text));
  }
  assert_int_equal(ni_print_fixed(text, sizeof text, -DBL_MAX, 15), 1 + 309 + 1 + 15);
  assert_same_bits(parsed(text), -DBL_MAX);
  assert_same_bits(ni_round_decimals(DBL_MAX, 3), DBL_MAX);
}

static void test_fixed_special_values_and_sizes(void **state) {
  (void)state;
  char text[8] = "unset";
  const double infinity = from_bits(0x7ff0000000000000u);
  assert_int_equal(ni_print_fixed(text, 0, 1.0, 2), 0);
  assert_string_equal(text, "unset");
  assert_int_equal(ni_print_fixed(text, 4, 1.0, 2), 0);
  assert_string_equal(text, "");
  assert_int_equal(ni_print_fixed(text, 5, 1.0, 2), 4);
  assert_string_equal(text, "1.00");
  assert_int_equal(ni_print_fixed(text, 3, ni_nan(), 2), 0);
  assert_int_equal(ni_print_fixed(text, 4, ni_nan(), 2), 3);
  assert_string_equal(text, "NaN");
  assert_same_bits(ni_round_decimals(from_bits(0xfff8000000000001u), 2), ni_nan());
  assert_same_bits(ni_round_decimals(-infinity, 2), -infinity);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_vectors),
      cmocka_unit_test(test_what_is_printed_reads_back),
      cmocka_unit_test(test_special_values_are_words),
      cmocka_unit_test(test_grammar),
      cmocka_unit_test(test_decimal_comma),
      cmocka_unit_test(test_out_of_range),
      cmocka_unit_test(test_hostile_lengths),
      cmocka_unit_test(test_int64),
      cmocka_unit_test(test_fixed_decimals),
      cmocka_unit_test(test_fixed_special_values_and_sizes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
