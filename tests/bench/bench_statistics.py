"""Statistics of a matrix beside pandas, NumPy and what they do together: bench_statistics.py

Rivals compute the same numbers, which is checked before anything is timed, but where a remark says that they compute less.
"""

import numpy as np
import pandas as pd

import niem
from bench import beside, figure
from bench_methods import compare, correlated, in_turn

PUBLISHED = {"get_corr": 0.378, "get_stats": 0.051, "get_cronbach": 0.0008}  # seconds; COINr 1.1.14, of another run on another machine


def duel(name, own, other, remark, rounds=9):
    mine, theirs = in_turn(own, other, rounds=rounds)
    beside(f"statistics.{name}", mine * 1e3, theirs * 1e3, "ms", remark)


def describe(x):
    """Half of what niem.describe tells."""
    frame = pd.DataFrame(x)
    parts = [frame.count(), frame.nunique(), frame.min(), frame.max(), frame.mean(), frame.std(), frame.skew(), frame.kurt()]
    return pd.concat([*parts, frame.quantile([0.05, 0.25, 0.5, 0.75, 0.95]).T], axis=1)


def alpha(x):
    c = np.cov(x.T)
    return len(c) / (len(c) - 1) * (1 - np.trace(c) / c.sum())


def components(x):
    values, vectors = np.linalg.eigh(np.corrcoef(x.T))
    z = (x - x.mean(0)) / x.std(0, ddof=1)
    return values[::-1], z @ vectors[:, ::-1]


def correlations(name, x):
    frame = pd.DataFrame(x)
    for method in ("pearson", "spearman", "kendall"):
        try:
            compare(name, niem.correlate(x, method=method).r, frame.corr(method), 1e-9)
        except ImportError:
            continue  # pandas has tau-b from SciPy
        remark = "pandas.corr, which has no p-values"
        duel(f"correlate.{method}.{name}", lambda: niem.correlate(x, method=method), lambda: frame.corr(method), remark, rounds=5)


def main():
    whole, gaps = correlated(51, 49, 0), correlated(51, 49, 0.05)
    correlations("51x49", whole)
    correlations("51x49.gaps", gaps)
    correlations("200x100", correlated(200, 100, 0))
    figure("statistics.correlate.coinr", PUBLISHED["get_corr"] * 1e3, "ms (COINr 1.1.14, p-values of 51x49, elsewhere)")
    duel("describe.51x49", lambda: niem.describe(gaps), lambda: describe(gaps), "pandas, half of it")
    compare("alpha", niem.cronbach_alpha(whole).report["alpha"], alpha(whole))
    duel("cronbach_alpha.51x49", lambda: niem.cronbach_alpha(whole), lambda: alpha(whole), "NumPy, alpha alone")
    few = correlated(200, 20, 0)
    compare("components", niem.principal_components(few).eigenvalues["eigenvalue"], components(few)[0])
    duel("principal_components.200x20", lambda: niem.principal_components(few), lambda: components(few), "NumPy, no adequacy or test")
    wide = correlated(200, 49, 0)
    duel("principal_components.200x49", lambda: niem.principal_components(wide), lambda: components(wide), "NumPy, no adequacy or test")
    p = np.random.default_rng(1).uniform(0, 1, 1176)
    for method in ("holm", "hommel", "bh"):
        figure(f"statistics.adjust_p_values.{method}.1176", in_turn(lambda: niem.adjust_p_values(p, method))[0] * 1e3, "ms")
    z = np.linspace(-8, 8, 1000)
    figure("statistics.probability.normal.1000", in_turn(lambda: niem.probability(z))[0] * 1e3, "ms")
    figure("statistics.probability.t.1000", in_turn(lambda: niem.probability(z, "t", "both", df1=49))[0] * 1e3, "ms")
    figure("statistics.critical_value.t.1000", in_turn(lambda: niem.critical_value(np.linspace(0.001, 0.999, 1000), "t", df1=49), rounds=3)[0] * 1e3, "ms")


if __name__ == "__main__":
    main()
