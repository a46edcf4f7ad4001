"""Plots of scores and of results: what the tables say, drawn by matplotlib.

Every plot gives the matplotlib `Axes` that it drew on, to go on with; ``ax=`` draws on yours. Numbers come
from the library's tables; nothing is computed here but where things stand on paper. matplotlib is loaded when
the first plot is drawn: ``pip install 'niem[plots]'``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Optional, Union

import numpy as np
import pandas as pd

from .drawing import (
    ACCENT,
    INK,
    LINES,
    MAIN,
    PALE,
    Names,
    any_group,
    below,
    beside,
    clean,
    drawing,
    index_of,
    last_round,
    listed,
    marked,
    no_value,
    nodes_asked,
    only,
    patch,
    rows_high,
    score_axis,
    span,
    tick_labels,
    title,
    unit_rows,
    words,
)
from .errors import refuse
from .plot_parts import (
    between,
    boxes,
    dots,
    histogram,
    icicle,
    label_points,
    lay_out,
    name_dots,
    stacked,
    sunburst,
    told_correlation,
    violins,
)

Highlight = Union[None, str, Iterable[str]]


class ScorePlots:
    """The plots that are methods of `Scores`.

    All take ``labels`` (True: labels of the framework; False: ids), ``language`` (of the labels; English when
    not given) and ``ax`` (matplotlib axes to draw on), give the axes, and take the words of a query (index,
    group, round, units, peers) besides. The round is the last where none is named. A unit without a value is
    never drawn as 0: it is listed without a mark, or left out and counted.
    """

    __slots__ = ()

    def plot_bar(
        self: Any,
        node: Optional[str] = None,
        *,
        stack: bool = False,
        highlight: Highlight = None,
        bounds: bool = True,
        labels: bool = True,
        language: Optional[str] = None,
        ax: Any = None,
        **query: Any,
    ) -> Any:
        """Units as bars, best on top.

        Parameters
        ----------
        node : str, optional
            The top when not given.
        stack : bool, optional
            Stack what the children of the node contribute (`contributions`).
        highlight : str or list of str, optional
            Units, or the id of a peer group, in another colour.
        bounds : bool, optional
            The bounds within which the score would be if every gap were filled, as lines.
        """
        query["round"] = last_round(self, query)
        highlight = listed(highlight)
        names = Names(self.framework, labels, language)
        ranks = only(self.rank(node, **query), "round", "group", "node")
        ax = drawing(ax, 7.5 if stack else 6.5, rows_high(len(ranks)))
        ends = self.to_frame(wide=False, **{**query, "node": ranks["node"].iloc[0]}).set_index("unit")
        ends = ends.loc[ranks["unit"]]
        if stack:
            stacked(ax, self.contributions(node, **query), list(ranks["unit"]), names)
        else:
            stands_out = marked(self, highlight, query)
            shades = [ACCENT if unit in stands_out else MAIN for unit in ranks["unit"]]
            ax.barh(range(len(ranks)), ranks["value"].fillna(0), color=shades, height=0.7)
            if stands_out:
                beside(ax, [patch(ACCENT), patch(MAIN)], [names.marked(highlight), "others"])
        if bounds:
            between(ax, ends["lower"], ends["upper"], ranks["value"])
        unit_rows(ax, ranks, names)
        score_axis(ax, ranks["value"], *((ends["lower"], ends["upper"]) if bounds else ()))
        title(ax, names.of("node", ranks["node"].iloc[0]), *names.place(ranks))
        return ax

    def plot_bounds(
        self: Any,
        node: Optional[str] = None,
        *,
        labels: bool = True,
        language: Optional[str] = None,
        ax: Any = None,
        **query: Any,
    ) -> Any:
        """Scores, best on top, with their bounds and the coverage of their evidence.

        Points are scores, coloured by coverage; lines reach from the score if every gap in the evidence were
        filled with the worst answer to that with the best.

        Parameters
        ----------
        node : str, optional
            The top when not given.
        """
        query["round"] = last_round(self, query)
        names = Names(self.framework, labels, language)
        ranks = only(self.rank(node, **query), "round", "group", "node")
        ends = self.to_frame(wide=False, **{**query, "node": ranks["node"].iloc[0]}).set_index("unit")
        ends = ends.loc[ranks["unit"]]
        ax = drawing(ax, 7.0, rows_high(len(ranks)))
        between(ax, ends["lower"], ends["upper"], ranks["value"], color=PALE, linewidth=2.5)
        place = np.arange(len(ranks))
        has = ranks["value"].notna().to_numpy()
        colour = {"c": ends["coverage"].to_numpy()[has], "cmap": "cividis", "vmin": 0, "vmax": 1}
        edge = {"edgecolors": INK, "linewidths": 0.5}
        points = ax.scatter(ranks["value"][has], place[has], s=36, zorder=3, **colour, **edge)
        bar = ax.figure.colorbar(points, ax=ax, shrink=min(1.0, 3 / rows_high(len(ranks))), aspect=15)
        bar.set_label("coverage of the evidence", fontsize=8, color=INK)
        bar.ax.tick_params(labelsize=8)
        unit_rows(ax, ranks, names)
        score_axis(ax, ranks["value"], ends["lower"], ends["upper"])
        title(ax, names.of("node", ranks["node"].iloc[0]), *names.place(ranks))
        return ax

    def plot_dist(
        self: Any,
        nodes: Union[None, str, Sequence[str]] = None,
        *,
        level: Optional[str] = None,
        kind: str = "box",
        labels: bool = True,
        language: Optional[str] = None,
        ax: Any = None,
        **query: Any,
    ) -> Any:
        """How scores are distributed over the units.

        Parameters
        ----------
        nodes : str or list of str, optional
            Nodes or indicators; those below the top when neither they nor a level is given.
        level : str, optional
            All nodes of a level.
        kind : str, optional
            ``"box"`` (default): quartiles (`quantile`, type 7), the lines reach to the least and the greatest
            value. ``"dot"``: a point for each unit. ``"violin"``: a density, as matplotlib estimates it.
            ``"hist"``: a histogram of one node.
        """
        kinds = ("box", "dot", "violin", "hist")
        if kind not in kinds:
            raise refuse("argument", "kind", f'"{kind}" is not one of {", ".join(kinds)}')
        query["round"] = last_round(self, query)
        names = Names(self.framework, labels, language)
        asked = nodes_asked(self, nodes, level, query)
        frame = pd.concat([self.to_frame(wide=False, **{**query, **one}) for one in asked], ignore_index=True)
        only(frame, "round", "group")
        called = list(dict.fromkeys(frame["node"]))
        values = [frame["value"][frame["node"] == name].dropna().to_numpy() for name in called]
        top = names.of("node", called[0]) if len(called) == 1 else names.of("node", frame["index"].iloc[0])
        if kind == "hist":
            ax = drawing(ax, 6.0, 3.6)
            histogram(ax, only(frame, "node")["value"])
        else:
            ax = drawing(ax, 6.5, 1.3 + 0.32 * max(len(called), 3))
            {"box": boxes, "dot": dots, "violin": violins}[kind](ax, values)
            tick_labels(ax.yaxis, names.nodes(called))
            ax.set_ylim(len(called) - 0.4, -0.6)
            clean(ax)
            for row, own in enumerate(values):
                if len(own) == 0:
                    no_value(ax, row)
        score_axis(ax, frame["value"])
        title(ax, top, *names.place(frame), f"{frame['unit'].nunique()} units")
        return ax

    def plot_dot(
        self: Any,
        node: Optional[str] = None,
        *,
        highlight: Highlight = None,
        reference: str = "average",
        reference_units: Optional[Sequence[str]] = None,
        reference_peers: Optional[str] = None,
        labels: bool = True,
        language: Optional[str] = None,
        ax: Any = None,
        **query: Any,
    ) -> Any:
        """The values of one node or indicator on a line, some units marked, with a reference.

        Parameters
        ----------
        node : str, optional
            The top when not given.
        highlight : str or list of str, optional
            Units, or the id of a peer group, that are named.
        reference : str, optional
            ``"average"`` (default), ``"best"`` or ``"worst"`` of all units, of `reference_units` or of
            `reference_peers` (`difference`).
        """
        query["round"] = last_round(self, query)
        names = Names(self.framework, labels, language)
        of = {"reference": reference, "reference_units": reference_units, "reference_peers": reference_peers}
        where = {"level": "index"} if node is None else {"node": node}
        frame = only(self.difference(**where, **of, **query), "round", "group", "node")
        stands_out = marked(self, highlight, query)
        ax = drawing(ax, 7.0, 2.6)
        has = frame[frame["value"].notna()]
        named = has[has["unit"].isin(stands_out)]
        rest = has[~has["unit"].isin(stands_out)]
        ax.scatter(
            rest["value"], [0] * len(rest), s=70, color=PALE, edgecolors=MAIN, linewidths=0.6, alpha=0.8
        )
        ax.scatter(
            named["value"], [0] * len(named), s=70, color=ACCENT, edgecolors=INK, linewidths=0.6, zorder=3
        )
        score_axis(ax, frame["value"])
        name_dots(ax, list(named["value"]), names.units(named["unit"]))
        level = frame["reference"].iloc[0]
        if np.isfinite(level):
            peers = f" of {names.of('peers', reference_peers)}" if reference_peers else ""
            n = frame["n"].iloc[0]
            ax.plot([level, level], [-0.5, 1.4], color=INK, linestyle="--", **LINES)
            words(ax, level, -0.55, f"{reference}{peers} {level:.1f} (n = {n})", ha="center", va="top")
        ax.set_ylim(-1.1, 1.5)
        ax.set_yticks([])
        clean(ax)
        note = [f"{len(frame) - len(has)} without a value"] if len(has) < len(frame) else []
        title(ax, names.of("node", frame["node"].iloc[0]), *names.place(frame), *note)
        return ax

    def plot_scatter(
        self: Any,
        x: str,
        y: str,
        *,
        other: Any = None,
        correlation: Optional[str] = "pearson",
        highlight: Highlight = None,
        labels: bool = False,
        language: Optional[str] = None,
        ax: Any = None,
        **query: Any,
    ) -> Any:
        """Two nodes or indicators against each other, a point for each unit.

        Parameters
        ----------
        x, y : str
            Nodes; with `other` they may be the same.
        other : Scores, optional
            Scores that `y` is taken of, by another method or what-if; these when not given.
        correlation : str, optional
            Told in the title (`correlate`): ``"pearson"`` (default), ``"spearman"``, ``"kendall"``, or None.
        highlight : str or list of str, optional
            Units, or the id of a peer group, in another colour.
        labels : bool, optional
            True: units by their labels; False (default): by their ids, which leaves more room. A name that
            finds no room beside its point is left out.
        """
        query["round"] = last_round(self, query)
        names = Names(self.framework, True, language)
        units = Names(self.framework, labels, language)
        of_x, of_y = (
            only(of.to_frame(wide=False, **{**query, "node": node}), "round", "group", "node")
            for of, node in ((self, x), (self if other is None else other, y))
        )
        keys = ["unit", "round", "group"]
        both = of_x[[*keys, "value"]].merge(
            of_y[[*keys, "value"]], on=keys, how="outer", suffixes=("_x", "_y")
        )
        both = both.set_index("unit").loc[list(dict.fromkeys([*of_x["unit"], *of_y["unit"]]))].reset_index()
        has = both[both["value_x"].notna() & both["value_y"].notna()]
        ax = drawing(ax, 6.0, 5.4)
        stands_out = marked(self, highlight, query)
        shades = [ACCENT if unit in stands_out else MAIN for unit in has["unit"]]
        ax.scatter(has["value_x"], has["value_y"], s=22, c=shades or None, zorder=3)
        name_x, name_y = (names.of("node", frame["node"].iloc[0]) for frame in (of_x, of_y))
        ax.set_xlabel(f"{name_x}: {span(has['value_x'])[1]}", fontsize=8, color=INK, parse_math=False)
        also = " (other)" if other is not None else ""
        ax.set_ylabel(f"{name_y}{also}: {span(has['value_y'])[1]}", fontsize=8, color=INK, parse_math=False)
        ax.margins(0.08)
        clean(ax, "both")
        label_points(ax, list(has["value_x"]), list(has["value_y"]), units.units(has["unit"]))
        note = f"{len(both) - len(has)} without both values" if len(has) < len(both) else ""
        title(ax, f"{name_y} by {name_x}", *names.place(of_x), told_correlation(has, correlation), note)
        return ax

    def plot_profile(
        self: Any,
        unit: str,
        nodes: Union[None, str, Sequence[str]] = None,
        *,
        level: Optional[str] = None,
        reference: str = "average",
        reference_units: Optional[Sequence[str]] = None,
        reference_peers: Optional[str] = None,
        labels: bool = True,
        language: Optional[str] = None,
        ax: Any = None,
        **query: Any,
    ) -> Any:
        """A unit's scores by dimension against the average.

        Parameters
        ----------
        unit : str
        nodes : str or list of str, optional
            Those below the top when neither they nor a level is given.
        level : str, optional
            All nodes of a level.
        reference : str, optional
            ``"average"`` (default), ``"best"`` or ``"worst"`` of all units, of `reference_units` or of
            `reference_peers` (`difference`).
        """
        query["round"] = last_round(self, query)
        names = Names(self.framework, labels, language)
        of = {"reference": reference, "reference_units": reference_units, "reference_peers": reference_peers}
        asked = nodes_asked(self, nodes, level, query)
        (own,) = marked(self, [unit], query) or {unit}
        tables = [self.difference(**{**query, **one}, **of) for one in asked]
        frame = pd.concat(tables, ignore_index=True)
        frame = only(frame[frame["unit"] == own].reset_index(drop=True), "round", "group")
        ax = drawing(ax, 6.5, 1.5 + 0.3 * max(len(frame), 3))
        rows = np.arange(len(frame))
        ax.hlines(rows, frame["reference"], frame["value"], color=PALE, linewidth=2.5)
        average = ax.scatter(frame["reference"], rows, marker="|", s=140, color=INK, linewidths=2, zorder=3)
        points = ax.scatter(frame["value"], rows, s=46, color=MAIN, zorder=4)
        for row in rows[frame["value"].isna()]:
            no_value(ax, row)
        tick_labels(ax.yaxis, names.nodes(frame["node"]))
        ax.set_ylim(len(frame) - 0.4, -0.6)
        clean(ax)
        score_axis(ax, frame["value"], frame["reference"])
        whose = f"{reference} of {names.of('peers', reference_peers)}" if reference_peers else reference
        below(ax, [points, average], [names.of("unit", own), whose])
        title(ax, names.of("unit", own), *names.place(frame))
        return ax

    def plot_framework(
        self: Any,
        index: Optional[str] = None,
        *,
        kind: str = "sunburst",
        labels: bool = True,
        language: Optional[str] = None,
        ax: Any = None,
    ) -> Any:
        """The tree of an index, sectors by effective weight (`effective_weights`).

        Parameters
        ----------
        index : str, optional
            The framework's default when not given.
        kind : str, optional
            ``"sunburst"`` (default): rings, the top in the middle. ``"stack"``: columns, the top on the left.

        Nodes below an aggregation that has no weights are not drawn.
        """
        if kind not in ("sunburst", "stack"):
            raise refuse("argument", "kind", f'"{kind}" is not one of sunburst, stack')
        query = {} if index is None else {"index": index}
        made = self.effective_weights(index_of(self, {**query, "group": any_group(self)}))
        names = Names(self.framework, labels, language)
        sectors = lay_out(made)
        ends = sum(s["depth"] == max(t["depth"] for t in sectors) for s in sectors)
        ax = drawing(
            ax, *((7.5, 7.8) if kind == "sunburst" else (8.5, min(max(4.0, 0.6 + 0.115 * ends), 16)))
        )
        ax.set_axis_off()
        ax.figure.canvas.draw()  # sizes for the labels
        (sunburst if kind == "sunburst" else icicle)(ax, sectors, names)
        title(ax, names.of("node", made["node"].iloc[0]), "sectors by effective weight")
        return ax
