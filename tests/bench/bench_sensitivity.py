"""Sensitivity: sample and indices of the g function of 8 inputs, 4096 base points, beside SALib in the same run. bench_sensitivity.py

SALib is no part of the project: where the Python that runs this has none, only the own figures are printed. NIEM_BENCH_SALIB names another
Python that has it (a scratch environment with SALib installed), which is then timed in turn.
"""

import os
import subprocess
import sys
from statistics import median
from time import perf_counter

from bench import beside, figure

N, D, ROUNDS = 4096, 8, 5
RIVAL = """
import sys, time, warnings
import numpy as np
warnings.simplefilter("ignore")
from SALib.sample import sobol as sampling
from SALib.analyze import sobol
what, resamples, second = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "1"
problem = {"num_vars": 8, "names": list("abcdefgh"), "bounds": [[0, 1]] * 8}
a = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])
began = time.perf_counter()
x = sampling.sample(problem, 4096, calc_second_order=second)
if what == "sample":
    print(time.perf_counter() - began)
else:
    y = np.prod((np.abs(4 * x - 2) + a) / (1 + a), axis=1)
    began = time.perf_counter()
    sobol.analyze(problem, y, calc_second_order=second, num_resamples=resamples)
    print(time.perf_counter() - began)
"""


def timed(call):
    began = perf_counter()
    call()
    return perf_counter() - began


def rival(python, *arguments):
    done = subprocess.run([python, "-c", RIVAL, *map(str, arguments)], stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)


def has_salib(python):
    done = subprocess.run([python, "-c", "import SALib"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode == 0


def g_function(x):
    import numpy as np

    a = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])
    return np.prod((np.abs(4 * x - 2) + a) / (1 + a), axis=1)


def main():
    import niem

    python = os.environ.get("NIEM_BENCH_SALIB", sys.executable)
    if not has_salib(python):
        print("# SALib is not installed: own figures only", flush=True)
        python = None
    rows = {second: niem.sensitivity_sample(N, D, second_order=second) for second in (False, True)}
    results = {second: g_function(x) for second, x in rows.items()}
    cases = [("sample", lambda: niem.sensitivity_sample(N, D), ("sample", 0, 0))]
    cases.append(("sample.second", lambda: niem.sensitivity_sample(N, D, second_order=True), ("sample", 0, 1)))
    for resamples in (2, 100, 1000):
        for second in (False, True):
            name = f"indices.{resamples}{'.second' if second else ''}"

            def own(second=second, resamples=resamples):
                return niem.sensitivity_indices(results[second], D, second_order=second, resamples=resamples)

            cases.append((name, own, ("indices", resamples, int(second))))
    for name, own, arguments in cases:
        slow = arguments == ("indices", 1000, 1)
        pairs = [(timed(own), rival(python, *arguments) if python else 0) for _ in range(1 if slow else ROUNDS)]
        mine, theirs = (median(times) * 1e3 for times in zip(*pairs))
        if python:
            beside(f"sensitivity.{name}", mine, theirs, "ms", "SALib")
        else:
            figure(f"sensitivity.{name}", mine, "ms")


if __name__ == "__main__":
    main()
