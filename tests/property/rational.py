"""The scoring rules in exact rational arithmetic: what every published number is compared with.

Written from the rules of the framework format (docs/reference/framework-format.md) and of missing data, never from the C
sources, and with nothing but Python's fractions. A number of the framework or of an answer is the double that its text
stands for, taken exactly; `number=decimal` takes the decimal itself, so that 0.1 is a tenth.

One place is not exact on purpose: a node's coverage is compared with its `min_coverage` as it is published, rounded to a
double.
"""

from fractions import Fraction
from typing import NamedTuple, Optional

VALUE, NOT_APPLICABLE, NO_VALUE = "value", "not_applicable", "no_value"
ANSWERED = "answered"


def decimal(number):
    """The decimal that a double was written as (the shortest, which is what generated texts are)."""
    return Fraction(repr(number))


class Leaf(NamedTuple):
    """An indicator for one unit, round and group."""

    state: str  # VALUE, NOT_APPLICABLE or NO_VALUE
    score: Optional[Fraction]


class Outcome(NamedTuple):
    """What is published of a node. `coverage` and the bounds are None where the node is not applicable."""

    state: str
    value: Optional[Fraction]
    coverage: Optional[Fraction]
    lower: Optional[Fraction]
    upper: Optional[Fraction]
    n_applicable: int
    n_answered: int


NOTHING = Outcome(NOT_APPLICABLE, None, None, None, None, 0, 0)


class Rule(NamedTuple):
    """A missing rule."""

    rule: str = "available"
    min_coverage: float = 0.0

    @classmethod
    def read(cls, given, default=None):
        if given is None:
            return default or cls()
        if isinstance(given, str):
            return cls(given)
        return cls(given.get("rule", "available"), given.get("min_coverage", 0.0))


class Node:
    """A node of an index; `indicator` is set for leaves and for composites."""

    def __init__(self, name, short=None, indicator=None, rule=None):
        self.name = name
        self.short = short or name
        self.indicator = indicator
        self.rule = rule
        self.children = []  # (weight, node)
        self.part = False

    def is_leaf(self):
        return not self.children

    def walk(self):
        yield self
        for _, child in self.children:
            yield from child.walk()

    def inner(self):
        return [node for node in self.walk() if not node.is_leaf()]

    def leaves(self):
        return [node for node in self.walk() if node.is_leaf()]


class Model:
    """A framework (a dict) as the rules read it; `method` may replace all missing rules."""

    def __init__(self, framework, method=None, number=Fraction):
        self.number = number
        self.framework = framework
        self.indicators = {entry["id"]: entry for entry in framework["indicators"]}
        groups = framework.get("groups") or [{"id": "all"}]
        self.groups = {entry["id"]: entry for entry in groups if "merge" not in entry}
        self.merges = {entry["id"]: entry for entry in groups if "merge" in entry}
        self.replaced = Rule.read((method or {}).get("missing")) if (method or {}).get("missing") else None
        self.ends = {id: self.scale_ends(entry["scale"]) for id, entry in self.indicators.items()}
        self.parts = {part for entry in self.indicators.values() for part in entry["scale"].get("of", ())}
        self.facets = {facet["id"]: facet for facet in framework.get("facets", ())}
        self.indexes = {entry["id"]: self.build(entry) for entry in framework.get("indexes", ())}

    # --- scales ---

    def scale_ends(self, scale):
        """The worst and the best score that an indicator can have: where a gap's bounds lie."""
        if scale["kind"] == "ordinal":
            points = [self.number(option["points"]) for option in scale["options"]]
        elif scale.get("scoring") == "count":
            points = [self.number(points) for points in scale["points"]]
        else:
            points = [Fraction(0), Fraction(100)]
        return min(points), max(points)

    def score(self, scale, answer):
        kind = scale["kind"]
        if kind == "ordinal":
            return next(self.number(option["points"]) for option in scale["options"] if option["id"] == answer)
        if kind == "binary":
            return Fraction(100 if answer == scale.get("favourable", "yes") else 0)
        if kind == "checklist":
            ticked = 0 if answer == "none" else len(answer.split("|"))
            if scale.get("scoring") == "count":
                return self.number(scale["points"][ticked])
            return Fraction(100 * ticked, len(scale["items"]))
        worst, best = self.number(scale["worst"]), self.number(scale["best"])
        return min(max(100 * (self.number(float(answer)) - worst) / (best - worst), Fraction(0)), Fraction(100))

    # --- trees ---

    def build(self, index):
        default = Rule.read(index.get("missing"))
        if "nodes" in index:
            return self.build_nodes(index, default)
        top = Node(index["id"], rule=default)
        self.grow(top, index, self.members(index), index.get("levels", []), [], default)
        self.name_weights(top, index.get("weights", {}))
        self.override(top, index.get("overrides", {}))
        return top

    def build_nodes(self, index, default):
        given = {entry["id"]: entry for entry in index["nodes"]}
        below = {child for entry in index["nodes"] for child in entry["children"]}
        (top,) = [id for id in given if id not in below]

        def make(id):
            entry = given[id]
            node = Node(index["id"] if id == top else id, rule=Rule.read(entry.get("missing"), default))
            for child in entry["children"]:
                weight = self.number(entry.get("weights", {}).get(child, 1))
                node.children.append((weight, make(child) if child in given else self.hang(child)))
            return node

        return make(top)

    def hang(self, id):
        """An indicator in a tree; a composite with its parts below it."""
        scale = self.indicators[id]["scale"]
        node = Node(id, indicator=id)
        if scale["kind"] == "composite":
            node.rule = Rule.read(scale.get("missing"))
            for part in scale["of"]:
                child = self.hang(part)
                child.part = True
                node.children.append((self.number(scale.get("weights", {}).get(part, 1)), child))
        return node

    def facet_value(self, indicator, facet):
        """An indicator's value of a facet: its own, or what its value of a facet within this one implies."""
        if facet in indicator:
            return indicator[facet]
        for inner in self.facets.values():
            if inner.get("within") == facet and (value := self.facet_value(indicator, inner["id"])) is not None:
                return next(entry["within"] for entry in inner["values"] if entry["id"] == value)
        return None

    def members(self, index):
        def named(entry, facet, values):
            return self.facet_value(entry, facet) in values

        def chosen(id, entry):
            if not entry.get("scored", True) or id in self.parts:
                return False
            if any(named(entry, *item) for item in index.get("except", {}).items()):
                return False
            return all(named(entry, *item) for item in index.get("only", {}).items())

        return [id for id, entry in self.indicators.items() if chosen(id, entry)]

    def grow(self, node, index, members, levels, way, rule):
        if not levels:
            node.children = [(Fraction(1), self.hang(id)) for id in members]
            return
        for value in (entry["id"] for entry in self.facets[levels[0]]["values"]):
            own = [id for id in members if self.facet_value(self.indicators[id], levels[0]) == value]
            if own:
                path = [*way, (levels[0], value)]
                child = Node(self.path_name(path), value, rule=rule)
                node.children.append((Fraction(1), child))
                self.grow(child, index, own, levels[1:], path, rule)

    def path_name(self, path):
        kept = [step for i, step in enumerate(path) if not any(self.is_within(later[0], step[0]) for later in path[i + 1 :])]
        return "/".join(f"{facet}={value}" for facet, value in kept)

    def is_within(self, inner, outer):
        while (inner := self.facets[inner].get("within")) is not None:
            if inner == outer:
                return True
        return False

    @staticmethod
    def named(entries, node):
        """The entry for a node by its full name, its last part, or that part's value: the fullest goes."""
        keys = (node.name, node.name.rsplit("/", 1)[-1], node.short)
        return next((entries[key] for key in keys if key in entries), None)

    def name_weights(self, node, weights):
        for i, (weight, child) in enumerate(node.children):
            given = None if child.part else self.named(weights, child)
            node.children[i] = (weight if given is None else self.number(given), child)
            self.name_weights(child, weights)

    def override(self, top, overrides):
        for node in top.inner():
            given = None if node.indicator else self.named(overrides, node)
            if given is not None:
                node.rule = Rule.read(given.get("missing"), node.rule)

    def is_sound(self):
        """Are the weights of no node all 0, and has every index a leaf?"""
        nodes = [node for top in self.indexes.values() for node in top.inner()]
        sums = all(any(weight for weight, _ in node.children) for node in nodes)
        return sums and all(top.children for top in self.indexes.values())

    # --- leaves ---

    def leaves(self, cell):
        """Leaves of one unit and round: {group: {indicator: Leaf}}. `cell` is {(group, indicator): row}."""
        made = {}
        for group in self.groups:
            known = {}
            made[group] = {
                id: self.leaf(cell, known, group, id)
                for id, entry in self.indicators.items()
                if entry["scale"]["kind"] != "composite"
            }
        return made

    def leaf(self, cell, known, group, id):
        applies = self.applies(cell, known, group, id)
        row = cell.get((group, id))
        state = state_of(row)
        if applies is False or state == NOT_APPLICABLE:
            return Leaf(NOT_APPLICABLE, None)
        if applies is None or state != ANSWERED:
            return Leaf(NO_VALUE, None)
        return Leaf(VALUE, self.score(self.indicators[id]["scale"], row["answer"]))

    def applies(self, cell, known, group, id):
        """True, False, or None where it is not known."""
        if id not in known:
            entry = self.indicators[id]
            asked = group in entry.get("groups", self.groups)
            parts = [asked]
            of_group = self.groups[group].get("applies_if")
            if asked and of_group is not None and id not in referred(of_group):
                parts.append(self.holds(of_group, cell, known, group))
            if asked and "applies_if" in entry:
                parts.append(self.holds(entry["applies_if"], cell, known, group))
            known[id] = all_of(parts)
        return known[id]

    def holds(self, condition, cell, known, group):
        if "all" in condition:
            return all_of([self.holds(part, cell, known, group) for part in condition["all"]])
        if "any" in condition:
            return not_of(all_of([not_of(self.holds(part, cell, known, group)) for part in condition["any"]]))
        if "not" in condition:
            return not_of(self.holds(condition["not"], cell, known, group))
        id = condition["indicator"]
        row = cell.get((group, id))
        applies = self.applies(cell, known, group, id)
        if applies is False or (applies is True and state_of(row) == NOT_APPLICABLE):
            return False
        if applies is None or state_of(row) != ANSWERED:
            return None
        if "at_least" in condition:
            return Fraction(float(row["answer"])) >= Fraction(condition["at_least"])
        if "at_most" in condition:
            return Fraction(float(row["answer"])) <= Fraction(condition["at_most"])
        return any(item in condition["in"] for item in row["answer"].split("|"))

    # --- nodes ---

    def evaluate(self, top, leaves, group):
        """Every node of a tree for a group or a merge: {name: Outcome}."""
        if group in self.groups:
            return self.evaluate_own(top, leaves[group])
        merge = self.merges[group]
        members = [leaves[id] for id in merge["merge"]]
        if merge.get("over", "all") == "common":
            members = common_of(members)
        made = [self.evaluate_own(top, own) for own in members]
        weights = [self.number(merge.get("weights", {}).get(id, 1)) for id in merge["merge"]]
        return {name: mean(list(zip(weights, [own[name] for own in made])), Rule()) for name in made[0]}

    def evaluate_own(self, top, leaves):
        out = {}
        self.evaluate_node(top, leaves, out)
        return out

    def evaluate_node(self, node, leaves, out):
        if node.is_leaf():
            made = self.publish_leaf(node.indicator, leaves[node.indicator])
        else:
            children = [(weight, self.evaluate_node(child, leaves, out)) for weight, child in node.children]
            made = mean(children, self.replaced or node.rule)
        out[node.name] = made
        return made

    def publish_leaf(self, id, leaf):
        if leaf.state == VALUE:
            return Outcome(VALUE, leaf.score, Fraction(1), leaf.score, leaf.score, 1, 1)
        if leaf.state == NO_VALUE:
            return Outcome(NO_VALUE, None, Fraction(0), *self.ends[id], 1, 0)
        return NOTHING


def state_of(row):
    """The state of a row of answers; a cell without one, or a blank row, is missing."""
    if row is None:
        return "missing"
    return row.get("state") or (ANSWERED if row.get("answer") else "missing")


def referred(condition):
    if "indicator" in condition:
        return {condition["indicator"]}
    parts = condition.get("all") or condition.get("any") or [condition["not"]]
    return set().union(*(referred(part) for part in parts))


def all_of(parts):
    """Do all hold? Kleene's logic of three values, None the unknown."""
    return False if False in parts else None if None in parts else True


def not_of(part):
    return None if part is None else not part


def common_of(members):
    """Leaves of merged groups over what is answered in all of them; the rest is not applicable."""
    common = [id for id in members[0] if all(own[id].state == VALUE for own in members)]
    return [{id: leaf if id in common else Leaf(NOT_APPLICABLE, None) for id, leaf in own.items()} for own in members]


def dot(pairs):
    """The sum of products of fractions; one reduction at the end instead of one for each operation."""
    top, bottom = 0, 1
    for weight, x in pairs:
        n, d = weight.numerator * x.numerator, weight.denominator * x.denominator
        if d == bottom:
            top += n
        else:
            top, bottom = top * d + n * bottom, bottom * d
    return Fraction(top, bottom)


def mean(children, rule):
    """A node from its children, [(weight, Outcome)], under its missing rule."""
    applicable = [(weight, child) for weight, child in children if child.state != NOT_APPLICABLE]
    if not applicable:
        return NOTHING
    counts = sum(child.n_applicable for _, child in applicable), sum(child.n_answered for _, child in applicable)
    total = sum(weight for weight, _ in applicable)
    if total == 0:  # what applies weighs nothing: nothing is known of the node
        return Outcome(NO_VALUE, None, Fraction(0), Fraction(0), Fraction(100), *counts)
    coverage, lower, upper = (
        dot((weight, getattr(child, name)) for weight, child in applicable) / total for name in ("coverage", "lower", "upper")
    )
    valued = [(weight, child) for weight, child in applicable if child.state == VALUE]
    known = sum(weight for weight, _ in valued)  # where it is 0, what is known weighs nothing, under any rule
    incomplete = rule.rule == "strict" and len(valued) < len(applicable)
    if known == 0 or incomplete or float(coverage) < rule.min_coverage:
        return Outcome(NO_VALUE, None, coverage, lower, upper, *counts)
    value = dot((weight, child.value) for weight, child in valued) / (total if rule.rule == "zero" else known)
    return Outcome(VALUE, value, coverage, lower, upper, *counts)
