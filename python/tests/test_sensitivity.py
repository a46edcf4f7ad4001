"""Sensitivity of a model and weights with noise: what the wrapper adds to the vectors (names, frames, words, refusals)."""

import numpy as np
import pandas as pd
import pytest

import niem
from niem import errors

NAN = float("nan")
INPUTS = ["rain", "wind"]


def model(x):
    return 3 * x["rain"] + x["wind"]


def test_from_sample_to_indices():
    u = niem.sensitivity_sample(512, INPUTS, second_order=True)
    assert list(u.columns) == INPUTS and len(u) == 512 * 6
    y = model(niem.transform_inputs(u, low={"wind": 10, "rain": 0}, high=[1, 20]))
    found = niem.sensitivity_indices(y, INPUTS, second_order=True, level=0.9)
    assert found.indices["input"].tolist() == INPUTS
    # variances 9 / 12 and 100 / 12
    np.testing.assert_allclose(found.indices["first"], [9 / 109, 100 / 109], atol=0.01)
    np.testing.assert_allclose(found.indices["total"], found.indices["first"], atol=0.01)
    assert (found.indices["first_low"] < found.indices["first"]).all()
    assert (found.indices["first_high"] > found.indices["first"]).all()
    assert found.pairs[["input_a", "input_b"]].to_numpy().tolist() == [INPUTS]
    assert abs(found.pairs["second"][0]) < 0.01
    assert found.outputs["n_used"].tolist() == [512]
    np.testing.assert_allclose(found.outputs["mean"], 16.5, rtol=1e-3)


def test_several_outputs_and_failures():
    u = niem.sensitivity_sample(64, 2, source="random", seed=3)
    y = pd.DataFrame({"sum": u.sum(axis=1), "first": u[:, 0]})
    y.loc[6, "sum"] = NAN  # AB_1 of base point 1
    found = niem.sensitivity_indices(y, INPUTS, resamples=0).indices
    assert found["output"].tolist() == ["sum", "sum", "first", "first"]
    assert found["n_failed"].tolist() == [1, 0, 0, 0]
    assert found["first"].notna().all() and found["first_low"].isna().all()
    assert found["total"][3] == 0
    one = niem.sensitivity_indices(y["first"].to_numpy(), 2, resamples=0).indices
    assert one["input"].tolist() == [0, 1] and one["first"].tolist() == found["first"][2:].tolist()


def test_without_pairs_there_are_none():
    found = niem.sensitivity_indices([1.0, 2, 3, 4, 5, 6, 7, 9], 2, resamples=5)
    assert len(found.pairs) == 0 and list(found.pairs.columns)[:3] == ["output", "input_a", "input_b"]


def test_points():
    assert niem.sobol_sequence(4, 2).tolist() == [[0, 0], [0.5, 0.5], [0.75, 0.25], [0.25, 0.75]]
    frame = niem.sobol_sequence(8, INPUTS, scramble="owen", skip=8, seed=5)
    assert list(frame.columns) == INPUTS and ((frame > 0) & (frame < 1)).all(axis=None)
    assert (np.sort(frame["rain"]) // 0.125 == range(8)).all()


def test_discrete_inputs_are_cut_over_all_of_the_interval():
    x = niem.transform_inputs(
        [[0.1, 0.6], [0.4, 1]], kinds=["discrete", "uniform"], choices=[2, None], high=[None, 10]
    )
    assert x.tolist() == [[0, 6], [0, 10]]
    assert niem.transform_inputs([[0.1], [0.9]], kinds="discrete", choices=3).tolist() == [[0], [2]]


def test_noisy_weights():
    given = pd.Series({"law": 2.0, "work": 1, "health": 1})
    found = niem.noisy_weights(given, replicates=50, blocks={"law": "a", "health": "b", "work": "b"})
    assert list(found.columns) == list(given.index) and len(found) == 50
    np.testing.assert_allclose(found["law"], 2, rtol=1e-15)
    np.testing.assert_allclose(found["work"] + found["health"], 2, rtol=1e-15)
    later = niem.noisy_weights(given, replicates=10, first=40, blocks=["a", "b", "b"])
    assert later.to_numpy().tolist() == found[40:].to_numpy().tolist()
    assert niem.noisy_weights([1, 2], method="simplex", replicates=3, rescale=False).shape == (3, 2)


@pytest.mark.parametrize(
    "call, status, where",
    [
        (lambda: niem.sobol_sequence(0, 2), "argument", "n"),
        (lambda: niem.sobol_sequence(2, 0), "argument", "d"),
        (lambda: niem.sobol_sequence(2, 2000), "limit", "d"),
        (lambda: niem.sobol_sequence(2, 2, scramble="sobol"), "argument", "scramble"),
        (lambda: niem.sensitivity_sample(-1, 2), "argument", "n"),
        (lambda: niem.sensitivity_sample(4, 600), "limit", "d"),
        (lambda: niem.sensitivity_sample(4, []), "argument", "d"),
        (lambda: niem.transform_inputs([[0.5]], kinds=["gaussian"]), "argument", "kinds"),
        (lambda: niem.transform_inputs([[2.0]]), "value", "x"),
        (lambda: niem.sensitivity_indices([1.0, 2, 3], 2), "argument", "y"),
        (lambda: niem.sensitivity_indices([1.0, 2, 3, 4], 9), "argument", "n_inputs"),
        (lambda: niem.sensitivity_indices([1.0, 2, 3, 4], 2, first="homma"), "argument", "first"),
        (lambda: niem.noisy_weights([1.0, -1]), "value", "weights"),
        (lambda: niem.noisy_weights([1.0, 1], shares=2), "value", "shares"),
        (lambda: niem.noisy_weights([1.0, 1], blocks=["a", None]), "value", "blocks"),
        (lambda: niem.noisy_weights([1.0, 1], replicates=0), "argument", "replicates"),
    ],
)
def test_refusals(call, status, where):
    with pytest.raises(getattr(errors, f"Niem{status.title()}Error")) as caught:
        call()
    assert caught.value.where == where


def test_progress_can_stop_it():
    def stop(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        niem.sensitivity_indices(np.arange(400.0) % 7, 2, resamples=1000000, progress=stop)


def test_weights_by_correlations():
    x = pd.DataFrame({"a": [1.0, 2, 3, 4, 5, 6], "b": [10.0, 12, 9, 20, 15, 18], "c": [3.0, 1, 4, 2, 6, 5]})
    found = niem.weights(x, "infomax")
    np.testing.assert_allclose(found.weights, (1 / x.std()) / (1 / x.std()).sum(), rtol=1e-14)
    assert found.report["converged"] == 1 and found.report["evaluations"] == 0 and "reserved" not in found.report
    ranked = niem.weights(x, "influence", correlation="kendall")
    assert ranked.report["evaluations"] > 0 and (ranked.weights > 0).all()
    with pytest.raises(errors.NiemArgumentError):
        niem.weights(x, "pca", correlation="spearman")
