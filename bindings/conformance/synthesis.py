"""The synthetic assessment of niem/assessment.h once more: its model, drawn with the generator "philox4x32-10".

Philox4x32-10 is that of J. K. Salmon, M. A. Moraes, R. O. Dror & D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
SC'11; it is held here against the three known answers that its authors publish. Normal quantiles are those of Python's
statistics.NormalDist. Key: the seed; counter: (block, stream, FNV-1a of the names of what the draw belongs to). The streams
below are part of what the seed means, and never change. Answers are options, items and rounded numbers, so that the last place
of a logarithm or an exponential decides none of them.
"""

import math
from statistics import NormalDist

import rational
from rational import STATES, Answer

ALGORITHM = "philox4x32-10"
STREAMS = (
    "unit",
    "dimension",
    "unit_dimension",
    "drift",
    "question",
    "group",
    "change",
    "item",
    "size",
    "status",
    "gap",
    "gap_round",
    "state",
    "second",
    "other_opinion",
    "statistics",
)
STREAM = {name: number for number, name in enumerate(STREAMS, 1)}
WORD = 2**32
EVIDENCE = "synthetic: no document stands behind this answer"


def philox(counter, seed):
    a, b, c, d = counter
    low, high = seed % WORD, seed // WORD % WORD
    for _ in range(10):
        left, right = a * 0xD2511F53, c * 0xCD9E8D57
        a, b, c, d = right // WORD ^ b ^ low, right % WORD, left // WORD ^ d ^ high, left % WORD
        low, high = (low + 0x9E3779B9) % WORD, (high + 0xBB67AE85) % WORD
    return a, b, c, d


PI = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344)
assert philox((0, 0, 0, 0), 0) == (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)
assert philox((WORD - 1,) * 4, 2**64 - 1) == (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)
assert philox(PI, 0xA4093822 + WORD * 0x299F31D0) == (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)


def name_of(names):
    """FNV-1a of the names, a byte 31 behind each."""
    value = 0xCBF29CE484222325
    for byte in b"".join(name.encode("utf-8") + b"\x1f" for name in names):
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


class Draws:
    """The draws of one seed, stream and name, one after another."""

    def __init__(self, seed, stream, *names):
        name = name_of(names)
        self.words = (word for block in range(WORD) for word in philox((block, STREAM[stream], name % WORD, name // WORD), seed))

    def uniform(self):
        low, high = next(self.words), next(self.words)
        return ((high * WORD + low >> 12) + 0.5) / 2**52

    def normal(self):
        return NormalDist().inv_cdf(self.uniform())

    def below(self, n):
        while True:
            product = next(self.words) * n
            if product % WORD >= WORD % n:
                return product // WORD


class Synthesis:
    def __init__(self, framework, seed=0, missing=0.04, second_coder=0, units=None, rounds=None):
        self.framework = framework if isinstance(framework, rational.Framework) else rational.Framework(framework)
        data = self.framework.data
        self.seed, self.missing, self.second_coder, self.chosen = seed, missing, second_coder, units is not None
        listed = [unit["id"] for unit in data.get("units", [])]
        self.units = units or listed or [f"synthetic-{i:02}" for i in range(1, 16)]
        self.everybody = listed or self.units
        self.all_rounds = [round_["id"] for round_ in data.get("rounds", [])]
        self.rounds = rounds or self.all_rounds or ["1"]
        self.groups = [group["id"] for group in self.framework.own_groups]
        self.conditions = {group["id"]: group.get("applies_if") for group in self.framework.own_groups}
        self.gates = {x["indicator"]: x for x in self.conditions.values() if x and self.is_gate(x)}
        conditions = [*self.conditions.values(), *(x.get("applies_if") for x in data["indicators"])]
        self.referred = {name for condition in conditions if condition for name in self.named(condition)}

    def draws(self, stream, *names):
        return Draws(self.seed % 2**64, stream, *names)

    def normal(self, stream, *names):
        return self.draws(stream, *names).normal()

    def uniform(self, stream, *names):
        return self.draws(stream, *names).uniform()

    def is_gate(self, condition):
        return "in" in condition and self.framework.indicators[condition["indicator"]]["scale"]["kind"] in ("ordinal", "binary")

    def named(self, condition):
        if "indicator" in condition:
            return {condition["indicator"]}
        parts = [condition["not"]] if "not" in condition else condition.get("all", condition.get("any"))
        return set().union(*(self.named(part) for part in parts))

    def facet(self, indicator, name):
        facet = next((facet for facet in self.framework.facets if facet["id"] == name), None)
        values = [value["id"] for value in facet["values"]] if facet else []
        return (self.framework.value_of(indicator, facet) if facet else None), values

    # --- how favourable ---

    def favour(self, unit, round_, group, indicator):
        name = indicator["id"]
        dimension = self.facet(indicator, "dimension")[0] or ""
        level = 52 + 9 * self.normal("unit", unit) + 5 * self.normal("dimension", dimension)
        level += 7 * self.normal("unit_dimension", unit, dimension)
        step, steps = self.facet(indicator, "step")
        if step and len(steps) > 1:
            level += 14 - 26 * steps.index(step) / (len(steps) - 1)
        level -= min(4 * self.groups.index(group), 12)
        place = self.all_rounds.index(round_) if round_ in self.all_rounds else self.rounds.index(round_)
        for r in range(1, place + 1):
            draws = self.draws("change", unit, name, str(r))
            if draws.below(7) == 0:
                level += 8 + 8 * self.normal("drift", unit) + 18 * draws.normal()
        if not indicator.get("scored", True):
            level += 3 * self.normal("statistics", unit, name, round_)
        return level + 18 * self.normal("question", unit, name) + 5 * self.normal("group", unit, name, group)

    # --- answers ---

    def invent(self, unit, group, indicator, level):
        scale, name = indicator["scale"], indicator["id"]
        level = min(max(level, 0), 100)
        if name in self.gates:
            holds = self.exists(unit, group)
            options = self.options(scale)
            fitting = [option for option, _ in options if (option in self.gates[name]["in"]) == holds]
            return fitting[0] if fitting else options[-1][0]
        if scale["kind"] == "numeric":
            return self.number(unit, name, scale, level)
        if scale["kind"] == "checklist":
            items = [item["id"] for item in scale["items"]]
            return frozenset(item for item in items if level > 100 * self.uniform("item", unit, name, item))
        return min(self.options(scale), key=lambda option: abs(option[1] - level))[0]

    @staticmethod
    def options(scale):
        if scale["kind"] == "ordinal":
            return [(option["id"], option["points"]) for option in scale["options"]]
        best = scale.get("favourable", "yes")
        return [(option, 100 if option == best else 0) for option in ("no", "yes")]

    def number(self, unit, name, scale, level):
        minimum, maximum = scale.get("minimum", -math.inf), scale.get("maximum", math.inf)
        if "worst" in scale:
            worst, best, share = scale["worst"], scale["best"], level / 100
            if scale.get("transform") == "log":
                x = math.exp(math.log(worst) + share * (math.log(best) - math.log(worst)))
            else:
                x = worst + share * (best - worst)
            x = rational.half_up(x, 1 if abs(best - worst) < 10 else 0)
            x = min(max(x, min(worst, best)), max(worst, best))
        elif math.isfinite(minimum) and math.isfinite(maximum):
            x = rational.half_up(minimum + level / 100 * (maximum - minimum), 1)
        else:
            size = 5 + 1.2 * self.normal("size", unit) + 0.8 * self.normal("size", unit, name)
            x = rational.half_up(math.exp(size + (level - 50) / 100), 0)
        return min(max(x, minimum), maximum)

    def exists(self, unit, group):
        place, n = self.groups.index(group), len(self.everybody)
        if place < 2 or group == "asylum_seeker":
            return True
        draw = self.uniform("status", group, unit)
        before = sum(self.uniform("status", group, other) < draw for other in self.everybody)
        return before < (2 * n // 3 if place == 2 else n // 5)

    # --- gaps ---

    def gap_share(self, indicator):
        kind, kinds = self.facet(indicator, "type")
        statistical = not kinds and not indicator.get("scored", True)
        kind = kind or ""
        times = 6 if "financ" in kind else 5 if "outcome" in kind or statistical else 2 if "admin" in kind else 1
        return min(self.missing * times, 0.9)

    def state(self, unit, round_, indicator):
        name, share = indicator["id"], self.gap_share(indicator)
        if name in self.referred or share <= 0:
            return "answered"
        both = math.sqrt(0.6) * self.normal("gap", unit, name) + math.sqrt(0.4) * self.normal("gap_round", unit, name, round_)
        if both >= NormalDist().inv_cdf(share):
            return "answered"
        kind = self.uniform("state", unit, name, round_)
        if indicator.get("scored", True):
            return "missing" if kind < 0.6 else "not_collected" if kind < 0.8 else "not_accessible"
        return "not_collected" if kind < 0.4 else "not_disaggregated" if kind < 0.7 else "not_accessible" if kind < 0.9 else "missing"

    # --- rows ---

    def took_part(self, unit, round_):
        if self.chosen or self.framework.data["id"] != "niem":
            return True
        place = self.all_rounds.index(round_)
        return place == 0 if unit == "PT" else place > 0 if unit == "BG" else True

    def rows(self):
        for unit in self.units:
            for round_ in self.rounds:
                if self.took_part(unit, round_):
                    for group in self.groups:
                        yield from self.cell(unit, round_, group)

    def cell(self, unit, round_, group):
        asked = [x for name, x in self.framework.indicators.items() if self.framework.asked(name, group) and x["scale"]["kind"] != "composite"]
        invented = {x["id"]: self.invent(unit, group, x, self.favour(unit, round_, group, x)) for x in asked}
        logic = rational.Scores.__new__(rational.Scores)
        logic.framework = self.framework
        logic.cells = {(unit, round_, group, name): Answer("answered", value) for name, value in invented.items()}
        place, condition = (unit, round_, group), self.conditions[group]
        exists = condition is None or logic.holds(condition, place)
        for indicator in asked:
            name = indicator["id"]
            if exists is not True and name not in logic.deciding(condition):
                continue
            applies = logic.applies(name, place) is True
            state = self.state(unit, round_, indicator) if applies else "not_applicable"
            yield self.row(unit, round_, group, indicator, state, invented[name], 1)
            if state == "answered" and name not in self.referred:
                yield from self.second(unit, round_, group, indicator)

    def second(self, unit, round_, group, indicator):
        names = unit, round_, indicator["id"], group
        if self.uniform("second", *names) < self.second_coder:
            draws = self.draws("other_opinion", *names)
            other = 20 * draws.normal() if draws.below(4) == 0 else 0
            value = self.invent(unit, group, indicator, self.favour(unit, round_, group, indicator) + other)
            yield self.row(unit, round_, group, indicator, "answered", value, 2)

    def row(self, unit, round_, group, indicator, state, value, coder):
        assert state in STATES
        row = {"unit": unit, "round": round_, "group": group, "indicator": indicator["id"]}
        if state == "answered":
            number = indicator["scale"]["kind"] == "numeric"
            row["answer"] = value if number else rational.answer_text(indicator["scale"], value)
        else:
            row["state"] = state
        source = f"synthetic (libniem generator, seed {self.seed})"
        return {**row, "evidence": EVIDENCE, "source": source, "coder": f"synthetic-{coder}"}


def synthetic(framework, **options):
    return list(Synthesis(framework, **options).rows())
