"""What to expect next: the signed interval, the past periods behind it, and what messy input would cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from airworthy.registry.dossier.charts import ChartView, chart_view
from airworthy.registry.dossier.document import DossierInput, ElsewhereView, ExpectedView, ScenarioView
from airworthy.registry.dossier.gauge import Gauge, Mark, draw_gauge
from airworthy.registry.dossier.store import Sentence, Store
from airworthy.registry.dossier.words import bare, count, interval, metric_words

HIGHER_IS_BETTER = ("auc", "r2")


@dataclass(frozen=True)
class Expecting:
    """The figure expected next, its past as a picture, and a row a kind of messy input."""

    title: str
    sentences: tuple[Sentence, ...]
    gauge: Markup
    chart: ChartView | None
    scenarios: tuple[tuple[str, str, str], ...]  # what is done to the input, the change, its interval
    scenarios_note: str


def expecting(given: DossierInput, store: Store) -> Expecting | None:
    """None where nothing was signed."""
    expected = given.expected
    if expected is None or (expected.low is None and expected.high is None):
        return None
    metric = given.metrics.get(expected.metric)
    unit = metric.unit if metric else ""
    label = metric_words(expected.metric).label
    marks = []
    if expected.random_split is not None:
        marks.append(
            Mark(expected.random_split, f"random split {bare(expected.random_split, unit)}", "baseline")
        )
    gauge = Gauge(label, expected.value, expected.low, expected.high, unit, None, tuple(marks))
    rows = {one.rows for one in expected.scenarios}
    note = (
        f"{label} of the newest past period, {max(rows):,} rows, scored as they are and messy" if rows else ""
    )
    return Expecting(
        "What to expect next",
        (
            *(store.say(text, "expected") for text in _texts(expected, label, unit)),
            *(store.say(_at_sites(one, label, unit), "elsewhere") for one in given.elsewhere),
        ),
        draw_gauge(gauge),
        chart_view(periods_chart(expected, label)) if len(expected.periods) > 1 else None,
        tuple(_scenario(one, expected.metric, unit) for one in expected.scenarios),
        note,
    )


def _texts(expected: ExpectedView, label: str, unit: str) -> Sequence[str]:
    found = [f"{label} in the next period: {interval(expected.low, expected.high, unit, expected.level)}."]
    if expected.periods:
        past = count(len(expected.periods), "past period")
        found.append(f"It rests on {past}, each forecast from the rows before it.")
    if expected.random_split is not None:
        figure = bare(expected.random_split, unit)
        found.append(f"A random split of the same rows would promise {figure}.")
    return [*found, expected.note] if expected.note else found


def _at_sites(one: ElsewhereView, label: str, unit: str) -> str:
    sites = count(len(one.sites), f"known {one.column}", f"known ones of {one.column}")
    return f"{label} at a further {one.column}: {interval(one.low, one.high, unit, one.level)}, from {sites}."


def _scenario(one: ScenarioView, metric: str, unit: str) -> tuple[str, str, str]:
    """Words, change of the figure, and its interval: below zero is worse for an AUC, above it for a loss."""
    sign = -1 if metric in HIGHER_IS_BETTER else 1
    low, high = sorted((sign * one.low, sign * one.high))
    change = sign * one.worse_by
    size = bare(abs(change), unit) if metric == "rmse" else f"{abs(change):.3f}"
    return one.words, f"{'−' if change < 0 else '+'}{size}", interval(low, high, unit)


def periods_chart(expected: ExpectedView, label: str) -> Mapping[str, object]:
    """Past periods as a line, the next one's interval as a bar beside it, in Vega-Lite."""
    past = [{"period": i, label: value} for i, value in enumerate(expected.periods, 1)]
    coming = {"period": len(past) + 1, "low": expected.low, "high": expected.high, label: expected.value}
    x = {"field": "period", "type": "quantitative", "title": "period, the last one to come"}
    y = {"field": label, "type": "quantitative", "title": label, "scale": {"zero": False}}
    ends = {"y": {**y, "field": "low"}, "y2": {"field": "high"}}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": f"{label} by period, and what is expected next",
        "description": f"{label} of {len(past)} past periods, each scored by a model of the rows before it, "
        "and the interval of the next.",
        "layer": [
            {
                "mark": {"type": "line", "point": True},
                "data": {"values": past},
                "encoding": {"x": x, "y": y},
            },
            {"mark": "rule", "data": {"values": [coming]}, "encoding": {"x": x, **ends}},
            {"mark": "point", "data": {"values": [coming]}, "encoding": {"x": x, "y": y}},
        ],
    }
