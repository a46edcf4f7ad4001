"""docs/method/worked-cases.md against the library: every fraction worked out by hand there is what is computed.

A case is a heading, a framework (json), a method (json) where there is one, answers (csv) and a table whose columns are unit where
there are several, node, group, value, coverage, lower and upper. A cell is a fraction, a number or "none"; what is in no column is not compared. Only a case of decimal weights may
be one unit in the last place off.
"""

import math
import re
from fractions import Fraction
from pathlib import Path

import pytest

niem = pytest.importorskip("niem", reason="the Python package niem is not installed")

PAGE = Path(__file__).resolve().parents[2] / "docs" / "method" / "worked-cases.md"
CASE = re.compile(r"^## (?P<title>[^\n]+)\n.*?```json\n(?P<framework>.*?)```(?:\n```json\n(?P<method>.*?)```)?.*?```csv\n(?P<answers>.*?)```(?P<rest>.*?)(?=^## |\Z)", re.M | re.S)
NUMBERS = ("value", "coverage", "lower", "upper")


def table_rows(text):
    lines = [line.strip().strip("|") for line in text.splitlines() if line.lstrip().startswith("|")]
    cells = [[cell.strip().strip("`") for cell in line.split("|")] for line in lines]
    return [dict(zip(cells[0], row)) for row in cells[2:]]


CASES = list(CASE.finditer(PAGE.read_text(encoding="utf-8")))


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_what_was_worked_out_by_hand(case):
    fw = niem.load_framework(case["framework"])
    answers = niem.read_answers(case["answers"].encode("utf-8"), fw, round="2021")
    scores = niem.score(fw, answers, case["method"])
    rows = table_rows(case["rest"])
    assert rows
    for row in rows:
        frame = scores.to_frame(node=row["node"], group=row["group"], index=row.get("index"), units=[row["unit"]] if "unit" in row else None)
        assert len(frame) == 1
        for name in NUMBERS:
            found = frame[name].iloc[0]
            expected = row.get(name, "")
            if expected == "none":
                assert math.isnan(found), (row, name, found)
            elif expected:
                exact = float(Fraction(expected))
                allowed = math.ulp(exact) if "decimal weights" in case["title"].lower() else 0
                assert abs(found - exact) <= allowed, (row, name, found, expected)


def test_every_case_is_read():
    assert len(CASES) == len(re.findall(r"^## ", PAGE.read_text(encoding="utf-8"), re.M)) >= 5
