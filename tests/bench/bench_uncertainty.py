"""Uncertainty of scores under noise on all weights beside NumPy: bench_uncertainty.py

The rival does in batches, by np.add.reduceat, what fits: weights drawn, three levels of weighted means that skip gaps, ranks. It
counts nothing; niem also counts ranks, pairs and quantiles. Means are compared before anything is timed. Microseconds of a
replicate, of the processor with one thread, by the clock with two.
"""

import time
from statistics import median

import niem
import numpy as np
import pandas as pd
from bench import beside, figure

ROUNDS = 5
SHAPES = [(15, 173, 24, 6, 20000), (51, 49, 12, 4, 20000), (200, 1000, 40, 8, 1000)]


def index(units, indicators, dimensions, areas, gaps, seed=5):
    draw = np.random.default_rng(seed)
    of_dimension = np.sort(np.arange(indicators) % dimensions)
    of_area = np.sort(np.arange(dimensions) % areas)
    framework = niem.load_framework(
        {
            "format": "niem-framework/1",
            "id": "bench",
            "version": "1",
            "facets": [
                {"id": "area", "values": [{"id": f"a{i}"} for i in range(areas)]},
                {"id": "dimension", "within": "area", "values": [{"id": f"d{i}", "within": f"a{of_area[i]}"} for i in range(dimensions)]},
            ],
            "rounds": [{"id": "2021"}],
            "indicators": [
                {"id": f"I{i}", "dimension": f"d{of_dimension[i]}", "scale": {"kind": "numeric", "worst": 0, "best": 100}} for i in range(indicators)
            ],
            "indexes": [{"id": "overall", "levels": ["area", "dimension"]}],
        }
    )
    x = np.round(draw.uniform(0, 100, (units, indicators)), 2)
    x[draw.random(x.shape) < gaps] = np.nan
    u, i = np.nonzero(~np.isnan(x))
    rows = pd.DataFrame({"unit": [f"U{k:03}" for k in u], "round": "2021", "indicator": [f"I{k}" for k in i], "answer": x[u, i]})
    return framework, niem.read_answers(rows, framework), x, np.unique(of_dimension, return_index=True)[1], np.unique(of_area, return_index=True)[1]


def numpy_batch(draw, x, dimensions, areas, replicates):
    """Scores and ranks, [replicate, unit]."""

    def noise(n):
        return 1 + 0.25 * (2 * draw.random((replicates, n)) - 1)

    have, filled = (~np.isnan(x)).astype(float), np.nan_to_num(x)
    value, weight = filled[None], noise(x.shape[1])[:, None, :] * have
    for starts in (dimensions, areas, np.array([0])):
        value = np.add.reduceat(value * weight, starts, axis=2) / np.add.reduceat(weight, starts, axis=2)
        weight = noise(len(starts))[:, None, :] if len(starts) > 1 else None
    scores = value[:, :, 0]
    return scores, np.argsort(np.argsort(-scores, axis=1), axis=1) + 1


def rival(x, dimensions, areas, replicates):
    """In batches that stay in the cache."""
    draw = np.random.default_rng(1)
    batch = max(1, 400000 // x.size)
    done, sums = 0, np.zeros(len(x))
    while done < replicates:
        n = min(batch, replicates - done)
        sums += numpy_batch(draw, x, dimensions, areas, n)[0].sum(axis=0)
        done += n
    return sums / replicates


def seconds(call, clock):
    began = clock()
    found = call()
    return clock() - began, found


def main():
    for units, indicators, dimensions, areas, replicates in SHAPES:
        for gaps in (0.0, 0.02):
            framework, answers, x, of_dimensions, of_areas = index(units, indicators, dimensions, areas, gaps)

            def own(threads):
                return niem.uncertainty(framework, answers, replicates=replicates, threads=threads).to_frame()["mean"]

            calls = [
                (lambda: own(1), time.thread_time),
                (lambda: rival(x, of_dimensions, of_areas, replicates), time.thread_time),
                (lambda: own(1), time.perf_counter),
                (lambda: own(2), time.perf_counter),
            ]
            if not np.allclose(calls[0][0](), calls[1][0](), atol=0.2):
                raise SystemExit("NumPy's means are others")
            times = [[seconds(*call)[0] / replicates * 1e6 for call in calls] for _ in range(ROUNDS)]
            one, other, alone, two = (median(column) for column in zip(*times))
            name = f"uncertainty.{units}x{indicators}{'.gaps' if gaps else ''}"
            beside(name, one, other, "us", "NumPy, add.reduceat")
            figure(f"{name}.two_threads", two / alone, "of the time of one")


if __name__ == "__main__":
    main()
