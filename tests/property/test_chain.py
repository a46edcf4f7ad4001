"""Methods with random steps, held by an oracle in exact arithmetic (bindings/conformance/chain.py) and by what must hold of any
method: no order of rows, number of threads or trip through bytes changes a bit; bounds hold what they bound; explanations add
up; a chain of no effect has none; the unit in which an indicator is measured has none.

NIEM_PROPERTY_CASES sets how many (a thousandth of it of each kind), NIEM_PROPERTY_SEED the first seed."""

import math
import os
import pickle
import random
from dataclasses import replace

import chains
import niem
import pandas as pd
import pytest
from chains import Steps
from generate import Plan, make_case
from metamorphic import all_published, neighbours

N = max(20, int(os.environ.get("NIEM_PROPERTY_CASES", "100000")) // 1000)
SEEDS = range(int(os.environ.get("NIEM_PROPERTY_SEED", "0")), int(os.environ.get("NIEM_PROPERTY_SEED", "0")) + N)
FRAMEWORK = chains.framework()
NUMBERS = ("value", "coverage", "lower", "upper")


def scored(method, rows, **options):
    """Scores; None where the method has no room for the data (a constant column, a value that is not positive, ...)."""
    framework = niem.load_framework(FRAMEWORK)
    try:
        return niem.score(framework, niem.read_answers(pd.DataFrame(rows), framework), niem.load_method(method), **options)
    except niem.NiemError as error:
        assert error.where.startswith("method") and error.status_name in ("value", "unsupported", "reference", "ambiguous"), error
        return None


def table(scores):
    frame = scores.to_frame(wide=False, group="*", table=True)
    keys = zip(*(frame[name] for name in ("unit", "round", "group", "node")))
    return dict(zip(keys, zip(frame["state"], *(frame[name] for name in NUMBERS))))


def each(seeds, tame=False):
    """(seed, method, rows, scores) of those methods that the data have room for; at least a third of them."""
    n = 0
    for seed in seeds:
        method, rows = Steps(seed, tame).method(), chains.answers(seed)
        scores = scored(method, rows)
        if scores is not None:
            n += 1
            yield seed, method, rows, scores
    assert n * 3 >= len(seeds)


def is_near(a, b):
    b = math.nan if b is None else float(b)
    return (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


def test_oracle(say):
    compared = 0
    for seed, method, rows, scores in each(SEEDS):
        found = table(scores)
        try:
            wanted = list(chains.chain.Chain(FRAMEWORK, rows, method).table(group="*"))
        except (ArithmeticError, AssertionError):  # what the oracle has no room for, such as weights without a solution
            continue
        for row in wanted:
            own = found[row["unit"], row["round"], row["group"], row["node"]]
            right = own[0] == row["state"] and all(is_near(a, row[name]) for a, name in zip(own[1:], NUMBERS))
            assert right, f"seed {seed}: {method}: {row}, not {own}"
        compared += 1
    say(f"chains beside the oracle: {compared} methods of {len(SEEDS)}")
    assert compared * 4 >= len(SEEDS)


def test_stages(say):
    """The data set after every step; the last one holds the bits of the member set."""
    compared = 0
    for seed, method, rows, scores in each(SEEDS):
        own = scores.stage(node="overall", group="*", table=True)
        members = scores.members(node="overall", group="*").drop_duplicates(["unit", "round", "group", "indicator"])
        ends = dict(zip(zip(*(members[key] for key in ("unit", "round", "group", "indicator"))), members["value"]))
        for *key, value in zip(*(own[name] for name in ("unit", "round", "group", "indicator", "value"))):
            assert repr(float(ends[tuple(key)])) == repr(float(value)), f"seed {seed}: {method}: {key}"
        for step in range(len(method["steps"]) + 1):
            found = scores.stage(step, group="*", table=True)
            try:
                wanted = list(chains.analysis.Staged(FRAMEWORK, rows, method, None, step).stage_table(group="*"))
            except (ArithmeticError, AssertionError):  # what the oracle has no room for
                break
            assert len(wanted) == len(found)
            for name in ("unit", "round", "group", "indicator", "stage", "state", "imputed", "screened"):
                assert [row[name] for row in wanted] == list(found[name]), f"seed {seed}, step {step}: {method}: {name}"
            for row, value in zip(wanted, found["value"]):
                assert is_near(float(value), row["value"]), f"seed {seed}, step {step}: {method}: {row}, not {value}"
            compared += 1
    say(f"data sets between steps beside the oracle: {compared}")
    assert compared > N


def test_same_bits():
    for seed, method, rows, scores in each(SEEDS):
        manifest = scores.manifest()
        mixed = random.Random(seed).sample(rows, len(rows))
        assert scored(method, mixed).manifest() == manifest, f"seed {seed}: the order of rows"
        assert scored(method, rows, threads=4).manifest() == manifest, f"seed {seed}: threads"
        assert pickle.loads(pickle.dumps(scores)).manifest() == manifest, f"seed {seed}: saved"


def test_bounds():
    for seed, method, _, scores in each(SEEDS, tame=True):
        for key, (state, value, coverage, lower, upper) in table(scores).items():
            assert state == "not_applicable" or lower <= upper + 1e-9, f"seed {seed}: {method}: {key}"
            assert state != "value" or lower - 1e-9 <= value <= upper + 1e-9, f"seed {seed}: {method}: {key}: {lower, value, upper}"
            assert state == "not_applicable" or 0 <= coverage <= 1


def test_explanations():
    explained = 0
    for seed in SEEDS:
        steps = [{"step": "normalise", "method": "zscore"}]
        if seed % 2:
            steps += [{"step": "weigh", "weights": {"E1": 1 / 3, "E2": 2 / 3, "H1": 0.1}}, {"step": "impute", "method": "row_mean"}]
        method = {"format": "niem-method/1", "steps": steps, "missing": "zero" if seed % 3 == 0 else "available"}
        scores = scored(method, chains.answers(seed))
        for (unit, round_, group, node), (_, value, *_) in table(scores).items() if scores else ():
            parts = scores.explain(unit, round_, group=group, node=node, table=True)["contribution"]
            assert math.fsum(parts) == (0 if math.isnan(value) else value), f"seed {seed}: {unit, round_, group, node}"
            explained += 1
    assert explained > 100


def test_no_effect():
    """Means by the steps are the means there are without them: the same bits, or neighbours (sums in another order)."""
    without = ([{"step": "aggregate", "method": "arithmetic"}], [{"step": "treat"}], [{"step": "normalise"}])
    for seed in SEEDS:
        case = make_case(f"{seed}/no effect", Plan(n_units=8, n_rounds=2, twins=False))
        before = all_published(case)
        method = {**(case.method or {"format": "niem-method/1"}), "steps": without[seed % 3]}
        for key, row in all_published(replace(case, method=method)).items():
            old = before[key]
            same = old[0] == row[0] and old[5:] == row[5:] and all(map(neighbours, old[1:5], row[1:5]))
            assert same, f"seed {seed} {key}: {old} became {row}"


def moved(rows, name, factor, by):
    return [{**row, "answer": row["answer"] * factor + by} if row["indicator"] == name and "answer" in row else row for row in rows]


@pytest.mark.parametrize("fit", ["pooled", "round", {"round": "2017"}])
def test_units_of_measure(fit):
    """Min-max, z-scores and ranks do not know in which unit an indicator is measured."""
    for seed in SEEDS[:30]:
        for own in ("minmax", "zscore", "percentile_rank"):
            normalise = {"step": "normalise", "method": own, "fit": fit}
            method = {"format": "niem-method/1", "steps": [normalise, {"step": "weigh", "method": "deviation", "level": "dimension"}]}
            rows = chains.answers(seed)
            before, after = scored(method, rows), scored(method, moved(rows, "E3", 3, 8))
            assert (before is None) == (after is None)
            if before is not None:
                new = table(after)
                for key, (state, *numbers) in table(before).items():
                    assert new[key][0] == state and all(map(is_near, new[key][1:], numbers)), f"seed {seed} {own}: {key}"


def test_silent_units():
    """A unit all of whose answers are missing has no part in anything."""
    for seed, method, rows, scores in each(SEEDS):
        if any(step["step"] == "impute" and step["method"] in ("row_mean", "row_median") for step in method["steps"]):
            continue  # these fill what has nothing else
        if method.get("missing") in ("zero", {"rule": "zero", "min_coverage": 0.3}) or any(s["step"] in ("impute", "weigh") for s in method["steps"]):
            continue
        silent = [{"unit": "ZZ", "round": "2017", "group": "refugee", "indicator": "E1", "state": "missing"}]
        before, after = table(scores), table(scored(method, rows + silent))
        assert all(repr(after[key]) == repr(row) for key, row in before.items()), f"seed {seed}: {method}"
        assert all(math.isnan(row[1]) for key, row in after.items() if key[0] == "ZZ")
