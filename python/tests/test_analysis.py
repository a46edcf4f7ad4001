"""What an index is made of, looked at as data, as users ask it. What is computed is a matter of the conformance vectors;
here the tables of scores are held against the functions for a bare matrix.
"""

import math

import niem
import numpy as np
import pandas as pd
import pytest

PREPARED = {
    "steps": [
        {"step": "screen", "min_available": 0.5},
        {"step": "impute", "method": "mean"},
        {"step": "normalise"},
    ]
}


@pytest.fixture(scope="module")
def invented():
    fw = niem.load_framework("niem")
    return niem.score(fw, niem.synthetic(fw, seed=5, missing=0.05), threads=1)


@pytest.fixture(scope="module")
def plain():
    """Numbers without goalposts over five rounds, with gaps and a denominator; a group."""
    indicators = [{"id": name, "scale": {"kind": "numeric"}} for name in "ABCD"]
    indicators[0]["denominator"] = "POP"
    indicators[3]["scale"]["direction"] = -1
    indicators.append({"id": "POP", "scored": False, "scale": {"kind": "numeric"}})
    fw = niem.load_framework(
        {
            "format": "niem-framework/1",
            "id": "plain",
            "version": "1",
            "indicators": indicators,
            "indexes": [{"id": "all"}],
        }
    )
    draw = np.random.default_rng(3)
    rows = [
        {"unit": f"u{u}", "round": str(2015 + r), "indicator": name, "answer": float(draw.integers(1, 1000)) / 8}
        for u in range(12)
        for r in range(5)
        for name in (*"ABCD", "POP")
        if draw.random() > 0.1 or name == "POP"
    ]
    return fw, niem.read_answers(pd.DataFrame(rows), fw)


def matrix_of(scores, level, round_):
    frame = scores.to_frame(level=level, round=round_, group="refugee", wide=True)
    return frame[frame.columns[frame.notna().any()]]


# --- the data set between two steps ---


def test_stages(plain):
    scores = niem.score(*plain, {"steps": [{"step": "denominate"}, *PREPARED["steps"]]})
    raw, divided, end = scores.stage(0), scores.stage(1), scores.stage()
    columns = ["unit", "round", "group", "indicator", "stage", "state", "value", "imputed", "screened"]
    assert all(list(frame.columns) == columns for frame in (raw, divided, end))
    assert set(raw["indicator"]) == set(divided["indicator"]) == {*"ABCD", "POP"}
    assert set(raw["stage"]) == {"raw"}
    assert set(end[end["indicator"] != "POP"]["stage"]) == {"score"}
    wide = raw.pivot(index=["unit", "round"], columns="indicator", values="value")
    of_a = divided[divided["indicator"] == "A"].set_index(["unit", "round"])["value"]
    assert of_a.equals((wide["A"] / wide["POP"]).reindex(of_a.index).rename("value"))
    assert end["imputed"].sum() == divided[divided["indicator"] != "POP"]["value"].isna().sum()
    assert scores.stage("last").equals(end) and scores.stage(-1).equals(end)


def test_stages_of_scores_without_steps(scores):
    raw, end = scores.stage(0, group="refugee"), scores.stage(group="refugee")
    assert set(raw["stage"]) <= {"raw", "goalposts", "score"}
    leaves = scores.members(group="refugee")
    own = end[end["indicator"].isin(leaves["indicator"])].reset_index(drop=True)
    assert own["value"].equals(leaves["value"])
    table = scores.stage(0, table=True)
    assert isinstance(table, niem.Table)
    assert table.notes["step"] == "0"


def test_errors_of_stages(scores):
    for step in (7, -3, -2):
        with pytest.raises(niem.errors.NiemArgumentError, match="step"):
            scores.stage(step)
    with pytest.raises(niem.errors.NiemArgumentError, match="step"):
        scores.stage("first")
    with pytest.raises(TypeError, match="stage"):
        scores.stage(0, nodes="x")


def test_a_step_of_ones_own(plain):
    """A function of the host takes the place of the step that does the same."""
    log = {"step": "treat", "winsorise": False, "transform": "log", "force": True}
    first, rest = [{"step": "denominate"}], [{"step": "impute", "method": "mean"}, {"step": "normalise"}]
    built_in = niem.score(*plain, {"steps": [*first, log, *rest]})
    data = niem.score(*plain, {"steps": [*first, *rest]}).stage(1)
    data = data[data["indicator"] != "POP"]
    has = data["value"].notna()
    data = data.assign(answer=niem.log(data["value"]), state=data["state"].where(~has))
    cells = ["unit", "round", "group", "indicator", "answer", "state"]
    own = niem.score(*plain, {"steps": [*first, *rest]}).what_if(answers=data[cells], method={"steps": rest})
    together = niem.compare_scores(built_in, own)
    assert len(together) == 60 and together["change"].abs().max() == 0
    assert own.framework.id == "plain (what if)"
    coverage = [s.to_frame(wide=False)["coverage"] for s in (built_in, own)]
    assert coverage[0].equals(coverage[1])


# --- trends ---


def test_trends(plain):
    scores = niem.score(*plain, PREPARED)
    found = scores.trends(step=0)
    series = scores.stage(0)
    series["year"] = series["round"].astype(float)
    for _, row in found.iterrows():
        own = series[(series["unit"] == row["unit"]) & (series["indicator"] == row["node"])].dropna(subset="value")
        assert row["n"] == len(own)
        first, last = own.iloc[0], own.iloc[-1]
        assert (row["first"], row["last"]) == (first["round"], last["round"])
        years = last["year"] - first["year"]
        assert math.isclose(row["cagr"], (last["value"] / first["value"]) ** (1 / years) - 1, abs_tol=1e-13)
        slope = np.polyfit(own["year"] - 2015, own["value"], 1)[0]
        assert math.isclose(row["slope"], slope, rel_tol=1e-9, abs_tol=1e-9)
        better = {"D": -1, "POP": 0}.get(row["node"], 1) * (last["value"] - first["value"])
        words = {1: "improving", -1: "worsening", 0: "unchanged"}
        assert pd.isna(row["direction"]) if row["node"] == "POP" else row["direction"] == words[np.sign(better)]


def test_trends_between_rounds(plain):
    scores = niem.score(*plain, PREPARED)
    window = scores.trends("all", start="2016", end="2018")
    assert set(window["first"]) == {"2016"} and set(window["last"]) == {"2018"}
    assert scores.trends("all", **{"from": "2016", "to": "2018"}).equals(window)
    assert set(scores.trends("all", latest=2)["years"]) == {1.0}
    assert (scores.trends(step=0, interpolate="*")["n_interpolated"].sum()) > 0
    with pytest.raises(niem.errors.NiemArgumentError, match="round"):
        scores.trends(round="2016")
    with pytest.raises(niem.errors.NiemReferenceError, match="interpolate"):
        scores.trends(interpolate=["yesterday"])


# --- statistics ---


def test_statistics_are_those_of_the_matrix(invented):
    x = matrix_of(invented, "dimension", "2021")
    found = invented.statistics(level="dimension", round="2021", group="refugee").set_index("node")
    described = niem.describe(x)
    for name in ("n", "mean", "median", "deviation", "skewness", "kurtosis", "q05", "n_unique", "n_high"):
        own = found.loc[list(x.columns), name].to_numpy(float)
        assert np.array_equal(own, described[name].to_numpy(float), equal_nan=True), name


def test_correlations_are_those_of_the_matrix(invented):
    x = matrix_of(invented, "dimension", "2021")
    for method in ("pearson", "spearman", "kendall"):
        tolerance = {} if method == "pearson" else {"tolerance": 1e-9}
        r = niem.correlate(x, method=method, **tolerance)
        found = invented.correlations(level="dimension", round="2021", group="refugee", method=method, threads=2)
        assert len(found) == len(x.columns) * (len(x.columns) - 1) // 2
        for _, row in found.iterrows():
            own = row["node_a"], row["node_b"]
            assert row["correlation"] == r.r.loc[own] and row["p"] == r.p.loc[own] and row["n"] == r.n.loc[own]
            assert row["relation"] in ("siblings", "other")
        adjusted = niem.adjust_p_values(found["p"].to_numpy())
        assert np.array_equal(found["p_adjusted"].to_numpy(), adjusted)


def test_pairs(invented):
    ask = {"round": "2021", "group": "refugee"}
    parents = invented.correlations(level="indicator", pairs="parent", **ask)
    assert set(parents["relation"]) == {"parent"}
    above = invented.correlations(level="indicator", pairs="ancestors", **ask)
    assert set(above["relation"]) == {"parent", "ancestor"} and len(above) == 2 * len(parents)
    assert invented.correlations(level="dimension", pooled=True)["round"].isna().all()
    flags = invented.correlations(level="dimension", high=0.2, low=0.1, negative=-0.2, **ask)
    for _, row in flags.iterrows():
        r = row["correlation"]
        word = "high" if r >= 0.2 else "negative" if r <= -0.2 else "low" if r < 0.1 else None
        assert pd.isna(row["flag"]) if word is None else row["flag"] == word


def test_denominators(plain):
    scores = niem.score(*plain, {"steps": [{"step": "denominate"}, *PREPARED["steps"]]})
    before, after = (scores.correlations(pairs="denominators", step=k, pooled=True) for k in (0, 1))
    assert set(before["node_b"]) == {"POP"} and set(before["relation"]) == {"denominator"}
    assert list(before["node_a"]) == list("ABCD")
    assert before["correlation"][0] != after["correlation"][0]
    assert list(before["correlation"][1:]) == list(after["correlation"][1:])


def test_reliability_is_that_of_the_matrix(invented):
    x = matrix_of(invented, "indicator", "2021")
    tree = invented.framework.nodes()
    tree = tree[tree["index"] == "overall"]
    found = invented.reliability(level="dimension", round="2021", group="refugee", confidence=0.9)
    assert found["alpha"].notna().sum() > 3
    for _, row in found.iterrows():
        own = list(tree[tree["parent"] == row["node"]]["node"])
        report = niem.cronbach_alpha(x[own], level=0.9).report
        for name in ("n", "n_items", "n_negative", "alpha", "low", "high", "standardised", "lambda_6", "error"):
            assert row[name] == report[name] or (math.isnan(row[name]) and math.isnan(report[name])), name
        if report["n_constant"] == 0:
            assert row["omega"] == niem.mcdonald_omega(x[own]).report["omega"]


def test_reliability_of_pairs_of_items(plain):
    scores = niem.score(*plain, {"steps": [{"step": "normalise"}]})
    x = scores.to_frame(level="indicator", round="2016", wide=True)
    assert x.isna().any().any()
    found = scores.reliability(round="2016", rows="pairwise")
    report = niem.cronbach_alpha(x, rows="pairwise").report
    assert found["alpha"][0] == report["alpha"] and found["n"][0] == report["n"]
    raw = scores.stage(0, round="2016").pivot(index="unit", columns="indicator", values="value")[list("ABCD")]
    found = scores.reliability(round="2016", step=0, items="leaves")
    assert found["alpha"][0] == niem.cronbach_alpha(raw, directions=[1, 1, 1, -1]).report["alpha"]


def test_components_are_those_of_the_matrix(invented):
    x = matrix_of(invented, "dimension", "2021")
    ask = {"node": "overall", "round": "2021", "group": "refugee", "rotation": "varimax"}
    made = niem.principal_components(x, rotation="varimax")
    variances = invented.components(**ask)
    columns = ["eigenvalue", "share", "cumulated"]
    assert np.array_equal(variances[columns].to_numpy(), made.eigenvalues[columns].to_numpy())
    loadings = invented.components(part="loadings", **ask)
    for name, column in (("loadings", "loading"), ("rotated", "rotated")):
        wide = loadings.pivot(index="item", columns="component", values=column)
        assert np.array_equal(wide.loc[list(x.columns)].to_numpy(), np.asarray(getattr(made, name)))
    points = invented.components(part="scores", **ask)
    wide = points.pivot(index="unit", columns="component", values="score")
    assert np.array_equal(wide.loc[list(x.index)].to_numpy(), np.asarray(made.scores), equal_nan=True)
    summary = invented.components(part="nodes", **ask)
    assert summary["n_components"][0] == made.report["n_components"]
    assert math.isnan(made.report["kmo"]) or summary["kmo"][0] == made.report["kmo"]


def test_what_has_no_components_says_why(scores):
    ask = {"round": "2021", "group": "refugee"}
    nodes = scores.components(part="nodes", **ask)
    why = nodes["problem"].dropna()
    assert len(why) > 0
    assert set(why) <= {"fewer than two items", "fewer than three complete rows", "an item does not vary"}
    assert set(scores.components(**ask)["node"]) == set(nodes[nodes["problem"].isna()]["node"])


def test_methods_agree(plain):
    several = {
        name: niem.score(*plain, {**PREPARED, "steps": [*PREPARED["steps"], step]})
        for name, step in (
            ("mean", {"step": "aggregate", "method": "arithmetic"}),
            ("least", {"step": "aggregate", "method": "minimum"}),
        )
    }
    found = niem.method_correlations(several, method="spearman", round="2016")
    ranks = [scores.rank(round="2016").set_index("unit")["rank"] for scores in several.values()]
    both = pd.concat(ranks, axis=1).dropna()
    assert found["mean_abs_rank_change"][0] == niem.exact_mean((both.iloc[:, 0] - both.iloc[:, 1]).abs().to_numpy())
    assert list(found.loc[0, ["method_a", "method_b"]]) == ["mean", "least"]
    assert list(niem.method_correlations(list(several.values()))["method_b"].unique()) == ["method 2"]
    for wrong in (several["mean"], 3, [several["mean"], "least"]):
        with pytest.raises(TypeError, match="scores must be"):
            niem.method_correlations(wrong)
    with pytest.raises(niem.errors.NiemArgumentError, match="n_scores"):
        niem.method_correlations([several["mean"]])


def test_options_are_named(scores):
    with pytest.raises(niem.errors.NiemArgumentError, match="pearson"):
        scores.correlations(method="person")
    with pytest.raises(niem.errors.NiemArgumentError, match="siblings"):
        scores.correlations(pairs="brothers")
    with pytest.raises(niem.errors.NiemArgumentError, match="pairs"):
        scores.statistics(pairs="siblings")
    with pytest.raises(TypeError, match="correlations"):
        scores.correlations(metod="pearson")
    with pytest.raises(niem.errors.NiemReferenceError, match="part"):
        scores.reliability(part="leaves")
