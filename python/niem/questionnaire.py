"""The questionnaire as a spreadsheet (.xlsx), to be filled in and read back by `read_questionnaire`.

What is asked comes from the library's form and framework tables; here it is only laid out: a sheet for each
dimension, drop-down lists, locked questions, and a progress cell. The same input gives the same file, byte by
byte. Needs openpyxl.
"""

from __future__ import annotations

import contextlib
import io
import math
import os
import re
import tempfile
import zipfile
from collections.abc import Iterable
from typing import Any, NamedTuple, Optional

from ._core import STATES
from ._core import VERSION
from .answers import Answers
from .assessment import form
from .errors import refuse
from .filled import CODED, FILL, LISTS, README, need_openpyxl
from .framework import Framework, load_framework

HIDDEN = ("framework", "unit", "round")
SHOWN = ("indicator", "group", "question", "guidance", "options", "only if")
WIDTHS = {
    "indicator": 10,
    "group": 13,
    "question": 36,
    "guidance": 46,
    "options": 40,
    "only if": 15,
    "answer": 13,
    "state": 16,
    "evidence": 22,
    "source": 22,
    "coder": 10,
    "note": 22,
}
HEADER_ROW = 4
FIRST_ROW = HEADER_ROW + 1
LINE_HEIGHT = 13.5  # points
ABOVE = "(as above)"
INLINE_LIMIT = 255  # characters of a list that stands in the validation itself; also of an input message
TEXT_LIMIT = 32767  # characters of a cell
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
STATE_WORDS = {
    "answered": "there is an answer; the state may as well stay blank",
    "not_applicable": "the question has no sense here (the law knows no such status, no such case exists)",
    "missing": "nobody has answered yet, or could; the same as a row that stays blank",
    "not_collected": "nobody collects these data",
    "not_accessible": "the data exist, but are not published and were not given to us",
    "not_disaggregated": "the data exist, but not for this group or this detail",
}


class Question(NamedTuple):
    """What a sheet shows of an indicator, beyond the columns of the form."""

    kind: str
    options: list[tuple[str, str]]  # id, label
    least: Optional[float]
    most: Optional[float]


class Sheet(NamedTuple):
    """A sheet of questions: its name, what it is about, and its rows of the form."""

    name: str
    label: str
    rows: list[dict[str, Any]]


# --- what is asked ---


def records(frame: Any) -> list[dict[str, Any]]:
    """The rows of a frame as dicts, None where a text is missing."""
    found: list[dict[str, Any]] = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return found


def questions(framework: Framework, language: Optional[str]) -> dict[str, Question]:
    """Each indicator's kind, options and bounds."""
    options: dict[str, list[tuple[str, str]]] = {}
    for row in records(framework.options(language)):
        options.setdefault(row["indicator"], []).append((row["option"], row["label"] or ""))
    bounds = {entry["id"]: entry["scale"] for entry in every_indicator(framework.to_dict()["indicators"])}
    return {
        row["indicator"]: Question(
            row["kind"],
            options.get(row["indicator"], []),
            bounds.get(row["indicator"], {}).get("minimum"),
            bounds.get(row["indicator"], {}).get("maximum"),
        )
        for row in records(framework.indicators())
    }


def every_indicator(entries: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Indicators, and those of which composites are made."""
    for entry in entries:
        yield entry
        parts = entry["scale"].get("parts", [])
        yield from every_indicator([part for part in parts if isinstance(part, dict) and "scale" in part])


def facets_of(columns: list[str]) -> list[str]:
    """The facets that a form shows: its columns between group and indicator."""
    return columns[columns.index("group") + 1 : columns.index("indicator")]


def sheets_of(framework: Framework, asked: Any, language: Optional[str]) -> tuple[list[Sheet], list[str]]:
    """The sheets, in the order of the framework, and the facets that are left to show as columns.

    A sheet is a dimension, or a value of the form's first facet. Within it the questions stand in the order
    of the framework, and what is asked of several groups stands together.
    """
    facets = facets_of(list(asked.columns))
    outer = "dimension" if "dimension" in facets else facets[0] if facets else None
    order = {name: i for i, name in enumerate(framework.indicators()["indicator"])}
    rows = sorted(records(asked), key=lambda row: order[row["indicator"]])
    values = [row for row in records(framework.facets(language)) if row["facet"] == outer]
    taken = {README.lower(), LISTS.lower()}
    sheets = []
    for value, label in [(None, "Questions of no dimension")] + [
        (row["value"], row["label"]) for row in values
    ]:
        own = [row for row in rows if outer is None or row[outer] == value]
        if own:
            name = sheet_name(value or ("general" if outer else "questions"), taken)
            sheets.append(Sheet(name, label or value or "", own))
        if outer is None:
            break
    return sheets, [facet for facet in facets if facet != outer]


def sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that spreadsheet programs take: at most 31 characters, some not among them, no two alike."""
    clean = re.sub(r"[\[\]:*?/\\']", "_", UNWRITABLE.sub("_", wanted)).strip() or "sheet"
    clean = "history_" if clean.lower() == "history" else clean[:31]
    name, n = clean, 1
    while name.lower() in taken:
        n += 1
        name = f"{clean[:31 - len(str(n)) - 1]}_{n}"
    taken.add(name.lower())
    return name


# --- words ---


def option_words(question: Question, of_form: Optional[str]) -> str:
    """Options one below the other; for a number the words of the form."""
    lines = [f"{option} = {label}" if label else option for option, label in question.options]
    if question.kind == "checklist":
        first = "|".join(option for option, _ in question.options[:2])
        lines = [f"all that apply, joined by | ({first}), or none:", *lines]
    return "\n".join(lines) or (of_form or "")


def lines_of(words: Any, width: float) -> int:
    """How many lines a text takes in a column, roughly: the text is smaller than the type that widths count in."""
    room = max(1.2 * width - 2, 4)
    return sum(max(1, math.ceil(len(line) / room)) for line in str(words or "").split("\n"))


def cut(words: str, limit: int = INLINE_LIMIT) -> str:
    """Excel counts UTF-16: a character beyond the basic plane is two."""
    if len(words.encode("utf-16-le")) // 2 <= limit:
        return words
    while len(words.encode("utf-16-le")) // 2 > limit - 3:
        words = words[:-1]
    return words + "..."


# --- cells ---


class Styles:
    """The few styles of the workbook, made once."""

    def __init__(self) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

        thin = Side(style="thin", color="D5DCE3")
        self.border = Border(left=thin, right=thin, top=thin, bottom=thin)
        self.next = Border(left=thin, right=thin, bottom=thin, top=Side(style="medium", color="8FA3B5"))
        self.wrap = Alignment(wrap_text=True, vertical="top", horizontal="left")
        self.body = Font(name="Calibri", size=10)
        self.soft = Font(name="Calibri", size=10, color="5B6875")
        self.bold = Font(name="Calibri", size=10, bold=True)
        self.white = Font(name="Calibri", size=10, bold=True, color="FFFFFF")
        self.title = Font(name="Calibri", size=15, bold=True, color="0B5394")
        self.link = Font(name="Calibri", size=10, color="0B5394", underline="single")
        self.head = PatternFill("solid", fgColor="0B5394")
        self.head_fill = PatternFill("solid", fgColor="7F6000")
        self.locked = PatternFill("solid", fgColor="F3F6F9")
        self.open = PatternFill(bgColor="FFF7D6")
        self.wrong = PatternFill(bgColor="F4B6B0")
        self.unlocked = Protection(locked=False)


def put(sheet: Any, row: int, column: int, value: Any, font: Any = None, fill: Any = None) -> Any:
    """Write a cell. A text is always text, whatever it begins with, and never a formula."""
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = UNWRITABLE.sub(" ", value)[:TEXT_LIMIT]
        cell.data_type = "s"
    else:
        cell.value = value
    if font is not None:
        cell.font = font
    if fill is not None:
        cell.fill = fill
    return cell


def put_formula(sheet: Any, row: int, column: int, formula: str, font: Any) -> Any:
    cell = sheet.cell(row, column)
    cell.value = formula
    cell.font = font
    return cell


def quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


# --- drop-down lists ---


class Lists:
    """The hidden sheet for lists that cannot stand in the validation itself."""

    def __init__(self, book: Any) -> None:
        self.sheet = book.create_sheet(LISTS)
        self.sheet.sheet_state = "hidden"
        self.sheet.protection.sheet = True
        self.columns = 0

    def formula(self, name: str, entries: list[tuple[str, str]]) -> str:
        """Where the entries of a drop-down list are: in the formula itself, or in a column of the sheet."""
        ids = [entry for entry, _ in entries]
        inline = ",".join(ids)
        plain = all(entry == entry.strip() and not re.search(r'[,"\n]', entry) for entry in ids)
        if plain and len(inline.encode("utf-16-le")) // 2 <= INLINE_LIMIT:
            return f'"{inline}"'
        from openpyxl.utils import get_column_letter

        column = self.columns + 1
        self.columns += 2
        put(self.sheet, 1, column, name)
        for i, (entry, label) in enumerate(entries):
            put(self.sheet, 2 + i, column, entry).number_format = "@"
            put(self.sheet, 2 + i, column + 1, label)
        letter = get_column_letter(column)
        return f"{LISTS}!${letter}$2:${letter}${1 + len(entries)}"


def answer_validation(name: str, question: Question, words: str, lists: Lists) -> Any:
    """What may be typed as an answer to a question, and what is said when the cell is chosen."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if question.kind == "numeric":
        made = number_validation(question)
        made.error = cut(
            f"{name} takes {words}, typed as a number. Where there is none, leave the answer blank "
            "and choose a state."
        )
    elif question.kind == "checklist":
        made = DataValidation(allow_blank=True)
    else:
        made = DataValidation(type="list", formula1=lists.formula(name, question.options), allow_blank=True)
        made.error = cut(
            f"{name} takes one of {', '.join(option for option, _ in question.options)}. Where none "
            "fits, leave the answer blank and choose a state."
        )
    made.errorTitle = "No such answer"
    made.promptTitle = cut(name, 32)
    made.prompt = cut(words)
    made.showErrorMessage = made.type is not None
    made.showInputMessage = True
    return made


def number_validation(question: Question) -> Any:
    from openpyxl.worksheet.datavalidation import DataValidation

    least, most = question.least, question.most
    if least is not None and most is None:
        return DataValidation(
            type="decimal", operator="greaterThanOrEqual", formula1=repr(least), allow_blank=True
        )
    if least is None and most is not None:
        return DataValidation(
            type="decimal", operator="lessThanOrEqual", formula1=repr(most), allow_blank=True
        )
    ends = (-1e100 if least is None else least, 1e100 if most is None else most)
    return DataValidation(
        type="decimal", operator="between", formula1=repr(ends[0]), formula2=repr(ends[1]), allow_blank=True
    )


def state_validation(lists: Lists) -> Any:
    from openpyxl.worksheet.datavalidation import DataValidation

    made = DataValidation(
        type="list", formula1=lists.formula("state", [(s, "") for s in STATES]), allow_blank=True
    )
    made.errorTitle, made.error = "No such state", "Choose one of the list, or leave the state blank."
    made.promptTitle = "state"
    made.prompt = "Only where there is no answer: why not. See the sheet Read me."
    made.showErrorMessage = made.showInputMessage = True
    return made


# --- sheets of questions ---


class Layout:
    """Which column is which, in every sheet alike."""

    def __init__(self, facets: list[str], back: Optional[str]) -> None:
        from openpyxl.utils import get_column_letter

        self.facets = facets
        self.back = None if back is None else f"last round ({back})"
        last = [] if self.back is None else [self.back]
        self.names = [*HIDDEN, *SHOWN[:5], *facets, SHOWN[5], *last, *FILL]
        self.columns = {name: j + 1 for j, name in enumerate(self.names)}
        self.letters = {name: get_column_letter(j) for name, j in self.columns.items()}


class Workbook:
    """The questionnaire in the making."""

    def __init__(
        self, framework: Framework, asked: Any, language: Optional[str], coder: Optional[str]
    ) -> None:
        import openpyxl

        notes = asked.attrs["notes"]
        self.framework, self.coder, self.language = framework, coder, language
        self.questions = questions(framework, language)
        self.sheets, facets = sheets_of(framework, asked, language)
        self.layout = Layout(facets, notes.get("previous_round"))
        self.labels = {
            (row["facet"], row["value"]): row["label"] or row["value"]
            for row in records(framework.facets(language))
        }
        self.unit, self.round = str(asked["unit"].iloc[0]), str(asked["round"].iloc[0])
        named = {row["unit"]: row["label"] for row in records(framework.units(language))}
        self.place = f"{named[self.unit]} ({self.unit})" if named.get(self.unit) else self.unit
        self.styles = Styles()
        self.book = openpyxl.Workbook()
        self.book.active.title = README
        self.lists = Lists(self.book)
        for sheet in self.sheets:
            self.write_sheet(sheet)
        self.write_readme(self.book[README])
        self.book.move_sheet(LISTS, len(self.sheets))
        self.book.calculation.fullCalcOnLoad = True
        self.book.properties.creator = f"libniem {VERSION}"
        self.book.properties.title = (
            f"Questionnaire {framework.id} {framework.version}: {self.unit}, {self.round}"
        )

    def range_of(self, sheet: Sheet, name: str) -> str:
        letter = self.layout.letters[name]
        return f"${letter}${FIRST_ROW}:${letter}${FIRST_ROW + len(sheet.rows) - 1}"

    def done_formula(self, sheet: Sheet, prefix: str = "") -> str:
        """How many rows have an answer or a state."""
        ranges = [f'({prefix}{self.range_of(sheet, name)}<>"")' for name in ("answer", "state")]
        return f"SUMPRODUCT(--({'+'.join(ranges)}>0))"

    def write_sheet(self, sheet: Sheet) -> None:
        made = self.book.create_sheet(sheet.name)
        self.write_heading(made, sheet)
        ranges: dict[str, list[int]] = {}
        for i, row in enumerate(sheet.rows):
            self.write_row(
                made, FIRST_ROW + i, row, i == 0 or sheet.rows[i - 1]["indicator"] != row["indicator"]
            )
            ranges.setdefault(row["indicator"], []).append(FIRST_ROW + i)
        self.validate(made, sheet, ranges)
        self.colour(made, sheet)
        self.protect(made)
        self.set_up_page(made, sheet)

    def write_heading(self, made: Any, sheet: Sheet) -> None:
        layout, styles = self.layout, self.styles
        first = layout.columns["indicator"]
        put(made, 1, first, f"{sheet.label} - {self.place}, {self.round}", styles.title)
        words = f'{self.done_formula(sheet)}&" of "&COUNTA({self.range_of(sheet, "indicator")})&" filled in"'
        put_formula(made, 2, first, "=" + words, styles.bold)
        put(
            made,
            3,
            first,
            "Fill in the columns with a brown heading; what they mean is on the sheet Read me.",
            styles.soft,
        )
        for name, column in layout.columns.items():
            fill = styles.head_fill if name in FILL else styles.head
            put(made, HEADER_ROW, column, name, styles.white, fill).alignment = styles.wrap
            made.column_dimensions[layout.letters[name]].width = WIDTHS.get(name, 15)
            made.column_dimensions[layout.letters[name]].hidden = name in HIDDEN

    def write_row(self, made: Any, at: int, row: dict[str, Any], is_first: bool) -> None:
        layout, styles = self.layout, self.styles
        question = self.questions[row["indicator"]]
        texts: dict[str, Any] = {name: row.get(name) for name in (*HIDDEN, *FILL, "group", "indicator")}
        texts["framework"] = self.framework.digest
        texts.update(
            self.words_of(row, question) if is_first else {"question": row["label"] or row["question"]}
        )
        texts["only if"] = row["applies_if"]
        texts.update({facet: self.labels.get((facet, row[facet])) for facet in layout.facets})
        texts["coder"] = self.coder if self.coder is not None else row["coder"]
        if layout.back is not None:
            texts[layout.back] = row["previous_answer"]
        if question.kind == "numeric" and texts["answer"] is not None:
            texts["answer"] = number(texts["answer"])
        for name, column in layout.columns.items():
            to_fill = name in FILL
            strong = is_first or to_fill or name in ("group", "indicator")
            words = texts.get(name, ABOVE)
            cell = put(made, at, column, words, styles.body if strong else styles.soft)
            cell.alignment, cell.border = styles.wrap, styles.next if is_first else styles.border
            if to_fill:
                cell.protection = styles.unlocked
                cell.number_format = "General" if name == "answer" and question.kind == "numeric" else "@"
            else:
                cell.fill = styles.locked
        shown = [name for name in layout.names if name not in HIDDEN]
        most = max(lines_of(texts.get(name), WIDTHS.get(name, 15)) for name in shown)
        made.row_dimensions[at].height = LINE_HEIGHT * max(most, 2) + 3

    def words_of(self, row: dict[str, Any], question: Question) -> dict[str, Any]:
        """What stands once for the groups of which a question is asked."""
        return {
            "question": "\n".join(words for words in (row["label"], row["question"]) if words),
            "guidance": row["guidance"],
            "options": option_words(question, row["options"]),
        }

    def validate(self, made: Any, sheet: Sheet, ranges: dict[str, list[int]]) -> None:
        letter = self.layout.letters["answer"]
        of_form = {row["indicator"]: row["options"] for row in sheet.rows}
        for name, rows in ranges.items():
            question = self.questions[name]
            words = option_words(question, of_form[name])
            validation = answer_validation(name, question, words, self.lists)
            validation.add(f"{letter}{rows[0]}:{letter}{rows[-1]}")
            made.add_data_validation(validation)
        validation = state_validation(self.lists)
        validation.add(self.range_of(sheet, "state").replace("$", ""))
        made.add_data_validation(validation)

    def colour(self, made: Any, sheet: Sheet) -> None:
        """Red: an answer and a state that contradict each other. Yellow: still to be filled in."""
        from openpyxl.formatting.rule import FormulaRule

        answer, state = (f"${self.layout.letters[name]}{FIRST_ROW}" for name in ("answer", "state"))
        letters = [self.layout.letters[name] for name in ("answer", "state")]
        cells = f"{letters[0]}{FIRST_ROW}:{letters[1]}{FIRST_ROW + len(sheet.rows) - 1}"
        both = f'AND({answer}<>"",{state}<>"",{state}<>"answered")'
        neither = f'OR(AND({answer}="",{state}=""),AND({answer}="",{state}="answered"))'
        for formula, fill in ((both, self.styles.wrong), (neither, self.styles.open)):
            made.conditional_formatting.add(cells, FormulaRule(formula=[formula], fill=fill))

    def protect(self, made: Any) -> None:
        """Questions are locked without a password; widths and heights may be changed (False: not forbidden)."""
        made.protection.sheet = True
        made.protection.formatColumns = False
        made.protection.formatRows = False

    def set_up_page(self, made: Any, sheet: Sheet) -> None:
        made.freeze_panes = f"{self.layout.letters['guidance']}{FIRST_ROW}"
        made.page_setup.orientation = "landscape"
        made.page_setup.paperSize = made.PAPERSIZE_A4
        made.page_setup.fitToWidth, made.page_setup.fitToHeight = 1, 0
        made.sheet_properties.pageSetUpPr.fitToPage = True
        made.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
        made.page_margins.left = made.page_margins.right = 0.4
        made.page_margins.top = made.page_margins.bottom = 0.6
        made.oddFooter.left.text = f"{self.framework.id} {self.framework.version}, {self.unit} {self.round}"
        made.oddFooter.center.text = "&A"
        made.oddFooter.right.text = "&P / &N"

    # --- the first sheet ---

    def write_readme(self, made: Any) -> None:
        styles = self.styles
        made.column_dimensions["A"].width, made.column_dimensions["B"].width = 22, 62
        for letter in "CDE":
            made.column_dimensions[letter].width = 12
        put(made, 1, 1, f"Questionnaire: {self.place}, {self.round}", styles.title)
        at = 3
        at = self.write_pairs(made, at, "This file", self.about())
        at = self.write_pairs(made, at, "How to fill it in", self.instructions())
        at = self.write_pairs(made, at, "Columns to fill in", COLUMN_WORDS)
        at = self.write_pairs(made, at, "States", [(state, STATE_WORDS.get(state, "")) for state in STATES])
        asked = {row["group"] for sheet in self.sheets for row in sheet.rows}
        groups = records(self.framework.groups(self.language))
        at = self.write_pairs(
            made,
            at,
            "Groups",
            [(row["group"], row["label"] or "") for row in groups if row["group"] in asked],
        )
        self.write_progress(made, at)
        made.protection.sheet = True
        made.protection.formatColumns = False
        made.page_setup.paperSize = made.PAPERSIZE_A4
        made.page_setup.fitToWidth, made.page_setup.fitToHeight = 1, 0
        made.sheet_properties.pageSetUpPr.fitToPage = True

    def about(self) -> list[tuple[str, str]]:
        framework = self.framework
        return [
            ("country or unit", self.place),
            ("round", self.round),
            ("framework", f"{framework.id} {framework.version}: {framework.title}".rstrip(": ")),
            ("framework digest", framework.digest),
            ("made by", f"libniem {VERSION}"),
        ]

    def instructions(self) -> list[tuple[str, str]]:
        unconditional = any(row["applies_if"] for sheet in self.sheets for row in sheet.rows)
        skip = [
            (
                "only if",
                "The question is put only where that holds, by your own answers. Where it does not, "
                "leave the row blank: it counts as not applicable.",
            )
        ]
        back = (
            [
                (
                    self.layout.back,
                    "What was answered then, for comparison. If your answer differs, say why in the " "note.",
                )
            ]
            if self.layout.back
            else []
        )
        return [
            (
                "1",
                "One sheet for each dimension; one row for each question and group. Read the guidance of a "
                "question before you answer it.",
            ),
            (
                "2",
                "Answer with an option's id (a, b, c ... or yes, no), never with its words or points: the cell "
                "offers a list. Several options, where the question says so, are joined by |, and none means nothing "
                "of it. Numbers are typed as numbers.",
            ),
            (
                "3",
                "If there is no answer, leave it blank and choose a state, which says why. Never n/a, - or 0.",
            ),
            (
                "4",
                "Name the evidence and its source. Cells that are still open are yellow; red means that an "
                "answer and a state contradict each other.",
            ),
            (
                "5",
                "Save as .xlsx. Rows may be sorted and sheets renamed; do not change the columns indicator and "
                "group. The sheets are protected without a password, only against slips.",
            ),
            *(skip if unconditional else []),
            *back,
        ]

    def write_pairs(self, made: Any, at: int, heading: str, pairs: Iterable[tuple[Any, str]]) -> int:
        styles = self.styles
        put(made, at, 1, heading, styles.white, styles.head)
        put(made, at, 2, "", styles.white, styles.head)
        for name, words in pairs:
            at += 1
            put(made, at, 1, name, styles.bold).alignment = styles.wrap
            put(made, at, 2, words, styles.body).alignment = styles.wrap
            made.row_dimensions[at].height = LINE_HEIGHT * lines_of(words, 62) + 2
        return at + 2

    def write_progress(self, made: Any, at: int) -> None:
        styles = self.styles
        for j, name in enumerate(("sheet", "about", "questions", "filled in", "open")):
            put(made, at, 1 + j, name, styles.white, styles.head)
        first = at + 1
        for sheet in self.sheets:
            at += 1
            prefix = quoted(sheet.name) + "!"
            link = put(made, at, 1, sheet.name, styles.link)
            link.hyperlink = f"#{prefix}A1"
            link.font = styles.link
            put(made, at, 2, sheet.label, styles.body).alignment = styles.wrap
            put_formula(made, at, 3, f"=COUNTA({prefix}{self.range_of(sheet, 'indicator')})", styles.body)
            put_formula(made, at, 4, f"={self.done_formula(sheet, prefix)}", styles.body)
            put_formula(made, at, 5, f"=C{at}-D{at}", styles.body)
        put(made, at + 1, 1, "all", styles.bold)
        for letter, column in zip("CDE", (3, 4, 5)):
            put_formula(made, at + 1, column, f"=SUM({letter}{first}:{letter}{at})", styles.bold)
        put(
            made,
            at + 2,
            1,
            "Open are also questions that do not apply, if their rows are blank.",
            styles.soft,
        )

    def to_bytes(self) -> bytes:
        held = io.BytesIO()
        self.book.save(held)
        return without_dates(held.getvalue())


COLUMN_WORDS = [
    ("answer", "the id of an option, ids joined by |, or a number"),
    ("state", "why there is no answer; blank where there is one"),
    ("evidence", "the document, statistic or interview that shows it, with article or page"),
    ("source", "where that is found: a title with its date, an address on the web"),
    ("coder", "who answered; needed where several people answer the same questions"),
    (
        "note",
        "what a reader must know: a doubt, a change of definition, why the answer differs from the last round",
    ),
]
assert tuple(name for name, _ in COLUMN_WORDS) == FILL and set(CODED) <= {*FILL, *HIDDEN, *SHOWN}


def number(words: str) -> Any:
    """A prefilled number as a number, so that the program shows it as its user is used to.

    openpyxl writes 16 digits; a number that needs 17 stays a text, which is read back to the last bit.
    """
    value = float(words)
    if value.is_integer() and abs(value) < 2**53 and words != "-0":
        return int(value)
    return value if float(f"{value:.16g}") == value else words


# --- the file ---


def without_dates(data: bytes) -> bytes:
    """The same archive without the hour at which it was made: one input, one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "docProps/core.xml":
                content = re.sub(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>", b"", content)
            plain = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            plain.compress_type = zipfile.ZIP_DEFLATED
            plain.external_attr = 0o600 << 16
            new.writestr(plain, content)
    return out.getvalue()


def write_beside(path: str, data: bytes) -> None:
    """Write beside the file and rename, so that a failure leaves an old one as it was."""
    folder = os.path.dirname(path) or "."
    try:
        handle, beside = tempfile.mkstemp(prefix=".niem-", suffix=".xlsx", dir=folder)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(beside, 0o666 & ~mask)
            os.replace(beside, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(beside)
            raise
    except OSError as error:
        raise refuse("io", "path", f"{path!r} cannot be written: {error.strerror or error}") from None


def write_questionnaire(
    path: Any,
    framework: Any,
    unit: str,
    round: str,
    previous: Optional[Answers] = None,
    *,
    coder: Optional[str] = None,
    overwrite: bool = False,
    **options: Any,
) -> None:
    """Write the questionnaire of a unit and round as a spreadsheet (.xlsx).

    A first sheet says how to fill it in and shows the progress; then a sheet for each dimension, with a row
    for each question and group: the question, its guidance and options, and the columns to fill in, with
    drop-down lists of options and states. Questions are locked, without a password. `read_questionnaire`
    reads the filled file; `form` gives the same questionnaire as a table, for CSV.

    Parameters
    ----------
    path : str or path-like
        The file, which should end in ``.xlsx``.
    framework : Framework
        Or whatever `load_framework` takes.
    unit, round : str
        Of whom and when; a unit that the framework does not list is a new one.
    previous : Answers, optional
        Earlier answers, of any rounds, shown for comparison.
    coder : str, optional
        Who will fill it in; stands in the column coder of each row.
    overwrite : bool, optional
        Replace a file that is there. Without it that is an error, for it may be filled in.
    groups, language, previous_round, prefill : optional
        As for `form`; ``prefill=True`` writes the previous answers into the columns to fill in.

    Raises
    ------
    ImportError
        openpyxl is not installed.
    NiemIOError
        The file is there, or cannot be written.
    NiemReferenceError, NiemArgumentError
        As for `form`.
    """
    need_openpyxl()
    framework = load_framework(framework)
    place = os.fsdecode(path)
    if not place.lower().endswith(".xlsx"):
        raise refuse("argument", "path", f"{place!r} must end in .xlsx, which is what is written")
    asked = form(framework, unit, round, previous, **options)
    if not len(asked):
        raise refuse("argument", "groups", "no question is asked of these groups")
    data = Workbook(framework, asked, options.get("language"), coder).to_bytes()
    if not overwrite and os.path.lexists(place):
        raise refuse(
            "io",
            "path",
            f"{place!r} is there already and may be filled in; choose another name, or overwrite=True",
        )
    write_beside(place, data)
