"""docs/peers.md: what it points to is there. A link into a vector file names one of its cases, into a test one of its functions, into a
tutorial one of its headings; and no row of the tables of what there is lacks its link."""

import json
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "peers.md").read_text(encoding="utf-8")
LINKS = sorted(set(re.findall(r"\[([^][]+)\]\((\S+\.(?:json|c|py|R|md))\)", TEXT)))
HERE, NOT_HERE = TEXT.split("## Not here yet")


def names(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return {case["name"] for case in json.loads(text)["cases"]}
    if path.suffix == ".c":
        return set(re.findall(r"^static void (\w+)\(void \*\*state\)", text, re.MULTILINE))
    if path.suffix == ".py":
        return set(re.findall(r"^def (test_\w+)\(", text, re.MULTILINE))
    if path.suffix == ".R":
        return set(re.findall(r'^test_that\("([^"]+)"', text, re.MULTILINE))
    return set(re.findall(r"^##+ (.+)$", text, re.MULTILINE))


@pytest.mark.parametrize("label, link", [pair for pair in LINKS if ("tests/" in pair[1] or "conformance/" in pair[1] or "tutorials/" in pair[1]) and pair[0] != "a test of its own"])
def test_what_is_named_is_there(label, link):
    assert label in names(DOCS / link)


def rows(text):
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| ---")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_every_row_is_shown_by_something():
    table = [row for row in rows(HERE) if row[-1].strip("| ") != "shown by"]
    assert len(table) > 50
    assert [row[0] for row in table if len(row) != 4 or not all(row) or "](" not in row[3]] == []
