"""What plots share: matplotlib, colours, names, and which rows of a table are drawn."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any, Optional

import numpy as np
import pandas as pd

from .errors import refuse

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
        raise ImportError(
            "plots are drawn by matplotlib; install it with: pip install 'niem[plots]'"
        ) from None
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
        last = (
            nodes["index"] == (index or framework.default_index)
        ).to_numpy()  # of several trees this one holds
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
            name: label
            for name, label in zip(frame[part], frame["label"])
            if isinstance(label, str) and label
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
            cut(
                f"{self.of('node', self.parents[name])}: {label}" if twin and name in self.parents else label,
                most,
            )
            for name, label, twin in zip(names, found, several)
        ]

    def place(self, frame: Any) -> list[str]:
        """Round and group of a frame that is about one of each; not the only group there is."""
        parts = ("round",) if self.one_group else ("round", "group")
        return [
            self.of(part, frame[part].iloc[0])
            for part in parts
            if isinstance(frame.get(part, [None])[0], str)
        ]


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


def any_group(scores: Any) -> Optional[str]:
    """A group to ask with where weights are the same for all."""
    fw = scores.framework
    return fw.default_group or str(fw.groups()["group"].iloc[0])


def no_value(ax: Any, row: Any) -> None:
    """Said in the row of what has none."""
    words(
        ax, 0.01, row, "no value", transform=ax.get_yaxis_transform(), va="center", color=GREY, style="italic"
    )


def unit_rows(ax: Any, frame: Any, names: Names) -> None:
    """Units down the side, the first on top; who has no value is said."""
    tick_labels(ax.yaxis, names.units(frame["unit"]))
    ax.set_ylim(len(frame) - 0.4, -0.6)
    clean(ax)
    for row in np.flatnonzero(frame["value"].isna()):
        no_value(ax, row)


def first(column: Any) -> Any:
    return column.iloc[0] if len(column) else None
