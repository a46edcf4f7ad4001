"""What an index is made of, looked at as data: the data set between two steps of a method, trends, descriptions,
correlations, reliability and principal components. All of it is asked of `Scores`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional, Union

from ._core import Progress, encoded, execution, integer
from ._niem import lib
from .asking import QUERY, Asking
from .table import result

ANALYSIS = lib.niem_analysis_options_init
STAGE = Asking("stage", QUERY)
TRENDS = Asking("trends", QUERY, lib.niem_trend_options_init)
STATISTICS = Asking("statistics", QUERY, ANALYSIS, lib.niem_describe_options_init)
CORRELATIONS = Asking("correlations", QUERY, ANALYSIS)
COMPONENTS = Asking("components", QUERY, ANALYSIS, lib.niem_components_options_init)
RELIABILITY = Asking("reliability", QUERY, ANALYSIS)
FAMILIES = {"method": "correlation"}  # what their words are called in C


def worded(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options whose words belong to a family of another name, as numbers."""
    return {
        name: integer(name, value, family=FAMILIES[name]) if name in FAMILIES and value is not None else value
        for name, value in options.items()
    }


class Analyses:
    """The part of `Scores` that analyses them."""

    __slots__ = ()

    _handle: Any

    def stage(
        self,
        step: Union[None, int, str] = None,
        node: Optional[str] = None,
        *,
        table: bool = False,
        **query: Any,
    ) -> Any:
        """The data set between two steps of the method.

        Parameters
        ----------
        step : int, optional
            After so many steps of the method: 0 is as the indicators were answered, coders settled. As the
            index takes them (scores) when not given.
        node : str, optional
            The indicators below it; the top when not given.
        **query
            index, group, round, level, units, peers.

        Returns
        -------
        pandas.DataFrame
            unit, round, group, indicator, stage (``"raw"``: numbers that a normalisation is to make scores
            of; ``"goalposts"``: numbers for which the framework has goalposts; ``"score"``), state, value,
            imputed, screened. The numbers are the very bits that the scores were made from. Without node and
            level the indicators of no index that have numbers follow: after a step those that the steps
            touch, such as denominators, before the first all. A merge of groups has the rows of its members.
        """
        place = lib.NIEM_STEP_LAST if step is None else integer("step", step)
        return STAGE(lib.niem_scores_stage, self, place, table=table, node=node, **query)

    def trends(self, node: Optional[str] = None, *, table: bool = False, **options: Any) -> Any:
        """How each unit goes over the rounds.

        Parameters
        ----------
        node : str, optional
        step : int, optional
            Of the indicators below the node after so many steps, 0 as they were answered; of the scores of
            the nodes when not given.
        start, end : str, optional
            Rounds, both inclusive; the first and the last when not given. (``from`` is a word of Python's
            own; in a dict of options it is taken as well.)
        latest : int, optional
            The last so many points of each series only.
        interpolate : list of str, optional
            Times at which a series that has no value gets one on the line between its neighbours: rounds, or
            years (``"2020.5"``); ``"*"`` for all rounds.
        tolerance : float, optional
            A change of at most this is no change; the method's (1e-9) when not given.
        **options
            index, group, level, units, peers.

        Returns
        -------
        pandas.DataFrame
            unit, group, node, n (observations), n_interpolated, first, last, value_first, value_last, years,
            change, change_per_year, percent_change (yearly, of the first value), cagr (compound annual growth
            rate), cagr_missing (why there is none), slope (per year, least squares), slope_error,
            percent_slope, direction (improving, worsening, unchanged: less is better where the framework says
            so).
        """
        for own, name in (("start", "from"), ("end", "to")):
            if own in options:
                options[name] = options.pop(own)
        return TRENDS(lib.niem_trends, self, table=table, node=node, **options)

    def statistics(self, node: Optional[str] = None, *, table: bool = False, **options: Any) -> Any:
        """What nodes, or indicators between two steps, are described by over the units.

        Parameters
        ----------
        node : str, optional
        step : int, optional
            Of the indicators below the node after so many steps, 0 as they were answered; of the scores of
            the nodes when not given.
        pooled : bool, optional
            All rounds together; each round by itself when not given.
        min_available, min_nonzero, min_unique, skewness, kurtosis, fence
            Thresholds of the flags, as in `describe`.
        **options
            index, group, round, level, units, peers.

        Returns
        -------
        pandas.DataFrame
            round, group, node, then what `describe` says: n, n_missing, ..., mean, median, ..., skewness,
            kurtosis, flags. Rows are the units to which a node applies: what does not apply is not missing.
        """
        return STATISTICS(lib.niem_statistics, self, table=table, node=node, **options)

    def correlations(
        self,
        node: Optional[str] = None,
        *,
        threads: int = 0,
        progress: Progress = None,
        table: bool = False,
        **options: Any,
    ) -> Any:
        """Correlations of nodes, or of indicators between two steps, over the units.

        Parameters
        ----------
        node : str, optional
        pairs : str, optional
            ``"level"`` (default): any two of the query's nodes; ``"siblings"``: two with the same parent;
            ``"parent"``: each with its parent; ``"ancestors"``: each with every node above;
            ``"denominators"``: indicators (with `step`) with denominators.
        method : str, optional
            ``"pearson"`` (default), ``"spearman"`` or ``"kendall"``.
        step : int, optional
            Of the indicators below the node after so many steps; of the scores of the nodes when not given.
        pooled : bool, optional
            All rounds together.
        rows : str, optional
            ``"pairwise"`` (default) or ``"complete"``.
        test : str, optional
            ``"exact"`` or ``"asymptotic"``; exact where that is possible when not given.
        adjust : str, optional
            Of p-values for their number: ``"holm"`` (default), ``"hochberg"``, ``"hommel"``,
            ``"bonferroni"``, ``"bh"``, ``"by"``.
        high, low, negative : float, optional
            Thresholds of the flags: 0.9, 0.3, -0.4.
        tolerance : float, optional
            Of tied ranks.
        threads, progress : optional
            As for `score`.
        **options
            index, group, round, level, units, peers.

        Returns
        -------
        pandas.DataFrame
            round, group, node_a, node_b, relation, correlation, n, p, p_adjusted, flag.
        """
        filled = CORRELATIONS.options.fill({"node": node, **worded(options)})
        with execution(threads, progress) as running:
            made = result(lib.niem_correlations, self._handle, *filled.pointers, running, table=table)
        return made

    def reliability(
        self, node: Optional[str] = None, *, part: str = "nodes", table: bool = False, **options: Any
    ) -> Any:
        """Do the parts of a node measure one thing? Cronbach's alpha, McDonald's omega.

        Parameters
        ----------
        node : str, optional
            All inner nodes when neither node nor level is given.
        part : str, optional
            ``"nodes"`` (default), or ``"items"``: each part of each node.
        items : str, optional
            What a node's scale is made of: its ``"children"`` (default), or the ``"leaves"`` below it.
        step : int, optional
            Items are the indicators after so many steps; with ``items="leaves"``.
        pooled : bool, optional
            All rounds together.
        rows : str, optional
            ``"complete"`` (default) or ``"pairwise"``.
        confidence : float, optional
            Level of the interval; 0.95.
        **options
            index, group, round, level, units, peers.

        Returns
        -------
        pandas.DataFrame
            round, group, node, n, n_items, n_negative, n_constant, alpha, low, high, standardised, average_r,
            lambda_6, deviation, error, omega; or round, group, node, item, n, mean, deviation, r_total, r_rest, smc,
            alpha_without, standardised_without.
        """
        of_part = encoded(part, "part")
        return RELIABILITY(lib.niem_reliability, self, of_part, table=table, node=node, **options)

    def components(
        self, node: Optional[str] = None, *, part: str = "variances", table: bool = False, **options: Any
    ) -> Any:
        """How many dimensions are in what is added up: principal components of the parts of each node.

        Parameters
        ----------
        node : str, optional
            All inner nodes when neither node nor level is given.
        part : str, optional
            ``"variances"`` (default): every component; ``"loadings"``; ``"scores"`` of the units; ``"nodes"``: how
            well each node's parts go into components.
        items : str, optional
            A node's ``"children"`` (default), or the ``"leaves"`` below it.
        of, rotation, components, explained
            How components are found, as in `principal_components`: ``of="covariances"``,
            ``rotation="varimax"``, how many or which share of the variance are kept.
        step : int, optional
            Items are the indicators after so many steps; with ``items="leaves"``.
        pooled : bool, optional
            All rounds together.
        **options
            index, group, round, level, units, peers.

        Returns
        -------
        pandas.DataFrame
            round, group, node, component, eigenvalue, share, cumulated, kept, rotated_share; or round, group,
            node, item, component, loading, rotated, communality, adequacy; or unit, round, group, node,
            component, score; or round, group, node, n, n_items, n_components, explained, kmo, determinant,
            bartlett, df, p, converged, problem (why a node has no components; it has rows here only).
        """
        of_part = encoded(part, "part")
        return COMPONENTS(lib.niem_components, self, of_part, table=table, node=node, **options)
