/* libniem, room "numbers": the deterministic arithmetic below the scores, for bare vectors.
 *
 * A vector is `n` doubles `stride` elements apart (int64; 1 for a plain array, negative to read backwards from x; 0 is
 * an error for n > 1). n = 0 is a vector without values, x may then be NULL. A NaN is a missing value and is skipped,
 * unless said otherwise. Outputs are plain arrays; one may be x itself where that has stride 1, and must not overlap it
 * in another way. Results are the same bits on every machine.
 */
#ifndef NIEM_NUMBERS_H
#define NIEM_NUMBERS_H

#include "niem/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The exact sum, rounded once (0 for no value). NaN if infinities of both signs meet. Order never matters. */
NIEM_API niem_status niem_exact_sum(double *out, const double *x, int64_t n, int64_t stride, niem_error *err);
/* The mean, or the weighted mean where `weights` is not NULL (its own stride; finite, not negative): exact numerator
 * and denominator, rounded at the end (at most 0.501 ulp). NaN for no value or weights that sum to zero. */
NIEM_API niem_status niem_exact_mean(double *out, const double *x, int64_t n, int64_t stride, const double *weights,
                                     int64_t weights_stride, niem_error *err);
/* Quantiles of type 7 (Hyndman & Fan 1996; the default of R and NumPy) at each of n_probabilities in [0, 1]; NaN for no
 * value. */
NIEM_API niem_status niem_quantile(double *out, const double *x, int64_t n, int64_t stride, const double *probabilities,
                                   int64_t n_probabilities, niem_error *err);
/* Ranks 1..n of the values, NaN for NaN. `ties` is a NIEM_TIES_... of niem/comparison.h (by NIEM_TIES_FIRST tied values
 * rank in the order in which they stand in x); neighbours in order that differ by at most `tolerance` (finite, >= 0)
 * tie; `descending` (1 or 0) gives rank 1 to the greatest. */
NIEM_API niem_status niem_rank_values(double *out, const double *x, int64_t n, int64_t stride, int32_t descending,
                                      int32_t ties, double tolerance, niem_error *err);
/* Natural logarithm and exponential, elementwise, at most 1 ulp; the same bits everywhere, which no libm promises. NaN
 * stays NaN; the logarithm of 0 is -infinity, of a negative number NaN. */
NIEM_API niem_status niem_log(double *out, const double *x, int64_t n, int64_t stride, niem_error *err);
NIEM_API niem_status niem_exp(double *out, const double *x, int64_t n, int64_t stride, niem_error *err);
/* Rounded half away from zero to `digits` decimals (0..15), judged on the shortest decimal that reads back as x. NaN
 * and infinities stay. */
NIEM_API niem_status niem_round(double *out, const double *x, int64_t n, int64_t stride, int32_t digits,
                                niem_error *err);
/* The same to `digits` significant digits (1..17). What would lie beyond the greatest double is that one. */
NIEM_API niem_status niem_round_significant(double *out, const double *x, int64_t n, int64_t stride, int32_t digits,
                                            niem_error *err);

#ifdef __cplusplus
}
#endif

#endif
