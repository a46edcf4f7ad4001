"""The rules of niem/assessment.h once more, over rational.py: coders, completeness, checks, forms, revisions, standards.

Written from the header, sharing nothing with libniem. Tables are lists of rows, as in rational.py.
"""

from fractions import Fraction

import rational
from rational import GAPS, STATES, Answer, Node, Scores, answer_text, mean, minus, published, score_of


def told(scale, answer):
    """An answer, or a state in its place."""
    return answer_text(scale, answer.answer) if answer.state == "answered" else answer.state


def has_points(scale):
    return scale["kind"] != "numeric" or "worst" in scale


class Assessment(Scores):
    """Answers before they are scored: a cell that the method cannot settle is a gap."""

    @property
    def own_groups(self):
        return [group["id"] for group in self.framework.own_groups]

    def scale(self, indicator):
        return self.framework.indicators[indicator]["scale"]

    def questions(self):
        return [name for name, indicator in self.framework.indicators.items() if indicator["scale"]["kind"] != "composite"]

    def coders_of(self, pair, group, indicator):
        """[(coder, answer), ...] of a cell, by coder; empty where it has no row."""
        return sorted(self.given.get((*pair, group, indicator), {}).items())

    def cells_in_order(self):
        for pair in self.pairs:
            for group in self.own_groups:
                for indicator in self.framework.indicators:
                    if said := self.coders_of(pair, group, indicator):
                        yield (*pair, group, indicator), said

    # --- coders ---

    def agreement(self):
        counts = {}
        for (unit, round_, group, _), said in self.cells_in_order():
            own = counts.setdefault((unit, round_, group), [0, 0, 0])
            several = len(said) > 1
            own[0] += 1
            own[1] += several
            own[2] += several and all(answer == said[0][1] for _, answer in said)
        counts["*", "*", "*"] = [sum(column) for column in zip(*counts.values())]
        for (unit, round_, group), (cells, several, agreed) in counts.items():
            share = published(Fraction(agreed, several)) if several else None
            yield dict(unit=unit, round=round_, group=group, cells=cells, several=several, agreed=agreed, share=share)

    def disagreements(self, adjudicator=None):
        rules = {"unanimous": "unanimous", "majority": "majority", "median": "median", "adjudicator": {"coder": adjudicator}}
        for (unit, round_, group, indicator), said in self.cells_in_order():
            scale = self.scale(indicator)
            if all(answer == said[0][1] for _, answer in said):
                continue
            row = dict(unit=unit, round=round_, group=group, indicator=indicator, coders=len(said))
            row["answers"] = "; ".join(f"{told(scale, answer)} ({coder})" for coder, answer in said)
            scores = [published(score_of(scale, a.answer)) for _, a in said if a.state == "answered" and has_points(scale)]
            row["range"] = minus(max(scores), min(scores)) if len(scores) > 1 else None
            for name, rule in rules.items():
                asked = name != "adjudicator" or adjudicator is not None
                settled = rational.consensus(scale, dict(said), rule) if asked else None
                row[name] = None if settled is None else told(scale, settled)
            yield row

    # --- completeness ---

    def slots(self, group, indicator):
        """The rows of the table that a question of a group counts in."""
        yield "all", "*"
        yield "group", group
        for facet in self.framework.facets:
            value = self.framework.value_of(self.framework.indicators[indicator], facet)
            if value is not None:
                yield facet["id"], value

    def all_slots(self):
        yield "all", "*"
        yield from (("group", group) for group in self.own_groups)
        for facet in self.framework.facets:
            yield from ((facet["id"], value["id"]) for value in facet["values"])

    def counted(self, indicators):
        """(unit, round, facet, value, how many of each state), units first and "*" at the end."""
        counts = {}
        for unit, round_ in self.pairs:
            for group in self.own_groups:
                for name in (name for name in indicators if self.framework.asked(name, group)):
                    state = self.leaves[unit, round_, group][name].state
                    for slot in self.slots(group, name):
                        for who in (unit, "*"):
                            own = counts.setdefault((who, round_, *slot), dict.fromkeys(STATES, 0))
                            own[state] += 1
        for unit, round_ in [*self.pairs, *(("*", round_) for round_ in self.rounds)]:
            for slot in self.all_slots():
                if (unit, round_, *slot) in counts:
                    yield (unit, round_, *slot, counts[(unit, round_, *slot)])

    def completeness(self):
        for unit, round_, facet, value, states in self.counted(self.questions()):
            asked = sum(states.values())
            applies = asked - states["not_applicable"]
            row = dict(unit=unit, round=round_, facet=facet, value=value, asked=asked, **states)
            yield {**row, "share": published(Fraction(states["answered"], applies)) if applies else None}

    def is_statistical(self, name):
        conditions = [group["applies_if"] for group in self.framework.own_groups if "applies_if" in group]
        decides = any(name in self.deciding(condition) for condition in conditions)
        return not self.framework.indicators[name].get("scored", True) and name not in self.framework.parts and not decides

    def data_gaps(self):
        names = {"answered": "available"}
        kinds = ("answered", "not_collected", "not_accessible", "not_disaggregated", "missing")
        for unit, round_, facet, value, states in self.counted([x for x in self.questions() if self.is_statistical(x)]):
            n = sum(states[kind] for kind in kinds)
            row = dict(unit=unit, round=round_, facet=facet, value=value, n=n)
            row.update((names.get(kind, kind), states[kind]) for kind in kinds)
            yield {**row, **{f"share_{names.get(k, k)}": published(Fraction(states[k], n)) if n else None for k in kinds}}

    # --- the check ---

    def exists(self, cell):
        condition = next(group for group in self.framework.groups if group["id"] == cell[2]).get("applies_if")
        return condition is None or self.holds(condition, cell)

    def decides(self, group, indicator):
        condition = next(x for x in self.framework.groups if x["id"] == group).get("applies_if")
        return condition is not None and indicator in self.deciding(condition)

    def top(self, cell, instead=None):
        """The score at the top of the default index, with one answer in the place of another."""
        data = self.framework.data
        name = data.get("default_index") or (next(iter(self.framework.trees)) if len(self.framework.trees) == 1 else None)
        if name is None or not all(has_points(self.scale(n.indicator)) for n in self.framework.trees[name].walk() if n.leaf):
            return None
        kept = self.cells
        self.cells = {**kept, **(instead or {})}
        leaves = self.leaves_of(*cell)
        self.cells = kept
        tree = self.framework.trees[name]
        return published(self.evaluate(tree, leaves)[tree].value)

    def check(self, previous=None, round=None, previous_round=None):
        findings = []
        for pair in self.pairs:
            if round in (None, pair[1]):
                earlier = self.earlier(pair, previous or self, previous_round)
                for group in self.own_groups:
                    findings += self.check_cell((*pair, group), previous or self, earlier)
        severities = ("error", "warning", "note")
        return sorted(findings, key=lambda f: (severities.index(f["severity"]), f["effect"] is None, -abs(f["effect"] or 0)))

    def earlier(self, pair, previous, named):
        """The round to compare with: the one named, else the unit's last one before."""
        rounds = [r for u, r in previous.pairs if u == pair[0] and (previous is not self or r != pair[1])]
        if named is not None:
            return named if named in rounds else None
        order = self.ordered(self.framework.data.get("rounds", []), {*rounds, pair[1]}, dated=True)
        before = [r for r in order[: order.index(pair[1])] if r in rounds]
        return before[-1] if before else None

    def check_cell(self, cell, previous, earlier):
        unit, round_, group = cell

        def found(severity, kind, indicator, coder=None, effect=None):
            place = dict(unit=unit, round=round_, group=group, indicator=indicator)
            return dict(severity=severity, kind=kind, **place, coder=coder or None, effect=effect)

        exists = self.exists(cell)
        if exists is not True:
            condition = next(x for x in self.framework.groups if x["id"] == group)["applies_if"]
            question = next(name for name in self.framework.indicators if name in self.named(condition))
            theirs = [name for name in self.questions() if not self.decides(group, name)]
            said = [self.cells.get((*cell, name), Answer("missing", None)).state for name in theirs]
            if exists is None:
                yield found("warning", "group_unknown", question)
            elif "answered" in said:
                yield found("error", "group_does_not_apply", question)
        for name in self.questions():
            own = exists is True or self.decides(group, name)
            if self.framework.asked(name, group) and own and self.applies(name, cell) is None:
                yield found("warning", "condition_unknown", name)
            if said := self.coders_of(cell[:2], group, name):
                if exists is not False or self.decides(group, name):
                    yield from self.check_applies(found, cell, name, said)
                yield from self.check_said(found, cell, name, said)
                yield from self.check_change(found, cell, name, said, previous, earlier)

    def named(self, condition):
        """The indicators that a condition itself names."""
        if "indicator" in condition:
            return {condition["indicator"]}
        parts = [condition["not"]] if "not" in condition else condition.get("all", condition.get("any"))
        return set().union(*(self.named(part) for part in parts))

    def check_applies(self, found, cell, name, said):
        state = self.cells.get((*cell, name), Answer("missing", None)).state
        coder = said[0][0] if len(said) == 1 else None
        conditional = "applies_if" in self.framework.indicators[name]
        if state == "answered" and not self.framework.asked(name, cell[2]):
            yield found("warning", "not_asked", name, coder)
        elif state == "answered" and self.applies(name, cell) is False:
            yield found("error", "does_not_apply", name, coder)
        elif state == "not_applicable" and self.applies(name, cell) is True:
            word = ("error", "wrongly_not_applicable") if conditional else ("warning", "not_applicable")
            yield found(*word, name, coder)

    def rows_of(self, cell, name):
        place = dict(zip(("unit", "round", "group", "indicator"), (*cell, name)))
        return [row for row in self.rows if all(row[key] == value for key, value in place.items())]

    def check_said(self, found, cell, name, said):
        sources = {row.get("coder", ""): row.get("source") for row in self.rows_of(cell, name)}
        if self.framework.indicators[name].get("evidence"):
            for coder, answer in said:
                if answer.state == "answered" and sources[coder] is None:
                    yield found("warning", "no_source", name, coder)
        settled = (*cell, name) in self.cells
        if not settled or any(answer != said[0][1] for _, answer in said):
            yield found("note" if settled else "error", "coders_disagree", name)

    def check_change(self, found, cell, name, said, previous, earlier):
        now = self.cells.get((*cell, name))
        before = previous.cells.get((cell[0], earlier, cell[2], name))
        noted = any(row.get("note") for row in self.rows_of(cell, name))
        if now is None or before is None or before.state != "answered" or now.state == "not_applicable" or noted:
            return
        lost = now.state in GAPS
        indicator = self.framework.indicators[name]
        statistic = not indicator.get("scored", True) and name not in self.framework.parts and indicator["scale"]["kind"] == "numeric"
        if lost or (now != before and not statistic):
            effect = minus(self.top(cell), self.top(cell, {(*cell, name): before}))
            kind = "lost_without_note" if lost else "changed_without_note"
            yield found("warning", kind, name, said[0][0] if len(said) == 1 else None, effect)

    # --- the form ---

    def form_rows(self, unit, round_, looks_back_to, prefill=False, groups=None):
        """What a form shows of these answers, which are the previous ones."""
        wanted = {member for group in groups or self.own_groups for member in self.framework.members_of(group)[0] or [group]}
        for group in (group for group in self.own_groups if group in wanted):
            for name in (name for name in self.questions() if self.framework.asked(name, group)):
                scale = self.scale(name)
                said = self.coders_of((unit, looks_back_to), group, name)
                row = dict(unit=unit, round=round_, group=group, indicator=name)
                row.update(dict.fromkeys(("answer", "state", "evidence", "source", "coder", "note", "previous_answer")))
                if len(said) == 1:
                    row["previous_answer"] = told(scale, said[0][1])
                elif said:
                    row["previous_answer"] = "; ".join(f"{coder}: {told(scale, answer)}" for coder, answer in said)
                if prefill and said and all(answer == said[0][1] for _, answer in said):
                    answered = said[0][1].state == "answered"
                    first = next(x for x in self.rows_of((unit, looks_back_to, group), name) if x.get("coder", "") == said[0][0])
                    row["answer" if answered else "state"] = told(scale, said[0][1])
                    row.update((key, first.get(key)) for key in ("evidence", "source", "note"))
                yield row


# --- two sets of answers ---


def by_cell(answers):
    cells = {}
    for row in answers.rows:
        key = tuple(row[key] for key in ("unit", "round", "group", "indicator"))
        cells.setdefault(key, {})[row.get("coder", "")] = row
    return cells


def matched(old, new):
    """The rows of one cell in pairs: the only ones of both, else by coder; None where one side has none."""
    if len(old) == 1 and len(new) == 1:
        return [(next(iter(old.values())), next(iter(new.values())))]
    return [(old.get(coder), new.get(coder)) for coder in sorted({*old, *new})]


def revision(older, newer):
    data = newer.framework.data
    cells = by_cell(older), by_cell(newer)
    keys = {*cells[0], *cells[1]}
    units = Scores.ordered(data.get("units", []), {key[0] for key in keys})
    rounds = Scores.ordered(data.get("rounds", []), {key[1] for key in keys}, dated=True)
    groups, names = newer.own_groups, list(newer.framework.indicators)
    order = lambda key: (units.index(key[0]), rounds.index(key[1]), groups.index(key[2]), names.index(key[3]))  # noqa: E731
    for key in sorted(keys, key=order):
        scale = newer.scale(key[3])
        for old, new in matched(*(side.get(key, {}) for side in cells)):
            answers = [row and rational.read_answer(scale, row) for row in (old, new)]
            differs = {}
            if old and new:
                differs = {x: old.get(x) != new.get(x) for x in ("evidence", "source", "coder", "note")}
                differs["answer"] = answers[0].answer != answers[1].answer
                differs["state"] = answers[0].state != answers[1].state
                if not any(differs.values()):
                    continue
            row = dict(zip(("unit", "round", "group", "indicator"), key))
            row["coder"] = (new or old).get("coder")
            row["kind"] = "changed" if old and new else "added" if new else "removed"
            columns = [x for x in ("answer", "state", "evidence", "source", "coder", "note") if differs.get(x)]
            row["columns"] = ",".join(columns) or None
            for side, given, answer in zip(("old", "new"), (old, new), answers):
                row[f"{side}_answer"] = answer_text(scale, answer.answer) if given and answer.state == "answered" else None
                row[f"{side}_state"] = answer.state if given else None
                row[f"{side}_source"] = given.get("source") if given else None
            yield row


def revision_effects(older, newer, **query):
    tree, groups, _, nodes, _ = newer.select(top=True, **query)
    data = newer.framework.data
    units = Scores.ordered(data.get("units", []), {*older.units, *newer.units})
    rounds = Scores.ordered(data.get("rounds", []), {*older.rounds, *newer.rounds}, dated=True)
    own = older.framework.trees[tree.name]
    older_nodes = {node.name: node for node in own.walk()}
    for round_ in rounds:
        for group in groups:
            for node in nodes:
                olds = [older.value(own, older_nodes[node.name], unit, round_, group) for unit in units]
                news = [newer.value(tree, node, unit, round_, group) for unit in units]
                places = [rational.ranks(values, True, "min", newer.tolerance) for values in (olds, news)]
                for unit, old, new, old_rank, new_rank in zip(units, olds, news, *places):
                    if (unit, round_) in older.pairs or (unit, round_) in newer.pairs:
                        row = dict(unit=unit, round=round_, group=group, node=node.name, old=old, new=new)
                        yield {**row, "difference": minus(new, old), "old_rank": old_rank, "new_rank": new_rank}


# --- standards ---


def cited(scores, by):
    """{(instrument, citation): indicators}, in the order of the framework; the citation is None by instrument."""
    found, instruments = {}, {}
    for indicator in scores.framework.data["indicators"]:
        parts = [x for x in [indicator["id"]] if indicator.get("scored", True) and scored(scores.framework, x)]
        for standard in indicator.get("standards", []) if parts else []:
            key = standard.get("instrument") if by == "instrument" else standard["ref"]
            if key is not None:
                instruments.setdefault(key, standard.get("instrument"))
                members = found.setdefault(key, [])
                members += [indicator["id"]] if indicator["id"] not in members else []
    if by == "instrument":
        return {(key, None): members for key, members in found.items()}
    return {(instruments[key], key): members for key, members in found.items()}


def scored(framework, name):
    scale = framework.indicators[name]["scale"]
    return all(scored(framework, part) for part in scale.get("of", [])) and (scale["kind"] != "numeric" or "worst" in scale)


def in_force(scores, instrument, round_):
    data = scores.framework.data
    date = next((x.get("date") for x in data.get("rounds", []) if x["id"] == round_), None)
    own = next((x for x in data.get("instruments", []) if x["id"] == instrument), {})
    return date is None or own.get("valid_from", date) <= date <= own.get("valid_to", date)


def ranked(scores, rows):
    places = rational.ranks([row["value"] for row in rows], False, "min", scores.tolerance)
    return [{**row, "rank": place} for row, place in zip(rows, places)]


def standards(scores, by="ref", **query):
    _, groups, rounds, _, units = scores.select(**query)
    for round_ in rounds:
        views = [(place, members) for place, members in cited(scores, by).items() if in_force(scores, place[0], round_)]
        for group in groups:
            means = [[] for _ in views]
            for unit in (unit for unit in units if (unit, round_) in scores.pairs):
                rows = []
                for (place, members), own in zip(views, means):
                    tree = Node("standard", "index")
                    for member in members:
                        scores.framework.add_indicator(tree, member, 1)
                    found = scores.all_scores(tree, unit, round_, group)[tree]
                    row = dict(unit=unit, round=round_, group=group, instrument=place[0], ref=place[1], value=published(found.value))
                    row.update(coverage=published(found.coverage), n=found.n_answered, n_applicable=found.n_applicable)
                    rows.append(row)
                    own.append((row["value"], found.state != rational.NOT_APPLICABLE))
                yield from ranked(scores, rows)
            rows = []
            for (place, _), own in zip(views, means):
                values = [Fraction(value) for value, _ in own if value is not None]
                row = dict(unit="*", round=round_, group=group, instrument=place[0], ref=place[1], value=published(mean(values)))
                rows.append({**row, "coverage": None, "n": len(values), "n_applicable": sum(applies for _, applies in own)})
            yield from ranked(scores, rows)
