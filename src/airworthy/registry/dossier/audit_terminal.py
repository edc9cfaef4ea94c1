"""The audit on a terminal, top-down: what costs most, then the rest a line each, then what passed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from airworthy.data.audit import AuditReport, Finding
from airworthy.data.consequence.estimate import rows_touched
from airworthy.kernel.result import Result, Verdict
from airworthy.registry.dossier.audit_words import (
    code_counts,
    headline,
    quality_sentence,
    shared_reason,
    shared_sentence,
    table_words,
    told_once,
)
from airworthy.registry.dossier.terminal import STYLES
from airworthy.registry.dossier.text_chart import text_chart
from airworthy.registry.dossier.words import count, subject_words, verdict_words

if TYPE_CHECKING:  # rich takes a while to import
    from rich.console import Console

IN_FULL, MOST_FINDINGS, MOST_UNDECIDED = 3, 30, 8
INDENT = 3


def print_audit(report: AuditReport, name: str, console: Console, *, next_steps: Sequence[str] = ()) -> None:
    """Print a report; 80 columns are enough.

    Parameters
    ----------
    name : of the table, as the person called it.
    next_steps : commands that follow.
    """
    say = _Say(console)
    say.line((f"{name}: ", "bold"), (table_words(report), "bold"))
    for note in report.notes:
        say.text(f"Note: {note}", style="yellow")
    say.line()
    say.text(headline(report), indent=0)
    if told := quality_sentence(report):
        say.text(told, indent=0)
    if why := shared_sentence(report):
        say.text(why, indent=0)
    top = report.top(IN_FULL)
    for place, finding in enumerate(top, 1):
        _card(place, told_once(report, finding), say)
    _rest(report, top, say)
    _undecided(report.with_verdict(Verdict.UNSURE, Verdict.NOT_RUN), say)
    _passed(report, say)
    if report.estimation:
        say.line()
        say.text(report.estimation.sentence, indent=0, style="dim")
    if next_steps:
        say.line()
        for step in next_steps:
            say.text(f"Next: {step}", indent=0)


class _Say:
    """Lines without markup: names and values in them are the user's data."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.width = console.width

    def line(self, *pieces: tuple[str, str]) -> None:
        from rich.text import Text

        self.console.print(
            Text.assemble(*((_visible(words), style) for words, style in pieces)), overflow="ellipsis"
        )

    def text(self, words: str, indent: int = 2, style: str = "") -> None:
        from rich.padding import Padding
        from rich.text import Text

        self.console.print(Padding(Text(_visible(words), style=style), (0, 0, 0, indent)))

    def one_line(self, *pieces: tuple[str, str]) -> None:
        from rich.text import Text

        text = Text.assemble(*((_visible(words), style) for words, style in pieces))
        self.console.print(text, no_wrap=True, overflow="ellipsis")


def _card(place: int, finding: Finding, say: _Say) -> None:
    """One finding: what was found, what it costs, its chart, and what to do."""
    result, cost = finding.result, finding.consequence
    words = verdict_words(result.verdict)
    say.line()
    say.line(
        (f"{place}  ", "bold"),
        (f"{words.mark} {subject_words(result.subject)}", STYLES[result.verdict]),
        (f"  {result.name.replace('-', ' ')} ", ""),
        (result.code, "dim"),
    )
    say.text(result.finding, INDENT)
    if finding.also:
        also = ", ".join(f"{r.name.replace('-', ' ')} ({r.code})" for r in finding.also)
        say.text(f"Found there too: {also}.", INDENT, "dim")
    if cost is not None:
        say.text(cost.sentence, INDENT, "bold" if cost.quality and cost.quality.clear else "")
    if result.chart:
        for line in text_chart(result.chart, min(72, say.width - INDENT - 1)):
            say.one_line((" " * INDENT + line, "cyan"))
    if result.remedy:
        say.text(f"→ {result.remedy}", INDENT)


def _rest(report: AuditReport, top: Sequence[Finding], say: _Say) -> None:
    told = {id(result) for finding in top for result in (finding.result, *finding.also)}
    rest = [f for f in report.findings if id(f.result) not in told]
    if not rest:
        return
    say.line()
    say.line(("The rest of what was found", "bold"))
    costs = not shared_reason(report) and any(finding.consequence for finding in rest)
    for finding in rest[:MOST_FINDINGS]:
        _row(finding, say, costs=costs)
    if more := rest[MOST_FINDINGS:]:
        say.text(f"and {len(more):,} more: {code_counts([f.result for f in more])}.", 2, "dim")


def _row(finding: Finding, say: _Say, *, costs: bool) -> None:
    """Code, subject, what it is, rows, cost: 80 columns hold them, wider terminals give the subject more."""
    result, cost = finding.result, finding.consequence
    subject = subject_words(result.subject).removeprefix("column ")
    room = max(16, say.width - 2 - 7 - 22 - 13 - (15 if costs else 0))
    touched = rows_touched(result)
    figure = cost.figure if cost else ""
    say.one_line(
        (f"{verdict_words(result.verdict).mark} ", STYLES[result.verdict]),
        (f"{result.code:7}", "dim"),
        (f"{_cut(subject, room - 1):{room}}", ""),
        (f"{_cut(result.name.replace('-', ' '), 21):22}", ""),
        (f"{count(touched, 'row') if touched else '':>13}", "dim"),
        (f"{figure:>15}" if costs else "", "bold" if figure.startswith("−") else "dim"),
    )


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _undecided(results: Sequence[Result], say: _Say) -> None:
    if not results:
        return
    say.line()
    say.line(("What cannot be told from these rows", "bold"))
    for result in results[:MOST_UNDECIDED]:
        mark = verdict_words(result.verdict).mark
        say.one_line((f"{mark} ", STYLES[result.verdict]), (f"{result.code} ", "dim"), (result.finding, ""))
    if more := results[MOST_UNDECIDED:]:
        say.text(f"and {len(more):,} more: {code_counts(more)}.", 2, "dim")


def _passed(report: AuditReport, say: _Say) -> None:
    for verdict, words in ((Verdict.PASS, "Not found"), (Verdict.NOT_APPLICABLE, "Not asked")):
        if results := report.with_verdict(verdict):
            say.line()
            mark = verdict_words(verdict).mark
            say.text(f"{mark} {words}: {code_counts(results)}.", 0, STYLES[verdict])


def _visible(words: str) -> str:
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in words)
