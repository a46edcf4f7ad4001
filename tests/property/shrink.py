"""A failing case made small: answers and parts of the framework are taken away as long as it still fails alike."""

import copy
import json
import time

from contract import Deviation
from generate import Case


def failure(check, case):
    """The deviation that a check finds; None where it finds none, or where the case is no case any more."""
    try:
        check(case)
    except Deviation as deviation:
        return deviation
    except Exception:  # a part that something else needs was taken away: the reader or the model says so
        return None
    return None


def without_parts(entries, size):
    return (entries[:i] + entries[i + size :] for i in range(0, len(entries), size))


def smaller_rows(case):
    """Cases with fewer answers: of few units and rounds first, then without ever smaller parts."""
    for key in ("unit", "round", "group"):
        for value in sorted({row[key] for row in case.rows}):
            yield [row for row in case.rows if row[key] == value]
            yield [row for row in case.rows if row[key] != value]
    size = len(case.rows) // 2
    while size >= 1:
        yield from without_parts(case.rows, size)
        size //= 2


def paths(value, way=()):
    """Every place in a JSON value, outer ones first."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in list(items):
        yield (*way, key)
        yield from paths(entry, (*way, key))


def without_path(value, way):
    made = copy.deepcopy(value)
    place = made
    for key in way[:-1]:
        place = place[key]
    del place[way[-1]]
    return made


def candidates(case):
    if case.method:
        yield Case(case.framework, None, case.rows, case.seed)
    for rows in smaller_rows(case):
        if 0 < len(rows) < len(case.rows):
            yield Case(case.framework, case.method, rows, case.seed)
    for way in list(paths(case.framework)):
        framework = without_path(case.framework, way)
        known = {entry.get("id") for entry in framework.get("indicators", ()) if isinstance(entry, dict)}
        rows = [row for row in case.rows if row["indicator"] in known]
        yield Case(framework, case.method, rows, case.seed)


def shrink(check, case, seconds=60):
    """A smaller case that fails alike, and its deviation."""
    found, end = failure(check, case), time.monotonic() + seconds
    smaller = True
    while smaller and time.monotonic() < end:
        smaller = False
        for candidate in candidates(case):
            deviation = failure(check, candidate)
            if deviation is not None and deviation.kind == found.kind:
                case, found, smaller = candidate, deviation, True
                break
            if time.monotonic() > end:
                break
    return case, found


def report(check, case):
    """What a person needs to see a failure again."""
    before = failure(check, case)
    small, deviation = shrink(check, case)
    lines = [f"seed {case.seed}: {before}", f"made small: {deviation}", f"framework: {json.dumps(small.framework)}"]
    if small.method:
        lines.append(f"method: {json.dumps(small.method)}")
    return "\n".join([*lines, "answers:", small.csv().decode()])
