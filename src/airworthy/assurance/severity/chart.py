"""The picture of a curve of severity: quality by dose with its band, and the loss that is too much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airworthy.kernel.result import Chart


def severity_chart(curve: Mapping[str, Any]) -> Chart:
    """A Vega-Lite specification of `Curve.as_json`: a line, its 95 % band, and a rule at the limit.

    The rule stands where quality has lost as much as was agreed as too much.
    """
    values = [
        {"dose": 100 * p["dose"], "quality": p["quality"], "low": p["low"], "high": p["high"]}
        for p in curve["points"]
    ]
    x = {"field": "dose", "type": "quantitative", "title": f"% of {_of(curve['cells'])}"}
    y = {"type": "quantitative", "title": curve["figure"], "scale": {"zero": False}}
    layers: list[Mapping[str, Any]] = [
        {"mark": "line", "encoding": {"x": x, "y": {**y, "field": "quality"}}},
    ]
    if all(p["low"] is not None and p["high"] is not None for p in curve["points"]):
        band = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}
        layers.insert(0, {"mark": "area", "encoding": band})
    if curve["most_lost"] is not None:
        layers.append({"mark": "rule", "encoding": {"y": {"datum": _too_low(curve)}}})
    title = f"{curve['figure']} with more and more {curve['cells']}, {curve['rows']:,} rows"
    return {"title": title, "data": {"values": values}, "layer": layers}


def _of(cells: str) -> str:
    """What the dose counts: the first word of what is done to it."""
    return cells.split(" ", 1)[0]


def _too_low(curve: Mapping[str, Any]) -> float:
    """The quality at which the agreed loss is reached."""
    clean, most = float(curve["points"][0]["quality"]), float(curve["most_lost"])
    return clean * (1 + most) if curve["figure"] == "RMSE" else clean - most
