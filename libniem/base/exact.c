/* Exact sums: a superaccumulator, one long fixed-point number that covers every product of two doubles.
 *
 * Source: U. W. Kulisch, "Computer Arithmetic and Validity" (2013), ch. 8 (the complete register); carries are delayed
 * as in R. M. Neal, "Fast exact summation using small and large superaccumulators" (2015). A limb holds 32 bits and a
 * signed surplus; it takes 2^30 additions before carries must move, which happens by itself, so the number of additions
 * is not limited. Only integers are added, hence the sum does not depend on the order of its terms. */
#include "base/platform.h"

#include "base/exact.h"

#include "base/number.h"

#define LIMB_BITS 32
#define LIMB_BASE 4294967296
#define PENDING_LIMIT ((int64_t)1 << 30)
/* The limb in which a number is of the order of 1; the quotient works there. */
#define UNIT_LIMB 67

/* x = mantissa * 2^exponent, the sign apart; x must be finite. */
typedef struct {
  uint64_t mantissa;
  int exponent;
  int negative;
} parts;

static parts split_double(double x) {
  const uint64_t bits = ni_double_bits(x);
  const int biased = (int)((bits >> 52) & 0x7ff);
  const uint64_t fraction = bits & 0xfffffffffffffu;
  parts p;
  p.mantissa = biased == 0 ? fraction : fraction | 0x10000000000000u;
  p.exponent = (biased == 0 ? 1 : biased) - 1075;
  p.negative = (int)(bits >> 63);
  return p;
}

/* Move carries up: every limb but the last into [0, 2^32); the last carries the sign. */
static void propagate(ni_exact *acc) {
  int64_t carry = 0;
  for (int k = 0; k < NI_EXACT_LIMBS - 1; k++) {
    const int64_t sum = acc->limb[k] + carry;
    const int64_t low = (int64_t)((uint64_t)sum & 0xffffffffu);
    carry = (sum - low) / LIMB_BASE;
    acc->limb[k] = low;
  }
  acc->limb[NI_EXACT_LIMBS - 1] += carry;
  acc->pending = 0;
}

static void count_addition(ni_exact *acc) {
  if (++acc->pending >= PENDING_LIMIT) {
    propagate(acc);
  }
}

static void add_to_limb(ni_exact *acc, int k, uint64_t chunk, int negative) {
  acc->limb[k] += negative ? -(int64_t)chunk : (int64_t)chunk;
}

/* Add (high * 2^64 + low) at bit `position` of the register. Numbers of 64 bits touch three limbs, of 128 bits five. */
static void add_bits(ni_exact *acc, uint64_t high, uint64_t low, int position, int negative) {
  const int k = position / LIMB_BITS;
  const int shift = position % LIMB_BITS;
  const uint64_t a = (low & 0xffffffffu) << shift;
  const uint64_t b = ((low >> 32) << shift) + (a >> 32);
  add_to_limb(acc, k, a & 0xffffffffu, negative);
  add_to_limb(acc, k + 1, b & 0xffffffffu, negative);
  if (high == 0) {
    add_to_limb(acc, k + 2, b >> 32, negative);
  } else {
    const uint64_t c = ((high & 0xffffffffu) << shift) + (b >> 32);
    const uint64_t d = ((high >> 32) << shift) + (c >> 32);
    add_to_limb(acc, k + 2, c & 0xffffffffu, negative);
    add_to_limb(acc, k + 3, d & 0xffffffffu, negative);
    add_to_limb(acc, k + 4, d >> 32, negative);
  }
  count_addition(acc);
}

static void note_special(ni_exact *acc, double x) {
  if (ni_is_nan(x)) {
    acc->saw_nan = 1;
  } else if (x > 0) {
    acc->saw_infinity = 1;
  } else {
    acc->saw_minus_infinity = 1;
  }
}

/* a * b of 64-bit numbers whose product fits 128 bits, by halves: no 128-bit type is needed. */
static void multiply_wide(uint64_t a, uint64_t b, uint64_t *high, uint64_t *low) {
  const uint64_t a1 = a >> 32, a0 = a & 0xffffffffu;
  const uint64_t b1 = b >> 32, b0 = b & 0xffffffffu;
  const uint64_t bottom = a0 * b0;
  const uint64_t middle = a1 * b0 + (bottom >> 32);
  const uint64_t other = a0 * b1 + (middle & 0xffffffffu);
  *low = (other << 32) | (bottom & 0xffffffffu);
  *high = a1 * b1 + (middle >> 32) + (other >> 32);
}

static double special_value(const ni_exact *acc) {
  if (acc->saw_nan || (acc->saw_infinity && acc->saw_minus_infinity)) {
    return ni_nan();
  }
  return ni_double_from_bits(acc->saw_infinity ? 0x7ff0000000000000u : 0xfff0000000000000u);
}

static int is_special(const ni_exact *acc) {
  return acc->saw_nan || acc->saw_infinity || acc->saw_minus_infinity;
}

/* Carries moved and the sign taken off; returns whether the sum is negative. */
static int make_magnitude(ni_exact *acc) {
  propagate(acc);
  if (acc->limb[NI_EXACT_LIMBS - 1] >= 0) {
    return 0;
  }
  for (int k = 0; k < NI_EXACT_LIMBS; k++) {
    acc->limb[k] = -acc->limb[k];
  }
  propagate(acc);
  return 1;
}

/* The highest limb that is not 0, -1 where all are. */
static int highest_limb(const ni_exact *magnitude) {
  int k = NI_EXACT_LIMBS - 1;
  while (k >= 0 && magnitude->limb[k] == 0) {
    k--;
  }
  return k;
}

static int highest_bit(const ni_exact *magnitude) {
  const int k = highest_limb(magnitude);
  int bit = 0;
  if (k < 0) {
    return -1;
  }
  while (magnitude->limb[k] >> (bit + 1) != 0) {
    bit++;
  }
  return k * LIMB_BITS + bit;
}

/* Bits [position, position + 53) of a magnitude; position is at least 1074, so far from the ends. */
static uint64_t bits_at(const ni_exact *magnitude, int position) {
  const int k = position / LIMB_BITS;
  const int shift = position % LIMB_BITS;
  const uint64_t low = (uint64_t)magnitude->limb[k] | (uint64_t)magnitude->limb[k + 1] << 32;
  const uint64_t high = (uint64_t)magnitude->limb[k + 2];
  const uint64_t bits = shift == 0 ? low : low >> shift | high << (64 - shift);
  return bits & 0x1fffffffffffffu;
}

static int any_bit_below(const ni_exact *magnitude, int position) {
  const int k = position / LIMB_BITS;
  const int64_t mask = ((int64_t)1 << (position % LIMB_BITS)) - 1;
  if (magnitude->limb[k] & mask) {
    return 1;
  }
  for (int i = 0; i < k; i++) {
    if (magnitude->limb[i] != 0) {
      return 1;
    }
  }
  return 0;
}

static double round_magnitude(const ni_exact *magnitude) {
  const int top = highest_bit(magnitude);
  const int least = -1074 - NI_EXACT_LOWEST;
  const int last = top - 52 > least ? top - 52 : least; /* the bit of the result's ulp */
  const int biased = last - least + 1;
  if (top < 0) {
    return 0.0;
  }
  if (biased >= 2047) {
    return ni_double_from_bits(0x7ff0000000000000u);
  }
  uint64_t mantissa = bits_at(magnitude, last);
  const int half = (int)(bits_at(magnitude, last - 1) & 1);
  mantissa += (uint64_t)(half && ((mantissa & 1) || any_bit_below(magnitude, last - 1)));
  /* A carry out of the mantissa moves the exponent, up to infinity; a subnormal has no hidden bit to take off. */
  return ni_double_from_bits(((uint64_t)biased << 52) + mantissa - 0x10000000000000u);
}

/* The number shifted by whole limbs so that its first limb is UNIT_LIMB; *limbs is the shift that was taken off. */
static ni_dd scaled_value(const ni_exact *acc, int *limbs) {
  ni_exact t = *acc, scaled;
  const int negative = make_magnitude(&t);
  ni_exact_init(&scaled);
  *limbs = highest_limb(&t) - UNIT_LIMB;
  for (int k = 0; k < NI_EXACT_LIMBS; k++) {
    const int from = k + *limbs;
    scaled.limb[k] = from >= 0 && from < NI_EXACT_LIMBS ? t.limb[from] : 0;
  }
  const ni_dd value = ni_exact_round_dd(&scaled);
  return negative ? ni_dd_neg(value) : value;
}

static int is_zero(const ni_exact *acc) {
  ni_exact t = *acc;
  make_magnitude(&t);
  return highest_limb(&t) < 0;
}

/* acc += x * 2^shift, dropping what lies below the register. */
static void add_shifted(ni_exact *acc, double x, int shift) {
  const parts p = split_double(x);
  const int position = p.exponent + shift - NI_EXACT_LOWEST;
  if (position >= 0) {
    add_bits(acc, 0, p.mantissa, position, p.negative);
  }
}

void ni_exact_init(ni_exact *acc) {
  memset(acc, 0, sizeof *acc);
}

void ni_exact_add(ni_exact *acc, double x) {
  if (!ni_is_finite(x)) {
    note_special(acc, x);
    return;
  }
  const parts p = split_double(x);
  add_bits(acc, 0, p.mantissa, p.exponent - NI_EXACT_LOWEST, p.negative);
}

void ni_exact_add_product(ni_exact *acc, double a, double b) {
  if (!ni_is_finite(a) || !ni_is_finite(b)) {
    note_special(acc, a * b);
    return;
  }
  const parts p = split_double(a);
  const parts q = split_double(b);
  uint64_t high, low;
  multiply_wide(p.mantissa, q.mantissa, &high, &low);
  add_bits(acc, high, low, p.exponent + q.exponent - NI_EXACT_LOWEST, p.negative != q.negative);
}

void ni_exact_merge(ni_exact *acc, const ni_exact *other) {
  ni_exact t = *other;
  propagate(&t);
  for (int k = 0; k < NI_EXACT_LIMBS; k++) {
    acc->limb[k] += t.limb[k];
  }
  acc->saw_nan |= t.saw_nan;
  acc->saw_infinity |= t.saw_infinity;
  acc->saw_minus_infinity |= t.saw_minus_infinity;
  count_addition(acc);
}

double ni_exact_round(const ni_exact *acc) {
  if (is_special(acc)) {
    return special_value(acc);
  }
  ni_exact t = *acc;
  const int negative = make_magnitude(&t);
  const double magnitude = round_magnitude(&t);
  return negative ? -magnitude : magnitude;
}

ni_dd ni_exact_round_dd(const ni_exact *acc) {
  const double hi = ni_exact_round(acc);
  if (!ni_is_finite(hi)) {
    return ni_dd_make(hi, 0.0);
  }
  ni_exact rest = *acc;
  ni_exact_add(&rest, -hi);
  return ni_dd_make(hi, ni_exact_round(&rest));
}

double ni_exact_quotient(const ni_exact *numerator, const ni_exact *denominator) {
  ni_exact quotient;
  int above, below;
  if (is_special(numerator) || is_special(denominator)) {
    const double q = ni_exact_round(numerator) / ni_exact_round(denominator);
    return ni_is_nan(q) || is_zero(denominator) ? ni_nan() : q;
  }
  if (is_zero(denominator)) {
    return ni_nan();
  }
  if (is_zero(numerator)) {
    return 0.0;
  }
  const ni_dd n = scaled_value(numerator, &above);
  const ni_dd d = scaled_value(denominator, &below);
  const ni_dd q = ni_dd_div(n, d); /* between 2^-33 and 2^33 in magnitude */
  const int shift = (above - below) * LIMB_BITS;
  ni_exact_init(&quotient);
  if (shift > 1100) {
    note_special(&quotient, q.hi * ni_double_from_bits(0x7ff0000000000000u));
  } else {
    add_shifted(&quotient, q.hi, shift);
    add_shifted(&quotient, q.lo, shift);
  }
  return ni_exact_round(&quotient);
}

double ni_exact_sum(const double *x, int64_t n, int64_t stride) {
  ni_exact acc;
  ni_exact_init(&acc);
  for (int64_t i = 0; i < n; i++) {
    ni_exact_add(&acc, x[i * stride]);
  }
  return ni_exact_round(&acc);
}

double ni_exact_mean(const double *x, int64_t n, int64_t stride) {
  const double one = 1.0;
  return ni_exact_weighted_mean(x, &one, n, stride, 0);
}

double ni_exact_weighted_mean(const double *x, const double *w, int64_t n, int64_t x_stride, int64_t w_stride) {
  ni_exact sum, weights;
  ni_exact_init(&sum);
  ni_exact_init(&weights);
  for (int64_t i = 0; i < n; i++) {
    const double value = x[i * x_stride];
    if (!ni_is_nan(value)) {
      ni_exact_add_product(&sum, w[i * w_stride], value);
      ni_exact_add(&weights, w[i * w_stride]);
    }
  }
  return ni_exact_quotient(&sum, &weights);
}
