"""The audit as one self-contained page in the look of the dossier: no script, no request, dark and light."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from markupsafe import Markup

from airworthy.data.audit import AuditReport, Finding
from airworthy.data.consequence.effect import METRICS, Consequence, points
from airworthy.data.consequence.estimate import rows_touched
from airworthy.kernel.digest import short
from airworthy.kernel.result import Chart, Result, Verdict
from airworthy.registry.dossier.audit_words import (
    code_table,
    cost_chart,
    headline,
    quality_sentence,
    shared_sentence,
    told_once,
)
from airworthy.registry.dossier.charts import BUDGET, ChartView, chart_view
from airworthy.registry.dossier.gauge import draw_strip, result_gauge
from airworthy.registry.dossier.render import TEMPLATES, stylesheet
from airworthy.registry.dossier.words import (
    VerdictWords,
    count,
    limit_words,
    measured,
    sentence,
    subject_words,
    unit_of,
    verdict_words,
)

IN_FULL, MOST_FINDINGS, MOST_UNDECIDED = 3, 300, 100


@dataclass(frozen=True)
class CardView:
    """One finding as the page shows it."""

    result: Result
    words: VerdictWords
    subject: str
    what: str
    rows: str
    cost: Consequence | None
    also: tuple[str, ...]
    measured: str
    strip: Markup
    chart: ChartView | None


@dataclass(frozen=True)
class ScoreView:
    """What a small model scores, as it stands and without what gives the outcome away."""

    metric: str
    as_is: str
    without: str
    fall: float  # per cent of the width that goes
    kept: float


def render_audit(report: AuditReport, name: str) -> bytes:
    """One HTML file of an audit, UTF-8.

    Parameters
    ----------
    name : of the table.

    >>> page = render_audit(AuditReport(results=(), rows=7, columns=2, digest="sha256:ab"), "t.csv")
    >>> page[:15], b"src=" in page
    (b'<!doctype html>', False)
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # only needed when a page is written

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = _style()
    charts = _Charts()
    top = report.top(IN_FULL)
    told = {id(result) for finding in top for result in (finding.result, *finding.also)}
    rest = [finding for finding in report.findings if id(finding.result) not in told]
    undecided = report.with_verdict(Verdict.UNSURE, Verdict.NOT_RUN)
    text = environment.get_template("data_audit.html.j2").render(
        report=report,
        name=name,
        digest=short(report.digest),
        headline=headline(report),
        quality=quality_sentence(report),
        score=_score(report),
        overview=charts.view(cost_chart(report)),
        uncosted=shared_sentence(report),
        top=[_card(told_once(report, finding), charts) for finding in top],
        rest=[_card(told_once(report, finding), charts) for finding in rest[:MOST_FINDINGS]],
        rest_left=len(rest) - len(rest[:MOST_FINDINGS]),
        undecided=[_card(Finding(result, None), charts) for result in undecided[:MOST_UNDECIDED]],
        undecided_left=len(undecided) - len(undecided[:MOST_UNDECIDED]),
        asked=code_table(report.results),
        style=Markup(style),
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )
    return text.lstrip().encode("utf-8")


class _Charts:
    """Charts until the budget of bytes is spent, so that the page stays quick to open."""

    def __init__(self) -> None:
        self.left = BUDGET

    def view(self, chart: Chart | None) -> ChartView | None:
        if not chart:
            return None
        view = chart_view(chart)
        weight = len(view.spec) + (len(view.drawing.svg) if view.drawing else 0) + 40 * len(view.rows)
        if weight > self.left:
            note = "This chart is left out to keep the page quick to open; --json has it."
            return ChartView(None, note, Markup(""), (), (), 0)
        self.left -= weight
        return view


def _style() -> str:
    own = (TEMPLATES / "data_audit.css").read_text("utf-8")
    return stylesheet() + re.sub(r"\n\s*", "\n", own)


def _card(finding: Finding, charts: _Charts) -> CardView:
    result = finding.result
    m, gauge, touched = result.measurement, result_gauge(result), rows_touched(result)
    agreed = limit_words(result.limit, unit_of(m, result.limit) if m else "")
    figure = f"{measured(m, result.limit)}{f'; limit {agreed}' if agreed else ''}" if m else ""
    return CardView(
        result=result,
        words=verdict_words(result.verdict),
        subject=subject_words(result.subject).removeprefix("column "),
        what=sentence(result.name.replace("-", " ")),
        rows=count(touched, "row") if touched else "",
        cost=finding.consequence,
        also=tuple(f"{r.name.replace('-', ' ')} ({r.code})" for r in finding.also),
        measured=figure,
        strip=draw_strip(gauge) if gauge else Markup(""),
        chart=charts.view(result.chart),
    )


def _score(report: AuditReport) -> ScoreView | None:
    """The two scores side by side; None where nothing was estimated."""
    if report.estimation is None or (whole := report.estimation.whole) is None:
        return None
    shown = bool(report.estimation.leaks) and whole.clear
    as_is, without = max(0.0, whole.as_is), max(0.0, whole.changed)
    return ScoreView(
        metric=METRICS[whole.metric],
        as_is=points(whole.as_is),
        without=points(whole.changed) if shown else "",
        kept=round(100 * (min(as_is, without) if shown else as_is), 1),
        fall=round(100 * max(0.0, as_is - without), 1) if shown else 0.0,
    )
