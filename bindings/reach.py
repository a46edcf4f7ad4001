#!/usr/bin/env python3
"""Does a wrapper reach every public function? reach.py python|r

A function that a wrapper need not reach stands in exemptions.json with its reason, by function and wrapper:
    {"niem_x": {"python": "why not", "r": "why not"}}
An exemption that is not needed is an error too. Exit status 77: the wrapper is not there yet.
"""

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import surface  # noqa: E402

EXEMPTIONS = Path(__file__).resolve().parent / "exemptions.json"
WRAPPERS = {  # marker that says it is there, kinds of files that call
    "python": ("python/pyproject.toml", {".py", ".c", ".h"}),
    "r": ("r/DESCRIPTION", {".R", ".c", ".h"}),
}
NOT_THE_WRAPPER = {"tests", "testthat", "docs", "man", "vignettes", "inst", "build", "dist", "libniem", "include", "bindings"}


def sources(folder, kinds):
    """The wrapper's own files; the bundled library behind symbolic links does not count."""
    for path in sorted(folder.iterdir()):
        hidden = path.name.startswith(".") or path.name in NOT_THE_WRAPPER
        if path.is_dir() and not path.is_symlink() and not hidden:
            yield from sources(path, kinds)
        elif path.suffix in kinds and path.is_file() and not path.is_symlink():
            yield path


def without_comments(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix in (".c", ".h"):
        return re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.DOTALL)
    return re.sub(r"^\s*#.*$", " ", text, flags=re.MULTILINE)


def check(wrapper, folder, kinds):
    functions = {item["name"] for item in surface.Surface().functions}
    words = set()
    for path in sources(folder, kinds):
        words |= set(re.findall(r"\bniem_\w+", without_comments(path)))
    table = json.loads(EXEMPTIONS.read_text(encoding="utf-8"))
    exempt = {name for name, reasons in table.items() if wrapper in reasons}
    problems = [f"{wrapper}/ does not reach {name}" for name in sorted(functions - words - exempt)]
    problems += [f"exemptions.json: {name} is no public function" for name in sorted(set(table) - functions)]
    problems += [f"exemptions.json: {wrapper}/ reaches {name}; drop its exemption" for name in sorted(exempt & words)]
    for name, reasons in table.items():
        problems += [f"exemptions.json: {name} has no reason for {key}" for key, why in reasons.items() if not why.strip()]
        problems += [f"exemptions.json: {name}: {key} is no wrapper" for key in reasons if key not in WRAPPERS]
    return problems


def main():
    wrapper = sys.argv[1]
    marker, kinds = WRAPPERS[wrapper]
    if not (surface.ROOT / marker).exists():
        print(f"{wrapper}/ is not there yet")
        sys.exit(77)
    problems = check(wrapper, surface.ROOT / wrapper, kinds)
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
