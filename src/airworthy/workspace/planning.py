"""`airworthy plan cost`: rented machines, own ones or both, from a file of assumptions and measured runs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.errors import InputError
from airworthy.metering.prices import price_table
from airworthy.value.hosting.assumption import ITEMS, Span
from airworthy.value.hosting.compared import LEVEL, Compared, compare
from airworthy.value.hosting.read import HOURS, YEARS, Assumptions, read_assumptions
from airworthy.workspace.spending import spent_in

HEADING = """\
# Where to run: rented machines, own ones, or both. Fill in what you know; leave the rest as it is: what is
# missing is named, and where one number is missing you hear at which value the answer turns.
# A number, a range [low, high], or [low, likely, high]. All amounts in one currency, without tax.
currency = "EUR"
years = {years}
# as_of = 2026-01-31          # the day of these prices
"""


def plan_cost(file: Path, project: Path | None, now: datetime | None = None) -> Compared:
    """Compare what `file` assumes; hours of work that it leaves out are those that `project` has measured.

    Raises `InputError` for a file that cannot be read, or tells too little of any way.
    """
    now = now or datetime.now(UTC)
    assumptions = read_assumptions(file, price_table(), now.date())
    if HOURS not in assumptions.spans and project is not None:
        assumptions = _with_measured(assumptions, project, now)
    return compare(assumptions)


def _with_measured(assumptions: Assumptions, project: Path, now: datetime) -> Assumptions:
    """Hours of work a month, as runs and guarded commands took them in whole months."""
    hours: dict[str, float] = defaultdict(float)
    for entry in spent_in([project], now).entries:
        hours[entry.month] += float(entry.seconds) / 3600
    whole = sorted(value for month, value in hours.items() if month < f"{now:%Y-%m}")
    if not whole:
        raise InputError(
            f"{project} has no whole month of measured runs, and {HOURS} is not declared.",
            value=str(project),
            remedy="Declare it: [work] machine_hours = [400, 600, 900].",
        )
    span = Span(whole[0], sum(whole) / len(whole), whole[-1])
    note = f"{HOURS}: as measured in {len(whole)} whole months of {project.name or 'this project'}."
    return replace(assumptions, spans={**assumptions.spans, HOURS: span}, notes=(*assumptions.notes, note))


def write_assumptions(path: Path) -> None:
    """A file of assumptions to fill in; nothing is declared in it.

    Raises `InputError` where there is such a file already.
    """
    if path.exists():
        raise InputError(f"{path} exists already.", value=str(path), remedy="Name another file.")
    lines, before = [HEADING.format(years=YEARS)], ""
    for item in ITEMS:
        table, _, key = item.name.partition(".")
        if table != before:
            lines.append(f"\n[{table}]\n")
            if table == "cloud":
                lines.append(
                    '# machine = "aws p3.2xlarge us-east-1"   # its listed price, or your own: per_hour\n'
                )
            before = table
        unit = f", {item.unit}" if item.unit else ""
        without = "" if item.default is None else f"; {item.default:g} where it is left out"
        lines.append(f"# {key} = {item.example}   # {item.meaning}{unit}{without}\n")
    write_atomic(path, "".join(lines).encode())


def plan_document(compared: Compared) -> dict[str, Any]:
    """The answer as one JSON document."""
    assumptions, decisive = compared.assumptions, compared.decisive
    return {
        "currency": assumptions.currency,
        "years": assumptions.years,
        "as_of": None if assumptions.as_of is None else str(assumptions.as_of),
        "level": LEVEL,
        "assumptions": {name: asdict(span) for name, span in assumptions.spans.items()},
        "ways": [asdict(cost) for cost in compared.costs],
        "cheapest": compared.cheapest.way,
        "break_even": [asdict(one) for one in compared.break_even],
        "sensitivity": [
            {**asdict(lever), "swing": lever.swing, "decides": lever.decides} for lever in compared.levers
        ],
        "decisive": None if decisive is None else decisive.name,
        "untold": [
            {"way": one.way, "missing": [item.name for item in one.missing], "turns_at": one.turns_at}
            for one in compared.untold
        ],
        "notes": list(assumptions.notes),
        "chart": chart_of(compared),
    }


def chart_of(compared: Compared) -> dict[str, Any]:
    """Money spent so far, month by month: a Vega-Lite specification with its data."""
    values = [
        {"month": month, "spent": spent, "way": str(cost.way)}
        for cost in compared.costs
        for month, spent in enumerate(cost.monthly, start=1)
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": values},
        "mark": {"type": "line", "interpolate": "step-after"},
        "encoding": {
            "x": {"field": "month", "type": "quantitative", "title": "month"},
            "y": {
                "field": "spent",
                "type": "quantitative",
                "title": f"{compared.assumptions.currency} spent so far",
            },
            "color": {"field": "way", "type": "nominal", "title": None},
        },
    }
