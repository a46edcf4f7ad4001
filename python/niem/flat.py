"""The two flat tables of composite-index makers: a table of indicators and a table of data.

Files are read by the library. Frames are handed to it as CSV: text stays text, and a number becomes the
shortest digits that read back as the same double.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping
from typing import Any, Optional

import numpy as np
import pandas as pd

from . import _core
from ._core import Options, make_with_problems
from ._niem import lib
from .answers import Answers
from .columns import as_series, polars_frame
from .errors import refuse
from .framework import Framework, load_framework

FRAMEWORK_OPTIONS = Options("framework_from_tables", lib.niem_framework_tables_options_init)
ANSWERS_OPTIONS = Options("answers_from_table", lib.niem_answers_table_options_init)
OF_FILES = ("separator", "decimal_comma")


# --- frames as CSV ---


def is_file(source: Any) -> bool:
    """Is it the path of a file?"""
    return isinstance(source, (str, os.PathLike))


def csv_bytes(source: Any, name: str, options: Mapping[str, Any]) -> bytes:
    """A table as CSV in UTF-8: text as it is, or a frame."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    for option in OF_FILES:
        if options.get(option) is not None:
            raise refuse("argument", option, f"is for text and files; {name} is a {type(source).__name__}")
    text = io.StringIO()
    frame_of(source, name).to_csv(text, index=False, lineterminator="\n")
    try:
        return text.getvalue().encode("utf-8")
    except UnicodeEncodeError:
        raise refuse(
            "encoding", name, "a text holds half of a surrogate pair; it is not Unicode text"
        ) from None


def frame_of(source: Any, name: str) -> pd.DataFrame:
    """A frame, rows or columns as a pandas frame whose numbers have their own digits."""
    if isinstance(source, pd.DataFrame):
        named = any(level is not None for level in source.index.names)
        frame = source.reset_index() if named else source
    elif isinstance(source, np.ndarray) and source.dtype.names:
        frame = pd.DataFrame(source)
    elif isinstance(source, Mapping):
        frame = pd.DataFrame({key: as_series(values) for key, values in source.items()})
    elif hasattr(source, "__arrow_c_stream__"):
        frame = arrow_frame(source)
    elif isinstance(source, Iterable) and not isinstance(source, np.ndarray):
        frame = pd.DataFrame(list(source), dtype=object)
    else:
        kind = type(source).__name__
        raise refuse("argument", name, f"cannot be read from {kind}; give a path, a frame, rows or columns")
    columns = [exact_numbers(frame.iloc[:, j]) for j in range(frame.shape[1])]
    return pd.concat(columns, axis=1) if columns else frame


def arrow_frame(source: Any) -> pd.DataFrame:
    """A frame of another library; whole numbers beside gaps stay whole."""
    try:
        import pyarrow  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        frame, _ = polars_frame(source)
        columns = {series.name: pd.Series(series.to_list(), dtype=object) for series in frame.iter_columns()}
        return pd.DataFrame(columns)
    made: pd.DataFrame = pyarrow.table(source).to_pandas(integer_object_nulls=True)
    return made


def exact_numbers(series: Any) -> Any:
    """A column whose text has every bit: reals as doubles, whole ones without a point (2021 beside a gap)."""
    if series.dtype == object:
        digits = [whole_digits(value) for value in series]
        return pd.Series(digits, index=series.index, name=series.name, dtype=object)
    if not pd.api.types.is_float_dtype(series.dtype):
        return series
    values = series.to_numpy(dtype=np.float64, na_value=np.nan)
    given = values[~np.isnan(values)]
    whole = given.size > 0 and bool(np.all((np.abs(given) < 2**53) & (given == np.floor(given))))
    made = pd.Series(values, index=series.index, name=series.name)
    return made.astype("Int64") if whole else made


def whole_digits(value: Any) -> Any:
    if not isinstance(value, (float, np.floating)):
        return value
    number = float(value)
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


# --- reading ---


def read_bytes(path: Any) -> Optional[bytes]:
    """The bytes of a file that stands beside a frame; None where the library shall say why there are none."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def framework_from_tables(indicators: Any, data: Any = None, **options: Any) -> Framework:
    """A framework from two flat tables, as the makers of composite indices keep them.

    The tables of the R package COINr (iMeta and iData) are taken as they are.

    Parameters
    ----------
    indicators : str, path-like, bytes, frame, list of dict, or dict of columns
        The table of indicators, a row for each indicator and aggregate: a CSV file by its path; its text as
        bytes; a pandas, polars or pyarrow frame; rows; columns. Its columns are iCode (or indicator, id,
        code), iName (label, name), Level, Parent, Direction (1: more is better, -1: less is), Weight, Unit,
        Target, Denominator, Type (Indicator, Aggregate, Group, Denominator, Other), Worst and Best; iCode and
        Parent are needed.
    data : the same, optional
        The table of data, a row for each unit and round: uCode (or unit), uName (label), Time (round), and a
        column for each indicator, denominator and group. It gives the units, rounds and peer groups; the
        values are read by `answers_from_table`.
    id, version, title : str, optional
        Of the framework. Default: the code and the name of the index, version "1".
    round : str, optional
        Of the rows that name none. Default: "all", where there is no column of time.
    ignore : list of str, optional
        Columns of either table that are passed over.
    separator : str, optional
        Of CSV: ``","``, ``";"`` or a tab; found from each header line when not given.
    decimal_comma : bool, optional
        Numbers are written 12,5.

    Returns
    -------
    Framework
        Its default index is the aggregate that has no Parent. Levels are facets, ``level2`` right above the
        indicators, where every indicator is the same number of steps below the top; other trees are of
        explicit nodes. Each column of groups is a set of peer groups, named as in ``GDP_group:S``.

    Raises
    ------
    NiemError
        All problems of both tables are in ``error.problems``, with row and column.
    TypeError
        An option that there is not.

    Examples
    --------
    >>> import niem
    >>> indicators = {
    ...     "iCode": ["Roads", "Debt", "Index"],
    ...     "Parent": ["Index", "Index", None],
    ...     "Direction": [1, -1, None],
    ... }
    >>> data = {"uCode": ["A", "B"], "Time": [2020, 2020], "Roads": [50, 70], "Debt": [100.5, None]}
    >>> fw = niem.framework_from_tables(indicators, data)
    >>> list(fw.nodes()["node"])
    ['Index', 'Roads', 'Debt']
    >>> len(niem.answers_from_table(data, fw))
    4
    """
    filled = FRAMEWORK_OPTIONS.fill(options)
    kind, free = "niem_framework", lib.niem_framework_free
    read, parse = lib.niem_framework_read_tables, lib.niem_framework_parse_tables
    if is_file(indicators) and (data is None or is_file(data)):
        paths = [_core.NULL if path is None else _core.path_bytes(path) for path in (indicators, data)]
        return Framework(*make_with_problems(kind, free, read, *paths, *filled.pointers))
    texts: list[Any] = []
    for source, name in ((indicators, "indicators"), (data, "data")):
        if source is None and name == "data":
            texts += [_core.NULL, 0]
            continue
        found = read_bytes(source) if is_file(source) else csv_bytes(source, name, options)
        if found is None:  # the library says why
            path = _core.path_bytes(source)
            make_with_problems(kind, free, read, path, _core.NULL, *filled.pointers)
        texts += [found, len(found or b"")]
    return Framework(*make_with_problems(kind, free, parse, *texts, *filled.pointers))


def answers_from_table(data: Any, framework: Any, **options: Any) -> Answers:
    """Answers from a wide table: a row for each unit and round, a column for each indicator.

    The other columns are uCode (or unit), Time (round), group and coder, in letters of either case; uName
    (label) and the columns of peer groups, named by their set, are known and not read. A cell that is blank,
    None, NaN or NA is the state missing. Any other column is an error, unless it is named in `ignore`.

    Parameters
    ----------
    data : str, path-like, bytes, frame, list of dict, or dict of columns
        A CSV file by its path; its text as bytes; a pandas, polars or pyarrow frame; rows; columns.
    framework : Framework
        Or whatever `load_framework` takes.
    round, group, coder : str, optional
        Of the rows that name none.
    ignore : list of str, optional
        Columns that are passed over.
    separator : str, optional
        Of CSV: ``","``, ``";"`` or a tab; found from the header line when not given.
    decimal_comma : bool, optional
        Numbers are written 12,5.

    Returns
    -------
    Answers
        The same as `read_answers` gives of the long form.

    Raises
    ------
    NiemError
        All problems of the table are in ``error.problems``, with row and column.
    TypeError
        An option that there is not.
    """
    framework = load_framework(framework)
    filled = ANSWERS_OPTIONS.fill(options)
    kind, free = "niem_answers", lib.niem_answers_free
    if is_file(data):
        source = (framework._handle, _core.path_bytes(data), *filled.pointers)
        handle, problems = make_with_problems(kind, free, lib.niem_answers_read_table, *source)
    else:
        text = csv_bytes(data, "data", options)
        given = (framework._handle, text, len(text), *filled.pointers)
        handle, problems = make_with_problems(kind, free, lib.niem_answers_parse_table, *given)
    return Answers(handle, framework, problems)
