"""The decision of a scoring specification, as data: from a probability or a number to an answer."""

from __future__ import annotations

import msgspec

from airworthy.scoring.tagged import Tagged

# Intervals and sets are conformal: learned from residuals and probabilities on later rows.


class Interval(Tagged, frozen=True, tag="interval"):
    """Regression: [x + low * s, x + high * s] around the prediction x, to hold `level` of the outcomes.

    s is 1, or interpolated over the prediction from `scale` at `at` (ascending), flat outside; or the row's
    own number in the column `by`, where a null or a number that is not above 0 counts as `missing`.
    """

    level: float
    low: float
    high: float
    at: tuple[float, ...] = ()
    scale: tuple[float, ...] = ()
    by: str | None = None
    missing: float = 1.0


class ClassSet(Tagged, frozen=True, tag="class-set"):
    """The classes with a probability of `at_least` or more, and always the most probable one."""

    level: float
    at_least: float


# Decisions.


class Threshold(Tagged, frozen=True, tag="threshold"):
    """Binary: the positive decision at probability >= threshold."""

    threshold: float
    possible: ClassSet | None = None


class ErrorCost(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one error costs in this row: fixed + share * amount, with `missing` for a null or negative amount.

    The amount stands in `column`, as it is after the repair steps that correct it; no fill stands in for it.
    """

    fixed: float = 0.0
    column: str | None = None
    share: float = 1.0
    missing: float = 0.0


class Review(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person decides: `cost` of a case, the share of `error`, and the price of a place among the cases."""

    cost: float
    error: float = 0.0
    toll: float = 0.0


class Move(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a group adds to the gain from which its rows are decided positive.

    The group: rows with one of `values` in `column`, or with a number in [low, high) where there are none.
    """

    column: str
    by: float
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


class LeastCost(Tagged, frozen=True, tag="least-cost"):
    """Binary: negative, positive or a person's review, whichever is expected to cost least in this row.

    `toll` is the price of a place where people can take only so many positive cases: a case is worth one when
    it is expected to save more than that. `capacity` is how many they can take in one window. `moves` of the
    row's groups are added to the toll.
    """

    alarm: ErrorCost
    miss: ErrorCost
    toll: float = 0.0
    capacity: int | None = None
    review: Review | None = None
    possible: ClassSet | None = None
    moves: tuple[Move, ...] = ()


class CostMatrix(Tagged, frozen=True, tag="cost-matrix"):
    """Multiclass: the decision with the least expected cost; costs[actual][decided]."""

    costs: tuple[tuple[float, ...], ...]
    possible: ClassSet | None = None


class Shift(Tagged, frozen=True, tag="shift"):
    """Regression: the prediction plus `offset`, the residual quantile that the unit costs call for."""

    offset: float = 0.0
    interval: Interval | None = None


Decision = Threshold | LeastCost | CostMatrix | Shift
