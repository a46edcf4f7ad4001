"""What the main methods cost against the size of the matrix, beside NumPy: a table in Markdown, as docs/reference/speed.md has it.

A cell is the time of the call from Python in milliseconds and, in brackets, the ratio to NumPy's (numpy_methods.py) in turn in the
same run. Copeland is left out where its pairs are more than a thousand million values.
"""

import gc

import numpy as np

import niem
import numpy_methods as rival
from bench_methods import in_turn, matrix, skewed

SIZES = ((50, 50), (50, 200), (200, 50), (200, 200), (200, 1000), (1000, 50), (1000, 1000), (10_000, 50), (10_000, 1000))
MOST_PAIRS = 10**9
LARGE = 10**6  # cells from which three rounds are enough

METHODS = (
    ("arithmetic", lambda x: niem.aggregate(x), rival.arithmetic),
    ("geometric", lambda x: niem.aggregate(x, "geometric"), rival.geometric),
    ("median", lambda x: niem.aggregate(x, "median"), rival.median),
    ("min-max", lambda x: niem.normalise(x), rival.minmax),
    ("z-score", lambda x: niem.normalise(x, "zscore"), rival.zscore),
    ("rank", lambda x: niem.normalise(x, "rank"), rival.rank),
    ("treat", lambda x: niem.treat(x), rival.treat),
    ("Copeland", lambda x: niem.aggregate(x, "copeland"), rival.copeland),
)


def cell(name, own, other, x):
    if name == "Copeland" and len(x) * x.size > MOST_PAIRS:
        return "–"
    with np.errstate(all="ignore"):
        mine, theirs = in_turn(lambda: own(x), lambda: other(x), rounds=3 if x.size >= LARGE else 9)
    return f"{mine * 1e3:.3g} ({mine / theirs:.2f})"


def main():
    print("| units × indicators | " + " | ".join(name for name, *_ in METHODS) + " |")
    print("| ---: |" + " ---: |" * len(METHODS))
    for units, indicators in SIZES:
        even, odd = matrix(units, indicators), skewed(units, indicators)
        cells = [cell(name, own, other, odd if name == "treat" else even) for name, own, other in METHODS]
        print(f"| {units:,} × {indicators:,} | ".replace(",", " ") + " | ".join(cells) + " |", flush=True)
        gc.collect()


if __name__ == "__main__":
    main()
