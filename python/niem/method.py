"""Methods: every choice that is not data, as data."""

from __future__ import annotations

import json
from typing import Any

from . import _core
from ._core import buffer_bytes, make_with_problems
from ._niem import lib
from .errors import text


class Method(_core.Immutable):
    """Consensus of coders, missing rule, tolerance, bands and the steps from answers to scores; what it does
    not say is the default.

    Made by `load_method`.

    Attributes
    ----------
    digest : str
        64 hexadecimal characters; methods of one digest are equal.
    """

    __slots__ = ("_handle",)

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    @property
    def digest(self) -> str:
        return text(lib.niem_method_digest(self._handle))

    def to_json(self) -> str:
        """The canonical JSON."""
        return self._json().decode("utf-8")

    def to_dict(self) -> dict[str, Any]:
        """The canonical JSON as a dict."""
        made: dict[str, Any] = json.loads(self._json())
        return made

    def _json(self) -> bytes:
        return buffer_bytes(lib.niem_method_json, self._handle)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Method) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"<Method {self.to_json()}>"

    def __reduce__(self) -> Any:
        return method_from_bytes, (self._json(),)


def method_from_bytes(data: bytes) -> Method:
    """A method from UTF-8 JSON."""
    return Method(
        make_with_problems("niem_method", lib.niem_method_free, lib.niem_method_parse, data, len(data))[0]
    )


def load_method(source: Any) -> Method:
    """Load a method: a file, a dict or JSON text.

    Parameters
    ----------
    source : str, path-like, bytes or dict
        The path of a JSON file; a dict such as ``{"consensus": "majority"}`` (its ``"format"`` may be left
        out); or JSON as bytes, or as a text that begins with ``{``.
        The keys are ``id``; ``consensus`` of several coders; ``missing``, a missing rule for every node;
        ``tolerance`` of ties; ``bands``; and ``steps``, a list of dicts, each with its ``"step"``:

        - ``screen``: units with too little data have no value;
        - ``denominate``: numbers over others, per head or per area;
        - ``impute``: gaps are filled, and stay gaps in coverage and bounds;
        - ``treat``: outliers are winsorised or transformed;
        - ``normalise``: numbers without goalposts become scores;
        - ``weigh``: weights of the children of nodes, given, from the data or from experts;
        - ``aggregate``: how the children of nodes make one value.

        The page docs/reference/method-format.md has all of their keys.

    Returns
    -------
    Method

    Raises
    ------
    NiemError
        The file cannot be read, or the method is wrong; ``error.problems`` lists everything that was found.
        Names of indicators, nodes, units and rounds are looked up by `score`.

    Examples
    --------
    >>> niem.load_method({"steps": [
    ...     {"step": "impute", "method": "latest", "max_age": 2},
    ...     {"step": "normalise", "method": "minmax"},
    ...     {"step": "weigh", "method": "pca", "level": "dimension"},
    ...     {"step": "aggregate", "method": "geometric", "level": "index", "offset": 1},
    ... ]})
    """
    if isinstance(source, Method):
        return source
    if isinstance(source, (bytes, bytearray, memoryview)):
        return method_from_bytes(bytes(source))
    if isinstance(source, str) and source.lstrip("\ufeff \t\r\n").startswith("{"):
        return method_from_bytes(source.encode("utf-8", "surrogatepass"))
    if _core.is_path(source):
        path = _core.path_bytes(source)
        return Method(make_with_problems("niem_method", lib.niem_method_free, lib.niem_method_read, path)[0])
    if isinstance(source, dict):
        source = {"format": "niem-method/1", **source}
    with _core.by_pointer():
        return method_from_bytes(_core.json_bytes(source, "method"))
