"""The methods of niem/methods.h once more, for the vectors of composite.json: in fractions where the truth is rational, in
decimals of 60 digits where it is not. Written from the header and the sources that it names; nothing is shared with libniem.

A matrix is a list of rows, None is a missing value. Every function gives its numbers one after another, row by row.
"""

import math
from decimal import Decimal, getcontext
from fractions import Fraction
from itertools import combinations

from synthesis import philox

getcontext().prec = 60
SOURCE = "niem/methods.h and the sources it names, in fractions or decimals of 60 digits (bindings/conformance/methods.py)"

# --- numbers ---


def exact(rows):
    return [[None if v is None else Fraction(v) for v in row] for row in rows]


def decimal(x):
    x = Fraction(x)
    return Decimal(x.numerator) / Decimal(x.denominator)


def root(x):
    return Fraction(decimal(x).sqrt())


def log(x):
    return Fraction(decimal(x).ln())


def exp(x):
    return Fraction(decimal(x).exp())


def there(values):
    return [v for v in values if v is not None]


def mean(values):
    return sum(values, Fraction(0)) / len(values)


def variance(values, less=1):
    middle = mean(values)
    return sum((v - middle) ** 2 for v in values) / (len(values) - less)


def quantile(values, p):
    """Type 7."""
    values = sorted(values)
    at = (len(values) - 1) * Fraction(p)
    low = int(at)
    return values[low] + (at - low) * (values[min(low + 1, len(values) - 1)] - values[low])


def flat(rows):
    return [v for row in rows for v in row]


def transposed(rows):
    return [list(column) for column in zip(*rows)]


def by_columns(x, function):
    return flat(transposed([function(j, column) for j, column in enumerate(transposed(exact(x)))]))


def per_column(value, j, otherwise=None):
    return otherwise if value is None else Fraction(value[0] if len(value) == 1 else value[j])


# --- normalisation ---


def rank(value, values, ties="min"):
    below, equal = sum(v < value for v in values), max(sum(v == value for v in values), 1)  # of others: the rank that it would have
    if ties == "dense":
        return Fraction(len({v for v in values if v < value}) + 1)
    return below + {"min": Fraction(1), "max": Fraction(equal), "average": Fraction(equal + 1, 2)}[ties]


def linear(low, high, lower, upper, truncate=False):
    def score(v):
        share = (v - low) / (high - low)
        share = min(max(share, Fraction(0)), Fraction(1)) if truncate else share
        return lower + share * (upper - lower)

    return score


def learned(fit, method, o, j):
    """The score of a value, as the values x' of the fitted column say it."""
    direction = per_column(o.get("directions"), j, Fraction(1))
    values = there(fit)
    low, high = min(values), max(values)
    scale = [Fraction(o.get("lower", 0)), Fraction(o.get("upper", 100 if method in ("minmax", "scaled", "goalposts", "bands") else 1))]
    if "constant" in o and low == high and method not in ("scaled", "goalposts"):
        return lambda v: Fraction(o["constant"])
    if method == "minmax":
        return linear(low, high, *scale, o.get("truncate", False))
    if method in ("scaled", "goalposts"):
        posts = [direction * per_column(o[key], j) for key in ("low", "high")]
        if o.get("logarithmic"):
            posts = [direction * log(abs(post)) for post in posts]
        score = linear(*sorted(posts), *scale, o.get("truncate", method == "goalposts"))
        return (lambda v: score(direction * log(abs(v)))) if o.get("logarithmic") else score
    if method == "zscore":
        sd = root(variance(values, 0 if o.get("deviation") == "population" else 1))
        return lambda v: (v - mean(values)) / sd * Fraction(o.get("sd", 1)) + Fraction(o.get("mean", 0))
    if method in ("rank", "percentile_rank", "borda"):
        turn = {"rank": lambda r: r, "percentile_rank": lambda r: (r - 1) / (len(values) - 1), "borda": lambda r: r - 1}[method]
        return lambda v: turn(min(rank(v, values, o.get("ties", "min")), Fraction(len(values))))
    if method.startswith("distance"):
        target = {
            "distance_target": lambda: direction * per_column(o["targets"], j),
            "distance_reference": lambda: fit[o["reference_row"]],
            "distance_maximum": lambda: high,
        }[method]()
        return linear(low, target, *scale, o.get("truncate", False))
    if method == "fraction_maximum":
        return linear(Fraction(0), high, *scale, o.get("truncate", False))
    return by_classes(values, method, o, j, scale, direction)


def by_classes(values, method, o, j, scale, direction):
    if method == "bands":
        cuts = [quantile(values, Fraction(str(p))) for p in o.get("cuts", (0.15, 0.25, 0.65, 0.85, 0.95))]
        scores = o.get("scores") or [scale[0] + (scale[1] - scale[0]) * k / len(cuts) for k in range(len(cuts) + 1)]
        return lambda v: Fraction(scores[sum(v >= cut for cut in cuts)])
    if method == "about_mean":
        lower, upper = Fraction(o.get("lower", -1)), Fraction(o.get("upper", 1))
        middle, width = mean(values), Fraction(o.get("threshold", 0.2)) * abs(mean(values))
        return lambda v: lower if v < middle - width else upper if v > middle + width else (lower + upper) / 2
    assert method == "ampi"
    least, most = (per_column(o.get(key), j) for key in ("low", "high"))
    span = (max(values) - min(values) if least is None else most - least) / 2
    target = per_column(o.get("targets"), j)
    reference = mean(values) if target is None else direction * target
    return linear(reference - span, reference + span, Fraction(70), Fraction(130))


def turned(x, o):
    """x' : the values times their direction."""
    directions = [per_column(o.get("directions"), j, Fraction(1)) for j in range(len(x[0]))]
    return [[None if v is None else v * d for v, d in zip(row, directions)] for row in exact(x)]


def normalise(x, apply=None, method="minmax", **o):
    columns = transposed(turned(x, o))
    scores = [learned(column, method, o, j) if there(column) else None for j, column in enumerate(columns)]
    wanted = turned(x if apply is None else apply, o)
    return [None if v is None else scores[j](v) for row in wanted for j, v in enumerate(row)]


# --- aggregation ---


def weighted(values, weights):
    return sum((v * w for v, w in zip(values, weights)), Fraction(0)) / sum(weights)


def weighted_median(values, weights):
    pairs, half, before = sorted(zip(values, weights)), sum(weights) / 2, Fraction(0)
    for k, (value, weight) in enumerate(pairs):
        before += weight
        if before == half:
            return (value + next(v for v, w in pairs[k + 1 :] if w > 0)) / 2
        if before > half:
            return value


def quantified(order, m):
    """The order weights drawn together over m places, by the quantifier through (k / n, the weights up to k)."""
    n, total = len(order), sum(map(Fraction, order))

    def quantifier(share):
        at = share * n
        return (sum(map(Fraction, order[: int(at)])) + (at - int(at)) * (Fraction(order[int(at)]) if int(at) < n else 0)) / total

    return [quantifier(Fraction(k + 1, m)) - quantifier(Fraction(k, m)) for k in range(m)]


def of_row(row, method, weights, o):
    pairs = [(v, w) for v, w in zip(row, weights) if v is not None and w > 0]
    if not pairs:
        return None
    values, weights = [v for v, _ in pairs], [w for _, w in pairs]
    middle, offset, power = weighted(values, weights), Fraction(o.get("offset", 0)), o.get("power", 1)
    if method == "arithmetic":
        return middle
    if method == "geometric" or (method == "power" and power == 0):
        return exp(weighted([log(v + offset) for v in values], weights)) - offset
    if method == "harmonic":
        return 1 / weighted([1 / (v + offset) for v in values], weights) - offset
    if method == "power":
        power = Fraction(power)
        raised = [(v + offset) ** int(power) if power == int(power) else exp(power * log(v + offset)) for v in values]
        return exp(log(weighted(raised, weights)) / power) - offset
    if method == "median":
        return weighted_median(values, weights)
    if method in ("minimum", "maximum"):
        return (min if method == "minimum" else max)(values)
    if method == "owa":
        return sum(v * w for v, w in zip(sorted(values, reverse=True), quantified(o["order_weights"], len(values))))
    if method == "ogwa":
        shares = quantified(o["order_weights"], len(values))
        return exp(sum(log(v + offset) * w for v, w in zip(sorted(values, reverse=True), shares))) - offset
    if method == "mean_min":
        alpha, beta, gap = Fraction(o.get("alpha", 0.5)), Fraction(o.get("beta", 0)), middle - min(values)
        return middle - alpha * ((root(gap**2 + beta**2) if beta else gap) - beta)
    assert method in ("mpi", "ampi")
    less = {"sample": 1, "population": 0}[o.get("deviation", "sample" if method == "mpi" else "population")]
    spread = variance(values, less) if len(values) > 1 else Fraction(0)
    return middle + o.get("penalty", -1) * spread / middle


def compared(a, b, weights, tolerance=0):
    """Weight that speaks for a, weight of the criteria that both have."""
    common = [(x - y, w) for x, y, w in zip(a, b, weights) if x is not None and y is not None]
    won = sum((w * (1 if d > tolerance else 0 if d < -tolerance else Fraction(1, 2)) for d, w in common), Fraction(0))
    return won, sum((w for _, w in common), Fraction(0))


def votes(weights, n):
    """Weights of votes are what they say in decimals: 0.1 + 0.2 is 0.3."""
    return [Fraction(str(w)) for w in weights or [1] * n]


def aggregate(x, method="arithmetic", weights=None, **o):
    rows, n = exact(x), len(x[0])
    weights = votes(weights, n) if method == "copeland" else [Fraction(w) for w in weights or [1] * n]
    if method == "copeland":
        out = []
        for a in rows:
            sides = [compared(a, b, weights, Fraction(o.get("tolerance", 0))) for b in rows if b is not a]
            out.append(Fraction(sum((2 * won > all_) - (2 * won < all_) for won, all_ in sides)) if there(a) else None)
    elif method == "borda":
        columns = transposed(rows)
        points = [[None if v is None else rank(v, there(c), o.get("ties", "average")) - 1 for v in c] for c in columns]
        out = [of_row(row, "arithmetic", weights, {}) for row in transposed(points)]
        out = [None if v is None else v * sum(weights) for v in out]
    elif method == "wroclaw":
        best = [max(there(c), default=None) for c in transposed(rows)]
        squares = [of_row([None if v is None else (b - v) ** 2 for v, b in zip(row, best)], "arithmetic", weights, {}) for row in rows]
        distances = [None if square is None else root(square * sum(weights)) for square in squares]
        away = there(distances)
        less = 0 if o.get("deviation") == "population" else 1
        unit = mean(away) + 2 * (root(variance(away, less)) if len(away) > 1 else 0)
        out = [None if d is None else d / unit if unit else Fraction(0) for d in distances]
    else:
        out = [of_row(row, method, weights, o) for row in rows]
    share = Fraction(o.get("min_available", 0))
    return [v if len(there(row)) >= share * n else None for v, row in zip(out, rows)]


def outranking(x, weights=None, tolerance=0):
    rows, out = exact(x), []
    weights = votes(weights, len(x[0]))
    for i, a in enumerate(rows):
        for k, b in enumerate(rows):
            won, common = compared(a, b, weights, Fraction(tolerance))
            out.append(Fraction(1) if i == k else won / common if common else None)
    return out


# --- treatment: skewness and kurtosis of type 2 ---


def shape(values):
    values = there(values)
    n, middle = len(values), mean(values)
    m2, m3, m4 = (mean([(v - middle) ** k for v in values]) for k in (2, 3, 4))
    skewness = m3 / (m2 * root(m2)) * root(n * (n - 1)) / (n - 2)
    return skewness, Fraction(n - 1, (n - 2) * (n - 3)) * ((n + 1) * (m4 / m2**2 - 3) + 6)


def passes(values):
    skewness, kurtosis = shape(values)
    return abs(skewness) < 2 or kurtosis < Fraction(7, 2)


def box_cox(v, lambda_):
    return (exp(lambda_ * log(v)) - 1) / lambda_ if lambda_ else log(v)


def yeo_johnson(v, lambda_):
    return box_cox(1 + v, lambda_) if v >= 0 else -box_cox(1 - v, 2 - lambda_)


def likeliest(values, transform):
    """The lambda within [-5, 5] of the greatest likelihood (Box & Cox 1964; Yeo & Johnson 2000): thirds of an interval are cut
    off until it is shorter than 1e-12. The likelihood is that of a normal distribution of the transformed values, whose one peak
    the cases have inside.
    """
    jacobian = sum(log(v) if transform is box_cox else (log(1 + v) if v >= 0 else -log(1 - v)) for v in values)

    def height(lambda_):
        spread = variance([Fraction(decimal(transform(v, lambda_))) for v in values], 0)
        return (lambda_ - 1) * jacobian - Fraction(len(values), 2) * log(spread)

    low, high = Fraction(-5), Fraction(5)
    while high - low > Fraction(1, 10**12):
        a, b = (Fraction(decimal(low + (high - low) * k / 3)) for k in (1, 2))
        low, high = (a, high) if height(a) < height(b) else (low, b)
    return (low + high) / 2


def treat_column(column, transform, most, lambda_, factor):
    """Values, marks, and what is reported, of a column."""
    values, marks, counts = list(column), [0] * len(column), [0, 0]
    before = shape(values)
    while not passes(values):
        high = shape(values)[0] >= 0
        end = (max if high else min)(there(values))
        tied = sum(v == end for v in values)
        if tied + counts[not high] > most:
            break
        inside = (max if high else min)(v for v in there(values) if v != end)
        if all(v in (end, inside) for v in there(values)):
            break
        marks = [mark | (1 if high else 2) if v == end else mark for v, mark in zip(values, marks)]
        values = [inside if v == end else v for v in values]
        counts[high] = tied
    if not passes(values) and transform != "none":
        values, counts = list(column), [0, 0]
        marks = [4 if v is not None else 0 for v in values]
        low, high = min(there(values)), max(there(values))
        turn = -1 if before[0] < 0 else 1
        if transform in ("box_cox", "yeo_johnson") and lambda_ is None:
            lambda_ = likeliest(there(values), box_cox if transform == "box_cox" else yeo_johnson)
        function = {
            "log_ct": lambda v: log(v - low + (high - low) / 100),
            "log_ct_shift": lambda v: log(v - low + 1),
            "log": log,
            "log_gii": lambda v: turn * log((factor * high - 1) * (v - low if turn > 0 else high - v) / (high - low) + 1),
            "box_cox": lambda v: box_cox(v, lambda_),
            "yeo_johnson": lambda v: yeo_johnson(v, lambda_),
        }[transform]
        values = [None if v is None else function(v) for v in values]
    after = shape(values)
    report = {"passes": Fraction(passes(values)), "n_high": Fraction(counts[True]), "n_low": Fraction(counts[False])}
    report["lambda"] = lambda_
    report.update(skewness_before=before[0], kurtosis_before=before[1], skewness=after[0], kurtosis=after[1])
    return values, [Fraction(mark) for mark in marks], report


def treat(x, part=None, transform="log_ct", max_points=5, factor=1, **o):
    lambda_ = Fraction(o["lambda"]) if "lambda" in o else None
    columns = [treat_column(column, transform, max_points, lambda_, Fraction(factor)) for column in transposed(exact(x))]
    if part in (None, "marks"):
        return flat(transposed([column[0 if part is None else 1] for column in columns]))
    return [column[2][part] for column in columns]


# --- weights ---


def shared_out(values):
    return [v / sum(values) for v in values]


def short(values):
    """Fractions of 60 digits, so that they do not grow."""
    return [Fraction(decimal(v)) for v in values]


def principal(a):
    """The greatest eigenvalue of a matrix, and its vector with the sum 1: power iteration until 50 digits stand."""
    w = [Fraction(1, len(a))] * len(a)
    for _ in range(2000):
        product = [sum(x * y for x, y in zip(row, w)) for row in a]
        new = short(shared_out(product))
        if max(abs(p - q) for p, q in zip(new, w)) < Fraction(1, 10**52):
            return sum(product), new
        w = new
    raise ArithmeticError("no eigenvalue was found")


def correlation(a, b):
    pairs = [(x, y) for x, y in zip(a, b) if x is not None and y is not None]
    a, b = [x for x, _ in pairs], [y for _, y in pairs]
    if len(set(a)) < 2 or len(set(b)) < 2:
        return None
    product = sum((x - mean(a)) * (y - mean(b)) for x, y in pairs)
    return product / root(sum((x - mean(a)) ** 2 for x in a) * sum((y - mean(b)) ** 2 for y in b))


def solved(a, b):
    """The solution of a linear system; None where it has none, or several."""
    rows = [[*row, right] for row, right in zip(a, b)]
    n = len(rows)
    for k in range(n):
        pivot = next((i for i in range(k, n) if rows[i][k] != 0), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [v / rows[k][k] for v in rows[k]]
        for i in range(n):
            if i != k:
                rows[i] = [v - rows[i][k] * own for v, own in zip(rows[i], rows[k])]
    return [row[n] for row in rows]


def influence(r, wanted):
    """The u >= 0 for which r u is as wanted where u is positive, and not below elsewhere, found among all sets of columns; and r u.
    There is one such u where r is positive definite, as it is in the cases.
    """
    n = len(r)
    found = []
    for size in range(1, n + 1):
        for chosen in combinations(range(n), size):
            part = solved([[r[i][k] for k in chosen] for i in chosen], [wanted[i] for i in chosen])
            u = [Fraction(0)] * n
            for i, value in zip(chosen, part):
                u[i] = value
            reached = [sum(a * b for a, b in zip(row, u)) for row in r]
            if min(part) > 0 and all(reached[i] >= wanted[i] for i in range(n) if i not in chosen):
                found.append((u, reached))
    (one,) = found
    return one


def mean_ranks(values):
    return [Fraction(sum(w < v for w in values) * 2 + sum(w == v for w in values) + 1, 2) for v in values]


def tau_b(a, b):
    """Kendall's by all pairs."""
    signs = [((a[i] > a[k]) - (a[i] < a[k]), (b[i] > b[k]) - (b[i] < b[k])) for i in range(len(a)) for k in range(i)]
    return sum(p * q for p, q in signs) / root(Fraction(sum(p * p for p, _ in signs) * sum(q * q for _, q in signs)))


RANKED = {"spearman": lambda a, b: correlation(mean_ranks(a), mean_ranks(b)), "kendall": tau_b}


def searched(columns, spreads, kind, wanted, start):
    """The compass search that niem/methods.h describes: each u up and down by a factor, kept where it gains more than 1e-12, and the
    factor halved where nothing does. The objective and the correlations that it ends with, and u.
    """
    z = [[(v - mean(c)) / s for v in c] for c, s in zip(columns, spreads)]

    def objective(u):
        total = sum(u)
        index = [sum(a * b for a, b in zip(u, row)) / total for row in transposed(z)]
        found = [RANKED[kind](c, index) for c in columns]
        if wanted is None:
            return -sum(found) / len(found), found
        shares = shared_out(found) if sum(found) > 0 else None
        return (sum((s - t) ** 2 for s, t in zip(shares, wanted)) if shares else Fraction(10**9)), found

    u, step = list(start), Fraction(1, 2)
    known, reached = objective(u)
    while step >= Fraction(1, 10**4):
        better = False
        for j, before in enumerate(list(u)):
            for factor in (1 + step, 1 / (1 + step)):
                u[j] = before * factor
                found, correlations = objective(u)
                if found < known - Fraction(1, 10**12):
                    known, reached, better = found, correlations, True
                    break
            else:
                u[j] = before
        step = step if better else step / 2
    return known, reached, u


def by_correlations(columns, spreads, r, method, o):
    """Weights u of the standardised columns and what their correlations with the mean are to one another, for influence and infomax."""
    n = len(columns)
    wanted = shared_out([Fraction(t) for t in o.get("targets", [1] * n)]) if method == "influence" else None
    kind = o.get("correlation", "pearson")
    if kind == "pearson" and wanted:
        return influence(r, wanted)
    equal = [Fraction(1)] * n
    if kind == "pearson":
        return equal, [sum(row) for row in r]
    starts = [equal]
    if wanted:
        u, _ = influence(r, wanted)
        starts.append([max(v, max(u) / 1000) for v in u])
    _, reached, u = min((searched(columns, spreads, kind, wanted, start) for start in starts), key=lambda found: found[0])
    return u, reached


def weights(x, part=None, method="equal", **o):
    rows = exact(x)
    if method in ("pca", "influence", "infomax"):
        rows = [row for row in rows if None not in row]
    columns = transposed(rows)
    n = len(columns)
    less = 0 if o.get("deviation") == "population" else 1
    spreads = [root(variance(there(c), less)) if len(set(there(c))) > 1 else Fraction(0) for c in columns]
    r = [[Fraction(1) if i == j else correlation(a, b) for j, b in enumerate(columns)] for i, a in enumerate(columns)]
    if method == "equal":
        out = [Fraction(1, n)] * n
    elif method == "pca":
        _, vector = principal([short(row) for row in r])
        out = shared_out([v**2 for v in vector])
    elif method == "entropy":
        shares = [[v / (sum(there(c)) or 1) for v in there(c)] for c in columns]
        out = shared_out([1 + sum(p * log(p) for p in c if p > 0) / log(len(c)) if len(set(c)) > 1 else Fraction(0) for c in shares])
    elif method == "critic":
        extents = [max(there(c), default=0) - min(there(c), default=0) for c in columns]
        out = shared_out([s / e * sum(1 - v for v in there(row)) if s else Fraction(0) for s, e, row in zip(spreads, extents, r)])
    elif method == "deviation":
        out = shared_out(spreads)
    else:
        u, reached = by_correlations(columns, spreads, r, method, o)
        if part == "mean_correlation":
            pearson = o.get("correlation", "pearson") == "pearson"
            return [sum(reached) / n / (root(sum(a * b for a, b in zip(u, reached))) if pearson else 1)]
        if part in ("shares", "reached", "n_zero"):
            return {"shares": shared_out(reached), "reached": [Fraction(0 not in u)], "n_zero": [Fraction(u.count(0))]}[part]
        out = shared_out([a / s for a, s in zip(u, spreads)])
    return out


def weights_budget(x):
    shares = [shared_out([Fraction(v or 0) for v in row]) for row in x]
    return [mean(column) for column in transposed(shares)]


RANDOM_INDEX = {3: Fraction("0.58"), 4: Fraction("0.90"), 5: Fraction("1.12")}  # Saaty 1980


def weights_ahp(x, part=None):
    rows, n = exact(x), len(x)
    rows = [[v if v is not None else Fraction(1) if i == k else 1 / rows[k][i] for k, v in enumerate(row)] for i, row in enumerate(rows)]
    value, vector = principal(rows)
    excess = value - n if value - n > Fraction(1, 10**40) else Fraction(0)  # of 0 is known to so many digits
    return {None: vector, "eigenvalue": [value], "ratio": [excess / (n - 1) / RANDOM_INDEX[n]]}[part]


def benefit_of_doubt(x, least_shares=None, most_shares=None):
    """The best corner of {w >= 0, w x_k <= 1 for every complete unit k}, of all corners. Shares: for each unit the weights must
    besides give every indicator at least and at most its share of the unit's own score.
    """
    rows = exact(x)
    n = len(rows[0])
    complete = [row for row in rows if None not in row]
    least, most = ([Fraction(v) for v in shares] if shares else [Fraction(k)] * n for k, shares in enumerate((least_shares, most_shares)))
    return [None if None in row else best_corner(row, complete, least, most) for row in rows]


def best_corner(own, complete, least, most):
    """Every condition is a plane a w <= b."""
    n = len(own)
    planes = [(row, Fraction(1)) for row in complete] + [([-Fraction(i == j) for i in range(n)], Fraction(0)) for j in range(n)]
    for j in range(n):
        planes += [([(least[j] - (i == j)) * own[i] for i in range(n)], Fraction(0))] if least[j] > 0 else []
        planes += [([((i == j) - most[j]) * own[i] for i in range(n)], Fraction(0))] if most[j] < 1 else []
    best = Fraction(0)  # of no weights, which keep every condition
    for chosen in combinations(planes, n):
        w = solved([plane for plane, _ in chosen], [right for _, right in chosen])
        if w and all(sum(a * b for a, b in zip(w, plane)) <= right for plane, right in planes):
            best = max(best, sum(a * b for a, b in zip(w, own)))
    return best


SMAA_STREAM = 7


def smaa(x, replicates=10000, seed=1, least_weights=None, tolerance=1e-9, part=None):
    """Weights of replicate k by -ln of the uniforms of counters that hold k; ranks counted; central weights as fractions."""
    rows = exact(x)
    n, m = len(rows), len(rows[0])
    least = [Fraction(v) for v in least_weights or [0] * m]
    counts, sums = [[0] * n for _ in rows], [[Fraction(0)] * m for _ in rows]
    for k in range(replicates):
        words = [word for block in range(m) for word in philox((block, SMAA_STREAM, k, 0), seed)]
        uniforms = [((words[2 * j + 1] * 2**32 + words[2 * j] >> 12) + 0.5) / 2**52 for j in range(m)]
        drawn = [-Fraction(math.log(u)) for u in uniforms]
        weights = [low + (1 - sum(least)) * d / sum(drawn) for low, d in zip(least, drawn)]
        scores = []
        for row in rows:
            have = [(w, v) for w, v in zip(weights, row) if v is not None]
            scores.append(sum(w * v for w, v in have) / sum(w for w, _ in have) if have else None)
        for i, own in enumerate(scores):
            if own is not None:
                above = sorted(s for s in scores if s is not None and s >= own)
                place = len(above)  # a chain of neighbours within the tolerance is one tie
                chain = own
                for other in above:
                    if other - chain <= Fraction(tolerance):
                        chain, place = other, place - 1
                    else:
                        break
                counts[i][place] += 1
                if place == 0:
                    sums[i] = [a + b for a, b in zip(sums[i], weights)]
    shares = [[Fraction(c, replicates) if sum(own) else None for c in own] for own in counts]
    ranks = [Fraction(sum(c * (r + 1) for r, c in enumerate(own)), sum(own)) if sum(own) else None for own in counts]
    central = [[v / own[0] if own[0] else None for v in total] for total, own in zip(sums, counts)]
    return {None: sum(shares, []), "mean_ranks": ranks, "central_weights": sum(central, [])}[part]


# --- imputation, screening, denomination ---


OVER_TIME = ("latest", "linear", "linear_constant", "constant")


def in_time(column, i, method, o):
    """(the value, the row that it is of) of a gap."""
    own = [k for k in range(len(column)) if o["units"][k] == o["units"][i] and column[k] is not None]
    time = [Fraction(t) for t in o["times"]]
    before = max((k for k in own if time[k] < time[i]), key=lambda k: time[k], default=None)
    after = min((k for k in own if time[k] > time[i]), key=lambda k: time[k], default=None)
    if method == "latest":
        old = before is None or ("max_age" in o and time[i] - time[before] > Fraction(o["max_age"]))
        return (None, -1) if old else (column[before], before)
    if method == "constant":  # approx(method = "constant", rule = 2, f = 0) of R
        one = before if before is not None else after
        return (None, -1) if one is None else (column[one], one)
    if before is not None and after is not None:
        share = (time[i] - time[before]) / (time[after] - time[before])
        return column[before] + share * (column[after] - column[before]), -1
    one = before if before is not None else after
    return (column[one] if method == "linear_constant" and one is not None else None), -1


def nearest(rows, i, j, k):
    columns = transposed(rows)
    ranges = [max(there(c)) - min(there(c)) for c in columns]
    found = []
    for other in range(len(rows)):
        shares = [
            abs(a - b) / extent if extent else Fraction(0) for a, b, extent in zip(rows[i], rows[other], ranges) if a is not None and b is not None
        ]
        if other != i and shares and rows[other][j] is not None:
            found.append((mean(shares), rows[other][j]))
    found.sort(key=lambda pair: pair[0])
    last = found[min(k, len(found)) - 1][0] if found else None
    return mean([v for d, v in found if d <= last]) if found else None


def least_squares(rows, i, j, predictors=None):
    """Of column j on the predictors that row i has; None where fewer than two rows more than coefficients have all of them."""
    own = [k for k in range(len(rows[0])) if rows[i][k] is not None and (predictors is None or predictors[k])]
    serve = [row for row in rows if row[j] is not None and all(row[k] is not None for k in own)]
    if not own or len(serve) < len(own) + 2:
        return None
    design = [[Fraction(1)] + [row[k] for k in own] for row in serve]
    normal = [[sum(row[a] * row[b] for row in design) for b in range(len(own) + 1)] for a in range(len(own) + 1)]
    right = [sum(line[a] * row[j] for line, row in zip(design, serve)) for a in range(len(own) + 1)]
    found = solved(normal, right)
    return found and found[0] + sum(b * rows[i][k] for b, k in zip(found[1:], own))


def expected(rows, mean_, cov):
    """Each row with its conditional expectations, and the covariances of what it lacks."""
    p = len(mean_)
    for row in rows:
        seen, hidden = [k for k in range(p) if row[k] is not None], [k for k in range(p) if row[k] is None]
        gain = {h: solved([[cov[a][b] for b in seen] for a in seen], [cov[a][h] for a in seen]) for h in hidden}
        filled = [v if v is not None else mean_[k] + sum(g * (row[s] - mean_[s]) for g, s in zip(gain[k], seen)) for k, v in enumerate(row)]
        rest = {(a, b): cov[a][b] - sum(g * cov[s][b] for g, s in zip(gain[a], seen)) for a in hidden for b in hidden}
        yield filled, rest


def em(rows):
    """The conditional expectations under the multivariate normal distribution of the greatest likelihood (Dempster, Laird & Rubin
    1977), iterated until 30 digits stand. Where the gaps are nested, least squares one after another are that maximum (Anderson,
    "Maximum likelihood estimates for a multivariate normal distribution when some observations are missing", JASA 52, 1957), and
    must agree.
    """
    n, p = len(rows), len(rows[0])
    mean_ = [mean(there(column)) for column in transposed(rows)]
    cov = [[variance(there(column), 0) if a == b else Fraction(0) for b in range(p)] for a, column in enumerate(transposed(rows))]
    for _ in range(5000):
        steps = [(short(filled), rest) for filled, rest in expected(rows, mean_, cov)]
        new = short([mean(column) for column in transposed([filled for filled, _ in steps])])
        total = [[sum((f[a] - new[a]) * (f[b] - new[b]) + rest.get((a, b), 0) for f, rest in steps) / n for b in range(p)] for a in range(p)]
        total = [short(row) for row in total]
        moved = max(max(abs(a - b) for a, b in zip(new, mean_)), max(abs(a - b) for a, b in zip(flat(total), flat(cov))))
        mean_, cov = new, total
        if moved < Fraction(1, 10**32):
            break
    else:
        raise ArithmeticError("EM did not converge")
    found = [filled for filled, _ in expected(rows, mean_, cov)]
    nested = all(row[k] is None for row in rows for k in range(p) if None in row[:k])
    if nested:
        one_after_another = [list(row) for row in rows]
        for j in range(p):
            for i in [i for i in range(n) if rows[i][j] is None]:
                own = [row if row[j] is not None else None for row in rows]
                serve = [row[: j + 1] for row in own if row] + [[*one_after_another[i][:j], None]]
                one_after_another[i][j] = least_squares(serve, len(serve) - 1, j)
        assert max(abs(a - b) for a, b in zip(flat(found), flat(one_after_another))) < Fraction(1, 10**25)
    return found


def imputed(rows, i, j, method, o):
    """(value, mark, source) of a gap."""
    columns = transposed(rows)
    centre = mean if method.endswith("mean") else lambda values: quantile(values, Fraction(1, 2))
    if method in OVER_TIME:
        value, source = in_time(columns[j], i, method, o)
        return value, 1, source
    if method == "regression":
        return least_squares(rows, i, j, o.get("predictors")), 1, -1
    if method == "em":
        return o["found"][i][j], 1, -1
    if method == "neighbours":
        return nearest(rows, i, j, o.get("neighbours", 5)), 1, -1
    if method.startswith("row_"):
        own = there(rows[i])
        return (centre(own) if own else None), 1, -1
    groups = o.get("groups")
    own = [v for k, v in enumerate(columns[j]) if v is not None and (groups is None or (groups[k] >= 0 and groups[k] == groups[i]))]
    if own:
        return centre(own), 1, -1
    return (centre(there(columns[j])) if o.get("fallback") else None), 2, -1


def impute(x, part=None, method="mean", **o):
    rows = exact(x)
    o = {**o, "found": em(rows)} if method == "em" else o
    cells = [(v, 0, -1) if v is not None else imputed(rows, i, j, method, o) for i, row in enumerate(rows) for j, v in enumerate(row)]
    cells = [(None, 0, -1) if v is None else (v, mark, source) for v, mark, source in cells]
    if part == "n_left":
        return [Fraction(sum(v is None for v, _, _ in cells))]
    return [cell[("marks", "sources").index(part) + 1] if part else cell[0] for cell in cells]


def screen(x, part="keep", method="missing", min_available=Fraction(2, 3), min_nonzero=Fraction(1, 20), forced=None):
    out = []
    for i, row in enumerate(x):
        own = there(row)
        available, nonzero = Fraction(len(own), len(row)), Fraction(sum(v != 0 for v in own), len(own)) if own else None
        enough = method == "zeros" or available >= Fraction(min_available)
        varied = method == "missing" or (nonzero is not None and nonzero >= Fraction(min_nonzero))
        keep = (enough and varied) if not forced or not forced[i] else forced[i] > 0
        out.append({"keep": Fraction(keep), "available": available, "nonzero": nonzero}[part])
    return out


def denominate(x, apply, which, scales=None):
    out = []
    for row, below in zip(exact(x), exact(apply)):
        for j, v in enumerate(row):
            scale = Fraction(scales[j]) if scales else Fraction(1)
            divisor = below[which[j]] if which[j] >= 0 else Fraction(1)
            out.append(None if v is None or divisor is None else v * scale / divisor)
    return out


# --- the cases ---


class Cases:
    """Right cases, worked out by this module, and refused ones."""

    def __init__(self, file):
        self.file = file

    def right(self, function, name, within=0, absolute=0, **options):
        given = {key: value for key, value in options.items() if value is not None}
        work = dict(given)
        values = globals()["normalise" if function == "normaliser" else function](work.pop("x"), **work)
        more = {key: value for key, value in (("tolerance", within), ("absolute", absolute)) if value}
        self.file.add(function, name, {"values": values}, **more, options=plain(given))

    def refused(self, function, name, status, where, contains=None, row=None, column=None, **options):
        self.file.refuse(function, name, status, where, contains, row, column, options=plain(options))


def plain(value):
    """Options for JSON, to the last bit."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    if isinstance(value, float) and value == value and not value.is_integer():
        return value.hex() if value not in (float("inf"), -float("inf")) else str(value).replace("inf", "Infinity")
    return value


X = [[10, 4, 7.5], [30, 8, None], [None, 2, 12.5], [50, 6, 5]]
ROUNDED = 4e-16  # what is not promised to be rounded once
CLOSE = 1e-13
INFINITE = "Infinity"


def normalising(c):
    c.right("normalise", "between the extremes", ROUNDED, x=X, method="minmax")
    c.right("normalise", "a gap counts for nobody; less is better", ROUNDED, x=X, method="minmax", directions=[-1, 1, -1], lower=1, upper=2)
    c.right("normalise", "one value for all columns", ROUNDED, x=X, method="minmax", directions=[-1])
    c.right("normalise", "a constant column has its score", x=[[1, 5], [2, 5], [3, None]], method="minmax", constant=50)
    c.right("normalise", "a column without a value stays one", x=[[1, None], [3, None]], method="minmax")
    c.right("normalise", "z-scores", CLOSE, x=X, method="zscore", directions=[1, -1, 1])
    c.right("normalise", "z-scores of a population, to mean 100 and sd 10", CLOSE, x=X, method="zscore", deviation="population", mean=100, sd=10)
    c.right("normalise", "scaled is not cut at the posts", x=[[-10], [5], [20]], method="scaled", low=[0], high=[10])
    for method in ("goalposts", "scaled"):
        posts = {"low": [0], "high": [100], "directions": [-1]}
        c.right("normalise", f"{method} where less is better: 100, 75, 0", x=[[0], [25], [100]], method=method, **posts)
    c.right(
        "normalise", "goalposts cut what lies beyond",
        x=[[-10, 0], [130, 90], [40, 25]], method="goalposts", low=[0, 20], high=[100, 85], within=CLOSE
    )
    c.right("normalise", "goalposts that do not cut", x=[[-10], [130]], method="goalposts", low=[0], high=[100], truncate=False)
    income = {"low": [100], "high": [75000], "logarithmic": 1, "upper": 1}
    c.right("normalise", "the income of the Human Development Index", CLOSE, x=[[100], [2738.5], [75000], [100000]], method="goalposts", **income)
    c.right("normalise", "the same, less is better", CLOSE, x=[[200], [2738.5], [50]], method="goalposts", directions=[-1], **income)
    tied = [[3], [1], [None], [3], [2], [3]]
    for ties in ("min", "max", "average", "dense"):
        c.right("normalise", f"ranks, ties {ties}", x=tied, method="rank", ties=ties)
    c.right("normalise", "ranks, less is better", x=tied, method="rank", directions=[-1])
    c.right("normalise", "0.1 + 0.2 is not 0.3", x=[[0.1 + 0.2], [0.3]], method="rank")
    c.right("normalise", "shares of those below", x=tied, method="percentile_rank")
    c.right("normalise", "Borda's points", x=tied, method="borda", ties="average")
    c.right("normalise", "distance to a target", x=X, method="distance_target", targets=[90, 10, 25], within=ROUNDED)
    c.right(
        "normalise", "distance to a target below, less is better",
        x=X, method="distance_target", targets=[0, 0, 2.5], directions=[-1, -1, -1], within=ROUNDED
    )
    c.right("normalise", "distance to a unit", x=[[1, 2], [3, 10], [5, 6]], method="distance_reference", reference_row=1)
    c.right("normalise", "distance to the greatest value", x=[[1, 2], [3, 10], [5, 6]], method="distance_maximum")
    c.right("normalise", "share of the greatest value", x=[[1, 5], [4, None], [3, 10]], method="fraction_maximum", upper=100)
    long = [[v] for v in range(1, 22)]
    c.right("normalise", "a value at a cut is above it", x=long, method="bands", cuts=[0.25, 0.5, 0.75], scores=[1, 2, 3, 4])
    c.right("normalise", "the cuts of the Handbook", x=long, method="bands")
    c.right("normalise", "about the mean", x=[[60], [80], [100], [120], [140]], method="about_mean", threshold=0.25)
    c.right(
        "normalise", "AMPI: the reference is 100", CLOSE,
        x=X, method="ampi", low=[0, 0, 0], high=[50, 10, 20], targets=[25, 5, 10], directions=[1, -1, 1]
    )
    c.right("normalise", "AMPI about the means", CLOSE, x=X, method="ampi")
    c.refused("normalise", "no spread", "value", "x", "all its values are the same", column=2, x=[[1, 5], [2, 5]], method="minmax")
    c.refused("normalise", "an infinity", "value", "x", row=2, column=1, x=[[1], [INFINITE], [2]], method="minmax")
    c.refused(
        "normalise", "posts the wrong way round", "value", "low", column=1, x=[[1], [2]], method="goalposts", low=[10], high=[0], directions=[-1]
    )
    c.refused("normalise", "posts that are not there", "argument", "low", x=[[1], [2]], method="goalposts", high=[10])
    c.refused("normalise", "a direction that is none", "value", "directions", column=1, x=[[1], [2]], method="minmax", directions=[0])
    c.refused("normalise", "an option without a part", "argument", "targets", "no part", x=[[1], [2]], method="minmax", targets=[3])
    c.refused("normalise", "a method that is none", "argument", "method", x=[[1], [2]], method="best")
    c.refused("normalise", "a negative maximum", "value", "x", column=1, x=[[-1], [-2]], method="fraction_maximum")
    c.refused("normalise", "cuts that fall", "value", "cuts", x=[[1], [2]], method="bands", cuts=[0.5, 0.25])
    fit, new = [[0, 1], [10, 2], [5, 4]], [[20, 2], [-5, None], [5, 0]]
    for method, more in (("minmax", {}), ("minmax", {"truncate": True}), ("rank", {}), ("percentile_rank", {"directions": [-1]})):
        c.right("normaliser", f"{method} {more} on other data", x=fit, apply=new, method=method, within=CLOSE if method == "minmax" else 0, **more)
    c.right("normaliser", "z-scores on the matrix of the fit", CLOSE, x=X, apply=X, method="zscore")
    c.refused("normaliser", "other columns", "mismatch", "x", x=fit, apply=[[1]], method="minmax")
    c.refused("normaliser", "a column that had no value", "value", "x", row=1, column=2, x=[[1, None], [2, None]], apply=[[1, 2]], method="minmax")
    c.refused("normaliser", "ranks that follow the rows", "unsupported", "ties", x=fit, apply=fit, method="rank", ties="first")


def aggregating(c):
    x = [[0.1, 0.2, 0.7], [3, None, 0.3], [1e-3, 12.25, 8], [None, None, None], [2, 2, 2]]
    w = [1, 2, 0.5]
    for method in ("arithmetic", "geometric", "harmonic"):
        c.right("aggregate", f"{method}, rounded once", x=x, method=method)
        c.right("aggregate", f"{method}, with weights and a gap", x=x, method=method, weights=w)
    c.right("aggregate", "a gap has no part in the mean", x=[[1, None, 4]], method="arithmetic", weights=[1, 7, 3])
    many = [[None if (i + k) % 23 == 0 else Fraction((37 * k * k + 11 * i * k + 5 * i) % 997 + 1, 64) for k in range(75)] for i in range(3)]
    many = [[None if v is None else float(v) for v in row] for row in many]
    some = [(k * k) % 7 / 4 for k in range(75)]
    for method in ("arithmetic", "geometric", "harmonic"):
        c.right("aggregate", f"{method} of many, rounded once", x=many, method=method)
        c.right("aggregate", f"{method} of many, with weights", x=many, method=method, weights=some)
    for power in (2, -3, 0.25):
        c.right("aggregate", f"power {power} of many", ROUNDED, x=many, method="power", power=power, weights=some)
    for method in ("median", "mean_min", "minimum"):
        c.right("aggregate", f"{method} of many", ROUNDED if method == "mean_min" else 0, x=many, method=method)
    c.right("aggregate", "OWA of many", ROUNDED, x=many, method="owa", order_weights=some)
    c.right("aggregate", "median of many, with weights", x=many, method="median", weights=some)
    c.right("aggregate", "MPI of many", CLOSE, x=[[v and v + 100 for v in row] for row in many], method="mpi")
    c.right("aggregate", "no weight, no value", x=[[1, None], [None, 2]], method="arithmetic", weights=[1, 0])
    c.right("aggregate", "too few values", x=[[1, None, 3], [4, None, None], [1, 2, 6]], method="arithmetic", min_available=0.5)
    c.right("aggregate", "geometric with an offset", CLOSE, x=[[0, 3, 8], [1, 0, None]], method="geometric", offset=1)
    for power in (2, -1, 0, 3):
        c.right("aggregate", f"power {power}, a gap is skipped", CLOSE, x=x, method="power", power=power, weights=w)
    c.right(
        "aggregate", "the median has half of the weight on either side",
        x=[[1, 2, 3, 4], [1, None, 3, 10], [9, 1, 5, None]], method="median", weights=[1, 1, 1, 3]
    )
    c.right("aggregate", "medians", x=[[4, 1, 3, 2], [None, 7, 1, 5], [None, None, 2, 4]], method="median")
    for method in ("minimum", "maximum"):
        c.right("aggregate", f"{method} of the values with a weight", x=[[1, 2, 3], [5, None, 4]], method=method, weights=[0, 1, 1])
    c.right(
        "aggregate", "OWA: the first weight belongs to the greatest", ROUNDED, x=[[1, 5, 3], [7, 2, 2]], method="owa", order_weights=[0.5, 0.25, 0.25]
    )
    c.right("aggregate", "OWA with a gap", CLOSE, x=[[1, None, 3], [None, 4, None]], method="owa", order_weights=[0.5, 0.25, 0.25])
    c.right("aggregate", "OGWA: the same of logarithms", CLOSE, x=[[1, 5, 3], [7, 2, 2]], method="ogwa", order_weights=[0.5, 0.25, 0.25])
    c.right("aggregate", "OGWA with a gap", CLOSE, x=[[1, None, 3], [None, 4, None], [None] * 3], method="ogwa", order_weights=[0.5, 0.25, 0.25])
    c.right("aggregate", "OGWA with an offset", CLOSE, x=[[0, 5, -0.5], [7, 2, 2]], method="ogwa", order_weights=[1, 2, 3], offset=1)
    c.right("aggregate", "OGWA of many", ROUNDED, x=many, method="ogwa", order_weights=some)
    c.right("aggregate", "OGWA of very small and large numbers", CLOSE, x=[[1e-95, 3e90, 7]], method="ogwa", order_weights=[1, 2, 1])
    c.refused("aggregate", "OGWA of zero", "value", "x", "positive", row=1, column=2, x=[[2, 0, 5]], method="ogwa", order_weights=[1, 1, 1])
    c.refused("aggregate", "OGWA without weights", "argument", "order_weights", x=[[2, 1]], method="ogwa")
    c.refused("aggregate", "OGWA with weights of columns", "argument", "weights", x=[[2, 1]], method="ogwa", order_weights=[1, 2], weights=[1, 1])
    c.right("aggregate", "mean-min", ROUNDED, x=[[1, 5, 3], [7, None, 2]], method="mean_min", alpha=0.75)
    c.right("aggregate", "mean-min, smooth", CLOSE, x=[[1, 5, 3], [7, None, 2]], method="mean_min", alpha=1, beta=1.5)
    standard = [[90, 100, 113], [105, None, 95], [100, 100, 100]]
    c.right("aggregate", "MPI divides by n - 1", CLOSE, x=standard, method="mpi")
    c.right("aggregate", "MPI of the paper, more is worse", CLOSE, x=standard, method="mpi", deviation="population", penalty=1)
    c.right("aggregate", "AMPI divides by n", CLOSE, x=standard, method="ampi")
    ballots = [[0.1 + 0.2, 1, 5], [0.3, 1, None], [0.4, None, 2], [None, None, None], [0.1, 3, 5]]
    c.right("aggregate", "Copeland on the criteria that both have", x=ballots, method="copeland")
    c.right("aggregate", "Copeland with weights", x=ballots, method="copeland", weights=[2, 1, 0.5])
    c.right("aggregate", "0.1 + 0.2 is above 0.3", x=[[0.1 + 0.2], [0.3]], method="copeland")
    c.right("aggregate", "but ties within a tolerance", x=[[0.1 + 0.2], [0.3]], method="copeland", tolerance=1e-9)
    split = [[1, 1, 0], [0, 0, 1]]
    c.right("aggregate", "weights of 0.1 + 0.2 and of 0.3 tie", x=split, method="copeland", weights=[0.1, 0.2, 0.3])
    c.right("aggregate", "Borda, half for a tie", x=[[1, 5, 2], [1, 7, 1], [3, 7, 4]], method="borda")
    c.right("aggregate", "Borda with weights, ties min", x=[[1, 5, 2], [1, 7, 1], [3, 7, 4]], method="borda", weights=[1, 2, 4], ties="min")
    c.right("aggregate", "Borda is a sum: equal weights of 2 give twice as much", x=[[1, 5], [1, 7], [3, 7]], method="borda", weights=[2, 2])
    for deviation in (None, "population"):
        c.right("aggregate", f"Wroclaw, deviation {deviation}", CLOSE, x=[[1, 5], [4, 4], [3, 9], [7, 1]], method="wroclaw", deviation=deviation)
    c.refused("aggregate", "0 in a geometric mean", "value", "x", "positive", row=2, column=1, x=[[1, 2], [0, 3]], method="geometric")
    c.refused("aggregate", "a negative value in a harmonic mean", "value", "x", row=1, column=2, x=[[1, -2]], method="harmonic")
    c.refused("aggregate", "a negative weight", "value", "weights", x=[[1, 2]], method="arithmetic", weights=[1, -1])
    c.refused("aggregate", "no weight at all", "value", "weights", x=[[1, 2]], method="arithmetic", weights=[0, 0])
    c.refused("aggregate", "too many weights", "argument", "weights", x=[[1, 2]], method="arithmetic", weights=[1, 1, 1])
    c.refused("aggregate", "weights that have no part", "argument", "weights", "no part", x=[[100, 90]], method="mpi", weights=[1, 2])
    c.refused("aggregate", "a mean that is not positive", "value", "x", row=1, x=[[-100, 90]], method="mpi")
    c.refused("aggregate", "alpha beyond 1", "value", "alpha", x=[[1, 2]], method="mean_min", alpha=1.5)
    c.right("outranking", "shares of the weight", x=[[1, 5, 2], [1, 7, None], [3, None, None], [2, 5, 4]], weights=[2, 1, 1])
    c.right("outranking", "weights of 0.1 + 0.2 and of 0.3 tie", x=split, weights=[0.1, 0.2, 0.3])
    c.right("outranking", "nothing in common", x=[[1, None], [None, 2], [3, 3]])
    c.right("outranking", "within a tolerance", x=[[0.1 + 0.2, 1], [0.3, 2]], tolerance=1e-9)
    c.refused("outranking", "a negative tolerance", "value", "tolerance", x=[[1], [2]], tolerance=-1)
    c.refused("outranking", "weights of the wrong length", "argument", "weights", x=[[1], [2]], weights=[1, 2])


def treating(c):
    long = [[float(v), float(v)] for v in (3, 5, 4, 6, 5, 4, 7, 5, 6, 4, 3, 5)]
    one = [list(row) for row in long]
    one[4][0], one[7][1] = 90.0, None
    for part in (None, "marks", "passes", "n_high", "n_low"):
        c.right("treat", f"one point is winsorised ({part or 'values'})", x=one, part=part)
    for part in ("skewness_before", "kurtosis_before", "skewness", "kurtosis"):
        c.right("treat", f"one point is winsorised ({part})", 1e-12, x=one, part=part)
    low = [[-row[0]] for row in one]
    for part in (None, "marks", "n_low"):
        c.right("treat", f"from below ({part or 'values'})", x=low, part=part)
    rare = [[0.0, 0.0]] * 9 + [[3.0, -3.0], [0.0, -5.0]]
    for part in (None, "marks", "passes"):
        c.right("treat", f"the last two values stay apart ({part or 'values'})", x=rare, transform="none", part=part)
    wide = [[float(2**k)] for k in range(14)]
    for transform in ("log_ct", "log_ct_shift", "log"):
        c.right(
            "treat", f"{transform} of the values as they came, where winsorising fails", CLOSE,
            x=wide, max_points=0, transform=transform, absolute=1e-15
        )
    c.right("treat", "marks of a transformation", x=wide, max_points=0, part="marks")
    c.right("treat", "Box-Cox of a lambda that is given", CLOSE, x=wide, max_points=0, transform="box_cox", **{"lambda": 0.25})
    falling = [[140 - v / 64] for (v,) in wide]
    for turn, rows in (("", wide), (", mirrored", falling)):
        given = {"x": rows, "max_points": 0, "transform": "log_gii"}
        c.right("treat", f"the logarithm of the Global Innovation Index{turn}", CLOSE, absolute=1e-14, **given)
        c.right("treat", f"the same with a factor{turn}", CLOSE, absolute=1e-14, factor=1.5, **given)
        c.right("treat", f"the skewness that it leaves{turn}", absolute=1e-12, part="skewness", **given)
    both = [[v - 3.0 if k % 2 else -v / 9] for k, (v,) in enumerate(wide)]
    for lambda_ in (0.25, 0, 2, 1):
        given = {"x": both, "max_points": 0, "transform": "yeo_johnson", "lambda": lambda_}
        c.right("treat", f"Yeo-Johnson of values of both signs, lambda {lambda_}", CLOSE, **given)
    for transform, rows in (("box_cox", wide), ("yeo_johnson", both), ("yeo_johnson", [[-v] for (v,) in wide])):
        given = {"x": rows, "max_points": 0, "transform": transform}
        name = f"{transform} from {rows[0][0]:g}"
        c.right("treat", f"{name}: the likeliest lambda", absolute=1e-7, part="lambda", **given)
        c.right("treat", f"{name} with it", 2e-6, absolute=2e-6, **given)
    c.refused("treat", "a greatest value that the logarithm would turn", "value", "factor", column=1, x=[[v / 1e5] for (v,) in wide], max_points=0, transform="log_gii")
    c.right("treat", "no transformation", x=wide, max_points=0, transform="none", part="passes")
    negative = [[v - 1.0] for (v,) in wide]
    c.refused("treat", "0 in a logarithm", "value", "x", row=1, column=1, x=negative, max_points=0, transform="log")
    c.refused("treat", "a lambda that has no part", "argument", "lambda", x=wide, transform="log", **{"lambda": 1})
    c.refused("treat", "negative points", "argument", "max_points", x=wide, max_points=-1)


def weighing(c):
    x = [[1, 4, 2], [3, 9, 7], [2, 1, 5], [6, 8, 3], [5, 7, 8]]
    gap = x + [[4, None, 1]]
    c.right("weights", "equal", x=x, method="equal")
    for method in ("pca", "influence"):
        c.right("weights", f"{method}, a row with a gap is left out", 1e-12, x=gap, method=method)
    for method in ("entropy", "critic", "deviation"):
        c.right("weights", method, 1e-12, x=x, method=method)
    c.right("weights", "deviation with a gap", 1e-12, x=gap, method="deviation")
    c.right("weights", "CRITIC, population", 1e-12, x=x, method="critic", deviation="population")
    c.right("weights", "influence by targets", 1e-12, x=x, method="influence", targets=[2, 2, 1.5])
    c.right("weights", "influence reached", 1e-9, x=x, method="influence", targets=[2, 2, 1.5], part="shares")
    tied = [[1, 2, 9], [2, 3, 1], [2, 5, 8], [4, 4, 8], [5, 7, 7], [6, 6, 3], [3, 3, 5]]
    kin = [[1, 2, 9], [2, 3, 1], [3, 5, 8], [4, 4, 2], [5, 7, 7], [6, 6, 3]]
    for targets, what in (([1, 8, 1], "two columns in the place of three"), ([8, 1, 1], "one column's kin"), ([20, 1, 15], "one that has too much")):
        for part in (None, "shares", "reached", "n_zero"):
            name = f"influence out of reach: {what} ({part or 'weights'})"
            c.right("weights", name, 1e-11, absolute=1e-15, x=kin, method="influence", targets=targets, part=part)
    c.right("weights", "the mean correlation of influence", 1e-12, x=x, method="influence", part="mean_correlation")
    c.right("weights", "infomax: one over the deviation", 1e-12, x=gap, method="infomax")
    for part in ("shares", "mean_correlation"):
        c.right("weights", f"infomax, {part}", 1e-12, x=kin, method="infomax", part=part)
    for correlation in ("spearman", "kendall"):
        for part in (None, "shares", "mean_correlation"):
            c.right("weights", f"influence by {correlation} ({part or 'weights'})", 1e-11, x=kin, method="influence", correlation=correlation, part=part)
            c.right("weights", f"infomax by {correlation} ({part or 'weights'})", 1e-11, x=tied, method="infomax", correlation=correlation, part=part)
        c.right("weights", f"influence by {correlation}, by targets", 1e-11, x=tied, method="influence", targets=[2, 2, 1], correlation=correlation)
    c.refused("weights", "a correlation that has no part", "argument", "correlation", x=x, method="pca", correlation="spearman")
    c.refused("weights", "evaluations where nothing is searched for", "argument", "max_evaluations", x=x, method="infomax", max_evaluations=5)
    c.refused("weights", "infomax without spread", "value", "x", column=2, x=[[1, 5], [2, 5], [3, 5]], method="infomax")
    c.refused("weights", "targets of infomax", "argument", "targets", x=x, method="infomax", targets=[1, 1, 1])
    c.refused("weights", "a column without spread", "value", "x", column=2, x=[[1, 5], [2, 5], [3, 5]], method="pca")
    c.refused("weights", "two rows", "value", "x", x=[[1, 5], [2, 7]], method="influence")
    c.refused("weights", "no column varies", "value", "x", x=[[1, 5], [1, 5]], method="deviation")
    c.refused("weights", "a negative share", "value", "x", row=2, column=1, x=[[1, 5], [-2, 7]], method="entropy")
    c.refused("weights", "a target of 0", "value", "targets", column=2, x=x, method="influence", targets=[1, 0, 1])
    c.refused("weights", "components that have no part", "argument", "components", x=x, method="equal", components=2)
    c.right("weights_budget", "shares of points, a blank is none", ROUNDED, x=[[50, 30, 20], [1, None, 3], [5, 5, 10]])
    c.refused("weights_budget", "no points at all", "value", "points", row=2, x=[[1, 2], [None, 0]])
    c.refused("weights_budget", "negative points", "value", "points", row=1, column=2, x=[[1, -2]])
    three = [[1, 1 / 3, 5], [3, 1, 7], [1 / 5, 1 / 7, 1]]
    four = [[1, 5, 6, 7], [1 / 5, 1, 4, 6], [1 / 6, 1 / 4, 1, 4], [1 / 7, 1 / 6, 1 / 4, 1]]  # chairs, in Saaty (1977): 4.39
    for name, a in (("three", three), ("four", four), ("half of three", [[None, 2, 4], [None, 1, 3], [None, None, 1]])):
        for part in (None, "eigenvalue", "ratio"):
            c.right("weights_ahp", f"{name} ({part or 'weights'})", 1e-12, x=a, part=part)
    consistent = [[1, 2, 4], [0.5, 1, 2], [0.25, 0.5, 1]]
    c.right("weights_ahp", "consistent: 4, 2, 1", 1e-15, x=consistent)
    c.right("weights_ahp", "consistent: a ratio of 0", x=consistent, part="ratio", absolute=1e-15)
    c.refused("weights_ahp", "not one over the opposite", "value", "comparisons", x=[[1, 2], [2, 1]])
    c.refused("weights_ahp", "both missing", "value", "comparisons", row=1, column=2, x=[[1, None], [None, 1]])
    c.refused("weights_ahp", "not square", "argument", "comparisons", x=[[1, 2, 3], [0.5, 1, 2]])
    peers = [[2, 6], [5, 5], [6, 1], [3, 3], [100, None], [0, 0]]
    c.right("benefit_of_doubt", "who is on the frontier has 1; a gap has no score and sets no standard", CLOSE, x=peers)
    c.right("benefit_of_doubt", "three indicators", CLOSE, x=[[2, 6, 1], [5, 5, 2], [6, 1, 3], [3, 3, 3], [1, 2, 1]])
    units = [[80, 20, 55], [50, 60, 50], [30, 90, None], [None, None, None], [50, 60, 50]]
    c.right("smaa", "ranks over all weights; twins tie; a unit without a value has none", x=units, replicates=500)
    c.right("smaa", "mean ranks", x=units, replicates=500, seed=7, part="mean_ranks")
    c.right("smaa", "central weights", 1e-11, x=units, replicates=500, seed=2**40 + 3, part="central_weights")
    c.right("smaa", "no weight below", x=units[:3], replicates=400, least_weights=[0.5, 0.125, 0])
    c.right("smaa", "a wide tolerance makes one tie", x=units[:3], replicates=50, tolerance=1000)
    c.refused("smaa", "least weights beyond 1", "value", "least_weights", x=[[1, 2], [2, 3]], least_weights=[0.75, 0.5])
    c.refused("smaa", "a negative least weight", "value", "least_weights", "negative", column=1, x=[[1, 2], [2, 3]], least_weights=[-0.25, 0.5])
    c.refused("smaa", "no replicate", "argument", "replicates", x=[[1, 2], [2, 3]], replicates=0)
    trade = [[2, 6, 1], [5, 5, 2], [6, 1, 3], [3, 3, 3], [1, 2, None], [4, 0, 2]]
    for name, shares in (
        ("at least a quarter for each; who has 0 has no score", {"least_shares": [0.25, 0.25, 0.25]}),
        ("at most a half for each", {"most_shares": [0.5, 0.5, 0.5]}),
        ("at least and at most", {"least_shares": [0.125, 0.25, 0], "most_shares": [0.5, 0.75, 0.375]}),
    ):
        c.right("benefit_of_doubt", f"shares: {name}", CLOSE, absolute=1e-14, x=trade, **shares)
    c.refused("benefit_of_doubt", "a negative value", "value", "x", row=2, column=1, x=[[1, 2], [-1, 3]])
    c.refused("benefit_of_doubt", "shares beyond 1", "value", "least_shares", x=[[1, 2], [2, 3]], least_shares=[0.75, 0.5])


def imputing(c):
    x = [[1, None], [None, 4], [4, 8], [7, 6], [None, None], [8, 5]]
    for method in ("mean", "median"):
        c.right("impute", f"{method} of the column", x=x, method=method)
        groups = {"groups": [0, 0, 1, 1, -1, 2], "method": method}
        c.right("impute", f"{method} of the group", x=x, **groups)
        c.right("impute", f"{method} of the group, else of the column", x=x, fallback=1, **groups)
        c.right("impute", f"{method} of the group, else of the column (marks)", x=x, fallback=1, part="marks", **groups)
        c.right("impute", f"{method} of the row", x=[[1, None, 4], [None] * 3, [2, 8, None]], method=f"row_{method}")
    panel = {"x": [[None, 3], [10, None], [None, None], [None, 9], [40, None], [5, None]], "units": [0, 0, 0, 0, 0, 1]}
    panel["times"] = [2013, 2015, 2017, 2018.5, 2019, 2017]
    for part in (None, "sources", "n_left"):
        c.right("impute", f"the latest ({part or 'values'})", method="latest", part=part, **panel)
        c.right("impute", f"a step function over time ({part or 'values'})", method="constant", part=part, **panel)
        c.right("impute", f"the latest, not too old ({part or 'values'})", method="latest", part=part, max_age=2, **panel)
    c.right("impute", "between the neighbours in time", CLOSE, method="linear", **panel)
    c.right("impute", "and constant beyond them", CLOSE, method="linear_constant", **panel)
    one = {"x": [[None], [5], [None]], "units": [0, 0, 0], "times": [1, 2, 3]}
    c.right("impute", "one observation: nothing to interpolate", method="linear", **one)
    c.right("impute", "one observation is enough for a constant", method="linear_constant", **one)
    c.right("impute", "one observation is a step function", method="constant", **one)
    c.right("impute", "no observation, no step", method="constant", part="n_left", x=[[None, 1], [None, 2]], units=[0, 0], times=[1, 2])
    c.refused("impute", "a step function over what time", "argument", "units", x=[[1, None], [None, 2]], method="constant")
    near = [[0, 0, 10], [1, None, 20], [2, 8, 30], [4, 4, None], [8, 8, 60], [None, None, None]]
    c.right("impute", "two neighbours", x=near, method="neighbours", neighbours=2)
    c.right("impute", "those tied for the last place count", x=[[0, 1], [2, 5], [1, None], [8, 9]], method="neighbours", neighbours=1)
    nested = [[1, 2, 4], [2, 4.5, 5], [3, 5, 9], [4, 9, 7], [5, 8, None], [6, 13, None], [7, None, None], [8.5, None, None]]
    any_ = [[1, 2, 4], [2, None, 5], [3, 5, 9], [None, 9, 7], [5, 8, None], [6, 13, 8], [7, 11, 15], [8.5, None, 12], [4, 6, 10]]
    for name, rows in (("nested gaps", nested), ("gaps anywhere", any_)):
        c.right("impute", f"least squares, {name}", CLOSE, x=rows, method="regression")
        c.right("impute", f"least squares, {name} (marks)", x=rows, method="regression", part="marks")
        c.right("impute", f"EM, {name}", 1e-10, x=rows, method="em", tolerance=1e-13)
    c.right("impute", "least squares on one predictor", CLOSE, x=any_, method="regression", predictors=[1, 0, 0])
    few = [[1, 2], [2, None], [3, 5]]
    same = [[1, 2, 3], [2, 4, 1], [3, 6, 7], [5, 10, None], [4, 8, 2]]
    for part in (None, "n_left"):
        c.right("impute", f"least squares of two rows say nothing ({part or 'values'})", x=few, method="regression", part=part)
    c.refused("impute", "EM of a column that does not vary", "value", "x", column=2, x=[[1, 3], [2, None], [4, 3]], method="em")
    c.refused("impute", "EM of columns that are the same", "value", "x", "singular", x=same, method="em")
    c.refused("impute", "EM that may not go on", "limit", "max_iterations", x=any_, method="em", max_iterations=1)
    c.refused("impute", "twice at one time", "duplicate", "times", x=[[1], [None]], method="linear", units=[0, 0], times=[1, 1])
    c.refused("impute", "groups of the wrong length", "argument", "groups", x=[[1], [None]], method="mean", groups=[0])
    c.refused("impute", "groups that have no part", "argument", "groups", "no part", x=[[1], [None]], method="row_mean", groups=[0, 0])
    c.refused("impute", "no neighbour", "argument", "neighbours", x=[[1], [None]], method="neighbours", neighbours=0)


def screening(c):
    x = [[1, 2, 0], [None, 0, 0], [None, None, None], [None, None, 5], [0, 0, 3]]
    for method in ("missing", "zeros", "both"):
        c.right("screen", f"by {method}", x=x, method=method)
    c.right("screen", "shares of values", ROUNDED, x=x, part="available")
    c.right("screen", "shares that are not 0", ROUNDED, x=x, part="nonzero")
    c.right("screen", "other thresholds, and two that are forced", x=x, method="both", min_available=0.25, min_nonzero=0.5, forced=[-1, 1, 0, 0, 0])
    c.refused("screen", "a share beyond 1", "value", "min_available", x=x, min_available=1.5)
    c.refused("screen", "forced of the wrong length", "argument", "forced", x=x, forced=[1, 0])
    below = [[2, 0], [4, 8], [None, 16]]
    given = {"x": [[10, None, 3], [5, 6, None], [7, 8, 9]], "apply": below, "which": [0, 1, -1]}
    c.right("denominate", "per head, per area, and as it is", **given)
    c.right("denominate", "per thousand", scales=[1000, 100, 1], **given)
    c.refused("denominate", "0 below a value", "value", "denominators", row=1, column=1, x=[[1], [2]], apply=[[0], [2]], which=[0])
    c.refused("denominate", "other rows", "mismatch", "denominators", x=[[1], [2]], apply=[[1]], which=[0])


def write(file):
    cases = Cases(file)
    for part in (normalising, aggregating, treating, weighing, imputing, screening):
        part(cases)
    file.write()
