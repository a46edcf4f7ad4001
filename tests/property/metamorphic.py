"""Properties that relate two runs of the library, without a model: what is changed in the input, and what must follow.

Each is a function of a case, made with the plan beside its name, and raises `Deviation`. Numbers of two inputs that are
equal in exact arithmetic, but computed in another order, may be neighbours: each lies within the bound of the exact one.
"""

import copy
import math
import random

from contract import Deviation, Scored
from generate import GAPS, Case, Maker, Plan
from rational import ANSWERED, Model, state_of


def rng_of(case):
    return random.Random(f"{case.seed}/metamorphic")


def changed(case, framework=None, rows=None):
    return Case(framework or case.framework, case.method, case.rows if rows is None else rows, case.seed)


def all_published(case):
    """{(index, unit, round, group, node): row} of every inner node."""
    scored = Scored.of(case)
    made = {}
    for index in (entry["id"] for entry in case.framework["indexes"]):
        made.update({(index, *key): row for key, row in scored.published(index).items()})
    return made


def same_bits(a, b):
    return a == b or (a != a and b != b)


def neighbours(a, b):
    return same_bits(a, b) or math.nextafter(a, b) == b


def check_same(name, before, after, equal=neighbours):
    """Do two published rows say the same?"""
    if before[0] != after[0] or before[5:] != after[5:] or not all(map(equal, before[1:5], after[1:5])):
        raise Deviation(f"{name}: {before} became {after}")


def check_all_same(name, before, after, equal=neighbours, tally=None):
    for key, row in after.items():
        check_same(f"{name} {key}", before[key], row, equal)
    if tally is not None:
        tally.counts[name] += len(after)


# --- answers ---


def raised_row(model, row, rng):
    """The row with a better answer; None where there is none to be had."""
    scale = model.indicators[row["indicator"]]["scale"]
    maker = Maker(rng, Plan())
    for _ in range(5):
        answer = maker.answer(scale)
        if model.score(scale, answer) > model.score(scale, row["answer"]):
            return {**row, "answer": answer}
    return None


def monotone(case, tally):
    """One better answer for each unit and round: no score and no bound falls, and coverage stays."""
    rng, model, rows, touched = rng_of(case), Model(case.framework), list(case.rows), set()
    for i in rng.sample(range(len(rows)), len(rows)):
        key = rows[i]["unit"], rows[i]["round"]
        better = raised_row(model, rows[i], rng) if state_of(rows[i]) == ANSWERED and key not in touched else None
        if better:
            rows[i] = better
            touched.add(key)
    before = all_published(case)
    for key, row in all_published(changed(case, rows=rows)).items():
        old = before[key]
        if old[0] != row[0] or old[5:] != row[5:] or not same_bits(old[2], row[2]):
            raise Deviation(f"monotone {key}: a better answer changed more than scores: {old} became {row}")
        if any(new < past for new, past in zip(row[1:5], old[1:5])):
            raise Deviation(f"monotone {key}: a better answer lowered {old} to {row}")
    tally.counts["monotone"] += len(before)


def gaps_alike(case, tally):
    """Why an answer is missing never changes a number: one state of a gap is as good as another, a blank row, or none."""
    rng, rows, present = rng_of(case), [], {(row["unit"], row["round"]) for row in case.rows if state_of(row) not in GAPS}
    for row in case.rows:
        if state_of(row) in GAPS:
            if (row["unit"], row["round"]) in present and rng.random() < 0.3:
                continue
            row = {**row, "state": rng.choice((*GAPS, None))}
        rows.append(row)
    check_all_same("gaps alike", all_published(case), all_published(changed(case, rows=rows)), same_bits, tally)


def units_renamed(case, tally):
    """Units are only names: their scores go with them, bit for bit, whatever their order."""
    units = sorted({row["unit"] for row in case.rows})
    names = dict(zip(units, rng_of(case).sample([f"Z{u}" for u in units], len(units))))
    rows = [{**row, "unit": names[row["unit"]]} for row in case.rows]
    after = all_published(changed(case, rows=rows))
    back = {new: old for old, new in names.items()}
    after = {(index, back[unit], *rest): row for (index, unit, *rest), row in after.items()}
    check_all_same("units renamed", all_published(case), after, same_bits, tally)


# --- bounds ---


def bounds_hold(case, tally):
    """With scales that reach 0 and 100, what is known lies between the bounds, where gaps leave the mean."""
    before = all_published(case)
    for key, (state, value, coverage, lower, upper, *_) in before.items():
        if state == "value" and not lower <= value <= upper:
            raise Deviation(f"bounds {key}: {value!r} is not from {lower!r} to {upper!r}")
        if state != "not_applicable" and not 0 <= lower <= upper <= 100:
            raise Deviation(f"bounds {key}: from {lower!r} to {upper!r}")
        if state != "not_applicable" and not 0 <= coverage <= 1:
            raise Deviation(f"bounds {key}: coverage is {coverage!r}")
    tally.counts["bounds hold"] += len(before)


def strict_is_complete(case, tally):
    """Where all rules are strict, a node of a group of its own with a value lacks nothing."""
    before = all_published(case)
    own = {group["id"] for group in case.framework["groups"] if "merge" not in group}
    for key, (state, value, coverage, lower, upper, n_applicable, n_answered) in before.items():
        complete = n_applicable == n_answered and coverage == 1 and lower == value == upper
        if state == "value" and key[3] in own and not complete:
            raise Deviation(f"strict {key}: {before[key]}")
    tally.counts["strict is complete"] += len(before)


# --- trees ---


def without_indicator(framework, id):
    """The framework as if an indicator had never been; None where a node or composite would have nothing left."""
    made = copy.deepcopy(framework)
    made["indicators"] = [entry for entry in made["indicators"] if entry["id"] != id]
    holders = [entry["scale"] for entry in made["indicators"]] + [n for x in made["indexes"] for n in x.get("nodes", ())]
    for holder in holders:
        for key in ("of", "children"):
            if key in holder:
                holder[key] = [child for child in holder[key] if child != id]
        holder.get("weights", {}).pop(id, None)
        if holder.get("of") == [] or holder.get("children") == []:
            return None
    return heard_by_nodes(made) if made["indicators"] else None


def heard_by_nodes(made):
    """A framework that lost an indicator, without the weights and overrides that no node goes by now; None where an index, or
    all that weighs, is gone."""
    if not all(top.children for top in Model(made).indexes.values()):
        return None
    for index in made["indexes"]:
        nodes = list(Model(made).indexes[index["id"]].walk())
        below = [node for node in nodes[1:] if not node.part]
        inner = [node for node in nodes if not node.is_leaf() and node.indicator is None]
        for key, heard in (("weights", below), ("overrides", inner)):
            if key in index:
                index[key] = Maker.heard(index[key], heard)
    return made if Model(made).is_sound() else None


def not_applicable_leaves(case, tally):
    """An indicator that is applicable nowhere might as well not be there."""
    simple = [e["id"] for e in case.framework["indicators"] if e["scale"]["kind"] != "composite"]
    id = rng_of(case).choice(simple)
    smaller = without_indicator(case.framework, id)
    rest = [row for row in case.rows if row["indicator"] != id]
    if smaller is None or not rest:
        return
    cells = {(row["unit"], row["round"], row["group"]) for row in case.rows}
    groups = [group["id"] for group in case.framework["groups"] if "merge" not in group]
    cells = {(unit, round, group) for unit, round, _ in cells for group in groups}
    gone = [
        {"unit": unit, "round": round, "group": group, "indicator": id, "answer": None, "state": "not_applicable"}
        for unit, round, group in cells
    ]
    before = all_published(changed(case, rows=rest + gone))
    check_all_same("not applicable leaves", before, all_published(changed(case, smaller, rest)), tally=tally)


def unscored(framework, id):
    """The framework in which an indicator is asked and not scored; None where a node would have nothing left."""
    made = copy.deepcopy(framework)
    next(entry for entry in made["indicators"] if entry["id"] == id)["scored"] = False
    for node in (node for index in made["indexes"] for node in index.get("nodes", ())):
        node["children"] = [child for child in node["children"] if child != id]
        node.get("weights", {}).pop(id, None)
        if not node["children"]:
            return None
    return heard_by_nodes(made)


def steps_of_any_kind(framework, smaller, rng):
    """Geometric means or votes at all inner nodes, at the tops, or at some that both frameworks have; gaps filled, or not."""
    how = rng.choice(({"method": "geometric", "offset": 1}, {"method": "copeland"}))
    steps = [{"step": "impute", "method": "mean"}] if rng.random() < 0.3 else []
    for index in (entry["id"] for entry in framework["indexes"]):
        both = [{n.name for n in Model(f).indexes[index].inner() if n.indicator is None} for f in (framework, smaller)]
        some = rng.sample(sorted(both[0] & both[1]), rng.randint(1, len(both[0] & both[1])))
        where = rng.choice(({}, {"level": "index"}, {"nodes": some}))
        steps.append({"step": "aggregate", **how, "index": index, **where})
    return steps


def without_values(case, scores, index, node, id):
    """{(unit, round, group): value without an indicator}. Votes leave no merge over common indicators."""
    votes = any(step["method"] == "copeland" for step in (case.method or {}).get("steps", ()))
    for group in (group for group in case.framework["groups"] if not (votes and group.get("over") == "common")):
        left = scores.leave_one_out(node, index=index, group=group["id"], left_out="indicator", table=True)
        columns = (left[name] for name in ("unit", "round", "group", "left_out", "value_without"))
        yield from ((tuple(key), value) for *key, out, value in zip(*columns) if out == id)


def silent_cells(scored):
    """The cells of unit, round and group in which nothing that is scored was answered: gaps of theirs stay gaps."""
    asked = {group["id"] for group in scored.case.framework["groups"] if "merge" not in group}
    answered = {}
    for index, top in Model(scored.case.framework).indexes.items():
        for (*cell, node), (*_, n_answered) in scored.published(index).items():
            if node == top.name and cell[-1] in asked:
                answered[tuple(cell)] = answered.get(tuple(cell), 0) + n_answered
    return {cell for cell, n in answered.items() if n == 0}


def left_out_is_unscored(case, tally):
    """Without an indicator a score is that of the framework in which it is not scored, bit for bit; by means of any kind.
    Leaves stay as the whole method prepared them: where gaps were filled and a cell has no other answer, the two differ."""
    rng = rng_of(case)
    parts = {part for entry in case.framework["indicators"] for part in entry["scale"].get("of", ())}
    ids = [e["id"] for e in case.framework["indicators"] if e.get("scored", True) and e["id"] not in parts]
    pairs = ((id, unscored(case.framework, id)) for id in rng.sample(ids, len(ids)))
    id, smaller = next((pair for pair in pairs if pair[1]), (None, None))
    if smaller is None:
        return
    method = {"format": "niem-method/1", **(case.method or {})}
    if rng.random() < 0.6:
        method["steps"] = steps_of_any_kind(case.framework, smaller, rng)
    one, other = (Scored.of(Case(framework, method, case.rows)) for framework in (case.framework, smaller))
    fills = any(step["step"] == "impute" for step in method.get("steps", ()))
    if fills and silent_cells(one) != silent_cells(other):
        return
    for index, top in Model(case.framework).indexes.items():
        after = other.published(index)
        holders = [node.name for node in top.inner() if any(below.name == id for below in node.walk() if below is not node)]
        for node in holders:
            for key, value in without_values(one.case, one.scores, index, node, id):
                if (*key, node) in after and not same_bits(value, after[(*key, node)][1]):
                    raise Deviation(f"left out {index, *key, node} without {id}: {value!r}, not {after[(*key, node)][1]!r}")
                tally.counts["left out is unscored"] += (*key, node) in after


def mix(value, rng, keys=("children", "of", "values", "options", "indicators", "items", "nodes", "indexes")):
    """The same framework with the order of everything mixed that has no meaning by its order."""
    if isinstance(value, dict):
        made = {key: mix(entry, rng) for key, entry in value.items()}
        return {key: rng.sample(entry, len(entry)) if key in keys else entry for key, entry in made.items()}
    return [mix(entry, rng) for entry in value] if isinstance(value, list) else value


def children_permuted(case, tally):
    """The order of indicators, children, options and values has no part in any score."""
    after = all_published(changed(case, mix(case.framework, rng_of(case))))
    check_all_same("children permuted", all_published(case), after, tally=tally)


def scaled(weights, children, factor):
    """Weights of all children times a factor; as they were where one would leave the range of weights."""
    made = {child: weights.get(child, 1) * factor for child in children}
    return made if all(x == 0 or 1e-9 <= x <= 1e9 for x in made.values()) else weights


def weights_scaled(case, factors, equal, name, tally):
    rng, framework = rng_of(case), copy.deepcopy(case.framework)
    for scale in (entry["scale"] for entry in framework["indicators"]):
        if "of" in scale:
            scale["weights"] = scaled(scale.get("weights", {}), scale["of"], rng.choice(factors))
    for node in (node for index in framework["indexes"] for node in index.get("nodes", ())):
        node["weights"] = scaled(node.get("weights", {}), node["children"], rng.choice(factors))
    for merge in (group for group in framework["groups"] if "merge" in group):
        merge["weights"] = scaled(merge.get("weights", {}), merge["merge"], rng.choice(factors))
    check_all_same(name, all_published(case), all_published(changed(case, framework)), equal, tally)


def weights_scaled_by_two(case, tally):
    """Only the proportions of weights matter: powers of two leave every bit."""
    weights_scaled(case, (0.125, 0.5, 2, 16), neighbours, "weights scaled by powers of two", tally)


# --- groups ---


def merged_with_itself(case, tally):
    """A merge of groups that all answer the same is each of them, with counts that add."""
    rng, framework = rng_of(case), copy.deepcopy(case.framework)
    own = framework["groups"][0]
    names = [f"copy{k}" for k in range(rng.randint(1, 3))]
    weights = {name: Maker(rng, Plan(zero_weights=False)).weight() for name in (own["id"], *names)}
    copies = [{**own, "id": name} for name in names]
    merge = {"id": "together", "merge": [own["id"], *names], "weights": weights}
    first = [group for group in framework["groups"] if "merge" not in group]
    framework["groups"] = [*first, *copies, merge]
    for entry in framework["indicators"]:
        if own["id"] in entry.get("groups", ()):
            entry["groups"] += names
    rows = case.rows + [{**row, "group": name} for row in case.rows if row["group"] == own["id"] for name in names]
    scored = all_published(changed(case, framework, rows))
    for (index, unit, round, group, node), row in scored.items():
        if group == "together":
            one = scored[index, unit, round, own["id"], node]
            many = (*one[:5], *(n * len(weights) for n in one[5:]))
            check_same(f"merged with itself {index, unit, round, node}", many, row)
            tally.counts["merged with itself"] += 1


# --- the list ---

SMALL = dict(n_units=12, n_rounds=2, twins=False)
PROPERTIES = {
    monotone: Plan(**SMALL, conditions=False),
    gaps_alike: Plan(**SMALL),
    units_renamed: Plan(**SMALL),
    bounds_hold: Plan(**SMALL, rules=("available",), thresholds=False, full_scales=True),
    strict_is_complete: Plan(**SMALL, rules=("strict",), full_scales=True),
    not_applicable_leaves: Plan(**SMALL, conditions=False),
    left_out_is_unscored: Plan(**SMALL),
    children_permuted: Plan(**SMALL),
    weights_scaled_by_two: Plan(**SMALL),
    merged_with_itself: Plan(**SMALL, merges=False),
}
