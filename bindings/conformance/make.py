#!/usr/bin/env python3
"""Write the vectors whose truth is exact rational arithmetic: bindings/conformance/make.py [FOLDER | check]

What is right comes from rational.py, analysis.py, assessment.py, report.py, robustness.py, methods.py, matrix_statistics.py, chain.py and synthesis.py, which share nothing with libniem; what is refused is
written down here by hand. Nothing but Python's own library is needed, and the same bytes are written every time: "check"
compares them with the files that are there. Files with figures of third parties (mipex, citrix, nist, libm, r, statistics-r) are not made
here: they are kept as they are.
"""

import copy
import json
import sys
import tempfile
from fractions import Fraction
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import analysis  # noqa: E402
import assessment  # noqa: E402
import chain as chains  # noqa: E402
import matrix_statistics  # noqa: E402
import methods as composite_methods  # noqa: E402
import rational  # noqa: E402
import report as reports  # noqa: E402
import robustness as robust  # noqa: E402
import sampling as samples  # noqa: E402
import uncertainty as uncertain  # noqa: E402
import synthesis  # noqa: E402

OWN = Path(__file__).resolve().parent
FOLDER = OWN
KEPT = ("citrix", "libm", "mipex", "nist", "r", "sobol", "statistics-r")  # of third parties
RATIONAL = "exact rational arithmetic (bindings/conformance/rational.py)"
RULES = "docs/reference/framework-format.md and the public headers"
ROBUST = "the rules of the public headers in fractions, or decimals of 60 digits (bindings/conformance/robustness.py)"
ASSESSED = "the rules of niem/assessment.h in exact rational arithmetic (bindings/conformance/assessment.py)"

# --- frameworks ---


def hundred(name, dimension=None, **more):
    """An indicator whose answer is its score."""
    return {"id": name, **({"dimension": dimension} if dimension else {}), "scale": {"kind": "numeric", "worst": 0, "best": 100}, **more}


def ordinal(name, points, **more):
    options = [{"id": chr(ord("a") + i), "points": p} for i, p in enumerate(points)]
    return {"id": name, **more, "scale": {"kind": "ordinal", "options": options}}


def framework(name, indicators, indexes=({"id": "overall"},), **more):
    return {"format": "niem-framework/1", "id": name, "version": "1", **more, "indicators": list(indicators), "indexes": list(indexes)}


DIMENSIONS = [
    {"id": "dimension", "values": [{"id": "residency", "label": "Residency"}, {"id": "housing", "label": "Housing", "aliases": ["shelter"]}]}
]
FOUR = [hundred("R1", "residency"), hundred("R2", "residency"), hundred("H1", "housing"), hundred("H2", "housing")]
ROUNDS = [{"id": "2017", "date": "2017-03-31"}, {"id": "2019", "date": "2019-03-31", "aliases": ["first"]}, {"id": "2021", "date": "2021-03-31"}]


def four(missing="available", **more):
    index = {"id": "overall", "levels": ["dimension"], "missing": missing, **more.pop("index", {})}
    return framework("four", FOUR, [index], facets=DIMENSIONS, rounds=[ROUNDS[2]], **more)


NAMED = {
    "panel": framework(
        "panel",
        FOUR,
        [{"id": "overall", "levels": ["dimension"], "missing": {"rule": "available", "min_coverage": 0.5}}],
        facets=DIMENSIONS,
        groups=[
            {"id": "refugee"},
            {"id": "subsidiary"},
            {"id": "both", "merge": ["refugee", "subsidiary"]},
            {"id": "shared", "merge": ["refugee", "subsidiary"], "over": "common"},
        ],
        units=[
            {"id": "SE", "label": "Sweden", "labels": {"pl": "Szwecja"}, "iso2": "SE", "iso3": "SWE"},
            {"id": "PL", "aliases": ["POL"]},
            {"id": "LT"},
            {"id": "RO"},
            {"id": "DE"},
        ],
        rounds=ROUNDS,
        peers=[{"id": "baltic", "units": ["LT", "PL"]}],
        default_index="overall",
        default_group="refugee",
    ),
    "kinds": framework(
        "kinds",
        [
            ordinal("O", [100, 50, 0], label="Ordinal"),
            ordinal("OD", [66.7, 33.3, 0.1]),
            {"id": "B", "scale": {"kind": "binary", "yes": "There is a strategy", "no": {"label": "There is none"}}},
            {"id": "BN", "scale": {"kind": "binary", "favourable": "no"}},
            {"id": "CS", "scale": {"kind": "checklist", "items": [{"id": "x"}, {"id": "y"}, {"id": "z"}]}},
            {
                "id": "CC",
                "scale": {"kind": "checklist", "items": [{"id": "x"}, {"id": "y"}, {"id": "z"}], "scoring": "count", "points": [10, 40, 90, 100]},
            },
            {"id": "NU", "scale": {"kind": "numeric", "worst": 0, "best": 24}},
            {"id": "ND", "scale": {"kind": "numeric", "worst": 24, "best": 0, "minimum": 0, "maximum": 600}},
            {"id": "NL", "scale": {"kind": "numeric", "worst": 100, "best": 75000, "transform": "log"}},
            {"id": "NX", "scale": {"kind": "numeric", "worst": 60, "best": 0.5, "transform": "log"}},
            {"id": "P1", "scored": False, "scale": {"kind": "numeric", "worst": 0, "best": 100}},
            {"id": "P2", "scored": False, "scale": {"kind": "numeric", "worst": 0, "best": 100}},
            {"id": "P3", "scored": False, "scale": {"kind": "numeric", "worst": 0, "best": 100}},
            {"id": "K", "scale": {"kind": "composite", "of": ["P1", "P2"], "weights": {"P1": 0.3, "P2": 0.7}}},
            {"id": "KS", "scale": {"kind": "composite", "of": ["P3", "Q"], "missing": "strict"}},
            {"id": "Q", "scale": {"kind": "binary"}},
            {"id": "U", "scored": False, "scale": {"kind": "numeric", "unit": "persons"}},
        ],
        rounds=[ROUNDS[2]],
    ),
}


def survey():
    """A small questionnaire: every kind of scale, conditions of questions and of a group, translations, evidence."""
    strategy = ordinal("R1", [100, 50, 0], dimension="residency", step="law", evidence=["law", "case law"])
    for option, label in zip(strategy["scale"]["options"], ("in full", "in part", "not at all")):
        option["label"] = label
    strategy["scale"]["options"][0]["labels"] = {"pl": "w pełni"}
    strategy.update(label="Residence permit", labels={"pl": "Zezwolenie"}, question="Is there a permit?", guidance="Look into the law.")
    gate = {"id": "GATE", "scored": False, "dimension": "residency", "scale": {"kind": "binary", "no": "It does not", "yes": "It does"}}
    indicators = [
        {**gate, "question": "Does the status exist?", "questions": {"pl": "Czy status istnieje?"}},
        strategy,
        hundred("R2", "residency", step="implementation", applies_if={"indicator": "R1", "in": ["a", "b"]}),
        hundred("R3", "residency", step="implementation", groups=["refugee", "resettled"]),
        {
            "id": "H1",
            "dimension": "housing",
            "step": "law",
            "scale": {"kind": "checklist", "items": [{"id": "x", "label": "Rent"}, {"id": "y"}, {"id": "z"}]},
        },
        hundred("P1", "housing", scored=False),
        hundred("P2", "housing", scored=False),
        {"id": "K", "dimension": "housing", "step": "implementation", "scale": {"kind": "composite", "of": ["P1", "P2"]}},
        {
            "id": "N1",
            "dimension": "housing",
            "scored": False,
            "evidence": ["register"],
            "scale": {"kind": "numeric", "unit": "persons", "minimum": 0},
        },
        {"id": "N2", "scored": False, "scale": {"kind": "numeric", "minimum": 0, "maximum": 100}, "applies_if": {"indicator": "N1", "at_least": 1}},
    ]
    made = framework(
        "survey",
        indicators,
        [{"id": "overall", "levels": ["dimension"]}],
        facets=[*DIMENSIONS, {"id": "step", "values": [{"id": "law"}, {"id": "implementation"}]}],
        groups=[
            {"id": "refugee"},
            {"id": "subsidiary"},
            {"id": "resettled", "applies_if": {"indicator": "GATE", "in": ["yes"]}},
            {"id": "both", "merge": ["refugee", "subsidiary"]},
        ],
        units=[{"id": "SE"}, {"id": "PL", "aliases": ["POL"]}, {"id": "LT"}],
        rounds=ROUNDS,
        default_index="overall",
        default_group="both",
    )
    return made


NAMED["survey"] = survey()
NAMED["chain"] = chains.FRAMEWORK
NAMED["years"] = analysis.panel()
SHARED = "frameworks used by several files"


# --- writing ---


def number(x):
    """A double as JSON that every reader takes for the same double: decimals only where they are exact."""
    if x != x:
        return "NaN"
    if x in (float("inf"), float("-inf")):
        return "Infinity" if x > 0 else "-Infinity"
    if x == int(x) and abs(x) < 2**53 and not (x == 0 and str(x).startswith("-")):
        return int(x)
    return x if Fraction(repr(x)) == Fraction(x) else x.hex()


def plain(value):
    """Expected values for JSON."""
    if isinstance(value, float):
        return number(value)
    if isinstance(value, Fraction):
        return number(rational.published(value))
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    return [plain(entry) for entry in value] if isinstance(value, (list, tuple)) else value


class File:
    def __init__(self, name, source, **shared):
        self.name, self.shared, self.cases = name, {"source": source, **shared}, []

    def add(self, function, name, expect, **case):
        self.cases.append({"name": name, "function": function, **case, "expect": plain(expect)})

    def refuse(self, function, name, status, where=None, contains=None, row=None, column=None, problems=None, **case):
        error = {"status": status, "where": where, "message_contains": contains, "row": row, "column": column}
        expect = {"error": {key: value for key, value in error.items() if value is not None}}
        if problems:
            expect["problems"] = problems
        self.add(function, name, expect, **case)

    def table(self, function, name, columns=None, keep=(), sums=None, **case):
        """A case whose table is worked out by rational.py."""
        case = {**{key: self.shared[key] for key in ("framework", "answers", "previous", "method") if key in self.shared}, **case}
        rows = tables(function, case)
        wanted = columns or (list(rows[0]) if rows else [])
        expect = {"columns": {column: [row[column] for row in rows] for column in wanted}, **dict(keep)}
        if sums and (found := sums(rows, case)):
            expect["sums"] = found
        own = {key: value for key, value in case.items() if self.shared.get(key) is not value}
        self.add(function, name, expect, **own)

    def write(self):
        lines = [f"{json.dumps(key)}: {dumps(value)}" for key, value in self.shared.items()]
        cases = [",\n  ".join(f"{json.dumps(key)}: {dumps(value)}" for key, value in case.items()) for case in self.cases]
        body = ",\n\n".join(" {" + case + "}" for case in cases)
        (FOLDER / f"{self.name}.json").write_text("{" + ",\n ".join(lines) + ',\n "cases": [\n' + body + "\n]}\n", encoding="utf-8")


def dumps(value):
    """Compact, but a row of answers or a column in a line of its own."""
    text = json.dumps(value, ensure_ascii=False)
    if len(text) <= 150 or not isinstance(value, (list, dict)):
        return text
    if isinstance(value, list):
        return "[\n    " + ",\n    ".join(json.dumps(entry, ensure_ascii=False) for entry in value) + "]"
    return "{" + ",\n    ".join(f"{json.dumps(key)}: {dumps(entry)}" for key, entry in value.items()) + "}"


def load(given):
    return NAMED[given] if isinstance(given, str) else given


def scores_of(case):
    """Scores by the rules of a method's steps only where there are steps, or aggregations other than the mean."""
    made, method = load(case["framework"]), case.get("method")
    stepped = "steps" in (method or {}) or '"aggregation"' in json.dumps(made.get("indexes", []))
    kind = chains.Chain if stepped else rational.Scores
    return kind(made, case["answers"], method, case.get("score", {}).get("index"))


def assessed(case, rows="answers"):
    made = load(case.get("previous_framework", case["framework"]) if rows == "previous" else case["framework"])
    return assessment.Assessment(made, case[rows], case.get("method"))


def assessment_table(function, case):
    """A table of niem/assessment.h; None where the function is of another room."""
    options = dict(case.get("options", {}))
    if function in ("agreement", "completeness", "data_gaps", "disagreements"):
        return getattr(assessed(case), function)(**options)
    if function == "check":
        rounds = load(case["framework"]).get("rounds", [])
        aliases = {alias: round_["id"] for round_ in rounds for alias in round_.get("aliases", [])}
        options = {key: aliases.get(value, value) for key, value in options.items()}
        return assessed(case).check(assessed(case, "previous") if "previous" in case else None, **options)
    if function in ("revision", "revision_effects"):
        return getattr(assessment, function)(assessed(case, "previous"), assessed(case), **options)
    return assessment.standards(scores_of(case), **options) if function == "standards" else None


def robustness_table(function, case):
    """A table of what is left out, of several methods and of a method's steps; None for another function."""
    made, options = load(case["framework"]), dict(case.get("options", {}))
    if function == "scores_steps":
        return robust.steps(made, case["answers"], case["method"], **options)
    if function == "compare_methods":
        several = [robust.Aggregated(made, case["answers"], method, options.get("index")) for method in case["methods"]]
        names = [
            name or (method or {}).get("id") or f"method {k}"
            for k, (name, method) in enumerate(zip(case.get("names", [None] * len(several)), case["methods"]), 1)
        ]
        return rational.compare_methods(several, names, **options)
    if function in ("leave_one_out", "leave_one_out_summary", "effective_weights"):
        scores = robust.Aggregated(made, case["answers"], case.get("method"), case.get("score", {}).get("index"))
        return getattr(scores, function)(**options)
    return None


def tables(function, case):
    if (rows := assessment_table(function, case)) is not None or (rows := robustness_table(function, case)) is not None:
        return list(rows)
    if (rows := analysis.table(function, case, load(case["framework"]), scores_of)) is not None:
        return list(rows)
    scores, options = scores_of(case), dict(case.get("options", {}))
    if function == "score" or function == "saved":
        return list(scores.table(**options))
    if function in ("change", "change_summary", "change_causes"):
        return list(getattr(scores, function)(options.pop("from"), options.pop("to"), **options))
    return list(getattr(scores, function)(**options))


def answers(text, **shared):
    """Rows from lines 'unit indicator=answer ...': a state after a colon, a coder after @."""
    rows = []
    for line in text.strip().splitlines():
        head, *cells = line.split()
        unit, *place = head.split("/")
        for cell in cells:
            indicator, _, answer = cell.partition("=")
            answer, _, coder = answer.partition("@")
            row = {"unit": unit, **dict(zip(("round", "group"), place)), **shared, "indicator": indicator}
            if answer.startswith(":"):
                row["state"] = answer[1:]
            else:
                row["answer"] = float(answer) if answer.replace(".", "", 1).replace("-", "", 1).isdigit() else answer
                row["answer"] = int(row["answer"]) if isinstance(row["answer"], float) and row["answer"].is_integer() else row["answer"]
            rows.append({**row, "coder": coder} if coder else row)
    return rows


# --- scoring ---


def missing_rules():
    file = File("missing", RATIONAL)
    some = answers("""
        A R1=80 R2=60 H1=90 H2=70
        B R1=80 R2=:not_applicable H1=90 H2=70
        C R1=80 R2=:missing H1=90 H2=:not_collected
        D R1=80 R2=60 H1=:not_applicable H2=:not_applicable
        E R1=80 R2=60 H1=:not_accessible H2=:not_disaggregated
        F R1=80
        G R1=:not_applicable R2=:not_applicable H1=:not_applicable H2=:not_applicable
        I R1=:missing""")
    for rule in ("available", "strict", "zero"):
        file.table("score", f"not applicable is not missing: {rule}", framework=four(rule), answers=some)
    thresholds = [0.5, 0.51, 1, 0.25]
    for threshold in thresholds:
        rule = {"rule": "available", "min_coverage": threshold}
        file.table("score", f"coverage at and below {threshold}", framework=four(rule), answers=some)
    file.table(
        "score",
        "a node below its threshold passes its coverage up",
        answers=some,
        framework=four(index={"overrides": {"housing": {"missing": {"rule": "available", "min_coverage": 0.75}}}}),
    )
    file.table("score", "the method's rule replaces that of every node", framework=four("strict"), answers=some, method={"missing": "zero"})
    file.table("score", "the method's threshold", framework=four(), answers=some, method={"missing": {"rule": "available", "min_coverage": 0.5}})
    file.table("score", "remaining weight 0", answers=some, framework=four(index={"weights": {"R1": 0, "H1": 0, "H2": 0.5}}))
    file.table(
        "score",
        "nothing that has a value weighs anything, though gaps count as zero",
        answers=some,
        framework=four("zero", index={"weights": {"R1": 0, "H1": 0}}),
    )
    three = framework(
        "weights",
        [hundred("X"), hundred("Y"), hundred("Z")],
        [{"id": "overall", "weights": {"X": 0.1, "Y": 0.2, "Z": 0.7}, "missing": "available"}],
        rounds=[ROUNDS[2]],
    )
    rows = answers("""
        A X=10 Y=20 Z=70
        B X=10 Y=20
        C Z=70
        D X=:not_applicable Y=30 Z=70
        E X=33.3 Y=66.6 Z=99.9""")
    file.table("score", "decimal weights", framework=three, answers=rows)
    for threshold in (0.3, 0.7):
        three = json.loads(json.dumps(three))
        three["indexes"][0]["missing"] = {"rule": "available", "min_coverage": threshold}
        file.table("score", f"coverage of decimal weights at {threshold}", framework=three, answers=rows)
    file.write()


def scales():
    file = File("scales", RATIONAL, framework="kinds")
    rows = answers("""
        A O=a OD=a B=yes BN=yes CS=none CC=none NU=0 ND=0 NL=100 NX=60 P1=10 P2=20 P3=30 Q=yes U=12345
        B O=b OD=b B=no BN=no CS=x CC=x NU=24 ND=24 NL=75000 NX=0.5 P1=33.3 P2=66.6 P3=50 Q=no
        C O=c OD=c CS=x|z CC=z|x NU=7 ND=7 NL=1234.5 NX=7.25 P1=99.9 P3=50 Q=:not_applicable
        D CS=x|y|z CC=x|y|z NU=-5 ND=30 NL=99 NX=0.001 P2=12.5 P3=50
        E NU=0.1 ND=0.1 NL=52000 NX=1e0 P1=:not_applicable P2=:not_applicable P3=:not_applicable Q=:not_applicable
        F NU=23.999999999999996 ND=12.3 NL=30000.125 NX=59.99""")
    for row in rows:
        row["answer"] = 1.0 if row.get("answer") == "1e0" else row.get("answer")
        if row["answer"] is None:
            del row["answer"]
    file.shared["answers"] = rows
    file.table("score", "every kind of scale, leaf by leaf", options={"level": "indicator"})
    file.table("score", "composites and the top", options={})
    file.table("members", "what stands behind the scores")
    file.table("members", "parts of a composite", options={"node": "KS", "units": ["C", "D"]})
    zero = json.loads(json.dumps(framework("zero", [hundred("X"), ordinal("Y", [100, 0])])).replace('"points": 0', '"points": -0.0'))
    file.table("score", "negative zero is zero", framework=zero, answers=answers("A X=-0.0 Y=b", round="2021"), options={})
    file.write()


def trees():
    file = File("trees", RATIONAL)
    facets = [
        {"id": "area", "values": [{"id": "legal"}, {"id": "social"}]},
        {
            "id": "dimension",
            "within": "area",
            "values": [{"id": "residency", "within": "legal"}, {"id": "family", "within": "legal"}, {"id": "housing", "within": "social"}],
        },
        {"id": "step", "values": [{"id": "law"}, {"id": "policy"}]},
    ]
    indicators = [
        hundred("R1", "residency", step="law"),
        hundred("R2", "residency", step="policy"),
        hundred("F1", "family", step="law"),
        hundred("H1", "housing", step="law"),
        hundred("H2", "housing", step="law"),
        hundred("H3", "housing", step="policy"),
        hundred("H4", "housing", step="policy", scored=False),
    ]
    indexes = [
        {"id": "overall", "levels": ["area", "dimension", "step"]},
        {"id": "steps", "levels": ["step"]},
        {"id": "flat"},
        {
            "id": "weighted",
            "levels": ["dimension", "step"],
            "weights": {"housing": 0.7, "residency": 0.2, "family": 0.1, "law": 3, "dimension=housing/step=law": 2, "H1": 0.1, "H2": 0.2},
        },
        {"id": "some", "levels": ["dimension"], "only": {"dimension": ["housing", "family"]}, "except": {"step": ["policy"]}},
        {"id": "both", "levels": ["dimension"], "only": {"dimension": ["housing", "family"], "step": ["policy"]}},
        {
            "id": "strict",
            "levels": ["dimension"],
            "missing": "strict",
            "overrides": {"dimension=housing": {"missing": "available"}, "strict": {"missing": {"rule": "available", "min_coverage": 0.5}}},
        },
    ]
    levels = framework("levels", indicators, indexes, facets=facets, rounds=[ROUNDS[2]], default_index="overall")
    rows = answers("""
        A R1=10 R2=20.5 F1=33.3 H1=40.1 H2=55 H3=67 H4=1
        B R1=99.9 R2=0.1 H1=12.3 H2=45.6
        C R2=50 F1=60 H2=70.7 H3=80.8""")
    for index in levels["indexes"]:
        file.table("score", f"index {index['id']}", framework=levels, answers=rows, options={"index": index["id"]})
    file.table("score", "one index only", framework=levels, answers=rows, score={"index": "steps"})
    file.table("score", "a full name", framework=levels, answers=rows, options={"node": "dimension=housing/step=law"})
    file.table("score", "a short name", framework=levels, answers=rows, options={"node": "residency"})
    file.table("score", "an index's name is its top", framework=levels, answers=rows, options={"node": "steps"})
    deep = framework(
        "deep",
        [hundred(x) for x in "ABCDEFG"],
        [
            {
                "id": "tree",
                "missing": {"rule": "available", "min_coverage": 0.3},
                "nodes": [
                    {"id": "n1", "children": ["A", "n2", "n5"], "weights": {"A": 0.1, "n2": 0.6, "n5": 0.3}},
                    {"id": "n2", "children": ["B", "n3"], "weights": {"n3": 3}},
                    {"id": "n3", "children": ["n4", "C"], "missing": "strict"},
                    {"id": "n4", "children": ["D", "E"], "weights": {"D": 0.7, "E": 0.3}},
                    {"id": "n5", "children": ["F", "G"], "missing": "zero"},
                ],
            }
        ],
        rounds=[ROUNDS[2]],
    )
    rows = answers("""
        A A=10.1 B=20.2 C=30.3 D=40.4 E=50.5 F=60.6 G=70.7
        B A=1 B=2 C=3 D=4 F=5
        C A=1 B=2 D=4 E=9.9 G=7
        D A=1 F=:not_applicable G=50
        E A=100""")
    file.table("score", "explicit nodes, four deep", framework=deep, answers=rows)
    file.table("score", "an explicit node and a leaf", framework=deep, answers=rows, options={"node": "n4"})
    file.table("explain", "explicit nodes add up", framework=deep, answers=rows, options={"unit": "A", "round": "2021"}, sums=explained)
    file.table(
        "explain",
        "a gap that counts as zero adds up",
        framework=deep,
        answers=rows,
        options={"unit": "B", "round": "2021", "node": "n5"},
        sums=explained,
    )
    aliases = framework("aliases", FOUR, [{"id": "overall", "levels": ["dimension"]}], facets=DIMENSIONS, rounds=[ROUNDS[2]])
    expect = {"value": 75}
    file.add(
        "value",
        "an old name of a dimension",
        expect,
        framework=aliases,
        answers=answers("A H1=50 H2=100"),
        options={"unit": "A", "round": "2021", "node": "shelter"},
    )
    file.write()


def explained(rows, case):
    scores, options = scores_of(case), dict(case["options"])
    unit, round_ = options.pop("unit"), options.pop("round")
    tree, (group,), _, (node,), _ = scores.select(top=True, **options)
    value = scores.value(tree, node, unit, round_, group)
    return None if value is None else {"contribution": [value]}


def changed(rows, case):
    """The changes that the causes of each unit, group and node sum to, in order."""
    scores, options = scores_of(case), dict(case["options"])
    start, end = options.pop("from"), options.pop("to")
    by = {(row["group"], row["node"], row["unit"]): row["change"] for row in scores.change(start, end, **options)}
    keys = list(dict.fromkeys((row["group"], row["node"], row["unit"]) for row in rows))
    return {"contribution": [by[key] for key in keys]}


def summed(rows, case):
    """The scores that the contributions of each round, group, node and unit sum to, in order."""
    scores, options = scores_of(case), dict(case.get("options", {}))
    options = {key: value for key, value in options.items() if key == "index"}
    found = {}
    for row in rows:
        tree, _, _, (node,), _ = scores.select(node=row["node"], **options)
        key = row["round"], row["group"], row["node"], row["unit"]
        found[key] = scores.value(tree, node, row["unit"], row["round"], row["group"])
    return {"contribution": [value or 0 for value in found.values()]}  # a unit without a value sums nothing


def groups():
    file = File("groups", RATIONAL)
    made = framework(
        "groups",
        [
            hundred("R1", "residency"),
            hundred("R2", "residency", groups=["refugee", "subsidiary"]),
            hundred("H1", "housing"),
            hundred("H2", "housing", groups=["refugee"]),
        ],
        [{"id": "overall", "levels": ["dimension"]}],
        facets=DIMENSIONS,
        groups=[
            {"id": "refugee", "aliases": ["convention refugee"]},
            {"id": "subsidiary"},
            {"id": "temporary"},
            {"id": "both", "merge": ["refugee", "subsidiary"]},
            {"id": "shared", "merge": ["refugee", "subsidiary"], "over": "common"},
            {"id": "weighted", "merge": ["refugee", "subsidiary", "temporary"], "weights": {"refugee": 0.7, "subsidiary": 0.2, "temporary": 0.1}},
            {"id": "weighted common", "merge": ["refugee", "temporary"], "over": "common", "weights": {"refugee": 3}},
        ],
        rounds=[ROUNDS[2]],
        default_group="both",
    )
    rows = answers("""
        A/2021/refugee R1=10 R2=20 H1=30 H2=40
        A/2021/subsidiary R1=50.5 R2=60.6 H1=70.7
        A/2021/temporary R1=1 H1=2
        B/2021/refugee R1=10 H1=30
        B/2021/subsidiary R2=60.6 H1=:not_applicable
        C/2021/temporary R1=77.7 R2=99
        D/2021/refugee R1=33.3 R2=:not_applicable H1=:not_applicable H2=:not_applicable""")
    file.shared.update(framework=made, answers=rows)
    file.table("score", "all groups and merges", options={"group": "*"})
    file.table("score", "leaves of merges", options={"group": "*", "level": "indicator", "units": ["A", "B"]})
    file.table("score", "the default is a merge", options={"node": "overall"})
    file.table("members", "members of a merge", options={"group": "shared", "units": ["A"]})
    for group in ("both", "shared", "weighted"):
        file.table("explain", f"a merge adds up: {group}", options={"unit": "A", "round": "2021", "group": group}, sums=explained)
    file.table("group_difference", "on common ground", options={"group_a": "refugee", "group_b": "subsidiary"})
    file.table("group_difference", "of two others, one node", options={"group_a": "temporary", "group_b": "refugee", "node": "housing"})
    file.refuse("group_difference", "of a merge", "argument", "group_a", "merge", options={"group_a": "both", "group_b": "refugee"})
    file.refuse("group_difference", "of one group", "argument", "group_b", "same group", options={"group_a": "refugee", "group_b": "refugee"})
    file.refuse("group_difference", "of an unknown group", "reference", "group_b", "subsidiary", options={"group_a": "refugee", "group_b": "nobody"})
    file.write()


def conditions():
    file = File("conditions", RATIONAL)
    gate = {"indicator": "GATE", "in": ["yes"]}
    made = framework(
        "conditions",
        [
            {"id": "GATE", "scored": False, "scale": {"kind": "binary"}},
            {"id": "WAIT", "scored": False, "scale": {"kind": "numeric"}},
            {"id": "LIST", "scored": False, "scale": {"kind": "checklist", "items": [{"id": "x"}, {"id": "y"}]}},
            hundred("ALWAYS"),
            hundred("YES", applies_if=gate),
            hundred("NO", applies_if={"not": gate}),
            hundred("LONG", applies_if={"indicator": "WAIT", "at_least": 6}),
            hundred("SHORT", applies_if={"indicator": "WAIT", "at_most": 6}),
            hundred("BOTH", applies_if={"all": [gate, {"indicator": "LIST", "in": ["x"]}]}),
            hundred("EITHER", applies_if={"any": [gate, {"indicator": "LIST", "in": ["x", "y"]}]}),
            {"id": "CHAIN", "applies_if": gate, "scale": {"kind": "binary"}},
            hundred("LINK", applies_if={"indicator": "CHAIN", "in": ["no"]}),
        ],
        groups=[{"id": "refugee"}, {"id": "resettled", "applies_if": gate}],
        rounds=[ROUNDS[2]],
        default_group="refugee",
    )
    scored = "ALWAYS=10 YES=20 NO=30 LONG=40 SHORT=50 BOTH=60 EITHER=70 CHAIN=no LINK=80"
    rows = answers(f"""
        yes/2021/refugee GATE=yes WAIT=6 LIST=x {scored}
        no/2021/refugee GATE=no WAIT=5.5 LIST=none {scored}
        unknown/2021/refugee GATE=:not_collected WAIT=7 LIST=y {scored}
        outside/2021/refugee GATE=:not_applicable LIST=:missing {scored}
        silent/2021/refugee GATE=yes WAIT=100 LIST=x|y ALWAYS=10
        yes/2021/resettled GATE=yes {scored}
        no/2021/resettled GATE=no {scored}
        unknown/2021/resettled {scored}""")
    file.shared.update(framework=made, answers=rows)
    file.table("members", "which questions apply", options={"group": "*"})
    file.table("score", "coverage and bounds where it is not known", options={"group": "*"})
    chain = framework(
        "chain",
        [
            {"id": "FIRST", "scored": False, "scale": {"kind": "binary"}},
            {"id": "SECOND", "scored": False, "applies_if": {"indicator": "FIRST", "in": ["yes"]}, "scale": {"kind": "binary"}},
            hundred("X"),
        ],
        groups=[{"id": "resettled", "applies_if": {"indicator": "SECOND", "in": ["yes"]}}],
        rounds=[ROUNDS[2]],
    )
    rows = answers("""
        A FIRST=yes SECOND=yes X=50
        B FIRST=yes SECOND=no X=50
        C FIRST=no SECOND=yes X=50
        D FIRST=:missing SECOND=yes X=50""")
    file.table("score", "a group that hangs on a question that hangs on another", framework=chain, answers=rows)
    backwards = {**chain, "indicators": chain["indicators"][::-1]}
    file.table("score", "the same in another order", framework=backwards, answers=rows)
    file.write()


def coders():
    file = File("coders", RATIONAL)
    made = framework(
        "coders",
        [
            ordinal("O", [0, 50, 100]),
            {"id": "B", "scale": {"kind": "binary"}},
            hundred("N"),
            {"id": "C", "scale": {"kind": "checklist", "items": [{"id": "x"}, {"id": "y"}, {"id": "z"}]}},
        ],
        rounds=[ROUNDS[2]],
    )
    agreed = answers("""
        A O=a@anna O=a@ben N=12.5@anna N=12.5@ben C=x|y@anna C=y|x@ben B=:missing@anna B=:missing@ben
        B O=b@anna B=yes""")
    file.table("score", "unanimous", framework=made, answers=agreed, method={"consensus": "unanimous"}, options={"level": "indicator"})
    split = answers("""
        A O=a@anna O=b@ben O=b@cleo N=1@anna N=1@ben N=99@cleo C=x@anna C=x@ben C=z@cleo B=:not_applicable@anna B=:not_applicable@ben B=yes@cleo
        B O=c@anna""")
    file.table("score", "majority", framework=made, answers=split, method={"consensus": {"rule": "majority"}}, options={"level": "indicator"})
    file.table(
        "score",
        "adjudicator",
        framework=made,
        answers=split,
        method={"consensus": {"rule": "adjudicator", "coder": "cleo"}},
        options={"level": "indicator"},
    )
    apart = answers(
        """
        A O=a@anna O=c@ben N=1@anna N=2.5@ben C=x|y@anna C=y|z@ben B=yes@anna B=no@ben
        B O=a@anna O=b@ben O=c@cleo N=1@anna N=99@ben N=7@cleo C=x@anna C=x|z@ben C=z@cleo B=yes@anna B=:missing@ben B=:not_collected@cleo
        C O=c@anna O=:missing@ben N=4@anna N=:not_applicable@ben N=:missing@cleo C=none@anna C=x@ben B=:not_collected@anna B=:not_accessible@ben B=no@cleo"""
    )
    file.table("score", "median", framework=made, answers=apart, method={"consensus": "median"}, options={"level": "indicator"})
    file.table("members", "states after the median", framework=made, answers=apart, method={"consensus": "median"})
    file.refuse("score", "no rule", "consensus", "method", ["unanimous", "A", "2021"], framework=made, answers=agreed)
    file.refuse("score", "not unanimous", "consensus", "method", "not unanimous", framework=made, answers=split, method={"consensus": "unanimous"})
    file.refuse("score", "no majority", "consensus", "method", "majority", framework=made, answers=apart, method={"consensus": "majority"})
    file.refuse(
        "score",
        "no adjudicator",
        "consensus",
        "method",
        "adjudicator",
        framework=made,
        answers=apart,
        method={"consensus": {"rule": "adjudicator", "coder": "dora"}},
    )
    file.write()


def bands():
    file = File("bands", RATIONAL)
    one = framework("one", [hundred("X")], rounds=[ROUNDS[2]])
    values = [
        100,
        80,
        79.5,
        79.4999,
        60,
        59.5,
        59.49,
        40.5,
        40.4,
        20.5,
        20.49,
        0.5,
        0.4,
        0,
        66.66666666666667,
        66.66666666666666,
        33.333333333333336,
        33.33333333333333,
    ]
    rows = [{"unit": f"U{i:02}", "round": "2021", "indicator": "X", "answer": x} for i, x in enumerate(values)]
    rows.append({"unit": "V", "round": "2021", "indicator": "X", "state": "missing"})
    file.shared.update(framework=one, answers=rows)
    for preset in ("mipex", "thirds", "quintiles"):
        file.table("score", f"edges of {preset}", ["unit", "value", "band"], options={"bands": preset})
    own = {"rounded": False, "bands": [{"from": 79.4999, "label": "high"}, {"from": 0.4, "label": "some"}, {"from": 0, "label": "none"}]}
    file.table("score", "bands of one's own", ["unit", "value", "band"], options={"bands": own})
    file.table("score", "the method's bands", ["unit", "value", "band"], method={"bands": "mipex"})
    file.table("score", "the query's go before the method's", ["unit", "value", "band"], method={"bands": "mipex"}, options={"bands": "thirds"})
    file.refuse("score", "no such preset", "reference", "bands", ["mipex", "thirds", "quintiles"], options={"bands": "sevenths"})
    file.refuse(
        "score",
        "bands that go up",
        "value",
        contains="highest down",
        options={"bands": {"bands": [{"from": 0, "label": "low"}, {"from": 50, "label": "high"}]}},
    )
    file.refuse(
        "score", "bands that leave a gap at the bottom", "value", contains="from", options={"bands": {"bands": [{"from": 50, "label": "high"}]}}
    )
    file.refuse("rank", "bands have no part in a rank", "argument", "bands", options={"bands": "mipex"})
    file.write()


# --- comparisons ---

PANEL = answers("""
    SE/2017/refugee R1=70 R2=60 H1=90 H2=70
    DE/2017/refugee R1=50 R2=50 H1=50 H2=50
    SE/2019/refugee R1=80 R2=60 H1=90 H2=70
    PL/2019/refugee R1=40 R2=20 H1=30
    LT/2019/refugee R1=50 R2=40 H1=60 H2=50
    RO/2019/refugee R1=55 R2=35 H1=45 H2=65
    SE/2021/refugee R1=80 R2=70 H1=90 H2=80
    PL/2021/refugee R1=40 R2=20 H2=50
    LT/2021/refugee R1=50 R2=40 H1=60 H2=50
    RO/2021/refugee R1=:missing R2=35 H1=:not_applicable H2=65.3
    XX/2021/refugee R1=10
    SE/2021/subsidiary R1=60 H1=80 H2=80
    PL/2021/subsidiary R1=44.4 R2=33.3 H2=22.2""")


def ranking():
    file = File("ranks", RATIONAL, framework="panel", answers=PANEL)
    file.table("rank", "the top, round by round")
    file.table("rank", "a node", options={"node": "housing", "round": "2021"})
    file.table("rank", "a level", options={"level": "dimension", "round": "2019"})
    for ties in ("min", "max", "average", "dense", "first"):
        file.table("rank", f"ties: {ties}", options={"node": "overall", "round": "2019", "ties": ties})
    file.table("rank", "the lowest first", options={"round": "2019", "ascending": True})
    file.table("rank", "some units", options={"round": "2019", "units": ["SE", "RO", "PL"]})
    file.table("rank", "peers", options={"round": "2019", "peers": "baltic"})
    file.table("rank", "a wide tolerance", options={"round": "2019", "tolerance": 25})
    file.table("rank", "no unit has a value", options={"node": "housing", "round": "2021", "units": ["XX"]})
    file.table("rank", "all groups", options={"group": "*", "round": "2021", "node": "overall"})
    nested = framework(
        "nested",
        [hundred(x) for x in "ABCDEFGH"],
        [
            {
                "id": "overall",
                "nodes": [
                    {"id": "top", "children": ["n1", "n2"]},
                    {"id": "n1", "children": ["n3", "n4"]},
                    {"id": "n2", "children": ["G", "H"]},
                    {"id": "n3", "children": ["A", "B", "C"]},
                    {"id": "n4", "children": ["D", "E", "F"]},
                ],
            }
        ],
        rounds=[ROUNDS[2]],
    )
    tied = answers("""
        P A=0.3 B=0.2 C=0.5 D=0.2 E=0.8 F=0.8 G=0.8 H=0.7
        Q A=0.8 B=0.3 C=0.3 D=0.1 E=0.6 F=0.7 G=0.9 H=0.6
        R A=0.8 B=0.3 C=0.3 D=0.1 E=0.6 F=0.7 G=0.9 H=0.60000001""")
    values = {row["unit"]: row["value"] for row in rational.Scores(nested, tied).rank()}
    assert values["P"] != values["Q"], "the same in decimals, apart in the last place"
    file.table("rank", "a tie in decimals, apart in the last place", framework=nested, answers=tied)
    file.table("rank", "the same without tolerance", framework=nested, answers=tied, options={"tolerance": 0})
    file.table("rank", "a tolerance of the method", framework=nested, answers=tied, method={"tolerance": 0})
    file.table(
        "rank",
        "neighbours within the tolerance tie in a chain",
        framework=framework("one", [hundred("X")], rounds=[ROUNDS[2]]),
        answers=answers("A X=10\nB X=10.5\nC X=11\nD X=12\nE X=12.5\nF X=9.5"),
        options={"tolerance": 0.5, "ties": "average"},
    )
    file.refuse("rank", "an unknown unit", "reference", "units", "FR", options={"units": ["FR"]})
    file.refuse("rank", "a unit twice", "duplicate", "units", "POL", options={"units": ["PL", "POL"]})
    file.refuse("rank", "an unknown round", "reference", "round", ["2023", "2017, 2019, 2021"], options={"round": "2023"})
    file.refuse("rank", "an unknown group", "reference", "group", "subsidiary", options={"group": "stateless"})
    file.refuse("rank", "an unknown node", "reference", "node", "health", options={"node": "health"})
    file.refuse("rank", "an unknown level", "reference", "level", "dimension", options={"level": "step"})
    file.refuse("rank", "an unknown index", "reference", "index", "overall", options={"index": "housing"})
    file.refuse("rank", "unknown peers", "reference", "peers", "baltic", options={"peers": "nordic"})
    file.refuse("rank", "a node and a level", "argument", "level", options={"node": "housing", "level": "dimension"})
    file.refuse("rank", "units and peers", "argument", contains="not both", options={"units": ["SE"], "peers": "baltic"})
    file.refuse("rank", "a tolerance that is no number", "value", "tolerance", options={"tolerance": "NaN"})
    file.refuse("rank", "an infinite tolerance", "value", "tolerance", options={"tolerance": "Infinity"})
    file.refuse("rank", "weights have no part in it", "argument", "weights", options={"weights": {"SE": 1}})
    file.write()


def averaging():
    file = File("averages", RATIONAL, framework="panel", answers=PANEL)
    file.table("average", "an unbalanced panel")
    file.table("average", "one round against all", options={"round": "2021", "node": "overall"})
    file.table("average", "two countries of three rounds", options={"units": ["SE", "LT"], "level": "dimension"})
    weights = {"SE": 10.4, "PL": 38.0, "LT": 2.8, "RO": 19.3, "DE": 83.2, "XX": 0, "FR": 67}
    file.table("average", "weighted by population", options={"weights": weights})
    file.table("average", "only weights of 0 are left", options={"weights": {"PL": 0, "SE": 1}, "units": ["PL"]})
    file.table("difference", "from the average", options={"node": "overall"})
    file.table("difference", "from a weighted average", options={"node": "overall", "weights": weights})
    for reference in ("best", "worst"):
        file.table("difference", f"from the {reference}", options={"level": "dimension", "round": "2021", "reference": reference})
    file.table("difference", "from some units", options={"node": "overall", "round": "2019", "reference_units": ["SE", "LT"]})
    file.table("difference", "from peers", options={"node": "overall", "round": "2021", "reference_peers": "baltic", "units": ["SE", "XX"]})
    file.table("spread", "of the dimensions", options={"level": "dimension"})
    file.table("spread", "of all inner nodes in a round", options={"round": "2021", "group": "*"})
    file.table("spread", "the first of those within the tolerance", options={"level": "dimension", "round": "2019"}, method={"tolerance": 10})
    for reference in ("best", "worst"):
        file.table("practice", f"{reference} practice", options={"reference": reference})
    file.table("practice", "of some units and a merge", options={"units": ["PL", "SE"], "round": "2021", "group": "*"})
    file.refuse("average", "a unit without a weight", "argument", "weight_units", "DE", options={"weights": {"SE": 1, "PL": 1}, "round": "2017"})
    file.refuse("average", "a negative weight", "value", "weights", "not negative", row=2, options={"weights": {"SE": 1, "PL": -1}})
    file.refuse("average", "a weight that is no number", "value", "weights", "finite", row=1, options={"weights": {"SE": "NaN"}})
    file.refuse("average", "an infinite weight", "value", "weights", "finite", row=1, options={"weights": {"SE": "Infinity"}})
    file.refuse("average", "weights that are all 0", "value", "weights", "all 0", options={"weights": {"SE": 0, "PL": 0}})
    file.refuse("average", "a unit weighted twice", "duplicate", "weight_units", "POL", row=2, options={"weights": {"PL": 1, "POL": 2}})
    file.refuse("average", "ties have no part in it", "argument", "ties", options={"ties": "max"})
    file.refuse("difference", "weights beside the best", "argument", "weights", options={"weights": {"SE": 1}, "reference": "best"})
    file.refuse("difference", "no such reference", "argument", "reference", "average, best, worst", options={"reference": "median"})
    file.refuse("difference", "an unknown reference unit", "reference", "reference_units", "FR", options={"reference_units": ["FR"]})
    file.refuse("practice", "no average practice", "argument", "reference", "best, worst", options={"reference": "average"})
    file.refuse("spread", "an unknown node", "reference", "node", "health", options={"node": "health"})
    file.write()


def change():
    file = File("changes", RATIONAL, framework="panel", answers=PANEL)
    pair = {"from": "2019", "to": "2021"}
    file.table("change", "with entries and exits", options=pair)
    file.table("change", "an alias of a round, one node", options={"from": "2019", "to": "2021", "node": "overall"})
    file.add(
        "change",
        "rounds by alias",
        {"columns": {"unit": ["SE"], "change": [5.0]}},
        options={"from": "first", "to": "2021", "node": "overall", "units": ["SE"]},
    )
    file.table("change", "backwards", options={"from": "2021", "to": "2019", "node": "housing"})
    file.table("change", "from the baseline, which most have not", options={"from": "2017", "to": "2021", "node": "overall"})
    file.table("change", "within a tolerance", options={**pair, "node": "overall", "tolerance": 5})
    file.table("change_summary", "counted", options=pair)
    file.table("change_summary", "within a tolerance", options={**pair, "tolerance": 5})
    file.table("change_summary", "of nobody", options={"from": "2017", "to": "2021", "units": ["PL"]})
    wide = {"tolerance": {"contribution": 1e-12}}
    file.table("change_causes", "kept, entered and left", options=pair, sums=changed, **wide)
    file.table("change_causes", "of a merge", options={**pair, "group": "both", "node": "overall"}, sums=changed, **wide)
    thirds = framework("thirds", [hundred(x) for x in "ABC"], [{"id": "overall", "weights": {"A": 0.1, "B": 0.2, "C": 0.7}}], rounds=ROUNDS)
    rows = answers("""
        P/2019 A=10.1 B=20.2 C=30.3
        P/2021 A=11.1 B=20.2 C=30.4
        Q/2019 A=10.1 C=30.3
        Q/2021 A=11.1 B=77.7
        R/2019 A=0.1 B=0.2
        R/2021 A=0.1 B=0.2 C=:not_applicable""")
    file.table("change_causes", "decimals", framework=thirds, answers=rows, options=pair, sums=changed, **wide)
    file.table("change", "decimals", framework=thirds, answers=rows, options=pair)
    file.refuse("change", "from a round to itself", "argument", "to", "same round", options={"from": "2019", "to": "first"})
    file.refuse("change", "from an unknown round", "reference", "from", "2019", options={"from": "2018", "to": "2021"})
    file.refuse("change", "to an unknown round", "reference", "to", "2019", options={"from": "2019", "to": "2022"})
    file.refuse("change", "a round in the query", "argument", "round", options={**pair, "round": "2019"})
    file.refuse("change_summary", "to an unknown round", "reference", "to", "2019", options={"from": "2019", "to": "2022"})
    file.refuse("change_causes", "to an unknown round", "reference", "to", "2019", options={"from": "2019", "to": "2022"})
    file.write()


# --- what if ---

POLICY = framework(
    "policy",
    [
        hundred("R1", "residency"),
        hundred("R2", "residency", aliases=["R2-old"]),
        hundred("H1", "housing"),
        hundred("H2", "housing"),
        hundred("S1", "housing", scored=False),
        hundred("P1", scored=False),
        hundred("P2", scored=False),
        {"id": "K", "dimension": "residency", "scale": {"kind": "composite", "of": ["P1", "P2"], "weights": {"P1": 0.3, "P2": 0.7}}},
    ],
    [
        {"id": "overall", "levels": ["dimension"], "weights": {"housing": 2, "H2": 0.5}},
        {
            "id": "tree",
            "nodes": [
                {"id": "top", "children": ["law", "R1"], "weights": {"law": 3}},
                {"id": "law", "children": ["H1", "R2"], "weights": {"R2": 0.1}},
            ],
        },
    ],
    facets=DIMENSIONS,
    units=[{"id": "SE"}, {"id": "PL", "aliases": ["POL"]}, {"id": "LT"}, {"id": "RO"}],
    rounds=ROUNDS,
    default_index="overall",
)
POLICY_ROWS = answers("""
    SE/2021/all R1=80 R2=60 H1=90.1 H2=70 S1=10 P1=50 P2=60
    PL/2021/all R1=40 R2=20 H1=30.3 S1=90 P1=80 P2=20
    LT/2021/all R1=50 R2=40 H1=60 H2=50 S1=20 P1=:missing P2=40
    SE/2019/all R1=70 R2=60 H1=90 H2=70""")


class WhatIf:
    """A case: the changes, and what the framework, the rows and the method are after them, written by hand."""

    def __init__(self, changes, edit=None, rows=None, method=None):
        self.changes, self.method = changes, method
        self.framework = json.loads(json.dumps(POLICY))
        self.framework["id"] += " (what if)"
        if edit:
            edit(self.framework, {x["id"]: x for x in self.framework["indicators"]}, {x["id"]: x for x in self.framework["indexes"]})
        self.rows = POLICY_ROWS if rows is None else rows
        self.scores = rational.Scores(self.framework, self.rows, method)

    def fields(self):
        made = self.scores.manifest()
        return {
            "framework.id": made["framework"]["id"],
            "framework.version": made["framework"]["version"],
            "framework.digest": made["framework"]["digest"],
            "answers.digest": made["answers"]["digest"],
            "method.digest": made["method"]["digest"],
            "scores.digest": made["scores"]["digest"],
        }


def drop_some(framework, indicators, indexes):
    """H1 and P1: "law" keeps R2 alone, and K keeps P2."""
    for name in ("H1", "P1"):
        indicators[name]["scored"] = False
    indicators["K"]["scale"].update(of=["P2"], weights={"P2": 0.7})
    indexes["tree"]["nodes"][1]["children"] = ["R2"]


def drop_housing(framework, indicators, indexes):
    for name in ("H1", "H2"):
        indicators[name]["scored"] = False
    indexes["overall"]["weights"] = {}
    indexes["tree"]["nodes"][1]["children"] = ["R2"]


def drop_law(framework, indicators, indexes):
    for name in ("H1", "R2"):
        indicators[name]["scored"] = False
    indexes["tree"]["nodes"] = [{"id": "top", "children": ["R1"], "weights": {}}]


def drop_composite(framework, indicators, indexes):
    for name in ("P1", "P2", "K"):
        indicators[name]["scored"] = False


def add_by_facets(framework, indicators, indexes):
    indicators["S1"]["scored"] = True
    indexes["overall"]["weights"] = {"dimension=housing": 0.7, "H2": 0.5, "S1": 2}


def add_to_tree(framework, indicators, indexes):
    indicators["S1"]["scored"] = True
    indexes["tree"]["nodes"][1].update(children=["H1", "R2", "S1"], weights={"R2": 0.3, "S1": 0.9})


def weigh(framework, indicators, indexes):
    indexes["overall"]["weights"] = {"dimension=housing": 0.1, "dimension=residency": 0.3, "H2": 0}
    indicators["K"]["scale"]["weights"] = {"P1": 1e-9, "P2": 0.7}


def what_if():
    file = File("what-if", f"{RATIONAL} of a framework that was changed by hand", framework=POLICY, answers=POLICY_ROWS)
    answered = {"unit": "POL", "round": "2021", "group": "all", "indicator": "H2", "answer": 99.9}
    gone = {"unit": "SE", "round": "2021", "group": "all", "indicator": "R1", "answer": None, "state": "missing"}
    new = {"unit": "RO", "round": "2021", "group": "all", "indicator": "H1", "answer": 45, "evidence": "a guess", "coder": "anna"}
    closed = {"unit": "LT", "round": "2021", "group": "all", "indicator": "R2-old", "state": "not_applicable"}
    rows = [row for row in POLICY_ROWS if [row[k] for k in ("unit", "round", "indicator")] not in (["SE", "2021", "R1"], ["LT", "2021", "R2"])]
    rows += [{**answered, "unit": "PL"}, new, {**closed, "indicator": "R2"}]
    strict = {"missing": "strict"}
    cases = {
        "nothing": WhatIf({}),
        "an indicator and a part dropped": WhatIf({"drop": ["H1", "P1"]}, drop_some),
        "a dimension dropped, with the weights of what was in it": WhatIf({"drop": ["dimension=housing"]}, drop_housing),
        "a node of a tree dropped": WhatIf({"drop": ["law"], "index": "tree"}, drop_law),
        "all parts of a composite dropped": WhatIf({"drop": ["P1", "P2"]}, drop_composite),
        "a statistic added and weighed": WhatIf({"add": ["S1"], "weights": {"housing": 0.7, "S1": 2}}, add_by_facets),
        "a statistic added to a tree": WhatIf(
            {"add": [{"indicator": "S1", "parent": "law"}], "weights": {"S1": 0.9, "R2": 0.3}, "index": "tree"}, add_to_tree
        ),
        "other weights": WhatIf(
            {"weights": {"dimension=housing": 0.1, "residency": 0.3, "H2": 0, "P1": 1e-9}},
            weigh,
        ),
        "other answers": WhatIf({"answers": [answered, gone, new, closed]}, rows=rows),
        "another method": WhatIf({"method": {"format": "niem-method/1", **strict}}, method=strict),
        "all of it": WhatIf(
            {
                "drop": ["dimension=housing"],
                "weights": {"R1": 3},
                "answers": [answered, gone, new, closed],
                "method": {"format": "niem-method/1", **strict},
            },
            lambda f, indicators, indexes: (drop_housing(f, indicators, indexes), indexes["overall"].update(weights={"R1": 3})),
            rows,
            strict,
        ),
    }
    before = rational.Scores(POLICY, POLICY_ROWS)
    for name, case in cases.items():
        for index in ("overall", "tree"):
            found = list(case.scores.table(index=index))
            columns = {key: [row[key] for row in found] for key in ("unit", "round", "node", "value", "coverage", "lower", "upper")}
            file.add("what_if", name, {"columns": columns, "fields": case.fields()}, changes=case.changes, options={"index": index})
        for options in (
            {"round": "2021"},
            {"level": "indicator"},
            {"index": "tree", "level": "node", "round": "2021", "ties": "average", "tolerance": 25},
            {"node": "housing", "ascending": True, "units": ["SE", "RO"]},
        ):
            sides = list(rational.side_by_side(before, case.scores, **options))
            columns = {key: [row[key] for row in sides] for key in sides[0]} if sides else {"unit": []}
            units = {unit for scores in (before, case.scores) for unit in scores.units}
            if set(options.get("units", [])) <= units:
                file.add("compare_scores", name, {"columns": columns}, changes=case.changes, options=options)
    refuse_changes(file)
    file.write()


def refuse_changes(file):
    def refuse(name, changes, status, where, contains, **more):
        file.refuse("what_if", name, status, where, contains, changes=changes, **more)

    cell = {"unit": "PL", "round": "2021", "group": "all", "indicator": "R1", "answer": 5}
    refuse("an unknown name dropped", {"drop": ["R1", "X9"]}, "reference", "/drop/1", ["X9", "policy", "overall"])
    refuse("a statistic dropped", {"drop": ["S1"]}, "value", "/drop/0", "not scored")
    refuse("everything dropped", {"drop": ["overall"]}, "tree", "/drop", "nothing is left")
    refuse("what is scored added", {"add": ["R1"]}, "value", "/add/0", "scored already")
    refuse("a part added", {"add": ["P1"]}, "value", "/add/0", '"K"')
    refuse("a tree without a parent", {"add": ["S1"], "index": "tree"}, "format", "/add/0", "parent")
    refuse("a parent by levels", {"add": [{"indicator": "S1", "parent": "housing"}]}, "format", "/add/0/parent", "levels")
    refuse("an unknown parent", {"add": [{"indicator": "S1", "parent": "R1"}], "index": "tree"}, "reference", "/add/0/parent", "tree")
    refuse("an unknown node weighed", {"weights": {"health": 1}}, "reference", "/weights/health", "overall")
    refuse("what is dropped weighed", {"drop": ["housing"], "weights": {"housing": 1}}, "reference", "/weights/housing", "after")
    refuse("a negative weight", {"weights": {"housing": -1}}, "value", "/weights/housing", "1e-9")
    refuse("weights that are all 0", {"weights": {"housing": 0, "residency": 0}}, "value", "/weights", "all 0")
    refuse("an unknown index", {"index": "main"}, "reference", "/index", ["overall", "tree"])
    refuse("an unknown indicator answered", {"answers": [cell, {**cell, "indicator": "X9"}]}, "reference", "/answers/1/indicator", "X9")
    refuse("no number", {"answers": [{**cell, "answer": "much"}]}, "syntax", "/answers/0/answer", "no number")
    refuse("an unknown unit", {"answers": [{**cell, "unit": "XX"}]}, "reference", "/answers/0/unit", "XX")
    refuse("an unknown round", {"answers": [{**cell, "round": "1999"}]}, "reference", "/answers/0/round", "1999")
    refuse("one cell twice", {"answers": [cell, cell]}, "duplicate", "/answers/1", "/answers/0")
    refuse("no method", {"method": {"format": "niem-method/1", "tolerance": -1}}, "value", None, "")
    both = {"drop": ["X9"], "answers": [{**cell, "indicator": "X8"}]}
    listed = [{"where": "/drop/0"}, {"where": "/answers/0/indicator"}]
    refuse("everything that is wrong is told", both, "reference", "/drop/0", "1 more", problems=listed)
    file.refuse("compare_scores", "an unknown node", "reference", "node", "nix", changes={}, options={"node": "nix"})
    file.refuse("compare_scores", "an unknown round", "reference", "round", "1999", changes={}, options={"round": "1999"})
    file.refuse("compare_scores", "an unknown unit", "reference", "units", "RO", changes={}, options={"units": ["RO"]})
    file.refuse("compare_scores", "a reference has no part in it", "argument", "reference", changes={}, options={"reference": "best"})


def explaining():
    file = File("explain", RATIONAL, framework="panel", answers=PANEL)
    for unit in ("SE", "PL", "RO", "XX"):
        file.table("explain", f"the top of {unit}", options={"unit": unit, "round": "2021"}, sums=explained)
    file.table("explain", "a node of a merge", options={"unit": "SE", "round": "2021", "node": "housing", "group": "both"}, sums=explained)
    thirds = framework(
        "thirds",
        [hundred(x) for x in "ABCDEFG"],
        [{"id": "overall", "weights": {"A": 0.1, "B": 0.2, "C": 0.7, "D": 1e-9, "E": 1e9}}],
        rounds=[ROUNDS[2]],
    )
    rows = answers("P A=10.1 B=20.2 C=30.3 D=99.9 E=77.7 F=1 G=0.3\nQ A=99.9 B=99.9 C=99.9 D=0.1 E=0.1 F=33.3 G=66.6")
    for unit in "PQ":
        file.table(
            "explain",
            f"weights of eighteen orders of magnitude: {unit}",
            framework=thirds,
            answers=rows,
            options={"unit": unit, "round": "2021"},
            sums=explained,
            tolerance={"contribution": 1e-12},
        )
    file.table("members", "below the top", options={"round": "2021", "units": ["SE", "RO"]})
    file.table("members", "below a dimension, of both groups", options={"node": "housing", "round": "2021", "group": "both"})
    for unit, round_, node, group in (
        ("SE", "2021", None, None),
        ("PL", "2021", "housing", None),
        ("XX", "2021", None, None),
        ("POL", "first", "residency", None),
        ("SE", "2021", "overall", "shared"),
    ):
        options = {key: value for key, value in zip(("unit", "round", "node", "group"), (unit, round_, node, group)) if value}
        resolved = {**options, "unit": {"POL": "PL"}.get(unit, unit), "round": {"first": "2019"}.get(round_, round_)}
        scores = scores_of({"framework": "panel", "answers": PANEL})
        tree, (of,), _, (at,), _ = scores.select(top=True, **{key: resolved[key] for key in ("node", "group") if key in resolved})
        file.add(
            "value",
            f"one score: {unit} {node or 'overall'}",
            {"value": scores.value(tree, at, resolved["unit"], resolved["round"], of)},
            options=options,
        )
    file.refuse("value", "an unknown unit", "reference", "units", "FR", options={"unit": "FR", "round": "2021"})
    file.refuse("value", "a unit that is not in the round", "reference", "unit", "RO", options={"unit": "RO", "round": "2017"})
    file.refuse("value", "which round", "ambiguous", "round", "2017, 2019, 2021", options={"unit": "SE"})
    file.refuse("value", "several groups", "argument", "group", options={"unit": "SE", "round": "2021", "group": "*"})
    file.refuse("explain", "a unit that is not in the round", "reference", "unit", "RO", options={"unit": "RO", "round": "2017"})
    file.refuse("explain", "several groups", "argument", "group", options={"unit": "SE", "round": "2021", "group": "*"})
    file.refuse("members", "an unknown node", "reference", "node", "health", options={"node": "health"})
    open_choice = framework("open", [hundred("X")], [{"id": "one"}, {"id": "two"}], groups=[{"id": "g"}, {"id": "h"}], rounds=[ROUNDS[2]])
    one = answers("A/2021/g X=1")
    file.refuse("score", "which index", "ambiguous", "index", "one, two", framework=open_choice, answers=one, options={"group": "g"})
    file.refuse("score", "which group", "ambiguous", "group", "g, h", framework=open_choice, answers=one, options={"index": "one"})
    file.refuse("score", "an index that there is not", "reference", "index", framework=open_choice, answers=one, score={"index": "three"})
    bare = framework("bare", [{"id": "N", "scale": {"kind": "numeric"}}], rounds=[ROUNDS[2]])
    file.refuse("score", "a number without goalposts", "unsupported", "framework", ["N", "worst"], framework=bare, answers=answers("A N=1"))
    none = framework("none", [hundred("X")], [], rounds=[ROUNDS[2]])
    file.refuse("score", "no index", "tree", "framework", "no index", framework=none, answers=answers("A X=1"))
    file.write()


# --- tables ---


def printing():
    file = File("print", "written out by hand from niem/table.h", framework="panel", answers=PANEL)
    ranks = {"node": "overall", "round": "2021"}
    file.add(
        "print",
        "CSV",
        {
            "lines": [
                "unit,round,group,node,value,rank,tied,n",
                "SE,2021,refugee,overall,80,1,1,4",
                "RO,2021,refugee,overall,50.15,2,1,4",
                "LT,2021,refugee,overall,50,3,1,4",
                "PL,2021,refugee,overall,40,4,1,4",
                "XX,2021,refugee,overall,,,,4",
            ]
        },
        of="rank",
        of_options=ranks,
        options={},
    )
    file.add(
        "print",
        "CSV with decimal commas",
        {
            "lines": [
                "unit;round;group;node;value;rank;tied;n",
                "SE;2021;refugee;overall;80,0;1,0;1;4",
                "RO;2021;refugee;overall;50,2;2,0;1;4",
                "LT;2021;refugee;overall;50,0;3,0;1;4",
                "PL;2021;refugee;overall;40,0;4,0;1;4",
                "XX;2021;refugee;overall;;;;4",
            ]
        },
        of="rank",
        of_options=ranks,
        options={"digits": 1, "separator": ";", "decimal_comma": True},
    )
    dimension = {"level": "dimension", "round": "2019", "units": ["PL"]}
    file.add(
        "print",
        "JSON",
        {
            "lines": [
                '{"name": "differences",',
                ' "notes": {',
                '  "index": "overall",',
                '  "reference": "average",',
                '  "reference_units": "PL",',
                '  "weights": "none: every unit counts the same"},',
                ' "columns": [',
                '  {"name": "unit", "type": "text", "values": ["PL", "PL"]},',
                '  {"name": "round", "type": "text", "values": ["2019", "2019"]},',
                '  {"name": "group", "type": "text", "values": ["refugee", "refugee"]},',
                '  {"name": "node", "type": "text", "values": ["dimension=residency", "dimension=housing"]},',
                '  {"name": "value", "type": "real", "values": [30, 30]},',
                '  {"name": "reference", "type": "real", "values": [30, 30]},',
                '  {"name": "difference", "type": "real", "values": [0, 0]},',
                '  {"name": "n", "type": "integer", "values": [1, 1]}]}',
            ]
        },
        of="difference",
        of_options=dimension,
        options={"format": "json"},
    )
    file.add(
        "print",
        "LaTeX",
        {
            "lines": [
                "% needs \\usepackage{booktabs}",
                "\\begin{table}",
                "\\centering",
                "\\caption{50\\% \\& more\\_}",
                "\\begin{tabular}{lllrrrr}",
                "\\toprule",
                "{}round & group & node & average & n & average\\_balanced & n\\_balanced \\\\",
                "\\midrule",
                "{}2021 & refugee & overall & 55.0375 & 4 & 80 & 1 \\\\",
                "\\bottomrule",
                "\\end{tabular}",
                "",
                "\\par\\smallskip",
                "{\\footnotesize",
                "index: overall\\\\",
                "{}weights: none: every unit counts the same\\\\",
                "{}units: SE, PL, LT, RO, DE, XX\\\\",
                "{}balanced\\_over: 2017, 2019, 2021\\par}",
                "\\end{table}",
            ]
        },
        of="average",
        of_options=ranks,
        options={"format": "latex", "caption": "50% & more_"},
    )
    file.add(
        "print",
        "HTML",
        {
            "lines": [
                '<table class="niem">',
                "<caption>&lt;ranks&gt;</caption>",
                "<thead>",
                '<tr><th scope="col">unit</th><th scope="col">round</th><th scope="col">group</th><th scope="col">node</th><th scope="col" class="number" style="text-align:right">value</th>'
                '<th scope="col" class="number" style="text-align:right">rank</th><th scope="col" class="number" style="text-align:right">tied</th><th scope="col" class="number" style="text-align:right">n</th></tr>',
                "</thead>",
                "<tbody>",
                '<tr><th scope="row">SE</th><td>2017</td><td>refugee</td><td>overall</td><td class="number" style="text-align:right">72.50</td><td class="number" style="text-align:right">1.00</td>'
                '<td class="number" style="text-align:right">1</td><td class="number" style="text-align:right">1</td></tr>',
                "</tbody>",
                "<tfoot>",
                '<tr><td colspan="8">index: overall</td></tr>',
                '<tr><td colspan="8">order: rank 1 is the highest value</td></tr>',
                '<tr><td colspan="8">ties: tied units share the least of their places</td></tr>',
                '<tr><td colspan="8">tolerance: 1e-9</td></tr>',
                "</tfoot>",
                "</table>",
            ]
        },
        of="rank",
        of_options={"round": "2017", "units": ["SE"]},
        options={"format": "html", "digits": 2, "caption": "<ranks>"},
    )
    file.add(
        "print",
        "plain text",
        {
            "lines": [
                "ranks",
                "",
                "unit  round  group    node     value  rank  tied  n",
                "----  -----  -------  -------  -----  ----  ----  -",
                "SE    2021   refugee  overall   80.0   1.0     1  1",
                "XX    2021   refugee  overall     --    --    --  1",
                "",
                "index: overall",
                "order: rank 1 is the highest value",
                "ties: tied units share the least of their places",
                "tolerance: 1e-9",
            ]
        },
        of="rank",
        of_options={**ranks, "units": ["SE", "XX"]},
        options={"format": "plain", "digits": 1},
    )
    file.refuse("print", "a decimal comma between commas", "argument", "decimal_comma", of="rank", of_options=ranks, options={"decimal_comma": True})
    file.refuse("print", "too many digits", "argument", "digits", of="rank", of_options=ranks, options={"digits": 16})
    file.refuse("print", "no such separator", "argument", "separator", of="rank", of_options=ranks, options={"separator": "|"})
    wide = {"unit": ["SE", "PL", "LT", "RO", "XX"], "dimension=residency": [75, 30, 45, 35, 10], "dimension=housing": [85, 50, 55, 65.3, None]}
    file.add(
        "widen",
        "a country a row",
        {"columns": wide},
        of="score",
        of_options={"level": "dimension", "round": "2021"},
        options={"rows": "unit", "columns": "node", "values": "value"},
    )
    lower = {"unit": ["PL", "PL"], "round": ["2019", "2021"], "overall": [22.5, 27.5]}
    file.add(
        "widen",
        "countries and rounds, another value",
        {"columns": lower},
        of="score",
        of_options={"level": "index", "units": ["PL"]},
        options={"rows": "unit,round", "columns": "node", "values": "lower"},
    )
    file.refuse(
        "widen",
        "two values for one cell",
        "duplicate",
        "value",
        "unit",
        of="score",
        of_options={"node": "overall", "units": ["SE"]},
        options={"rows": "unit", "columns": "node", "values": "value"},
    )
    file.refuse(
        "widen",
        "no such column",
        "reference",
        "columns",
        "dimension",
        of="score",
        of_options={},
        options={"rows": "unit", "columns": "dimension", "values": "value"},
    )
    ranked = {"node": "overall", "round": "2021"}
    coded = {
        "unit": ["SE", "RO", "LT", "PL", "XX"],
        "iso2": ["SE", None, None, None, None],
        "iso3": ["SWE", None, None, None, None],
        "rank": [1, 2, 3, 4, None],
    }
    for language, label in ((None, "Sweden"), ("pl", "Szwecja"), ("lt", "Sweden")):
        options = {"language": language} if language else {}
        file.add(
            "with_codes",
            f"labels in {language}",
            {"columns": {**coded, "label": [label, None, None, None, None]}},
            of="rank",
            of_options=ranked,
            options=options,
        )
    file.refuse("with_codes", "a table without units", "reference", contains="unit", of="spread", of_options={}, options={})
    file.refuse(
        "widen",
        "rows named by reals",
        "argument",
        "rows",
        "reals",
        of="score",
        of_options={},
        options={"rows": "coverage", "columns": "node", "values": "value"},
    )
    file.write()


def manifests():
    file = File("manifests", RATIONAL + "; SHA-256 by Python's hashlib", framework="panel", answers=PANEL)

    def fields(value, prefix=""):
        for key, entry in value.items():
            if isinstance(entry, dict):
                yield from fields(entry, f"{prefix}{key}.")
            else:
                yield prefix + key, entry

    cases = [
        ("a panel", "panel", PANEL, {}, None),
        ("a method", "panel", PANEL, {"tolerance": 0.5, "missing": "strict", "bands": "thirds"}, None),
        ("one index", "panel", PANEL, {}, "overall"),
    ]
    cases.append(
        (
            "evidence and sources",
            four(),
            [
                {
                    "unit": "Ö",
                    "round": "2021",
                    "indicator": "R1",
                    "answer": 12.5,
                    "evidence": 'Act 5, "Art. 2"',
                    "source": "https://example.org/ä",
                    "coder": "anna",
                    "note": "tab\there",
                }
            ],
            {},
            None,
        )
    )
    for name, made, rows, method, index in cases:
        scores = rational.Scores(load(made), rows, method, index)
        more = {"framework": made, "answers": rows, "method": method} if made != "panel" else {"method": method} if method else {}
        more.update(score={"index": index} if index else {})
        file.add("manifest", name, {"fields": dict(fields(scores.manifest()))}, **more)
        file.table("saved", name, ["unit", "round", "node", "value", "coverage", "lower", "upper"], **more)
    file.refuse("saved", "an answer was changed", "mismatch", contains="changed", replace=['"answer":80', '"answer":81'])
    file.refuse("saved", "a later format", "version", contains="niem-scores/2", replace=["niem-scores/1", "niem-scores/2"])
    file.refuse("saved", "another format", "format", replace=["niem-scores/1", "scores"])
    file.refuse("saved", "cut off", "syntax", replace=['"values":', '"values'])
    file.write()


# --- reading ---


def frameworks():
    file = File("framework", RULES + "; SHA-256 by Python's hashlib")
    for name, made in NAMED.items():
        expect = {
            "id": made["id"],
            "version": "1",
            "title": "",
            "digest": rational.digest(rational.canonical(made)),
            "json": rational.canonical(made),
        }
        expect.update(default_index=made.get("default_index"), default_group=made.get("default_group"))
        file.add("framework", name, expect, framework=name)
    tiny = {
        "indexes": [{"id": "overall"}],
        "indicators": [{"scale": {"best": 0, "worst": 1e-9, "kind": "numeric"}, "id": "żółć ☃ 𝔘"}],
        "version": "1.0",
        "format": "niem-framework/1",
        "id": "tiny",
        "title": "Tiny",
        "titles": {"pl": "Mały"},
        "meta": {"any": [None, True, 0.1, '\u0001\n"\\', {"b": 1, "a": 2, "B": 3}]},
    }
    text = rational.canonical(tiny)
    file.add(
        "framework",
        "order, space and escapes do not matter",
        {
            "title": "Tiny",
            "id": "tiny",
            "version": "1.0",
            "digest": rational.digest(text),
            "json": text,
            "default_index": None,
            "default_group": None,
        },
        text=" " + json.dumps(tiny, indent=3, ensure_ascii=True) + "\n",
    )
    file.add("framework", "a byte order mark", {"id": "tiny"}, text={"hex": "efbbbf" + text.encode("utf-8").hex()})
    file.add(
        "framework_table",
        "groups",
        {
            "columns": {
                "group": ["refugee", "subsidiary", "both", "shared"],
                "members": [None, None, "refugee,subsidiary", "refugee,subsidiary"],
                "over": [None, None, "all", "common"],
            }
        },
        framework="panel",
        options={"part": "groups"},
    )
    file.add(
        "framework_table",
        "options",
        {
            "columns": {
                "indicator": ["O"] * 3 + ["OD"] * 3 + ["B"] * 2 + ["BN"] * 2 + ["CS"] * 3 + ["CC"] * 3 + ["Q"] * 2,
                "option": ["a", "b", "c"] * 2 + ["no", "yes"] * 2 + ["x", "y", "z"] * 2 + ["no", "yes"],
                "label": [None] * 6 + ["There is none", "There is a strategy"] + [None] * 10,
                "points": [100, 50, 0, 66.7, 33.3, 0.1, 0, 100, 100, 0] + [None] * 6 + [0, 100],
            }
        },
        framework="kinds",
        options={"part": "options"},
    )
    trees_ = rational.Framework(NAMED["panel"]).trees["overall"]
    nodes = list(trees_.walk())
    file.add(
        "framework_table",
        "nodes",
        {
            "columns": {
                "index": ["overall"] * 7,
                "node": [node.name for node in nodes],
                "level": [node.level for node in nodes],
                "parent": [node.parent and node.parent.name for node in nodes],
                "weight": [None, 1, 1, 1, 1, 1, 1],
                "missing": ["available", "available", None, None, "available", None, None],
                "min_coverage": [0.5, 0.5, None, None, 0.5, None, None],
                "indicator": [None, None, "R1", "R2", None, "H1", "H2"],
            }
        },
        framework="panel",
        options={"part": "nodes"},
    )
    number = lambda id, scale={}, **more: {"id": id, "scale": {"kind": "numeric", **scale}, **more}  # noqa: E731
    quantities = framework(
        "quantities",
        [
            number("UP", {"worst": 0, "best": 100, "direction": 1}, denominator="POP"),
            number("DOWN", {"worst": 24, "best": 0}),
            number("LESS", {"direction": -1, "target": 2.5}, scored=False),
            number("POP", {"unit": "persons"}, scored=False),
            ordinal("O", [100, 0]),
        ],
        peers=[
            {"id": "size:S", "set": "size", "label": "S", "units": ["LT"]},
            {"id": "size:L", "set": "size", "label": "L", "units": ["DE", "PL"]},
            {"id": "baltic", "units": ["LT", "PL"]},
        ],
    )
    columns = {
        "indicator": ["UP", "DOWN", "LESS", "POP", "O"],
        "direction": [1, -1, -1, 1, None],
        "target": [None, None, 2.5, None, None],
        "denominator": ["POP", None, None, None, None],
    }
    file.add("framework_table", "directions", {"columns": columns}, framework=quantities, options={"part": "indicators"})
    columns = {
        "peers": ["size:S", "size:L", "size:L", "baltic", "baltic"],
        "label": ["S", "L", "L", None, None],
        "unit": ["LT", "DE", "PL", "LT", "PL"],
        "set": ["size", "size", "size", None, None],
    }
    file.add("framework_table", "sets of peer groups", {"columns": columns}, framework=quantities, options={"part": "peers"})
    label = {"id": "X", "label": "Housing", "labels": {"pl": "Mieszkanie"}, "scale": {"kind": "binary"}}
    tongues = framework(
        "tongues", [label, {**label, "id": "Y", "label": "Work", "labels": {}}, {"id": "Z", "labels": {"lt": "Darbas"}, "scale": {"kind": "binary"}}]
    )
    for language, labels in (("pl", ["Mieszkanie", "Work", "Darbas"]), ("lt", ["Housing", "Work", "Darbas"]), (None, ["Housing", "Work", "Darbas"])):
        options = {"part": "indicators", **({"language": language} if language else {})}
        file.add(
            "framework_table",
            f"labels in {language}",
            {"columns": {"indicator": ["X", "Y", "Z"], "label": labels}},
            framework=tongues,
            options=options,
        )
    file.refuse("framework_table", "no such part", "reference", "part", "indicators", framework="panel", options={"part": "countries"})
    file.add("shipped", "NIEM's framework ships", {"id": "niem"}, options={"name": "niem"})
    file.refuse("shipped", "no such framework ships", "reference", "name", "niem", options={"name": "nothing"})
    file.add("states", "of an answer", {"values": list(rational.STATES)})
    file.add(
        "statuses",
        "of a call",
        {
            "values": "ok argument memory io encoding syntax format version limit reference duplicate value tree struct_size unsupported ambiguous consensus mismatch cancelled self_test".split()
        },
    )
    file.write()


def framework_errors():
    file = File("framework-errors", RULES)

    def bad(name, status, where=None, contains=None, **changes):
        file.refuse("framework", name, status, where, contains, framework={**framework("bad", [hundred("X")]), **changes})

    def text(name, status, given, contains=None, where=None, row=None, column=None):
        file.refuse("framework", name, status, where, contains, row, column, text=given)

    def index(name, status, where, contains=None, indicators=None, facets=(), **given):
        made = framework("bad", indicators or [hundred("X"), hundred("Y")], [{"id": "overall", **given}], facets=list(facets))
        file.refuse("framework", name, status, where, contains, framework=made)

    head = '{"format": "niem-framework/1", "id": "x", "version": "1", '
    scale = '"scale": {"kind": "numeric", "worst": 0, "best": 100}'
    tail = f'"indicators": [{{"id": "X", {scale}}}, {{"id": "Y", {scale}}}], "indexes": [{{"id": "overall", "weights": {{"X": %s}}}}]}}'
    text("nothing", "syntax", "", "empty")
    text("an empty object", "format", "{}", "format")
    bad("no indicators", "format", "/indicators", "at least one", indicators=[])
    bad("a later format", "version", "/format", "niem-framework/1", format="niem-framework/2")
    bad("another format", "format", "/format", format="framework")
    bad("an unknown key", "format", "/wieghts", "meta", wieghts={})
    text("NaN as a weight", "syntax", head + tail % "NaN", "NaN", row=1)
    text("Infinity as a weight", "syntax", head + tail % "Infinity", "Infinity")
    text("minus Infinity as a weight", "syntax", head + tail % "-Infinity", "Infinity")
    text("a weight beyond doubles", "value", head + tail % "1e999", "too large")
    text("a hexadecimal weight", "syntax", head + tail % "0x10", "hexadecimal")
    text("a decimal comma in a weight", "syntax", head + tail % "12,5", "12.5")
    text("a leading zero", "syntax", head + tail % "01", "leading zero")
    text("a plus sign", "syntax", head + tail % "+1", "plus")
    text("no digit before the point", "syntax", head + tail % ".5", "0.5")
    text("no digit after the point", "syntax", head + tail % "5.", "point")
    text("a key twice", "duplicate", '{"id": "x",\n "id": "y"}', ["id", "line 1"], row=2, column=2)
    text("a key twice, once escaped", "duplicate", '{"id": "x", "\\u0069d": "y"}', "id")
    text("trailing text", "syntax", head + tail % "1" + " x", "complete")
    text("two documents", "syntax", "{}{}", "complete")
    text("cut off", "syntax", head, "ends")
    text("a comma too many", "syntax", '{"id": "x",}', "comma")
    text("a comment", "syntax", "{ // here\n}", "comment")
    text("single quotes", "syntax", "{'id': 1}", "double quotes")
    text("a string over two lines", "syntax", '{"id": "a\nb"}', "\\n")
    text("depth 10 000 of arrays", "limit", {"repeat": [["[", 10000], ["]", 10000]]}, "64")
    text("depth 10 000 of objects, never closed", "limit", {"repeat": [['{"a":', 10000]]}, "64")
    text("UTF-8 that is cut", "encoding", {"hex": '{"id": "'.encode().hex() + "c3" + '"}'.encode().hex()}, None, row=1, column=9)
    text("UTF-8 that ends in a character", "encoding", {"hex": '{"id": "é'.encode().hex()[:-2]})
    text("an overlong form", "encoding", {"hex": '{"id": "'.encode().hex() + "c0af" + '"}'.encode().hex()})
    text("a surrogate in UTF-8", "encoding", {"hex": '{"id": "'.encode().hex() + "eda080" + '"}'.encode().hex()})
    text("half of a surrogate pair", "encoding", '{"id": "\\ud83d"}', "half")
    text("a NUL byte", "encoding", {"hex": '{"id": "a'.encode().hex() + "00" + 'b"}'.encode().hex()}, "NUL", row=1, column=10)
    text("an escaped NUL", "encoding", '{"id": "a\\u0000b"}', "NUL")
    text("UTF-16", "encoding", {"hex": "fffe7b007d00"}, "UTF-16")
    text("a list", "format", "[]")
    down = {"kind": "numeric", "worst": 24, "best": 0}
    bad("a direction against the goalposts", "value", "/indicators/0/scale/direction", "below", indicators=[{"id": "X", "scale": {**down, "direction": 1}}])
    bad("a direction of 0", "value", "/indicators/0/scale/direction", "-1 (less is)", indicators=[{"id": "X", "scale": {"kind": "numeric", "direction": 0}}])
    bad("its own denominator", "value", "/indicators/0/denominator", "its own", indicators=[{**hundred("X"), "denominator": "X"}])
    bad("a denominator that is none", "reference", "/indicators/0/denominator", "POP", indicators=[{**hundred("X"), "denominator": "POP"}])
    twice = [{"id": "s:a", "set": "s", "units": ["PL"]}, {"id": "s:b", "set": "s", "units": ["DE", "PL"]}]
    bad("a unit twice in a set", "duplicate", "/peers/1/units", ["PL", "s:a", "s:b"], peers=twice)
    for weight in (-1, 1e-10, 1e10):
        index(f"a weight of {weight}", "value", "/indexes/0/weights/X", "1e-9", weights={"X": weight})
    index("weights that sum to 0", "value", "/indexes/0", "all 0", weights={"X": 0, "Y": 0})
    index("a weight that is a text", "format", "/indexes/0/weights/X", "number", weights={"X": "1"})
    index("a weight of no node", "reference", "/indexes/0/weights/Z", "Z", weights={"Z": 1})
    index("an override of no node", "reference", "/indexes/0/overrides/Z", "Z", overrides={"Z": {"missing": "zero"}})
    index("a level that is no facet", "reference", "/indexes/0/levels", "step", levels=["step"])
    index("an indicator without a value of the level", "tree", "/indexes/0", "dimension", levels=["dimension"], facets=DIMENSIONS)
    index("an unknown aggregation", "value", "/indexes/0/aggregation", "geometric", aggregation="mean")
    index("a parameter of another aggregation", "argument", "/indexes/0/aggregation", "no part", aggregation={"method": "minimum", "power": 2})
    index("an ordered geometric average without weights", "argument", "/indexes/0/aggregation", "order_weights", aggregation="ogwa")
    index("an ordered average without weights", "argument", "/indexes/0/aggregation", "order_weights", aggregation="owa")
    index("shares of another aggregation", "argument", "/indexes/0/aggregation/least_share", "no part", aggregation={"method": "geometric", "least_share": 0.1})
    index("another missing rule", "value", "/indexes/0/missing", "available strict zero", missing="impute")
    index("coverage beyond 1", "value", "/indexes/0/missing/min_coverage", "between 0 and 1", missing={"rule": "available", "min_coverage": 1.5})
    node = lambda name, *children, **more: {"id": name, "children": list(children), **more}  # noqa: E731
    index("a node with two parents", "tree", None, "two parents", nodes=[node("a", "b", "c"), node("b", "d"), node("c", "d"), node("d", "X")])
    index("an indicator twice", "tree", None, "twice", nodes=[node("a", "b", "X"), node("b", "X")])
    index("a cycle without a top", "tree", None, "cycle", nodes=[node("a", "b", "X"), node("b", "a")])
    index("a cycle beside the top", "tree", None, "cycle", nodes=[node("a", "X"), node("b", "c"), node("c", "b")])
    index("two tops", "tree", None, "two tops", nodes=[node("a", "X"), node("b", "Y")])
    index("a child that is nothing", "reference", None, "Z", nodes=[node("a", "X", "Z")])
    index("a node without children", "tree", None, "children", nodes=[node("a", "X", "b"), node("b")])
    index("a node given twice", "duplicate", None, "a", nodes=[node("a", "X"), node("a", "Y")])
    index("weights of a node that sum to 0", "value", None, "all 0", nodes=[node("a", "X", "Y", weights={"X": 0, "Y": 0})])
    index("no scored indicator", "tree", None, "no scored", indicators=[hundred("X", scored=False)])
    for points in (-0.5, 100.5, 1e300):
        bad(f"points of {points}", "value", "/indicators/0/scale/options/0/points", "between 0 and 100", indicators=[ordinal("X", [points, 0])])
    bad(
        "no points",
        "format",
        "/indicators/0/scale/options/0",
        "points",
        indicators=[{"id": "X", "scale": {"kind": "ordinal", "options": [{"id": "a"}]}}],
    )
    bad(
        "points of a checklist beyond 100",
        "value",
        None,
        "0 to 100",
        indicators=[{"id": "X", "scale": {"kind": "checklist", "items": [{"id": "a"}], "scoring": "count", "points": [0, 101]}}],
    )
    bad("an item called none", "value", None, "none", indicators=[{"id": "X", "scale": {"kind": "checklist", "items": [{"id": "none"}]}}])
    bad(
        "an option twice",
        "duplicate",
        None,
        "a",
        indicators=[{"id": "X", "scale": {"kind": "ordinal", "options": [{"id": "a", "points": 1}, {"id": "a", "points": 2}]}}],
    )
    bad(
        "63 options",
        "limit",
        None,
        "62",
        indicators=[{"id": "X", "scale": {"kind": "ordinal", "options": [{"id": f"o{i}", "points": i} for i in range(63)]}}],
    )
    numeric = lambda **keys: [{"id": "X", "scale": {"kind": "numeric", **keys}}]  # noqa: E731
    bad("goalposts that are equal", "value", "/indicators/0/scale", "differ", indicators=numeric(worst=5, best=5))
    bad("one goalpost", "format", "/indicators/0/scale", "pairs", indicators=numeric(worst=5))
    bad("a logarithm of 0", "value", "/indicators/0/scale", "above 0", indicators=numeric(worst=0, best=5, transform="log"))
    bad("a minimum above the maximum", "value", "/indicators/0/scale", "minimum", indicators=numeric(worst=0, best=5, minimum=3, maximum=2))
    bad("another kind of scale", "value", "/indicators/0/scale/kind", "composite", indicators=[{"id": "X", "scale": {"kind": "fuzzy"}}])
    bad("no scale", "format", "/indicators/0", "scale", indicators=[{"id": "X"}])
    bad("an indicator twice in the list", "duplicate", None, "X", indicators=[hundred("X"), hundred("X")])
    bad("an id with a slash", "value", "/indicators/0/id", "/", indicators=[hundred("a/b")])
    bad(
        "an indicator of no dimension that there is",
        "reference",
        "/indicators/0/dimension",
        "health",
        facets=DIMENSIONS,
        indicators=[hundred("X", "health")],
    )
    bad("an indicator of no group that there is", "reference", "/indicators/0/groups", "stateless", indicators=[hundred("X", groups=["stateless"])])
    bad("a facet called label", "value", "/facets/0/id", "label", facets=[{"id": "label", "values": [{"id": "a"}]}])
    bad("a merge of one", "format", None, "two", groups=[{"id": "g"}, {"id": "m", "merge": ["g"]}])
    bad("a merge of nobody", "reference", None, "h", groups=[{"id": "g"}, {"id": "m", "merge": ["g", "h"]}])
    bad(
        "weights of a merge that are all 0",
        "value",
        None,
        "all be 0",
        groups=[{"id": "g"}, {"id": "h"}, {"id": "m", "merge": ["g", "h"], "weights": {"g": 0, "h": 0}}],
    )
    bad("a date that is none", "value", "/rounds/0/date", "2021-03-31", rounds=[{"id": "2021", "date": "2021-02-30"}])
    bad("an alias of two units", "duplicate", None, "GR", units=[{"id": "EL", "aliases": ["GR"]}, {"id": "GR"}])
    bad("a default index that there is not", "reference", "/default_index", "gone", default_index="gone")
    bad("a default group that there is not", "reference", "/default_group", "gone", default_group="gone")
    bad("a condition on itself", "tree", "/indicators/0", "cycle", indicators=[hundred("X", applies_if={"indicator": "X", "at_least": 1})])
    bad(
        "a condition on nothing",
        "reference",
        "/indicators/0/applies_if",
        "Z",
        indicators=[hundred("X", applies_if={"indicator": "Z", "at_least": 1})],
    )
    bad("a condition on no option", "reference", None, "q", indicators=[ordinal("O", [1]), hundred("X", applies_if={"indicator": "O", "in": ["q"]})])
    bad("a composite of itself", "tree", None, "cycle", indicators=[{"id": "K", "scale": {"kind": "composite", "of": ["K"]}}])
    bad(
        "a part of two composites",
        "tree",
        None,
        "two parents",
        indicators=[hundred("X"), {"id": "K", "scale": {"kind": "composite", "of": ["X"]}}, {"id": "L", "scale": {"kind": "composite", "of": ["X"]}}],
    )
    bad("a composite of nothing that there is", "reference", None, "Z", indicators=[{"id": "K", "scale": {"kind": "composite", "of": ["Z"]}}])
    file.add(
        "framework",
        "every problem is listed",
        {
            "error": {"status": "value"},
            "problems": [
                {"severity": "error", "status": "value", "where": "/indicators/0/scale/options/0/points"},
                {"severity": "error", "status": "value", "where": "/indicators/1/scale/options/1/points"},
            ],
        },
        framework=framework("bad", [ordinal("X", [101]), ordinal("Y", [1, 102])]),
    )
    file.write()


def reading():
    file = File("answers", RULES + "; SHA-256 by Python's hashlib", framework="kinds")
    header = "unit,round,group,indicator,answer,state,evidence,source,coder,note\n"
    rows = [
        {"unit": "B", "indicator": "O", "answer": "a"},
        {"unit": "A", "indicator": "CS", "answer": "z|x", "evidence": "Act", "note": "n"},
        {"unit": "A", "indicator": "NU", "answer": 12.5},
        {"unit": "A", "indicator": "B", "state": "not_collected"},
    ]
    same = rational.digest(rational.Scores(NAMED["kinds"], rows).answers_json())
    columns = {
        "unit": ["A", "A", "A", "B"],
        "round": ["2021"] * 4,
        "group": ["all"] * 4,
        "indicator": ["B", "CS", "NU", "O"],
        "answer": [None, "x|z", "12.5", "a"],
        "state": ["not_collected", "answered", "answered", "answered"],
        "evidence": [None, "Act", None, None],
        "source": [None] * 4,
        "coder": [None] * 4,
        "note": [None, "n", None, None],
    }
    expect = {"count": 4, "digest": same, "columns": columns}
    file.add("answers", "rows, in canonical order", expect, answers=rows)
    file.add(
        "answers",
        "CSV",
        expect,
        csv='unit,indicator,answer,state,evidence,note\nA,B,,not_collected,,\r\nB,O,a,,,\nA,NU,12.5,,,\nA,CS,x|z,answered,"Act",n\n',
    )
    file.add(
        "answers",
        "CSV with semicolons and decimal commas",
        expect,
        csv="unit;indicator;answer;state;evidence;note\nA;B;;not_collected;;\nB;O;a;;;\nA;NU;12,5;;;\nA;CS;x|z;;Act;n\n",
    )
    file.add(
        "answers",
        "CSV with tabs and decimal commas",
        expect,
        csv="unit\tindicator\tanswer\tstate\tevidence\tnote\nA\tB\t\tnot_collected\t\t\nB\tO\ta\t\t\t\nA\tNU\t12,5\t\t\t\nA\tCS\tx|z\t\tAct\tn\n",
        read={"decimal_comma": True},
    )
    file.add(
        "answers",
        "a byte order mark, spaces, a blank line at the end",
        expect,
        csv={
            "hex": "efbbbf"
            + "unit,indicator,answer,state,evidence,note\n A ,B, ,not_collected,,\nB,O, a ,,,\nA,NU,12.5,,,\nA,CS,x | z,,Act,n\n\n".encode().hex()
        },
    )
    file.add("answers", "JSON", expect, json=json.dumps({"format": "niem-answers/1", "answers": rows}))
    file.add("answers", "a list in JSON", expect, json=json.dumps(rows))
    file.add(
        "answers",
        "rounds and coders once for all",
        {"count": 1, "columns": {"unit": ["A"], "round": ["2019"], "coder": ["anna"]}},
        csv="unit,indicator,answer\nA,O,a\n",
        read={"round": "2019", "coder": "anna"},
    )
    file.add(
        "answers",
        "quotes, separators and line breaks in a field",
        {"columns": {"evidence": ['He said "no", twice'], "note": ["two\nlines"]}},
        csv='unit,indicator,answer,evidence,note\nA,O,a,"He said ""no"", twice","two\nlines"\n',
    )
    file.add(
        "answers",
        "blank rows are missing",
        {"columns": {"state": ["missing", "answered"]}, "problems": [{"severity": "note", "message_contains": "1 of them blank"}]},
        csv="unit,indicator,answer\nA,O,\nA,B,yes\n",
    )
    file.add(
        "answers",
        "an alias is told",
        {"columns": {"unit": ["PL"]}, "problems": [{"severity": "note", "where": "unit", "row": 1, "message_contains": "POL"}]},
        framework="panel",
        csv="unit,round,group,indicator,answer\nPOL,2021,refugee,R1,5\n",
    )
    file.add(
        "answers",
        "a new unit is told",
        {"columns": {"unit": ["FR"]}, "problems": [{"severity": "warning", "where": "unit", "row": 1, "message_contains": "FR"}]},
        framework="panel",
        csv="unit,round,group,indicator,answer\nFR,2021,refugee,R1,5\n",
    )
    numbers = ["0.1", "1e-5", "123456789012345680", "0.30000000000000004", "5e-324", "2.2250738585072011e-308", "9007199254740993", "-0"]
    values = ["0.1", "0.00001", "123456789012345680", "0.30000000000000004", "5e-324", "2.225073858507201e-308", "9007199254740992", "0"]
    text = "unit,round,indicator,answer\n" + "".join(f"U{i},2021,U,{x}\n" for i, x in enumerate(numbers))
    file.add("answers", "numbers to the last bit", {"columns": {"answer": values}}, csv=text)
    file.shared["options"] = {}
    del file.shared["options"]

    def bad(name, status, given, where=None, contains=None, row=None, column=None, **more):
        file.refuse("answers", name, status, where, contains, row, column, csv=given if isinstance(given, dict) else given, **more)

    top = "unit,indicator,answer\n"
    bad("an unknown indicator", "reference", top + "A,O,a\nA,Z,a\n", "indicator", "Z", 2)
    bad("an unknown option", "reference", top + "A,O,d\n", "answer", ["d", "a, b, c"], 1)
    bad("points where an option is expected", "reference", top + "A,O,100\n", "answer", "never its points", 1)
    bad("an unknown item", "reference", top + "A,CS,x|q\n", "answer", "x, y, z", 1)
    bad("an item twice", "duplicate", top + "A,CS,x|x\n", "answer", "twice", 1)
    bad("an unknown state", "reference", "unit,indicator,answer,state\nA,O,,unknown\n", "state", "not_applicable", 1)
    bad("an answer beside another state", "value", "unit,indicator,answer,state\nA,O,a,missing\n", "state", "missing", 1)
    bad("answered without an answer", "value", "unit,indicator,answer,state\nA,O,,answered\n", "answer", "blank", 1)
    bad("NA", "value", top + "A,O,NA\n", "answer", "not_collected", 1)
    bad("an answer twice", "duplicate", top + "A,O,a\nB,O,a\nA,O,b\n", "indicator", "first in row 1", 3)
    bad("an answer twice by one coder", "duplicate", "unit,indicator,answer,coder\nA,O,a,anna\nA,O,b,ben\nA,O,a,anna\n", "indicator", "anna", 3)
    bad("a number that is a word", "syntax", top + "A,NU,many\n", "answer", "NU", 1)
    bad("a decimal comma", "syntax", top + 'A,NU,"12,5"\n', "answer", "12.5", 1)
    bad("points and commas in one file", "syntax", "unit;indicator;answer\nA;NU;12,5\nB;NU;12.5\n", "answer", contains=None, row=2)
    bad("hexadecimal", "syntax", top + "A,NU,0x10\n", "answer", None, 1)
    bad("infinite", "syntax", top + "A,NU,Infinity\n", "answer", None, 1)
    bad("beyond doubles", "value", top + "A,NU,1e999\n", "answer", "too large", 1)
    bad("below the minimum", "value", top + "A,ND,-1\n", "answer", ["0", "600"], 1)
    bad("an answer to a composite", "value", top + "A,K,1\n", "indicator", "made of others", 1)
    bad("too few fields", "format", "unit,indicator,answer,note\nA,O,a,n\nA,B,yes\n", None, "3 fields where the header has 4", 2)
    bad("too many fields", "format", top + "A,O,a\nA,B,yes,n\n", None, "4 fields where the header has 3", 2)
    bad("no unit", "format", top + ",O,a\n", "unit", "blank", 1)
    bad("no column for the unit", "format", "country,indicator,answer\nA,O,a\n", "unit", "no column")
    bad("a column twice", "duplicate", "unit,unit,indicator,answer\nA,A,O,a\n", "header", "unit")
    bad("nothing", "format", "", None, "empty")
    bad("a header alone", "format", top, "answers", "no row")
    bad("a quote that is never closed", "syntax", top + 'A,O,"a\nB,O,a\n', None, "never closed")
    bad("text behind a quote", "syntax", top + 'A,O,"a"b\n', None, "quote", 1)
    bad("UTF-8 that is cut", "encoding", {"hex": (top + "A,O,a\nA,B,").encode().hex() + "c3" + "\n".encode().hex()}, None, None, 2)
    bad("a NUL byte", "encoding", {"hex": (top + "A,O,a").encode().hex() + "00" + "\n".encode().hex()}, None, "NUL", 1)
    bad("UTF-16", "encoding", {"hex": "fffe" + "unit".encode("utf-16-le").hex()}, None, "UTF-16")
    bad("which round", "format", "unit,group,indicator,answer\nA,refugee,R1,5\n", "round", "round", 1, framework="panel")
    bad("which group", "format", "unit,round,indicator,answer\nA,2021,R1,5\n", "group", "group", 1, framework="panel")
    bad(
        "an unknown group",
        "reference",
        "unit,round,group,indicator,answer\nA,2021,stateless,R1,5\n",
        "group",
        "refugee, subsidiary",
        1,
        framework="panel",
    )
    bad(
        "an answer for a merge",
        "reference",
        "unit,round,group,indicator,answer\nA,2021,both,R1,5\n",
        "group",
        "refugee, subsidiary",
        1,
        framework="panel",
    )
    closed = {**NAMED["panel"], "closed": True}
    bad(
        "an unknown unit where the list is closed",
        "reference",
        "unit,round,group,indicator,answer\nSE,2021,refugee,R1,5\nFR,2021,refugee,R1,5\n",
        "unit",
        "FR",
        2,
        framework=closed,
    )
    bad(
        "an unknown round where the list is closed",
        "reference",
        "unit,round,group,indicator,answer\nSE,2023,refugee,R1,5\n",
        "round",
        "2023",
        1,
        framework=closed,
    )
    file.refuse(
        "answers",
        "an unknown indicator in rows",
        "reference",
        "indicator",
        "Z",
        2,
        answers=[{"unit": "A", "indicator": "O", "answer": "a"}, {"unit": "A", "indicator": "Z", "answer": "a"}],
    )
    file.refuse("answers", "an unknown option in rows", "reference", "answer", "a, b, c", 1, answers=[{"unit": "A", "indicator": "O", "answer": "d"}])
    file.refuse(
        "answers",
        "a duplicate in rows",
        "duplicate",
        "indicator",
        "first in row 1",
        2,
        answers=[{"unit": "A", "indicator": "O", "answer": "a"}, {"unit": "A", "indicator": "O", "answer": "a"}],
    )
    file.refuse("answers", "a later format", "version", None, "niem-answers/1", json='{"format": "niem-answers/2", "answers": []}')
    file.refuse("answers", "an unknown key in JSON", "format", None, "answr", json='[{"unit": "A", "indicator": "O", "answr": "a"}]')
    file.refuse("answers", "a key twice in JSON", "duplicate", None, "unit", json='[{"unit": "A", "unit": "B"}]')
    file.refuse("answers", "trailing text in JSON", "syntax", None, "complete", json="[] x")
    file.refuse("answers", "depth 10 000 in JSON", "limit", None, "64", json={"repeat": [["[", 10000]]})
    file.add(
        "answers",
        "every problem is listed",
        {
            "error": {"status": "reference", "row": 1},
            "problems": [
                {"severity": "error", "status": "reference", "row": 1, "where": "answer"},
                {"severity": "error", "status": "reference", "row": 3, "where": "indicator"},
                {"severity": "error", "status": "value", "row": 4, "where": "answer"},
            ],
        },
        csv=top + "A,O,z\nA,B,yes\nA,ZZ,1\nA,BN,-\n",
    )
    file.write()


def methods():
    file = File("methods", RULES + "; SHA-256 by Python's hashlib")
    for name, method in (
        ("defaults", {}),
        (
            "everything",
            {
                "id": "mine",
                "consensus": {"rule": "majority"},
                "missing": {"rule": "available", "min_coverage": 0.5},
                "tolerance": 0.001,
                "bands": "quintiles",
            },
        ),
        ("an adjudicator", {"consensus": {"rule": "adjudicator", "coder": "anna"}, "meta": {"why": [1, 2]}}),
    ):
        text = rational.canonical({"format": "niem-method/1", **method})
        file.add("method", name, {"json": text, "digest": rational.digest(text)}, method=method)
    file.add("method", "as text", {"json": '{"format":"niem-method/1","tolerance":1e-9}'}, text='{ "tolerance": 1e-9, "format": "niem-method/1" }')

    def bad(name, status, where=None, contains=None, **method):
        file.refuse("method", name, status, where, contains, method=method)

    bad("an unknown rule of consensus", "value", "/consensus", "adjudicator", consensus="vote")
    bad("an adjudicator without a name", "format", "/consensus", "coder", consensus="adjudicator")
    bad("a coder of another rule", "format", "/consensus", "coder", consensus={"rule": "median", "coder": "anna"})
    bad("an unknown missing rule", "value", None, "strict", missing={"rule": "impute"})
    bad("a negative tolerance", "value", "/tolerance", "between", tolerance=-1)
    bad("unknown bands", "reference", "/bands", "thirds", bands="sevenths")
    bad("an unknown key", "format", "/weights", "meta", weights={})
    file.refuse("method", "a later format", "version", "/format", "niem-method/1", text='{"format": "niem-method/2"}')
    file.refuse("method", "no format", "format", None, "format", text="{}")
    file.refuse("method", "NaN", "syntax", None, "NaN", text='{"format": "niem-method/1", "tolerance": NaN}')
    file.refuse("method", "a key twice", "duplicate", None, "id", text='{"format": "niem-method/1", "id": "a", "id": "b"}')
    file.refuse("method", "depth 10 000", "limit", None, "64", text={"repeat": [["[", 10000]]})
    file.write()


# --- the assessment ---


def sourced(rows, **given):
    """Rows with a source, but where `given` says otherwise: indicator={"note": "..."}, of every row of that indicator."""
    return [{**row, "source": "Act 5", **given.get(row["indicator"], {})} for row in rows]


def agreeing():
    file = File("agreement", ASSESSED, framework="survey")
    several = answers("""
        SE/2019/refugee R1=a@anna R1=a@jan H1=x|y@anna H1=y|x@jan N1=10@anna N1=10.5@jan R2=50@anna
        SE/2021/refugee R1=a@anna R1=b@jan R1=b@ola R2=10@anna R2=20@jan R2=:missing@ola H1=x@anna H1=x|z@jan H1=z|y@ola
        SE/2021/subsidiary GATE=yes@anna GATE=no@jan R1=:missing@anna R1=:missing@jan
        PL/2021/refugee R1=c@anna R1=:not_collected@jan R2=:not_applicable@anna R2=:missing@jan R2=:not_collected@ola R2=7@zoe
        PL/2021/subsidiary R1=a@anna R2=33.3@anna R2=66.7@jan P1=0.1@anna P1=0.2@jan P1=0.4@ola P1=0.8@zoe
        LT/2021/refugee N1=10@anna N1=12@jan H1=none@anna H1=x@jan""")
    file.shared["answers"] = several
    file.table("agreement", "how many cells, how many of several coders, how many agree")
    file.table("agreement", "one coder", answers=answers("PL/2021/refugee R1=a R2=5"))
    file.table("disagreements", "without an adjudicator")
    for coder in ("anna", "jan", "zoe"):
        file.table("disagreements", f"adjudicated by {coder}", options={"adjudicator": coder})
    by_hand = {
        "indicator": ["R1", "R2"],
        "coders": [3, 2],
        "answers": ["a (alma); b (jan); b (ola)", "10 (anna); 20 (jan)"],
        "range": [50, 10],
        "unanimous": [None, None],
        "majority": ["b", None],
        "median": ["b", "15"],
        "adjudicator": [None, "10"],
    }
    rows = answers("PL/2021/refugee R1=a@alma R1=b@jan R1=b@ola R2=10@anna R2=20@jan")
    file.add("disagreements", "worked out by hand", {"columns": by_hand}, answers=rows, options={"adjudicator": "anna"})
    none = ["unit", "round", "group", "indicator", "coders", "answers", "range", "unanimous", "majority", "median", "adjudicator"]
    file.table("disagreements", "none", none, answers=answers("PL/2021/refugee R1=a@anna R1=a@jan"))
    file.refuse("disagreements", "an adjudicator who has coded nothing", "reference", "adjudicator", "eva", options={"adjudicator": "eva"})
    file.write()


def completing():
    file = File("completeness", ASSESSED, framework="survey")
    some = answers("""
        SE/2019/refugee R1=a R2=10 R3=:missing H1=x P1=1 P2=:not_collected N1=100 N2=5
        SE/2021/refugee R1=c R2=50 R3=20 H1=none P1=50 P2=60 N1=:not_collected N2=:not_accessible
        SE/2021/subsidiary R1=a R2=10 R3=99 H1=x|y N1=0 N2=7
        SE/2021/resettled GATE=no R1=a R2=20
        PL/2021/refugee R1=:missing R2=:not_accessible N1=7 N2=:not_disaggregated
        PL/2021/resettled GATE=yes R1=b R2=70 N1=12
        LT/2021/resettled R1=a R2=70 N1=:not_disaggregated""")
    file.shared["answers"] = some
    file.table("completeness", "of every kind of question")
    file.table("data_gaps", "of statistics only")
    coded = answers("""
        SE/2021/refugee R1=a@anna R1=b@jan R1=b@ola N1=10@anna N1=12@jan N2=:not_collected@anna N2=:not_collected@jan
        PL/2021/refugee R1=a@anna R1=a@jan R2=5@anna N1=:not_accessible@anna N1=3@jan""")
    for method in (None, {"consensus": "majority"}, {"consensus": "median"}, {"consensus": {"rule": "adjudicator", "coder": "jan"}}):
        more = {"method": method} if method else {}
        words = json.dumps(method["consensus"]) if method else "no rule"
        file.table("completeness", f"of several coders: {words}", answers=coded, **more)
        file.table("data_gaps", f"of several coders: {words}", answers=coded, **more)
    file.table(
        "completeness",
        "without facets and groups",
        framework=framework("bare", [hundred("X")], rounds=[ROUNDS[2]]),
        answers=answers("A X=1\nB X=:missing"),
    )
    by_hand = {
        "unit": ["A"] * 2 + ["B"] * 2 + ["*"] * 2,
        "facet": ["all", "group"] * 3,
        "value": ["*", "all"] * 3,
        "n": [1, 1, 1, 1, 2, 2],
        "available": [1, 1, 0, 0, 1, 1],
        "not_collected": [0, 0, 1, 1, 1, 1],
        "share_available": [1, 1, 0, 0, 0.5, 0.5],
        "share_not_collected": [0, 0, 1, 1, 0.5, 0.5],
        "share_missing": [0] * 6,
    }
    statistic = framework("statistic", [hundred("X"), {"id": "N", "scored": False, "scale": {"kind": "numeric"}}], rounds=[ROUNDS[2]])
    file.add("data_gaps", "worked out by hand", {"columns": by_hand}, framework=statistic, answers=answers("A N=5\nB N=:not_collected X=5"))
    file.refuse("data_gaps", "no statistical indicator", "unsupported", "answers", "scored", framework="panel", answers=PANEL)
    file.write()


def of_groups(*names):
    """The survey put to these groups, without the condition that hangs on a number."""
    made = json.loads(json.dumps(NAMED["survey"]))
    made.update(id="of groups", groups=[group for group in made["groups"] if group["id"] in names], default_group=names[0])
    for indicator in made["indicators"]:
        if "groups" in indicator:
            indicator["groups"] = [name for name in indicator["groups"] if name in names]
    del made["indicators"][-1]["applies_if"]
    return made


def checking():
    file = File("checks", ASSESSED + "; what the messages must name, by hand", framework=of_groups("refugee"))

    def check(name, rows, parts=None, **more):
        keep = {"cells_contain": {"message": parts}} if parts else {}
        file.table("check", name, FINDINGS, keep, answers=rows, **more)

    FINDINGS = ["severity", "kind", "unit", "round", "group", "indicator", "coder", "effect"]
    clean = sourced(answers("PL/2021/refugee R1=a R2=50 N1=3"))
    file.table(
        "check",
        "nothing to say",
        FINDINGS,
        {"notes": {"unit_rounds": "1", "errors": "0", "warnings": "0", "notes": "0", "consensus": "refuse"}},
        answers=clean,
    )
    skipped = sourced(answers("""
        PL/2021/refugee R1=c R2=50@anna
        PL/2021/subsidiary R1=a R2=:not_applicable
        SE/2021/refugee R1=a R3=:not_applicable
        SE/2021/subsidiary R1=a R3=20"""))
    parts = [["50", "R1 is a or b"], "R1 is a or b", "no condition", "not put to this group"]
    check("what skip logic contradicts", skipped, parts, framework=of_groups("refugee", "subsidiary"))
    groups = sourced(answers("""
        SE/2021/resettled GATE=no R1=a R3=50
        PL/2021/resettled R1=a R3=50
        LT/2021/resettled GATE=no R1=:not_applicable"""))
    resettled = of_groups("resettled")
    check("a group that is not there, or may be", groups, [["GATE is yes", "2 of its questions"], "GATE is yes"], framework=resettled)
    check("a question that may apply", sourced(answers("PL/2021/refugee R1=:missing R2=40 N1=5")), [["R1 is a or b", "gap"]])
    check("questions and groups without a row", groups, framework="survey")
    unsourced = answers("PL/2021/refugee R1=a N1=5@jan R2=7\nSE/2021/refugee R1=:missing N1=:not_collected")
    check("answers without a source", [row for row in unsourced if row["unit"] == "PL"], ["law, case law", "register"])
    coded = sourced(answers("""
        PL/2021/refugee R1=a@anna R1=b@jan R1=b@ola N1=5@anna N1=7@jan
        SE/2021/refugee R1=a@anna R1=a@jan"""))
    unsettled = [["a (anna), b (jan), b (ola)", "does not settle"], ["5 (anna), 7 (jan)", "does not settle"]]
    check("coders who disagree, and no rule", coded, [*unsettled, "R1 is a or b"])
    settled = {"consensus": "majority"}
    check("coders who disagree, settled by a majority or not", coded, [["5 (anna), 7 (jan)", "does not settle"], ["settles on b"]], method=settled)
    changed = sourced(answers("""
        SE/2017/refugee R1=b R2=10 R3=20
        SE/2019/refugee R1=a R2=10 R3=20 H1=x P1=40 P2=50 N1=100 N2=7
        SE/2021/refugee R1=b R2=90.5 R3=:missing H1=x P1=41 P2=50 N1=120 N2=:not_collected
        PL/2019/refugee R1=a R2=33.3
        PL/2021/refugee R1=c R2=:not_applicable"""))
    file.shared["answers"] = changed
    check("what changed without a note, the largest effect first", changed, options={"round": "2021"})
    check("every round against the one before", changed)
    check("against a round that is named", changed, options={"round": "2021", "previous_round": "2017"})
    check("a round by its alias", changed, options={"round": "first", "previous_round": "2017"})
    check("by a rule for what is missing", changed, options={"round": "2021"}, method={"missing": "strict"})
    noted = [{**row, "note": "a new law"} if row["round"] == "2021" and row["indicator"] != "R2" else row for row in changed]
    check("a note says why", noted, options={"round": "2021"})
    now, before = ([row for row in changed if row["round"] in rounds] for rounds in (["2021"], ["2017", "2019"]))
    check("earlier answers that are given", now, previous=before)
    check("no round before", before, previous=now)
    change = ["in round 2019 50", "in round 2019 20"]
    by_hand = {
        "severity": ["warning", "warning"],
        "kind": ["changed_without_note", "lost_without_note"],
        "indicator": ["X", "Y"],
        "effect": [25, 75 - 170 / 3],  # 75, the mean of 100 and 50, less that of 50 and 50, or of 100, 20 and 50
    }
    pair = framework("pair", [hundred("X"), hundred("Y"), hundred("Z")], rounds=ROUNDS)
    rows = answers("PL/2019 X=50 Y=20 Z=50\nPL/2021 X=100 Y=:missing Z=50")
    file.add("check", "effects worked out by hand", {"columns": by_hand, "cells_contain": {"message": change}}, framework=pair, answers=rows)
    file.refuse("check", "a round that there is not", "reference", "round", "2023", options={"round": "2023"})
    file.refuse("check", "an earlier round that there is not", "reference", "previous_round", "2015", options={"previous_round": "2015"})
    file.refuse(
        "check", "earlier answers of another framework", "mismatch", "previous", ["of groups", "pair"], previous=rows, previous_framework=pair
    )
    file.write()


def filling():
    file = File("forms", "written out by hand from niem/assessment.h; previous answers by " + ASSESSED, framework="survey")
    columns = "unit round group dimension step indicator label question guidance options applies_if answer state evidence source coder note".split()
    questions = {
        "GATE": dict(dimension="residency", question="Does the status exist?", options="no = It does not; yes = It does"),
        "R1": dict(
            dimension="residency",
            step="law",
            label="Residence permit",
            question="Is there a permit?",
            guidance="Look into the law.",
            options="a = in full; b = in part; c = not at all",
        ),
        "R2": dict(dimension="residency", step="implementation", applies_if="R1 is a or b"),
        "R3": dict(dimension="residency", step="implementation"),
        "H1": dict(dimension="housing", step="law"),
        "P1": dict(dimension="housing"),
        "P2": dict(dimension="housing"),
        "N1": dict(dimension="housing"),
        "N2": dict(applies_if="N1 is at least 1"),
    }
    asked = [(group, name) for group in ("refugee", "subsidiary", "resettled") for name in questions if (group, name) != ("subsidiary", "R3")]

    def shown(group, name):
        own = {"unit": "PL", "round": "2021", "group": group, "indicator": name, **questions[name]}
        if group == "resettled" and name != "GATE":
            own["applies_if"] = " and ".join(["GATE is yes", *([own["applies_if"]] if "applies_if" in own else [])])
        return own

    rows = [shown(*place) for place in asked]
    free = ("R2", "R3", "H1", "P1", "P2", "N1", "N2")  # their options in words, which only need to say certain things
    say = {"H1": ["|", "none", "x = Rent"], "N1": ["number", "persons", "0"], "N2": ["number", "0", "100"]}
    told = {"options": [say.get(row["indicator"], "number" if row["indicator"] in free else row.get("options")) for row in rows]}
    exact = {column: [row.get(column) for row in rows] for column in columns if column != "options"}
    exact["previous_answer"] = [None] * len(rows)
    place = {"unit": "PL", "round": "2021"}
    file.add("form", "all that is asked", {"columns": exact, "cells_contain": told, "notes": {"framework": "survey", "version": "1"}}, options=place)
    only = {"group": ["refugee"] * 2 + ["subsidiary"] * 2, "question": ["Does the status exist?", "Is there a permit?"] * 2}
    two = {**NAMED["survey"], "id": "two", "indicators": NAMED["survey"]["indicators"][:2]}
    file.add("form", "a merge means its members", {"columns": only}, framework=two, options={**place, "groups": ["both"]})
    polish = {
        "label": [None, "Zezwolenie"],
        "question": ["Czy status istnieje?", "Is there a permit?"],
        "options": ["no = It does not; yes = It does", "a = w pełni; b = in part; c = not at all"],
    }
    file.add("form", "in another language", {"columns": polish}, framework=two, options={**place, "groups": ["refugee"], "language": "pl"})
    file.add(
        "form",
        "names as the framework has them",
        {"columns": {"unit": ["PL"], "round": ["2019"], "answer": [None]}},
        framework=framework("one", [hundred("X")], units=NAMED["survey"]["units"], rounds=ROUNDS),
        options={"unit": "POL", "round": "first"},
    )
    facets = [{"id": "theme", "values": [{"id": "t"}]}, {"id": "level", "values": [{"id": "l"}]}]
    bare = framework("bare", [hundred("X", theme="t", level="l"), hundred("Y", level="l")], facets=facets)
    file.add("form", "facets of one's own", {"columns": {"theme": ["t", None], "level": ["l", "l"]}}, framework=bare, options=place)
    earlier = [
        {**row, **{"R1": {"evidence": "Art. 2", "source": "Act 5", "note": "since May"}, "R2": {"source": "Act 6"}}.get(row["indicator"], {})}
        for row in answers("""
            PL/2017/refugee R1=c GATE=no
            PL/2019/refugee GATE=yes R1=b R2=0.1 R3=:not_applicable H1=x|z P1=:missing N1=1200@anna N1=1300@jan N2=5@anna N2=5@jan
            PL/2021/refugee R1=a
            SE/2019/refugee R1=a""")
    ]
    fill = ["indicator", "answer", "state", "evidence", "source", "coder", "note", "previous_answer"]
    looked = assessment.Assessment(NAMED["survey"], earlier)
    for back, options in (
        ("2019", {}),
        ("2019", {"prefill": True}),
        ("2017", {"previous_round": "2017", "prefill": True}),
        ("2019", {"previous_round": "first"}),
        ("2021", {"previous_round": "2021", "prefill": True, "groups": ["refugee", "resettled"]}),
    ):
        rows = list(looked.form_rows("PL", "2021", back, options.get("prefill", False), options.get("groups")))
        expect = {"columns": {column: [row[column] for row in rows] for column in fill}, "notes": {"previous_round": back}}
        file.add("form", f"what was said in {back}: {json.dumps(options)}", expect, previous=earlier, options={**place, **options})
    nobody = {"columns": {"previous_answer": [None] * 9}, "notes": {"previous_round": None}}
    file.add("form", "a unit that was not there before", nobody, previous=earlier, options={"unit": "LT", "round": "2021", "groups": ["refugee"]})
    file.refuse("form", "an unknown group", "reference", "groups", "stateless", options={**place, "groups": ["stateless"]})
    file.refuse("form", "an empty unit", "argument", "unit", "unit", options={"unit": "", "round": "2021"})
    closed = {**NAMED["survey"], "closed": True}
    file.refuse("form", "a unit beside the closed list", "reference", "unit", "FR", framework=closed, options={"unit": "FR", "round": "2021"})
    file.refuse("form", "a round beside the closed list", "reference", "round", "2023", framework=closed, options={"unit": "PL", "round": "2023"})
    file.refuse(
        "form",
        "a round before that there is not",
        "reference",
        "previous_round",
        "2015",
        previous=earlier,
        options={**place, "previous_round": "2015"},
    )
    file.refuse("form", "prefilled from nothing", "argument", "prefill", "previous", options={**place, "prefill": True})
    other = {"previous": answers("PL X=1", round="2019"), "previous_framework": framework("other", [hundred("X")], rounds=ROUNDS)}
    file.refuse("form", "earlier answers of another framework", "mismatch", "previous", ["other", "survey"], options=place, **other)
    file.write()


def revising():
    file = File("revisions", ASSESSED, framework="survey")
    older = sourced(answers("""
        SE/2019/refugee R1=b R2=10 H1=x|y
        SE/2021/refugee R1=a R2=33.3 R3=20 H1=x|z P1=10 P2=20
        PL/2021/refugee R1=a R2=60 H1=x@anna H1=y@jan P1=5@anna
        LT/2021/refugee R1=b R2=:missing N1=7"""))
    newer = sourced(answers("""
        SE/2021/refugee R1=a R2=33.4 R3=:not_collected H1=z|x P1=10 P2=20
        SE/2021/subsidiary R1=a R2=50
        PL/2021/refugee R1=c R2=60 H1=z@anna H1=y@zoe P1=5@jan
        LT/2021/refugee R1=b R2=70.7 N1=8 H1=none
        FR/2021/refugee R1=a R2=80"""))
    newer = [{**row, **({"note": "typing error", "source": "Act 6"} if (row["unit"], row["indicator"]) == ("LT", "R1") else {})} for row in newer]
    file.shared.update(answers=newer, previous=older)
    file.table("revision", "changed, added, removed")
    file.table("revision", "backwards", answers=older, previous=newer)
    columns = "unit round group indicator coder kind columns old_answer new_answer old_state new_state old_source new_source".split()
    file.table("revision", "the same", columns, answers=older)
    by_hand = {
        "indicator": ["R1", "R2", "H1"],
        "coder": [None, "jan", None],
        "kind": ["changed", "changed", "removed"],
        "columns": ["answer,source", "answer,state,coder", None],
        "old_answer": ["a", "5", "none"],
        "new_answer": ["b", None, None],
        "old_state": ["answered"] * 3,
        "new_state": ["answered", "missing", None],
        "old_source": [None] * 3,
        "new_source": ["Act 6", None, None],
    }
    before = answers("PL/2021/refugee R1=a R2=5@anna H1=none")
    after = [{**row, "source": "Act 6"} if row["indicator"] == "R1" else row for row in answers("PL/2021/refugee R1=b R2=:missing@jan")]
    file.add("revision", "worked out by hand", {"columns": by_hand}, answers=after, previous=before)
    median = {"consensus": "median"}
    file.table("revision_effects", "at the top", method=median)
    file.table("revision_effects", "of the dimensions", method=median, options={"level": "dimension"})
    file.table("revision_effects", "of one group and node", method=median, options={"group": "refugee", "node": "housing"})
    file.table("revision_effects", "ties by the method", method={**median, "tolerance": 20}, options={"group": "refugee"})
    one = framework("one", [hundred("X")], rounds=[ROUNDS[2]])
    effects = {
        "unit": ["A", "B", "C", "D"],
        "old": [10, 20, 30, None],
        "new": [25, 20, None, 20],
        "difference": [15, 0, None, None],
        "old_rank": [3, 2, 1, None],
        "new_rank": [1, 2, None, 2],
    }
    pair = {"previous": answers("A X=10\nB X=20\nC X=30"), "answers": answers("A X=25\nB X=20\nC X=:missing\nD X=20")}
    file.add("revision_effects", "worked out by hand", {"columns": effects}, framework=one, **pair)
    other = {"previous_framework": {**NAMED["survey"], "version": "2"}}
    file.refuse("revision", "answers of another version", "mismatch", "older", ["survey 1", "survey 2"], **other)
    file.refuse("revision_effects", "answers of another version", "mismatch", "older", ["survey 1", "survey 2"], method=median, **other)
    file.refuse("revision_effects", "one round only", "argument", "round", "all units and rounds", method=median, options={"round": "2021"})
    file.refuse("revision_effects", "an unknown node", "reference", "node", "health", method=median, options={"node": "health"})
    file.refuse("revision_effects", "coders without a rule", "consensus", "method", "PL")
    file.write()


def citing():
    file = File("standards", ASSESSED)
    cites = lambda *refs: [{"ref": ref, **({"instrument": own} if own else {})} for ref, own in refs]  # noqa: E731
    art_24, art_32, art_5 = ("QD Art. 24", "QD"), ("QD Art. 32", "QD"), ("RCD Art. 5", "RCD")
    made = framework(
        "cited",
        [
            hundred("R1", "residency", standards=cites(art_24, ("Geneva Art. 34", None), art_24)),
            hundred("R2", "residency", standards=cites(art_24), groups=["refugee"]),
            hundred("H1", "housing", standards=cites(art_32, ("Geneva Art. 34", None))),
            hundred("P1", "housing", scored=False, standards=cites(art_5)),
            hundred("P2", "housing"),
            {
                "id": "K",
                "dimension": "housing",
                "scale": {"kind": "composite", "of": ["P1", "P2"], "weights": {"P1": 3}},
                "standards": cites(art_32, art_5),
            },
            {"id": "N", "dimension": "housing", "scored": False, "scale": {"kind": "numeric"}, "standards": cites(("UN 1", None))},
        ],
        [{"id": "overall", "levels": ["dimension"]}],
        facets=DIMENSIONS,
        groups=[
            {"id": "refugee"},
            {"id": "subsidiary"},
            {"id": "both", "merge": ["refugee", "subsidiary"], "weights": {"refugee": 3}},
            {"id": "shared", "merge": ["refugee", "subsidiary"], "over": "common"},
        ],
        units=[{"id": "SE"}, {"id": "PL"}, {"id": "LT"}],
        rounds=ROUNDS,
        peers=[{"id": "baltic", "units": ["LT", "PL"]}],
        instruments=[{"id": "QD", "valid_from": "2017-03-31"}, {"id": "RCD", "valid_from": "2018-01-01", "valid_to": "2019-03-31"}],
        default_group="refugee",
    )
    rows = answers("""
        SE/2017/refugee R1=80 R2=60.6 H1=90
        SE/2019/refugee R1=80 R2=60.6 H1=90 P1=10 P2=33.3
        SE/2019/subsidiary R1=70 R2=99 H1=0.1 P1=12.5
        PL/2019/refugee R1=40 R2=:missing H1=40 P1=:not_applicable P2=77.7 N=5
        PL/2021/refugee R1=:not_applicable R2=:not_applicable H1=40.4 P2=20
        LT/2021/refugee R1=:missing R2=:not_collected H1=:not_applicable P1=:not_applicable P2=:not_applicable
        LT/2021/subsidiary R1=66.6 H1=66.6 P1=66.6 P2=66.6""")
    file.shared.update(framework=made, answers=rows)
    file.table("standards", "each citation")
    file.table("standards", "each instrument", options={"by": "instrument"})
    file.table("standards", "all groups and merges", options={"group": "*", "round": "2019"})
    file.table("standards", "some units", options={"units": ["SE", "LT"], "round": "2021"})
    file.table("standards", "peers", options={"peers": "baltic", "by": "instrument"})
    file.table("standards", "near ones tie", method={"tolerance": 25})
    two = framework(
        "two", [hundred("X", standards=cites(("A 1", None))), hundred("Y", standards=cites(("A 1", None), ("B 2", None)))], rounds=[ROUNDS[2]]
    )
    by_hand = {
        "unit": ["M", "M", "N", "N", "*", "*"],
        "instrument": [None] * 6,
        "ref": ["A 1", "B 2"] * 3,
        "value": [30, 20, 50, None, 40, 20],
        "coverage": [1, 1, 0.5, 0, None, None],
        "n": [2, 1, 1, 0, 2, 1],
        "n_applicable": [2, 1, 2, 1, 2, 2],
        "rank": [2, 1, 1, None, 2, 1],
    }
    file.add("standards", "worked out by hand", {"columns": by_hand}, framework=two, answers=answers("M X=40 Y=20\nN X=50 Y=:missing"))
    file.refuse("standards", "nothing is cited", "unsupported", "scores", "standard", framework="panel", answers=PANEL)
    uncited = {"framework": two, "answers": answers("M X=1")}
    file.refuse("standards", "no instrument is cited", "unsupported", "scores", "instrument", options={"by": "instrument"}, **uncited)
    file.refuse("standards", "by what there is not", "argument", "by", "ref, instrument", options={"by": "article"})
    file.refuse("standards", "a node has no part in it", "argument", "node", options={"node": "housing"})
    file.refuse("standards", "an unknown unit", "reference", "units", "FR", options={"units": ["FR"]})
    file.write()


def inventing():
    file = File(
        "synthetic", f'the model of niem/assessment.h, drawn once more with the generator "{synthesis.ALGORITHM}" (bindings/conformance/synthesis.py)'
    )
    lists = {
        "facets": [
            *DIMENSIONS,
            {"id": "step", "values": [{"id": "law"}, {"id": "policy"}, {"id": "implementation"}]},
            {"id": "type", "values": [{"id": "policy"}, {"id": "admin_input"}, {"id": "financial_input"}, {"id": "outcome"}]},
        ]
    }
    gate = {"indicator": "GATE", "in": ["yes"]}
    made = framework(
        "niem",  # the panel of this framework is the real one
        [
            {"id": "GATE", "scored": False, "scale": {"kind": "binary"}},
            ordinal("O1", [100, 75, 50, 25, 0], dimension="residency", step="law", type="policy"),
            ordinal("O2", [100, 50, 0], dimension="housing", step="policy", type="admin_input", groups=["refugee", "asylum_seeker"]),
            {"id": "B1", "dimension": "housing", "step": "implementation", "type": "policy", "scale": {"kind": "binary", "favourable": "no"}},
            {
                "id": "C1",
                "dimension": "residency",
                "step": "policy",
                "type": "policy",
                "scale": {"kind": "checklist", "items": [{"id": x} for x in "wxyz"]},
            },
            hundred("N1", "residency", step="implementation", type="financial_input"),
            {"id": "N2", "dimension": "housing", "type": "outcome", "scale": {"kind": "numeric", "worst": 60, "best": 0.5, "transform": "log"}},
            {"id": "N3", "type": "outcome", "scored": False, "scale": {"kind": "numeric", "minimum": 0}},
            {"id": "N4", "type": "outcome", "scored": False, "scale": {"kind": "numeric", "minimum": 0, "maximum": 100}},
            hundred("N5", "housing", step="law", type="policy", applies_if={"indicator": "O1", "in": ["a", "b", "c"]}),
            {"id": "N6", "dimension": "housing", "scale": {"kind": "numeric", "worst": 5, "best": 0}},
            {"id": "K", "dimension": "housing", "scale": {"kind": "composite", "of": ["N6"]}},
        ],
        [{"id": "overall"}],
        **lists,
        groups=[{"id": x, "applies_if": gate} for x in ("refugee", "subsidiary", "humanitarian", "temporary", "asylum_seeker")],
        units=[{"id": unit} for unit in ("BG", "PL", "PT", "SE", "LT", "Ö")],
        rounds=[{**round_, "aliases": [f"round {i}"]} for i, round_ in enumerate(ROUNDS)],
    )
    invented = framework("invented", [hundred("X"), ordinal("Y", [100, 0]), {"id": "Z", "scored": False, "scale": {"kind": "numeric"}}])
    file.shared["framework"] = made
    long_form = ("unit", "round", "group", "indicator", "answer", "state", "evidence", "source", "coder", "note")

    def synthetic(name, options, shown=False, framework=made):
        resolved = dict(options)
        names = {"units": made.get("units"), "rounds": made.get("rounds")}
        for key in (key for key in names if key in options):
            aliases = {alias: entry["id"] for entry in names[key] for alias in entry.get("aliases", [])}
            resolved[key] = [aliases.get(x, x) for x in options[key]]
        rows = synthesis.synthetic(framework, **resolved)
        text = rational.Scores(framework, rows).answers_json()
        expect = {"count": len(rows), "digest": rational.digest(text)}
        if shown:
            canonical = json.loads(text)["answers"]
            texts = [{**row, "answer": answer_as_text(row.get("answer")), "state": row.get("state", "answered")} for row in canonical]
            expect["columns"] = {column: [row.get(column) for row in texts] for column in long_form}
        more = {} if framework is made else {"framework": framework}
        file.add("synthetic", name, expect, **more, options=options)

    def answer_as_text(answer):
        return rational.number_text(answer) if isinstance(answer, (int, float)) else answer

    synthetic("the panel of NIEM", {})
    for seed in (1, 2**31, 2**52 + 1, -1):
        synthetic(f"seed {seed}", {"seed": seed})
    few = {"units": ["PL", "LT"], "rounds": ["2017", "2021"]}
    synthetic("every row", {"seed": 7, "missing": 0.1, "units": ["SE"], "rounds": ["2021"]}, shown=True)
    synthetic("every row of two coders", {"seed": 8, "second_coder": 0.6, "units": ["Ö"], "rounds": ["2019"]}, shown=True)
    synthetic("some units and rounds, by alias", {**few, "rounds": ["round 0", "2021"], "seed": 3})
    synthetic("no gaps", {**few, "missing": 0})
    synthetic("as many gaps as there may be", {**few, "missing": 1})
    synthetic("a second coder everywhere", {**few, "second_coder": 1, "seed": 11})
    synthetic("units that nobody lists", {"units": ["Atlantis", "PT"], "rounds": ["2017", "2025"], "seed": 5})
    synthetic("units and rounds that are invented", {"seed": 9}, shown=True, framework=invented)
    file.refuse("synthetic", "more gaps than answers", "value", "missing", ["1.5", "0 to 1"], options={"missing": 1.5})
    file.refuse("synthetic", "a negative share", "value", "second_coder", "0 to 1", options={"second_coder": -0.1})
    file.refuse("synthetic", "a unit twice", "duplicate", "units", "PL", options={"units": ["PL", "PL"]})
    file.refuse("synthetic", "a round twice, once by alias", "duplicate", "rounds", "round 0", options={"rounds": ["2017", "round 0"]})
    file.refuse("synthetic", "an empty name", "argument", "units", "entry 2", options={"units": ["PL", ""]})
    closed = {**made, "closed": True}
    file.refuse("synthetic", "a unit beside the closed list", "reference", "unit", "FR", framework=closed, options={"units": ["FR"]})
    file.write()


def explaining_the_framework():
    file = File("codebook", "what niem/assessment.h says that the page holds, written out by hand; HTML's own rules for its text")
    said = ["R1", "Residence permit", "Is there a permit?", "Look into the law.", "in full", "in part", "not at all", "case law", "R1 is a or b"]
    said += ["<!DOCTYPE html>", "<title>", "It does not", "GATE is yes", "persons", "resettled", "</html>"]
    said += [rational.digest(rational.canonical(NAMED["survey"]))]
    no_network = ["<link", "src=", "@import", "url(", "http://", "https://"]
    file.add("codebook", "every part of a framework", {"contains": said, "lacks": no_network}, framework="survey")
    polish = {"contains": ['lang="pl"', "Zezwolenie", "w pełni", "Czy status istnieje?", "in part"], "lacks": ["Residence permit", "in full"]}
    file.add("codebook", "in another language", polish, framework="survey", options={"language": "pl"})
    nasty = "<script>alert('\"1\" & 2')</script>"
    safe = "&lt;script&gt;alert(&#39;&quot;1&quot; &amp; 2&#39;)&lt;/script&gt;"
    texts = {"label": nasty, "question": f"Q{nasty}", "guidance": f"G{nasty}", "evidence": [f"E{nasty}"]}
    options = [{"id": "<a>", "label": f"O{nasty}", "points": 1}]
    evil = framework(
        "evil<b>",
        [{"id": "X&Y", **texts, "dimension": "<d>", "scale": {"kind": "ordinal", "options": options}, "standards": [{"ref": f"S{nasty}"}]}],
        title=f"T{nasty}",
        facets=[{"id": "dimension", "values": [{"id": "<d>", "label": f"D{nasty}"}]}],
        groups=[{"id": "<g>", "label": f"L{nasty}"}],
        instruments=[{"id": f"I{nasty}", "source": "javascript:alert(1)"}],
    )
    expect = {
        "contains": [f"{x}{safe}" for x in ["", *"QGEOSTDLI"]] + ["X&amp;Y", "&lt;a&gt;", "evil&lt;b&gt;"],
        "lacks": ["alert('", "<b>", "<g>", "javascript:"],
    }
    file.add("codebook", "markup in texts is text", expect, framework=evil)
    quoted = {"contains": ['lang="&quot;&gt;&lt;i&gt;"'], "lacks": ["<i>"]}
    file.add("codebook", "a language that would be markup", quoted, framework=evil, options={"language": '"><i>'})
    linked = {
        "instruments": [{"id": "QD", "source": 'https://example.org/?a=1&b="2"'}, {"id": "OJ", "source": "OJ L 337"}],
        "standards": [{"ref": "QD Art. 24", "instrument": "QD"}, {"ref": "OJ 3", "instrument": "OJ"}, {"ref": "seen", "checked": False}],
    }
    cited = framework("cited", [hundred("X", standards=linked["standards"])], instruments=linked["instruments"])
    address = '<a href="https://example.org/?a=1&amp;b=&quot;2&quot;">'
    expect = {"contains": [f"{address}QD Art. 24</a>", f"{address}QD</a>", "OJ 3", "not checked"], "lacks": ['href="OJ']}
    file.add("codebook", "links of http and https only", expect, framework=cited)
    file.write()


# --- numbers ---


def exactly(x):
    return sum((Fraction(v) for v in x if v == v), Fraction(0))


def numbers():
    file = File("numbers", RATIONAL)
    nan, inf = float("nan"), float("inf")
    vectors = [
        [],
        [1.5],
        [0.1] * 10,
        [1e308, 1.0, -1e308],
        [1e308, 1e308, -1e308, -1e308, 0.1],
        [2.0**53, 1.0, 1.0],
        [2.0**53, 1.0, 2.0**-53],
        [2.0**53, 1.0],
        [2.0**53 + 2, 1.0],
        [5e-324, 5e-324],
        [-5e-324, 2.2250738585072014e-308],
        [nan, 1.0, nan],
        [nan],
        [1e16, 1.0, -1e16, 1e-16],
        [0.1, -0.1],
        [1e308, 1e308, -1e308],
    ]
    for x in vectors:
        file.add("exact_sum", f"sum of {x}", {"value": rational.published(exactly(x))}, options={"x": plain(x)})
    file.add("exact_sum", "an infinity", {"value": inf}, options={"x": plain([1.0, inf, 2.0])})
    file.add("exact_sum", "infinities of both signs", {"value": nan}, options={"x": plain([inf, -inf])})
    file.add("exact_sum", "beyond doubles", {"value": inf}, options={"x": plain([1.7976931348623157e308, 1.7976931348623157e308])})
    means = [
        ([], None),
        ([nan], None),
        ([1.0, 2.0, 4.0], None),
        ([0.1, 0.2, 0.3], None),
        ([1.7976931348623157e308, 1.7976931348623157e308], None),
        ([0.1, nan, 0.7], None),
        ([10.0, 20.0, 70.0], [0.1, 0.2, 0.7]),
        ([33.3, 66.6, nan, 99.9], [0.1, 0.2, 5.0, 0.7]),
        ([5.0, 7.0], [0.0, 0.0]),
        ([5.0, 7.0], [0.0, 1e-300]),
        ([100.0, 0.0], [1e-9, 1e9]),
        ([5e-324, 5e-324, 0.0], None),
    ]
    for x, weights in means:
        pairs = [(Fraction(v), Fraction(w)) for v, w in zip(x, weights or [1.0] * len(x)) if v == v]
        total = sum((w for _, w in pairs), Fraction(0))
        value = rational.published(sum((v * w for v, w in pairs), Fraction(0)) / total) if total else nan
        file.add(
            "exact_mean", f"mean of {x} by {weights}", {"value": value}, options={"x": plain(x), **({"weights": plain(weights)} if weights else {})}
        )
    file.refuse("exact_mean", "a negative weight", "value", "weights", options={"x": [1, 2], "weights": [1, -1]})
    file.refuse("exact_mean", "a weight that is no number", "value", "weights", options={"x": [1, 2], "weights": [1, "NaN"]})
    file.refuse("exact_mean", "an infinite weight", "value", "weights", options={"x": [1, 2], "weights": [1, "Infinity"]})
    for x in ([], [nan], [3.0], [1.0, 2.0, 3.0, 4.0], [4.0, 1.0, 3.0, 2.0, nan], [0.5, 0.25, 8.0, 16.0, 4.0, 2.0, 1.0]):
        probabilities = [0.0, 0.25, 0.5, 0.75, 1.0]
        file.add(
            "quantile", f"of {x}", {"values": [quantile(x, p) for p in probabilities]}, options={"x": plain(x), "probabilities": plain(probabilities)}
        )
    file.refuse("quantile", "a probability beyond 1", "value", "probabilities", options={"x": [1, 2], "probabilities": [0.5, 1.5]})
    file.refuse("quantile", "a probability below 0", "value", "probabilities", options={"x": [1, 2], "probabilities": [-0.5]})
    file.refuse("quantile", "a probability that is no number", "value", "probabilities", options={"x": [1, 2], "probabilities": ["NaN"]})
    x = [3.0, 1.0, nan, 3.0, 2.0, 3.0 + 2**-40, 1.0, inf, -inf, -0.0, 0.0]
    for ties in ("min", "max", "average", "dense", "first"):
        for descending in (False, True):
            for tolerance in (0.0, 1e-9):
                values = [None if v != v else v for v in x]
                finite = [v if v is None or abs(v) != inf else (1e300 if v > 0 else -1e300) for v in values]
                expect = rational.ranks(finite, descending, ties, tolerance)
                file.add(
                    "rank_values",
                    f"{ties}, descending {descending}, tolerance {tolerance}",
                    {"values": expect},
                    options={"x": plain(x), "ties": ties, "descending": descending, "tolerance": plain(tolerance)},
                )
    file.refuse("rank_values", "a negative tolerance", "value", "tolerance", options={"x": [1], "tolerance": -1})
    file.refuse("rank_values", "a tolerance that is no number", "value", "tolerance", options={"x": [1], "tolerance": "NaN"})
    values = [
        0.5,
        1.5,
        2.5,
        -0.5,
        -1.5,
        2.675,
        1.005,
        0.285,
        1e15 + 0.5,
        0.4,
        -0.4,
        79.5,
        59.49999999999999,
        1e300,
        5e-324,
        123456.789,
        0.045,
        99.995,
    ]
    for digits in (0, 1, 2, 5, 15):
        file.add("round", f"to {digits}", {"values": [rational.half_up(v, digits) for v in values]}, options={"x": plain(values), "digits": digits})
    file.add("round", "what is not finite stays", {"values": [nan, inf, -inf]}, options={"x": ["NaN", "Infinity", "-Infinity"], "digits": 2})
    more = [*values, 123456789.0, 0.00012345, 9.995, 99995.0, sys.float_info.max, -1.5e308, 2.2250738585072014e-308]
    for digits in (1, 2, 4, 16, 17):
        expected = {"values": [rational.significant(v, digits) for v in more]}
        file.add("round_significant", f"to {digits} significant", expected, options={"x": plain(more), "digits": digits})
    expected = {"values": [nan, inf, -inf, 0.0]}
    file.add("round_significant", "what is not finite, and zero", expected, options={"x": ["NaN", "Infinity", "-Infinity", "-0.0"], "digits": 2})
    for digits in (0, 18):
        file.refuse("round_significant", f"{digits} significant digits", "argument", "digits", options={"x": [1], "digits": digits})
    for digits in (-1, 16):
        file.refuse("round", f"{digits} digits", "argument", "digits", options={"x": [1], "digits": digits})
    file.add(
        "log",
        "where there is no number",
        {"values": [nan, -inf, -inf, nan, inf, 0.0, nan]},
        options={"x": ["NaN", 0, "-0x0.0p+0", -1, "Infinity", 1, "-Infinity"]},
    )
    file.add(
        "exp",
        "where there is no number",
        {"values": [nan, 1.0, 1.0, inf, 0.0, inf, 0.0]},
        options={"x": ["NaN", 0, "-0x0.0p+0", "Infinity", "-Infinity", 710, -750]},
    )
    file.write()


def composite():
    composite_methods.write(File("composite", composite_methods.SOURCE))


def statistics():
    matrix_statistics.write(File("statistics", matrix_statistics.SOURCE))


def sampling():
    samples.write(File("sampling", samples.SOURCE))


def chain():
    file = File("chain", chains.SOURCE)
    chains.write(file)
    file.write()


def analysing():
    for name, write in (("analysis", analysis.write), ("trends", analysis.write_years)):
        file = File(name, analysis.SOURCE)
        write(file)
        file.write()


def quantile(x, p):
    """Type 7: between the neighbours of (n - 1) p."""
    values = sorted(Fraction(v) for v in x if v == v)
    if not values:
        return None
    at = (len(values) - 1) * Fraction(p)
    low = int(at)
    high = min(low + 1, len(values) - 1)
    return rational.published(values[low] + (at - low) * (values[high] - values[low]))


FLAT_INDICATORS = """iCode,iName,Level,Parent,Direction,Weight,Unit,Target,Denominator,Type
Roads,Roads,1,Means,1,1,km,NA,Area,Indicator
Debt,"Debt, public",1,Means,-1,0.5,%,20,NA,Indicator
Books,Books,1,Minds,1,,number,,,Indicator
Means,,2,Whole,1,2,,,,Aggregate
Minds,Minds and manners,2,Whole,1,1,,,,Aggregate
Whole,The whole,3,NA,1,1,,,,Aggregate
size,Size,,,,,,,,Group
Area,Land area,,,NA,,km2,,,Denominator
"""
FLAT_DATA = """uName,uCode,Time,size,Area,Roads,Debt,Books
Åland,A,2020,S,10,50,100.5,5
Bland,B,2020,L,20,NaN,50,
Åland,A,2022,S,10,60,90,NA
"""


def flat_framework():
    """What the two tables amount to, written down by hand."""
    number = lambda id, label, scale, **more: {"id": id, "label": label, "scale": {"kind": "numeric", **scale}, **more}  # noqa: E731
    return {
        "format": "niem-framework/1",
        "id": "Whole",
        "version": "1",
        "title": "The whole",
        "facets": [{"id": "level2", "values": [{"id": "Means"}, {"id": "Minds", "label": "Minds and manners"}]}],
        "units": [{"id": "A", "label": "Åland"}, {"id": "B", "label": "Bland"}],
        "rounds": [{"id": "2020"}, {"id": "2022"}],
        "peers": [
            {"id": "size:S", "set": "size", "label": "S", "units": ["A"]},
            {"id": "size:L", "set": "size", "label": "L", "units": ["B"]},
        ],
        "indicators": [
            number("Roads", "Roads", {"unit": "km", "direction": 1}, level2="Means", denominator="Area"),
            number("Debt", "Debt, public", {"unit": "%", "direction": -1, "target": 20}, level2="Means"),
            number("Books", "Books", {"unit": "number", "direction": 1}, level2="Minds"),
            number("Area", "Land area", {"unit": "km2"}, scored=False),
        ],
        "indexes": [{"id": "Whole", "label": "The whole", "levels": ["level2"], "weights": {"level2=Means": 2, "Debt": 0.5}}],
        "default_index": "Whole",
    }


def described(made):
    text = rational.canonical(made)
    names = ("id", "version", "title", "default_index", "default_group")
    return {**{name: made.get(name, "" if name == "title" else None) for name in names}, "digest": rational.digest(text), "json": text}


def flat_tables():
    file = File("flat-tables", "docs/reference/tables.md: frameworks and answers written down by hand; SHA-256 by Python's hashlib")
    made = flat_framework()

    def add(name, expected, indicators=FLAT_INDICATORS, data=FLAT_DATA, **options):
        more = {**({"data": data} if data is not None else {}), **({"options": options} if options else {})}
        file.add("framework_from_tables", name, described(expected), indicators=indicators, **more)

    def refuse(name, status, where, contains, row, old="", new="", of_data=False, **more):
        texts = [FLAT_INDICATORS, FLAT_DATA]
        assert old in texts[of_data]
        texts[of_data] = texts[of_data].replace(old, new, 1)
        file.refuse("framework_from_tables", name, status, where, contains, row, indicators=texts[0], data=texts[1], **more)

    add("two tables", made)
    bare = {key: value for key, value in made.items() if key not in ("units", "rounds", "peers")}
    add("a table of indicators alone", {**bare, "id": "mine", "version": "2", "title": "Mine"}, data=None, id="mine", version="2", title="Mine")
    semicolons = FLAT_INDICATORS.replace("Debt, public", "Debt and public").replace(",", ";").replace("0.5", "0,5").replace("\n", "\r\n")
    comma = copy.deepcopy(bare)
    comma["indicators"][1]["label"] = "Debt and public"
    add("semicolons, decimal commas, a byte order mark", comma, indicators={"hex": "efbbbf" + semicolons.encode().hex()}, data=None)
    own = "id\tparent\tweight\tworst\tbest\nX\tT\t\t10\t0\nS\tT\t3\t\t\nY\tS\t0.25\t\t\nT\t\t\t\t\n"
    scale = {"kind": "numeric", "worst": 10, "best": 0}
    nodes = [{"id": "T", "children": ["X", "S"], "weights": {"S": 3}}, {"id": "S", "children": ["Y"], "weights": {"Y": 0.25}}]
    uneven = {
        "format": "niem-framework/1",
        "id": "T",
        "version": "1",
        "units": [{"id": "NA", "label": "Namibia"}, {"id": "U"}],
        "rounds": [{"id": "all"}],
        "peers": [],
        "indicators": [{"id": "X", "scale": scale}, {"id": "Y", "scale": {"kind": "numeric"}}],
        "indexes": [{"id": "T", "nodes": nodes}],
        "default_index": "T",
    }
    add("uneven depths, own names, no types", uneven, own, "unit,label,Y,X,spare\nNA,Namibia,1,2,3\nU,,1,2,3\n", ignore=["spare"])
    refuse("a direction of 2", "value", "Direction", "1 (more is better)", 2, "-1,0.5", "2,0.5")
    refuse("a parent that is none", "reference", "Parent", ["Mindz", "no code"], 3, "1,Minds", "1,Mindz")
    refuse("a code twice", "duplicate", "iCode", ["Debt", "row 2"], 3, "Books,Books", "Debt,Books")
    refuse("a code that is no id", "value", "iCode", "Bo=oks", 3, "Books,Books", "Bo=oks,Books")
    refuse("a negative weight", "value", "Weight", "-0.5", 2, "-1,0.5", "-1,-0.5")
    refuse("a cycle", "tree", "Parent", ["Means", "cycle"], 4, "3,NA", "3,Means")
    refuse("a column of the data that is unknown", "reference", "Rods", ["data", "ignore"], None, "Roads", "Rods", True)
    refuse("a unit twice in a round", "duplicate", "uCode", ["A", "2020", "row 1"], 3, "A,2022", "A,2020", True)
    refuse("a unit in two groups of a set", "value", "size", ["L", "S"], 3, "2022,S", "2022,L", True)
    problems = [{"severity": "error", "where": "Time", "row": 2, "message_contains": "blank"}, {"where": "Direction", "row": 2, "status": "value"}]
    refuse("problems of both tables at once", "value", "Direction", "2 is no", 2, "-1,0.5", "2,0.5", problems=problems[1:])
    file.refuse(
        "framework_from_tables", "a missing time", "format", "Time", "name the round", 2, indicators=FLAT_INDICATORS,
        data=FLAT_DATA.replace("B,2020", "B,"), problems=problems[:1],
    )  # fmt: skip
    wide_answers(file, made)
    file.write()


def wide_answers(file, made):
    rows = [
        (unit, round, indicator, answer)
        for unit, round, cells in (
            ("A", "2020", ("50", "100.5", "5", "10")),
            ("A", "2022", ("60", "90", None, "10")),
            ("B", "2020", (None, "50", None, "20")),
        )
        for indicator, answer in zip(("Roads", "Debt", "Books", "Area"), cells)
    ]
    columns = {
        "unit": [row[0] for row in rows],
        "round": [row[1] for row in rows],
        "group": ["all"] * 12,
        "indicator": [row[2] for row in rows],
        "answer": [row[3] for row in rows],
        "state": ["answered" if row[3] else "missing" for row in rows],
        "coder": [None] * 12,
    }
    file.add("answers_from_table", "a wide table", {"columns": columns, "count": 12}, framework=made, data=FLAT_DATA)
    semicolons = FLAT_DATA.replace(",", ";").replace("100.5", "100,5").replace("uCode", "UNIT").replace("Time", "spare")
    one = {name: [value for value, round in zip(column, columns["round"]) if round == "2020"] for name, column in columns.items()}
    one["round"], one["coder"] = ["2022"] * 8, ["ann"] * 8
    first = "\n".join(semicolons.split("\n")[:3])
    options = {"round": "2022", "coder": "ann", "ignore": ["spare"]}
    file.add("answers_from_table", "options, semicolons, decimal commas", {"columns": one}, framework=made, data=first, options=options)
    questions = framework(
        "questions",
        [
            ordinal("O", [100, 0]),
            {"id": "C", "groups": ["refugee"], "scale": {"kind": "checklist", "items": [{"id": "x"}, {"id": "y"}]}},
        ],
        groups=[{"id": "refugee"}, {"id": "subsidiary"}],
        rounds=ROUNDS[:1],
    )
    columns = {
        "group": ["refugee", "refugee", "subsidiary"],
        "indicator": ["O", "C", "O"],
        "answer": ["a", "x|y", None],
        "state": ["answered", "answered", "missing"],
    }
    table = "unit,group,C,O\nPL,refugee,y|x,a\nPL,subsidiary,,NA\n"
    file.add("answers_from_table", "options, items and groups", {"columns": columns, "count": 3}, framework=questions, data=table)
    refuse = partial(file.refuse, "answers_from_table", framework=made)
    refuse("an unknown column", "reference", "Rods", "ignore", data=FLAT_DATA.replace("Roads", "Rods"))
    refuse("a word for a number", "syntax", "Debt", "no number", 2, data=FLAT_DATA.replace("NaN,50", "NaN,many"))
    refuse("a word for nothing", "value", "Debt", "write NA", 2, data=FLAT_DATA.replace("NaN,50", "NaN,-"))
    refuse("a row without a unit", "format", "uCode", "name the unit", 2, data=FLAT_DATA.replace(",B,", ",,"))
    refuse("a column twice", "duplicate", "Debt", "ignore", data=FLAT_DATA.replace("Books", "Debt"))
    refuse("no column of units", "format", None, "uCode", data="Time,Roads\n2020,1\n")


# --- robustness ---

KINDS_ROWS = answers("""
    A O=a OD=b B=yes BN=yes CS=x|y NU=3 ND=3 P1=10 P2=20 P3=5 Q=yes
    B O=b OD=c B=no BN=no CC=x NU=20 ND=12.5 NL=500 NX=3 P1=50 P2=70 P3=10
    C O=c B=yes CS=none CC=y|z NL=1000 NX=30 P1=90 Q=no""")


def aggregate_by(method, **more):
    return {"steps": [{"step": "aggregate", "method": method, **more}]}


NAMED["deep"] = framework(
    "deep",
    [*(hundred(x) for x in "ABDEF"), *(hundred(x, scored=False) for x in "PQ"), {"id": "K", "scale": {"kind": "composite", "of": ["P", "Q"]}}],
    [
        {
            "id": "tree",
            "missing": {"rule": "available", "min_coverage": 0.3},
            "nodes": [
                {"id": "n1", "children": ["A", "n2", "K"], "weights": {"A": 0.1, "n2": 0.6, "K": 0.3}},
                {"id": "n2", "children": ["B", "n3"], "weights": {"n3": 3}},
                {"id": "n3", "children": ["D", "E", "F"], "missing": "strict"},
            ],
        },
        {"id": "flat", "missing": "zero"},
    ],
    rounds=[ROUNDS[2]],
    default_index="tree",
)
DEEP_ROWS = answers("""
    V A=10 B=20.5 D=30 E=44.4 F=51 P=12 Q=99
    W A=80 B=0.1 D=33.3 E=66.6 P=70
    X B=50 D=60 E=70 F=80
    Y A=99 P=3 Q=5.5
    Z A=41 B=:not_applicable D=10 E=:not_applicable F=31.7 P=40 Q=55""")


THREE_DIMENSIONS = framework(
    "three",
    [hundred("R1", "residency"), hundred("H1", "housing"), hundred("H2", "housing"), hundred("W1", "work"), hundred("W2", "work")],
    [{"id": "overall", "levels": ["dimension"]}],
    facets=[{"id": "dimension", "values": [{"id": x} for x in ("residency", "housing", "work")]}],
    rounds=[ROUNDS[2]],
)
THREE_ROWS = answers("""
    V R1=10 H1=20.5 H2=30 W1=44.4 W2=51
    W R1=80 H1=0.1 H2=33.3 W1=66.6 W2=70
    X R1=47 H1=50 H2=60 W1=70 W2=80
    Y R1=99 H1=3 H2=55 W1=12
    Z R1=41 H1=10 H2=12.5 W1=31.7 W2=40""")


def leaving_out(file):
    """A whole panel: two rounds, groups, merges over all and over common indicators; gaps, ties; trees of any shape."""
    ranked = [{}, {"ties": "average"}, {"ties": "dense", "ascending": True}, {"tolerance": 25, "ties": "max"}, {"ties": "first", "tolerance": 0}]
    for function in ("leave_one_out", "leave_one_out_summary"):
        notes = {"index": "overall", "order": "rank 1 is the highest value", "ties": "tied units share the least of their places"}
        file.table(function, "everything below the top", keep={"notes": notes})
        for options in ranked[1:]:
            named = ", ".join(f"{key} {value}" for key, value in options.items())
            file.table(function, f"ranks: {named}", options={"left_out": "indicator", "round": "2019", **options})
        file.table(function, "all groups and merges", options={"group": "*", "round": "2021"})
        file.table(function, "a merge over common indicators", options={"group": "shared", "left_out": "dimension"})
        file.table(function, "a node below the top", options={"node": "housing", "group": "both"})
        file.table(function, "the only node of a level", options={"level": "index", "left_out": "dimension", "round": "2017"})
        file.table(function, "some units", options={"units": ["RO", "SE"], "round": "2019"})
        file.table(function, "peers", options={"peers": "baltic", "left_out": "indicator"})
        file.table(function, "the method's missing rule", options={"round": "2021"}, method={"missing": "zero"})
        file.table(function, "the method's tolerance", options={"round": "2019"}, method={"tolerance": 25})
        deep = {"framework": "deep", "answers": DEEP_ROWS}
        file.table(function, "an explicit tree with a composite", **deep)
        file.table(function, "parts of a composite", options={"left_out": "part"}, **deep)
        file.table(function, "below a composite", options={"node": "K"}, **deep)
        file.table(function, "gaps that count as zero", options={"index": "flat", "left_out": "indicator"}, **deep)
        more_of = {"geometric": {"offset": 1}, "harmonic": {"offset": 1}, "owa": {"order_weights": [1, 2, 1]}, "ogwa": {"order_weights": [1, 2, 1], "offset": 1}}
        for method in ("geometric", "minimum", "median", "harmonic", "mean_min", "owa", "ogwa", "mpi"):
            more = more_of.get(method, {})
            options = {"group": "*" if method == "geometric" else "both", "round": "2021"}
            file.table(function, f"aggregated by {method}", method=aggregate_by(method, **more), options=options)
        file.table(function, "one level aggregated otherwise", method=aggregate_by("maximum", level="dimension"), options={"round": "2021"})
        for method in ("copeland", "borda", "wroclaw"):
            top = {"steps": [{"step": "aggregate", "method": method, "level": "index"}]}
            within = {"absolute": 1e-12} if method == "wroclaw" else {}
            file.table(function, f"over the units: {method}", method=top, options={"round": "2019", "group": "both"}, **within)
        file.table(function, "votes in a tree", method=aggregate_by("copeland", nodes=["n3", "tree"]), **deep)
        made = {"steps": [{"step": "weigh", "method": "deviation"}]}
        file.table(function, "weights from the data are made anew", method=made, options={"node": "overall", "group": "both"}, tolerance=1e-12)
        alone = {"framework": THREE_DIMENSIONS, "answers": THREE_ROWS, "options": {"left_out": "indicator"}, "tolerance": 1e-12}
        top = [{"step": "weigh", "method": "pca", "level": "index"}]
        file.table(function, "the only indicator of a dimension, weights from the data", method={"steps": top}, **alone)
        alone = {**alone, "options": {"node": "residency"}}
        file.table(function, "the only indicator below the node, weights from the data", method={"steps": top}, **alone)
        given = {"steps": [{"step": "weigh", "weights": {"housing": 0, "R1": 0.3}}]}
        file.table(function, "what weighs nothing", method=given, options={"round": "2019"})
        file.refuse(function, "no such level", "reference", "left_out", ["step", "overall", "indicator"], options={"left_out": "step"})
        file.refuse(function, "a level above the node", "reference", "left_out", "housing", options={"node": "housing", "left_out": "dimension"})
        file.refuse(function, "below an indicator", "argument", "node", "inner node", options={"node": "R1"})
        file.refuse(function, "several nodes", "argument", "level", "one inner node", options={"level": "dimension"})
        file.refuse(function, "indicators", "argument", "level", "one inner node", options={"level": "indicator"})
        file.refuse(function, "bands", "argument", "bands", options={"bands": "thirds"})
        file.refuse(function, "an unknown unit", "reference", "units", "FR", options={"units": ["FR"]})
        file.refuse(function, "an unknown node", "reference", "node", "health", options={"node": "health"})
        file.refuse(function, "a tolerance that is no number", "value", "tolerance", options={"tolerance": "NaN"})
        file.refuse(function, "a reference has no part in it", "argument", "reference", options={"reference": "best"})
        for method in ("copeland", "borda"):
            options = {"group": "shared", "left_out": "indicator"}
            file.table(function, f"common indicators, and votes: {method}", method=aggregate_by(method, level="index"), options=options)
        weighed = {"steps": [{"step": "weigh", "method": "deviation", "level": "dimension"}]}
        file.table(function, "common indicators, and weights from the data", method=weighed, options={"group": "shared"}, tolerance=1e-12)
        low = answers("A R1=80 R2=60 H1=90 H2=70\nB R1=30 R2=0 H1=10 H2=20", round="2021")
        case = {"framework": four(), "answers": low, "method": aggregate_by("geometric", level="index")}
        impossible(file, function, case)


def impossible(file, function, case):
    """Without R1 the residency of B is 0, and has no geometric mean: its row says so, and all others are there."""
    name = "without R1 residency is 0: no geometric mean"
    rows = tables(function, case)
    columns = [column for column in rows[0] if column != "problem"]
    is_it = [row["left_out"] == "R1" and row.get("unit", "B") == "B" for row in rows]
    told = [["B 2021", "dimension=residency"] if found else None for found in is_it]
    assert sum(is_it) == 1
    file.table(function, name, columns, keep={"cells_contain": {"problem": told}}, **case)


def side_by_side(file):
    function = "compare_methods"
    harsh = {"id": "harsh", "missing": "strict"}
    least = {"id": "least", **aggregate_by("minimum")}
    file.table(function, "called by their ids, or by their places", methods=[None, harsh, least, {"missing": "zero"}])
    file.table(function, "called by names", methods=[harsh, None], names=["no gaps", "as it is"])
    notes = {"index": "overall", "order": "rank 1 is the lowest value", "reference": "method 1"}
    file.table(function, "one method", methods=[None], options={"round": "2019", "ascending": True}, keep={"notes": notes})
    file.table(function, "all groups, every dimension", methods=[least, None], options={"group": "*", "level": "dimension", "round": "2021"})
    file.table(function, "one node", methods=[None, harsh], options={"node": "housing"})
    for options in ({"ties": "average"}, {"ties": "dense", "ascending": True}, {"tolerance": 25, "ties": "max"}):
        named = ", ".join(f"{key} {value}" for key, value in options.items())
        file.table(function, f"ranks: {named}", methods=[None, least], options={"round": "2019", **options})
    file.table(function, "some units", methods=[None, least], options={"units": ["SE", "LT"]})
    file.table(function, "peers, merged groups", methods=[None, least], options={"peers": "baltic", "group": "shared"})
    votes = {"id": "votes", **aggregate_by("copeland", level="index")}
    file.table(function, "votes", methods=[votes, None, least], options={"round": "2019"})
    mean = {"id": "mean", **aggregate_by("geometric", offset=1)}
    file.table(function, "a geometric mean", methods=[None, mean], options={"round": "2019"})
    weighed = {"id": "weighed", "steps": [{"step": "weigh", "weights": {"dimension=housing": 3}}]}
    file.table(function, "other weights", methods=[None, weighed])
    deep = {"framework": "deep", "answers": DEEP_ROWS, "methods": [None, least]}
    file.table(function, "an explicit tree", **deep)
    file.table(function, "another index", options={"index": "flat"}, **deep)
    file.refuse(function, "no method", "argument", "n_methods", "1000", methods=[])
    file.refuse(function, "two of one name", "duplicate", "methods", ["1 and 3", "harsh"], methods=[harsh, None, {**harsh, "missing": "zero"}])
    unknown = {"steps": [{"step": "aggregate", "method": "minimum", "level": "step"}]}
    file.refuse(function, "one that fails says which", "reference", "method/steps/0/level", ["method 2", "dimension"], methods=[None, unknown])
    file.refuse(function, "an unknown index", "reference", "index", "indexes", methods=[None], options={"index": "housing"})
    file.refuse(function, "an unknown node", "reference", "node", "health", methods=[None], options={"node": "health"})
    file.refuse(function, "a reference has no part in it", "argument", "reference", methods=[None], options={"reference": "best"})
    file.refuse(function, "a node and a level", "argument", "level", methods=[None], options={"node": "housing", "level": "dimension"})


def weighing(file):
    function = "effective_weights"
    file.table(function, "equal shares")
    deep = {"framework": "deep", "answers": DEEP_ROWS}
    file.table(function, "every index", **deep)
    file.table(function, "one index", options={"index": "tree"}, **deep)
    file.table(function, "the only one that was scored", score={"index": "flat"}, **deep)
    given = {"steps": [{"step": "weigh", "weights": {"dimension=housing": 2, "H1": 0.1, "H2": 0.7}}]}
    file.table(function, "weights of the method", method=given)
    file.table(function, "a method that makes them equal again", method={"steps": [{"step": "weigh", "method": "equal"}]}, **deep)
    owa = aggregate_by("owa", order_weights=[1, 2], nodes=["housing"])
    file.table(function, "no weights below an ordered mean", method=owa)
    file.table(function, "no weights at the top, nor below it", method=aggregate_by("mpi", level="index"))
    for method in ("minimum", "copeland"):
        file.table(function, f"weights that count: {method}", method=aggregate_by(method), **deep)
    file.table(function, "weights of 0", method={"steps": [{"step": "weigh", "weights": {"R1": 0}}]})
    file.table(function, "weights from the data", method={"steps": [{"step": "weigh", "method": "deviation"}]}, tolerance=1e-12)
    file.refuse(function, "an unknown index", "reference", "index", "housing", options={"index": "housing"})
    file.refuse(function, "an index that was not scored", "reference", "index", "tree", score={"index": "flat"}, options={"index": "tree"}, **deep)


def stepping(file):
    function = "scores_steps"
    raw = framework("raw", [{"id": x, "scale": {"kind": "numeric"}} for x in ("X", "Y")], rounds=ROUNDS)
    rows = answers("""
        A/2019 X=1.5 Y=10
        A/2021 X=2.25
        B/2019 X=2 Y=11
        B/2021 Y=12
        C/2019 X=3.7 Y=11.5
        C/2021 X=250 Y=13
        D/2019 X=2.6 Y=:not_collected
        D/2021 X=3 Y=10.5
        E/2019 X=1 Y=-90
        F/2019 X=2.9 Y=12.5""")
    empty = [{**row, "unit": "G", "round": "2021", "indicator": name} for row in answers("G X=:missing") for name in ("X", "Y")]
    chain = {
        "steps": [
            {"step": "screen", "method": "missing", "min_available": 0.5},
            {"step": "impute", "method": "mean"},
            {"step": "treat", "transform": "none"},
            {"step": "normalise", "method": "minmax"},
        ]
    }
    numbers = ("skewness_before", "kurtosis_before", "skewness", "kurtosis")
    for part in ("values", "indicators"):
        case = {"framework": raw, "answers": rows + empty, "options": {"part": part}}
        within = {"tolerance": {name: 1e-12 for name in numbers}} if part == "indicators" else {}
        file.table(function, f"a whole chain: {part}", method=chain, **within, **case)
        file.table(function, f"imputation by the median alone: {part}", method={"steps": [{"step": "impute", "method": "median"}, chain["steps"][3]]}, **case)
        none = {"columns": {"step": []}}
        file.add(function, f"without steps: {part}", none, options={"part": part})
    file.refuse(function, "an unknown part", "reference", "part", ["values", "indicators"], options={"part": "units"})


def robustness():
    file = File("robustness", ROBUST, framework="panel", answers=PANEL)
    leaving_out(file)
    side_by_side(file)
    weighing(file)
    stepping(file)
    file.write()


def contributing():
    """What the children of a node contribute: weights, gaps of every kind, merges, and nodes that are no means below."""
    file = File("contributions", RATIONAL, framework="panel", answers=PANEL, tolerance={"contribution": 1e-15})
    function = "contributions"
    file.table(function, "to the top", sums=summed)
    file.table(function, "to every node of a level", options={"level": "dimension", "round": "2021"}, sums=summed)
    for group in ("both", "shared"):
        file.table(function, f"in a merge: {group}", options={"round": "2021", "group": group}, sums=summed)
    file.table(function, "one node of some units", options={"node": "housing", "units": ["PL", "SE"], "round": "2019"}, sums=summed)
    file.table(function, "gaps count as zero", options={"round": "2021", "group": "*"}, method={"missing": {"rule": "zero"}}, sums=summed)
    made = framework(
        "contributing",
        [hundred(name, dimension) for name, dimension in zip(("R1", "R2", "H1", "H2"), ("residency", "residency", "housing", "housing"))],
        [
            {"id": "overall", "levels": ["dimension"], "weights": {"residency": 0.1, "housing": 0.2}},
            {"id": "whole", "levels": ["dimension"], "aggregation": {"method": "geometric"}},
        ],
        facets=DIMENSIONS,
        rounds=[ROUNDS[2]],
        default_index="overall",
    )
    rows = answers("""
        A R1=80 R2=60.1 H1=90 H2=70
        B R1=80 R2=:missing
        C R1=:missing R2=:missing H1=33.3 H2=:not_applicable
        D R1=:not_applicable R2=:not_applicable H1=0.1 H2=0.2""")
    case = {"framework": made, "answers": rows}
    file.table(function, "weights that are no doubles", sums=summed, **case)
    file.table(function, "indicators as children", options={"level": "dimension"}, sums=summed, **case)
    unlike = {"steps": [{"step": "aggregate", "method": "geometric", "level": "dimension", "index": "overall"}]}
    file.add(
        function,
        "children that are no weighted means",
        {
            "columns": {
                "child": ["dimension=residency", "dimension=housing"],
                "value": [20, 30],
                "weight": [Fraction(0.1) / (Fraction(0.1) + Fraction(0.2)), Fraction(0.2) / (Fraction(0.1) + Fraction(0.2))],
                "contribution": [20 * Fraction(0.1) / (Fraction(0.1) + Fraction(0.2)), 30 * Fraction(0.2) / (Fraction(0.1) + Fraction(0.2))],
            }
        },
        source="geometric means of 10 and 40 and of 20 and 45, worked out by hand",
        framework=made,
        answers=answers("A R1=10 R2=40 H1=20 H2=45"),
        method=unlike,
        tolerance=1e-14,
    )
    file.refuse(function, "a node that is no weighted mean", "unsupported", "node", "geometric", options={"index": "whole"}, **case)
    file.refuse(function, "an indicator", "argument", "node", "has no children", options={"node": "R1"}, **case)
    file.refuse(function, "an unknown node", "reference", "node", "health", options={"node": "health"})
    file.write()


def reporting():
    source = "exact rational arithmetic, rounded half away from zero, in the page's own words (bindings/conformance/report.py)"
    file = File("unit-report", source, framework="panel", answers=PANEL)
    function = "unit_report"
    for name, options in (
        ("the last round against the one before", {"unit": "SE"}),
        ("a gap", {"unit": "PL"}),
        ("too little evidence", {"unit": "XX"}),
        ("an earlier round", {"unit": "PL", "round": "2019"}),
        ("two rounds back", {"unit": "SE", "previous_round": "2017"}),
        ("a merge", {"unit": "SE", "group": "both", "most": 1}),
        ("a merge over common indicators", {"unit": "SE", "group": "shared", "round": "2021"}),
        ("against some units", {"unit": "LT", "reference_units": ["SE", "PL"]}),
        ("against peers", {"unit": "PL", "reference_peers": "baltic"}),
    ):
        said = list(reports.lines(scores_of(file.shared), **{key: value for key, value in options.items() if key != "most"}))
        file.add(function, name, {"contains": said, "lacks": ["<script", "http://", "https://", "src=", "nan"]}, options=options)
    nasty = "<script>alert('\"1\" & 2')</script>"
    safe = "&lt;script&gt;alert(&#39;&quot;1&quot; &amp; 2&#39;)&lt;/script&gt;"
    question = {"id": "X&Y", "label": f"I{nasty}", "dimension": "<d>"}
    question["scale"] = {"kind": "ordinal", "options": [{"id": "<a>", "label": f"O{nasty}", "points": 1}]}
    evil = framework(
        "evil<b>",
        [question, {**question, "id": "<gap>"}],
        [{"id": "<i>", "label": f"N{nasty}", "levels": ["dimension"]}],
        title=f"T{nasty}",
        facets=[{"id": "dimension", "values": [{"id": "<d>", "label": f"D{nasty}"}]}],
        groups=[{"id": "<g>", "label": f"L{nasty}"}, {"id": "h"}],
        units=[{"id": "<u>", "label": f"U{nasty}"}],
        rounds=[{"id": "<r>", "label": f"R{nasty}"}],
    )
    rows = [{"unit": "<u>", "round": "<r>", "group": "<g>", "indicator": "X&Y", "answer": "<a>"}]
    expect = {
        "contains": [f"{x}{safe}" for x in "ITNDLURO"] + ["X&amp;Y", "&lt;a&gt;", "evil&lt;b&gt;", "&lt;gap&gt;"],
        "lacks": ["alert('", "<b>", "<g>", "<u>", "<r>", "<i>", "<d>", "<a>"],
    }
    options = {"unit": "<u>", "group": "<g>", "language": '"><i>'}
    file.add(function, "markup in texts is text", expect, framework=evil, answers=rows, options=options)
    polish = {"contains": ['lang="pl"', "Zezwolenie", "w pełni"], "lacks": ["Residence permit", "in full"]}
    rows = [{"unit": "SE", "round": "2021", "group": "refugee", "indicator": "R1", "answer": "a"}]
    file.add(function, "in another language", polish, framework="survey", answers=rows, options={"unit": "SE", "group": "refugee", "language": "pl"})
    file.refuse(function, "an unknown unit", "reference", "unit", "FR", options={"unit": "FR"})
    file.refuse(function, "a unit that is not in the round", "reference", "round", "RO", options={"unit": "RO", "round": "2017"})
    file.refuse(function, "a round that is not before", "argument", "previous_round", options={"unit": "SE", "previous_round": "2021"})
    file.refuse(function, "several groups", "argument", "group", options={"unit": "SE", "group": "*"})
    file.refuse(function, "none at either end", "argument", "most", "1 to 1000", options={"unit": "SE", "most": 0})
    file.write()


def uncertainties():
    file = File("uncertainty", uncertain.SOURCE, framework="panel", answers=PANEL)
    uncertain.write(file, load, ("panel", PANEL), ("kinds", KINDS_ROWS), ("chain", chains.invented()))
    file.write()


def write_all(folder):
    global FOLDER
    FOLDER = folder
    (FOLDER / "frameworks").mkdir(parents=True, exist_ok=True)
    for name, made in NAMED.items():
        text = ",\n ".join(f"{json.dumps(key)}: {dumps(value)}" for key, value in made.items())
        (FOLDER / "frameworks" / f"{name}.json").write_text("{" + text + "}\n", encoding="utf-8")
    for write in (
        missing_rules,
        scales,
        trees,
        groups,
        conditions,
        coders,
        bands,
        ranking,
        averaging,
        change,
        what_if,
        explaining,
        contributing,
        robustness,
        uncertainties,
        printing,
        manifests,
        frameworks,
        framework_errors,
        flat_tables,
        reading,
        methods,
        agreeing,
        completing,
        checking,
        filling,
        revising,
        citing,
        inventing,
        explaining_the_framework,
        reporting,
        numbers,
        composite,
        statistics,
        sampling,
        chain,
        analysing,
    ):
        write()


def differences():
    """Files that are not as they would be written, with the first line that differs."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        write_all(made)
        names = sorted({str(path.relative_to(root)) for root in (made, OWN) for path in root.rglob("*.json")})
        for name in (name for name in names if name not in [f"{kept}.json" for kept in KEPT]):
            texts = [(root / name).read_text(encoding="utf-8") if (root / name).exists() else "" for root in (OWN, made)]
            lines = [[*text.splitlines(), ""] for text in texts]
            if texts[0] != texts[1]:
                yield name, next((i for i, (a, b) in enumerate(zip(*lines), 1) if a != b), min(map(len, lines)))


def main():
    if sys.argv[1:] != ["check"]:
        write_all(Path(sys.argv[1]) if len(sys.argv) > 1 else OWN)
        return
    found = list(differences())
    for name, line in found:
        print(f"{name}, line {line}: not what make.py writes; run it, or add a file of third parties to KEPT", file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
