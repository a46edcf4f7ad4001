"""Plots of results: changes, correlations, uncertainty, sensitivity."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np

from .drawing import (
    ACCENT,
    FLAGS,
    INK,
    LINE,
    MAIN,
    PALE,
    PALETTE,
    WAYS,
    Names,
    apart,
    below,
    beside,
    chosen,
    clean,
    cut,
    drawing,
    first,
    frame_of,
    ink_on,
    no_value,
    only,
    patch,
    rows_high,
    span,
    tick_labels,
    title,
    unit_rows,
    words,
)
from .errors import refuse


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
    frame = (
        frame
        if round is not None
        else frame[frame["round"] == (frame["round"].iloc[-1] if len(frame) else None)]
    )
    frame = only(frame, "group").sort_values("rank", kind="stable", na_position="last").reset_index(drop=True)
    value, low, median, high = (
        ("rank", "rank_low", "rank_median", "rank_high")
        if what == "rank"
        else ("value", "low", "median", "high")
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
    below(
        ax,
        [nominal, middle, patch(PALE)],
        ["nominal", "median", "interval" if level is None else f"{100 * float(level):g} % of replicates"],
    )
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
    place = [
        names.of(part, frame[part].iloc[0])
        for part in ("unit", "node", "round", "group")
        if isinstance(frame[part].iloc[0], str)
    ]
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


def heat_cells(
    frame: Any, significance: float
) -> tuple[list[str], list[str], list[tuple[int, int, float, Any, bool]]]:
    """Columns, rows, and (column, row, correlation, flag, shown?); of pairs within one list both halves."""
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
        colour = (
            "#" + "".join(f"{int(255 * c + 0.5):02X}" for c in shade((value + 1) / 2)[:3])
            if shown
            else "#F5F6F8"
        )
        ax.add_patch(
            Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=colour, edgecolor="white", linewidth=0.8, zorder=1)
        )
        if flag in FLAGS:
            ax.add_patch(
                Rectangle(
                    (x - 0.44, y - 0.44), 0.88, 0.88, fill=False, edgecolor=FLAGS[flag], linewidth=2, zorder=2
                )
            )
        if shown and told:
            words(
                ax, x, y, f"{value:.2f}", ha="center", va="center", fontsize=7, color=ink_on(colour), zorder=3
            )


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
                Rectangle(
                    (start - 0.5, start - 0.5), side, side, fill=False, edgecolor=INK, linewidth=1.6, zorder=4
                )
            )
            start = end
