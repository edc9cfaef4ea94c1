"""What was spent as one JSON document, and as CSV: figures that add up to their total exactly."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from airworthy.kernel.clock import rfc3339
from airworthy.metering.accounts import Entry, Group, Line, lines, total
from airworthy.metering.energy import BUSY_WATTS
from airworthy.metering.month import MonthLeft
from airworthy.workspace.spending import Served, Spent

COLUMNS = (
    *("kind", "name", "what", "project", "person", "outcome", "ended", "month", "version", "seconds"),
    *("cpu_seconds", "money", "currency", "energy_kwh", "energy_source", "carbon_g", "peak_memory_bytes"),
    *("idle_seconds", "idle_money", "running"),
)


def spend_document(spent: Spent, by: Group, month: str | None) -> dict[str, Any]:
    """The document of `airworthy spend --json`; docs/json.md names its keys."""
    return {
        "month": month,
        "by": by.value,
        "lines": [_line(line) for line in lines(spent.entries, by)],
        "total": _line(total(spent.entries, "total")),
        "budgets": [_budget(budget) for budget in spent.budgets],
        "serving": [_served(served) for served in spent.serving],
        "entries": [_entry(entry) for entry in spent.entries],
        "taken": spent.taken,
        "notes": list(spent.notes),
    }


def spend_csv(spent: Spent) -> str:
    """One row for each run and each guarded command; unknown figures are empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for entry in spent.entries:
        writer.writerow(_entry(entry))
    return text.getvalue()


def _number(figure: Decimal | None) -> float | None:
    return None if figure is None else float(figure)


def _amounts(money: Mapping[str, Decimal]) -> dict[str, float]:
    return {currency: float(amount) for currency, amount in money.items()}


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "name": entry.name,
        "what": entry.what,
        "project": entry.project,
        "person": entry.person,
        "outcome": entry.outcome,
        "ended": rfc3339(entry.ended),
        "month": entry.month,
        "version": entry.version or None,
        "seconds": float(entry.seconds),
        "cpu_seconds": _number(entry.cpu_seconds),
        "money": _number(entry.money),
        "currency": entry.currency or None,
        "energy_kwh": _number(entry.energy_kwh),
        "energy_source": entry.energy_source,
        "carbon_g": _number(entry.carbon_g),
        "peak_memory_bytes": entry.peak_memory_bytes,
        "idle_seconds": _number(entry.idle_seconds),
        "idle_money": _number(entry.idle_money),
        "running": entry.running,
        "stages": {name: float(seconds) for name, seconds in entry.stages.items()},
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "key": line.key,
        "entries": line.entries,
        "seconds": float(line.seconds),
        "cpu_seconds": float(line.cpu_seconds),
        "money": _amounts(line.money),
        "unpriced": line.unpriced,
        "energy_kwh": float(line.energy_kwh),
        "estimated_kwh": float(line.estimated_kwh),
        "unmetered": line.unmetered,
        "carbon_g": float(line.carbon_g),
        "uncounted_carbon": line.uncounted_carbon,
        "idle_seconds": float(line.idle_seconds),
        "idle_money": _amounts(line.idle_money),
    }


def _budget(budget: MonthLeft) -> dict[str, Any]:
    return {
        "project": budget.project,
        "month": budget.month,
        "limit": budget.limit.amount,
        "currency": budget.limit.currency,
        "spent": float(budget.spent),
        "left": float(budget.left),
        "percent": round(budget.percent, 6),
        "alarm": budget.alarm or None,
        "other_currencies": _amounts(budget.other),
        "unpriced": budget.unpriced,
    }


@dataclass(frozen=True)
class PerThousand:
    """What 1,000 predictions of a version take."""

    cpu_seconds: float
    energy_kwh: float
    carbon_g: float | None  # None where no grid is declared


def served_per_1000(served: Served) -> PerThousand:
    """Energy of the processor time alone: the rest of the machine waits for requests anyway.

    >>> from airworthy.serving.usage import ServingUse
    >>> served_per_1000(Served("churn", ServingUse("v1", 3000, 1.2), None))    # 0.4 s x 3.5 W / 3.6 MJ
    PerThousand(cpu_seconds=0.4, energy_kwh=3.888888888888889e-07, carbon_g=None)
    """
    cpu = 1000 * served.use.cpu_seconds / served.use.predictions
    kwh = cpu * BUSY_WATTS / 3.6e6
    return PerThousand(cpu, kwh, None if served.grid is None else served.grid.carbon_g(kwh))


def _served(served: Served) -> dict[str, Any]:
    cost, grid = served_per_1000(served), served.grid
    return {
        "project": served.project,
        "version": served.use.version,
        "predictions": served.use.predictions,
        "cpu_seconds": round(served.use.cpu_seconds, 6),
        "per_1000": {
            "cpu_seconds": cost.cpu_seconds,
            "energy_kwh": cost.energy_kwh,
            "energy_source": f"estimated: {BUSY_WATTS:g} W a busy core, processor time only",
            "carbon_g": cost.carbon_g,
        },
        "grid": None if grid is None else f"{grid.name} {grid.year}: {grid.grams_per_kwh:g} g/kWh",
    }
