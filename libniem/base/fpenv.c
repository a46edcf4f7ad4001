/* The floating-point control state, and the self-test of the numerics contract.
 *
 * fesetenv(FE_DFL_ENV) restores rounding and traps everywhere; whether it also ends flush-to-zero depends on the C
 * library, so the processor's own register is set as well where there is one: MXCSR (Intel SDM 1, 10.2.3: DAZ bit 6,
 * FTZ bit 15) and FPCR (Arm ARM, FZ bit 24, FZ16 bit 19, FIZ bit 0). */
#include "base/platform.h"

#include "base/fpenv.h"

#include "base/fail.h"
#include "base/number.h"

#if defined(__SSE2__) || defined(_M_X64)
#include <xmmintrin.h>
#define FLUSH_BITS 0x8040u

static uint64_t read_control(void) {
  return _mm_getcsr();
}

static void write_control(uint64_t control) {
  _mm_setcsr((unsigned)control);
}

#elif defined(__aarch64__)
#define FLUSH_BITS 0x1080001u

static uint64_t read_control(void) {
  uint64_t control;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  return control;
}

static void write_control(uint64_t control) {
  __asm__ volatile("msr fpcr, %0" : : "r"(control));
}

#else
#define FLUSH_BITS 0u

static uint64_t read_control(void) {
  return 0;
}

static void write_control(uint64_t control) {
  (void)control;
}
#endif

/* Operands are volatile, so that the processor computes and not the compiler. */
typedef struct {
  volatile double a, b, c;
} operands;

/* (1 + 2^-27)^2 - (1 + 2^-26) is 2^-54 when fused, 0 when the product is rounded to nearest first. */
static int contracts(void) {
  operands v = {1 + 0x1p-27, 1 + 0x1p-27, -(1 + 0x1p-26)};
  const double a = v.a, b = v.b, c = v.c;
  return a * b + c != 0;
}

/* Ties go to even, and what is above or below a tie to the nearest, on both sides of zero. */
static int rounds_otherwise(void) {
  operands v = {1, 0x1p-53, 0x1.8p-53};
  const double tie = v.a + v.b;
  const double above = v.a + v.c;
  const double minus_tie = -v.a - v.b;
  const double minus_above = -v.a - v.c;
  return tie != 1 || above != 1 + 0x1p-52 || minus_tie != -1 || minus_above != -(1 + 0x1p-52);
}

/* A subnormal result, and a subnormal operand, by the bits of what comes out. */
static int flushes(void) {
  operands v = {0x1p-1022, 0.5, 0x1p-1074};
  const double result = v.a * v.b;
  const double operand = v.c * 0x1p100;
  return ni_double_bits(result) != 0x0008000000000000u || operand != 0x1p-974;
}

/* 2^53 + 2 plus a little less than 1: rounded to 64 bits first and then to 53, it comes out as the next number. */
static int rounds_twice(void) {
  operands v = {9007199254740994.0, 1 - 0x1p-16, 0};
  const double sum = v.a + v.b;
  return sum != 9007199254740994.0;
}

static int changes_nan(void) {
  volatile double missing = ni_nan();
  const double copy = missing;
  return ni_double_bits(copy) != 0x7ff8000000000000u;
}

/* One sum and one quotient whose last bits are known, as a net for what has no name. */
static int computes_otherwise(void) {
  operands v = {0.1, 0.2, 3};
  const double sum = v.a + v.b;
  const double quotient = v.a / v.c;
  return ni_double_bits(sum) != 0x3fd3333333333334u || ni_double_bits(quotient) != 0x3fa1111111111111u;
}

static niem_status refuse(niem_error *err, const char *what) {
  return ni_fail(err, NIEM_ERROR_SELF_TEST, "", "%s", what);
}

void ni_fpenv_enter(ni_fpenv *saved) {
  saved->control = read_control();
  fegetenv(&saved->environment);
  fesetenv(FE_DFL_ENV);
  const uint64_t control = read_control();
  if (control & FLUSH_BITS) {
    write_control(control & ~(uint64_t)FLUSH_BITS);
  }
}

void ni_fpenv_leave(const ni_fpenv *saved) {
  fesetenv(&saved->environment);
  if (read_control() != saved->control) {
    write_control(saved->control);
  }
}

niem_status niem_self_test(niem_error *err) {
  if (rounds_otherwise()) {
    return refuse(err, "arithmetic does not round to nearest in this thread; restore it by fesetround(FE_TONEAREST)");
  }
  if (contracts()) {
    return refuse(err, "a * b + c is fused in this build; build with -ffp-contract=off");
  }
  if (flushes()) {
    return refuse(err,
                  "subnormal numbers are flushed to zero in this thread, as a library linked with -ffast-math does on "
                  "loading; switch flush-to-zero off or load that library later");
  }
  if (rounds_twice()) {
    return refuse(err, "doubles are evaluated in extended precision in this build; build with -msse2 -mfpmath=sse");
  }
  if (changes_nan()) {
    return refuse(err, "a NaN does not keep its bits in this build; build without -ffast-math");
  }
  if (computes_otherwise()) {
    return refuse(err,
                  "sums or quotients of doubles differ from IEEE 754 on this machine; binary64 arithmetic is needed");
  }
  return NIEM_OK;
}
