"""Plots of scores and of results: what the tables say, drawn by matplotlib.

Every plot gives the matplotlib `Axes` that it drew on, to go on with; ``ax=`` draws on yours. Numbers come
from the library's tables; nothing is computed here but where things stand on paper. matplotlib is loaded when
the first plot is drawn: ``pip install 'niem[plots]'``.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any, Optional, Union

import numpy as np
import pandas as pd

from .errors import refuse
from .numbers import quantile
from .statistics import correlate

# Okabe & Ito (2008): colours that people with any colour vision tell apart.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
MAIN, ACCENT, PALE, GREY, INK, LINE = "#0072B2", "#D55E00", "#9DBAD6", "#8A949E", "#1C2733", "#D5DCE3"
WAYS = {"improved": MAIN, "unchanged": GREY, "worsened": ACCENT}
FLAGS = {"high": "#E69F00", "low": "#CC79A7", "negative": ACCENT}
LINES = {"linewidth": 0.8, "zorder": 0}


# --- matplotlib ---


def pyplot() -> Any:
    """matplotlib.pyplot, or an error that says how to get it."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise ImportError("plots are drawn by matplotlib; install it with: pip install 'niem[plots]'") from None
    return plt


def drawing(ax: Any, width: float, height: float) -> Any:
    """The axes to draw on: those that are given, or new ones of that size."""
    plt = pyplot()
    if ax is None:
        _, ax = plt.subplots(figsize=(width, height), layout="constrained")
    return ax


def rows_high(n: int) -> float:
    """Inches for n rows of labels, with title and axis."""
    return 1.3 + 0.24 * max(n, 4)


def words(ax: Any, x: float, y: float, text: str, **more: Any) -> Any:
    """Text drawn as it is: a dollar sign is no formula."""
    return ax.text(x, y, text, **{"color": INK, "fontsize": 8, "parse_math": False, **more})


def title(ax: Any, first: str, *rest: str) -> None:
    """A title that begins where the labels at the left do, wrapped to the width there is; it comes last."""
    below = ", ".join(part for part in rest if part)
    ax.figure.canvas.draw()
    box, own = ax.get_tightbbox(for_layout_only=True), ax.get_window_extent()
    left = min(0.0, (box.x0 - own.x0) / own.width) if ax.axison else 0.0
    wide = (1 - left) * own.width / ax.figure.dpi
    lines = [*textwrap.wrap(first, int(wide * 72 / 5.6)), *textwrap.wrap(below, int(wide * 72 / 5.6))]
    ax.set_title("\n".join(lines), loc="left", fontsize=10, color=INK, parse_math=False).set_x(left)


def tick_labels(axis: Any, labels: Sequence[str], **more: Any) -> None:
    axis.set_ticks(range(len(labels)), list(labels), **{"fontsize": 8, "parse_math": False, **more})


def legend(ax: Any, handles: Sequence[Any], labels: Sequence[str], **more: Any) -> None:
    """A legend whose texts are literal: no formulas, and an underscore hides nothing."""
    made = ax.legend(handles, ["-"] * len(handles), **{"fontsize": 8, "frameon": False, **more})
    for entry, label in zip(made.get_texts(), labels):
        entry.set_parse_math(False)
        entry.set_text(label)


def beside(ax: Any, handles: Sequence[Any], labels: Sequence[str], **more: Any) -> None:
    """A legend to the right of the plot."""
    legend(ax, handles, labels, loc="upper left", bbox_to_anchor=(1.01, 1), **more)


def below(ax: Any, handles: Sequence[Any], labels: Sequence[str]) -> None:
    """A legend below the axis and its label."""
    high = ax.get_window_extent().height / ax.figure.dpi
    legend(ax, handles, labels, loc="upper left", bbox_to_anchor=(0, -0.45 / max(high, 1)), ncols=3)


def patch(colour: str) -> Any:
    from matplotlib.patches import Patch

    return Patch(facecolor=colour)


def clean(ax: Any, grid: str = "x") -> None:
    ax.set_axisbelow(True)
    ax.grid(axis=grid, color=LINE, linewidth=0.6)
    ax.tick_params(length=0, labelsize=8, colors=INK)
    for side in ax.spines.values():
        side.set_visible(False)


def colours(n: int) -> list[str]:
    """n colours: the palette, or where it has too few, steps of viridis."""
    if n <= len(PALETTE):
        return list(PALETTE[:n])
    import matplotlib

    order = [k // 2 + k % 2 * ((n + 1) // 2) for k in range(n)]  # dark beside light
    steps = matplotlib.colormaps["viridis"](np.linspace(0.05, 0.95, n)[order])
    return ["#" + "".join(f"{int(255 * part + 0.5):02X}" for part in step[:3]) for step in steps]


def ink_on(colour: str) -> str:
    """Black or white, whichever is read on a colour."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#FFFFFF" if 0.299 * red + 0.587 * green + 0.114 * blue < 140 else "#000000"


def span(*columns: Any) -> tuple[Optional[tuple[float, float]], str]:
    """The limits and the name of a scale: 0-100 where everything lies within, else as matplotlib likes."""
    values = np.concatenate([np.asarray(column, float) for column in columns])
    values = values[np.isfinite(values)]
    inside = bool(np.all((values >= 0) & (values <= 100)))
    return ((0.0, 100.0), "score, 0\u2013100") if inside else (None, "score")


def score_axis(ax: Any, *columns: Any, axis: str = "x", label: str = "") -> None:
    limits, name = span(*columns)
    if limits is not None:
        (ax.set_xlim if axis == "x" else ax.set_ylim)(limits[0] - 1, limits[1] + 1)
    set_label = ax.set_xlabel if axis == "x" else ax.set_ylabel
    set_label(f"{label}: {name}" if label else name, fontsize=8, color=INK, parse_math=False)


def apart(places: Sequence[float], least: float) -> list[float]:
    """Places moved as little as need be so that neighbours are `least` apart; in the order given."""
    blocks: list[list[float]] = []  # of neighbours that touch: [sum of their wishes, how many]
    order = sorted(range(len(places)), key=lambda i: places[i])
    for rank, i in enumerate(order):
        blocks.append([places[i] - rank * least, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            last = blocks.pop()
            blocks[-1] = [blocks[-1][0] + last[0], blocks[-1][1] + last[1]]
    starts = [total / n for total, n in blocks for _ in range(int(n))]
    moved = [0.0] * len(places)
    for rank, i in enumerate(order):
        moved[i] = starts[rank] + rank * least
    return moved


# --- names ---


class Names:
    """What units, nodes, groups and rounds are called: their labels, or their ids."""

    def __init__(
        self, framework: Any, labels: bool, language: Optional[str], index: Optional[str] = None
    ) -> None:
        self.known: dict[str, dict[str, str]] = {}
        self.one_group = False
        self.parents: dict[str, str] = {}
        if framework is None:
            return
        self.one_group = len(framework.groups(table=True)) == 1
        nodes = framework.nodes(language)
        last = (nodes["index"] == (index or framework.default_index)).to_numpy()  # of several trees this one holds
        for tree in (nodes[~last], nodes[last]):
            self.parents.update((n, p) for n, p in zip(tree["node"], tree["parent"]) if isinstance(p, str))
        if not labels:
            inner = nodes["level"] != "indicator"
            self.known["node"] = {name: name.split("/")[-1].split("=")[-1] for name in nodes["node"][inner]}
            return
        self.known["node"] = self.labelled(nodes, "node")
        for part in ("unit", "group", "round", "index", "peers"):
            plural = {"index": "indexes", "peers": "peers"}.get(part, f"{part}s")
            self.known[part] = self.labelled(framework.part(plural, language), part)
        self.known["node"] = {**self.known["index"], **self.known["node"]}

    @staticmethod
    def labelled(frame: Any, part: str) -> dict[str, str]:
        return {
            name: label for name, label in zip(frame[part], frame["label"]) if isinstance(label, str) and label
        }

    def of(self, part: str, name: Any) -> str:
        known = self.known.get(part, {})
        if part == "node" and name not in known and self.known:
            return str(name).split("/")[-1].split("=")[-1] if "=" in str(name) else str(name)
        return known.get(name, str(name))

    def units(self, ids: Iterable[str]) -> list[str]:
        return [cut(self.of("unit", unit), 28) for unit in ids]

    def marked(self, highlight: Any) -> str:
        """What stands out: one peer group or unit by its name."""
        if not isinstance(highlight, str):
            return "highlighted"
        return self.known.get("peers", {}).get(highlight) or self.of("unit", highlight)

    def nodes(self, names: Iterable[str], most: int = 44) -> list[str]:
        """Labels of nodes; where two are the same, with that of the node above."""
        names = list(names)
        found = [self.of("node", name) for name in names]
        several = [name if found.count(name) > 1 else "" for name in found]
        return [
            cut(f"{self.of('node', self.parents[name])}: {label}" if twin and name in self.parents else label, most)
            for name, label, twin in zip(names, found, several)
        ]

    def place(self, frame: Any) -> list[str]:
        """Round and group of a frame that is about one of each; not the only group there is."""
        parts = ("round",) if self.one_group else ("round", "group")
        return [self.of(part, frame[part].iloc[0]) for part in parts if isinstance(frame.get(part, [None])[0], str)]


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "\u2026"


# --- what is drawn ---


def only(frame: Any, *parts: str) -> Any:
    """A frame that is about one round, group and node; otherwise it is said which to name."""
    for part in parts:
        found = list(dict.fromkeys(frame[part])) if part in frame else [None]
        if len(found) > 1:
            raise refuse("argument", part, f"one {part} is drawn at a time; name one of {listing(found)}")
    if len(frame) == 0:
        raise refuse("argument", "units", "there is nothing to draw")
    return frame


def listing(names: Sequence[Any]) -> str:
    return ", ".join(map(str, names[:12])) + (", ..." if len(names) > 12 else "")


def chosen(frame: Any, **wanted: Any) -> Any:
    """The rows of a result that are asked for; a name that it has not is an error that lists those it has."""
    for part, name in wanted.items():
        if name is None:
            continue
        there = list(dict.fromkeys(frame[part].dropna()))
        if str(name) not in map(str, there):
            raise refuse("reference", part, f'"{name}" is not one of {listing(there)}')
        frame = frame[frame[part].astype(str) == str(name)]
    return frame


def frame_of(result: Any) -> Any:
    """A result as a frame: it is one, or it has `to_frame`."""
    made = result.to_frame() if hasattr(result, "to_frame") else result
    if not isinstance(made, pd.DataFrame):
        raise refuse("argument", "result", f"must be a frame or a table, not {type(result).__name__}")
    return made


def last_round(scores: Any, query: dict[str, Any]) -> Any:
    """The round that is meant: the one that is named, or the last."""
    if query.get("round") is not None:
        return query["round"]
    place = {key: query[key] for key in ("index", "group") if query.get(key) is not None}
    rounds = scores.average(level="index", **place)["round"]
    return None if len(rounds) == 0 else rounds.iloc[-1]


def index_of(scores: Any, query: dict[str, Any]) -> str:
    """The index that is meant."""
    place = {key: query[key] for key in ("index", "group", "round") if query.get(key) is not None}
    return str(scores.to_frame(level="index", wide=False, **place)["index"].iloc[0])


def below_top(scores: Any, query: dict[str, Any]) -> list[str]:
    """The children of the top."""
    index = index_of(scores, query)
    nodes = scores.framework.nodes()
    own = nodes[(nodes["index"] == index) & (nodes["parent"] == index)]
    return [str(name) for name in own["node"]]


def nodes_asked(scores: Any, nodes: Any, level: Optional[str], query: dict[str, Any]) -> list[dict[str, str]]:
    """Queries for the nodes to draw: those named, those of a level, or the children of the top."""
    if nodes is not None and level is not None:
        raise refuse("argument", "level", "name nodes or a level, not both")
    if level is not None:
        return [{"level": level}]
    names = [nodes] if isinstance(nodes, str) else below_top(scores, query) if nodes is None else list(nodes)
    if not names:
        raise refuse("argument", "nodes", "is empty; name one at least, or leave it out")
    return [{"node": str(name)} for name in names]


def listed(highlight: Any) -> Any:
    """One name alone, or a list of several."""
    if highlight is None or isinstance(highlight, str):
        return highlight
    names = list(highlight)
    return names[0] if len(names) == 1 else names


def marked(scores: Any, highlight: Any, query: dict[str, Any]) -> set[str]:
    """The units that are to stand out: a list of them, or those of a peer group."""
    if highlight is None:
        return set()
    place = {key: value for key, value in query.items() if key in ("index", "group", "round") and value}
    if isinstance(highlight, str):
        peers = scores.framework.peers()["peers"]
        named = {"peers": highlight} if highlight in set(peers) else {"units": [highlight]}
    else:
        named = {"units": list(highlight)}
    return set(scores.rank(**named, **place)["unit"])


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
        points = ax.scatter(
            ranks["value"][has], place[has], c=ends["coverage"].to_numpy()[has], cmap="cividis", vmin=0, vmax=1,
            edgecolors=INK, linewidths=0.5, s=36, zorder=3,
        )  # fmt: skip
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
        ax.scatter(rest["value"], [0] * len(rest), s=70, color=PALE, edgecolors=MAIN, linewidths=0.6, alpha=0.8)
        ax.scatter(named["value"], [0] * len(named), s=70, color=ACCENT, edgecolors=INK, linewidths=0.6, zorder=3)
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
        both = of_x[[*keys, "value"]].merge(of_y[[*keys, "value"]], on=keys, how="outer", suffixes=("_x", "_y"))
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
        ax = drawing(ax, *((7.5, 7.8) if kind == "sunburst" else (8.5, min(max(4.0, 0.6 + 0.115 * ends), 16))))
        ax.set_axis_off()
        ax.figure.canvas.draw()  # sizes for the labels
        (sunburst if kind == "sunburst" else icicle)(ax, sectors, names)
        title(ax, names.of("node", made["node"].iloc[0]), "sectors by effective weight")
        return ax


def any_group(scores: Any) -> Optional[str]:
    """A group to ask with where weights are the same for all."""
    fw = scores.framework
    return fw.default_group or str(fw.groups()["group"].iloc[0])


# --- parts of plots ---


def no_value(ax: Any, row: Any) -> None:
    """Said in the row of what has none."""
    words(ax, 0.01, row, "no value", transform=ax.get_yaxis_transform(), va="center", color=GREY, style="italic")


def unit_rows(ax: Any, frame: Any, names: Names) -> None:
    """Units down the side, the first on top; who has no value is said."""
    tick_labels(ax.yaxis, names.units(frame["unit"]))
    ax.set_ylim(len(frame) - 0.4, -0.6)
    clean(ax)
    for row in np.flatnonzero(frame["value"].isna()):
        no_value(ax, row)


def between(ax: Any, lower: Any, upper: Any, values: Any, **more: Any) -> None:
    """Lines from lower to upper bounds, where there are both and a value."""
    lower, upper = lower.to_numpy(), upper.to_numpy()
    rows = np.flatnonzero(np.isfinite(lower) & np.isfinite(upper) & values.notna().to_numpy())
    ax.hlines(rows, lower[rows], upper[rows], **{"color": INK, "linewidth": 1.2, "zorder": 2, **more})


def stacked(ax: Any, frame: Any, units: list[str], names: Names) -> None:
    """Contributions side by side: those above 0 to the right of it, those below to the left."""
    children = list(dict.fromkeys(frame["child"]))
    up, down = np.zeros(len(units)), np.zeros(len(units))
    shades = colours(len(children))
    for child, shade in zip(children, shades):
        own = frame[frame["child"] == child].set_index("unit")["contribution"]
        width = own.reindex(units).fillna(0).to_numpy()
        ax.barh(range(len(units)), width, left=np.where(width < 0, down, up), color=shade, height=0.7,
                edgecolor="white", linewidth=0.4)  # fmt: skip
        up, down = up + np.maximum(width, 0), down + np.minimum(width, 0)
    beside(ax, [patch(shade) for shade in shades], names.nodes(children, 36))


def boxes(ax: Any, values: list[Any]) -> None:
    """Boxes of quartiles by the library's quantiles; the lines reach to the ends."""
    rows = [row for row, own in enumerate(values) if len(own)]
    stats = []
    for row in rows:
        low, q1, median, q3, high = quantile(values[row], [0, 0.25, 0.5, 0.75, 1])
        stats.append({"whislo": low, "q1": q1, "med": median, "q3": q3, "whishi": high})
    style = {"boxprops": {"facecolor": PALE, "edgecolor": MAIN}, "medianprops": {"color": INK, "linewidth": 1.6}}
    lines = {"whiskerprops": {"color": MAIN}, "capprops": {"color": MAIN}}
    horizontal(ax.bxp, stats, positions=rows, widths=0.55, patch_artist=True, showfliers=False, **style, **lines)


def horizontal(function: Any, *data: Any, **more: Any) -> Any:
    """Boxes and violins that lie: `orientation` came with matplotlib 3.10, `vert` goes with it."""
    import matplotlib

    new = tuple(int(part) for part in matplotlib.__version__.split(".")[:2]) >= (3, 10)
    return function(*data, **({"orientation": "horizontal"} if new else {"vert": False}), **more)


def dots(ax: Any, values: list[Any]) -> None:
    for row, own in enumerate(values):
        ax.scatter(own, [row] * len(own), s=26, color=MAIN, alpha=0.45, linewidths=0)


def violins(ax: Any, values: list[Any]) -> None:
    """Densities where there are two different values at least; a point where there is one."""
    rows = [row for row, own in enumerate(values) if len(set(own)) > 1]
    if rows:
        drawn = horizontal(ax.violinplot, [values[row] for row in rows], positions=rows, widths=0.8)
        for body in drawn["bodies"]:
            body.set(facecolor=PALE, edgecolor=MAIN, alpha=0.9)
    dots(ax, values)


def histogram(ax: Any, values: Any) -> None:
    given = values.dropna().to_numpy()
    limits, _ = span(given)
    ax.hist(given, bins=20 if limits else "auto", range=limits, color=MAIN, edgecolor="white")
    ax.yaxis.get_major_locator().set_params(integer=True)
    ax.set_ylabel("units", fontsize=8, color=INK)
    clean(ax, "y")


def text_width(ax: Any, text: str, points: float = 8) -> float:
    """About how wide a text is, in units of the axis."""
    inches = 0.58 * points * len(text) / 72
    across = ax.get_window_extent().width / ax.figure.dpi
    low, high = ax.get_xlim()
    return float(abs(high - low) * inches / max(across, 0.1))


def name_dots(ax: Any, places: list[float], labels: list[str]) -> None:
    """Names above dots, in as many layers as it needs for none to cover another."""
    ends: list[float] = []
    low, high = ax.get_xlim()
    for place, label in sorted(zip(places, labels)):
        half = text_width(ax, label) / 2
        middle = min(max(place, low + half), high - half)
        layer = next((k for k, end in enumerate(ends) if end < middle - half), len(ends))
        ends[layer : layer + 1] = [middle + 1.1 * half]
        height = 0.3 + 0.3 * layer
        ax.plot([place, place], [0.12, height - 0.03], color=GREY, linewidth=0.6, zorder=1)
        words(ax, middle, height, label, ha="center", va="bottom")


def label_points(ax: Any, x: list[float], y: list[float], labels: list[str]) -> None:
    """Names beside points, at the first of eight places where they cover no other name or point; none where there is
    no such place."""
    ax.figure.canvas.draw()
    scale = ax.figure.dpi / 72
    pixels = ax.transData.transform(np.column_stack([x, y])) if x else np.empty((0, 2))
    taken = [(px - 3 * scale, py - 3 * scale, px + 3 * scale, py + 3 * scale) for px, py in pixels]
    ways = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
    for k, label in enumerate(labels):
        wide, high = 4.2 * len(label) * scale, 8 * scale
        for dx, dy in ways:
            left = pixels[k][0] + (dx * 5 * scale if dx > 0 else dx * 5 * scale - wide if dx < 0 else -wide / 2)
            low = pixels[k][1] + dy * 8 * scale - high / 2
            box = (left, low, left + wide, low + high)
            if not any(covers(box, own) for i, own in enumerate(taken) if i != k):
                taken.append(box)
                side = {1: "left", -1: "right", 0: "center"}[dx]
                place = {"ha": side, "va": "center", "fontsize": 7, "color": INK, "parse_math": False}
                ax.annotate(label, (x[k], y[k]), (5 * dx, 8 * dy), textcoords="offset points", **place)
                break


def covers(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def told_correlation(has: Any, method: Optional[str]) -> str:
    """The correlation of two columns by the library (`correlate`), in words; nothing where there is none."""
    if method is None or len(has) == 0:
        return ""
    found = correlate(has[["value_x", "value_y"]], method=method)
    r = np.asarray(found.r)[0, 1]
    return f"{method} {r:.2f} (n = {np.asarray(found.n)[0, 1]})" if np.isfinite(r) else ""


# --- the tree of an index ---


def lay_out(weights: Any) -> list[dict[str, Any]]:
    """Where the sector of each node begins and ends on 0-1, how deep it is and to which branch it belongs."""
    made: dict[str, dict[str, Any]] = {}
    nexts: dict[str, float] = {}
    branches = 0
    for node, parent, share in zip(weights["node"], weights["parent"], weights["effective"]):
        top = not isinstance(parent, str)
        if (not top and parent not in made) or not np.isfinite(share):
            continue
        start = 0.0 if top else nexts[parent]
        depth = 0 if top else made[parent]["depth"] + 1
        branch = -1 if top else branches if depth == 1 else made[parent]["branch"]
        branches += depth == 1
        made[node] = {"node": node, "start": start, "end": start + share, "depth": depth, "branch": branch}
        nexts[node] = start
        if not top:
            nexts[parent] = start + share
    return list(made.values())


def shades_of(sectors: list[dict[str, Any]]) -> list[str]:
    """A colour for each sector: that of its branch, paler the deeper it is."""
    of_branches = colours(max((s["branch"] for s in sectors), default=-1) + 1)
    deepest = max(s["depth"] for s in sectors)
    return [
        "#EEF1F4" if s["branch"] < 0 else paler(of_branches[s["branch"]], 0.55 * (s["depth"] - 1) / max(deepest - 1, 1))
        for s in sectors
    ]


def paler(colour: str, by: float) -> str:
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{int(part + (255 - part) * by + 0.5):02X}" for part in parts)


def sunburst(ax: Any, sectors: list[dict[str, Any]], names: Names) -> None:
    """Rings, clockwise from noon; a label where it fits along the radius."""
    from matplotlib.patches import Wedge

    deepest = max(s["depth"] for s in sectors)
    ring = 1 / (deepest + 0.6)
    ax.set(aspect="equal", xlim=(-1.02, 1.02), ylim=(-1.02, 1.02))
    for s, shade, label in zip(sectors, shades_of(sectors), names.nodes([s["node"] for s in sectors], 60)):
        outer = ring * (0.6 + s["depth"])
        wide = ring if s["depth"] else outer
        ax.add_patch(
            Wedge((0, 0), outer, 90 - 360 * s["end"], 90 - 360 * s["start"], width=wide, facecolor=shade,
                  edgecolor="white", linewidth=0.7, label="_")
        )  # fmt: skip
        write_sector(ax, s, outer - wide / 2, ring, label, ink_on(shade))


def write_sector(ax: Any, s: dict[str, Any], radius: float, ring: float, label: str, ink: str) -> None:
    inches = ax.get_window_extent().width / ax.figure.dpi / 2.04
    size = 7.5 if s["depth"] <= 1 else 6.0
    if s["depth"] == 0:
        words(ax, 0, 0, "\n".join(textwrap.wrap(label, 14)), ha="center", va="center", fontsize=size, color=ink)
        return
    high = 2 * np.pi * radius * (s["end"] - s["start"]) * inches * 72  # points along the arc
    lines = fitted(label, int(ring * inches * 72 / (0.56 * size)), int(high / (1.15 * size)))
    angle = 90 - 180 * (s["start"] + s["end"])
    x, y = radius * np.cos(np.radians(angle)), radius * np.sin(np.radians(angle))
    turned = angle % 360
    rotation = turned - 180 if 90 < turned < 270 else turned
    words(ax, x, y, "\n".join(lines), ha="center", va="center", rotation=rotation, rotation_mode="anchor",
          fontsize=size, color=ink, linespacing=1.0)  # fmt: skip


def fitted(label: str, most: int, room: int) -> list[str]:
    """A label in so many lines of so many letters; what does not fit is cut, and nothing is left of no room."""
    if room < 1 or most < 3:
        return []
    lines = textwrap.wrap(label, most) or [""]
    return lines if len(lines) <= room else [*lines[: room - 1], cut(" ".join(lines[room - 1 :]), most)]


def left(depth: int) -> float:
    """Where a column begins; that of the top is half as wide."""
    return max(depth - 0.5, 0.0)


def icicle(ax: Any, sectors: list[dict[str, Any]], names: Names) -> None:
    """Columns from left to right; a label where its sector is high enough."""
    from matplotlib.patches import Rectangle

    deepest = max(s["depth"] for s in sectors)
    ax.set(xlim=(0, deepest + 0.5), ylim=(1, 0))
    across = ax.get_window_extent().width / ax.figure.dpi / (deepest + 0.5) * 72
    along = ax.get_window_extent().height / ax.figure.dpi * 72
    for s, shade, label in zip(sectors, shades_of(sectors), names.nodes([s["node"] for s in sectors], 90)):
        high = s["end"] - s["start"]
        wide = 0.5 if s["depth"] == 0 else 1
        ax.add_patch(
            Rectangle((left(s["depth"]), s["start"]), wide, high, facecolor=shade, edgecolor="white", linewidth=0.7)
        )
        size = 8.0 if high * along > 10 else 5.5
        lines = fitted(label, int(wide * across / (0.56 * size)), int(high * along / (1.2 * size)))
        words(ax, left(s["depth"]) + 0.02, s["start"] + high / 2, "\n".join(lines), va="center", fontsize=size,
              color=ink_on(shade), linespacing=1.0)  # fmt: skip


# --- results ---


def plot_change(
    change: Any,
    node: Optional[str] = None,
    *,
    labels: bool = True,
    language: Optional[str] = None,
    ax: Any = None,
) -> Any:
    """A line from round to round for each unit.

    Parameters
    ----------
    change : Change
        From `Scores.change`.
    node : str, optional
        One of its nodes; its only one, or the index's top, when not given.
    labels : bool, optional
        True (default): labels of the framework; False: ids.
    language : str, optional
        Of the labels; English when not given.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        Units without a value in one of the rounds are not drawn, but counted.
    """
    names = Names(change._scores.framework, labels, language)
    frame = change.points
    frame = chosen(frame, node=node) if node is not None else frame[frame["node"] == first(frame["node"])]
    only(frame, "group")
    has = frame[frame["change"].notna()]
    if len(has) == 0:
        raise refuse("argument", "change", "no unit has a value in both rounds")
    high = 1.5 + 0.17 * max(len(has), 14)
    ax = drawing(ax, 6.5, high)
    limits, scale = span(has["from"], has["to"])
    ends = [float(min(has["from"].min(), has["to"].min())), float(max(has["from"].max(), has["to"].max()))]
    gap = max(ends[1] - ends[0], 1e-9) * 0.16 / max(high - 1.5, 1)
    for column, at, side in (("from", 0, "right"), ("to", 1, "left")):
        places = apart(list(has[column]), gap)
        out = -0.02 if at == 0 else 0.02
        for value, place, unit in zip(has[column], places, names.units(has["unit"])):
            ax.plot([at + out, at + 3 * out], [value, place], color=LINE, linewidth=0.6, zorder=1)
            words(ax, at + 3.5 * out, place, unit, ha=side, va="center")
    for start, end, way in zip(has["from"], has["to"], has["direction"]):
        ax.plot([0, 1], [start, end], color=WAYS[way], linewidth=1.4, marker="o", markersize=3.5, zorder=2)
    ax.set_xlim(-0.55, 1.55)
    ax.set_xticks(
        [0, 1], [names.of("round", change.start), names.of("round", change.end)], fontsize=9, parse_math=False
    )
    ax.set_ylabel(scale, fontsize=8, color=INK)
    clean(ax, "y")
    counts = has["direction"].value_counts()
    shown = [way for way in WAYS if way in counts]
    lines = [ax.plot([], [], color=WAYS[way], linewidth=2)[0] for way in shown]
    below(ax, lines, [f"{way} ({counts[way]})" for way in shown])
    note = f"{len(frame) - len(has)} without both values" if len(has) < len(frame) else ""
    title(ax, names.of("node", has["node"].iloc[0]), *names.place(has.reset_index(drop=True)), note)
    return ax


def first(column: Any) -> Any:
    return column.iloc[0] if len(column) else None


def plot_uncertainty(
    result: Any,
    node: Optional[str] = None,
    *,
    what: str = "rank",
    round: Optional[str] = None,
    group: Optional[str] = None,
    framework: Any = None,
    labels: bool = True,
    language: Optional[str] = None,
    ax: Any = None,
) -> Any:
    """Intervals of ranks or scores over the replicates, in the order of the nominal ranks.

    Parameters
    ----------
    result : Uncertainty or frame
        What `uncertainty` gives, or its table of scores.
    node, round, group : str, optional
        One of each is drawn: the first node, the last round.
    what : str, optional
        ``"rank"`` (default) or ``"score"``.
    framework : Framework, optional
        Whose labels stand for ids.
    labels : bool, optional
        True (default): labels, where there is a framework; False: ids.
    language : str, optional
        Of the labels; English when not given.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        Lines are the intervals, ticks the medians, points the nominal results.
    """
    if what not in ("rank", "score"):
        raise refuse("argument", "what", f'"{what}" is not one of rank, score')
    names = Names(framework, labels, language)
    whole = frame_of(result)
    level = whole.attrs.get("notes", {}).get("interval_level")
    frame = chosen(whole, node=node, round=round, group=group)
    frame = frame if node is not None else frame[frame["node"] == first(frame["node"])]
    frame = frame if round is not None else frame[frame["round"] == (frame["round"].iloc[-1] if len(frame) else None)]
    frame = only(frame, "group").sort_values("rank", kind="stable", na_position="last").reset_index(drop=True)
    value, low, median, high = (
        ("rank", "rank_low", "rank_median", "rank_high") if what == "rank" else ("value", "low", "median", "high")
    )
    ax = drawing(ax, 6.5, rows_high(len(frame)))
    rows = np.arange(len(frame))
    ax.hlines(rows, frame[low], frame[high], color=PALE, linewidth=4)
    middle = ax.scatter(frame[median], rows, marker="|", s=90, color=INK, linewidths=1.6, zorder=3)
    nominal = ax.scatter(frame[value], rows, s=26, color=ACCENT, zorder=4)
    unit_rows(ax, frame.assign(value=frame[value]), names)
    if what == "rank":
        ax.set_xlabel("rank", fontsize=8, color=INK)
        ax.set_xlim(0.4, max(len(frame), 1) + 0.6)
        ax.xaxis.get_major_locator().set_params(integer=True)
    else:
        ax.set_xlabel(span(frame[value], frame[low], frame[high])[1], fontsize=8, color=INK)
        ax.margins(x=0.05)
    below(ax, [nominal, middle, patch(PALE)], ["nominal", "median", "interval" if level is None else f"{100 * float(level):g} % of replicates"])
    title(ax, names.of("node", frame["node"].iloc[0]), *names.place(frame))
    return ax


def plot_sensitivity(
    result: Any,
    target: Optional[str] = None,
    *,
    kind: str = "bar",
    unit: Optional[str] = None,
    round: Optional[str] = None,
    group: Optional[str] = None,
    node: Optional[str] = None,
    framework: Any = None,
    labels: bool = True,
    language: Optional[str] = None,
    ax: Any = None,
) -> Any:
    """First-order and total indices of the inputs, with their intervals.

    Parameters
    ----------
    result : frame or table
        What `sensitivity` gives.
    target : str, optional
        One of its targets; its first when not given.
    unit, round, group, node : str, optional
        One of each is drawn; the last round, and the first of the others.
    kind : str, optional
        ``"bar"`` (default): two bars an input. ``"stack"``: one, the first-order index and what interactions
        add up to the total.
    framework : Framework, optional
        Whose labels stand for ids.
    labels : bool, optional
        True (default): labels, where there is a framework; False: ids.
    language : str, optional
        Of the labels; English when not given.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
    """
    if kind not in ("bar", "stack"):
        raise refuse("argument", "kind", f'"{kind}" is not one of bar, stack')
    names = Names(framework, labels, language)
    frame = chosen(frame_of(result), target=target, unit=unit, round=round, group=group, node=node)
    for part, at in (("target", 0), ("unit", 0), ("round", -1), ("group", 0), ("node", 0)):
        there = frame[part].dropna()
        frame = frame[frame[part] == there.iloc[at]] if len(there) else frame
    frame = only(frame.reset_index(drop=True), "target")
    ax = drawing(ax, 6.5, 1.6 + (0.42 if kind == "bar" else 0.3) * max(len(frame), 3))
    rows = np.arange(len(frame))
    if kind == "stack":
        ax.barh(rows, frame["first"], height=0.6, color=MAIN)
        more = (frame["total"] - frame["first"]).clip(lower=0)
        ax.barh(rows, more, left=frame["first"], height=0.6, color=PALETTE[1])
        below(ax, [patch(MAIN), patch(PALETTE[1])], ["first order", "interactions"])
    else:
        for column, shade, shift in (("first", MAIN, -0.19), ("total", PALETTE[1], 0.19)):
            ax.barh(rows + shift, frame[column], height=0.36, color=shade)
            ax.hlines(rows + shift, frame[f"{column}_low"], frame[f"{column}_high"], color=INK, linewidth=1.2)
        below(ax, [patch(MAIN), patch(PALETTE[1])], ["first order", "total"])
    tick_labels(ax.yaxis, [cut(str(name), 44) for name in frame["input"]])
    ax.set_ylim(len(frame) - 0.4, -0.6)
    clean(ax)
    for row in np.flatnonzero(frame["first"].isna() & frame["total"].isna()):
        no_value(ax, row)
    ax.set_xlabel("share of the variance", fontsize=8, color=INK)
    place = [names.of(part, frame[part].iloc[0]) for part in ("unit", "node", "round", "group")
             if isinstance(frame[part].iloc[0], str)]  # fmt: skip
    title(ax, f"Sensitivity of {str(frame['target'].iloc[0]).replace('_', ' ')}", *place)
    return ax


def plot_corr(
    correlations: Any,
    *,
    round: Optional[str] = None,
    group: Optional[str] = None,
    significance: float = 0.05,
    framework: Any = None,
    labels: bool = True,
    language: Optional[str] = None,
    ax: Any = None,
) -> Any:
    """Correlations as a heat map.

    Parameters
    ----------
    correlations : frame or table
        What `Scores.correlations` gives: any two nodes of each other, or nodes with those above them.
    round, group : str, optional
        One of each is drawn; the last round when not given.
    significance : float, optional
        Cells whose adjusted p-value is above this stay blank; 0.05 when not given, 1 leaves none blank.
        Without p-values none is.
    framework : Framework, optional
        Whose labels stand for ids, and whose tree says which nodes belong together: they are boxed.
    labels : bool, optional
        True (default): labels, where there is a framework; False: ids.
    language : str, optional
        Of the labels; English when not given.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on.

    Returns
    -------
    matplotlib.axes.Axes
        Blue is positive, red negative; a frame around a cell is its flag.
    """
    whole = frame_of(correlations)
    names = Names(framework, labels, language, whole.attrs.get("notes", {}).get("index"))
    frame = chosen(whole, round=round, group=group)
    if round is None and len(frame) and frame["round"].notna().any():
        frame = frame[frame["round"] == frame["round"].dropna().iloc[-1]]
    frame = only(frame, "group")
    across, down, cells = heat_cells(frame, significance)
    ax = drawing(ax, 3.2 + 0.42 * max(len(across), 3), 2.4 + 0.36 * max(len(down), 3))
    heat(ax, cells, len(down) * len(across) <= 420)
    tick_labels(ax.xaxis, names.nodes(across, 30), rotation=45, ha="right", rotation_mode="anchor")
    tick_labels(ax.yaxis, names.nodes(down, 30))
    ax.set(xlim=(-0.5, len(across) - 0.5), ylim=(len(down) - 0.5, -0.5))
    clean(ax)
    ax.grid(False)
    box_families(ax, across, down, names.parents)
    shown = [flag for flag in FLAGS if flag in set(frame["flag"].dropna())]
    if shown:
        beside(ax, [patch(FLAGS[flag]) for flag in shown], shown, title="flag", title_fontsize=8)
    blank = "" if frame["p_adjusted"].isna().all() or significance >= 1 else f"blank: p > {significance:g}"
    title(ax, "Correlations", *names.place(frame.reset_index(drop=True)), blank)
    return ax


def heat_cells(frame: Any, significance: float) -> tuple[list[str], list[str], list[tuple[int, int, float, Any, bool]]]:
    """Columns, rows and (column, row, correlation, flag, is it shown). Of pairs within one list both halves."""
    a, b = (list(dict.fromkeys(frame[name])) for name in ("node_a", "node_b"))
    within = bool(set(a) & set(b))
    pairs = zip(frame["node_a"], frame["node_b"])
    down = list(dict.fromkeys(name for pair in pairs for name in pair)) if within else a
    across = down if within else b
    cells = []
    for pair in frame.itertuples():
        p = pair.p_adjusted if np.isfinite(pair.p_adjusted) else pair.p
        shown = bool(np.isfinite(pair.correlation) and not p > significance)
        flag = pair.flag if isinstance(pair.flag, str) else None
        places = [(pair.node_b, pair.node_a), *([(pair.node_a, pair.node_b)] if within else [])]
        cells += [(across.index(x), down.index(y), pair.correlation, flag, shown) for x, y in places]
    return across, down, cells


def heat(ax: Any, cells: list[tuple[int, int, float, Any, bool]], told: bool) -> None:
    import matplotlib
    from matplotlib.patches import Rectangle

    shade = matplotlib.colormaps["RdBu"]
    for x, y, value, flag, shown in cells:
        colour = "#" + "".join(f"{int(255 * c + 0.5):02X}" for c in shade((value + 1) / 2)[:3]) if shown else "#F5F6F8"
        ax.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=colour, edgecolor="white", linewidth=0.8, zorder=1))
        if flag in FLAGS:
            ax.add_patch(
                Rectangle((x - 0.44, y - 0.44), 0.88, 0.88, fill=False, edgecolor=FLAGS[flag], linewidth=2, zorder=2)
            )
        if shown and told:
            words(ax, x, y, f"{value:.2f}", ha="center", va="center", fontsize=7, color=ink_on(colour), zorder=3)


def box_families(ax: Any, across: list[str], down: list[str], parents: dict[str, str]) -> None:
    """A box around neighbours on both axes that have one parent, where there are several parents."""
    from matplotlib.patches import Rectangle

    if across != down or len({parents.get(name) for name in down}) < 2:
        return
    start = 0
    for end in range(1, len(down) + 1):
        if end == len(down) or parents.get(down[end]) != parents.get(down[start]):
            side = end - start
            ax.add_patch(
                Rectangle((start - 0.5, start - 0.5), side, side, fill=False, edgecolor=INK, linewidth=1.6, zorder=4)
            )
            start = end
