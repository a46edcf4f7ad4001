"""Scoring a case with the library and comparing everything published with the exact model.

Every check raises `Deviation` at the first thing that is not as promised, and counts in a `Tally` what it saw.
"""

import math
import random
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

import niem
from rational import VALUE, Leaf, Model, decimal

BOUND = 0.501  # of an ulp: what is promised of every published number
NEAR = Fraction(1, 10**8)  # neighbours that differ by less, and are not equal, are left out of the check of ranks
NUMBERS = ("value", "coverage", "lower", "upper")


class Deviation(AssertionError):
    """Something published is not as promised."""

    @property
    def kind(self):
        return str(self).split()[0]


@dataclass
class Tally:
    """What was checked; tallies of workers are added."""

    counts: Counter = field(default_factory=Counter)
    worst: float = 0.0  # the largest error in ulp
    worst_seed: object = None

    def __add__(self, other):
        larger = self if self.worst >= other.worst else other
        return Tally(self.counts + other.counts, larger.worst, larger.worst_seed)

    def see(self, error, seed):
        if error > self.worst:
            self.worst, self.worst_seed = error, seed


@dataclass
class Scored:
    """A case as the library sees it, and its scores."""

    case: object
    framework: object
    method: object
    answers: object
    scores: object

    @classmethod
    def of(cls, case, rows=None, threads=1, framework=None):
        framework = framework or niem.load_framework(case.framework)
        method = case.method and niem.load_method(case.method)
        answers = niem.read_answers(case.csv(rows), framework)
        return cls(case, framework, method, answers, niem.score(framework, answers, method, threads=threads))

    def published(self, index, level=None):
        """{(unit, round, group, node): (state, value, coverage, lower, upper, n_applicable, n_answered)}"""
        table = self.scores.to_frame(level, wide=False, index=index, group="*", table=True)
        keys = zip(*(table[name].tolist() for name in ("unit", "round", "group", "node")))
        names = ("state", *NUMBERS, "n_applicable", "n_answered")
        made = dict(zip(keys, zip(*(table[name].tolist() for name in names))))
        if len(made) != len(table):
            raise Deviation(f"index {index}: a unit, round, group and node has two rows")
        return made

    def bits(self):
        """The digests of everything published, of answers, framework and method."""
        return self.scores.manifest()


# --- one number ---


def ulp_exponent(exact):
    """The ulp of the binade that holds a positive number is 2 to this power."""
    mantissa, exponent = math.frexp(exact.numerator / exact.denominator)
    if mantissa == 0.5 and Fraction(math.ldexp(mantissa, exponent)) > exact:
        exponent -= 1
    return max(exponent - 53, -1074)


def error_ratio(published, exact):
    """How far a double lies from an exact number > 0, in ulp of the exact number, as two integers."""
    top, bottom = published.as_integer_ratio()
    distance = abs(top * exact.denominator - exact.numerator * bottom)
    bottom *= exact.denominator
    shift = ulp_exponent(exact)
    return (distance, bottom << shift) if shift > 0 else (distance << -shift, bottom)


def error_in_ulp(published, exact):
    """The same as a float, for exact numbers >= 0. Only +0 is right for 0."""
    if exact == 0:
        return 0.0 if published == 0 and math.copysign(1, published) > 0 else math.inf
    if not math.isfinite(published):
        return math.inf
    distance, ulp = error_ratio(published, exact)
    return distance / ulp


def named(place):
    return f"index {', '.join(place)}"


def check_number(published, exact, what, tally, seed):
    if exact is None:
        if published == published:
            raise Deviation(f"{named(what)}: {published!r}, where there is none")
        return
    error = error_in_ulp(published, exact)
    tally.see(error, seed)
    tally.counts["numbers"] += 1
    if error == 0.5:  # to the last bit of a float: is it the middle of two doubles, or is the other one nearer?
        distance, ulp = error_ratio(published, exact)
        tally.counts["middles"] += 2 * distance == ulp
        tally.counts["not the nearest double"] += 2 * distance > ulp
    tally.counts["not the nearest double"] += error > 0.5
    if not error <= BOUND:
        raise Deviation(f"{named(what)}: {published!r} ({published.hex()}) is {error:.6g} ulp from {exact} = {float(exact)!r}")


# --- all nodes ---


def check_outcome(row, exact, what, tally, seed):
    counts = exact.n_applicable, exact.n_answered
    if row[0] != exact.state or row[5:] != counts:
        raise Deviation(f"{named(what)}: {row[0]}, applicable and answered {row[5:]}; exact: {exact.state}, {counts}")
    for name, published in zip(NUMBERS, row[1:5]):
        check_number(published, getattr(exact, name), (*what, name), tally, seed)


def check_scores(scored, tally, leaves=False):
    """Every node, or every leaf too, of every index, group, merge, unit and round.

    Gives the exact values at the tops, {(index, group, round): {unit: value}}.
    """
    case, tops = scored.case, {}
    model = Model(case.framework, case.method)
    cells = {key: model.leaves(cell) for key, cell in case.cells().items()}
    groups = [*model.groups, *model.merges]
    for index, top in model.indexes.items():
        names = [node.name for node in (top.walk() if leaves else top.inner())]
        published = scored.published(index)
        for level in ("indicator", "part") if leaves else ():
            if any(node.part == (level == "part") and node.indicator for node in top.walk()):
                published.update(scored.published(index, level))
        if len(published) != len(cells) * len(groups) * len(names):
            raise Deviation(f"index {index}: {len(published)} rows, not {len(cells)} x {len(groups)} x {len(names)}")
        for (unit, round), own in cells.items():
            for group in groups:
                made = model.evaluate(top, own, group)
                for name in names:
                    place = unit, round, group, name
                    if place not in published:
                        raise Deviation(f"index {index}, {place}: no row")
                    check_outcome(published[place], made[name], (index, *place), tally, case.seed)
                tops.setdefault((index, group, round), {})[unit] = made[top.name].value
        tally.counts["nodes"] += len(published)
    tally.counts["cases"] += len(cells)
    return tops


# --- ranks ---


def expected_ranks(values):
    """1 for the highest of {unit: exact value}; equal values share the least rank. None where neighbours are too near."""
    order = sorted(values.items(), key=lambda item: -item[1])
    ranks, ties = {}, 0
    for place, (unit, value) in enumerate(order):
        gap = order[place - 1][1] - value if place else None
        if gap is not None and 0 < gap < NEAR:
            return None, 0
        ranks[unit] = ranks[order[place - 1][0]] if gap == 0 else place + 1
        ties += gap == 0
    return ranks, ties


def check_ranks(scored, tops, tally, name="ranked"):
    """Units tie where their exact values at the top tie, and nowhere else."""
    for index in dict.fromkeys(index for index, _, _ in tops):
        table = scored.scores.rank(index=index, group="*", table=True)
        found = {}
        for group, round, unit, rank in zip(*(table[column].tolist() for column in ("group", "round", "unit", "rank"))):
            found.setdefault((group, round), {})[unit] = rank
        for (group, round), ranks in found.items():
            exact = tops[index, group, round]
            if exact.keys() != ranks.keys():
                raise Deviation(f"ranks of index {index}, {group}, {round}: the units differ")
            without = {unit for unit, value in exact.items() if value is None}
            if without != {unit for unit, rank in ranks.items() if rank != rank}:
                raise Deviation(f"ranks of index {index}, {group}, {round}: a unit without a value has a rank, or the reverse")
            expected, ties = expected_ranks({unit: value for unit, value in exact.items() if value is not None})
            if expected is None:
                tally.counts[f"{name}: lists left out"] += 1
                continue
            tally.counts[f"{name}: lists"] += 1
            tally.counts[f"{name}: ties"] += ties
            wrong = {unit: (ranks[unit], rank) for unit, rank in expected.items() if ranks[unit] != rank}
            if wrong:
                raise Deviation(f"ranks of index {index}, {group}, {round}: (published, exact) {wrong}")


def decimal_tops(case):
    """The tops again with every number as the decimal that was written: 0.1 is a tenth."""
    model = Model(case.framework, case.method, decimal)
    tops = {}
    for (unit, round), cell in case.cells().items():
        leaves = model.leaves(cell)
        for index, top in model.indexes.items():
            for group in (*model.groups, *model.merges):
                tops.setdefault((index, group, round), {})[unit] = model.evaluate(top, leaves, group)[top.name].value
    return tops


# --- what adds up ---


def shuffled(values, rng):
    return rng.sample(values, len(values))


def effective_terms(model, top, node, leaves, group):
    """The exact contributions to a node's value, {(group, indicator): contribution}.

    A value is linear in the scores of the answered leaves, so each one's weight is what one point more of it changes.
    """
    merge = model.merges.get(group)
    members = merge["merge"] if merge else [group]
    base = model.evaluate(top, leaves, group)[node].value
    terms = {}
    for member in members:
        for id, leaf in leaves[member].items():
            if leaf.state == VALUE:
                raised = {**leaves, member: {**leaves[member], id: Leaf(VALUE, leaf.score + 1)}}
                terms[member, id] = (model.evaluate(top, raised, group)[node].value - base) * leaf.score
    return terms


def check_explanation(scored, model, index, key, group, node, rng, tally):
    """The contributions add up to the score, and each is value x effective weight but for the last digits."""
    what = f"explanation of index {index}, {' '.join((*key, group, node))}"
    table = scored.scores.explain(*key, node=node, index=index, group=group, table=True)
    contributions = table["contribution"].tolist()
    top = model.indexes[index]
    leaves = model.leaves(scored.case.cells()[key])
    score = float(table.notes["score"]) if table.notes["score"] else math.nan
    exact = model.evaluate(top, leaves, group)[node].value
    below = next(one for one in top.walk() if one.name == node).leaves()
    members = model.merges[group]["merge"] if group in model.merges else [group]
    found = list(zip(table["group"].tolist(), table["indicator"].tolist()))
    if sorted(found) != sorted((member, leaf.indicator) for member in members for leaf in below):
        raise Deviation(f"{what}: not the indicators below the node")
    if exact is None:
        return
    tally.counts["explanations"] += 1
    for order in (contributions, shuffled(contributions, rng), sorted(contributions)):
        if math.fsum(order) != score:
            raise Deviation(f"{what}: contributions add up to {math.fsum(order)!r}, not to {score!r}")
    terms = effective_terms(model, top, node, leaves, group)
    for place, contribution in zip(found, contributions):
        if abs(Fraction(contribution) - terms.get(place, 0)) > Fraction(len(found) + 1) * Fraction(math.ulp(score)):
            raise Deviation(f"{what}: {place} contributes {contribution!r}, exactly {float(terms.get(place, 0))!r}")
    weights = math.fsum(table["weight"].tolist())
    if abs(weights - 1) > 1e-14 * len(found):
        raise Deviation(f"{what}: the weights add up to {weights!r}")


def check_explanations(scored, rng, tally, n=4):
    model = Model(scored.case.framework, scored.case.method)
    groups, keys = [*model.groups, *model.merges], list(scored.case.cells())
    for _ in range(n):
        index = rng.choice(list(model.indexes))
        node = rng.choice(list(model.indexes[index].walk())).name
        check_explanation(scored, model, index, rng.choice(keys), rng.choice(groups), node, rng, tally)


def columns(table, *names):
    return zip(*(table[name].tolist() for name in names))


def check_cause(what, kind, from_, to, weight_from, weight_to, answer_effect, weight_effect, contribution, middle):
    """The parts of one indicator's contribution, by the formula of niem/comparison.h."""
    here = {"entered": (0.0, to), "left": (0.0, from_)}
    if kind == "kept":
        answer, value = (weight_from + weight_to) / 2 * (to - from_), (from_ + to) / 2
    else:
        answer, value = here[kind]
    weight = (weight_to - weight_from) * (value - middle)
    for name, found, expected in (
        ("answer_effect", answer_effect, answer),
        ("weight_effect", weight_effect, weight),
        ("contribution", contribution, answer + weight),
    ):
        if not abs(found - expected) <= 1e-11:
            raise Deviation(f"{what}: {name} is {found!r}, by the formula {expected!r}")


def check_causes(what, rows, points, rng):
    """The causes of one unit, group and node: [(indicator, kind, ...)] in the order of `check_cause`."""
    start, end, change = points
    contributions = [row[-1] for row in rows]
    for order in (contributions, shuffled(contributions, rng)):
        if math.fsum(order) != change:
            raise Deviation(f"{what}: add up to {math.fsum(order)!r}, the change is {change!r}")
    for indicator, kind, *numbers in rows:
        if kind == "rounding":
            if not abs(numbers[-1]) <= math.ulp(100.0):
                raise Deviation(f"{what}: {numbers[-1]!r} is more than last digits")
        else:
            check_cause(f"{what}, {indicator}", kind, *numbers, (start + end) / 2)
    for column, name in ((4, "weight_from"), (5, "weight_to")):
        total = math.fsum(row[column] for row in rows if row[column] == row[column])
        if rows and abs(total - 1) > 1e-12:
            raise Deviation(f"{what}: {name} adds up to {total!r}")


def check_changes(scored, rng, tally, n_units=3):
    """A change is one subtraction, and its causes add up to it, for some units, every group and every node."""
    units, rounds = (sorted({key[k] for key in scored.case.cells()}) for k in (0, 1))
    if len(rounds) < 2:
        return
    start, end = rng.sample(rounds, 2)
    query = {"group": "*", "units": rng.sample(units, min(n_units, len(units)))}
    for index in (entry["id"] for entry in scored.case.framework["indexes"]):
        published = scored.published(index)
        changes, causes = {}, {}
        points = scored.scores.change(start, end, index=index, **query).points
        for unit, group, node, change in columns(points, "unit", "group", "node", "change"):
            first, last = (published[unit, round, group, node][1] for round in (start, end))
            if not (change == last - first or (change != change and math.isnan(last - first))):
                raise Deviation(f"change of index {index}, {unit} {group} {node}: {change!r}, not {last!r} - {first!r}")
            changes[unit, group, node] = first, last, change
        table = scored.scores.change_causes(start, end, table=True, index=index, **query)
        effects = "from", "to", "weight_from", "weight_to", "answer_effect", "weight_effect", "contribution"
        for unit, group, node, *row in columns(table, "unit", "group", "node", "indicator", "kind", *effects):
            causes.setdefault((unit, group, node), []).append(row)
        for key, points in changes.items():
            if points[2] == points[2]:
                tally.counts["changes"] += 1
                check_causes(f"causes of index {index}, {' '.join(key)}", causes.pop(key, []), points, rng)
        if causes:
            raise Deviation(f"causes of index {index}: {next(iter(causes))} has causes and no change")


# --- what never matters ---


def check_order_and_threads(scored, rng, tally):
    """Neither the order of the rows nor the number of threads changes a bit."""
    bits = scored.bits()
    again = Scored.of(scored.case, shuffled(scored.case.rows, rng), 1, scored.framework)
    if again.bits() != bits:
        raise Deviation("another order of the rows gives other bits")
    if again.scores.to_json() != scored.scores.to_json():
        raise Deviation("another order of the rows gives other canonical text")
    four = niem.score(scored.framework, scored.answers, scored.method, threads=4)
    if four.manifest() != bits:
        raise Deviation("four threads give other bits than one")
    tally.counts["orders and threads"] += 1


def check_case(case, tally, thorough=False):
    """Everything promised of one case; `thorough` adds leaves, ranks by decimals and changes."""
    rng = random.Random(f"{case.seed}/check")
    scored = Scored.of(case)
    tops = check_scores(scored, tally, leaves=thorough)
    check_ranks(scored, tops, tally)
    check_explanations(scored, rng, tally)
    check_order_and_threads(scored, rng, tally)
    if thorough:
        check_ranks(scored, decimal_tops(case), tally, "ranked as decimals")
        check_changes(scored, rng, tally)
