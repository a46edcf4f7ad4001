"""Points, samples, indices of sensitivity and noisy weights of niem/robustness.h once more, in fractions.

Sobol's sequence is built here bit by bit from the polynomials and initial numbers of its first dimensions as S. Joe & F. Y. Kuo
(2008) print them; that of SciPy, drawn with `scipy.stats.qmc.Sobol(d, scramble=False)`, stands in sobol.json. Scrambling, draws
and resamples are made with the philox4x32-10 of synthesis.py, by the counters that niem/robustness.h and its sources state. Indices
follow the formulas of the papers on base points that are drawn and averaged one by one; a resample is such a list. Logarithms are
decimals of 60 digits; normal quantiles are those of Python's statistics.NormalDist, to about 1e-15.
"""

from decimal import Decimal
from fractions import Fraction as F
from itertools import combinations
from statistics import NormalDist

import methods
from synthesis import philox

BITS = 53
# Polynomial, both ones included, and m_1 ... m_s of dimensions 2 to 8.
JOE_KUO = ((3, 1), (7, 1, 3), (11, 1, 3, 1), (13, 1, 1, 1), (19, 1, 1, 3, 3), (25, 1, 3, 5, 13), (37, 1, 1, 5, 5, 17))
OWEN, LINEAR, SAMPLE, RESAMPLE, NOISE = 32, 33, 34, 35, 36  # streams


# --- points ---


def directions(j):
    """Of coordinate j the 53 numbers v_1, v_2, ... as integers of 53 bits."""
    if j == 0:
        return [1 << (BITS - k) for k in range(1, BITS + 1)]
    polynomial, *m = JOE_KUO[j - 1]
    s = polynomial.bit_length() - 1
    for k in range(s, BITS):
        value = m[k - s] ^ (m[k - s] << s)
        for i in range(1, s):
            if polynomial >> (s - i) & 1:
                value ^= m[k - i] << i
        m.append(value)
    return [m[k] << (BITS - 1 - k) for k in range(BITS)]


def words(seed, stream, replicate, block=0):
    """The draws of 32 bits, one after another."""
    while True:
        yield from philox((block, stream, replicate % 2**32, replicate // 2**32), seed % 2**64)
        block += 1


def uniform(draws):
    low, high = next(draws), next(draws)
    return F(2 * ((high << 32 | low) >> 12) + 1, 2**53)


def wide(draws):
    low, high = next(draws), next(draws)
    return (high << 32 | low) >> 11


def linear(j, seed):
    """The images of the 53 places, from the last one up, and the shift."""
    draws = words(seed, LINEAR, j)
    images = [0] * BITS
    for t in reversed(range(BITS)):
        images[t] = 1 << t | wide(draws) % (1 << t)
    return images, wide(draws)


def owen(word, j, seed):
    """Every bit but the last is flipped as the coin of the bits before it says; seven levels of coins share a block."""
    out = 0
    for k in range(BITS - 1):
        level = k // 7
        before = word >> (BITS - 7 * level)
        inside = word >> (BITS - k) & ((1 << (k - 7 * level)) - 1)
        coins = philox((8 * j + level, OWEN, before % 2**32, before // 2**32), seed % 2**64)
        node = (1 << (k - 7 * level)) + inside
        bit = word >> (BITS - 1 - k) & 1
        out = out << 1 | (bit ^ (coins[node // 32] >> node % 32 & 1))
    return out


def coordinate(index, j, scramble, seed):
    v, word = directions(j), 0
    images, shift = linear(j, seed) if scramble == "linear" else ([1 << t for t in range(BITS)], 0)
    for k in range(BITS):
        if (index ^ index >> 1) >> k & 1:
            word ^= v[k]
    if scramble == "none":
        return F(word, 2**BITS)
    if scramble == "owen":
        return F(2 * owen(word, j, seed) + 1, 2**BITS)
    moved = shift
    for t in range(BITS):
        if word >> t & 1:
            moved ^= images[t]
    return F(2 * (moved >> 1) + 1, 2**BITS)


def sobol_sequence(n, d, scramble="none", skip=0, seed=1):
    return [coordinate(i, j, scramble, seed) for i in range(skip, skip + n) for j in range(d)]


# --- inputs ---


def cut_normal(u, mean, sd, low, high):
    """In 60 digits it would be the same: what is cut here is cut where the distribution is well known to a double."""
    normal = NormalDist(mean, sd)
    below, above = 0 if low is None else normal.cdf(low), 1 if high is None else normal.cdf(high)
    return normal.inv_cdf(below + float(u) * (above - below))


def triangular(u, low, high, mode):
    width = high - low
    below = u * width < mode - low
    square = u * width * (mode - low) if below else (1 - u) * width * (high - mode)
    root = methods.decimal(square).sqrt()
    return methods.decimal(low) + root if below else methods.decimal(high) - root


def discrete(u, probabilities):
    total, reached = sum(map(F, probabilities)), F(0)
    for k, share in enumerate(probabilities):
        reached += F(share)
        if u * total < reached:
            return k
    return max(k for k, share in enumerate(probabilities) if share)


def transform_inputs(x, kinds=None, low=None, high=None, middle=None, spread=None, choices=None, probabilities=None):
    d = len(x[0])
    at = lambda values, j, other: other if values is None or values[j] is None else F(values[j])  # noqa: E731
    kinds = kinds or ["uniform"] * d
    choices = choices or [0] * d
    starts = [sum(choices[:j]) for j in range(d)]

    def one(u, j):
        if u is None:
            return None
        u, a, b = F(u), at(low, j, None), at(high, j, None)
        if kinds[j] == "discrete":
            return discrete(u, probabilities[starts[j] : starts[j] + choices[j]] if probabilities else [1] * choices[j])
        if kinds[j] == "normal":
            ends = [None if end is None else float(end) for end in (a, b)]
            return cut_normal(u, float(at(middle, j, F(0))), float(at(spread, j, F(1))), *ends)
        a, b = a if a is not None else F(0), b if b is not None else F(1)
        return triangular(u, a, b, at(middle, j, (a + b) / 2)) if kinds[j] == "triangular" else a + u * (b - a)

    return [one(u, j) for row in x for j, u in enumerate(row)]


# --- sensitivity ---


def base_points(n, d, source="sobol", scramble="owen", skip=0, seed=1):
    for k in range(skip, skip + n):
        if source == "sobol":
            yield [coordinate(k, j, scramble, seed) for j in range(2 * d)]
        else:
            draws = words(seed, SAMPLE, k)
            yield [uniform(draws) for _ in range(2 * d)]


def sensitivity_sample(n, d, second_order=0, **options):
    rows = []
    for point in base_points(n, d, **options):
        a, b = point[:d], point[d:]
        rows += [a, b]
        rows += [[*a[:i], b[i], *a[i + 1 :]] for i in range(d)]
        rows += [[*b[:i], a[i], *b[i + 1 :]] for i in range(d)] if second_order else []
    return [u for row in rows for u in row]


def complete(points, *needed):
    return [p for p in points if all(p[r] is not None for r in (0, 1, *needed))]


def mean(values):
    values = list(values)
    return sum(values, F(0)) / len(values)


def spread(points):
    """Mean and variance of A and B together; none of fewer than two points, or without a variance."""
    if len(points) < 2:
        return None
    both = [y for p in points for y in p[:2]]
    centre = mean(both)
    variance = mean((y - centre) ** 2 for y in both)
    return (centre, variance) if variance else None


def first_order(points, pairs, first):
    """`pairs` gives for a base point (x, mixed, other): what shares the input, the mixed point, what shares all others."""
    if (known := spread(points)) is None:
        return None
    m, v = known
    triples = [triple for p in points for triple in pairs(p)]
    if first == "jansen":
        return 1 - mean((b - ab) ** 2 for b, ab, _ in triples) / (2 * v)
    if first == "sobol":
        return (mean(b * ab for b, ab, _ in triples) - m * m) / v
    if first == "janon":
        middle = mean((b + ab) / 2 for b, ab, _ in triples)
        own = mean((b * b + ab * ab) / 2 for b, ab, _ in triples) - middle**2
        return (mean(b * ab for b, ab, _ in triples) - middle**2) / own if own else None
    return mean((b - m) * (ab - a) for b, ab, a in triples) / v


def effects(points, d, first, second_order):
    """First and total effects of the inputs and, with second order, those of pairs; None for what is not there."""
    firsts, totals, seconds = [], [], []
    for i in range(d):
        ab, ba = 2 + i, 2 + d + i
        used = complete(points, ab, *([ba] if second_order else []))
        pairs = (lambda p, ab=ab, ba=ba: [(p[1], p[ab], p[0])] + ([(p[0], p[ba], p[1])] if second_order else []))
        firsts.append(first_order(used, pairs, first))
        known = spread(used)
        totals.append(known and mean((mixed - other) ** 2 for p in used for _, mixed, other in pairs(p)) / (2 * known[1]))
    for i, j in combinations(range(d), 2) if second_order else ():
        rows = (2 + i, 2 + j, 2 + d + i, 2 + d + j)
        used = complete(points, *rows)
        known = spread(used)
        if known is None or firsts[i] is None or firsts[j] is None:
            seconds.append(None)
            continue
        m, v = known
        shared = mean(((p[rows[0]] - m) * (p[rows[3]] - m) + (p[rows[1]] - m) * (p[rows[2]] - m)) / 2 - (p[0] - m) * (p[1] - m) for p in used)
        seconds.append(shared / v - firsts[i] - firsts[j])
    return firsts, totals, seconds


def below(draws, n):
    """An integer below n (Lemire 2019)."""
    product = next(draws) * n
    while product % 2**32 < 2**32 % n:
        product = next(draws) * n
    return product // 2**32


def quantile(values, p):
    values = sorted(values)
    h = (len(values) - 1) * p
    k = int(h)
    return values[k] + (h - k) * (values[min(k + 1, len(values) - 1)] - values[k])


def bounds(value, drawn, interval, level):
    """Error, lower and upper bound by the resamples in which there is an index."""
    drawn = [entry for entry in drawn if entry is not None]
    if value is None or len(drawn) < 2:
        return None, None, None
    centre = mean(drawn)
    error = methods.decimal(sum((entry - centre) ** 2 for entry in drawn) / (len(drawn) - 1)).sqrt()
    tail = (1 - F(level)) / 2
    if interval == "percentile":
        return error, quantile(drawn, tail), quantile(drawn, 1 - tail)
    reach = error * methods.decimal(F(NormalDist().inv_cdf(float(1 - tail))))
    return error, methods.decimal(value) - reach, methods.decimal(value) + reach


def sensitivity_indices(y, d, first="saltelli", second_order=0, interval="percentile", resamples=1000, seed=1, level=0.95, part="first"):
    width, out = (2 * d + 2 if second_order else d + 2), []
    for column in range(len(y[0])):
        values = [None if row[column] is None else F(row[column]) for row in y]
        points = [values[k : k + width] for k in range(0, len(values), width)]
        found = effects(points, d, first, second_order)
        if part in ("first", "total", "second"):
            out += found[("first", "total", "second").index(part)]
        elif part in ("n_used", "n_failed"):
            used = [len(complete(points, 2 + i, *([2 + d + i] if second_order else []))) for i in range(d)]
            out += used if part == "n_used" else [len(points) - n for n in used]
        elif part in ("mean", "variance"):
            known = spread(complete(points))
            out.append(known[part == "variance"])
        elif part in ("sum_first", "sum_total"):
            out.append(sum(found[part == "sum_total"]))
        else:
            kind, which = part.split("_")
            drawn = []
            for r in range(resamples):
                draws = words(seed, RESAMPLE, r)
                drawn.append(effects([points[below(draws, len(points))] for _ in points], d, first, second_order))
            place = ("first", "total", "second").index(kind)
            for i, value in enumerate(found[place]):
                own = bounds(value, [entry[place][i] for entry in drawn], interval, level)
                out.append(own[("error", "low", "high").index(which)])
    return out


# --- weights with noise ---


def draw(method, weight, share, draws):
    if weight == 0:
        return F(0)
    if method == "uniform":
        return weight * (1 + share * (2 * uniform(draws) - 1))
    if method == "simplex":
        return -F(methods.decimal(uniform(draws)).ln())
    z = F(NormalDist().inv_cdf(float(uniform(draws))))
    while abs(share * z) > 1:
        z = F(NormalDist().inv_cdf(float(uniform(draws))))
    return weight * (1 + share * z)


def noisy_weights(weights, method="uniform", rescale=1, shares=None, blocks=None, replicates=1000, first=0, seed=1):
    n = len(weights)
    weights = [F(w) for w in weights]
    shares = [F(1, 4)] * n if shares is None else [F(s) for s in (shares * n if len(shares) == 1 else shares)]
    blocks = blocks or [0] * n
    out = []
    for k in range(first, first + replicates):
        drawn = [draw(method, w, shares[j], words(seed, NOISE, k, j * 256)) for j, w in enumerate(weights)]
        if rescale or method == "simplex":
            totals = {b: (sum(v for v, c in zip(drawn, blocks) if c == b), sum(w for w, c in zip(weights, blocks) if c == b)) for b in blocks}
            drawn = [value / totals[b][0] * totals[b][1] if totals[b][0] else F(0) for value, b in zip(drawn, blocks)]
        out += drawn
    return out


# --- the cases ---


class Cases(methods.Cases):
    def right(self, function, name, within=0, absolute=0, **options):
        work = {key: numbers(value) for key, value in options.items()}
        more = {key: value for key, value in (("tolerance", within), ("absolute", absolute)) if value}
        values = [F(value) if isinstance(value, Decimal) else value for value in globals()[function](**work)]
        self.file.add(function, name, {"values": values}, **more, options=methods.plain(options))


def numbers(value):
    if isinstance(value, list):
        return [numbers(entry) for entry in value]
    return None if value == "NaN" else value


def drawing(c):
    c.right("sobol_sequence", "the first points", n=20, d=8)
    c.right("sobol_sequence", "from the middle", n=5, d=3, skip=1000003)
    for scramble in ("linear", "owen"):
        c.right("sobol_sequence", f"scrambled, {scramble}", n=9, d=5, scramble=scramble, seed=2**40 + 7)
        c.right("sobol_sequence", f"scrambled, {scramble}, from the middle", n=4, d=2, scramble=scramble, skip=123456, seed=-3)
    c.refused("sobol_sequence", "no point", "argument", "n", n=0, d=1)
    c.refused("sobol_sequence", "more coordinates than the table has", "limit", "d", "1024", n=1, d=1025)
    c.refused("sobol_sequence", "before the first point", "argument", "skip", n=1, d=1, skip=-1)
    c.right("sensitivity_sample", "Sobol's points", n=3, d=2)
    c.right("sensitivity_sample", "with second order, from the middle", n=3, d=3, second_order=1, skip=17, seed=5)
    c.right("sensitivity_sample", "not scrambled", n=2, d=2, scramble="none")
    c.right("sensitivity_sample", "independent draws", n=3, d=5, source="random", skip=2, seed=2**33)
    c.refused("sensitivity_sample", "no input", "argument", "d", n=1, d=0)
    c.refused("sensitivity_sample", "no base point", "argument", "n", n=0, d=2)


def transforming(c):
    grid = [[F(k, 8), F(7 - k, 8), F(1 + k, 9)] for k in range(8)]
    grid = [[float(u) for u in row] for row in grid]
    c.right("transform_inputs", "uniform", 4e-16, x=grid, low=[-1, 0, 5], high=[1, 10, 7])
    c.right("transform_inputs", "uniform on [0, 1]; what is missing stays missing", x=[[0.5, None], [None, 1]])
    c.right("transform_inputs", "triangular", 1e-15, absolute=1e-15, x=grid, kinds=["triangular"] * 3, low=[-1, 0, 5], high=[1, 10, 7],
            middle=[None, 0, 7])
    c.right("transform_inputs", "one of several", x=grid, kinds=["discrete", "uniform", "discrete"], choices=[2, 0, 5])
    c.right("transform_inputs", "by their probabilities; one that is never drawn", x=[*grid, [0, 0.5, 1], [1, 1, 0]],
            kinds=["discrete", "uniform", "discrete"], choices=[3, 0, 2], probabilities=[0, 3, 1, 5, 0])
    inner = [[u[2] for _ in range(3)] for u in grid]
    c.right("transform_inputs", "normal, cut on either side", 2e-13, absolute=1e-14, x=inner, kinds=["normal"] * 3, low=[None, -1, None],
            high=[None, 2, 10], middle=[None, None, 9], spread=[None, 2, 3])
    c.refused("transform_inputs", "outside of [0, 1]", "value", "x", row=2, column=1, x=[[0.5], [1.5]])
    c.refused("transform_inputs", "a normal input has no end", "value", "x", "scramble", row=1, column=1, x=[[0]], kinds=["normal"])
    c.refused("transform_inputs", "a spread that has no part", "argument", "spread", column=1, x=[[0.5]], spread=[2])
    c.refused("transform_inputs", "a range upside down", "value", "high", column=2, x=[[0.5, 0.5]], low=[0, 2], high=[1, 1])
    c.refused("transform_inputs", "no choice", "argument", "choices", column=1, x=[[0.5]], kinds=["discrete"], choices=[0])


def made_up(n, width, outputs=1):
    """Whole numbers by a small generator of its own."""
    state, rows = 12345, []
    for _ in range(n * width):
        row = []
        for _ in range(outputs):
            state = (state * 1103515245 + 12345) % 2**31
            row.append(state // 65536 % 200 / 4)
        rows.append(row)
    return rows


def analysing(c):
    y = made_up(9, 5, 2)
    both = made_up(8, 6)
    by_hand = [[v] for v in (1, 2, 3, 0, 3, 0, 1, 2)]
    c.file.add("sensitivity_indices", "by hand: docs/method/sensitivity.md", {"values": [F(8, 5), F(2, 5)]}, tolerance=1e-15,
               options={"y": by_hand, "d": 2, "resamples": 0})
    c.right("sensitivity_indices", "by hand, totals", 1e-15, y=by_hand, d=2, resamples=0, part="total")
    for first in ("saltelli", "janon", "jansen", "sobol"):
        c.right("sensitivity_indices", f"first effects, {first}", 1e-12, y=y, d=3, first=first, resamples=0)
        c.right("sensitivity_indices", f"from both halves, {first}", 1e-12, y=both, d=2, first=first, second_order=1, resamples=0)
    for part in ("total", "mean", "variance", "sum_first", "sum_total"):
        c.right("sensitivity_indices", part, 1e-12, y=y, d=3, resamples=0, part=part)
    c.right("sensitivity_indices", "totals from both halves", 1e-12, y=both, d=2, second_order=1, resamples=0, part="total")
    c.right("sensitivity_indices", "pairs", 1e-11, y=made_up(7, 8, 2), d=3, second_order=1, resamples=0, part="second")
    gaps = made_up(8, 8)
    for place in (3, 17, 30, 31, 42):
        gaps[place] = [None]
    for part in ("first", "total", "second", "n_used", "n_failed"):
        c.right("sensitivity_indices", f"failed evaluations, {part}", 1e-11, y=gaps, d=3, second_order=1, resamples=0, part=part)
    for part in ("first_error", "first_low", "first_high", "total_error", "total_low", "total_high", "second_low", "second_high"):
        c.right("sensitivity_indices", f"resampled: {part}", 1e-10, absolute=1e-13, y=gaps, d=3, second_order=1, resamples=24, seed=11, level=0.9, part=part)
    c.right("sensitivity_indices", "about the estimate", 1e-10, absolute=1e-13, y=y, d=3, resamples=20, interval="normal", level=0.5, part="total_high")
    flat = [[5] for _ in range(12)]
    c.right("sensitivity_indices", "nothing to explain", y=flat, d=2, resamples=10)
    c.refused("sensitivity_indices", "rows that are no base points", "argument", "y", "4", y=flat[:11], d=2)
    c.refused("sensitivity_indices", "an infinity", "value", "y", row=2, column=1, y=[[1], ["Infinity"], [2], [3]], d=2)
    c.refused("sensitivity_indices", "no level", "value", "level", y=flat, d=2, level=1)
    c.refused("sensitivity_indices", "too many resamples", "argument", "resamples", y=flat, d=2, resamples=1000001)


def disturbing(c):
    weights = [2, 1, 0, 0.5, 3]
    c.right("noisy_weights", "uniform", 1e-15, weights=weights, replicates=4)
    c.right("noisy_weights", "uniform, as drawn, a share for each", 1e-15, weights=weights, replicates=3, rescale=0, shares=[0.5, 0, 1, 0.1, 0.2], seed=9)
    c.right("noisy_weights", "blocks", 1e-15, weights=weights, replicates=3, blocks=[4, 4, 7, 7, 4], shares=[0.5], first=1000)
    c.right("noisy_weights", "normal", 1e-13, weights=weights, replicates=4, method="normal", shares=[1], seed=2**50)
    c.right("noisy_weights", "the simplex", 1e-15, weights=weights, replicates=4, method="simplex")
    c.right("noisy_weights", "a simplex for each block", 1e-15, weights=weights, replicates=2, method="simplex", blocks=[0, 1, 1, 0, 1], seed=-1)
    c.refused("noisy_weights", "a negative weight", "value", "weights", "negative", weights=[1, -1], column=2)
    c.refused("noisy_weights", "a share beyond 1", "value", "shares", weights=[1, 1], shares=[0.5, 1.5], column=2)
    c.refused("noisy_weights", "shares of the simplex", "argument", "shares", weights=[1, 1], method="simplex", shares=[0.5])
    c.refused("noisy_weights", "no replicate", "argument", "replicates", weights=[1, 1], replicates=0)


SOURCE = "exact fractions, and decimals of 60 digits: bindings/conformance/sampling.py"


def write(file):
    cases = Cases(file)
    for part in (drawing, transforming, analysing, disturbing):
        part(cases)
    file.write()
