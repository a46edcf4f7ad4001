"""Plots: what is drawn is what the tables say."""

import math
import subprocess
import sys

import niem
import numpy as np
import pandas as pd
import pytest

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")
plt = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def named(name, label=None, **more):
    return {"id": name, **({"label": label} if label else {}), **more}


def hundred(name, label, dimension):
    return named(name, label, dimension=dimension, scale={"kind": "numeric", "worst": 0, "best": 100})


UNITS = ("_u", "$A$", "<b>", "d\\e", "PL")


@pytest.fixture(scope="module")
def scores():
    """Names full of what drawing programs take for their own; PL has no value in 2021."""
    fw = {
        "format": "niem-framework/1",
        "id": "odd",
        "version": "1",
        "facets": [
            {"id": "dimension", "values": [named("r", "$R_1$ & <i>"), named("h", "_hidden"), named("e")]},
        ],
        "groups": [named("g", "All $of$ them"), named("k")],
        "units": [named(unit, f"Unit {unit}") for unit in UNITS],
        "peers": [named("two", "$Two$", units=["_u", "<b>"])],
        "rounds": [named("2019", date="2019-01-01"), named("2021", "Now_$x$", date="2021-01-01")],
        "indicators": [
            hundred("R1", "One $x^2$", "r"),
            hundred("R2", "One $x^2$", "r"),
            hundred("H1", "_three", "h"),
            hundred("E1", None, "e"),
        ],
        "indexes": [
            {
                "id": "overall",
                "label": "All_$of$ it",
                "levels": ["dimension"],
                "weights": {"r": 2},
                "missing": {"rule": "available", "min_coverage": 0.5},
            },
            {"id": "whole", "levels": ["dimension"], "aggregation": {"method": "geometric", "offset": 1}},
        ],
        "default_index": "overall",
        "default_group": "g",
    }
    values = {
        "_u": (90, 70, 50, 20),
        "$A$": (10, 30.5, 40, None),
        "<b>": (60, 60, 60, 60),
        "d\\e": (33, 77, 88, 5),
        "PL": (None, None, None, 9),
    }
    rows = [
        {"unit": unit, "round": round_, "group": "g", "indicator": name, "answer": answer + shift}
        for unit, own in values.items()
        for round_, shift in (("2019", 5), ("2021", 0))
        for name, answer in zip(("R1", "R2", "H1", "E1"), own)
        if answer is not None
    ]
    return niem.score(fw, niem.read_answers(rows, niem.load_framework(fw)))


def labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def texts(ax):
    return [text.get_text() for text in ax.texts]


def lines(ax, which=0):
    """Ends of the horizontal lines: (row, from, to)."""
    return [
        (float(a[1]), float(a[0]), float(b[0]))
        for collection in [c for c in ax.collections if type(c).__name__ == "LineCollection"][
            which : which + 1
        ]
        for a, b in filter(len, collection.get_segments())  # none for NaN
    ]


def bars(ax):
    """(row, from, width) of every bar."""
    return [
        (round(patch.get_y() + patch.get_height() / 2, 9), patch.get_x(), patch.get_width())
        for patch in ax.patches
    ]


def drawn(ax):
    """The picture can be made, in every form of text."""
    ax.figure.canvas.draw()
    return ax


# --- scores ---


def test_bars_are_the_ranks(scores):
    ax = drawn(scores.plot_bar())
    ranks = scores.rank(round="2021")
    assert labels(ax.yaxis) == [f"Unit {unit}" for unit in ranks["unit"]]
    assert [width for _, _, width in bars(ax)] == list(ranks["value"].fillna(0))
    assert [row for row, _, _ in bars(ax)] == list(range(5))
    assert ranks["unit"].iloc[-1] == "PL" and texts(ax) == ["no value"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first on top
    ends = scores.to_frame(node="overall", round="2021", wide=False).set_index("unit").loc[ranks["unit"]]
    has = ranks["value"].notna().to_numpy()
    wanted = [(float(i), a, b) for i, (a, b) in enumerate(zip(ends["lower"], ends["upper"])) if has[i]]
    assert lines(ax) == wanted
    assert ax.get_title(loc="left") == "All_$of$ it\nNow_$x$, All $of$ them"
    assert ax.get_xlabel() == "score, 0\u2013100"
    assert scores.plot_bar(bounds=False).collections == [] or not lines(plt.gca())


def test_bars_of_contributions(scores):
    ax = drawn(scores.plot_bar(stack=True, bounds=False))
    parts = scores.contributions(round="2021")
    units = list(scores.rank(round="2021")["unit"])
    children = list(dict.fromkeys(parts["child"]))
    table = parts.pivot(index="unit", columns="child", values="contribution")
    found = bars(ax)
    for k, child in enumerate(children):
        for row, unit in enumerate(units):
            at, start, width = found[k * len(units) + row]
            value = table.loc[unit, child]
            assert at == row and width == pytest.approx(0 if math.isnan(value) else value)
            before = table.loc[unit, children[:k]].fillna(0).sum()
            assert start == pytest.approx(before)
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["$R_1$ & <i>", "_hidden", "e"]
    with pytest.raises(niem.errors.NiemUnsupportedError):
        scores.plot_bar(stack=True, index="whole")


def test_bars_that_stand_out(scores):
    ax = drawn(scores.plot_bar(highlight="two"))
    units = list(scores.rank(round="2021")["unit"])
    shades = [matplotlib.colors.to_hex(patch.get_facecolor()) for patch in ax.patches]
    assert [unit for unit, shade in zip(units, shades) if shade == "#d55e00"] == [
        unit for unit in units if unit in ("_u", "<b>")
    ]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["$Two$", "others"]
    ax = scores.plot_bar(highlight=["PL"], labels=False)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["PL", "others"]
    assert labels(ax.yaxis) == units
    with pytest.raises(niem.errors.NiemReferenceError):
        scores.plot_bar(highlight=["nobody"])


def test_bounds_and_coverage(scores):
    ax = drawn(scores.plot_bounds(round="2019", group="g"))
    ranks = scores.rank(round="2019")
    tidy = scores.to_frame(node="overall", round="2019", wide=False).set_index("unit").loc[ranks["unit"]]
    has = ranks["value"].notna().to_numpy()
    points = next(c for c in ax.collections if type(c).__name__ == "PathCollection")
    assert points.get_offsets()[:, 0].tolist() == list(ranks["value"][has])
    assert points.get_array().tolist() == list(tidy["coverage"][has])
    assert [end for _, *end in lines(ax)] == [[a, b] for a, b in zip(tidy["lower"][has], tidy["upper"][has])]


def test_boxes_are_quantiles_of_the_library(scores):
    ax = drawn(scores.plot_dist())
    tidy = scores.to_frame(level="dimension", round="2021", wide=False)
    assert labels(ax.yaxis) == ["$R_1$ & <i>", "_hidden", "e"]
    medians = [line for line in ax.lines if line.get_linewidth() == 1.6]
    boxes = [np.unique(patch.get_path().vertices[:, 0]) for patch in ax.patches]
    for name, line, box in zip(dict.fromkeys(tidy["node"]), medians, boxes):
        values = tidy["value"][tidy["node"] == name]
        low, q1, median, q3, high = niem.quantile(values, [0, 0.25, 0.5, 0.75, 1])
        assert set(line.get_xdata()) == {median}
        assert {q1, q3} <= set(box)
        ends = {float(x) for own in ax.lines for x in own.get_xdata()}
        assert {low, high} <= ends
    assert "5 units" in ax.get_title(loc="left")


@pytest.mark.parametrize("kind", ["dot", "violin"])
def test_points_of_distributions(scores, kind):
    ax = drawn(scores.plot_dist(["R1", "H1"], kind=kind))
    points = [c for c in ax.collections if type(c).__name__ == "PathCollection"]
    tidy = scores.to_frame(level="indicator", round="2021", wide=False)
    for name, own in zip(("R1", "H1"), points):
        assert own.get_offsets()[:, 0].tolist() == list(tidy["value"][tidy["node"] == name].dropna())
    assert labels(ax.yaxis) == ["One $x^2$", "_three"]


def test_twins_are_told_apart(scores):
    ax = scores.plot_dist(["R1", "R2"], kind="dot")
    assert labels(ax.yaxis) == ["$R_1$ & <i>: One $x^2$"] * 2  # the same label below the same node
    assert labels(scores.plot_dist(["R1", "R2"], kind="dot", labels=False).yaxis) == ["R1", "R2"]


def test_histogram(scores):
    ax = drawn(scores.plot_dist("H1", kind="hist"))
    assert sum(patch.get_height() for patch in ax.patches) == 4
    with pytest.raises(niem.errors.NiemArgumentError, match="one node"):
        scores.plot_dist(kind="hist")


def test_dots_with_a_reference(scores):
    ax = drawn(scores.plot_dot("h", highlight=["_u", "PL"], reference_peers="two"))
    table = scores.difference("h", round="2021", reference_peers="two")
    offsets = [x for c in ax.collections for x in c.get_offsets()[:, 0].tolist()]
    assert sorted(offsets) == sorted(table["value"].dropna())
    assert "Unit _u" in texts(ax) and "Unit PL" not in texts(ax)
    level = table["reference"].iloc[0]
    assert any(set(line.get_xdata()) == {level} for line in ax.lines)
    assert f"average of $Two$ {level:.1f} (n = 2)" in texts(ax)
    assert "1 without a value" in ax.get_title(loc="left")


def test_scatter(scores):
    ax = drawn(scores.plot_scatter("R1", "h", highlight="two"))
    tidy = scores.to_frame(level="indicator", round="2021", wide=False)
    x = tidy["value"][tidy["node"] == "R1"].dropna()
    assert ax.collections[0].get_offsets()[:, 0].tolist() == list(x)
    assert set(texts(ax)) == {"_u", "$A$", "<b>", "d\\e"}
    assert ax.get_xlabel() == "One $x^2$: score, 0\u2013100"
    assert "1 without both values" in ax.get_title(loc="left")
    wide = scores.to_frame(level="indicator", round="2021", units=list(UNITS[:4]))["R1"]
    r = niem.correlate(
        pd.DataFrame({"x": wide, "y": scores.to_frame(level="dimension", round="2021")["dimension=h"]})
    ).r
    assert f"pearson {np.asarray(r)[0, 1]:.2f} (n = 4)" in ax.get_title(loc="left")
    assert "spearman" in scores.plot_scatter("R1", "h", correlation="spearman").get_title(loc="left")
    assert "pearson" not in scores.plot_scatter("R1", "h", correlation=None).get_title(loc="left")
    other = scores.what_if(weights={"r": 1})
    ax = scores.plot_scatter("overall", "overall", other=other)
    ours, theirs = (s.rank(round="2021").set_index("unit")["value"].dropna() for s in (scores, other))
    assert ax.collections[0].get_offsets().tolist() == [[ours[u], theirs[u]] for u in UNITS[:4]]
    assert ax.get_ylabel().endswith("(other): score, 0\u2013100")


def test_profile(scores):
    ax = drawn(scores.plot_profile("PL"))
    table = scores.difference(level="dimension", round="2021")
    own = table[table["unit"] == "PL"]
    marks = [c.get_offsets()[:, 0].tolist() for c in ax.collections if type(c).__name__ == "PathCollection"]
    assert marks[0] == list(own["reference"])
    assert np.array_equal(
        np.ma.filled(np.ma.array(marks[1], dtype=float), np.nan), own["value"], equal_nan=True
    )
    assert texts(ax).count("no value") == own["value"].isna().sum() == 2
    with pytest.raises(niem.errors.NiemReferenceError):
        scores.plot_profile("XX")


@pytest.mark.parametrize("kind", ["sunburst", "stack"])
def test_the_tree_by_effective_weights(scores, kind):
    ax = drawn(scores.plot_framework(kind=kind))
    weights = scores.effective_weights("overall")
    if kind == "stack":
        shares = [patch.get_height() for patch in ax.patches]
    else:
        shares = [(patch.theta2 - patch.theta1) / 360 for patch in ax.patches]
    assert shares == pytest.approx(list(weights["effective"]))
    assert "All_$of$ it" in " ".join(texts(ax)).replace("\n", " ")
    assert "$R_1$ & <i>" in texts(ax)


def test_the_tree_of_another_index(scores):
    ax = drawn(scores.plot_framework("whole", labels=False))
    assert ax.get_title(loc="left").startswith("whole")


# --- results ---


def test_change(scores):
    change = scores.change("2019", "2021", node="overall")
    ax = drawn(niem.plot_change(change))
    has = change.points.dropna(subset=["change"])
    slopes = [line.get_ydata() for line in ax.lines if list(line.get_xdata()) == [0, 1]]
    assert [list(own) for own in slopes] == [[a, b] for a, b in zip(has["from"], has["to"])]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["2019", "Now_$x$"]
    assert sorted(texts(ax)) == sorted(2 * [f"Unit {unit}" for unit in has["unit"]])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["worsened (4)"]
    assert "1 without both values" in ax.get_title(loc="left")
    with pytest.raises(niem.errors.NiemReferenceError, match="overall"):
        niem.plot_change(change, "nothing")
    with pytest.raises(niem.errors.NiemArgumentError, match="no unit"):
        niem.plot_change(scores.change("2019", "2021", node="overall", units=["PL"]))


def uncertain():
    nan = math.nan
    frame = pd.DataFrame(
        {
            "unit": ["_u", "$A$", "PL"],
            "round": "2021",
            "group": "g",
            "node": "overall",
            "value": [60.0, 70.0, nan],
            "n": [10, 10, 0],
            "mean": [61.0, 69.0, nan],
            "sd": [1.0, 2.0, nan],
            "low": [58.0, 66.0, nan],
            "median": [60.5, 69.5, nan],
            "high": [63.0, 72.0, nan],
            "rank": [2.0, 1.0, nan],
            "rank_mean": [1.8, 1.2, nan],
            "rank_median": [2.0, 1.0, nan],
            "rank_low": [1.0, 1.0, nan],
            "rank_high": [2.0, 2.0, nan],
        }
    )
    frame.attrs["notes"] = {"interval_level": "0.9"}
    return frame


@pytest.mark.parametrize(
    "what, low, high, value", [("rank", "rank_low", "rank_high", "rank"), ("score", "low", "high", "value")]
)
def test_uncertainty(scores, what, low, high, value):
    frame = uncertain()
    ax = drawn(niem.plot_uncertainty(frame, what=what, framework=scores.framework))
    ordered = frame.iloc[[1, 0]]
    assert labels(ax.yaxis) == ["Unit $A$", "Unit _u", "Unit PL"]
    assert lines(ax)[:2] == [(float(i), a, b) for i, (a, b) in enumerate(zip(ordered[low], ordered[high]))]
    nominal = ax.collections[-1].get_offsets()
    assert nominal[:2, 0].tolist() == list(ordered[value])
    assert texts(ax) == ["no value"]
    assert [text.get_text() for text in ax.get_legend().get_texts()][-1] == "90 % of replicates"
    assert labels(niem.plot_uncertainty(frame).yaxis) == ["$A$", "_u", "PL"]
    with pytest.raises(niem.errors.NiemArgumentError, match="rank, score"):
        niem.plot_uncertainty(frame, what="mean")


def sensitive():
    return pd.DataFrame(
        {
            "target": ["score"] * 3 + ["rank"],
            "unit": ["PL"] * 4,
            "round": "2021",
            "group": "g",
            "node": "overall",
            "input": ["$w$", "_gaps", "constant", "$w$"],
            "first": [0.6, 0.1, math.nan, 0.5],
            "first_low": [0.5, 0.0, math.nan, 0.4],
            "first_high": [0.7, 0.2, math.nan, 0.6],
            "total": [0.8, 0.05, math.nan, 0.7],
            "total_low": [0.7, 0.0, math.nan, 0.6],
            "total_high": [0.9, 0.1, math.nan, 0.8],
            "n": 64,
            "n_failed": 0,
        }
    )


def test_sensitivity():
    frame = sensitive()
    own = frame[frame["target"] == "score"]
    ax = drawn(niem.plot_sensitivity(frame))
    widths = [patch.get_width() for patch in ax.patches]
    assert np.array_equal(widths, [*own["first"], *own["total"]], equal_nan=True)
    assert labels(ax.yaxis) == ["$w$", "_gaps", "constant"]
    assert lines(ax)[0][1:] == (0.5, 0.7) and lines(ax, 1)[0][1:] == (0.7, 0.9)
    assert texts(ax) == ["no value"]
    ax = drawn(niem.plot_sensitivity(frame, "score", kind="stack"))
    (_, start, more), (_, _, none) = bars(ax)[3:5]
    assert (start, start + more) == (0.6, pytest.approx(0.8)) and none == 0
    assert ax.get_title(loc="left").startswith("Sensitivity of score")
    with pytest.raises(niem.errors.NiemReferenceError, match="score, rank"):
        niem.plot_sensitivity(frame, "change")


def test_uncertainty_of_scores(scores):
    made = niem.uncertainty(scores.framework, scores.answers, replicates=64, seed=3)
    ax = drawn(niem.plot_uncertainty(made, framework=scores.framework))
    table = made.to_frame()
    table = table[table["round"] == "2021"].sort_values("rank", kind="stable")
    assert labels(ax.yaxis) == [f"Unit {unit}" for unit in table["unit"]]
    has = table[table["rank"].notna()]
    assert [end for _, *end in lines(ax)] == [[a, b] for a, b in zip(has["rank_low"], has["rank_high"])]
    indices = niem.sensitivity(scores.framework, scores.answers, base=64, resamples=20, round="2021")
    ax = drawn(niem.plot_sensitivity(indices, framework=scores.framework))
    own = indices[indices["target"] == indices["target"].iloc[0]]
    widths = [patch.get_width() for patch in ax.patches]
    assert np.array_equal(widths, [*own["first"], *own["total"]], equal_nan=True)
    drawn(niem.plot_sensitivity(indices, "score", unit="_u", kind="stack"))


def test_correlations_of_scores(scores):
    table = scores.correlations(level="indicator")
    ax = drawn(niem.plot_corr(table, significance=1, framework=scores.framework))
    own = table[table["round"] == "2021"]
    assert len(labels(ax.xaxis)) == 4
    assert len(texts(ax)) == 2 * own["correlation"].notna().sum()
    drawn(niem.plot_corr(scores.correlations(level="dimension", pairs="parent", round="2021")))


def correlated():
    pairs = [
        ("R1", "R2", 0.95, 0.001, "high"),
        ("R1", "H1", -0.5, 0.04, "negative"),
        ("R2", "H1", 0.1, 0.8, "low"),
    ]
    made = pd.DataFrame(pairs, columns=["node_a", "node_b", "correlation", "p_adjusted", "flag"])
    return made.assign(round="2021", group="g", relation="other", n=14, p=made["p_adjusted"])


def test_correlations(scores):
    ax = drawn(niem.plot_corr(correlated(), framework=scores.framework))
    assert labels(ax.xaxis) == labels(ax.yaxis) == ["$R_1$ & <i>: One $x^2$"] * 2 + ["_three"]
    assert sorted(texts(ax)) == sorted(["0.95", "-0.50"] * 2)  # the third is not significant
    filled = [p for p in ax.patches if p.get_fill()]
    frames = [p for p in ax.patches if not p.get_fill() and p.get_width() < 1]
    boxes = [p for p in ax.patches if not p.get_fill() and p.get_width() >= 1]
    assert len(filled) == 6 and len(frames) == 6
    assert [(p.get_x(), p.get_width()) for p in boxes] == [(-0.5, 2), (1.5, 1)]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["high", "low", "negative"]
    assert "blank: p > 0.05" in ax.get_title(loc="left")
    assert len(texts(niem.plot_corr(correlated(), significance=1))) == 6


def test_correlations_with_what_is_above():
    frame = correlated().assign(node_b="overall", relation="ancestor", flag=None)[:2]
    ax = drawn(niem.plot_corr(frame, labels=False))
    assert (labels(ax.xaxis), labels(ax.yaxis)) == (["overall"], ["R1"])


# --- all ---


def test_axes_of_yours(scores):
    _, axes = plt.subplots(1, 2)
    assert scores.plot_bar(ax=axes[0]) is axes[0]
    assert scores.plot_framework(ax=axes[1]) is axes[1]
    assert len(axes[0].patches) == 5


def test_one_unit(scores):
    for draw in (scores.plot_bar, scores.plot_bounds, scores.plot_dot, scores.plot_dist):
        drawn(draw(units=["_u"]))
    drawn(scores.plot_dist(kind="violin", units=["_u"]))
    drawn(scores.plot_scatter("r", "h", units=["_u"]))
    drawn(scores.plot_scatter("r", "h", units=["PL"]))  # none has both
    drawn(niem.plot_change(scores.change("2019", "2021", node="overall", units=["_u"])))


def test_other_scales(scores):
    fw = scores.framework.to_dict()
    for indicator in fw["indicators"]:
        indicator["scale"] = {"kind": "numeric", "direction": 1}
    rows = scores.answers.to_frame()[["unit", "round", "group", "indicator", "answer"]]
    method = {"format": "niem-method/1", "steps": [{"step": "normalise", "method": "zscore"}]}
    fw = niem.load_framework(fw)
    made = niem.score(fw, niem.read_answers(rows, fw), method, index="overall")
    ax = drawn(made.plot_bar(stack=True))
    assert ax.get_xlabel() == "score" and ax.get_xlim()[0] < 0
    parts = made.contributions(round="2021").dropna(subset=["contribution"])
    assert (parts["contribution"] < 0).any()
    ends = [x + w for _, x, w in bars(ax)] + [x for _, x, _ in bars(ax)]
    up = parts[parts["contribution"] > 0].groupby("unit")["contribution"].sum().max()
    down = parts[parts["contribution"] < 0].groupby("unit")["contribution"].sum().min()
    assert max(ends) == pytest.approx(up) and min(ends) == pytest.approx(down)


def test_errors(scores):
    for draw in (scores.plot_bar, scores.plot_bounds, scores.plot_dot, scores.plot_dist):
        with pytest.raises(niem.errors.NiemReferenceError):
            draw("nothing")
    with pytest.raises(niem.errors.NiemReferenceError):
        scores.plot_scatter("r", "nothing")
    with pytest.raises(niem.errors.NiemArgumentError, match="group: one group"):
        scores.plot_bar(group="*")
    with pytest.raises(niem.errors.NiemArgumentError, match="one node"):
        scores.plot_bar(level="dimension")
    with pytest.raises(niem.errors.NiemArgumentError, match="box, dot"):
        scores.plot_dist(kind="pie")
    with pytest.raises(niem.errors.NiemArgumentError, match="sunburst"):
        scores.plot_framework(kind="pie")
    with pytest.raises(niem.errors.NiemArgumentError, match="not both"):
        scores.plot_dist(["r"], level="dimension")
    with pytest.raises(TypeError):
        scores.plot_bar(colour="red")
    for draw in (niem.plot_uncertainty, niem.plot_sensitivity, niem.plot_corr):
        with pytest.raises(niem.errors.NiemArgumentError, match="must be a frame"):
            draw(7)


def test_places_apart():
    from niem.drawing import apart

    assert apart([1.0, 5.0], 1) == [1.0, 5.0]
    assert apart([5.0, 5.0, 1.0], 2) == [4.0, 6.0, 1.0]
    assert apart([], 1) == []
    moved = apart([3.0, 1.0, 2.0, 2.5], 1.0)
    assert sorted(moved) == [moved[1], moved[2], moved[3], moved[0]]
    assert all(b - a >= 1 - 1e-12 for a, b in zip(sorted(moved), sorted(moved)[1:]))


def test_matplotlib_is_loaded_late_and_asked_for():
    code = (
        "import sys, niem\n"
        "assert 'matplotlib' not in sys.modules\n"
        "sys.modules['matplotlib'] = None\n"
        "sys.modules['matplotlib.pyplot'] = None\n"
        "fw = niem.load_framework('niem')\n"
        "scores = niem.score(fw, niem.synthetic(fw, units=['PL'], rounds=['2021']))\n"
        "try:\n    scores.plot_bar()\n"
        "except ImportError as error:\n    print(error)\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    assert found.stdout.strip() == "plots are drawn by matplotlib; install it with: pip install 'niem[plots]'"
