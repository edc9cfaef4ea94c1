"""Rows from before, or from after, a date are brought to the unit of the others."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

import numpy as np

from airworthy.data.columns import columns_for_scoring
from airworthy.data.facts.unit_changes import RATIOS
from airworthy.data.repair.kinds.kind import Cells, Kind, Look, proposed
from airworthy.data.repair.readers import Key, moment, number
from airworthy.data.repair.step import Parameters, RepairStep
from airworthy.kernel.errors import InputError
from airworthy.kernel.result import Result
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.spec import Scale, Step

AFFINE = ((1.8, 32.0), (1 / 1.8, -32.0 / 1.8))
"""Celsius to Fahrenheit and back: the only common change of unit that moves the zero."""

NEAR = 0.25
"""How far the levels may lie from what a change of unit predicts, in usual spreads."""

WINDOW = 0.02
"""The audit's date is right within 2 % of the span; the change is looked for there."""


@dataclass(frozen=True)
class Change(Parameters):
    factor: float
    offset: float = 0.0
    since: datetime | None = None
    before: datetime | None = None


class StandardiseUnitKind(Kind[Change]):
    name: ClassVar[str] = "standardise-unit"
    does: ClassVar[str] = "Bring {column} to one unit"
    about: ClassVar[str] = "Numbers are multiplied, and moved, where the decision time lies within the dates."
    type: ClassVar[type[Parameters]] = Change
    reads: ClassVar[str] = "numbers"
    keys: ClassVar[tuple[Key, ...]] = (
        Key("factor", number, "1.8", "what the number is multiplied by"),
        Key("offset", number, "32", "what is added after that", required=False),
        Key("since", moment, "2024-03-01", "first moment (UTC) of the rows that change", required=False),
        Key("before", moment, "2024-03-01", "rows from this moment (UTC) on stay", required=False),
    )

    def propose(self, look: Look) -> Iterator[RepairStep]:
        if look.clock is None:
            return
        for result, column in look.findings("unit-change"):
            names = tuple(dict.fromkeys([column.name, look.clock]))
            columns = columns_for_scoring(look.frame, look.contract, names=names)
            values, clock = np.asarray(columns[column.name]), np.asarray(columns[look.clock])
            change = _change(result, values[~np.isnan(values)], clock[~np.isnan(values)])
            if change is not None:
                yield proposed(self, result, column.name, change)

    def fit(self, parameters: Change, cells: Cells) -> tuple[Step, ...]:
        bounds = [None if at is None else at.timestamp() for at in (parameters.since, parameters.before)]
        if bounds != [None, None] and cells.clock is None:
            raise InputError(
                f"{cells.column.name} changes its unit at a date, and rows have no decision time.",
                value=cells.column.name,
                remedy="Declare data.decision_time in airworthy.toml, or refuse this step.",
            )
        return (
            Scale(
                column=cells.column.name,
                factor=parameters.factor,
                offset=parameters.offset,
                clock=cells.clock if bounds != [None, None] else None,
                since=bounds[0],
                before=bounds[1],
            ),
        )


def _change(result: Result, values: FloatArray, clock: FloatArray) -> Change | None:
    """The older rows in today's unit, if a known change of unit explains the jump."""
    told = result.details
    # One source's rows cannot be told apart by a clock: that is put right where the file is made.
    if "from" not in told or told.get("source") or not len(values):
        return None
    before, after = float(told["before"]), float(told["after"])
    known = _known(str(told.get("factor") or ""), before, after, values, clock, _moment(str(told["from"])))
    if known is None:
        return None
    factor, offset = known
    at = _refined(values, clock, before, after, _moment(str(told["from"])))
    return Change(factor, offset, before=datetime.fromtimestamp(at, UTC))


def _known(
    factor: str, before: float, after: float, values: FloatArray, clock: FloatArray, at: float
) -> tuple[float, float] | None:
    ratio = next((number for number, name in RATIOS if name == factor), None)
    ratio = ratio or _near_ratio(before, after, _spread(values[clock < at]), _spread(values[clock >= at]))
    if ratio is not None:
        return (ratio, 0.0) if abs(after) > abs(before) else (1 / ratio, 0.0)
    spread = _spread(values[clock >= at])
    for scale, offset in AFFINE:
        if spread and abs(before * scale + offset - after) <= NEAR * spread:
            return scale, offset
    return None


def _near_ratio(before: float, after: float, old: float, new: float) -> float | None:
    """The known ratio that both the level and the spread changed by, to a quarter."""
    if before * after <= 0 or not old or not new:
        return None
    level, spread = abs(math.log(after / before)), abs(math.log(new / old))
    apart = {
        number: max(abs(level - math.log(number)), abs(spread - math.log(number))) for number, _ in RATIOS
    }
    nearest = min(apart, key=lambda number: apart[number])
    return nearest if apart[nearest] <= NEAR else None


def _spread(values: FloatArray) -> float:
    if len(values) < 2:
        return 0.0
    low, high = np.quantile(values, [0.25, 0.75])
    return float(high - low)


def _refined(values: FloatArray, clock: FloatArray, before: float, after: float, at: float) -> float:
    """The moment near `at` from which the values lie nearer to the level after than to that before."""
    order = np.argsort(clock, kind="stable")
    values, clock = values[order], clock[order]
    reach = max(WINDOW * float(clock[-1] - clock[0]), 86_400.0)
    low, high = np.searchsorted(clock, [at - reach, at + reach])
    near = values[low:high]
    if not len(near):
        return at
    cost = np.abs(near - before) - np.abs(near - after)
    split = low + int(np.concatenate([[0.0], np.cumsum(cost)]).argmin())
    if split >= len(clock):
        return float(clock[-1]) + 1.0
    return float(math.floor(clock[split]))


def _moment(told: str) -> float:
    """The audit's date as seconds."""
    pattern = "%d %b %Y %H:%M" if ":" in told else "%d %b %Y"
    return datetime.strptime(told, pattern).replace(tzinfo=UTC).timestamp()
