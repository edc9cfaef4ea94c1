"""What the slices found turned out to be: by how much the worst of them loses too much, and what is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from airworthy.assurance.slices.loss import Loss
from airworthy.assurance.slices.search import Found, Slice
from airworthy.kernel.judge import DEFAULT_ALPHA, rows_to_settle
from airworthy.kernel.result import Estimate, Limit, Measurement
from airworthy.measures.multiple import step_up

LEVEL = 1 - DEFAULT_ALPHA


class Against(StrEnum):
    """What the loss of a slice is held against."""

    ELSEWHERE = "elsewhere"  # the mean loss of all other rows
    EXPECTED = "expected"  # what the model's own probabilities expect to lose there


@dataclass(frozen=True, eq=False)
class Measured:
    """One found slice on the confirming rows; means are in the unit of the loss.

    `gap` is the mean inside less the mean elsewhere, `excess` the mean inside less the `expected` one, in the
    unit that is judged; both None where the model has no probabilities.
    """

    slice: Slice
    rows: int
    rows_elsewhere: int
    inside: float
    elsewhere: float
    expected: float | None
    gap: Estimate
    excess: Estimate | None

    def held_against(self, against: Against) -> Estimate:
        """What is judged."""
        if against is Against.ELSEWHERE or self.excess is None:
            return self.gap
        return self.excess


@dataclass(frozen=True, eq=False)
class Confirmed:
    """All found slices, measured; one estimate: by how much the worst of them loses too much.

    Too much, that is more than `against`. The lower bound is that of the slice shown: beyond the limit it is
    read at the level that keeps the share of wrong discoveries among those named (Benjamini and Hochberg), so
    that it lies beyond any limit by mistake in at most 1 - level of tables without such a slice. The upper
    bound is the highest of all, each at a level shared by the `planned` slices (Bonferroni), so that it
    clears a limit only where every slice does.
    """

    slices: tuple[Measured, ...]
    planned: int
    found: Found
    loss: Loss
    n: int
    limit: Limit
    against: Against

    @property
    def lead(self) -> Measured:
        """The slice with the most certain excess: beyond the limit where one is, else the widest open."""
        bounds = [(m, *_open(self._judged(m).interval(self.level_of_each(LEVEL)))) for m in self.slices]
        if self.limit.high is None:
            return max(bounds, key=lambda b: b[1])[0]
        if sure := self.beyond(LEVEL):
            return max((bounds[i] for i in sorted(sure)), key=lambda b: b[1])[0]
        return max(bounds, key=lambda b: b[2])[0]

    @property
    def value(self) -> float:
        return self._judged(self.lead).value

    @property
    def unit(self) -> str:
        return self.loss.unit

    def _judged(self, one: Measured) -> Estimate:
        return one.held_against(self.against)

    def level_of_each(self, level: float) -> float:
        """The level of one slice's interval at which all hold together at `level`."""
        return 1 - (1 - level) / self.planned

    def interval(self, level: float) -> tuple[float | None, float | None]:
        shared = self.level_of_each(level)
        discovered = 1 - (1 - level) * max(1, len(self.beyond(level))) / self.planned
        low = self._judged(self.lead).interval(discovered)[0]
        high = max(_open(self._judged(m).interval(shared))[1] for m in self.slices)
        return low, None if math.isinf(high) else high

    def beyond(self, level: float) -> set[int]:
        """Indices of the slices that surely lose more than the limit allows."""
        most = self.limit.high
        return (
            set() if most is None else self._discovered([self._judged(m) for m in self.slices], most, level)
        )

    def beyond_limit(self) -> dict[int, float]:
        """Index of each slice that surely loses more than the limit, and the level that this rests on."""
        sure = self.beyond(LEVEL)
        return dict.fromkeys(sorted(sure), 1 - (1 - LEVEL) * len(sure) / self.planned)

    def surely_worse(self) -> dict[int, tuple[float | None, float | None]]:
        """Index of each slice that surely loses more than elsewhere, and the interval that this rests on."""
        sure = self._discovered([m.gap for m in self.slices], 0.0, LEVEL)
        level = 1 - (1 - LEVEL) * len(sure) / self.planned
        return {i: self.slices[i].gap.interval(level) for i in sorted(sure)}

    def _discovered(self, estimates: Sequence[Estimate], more_than: float, level: float) -> set[int]:
        def lies_beyond(i: int, own: float) -> bool:
            return _open(estimates[i].interval(own))[0] > more_than

        return step_up(lies_beyond, len(estimates), self.planned, 1 - level)

    def known(self, one: Measured) -> bool | None:
        """Whether the model foresees what the slice loses, to within the limit; None while that is open."""
        if one.excess is None or self.limit.high is None:
            return None
        low, high = _open(one.excess.interval(self.level_of_each(LEVEL)))
        return True if high <= self.limit.high else False if low > 0 else None

    def rows_to_settle(self, level: float) -> int | None:
        """Rows of the whole table at which the verdict would fall, were every excess to stay where it is."""
        each, high = self.level_of_each(level), self.limit.high
        if high is None:
            return None
        needed = [(self._judged(m).value > high, self._needed(m, each)) for m in self.slices]
        beyond = [rows for worse, rows in needed if worse and rows is not None]
        if beyond:
            return min(beyond)
        rows = [rows for _, rows in needed]
        return None if any(r is None for r in rows) else max(r for r in rows if r is not None)

    def _needed(self, one: Measured, level: float) -> int | None:
        """All rows grow alike, so those of the slice do too; the rows at hand where it is settled already."""
        judged = self._judged(one)
        low, high = judged.interval(level)
        if self.limit.judge(low, high) != "UNSURE":
            return self.n
        return rows_to_settle(
            Measurement(judged.value, low, high, self.unit, self.n, level), Limit(high=self.limit.high)
        )


def _open(bounds: tuple[float | None, float | None]) -> tuple[float, float]:
    low, high = bounds
    return -math.inf if low is None else low, math.inf if high is None else high
