"""Columns of frames as the library takes them: codes into a list of texts, or reals.

Values are never parsed or rounded here: text stays text, whole numbers are written as their digits, and reals
are handed over as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from . import _core
from ._niem import ffi
from .errors import refuse

READ = frozenset("unit round group indicator answer state evidence source coder note".split())


class Column(NamedTuple):
    """One column: `codes` into `levels` (-1 is missing), or `reals` (NaN is missing)."""

    name: str
    codes: Any  # an int32 array, or None
    levels: list[str]
    reals: Any  # a float64 array, or None


# --- what users bring ---


def columns_of(data: Any) -> list[Column]:
    """The columns of a frame, of rows or of a dict of columns."""
    if isinstance(data, pd.DataFrame):
        return pandas_columns(data)
    if isinstance(data, np.ndarray) and data.dtype.names:
        return [series_column(name, pd.Series(data[name])) for name in data.dtype.names]
    if isinstance(data, Mapping):
        return [series_column(name, as_series(values)) for name, values in data.items()]
    if hasattr(data, "__arrow_c_stream__"):
        return arrow_columns(data)
    if isinstance(data, Iterable) and not isinstance(data, (str, bytes)):
        return row_columns(list(data))
    raise refuse(
        "argument",
        "answers",
        f"cannot be read from {type(data).__name__}; give a path, a frame, rows or columns",
    )


def pandas_columns(frame: pd.DataFrame) -> list[Column]:
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    return [series_column(name, frame.iloc[:, j]) for j, name in enumerate(frame.columns)]


def as_series(values: Any) -> Any:
    """A column of a dict as a series: lists keep the types of their entries, arrays and series theirs."""
    if isinstance(values, (str, bytes)):
        raise refuse("argument", "answers", "a dict of columns holds a list for each column")
    if isinstance(values, pd.Series):
        return values
    if isinstance(values, (np.ndarray, pd.api.extensions.ExtensionArray)):
        return pd.Series(values)
    return pd.Series(list(values), dtype=object)


def row_columns(rows: Sequence[Any]) -> list[Column]:
    """Rows as dicts; a key that a row lacks is missing in it."""
    names: dict[Any, None] = {}
    for i, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise refuse("argument", "", f"a row is a dict, not {type(row).__name__}", row=i + 1)
        names.update(dict.fromkeys(row))
    return [series_column(name, pd.Series([row.get(name) for row in rows], dtype=object)) for name in names]


def arrow_columns(data: Any) -> list[Column]:
    """A frame of another library, by the Arrow stream that it offers."""
    try:
        import pyarrow  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        return polars_columns(data)
    table = pyarrow.table(data)
    return [arrow_column(name, table.column(j), pyarrow) for j, name in enumerate(table.column_names)]


def polars_frame(data: Any) -> tuple[Any, Any]:
    """A frame that offers an Arrow stream, by polars where there is no pyarrow; and the module."""
    try:
        import polars
    except ImportError:
        kind = type(data).__name__
        raise ImportError(
            f"reading a {kind} needs pyarrow or polars; install one, or pass its to_pandas()"
        ) from None
    return data if isinstance(data, polars.DataFrame) else polars.DataFrame(data), polars


def polars_columns(data: Any) -> list[Column]:
    frame, polars = polars_frame(data)
    return [series_column(series.name, polars_series(series, polars)) for series in frame.iter_columns()]


def polars_series(series: Any, polars: Any) -> Any:
    """Reals as they are; everything else that has an exact text, as text."""
    if series.dtype in (polars.Float32, polars.Float64):
        return pd.Series(series.to_numpy())
    if series.dtype.is_integer() or series.dtype in (polars.Categorical, polars.Enum):
        series = series.cast(polars.String)
    return pd.Series(series.to_numpy(), dtype=object)


# --- one column ---


def arrow_column(name: str, column: Any, pyarrow: Any) -> Column:
    kinds = pyarrow.types
    if kinds.is_floating(column.type):
        return real_column(name, column.cast(pyarrow.float64()).to_numpy())
    if kinds.is_null(column.type):
        return Column(name, np.full(len(column), -1, np.int32), [], None)
    if kinds.is_integer(column.type) or not kinds.is_dictionary(column.type):
        if not (kinds.is_integer(column.type) or is_arrow_text(column.type, kinds)):
            return unusable(name, str(column.type), len(column))
        column = column.cast(pyarrow.large_string()).dictionary_encode()
    whole = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    if isinstance(
        whole, pyarrow.ChunkedArray
    ):  # pragma: no cover (a version of pyarrow that keeps empty chunks)
        whole = whole.unify_dictionaries().chunk(0)
    codes = whole.indices.cast(pyarrow.int32()).fill_null(-1).to_numpy(zero_copy_only=False)
    return coded(name, codes, whole.dictionary.to_pylist())


def is_arrow_text(kind: Any, kinds: Any) -> bool:
    view = getattr(kinds, "is_string_view", None)
    return bool(kinds.is_string(kind) or kinds.is_large_string(kind) or (view is not None and view(kind)))


def series_column(name: Any, series: Any) -> Column:
    """A pandas series, by its type."""
    name, kind = str(name), series.dtype
    if isinstance(kind, pd.CategoricalDtype):
        return coded(name, series.cat.codes.to_numpy(), series.cat.categories.tolist())
    if pd.api.types.is_float_dtype(kind):
        return real_column(name, series.to_numpy(dtype=np.float64, na_value=np.nan))
    if pd.api.types.is_bool_dtype(kind) and kind != object:
        return unusable(name, str(kind), len(series))
    if pd.api.types.is_integer_dtype(kind) or is_text(kind):
        codes, levels = pd.factorize(series)
        return coded(name, codes, levels.tolist())
    if kind == object:
        return object_column(name, series)
    return unusable(name, str(kind), len(series))


def is_text(kind: Any) -> bool:
    return pd.api.types.is_string_dtype(kind) and kind != object


def object_column(name: str, series: Any) -> Column:
    """Python objects: texts and numbers. Equal values of two types (1 and 1.0) are kept apart."""
    values = series.to_numpy(dtype=object)
    if pd.api.types.infer_dtype(values, skipna=True) in ("string", "empty"):
        codes, levels = pd.factorize(values)
        return coded(name, codes, levels.tolist())
    codes = np.empty(len(values), np.int32)
    places: dict[tuple[type, Any], int] = {}
    for i, value in enumerate(values):
        if value is None or value is pd.NA or value is pd.NaT or (is_plain(value) and value != value):
            codes[i] = -1
        else:
            codes[i] = (
                places.setdefault((type(value), value), len(places))
                if is_plain(value)
                else odd(name, value, i)
            )
    return coded(name, codes, [value for _, value in places])


def is_plain(value: Any) -> bool:
    return isinstance(value, (str, int, float, np.integer, np.floating)) and not isinstance(value, bool)


def odd(name: str, value: Any, i: int) -> int:
    if name in READ:
        kind = type(value).__name__
        raise refuse(
            "argument",
            name,
            f"the value is a {kind}; give texts, numbers, or None where there is none",
            row=i + 1,
        )
    return -1


def real_column(name: str, values: Any) -> Column:
    """Reals are for answers; elsewhere only whole ones have a sure text (2021 beside a gap is 2021.0)."""
    if name == "answer" or name not in READ:
        return Column(name, None, [], np.ascontiguousarray(values, dtype=np.float64))
    codes, levels = pd.factorize(values)
    return coded(name, codes, levels.tolist())


def unusable(name: str, kind: str, n: int) -> Column:
    """A column of a type that is no text and no number: refused where it is read, blank where it is not."""
    if name in READ:
        raise refuse(
            "argument",
            name,
            f"the column holds {kind}; give texts or numbers, ids as they stand in the framework",
        )
    return Column(name, np.full(n, -1, np.int32), [], None)


def coded(name: str, codes: Any, levels: Sequence[Any]) -> Column:
    return Column(
        name, np.ascontiguousarray(codes, dtype=np.int32), [level_text(name, level) for level in levels], None
    )


def level_text(name: str, level: Any) -> str:
    """An id or an answer as text: whole numbers as digits, reals as the shortest that reads back the same."""
    if isinstance(level, str):
        return level
    if isinstance(level, (bool, np.bool_)) or not isinstance(level, (int, float, np.integer, np.floating)):
        if name in READ:
            raise refuse("argument", name, f"the column holds {type(level).__name__}; give texts or numbers")
        return ""
    number = float(level) if isinstance(level, (float, np.floating)) else int(level)
    if isinstance(number, float) and name != "answer":
        if not number.is_integer():
            raise refuse("value", name, f"{number!r} is no id; ids are texts or whole numbers")
        number = int(number)
    return repr(number)


# --- to C ---


def c_columns(columns: Sequence[Column]) -> tuple[Any, Any]:
    """The columns as an array of `niem_column`, and what must live as long as it is used."""
    made, keep = ffi.new("niem_column[]", len(columns)), []
    for place, column in zip(made, columns):
        name = ffi.new("char[]", _core.encoded(column.name, "columns"))
        place.name = name
        values = column.codes if column.reals is None else column.reals
        place.n_rows = len(values)
        kept = ffi.from_buffer(values) if len(values) else ffi.new("char[8]")
        if column.reals is None:
            place.codes = ffi.cast("int32_t *", kept)
            place.levels, texts = _core.text_list([encoded_level(column, level) for level in column.levels])
            place.n_levels = len(column.levels)
            keep.append(texts)
        else:
            place.reals = ffi.cast("double *", kept)
        keep.append((name, values, kept))
    return made, keep


def encoded_level(column: Column, level: str) -> bytes:
    """UTF-8 of a level; what C could not take whole is refused with the first row that has it."""
    try:
        data = level.encode("utf-8")
        wrong = "holds a NUL character" if b"\0" in data else ""
    except UnicodeEncodeError:
        wrong = "is not Unicode text: it holds half of a surrogate pair"
    if not wrong:
        return data
    rows = np.flatnonzero(column.codes == column.levels.index(level))
    raise refuse("encoding", column.name, f"{level[:60]!r} {wrong}", row=int(rows[0]) + 1 if rows.size else 0)


def answer_rows(answers: Any) -> list[dict[str, Any]]:
    """The rows of a frame, of dicts or of columns, without what is missing."""
    columns = columns_of(answers)
    rows: list[dict[str, Any]] = []
    for column in columns:
        values = column.codes if column.reals is None else column.reals
        while len(rows) < len(values):
            rows.append({})
        for row, value in zip(rows, values):
            if column.reals is None and value >= 0:
                row[column.name] = column.levels[value]
            elif column.reals is not None and not math.isnan(value):
                row[column.name] = float(value)
    return rows
