#!/usr/bin/env python3
"""The house stands: a floor of libniem includes only itself and the floors below it. floors.py LIBNIEM_FOLDER

Also held: every C file begins with base/platform.h, system headers come from a short list, and cJSON stays on one floor.
"""

import re
import sys
from pathlib import Path

# From the ground up. "frameworks" is the data that ships, embedded by the build.
FLOORS = ["base", "statistics", "methods", "frameworks", "model", "scoring", "comparison", "analysis", "assessment", "robustness"]
SYSTEM = set(
    "emmintrin.h errno.h fcntl.h fenv.h float.h immintrin.h inttypes.h limits.h math.h pthread.h signal.h stdalign.h stdarg.h stdatomic.h stddef.h stdint.h"
    " stdio.h stdlib.h string.h time.h unistd.h xmmintrin.h sys/mman.h sys/stat.h sys/types.h windows.h".split()
)
CJSON_FLOOR = "model"
# What must stand before the first header to have effect, and the only thing that may.
BEFORE_PLATFORM = re.compile(r"#(ifndef|define|endif)( _(POSIX_C_SOURCE|DEFAULT_SOURCE|FILE_OFFSET_BITS|XOPEN_SOURCE)( \d+L?)?)?")


def directives(path):
    text = re.sub(r"/\*.*?\*/", lambda found: "\n" * found.group().count("\n"), path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield number, re.sub(r"\s+", " ", line.strip())


def check_include(place, floor, name, quoted):
    if not quoted:
        if name == "cjson/cJSON.h":
            return [] if floor == CJSON_FLOOR else [f"{place}: cJSON is for {CJSON_FLOOR}/ only"]
        return [] if name in SYSTEM else [f"{place}: <{name}> is not one of the system headers that the library uses"]
    first = name.split("/")[0]
    if first == "niem" or name == "niem.h":
        return []
    if first not in FLOORS:
        return [f'{place}: "{name}" is on no floor; write it from libniem/, for example "base/fail.h"']
    if FLOORS.index(first) > FLOORS.index(floor):
        return [f'{place}: {floor}/ includes "{name}", which is a floor above']
    return []


def check_file(path, floor):
    problems, included = [], []
    for number, line in directives(path):
        match = re.match(r'# ?include (["<])([^">]+)[">]', line)
        if match:
            included.append(match.group(2))
            problems += check_include(f"{path}:{number}", floor, match.group(2), match.group(1) == '"')
        elif path.suffix == ".c" and not included and not BEFORE_PLATFORM.fullmatch(line):
            problems.append(f"{path}:{number}: stands before base/platform.h")
            break
    if path.suffix == ".c" and included[:1] != ["base/platform.h"]:
        problems.append(f"{path}: the first include is not base/platform.h")
    return problems


def main():
    root = Path(sys.argv[1])
    problems = []
    for path in sorted([*root.rglob("*.c"), *root.rglob("*.h")]):
        floor = path.relative_to(root).parts[0]
        if floor not in FLOORS:
            problems.append(f"{path}: {floor} is not one of the floors {', '.join(FLOORS)}")
        else:
            problems += check_file(path, floor)
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
