"""Guesses what each column is for: outcome, key, time, protected, left out, known too late."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from airworthy.charter.model import ROW_ORDER, SplitMethod, Task
from airworthy.charter.problems import did_you_mean, listed
from airworthy.data.target import refuse_infinite, stray_text
from airworthy.data.times import instants
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.propose_leaks import Leak, find_leaks
from airworthy.lifecycle.propose_look import Look
from airworthy.lifecycle.propose_options import ProposeOptions
from airworthy.lifecycle.propose_words import (
    CALENDAR,
    LATE_TIMES,
    PERSONS,
    TARGETS,
    TIMES,
    YES,
    are_group_values,
    calendar_part,
    is_identifier_name,
    is_protected_name,
    tokens,
)
from airworthy.scoring.contract import LogicalType

MOST_CLASSES = 30
MOST_INTEGER_CLASSES = 12
FEWEST_TIMES = 10  # different times from which rows can be divided by time


@dataclass(frozen=True)
class LeftOut:
    """A column that should not be an input, and why."""

    column: str
    why: str


@dataclass(frozen=True)
class Roles:
    """What a table's columns are for, as far as a look can tell."""

    target: Look
    task: Task
    positive: str | None
    time: str | None
    order_by: tuple[str, ...]
    entity: tuple[str, ...]
    other_keys: tuple[str, ...]
    protected: tuple[str, ...]
    excluded: tuple[LeftOut, ...]
    leaks: tuple[Leak, ...]
    other_times: tuple[str, ...]

    @property
    def split(self) -> SplitMethod:
        if self.time is not None or self.order_by:
            return SplitMethod.TIME
        return SplitMethod.ENTITY if self.entity else SplitMethod.STRATIFIED


def guess_roles(
    frame: pl.DataFrame, looks: tuple[Look, ...], target: str | None, options: ProposeOptions
) -> Roles:
    """Guess every role; what `options` says is taken as said.

    Raises
    ------
    InputError
        The target, or a column that an option names, is absent; or the target cannot be predicted.
    """
    known(looks, [*options.named])
    outcome = find_target(looks, target)
    _apart(outcome.name, options)
    if options.time is not None and frame[options.time].dtype == pl.String:
        instants(frame[options.time], "UTC", "--time")  # says which value is no time
    task = _task(outcome, frame[outcome.name])
    others = tuple(look for look in looks if look.name != outcome.name)
    time, order_by, other_times = _times(others, options)
    entity, other_keys = _entity(others, options, {time, *order_by})
    taken = {*entity, *order_by} | ({time} if time else set())
    excluded = _excluded(others, taken, other_keys, options)
    out = frozenset(taken | {item.column for item in excluded})
    protected = _protected(others, out, options)
    if options.protected is None:
        twins = _twins(frame, looks, protected)
        excluded += tuple(LeftOut(twin, f"{other} in other words") for twin, other in twins.items())
        protected = tuple(name for name in protected if name not in twins)
        out |= {*twins}
    if options.after_decision is None:
        leaks = find_leaks(frame, looks, outcome.name, out | {*protected})
    else:
        leaks = tuple(Leak(name, "you said so") for name in options.after_decision)
    gone = {leak.column for leak in leaks}
    return Roles(
        target=outcome,
        task=task,
        positive=_positive(outcome, options) if task is Task.BINARY else None,
        time=time,
        order_by=order_by,
        entity=entity,
        other_keys=other_keys,
        protected=tuple(name for name in protected if name not in gone),
        excluded=tuple(item for item in excluded if item.column not in gone),
        leaks=leaks,
        other_times=tuple(name for name in other_times if name not in gone),
    )


def known(looks: tuple[Look, ...], names: Sequence[str]) -> None:
    """Raise `InputError` for a name that is no column."""
    columns = [look.name for look in looks]
    for name in names:
        if name not in columns:
            raise InputError(
                f'There is no column "{name}".',
                value=name,
                remedy=did_you_mean(name, columns, f"The table has: {listed(columns)}."),
            )


def _apart(target: str, options: ProposeOptions) -> None:
    """The target has no second role."""
    if target in options.named:
        raise InputError(
            f'The column "{target}" is the target: it cannot be time, entity, protected or excluded too.',
            value=target,
            remedy="Name another column there, or another --target.",
        )


def find_target(looks: tuple[Look, ...], target: str | None) -> Look:
    """The outcome's column: the named one, else one that is called like an outcome, else the last."""
    if target is not None:
        known(looks, [target])
        return next(look for look in looks if look.name == target)
    named = [look for look in looks if set(tokens(look.name)) & TARGETS and look.filled]
    few = [look for look in named if look.distinct <= MOST_CLASSES]
    if few:
        return few[0]
    last = looks[-1]
    if last.distinct >= 2 and last.distinct <= MOST_CLASSES:
        return last
    raise InputError(
        "No column is called like an outcome, so what to predict is not clear.",
        value=None,
        remedy=f"Name it: --target COLUMN. The table has: {listed(look.name for look in looks)}.",
    )


def guess_task(target: Look) -> Task:
    """Two values are binary, a few are multiclass, many numbers are a regression.

    Raises `InputError` where nothing can be predicted.
    """
    if target.filled == 0 or target.distinct == 1:
        what = (
            "is empty"
            if target.filled == 0
            else f'is "{target.values[0]}" in all {target.filled:,} {"row" if target.filled == 1 else "rows"}'
        )
        raise InputError(
            f'The target "{target.name}" {what}: there is nothing to tell apart.',
            value=target.name,
            remedy="Choose another --target, or a table that holds both outcomes.",
        )
    if target.distinct == 2:
        return Task.BINARY
    if target.type in (LogicalType.REAL, LogicalType.MONEY) or (
        target.numeric and target.distinct > MOST_INTEGER_CLASSES
    ):
        return Task.REGRESSION
    if target.numeric or (target.distinct <= MOST_CLASSES and not target.is_time):
        return Task.MULTICLASS
    raise InputError(
        f'The target "{target.name}" has {target.distinct:,} different values ({target.type}).',
        value=target.name,
        remedy=f"Choose a number, or a column of at most {MOST_CLASSES} classes: --target COLUMN",
    )


def _task(target: Look, values: pl.Series) -> Task:
    """As `guess_task`; a number that its values keep from being one is refused here, with the value."""
    if values.dtype == pl.String and target.distinct > MOST_CLASSES and (stray := stray_text(values)):
        raise stray
    task = guess_task(target)
    if task is Task.REGRESSION:
        refuse_infinite(values)
    return task


def _positive(target: Look, options: ProposeOptions) -> str:
    """The value that says yes, else the rarer one."""
    if options.positive is not None:
        if options.positive not in target.values:
            raise InputError(
                f'"{options.positive}" is no value of {target.name}.',
                value=options.positive,
                remedy=f"Its values are: {listed(target.values)}.",
            )
        return options.positive
    yes = [value for value in target.values if value.casefold() in YES]
    return yes[0] if len(yes) == 1 else target.values[-1]


def _times(
    looks: tuple[Look, ...], options: ProposeOptions
) -> tuple[str | None, tuple[str, ...], tuple[str, ...]]:
    """Decision time, or the columns that order the rows; and the further times."""
    instants = [look for look in looks if look.is_time]
    if options.time is not None:
        look = next(look for look in looks if look.name == options.time)
        rest = tuple(other.name for other in instants if other is not look)
        return (look.name, (), rest) if look.is_time else (None, (look.name,), rest)
    fitting = [
        look for look in instants if look.distinct >= FEWEST_TIMES and not set(tokens(look.name)) & LATE_TIMES
    ]
    if fitting:
        best = max(fitting, key=lambda look: (look.filled, bool(set(tokens(look.name)) & TIMES)))
        return best.name, (), tuple(look.name for look in instants if look is not best)
    return None, _ordering(looks), tuple(look.name for look in instants)


def _ordering(looks: tuple[Look, ...]) -> tuple[str, ...]:
    """Year, month, day… columns, else a number named like a time that rises from row to row.

    A few falls in thousands of rows are faults of the number: then the rows' own order is the better clock.
    """
    parts = {part: look.name for look in looks if look.numeric and (part := calendar_part(look.name))}
    named = tuple(parts[part] for part in CALENDAR if part in parts)
    if "year" in parts and math.prod(look.distinct for look in looks if look.name in named) >= FEWEST_TIMES:
        return named
    rising = [look for look in looks if look.nearly_rises and set(tokens(look.name)) & TIMES]
    if not rising:
        return ()
    best = min(rising, key=lambda look: look.falls or 0)
    return (best.name if best.rises else ROW_ORDER,)


def _entity(
    looks: tuple[Look, ...], options: ProposeOptions, taken: set[str | None]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The key that repeats, a person's first; and the other keys."""
    if options.entity:
        return options.entity, ()
    keys = [
        look
        for look in looks
        if is_identifier_name(look.name) and look.name not in taken and not look.scientific
        if look.repeats >= 1.05 and look.distinct > 20 and look.type is not LogicalType.TEXT
    ]
    if not keys:
        return (), ()
    best = max(keys, key=lambda look: (bool(set(tokens(look.name)) & PERSONS), look.distinct))
    return (best.name,), tuple(look.name for look in keys if look is not best)


def _excluded(
    looks: tuple[Look, ...], taken: set[str], keys: tuple[str, ...], options: ProposeOptions
) -> tuple[LeftOut, ...]:
    told = tuple(LeftOut(name, "you said so") for name in options.exclude)
    taken = taken | {*options.exclude, *(options.protected or ())}
    return told + tuple(
        LeftOut(look.name, why)
        for look in looks
        if look.name not in taken and (why := _useless(look, keys, taken))
    )


def _useless(look: Look, keys: tuple[str, ...], taken: set[str]) -> str | None:
    if not look.filled:
        return "empty"
    if look.distinct == 1 and not look.nulls:
        return f'always "{look.values[0]}"'
    if look.name in keys:
        return "a key"
    if is_identifier_name(look.name) and look.scientific:
        return f"a key that lost its digits ({look.values[0]})"
    unique = look.distinct >= 0.99 * look.filled and look.filled > 20
    if unique and (look.type is LogicalType.IDENTIFIER or is_identifier_name(look.name)):
        return "another value in every row"
    if look.numeric and look.rises and look.distinct == look.rows and look.rows > 100:
        return "counts the rows"
    clock = ROW_ORDER in taken and look.nearly_rises and set(tokens(look.name)) & TIMES
    return "only tells how late a row is: coming rows hold values that no model has seen" if clock else None


def _twins(frame: pl.DataFrame, looks: tuple[Look, ...], names: tuple[str, ...]) -> dict[str, str]:
    """Columns that say the same as another of `names`, value for value; the one in words stays."""
    distinct = {look.name: look.distinct for look in looks}
    inferred = {look.name: look.numeric for look in looks}
    found: dict[str, str] = {}
    ordered = sorted(names, key=lambda name: inferred[name])
    for at, first in enumerate(ordered):
        for second in ordered[at + 1 :]:
            if second in found or distinct[first] != distinct[second] or distinct[first] < 3:
                continue
            if frame.select(first, second).drop_nulls().n_unique() == distinct[first]:
                found[second] = first
    return found


def _protected(looks: tuple[Look, ...], out: frozenset[str], options: ProposeOptions) -> tuple[str, ...]:
    if options.protected is not None:
        return options.protected
    return tuple(
        look.name
        for look in looks
        if look.name not in out and look.type is not LogicalType.TEXT
        if is_protected_name(look.name) or are_group_values(look.values)
    )
