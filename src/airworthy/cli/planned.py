"""How a comparison of costs looks on a terminal: the ways side by side, break-even, and what decides."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from airworthy.cli.show import console
from airworthy.value.hosting.assumption import BY_NAME, Way
from airworthy.value.hosting.compared import BreakEven, Compared, Lever, Untold
from airworthy.value.hosting.costs import PARTS

CALLED = {Way.CLOUD: "rented machines", Way.OWN: "own machines", Way.HYBRID: "both"}
SHOWN = 5
"""Assumptions that are told, the strongest first."""


def print_plan(compared: Compared) -> None:
    """Print everything; 80 columns are enough."""
    screen = console()
    screen.print(_table(compared))
    for line in (*_even(compared), *_levers(compared), *_untold(compared)):
        screen.print(Text(line))
    for note in compared.assumptions.notes:
        screen.print(Text(note, style="dim"))


def _table(compared: Compared) -> Table:
    currency, years = compared.assumptions.currency, compared.assumptions.years
    table = Table(box=None, pad_edge=False)
    table.add_column(f"{currency}, {years} years")
    for cost in compared.costs:
        table.add_column(CALLED[cost.way], justify="right")
    rows = [("in all", [cost.total for cost in compared.costs], "bold")]
    rows += [(f"year {at + 1}", [cost.by_year[at] for cost in compared.costs], "") for at in range(years)]
    rows += [(part, [cost.parts[part] for cost in compared.costs], "") for part in PARTS]
    rows.append(("of it for idle hours", [cost.idle for cost in compared.costs], "dim"))
    rows.append(("worth at the end", [cost.left for cost in compared.costs], "dim"))
    for name, amounts, style in rows:
        table.add_row(name, *(f"{amount:,.0f}" for amount in amounts), style=style)
    spread = (f"{cost.low:,.0f} to {cost.high:,.0f}" for cost in compared.costs)
    table.add_row("80 % of draws", *spread, style="dim")
    table.add_row(
        "cheapest in", *(f"{_share(cost.cheapest)} of draws" for cost in compared.costs), style="dim"
    )
    return table


def _even(compared: Compared) -> Iterator[str]:
    for one in compared.break_even:
        yield _break_even(one)


def _break_even(one: BreakEven) -> str:
    who = CALLED[one.way].capitalize()
    usual = "never cost less in all" if one.month is None else f"cost less in all from month {one.month} on"
    if not one.happens:
        return f"{who}: {usual} than rented ones, in none of the draws."
    spread = f"month {one.low} to {one.high}" if one.low != one.high else f"month {one.low}"
    return f"{who}: {usual} than rented ones; in {_share(one.happens)} of the draws, then {spread} (80 %)."


def _levers(compared: Compared) -> Iterator[str]:
    decisive = compared.decisive
    if decisive is not None:
        yield f"What decides: {_lever(decisive, compared)}"
    elif compared.levers:
        yield "No single assumption changes the order within its declared range."
    for lever in [one for one in compared.levers if one is not decisive][:SHOWN]:
        yield f"  {_lever(lever, compared)}"


def _lever(lever: Lever, compared: Compared) -> str:
    ends = [
        f"at {value:g} {CALLED[lever.way]} cost {abs(amount):,.0f} {'more' if amount > 0 else 'less'}"
        for value, amount in ((lever.span.low, lever.at_low), (lever.span.high, lever.at_high))
    ]
    return f"{lever.name} ({BY_NAME[lever.name].meaning}): {', '.join(ends)} than rented ones."


def _untold(compared: Compared) -> Iterator[str]:
    for one in compared.untold:
        yield _missing(one)


def _missing(one: Untold) -> str:
    names = ", ".join(item.name for item in one.missing)
    verb = "is" if len(one.missing) == 1 else "are"
    said = f"{CALLED[one.way].capitalize()}: not told, because {names} {verb} missing."
    if one.turns_at is not None:
        said += f" At {one.turns_at:,.4g} they would cost what the cheapest other way does."
    elif len(one.missing) == 1:
        said += " No value of it would change which way is cheapest."
    return said


def _share(share: float) -> str:
    return "under 1 %" if 0 < share < 0.01 else f"{100 * share:.0f} %"
