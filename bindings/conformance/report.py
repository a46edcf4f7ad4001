"""What the page of niem_unit_report must say: numbers by rational.py, rounded half away from zero, in the page's own words."""

from decimal import ROUND_HALF_UP, Decimal

import rational

DASH = '<span title="no value">&ndash;</span>'


def fixed(x, digits=1):
    if x is None:
        return DASH
    text = str(abs(Decimal(repr(float(x)))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))
    return ("&minus;" if x < 0 and float(text) else "") + text


def signed(x, digits=1):
    if x is None:
        return DASH
    text = fixed(abs(x), digits)
    if not float(text):
        return f"<span>{text}</span>"
    return f'<span class="{"up" if x > 0 else "down"}">{"+" if x > 0 else "&minus;"}{text}</span>'


def percent(x):
    return DASH if x is None else f"{fixed(100 * x, 0)}&nbsp;%"


def cell(text):
    return f'<td class="n">{text}</td>'


def place(row):
    return DASH if row["rank"] is None else f"{fixed(row['rank'], 0)}{'=' if row['tied'] > 1 else ''} of {row['n']}"


def only(rows, **keys):
    (found,) = [row for row in rows if all(row[key] == value for key, value in keys.items())]
    return found


def node_cells(scores, node, unit, round_, previous, reference, query):
    """The cells of a node's row in the table of scores."""
    asked = {**query, "node": node, "round": round_}
    score = only(list(scores.table(**asked)), unit=unit)
    difference = only(list(scores.difference(**asked, **reference)), unit=unit)
    rank = only(list(scores.rank(**asked)), unit=unit)
    cells = [fixed(score["value"]), place(rank), fixed(difference["reference"]), signed(difference["difference"])]
    if previous is not None:
        cells.append(signed(only(list(scores.change(previous, round_, node=node, **query)), unit=unit)["change"]))
    return "".join(map(cell, [*cells, percent(score["coverage"])]))


def facts(scores, node, unit, round_, reference, query):
    asked = {**query, "node": node, "round": round_}
    score = only(list(scores.table(**asked)), unit=unit)
    difference = only(list(scores.difference(**asked, **reference)), unit=unit)
    yield f"<dt>Score</dt><dd>{fixed(score['value'])}"
    yield f"<dt>Rank</dt><dd>{place(only(list(scores.rank(**asked)), unit=unit))}"
    yield f'<dd>{signed(difference["difference"])}<span class="small">{fixed(difference["reference"])}, of'
    yield f"<dd>{fixed(score['lower'])} to {fixed(score['upper'])}</dd>"


def change(scores, node, unit, round_, previous, query):
    row = only(list(scores.change(previous, round_, node=node, **query)), unit=unit)
    yield f"<h2>Change since {previous}</h2>"
    if row["change"] is None:
        yield "There is no change to tell"
    else:
        yield f"{fixed(row['from'])} &rarr; {fixed(row['to'])}: {signed(row['change'])} points, {row['direction']}."


def gaps(scores, node, unit, round_, query):
    states = [row["state"] for row in scores.members(node=node, round=round_, units=[unit], **query)]
    apply = [state for state in states if state != "not_applicable"]
    missing = [state for state in apply if state != "answered"]
    yield f"{len(missing)} of {len(apply)} answers that the score is made of lack evidence"


def lines(scores, unit, round=None, previous_round=None, **options):
    """Lines that must be on the page."""
    query = {key: options[key] for key in ("index", "group") if key in options}
    reference = {key: options[key] for key in ("reference_units", "reference_peers") if key in options}
    took_part = [round_ for round_ in scores.rounds if (unit, round_) in scores.pairs]
    round_ = round or took_part[-1]
    earlier = [other for other in took_part if scores.rounds.index(other) < scores.rounds.index(round_)]
    previous = previous_round or (earlier[-1] if earlier else None)
    tree = scores.select(**query)[0]
    label = next((entry["label"] for entry in scores.framework.data.get("units", []) if entry["id"] == unit and "label" in entry), unit)
    yield f"<h1>{label}, {round_}</h1>"
    yield from facts(scores, tree.name, unit, round_, reference, query)
    for node in (tree, *tree.children):
        if not node.leaf:
            yield node_cells(scores, node.name, unit, round_, previous, reference, query)
    if previous is not None:
        yield from change(scores, tree.name, unit, round_, previous, query)
    yield from gaps(scores, tree.name, unit, round_, query)
    yield rational.digest(rational.canonical(scores.framework.data))
    yield rational.digest(scores.answers_json())
