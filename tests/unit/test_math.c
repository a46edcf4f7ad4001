/* The elementary functions against correctly rounded values (a reference file of 2600 arguments, CORE-MATH's worst
 * cases among them, where NIEM_REFERENCE_DATA names its folder; some of them always), their special values by C99 Annex
 * F, and the floating-point environment that they count on. */
#include "base/platform.h"

#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include "base/fpenv.h"
#include "base/math.h"
#include "base/number.h"
#include "niem/base.h"
#include "assert_close.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const double infinity = 1e308 * 10;

static double log_of(double x, double y) {
  (void)y;
  return ni_log(x);
}

static double exp_of(double x, double y) {
  (void)y;
  return ni_exp(x);
}

static double log1p_of(double x, double y) {
  (void)y;
  return ni_log1p(x);
}

static double log2_of(double x, double y) {
  (void)y;
  return ni_log2(x);
}

typedef struct {
  const char *name;
  double (*function)(double x, double y);
  int rows;
  int differences;
  int64_t worst; /* in units of the last place */
} measured;

static measured functions[] = {{"log", log_of, 0, 0, 0},
                               {"exp", exp_of, 0, 0, 0},
                               {"log1p", log1p_of, 0, 0, 0},
                               {"log2", log2_of, 0, 0, 0},
                               {"pow", ni_pow, 0, 0, 0}};

/* How many doubles apart; for two of one sign. */
static int64_t ulps_apart(double a, double b) {
  const int64_t distance = (int64_t)bits_of(a) - (int64_t)bits_of(b);
  return distance < 0 ? -distance : distance;
}

/* One row "fn,x,y,correctly_rounded,source"; functions that the library has not are passed over. */
static void measure_row(const char *row) {
  for (size_t i = 0; i < COUNT(functions); i++) {
    measured *m = &functions[i];
    const size_t length = strlen(m->name);
    if (strncmp(row, m->name, length) == 0 && row[length] == ',') {
      char *at;
      const double x = strtod(row + length + 1, &at);
      const double y = at[1] == ',' ? 0 : strtod(at + 1, NULL);
      const double expected = strtod(strchr(at + 1, ',') + 1, NULL);
      const int64_t apart = ulps_apart(m->function(x, y), expected);
      m->rows++;
      m->differences += apart != 0;
      m->worst = apart > m->worst ? apart : m->worst;
    }
  }
}

static void test_reference_file(void **state) {
  (void)state;
  char path[4096];
  char row[512];
  const char *folder = getenv("NIEM_REFERENCE_DATA");
  if (folder == NULL) {
    print_message("NIEM_REFERENCE_DATA is not set: the values in this file only\n");
    skip();
  }
  snprintf(path, sizeof path, "%s/refs/libm/libm_correctly_rounded.csv", folder);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  while (fgets(row, sizeof row, file) != NULL) {
    measure_row(row);
  }
  fclose(file);
  for (size_t i = 0; i < COUNT(functions); i++) {
    const measured *m = &functions[i];
    print_message("%-6s %4d values, %d not correctly rounded, at most %lld ulp off\n", m->name, m->rows, m->differences,
                  (long long)m->worst);
    assert_true(m->rows >= 300);
    assert_true(m->worst <= 1);
    assert_true(m->differences <= m->rows / 100);
  }
}

typedef struct {
  double (*function)(double x, double y);
  double x, y, expected;
} value;

/* Correctly rounded by mpmath at 400 bits; for log and log2 the first five are worst cases of the CORE-MATH project. */
static const value values[] = {
    {log_of, 0x1.c95bac2f09037p-139, 0, -0x1.7f1194b7ea485p+6},
    {log_of, 0x1.6c91a4a73fe74p+594, 0, 0x1.9c153d173333bp+8},
    {log_of, 0x1.b2fca6e53e85ap+773, 0, 0x1.0c2a9cc3e31efp+9},
    {log_of, 0x1.fc5354c1ad8edp+466, 0, 0x1.43b149b151435p+8},
    {log_of, 0x1.984ebd3ea71dap-419, 0, -0x1.21f63a2f9e58cp+8},
    {log_of, 0x1.2369744f139d1p+18, 0, 0x1.936611c376580p+3},
    {log_of, 0x1.088f92359f07fp+18, 0, 0x1.904e2d1a9ea14p+3},
    {log_of, 0x1.ab6c2cfcbd9e3p+19, 0, 0x1.b5d627fd4ba41p+3},
    {log_of, 0x1.61cde77ef3ca8p+17, 0, 0x1.836d1b20540e0p+3},
    {log_of, 0x1.b4b4a93fb8a3dp+19, 0, 0x1.b6862c3cf5858p+3},
    {exp_of, -0x1.b3ade8772a592p+4, 0, 0x1.a45ba37f5ba05p-40},
    {exp_of, 0x1.34da805a0c5d0p+5, 0, 0x1.9f34820d2c92ep+55},
    {exp_of, 0x1.950a3294f3b68p+4, 0, 0x1.6f8dab04e8933p+36},
    {exp_of, 0x1.3a26fb0382b40p+2, 0, 0x1.0ee83ee610c1ep+7},
    {exp_of, 0x1.70c9ff7792920p+4, 0, 0x1.3119597643b50p+33},
    {exp_of, -0x1.3ba2910e246a7p+4, 0, 0x1.74228c3f25307p-29},
    {exp_of, -0x1.3946ac110d1bcp+5, 0, 0x1.6b3cfba38e22ap-57},
    {exp_of, 0x1.26e0517bf8750p+3, 0, 0x1.39ec34846fcb7p+13},
    {log1p_of, -0x1.67d3a118e6a91p-1, 0, -0x1.369b1f2be130ap+0},
    {log1p_of, 0x1.e9e2821c02e97p-1, 0, 0x1.57b66d269b243p-1},
    {log1p_of, 0x1.f2748be63b28ep+2, 0, 0x1.1632e7c7adb67p+1},
    {log1p_of, 0x1.d9555f7496c19p-1, 0, 0x1.4f2f024cfd378p-1},
    {log1p_of, 0x1.230f780fe65d0p+2, 0, 0x1.b6a1b42fdbd89p+0},
    {log1p_of, 0x1.ec9d086be8768p+2, 0, 0x1.14dcc93f3cfcdp+1},
    {log1p_of, 0x1.7c162bd96b276p+0, 0, 0x1.d20022ad6defbp-1},
    {log1p_of, 0x1.3ed64e490812cp+2, 0, 0x1.c9e9fc1310216p+0},
    {log2_of, 0x1.1ad27d355f435p-128, 0, -0x1.ff6ccc5c5b544p+6},
    {log2_of, 0x1.2880d9cf93f74p-8, 0, -0x1.f27028403f200p+2},
    {log2_of, 0x1.9a1ec3cb72fffp+3, 0, 0x1.d7070ef48c6a6p+1},
    {log2_of, 0x1.060e3af9b4855p-8, 0, -0x1.fdd7621246d77p+2},
    {log2_of, 0x1.fe1e4fb3e2facp-2, 0, -0x1.015c1ade5f61cp+0},
    {log2_of, 0x1.4bdee4be5366fp+19, 0, 0x1.35fddbf803c48p+4},
    {log2_of, 0x1.ccde02b6ff1efp+18, 0, 0x1.2d9241e56f194p+4},
    {log2_of, 0x1.e0aae478e4216p+19, 0, 0x1.3e8ad61bbf5fbp+4},
    {log2_of, 0x1.dab516b95fb7ep+19, 0, 0x1.3e411ac2f01a3p+4},
    {log2_of, 0x1.6a2b1fb7b434ep+18, 0, 0x1.28021e30c8be2p+4},
    {ni_pow, 0x1.05c4ea0892663p+7, 0x1.6a13e573db9d0p-2, 0x1.66ab4255fd080p+2},
    {ni_pow, 0x1.f89720718c15cp+6, 0x1.478f3a652cbeep+1, 0x1.d0847be24332dp+17},
    {ni_pow, 0x1.78ef898656bbbp+6, -0x1.e3518b277f780p-5, 0x1.878e5dc17fadfp-1},
    {ni_pow, 0x1.13905cd84c15fp+7, 0x1.ae0e1a9bdabf0p-1, 0x1.f5149b9e27026p+5},
    {ni_pow, 0x1.0e9fc15050950p+4, -0x1.1a19f5dc234e4p+1, 0x1.015e816b94184p-9},
    {ni_pow, 0x1.ca10788c555f5p+6, -0x1.828e989015ae4p+0, 0x1.980ae89739e0dp-11},
    {ni_pow, 0x1.9cc1a8f2dbf03p+5, -0x1.e701751a7cc74p+1, 0x1.47441d1c9dd7ep-22},
    {ni_pow, 0x1.62690c4b0dceep+7, -0x1.d8f23dee733c0p+0, 0x1.2640b18f642adp-14},
};

static void test_values(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(values); i++) {
    assert_same_bits(values[i].function(values[i].x, values[i].y), values[i].expected);
  }
}

static void test_special_values(void **state) {
  (void)state;
  const double nan = from_bits(0xfff8000000000001u);
  assert_same_bits(ni_log(0.0), -infinity);
  assert_same_bits(ni_log(-0.0), -infinity);
  assert_same_bits(ni_log(-1.0), ni_nan());
  assert_same_bits(ni_log(-infinity), ni_nan());
  assert_same_bits(ni_log(infinity), infinity);
  assert_same_bits(ni_log(nan), ni_nan());
  assert_same_bits(ni_log(1.0), 0.0);
  assert_same_bits(ni_log2(0.0), -infinity);
  assert_same_bits(ni_log10(nan), ni_nan());
  assert_same_bits(ni_log1p(-1.0), -infinity);
  assert_same_bits(ni_log1p(-1.5), ni_nan());
  assert_same_bits(ni_log1p(nan), ni_nan());
  assert_same_bits(ni_log1p(infinity), infinity);
  assert_same_bits(ni_log1p(-0.0), -0.0);
  assert_same_bits(ni_log1p(0x1p-1074), 0x1p-1074);
  assert_same_bits(ni_exp(nan), ni_nan());
  assert_same_bits(ni_exp(infinity), infinity);
  assert_same_bits(ni_exp(-infinity), 0.0);
  assert_same_bits(ni_exp(-0.0), 1.0);
  assert_same_bits(ni_exp(0x1.62e42fefa39efp+9), 0x1.fffffffffff2ap+1023);
  assert_same_bits(ni_exp(0x1.62e42fefa39f0p+9), infinity);
  assert_same_bits(ni_exp(-0x1.74910d52d3051p+9), 0x1p-1074);
  assert_same_bits(ni_exp(-0x1.74910d52d3052p+9), 0.0);
}

typedef struct {
  double x, y, expected;
} power;

/* C99, F.9.4.4; NaN stands for any. */
static void test_special_powers(void **state) {
  (void)state;
  const double nan = ni_nan();
  const double odd = 0x1.fffffffffffffp+52;
  const power powers[] = {
      {0.0, -3.0, infinity},
      {-0.0, -3.0, -infinity},
      {-0.0, -odd, -infinity},
      {-0.0, -2.0, infinity},
      {-0.0, -0.5, infinity},
      {0.0, -infinity, infinity},
      {0.0, 3.0, 0.0},
      {-0.0, 3.0, -0.0},
      {-0.0, 2.0, 0.0},
      {-0.0, 0.5, 0.0},
      {-1.0, infinity, 1.0},
      {-1.0, -infinity, 1.0},
      {1.0, nan, 1.0},
      {1.0, infinity, 1.0},
      {nan, 0.0, 1.0},
      {nan, -0.0, 1.0},
      {infinity, 0.0, 1.0},
      {nan, 1.0, nan},
      {2.0, nan, nan},
      {-2.0, 0.5, nan},
      {-DBL_MAX, 1.5, nan},
      {0.5, -infinity, infinity},
      {-2.0, -infinity, 0.0},
      {0.5, infinity, 0.0},
      {-2.0, infinity, infinity},
      {-infinity, -3.0, -0.0},
      {-infinity, -2.0, 0.0},
      {-infinity, 3.0, -infinity},
      {-infinity, 2.0, infinity},
      {-infinity, 0.5, infinity},
      {infinity, -1.0, 0.0},
      {infinity, 0.5, infinity},
      {-2.0, 3.0, -8.0},
      {-1.0, odd, -1.0},
      {-1.0, 0x1p53, 1.0},
      {10.0, 400.0, infinity},
      {-10.0, 401.0, -infinity},
      {10.0, -400.0, 0.0},
      {2.0, 1e300, infinity},
      {1.0000001, 1e-300, 1.0},
      {2.0, -1074.0, 0x1p-1074},
      {2.0, -1075.0, 0.0},
      {-2.0, -1075.0, -0.0},
      {2.0, 1024.0, infinity},
  };
  for (size_t i = 0; i < COUNT(powers); i++) {
    assert_same_bits(ni_pow(powers[i].x, powers[i].y), powers[i].expected);
  }
}

/* Integer powers below 2^53 are exact; with 54 bits they are ties, to even. */
static void test_exact_powers(void **state) {
  (void)state;
  for (uint64_t base = 2; base < 1000; base++) {
    uint64_t power_of_base = base;
    for (int y = 1; power_of_base < ((uint64_t)1 << 54); y++, power_of_base *= base) {
      assert_same_bits(ni_pow((double)base, y), (double)power_of_base);
    }
  }
  for (int k = -1074; k < 1024; k++) {
    assert_same_bits(ni_log2(ni_pow(2.0, k)), k);
  }
  for (int k = 1; k <= 22; k++) {
    assert_same_bits(ni_log10(ni_pow(10.0, k)), k);
  }
}

static double pair_error(ni_dd a, ni_dd b) {
  const ni_dd difference = ni_dd_sub(a, b);
  const double relative = difference.hi / b.hi;
  return relative < 0 ? -relative : relative;
}

/* exp(log x) = x and (x^y)^(1/y) = x, to nearly twice the digits of a double. */
static void test_pairs_invert_each_other(void **state) {
  (void)state;
  uint64_t random = 41;
  uint64_t digest = DIGEST_START;
  for (int i = 0; i < 20000; i++) {
    const double hi =
        i % 2 ? next_uniform(&random, 0.001, 100) : ni_double_from_bits(bits_of(next_double(&random, 600)) << 1 >> 1);
    const double y = next_uniform(&random, 0.1, 1.5);
    const ni_dd x = ni_dd_quick_two_sum(hi, hi * next_uniform(&random, -0x1p-54, 0x1p-54));
    const ni_dd logarithm = ni_dd_log_dd(x);
    const ni_dd powered = ni_dd_pow(x, ni_dd_from(y));
    assert_true(pair_error(ni_dd_exp(logarithm), x) < 0x1p-90);
    assert_true(pair_error(ni_dd_pow(powered, ni_dd_div(ni_dd_from(1.0), ni_dd_from(y))), x) < 0x1p-86);
    digest = digest_double(digest_double(digest, logarithm.hi), logarithm.lo);
    digest = digest_double(digest_double(digest, powered.hi), powered.lo);
    digest = digest_double(digest, ni_exp(-y * 600));
    digest = digest_double(digest, ni_log10(hi) + ni_log1p(y));
  }
  assert_digest("math", digest, 0x4257840e07424366u);
}

static void test_pairs_at_limits(void **state) {
  (void)state;
  const ni_dd zero = ni_dd_from(0.0);
  const ni_dd two = ni_dd_from(2.0);
  assert_same_bits(ni_dd_log(0.0).hi, -infinity);
  assert_same_bits(ni_dd_log(-1.0).hi, ni_nan());
  assert_same_bits(ni_dd_exp(ni_dd_log(0.0)).hi, 0.0); /* a geometric mean with a zero */
  assert_same_bits(ni_dd_exp(ni_dd_from(800.0)).hi, infinity);
  assert_same_bits(ni_dd_exp(ni_dd_from(800.0)).lo, 0.0);
  assert_same_bits(ni_dd_exp(ni_dd_from(ni_nan())).hi, ni_nan());
  assert_same_bits(ni_dd_exp(ni_dd_from(-700.0)).lo, 0.0);
  assert_same_bits(ni_dd_pow(zero, two).hi, 0.0);
  assert_same_bits(ni_dd_pow(zero, zero).hi, 1.0);
  assert_same_bits(ni_dd_pow(zero, ni_dd_neg(two)).hi, infinity);
  assert_same_bits(ni_dd_pow(ni_dd_neg(two), two).hi, ni_nan());
  assert_same_bits(ni_dd_pow(two, ni_dd_from(1e9)).hi, infinity);
  assert_same_bits(ni_dd_pow(two, ni_dd_from(-1e9)).hi, 0.0);
  assert_same_bits(ni_dd_pow(two, ni_dd_from(infinity)).hi, infinity);
}

static void test_rounding_mode_is_set_and_restored(void **state) {
  (void)state;
  ni_fpenv saved;
  assert_int_equal(niem_self_test(NULL), NIEM_OK);
  fesetround(FE_UPWARD);
  niem_error err;
  const niem_status upward = niem_self_test(&err);
  ni_fpenv_enter(&saved);
  const int inside = fegetround();
  const niem_status inside_status = niem_self_test(NULL);
  ni_fpenv_leave(&saved);
  const int outside = fegetround();
  fesetround(FE_TONEAREST);
  assert_int_equal(upward, NIEM_ERROR_SELF_TEST);
  assert_non_null(strstr(err.message, "nearest"));
  assert_int_equal(inside, FE_TONEAREST);
  assert_int_equal(inside_status, NIEM_OK);
  assert_int_equal(outside, FE_UPWARD);
}

static void test_exception_flags_are_the_callers(void **state) {
  (void)state;
  ni_fpenv saved;
  feclearexcept(FE_ALL_EXCEPT);
  feraiseexcept(FE_DIVBYZERO);
  ni_fpenv_enter(&saved);
  const int inside = fetestexcept(FE_DIVBYZERO);
  feraiseexcept(FE_OVERFLOW);
  ni_fpenv_leave(&saved);
  assert_int_equal(inside, 0);
  assert_true(fetestexcept(FE_DIVBYZERO) != 0);
  assert_true(fetestexcept(FE_OVERFLOW) == 0);
  feclearexcept(FE_ALL_EXCEPT);
}

#if defined(__SSE2__)
static volatile double smallest_normal = 0x1p-1022;

static double half_of_smallest(void) {
  return smallest_normal * 0.5;
}

static void test_flush_to_zero_is_ended_and_restored(void **state) {
  (void)state;
  const unsigned before = _mm_getcsr();
  const unsigned flushing[] = {0x8000u, 0x0040u, 0x8040u};
  for (size_t i = 0; i < COUNT(flushing); i++) {
    ni_fpenv saved;
    niem_error err;
    _mm_setcsr(before | flushing[i]);
    const double flushed = half_of_smallest();
    const niem_status status = niem_self_test(&err);
    ni_fpenv_enter(&saved);
    const double kept = half_of_smallest();
    const niem_status inside = niem_self_test(NULL);
    ni_fpenv_leave(&saved);
    const unsigned after = _mm_getcsr();
    _mm_setcsr(before);
    assert_same_bits(flushed, flushing[i] & 0x8000u ? 0.0 : 0x1p-1023);
    assert_int_equal(status, NIEM_ERROR_SELF_TEST);
    assert_non_null(strstr(err.message, "flush"));
    assert_same_bits(kept, 0x1p-1023);
    assert_int_equal(inside, NIEM_OK);
    assert_int_equal(after & 0x8040u, flushing[i]);
  }
}
#endif

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_reference_file),
    cmocka_unit_test(test_values),
    cmocka_unit_test(test_special_values),
    cmocka_unit_test(test_special_powers),
    cmocka_unit_test(test_exact_powers),
    cmocka_unit_test(test_pairs_invert_each_other),
    cmocka_unit_test(test_pairs_at_limits),
    cmocka_unit_test(test_rounding_mode_is_set_and_restored),
    cmocka_unit_test(test_exception_flags_are_the_callers),
#if defined(__SSE2__)
    cmocka_unit_test(test_flush_to_zero_is_ended_and_restored),
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
