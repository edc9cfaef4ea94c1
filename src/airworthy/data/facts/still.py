"""Stretches at the start or the end of the rows in which a number stands still."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from airworthy.data.facts import Batch
from airworthy.kernel.fact import Facts


def _batch(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    # Loads when first read: listing checks must import no numeric library.
    from airworthy.data.facts.still_scan import compute

    return compute(wanted, facts)


@dataclass(frozen=True)
class Still:
    """`Stretch` of one number, in order of time, or of the file where the table has no time."""

    column: str
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _batch


@dataclass(frozen=True)
class Stretch:
    """`still` of `rows` rows with a value hold `value`, all before (or after) `at`; 0 where none do.

    `at` is in seconds since 1970 when `timed`, else the number of a row. `elsewhere` is the share of the
    other rows with that value, `different` how many values those have.
    """

    rows: int
    still: int = 0
    value: str = ""
    before: bool = True
    at: float = 0.0
    timed: bool = False
    elsewhere: float = 0.0
    different: int = 0
