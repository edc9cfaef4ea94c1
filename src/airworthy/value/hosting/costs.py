"""What each way costs month by month: plain arithmetic on declared numbers, in one place."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from airworthy.value.hosting.assumption import Way

MONTH_HOURS = 730.0
PARTS = ("machines", "energy", "staff", "storage and egress", "space and repairs")

Numbers = Mapping[str, float]


@dataclass(frozen=True)
class Month:
    """Money that goes out in one month, by part; `idle` is what of it is paid for hours without work."""

    parts: tuple[float, ...]
    idle: float

    @property
    def total(self) -> float:
        return math.fsum(self.parts)


def months_of(way: Way, numbers: Numbers, months: int) -> tuple[Month, ...]:
    """The months of one way.

    Parameters
    ----------
    numbers : each assumption by name; those that the way needs must be there.

    >>> rented = {"work.machine_hours": 100, "cloud.per_hour": 2, "cloud.idle": 0.5,
    ...           "cloud.staff_hours": 1, "staff.hour": 50}
    >>> months_of(Way.CLOUD, rented, 1)[0]
    Month(parts=(400.0, 0.0, 50.0, 0.0, 0.0), idle=200.0)
    """
    return tuple(_month(way, numbers, work, bought) for work, bought in _fleet(way, numbers, months))


def _number(numbers: Numbers, name: str) -> float:
    return numbers.get(name, _WITHOUT.get(name, 0.0))


_WITHOUT = {"own.speed": 1.0, "own.cooling": 1.0}
"""What an assumption is where nobody declared it and nothing would be multiplied by nothing."""


def _fleet(way: Way, numbers: Numbers, months: int) -> Sequence[tuple[float, tuple[int, int]]]:
    """Of each month: the hours of work, and the own machines that stand there and that are bought."""
    growth = 1 + _number(numbers, "work.growth")
    found, ages, lifetime = [], list[int](), round(_number(numbers, "own.lifetime") * 12)
    for month in range(months):
        work = numbers["work.machine_hours"] * growth ** (month / 12)
        ages = [age + 1 for age in ages if age + 1 < lifetime]
        need = _machines(way, numbers, work)
        bought = max(0, need - len(ages))
        ages += [0] * bought
        found.append((work, (len(ages), bought)))
    return found


def _machines(way: Way, numbers: Numbers, work: float) -> int:
    if way is Way.CLOUD:
        return 0
    if way is Way.HYBRID:
        return round(numbers["hybrid.machines"])
    return math.ceil(work / _capacity(numbers) - 1e-9)


def _capacity(numbers: Numbers) -> float:
    """Hours of work a month that one own machine does."""
    return MONTH_HOURS * numbers["own.usable"] * _number(numbers, "own.speed")


def _month(way: Way, numbers: Numbers, work: float, machines: tuple[int, int]) -> Month:
    own, bought = machines
    here = 0.0 if way is Way.CLOUD else min(work, own * _capacity(numbers))
    rented = work - here
    parts = [0.0] * len(PARTS)
    idle = 0.0
    if rented > 1e-9 or way is not Way.OWN:
        price = numbers["cloud.per_hour"] * (1 - _number(numbers, "cloud.discount"))
        paid = rented / (1 - numbers["cloud.idle"])
        idle += (paid - rented) * price
        parts[0] += paid * price
        parts[2] += numbers["cloud.staff_hours"] * numbers["staff.hour"]
        parts[3] += _number(numbers, "work.egress") * _number(numbers, "cloud.egress_price")
        parts[3] += _number(numbers, "work.storage") * _number(numbers, "cloud.storage_price")
    if own:
        busy = here / _number(numbers, "own.speed")
        waiting = own * MONTH_HOURS - busy
        drawn = busy * numbers["own.power"] + waiting * _number(numbers, "own.idle_power")
        parts[0] += bought * numbers["own.price"]
        parts[1] += drawn * _number(numbers, "own.cooling") * numbers["own.electricity"]
        parts[2] += numbers["own.staff_hours"] * numbers["staff.hour"]
        yearly = _number(numbers, "own.maintenance") * numbers["own.price"]
        parts[4] += own * (_number(numbers, "own.space") + yearly / 12)
        worn = own * numbers["own.price"] / (numbers["own.lifetime"] * 12)
        idle += worn * waiting / (own * MONTH_HOURS)
    return Month(tuple(parts), idle)


def book_value(way: Way, numbers: Numbers, months: int) -> float:
    """What the own machines are still worth in the end, where they lose the same each month."""
    if way is Way.CLOUD:
        return 0.0
    life = round(numbers["own.lifetime"] * 12)
    fleet = _fleet(way, numbers, months)
    left = [bought * max(0, life - (months - month)) / life for month, (_, (_, bought)) in enumerate(fleet)]
    return math.fsum(left) * numbers["own.price"]
