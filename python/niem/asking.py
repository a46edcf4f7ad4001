"""What `Scores` are asked: keyword arguments as the query and the options of a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._core import Options
from ._niem import lib
from .table import result

QUERY = lib.niem_query_init
COMPARE = lib.niem_compare_options_init


class Asking:
    """A method of `Scores` whose keyword arguments fill a query and, where it compares, compare options."""

    def __init__(self, name: str, *initializers: Any) -> None:
        self.options = Options(name, *initializers)

    def __call__(self, function: Any, scores: Any, *arguments: Any, table: bool, **options: Any) -> Any:
        filled = self.options.fill(with_weights(options))
        return result(function, scores._handle, *arguments, *filled.pointers, table=table)


def with_weights(options: Mapping[str, Any]) -> dict[str, Any]:
    """Weights by unit (a dict or a series) as the two lists of C."""
    made, weights = dict(options), options.get("weights")
    if weights is not None and hasattr(weights, "items") and options.get("weight_units") is None:
        made["weight_units"], made["weights"] = (
            (list(part) for part in zip(*weights.items())) if len(weights) else ([], [])
        )
    return made
