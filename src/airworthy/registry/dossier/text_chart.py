"""The audit's charts in letters, for a terminal: bars with names, and a line or histogram of a few rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from airworthy.kernel.result import Chart
from airworthy.registry.dossier.vega import Layer, Plot, UnsupportedChart, read_chart, read_value
from airworthy.registry.dossier.words import bare

MOST_BARS, HEIGHT = 6, 4
NAME = 22  # characters of a bar's name
EIGHTHS = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True)
class _Curve:
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    dated: bool
    mark: float | None


def text_chart(chart: Chart, width: int = 72) -> list[str]:
    """Lines of at most `width` characters; none where the chart is of a kind that letters cannot show.

    >>> spec = {"mark": "bar", "data": {"values": [{"x": "no", "y": 1}, {"x": "yes", "y": 3}]}, "encoding":
    ...         {"x": {"field": "x", "type": "nominal"}, "y": {"field": "y", "type": "quantitative"}}}
    >>> text_chart(spec, 30)[1:]
    ['no  ███████                  1', 'yes █████████████████████    3']
    """
    try:
        plot = read_chart(chart)
    except UnsupportedChart:
        return []
    layer = plot.layers[0]
    x, y = layer.channels.get("x"), layer.channels.get("y")
    if x is None or y is None:
        return []
    if layer.mark == "bar" and x.type in ("nominal", "ordinal"):
        body = _bars(layer, width)
    elif layer.mark == "bar" and y.type in ("nominal", "ordinal"):
        body = _bars(layer, width, name="y", value="x")
    elif layer.mark in ("line", "area", "bar", "point", "circle"):
        body = _curve(_read_curve(plot), width)
    else:
        return []
    what = f" ({y.title})" if y.title and y.type == "quantitative" else ""
    title = f"{plot.title}{what}" if len(plot.title) + len(what) <= width else plot.title
    return [_cut(title, width), *body] if body else []


def _bars(layer: Layer, width: int, name: str = "x", value: str = "y") -> list[str]:
    pairs = [
        (str(read_value(layer.channels[name], row)), read_value(layer.channels[value], row))
        for row in layer.rows
    ]
    bars = [(label, float(size)) for label, size in pairs if size is not None]
    if not bars or min(size for _, size in bars) < 0:
        return []
    shown = bars if len(bars) <= MOST_BARS else [bars[place] for place in _spread(len(bars))]
    label = min(NAME, max(len(text) for text, _ in shown))
    figures = [bare(size) for _, size in shown]
    tail = max(len(text) for text in figures)
    tail = max(tail, 4)
    room = width - label - tail - 2
    most = max(size for _, size in bars) or 1.0
    lines = [
        f"{_cut(text, label):{label}} {_bar(size / most, room):{room}} {figure:>{tail}}"
        for (text, size), figure in zip(shown, figures, strict=True)
    ]
    if len(bars) > len(shown):
        lines.append(f"{len(shown)} of {len(bars):,} bars, first and last included")
    return lines


def _spread(bars: int) -> list[int]:
    """Places of evenly spread bars: bars mostly come in the order of their values."""
    return [round(i * (bars - 1) / (MOST_BARS - 1)) for i in range(MOST_BARS)]


def _bar(share: float, room: int) -> str:
    eighths = round(share * room * 8)
    part = " ▏▎▍▌▋▊▉"[eighths % 8]
    return "█" * (eighths // 8) + (part if eighths % 8 else "")


def _read_curve(plot: Plot) -> _Curve:
    layer = plot.layers[0]
    x, y = layer.channels["x"], layer.channels["y"]
    pairs = [(read_value(x, row), read_value(y, row)) for row in layer.rows]
    known = sorted((float(a), float(b)) for a, b in pairs if a is not None and b is not None)
    rules = [
        read_value(other.channels["x"], row)
        for other in plot.layers[1:]
        if other.mark == "rule" and "x" in other.channels
        for row in other.rows
    ]
    mark = next((float(rule) for rule in rules if rule is not None), None)
    return _Curve(tuple(a for a, _ in known), tuple(b for _, b in known), x.type == "temporal", mark)


def _curve(curve: _Curve, width: int) -> list[str]:
    """Columns of blocks from the least to the greatest value (from 0 where the least lies near it)."""
    if len(curve.xs) < 3:
        return []
    low, high = min(curve.ys), max(curve.ys)
    low = 0.0 if 0 <= low <= 0.5 * high else low
    left = max(len(bare(low)), len(bare(high))) + 1
    levels = _levels(curve, width - left, low, high)
    lines = []
    for row in range(HEIGHT, 0, -1):
        cells = "".join(_cell(level, row) for level in levels)
        axis = bare(high) if row == HEIGHT else bare(low) if row == 1 else ""
        lines.append(f"{axis:>{left - 1}} {cells}".rstrip())
    return [*lines, *_under(curve, width - left, left)]


def _levels(curve: _Curve, room: int, low: float, high: float) -> list[float | None]:
    """Mean height of each column, in eighths of a character; None where no value lies."""
    first, span = curve.xs[0], (curve.xs[-1] - curve.xs[0]) or 1.0
    columns = min(room, max(len(curve.xs), 12))
    width = room // columns
    sums, counts = [0.0] * columns, [0] * columns
    for x, y in zip(curve.xs, curve.ys, strict=True):
        place = min(columns - 1, int((x - first) / span * columns))
        sums[place], counts[place] = sums[place] + y, counts[place] + 1
    size = (high - low) or 1.0
    levels = [
        None if not n else max(1.0, (total / n - low) / size * HEIGHT * 8)
        for total, n in zip(sums, counts, strict=True)
    ]
    return [level for level in levels for _ in range(width)]


def _cell(level: float | None, row: int) -> str:
    if level is None:
        return " "
    return EIGHTHS[max(0, min(8, round(level) - (row - 1) * 8))]


def _under(curve: _Curve, room: int, left: int) -> list[str]:
    """The ends of the x axis, and the marked place with its name."""
    columns = min(room, max(len(curve.xs), 12))
    room = room // columns * columns
    first, last = _name(curve.xs[0], curve.dated), _name(curve.xs[-1], curve.dated)
    axis = " " * left + first + last.rjust(max(1, room - len(first)))
    if curve.mark is None or not curve.xs[0] <= curve.mark <= curve.xs[-1]:
        return [axis]
    place = round((curve.mark - curve.xs[0]) / ((curve.xs[-1] - curve.xs[0]) or 1.0) * (room - 1))
    told = f"↑ {_name(curve.mark, curve.dated)}"
    start = place if place + len(told) <= room else max(0, place - len(told) + 1)
    told = told if start == place else f"{told[2:]} ↑"
    return [" " * (left + start) + told, axis]


def _name(value: float, dated: bool) -> str:
    return datetime.fromtimestamp(value, UTC).strftime("%-d %b %Y") if dated else bare(value)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
