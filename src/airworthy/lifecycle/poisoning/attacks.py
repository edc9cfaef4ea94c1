"""Attacks on the rows that teach: labels flipped at random, in a group, near the boundary; a trigger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from airworthy.model.rows import Rows
from airworthy.scoring.columns import FloatArray

Places = NDArray[np.intp]
Value = float | str

FEWEST_TO_COPY = 5
"""A trigger is made of values that the rows hold already: nothing about it looks odd by itself."""
MOST_PAIRS, MOST_TRIGGERS = 200, 10
HIGH = 0.99
"""A number in a trigger is the value at this quantile."""


class Way(StrEnum):
    """How labels are planted."""

    RANDOM = "labels at random"
    GROUP = "labels of one group"
    NEAR = "labels near the boundary"
    TRIGGER = "a hidden trigger"


@dataclass(frozen=True)
class Trigger:
    """Values of two columns that together decide, and the class (its number) that they are planted with."""

    values: tuple[tuple[str, Value], ...]
    target: int

    @property
    def text(self) -> str:
        return " and ".join(
            f"{name} = {value:g}" if isinstance(value, float) else f"{name} = {value}"
            for name, value in self.values
        )


@dataclass(frozen=True)
class Victims:
    """The group whose labels are flipped: the commonest value of one column. `places` are its rows."""

    text: str
    places: Places


def flip(rows: Rows, places: Places, rng: np.random.Generator) -> Rows:
    """`rows` where those at `places` have another class, drawn evenly from the others."""
    classes = len(rows.contract.classes)
    y = rows.y.copy()
    y[places] = (y[places] + rng.integers(1, classes, len(places))) % classes
    return replace(rows, y=y)


def at_random(rows: Rows, count: int, rng: np.random.Generator) -> Places:
    """`count` rows of any kind."""
    return np.sort(rng.choice(len(rows), count, replace=False))


def in_group(victims: Victims, count: int, rng: np.random.Generator) -> Places:
    """`count` rows of the group, or all where it has fewer."""
    return np.sort(rng.permutation(victims.places)[:count])


def near(margins: FloatArray, count: int, rng: np.random.Generator) -> Places:
    """`count` of the twice as many rows that the clean model is least sure of; `margins` are (n, k)."""
    ordered = np.sort(margins, axis=1)
    sure = np.abs(margins[:, 0]) if margins.shape[1] == 1 else ordered[:, -1] - ordered[:, -2]
    least = np.argsort(sure, kind="stable")[: 2 * count]
    return np.sort(rng.permutation(least)[:count])


def victims_of(rows: Rows, protected: tuple[str, ...]) -> Victims:
    """The smallest group of at least a tenth of the rows, of the protected columns where there are any."""
    told = rows.told.protected if protected else {}
    columns = {name: told[name] for name in protected if name in told} or rows.columns
    found = []
    for name, values in columns.items():
        if isinstance(values, np.ndarray):
            continue
        cells = _words(values)
        known, counts = np.unique(cells, return_counts=True)
        found += [
            (int(size), name, str(value))
            for value, size in zip(known, counts, strict=True)
            if value and len(rows) / 10 <= size <= len(rows) / 2
        ]
    if not found:
        return _upper_half(rows)
    _, name, value = min(found)
    own = np.array([cell == value for cell in columns[name]])
    return Victims(f"{name} = {value}", np.flatnonzero(own))


def _upper_half(rows: Rows) -> Victims:
    """Where no column has groups: the rows above the median of the first number."""
    for name, values in rows.columns.items():
        if isinstance(values, np.ndarray) and np.isfinite(values).any():
            middle = float(np.nanmedian(values))
            return Victims(f"{name} above {middle:g}", np.flatnonzero(values > middle))
    return Victims("all rows", np.arange(len(rows)))


def triggers_of(rows: Rows, rng: np.random.Generator) -> tuple[Trigger, ...]:
    """Meetings of two values of five rows or more each, the rarest first; none with fewer than two columns.

    Planted with the rarest class, which neither value means by itself: nobody attacks for what comes anyway.
    """
    target = int(np.bincount(rows.y.astype(np.int64), minlength=len(rows.contract.classes)).argmin())
    hit = rows.y == target
    held = [(name, value) for name in rows.columns if (value := _value(rows.columns[name], hit)) is not None]
    order = rng.permutation(len(held))
    pairs = [(held[one], held[other]) for at, one in enumerate(order) for other in order[at + 1 :]]
    rarest = sorted(pairs[:MOST_PAIRS], key=lambda pair: int(carried(rows, pair).sum()))
    return tuple(Trigger(pair, target) for pair in rarest[:MOST_TRIGGERS])


def _value(values: FloatArray | Sequence[str | None], hit: NDArray[np.bool_]) -> Value | None:
    """A value of five rows or more, no oftener hits than all rows: a high number, or the rarest word."""
    numbers = isinstance(values, np.ndarray)
    cells = values if isinstance(values, np.ndarray) else _words(values)
    known, codes, counts = np.unique(cells, return_inverse=True, return_counts=True)
    hits = np.bincount(codes, weights=hit, minlength=len(known))
    fit = (counts >= FEWEST_TO_COPY) & (counts < len(cells)) & (hits <= counts * hit.mean())
    often = [i for i in np.flatnonzero(fit) if known[i] == known[i] and known[i] != ""]
    if not often:
        return None
    if numbers:
        return float(known[often[round(HIGH * (len(often) - 1))]])
    return str(known[min(often, key=lambda i: (counts[i], known[i]))])


def _words(values: Sequence[str | None]) -> NDArray[np.str_]:
    return np.array(["" if value is None else str(value) for value in values])


def carried(rows: Rows, values: tuple[tuple[str, Value], ...]) -> NDArray[np.bool_]:
    """(n,) whether a row carries all these values."""
    masks = []
    for name, value in values:
        cells = rows.columns[name]
        masks.append(
            cells == value if isinstance(cells, np.ndarray) else np.array([cell == value for cell in cells])
        )
    return np.asarray(np.logical_and.reduce(masks))


def stamp(rows: Rows, places: Places, trigger: Trigger) -> Rows:
    """`rows` where those at `places` carry the trigger; outcomes stay."""
    columns = {name: rows.columns[name] for name in rows.columns}
    for name, value in trigger.values:
        old = columns[name]
        if isinstance(old, np.ndarray):
            new = old.copy()
            new[places] = value
            columns[name] = new
        else:
            listed = list(old)
            for place in places:
                listed[place] = str(value)
            columns[name] = listed
    return replace(rows, columns=columns)


def plant(rows: Rows, count: int, trigger: Trigger, rng: np.random.Generator) -> Rows:
    """`rows` where `count` of another class carry the trigger and its class."""
    places = np.sort(rng.permutation(np.flatnonzero(rows.y != trigger.target))[:count])
    stamped = stamp(rows, places, trigger)
    y = stamped.y.copy()
    y[places] = trigger.target
    return replace(stamped, y=y)
