"""The page and the schema of methods: what is written there is valid, what the vectors hold is valid, and what is wrong is noticed.

Where the package is there the library reads the same methods, and says the same. With NIEM_EXAMPLES=all it must be there.
"""

import json
import os
import re
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs/reference"
PAGE = REFERENCE / "method-format.md"
SCHEMA = json.loads((REFERENCE / "niem-method-1.schema.json").read_text(encoding="utf-8"))
VECTORS = sorted((ROOT / "bindings/conformance").glob("*.json"))
PAGES = sorted((ROOT / "docs").rglob("*.md"))
STEPS = {"screen", "denominate", "impute", "treat", "normalise", "weigh", "aggregate"}


def faults(method):
    return [f"{error.json_path}: {error.message}" for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(method)]


def whole(method):
    return {"format": "niem-method/1", **method}


# --- where methods stand ---


def cases(path):
    content = json.loads(path.read_text(encoding="utf-8"))
    shared = {key: value for key, value in content.items() if key != "cases"}
    for case in content.get("cases", [{}]):
        yield {**shared, **case}


def of_case(case):
    """The methods of a vector, which are read before anything else is done."""
    options = case.get("options", {})
    listed = options.get("methods", case.get("methods", [])) if isinstance(options, dict) else []
    found = [case.get("method"), case.get("changes", {}).get("method") if isinstance(case.get("changes", {}), dict) else None, *(listed.values() if isinstance(listed, dict) else listed)]
    return [whole(method) for method in found if isinstance(method, dict)]


def is_method(value):
    return isinstance(value, dict) and (value.get("format") == "niem-method/1" or {"steps", "consensus"} & set(value))


def of_page(page):
    """The methods and steps that stand on a page as JSON."""
    for text in re.findall(r"^```json\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        value = json.loads(text)
        if is_method(value):
            yield whole(value)
        elif isinstance(value, dict) and value.get("step") in STEPS:
            yield whole({"steps": [value]})


IN_VECTORS = [
    pytest.param(method, id=f"{path.stem}: {case.get('name', '')}")
    for path in VECTORS
    for case in cases(path)
    if "error" not in case["expect"]
    for method in of_case(case)
]
IN_PAGES = [pytest.param(method, id=page.stem) for page in PAGES for method in of_page(page)]


@pytest.mark.parametrize("method", IN_VECTORS + IN_PAGES)
def test_what_is_there_is_valid(method):
    assert faults(method) == []


def test_there_is_something():
    assert len(IN_VECTORS) > 10 and {param.id for param in IN_PAGES} >= {"method-format", "method-chain"}


# --- what is wrong is noticed ---


def step(kind, **keys):
    return {"steps": [{"step": kind, **keys}]}


FAULTS = [
    {"format": "niem-method/2"},
    {"weights": {}},
    {"id": 1},
    {"labels": {"pl": 1}},
    {"consensus": "vote"},
    {"consensus": "adjudicator"},
    {"consensus": {"rule": "median", "coder": "anna"}},
    {"missing": "impute"},
    {"missing": {"rule": "strict", "min_coverage": 2}},
    {"tolerance": -1},
    {"bands": "sevenths"},
    {"bands": {"bands": []}},
    {"bands": {"bands": [{"label": "good"}]}},
    {"steps": {"step": "normalise"}},
    {"steps": [{"method": "minmax"}]},
    {"steps": [{"step": "treat"}] * 1001},
    step("rank"),
    step("screen", level="area"),
    step("screen", method="some"),
    step("screen", min_available=1.5),
    step("screen", out=[1]),
    step("denominate", by="GDP"),
    step("denominate", scales={"TRADE": "1000"}),
    step("impute", method="guess"),
    step("impute", method="latest", groups="region"),
    step("impute", fallback=True, method="em"),
    step("impute", max_age=2),
    step("impute", neighbours=3),
    step("impute", method="neighbours", neighbours=0),
    step("impute", method="mean", predictors=["GDP"]),
    step("impute", tolerance=1e-6),
    step("impute", method="linear", level="area"),
    step("impute", fit={"round": "2017"}),
    step("treat", transform="sqrt"),
    step("treat", winsorise=1),
    step("treat", transform="box_cox", **{"lambda": 6}),
    step("normalise", method="logit"),
    step("normalise", fit={"round": 2017}),
    step("normalise", fit="2017"),
    step("normalise", method="distance_reference"),
    step("normalise", reference={"unit": "PL"}),
    step("normalise", method="bands", cuts=[]),
    step("normalise", truncate="yes"),
    step("normalise", method="zscore", sd=0),
    step("normalise", method="rank", ties="least"),
    step("normalise", low={"TRADE": None}, high=3),
    step("weigh", method="shapley"),
    step("weigh", method="given"),
    step("weigh", method="given", weights={"a": 1}, level="area"),
    step("weigh", method="equal", weights={"a": 1}),
    step("weigh", weights={"a": -1}),
    step("weigh", weights={}),
    step("weigh", components=2),
    step("weigh", method="pca", deviation="sample"),
    step("weigh", method="pca", targets={"a": 1}),
    step("weigh", method="pca", correlation="kendall"),
    step("weigh", method="infomax", correlation="tau"),
    step("weigh", method="infomax", targets={"a": 1}),
    step("weigh", method="infomax", max_evaluations=100),
    step("weigh", method="influence", correlation="spearman", max_evaluations=0),
    step("weigh", method="ahp", children=["a", "b"]),
    step("weigh", method="budget", matrix=[[1, 2]]),
    step("weigh", method="budget", children=["a", "b"], matrix=[["1", 2]]),
    step("weigh", method="pca", level="area", nodes=["a"]),
    step("aggregate", method="mean"),
    step("aggregate", method="owa"),
    step("aggregate", method="ogwa"),
    step("aggregate", method="geometric", order_weights=[1]),
    step("aggregate", method="owa", order_weights=[-1, 2]),
    step("aggregate", method="mpi", penalty=0.5),
    step("aggregate", method="median", least_share=0.1),
    step("aggregate", method="power", power=2000),
    step("aggregate", level="area", nodes=["a"]),
    step("aggregate", indicators=["a"]),
]
NAMES = [json.dumps(fault)[:100] for fault in FAULTS]


@pytest.mark.parametrize("fault", FAULTS, ids=NAMES)
def test_the_schema_notices(fault):
    assert faults(whole(fault)) != []


@pytest.mark.parametrize("fault", FAULTS, ids=NAMES)
def test_the_library_notices(niem, fault):
    with pytest.raises(niem.NiemError):
        niem.load_method(whole(fault))


@pytest.mark.parametrize("method", IN_PAGES)
def test_the_library_reads_what_is_there(niem, method):
    assert niem.load_method(method).digest


FRAMEWORK = {
    "format": "niem-framework/1", "id": "names", "version": "1",
    "facets": [{"id": "pillar", "values": [{"id": "p"}, {"id": "q"}]}],
    "peers": [{"id": "north", "set": "region", "units": ["A", "B"]}],
    "indicators": [{"id": i, "pillar": i[0], "scale": {"kind": "numeric"}} for i in ("p1", "p2", "q1", "q2")] + [{"id": "size", "scored": False, "scale": {"kind": "numeric"}}],
    "indexes": [{"id": "overall", "levels": ["pillar"]}],
}  # fmt: skip
ANSWERS = "unit,round,indicator,answer\n" + "".join(
    f"{unit},{round},{indicator},{1 + (7 * u + 3 * i + r) % 11}\n"
    for u, unit in enumerate("ABCD") for r, round in enumerate(("2019", "2021")) for i, indicator in enumerate(("p1", "p2", "q1", "q2", "size"))
)  # fmt: skip
# A step, and what it says in place of one of its names.
NAMED = [
    (step("screen", indicators="p1"), "indicators"),
    (step("screen", **{"in": ["A"]}), "in"),
    (step("screen", out=["A"]), "out"),
    (step("denominate", by={"p1": "size"}), "by"),
    (step("denominate", by={"p1": "size"}, scales={"p1": 10}), "scales"),
    (step("impute", groups="region"), "groups"),
    (step("impute", method="regression", predictors=["p1"]), "predictors"),
    (step("impute", method="em", level="pillar", index="overall"), "level"),
    (step("treat", indicators=["p1"]), "indicators"),
    (step("normalise", indicators=["p1"]), "indicators"),
    (step("normalise", fit={"round": "2019"}), "fit"),
    (step("normalise", method="goalposts", low={"p1": 0, "p2": 0, "q1": 0, "q2": 0}, high=20), "low"),
    (step("normalise", method="distance_target", targets={"p1": 30, "p2": 30, "q1": 30, "q2": 30}), "targets"),
    (step("normalise", method="distance_reference", reference={"unit": "C", "round": "2021"}), "reference"),
    (step("weigh", level="pillar"), "level"),
    (step("weigh", nodes=["p"]), "nodes"),
    (step("weigh", index="overall"), "index"),
    (step("weigh", weights={"p": 2}), "weights"),
    (step("weigh", method="influence", nodes="overall", targets={"p": 1, "q": 1}), "targets"),
    (step("weigh", method="budget", children=["p", "q"], matrix=[[1, 2]]), "children"),
    (step("aggregate", level="pillar"), "level"),
    (step("aggregate", nodes=["p"]), "nodes"),
]  # fmt: skip


def misnamed(value):
    """The same with one name of nothing."""
    if isinstance(value, list):
        return ["nothing", *value[1:]]
    if isinstance(value, dict):
        first, *others = value.items()
        return {"unit": "nothing", **dict(others)} if first[0] == "unit" else {"round": "nothing"} if first[0] == "round" else {**value, "nothing": first[1]}
    return "nothing"


@pytest.mark.parametrize("method, key", NAMED, ids=[f"{method['steps'][0]['step']}-{key}-{n}" for n, (method, key) in enumerate(NAMED)])
def test_a_name_of_nothing_is_an_error(niem, method, key):
    framework = niem.load_framework(FRAMEWORK)
    answers = niem.read_answers(ANSWERS.encode(), framework)
    own = method["steps"][0]
    assert niem.score(framework, answers, {"steps": [own, *REST]}).value("A", "2021") is not None
    with pytest.raises(niem.NiemError, match="nothing|is for no node of the scored indexes"):
        niem.score(framework, answers, {"steps": [{**own, key: misnamed(own[key])}, *REST]})


# --- what the page says belongs to a method ---

WORDS = {name: SCHEMA["$defs"][name]["properties"]["method"]["enum"] for name in ("impute", "normalise", "weigh", "aggregate")}
GROUPS = {
    "distances": ["distance_target", "distance_reference", "distance_maximum"],
    "ranks": ["rank", "percentile_rank", "borda"],
}
# A value other than the default, for each key of the page's tables that belongs to some methods.
VALUES = {
    "impute": {"groups": "region", "fallback": True, "max_age": 2, "neighbours": 3, "predictors": ["p1"], "tolerance": 1e-6, "max_iterations": 50, "level": "pillar"},
    "normalise": {
        "lower": -1, "upper": 200, "truncate": True, "low": -1, "high": 30, "logarithmic": True, "targets": 40, "reference": {"unit": "C", "round": "2021"}, "mean": 5, "sd": 2,
        "deviation": "population", "ties": "average", "tolerance": 0.1, "negative_maximum": True, "threshold": 0.3, "cuts": [0.5], "scores": [1, 2, 3, 4, 5, 6],
    },
    "weigh": {
        "components": 2, "deviation": "population", "targets": {n: 1 for n in ("p", "q", "p1", "p2", "q1", "q2")}, "weights": {"p": 2}, "level": "pillar",
        "correlation": "kendall", "max_evaluations": 9,
    },
    "aggregate": {
        "power": 2, "offset": 1, "alpha": 0.3, "beta": 1, "order_weights": [1, 1], "penalty": 1, "deviation": "sample", "ties": "min", "tolerance": 0.1, "least_share": 0.1, "most_share": 0.9,
    },
}  # fmt: skip
NEEDED = {
    "scaled": {"low": 0, "high": 20}, "goalposts": {"low": 1, "high": 20}, "distance_target": {"targets": 40}, "distance_reference": {"reference": {"unit": "C", "round": "2021"}},
    "owa": {"order_weights": [2, 1]}, "ogwa": {"order_weights": [2, 1]}, "given": {"weights": {"p": 3}},
}  # fmt: skip


def belongs():
    """(step, key, methods) of the page's tables with the column "belongs to"."""
    for kind, section in re.findall(r"^### (\w+)\n(.*?)(?=^##)", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        if kind not in WORDS:
            continue
        for line in section.splitlines():
            cells = [cell.strip() for cell in line.split("|")[1:-1]]
            if len(cells) > 4 and cells[0] != "key":
                named = [w for w in re.findall(r"`(\w+)`", cells[3]) if w in WORDS[kind]] + [m for g, ms in GROUPS.items() if g in cells[3] for m in ms]
                methods = WORDS[kind] if cells[3] == "all" else [w for w in WORDS[kind] if (w in named) != cells[3].startswith("all but")]
                yield from ((kind, key, methods) for key in re.findall(r"`(\w+)`", cells[0]))


BELONGS = [(kind, key, methods) for kind, key, methods in belongs() if key in VALUES[kind]]


def test_every_value_is_of_the_page():
    assert {(kind, key) for kind, key, _ in BELONGS} == {(kind, key) for kind, keys in VALUES.items() for key in keys}


@pytest.mark.parametrize("kind, key, methods", BELONGS, ids=[f"{kind}-{key}" for kind, key, _ in BELONGS])
def test_a_key_belongs_to_the_methods_that_the_page_says(niem, kind, key, methods):
    framework = niem.load_framework(FRAMEWORK)
    answers = niem.read_answers(ANSWERS.encode(), framework)
    taken = []
    for word in WORDS[kind]:
        if word in ("budget", "ahp"):  # they need children, which are asked about elsewhere
            continue
        own = {"step": kind, "method": word, **NEEDED.get(word, {}), key: VALUES[kind][key]}
        if kind == "normalise" and key in ("low", "high"):
            own = {**own, "low": -1, "high": 30}
        if key == "max_evaluations":
            own["correlation"] = "kendall"
        steps = [own] if kind == "normalise" else [{"step": "normalise", "lower": 1}, own]
        try:
            niem.score(framework, answers, {"steps": steps})
        except niem.NiemError as error:
            if "part in" in str(error) or "and it alone" in str(error):
                continue
        taken.append(word)
    assert taken == [word for word in methods if word not in ("budget", "ahp")]


REST = [{"step": "normalise"}]


@pytest.fixture
def niem():
    if os.environ.get("NIEM_EXAMPLES") == "all":
        import niem

        return niem
    return pytest.importorskip("niem")


# --- schema and page ---


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_page_names_every_key_and_word():
    page = PAGE.read_text(encoding="utf-8")

    def words(node):
        if isinstance(node, dict):
            yield from node.get("properties", {}) if isinstance(node.get("properties"), dict) else []
            yield from node.get("enum", [])
            for part in node.values():
                yield from words(part)
        elif isinstance(node, list):
            for part in node:
                yield from words(part)

    missing = sorted({str(word) for word in words(SCHEMA) if f"`{word}`" not in page and f'"{word}"' not in page})
    assert [word for word in missing if word not in ("-1", "1")] == [], "the page does not speak of these"
