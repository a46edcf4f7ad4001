"""The conformance vectors of bindings/conformance (its README is the format) through the Python package.

The folder is the one that the environment variable NIEM_CONFORMANCE names: without vectors there, the tests fail. Where it is
not set, it is that of the checkout; outside of one, the vectors are skipped. Where there are several ways to one result they
are taken and must agree: rows as dicts and as JSON, a text in memory and in a file, a vector in place and strided.
"""

import json
import math
import os
import struct
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import niem

NUMBERS = ("exact_sum", "exact_mean", "quantile", "rank_values", "log", "exp", "round", "round_significant")
QUERIES = ("score", "members", "rank", "average", "difference", "spread", "practice", "contributions")
CHANGES = ("change", "change_summary", "change_causes")
ASSESSMENT = (
    "agreement",
    "check",
    "completeness",
    "data_gaps",
    "disagreements",
    "form",
    "revision",
    "revision_effects",
)
ROBUSTNESS = ("leave_one_out", "leave_one_out_summary", "effective_weights", "scores_steps")
ANALYSES = ("stage", "trends", "statistics", "correlations", "reliability", "components")
METHODS = (
    "normalise",
    "normaliser",
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
PROBABILITIES = ("probability", "critical_value", "adjust_p_values")
STATISTICS = ("describe", "correlate", "cronbach_alpha", "mcdonald_omega", "principal_components")
SAMPLING = ("sobol_sequence", "transform_inputs", "sensitivity_sample", "sensitivity_indices", "noisy_weights")


def find_folder():
    """The folder of the vectors; None where none is named and there is no checkout around."""
    named = os.environ.get("NIEM_CONFORMANCE")
    if named is not None:
        return Path(named)
    around = (parent / "bindings" / "conformance" for parent in Path(__file__).resolve().parents)
    return next((folder for folder in around if folder.is_dir()), None)


FOLDER = find_folder()


def cases():
    """(file's name, number of the case from 1, the case with what its file says for all of them)."""
    there = FOLDER is not None and os.environ.get("NIEM_CONFORMANCE") != ""
    for path in sorted(FOLDER.glob("*.json")) if there else []:
        document = json.loads(path.read_text(encoding="utf-8"))
        entries = document.pop("cases", None)
        if entries is None:
            yield path.name, 1, document
            continue
        assert entries, f"{path.name} has no case"
        for number, entry in enumerate(entries, 1):
            own = {
                key: value
                for key, value in document.items()
                if not (key == "answers" and {"csv", "json"} & set(entry))
            }
            yield path.name, number, {**own, **entry}


CASES = list(cases())


def test_there_are_vectors():
    if FOLDER is None:
        pytest.skip("no checkout is around, and NIEM_CONFORMANCE does not name the folder of the vectors")
    assert CASES, f"NIEM_CONFORMANCE={os.environ.get('NIEM_CONFORMANCE', FOLDER)}: there are no vectors"


# --- what a case gives ---


def number_of(value):
    if value is None:
        return math.nan
    if isinstance(value, str):
        return float.fromhex(value) if "0x" in value else float(value)
    return float(value)


def numbers_of(value):
    if isinstance(value, dict):
        return [number_of(entry) for part, times in value["repeat"] for _ in range(times) for entry in part]
    return [number_of(entry) for entry in value]


def bytes_of(value):
    if isinstance(value, str):
        return value.encode("utf-8")
    if "hex" in value:
        return bytes.fromhex(value["hex"])
    return b"".join(part.encode("utf-8") * times for part, times in value["repeat"])


def framework_of(case):
    if "text" in case and case["function"] != "method":
        return niem.load_framework(bytes_of(case["text"]))
    given = case["framework"]
    if isinstance(given, str):
        return niem.load_framework(FOLDER / "frameworks" / f"{given}.json")
    return niem.load_framework(given)


def answers_of(case, framework):
    if "csv" in case or "json" in case:
        text = bytes_of(case.get("csv", case.get("json")))
        return niem.read_answers(text, framework, **case.get("read", {}))
    return rows_of(case, case["answers"], framework)


def rows_of(case, rows, framework):
    read = case.get("read", {})
    answers = niem.read_answers(rows, framework, **read)
    again = niem.read_answers(json.dumps(rows).encode("utf-8"), framework, **read)
    frame = niem.read_answers(pd.DataFrame(rows, dtype=object), framework, **read)
    assert again.digest == answers.digest == frame.digest
    return answers


def scores_of(case):
    framework = framework_of(case)
    method = None if case.get("method") is None else niem.load_method(case["method"])
    answers = answers_of(case, framework)
    scores = niem.score(framework, answers, method, **case.get("score", {}))
    assert (
        niem.score(framework, answers, method, threads=3, **case.get("score", {})).manifest()
        == scores.manifest()
    )
    return scores


def options_of(options):
    """Options with their numbers as numbers."""
    made = {key: number_of(value) if key == "tolerance" else value for key, value in options.items()}
    if isinstance(made.get("weights"), dict):
        made["weights"] = {key: number_of(value) for key, value in made["weights"].items()}
    return made


def table_of(scores, function, options):
    options = options_of(options)
    if function == "score":
        return scores.to_frame(wide=False, table=True, **options)
    if function == "explain":
        return scores.explain(options.pop("unit"), options.pop("round"), table=True, **options)
    if function == "group_difference":
        return scores.group_difference(options.pop("group_a"), options.pop("group_b"), table=True, **options)
    if function == "change":  # a frame: the points of a change
        return scores.change(options.pop("from"), options.pop("to"), **options).points
    if function in CHANGES:
        return getattr(scores, function)(options.pop("from"), options.pop("to"), table=True, **options)
    assert function in QUERIES, f"the function {function} is not known to this runner"
    return getattr(scores, function)(table=True, **options)


def both_ways(function, tables, options, folder):
    """What a function makes of tables, which it must make of files too."""
    paths = [None if table is None else folder / f"table{i}.csv" for i, table in enumerate(tables)]
    for path, table in zip(paths, tables):
        if table is not None:
            path.write_bytes(table)
    try:
        found = function(*tables, **options)
    except niem.NiemError as error:
        with pytest.raises(type(error)):
            function(*paths, **options)
        raise
    assert function(*paths, **options) == found
    return found


def describe_framework(framework, folder):
    path = folder / "framework.json"
    framework.write(path)
    assert niem.load_framework(path).digest == framework.digest
    names = ("id", "version", "title", "digest", "default_index", "default_group")
    return {**{name: getattr(framework, name) for name in names}, "json": framework.to_json()}


def describe_answers(answers, folder):
    for name in ("answers.csv", "answers.json"):
        answers.write(folder / name)
        assert niem.read_answers(folder / name, answers.framework).digest == answers.digest
    found = {
        "count": len(answers),
        "digest": answers.digest,
        "json": answers.to_json(),
        "table": answers.to_frame(table=True),
    }
    return {**found, "problems": answers.problems.to_dict("records")}


def flatten(value, prefix=""):
    found = {}
    for key, entry in value.items():
        found.update(flatten(entry, f"{prefix}{key}.") if isinstance(entry, dict) else {prefix + key: entry})
    return found


def printed(table, options, folder):
    options = dict(options)
    form = options.pop("format", "csv")
    printer = getattr(table, "to_text" if form == "plain" else f"to_{form}")
    text = printer(**options)
    printer(folder / "table", **options)
    assert (folder / "table").read_bytes() == text.encode("utf-8")
    return text


def numbers(function, options):
    options = {key: value for key, value in options.items()}
    x = np.array(numbers_of(options.pop("x")), dtype=float)
    for key in ("weights", "probabilities"):
        if key in options:
            options[key] = np.array(numbers_of(options[key]), dtype=float)
    options = options_of(options)
    results = []
    for vector in (x, strided(x, 3), strided(x, -2)):
        given = {key: strided(value, 2) if key == "weights" else value for key, value in options.items()}
        found = getattr(niem, function)(vector, **given)
        results.append(np.atleast_1d(found))
    for other in results[1:]:
        assert other.tobytes() == results[0].tobytes(), "a strided vector gives other bits"
    return {"value": results[0][0]} if np.ndim(found) == 0 else {"values": results[0]}


def strided(x, step):
    wide = np.zeros(len(x) * abs(step) + 1)
    view = wide[:: abs(step)][: len(x)]
    view = view[::-1] if step < 0 else view
    view[:] = x
    return view


def matrix_of(rows):
    return np.array([[number_of(value) for value in row] for row in rows], dtype=float)


def backwards(x):
    """The same matrix in memory backwards, with gaps."""
    wide = np.full((x.shape[0] * 2, x.shape[1] * 3), np.inf)
    view = wide[::-2, ::-3]
    view[:] = x
    return view


def methods(function, options):
    """Bare matrices: row after row, column after column, backwards with gaps, and as a frame."""
    options = {key: method_option(value) for key, value in options.items()}
    part, x = options.pop("part", None), options.pop("x")
    other = options.pop("apply", None)
    if "lambda" in options:
        options["lambda_"] = options.pop("lambda")
    results = []
    for layout in (np.ascontiguousarray, np.asfortranarray, backwards, pd.DataFrame):
        own = {} if other is None else {"apply": layout(other)}
        results.append(call_method(function, layout(x) if x.ndim == 2 else x, part, {**options, **own}))
    for found in results[1:]:
        assert found.tobytes() == results[0].tobytes(), "another layout gives other bits"
    return {"values": results[0]}


def sampling(function, options):
    """Bare matrices of niem/robustness.h, with one thread and with three: the same bits."""
    options = {key: method_option(value) for key, value in options.items() if key not in ("kinds", "choices")} | {
        key: options[key] for key in ("kinds", "choices") if key in options
    }
    part = options.pop("part", "first")
    if function == "transform_inputs":
        return {"values": niem.transform_inputs(**options).ravel()}
    one, three = (getattr(niem, function)(threads=threads, **options) for threads in (1, 3))
    if function != "sensitivity_indices":
        assert one.tobytes() == three.tobytes()
        return {"values": one.ravel()}
    assert all(a.equals(b) for a, b in zip(one, three))
    table = next(table for table in one if part in table and not (part.startswith("n_") and table is not one.indices))
    return {"values": table[part].to_numpy(dtype=float)}


def method_option(value):
    if isinstance(value, list):
        rows = bool(value) and isinstance(value[0], list)
        return matrix_of(value) if rows else [number_or_integer(entry) for entry in value]
    return number_of(value) if isinstance(value, str) and value.lstrip("-").startswith("0x") else value


def number_or_integer(value):
    return value if isinstance(value, int) else number_of(value)


def call_method(function, x, part, options):
    if function == "normaliser":
        other = options.pop("apply")
        found = niem.Normaliser(x, **options).apply(other)
    elif function == "denominate":
        found = niem.denominate(x, options.pop("apply"), **options)
    else:
        found = getattr(niem, function)(x, **options)
    if isinstance(found, tuple):
        found = part_of(found, part)
    return np.asarray(found, dtype=float).ravel()


def part_of(found, part):
    """A part of several results; the first of them where none is named."""
    if part is None:
        return found[0]
    return getattr(found, part) if part in found._fields else found.report[part]


def probabilities(function, options):
    """A vector, and the same as a series."""
    options = options_of({key: method_option(value) for key, value in options.items()})
    x = np.array(options.pop("x"), dtype=float)
    found = getattr(niem, function)(x, **options)
    series = getattr(niem, function)(pd.Series(x, index=range(5, 5 + len(x))), **options)
    assert list(series.index) == list(range(5, 5 + len(x))) and series.to_numpy().tobytes() == found.tobytes()
    return {"values": found}


def statistics(function, options):
    """The same layouts as of `methods`; for correlations with one thread and with three."""
    options = options_of({key: method_option(value) for key, value in options.items()})
    part, x, other = options.pop("part", None), options.pop("x"), options.pop("apply", None)
    results = []
    for layout in (np.ascontiguousarray, np.asfortranarray, backwards, pd.DataFrame):
        own = {} if other is None else {"y": layout(other)}
        own |= {"threads": 3} if function == "correlate" and layout is pd.DataFrame else {}
        found = getattr(niem, function)(layout(x), **options, **own)
        results.append(np.asarray(statistic(found, part), dtype=float).ravel())
    for found in results[1:]:
        assert found.tobytes() == results[0].tobytes(), "another layout gives other bits"
    return {"values": results[0]}


def statistic(found, part):
    """A part of what a function of statistics gives."""
    if isinstance(found, pd.DataFrame):
        return [bits_of(entry) for entry in found[part]] if part == "flags" else found[part]
    if isinstance(found, niem.statistics.Correlations):
        return getattr(found, part or "r")
    columns = {"eigenvalues": "eigenvalue", "shares": "share", "cumulated": "cumulated"}
    if part in columns:
        return found.eigenvalues[columns[part]]
    report = next(iter(key for key in ("alpha", "omega") if key in found.report), None)
    part = part or report
    if part in found.report:
        return found.report[part]
    return getattr(found, part) if part in found._fields else found.items[{"deviations": "deviation"}.get(part, part)]


def bits_of(words):
    names = ["available", "nonzero", "unique", "outliers", "constant"]
    return sum(1 << names.index(word) for word in words.split())


def previous_of(case, framework):
    """The earlier answers, or the older version of a revision."""
    if "previous" not in case:
        return None
    other = case.get("previous_framework")
    return rows_of(case, case["previous"], framework if other is None else niem.load_framework(other))


def run_assessment(case, framework, options):
    function, method = case["function"], case.get("method")
    previous = previous_of(case, framework)
    options = dict(options)
    if function == "form":
        place = options.pop("unit"), options.pop("round")
        return niem.form(framework, *place, previous, table=True, **options)
    answers = answers_of(case, framework)
    if function == "revision_effects":
        return niem.revision_effects(previous, answers, method, table=True, **options)
    if function == "check":
        return niem.check(answers, previous, method, table=True, **options)
    if function == "revision":
        return niem.revision(previous, answers, table=True, **options)
    if function in ("completeness", "data_gaps"):
        return getattr(niem, function)(answers, method, table=True, **options)
    return getattr(niem, function)(answers, table=True, **options)  # agreement, disagreements


def robustness_table(scores, function, options):
    """What hangs on one part of an index, or on the method."""
    options = options_of(options)
    if function == "effective_weights":
        return scores.effective_weights(table=True, **options)
    if function == "scores_steps":
        return scores.steps(table=True, **options)
    options["summary"] = function == "leave_one_out_summary"
    return scores.leave_one_out(table=True, **options)


def analysis_table(scores, function, options):
    """With one thread and with three where there are threads."""
    ask = partial(getattr(scores, function), table=True, **options_of(options))
    if function != "correlations":
        return ask()
    one, three = (ask(threads=n) for n in (1, 3))
    assert one.to_csv() == three.to_csv()
    return one


def methods_correlated(case, framework, options):
    """Scores by each of the methods; a dict where they have names."""
    answers = answers_of(case, framework)
    several = [niem.score(framework, answers, method, **case.get("score", {})) for method in case["methods"]]
    several = dict(zip(case["names"], several)) if "names" in case else several
    return niem.method_correlations(several, table=True, **options_of(options))


def methods_side_by_side(case, framework, options):
    """By a list; by a dict where the methods have names. With one thread and with three."""
    methods = case["methods"]
    if "names" in case:
        methods = dict(zip(case["names"], methods))
    given = framework, answers_of(case, framework), methods
    options = options_of(options)
    one, three = (niem.compare_methods(*given, threads=n, table=True, **options) for n in (1, 3))
    assert one.to_csv() == three.to_csv()
    return one


UNCERTAIN_PARTS = {"scores": "to_frame"}


def uncertain_table(function, case, framework, options):
    """Uncertainty and sensitivity of scores, with one thread and with three."""
    options = options_of(options)
    part = options.pop("part", "scores")
    given = framework, answers_of(case, framework), case.get("inputs"), case.get("method")
    found = []
    for threads in (1, 3):
        if function == "sensitivity":
            found.append(niem.sensitivity(*given, threads=threads, table=True, **options))
        else:
            made = niem.uncertainty(*given, threads=threads, **options)
            name = UNCERTAIN_PARTS.get(part, part)
            if not hasattr(made, name):
                raise niem.errors.refuse("argument", "part", f"is {part!r}; it is one of scores, ...")
            found.append(getattr(made, name)(table=True))
    assert found[0].to_csv() == found[1].to_csv()
    return found[0]


def run(case, folder):
    function, options = case["function"], case.get("options", {})
    if function in NUMBERS:
        return numbers(function, options)
    if function in METHODS:
        return methods(function, options)
    if function in PROBABILITIES:
        return probabilities(function, options)
    if function in STATISTICS:
        return statistics(function, options)
    if function in SAMPLING:
        return sampling(function, options)
    if function == "framework":
        return describe_framework(framework_of(case), folder)
    if function == "shipped":
        found = describe_framework(niem.load_framework(options["name"]), folder)
        assert options["name"] in niem.shipped_frameworks()
        return found
    if function == "framework_from_tables":
        tables = [None if case.get(key) is None else bytes_of(case[key]) for key in ("indicators", "data")]
        return describe_framework(both_ways(niem.framework_from_tables, tables, options, folder), folder)
    if function == "answers_from_table":
        framework = framework_of(case)
        read = partial(both_ways, lambda data, **own: niem.answers_from_table(data, framework, **own))
        return describe_answers(read([bytes_of(case["data"])], options, folder), folder)
    if function == "framework_table":
        return {"table": framework_of(case).part(**options, table=True)}
    if function in ASSESSMENT:
        return {"table": run_assessment(case, framework_of(case), options)}
    if function == "codebook":
        return {"text": niem.codebook(framework_of(case), **options)}
    if function == "synthetic":
        return describe_answers(niem.synthetic(framework_of(case), **options), folder)
    if function == "answers":
        return describe_answers(answers_of(case, framework_of(case)), folder)
    if function == "method":
        method = niem.load_method(bytes_of(case["text"]) if "text" in case else case["method"])
        (folder / "method.json").write_bytes(method.to_json().encode("utf-8"))
        assert niem.load_method(folder / "method.json").digest == method.digest
        return {"json": method.to_json(), "digest": method.digest}
    if function in ("uncertainty", "sensitivity"):
        return {"table": uncertain_table(function, case, framework_of(case), options)}
    if function == "compare_methods":
        return {"table": methods_side_by_side(case, framework_of(case), options)}
    if function == "method_correlations":
        return {"table": methods_correlated(case, framework_of(case), options)}
    if function == "states":
        return {"values": list(niem.STATES)}
    if function == "statuses":
        return {"values": ["ok", *(CLASS("").status_name for CLASS in niem.errors.CLASSES.values())]}
    return run_scores(case, scores_of(case), options, folder)


def run_scores(case, scores, options, folder):
    function = case["function"]
    if function == "value":
        return {"value": scores.value(**{"round": None, **options})}
    if function == "manifest":
        assert scores.framework.digest == scores.manifest()["framework"]["digest"]
        assert scores.answers.digest == scores.manifest()["answers"]["digest"]
        return {"fields": flatten(scores.manifest())}
    if function == "unit_report":
        text = scores.unit_report(**options)
        scores.unit_report(path=folder / "page.html", **options)
        assert (folder / "page.html").read_bytes() == text.encode("utf-8")
        return {"text": text}
    if function in ("what_if", "compare_scores"):
        other = scores.what_if(**case["changes"])
        if function == "what_if":
            return {"table": table_of(other, "score", options), "fields": flatten(other.manifest())}
        return {"table": niem.compare_scores(scores, other, table=True, **options_of(options))}
    if function == "saved":
        text = scores.to_json()
        if "replace" in case:
            text = text.replace(*case["replace"], 1)
        return {"table": table_of(niem.load_scores(text.encode("utf-8")), "score", options)}
    if function == "print":
        return {"text": printed(table_of(scores, case["of"], case["of_options"]), options, folder)}
    if function == "widen":
        return {"table": table_of(scores, case["of"], case["of_options"]).widen(**options)}
    if function == "standards":
        return {"table": niem.standards(scores, table=True, **options)}
    if function == "with_codes":
        return {
            "table": table_of(scores, case["of"], case["of_options"]).with_codes(scores.framework, **options)
        }
    if function in ROBUSTNESS:
        return {"table": robustness_table(scores, function, options)}
    if function in ANALYSES:
        return {"table": analysis_table(scores, function, options)}
    return {"table": table_of(scores, function, options)}


# --- what is expected ---


def same_number(found, expected, relative, absolute):
    found, expected = float(found), number_of(expected)
    if math.isnan(found) or math.isnan(expected):
        return math.isnan(found) and math.isnan(expected)
    close = math.isclose(found, expected, rel_tol=relative, abs_tol=absolute) and math.isfinite(found)
    if (relative > 0 or absolute > 0) and close:
        return True
    return struct.pack("<d", found) == struct.pack("<d", expected)


def check_column(found, expected, name, relative, absolute):
    assert len(found) == len(expected), f"{name}: {len(found)} rows, not {len(expected)}"
    for i, (own, wanted) in enumerate(zip(found, expected)):
        if isinstance(own, str) or (isinstance(wanted, str) and own is None):
            assert own == wanted, f"{name}, row {i + 1}"
        elif own is None or own is pd.NA:
            assert wanted is None, f"{name}, row {i + 1}"
        else:
            wanted_number = number_of(wanted)
            shown = f"{name}, row {i + 1}: {own!r} ({float(own).hex()}), not {wanted_number!r}"
            assert same_number(own, wanted, relative, absolute), shown


def check_cells(table, expected):
    """Texts that need only say certain things: one for each row, or several; None: anything."""
    for name, rows in expected.items():
        found = list(table[name])
        assert len(found) == len(rows), f"{name}: {len(found)} rows, not {len(rows)}"
        for i, (own, wanted) in enumerate(zip(found, rows)):
            parts = [wanted] if isinstance(wanted, str) else wanted or []
            assert all(part in (own or "") for part in parts), f"{name}, row {i + 1}: {own!r} lacks {parts}"


def tolerance_of(case, name):
    given = case.get("tolerance", 0)
    return given.get(name, 0) if isinstance(given, dict) else given


def check_sums(table, expected):
    """The exact sums, rounded once, of the rows that belong together."""
    keys = [
        name
        for name in ("unit", "node", *(["group"] if "member" in table.columns else []))
        if name in table.columns
    ]
    rows = list(zip(*(table[key] for key in keys))) if keys else [()] * len(table)
    for name, wanted in expected.items():
        sums, begin = [], 0
        for end in range(1, len(rows) + 1):
            if end == len(rows) or rows[end] != rows[begin]:
                sums.append(math.fsum(x for x in table[name][begin:end] if not math.isnan(x)))
                begin = end
        check_column(sums, wanted, f"sum of {name}", 0, 0)


def matches(found, expected):
    unknown = set(expected) - {"severity", "status", "where", "row", "column", "message_contains"}
    assert not unknown, f"expectations that are not known: {unknown}"
    contained = expected.get("message_contains", [])
    contained = [contained] if isinstance(contained, str) else contained
    keys = [key for key in expected if key != "message_contains"]
    return all(place(found[key]) == expected[key] for key in keys) and all(
        part in found["message"] for part in contained
    )


def place(value):
    """A place of a problem; 0 or "" where it has none."""
    if isinstance(value, str):
        return value
    return 0 if value is None or pd.isna(value) else int(value)


def check(case, key, expected, found):
    absolute = case.get("absolute", 0)
    if key == "columns":
        for name, column in expected.items():
            check_column(list(found["table"][name]), column, name, tolerance_of(case, name), absolute)
    elif key == "cells_contain":
        check_cells(found["table"], expected)
    elif key in ("contains", "lacks"):
        text = found["text"]
        assert text and [part for part in expected if (part in text) != (key == "contains")] == []
    elif key == "sums":
        check_sums(found["table"], expected)
    elif key == "notes":
        notes = found["table"].notes
        assert {name: notes.get(name) for name in expected} == expected
    elif key == "lines":
        assert found["text"].splitlines() == expected and found["text"].endswith("\n")
    elif key == "problems":
        for entry in expected:
            assert any(
                matches(problem, entry) for problem in found["problems"]
            ), f"no {entry} among {found['problems']}"
    elif key == "fields":
        assert {name: found["fields"].get(name, ...) for name in expected} == expected
    elif key in ("value", "values") and case["function"] not in ("states", "statuses"):
        own = [found["value"]] if key == "value" else list(found["values"])
        check_column(own, [expected] if key == "value" else expected, key, tolerance_of(case, key), absolute)
    else:
        assert found[key] == expected  # a key that the function does not give is a KeyError


def check_error(raised, expected):
    error = {key: getattr(raised, key) for key in ("where", "row", "column", "message")}
    error["status"] = raised.status_name
    assert matches(error, expected), f"{error}, not {expected}"
    assert "\n" not in str(raised)


@pytest.mark.parametrize("name, number, case", CASES, ids=[f"{name}-{number}" for name, number, _ in CASES])
def test_vector(name, number, case, tmp_path):
    assert case["source"] and case["expect"]
    expected = dict(case["expect"])
    if "error" in expected:
        with pytest.raises(niem.NiemError) as caught:
            run(case, tmp_path)
        check_error(caught.value, expected.pop("error"))
        found = {"problems": caught.value.problems}
    else:
        found = run(case, tmp_path)
    for key, wanted in expected.items():
        check(case, key, wanted, found)
