"""Reading a filled questionnaire (.xlsx): cells as columns for the library, problems by sheet, row and column.

The library checks the answers, as it checks any. What is done here is to find the rows, to refuse cells of
which a spreadsheet program has made something else than was typed, and to say in which cell a problem is.
"""

from __future__ import annotations

import datetime
import os
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Optional

import pandas as pd

from . import errors
from ._core import is_path
from .answers import Answers, answers_from_columns
from .assessment import form
from .errors import NiemError, refuse
from .framework import Framework, load_framework

README, LISTS = "Read me", "Lists"
KEYS = ("unit", "round", "group", "indicator")
FILL = ("answer", "state", "evidence", "source", "coder", "note")
CODED = ("group", "indicator", "answer", "state")  # ids and answers; the others are free texts
READ = (*KEYS, *FILL)
MAX_FILE = 32 << 20  # bytes of the file
MAX_UNPACKED = 64 << 20  # bytes of what is in it
MAX_PARTS = 2000
MAX_ROWS = 100_000  # of a sheet; a questionnaire has some hundreds
MAX_COLUMNS = 100  # columns that are looked at
HEADER_WITHIN = 50  # rows at the top of a sheet among which its column names are looked for
REMEDY = "open it in a spreadsheet program and save it as .xlsx"


class Place(NamedTuple):
    """Where a row was found, and in which column each of its parts."""

    file: str  # "" where one file is read
    order: tuple[int, int]  # of file and sheet
    sheet: str
    row: int
    letters: Mapping[str, str]


class Filled(NamedTuple):
    """The rows of a questionnaire, blank parts as None, and what was found on the way."""

    rows: list[dict[str, Optional[str]]]
    places: list[Place]
    problems: list[dict[str, Any]]


class QuestionnaireAnswers(Answers):
    """`Answers` that were read from a questionnaire.

    Attributes
    ----------
    problems : pandas.DataFrame
        The reading report, as of any answers, with the columns ``file`` (blank where one was read), ``sheet``
        and ``cell`` besides; row and column are those of the sheet.
    """

    __slots__ = ("_report",)

    def __init__(self, answers: Answers, problems: list[dict[str, Any]]) -> None:
        super().__init__(answers._handle, answers.framework)
        self._report = problems

    @property
    def problems(self) -> Any:
        names = ["severity", "status", "file", "sheet", "row", "column", "cell", "where", "message"]
        frame = pd.DataFrame(self._report, columns=names)
        return frame.astype({"row": "Int64", "column": "Int64"})


def need_openpyxl() -> None:
    try:
        import openpyxl
    except ImportError:
        raise ImportError(
            "questionnaires as spreadsheets need openpyxl; install it with: pip install openpyxl "
            "(or fill in the CSV form: niem.form(..., table=True).to_csv(path))"
        ) from None
    del openpyxl


# --- is it a workbook? ---


def refuse_file(path: str, message: str, status: str = "format") -> NiemError:
    return refuse(status, "path", f"{os.path.basename(path)!r} {message}")


def check_file(path: str) -> None:
    """Refuse what is no workbook, or is one of absurd size, before anything is unpacked."""
    try:
        size = os.stat(path).st_size
        with open(path, "rb") as file:
            start = file.read(8)
            hidden = start.startswith(b"\xd0\xcf\x11\xe0") and is_encrypted(file)
    except OSError as error:
        raise refuse("io", "path", f"{path!r} cannot be read: {error.strerror or error}") from None
    if size > MAX_FILE:
        raise refuse_file(
            path, f"has {size >> 20} MiB; a questionnaire has at most {MAX_FILE >> 20}", "limit"
        )
    if hidden:
        raise refuse_file(path, "is protected by a password; save it without one")
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse_file(path, f"is a workbook of the old kind (.xls); {REMEDY}")
    if not start.startswith(b"PK"):
        what = "is empty" if not size else "is no workbook (.xlsx)"
        raise refuse_file(path, f"{what}; a form as CSV is read by read_answers")
    try:
        with zipfile.ZipFile(path) as archive:
            check_parts(path, archive)
    except (NiemError, MemoryError):
        raise
    except Exception:  # what a damaged archive makes zipfile, and the decompressors under it, raise
        raise refuse_file(
            path, "is damaged, or cut off in the middle; take it again from where it came"
        ) from None


def is_encrypted(file: Any) -> bool:
    return "EncryptedPackage".encode("utf-16-le") in file.read(1 << 20)


def check_parts(path: str, archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:100]:
        raise refuse_file(path, f"is an OpenDocument file (.ods); {REMEDY}")
    if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise refuse_file(
            path, f"unpacks to more than {MAX_UNPACKED >> 20} MiB, which no questionnaire does", "limit"
        )
    if "xl/workbook.xml" not in names and "[Content_Types].xml" not in names:
        raise refuse_file(path, f"is an archive, but no workbook (.xlsx); {REMEDY}")
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.open(entry).read(4096):
            raise refuse_file(path, "declares a document type, which no workbook does; it is not read")


# --- cells ---


def open_book(path: str, values: bool) -> Any:
    """The workbook, with formulas, or with the values that they had when it was saved."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that are not read, such as extensions of other programs
        return openpyxl.load_workbook(path, read_only=True, data_only=values, keep_links=False)


def cells_of(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """The rows of a sheet that have cells, with their numbers. The size that a file states is not believed."""
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()
    gap: Any = None  # the one empty row that openpyxl gives for each row without cells
    for i, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS)):
        filled = row is not gap and any(cell.value is not None for cell in row)
        gap = gap if filled else row
        if i >= MAX_ROWS and (filled or i >= MAX_ROWS << 4):
            raise refuse(
                "limit",
                "path",
                f"sheet {sheet.title!r} has cells beyond row {MAX_ROWS}; no questionnaire does",
            )
        if filled:
            yield i + 1, list(row)


class CellProblem(Exception):
    """A cell of which a spreadsheet program has made something that was not meant."""


def cell_text(cell: Any, name: str, decimal: str) -> Optional[str]:
    """What a cell says; numbers as the shortest text that reads back the same. None: nothing."""
    value = cell.value
    if value is None or isinstance(value, str):
        if cell.data_type == "e":
            raise CellProblem(f"the cell holds the error {value}; type the answer in its place")
        return (value or "").strip() or None
    if isinstance(value, bool):
        raise CellProblem(
            f"the cell holds the truth value {str(value).upper()}, made of what was typed; type the option's id as text"
        )
    if isinstance(value, (int, float)):
        return number_text(value).replace(".", decimal) if name == "answer" else number_text(value)
    if isinstance(value, (datetime.datetime, datetime.date)) and name in FILL and name not in CODED:
        return value.isoformat()[:10]
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time, datetime.timedelta)):
        when = value.isoformat()[:10] if isinstance(value, datetime.date) else str(value)
        raise CellProblem(
            f"the cell holds a date or time ({when}), made of what was typed; format the cell as text or number "
            "and type it again"
        )
    return str(value).strip() or None


def number_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return repr(value)


# --- sheets ---


def header_of(row: list[Any]) -> dict[str, int]:
    """Which column is which, if the row names them; {} otherwise."""
    names = [cell.value.strip().lower() if isinstance(cell.value, str) else "" for cell in row]
    if "indicator" not in names or not {"answer", "state"} & set(names):
        return {}
    return {name: j for j, name in reversed(list(enumerate(names))) if name in READ or name == "framework"}


class Reader:
    """Reads the files of one call."""

    def __init__(self, framework: Framework, decimal: str, several: bool) -> None:
        self.framework, self.decimal, self.several = framework, decimal, several
        self.found = Filled([], [], [])
        self.digests: set[tuple[str, str]] = set()
        self.file, self.file_number = "", 0

    def read(self, path: str, number: int) -> None:
        check_file(path)
        self.file, self.file_number = os.path.basename(path) if self.several else "", number
        start = len(self.found.rows)
        try:
            book = open_book(path, values=False)
            try:
                later = [
                    entry for k, sheet in enumerate(book.worksheets) for entry in self.read_sheet(sheet, k)
                ]
            finally:
                book.close()
            self.read_formulas(path, later)
        except (NiemError, MemoryError):
            raise
        except Exception as error:  # whatever a damaged file makes openpyxl raise
            raise refuse_file(
                path, f"cannot be opened as a workbook ({type(error).__name__}); {REMEDY}"
            ) from None
        self.fill_keys(start)
        if len(self.found.rows) == start and not self.found.problems:
            raise refuse_file(
                path,
                "holds no question: no sheet has a row with the column names indicator and answer, and rows below",
            )

    def tell(
        self, place: Place, name: str, message: str, severity: str = "error", status: str = "value"
    ) -> None:
        self.found.problems.append(located(place, name, severity, status, message))

    def read_sheet(self, sheet: Any, number: int) -> list[tuple[int, str, str, Any]]:
        """Reads the rows of a sheet. Gives the formulas, whose values are read afterwards."""
        from openpyxl.utils import get_column_letter

        header: dict[str, int] = {}
        letters: dict[str, str] = {}
        formulas = []
        for at, row in cells_of(sheet):
            place = Place(self.file, (self.file_number, number), sheet.title, at, letters)
            if not header:
                header = header_of(row) if at <= HEADER_WITHIN else {}
                letters = {name: get_column_letter(j + 1) for name, j in header.items()}
                self.check_header(place._replace(letters=letters), row, header)
                continue
            parts: dict[str, Optional[str]] = dict.fromkeys(READ)
            wrong = False
            waiting = []
            for name, j in header.items():
                if j >= len(row) or row[j].value is None:
                    continue
                if row[j].data_type == "f" and name != "framework":
                    waiting.append((len(self.found.rows), name, f"{letters[name]}{at}", place))
                    continue
                try:
                    parts[name] = cell_text(row[j], name, self.decimal)
                except CellProblem as problem:
                    self.tell(place, name, str(problem))
                    wrong = True
            self.note_digest(place, parts.pop("framework", None))
            if not wrong and (
                waiting or any(parts[name] is not None for name in ("group", "indicator", *FILL))
            ):
                formulas += waiting
                self.found.rows.append(parts)
                self.found.places.append(place)
        if not header and sheet.title not in (README, LISTS):
            place = Place(self.file, (self.file_number, number), sheet.title, 0, {})
            self.tell(
                place,
                "",
                "has no row of column names (indicator, answer ...) and is not read",
                "warning",
                "ok",
            )
        return formulas

    def check_header(self, place: Place, row: list[Any], header: dict[str, int]) -> None:
        names = [cell.value.strip().lower() if isinstance(cell.value, str) else "" for cell in row]
        for name in header:
            if names.count(name) > 1:
                self.tell(place, name, f'column "{name}" stands twice; keep one', status="duplicate")

    def note_digest(self, place: Place, digest: Optional[str]) -> None:
        """Answers that were given to another framework, or another version of it, may be read; that is said."""
        if digest and digest != self.framework.digest and (place.file, digest) not in self.digests:
            self.digests.add((place.file, digest))
            message = (
                f"the questionnaire was made with another framework or version ({digest[:12]}, not "
                f"{self.framework.digest[:12]})"
            )
            self.tell(place, "framework", message, "warning", "mismatch")

    def read_formulas(self, path: str, later: list[tuple[int, str, str, Any]]) -> None:
        """A formula is worth the value that it had when the file was saved; without one it is refused."""
        if not later:
            return
        values = {}
        wanted = {(place.order[1], cell) for _, _, cell, place in later}
        book = open_book(path, values=True)
        try:
            for k, sheet in enumerate(book.worksheets):
                for _, row in cells_of(sheet):
                    for cell in row:
                        if cell.value is not None and (k, cell.coordinate) in wanted:
                            values[k, cell.coordinate] = cell
        finally:
            book.close()
        spoilt = set()
        for i, name, at, place in later:
            cell = values.get((place.order[1], at))
            try:
                if cell is None:
                    raise CellProblem(
                        "the cell holds a formula without a value; type the answer itself, or open and save the file "
                        "in a spreadsheet program"
                    )
                self.found.rows[i][name] = cell_text(cell, name, self.decimal)
            except CellProblem as problem:
                self.tell(place, name, str(problem))
                spoilt.add(i)
        for i in sorted(spoilt, reverse=True):
            del self.found.rows[i], self.found.places[i]

    def fill_keys(self, start: int) -> None:
        """A row that somebody has added by hand belongs to the file's only unit and round."""
        for name in ("unit", "round"):
            only = {row[name] for row in self.found.rows[start:]} - {None}
            for row in self.found.rows[start:]:
                if row[name] is None and len(only) == 1:
                    row[name] = next(iter(only))


def without_silent(filled: Filled) -> Filled:
    """A row without answer, evidence, source or note says nothing: it yields to others for the same cell."""
    said = ("answer", "state", "evidence", "source", "note")
    silent = [all(row[name] is None for name in said) for row in filled.rows]
    keys = [tuple(row[name] for name in KEYS) for row in filled.rows]
    seen = {key for key, nothing in zip(keys, silent) if not nothing}
    kept = []
    for i, (key, nothing) in enumerate(zip(keys, silent)):
        if not nothing or key not in seen:
            kept.append(i)
            seen.add(key)
    return Filled([filled.rows[i] for i in kept], [filled.places[i] for i in kept], filled.problems)


# --- problems, by sheet, row and column ---


def located(place: Optional[Place], name: str, severity: str, status: str, message: str) -> dict[str, Any]:
    """A problem in a cell of a sheet; without a place it is about all answers."""
    letter = place.letters.get(name) if place is not None else None
    return {
        "severity": severity,
        "status": status,
        "file": place.file or None if place is not None else None,
        "sheet": place.sheet if place is not None else None,
        "row": place.row or None if place is not None else None,
        "column": column_number(letter) if letter else None,
        "cell": f"{letter}{place.row}" if place is not None and letter else None,
        "where": name,
        "message": message,
        "order": (place.order, place.row) if place is not None else ((-1, -1), 0),
    }


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def place_words(problem: Mapping[str, Any]) -> str:
    """`sheet "housing", row 14, column "answer" (J14)`."""
    words = [f'file "{problem["file"]}"'] if problem["file"] else []
    words += [f'sheet "{problem["sheet"]}"'] if problem["sheet"] else []
    words += [f"row {problem['row']}"] if problem["row"] else []
    column = f'column "{problem["where"]}"' if problem["where"] and problem["sheet"] else problem["where"]
    words += [column + (f" ({problem['cell']})" if problem["cell"] else "")] if column else []
    return ", ".join(words)


def relocated(problem: Mapping[str, Any], places: list[Place]) -> dict[str, Any]:
    """A problem that the library has found in a row of the columns, in the sheet where that row stands."""
    row = problem["row"]
    row = 0 if row is None or row is pd.NA or row != row else int(row)
    place = places[row - 1] if 0 < row <= len(places) else None
    message = re.sub(r'"[^"]*"|\brow (\d+)', lambda found: row_words(found, places), problem["message"])
    return located(place, problem["where"], problem["severity"], problem["status"], message)


def row_words(found: re.Match[str], places: list[Place]) -> str:
    """Other rows that a message names, outside quotation marks."""
    if found[1] is None or not 0 < int(found[1]) <= len(places):
        return found[0]
    place = places[int(found[1]) - 1]
    file = f'file "{place.file}", ' if place.file else ""
    return f'{file}sheet "{place.sheet}" row {place.row}'


def in_order(problems: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """As a reader goes through the files; what is about all answers stands first."""
    return [
        {name: value for name, value in problem.items() if name != "order"}
        for problem in sorted(problems, key=lambda problem: problem["order"])
    ]


def failure(problems: list[dict[str, Any]], total: int) -> NiemError:
    """The exception for a questionnaire with errors: the first one, and all in `.problems`."""
    first = next(problem for problem in problems if problem["severity"] == "error")
    made = getattr(errors, errors.class_name(first["status"]), NiemError)
    more = f" (and {total - 1} more problems; see .problems)" if total > 1 else ""
    error: NiemError = made(first["message"] + more, place_words(first), 0, 0, problems, total)
    return error


# --- what is not there ---


def absent(answers: Answers) -> list[dict[str, Any]]:
    """Questions of the groups in hand that no row is about, counted by dimension: a sheet was deleted."""
    framework = answers.framework
    rows = answers.to_frame()
    problems = []
    for (unit, round), own in rows.groupby(["unit", "round"], sort=False):
        asked = form(framework, unit, round, groups=list(dict.fromkeys(own["group"])))
        facet = "dimension" if "dimension" in asked else None
        here = set(zip(own["group"], own["indicator"]))
        gone = [(g, i) not in here for g, i in zip(asked["group"], asked["indicator"])]
        if facet is None or not any(gone):
            continue
        names = asked[facet].astype(object).where(asked[facet].notna(), "")
        for name in dict.fromkeys(names[gone]):
            n, of = int((names[gone] == name).sum()), int((names == name).sum())
            about = f'of dimension "{name}"' if name else "of no dimension"
            hint = "; was its sheet deleted?" if n == of else ""
            message = f"{unit} {round}: {n} of {of} questions {about} are not in the file and count as missing{hint}"
            problems.append(located(None, "answers", "warning", "ok", message))
    return problems


def read_questionnaire(path: Any, framework: Any, **options: Any) -> Answers:
    """Read filled questionnaires (.xlsx), as `write_questionnaire` makes them.

    Rows are found by the columns indicator and group, wherever they stand: rows may be sorted, blank rows and
    notes added, sheets renamed or deleted (their questions are then missing). The answers are checked by the
    same reader as any, and every problem is told with its sheet, row and column. A row that stays blank is
    missing, and yields to another coder's row for the same question.

    Parameters
    ----------
    path : str, path-like, or a list of them
        A file, or several that belong together: of several coders, or of several units.
    framework : Framework
        Or whatever `load_framework` takes. It is said if the questionnaire was made with another.
    coder, round, group : str, optional
        Of the rows that name none.
    decimal_comma : bool, optional
        Numbers that stand as text are written 12,5. Cells with numbers need no option.

    Returns
    -------
    Answers
        Their ``problems`` are the reading report, with file, sheet and cell.

    Raises
    ------
    ImportError
        openpyxl is not installed.
    NiemIOError, NiemFormatError, NiemLimitError
        The file cannot be read, is no workbook, or is of absurd size.
    NiemError
        The class is that of the first error, as `read_answers` raises it; all problems are in
        ``error.problems``, each with severity, status, file, sheet, row, column, cell, where and message.

    Examples
    --------
    >>> try:
    ...     answers = niem.read_questionnaire("filled.xlsx", fw)
    ... except niem.NiemError as error:
    ...     for problem in error.problems:
    ...         print(problem["sheet"], problem["cell"], problem["message"])
    """
    need_openpyxl()
    framework = load_framework(framework)
    if "separator" in options:
        raise TypeError("read_questionnaire() has no argument 'separator', which is for CSV")
    paths = [path] if is_path(path) else list(path)
    if not paths:
        raise refuse("argument", "path", "is an empty list; name one file at least")
    reader = Reader(framework, "," if options.get("decimal_comma") else ".", len(paths) > 1)
    for number, entry in enumerate(paths):
        reader.read(os.fsdecode(entry), number)
    return answers_of(without_silent(reader.found), framework, options)


def answers_of(filled: Filled, framework: Framework, options: Mapping[str, Any]) -> Answers:
    """The answers in the rows, or the exception that names every problem."""
    own = sum(problem["severity"] == "error" for problem in filled.problems)
    found, total, answers = list(filled.problems), own, None
    if filled.rows:
        columns = {name: [row[name] for row in filled.rows] for name in READ}
        try:
            answers = answers_from_columns(columns, framework, **options)
            found += [relocated(problem, filled.places) for problem in answers.problems.to_dict("records")]
        except NiemError as error:
            found += [relocated(problem, filled.places) for problem in error.problems]
            total += max(error.total, 1)
    if answers is None or total:
        raise failure(in_order(found), total)
    return QuestionnaireAnswers(answers, in_order(found + absent(answers)))
