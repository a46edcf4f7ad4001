"""Random methods with steps, for a framework with numbers that need a normalisation; each from one seed."""

import importlib
import random
import sys
from pathlib import Path


def load_oracles():
    """chain.py and analysis.py of bindings/conformance, which stand on a rational.py of that folder; here is another one."""
    folder, own = str(Path(__file__).resolve().parents[2] / "bindings" / "conformance"), sys.modules.pop("rational", None)
    sys.path.insert(0, folder)
    try:
        return importlib.import_module("chain"), importlib.import_module("analysis")
    finally:
        sys.path.remove(folder)
        sys.modules.pop("rational", None)
        sys.modules.update({"rational": own} if own else {})


chain, analysis = load_oracles()
NUMBERS = chain.RAW_NAMES
ON_SCALE = ("minmax", "goalposts")
MONOTONE = ("arithmetic", "geometric", "harmonic", "power", "median", "minimum", "maximum", "owa", "ogwa", "mean_min")
NODES = ("economy", "housing", "services", "material", "social", "overall", "K")


def framework():
    """Of one index, with scales that reach 0 and 100."""
    made = {**chain.FRAMEWORK, "indexes": chain.FRAMEWORK["indexes"][:1]}
    whole = [{"id": "a", "points": 100}, {"id": "b", "points": 60}, {"id": "c", "points": 0}]
    ordinal = {"kind": "ordinal", "options": whole}
    made["indicators"] = [{**own, "scale": ordinal} if own["id"] == "H2" else own for own in made["indicators"]]
    return made


class Steps:
    """`tame`: only what keeps scores on 0-100 and bounds about them (a merge has no value of a unit that was screened out in one
    of its groups, and bounds of both)."""

    def __init__(self, seed, tame=False):
        self.rng, self.tame = random.Random(f"steps {seed}"), tame

    def chance(self, p):
        return self.rng.random() < p

    def normalise(self, names=None):
        pick = self.rng.choice
        others = ("zscore", "rank", "percentile_rank", "borda", "distance_target", "distance_maximum", "bands", "about_mean", "ampi", "scaled")
        method = pick(ON_SCALE if self.tame else ("minmax",) * 4 + ON_SCALE + others)
        step = {"step": "normalise", "method": method, **({"indicators": names} if names else {})}
        if method in ("rank", "percentile_rank", "borda"):
            step["ties"] = pick(("min", "max", "average", "dense"))
        if method in ("percentile_rank", "distance_target", "distance_maximum"):
            step.update({} if method == "percentile_rank" else {"upper": 100})
        if method == "distance_target":
            step["targets"] = {"E1": 120}
        if method in ("scaled", "goalposts"):
            step.update(low=pick((0, 20)), high=pick((90, {name: 80 + i for i, name in enumerate(NUMBERS)})))
        if method == "zscore" and self.chance(0.5):
            step.update(mean=100, sd=10)
        if method == "minmax":
            step["constant"] = 50
        if method == "minmax" and not self.tame and self.chance(0.3):
            step.update(lower=pick((1, -50)), upper=pick((90, 200)))
        fit = self.rng.random()
        if fit < 0.2:
            step["fit"] = "round"
        elif fit < 0.4 and not self.tame:
            step["fit"] = {"round": pick(("2017", "2019"))}
        return step

    def impute(self, scored):
        pick = self.rng.choice
        rows = ["row_mean", "row_median"] if scored else []
        method = pick([*rows, "mean", "median", "latest", "linear", "linear_constant", "constant", "neighbours"])
        step = {"step": "impute", "method": method}
        if method in ("mean", "median", "neighbours") and self.chance(0.3):
            step["fit"] = "round"
        if method in ("mean", "median") and self.chance(0.4):
            step.update(groups="region", fallback=self.chance(0.5))
        if method in ("row_mean", "row_median", "neighbours") and self.chance(0.7):
            step["level"] = pick(("area", "dimension", "index", "indicator"))
        if method == "neighbours":
            step["neighbours"] = self.rng.randint(1, 3)
        if method == "latest" and self.chance(0.3):
            step["max_age"] = pick((1, 3))
        return step

    def aggregate(self):
        pick = self.rng.choice
        method = pick(MONOTONE if self.tame else (*MONOTONE, "mpi", "ampi", *chain.OVER_UNITS))
        step = {"step": "aggregate", "method": method}
        if method in ("geometric", "harmonic", "ogwa"):
            step["offset"] = pick((1, 5, 300))
        if method == "power":
            step.update(power=pick((2, -1, 0, 1)), offset=pick((1, 300)))
        if method in ("owa", "ogwa"):
            step["order_weights"] = [self.rng.randint(0, 4) for _ in range(3)] + [1]
        if method == "mean_min":
            step.update(alpha=pick((0, 0.5, 1)), beta=pick((0, 2)))
        if method in ("mpi", "ampi"):
            step["penalty"] = pick((1, -1))
        if method == "benefit_of_doubt" and self.chance(0.5):
            step.update(least_share=0.1, most_share=0.9)
        if self.chance(0.8):
            step["level"] = pick(("area", "dimension", "index", "indicator"))
        elif self.chance(0.5):
            step["nodes"] = self.rng.sample(NODES, 2)
        return step

    def weigh(self):
        method = self.rng.choice(("equal", "entropy", "critic", "deviation", None, "budget", "ahp"))
        step = {"step": "weigh", "method": method}
        if method is None:
            names = self.rng.sample(("economy", "E1", "E2", "social", "K", "P1", "H1"), 3)
            return {"step": "weigh", "weights": {name: self.rng.choice((0, 1, 2, 0.5)) for name in names}}
        if method == "budget":
            return {**step, "children": ["E1", "E2", "E3"], "matrix": [[1, 2, 3], [4, None, 2]]}
        if method == "ahp":
            return {**step, "children": ["H3", "H1", "H2"], "matrix": [[1, 2, 4], [0.5, 1, 2], [0.25, 0.5, 1]]}
        return {**step, "level": self.rng.choice(("area", "dimension", "index"))}

    def screen(self):
        step = {"step": "screen", "method": self.rng.choice(("missing", "zeros", "both"))}
        if step["method"] != "zeros":
            step["min_available"] = self.rng.choice((0.5, 0.8, 0.9, 1))
        if step["method"] != "missing":
            step["min_nonzero"] = self.rng.choice((0.05, 0.6, 0.8))
        if self.chance(0.4):
            step["in"] = ["SE"]
        if self.chance(0.4):
            step["out"] = [self.rng.choice(("LT", "GR"))]
        return step

    def denominate(self):
        step = {"step": "denominate"}
        if self.chance(0.5):
            step["by"] = {self.rng.choice(("E1", "E2", "H1")): self.rng.choice(("GDP", "POP"))}
        if self.chance(0.5):
            step["scales"] = self.rng.choice((100, {"E1": 50}))
        return step

    def method(self):
        steps = []
        for make, p in ((self.screen, 0 if self.tame else 0.4), (self.denominate, 0.4), (lambda: self.impute(False), 0.4)):
            steps += [make()] if self.chance(p) else []
        if self.chance(0.3):
            steps.append({"step": "treat", "max_points": self.rng.choice((0, 1, 2, 5)), "transform": self.rng.choice(("none", "log_ct"))})
        if self.chance(0.5):
            steps.append(self.normalise(self.rng.sample(NUMBERS, self.rng.randint(1, 3))))
        steps.append(self.normalise())
        if self.chance(0.4):
            steps.append(self.impute(True))
        steps += [self.weigh() for _ in range(self.rng.choice((0, 1, 1, 2)))]
        steps += [self.aggregate() for _ in range(self.rng.choice((0, 1, 1, 2)))]
        steps += [self.weigh()] if self.chance(0.2) else []
        made = {"format": "niem-method/1", "steps": steps}
        if not self.tame and self.chance(0.5):
            covered = {"rule": "available", "min_coverage": 0.6}
            made["missing"] = self.rng.choice(("strict", "zero", "available", covered, {"rule": "zero", "min_coverage": 0.3}))
        return made


def answers(seed):
    """Rows of answers, some panels with few gaps and some with many."""
    return chain.invented(7 * seed + 1, random.Random(f"gaps {seed}").choice((12, 18, 27, 45)))
