"""Answers: what coders say for unit x round x group x indicator."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from . import _core
from ._core import Options, Progress, buffer_bytes, call, execution, make_with_problems
from ._niem import lib
from .columns import c_columns, columns_of
from .framework import Framework, load_framework
from .table import problems_frame, result

READ_OPTIONS = Options("read_answers", lib.niem_read_options_init)


class Answers(_core.Immutable):
    """Answers in canonical order; `len(answers)` is the number of rows. Made by `read_answers`.

    Attributes
    ----------
    framework : Framework
        What they were read with.
    digest : str
        SHA-256 of the canonical JSON, whatever the order of the rows was.
    problems : pandas.DataFrame
        The reading report: warnings, and notes such as resolved aliases and counts of absent cells.
    """

    __slots__ = ("_handle", "_problems", "framework")

    def __init__(self, handle: Any, framework: Framework, problems: Any = None) -> None:
        self._handle = handle
        self._problems = problems
        self.framework = framework

    @property
    def digest(self) -> str:
        return buffer_bytes(lib.niem_answers_digest, self._handle).decode("ascii")

    @property
    def problems(self) -> Any:
        return problems_frame(self._problems)

    def __len__(self) -> int:
        return int(lib.niem_answers_count(self._handle))

    def to_frame(self, table: bool = False) -> Any:
        """The rows in canonical order, with the ten columns of the long form.

        Parameters
        ----------
        table : bool, optional
            Give a `Table` instead of a frame.
        """
        return result(lib.niem_answers_table, self._handle, table=table)

    def to_json(self) -> str:
        """The canonical JSON; reading it with the same framework gives the same digest."""
        return self._json().decode("utf-8")

    def _json(self) -> bytes:
        return buffer_bytes(lib.niem_answers_json, self._handle)

    def write(self, path: Any) -> None:
        """Write to a file: canonical JSON where the path ends in ``.json``, otherwise CSV."""
        call(lib.niem_answers_write, self._handle, _core.path_bytes(path))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Answers) and self.framework == other.framework and self.digest == other.digest
        )

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        fw = self.framework
        return f"<Answers: {len(self)} rows for {fw.id} {fw.version}; digest {self.digest[:12]}>"

    def _repr_html_(self) -> str:
        frame = self.to_frame()
        counted = {
            "rows": len(self),
            **{name: frame[name].nunique() for name in ("unit", "round", "group", "indicator")},
        }
        cells = "".join(f"<tr><th>{name}</th><td>{n}</td></tr>" for name, n in counted.items())
        return f"<table><caption>Answers</caption>{cells}</table>"

    def __reduce__(self) -> Any:
        return answers_from_bytes, (self._json(), self.framework)


THREADS = 2  # the default: a large file is read faster, and a shared machine is left to others


def made_by(
    function: Any,
    source: tuple[Any, ...],
    framework: Framework,
    threads: int,
    progress: Progress,
    options: dict[str, Any],
) -> Answers:
    """Answers by one of the functions that read them; `source` is what it takes them from."""
    filled = READ_OPTIONS.fill(options)
    with execution(threads, progress) as running:
        arguments = (framework._handle, *source, *filled.pointers, running)
        handle, problems = make_with_problems("niem_answers", lib.niem_answers_free, function, *arguments)
    return Answers(handle, framework, problems)


def answers_from_bytes(
    data: bytes, framework: Framework, threads: int = THREADS, progress: Progress = None, **options: Any
) -> Answers:
    """Answers from CSV or JSON in memory."""
    return made_by(lib.niem_answers_parse, (data, len(data)), framework, threads, progress, options)


def answers_from_path(
    path: Any, framework: Framework, threads: int = THREADS, progress: Progress = None, **options: Any
) -> Answers:
    """Answers from a file."""
    return made_by(lib.niem_answers_read, (_core.path_bytes(path),), framework, threads, progress, options)


def answers_from_columns(
    data: Any, framework: Framework, threads: int = THREADS, progress: Progress = None, **options: Any
) -> Answers:
    """Answers from a frame, rows or a dict of columns."""
    columns, keep = c_columns(columns_of(data))
    source = (columns, len(columns))
    made = made_by(lib.niem_answers_columns, source, framework, threads, progress, options)
    del keep
    return made


def read_answers(
    source: Any, framework: Any, *, threads: int = THREADS, progress: Progress = None, **options: Any
) -> Answers:
    """Read answers from a file, a frame, rows or columns.

    Columns are unit, round, group, indicator, answer, state, evidence, source, coder and note; unit,
    indicator and answer are needed, round and group where the framework or the options leave a choice. An
    answer names an option's id, never its points; a checklist's items are joined by ``|`` (nothing of it:
    ``none``); numeric indicators take numbers. A blank answer without a state is missing.

    Parameters
    ----------
    source : str, path-like, bytes, frame, list of dict, or dict of columns
        A CSV or JSON file by its path; its text as bytes; a pandas, polars or pyarrow frame, or whatever
        offers an Arrow stream; a NumPy structured array; rows; columns. Missing is None, NaN, NA or a null.
        Numbers in files are parsed by the library; numbers in frames are taken as they are.
    framework : Framework
        Or whatever `load_framework` takes.
    round, group, coder : str, optional
        Of the rows that name none.
    separator : str, optional
        Of CSV: ``","``, ``";"`` or a tab; found from the header line when not given.
    decimal_comma : bool, optional
        Numbers are written 12,5.
    threads : int, optional
        How many threads read (CSV) and sort (all), two when not given; it never changes a bit of the result,
        nor a message. Small files are read by the caller's thread alone.
    progress : bool or callable, optional
        True shows a bar where tqdm is installed; a function is called with the share done, 0 to 1, at most
        every 50 ms. What it raises ends the call. Ctrl-C ends it with or without.

    Returns
    -------
    Answers
        Their ``problems`` are the reading report.

    Raises
    ------
    NiemReferenceError
        An id that names nothing. Row, column and remedy are in the message.
    NiemDuplicateError, NiemValueError, NiemSyntaxError, NiemFormatError, NiemIOError, NiemError
        All problems of the text are in ``error.problems``; with any error there are no answers.
    TypeError
        An option that there is not.
    """
    framework = load_framework(framework)
    if isinstance(source, Answers):
        source = source._json()
    how = {"threads": threads, "progress": progress, **options}
    if isinstance(source, (bytes, bytearray, memoryview)):
        return answers_from_bytes(bytes(source), framework, **how)
    if isinstance(source, (str, os.PathLike)):
        return answers_from_path(source, framework, **how)
    if isinstance(source, Mapping) and "format" in source:
        with _core.by_pointer():
            return answers_from_bytes(_core.json_bytes(source, "answers"), framework, **how)
    return answers_from_columns(source, framework, **how)
