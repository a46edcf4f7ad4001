"""The careful editor's test of the framework "niem": its texts, scales and citations, and the pages that describe it.

A check is a function of the framework that yields problems. Each is run on the framework, which must have none, and on copies
with one fault, which it must notice: a check that cannot fail is a defect. Only the JSON is read; the library is not needed.
"""

import copy
import difflib
import itertools
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs/reference"
FRAMEWORK = json.loads((ROOT / "libniem/frameworks/niem.json").read_text(encoding="utf-8"))
SCHEMA = json.loads((REFERENCE / "niem-framework-1.schema.json").read_text(encoding="utf-8"))
PAGE = REFERENCE / "niem-framework.md"
FORMAT_PAGE = REFERENCE / "framework-format.md"
DOCS = ROOT / "tools/framework-docs"

PREFIXES = {
    "reception": "REC", "mainstreaming": "MAI", "residency": "RES", "family": "FAM", "citizenship": "CIT", "housing": "HOU", "employment": "EMP",
    "training": "VOC", "health": "HEA", "social_security": "SOC", "education": "EDU", "language": "LAN", "bridges": "BRI",
}  # fmt: skip
EVIDENCE = set(
    "law;ministerial regulation;strategy or action plan;official guidelines;budget;administrative data;survey;court decision;monitoring report;interview;other".split(";")
)
# Words that name a dimension's subject: two questions may not be the same sentence but for these.
SUBJECTS = set(
    """reception mainstreaming residence residency permit permits family families relatives reunification citizenship nationality naturalisation housing home
    accommodation rent employment work job jobs training vocational apprenticeships health healthcare care medical social security assistance benefit benefits
    education school schooling pupils language orientation course courses integration bridges contact participation""".split()
)
# Words that say nothing about what a question is about.
EMPTY = set(
    """this that these those with without have from what which when where their they them there does were been such also only than more most some into must under
    other each very would should about after before person persons people status hold holds holder holders group groups country countries year years last full
    enter answer answers question count counts many much whether they long take takes make makes given give gives same like need needs used least""".split()
)


def indicator(framework, id):
    return next(i for i in framework["indicators"] if i["id"] == id)


def with_dimension(framework, scored=None):
    return [i for i in framework["indicators"] if "dimension" in i and scored in (None, i["scored"])]


def cited(framework):
    return [(i, s) for i in framework["indicators"] for s in i.get("standards", [])]


def conditions(condition):
    """The questions that a condition asks."""
    if "indicator" in condition:
        return [condition]
    parts = condition.get("all") or condition.get("any") or [condition["not"]]
    return [question for part in parts for question in conditions(part)]


def stems(text):
    return {word[:5] for word in re.findall(r"[a-z]{4,}", text.lower()) if word not in EMPTY}


def sentences(text):
    return [s for s in re.split(r"(?<=[.?!])\s+(?=[A-Z'0-9])", text.strip()) if s]


def texts(value):
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


# --- the checks ---


def schema(framework):
    for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(framework):
        yield f"{error.json_path}: {error.message}"


def identity(framework):
    if (framework["id"], framework["title"]) != ("niem", "National Integration Evaluation Mechanism (libniem's operationalisation)"):
        yield "the framework must say what it is"
    if "not NIEM's questionnaire" not in framework.get("description", ""):
        yield "the description must say that this is not NIEM's questionnaire"
    if (framework["default_index"], framework["default_group"]) != ("overall", "protection"):
        yield "the defaults are the overall index and the protection group"


def ids(framework):
    """Unique, and in order: STA-01, then each dimension's indicators in the facet's order, numbered, scored ones first."""
    expected = ["STA-01"]
    for value in next(f for f in framework["facets"] if f["id"] == "dimension")["values"]:
        own = [i for i in framework["indicators"] if i.get("dimension") == value["id"]]
        expected += [f"{PREFIXES.get(value['id'], '?')}-{n:02}" for n in range(1, len(own) + 1)]
        if [i["scored"] for i in own] != sorted((i["scored"] for i in own), reverse=True):
            yield f"{value['id']}: scored indicators stand before statistical ones"
    found = [i["id"] for i in framework["indicators"]]
    if found != expected:
        yield f"ids differ from the expected order: {[pair for pair in itertools.zip_longest(found, expected) if pair[0] != pair[1]][:3]}"


def counts(framework):
    compared = [i for i in with_dimension(framework, True) if i["dimension"] != "reception"]
    found = (len(compared), len(with_dimension(framework, True)) - len(compared), len(with_dimension(framework, False)))
    if found != (120, 8, 44):
        yield f"{found} indicators are scored in 12 dimensions, scored in reception, statistical; 120, 8, 44 are published"
    for dimension in PREFIXES:
        own = [i for i in with_dimension(framework) if i["dimension"] == dimension]
        scored = sum(i["scored"] for i in own)
        if scored < 8 or len(own) - scored < 2:
            yield f"{dimension} has {scored} scored and {len(own) - scored} statistical indicators; 8 and 2 are the least"
        for step in ("law", "policy", "implementation"):
            if sum(i.get("step") == step for i in own) < 2:
                yield f"{dimension} has fewer than 2 indicators of step {step}"
        if {i["scale"]["kind"] for i in own if i["scored"]} <= {"ordinal"}:
            yield f"{dimension} has only ordinal scales"


def facets(framework):
    """Every value exists; scored indicators have a step and are policy or a fact of it, statistical ones have neither."""
    known = {f["id"]: {v["id"] for v in f["values"]} for f in framework["facets"]}
    for value in next(f for f in framework["facets"] if f["id"] == "dimension")["values"]:
        if value.get("within") not in known["area"]:
            yield f"dimension {value['id']} lies within no area"
    for i in framework["indicators"]:
        for facet, allowed in known.items():
            if facet in i and i[facet] not in allowed:
                yield f"{i['id']}: {i[facet]!r} is no {facet}"
        types = {"policy", "admin_input"} if i["scored"] else {"admin_input", "financial_input", "outcome"}
        if "dimension" in i and (i.get("type") not in types or ("step" in i) != i["scored"]):
            yield f"{i['id']}: type {i.get('type')} and step {i.get('step')} do not go with scored {i['scored']}"
        if not i["scored"] and "dimension" in i and i.get("gap") != "data":
            yield f"{i['id']}: a statistical indicator speaks to the gap in data"


def references(framework):
    own = {g["id"] for g in framework["groups"] if "merge" not in g}
    by_id = {i["id"]: i for i in framework["indicators"]}
    order = {id: n for n, id in enumerate(by_id)}
    units = {u["id"] for u in framework["units"]}
    facet_values = {f["id"]: {v["id"] for v in f["values"]} for f in framework["facets"]}
    instruments = {i["id"] for i in framework["instruments"]}
    for group in framework["groups"]:
        for member in group.get("merge", []):
            if member not in own:
                yield f"group {group['id']} merges {member!r}, which is none"
    for holder in framework["indicators"] + framework["groups"]:
        for question in conditions(holder["applies_if"]) if "applies_if" in holder else []:
            yield from question_problems(holder, question, by_id, order)
    for i in framework["indicators"]:
        for group in i.get("groups", []):
            if group not in own:
                yield f"{i['id']} asks group {group!r}, which is none"
    for i, standard in cited(framework):
        if standard.get("instrument") not in instruments:
            yield f"{i['id']} cites {standard.get('instrument')!r}, which is no instrument"
    for peers in framework["peers"]:
        if len(set(peers["units"]) & units) < 2 or not set(peers["units"]) <= units:
            yield f"peers {peers['id']} must have two units or more, all of them listed"
    for index in framework["indexes"]:
        named = [("levels", level, None) for level in index["levels"]] + [(k, f, v) for k in ("only", "except") for f, vs in index.get(k, {}).items() for v in vs]
        for key, facet, value in named:
            if facet not in facet_values or (value is not None and value not in facet_values[facet]):
                yield f"index {index['id']}: {key} names {facet} {value or ''}, which is none"
    for key, known in (("default_index", {i["id"] for i in framework["indexes"]}), ("default_group", {g["id"] for g in framework["groups"]})):
        if framework[key] not in known:
            yield f"{key} {framework[key]!r} is none"


def question_problems(holder, question, by_id, order):
    asked = by_id.get(question["indicator"])
    if asked is None:
        yield f"{holder['id']} depends on {question['indicator']!r}, which is none"
        return
    if holder["id"] in order:
        if order[asked["id"]] >= order[holder["id"]] or asked.get("dimension") != holder.get("dimension"):
            yield f"{holder['id']} depends on {asked['id']}, which is no earlier question of its dimension"
        if not set(holder["groups"]) <= set(asked["groups"]):
            yield f"{holder['id']} is put for groups for which {asked['id']} is not"
    elif holder["id"] not in asked["groups"]:
        yield f"group {holder['id']} depends on {asked['id']}, which is not put for it"
    scale = asked["scale"]
    options = {"ordinal": lambda: {o["id"] for o in scale["options"]}, "checklist": lambda: {o["id"] for o in scale["items"]}, "binary": lambda: {"yes", "no"}}
    if "in" in question and not set(question["in"]) <= options.get(scale["kind"], set)():
        yield f"{holder['id']} depends on options {question['in']} that {asked['id']} does not have"
    if "in" not in question and scale["kind"] != "numeric":
        yield f"{holder['id']} depends on a number that {asked['id']} does not have"


def aliases(framework):
    """A name means one thing within a list."""
    lists = [framework["units"], framework["rounds"], framework["groups"], framework["indicators"], *(f["values"] for f in framework["facets"])]
    for entries in lists:
        for name, times in Counter(n for e in entries for n in [e["id"], *e.get("aliases", [])]).items():
            if times > 1:
                yield f"{name!r} stands for two entries of one list"


def panel(framework):
    """15 countries, 14 a round; status is asked of every group and decides for it."""
    units = [u["id"] for u in framework["units"]]
    participants = framework["meta"]["participants"]
    if len(units) != 15 or sorted(participants) != [r["id"] for r in framework["rounds"]]:
        yield "15 countries took part, in three rounds"
    for round, absent in (("2017", "BG"), ("2019", "PT"), ("2021", "PT")):
        if participants.get(round) != [u for u in units if u != absent]:
            yield f"in {round} all but {absent} took part"
    if [r["date"] for r in framework["rounds"]] != sorted(r["date"] for r in framework["rounds"]):
        yield "rounds stand in the order of their dates"
    for unit in framework["units"]:
        if unit["iso2"] != unit["id"] or unit["iso3"] not in unit["aliases"]:
            yield f"unit {unit['id']} lacks its codes"
    own = [g for g in framework["groups"] if "merge" not in g]
    if indicator(framework, "STA-01")["groups"] != [g["id"] for g in own]:
        yield "STA-01 is put for every group"
    for group in own:
        if group.get("applies_if") != {"indicator": "STA-01", "in": ["yes"]}:
            yield f"group {group['id']} does not depend on STA-01"


def options(framework):
    """Options run from least to most favourable over the whole of 0-100, with labels that differ."""
    for i in framework["indicators"]:
        scale = i["scale"]
        entries = scale.get("options") or scale.get("items") or [{"id": k, "label": scale[k]} for k in ("no", "yes") if k in scale]
        labels = [e.get("label", "").strip().lower() for e in entries]
        if len(set(labels)) != len(labels) or "" in labels:
            yield f"{i['id']}: labels of answers must be there and differ"
        if scale["kind"] in ("ordinal", "checklist") and [e["id"] for e in entries] != [chr(ord("a") + n) for n in range(len(entries))]:
            yield f"{i['id']}: answers are called a, b, c, ..."
        if scale["kind"] == "ordinal":
            points = [o["points"] for o in scale["options"]]
            if points[0] != 0 or points[-1] != 100 or any(b <= a for a, b in zip(points, points[1:])):
                yield f"{i['id']}: points must rise from 0 to 100, not {points}"
        if scale["kind"] == "binary" and not {"no", "yes", "favourable"} <= set(scale):
            yield f"{i['id']}: both answers have a label, and one is named as favourable"
        if scale["kind"] == "checklist" and scale["scoring"] == "count":
            points = scale["points"]
            if len(points) != len(entries) + 1 or points[0] != 0 or points[-1] != 100 or points != sorted(points):
                yield f"{i['id']}: points by count must not fall from 0 to 100, and have a number for none"


def goalposts(framework):
    """What may be entered reaches both goalposts; what is scored has them; shares are shares; 99 stands for never."""
    for i in framework["indicators"]:
        scale = i["scale"]
        if scale["kind"] != "numeric":
            continue
        low, high = scale.get("minimum", float("-inf")), scale.get("maximum", float("inf"))
        if not scale.get("unit") or low != low or low < 0:
            yield f"{i['id']}: a number has a unit and is not negative"
        if ("worst" in scale) != i["scored"]:
            yield f"{i['id']}: goalposts go with scores"
        for key in ("worst", "best"):
            if key in scale and not low <= scale[key] <= high:
                yield f"{i['id']}: {key} {scale[key]} cannot be entered"
        if not i["scored"] and scale["unit"] == "percent" and (low, high) != (0, 100):
            yield f"{i['id']}: a share lies between 0 and 100"
        never = scale.get("meta", {}).get("never")
        if (never is not None) != ("enter 99" in i["guidance"]):
            yield f"{i['id']}: the guidance and scale.meta.never must agree on 99"
        if never is not None and not (never == high == 99 and never > scale["worst"] > scale["best"]):
            yield f"{i['id']}: 99 must be the most that can be entered, and beyond the worst goalpost"


def units_and_words(framework):
    """One word for one thing."""
    for i in framework["indicators"]:
        if i["scale"].get("unit") not in (None, "months", "years", "days", "hours", "percent", "persons", "EUR"):
            yield f"{i['id']}: unit {i['scale']['unit']!r} is not one of ours"
        for word in re.findall(r"in the (?:comment|remark)|not disaggregated|state not \w+ \w+ed|not applicable", i["guidance"]):
            yield f"{i['id']}: {word!r} has another name here: the note; the states' names"
        for state in re.findall(r"\bstate (\w+)", i["guidance"]):
            if "_" in state and state not in ("not_applicable", "not_collected", "not_accessible", "not_disaggregated"):
                yield f"{i['id']}: {state!r} is no state"
        for other in re.findall(r"\b[A-Z]{3}-\d\d\b", i["question"] + i["guidance"]):
            if other not in {k["id"] for k in framework["indicators"]}:
                yield f"{i['id']} speaks of {other}, which is none"
        if not set(i["evidence"]) <= EVIDENCE or not 1 <= len(i["evidence"]) <= 4:
            yield f"{i['id']}: one to four kinds of evidence, of those agreed"


def complete(framework):
    """English everywhere, Polish on all but the questions, and no text that is empty or ends in the air."""
    for i in framework["indicators"]:
        if not i.get("label") or not i.get("question", "").endswith("?") or not i.get("guidance", "").endswith("."):
            yield f"{i['id']}: label, question and guidance must be whole"
        if len(i.get("question", "").split()) > 35:
            yield f"{i['id']}: the question has more than 35 words"
    lists = {key: framework[key] for key in ("facets", "groups", "units", "rounds", "peers", "instruments", "indexes")}
    lists["values"] = [v for f in framework["facets"] for v in f["values"]]
    lists["special needs"] = framework["meta"]["special_needs"]["categories"]
    for name, entries in lists.items():
        for entry in entries:
            if not entry.get("label") or not entry.get("labels", {}).get("pl"):
                yield f"{name}: {entry['id']} lacks its English or Polish label"
    for text in texts(framework):
        if text != text.strip() or "  " in text or re.search(r"(?i)/(?:tmp|home|work)/|\bTODO\b|\b(\w{3,}) \1\b", text):
            yield f"a text is badly set: {text[:60]!r}"


def likeness(framework):
    """No two questions are the same sentence but for the dimension's words; no two labels or guidances are the same."""
    normal = [(i["id"], " ".join(w for w in re.findall(r"[a-z0-9']+", i["question"].lower()) if w not in SUBJECTS)) for i in framework["indicators"]]
    for (a, first), (b, second) in itertools.combinations(normal, 2):
        matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
        if matcher.real_quick_ratio() >= 0.85 and matcher.quick_ratio() >= 0.85 and matcher.ratio() >= 0.85:
            yield f"{a} and {b} ask the same"
    for key in ("label", "guidance"):
        for text, times in Counter(i[key].lower() for i in framework["indicators"]).items():
            if times > 1:
                yield f"the {key} {text[:40]!r} stands {times} times"


def guidance(framework):
    """Guidance has two sentences or more, and speaks of its own question."""
    for i in framework["indicators"]:
        if len(sentences(i["guidance"])) < 2:
            yield f"{i['id']}: the guidance has fewer than two sentences"
        shared = stems(i["question"] + " " + i["label"]) & stems(i["guidance"])
        if len(shared) < 2:
            yield f"{i['id']}: the guidance shares only {sorted(shared)} with its question"


def citations(framework):
    """A citation has an instrument and an article, and says whether and where it was read; every instrument is cited."""
    for i, standard in cited(framework):
        if not {"ref", "instrument", "article", "read", "checked"} <= set(standard) or not standard["article"]:
            yield f"{i['id']}: a citation lacks its instrument, article, read or checked"
        elif standard["checked"] != bool(re.search(r"https?://\S+\.\S+", standard["read"])):
            yield f"{i['id']}: {standard['ref']}: what is checked says where it was read, and nothing else does"
        elif not standard["ref"].endswith(standard["article"]):
            yield f"{i['id']}: {standard['ref']} does not name article {standard['article']}"
    used = {s.get("instrument") for _, s in cited(framework)}
    for instrument in framework["instruments"]:
        if instrument["id"] not in used or not instrument.get("source") or not instrument.get("valid_from"):
            yield f"instrument {instrument['id']} must be cited, with its source and the day from which it holds"
        if instrument.get("valid_to", "9999") < instrument.get("valid_from", ""):
            yield f"instrument {instrument['id']} ends before it begins"
    seen = {}
    for i, standard in cited(framework):
        key = (standard.get("instrument"), standard.get("article"))
        if seen.setdefault(key, standard.get("checked")) != standard.get("checked"):
            yield f"{standard['ref']} is checked in one place and not in another"
    for i in framework["indicators"]:
        if len({s["ref"] for s in i.get("standards", [])}) < len(i.get("standards", [])) or (i["scored"] and not i.get("standards")):
            yield f"{i['id']}: a scored indicator cites a standard, each once"


def special_needs(framework):
    """The categories of Directive 2011/95/EU Art. 20(3) are asked about."""
    categories = {c["id"] for c in framework["meta"]["special_needs"]["categories"]}
    asked = Counter(need for i in framework["indicators"] for need in i.get("meta", {}).get("special_needs", []))
    if len(categories) != 9 or set(asked) != categories:
        yield f"special needs differ: {sorted(set(asked) ^ categories)}"


def indexes(framework):
    """Five trees, by levels, with one missing rule; where NIEM compares 12 dimensions, reception is left out."""
    expected = {"overall": ["dimension"], "overall13": ["dimension"], "step": ["step"], "dimension_step": ["dimension", "step"], "area": ["area", "dimension"]}
    if {i["id"]: i["levels"] for i in framework["indexes"]} != expected:
        yield f"the indexes are {expected}"
    for index in framework["indexes"]:
        if index["missing"] != {"rule": "available", "min_coverage": 0.5} or (index.get("except") == {"dimension": ["reception"]}) == (index["id"] == "overall13"):
            yield f"index {index['id']}: missing rule or dimensions differ from what the page says"


CHECKS = [schema, identity, ids, counts, facets, references, aliases, panel, options, goalposts, units_and_words, complete, likeness, guidance, citations, special_needs, indexes]  # fmt: skip


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_framework(check):
    assert list(check(FRAMEWORK)) == []


# --- every check can fail ---


def change(id, /, **keys):
    """Set keys of an indicator; None removes one."""

    def apply(framework):
        target = indicator(framework, id)
        for key, value in keys.items():
            if value is None:
                del target[key]
            else:
                target[key] = value

    return apply


def scale(id, /, **keys):
    return lambda framework: indicator(framework, id)["scale"].update(keys)


def standard(id, /, **keys):
    return lambda framework: indicator(framework, id)["standards"][0].update(keys)


def entry(key, place, /, **keys):
    return lambda framework: framework[key][place].update(keys)


def drop(*indicators):
    return lambda framework: framework.update(indicators=[i for i in framework["indicators"] if i["id"] not in indicators])


def like(a, b, old, new):
    """Make the question of a that of b with another subject."""
    return lambda framework: indicator(framework, a).update(question=indicator(framework, b)["question"].replace(old, new))


def swap(framework):
    framework["indicators"][3], framework["indicators"][4] = framework["indicators"][4], framework["indicators"][3]


FAULTS = [
    (schema, change("HOU-01", scale={"kind": "ordinal", "options": []})),
    (schema, change("HOU-01", scored="yes")),
    (schema, entry("units", 0, extra=1)),
    (schema, entry("groups", 6, applies_if={"indicator": "STA-01", "in": ["yes"]})),
    (schema, scale("RES-08", worst=0)),
    (schema, scale("EMP-08", scoring="share")),
    (identity, lambda f: f.update(title="National Integration Evaluation Mechanism")),
    (identity, lambda f: f.update(description="NIEM")),
    (identity, lambda f: f.update(default_index="step")),
    (ids, swap),
    (ids, change("HOU-02", id="HOU-01")),
    (ids, change("HOU-12", scored=True)),
    (counts, drop("HOU-10")),
    (counts, drop("REC-08")),
    (counts, drop("BRI-12", "BRI-13")),
    (counts, lambda f: [i.update(step="law") for i in f["indicators"] if i.get("dimension") == "health"]),
    (counts, lambda f: [i.update(scale={"kind": "ordinal"}) for i in f["indicators"] if i.get("dimension") == "health"]),
    (facets, change("HOU-01", dimension="house")),
    (facets, change("HOU-01", type="outcome")),
    (facets, change("HOU-01", step=None)),
    (facets, change("HOU-11", step="law")),
    (facets, change("HOU-11", gap="interest")),
    (facets, lambda f: f["facets"][1]["values"][0].update(within="nowhere")),
    (references, entry("groups", 6, merge=["refugee", "protection"])),
    (references, change("HOU-01", groups=["refugee", "nobody"])),
    (references, change("HOU-06", applies_if={"indicator": "HOU-05", "in": ["e"]})),
    (references, change("HOU-06", applies_if={"indicator": "HOU-99", "in": ["b"]})),
    (references, change("HOU-06", applies_if={"indicator": "HOU-08", "in": ["b"]})),
    (references, change("HOU-06", applies_if={"indicator": "HOU-02", "in": ["b"]})),
    (references, change("HOU-06", applies_if={"indicator": "MAI-04", "in": ["b"]})),
    (references, change("HOU-06", applies_if={"not": {"any": [{"indicator": "HOU-05", "at_least": 1}]}})),
    (references, change("STA-01", groups=["refugee"])),
    (references, standard("HOU-01", instrument="nothing")),
    (references, entry("peers", 0, units=["PL"])),
    (references, entry("peers", 0, units=["PL", "CZ", "SK"])),
    (references, entry("indexes", 0, levels=["field"])),
    (references, lambda f: f["indexes"][0]["except"].update(dimension=["recption"])),
    (references, lambda f: f.update(default_group="all")),
    (aliases, entry("units", 0, aliases=["BGR", "CZ"])),
    (aliases, lambda f: f["facets"][1]["values"][0].update(aliases=["Housing"])),
    (panel, lambda f: f["meta"]["participants"].update({"2019": []})),
    (panel, lambda f: f["units"].pop()),
    (panel, entry("rounds", 0, date="2020-01-01")),
    (panel, entry("units", 0, iso3="BUL")),
    (panel, change("STA-01", groups=["refugee", "subsidiary"])),
    (panel, entry("groups", 1, applies_if={"indicator": "STA-01", "in": ["no"]})),
    (options, lambda f: indicator(f, "HOU-01")["scale"]["options"].reverse()),
    (options, lambda f: indicator(f, "HOU-01")["scale"]["options"][2].update(points=50)),
    (options, lambda f: indicator(f, "HOU-01")["scale"]["options"][2].update(points=90)),
    (options, lambda f: indicator(f, "HOU-01")["scale"]["options"][0].update(label=indicator(f, "HOU-01")["scale"]["options"][1]["label"])),
    (options, lambda f: indicator(f, "HOU-07")["scale"]["items"][0].update(label="")),
    (options, lambda f: indicator(f, "HOU-07")["scale"]["items"][0].update(id="z")),
    (options, lambda f: indicator(f, "MAI-01")["scale"].pop("favourable")),
    (options, scale("EMP-08", points=[0, 50, 100, 75])),
    (options, scale("EMP-08", points=[0, 50, 100])),
    (goalposts, scale("HOU-04", maximum=11)),
    (goalposts, scale("RES-08", minimum=8)),
    (goalposts, scale("HOU-13", maximum=1)),
    (goalposts, scale("HOU-13", worst=0, best=100)),
    (goalposts, scale("HOU-04", unit="")),
    (goalposts, scale("HOU-04", minimum=-1)),
    (goalposts, scale("REC-01", meta={})),
    (goalposts, scale("HOU-04", meta={"never": 99})),
    (goalposts, scale("REC-01", worst=99)),
    (units_and_words, scale("HOU-12", unit="euros")),
    (units_and_words, change("HOU-01", guidance="Say so in the remark. Look at the law.")),
    (units_and_words, change("HOU-01", guidance="Use the state not_known. Look at the law.")),
    (units_and_words, change("HOU-01", guidance="See HOU-44 for more. Look at the law.")),
    (units_and_words, change("HOU-01", evidence=["hearsay"])),
    (complete, change("HOU-01", question="May they choose")),
    (complete, change("HOU-01", question="word " * 36 + "?")),
    (complete, change("HOU-01", label="")),
    (complete, change("HOU-01", label="Free  choice")),
    (complete, change("HOU-01", label="The the choice")),
    (complete, lambda f: f["facets"][1]["values"][2]["labels"].pop("pl")),
    (complete, entry("units", 3, label="")),
    (likeness, like("HEA-09", "EDU-03", "school", "health care")),
    (likeness, like("SOC-08", "HEA-08", "health", "benefit")),
    (likeness, lambda f: indicator(f, "SOC-08").update(guidance=indicator(f, "HEA-08")["guidance"])),
    (likeness, change("SOC-08", label="Free choice of residence")),
    (guidance, change("HOU-01", guidance="Look at the rules on residence and benefits.")),
    (guidance, lambda f: indicator(f, "HOU-01").update(guidance=indicator(f, "HEA-08")["guidance"])),
    (citations, standard("HOU-01", read="")),
    (citations, standard("HOU-01", checked=False)),
    (citations, standard("HOU-01", article="")),
    (citations, standard("HOU-01", article="27")),
    (citations, lambda f: indicator(f, "HOU-01")["standards"][0].pop("checked")),
    (citations, standard("EMP-01", checked=False, read="")),
    (citations, change("HOU-02", standards=None)),
    (citations, lambda f: indicator(f, "HOU-02")["standards"].append(indicator(f, "HOU-02")["standards"][0])),
    (citations, lambda f: f["instruments"].append({"id": "unused", "source": "x", "valid_from": "2000-01-01"})),
    (citations, entry("instruments", 0, source="")),
    (citations, entry("instruments", 0, valid_to="1900-01-01")),
    (special_needs, lambda f: f["meta"]["special_needs"]["categories"].pop()),
    (special_needs, change("HOU-07", meta={"special_needs": ["tall"]})),
    (indexes, entry("indexes", 0, levels=["area", "dimension"])),
    (indexes, entry("indexes", 1, **{"except": {"dimension": ["reception"]}})),
    (indexes, entry("indexes", 0, missing="strict")),
]  # fmt: skip


@pytest.mark.parametrize("check, fault", FAULTS, ids=[f"{check.__name__}-{n}" for n, (check, _) in enumerate(FAULTS)])
def test_check_notices(check, fault):
    framework = copy.deepcopy(FRAMEWORK)
    fault(framework)
    assert framework != FRAMEWORK, "the fault changes nothing"
    assert list(check(framework)) != []


def test_every_check_has_a_fault():
    assert {check for check, _ in FAULTS} == set(CHECKS)


# --- the pages ---


def framework_docs(*arguments):
    return subprocess.run([sys.executable, DOCS, *map(str, arguments)], capture_output=True, text=True)


def test_tables_are_fresh():
    assert framework_docs("--check").stderr == ""


def test_stale_tables_are_noticed(tmp_path):
    changed = copy.deepcopy(FRAMEWORK)
    indicator(changed, "HOU-01")["standards"][0].update(checked=False, read="")
    indicator(changed, "HOU-04")["scale"]["best"] = 6
    (tmp_path / "changed.json").write_text(json.dumps(changed), encoding="utf-8")
    result = framework_docs("--check", "--framework", tmp_path / "changed.json")
    assert result.returncode != 0 and "goalposts, citations" in result.stderr


def test_the_page_counts_unchecked_citations():
    rows = [line.split("|")[1:-1] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    total = next(row for row in rows if len(row) == 5 and row[1].strip() == "all")
    unchecked = sum(not s["checked"] for _, s in cited(FRAMEWORK))
    assert int(total[4]) == unchecked and int(total[3]) + unchecked == len(cited(FRAMEWORK))


def test_the_page_says_whose_questions_these_are():
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert "It is libniem's own operationalisation." in text and "are not NIEM's published scores" in text
    numbers = (len(FRAMEWORK["indicators"]), len(with_dimension(FRAMEWORK, False)))
    assert f"{numbers[0]} indicators: 120 scored in the twelve compared dimensions, 8 scored in impact of reception, {numbers[1]} statistical" in text
    assert f"version {FRAMEWORK['version']}, in the format" in text


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_small_example_is_valid():
    example = json.loads(re.search(r"```json\n(.*?)```", FORMAT_PAGE.read_text(encoding="utf-8"), re.DOTALL).group(1))
    assert list(schema(example)) == [] and example["id"] == "mini"


def test_the_format_page_names_every_key():
    page = FORMAT_PAGE.read_text(encoding="utf-8")

    def keys(node):
        if isinstance(node, dict):
            yield from node.get("properties", {}) if isinstance(node.get("properties"), dict) else []
            for part in node.values():
                yield from keys(part)
        elif isinstance(node, list):
            for part in node:
                yield from keys(part)

    missing = sorted({key for key in keys(SCHEMA) if f"`{key}`" not in page and f'"{key}"' not in page})
    assert missing == [], "the page does not speak of these keys"
