"""Frameworks: the indicator model, loaded from what ships, from a file or from a dict."""

from __future__ import annotations

import json
from typing import Any, Optional

from . import _core
from ._core import buffer_bytes, call, make, make_with_problems, optional_text
from ._niem import lib
from .errors import text
from .table import problems_frame, result


class Framework(_core.Immutable):
    """An indicator model: facets, groups, units, rounds, scales, indicators and indexes.

    Made by `load_framework`, and immutable. Two frameworks with one digest score alike, and are equal.

    Attributes
    ----------
    id, version, title : str
    digest : str
        SHA-256 of the canonical JSON, 64 hexadecimal characters.
    default_index, default_group : str or None
        What a call means that names none.
    problems : pandas.DataFrame
        Warnings and notes of the reading.
    """

    __slots__ = ("_handle", "_problems")

    def __init__(self, handle: Any, problems: Any = None) -> None:
        self._handle = handle
        self._problems = problems

    @property
    def id(self) -> str:
        return text(lib.niem_framework_id(self._handle))

    @property
    def version(self) -> str:
        return text(lib.niem_framework_version(self._handle))

    @property
    def title(self) -> str:
        return text(lib.niem_framework_title(self._handle))

    @property
    def digest(self) -> str:
        return text(lib.niem_framework_digest(self._handle))

    @property
    def default_index(self) -> Optional[str]:
        return optional_text(lib.niem_framework_default_index(self._handle))

    @property
    def default_group(self) -> Optional[str]:
        return optional_text(lib.niem_framework_default_group(self._handle))

    @property
    def problems(self) -> Any:
        return problems_frame(self._problems)

    def to_json(self) -> str:
        """The canonical JSON; loading it gives the same digest."""
        return self._json().decode("utf-8")

    def to_dict(self) -> dict[str, Any]:
        """The canonical JSON as a dict, to be changed and loaded again."""
        made: dict[str, Any] = json.loads(self._json())
        return made

    def _json(self) -> bytes:
        return buffer_bytes(lib.niem_framework_json, self._handle)

    def write(self, path: Any) -> None:
        """Write the canonical JSON to a file; a failure leaves the old file as it was."""
        call(lib.niem_framework_write, self._handle, _core.path_bytes(path))

    def part(self, part: str, language: Optional[str] = None, table: bool = False) -> Any:
        """A part of the framework as a frame.

        Parameters
        ----------
        part : str
            ``"facets"``, ``"groups"``, ``"units"``, ``"rounds"``, ``"peers"``, ``"indicators"``,
            ``"options"``, ``"standards"``, ``"instruments"``, ``"indexes"`` or ``"nodes"``; each is a method
            too.
        language : str, optional
            Of the labels; English where there is none, or where a label lacks the language.
        table : bool, optional
            Give a `Table` instead of a frame.
        """
        tongue = _core.NULL if language is None else _core.encoded(language, "language")
        return result(
            lib.niem_framework_table, self._handle, _core.encoded(part, "part"), tongue, table=table
        )

    def facets(self, language: Optional[str] = None, table: bool = False) -> Any:
        """Classifications of indicators: facet, value, label, within, order."""
        return self.part("facets", language, table)

    def groups(self, language: Optional[str] = None, table: bool = False) -> Any:
        """Target groups and merges of them: group, label, members, over."""
        return self.part("groups", language, table)

    def units(self, language: Optional[str] = None, table: bool = False) -> Any:
        """Countries, regions or cities that the framework names: unit, label, iso2, iso3, aliases."""
        return self.part("units", language, table)

    def rounds(self, language: Optional[str] = None, table: bool = False) -> Any:
        """Evaluation rounds that the framework names: round, label, date."""
        return self.part("rounds", language, table)

    def peers(self, language: Optional[str] = None, table: bool = False) -> Any:
        """Groups of units to compare with: peers, label, unit, set."""
        return self.part("peers", language, table)

    def indicators(self, language: Optional[str] = None, table: bool = False) -> Any:
        """Indicators: indicator, label, question, guidance, kind, unit_of_measure, worst, best, direction,
        target, denominator, scored, conditional, part_of, groups, and each facet."""
        return self.part("indicators", language, table)

    def options(self, language: Optional[str] = None, table: bool = False) -> Any:
        """What may be answered: indicator, option, label, points. Numeric scales have no rows."""
        return self.part("options", language, table)

    def standards(self, language: Optional[str] = None, table: bool = False) -> Any:
        """Legal standards behind indicators: indicator, ref, instrument, article, checked."""
        return self.part("standards", language, table)

    def instruments(self, language: Optional[str] = None, table: bool = False) -> Any:
        """Legal instruments: instrument, label, source, valid_from, valid_to."""
        return self.part("instruments", language, table)

    def indexes(self, language: Optional[str] = None, table: bool = False) -> Any:
        """Indexes: index, label, nodes, leaves, default."""
        return self.part("indexes", language, table)

    def nodes(self, language: Optional[str] = None, table: bool = False) -> Any:
        """Trees of the indexes.

        index, node, label, level, parent, weight, aggregation, missing, min_coverage, indicator.
        """
        return self.part("nodes", language, table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Framework) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        counts = ", ".join(
            f"{len(self.part(part, table=True))} {part}" for part in ("indicators", "groups", "indexes")
        )
        return f"<Framework {self.id} {self.version}: {counts}; digest {self.digest[:12]}>"

    def _repr_html_(self) -> str:
        return str(
            self.indexes(table=True).to_html(caption=f"{self.title or self.id} ({self.id} {self.version})")
        )

    def __reduce__(self) -> Any:
        return framework_from_bytes, (self._json(),)


def framework_from_bytes(data: bytes) -> Framework:
    """A framework from UTF-8 JSON."""
    free = lib.niem_framework_free
    return Framework(*make_with_problems("niem_framework", free, lib.niem_framework_parse, data, len(data)))


def shipped_frameworks() -> list[str]:
    """Names of the frameworks that ship with the library.

    Returns
    -------
    list of str
        What `load_framework` takes as a name.
    """
    names: list[str] = []
    while (name := lib.niem_framework_shipped_name(len(names))) != _core.NULL:
        names.append(text(name))
    return names


def load_framework(source: Any) -> Framework:
    """Load a framework: one that ships, a file, a dict or JSON text.

    Parameters
    ----------
    source : str, path-like, bytes or dict
        The name of a framework that ships (see `shipped_frameworks`); the path of a JSON file, which must not
        look like a name: it has a folder or an ending; a dict; or JSON as bytes, or as a text that begins
        with ``{``.

    Returns
    -------
    Framework

    Raises
    ------
    NiemReferenceError
        No framework of that name ships; the message lists the names.
    NiemIOError, NiemSyntaxError, NiemFormatError, NiemTreeError, NiemError
        The file cannot be read, or the framework is wrong; ``error.problems`` lists everything that was
        found.
    """
    if isinstance(source, Framework):
        return source
    if isinstance(source, (bytes, bytearray, memoryview)):
        return framework_from_bytes(bytes(source))
    if isinstance(source, str) and source.lstrip("\ufeff \t\r\n").startswith("{"):
        return framework_from_bytes(source.encode("utf-8", "surrogatepass"))
    if isinstance(source, str) and not any(mark in source for mark in "./\\"):
        free = lib.niem_framework_free
        name = _core.encoded(source, "name")
        return Framework(make("niem_framework", free, lib.niem_framework_shipped, name))
    if _core.is_path(source):
        path = _core.path_bytes(source)
        free = lib.niem_framework_free
        return Framework(*make_with_problems("niem_framework", free, lib.niem_framework_read, path))
    with _core.by_pointer():
        return framework_from_bytes(_core.json_bytes(source, "source"))
