/* Threads that live inside one call: a loop over [0, n) in chunks, with progress and cancelling. */
#ifndef NI_THREADS_H
#define NI_THREADS_H

#include "base/platform.h"
#include "niem/base.h"

enum { NI_THREADS_MAX = 256 };

/* Do items [begin, end). `worker` in [0, ni_workers(...)) tells whose scratch space may be used. The result must not
 * depend on it, nor on which chunks were done before. A chunk that fails says why in `err` (never NULL). */
typedef niem_status (*ni_loop_body)(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err);

/* The most workers that a loop over n items in chunks of `chunk` will have: at least 1. */
int32_t ni_workers(int64_t n, int64_t chunk, const niem_exec *exec);

/* Call `body` for all of [0, n), `chunk` (>= 1) items at a time; where the chunks begin depends on n and `chunk` only,
 * never on the number of threads. The caller is worker 0 and works too; where a thread cannot be had, fewer do the
 * same. Every worker computes in the canonical floating-point state. exec may be NULL, and is checked here. The error
 * is that of the lowest failing chunk, whatever the number of threads. The progress callback runs on the calling
 * thread, at most every 50 ms and once at the end with 1; its return other than 0 gives NIEM_ERROR_CANCELLED. After an
 * error or a cancelling some chunks were not done. */
niem_status ni_parallel_for(int64_t n, int64_t chunk, const niem_exec *exec, ni_loop_body body, void *context,
                            niem_error *err);

/* The caller's exec (may be NULL) as this version knows it; NIEM_ERROR_ARGUMENT for a negative number of threads. */
niem_status ni_exec_read(niem_exec *own, const niem_exec *exec, niem_error *err);

/* A call that is made of many loops: each gets its share of the progress, which is told at most every 50 ms, and with 1
 * only at the end. */
typedef struct ni_stages {
  niem_exec outer;
  niem_exec inner;
  double from, to;
  int64_t last; /* when progress was told, in ns */
} ni_stages;
/* `exec` was read by ni_exec_read. */
void ni_stages_begin(ni_stages *stages, const niem_exec *exec);
/* What the next loop is called with; it brings the progress up to `to`. Valid until the next call. */
const niem_exec *ni_stages_next(ni_stages *stages, double to);
/* For what is no loop of ours: the share of the stage that is done. NIEM_ERROR_CANCELLED where the callback says so. */
niem_status ni_stages_tell(ni_stages *stages, double done, niem_error *err);
/* Tell that all is done. NIEM_ERROR_CANCELLED where the callback says so. */
niem_status ni_stages_end(const ni_stages *stages, niem_error *err);

#endif
