/* How a long call shows progress and is interrupted. */
#include "glue.h"

#include <R_ext/Utils.h>

static void look_for_interrupt(void *unused) {
  (void)unused;
  R_CheckUserInterrupt();
}

static void tell(void *context) {
  const watch *of = context;
  SEXP done = PROTECT(Rf_ScalarReal(of->done));
  SEXP call = PROTECT(Rf_lang2(of->report, done));
  Rf_eval(call, R_GlobalEnv);
  UNPROTECT(2);
}

/* R's jumps end at R_ToplevelExec, so none crosses the core's frames. */
static int32_t on_progress(double done, void *context) {
  watch *of = context;
  of->done = done;
  of->interrupted = R_ToplevelExec(look_for_interrupt, NULL) == FALSE;
  if (!of->interrupted && of->report != R_NilValue) {
    of->failed = R_ToplevelExec(tell, of) == FALSE;
    /* The last report is the last chance: what came while it was told must not strike the caller afterwards. */
    of->interrupted = !of->failed && R_ToplevelExec(look_for_interrupt, NULL) == FALSE;
  }
  return of->interrupted || of->failed;
}

void fill_exec(niem_exec *exec, watch *of, SEXP threads, SEXP report) {
  *of = (watch){.report = report};
  niem_exec_init(exec);
  exec->threads = integer_of(threads, "threads");
  exec->progress = on_progress;
  exec->context = of;
}

int was_interrupted(const watch *of, niem_status status) {
  return status == NIEM_ERROR_CANCELLED && of->interrupted;
}
