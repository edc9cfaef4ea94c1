"""What an hour costs where no figure was typed: a machine of the price table, or the charter's word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from airworthy.guarding.asking import Asked
from airworthy.metering.prices import Price, price_table


def priced(asked: Asked, budget: Mapping[str, object], today: date) -> tuple[Asked, str]:
    """The options with a rate in figures, and a sentence on where it comes from ("" where it was typed).

    Parameters
    ----------
    budget : the table `[budget]` of a charter, as written; empty where there is none.
    today : an old price is said to be old.

    Raises `InputError`, with the nearest names, for a machine without a price.

    >>> asked = Asked(rate="aws p3.2xlarge us-east-1", max_cost="50")
    >>> priced(asked, {}, date(2026, 1, 1))[0].rate
    '3.06 USD/h'
    """
    if asked.rate is not None and "/" not in asked.rate and " " in asked.rate.strip():
        return _of(asked, price_table().find(asked.rate), today)
    if asked.rate is not None:
        return asked, ""
    hourly, machine = budget.get("rate_per_hour"), budget.get("machine")
    if isinstance(hourly, (int, float)) and not isinstance(hourly, bool):
        currency = budget.get("currency")
        code = f" {currency}" if isinstance(currency, str) else ""
        return replace(
            asked, rate=f"{hourly!r}{code}/h"
        ), "the rate is budget.rate_per_hour of airworthy.toml."
    if isinstance(machine, str):
        return _of(asked, price_table().find(machine), today)
    return asked, ""


def _of(asked: Asked, price: Price, today: date) -> tuple[Asked, str]:
    text = f"the rate is that of {price.name}, as of {price.as_of.isoformat()}. {price.note(today)}"
    return replace(asked, rate=f"{price.per_hour!r} {price.currency}/h"), text.strip()
