/* What every C file of the library includes first: the numerics contract that a compiler must keep.
 * Binary64, round to nearest, no contraction to fused multiply-add, no value-changing optimisation. */
#ifndef NI_PLATFORM_H
#define NI_PLATFORM_H

#ifdef __FAST_MATH__
#error "libniem promises the same bits everywhere: build it without -ffast-math (or -Ofast)"
#endif

/* GCC ignores the standard pragma, and R and distributions append a user's flags after ours, so it is said here.
 * Nothing here reads the floating-point exception flags; without that word GCC keeps branches for their sake and leaves
 * lanes unvectorised. It changes flags, never a value. */
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off,no-trapping-math")
#endif

#include <float.h>
#include <stddef.h>
#include <stdint.h>

/* 0: every type as itself; 1: float as double (s390x). Either leaves double alone, and the library has no float. */
#if !defined(FLT_EVAL_METHOD) || (FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 1)
#error "libniem needs double arithmetic that is evaluated as double (on 32-bit x86: -msse2 -mfpmath=sse)"
#endif

/* A function that is compiled once more for processors with registers of 256 bits; the C library chooses when it loads
 * this one. AVX2 has no fused multiply-add: the operations are the same, and so are the bits. Always static: GCC makes
 * the resolver of any other visible from outside, whatever it is told of visibility. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__GLIBC__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define NI_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define NI_WIDE
#endif

_Static_assert(sizeof(double) == 8 && DBL_MANT_DIG == 53 && DBL_MAX_EXP == 1024, "libniem needs IEEE binary64");
_Static_assert(sizeof(int) >= 4, "libniem needs an int of at least 32 bits");

#endif
