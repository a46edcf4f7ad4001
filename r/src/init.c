/* Registration: what R may call, and nothing else. */
#include "calls.h"
#include "glue.h"

#include <R_ext/Rdynload.h>
#include <R_ext/Visibility.h>

#define CALL(name, n) \
  { #name, (DL_FUNC)(void (*)(void))name, n }

static const R_CallMethodDef CALLS[] = {
    CALL(r_framework_read, 1),
    CALL(r_framework_parse, 1),
    CALL(r_framework_shipped, 1),
    CALL(r_framework_shipped_names, 0),
    CALL(r_framework_info, 1),
    CALL(r_framework_table, 3),
    CALL(r_framework_write, 2),
    CALL(r_method_read, 1),
    CALL(r_method_parse, 1),
    CALL(r_method_digest, 1),
    CALL(r_answers_read, 3),
    CALL(r_answers_parse, 3),
    CALL(r_answers_columns, 3),
    CALL(r_answers_count, 1),
    CALL(r_answers_digest, 1),
    CALL(r_answers_table, 1),
    CALL(r_answers_write, 2),
    CALL(r_states, 0),
    CALL(r_score, 6),
    CALL(r_scores_parse, 1),
    CALL(r_scores_table, 2),
    CALL(r_scores_members, 2),
    CALL(r_explain, 4),
    CALL(r_scores_value, 5),
    CALL(r_scores_manifest, 1),
    CALL(r_scores_framework, 1),
    CALL(r_scores_method, 1),
    CALL(r_scores_answers, 1),
    CALL(r_rank, 2),
    CALL(r_average, 2),
    CALL(r_difference, 2),
    CALL(r_change, 4),
    CALL(r_change_summary, 4),
    CALL(r_change_causes, 4),
    CALL(r_spread, 2),
    CALL(r_practice, 2),
    CALL(r_group_difference, 4),
    CALL(r_exact_sum, 1),
    CALL(r_exact_mean, 2),
    CALL(r_quantile, 2),
    CALL(r_rank_values, 4),
    CALL(r_log, 1),
    CALL(r_exp, 1),
    CALL(r_round, 2),
    CALL(r_self_test, 0),
    CALL(r_version, 0),
    CALL(r_statuses, 0),
    CALL(r_table_frame, 1),
    CALL(r_table_name, 1),
    CALL(r_table_size, 1),
    CALL(r_table_column, 3),
    CALL(r_table_widen, 4),
    CALL(r_with_codes, 3),
    CALL(r_table_print, 2),
    CALL(r_table_write, 3),
    CALL(r_json, 1),
    CALL(r_synthetic, 2),
    CALL(r_form, 5),
    CALL(r_check, 4),
    CALL(r_completeness, 2),
    CALL(r_data_gaps, 2),
    CALL(r_agreement, 1),
    CALL(r_disagreements, 2),
    CALL(r_revision, 2),
    CALL(r_revision_effects, 4),
    CALL(r_standards, 2),
    CALL(r_codebook, 2),
    {NULL, NULL, 0},
};

void attribute_visible R_init_niem(DllInfo *dll) {
  R_registerRoutines(dll, NULL, CALLS, NULL, NULL);
  R_useDynamicSymbols(dll, FALSE);
  R_forceSymbols(dll, TRUE);
}
