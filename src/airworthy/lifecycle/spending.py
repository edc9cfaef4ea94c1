"""The budget of a run as the charter declares it, and the shares of it that each part may take."""

from __future__ import annotations

from airworthy.charter.model import Charter
from airworthy.kernel.budget import Budget
from airworthy.kernel.errors import BudgetStopped
from airworthy.metering.grid import grid_table
from airworthy.metering.prices import price_table

AUDIT_SHARE = 0.3
"""Of what is left when the rows are read: an audit that takes longer ends with what it has found."""
ASSURANCE_SHARE = 0.35
"""Of what is left after reading and auditing: kept for backtests, checks and the dossier.

What comes after training, in fits of the winner's size: twelve backtests on 1/13 to 12/13 of at most 60,000
rows and one random split are about seven fits of 80 trees, against a search that tries tens; the checks send
each validation row through the server's path (measured: 55 us a row of 30 columns in all). The share is an
allowance, not a derivation: what is not used is not spent, and what does not fit is NOT_RUN, never a PASS.
"""
BACKTEST_SHARE = 0.4
"""Of what is left after training."""
CLOSE_SECONDS, CLOSE_SECONDS_PER_ROW = 0.7, 2e-5
"""Kept for the figures of the dossier, the version and the dossier itself. Measured: 24,420 rows took 1 s."""


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


def close_seconds(rows: int) -> float:
    """About what writing the version and its dossier takes, of so many measured rows.

    >>> close_seconds(20_000)
    1.1
    """
    return CLOSE_SECONDS + CLOSE_SECONDS_PER_ROW * rows


def out_of_budget(budget: Budget) -> BudgetStopped:
    """The error where a run had no time to come to an end."""
    key, _, value = budget.binding.partition(" ")
    return BudgetStopped(
        f"The run reached {key} {value} before it was complete.",
        value=value.strip("()"),
        remedy=f"Raise {key} in airworthy.toml and run again: what is finished is kept.",
    )
