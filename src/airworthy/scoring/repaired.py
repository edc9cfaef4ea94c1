"""What the columns are once the repair steps have run, and which columns of a request the steps read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from airworthy.scoring.columns import STRINGS, TIMES
from airworthy.scoring.contract import Column, Contract, LogicalType, Role
from airworthy.scoring.spec import (
    Fill,
    FlagMissing,
    MapText,
    ParseDay,
    ParseNumber,
    Rekey,
    Scale,
    ScorerSpec,
    Step,
)

READS_TEXT = (MapText, ParseNumber, ParseDay, Rekey)


class BadStep(ValueError):
    """A step that cannot run on the columns that are there when its turn comes."""


def repaired_contract(contract: Contract, steps: Sequence[Step]) -> Contract:
    """The contract of the columns after `steps`: parsed texts are numbers or days, new columns are there.

    Raises `BadStep` when a step reads what it cannot: an absent column, text as a number or the other way.

    >>> contract = Contract(columns=(Column(name="price", type=LogicalType.CATEGORY),))
    >>> repaired_contract(contract, [ParseNumber(column="price", units={"": 1.0})])["price"].type.value
    'real'
    """
    columns = {column.name: column for column in contract.columns}
    for step in steps:
        _run(step, columns)
    return msgspec.structs.replace(contract, columns=tuple(columns.values()))


def _run(step: Step, columns: dict[str, Column]) -> None:
    name = type(step).__name__
    if step.column not in columns:
        raise BadStep(f"{name} on column {step.column}")
    column = columns[step.column]
    text = column.type in STRINGS
    if isinstance(step, FlagMissing):
        if step.into in columns:
            raise BadStep(f"{name} into column {step.into}")
        columns[step.into] = Column(name=step.into, type=LogicalType.FLAG, role=column.role, nullable=False)
        return
    if isinstance(step, Fill):
        if isinstance(step.value, str) != text:
            raise BadStep(f"{name} of column {step.column}")
        columns[step.column] = msgspec.structs.replace(column, nullable=False)
        return
    if isinstance(step, READS_TEXT) != text:
        raise BadStep(f"{name} on column {step.column}")
    if isinstance(step, Scale) and step.clock is not None:
        clock = columns.get(step.clock)
        if clock is None or clock.type not in TIMES:
            raise BadStep(f"{name} by clock {step.clock}")
    if isinstance(step, ParseNumber | ParseDay):
        kind = LogicalType.REAL if isinstance(step, ParseNumber) else LogicalType.DAY
        columns[step.column] = Column(name=column.name, type=kind, role=column.role)


def read_names(contract: Contract, steps: Iterable[Step]) -> tuple[str, ...]:
    """The inputs of `contract`, and the clocks by which `steps` tell old rows from new ones."""
    inputs = [column.name for column in contract.with_role(Role.INPUT)]
    return tuple(dict.fromkeys([*inputs, *clock_names(steps)]))


def clock_names(steps: Iterable[Step]) -> list[str]:
    """The columns by which `steps` tell old rows from new ones."""
    return [step.clock for step in steps if isinstance(step, Scale) and step.clock is not None]


def needed_names(spec: ScorerSpec) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns of a request that the features need, and those that steps make of them."""
    wanted = dict.fromkeys(feature.column for feature in spec.features)
    made = source_names(spec.steps)
    raw = dict.fromkeys(made.get(name, name) for name in wanted)
    used = [step for step in spec.steps if step.column in raw]
    return tuple(dict.fromkeys([*raw, *clock_names(used)])), tuple(name for name in made if name in wanted)


def source_names(steps: Iterable[Step]) -> dict[str, str]:
    """The column of the request behind each column that a step makes."""
    return {step.into: step.column for step in steps if isinstance(step, FlagMissing)}
