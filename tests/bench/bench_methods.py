"""The methods of niem/methods.h beside vectorised NumPy: bench_methods.py FOLDER

The figures are those of the call from Python on arrays in place, which is what a user sees; ".c" is the same call from C. Rivals
are in numpy_methods.py; their results are compared with niem's before anything is timed.
"""

import sys
import time
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

import niem
import numpy_methods as rival
from bench import beside, figure, run

UNITS, INDICATORS, ROUNDS = 200, 1000, 15
SAMPLE_SECONDS = 0.002  # shorter calls are repeated, so that the clock's own steps do not matter


def matrix(units, indicators, gaps=0.02, seed=5):
    """Scores with two decimals, some of them missing; the first unit is the best on everything and has no gap."""
    draw = np.random.default_rng(seed)
    x = np.round(draw.uniform(1, 99, (units, indicators)), 2)
    x[draw.random(x.shape) < gaps] = np.nan
    x[0] = 99.5
    return x


def correlated(units, indicators, gaps, seed=6):
    """Indicators that have one cause in common, as those of an index do."""
    draw = np.random.default_rng(seed)
    x = np.round(50 + 10 * (draw.standard_normal((units, 1)) + draw.standard_normal((units, indicators))), 2)
    x[draw.random(x.shape) < gaps] = np.nan
    return x


def skewed(units, indicators):
    """One column in four needs treatment."""
    x = matrix(units, indicators)
    draw = np.random.default_rng(7)
    x[:, ::4] = np.round(draw.lognormal(0, 1.5, x[:, ::4].shape), 3)
    return x


def seconds(call, repeats):
    """Of the processor, for this thread: other programs do not count."""
    began = time.thread_time()
    for _ in range(repeats):
        call()
    return (time.thread_time() - began) / repeats


def in_turn(*calls, rounds=ROUNDS):
    """The medians of the calls' seconds, timed in turn: what disturbs the machine disturbs them all."""
    repeats = [max(1, int(SAMPLE_SECONDS / seconds(call, 1))) for call in calls]
    found = [[seconds(call, n) for call, n in zip(calls, repeats)] for _ in range(rounds)]
    return [median(times) for times in zip(*found)]


def compare(name, own, other, tolerance=1e-9):
    """A rival that computes something else is no rival."""
    if not np.allclose(own, other, rtol=tolerance, atol=tolerance, equal_nan=True):
        raise SystemExit(f"{name}: NumPy's result differs by up to {np.nanmax(np.abs(own - other))}")


def duel(name, own, other, remark="NumPy", tolerance=1e-9, rounds=ROUNDS):
    with np.errstate(all="ignore"):
        compare(name, own(), other(), tolerance)
        mine, theirs = in_turn(own, other, rounds=rounds)
    beside(f"methods.{name}", mine * 1e3, theirs * 1e3, "ms", remark)


def normalisations(x):
    """Name, options and rival of each."""
    return [
        ("minmax", {}, rival.minmax),
        ("zscore", {}, rival.zscore),
        ("scaled", {"low": 0, "high": 100}, rival.scaled),
        ("goalposts", {"low": 0, "high": 100}, rival.goalposts),
        ("rank", {}, rival.rank),
        ("percentile_rank", {}, rival.percentile_rank),
        ("borda", {}, rival.borda_scores),
        ("distance_target", {"targets": 100}, rival.distance_target),
        ("distance_reference", {"reference_row": 0}, rival.distance_reference),
        ("distance_maximum", {}, rival.distance_maximum),
        ("fraction_maximum", {}, rival.fraction_maximum),
        ("bands", {}, rival.bands),
        ("about_mean", {}, rival.about_mean),
        ("ampi", {}, rival.ampi_scores),
    ]


def aggregations(weights):
    return [
        ("arithmetic", {}, rival.arithmetic),
        ("geometric", {}, rival.geometric),
        ("harmonic", {}, rival.harmonic),
        ("power", {"power": 2}, lambda x: rival.power(x, 2)),
        ("median", {}, rival.median),
        ("minimum", {}, rival.minimum),
        ("maximum", {}, rival.maximum),
        ("owa", {"order_weights": weights}, lambda x: rival.owa(x, weights)),
        ("mean_min", {}, rival.mean_min),
        ("mpi", {}, rival.mpi),
        ("ampi", {}, rival.ampi),
        ("copeland", {}, rival.copeland),
        ("borda", {}, rival.borda),
        ("wroclaw", {}, rival.wroclaw),
        ("ogwa", {"order_weights": weights}, lambda x: rival.ogwa(x, weights)),
    ]


def variants(weights):
    """The same methods with weights, and a power that is no whole number."""
    return [
        ("arithmetic", "weighted", {"weights": weights}, lambda x: rival.arithmetic_weighted(x, weights)),
        ("geometric", "weighted", {"weights": weights}, lambda x: rival.geometric_weighted(x, weights)),
        ("median", "weighted", {"weights": weights}, lambda x: rival.median_weighted(x, weights)),
        ("power", "0.3", {"power": 0.3}, lambda x: rival.power(x, 0.3)),
    ]


def beside_c(folder, x, kind, methods):
    """The same calls from C, on a file of the matrix."""
    path = folder / "methods.bin"
    x.tofile(path)
    names = [name for name, *_ in methods]
    for name, value in zip(names, run(folder / "bench_methods", kind, path, *x.shape, 5)):
        figure(f"methods.{kind}.{name}.c", value * 1e3, "ms")
    path.unlink()


def large(folder):
    x = matrix(UNITS, INDICATORS)
    weights = np.floor(np.random.default_rng(8).uniform(1, 10, INDICATORS))
    for name, options, other in normalisations(x):
        duel(f"normalise.{name}", lambda: niem.normalise(x, name, **options), lambda: other(x))
    beside_c(folder, x, "normalise", normalisations(x))
    for name, options, other in aggregations(np.sort(weights)[::-1]):
        slow = name == "copeland"
        duel(f"aggregate.{name}", lambda: niem.aggregate(x, name, **options), lambda: other(x), rounds=5 if slow else ROUNDS)
    for name, how, options, other in variants(weights):
        duel(f"aggregate.{name}.{how}", lambda: niem.aggregate(x, name, **options), lambda: other(x))
    beside_c(folder, x, "aggregate", aggregations(weights))


def small():
    """51 units and 49 indicators: the Copeland ranking of a world's index."""
    x = matrix(51, 49, gaps=0)
    duel("aggregate.copeland.51x49", lambda: niem.aggregate(x, "copeland"), lambda: rival.copeland(x))


def others():
    x, kin = skewed(UNITS, INDICATORS), correlated(UNITS, 20, 0.05)
    duel("treat", lambda: niem.treat(x).values, lambda: rival.treat(x))
    full = matrix(UNITS, INDICATORS)
    duel("impute.mean", lambda: niem.impute(full, "mean").values, lambda: rival.impute_mean(full))
    duel("impute.median", lambda: niem.impute(full, "median").values, lambda: rival.impute_median(full))
    part = matrix(UNITS, 100)
    duel("impute.neighbours.200x100", lambda: niem.impute(part, "neighbours").values, lambda: rival.impute_neighbours(part), rounds=5)
    duel("impute.em.200x20", lambda: niem.impute(kin, "em").values, lambda: rival.impute_em(kin), tolerance=1e-5, rounds=5)
    duel("weights.entropy", lambda: niem.weights(full, "entropy").weights, lambda: rival.weights_entropy(full))
    duel("weights.deviation", lambda: niem.weights(full, "deviation").weights, lambda: rival.weights_deviation(full))
    whole = correlated(UNITS, 50, 0)
    duel("weights.pca.200x50", lambda: niem.weights(whole, "pca").weights, lambda: rival.weights_pca(whole))
    duel("weights.critic.200x50", lambda: niem.weights(whole, "critic").weights, lambda: rival.weights_critic(whole))
    for name, call in (
        ("weights.influence.200x50", lambda: niem.weights(whole, "influence")),
        ("benefit_of_doubt.51x49", lambda: niem.benefit_of_doubt(matrix(51, 49, gaps=0)[1:])),
        ("benefit_of_doubt.200x10", lambda: niem.benefit_of_doubt(np.abs(correlated(UNITS, 10, 0)))),
    ):
        figure(f"methods.{name}", in_turn(call, rounds=5)[0] * 1e3, "ms (NumPy alone has no rival)")


CHAIN = [
    {"step": "impute", "method": "mean"}, {"step": "treat"}, {"step": "normalise"}, {"step": "aggregate", "method": "arithmetic"},
]  # fmt: skip
PUBLISHED = {"chain": 0.077, "leave_one_out": 4.862}  # seconds; COINr 1.1.14, of another run on another machine


def index():
    """A whole index of 51 units and 49 indicators in eight pillars of two halves: its chain, and each indicator left out."""
    x = skewed(51, 49)
    names = [f"I{j}" for j in range(x.shape[1])]
    framework = niem.load_framework({
        "format": "niem-framework/1", "id": "index", "version": "1",
        "facets": [
            {"id": "half", "values": [{"id": "H0"}, {"id": "H1"}]},
            {"id": "pillar", "within": "half", "values": [{"id": f"P{p}", "within": f"H{p // 4}"} for p in range(8)]},
        ],
        "indicators": [{"id": name, "pillar": f"P{j % 8}", "scale": {"kind": "numeric", "direction": 1}} for j, name in enumerate(names)],
        "indexes": [{"id": "overall", "levels": ["half", "pillar"]}],
    })  # fmt: skip
    table = pd.DataFrame(x, columns=names).assign(uCode=[f"U{u:02}" for u in range(len(x))], Time=2021)
    answers = niem.answers_from_table(table, framework)
    method = niem.load_method({"steps": CHAIN})
    scores = niem.score(framework, answers, method)
    for name, call in (
        ("chain", lambda: niem.score(framework, answers, method)),
        ("leave_one_out", lambda: scores.leave_one_out(left_out="indicator", table=True)),
    ):
        own = in_turn(call)[0]
        figure(f"methods.{name}.51x49", own * 1e3, "ms")
        figure(f"methods.{name}.51x49.published", PUBLISHED[name] * 1e3, "ms (an R package, from another run: not comparable to the digit)")
        figure(f"methods.{name}.51x49.published.ratio", own / PUBLISHED[name], "own/published")


if __name__ == "__main__":
    small()
    index()
    large(Path(sys.argv[1]))
    others()
