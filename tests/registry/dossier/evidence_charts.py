"""Charts of a made-up evidence document, one of each kind that the dossier draws."""

from __future__ import annotations

import math
from typing import Any


def period_chart() -> dict[str, Any]:
    months = [f"2013-{month:02d}-01" for month in range(3, 10)]
    rows = [
        {
            "month": m,
            "auc": 0.70 + 0.02 * math.sin(i),
            "low": 0.68 + 0.02 * math.sin(i),
            "high": 0.72 + 0.02 * math.sin(i),
        }
        for i, m in enumerate(months)
    ]
    x = {"field": "month", "type": "temporal", "title": "month"}
    return {
        "title": "AUC by month",
        "data": {"values": rows},
        "layer": [
            {
                "mark": "area",
                "encoding": {
                    "x": x,
                    "y": {"field": "low", "type": "quantitative", "title": "AUC"},
                    "y2": {"field": "high"},
                },
            },
            {
                "mark": {"type": "line", "point": True},
                "encoding": {"x": x, "y": {"field": "auc", "type": "quantitative"}},
            },
            {"mark": "rule", "encoding": {"y": {"datum": 0.65}}},
        ],
    }


def calibration_chart() -> dict[str, Any]:
    bins = [(0.05, 0.03), (0.12, 0.09), (0.21, 0.15), (0.33, 0.24), (0.46, 0.35), (0.62, 0.5)]
    rows = [
        {"stated": s, "happened": h, "low": h - 0.02 - s / 20, "high": h + 0.02 + s / 20} for s, h in bins
    ]
    x = {"field": "stated", "type": "quantitative", "title": "stated probability"}
    return {
        "title": "Stated and happened",
        "data": {"values": rows},
        "layer": [
            {
                "mark": "errorbar",
                "encoding": {
                    "x": x,
                    "y": {"field": "low", "type": "quantitative", "title": "share that happened"},
                    "y2": {"field": "high"},
                },
            },
            {"mark": "point", "encoding": {"x": x, "y": {"field": "happened", "type": "quantitative"}}},
            {
                "mark": "line",
                "data": {"values": [{"a": 0.0}, {"a": 0.65}]},
                "encoding": {
                    "x": {"field": "a", "type": "quantitative"},
                    "y": {"field": "a", "type": "quantitative"},
                },
            },
        ],
    }


def missing_chart() -> dict[str, Any]:
    shares = {"wind_gust": 0.78, "pressure": 0.11, "tailnum": 0.007, "year of the plane": 0.17}
    return {
        "title": "Missing by column",
        "mark": "bar",
        "data": {"values": [{"column": c, "missing": s} for c, s in shares.items()]},
        "encoding": {
            "y": {"field": "column", "type": "nominal"},
            "x": {"field": "missing", "type": "quantitative", "title": "share missing"},
        },
    }


def heat_chart() -> dict[str, Any]:
    rows = [
        {"day": day, "hour": str(hour), "late": 0.05 + 0.012 * hour + (0.05 if day in ("Thu", "Fri") else 0)}
        for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
        for hour in range(5, 23)
    ]
    return {
        "title": "Late flights by weekday and hour",
        "mark": "rect",
        "data": {"values": rows},
        "encoding": {
            "x": {"field": "hour", "type": "ordinal", "title": "scheduled hour"},
            "y": {"field": "day", "type": "ordinal"},
            "color": {"field": "late", "type": "quantitative"},
        },
    }


def histogram_chart() -> dict[str, Any]:
    values = [{"p": 0.5 + 0.45 * math.sin(i * 0.37) * math.cos(i * 0.011)} for i in range(300)]
    return {
        "title": "Stated probabilities",
        "mark": "bar",
        "data": {"values": values},
        "encoding": {
            "x": {"field": "p", "type": "quantitative", "bin": True, "title": "probability"},
            "y": {"aggregate": "count"},
        },
    }
