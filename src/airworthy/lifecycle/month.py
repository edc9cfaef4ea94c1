"""A run keeps to what is left of its project's month: it stops there, and does not begin where nothing is."""

from __future__ import annotations

from dataclasses import replace

from airworthy.kernel.budget import Budget
from airworthy.kernel.errors import BudgetStopped
from airworthy.kernel.units import Money
from airworthy.lifecycle.context import Context
from airworthy.metering.accounts import Entry
from airworthy.metering.journals import pending_entries
from airworthy.metering.month import MonthLeft, left_of_month

MONTHLY = "budget.monthly"


def keep_within_month(context: Context, budget: Budget) -> None:
    """Lower the run's limit of money to what is left of the month, and say so.

    Raises `BudgetStopped` before anything starts, where nothing is left.
    """
    left = _left(context)
    if left is None:
        return
    _require_some(left)
    most = budget.money(budget.limit_seconds)
    allowed = float(left.left)
    if budget.max_money is not None:
        most = budget.max_money if most is None else min(most, budget.max_money)
    if most is not None and most > allowed:
        budget.max_money, budget.names = allowed, replace(budget.names, money=MONTHLY)
        context.progress.note(
            f"{MONTHLY} leaves {Money(allowed, left.limit.currency)} of {left.limit} for {left.month}: "
            "this run stops there."
        )


def _require_some(left: MonthLeft) -> None:
    """Raise `BudgetStopped` where the month is spent."""
    if left.left > 0:
        return
    spent = Money(float(left.spent), left.limit.currency)
    raise BudgetStopped(
        f"{left.project} has spent {spent} in {left.month}, and {MONTHLY} allows {left.limit}.",
        value=str(left.limit),
        remedy=f"Raise {MONTHLY}, or wait for the next month; `airworthy spend` shows what it went into.",
    )


def _left(context: Context) -> MonthLeft | None:
    """What is left, guarded commands included that are not in the ledger yet; None without a limit."""
    charter = context.charter
    if charter.budget.monthly is None:
        return None
    kept: tuple[Entry, ...] = context.registry.spends()
    outside = pending_entries(context.home, frozenset(entry.name for entry in kept))
    month = f"{context.clock.now():%Y-%m}"
    return left_of_month([*kept, *outside], charter.name, charter.budget.monthly, month)
