"""Numbers far out are moved to a bound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from airworthy.data.repair.kinds.kind import Cells, Kind, Look, proposed
from airworthy.data.repair.readers import Key, optional_number, share
from airworthy.data.repair.step import Parameters, RepairStep
from airworthy.scoring.spec import Clip, Step

TAIL = 0.005


@dataclass(frozen=True)
class Bounds(Parameters):
    tail: float = TAIL
    low: float | None = None
    high: float | None = None


class CapKind(Kind[Bounds]):
    name: ClassVar[str] = "cap"
    does: ClassVar[str] = "Move what lies far out in {column} to a bound"
    about: ClassVar[str] = "Numbers beyond a bound are moved to it."
    type: ClassVar[type[Parameters]] = Bounds
    reads: ClassVar[str] = "numbers"
    keys: ClassVar[tuple[Key, ...]] = (
        Key("tail", share, "0.005", "share of the training rows beyond each bound", required=False),
        Key("low", optional_number, "0", "the lower bound itself, instead of a share", required=False),
        Key("high", optional_number, "120", "the upper bound itself, instead of a share", required=False),
    )

    def propose(self, look: Look) -> Iterator[RepairStep]:
        for result, column in look.findings("outliers"):
            if column.type.numeric:
                yield proposed(self, result, column.name, Bounds())

    def fit(self, parameters: Bounds, cells: Cells) -> tuple[Step, ...]:
        low, high, known = parameters.low, parameters.high, cells.numbers
        if low is None and high is None and len(known):
            tails = np.quantile(known, [parameters.tail, 1 - parameters.tail], method="nearest")
            low, high = float(tails[0]), float(tails[1])
        return (Clip(column=cells.column.name, low=low, high=high),)
