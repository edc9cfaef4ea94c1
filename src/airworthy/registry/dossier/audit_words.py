"""The audit's own sentences, the same on a terminal, on its page and in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from airworthy.data.audit import AuditReport, Finding
from airworthy.data.checks.charts import SCHEMA
from airworthy.data.consequence.effect import METRICS, Kind, points
from airworthy.kernel.result import Chart, Result, Verdict
from airworthy.registry.dossier.words import count, listed, sentence, subject_words

MOST_COSTS = 10
"""Costs in the overview chart; more are in the list below it."""


@dataclass(frozen=True)
class CodeRow:
    """How often one check found something, found nothing, could not tell, or had nothing to ask."""

    code: str
    name: str
    found: int
    unsure: int
    passed: int
    not_asked: int


def table_words(report: AuditReport) -> str:
    """Rows, columns and outcome."""
    size = f"{count(report.rows, 'row')}, {count(report.columns, 'column')}"
    return f"{size}, outcome {report.target}" if report.target else size


def headline(report: AuditReport) -> str:
    """How many findings there are, in how many columns, and how much was looked at."""
    found = report.with_verdict(Verdict.FAIL)
    broke, unsure = report.with_verdict(Verdict.ERROR), report.with_verdict(Verdict.UNSURE)
    passed = report.with_verdict(Verdict.PASS)
    columns = {result.subject for result in found if result.subject.startswith("column:")}
    where = f" in {count(len(columns), 'column')}" if columns else ""
    parts = [f"{count(len(found), 'finding').capitalize()}{where}"]
    parts += [f"{count(len(unsure), 'question')} that these rows cannot settle"] if unsure else []
    parts += [f"{count(len(broke), 'check')} that broke"] if broke else []
    parts += [f"{count(len(passed), 'question')} without a finding"]
    return f"{', '.join(parts)}."


def quality_sentence(report: AuditReport) -> str:
    """What a small model scores on the table as it stands, and without the suspected leaks."""
    if report.estimation is None or report.estimation.whole is None:
        return ""
    whole, leaks = report.estimation.whole, report.estimation.leaks
    metric = METRICS[whole.metric]
    if not leaks or not whole.clear:
        return f"A small model scores {points(whole.as_is)} {metric} on the table as it stands."
    return (
        f"A small model scores {points(whole.as_is)} {metric} on the table as it stands, and "
        f"{points(whole.changed)} without what gives the outcome away: {listed(leaks, most=4)}."
    )


def shared_reason(report: AuditReport) -> str:
    """Why no cost could be estimated, where that is one reason for the whole table; empty otherwise."""
    if report.estimation is not None:
        return ""
    costs = [finding.consequence for finding in report.findings if finding.consequence]
    reasons = {cost.reason for cost in costs if cost.kind is not Kind.NONE}
    return reasons.pop() if len(reasons) == 1 and len(costs) > 1 else ""


def shared_sentence(report: AuditReport) -> str:
    """That no cost could be estimated, said once for all findings; empty where they differ."""
    reason = shared_reason(report)
    return f"Costs are not estimated: {reason}." if reason else ""


def told_once(report: AuditReport, finding: Finding) -> Finding:
    """The finding without the reason that is told for the whole table."""
    cost = finding.consequence
    repeats = cost is not None and cost.reason != "" and cost.reason == shared_reason(report)
    return replace(finding, consequence=None) if repeats else finding


def code_counts(results: Sequence[Result]) -> str:
    """Codes with their names, and on how many subjects where there are several.

    >>> code_counts([Result("DAT001", "missing-values", f"column:{c}", Verdict.PASS, "", "") for c in "ab"])
    'DAT001 missing values ×2'
    """
    counts: dict[tuple[str, str], int] = {}
    for result in sorted(results, key=lambda r: r.code):
        counts[result.code, result.name] = counts.get((result.code, result.name), 0) + 1
    return ", ".join(
        f"{code} {name.replace('-', ' ')}{f' ×{n:,}' if n > 1 else ''}" for (code, name), n in counts.items()
    )


def code_table(results: Sequence[Result]) -> list[CodeRow]:
    """One row a check, in code order."""
    rows = []
    for code in sorted({result.code for result in results}):
        mine = [result for result in results if result.code == code]

        def tally(*verdicts: Verdict, of: Sequence[Result] = mine) -> int:
            return sum(result.verdict in verdicts for result in of)

        rows.append(
            CodeRow(
                code,
                sentence(mine[0].name.replace("-", " ")),
                found=tally(Verdict.FAIL, Verdict.ERROR),
                unsure=tally(Verdict.UNSURE, Verdict.NOT_RUN),
                passed=tally(Verdict.PASS),
                not_asked=tally(Verdict.NOT_APPLICABLE),
            )
        )
    return rows


def cost_chart(report: AuditReport) -> Chart | None:
    """A bar a column with a clear cost, with its interval; None below two of them."""
    rows, metric = [], ""
    for finding in report.top(len(report.results)):
        quality = finding.consequence.quality if finding.consequence else None
        if quality is None or not quality.clear:
            continue
        metric = METRICS[quality.metric]
        subject = subject_words(finding.result.subject).removeprefix("column ")
        name = f"{subject}: {finding.result.name.replace('-', ' ')}"
        rows.append({"finding": name, "cost": quality.cost, "low": quality.low, "high": quality.high})
    if len(rows) < 2:
        return None
    y = {"field": "finding", "type": "nominal", "sort": None, "title": None}
    x = {"type": "quantitative", "title": f"cost, {metric}", "scale": {"zero": True}}
    bar = {"y": y, "x": {"field": "cost", **x}}
    error = {"y": y, "x": {"field": "low", **x}, "x2": {"field": "high"}}
    return {
        "$schema": SCHEMA,
        "title": "What each column's costliest finding costs, with 95 % intervals",
        "width": "container",
        "data": {"values": rows[:MOST_COSTS]},
        "layer": [{"mark": "bar", "encoding": bar}, {"mark": "rule", "encoding": error}],
    }
