"""Exceptions: one class for each status of the library.

Every exception is a `NiemError`; the class of a status is named after it (`NiemReferenceError`,
`NiemSyntaxError`, ...) and is also the builtin exception that fits, so that `except LookupError`, `except
OSError` and `except ValueError` work too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._niem import ffi, lib

if TYPE_CHECKING:
    Problem = dict[str, Any]

SEVERITIES = {lib.NIEM_NOTE: "note", lib.NIEM_WARNING: "warning", lib.NIEM_ERROR: "error"}


def text(pointer: Any) -> str:
    """The text at a `const char *` of the library; "" for NULL."""
    return "" if pointer == ffi.NULL else ffi.string(pointer).decode("utf-8", "replace")


def problem(err: Any, severity: str) -> Problem:
    """A `niem_error` as a dict."""
    return {
        "severity": severity,
        "status": text(lib.niem_status_name(err.status)),
        "row": err.row,
        "column": err.column,
        "where": text(err.where),
        "message": text(err.message),
    }


def problem_list(problems: Any) -> list[Problem]:
    """The entries that a list of problems has kept."""
    return [
        problem(lib.niem_problems_get(problems, i), SEVERITIES[lib.niem_problems_severity(problems, i)])
        for i in range(lib.niem_problems_count(problems))
    ]


def place(row: int, column: int, where: str) -> str:
    """Where a problem is, in words: the line of a JSON text, row and column of a table, or the argument."""
    pointer = f" ({where})" if where else ""
    if where.startswith("/") or (not where and row and column):
        return f"line {row}, character {column}{pointer}" if row else where
    named = f'column "{where}"' if where else f"field {column}" if column else ""
    if row:
        return f"row {row}, {named}" if named else f"row {row}"
    return where


class NiemError(Exception):
    """What the library refuses, where it stands, and what would be right.

    Attributes
    ----------
    status : int
        The number of the status, as in the C header.
    status_name : str
        Its name: ``"syntax"``, ``"reference"``, ...
    row, column : int
        Place in the text that was read, from 1: data row and field of CSV, row of a frame, line and character
        of JSON; 0 where there is none.
    where : str
        The argument, the column or the JSON pointer that is meant; ``""`` where there is none.
    message : str
        What is wrong and what would be right, without the place.
    problems : list of dict
        Everything that was found in the same reading, warnings and notes included, as far as it was kept.
    total : int
        How many errors were found, kept or not.
    """

    status = 0

    def __init__(
        self,
        message: str,
        where: str = "",
        row: int = 0,
        column: int = 0,
        problems: Any = None,
        total: int = 1,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.row = row
        self.column = column
        self.total = total
        self._problems = problems

    @property
    def status_name(self) -> str:
        return text(lib.niem_status_name(self.status))

    @property
    def problems(self) -> list[Problem]:
        if self._problems is None:
            entry = {"status": self.status_name, "row": self.row, "column": self.column}
            self._problems = [{"severity": "error", **entry, "where": self.where, "message": self.message}]
        elif not isinstance(self._problems, list):
            self._problems = problem_list(self._problems)
        return list(self._problems)

    def __str__(self) -> str:
        words = self.message
        if self.total > 1:
            words = words.rsplit(" (and ", 1)[0]  # the library counts them too
            words += f" (and {self.total - 1} more problems; see .problems)"
        at = place(self.row, self.column, self.where)
        if words.startswith(f"row {self.row}, "):  # of a matrix: the message says so itself
            at = self.where
        return f"{at}: {words}" if at else words

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.where, self.row, self.column, self.problems, self.total)


BUILTIN: dict[str, type[Exception]] = {
    "memory": MemoryError,
    "io": OSError,
    "reference": LookupError,
    "cancelled": RuntimeError,
    "self_test": ImportError,
    "unsupported": NotImplementedError,
}


def class_name(status_name: str) -> str:
    """`struct_size` -> `NiemStructSizeError`."""
    words = "".join("IO" if word == "io" else word.capitalize() for word in status_name.split("_"))
    return f"Niem{words}Error"


def make_classes() -> dict[int, type[NiemError]]:
    classes: dict[int, type[NiemError]] = {}
    for status in range(1, lib.NIEM_STATUS_END):
        name = text(lib.niem_status_name(status))
        body = {"status": status, "__module__": __name__, "__doc__": f'The library\'s status "{name}".'}
        classes[status] = type(class_name(name), (NiemError, BUILTIN.get(name, ValueError)), body)
    return classes


CLASSES = make_classes()
globals().update({found.__name__: found for found in CLASSES.values()})
__all__ = ["NiemError", *(found.__name__ for found in CLASSES.values())]

if TYPE_CHECKING:

    def __getattr__(name: str) -> type[NiemError]: ...


def from_c(err: Any, problems: Any = None) -> NiemError:
    """The exception for a filled `niem_error`; `problems` is the handle of the list that was made with it."""
    made = CLASSES.get(err.status, NiemError)
    total = 1 if problems is None else lib.niem_problems_total(problems, lib.NIEM_ERROR)
    return made(text(err.message), text(err.where), err.row, err.column, problems, total)


def refuse(status_name: str, where: str, message: str, row: int = 0) -> NiemError:
    """An exception for what a wrapper must refuse before the library sees it."""
    found = next(made for made in CLASSES.values() if made.__name__ == class_name(status_name))
    return found(message, where, row)
