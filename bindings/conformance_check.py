#!/usr/bin/env python3
"""Does a conformance vector reach every public function? conformance_check.py [--list]

Each function of a vector (its key "function") stands for the functions of the C interface that its runners call; every function
of the headers is among them, or among the exemptions with its reason. The runners in C, Python and R must know every function,
and every function must have vectors: at least one that is right, and one that is refused unless it cannot be.
"""

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import surface  # noqa: E402

FOLDER = Path(__file__).resolve().parent / "conformance"
RUNNERS = {
    "C": [
        "tests/unit/test_conformance.c",
        "tests/unit/conformance_run.c",
        "tests/unit/conformance_analysis.c",
        "tests/unit/conformance_assessment.c",
        "tests/unit/conformance_matrices.h",
        "tests/unit/conformance_methods.c",
        "tests/unit/conformance_statistics.c",
        "tests/unit/conformance_robustness.c",
        "tests/unit/conformance_sampling.c",
        "tests/unit/conformance_uncertainty.c",
        "tests/unit/conformance_expect.c",
    ],
    "Python": ["python/tests/test_conformance.py"],
    "R": ["r/tests/testthat/test-conformance.R"],
}

SCORED = ["niem_framework_parse", "niem_answers_parse", "niem_answers_columns", "niem_method_parse", "niem_score", "niem_exec_init"]
METHODS = (
    "normalise",
    "aggregate",
    "outranking",
    "treat",
    "weights",
    "weights_budget",
    "weights_ahp",
    "benefit_of_doubt",
    "smaa",
    "impute",
    "screen",
    "denominate",
)
STATISTICS = (
    "probability",
    "critical_value",
    "adjust_p_values",
    "describe",
    "correlate",
    "cronbach_alpha",
    "mcdonald_omega",
    "principal_components",
)
SAMPLING = ("sobol_sequence", "transform_inputs", "sensitivity_indices", "noisy_weights")
COVERS = {
    "framework": [
        "niem_framework_parse",
        "niem_framework_json",
        "niem_framework_digest",
        "niem_framework_id",
        "niem_framework_version",
        "niem_framework_title",
        "niem_framework_default_index",
        "niem_framework_default_group",
        "niem_framework_write",
        "niem_framework_read",
    ],
    "framework_from_tables": ["niem_framework_parse_tables", "niem_framework_read_tables"],
    "framework_table": ["niem_framework_table"],
    "shipped": ["niem_framework_shipped", "niem_framework_shipped_name"],
    "answers": [
        "niem_answers_parse",
        "niem_answers_columns",
        "niem_answers_count",
        "niem_answers_digest",
        "niem_answers_table",
        "niem_answers_json",
        "niem_answers_write",
        "niem_answers_read",
        "niem_problems_table",
        "niem_problems_count",
        "niem_problems_get",
        "niem_problems_severity",
    ],
    "answers_from_table": ["niem_answers_parse_table", "niem_answers_read_table"],
    "method": ["niem_method_parse", "niem_method_json", "niem_method_digest", "niem_method_read"],
    "score": [*SCORED, "niem_scores_table"],
    "value": ["niem_scores_value"],
    "members": ["niem_scores_members"],
    "explain": ["niem_explain"],
    "contributions": ["niem_contributions"],
    "rank": ["niem_rank"],
    "average": ["niem_average"],
    "difference": ["niem_difference"],
    "change": ["niem_change"],
    "change_summary": ["niem_change_summary"],
    "change_causes": ["niem_change_causes"],
    "spread": ["niem_spread"],
    "practice": ["niem_practice"],
    "group_difference": ["niem_group_difference"],
    "what_if": ["niem_what_if"],
    "compare_scores": ["niem_compare_scores"],
    "leave_one_out": ["niem_leave_one_out"],
    "leave_one_out_summary": ["niem_leave_one_out_summary"],
    "compare_methods": ["niem_compare_methods"],
    "scores_steps": ["niem_scores_steps"],
    "stage": ["niem_scores_stage"],
    "trends": ["niem_trends"],
    "statistics": ["niem_statistics"],
    "correlations": ["niem_correlations"],
    "reliability": ["niem_reliability"],
    "components": ["niem_components"],
    "method_correlations": ["niem_method_correlations"],
    "uncertainty": ["niem_uncertainty", "niem_uncertainty_table"],
    "sensitivity": ["niem_sensitivity"],
    "effective_weights": ["niem_effective_weights"],
    "manifest": ["niem_scores_manifest", "niem_scores_framework", "niem_scores_answers", "niem_scores_method", "niem_version"],
    "saved": ["niem_scores_json", "niem_scores_parse"],
    "print": ["niem_table_print", "niem_table_write"],
    "widen": ["niem_table_widen"],
    "with_codes": ["niem_with_codes"],
    "states": ["niem_state_name"],
    "statuses": ["niem_status_name"],
    "agreement": ["niem_agreement"],
    "check": ["niem_check"],
    "codebook": ["niem_codebook"],
    "completeness": ["niem_completeness"],
    "data_gaps": ["niem_data_gaps"],
    "disagreements": ["niem_disagreements"],
    "form": ["niem_form"],
    "revision": ["niem_revision"],
    "revision_effects": ["niem_revision_effects"],
    "standards": ["niem_standards"],
    "synthetic": ["niem_synthetic"],
    "unit_report": ["niem_unit_report", "niem_buffer_write"],
    "normaliser": ["niem_normaliser_fit", "niem_normaliser_apply"],
    **{name: [f"niem_{name}"] for name in (*METHODS, *STATISTICS)},
    **{name: [f"niem_{name}"] for name in (*METHODS, *SAMPLING)},
    "sensitivity_sample": ["niem_sensitivity_sample", "niem_sensitivity_rows"],
    **{name: [f"niem_{name}"] for name in ("exact_sum", "exact_mean", "quantile", "rank_values", "log", "exp", "round", "round_significant")},
}
NOT_REFUSED = {
    "manifest": "scores that exist have a manifest",
    "states": "takes nothing",
    "statuses": "takes nothing",
    "agreement": "all answers have one",
    "codebook": "every framework has one, in any language",
    "completeness": "all answers have one, whatever the method settles",
    "exact_sum": "every vector of numbers has a sum",
    "log": "every number has a result",
    "exp": "every number has a result",
}
EXEMPT = {
    "niem_self_test": "takes no data; tests/unit/test_fpenv.c",
    "niem_table_name": "a getter; tests/unit/test_table.c",
    "niem_problems_total": "a getter; the unit tests of the readers",
}
GETTERS = re.compile(
    r"niem_(?:\w+_free|\w+_init|buffer_\w+|table_(?:rows|columns?|column_name|column_type|reals|integers|codes|levels?|text|notes?|note_key))"
)


def cases():
    for path in sorted(FOLDER.glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        for case in document.get("cases", [document]):
            yield path.name, {**document, **case}


def check_functions():
    functions = {item["name"] for item in surface.Surface().functions}
    covered = {name for names in COVERS.values() for name in names}
    free = {name for name in functions if GETTERS.fullmatch(name)}
    problems = [f"{name} is reached by no vector and has no exemption" for name in sorted(functions - covered - free - set(EXEMPT))]
    problems += [f"{name} is no public function" for name in sorted((covered | set(EXEMPT)) - functions)]
    problems += [f"{name} is exempt and covered; drop one" for name in sorted((covered | free) & set(EXEMPT))]
    return problems


def check_vectors():
    right, refused, problems = set(), set(), []
    for name, case in cases():
        function = case.get("function")
        if function not in COVERS:
            problems.append(f"{name}: the function {function} is not known")
        (refused if "error" in case["expect"] else right).add(function)
    problems += [f"{function} has no vector of a result" for function in sorted(set(COVERS) - right)]
    problems += [f"{function} has no vector of an error" for function in sorted(set(COVERS) - refused - set(NOT_REFUSED))]
    problems += [f"{function} has a vector of an error; drop its exemption" for function in sorted(set(NOT_REFUSED) & refused)]
    return problems


def check_runners():
    problems = []
    for language, paths in RUNNERS.items():
        texts = [(surface.ROOT / path).read_text(encoding="utf-8") for path in paths if (surface.ROOT / path).exists()]
        if len(texts) < len(paths):
            problems.append(f"a part of the runner in {language} is missing: {', '.join(paths)}")
            continue
        text = "\n".join(texts)
        # A function stands in a runner as a word of its own, or as the end of the C function's name.
        missing = [function for function in COVERS if not re.search(rf"(?:\b|_){function}\b", text)]
        problems += [f"the runner in {language} does not know {function}" for function in missing]
        if language == "C":
            called = {name for names in COVERS.values() for name in names if re.search(rf"\b{name}\(", text)}
            problems += [
                f"the runner in C does not call {name}" for name in sorted({n for names in COVERS.values() for n in names} - called)
            ]
    return problems


def main():
    if sys.argv[1:] == ["--list"]:
        for function, names in COVERS.items():
            print(f"{function:17} {', '.join(names)}")
        for name, reason in EXEMPT.items():
            print(f"{name}: {reason}")
        return
    problems = check_functions() + check_vectors() + check_runners()
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{sum(1 for _ in cases())} vectors of {len(COVERS)} functions")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
