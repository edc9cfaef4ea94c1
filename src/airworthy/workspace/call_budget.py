"""The budget of one call in Python, from words as people write them; what contradicts itself is refused."""

from __future__ import annotations

from dataclasses import dataclass

from airworthy.guarding import figures
from airworthy.kernel.budget import OF_CALL, Budget
from airworthy.kernel.errors import InputError
from airworthy.kernel.units import Money
from airworthy.metering.grid import grid_table
from airworthy.metering.prices import price_table
from airworthy.workspace.arguments import require_limit


@dataclass(frozen=True)
class Limits:
    """What a call may use beside its seconds, as typed; None where nothing was said.

    Parameters
    ----------
    rate : what the machine costs, `0.40 EUR/h`, or one of the price table, `aws p3.2xlarge us-east-1`.
    max_cost : money, `0.05 EUR`; in the currency of `rate` where it names none.
    max_energy : `20 Wh`.
    max_memory : `2GB`, of this process and the training process together.
    region : grid that powers it, for carbon: a country such as `DE`.
    """

    rate: str | None = None
    max_cost: str | float | None = None
    max_energy: str | None = None
    max_memory: str | None = None
    region: str | None = None


def budget_of_call(seconds: float, limits: Limits) -> Budget:
    """The budget, which begins now.

    Raises `InputError` for an impossible figure, an unknown machine, currency or region, and for money that
    nothing can count.

    >>> budget_of_call(60, Limits(rate="3.6 EUR/h", max_cost="0.01")).binding    # 0.001 EUR a second
    'max_cost=0.01 EUR'
    """
    require_limit(seconds)
    rate = None if limits.rate is None else _rate(limits.rate)
    cost = None if limits.max_cost is None else _cost(limits.max_cost, rate)
    grid = None if limits.region is None else grid_table().find(limits.region)
    return Budget(
        seconds,
        None if rate is None else rate.amount,
        None if rate is None else rate.currency,
        max_money=cost,
        max_kwh=None if limits.max_energy is None else figures.energy("max_energy", limits.max_energy),
        memory_bytes=None if limits.max_memory is None else figures.memory("max_memory", limits.max_memory),
        grams_per_kwh=None if grid is None else grid.grams_per_kwh,
        grid="" if grid is None else f"{grid.name}, {grid.year}: {grid.source}",
        names=OF_CALL,
    )


def _rate(text: str) -> Money:
    """Money an hour: typed, or that of a machine with a listed price."""
    if "/" not in text and " " in text.strip():
        price = price_table().find(text)
        return Money(price.per_hour, price.currency)
    amount, currency = figures.rate("rate", text)
    if currency is None:
        raise InputError(
            f"rate {text!r} names no currency.", value=text, remedy='Write it, for example "0.40 EUR/h".'
        )
    return Money(amount, currency)


def _cost(cost: str | float, rate: Money | None) -> float:
    amount, currency = figures.money("max_cost", str(cost))
    if rate is None:
        raise InputError(
            "max_cost needs rate: nobody said what this machine costs.",
            value=cost,
            remedy='Add it, for example rate="0.40 EUR/h".',
        )
    if currency not in (None, rate.currency):
        raise InputError(
            f"max_cost is in {currency}, and rate in {rate.currency}.",
            value=currency,
            remedy=f"Write both in {rate.currency}: currencies are never mixed, and no rate is assumed.",
        )
    return amount
