"""Stretches of rows in which a number stands still."""

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
    """`Stretch` of one number, in order of time, or of the file where the table has no time.

    `sources` are columns of few words: each one's rows are looked at by themselves too.
    """

    column: str
    sources: tuple[str, ...] = ()
    version: ClassVar[int] = 2
    batch: ClassVar[Batch] = _batch


@dataclass(frozen=True)
class Stretch:
    """`still` of `rows` rows with a value hold `value` one after the other; 0 where none do.

    `start` and `end` are its first and last row: seconds since 1970 when `timed`, else their places from 0;
    `first` and `last` tell that no row with a value lies before, or after. It is one of the rows in which
    `source`, if any, is `source_value`. `elsewhere` is the share of the other rows with that value,
    `together` names the columns that stand still in the same rows.
    """

    rows: int
    still: int = 0
    value: str = ""
    start: float = 0.0
    end: float = 0.0
    first: bool = False
    last: bool = False
    timed: bool = False
    elsewhere: float = 0.0
    source: str = ""
    source_value: str = ""
    together: tuple[str, ...] = ()
