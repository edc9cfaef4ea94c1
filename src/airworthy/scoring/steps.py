"""Row steps: repairs learned from training rows, executed on columns and on one row alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from airworthy.scoring.columns import NAN, Columns, FloatArray, Value
from airworthy.scoring.spec import Clip, SentinelToNull, Step

RowStep = tuple[int, Callable[[float], float]]
"""Position of the column among the row's values, and what is done to it."""


def apply_steps(steps: Sequence[Step], columns: Columns) -> dict[str, FloatArray | Sequence[str | None]]:
    """Columns with infinities made null and `steps` applied in order; the originals are not touched.

    Parameters
    ----------
    steps
        Each names a numeric column of `columns`; one whose column is absent is skipped (it is not used).
    columns
        Canonical columns, n values each.

    >>> apply_steps([SentinelToNull(column="age", values=(-1.0,))], {"age": np.array([-1.0, 30.0])})
    {'age': array([nan, 30.])}
    """
    repaired: dict[str, FloatArray | Sequence[str | None]] = {
        name: np.where(np.isfinite(values), values, NAN) if isinstance(values, np.ndarray) else values
        for name, values in columns.items()
    }
    for step in steps:
        values = repaired.get(step.column)
        if isinstance(values, np.ndarray):
            repaired[step.column] = _on_array(step, values)
    return repaired


def _on_array(step: Step, values: FloatArray) -> FloatArray:
    if isinstance(step, SentinelToNull):
        return np.where(np.isin(values, step.values), NAN, values)
    # np.clip treats -0.0 and NaN by its own rules; comparisons are the same in both shapes.
    if step.low is not None:
        values = np.where(values < step.low, step.low, values)
    if step.high is not None:
        values = np.where(values > step.high, step.high, values)
    return values


def compile_steps(steps: Sequence[Step], position: dict[str, int]) -> tuple[RowStep, ...]:
    """The same steps for one row whose canonical values lie at `position`."""
    return tuple((position[step.column], _on_value(step)) for step in steps if step.column in position)


def _on_value(step: Step) -> Callable[[float], float]:
    if isinstance(step, SentinelToNull):
        values = frozenset(step.values)
        return lambda x: NAN if x in values else x
    return _clip(step)


def _clip(step: Clip) -> Callable[[float], float]:
    low = -np.inf if step.low is None else step.low
    high = np.inf if step.high is None else step.high
    return lambda x: low if x < low else high if x > high else x


def run_steps(steps: tuple[RowStep, ...], values: list[Value]) -> None:
    """Repair one row's canonical values in place."""
    for index, repair in steps:
        values[index] = repair(values[index])  # type: ignore[arg-type]  # checked on load: numeric columns
