"""Every number that a comparison of costs rests on: what it is called, what it counts, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """Where the work runs."""

    CLOUD = "cloud"
    OWN = "own"
    HYBRID = "hybrid"


@dataclass(frozen=True)
class Span:
    """A number as somebody declared it: the likeliest value and the bounds, all one where they are sure."""

    low: float
    likely: float
    high: float

    @classmethod
    def sure(cls, value: float) -> Span:
        return cls(value, value, value)

    @property
    def known(self) -> bool:
        """Whether it is one figure."""
        return self.low == self.high


@dataclass(frozen=True)
class Item:
    """One assumption: `name` is `table.key` of the file; without `default` it must be declared."""

    name: str
    meaning: str
    unit: str
    ways: tuple[Way, ...]
    default: float | None = None
    low: float = 0.0
    high: float | None = None
    example: str = "1"


_CLOUD, _OWN = (Way.CLOUD, Way.HYBRID), (Way.OWN, Way.HYBRID)
_ALL = tuple(Way)

ITEMS = (
    Item("work.machine_hours", "hours a month that one machine works", "h", _ALL, example="[400, 600, 900]"),
    Item(
        "work.growth", "growth of these hours a year", "share", _ALL, 0.0, low=-0.9, example="[0, 0.2, 0.5]"
    ),
    Item("work.storage", "data that is kept", "GB", _ALL, 0.0, example="500"),
    Item("work.egress", "data that leaves a month", "GB", _ALL, 0.0, example="[50, 100, 400]"),
    Item("cloud.per_hour", "an hour of a rented machine", "money", _CLOUD, example="3.06"),
    Item(
        "cloud.idle",
        "share of rented hours in which nothing works",
        "share",
        _CLOUD,
        high=0.99,
        example="[0.1, 0.3, 0.5]",
    ),
    Item(
        "cloud.discount",
        "discount on the price of an hour, for a commitment",
        "share",
        _CLOUD,
        0.0,
        high=0.99,
        example="0.3",
    ),
    Item("cloud.storage_price", "a GB kept for a month", "money", _CLOUD, 0.0, example="0.023"),
    Item("cloud.egress_price", "a GB that leaves", "money", _CLOUD, 0.0, example="0.09"),
    Item(
        "cloud.staff_hours",
        "hours of people a month, to run rented machines",
        "h",
        _CLOUD,
        example="[5, 10, 20]",
    ),
    Item("own.price", "one machine, bought", "money", _OWN, example="[25000, 30000, 38000]"),
    Item("own.lifetime", "years until a machine is replaced", "years", _OWN, low=0.5, example="[3, 4, 5]"),
    Item(
        "own.usable",
        "share of all hours in which an own machine can be kept at work",
        "share",
        _OWN,
        low=0.01,
        high=1.0,
        example="[0.4, 0.6, 0.75]",
    ),
    Item(
        "own.speed",
        "hours of rented machines that one hour of an own machine does",
        "",
        _OWN,
        1.0,
        low=0.01,
        example="1.4",
    ),
    Item("own.power", "power of a machine at work", "kW", _OWN, example="1.2"),
    Item("own.idle_power", "power of a machine that waits", "kW", _OWN, 0.0, example="0.3"),
    Item(
        "own.cooling",
        "energy that is drawn for each kWh of a machine (PUE)",
        "",
        _OWN,
        1.0,
        low=1.0,
        example="[1.2, 1.5]",
    ),
    Item("own.electricity", "a kWh", "money", _OWN, example="[0.18, 0.25, 0.4]"),
    Item(
        "own.space", "room, network and insurance of a machine for a month", "money", _OWN, 0.0, example="120"
    ),
    Item(
        "own.maintenance",
        "repairs a year, as a share of the machine's price",
        "share",
        _OWN,
        0.0,
        example="0.05",
    ),
    Item(
        "own.staff_hours", "hours of people a month, to run own machines", "h", _OWN, example="[20, 30, 60]"
    ),
    Item("staff.hour", "an hour of these people", "money", _ALL, example="[60, 80, 110]"),
    Item(
        "hybrid.machines",
        "own machines that are bought; what they cannot do is rented",
        "",
        (Way.HYBRID,),
        low=1,
        example="2",
    ),
)
"""All of them, in the order of the file. Shares are of one."""

BY_NAME = {item.name: item for item in ITEMS}
