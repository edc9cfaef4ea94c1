"""The audit's three chart shapes, as Vega-Lite data: bars, a line in time, and a histogram."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from airworthy.data.checks.words import iso
from airworthy.kernel.result import Chart

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
MOST_POINTS = 60


def bar_chart(
    title: str, bars: Sequence[tuple[str, float]], *, x: str, y: str, mark: Sequence[str] = ()
) -> Chart:
    """One bar a label, in the given order; labels in `mark` stand out."""
    rows = [{"x": label, "y": value, "marked": label in mark} for label, value in bars]
    return _spec(
        title,
        rows,
        "bar",
        {"field": "x", "type": "ordinal", "sort": None, "title": x},
        {"field": "y", "type": "quantitative", "title": y},
        {"field": "marked", "type": "nominal", "legend": None},
    )


def line_chart(
    title: str, times: Sequence[float], values: Sequence[float], *, y: str, mark: float | None = None
) -> Chart:
    """A line over time (seconds since 1970), with a rule at `mark`."""
    rows = [{"x": iso(t), "y": v} for t, v in zip(times, values, strict=True)]
    x = {"field": "x", "type": "temporal", "title": None}
    lines = _spec(
        title, rows, {"type": "line", "point": True}, x, {"field": "y", "type": "quantitative", "title": y}
    )
    if mark is None:
        return lines
    layer = [
        {key: lines[key] for key in ("data", "mark", "encoding")},
        {
            "data": {"values": [{"x": iso(mark)}]},
            "mark": {"type": "rule", "strokeDash": [4, 4]},
            "encoding": {"x": x},
        },
    ]
    return {"$schema": SCHEMA, "title": title, "width": "container", "layer": layer}


def histogram_chart(title: str, bars: Sequence[tuple[float, float, int]], *, x: str) -> Chart:
    """Bars between edges, rows upwards."""
    rows = [{"low": low, "high": high, "rows": count} for low, high, count in bars]
    encoding = {"field": "low", "type": "quantitative", "bin": {"binned": True}, "title": x}
    spec = dict(
        _spec(title, rows, "bar", encoding, {"field": "rows", "type": "quantitative", "title": "rows"})
    )
    spec["encoding"] = {**spec["encoding"], "x2": {"field": "high"}}
    return spec


def thinned(
    times: Sequence[float], rows: Sequence[int], hits: Sequence[int]
) -> tuple[list[float], list[float]]:
    """Shares over at most 60 runs of bins; empty runs are left out."""
    size = -(-len(rows) // MOST_POINTS)
    starts, shares = [], []
    for i in range(0, len(rows), size):
        total = sum(rows[i : i + size])
        if total:
            starts.append(times[i])
            shares.append(sum(hits[i : i + size]) / total)
    return starts, shares


def _spec(
    title: str, rows: list[dict[str, Any]], mark: Any, x: Any, y: Any, color: Any = None
) -> dict[str, Any]:
    encoding = {"x": x, "y": y} | ({"color": color} if color else {})
    return {
        "$schema": SCHEMA,
        "title": title,
        "width": "container",
        "data": {"values": rows},
        "mark": mark,
        "encoding": encoding,
    }
