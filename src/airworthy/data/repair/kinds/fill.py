"""Gaps are filled, and a new column keeps that they were gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from airworthy.data.repair.kinds.kind import Cells, Kind, Look, proposed
from airworthy.data.repair.readers import Key, filling, flag
from airworthy.data.repair.step import Parameters, RepairStep
from airworthy.kernel.errors import InputError
from airworthy.scoring.columns import STRINGS
from airworthy.scoring.contract import LogicalType, Role
from airworthy.scoring.spec import Fill, FlagMissing, Step

MEDIAN, MOST_FREQUENT = "median", "most-frequent"
OWN_CATEGORY = "(missing)"


@dataclass(frozen=True)
class Filling(Parameters):
    value: float | str
    indicator: bool = True


class FillKind(Kind[Filling]):
    name: ClassVar[str] = "fill"
    does: ClassVar[str] = "Fill the gaps of {column}, and keep that they were gaps"
    about: ClassVar[str] = "Gaps get a value; with an indicator a new column says which were gaps."
    type: ClassVar[type[Parameters]] = Filling
    keys: ClassVar[tuple[Key, ...]] = (
        Key(
            "value",
            filling,
            '"median"',
            '"median" or "most-frequent" of the training rows, or the value itself',
        ),
        Key("indicator", flag, "true", "add a column that says where there was a gap", required=False),
    )

    def propose(self, look: Look) -> Iterator[RepairStep]:
        for result, column in look.findings("missing-values"):
            if column.role is not Role.INPUT:
                continue
            if column.type.numeric:
                yield proposed(self, result, column.name, Filling(MEDIAN))
            elif column.type is LogicalType.FLAG:
                yield proposed(self, result, column.name, Filling(MOST_FREQUENT))
            elif column.type is LogicalType.CATEGORY:
                yield proposed(self, result, column.name, Filling(OWN_CATEGORY, indicator=False))

    def fit(self, parameters: Filling, cells: Cells) -> tuple[Step, ...]:
        name = cells.column.name
        step = Fill(column=name, value=_value(parameters.value, cells))
        return (
            (FlagMissing(column=name, into=f"{name} is missing"), step) if parameters.indicator else (step,)
        )


def _value(wanted: float | str, cells: Cells) -> float | str:
    text = cells.column.type in STRINGS
    if wanted == MOST_FREQUENT:
        known = [v for v in cells.values if v is not None] if text else cells.numbers.tolist()
        if not known:
            raise _nothing(cells.column.name)
        counted = Counter(known)
        most = max(counted.values())
        return min(value for value, rows in counted.items() if rows == most)  # type: ignore[no-any-return]
    if text:
        return str(wanted)
    if wanted != MEDIAN:
        if isinstance(wanted, str):
            raise InputError(
                f'The gaps of {cells.column.name} cannot be filled with "{wanted}": it holds numbers.',
                value=wanted,
                remedy='Write value = "median", "most-frequent" or a number.',
            )
        return float(wanted)
    if not len(cells.numbers):
        raise _nothing(cells.column.name)
    return float(np.median(cells.numbers))


def _nothing(name: str) -> InputError:
    return InputError(
        f"The gaps of {name} cannot be filled: no training row has a value.",
        value=name,
        remedy="Drop the column instead, or write the value itself.",
    )
