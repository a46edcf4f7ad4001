"""Make the questionnaires of the R package's examples and tests: python r/tools/questionnaires.py [FOLDER]

Everything in them is invented. They are made with the Python package, for R reads spreadsheets but does not write them:
inst/extdata/filled.xlsx, filled in without a mistake from answers.csv, and in tests/testthat/questionnaires the mistakes.
"""

import datetime
import io
import sys
from pathlib import Path

import niem
import openpyxl
from niem.questionnaire import without_dates

PACKAGE = Path(__file__).resolve().parents[1]
HEADER_ROW = 4


def columns(sheet):
    return {cell.value: cell.column for cell in sheet[HEADER_ROW]}


def entry(book, indicator, group, column):
    for sheet in book.worksheets[1:]:
        at = columns(sheet)
        for row in range(HEADER_ROW + 1, sheet.max_row + 1):
            if "answer" in at and (
                sheet.cell(row, at["indicator"]).value,
                sheet.cell(row, at["group"]).value,
            ) == (
                indicator,
                group,
            ):
                return sheet.cell(row, at[column])
    raise KeyError(indicator)


def filled(folder):
    """Poland in 2021, as answers.csv has it."""
    framework = niem.load_framework(PACKAGE / "inst" / "extdata" / "mini.json")
    answers = niem.read_answers(PACKAGE / "inst" / "extdata" / "answers.csv", framework).to_frame()
    path = folder / "form.xlsx"
    niem.write_questionnaire(path, framework, "PL", "2021", coder="anna", overwrite=True)
    book = openpyxl.load_workbook(path)
    path.unlink()
    rows = answers.query("unit == 'PL' and round == '2021'").astype(object)
    for row in rows.where(rows.notna(), None).to_dict("records"):
        at = entry(book, row["indicator"], row["group"], "answer")
        is_number = at.number_format == "General" and row["answer"] is not None
        at.value = float(row["answer"]) if is_number else row["answer"]
        if row["state"] != "answered":
            entry(book, row["indicator"], row["group"], "state").value = row["state"]
    return book


def mistakes(book):
    """What a spreadsheet program makes of what people type, and what people type."""
    entry(book, "RES-1", "refugee", "answer").value = "3 years"
    entry(book, "RES-1", "subsidiary", "answer").value = datetime.date(2021, 5, 12)
    entry(book, "RES-2", "refugee", "answer").value = True
    entry(book, "RES-2", "subsidiary", "answer").value = "=A1"
    entry(book, "HOU-1", "refugee", "answer").value = "12,5"
    entry(book, "HOU-1", "subsidiary", "answer").value = "#N/A"
    entry(book, "HOU-2", "refugee", "state").value = "unknown"


def moved(book):
    """Nothing that matters: rows further down, a column more, another name, a sheet of notes, one sheet less."""
    sheet = book["housing"]
    sheet.insert_rows(HEADER_ROW + 1, 3)
    sheet.insert_cols(1)
    sheet.title = "my housing"
    book.create_sheet("notes")["B2"] = "call the ministry"
    del book["employment"]


def save(book, path):
    held = io.BytesIO()
    book.save(held)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(without_dates(held.getvalue()))


def make(folder):
    save(filled(folder), folder / "inst" / "extdata" / "filled.xlsx")
    for change in (mistakes, moved):
        book = filled(folder)
        change(book)
        save(book, folder / "tests" / "testthat" / "questionnaires" / f"{change.__name__}.xlsx")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else PACKAGE)
