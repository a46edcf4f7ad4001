"""The rules of niem/analysis.h once more, in fractions, or in decimals of 60 digits where the truth is not rational, on
chain.py (the panel between the steps) and rational.py (selections, merges); nothing is shared with libniem. And the cases
of analysis.json.
"""

from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import permutations

import chain
import methods
import rational
from chain import RAW, POSTS, SCORES
from rational import published

SOURCE = "niem/analysis.h in fractions or decimals of 60 digits (bindings/conformance/analysis.py)"
WORDS = {RAW: "raw", POSTS: "goalposts", SCORES: "score"}


def decimal(x):
    return Decimal(x.numerator) / Decimal(x.denominator)


def in_decimals(compute, *numbers):
    """A result of 60 digits as a fraction."""
    with localcontext() as context:
        context.prec = 60
        return Fraction(compute(*map(decimal, numbers)))


class Staged(chain.Chain):
    """The panel after the first steps of a method; the scores are not made."""

    def __init__(self, framework, rows, method=None, index=None, step=-1):
        rational.Scores.__init__(self, framework, rows, method, index)
        self.steps = self.method.get("steps", [])
        self.trees = [t for name, t in self.framework.trees.items() if self.only_index in (None, name)]
        self.own = [group["id"] for group in self.framework.own_groups]
        self.places = [(unit, round_, group) for unit, round_ in self.pairs for group in self.own]
        self.screened = set()
        self.load()
        for own in self.steps if step == -1 else self.steps[:step]:
            if own["step"] in chain.LEAVES:
                getattr(self, own["step"])(own)
        if step == -1:
            self.apply_goalposts()
        self.step = step

    def touched(self):
        """Indicators that the steps name, or divide by."""
        for own in self.steps:
            yield from own.get("indicators", [])
            yield from own.get("predictors", [])
            if own["step"] == "denominate":
                by = own.get("by", {})
                yield from [*by, *by.values()]
                yield from own["scales"] if isinstance(own.get("scales"), dict) else []
                yield from [self.framework.indicators[name].get("denominator") for name in self.scored]

    def loose(self):
        """Indicators of no index: before any step all that are numbers, later those that the steps touch."""
        numbers = {name for name in self.names if self.scale(name)["kind"] == "numeric"} if self.step == 0 else set()
        wanted = numbers | set(self.touched())
        return [name for name in self.framework.indicators if name in wanted and name not in self.scored]

    def leaves_below(self, query, loose):
        tree, groups, rounds, nodes, units = self.select(top=True, **query)
        inside = {leaf for node in nodes for leaf in node.walk() if leaf.leaf}
        names = [leaf.indicator for leaf in tree.walk() if leaf in inside]
        more = self.loose() if loose and not query.get("node") and not query.get("level") else []
        return groups, rounds, units, names, more

    def stage_table(self, **query):
        groups, rounds, units, names, more = self.leaves_below(query, True)
        for unit, round_ in self.pairs:
            if unit not in units or round_ not in rounds:
                continue
            each = dict.fromkeys(own for group in groups for own in self.framework.members_of(group)[0] or [group])
            for own in each:
                for name in names + more:
                    at = (unit, round_, own), name
                    row = dict(unit=unit, round=round_, group=own, indicator=name, stage=WORDS[self.stage[name]], state=self.state[at])
                    value = None if self.state[at] != "answered" and at not in self.imputed else self.number[at]
                    yield {**row, "value": published(value), "imputed": int(at in self.imputed), "screened": int(at[0] in self.screened)}

    def number_of(self, name, unit, round_, group):
        """The value of an indicator for a group or a merge; None where it has none."""
        merge, common, weights = self.framework.members_of(group)
        own = [
            None if (unit, round_, g) in self.screened else self.number[(unit, round_, g), name] for g in merge or [group]
        ]
        if merge is None:
            return own[0]
        shares = [Fraction(weights.get(g, 1)) for g in merge]
        have = [(v, w) for v, w in zip(own, shares) if v is not None]
        if (common and len(have) < len(own)) or not sum(w for _, w in have):
            return None
        return sum(v * w for v, w in have) / sum(w for _, w in have)


class Variables:
    """What is analysed: (name, direction, value of a unit, round and group) of nodes by their published scores, or of
    indicators between two steps."""

    def __init__(self, scores, staged, query, loose=True):
        self.scores, self.plain = scores if staged is None else staged, scores
        nodes = scores.select(**query)[3]
        self.nodes = [(node.name, 1, node) for node in nodes if node.children]
        if staged is None:
            self.tree, self.groups, self.rounds, nodes, self.units = scores.select(**query)
            self.all = [(node.name, 1, node) for node in nodes]
        else:
            self.groups, self.rounds, self.units, names, more = staged.leaves_below(query, loose)
            self.tree = scores.select(top=True, **query)[0]
            better = {name: 1 if staged.stage[name] == SCORES else self.direction(staged.scale(name)) for name in names}
            self.all = [(name, better.get(name, 0), name) for name in names + more]
        self.staged = staged

    @staticmethod
    def direction(scale):
        return (1 if scale["best"] > scale["worst"] else -1) if "worst" in scale else scale.get("direction", 1)

    def value(self, key, unit, round_, group):
        if (unit, round_) not in self.scores.pairs:
            return None
        if self.staged is not None:
            return self.staged.number_of(key, unit, round_, group)
        if key.leaf:
            members = self.scores.framework.members_of(group)[0] or [group]
            assert not any((unit, round_, own) in getattr(self.scores, "screened", ()) for own in members)
        found = self.scores.value(self.tree, key, unit, round_, group)
        return None if found is None else Fraction(found)


# --- trends ---


def times_of(scores):
    """Years of the rounds."""
    listed = {r["id"]: r.get("date") for r in scores.framework.data.get("rounds", [])}
    if any(listed.get(r) for r in scores.rounds):
        return {r: scores.time_of(r) for r in scores.rounds}
    return {r: Fraction(r) for r in scores.rounds}


def trend_points(series, times, wanted, window, latest):
    """(time, value, label, observed) within the window, from {round: value}."""
    observed = sorted((times[r], v, r) for r, v in series.items() if v is not None)
    points = [(t, v, r, True) for t, v, r in observed]
    for time, label in wanted.items():
        before = [p for p in observed if p[0] < time]
        after = [p for p in observed if p[0] > time]
        if before and after and not any(p[0] == time for p in observed):
            a, b = before[-1], after[0]
            points.append((time, a[1] + (b[1] - a[1]) * (time - a[0]) / (b[0] - a[0]), label, False))
    points = sorted(p for p in points if window[0] <= p[0] <= window[1])
    return points[-latest:] if latest else points


def growth(a, b):
    """(rate, why there is none) of first and last point."""
    if a[1] == b[1]:
        return Fraction(0), None
    if a[1] < 0 or b[1] < 0:
        return None, "negative value"
    if a[1] == 0:
        return None, "first value is zero"
    if b[1] == 0:
        return Fraction(-1), None
    return in_decimals(lambda ratio, power: (ratio.ln() * power).exp() - 1, b[1] / a[1], 1 / (b[0] - a[0])), None


def slope_of(points):
    """(slope, its standard error, slope in percent of the line at the first point)"""
    n = len(points)
    mt, mv = sum(p[0] for p in points) / n, sum(p[1] for p in points) / n
    sxx = sum((p[0] - mt) ** 2 for p in points)
    slope = sum((p[0] - mt) * (p[1] - mv) for p in points) / sxx
    rest = sum((p[1] - mv - slope * (p[0] - mt)) ** 2 for p in points)
    error = in_decimals(lambda x: x.sqrt(), rest / (n - 2) / sxx) if n > 2 else None
    begin = mv + slope * (points[0][0] - mt)
    return slope, error, 100 * slope / abs(begin) if begin else None


TREND_NUMBERS = ("value_first", "value_last", "years", "change", "change_per_year", "percent_change", "cagr", "slope", "slope_error", "percent_slope")


def trend(points, better, tolerance):
    row = dict.fromkeys(("first", "last", *TREND_NUMBERS, "cagr_missing", "direction"))
    if points:
        a, b = points[0], points[-1]
        row.update(first=a[2], last=b[2], value_first=a[1], value_last=b[1])
    if len(points) < 2:
        row["cagr_missing"] = "fewer than two points"
    else:
        years, change = b[0] - a[0], b[1] - a[1]
        row.update(years=years, change=change, change_per_year=change / years)
        row["percent_change"] = 100 * change / years / abs(a[1]) if a[1] else None
        row["cagr"], row["cagr_missing"] = growth(a, b)
        row["slope"], row["slope_error"], row["percent_slope"] = slope_of(points)
        if better:
            row["direction"] = "unchanged" if abs(change) <= tolerance else "improving" if change * better > 0 else "worsening"
    observed = sum(p[3] for p in points)
    head = {"n": observed, "n_interpolated": len(points) - observed}
    return {**head, **{key: published(v) if key in TREND_NUMBERS else v for key, v in row.items()}}


def trends(variables, tolerance, latest=0, interpolate=(), **window):
    scores = variables.scores
    times = times_of(scores)
    data = scores.framework.data
    known = {alias: r["id"] for r in data.get("rounds", []) for alias in [r["id"], *r.get("aliases", [])]}
    begin, end = (times[known.get(window[key], window[key])] if window.get(key) else None for key in ("from", "to"))
    ends = (min(times.values()) if begin is None else begin, max(times.values()) if end is None else end)
    wanted = {}
    for text in interpolate:
        for r in scores.rounds if text == "*" else [known.get(text, text)]:
            wanted.setdefault(times[r] if r in times else Fraction(r), r if r in times else text)
    for group in variables.groups:
        for name, better, key in variables.all:
            for unit in variables.units:
                rounds = [r for r in scores.rounds if (unit, r) in scores.pairs]
                if rounds:
                    points = trend_points({r: variables.value(key, unit, r, group) for r in rounds}, times, wanted, ends, latest)
                    yield {"unit": unit, "group": group, "node": name, **trend(points, better, tolerance)}


# --- statistics of columns: fractions, and decimals of 60 digits for roots and probabilities ---


def root(x):
    return in_decimals(lambda v: v.sqrt(), x)


def atan(x):
    """Decimal arc tangent for x >= 0: halved until the series is quick."""
    halvings = 0
    while x > Decimal("0.1"):
        x = x / (1 + (1 + x * x).sqrt())
        halvings += 1
    total, power, n = Decimal(0), x, 1
    while abs(power) > Decimal(10) ** -65:
        total += power / n
        power *= -x * x
        n += 2
    return total * 2**halvings


def t_both(r, df):
    """P(|T| > |t|) of Student's t with a whole number of degrees of freedom, at t = r sqrt(df / (1 - r^2)): the finite
    sums of Abramowitz & Stegun 26.7.3 and 26.7.4, in which sin = |r|."""

    def of(r, r2):
        sine, cosine = abs(r), (1 - r2).sqrt() if r2 < 1 else Decimal(0)
        if cosine == 0:
            return Decimal(0)
        term, total = (cosine, cosine) if df % 2 else (Decimal(1), Decimal(1))
        for k in range(3 if df % 2 else 2, df - 1, 2):
            term *= cosine * cosine * (k - 1) / k
            total += term
        if df % 2 == 0:
            return 1 - sine * total
        theta, pi = atan(sine / cosine), 4 * atan(Decimal(1))
        return 1 - 2 / pi * (theta + (sine * total if df > 1 else 0))

    return in_decimals(of, r, r * r)


def normal_both(z):
    """P(|Z| > |z|), by the series of erf."""

    def of(z):
        x = abs(z) / Decimal(2).sqrt()
        total, term, n = Decimal(0), x, 0
        while abs(term) > Decimal(10) ** -70:
            total += term / (2 * n + 1)
            n += 1
            term *= -x * x / n
        return 1 - 2 / (4 * atan(Decimal(1))).sqrt() * total

    return in_decimals(of, z)


def mean_ranks(values, tolerance):
    return [Fraction(r) for r in rational.ranks(values, False, "average", tolerance)]


def central(x):
    m = sum(x) / len(x)
    return [v - m for v in x]


def pearson(x, y):
    a, b = central(x), central(y)
    sxx, syy = sum(v * v for v in a), sum(v * v for v in b)
    return None if not sxx or not syy else sum(v * w for v, w in zip(a, b)) / root(sxx * syy)


def kendall(x, y):
    """(tau-b, S, ties of x, ties of y) of ranks."""
    n = len(x)
    pairs = [(i, j) for i in range(n) for j in range(i)]

    def sign(v):
        return (v > 0) - (v < 0)

    s = sum(sign(x[i] - x[j]) * sign(y[i] - y[j]) for i, j in pairs)
    tied = [[own.count(v) for v in set(own)] for own in (x, y)]
    whole = n * (n - 1) // 2
    spread = [whole - sum(t * (t - 1) // 2 for t in own) for own in tied]
    return (None if 0 in spread else Fraction(s) / root(Fraction(spread[0] * spread[1]))), s, *tied


def p_of_kendall(x, y, exact):
    n = len(x)
    tau, s, of_x, of_y = kendall(x, y)
    untied = max(of_x) == 1 and max(of_y) == 1
    if untied and exact and n < 50:
        counts = [1]  # permutations of m by their number of inversions
        for m in range(2, n + 1):
            counts = [sum(counts[max(0, k - m + 1) : k + 1]) for k in range(len(counts) + m - 1)]
        whole = n * (n - 1) // 2
        return Fraction(sum(c for k, c in enumerate(counts) if abs(whole - 2 * k) >= abs(s)), sum(counts))

    def add(own, f):
        return sum(f(t) for t in own)

    variance = Fraction(n * (n - 1) * (2 * n + 5) - sum(add(own, lambda t: t * (t - 1) * (2 * t + 5)) for own in (of_x, of_y)), 18)
    variance += Fraction(add(of_x, lambda t: t * (t - 1) * (t - 2)) * add(of_y, lambda t: t * (t - 1) * (t - 2)), 9 * n * (n - 1) * (n - 2))
    variance += Fraction(add(of_x, lambda t: t * (t - 1)) * add(of_y, lambda t: t * (t - 1)), 2 * n * (n - 1))
    return normal_both(Fraction(s) / root(variance))


def p_of_spearman(x, y, r, exact):
    n = len(x)
    if exact and n <= 10 and len(set(x)) == len(set(y)) == n:
        middle = Fraction(n * (n * n - 1), 6)
        own = abs(sum((a - b) ** 2 for a, b in zip(x, y)) - middle)
        found = [abs(sum((a - b) ** 2 for a, b in zip(range(n), order)) - middle) >= own for order in permutations(range(n))]
        return Fraction(sum(found), len(found))
    return t_both(r, n - 2)


def correlate(x, y, method="pearson", test="default", tolerance=0):
    """(r, p, n) of two columns, over the rows that have both."""
    both = [(a, b) for a, b in zip(x, y) if a is not None and b is not None]
    n = len(both)
    if n < 3:
        return None, None, n
    x, y = map(list, zip(*both))
    if method == "pearson":
        r = pearson(x, y)
        return r, None if r is None else t_both(r, n - 2), n
    x, y = mean_ranks(x, tolerance), mean_ranks(y, tolerance)
    exact = test != "asymptotic"
    if method == "spearman":
        r = pearson(x, y)
        return r, None if r is None else p_of_spearman(x, y, r, exact), n
    r = kendall(x, y)[0]
    return r, None if r is None else p_of_kendall(x, y, exact), n


def adjusted(ps, how):
    """p-values adjusted for their number; None stays."""
    there = sorted((p, i) for i, p in enumerate(ps) if p is not None)
    n = len(there)
    found = list(ps)
    if how in ("bonferroni", "holm"):
        most = Fraction(0)
        for k, (p, i) in enumerate(there):
            most = max(most, p * (n if how == "bonferroni" else n - k))
            found[i] = min(Fraction(1), p * n if how == "bonferroni" else most)
        return found
    factor = {"bh": 1, "by": sum(Fraction(1, k) for k in range(1, n + 1)), "hochberg": 1}[how]
    least = Fraction(1)
    for k, (p, i) in reversed(list(enumerate(there))):
        least = min(least, p * (n - k) if how == "hochberg" else p * n * factor / (k + 1))
        found[i] = least
    return found


def describe(values, n_rows):
    """What niem_describe says of the values that are there."""
    x = sorted(v for v in values if v is not None)
    n = len(x)
    mean = sum(x) / n if n else None
    d = dict(n=n, n_missing=n_rows - n, n_unique=len(set(x)), n_nonzero=sum(v != 0 for v in x))
    d["n_commonest"] = max((x.count(v) for v in set(x)), default=0)
    q = {p: methods.quantile(x, Fraction(p, 100)) if n else None for p in (5, 25, 50, 75, 95)}
    spread = q[75] - q[25] if n else None
    d["n_low"] = sum(q[25] - v > Fraction(3, 2) * spread for v in x)
    d["n_high"] = sum(v - q[75] > Fraction(3, 2) * spread for v in x)
    share = (lambda k: Fraction(k, n)) if n else lambda k: None
    d.update(available=Fraction(n, n_rows) if n_rows else None, unique=share(d["n_unique"]), nonzero=share(d["n_nonzero"]), commonest=share(d["n_commonest"]))
    d.update(minimum=x[0] if n else None, maximum=x[-1] if n else None, mean=mean, median=q[50])
    d.update(q05=q[5], q25=q[25], q75=q[75], q95=q[95], iqr=spread)
    two, three, four = (sum((v - mean) ** k for v in x) if n else Fraction(0) for k in (2, 3, 4))
    deviation = root(two / (n - 1)) if n > 1 else None
    d.update(deviation=deviation, variation=deviation / abs(mean) if deviation is not None and mean else None)
    d["skewness"] = Fraction(n, (n - 1) * (n - 2)) * three / deviation**3 if n > 2 and two else None
    d["kurtosis"] = None
    if n > 3 and two:
        d["kurtosis"] = Fraction(n * (n + 1) * (n - 1), (n - 2) * (n - 3)) * four / two**2 - Fraction(3 * (n - 1) ** 2, (n - 2) * (n - 3))
    low = Fraction(n, n_rows) < Fraction(65, 100) if n_rows else False
    flags = ["available"] * low + ["nonzero"] * (2 * d["n_nonzero"] < n) + ["unique"] * (2 * d["n_unique"] < n)
    skew, kurt = d["skewness"], d["kurtosis"]
    flags += ["outliers"] * (skew is not None and kurt is not None and abs(skew) > 2 and kurt > Fraction(7, 2)) + ["constant"] * (d["n_unique"] <= 1)
    return {**d, "flags": ", ".join(flags) or None}


def alpha(rows, directions):
    """(of the scale, of its items) what niem_cronbach_alpha says of complete rows, but for the interval."""
    k, n = len(directions), len(rows)
    whole = dict.fromkeys(("alpha", "standardised", "average_r", "lambda_6", "deviation", "error"))
    items = [dict.fromkeys(("mean", "deviation", "r_total", "r_rest", "smc", "alpha_without", "standardised_without")) for _ in range(k)]
    if k < 2 or n < 2:
        return {"n": n, "n_items": k, "n_negative": 0, "n_constant": 0, **whole}, [{"n": n, **item} for item in items]
    columns = [[row[j] * directions[j] for row in rows] for j in range(k)]
    centred = [central(column) for column in columns]
    c = [[sum(a * b for a, b in zip(u, v)) / (n - 1) for v in centred] for u in centred]
    spread = [root(c[j][j]) for j in range(k)]
    constant = [j for j in range(k) if not c[j][j]]
    r = None if constant else [[c[i][j] / spread[i] / spread[j] for j in range(k)] for i in range(k)]

    def of(m, chosen):
        every, own = sum(m[i][j] for i in chosen for j in chosen), sum(m[j][j] for j in chosen)
        return Fraction(len(chosen), len(chosen) - 1) * (1 - own / every) if len(chosen) > 1 and abs(every) > Fraction(1, 10**40) else None

    every = sum(map(sum, c))
    whole.update(alpha=of(c, range(k)), deviation=root(every))
    if whole["alpha"] is not None:
        whole["error"] = root(every * (1 - whole["alpha"])) if whole["alpha"] <= 1 else None
    inverse = None if constant else [methods.solved(c, [Fraction(i == j) for i in range(k)]) for j in range(k)]
    if r:
        total = sum(map(sum, r))
        whole.update(standardised=of(r, range(k)), average_r=(total - k) / (k * (k - 1)))
        if None not in inverse:
            whole["lambda_6"] = 1 - sum(1 / (c[j][j] * inverse[j][j]) for j in range(k)) / total
    negative = 0
    for j, item in enumerate(items):
        rest = [i for i in range(k) if i != j]
        with_all, with_rest = sum(c[j]), sum(c[j]) - c[j][j]
        of_rest = sum(c[a][b] for a in rest for b in rest)
        item.update(mean=sum(row[j] for row in rows) / n, deviation=spread[j], alpha_without=of(c, rest))
        if r:
            item["standardised_without"] = of(r, rest)
        if c[j][j] and every:
            item["r_total"] = with_all / spread[j] / root(every)
        if c[j][j] and of_rest:
            item["r_rest"] = with_rest / spread[j] / root(of_rest)
            negative += with_rest < 0
        if inverse and None not in inverse:
            item["smc"] = 1 - 1 / (c[j][j] * inverse[j][j])
    head = {"n": n, "n_items": k, "n_negative": negative, "n_constant": len(constant)}
    return {**head, **whole}, [{"n": n, **item} for item in items]


# --- statistics of variables ---

STATISTICS = ("available", "unique", "nonzero", "commonest", "minimum", "maximum", "mean", "median", "q05", "q25", "q75", "q95", "iqr", "deviation")
STATISTICS += ("variation", "skewness", "kurtosis")


def samples(variables, pooled):
    """(round, units x rounds with answers) of each sample."""
    scores, chosen = variables.scores, variables.rounds
    for round_ in [None] if pooled else chosen:
        places = [(u, r) for u in variables.units for r in chosen if round_ in (None, r) and (u, r) in scores.pairs]
        if places:
            yield round_, places


def applies(variables, key, unit, round_, group):
    """Does a node or an indicator apply to a unit?"""
    scores = variables.scores
    members = scores.framework.members_of(group)[0] or [group]
    if variables.staged is not None:
        states = [scores.state[(unit, round_, own), key] for own in members]
        if scores.framework.members_of(group)[1]:  # common to all: where one has no value none applies
            return all(scores.number_of(key, unit, round_, own) is not None for own in members)
        return any(state != "not_applicable" for state in states)
    return scores.all_scores(variables.tree, unit, round_, group)[key].state != "not_applicable"


def statistics(variables, pooled=False):
    for round_, places in samples(variables, pooled):
        for group in variables.groups:
            for name, _, key in variables.all:
                own = [place for place in places if applies(variables, key, *place, group)]
                d = describe([variables.value(key, *place, group) for place in own], len(own))
                yield dict(round=round_, group=group, node=name, **{k: published(v) if k in STATISTICS else v for k, v in d.items()})


def wanted_pairs(variables, pairs):
    """(node, node, relation) of the variables (name, value of a unit, round and group)."""
    tree = variables.tree
    node_of = {node.name: node for node in tree.walk()}
    nodes = [name for name, _, _ in variables.all]

    def above(node):
        while node.parent is not None:
            node = node.parent
            yield node

    def relation(a, b):
        a, b = node_of[a], node_of[b]
        if a.parent is b or b.parent is a:
            return "parent"
        return "siblings" if a.parent is b.parent else "ancestor" if a in above(b) or b in above(a) else "other"

    for i, a in enumerate(nodes):
        if pairs in ("level", "siblings"):
            others = nodes[i + 1 :]
        else:
            order = [node.name for node in tree.walk()]
            up = [node.name for node in above(node_of[a])][: 1 if pairs == "parent" else None]
            others = sorted(up, key=lambda name: (nodes.index(name) if name in nodes else len(nodes) + order.index(name)))
        for b in others:
            if pairs != "siblings" or relation(a, b) == "siblings":
                yield a, b, relation(a, b)


def correlations(variables, pairs="level", pooled=False, adjust="holm", rows="pairwise", high=0.9, low=0.3, negative=-0.4, denominators=(), **o):
    high, low, negative = map(Fraction, (high, low, negative))
    keys = {name: key for name, _, key in variables.all}
    node_of = {node.name: node for node in variables.tree.walk()}

    def column(name, places, group):
        if name in keys or variables.staged is not None and name in denominators:
            return [variables.value(keys.get(name, name), *place, group) for place in places]
        found = [variables.plain.value(variables.tree, node_of[name], *place, group) for place in places]
        return [None if v is None else Fraction(v) for v in found]

    if pairs == "denominators":
        numbers = [name for name in keys if variables.scores.scale(name)["kind"] == "numeric"]
        wanted = [(a, b, "denominator") for a in numbers for b in denominators if a != b]
    else:
        wanted = list(wanted_pairs(variables, pairs))
    for round_, places in samples(variables, pooled):
        for group in variables.groups:
            known = {name: column(name, places, group) for name in {name for a, b, _ in wanted for name in (a, b)}}
            if rows == "complete":
                assert pairs == "level"
                whole = [all(known[name][i] is not None for name in known) for i in range(len(places))]
                known = {name: [v for v, keep in zip(values, whole) if keep] for name, values in known.items()}
            found = [correlate(known[a], known[b], **o) for a, b, _ in wanted]
            for (a, b, relation), (r, p, n), q in zip(wanted, found, adjusted([p for _, p, _ in found], adjust)):
                near = Fraction(1, 10**12)
                flag = None if r is None else "high" if r >= high - near else "negative" if r <= negative + near else "low" if r < low - near else None
                head = dict(round=round_, group=group, node_a=a, node_b=b, relation=relation)
                yield {**head, "correlation": published(r), "n": n, "p": published(p), "p_adjusted": published(q), "flag": flag}


def reliability(variables, part="nodes", items="children", pooled=False):
    """Of the nodes of a query; items are children by their scores or leaves, which may stand between two steps."""
    scores = variables.scores
    for round_, places in samples(variables, pooled):
        for group in variables.groups:
            for name, _, node in variables.nodes:
                parts = [leaf for leaf in node.walk() if leaf.leaf] if items == "leaves" else node.children
                keys = [leaf.indicator if variables.staged is not None else leaf for leaf in parts]
                rows = [[variables.value(key, *place, group) for key in keys] for place in places]
                better = [1] * len(keys)
                if variables.staged is not None:
                    better = [1 if scores.stage[key] == SCORES else Variables.direction(scores.scale(key)) for key in keys]
                rows = [row for row in rows if None not in row]
                whole, each = alpha(rows, better)
                head = dict(round=round_, group=group, node=name)
                if part == "nodes":
                    yield {**head, **{k: published(v) if isinstance(v, Fraction) else v for k, v in whole.items()}}
                else:
                    for own, item in zip(parts, each):
                        yield {**head, "item": own.name, **{k: published(v) if isinstance(v, Fraction) else v for k, v in item.items()}}


def eigen(a):
    """(eigenvalues, falling; eigenvectors) of a symmetric matrix of fractions: Jacobi's rotations on 60 digits."""
    with localcontext() as context:
        context.prec = 60
        m = len(a)
        a = [[decimal(v) for v in row] for row in a]
        v = [[Decimal(i == j) for j in range(m)] for i in range(m)]
        for _ in range(60):
            for p, q in [(p, q) for p in range(m) for q in range(p + 1, m)]:
                if abs(a[p][q]) < Decimal(10) ** -55:
                    continue
                theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
                t = (1 if theta >= 0 else -1) / (abs(theta) + (theta * theta + 1).sqrt())
                c = 1 / (t * t + 1).sqrt()
                s = t * c
                for rows in (a, v):
                    for row in rows:
                        row[p], row[q] = c * row[p] - s * row[q], s * row[p] + c * row[q]
                for k in range(m):
                    a[p][k], a[q][k] = c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]
        order = sorted(range(m), key=lambda i: -a[i][i])
        return [Fraction(a[i][i]) for i in order], [[Fraction(row[i]) for row in v] for i in order]


def chi_squared(x, df):
    """P(X > x) with a whole number of degrees of freedom (Abramowitz & Stegun 26.4.4, 26.4.5)."""
    if df % 2 == 0:

        def even(x):
            term = total = Decimal(1)
            for k in range(1, df // 2):
                term *= x / 2 / k
                total += term
            return (-x / 2).exp() * total

        return in_decimals(even, x)

    def odd(x):
        term, total = x.sqrt(), Decimal(0)
        for k in range(1, (df - 1) // 2 + 1):
            total += term
            term *= x / (2 * k + 1)
        return 2 * (-x / 2).exp() / (8 * atan(Decimal(1))).sqrt() * total

    return normal_both(root(x)) + in_decimals(odd, x)


def determinant(a):
    a, found = [list(row) for row in a], Fraction(1)
    for k in range(len(a)):
        if abs(a[k][k]) < Fraction(1, 10**40):
            return Fraction(0)
        found *= a[k][k]
        for i in range(k + 1, len(a)):
            share = a[i][k] / a[k][k]
            a[i] = [v - share * w for v, w in zip(a[i], a[k])]
    return found


class Components:
    def __init__(self, rows, of="correlations", components=0, explained=None):
        complete = [row for row in rows if None not in row]
        self.n, self.m = len(complete), len(rows[0]) if rows else 0
        columns = list(zip(*complete))
        varying = sum(len(set(column)) > 1 for column in columns)
        self.problem = (
            "fewer than two items"
            if self.m < 2
            else "fewer than three complete rows"
            if self.n < 3
            else "an item does not vary"
            if varying < self.m and (of == "correlations" or not varying)
            else None
        )
        if self.problem:
            return
        centred = [central(column) for column in columns]
        cov = [[sum(a * b for a, b in zip(u, v)) / (self.n - 1) for v in centred] for u in centred]
        spread = [root(cov[j][j]) for j in range(self.m)]
        self.r = [[cov[i][j] / spread[i] / spread[j] if i != j else Fraction(1) for j in range(self.m)] for i in range(self.m)]
        analysed = self.r if of == "correlations" else cov
        self.values, vectors = eigen(analysed)
        self.vectors = [[-v for v in own] if sum(own) < 0 else own for own in vectors]
        total = sum(analysed[j][j] for j in range(self.m))
        self.shares = [v / total for v in self.values]
        self.cumulated = [sum(self.shares[: i + 1]) for i in range(self.m)]
        self.k = min(components, self.m) if components else sum(v * self.m >= total for v in self.values)
        if explained is not None:
            self.k = next(i + 1 for i, share in enumerate(self.cumulated) if share >= Fraction(explained))
        self.roots = [root(v) if v > 0 else Fraction(0) for v in self.values]
        scaled = spread if of == "correlations" else [1] * self.m
        self.points = [
            None if None in row else [sum(w * (v - sum(c) / self.n) / s for w, v, c, s in zip(own, row, columns, scaled)) for own in self.vectors[: self.k]]
            for row in rows
        ]

    def summary(self):
        head = {"n": self.n, "n_items": self.m, "n_components": 0 if self.problem else self.k}
        row = dict.fromkeys(("explained", "kmo", "determinant", "bartlett", "df", "p", "converged"))
        if not self.problem:
            m, det = self.m, determinant(self.r)
            row.update(explained=self.cumulated[self.k - 1], converged=1)
            self.adequacy = [None] * m
            if det > Fraction(1, 10**30):  # else the correlations are singular
                self.judge(row, m, det)
        return {**head, **row, "problem": self.problem}

    def judge(self, row, m, det):
        inverse = [methods.solved(self.r, [Fraction(i == j) for i in range(m)]) for j in range(m)]
        row.update(determinant=in_decimals(lambda x: x.ln(), det), df=Fraction(m * (m - 1), 2))
        factor = self.n - 1 - Fraction(2 * m + 5, 6)
        if factor > 0:
            row["bartlett"] = -factor * row["determinant"]
            row["p"] = chi_squared(row["bartlett"], m * (m - 1) // 2)
        pairs = [(i, j) for i in range(m) for j in range(m) if i != j]
        of_r = {(i, j): self.r[i][j] ** 2 for i, j in pairs}
        of_q = {(i, j): inverse[i][j] ** 2 / (inverse[i][i] * inverse[j][j]) for i, j in pairs}

        def share(chosen):
            return sum(of_r[at] for at in chosen) / sum(of_r[at] + of_q[at] for at in chosen)

        row["kmo"] = share(pairs)
        self.adequacy = [share([at for at in pairs if at[0] == j]) for j in range(m)]


def components(variables, part="variances", items="children", pooled=False, **o):
    for round_, places in samples(variables, pooled):
        for group in variables.groups:
            for name, _, node in variables.nodes:
                parts = [leaf for leaf in node.walk() if leaf.leaf] if items == "leaves" else node.children
                keys = [leaf.indicator if variables.staged is not None else leaf for leaf in parts]
                found = Components([[variables.value(key, *place, group) for key in keys] for place in places], **o)
                summary, head = found.summary(), dict(round=round_, group=group, node=name)
                rows = [summary] if part == "nodes" else []
                if found.problem is None and part == "variances":
                    for i, (value, share, sum_) in enumerate(zip(found.values, found.shares, found.cumulated)):
                        kept = i < found.k
                        rows.append(dict(component=i + 1, eigenvalue=value, share=share, cumulated=sum_, kept=int(kept), rotated_share=None))
                elif found.problem is None and part == "loadings":
                    for j, own in enumerate(parts):
                        loads = [found.vectors[i][j] * found.roots[i] for i in range(found.k)]
                        for i, load in enumerate(loads):
                            row = dict(item=own.name, component=i + 1, loading=load, rotated=None)
                            rows.append({**row, "communality": sum(v * v for v in loads), "adequacy": found.adequacy[j]})
                elif found.problem is None and part == "scores":
                    for (unit, at), points in zip(places, found.points):
                        for i in range(found.k):
                            row = {"unit": unit, "round": at, "group": group, "node": name, "component": i + 1}
                            rows.append({**row, "score": points[i] if points else None})
                for row in rows:
                    yield {**head, **{key: published(v) if isinstance(v, Fraction) else v for key, v in row.items()}}


def rank_change(x, y):
    if not x:
        return None
    a, b = (rational.ranks(values, True, "min", 1e-9) for values in (x, y))
    return sum(abs(Fraction(u) - Fraction(v)) for u, v in zip(a, b)) / len(x)


def method_correlations(several, names, method="pearson", tolerance=1e-9, **query):
    first = several[0]
    tree, groups, rounds, nodes, units = first.select(top=True, **query)
    for round_ in rounds:
        for group in groups:
            for node in nodes:
                columns = []
                for scores in several:
                    own = scores.framework.trees[tree.name]
                    at = next((x for x in own.walk() if x.name == node.name), None)
                    found = [None if at is None else scores.value(own, at, u, round_, group) if (u, round_) in scores.pairs else None for u in units]
                    columns.append([None if v is None else Fraction(v) for v in found])
                for i, a in enumerate(columns):
                    for j in range(i + 1, len(columns)):
                        both = [(u, v) for u, v in zip(a, columns[j]) if u is not None and v is not None]
                        x, y = [u for u, _ in both], [v for _, v in both]
                        r, _, n = correlate(x, y, method, tolerance=tolerance)
                        head = dict(round=round_, group=group, node=node.name, method_a=names[i], method_b=names[j])
                        yield {**head, "correlation": published(r), "n": n, "mean_abs_rank_change": published(rank_change(x, y))}


# --- tables by name ---

QUERY = ("index", "group", "round", "node", "level", "units", "peers")


def table(function, case, framework, scores_of):
    """A table of niem/analysis.h; None for a function of another room."""
    options = dict(case.get("options", {}))
    query = {key: options.pop(key) for key in QUERY if key in options}
    given = framework, case["answers"], case.get("method"), case.get("score", {}).get("index")
    if function == "stage":
        return Staged(*given, options.pop("step", -1)).stage_table(**query)
    if function == "method_correlations":
        several = [scores_of({**case, "method": method}) for method in case["methods"]]
        names = [name or (m or {}).get("id") or f"method {k}" for k, (name, m) in enumerate(zip(case.get("names", [None] * len(several)), case["methods"]), 1)]
        return method_correlations(several, names, **options, **query)
    if function not in ("trends", "statistics", "correlations", "reliability", "components"):
        return None
    step, scores = options.pop("step", None), scores_of(case)
    staged = None if step is None else Staged(*given, step)
    variables = Variables(scores, staged, query, loose=function in ("trends", "statistics"))
    if function == "trends":
        tolerance = options.pop("tolerance", None)
        return trends(variables, Fraction(scores.tolerance if tolerance is None else tolerance), **options)
    if function == "statistics":
        return statistics(variables, **options)
    if function in ("reliability", "components"):
        return {"reliability": reliability, "components": components}[function](variables, **options)
    if options.get("method", "pearson") != "pearson":
        options.setdefault("tolerance", scores.tolerance if step is None else 0)
    return correlations(variables, denominators=denominators(scores), **options)


def denominators(scores):
    """Indicators by which the framework or a step divides, in the framework's order."""
    by = {own.get("denominator") for own in scores.framework.indicators.values()}
    for own in scores.method.get("steps", []):
        by |= set(own.get("by", {}).values()) if own["step"] == "denominate" else set()
    return [name for name in scores.framework.indicators if name in by]


# --- the cases ---


def panel():
    """Five rounds at uneven times, one of a leap day; what grows, falls, crosses zero and begins with it."""
    numeric = chain.number
    return {
        "format": "niem-framework/1",
        "id": "years",
        "version": "1",
        "facets": [{"id": "dimension", "values": [{"id": "work"}, {"id": "housing"}]}],
        "groups": [
            {"id": "refugee"},
            {"id": "subsidiary"},
            {"id": "both", "merge": ["refugee", "subsidiary"], "weights": {"refugee": 3}},
            {"id": "shared", "merge": ["refugee", "subsidiary"], "over": "common"},
        ],
        "units": [{"id": "SE"}, {"id": "PL", "aliases": ["POL"]}, {"id": "LT"}],
        "rounds": [
            {"id": "2013", "date": "2013-01-01"},
            {"id": "2016", "date": "2016-02-29"},
            {"id": "2017", "date": "2017-03-31", "aliases": ["third"]},
            {"id": "2019", "date": "2019-03-31"},
            {"id": "2020", "date": "2020-12-15"},
        ],
        "indicators": [
            numeric("PEOPLE", None),
            numeric("JOBS", "work", denominator="PEOPLE"),
            numeric("WAIT", "work", direction=-1),
            numeric("FLATS", "housing", worst=24, best=0),
            {"id": "LAW", "dimension": "housing", "scale": {"kind": "ordinal", "options": chain.STEPS_OF_POINTS}},
            {"id": "NOTE", "scored": False, "scale": {"kind": "binary"}},
        ],
        "indexes": [{"id": "overall", "levels": ["dimension"]}],
        "default_index": "overall",
        "default_group": "refugee",
    }


SERIES = """
    SE refugee PEOPLE 10 11 12.5 13 14
    SE refugee JOBS 100 110 . 130.5 121
    SE refugee WAIT 8 8 8 8 8
    SE refugee FLATS 12 . . 6 3
    SE refugee LAW a b . c a
    SE subsidiary JOBS 50 . 70 65 .
    SE subsidiary WAIT -2 -1 1 4 5
    SE subsidiary FLATS 0 3 6 9 12
    PL refugee PEOPLE 0.1 0.2 0.3 0.4 0.5
    PL refugee JOBS 0 5 10 20 40
    PL refugee WAIT -4 -4.5 -3 -5 -8
    PL refugee FLATS . . 20 . .
    PL refugee LAW c c b b a
    PL subsidiary JOBS 3 . . . 1
    PL subsidiary FLATS 30 20 10 5 0
    LT refugee PEOPLE 3 . . . 3.3
    LT refugee JOBS 7.5 6 . . -
    LT refugee WAIT 1 2 4 . -
    LT refugee FLATS 24 23 . 1 -
"""


def series():
    """Answers; a dot is a gap without a row, a hyphen a round without the unit."""
    rows = []
    for line in SERIES.strip().splitlines():
        unit, group, name, *values = line.split()
        for round_, value in zip(("2013", "2016", "2017", "2019", "2020"), values):
            row = {"unit": unit, "round": round_, "group": group, "indicator": name}
            if value not in ".-":
                rows.append({**row, "answer": value if value.isalpha() else float(value)})
    return rows


PER_HEAD = {"steps": [chain.step("denominate"), chain.step("impute", "linear"), chain.MINMAX]}
SCREENED = {"steps": [chain.step("screen", min_available=0.7), chain.step("impute", "latest", indicators=["JOBS", "PEOPLE"]), chain.MINMAX]}
CLOSE = 1e-13


def stages(file):
    for step in (0, 1, 2, 3, -1):
        file.table("stage", f"after {step} steps", method=PER_HEAD, options={"step": step}, tolerance={"value": CLOSE})
    for step in (1, 2):
        options = {"step": step, "group": "*", "units": ["SE", "LT"]}
        file.table("stage", f"units that were screened out, after {step} steps", method=SCREENED, options=options)
    options = {"step": 0, "node": "housing", "group": "both", "round": "third"}
    file.table("stage", "below a node, a merge has the rows of its members", method=PER_HEAD, options=options)
    file.table("stage", "of a level", method=PER_HEAD, options={"level": "indicator", "units": ["POL"]}, tolerance={"value": CLOSE})
    file.refuse("stage", "more steps than there are", "argument", "step", "the method has 3 steps", method=PER_HEAD, options={"step": 4})
    file.refuse("stage", "fewer than none", "argument", "step", method=PER_HEAD, options={"step": -3})
    file.refuse("stage", "the scores of nodes are no data set", "argument", "step", method=PER_HEAD, options={"step": -2})
    file.refuse("stage", "no such node", "reference", "node", method=PER_HEAD, options={"step": 0, "node": "health"})
    file.refuse("stage", "bands", "argument", "bands", method=PER_HEAD, options={"step": 0, "bands": "thirds"})


def all_trends(file):
    near = {"tolerance": {name: 4e-16 for name in TREND_NUMBERS}, "absolute": 1e-17}
    some = {"method": PER_HEAD, **near}
    file.table("trends", "of what was answered", options={"step": 0}, **some)
    file.table("trends", "of both groups and their merges", options={"step": 0, "group": "*", "node": "work"}, **some)
    for name, more in (
        ("a window", {"from": "third", "to": "2020"}),
        ("the last two points", {"latest": 2}),
        ("the last two of a window", {"latest": 2, "to": "2019"}),
        ("a wide tolerance", {"tolerance": 5}),
    ):
        file.table("trends", name, options={"step": 0, "group": "*", **more}, **some)
    loose = {"tolerance": {name: CLOSE for name in TREND_NUMBERS}, "absolute": 1e-13, "method": PER_HEAD}
    file.table("trends", "interpolated at every round", options={"step": 0, "interpolate": ["*"]}, **loose)
    years = ["2018", "2016", "2014.5", "2020.99", "third"]
    file.table("trends", "interpolated at years and rounds, in a window", options={"step": 0, "interpolate": years, "from": "2016"}, **loose)
    file.table("trends", "per head", options={"step": 1}, **loose)
    file.table("trends", "filled and scored", options={"step": -1, "group": "subsidiary"}, **loose)
    file.table("trends", "of the nodes", options={"group": "both"}, **loose)
    file.table("trends", "of one node", options={"node": "overall", "units": ["SE"], "group": "*"}, **loose)
    file.table("trends", "who was screened out has no value", method=SCREENED, options={"step": 2}, **near)
    file.refuse("trends", "one round", "argument", "round", **some, options={"round": "2019"})
    file.refuse("trends", "a window that ends before it begins", "argument", "to", **some, options={"from": "2019", "to": "2016"})
    file.refuse("trends", "no such round", "reference", "from", **some, options={"from": "1999"})
    file.refuse("trends", "no such time", "reference", "interpolate", **some, options={"interpolate": ["soon"]}, row=1)
    file.refuse("trends", "one point is no trend", "argument", "latest", **some, options={"latest": 1})
    file.refuse("trends", "no such step", "argument", "step", **some, options={"step": 9})
    undated = {**panel(), "rounds": [{"id": "first"}, {"id": "second"}]}
    rows = [{**row, "round": "first"} for row in series() if row["round"] == "2013"]
    file.refuse("trends", "rounds without a time", "value", "scores", "no date", framework=undated, answers=rows, method={"steps": [chain.normalise("minmax", constant=50)]})


ZSCORES = {"steps": [chain.normalise("zscore")]}
DIVIDED = {"steps": [chain.step("denominate", by={"E1": "POP", "H1": "GDP"}), chain.step("screen", out=["GR"]), chain.MINMAX]}
NEAR = {"tolerance": 1e-11, "absolute": 1e-12}


def whole_chain(file, chained):
    everything = {"steps": list(chain.preparations())[-1][1]}
    for step in range(len([s for s in everything["steps"] if s["step"] in chain.LEAVES]) + 1):
        more = {"options": {"step": step, "units": ["PL"], "group": "*"}, "tolerance": {"value": 1e-11}, "absolute": 1e-11}
        file.table("stage", f"a whole chain, after {step}", method=everything, **chained, **more)


def described(file, chained):
    for name, more in (
        ("of the nodes", {"group": "*"}),
        ("of all rounds together", {"pooled": True, "level": "dimension"}),
        ("of the indicators as they were answered", {"step": 0}),
        ("of merges, as they were answered", {"step": 0, "group": "shared", "node": "economy"}),
        ("after a division, without who was screened out", {"step": 2, "pooled": True}),
        ("of some units", {"level": "indicator", "units": ["PL", "SE"], "round": "2017"}),
    ):
        file.table("statistics", name, method=DIVIDED, options=more, **chained, **NEAR)
    file.refuse("statistics", "an option of correlations", "argument", "method", method=DIVIDED, options={"method": "kendall"}, **chained)
    file.refuse("statistics", "no such step", "argument", "step", method=DIVIDED, options={"step": 4}, **chained)
    file.refuse("statistics", "a share beyond 1", "value", "min_available", method=DIVIDED, options={"min_available": 2}, **chained)


def correlated(file, chained):
    for pairs in ("level", "siblings", "parent", "ancestors"):
        for method in ("pearson", "spearman", "kendall"):
            more = {"pairs": pairs, "method": method, "level": "indicator" if pairs == "parent" else "dimension", "group": "refugee"}
            file.table("correlations", f"{pairs}, {method}", method=ZSCORES, options=more, **chained, **NEAR)
    for adjust in ("bonferroni", "hochberg", "bh", "by"):
        more = {"pairs": "siblings", "adjust": adjust, "pooled": True, "level": "indicator"}
        file.table("correlations", f"adjusted by {adjust}, all rounds together", method=ZSCORES, options=more, **chained, **NEAR)
    for name, more in (
        ("every inner node with every other", {"group": "both", "round": "2017"}),
        ("complete rows", {"rows": "complete", "level": "dimension", "group": "*"}),
        ("indicators as they were answered", {"step": 0, "node": "economy", "pooled": True, "group": "*"}),
        ("indicators as they were answered, with what is above", {"step": 0, "pairs": "ancestors", "node": "economy", "pooled": True}),
        ("asymptotic", {"test": "asymptotic", "method": "kendall", "level": "dimension"}),
        ("other thresholds", {"high": 0.5, "low": 0.1, "negative": -0.1, "pairs": "siblings", "level": "indicator", "pooled": True}),
    ):
        file.table("correlations", name, method=ZSCORES, options=more, **chained, **NEAR)
    more = {"step": 0, "pairs": "denominators", "pooled": True}
    file.table("correlations", "with the denominators of framework and method", method=DIVIDED, options=more, **chained, **NEAR)
    file.table("correlations", "and after the division", method=DIVIDED, options={**more, "step": 1, "high": 0.6}, **chained, **NEAR)
    for name, where, status, more in (
        ("denominators are no nodes", "step", "argument", {"pairs": "denominators"}),
        ("thresholds that cross", "low", "value", {"low": 0.2, "negative": 0.3}),
        ("a threshold beyond 1", "high", "value", {"high": 1.1}),
        ("ranks only", "tolerance", "argument", {"tolerance": 0.5}),
        ("an option of reliability", "confidence", "argument", {"confidence": 0.9}),
        ("exact p-values of ties", "test", "unsupported", {"method": "kendall", "test": "exact", "step": 0, "level": "indicator", "pooled": True}),
    ):
        file.refuse("correlations", name, status, where, method=ZSCORES, options=more, **chained)
    without = {**chained, "framework": "years", "answers": series()}
    bare = {**panel(), "indicators": [{k: v for k, v in own.items() if k != "denominator"} for own in panel()["indicators"]]}
    more = {"step": 0, "pairs": "denominators"}
    plain = {"steps": [chain.MINMAX]}
    file.refuse("correlations", "no denominators", "reference", "pairs", **{**without, "framework": bare}, method=plain, options=more)


def measured(file, chained):
    shown = ["round", "group", "node", "n", "n_items", "n_negative", "n_constant", "alpha", "standardised", "average_r", "lambda_6", "deviation", "error"]
    for name, more in (
        ("children", {"group": "*"}),
        ("children, all rounds together", {"pooled": True}),
        ("leaves", {"items": "leaves", "node": "material", "pooled": True, "group": "both"}),
        ("leaves as they were answered, what is worse reversed", {"items": "leaves", "step": 0, "level": "dimension", "pooled": True}),
    ):
        file.table("reliability", name, shown, method=ZSCORES, options=more, **chained, **NEAR)
        file.table("reliability", f"{name}: items", method=ZSCORES, options={**more, "part": "items"}, **chained, **NEAR)
    for name, where, status, more in (
        ("no such part", "part", "reference", {"part": "leaves"}),
        ("children at a step", "items", "argument", {"step": 0}),
        ("certainty", "confidence", "value", {"confidence": 1}),
        ("an option of correlations", "pairs", "argument", {"pairs": "siblings"}),
    ):
        file.refuse("reliability", name, status, where, method=ZSCORES, options=more, **chained)


def composed(file, chained):
    for name, more in (
        ("children", {"pooled": True, "level": "dimension"}),
        ("leaves, two components", {"items": "leaves", "node": "material", "pooled": True, "group": "both", "components": 2}),
        ("of covariances, leaves as they were answered", {"items": "leaves", "step": 0, "node": "economy", "pooled": True, "of": "covariances"}),
        ("as many as explain", {"items": "leaves", "node": "social", "pooled": True, "explained": 0.8}),
    ):
        for part in ("nodes", "variances", "loadings", "scores"):
            file.table("components", f"{name}: {part}", method=ZSCORES, options={**more, "part": part}, **chained, **NEAR)
    file.table("components", "of few there are none", method=ZSCORES, options={"part": "nodes", "round": "2019"}, **chained, **NEAR)
    for name, where, status, more in (
        ("no such part", "part", "reference", {"part": "rotated"}),
        ("children at a step", "items", "argument", {"step": 0}),
        ("less than one", "components", "argument", {"components": -1}),
        ("an option of reliability", "confidence", "argument", {"confidence": 0.9}),
    ):
        file.refuse("components", name, status, where, method=ZSCORES, options=more, **chained)


def agreeing(file, chained):
    powers = {"id": "power", "steps": [chain.MINMAX, chain.aggregate("power", power=2, offset=1)]}
    several = [{"steps": [chain.MINMAX]}, powers, {"steps": [chain.normalise("rank")]}]
    for method in ("pearson", "spearman", "kendall"):
        more = {"method": method, "group": "*", "index": "overall"}
        file.table("method_correlations", f"three methods, {method}", methods=several, options=more, **chained, **NEAR)
    more = {"level": "dimension", "units": ["SE", "PL", "LT", "RO"], "round": "2019"}
    file.table("method_correlations", "with names, at a level", methods=several, names=["a", "b", "c"], options=more, **chained, **NEAR)
    for name, where, status, more in (
        ("one is not several", "n_scores", "argument", {"methods": several[:1]}),
        ("two of one name", "names", "duplicate", {"methods": [powers, several[0], powers]}),
        ("no rounds together", "pooled", "argument", {"methods": several, "options": {"pooled": True}}),
    ):
        file.refuse("method_correlations", name, status, where, **chained, **more)


def write_years(file):
    file.shared.update(framework="years", answers=series())
    stages(file)
    all_trends(file)


def write(file):
    file.shared.update(framework="chain", answers=chain.invented())
    few = {"score": {"index": "overall"}}
    whole_chain(file, few)
    described(file, few)
    correlated(file, few)
    measured(file, few)
    composed(file, few)
    agreeing(file, few)
