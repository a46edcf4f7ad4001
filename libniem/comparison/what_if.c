/* What if: changes are made in copies of framework and answers, and these are scored like any others. */
#include "base/platform.h"

#include "base/fail.h"
#include "base/fpenv.h"
#include "model/revised.h"
#include "niem/comparison.h"
#include "scoring/scores.h"

static niem_status score_changed(niem_scores **out, niem_problems *found, const niem_scores *scores,
                                 const char *changes, size_t n, const niem_exec *exec, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_error problem;
  ni_revised revised;
  niem_score_options options;
  niem_score_options_init(&options);
  options.index = scores->only_index;
  NIEM_TRY(ni_revise(&revised, found, scores->answers, scores->only_index, changes, n, err));
  const niem_method *method = revised.method == NULL ? scores->method : revised.method;
  status = niem_score(out, revised.framework, revised.answers, method, &options, exec, &problem);
  ni_revised_free(&revised);
  if (status != NIEM_OK) {
    ni_problems_add(found, NIEM_ERROR, &problem);
    status = ni_fail_at(err, status, problem.row, problem.column, problem.where, "%s", problem.message);
  }
cleanup:
  return status;
}

niem_status niem_what_if(niem_scores **out, niem_problems **problems, const niem_scores *scores, const char *changes,
                         int64_t n_bytes, const niem_exec *exec, niem_error *err) {
  niem_status status = NIEM_OK;
  niem_problems *found = NULL;
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  if (problems != NULL) {
    *problems = NULL;
  }
  if (out != NULL) {
    *out = NULL;
  }
  if (out == NULL || scores == NULL || changes == NULL || n_bytes < 0) {
    status = ni_fail(err, NIEM_ERROR_ARGUMENT,
                     out == NULL      ? "out"
                     : scores == NULL ? "scores"
                                      : "changes",
                     "must not be NULL, and n_bytes not negative");
    goto cleanup;
  }
  NIEM_TRY(ni_problems_new(&found, err));
  NIEM_TRY(score_changed(out, found, scores, changes, (size_t)n_bytes, exec, err));
cleanup:
  ni_problems_hand_over(problems, found);
  ni_fpenv_leave(&saved);
  return status;
}
