"""Names of what is known about a column's values in time: when each appears first and last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from airworthy.data.facts import Batch
from airworthy.kernel.fact import Facts

MOST_VALUES = 500
"""More different values than this are names that come and go, not a vocabulary."""


def _batch(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    # Loads when first read: listing checks must import no numeric library.
    from airworthy.data.facts.vocabulary_scan import compute

    return compute(wanted, facts)


@dataclass(frozen=True)
class Vocabulary:
    """`Turnover` of one column; None when the table has no time."""

    column: str
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _batch


@dataclass(frozen=True)
class Turnover:
    """The date at which most rows' values leave or enter the vocabulary together.

    `rows` counts dated, non-null rows; `values` the different values (0: too many to look at). `changed`
    are the rows of `gone` and `new`, `elsewhere` the most rows that change so at another date: a calendar
    turns over all the time. `at` is in seconds since 1970.
    """

    rows: int
    values: int
    changed: int = 0
    elsewhere: int = 0
    at: float = 0.0
    gone: tuple[tuple[str, int], ...] = ()
    new: tuple[tuple[str, int], ...] = ()
