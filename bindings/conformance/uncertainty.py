"""Uncertainty of scores once more: the inputs of "niem-uncertainty/1" drawn with the generator "philox4x32-10" of synthesis.py,
and each replicate scored in exact rational arithmetic by chain.py. Nothing is shared with libniem.

Key of the generator: the seed; counter: (block, 1024 + place of the input, replicate low, replicate high); a uniform number is two
words. What a number means is the page docs/reference/uncertainty-format.md. The index is one whose scores every replicate has.
"""

import copy
import json
import math
from fractions import Fraction

import rational
from chain import Chain
from rational import published
from synthesis import WORD, philox

SOURCE = "inputs drawn by philox4x32-10 and scored in fractions (bindings/conformance/uncertainty.py)"
ANSWERED, OUTSIDE = "answered", "not_applicable"


def uniforms(seed, place, replicate, n):
    """The first n numbers of an input in a replicate."""
    words = []
    for block in range((n + 1) // 2):
        words += philox((block, 1024 + place, replicate % WORD, replicate // WORD), seed)
    return [((words[2 * j + 1] * WORD + words[2 * j] >> 12) + 0.5) / 2**52 for j in range(n)]


class Failed(Exception):
    pass


class Drawn(Chain):
    """One replicate."""

    def __init__(self, framework, rows, method, index, leaves=None, weigh=None, dropped=()):
        self.drawn_leaves, self.weigh_anew, self.dropped = leaves or {}, weigh, set(dropped)
        super().__init__(framework, rows, method, index)

    def load(self):
        super().load()
        for (place, name), value in self.drawn_leaves.items():
            if self.state[place, name] != ANSWERED:
                self.imputed.add((place, name))
            self.number[place, name] = value(self.number[place, name]) if callable(value) else value

    def grow(self):
        for tree in self.trees:
            gone = {leaf.indicator for node in tree.walk() if node.name in self.dropped for leaf in node.walk() if leaf.leaf}
            for leaves in self.leaves.values():
                leaves.update({name: leaves[name]._replace(state=OUTSIDE, score=None) for name in gone})
        super().grow()

    def plan(self, tree):
        super().plan(tree)
        self.factors = {}
        if self.weigh_anew:
            self.weigh_anew(self, tree)

    def node_value(self, node, children, hidden=False):
        aggregation = self.aggregation[node]
        value = super().node_value(node, children, hidden)
        if value.state == rational.VALUE and aggregation.get("method") in ("geometric", "harmonic"):
            if min(c.value for c in children if c.state == rational.VALUE) + Fraction(aggregation.get("offset", 0)) <= 0:
                raise Failed
        return value

    def weights_from_data(self, node, step, values):
        made = [Fraction(published(w)) for w in super().weights_from_data(node, step, values)]
        return [w * self.factors.get((node, k), 1) for k, w in enumerate(made)]


def edited(method, at, value):
    """The method with another value at a JSON pointer; None takes out what stands there (afterwards)."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in at.split("/")[1:]]
    if not parts:
        return copy.deepcopy(value) if value is not None else {}
    made = here = copy.deepcopy(method)
    for part in parts[:-1]:
        here = here[int(part) if isinstance(here, list) else part]
    here[int(parts[-1]) if isinstance(here, list) else parts[-1]] = copy.deepcopy(value)
    return made


def without_nulls(value):
    if isinstance(value, dict):
        return {key: without_nulls(entry) for key, entry in value.items() if entry is not None}
    return [without_nulls(entry) for entry in value if entry is not None] if isinstance(value, list) else value


class Uncertainty:
    """Replicates of one case, and the tables of niem_uncertainty_table."""

    def __init__(self, framework, rows, method, inputs, replicates=10000, seed=1, interval_level=0.9, tolerance=None, shown=100, **query):
        self.method = {key: value for key, value in (method or {}).items() if key != "format"}
        self.framework, self.rows, self.inputs, self.seed = framework, rows, inputs, seed
        self.nominal = Chain(framework, rows, self.method, query.get("index"))
        self.tree, self.groups, self.rounds, self.nodes, self.units = self.nominal.select(top=True, **query)
        self.tolerance = self.method.get("tolerance", 1e-9) if tolerance is None else tolerance
        self.level, self.shown, self.n = interval_level, min(shown, replicates), replicates
        self.plan = [self.lay_out(i) for i in inputs]
        self.drawings, self.values, self.failed = [], [], []
        for k in range(replicates):
            self.replicate(k)

    # --- what inputs are about ---

    def lay_out(self, one):
        if one["kind"] in ("weights", "left_out"):
            nodes = list(self.tree.walk())[1:]
            level = one.get("level", "indicator" if one["kind"] == "left_out" else None)
            if "nodes" in one:
                named = [one["nodes"]] if isinstance(one["nodes"], str) else one["nodes"]
                return [n for n in nodes if n.name in named or n.alone in named]
            return [n for n in nodes if level in (None, n.level)]
        if one["kind"] in ("gaps", "answers"):
            return list(self.leaves(one))
        return [None]

    def leaves(self, one):
        names = [leaf.indicator for leaf in self.tree.walk() if leaf.leaf]
        wanted = one.get("indicators", names)
        as_answered = rational.Scores(self.framework, self.rows, self.method)
        for place in self.nominal.places:
            for name, indicator in self.nominal.framework.indicators.items():
                leaf, scale = as_answered.leaves[place][name], indicator["scale"]
                if name not in names or name not in wanted:
                    continue
                if one["kind"] == "gaps" and leaf.state in rational.GAPS:
                    pool = self.pool(as_answered, name, scale) if one.get("draw") == "observed" else [0]
                    if pool:
                        yield place, name
                elif one["kind"] == "answers" and leaf.state == ANSWERED:
                    if one.get("noise", 0) > 0 if scale["kind"] == "numeric" else scale["kind"] != "checklist" and one.get("probability", 0) > 0:
                        yield place, name

    def pool(self, scores, name, scale):
        return [Fraction(self.loaded(scale, own[name])) for own in (scores.leaves[p] for p in self.nominal.places) if own[name].state == ANSWERED]

    @staticmethod
    def loaded(scale, leaf):
        return leaf.answer if scale["kind"] == "numeric" else leaf.score

    # --- draws ---

    def gap(self, one, name, scale, u):
        if one.get("draw") == "observed":
            pool = self.pool(rational.Scores(self.framework, self.rows, self.method), name, scale)
            return pool[int(u * len(pool))]
        if scale["kind"] == "numeric":
            return Fraction(scale["worst"] + u * (scale["best"] - scale["worst"]))
        if one.get("draw", "options") == "range":
            least, most = (float(x) for x in rational.ends(scale))
            return Fraction(least + u * (most - least))
        if scale["kind"] == "checklist":
            n = int(u * (len(scale["items"]) + 1))
            return rational.score_of(scale, frozenset(item["id"] for item in scale["items"][:n]))
        points = self.points(scale)
        return points[int(u * len(points))]

    @staticmethod
    def points(scale):
        if scale["kind"] == "binary":
            return [Fraction(100 if x == scale.get("favourable", "yes") else 0) for x in ("no", "yes")]
        return [Fraction(option["points"]) for option in scale["options"]]

    def doubt(self, one, place, name, scale, u):
        if scale["kind"] == "numeric":
            low, high = scale.get("minimum", -math.inf), scale.get("maximum", math.inf)
            return lambda own: Fraction(min(max(float(own) * (1 + one["noise"] * (2 * u - 1)), low), high))
        if u >= one["probability"]:
            return None
        answer = rational.Scores(self.framework, self.rows, self.method).leaves[place][name].answer
        options = ["no", "yes"] if scale["kind"] == "binary" else [option["id"] for option in scale["options"]]
        at, points = options.index(answer), self.points(scale)
        lower = at > 0 and (at + 1 == len(options) or u < one["probability"] / 2)
        return points[at - 1] if lower else points[at + 1]

    def replicate(self, k):
        method, leaves, dropped, weights, drawn = self.method, {}, [], [], []
        for place, (one, about) in enumerate(zip(self.inputs, self.plan)):
            kind, name = one["kind"], one["name"]
            n = 1 if kind == "left_out" and one.get("draw", "one") == "one" else len(about)
            u = uniforms(self.seed, place, k, n)
            if kind == "choice":
                values, chances = one["values"], one.get("probabilities")
                upto = [sum(chances[: j + 1]) if chances else (j + 1) / len(values) for j in range(len(values))]
                j = next((j for j, edge in enumerate(upto[:-1]) if u[0] < edge), len(values) - 1)
                method = edited(method, one["at"], values[j])
                text = values[j] if isinstance(values[j], str) else json.dumps(values[j], sort_keys=True, separators=(",", ":"))
                drawn.append((name, one["at"], values[j] if isinstance(values[j], (int, float)) else None, text))
            elif kind == "parameter":
                low, high = one["low"], one["high"]
                x = low + int(u[0] * (high - low + 1)) if one.get("whole") else low + u[0] * (high - low)
                method = edited(method, one["at"], x)
                drawn.append((name, one["at"], x, None))
            elif kind == "left_out":
                p = one.get("probability", 1)
                if one.get("draw", "one") == "one":
                    gone = [about[int(u[0] / p * len(about))]] if u[0] < p else []
                else:
                    gone = [node for node, own in zip(about, u) if own < p]
                dropped += [node.name for node in gone]
                drawn += [(name, node.name, None, "left out") for node in gone]
            elif kind == "weights":
                weights.append((one, [node.name for node in about], u))
                drawn += self.show_weights(one, about, u)
            else:
                for (at, indicator), own in zip(about, u):
                    scale = self.nominal.framework.indicators[indicator]["scale"]
                    value = self.gap(one, indicator, scale, own) if kind == "gaps" else self.doubt(one, at, indicator, scale, own)
                    if value is not None:
                        leaves[at, indicator] = value
                        shown = value(rational.Scores(self.framework, self.rows, self.method).leaves[at][indicator].answer) if callable(value) else value
                        drawn.append((name, " ".join([*at, indicator]), published(shown), None))
        self.drawings += [(k, *row) for row in drawn] if k < self.shown else []
        try:
            scores = Drawn(
                self.framework, self.rows, without_nulls(method), self.tree.name, leaves, lambda own, tree: self.weigh(own, tree, weights), dropped
            )
        except Failed:
            self.failed.append(k)
            return
        found = {}
        for node in self.nodes:
            for group in self.groups:
                for unit, round_ in self.nominal.pairs:
                    tree = next(t for t in scores.trees if t.name == self.tree.name)
                    own = next(n for n in tree.walk() if n.name == node.name)
                    found[node.name, group, round_, unit] = scores.value(tree, own, unit, round_, group)
        self.values.append(found)

    @staticmethod
    def on_simplex(nodes, given, u):
        """The drawn children of each node share what they had."""
        made = [-rational.logarithm(x) for x in u]
        for parent in {node.parent for node in nodes}:
            own = [k for k, node in enumerate(nodes) if node.parent is parent]
            whole, total = sum(given[k] for k in own), sum(made[k] for k in own)
            for k in own:
                given[k] = made[k] / total * whole
        return given

    def made_from_data(self):
        """Nodes whose children's weights a step makes; what is drawn of them is a factor."""
        again = Chain(self.framework, self.rows, self.method, self.tree.name)
        again.plan(next(tree for tree in again.trees if tree.name == self.tree.name))
        nodes = {node.name: node for node in self.tree.walk()}
        return {nodes[node.name] for node, step in again.weighing.items() if step}

    def show_weights(self, one, nodes, u):
        plan, made = self.nominal.weights, self.made_from_data()
        given = [Fraction(1) if node.parent in made else plan[node.parent][node.parent.children.index(node)] for node in nodes]
        if one.get("draw") == "simplex":
            given = self.on_simplex(nodes, given, u)
        else:
            given = [w * (1 + Fraction(one.get("share", 0.25)) * (2 * Fraction(x) - 1)) for w, x in zip(given, u)]
        return [(one["name"], node.name, published(w), None) for node, w in zip(nodes, given)]

    def weigh(self, scores, tree, weights):
        if tree.name != self.tree.name:
            return
        for one, names, u in weights:
            nodes = [next(n for n in tree.walk() if n.name == name) for name in names]
            places = [(node.parent, node.parent.children.index(node)) for node in nodes]
            if one.get("draw") == "simplex":
                given = [Fraction(1) if scores.weighing.get(p) else scores.weights[p][k] for p, k in places]
                for (parent, k), weight in zip(places, self.on_simplex(nodes, given, u)):
                    scores.weighing[parent] = None
                    scores.weights[parent][k] = weight
                continue
            for (parent, k), x in zip(places, u):
                factor = 1 + Fraction(one.get("share", 0.25)) * (2 * Fraction(x) - 1)
                if scores.weighing.get(parent):
                    scores.factors[parent, k] = scores.factors.get((parent, k), 1) * factor
                else:
                    scores.weights[parent][k] *= factor

    # --- tables ---

    def contests(self):
        for node in self.nodes:
            for group in self.groups:
                for round_ in self.rounds:
                    units = [unit for unit in self.units if (unit, round_) in self.nominal.pairs]
                    yield node.name, group, round_, units

    def published_value(self, node, group, round_, unit):
        own = next(n for n in self.tree.walk() if n.name == node)
        return self.nominal.value(self.tree, own, unit, round_, group)

    def ranked(self, values):
        """The least rank among ties; neighbours within the tolerance tie."""
        there = sorted((x for x in values if x is not None), reverse=True)
        ranks = {}
        for place, x in enumerate(there):
            if place == 0 or there[place - 1] - x > self.tolerance:
                rank = place + 1
            ranks[x] = rank
        return [None if x is None else ranks[x] for x in values]

    def summary(self, values):
        x = sorted(v for v in values if v is not None)
        if not x:
            return dict(n=0, mean=None, sd=None, low=None, median=None, high=None)
        exact = [Fraction(v) for v in x]
        mean = sum(exact) / len(x)
        sd = math.sqrt(sum((v - mean) ** 2 for v in exact) / (len(x) - 1)) if len(x) > 1 else None

        def quantile(p):
            h = (len(x) - 1) * p
            below = min(int(h), len(x) - 1)
            above = min(below + 1, len(x) - 1)
            return published(exact[below] + (exact[above] - exact[below]) * Fraction(h - below))

        tail = (1 - self.level) / 2
        return dict(n=len(x), mean=published(mean), sd=sd, low=quantile(tail), median=quantile(0.5), high=quantile(1 - tail))

    def replicate_ranks(self, node, group, round_, units):
        return [self.ranked([found[node, group, round_, unit] for unit in units]) for found in self.values]

    def scores(self):
        tail = (1 - self.level) / 2
        for node, group, round_, units in self.contests():
            given = [self.published_value(node, group, round_, unit) for unit in units]
            for i, (unit, value, rank) in enumerate(zip(units, given, self.ranked(given))):
                ranks = sorted(r for r in (own[i] for own in self.replicate_ranks(node, group, round_, units)) if r is not None)

                def at(p):
                    return float(ranks[max(math.ceil(p * len(ranks) - 1e-9) - 1, 0)]) if ranks else None

                row = dict(unit=unit, round=round_, group=group, node=node, value=value)
                row.update(self.summary([found[node, group, round_, unit] for found in self.values]))
                row.update(rank=None if rank is None else float(rank), rank_mean=sum(ranks) / len(ranks) if ranks else None)
                yield {**row, "rank_median": at(0.5), "rank_low": at(tail), "rank_high": at(1 - tail)}

    def ranks(self):
        for node, group, round_, units in self.contests():
            all_ranks = self.replicate_ranks(node, group, round_, units)
            for i, unit in enumerate(units):
                own = [ranks[i] for ranks in all_ranks if ranks[i] is not None]
                for rank in sorted(set(own)):
                    yield dict(unit=unit, round=round_, group=group, node=node, rank=rank, share=own.count(rank) / len(own))

    def pairs(self):
        for node, group, round_, units in self.contests():
            all_ranks = self.replicate_ranks(node, group, round_, units)
            for a in range(len(units)):
                for b in range(a + 1, len(units)):
                    both = [(r[a], r[b]) for r in all_ranks if r[a] is not None and r[b] is not None]
                    shares = [sum(x < y for x, y in both), sum(x == y for x, y in both)]
                    above, tied = (s / len(both) if both else None for s in shares)
                    yield dict(round=round_, group=group, node=node, unit_a=units[a], unit_b=units[b], share_above=above, share_tied=tied)

    def changes(self):
        for node in (n.name for n in self.nodes):
            for group in self.groups:
                for i, from_ in enumerate(self.rounds):
                    for to in self.rounds[i + 1 :]:
                        for unit in self.units:
                            if all((unit, r) in self.nominal.pairs for r in (from_, to)):
                                yield self.change(node, group, from_, to, unit)

    def change(self, node, group, from_, to, unit):
        def difference(a, b):
            return None if a is None or b is None else b - a

        ends = [(found[node, group, from_, unit], found[node, group, to, unit]) for found in self.values]
        moved = [difference(*pair) for pair in ends]
        there = [x for x in moved if x is not None]
        summary = self.summary(moved)
        row = dict(unit=unit, group=group, node=node, **{"from": from_}, to=to)
        row["change"] = difference(*(self.published_value(node, group, r, unit) for r in (from_, to)))
        row.update({key: summary[key] for key in ("n", "mean", "low", "high")})
        counts = (sum(x > self.tolerance for x in there), sum(abs(x) <= self.tolerance for x in there), sum(x < -self.tolerance for x in there))
        shares = [count / len(there) if there else None for count in counts]
        return {**row, **dict(zip(("share_improved", "share_unchanged", "share_worsened"), shares))}

    def table(self, part):
        if part == "inputs":
            return [dict(zip(("replicate", "input", "what", "value", "text"), row)) for row in self.drawings]
        return list(getattr(self, part)())


# --- the vectors ---


def noise(name="weights", **more):
    return {"name": name, "kind": "weights", **more}


def simplex(name="any weights", **more):
    return noise(name, draw="simplex", **more)


def choice(name, at, values, **more):
    return {"name": name, "kind": "choice", "at": at, "values": values, **more}


def parameter(name, at, low, high, **more):
    return {"name": name, "kind": "parameter", "at": at, "low": low, "high": high, **more}


def gaps(name="gaps", **more):
    return {"name": name, "kind": "gaps", **more}


def left_out(name="left out", **more):
    return {"name": name, "kind": "left_out", **more}


def doubt(name="coding", **more):
    return {"name": name, "kind": "answers", **more}


def steps(*those):
    return {"steps": list(those)}


MINMAX = {"step": "normalise", "method": "minmax"}
DEVIATION = {"step": "weigh", "method": "deviation", "level": "area"}
BY_MEANS = steps({"step": "aggregate", "method": "arithmetic"})


def write(file, load, panel, kinds, chain):
    """`load` finds a framework by name; the others are (name of the framework, rows)."""

    def vector(name, where, inputs, parts=("scores",), method=None, replicates=10, seed=7, keep=(), **options):
        framework, rows = where
        if "inputs" in parts:
            options = {"shown": 2, **options}
        made = Uncertainty(load(framework), rows, method, inputs, replicates=replicates, seed=seed, **options)
        notes = {"replicates": str(replicates), "failed": str(len(made.failed)), "seed": str(seed), "generator": "philox4x32-10"}
        case = {"inputs": {"inputs": inputs}, "absolute": 1e-10, **({"method": method} if method else {})}
        if where is not panel:
            case.update(framework=framework, answers=rows)
        for part in parts:
            table = made.table(part)
            expect = {"columns": {key: [row[key] for row in table] for key in table[0]}, "notes": {**notes, **dict(keep)}}
            given = {"part": part, "replicates": replicates, "seed": seed, **options}
            file.add("uncertainty", name if len(parts) == 1 else f"{name}: {part}", expect, options=given, **case)

    everything = ("scores", "ranks", "pairs", "changes", "inputs")
    vector("all weights within a quarter", panel, [noise()], everything, group="*", keep={"index": "overall", "interval_level": "0.9"})
    vector("nothing moves", panel, [noise(share=0)], ("scores", "changes"), group="both")
    two = [noise(level="dimension", share=0.5), noise("of indicators", level="indicator", share=1)]
    vector("a share for each level", panel, two, ("scores", "inputs"), group="both", level="dimension", interval_level=0.5)
    vector("weights on the simplex", panel, [simplex(level="dimension"), simplex("two", nodes=["R1", "R2"])], ("scores", "inputs"), group="shared", shown=3)
    vector("half of the siblings on the simplex", panel, [simplex(nodes="R1"), noise(nodes="housing")], ("scores", "inputs"), group="*", round="2021")
    vector("another seed, a wide tolerance", panel, [noise()], ("scores", "pairs", "changes"), seed=2**40 + 1, tolerance=5, units=["SE", "PL", "LT"])
    ordered = {"steps": [{"step": "aggregate", "method": "owa", "order_weights": [2, 1], "level": "index"}]}
    vector("weights that have no effect", panel, [noise()], method=ordered, keep={"idle_weights": "2"}, round="2019")
    rules = ["available", "strict", "zero", {"rule": "available", "min_coverage": 0.8}]
    missing = {"missing": "available"}
    vector("the missing rule", panel, [choice("rule", "/missing", rules), noise()], ("scores", "ranks", "inputs"), missing, group="*")
    some = ["arithmetic", "geometric", "minimum", "median"]
    vector("aggregations with probabilities", panel, [choice("mean", "/steps/0/method", some, probabilities=[0.4, 0.3, 0.2, 0.1]), noise()], ("scores", "inputs"), BY_MEANS, group="*")
    vector("one indicator less", panel, [left_out()], everything[:1] + ("inputs",), group="*", level="dimension")
    vector("perhaps one indicator less", panel, [left_out(probability=0.5), noise()], ("scores", "inputs"), group="both")
    vector("each indicator may be left out", panel, [left_out(draw="each", probability=0.4), noise()], ("scores", "inputs"), group="*")
    geometric = steps({"step": "aggregate", "method": "geometric", "offset": 1})
    vector("dimensions left out of geometric means", panel, [left_out(draw="each", probability=0.5, level="dimension")], method=geometric, group="*")
    vector("gaps at any option", panel, [gaps()], ("scores", "changes", "inputs"), group="*")
    vector("gaps among what was observed", panel, [gaps(draw="observed"), noise()], ("scores", "inputs"), group="*")
    vector("gaps under each rule", panel, [choice("rule", "/missing", rules), gaps(), gaps("two of them", draw="observed", indicators=["R2", "H1"]), noise(share=0.9)], ("scores", "changes"), missing, group="*", replicates=16)
    vector("gaps in geometric means", panel, [gaps(draw="range"), doubt(noise=0.3), left_out(draw="each", probability=0.3), noise()], method=geometric, group="*")
    harmonic = {"missing": "zero", **steps({"step": "aggregate", "method": "harmonic", "offset": 2})}
    vector("gaps in harmonic means", panel, [gaps(indicators=["R1", "R2"]), doubt(noise=0.3), noise()], ("scores", "inputs"), harmonic, group="*", level="dimension")
    threshold = {"missing": {"rule": "available", "min_coverage": 0.5}}
    vector("a threshold", panel, [parameter("threshold", "/missing/min_coverage", 0, 1), noise()], ("scores", "inputs"), threshold, group="*")
    power = steps({"step": "aggregate", "method": "power", "power": 1})
    vector("a whole parameter", panel, [parameter("power", "/steps/0/power", 1, 4, whole=True)], ("scores", "inputs"), power, group="both")
    vector("every kind of scale", kinds, [gaps(), doubt(probability=0.5, noise=0.2)], ("scores", "inputs"), replicates=6)
    vector("gaps along the range", kinds, [gaps(draw="range", indicators=["O", "CS", "B", "NU"]), doubt(noise=0.9)], ("scores", "inputs"), replicates=6)
    everywhere = {"group": "*", "index": "overall"}
    ways = choice("normalisation", "/steps/0/method", ["minmax", "zscore", "rank"])
    vector("normalisations", chain, [ways, noise()], ("scores", "changes"), steps(MINMAX), **everywhere)
    fills = [None, {"step": "impute", "method": "median"}, {"step": "impute", "method": "mean"}]
    filled = steps({"step": "impute", "method": "mean"}, MINMAX)
    vector("a step or none", chain, [choice("imputation", "/steps/0", fills), left_out()], ("scores", "inputs"), filled, **everywhere)
    vector("answers before they are normalised", chain, [ways, gaps(draw="observed"), doubt(probability=0.3, noise=0.1)], method=steps(MINMAX), replicates=6, **everywhere)
    vector("weights from the data", chain, [noise(), gaps(draw="observed")], ("scores", "inputs"), steps(MINMAX, DEVIATION), replicates=6, **everywhere)
    whole = [steps(MINMAX), {"missing": "strict", **steps({**MINMAX, "method": "zscore"}, {"step": "aggregate", "method": "median", "level": "area"})}]
    vector("whole methods", chain, [choice("method", "", whole)], ("scores", "inputs"), steps(MINMAX), level="dimension", **everywhere)
    screened = steps({"step": "screen", "min_available": 0.7}, MINMAX)
    vector("screened units", chain, [noise()], method=screened, **everywhere)
    vector("who is screened", chain, [parameter("screen", "/steps/0/min_available", 0.3, 0.95)], method=screened, **everywhere)
    several = [
        {"unit": unit, "round": "2021", "group": "refugee", "indicator": name, "coder": coder, "answer": (7 * place + 31 * which) % 101}
        for place, (unit, name) in enumerate((u, i) for u in ("SE", "PL", "LT") for i in ("R1", "R2", "H1", "H2"))
        for which, coder in enumerate(("anna", "jan"))
    ]
    coders = [{"rule": "adjudicator", "coder": "anna"}, {"rule": "adjudicator", "coder": "jan"}, "median"]
    settled = {"consensus": coders[0], "tolerance": 0.5}
    vector("who settles", (panel[0], several), [choice("coder", "/consensus", coders), parameter("tolerance", "/tolerance", 0, 1)], ("scores", "inputs"), settled)
    vector("who settles, once each", (panel[0], several), [choice("coder", "/consensus", coders), noise()], method=settled)
    zero = (panel[0], [*panel[1], *({"unit": "RO", "round": "2019", "group": "subsidiary", "indicator": i, "answer": x} for i, x in (("R1", 0), ("R2", 0), ("H1", 50)))])
    vector("failures are counted", zero, [choice("mean", "/steps/0/method", ["geometric", "arithmetic"]), noise()], method=BY_MEANS, group="*")
    message = 'RO 2019 subsidiary: "R1" has the value 0, and "dimension=residency" is a mean (geometric) of positive values; state an "offset", or normalise to scores that begin above 0'
    drawn = Uncertainty(load(panel[0]), zero[1], BY_MEANS, [choice("mean", "/steps/0/method", ["geometric", "arithmetic"])], replicates=40, seed=1)
    told = {"columns": {"message": [message], "n": [len(drawn.failed)]}, "notes": {"failed": str(len(drawn.failed))}}
    given = {"inputs": {"inputs": drawn.inputs}, "method": BY_MEANS, "answers": zero[1], "options": {"part": "failures", "replicates": 40}}
    file.add("uncertainty", "why replicates failed", told, **given)
    refusals(file, zero[1])
    sensitivities(file)


def refusals(file, zero):
    def refuse(name, status, where, contains, *inputs, **more):
        file.refuse("uncertainty", name, status, where, contains, inputs={"inputs": list(inputs)}, **{"options": {"replicates": 10}, **more})

    refuse("an unknown kind", "value", "/inputs/0/kind", "must be one of", {"name": "x", "kind": "moods"})
    refuse("a key of another kind", "format", "/inputs/0/at", "unknown", noise(at="/missing"))
    refuse("no input", "format", "/inputs", "1 to 1000")
    refuse("one name twice", "duplicate", "/inputs/1", "twice", noise(), noise())
    refuse("level and nodes", "format", "/inputs/0/nodes", "not both", noise(level="dimension", nodes=["R1"]))
    refuse("a share above 1", "value", "/inputs/0/share", "between 0 and 1", noise(share=1.5))
    refuse("a share on the simplex", "format", "/inputs/0/share", "noise", simplex(share=0.1))
    refuse("no pointer", "value", "/inputs/0/at", "JSON pointer", choice("x", "steps", [1, 2]))
    refuse("one alternative", "format", "/inputs/0/values", "2 to", choice("x", "/missing", ["strict"]))
    refuse("probabilities that do not add up", "value", "/inputs/0/probabilities", "add up", choice("x", "/missing", ["strict", "zero"], probabilities=[0.4, 0.4]))
    refuse("an empty range", "value", "/inputs/0", "less than high", parameter("x", "/tolerance", 2, 2))
    refuse("part of a whole number", "value", "/inputs/0", "whole numbers", parameter("x", "/tolerance", 0.5, 2, whole=True))
    refuse("each without its probability", "format", "/inputs/0", "probability", left_out(draw="each"))
    refuse("no level", "reference", "inputs/0/level", "no nodes of level", noise(level="shire"))
    refuse("no node", "reference", "inputs/0/nodes", "moon", noise(nodes=["moon"]))
    refuse("the top has no weight", "reference", "inputs/0/nodes", "top", noise(nodes=["overall"]))
    refuse("no indicator", "reference", "inputs/0/indicators", "X9", gaps(indicators=["X9"]))
    refuse("a pointer that leads nowhere", "reference", "inputs/0/at", "leads nowhere", choice("x", "/steps/0/method", ["minmax", "zscore"]))
    refuse("an alternative that no method has", "value", "inputs/0/values", "alternative 2", choice("x", "/missing", ["strict", "lenient"]))
    refuse("an end of a parameter that no method has", "value", "inputs/0/at", "high end", parameter("x", "/tolerance", 0, 101))
    refuse("a name that an alternative does not find", "reference", "inputs/0/values", "alternative 2", choice("x", "/steps/0", [{"step": "aggregate", "method": "arithmetic"}, {"step": "aggregate", "method": "median", "level": "shire"}]), method=BY_MEANS)
    impossible = choice("mean", "/steps/0/method", ["geometric", "harmonic"])
    refuse("all replicates fail", "value", "inputs", "all 10 replicates failed", impossible, method=BY_MEANS, answers=zero)
    refuse("no replicates", "argument", "replicates", "1 to", noise(), options={"replicates": 0})
    refuse("an interval of all", "argument", "interval_level", "between 0 and 1", noise(), options={"interval_level": 1})
    refuse("a tolerance that is none", "value", "tolerance", "finite", noise(), options={"tolerance": "Infinity"})
    refuse("an unknown part", "argument", "part", "one of scores", noise(), options={"part": "moods", "replicates": 10})
    refuse("no such unit", "reference", "units", "ZZ", noise(), options={"units": ["ZZ"], "replicates": 10})
    file.refuse("uncertainty", "another format", "version", "/format", "niem-uncertainty/1", inputs={"format": "niem-uncertainty/2", "inputs": [noise()]}, options={"replicates": 10})


def sensitivities(file):
    """Gaps of one unit in an index of given weights: the score is linear, and the indices are w^2 over the sum of w^2."""
    weights = {"A": 1, "B": 2, "C": 3, "D": 4}
    made = {
        "format": "niem-framework/1",
        "id": "linear",
        "version": "1",
        "rounds": [{"id": "2021"}],
        "indicators": [{"id": name, "scale": {"kind": "numeric", "worst": 0, "best": 100}} for name in weights],
        "indexes": [{"id": "overall", "levels": [], "weights": weights}],
    }
    rows = [{"unit": "U", "round": "2021", "indicator": "D", "answer": 40}, {"unit": "V", "round": "2021", "indicator": "D", "answer": 90}]
    rows += [{"unit": "V", "round": "2021", "indicator": name, "answer": 30} for name in "ABC"]
    inputs = {"inputs": [gaps(name, draw="range", indicators=[name]) for name in "ABC"]}
    shares = [w * w / 14 for w in (1, 2, 3)]
    columns = {
        "target": ["score"] * 6,
        "unit": ["U"] * 3 + ["V"] * 3,
        "input": ["A", "B", "C"] * 2,
        "first": [*shares, None, None, None],
        "total": [*shares, None, None, None],
        "n": [4096] * 6,
        "n_failed": [0] * 6,
    }
    linear = {"framework": made, "answers": rows, "inputs": inputs}
    options = {"base": 4096, "resamples": 0, "targets": "score"}
    file.add("sensitivity", "a linear score", {"columns": columns, "notes": {"runs": str(4096 * 5), "index": "overall"}}, absolute=2e-3, options=options, **linear)
    file.refuse("sensitivity", "one base point", "argument", "base", "2 to", options={"base": 1}, **linear)
    file.refuse("sensitivity", "no such target", "argument", "targets", "moods", options={"targets": "score moods"}, **linear)
    file.refuse("sensitivity", "no change in one round", "argument", "targets", "two rounds", options={"targets": "change"}, **linear)
    file.refuse("sensitivity", "a pointer that leads nowhere", "reference", "inputs/0/at", "leads nowhere", options={"base": 8}, **{**linear, "inputs": {"inputs": [choice("x", "/steps/3", [1, 2])]}})
