"""The picture as Vega-Lite charts: data first, drawn by whoever shows it."""

from __future__ import annotations

from airworthy.assurance.explain.picture import FEW, Picture, Point, Shape
from airworthy.kernel.result import Chart

MOST_BARS = 12


def size_chart(picture: Picture, most: int = MOST_BARS) -> Chart:
    """Mean |contribution| of the leading columns, with intervals."""
    rows = [
        {"column": part.label, "size": part.size, "low": part.low, "high": part.high}
        for part in picture.parts[:most]
        if part.size > 0
    ]
    y = {"field": "column", "type": "nominal", "sort": None, "title": None}
    x = {
        "field": "size",
        "type": "quantitative",
        "title": f"mean |contribution|, {picture.unit}",
        "scale": {"zero": True},
    }
    return {
        "title": "What moves the score most",
        "description": f"Mean size of each column's contribution over {picture.rows:,} rows, 95 % intervals.",
        "data": {"values": rows},
        "layer": [
            {"mark": "bar", "encoding": {"x": x, "y": y}},
            {"mark": "rule", "encoding": {"x": {"field": "low"}, "x2": {"field": "high"}, "y": y}},
        ],
    }


def shape_chart(shape: Shape) -> Chart:
    """A curve over a number, with a band; bars with intervals over categories."""
    curve = [point for point in shape.points if point.at is not None]
    return _curve(shape, curve) if curve else _bars(shape)


def effect_words(unit: str) -> str:
    """What the values of a shape are, on an axis.

    >>> effect_words("probability")
    'points of probability'
    """
    return {"probability": "points of probability", "decision": "points of decisions"}.get(unit, "prediction")


def scale_of(unit: str) -> float:
    """Times a value of a shape gives what the axis shows."""
    return 1.0 if unit == "target" else 100.0


def _rows(shape: Shape, points: list[Point]) -> list[dict[str, object]]:
    times = scale_of(shape.unit)
    return [
        {
            "value": point.label,
            "at": point.at,
            "effect": times * point.value,
            "low": None if point.low is None else times * point.low,
            "high": None if point.high is None else times * point.high,
            "rows": point.rows,
        }
        for point in points
    ]


def _curve(shape: Shape, points: list[Point]) -> Chart:
    x = {"field": "at", "type": "quantitative", "title": shape.label, "scale": {"zero": False}}
    y = {
        "field": "effect",
        "type": "quantitative",
        "title": effect_words(shape.unit),
        "scale": {"zero": False},
    }
    rows = _rows(shape, points)
    few = [row for row, point in zip(rows, points, strict=True) if point.few]
    layers: list[Chart] = [
        {
            "mark": "area",
            "data": {"values": rows},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
        },
        {"mark": "line", "data": {"values": rows}, "encoding": {"x": x, "y": y}},
    ]
    if few:
        layers.append({"mark": "point", "data": {"values": few}, "encoding": {"x": x, "y": y}})
    return {"title": shape.label, "description": _described(shape), "layer": layers}


def _bars(shape: Shape) -> Chart:
    y = {"field": "value", "type": "nominal", "sort": None, "title": None}
    x = {
        "field": "effect",
        "type": "quantitative",
        "title": effect_words(shape.unit),
        "scale": {"zero": True},
    }
    return {
        "title": shape.label,
        "description": _described(shape),
        "data": {"values": _rows(shape, list(shape.points))},
        "layer": [
            {"mark": "bar", "encoding": {"x": x, "y": y}},
            {"mark": "rule", "encoding": {"x": {"field": "low"}, "x2": {"field": "high"}, "y": y}},
        ],
    }


def _described(shape: Shape) -> str:
    from_what = f"against {shape.reference}" if shape.reference else "0 is the average"
    marked = f"; marked points have fewer than {FEW} rows" if any(point.few for point in shape.points) else ""
    return f"{effect_words(shape.unit)}, {from_what}, {shape.rows:,} rows, 95 % band{marked}."
