"""Estimates that only the audit needs; shares and their differences come from `airworthy.measures`."""

from __future__ import annotations

import math
from dataclasses import dataclass

from airworthy.measures.proportion import Newcombe, Wilson, normal_quantile

__all__ = [
    "Census",
    "Distinct",
    "Lift",
    "Newcombe",
    "Normal",
    "RankInterval",
    "Scaled",
    "Searched",
    "ShareOff",
    "TooFew",
    "Wilson",
    "rows_that_show",
]

SEEN = 0.05
"""A defect in this share of the rows is one that a table of enough rows would have shown."""


def rows_that_show(level: float) -> float:
    """Rows that show a defect of `SEEN` of them at least once, with probability `level`.

    >>> round(rows_that_show(0.95), 1)      # ln(0.05) / ln(0.95)
    58.4
    """
    return math.log(1 - level) / math.log(1 - SEEN)


@dataclass(frozen=True)
class Census:
    """A defect counted in full. It has no width, except in a table too small to have shown it.

    With fewer rows than `rows_that_show(level)` the count says little about the table it was cut from:
    the interval is then Wilson's.

    >>> Census(3, 1000).interval(0.95), Census(0, 10).interval(0.95)[1] > 0.2
    ((0.003, 0.003), True)
    """

    count: int
    n: int
    unit: str = "share of rows"

    @property
    def value(self) -> float:
        return self.count / self.n

    def interval(self, level: float) -> tuple[float, float]:
        if self.n >= rows_that_show(level):
            return self.value, self.value
        return Wilson(self.count, self.n, self.unit).interval(level)

    def rows_to_settle(self, level: float) -> int:
        return math.ceil(rows_that_show(level))


@dataclass(frozen=True)
class Scaled:
    """A census in another measure, such as in times an allowed share.

    >>> Scaled(Census(30, 1000), 1 / 0.02, "times the allowed share").value
    1.5
    """

    census: Census
    factor: float
    unit: str

    @property
    def value(self) -> float:
        return self.census.value * self.factor

    @property
    def n(self) -> int:
        return self.census.n

    def interval(self, level: float) -> tuple[float, float]:
        low, high = self.census.interval(level)
        return low * self.factor, high * self.factor

    def rows_to_settle(self, level: float) -> int:
        return self.census.rows_to_settle(level)


@dataclass(frozen=True)
class Distinct:
    """How many different values were seen; open above while the rows could have hidden a second one.

    >>> Distinct(1, 500).interval(0.95), Distinct(1, 10).interval(0.95)
    ((1.0, 1.0), (1.0, None))
    """

    count: int
    n: int
    unit: str = "different values"

    @property
    def value(self) -> float:
        return float(self.count)

    def interval(self, level: float) -> tuple[float, float | None]:
        settled = self.count > 1 or self.n >= rows_that_show(level)
        return self.value, self.value if settled else None

    def rows_to_settle(self, level: float) -> int:
        return math.ceil(rows_that_show(level))


@dataclass(frozen=True)
class TooFew:
    """A value that the rows at hand cannot bound on either side: it is UNSURE until there are `needed`."""

    value: float
    n: int
    unit: str
    needed: int

    def interval(self, level: float) -> tuple[None, None]:
        return None, None

    def rows_to_settle(self, level: float) -> int:
        return self.needed


@dataclass(frozen=True)
class Searched:
    """An estimate picked as the most extreme of `tried`: its level is shared among them (Bonferroni).

    >>> single, picked = Newcombe(30, 100, 10, 100), Searched(Newcombe(30, 100, 10, 100), 20)
    >>> picked.interval(0.95)[0] < single.interval(0.95)[0]
    True
    """

    picked: Newcombe | RankInterval | Normal | Lift | RareLift
    tried: int

    @property
    def value(self) -> float:
        return self.picked.value

    @property
    def unit(self) -> str:
        return self.picked.unit

    @property
    def n(self) -> int:
        return self.picked.n

    def interval(self, level: float) -> tuple[float, float]:
        return self.picked.interval(1 - (1 - level) / max(1, self.tried))


@dataclass(frozen=True)
class Normal:
    """A value with a known standard error."""

    value: float
    error: float
    n: int
    unit: str

    def interval(self, level: float) -> tuple[float, float]:
        half = normal_quantile(level) * self.error
        return self.value - half, self.value + half


@dataclass(frozen=True)
class RankInterval:
    """An AUC known by its value, class sizes and DeLong error.

    On the logit scale; at exactly 0 or 1, where DeLong's error is zero, the bound is that of `m` successes
    in `m` trials, m being the smaller class, as in `airworthy.measures.Auc`. `fitted` widens nothing: the
    scores come from rows other than those they are held against.

    >>> low, high = RankInterval(1.0, 0.0, 100, 900).interval(0.95)     # 0.025 ** (1 / 100)
    >>> round(low, 4), high
    (0.9638, 1.0)
    """

    value: float
    error: float
    events: int
    others: int
    unit: str = "AUC"

    @property
    def n(self) -> int:
        return self.events + self.others

    def interval(self, level: float) -> tuple[float, float]:
        smaller = min(self.events, self.others)
        edge = ((1 - level) / 2) ** (1 / smaller)
        if self.value >= 1 or self.value <= 0:
            return (edge, 1.0) if self.value >= 1 else (0.0, 1 - edge)
        half = normal_quantile(level) * self.error / (self.value * (1 - self.value))
        middle = math.log(self.value / (1 - self.value))
        low, high = 1 / (1 + math.exp(half - middle)), 1 / (1 + math.exp(-half - middle))
        # Nearly perfect separation has nearly no DeLong error; it cannot know more than perfect does.
        return min(low, edge), high


@dataclass(frozen=True)
class Lift:
    """How far a share rises from its base rate towards certainty: (share - base) / (1 - base).

    >>> Lift(90, 100, 0.5).value
    0.8
    """

    hits: int
    n: int
    base: float
    unit: str = "share of the way to certainty"

    @property
    def value(self) -> float:
        return self._scaled(self.hits / self.n)

    def interval(self, level: float) -> tuple[float, float]:
        low, high = Wilson(self.hits, self.n).interval(level)
        return self._scaled(low), self._scaled(high)

    def _scaled(self, share: float) -> float:
        return (share - self.base) / (1 - self.base)


@dataclass(frozen=True)
class RareLift:
    """`Lift` as it would be if the outcome were not rare but had `base` of the rows.

    `hits` of `events` rows with the outcome are marked, and `others` of `rest` rows without it. The ratio of
    these two shares does not depend on how rare the outcome is; its interval is that of Katz et al. (1978),
    with half a row more on either side.

    >>> rare = RareLift(39, 140, 5, 3860, 0.2)
    >>> round(rare.value, 3), round(rare.interval(0.95)[0], 3)
    (0.975, 0.942)
    """

    hits: int
    events: int
    others: int
    rest: int
    base: float
    unit: str = Lift.unit

    @property
    def n(self) -> int:
        return self.hits + self.others

    @property
    def value(self) -> float:
        return self._scaled(self._ratio)

    @property
    def _ratio(self) -> float:
        return math.log((self.hits + 0.5) / (self.events + 0.5) * (self.rest + 0.5) / (self.others + 0.5))

    def interval(self, level: float) -> tuple[float, float]:
        counts = ((self.hits, self.events), (self.others, self.rest))
        error = math.sqrt(sum(1 / (k + 0.5) - 1 / (n + 0.5) for k, n in counts))
        half = normal_quantile(level) * error
        return self._scaled(self._ratio - half), self._scaled(self._ratio + half)

    def _scaled(self, ratio: float) -> float:
        odds = math.exp(ratio) * self.base / (1 - self.base)
        return (odds / (1 + odds) - self.base) / (1 - self.base)


@dataclass(frozen=True)
class ShareOff:
    """A share less the one that was declared, the furthest off of `tried` (Wilson, Bonferroni).

    >>> ShareOff(30, 100, 0.5, 2).value
    -0.2
    """

    hits: int
    n: int
    declared: float
    tried: int
    unit: str = "difference of shares"

    @property
    def value(self) -> float:
        return self.hits / self.n - self.declared

    def interval(self, level: float) -> tuple[float, float]:
        low, high = Wilson(self.hits, self.n).interval(1 - (1 - level) / max(1, self.tried))
        return low - self.declared, high - self.declared
