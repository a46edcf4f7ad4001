"""A small framework and its answers, which the tests share."""

import copy

import niem
import pytest

ORDINAL = {
    "kind": "ordinal",
    "options": [
        {"id": "a", "label": "5 years or more", "points": 100},
        {"id": "b", "label": "3 years", "points": 50},
        {"id": "c", "label": "less", "points": 0},
    ],
}
MINI = {
    "format": "niem-framework/1",
    "id": "mini",
    "version": "1.0",
    "title": "A small example",
    "facets": [
        {"id": "area", "values": [{"id": "legal", "label": "Legal integration"}, {"id": "socioeconomic"}]},
        {
            "id": "dimension",
            "within": "area",
            "values": [{"id": "residency", "within": "legal"}, {"id": "housing", "within": "socioeconomic"}],
        },
        {"id": "step", "values": [{"id": "law"}, {"id": "implementation"}]},
    ],
    "groups": [
        {"id": "refugee"},
        {"id": "subsidiary"},
        {"id": "both", "merge": ["refugee", "subsidiary"], "over": "all"},
    ],
    "units": [
        {"id": "PL", "label": "Poland", "aliases": ["POL"]},
        {"id": "CZ", "label": "Czechia"},
        {"id": "LT", "label": "Lithuania"},
    ],
    "peers": [{"id": "neighbours", "label": "Neighbours", "units": ["CZ", "LT"]}],
    "rounds": [{"id": "2019", "date": "2019-03-31"}, {"id": "2021", "date": "2021-03-31"}],
    "closed": False,
    "indicators": [
        {
            "id": "RES-1",
            "label": "Length of the first permit",
            "dimension": "residency",
            "step": "law",
            "standards": [{"ref": "2011/95/EU Art. 24"}],
            "scale": ORDINAL,
        },
        {"id": "RES-2", "label": "Fee", "dimension": "residency", "step": "implementation", "scale": ORDINAL},
        {
            "id": "HOU-1",
            "label": "Waiting time for housing",
            "dimension": "housing",
            "step": "implementation",
            "scale": {"kind": "numeric", "unit": "months", "worst": 24, "best": 0},
        },
        {"id": "HOU-2", "label": "Allowance", "dimension": "housing", "step": "law", "scale": ORDINAL},
    ],
    "indexes": [
        {
            "id": "overall",
            "levels": ["area", "dimension"],
            "missing": {"rule": "available", "min_coverage": 0.5},
        },
        {"id": "steps", "levels": ["step"]},
    ],
    "default_index": "overall",
    "default_group": "both",
}
CYCLE = ("a", "b", "c", "a", "b")


def make_rows():
    """An answer for each cell but one; the numbers are no multiples of one another, so that bits are told
    apart.
    """
    rows, k = [], 0
    for unit in ("PL", "CZ", "LT"):
        for round in ("2019", "2021"):
            for group in ("refugee", "subsidiary"):
                for indicator in ("RES-1", "RES-2", "HOU-1", "HOU-2"):
                    k += 1
                    answer = f"{(k * 7) % 24 + 0.1:.1f}" if indicator == "HOU-1" else CYCLE[k * k % 5]
                    rows.append(
                        {
                            "unit": unit,
                            "round": round,
                            "group": group,
                            "indicator": indicator,
                            "answer": answer,
                            "state": None,
                        }
                    )
    rows[5].update(answer=None, state="not_accessible")
    return rows


@pytest.fixture
def mini():
    return copy.deepcopy(MINI)


@pytest.fixture(scope="session")
def fw():
    return niem.load_framework(MINI)


@pytest.fixture
def rows():
    return make_rows()


@pytest.fixture(scope="session")
def answers(fw):
    return niem.read_answers(make_rows(), fw)


@pytest.fixture(scope="session")
def scores(fw, answers):
    return niem.score(fw, answers)
