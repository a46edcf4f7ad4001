"""The numerics contract, held by random cases against exact rational arithmetic.

A case is one unit and round of a random framework, scored for every group and merge and compared at every node: value,
coverage and both bounds within 0.501 ulp of the exact number, and the state and the counts. Each framework is scored
with 50 of them at once. Beside that: units tie in rank where their exact values tie and nowhere else (lists with
neighbours nearer than 1e-8 that are not equal are left out), contributions and causes of change add up by `math.fsum`,
and neither the order of rows nor the number of threads changes a bit. A fifth of the frameworks is looked at thoroughly:
leaves, ranks by the decimals that were written, changes and their causes.

    NIEM_PROPERTY_CASES    how many cases; 100000 when not given
    NIEM_PROPERTY_SEED     the first seed; another one tries other cases
    NIEM_PROPERTY_WORKERS  processes; as many as the machine has processors when not given

A failure prints its seed, and the framework and answers made small.
"""

import multiprocessing
import os
import time
from fractions import Fraction

import metamorphic
import niem
import pytest
from contract import BOUND, Deviation, Tally, check_case, error_in_ulp, expected_ranks
from generate import Case, Plan, make_case
from rational import Model
from shrink import failure, report, shrink

CASES = int(os.environ.get("NIEM_PROPERTY_CASES", "100000"))
SEED = int(os.environ.get("NIEM_PROPERTY_SEED", "0"))
WORKERS = int(os.environ.get("NIEM_PROPERTY_WORKERS", "0")) or os.cpu_count() or 1
PLAN = Plan()
N_FRAMEWORKS = -(-CASES // (PLAN.n_units * PLAN.n_rounds))
THOROUGH = 5  # one framework in so many
RELATED = 10  # one framework in so many for each property without a model
CHUNK = 10


def numerics(seed):
    """The check of a seed, and its case."""
    return (lambda case, tally=None: check_case(case, tally or Tally(), seed % THOROUGH == 0)), make_case(seed, PLAN)


def related(property):
    """The same for a property without a model."""

    def of(seed):
        check = getattr(metamorphic, property)
        case = make_case(f"{seed}/{property}", metamorphic.PROPERTIES[check])
        return (lambda case, tally=None: check(case, tally or Tally())), case

    return of


def run_seeds(job):
    """The tally of some seeds and the first that fails, if any."""
    name, seeds = job
    of, tally = numerics if name == "numerics" else related(name), Tally()
    for seed in seeds:
        check, case = of(seed)
        try:
            check(case, tally)
        except Deviation:
            return tally, seed
    return tally, None


def run(name, n):
    """Check n seeds in several processes; the first failure is made small and told."""
    jobs = [(name, range(first, min(first + CHUNK, SEED + n))) for first in range(SEED, SEED + n, CHUNK)]
    total = Tally()
    with multiprocessing.get_context("fork").Pool(WORKERS) as pool:
        for tally, failed in pool.imap(run_seeds, jobs):
            total += tally
            if failed is not None:
                pool.terminate()
                check, case = (numerics if name == "numerics" else related(name))(failed)
                pytest.fail(report(check, case), pytrace=False)
    return total


def test_numerics_contract(say):
    began = time.monotonic()
    tally = run("numerics", N_FRAMEWORKS)
    counts, took = tally.counts, time.monotonic() - began
    say(
        f"numerics contract: {counts['cases']} cases (unit x round) of {N_FRAMEWORKS} frameworks, seeds {SEED} to "
        f"{SEED + N_FRAMEWORKS - 1}, {counts['nodes']} nodes, {counts['numbers']} numbers in {took:.0f} s"
    )
    say(
        f"worst error {tally.worst:.9f} ulp (seed {tally.worst_seed}), at most {BOUND} is promised; "
        f"{counts['not the nearest double']} numbers have a nearer double, {counts['middles']} lie midway between two"
    )
    for name in ("ranked", "ranked as decimals"):
        lists, ties, near = (counts[f"{name}: {key}"] for key in ("lists", "ties", "lists left out"))
        say(f"{name}: {lists} lists with {ties} ties, {near} lists left out")
    say(", ".join(f"{counts[key]} {key}" for key in ("explanations", "changes", "orders and threads")))
    assert counts["cases"] >= CASES
    assert all(counts[key] > 0 for key in ("ranked: ties", "ranked as decimals: ties", "explanations"))


@pytest.mark.parametrize("property", [check.__name__ for check in metamorphic.PROPERTIES])
def test_related(property, say):
    tally = run(property, max(20, N_FRAMEWORKS // RELATED))
    ((name, n),) = tally.counts.items()
    say(f"{name}: {n} nodes")
    assert n > 0


# --- the tests' own tools ---


@pytest.mark.parametrize(
    "published, exact, error",
    [
        (1.0, Fraction(1), 0),
        (1.0, 1 + Fraction(1, 2**53), 0.5),
        (1.0, 1 - Fraction(1, 2**54), 0.5),
        (1.0, 1 - Fraction(1, 2**53), 1),
        (100.0, 100 + Fraction(1, 2**47), 0.5),
        (2.0**-1074, Fraction(3, 2**1075), 0.5),
        (0.0, Fraction(0), 0),
        (-0.0, Fraction(0), float("inf")),
        (float("nan"), Fraction(1), float("inf")),
    ],
)
def test_error_in_ulp(published, exact, error):
    assert error_in_ulp(published, exact) == error


def test_expected_ranks():
    third = Fraction(1, 3)
    assert expected_ranks({"a": third, "b": 1 - 2 * third, "c": Fraction(2), "d": Fraction(0)}) == (
        {"c": 1, "a": 2, "b": 2, "d": 4},
        1,
    )
    assert expected_ranks({"a": third, "b": third + Fraction(1, 10**9)}) == (None, 0)


def test_the_model_by_hand():
    """Every number of a small tree, worked out on paper."""
    points = {"kind": "ordinal", "options": [{"id": "a", "points": 90}, {"id": "b", "points": 20}]}
    framework = {
        "indicators": [{"id": id, "scale": points} for id in "wxyz"],
        "groups": [{"id": "g"}, {"id": "h"}, {"id": "both", "merge": ["g", "h"], "weights": {"g": 3}}],
        "indexes": [{"id": "i", "nodes": [
            {"id": "top", "children": ["n", "w"], "weights": {"n": 2}},
            {"id": "n", "children": ["x", "y", "z"], "weights": {"z": 4}, "missing": {"rule": "zero", "min_coverage": 0.1}},
        ]}],
    }  # fmt: skip
    model = Model(framework)
    answers = {("g", "w"): "a", ("g", "x"): "b", ("h", "w"): "b"}
    cell = {key: {"answer": answer, "state": None} for key, answer in answers.items()}
    cell["g", "y"] = {"answer": None, "state": "not_applicable"}
    made = model.evaluate(model.indexes["i"], model.leaves(cell), "g")
    n = "value", Fraction(20, 5), Fraction(1, 5), Fraction(20 + 4 * 20, 5), Fraction(20 + 4 * 90, 5), 2, 1
    assert made["n"] == n
    top = (2 * n[1] + 90) / 3, (2 * n[2] + 1) / 3, (2 * n[3] + 90) / 3, (2 * n[4] + 90) / 3
    assert made["i"] == ("value", *top, 3, 2)
    other = model.evaluate(model.indexes["i"], model.leaves(cell), "h")
    assert other["n"] == ("no_value", None, 0, 20, 90, 3, 0)
    assert other["i"] == ("value", 20, Fraction(1, 3), 20, Fraction(2 * 90 + 20, 3), 4, 1)
    merged = model.evaluate(model.indexes["i"], model.leaves(cell), "both")
    assert merged["i"].value == (3 * top[0] + 20) / 4
    assert merged["n"] == ("value", n[1], Fraction(3, 4) * n[2], (3 * n[3] + 20) / 4, (3 * n[4] + 90) / 4, 5, 1)


def test_a_failure_is_made_small():
    """A check that finds one answer of one indicator wrong is left with that, and little else."""
    case = make_case(7, PLAN)
    bad = next(row for row in case.rows if row["answer"])["indicator"]

    def check(case):
        niem.read_answers(case.csv(), niem.load_framework(case.framework))
        if any(row["indicator"] == bad and row["answer"] for row in case.rows):
            raise Deviation("planted")

    small, deviation = shrink(check, case)
    assert str(deviation) == "planted" and failure(check, small) is not None
    assert len(small.rows) == 1 and len(str(small.framework)) < len(str(case.framework)) / 2
    assert failure(check, Case({}, None, case.rows)) is None
