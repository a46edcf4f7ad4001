/* A loop over [0, n) shared by threads that live inside the call.
 *
 * Chunks are handed out in ascending order by one atomic counter, and a chunk that was handed out is done. So whenever
 * chunk k fails, all chunks below k have been or will be done, and the lowest failing chunk is the same for any number
 * of threads: its error is the one reported.
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include "base/platform.h"

#include "base/threads.h"

#include "base/fail.h"
#include "base/fpenv.h"
#include "base/options.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum { PROGRESS_NS = 50000000, POLL_NS = 1000000 };

typedef struct loop {
  int64_t n;
  int64_t chunk;
  int64_t n_chunks;
  ni_loop_body body;
  void *context;
  _Atomic int64_t next;    /* the chunk to hand out */
  _Atomic int64_t done;    /* items done */
  _Atomic int32_t working; /* threads at work, the caller not counted */
  _Atomic int32_t stop;    /* hand out no more */
  pthread_mutex_t lock;    /* of the two below */
  int64_t failed;          /* the lowest chunk that failed; n_chunks for none */
  niem_error problem;
} loop;

typedef struct worker {
  loop *loop;
  int32_t number;
  pthread_t thread;
} worker;

/* What the calling thread knows about progress. */
typedef struct reporter {
  niem_progress progress;
  void *context;
  int64_t last;
  int32_t cancelled;
} reporter;

static int64_t now_ns(void) {
  struct timespec t;
  return clock_gettime(CLOCK_MONOTONIC, &t) == 0 ? (int64_t)t.tv_sec * 1000000000 + t.tv_nsec : 0;
}

static void report(reporter *r, loop *l) {
  if (r->progress == NULL || r->cancelled) {
    return;
  }
  int64_t now = now_ns();
  if (now - r->last < PROGRESS_NS) {
    return;
  }
  r->last = now;
  if (r->progress((double)atomic_load(&l->done) / (double)l->n, r->context) != 0) {
    r->cancelled = 1;
    atomic_store(&l->stop, 1);
  }
}

static void keep_lowest(loop *l, int64_t chunk, niem_status status, const niem_error *problem) {
  atomic_store(&l->stop, 1);
  pthread_mutex_lock(&l->lock);
  if (chunk < l->failed) {
    l->failed = chunk;
    l->problem = *problem;
    l->problem.status = status;
  }
  pthread_mutex_unlock(&l->lock);
}

static void do_chunk(loop *l, int64_t chunk, int32_t number) {
  int64_t begin = chunk * l->chunk;
  int64_t end = l->n - begin < l->chunk ? l->n : begin + l->chunk;
  niem_error problem;
  memset(&problem, 0, sizeof problem);
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  niem_status status = l->body(begin, end, number, l->context, &problem);
  ni_fpenv_leave(&saved);
  if (status != NIEM_OK) {
    keep_lowest(l, chunk, status, &problem);
  }
  atomic_fetch_add(&l->done, end - begin);
}

/* Take chunks until there are none. `r` is NULL in all threads but the caller's. */
static void take_chunks(loop *l, int32_t number, reporter *r) {
  while (!atomic_load(&l->stop)) {
    int64_t chunk = atomic_fetch_add(&l->next, 1);
    if (chunk >= l->n_chunks) {
      break;
    }
    do_chunk(l, chunk, number);
    if (r != NULL) {
      report(r, l);
    }
  }
}

static void *run_worker(void *argument) {
  worker *w = argument;
  take_chunks(w->loop, w->number, NULL);
  atomic_fetch_sub(&w->loop->working, 1);
  return NULL;
}

/* Signals are for the host's own threads: a host's handler must never run in a worker. What a fault of the thread
 * itself raises stays, so that crash reports work. */
static void worker_signals(sigset_t *blocked) {
  static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};
  sigfillset(blocked);
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    sigdelset(blocked, faults[i]);
  }
}

/* The number of threads that could be had. */
static int32_t start_workers(loop *l, worker *workers, int32_t wanted) {
  sigset_t blocked;
  sigset_t saved;
  worker_signals(&blocked);
  if (pthread_sigmask(SIG_BLOCK, &blocked, &saved) != 0) {
    return 0;
  }
  int32_t started = 0;
  while (started < wanted) {
    worker *w = &workers[started];
    w->loop = l;
    w->number = started + 1;
    atomic_fetch_add(&l->working, 1);
    if (pthread_create(&w->thread, NULL, run_worker, w) != 0) {
      atomic_fetch_sub(&l->working, 1);
      break;
    }
    started++;
  }
  pthread_sigmask(SIG_SETMASK, &saved, NULL);
  return started;
}

static void wait_for_workers(loop *l, worker *workers, int32_t started, reporter *r) {
  const struct timespec pause = {0, POLL_NS};
  while (r->progress != NULL && atomic_load(&l->working) > 0) {
    report(r, l);
    nanosleep(&pause, NULL);
  }
  for (int32_t i = 0; i < started; i++) {
    pthread_join(workers[i].thread, NULL);
  }
}

static niem_status fail_cancelled(niem_error *err) {
  return ni_fail(err, NIEM_ERROR_CANCELLED, "exec.progress", "cancelled by the progress callback");
}

static niem_status outcome(const loop *l, reporter *r, niem_error *err) {
  if (!r->cancelled && l->failed < l->n_chunks) {
    if (err != NULL) {
      *err = l->problem;
    }
    return l->problem.status;
  }
  if (!r->cancelled && r->progress != NULL) {
    r->cancelled = r->progress(1.0, r->context) != 0;
  }
  return r->cancelled ? fail_cancelled(err) : NIEM_OK;
}

int32_t ni_workers(int64_t n, int64_t chunk, const niem_exec *exec) {
  int64_t n_chunks = n / chunk + (n % chunk != 0);
  int64_t workers = exec == NULL ? 1 : exec->threads;
  workers = workers > NI_THREADS_MAX ? NI_THREADS_MAX : workers;
  workers = workers > n_chunks ? n_chunks : workers;
  return workers < 1 ? 1 : (int32_t)workers;
}

niem_status ni_exec_read(niem_exec *own, const niem_exec *exec, niem_error *err) {
  niem_exec_init(own);
  niem_status status = ni_options_read(own, sizeof *own, exec, "exec", err);
  if (status == NIEM_OK && own->threads < 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, "exec.threads",
                   "%d threads; give 0 (the caller's alone) or a positive number", (int)own->threads);
  }
  return status;
}

niem_status ni_parallel_for(int64_t n, int64_t chunk, const niem_exec *exec, ni_loop_body body, void *context,
                            niem_error *err) {
  niem_exec mine;
  niem_status status = ni_exec_read(&mine, exec, err);
  if (status != NIEM_OK) {
    return status;
  }
  loop l = {.n = n, .chunk = chunk, .n_chunks = n / chunk + (n % chunk != 0), .body = body, .context = context};
  l.failed = l.n_chunks;
  int32_t wanted = ni_workers(n, chunk, &mine) - 1;
  if (pthread_mutex_init(&l.lock, NULL) != 0) {
    return ni_fail_memory(err);
  }
  reporter r = {.progress = mine.progress, .context = mine.context, .last = now_ns()};
  worker workers[NI_THREADS_MAX];
  int32_t started = start_workers(&l, workers, wanted);
  take_chunks(&l, 0, &r);
  wait_for_workers(&l, workers, started, &r);
  pthread_mutex_destroy(&l.lock);
  return outcome(&l, &r, err);
}

/* A loop's own progress as part of the whole; its end is told by nobody but the whole's. */
static int32_t tell_stage(double done, void *context) {
  ni_stages *stages = context;
  const int64_t now = now_ns();
  if (now - stages->last < PROGRESS_NS) {
    return 0;
  }
  stages->last = now;
  return stages->outer.progress(stages->from + done * (stages->to - stages->from), stages->outer.context);
}

void ni_stages_begin(ni_stages *stages, const niem_exec *exec) {
  *stages = (ni_stages){.outer = *exec, .inner = *exec, .last = now_ns()};
  if (exec->progress != NULL) {
    stages->inner.progress = tell_stage;
    stages->inner.context = stages;
  }
}

const niem_exec *ni_stages_next(ni_stages *stages, double to) {
  stages->from = stages->to;
  stages->to = to;
  return &stages->inner;
}

niem_status ni_stages_tell(ni_stages *stages, double done, niem_error *err) {
  const int cancelled = stages->outer.progress != NULL && tell_stage(done, stages) != 0;
  return cancelled ? fail_cancelled(err) : NIEM_OK;
}

niem_status ni_stages_end(const ni_stages *stages, niem_error *err) {
  const int cancelled = stages->outer.progress != NULL && stages->outer.progress(1.0, stages->outer.context) != 0;
  return cancelled ? fail_cancelled(err) : NIEM_OK;
}
