"""The ways side by side: totals with their spread, the month of break-even, and which assumption decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.kernel.errors import InputError
from airworthy.kernel.seed import derive_seed
from airworthy.value.hosting.assumption import BY_NAME, Item, Span, Way
from airworthy.value.hosting.costs import PARTS, Month, book_value, months_of
from airworthy.value.hosting.read import Assumptions

DRAWS = 1_000
LEVEL = 0.8
FURTHEST = 100.0
"""A missing number is sought up to so many times its usual size."""


@dataclass(frozen=True)
class Cost:
    """One way over all years, in the likeliest case; `low` and `high` hold 80 % of the drawn totals."""

    way: Way
    total: float
    low: float
    high: float
    by_year: tuple[float, ...]
    parts: Mapping[str, float]
    idle: float
    left: float
    monthly: tuple[float, ...]
    cheapest: float


@dataclass(frozen=True)
class BreakEven:
    """From which month on own machines have cost less in all than rented ones.

    `month` is None where that never happens in the likeliest case; `low` and `high` hold 80 % of the draws in
    which it happens, which are a share `happens` of all.
    """

    way: Way
    month: int | None
    low: int | None
    high: int | None
    happens: float


@dataclass(frozen=True)
class Lever:
    """What one assumption moves: how much dearer `way` is than renting at its low and its high end."""

    name: str
    way: Way
    span: Span
    at_low: float
    at_high: float

    @property
    def swing(self) -> float:
        return abs(self.at_high - self.at_low)

    @property
    def decides(self) -> bool:
        """Whether the cheaper way changes within the declared range."""
        return (self.at_low < 0) != (self.at_high < 0)


@dataclass(frozen=True)
class Untold:
    """A way that nothing can be said of: what is missing, and where a single number would turn the answer."""

    way: Way
    missing: tuple[Item, ...]
    turns_at: float | None = None


@dataclass(frozen=True)
class Compared:
    """The answer."""

    assumptions: Assumptions
    costs: tuple[Cost, ...]
    break_even: tuple[BreakEven, ...]
    levers: tuple[Lever, ...]
    untold: tuple[Untold, ...]

    @property
    def cheapest(self) -> Cost:
        return min(self.costs, key=lambda cost: cost.total)

    @property
    def decisive(self) -> Lever | None:
        """The strongest assumption that changes the answer within its range; None where none does."""
        return next((lever for lever in self.levers if lever.decides), None)


def compare(assumptions: Assumptions, seed: int = 0) -> Compared:
    """What each way costs that enough is known of.

    Raises `InputError` where nothing can be said of any way, naming what is missing.
    """
    told = [way for way in Way if not assumptions.missing(way)]
    if not told:
        missing = assumptions.missing(Way.CLOUD)
        raise InputError(
            f"Nothing can be compared yet: {', '.join(item.name for item in missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing.",
            value=missing[0].name,
            remedy="; ".join(f"{item.name}: {item.meaning}, such as {item.example}" for item in missing)
            + ".",
        )
    drawn = _drawn(assumptions, seed)
    likely = assumptions.likely()
    paths = {way: _paths(way, drawn, assumptions) for way in told}
    totals = np.array([paths[way][:, -1] for way in told])
    first = totals.argmin(axis=0)
    costs = tuple(
        _cost(way, assumptions, likely, totals[at], float((first == at).mean()))
        for at, way in enumerate(told)
    )
    bought = [way for way in told if way is not Way.CLOUD and Way.CLOUD in told]
    even = tuple(_break_even(way, paths, assumptions, likely) for way in bought)
    levers = [lever for way in bought for lever in _levers(way, assumptions, likely)]
    levers.sort(key=lambda lever: (-lever.decides, -lever.swing))
    untold = tuple(_untold(way, assumptions, costs) for way in Way if way not in told)
    return Compared(assumptions, costs, even, tuple(levers), untold)


def _months(way: Way, numbers: Mapping[str, float], assumptions: Assumptions) -> tuple[Month, ...]:
    return months_of(way, numbers, assumptions.years * 12)


def _cumulative(way: Way, numbers: Mapping[str, float], assumptions: Assumptions) -> NDArray[np.float64]:
    return np.cumsum([month.total for month in _months(way, numbers, assumptions)])


def _drawn(assumptions: Assumptions, seed: int) -> list[dict[str, float]]:
    """Each assumption drawn from its triangle, apart from the others."""
    rng = np.random.default_rng(derive_seed(seed, "hosting"))
    likely = assumptions.likely()
    columns = {
        name: np.full(DRAWS, span.likely)
        if span.known
        else rng.triangular(span.low, span.likely, span.high, DRAWS)
        for name, span in sorted(assumptions.spans.items())
    }
    return [
        {**likely, **{name: float(values[at]) for name, values in columns.items()}} for at in range(DRAWS)
    ]


def _paths(way: Way, drawn: list[dict[str, float]], assumptions: Assumptions) -> NDArray[np.float64]:
    """(draws, months) money spent so far."""
    return np.array([_cumulative(way, numbers, assumptions) for numbers in drawn])


def _cost(
    way: Way, assumptions: Assumptions, likely: Mapping[str, float], totals: NDArray[np.float64], first: float
) -> Cost:
    months = _months(way, likely, assumptions)
    edges = np.quantile(totals, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    years = [months[at : at + 12] for at in range(0, len(months), 12)]
    return Cost(
        way,
        sum(month.total for month in months),
        float(edges[0]),
        float(edges[1]),
        tuple(sum(month.total for month in year) for year in years),
        {part: sum(month.parts[at] for month in months) for at, part in enumerate(PARTS)},
        sum(month.idle for month in months),
        book_value(way, likely, len(months)),
        tuple(np.cumsum([month.total for month in months]).tolist()),
        first,
    )


def _break_even(
    way: Way,
    paths: Mapping[Way, NDArray[np.float64]],
    assumptions: Assumptions,
    likely: Mapping[str, float],
) -> BreakEven:
    usual = _first_cheaper(_cumulative(way, likely, assumptions), _cumulative(Way.CLOUD, likely, assumptions))
    found = [_first_cheaper(own, rented) for own, rented in zip(paths[way], paths[Way.CLOUD], strict=True)]
    months = [month for month in found if month is not None]
    if not months:
        return BreakEven(way, usual, None, None, 0.0)
    edges = np.quantile(months, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], method="nearest")
    return BreakEven(way, usual, int(edges[0]), int(edges[1]), len(months) / len(found))


def _first_cheaper(own: NDArray[np.float64], rented: NDArray[np.float64]) -> int | None:
    """The month, from 1, from which on `own` has cost less and stays so; None where it never does."""
    dearer = np.flatnonzero(own >= rented)
    last = int(dearer[-1]) + 1 if len(dearer) else 0
    return last + 1 if last < len(own) else None


def _levers(way: Way, assumptions: Assumptions, likely: Mapping[str, float]) -> list[Lever]:
    def dearer(name: str, value: float) -> float:
        numbers = {**likely, name: value}
        both = [float(_cumulative(one, numbers, assumptions)[-1]) for one in (way, Way.CLOUD)]
        return both[0] - both[1]

    return [
        Lever(name, way, span, dearer(name, span.low), dearer(name, span.high))
        for name, span in assumptions.spans.items()
        if not span.known and {way, Way.CLOUD} & set(BY_NAME[name].ways)
    ]


def _untold(way: Way, assumptions: Assumptions, costs: tuple[Cost, ...]) -> Untold:
    """Of one missing number: the value at which this way costs what the cheapest other one does."""
    missing = assumptions.missing(way)
    if len(missing) != 1:
        return Untold(way, missing)
    best, likely, name = min(cost.total for cost in costs), assumptions.likely(), missing[0].name

    def dearer(value: float) -> float:
        return float(_cumulative(way, {**likely, name: value}, assumptions)[-1]) - best

    return Untold(way, missing, _turning(dearer, missing[0]))


def _turning(dearer: object, item: Item) -> float | None:
    """Where a rising or falling difference is nothing, by halving; None where it does not change its sign."""
    assert callable(dearer)
    example = item.example.strip("[]").split(",")[-1]
    low, high = max(item.low, 1e-6), item.high if item.high is not None else float(example) * FURTHEST
    at_low, at_high = dearer(low), dearer(high)
    if (at_low < 0) == (at_high < 0):
        return None
    for _ in range(60):
        middle = (low + high) / 2
        if (dearer(middle) < 0) == (at_low < 0):
            low = middle
        else:
            high = middle
    return float(low)
