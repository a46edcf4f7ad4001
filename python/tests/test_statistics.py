"""Statistics of bare matrices: labels and shapes, what must hold for any data, refusals, and certified answers of others.

Tests with the tables of third parties run where NIEM_REFERENCE_DATA names the folder that holds them.
"""

import csv
import itertools
import json
import math
import os
from pathlib import Path

import niem
import numpy as np
import pandas as pd
import pytest
from niem import errors

NAN = math.nan
REFERENCES = Path(os.environ.get("NIEM_REFERENCE_DATA", "/nonexistent")) / "refs"
METHODS = ("pearson", "spearman", "kendall")


def reference(*names):
    path = REFERENCES.joinpath(*names)
    if not path.exists():
        pytest.skip("the reference data are not here")
    return path


@pytest.fixture
def x():
    draw = np.random.default_rng(11)
    x = np.round(10 * draw.standard_normal((40, 1)) + 10 * draw.standard_normal((40, 5)), 1)
    x[draw.random(x.shape) < 0.05] = NAN
    return x


@pytest.fixture
def frame(x):
    return pd.DataFrame(x, index=[f"U{i:02}" for i in range(len(x))], columns=list("abcde"))


def test_what_the_page_works_out_by_hand():
    """docs/method/statistics.md."""
    found = niem.describe([[0], [2], [4], [NAN], [10]]).iloc[0]
    assert (found["n"], found["available"], found["mean"], found["median"], found["q25"], found["q75"]) == (
        4,
        0.8,
        4,
        3,
        1.5,
        5.5,
    )
    assert abs(found["deviation"] ** 2 - 56 / 3) < 1e-14
    tau = niem.correlate([[1, 1], [2, 3], [3, 2], [4, 4]], method="kendall")
    assert abs(tau.r[0, 1] - 2 / 3) < 1e-15 and abs(tau.p[0, 1] - 1 / 3) < 1e-15
    assert abs(niem.cronbach_alpha([[1, 1], [2, 3], [3, 2]]).report["alpha"] - 2 / 3) < 1e-15
    pair = [[1, 1], [2, 3], [3, 2]]  # r = 1/2
    components = niem.principal_components(pair, components=2)
    np.testing.assert_allclose(components.eigenvalues["eigenvalue"], [1.5, 0.5], rtol=1e-14)
    np.testing.assert_allclose(np.abs(components.loadings), np.sqrt([[0.75, 0.25]] * 2), rtol=1e-14)
    assert abs(components.report["kmo"] - 0.5) < 1e-14


# --- probabilities ---


def test_one_number_an_array_and_a_series():
    assert isinstance(niem.probability(1.96), float)
    assert niem.probability(0) == 0.5
    assert niem.probability([[0, NAN]]).shape == (1, 2)
    series = niem.critical_value(pd.Series([0.5, 0.025], index=["a", "b"]), "t", "both", df1=9)
    assert list(series.index) == ["a", "b"] and abs(series["b"] - 2.6850108468) < 1e-9
    assert niem.critical_value(1, "chi_squared", df1=2) == math.inf
    assert niem.adjust_p_values(pd.Series([0.01, NAN, 0.04], index=list("xyz")), "bh").to_dict()["x"] == 0.02


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"distribution": "cauchy"}, "distribution"),
        ({"tail": "middle"}, "tail"),
        ({"distribution": "t"}, "df1"),
        ({"df1": 3}, "df1"),
        ({"distribution": "f", "df1": 3, "df2": -1}, "df2"),
    ],
)
def test_probabilities_refused(options, where):
    with pytest.raises(errors.NiemError) as caught:
        niem.probability(1, **options)
    assert caught.value.where == where


def test_other_refusals_of_vectors():
    with pytest.raises(TypeError, match="df3"):
        niem.probability(1, df3=1)
    with pytest.raises(errors.NiemArgumentError, match="vector"):
        niem.adjust_p_values([[0.5]])
    with pytest.raises(errors.NiemArgumentError, match="holm"):
        niem.adjust_p_values([0.5], "sidak")
    with pytest.raises(errors.NiemValueError):
        niem.critical_value([0.5, 2])


def test_distributions_of_the_reference():
    names = {
        "pnorm": ("normal", "lower"),
        "pt_upper": ("t", "upper"),
        "pchisq_upper": ("chi_squared", "upper"),
        "pf_upper": ("f", "upper"),
    }
    seen = set()
    with reference("libm", "distributions.csv").open() as file:
        for row in csv.DictReader(file):
            given = {f"df{k}": float(row[f"a{k + 1}"]) for k in (1, 2) if row[f"a{k + 1}"]}
            name, value = row["fn"], float(row["value25"])
            if name == "qnorm":
                found = niem.critical_value(float(row["a1"]))
            else:
                found = niem.probability(float(row["a1"]), *names[name], **given)
            assert abs(found - value) <= 1e-14 * abs(value), row
            seen.add(name)
    assert seen == {*names, "qnorm"}


def test_adjusted_p_values_of_the_reference():
    for case in json.loads(reference("multiple_comparisons", "p_adjust.json").read_text()).values():
        for name in ("holm", "hochberg", "hommel", "bonferroni", "BH", "BY"):
            found = niem.adjust_p_values(case["p"], name.lower())
            np.testing.assert_allclose(found, case["adj"][name], rtol=1e-14)


# --- description ---


def test_described_as_pandas_does(frame):
    found = niem.describe(frame)
    assert list(found.index) == list("abcde")
    for name, other in {
        "mean": "mean",
        "deviation": "std",
        "skewness": "skew",
        "kurtosis": "kurt",
        "median": "median",
    }.items():
        np.testing.assert_allclose(found[name], getattr(frame, other)(), rtol=1e-12)
    for name, p in {"q05": 0.05, "q25": 0.25, "q75": 0.75, "q95": 0.95}.items():
        np.testing.assert_allclose(found[name], frame.quantile(p), rtol=1e-12)
    assert (found["n"] == frame.count()).all() and (found["n_unique"] == frame.nunique()).all()
    assert (found["n"] + found["n_missing"] == len(frame)).all()


def test_flags_in_words():
    found = niem.describe([[0, 1, NAN], [0, 1, NAN], [0, 2, 5], [7, 3, NAN]], min_unique=0.6)
    assert list(found["flags"]) == ["nonzero unique", "", "available constant"]
    with pytest.raises(TypeError, match="min_zero"):
        niem.describe([[1]], min_zero=1)


def test_certified_means_and_deviations():
    folder = reference("nist", "csv")
    for entry in json.loads(reference("nist", "nist_univariate.json").read_text()):
        path = folder / f"{entry['name']}.csv"
        values = [float(line) for line in path.read_text().split()[1:]]
        truth = entry["exact_from_double_rounded_data"]
        found = niem.describe(np.array(values)[:, None])
        assert abs(found["mean"][0] - float(truth["mean"])) <= 1e-15 * abs(float(truth["mean"])), entry[
            "name"
        ]
        assert abs(found["deviation"][0] - float(truth["sd"])) <= 2e-15 * float(truth["sd"]), entry["name"]


# --- correlations ---


@pytest.mark.parametrize("method", METHODS)
def test_correlated_as_pandas_does(frame, method):
    """But for tau-b, which pandas has from SciPy: here it is counted pair by pair."""
    found = niem.correlate(frame, method=method)
    assert list(found.r.index) == list(found.p.columns) == list("abcde")
    for a, b in itertools.combinations("abcde", 2):
        both = frame[[a, b]].dropna()
        if method == "kendall":
            signs = [np.sign(np.subtract.outer(v, v)) for v in (both[a].to_numpy(), both[b].to_numpy())]
            wanted = (signs[0] * signs[1]).sum() / np.sqrt((signs[0] ** 2).sum() * (signs[1] ** 2).sum())
        else:
            ranked = both.rank() if method == "spearman" else both
            wanted = np.corrcoef(ranked[a], ranked[b])[0, 1]
        assert abs(found.r.loc[a, b] - wanted) < 1e-13
        assert found.n.loc[a, b] == len(both) and 0 <= found.p.loc[a, b] <= 1


@pytest.mark.parametrize("method", METHODS)
def test_what_correlations_do_not_see(x, method):
    draw = np.random.default_rng(3)
    found = niem.correlate(x, method=method)
    rows, columns = draw.permutation(x.shape[0]), draw.permutation(x.shape[1])
    mixed = niem.correlate(x[rows][:, columns], method=method)
    again = niem.correlate(x, x[:, [1]], method=method)
    scaled = niem.correlate(4 * x + 16, method=method)
    turned = niem.correlate(x, -x, method=method)
    for part, reordered in zip(found, mixed):
        np.testing.assert_array_equal(reordered, part[np.ix_(columns, columns)])
    for part, one in zip(found, again):
        np.testing.assert_allclose(one[:, 0], part[:, 1], rtol=1e-12)
    np.testing.assert_allclose(scaled.r, found.r, rtol=1e-12)
    np.testing.assert_allclose(turned.r, -found.r, rtol=1e-12)
    np.testing.assert_allclose(turned.p, found.p, rtol=1e-9, atol=1e-100)


def test_correlations_refused(frame):
    with pytest.raises(errors.NiemMismatchError, match="other rows"):
        niem.correlate(frame, frame.iloc[::-1])
    with pytest.raises(errors.NiemMismatchError, match="3 rows"):
        niem.correlate(frame, np.ones((3, 1)))
    with pytest.raises(errors.NiemUnsupportedError, match="ties"):
        niem.correlate([[1, 1], [2, 1], [3, 2]], method="kendall", test="exact")
    with pytest.raises(errors.NiemArgumentError, match="spearman"):
        niem.correlate(frame, method="phi")


def test_the_progress_of_correlations_can_stop_them(frame):
    def stop(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        niem.correlate(frame, progress=stop)


# --- reliability ---


def test_reliability_of_the_reference():
    data = json.loads(reference("cronbach_omega", "reliability.json").read_text())
    found = niem.cronbach_alpha(data["attitude"]["data"]).report
    psych = data["attitude"]["psych"]
    names = {
        "alpha": "raw_alpha",
        "standardised": "std.alpha",
        "lambda_6": "G6(smc)",
        "average_r": "average_r",
    }
    for own, other in names.items():
        assert abs(found[own] - psych[other]) < 1e-13


def test_what_alpha_does_not_see(frame):
    whole = frame.dropna()
    found = niem.cronbach_alpha(frame)
    assert found.report["n"] == len(whole) and list(found.items.index) == list("abcde")
    assert niem.cronbach_alpha(whole).report == found.report
    shifted = niem.cronbach_alpha(4 * whole + 32)
    assert abs(shifted.report["alpha"] - found.report["alpha"]) < 1e-13
    turned = whole.assign(b=100 - whole["b"])
    reversed_ = niem.cronbach_alpha(turned, directions={"a": 1, "b": -1, "c": 1, "d": 1, "e": 1})
    assert abs(reversed_.report["alpha"] - found.report["alpha"]) < 1e-12
    assert niem.cronbach_alpha(turned).report["n_negative"] == 1
    for name in "abcde":
        rest = niem.cronbach_alpha(whole.drop(columns=name)).report
        assert abs(found.items.loc[name, "alpha_without"] - rest["alpha"]) < 1e-12
    wide = niem.cronbach_alpha(frame, level=0.99).report
    assert wide["low"] < found.report["low"] < found.report["alpha"] < found.report["high"] < wide["high"]
    with pytest.raises(errors.NiemReferenceError, match="'z'"):
        niem.cronbach_alpha(frame, directions={"z": 1})


def test_alpha_of_the_same_column_is_one():
    x = np.array([1.0, 5.0, 2.0, 8.0, 3.0])
    assert abs(niem.cronbach_alpha(np.column_stack([x, x, x])).report["alpha"] - 1) < 1e-15


def test_one_factor(frame):
    found = niem.mcdonald_omega(frame)
    assert found.report["converged"] == 1 and list(found.loadings.index) == list("abcde")
    r = niem.correlate(frame.dropna()).r.to_numpy()
    loadings = found.loadings.to_numpy()
    left = r - np.outer(loadings, loadings)
    np.fill_diagonal(left, 0)
    np.testing.assert_allclose(left @ loadings, 0, atol=1e-10)  # no loading can be bettered
    assert abs(found.report["residual"] - np.sqrt((left**2).sum() / 20)) < 1e-12
    turned = niem.mcdonald_omega(frame.assign(c=-frame["c"]), directions=[1, 1, -1, 1, 1])
    assert abs(turned.report["omega"] - found.report["omega"]) < 1e-10
    with pytest.raises(errors.NiemValueError, match="three"):
        niem.mcdonald_omega(frame[["a", "b"]])


# --- principal components ---


def test_components_of_the_reference():
    data = json.loads(reference("clustering_pca", "clustering_pca.json").read_text())["usarrests"]
    found = niem.principal_components(data["data"], components=4)
    np.testing.assert_allclose(
        np.sqrt(found.eigenvalues["eigenvalue"]), data["prcomp_scaled"]["sdev"], rtol=1e-13
    )
    kmo = list(data["kmo"].values())
    np.testing.assert_allclose([found.report["kmo"], *found.adequacy], kmo, rtol=1e-12)
    assert abs(found.report["bartlett"] / data["bartlett"]["chisq"] - 1) < 1e-12
    assert abs(found.report["p"] / data["bartlett"]["p.value"] - 1) < 1e-11
    vectors = np.abs(found.loadings / np.sqrt(found.eigenvalues["eigenvalue"].to_numpy()))
    np.testing.assert_allclose(vectors, np.abs(data["prcomp_scaled"]["rotation"]), rtol=1e-10)


@pytest.mark.parametrize("of", ["correlations", "covariances"])
def test_components_as_numpy_has_them(frame, of):
    whole = frame.dropna()
    square = np.corrcoef(whole.T) if of == "correlations" else np.cov(whole.T)
    found = niem.principal_components(frame, of, rotation="varimax", components=3)
    np.testing.assert_allclose(found.eigenvalues["eigenvalue"], np.linalg.eigvalsh(square)[::-1], rtol=1e-12)
    whole_again = niem.principal_components(frame, of, components=5)
    np.testing.assert_allclose(whole_again.loadings @ whole_again.loadings.T, square, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(
        found.loadings.to_numpy() @ found.rotation.to_numpy(), found.rotated, atol=1e-12
    )
    assert list(found.scores.index) == list(frame.index) and list(found.scores.columns) == [1, 2, 3]
    assert found.scores.isna().any(axis=1).equals(frame.isna().any(axis=1))
    np.testing.assert_allclose(found.scores.var(), found.eigenvalues["eigenvalue"][:3], rtol=1e-12)
    assert (found.loadings.sum() >= 0).all() and (found.rotated.sum() >= 0).all()


def test_components_without_labels_and_rotation(x):
    found = niem.principal_components(x)
    assert found.rotated is None and found.rotation is None and found.rotated_shares is None
    assert isinstance(found.loadings, np.ndarray) and found.loadings.shape == (
        5,
        found.report["n_components"],
    )
    assert found.report["n_components"] == (found.eigenvalues["eigenvalue"] >= 1).sum()
    with pytest.raises(errors.NiemArgumentError, match="components"):
        niem.principal_components(x, components=6)
    with pytest.raises(errors.NiemArgumentError, match="varimax"):
        niem.principal_components(x, rotation="promax")


def test_inputs_stay_as_they_are(frame):
    before = frame.copy()
    for call in (
        niem.describe,
        niem.correlate,
        niem.cronbach_alpha,
        niem.mcdonald_omega,
        niem.principal_components,
    ):
        call(frame)
    pd.testing.assert_frame_equal(frame, before)
