"""How well the number of a row, or of a key, gives the outcome away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from airworthy.data.facts import Batch, Foretelling
from airworthy.kernel.fact import Facts


def _batch(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    # Loads when first read: listing checks must import no numeric library.
    from airworthy.data.facts.order_scan import compute

    return compute(wanted, facts)


@dataclass(frozen=True)
class Numbered:
    """`Numbering` by one column: a key, or `__row__` for the place in the file; None without an outcome."""

    column: str
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _batch


@dataclass(frozen=True)
class Numbering:
    """`by` says what of the number tells the outcome; `timed` that it only stands for the time of the row."""

    told: Foretelling
    by: str
    tried: int
    timed: bool
