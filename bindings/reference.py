#!/usr/bin/env python3
"""The reference page of the interface, made from the headers: reference.py write | check.

`check` fails where the page is stale, or where a function or a handle has no documentation (declarations that stand
together share a comment).
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "interface.md"
ROOMS = ["base", "table", "framework", "answers", "method", "scores", "comparison", "assessment", "methods", "statistics", "robustness", "numbers"]
HEAD = """# The interface in C

Made from the headers in `include/niem` by `bindings/reference.py write`; the headers are the manual. In Python a function has the same
name without `niem_`, or is a method of its first argument; in R it has the same name. What Python and R do not need is listed with its reason in
`bindings/exemptions.json`.
"""


def surface():
    made = subprocess.run(
        [sys.executable, str(ROOT / "bindings" / "surface.py"), "json"], check=True, capture_output=True, text=True
    )
    return json.loads(made.stdout)


def declaration(function):
    parameters = ", ".join(
        f"{p['type']}{'' if p['type'].endswith('*') else ' '}{p['name']}" for p in function["parameters"]
    )
    returns = function["returns"]
    return f"{returns}{'' if returns.endswith('*') else ' '}{function['name']}({parameters or 'void'})"


def room_of(entry):
    return Path(entry["header"]).stem


def functions_of(entries):
    """Declarations that stand together under one comment are shown together."""
    lines, together = [], []
    for entry in entries + [None]:
        if together and (entry is None or entry["doc"] != together[0]["doc"]):
            lines += ["```c", *(declaration(one) + ";" for one in together), "```", "", together[0]["doc"], ""]
            together = []
        if entry is not None:
            together.append(entry)
    return lines


def one_line(doc):
    """What can stand in a cell of a table."""
    return " ".join(doc.split()).replace("|", chr(92) + "|")


def struct_of(entry):
    lines = [f"### `{entry['name']}`", "", entry["doc"] or "", "", "| field | type | meaning |", "| --- | --- | --- |"]
    for field in entry["fields"]:
        kind = field["type"] + (f"[{field['array']}]" if field["array"] else "")
        lines.append(f"| `{field['name']}` | `{kind}` | {one_line(field['doc'])} |")
    return lines + [""]


def page(made):
    lines = [HEAD]
    for room in ROOMS:
        lines += [f"## {room}", ""]
        for kind in ("handles", "structs"):
            for entry in made[kind]:
                if room_of(entry) == room:
                    lines += struct_of(entry) if kind == "structs" else [f"### `{entry['name']}`", "", entry["doc"], ""]
        lines += functions_of([f for f in made["functions"] if room_of(f) == room])
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


def undocumented(made):
    found = [f"no documentation: {one['name']}" for one in made["functions"] + made["handles"] if not one["doc"]]
    unknown = {room_of(f) for f in made["functions"]} - set(ROOMS)
    return found + [f"room {room} is not on the page" for room in sorted(unknown)]


def main(words):
    made = surface()
    text = page(made)
    if words == ["write"]:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if words != ["check"]:
        print(__doc__, file=sys.stderr)
        return 2
    problems = undocumented(made)
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        problems.append(f"{PAGE.relative_to(ROOT)} is stale: run bindings/reference.py write")
    print("\n".join(problems) or f"{len(made['functions'])} functions on the page")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
