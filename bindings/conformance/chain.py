"""The steps of a method once more, in exact rational arithmetic: what a framework's answers come to when a method screens,
denominates, imputes, treats, normalises, weighs and aggregates them.

Written from include/niem/methods.h and the documentation of methods, on rational.py (frameworks, answers, leaves, tables) and
methods.py (the methods for a bare matrix); nothing is shared with libniem. It checks nothing: what is refused is written down by
hand in make.py.

A cell is a unit x round x group of its own. A value is a fraction, None where there is none.
"""

import calendar
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple, Optional

import methods
import rational
from rational import NO_VALUE, NOT_APPLICABLE, VALUE, Score, published

SOURCE = "niem/methods.h and the documentation of methods, in fractions or decimals of 60 digits (bindings/conformance/chain.py)"
RAW, POSTS, SCORES = "raw", "posts", "scores"
OVER_UNITS = ("copeland", "borda", "wroclaw", "benefit_of_doubt")
NOT_MONOTONE = ("mpi", "ampi", *OVER_UNITS)
WITHOUT_WEIGHTS = ("owa", "ogwa", "mpi", "ampi", "benefit_of_doubt")
FROM_EXPERTS = {"ahp": methods.weights_ahp, "budget": methods.weights_budget}
LEAVES = ("screen", "denominate", "impute", "treat", "normalise")


class Leaf(NamedTuple):
    """As in rational.py; a gap with a score was filled."""

    state: str
    score: Optional[Fraction]
    answer: object
    ends: tuple


def leaf_value(leaf):
    if leaf.state == "not_applicable":
        return Score(NOT_APPLICABLE, None, None, None, None, 0, 0)
    if leaf.state == "answered" and leaf.score is None:  # screened out, and nothing was learned that it could be scored by
        return Score(NO_VALUE, None, Fraction(1), *leaf.ends, 1, 1)
    if leaf.state == "answered":
        return Score(VALUE, leaf.score, Fraction(1), leaf.score, leaf.score, 1, 1)
    return Score(NO_VALUE if leaf.score is None else VALUE, leaf.score, Fraction(0), *leaf.ends, 1, 0)


def exactly(x):
    """A number of the method's text as the double that it is."""
    return x if isinstance(x, (str, bool, dict, list)) or x is None else Fraction(x)


def benefit(x, least, most):
    """Benefit of the doubt with shares between two bounds: the best corner for each unit."""
    rows = methods.exact(x)
    n = len(rows[0])
    complete = [row for row in rows if None not in row]

    def best(own):
        planes = [(row, Fraction(1)) for row in complete] + [([-Fraction(i == j) for i in range(n)], Fraction(0)) for j in range(n)]
        for j in range(n):  # least * sum of all parts <= part j <= most * sum of all parts
            part = [own[i] if i == j else Fraction(0) for i in range(n)]
            planes.append(([least * x - p for x, p in zip(own, part)], Fraction(0)))
            planes.append(([p - most * x for x, p in zip(own, part)], Fraction(0)))
        corners = [methods.solved([plane for plane, _ in chosen], [right for _, right in chosen]) for chosen in combinations(planes, n)]
        fitting = [w for w in corners if w and all(sum(a * b for a, b in zip(w, plane)) <= right for plane, right in planes)]
        return max((sum(a * b for a, b in zip(w, own)) for w in fitting), default=Fraction(0))

    return [None if None in row else best(row) for row in rows]


def mean_of(values, aggregation):
    """The aggregation of (value, weight) pairs; None where a bound has none, the limit where a positive mean goes to one."""
    method = aggregation.get("method", "arithmetic")
    options = {key: exactly(value) for key, value in aggregation.items() if key not in ("method", "power", "penalty", "deviation", "order_weights")}
    options.update({key: aggregation[key] for key in ("power", "penalty", "deviation", "order_weights") if key in aggregation})
    values = [(v, w) for v, w in values if w > 0]
    if not values or any(v is None for v, _ in values):
        return None
    options["offset"] = options.get("offset", Fraction(0))
    power = {"geometric": 0, "harmonic": -1}.get(method, aggregation.get("power", 1))
    if method in ("geometric", "harmonic", "power"):
        lowest = min(v for v, _ in values) + Fraction(aggregation.get("offset", 0))
        if lowest < 0 or (lowest == 0 and (power <= 0 or max(v for v, _ in values) == -options["offset"])):
            return None if lowest < 0 else -options["offset"]
    return methods.of_row([v for v, _ in values], method, [w for _, w in values], options)


class Chain(rational.Scores):
    """Scores by a method with steps; also by aggregations that stand in a framework."""

    def __init__(self, framework, rows, method=None, index=None):
        super().__init__(framework, rows, method, index)
        self.steps = self.method.get("steps", [])
        self.trees = [t for name, t in self.framework.trees.items() if self.only_index in (None, name)]
        self.own = [group["id"] for group in self.framework.own_groups]
        self.places = [(unit, round_, group) for unit, round_ in self.pairs for group in self.own]
        self.screened = set()
        self.load()
        for step in self.steps:
            if step["step"] in LEAVES:
                getattr(self, step["step"])(step)
        self.apply_goalposts()
        self.finish_leaves()
        self.grow()

    # --- the panel of leaves ---

    def scale(self, name):
        return self.framework.indicators[name]["scale"]

    def load(self):
        self.names = [name for name in self.framework.indicators if self.scale(name)["kind"] != "composite"]
        inside = {node.indicator for tree in self.trees for node in tree.walk() if node.leaf}
        self.scored = [name for name in self.names if name in inside]
        self.stage, self.number, self.state, self.ends, self.imputed = {}, {}, {}, {}, set()
        for name in self.names:
            scale = self.scale(name)
            self.stage[name] = SCORES if scale["kind"] != "numeric" else POSTS if "worst" in scale else RAW
            self.ends[name] = list(rational.ends(scale)) if self.stage[name] != RAW else [None, None]
            for place in self.places:
                leaf = self.leaves[place][name]
                value = leaf.score if self.stage[name] == SCORES else leaf.answer
                self.state[place, name] = leaf.state
                self.number[place, name] = Fraction(value) if leaf.state == "answered" else None

    def columns(self, step, *stages):
        named = step.get("indicators")
        return named if named else [name for name in self.scored if self.stage[name] in stages]

    def kept(self, round_=None, screened=False):
        return [p for p in self.places if (round_ is None or p[1] == round_) and (screened or p not in self.screened)]

    def matrix(self, places, names):
        return [[self.number[place, name] for name in names] for place in places]

    def put(self, places, names, values):
        for at, value in zip(((place, name) for place in places for name in names), values):
            self.number[at] = value

    def unit_id(self, name):
        return next((unit["id"] for unit in self.framework.data.get("units", []) if name in unit.get("aliases", [])), name)

    # --- its steps ---

    def screen(self, step):
        forced = {self.unit_id(unit): way for way, key in ((-1, "out"), (1, "in")) for unit in step.get(key, [])}
        options = {key: Fraction(str(step[key])) for key in ("min_available", "min_nonzero") if key in step}  # 0.8 of 5 is 4
        for place in self.places:
            row = [self.number[place, n] for n in self.columns(step, RAW, POSTS, SCORES) if self.state[place, n] != "not_applicable"]
            if row:
                (keep,) = methods.screen([row], method=step.get("method", "missing"), forced=[forced.get(place[0], 0)], **options)
                if not keep:
                    self.screened.add(place)
            elif forced.get(place[0]) == -1:
                self.screened.add(place)

    def denominate(self, step):
        given = dict(self.number)
        for name in self.columns(step, RAW, POSTS):
            by = step["by"].get(name) if "by" in step else self.framework.indicators[name].get("denominator")
            scales = step.get("scales", 1)
            scale = Fraction(scales.get(name, 1) if isinstance(scales, dict) else scales)
            for place in self.places if by else []:
                if given[place, name] is not None:
                    divisor, state = given[place, by], self.state[place, by]
                    self.number[place, name] = None if divisor is None else given[place, name] * scale / divisor
                    if divisor is None:
                        self.state[place, name] = state if state in rational.GAPS else "missing"

    def peers_of(self, unit, set_):
        for i, peers in enumerate(self.framework.data.get("peers", [])):
            if peers.get("set") == set_ and unit in map(self.unit_id, peers["units"]):
                return i
        return -1

    def time_of(self, round_):
        date = next((r.get("date") for r in self.framework.data.get("rounds", []) if r["id"] == round_), None)
        if not date:
            return Fraction(round_)
        year, month, day = (int(part) for part in date.split("-"))
        return year + (month - 1 + Fraction(day - 1, calendar.monthrange(year, month)[1])) / 12  # in years

    def impute(self, step):
        names = self.columns(step, RAW, POSTS, SCORES)
        if "level" not in step:
            return self.impute_columns(step, names)
        tree = self.framework.trees[step.get("index") or self.framework.data.get("default_index") or next(iter(self.framework.trees))]
        for node in tree.walk():
            if node.level == step["level"]:
                below = [leaf.indicator for leaf in node.walk() if leaf.leaf]
                self.impute_columns(step, [name for name in below if name in names])

    def impute_columns(self, step, names):
        for round_ in self.rounds if step.get("fit") == "round" else [None]:
            places, method = self.kept(round_), step.get("method", "mean")
            options = {key: Fraction(step[key]) for key in ("max_age",) if key in step}
            options.update({key: step[key] for key in ("neighbours", "fallback") if key in step})
            if "groups" in step:
                options["groups"] = [self.peers_of(unit, step["groups"]) for unit, _, _ in places]
            if method in methods.OVER_TIME:
                options["units"] = [(unit, group) for unit, _, group in places]
                options["times"] = [self.time_of(r) for _, r, _ in places]
            answered = {place for (place, _), state in self.state.items() if state == "answered"}
            over_time = method in methods.OVER_TIME
            if places and names:
                filled = methods.impute(self.matrix(places, names), method=method, **options)
                for at, value in zip(((place, name) for place in places for name in names), filled):
                    if not over_time and at[0] not in answered:
                        continue  # who says nothing at all is not made up
                    if self.number[at] is None and value is not None and self.state[at] != "not_applicable":
                        self.number[at] = value
                        self.imputed.add(at)

    def treat(self, step):
        names = self.columns(step, RAW)
        options = {key: value for key, value in step.items() if key in ("transform", "max_points", "lambda")}
        for round_ in self.rounds if step.get("fit") == "round" else [None]:
            places = self.kept(round_)
            for name in names:
                column = self.matrix(places, [name])
                there = methods.there(v for (v,) in column)
                if len(there) >= 4 and len(set(there)) > 1:  # else it cannot be tested
                    self.put(places, [name], methods.treat(column, **options))
                    if methods.treat(column, part="marks", **options).count(Fraction(4)):  # transformed
                        hidden = [p for p in self.screened if round_ in (None, p[1])]
                        self.put(hidden, [name], [None] * len(hidden))

    def normaliser(self, step, names, fit):
        """Options of methods.normalise for these columns; the rows of the fit."""
        o = {key: step[key] for key in ("deviation", "ties", "logarithmic", "cuts", "scores") if key in step}
        o.update({key: Fraction(step[key]) for key in ("lower", "upper", "mean", "sd", "threshold", "constant") if key in step})
        o["directions"] = [self.scale(name).get("direction", 1) for name in names]
        if "truncate" in step:
            o["truncate"] = step["truncate"]
        for key in ("low", "high", "targets"):
            given = step.get(key)
            own = [given.get(name) if isinstance(given, dict) else given for name in names]
            if key == "targets" and given is not None and step.get("method") == "ampi":
                means = [methods.there(self.number[place, name] for place in fit) for name in names]
                own = [(sum(c) / len(c) if c else 0) if v is None else v for v, c in zip(own, means)]
            elif key == "targets" and (given is not None or step.get("method") == "distance_target"):
                own = [self.scale(name).get("target") if v is None else v for v, name in zip(own, names)]
            if None not in own:
                o[key] = [Fraction(v) for v in own]
        if step.get("method") == "ampi" and isinstance(step.get("fit"), dict) and "low" not in step:  # extremes of all rounds
            columns = [methods.there(self.number[place, name] for place in self.kept()) for name in names]
            o["low"], o["high"] = [min(c, default=0) for c in columns], [max(c, default=1) for c in columns]
        if "reference" in step:
            r = step["reference"]
            fits = [i for i, (unit, round_, group) in enumerate(fit) if (unit, round_, group) == (r["unit"], r.get("round", round_), r.get("group", group))]
            (o["reference_row"],) = fits
        return o

    def normalise(self, step):
        self.apply_goalposts()
        names, fit, method = self.columns(step, RAW), step.get("fit", "pooled"), step.get("method", "minmax")
        fits = [(r, r) for r in self.rounds] if fit == "round" else [(fit["round"], None)] if isinstance(fit, dict) else [(None, None)]
        raw = dict(self.number)
        for name in names:
            self.ends[name] = [None, None]
        for learned, applied in fits:
            fitted, places = self.kept(learned), self.kept(applied, screened=True)
            options = self.normaliser(step, names, fitted)
            x = [[raw[place, name] for name in names] for place in fitted]
            for place in places:
                self.put([place], names, [None] * len(names))
            if not fitted:
                continue
            posts = method in ("scaled", "goalposts")  # nothing is learned
            empty = [not posts and not methods.there(column) for column in methods.transposed(x)]
            x = [[0 if posts and not methods.there(column) else v for v, column in zip(row, methods.transposed(x))] for row in x]
            wanted = [[None if skip else raw[place, name] for name, skip in zip(names, empty)] for place in places]
            self.put(places, names, methods.normalise(x, wanted, method=method, **options))
            scale = [Fraction(step.get("lower", 0)), Fraction(step.get("upper", 100))] if method in ("minmax", "goalposts", "scaled") else []
            for j, name in enumerate(names):
                known = [*scale, *methods.there(self.ends[name]), *methods.there(self.number[place, name] for place in fitted)]
                self.ends[name] = [min(known, default=None), max(known, default=None)]
        for name in names:
            self.stage[name] = SCORES

    def apply_goalposts(self):
        for name in (name for name in self.names if self.stage[name] == POSTS):
            for place in self.places:
                if self.number[place, name] is not None:
                    self.number[place, name] = rational.score_of(self.scale(name), published(self.number[place, name]))
            self.stage[name] = SCORES

    def finish_leaves(self):
        for name in self.scored:
            scores = methods.there([*self.ends[name], *(self.number[place, name] for place in self.kept())])
            self.ends[name] = (min(scores, default=None), max(scores, default=None))
        self.bounded = all(None not in ends and ends[0] >= 0 and ends[1] <= 100 for ends in (self.ends[name] for name in self.scored))
        for place in self.places:
            for name in self.scored:
                old, state = self.leaves[place][name], self.state[place, name]
                score = self.number[place, name] if state == "answered" or (place, name) in self.imputed else None
                self.leaves[place][name] = Leaf(state, score, old.answer, self.ends[name])

    # --- the plan of a tree ---

    def find(self, tree, name):
        nodes = list(tree.walk())
        return next((n for n in nodes if n.name == name), None) or next((n for n in nodes if n.alone == name), None)

    def meant(self, tree, step):
        """The inner nodes that a step is for."""
        if step.get("index") not in (None, tree.name):
            return []
        if "nodes" in step:
            return [node for node in (self.find(tree, name) for name in step["nodes"]) if node is not None]
        inner = [node for node in tree.walk() if not node.leaf]
        return [n for n in inner if (not n.composite if "level" not in step else n.level == step["level"])]

    def own_aggregation(self, tree, node):
        """As the framework has it."""
        data = next(index for index in self.framework.data["indexes"] if index["id"] == tree.name)
        given = None if "nodes" in data else data.get("aggregation")
        if node.composite:
            given = self.scale(node.indicator).get("aggregation")
        for own in data.get("nodes", []):
            if own["id"] == node.name or (node is tree and own["id"] not in {c for n in data["nodes"] for c in n["children"]}):
                given = own.get("aggregation")
        for name, own in data.get("overrides", {}).items():
            if name in (node.name, node.alone) and not node.composite:
                given = own.get("aggregation", given)
        return {"method": given} if isinstance(given, str) else given or {}

    def plan(self, tree):
        self.weighing = {}
        inner = [node for node in tree.walk() if not node.leaf]
        self.weights.update({node: list(node.weights) for node in inner})
        self.aggregation.update({node: self.own_aggregation(tree, node) for node in inner})
        for step in self.steps:
            if step["step"] == "aggregate":
                own = {key: value for key, value in step.items() if key not in ("step", "level", "nodes", "index")}
                self.aggregation.update({node: own for node in self.meant(tree, step)})
            elif step["step"] == "weigh":
                self.plan_weights(tree, step)

    def plan_weights(self, tree, step):
        if "weights" in step:
            given = {self.find(tree, name): Fraction(w) for name, w in step["weights"].items() if step.get("index") in (None, tree.name)}
        elif step["method"] in FROM_EXPERTS:
            found = FROM_EXPERTS[step["method"]](step["matrix"])
            given = {self.find(tree, name): w for name, w in zip(step["children"], found)}
        else:
            for node in self.meant(tree, step):
                self.weights[node] = [Fraction(1)] * len(node.children)
                self.weighing[node] = None if step["method"] == "equal" else step
            return
        for node, weight in given.items():
            if node is not None:
                self.weighing[node.parent] = None
                self.weights[node.parent][node.parent.children.index(node)] = weight

    # --- values ---

    def grow(self):
        """Every node of every tree in every cell, for the groups of their own and for each merge over common ground."""
        self.weights, self.aggregation, self.grown = {}, {}, {}
        for tree in self.trees:
            self.plan(tree)
            self.grown[tree, None] = self.evaluate_panel(tree, self.leaves)
            self.weighing = {}  # weights stay as they are
            for group in (g for g in self.framework.groups if g.get("over") == "common"):
                masked = dict(self.leaves)
                for unit, round_ in self.pairs:
                    several = [self.leaves[unit, round_, own] for own in group["merge"]]
                    for own, kept in zip(group["merge"], self.common(several)):
                        masked[unit, round_, own] = kept
                self.grown[tree, group["id"]] = self.evaluate_panel(tree, masked)

    def evaluate_panel(self, tree, leaves):
        values = {place: {} for place in self.places}
        for node in reversed(list(tree.walk())):  # children stand after their parent
            if node.leaf:
                for place in self.places:
                    values[place][node] = leaf_value(leaves[place][node.indicator])
                continue
            if self.weighing.get(node):
                self.weights[node] = self.weights_from_data(node, self.weighing[node], values)
            for place in self.places:
                values[place][node] = self.node_value(node, [values[place][child] for child in node.children], place in self.screened)
            if self.aggregation[node].get("method") in OVER_UNITS:
                self.aggregate_units(node, values)
        return values

    def table_of(self, node, places, values):
        """Published values of the children, None where there is none; 0 where gaps count as zero."""
        zero = self.rule(node)[0] == "zero"
        rows = [[values[place][child] for child in node.children] for place in places]
        return [[published(s.value) if s.state == VALUE else 0 if zero and s.state == NO_VALUE else None for s in row] for row in rows]

    def weights_from_data(self, node, step, values):
        if len(node.children) == 1:
            return [Fraction(1)]
        options = {key: step[key] for key in ("deviation",) if key in step}
        if "targets" in step:
            options["targets"] = [next(t for name, t in step["targets"].items() if name in (c.name, c.alone)) for c in node.children]
        return methods.weights(self.table_of(node, self.kept(), values), method=step["method"], **options)

    def node_value(self, node, children, hidden=False):
        word, threshold = self.rule(node)
        aggregation = self.aggregation[node]
        method = aggregation.get("method", "arithmetic")
        weights = [Fraction(1)] * len(children) if method in WITHOUT_WEIGHTS else self.weights[node]
        apply = [(c, w) for c, w in zip(children, weights) if c.state != NOT_APPLICABLE]
        have = [(c, w) for c, w in apply if c.state == VALUE]
        counts = sum(c.n_applicable for c in children), sum(c.n_answered for c in children)
        if not apply:
            return Score(NOT_APPLICABLE, None, None, None, None, *counts)
        weight = sum(w for _, w in apply)
        coverage = sum(w * c.coverage for c, w in apply) / weight if weight > 0 else Fraction(0)
        bounds = [None, None]
        if method not in NOT_MONOTONE and weight > 0:
            bounds = [mean_of([(getattr(c, x), w) for c, w in apply], aggregation) for x in ("lower", "upper")]
        elif method not in NOT_MONOTONE and self.is_on_scale(node):
            bounds = [Fraction(0), Fraction(100)]
        holds = not hidden and sum(w for _, w in have) > 0 and not (word == "strict" and len(have) < len(apply)) and published(coverage) >= threshold
        value = None
        if holds and method not in OVER_UNITS:
            value = mean_of([(c.value if c.state == VALUE else Fraction(0), w) for c, w in (apply if word == "zero" else have)], aggregation)
        return Score(VALUE if holds else NO_VALUE, value, coverage, *bounds, *counts)

    def is_on_scale(self, node):
        """Do all scores of the tree lie on 0-100?"""
        while node.parent is not None:
            node = node.parent
        inner = [own for own in node.walk() if not own.leaf]
        return self.bounded and not any(self.aggregation[own].get("method") in set(NOT_MONOTONE) - {"benefit_of_doubt"} for own in inner)

    def aggregate_units(self, node, values):
        aggregation = dict(self.aggregation[node])
        method = aggregation.pop("method")
        for round_ in self.rounds:
            for group in self.own:
                units = [p for p in self.kept(round_) if p[2] == group and values[p][node].state == VALUE]
                x = self.table_of(node, units, values)
                if not units:
                    continue
                if method == "benefit_of_doubt" and len(node.children) == 1:  # one child is the whole score
                    found = methods.benefit_of_doubt(x)
                elif method == "benefit_of_doubt":
                    found = benefit(x, *(Fraction(aggregation.get(key, own)) for key, own in (("least_share", 0), ("most_share", 1))))
                else:
                    found = methods.aggregate(x, method=method, weights=self.weights[node], **aggregation)
                turn = {"benefit_of_doubt": lambda v: 100 * v, "wroclaw": lambda v: 100 * (1 - v)}.get(method, lambda v: v)
                for place, v in zip(units, found):
                    score = NO_VALUE if v is None else VALUE
                    values[place][node] = values[place][node]._replace(state=score, value=None if v is None else turn(v))

    # --- what rational.py asks for ---

    def all_scores(self, tree, unit, round_, group):
        merge, common, weights = self.framework.members_of(group)
        if merge is None:
            return self.grown[tree, None][unit, round_, group]
        parts = [self.grown[tree, group if common else None][unit, round_, own] for own in merge]
        shares = [Fraction(weights.get(own, 1)) for own in merge]
        return {node: merged([part[node] for part in parts], shares) for node in parts[0]}

    def state_of(self, score, node, unit, round_, group):
        members = self.framework.members_of(group)[0] or [group]
        out = score.state == NO_VALUE and not node.leaf and all((unit, round_, own) in self.screened for own in members)
        return "screened_out" if out else score.state

    def terms(self, tree, node, unit, round_, group):
        merge, common, weights = self.framework.members_of(group)
        members = merge or [group]
        several = [self.leaves[unit, round_, own] for own in members]
        several = self.common(several) if common else several
        scores = [self.grown[tree, group if common else None][unit, round_, own] for own in members]
        total = sum((Fraction(weights.get(own, 1)) if merge else Fraction(1) for own, s in zip(members, scores) if s[node].state == VALUE), Fraction(0))
        for own, leaves, values in zip(members, several, scores):
            share = Fraction(weights.get(own, 1)) if merge else Fraction(1)
            for leaf, effective, zero in self.weigh(node, values, share / total if values[node].state == VALUE else Fraction(0), False):
                found = leaves[leaf.indicator]
                yield own, leaf.indicator, found, Fraction(0) if zero or found.score is None else found.score, effective

    def shares(self, tree, unit, round_, group):
        merge, common, weights = self.framework.members_of(group)
        for own in merge or [group]:
            yield Fraction(weights.get(own, 1)) if merge else Fraction(1), self.grown[tree, group if common else None][unit, round_, own]

    def explain(self, unit, round, **query):
        tree, (group,), _, (node,), _ = self.select(top=True, **query)
        rows = super().explain(unit, round, **query)
        for row, (_, _, leaf, enters, _) in zip(rows, self.terms(tree, node, unit, round, group)):
            yield {**row, "value": published(enters) if leaf.score is not None else row["value"]}

    def weigh(self, node, scores, weight, zero):
        if node.leaf:
            yield node, weight, zero
            return
        own, node_weights = node.weights, self.weights[node]
        node.weights = node_weights
        yield from super().weigh(node, scores, weight, zero)
        node.weights = own


def merged(values, weights):
    """A merge: the weighted mean of the groups that have a value; bounds and coverage over those that apply."""
    apply = [(v, w) for v, w in zip(values, weights) if v.state != NOT_APPLICABLE]
    counts = sum(v.n_applicable for v in values), sum(v.n_answered for v in values)
    if not apply:
        return Score(NOT_APPLICABLE, None, None, None, None, *counts)
    have = [(v.value, w) for v, w in apply if v.state == VALUE]
    coverage, lower, upper = (mean_of([(getattr(v, x), w) for v, w in apply], {}) for x in ("coverage", "lower", "upper"))
    value = mean_of(have, {}) if sum(w for _, w in have) > 0 else None
    return Score(VALUE if value is not None else NO_VALUE, value, coverage, lower, upper, *counts)


# --- the cases ---


def number(name, dimension, **scale):
    """A numeric indicator; one without a dimension is not scored."""
    more = {key: scale.pop(key) for key in ("denominator",) if key in scale}
    place = {"dimension": dimension} if dimension else {"scored": False}
    return {"id": name, **place, "scale": {"kind": "numeric", **scale}, **more}


STEPS_OF_POINTS = [{"id": "a", "points": 100}, {"id": "b", "points": 60}, {"id": "c", "points": 20}]
FRAMEWORK = {
    "format": "niem-framework/1",
    "id": "chain",
    "version": "1",
    "facets": [
        {"id": "area", "values": [{"id": "material"}, {"id": "social"}]},
        {
            "id": "dimension",
            "within": "area",
            "values": [{"id": "economy", "within": "material"}, {"id": "housing", "within": "material"}, {"id": "services", "within": "social"}],
        },
    ],
    "groups": [
        {"id": "refugee"},
        {"id": "subsidiary"},
        {"id": "both", "merge": ["refugee", "subsidiary"], "weights": {"refugee": 3}},
        {"id": "shared", "merge": ["refugee", "subsidiary"], "over": "common"},
    ],
    "units": [{"id": "SE"}, {"id": "PL"}, {"id": "LT"}, {"id": "RO"}, {"id": "EL", "aliases": ["GR"]}],
    "rounds": [{"id": "2017", "date": "2017-03-31"}, {"id": "2019", "date": "2019-06-30"}],
    "peers": [
        {"id": "baltic", "set": "region", "units": ["LT", "PL", "XX"]},
        {"id": "south", "set": "region", "units": ["GR", "RO"]},
        {"id": "north", "units": ["SE"]},
    ],
    "indicators": [
        number("GDP", None),
        number("POP", None),
        number("E1", "economy", denominator="GDP"),
        number("E2", "economy", target=60),
        number("E3", "economy", direction=-1, target=1),
        number("H1", "housing", worst=24, best=0),
        {"id": "H2", "dimension": "housing", "scale": {"kind": "ordinal", "options": STEPS_OF_POINTS}},
        number("H3", "housing", direction=-1, target=2),
        {"id": "S1", "dimension": "services", "scale": {"kind": "binary"}},
        {"id": "K", "dimension": "services", "scale": {"kind": "composite", "of": ["P1", "P2"], "weights": {"P1": 2}}},
        number("P1", "services", target=95),
        number("P2", "services", worst=0, best=50),
    ],
    "indexes": [
        {"id": "overall", "levels": ["area", "dimension"], "weights": {"dimension=housing": 2, "E2": 3}},
        {"id": "flat", "except": {"dimension": ["services"]}},
        {
            "id": "tree",
            "nodes": [
                {"id": "top", "children": ["left", "S1", "right"], "aggregation": {"method": "power", "power": 2}},
                {"id": "left", "children": ["E1", "H2"], "weights": {"H2": 2}, "aggregation": {"method": "geometric", "offset": 1}},
                {"id": "right", "children": ["K", "E2"], "aggregation": "minimum"},
            ],
        },
    ],
    "default_index": "overall",
    "default_group": "refugee",
}
RAW_NAMES = ["E1", "E2", "E3", "H3", "P1"]


def invented(seed=8, gaps=24):
    """Answers drawn by a congruential generator: two rounds, two groups, every kind of gap; RO is in one round only, EL answers
    for one group in the first."""
    rows, state = [], seed

    def draw(n):
        nonlocal state
        state = (state * 1103515245 + 12345) % 2**31
        return (state >> 8) % n

    def answer(name, kind):
        if kind == "ordinal":
            return "abc"[draw(3)]
        if kind == "binary":
            return ("no", "yes")[draw(2)]
        return {"GDP": lambda: 4 + 2 * draw(16), "H1": lambda: draw(24), "P2": lambda: draw(100) / 2}.get(name, lambda: (draw(800) + 40) / 8)()

    places = [(unit["id"], round_, group) for unit in FRAMEWORK["units"] for round_ in ("2017", "2019") for group in ("refugee", "subsidiary")]
    for place in places:
        for indicator in FRAMEWORK["indicators"] if place[:2] != ("RO", "2019") and place != ("EL", "2017", "subsidiary") else []:
            name, kind = indicator["id"], indicator["scale"]["kind"]
            row = {**dict(zip(("unit", "round", "group"), place)), "indicator": name}
            lot = draw(gaps)
            if kind == "composite":
                continue
            if lot < 3 and name != "GDP":
                rows.append({**row, "state": ("missing", "not_collected", "not_applicable")[lot]})
            else:
                rows.append({**row, "answer": answer(name, kind)})
    return rows


MINMAX = {"step": "normalise", "method": "minmax"}
CLOSE = {"value": 1e-11, "lower": 1e-11, "upper": 1e-11}


def step(word, method=None, **more):
    return {"step": word, **({"method": method} if method else {}), **more}


def normalise(method, **more):
    return step("normalise", method, **more)


def aggregate(method, **more):
    return step("aggregate", method, **more)


def normalisations():
    yield "between the extremes of all rounds", [MINMAX]
    yield "onto 10 to 90", [normalise("minmax", lower=10, upper=90)]
    yield "each round by itself", [normalise("minmax", fit="round")]
    yield "by the first round", [normalise("minmax", fit={"round": "2017"})]
    yield "by the first round, cut", [normalise("minmax", fit={"round": "2017"}, truncate=True)]
    yield "z-scores, negative ones too", [normalise("zscore")]
    yield "z-scores of a population", [normalise("zscore", deviation="population", mean=100, sd=10)]
    yield "scaled by posts of the method", [normalise("scaled", low=0, high={"E1": 100, "E2": 110, "E3": 99, "H3": 105, "P1": 102})]
    yield "goalposts of the method, which cut", [normalise("goalposts", low=20, high=80)]
    yield "goalposts of logarithms", [normalise("goalposts", low=4, high=120, logarithmic=True)]
    yield "ranks", [normalise("rank", ties="max")]
    yield "ranks among the first round", [normalise("percentile_rank", fit={"round": "2017"})]
    yield "Borda's points, each round by itself", [normalise("borda", ties="average", fit="round")]
    yield "targets, some of the framework's", [normalise("distance_target", targets={"E1": 120}, upper=100)]
    reference = {"unit": "SE", "round": "2017", "group": "subsidiary"}
    yield "distance to a unit", [step("impute", "mean"), normalise("distance_reference", reference=reference, upper=100)]
    yield "distance to the greatest", [normalise("distance_maximum", upper=100)]
    yield "share of the greatest, and two other ways", [
        normalise("fraction_maximum", indicators=["E1", "E2"]),
        normalise("rank", indicators=["E3"]),
        normalise("minmax", lower=1),
    ]
    yield "classes between percentiles", [normalise("bands", cuts=[0.25, 0.5, 0.75], scores=[10, 20, 70, 90])]
    yield "above and below the mean", [normalise("about_mean", threshold=0.5, lower=0, upper=100)]
    yield "AMPI, one reference given", [normalise("ampi", targets={"E1": 40})]
    yield "AMPI measured by a round", [normalise("ampi", fit={"round": "2017"})]
    yield "AMPI", [normalise("ampi", low=0, high={"E1": 105, "E2": 110, "E3": 99, "H3": 105, "P1": 102})]


def preparations():
    yield "units with too little data have no value", [step("screen", min_available=0.9), MINMAX]
    yield "units kept and left out", [step("screen", "both", min_available=0.95, min_nonzero=0.3, **{"in": ["SE"], "out": ["GR"]}), MINMAX]
    yield "zeros count, of some indicators", [step("screen", "zeros", min_nonzero=0.7, indicators=["S1", "H2", "H1", "P2"]), normalise("minmax", fit="round")]
    yield "divided by the framework's denominators", [step("denominate"), MINMAX]
    yield "divided by the method's, with scales", [step("denominate", by={"E1": "POP", "E2": "GDP", "H1": "GDP"}, scales={"E1": 10, "H1": 4}), MINMAX]
    yield "winsorised", [step("treat", max_points=2, indicators=["E1", "E2", "H1"]), MINMAX]
    yield "logarithms where that fails", [step("treat", max_points=0, transform="log_ct"), normalise("zscore")]
    for method in ("mean", "median"):
        yield f"{method} of the column", [step("impute", method), MINMAX]
        yield f"{method} of the region", [step("impute", method, groups="region", fallback=method == "mean", fit="round"), MINMAX]
        yield f"{method} of the row within a dimension", [MINMAX, step("impute", f"row_{method}", level="dimension")]
    yield "mean of the row, of all", [MINMAX, step("impute", "row_mean", indicators=["E1", "E2", "H2", "S1"])]
    yield "the latest, not too old", [step("impute", "latest", max_age=2.5), MINMAX]
    yield "the latest is too old", [step("impute", "latest", max_age=2), MINMAX]
    yield "between rounds", [step("impute", "linear"), step("impute", "linear_constant", indicators=["E1", "H1"]), MINMAX]
    yield "a step function over the rounds", [step("impute", "constant"), MINMAX]
    yield "the nearest neighbours within an area", [step("impute", "neighbours", neighbours=2, level="area"), MINMAX]
    yield "everything", [
        step("screen", min_available=0.7, **{"in": ["LT"]}),
        step("denominate"),
        step("impute", "linear_constant", indicators=["E1", "E2"]),
        step("impute", "median", groups="region", fallback=True),
        step("treat", max_points=1, transform="none"),
        normalise("minmax", lower=1, fit={"round": "2017"}, truncate=True),
        step("weigh", "deviation", level="area"),
        step("weigh", weights={"economy": 2, "P1": 3}),
        aggregate("geometric", level="dimension", offset=1),
        aggregate("owa", nodes=["material"], order_weights=[1, 3]),
        aggregate("mean_min", level="index", alpha=0.25),
    ]


def weights():
    for method in ("equal", "pca", "entropy", "critic", "deviation"):
        yield f"from the data: {method}", [step("impute", "mean"), MINMAX, step("weigh", method, level="dimension")]
    influence = step("weigh", "influence", nodes=["economy"], targets={"E1": 2, "E2": 2, "E3": 1.5})
    yield "infomax", [step("impute", "mean"), MINMAX, step("weigh", "infomax", level="dimension")]
    yield "equal influence, nearly", [step("impute", "mean"), MINMAX, influence]
    yield "with gaps, gaps count as zero", [MINMAX, step("weigh", "critic", deviation="population")], {"missing": "zero"}
    yield "given", [MINMAX, step("weigh", weights={"housing": 5, "E1": 2, "social": 0.5, "P1": 7, "H1": 0, "H2": 0})]
    yield "given after those from the data", [MINMAX, step("weigh", "deviation", nodes=["economy", "housing"]), step("weigh", weights={"E1": 4})]
    yield "points of experts", [MINMAX, step("weigh", "budget", children=["E1", "E2", "E3"], matrix=[[1, 2, 3], [4, None, 2]])]
    yield "pairs compared", [MINMAX, step("weigh", "ahp", children=["E2", "E1", "E3"], matrix=[[1, 2, 4], [0.5, 1, 2], [0.25, 0.5, 1]])]
    yield "nothing that applies weighs anything", [MINMAX, step("weigh", weights={"E1": 0, "E2": 0, "E3": 1, "H1": 0, "H2": 0, "H3": 1})]


def aggregations():
    offset = {"offset": 1}
    for method, more in (("geometric", offset), ("harmonic", offset), ("median", {}), ("minimum", {}), ("maximum", {})):
        yield f"{method} everywhere", [MINMAX, aggregate(method, **more)]
    yield "geometric at one level, harmonic at the next", [
        normalise("minmax", lower=1),
        aggregate("geometric", level="dimension", offset=1),
        aggregate("harmonic", level="area", offset=0.5),
    ]
    yield "medians of minima", [MINMAX, aggregate("minimum", level="dimension"), aggregate("median", level="area"), aggregate("maximum", level="index")]
    for power in (2, 0, -1):
        yield f"power {power}", [MINMAX, aggregate("power", power=power, offset=0 if power > 0 else 2)]
    yield "ordered weights", [MINMAX, aggregate("owa", order_weights=[1, 2, 4], level="dimension")]
    yield "ordered weights of logarithms", [MINMAX, aggregate("ogwa", order_weights=[1, 2, 4], offset=1, level="dimension")]
    yield "ordered weights, gaps count as zero", [MINMAX, aggregate("owa", order_weights=[1, 2, 4], level="dimension")], {"missing": "zero"}
    yield "mean and minimum, smooth", [MINMAX, aggregate("mean_min", alpha=1, beta=3)]
    yield "MPI", [normalise("zscore", mean=100, sd=10), aggregate("mpi", nodes=["economy"]), aggregate("mpi", level="indicator", deviation="population")]
    yield "AMPI below a mean", [normalise("ampi"), aggregate("ampi", nodes=["economy"], penalty=1)]
    for method in OVER_UNITS:
        yield f"{method} of dimensions", [MINMAX, aggregate(method, level="area")]
        yield f"{method} at the top, gaps count as zero", [MINMAX, aggregate(method, level="index")], {"missing": "zero"}
        yield f"{method} of indicators, complete ones only", [MINMAX, aggregate(method, level="dimension")], {"missing": "strict"}
    yield "votes of units that were not screened out", [step("screen", min_available=0.9), MINMAX, aggregate("copeland", level="dimension")]
    yield "the best weights of those that were not screened out", [step("screen", min_available=0.9), MINMAX, aggregate("benefit_of_doubt")]
    yield "shares between bounds", [MINMAX, aggregate("benefit_of_doubt", level="area", least_share=0.2, most_share=0.7)]
    yield "a composite has its own", [MINMAX, aggregate("geometric", nodes=["K"], offset=1), aggregate("arithmetic")]
    covered = {"missing": {"rule": "available", "min_coverage": 0.8}}
    yield "geometric with a threshold", [step("impute", "mean"), MINMAX, aggregate("geometric", offset=1)], covered
    yield "geometric, complete ones only", [MINMAX, aggregate("geometric", offset=1)], {"missing": "strict"}
    yield "harmonic, gaps count as zero", [MINMAX, aggregate("harmonic", offset=1)], {"missing": "zero"}


def write(file):
    file.shared.update(framework="chain", answers=invented())
    columns = ("value", "lower", "upper", "state")
    for part in (normalisations, preparations, weights, aggregations):
        for name, steps, *more in part():
            method = {"steps": steps, **(more[0] if more else {})}
            options = {"group": "*", "units": ["EL"] if part in (weights, aggregations) else ["SE", "RO", "EL"]}
            near = {"tolerance": CLOSE, "absolute": 1e-11, "score": {"index": "overall"}}
            file.table("score", f"{part.__name__}: {name}", columns, method=method, options=options, **near)
    everything = {"steps": list(preparations())[-1][1]}
    more = {"tolerance": {**CLOSE, "coverage": 1e-14}, "absolute": 1e-11, "score": {"index": "overall"}}
    file.table("score", "everything, all of it", method=everything, options={"group": "*"}, keep={}.items(), **more)
    file.table("saved", "everything, saved", columns, method=everything, options={"group": "*", "units": ["PL"]}, **more)
    row_means = {"steps": [step("screen", min_available=0.8), MINMAX, step("impute", "row_mean", level="dimension")]}
    file.table("members", "what was filled stays a gap", method=row_means, options={"group": "*", "units": ["PL"]}, tolerance=1e-11, absolute=1e-11)
    trees(file, columns)
    explained(file)


def trees(file, columns):
    """Several indexes on the same leaves; aggregations of the framework."""
    shared = {"tolerance": CLOSE, "absolute": 1e-11}
    own = {"steps": [normalise("minmax", lower=1), aggregate("copeland", level="index", index="flat"), step("weigh", "entropy", index="flat")]}
    for index in ("overall", "flat", "tree"):
        options = {"group": "*", "units": ["SE"], "index": index}
        file.table("score", f"one method, three indexes: {index}", columns, method=own, options=options, **shared)
    file.table("score", "an index by itself", columns, method=own, score={"index": "tree"}, options={"group": "*", "units": ["SE"]}, **shared)
    made = {**FRAMEWORK, "indexes": [dict(FRAMEWORK["indexes"][0])]}
    made["indexes"][0].update(aggregation={"method": "mean_min", "alpha": 0.25}, overrides={"housing": {"aggregation": "maximum"}})
    posts = {"worst": 0, "best": 110}
    made["indicators"] = [
        {**own, "scale": {**own["scale"], **posts, "direction": 1, "target": 50}} if own["id"] in RAW_NAMES else own for own in made["indicators"]
    ]
    file.table("score", "aggregations of the framework", columns, framework=made, method={}, options={"group": "*", "units": ["PL"]}, **shared)
    later = {"steps": [aggregate("median", nodes=["housing", "social"])]}
    file.table("score", "the method goes over the framework", columns, framework=made, method=later, options={"group": "*", "units": ["PL"]}, **shared)


def explained(file):
    """Contributions of negative scores, of gaps that were filled, of merges: their exact sum is the score."""
    tables = (
        ("z-scores", [normalise("zscore")], {}),
        ("z-scores, gaps count as zero", [normalise("zscore")], {"missing": "zero"}),
        ("gaps that were filled", [MINMAX, step("impute", "row_mean", level="dimension"), step("weigh", "deviation", level="dimension")], {}),
        ("screened out", [step("screen", out=["EL"]), MINMAX], {}),
    )
    for name, steps, more in tables:
        for unit, group in (("EL", "refugee"), ("PL", "both"), ("SE", "shared")):
            method = {"steps": steps, **more}
            options = {"unit": unit, "round": "2019", "group": group}
            near = {"value": 1e-11, "weight": 1e-12, "contribution": 1e-11}
            case = {"method": method, "options": options, "score": {"index": "overall"}}
            file.table("explain", f"{name}: {unit}, {group}", tolerance=near, absolute=1e-11, **case)
