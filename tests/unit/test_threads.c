/* base/threads: every item once, the same chunks for any number of threads, the lowest error, progress and cancelling.
 */
#include "base/platform.h"

#include <fenv.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/fail.h"
#include "base/threads.h"

enum { ITEMS = 1003, CHUNK = 10, CHUNKS = 101 };

static const int32_t THREADS[] = {0, 1, 2, 3, 8, 300};
enum { N_THREADS = sizeof THREADS / sizeof THREADS[0] };

static niem_exec exec_of(int32_t threads) {
  niem_exec exec;
  niem_exec_init(&exec);
  exec.threads = threads;
  return exec;
}

typedef struct seen {
  _Atomic int32_t times[ITEMS];
  _Atomic int32_t chunks;
  _Atomic int32_t wrong;
  int32_t workers;
} seen;

static niem_status count_items(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  (void)err;
  seen *s = context;
  int64_t wanted_end = begin + CHUNK < ITEMS ? begin + CHUNK : ITEMS;
  if (begin % CHUNK != 0 || end != wanted_end || worker < 0 || worker >= s->workers) {
    atomic_fetch_add(&s->wrong, 1);
  }
  for (int64_t i = begin; i < end; i++) {
    atomic_fetch_add(&s->times[i], 1);
  }
  atomic_fetch_add(&s->chunks, 1);
  return NIEM_OK;
}

static void every_item_once(void **state) {
  (void)state;
  for (int32_t t = -1; t < N_THREADS; t++) {
    niem_exec exec = exec_of(t < 0 ? 0 : THREADS[t]);
    const niem_exec *given = t < 0 ? NULL : &exec;
    seen s;
    memset(&s, 0, sizeof s);
    s.workers = ni_workers(ITEMS, CHUNK, given);
    assert_int_equal(ni_parallel_for(ITEMS, CHUNK, given, count_items, &s, NULL), NIEM_OK);
    assert_int_equal(atomic_load(&s.wrong), 0);
    assert_int_equal(atomic_load(&s.chunks), CHUNKS);
    for (int32_t i = 0; i < ITEMS; i++) {
      assert_int_equal(atomic_load(&s.times[i]), 1);
    }
  }
}

static void nothing_to_do(void **state) {
  (void)state;
  seen s;
  memset(&s, 0, sizeof s);
  niem_exec exec = exec_of(4);
  assert_int_equal(ni_parallel_for(0, CHUNK, &exec, count_items, &s, NULL), NIEM_OK);
  assert_int_equal(atomic_load(&s.chunks), 0);
}

static void workers_are_bounded(void **state) {
  (void)state;
  niem_exec exec = exec_of(100000);
  assert_int_equal(ni_workers(1000000, 1, &exec), NI_THREADS_MAX);
  assert_int_equal(ni_workers(25, 10, &exec), 3);
  assert_int_equal(ni_workers(0, 10, &exec), 1);
  assert_int_equal(ni_workers(25, 10, NULL), 1);
  exec.threads = -1;
  assert_int_equal(ni_workers(25, 10, &exec), 1);
}

static void bad_exec_is_refused(void **state) {
  (void)state;
  seen s;
  memset(&s, 0, sizeof s);
  niem_error err;
  niem_exec exec = exec_of(-2);
  assert_int_equal(ni_parallel_for(ITEMS, CHUNK, &exec, count_items, &s, &err), NIEM_ERROR_ARGUMENT);
  assert_string_equal(err.where, "exec.threads");
  exec = exec_of(2);
  exec.struct_size = 0;
  assert_int_equal(ni_parallel_for(ITEMS, CHUNK, &exec, count_items, &s, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(atomic_load(&s.chunks), 0);
}

/* Chunks 17, 18, ... fail; later ones at once, the first of them after a while. */
static niem_status fail_from_17(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  (void)end;
  (void)worker;
  (void)context;
  if (begin < 170) {
    return NIEM_OK;
  }
  if (begin == 170) {
    const struct timespec pause = {0, 5000000};
    nanosleep(&pause, NULL);
  }
  return ni_fail_at(err, NIEM_ERROR_VALUE, begin, 0, "x", "item %d is wrong", (int)begin);
}

static void the_lowest_error_is_reported(void **state) {
  (void)state;
  for (int32_t t = 0; t < N_THREADS; t++) {
    niem_exec exec = exec_of(THREADS[t]);
    niem_error err;
    assert_int_equal(ni_parallel_for(ITEMS, CHUNK, &exec, fail_from_17, NULL, &err), NIEM_ERROR_VALUE);
    assert_int_equal(err.row, 170);
    assert_int_equal(err.status, NIEM_ERROR_VALUE);
    assert_string_equal(err.message, "item 170 is wrong");
    assert_int_equal(ni_parallel_for(ITEMS, CHUNK, &exec, fail_from_17, NULL, NULL), NIEM_ERROR_VALUE);
  }
}

typedef struct progress_log {
  pthread_t caller;
  int32_t calls;
  int32_t foreign; /* calls on another thread */
  int32_t backwards;
  double last;
  int32_t cancel_at; /* the call that cancels; 0 for none */
} progress_log;

static int32_t log_progress(double done, void *context) {
  progress_log *log = context;
  log->calls++;
  log->foreign += pthread_equal(log->caller, pthread_self()) ? 0 : 1;
  log->backwards += done < log->last || done < 0 || done > 1;
  log->last = done;
  return log->calls == log->cancel_at;
}

/* 101 chunks of 2 ms. */
static niem_status slowly(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  (void)begin;
  (void)end;
  (void)worker;
  (void)context;
  (void)err;
  const struct timespec pause = {0, 2000000};
  nanosleep(&pause, NULL);
  return NIEM_OK;
}

static niem_status run_slowly(progress_log *log, int32_t threads, niem_error *err) {
  niem_exec exec = exec_of(threads);
  log->caller = pthread_self();
  exec.progress = log_progress;
  exec.context = log;
  return ni_parallel_for(ITEMS, CHUNK, &exec, slowly, NULL, err);
}

static void progress_is_the_callers(void **state) {
  (void)state;
  for (int32_t threads = 1; threads <= 3; threads++) {
    progress_log log = {0};
    struct timespec from;
    struct timespec to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    assert_int_equal(run_slowly(&log, threads, NULL), NIEM_OK);
    clock_gettime(CLOCK_MONOTONIC, &to);
    int64_t ms = (int64_t)(to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000;
    assert_true(log.calls >= 2 && log.calls <= ms / 50 + 2);
    assert_int_equal(log.foreign, 0);
    assert_int_equal(log.backwards, 0);
    assert_true(log.last == 1.0);
  }
}

static void progress_cancels(void **state) {
  (void)state;
  for (int32_t threads = 1; threads <= 3; threads++) {
    progress_log log = {.cancel_at = 1};
    niem_error err;
    assert_int_equal(run_slowly(&log, threads, &err), NIEM_ERROR_CANCELLED);
    assert_int_equal(log.calls, 1);
    assert_true(log.last < 1.0);
    assert_int_equal(err.status, NIEM_ERROR_CANCELLED);
  }
}

/* The callback sees and may cancel at the last call too, however short the loop was. */
static void the_last_call_may_cancel(void **state) {
  (void)state;
  seen s;
  memset(&s, 0, sizeof s);
  s.workers = 1;
  progress_log log = {.cancel_at = 1, .caller = pthread_self()};
  niem_exec exec = exec_of(1);
  exec.progress = log_progress;
  exec.context = &log;
  assert_int_equal(ni_parallel_for(ITEMS, CHUNK, &exec, count_items, &s, NULL), NIEM_ERROR_CANCELLED);
  assert_true(log.last == 1.0);
}

static niem_status check_environment(int64_t begin, int64_t end, int32_t worker, void *context, niem_error *err) {
  (void)begin;
  (void)end;
  _Atomic int32_t *wrong = context;
  sigset_t blocked;
  pthread_sigmask(SIG_SETMASK, NULL, &blocked);
  if (fegetround() != FE_TONEAREST || (worker > 0 && !sigismember(&blocked, SIGINT))) {
    atomic_fetch_add(wrong, 1);
  }
  return slowly(begin, end, worker, NULL, err);
}

static void workers_round_to_nearest_and_take_no_signals(void **state) {
  (void)state;
  for (int32_t threads = 1; threads <= 3; threads++) {
    _Atomic int32_t wrong = 0;
    niem_exec exec = exec_of(threads);
    fesetround(FE_UPWARD);
    niem_status status = ni_parallel_for(6, 1, &exec, check_environment, &wrong, NULL);
    int32_t after = fegetround();
    fesetround(FE_TONEAREST);
    assert_int_equal(status, NIEM_OK);
    assert_int_equal(after, FE_UPWARD);
    assert_int_equal(atomic_load(&wrong), 0);
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    assert_int_equal(sigismember(&blocked, SIGINT), 0);
  }
}

/* Threads that cannot be had: the linker puts this in the place of pthread_create. */
static int32_t threads_allowed = INT32_MAX;

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument) {
  if (threads_allowed == 0) {
    return 11;
  }
  threads_allowed--;
  return __real_pthread_create(thread, attributes, run, argument);
}

static void fewer_threads_do_the_same(void **state) {
  (void)state;
  for (int32_t allowed = 0; allowed <= 2; allowed++) {
    seen s;
    memset(&s, 0, sizeof s);
    niem_exec exec = exec_of(8);
    s.workers = allowed + 1;
    threads_allowed = allowed;
    niem_status status = ni_parallel_for(ITEMS, CHUNK, &exec, count_items, &s, NULL);
    threads_allowed = INT32_MAX;
    assert_int_equal(status, NIEM_OK);
    assert_int_equal(atomic_load(&s.wrong), 0);
    assert_int_equal(atomic_load(&s.chunks), CHUNKS);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_item_once),
      cmocka_unit_test(nothing_to_do),
      cmocka_unit_test(workers_are_bounded),
      cmocka_unit_test(bad_exec_is_refused),
      cmocka_unit_test(the_lowest_error_is_reported),
      cmocka_unit_test(progress_is_the_callers),
      cmocka_unit_test(progress_cancels),
      cmocka_unit_test(the_last_call_may_cancel),
      cmocka_unit_test(workers_round_to_nearest_and_take_no_signals),
      cmocka_unit_test(fewer_threads_do_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
