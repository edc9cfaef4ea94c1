"""What the templates show: results and metrics with their graphics, ready to print."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from airworthy.kernel.result import Result
from airworthy.registry.dossier.document import Evidence, Metric
from airworthy.registry.dossier.gauge import draw_gauge, draw_strip, metric_gauge, result_gauge
from airworthy.registry.dossier.store import Item, Store
from airworthy.registry.dossier.words import (
    VerdictWords,
    bare,
    interval,
    limit_words,
    measured,
    metric_words,
    number,
    quality_order,
    subject_words,
    unit_of,
    verdict_words,
)


@dataclass(frozen=True)
class ResultView:
    """One result, for a line of a table or a card."""

    result: Result
    item: Item
    verdict: VerdictWords
    subject: str
    measured: str
    limit: str
    source: str
    strip: Markup
    settle: str
    waived: Item | None


@dataclass(frozen=True)
class MetricView:
    """One metric with its gauge."""

    label: str
    meaning: str
    value: str
    around: str
    against: str
    limit: str
    judged: Item | None
    rows: str
    gauge: Markup
    item: Item


def result_view(result: Result, store: Store) -> ResultView:
    """Words and graphics of one result."""
    m = result.measurement
    gauge = result_gauge(result)
    settle = f"About {result.rows_to_settle:,} rows would settle it." if result.rows_to_settle else ""
    waived = store.waiver(result.code, result.subject) if store.waived(result.code, result.subject) else None
    return ResultView(
        result=result,
        item=store.result(result),
        verdict=verdict_words(result.verdict),
        subject=subject_words(result.subject),
        measured=measured(m, result.limit) if m else "",
        limit=limit_words(result.limit, unit_of(m, result.limit) if m else ""),
        source=result.limit.source if result.limit else "",
        strip=draw_strip(gauge) if gauge else Markup(""),
        settle=settle,
        waived=waived,
    )


def metric_views(evidence: Evidence, store: Store, most: int = 4) -> tuple[MetricView, ...]:
    """The `most` telling quality metrics."""
    shown = quality_order(evidence.metrics)[:most]
    return tuple(_metric_view(name, evidence.metrics[name], evidence, store) for name in shown)


def _metric_view(name: str, metric: Metric, evidence: Evidence, store: Store) -> MetricView:
    words = metric_words(name)
    judged = _judged(metric, evidence)
    limit, tone = (judged.limit, str(judged.verdict)) if judged else (None, "")
    return MetricView(
        label=words.label,
        meaning=words.meaning,
        value=number(metric.value, metric.unit),
        around=interval(metric.low, metric.high, metric.unit, metric.level),
        against=_against(metric),
        limit=f"Limit {limit_words(limit, metric.unit)}" if limit else "",
        judged=store.result(judged) if judged else None,
        rows=f"{metric.n:,} {metric.rows} rows" if metric.n else f"{metric.rows} rows",
        gauge=draw_gauge(metric_gauge(words.label, metric, limit, tone)),
        item=store.metric(name),
    )


def _judged(metric: Metric, evidence: Evidence) -> Result | None:
    """The result that held this very figure against a limit, if one did."""
    for result in evidence.results:
        m, limit = result.measurement, result.limit
        if (
            m
            and limit
            and (limit.low, limit.high) != (None, None)
            and m.unit == metric.unit
            and m.value == metric.value
        ):
            return result
    return None


def _against(metric: Metric) -> str:
    return "" if metric.baseline is None else f"It is {against_baseline(metric)}."


def against_baseline(metric: Metric) -> str:
    """How the metric compares with the naive baseline, by its interval and not by its value.

    >>> against_baseline(Metric(value=0.7, low=0.6, high=0.8, baseline=0.5, baseline_name="prior"))
    'better than the naive baseline (prior), 0.500'
    """
    if metric.baseline is None:
        return "no naive baseline was measured"
    name = f" ({metric.baseline_name})" if metric.baseline_name else ""
    tail = f"the naive baseline{name}, {bare(metric.baseline, metric.unit)}"
    low = metric.value if metric.low is None else metric.low
    high = metric.value if metric.high is None else metric.high
    if low <= metric.baseline <= high:
        return f"cannot be told from {tail}"
    better = (low > metric.baseline) == metric.higher_is_better
    return f"{'better' if better else 'worse'} than {tail}"
