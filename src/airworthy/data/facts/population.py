"""Names of the population that the rows should stand for, and of how the rows differ from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from airworthy.data.facts import Batch
from airworthy.kernel.errors import InputError
from airworthy.kernel.fact import Facts


def _given(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    raise InputError(
        "The audit was given no population.", remedy="Set population.source, or pass the table itself."
    )


def _compared(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    # Loads when first read: listing checks must import no numeric library.
    from airworthy.data.facts.selection import compute

    return compute(wanted, facts)


@dataclass(frozen=True)
class PopulationTable:
    """A root: rows of the population as a polars DataFrame, as they were read."""

    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _given


@dataclass(frozen=True)
class Selected:
    """`Selection` of the rows from the population over `columns`; None where they share no column."""

    columns: tuple[str, ...]
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _compared


@dataclass(frozen=True)
class Selection:
    """How well a small model tells the rows from the population, on rows that it was not fitted on.

    `coverage` is the share of the population that looks like some of the rows, `effective` the rows that
    remain after weighting them to the population, of `events` fitted rows. `tellers` are (column, AUC alone),
    the strongest first, and `shifts` are (column or value, in the rows, in the population) in words.
    """

    auc: float
    error: float
    events: int
    others: int
    coverage: float
    effective: float
    tellers: tuple[tuple[str, float], ...]
    shifts: tuple[tuple[str, str, str], ...]
