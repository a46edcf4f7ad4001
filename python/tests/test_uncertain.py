"""Uncertainty and sensitivity of scores, as users write them; and what many replicates come to, against NumPy with the same
Philox numbers. What a few replicates come to, exactly, is a matter of the conformance vectors.
"""

import pickle

import niem
import numpy as np
import pandas as pd
import pytest

WEIGHTS = [{"name": "weights", "kind": "weights"}]
GAPS = [{"name": "gaps", "kind": "gaps"}]


# --- an index of numbers ---


def panel(units=9, areas=3, dimensions=6, indicators=24, rounds=("2019", "2021"), gaps=0.0, seed=1):
    """Framework, answers, and the answers as an array [round, unit, indicator], NaN for a gap."""
    framework = {
        "format": "niem-framework/1",
        "id": "panel",
        "version": "1",
        "facets": [
            {"id": "area", "values": [{"id": f"a{i}"} for i in range(areas)]},
            {"id": "dimension", "within": "area", "values": [{"id": f"d{i}", "within": f"a{i % areas}"} for i in range(dimensions)]},
        ],
        "rounds": [{"id": name} for name in rounds],
        "indicators": [
            {"id": f"I{i:03}", "dimension": f"d{i % dimensions}", "scale": {"kind": "numeric", "worst": 0, "best": 100}} for i in range(indicators)
        ],
        "indexes": [{"id": "overall", "levels": ["area", "dimension"]}],
    }
    random = np.random.default_rng(seed)
    x = np.round(random.random((len(rounds), units, indicators)) * 100, 2)
    x[random.random(x.shape) < gaps] = np.nan
    rows = [
        {"unit": f"U{u:03}", "round": name, "indicator": f"I{i:03}", "answer": x[r, u, i]}
        for r, name in enumerate(rounds)
        for u in range(units)
        for i in range(indicators)
        if not np.isnan(x[r, u, i])
    ]
    made = niem.load_framework(framework)
    return made, niem.read_answers(pd.DataFrame(rows), made), x


def philox(counter, seed):
    """Philox4x32-10 over arrays of counters (four arrays of uint64)."""
    a, b, c, d = (np.asarray(part, dtype=np.uint64) for part in counter)
    low, high, mask = np.uint64(seed % 2**32), np.uint64(seed // 2**32), np.uint64(2**32 - 1)
    shift = np.uint64(32)
    for _ in range(10):
        left, right = a * np.uint64(0xD2511F53), c * np.uint64(0xCD9E8D57)
        a, b, c, d = (right >> shift) ^ b ^ low, right & mask, (left >> shift) ^ d ^ high, left & mask
        low, high = (low + np.uint64(0x9E3779B9)) & mask, (high + np.uint64(0xBB67AE85)) & mask
    return a, b, c, d


def uniforms(seed, place, replicates, n):
    """[replicate, number] of an input, as include/niem/robustness.h says."""
    blocks = (n + 1) // 2
    block, k = np.meshgrid(np.arange(blocks), np.arange(replicates))
    words = philox((block, np.full_like(block, 1024 + place), k, np.zeros_like(k)), seed)
    pairs = np.stack([(words[1] << np.uint64(32) | words[0]) >> np.uint64(12), (words[3] << np.uint64(32) | words[2]) >> np.uint64(12)], axis=2)
    return ((pairs.astype(float) + 0.5) * 2.0**-52).reshape(replicates, -1)[:, :n]


def mean_of(w, x):
    """Weighted means over the last axis of x, where it is not NaN."""
    have = ~np.isnan(x)
    weight = (w * have).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (w * np.where(have, x, 0)).sum(axis=-1) / weight


def scores_of(x, u, share, areas=3, dimensions=6):
    """[replicate, round, unit] under noise on every weight; the numbers stand in the order of the index."""
    indicators = x.shape[2]
    replicates = len(u)
    factor = 1 + share * (2 * u - 1)
    place, tops = 0, []
    weights = []
    for a in range(areas):
        weights.append(factor[:, place])
        place += 1
        below, own = [], []
        for d in range(a, dimensions, areas):
            own.append(factor[:, place])
            place += 1
            leaves = list(range(d, indicators, dimensions))
            w = factor[:, place : place + len(leaves)]
            place += len(leaves)
            below.append(mean_of(w[:, None, None, :], x[None][..., leaves]))
        tops.append(mean_of(np.stack(own, axis=1)[:, None, None, :], np.stack(below, axis=3)))
    assert place == u.shape[1] and len(tops[0]) == replicates
    return mean_of(np.stack(weights, axis=1)[:, None, None, :], np.stack(tops, axis=3))


@pytest.mark.parametrize("gaps", [0.0, 0.2])
def test_many_replicates_are_those_of_numpy(gaps):
    framework, answers, x = panel(gaps=gaps)
    made = niem.uncertainty(framework, answers, [{**WEIGHTS[0], "share": 0.4}], replicates=6000, seed=11, threads=2)
    y = scores_of(x, uniforms(11, 0, 6000, 3 + 6 + 24), 0.4)
    frame = made.to_frame()
    resolution = float(frame.attrs["notes"]["resolution"])
    assert 0 < resolution < 0.1
    for r, name in enumerate(("2019", "2021")):
        own = frame[frame["round"] == name]
        values = y[:, r, :]
        ranks = 1 + (values[:, None, :] > values[:, :, None]).sum(axis=2)
        assert np.allclose(own["mean"], values.mean(axis=0), rtol=0, atol=1e-6)
        assert np.allclose(own["sd"], values.std(axis=0, ddof=1), rtol=1e-5)
        for column, p in (("low", 0.05), ("median", 0.5), ("high", 0.95)):
            assert np.abs(own[column] - np.quantile(values, p, axis=0)).max() <= resolution
        assert np.allclose(own["rank_mean"], ranks.mean(axis=0), rtol=1e-12)
        pairs = made.pairs()
        pairs = pairs[pairs["round"] == name]
        above = [(values[:, a] > values[:, b]).mean() for a in range(9) for b in range(a + 1, 9)]
        assert np.allclose(pairs["share_above"], above, rtol=1e-12)
        shares = made.ranks()
        shares = shares[(shares["round"] == name) & (shares["unit"] == "U004")].set_index("rank")["share"]
        assert all(shares.get(rank, 0) == pytest.approx((ranks[:, 4] == rank).mean(), abs=1e-12) for rank in range(1, 10))
    change = y[:, 1, :] - y[:, 0, :]
    changes = made.changes()
    assert np.allclose(changes["mean"], change.mean(axis=0), rtol=0, atol=1e-6)
    assert np.allclose(changes["share_improved"], (change > 0).mean(axis=0), rtol=1e-12)


# --- what users write ---


def test_default_and_options(fw, answers):
    made = niem.uncertainty(fw, answers, replicates=200, seed=1)
    frame = made.to_frame()
    assert list(frame.columns)[:6] == ["unit", "round", "group", "node", "value", "n"]
    assert list(frame.columns)[6:] == ["mean", "sd", "low", "median", "high", "rank", "rank_mean", "rank_median", "rank_low", "rank_high"]
    notes = frame.attrs["notes"]
    assert notes["replicates"] == "200" and notes["seed"] == "1" and notes["failed"] == "0" and notes["generator"] == "philox4x32-10"
    scores = niem.score(fw, answers)
    for _, row in frame.iterrows():
        assert scores.value(row["unit"], row["round"], row["node"], row["group"]) == row["value"]
    narrow, wide = (niem.uncertainty(fw, answers, replicates=200, interval_level=level).to_frame() for level in (0.5, 0.99))
    assert (wide["low"] <= narrow["low"]).all() and (wide["high"] >= narrow["high"]).all()
    assert made.to_frame(table=True).to_csv() == niem.uncertainty(fw, answers, replicates=200, seed=1).to_frame(table=True).to_csv()
    assert "200 replicates, 0 failed" in repr(made)


def test_inputs_in_any_form(fw, answers, tmp_path):
    wanted = {"inputs": [{"name": "areas", "kind": "weights", "level": "area"}]}
    text = '{"format": "niem-uncertainty/1", "inputs": [{"name": "areas", "kind": "weights", "level": "area"}]}'
    (tmp_path / "inputs.json").write_text(text, encoding="utf-8")
    forms = [wanted, wanted["inputs"], tuple(wanted["inputs"]), text, text.encode(), tmp_path / "inputs.json", str(tmp_path / "inputs.json")]
    found = [niem.uncertainty(fw, answers, form, replicates=20).to_frame() for form in forms]
    assert all(frame.equals(found[0]) for frame in found)
    assert not found[0].equals(niem.uncertainty(fw, answers, replicates=20).to_frame())
    with pytest.raises(TypeError):
        niem.uncertainty(fw, answers, 7)


def test_a_method_and_its_alternatives(fw, answers):
    method = {"steps": [{"step": "aggregate", "method": "arithmetic", "level": "index"}]}
    inputs = [{"name": "mean", "kind": "choice", "at": "/steps/0/method", "values": ["arithmetic", "minimum"]}]
    made = niem.uncertainty(fw, answers, inputs, method, replicates=64, shown=64)
    drawn = made.inputs()
    assert set(drawn["text"]) == {"arithmetic", "minimum"} and len(drawn) == 64
    least = niem.score(fw, answers, {"steps": [{"step": "aggregate", "method": "minimum", "level": "index"}]})
    frame = made.to_frame()
    share = (drawn["text"] == "minimum").mean()
    for _, row in frame.iterrows():
        other = least.value(row["unit"], row["round"], row["node"], row["group"])
        assert row["mean"] == pytest.approx(share * other + (1 - share) * row["value"], abs=1e-9)


def test_errors_have_places(fw, answers):
    with pytest.raises(niem.errors.NiemValueError) as error:
        niem.uncertainty(fw, answers, [{"name": "w", "kind": "weights", "share": 3}])
    assert error.value.where == "/inputs/0/share" and error.value.row == 0
    with pytest.raises(niem.errors.NiemReferenceError) as error:
        niem.uncertainty(fw, answers, [{"name": "x", "kind": "choice", "at": "/steps/9", "values": [1, 2]}])
    assert error.value.where == "inputs/0/at" and "x" in error.value.message
    with pytest.raises(TypeError, match="no argument 'repeats'"):
        niem.uncertainty(fw, answers, repeats=3)
    with pytest.raises(TypeError, match="read_answers"):
        niem.uncertainty(fw, "answers")


def test_it_is_not_pickled(fw, answers):
    made = niem.uncertainty(fw, answers, replicates=3)
    with pytest.raises(TypeError, match="bit for bit"):
        pickle.dumps(made)
    assert pickle.loads(pickle.dumps(made.to_frame())).equals(made.to_frame())


def test_what_the_progress_raises_ends_the_call():
    framework, answers, _ = panel()

    def stop(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        niem.uncertainty(framework, answers, replicates=100_000_000, progress=stop)
    with pytest.raises(KeyboardInterrupt):
        niem.sensitivity(framework, answers, GAPS + WEIGHTS, base=2**15, progress=stop)


# --- sensitivity ---


def test_indices_of_a_linear_score():
    """Gaps of one unit, each an input: the indices are w^2 over their sum, and their intervals hold them."""
    weights = {"A": 1.0, "B": 2.0, "C": 4.0}
    framework = {
        "format": "niem-framework/1",
        "id": "linear",
        "version": "1",
        "rounds": [{"id": "2021"}],
        "indicators": [{"id": name, "scale": {"kind": "numeric", "worst": 0, "best": 100}} for name in [*weights, "D"]],
        "indexes": [{"id": "overall", "levels": [], "weights": weights}],
    }
    made = niem.load_framework(framework)
    answers = niem.read_answers(pd.DataFrame({"unit": ["U"], "round": "2021", "indicator": "D", "answer": 40.0}), made)
    inputs = [{"name": name, "kind": "gaps", "draw": "range", "indicators": name} for name in weights]
    found = niem.sensitivity(made, answers, inputs, base=2048, resamples=300, targets="score").set_index("input")
    for name, w in weights.items():
        truth = w * w / 21
        assert found.loc[name, "first"] == pytest.approx(truth, abs=5e-3)
        assert found.loc[name, "total"] == pytest.approx(truth, abs=5e-3)
        assert found.loc[name, "first_low"] - 5e-3 <= truth <= found.loc[name, "first_high"] + 5e-3
    assert (found["n"] == 2048).all() and (found["n_failed"] == 0).all()


def test_targets_and_what_does_not_vary():
    framework, answers, _ = panel(units=4, indicators=12)
    inputs = [{"name": "areas", "kind": "weights", "level": "area"}, {"name": "still", "kind": "weights", "level": "dimension", "share": 0}]
    found = niem.sensitivity(framework, answers, inputs, base=256, resamples=50, targets="score change rank_change")
    assert list(dict.fromkeys(found["target"])) == ["rank_change", "score", "change"]
    assert set(found[found["target"] == "change"]["round"]) == {"2019 to 2021"}
    still = found[(found["input"] == "still") & (found["target"] == "score")]
    assert (still["total"] == 0).all() and np.allclose(still["first"], 0, atol=1e-12)
    assert found[found["target"] == "rank_change"]["unit"].isna().all()
    one, two = (niem.sensitivity(framework, answers, inputs, base=64, resamples=20, threads=n, table=True).to_csv() for n in (1, 3))
    assert one == two
    nothing = niem.sensitivity(framework, answers, inputs[1:], base=16, resamples=0)
    assert nothing["first"].isna().all() and nothing["total"].isna().all()


def test_many_numbers_are_drawn_by_counter():
    framework, answers, _ = panel(units=60, gaps=0.5)
    found = niem.sensitivity(framework, answers, GAPS + WEIGHTS, base=16, resamples=0)
    assert found.attrs["notes"]["pseudorandom"] == "gaps"
    assert found["total"].notna().any()


def test_what_fails_is_left_out_of_the_indices():
    """A geometric mean meets a 0 in some runs only: these are counted, and the indices of the others stand."""
    framework, answers, _ = panel(units=5, indicators=12, rounds=("2021",))
    rows = [{"unit": "Z", "round": "2021", "indicator": f"I{i:03}", "answer": 0.0 if i == 0 else 50.0} for i in range(12)]
    frame = pd.concat([answers.to_frame()[["unit", "round", "indicator", "answer"]], pd.DataFrame(rows)])
    answers = niem.read_answers(frame, framework)
    method = {"steps": [{"step": "aggregate", "method": "arithmetic"}]}
    inputs = [*WEIGHTS, {"name": "mean", "kind": "choice", "at": "/steps/0/method", "values": ["arithmetic", "geometric"], "probabilities": [0.9, 0.1]}]
    found = niem.sensitivity(framework, answers, inputs, method, base=256, resamples=20, targets="score")
    assert (found["n"] + found["n_failed"] == 256).all() and (found["n_failed"] > 0).all() and (found["n"] > 100).all()
    assert found[found["input"] == "weights"]["total"].notna().all()
    made = niem.uncertainty(framework, answers, inputs, method, replicates=1000)
    failures = made.failures()
    assert failures["n"].sum() == int(made.to_frame().attrs["notes"]["failed"]) > 0
    assert (made.to_frame()["n"] == 1000 - failures["n"].sum()).all()
    assert all("geometric" in message and "Z 2021" in message for message in failures["message"])


def test_the_order_of_units_does_not_matter():
    """Weights belong to nodes: units listed the other way round have the same replicates."""
    framework, answers, _ = panel(gaps=0.1)
    data = framework.to_dict()
    turned = niem.load_framework({**data, "units": [{"id": f"U{u:03}"} for u in reversed(range(9))]})
    columns = ["unit", "round", "indicator", "answer"]
    again = niem.read_answers(answers.to_frame()[columns].dropna().sample(frac=1, random_state=3), turned)
    one, other = (niem.uncertainty(f, a, WEIGHTS, replicates=900, seed=4).to_frame() for f, a in ((framework, answers), (turned, again)))
    key = ["unit", "round"]
    pd.testing.assert_frame_equal(one.sort_values(key, ignore_index=True), other.sort_values(key, ignore_index=True), check_exact=True)
