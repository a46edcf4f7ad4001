"""Uncertainty and sensitivity of scores: what they would be under other weights, methods and answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn, Optional

from . import _core
from ._core import NULL, Options, Progress, call, execution, make_with_problems, own
from ._niem import ffi, lib
from .answers import Answers
from .asking import QUERY
from .framework import load_framework
from .method import load_method
from .table import Table, result

UNCERTAINTY = Options("uncertainty", QUERY, lib.niem_uncertainty_options_init)
SENSITIVITY = Options("sensitivity", QUERY, lib.niem_scores_sensitivity_options_init)
FORMAT = "niem-uncertainty/1"


class Uncertainty(_core.Immutable):
    """Scores and ranks over replicates in which everything that could have been otherwise was drawn.

    Made by `uncertainty`. Every result has notes (``frame.attrs["notes"]``): replicates, failed, seed, the
    inputs, and how fine quantiles are. With ``table=True`` it is a `Table`.

    It cannot be pickled: the same call makes it again, bit for bit. Pickle its frames.
    """

    __slots__ = ("_handle",)

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    def _part(self, part: bytes, table: bool) -> Any:
        return result(lib.niem_uncertainty_table, self._handle, part, table=table)

    def to_frame(self, *, table: bool = False) -> Any:
        """Scores and ranks with their intervals.

        Returns
        -------
        pandas.DataFrame
            unit, round, group, node, value (as published), n (replicates with a value), mean, sd, low,
            median, high, rank (as published), rank_mean, rank_median, rank_low, rank_high.
        """
        return self._part(b"scores", table)

    def ranks(self, *, table: bool = False) -> Any:
        """How often each unit has each rank.

        Returns
        -------
        pandas.DataFrame
            unit, round, group, node, rank, share; only ranks that occur.
        """
        return self._part(b"ranks", table)

    def pairs(self, *, table: bool = False) -> Any:
        """How often one unit is above another.

        Returns
        -------
        pandas.DataFrame
            round, group, node, unit_a, unit_b, share_above (a has the better rank), share_tied; of the
            replicates in which both have a value.
        """
        return self._part(b"pairs", table)

    def changes(self, *, table: bool = False) -> Any:
        """Changes between rounds; a replicate draws the same for both.

        Returns
        -------
        pandas.DataFrame
            unit, group, node, from, to, change (as published), n, mean, low, high, share_improved,
            share_unchanged, share_worsened.
        """
        return self._part(b"changes", table)

    def inputs(self, *, table: bool = False) -> Any:
        """What the first replicates (`shown`) drew.

        Returns
        -------
        pandas.DataFrame
            replicate, input, what, value, text.
        """
        return self._part(b"inputs", table)

    def failures(self, *, table: bool = False) -> Any:
        """Why replicates failed, and how often.

        Returns
        -------
        pandas.DataFrame
            message, n.
        """
        return self._part(b"failures", table)

    def __repr__(self) -> str:
        notes = self._part(b"failures", True).notes
        return f"<Uncertainty {notes['index']}: {notes['replicates']} replicates, {notes['failed']} failed>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "niem.Uncertainty cannot be pickled; the same call of niem.uncertainty makes it again, bit for bit,"
            " and its frames can be pickled"
        )


def uncertainty(
    framework: Any,
    answers: Answers,
    inputs: Any = None,
    method: Any = None,
    node: Optional[str] = None,
    *,
    threads: int = 0,
    progress: Progress = None,
    **options: Any,
) -> Uncertainty:
    """Draw what could have been otherwise, and score anew, so many times.

    Parameters
    ----------
    framework, answers, method, threads, progress
        As for `score`.
    inputs : dict, list of dict, str or path, optional
        What is drawn (``niem-uncertainty/1``; its ``"format"`` may be left out), a list of inputs, each with
        ``"name"`` and ``"kind"``; JSON, or the path of a JSON file. All weights within +-25 % when not given.

        - ``weights``: ``"draw": "noise"`` within ``"share"`` (0.25) of themselves, or ``"simplex"``; of a
          ``"level"``, of ``"nodes"``, or all;
        - ``choice``: one of ``"values"`` (with ``"probabilities"``) at the place ``"at"`` of the method, a
          JSON pointer; None takes out what stands there;
        - ``parameter``: a number from ``"low"`` to ``"high"`` (``"whole"``) there;
        - ``gaps``: missing answers, ``"draw"`` among the ``"options"``, the ``"range"`` or what was
          ``"observed"``;
        - ``left_out``: ``"draw": "one"`` of the indicators (or a ``"level"``, ``"nodes"``), or ``"each"``
          with its ``"probability"``;
        - ``answers``: options that move to a neighbour with ``"probability"``, numbers with ``"noise"``.

        The page docs/reference/uncertainty-format.md has all of it.
    node : str, optional
        The top when not given.
    replicates : int, optional
        10000 when not given.
    seed : int, optional
        Replicate k hangs on the seed and k alone; 1 when not given.
    interval_level : float, optional
        Share of the replicates between low and high; 0.9 when not given.
    tolerance : float, optional
        Of ties and unchanged scores; the method's when not given.
    shown : int, optional
        How many replicates `Uncertainty.inputs` shows; 100 when not given.
    **options
        index, group, round, level, units, peers: which scores are looked at.

    Returns
    -------
    Uncertainty

    Raises
    ------
    NiemError
        Inputs that are wrong, name what there is not, or have alternatives that no method can have;
        ``error.where`` is the place, ``error.problems`` the list. A `NiemValueError` where all replicates fail.
    """
    framework = load_framework(framework)
    with prepared(framework, answers, inputs, method) as given:
        filled = UNCERTAINTY.fill({"node": node, **options})
        with execution(threads, progress) as running:
            arguments = (*given.arguments, *filled.pointers, running)
            made = make_with_problems(
                "niem_uncertain_scores", lib.niem_uncertainty_free, lib.niem_uncertainty, *arguments
            )
    return Uncertainty(made[0])


def sensitivity(
    framework: Any,
    answers: Answers,
    inputs: Any = None,
    method: Any = None,
    node: Optional[str] = None,
    *,
    threads: int = 0,
    progress: Progress = None,
    table: bool = False,
    **options: Any,
) -> Any:
    """Sobol' indices of the inputs of `uncertainty`: where the spread of scores and ranks comes from.

    Parameters
    ----------
    framework, answers, inputs, method, node, threads, progress
        As for `uncertainty`. Each input is one factor, whatever it draws.
    base : int, optional
        Base points, a power of two; ``base * (inputs + 2)`` scores are made. 1024 when not given.
    seed : int, optional
        Of the scrambled sequence; 1 when not given.
    resamples : int, optional
        Of the bootstrap behind the intervals; 1000 when not given, 0 for none.
    interval_level : float, optional
        0.9 when not given.
    targets : str, optional
        ``"rank_change score rank"`` when not given; also ``"change"``.
    tolerance, **options
        As for `uncertainty`.

    Returns
    -------
    pandas.DataFrame
        target, unit, round, group, node, input, first, first_low, first_high, total, total_low, total_high,
        n (base points), n_failed. first: the share of the variance that goes with the input by itself; total:
        with all that it does together with others. NaN where the target does not vary. The note
        ``widest_interval`` tells whether `base` was enough.
    """
    framework = load_framework(framework)
    with prepared(framework, answers, inputs, method) as given:
        filled = SENSITIVITY.fill({"node": node, **options})
        out, problems = ffi.new("niem_table **"), ffi.new("niem_problems **")
        with execution(threads, progress) as running:
            arguments = (*given.arguments, *filled.pointers, running)
            call(lib.niem_sensitivity, out, problems, *arguments, problems=problems)
        own(problems[0], lib.niem_problems_free)
    made = Table(own(out[0], lib.niem_table_free))
    return made if table else made.to_frame()


class prepared:
    """The arguments that both calls begin with; what they point to lives as long as this."""

    def __init__(self, framework: Any, answers: Answers, inputs: Any, method: Any) -> None:
        if not isinstance(answers, Answers):
            raise TypeError(
                f"answers must be niem.Answers, from niem.read_answers, not {type(answers).__name__}"
            )
        self.method = None if method is None else load_method(method)
        self.framework, self.answers = framework, answers
        self.data = None if inputs is None else inputs_bytes(inputs)
        self.by_pointer = _core.by_pointer() if isinstance(inputs, (Mapping, list, tuple)) else None

    @property
    def arguments(self) -> tuple[Any, ...]:
        chosen = NULL if self.method is None else self.method._handle
        data, n = (NULL, 0) if self.data is None else (self.data, len(self.data))
        return self.framework._handle, self.answers._handle, chosen, data, n

    def __enter__(self) -> "prepared":
        if self.by_pointer is not None:
            self.by_pointer.__enter__()
        return self

    def __exit__(self, *raised: Any) -> Any:
        return None if self.by_pointer is None else self.by_pointer.__exit__(*raised)


def inputs_bytes(source: Any) -> bytes:
    """JSON of inputs, whatever they were given as."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    if isinstance(source, str) and source.lstrip("\ufeff \t\r\n").startswith("{"):
        return source.encode("utf-8", "surrogatepass")
    if _core.is_path(source):
        return Path(source).read_bytes()
    if isinstance(source, Mapping):
        return _core.json_bytes({"format": FORMAT, **source}, "inputs")
    if isinstance(source, Iterable):
        return _core.json_bytes({"format": FORMAT, "inputs": list(source)}, "inputs")
    raise TypeError(f"inputs must be a dict, a list of dicts, JSON or a path, not {type(source).__name__}")
