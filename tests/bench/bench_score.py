"""Scoring: NIEM's cube from C and from Python, and 200 units x 1000 indicators beside NumPy, with goalposts 0 and 100, where a
number is its own score, and with others.

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
from niem._niem import ffi, lib
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


def timed(times, *calls):
    """The calls one after another, so many times over: the median of each in seconds."""
    seconds = [[] for _ in calls]
    for _ in range(times):
        for call, own in zip(calls, seconds):
            began = time.perf_counter()
            call()
            own.append(time.perf_counter() - began)
    return [median(own) for own in seconds]


def bare_call(fw, answers, index):
    """niem_score and niem_scores_free as the C program calls them, of the library that is inside the package."""
    options, out, name = ffi.new("niem_score_options *"), ffi.new("niem_scores **"), ffi.new("char[]", index.encode())
    lib.niem_score_options_init(options)
    options.index = name

    def call(keep=name):
        if lib.niem_score(out, fw._handle, answers._handle, ffi.NULL, options, ffi.NULL, ffi.NULL) != lib.NIEM_OK:
            raise RuntimeError("niem_score failed")
        lib.niem_scores_free(out[0])

    return call


def cube(folder, framework):
    answers = folder / "cube.csv"
    write_cube(answers, json.loads(framework.read_text(encoding="utf-8")))
    fw = niem.load_framework(framework)
    read = niem.read_answers(answers, fw)
    score = lambda: niem.score(fw, read, index="overall")
    in_c = lambda: run(folder / "bench_score", framework, answers, "overall", 51)
    in_python = lambda: timed(51, score)
    (c_seconds,), (python_seconds,) = medians(15, in_c, in_python)
    beside("score.niem_cube.python", python_seconds * 1e3, c_seconds * 1e3, "ms", "the same call in a C program")
    # The program links the library as CMake builds it, the package holds it as Python builds extensions; within one process
    # only what Python adds is left.
    python_seconds, bare_seconds = timed(501, score, bare_call(fw, read, "overall"))
    beside("score.niem_cube.wrapper", python_seconds * 1e3, bare_seconds * 1e3, "ms", "the same library in the same process")
    answers.unlink()


def large_framework(goalposts):
    per_part, per_area = INDICATORS // PARTS, PARTS // AREAS
    return {
        "format": "niem-framework/1", "id": "large", "version": "1",
        "facets": [
            {"id": "area", "values": [{"id": f"A{a}"} for a in range(AREAS)]},
            {"id": "section", "within": "area", "values": [{"id": f"P{p}", "within": f"A{p // per_area}"} for p in range(PARTS)]},
        ],
        "indicators": [
            {"id": f"I{i}", "section": f"P{i // per_part}", "scale": {"kind": "numeric", "worst": worst, "best": best}}
            for i, (worst, best) in enumerate(goalposts)
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


def numpy_scores(x, goalposts):
    """Between the goalposts, as a careful user of NumPy writes it."""
    worst, best = np.array(goalposts, float).T
    return np.clip((x - worst) * (100 / (best - worst)), 0, 100)


def large(folder, name, goalposts, rival):
    """A tree of three levels over numbers from 0 to 100, of which 2 % are missing."""
    draw = np.random.default_rng(3)
    x = np.round(draw.uniform(0, 100, (UNITS, INDICATORS)), 2)
    x[draw.random(x.shape) < 0.02] = np.nan
    levels = [(np.arange(0, n, n // nodes), np.ones(n)) for n, nodes in ((INDICATORS, PARTS), (PARTS, AREAS), (AREAS, 1))]
    framework, answers = folder / "large.json", folder / "large.csv"
    framework.write_text(json.dumps(large_framework(goalposts)), encoding="utf-8")
    rows = [f"U{u:03},2021,I{i},{x[u, i]}\n" for u in range(UNITS) for i in range(INDICATORS) if x[u, i] == x[u, i]]
    answers.write_text("unit,round,indicator,answer\n" + "".join(rows), encoding="utf-8")
    fw = niem.load_framework(framework)
    scores = niem.score(fw, niem.read_answers(answers, fw)).to_frame(level="index", wide=False)["value"].to_numpy()
    in_c = lambda: run(folder / "bench_score", framework, answers, "overall", 21)
    in_numpy = lambda: timed(21, lambda: rival(x, levels))
    (c_seconds,), (numpy_seconds,) = medians(9, in_c, in_numpy)
    beside(name, c_seconds * 1e3, numpy_seconds * 1e3, "ms", "NumPy: values only, in plain doubles, no coverage, bounds, states")
    figure(f"{name}.difference", float(np.max(np.abs(scores - rival(x, levels)))), "points, at most, from NumPy's")
    framework.unlink()
    answers.unlink()
    return c_seconds


def both_large(folder):
    seconds = large(folder, "score.200x1000", [(0, 100)] * INDICATORS, numpy_means)
    figure("score.200x1000.published", PUBLISHED_SECONDS * 1e3, "ms (an R package, from another run: not comparable to the digit)")
    figure("score.200x1000.published.ratio", seconds / PUBLISHED_SECONDS, "own/published")
    goalposts = [(5 + i / 100, 95 - i / 80)[:: 1 if i % 2 else -1] for i in range(INDICATORS)]  # of every width, every second mirrored
    rival = lambda x, levels: numpy_means(numpy_scores(x, goalposts), levels)
    large(folder, "score.200x1000.goalposts", goalposts, rival)


if __name__ == "__main__":
    cube(Path(sys.argv[1]), Path(sys.argv[2]))
    both_large(Path(sys.argv[1]))
