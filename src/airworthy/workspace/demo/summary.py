"""The demo's last screen: what was promised, what came, what it was worth, and what could not be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

REQUEST = "request.json"
"""Two flights as a caller would send them, beside the charter."""

STRIP = 56
"""Characters of the strip that shows promise and reality."""


def print_summary(console: Console, summary: Mapping[str, Any], folder: str, approver: str) -> None:
    """Print what a demo found. `summary` is what `run_demo` returns."""
    table = Table.grid(padding=(0, 2), pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for title, text in _lines(summary, approver):
        table.add_row(title, text)
    console.print()
    console.print(Panel(table, title="[bold]Signed before, opened after", padding=(1, 2)))
    console.print(_promise(summary), highlight=False, soft_wrap=True)
    console.print()
    console.print(f"Open the dossier:  {summary['dossier']}", highlight=False, soft_wrap=True)
    console.print(f"Start the server:  airworthy serve --charter {folder}", highlight=False, soft_wrap=True)
    call = f"curl -s http://127.0.0.1:8080/v1/predict --data @{folder}/{REQUEST}"
    console.print(f"Call it:           {call}", highlight=False, soft_wrap=True)


def _promise(summary: Mapping[str, Any]) -> str:
    signed = summary["signed"]
    return (
        f"A notebook's random split said [bold]{summary['random_split']:.3f}[/bold]; Airworthy signed "
        f"[bold]{signed['low']:.3f} to {signed['high']:.3f}[/bold]; "
        f"reality was [bold]{_reality(summary)}[/bold] (AUC)."
    )


def _reality(summary: Mapping[str, Any]) -> str:
    return f"{summary['reality']['value']:.3f}" if summary["reality"] else "not measurable"


def _lines(summary: Mapping[str, Any], approver: str) -> Iterator[tuple[str, str | Text]]:
    auc, spend, money = summary["metrics"]["auc"], summary["spend"], summary["money"]
    if summary["reality"]:
        points = summary["random_split"], summary["reality"]["value"]
        yield "", strip(summary["signed"]["low"], summary["signed"]["high"], *points)
        yield "", ""
    yield (
        "Quality",
        (
            f"AUC {auc['value']:.3f} ({auc['low']:.3f} to {auc['high']:.3f}) on {auc['n']:,} sealed flights; "
            f"naive baseline {auc['baseline']:.3f} ({auc['baseline_name']})"
        ),
    )
    yield (
        "Money",
        (
            f"{money['saved_per_1000']:,.0f} {money['currency']} saved per 1,000 live flights "
            f"({money['low']:,.0f} to {money['high']:,.0f}) against warning nobody"
        ),
    )
    yield "Gate", gate_line(summary["shut_by"], approver)
    for alarm in summary["breaks"]:
        yield "Broken feed", alarm
    fallen = summary["mode_after_break"] == ["fallback"]
    yield "Decides now", "the declared rule, until the feed is mended" if fallen else "the model"
    edited = "found and named" if summary["tampering_found"] else "NOT found"
    yield "Ledger", f"one byte was edited: {edited}; put back since"
    yield (
        "Spend",
        (
            f"{spend['seconds']:.0f} of {spend['limit_seconds']:.0f} s to train and check, "
            f"{spend['money']:.2f} {spend['currency']}"
        ),
    )


def gate_line(shut_by: Sequence[Mapping[str, Any]], approver: str) -> str:
    """What kept the gate shut, counted by check and verdict.

    >>> gate_line([{"code": "FAI002", "verdict": "UNSURE"}, {"code": "FAI002", "verdict": "UNSURE"}], "Bea")
    'shut by FAI002 (2 could not be told); waived by name by Bea, for 30 days'
    """
    if not shut_by:
        return "open at the first request"
    words = {"FAIL": "failed", "UNSURE": "could not be told"}
    found: dict[str, Counter[str]] = {}
    for item in shut_by:
        verdict = str(item["verdict"])
        found.setdefault(item["code"], Counter())[words.get(verdict, verdict.lower())] += 1
    each = [f"{code} ({', '.join(f'{n} {word}' for word, n in c.items())})" for code, c in found.items()]
    return f"shut by {', '.join(each)}; waived by name by {approver}, for 30 days"


def strip(low: float, high: float, random_split: float, reality: float) -> Text:
    """Promise and reality on one line of `STRIP` characters from 0.5 (guessing) to 1.0.

    >>> len(strip(0.6, 0.8, 0.78, 0.75).plain.splitlines()[0])
    56
    """
    cells = [("·", "dim")] * STRIP
    for place in range(_cell(low), _cell(high) + 1):
        cells[place] = ("─", "cyan")
    cells[_cell(low)], cells[_cell(high)] = ("├", "bold cyan"), ("┤", "bold cyan")
    cells[_cell(random_split)] = ("▽", "bold magenta")
    cells[_cell(reality)] = ("●", "bold green")
    line = Text.assemble(*cells)
    line.append("\n├─┤", "bold cyan").append(" signed   ").append("●", "bold green").append(" reality   ")
    return line.append("▽", "bold magenta").append(" random split   AUC 0.5 to 1.0")


def _cell(value: float) -> int:
    return min(STRIP - 1, max(0, round((value - 0.5) / 0.5 * (STRIP - 1))))
