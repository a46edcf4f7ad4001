"""Parts of the plots of scores: bars, boxes, dots, names beside points, and the tree of an index."""

from __future__ import annotations

import textwrap
from typing import Any, Optional

import numpy as np

from .drawing import (
    GREY,
    INK,
    MAIN,
    PALE,
    Names,
    beside,
    clean,
    colours,
    cut,
    ink_on,
    patch,
    span,
    words,
)
from .numbers import quantile
from .statistics import correlate


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
        ax.barh(
            range(len(units)),
            width,
            left=np.where(width < 0, down, up),
            color=shade,
            height=0.7,
            edgecolor="white",
            linewidth=0.4,
        )
        up, down = up + np.maximum(width, 0), down + np.minimum(width, 0)
    beside(ax, [patch(shade) for shade in shades], names.nodes(children, 36))


def boxes(ax: Any, values: list[Any]) -> None:
    """Boxes of quartiles by the library's quantiles; the lines reach to the ends."""
    rows = [row for row, own in enumerate(values) if len(own)]
    stats = []
    for row in rows:
        low, q1, median, q3, high = quantile(values[row], [0, 0.25, 0.5, 0.75, 1])
        stats.append({"whislo": low, "q1": q1, "med": median, "q3": q3, "whishi": high})
    style = {
        "boxprops": {"facecolor": PALE, "edgecolor": MAIN},
        "medianprops": {"color": INK, "linewidth": 1.6},
    }
    lines = {"whiskerprops": {"color": MAIN}, "capprops": {"color": MAIN}}
    horizontal(
        ax.bxp, stats, positions=rows, widths=0.55, patch_artist=True, showfliers=False, **style, **lines
    )


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
    """Names beside points, at the first of eight places where they cover nothing, if there is one."""
    ax.figure.canvas.draw()
    scale = ax.figure.dpi / 72
    pixels = ax.transData.transform(np.column_stack([x, y])) if x else np.empty((0, 2))
    taken = [(px - 3 * scale, py - 3 * scale, px + 3 * scale, py + 3 * scale) for px, py in pixels]
    ways = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
    for k, label in enumerate(labels):
        wide, high = 4.2 * len(label) * scale, 8 * scale
        for dx, dy in ways:
            left = pixels[k][0] + (
                dx * 5 * scale if dx > 0 else dx * 5 * scale - wide if dx < 0 else -wide / 2
            )
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
        (
            "#EEF1F4"
            if s["branch"] < 0
            else paler(of_branches[s["branch"]], 0.55 * (s["depth"] - 1) / max(deepest - 1, 1))
        )
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
            Wedge(
                (0, 0),
                outer,
                90 - 360 * s["end"],
                90 - 360 * s["start"],
                width=wide,
                facecolor=shade,
                edgecolor="white",
                linewidth=0.7,
                label="_",
            )
        )
        write_sector(ax, s, outer - wide / 2, ring, label, ink_on(shade))


def write_sector(ax: Any, s: dict[str, Any], radius: float, ring: float, label: str, ink: str) -> None:
    inches = ax.get_window_extent().width / ax.figure.dpi / 2.04
    size = 7.5 if s["depth"] <= 1 else 6.0
    if s["depth"] == 0:
        words(
            ax, 0, 0, "\n".join(textwrap.wrap(label, 14)), ha="center", va="center", fontsize=size, color=ink
        )
        return
    high = 2 * np.pi * radius * (s["end"] - s["start"]) * inches * 72  # points along the arc
    lines = fitted(label, int(ring * inches * 72 / (0.56 * size)), int(high / (1.15 * size)))
    angle = 90 - 180 * (s["start"] + s["end"])
    x, y = radius * np.cos(np.radians(angle)), radius * np.sin(np.radians(angle))
    turned = angle % 360
    rotation = turned - 180 if 90 < turned < 270 else turned
    words(
        ax,
        x,
        y,
        "\n".join(lines),
        ha="center",
        va="center",
        rotation=rotation,
        rotation_mode="anchor",
        fontsize=size,
        color=ink,
        linespacing=1.0,
    )


def fitted(label: str, most: int, room: int) -> list[str]:
    """A label in so many lines of so many letters; what does not fit is cut, without room all of it."""
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
            Rectangle(
                (left(s["depth"]), s["start"]), wide, high, facecolor=shade, edgecolor="white", linewidth=0.7
            )
        )
        size = 8.0 if high * along > 10 else 5.5
        lines = fitted(label, int(wide * across / (0.56 * size)), int(high * along / (1.2 * size)))
        words(
            ax,
            left(s["depth"]) + 0.02,
            s["start"] + high / 2,
            "\n".join(lines),
            va="center",
            fontsize=size,
            color=ink_on(shade),
            linespacing=1.0,
        )
