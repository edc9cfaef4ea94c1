"""Names of the facts about columns that follow from another column, as a city does from its postcode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from airworthy.data.facts import Batch
from airworthy.kernel.fact import Facts


def _batch(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    # Loads when first read: listing checks must import no numeric library.
    from airworthy.data.facts.follows_scan import compute

    return compute(wanted, facts)


@dataclass(frozen=True)
class Follows:
    """Column to `Followed`, for those of `columns` that follow from one of `columns` or of `keys`."""

    columns: tuple[str, ...]
    keys: tuple[str, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _batch


@dataclass(frozen=True)
class Followed:
    """`against` of `rows` sampled rows contradict what column `by` says in its other rows.

    `examples` are (value, value of `by`, its usual value, rows that have the usual one). `always` are
    (value, usual value, rows) of values that never stand but against one and the same usual value.
    """

    by: str
    rows: int
    against: int
    examples: tuple[tuple[str, str, str, int], ...] = ()
    always: tuple[tuple[str, str, int], ...] = ()
