"""The statistics of niem/statistics.h once more, for the vectors of statistics.json: in fractions where the truth is rational,
otherwise in decimals. Written from the header and the sources that it names; nothing is shared with libniem.

Probabilities are sums of power series with positive terms, in decimals of so many digits that the other tail, 1 - p, is right
too. Exact p-values of rank correlations are counts over all permutations, tau-b is counted pair by pair, adjusted p-values come
from closed testing: the greatest p of any set of hypotheses with the one in it, by Bonferroni (Holm) or Simes (Hommel). One
factor is where its residuals are least to 30 digits.

A matrix is a list of rows, None is a missing value. Every function gives its numbers one after another, row by row.
"""

import functools
from decimal import Decimal, getcontext, localcontext
from fractions import Fraction
from itertools import combinations, permutations

from methods import Cases as MatrixCases
from methods import correlation, exact, mean, principal, quantile, root, short, solved, there, transposed, variance

SOURCE = "niem/statistics.h and the sources it names, in fractions or decimals (bindings/conformance/matrix_statistics.py)"
DIGITS, FEWER = 340, 60  # of probabilities, and of what is halved towards them

# --- probabilities ---


def decimal(x):
    x = Fraction(x)
    return Decimal(x.numerator) / Decimal(x.denominator)


def least():
    """Below which a term is nothing, by the digits of the context."""
    return Decimal(10) ** (20 - getcontext().prec)


@functools.lru_cache(maxsize=None)
def pi_of(digits):
    """Machin's formula."""

    def arctan_of_inverse(n):
        term, total, k = Decimal(1) / n, Decimal(0), 0
        while abs(term) > Decimal(10) ** -digits:
            total += term / (2 * k + 1) * (-1) ** k
            term /= n * n
            k += 1
        return total

    return 4 * (4 * arctan_of_inverse(5) - arctan_of_inverse(239))


def pi():
    return pi_of(getcontext().prec)


def gamma(x):
    """Of a whole or half number."""
    x = Fraction(x)
    value = Decimal(1) if x.denominator == 1 else pi().sqrt()
    at = Fraction(1) if x.denominator == 1 else Fraction(1, 2)
    while at < x:
        value *= decimal(at)
        at += 1
    return value


def power(x, a):
    """x^a of a whole or half a."""
    doubled = int(2 * a)
    return x ** (doubled // 2) * (x.sqrt() if doubled % 2 else 1)


def gamma_lower(a, x):
    """The regularised incomplete gamma function (Abramowitz & Stegun 6.5.29)."""
    term = total = Decimal(1)
    k = 0
    while term > total * least():
        k += 1
        term *= x / (decimal(a) + k)
        total += term
    return power(x, a) * (-x).exp() / gamma(a + 1) * total


def beta_lower(a, b, x):
    """The regularised incomplete beta function (26.5.4), by the smaller of x and 1 - x."""
    if x == 0:
        return Decimal(0)
    if x > Decimal("0.6"):
        return 1 - beta_lower(b, a, 1 - x)
    term = total = Decimal(1)
    k = 0
    while term > total * least():
        term *= x * (decimal(a + b) + k) / (decimal(a + 1) + k)
        total += term
        k += 1
    front = power(x, a) * power(1 - x, b) * gamma(a + b) / gamma(a) / gamma(b) / decimal(a)
    return front * total


def tails(x, distribution, df1=None, df2=None):
    """The lower and the upper tail."""
    x = decimal(x)
    half = Fraction(1, 2)
    if distribution == "normal":
        beyond = 1 - gamma_lower(half, x * x / 2) if x else Decimal(1)
    elif distribution == "t":
        beyond = beta_lower(Fraction(df1, 2), half, df1 / (df1 + x * x)) if x else Decimal(1)
    elif distribution == "chi_squared":
        upper = 1 - gamma_lower(Fraction(df1, 2), x / 2) if x > 0 else Decimal(1)
        return 1 - upper, upper
    else:
        upper = beta_lower(Fraction(df2, 2), Fraction(df1, 2), df2 / (df2 + df1 * x)) if x > 0 else Decimal(1)
        return 1 - upper, upper
    return (beyond / 2, 1 - beyond / 2) if x < 0 else (1 - beyond / 2, beyond / 2)


def of_tail(lower, upper, tail):
    return {"lower": lower, "upper": upper, "both": 2 * min(lower, upper)}[tail]


def probability_of(x, distribution="normal", tail="lower", df1=None, df2=None, digits=DIGITS):
    with localcontext() as context:
        context.prec = digits + 20
        return Fraction(of_tail(*tails(x, distribution, df1, df2), tail))


def probability(x, **o):
    return [None if v is None else probability_of(v, **o) for v in x]


def critical_of(p, distribution="normal", tail="lower", df1=None, df2=None):
    """By halving, until 25 digits stand."""
    symmetric = distribution in ("normal", "t")
    p = Fraction(p)
    low, high = Fraction(-64 if symmetric and tail != "both" else 0), Fraction(64)
    for _ in range(90):
        middle = (low + high) / 2
        value = probability_of(middle, distribution, tail, df1, df2, FEWER)
        rising = tail == "lower"
        low, high = (middle, high) if (value < p) == rising else (low, middle)
    return low


def critical_value(x, **o):
    return [None if p is None else critical_of(p, **o) for p in x]


def two_sided(r, n):
    """Student's t of a correlation: I_(1 - r^2)(n/2 - 1, 1/2)."""
    if n < 3:
        return None
    with localcontext() as context:
        context.prec = DIGITS + 20
        rest = 1 - r * r
        perfect = rest < Fraction(1, 10**50)  # r is a root of 60 digits
        return Fraction(0) if perfect else Fraction(beta_lower(Fraction(n - 2, 2), Fraction(1, 2), decimal(rest)))


# --- many tests ---


def simes(ps):
    return min(len(ps) * p / i for i, p in enumerate(sorted(ps), 1))


def by_closure(ps, test):
    """The greatest p of any set with the hypothesis in it."""
    sets = [chosen for size in range(1, len(ps) + 1) for chosen in combinations(range(len(ps)), size)]
    values = {chosen: min(Fraction(1), test([ps[i] for i in chosen])) for chosen in sets}
    return [max(values[chosen] for chosen in sets if i in chosen) for i in range(len(ps))]


def discovery(ps, factor):
    """The least level at which the step-up procedure rejects each."""
    m = len(ps)
    return [min([Fraction(1)] + [factor * m * q / sum(p <= q for p in ps) for q in ps if q >= own]) for own in ps]


def hochberg(ps):
    m = len(ps)
    return [min([Fraction(1)] + [(sum(p > q for p in ps) + 1) * q for q in ps if q >= own]) if m else None for own in ps]


def adjust_p_values(x, method="holm"):
    ps = [Fraction(p) for p in x if p is not None]
    m = len(ps)
    adjusted = {
        "bonferroni": lambda: [min(Fraction(1), m * p) for p in ps],
        "holm": lambda: by_closure(ps, lambda some: len(some) * min(some)),
        "hommel": lambda: by_closure(ps, simes),
        "hochberg": lambda: hochberg(ps),
        "bh": lambda: discovery(ps, 1),
        "by": lambda: discovery(ps, sum(Fraction(1, i) for i in range(1, m + 1))),
    }[method]()
    found = iter(adjusted)
    return [None if p is None else next(found) for p in x]


# --- description ---


def moment(values, k):
    return sum((v - mean(values)) ** k for v in values) / len(values)


def skewness(values):
    n = len(values)
    if n < 3 or len(set(values)) < 2:
        return None
    g1 = moment(values, 3) / root(moment(values, 2) ** 3)
    return g1 * root(n * (n - 1)) / (n - 2)


def kurtosis(values):
    n = len(values)
    if n < 4 or len(set(values)) < 2:
        return None
    g2 = moment(values, 4) / moment(values, 2) ** 2 - 3
    return ((n + 1) * g2 + 6) * (n - 1) / Fraction((n - 2) * (n - 3))


FLAGS = {"available": 1, "nonzero": 2, "unique": 4, "outliers": 8, "constant": 16}


def describe_column(column, part, o):
    values = there(column)
    n = len(values)
    share = (lambda count: Fraction(count, n)) if n else (lambda count: None)
    quartiles = [quantile(values, Fraction(q, 4)) if n else None for q in (1, 3)]
    beyond = Fraction(o["fence"]) * (quartiles[1] - quartiles[0]) if n else None
    spread = root(variance(values)) if n > 1 else None
    commonest = max((values.count(v) for v in values), default=0)
    found = {
        "n": n,
        "n_missing": len(column) - n,
        "n_unique": len(set(values)),
        "n_nonzero": sum(v != 0 for v in values),
        "n_commonest": commonest,
        "n_low": sum(quartiles[0] - v > beyond for v in values),
        "n_high": sum(v - quartiles[1] > beyond for v in values),
        "available": Fraction(n, len(column)),
        "minimum": min(values, default=None),
        "maximum": max(values, default=None),
        "mean": mean(values) if n else None,
        "median": quantile(values, Fraction(1, 2)) if n else None,
        "q05": quantile(values, Fraction(1, 20)) if n else None,
        "q25": quartiles[0],
        "q75": quartiles[1],
        "q95": quantile(values, Fraction(19, 20)) if n else None,
        "iqr": quartiles[1] - quartiles[0] if n else None,
        "deviation": spread,
        "variation": spread / abs(mean(values)) if n > 1 and mean(values) else None,
        "skewness": skewness(values),
        "kurtosis": kurtosis(values),
    }
    found |= {"unique": share(found["n_unique"]), "nonzero": share(found["n_nonzero"]), "commonest": share(commonest)}
    bent = found["skewness"], found["kurtosis"]
    missed = {
        "available": found["available"] < Fraction(str(o["min_available"])),
        "nonzero": n > 0 and found["nonzero"] < Fraction(str(o["min_nonzero"])),
        "unique": n > 0 and found["unique"] < Fraction(str(o["min_unique"])),
        "outliers": None not in bent and abs(bent[0]) > Fraction(o["skewness"]) and bent[1] > Fraction(o["kurtosis"]),
        "constant": found["n_unique"] <= 1,
    }
    found["flags"] = sum(bit for name, bit in FLAGS.items() if missed[name])
    return found[part]


def describe(x, part="n", **o):
    defaults = {"min_available": 0.65, "min_nonzero": 0.5, "min_unique": 0.5, "skewness": 2, "kurtosis": 3.5, "fence": 1.5}
    return [describe_column(column, part, {**defaults, **o}) for column in transposed(exact(x))]


# --- correlations ---


def mean_ranks(values, tolerance=0):
    """Neighbours in order that differ by at most the tolerance tie."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    groups = []
    for i in order:
        if groups and values[i] - values[groups[-1][-1]] <= tolerance:
            groups[-1].append(i)
        else:
            groups.append([i])
    ranks, before = {}, 0
    for group in groups:
        ranks |= {i: before + Fraction(len(group) + 1, 2) for i in group}
        before += len(group)
    return [ranks[i] for i in range(len(values))], [len(group) for group in groups]


def kendall_counts(a, b):
    """Concordant less discordant pairs, and the pairs that differ in a and in b."""
    sign = lambda x: (x > 0) - (x < 0)  # noqa: E731
    pairs = [(sign(a[i] - a[k]), sign(b[i] - b[k])) for i, k in combinations(range(len(a)), 2)]
    return sum(p * q for p, q in pairs), sum(p != 0 for p, _ in pairs), sum(q != 0 for _, q in pairs)


def coefficient(a, b, method):
    """Of ranks for the methods of ranks; None where one does not vary."""
    if method != "kendall":
        return correlation(a, b)
    total, of_a, of_b = kendall_counts(a, b)
    return Fraction(total) / root(of_a * of_b) if of_a and of_b else None


def by_all_orders(a, b, method):
    statistic = (lambda x, y: kendall_counts(x, y)[0]) if method == "kendall" else (lambda x, y: sum(p * q for p, q in zip(x, y)))
    own = statistic(a, b)
    found = [statistic(a, order) for order in permutations(b)]
    tail = min(sum(v <= own for v in found), sum(v >= own for v in found))
    return min(Fraction(1), Fraction(2 * tail, len(found)))


def by_normal(a, b, groups_a, groups_b):
    n = len(a)
    sums = lambda groups, f: sum(f(t) for t in groups)  # noqa: E731
    fives = lambda t: t * (t - 1) * (2 * t + 5)  # noqa: E731
    twos = lambda t: t * (t - 1)  # noqa: E731
    threes = lambda t: t * (t - 1) * (t - 2)  # noqa: E731
    var = Fraction(fives(n) - sums(groups_a, fives) - sums(groups_b, fives), 18)
    var += Fraction(sums(groups_a, twos) * sums(groups_b, twos), 2 * twos(n))
    var += Fraction(sums(groups_a, threes) * sums(groups_b, threes), 9 * threes(n))
    return probability_of(kendall_counts(a, b)[0] / root(var), tail="both")


def correlate_pair(a, b, method, test, tolerance):
    pairs = [(x, y) for x, y in zip(a, b) if x is not None and y is not None]
    n = len(pairs)
    if n < 3:
        return {"r": None, "p": None, "n": n}
    a, b = ([pair[k] for pair in pairs] for k in (0, 1))
    if method == "pearson":
        r = correlation(a, b)
        return {"r": r, "p": None if r is None else two_sided(r, n), "n": n}
    (a, ties_a), (b, ties_b) = mean_ranks(a, tolerance), mean_ranks(b, tolerance)
    r = coefficient(a, b, method)
    if r is None:
        return {"r": None, "p": None, "n": n}
    if test != "asymptotic" and max(ties_a + ties_b) == 1 and n <= (49 if method == "kendall" else 10):
        if n > 8:
            raise ValueError("all permutations of so many are too many for a vector")
        return {"r": r, "p": by_all_orders(a, b, method), "n": n}
    return {"r": r, "p": two_sided(r, n) if method == "spearman" else by_normal(a, b, ties_a, ties_b), "n": n}


def correlate(x, apply=None, part="r", method="pearson", rows="pairwise", test="default", tolerance=0):
    x = exact(x)
    y = x if apply is None else exact(apply)
    if rows == "complete":
        kept = [i for i in range(len(x)) if None not in x[i] + y[i]]
        x, y = [x[i] for i in kept], [y[i] for i in kept]
    if not x:
        raise ValueError("a vector with no complete row is of no use")
    pairs = [[correlate_pair(a, b, method, test, tolerance) for b in transposed(y)] for a in transposed(x)]
    return [pair[part] for row in pairs for pair in row]


# --- reliability ---


def covariance(a, b):
    pairs = [(p, q) for p, q in zip(a, b) if p is not None and q is not None]
    a, b = ([pair[k] for pair in pairs] for k in (0, 1))
    return sum((p - mean(a)) * (q - mean(b)) for p, q in pairs) / (len(pairs) - 1), len(pairs)


def covariances(x, rows, directions):
    """Covariances with the directions in them, and the least number of pairs."""
    x = exact(x)
    if rows != "pairwise":
        x = [row for row in x if None not in row]
    columns, signs = transposed(x), directions or [1] * len(x[0])
    found = [[covariance(a, b) for b in columns] for a in columns]
    c = [[int(signs[j] * signs[k]) * entry[0] for k, entry in enumerate(row)] for j, row in enumerate(found)]
    return c, min(entry[1] for row in found for entry in row), columns


def correlations_of(c):
    n = range(len(c))
    return [[Fraction(1) if j == k else c[j][k] / root(c[j][j] * c[k][k]) for k in n] for j in n]


def alpha_of(c):
    n, everything = len(c), sum(map(sum, c))
    own = sum(c[j][j] for j in range(n))
    return Fraction(n, n - 1) * (1 - own / everything) if n > 1 and everything else None


def without(c, j):
    return [[v for k, v in enumerate(row) if k != j] for i, row in enumerate(c) if i != j]


def multiple(c, j):
    """1 less the share of an item's variance that the others leave: exact, since scale does not matter."""
    unit = [Fraction(i == j) for i in range(len(c))]
    found = solved(c, unit)
    return None if found is None else 1 - 1 / (c[j][j] * found[j])


def cronbach_alpha(x, part="alpha", rows="complete", directions=None, level=0.95):
    c, n, columns = covariances(x, rows, directions)
    r, k = correlations_of(c), len(c)
    everything = sum(map(sum, c))
    alpha = alpha_of(c)
    if part in ("low", "high"):
        share = (1 - Fraction(level)) / 2
        f = critical_of(share, "f", "upper" if part == "low" else "lower", n - 1, (n - 1) * (k - 1))
        return [1 - (1 - alpha) * f]
    of_items = {
        "mean": lambda j: mean(there(columns[j])),
        "deviation_of_item": lambda j: root(c[j][j]),
        "r_total": lambda j: sum(c[j]) / root(c[j][j] * everything),
        "r_rest": lambda j: (sum(c[j]) - c[j][j]) / root(c[j][j] * sum(map(sum, without(c, j)))),
        "smc": lambda j: multiple(c, j),
        "alpha_without": lambda j: alpha_of(without(c, j)),
        "standardised_without": lambda j: alpha_of(without(r, j)),
    }
    if part in of_items:
        return [of_items[part](j) for j in range(k)]
    total = sum(map(sum, r))
    return [
        {
            "n": lambda: n,
            "alpha": lambda: alpha,
            "standardised": lambda: alpha_of(r),
            "average_r": lambda: (total - k) / (k * (k - 1)),
            "lambda_6": lambda: (total - k + sum(multiple(c, j) for j in range(k))) / total,
            "deviation": lambda: root(everything),
            "error": lambda: root(everything * (1 - alpha)),
            "n_negative": lambda: sum(v < 0 for v in (sum(c[j]) - c[j][j] for j in range(k))),
        }[part]()
    ]


def one_factor(r):
    """Loadings of the least residuals: each in turn the best given the others, until 30 digits stand."""
    n = range(len(r))
    loadings = [Fraction(1)] * len(r)
    for _ in range(5000):
        before = list(loadings)
        for j in n:
            best = sum(r[j][k] * loadings[k] for k in n if k != j) / sum(loadings[k] ** 2 for k in n if k != j)
            loadings[j] = short([max(Fraction(-1), min(Fraction(1), best))])[0]
        if max(abs(a - b) for a, b in zip(before, loadings)) < Fraction(1, 10**35):
            return loadings
    raise ArithmeticError("no factor was found")


def mcdonald_omega(x, part="omega", rows="complete", directions=None):
    c, n, _ = covariances(x, rows, directions)
    r = correlations_of(c)
    loadings = one_factor(r)
    if part == "loadings":
        return loadings

    def omega(sizes):
        common = sum(v * s for v, s in zip(loadings, sizes)) ** 2
        return common / (common + sum((1 - v * v) * s * s for v, s in zip(loadings, sizes)))

    k = range(len(r))
    left = sum((r[i][j] - loadings[i] * loadings[j]) ** 2 for i in k for j in k if i != j)
    own = sum(1 - v * v for v in loadings)
    return [
        {
            "n": lambda: n,
            "omega": lambda: omega([root(c[j][j]) for j in k]),
            "standardised": lambda: omega([1] * len(r)),
            "observed": lambda: 1 - own / sum(map(sum, r)),
            "explained": lambda: sum(v * v for v in loadings) / len(r),
            "residual": lambda: root(left / (len(r) * (len(r) - 1))),
            "converged": lambda: 1,
        }[part]()
    ]


# --- principal components ---


def eigen(a):
    """By power iteration, each component taken away before the next; vectors of length 1, the sum not negative."""
    a, found = [list(row) for row in a], []
    n = range(len(a))
    for _ in n:
        value, vector = principal(a) if len(found) < len(a) - 1 else last(a, [v for _, v in found])
        length = root(sum(v * v for v in vector))
        vector = [v / length * (-1 if sum(vector) < 0 else 1) for v in vector]
        found.append((value, vector))
        a = [short(a[i][k] - value * vector[i] * vector[k] for k in n) for i in n]
    return found


def last(a, others):
    """The vector that is orthogonal to all others: what they leave of the unit vector that they leave most of."""
    best = None
    for k in range(len(a)):
        rest = [Fraction(i == k) for i in range(len(a))]
        for other in others:
            share = sum(p * q for p, q in zip(rest, other))
            rest = [p - share * q for p, q in zip(rest, other)]
        size = sum(v * v for v in rest)
        best = max(best, (size, rest)) if best else (size, rest)
    return sum(a[i][i] for i in range(len(a))), best[1]


def determinant(a):
    rows, product = [list(row) for row in a], Fraction(1)
    for k in range(len(rows)):
        if rows[k][k] == 0:
            return Fraction(0)
        product *= rows[k][k]
        for i in range(k + 1, len(rows)):
            factor = rows[i][k] / rows[k][k]
            rows[i] = [p - factor * q for p, q in zip(rows[i], rows[k])]
    return product


def inverse(a):
    return [solved(a, [Fraction(i == j) for i in range(len(a))]) for j in range(len(a))]


def adequacy(r, columns):
    """Squared correlations over those and the partial ones, of these columns."""
    inv = inverse(r)
    n = range(len(r))
    own = sum(r[j][k] ** 2 for j in columns for k in n if j != k)
    partial = sum(inv[j][k] ** 2 / (inv[j][j] * inv[k][k]) for j in columns for k in n if j != k)
    return own / (own + partial)


def turned(loadings):
    """Varimax of two columns: the angle at which Kaiser's criterion is greatest, by halving where its slope is 0."""
    sizes = [root(p * p + q * q) for p, q in loadings]
    u = [(p * p - q * q) / s**2 for (p, q), s in zip(loadings, sizes)]
    v = [2 * p * q / s**2 for (p, q), s in zip(loadings, sizes)]
    n = len(loadings)
    above = sum(2 * a * b for a, b in zip(u, v)) - 2 * sum(u) * sum(v) / n
    below = sum(a * a - b * b for a, b in zip(u, v)) - (sum(u) ** 2 - sum(v) ** 2) / n
    length = root(above**2 + below**2)
    sine, cosine = above / length, below / length
    for _ in range(2):  # half the angle, twice; half angles are within -+ pi / 2
        half = root((1 + cosine) / 2)
        sine, cosine = root((1 - cosine) / 2) * (1 if sine >= 0 else -1), half
    rotated = [[p * cosine + q * sine, q * cosine - p * sine] for p, q in loadings]
    columns = sorted(transposed(rotated), key=lambda column: -sum(w * w for w in column))
    return transposed([[w * (-1 if sum(column) < 0 else 1) for w in column] for column in columns])


def principal_components(x, part="eigenvalues", of="correlations", components=0, explained=None, rotation="none"):
    x = exact(x)
    kept = [row for row in x if None not in row]
    columns, n, m = transposed(kept), len(kept), len(x[0])
    c = [[covariance(a, b)[0] for b in columns] for a in columns]
    r = [[correlation(a, b) for b in columns] for a in columns]
    found = eigen(r if of == "correlations" else c)
    values = [value for value, _ in found]
    total, k = sum(values), components
    if not k and explained is not None:
        k = next(i for i in range(1, m + 1) if sum(values[:i]) >= Fraction(str(explained)) * total)
    elif not k:
        k = max(1, sum(value >= total / m for value in values))
    loadings = [[vector[j] * root(value) for value, vector in found[:k]] for j in range(m)]
    spread = [root(c[j][j]) if of == "correlations" else 1 for j in range(m)]

    def score(row):
        z = None if None in row else [(v - mean(columns[j])) / spread[j] for j, v in enumerate(row)]
        return [None if z is None else sum(p * q for p, q in zip(z, vector)) for _, vector in found[:k]]

    def bartlett():
        return -(n - 1 - Fraction(2 * m + 5, 6)) * Fraction(decimal(determinant(r)).ln())

    rotated = turned(loadings) if rotation == "varimax" else None
    flat = lambda rows: [v for row in rows for v in row]  # noqa: E731
    parts = {
        "eigenvalues": lambda: values,
        "shares": lambda: [v / total for v in values],
        "cumulated": lambda: [sum(values[: i + 1]) / total for i in range(m)],
        "loadings": lambda: flat(loadings),
        "communalities": lambda: [sum(v * v for v in row) for row in loadings],
        "scores": lambda: flat(score(row) for row in x),
        "adequacy": lambda: [adequacy(r, [j]) for j in range(m)],
        "rotated": lambda: flat(rotated),
        "rotated_shares": lambda: [sum(v * v for v in column) / total for column in transposed(rotated)],
        "n": lambda: [n],
        "n_components": lambda: [k],
        "explained": lambda: [sum(values[:k]) / total],
        "kmo": lambda: [adequacy(r, range(m))],
        "determinant": lambda: [Fraction(decimal(determinant(r)).ln())],
        "bartlett": lambda: [bartlett()],
        "df": lambda: [m * (m - 1) // 2],
        "p": lambda: probability([bartlett()], distribution="chi_squared", tail="upper", df1=m * (m - 1) // 2),
    }
    return parts[part]()


# --- cases ---


class Cases(MatrixCases):
    functions = globals()

    def right(self, function, name, within=0, absolute=0, **options):
        from methods import plain

        given = {key: value for key, value in options.items() if value is not None}
        work = dict(given)
        if function == "cronbach_alpha" and work.get("part") == "deviation_of_item":
            given["part"] = "deviations"
        values = self.functions[function](work.pop("x"), **work)
        more = {key: value for key, value in (("tolerance", within), ("absolute", absolute)) if value}
        self.file.add(function, name, {"values": values}, **more, options=plain(given))


CLOSE = 1e-13
CLOSER = 1e-14
X = [[10, 4, 7.5, 0], [30, 8, None, 0], [None, 2, 12.5, 0], [50, 6, 5, 3], [20, 6, 9, -4], [25, 4, 8, 0], [400, 5, 8, 0]]
ITEMS = [[1, 2, 5, 2], [2, 4, 4, 1], [3, 3, 3, 5], [4, 7, 2, 3], [5, 9, 1.5, 6], [2, None, 3, 3], [4, 5, 2.5, 4]]
FACTOR = [[2, 3, 1, 4], [4, 4, 3, 3], [1, 2, 2, 1], [5, 3, 4, 6], [3, 5, 2, 4], [6, 6, 5, 5], [2, 1, 3, 2], [7, 5, 4, 8]]
ORDERED = [[1, 3, 2], [2, 1, 6], [3, 2, 1], [4, 6, 5], [5, 4, 4], [6, 7, 3], [7, 5, 7]]


def probabilities(c):
    c.right("probability", "normal, from tail to tail", CLOSE, x=[-37, -5, -1.5, -0.25, 0, 0.25, 1.96, 4, None, 8])
    c.right("probability", "normal, beyond on the right", CLOSE, x=[-8, -1, 0, 1e-3, 1.75, 6, 20, 37], tail="upper")
    c.right("probability", "normal, both sides", CLOSE, x=[-2.5, 0, 1e-6, 3], tail="both")
    for df in (1, 2, 5, 30, 101):
        c.right("probability", f"t, {df} degrees of freedom", CLOSE, x=[-40, -3, -0.5, 0, 0.01, 1, 2.5, 12], distribution="t", df1=df)
        c.right("probability", f"t, {df} degrees of freedom, both sides", CLOSE, x=[0.1, 1.5, 7], distribution="t", tail="both", df1=df)
    for df in (1, 2, 7, 60):
        c.right("probability", f"chi-squared, {df} degrees of freedom", CLOSE, x=[-1, 0, 0.125, df, 2 * df, 9 * df], distribution="chi_squared", df1=df)
        beyond = {"distribution": "chi_squared", "tail": "upper", "df1": df}
        c.right("probability", f"chi-squared, {df} degrees of freedom, upper tail", CLOSE, x=[0.125, df, 2 * df, 9 * df], **beyond)
    for df1, df2 in ((1, 10), (3, 7), (29, 174), (60, 4)):
        c.right("probability", f"F, {df1} and {df2}", CLOSE, x=[0, 0.0625, 0.75, 1, 2.5, 30], distribution="f", tail="upper", df1=df1, df2=df2)
        c.right("probability", f"F, {df1} and {df2}, lower tail", CLOSE, x=[0.0625, 0.75, 1, 2.5], distribution="f", df1=df1, df2=df2)
    c.right("critical_value", "normal", CLOSER, x=[0.025, 0.3, 0.75, 0.975, 1e-10, None])
    c.right("critical_value", "t, two-sided", CLOSER, x=[0.05, 0.01, 0.5], distribution="t", tail="both", df1=9)
    c.right("critical_value", "chi-squared", CLOSER, x=[0.05, 0.5], distribution="chi_squared", tail="upper", df1=6)
    c.right("critical_value", "F", CLOSER, x=[0.025, 0.5, 0.975], distribution="f", df1=4, df2=12)
    c.refused("probability", "a distribution without degrees of freedom", "argument", "df1", x=[1], distribution="t")
    c.refused("probability", "degrees of freedom without a distribution", "argument", "df1", x=[1], df1=3)
    c.refused("probability", "F with one of two", "argument", "df2", x=[1], distribution="f", df1=3)
    c.refused("probability", "both tails of what has one", "argument", "tail", x=[1], distribution="chi_squared", tail="both", df1=3)
    c.refused("probability", "no degrees of freedom", "value", "df1", x=[1], distribution="t", df1=0)
    c.refused("probability", "an infinity", "value", "x", row=2, x=[1, "Infinity"])
    c.refused("probability", "a distribution that is none", "argument", "distribution", x=[1], distribution="cauchy")
    c.refused("critical_value", "no probability", "value", "p", row=2, x=[0.5, 1.25])
    c.refused("critical_value", "beyond all numbers", "value", "p", row=1, x=[1e-200], distribution="t", df1=0.125)


def adjusting(c):
    ps = [0.01, None, 0.04, 0.0051, 0.03, 0.9, 0.02, 0.0495]
    for method in ("holm", "hochberg", "hommel", "bonferroni", "bh", "by"):
        c.right("adjust_p_values", method, 4e-16, x=ps, method=method)
        c.right("adjust_p_values", f"{method}, with ties and ends", 4e-16, x=[0.5, 0, 0.25, 0.25, 1], method=method)
    c.refused("adjust_p_values", "no p-value", "value", "p", row=2, x=[0.5, -0.125], method="holm")
    c.refused("adjust_p_values", "a method that is none", "argument", "method", x=[0.5], method="scheffe")


def describing(c):
    counts = ("n", "n_missing", "n_unique", "n_nonzero", "n_commonest", "n_low", "n_high", "flags")
    for part in counts:
        c.right("describe", part, x=X, part=part)
    for part in ("available", "unique", "nonzero", "commonest", "minimum", "maximum", "mean", "median", "q25", "q75", "iqr"):
        c.right("describe", part, 4e-16, x=X, part=part)
    for part in ("q05", "q95", "deviation", "variation", "skewness", "kurtosis"):
        c.right("describe", part, CLOSER, x=X, part=part)
    empty = [[None, 1], [None, 1], [None, 1]]
    for part in (*counts, "available", "unique", "mean", "median", "deviation", "skewness", "kurtosis"):
        c.right("describe", f"{part} of no value, and of one value", x=empty, part=part)
    lenient = {"min_available": 0.5, "min_nonzero": 0.25, "min_unique": 0.25, "skewness": 0.5, "kurtosis": 0.5}
    c.right("describe", "other thresholds", x=X, part="flags", **lenient)
    c.right("describe", "a threshold that is just met", x=[[1, 0], [2, 0], [2, 1], [None, 1]], part="flags", min_available=0.75, min_nonzero=0.5, min_unique=0.5)
    c.right("describe", "another fence", x=X, part="n_high", fence=0.5)
    c.refused("describe", "a share above 1", "value", "min_available", x=X, min_available=1.5)
    c.refused("describe", "an infinity", "value", "x", row=1, column=2, x=[[1, "Infinity"]])


def correlating(c):
    for method in ("pearson", "spearman", "kendall"):
        for rows in ("pairwise", "complete"):
            for part in ("r", "p", "n"):
                within = 0 if part == "n" else CLOSER if part == "r" else CLOSE
                asked = {"method": method, "rows": rows, "part": part, "test": None if method == "pearson" else "asymptotic"}
                c.right("correlate", f"{method}, {rows}: {part}", within, 1e-15 if part == "r" else 0, x=X, **asked)
        c.right("correlate", f"{method}: with other columns", CLOSER, 1e-15, x=ITEMS, apply=FACTOR[:7], method=method)
        few = [[1, 5, None], [2, 5, 4], [3, 5, 1], [None, 5, 7]]
        for part in ("r", "p", "n"):
            one_way = {"method": method, "part": part, "test": None if method == "pearson" else "asymptotic"}
            c.right("correlate", f"{method}: too few, and no spread: {part}", CLOSE, x=few, **one_way)
    for method in ("spearman", "kendall"):
        for n in (3, 5, 7):
            c.right("correlate", f"{method}: all orders of {n}", CLOSER, x=ORDERED[:n], method=method, part="p")
        c.right("correlate", f"{method}: exact by name", CLOSER, x=ORDERED[:6], method=method, part="p", test="exact")
        near = [[1, 4], [1 + 2**-40, 5], [2, 7], [3, 6], [4, 9]]
        c.right("correlate", f"{method}: ties within a tolerance", CLOSER, x=near, method=method, tolerance=2**-30)
        c.right("correlate", f"{method}: p-value of ties within a tolerance", CLOSE, x=near, method=method, tolerance=2**-30, part="p")
        c.refused("correlate", f"{method}: no exact p-value with ties", "unsupported", "test", "ties", column=2, x=[[1, 1], [2, 1], [3, 2]], method=method, test="exact")
    c.refused("correlate", "an exact p-value of Pearson's", "argument", "test", x=ORDERED, test="exact")
    c.refused("correlate", "a tolerance of Pearson's", "argument", "tolerance", x=ORDERED, tolerance=0.5)
    c.refused("correlate", "a negative tolerance", "value", "tolerance", x=ORDERED, method="kendall", tolerance=-1)
    c.refused("correlate", "a method that is none", "argument", "method", x=ORDERED, method="phi")
    c.refused("correlate", "other rows", "mismatch", "y", x=ORDERED, apply=[[1], [2]])
    c.refused("correlate", "an infinity", "value", "x", row=1, column=2, x=[[1, "Infinity"]])


ALPHA = ("alpha", "standardised", "average_r", "lambda_6", "deviation", "error", "low", "high", "n", "n_negative")
ALPHA_ITEMS = ("mean", "r_total", "r_rest", "smc", "alpha_without", "standardised_without")


def reliable(c):
    given = {"x": ITEMS, "directions": [1, 1, -1, 1]}
    for part in (*ALPHA, *ALPHA_ITEMS):
        c.right("cronbach_alpha", part, CLOSE, part=part, **given)
    for part in ("alpha", "standardised", "lambda_6", "low", "n", "r_rest", "mean"):
        c.right("cronbach_alpha", f"{part}, pair by pair", CLOSE, part=part, rows="pairwise", **given)
    for part in ("alpha", "n_negative", "r_rest"):
        c.right("cronbach_alpha", f"{part}, nothing reversed", CLOSE, part=part, x=ITEMS)
    c.right("cronbach_alpha", "another level", CLOSE, part="high", level=0.5, x=FACTOR)
    twice = [[1, 1, 2], [2, 2, 4], [5, 5, 10], [4, 4, 8]]
    c.right("cronbach_alpha", "columns that say the same: alpha", CLOSER, x=[row[:2] for row in twice])
    c.right("cronbach_alpha", "the same on another scale: standardised", CLOSER, x=twice, part="standardised")
    c.right("cronbach_alpha", "items that add up to nothing", x=[[1, 4], [2, 3], [3, 2], [4, 1]])
    c.refused("cronbach_alpha", "one item", "value", "x", x=[[1], [2]])
    c.refused("cronbach_alpha", "one row", "value", "x", x=[[1, 2], [2, None]])
    c.refused("cronbach_alpha", "no direction", "value", "directions", column=2, x=[[1, 2], [2, 3]], directions=[1, 0])
    c.refused("cronbach_alpha", "directions of other items", "argument", "directions", x=[[1, 2], [2, 3]], directions=[1, 1, 1])
    c.refused("cronbach_alpha", "no level", "value", "level", x=[[1, 2], [2, 3]], level=1)
    for part in ("omega", "standardised", "observed", "explained", "residual", "loadings", "n", "converged"):
        c.right("mcdonald_omega", part, 1e-10, 1e-11, part=part, x=FACTOR)
    for part in ("omega", "loadings"):
        flipped = [[a, 10 - b, cc, d] for a, b, cc, d in FACTOR]
        c.right("mcdonald_omega", f"{part}, one item reversed", 1e-10, part=part, x=flipped, directions=[1, -1, 1, 1])
    c.refused("mcdonald_omega", "two items", "value", "x", x=[[1, 2], [2, 3], [3, 1]])
    c.refused("mcdonald_omega", "an item that does not vary", "value", "x", column=3, x=[[1, 2, 7], [2, 3, 7], [3, 1, 7]])


PARTS = ("eigenvalues", "shares", "cumulated", "communalities", "adequacy", "n", "n_components", "explained", "kmo", "determinant", "bartlett", "df", "p")


def in_components(c):
    three = [row[:3] for row in FACTOR]
    for part in (*PARTS, "loadings", "scores"):
        c.right("principal_components", f"correlations: {part}", 1e-12, 1e-13, x=three, part=part)
    for part in ("eigenvalues", "loadings", "scores", "n_components", "kmo"):
        c.right("principal_components", f"covariances: {part}", 1e-12, 1e-13, x=three, part=part, of="covariances", components=2)
    for part in ("rotated", "rotated_shares"):
        c.right("principal_components", f"varimax: {part}", 1e-12, 1e-12, x=FACTOR, part=part, components=2, rotation="varimax")
    c.right("principal_components", "as many as explain 0.9", x=FACTOR, part="n_components", explained=0.9)
    c.right("principal_components", "all of them", x=FACTOR, part="n_components", explained=1)
    gaps = [*three[:4], [1, None, 2], *three[4:]]
    for part in ("n", "eigenvalues", "scores"):
        c.right("principal_components", f"a row with a gap: {part}", 1e-12, 1e-13, x=gaps, part=part, components=1)
    c.refused("principal_components", "a column that does not vary", "value", "x", column=2, x=[[1, 2], [2, 2], [4, 2]])
    c.refused("principal_components", "two rows", "value", "x", x=[[1, 2], [2, 3]])
    c.refused("principal_components", "more components than columns", "argument", "components", x=three, components=4)
    c.refused("principal_components", "two rules for their number", "argument", "explained", x=three, components=1, explained=0.5)
    c.refused("principal_components", "a rotation that is none", "argument", "rotation", x=three, rotation="promax")


def write(file):
    cases = Cases(file)
    for part in (probabilities, adjusting, describing, correlating, reliable, in_components):
        part(cases)
    file.write()
