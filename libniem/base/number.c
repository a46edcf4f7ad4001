/* Numbers as text, both ways, exact and without the locale.
 *
 * Parsing rounds correctly: short numbers by one exact operation (W. D. Clinger, "How to read floating point numbers
 * accurately", PLDI 1990), numbers of up to 19 digits in double-double where its error cannot change the rounding, all
 * others by integers of many limbs. A midpoint of two doubles has at most 767 significant digits, so digits after the
 * 800th count only as "there is something", and the work is linear in the length.
 *
 * Printing yields the shortest digits that read back, nearest to the number: G. L. Steele & J. L. White, "How to print
 * floating-point numbers accurately", PLDI 1990 (the algorithm with integers, with the estimate of the exponent after
 * R. G. Burger & R. K. Dybvig, PLDI 1996), and a short cut for numbers of up to 15 digits, which stand for one double
 * each. */
#include "base/platform.h"

#include "base/number.h"

#include "base/dd.h"

#define MOST_DIGITS 800
#define BIG_LIMBS 128

static const double power_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
enum { EXACT_POWER = 22 };

/* ---- integers of many limbs; the least limb first, no leading zeros. 4096 bits are enough: parsing starts from 801
 * digits (2661 bits) or a power of five below 5^1125 (2613 bits), and scaling brings the smaller up to the larger and
 * 54 bits more; printing needs less than 1200. */

typedef struct {
  int n;
  uint32_t limb[BIG_LIMBS];
} big;

static void big_set(big *a, uint64_t x) {
  a->limb[0] = (uint32_t)x;
  a->limb[1] = (uint32_t)(x >> 32);
  a->n = a->limb[1] != 0 ? 2 : a->limb[0] != 0;
}

static void big_copy(big *to, const big *from) {
  to->n = from->n;
  memcpy(to->limb, from->limb, (size_t)from->n * sizeof from->limb[0]);
}

/* a = a * factor + addend */
static void big_multiply(big *a, uint32_t factor, uint32_t addend) {
  uint64_t carry = addend;
  for (int i = 0; i < a->n; i++) {
    carry += (uint64_t)a->limb[i] * factor;
    a->limb[i] = (uint32_t)carry;
    carry >>= 32;
  }
  if (carry != 0) {
    a->limb[a->n++] = (uint32_t)carry;
  }
}

static void big_multiply_power_of_five(big *a, int power) {
  for (; power >= 13; power -= 13) {
    big_multiply(a, 1220703125u, 0);
  }
  uint32_t rest = 1;
  for (; power > 0; power--) {
    rest *= 5;
  }
  big_multiply(a, rest, 0);
}

static void big_shift_left(big *a, int bits) {
  const int limbs = bits / 32;
  if (a->n == 0 || bits == 0) {
    return;
  }
  memmove(a->limb + limbs, a->limb, (size_t)a->n * sizeof a->limb[0]);
  memset(a->limb, 0, (size_t)limbs * sizeof a->limb[0]);
  a->n += limbs;
  big_multiply(a, (uint32_t)1 << (bits % 32), 0);
}

static int big_compare(const big *a, const big *b) {
  if (a->n != b->n) {
    return a->n < b->n ? -1 : 1;
  }
  for (int i = a->n - 1; i >= 0; i--) {
    if (a->limb[i] != b->limb[i]) {
      return a->limb[i] < b->limb[i] ? -1 : 1;
    }
  }
  return 0;
}

/* a -= factor * b, which must not become negative. */
static void big_subtract(big *a, const big *b, uint32_t factor) {
  uint64_t carry = 0;
  for (int i = 0; i < a->n; i++) {
    carry += i < b->n ? (uint64_t)b->limb[i] * factor : 0;
    const uint32_t part = (uint32_t)carry;
    carry = (carry >> 32) + (a->limb[i] < part);
    a->limb[i] -= part;
  }
  while (a->n > 0 && a->limb[a->n - 1] == 0) {
    a->n--;
  }
}

/* The sign of a + b - c, without making the sum: -1, 0, 1. */
static int big_compare_sum(const big *a, const big *b, const big *c) {
  big rest;
  if (big_compare(a, c) > 0) {
    return 1;
  }
  big_copy(&rest, c);
  big_subtract(&rest, a, 1);
  return big_compare(b, &rest);
}

static int bit_length(uint32_t x) {
  int n = 0;
  for (; x != 0; x >>= 1) {
    n++;
  }
  return n;
}

static int big_bits(const big *a) {
  return a->n == 0 ? 0 : (a->n - 1) * 32 + bit_length(a->limb[a->n - 1]);
}

/* ---- from text: the grammar */

static int is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* A number taken apart: the value is (digits of integer and fraction) * 10^(exponent - n_fraction). */
typedef struct {
  int negative;
  const char *integer, *fraction;
  size_t n_integer, n_fraction;
  int64_t exponent;
} spans;

typedef struct {
  const char *at, *end;
} cursor;

static int accept(cursor *c, char wanted) {
  if (c->at < c->end && *c->at == wanted) {
    c->at++;
    return 1;
  }
  return 0;
}

static size_t skip_digits(cursor *c) {
  const char *begin = c->at;
  while (c->at < c->end && is_digit(*c->at)) {
    c->at++;
  }
  return (size_t)(c->at - begin);
}

/* The digits of an exponent, capped at a number that no text is long enough to make up for. */
static int64_t scan_exponent(cursor *c) {
  const int64_t cap = INT64_C(100000000000000000);
  const int negative = accept(c, '-');
  int64_t exponent = 0;
  if (!negative) {
    accept(c, '+');
  }
  for (; c->at < c->end && is_digit(*c->at); c->at++) {
    exponent = exponent * 10 + (*c->at - '0');
    exponent = exponent > cap ? cap : exponent;
  }
  return negative ? -exponent : exponent;
}

static int scan_number(spans *s, const char *text, size_t length, char point, int json) {
  cursor c = {text, text + length};
  s->negative = accept(&c, '-');
  if (!s->negative && !json) {
    accept(&c, '+');
  }
  s->integer = c.at;
  s->n_integer = skip_digits(&c);
  s->fraction = c.at;
  s->n_fraction = 0;
  const int has_point = accept(&c, point);
  if (has_point) {
    s->fraction = c.at;
    s->n_fraction = skip_digits(&c);
  }
  if (s->n_integer + s->n_fraction == 0) {
    return NI_NUMBER_SYNTAX;
  }
  if (json && (s->n_integer == 0 || (has_point && s->n_fraction == 0) || (s->n_integer > 1 && s->integer[0] == '0'))) {
    return NI_NUMBER_SYNTAX;
  }
  s->exponent = 0;
  if (accept(&c, 'e') || accept(&c, 'E')) {
    s->exponent = scan_exponent(&c);
    if (!is_digit(c.at[-1])) {
      return NI_NUMBER_SYNTAX;
    }
  }
  return c.at == c.end ? NI_NUMBER_OK : NI_NUMBER_SYNTAX;
}

/* ---- from digits to a double */

/* digit[0] ... digit[count - 1] as an integer, times 10^exponent; neither the first nor the last digit is 0. */
typedef struct {
  int count;
  int64_t exponent;
  uint8_t digit[MOST_DIGITS + 1];
} decimal;

/* Append digits; returns whether one that is not 0 had no room. */
static int append_digits(decimal *d, const char *text, size_t n) {
  int lost = 0;
  for (size_t i = 0; i < n; i++) {
    const uint8_t digit = (uint8_t)(text[i] - '0');
    if (d->count < MOST_DIGITS) {
      d->digit[d->count] = digit;
      d->count += d->count > 0 || digit != 0;
    } else {
      lost |= digit != 0;
      d->exponent++;
    }
  }
  return lost;
}

static void trim_zeros(decimal *d) {
  while (d->count > 0 && d->digit[d->count - 1] == 0) {
    d->count--;
    d->exponent++;
  }
}

static void collect_digits(decimal *d, const spans *s) {
  d->count = 0;
  d->exponent = s->exponent - (int64_t)s->n_fraction;
  int lost = append_digits(d, s->integer, s->n_integer);
  lost |= append_digits(d, s->fraction, s->n_fraction);
  if (lost) {
    d->digit[d->count++] = 1;
    d->exponent--;
  }
  trim_zeros(d);
}

/* Scale by a power of ten of at most 44, exact but for the roundings of double-double. */
static ni_dd scale_ten(ni_dd x, int power) {
  while (power != 0) {
    const int size = power < 0 ? -power : power;
    const int step = size < EXACT_POWER ? size : EXACT_POWER;
    x = power < 0 ? ni_dd_div_d(x, power_of_ten[step]) : ni_dd_mul_d(x, power_of_ten[step]);
    power += power < 0 ? step : -step;
  }
  return x;
}

/* Numbers of up to 19 digits and moderate exponent. 1 when the rounding is certain. */
static int convert_short(const decimal *d, double *out) {
  uint64_t w = 0;
  if (d->count > 19 || d->exponent < -2 * EXACT_POWER || d->exponent > 2 * EXACT_POWER) {
    return 0;
  }
  for (int i = 0; i < d->count; i++) {
    w = w * 10 + d->digit[i];
  }
  const int power = (int)d->exponent;
  if (w <= (uint64_t)1 << 53 && power >= -EXACT_POWER && power <= EXACT_POWER) {
    *out = power < 0 ? (double)w / power_of_ten[-power] : (double)w * power_of_ten[power];
    return 1;
  }
  const double high = (double)(uint32_t)(w >> 32) * 4294967296.0;
  const ni_dd x = scale_ten(ni_dd_two_sum(high, (double)(uint32_t)w), power);
  const double doubt = x.hi * 0x1p-98; /* four operations of at most 3 u^2 each lose less than 2^-102 */
  *out = x.hi;
  return x.hi + (x.lo + doubt) == x.hi && x.hi + (x.lo - doubt) == x.hi;
}

/* The quotient n / 2^54 d, of which 0 <= n < 2^54 d is known, as 54 bits; n is left with twice the rest. */
static uint64_t divide_bits(big *n, const big *d) {
  uint64_t quotient = 0;
  for (int i = 0; i < 54; i++) {
    quotient <<= 1;
    if (big_compare(n, d) >= 0) {
      big_subtract(n, d, 1);
      quotient |= 1;
    }
    big_shift_left(n, 1);
  }
  return quotient;
}

/* The bits of n / d * 2^shift rounded to a double; at or above 0x7ff0000000000000 where it overflows. */
static uint64_t round_ratio(big *n, big *d, int shift) {
  const int magnitude = big_bits(n) - big_bits(d) + shift; /* the value is in [2^(magnitude - 1), 2^(magnitude + 1)) */
  int last = magnitude - 53;                               /* so a quotient by 2^last has 53 or 54 bits */
  for (;;) {
    const int least = last < -1074 ? -1074 : last;
    big a, b;
    big_copy(&a, n);
    big_copy(&b, d);
    big_shift_left(&a, shift > least ? shift - least : 0);
    big_shift_left(&b, (shift < least ? least - shift : 0) + 53);
    uint64_t mantissa = divide_bits(&a, &b);
    if (mantissa >> 53 != 0) {
      last = least + 1;
      continue;
    }
    const int rest = big_compare(&a, &b); /* against one half */
    mantissa += (uint64_t)(rest > 0 || (rest == 0 && (mantissa & 1)));
    const uint64_t biased = (uint64_t)(least + 1075);
    return (biased << 52) + mantissa - 0x10000000000000u;
  }
}

static uint64_t convert_long(const decimal *d) {
  const int power = (int)d->exponent;
  big n, divisor;
  big_set(&n, 0);
  for (int i = 0; i < d->count; i++) {
    big_multiply(&n, 10, d->digit[i]);
  }
  big_set(&divisor, 1);
  big_multiply_power_of_five(power < 0 ? &divisor : &n, power < 0 ? -power : power);
  return round_ratio(&n, &divisor, power);
}

static int convert_decimal(const decimal *d, int negative, double *out) {
  const int64_t magnitude = d->exponent + d->count; /* below 10^magnitude and at least a tenth of that */
  double value = 0.0;
  if (d->count > 0 && magnitude > 309) {
    return NI_NUMBER_RANGE;
  }
  if (d->count > 0 && magnitude >= -323 && !convert_short(d, &value)) {
    const uint64_t bits = convert_long(d);
    if (bits >= 0x7ff0000000000000u) {
      return NI_NUMBER_RANGE;
    }
    value = ni_double_from_bits(bits);
  }
  *out = negative ? -value : value;
  return NI_NUMBER_OK;
}

static int parse_number(const char *text, size_t length, char point, int json, double *out) {
  spans s;
  decimal d;
  const int code = scan_number(&s, text, length, point, json);
  if (code != NI_NUMBER_OK) {
    return code;
  }
  collect_digits(&d, &s);
  return convert_decimal(&d, s.negative, out);
}

/* ---- to text */

/* The shortest digits: 0.d1 d2 ... * 10^point. */
typedef struct {
  int count;
  int point;
  uint8_t digit[20];
} shortest;

static void set_digits(shortest *s, uint64_t w, int point_of_last) {
  int n = 0;
  while (w % 10 == 0) {
    w /= 10;
    point_of_last++;
  }
  for (uint64_t v = w; v != 0; v /= 10) {
    n++;
  }
  s->count = n;
  s->point = point_of_last + n;
  for (; n > 0; w /= 10) {
    s->digit[--n] = (uint8_t)(w % 10);
  }
}

/* A decimal of at most 15 digits that reads back as x is the only one, hence the shortest, once its zeros are taken
 * off. Reading back is one exact operation here, so a wrong candidate cannot pass. */
static int find_short(shortest *s, double x) {
  int decimals = 0;
  while (decimals < EXACT_POWER && x * power_of_ten[decimals] < 1e14) {
    decimals++;
  }
  const double scaled = x * power_of_ten[decimals];
  const uint64_t w = scaled < 1e15 ? (uint64_t)(scaled + 0.5) : 0;
  if (w == 0 || w >= 1000000000000000u || (double)w / power_of_ten[decimals] != x) {
    return 0;
  }
  set_digits(s, w, -decimals);
  return 1;
}

/* x = r / s with the half gaps to the neighbours m_minus / s and m_plus / s. */
typedef struct {
  big r, s, m_plus, m_minus;
  int even; /* a tie between neighbours reads back as x */
} digit_state;

static int high_reaches(const digit_state *g) {
  const int sign = big_compare_sum(&g->r, &g->m_plus, &g->s);
  return g->even ? sign >= 0 : sign > 0;
}

static int low_reaches(const digit_state *g) {
  const int sign = big_compare(&g->r, &g->m_minus);
  return g->even ? sign <= 0 : sign < 0;
}

/* Fill the state for x = mantissa * 2^exponent over 10^point; powers of two are shared out so that none is negative. */
static void set_state(digit_state *g, uint64_t mantissa, int exponent, int wide_below, int point) {
  big_set(&g->r, mantissa);
  big_set(&g->s, 1);
  big_set(&g->m_minus, 1);
  if (point < 0) {
    big_multiply_power_of_five(&g->r, -point);
    big_multiply_power_of_five(&g->m_minus, -point);
  } else {
    big_multiply_power_of_five(&g->s, point);
  }
  const int up =
      exponent -
      point; /* x / 10^point = (r / s) 2^up; the half gap is m_minus / 2 of that, or a quarter below a power of two */
  const int gap = wide_below ? 2 : 1;
  int r_bits = gap + (up > 0 ? up : 0);
  int s_bits = gap + (up < 0 ? -up : 0);
  int m_bits = up > 0 ? up : 0;
  const int fill = (32 + 28 - (big_bits(&g->s) + s_bits) % 32) % 32; /* the top limb of s gets 28 bits */
  r_bits += fill;
  s_bits += fill;
  m_bits += fill;
  big_shift_left(&g->r, r_bits);
  big_shift_left(&g->s, s_bits);
  big_shift_left(&g->m_minus, m_bits);
  big_copy(&g->m_plus, &g->m_minus);
  big_shift_left(&g->m_plus, gap - 1);
}

static void times_ten(digit_state *g) {
  big_multiply(&g->r, 10, 0);
  big_multiply(&g->m_plus, 10, 0);
  big_multiply(&g->m_minus, 10, 0);
}

/* r / s, which is below 10; r keeps the rest. The top limb of s has 28 bits, so the estimate is at most one too small.
 */
static uint8_t take_digit(digit_state *g) {
  const uint32_t top = g->r.n < g->s.n ? 0 : g->r.limb[g->s.n - 1];
  uint32_t digit = top / (g->s.limb[g->s.n - 1] + 1);
  big_subtract(&g->r, &g->s, digit);
  if (big_compare(&g->r, &g->s) >= 0) {
    big_subtract(&g->r, &g->s, 1);
    digit++;
  }
  return (uint8_t)digit;
}

/* A lower bound of floor(log10 x) + 1 that is at most one too small, from the position of the leading bit. */
static int estimate_point(uint64_t mantissa, int exponent) {
  int leading = exponent - 1;
  for (uint64_t m = mantissa; m != 0; m >>= 1) {
    leading++;
  }
  /* log10(2) 2^18 = 78913.2; the quotient is rounded down, for negative numbers too */
  return leading >= 0 ? leading * 78913 / 262144 + 1 : -((-leading * 78914 + 262143) / 262144) + 1;
}

static void find_long(shortest *out, double x) {
  const uint64_t bits = ni_double_bits(x);
  const int biased = (int)(bits >> 52);
  const uint64_t fraction = bits & 0xfffffffffffffu;
  const uint64_t mantissa = biased == 0 ? fraction : fraction | 0x10000000000000u;
  const int exponent = (biased == 0 ? 1 : biased) - 1075;
  digit_state g;
  out->count = 0;
  out->point = estimate_point(mantissa, exponent);
  g.even = (mantissa & 1) == 0;
  set_state(&g, mantissa, exponent, fraction == 0 && biased > 1, out->point);
  if (high_reaches(&g)) {
    out->point++;
  } else {
    times_ten(&g);
  }
  for (;;) {
    uint8_t digit = take_digit(&g);
    const int low = low_reaches(&g);
    const int high = high_reaches(&g);
    if (low && high) {
      const int half = big_compare_sum(&g.r, &g.r, &g.s);
      digit = (uint8_t)(digit + (half > 0 || (half == 0 && (digit & 1))));
    } else if (high) {
      digit++;
    }
    out->digit[out->count++] = digit;
    if (low || high) {
      return;
    }
    times_ten(&g);
  }
}

/* x > 0 and finite. */
static void find_shortest(shortest *s, double x) {
  if (!find_short(s, x)) {
    find_long(s, x);
  }
}

static size_t put_text(char *out, const char *text) {
  const size_t n = strlen(text);
  memcpy(out, text, n + 1);
  return n;
}

/* Digits [from, to) counted from the first, zeros where there is none. */
static char *put_digits(char *at, const shortest *s, int from, int to) {
  for (int i = from; i < to; i++) {
    *at++ = (char)('0' + (i >= 0 && i < s->count ? s->digit[i] : 0));
  }
  return at;
}

/* With `decimals` digits after the point. */
static char *put_plain(char *at, const shortest *s, int decimals) {
  at = put_digits(at, s, s->point > 0 ? 0 : s->point - 1, s->point);
  if (decimals > 0) {
    *at++ = '.';
    at = put_digits(at, s, s->point, s->point + decimals);
  }
  return at;
}

static char *put_exponent(char *at, const shortest *s) {
  int exponent = s->point - 1;
  at = put_digits(at, s, 0, 1);
  if (s->count > 1) {
    *at++ = '.';
    at = put_digits(at, s, 1, s->count);
  }
  *at++ = 'e';
  if (exponent < 0) {
    *at++ = '-';
    exponent = -exponent;
  }
  if (exponent >= 100) {
    *at++ = (char)('0' + exponent / 100);
  }
  if (exponent >= 10) {
    *at++ = (char)('0' + exponent / 10 % 10);
  }
  *at++ = (char)('0' + exponent % 10);
  return at;
}

static size_t print_special(char *out, double x) {
  if (ni_is_nan(x)) {
    return put_text(out, "NaN");
  }
  return put_text(out, x > 0 ? "Infinity" : "-Infinity");
}

/* Add one to the last digit. */
static void increment(shortest *s) {
  int i = s->count - 1;
  while (i >= 0 && s->digit[i] == 9) {
    i--;
  }
  if (i < 0) {
    s->digit[0] = 1;
    s->count = 1;
    s->point++;
  } else {
    s->digit[i]++;
    s->count = i + 1;
  }
}

/* The first `keep` digits (fewer than none: places before the first), rounded half away from zero. */
static void keep_digits(shortest *s, int keep) {
  if (keep >= s->count) {
    return;
  }
  const int up = keep >= 0 && s->digit[keep] >= 5;
  s->count = keep > 0 ? keep : 0;
  if (up) {
    increment(s);
  } else if (s->count == 0) {
    s->point = 0;
  }
}

/* The shortest decimal of |x|, rounded half away from zero to `decimals` places. A count of 0 is zero. */
static void round_shortest(shortest *s, double magnitude, int decimals) {
  s->count = 0;
  s->point = 0;
  if (magnitude > 0) {
    find_shortest(s, magnitude);
  }
  keep_digits(s, s->point + decimals);
}

static int clamp_decimals(int digits) {
  return digits < 0 ? 0 : digits > 15 ? 15 : digits;
}

double ni_nan(void) {
  return ni_double_from_bits(0x7ff8000000000000u);
}

int ni_parse_double(const char *text, size_t length, char decimal_point, double *out) {
  return parse_number(text, length, decimal_point, 0, out);
}

int ni_parse_json_number(const char *text, size_t length, double *out) {
  return parse_number(text, length, '.', 1, out);
}

int ni_parse_int64(const char *text, size_t length, int64_t *out) {
  cursor c = {text, text + length};
  const int negative = accept(&c, '-');
  const uint64_t most = (uint64_t)INT64_MAX + (uint64_t)negative;
  uint64_t value = 0;
  int in_range = 1;
  if (!negative) {
    accept(&c, '+');
  }
  if (c.at == c.end) {
    return NI_NUMBER_SYNTAX;
  }
  for (; c.at < c.end; c.at++) {
    if (!is_digit(*c.at)) {
      return NI_NUMBER_SYNTAX;
    }
    const uint64_t digit = (uint64_t)(*c.at - '0');
    in_range = in_range && value <= (most - digit) / 10;
    value = in_range ? value * 10 + digit : value;
  }
  if (!in_range) {
    return NI_NUMBER_RANGE;
  }
  *out = !negative ? (int64_t)value : value == most ? INT64_MIN : -(int64_t)value;
  return NI_NUMBER_OK;
}

size_t ni_print_double(char out[NI_DOUBLE_TEXT], double x) {
  char text[NI_FIXED_TEXT];
  char *at = text;
  shortest s = {0, 1, {0}};
  if (!ni_is_finite(x)) {
    return print_special(out, x);
  }
  if (ni_double_bits(x) >> 63) {
    *at++ = '-';
    x = -x;
  }
  if (x > 0) {
    find_shortest(&s, x);
  }
  at = s.point >= -4 && s.point <= 21 ? put_plain(at, &s, s.count - s.point) : put_exponent(at, &s);
  const size_t length = (size_t)(at - text);
  memcpy(out, text, length); /* at most 25: "-0.000012345678901234567" is the longest */
  out[length] = '\0';
  return length;
}

/* Back to a double. What is beyond the greatest one leaves `value` as it is. */
static double value_of_shortest(const shortest *s, int negative, double value) {
  decimal d;
  d.count = s->count;
  d.exponent = s->point - s->count;
  memcpy(d.digit, s->digit, (size_t)s->count * sizeof s->digit[0]);
  trim_zeros(&d);
  convert_decimal(&d, negative && s->count > 0, &value);
  return value;
}

double ni_round_decimals(double x, int digits) {
  shortest s;
  if (!ni_is_finite(x)) {
    return ni_is_nan(x) ? ni_nan() : x;
  }
  round_shortest(&s, x < 0 ? -x : x, clamp_decimals(digits));
  return value_of_shortest(&s, x < 0, 0.0); /* at most 1.7976931348623157e308, so it is in range */
}

double ni_round_significant(double x, int digits) {
  shortest s;
  if (!ni_is_finite(x) || x == 0) {
    return ni_is_nan(x) ? ni_nan() : x == 0 ? 0.0 : x;
  }
  find_shortest(&s, x < 0 ? -x : x);
  keep_digits(&s, digits);
  return value_of_shortest(&s, x < 0, x < 0 ? -DBL_MAX : DBL_MAX);
}

size_t ni_print_fixed(char *out, size_t size, double x, int digits) {
  char special[NI_DOUBLE_TEXT];
  shortest s;
  const int decimals = clamp_decimals(digits);
  if (size == 0) {
    return 0;
  }
  out[0] = '\0';
  if (!ni_is_finite(x)) {
    return print_special(special, x) < size ? put_text(out, special) : 0;
  }
  round_shortest(&s, x < 0 ? -x : x, decimals);
  const int negative = x < 0 && s.count > 0;
  const int length = negative + (s.point > 0 ? s.point : 1) + (decimals > 0 ? decimals + 1 : 0);
  if ((size_t)length >= size) {
    return 0;
  }
  out[0] = '-';
  char *at = put_plain(out + negative, &s, decimals);
  *at = '\0';
  return (size_t)length;
}
