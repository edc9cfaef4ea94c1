"""Charts of the group table: one for each measure, a dot and its interval a group, between its limits."""

from __future__ import annotations

from airworthy.assurance.groups.table import GroupRow, GroupTable, MeasureView
from airworthy.kernel.result import Chart, Limit, Measurement
from airworthy.registry.dossier.words import verdict_words

MOST = 24
"""Groups of one chart; what comes after stands in the table."""


def gap_chart(table: GroupTable, measure: MeasureView) -> Chart | None:
    """A Vega-Lite specification of every single group's gap in one measure; None where none was compared."""
    shown = [
        (row, figure.gap)
        for row in table.rows
        if not row.crossed and (figure := row.figure(measure.key)).gap and figure.n >= table.floor
    ][:MOST]
    if not shown:
        return None
    scale = 100 if measure.gap_unit == "share" else 1
    unit = "points" if scale == 100 else measure.gap_unit
    values = [_point(row, gap, measure, scale) for row, gap in shown if gap is not None]
    x = {"type": "quantitative", "title": f"gap in {unit}"}
    y = {"field": "group", "type": "nominal", "title": None, "sort": None}
    span = {"x": {"field": "low", **x}, "x2": {"field": "high"}, "y": y}
    return {
        "title": f"{measure.words[0].upper()}{measure.words[1:]}: each group beside those it is held against",
        "description": measure.meaning,
        "data": {"values": values},
        "layer": [
            {"mark": "rule", "encoding": span},
            {"mark": "point", "encoding": {"x": {"field": "gap", **x}, "y": y}},
            *_bounds(measure.limit, scale),
        ],
    }


def _point(row: GroupRow, gap: Measurement, measure: MeasureView, scale: float) -> dict[str, object]:
    figure = row.figure(measure.key)
    mark = verdict_words(figure.verdict).mark if measure.limited else ""
    return {
        "group": f"{mark} {row.columns[0]} = {row.label}".lstrip(),
        "gap": gap.value * scale,
        "low": None if gap.low is None else gap.low * scale,
        "high": None if gap.high is None else gap.high * scale,
        "rows": figure.n,
        "verdict": str(figure.verdict) if measure.limited else "no limit",
    }


def _bounds(limit: Limit, scale: float) -> list[Chart]:
    """Where the limit lies."""
    found = [bound * scale for bound in (limit.low, limit.high) if bound is not None]
    return [{"mark": "rule", "encoding": {"x": {"datum": bound, "type": "quantitative"}}} for bound in found]
