"""The first answer on a terminal: how good, for whom, what failed, what nobody can tell, and what is next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from airworthy.assurance.figures import Metric
from airworthy.assurance.given import ONLY_PREDICTIONS
from airworthy.assurance.impact import LEFT_OUT
from airworthy.assurance.plain import CheckReport, is_small
from airworthy.cli.impact import CODES as RATIOS
from airworthy.cli.impact import print_ratios
from airworthy.kernel.result import Result, Verdict
from airworthy.registry.dossier.group_lines import group_lines
from airworthy.registry.dossier.ranking import ranked
from airworthy.registry.dossier.words import (
    bare,
    interval,
    metric_words,
    subject_words,
    verdict_words,
)

SHOWN = (
    *("auc", "average_precision", "log_loss", "brier", "calibration_error"),
    *("rmse", "mae", "bias", "r2"),
    *("accuracy", "macro_recall", "false_alarms_per_1000", "misses_per_1000"),
)
LABEL, VALUE, RANGE = 31, 9, 21
MOST_UNTOLD = 3
TOLD = ("SRV001", "EFF001", "EFF002", "EFF003", "EFF004")
"""Speed and size, which a charter limits and `airworthy check` does not."""
OUT_OF_REACH = 50
"""Times the rows at hand; beyond it nobody collects what an undecided figure would need."""
GAPS = ("FAI001", "FAI002", "FAI003", "FAI007", "FAI008", "FAI009")


def print_answer(report: CheckReport, name: str, console: Console) -> None:
    """Print a report; 80 columns are enough.

    Parameters
    ----------
    name : the file that was checked.
    """
    say = _Say(console)
    say.line(f"{name}: {report.rows:,} rows, {_about(report)}", "bold")
    for note in report.notes:
        say.text(note)
    _quality(report, say)
    if report.groups is not None:
        for line, style in group_lines(report.groups, console.width):
            say.line(line, style)
    print_ratios(report.results, say.line)
    _verdicts(report.results, say)
    _untold(report, say)
    _next(report, say)


class _Say:
    """Lines without markup: names in them are the user's data."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def line(self, text: str = "", style: str = "") -> None:
        shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
        self._console.print(Text(shown, style=style), overflow="fold")

    def text(self, text: str, indent: int = 2, style: str = "") -> None:
        shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
        self._console.print(Padding(Text(shown, style=style), (0, 0, 0, indent)))

    def head(self, text: str) -> None:
        self.line()
        self.line(text, "bold")


def _about(report: CheckReport) -> str:
    outcomes = report.outcomes
    if len(outcomes) == 2:
        event, count = list(outcomes.items())[-1]
        return f"{100 * count / report.rows:.1f} % of them {event!r} (the event)"
    if outcomes:
        most = max(outcomes, key=lambda name: outcomes[name])
        share = 100 * outcomes[most] / report.rows
        return f"{len(outcomes)} outcomes, most often {most!r} ({share:.1f} %)"
    return "the outcome is a number"


def _quality(report: CheckReport, say: _Say) -> None:
    names = [name for name in SHOWN if name in report.metrics]
    if not names:
        return
    level = report.metrics[names[0]].level
    say.head(f"{'How good':{LABEL + 2}}{'':{VALUE}}{f'{level * 100:.4g} % interval':{RANGE}}without a model")
    for name in names:
        metric = report.metrics[name]
        naive = "" if metric.baseline is None else bare(_tidy(metric.baseline), metric.unit)
        cells = bare(metric.value, metric.unit), interval(metric.low, metric.high, metric.unit)
        say.line(f"  {metric_words(name).label:{LABEL}}{cells[0]:{VALUE}}{cells[1]:{RANGE}}{naive}".rstrip())
    if plain := _in_words(report.metrics):
        say.line()
        say.text(plain)


def _tidy(value: float) -> float:
    """Zero for what rounding leaves of it."""
    return 0.0 if abs(value) < 1e-9 else value


def _in_words(metrics: Mapping[str, Metric]) -> str:
    if auc := metrics.get("auc"):
        text = (
            "Of two cases, one with the event and one without, the score puts the right one first "
            f"{100 * auc.value:.0f} times in 100; guessing manages 50."
        )
        alarms, misses = (metrics.get(f"{name}_per_1000") for name in ("false_alarms", "misses"))
        if alarms and misses:
            text += (
                f" Of 1,000 cases it flags {alarms.value:.0f} wrongly and misses {misses.value:.0f} events."
            )
        return text
    if (rmse := metrics.get("rmse")) and rmse.baseline:
        share = 100 * (1 - rmse.value / rmse.baseline)
        way = "smaller" if share > 0 else "larger"
        return f"A typical error is {abs(share):.0f} % {way} than that of predicting the mean each time."
    if (right := metrics.get("accuracy")) and right.baseline is not None:
        return (
            f"Of 100 cases it decides {100 * right.value:.0f} as they came; one answer for all would be "
            f"right in {100 * right.baseline:.0f}."
        )
    return ""


def _verdicts(results: Sequence[Result], say: _Say) -> None:
    """What failed in full, then what passed by name."""
    say.head("What the checks say")
    wrong = [r for r in ranked(results) if r.verdict in (Verdict.FAIL, Verdict.ERROR)]
    for result in wrong:
        words = verdict_words(result.verdict)
        small = " (few rows: shown only)" if is_small(result) else ""
        about = f"{result.name.replace('-', ' ')}, {subject_words(result.subject)}{small}"
        say.line(f"  {words.mark} {words.word.upper()}  {result.code} {about}", "bold red")
        say.text(result.finding, 4)
        if result is wrong[-1] or result.remedy != wrong[wrong.index(result) + 1].remedy:
            say.text(f"→ {result.remedy}", 4)
    for result in results:
        if (
            result.code in TOLD
            and result.verdict is Verdict.NOT_APPLICABLE
            and result.measurement is not None
        ):
            say.text(f"○ {result.code}, told only: {result.finding}")
    passed = _passed(results)
    if passed:
        say.text(f"● Not found: {'; '.join(passed)}.", style="green")
    if not wrong and not passed:
        say.text("Nothing could be judged; the reasons are below.")


def _passed(results: Sequence[Result]) -> list[str]:
    """Checks that found nothing, by name; of a group check the groups in which it found nothing."""
    named = []
    for code in dict.fromkeys(r.code for r in results if r.verdict is Verdict.PASS):
        mine = [r for r in results if r.code == code]
        clean = [r for r in mine if r.verdict is Verdict.PASS]
        several = code in {*GAPS, *RATIOS} and len(mine) > 1
        where = f" (in {len(clean):,} of {len(mine):,} groups)" if several else ""
        named.append(f"{code} {mine[0].name.replace('-', ' ')}{where}")
    return named


def _untold(report: CheckReport, say: _Say) -> None:
    say.head("What could not be told")
    small = [r for r in report.results if r.verdict is Verdict.UNSURE and is_small(r)]
    unsure = [r for r in ranked(report.results) if r.verdict is Verdict.UNSURE and not is_small(r)]
    for result in unsure[:MOST_UNTOLD]:
        say.text(f"◆ {result.code}: {result.finding} {_rows_needed(result)}")
    if more := unsure[MOST_UNTOLD:]:
        say.text(f"◆ Also: {'; '.join(f'{r.code} {subject_words(r.subject)}' for r in more)}.")
    if small:
        names = list(dict.fromkeys(r.subject.removeprefix("group:") for r in small))
        listed = ", ".join(names[:4]) + (f" and {len(names) - 4:,} more" if len(names) > 4 else "")
        floor = small[0].details["floor"]
        say.text(f"◆ Groups with fewer than {floor:,} counted rows, shown only: {listed}.")
    if report.missing:
        say.text(f"– Not run, as somebody stopped it: {', '.join(report.missing)}.")
    for code, reason in _reasons(report):
        say.text(f"– {code}: {reason}")


def _rows_needed(result: Result) -> str:
    if result.rows_to_settle is None:
        return "More rows are needed."
    if result.measurement and result.rows_to_settle > OUT_OF_REACH * result.measurement.n:
        return "It lies so near the limit that no likely number of rows would settle it."
    if result.code in (*GAPS, *RATIOS):
        return result.remedy.removeprefix("The rows cannot tell. ")
    return f"About {result.rows_to_settle:,} rows would settle it."


def _reasons(report: CheckReport) -> list[tuple[str, str]]:
    """What does not apply and why, once each, and what nobody asked about or could."""
    silent = [r for r in report.results if r.verdict is Verdict.NOT_APPLICABLE and r.measurement is None]
    # Small categories are named with their rows and rates under the table of impact ratios.
    elsewhere = (LEFT_OUT, ONLY_PREDICTIONS)
    reasons = sorted({(r.code, r.finding) for r in silent if not r.finding.startswith(elsewhere)})
    seen = {result.code[:3] for result in report.results}
    reasons += [("Groups", told) for told in report.unseen]
    if any(r.finding.startswith(ONLY_PREDICTIONS) for r in silent):
        need = "these need the model itself: airworthy check MODEL DATA --target …"
        reasons.append(("Reasons, messy input, speed", need))
    if "STA" not in seen:
        reasons.append(("Next month", "no column dates the rows: --time COLUMN."))
    reasons.append(("Money", "nobody declared what an error costs, so errors are counted."))
    return reasons


def _next(report: CheckReport, say: _Say) -> None:
    say.head("Next")
    failed = next((r.code for r in report.results if r.verdict is Verdict.FAIL), None)
    code = failed or next((r.code for r in report.results if r.verdict is Verdict.UNSURE), None)
    steps = [(f"airworthy explain {code}", "what it measures, why it matters")] if code else []
    steps += [("the same command with --json", "every figure with its interval")]
    if not report.deep:
        steps += [("the same command with --deep", "more slices, more crossings, more rows asked")]
    steps += [("airworthy init DATA --target …", "the whole life: train, gate, serve, watch")]
    for step, why in steps:
        say.text(f"{step:32}{why}")
