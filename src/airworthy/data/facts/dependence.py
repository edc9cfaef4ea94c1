"""Names of what the missing values of a column hang on: another column, or one source from a date on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from airworthy.data.facts import Batch
from airworthy.kernel.fact import Facts


def _depends(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    # Loads when first read: listing checks must import no numeric library.
    from airworthy.data.facts.dependence_scan import compute

    return compute(wanted, facts)


def _segments(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    # Loads when first read: listing checks must import no numeric library.
    from airworthy.data.facts.segment_steps import compute

    return compute(wanted, facts)


@dataclass(frozen=True)
class Dependence:
    """`NullsWithin` of one column: the group of rows where its null rate differs most, by one of `others`."""

    column: str
    others: tuple[str, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _depends


@dataclass(frozen=True)
class NullsWithin:
    """Nulls and rows inside the group `by` `group` and outside it, as (nulls, rows); `tried` groups.

    `by` is empty where no group of enough rows could be made. `known` are (mean, 5 % and 95 % quantile) of
    the column's own values where it is a number. `bars` are (group of `by`, null rate).
    """

    rows: int
    nulls: int
    by: str = ""
    group: str = ""
    inside: tuple[int, int] = (0, 0)
    outside: tuple[int, int] = (0, 0)
    tried: int = 0
    known: tuple[float, float, float] | None = None
    bars: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class StepWithin:
    """`SegmentStep` of one column's null rate; None where no segment can be told, or there is no time."""

    column: str
    segments: tuple[str, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _segments


@dataclass(frozen=True)
class SegmentStep:
    """The segment (`by` = `value`) whose null rate steps most, and when (seconds since 1970).

    `before`, `after` are (nulls, rows); `tried` counts dates and segments, `scatter` is as in `Step`;
    `seconds` is the length of a bin of time.
    """

    by: str
    value: str
    at: float
    seconds: int
    before: tuple[int, int]
    after: tuple[int, int]
    tried: int
    scatter: float

    @property
    def change(self) -> float:
        return self.after[0] / self.after[1] - self.before[0] / self.before[1]
