"""What a run may cost: limits of money and energy, the machine that is paid for, and the month they share."""

from __future__ import annotations

import dataclasses
from typing import Any

from airworthy.charter.locate import Path
from airworthy.charter.model import BudgetRules, Charter, Costs
from airworthy.charter.problems import Problems, did_you_mean
from airworthy.kernel.errors import InputError
from airworthy.kernel.units import Money
from airworthy.metering.currency import CURRENCIES
from airworthy.metering.grid import Grid, Intensity, grid_table
from airworthy.metering.prices import HIGHEST_RATE, Price, price_table

HIGHEST_AMOUNT = 1e9
HIGHEST_KWH = 1e6
LONGEST_SECONDS = 366 * 86400.0
"""Beyond these a limit is a slip of the pen: it limits nothing."""

AMOUNTS = ("max_cost", "monthly")


def price_of(rules: BudgetRules) -> Price | None:
    """The listed price of `budget.machine`, or None without one. Raises `InputError` when it is unknown."""
    return None if rules.machine is None else price_table().find(rules.machine)


def hourly_rate(rules: BudgetRules) -> Money | None:
    """What an hour of this run's machine costs, declared or listed; None where nobody said.

    >>> hourly_rate(BudgetRules(rate_per_hour=0.4, currency="EUR"))
    Money(amount=0.4, currency='EUR')
    """
    if rules.rate_per_hour is not None and rules.currency is not None:
        return Money(rules.rate_per_hour, rules.currency)
    price = price_of(rules)
    return None if price is None else Money(price.per_hour, price.currency)


def grid_of(rules: BudgetRules) -> Intensity | None:
    """What a kilowatt-hour of `budget.region` emits, or None: carbon is then unknown."""
    return None if rules.region is None else grid_table().get(rules.region)


def fill_budget(values: dict[str, Any], problems: Problems) -> None:
    """The budget's currency where it is not declared: that beside an amount, of the machine, of the costs."""
    budget: BudgetRules | None = values.get("budget")
    if budget is None:
        return
    amounts = [amount for name in AMOUNTS if (amount := getattr(budget, name)) is not None]
    beside = next((amount.currency for amount in amounts if amount.currency), None)
    costs: Costs | None = values.get("costs")
    currency = budget.currency or _listed_currency(budget, problems) or beside or (costs and costs.currency)
    values["budget"] = dataclasses.replace(
        budget,
        currency=currency or None,
        max_cost=_in(budget.max_cost, currency or ""),
        monthly=_in(budget.monthly, currency or ""),
    )


def _in(amount: Money | None, currency: str) -> Money | None:
    """The amount, in the table's currency where none stands beside it."""
    return Money(amount.amount, currency) if amount is not None and not amount.currency else amount


def _listed_currency(budget: BudgetRules, problems: Problems) -> str | None:
    try:
        price = price_of(budget)
    except InputError as error:
        _file(("budget", "machine"), error, problems)
        return None
    return None if price is None else price.currency


def _file(at: Path, error: InputError, problems: Problems) -> None:
    problems.add(at, f"{'.'.join(map(str, at))}: {error.message}", error.value, error.remedy)


def check_budget(charter: Charter, problems: Problems) -> None:
    """File what one key of [budget] alone cannot get wrong."""
    budget = charter.budget
    _time(budget, problems)
    _currencies(charter, problems)
    _rate(budget, problems)
    _amounts(budget, problems)
    _energy(budget, problems)
    if budget.region is not None:
        _region(budget.region, problems)


def _time(budget: BudgetRules, problems: Problems) -> None:
    at = ("budget", "time")
    if not budget.seconds:
        problems.add(at, "0s leaves no time at all.", "0s", 'Write for example time = "5m".')
    if budget.seconds > LONGEST_SECONDS:
        problems.add(at, "that is longer than a year: it limits nothing.", budget.seconds, "Write a limit.")


def _currencies(charter: Charter, problems: Problems) -> None:
    for name, currency in (("costs", charter.costs.currency), ("budget", charter.budget.currency)):
        if currency is not None and currency not in CURRENCIES:
            remedy = f"Write three capitals, such as EUR or USD. {did_you_mean(currency, CURRENCIES)}".strip()
            problems.add((name, "currency"), f'"{currency}" is no currency code.', currency, remedy)


def _rate(budget: BudgetRules, problems: Problems) -> None:
    rate, at = budget.rate_per_hour, ("budget", "rate_per_hour")
    if rate is None:
        return
    if not 0 < rate <= HIGHEST_RATE:
        remedy = "Write what one hour of this machine costs, or leave it out where nobody pays."
        problems.add(at, f"an hour cannot cost {rate:g}.", rate, remedy)
    if budget.currency is None:
        problems.add(at, "rate_per_hour has no currency.", rate, 'Write currency = "EUR" under [budget].')
    if budget.machine is not None:
        message = "rate_per_hour and machine both say what an hour costs."
        problems.add(at, message, rate, "Keep one of them; rate_per_hour where you pay another price.")


def _amounts(budget: BudgetRules, problems: Problems) -> None:
    for name in AMOUNTS:
        amount, at = getattr(budget, name), ("budget", name)
        if amount is None:
            continue
        if not 0 < amount.amount <= HIGHEST_AMOUNT:
            message = f"{name} is {amount.amount:g}: nothing could be spent, or nothing is limited."
            problems.add(at, message, amount.amount, f'Write for example {name} = "50 USD".')
        if not amount.currency:
            remedy = f'Write {name} = "{amount.amount:g} EUR".'
            problems.add(at, f"{name} has no currency.", amount.amount, remedy)
        elif amount.currency not in CURRENCIES:
            remedy = did_you_mean(amount.currency, CURRENCIES, "Write for example EUR or USD.")
            problems.add(at, f'"{amount.currency}" is no currency code.', amount.currency, remedy)
        elif budget.currency is not None and amount.currency != budget.currency:
            message = f"{name} is in {amount.currency}, and what an hour costs is in {budget.currency}."
            remedy = f"Write it in {budget.currency}: currencies are never mixed, and no rate is assumed."
            problems.add(at, message, amount.currency, remedy)
        if budget.rate_per_hour is None and budget.machine is None:
            message = f"{name} has nothing to count with: nobody said what an hour of this machine costs."
            remedy = 'Write rate_per_hour = 0.4, or machine = "aws p3.2xlarge us-east-1".'
            problems.add(at, message, amount.amount, remedy)


def _energy(budget: BudgetRules, problems: Problems) -> None:
    kwh = budget.max_kwh
    if kwh is not None and not 0 < kwh <= HIGHEST_KWH:
        message = f"max_energy is {kwh:g} kWh: nothing could run, or nothing is limited."
        problems.add(("budget", "max_energy"), message, kwh, 'Write for example max_energy = "2kWh".')


def _region(region: str, problems: Problems) -> None:
    try:
        grid: Grid = grid_table()
        grid.find(region)
    except InputError as error:
        _file(("budget", "region"), error, problems)
