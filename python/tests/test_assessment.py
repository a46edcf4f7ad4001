"""What surrounds the scoring: each function answers with the columns that it promises."""

import niem
import pytest


@pytest.fixture(scope="module")
def shipped():
    return niem.load_framework("niem")


@pytest.fixture(scope="module")
def invented(shipped):
    return niem.synthetic(shipped, seed=1, units=["PL", "CZ", "LT"], second_coder=0.2)


MAJORITY = {"consensus": "majority"}


def columns(frame, *wanted):
    assert set(wanted) <= set(frame.columns)
    return frame


def test_synthetic_answers():
    fw = niem.load_framework("niem")
    answers = niem.synthetic(fw, seed=2**40, units=["PL", "CZ"], rounds="2021")
    assert answers == niem.synthetic(fw, seed=2**40, units=["CZ", "PL"], rounds=["2021"])
    assert answers != niem.synthetic(fw, seed=1, units=["CZ", "PL"], rounds=["2021"])
    assert answers.to_frame()["source"].str.startswith("synthetic").all()
    niem.score(fw, answers).rank("overall", round="2021")
    with pytest.raises(niem.NiemError):
        niem.synthetic(fw, missing=2.0)
    with pytest.raises(niem.errors.NiemArgumentError):
        niem.synthetic(fw, seed=2**63)


def test_form_is_read_as_it_is(shipped, tmp_path):
    table = niem.form(shipped, "PL", "2021", groups=["refugee"], table=True)
    table.to_csv(tmp_path / "form.csv")
    back = niem.read_answers(tmp_path / "form.csv", shipped).to_frame()
    assert (
        set(back["unit"]) == {"PL"} and set(back["round"]) == {"2021"} and set(back["state"]) == {"missing"}
    )
    first = niem.synthetic(shipped, units="PL", rounds="2019")
    filled = niem.form(shipped, "PL", "2021", first, prefill=True)
    assert columns(filled, "question", "answer", "previous_answer")["answer"].notna().any()
    with pytest.raises(TypeError, match="previous must be niem.Answers"):
        niem.form(shipped, "PL", "2021", filled)


def test_check(invented):
    frame = columns(niem.check(invented, method=MAJORITY), "severity", "kind", "unit", "message", "effect")
    assert set(frame["severity"]) <= {"error", "warning", "note"}
    assert set(niem.check(invented, invented, MAJORITY, round="2021")["round"]) <= {"2021"}


def test_completeness_and_gaps(invented):
    frame = columns(
        niem.completeness(invented, MAJORITY), "unit", "round", "facet", "value", "asked", "share"
    )
    assert frame["share"].dropna().between(0, 1).all()
    gaps = columns(niem.data_gaps(invented, MAJORITY), "n", "available", "share_available")
    assert gaps["share_available"].dropna().between(0, 1).all()


def test_coders(invented):
    frame = columns(niem.agreement(invented), "cells", "several", "agreed", "share")
    assert frame["share"].dropna().between(0, 1).all()
    coder = invented.to_frame()["coder"].dropna().iloc[0]
    cells = niem.disagreements(invented, adjudicator=coder)
    columns(cells, "coders", "answers", "range", "unanimous", "majority", "median", "adjudicator")
    assert cells["adjudicator"].notna().any()
    assert niem.disagreements(invented)["adjudicator"].isna().all()


def test_revision(fw, rows, answers):
    changed = [dict(row) for row in rows]
    changed[0]["answer"] = "a" if changed[0]["answer"] != "a" else "b"
    newer = niem.read_answers(changed, fw)
    frame = columns(niem.revision(answers, newer), "kind", "columns", "old_answer", "new_answer")
    assert frame["kind"].tolist() == ["changed"]
    effects = columns(
        niem.revision_effects(answers, newer), "old", "new", "difference", "old_rank", "new_rank"
    )
    assert (effects["new"] - effects["old"]).equals(effects["difference"].rename(None))
    with pytest.raises(TypeError):
        niem.revision(answers, None)


def test_standards(scores):
    frame = columns(niem.standards(scores, round="2021"), "unit", "ref", "value", "coverage", "rank")
    assert frame["value"].dropna().between(0, 100).all()
    with pytest.raises(niem.NiemError):
        niem.standards(scores, by="colour")


def test_codebook(shipped):
    page = niem.codebook(shipped, language="pl")
    assert "<html" in page and "STA-01" in page
    assert niem.codebook("niem") != page
