"""The pages and the schema of uncertainty: what is written there is valid, what the vectors hold is valid, what is wrong is noticed,
and the case worked out by hand is what the library draws.
"""

import json
import re
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs/reference"
PAGE, METHOD = REFERENCE / "uncertainty-format.md", ROOT / "docs/method/uncertainty.md"
SCHEMA = json.loads((REFERENCE / "niem-uncertainty-1.schema.json").read_text(encoding="utf-8"))
VECTORS = json.loads((ROOT / "bindings/conformance/uncertainty.json").read_text(encoding="utf-8"))
PAGES = sorted((ROOT / "docs").rglob("*.md"))
# What needs more than one value, a framework or a method to be seen.
BEYOND_THE_SCHEMA = ("duplicate", "reference", "argument", "unsupported")


def faults(inputs):
    return [f"{error.json_path}: {error.message}" for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(inputs)]


def whole(inputs):
    return {"format": "niem-uncertainty/1", **inputs}


def of_page(page):
    for text in re.findall(r"^```json\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        value = json.loads(text)
        if isinstance(value, dict) and value.get("format") == "niem-uncertainty/1":
            yield value


GOOD = [pytest.param(whole(case["inputs"]), id=case["name"]) for case in VECTORS["cases"] if "error" not in case["expect"]]
GOOD += [pytest.param(inputs, id=page.stem) for page in PAGES for inputs in of_page(page)]


@pytest.mark.parametrize("inputs", GOOD)
def test_what_is_there_is_valid(inputs):
    assert faults(inputs) == []


def test_the_pages_have_inputs():
    assert {"uncertainty-format"} <= {param.id for param in GOOD}


BAD = [
    pytest.param(whole(case["inputs"]), id=case["name"])
    for case in VECTORS["cases"]
    if case["expect"].get("error", {}).get("where", "").startswith("/")
    and case["expect"]["error"]["status"] not in BEYOND_THE_SCHEMA
    and case["name"] not in ("probabilities that do not add up", "an empty range", "part of a whole number")
]


@pytest.mark.parametrize("inputs", BAD)
def test_what_is_refused_is_not_valid(inputs):
    assert faults(inputs)


def test_kinds_and_keys_are_on_the_page():
    text = PAGE.read_text(encoding="utf-8")
    for kind in ("weights", "choice", "parameter", "gaps", "left_out", "answers"):
        section = re.search(rf"^## {kind}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL).group(1)
        for key in set(SCHEMA["$defs"][kind]["properties"]) - {"name", "kind", "meta"}:
            assert f"`{key}`" in section, (kind, key)


def test_the_case_worked_out_by_hand():
    niem = pytest.importorskip("niem", reason="the Python package niem is not installed")
    text = METHOD.read_text(encoding="utf-8")
    section = re.search(r"^## A case by hand\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL).group(1)
    framework, inputs = (json.loads(block) for block in re.findall(r"^```json\n(.*?)^```$", section, re.MULTILINE | re.DOTALL))
    answers = re.search(r"^```csv\n(.*?)^```$", section, re.MULTILINE | re.DOTALL).group(1)
    fw = niem.load_framework(framework)
    made = niem.uncertainty(fw, niem.read_answers(answers.encode(), fw, round="2021"), inputs, replicates=4, seed=1)
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if re.match(r"\| \d", line)]
    drawn = made.inputs()
    for k, (replicate, _, points, score) in enumerate(lines):
        assert int(replicate) == k
        assert drawn["value"][k] == float(points)
        own = niem.uncertainty(fw, niem.read_answers(answers.encode(), fw, round="2021"), inputs, replicates=k + 1, seed=1).to_frame()
        assert own["n"][0] == k + 1
    scores = [float(score) for *_, score in lines]
    frame = made.to_frame()
    assert frame["mean"][0] == sum(scores) / 4
    assert [frame["low"][0], frame["median"][0]] == pytest.approx([sorted(scores)[0] + 0.15 * (sorted(scores)[1] - sorted(scores)[0]), sum(sorted(scores)[1:3]) / 2])
