/* What R calls; each is registered in init.c. */
#ifndef NIEM_R_CALLS_H
#define NIEM_R_CALLS_H

#include "glue.h"

/* --- calls_framework.c --- */
SEXP r_framework_read(SEXP path);
SEXP r_framework_parse(SEXP bytes);
SEXP r_framework_read_tables(SEXP indicators, SEXP data, SEXP list_of_options);
SEXP r_framework_parse_tables(SEXP indicators, SEXP data, SEXP list_of_options);
SEXP r_framework_shipped(SEXP name);
SEXP r_framework_shipped_names(void);
SEXP r_framework_info(SEXP handle);
SEXP r_framework_table(SEXP handle, SEXP part, SEXP language);
SEXP r_framework_write(SEXP handle, SEXP path);
SEXP r_method_read(SEXP path);
SEXP r_method_parse(SEXP bytes);
SEXP r_method_digest(SEXP handle);

/* --- calls_answers.c --- */
SEXP r_answers_read(SEXP framework, SEXP path, SEXP list_of_options, SEXP threads, SEXP report);
SEXP r_answers_parse(SEXP framework, SEXP bytes, SEXP list_of_options, SEXP threads, SEXP report);
SEXP r_answers_columns(SEXP framework, SEXP columns, SEXP list_of_options, SEXP threads, SEXP report);
SEXP r_answers_read_table(SEXP framework, SEXP path, SEXP list_of_options);
SEXP r_answers_parse_table(SEXP framework, SEXP bytes, SEXP list_of_options);
SEXP r_answers_count(SEXP handle);
SEXP r_answers_digest(SEXP handle);
SEXP r_answers_table(SEXP handle);
SEXP r_answers_write(SEXP handle, SEXP path);
SEXP r_states(void);

/* --- calls_scores.c --- */
SEXP r_score(SEXP framework, SEXP answers, SEXP method, SEXP list, SEXP threads, SEXP report);
SEXP r_what_if(SEXP handle, SEXP changes, SEXP threads, SEXP report);
SEXP r_scores_parse(SEXP bytes);
SEXP r_scores_table(SEXP handle, SEXP list);
SEXP r_scores_members(SEXP handle, SEXP list);
SEXP r_scores_steps(SEXP handle, SEXP part);
SEXP r_effective_weights(SEXP handle, SEXP index);
SEXP r_explain(SEXP handle, SEXP unit, SEXP round, SEXP list);
SEXP r_scores_value(SEXP handle, SEXP unit, SEXP round, SEXP group, SEXP node);
SEXP r_scores_manifest(SEXP handle);
SEXP r_scores_framework(SEXP handle);
SEXP r_scores_method(SEXP handle);
SEXP r_scores_answers(SEXP handle);

/* --- calls_comparison.c --- */
SEXP r_rank(SEXP handle, SEXP list);
SEXP r_average(SEXP handle, SEXP list);
SEXP r_difference(SEXP handle, SEXP list);
SEXP r_contributions(SEXP handle, SEXP list);
SEXP r_change(SEXP handle, SEXP from, SEXP to, SEXP list);
SEXP r_change_summary(SEXP handle, SEXP from, SEXP to, SEXP list);
SEXP r_change_causes(SEXP handle, SEXP from, SEXP to, SEXP list);
SEXP r_spread(SEXP handle, SEXP list);
SEXP r_practice(SEXP handle, SEXP list);
SEXP r_leave_one_out(SEXP handle, SEXP left_out, SEXP summary, SEXP list, SEXP threads, SEXP report);
SEXP r_compare_methods(SEXP framework, SEXP answers, SEXP methods, SEXP names, SEXP list, SEXP threads, SEXP report);
SEXP r_uncertainty(SEXP framework, SEXP answers, SEXP method, SEXP inputs, SEXP list, SEXP threads, SEXP report);
SEXP r_uncertainty_table(SEXP handle, SEXP part);
SEXP r_sensitivity(SEXP framework, SEXP answers, SEXP method, SEXP inputs, SEXP list, SEXP threads, SEXP report);
SEXP r_group_difference(SEXP handle, SEXP group_a, SEXP group_b, SEXP list);
SEXP r_compare_scores(SEXP a, SEXP b, SEXP list);

/* --- calls_analysis.c --- */
SEXP r_stage(SEXP handle, SEXP step, SEXP list);
SEXP r_trends(SEXP handle, SEXP list);
SEXP r_statistics(SEXP handle, SEXP list);
SEXP r_correlations(SEXP handle, SEXP list, SEXP threads, SEXP report);
SEXP r_reliability(SEXP handle, SEXP part, SEXP list);
SEXP r_components(SEXP handle, SEXP part, SEXP list);
SEXP r_method_correlations(SEXP scores, SEXP names, SEXP list);

/* --- calls_numbers.c --- */
SEXP r_exact_sum(SEXP x);
SEXP r_exact_mean(SEXP x, SEXP weights);
SEXP r_quantile(SEXP x, SEXP probabilities);
SEXP r_rank_values(SEXP x, SEXP descending, SEXP ties, SEXP tolerance);
SEXP r_log(SEXP x);
SEXP r_exp(SEXP x);
SEXP r_round(SEXP x, SEXP digits);
SEXP r_round_significant(SEXP x, SEXP digits);
SEXP r_self_test(void);
SEXP r_version(void);
SEXP r_statuses(void);

/* --- calls_methods.c --- */
SEXP r_normalise(SEXP x, SEXP list);
SEXP r_normaliser_fit(SEXP x, SEXP list);
SEXP r_normaliser_apply(SEXP handle, SEXP x);
SEXP r_aggregate(SEXP x, SEXP list);
SEXP r_outranking(SEXP x, SEXP weights, SEXP tolerance);
SEXP r_treat(SEXP x, SEXP list);
SEXP r_weights(SEXP x, SEXP list);
SEXP r_weights_budget(SEXP points);
SEXP r_weights_ahp(SEXP comparisons);
SEXP r_benefit_of_doubt(SEXP x, SEXP list);
SEXP r_smaa(SEXP x, SEXP list, SEXP threads, SEXP report);

/* --- calls_sampling.c --- */
SEXP r_sobol_sequence(SEXP n, SEXP d, SEXP list, SEXP threads, SEXP report);
SEXP r_transform_inputs(SEXP x, SEXP list);
SEXP r_sensitivity_sample(SEXP n, SEXP d, SEXP list, SEXP threads, SEXP report);
SEXP r_sensitivity_indices(SEXP y, SEXP d, SEXP list, SEXP threads, SEXP report);
SEXP r_noisy_weights(SEXP weights, SEXP list, SEXP threads, SEXP report);
SEXP r_impute(SEXP x, SEXP list);
SEXP r_screen(SEXP x, SEXP list);
SEXP r_denominate(SEXP x, SEXP denominators, SEXP which, SEXP scales);

/* --- calls_statistics.c --- */
SEXP r_probability(SEXP x, SEXP list);
SEXP r_critical_value(SEXP p, SEXP list);
SEXP r_adjust_p_values(SEXP p, SEXP method);
SEXP r_describe(SEXP x, SEXP list);
SEXP r_correlate(SEXP x, SEXP y, SEXP list, SEXP threads, SEXP report);
SEXP r_cronbach_alpha(SEXP x, SEXP list);
SEXP r_mcdonald_omega(SEXP x, SEXP list);
SEXP r_principal_components(SEXP x, SEXP list);

/* --- tables.c --- */
SEXP r_table_frame(SEXP handle);
SEXP r_table_name(SEXP handle);
SEXP r_table_size(SEXP handle);
SEXP r_table_column(SEXP handle, SEXP name, SEXP row);
SEXP r_table_widen(SEXP handle, SEXP rows, SEXP columns, SEXP values);
SEXP r_with_codes(SEXP handle, SEXP framework, SEXP language);
SEXP r_table_print(SEXP handle, SEXP list);
SEXP r_table_write(SEXP handle, SEXP path, SEXP list);

/* --- handles.c --- */
SEXP r_json(SEXP handle);

/* --- calls_assessment.c --- */
SEXP r_synthetic(SEXP framework, SEXP list);
SEXP r_form(SEXP framework, SEXP unit, SEXP round, SEXP previous, SEXP list);
SEXP r_check(SEXP answers, SEXP previous, SEXP method, SEXP list);
SEXP r_completeness(SEXP answers, SEXP method);
SEXP r_data_gaps(SEXP answers, SEXP method);
SEXP r_agreement(SEXP answers);
SEXP r_disagreements(SEXP answers, SEXP adjudicator);
SEXP r_revision(SEXP older, SEXP newer);
SEXP r_revision_effects(SEXP older, SEXP newer, SEXP method, SEXP list);
SEXP r_standards(SEXP handle, SEXP list);
SEXP r_codebook(SEXP framework, SEXP language);
SEXP r_unit_report(SEXP handle, SEXP unit, SEXP path, SEXP list);

#endif
