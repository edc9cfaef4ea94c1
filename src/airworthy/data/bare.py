"""A table without a charter: what can be read off its values before anybody declared anything."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import polars as pl

from airworthy.charter.model import Charter, DataRules, Fairness, Population, Target, Task
from airworthy.charter.problems import did_you_mean, listed
from airworthy.charter.scope import Scope
from airworthy.data.canonical import to_canonical
from airworthy.data.contract import learn_contract
from airworthy.data.declared import Declared, require_columns
from airworthy.data.frame import take
from airworthy.data.target import MAX_CLASSES, make_target
from airworthy.data.types import RESERVED_ROW, RESERVED_TARGET, RESERVED_TIME, infer_types, refuse_reserved
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import LogicalType

GIVEN = "the given table"
"""Names a population that was handed over and is no file."""

DATED = (LogicalType.INSTANT, LogicalType.DAY)

FEW_NUMBERS = 20
"""A whole-numbered outcome with more different values than this is a number, not classes."""


def scope_of_frame(
    frame: object, target: str | None, time: str | None, told: Declared | None = None
) -> tuple[Scope, pl.DataFrame]:
    """The smallest charter that fits the frame, its contract, and the canonical frame.

    Raises `InputError` when the frame cannot be read, or a declared column is not one of its columns.
    """
    return scope_of_plain(take(frame).frame, target, time, told)


def scope_of_plain(
    plain: pl.DataFrame, target: str | None, time: str | None, told: Declared | None = None
) -> tuple[Scope, pl.DataFrame]:
    """As `scope_of_frame`, of a frame that was taken before."""
    told = told or Declared()
    refuse_names(plain.columns, target, time, told)
    types = infer_types(plain)
    full = {name for name in plain.columns if not plain[name].null_count()}
    charter = charter_of(types, full, target, plain[target] if target else None, time, told)
    table, _ = to_canonical(plain, types, "The table")
    reserved = [pl.int_range(pl.len(), dtype=pl.Int64).alias(RESERVED_ROW)]
    if target:
        reserved.append(pl.lit(make_target(plain[target], charter).values).alias(RESERVED_TARGET))
    if charter.data.decision_time:
        reserved.append(instant(charter.data.decision_time).alias(RESERVED_TIME))
    table = table.with_columns(reserved)
    contract = learn_contract(table, charter, types)
    return Scope(charter, contract, part=told.part, against=told.contract), table


def refuse_names(columns: Sequence[str], target: str | None, time: str | None, told: Declared) -> None:
    """Raise `InputError` when a declared column is missing, or only the target is there."""
    for name, what in ((target, "target"), (time, "time")):
        if name is not None and name not in columns:
            raise InputError(
                f'The {what} "{name}" is not a column of the table.',
                value=name,
                remedy=did_you_mean(name, columns, f"It has: {listed(columns)}."),
            )
    refuse_reserved(columns, "The table")
    require_columns(told, columns)
    if list(columns) == [target]:
        raise InputError(
            f'The table has no column beside the target "{target}", so there is nothing to audit it against.',
            value=target,
            remedy="Give the table that also holds what the answer is to be told from.",
        )


def charter_of(
    types: Mapping[str, LogicalType],
    full: Collection[str],
    target: str | None,
    outcome: pl.Series | None,
    time: str | None,
    told: Declared,
) -> Charter:
    """The smallest charter. `full` names the columns without gaps, `outcome` holds the target's values.

    Raises `InputError` when `time` holds no dates.
    """
    if time is not None and types[time] not in DATED:
        raise InputError(
            f'The time "{time}" holds {types[time]}, not dates.',
            value=time,
            remedy="Write its values as 2024-12-31 or 2024-12-31T09:00:00, or name another column.",
        )
    clock = time or _only_dates(types, full, target)
    return Charter(
        name="table",
        purpose="",
        task=task_of(outcome) if outcome is not None else Task.REGRESSION,
        target=Target(target or ""),
        sources=(),
        path=Path(),
        digest="",
        data=DataRules(decision_time=clock, entity=told.entity, exclude=(told.part,) if told.part else ()),
        fairness=Fairness(protected=told.protected),
        population=Population(source=GIVEN if told.population is not None else None),
    )


def instant(clock: str) -> pl.Expr:
    """The decision time of every row, from a column of dates."""
    return pl.col(clock).cast(pl.Datetime("us"), strict=False).dt.replace_time_zone("UTC")


def task_of(outcome: pl.Series) -> Task:
    """The kind of answer that the outcome's values ask for.

    >>> task_of(pl.Series([0, 1, 1])).value, task_of(pl.Series([1.5, 2.5, 9.0])).value
    ('binary', 'regression')
    """
    distinct = outcome.drop_nulls().n_unique()
    if distinct <= 2:
        return Task.BINARY
    many = FEW_NUMBERS if outcome.dtype.is_integer() else 0 if outcome.dtype.is_float() else MAX_CLASSES
    return Task.REGRESSION if outcome.dtype.is_numeric() and distinct > many else Task.MULTICLASS


def _only_dates(types: Mapping[str, LogicalType], full: Collection[str], target: str | None) -> str | None:
    """The one column of dates without gaps; with several, only a person can say which is the decision's."""
    dates = [name for name, kind in types.items() if kind in DATED and name != target and name in full]
    return dates[0] if len(dates) == 1 else None
