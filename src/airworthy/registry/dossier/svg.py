"""Draws the Vega-Lite charts that checks emit as inline SVG: no script, no network, one colour scheme.

Positions are per cent and sizes pixels, so a chart keeps its type size on every screen and on paper; only
lines and areas, which cannot be given in per cent, lie in a stretched inner drawing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from airworthy.kernel.result import Chart
from airworthy.registry.dossier.element import element, joined
from airworthy.registry.dossier.scales import Linear, Names, Scale, make_scale
from airworthy.registry.dossier.vega import Channel, Layer, Plot, Row, read_chart, read_value
from airworthy.registry.dossier.words import bare

HEIGHT = 190
ROW = 34  # height of one named bar with its name above it
SERIES = 6  # colours, each with its own dash; more series share them


@dataclass(frozen=True)
class Drawing:
    """A chart ready for the page."""

    title: str
    description: str
    svg: Markup
    series: tuple[str, ...]  # of the legend; empty where the chart wants none
    horizontal: bool
    flat: bool
    x_title: str
    y_title: str


@dataclass(frozen=True)
class _Canvas:
    x: Scale
    y: Scale
    series: tuple[str, ...]
    heat: tuple[float, float]

    def tone(self, layer: Layer, row: Row) -> str:
        channel = layer.channels.get("color") or layer.channels.get("stroke")
        if channel is None or channel.type == "quantitative":
            return "s0"
        value = read_value(channel, row)
        return f"s{self.series.index(str(value)) % SERIES}" if str(value) in self.series else "s0"


def draw_chart(spec: Chart) -> Drawing:
    """Draw one specification.

    Raises
    ------
    UnsupportedChart : the chart is of a kind not drawn here.

    >>> chart = {"mark": "bar", "data": {"values": [{"a": "x", "n": 2}]},
    ...          "encoding": {"y": {"field": "a", "type": "nominal"}, "x": {"field": "n"}}}
    >>> draw_chart(chart).horizontal
    True
    """
    plot = _binned(read_chart(spec))
    x, y = make_scale(plot, ("x", "x2")), make_scale(plot, ("y", "y2"))
    canvas = _Canvas(x, y, _series(plot), _heat_range(plot))
    horizontal = isinstance(y, Names)
    height = ROW * max(1, len(y.names)) if isinstance(y, Names) else HEIGHT
    heat = any(layer.mark == "rect" for layer in plot.layers)
    if isinstance(y, Names) and heat:
        height = max(36, 26 * len(y.names))
    title = plot.title or _default_title(x, y)
    inside = joined(
        [*_grid(canvas, plot), *(piece for layer in plot.layers for piece in _draw(layer, canvas))]
    )
    svg = element(
        "svg",
        element("title", title),
        element("desc", plot.description or f"{title}. The table below the chart has its numbers."),
        inside,
        class_="plot",
        width="100%",
        height=height,
        role="img",
    )
    flat = horizontal and not heat
    legend = canvas.series if _has_legend(plot) else ()
    return Drawing(title, plot.description, svg, legend, horizontal, flat, x.title, y.title)


def _default_title(x: Scale, y: Scale) -> str:
    return " by ".join(part for part in (y.title, x.title) if part) or "Chart"


def _has_legend(plot: Plot) -> bool:
    return all(layer.channels["color"].legend for layer in plot.layers if "color" in layer.channels)


def _series(plot: Plot) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for layer in plot.layers:
        channel = layer.channels.get("color") or layer.channels.get("stroke")
        if channel is not None and channel.type != "quantitative":
            names |= {str(v): None for row in layer.rows if (v := read_value(channel, row)) is not None}
    return tuple(names)


def _heat_range(plot: Plot) -> tuple[float, float]:
    values = [
        float(value)
        for layer in plot.layers
        if layer.mark == "rect"
        and (channel := layer.channels.get("color"))
        and channel.type == "quantitative"
        for row in layer.rows
        if (value := read_value(channel, row)) is not None
    ]
    return (min(values), max(values)) if values else (0.0, 1.0)


def _binned(plot: Plot) -> Plot:
    """A histogram that asks for bins gets ten of them, counted here."""
    return replace(plot, layers=tuple(_bin_layer(layer) for layer in plot.layers))


def _bin_layer(layer: Layer) -> Layer:
    x = layer.channels.get("x")
    if x is None or not x.bin:
        return layer
    values = [float(v) for row in layer.rows if (v := read_value(x, row)) is not None]
    if not values:
        return layer
    low, width = min(values), (max(values) - min(values)) / 10 or 1.0
    counts = [0] * 10
    for value in values:
        counts[min(9, int((value - low) / width))] += 1
    rows = tuple(
        {"from": low + i * width, "to": low + (i + 1) * width, "rows": n} for i, n in enumerate(counts)
    )
    channels = {
        "x": Channel(field="from", title=x.title),
        "x2": Channel(field="to"),
        "y": Channel(field="rows", title="rows", zero=True),
    }
    return replace(layer, channels=channels, rows=rows)


def _grid(canvas: _Canvas, plot: Plot) -> Iterator[Markup]:
    heat = any(layer.mark == "rect" for layer in plot.layers)
    for tick in canvas.x.ticks():
        at = f"{tick.at:g}%"
        if isinstance(canvas.x, Linear):
            yield element("line", x1=at, x2=at, y1="0", y2="100%", class_="grid")
        anchor = "start" if tick.at < 4 else "end" if tick.at > 96 else "middle"
        yield element("text", tick.text, x=at, y="100%", dy=16, text_anchor=anchor, class_="tick")
    if isinstance(canvas.y, Linear):
        for tick in canvas.y.ticks():
            at = f"{100 - tick.at:g}%"
            yield element("line", x1="0", x2="100%", y1=at, y2=at, class_="grid")
            yield element("text", tick.text, x="0", dx=-7, y=at, dy=4, text_anchor="end", class_="tick")
        return
    for index, name in enumerate(canvas.y.names):
        if heat:
            yield element(
                "text",
                name[:12],
                x="0",
                dx=-7,
                y=f"{100 - _flip(canvas.y, index):g}%",
                dy=4,
                text_anchor="end",
                class_="tick",
            )
        else:
            yield element("text", name, x="0", y=f"{index * canvas.y.band:g}%", dy=12, class_="bar-name")


def _flip(names: Names, index: int) -> float:
    return 100 - (index + 0.5) * names.band


def _draw(layer: Layer, canvas: _Canvas) -> Iterator[Markup]:
    if layer.mark == "line":
        yield from _lines(layer, canvas)
        if not layer.point:
            return
    if layer.mark in ("area", "errorband"):
        yield from _areas(layer, canvas)
        return
    draw = {"bar": _bar, "rule": _rule, "errorbar": _rule, "rect": _rect, "text": _text}.get(
        layer.mark, _point
    )
    for row in layer.rows:
        where = {
            key: read_value(layer.channels[key], row)
            for key in ("x", "x2", "y", "y2")
            if key in layer.channels
        }
        if any(where.get(key) is None for key in where):
            continue
        yield from draw(layer, canvas, row, _place(where, canvas))


def _place(where: dict[str, object], canvas: _Canvas) -> dict[str, float]:
    """Positions in per cent from the left and from the top."""
    placed = {}
    for key, value in where.items():
        scale = canvas.x if key.startswith("x") else canvas.y
        position = scale.position(value)
        upside = key.startswith("y") and isinstance(scale, Linear)
        placed[key] = 100 - position if upside else position
    return placed


def _bar(layer: Layer, canvas: _Canvas, row: Row, at: dict[str, float]) -> Iterator[Markup]:
    tone = canvas.tone(layer, row)
    if isinstance(canvas.y, Names) and "y" in at:
        left, right = sorted((at.get("x", 0.0), at.get("x2", canvas.x.origin)))
        # The name takes the upper half of the band, the bar the lower.
        top, height = at["y"] + canvas.y.band * 0.02, canvas.y.band * 0.34
        yield element(
            "rect",
            x=f"{left:g}%",
            width=f"{max(0.2, right - left):g}%",
            y=f"{top:g}%",
            height=f"{height:g}%",
            class_=f"bar {tone}",
        )
        return
    if "x2" in at:
        left, width = min(at["x"], at["x2"]), abs(at["x2"] - at["x"]) * 0.96
    else:
        width = canvas.x.band * 0.72 or 2.0
        left = at.get("x", 50.0) - width / 2
    top, bottom = sorted((at.get("y", 0.0), at.get("y2", 100 - canvas.y.origin)))
    yield element(
        "rect",
        x=f"{left:g}%",
        width=f"{width:g}%",
        y=f"{top:g}%",
        height=f"{bottom - top:g}%",
        class_=f"bar {tone}",
    )


def _rule(layer: Layer, canvas: _Canvas, row: Row, at: dict[str, float]) -> Iterator[Markup]:
    """A whole line across the plot, or a segment with both ends given; error bars get caps."""
    tone = canvas.tone(layer, row)
    x1, y1 = at.get("x", 0.0), at.get("y", 0.0)
    x2 = at.get("x2", x1 if "x" in at else 100.0)
    y2 = at.get("y2", y1 if "y" in at else 100.0)
    if isinstance(canvas.y, Names) and "y" in at:
        y1 = y2 = at["y"] + canvas.y.band * 0.19
    whole = "x2" not in at and "y2" not in at
    kind = "rule limit" if whole else f"error {tone}"
    yield element("line", x1=f"{x1:g}%", x2=f"{x2:g}%", y1=f"{y1:g}%", y2=f"{y2:g}%", class_=kind)


def _rect(layer: Layer, canvas: _Canvas, row: Row, at: dict[str, float]) -> Iterator[Markup]:
    """One cell of a heat strip: darker is more; its value stands in the hover text and the table."""
    low, high = canvas.heat
    channel = layer.channels.get("color")
    value = read_value(channel, row) if channel else None
    strength = 0.12 + 0.88 * (
        (float(value) - low) / (high - low) if value is not None and high > low else 0.5
    )
    width, height = canvas.x.band or 4.0, canvas.y.band or 100.0
    left = min(at["x"], at["x2"]) if "x2" in at else at.get("x", 50.0) - width / 2
    width = abs(at["x2"] - at["x"]) if "x2" in at else width
    top = at.get("y", 50.0) - height / 2
    hover = element("title", ", ".join(f"{key}: {row[key]}" for key in row))
    yield element(
        "rect",
        hover,
        x=f"{left:g}%",
        width=f"{width:g}%",
        y=f"{top:g}%",
        height=f"{height:g}%",
        class_="cell",
        fill_opacity=f"{strength:.2f}",
    )


def _point(layer: Layer, canvas: _Canvas, row: Row, at: dict[str, float]) -> Iterator[Markup]:
    y = at.get("y", 50.0) + (canvas.y.band * 0.19 if isinstance(canvas.y, Names) else 0.0)
    yield element(
        "circle", cx=f"{at.get('x', 50.0):g}%", cy=f"{y:g}%", r=3.5, class_=f"point {canvas.tone(layer, row)}"
    )


def _text(layer: Layer, canvas: _Canvas, row: Row, at: dict[str, float]) -> Iterator[Markup]:
    channel = layer.channels.get("text")
    value = read_value(channel, row) if channel else None
    if value is not None:
        words = bare(value) if isinstance(value, float) else str(value)
        yield element(
            "text",
            words,
            x=f"{at.get('x', 50.0):g}%",
            y=f"{at.get('y', 50.0):g}%",
            dy=-6,
            text_anchor="middle",
            class_="tick",
        )


def _paths(layer: Layer, canvas: _Canvas) -> dict[str, list[dict[str, float]]]:
    paths: dict[str, list[dict[str, float]]] = {}
    for row in layer.rows:
        where = {
            key: read_value(layer.channels[key], row) for key in ("x", "y", "y2") if key in layer.channels
        }
        if "x" in where and "y" in where and all(value is not None for value in where.values()):
            paths.setdefault(canvas.tone(layer, row), []).append(_place(where, canvas))
    return paths


def _stretched(shape: Markup) -> Markup:
    return element(
        "svg",
        shape,
        width="100%",
        height="100%",
        viewBox="0 0 100 100",
        preserveAspectRatio="none",
        class_="stretch",
    )


def _lines(layer: Layer, canvas: _Canvas) -> Iterator[Markup]:
    for tone, points in _paths(layer, canvas).items():
        path = " ".join(f"{p['x']:g},{p['y']:.2f}" for p in points)
        yield _stretched(
            element("polyline", points=path, class_=f"line {tone}", vector_effect="non-scaling-stroke")
        )


def _areas(layer: Layer, canvas: _Canvas) -> Iterator[Markup]:
    floor = 100 - canvas.y.origin
    for tone, points in _paths(layer, canvas).items():
        there = [f"{p['x']:g},{p['y']:.2f}" for p in points]
        back = [f"{p['x']:g},{p.get('y2', floor):.2f}" for p in reversed(points)]
        yield _stretched(element("polygon", points=" ".join(there + back), class_=f"area {tone}"))


def chart_table(spec: Chart, most: int = 60) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], int]:
    """The chart's own numbers: header, at most `most` rows, and how many rows there are.

    Works on any specification with inline values, drawn here or not.
    """
    units = [spec, *(spec.get("layer") or ())]
    values = [row for unit in units for row in ((unit.get("data") or {}).get("values") or ())]
    rows = [row if isinstance(row, dict) else {"value": row} for row in values]
    header = tuple(dict.fromkeys(str(key) for row in rows for key in row))
    body = tuple(tuple(_cell(row.get(key)) for key in header) for row in rows[:most])
    return header, body, len(rows)


def _cell(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "" if value is None else str(value)
    return bare(float(value)) if math.isfinite(value) else str(value)
