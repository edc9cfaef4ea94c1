"""Where the rows break an earlier contract, column by column, over all rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from airworthy.data.facts import Batch
from airworthy.kernel.fact import Facts
from airworthy.scoring.contract import Column


def _batch(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    # Loads when first read: listing checks must import no numeric library.
    from airworthy.data.facts.breaks_scan import compute

    return compute(wanted, facts)


@dataclass(frozen=True)
class Broken:
    """`Breaks` of what was agreed of one column."""

    agreed: Column
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _batch


@dataclass(frozen=True)
class NewColumns:
    """Columns of the table that are not among `agreed`, in order (tuple of str)."""

    agreed: tuple[str, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _batch


@dataclass(frozen=True)
class Breaks:
    """`retyped` says what the column holds now, where it holds another kind; the rest counts rows.

    `examples` are new words, or numbers outside the range, the most frequent or furthest first.
    """

    rows: int
    absent: bool = False
    retyped: str = ""
    unseen: int = 0
    outside: int = 0
    nulls: int = 0
    examples: tuple[str, ...] = ()
