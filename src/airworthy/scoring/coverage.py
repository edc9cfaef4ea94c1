"""Prediction intervals and sets: one scalar function each, which a batch runs by row."""

from __future__ import annotations

from collections.abc import Callable

from airworthy.scoring.calibration import interpolate
from airworthy.scoring.learners import require
from airworthy.scoring.spec import ClassSet, Decision, Interval, Shift

Span = Callable[[float], tuple[float, float]]
Possible = Callable[[tuple[float, ...]], tuple[str, ...]]


def interval_of(decision: Decision) -> Interval | None:
    """The interval that a decision carries."""
    return decision.interval if isinstance(decision, Shift) else None


def set_of(decision: Decision) -> ClassSet | None:
    """The set of classes that a decision carries."""
    return None if isinstance(decision, Shift) else decision.possible


def compile_interval(interval: Interval | None) -> Span | None:
    """The function from a prediction to its interval.

    >>> span = compile_interval(Interval(level=0.9, low=-1.0, high=2.0, at=(0.0, 10.0), scale=(1.0, 3.0)))
    >>> span(5.0), span(99.0)
    ((3.0, 9.0), (96.0, 105.0))
    """
    if interval is None:
        return None
    low, high, at, scale = interval.low, interval.high, interval.at, interval.scale
    require(low <= high, "interval", (low, high))
    require(len(at) == len(scale) and list(at) == sorted(set(at)), "interval scale", len(at))
    require(all(value > 0 for value in scale), "interval scale", min(scale, default=0.0))
    if not at:
        return lambda x: (x + low, x + high)

    def span(x: float) -> tuple[float, float]:
        s = interpolate(x, at, scale)
        return x + low * s, x + high * s

    return span


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
