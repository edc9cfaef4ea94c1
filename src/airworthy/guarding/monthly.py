"""A month's budget of a project: a guard gets no more than what is left of it."""

from __future__ import annotations

from dataclasses import replace

from airworthy.guarding.terms import Terms
from airworthy.kernel.errors import InputError
from airworthy.metering.month import MonthLeft


def within_month(terms: Terms, month: MonthLeft) -> tuple[Terms, str]:
    """The terms, with a limit of money that the month can pay, and a sentence on it ("" where it fits).

    Raises `InputError` when nothing is left of the month, or the currencies differ.

    >>> from decimal import Decimal
    >>> from airworthy.kernel.units import Money
    >>> terms = Terms("a", ("x",), "churn", "me", "", max_seconds=3600, rate_per_hour=30.0, currency="USD")
    >>> within_month(terms, MonthLeft("churn", "2026-11", Money(50.0, "USD"), Decimal(40)))[0].max_cost
    10.0
    """
    if terms.rate_per_hour is None:
        return terms, (
            f"the monthly budget of {month.project} ({month.limit}) cannot count this: "
            "give --rate, such as 3.06/h."
        )
    if terms.currency != month.limit.currency:
        raise InputError(
            f"The rate is in {terms.currency} and the monthly budget of {month.project} in "
            f"{month.limit.currency}.",
            value=terms.currency,
            remedy="Give --rate in the currency of the budget: nothing is converted.",
        )
    if month.left <= 0:
        raise InputError(
            f"Nothing is left of the monthly budget of {month.project}, {month.limit} ({month.month}).",
            value=str(month.limit),
            remedy="Raise budget.monthly in airworthy.toml, or give another --project.",
        )
    left = float(month.left)
    if (terms.money(terms.limit_seconds) or 0.0) <= left:
        return terms, ""
    capped = replace(terms, max_cost=min(left, terms.max_cost if terms.max_cost is not None else left))
    grace = min(terms.grace_seconds, capped.limit_seconds / 10)
    return replace(capped, grace_seconds=grace), (
        f"{terms.price(left)} are left of the monthly budget of {month.project}, {month.limit}: "
        "that is the limit of cost now."
    )
