"""Several scores, or several methods, side by side. What one `Scores` can be asked is in `scores`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, Optional

from ._core import NULL, Options, Progress, encoded, execution
from ._niem import ffi, lib
from .analysis import ANALYSIS, worded
from .answers import Answers
from .asking import COMPARE, QUERY, Asking
from .framework import load_framework
from .method import load_method
from .scores import Scores
from .table import result

METHODS = Options("compare_methods", QUERY, COMPARE)
AGREEMENT = Options("method_correlations", QUERY, ANALYSIS)
SIDES = Asking("compare_scores", QUERY, COMPARE)


def compare_scores(
    a: Scores, b: Scores, node: Optional[str] = None, *, table: bool = False, **options: Any
) -> Any:
    """Two scores side by side, such as scores and what they would be if something were otherwise.

    Parameters
    ----------
    a, b : Scores
        Of one framework or of two. Index, groups and rounds must be in both; a unit or node that only one of
        them has is NaN on the other side.
    node : str, optional
        The top when neither node nor level is given.
    ties, tolerance, ascending
        Of the ranks, as in `Scores.rank`.
    **options
        The words of a query.

    Returns
    -------
    pandas.DataFrame
        unit, round, group, node, value_a, value_b, change (b - a), rank_a, rank_b, rank_change (rank_a -
        rank_b: positive where the unit moved up). Ranks are those of `Scores.rank`, in each of the two.
    """
    for name, side in (("a", a), ("b", b)):
        if not isinstance(side, Scores):
            raise TypeError(f"{name} must be niem.Scores, from niem.score, not {type(side).__name__}")
    return SIDES(lib.niem_compare_scores, a, b._handle, table=table, node=node, **options)


def compare_methods(
    framework: Any,
    answers: Answers,
    methods: Any,
    node: Optional[str] = None,
    *,
    threads: int = 0,
    progress: Progress = None,
    table: bool = False,
    **options: Any,
) -> Any:
    """Scores and ranks by several methods, side by side.

    Parameters
    ----------
    framework, answers, threads, progress
        As for `score`.
    methods : list or dict
        Methods, or whatever `load_method` takes; None means all defaults. They are called by the keys of a
        dict, else by their ids. The first one is what the others are held against.
    node : str, optional
        The top when not given.
    **options
        index, group, round, level, units, peers; tolerance, ties, ascending.

    Returns
    -------
    pandas.DataFrame
        unit, round, group, node, method, value, rank, n, change (value - first value), rank_change (first
        rank - rank: positive where the unit stands higher).
    """
    framework = load_framework(framework)
    if not isinstance(answers, Answers):
        raise TypeError(f"answers must be niem.Answers, from niem.read_answers, not {type(answers).__name__}")
    if isinstance(methods, (str, bytes, os.PathLike)) or not isinstance(methods, Iterable):
        raise TypeError(f"methods must be a list or a dict of methods, not {type(methods).__name__}")
    names = [encoded(str(name), "methods") for name in methods] if isinstance(methods, Mapping) else []
    loaded = [
        None if method is None else load_method(method)
        for method in (methods.values() if isinstance(methods, Mapping) else methods)
    ]
    handles = ffi.new("niem_method *[]", [NULL if method is None else method._handle for method in loaded])
    texts = [ffi.new("char[]", name) for name in names]
    called = ffi.new("char *[]", texts) if texts else NULL
    filled = METHODS.fill({"node": node, **options})
    with execution(threads, progress) as running:
        asked = (framework._handle, answers._handle, handles, called, len(loaded), *filled.pointers, running)
        made = result(lib.niem_compare_methods, *asked, table=table)
    return made


def method_correlations(scores: Any, node: Optional[str] = None, *, table: bool = False, **options: Any) -> Any:
    """How far several scores agree: those of several methods on the same answers, or before and after a change.

    Parameters
    ----------
    scores : list or dict
        Two `Scores` or more. They are called by the keys of a dict, else by the ids of their methods.
    node : str, optional
        The top when neither node nor level is given.
    method : str, optional
        ``"pearson"`` (default), ``"spearman"`` or ``"kendall"``.
    tolerance : float, optional
        Of tied ranks in Spearman's and Kendall's.
    **options
        index, group, round, level, units, peers: a query about the first; what another lacks is NaN there.

    Returns
    -------
    pandas.DataFrame
        round, group, node, method_a, method_b, correlation, n (units that have a value by both),
        mean_abs_rank_change, for each two of them.
    """
    if isinstance(scores, Scores) or not isinstance(scores, Iterable):
        raise TypeError(f"scores must be a list or a dict of niem.Scores, not {type(scores).__name__}")
    given = list(scores.values() if isinstance(scores, Mapping) else scores)
    for entry in given:
        if not isinstance(entry, Scores):
            raise TypeError(f"scores must be niem.Scores, from niem.score, not {type(entry).__name__}")
    names = [encoded(str(name), "names") for name in scores] if isinstance(scores, Mapping) else []
    handles = ffi.new("niem_scores *[]", [entry._handle for entry in given])
    texts = [ffi.new("char[]", name) for name in names]
    called = ffi.new("char *[]", texts) if texts else NULL
    filled = AGREEMENT.fill({"node": node, **worded(options)})
    return result(lib.niem_method_correlations, handles, called, len(given), *filled.pointers, table=table)
