"""What an index is made of, looked at as data: the data set between two steps of a method, and trends."""

from __future__ import annotations

from typing import Any, Optional, Union

from ._core import integer
from ._niem import lib
from .asking import QUERY, Asking

STAGE = Asking("stage", QUERY)
TRENDS = Asking("trends", QUERY, lib.niem_trend_options_init)


class Analyses:
    """The part of `Scores` that analyses them."""

    __slots__ = ()

    _handle: Any

    def stage(
        self, step: Union[None, int, str] = None, node: Optional[str] = None, *, table: bool = False, **query: Any
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
            Rounds, both inclusive; the first and the last when not given. (``from`` is a word of Python's own;
            in a dict of options it is taken as well.)
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
