"""Leave one out, methods side by side, effective weights and what the steps of a method did, as users write them. What
they compute is a matter of the conformance vectors.
"""

import math
from pathlib import Path

import niem
import pandas as pd
import pytest

LEAST = {"id": "least", "steps": [{"step": "aggregate", "method": "minimum"}]}
VOTES = {"id": "votes", "steps": [{"step": "aggregate", "method": "copeland", "index": "overall"}]}
FILLED = {"steps": [{"step": "impute", "method": "mean"}]}


def same(a, b):
    return a.equals(b) and list(a.columns) == list(b.columns)


# --- leave one out ---


def test_leave_one_out(scores):
    left = scores.leave_one_out(round="2021")
    numbers = ["value", "value_without", "change", "rank", "rank_without", "rank_change"]
    assert list(left.columns) == ["unit", "round", "group", "node", "left_out", *numbers, "problem"]
    assert left["problem"].isna().all()
    assert set(left["node"]) == {"overall"}
    assert {"area=legal", "RES-1", "HOU-2"} <= set(left["left_out"])
    assert set(left["group"]) == {"both"}
    assert left["change"].equals(left["value_without"] - left["value"])
    assert left["rank_change"].equals(left["rank"] - left["rank_without"])
    for _, row in left.iterrows():
        assert scores.value(row["unit"], row["round"], "overall", row["group"]) == row["value"]


def test_leaving_out_a_level_or_below_a_node(scores):
    left = scores.leave_one_out(left_out="indicator")
    assert list(dict.fromkeys(left["left_out"])) == ["RES-1", "RES-2", "HOU-1", "HOU-2"]
    below = scores.leave_one_out("dimension=housing", group="refugee", units=["PL", "LT"])
    assert set(below["left_out"]) == {"HOU-1", "HOU-2"}
    assert set(below["unit"]) == {"PL", "LT"}
    assert set(scores.leave_one_out(index="steps")["node"]) == {"steps"}


def test_the_summary_is_of_the_rows(scores):
    options = {"round": "2019", "group": "refugee", "left_out": "indicator"}
    rows, summary = scores.leave_one_out(**options), scores.leave_one_out(summary=True, **options)
    found = ["n", "mean_change", "mean_abs_change", "mean_abs_rank_change", "max_abs_rank_change", "problem"]
    assert list(summary.columns) == ["round", "group", "node", "left_out", "level", *found]
    assert set(summary["level"]) == {"indicator"}
    for _, row in summary.iterrows():
        own = rows[rows["left_out"] == row["left_out"]]
        assert row["n"] == own["change"].notna().sum()
        assert row["mean_change"] == niem.exact_mean(own["change"].to_numpy())
        assert row["mean_abs_rank_change"] == niem.exact_mean(own["rank_change"].abs().to_numpy())
        assert row["max_abs_rank_change"] == own["rank_change"].abs().max()


def test_ranks_by_options(scores):
    tied = scores.leave_one_out(tolerance=100, ties="average", round="2021")
    assert set(tied["rank"]) == {2.0} and set(tied["rank_change"].dropna()) == {0.0}
    up, down = (scores.leave_one_out(ascending=way, round="2021")["rank"] for way in (True, False))
    assert (up + down == 4).all()


@pytest.mark.parametrize("summary", [False, True])
def test_leave_one_out_with_threads(fw, answers, scores, summary):
    for made in (scores, niem.score(fw, answers, LEAST), niem.score(fw, answers, VOTES)):
        one = made.leave_one_out(summary=summary, threads=1)
        for threads in (0, 2, 3):
            assert same(one, made.leave_one_out(summary=summary, threads=threads))
        table = made.leave_one_out(summary=summary, table=True)
        assert isinstance(table, niem.Table) and same(one, table.to_frame())


def stop(done):
    raise RuntimeError("enough")


def test_leave_one_out_tells_its_progress(fw, answers, scores):
    for made in (scores, niem.score(fw, answers, VOTES)):
        told = []
        made.leave_one_out(progress=told.append)
        assert told[-1] == 1.0 and told == sorted(told)
        with pytest.raises(RuntimeError, match="enough"):
            made.leave_one_out(progress=stop)


def test_leave_one_out_refuses(scores):
    with pytest.raises(niem.errors.NiemReferenceError) as raised:
        scores.leave_one_out(left_out="instrument")
    assert raised.value.where == "left_out"
    with pytest.raises(niem.errors.NiemArgumentError):
        scores.leave_one_out(level="dimension")
    with pytest.raises(niem.errors.NiemArgumentError):
        scores.leave_one_out("RES-1")
    with pytest.raises(niem.errors.NiemArgumentError):
        scores.leave_one_out(reference="best")
    with pytest.raises(niem.errors.NiemArgumentError, match="weights"):
        scores.leave_one_out(weights={"PL": 1})
    with pytest.raises(niem.errors.NiemArgumentError):
        scores.leave_one_out(threads=-1)
    with pytest.raises(TypeError, match="rounds"):
        scores.leave_one_out(rounds="2021")
    with pytest.raises(niem.errors.NiemArgumentError, match="left_out"):
        scores.leave_one_out(left_out=["dimension"])


# --- methods side by side ---


def test_methods_by_their_ids_and_places(fw, answers, scores):
    frame = niem.compare_methods(fw, answers, [None, LEAST, niem.load_method({"missing": "strict"})], round="2021")
    assert list(frame.columns) == [
        *("unit", "round", "group", "node", "method", "value", "rank", "n", "change", "rank_change")
    ]
    assert list(dict.fromkeys(frame["method"])) == ["method 1", "least", "method 3"]
    first = frame[frame["method"] == "method 1"].set_index("unit")
    other = frame[frame["method"] == "least"].set_index("unit")
    assert other["change"].equals(other["value"] - first["value"])
    assert other["rank_change"].equals(first["rank"] - other["rank"])
    assert set(first["change"]) == {0.0} and set(first["n"]) == {3}
    for unit, row in first.iterrows():
        assert row["value"] == scores.value(unit, "2021", "overall", "both")


def test_methods_by_the_names_of_a_dict(fw, answers, tmp_path):
    path = tmp_path / "least.json"
    path.write_text(niem.load_method(LEAST).to_json(), encoding="utf-8")
    methods = {"as it is": None, "the least": LEAST, "once more, in Łódź": path}
    frame = niem.compare_methods(fw, answers, methods, "dimension=housing", group="*")
    assert list(dict.fromkeys(frame["method"])) == list(methods)
    assert set(frame["node"]) == {"dimension=housing"}
    assert set(frame["group"]) == {"refugee", "subsidiary", "both"}
    values = [frame[frame["method"] == name]["value"].tolist() for name in list(methods)[1:]]
    assert values[0] == values[1]


def test_compare_methods_takes_what_score_takes(mini, answers):
    made = (niem.compare_methods(given, answers, (m for m in [None])) for given in (mini, answers.framework))
    assert same(*made)


def test_compare_methods_with_threads(fw, answers):
    methods = [None, LEAST, VOTES]
    one = niem.compare_methods(fw, answers, methods, level="dimension", threads=1)
    for threads in (0, 2, 3):
        assert same(one, niem.compare_methods(fw, answers, methods, level="dimension", threads=threads))
    table = niem.compare_methods(fw, answers, methods, level="dimension", table=True)
    assert isinstance(table, niem.Table) and same(one, table.to_frame())


def test_compare_methods_tells_its_progress(fw, answers):
    told = []
    niem.compare_methods(fw, answers, [None, LEAST, None], progress=told.append)
    assert told[-1] == 1.0 and told == sorted(told) and told[0] > 0  # at most every 50 ms: it may be the end only
    with pytest.raises(RuntimeError, match="enough"):
        niem.compare_methods(fw, answers, [None], progress=stop)


def test_compare_methods_refuses(fw, answers, rows):
    with pytest.raises(niem.errors.NiemDuplicateError, match="least"):
        niem.compare_methods(fw, answers, [LEAST, LEAST])
    with pytest.raises(niem.errors.NiemArgumentError):
        niem.compare_methods(fw, answers, [])
    with pytest.raises(niem.errors.NiemArgumentError, match="weights"):
        niem.compare_methods(fw, answers, [None], weights={"PL": 1})
    with pytest.raises(niem.errors.NiemReferenceError, match="method 2"):
        unknown = {"steps": [{"step": "aggregate", "method": "minimum", "level": "instrument"}]}
        niem.compare_methods(fw, answers, [None, unknown])
    with pytest.raises(TypeError, match=r"niem\.read_answers"):
        niem.compare_methods(fw, rows, [None])
    with pytest.raises(TypeError, match="rounds"):
        niem.compare_methods(fw, answers, [None], rounds="2021")


@pytest.mark.parametrize("methods", ["least.json", b"{}", Path("least.json"), None, 3])
def test_one_method_is_no_list_of_methods(fw, answers, methods):
    with pytest.raises(TypeError, match="methods must be a list or a dict of methods"):
        niem.compare_methods(fw, answers, methods)
    with pytest.raises(TypeError, match="methods must be a list or a dict of methods"):
        niem.compare_methods(fw, answers, niem.load_method(LEAST))


# --- weights and steps ---


def test_effective_weights(fw, answers, scores):
    weights = scores.effective_weights()
    assert list(weights.columns) == ["index", "node", "level", "parent", "weight", "share", "effective"]
    assert set(weights["index"]) == {"overall", "steps"}
    own = scores.effective_weights("overall").set_index("node")
    assert own.loc["overall", "effective"] == 1.0 and pd.isna(own.loc["overall", "parent"])
    assert own.loc["HOU-1", "effective"] == 0.25
    assert math.fsum(own[own["level"] == "indicator"]["effective"]) == 1.0
    given = {"steps": [{"step": "weigh", "weights": {"HOU-1": 3}}]}
    other = niem.score(fw, answers, given).effective_weights("overall").set_index("node")
    assert other.loc["HOU-1", "share"] == 0.75 and other.loc["HOU-1", "effective"] == 0.375
    table = scores.effective_weights("overall", table=True)
    assert isinstance(table, niem.Table) and list(table["node"]) == list(own.index)
    with pytest.raises(niem.errors.NiemReferenceError):
        scores.effective_weights("no")
    with pytest.raises(niem.errors.NiemArgumentError, match="index"):
        scores.effective_weights(["overall"])


def test_steps(fw, answers, scores):
    made = niem.score(fw, answers, FILLED)
    values = made.steps()
    columns = ["step", "kind", "unit", "round", "group", "indicator", "what", "before", "after"]
    assert list(values.columns) == columns
    assert len(values) == 1
    row = values.iloc[0]
    assert (row["step"], row["kind"], row["unit"], row["what"]) == (1, "impute", "PL", "imputed")
    assert pd.isna(row["before"]) and 0 <= row["after"] <= 100
    learned = made.steps("indicators")
    columns = ["step", "kind", "indicator", "round", "n", "n_changed", "low", "high", "treated", "passes"]
    columns += ["skewness_before", "kurtosis_before", "skewness", "kurtosis", "lambda"]
    assert list(learned.columns) == columns
    assert len(scores.steps()) == len(scores.steps("indicators")) == 0
    assert isinstance(made.steps(table=True), niem.Table)
    with pytest.raises(niem.errors.NiemReferenceError):
        made.steps("units")
    with pytest.raises(niem.errors.NiemArgumentError, match="part"):
        made.steps(None)
