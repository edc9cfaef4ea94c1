"""Charts of the results that are shown, within a weight that keeps the file quick to open."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from airworthy.kernel.result import Chart, Result
from airworthy.registry.dossier.store import Store
from airworthy.registry.dossier.svg import Drawing, chart_table, draw_chart
from airworthy.registry.dossier.vega import UnsupportedChart

BUDGET = 380_000
"""Bytes of all charts together; what comes after is left to `show --json`."""


@dataclass(frozen=True)
class ChartView:
    """A drawing with its specification and its numbers; without a drawing the numbers stand alone."""

    drawing: Drawing | None
    note: str
    spec: Markup
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    of: int


def chart_views(results: Iterable[Result], store: Store) -> dict[str, ChartView]:
    """Charts by result anchor, in the order of `results`, until the budget of bytes is spent."""
    views: dict[str, ChartView] = {}
    spent = 0
    for result in results:
        if not result.chart:
            continue
        view = chart_view(result.chart)
        weight = len(view.spec) + (len(view.drawing.svg) if view.drawing else 0) + 40 * len(view.rows)
        if spent + weight > BUDGET:
            note = "This chart is left out to keep the file quick to open; `airworthy show --json` has it."
            views[store.result(result).anchor] = ChartView(None, note, Markup(""), (), (), 0)
            continue
        spent += weight
        views[store.result(result).anchor] = view
    return views


def chart_view(chart: Chart) -> ChartView:
    """One chart; an unsupported kind becomes its table, and says so."""
    drawing, note = None, ""
    try:
        drawing = draw_chart(chart)
    except UnsupportedChart as error:
        note = error.message
    header, rows, of = chart_table(chart)
    return ChartView(drawing, note, embedded(chart), header, rows, of)


def embedded(chart: Chart) -> Markup:
    """The specification as JSON that cannot end its script element.

    >>> print(embedded({"title": "</script><b>"}))
    {"title":"\\u003c/script\\u003e\\u003cb\\u003e"}
    """
    text = json.dumps(chart, separators=(",", ":"), ensure_ascii=True, default=str)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)
