"""Scoring: NIEM's cube from C and from Python, and 200 units x 1000 indicators beside NumPy.

bench_score.py FOLDER FRAMEWORK
"""

import json
import random
import sys
import time
from pathlib import Path
from statistics import median

import numpy as np

import niem
from bench import beside, figure, medians, run
from bench_read import answer_texts

UNITS, INDICATORS, PARTS, AREAS = 200, 1000, 40, 8
PUBLISHED_SECONDS = 0.2  # COINr 1.1.14, normalise and aggregate, of another run on another machine


def write_cube(path, framework):
    """14 countries x 3 rounds x 2 groups x 120 indicators, every one answered."""
    draw = random.Random(2)
    with open(path, "w", encoding="utf-8") as file:
        file.write("unit,round,group,indicator,answer\n")
        for number, country in enumerate(framework["meta"]["participants"]["2021"]):
            for moment in ("2017", "2019", "2021"):
                for group in ("refugee", "subsidiary"):
                    file.write(f"{country},{moment},{group},STA-01,yes\n")
                    for indicator in framework["indicators"]:
                        if indicator.get("scored", True) and indicator.get("dimension") != "reception":
                            answer = draw.choice(answer_texts(indicator["scale"]))
                            file.write(f"{country},{moment},{group},{indicator['id']},{answer}\n")


def timed(call, times):
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return median(seconds)


def cube(folder, framework):
    answers = folder / "cube.csv"
    write_cube(answers, json.loads(framework.read_text(encoding="utf-8")))
    fw = niem.load_framework(framework)
    read = niem.read_answers(answers, fw)
    in_c = lambda: run(folder / "bench_score", framework, answers, "overall", 21)
    in_python = lambda: [timed(lambda: niem.score(fw, read, index="overall"), 21)]
    (c_seconds,), (python_seconds,) = medians(7, in_c, in_python)
    beside("score.niem_cube.python", python_seconds * 1e3, c_seconds * 1e3, "ms", "the same call from C")
    answers.unlink()


def large_framework():
    per_part, per_area = INDICATORS // PARTS, PARTS // AREAS
    return {
        "format": "niem-framework/1", "id": "large", "version": "1",
        "facets": [
            {"id": "area", "values": [{"id": f"A{a}"} for a in range(AREAS)]},
            {"id": "section", "within": "area", "values": [{"id": f"P{p}", "within": f"A{p // per_area}"} for p in range(PARTS)]},
        ],
        "indicators": [
            {"id": f"I{i}", "section": f"P{i // per_part}", "scale": {"kind": "numeric", "worst": 0, "best": 100}}
            for i in range(INDICATORS)
        ],
        "indexes": [{"id": "overall", "levels": ["area", "section"]}],
    }


def numpy_means(x, levels):
    """Three levels of weighted means over what is there: weighted sums and sums of weights by reduceat, as a careful user of
    NumPy writes it. A level is where its nodes begin and what their children weigh."""
    for starts, weights in levels:
        there = ~np.isnan(x)
        total = np.add.reduceat(np.where(there, x * weights, 0.0), starts, axis=1)
        with np.errstate(invalid="ignore"):
            x = total / np.add.reduceat(there * weights, starts, axis=1)
    return x[:, 0]


def large(folder):
    draw = np.random.default_rng(3)
    x = np.round(draw.uniform(0, 100, (UNITS, INDICATORS)), 2)
    x[draw.random(x.shape) < 0.02] = np.nan
    levels = [(np.arange(0, n, n // nodes), np.ones(n)) for n, nodes in ((INDICATORS, PARTS), (PARTS, AREAS), (AREAS, 1))]
    framework, answers = folder / "large.json", folder / "large.csv"
    framework.write_text(json.dumps(large_framework()), encoding="utf-8")
    rows = [f"U{u:03},2021,I{i},{x[u, i]}\n" for u in range(UNITS) for i in range(INDICATORS) if x[u, i] == x[u, i]]
    answers.write_text("unit,round,indicator,answer\n" + "".join(rows), encoding="utf-8")
    fw = niem.load_framework(framework)
    scores = niem.score(fw, niem.read_answers(answers, fw)).to_frame(level="index", wide=False)["value"].to_numpy()
    in_c = lambda: run(folder / "bench_score", framework, answers, "overall", 5)
    in_numpy = lambda: [timed(lambda: numpy_means(x, levels), 21)]
    (c_seconds,), (numpy_seconds,) = medians(5, in_c, in_numpy)
    beside("score.200x1000", c_seconds * 1e3, numpy_seconds * 1e3, "ms", "NumPy: the means only, no coverage, bounds, states")
    figure("score.200x1000.published", PUBLISHED_SECONDS * 1e3, "ms (an R package, from another run: not comparable to the digit)")
    figure("score.200x1000.published.ratio", c_seconds / PUBLISHED_SECONDS, "own/published")
    figure("score.200x1000.difference", float(np.max(np.abs(scores - numpy_means(x, levels)))), "points, at most, from NumPy's")
    framework.unlink()
    answers.unlink()


if __name__ == "__main__":
    cube(Path(sys.argv[1]), Path(sys.argv[2]))
    large(Path(sys.argv[1]))
