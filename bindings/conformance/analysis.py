"""The rules of niem/analysis.h once more, in fractions, or in decimals of 60 digits where the truth is not rational, on
chain.py (the panel between the steps) and rational.py (selections, merges); nothing is shared with libniem. And the cases
of analysis.json.
"""

from decimal import Decimal, localcontext
from fractions import Fraction

import chain
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
            for group in groups:
                for own in self.framework.members_of(group)[0] or [group]:
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
        self.scores = scores if staged is None else staged
        if staged is None:
            self.tree, self.groups, self.rounds, nodes, self.units = scores.select(**query)
            self.all = [(node.name, 1, node) for node in nodes]
        else:
            self.groups, self.rounds, self.units, names, more = staged.leaves_below(query, loose)
            self.tree = staged.select(top=True, **query)[0]
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


# --- tables by name ---

QUERY = ("index", "group", "round", "node", "level", "units", "peers")


def table(function, case, framework, scores_of):
    """A table of niem/analysis.h; None for a function of another room."""
    options = dict(case.get("options", {}))
    query = {key: options.pop(key) for key in QUERY if key in options}
    given = framework, case["answers"], case.get("method"), case.get("score", {}).get("index")
    if function == "stage":
        return Staged(*given, options.pop("step", -1)).stage_table(**query)
    if function == "trends":
        step = options.pop("step", None)
        scores = scores_of(case)
        staged = None if step is None else Staged(*given, step)
        tolerance = options.pop("tolerance", None)
        tolerance = scores.tolerance if tolerance is None else tolerance
        return trends(Variables(scores, staged, query), Fraction(tolerance), **options)
    return None


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
    chained = {"framework": "chain", "answers": chain.invented()}
    everything = {"steps": list(chain.preparations())[-1][1]}
    for step in range(len([s for s in everything["steps"] if s["step"] in chain.LEAVES]) + 1):
        more = {"options": {"step": step, "units": ["PL"], "group": "*"}, "tolerance": {"value": 1e-11}, "absolute": 1e-11}
        file.table("stage", f"a whole chain, after {step}", method=everything, score={"index": "overall"}, **chained, **more)
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


def write(file):
    file.shared.update(framework="years", answers=series())
    stages(file)
    all_trends(file)
