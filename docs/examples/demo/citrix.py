"""CITRIX's table in the form that libniem reads: python citrix.py citrix_2019.csv FOLDER

Writes citrix-answers.csv (unit, indicator, answer) and citrix-published.csv (unit, round, published): the numbers as they
stand in the table, digit for digit.
"""

import csv
import sys
from pathlib import Path

COMPONENTS = ("iussoli", "residur", "dualcit", "langtest", "cittest", "ecoreq", "crimreq")


def main(table, folder):
    with open(table, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    folder.mkdir(parents=True, exist_ok=True)
    answers = [f"{row['iso3']},{name},{row[name + '_v2']}\n" for row in rows for name in COMPONENTS]
    published = [f"{row['iso3']},2019,{row['CITRIX_v2']}\n" for row in rows]
    (folder / "citrix-answers.csv").write_text("unit,indicator,answer\n" + "".join(answers), encoding="utf-8")
    (folder / "citrix-published.csv").write_text("unit,round,published\n" + "".join(published), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
