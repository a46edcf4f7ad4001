"""Trees that are aggregated in any way, for the vectors of robustness.json: what is left out, methods side by side, effective
weights, and what the steps of a method did. The rules of the public headers once more, in fractions, or in decimals of 60
digits where the truth is not rational; nothing is shared with libniem.
"""

from fractions import Fraction

import methods
import rational
from rational import NOT_APPLICABLE, NO_VALUE, VALUE, Leaf, Score, published

OVER_UNITS = ("copeland", "borda", "wroclaw")
WITHOUT_WEIGHTS = ("owa", "ogwa", "mpi", "ampi")
OUTSIDE = Leaf("not_applicable", None, None)


class Aggregated(rational.Scores):
    """Scores by a method whose steps weigh and aggregate. It knows no bounds."""

    def __init__(self, framework, rows, method=None, index=None):
        super().__init__(framework, rows, method, index)
        self.how, self.weighing, self.swept = {}, {}, {}
        for step in self.method.get("steps", []):
            for tree in self.framework.trees.values():
                if step.get("index", tree.name) == tree.name:
                    self.take(step, tree)

    def take(self, step, tree):
        if step["step"] == "aggregate":
            self.how.update((node, step) for node in self.nodes_of(step, tree))
        elif "weights" in step:
            for name, weight in step["weights"].items():
                node = next(x for x in tree.walk() if name in (x.name, x.alone))
                node.parent.weights[node.parent.children.index(node)] = Fraction(weight)
        else:
            assert step["step"] == "weigh"
            for node in self.nodes_of(step, tree):
                node.weights = [Fraction(1)] * len(node.children)
                self.weighing[node] = None if step["method"] == "equal" else step

    @staticmethod
    def nodes_of(step, tree):
        inner = [node for node in tree.walk() if not node.leaf]
        if "nodes" in step:
            return [node for node in inner if {node.name, node.alone} & set(step["nodes"])]
        return [node for node in inner if (node.level == step["level"] if "level" in step else not node.composite)]

    def word(self, node):
        return self.how[node]["method"] if node in self.how else "arithmetic"

    def weights_of(self, node):
        return None if self.word(node) in WITHOUT_WEIGHTS else node.weights

    # --- all cells together, node by node ---

    def sweep(self, tree, leaves, gone, weigh=True):
        """{(unit, round, group): {node: score}} of leaves by cell."""
        values = {cell: {} for cell in leaves}
        for node in reversed(list(tree.walk())):
            if node.leaf:
                scale = self.framework.indicators[node.indicator]["scale"]
                for cell, own in leaves.items():
                    values[cell][node] = rational.leaf_score(own[node.indicator], scale)
                continue
            kept = [k for k, child in enumerate(node.children) if child not in gone]
            if weigh and self.weighing.get(node):
                self.weigh_by_data(node, kept, values)
            for cell in leaves:
                values[cell][node] = self.combined(node, [values[cell][child] for child in node.children])
            if self.word(node) in OVER_UNITS:
                self.over_units(node, kept, values)
        return values

    def number_of(self, node, score):
        """A child's value among those that are aggregated over units: the double that it is published as."""
        zero = score.state == NO_VALUE and self.rule(node)[0] == "zero"
        return Fraction(published(score.value)) if score.state == VALUE else Fraction(0) if zero else None

    def weigh_by_data(self, node, kept, values):
        node.weights = [Fraction(0)] * len(node.children)
        rows = [[self.number_of(node, own[node.children[k]]) for k in kept] for own in values.values()]
        found = methods.weights(rows, method=self.weighing[node]["method"]) if len(kept) > 1 else [Fraction(1)] * len(kept)
        for k, weight in zip(kept, found):
            node.weights[k] = Fraction(published(weight))

    def combined(self, node, children):
        word, threshold = self.rule(node)
        weights = self.weights_of(node) or [Fraction(1)] * len(children)
        apply = [(c, w) for c, w in zip(children, weights) if c.state != NOT_APPLICABLE]
        have = [(c, w) for c, w in apply if c.state == VALUE]
        counts = sum(c.n_applicable for c in children), sum(c.n_answered for c in children)
        if not apply:
            return Score(NOT_APPLICABLE, None, None, None, None, *counts)
        weight, of_values = (sum((w for _, w in pairs), Fraction(0)) for pairs in (apply, have))
        coverage = sum(w * c.coverage for c, w in apply) / weight if weight else Fraction(0)
        holds = of_values > 0 and not (word == "strict" and len(have) < len(apply)) and published(coverage) >= threshold
        value = None
        if holds:
            given = apply if word == "zero" else have
            numbers = [c.value if c.state == VALUE else Fraction(0) for c, _ in given]
            of_units = self.word(node) in OVER_UNITS
            if self.word(node) == "geometric" and node.parent is None and min(numbers) + Fraction(self.how[node].get("offset", 0)) <= 0:
                return Score(NO_VALUE, None, coverage, Fraction(0), Fraction(0), *counts)  # not with what is left; who asks is told
            value = Fraction(0) if of_units else methods.of_row(numbers, self.word(node), [w for _, w in given], self.how.get(node, {}))
        return Score(VALUE if holds else NO_VALUE, value, coverage, Fraction(0), Fraction(0), *counts)

    def over_units(self, node, kept, values):
        """Contemporaries of one group are held against each other."""
        for place in {cell[1:] for cell in values}:
            cells = [cell for cell in values if cell[1:] == place and values[cell][node].state == VALUE]
            if not cells:
                continue
            rows = [[self.number_of(node, values[cell][node.children[k]]) for k in kept] for cell in cells]
            options = {key: value for key, value in self.how[node].items() if key in ("ties", "tolerance", "deviation")}
            weights = [published(node.weights[k]) for k in kept]
            for cell, found in zip(cells, methods.aggregate(rows, self.word(node), weights, **options)):
                found = found if self.word(node) != "wroclaw" or found is None else 100 * (1 - Fraction(published(found)))
                values[cell][node] = values[cell][node]._replace(value=found, state=NO_VALUE if found is None else VALUE)

    def cells_without(self, tree, left):
        gone = set(left.walk()) if left else set()
        for node in reversed(list(tree.walk())):  # and what has nothing left below it
            gone |= {node} if node.children and gone.issuperset(node.children) else set()
        names = {node.indicator for node in gone if node.leaf}
        cells = {
            (unit, round_, group["id"]): {
                name: OUTSIDE if name in names else leaf for name, leaf in self.leaves[unit, round_, group["id"]].items()
            }
            for unit, round_ in self.pairs
            for group in self.framework.own_groups
        }
        return cells, gone

    def of_group(self, tree, group, left=None):
        """{(unit, round): {node: score}} for a group or a merge."""
        key = tree.name, group, left
        if key not in self.swept:
            cells, gone = self.cells_without(tree, left)
            values = self.sweep(tree, cells, gone)
            merge, over_common, weights = self.framework.members_of(group)
            if merge and over_common:
                masked = dict(cells)
                for pair in self.pairs:
                    several = self.common([cells[(*pair, member)] for member in merge])
                    masked.update(((*pair, member), own) for member, own in zip(merge, several))
                values = self.sweep(tree, masked, gone, weigh=False)
            shares = [Fraction(weights.get(member, 1)) for member in merge or []]
            self.swept[key] = {
                pair: values[(*pair, group)]
                if merge is None
                else {
                    node: rational.combine([values[(*pair, member)][node] for member in merge], shares, ("available", 0)) for node in tree.walk()
                }
                for pair in self.pairs
            }
        return self.swept[key]

    # --- what rational.Scores asks ---

    def value(self, tree, node, unit, round_, group):
        return published(self.of_group(tree, group)[unit, round_][node].value) if (unit, round_) in self.pairs else None

    def without(self, tree, node, left, round_, group):
        return {unit: published(own[node].value) for (unit, at), own in self.of_group(tree, group, left).items() if at == round_}

    def effective_weights(self, index=None):
        for tree in self.framework.trees.values():  # weights from data are made
            cells, gone = self.cells_without(tree, None)
            self.sweep(tree, cells, gone)
        yield from super().effective_weights(index)


# --- what the steps of a method did ---


def steps(framework, rows, method, part):
    """Steps over numbers without goalposts, in a framework with one group: screening by what is missing, imputation of means,
    treatment without a transformation, min-max. Rows stand by step; then by unit and indicator, of a treatment by indicator and unit."""
    scores = rational.Scores(framework, rows)
    names = list(scores.framework.indicators)
    x = [[scores.leaves[unit, round_, "all"][name].answer for name in names] for unit, round_ in scores.pairs]
    x = [[None if v is None else Fraction(v) for v in row] for row in x]
    kept, changes, reports = list(range(len(x))), [], []
    for number, step in enumerate(method["steps"], 1):
        head, options = {"step": number, "kind": step["step"]}, {key: v for key, v in step.items() if key not in ("step", "method")}

        def change(i, name, what, before, after):
            unit, round_ = scores.pairs[i]
            row = dict(head, unit=unit, round=round_, group="all", indicator=name, what=what)
            changes.append({**row, "before": published(before), "after": published(after)})

        def learn(j, column, **more):
            own = methods.there(column)
            row = dict(head, indicator=names[j], round=None, n=len(own), n_changed=None, low=published(min(own)), high=published(max(own)))
            row.update(treated=None, passes=None, skewness_before=None, kurtosis_before=None, skewness=None, kurtosis=None)
            reports.append({**row, **{"lambda": None}, **more})

        if step["step"] == "screen":
            shares = [methods.screen([row], part="available")[0] for row in x]
            for i in [i for i in kept if shares[i] < Fraction(options["min_available"])]:
                kept.remove(i)
                change(i, None, "screened out", shares[i], None)
        elif step["step"] == "impute":
            filled = methods.impute([x[i] for i in kept], method=step["method"])
            for at, i in [(at, i) for at, i in enumerate(kept) if any(v is not None for v in x[i])]:  # who is silent stays so
                for j, name in enumerate(names):
                    if x[i][j] is None:
                        x[i][j] = Fraction(published(filled[at * len(names) + j]))
                        change(i, name, "imputed", None, x[i][j])
        elif step["step"] == "treat":
            for j, name in enumerate(names):
                column = [x[i][j] for i in kept]
                treated, marks, report = methods.treat_column(column, step["transform"], step.get("max_points", 5), None, 1)
                for i, before, after, mark in zip(kept, column, treated, marks):
                    if mark:
                        change(i, name, "winsorised from above" if mark == 1 else "winsorised from below", before, after)
                        x[i][j] = after
                more = {key: published(report[key]) for key in ("skewness_before", "kurtosis_before", "skewness", "kurtosis")}
                n = sum(mark != 0 for mark in marks)
                learn(j, column, n_changed=n, treated="winsorised" if n else "no", passes=int(report["passes"]), **more)
        else:
            for j in range(len(names)):
                learn(j, [x[i][j] for i in kept])
    return changes if part == "values" else reports
