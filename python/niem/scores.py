"""Scores, and what reports are made of: ranks, averages, differences, changes, spread, practice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Optional, Union

from . import _core
from ._core import (
    NULL,
    Options,
    Progress,
    buffer,
    buffer_bytes,
    bytes_of,
    call,
    encoded,
    execution,
    json_bytes,
    make,
    make_with_problems,
    path_bytes,
)
from ._niem import ffi, lib
from .analysis import Analyses
from .answers import Answers
from .asking import COMPARE, QUERY, Asking
from .columns import answer_rows
from .errors import NiemError
from .framework import Framework, load_framework
from .method import Method, load_method
from .plots import ScorePlots
from .table import Table, problems_frame, result, several

SCORE = Options("score", lib.niem_score_options_init)


TABLE = Asking("to_frame", QUERY)
MEMBERS = Asking("members", QUERY)
EXPLAIN = Asking("explain", QUERY)
RANK = Asking("rank", QUERY, COMPARE)
AVERAGE = Asking("average", QUERY, COMPARE)
DIFFERENCE = Asking("difference", QUERY, COMPARE)
CHANGE = Asking("change", QUERY, COMPARE)
CAUSES = Asking("change_causes", QUERY)
SPREAD = Asking("spread", QUERY)
PRACTICE = Asking("practice", QUERY, COMPARE)
CONTRIBUTIONS = Asking("contributions", QUERY)
REPORT = Options("unit_report", lib.niem_report_options_init)
GROUPS = Asking("group_difference", QUERY)
LEAVE = Asking("leave_one_out", QUERY, COMPARE)


class Scores(Analyses, ScorePlots, _core.Immutable):
    """Every unit x round x group x node on 0-100, least to most favourable, with coverage and bounds.

    Made by `score`.

    Most methods take the words of a query as keyword arguments:

    index : str
        The framework's default when not given.
    group : str
        A group or a merge of groups; the framework's default when not given; ``"*"`` for all.
    round : str
        All rounds when not given, where the result has a column for them.
    node : str
        ``"dimension=housing/step=law"``, a short name where it is unique, or the index's own name for the
        top.
    level : str
        A facet's id, ``"indicator"`` or ``"index"``.
    units : list of str
        All when not given.
    peers : str
        A peer group of the framework, instead of `units`.
    bands : str or dict
        A preset or bands of your own: adds the column ``band``.

    An ambiguous call is a `NiemAmbiguousError` that lists the choices, an id that names nothing a
    `NiemReferenceError`, a keyword that there is not a `TypeError`. A unit without a value has NaN and is not
    counted. ``table=True`` gives a `Table`, which prints CSV, JSON, LaTeX and HTML as the library does in
    every language.
    """

    __slots__ = ("_handle", "_framework", "_problems")

    def __init__(
        self, handle: Any, framework: Optional[Framework] = None, problems: Optional[Any] = None
    ) -> None:
        self._handle = handle
        self._framework = framework
        self._problems = problems

    # --- the scores themselves ---

    def to_frame(
        self,
        level: Optional[str] = None,
        *,
        wide: Optional[bool] = None,
        values: str = "value",
        table: bool = False,
        **query: Any,
    ) -> Any:
        """Scores as a frame.

        Parameters
        ----------
        level : str, optional
            A facet's id, ``"indicator"`` or ``"index"``; all inner nodes when not given.
        wide : bool, optional
            A unit a row and a node a column. The default is wide for one level of one round, one group and no
            bands, and otherwise tidy: unit, round, group, index, node, level, value, coverage, lower, upper,
            n_applicable, n_answered, state (``value``, ``no_value``, ``screened_out`` by the method, or
            ``not_applicable``).
        values : str, optional
            What a wide frame shows: ``"value"`` (default), ``"coverage"``, ``"lower"`` or ``"upper"``.
        table : bool, optional
            Give a `Table` instead of a frame.
        **query
            index, group, round, node, units, peers, bands.

        Returns
        -------
        pandas.DataFrame
            Scores are 0-100, coverage 0-1. NaN: no value.
        """
        tidy = TABLE(lib.niem_scores_table, self, table=True, level=level, **query)
        keys = [name for name in ("round", "group") if several(tidy, name)]
        if wide is None:
            wide = level is not None and not keys and query.get("bands") is None
        if wide:
            return as_wide(tidy, ["unit", *keys], values, table)
        return tidy if table else tidy.to_frame()

    def value(
        self, unit: str, round: Optional[str] = None, node: Optional[str] = None, group: Optional[str] = None
    ) -> float:
        """One score; NaN where the node has none.

        Parameters
        ----------
        unit : str
        round : str
            May be left out where there is one round only.
        node : str, optional
            The top when not given.
        group : str, optional
            The framework's default when not given.

        Raises
        ------
        NiemReferenceError
            There is no such unit, round, group or node.
        """
        out = ffi.new("double *")
        names = [
            maybe(name, where)
            for name, where in ((unit, "unit"), (round, "round"), (group, "group"), (node, "node"))
        ]
        call(lib.niem_scores_value, out, self._handle, *names)
        return float(out[0])

    def members(self, node: Optional[str] = None, *, table: bool = False, **query: Any) -> Any:
        """The member set, a row for each indicator below each node.

        unit, round, group, node, indicator, state, value.
        """
        return MEMBERS(lib.niem_scores_members, self, table=table, node=node, **query)

    def explain(
        self,
        unit: str,
        round: Optional[str] = None,
        *,
        node: Optional[str] = None,
        table: bool = False,
        **query: Any,
    ) -> Any:
        """A score as the sum of its indicators' contributions.

        Parameters
        ----------
        unit, round : str
        node : str, optional
            The top when not given.
        **query
            index, group.

        Returns
        -------
        pandas.DataFrame
            group, indicator, label, answer, state, value, weight, contribution. ``math.fsum`` of the
            contributions, in any order, is the published score, bit for bit.
        """
        names = encoded(unit, "unit"), maybe(round, "round")
        return EXPLAIN(lib.niem_explain, self, *names, table=table, node=node, **query)

    def contributions(self, node: Optional[str] = None, *, table: bool = False, **query: Any) -> Any:
        """Scores as the sum of what the children of a node contribute.

        Parameters
        ----------
        node : str, optional
            The top when not given.
        **query
            The words of a query.

        Returns
        -------
        pandas.DataFrame
            unit, round, group, node, child, value (of the child), weight (its share among the children that
            enter), contribution. ``math.fsum`` of the contributions of a unit, round, group and node is its
            published score, bit for bit. NaN where the node has no value.

        Raises
        ------
        NiemUnsupportedError
            The node is no weighted mean of its children.
        """
        return CONTRIBUTIONS(lib.niem_contributions, self, table=table, node=node, **query)

    # --- comparisons ---

    def rank(self, node: Optional[str] = None, *, table: bool = False, **options: Any) -> Any:
        """Ranks of units; 1 is best.

        Parameters
        ----------
        node : str, optional
        ties : str, optional
            Ranks of tied units: ``"min"`` (default), ``"max"``, ``"average"``, ``"dense"`` or ``"first"``.
        tolerance : float, optional
            Neighbours in order that differ by at most this many points tie; the method's (1e-9) when not
            given.
        ascending : bool, optional
            Rank 1 for the lowest value.
        **options
            The words of a query.

        Returns
        -------
        pandas.DataFrame
            unit, round, group, node, value, rank, tied, n (units with a value). No value: no rank.
        """
        return RANK(lib.niem_rank, self, table=table, node=node, **options)

    def average(self, node: Optional[str] = None, *, table: bool = False, **options: Any) -> Any:
        """Averages over units, of the round and of the balanced panel.

        Parameters
        ----------
        node : str, optional
        weights : dict or pandas.Series, optional
            A weight for each unit (population), finite and not negative; plain when not given.
        **options
            The words of a query.

        Returns
        -------
        pandas.DataFrame
            round, group, node, average, n, average_balanced, n_balanced; correctly rounded. Units without a
            value are left out; the balanced panel holds the units with a value in every round.
        """
        return AVERAGE(lib.niem_average, self, table=table, node=node, **options)

    def difference(self, node: Optional[str] = None, *, table: bool = False, **options: Any) -> Any:
        """Differences of units from a reference.

        Parameters
        ----------
        node : str, optional
        reference : str, optional
            ``"average"`` (default), ``"best"`` or ``"worst"``.
        reference_units : list of str, optional
            Of these units; of those of the query when not given.
        reference_peers : str, optional
            The same, by the name of a peer group.
        weights : dict or pandas.Series, optional
            Of the average.
        **options
            The words of a query.

        Returns
        -------
        pandas.DataFrame
            unit, round, group, node, value, reference, difference (value - reference), n (units behind the
            reference).
        """
        return DIFFERENCE(lib.niem_difference, self, table=table, node=node, **options)

    def change(self, start: str, end: str, node: Optional[str] = None, **options: Any) -> "Change":
        """The change between two rounds.

        Parameters
        ----------
        start, end : str
            Rounds.
        node : str, optional
        tolerance : float, optional
            Changes of at most this many points are no change; the method's (1e-9) when not given.
        **options
            The words of a query.

        Returns
        -------
        Change
            With the frames `points`, `summary` and `causes`.
        """
        return Change(self, start, end, {"node": node, **options})

    def change_summary(
        self, start: str, end: str, node: Optional[str] = None, *, table: bool = False, **options: Any
    ) -> Any:
        """Changes between two rounds, counted.

        group, node, n, improved, unchanged, worsened, average_change.
        """
        rounds = encoded(start, "from"), encoded(end, "to")
        return CHANGE(lib.niem_change_summary, self, *rounds, table=table, node=node, **options)

    def change_causes(
        self, start: str, end: str, node: Optional[str] = None, *, table: bool = False, **query: Any
    ) -> Any:
        """What caused a change, indicator by indicator.

        Returns
        -------
        pandas.DataFrame
            unit, group, node, indicator, kind (kept, entered, left), from, to, weight_from, weight_to,
            answer_effect, weight_effect, contribution. ``math.fsum`` of the contributions of a unit and node
            is its change, bit for bit.
        """
        rounds = encoded(start, "from"), encoded(end, "to")
        return CAUSES(lib.niem_change_causes, self, *rounds, table=table, node=node, **query)

    def spread(self, node: Optional[str] = None, *, table: bool = False, **query: Any) -> Any:
        """The spread over units: round, group, node, n, min, max, spread, min_unit, max_unit.

        A last row per round and group, with the node ``"*"``, holds the mean of the spreads over the nodes
        asked for.
        """
        return SPREAD(lib.niem_spread, self, table=table, node=node, **query)

    def practice(self, node: Optional[str] = None, *, table: bool = False, **options: Any) -> Any:
        """Best-practice composite: for each indicator the best value of any unit, aggregated by the index.

        Parameters
        ----------
        node : str, optional
        reference : str, optional
            ``"best"`` (default) or ``"worst"``.
        **options
            The words of a query.

        Returns
        -------
        pandas.DataFrame
            round, group, node, value, n (units).
        """
        return PRACTICE(lib.niem_practice, self, table=table, node=node, **options)

    def group_difference(
        self, group_a: str, group_b: str, node: Optional[str] = None, *, table: bool = False, **query: Any
    ) -> Any:
        """Two groups on common ground: only indicators answered for both, unit by unit.

        Returns
        -------
        pandas.DataFrame
            unit, round, node, value_a, value_b, difference (a - b), n_common. The notes hold the mean
            difference over units.
        """
        groups = encoded(group_a, "group_a"), encoded(group_b, "group_b")
        return GROUPS(lib.niem_group_difference, self, *groups, table=table, node=node, **query)

    def leave_one_out(
        self,
        node: Optional[str] = None,
        *,
        left_out: Optional[str] = None,
        summary: bool = False,
        threads: int = 0,
        progress: Progress = None,
        table: bool = False,
        **options: Any,
    ) -> Any:
        """The score of a node and its rank without each indicator and node below it, in turn.

        What is left out counts as not applicable: its siblings' weights count for all. Leaves stay as the
        method prepared them; weights that are made from data are made anew.

        Parameters
        ----------
        node : str, optional
            Whose score; the top when not given.
        left_out : str, optional
            Leave out the nodes of this level only, ``"indicator"`` for indicators.
        summary : bool, optional
            Over the units, in place of unit by unit.
        threads, progress : optional
            As for `score`.
        **options
            index, group, round, units, peers; tolerance, ties, ascending.

        Returns
        -------
        pandas.DataFrame
            unit, round, group, node, left_out, value, value_without, change, rank, rank_without, rank_change
            (positive where the unit moves up), problem (why there is no score without it; mostly missing). Summary:
            round, group, node, left_out, level, n, mean_change, mean_abs_change, mean_abs_rank_change,
            max_abs_rank_change, problem.
        """
        function = lib.niem_leave_one_out_summary if summary else lib.niem_leave_one_out
        filled = LEAVE.options.fill({"node": node, **options})
        with execution(threads, progress) as running:
            arguments = (self._handle, maybe(left_out, "left_out"), *filled.pointers, running)
            made = result(function, *arguments, table=table)
        return made

    def unit_report(self, unit: str, path: Any = None, **options: Any) -> Optional[str]:
        """The report on a unit: one HTML page that needs no network, holds no script, and prints.

        Score, rank, difference from the average, coverage and bounds; the parts of the index; the indicators
        with the highest and the lowest scores and their answers; the change since an earlier round and its
        causes; every target group; the questions that lack evidence; digests by which it can be verified.

        Parameters
        ----------
        unit : str
        path : str or path-like, optional
            A file to write; without it the page is returned.
        index, group : str, optional
            The framework's defaults when not given.
        round : str, optional
            The last in which the unit has answers, when not given.
        previous_round : str, optional
            The change since this one; the last before it in which the unit has answers, when not given.
        reference_units : list of str, optional
            The average is that of these units; of all when not given.
        reference_peers : str, optional
            The same by the name of a peer group.
        language : str, optional
            Of the labels; English when not given.
        most : int, optional
            Indicators at either end, and causes of the change in either direction; 5 when not given.

        Returns
        -------
        str or None

        Raises
        ------
        NiemReferenceError
            There are no answers of the unit, or none in the round.
        """
        filled = REPORT.fill(options)
        page = buffer(lib.niem_unit_report, self._handle, encoded(unit, "unit"), *filled.pointers)
        if path is None:
            return bytes_of(page).decode("utf-8")
        call(lib.niem_buffer_write, page, path_bytes(path))
        return None

    # --- what if ---

    def what_if(
        self,
        *,
        drop: Union[None, str, Iterable[str]] = None,
        add: Union[None, str, Mapping[str, str], Iterable[Any]] = None,
        weights: Any = None,
        answers: Any = None,
        index: Optional[str] = None,
        method: Any = None,
        threads: int = 0,
        progress: Progress = None,
    ) -> "Scores":
        """The scores with other indicators, weights or answers, or by another method.

        Parameters
        ----------
        drop : list of str, optional
            Indicators by id or alias, or nodes by name (``"dimension=health"``) with all that is below. What
            loses all that is below it goes too.
        add : list of str or dict, optional
            Indicators with ``"scored": false``. In an index by levels their facets say where they stand; in
            one that lists its nodes it is ``{"indicator": "STAT-1", "parent": "housing"}``.
        weights : dict or pandas.Series, optional
            Weights of nodes by name, as the index's own ``"weights"`` have them, after what is dropped and
            added; also of indicators and of the parts of a composite.
        answers : list of dict or frame, optional
            Answers or states, with the columns of `read_answers`. One takes the place of what its cell holds,
            or is added; without a coder it takes the place of all coders' answers. The state ``"missing"``
            removes. Units and rounds are those of the framework and of the scores.
        index : str, optional
            Whose nodes and weights are named; the framework's default when not given.
        method : Method, optional
            Or whatever `load_method` takes; the scores' own when not given.
        threads, progress
            See `score`.

        Returns
        -------
        Scores
            Of a framework whose id ends in ``" (what if)"``: these are no published scores. Everything works
            on them, `compare_scores` too. Their ``problems`` are notes on the changes, and warnings of what
            has no effect.

        Raises
        ------
        NiemReferenceError
            A name that names nothing. ``error.where`` is its place, such as ``/answers/3/indicator``.
        NiemError
            Whatever `load_framework`, `read_answers`, `load_method` and `score` raise; everything that is
            wrong with the changes is in ``error.problems``.
        """
        given = {
            "drop": listed(drop),
            "add": listed(add),
            "weights": None if weights is None else dict(weights.items()),
            "answers": None if answers is None else answer_rows(answers),
            "index": index,
            "method": None if method is None else load_method(method).to_dict(),
        }
        data = json_bytes({key: value for key, value in given.items() if value is not None}, "changes")
        with _core.by_pointer(), execution(threads, progress) as running:
            arguments = (self._handle, data, len(data), running)
            made = make_with_problems("niem_scores", lib.niem_scores_free, lib.niem_what_if, *arguments)
        return Scores(made[0], problems=made[1])

    @property
    def problems(self) -> Any:
        """Of scores that `what_if` made: notes on the changes, and warnings of what has no effect; a frame."""
        return problems_frame(self._problems)

    # --- what they were made of ---

    def steps(self, part: str = "values", *, table: bool = False) -> Any:
        """What the steps of the method did.

        Parameters
        ----------
        part : str, optional
            ``"values"`` (default): each value that was filled or changed, and each unit that was left out.
            ``"indicators"``: what was learned of each indicator. ``"weights"``: how weights were made.

        Returns
        -------
        pandas.DataFrame
            step (its place in the method, from 1), kind, unit, round, group, indicator, what, before, after;
            or step, kind, indicator, round, n, n_changed, low, high, treated, passes, skewness_before,
            kurtosis_before, skewness, kurtosis, lambda; or step, kind, index, node, child, weight, share,
            reached, departure, explained, ratio, n. Without steps it has no rows.
        """
        return result(lib.niem_scores_steps, self._handle, encoded(part, "part"), table=table)

    def effective_weights(self, index: Optional[str] = None, *, table: bool = False) -> Any:
        """The weights that the scores were made with.

        Returns
        -------
        pandas.DataFrame
            index, node, level, parent, weight, share (of the sum of its siblings'), effective (share of the
            top when nothing is missing). NaN below an aggregation without weights.
        """
        return result(lib.niem_effective_weights, self._handle, maybe(index, "index"), table=table)

    @property
    def framework(self) -> Framework:
        if self._framework is None:
            free = lib.niem_framework_free
            self._framework = Framework(make("niem_framework", free, lib.niem_scores_framework, self._handle))
        return self._framework

    @property
    def answers(self) -> Answers:
        handle = make("niem_answers", lib.niem_answers_free, lib.niem_scores_answers, self._handle)
        return Answers(handle, self.framework)

    @property
    def method(self) -> Method:
        """The method that they were scored by; all defaults where none was given."""
        return Method(make("niem_method", lib.niem_method_free, lib.niem_scores_method, self._handle))

    def manifest(self) -> dict[str, Any]:
        """Digests of all that went in, and the library's version: enough to recompute and verify."""
        made: dict[str, Any] = json.loads(buffer_bytes(lib.niem_scores_manifest, self._handle))
        return made

    def to_json(self) -> str:
        """Canonical text from which `load_scores` makes the same scores again, bit for bit."""
        return self._json().decode("utf-8")

    def _json(self) -> bytes:
        return buffer_bytes(lib.niem_scores_json, self._handle)

    def __reduce__(self) -> Any:
        return load_scores, (self._json(),)

    def __repr__(self) -> str:
        fw = self.framework
        indexes = ", ".join(str(name) for name in fw.indexes()["index"])
        return (
            f"<Scores of {fw.id} {fw.version}: {len(self.answers)} answers; framework's indexes: {indexes}>"
        )

    def _repr_html_(self) -> str:
        """The level below the top of the default index."""
        nodes = self.framework.nodes()
        index = self.framework.default_index or str(nodes["index"].iloc[0])
        below = nodes[(nodes["index"] == index) & (nodes["parent"] == index)]
        try:
            frame = self.to_frame(level=str(below["level"].iloc[0]), index=index)
        except (NiemError, IndexError):
            return f"<pre>{self!r}</pre>".replace("<Scores", "&lt;Scores")
        return str(frame.to_html(max_rows=60, float_format="{:.2f}".format, border=0))


class Change:
    """The change between two rounds.

    Attributes
    ----------
    points : pandas.DataFrame
        unit, group, node, from, to, change (to - from), direction (improved, unchanged, worsened).
    summary : pandas.DataFrame
        group, node, n, improved, unchanged, worsened, average_change.
    causes : pandas.DataFrame
        Contributions of the indicators (`Scores.change_causes`), made when first asked for.
    """

    def __init__(self, scores: Scores, start: str, end: str, options: dict[str, Any]) -> None:
        self.start, self.end = start, end
        self._scores, self._options, self._causes = scores, options, None
        rounds = encoded(start, "from"), encoded(end, "to")
        self.points = CHANGE(lib.niem_change, scores, *rounds, table=False, **options)
        self.summary = scores.change_summary(start, end, **options)

    @property
    def causes(self) -> Any:
        if self._causes is None:
            names = CAUSES.options.names
            query = {name: value for name, value in self._options.items() if name in names}
            self._causes = self._scores.change_causes(self.start, self.end, **query)
        return self._causes

    def __repr__(self) -> str:
        return f"<Change {self.start} to {self.end}>\n{self.summary}"

    def _repr_html_(self) -> str:
        return str(self.summary.to_html(border=0)) + str(self.points.to_html(max_rows=60, border=0))


def maybe(name: Optional[str], where: str) -> Any:
    return NULL if name is None else encoded(name, where)


def as_wide(tidy: Table, rows: list[str], values: str, table: bool) -> Any:
    """A unit a row and a node a column."""
    made = tidy.widen(",".join(rows), "node", values)
    return made if table else made.to_frame().set_index(rows if len(rows) > 1 else rows[0])


def listed(names: Any) -> Optional[list[Any]]:
    """One name, or several, as a list."""
    if names is None:
        return None
    return [names] if isinstance(names, (str, Mapping)) else list(names)


def score(
    framework: Any,
    answers: Answers,
    method: Any = None,
    *,
    threads: int = 0,
    progress: Progress = None,
    **options: Any,
) -> Scores:
    """Score answers: every unit x round x group x node.

    Parameters
    ----------
    framework : Framework
        Or whatever `load_framework` takes.
    answers : Answers
        Read with the same framework.
    method : Method, optional
        Or whatever `load_method` takes; all defaults when not given.
    index : str, optional
        Score this index only.
    threads : int, optional
        How many threads compute; it never changes a bit of the result.
    progress : bool or callable, optional
        True shows a bar where tqdm is installed; a function is called with the share done, 0 to 1, at most
        every 50 ms. What it raises ends the call. Ctrl-C ends it with or without.

    Returns
    -------
    Scores

    Raises
    ------
    NiemMismatchError
        Answers of another framework.
    NiemConsensusError
        Several coders on one cell, and the method does not settle it.
    NiemUnsupportedError
        A scored numeric indicator without goalposts.
    """
    framework = load_framework(framework)
    if not isinstance(answers, Answers):
        raise TypeError(f"answers must be niem.Answers, from niem.read_answers, not {type(answers).__name__}")
    chosen = NULL if method is None else load_method(method)._handle
    filled = SCORE.fill(options)
    with execution(threads, progress) as running:
        arguments = (framework._handle, answers._handle, chosen, *filled.pointers, running)
        handle = make("niem_scores", lib.niem_scores_free, lib.niem_score, *arguments)
    return Scores(handle, framework)


def load_scores(source: Any) -> Scores:
    """Scores from the text of `Scores.to_json`; they are computed again and verified.

    Parameters
    ----------
    source : str or bytes

    Raises
    ------
    NiemMismatchError
        This version computes other scores.
    """
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else bytes(source)
    return Scores(make("niem_scores", lib.niem_scores_free, lib.niem_scores_parse, data, len(data)))
