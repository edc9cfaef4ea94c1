"""The audit in a notebook: the three findings that cost most, then a table of the rest."""

from __future__ import annotations

from markupsafe import Markup

from airworthy.data.audit import AuditReport, Finding
from airworthy.data.consequence.estimate import rows_touched
from airworthy.kernel.result import Verdict
from airworthy.registry.dossier.audit_words import (
    code_counts,
    headline,
    quality_sentence,
    shared_sentence,
    table_words,
    told_once,
)
from airworthy.registry.dossier.charts import chart_view
from airworthy.registry.dossier.element import element, joined
from airworthy.registry.dossier.notebook import STYLE
from airworthy.registry.dossier.render import TEMPLATES
from airworthy.registry.dossier.words import subject_words, verdict_words

IN_FULL, MOST = 3, 40

STYLES = (STYLE, TEMPLATES / "audit_notebook.css")


def audit_html(report: AuditReport) -> str:
    """An HTML fragment for `_repr_html_`; every name and value in it is escaped.

    >>> "No findings" in audit_html(AuditReport(results=(), rows=7, columns=2, digest="sha256:ab"))
    True
    """
    top = report.top(IN_FULL)
    told = {id(result) for finding in top for result in (finding.result, *finding.also)}
    rest = [finding for finding in report.findings if id(finding.result) not in told]
    parts = [
        Markup(f"<style>{''.join(path.read_text('utf-8') for path in STYLES)}</style>"),
        element("p", element("b", table_words(report)), f". {headline(report)}"),
        *(element("p", text) for text in (quality_sentence(report), shared_sentence(report)) if text),
        *(element("p", f"Note: {note}", class_="soft") for note in report.notes),
        *(_card(told_once(report, finding)) for finding in top),
        _table(rest),
    ]
    quiet = {"Cannot tell": Verdict.UNSURE, "Not found": Verdict.PASS}
    for words, verdict in quiet.items():
        if results := report.with_verdict(verdict):
            parts.append(element("p", f"{words}: {code_counts(results)}.", class_="soft"))
    if report.estimation:
        parts.append(element("p", report.estimation.sentence, class_="soft"))
    return str(element("div", joined(parts), class_="aw"))


def _card(finding: Finding) -> Markup:
    result, cost = finding.result, finding.consequence
    words = verdict_words(result.verdict)
    lines = [
        element("h4", f"{words.mark} ", subject_words(result.subject), class_=str(result.verdict)),
        element("p", f"{result.name.replace('-', ' ')} · {result.code}", class_="soft"),
        element("p", result.finding),
    ]
    if cost is not None:
        clear = cost.quality is not None and cost.quality.clear
        lines.append(element("p", cost.sentence, class_="cost" if clear else "cost calm"))
    if result.remedy:
        lines.append(element("p", f"→ {result.remedy}"))
    if finding.also:
        also = ", ".join(f"{r.name.replace('-', ' ')} ({r.code})" for r in finding.also)
        lines.append(element("p", f"Found there too: {also}.", class_="soft"))
    return element("div", element("div", *lines), _chart(finding), class_="card")


def _chart(finding: Finding) -> Markup:
    if not finding.result.chart or (drawing := chart_view(finding.result.chart).drawing) is None:
        return element("div")
    frame = "frame flat" if drawing.flat else "frame"
    title = element("p", element("b", drawing.title), class_="soft")
    return element("div", title, element("div", drawing.svg, class_=frame))


def _table(rest: list[Finding]) -> Markup:
    if not rest:
        return Markup("")
    rows = []
    for finding in rest[:MOST]:
        result, cost = finding.result, finding.consequence
        touched = rows_touched(result)
        rows.append(
            element(
                "tr",
                element("td", element("b", subject_words(result.subject).removeprefix("column "))),
                element("td", result.finding, " ", element("span", result.code, class_="soft")),
                element("td", f"{touched:,}" if touched else "–", class_="n"),
                element("td", cost.figure if cost else "", class_="n"),
            )
        )
    head = joined(
        element("th", text, class_=kind)
        for text, kind in (("the rest", None), ("what was found", None), ("rows", "n"), ("cost", "n"))
    )
    more = len(rest) - len(rows)
    tail = element("p", f"and {more:,} more in .findings", class_="soft") if more else Markup("")
    return element("table", element("tr", head), *rows) + tail
