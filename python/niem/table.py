"""Tables: the one form in which results leave the library, as pandas frames or as printed everywhere."""

from __future__ import annotations

import html
from typing import Any, Optional, Union

import numpy as np
import pandas as pd

from . import _core
from ._core import NULL, Options, call, make
from ._niem import ffi, lib
from .errors import text

TEXT_OPTIONS = Options("print", lib.niem_text_options_init)
# Texts are plain columns, however many: pandas' own `str` where it has one (from 3.0), `object` before.
TEXT_TYPE: Any = "str" if int(pd.__version__.split(".")[0]) >= 3 else object
SHOWN_ROWS = 60


class Table:
    """A result as the library made it; what it prints is the same in Python, R and C.

    Functions that give a frame give a `Table` with ``table=True``. `len(table)` is the number of rows and
    ``table["value"]`` one column.

    Attributes
    ----------
    name : str
    columns : list of str
    notes : dict of str to str
        What a reader must know to use the table: the method, N, what was left out.
    """

    __slots__ = ("_handle",)

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    @property
    def name(self) -> str:
        return text(lib.niem_table_name(self._handle))

    @property
    def columns(self) -> list[str]:
        return [
            text(lib.niem_table_column_name(self._handle, j))
            for j in range(lib.niem_table_columns(self._handle))
        ]

    @property
    def notes(self) -> dict[str, str]:
        table = self._handle
        return {
            text(lib.niem_table_note_key(table, i)): text(lib.niem_table_note(table, i))
            for i in range(lib.niem_table_notes(table))
        }

    def __len__(self) -> int:
        return int(lib.niem_table_rows(self._handle))

    def __getitem__(self, name: str) -> Any:
        """One column, by name: float64, int64 (Int64 where values are missing) or an array of texts."""
        j = lib.niem_table_column(self._handle, _core.encoded(name, "column"))
        if j < 0:
            raise KeyError(f"no column is named {name!r}; the columns are {', '.join(self.columns)}")
        return self._column(j)

    def _column(self, j: int) -> Any:
        kind = lib.niem_table_column_type(self._handle, j)
        if kind == lib.NIEM_COLUMN_REAL:
            return self._copy(lib.niem_table_reals(self._handle, j), np.float64)
        if kind == lib.NIEM_COLUMN_INTEGER:
            values = self._copy(lib.niem_table_integers(self._handle, j), np.int64)
            missing = values == lib.NIEM_MISSING_INTEGER
            return pd.arrays.IntegerArray(values, missing) if missing.any() else values
        codes = self._copy(lib.niem_table_codes(self._handle, j), np.int32)
        return self._levels(j)[codes]  # the code -1 of a missing text takes the None at the end

    def _copy(self, pointer: Any, kind: Any) -> Any:
        values = np.empty(len(self), kind)
        if values.size:
            ffi.memmove(ffi.from_buffer(values), pointer, values.nbytes)
        return values

    def _levels(self, j: int) -> Any:
        n = lib.niem_table_levels(self._handle, j)
        levels = np.empty(n + 1, object)
        levels[:n] = [text(lib.niem_table_level(self._handle, j, k)) for k in range(n)]
        return levels

    def to_frame(self) -> pd.DataFrame:
        """The table as a pandas frame.

        Returns
        -------
        pandas.DataFrame
            Reals are float64 (NaN: no value), integers int64 (Int64 where some are missing), texts plain text
            columns. The notes are in ``frame.attrs["notes"]``, the table's name in ``frame.attrs["name"]``.
        """
        frame = pd.DataFrame({name: self._series(j) for j, name in enumerate(self.columns)})
        frame.attrs.update(name=self.name, notes=self.notes)
        return frame

    def _series(self, j: int) -> Any:
        values = self._column(j)
        if lib.niem_table_column_type(self._handle, j) == lib.NIEM_COLUMN_TEXT:
            return pd.Series(values, dtype=TEXT_TYPE)
        return pd.Series(values)

    def widen(self, rows: str, columns: str, values: str) -> "Table":
        """A wide table: a row for each combination of `rows`, a column for each text of `columns`.

        Parameters
        ----------
        rows : str
            Columns that name a row, separated by commas: ``"unit"`` or ``"unit,round"``.
        columns : str
            A column of texts; each becomes a column.
        values : str
            The column of reals that fills the cells; NaN where there is none.

        Raises
        ------
        NiemDuplicateError
            Two values for one cell.
        """
        names = [
            _core.encoded(entry, name)
            for entry, name in ((rows, "rows"), (columns, "columns"), (values, "values"))
        ]
        return Table(make("niem_table", lib.niem_table_free, lib.niem_table_widen, self._handle, *names))

    def with_codes(self, framework: Any, language: Optional[str] = None) -> "Table":
        """The same table with the label and the ISO 3166 codes of its units, for export.

        Parameters
        ----------
        framework : Framework
            Which names the units.
        language : str, optional
            Of the labels; English when not given.

        Returns
        -------
        Table
            With the columns label, iso2 and iso3 after ``unit``; missing where the framework gives none.

        Raises
        ------
        NiemReferenceError
            The table has no column of texts ``unit``.
        """
        tongue = NULL if language is None else _core.encoded(language, "language")
        free = lib.niem_table_free
        return Table(make("niem_table", free, lib.niem_with_codes, self._handle, framework._handle, tongue))

    def to_csv(self, path: Any = None, **options: Any) -> Optional[str]:
        """CSV with a header line; missing is an empty field.

        Parameters
        ----------
        path : str or path-like, optional
            A file, written beside and renamed, so that a failure leaves the old one as it was; without it the
            text is returned.
        digits : int, optional
            Decimals of reals, 0 to 15, rounded half away from zero. Without it the shortest text that reads
            back the same.
        separator : str, optional
            ``","`` (default), ``";"`` or a tab.
        decimal_comma : bool, optional
            Write 12,5; not with the separator ``","``.
        """
        return self._print(path, lib.NIEM_TEXT_CSV, options)

    def to_json(self, path: Any = None, **options: Any) -> Optional[str]:
        """JSON: ``{"name", "notes", "columns": [{"name", "type", "values"}]}``. Takes `digits`."""
        return self._print(path, lib.NIEM_TEXT_JSON, options)

    def to_latex(self, path: Any = None, **options: Any) -> Optional[str]:
        """A booktabs tabular in a table environment. Takes `digits` and `caption`."""
        return self._print(path, lib.NIEM_TEXT_LATEX, options)

    def to_html(self, path: Any = None, **options: Any) -> Optional[str]:
        """One self-contained ``<table>``. Takes `digits` and `caption`."""
        return self._print(path, lib.NIEM_TEXT_HTML, options)

    def to_text(self, path: Any = None, **options: Any) -> Optional[str]:
        """Plain text in aligned columns. Takes `digits` and `caption`."""
        return self._print(path, lib.NIEM_TEXT_PLAIN, options)

    def _print(self, path: Any, form: int, options: dict[str, Any]) -> Optional[str]:
        if "format" in options:
            raise TypeError(
                "the format is chosen by the method: to_csv, to_json, to_latex, to_html or to_text"
            )
        filled = TEXT_OPTIONS.fill({**options, "format": form})
        if path is None:
            return _core.buffer_bytes(lib.niem_table_print, self._handle, *filled.pointers).decode("utf-8")
        call(lib.niem_table_write, self._handle, _core.path_bytes(path), *filled.pointers)
        return None

    def __repr__(self) -> str:
        return str(self.to_text()) if len(self) <= SHOWN_ROWS else repr(self.to_frame())

    def _repr_html_(self) -> str:
        if len(self) <= SHOWN_ROWS:
            return str(self.to_html())
        return f"<pre>{html.escape(repr(self.to_frame()))}</pre>"

    def __reduce__(self) -> Any:
        raise TypeError("a Table is not pickled; pickle what it was made from, or its to_frame()")

    def cell(self, row: int, column: str) -> Optional[str]:
        """The text in row `row` (from 0) of a column of texts; None where it is missing."""
        j = lib.niem_table_column(self._handle, _core.encoded(column, "column"))
        return _core.optional_text(lib.niem_table_text(self._handle, j, row))


def result(function: Any, *arguments: Any, table: bool = False) -> Union[Table, pd.DataFrame]:
    """What a function that makes a table gives: a frame, or the table itself."""
    made = Table(make("niem_table", lib.niem_table_free, function, *arguments))
    return made if table else made.to_frame()


def problems_frame(problems: Any) -> pd.DataFrame:
    """A list of problems as a frame: severity, status, row, column, where, message. None: none."""
    if problems is None:
        names = {name: TEXT_TYPE for name in ("severity", "status", "where", "message")}
        kinds = {**names, "row": np.int64, "column": np.int64}
        order = ("severity", "status", "row", "column", "where", "message")
        return pd.DataFrame({name: pd.Series([], dtype=kinds[name]) for name in order})
    return Table(make("niem_table", lib.niem_table_free, lib.niem_problems_table, problems)).to_frame()


def several(table: Table, name: str) -> bool:
    """Does a column of texts hold more than one?"""
    j = lib.niem_table_column(table._handle, name.encode())
    codes = table._copy(lib.niem_table_codes(table._handle, j), np.int32)
    return bool(codes.size) and bool((codes != codes[0]).any())
