"""What became of the joins that made the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from airworthy.data.facts import Batch
from airworthy.kernel.fact import Facts


def _none(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    return dict.fromkeys(wanted, ())


@dataclass(frozen=True)
class Joins:
    """A root: the `JoinReport` of each join, as they were made; none where the table came joined."""

    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _none
