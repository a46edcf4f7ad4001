/* libniem, room "assessment": the questionnaire, the check of what comes back, revisions, the standards view, the
 * synthetic assessment, the codebook and the report on a unit - what surrounds the scoring of an evaluation round.
 *
 * Every result but the answers of niem_synthetic and the pages of niem_codebook and niem_unit_report is a table. Units,
 * rounds and groups stand in the order of the answers (the framework's), indicators in that of the framework, unless
 * said otherwise. A blank cell is a missing one, a NaN a number that has no meaning there.
 */
#ifndef NIEM_ASSESSMENT_H
#define NIEM_ASSESSMENT_H

#include "niem/answers.h"
#include "niem/base.h"
#include "niem/framework.h"
#include "niem/method.h"
#include "niem/scores.h"
#include "niem/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a synthetic assessment is to be like. */
typedef struct niem_synthetic_options {
  int64_t struct_size;
  int64_t seed;        /* default 0; the same seed gives the same answers everywhere, any number is one */
  double missing;      /* share of gaps among ordinary questions, 0-1, default 0.04; twice that for administrative, five
                          times for outcome and six times for financial indicators (at most 0.9) */
  double second_coder; /* share of answers that a second coder gives too, 0-1; one in four of these is thought over
                          anew, and may differ; default 0: one coder, so that scoring needs no consensus rule */
  const char *const *units; /* these units, each in every round; NULL: the framework's units in its panel, or 15
                               invented ones where it lists none */
  int64_t n_units;
  const char *const *rounds; /* NULL: the framework's rounds, or one, "1", where it lists none */
  int64_t n_rounds;
} niem_synthetic_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_synthetic_options_init(niem_synthetic_options *options);

/* Invented answers for demonstrations, documentation and tests. The source of every row says "synthetic (libniem
 * generator, seed N)" and its evidence that there is none, so that nothing can pass for a finding about a real country.
 *
 * The model: how favourable an answer is, on 0-100, is the sum of a level of 52, of the unit (standard deviation 9), of
 * the dimension (5), of both (7), of the step (from +14 for the first to -12 for the last: law above policy above
 * implementation), of the group (-4 for each place after the first, at most -12), of the question in the unit (18), of
 * the group in it (5), and of what changed for good since the first round: one question in seven changes in each later
 * round, by 8 on average (8 by unit, 18 by question); questions that are not scored move by another 3 every time. Of
 * options the one with the nearest points is answered; the more favourable, the more items of a checklist; numbers lie
 * between the goalposts, or within the bounds, or are sizes of a log-normal. The panel of framework "niem" is the real
 * one: Portugal (PT) in the first round only, Bulgaria (BG) in all but the first; otherwise every unit in every round.
 * Where the groups of a framework hang on a condition (in "niem": the legal status exists), it holds in every unit for
 * the first two groups and for "asylum_seeker", in two thirds of the units for the third group (in "niem" the
 * humanitarian status, in 10 of 15) and in a fifth for the others. Questions that do not apply get the state
 * not_applicable, and no row where the group itself is not there. Gaps stay with a question more often than not from
 * round to round; questions on which others hang have none, nor a second coder. A unit's answers do not depend on which
 * other units and rounds are asked for. The arithmetic is deterministic and the generator Philox4x32-10: the same bits
 * everywhere. */
NIEM_API niem_status niem_synthetic(niem_answers **out, const niem_framework *framework,
                                    const niem_synthetic_options *options, niem_error *err);

/* What a questionnaire is to show. */
typedef struct niem_form_options {
  int64_t struct_size;
  const char *const *groups; /* these groups (a merge means its members); NULL: all that a question may be asked of */
  int64_t n_groups;
  const char *language;       /* of labels, questions, guidance and options; NULL: English */
  const char *previous_round; /* look back to this round; NULL: to the last round of the previous answers that is before
                                 the form's and has answers of the unit */
  int32_t prefill;            /* 1: the previous answer, state, evidence, source and note are written into the form; 0:
                                 they stay blank */
} niem_form_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_form_options_init(niem_form_options *options);

/* The questionnaire of a unit and round, a row for each group x question that is asked: unit, round, group, dimension,
 * step (of a framework with neither: each of its facets), indicator, label, question, guidance, options ("a = ...; b =
 * ..."; for a checklist how items are joined; for a number its unit and range), applies_if (in words; the condition of
 * the group first), answer, state, evidence, source, coder, note, previous_answer (an answer, or a state in its place;
 * of several coders each with the name). The columns from answer to note are to be filled in; a previous answer is
 * prefilled where its coders agree. Written by niem_table_write as CSV, the form is read by niem_answers_read as it is:
 * the columns for the reader's eyes are passed over, a row that stays blank is missing. `previous` may be NULL; it may
 * hold any rounds. */
NIEM_API niem_status niem_form(niem_table **out, const niem_framework *framework, const char *unit, const char *round,
                               const niem_answers *previous, const niem_form_options *options, niem_error *err);

/* What to look at. */
typedef struct niem_check_options {
  int64_t struct_size;
  const char *round;          /* findings of this round only; NULL: of all */
  const char *previous_round; /* compare with this round; NULL: with the unit's last round before the one in hand */
} niem_check_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_check_options_init(niem_check_options *options);

/* Findings on answers, before they are scored: severity (error, warning, note), kind, unit, round, group, indicator,
 * coder (missing where a finding is about all of them), message, effect. The errors first, then warnings and notes; of
 * one severity those with the largest effect first (in magnitude; without an effect last), then in the order of the
 * answers.
 * - error does_not_apply: answered, though by other answers the question does not apply; it is not scored
 * - error group_does_not_apply: so for a whole group: its condition (the status exists) does not hold, and it has
 *   answers; one finding, `indicator` is a question that the condition hangs on
 * - error wrongly_not_applicable: the state is not_applicable, though the condition of the question holds
 * - error coders_disagree: several coders, and the method cannot settle the cell: scoring would refuse. As a note:
 *   they disagree, and the method settles it
 * - warning not_asked: answered, though the question is not put to this group; it is not scored
 * - warning group_unknown: the condition of a group hangs on an answer that is not there
 * - warning condition_unknown: so for a question that is asked; it counts as a gap, whatever is answered
 * - warning not_applicable: the state is not_applicable in a question without a condition
 * - warning no_source: answered without a source, though the question names kinds of evidence
 * - warning changed_without_note: another answer than in the previous round, and no note says why (statistics, which
 *   are numbers that are not scored, may change without)
 * - warning lost_without_note: a gap where the previous round has an answer, and no note says why
 *
 * `effect` belongs to the last two: the score of that unit, round and group at the top of the default index as it is,
 * less what it would be with the previous answer put back (and all that hangs on it); NaN where either has no value, or
 * there is no default index. Coders are settled by `method` (NULL: all defaults, by which only coders who agree are
 * settled); what cannot be settled counts as missing here. `previous` may be NULL: then each round is compared with one
 * before it in `answers` itself. Notes: unit_rounds (how many pairs), errors, warnings, notes, consensus. */
NIEM_API niem_status niem_check(niem_table **out, const niem_answers *answers, const niem_answers *previous,
                                const niem_method *method, const niem_check_options *options, niem_error *err);
/* How complete the answers are: unit, round, facet, value, asked (questions put to groups), answered, not_applicable,
 * missing, not_collected, not_accessible, not_disaggregated, share (answered of those that apply; NaN where none does).
 * For each unit x round a row for all ("all", "*"), for each group ("group", ...) and each value of each facet
 * ("dimension", "housing") that has questions; the unit "*" at the end counts all units of a round. Counted as scoring
 * would: an answer to what does not apply is not_applicable, a cell without a row, that cannot be settled, or whose
 * condition is unknown is missing. */
NIEM_API niem_status niem_completeness(niem_table **out, const niem_answers *answers, const niem_method *method,
                                       niem_error *err);
/* The data gaps: the same over the statistical indicators only (not scored, no part of a composite, and no question
 * that the condition of a group hangs on): unit, round, facet, value, n (question x group that apply), available,
 * not_collected, not_accessible, not_disaggregated, missing, and the five as shares of n: share_available,
 * share_not_collected, ... (NaN where n is 0). NIEM_ERROR_UNSUPPORTED where the framework has no such indicator. */
NIEM_API niem_status niem_data_gaps(niem_table **out, const niem_answers *answers, const niem_method *method,
                                    niem_error *err);

/* Agreement of several coders so far: unit, round, group, cells (that have a row), several (of these, with more than
 * one coder), agreed (of several: all say the same), share (agreed / several; NaN where several is 0); the last row,
 * "*" in all three, is their sum. */
NIEM_API niem_status niem_agreement(niem_table **out, const niem_answers *answers, niem_error *err);
/* The cells in which coders disagree, and how each rule of consensus would settle them: unit, round, group, indicator,
 * coders (how many), answers ("a (anna); c (jan)"), range (the highest less the lowest score of these answers, 0-100;
 * NaN for fewer than two answers, or a scale without points), unanimous, majority, median, adjudicator (each an answer,
 * or a state, or missing where the rule cannot settle the cell; `adjudicator` names the coder, NULL: that column stays
 * blank). */
NIEM_API niem_status niem_disagreements(niem_table **out, const niem_answers *answers, const char *adjudicator,
                                        niem_error *err);

/* What a revision changed: unit, round, group, indicator, coder (of the newer row; of the older where it was removed),
 * kind (added, removed, changed), columns (of those changed, comma-separated: answer, state, evidence, source, coder,
 * note), old_answer, new_answer, old_state, new_state, old_source, new_source. Rows belong together by unit, round,
 * group, indicator and coder; where a cell has one row in both, whoever the coder is. NIEM_ERROR_MISMATCH for answers
 * of another framework. */
NIEM_API niem_status niem_revision(niem_table **out, const niem_answers *older, const niem_answers *newer,
                                   niem_error *err);
/* What it did to scores and ranks: unit, round, group, node, old, new, difference (new - old), old_rank, new_rank (1 is
 * best among the units of that round, ties share the least; by the method's tolerance). Units x rounds of either set;
 * NaN where one has no value. query: index, group, node, level (default: the top); its units, round, peers and bands
 * must not be set. Rows in the order of round, group, node, unit. */
NIEM_API niem_status niem_revision_effects(niem_table **out, const niem_answers *older, const niem_answers *newer,
                                           const niem_method *method, const niem_query *query, niem_error *err);

typedef struct niem_standards_options {
  int64_t struct_size;
  const char *by; /* "ref" (default): each citation, as "2011/95/EU Art. 24"; "instrument": each instrument */
} niem_standards_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_standards_options_init(niem_standards_options *options);

/* Scores turned around: how well each standard is implemented. unit, round, group, instrument, ref (missing by
 * instrument), value (mean of its scored indicators, 0-100), coverage, n (answered indicators; of a composite its
 * parts, of a merge over its groups), n_applicable, rank (1 is the furthest from met in that unit, round and group;
 * ties share the least; NaN without a value). The unit "*" after the units of a round holds the mean over the units
 * with a value, n their number, n_applicable that of the units in which the standard applies, coverage NaN. A standard
 * counts in a round where the round's date lies within its instrument's valid_from and valid_to (a date that is not
 * given does not restrict); otherwise it has no row. In the order of round, group, unit, standard (as the framework
 * cites them). An indicator counts once in a standard however often it cites it; a composite counts as one indicator,
 * made of its parts. A standard has a value as soon as one of its indicators has one. The value of a merge of groups is
 * made as for any node. query: group, round, units, peers; the rest must not be set. NIEM_ERROR_UNSUPPORTED where no
 * scored indicator cites a standard. */
NIEM_API niem_status niem_standards(niem_table **out, const niem_scores *scores, const niem_query *query,
                                    const niem_standards_options *options, niem_error *err);

/* The codebook: the framework as one HTML page that needs no network, searchable and printable - every indicator with
 * question, guidance, options and points, condition, groups, standards and evidence, by dimension and step (or the
 * first two facets), with a table of contents. Labels in `language` (NULL: English). */
NIEM_API niem_status niem_codebook(niem_buffer **out, const niem_framework *framework, const char *language,
                                   niem_error *err);

/* What a report on a unit is about. */
typedef struct niem_report_options {
  int64_t struct_size;
  const char *index;          /* NULL: the framework's default, or its only one */
  const char *group;          /* a group or a merge of groups; NULL: the framework's default, or its only one */
  const char *round;          /* NULL: the last in which the unit has answers */
  const char *previous_round; /* the change since this one, which is before; NULL: since the last one before in which
                                 the unit has answers, if there is one */
  const char *const *reference_units; /* the average is that of these units; NULL: of all units of the scores */
  int64_t n_reference_units;
  const char *reference_peers; /* the same by the name of a peer group */
  const char *language;        /* of labels; NULL: English */
  int32_t most; /* indicators at either end, and causes of the change in either direction; 1 to 1000, default 5 */
} niem_report_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_report_options_init(niem_report_options *options);

/* The report on a unit as one HTML page that needs no network, holds no script, and prints: score, rank, difference
 * from the average, coverage and bounds of the top; the same of the nodes up to two levels below it, with a bar and the
 * change; the indicators with the highest and the lowest scores (of equal ones those furthest from the average, then in
 * the order of the index) and their answers; the change since an earlier round and its largest causes; every target
 * group; the questions that lack evidence; digests and versions by which the page can be verified. Numbers are rounded
 * to one decimal, half away from zero; where there is no value a dash stands, and at the top the reason. Ranks are
 * among all units of the round. Whatever framework and answers say is escaped. `unit`: an id or an alias.
 * NIEM_ERROR_REFERENCE for a unit, or a round of it, without answers. */
NIEM_API niem_status niem_unit_report(niem_buffer **out, const niem_scores *scores, const char *unit,
                                      const niem_report_options *options, niem_error *err);

#ifdef __cplusplus
}
#endif

#endif
