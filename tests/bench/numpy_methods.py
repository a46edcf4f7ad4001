"""The methods of niem/methods.h as a careful user of NumPy writes them: vectorised, NaN-aware, without loops over rows or columns.

They are the rivals of the benchmarks, and are compared with niem's results before they are timed. What niem does besides, they do
not: they look for no infinity and no value that a method has no room for, and add up in plain doubles.
"""

import numpy as np


def least(x, axis):
    return np.fmin.reduce(x, axis=axis)


def greatest(x, axis):
    return np.fmax.reduce(x, axis=axis)


def sums(x, axis):
    """Sums of the values that are there, and how many they are."""
    there = ~np.isnan(x)
    return np.where(there, x, 0.0).sum(axis=axis), np.count_nonzero(there, axis=axis)


def means(x, axis):
    total, n = sums(x, axis)
    return total / n


def deviations(x, axis, less):
    there = ~np.isnan(x)
    n = np.count_nonzero(there, axis=axis)
    filled = np.where(there, x, 0.0)
    mean = filled.sum(axis=axis) / n
    filled -= np.expand_dims(mean, axis)
    filled *= there
    return mean, np.sqrt(np.einsum("ij,ij->" + "ji"[axis], filled, filled) / (n - less))


# --- normalisation ---


def minmax(x):
    low = least(x, 0)
    out = x - low
    out /= greatest(x, 0) - low
    out *= 100
    return out


def zscore(x):
    mean, spread = deviations(x, 0, 1)
    out = x - mean
    out /= spread
    return out


def scaled(x, low=0.0, high=100.0):
    out = x - low
    out /= high - low
    out *= 100
    return out


def goalposts(x, low=0.0, high=100.0):
    return np.clip(scaled(x, low, high), 0, 100)


def ranks(x, ties):
    """Ranks within columns: places in the sorted column, and for ties the first place or the mean of first and last."""
    n = len(x)
    order = np.argsort(x, axis=0)
    sorted_ = np.take_along_axis(x, order, 0)
    new = np.ones(x.shape, bool)
    np.not_equal(sorted_[1:], sorted_[:-1], out=new[1:])
    places = np.arange(n)[:, None]
    first = np.maximum.accumulate(np.where(new, places, 0), axis=0)
    found = first + 1.0
    if ties == "average":
        ends = np.ones(x.shape, bool)
        ends[:-1] = new[1:]
        last = np.minimum.accumulate(np.where(ends, places, n)[::-1], axis=0)[::-1]
        found = (first + last) / 2 + 1
    out = np.empty(x.shape)
    np.put_along_axis(out, order, found, 0)
    out[np.isnan(x)] = np.nan
    return out


def rank(x):
    return ranks(x, "min")


def percentile_rank(x):
    return (ranks(x, "min") - 1) / (np.count_nonzero(~np.isnan(x), axis=0) - 1)


def borda_scores(x):
    return ranks(x, "min") - 1


def distance(x, target):
    low = least(x, 0)
    out = x - low
    out /= target - low
    return out


def distance_target(x, target=100.0):
    return distance(x, target)


def distance_reference(x, row=0):
    return distance(x, x[row])


def distance_maximum(x):
    return distance(x, greatest(x, 0))


def fraction_maximum(x):
    return x / greatest(x, 0)


def bands(x):
    """Quantiles of type 7 from the sorted columns (np.nanquantile goes through the columns one by one and takes far longer)."""
    n = np.count_nonzero(~np.isnan(x), axis=0)
    sorted_ = np.sort(x, axis=0)
    out = np.zeros(x.shape)
    for share in (0.15, 0.25, 0.65, 0.85, 0.95):
        h = (n - 1) * share
        below = h.astype(np.intp)
        a, b = sorted_[below, np.arange(x.shape[1])], sorted_[np.minimum(below + 1, n - 1), np.arange(x.shape[1])]
        out += x >= a + (h - below) * (b - a)
    out *= 20
    out[np.isnan(x)] = np.nan
    return out


def about_mean(x, threshold=0.2):
    mean = means(x, 0)
    away = x - mean
    margin = threshold * np.abs(mean)
    out = np.subtract(away > margin, away < -margin, dtype=float)
    out[np.isnan(x)] = np.nan
    return out


def ampi_scores(x):
    low, high = least(x, 0), greatest(x, 0)
    out = x - (means(x, 0) - (high - low) / 2)
    out /= high - low
    out *= 60
    out += 70
    return out


# --- aggregation ---


def arithmetic(x):
    return means(x, 1)


def arithmetic_weighted(x, weights):
    there = ~np.isnan(x)
    return np.where(there, x, 0.0) @ weights / (there.astype(float) @ weights)


def geometric(x):
    there = ~np.isnan(x)
    return np.exp(np.log(np.where(there, x, 1.0)).sum(axis=1) / np.count_nonzero(there, axis=1))


def geometric_weighted(x, weights):
    there = ~np.isnan(x)
    return np.exp(np.log(np.where(there, x, 1.0)) @ weights / (there.astype(float) @ weights))


def harmonic(x):
    there = ~np.isnan(x)
    return np.count_nonzero(there, axis=1) / np.where(there, 1 / x, 0.0).sum(axis=1)


def power(x, order):
    return means(x**order, 1) ** (1 / order)


def median(x):
    """From the sorted rows, in which NaN is last (np.nanmedian goes through the rows one by one and takes far longer)."""
    n = np.count_nonzero(~np.isnan(x), axis=1)
    sorted_ = np.sort(x, axis=1)
    rows = np.arange(len(x))
    return (sorted_[rows, (n - 1) // 2] + sorted_[rows, n // 2]) / 2


def median_weighted(x, weights):
    order = np.argsort(x, axis=1)
    there = ~np.isnan(x)
    total = there.astype(float) @ weights
    reached = np.cumsum(np.where(np.take_along_axis(there, order, 1), weights[order], 0.0), axis=1)
    rows = np.arange(len(x))
    lower = np.argmax(reached >= total[:, None] / 2, axis=1)
    upper = np.argmax(reached > total[:, None] / 2, axis=1)
    return (x[rows, order[rows, lower]] + x[rows, order[rows, upper]]) / 2


def minimum(x):
    return np.nanmin(x, axis=1)


def maximum(x):
    return np.nanmax(x, axis=1)


def owa(x, weights):
    """Weights of places, for a row with gaps by the piecewise linear quantifier that they stand for."""
    m = len(weights)
    n = np.count_nonzero(~np.isnan(x), axis=1)
    descending = -np.sort(-x, axis=1)
    upto = np.concatenate([[0.0], np.cumsum(weights)]) / weights.sum()
    places = np.minimum(np.arange(m + 1) * (m / n)[:, None], m)
    share = np.diff(np.interp(places, np.arange(m + 1), upto), axis=1)
    return np.nansum(descending * share, axis=1)


def ogwa(x, weights):
    return np.exp(owa(np.log(x), weights))


def mean_min(x, alpha=0.5):
    mean = means(x, 1)
    return mean - alpha * np.abs(mean - least(x, 1))


def mpi(x, less=1):
    mean, spread = deviations(x, 1, less)
    return mean - spread / mean * spread


def ampi(x):
    return mpi(x, 0)


def copeland(x):
    """All pairs at once while they fit into 64 MB, otherwise unit by unit."""
    if x.size * len(x) <= 2**26:
        wins = np.count_nonzero(x[:, None] > x[None], axis=2)
    else:
        wins = np.array([np.count_nonzero(row > x, axis=1) for row in x])
    return np.sign(wins - wins.T).sum(axis=1)


def borda(x):
    total, n = sums(ranks(x, "average") - 1, 1)
    return total / n * x.shape[1]


def wroclaw(x):
    there = ~np.isnan(x)
    away = np.where(there, greatest(x, 0) - x, 0.0)
    distance_ = np.sqrt(np.einsum("ij,ij->i", away, away) / np.count_nonzero(there, axis=1) * x.shape[1])
    return distance_ / (distance_.mean() + 2 * distance_.std(ddof=1))


# --- treatment, imputation, weights ---


def skewness_kurtosis(x):
    there = ~np.isnan(x)
    n = np.count_nonzero(there, axis=0)
    filled = np.where(there, x, 0.0)
    filled -= filled.sum(axis=0) / n
    filled *= there
    squares = filled * filled
    m2, m3, m4 = squares.sum(axis=0) / n, (squares * filled).sum(axis=0) / n, (squares * squares).sum(axis=0) / n
    skewness = m3 / m2**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
    return skewness, ((n + 1) * (m4 / m2**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))


def fails(x):
    skewness, kurtosis = skewness_kurtosis(x)
    return ~((np.abs(skewness) < 2) | (kurtosis < 3.5)), skewness


def treat(x, max_points=5):
    """Winsorise up to so many points, then the logarithm of the COIN Tool of what still fails: columns that fail, all at once."""
    out = x.copy()
    failing, skewness = fails(x)
    columns = np.flatnonzero(failing)
    moved = np.zeros((2, x.shape[1]), int)
    going = columns
    while going.size:
        part, up = out[:, going], skewness[going] >= 0
        end = np.where(up, greatest(part, 0), least(part, 0))
        at_end = part == end
        inside = np.where(at_end, np.nan, part)
        points = np.count_nonzero(at_end, axis=0)
        allowed = points + moved[np.where(up, 1, 0), going] <= max_points
        part = np.where(at_end & allowed, np.where(up, greatest(inside, 0), least(inside, 0)), part)
        out[:, going] = part
        moved[np.where(up, 0, 1)[allowed], going[allowed]] = points[allowed]
        still, skewness[going] = fails(part)
        going = going[still & allowed]
    columns = columns[fails(out[:, columns])[0]]
    part = x[:, columns]
    low = least(part, 0)
    out[:, columns] = np.log(part - low + 0.01 * (greatest(part, 0) - low))
    return out


def impute_mean(x):
    return np.where(np.isnan(x), means(x, 0), x)


def impute_median(x):
    n = np.count_nonzero(~np.isnan(x), axis=0)
    sorted_ = np.sort(x, axis=0)
    columns = np.arange(x.shape[1])
    return np.where(np.isnan(x), (sorted_[(n - 1) // 2, columns] + sorted_[n // 2, columns]) / 2, x)


def impute_neighbours(x, k=5):
    """Gower's distances row by row; the mean over the nearest rows that have a value."""
    ranges = greatest(x, 0) - least(x, 0)
    scaled_ = x / ranges
    out = x.copy()
    for i in np.flatnonzero(np.isnan(x).any(axis=1)):
        away = np.nanmean(np.abs(scaled_ - scaled_[i]), axis=1)
        away[i] = np.inf
        rows = np.argsort(away)
        gaps = np.flatnonzero(np.isnan(x[i]))
        candidates = x[np.ix_(rows, gaps)]
        chosen = np.cumsum(~np.isnan(candidates), axis=0) <= k
        out[i, gaps] = np.nanmean(np.where(chosen, candidates, np.nan), axis=0)
    return out


def impute_em(x, tolerance=1e-8):
    """Multivariate normal by the pattern of what is missing (Dempster, Laird & Rubin 1977)."""
    mean0, spread = deviations(x, 0, 0)
    z = (x - mean0) / spread
    n, p = z.shape
    gaps = np.isnan(z)
    patterns, member = np.unique(gaps, axis=0, return_inverse=True)
    members = [np.flatnonzero(member.ravel() == k) for k in range(len(patterns))]
    mean, cov = np.zeros(p), np.eye(p)
    filled = z.copy()
    for _ in range(1000):
        extra = np.zeros((p, p))
        for pattern, rows in zip(patterns, members):
            m, o = np.flatnonzero(pattern), np.flatnonzero(~pattern)
            if m.size and o.size:
                b = np.linalg.solve(cov[np.ix_(o, o)], cov[np.ix_(o, m)])
                filled[np.ix_(rows, m)] = mean[m] + (z[np.ix_(rows, o)] - mean[o]) @ b
                extra[np.ix_(m, m)] += len(rows) * (cov[np.ix_(m, m)] - cov[np.ix_(m, o)] @ b)
        new_mean = filled.mean(axis=0)
        centred = filled - new_mean
        new_cov = (centred.T @ centred + extra) / n
        moved = max(np.abs(new_mean - mean).max(), np.abs(new_cov - cov).max())
        mean, cov = new_mean, new_cov
        if moved <= tolerance:
            break
    return filled * spread + mean0


def weights_pca(x):
    x = x[~np.isnan(x).any(axis=1)]
    values, vectors = np.linalg.eigh(np.corrcoef(x, rowvar=False))
    return vectors[:, -1] ** 2


def weights_entropy(x):
    total, n = sums(x, 0)
    shares = x / total
    found = 1 + np.nansum(shares * np.log(shares), axis=0) / np.log(n)
    return found / found.sum()


def weights_critic(x):
    """Of complete data: NumPy has no correlations of pairs that are complete."""
    spread = x.std(axis=0, ddof=1) / (x.max(axis=0) - x.min(axis=0))
    found = spread * (1 - np.corrcoef(x, rowvar=False)).sum(axis=0)
    return found / found.sum()


def weights_deviation(x):
    spread = deviations(x, 0, 1)[1]
    return spread / spread.sum()
