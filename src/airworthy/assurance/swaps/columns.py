"""Which input columns tell who the person is: running text, and columns of names. No numeric library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from airworthy.assurance.swaps.people import first_name
from airworthy.scoring.contract import Column, LogicalType

MOSTLY = 0.5
FEWEST_NAMES = 3
LONG_WORDS = 3
"""Blanks of an average value from which categories are read as text, as for models trained elsewhere."""


@dataclass(frozen=True)
class Told:
    """A column to read; `alone`: each cell begins with a first name, and holds no running text."""

    name: str
    alone: bool = False


def told_columns(inputs: Sequence[Column]) -> tuple[Told, ...]:
    """The columns in which something may be swapped.

    >>> names = Column(name="who", type=LogicalType.CATEGORY, vocabulary=("Emily", "Greg", "Anne", "x"))
    >>> told_columns((names, Column(name="note", type=LogicalType.TEXT)))
    (Told(name='who', alone=True), Told(name='note', alone=False))
    """
    found = []
    for column in inputs:
        if column.type is LogicalType.TEXT:
            found.append(Told(column.name))
        elif column.type is LogicalType.CATEGORY and column.vocabulary:
            if _holds_names(column):
                found.append(Told(column.name, alone=True))
            elif _holds_text(column):
                found.append(Told(column.name))
    return tuple(found)


def _holds_names(column: Column) -> bool:
    names = [first_name(value) for value in column.vocabulary]
    rows = column.counts or (1,) * len(names)
    named = sum(count for name, count in zip(names, rows, strict=True) if name is not None)
    different = {name.lower() for name in names if name is not None}
    return named >= MOSTLY * sum(rows) and len(different) >= FEWEST_NAMES


def _holds_text(column: Column) -> bool:
    return sum(value.count(" ") for value in column.vocabulary) >= LONG_WORDS * len(column.vocabulary)
