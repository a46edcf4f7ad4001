"""The methods for bare matrices: cases worked by hand, frames, views, gaps and refusals."""

import copy
import math

import niem
import numpy as np
import pandas as pd
import pytest
from niem import errors

NAN = math.nan
X = np.array([[1.0, 10.0], [2.0, 40.0], [3.0, NAN], [5.0, 50.0]])
FULL = np.array([[1.0, 10.0], [2.0, 40.0], [3.0, 20.0], [5.0, 50.0]])


@pytest.fixture
def frame():
    return pd.DataFrame(X, index=["PL", "CZ", "LT", "HU"], columns=["jobs", "homes"])


@pytest.fixture
def full():
    return pd.DataFrame(FULL, index=["PL", "CZ", "LT", "HU"], columns=["jobs", "homes"])


def same(found, wanted):
    """The same numbers, NaN for NaN, to the bit."""
    np.testing.assert_array_equal(np.asarray(found, dtype=float), np.asarray(wanted, dtype=float))


# --- normalisation ---

NORMALISED = {
    "minmax": ({}, [[0, 0], [25, 75], [50, NAN], [100, 100]]),
    "scaled": ({"low": [0, 0], "high": [10, 100]}, [[10, 10], [20, 40], [30, NAN], [50, 50]]),
    "goalposts": ({"low": [2, 10], "high": [4, 50]}, [[0, 0], [0, 75], [50, NAN], [100, 100]]),
    "rank": ({}, [[1, 1], [2, 2], [3, NAN], [4, 3]]),
    "percentile_rank": ({}, [[0, 0], [1 / 3, 0.5], [2 / 3, NAN], [1, 1]]),
    "borda": ({"directions": [1, -1]}, [[0, 2], [1, 1], [2, NAN], [3, 0]]),
    "distance_target": ({"targets": [5, 50]}, [[0, 0], [0.25, 0.75], [0.5, NAN], [1, 1]]),
    "distance_reference": ({"reference_row": 3}, [[0, 0], [0.25, 0.75], [0.5, NAN], [1, 1]]),
    "distance_maximum": ({}, [[0, 0], [0.25, 0.75], [0.5, NAN], [1, 1]]),
    "fraction_maximum": ({}, [[0.2, 0.2], [0.4, 0.8], [0.6, NAN], [1, 1]]),
    "bands": ({"cuts": [0.5], "scores": [0, 1]}, [[0, 0], [0, 1], [1, NAN], [1, 1]]),
    "about_mean": ({}, [[-1, -1], [-1, 0], [0, NAN], [1, 1]]),
    "ampi": (
        {"targets": [3, 30], "low": [1, 10], "high": [5, 50]},
        [[70, 70], [85, 115], [100, NAN], [130, 130]],
    ),
}


@pytest.mark.parametrize("method", NORMALISED)
def test_normalise_by_hand(method):
    options, wanted = NORMALISED[method]
    np.testing.assert_allclose(niem.normalise(X, method, **options), wanted, rtol=1e-14, atol=1e-13)


def test_every_method_of_c_has_its_word():
    words = "minmax zscore scaled goalposts rank percentile_rank borda distance_target distance_reference"
    words += " distance_maximum fraction_maximum bands about_mean ampi"
    with pytest.raises(errors.NiemArgumentError, match="'minmx' is not one of minmax, zscore") as caught:
        niem.normalise(X, "minmx")
    assert caught.value.where == "method"
    assert str(caught.value).split("one of ")[1] == ", ".join(words.split())


def test_zscore():
    column = np.array([[1.0], [2.0], [3.0]])
    same(niem.normalise(column, "zscore"), [[-1], [0], [1]])
    same(niem.normalise(column, "zscore", mean=100, sd=10, directions=-1), [[110], [100], [90]])
    found = niem.normalise(column, "zscore", deviation="population")
    assert found[2, 0] == pytest.approx(math.sqrt(1.5), rel=1e-15)


def test_truncate_takes_bools_and_words():
    posts = {"low": [2, 10], "high": [4, 50]}
    same(niem.normalise(X, "goalposts", truncate=False, **posts)[:, 0], [-50, 0, 50, 150])
    same(niem.normalise(X, "goalposts", truncate="no", **posts)[:, 0], [-50, 0, 50, 150])
    same(niem.normalise(X, "scaled", truncate=True, **posts)[:, 0], [0, 0, 50, 100])
    same(niem.normalise(X, "goalposts", truncate="default", **posts)[:, 0], [0, 0, 50, 100])


def test_one_number_stands_for_all_columns():
    same(niem.normalise(X, directions=-1), niem.normalise(X, directions=[-1, -1]))
    wanted = niem.normalise(X, "scaled", low=[0, 0], high=[10, 100])
    same(niem.normalise(X, "scaled", low=0, high=[10, 100]), wanted)


def test_ties_and_constant():
    tied = [[1.0], [2.0], [2.0], [3.0]]
    same(niem.normalise(tied, "rank"), [[1], [2], [2], [4]])
    same(niem.normalise(tied, "rank", ties="average"), [[1], [2.5], [2.5], [4]])
    same(niem.normalise([[7.0, 1], [7, 2], [NAN, 3]], constant=50), [[50, 0], [50, 50], [NAN, 100]])


def test_normaliser_learns_on_one_matrix_and_applies_to_another(frame):
    made = niem.Normaliser(frame, "minmax")
    same(made.apply(frame), niem.normalise(frame))
    later = made.apply(frame.assign(jobs=frame["jobs"] + 4))
    same(later["jobs"], [100, 125, 150, 200])
    assert list(later.index) == list(frame.index)
    same(made.apply(X[:1]), [[0, 0]])
    assert copy.deepcopy(made) is made
    cut = niem.Normaliser(X, truncate=True)
    same(cut.apply([[9, -9]]), [[100, 0]])


def test_normaliser_outlives_what_it_was_made_of():
    x, directions = FULL.copy(), np.array([1.0, -1.0])
    made = niem.Normaliser(x, directions=directions)
    wanted = made.apply(FULL)
    x[:], directions[:] = NAN, 1.0
    same(made.apply(FULL), wanted)


def test_normaliser_refuses_other_columns(frame):
    made = niem.Normaliser(frame)
    with pytest.raises(errors.NiemMismatchError, match="other columns than the fit"):
        made.apply(frame[["homes", "jobs"]])
    with pytest.raises(errors.NiemMismatchError):
        made.apply([[1.0, 2.0, 3.0]])
    with pytest.raises(errors.NiemUnsupportedError):
        niem.Normaliser(frame, "rank", ties="first")
    empty = niem.Normaliser([[1.0, NAN], [2.0, NAN]])
    same(empty.apply([[1.0, NAN]]), [[0, NAN]])
    with pytest.raises(errors.NiemValueError):
        empty.apply([[1.0, 3.0]])


# --- aggregation ---

A = np.array([[1.0, 4.0], [4.0, NAN], [NAN, NAN], [9.0, 1.0]])
AGGREGATED = {
    "arithmetic": ({"weights": [1, 3]}, [3.25, 4, NAN, 3]),
    "geometric": ({}, [2, 4, NAN, 3]),
    "harmonic": ({}, [1.6, 4, NAN, 1.8]),
    "power": ({"power": 2}, [math.sqrt(8.5), 4, NAN, math.sqrt(41)]),
    "median": ({}, [2.5, 4, NAN, 5]),
    "minimum": ({}, [1, 4, NAN, 1]),
    "maximum": ({}, [4, 4, NAN, 9]),
    "owa": ({"order_weights": [1, 3]}, [1.75, 4, NAN, 3]),
    "mean_min": ({"alpha": 0.5}, [1.75, 4, NAN, 3]),
    "ampi": ({}, [2.5 - 2.25 / 2.5, 4, NAN, 5 - 16 / 5]),
    "mpi": ({"deviation": "population"}, [2.5 - 2.25 / 2.5, 4, NAN, 5 - 16 / 5]),
}


@pytest.mark.parametrize("method", AGGREGATED)
def test_aggregate_by_hand(method):
    options, wanted = AGGREGATED[method]
    np.testing.assert_allclose(niem.aggregate(A, method, **options), wanted, rtol=1e-14)


def test_aggregate_by_comparing_units():
    same(niem.aggregate(FULL, "copeland"), [-3, 0, 0, 3])
    same(niem.aggregate(FULL, "borda"), [0, 3, 3, 6])
    wroclaw = niem.aggregate(FULL, "wroclaw")
    assert wroclaw[3] == 0 and wroclaw.argmax() == 0
    same(niem.aggregate(A, min_available=0.75), [2.5, NAN, NAN, 5])
    assert niem.aggregate([[0.0, 3.0]], "geometric", offset=1) == [1.0]


def test_outranking():
    wanted = [[1, 0.25, 0], [0.75, 1, 0.375], [1, 0.625, 1]]
    found = niem.outranking([[1.0, 2.0], [0.0, 3.0], [2.0, 3.0]], weights=[1, 3])
    np.testing.assert_allclose(found, wanted, rtol=1e-15)
    same(found + found.T, np.ones((3, 3)) + np.eye(3))
    same(niem.outranking([[1.0, NAN], [NAN, 1.0]]), [[1, NAN], [NAN, 1]])
    same(niem.outranking([[1.0], [1.5]], tolerance=0.5), [[1, 0.5], [0.5, 1]])


# --- treatment ---


def outlier():
    return np.array([[float(k), float(k % 4)] for k in range(1, 12)] + [[1000.0, 1.0]])


def test_treat_winsorises_an_outlier():
    found = niem.treat(outlier())
    same(found.values[:, 0], [*range(1, 12), 11])
    same(found.values[:, 1], outlier()[:, 1])
    same(found.marks[:, 0], [0] * 11 + [1])
    assert found.marks.dtype == np.int32 and not found.marks[:, 1].any()
    assert list(found.report["treated"]) == [1, 0] and list(found.report["passes"]) == [1, 1]
    assert list(found.report["n_high"]) == [1, 0] and list(found.report["n_low"]) == [0, 0]
    assert found.report["skewness_before"][0] > 2 > found.report["skewness"][0]


def test_treat_options():
    left = niem.treat(outlier(), columns=[False, True])
    same(left.values, outlier())
    logs = niem.treat(outlier(), winsorise=False, transform="log", force=True, columns=[1, 0])
    same(logs.values[:, 0], niem.log(outlier()[:, 0]))
    same(logs.marks, np.c_[np.full(12, 4), np.zeros(12)])
    box = niem.treat(outlier(), winsorise=False, transform="box_cox", lambda_=2, columns=[1, 0], force=True)
    same(box.values[:3, 0], [0, 1.5, 4])
    assert box.report["lambda"][0] == 2 and math.isnan(box.report["lambda"][1])
    tiny = niem.treat([[1.0], [NAN], [3.0]])
    assert tiny.report["passes"][0] == -1
    same(tiny.values, [[1], [NAN], [3]])


# --- weights ---


def test_weights():
    same(niem.weights(FULL).weights, [0.5, 0.5])
    found = niem.weights(FULL, "pca")
    np.testing.assert_allclose(found.weights, [0.5, 0.5], rtol=1e-14)
    assert found.report["n_rows"] == 4 and 0.5 < found.report["explained"] <= 1
    assert niem.weights(X, "pca").report["n_rows"] == 3
    np.testing.assert_allclose(
        niem.weights([[1.0, 2], [2, 4], [3, 6]], "deviation").weights, [1 / 3, 2 / 3], rtol=1e-15
    )
    for method in ("entropy", "critic"):
        assert niem.weights(FULL, method).weights.sum() == pytest.approx(1)
    even = niem.weights(FULL, "influence", targets=[1, 1])
    assert even.report["reached"] == 1
    np.testing.assert_allclose(even.shares, [0.5, 0.5], atol=1e-9)
    with pytest.raises(errors.NiemValueError):
        niem.weights([[1.0, 1], [1, 2], [1, 3]], "pca")


def test_weights_of_experts():
    same(niem.weights_budget([[30, 70], [10, 10]]), [0.4, 0.6])
    same(niem.weights_budget([[100, NAN], [50, 50]]), [0.75, 0.25])
    found = niem.weights_ahp([[1, 2, 4], [0.5, 1, 2], [NAN, NAN, 1]])
    np.testing.assert_allclose(found.weights, [4 / 7, 2 / 7, 1 / 7], rtol=1e-14)
    assert found.ratio == pytest.approx(0, abs=1e-14) and found.eigenvalue == pytest.approx(3)
    with pytest.raises(errors.NiemValueError):
        niem.weights_ahp([[1, 2], [2, 1]])


def test_benefit_of_doubt():
    found = niem.benefit_of_doubt([[2.0, 1], [1, 2], [1, 1], [NAN, 9]])
    np.testing.assert_allclose(found.scores, [1, 1, 2 / 3, NAN], rtol=1e-14)
    np.testing.assert_allclose(found.weights[2], [1 / 3, 1 / 3], rtol=1e-14)
    assert np.isnan(found.weights[3]).all()
    even = niem.benefit_of_doubt([[2.0, 1], [1, 1]], least_shares=0.5)
    np.testing.assert_allclose(even.scores, [1, 2 / 3], rtol=1e-14)
    with pytest.raises(errors.NiemValueError):
        niem.benefit_of_doubt(FULL, least_shares=[0.6, 0.6])


# --- imputation, screening, denomination ---


def test_impute_by_column_and_row():
    found = niem.impute(X)
    assert found.values[2, 1] == 100 / 3
    same(found.marks, np.isnan(X))
    assert found.report == {"n_missing": 1, "n_imputed": 1, "n_left": 0, "iterations": 0}
    assert niem.impute(X, "median").values[2, 1] == 40
    assert niem.impute(X, "row_mean").values[2, 1] == 3
    same(found.sources, np.full((4, 2), -1))


def test_impute_in_groups_of_any_labels():
    labels = ["east", "west", "west", None]
    found = niem.impute(X, "mean", groups=labels)
    assert found.values[2, 1] == 40
    same(niem.impute(X, "mean", groups=[0, 1, 1, -1]).values, found.values)
    for others in ([2**40, 1, 1, None], [0.5, 1, 1, NAN], pd.Categorical(labels), np.array([0, 1, 1, -1.0])):
        same(niem.impute(X, "mean", groups=others).values, found.values)
    same(niem.impute(X, "mean", groups=[1, -1, -1, 1]).values[2], [3, NAN])
    alone = niem.impute(X, "mean", groups=["a", "b", "c", "d"])
    assert alone.report["n_left"] == 1 and math.isnan(alone.values[2, 1])
    wide = niem.impute(X, "mean", groups=["a", "b", "c", "d"], fallback=True)
    assert wide.values[2, 1] == 100 / 3 and wide.marks[2, 1] == 2


def test_impute_in_time():
    panel = [[1.0], [NAN], [5.0], [NAN]]
    options = {"units": ["PL", "PL", "PL", "CZ"], "times": [2017, 2019, 2021, 2021]}
    found = niem.impute(panel, "latest", **options)
    same(found.values, [[1], [1], [5], [NAN]])
    same(found.sources, [[-1], [0], [-1], [-1]])
    same(niem.impute(panel, "latest", max_age=1, **options).values, panel)
    same(niem.impute(panel, "linear", **options).values, [[1], [3], [5], [NAN]])
    with pytest.raises(errors.NiemValueError, match="every row belongs to one") as caught:
        niem.impute(panel, "latest", units=["PL", None, "PL", "CZ"], times=[1, 2, 3, 4])
    assert (caught.value.row, caught.value.where) == (2, "units")


def test_impute_by_other_columns():
    line = np.array([[1.0, 2], [2, 4], [3, 6], [4, 8], [5, NAN]])
    found = niem.impute(line, "regression", predictors=[True, False])
    assert found.values[4, 1] == pytest.approx(10, rel=1e-12)
    near = niem.impute([[1.0, 7], [1, 9], [50, 100], [1, NAN]], "neighbours", neighbours=2)
    assert near.values[3, 1] == 8
    noisy = np.array([[1.0, 2.5], [2, 3.5], [3, 6.5], [4, 7.5], [5, NAN]])
    em = niem.impute(noisy, "em")
    assert em.report["iterations"] >= 1 and em.values[4, 1] == pytest.approx(9.5, rel=1e-4)


def test_screen():
    x = [[1.0, 0, 0], [NAN, NAN, 1], [NAN, NAN, NAN], [0, 0, 0]]
    found = niem.screen(x)
    assert found.keep.dtype == bool
    same(found.keep, [True, False, False, True])
    same(found.available, [1, 1 / 3, 0, 1])
    same(found.nonzero, [1 / 3, 1, NAN, 0])
    same(niem.screen(x, "both").keep, [1, 0, 0, 0])
    same(niem.screen(x, min_available=0.3, forced=[-1, 0, 1, 0]).keep, [0, 1, 1, 1])


def test_denominate():
    people = [[2.0], [4.0], [5.0], [NAN]]
    same(niem.denominate(X, people, [0, -1], scales=[100, 1]), [[50, 10], [50, 40], [60, NAN], [NAN, 50]])
    same(niem.denominate(X, people, [0, None]), [[0.5, 10], [0.5, 40], [0.6, NAN], [NAN, 50]])
    with pytest.raises(errors.NiemValueError):
        niem.denominate(X, [[0.0], [1], [1], [1]], [0, -1])
    with pytest.raises(errors.NiemArgumentError):
        niem.denominate(X, people, [0, 1])
    for short in ({"which": [0]}, {"which": [0, -1], "scales": [1.0]}, {"which": [0, -1], "scales": []}):
        with pytest.raises(errors.NiemArgumentError):
            niem.denominate(X, people, **short)


# --- frames ---


def test_a_frame_in_is_a_frame_out(frame, full):
    treated = niem.treat(frame)
    for found in (niem.normalise(frame), treated.values, treated.marks, niem.impute(frame).values):
        assert found.index.equals(frame.index) and found.columns.equals(frame.columns)
    same(niem.normalise(frame), niem.normalise(X))
    for found in (niem.aggregate(frame), niem.benefit_of_doubt(frame).scores, *niem.screen(frame)):
        assert isinstance(found, pd.Series) and found.index.equals(frame.index)
    for found in (niem.weights(full, "critic").weights, niem.weights(full).shares, niem.weights_budget(full)):
        assert isinstance(found, pd.Series) and list(found.index) == ["jobs", "homes"]
    assert list(niem.treat(frame).report.index) == ["jobs", "homes"]
    square = niem.outranking(frame)
    assert square.index.equals(frame.index) and square.columns.equals(frame.index)
    assert list(frame[niem.screen(frame).keep].index) == ["PL", "CZ", "HU"]
    assert list(niem.aggregate(frame.iloc[::-1]).index) == ["HU", "LT", "CZ", "PL"]


def test_options_by_label(frame, full):
    wanted = niem.normalise(X, directions=[1, -1])
    same(niem.normalise(frame, directions={"homes": -1, "jobs": 1}), wanted)
    same(niem.normalise(frame, directions=pd.Series({"homes": -1, "jobs": 1})), wanted)
    found = niem.weights(full, "deviation").weights
    same(niem.aggregate(full, weights=found[::-1]), niem.aggregate(FULL, weights=found.to_numpy()))
    forced = {"HU": -1, "LT": 1, "PL": 0, "CZ": 0}
    assert list(niem.screen(frame, forced=forced).keep) == [True, True, True, False]
    same(
        niem.normalise(frame, "distance_reference", reference_row="HU"),
        niem.normalise(X, "distance_reference", reference_row=3),
    )
    groups = pd.Series(["west", "west", "east", "east"], index=["LT", "CZ", "HU", "PL"])
    assert niem.impute(frame, groups=groups).values.loc["LT", "homes"] == 40


@pytest.mark.parametrize(
    "given, kind, words",
    [
        ({"jobs": 1}, "NiemReferenceError", "no entry for the column 'homes'"),
        ({"jobs": 1, "homes": 1, "house": 1}, "NiemReferenceError", "'house' is no column of x"),
        ({"jobs": 1, "homes": "x"}, "NiemArgumentError", "must be numbers"),
        ([1, 1, 1], "NiemArgumentError", "3 elements"),
        ([], "NiemArgumentError", "one number at least"),
        ([[1, 1]], "NiemArgumentError", "one number at least"),
        (["1", "1"], "NiemArgumentError", "must be numbers"),
        ([[1, 2], 1], "NiemArgumentError", "must be numbers"),
        ("both", "NiemArgumentError", "must be numbers"),
    ],
)
def test_options_by_label_are_matched_strictly(frame, given, kind, words):
    with pytest.raises(getattr(errors, kind), match=words) as caught:
        niem.normalise(frame, directions=given)
    assert caught.value.where == "directions"


def test_labels_that_cannot_be_matched(frame):
    with pytest.raises(errors.NiemArgumentError, match="no labels"):
        niem.normalise(X, directions={"jobs": 1, "homes": 1})
    panel = frame.set_axis(["PL", "PL", "CZ", "CZ"], axis=0)
    assert niem.screen(panel, forced=pd.Series([0, 0, 1, 0], index=panel.index)).keep.tolist()[2]
    with pytest.raises(errors.NiemAmbiguousError):
        niem.screen(panel, forced={"PL": 0, "CZ": 1})
    with pytest.raises(errors.NiemAmbiguousError):
        niem.normalise(panel, "distance_reference", reference_row="PL")
    with pytest.raises(errors.NiemReferenceError):
        niem.normalise(frame, "distance_reference", reference_row="X")
    with pytest.raises(errors.NiemArgumentError):
        niem.normalise(X, "distance_reference", reference_row="X")


def test_denominators_by_name(frame):
    below = pd.DataFrame({"area": [1.0, 2, 3, 4], "people": [2.0, 4, 5, NAN]}, index=frame.index)
    found = niem.denominate(frame, below, {"homes": None, "jobs": "people"}, scales={"jobs": 100, "homes": 1})
    same(found, [[50, 10], [50, 40], [60, NAN], [NAN, 50]])
    assert found.index.equals(frame.index)
    with pytest.raises(errors.NiemMismatchError):
        niem.denominate(frame, below.iloc[::-1], [0, 0])
    with pytest.raises(errors.NiemReferenceError, match="'persons' is no column of denominators"):
        niem.denominate(frame, below, {"jobs": "persons", "homes": None})


def test_comparisons_of_a_frame():
    names = ["jobs", "homes"]
    table = pd.DataFrame([[1, 3], [1 / 3, 1]], index=names, columns=names)
    assert niem.weights_ahp(table).weights["jobs"] == pytest.approx(0.75)
    assert niem.weights_ahp(table.reset_index(drop=True)).weights["jobs"] == pytest.approx(0.75)
    with pytest.raises(errors.NiemMismatchError):
        niem.weights_ahp(table.iloc[::-1])


# --- what a matrix may be ---


def views():
    big = np.random.default_rng(7).uniform(1, 9, (12, 10))
    big[3, 4] = NAN
    yield big[::2], "every second row"
    yield big.T, "transposed"
    yield big[::-1, ::-3], "backwards"
    yield big[2:9, 1:5], "a part"
    yield np.asfortranarray(big), "column after column"
    yield np.broadcast_to(big[:, :1], (12, 3)), "repeated"
    record = np.zeros(6, dtype=[("flag", "i1"), ("values", "f8", 3)])
    record["values"] = big[:6, :3]
    yield record["values"], "not aligned"
    yield big.astype(">f8"), "of the other byte order"


@pytest.mark.parametrize("view", [pytest.param(view, id=name) for view, name in views()])
def test_views_give_the_bits_of_copies(view):
    kept = np.array(view, dtype=np.float64, order="C")
    same(niem.normalise(view, "zscore"), niem.normalise(kept, "zscore"))
    same(niem.aggregate(view, "geometric"), niem.aggregate(kept, "geometric"))
    same(niem.outranking(view), niem.outranking(kept))
    same(niem.impute(view).values, niem.impute(kept).values)
    same(niem.treat(view).values, niem.treat(kept).values)
    same(niem.weights(view, "deviation").weights, niem.weights(kept, "deviation").weights)
    same(view, kept)


def test_options_may_be_views_too():
    weights = np.array([3.0, 9.0, 1.0, 9.0])[::2]
    same(niem.aggregate(FULL, weights=weights), niem.aggregate(FULL, weights=[3, 1]))


def test_other_numbers_are_converted(frame):
    wanted = niem.normalise(X)
    same(niem.normalise(X.astype(np.float32)), wanted)
    same(niem.normalise(X.tolist()), wanted)
    same(niem.normalise(np.ma.masked_invalid(X)), wanted)
    same(niem.normalise(np.ma.masked_array(FULL, mask=np.isnan(X))), wanted)
    same(niem.normalise([[1, 10], [2, 40], [3, None], [5, 50]]), wanted)
    same(niem.normalise(frame.astype({"jobs": int})), wanted)
    same(niem.normalise(frame.astype({"jobs": "Int64", "homes": "Float64"})), wanted)
    same(niem.normalise(frame.astype(object).where(frame.notna(), None)), wanted)
    same(niem.normalise(np.array([[False], [True]])), [[0], [100]])


@pytest.mark.parametrize(
    "x, words",
    [
        ([1.0, 2.0], "1 dimensions"),
        (3.0, "0 dimensions"),
        (np.zeros((2, 2, 2)), "3 dimensions"),
        (np.empty((0, 2)), "at least one of each"),
        (np.empty((2, 0)), "at least one of each"),
        ([["1", "2"]], "must be numbers"),
        ([[1, "2"]], "must be numbers"),
        ([[1j, 2]], "must be numbers"),
        (pd.DataFrame({"a": [1.0, 2.0], "b": ["1", "2"]}), "is text"),
        (pd.DataFrame({"a": pd.to_datetime(["2021-01-01"])}), "must be numbers"),
        ([[1.0], [1.0, 2.0]], "must be numbers"),
        (None, "0 dimensions"),
    ],
)
def test_what_is_no_matrix_is_refused(x, words):
    with pytest.raises(errors.NiemArgumentError, match=words):
        niem.aggregate(x)


CALLS = {
    "normalise": niem.normalise,
    "aggregate": niem.aggregate,
    "outranking": niem.outranking,
    "treat": niem.treat,
    "weights": niem.weights,
    "weights_budget": niem.weights_budget,
    "weights_ahp": niem.weights_ahp,
    "benefit_of_doubt": niem.benefit_of_doubt,
    "impute": niem.impute,
    "screen": niem.screen,
    "denominate": lambda x: niem.denominate(x, [[1.0], [1.0]], [-1, -1]),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("wrong", [math.inf, -math.inf, 1e200])
def test_infinities_are_refused_with_their_place(name, wrong):
    with pytest.raises(errors.NiemValueError) as caught:
        CALLS[name]([[1.0, 2.0], [wrong, 1.0]])
    assert (caught.value.row, caught.value.column) == (2, 1)


@pytest.mark.parametrize(
    "name", ["normalise", "aggregate", "treat", "weights", "benefit_of_doubt", "impute", "screen"]
)
def test_options_that_are_none(name):
    with pytest.raises(TypeError, match=rf"{name}\(\) has no argument 'wieghts'; it has "):
        CALLS[name](X, wieghts=[1, 1])
    with pytest.raises(TypeError):
        CALLS[name](X, n_columns=2)
    with pytest.raises(TypeError):
        CALLS[name](X, wieghts=None)


@pytest.mark.parametrize(
    "method, options",
    [
        ("minmax", {"targets": [1, 2]}),
        ("rank", {"ties": "best"}),
        ("rank", {"ties": "end"}),
        ("rank", {"ties": 99}),
        ("minmax", {"truncate": "maybe"}),
        ("zscore", {"mean": "5"}),
        ("zscore", {"deviation": "n"}),
        ("goalposts", {"logarithmic": "y"}),
        ("bands", {"cuts": {"a": 0.5}}),
        ("end", {}),
        (99, {}),
        (None, {"cuts": [0.5]}),
    ],
)
def test_options_that_are_wrong(method, options):
    with pytest.raises(errors.NiemArgumentError):
        niem.normalise(FULL, method, **options)


def test_a_constant_column_and_values_without_room():
    with pytest.raises(errors.NiemValueError, match="column 2.*the same"):
        niem.normalise([[1.0, 5.0], [2.0, 5.0]])
    with pytest.raises(errors.NiemValueError) as caught:
        niem.aggregate([[1.0, 2.0], [3.0, 0.0]], "geometric")
    assert (caught.value.row, caught.value.column) == (2, 2)
    for wrong in ([1], [1, 2, 3], [0, 0], [-1, 2], [NAN, 1]):
        with pytest.raises((errors.NiemArgumentError, errors.NiemValueError)):
            niem.aggregate(FULL, weights=wrong)
    for wrong in ({"groups": [0]}, {"groups": []}, {"groups": [[0, 1]]}, {"groups": 1}):
        with pytest.raises(errors.NiemArgumentError):
            niem.impute(X, **wrong)
    with pytest.raises(errors.NiemArgumentError):
        niem.screen(X, forced=["in", "in", "in", "out"])
