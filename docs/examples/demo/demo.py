"""The demonstration in Python: the tables of demo.c again, every cell written to a file to be compared with it.

    python demo.py EXAMPLES VALUES [CITRIX]
"""

import csv
import struct
import sys
from pathlib import Path

import numpy as np

import niem

SEED = 2021


def bits(value):
    """A cell as demo.c writes it: the bits of a number, the bytes of a text."""
    if isinstance(value, str):
        return "text:" + value.encode("utf-8").hex()
    if value is None or value != value:
        return "missing"
    return struct.pack(">d", float(value)).hex()


class Values:
    """The file of values: a line "table row column bits" for each cell."""

    def __init__(self, path):
        self.file = open(path, "w", encoding="utf-8", newline="\n")

    def keep(self, name, frame):
        for column in frame.columns:
            cells = frame[column].astype(object).where(frame[column].notna(), None)
            self.file.writelines(f"{name} {i} {column} {bits(cell)}\n" for i, cell in enumerate(cells, 1))


def score_file(examples, framework, answers, **options):
    fw = niem.load_framework(examples / "frameworks" / f"{framework}.json")
    return niem.score(fw, niem.read_answers(answers, fw, **options))


def reproduced(scores, published, digits, tolerance):
    with open(published, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    hits = sum(
        abs(niem.round(scores.value(row["unit"], row["round"]), digits) - float(row["published"])) <= tolerance for row in rows
    )
    if hits != len(rows) or not rows:
        raise SystemExit(f"{published}: {hits} of {len(rows)} published scores reproduced")
    return f"{hits} of {len(rows)}"


def mipex(examples, values):
    scores = score_file(examples, "mipex-strands", examples / "data" / "mipex-strands.csv")
    values.keep("mipex", scores.to_frame(level="index", wide=False))
    return "MIPEX " + reproduced(scores, examples / "data" / "mipex-overall.csv", 2, 1e-9)


def citrix(examples, values, folder):
    scores = score_file(examples, "citrix", folder / "citrix-answers.csv", round="2019")
    values.keep("citrix", scores.to_frame(level="index", wide=False))
    return "CITRIX " + reproduced(scores, folder / "citrix-published.csv", 15, 1e-4)


def synthetic(values):
    fw = niem.load_framework("niem")
    scores = niem.score(fw, niem.synthetic(fw, seed=SEED))
    dimensions = scores.to_frame(level="dimension", round="2021", table=True, wide=False)
    values.keep("synthetic-dimensions-2021", dimensions.widen("node", "unit", "value").to_frame())
    values.keep("synthetic-scores", scores.to_frame(group="*"))
    values.keep("synthetic-steps", scores.to_frame(group="*", index="dimension_step"))
    values.keep("synthetic-ranking-2021", scores.rank(level="index", round="2021", tolerance=0.5))
    values.keep("synthetic-ranking-dimensions-2021", scores.rank(level="dimension", round="2021"))
    values.keep("synthetic-average-2021", scores.average(level="dimension", round="2021"))
    values.keep("synthetic-spread-2021", scores.spread(level="dimension", round="2021"))
    change = scores.change("2019", "2021", level="index")
    values.keep("synthetic-change-2019-2021", change.points)
    values.keep("synthetic-change-dimensions-2019-2021", scores.change_summary("2019", "2021", level="dimension"))
    values.keep("synthetic-causes-2019-2021", change.causes)
    values.keep("synthetic-groups", scores.group_difference("refugee", "subsidiary", level="dimension"))
    values.keep("synthetic-explanation", scores.explain("PL", "2021", node="housing", group="refugee"))


def main():
    if len(sys.argv) not in (3, 4):
        raise SystemExit(__doc__)
    examples, values = Path(sys.argv[1]), Values(sys.argv[2])
    lines = [mipex(examples, values)]
    if len(sys.argv) == 4:
        lines.append(citrix(examples, values, Path(sys.argv[3])))
    synthetic(values)
    values.file.close()
    print(f"Python {sys.version.split()[0]}, niem {niem.__version__}, NumPy {np.__version__}: {', '.join(lines)}")


if __name__ == "__main__":
    main()
