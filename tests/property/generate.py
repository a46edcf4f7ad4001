"""Random frameworks and answers, each from one seed: trees by levels and by nodes up to four levels deep, composites,
checklists, goalposts, decimal weights, merges of groups, skip logic and every kind of missing.

`Plan` says how much of each a framework may have; a property that holds for part of the rules only takes a plan without the
rest.
"""

import random
from dataclasses import dataclass
from typing import Any, Optional

from rational import Model

STATES = ("not_applicable", "missing", "not_collected", "not_accessible", "not_disaggregated")
GAPS = STATES[1:]
POINTS = (
    (0.0, 100.0), (0.0, 50.0, 100.0), (0.0, 25.0, 50.0, 75.0, 100.0), (0.0, 33.3333, 66.6667, 100.0),
    (0.0, 33.333333333333336, 66.66666666666667, 100.0), (0.1, 0.2, 0.3, 99.9), (10.0, 40.0, 90.0), (14.2857, 28.5714, 85.7143),
    (20.0, 20.0, 80.0), (0.0,), (7.7, 100.0),
)  # fmt: skip
WEIGHTS = (0.1, 0.2, 0.3, 0.25, 0.5, 0.3333, 0.6667, 0.1429, 0.05, 1.0, 1.5, 2.0, 3.0, 7.0, 0.7)
FAR_WEIGHTS = (1e-09, 1e-06, 12345.678, 1e9)
GOALPOSTS = (
    (24.0, 0.0), (0.0, 100.0), (0.0, 1.0), (-5.5, 7.25), (0.1, 0.7), (3.0, 0.3), (1000.0, 0.001), (0.0, 1e9), (1e-12, 1e12),
)  # fmt: skip
COVERAGES = (0.0, 0.0, 0.25, 0.3333333333333333, 0.5, 0.6, 0.6666666666666666, 0.75, 0.9, 1.0)


@dataclass(frozen=True)
class Plan:
    """What a framework may have."""

    n_units: int = 25
    n_rounds: int = 2
    conditions: bool = True
    merges: bool = True
    zero_weights: bool = True
    rules: tuple = ("available", "available", "strict", "zero")
    thresholds: bool = True
    methods: bool = True
    full_scales: bool = False  # every scale reaches 0 and 100
    twins: bool = True  # units that are other units with answers of like indicators exchanged: ties


@dataclass
class Case:
    """A framework, a method (or None) and rows of answers."""

    framework: dict
    method: Optional[dict]
    rows: list
    seed: Any = None

    def csv(self, rows=None):
        """The answers as they are read."""
        lines = ["unit,round,group,indicator,answer,state"]
        lines += [
            f"{row['unit']},{row['round']},{row['group']},{row['indicator']},{row['answer'] or ''},{row['state'] or ''}"
            for row in (self.rows if rows is None else rows)
        ]
        return "\n".join(lines).encode()

    def cells(self):
        """{(unit, round): {(group, indicator): row}}"""
        made = {}
        for row in self.rows:
            made.setdefault((row["unit"], row["round"]), {})[row["group"], row["indicator"]] = row
        return made


class Maker:
    def __init__(self, rng, plan):
        self.rng = rng
        self.plan = plan

    def chance(self, p):
        return self.rng.random() < p

    def some(self, entries, at_least=1):
        """A random part of a list, in its order."""
        n = self.rng.randint(at_least, len(entries))
        kept = set(self.rng.sample(range(len(entries)), n))
        return [entry for i, entry in enumerate(entries) if i in kept]

    # --- weights and rules ---

    def weight(self):
        if self.plan.zero_weights and self.chance(0.08):
            return 0
        if self.chance(0.04):
            return self.rng.choice(FAR_WEIGHTS)
        if self.chance(0.15):
            return round(self.rng.random() + 0.001, self.rng.choice((2, 3, 4, 15)))
        return self.rng.choice(WEIGHTS)

    def weights(self, keys):
        """Weights for a random part of some names; often none."""
        if not keys or self.chance(0.4):
            return {}
        return {key: self.weight() for key in self.some(keys)}

    def coverage(self):
        if not self.plan.thresholds:
            return 0.0
        return self.rng.choice(COVERAGES) if self.chance(0.7) else round(self.rng.random(), 2)

    def rule(self):
        word = self.rng.choice(self.plan.rules)
        if self.chance(0.4):
            return word
        made = {"rule": word, "min_coverage": self.coverage()}
        if word == "available" and self.chance(0.2):
            del made["rule"]
        return made

    def maybe_rule(self, entry, p=0.5):
        if "available" not in self.plan.rules or self.chance(p):
            entry["missing"] = self.rule()
        return entry

    # --- scales ---

    def scale(self):
        kind = self.rng.choice(("ordinal", "ordinal", "ordinal", "binary", "checklist", "numeric", "numeric"))
        return getattr(self, kind)()

    def ordinal(self):
        points = list(self.rng.choice(POINTS))
        if self.chance(0.15):
            points = [round(self.rng.uniform(0, 100), self.rng.choice((1, 4, 13))) for _ in range(self.rng.randint(1, 6))]
        if self.plan.full_scales:
            points = [0.0, *points, 100.0]
        self.rng.shuffle(points)
        return {"kind": "ordinal", "options": [{"id": "abcdefgh"[i], "points": x} for i, x in enumerate(points)]}

    def binary(self):
        return {"kind": "binary", **({"favourable": "no"} if self.chance(0.3) else {})}

    def checklist(self):
        n = self.rng.choice((1, 2, 3, 3, 5, 6, 7, 11))
        scale = {"kind": "checklist", "items": [{"id": f"i{k}"} for k in range(n)]}
        if self.chance(0.4):
            points = [round(self.rng.uniform(0, 100), 3) for _ in range(n + 1)]
            if self.plan.full_scales:
                points[0], points[-1] = 0, 100
            scale.update(scoring="count", points=points)
        return scale

    def numeric(self):
        worst, best = self.rng.choice(GOALPOSTS)
        if self.chance(0.2):
            worst, best = self.rng.uniform(-100, 100), self.rng.uniform(-100, 100)
        if self.chance(0.3):
            worst, best = best, worst
        scale = {"kind": "numeric", "worst": worst, "best": best}
        if self.chance(0.3):
            scale["clamp"] = False
        return scale

    # --- the framework ---

    def facets(self):
        made = []
        areas = [f"area{k}" for k in range(self.rng.randint(1, 3))]
        if self.chance(0.7):
            made.append({"id": "area", "values": [{"id": id} for id in areas]})
        dimensions = [{"id": f"dim{k}"} for k in range(self.rng.randint(1, 5))]
        if made:
            made.append({"id": "dimension", "within": "area", "values": dimensions})
            for value in dimensions:
                value["within"] = self.rng.choice(areas)
        else:
            made.append({"id": "dimension", "values": dimensions})
        for id, word, p in (("step", "step", 0.6), ("type", "kind", 0.4)):
            if self.chance(p):
                made.append({"id": id, "values": [{"id": f"{word}{k}"} for k in range(self.rng.randint(1, 3))]})
        return made

    def groups(self, indicators):
        own = [{"id": f"g{k}"} for k in range(self.rng.choice((1, 1, 2, 2, 2, 3)))]
        for group in own:
            free = [entry for entry in indicators if "applies_if" not in entry and entry["scale"]["kind"] != "composite"]
            if self.plan.conditions and free and self.chance(0.15):
                group["applies_if"] = self.condition(free)
        merges = []
        for k in range(self.rng.choice((0, 1, 1, 2)) if self.plan.merges and len(own) > 1 else 0):
            ids = [group["id"] for group in self.some(own, 2)]
            merge = {"id": f"m{k}", "merge": ids, **({"over": self.rng.choice(("all", "common"))} if self.chance(0.7) else {})}
            merge["weights"] = self.weights(ids)
            if any(merge["weights"].get(id, 1) for id in ids):
                merges.append(merge)
        return own + merges

    def question(self, entry):
        scale, id = entry["scale"], entry["id"]
        if scale["kind"] == "numeric":
            bound = self.number(scale)
            return {"indicator": id, self.rng.choice(("at_least", "at_most")): bound}
        options = [option["id"] for option in scale.get("options", scale.get("items", ({"id": "yes"}, {"id": "no"})))]
        return {"indicator": id, "in": self.some(options)}

    def condition(self, earlier, depth=0):
        if depth < 2 and self.chance(0.3):
            word = self.rng.choice(("all", "any", "not"))
            if word == "not":
                return {"not": self.condition(earlier, depth + 1)}
            return {word: [self.condition(earlier, depth + 1) for _ in range(self.rng.randint(1, 3))]}
        return self.question(self.rng.choice(earlier))

    def indicators(self, facets):
        n = self.rng.choice((1, 2, 3, 4, 4, 5, 5, 6, 6, 7, 8, 9, 12, 18))
        pool = [self.scale() for _ in range(self.rng.randint(1, 5))]
        made = []
        for k in range(n):
            entry = {"id": f"I-{k}", "scale": self.rng.choice(pool)}
            for facet in facets:
                if facet["id"] != "area" and not (facet["id"] == "type" and self.chance(0.1)):
                    entry[facet["id"]] = self.rng.choice(facet["values"])["id"]
            if self.plan.conditions and made and self.chance(0.15):
                entry["applies_if"] = self.condition(made)
            if self.chance(0.05):
                entry["scored"] = False
            made.append(entry)
        for k in range(self.rng.choice((0, 0, 0, 1, 2))):
            self.add_composite(made, f"C-{k}")
        return made

    def add_composite(self, made, id):
        """A composite of up to three indicators, composites too, that are no parts yet."""
        taken = {part for entry in made for part in entry["scale"].get("of", ())}
        free = [entry for entry in made if entry["id"] not in taken and entry.get("scored", True)]
        if len(free) < 2:
            return
        parts = self.rng.sample(free, self.rng.randint(1, min(3, len(free) - 1)))
        ids = [entry["id"] for entry in parts]
        scale = {"kind": "composite", "of": ids}
        weights = self.weights(ids)
        if any(weights.get(id, 1) for id in ids):
            scale["weights"] = weights
        self.maybe_rule(scale)
        facets = {key: value for key, value in parts[0].items() if key in ("dimension", "step", "type")}
        made.append({"id": id, "scale": scale, **facets})

    def levels(self, facets):
        """Facets from the top down, none above one that it is within."""
        ids = [facet["id"] for facet in facets]
        chosen = self.some(ids, 0)
        self.rng.shuffle(chosen)
        if "area" in chosen and "dimension" in chosen and chosen.index("dimension") < chosen.index("area"):
            a, d = chosen.index("area"), chosen.index("dimension")
            chosen[a], chosen[d] = "dimension", "area"
        return chosen

    def index_by_levels(self, id, framework):
        index = {"id": id}
        levels = self.levels(framework["facets"])
        values = {facet["id"]: [value["id"] for value in facet["values"]] for facet in framework["facets"]}
        if levels:
            index["levels"] = levels
        if "type" in levels:
            index["only"] = {"type": values["type"]}
        elif self.chance(0.15):
            facet = self.rng.choice(list(values))
            index[self.rng.choice(("only", "except"))] = {facet: self.some(values[facet])}
        self.maybe_rule(index)
        top = Model({**framework, "indexes": [index]}).indexes[id]
        below = [node for node in top.walk() if node is not top and not node.part]
        index["weights"] = self.heard(self.weights(sorted({self.key(node) for node in below})), below)
        nodes = [node for node in top.inner() if node.indicator is None]
        if self.chance(0.3) and nodes:
            overrides = {self.key(node): {"missing": self.rule()} for node in self.some(nodes)}
            index["overrides"] = self.heard(overrides, nodes)
        return index

    def key(self, node):
        """One of the names by which weights and overrides may call a node."""
        return self.rng.choice((node.name, node.name.rsplit("/", 1)[-1], node.short))

    @staticmethod
    def heard(entries, nodes):
        """The entries that some node goes by; one that fuller names leave nothing to is refused by the reader."""
        used = [Model.named({key: key for key in entries}, node) for node in nodes]
        return {key: value for key, value in entries.items() if key in used}

    def index_by_nodes(self, id, framework):
        parts = {part for entry in framework["indicators"] for part in entry["scale"].get("of", ())}
        free = [e["id"] for e in framework["indicators"] if e.get("scored", True) and e["id"] not in parts]
        self.rng.shuffle(free)
        nodes = []
        self.explicit(nodes, f"{id}-top", free[: self.rng.randint(1, len(free))] if free else [], 1)
        self.rng.shuffle(nodes)
        return self.maybe_rule({"id": id, "nodes": nodes})

    def explicit(self, nodes, id, leaves, depth):
        """A node over some leaves, parted among inner nodes at random, at most four levels deep."""
        children = []
        while leaves:
            n = self.rng.randint(1, len(leaves))
            if depth < 4 and self.chance(0.5):
                below = f"n{len(nodes)}-{depth}-{len(children)}"
                self.explicit(nodes, below, leaves[:n], depth + 1)
                children.append(below)
            else:
                children += leaves[:n]
            leaves = leaves[n:]
        node = self.maybe_rule({"id": id, "children": children}, 0.4)
        weights = self.weights(children)
        if weights:
            node["weights"] = weights
        nodes.append(node)

    def framework(self):
        facets = self.facets()
        indicators = self.indicators(facets)
        made = {"format": "niem-framework/1", "id": "random", "version": "1", "facets": facets, "indicators": indicators}
        made["groups"] = self.groups(indicators)
        own = [group["id"] for group in made["groups"] if "merge" not in group]
        for entry in indicators:
            if len(own) > 1 and entry["scale"]["kind"] != "composite" and self.chance(0.12):
                entry["groups"] = self.some(own)
        made["indexes"] = [
            self.rng.choice((self.index_by_levels, self.index_by_nodes))(f"x{k}", made)
            for k in range(self.rng.choice((1, 1, 2)))
        ]
        return made

    def method(self):
        if self.plan.methods and self.chance(0.2):
            return {"format": "niem-method/1", "missing": self.rule()}
        return None

    # --- answers ---

    def number(self, scale):
        """A number, mostly between the goalposts; beyond them only where that counts as the goalpost."""
        low, high = sorted((scale["worst"], scale["best"]))
        if self.chance(0.15):
            return self.rng.choice((low, high))
        beyond = 0.2 * (high - low) if scale.get("clamp", True) else 0
        if self.chance(0.4):  # few different ones, so that units tie
            return low + (high - low) * self.rng.choice((0.25, 0.5, 0.75))
        return min(max(self.rng.uniform(low - beyond, high + beyond), -1e99), 1e99)

    def answer(self, scale):
        if scale["kind"] == "numeric":
            x = self.number(scale)
            short = float(f"{x:.3g}")
            low, high = sorted((scale["worst"], scale["best"]))
            return repr(short if self.chance(0.5) and low <= short <= high else x)
        if scale["kind"] == "checklist":
            return "|".join(self.some([item["id"] for item in scale["items"]], 0)) or "none"
        return self.rng.choice([option["id"] for option in scale.get("options", ({"id": "yes"}, {"id": "no"}))])

    def row(self, entry, shares):
        """One cell: [answer, state], or None for no row."""
        x = self.rng.random()
        if x < shares[0]:
            return [self.answer(entry["scale"]), "answered" if self.chance(0.1) else None]
        if x < shares[1]:
            return [None, self.rng.choice(GAPS)]
        if x < shares[2]:
            return [None, "not_applicable"]
        return [None, None] if self.chance(0.3) else None

    def cell(self, indicators, groups):
        """{(group, indicator): [answer, state]} for a unit and round, with at least one row."""
        kind = self.rng.random()
        shares = (1.0, 1.0, 1.0) if kind < 0.2 else (0.1, 0.4, 0.9) if kind > 0.93 else (0.75, 0.86, 0.95)
        made = {}
        for group in groups:
            gone = self.chance(0.04)  # nothing is applicable to the group
            for entry in indicators:
                asked = group in entry.get("groups", groups)
                row = [None, "not_applicable"] if gone else self.row(entry, shares)
                if row is not None and (asked or self.chance(0.1)):
                    made[group, entry["id"]] = row
        if not any(any(row) for row in made.values()):
            made[groups[0], indicators[0]["id"]] = [None, "missing"]
        return made

    def twin(self, cell, indicators, groups):
        """The same answers exchanged among indicators of one scale and place: often an exact tie, by another way."""
        like = {}
        for entry in indicators:
            key = repr([value for key, value in entry.items() if key != "id"])
            like.setdefault(key, []).append(entry["id"])
        made = {}
        for ids in like.values():
            other = dict(zip(ids, self.rng.sample(ids, len(ids))))
            made.update({(group, other[id]): cell[group, id] for group in groups for id in ids if (group, id) in cell})
        return made

    def rows(self, framework):
        indicators = [entry for entry in framework["indicators"] if entry["scale"]["kind"] != "composite"]
        groups = [group["id"] for group in framework["groups"] if "merge" not in group]
        rows, last = [], {}
        for u in range(self.plan.n_units):
            for r in range(self.plan.n_rounds):
                if self.plan.twins and r in last and self.chance(0.35):
                    cell = self.twin(last[r], indicators, groups)
                else:
                    cell = self.cell(indicators, groups)
                last[r] = cell
                rows += [
                    {"unit": f"U{u:02}", "round": f"R{r}", "group": group, "indicator": id, "answer": row[0], "state": row[1]}
                    for (group, id), row in cell.items()
                ]
        self.rng.shuffle(rows)
        return rows


def make_case(seed, plan=Plan()):
    """The case of a seed. A draft whose weights are all 0 at some node is no framework, and another is made."""
    for draft in range(1000):
        maker = Maker(random.Random(f"{seed}/{draft}"), plan)
        framework = maker.framework()
        if Model(framework).is_sound():
            return Case(framework, maker.method(), maker.rows(framework), seed)
    raise AssertionError(f"seed {seed}: no sound framework in 1000 drafts")
