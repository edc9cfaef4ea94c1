"""How spending looks on a terminal: a table, the month's budget, idle waste, and where figures come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from rich.table import Table
from rich.text import Text

from airworthy.cli.show import console
from airworthy.kernel.units import Money, format_duration, format_energy
from airworthy.metering.accounts import Group, Line, lines, total
from airworthy.metering.month import MonthLeft
from airworthy.workspace.spend_document import served_per_1000
from airworthy.workspace.spending import Spent

BAR = 20
STYLES = {0: "green", 50: "green", 80: "yellow", 95: "bold red"}


def print_spent(spent: Spent, by: Group, month: str | None) -> None:
    """Print everything; 80 columns are enough."""
    screen = console()
    for note in spent.notes:
        screen.print(Text(note, style="yellow"))
    if not spent.entries:
        screen.print(f"Nothing was spent{f' in {month}' if month else ' yet'}.")
    else:
        screen.print(_table(spent, by))
    for budget in spent.budgets:
        screen.print(_bar(budget))
    whole = total(spent.entries)
    for line in (*_idle(whole), *_sources(spent, whole), *_serving(spent)):
        screen.print(Text(line))
    screen.print(Text(_next(spent, by), style="dim"))


def _table(spent: Spent, by: Group) -> Table:
    table = Table(box=None, pad_edge=False, show_footer=True)
    whole = total(spent.entries, "total")
    head = (by.value, "entries", "time", "CPU", "money", "energy", "carbon")
    for name, cell in zip(head, _cells(whole), strict=True):
        table.add_column(name, cell, justify="left" if name == by.value else "right", overflow="fold")
    for line in lines(spent.entries, by):
        table.add_row(*map(Text, _cells(line)))
    return table


def _cells(line: Line) -> tuple[str, ...]:
    unknown = "unknown"
    metered = line.unmetered < line.entries or line.energy_kwh
    known_carbon = line.uncounted_carbon < line.entries or line.carbon_g
    return (
        line.key or "(none)",
        f"{line.entries:,}",
        format_duration(float(line.seconds)),
        format_duration(float(line.cpu_seconds)),
        _money(line.money) or unknown,
        (("~" if line.estimated_kwh else "") + format_energy(float(line.energy_kwh))) if metered else unknown,
        grams(float(line.carbon_g)) if known_carbon else unknown,
    )


def _money(amounts: Mapping[str, Decimal]) -> str:
    return "\n".join(str(Money(float(amount), currency)) for currency, amount in amounts.items())


def grams(carbon_g: float) -> str:
    """Carbon for people.

    >>> grams(0.0123), grams(412.0), grams(1520.0)
    ('12.3 mg', '412 g', '1.52 kg')
    """
    if carbon_g < 1:
        return f"{1000 * carbon_g:.3g} mg"
    return f"{carbon_g:.3g} g" if carbon_g < 999.5 else f"{carbon_g / 1000:.3g} kg"


def _bar(budget: MonthLeft) -> Text:
    full = min(BAR, round(BAR * budget.percent / 100))
    text = Text(f"\n{budget.project}, {budget.month}: ")
    text.append("█" * full + "░" * (BAR - full), STYLES[budget.alarm])
    spent = Money(float(budget.spent), budget.limit.currency)
    text.append(f" {spent} of {budget.limit} spent ({budget.percent:.1f} %)")
    if budget.alarm:
        text.append(f": past {budget.alarm} %", STYLES[budget.alarm])
    if budget.other:
        text.append(f"; {_money(budget.other)} in other currencies do not count")
    return text


def _idle(whole: Line) -> Iterator[str]:
    if whole.idle_seconds:
        paid = {currency: amount for currency, amount in whole.idle_money.items() if amount}
        cost = _money(paid).replace("\n", " and ")
        yield f"Idle: {format_duration(float(whole.idle_seconds))} in which nothing was computed" + (
            f", {cost}." if cost else "."
        )


def _sources(spent: Spent, whole: Line) -> Iterator[str]:
    """Where figures come from, and what has none."""
    for source in dict.fromkeys(e.energy_source for e in spent.entries if e.energy_source):
        yield f"Energy {source}."
    if whole.unpriced:
        yield (
            f"{whole.unpriced:,} of {whole.entries:,} entries have no price: declare budget.rate_per_hour "
            "or budget.machine."
        )
    if whole.uncounted_carbon:
        yield f"{whole.uncounted_carbon:,} of {whole.entries:,} have no carbon: declare budget.region."
    if running := sum(entry.running for entry in spent.entries):
        yield f"{running:,} still running: figures so far."


def _serving(spent: Spent) -> Iterator[str]:
    for served in spent.serving:
        cost = served_per_1000(served)
        carbon = "" if cost.carbon_g is None else f", {grams(cost.carbon_g)} CO2e"
        yield (
            f"Serving {served.project} {served.use.version}: 1,000 predictions take "
            f"{format_duration(cost.cpu_seconds)} of a core, ~{format_energy(cost.energy_kwh)}{carbon} "
            f"({served.use.predictions:,} predictions)."
        )


def _next(spent: Spent, by: Group) -> str:
    others = ", ".join(group.value for group in Group if group is not by)
    return f"Next: --by {others}; --json or --csv for every figure" + (
        "." if spent.budgets else '; budget.monthly = "400 USD" in airworthy.toml limits a month.'
    )
