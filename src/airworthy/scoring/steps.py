"""Row steps: repairs learned from training rows, executed on columns and on one row alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from airworthy.scoring.columns import NAN, Columns, FloatArray, Value
from airworthy.scoring.spec import (
    Clip,
    Fill,
    FlagMissing,
    MapText,
    ParseDay,
    ParseNumber,
    Rekey,
    Scale,
    SentinelToNull,
    Step,
)
from airworthy.scoring.text_steps import TO_NUMBER, TO_TEXT, map_text, parse_day, parse_number, rekey

Cells = FloatArray | Sequence[str | None]
RowStep = Callable[[list[Value]], None]
"""Changes one row's values in place."""


def apply_steps(steps: Sequence[Step], columns: Columns) -> dict[str, Cells]:
    """Columns with infinities made null and `steps` applied in order; the originals are not touched.

    Parameters
    ----------
    steps
        Each names a column of `columns`; one whose column is absent is skipped (it is not used).
    columns
        Canonical columns, n values each.

    >>> apply_steps([SentinelToNull(column="age", values=(-1.0,))], {"age": np.array([-1.0, 30.0])})
    {'age': array([nan, 30.])}
    """
    repaired: dict[str, Cells] = {
        name: np.where(np.isfinite(values), values, NAN) if isinstance(values, np.ndarray) else values
        for name, values in columns.items()
    }
    for step in steps:
        if step.column not in repaired:
            continue
        values = repaired[step.column]
        if isinstance(step, FlagMissing):
            repaired[step.into] = _is_null(values)
        elif isinstance(values, np.ndarray):
            repaired[step.column] = _on_array(step, values, repaired)
        else:
            repaired[step.column] = _on_texts(step, values)
    return repaired


def _is_null(values: Cells) -> FloatArray:
    if isinstance(values, np.ndarray):
        return np.isnan(values).astype(np.float64)
    return np.array([1.0 if value is None else 0.0 for value in values], dtype=np.float64)


def _on_array(step: Step, values: FloatArray, columns: Mapping[str, Cells]) -> FloatArray:
    if isinstance(step, SentinelToNull):
        return np.where(np.isin(values, step.values), NAN, values)
    if isinstance(step, Fill):
        return np.where(np.isnan(values), step.value, values).astype(np.float64)
    if isinstance(step, Scale):
        clock = columns.get(step.clock) if step.clock is not None else None
        return _scaled(step, values, clock if isinstance(clock, np.ndarray) else None)
    assert isinstance(step, Clip)  # `check_spec`: the others read text
    # np.clip treats -0.0 and NaN by its own rules; comparisons are the same in both shapes.
    if step.low is not None:
        values = np.where(values < step.low, step.low, values)
    if step.high is not None:
        values = np.where(values > step.high, step.high, values)
    return values


def _scaled(step: Scale, values: FloatArray, clock: FloatArray | None) -> FloatArray:
    with np.errstate(over="ignore", invalid="ignore"):
        moved = values * step.factor + step.offset
    moved = np.where(np.isfinite(moved), moved, NAN)
    if step.since is None and step.before is None:
        return moved
    at = np.full(len(values), math.inf) if clock is None else np.where(np.isnan(clock), math.inf, clock)
    inside = at >= (-math.inf if step.since is None else step.since)
    if step.before is not None:
        inside &= at < step.before
    return np.where(inside, moved, values)


def _on_texts(step: Step, values: Sequence[str | None]) -> Cells:
    """Each different text once: columns repeat themselves."""
    if isinstance(step, Fill):
        return [str(step.value) if value is None else value for value in values]
    if isinstance(step, ParseNumber | ParseDay):
        read = _number_reader(step)
        numbers = {value: read(value) for value in set(values)}
        return np.array([numbers[value] for value in values], dtype=np.float64)
    write = _text_writer(step)
    texts = {value: write(value) for value in set(values)}
    return [texts[value] for value in values]


def _number_reader(step: ParseNumber | ParseDay) -> TO_NUMBER:
    return parse_number(step) if isinstance(step, ParseNumber) else parse_day(step)


def _text_writer(step: Step) -> TO_TEXT:
    if isinstance(step, MapText):
        return map_text(step)
    assert isinstance(step, Rekey)  # `check_spec`: the others read numbers
    return rekey(step)


def compile_steps(steps: Sequence[Step], position: Mapping[str, int]) -> tuple[RowStep, ...]:
    """The same steps for one row whose canonical values lie at `position`."""
    used = (step for step in steps if step.column in position)
    return tuple(
        _row_step(step, position)
        for step in used
        if not isinstance(step, FlagMissing) or step.into in position
    )


def _row_step(step: Step, position: Mapping[str, int]) -> RowStep:
    at = position[step.column]
    if isinstance(step, FlagMissing):
        return _flag(at, position[step.into])
    if isinstance(step, Scale):
        return _scale(step, at, position.get(step.clock) if step.clock is not None else None)
    change = _on_value(step)

    def run(values: list[Value]) -> None:
        values[at] = change(values[at])

    return run


def _flag(at: int, into: int) -> RowStep:
    def run(values: list[Value]) -> None:
        values[into] = 1.0 if values[at] is None or values[at] != values[at] else 0.0

    return run


def _scale(step: Scale, at: int, clock: int | None) -> RowStep:
    low, high, bounded = step.since, step.before, step.since is not None or step.before is not None

    def run(values: list[Value]) -> None:
        if bounded:
            moment = math.inf if clock is None or values[clock] != values[clock] else values[clock]
            if (low is not None and moment < low) or (high is not None and moment >= high):  # type: ignore[operator]
                return  # checked on load: the clock is a time
        moved = values[at] * step.factor + step.offset  # type: ignore[operator]  # a number, as checked
        values[at] = moved if moved - moved == 0.0 else NAN

    return run


def _on_value(step: Step) -> Callable[[Value], Value]:
    if isinstance(step, SentinelToNull):
        gone = frozenset(step.values)
        return lambda x: NAN if x in gone else x
    if isinstance(step, Fill):
        filled = step.value
        return lambda x: filled if x is None or x != x else x
    if isinstance(step, Clip):
        return _clip(step)
    if isinstance(step, ParseNumber | ParseDay):
        return _number_reader(step)  # type: ignore[return-value]  # reads texts, as checked on load
    return _text_writer(step)  # type: ignore[return-value]  # the same


def _clip(step: Clip) -> Callable[[Value], Value]:
    low = -math.inf if step.low is None else step.low
    high = math.inf if step.high is None else step.high
    return lambda x: low if x < low else high if x > high else x  # type: ignore[operator]  # numbers


def run_steps(steps: tuple[RowStep, ...], values: list[Value]) -> None:
    """Repair one row's canonical values in place."""
    for step in steps:
        step(values)
