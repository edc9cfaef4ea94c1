"""The fact that tells how a column was written before it was read. Given with the table, as its root is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from airworthy.data.facts import Batch
from airworthy.data.written import Written
from airworthy.kernel.fact import Facts


def _as_stored(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    """A column that came with no record was changed in nothing."""
    return dict.fromkeys(wanted, Written())


@dataclass(frozen=True)
class AsWritten:
    """`Written` of one column: what the readers made alike on the way in."""

    column: str
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _as_stored


def written_facts(written: Mapping[str, Written]) -> Mapping[Any, object]:
    """The records of a table as root facts."""
    return {AsWritten(name): record for name, record in written.items()}
