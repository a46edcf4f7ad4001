"""The report on a unit: valid HTML whatever the names are, that says what the tables say."""

import html
from html.parser import HTMLParser

import niem
import pytest

VOID = {"meta", "rect", "br"}  # `rect` closes itself, as SVG may
NESTED = {  # what may stand in what, as far as the page uses it
    "html": {"head", "body"},
    "head": {"meta", "title", "style"},
    "body": {"header", "main"},
    "header": {"h1", "p"},
    "main": {"section"},
    "section": {"h2", "h3", "p", "div", "dl"},
    "div": {"table", "dt", "dd"},
    "dl": {"div", "dt", "dd"},
    "table": {"caption", "thead", "tbody"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tr": {"th", "td"},
    "svg": {"rect"},
}


class Page(HTMLParser):
    """Checks that elements nest and close as HTML wants it, and collects tables and text."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tables, self.words, self.tags = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        assert len(set(names)) == len(names) and not any(name.startswith("on") for name in names)
        if self.open and self.open[-1] in NESTED:
            assert tag in NESTED[self.open[-1]], f"<{tag}> in <{self.open[-1]}>"
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("th", "td"):
            self.tables[-1][-1].append("")
            assert tag == "td" or dict(attributes)["scope"] in ("row", "col")

    def handle_startendtag(self, tag, attributes):
        assert tag in VOID
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)
        if self.open and {"th", "td"} & set(self.open):
            self.tables[-1][-1][-1] += data


def page_of(text):
    assert text.startswith("<!DOCTYPE html>\n<html lang=") and text.endswith("</html>\n")
    page = Page(text)
    for table in page.tables:
        assert len({len(row) for row in table}) == 1, table
    assert "script" not in page.tags and "link" not in page.tags
    return page


@pytest.fixture(scope="module")
def scores():
    fw = niem.load_framework("niem")
    return niem.score(fw, niem.synthetic(fw, seed=4, missing=0.2))


def test_valid_for_everyone(scores):
    for unit in scores.to_frame(level="index")["unit"].unique():  # each in its last round, some alone in it
        for group in ("protection", "temporary"):
            page_of(scores.unit_report(unit, group=group, language="pl"))


def test_says_what_the_tables_say(scores):
    page = page_of(scores.unit_report("PL", round="2021", previous_round="2017", most=1000))
    nodes = page.tables[0]
    ranks = scores.rank(level="dimension", round="2021").query("unit == 'PL'")
    dimensions = scores.framework.nodes().query("index == 'overall' and level == 'dimension'")["label"]
    assert [row[0] for row in nodes[2:]] == list(dimensions)
    assert [row[3] for row in nodes[2:]] == [
        f"{rank:g}{'=' if tied > 1 else ''} of {n}"
        for rank, tied, n in zip(ranks["rank"], ranks["tied"], ranks["n"])
    ]
    assert [row[2] for row in nodes[2:]] == [f"{niem.round(value, 1):.1f}" for value in ranks["value"]]
    highest, lowest = page.tables[1:3]
    leaves = scores.to_frame(level="indicator", round="2021", units=["PL"], wide=False)["value"].dropna()
    assert len(highest) + len(lowest) - 2 == len(leaves)
    assert [row[2] for row in highest[1:] + lowest[:0:-1]] == [
        f"{niem.round(value, 1):.1f}" for value in sorted(leaves, reverse=True)
    ]
    causes = scores.change_causes("2017", "2021", node="overall", units=["PL"])
    listed = page.tables[3]
    assert len(listed) - 1 == (causes["contribution"] != 0).sum()
    members = scores.members("overall", round="2021", units=["PL"])
    gaps = members[~members["state"].isin(["answered", "not_applicable"])]
    assert len(page.tables[-1]) - 1 == len(gaps)


def test_the_same_bytes_in_a_file(scores, tmp_path):
    text = scores.unit_report("CZ", most=2)
    assert scores.unit_report("CZ", tmp_path / "cz.html", most=2) is None
    assert (tmp_path / "cz.html").read_bytes() == text.encode("utf-8")


def test_hostile_names():
    evil = '</td></table><script>alert("x")</script>&amp;\'\x01'
    fw = {
        "format": "niem-framework/1",
        "id": "evil<b>&amp;",
        "version": "<1>",
        "title": evil,
        "facets": [{"id": "dimension", "values": [{"id": "d", "label": evil}]}],
        "groups": [{"id": "g", "label": evil}, {"id": "h"}, {"id": "m", "merge": ["g", "h"], "label": evil}],
        "units": [{"id": "U", "label": evil}],
        "rounds": [{"id": "1", "date": "2020-01-01"}, {"id": "2", "label": evil, "date": "2021-01-01"}],
        "indicators": [
            {
                "id": name,
                "label": evil,
                "dimension": "d",
                "scale": {
                    "kind": "ordinal",
                    "options": [{"id": "a", "label": evil, "points": k} for k in (1,)],
                },
            }
            for name in ("<A>", "&B;")
        ],
        "indexes": [{"id": "i", "label": evil, "levels": ["dimension"]}],
    }
    made = niem.load_framework(fw)
    rows = [
        {"unit": "U", "round": round_, "group": group, "indicator": "<A>", "answer": "a"}
        for round_ in ("1", "2")
        for group in ("g", "h")
    ]
    scores = niem.score(made, niem.read_answers(rows, made))
    text = scores.unit_report("U", group="m", language="<b>")
    page = page_of(text)
    assert "alert(" in "".join(page.words) and "<script" not in text and "\x01" not in text
    assert "evil&lt;b&gt;&amp;amp;" in text and "&lt;1&gt;" in text
    assert html.escape(evil.replace("\x01", ""), quote=True).replace("&#x27;", "&#39;") in text


def test_errors(scores):
    for options, status in (
        ({"unit": "XX"}, niem.errors.NiemReferenceError),
        ({"unit": "PL", "round": "1999"}, niem.errors.NiemReferenceError),
        ({"unit": "PT", "round": "2021"}, niem.errors.NiemReferenceError),
        ({"unit": "PL", "most": 0}, niem.errors.NiemArgumentError),
        ({"unit": "PL", "group": "*"}, niem.errors.NiemArgumentError),
    ):
        with pytest.raises(status):
            scores.unit_report(**options)
    with pytest.raises(TypeError):
        scores.unit_report("PL", colour="red")
    with pytest.raises(OSError):
        scores.unit_report("PL", "/nowhere/at/all.html")
