"""What if: scores with changes, and two scores side by side."""

import copy
import pickle

import niem
import numpy as np
import pandas as pd
import pytest

CELL = {"unit": "PL", "round": "2021", "group": "refugee", "indicator": "RES-1"}


def test_scores_like_any_others(scores, fw):
    before = scores.manifest()
    other = scores.what_if(drop="dimension=housing")
    assert other.framework.id == f"{fw.id} (what if)" and other.framework.version == fw.version
    assert scores.manifest() == before and scores.framework == fw
    for made in (pickle.loads(pickle.dumps(other)), copy.deepcopy(other), niem.load_scores(other.to_json())):
        assert made.manifest() == other.manifest()
    assert list(other.to_frame(level="dimension", round="2021").columns) == ["dimension=residency"]
    assert other.what_if(drop=["RES-2"]).framework.id == other.framework.id
    assert len(other.problems) == 0 == len(scores.problems)


def test_answers_from_anything(scores):
    """Rows, frames and columns are one; numbers and blanks are what they are in a file."""
    rows = [{**CELL, "answer": "c"}, {**CELL, "indicator": "HOU-1", "round": 2021, "answer": 12.5}]
    frame = pd.DataFrame(rows)
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    made = [scores.what_if(answers=given) for given in (rows, frame, columns, frame.astype({"unit": "category"}))]
    assert len({json["answers"]["digest"] for json in (one.manifest() for one in made)}) == 1
    assert made[0].manifest() != scores.manifest()
    table = made[0].answers.to_frame()
    cell = table[(table.unit == "PL") & (table["round"] == "2021") & (table.group == "refugee")]
    assert dict(zip(cell.indicator, cell.answer))["HOU-1"] == "12.5"
    blank = scores.what_if(answers=pd.DataFrame([{**CELL, "answer": np.nan, "state": "missing"}]))
    assert len(blank.answers) == len(scores.answers) - 1
    assert scores.what_if(answers=[]).answers.to_frame().equals(scores.answers.to_frame())


def test_weights_and_method(scores):
    weights = {"dimension=housing": np.float64(3), "area=legal": 1}
    assert (
        scores.what_if(weights=weights).manifest() == scores.what_if(weights=pd.Series(weights)).manifest()
    )
    for method in ({"missing": "strict"}, niem.load_method({"missing": "strict"})):
        assert scores.what_if(method=method).method == niem.load_method({"missing": "strict"})
    assert scores.what_if().method == scores.method


def test_what_has_no_effect_is_told(scores):
    other = scores.what_if(answers=[{**CELL, "unit": "POL", "coder": "nobody", "state": "missing"}])
    assert set(other.problems["severity"]) == {"note", "warning"}
    assert list(other.problems["where"]) == ["/answers/0/unit", "/answers/0"]


def test_everything_wrong_is_told(scores):
    with pytest.raises(niem.errors.NiemReferenceError) as caught:
        scores.what_if(drop=["X-1"], weights={"nowhere": 1}, answers=[{**CELL, "indicator": "X-2", "answer": "a"}])
    assert (caught.value.where, caught.value.row) == ("/drop/0", 0)
    assert [problem["where"] for problem in caught.value.problems] == ["/drop/0", "/answers/0/indicator"]
    with pytest.raises(niem.errors.NiemReferenceError, match="after what is dropped") as caught:
        scores.what_if(drop="housing", weights={"housing": 1})
    assert caught.value.where == "/weights/housing"
    with pytest.raises(niem.errors.NiemValueError):
        scores.what_if(weights={"housing": float("inf")})
    with pytest.raises(TypeError):
        scores.what_if(dropped="housing")


def test_progress(scores):
    def stop(done):
        raise KeyError("enough")

    with pytest.raises(KeyError):
        scores.what_if(progress=stop)
    assert scores.what_if(threads=3).manifest() == scores.what_if().manifest()


def test_side_by_side(scores):
    other = scores.what_if(answers=[{**CELL, "answer": answer} for answer in "c"], weights={"dimension=residency": 2})
    frame = niem.compare_scores(scores, other, round="2021", group="refugee")
    assert list(frame.columns) == (
        "unit round group node value_a value_b change rank_a rank_b rank_change".split()
    )
    assert (frame["node"] == "overall").all()
    for side, made in (("a", scores), ("b", other)):
        ranks = made.rank(round="2021", group="refugee").set_index("unit")
        own = frame.set_index("unit")
        pd.testing.assert_series_equal(
            own[f"rank_{side}"], ranks["rank"][own.index], check_names=False, check_index_type=False
        )
    assert (frame["change"].dropna() == (frame["value_b"] - frame["value_a"]).dropna()).all()
    table = niem.compare_scores(scores, other, "residency", table=True, ties="max", tolerance=5)
    assert isinstance(table, niem.Table) and table.notes["framework_b"].endswith("(what if)")
    with pytest.raises(TypeError):
        niem.compare_scores(scores, other.framework)
    with pytest.raises(niem.errors.NiemReferenceError):
        niem.compare_scores(scores, other, "nowhere")


def test_dropping_is_leaving_out(scores):
    """Two ways to one number: an indicator that is not scored, and one that counts as not applicable."""
    left = scores.leave_one_out("overall", left_out="indicator", round="2021", group="refugee")
    for indicator, rows in left.groupby("left_out", observed=True):
        other = scores.what_if(drop=[str(indicator)])
        values = other.to_frame(node="overall", round="2021", group="refugee", wide=False).set_index("unit")
        found = values["value"][list(rows["unit"])].to_numpy()
        np.testing.assert_array_equal(found, rows["value_without"].to_numpy())
    assert left["left_out"].nunique() == 4
