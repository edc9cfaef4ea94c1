"""The budget of a run as the charter declares it, and the shares of it that each part may take."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from airworthy.charter.model import Charter
from airworthy.data.container import require_file
from airworthy.data.local_files import is_here, local_files
from airworthy.kernel.budget import Budget
from airworthy.kernel.errors import BudgetStopped
from airworthy.kernel.units import format_duration, format_size
from airworthy.metering.grid import grid_table
from airworthy.metering.prices import price_table
from airworthy.model.search import FURTHER, cheapest_seconds

AUDIT_SHARE = 0.3
"""Of what is left when the rows are read: an audit that takes longer ends with what it has found."""
ASSURANCE_SHARE = 0.35
"""The most, of what is left after reading and auditing, that is kept for backtests, checks and the dossier.

What is not used is not spent, and what does not fit is NOT_RUN, never a PASS.
"""
CHECK_SECONDS, CHECK_SECONDS_PER_ROW, BACKTEST_SECONDS_PER_CELL = 20.0, 5e-4, 2e-5
"""Processor seconds of the same. The checks send each row through the server's path: with a blend of seven
26,049 rows took 11 s; of 456 rows of 30 inputs four checks were lost at 3 s and none at 9 s; those of
explanations, attacks and copies take some ten seconds more, whatever the rows. Twelve backtests
and a random split are about seven fits of 80 trees."""
RUN_SECONDS, RUN_SECONDS_PER_BYTE = 4.0, 1e-7
"""About what the cheapest useful run takes beside starting: reading, a linear model, its dossier."""
SURELY = 0.4
"""Below this share of it no machine has made a model; above, a run is tried."""
BACKTEST_SHARE = 0.4
"""Of what is left after training."""
MOSTLY = 0.8
"""A run that ends before this share of its limit says why."""
CLOSE_SECONDS, CLOSE_SECONDS_PER_ROW, CLOSE_SECONDS_PER_INPUT = 0.7, 4e-5, 6e-4
"""Processor seconds kept for the figures of the dossier, the version and the dossier itself. Measured: 26,049
rows took 1.7 s, 3,000 inputs of 320 rows 2.3 s."""


def budget_of(charter: Charter, spent_before: float = 0.0) -> Budget:
    """The limits that the charter declares, with the price of the machine and the carbon of its grid.

    Raises `InputError` for a machine that has no known price.
    """
    rules = charter.budget
    rate, currency = rules.rate_per_hour, rules.currency
    if rate is None and rules.machine is not None:
        price = price_table().find(rules.machine)
        rate, currency = price.per_hour, price.currency
    intensity = grid_table().get(rules.region)
    return Budget(
        rules.seconds,
        rate,
        currency,
        spent_before=spent_before,
        max_money=None if rules.max_cost is None else rules.max_cost.amount,
        max_kwh=rules.max_kwh,
        memory_bytes=rules.memory_bytes,
        grams_per_kwh=None if intensity is None else intensity.grams_per_kwh,
        grid="" if intensity is None else f"{intensity.name}, {intensity.year}: {intensity.source}",
    )


def assurance_seconds(rows: int, inputs: int, ordered: bool, budget: Budget) -> float:
    """What is kept for all that follows training, of so many development rows.

    >>> assurance_seconds(10_000, 20, True, Budget(600)), assurance_seconds(10_000, 20, True, Budget(20))
    (29.0, 7.0)
    """
    backtest = BACKTEST_SECONDS_PER_CELL * rows * inputs if ordered else 0.0
    asked = CHECK_SECONDS + CHECK_SECONDS_PER_ROW * rows + backtest
    return round(min(ASSURANCE_SHARE * budget.remaining(), budget.pace * asked), 3)


def training_seconds(rows: int, inputs: int, ordered: bool, budget: Budget) -> float:
    """What training may take: all that nothing after it needs, and of a short limit enough for a first model.

    >>> def of(limit): return round(training_seconds(10_000, 20, True, Budget(limit, monotonic=lambda: 0)), 3)
    >>> of(20), of(5), of(3)    # of 3 s closing leaves 1.888, and the share would be .65
    (13.0, 3.25, 1.888)
    """
    left, close = budget.remaining(), close_seconds(rows, inputs, budget)
    after = max(assurance_seconds(rows, inputs, ordered, budget), close)
    return max(left - after, min(_first_seconds(rows, inputs, budget), left - close))


def audit_seconds(rows: int, inputs: int, budget: Budget) -> float:
    """What the audit may take: of a short limit no more than a first model leaves.

    >>> def of(limit): return round(audit_seconds(10_000, 20, Budget(limit, monotonic=lambda: 0)), 3)
    >>> of(20), of(4)    # of 4 s a first model takes 2.2, closing 1.112
    (6.0, 0.688)
    """
    left = budget.remaining()
    kept = _first_seconds(rows, inputs, budget) + close_seconds(rows, inputs, budget)
    return max(0.0, min(AUDIT_SHARE * left, left - kept))


def _first_seconds(rows: int, inputs: int, budget: Budget) -> float:
    return budget.pace * cheapest_seconds(rows, inputs)


def close_seconds(rows: int, inputs: int, budget: Budget) -> float:
    """About what writing the version and its dossier takes, of so many measured rows, at the run's pace.

    >>> close_seconds(20_000, 0, Budget(60)), round(close_seconds(0, 10_000, Budget(60)), 6)
    (1.5, 6.7)
    """
    work = CLOSE_SECONDS + CLOSE_SECONDS_PER_ROW * rows + CLOSE_SECONDS_PER_INPUT * inputs
    return budget.pace * work


def too_little(budget: Budget, message: str, seconds: float) -> BudgetStopped:
    """The error where a limit does not do; `seconds` is about what the cheapest useful run takes."""
    money = budget.money(seconds)
    cost = "" if money is None else f", {money:.2g} {budget.currency or ''}".rstrip()
    return BudgetStopped(
        message,
        value=budget.binding,
        remedy=f"Raise {budget.binding.partition(' ')[0]} in airworthy.toml: the cheapest useful run takes "
        f"about {format_duration(math.ceil(seconds))}{cost} here (an estimate).",
    )


def require_affordable(charter: Charter, budget: Budget) -> None:
    """Raise `BudgetStopped` where the sources are surely too large for what the limits leave."""
    here = [source for source in charter.sources if is_here(source, charter)]
    files = [path for source in here for path in local_files(source, charter)]
    size = sum(require_file(path).stat().st_size for path in files)
    enough = RUN_SECONDS + size * RUN_SECONDS_PER_BYTE
    if budget.remaining() >= SURELY * enough:
        return
    raise too_little(
        budget,
        f"Nothing was started: {budget.binding} leaves {format_duration(budget.remaining())} for "
        f"{format_size(size)} of data, and no model can be made in that.",
        budget.spent() + enough,
    )


def out_of_budget(budget: Budget) -> BudgetStopped:
    """The error where a run had no time to come to an end."""
    key, _, value = budget.binding.partition(" ")
    return BudgetStopped(
        f"The run reached {key} {value} before it was complete.",
        value=value.strip("()"),
        remedy=f"Raise {key} in airworthy.toml and run again: what is finished is kept.",
    )


def why_early(budget: Budget, candidates: Sequence[Mapping[str, Any]]) -> str | None:
    """Why the run ends with a good part of its first limit unspent; None where it does not.

    Parameters
    ----------
    candidates : as evidence lists them; the search says under "further candidates" how it ended.

    >>> half = Budget(60, monotonic=lambda: 0.0, spent_before=30)
    >>> why_early(half, [])
    'The run ended after 30 s of budget.time (1 min 0 s): the checks needed less than was kept for them.'
    >>> why_early(Budget(60, monotonic=lambda: 0.0, spent_before=50), []) is None
    True
    """
    spent, whole = budget.spent(), budget.forecast_end()
    if spent >= MOSTLY * whole:
        return None
    told = [
        one["note"] for one in candidates if one["name"] == FURTHER and one["note"].startswith("not tried")
    ]
    why = f"further candidates were {told[0]}" if told else "the checks needed less than was kept for them"
    return f"The run ended after {format_duration(spent)} of {budget.binding}: {why}."
