"""The rules of docs/reference/framework-format.md and of the public headers in exact rational arithmetic.

This is the truth that most vectors come from, and shares nothing with libniem: it reads a framework and answers that are
right, keeps every number as a fraction (of the doubles that were given; logarithms to 60 digits) and rounds once, when a
number is published. It is slow and checks nothing: what is wrong is written down by hand in make.py.
"""

import hashlib
import json
import math
import struct
import sys
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import NamedTuple, Optional

VALUE, NOT_APPLICABLE, NO_VALUE = "value", "not_applicable", "no_value"
GAPS = ("missing", "not_collected", "not_accessible", "not_disaggregated")
STATES = ("answered", "not_applicable", *GAPS)


def published(x):
    """The double nearest to a fraction (halves to even); None stays."""
    return None if x is None else x.numerator / x.denominator


def logarithm(x):
    with localcontext() as context:
        context.prec = 60
        return Fraction(Decimal(x).ln())


def mean(values):
    return sum(values, Fraction(0)) / len(values) if values else None


# --- the framework ---


class Node:
    def __init__(self, name, level, indicator=None, alone=None, rule=("available", 0)):
        self.name, self.level, self.indicator, self.alone, self.rule = name, level, indicator, alone or name, rule
        self.children, self.weights, self.parent, self.composite = [], [], None, False

    @property
    def leaf(self):
        return self.indicator is not None and not self.composite

    def hang(self, child, weight=1):
        child.parent = self
        self.children.append(child)
        self.weights.append(Fraction(weight))
        return child

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()


def missing_rule(given, otherwise):
    if given is None:
        return otherwise
    if isinstance(given, str):
        return given, 0
    return given.get("rule", otherwise[0]), given.get("min_coverage", 0)


class Framework:
    def __init__(self, data):
        self.data = data
        self.facets = data.get("facets", [])
        self.groups = data.get("groups") or [{"id": "all"}]
        self.own_groups = [group for group in self.groups if "merge" not in group]
        self.indicators = {indicator["id"]: indicator for indicator in data["indicators"]}
        self.parts = {part: i for i, x in self.indicators.items() if x["scale"]["kind"] == "composite" for part in x["scale"]["of"]}
        self.trees = {index["id"]: self.tree(index) for index in data.get("indexes", [])}

    def value_of(self, indicator, facet):
        """An indicator's value of a facet, its own or the one that a narrower facet implies."""
        own = indicator.get(facet["id"])
        for inner in self.facets:
            if own is None and inner.get("within") == facet["id"]:
                narrow = self.value_of(indicator, inner)
                own = next((value.get("within") for value in inner["values"] if value["id"] == narrow), None)
        return own

    def add_indicator(self, parent, name, weight, level="indicator"):
        scale = self.indicators[name]["scale"]
        node = parent.hang(Node(name, level, name), weight)
        if scale["kind"] == "composite":
            node.composite = True
            node.rule = missing_rule(scale.get("missing"), ("available", 0))
            for part in scale["of"]:
                self.add_indicator(node, part, scale.get("weights", {}).get(part, 1), "part")

    def tree(self, index):
        rule = missing_rule(index.get("missing"), ("available", 0))
        top = Node(index["id"], "index", rule=rule)
        if "nodes" in index:
            self.explicit(index, top, rule)
        else:
            self.by_levels(index, top, rule)
        return top

    def explicit(self, index, top, rule):
        nodes = {node["id"]: node for node in index["nodes"]}
        below = {child for node in index["nodes"] for child in node["children"]}

        def place(node, given):
            node.rule = missing_rule(given.get("missing"), rule)
            for child in given["children"]:
                weight = given.get("weights", {}).get(child, 1)
                if child in nodes:
                    place(node.hang(Node(child, "node"), weight), nodes[child])
                else:
                    self.add_indicator(node, child, weight)

        place(top, next(node for node in index["nodes"] if node["id"] not in below))

    def is_outer(self, outer, inner):
        parent = next(facet for facet in self.facets if facet["id"] == inner).get("within")
        return parent is not None and (parent == outer or self.is_outer(outer, parent))

    def members(self, index):
        def named(filter_, indicator):
            return [self.value_of(indicator, f) in filter_[f["id"]] for f in self.facets if f["id"] in filter_]

        for indicator in self.data["indicators"]:
            if not indicator.get("scored", True) or indicator["id"] in self.parts:
                continue
            if all(named(index.get("only", {}), indicator)) and not any(named(index.get("except", {}), indicator)):
                yield indicator

    def by_levels(self, index, top, rule):
        levels = index.get("levels", [])

        def grow(parent, members, way):
            depth = len(way)
            if depth == len(levels):
                for indicator in members:
                    self.add_indicator(parent, indicator["id"], 1)
                return
            facet = next(facet for facet in self.facets if facet["id"] == levels[depth])
            for value in facet["values"]:
                own = [indicator for indicator in members if self.value_of(indicator, facet) == value["id"]]
                if own:
                    here = [*way, value["id"]]
                    kept = [k for k in range(depth + 1) if not any(self.is_outer(levels[k], x) for x in levels[k + 1 : depth + 1])]
                    name = "/".join(f"{levels[k]}={here[k]}" for k in kept)
                    grow(parent.hang(Node(name, facet["id"], alone=value["id"], rule=rule)), own, here)

        grow(top, list(self.members(index)), [])
        for node in top.walk():
            names = (node.name, node.name.split("/")[-1], node.alone)
            weight = next((index["weights"][name] for name in names if name in index.get("weights", {})), None)
            if node.parent is not None and weight is not None and node.level != "part":
                node.parent.weights[node.parent.children.index(node)] = Fraction(weight)
            override = next((index["overrides"][name] for name in names if name in index.get("overrides", {})), None)
            if override is not None and node.indicator is None:
                node.rule = missing_rule(override.get("missing"), node.rule)

    def asked(self, indicator, group):
        groups = self.indicators[indicator].get("groups")
        return groups is None or group in groups

    def members_of(self, group):
        found = next(x for x in self.groups if x["id"] == group)
        return found.get("merge"), found.get("over", "all") == "common", found.get("weights", {})


def ends(scale):
    """The worst and the best score that a scale gives."""
    points = [option["points"] for option in scale.get("options", [])] if scale["kind"] == "ordinal" else scale.get("points")
    return (Fraction(min(points)), Fraction(max(points))) if points else (Fraction(0), Fraction(100))


def score_of(scale, answer):
    kind = scale["kind"]
    if kind == "ordinal":
        return Fraction(next(option["points"] for option in scale["options"] if option["id"] == answer))
    if kind == "binary":
        return Fraction(100 if answer == scale.get("favourable", "yes") else 0)
    if kind == "checklist":
        points = scale.get("points")
        return Fraction(points[len(answer)]) if points else Fraction(100 * len(answer), len(scale["items"]))
    worst, best, x = Fraction(scale["worst"]), Fraction(scale["best"]), Fraction(answer)
    low, high = min(worst, best), max(worst, best)
    x = min(max(x, low), high)
    if x in (worst, best):
        return Fraction(0 if x == worst else 100)
    if scale.get("transform") == "log":
        worst, best, x = (logarithm(float(y)) for y in (worst, best, x))
    return 100 * (x - worst) / (best - worst)


# --- answers ---


class Answer(NamedTuple):
    state: str
    answer: object  # an option's id, a set of items, a number


def read_answer(scale, row):
    given = row.get("answer")
    state = row.get("state") or ("missing" if given in (None, "") else "answered")
    if state != "answered":
        return Answer(state, None)
    if scale["kind"] == "numeric":
        return Answer(state, float(given))
    if scale["kind"] == "checklist":
        return Answer(state, frozenset() if given == "none" else frozenset(given.split("|")))
    return Answer(state, given)


def consensus(scale, answers, rule):
    """Several coders' answers, by coder, settled into one; None where the rule cannot. No rule: only coders who agree."""
    coders = sorted(answers)
    said = list(answers.values())
    if len(coders) == 1:
        return said[0]
    if rule in (None, "unanimous"):
        return said[0] if all(answer == said[0] for answer in said) else None
    if isinstance(rule, dict):
        return answers.get(rule["coder"])
    if rule == "majority":
        most = max(said, key=said.count)
        return most if 2 * said.count(most) > len(said) else None
    given = [answers[coder] for coder in coders if answers[coder].state == "answered"]
    if 2 * len(given) < len(coders):
        states = [answer.state for answer in said]
        return Answer(max(STATES[1:], key=states.count), None)
    return middle(scale, given)


def middle(scale, given):
    """The median of answers: of options the less favourable, of numbers the mean, of a checklist each item's majority."""
    if scale["kind"] == "checklist":
        items = [item["id"] for item in scale["items"]]
        most = frozenset(item for item in items if 2 * sum(item in answer.answer for answer in given) > len(given))
        return Answer("answered", most)
    if scale["kind"] == "numeric":
        numbers = sorted(answer.answer for answer in given)
        low, high = numbers[(len(numbers) - 1) // 2], numbers[len(numbers) // 2]
        return Answer("answered", published((Fraction(low) + Fraction(high)) / 2))
    return sorted(given, key=lambda answer: score_of(scale, answer.answer))[(len(given) - 1) // 2]


# --- a tree over leaves ---


class Score(NamedTuple):
    state: str
    value: Optional[Fraction]
    coverage: Optional[Fraction]
    lower: Optional[Fraction]
    upper: Optional[Fraction]
    n_applicable: int
    n_answered: int


class Leaf(NamedTuple):
    state: str  # answered, not_applicable or a gap
    score: Optional[Fraction]
    answer: object


def leaf_score(leaf, scale):
    if leaf.state == "answered":
        return Score(VALUE, leaf.score, Fraction(1), leaf.score, leaf.score, 1, 1)
    if leaf.state == "not_applicable":
        return Score(NOT_APPLICABLE, None, None, None, None, 0, 0)
    return Score(NO_VALUE, None, Fraction(0), *ends(scale), 1, 0)


def combine(children, weights, rule):
    word, threshold = rule
    apply = [(c, w) for c, w in zip(children, weights) if c.state != NOT_APPLICABLE]
    have = [(c, w) for c, w in apply if c.state == VALUE]
    counts = sum(c.n_applicable for c in children), sum(c.n_answered for c in children)
    if not apply:
        return Score(NOT_APPLICABLE, None, None, None, None, *counts)
    weight = sum(w for _, w in apply)
    coverage, lower, upper = Fraction(0), Fraction(0), Fraction(100)
    if weight > 0:
        coverage, lower, upper = (sum(w * getattr(c, x) for c, w in apply) / weight for x in ("coverage", "lower", "upper"))
    of_values = sum((w for _, w in have), Fraction(0))
    divisor = weight if word == "zero" else of_values
    holds = of_values > 0 and not (word == "strict" and len(have) < len(apply)) and published(coverage) >= threshold
    value = sum(w * c.value for c, w in have) / divisor if holds else None
    return Score(VALUE if holds else NO_VALUE, value, coverage, lower, upper, *counts)


class Scores:
    """Everything that can be asked. Keyword arguments are those of niem_query and niem_compare_options."""

    def __init__(self, framework, rows, method=None, index=None):
        self.framework = framework if isinstance(framework, Framework) else Framework(framework)
        self.method = method or {}
        self.only_index = index
        self.tolerance = self.method.get("tolerance", 1e-9)
        self.read(rows)
        self.leaves = {}
        for unit, round_ in self.pairs:
            for group in self.framework.own_groups:
                self.leaves[unit, round_, group["id"]] = self.leaves_of(unit, round_, group["id"])

    # --- reading ---

    def canonical(self, rows):
        """Ids for aliases, defaults for blanks, numbers for digits."""
        data = self.framework.data

        def resolve(entries, name):
            ids = {entry["id"] for entry in entries}
            return name if name in ids else next((e["id"] for e in entries if name in e.get("aliases", [])), name)

        for row in rows:
            row = {key: value for key, value in row.items() if value not in (None, "")}
            row["unit"] = resolve(data.get("units", []), row["unit"])
            row["round"] = resolve(data.get("rounds", []), row.get("round") or data["rounds"][0]["id"])
            row["group"] = resolve(self.framework.groups, row.get("group") or self.framework.own_groups[0]["id"])
            row["indicator"] = resolve(data["indicators"], row["indicator"])
            yield row

    def read(self, rows):
        data = self.framework.data
        self.rows = list(self.canonical(rows))
        cells = {}
        for row in self.rows:
            scale = self.framework.indicators[row["indicator"]]["scale"]
            key = row["unit"], row["round"], row["group"], row["indicator"]
            cells.setdefault(key, {})[row.get("coder", "")] = read_answer(scale, row)
        self.given = cells
        rule = self.method.get("consensus")
        rule = rule["rule"] if isinstance(rule, dict) and rule["rule"] != "adjudicator" else rule
        settled = {key: consensus(self.framework.indicators[key[3]]["scale"], own, rule) for key, own in cells.items()}
        self.cells = {key: answer for key, answer in settled.items() if answer is not None}  # the rest counts as missing
        self.units = self.ordered(data.get("units", []), {key[0] for key in cells})
        self.rounds = self.ordered(data.get("rounds", []), {key[1] for key in cells}, dated=True)
        present = {key[:2] for key in cells}
        self.pairs = [(unit, round_) for unit in self.units for round_ in self.rounds if (unit, round_) in present]

    @staticmethod
    def ordered(entries, names, dated=False):
        listed = [entry["id"] for entry in entries]
        if dated and all("date" in entry for entry in entries):
            listed = [entry["id"] for entry in sorted(entries, key=lambda entry: entry["date"])]
        return [name for name in listed if name in names] + sorted(names - set(listed))

    # --- what applies ---

    def holds(self, condition, cell):
        """Kleene's logic: True, False or None."""
        if "all" in condition or "any" in condition:
            results = [self.holds(part, cell) for part in condition.get("all", condition.get("any"))]
            decisive = "any" in condition
            return decisive if decisive in results else None if None in results else not decisive
        if "not" in condition:
            result = self.holds(condition["not"], cell)
            return None if result is None else not result
        return self.holds_answer(condition, cell)

    def holds_answer(self, condition, cell):
        indicator = condition["indicator"]
        applies = self.applies(indicator, cell)
        if applies is not True:
            return applies
        answer = self.cells.get((*cell, indicator), Answer("missing", None))
        if answer.state != "answered":
            return False if answer.state == "not_applicable" else None
        if "at_least" in condition:
            return answer.answer >= condition["at_least"]
        if "at_most" in condition:
            return answer.answer <= condition["at_most"]
        return bool(set(condition["in"]) & (answer.answer if isinstance(answer.answer, frozenset) else {answer.answer}))

    def applies(self, indicator, cell):
        """Asked of the group, the group's condition and its own; True, False or None."""
        if not self.framework.asked(indicator, cell[2]):
            return False
        of_group = next(group for group in self.framework.groups if group["id"] == cell[2]).get("applies_if")
        own = self.framework.indicators[indicator].get("applies_if")
        results = []
        if of_group is not None and indicator not in self.deciding(of_group):
            results.append(self.holds(of_group, cell))
        if own is not None:
            results.append(self.holds(own, cell))
        return False if False in results else None if None in results else True

    def deciding(self, condition):
        """The indicators that a condition refers to, and those that their conditions refer to."""
        if "indicator" in condition:
            own = self.framework.indicators[condition["indicator"]].get("applies_if")
            return {condition["indicator"]} | (self.deciding(own) if own else set())
        parts = [condition["not"]] if "not" in condition else condition.get("all", condition.get("any"))
        return set().union(*(self.deciding(part) for part in parts))

    def leaves_of(self, unit, round_, group):
        leaves = {}
        for name, indicator in self.framework.indicators.items():
            answer = self.cells.get((unit, round_, group, name), Answer("missing", None))
            applies = self.applies(name, (unit, round_, group))
            state = answer.state
            if applies is False:
                state = "not_applicable"
            elif applies is None and state == "answered":
                state = "missing"
            scored = state == "answered" and (indicator["scale"]["kind"] != "numeric" or "worst" in indicator["scale"])
            score = score_of(indicator["scale"], answer.answer) if scored else None
            leaves[name] = Leaf(state, score, answer.answer)
        return leaves

    # --- values ---

    def rule(self, node):
        return missing_rule(self.method.get("missing"), node.rule)

    def evaluate(self, tree, leaves):
        values = {}

        def visit(node):
            if node.leaf:
                values[node] = leaf_score(leaves[node.indicator], self.framework.indicators[node.indicator]["scale"])
            else:
                values[node] = combine([visit(child) for child in node.children], node.weights, self.rule(node))
            return values[node]

        visit(tree)
        return values

    @staticmethod
    def common(several):
        """Only what is answered in all stays applicable."""
        outside = Leaf("not_applicable", None, None)
        kept = {name for name in several[0] if all(leaves[name].state == "answered" for leaves in several)}
        return [{name: leaf if name in kept else outside for name, leaf in leaves.items()} for leaves in several]

    def parts(self, group, leaves_by_group):
        """A group's members with their leaves and weights; a group of its own is its only member."""
        merge, over_common, weights = self.framework.members_of(group)
        if merge is None:
            return [(group, leaves_by_group(group), Fraction(1))]
        several = [leaves_by_group(member) for member in merge]
        several = self.common(several) if over_common else several
        return [(m, leaves, Fraction(weights.get(m, 1))) for m, leaves in zip(merge, several)]

    def node_scores(self, tree, group, leaves_by_group):
        """Every node of a tree for a group or a merge."""
        parts = self.parts(group, leaves_by_group)
        values = [self.evaluate(tree, leaves) for _, leaves, _ in parts]
        if self.framework.members_of(group)[0] is None:
            return values[0]
        return {node: combine([v[node] for v in values], [w for _, _, w in parts], ("available", 0)) for node in values[0]}

    def all_scores(self, tree, unit, round_, group):
        return self.node_scores(tree, group, lambda own: self.leaves[unit, round_, own])

    def value(self, tree, node, unit, round_, group):
        """The published value, None where there is none."""
        if (unit, round_) not in self.pairs:
            return None
        return published(self.all_scores(tree, unit, round_, group)[node].value)

    # --- asking ---

    def select(self, top=False, **query):
        data = self.framework.data
        trees = self.framework.trees
        index = query.get("index") or (query.get("node") if query.get("node") in trees else None)
        tree = trees[index or self.only_index or data.get("default_index") or next(iter(trees))]
        group = query.get("group") or data.get("default_group") or self.framework.groups[0]["id"]
        groups = [g["id"] for g in self.framework.groups] if group == "*" else [group]
        rounds = [query["round"]] if query.get("round") else self.rounds
        peers = next((p["units"] for p in data.get("peers", []) if p["id"] == query.get("peers")), None)
        wanted = query.get("units") or peers
        units = [unit for unit in self.units if wanted is None or unit in wanted]
        return tree, groups, rounds, self.select_nodes(tree, top, query), units

    def select_nodes(self, tree, top, query):
        nodes = list(tree.walk())
        if query.get("node"):
            name = query["node"]
            return [node for node in nodes if node.name == name] or [node for node in nodes if node.alone == name]
        if query.get("level"):
            return [node for node in nodes if node.level == query["level"]]
        return [tree] if top else [node for node in nodes if not node.leaf]

    # --- tables: lists of rows ---

    def table(self, bands=None, **query):
        tree, groups, rounds, nodes, units = self.select(**query)
        for unit, round_ in self.pairs:
            if unit not in units or round_ not in rounds:
                continue
            for group in groups:
                scores = self.all_scores(tree, unit, round_, group)
                for node in nodes:
                    s = scores[node]
                    row = dict(unit=unit, round=round_, group=group, index=tree.name, node=node.name, level=node.level)
                    row.update((x, published(getattr(s, x))) for x in ("value", "coverage", "lower", "upper"))
                    row.update(n_applicable=s.n_applicable, n_answered=s.n_answered, state=self.state_of(s, node, unit, round_, group))
                    bands_used = bands or self.method.get("bands")
                    yield {**row, "band": band_of(bands_used, row["value"])} if bands_used else row

    def state_of(self, score, node, unit, round_, group):
        return score.state

    def members(self, **query):
        tree, groups, rounds, nodes, units = self.select(top=True, **query)
        for unit, round_ in self.pairs:
            if unit not in units or round_ not in rounds:
                continue
            for group in groups:
                for node in nodes:
                    for own in self.framework.members_of(group)[0] or [group]:
                        for leaf in (x for x in node.walk() if x.leaf):
                            found = self.leaves[unit, round_, own][leaf.indicator]
                            row = dict(unit=unit, round=round_, group=own, node=node.name, indicator=leaf.indicator)
                            yield {**row, "state": found.state, "value": published(found.score)}

    def terms(self, tree, node, unit, round_, group):
        """(group, indicator, leaf, value that enters, effective weight) of each indicator below a node."""
        parts = self.parts(group, lambda own: self.leaves[unit, round_, own])
        values = [self.evaluate(tree, leaves) for _, leaves, _ in parts]
        total = sum((w for (_, _, w), v in zip(parts, values) if v[node].state == VALUE), Fraction(0))
        for (own, leaves, weight), scores in zip(parts, values):
            has = scores[node].state == VALUE and total > 0
            for leaf, effective, zero in self.weigh(node, scores, weight / total if has else Fraction(0), False):
                found = leaves[leaf.indicator]
                enters = found.score if found.state == "answered" and not zero else Fraction(0)
                yield own, leaf.indicator, found, enters, effective

    def weigh(self, node, scores, weight, zero):
        """A node's weight handed down to its leaves. zero: the node enters as zero, and so do all leaves that apply."""
        if node.leaf:
            yield node, weight, zero
            return
        counts_gaps = self.rule(node)[0] == "zero"
        counting = []
        for child in node.children:
            state = scores[child].state
            counting.append(state != NOT_APPLICABLE if zero else state == VALUE or (state == NO_VALUE and counts_gaps))
        total = sum((w for w, counts in zip(node.weights, counting) if counts), Fraction(0))
        for child, own, counts in zip(node.children, node.weights, counting):
            share = Fraction(0)
            if counts and weight:  # where nothing weighs anything, all alike
                share = weight * own / total if total else weight / sum(counting)
            yield from self.weigh(child, scores, share, zero or scores[child].state == NO_VALUE)

    def explain(self, unit, round, **query):
        tree, (group,), _, (node,), _ = self.select(top=True, **query)
        for own, name, leaf, enters, weight in self.terms(tree, node, unit, round, group):
            indicator = self.framework.indicators[name]
            answered = leaf.state == "answered"
            yield dict(
                group=own,
                indicator=name,
                label=indicator.get("label"),
                answer=answer_text(indicator["scale"], leaf.answer) if answered else None,
                state=leaf.state,
                value=published(enters) if answered else None,
                weight=published(weight),
                contribution=published(enters * weight),
            )

    # --- comparisons ---

    def node_values(self, query, top=False):
        tree, groups, rounds, nodes, units = self.select(top=top, **query)
        return tree, groups, rounds, nodes, units, lambda n, u, r, g: self.value(tree, n, u, r, g)

    def rank(self, ties="min", tolerance=None, ascending=False, **query):
        tree, groups, rounds, nodes, units, value = self.node_values(query, top=True)
        tolerance = self.tolerance if tolerance is None else tolerance
        for node in nodes:
            for group in groups:
                for round_ in rounds:
                    took_part = [unit for unit in units if (unit, round_) in self.pairs]
                    values = [value(node, unit, round_, group) for unit in took_part]
                    first = ranks(values, not ascending, "min", tolerance)
                    last = ranks(values, not ascending, "max", tolerance)
                    own = ranks(values, not ascending, ties, tolerance)
                    n = sum(v is not None for v in values)
                    order = sorted(range(len(values)), key=lambda i: (first[i] is None, first[i] or 0))
                    for i in order:
                        tied = None if first[i] is None else int(last[i] - first[i]) + 1
                        row = dict(unit=took_part[i], round=round_, group=group, node=node.name)
                        yield {**row, "value": values[i], "rank": own[i], "tied": tied, "n": n}

    def weighted(self, units, values, weights):
        pairs = [(v, Fraction(1) if weights is None else Fraction(weights[u])) for u, v in zip(units, values) if v is not None]
        total = sum((w for _, w in pairs), Fraction(0))
        return published(sum((w * Fraction(v) for v, w in pairs), Fraction(0)) / total) if total else None

    def average(self, weights=None, **query):
        tree, groups, rounds, nodes, units, value = self.node_values(query)
        panel = self.rounds if len(rounds) == 1 else rounds
        for round_ in rounds:
            for group in groups:
                for node in nodes:
                    values = [value(node, unit, round_, group) for unit in units]
                    inside = [all(value(node, unit, other, group) is not None for other in panel) for unit in units]
                    balanced = [v if i else None for v, i in zip(values, inside)]
                    yield dict(
                        round=round_,
                        group=group,
                        node=node.name,
                        average=self.weighted(units, values, weights),
                        n=sum(v is not None for v in values),
                        average_balanced=self.weighted(units, balanced, weights),
                        n_balanced=sum(inside),
                    )

    def difference(self, reference="average", reference_units=None, reference_peers=None, weights=None, **query):
        tree, groups, rounds, nodes, units, value = self.node_values(query)
        others = reference_units or next((p["units"] for p in self.framework.data.get("peers", []) if p["id"] == reference_peers), units)
        others = [unit for unit in self.units if unit in others]
        for round_ in rounds:
            for group in groups:
                for node in nodes:
                    theirs = [value(node, unit, round_, group) for unit in others]
                    given = [v for v in theirs if v is not None]
                    of = self.weighted(others, theirs, weights)
                    if reference != "average":
                        of = (max if reference == "best" else min)(given, default=None)
                    for unit in (unit for unit in units if (unit, round_) in self.pairs):
                        own = value(node, unit, round_, group)
                        row = dict(unit=unit, round=round_, group=group, node=node.name, value=own, reference=of)
                        yield {**row, "difference": minus(own, of), "n": len(given)}

    def changes(self, start, end, tolerance, query):
        tree, groups, _, nodes, units, value = self.node_values(query)
        for group in groups:
            for node in nodes:
                for unit in units:
                    if (unit, start) in self.pairs or (unit, end) in self.pairs:
                        a, b = value(node, unit, start, group), value(node, unit, end, group)
                        yield group, node, unit, a, b, minus(b, a), direction(minus(b, a), tolerance)

    def change(self, start, end, tolerance=None, **query):
        tolerance = self.tolerance if tolerance is None else tolerance
        for group, node, unit, a, b, change, way in self.changes(start, end, tolerance, query):
            yield {"unit": unit, "group": group, "node": node.name, "from": a, "to": b, "change": change, "direction": way}

    def change_summary(self, start, end, tolerance=None, **query):
        tolerance = self.tolerance if tolerance is None else tolerance
        rows = list(self.changes(start, end, tolerance, query))
        tree, groups, _, nodes, _ = self.select(**query)
        for group in groups:
            for node in nodes:
                own = [(change, way) for g, n, _, _, _, change, way in rows if g == group and n is node and change is not None]
                ways = [way for _, way in own]
                row = dict(group=group, node=node.name, n=len(own))
                row.update((way, ways.count(way)) for way in ("improved", "unchanged", "worsened"))
                yield {**row, "average_change": published(mean([Fraction(change) for change, _ in own]))}

    def change_causes(self, start, end, **query):
        tree, groups, _, nodes, units, value = self.node_values(query)
        for group in groups:
            for node in nodes:
                for unit in units:
                    a, b = value(node, unit, start, group), value(node, unit, end, group)
                    if a is None or b is None:
                        continue
                    middle = (Fraction(a) + Fraction(b)) / 2
                    before, after = (list(self.terms(tree, node, unit, r, group)) for r in (start, end))
                    for (own, name, _, x1, e1), (_, _, _, x2, e2) in zip(before, after):
                        if e1 or e2:
                            row = dict(unit=unit, group=group, member=own, node=node.name, indicator=name)
                            yield {**row, **cause(x1, e1, x2, e2, middle)}

    def shares(self, tree, unit, round_, group):
        """The members of a group with their weights and the values of every node in each."""
        for _, leaves, weight in self.parts(group, lambda own: self.leaves[unit, round_, own]):
            yield weight, self.evaluate(tree, leaves)

    def contributions(self, **query):
        tree, groups, rounds, nodes, units, value = self.node_values(query, top=True)
        for round_ in rounds:
            for group in groups:
                for node in nodes:
                    for unit in (unit for unit in units if (unit, round_) in self.pairs):
                        members = [(w, v) for w, v in self.shares(tree, unit, round_, group) if v[node].state == VALUE]
                        total = sum((w for w, _ in members), Fraction(0))
                        gaps = self.rule(node)[0] == "zero"
                        for i, child in enumerate(node.children):
                            own = contribution = Fraction(0) if members else None
                            for weight, values in members:
                                entering = [v.state == VALUE or (v.state == NO_VALUE and gaps) for v in (values[c] for c in node.children)]
                                of = sum((w for w, enters in zip(node.weights, entering) if enters), Fraction(0))
                                share = weight / total * node.weights[i] / of if entering[i] else Fraction(0)
                                own += share
                                if values[child].state == VALUE:
                                    contribution += share * Fraction(published(values[child].value))
                            row = dict(unit=unit, round=round_, group=group, node=node.name, child=child.name)
                            row["value"] = value(child, unit, round_, group)
                            yield {**row, "weight": published(own), "contribution": published(contribution)}

    def spread(self, **query):
        tree, groups, rounds, nodes, units, value = self.node_values(query)
        for round_ in rounds:
            for group in groups:
                spreads = []
                for node in nodes:
                    given = [(unit, value(node, unit, round_, group)) for unit in units]
                    given = [(unit, v) for unit, v in given if v is not None]
                    least, most = min((v for _, v in given), default=None), max((v for _, v in given), default=None)
                    at = [next((u for u, v in given if abs(v - edge) <= self.tolerance), None) for edge in (least, most)]
                    spreads.append(minus(most, least))
                    row = dict(round=round_, group=group, node=node.name, n=len(given), min=least, max=most)
                    yield {**row, "spread": spreads[-1], "min_unit": at[0], "max_unit": at[1]}
                found = [Fraction(s) for s in spreads if s is not None]
                row = dict(round=round_, group=group, node="*", n=len(found), min=None, max=None)
                yield {**row, "spread": published(mean(found)), "min_unit": None, "max_unit": None}

    def practice(self, reference="best", **query):
        tree, groups, rounds, nodes, units, _ = self.node_values(query)
        for round_ in rounds:
            took_part = [unit for unit in units if (unit, round_) in self.pairs]

            def composite(group):
                return {name: self.best([self.leaves[u, round_, group][name] for u in took_part], reference) for name in self.framework.indicators}

            for group in groups:
                scores = self.node_scores(tree, group, composite)
                for node in nodes:
                    row = dict(round=round_, group=group, node=node.name)
                    yield {**row, "value": published(scores[node].value), "n": len(took_part)}

    @staticmethod
    def best(leaves, reference):
        answered = [leaf for leaf in leaves if leaf.state == "answered"]
        if answered:
            return (max if reference == "best" else min)(answered, key=lambda leaf: leaf.score)
        gap = any(leaf.state != "not_applicable" for leaf in leaves)
        return Leaf("missing" if gap else "not_applicable", None, None)

    def group_difference(self, group_a, group_b, **query):
        tree, _, rounds, nodes, units = self.select(**query)
        for round_ in rounds:
            took_part = [unit for unit in units if (unit, round_) in self.pairs]
            sides = {}
            for unit in took_part:
                leaves = self.common([self.leaves[unit, round_, group] for group in (group_a, group_b)])
                sides[unit] = [self.evaluate(tree, own) for own in leaves]
            for node in nodes:
                rows = []
                for unit in took_part:
                    a, b = (published(side[node].value) for side in sides[unit])
                    row = dict(unit=unit, round=round_, node=node.name, value_a=a, value_b=b, difference=minus(a, b))
                    rows.append({**row, "n_common": sides[unit][0][node].n_answered})
                n = sum(row["difference"] is not None for row in rows)
                last = dict(unit="*", round=round_, node=node.name)
                for x in ("value_a", "value_b", "difference"):
                    last[x] = published(mean([Fraction(row[x]) for row in rows if row[x] is not None]))
                for row in [*rows, {**last, "n_common": None}]:
                    yield {**row, "n": n}

    # --- what hangs on one part of an index, or on the method ---

    def without(self, tree, node, left, round_, group):
        """The published values of a node, by unit, were all that is below `left` (and it) not applicable."""
        gone = {leaf.indicator for leaf in left.walk() if leaf.leaf}
        outside = Leaf("not_applicable", None, None)

        def kept(unit):
            return lambda own: {name: outside if name in gone else leaf for name, leaf in self.leaves[unit, round_, own].items()}

        units = [unit for unit in self.units if (unit, round_) in self.pairs]
        return {unit: published(self.node_scores(tree, group, kept(unit))[node].value) for unit in units}

    def leaving(self, left_out, ties, tolerance, ascending, query):
        """For each round, group and node below: the units, their values and ranks as they are, and without it."""
        tree, groups, rounds, nodes, units = self.select(top=True, **query)
        (node,) = nodes
        by = (not ascending, ties, self.tolerance if tolerance is None else tolerance)
        below = [x for x in node.walk() if x is not node and left_out in (None, x.level)]
        for round_ in rounds:
            took_part = [unit for unit in units if (unit, round_) in self.pairs]
            for group in groups:
                values = [self.value(tree, node, unit, round_, group) for unit in took_part]
                for left in below:
                    found = self.without(tree, node, left, round_, group)
                    others = [found[unit] for unit in took_part]
                    yield node, left, round_, group, took_part, values, others, ranks(values, *by), ranks(others, *by)

    def leave_one_out(self, left_out=None, ties="min", tolerance=None, ascending=False, **query):
        for node, left, round_, group, units, *numbers in self.leaving(left_out, ties, tolerance, ascending, query):
            for unit, value, without, rank, rank_without in zip(units, *numbers):
                row = dict(unit=unit, round=round_, group=group, node=node.name, left_out=left.name)
                row.update(value=value, value_without=without, change=minus(without, value))
                yield {**row, "rank": rank, "rank_without": rank_without, "rank_change": minus(rank, rank_without), "problem": None}

    def leave_one_out_summary(self, left_out=None, ties="min", tolerance=None, ascending=False, **query):
        for node, left, round_, group, units, *numbers in self.leaving(left_out, ties, tolerance, ascending, query):
            pairs = list(zip(*numbers))
            changes = [Fraction(b) - Fraction(a) for a, b, _, _ in pairs if a is not None and b is not None]
            changes = [Fraction(published(change)) for change in changes]
            moves = [abs(Fraction(a) - Fraction(b)) for _, _, a, b in pairs if a is not None and b is not None]
            row = dict(round=round_, group=group, node=node.name, left_out=left.name, level=left.level, n=len(changes))
            row.update(mean_change=published(mean(changes)), mean_abs_change=published(mean([abs(x) for x in changes])))
            row.update(mean_abs_rank_change=published(mean(moves)), max_abs_rank_change=published(max(moves, default=None)))
            yield {**row, "problem": None}

    def weights_of(self, node):
        """The weights of a node's children; None where its aggregation has none."""
        return node.weights

    def effective_weights(self, index=None):
        """Products of the shares on the way up."""
        for name, tree in self.framework.trees.items():
            if (index or name) != name or (self.only_index or name) != name:
                continue
            effective = {}
            for node in tree.walk():
                weight, share = None, None
                if node.parent is not None and self.weights_of(node.parent) is not None:
                    weights = self.weights_of(node.parent)
                    weight = weights[node.parent.children.index(node)]
                    share = weight / sum(weights)
                above = effective[node.parent] if node.parent else None
                effective[node] = Fraction(1) if node.parent is None else None if share is None or above is None else above * share
                row = dict(index=name, node=node.name, level=node.level, parent=node.parent and node.parent.name)
                yield {**row, "weight": published(weight), "share": published(share), "effective": published(effective[node])}

    # --- digests ---

    def answers_json(self):
        groups = [group["id"] for group in self.framework.groups]
        indicators = list(self.framework.indicators)
        rows = []
        for row in sorted(
            self.rows,
            key=lambda row: (
                self.units.index(row["unit"]),
                self.rounds.index(row["round"]),
                groups.index(row["group"]),
                indicators.index(row["indicator"]),
                row.get("coder", ""),
            ),
        ):
            scale = self.framework.indicators[row["indicator"]]["scale"]
            answer = read_answer(scale, row)
            row = {key: value for key, value in row.items() if key not in ("answer", "state")}
            if answer.state != "answered":
                row["state"] = answer.state
            else:
                row["answer"] = answer.answer if scale["kind"] == "numeric" else answer_text(scale, answer.answer)
            rows.append(row)
        return canonical({"answers": rows, "format": "niem-answers/1", "framework": digest(canonical(self.framework.data))})

    def values_digest(self):
        bits = hashlib.sha256()
        for name, tree in self.framework.trees.items():
            if self.only_index in (None, name):
                groups = [group["id"] for group in self.framework.groups]
                cells = [self.all_scores(tree, unit, round_, group) for unit, round_ in self.pairs for group in groups]
                for node in (node for node in tree.walk() if not node.leaf):
                    for cell in cells:
                        for x in ("value", "coverage", "lower", "upper"):
                            number = published(getattr(cell[node], x))
                            bits.update(bytes.fromhex("7ff8000000000000") if number is None else struct.pack(">d", number))
        return bits.hexdigest()

    def manifest(self):
        data = self.framework.data
        method = {"format": "niem-method/1", **self.method}
        return {
            "answers": {"digest": digest(self.answers_json())},
            "format": "niem-manifest/1",
            "framework": {"digest": digest(canonical(data)), "id": data["id"], "version": data["version"]},
            "index": self.only_index,
            "method": {"digest": digest(canonical(method))},
            "scores": {"digest": self.values_digest()},
            "rows": len(self.pairs),
        }


def side_by_side(a, b, ties="min", tolerance=None, ascending=False, **query):
    """Two scores over the rounds and groups of both, and the units and nodes of either."""
    found = [scores.select(top=True, **query) for scores in (a, b)]
    nodes = [{node.name: (tree, node) for node in own} for tree, _, _, own, _ in found]
    groups, rounds = ([x for x in found[0][k] if x in found[1][k]] for k in (1, 2))
    units = [*found[0][4], *(unit for unit in found[1][4] if unit not in found[0][4])]
    for round_ in rounds:
        for group in groups:
            for name in [*nodes[0], *(name for name in nodes[1] if name not in nodes[0])]:
                values, places = [], []
                for scores, own, (*_, inside) in zip((a, b), nodes, found):
                    there = [unit in inside and name in own for unit in units]
                    values.append([scores.value(*own[name], u, round_, group) if t else None for u, t in zip(units, there)])
                    places.append(ranks(values[-1], not ascending, ties, scores.tolerance if tolerance is None else tolerance))
                for unit, value_a, value_b, rank_a, rank_b in zip(units, *values, *places):
                    if (unit, round_) in a.pairs or (unit, round_) in b.pairs:
                        row = dict(unit=unit, round=round_, group=group, node=name, value_a=value_a, value_b=value_b)
                        row.update(change=minus(value_b, value_a), rank_a=rank_a, rank_b=rank_b)
                        yield {**row, "rank_change": minus(rank_a, rank_b)}


def compare_methods(several, names, ties="min", tolerance=None, ascending=False, **query):
    """Scores of the same answers by several methods, side by side; the first one is what the others are held against."""
    first = several[0]
    tree, groups, rounds, nodes, units = first.select(top=True, **query)
    by = (not ascending, ties, first.tolerance if tolerance is None else tolerance)
    for at, group, round_ in ((n, g, r) for n in nodes for g in groups for r in rounds):
        took_part = [unit for unit in units if (unit, round_) in first.pairs]
        for name, scores in zip(names, several):
            own = next(node for node in scores.framework.trees[tree.name].walk() if node.name == at.name)
            values = [scores.value(scores.framework.trees[tree.name], own, unit, round_, group) for unit in took_part]
            places = ranks(values, *by)
            if scores is first:
                reference = list(zip(values, places))
            for unit, value, rank, (first_value, first_rank) in zip(took_part, values, places, reference):
                row = dict(unit=unit, round=round_, group=group, node=at.name, method=name, value=value, rank=rank)
                row.update(n=sum(v is not None for v in values), change=minus(value, first_value))
                yield {**row, "rank_change": minus(first_rank, rank)}


def minus(a, b):
    return None if a is None or b is None else published(Fraction(a) - Fraction(b))


def direction(change, tolerance):
    if change is None:
        return None
    return "improved" if change > tolerance else "worsened" if change < -tolerance else "unchanged"


def cause(x1, e1, x2, e2, middle):
    """One indicator's part in a change, in Marshall's and Edgeworth's form."""
    kind = "kept" if e1 and e2 else "entered" if e2 else "left"
    answer_effect = (e1 + e2) / 2 * (x2 - x1) if kind == "kept" else Fraction(0)
    about = {"kept": (x1 + x2) / 2, "entered": x2, "left": x1}[kind]
    weight_effect = (e2 - e1) * (about - middle)
    return {
        "kind": kind,
        "from": published(x1) if e1 else None,
        "to": published(x2) if e2 else None,
        "weight_from": published(e1),
        "weight_to": published(e2),
        "answer_effect": published(answer_effect),
        "weight_effect": published(weight_effect),
        "contribution": published(answer_effect + weight_effect),
    }


def ranks(values, descending, ties, tolerance):
    """Ranks from 1 on; neighbours in order that differ by at most the tolerance tie."""
    order = sorted((i for i in range(len(values)) if values[i] is not None), key=lambda i: -values[i] if descending else values[i])
    found = [None] * len(values)
    begin, dense = 0, 0
    while begin < len(order):
        end = begin + 1
        while end < len(order) and abs(values[order[end]] - values[order[end - 1]]) <= tolerance:
            end += 1
        dense += 1
        for place, i in enumerate(sorted(order[begin:end])):
            rank = {"min": begin + 1, "max": end, "average": (begin + 1 + end) / 2, "dense": dense, "first": begin + 1 + place}
            found[i] = float(rank[ties])
        begin = end
    return found


def answer_text(scale, answer):
    if scale["kind"] == "checklist":
        return "|".join(item["id"] for item in scale["items"] if item["id"] in answer) or "none"
    return number_text(answer) if scale["kind"] == "numeric" else answer


def half_up(x, digits=0):
    """Half away from zero, judged on the shortest decimal that reads back as x."""
    exact = Fraction(repr(float(x)))
    scaled = abs(exact) * 10**digits
    whole = math.floor(scaled + Fraction(1, 2))
    return published(Fraction(whole if exact >= 0 else -whole, 10**digits))


def significant(x, digits):
    """The same to so many significant digits; the greatest double where there is no greater one."""
    exact = Fraction(repr(float(x)))
    if exact == 0:
        return 0.0
    place = digits - 1
    while abs(exact) * Fraction(10) ** place >= 10**digits:
        place -= 1
    while abs(exact) * Fraction(10) ** place < 10 ** (digits - 1):
        place += 1
    whole = math.floor(abs(exact) * Fraction(10) ** place + Fraction(1, 2))
    found = Fraction(whole if exact > 0 else -whole) / Fraction(10) ** place
    most = Fraction(sys.float_info.max)
    return published(max(-most, min(most, found)))


PRESETS = {
    "mipex": (
        True,
        [
            (80, "favourable"),
            (60, "slightly favourable"),
            (41, "halfway favourable"),
            (21, "slightly unfavourable"),
            (1, "unfavourable"),
            (0, "critically unfavourable"),
        ],
    ),
    "thirds": (False, [(200.0 / 3, "upper third"), (100.0 / 3, "middle third"), (0, "lower third")]),
    "quintiles": (False, [(80, "highest fifth"), (60, "fourth fifth"), (40, "third fifth"), (20, "second fifth"), (0, "lowest fifth")]),
}


def band_of(bands, value):
    if value is None:
        return None
    rounded, edges = PRESETS[bands] if isinstance(bands, str) else (bands.get("rounded", False), [(b["from"], b["label"]) for b in bands["bands"]])
    judged = half_up(value) if rounded else value
    return next(label for edge, label in edges if judged >= edge)


# --- canonical JSON ---


def number_text(x):
    """The shortest digits that read back the same, plain from 1e-5 to 1e21 and otherwise as 1.5e-7, 1e21."""
    sign, digits, exponent = Decimal(repr(float(x))).as_tuple()
    digits = "".join(map(str, digits)).rstrip("0") or "0"
    point = Decimal(repr(float(x))).adjusted() + 1 if float(x) else 1  # digits before the decimal point
    if point > 21 or point < -4:
        mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
        text = f"{mantissa}e{point - 1}"
    elif point <= 0:
        text = "0." + "0" * -point + digits
    elif len(digits) <= point:
        text = digits + "0" * (point - len(digits))
    else:
        text = digits[:point] + "." + digits[point:]
    return ("-" if sign and float(x) else "") + text


def canonical(value):
    """Keys sorted by their bytes, no white space, shortest numbers."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-8"))
        return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(canonical(entry) for entry in value) + "]"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number_text(value)
    return json.dumps(value, ensure_ascii=False)


def digest(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
