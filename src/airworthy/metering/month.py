"""A calendar month's budget: what is spent of it, what is left, and what does not fit any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from airworthy.kernel.units import Money
from airworthy.metering.accounts import Entry, by_currency

ALARMS = (50, 80, 95)
"""Per cent of a month's budget at which it is said."""


@dataclass(frozen=True)
class MonthLeft:
    """What a project may still spend in a calendar month.

    `other` holds what was spent in other currencies: it does not count, and is said.
    """

    project: str
    month: str
    limit: Money
    spent: Decimal
    other: Mapping[str, Decimal] = field(default_factory=dict)
    unpriced: int = 0

    @property
    def left(self) -> Decimal:
        """Money left; 0 where more was spent than agreed."""
        return max(Decimal(0), Decimal(repr(self.limit.amount)) - self.spent)

    @property
    def percent(self) -> float:
        """Per cent of the limit that is spent."""
        return float(100 * self.spent / Decimal(repr(self.limit.amount)))

    @property
    def alarm(self) -> int:
        """The highest mark that is passed, of 50, 80 and 95; 0 below all."""
        return max((mark for mark in ALARMS if self.percent >= mark), default=0)

    def seconds_left(self, rate_per_hour: float) -> float:
        """How long a machine at this rate (same currency) can run on what is left."""
        return float(self.left) / rate_per_hour * 3600

    def refusal(self, cost: float, currency: str) -> str | None:
        """Why something that may cost so much does not fit into the month, or None when it fits.

        Another currency cannot be compared, and is refused too.
        """
        if currency != self.limit.currency:
            return (
                f"its cost is in {currency} and the monthly budget of {self.project} in {self.limit.currency}"
            )
        if cost <= float(self.left):
            return None
        return (
            f"it may cost {Money(cost, currency)}, and {Money(float(self.left), currency)} of "
            f"{self.limit} are left of {self.month} for {self.project}"
        )


def left_of_month(entries: Iterable[Entry], project: str, limit: Money, month: str) -> MonthLeft:
    """What `project` may still spend in `month` (`2026-11`, UTC) under `limit`.

    >>> from datetime import UTC, datetime
    >>> spent = Entry("run", "r1", "run r1", "churn", "ann", "finished", datetime(2026, 11, 3, tzinfo=UTC),
    ...               Decimal(3600), money=Decimal("30"), currency="USD")
    >>> left = left_of_month([spent], "churn", Money(50.0, "USD"), "2026-11")
    >>> left.left, left.percent, left.alarm, left.seconds_left(10)
    (Decimal('20.0'), 60.0, 50, 7200.0)
    """
    found = [entry for entry in entries if entry.project == project and entry.month == month]
    money = by_currency((entry.money, entry.currency) for entry in found)
    spent = money.pop(limit.currency, Decimal(0))
    return MonthLeft(project, month, limit, spent, money, sum(entry.money is None for entry in found))
