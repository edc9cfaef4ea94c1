"""The gauge: a value, its interval, the naive baseline and the limit on one axis, with the far side hatched.

Positions are per cent of the width and sizes are pixels, so a gauge keeps its type size on every screen.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from airworthy.kernel.result import Limit, Result
from airworthy.registry.dossier.axis import Axis, axis_around
from airworthy.registry.dossier.document import Metric
from airworthy.registry.dossier.element import element, joined
from airworthy.registry.dossier.words import bare, interval, limit_words, number, unit_of

TRACK = 30  # y of the track, in pixels
NARROWEST = 300  # width, in pixels, at which labels must not overlap
CHARACTER = 6.6  # width of one label character, in pixels


@dataclass(frozen=True)
class Mark:
    """A further value on the axis: `kind` is baseline, limit or note."""

    value: float
    text: str
    kind: str


@dataclass(frozen=True)
class Gauge:
    """What one gauge shows; `tone` is a verdict or empty."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    limit: Limit | None = None
    marks: tuple[Mark, ...] = ()
    tone: str = ""

    @property
    def axis(self) -> Axis:
        bounds = (self.limit.low, self.limit.high) if self.limit else ()
        seen = [self.value, self.low, self.high, *bounds, *(mark.value for mark in self.marks)]
        return axis_around(seen, unit=self.unit)

    def words(self) -> str:
        """All of it in one sentence: what a screen reader says and a hover shows."""
        parts = [f"{self.label}:"]
        if self.value is not None:
            parts.append(number(self.value, self.unit))
        if around := interval(self.low, self.high, self.unit):
            parts.append(f"(interval {around})")
        if agreed := limit_words(self.limit, self.unit):
            parts.append(f"limit {agreed}")
        return " ".join([*parts, *(f"{mark.text}" for mark in self.marks)])


def metric_gauge(label: str, metric: Metric, limit: Limit | None = None, tone: str = "") -> Gauge:
    """A metric beside its naive baseline."""
    marks = (
        ()
        if metric.baseline is None
        else (Mark(metric.baseline, f"naive {bare(metric.baseline, metric.unit)}", "baseline"),)
    )
    return Gauge(label, metric.value, metric.low, metric.high, metric.unit, limit, marks, tone)


def result_gauge(result: Result) -> Gauge | None:
    """A result's measurement against its limit; None where nothing was measured."""
    m = result.measurement
    if m is None:
        return None
    unit, label = unit_of(m, result.limit), f"{result.code} {result.subject}"
    return Gauge(label, m.value, m.low, m.high, unit, result.limit, (), str(result.verdict))


def draw_gauge(gauge: Gauge) -> Markup:
    """The full gauge with labels, as inline SVG."""
    axis = gauge.axis
    below = _label_rows(gauge, axis)
    height = TRACK + 18 + 15 * (max((row for _, _, row in below), default=0) + 1)
    labels = [
        _label(axis.percent(mark.value), TRACK + 27 + 15 * row, mark.text, f"lab {mark.kind}")
        for mark, _, row in below
    ]
    top = (
        ()
        if gauge.value is None
        else (_label(axis.percent(gauge.value), 13, number(gauge.value, gauge.unit), "lab val"),)
    )
    return _frame(gauge, height, joined([*_body(gauge, axis, TRACK, 7), *labels, *top]), "gauge")


def draw_strip(gauge: Gauge) -> Markup:
    """The gauge without labels, for one line of a table."""
    return _frame(gauge, 22, joined(_body(gauge, gauge.axis, 11, 5)), "gauge strip")


def _frame(gauge: Gauge, height: int, inside: Markup, kind: str) -> Markup:
    return element(
        "svg",
        element("title", gauge.words()),
        inside,
        class_=f"{kind} tone-{gauge.tone or 'none'}",
        width="100%",
        height=height,
        role="img",
        aria_label=gauge.words(),
    )


def _body(gauge: Gauge, axis: Axis, y: int, reach: int) -> list[Markup]:
    pieces = [element("line", x1="0", x2="100%", y1=y, y2=y, class_="track")]
    pieces += [
        element("line", x1=f"{axis.percent(t)}%", x2=f"{axis.percent(t)}%", y1=y, y2=y + 4, class_="track")
        for t in axis.ticks(6)
    ]
    pieces += _beyond(gauge.limit, axis, y, reach)
    if gauge.low is not None or gauge.high is not None:
        left = axis.percent(axis.low if gauge.low is None else gauge.low)
        right = axis.percent(axis.high if gauge.high is None else gauge.high)
        pieces.append(element("line", x1=f"{left}%", x2=f"{right}%", y1=y, y2=y, class_="span"))
        for edge in (p for p, bound in ((left, gauge.low), (right, gauge.high)) if bound is not None):
            pieces.append(
                element(
                    "line", x1=f"{edge}%", x2=f"{edge}%", y1=y - reach + 1, y2=y + reach - 1, class_="cap"
                )
            )
    for mark in (m for m in gauge.marks if m.kind != "limit"):
        at = f"{axis.percent(mark.value)}%"
        pieces.append(
            element("line", x1=at, x2=at, y1=y - reach - 3, y2=y + reach + 5, class_=f"rule {mark.kind}")
        )
    if gauge.value is not None:
        pieces.append(
            element("circle", cx=f"{axis.percent(gauge.value)}%", cy=y, r=reach - 1.5, class_="dot")
        )
    return pieces


def _beyond(limit: Limit | None, axis: Axis, y: int, reach: int) -> list[Markup]:
    """The side of the axis where the limit is broken, hatched, and the limit's own red line."""
    if limit is None:
        return []
    pieces = []
    for bound, left in ((limit.low, True), (limit.high, False)):
        if bound is None:
            continue
        at = axis.percent(bound)
        x, width = (0.0, at) if left else (at, round(100 - at, 2))
        pieces.append(
            element("rect", x=f"{x}%", width=f"{width}%", y=y - reach, height=2 * reach, class_="beyond")
        )
        pieces.append(
            element("line", x1=f"{at}%", x2=f"{at}%", y1=y - reach - 4, y2=y + reach + 5, class_="rule limit")
        )
    return pieces


def _label_rows(gauge: Gauge, axis: Axis) -> list[tuple[Mark, float, int]]:
    """Labels below the axis, each in the first row where it does not touch its neighbour."""
    marks = list(gauge.marks)
    if gauge.limit:
        bounds = ((gauge.limit.low, "limit ≥ "), (gauge.limit.high, "limit ≤ "))
        marks += [Mark(b, words + bare(b, gauge.unit), "limit") for b, words in bounds if b is not None]
    placed: list[tuple[Mark, float, int]] = []
    ends: list[float] = []
    for mark in sorted(marks, key=lambda m: m.value):
        half = len(mark.text) * CHARACTER / 2 / NARROWEST * 100
        centre = min(100 - half, max(half, axis.percent(mark.value)))
        row = next((i for i, end in enumerate(ends) if end + 3 < centre - half), len(ends))
        ends[row : row + 1] = [centre + half]
        placed.append((mark, centre, row))
    return placed


def _label(percent: float, y: int, text: str, kind: str) -> Markup:
    half = len(text) * CHARACTER / 2 / NARROWEST * 100
    anchor, x = ("middle", percent)
    if percent < half:
        anchor, x = ("start", 0.0)
    elif percent > 100 - half:
        anchor, x = ("end", 100.0)
    return element("text", text, x=f"{x}%", y=y, text_anchor=anchor, class_=kind)
