"""Make the filled questionnaires of the tutorial "a new country": python make.py [FOLDER]

EVERYTHING IN THEM IS INVENTED. The country XA does not exist; its answers come from the library's generator, and say so in
the column source. What two experts would do by hand is done here by script, the mistakes of the first file included.
"""

import io
import sys
from pathlib import Path

import niem
import openpyxl
from niem.questionnaire import without_dates

HEADER_ROW = 4
# Sheet, question, group, column, and what the expert typed: each a mistake that people make.
MISTAKES = [
    ("residency", "RES-01", "refugee", "answer", "2,5"),  # a decimal comma, as text
    ("residency", "RES-02", "subsidiary", "answer", "The same as for refugees"),  # words, not an option's id
    ("residency", "RES-03", "refugee", "answer", "n/a"),  # a state is what was meant
    ("residency", "RES-08", "refugee", "state", "missing"),  # an answer and a state at once
    ("residency", "RES-09", "refugee", "answer", "b, c"),  # two options where one is asked for
    ("housing", "HOU-04", "refugee", "answer", "six"),  # a number in words
    ("housing", "HOU-05", "refugee", "state", "unknown"),  # no such state
    ("housing", "HOU-09", "refugee", "answer", "a;b"),  # items not joined by |
]
NO_SOURCE = [("HOU-01", "refugee"), ("HOU-02", "refugee")]  # left blank by both: no error, but noticed
SHEET_LOST = "bridges"  # deleted by accident
# Where the second expert, who fills in one sheet, answers otherwise.
SECOND_SHEET = "housing"
OTHERWISE = {("HOU-03", "refugee"): "a", ("HOU-08", "refugee"): "a", ("HOU-04", "refugee"): 7}


def invented(framework, round):
    return niem.synthetic(framework, seed=7, units=["XA"], rounds=[round], missing=0.02)


def columns(sheet):
    return {cell.value: cell.column for cell in sheet[HEADER_ROW]}


def rows(sheet):
    """The row of each question and group."""
    at = columns(sheet)
    return {
        (sheet.cell(row, at["indicator"]).value, sheet.cell(row, at["group"]).value): row
        for row in range(HEADER_ROW + 1, sheet.max_row + 1)
    }


def sheets(book):
    return [sheet for sheet in book.worksheets if sheet.title not in ("Read me", "Lists")]


def put(sheet, question, group, column, value):
    sheet.cell(rows(sheet)[question, group], columns(sheet)[column]).value = value


def fill(sheet, answers):
    """Type what the generator says; numbers as numbers."""
    at = columns(sheet)
    for key, row in rows(sheet).items():
        said = answers.get(key, {})
        for name in ("answer", "state", "evidence", "source"):
            value = said.get(name)
            if name == "state" and value == "answered":
                value = None
            if (
                name == "answer"
                and value is not None
                and sheet.cell(row, at[name]).number_format == "General"
            ):
                value = float(value)
            sheet.cell(row, at[name]).value = value


def make(folder):
    framework = niem.load_framework("niem")
    previous = invented(framework, "2019")
    frame = invented(framework, "2021").to_frame()
    frame = frame.astype(object).where(frame.notna(), None)
    answers = {(row["indicator"], row["group"]): row for row in frame.to_dict("records")}
    for coder in ("anna", "jan"):
        form = folder / f"XA-2021-{coder}.xlsx"
        niem.write_questionnaire(
            form, framework, "XA", "2021", previous, groups=["protection"], coder=coder, overwrite=True
        )
        book = openpyxl.load_workbook(form)
        for sheet in sheets(book):
            if coder == "anna" or sheet.title == SECOND_SHEET:
                fill(sheet, answers)
        for question, group in NO_SOURCE:
            put(book["housing"], question, group, "source", None)
        if coder == "jan":
            for (question, group), value in OTHERWISE.items():
                put(book[SECOND_SHEET], question, group, "answer", value)
        save(book, form)
        if coder == "anna":
            for sheet, question, group, column, value in MISTAKES:
                put(book[sheet], question, group, column, value)
            del book[SHEET_LOST]
            save(book, folder / "XA-2021-first.xlsx")


def save(book, path):
    held = io.BytesIO()
    book.save(held)
    path.write_bytes(without_dates(held.getvalue()))


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
