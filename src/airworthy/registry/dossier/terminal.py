"""Results and versions on a terminal: the three that matter most in full, the rest a line each.

Everything measured comes from user data, so nothing is printed as markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from airworthy.assurance.explain_tests import cautions
from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.units import format_duration, format_size
from airworthy.registry.dossier.axis import axis_around
from airworthy.registry.dossier.deciding import decision_lines, rule_rows, rules_unit
from airworthy.registry.dossier.menu import INTERVAL, choice_line, heads, menu_lines, menu_note, menu_rows
from airworthy.registry.dossier.ranking import OPEN, ranked
from airworthy.registry.dossier.whiskers import whiskers
from airworthy.registry.dossier.words import (
    DECISIONS,
    VERDICTS,
    bare,
    count,
    interval,
    limit_words,
    measured,
    metric_words,
    number,
    quality_order,
    sentence,
    subject_words,
    unit_of,
    verdict_words,
)

if TYPE_CHECKING:  # rich takes a while to import, and `airworthy --help` prints no result
    from rich.console import Console
    from rich.text import Text

    from airworthy.registry.dossier.document import DossierInput
    from airworthy.registry.dossier.menu_views import ChoiceView, MenuView

IN_FULL, IN_LINES = 3, 20
STRIP = 32  # characters of the strip that shows interval and limit

STYLES = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.UNSURE: "yellow",
    Verdict.NOT_APPLICABLE: "dim",
    Verdict.NOT_RUN: "cyan",
    Verdict.ERROR: "bold magenta",
}


def print_results(results: Sequence[Result], console: Console) -> None:
    """Print results, those first that keep a gate shut or ask somebody to do something.

    Parameters
    ----------
    results : of one audit, assurance or window; their order does not matter.
    console : where to print; 100 columns are enough.
    """
    order = ranked(results)
    opened = [result for result in order if result.verdict in OPEN]
    console.print(_tally(results))
    for result in opened[:IN_FULL]:
        console.print()
        _print_card(result, console)
    if rest := sorted(opened[IN_FULL:], key=lambda result: result.verdict is Verdict.UNSURE):
        console.print()
        for result in rest[:IN_LINES]:
            console.print(_line(result, console.width), no_wrap=True, overflow="ellipsis")
        if more := rest[IN_LINES:]:
            console.print(_text(f"… and {len(more):,} more; --json and the dossier have them all:", "dim"))
            for verdict in dict.fromkeys(result.verdict for result in more):
                console.print(_by_code(verdict, [result for result in more if result.verdict is verdict]))
    for verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE):
        if quiet := [result for result in order if result.verdict is verdict]:
            console.print()
            console.print(_by_code(verdict, quiet))
    if any(result.measurement and result.limit for result in opened[:IN_FULL]):
        console.print()
        console.print(_text("● value   ├─┤ interval   ┃ limit, ░ beyond it", "dim"))


def print_version(document: Mapping[str, object], console: Console) -> None:
    """Print one version's document: quality beside the baseline, verdicts, spend, obstacles."""
    from airworthy.registry.dossier.document import read_document  # msgspec, not needed to list commands
    from airworthy.registry.dossier.standing import approvals_missing, may_approve, stand

    given = read_document(document)
    standing = stand(given)
    style = {"go": "bold green", "no-go": "bold red", "retired": "dim"}.get(standing.kind, "bold yellow")
    console.print(
        _pieces(
            (f"{given.charter.name} {given.version}", "bold"),
            (f"  {given.stage}  ", "dim"),
            (standing.headline, style),
        )
    )
    console.print(_text(standing.reason, ""))
    if missing := approvals_missing(given):
        names = ", ".join(may_approve(given)) or "nobody who may sign is declared in airworthy.toml"
        console.print(
            _text(
                f"{count(missing, 'approval').capitalize()} to go before production; may sign: {names}.", ""
            )
        )
    for stamp in given.stamps:
        console.print(_text(f" {stamp} ", "reverse"))
    console.print()
    _print_metrics(given, console)
    _print_decision(given, console)
    if given.menu is not None:
        print_menu(given.menu, given.choice, console)
    if given.group_table is not None:
        from airworthy.registry.dossier.group_lines import group_lines

        for line, style in group_lines(given.group_table, console.width):
            console.print(_text(line, style))
        console.print()
    print_results(given.everything, console)
    console.print()
    for caution in cautions(given.everything):
        console.print(_text(f"Its reasons: {caution}", "yellow"))
    _print_spend(given, console)


def _print_spend(given: DossierInput, console: Console) -> None:
    """What the run took against its limit, where it went, and what it left out."""
    from airworthy.registry.dossier.spend import SHORTEST, WORDS, spend_lines

    spend = given.spend
    limit = f" of {format_duration(spend.limit_seconds)}" if spend.limit_seconds else ""
    money = "" if spend.money is None else f", {spend.money:.3g} {spend.currency or ''}".rstrip()
    memory = f", at most {format_size(spend.peak_memory_bytes)}" if spend.peak_memory_bytes else ""
    said = f"Spent {format_duration(spend.seconds)}{limit}{money}{memory}. Rows: {given.dataset.rows:,}."
    console.print(_text(said, "dim"))
    stages = [piece for piece in spend.pieces if piece.kind == "stage" and piece.seconds >= SHORTEST]
    if stages:
        parts = [f"{WORDS.get(one.name, one.name).lower()} {format_duration(one.seconds)}" for one in stages]
        console.print(_text(f"{sentence(', '.join(parts))}.", "dim"))
    for line in spend_lines(spend):
        console.print(_text(line, "dim"))
    for line in given.not_run:
        console.print(_text(line, "bold yellow"))


def _print_metrics(given: DossierInput, console: Console) -> None:
    """Quality first, then what decisions do in 1,000 cases, each beside the naive baseline."""
    from rich.table import Table

    table = Table.grid(padding=(0, 3), pad_edge=False)
    for name in (*quality_order(given.metrics)[:4], *(n for n in DECISIONS if n in given.metrics)):
        metric = given.metrics[name]
        bounds = interval(metric.low, metric.high, metric.unit)
        naive = "" if metric.baseline is None else f"naive {bare(metric.baseline, metric.unit)}"
        label, value = metric_words(name).label, bare(metric.value, metric.unit)
        if name == DECISIONS[0]:
            value = number(metric.value, metric.unit.partition(" per ")[0])
        table.add_row(_text(label, "bold"), _text(value, ""), _text(bounds, "dim"), _text(naive, "dim"))
    if given.metrics:
        console.print(table)
        level = next((m.level for m in given.metrics.values() if m.level), None)
        rows = next((f"{m.n:,} {m.rows} rows" for m in given.metrics.values() if m.n), "")
        told = f"{level * 100:.4g} % intervals" if level else ""
        console.print(_text(", ".join(part for part in (told, rows) if part), "dim"))
        console.print()


def _print_decision(given: DossierInput, console: Console) -> None:
    """The rule beside others, and what its limits do; silent where the evidence holds neither."""
    from rich.table import Table

    decision = given.decision
    if decision.rules:
        table = Table.grid(padding=(0, 3), pad_edge=False)
        head = ("What decides", rules_unit(decision), "interval", "dearer than the model by", "positive")
        table.add_row(*(_text(words, "bold") for words in head))
        for row in rule_rows(decision):
            cells = (row.label, row.money, row.around, row.against, row.positive)
            table.add_row(*(_text(cell, "" if i < 2 else "dim") for i, cell in enumerate(cells)))
        console.print(table)
    lines = list(decision_lines(given))
    for line in lines:
        console.print(_text(line, ""))
    if decision.rules or lines:
        console.print()


def print_menu(menu: MenuView, choice: ChoiceView | None, console: Console) -> None:
    """Every candidate worth a look in a row, then each trade in a sentence."""
    from rich.table import Table

    words = tuple(head.replace(" ", "\n") if head != INTERVAL else head for head in heads(menu))
    rows = [words, *(row.cells for row in menu_rows(menu))]
    # The sentences have the intervals that count, and 80 columns have no room for these.
    used = [i for i, head in enumerate(rows[0]) if head != INTERVAL and any(row[i] for row in rows[1:])]
    table = Table.grid(padding=(0, 2), pad_edge=False)
    for i in used:
        table.add_column(no_wrap=True, justify="left" if i < 2 or i == len(words) - 1 else "right")
    for line, cells in enumerate(rows):
        table.add_row(*(_text(cells[i], "dim" if line and i else "bold") for i in used))
    console.print(table)
    console.print(_text(menu_note(menu), "dim"))
    for trade in (*([choice_line(choice)] if choice else []), *menu_lines(menu)):
        console.print(_text(trade, ""))
    console.print()


def _tally(results: Sequence[Result]) -> Text:
    pieces: list[tuple[str, str]] = []
    for verdict, words in VERDICTS.items():
        found = sum(result.verdict == verdict for result in results)
        if found:
            pieces += [(f"{words.mark} ", STYLES[Verdict(verdict)]), (f"{found:,} {words.word}   ", "")]
    return _pieces(*pieces) if pieces else _text("No results: nothing was planned for this data.", "dim")


def _print_card(result: Result, console: Console) -> None:
    from rich.padding import Padding

    words = verdict_words(result.verdict)
    gate = "  keeps the gate shut" if result.required else ""
    console.print(
        _pieces(
            (f"{words.mark} {words.word.upper()} ", STYLES[result.verdict]),
            (f" {result.code} ", "bold"),
            (f"{result.name.replace('-', ' ')} · {subject_words(result.subject)}", ""),
            (gate, STYLES[result.verdict]),
        )
    )
    lines = [_text(result.finding, "")]
    if result.measurement:
        unit = unit_of(result.measurement, result.limit)
        agreed = limit_words(result.limit, unit)
        source = f" ({result.limit.source})" if result.limit and agreed else ""
        figure = measured(result.measurement, result.limit) + (f"; limit {agreed}{source}" if agreed else "")
        lines += [_text(strip(result), STYLES[result.verdict]), _text(figure, "dim")]
    if result.remedy:
        lines.append(_pieces(("→ ", "bold"), (result.remedy, "")))
    for line in lines:
        console.print(Padding(line, (0, 0, 0, 2)))


def strip(result: Result, width: int = STRIP) -> str:
    """Interval, value and limit on one axis, in `width` characters; empty where nothing was measured.

    >>> from airworthy.kernel.result import Limit, Measurement
    >>> m = Measurement(0.5, 0.4, 0.6, "share", 90, 0.95)
    >>> strip(Result("A", "a", "m", Verdict.PASS, "", "", measurement=m, limit=Limit(high=0.8)), 21)
    '···├──●───┤······┃░░░'
    """
    m, limit = result.measurement, result.limit
    if m is None:
        return ""
    low, high = (limit.low, limit.high) if limit else (None, None)
    axis = axis_around([m.value, m.low, m.high, low, high], unit=m.unit, margin=0.18)
    return whiskers(m, limit, axis, width)


def _line(result: Result, width: int) -> Text:
    words = verdict_words(result.verdict)
    m = result.measurement
    figure = f" {number(m.value, unit_of(m, result.limit))}" if m else ""
    return _pieces(
        (f"{words.mark} ", STYLES[result.verdict]),
        (f"{result.code} ", "bold"),
        (f"{subject_words(result.subject)}{figure}: ", ""),
        (result.finding, "dim"),
    )


def _by_code(verdict: Verdict, results: Sequence[Result]) -> Text:
    counts: dict[str, int] = {}
    for result in sorted(results, key=lambda r: r.code):
        counts[result.code] = counts.get(result.code, 0) + 1
    codes = ", ".join(code if n == 1 else f"{code} ×{n:,}" for code, n in counts.items())
    words = verdict_words(verdict)
    return _pieces((f"{words.mark} {words.word}: ", STYLES[verdict]), (codes, "dim"))


def _text(words: str, style: str) -> Text:
    return _pieces((words, style))


def _pieces(*pieces: tuple[str, str]) -> Text:
    """Text with styles; control characters of hostile column names are shown, not obeyed."""
    from rich.text import Text

    return Text.assemble(*((_visible(words), style) for words, style in pieces))


def _visible(words: str) -> str:
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in words)
