"""Prediction intervals and sets: one scalar function each, which a batch runs by row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from airworthy.scoring.calibration import interpolate
from airworthy.scoring.columns import Columns, Row, canonical_reader, is_numeric
from airworthy.scoring.contract import Contract
from airworthy.scoring.integrity import require
from airworthy.scoring.spec import ClassSet, Decision, Interval, Shift

Span = Callable[[float, float], tuple[float, float]]
Possible = Callable[[tuple[float, ...]], tuple[str, ...]]


def interval_of(decision: Decision) -> Interval | None:
    """The interval that a decision carries."""
    return decision.interval if isinstance(decision, Shift) else None


def set_of(decision: Decision) -> ClassSet | None:
    """The set of classes that a decision carries."""
    return None if isinstance(decision, Shift) else decision.possible


def compile_interval(interval: Interval | None) -> Span | None:
    """The function from a prediction and its row's spread (see `Spread`) to its interval.

    >>> span = compile_interval(Interval(level=0.9, low=-1.0, high=2.0, at=(0.0, 10.0), scale=(1.0, 3.0)))
    >>> span(5.0, 1.0), span(99.0, 1.0)
    ((3.0, 9.0), (96.0, 105.0))
    """
    if interval is None:
        return None
    low, high, at, scale = interval.low, interval.high, interval.at, interval.scale
    require(low <= high, "interval", (low, high))
    require(len(at) == len(scale) and list(at) == sorted(set(at)), "interval scale", len(at))
    require(all(value > 0 for value in scale), "interval scale", min(scale, default=0.0))
    require(interval.by is None or (not at and interval.missing > 0), "interval by a column", interval.by)
    if not at:
        return lambda x, spread: (x + low * spread, x + high * spread)

    def span(x: float, spread: float) -> tuple[float, float]:
        s = interpolate(x, at, scale)
        return x + low * s, x + high * s

    return span


class Spread:
    """The number by which each row's interval is as wide as it is; 1 where no column says so.

    It is read from the request as it is, before any repair: what stands in for a null is the interval's own.
    """

    def __init__(self, interval: Interval | None, contract: Contract) -> None:
        self._name = None if interval is None else interval.by
        self._missing = 1.0 if interval is None else interval.missing
        if self._name is None:
            return
        require(self._name in contract, "column of the interval", self._name)
        require(is_numeric(contract[self._name]), "an interval's column holds no numbers:", self._name)
        self._read = canonical_reader(contract[self._name])

    def row(self, row: Row) -> float:
        """Of one typed row; an absent column is a null."""
        return 1.0 if self._name is None else self._known(self._read(row.get(self._name)))

    def batch(self, columns: Columns, n: int) -> list[float]:
        """Of n rows of canonical columns."""
        if self._name is None:
            return [1.0] * n
        if self._name not in columns:
            return [self._missing] * n
        return [self._known(value) for value in np.asarray(columns[self._name]).tolist()]

    def _known(self, value: object) -> float:
        return value if isinstance(value, float) and value > 0.0 else self._missing


def compile_set(possible: ClassSet | None, classes: tuple[str, ...]) -> Possible | None:
    """The function from probabilities to the classes that stay possible, in the contract's order.

    >>> compile_set(ClassSet(level=0.9, at_least=0.3), ("a", "b", "c"))((0.1, 0.35, 0.55))
    ('b', 'c')
    """
    if possible is None:
        return None
    at_least = possible.at_least

    def choose(probability: tuple[float, ...]) -> tuple[str, ...]:
        bound = min(at_least, max(probability))
        return tuple(name for name, p in zip(classes, probability, strict=True) if p >= bound)

    return choose
